"""Times that lean on one named before them: ``cùng ngày``, ``trưa hôm sau``, ``hai ngày sau``, ``từ đó đến nay``.

Which one is meant is taken from the words between; where they leave it open, the time is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from model.moments import UNKNOWN
from model.numerals import NUMBER_WORDS, read_words
from model.plans import may_be_planned
from model.schema import Period, Span

Reader = Callable[[str, Span, date | None], Period | None]
"""What reads a time where it stands (:func:`model.dated.read_date`)."""

_REACH = 1500
"""How many code points before it the day that is meant may stand."""
_EVENT_REACH = 8000
"""And the day of the event that an article is about: its opening tells it."""
_NEAR = 300
"""And the time that ``từ đó`` points at."""
_PARTS = "sáng|trưa|chiều|tối|đêm"
_SAME_DAY = re.compile(
    rf"(?:(?:ngay|trong|vào|cũng|buổi|{_PARTS}) ){{0,3}}(?:cùng (?:ngày|hôm|buổi(?: sáng| trưa| chiều| tối)?)|(?:ngày|hôm|{_PARTS}) (?:đó|ấy))"
)
_DAYS_AFTER = re.compile(rf"(?:(?:ngay )?(?:(?:{_PARTS}) )?(?:ngày )?hôm sau|(?P<number>[0-9]{{1,2}}|{NUMBER_WORDS}(?: {NUMBER_WORDS})?) (?:ngày|hôm) sau)(?: đó)?")
_SINCE_THEN = re.compile(r"(?:kể )?từ (?:đó|ấy|(?:khi|lúc|ngày|hôm|dạo|năm) (?:đó|ấy)) (?:cho )?(?:đến|tới) (?:nay|giờ|hôm nay)")
_D, _Y = r"[0-9]{1,2}", r"(?:19|20)[0-9]{2}"
_DAY = rf"(?:(?:(?:ngày|hôm|m[ùồ]ng|{_PARTS}) ){{1,2}}|(?:^|(?<=\n))){_D}(?:[/.-]| tháng ){_D}(?:(?:[/.-]| năm ){_Y})?"
"""A day says that it is one, or begins a line: `7/10 CĐCS` and `tỉ số 3-2` are none."""
_DAYS = re.compile(rf"(?<!\w){_DAY}(?![0-9/-])", re.IGNORECASE)
_TIMES = re.compile(rf"(?<!\w)(?:{_DAY}|tháng {_D}(?:[/-]|,? năm ){_Y}|năm {_Y})(?![0-9/-])", re.IGNORECASE)
_NOT_MEANT = re.compile(
    r"(?<!\w)(?:(?:nghị quyết|nghị định|thông tư|quyết định|chỉ thị|công văn|hướng dẫn|văn bản|luật)(?!\w)[^.;\n]*"
    r"|(?:so với|so|hơn|bằng|khác|cùng kỳ|kỷ niệm|chào mừng|hướng tới|tiến tới|nhân|mừng|đến|tới|trước|sau|cho|đầu|giữa|cuối)(?: (?:với|ngày|dịp|năm|hết|cuối|đầu|cùng kỳ))*)\s*$",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.;\n]")
_ANOTHER_CUE = re.compile(
    rf"(?<!\w)(?:hôm (?:qua|nay|kia)|(?:{_PARTS}) (?:nay|qua)|(?<!lần )thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật"
    rf"|ngày (?:[0-9]{{1,2}}(?![0-9/.-]| tháng)|{NUMBER_WORDS} tháng))(?!\w)",
    re.IGNORECASE,
)
"""Between a day and what leans on it: another day, which is not read here."""
_SEASON = 92
"""Days."""
_NO_EVENT = re.compile(
    r"(?<!\w)(?:(?:sinh|thành lập|ra đời|tái lập|gia nhập|ký|ban hành|phát động|tính từ|kể từ|từ|trước đó,?|của|ý nghĩa|năm)(?: (?:vào|từ|năm|số))*)\s*$", re.IGNORECASE
)
"""What stands before a day that is no event's, or not the one told of: `sinh ngày 5/2`, `từ ngày 1/1`, `Trước đó, ngày 8/3`, `108 năm Ngày 8/3`."""
_ONE_OF_SEVERAL = re.compile(r"\s*(?:và|đến|tới|-|–|,)\s*(?:hết )?(?:ngày )?[0-9]{1,2}(?:[/.-][0-9]|(?!\w))", re.IGNORECASE)
_LAST_OF_SEVERAL = re.compile(r"(?:[0-9]\s*(?:và|-|–|,)|đến|tới)\s*$", re.IGNORECASE)
_MOVED_ON = re.compile(
    r"(?<!\w)(?:mới đây|tuần (?:qua|trước|sau)|(?:hôm|ngày|tuần|tháng) sau|sau đó|vài (?:ngày|hôm)|ngày [0-9]{1,2} ?(?:và|-|–) ?[0-9]{1,2}[/.-][0-9]{1,2})(?!\w)",
    re.IGNORECASE,
)
_IN_ALL = re.compile(r"(?<!\w)(?:trong|suốt)\s*$", re.IGNORECASE)


