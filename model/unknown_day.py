"""Times without a year in an article whose day of publication is not known: the years that it tells of say whether they are of the latest one.

An article that sums up a year and plans for the next was written at the turn of the two.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from model.datelines import is_planned, latest_day, new_year_told_of, own_years, sentence_start
from model.moments import BARE_DAY, SEEN_FROM_NOW, STATED_YEAR, UNKNOWN
from model.numerals import plain_text
from model.plans import may_be_planned
from model.schema import Period, Span

_EARLY_DAY = re.compile(rf"{BARE_DAY.pattern}(?: (?:tới|này|vừa qua))?")
_LAST_QUARTER = 10
_HALF_A_YEAR = 183
_FIRST_HALF = 6
"""The last month of a year that may still look back on the one before as ``năm qua``."""
_LATE = 9
"""A month too late in a year for news from its beginning."""
_FIRST_MONTHS = 4
"""Until its end companies and unions sum up the year before."""
_SEVERAL = 3


def over_by(text: str, present: int, months: str | None) -> Period:
    """``năm qua``, ``11 tháng qua``: the year that the article speaks of, the one before where it looks back on that, or so many of its months."""
    last, year = int(months) if months else 12, present if months else _looked_back_on(text, present)
    return Period(date(year, 1, 1), date(year, last, monthrange(year, last)[1])) if 1 <= last <= 12 else UNKNOWN


def nearer_year(text: str, span: Span, plain: str, before: str, period: Period, year: int, present: int | None) -> int:
    """The year of a time that states none: ``year``, the one before or the one after.

    Args:
        text: the article.
        span: where the time stands in it.
        plain: the time in plain lower case.
        before: what stands before it in its line.
        period: what it is in ``year``.
        year: the year spoken of there.
        present: the latest year that the article tells of as its own.
    """
    if _before_new_year(text, plain, period, year):
        return year - 1
    if year != present:
        return year
    if BARE_DAY.fullmatch(plain) and _long_before(text, span.start, period.last):
        return year + 1
    if _too_late(text, span, plain, before, period):
        return year - 1
    return year + 1 if _of_the_next(text, span, plain, period) else year


def _before_new_year(text: str, plain: str, period: Period, year: int) -> bool:
    """True for the days before a Tết: it bears the number of the year that it begins."""
    late = period.first is not None and period.first.month >= _LAST_QUARTER
    return late and year == new_year_told_of(text) and not own_years(text) and not STATED_YEAR.search(plain)


def _long_before(text: str, position: int, day: date | None) -> bool:
    """True for a day that, a year later, is nearer to the last day the article tells of: news is new. Not where a whole year is told of before."""
    if day is None or _is_stated(text, position) or f"năm {day.year}" in plain_text(text[:position]):
        return False
    latest = latest_day(text, day.year)
    return latest is not None and (latest - day).days >= _HALF_A_YEAR


def _too_late(text: str, span: Span, plain: str, before: str, period: Period) -> bool:
    """``Cả năm …``, ``9 tháng đầu năm …`` as something done, in a year that has just begun: told of once, and the year before several times."""
    if period.last is None or period.last.month < _LATE or STATED_YEAR.search(plain) or SEEN_FROM_NOW.search(plain):
        return False
    told = own_years(text)
    just_begun = told.count(period.last.year) == 1 and told.count(period.last.year - 1) >= _SEVERAL
    return just_begun and not _is_stated(text, span.start) and not may_be_planned(before)


def _of_the_next(text: str, span: Span, plain: str, period: Period) -> bool:
    """``Ngày 5/2`` in an article that sums up a year, of which it tells nothing later than its first months, and plans for the next."""
    if period.last is None or period.last.month > _FIRST_MONTHS or not _EARLY_DAY.fullmatch(plain) or _is_stated(text, span.start):
        return False
    latest = latest_day(text, period.last.year)
    coming = re.finditer(rf"(?:(?<=năm )|(?<=[0-9]/)){period.last.year + 1}(?![0-9/])(?! ?[-–—] ?[0-9])", text)
    return (latest is None or latest.month <= _FIRST_MONTHS) and any(is_planned(text, found.start()) for found in coming)


def _looked_back_on(text: str, present: int) -> int:
    """The year of ``năm qua``: the one before ``present`` where that is the article's own time too.

    Not where the latest day that it tells of is of ``present``'s second half, or ``present`` is told of twice as often.
    """
    told, latest = own_years(text), latest_day(text, present)
    before = told.count(present - 1)
    begun = latest.month <= _FIRST_HALF if latest else told.count(present) < 2 * before
    return present - 1 if before and begun else present


def _is_stated(text: str, position: int) -> bool:
    """True where the sentence up to a place states a year."""
    return STATED_YEAR.search(text, sentence_start(text, position), position) is not None
