"""Times and figures in a text by regular expressions: what the rules baseline knows of spans beside bodies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from evaluate.baseline_lexicon import MONEY, PIECES, RATE
from model.periods import read_period
from model.quantities import read_percentage, read_quantity
from model.schema import Span

_Y = r"(?:19|20)\d\d"
_N = r"(?:\d{1,2}|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười(?: một)?)"
_OF_YEAR = rf"(?:(?: của)? năm(?: (?:{_Y}|nay|ngoái|trước|tới|học))?(?!\w)|[/.-]{_Y}|,? {_Y})"
_DAY = rf"(?:\d{{1,2}} ?[/.-] ?\d{{1,2}}(?: ?[/.-] ?{_Y})?(?!\d|[/.,-]\d)|\d{{1,2}} tháng \d{{1,2}}(?:,? năm {_Y}|[/-]{_Y})?)"
_POINT = (
    rf"(?:(?:ngày|hôm) {_DAY}|(?:hết |cuối |đầu |giữa )?(?:tháng|quý) (?:\d{{1,2}}|I{{1,3}}|IV)(?:{_OF_YEAR}| năm nay)?(?![\d/]|\w)"
    rf"|(?:hết |cuối |đầu |giữa )?năm {_Y}|{_DAY}|(?:hết |cuối |đầu )?năm(?: nay)?|nay|{_Y})"
)
_TIMES = (
    rf"từ {_POINT} (?:cho )?(?:đến|tới) {_POINT}",
    rf"từ (?:ngày )?\d{{1,2}} (?:đến|-) (?:ngày )?{_DAY}",
    rf"(?:trước|hết) {_POINT}(?=[,;. ])",
    rf"{_N} (?:tháng|quý) (?:đầu|cuối|còn lại)(?: (?:của )?năm(?: (?:{_Y}|nay|học))?)?",
    rf"{_N} (?:tháng|quý)(?: (?:của )?năm {_Y}|/{_Y}| (?:vừa )?qua)",
    rf"nửa (?:đầu|cuối) năm(?: {_Y})?|nửa năm(?: qua)?|nửa đầu {_Y}",
    rf"quý (?:I{{1,3}}|IV|[1-4])(?:[/.-]{_Y}|,? năm (?:{_Y}|nay|sau|trước))?(?![\w/])",
    rf"(?:(?:rạng )?(?:sáng|trưa|chiều|tối|đêm)(?: nay)?,? ?(?:ngày |hôm )?|ngày |hôm )\(?{_DAY}\)?",
    rf"(?:(?<=đến )|(?<=từ )|(?<=hết )|(?<=tới )|(?<=ngày )|(?<=\()){_DAY}|\d{{1,2}}[/.-]\d{{1,2}}[/.-]{_Y}",
    r"(?:sáng|trưa|chiều|tối) (?:nay|qua)|hôm (?:nay|qua)",
    rf"(?:hết |cuối |đầu |giữa )?tháng \d{{1,2}}(?:[/-]{_Y}| năm {_Y})?(?![\d/]|\w)",
    rf"tháng (?:công nhân|thanh niên)(?: (?:năm )?{_Y})?",
    rf"(?:nhiệm kỳ|giai đoạn|khóa|5 năm|từ năm)(?: [IVXL]+,?)? \(?{_Y} ?[-–] ?{_Y}\)?|nhiệm kỳ (?:qua|tới|mới|vừa qua)",
    rf"năm học(?: {_Y} ?[-–] ?{_Y})?|{_Y} ?[-–] ?{_Y}",
    rf"(?:hết |cuối |cả |toàn |giữa )?năm {_Y}(?! ?[-–] ?{_Y})",
    rf"(?<=trong ){_N} tháng|(?<=báo cáo ){_N} tháng|(?<=lũy kế ){_N} tháng|từ đầu (?:năm|nhiệm kỳ)",
    r"(?:cuối |cả |hết )?năm (?:nay|qua|ngoái|tới|vừa qua|sau)",
    r"cả năm|(?:đến|tới) nay|hiện nay|hiện tại|hiện(?= có| đã| đang| quản lý| toàn|,)",
    r"(?:dịp )?tết (?:nguyên đán|(?:canh|tân|nhâm|quý|giáp|ất|bính|đinh|mậu|kỷ) [^\W\d]+)",
    rf"(?<=trong )(?:năm|tháng)(?=[,: ])|(?<=đến )cuối năm|^{_Y}(?=,)",
)
_TIME = re.compile(rf"(?<![\w/.,-])(?:{'|'.join(_TIMES)})(?!\w)", re.IGNORECASE | re.MULTILINE)
_NOT_ITS_TIME = re.compile(
    r"(?:so với|cùng kỳ|bằng|hơn|sinh|thành lập|ra đời|nghị quyết|quyết định|nghị định|luật|kế hoạch số|của)"
    r"(?: (?:cùng kỳ|của|vào|từ|cả|số|[\w/-]*\d[\w/-]*))* ?$",
    re.IGNORECASE,
)
_BEFORE = 60
"""How many code points before a time are looked at for words that take it away from the article's own time."""