def leans_on_one_before(plain: str) -> bool:
    """True for a time in plain lower case that means nothing without the one named before it.

    >>> leans_on_one_before("trưa hôm sau"), leans_on_one_before("hôm qua")
    (True, False)
    """
    return any(pattern.fullmatch(plain) for pattern in (_SAME_DAY, _DAYS_AFTER, _SINCE_THEN))


def read_told_before(text: str, position: int, plain: str, published: date | None, read: Reader) -> Period:
    """First and last day of such a time; ``UNKNOWN`` where no day is named before it, or several might be meant.

    Args:
        text: the article.
        position: where the time stands in it.
        plain: the time in plain lower case.
        published: the day of publication, where it is known.
        read: reads the time that it leans on.
    """
    if _SINCE_THEN.fullmatch(plain):
        return _since_then(text, position, published, read)
    day, after = _day_meant(text, position, published, read), _DAYS_AFTER.fullmatch(plain)
    if after is None:
        return day
    if after["number"] and _IN_ALL.search(text[max(0, position - 10) : position]):
        return UNKNOWN  # `Trong hai ngày sau đó` are two days
    later = _later(day, _number(after["number"]))
    return UNKNOWN if published and later.first and later.first > published else later


def nearest_day(text: str, position: int, published: date | None, read: Reader) -> Span | None:
    """Where the day of the event is named that a place speaks of: the last single day told of before it, not more than a season old.

    None where there is none, where it is one of several (`ngày 12/3 và 13/3`), or another cue stands between (`hôm qua`, `mới đây`).
    """
    for span, period in _named(text, max(0, position - _EVENT_REACH), position, _DAYS, published, read):
        if _NO_EVENT.search(text, max(0, span.start - 60), span.start):
            continue
        one_day = period.first is not None and period.first == period.last
        of_several = _ONE_OF_SEVERAL.match(text, span.end) or _LAST_OF_SEVERAL.search(text, max(0, span.start - 20), span.start)
        old = published is not None and period.first is not None and (published - period.first).days > _SEASON
        if not one_day or of_several or old or _ANOTHER_CUE.search(text, span.end, position) or _MOVED_ON.search(text, span.end, position):
            return None
        return span
    return None


def _since_then(text: str, position: int, published: date | None, read: Reader) -> Period:
    """From the one time that is named just before; a founding too."""
    named = {period for _, period in _named(text, max(0, position - _NEAR), position, _TIMES, published, read) if period.first}
    first = named.pop().first if len(named) == 1 else None
    return Period(first, published)


def _day_meant(text: str, position: int, published: date | None, read: Reader) -> Period:
    """The last day that is told of before; unknown where another cue stands between."""
    span, period = next(_named(text, max(0, position - _REACH), position, _DAYS, published, read), (None, UNKNOWN))
    return UNKNOWN if span is None or _ANOTHER_CUE.search(text, span.end, position) else period


def _named(text: str, start: int, end: int, times: re.Pattern[str], published: date | None, read: Reader) -> Iterator[tuple[Span, Period]]:
    """The times told of between two places, each with where it stands, the last first; not those of laws and comparisons, nor what is still to come."""
    for found in reversed(list(times.finditer(text, start, end))):
        before = text[max(start, found.start() - 60) : found.start()]
        if _NOT_MEANT.search(before) or may_be_planned(_CLAUSE_END.split(before)[-1]) or before.endswith("("):
            continue
        span = Span(found.start(), found.end())
        period = read(text, span, published) or UNKNOWN
        if not (published and period.first and period.first > published):
            yield span, period


def _number(said: str | None) -> int | None:
    """``hai`` in ``hai ngày sau``; 1 where no number is said, None for words that are no number."""
    if said is None or said.isdigit():
        return int(said or 1)
    read = read_words(said)
    return read[0] if read else None


def _later(period: Period, days: int | None) -> Period:
    if period.first is None or days is None or period.first.toordinal() + days > date.max.toordinal():
        return UNKNOWN
    day = period.first + timedelta(days=days)
    return Period(day, day)
