"""Days around Tết, the first day of the lunar year: ``mùng 6 Tết``, ``đêm 30 Tết``, ``28 tháng Chạp``."""

from __future__ import annotations

import re
from datetime import date, timedelta

from model.moments import UNKNOWN, number_said
from model.schema import Period

_FIRST_DAYS = {
    year: (date(year, month, day), last)
    for year, month, day, last in (
        *((2000, 2, 5, 29), (2001, 1, 24, 29), (2002, 2, 12, 30), (2003, 2, 1, 29), (2004, 1, 22, 30), (2005, 2, 9, 30), (2006, 1, 29, 29), (2007, 2, 17, 29)),
        *((2008, 2, 7, 30), (2009, 1, 26, 30), (2010, 2, 14, 30), (2011, 2, 3, 30), (2012, 1, 23, 29), (2013, 2, 10, 29), (2014, 1, 31, 30), (2015, 2, 19, 30)),
        *((2016, 2, 8, 29), (2017, 1, 28, 30), (2018, 2, 16, 30), (2019, 2, 5, 30), (2020, 1, 25, 30), (2021, 2, 12, 30), (2022, 2, 1, 29), (2023, 1, 22, 30)),
        *((2024, 2, 10, 30), (2025, 1, 29, 29), (2026, 2, 17, 29), (2027, 2, 6, 29), (2028, 1, 26, 29), (2029, 2, 13, 29), (2030, 2, 2, 29), (2031, 1, 23, 29)),
        *((2032, 2, 11, 29), (2033, 1, 31, 30), (2034, 2, 19, 30), (2035, 2, 8, 30), (2036, 1, 28, 30), (2037, 2, 15, 30), (2038, 2, 4, 30), (2039, 1, 24, 29)),
    )
}
"""For each year the first day of its Tết in Vietnam, and the number of the day before it: the last lunar month has 29 or 30 days."""
_AHEAD, _PAST = 45, 60
"""Days from publication within which the nearest Tết is meant; farther off, the one that the article names."""
_SURE = 29
"""Days of the first month: whether it has one more is not kept here."""
_IN_WORDS = "một|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười"
_PARTS = r"(?P<until>(?:(?:trước|đến|tới|hết) )+)?(?:(?:vào|ngay|sáng|trưa|chiều|tối|đêm|ngày|hôm),? )*"
_AFTER = re.compile(rf"{_PARTS}(?:m[ùồ]ng (?P<day>[0-9]{{1,2}}|{_IN_WORDS})(?: tết| tháng giêng| giêng)|(?P<number>[0-9]{{1,2}}) tháng giêng)(?: âm lịch)?")
_BEFORE = re.compile(rf"{_PARTS}(?P<number>[12][0-9]|30)(?: tết| tháng chạp| chạp)(?: âm lịch)?")


def is_new_year_day(plain: str) -> bool:
    """True for a time in plain lower case that counts the days of Tết.

    >>> is_new_year_day("đêm 30 tết"), is_new_year_day("dịp tết")
    (True, False)
    """
    return bool(_AFTER.fullmatch(plain) or _BEFORE.fullmatch(plain))


def read_new_year_day(plain: str, published: date | None, year: int | None) -> Period:
    """The day in the calendar, only a last one for `trước 25 tháng Chạp`; ``UNKNOWN`` for a day that the month has not got, and where it is open which Tết is meant.

    Args:
        plain: the time in plain lower case.
        published: the day of publication, where it is known.
        year: of the one Tết that the article tells of.
    """
    if said := _AFTER.fullmatch(plain):
        number = number_said(said["day"] or said["number"])
        every = {of: first + timedelta(days=number - 1) for of, (first, _) in _FIRST_DAYS.items() if 1 <= number <= _SURE}
    elif said := _BEFORE.fullmatch(plain):
        number = int(said["number"])
        every = {of: first - timedelta(days=last + 1 - number) for of, (first, last) in _FIRST_DAYS.items() if number <= last}
    else:
        return UNKNOWN
    days = [day for day in every.values() if published is not None and -_PAST <= (day - published).days <= _AHEAD]
    days = days or [day for of, day in every.items() if of == year]
    return Period(None if said["until"] else days[0], days[0]) if len(days) == 1 else UNKNOWN
