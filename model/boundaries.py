"""Ends of predicted entities, set right by what the article itself shows: signs taken in, names and times cut short."""

from __future__ import annotations

import re

from model.places import CITIES, PROVINCES
from model.schema import EntityType, Span
from model.time_ends import whole_time

_OUTSIDE = " ,;:.…–—-([“”\"'‘"
"""Signs that the tags sometimes take in at the ends of an entity, where none ends with them."""
_QUOTES = {'"': '"', "”": "“"}
_ABBREVIATED = re.compile(r"(?<!\w)(?:[A-ZĐ]|TP|Tp|Co|Ltd|Inc|Corp)$")
_NEXT_NAME = re.compile(r" ([^\W\d_a-zà-ỹđ][^\W\d_]*)")
_LAST_TWO = re.compile(r"[^\W_]+ [^\W\d_a-zà-ỹđ][^\W\d_]*$")
_ONE_SYLLABLE = re.compile(r"(?i:huyện|quận|tỉnh|thị xã|thành phố|thị trấn|phường|xã) [^\W\d_a-zà-ỹđ][^\W\d_]*$")
_SURNAMES = frozenset("Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Trương Lương".split())
_UNION_OR_FIRM = re.compile(r" (?:ty|đoàn)(?!\w)")
# Verbs of two syllables: a name that ends with the first before the second has taken in half of what the body does, unless it is the body's own work.
_VERBS = frozenset({"quản lý", "tổ chức", "phối hợp", "thực hiện", "vận động", "tham gia", "phát động", "triển khai", "chỉ đạo", "kết nạp", "thành lập"})
# Words of two syllables of which a name that ends with the first has taken in half; provinces and cities are in _CUT_PLACES.
_NOUNS = frozenset({"thành phố", "quốc hội", "toà án", "tòa án", "tập đoàn", "nhà máy", "nhà nước", "nhân dân", "chính phủ", "việt nam", "trung quốc", "nhật bản", "hàn quốc"})
_OWN_WORK = frozenset("ban cục phòng sở ty tâm khoa vụ".split())
_UNION_OF = re.compile(r"(?<!\w)(?<!mái ấm )(?<!kinh phí )(?<!đoàn phí )(?<!thẻ )công đoàn (?:các |ngành )?$", re.IGNORECASE)
_UNION = re.compile(r"(?:công đoàn|cđ|lđlđ|liên đoàn|tổng liên)", re.IGNORECASE)
_NEXT_WORD = re.compile(r" ([^\W\d_]+)")
_PLURALS = frozenset({"các", "những"})
_SIGN = re.compile(r" ?(?:%|phần trăm(?!\w))")
_MAGNITUDE = re.compile(
    r" (?:(?:nghìn|ngàn) (?:tỷ|tỉ)|triệu(?! (?:phú|tập))|(?:tỷ|tỉ)(?! (?:phú|lệ|trọng|suất|số|giá|mỉ|mẩn))|nghìn|ngàn)(?!\w)"
    r"(?: (?:đồng(?! (?:chí|bào|nghiệp|đội|hồ|hương))|USD)(?!\w))?"
)
_REGION = re.compile(r" Vùng \d(?!\d)(?: (?:Hải quân|Cảnh sát biển)(?!\w))?")
_OF_A_REGION = ("Bộ Tư lệnh", "Cảnh sát biển", "Hải quân")
_CONGRESS = re.compile(r"(?i:đại hội) (?i:đại biểu )?(?i:lần thứ )?$")
_ITS_NUMBER = re.compile(r"[IVXL]+ (?=[^\W\d_a-zà-ỹđ])")
_MEASURES = frozenset("GRDP GDP CPI PCI PAPI ICOR IIP PMI FDI ODA EPS ROE ROA NSNN".split())


def _cut_places() -> dict[str, list[str]]:
    """First words of a province's or city's name, in lower case, to what follows them."""
    found: dict[str, list[str]] = {}
    for name in sorted(PROVINCES | CITIES, key=len, reverse=True):
        words = name.casefold().split(" ")
        for number in range(1, len(words)):
            found.setdefault(" ".join(words[:number]), []).append(" " + " ".join(words[number:]))
    return found


_CUT_PLACES = _cut_places()


def is_measure(surface: str) -> bool:
    """True for a measure of the economy or a firm, which the tagger sometimes takes for a body: ``GRDP``.

    >>> is_measure("GRDP"), is_measure("VRG")
    (True, False)
    """
    return surface in _MEASURES


def settled(span: Span, kind: EntityType, text: str) -> Span:
    """The entity's span without signs at its ends, and with the rest of a name, time or quantity that was cut short.

    >>> settled(Span(0, 9), EntityType.DATE, "năm 2016 – năm")
    Span(start=0, end=8)
    """
    span = _trimmed(span, text)
    if kind is EntityType.PERCENTAGE:
        sign = _SIGN.match(text, span.end)
        return Span(span.start, sign.end()) if sign and span.of(text)[-1].isdigit() else span
    if kind is EntityType.DATE:
        return whole_time(span, text)
    if kind in (EntityType.COUNT, EntityType.TARGET):
        magnitude = _MAGNITUDE.match(text, span.end) if span.of(text)[-1].isdigit() else None
        return Span(span.start, magnitude.end()) if magnitude else span
    if kind is not EntityType.ORGANISATION:
        return span
    for mend in (_without_its_congress, _with_its_region, _in_closed_brackets, _with_its_noun, _with_its_union, _at_word_ends, _whole_name, _with_its_whole_place):
        span = mend(span, text)
    return span


