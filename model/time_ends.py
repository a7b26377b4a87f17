"""Predicted times made whole: what belongs to a time on either side of a span that was cut short, and particles that do not."""

from __future__ import annotations

import re

from model.moments import BRANCHES, STEMS
from model.schema import Span

_REACH = 60
"""How many code points before a span are looked at: nothing that a row of _BEFORE takes in is longer."""
_STEPS = 4
"""A span grows at most so often; each growth is by a rule of the tables."""
_NUMBER = r"(?:[0-9]{1,2}|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười(?: một| hai)?)"
_YEAR = r"(?:19|20)[0-9]{2}(?![0-9])"
_YEARS = r"(?:19|20)[0-9]{2} ?[-–] ?(?:19|20)[0-9]{2}(?![0-9])"
_OF_YEAR = rf"năm (?:{_YEAR}(?! ?[-–] ?[0-9])|nay|ngoái)(?!\w)"
_DAY_HEAD = r"(?:ngày|sáng|trưa|chiều|tối|đêm|hôm)"
_MONTH_NUMBER = r"(?:1[0-2]|0?[1-9])"
_BARE_DAY = rf"[0-9]{{1,2}}[/-]{_MONTH_NUMBER}(?![0-9/]|-[0-9])"
_DAY = rf"(?:{_BARE_DAY}|[0-9]{{1,2}}[/-][0-9]{{1,2}}[/-]{_YEAR}(?![/-]))"
_DOTTED = rf"\.{_MONTH_NUMBER}(?:\.{_YEAR})?(?![0-9]|[.,][0-9])"
"""Month and year behind the day's number; only what says that it is a day is written so: `ngày 28.1`."""
_HEADED_DAY = rf"(?:{_DAY}|[0-9]{{1,2}}{_DOTTED})"
_MONTH = rf"tháng (?:{_MONTH_NUMBER}|giêng|hai|ba|tư|năm|sáu|bảy|tám|chín|mười(?: một| hai)?)(?![0-9])"
_QUARTER = r"quý (?:[IVX]{1,3}|[1-4])(?!\w)"
_RUN = rf"{_NUMBER} (?:tháng|quý)"
_PART_OF_YEAR = rf"{_DAY_HEAD} {_BARE_DAY}|nửa (?:đầu|cuối)|bán niên|{_QUARTER}|{_MONTH}"
_POINT = rf"(?:{_DAY_HEAD} {_HEADED_DAY}|{_DAY}|{_MONTH}(?:/{_YEAR}| năm {_YEAR})?|{_QUARTER}(?:/{_YEAR}| năm {_YEAR})?|năm {_YEAR})"
_UP_TO = rf"(?:đến|tới) (?:hết )?(?:{_POINT}|nay(?!\w))"
_RUN_OF_YEARS = r"(?:nhiệm k[ỳì]|giai đoạn|năm học|niên kh[óo]a|niên độ)"
_END_OF_YEAR = rf"(?: của)? (?:{_OF_YEAR}|năm(?! (?:{_YEARS}|học)))(?!\w)"
_NOUNS_OF_SCHOOL = r"(?! (?:sinh|viên|bổng|phí|trò|hành|hỏi|nghề|tập|bạ|liệu|lực|vị|hàm|thuật|cụ|đường|việc)(?!\w)| [0-9]{1,2} )"


def _rows(*pairs: tuple[str, str], left: bool = False) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """(how the span begins or ends, what stands beside it) for each row."""
    own, beside = ("^(?:{})", "(?<!\\w)(?:{})$") if left else ("(?<!\\w)(?:{})$", "{}")
    return tuple((re.compile(own.format(a), re.IGNORECASE), re.compile(beside.format(b), re.IGNORECASE)) for a, b in pairs)


