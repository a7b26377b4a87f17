"""Times that lean on one named before them: ``cùng ngày``, ``trưa hôm sau``, ``hai ngày sau``, ``từ đó đến nay``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from model.datelines import is_not_its_time, speaking_year
from model.moments import UNKNOWN
from model.numerals import NUMBER_WORDS, read_words
from model.periods import read_period
from model.schema import Period

_NEAR = 600
"""How many code points before ``từ đó`` what it points at is looked for."""
_PARTS = "sáng|trưa|chiều|tối|đêm"
_SAME_DAY = re.compile(rf"(?:\w+ ){{0,3}}(?:cùng (?:ngày|hôm|buổi(?: sáng| trưa| chiều| tối)?)|(?:ngày|hôm|{_PARTS}) (?:đó|ấy))")
_DAYS_AFTER = re.compile(rf"(?:(?:ngay )?(?:(?:{_PARTS}) )?(?:ngày )?hôm sau|(?P<number>[0-9]{{1,2}}|{NUMBER_WORDS}(?: {NUMBER_WORDS})?) (?:ngày|hôm) sau)(?: đó)?")
_SINCE_THEN = re.compile(r"(?:kể )?từ (?:đó|ấy|(?:khi|lúc|ngày|hôm|dạo|năm) (?:đó|ấy)) (?:cho )?(?:đến|tới) (?:nay|giờ|hôm nay)")
_D = r"[0-9]{1,2}"
_Y = r"(?:19|20)[0-9]{2}"
_DAY = rf"{_D}[/-]{_D}(?:[/-]{_Y})?|{_D} tháng {_D}(?: năm {_Y})?"
_DAYS = re.compile(rf"(?<![0-9/.-])(?:{_DAY})(?![0-9/-])")
_TIMES = re.compile(rf"(?<![0-9/.-])(?:{_DAY}|tháng {_D}(?:[/-]|,? năm ){_Y}|năm {_Y})(?![0-9/-])")


def leans_on_one_before(plain: str) -> bool:
    """True for a time in plain lower case that means nothing without the one named before it.

    >>> leans_on_one_before("trưa hôm sau"), leans_on_one_before("hôm qua")
    (True, False)
    """
    return any(pattern.fullmatch(plain) for pattern in (_SAME_DAY, _DAYS_AFTER, _SINCE_THEN))


def read_told_before(text: str, position: int, plain: str, published: date | None) -> Period:
    """First and last day of such a time; ``UNKNOWN`` where no day is named before it.

    Args:
        text: the article.
        position: where the time stands in it.
        plain: the time in plain lower case.
        published: the day of publication, where it is known.
    """
    if _SINCE_THEN.fullmatch(plain):
        near = max(0, position - _NEAR)
        last = next((period for _, period in _named(text, near, position, _TIMES, published)), UNKNOWN)  # a founding too: `thành lập năm 2013, từ đó đến nay`
        return Period(last.first, published) if published is None or last.first is None or last.first <= published else Period(None, published)
    own = (period for at, period in _named(text, 0, position, _DAYS, published) if not is_not_its_time(text, at))
    day = next(own, UNKNOWN)
    after = _DAYS_AFTER.fullmatch(plain)
    return _later(day, _number(after["number"])) if after else day


def _named(text: str, start: int, end: int, times: re.Pattern[str], published: date | None) -> Iterator[tuple[int, Period]]:
    """The times named between two places, each with where it begins, the last first."""
    for found in reversed(list(times.finditer(text[start:end].lower()))):
        at = start + found.start()
        yield at, read_period(found[0], published=published, year=speaking_year(text, at, published)) or UNKNOWN


def _number(said: str | None) -> int | None:
    """``hai`` in ``hai ngày sau``; 1 where no number is said, None for words that are no number."""
    if said is None or said.isdigit():
        return int(said or 1)
    read = read_words(said)
    return read[0] if read else None


def _later(period: Period, days: int | None) -> Period:
    if period.first is None or days is None:
        return UNKNOWN
    day = period.first + timedelta(days=days)
    return Period(day, day)