def _trimmed(span: Span, text: str) -> Span:
    surface = span.of(text)
    inner = surface.strip(_OUTSIDE)
    if not inner:
        return span
    start = span.start + surface.index(inner)
    end = start + len(inner)
    return Span(start, end + 1) if end < span.end and _ends_with(inner, text[end]) else Span(start, end)


def _ends_with(inner: str, sign: str) -> bool:
    """True for the mark that closes what was opened in a name (`Quỹ "Mái ấm công đoàn"`), and for the stop of an abbreviation at its end (`Công ty K.S.`)."""
    opening = _QUOTES.get(sign)
    if opening:
        return inner.count(opening) % 2 == 1 if opening == sign else inner.count(opening) > inner.count(sign)
    return sign == "." and _ABBREVIATED.search(inner) is not None


def _in_closed_brackets(span: Span, text: str) -> Span:
    """`Hepza) và tỉnh Đồng Nai` out of `Ban quản lý (Hepza) và tỉnh Đồng Nai` is two bodies, of which the first is kept; `Ban quản lý (Hepza` takes in its sign."""
    surface, opened = span.of(text), 0
    for place, sign in enumerate(surface):
        opened += (sign == "(") - (sign == ")")
        if opened < 0:
            if kept := surface[:place].rstrip():
                return Span(span.start, span.start + len(kept))
            return _trimmed(Span(span.start + 1, span.end), text) if surface[1:].strip(_OUTSIDE) else span
    if not opened:
        return span
    if text[span.end : span.end + 1] == ")" and opened == 1:
        return Span(span.start, span.end + 1)
    kept = surface[: surface.rindex("(")].rstrip()
    return Span(span.start, span.start + len(kept)) if kept else span


def _without_its_congress(span: Span, text: str) -> Span:
    """`X Công đoàn Việt Nam` after `Đại hội` has taken in the congress's number."""
    number = _ITS_NUMBER.match(span.of(text)) if _CONGRESS.search(text[max(0, span.start - 30) : span.start]) else None
    return Span(span.start + number.end(), span.end) if number else span


def _with_its_region(span: Span, text: str) -> Span:
    """`Bộ Tư lệnh` before `Vùng 4` takes it in."""
    region = _REGION.match(text, span.end) if span.of(text).endswith(_OF_A_REGION) else None
    return Span(span.start, region.end()) if region else span


def _with_its_noun(span: Span, text: str) -> Span:
    """`Các` alone names nobody: it takes in the name that follows (`Các CĐCS`)."""
    following = _NEXT_NAME.match(text, span.end) if span.of(text).casefold() in _PLURALS else None
    return Span(span.start, following.end()) if following else span


def _with_its_union(span: Span, text: str) -> Span:
    """`KCN tỉnh Hưng Yên` takes in the `Công đoàn các` before it; what is called after unions (`Mái ấm công đoàn`) is no union."""
    front = _UNION_OF.search(text, max(0, span.start - 30), span.start)
    return Span(front.start(), span.end) if front and not _UNION.match(span.of(text)) else span


def _with_its_whole_place(span: Span, text: str) -> Span:
    """`CÔNG ĐOÀN NGÀNH XÂY DỰNG THÁI` before `BÌNH` takes it in: no province's name is cut in two."""
    words = span.of(text).casefold().split()
    for rest in (rest for number in (3, 2, 1) for rest in _CUT_PLACES.get(" ".join(words[-number:]), ())):
        end = span.end + len(rest)
        if text[span.end : end].casefold() == rest and not text[end : end + 1].isalnum():
            return Span(span.start, end)
    return span


def _at_word_ends(span: Span, text: str) -> Span:
    """`Công đoàn công` before `ty` takes it in, and `thành` before `phố`; `Công đoàn ngành quản` before `lý` gives back its half of the verb, `Ban quản` takes in the rest."""
    surface = span.of(text)
    words, following = surface.split(), _NEXT_WORD.match(text, span.end)
    if not words or not following:
        return span
    if f"{words[-1]} {following[1]}".casefold() in _NOUNS or (words[-1].casefold() == "công" and _UNION_OR_FIRM.match(text, span.end)):
        return Span(span.start, following.end())
    if f"{words[-1]} {following[1]}" not in _VERBS or len(words) == 1:
        return span
    if words[-2].casefold() in _OWN_WORK:
        return Span(span.start, following.end())
    return Span(span.start, span.start + len(surface[: -len(words[-1])].rstrip()))


def _whole_name(span: Span, text: str) -> Span:
    """`LĐLĐ huyện Tiền` takes in `Hải`: places of one syllable are rare, and none where the article never writes `huyện Tiền` alone.

    A person's name after the body (`LĐLĐ quận Ba Đình Nguyễn …`) stays outside, as `Ba Đình` stands elsewhere without it.
    """
    for _ in range(2):
        following = _NEXT_NAME.match(text, span.end)
        tail = _LAST_TWO.search(span.of(text))
        if not following or not tail:
            return span
        alone = len(re.findall(rf"(?<!\w){re.escape(tail[0])}(?!\w)", text))
        together = len(re.findall(rf"(?<!\w){re.escape(tail[0] + following[0])}(?!\w)", text))
        half = _ONE_SYLLABLE.search(span.of(text)) is not None and following[1] not in _SURNAMES
        if together < alone or (together < 2 and not half):
            return span
        span = Span(span.start, following.end())
    return span