# The first row that fits makes the span grow; what would join two times (`tháng 11, năm 2020 …`) or take a figure for a day (`bằng 1/3 năm 2015`) is left alone.
_BEHIND = _rows(
    (_RUN, rf" (?:đầu|cuối){_END_OF_YEAR}"),
    (rf"(?:{_RUN}|tháng|quý) (?:đầu|cuối)(?: tiên| cùng)?", rf"(?: tiên| cùng)?{_END_OF_YEAR}"),
    (rf"^{_NUMBER}", rf" tháng (?:đầu|cuối){_END_OF_YEAR}"),
    (r"[0-9]{1,2}/", rf"(?:[0-9]{{1,2}}(?:/{_YEAR})?|{_YEAR})(?![0-9/])"),
    (rf"(?:^|{_DAY_HEAD} |nhật |thứ \w+ )[0-9]{{1,2}}", rf"[/-]{_MONTH_NUMBER}(?:[/-]{_YEAR})?(?![0-9/]|-[0-9])"),
    (rf"{_DAY_HEAD} [0-9]{{1,2}}", rf"(?:-| và ){_DAY}|{_DOTTED}| {_MONTH}(?: {_OF_YEAR})?"),
    (rf"^{_DAY_HEAD}", rf" {_HEADED_DAY}"),
    (r"^tháng", rf" (?:{_MONTH_NUMBER}(?:[/.-]{_YEAR}(?![0-9/])| {_OF_YEAR}|(?![0-9/%.,-]| [^\W\d_])))"),
    (r"^quý", rf" (?:[IVX]{{1,3}}|[1-4])(?!\w)(?:[/-]{_YEAR}| {_OF_YEAR})?"),
    (r"(?:^|(?:đầu|cuối|cả|suốt|toàn|tháng|quý) )năm", rf" (?:{_YEAR}(?! ?[/–-])|nay(?!\w)|ngoái(?!\w))"),
    (r"(?:^|(?:cả|suốt|toàn|hết) )năm", rf" học(?!\w){_NOUNS_OF_SCHOOL}(?: {_YEARS})?"),
    (_RUN_OF_YEARS, rf" {_YEARS}"),
    (rf"{_RUN_OF_YEARS} (?:19|20)[0-9]{{2}}", rf" ?[-–] ?{_YEAR}"),
    (rf"{_PART_OF_YEAR}|{_RUN}", rf" {_OF_YEAR}"),
    (r"(?:tháng|quý|nửa) (?:đầu|cuối) năm", rf" (?:nay|ngoái|{_YEAR}(?![/-]))(?!\w)"),
    (r"vừa", r" (?:qua|rồi)(?!\w)"),
    (r"^cuối tuần|^tuần", r" (?:rồi|qua)(?!\w)"),
    ("^từ", rf" {_POINT} {_UP_TO}"),
    (rf"^từ {_POINT}", rf" (?:cho )?{_UP_TO}"),
    (rf"tết (?:{'|'.join(STEMS)})", rf" (?:{'|'.join(BRANCHES)})(?!\w)"),
)
_BEFORE = _rows(
    (
        rf"(?:(?:hết|cuối|{_DAY_HEAD}) )?(?:năm (?:nay|này|{_YEAR})|cuối (?:năm|tháng)|tháng|quý|ngày|{_DAY}|nhiệm k[ỳì])",
        rf"từ (?:nay|giờ|bây giờ|đó|đây|đầu năm(?: nay| {_YEAR})?|đầu tháng [0-9]{{1,2}}|{_POINT}) (?:cho )?(?:đến|tới) (?:hết )?",
    ),
    (_OF_YEAR, rf"(?:{_PART_OF_YEAR}|{_RUN} (?:đầu|cuối))(?: của)? "),
    (_MONTH, rf"{_DAY_HEAD} [0-9]{{1,2}} "),
    (r"nhật [0-9]", r"chủ "),
    left=True,
)
# What says nothing of the time, and stays outside: `Năm nay à`, `đến nay toàn`, `hồi quý I`.
_PARTICLE = re.compile(r"(?<=\S)(?: (?:à|ạ|nhé|hả|vừa|và|là|toàn|đạt))+$", re.IGNORECASE)
_LEAD = re.compile(r"(?:hồi )+(?=(?:quý|tháng|năm|tuần|ngày|đầu|giữa|cuối|[0-9])(?!\w))", re.IGNORECASE)


def whole_time(span: Span, text: str) -> Span:
    """The span with the rest of a time that was cut short: ``6 tháng`` takes in ``đầu năm 2018``, and ``cuối năm`` the ``Từ nay đến`` before it.

    >>> text = "Từ nay đến cuối năm, kết nạp 60 người"
    >>> whole_time(Span(11, 19), text).of(text)
    'Từ nay đến cuối năm'
    """
    lead = _LEAD.match(span.of(text))
    span = Span(span.start + lead.end(), span.end) if lead else span
    for _ in range(_STEPS):
        grown = _grown_left(_grown_right(span, text), text)
        if grown == span:
            break
        span = grown
    particle = _PARTICLE.search(span.of(text))
    return Span(span.start, span.start + particle.start()) if particle else span


def _grown_right(span: Span, text: str) -> Span:
    surface = span.of(text)
    for ending, rest in _BEHIND:
        found = rest.match(text, span.end)
        if found and ending.search(surface):
            return Span(span.start, found.end())
    return span


def _grown_left(span: Span, text: str) -> Span:
    surface, before = span.of(text), text[max(text.rfind("\n", 0, span.start) + 1, span.start - _REACH) : span.start]
    for beginning, front in _BEFORE:
        found = front.search(before)
        if found and beginning.match(surface):
            return Span(span.start - len(before) + found.start(), span.end)
    return span