_DIGITS = r"\d+(?:[.,]\d+)*"
_MAGNITUDE = r"(?:nghìn|ngàn|vạn|triệu|tỷ|tỉ|chục)(?: (?:triệu|tỷ|tỉ)| \d+(?:,\d+)? (?:triệu|nghìn))?"
_CURRENCY = r"(?:đồng|đ|VNĐ|VND|USD|đô la|euro|won|yên)"
_AMOUNT = rf"{_DIGITS}(?: {_MAGNITUDE}(?!\w))?(?: ?{_CURRENCY}(?!\w))?"
_WORDS = (
    r"(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)"
    r"(?: (?:mươi|mốt|một|hai|ba|bốn|tư|lăm|sáu|bảy|tám|chín|trăm|nghìn))*"
)
_FIGURE = re.compile(
    rf"(?<![\w.,/-])(?:(?P<rate>{_DIGITS}(?: ?[-–] ?{_DIGITS})?(?: ?%| phần trăm))|(?P<figure>{_AMOUNT}(?![a-zA-Z])))|(?<=/)(?P<second>{_AMOUNT})(?! ?%)",
    re.IGNORECASE,
)
_YEAR = re.compile(_Y)
_IN_WORDS = re.compile(
    rf"(?<!\w){_WORDS}(?= (?:cđcs|công đoàn cơ sở|nghiệp đoàn|suất|phần quà|căn|mái ấm|lớp|buổi|cuộc|đoàn viên|sáng kiến|nhà|công trình|học bổng))",
    re.IGNORECASE,
)
_NAMES_SOMETHING = re.compile(
    r"(?<!\w)(?:số|điều|khoản|nghị (?:quyết|định)|thông tư|quyết định|chỉ thị|công văn|luật|lần thứ|thứ|khóa|khoá|hạng|quốc lộ|đường|bậc|tổ"
    r"|ấp|khối|lô|phòng số|ca|covid|top|chương|mục|trang|kỷ niệm|f|q|nhóm|loại|khu|phố|ngõ|tầng|sn|quận|phường|vòng|u|đợt|kỳ|giai đoạn|bài"
    r"|phút thứ|tuổi|cao|nặng|dài) ?$",
    re.IGNORECASE,
)
_FRONT = 24
"""How many code points before a number are looked at for what it names."""
_MEASURES_TIME = re.compile(
    r" ?(?:giờ|phút|giây|ngày(?! công)|tuần|tháng|năm|tuổi|h\d*|quý|thế kỷ|độ|m²|m2|mét|cm|mm|km/h|vòng|lít xăng)(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number where it stands: ``unit`` is ``money``, ``rate`` or ``pieces``; ``over`` is what it is over in ``391/300``."""

    span: Span
    unit: str
    over: Span | None = None


def find_times(text: str, sentence: Span) -> list[Span]:
    """The times of a sentence that may be an achievement's; those of comparisons, laws and foundings are left out."""
    found = []
    for match in _TIME.finditer(text, sentence.start, sentence.end):
        span = _inside_brackets(Span(match.start(), match.end()), text)
        if not _NOT_ITS_TIME.search(text[max(sentence.start, span.start - _BEFORE) : span.start]) and read_period(span.of(text)) is not None:
            found.append(span)
    return found


def _inside_brackets(span: Span, text: str) -> Span:
    """``sáng nay (12/3)`` stays whole; a single bracket stays outside."""
    surface = span.of(text)
    if surface.count("(") == surface.count(")"):
        return span if not surface.startswith("(") else Span(span.start + 1, span.end - 1)
    return Span(span.start + surface.startswith("("), span.end - surface.endswith(")"))


def find_figures(text: str, sentence: Span, taken: Sequence[Span]) -> list[Figure]:
    """The figures of a sentence outside other mentions; numbers that only name something or measure time are left out."""
    found: list[Figure] = []
    matches = [*_FIGURE.finditer(text, sentence.start, sentence.end), *_IN_WORDS.finditer(text, sentence.start, sentence.end)]
    for match in sorted(matches, key=re.Match.start):
        span = Span(match.start(), match.end())
        if any(span.overlaps(other) for other in (*taken, *(figure.span for figure in found))):
            continue
        figure = _figure(text, sentence, span, found)
        if figure is not None:
            found.append(figure)
    return found


def _figure(text: str, sentence: Span, span: Span, before: Sequence[Figure]) -> Figure | None:
    surface = span.of(text)
    if surface.endswith(("%", "trăm")):
        return Figure(span, RATE) if read_percentage(surface) is not None else None
    quantity = read_quantity(surface)
    over = before[-1].span if before and text[before[-1].span.end : span.start].strip(" ") == "/" else None
    front = text[max(sentence.start, span.start - _FRONT) : span.start]
    if quantity is None or _YEAR.fullmatch(surface) or (over is None and _NAMES_SOMETHING.search(front)) or _MEASURES_TIME.match(text, span.end):
        return None
    return Figure(span, MONEY if quantity.unit else PIECES, over)
