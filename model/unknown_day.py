"""Times without a year in an article whose day of publication is not known: the years that it tells of say whether they are of the latest one.

An article that sums up a year and plans for the next was written at the turn of the two.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from model.datelines import compared_with, is_planned, latest_day, new_year_told_of, own_years, rest_of_clause, sentence_start
from model.moments import BARE_DAY, HALF_A_YEAR, LAST_QUARTER, SEEN_FROM_NOW, STATED_YEAR, UNKNOWN
from model.numerals import plain_text
from model.plans import lies_ahead, may_be_planned
from model.schema import Period, Span

_EARLY_DAY = re.compile(rf"(?!trước |từ |hết ){BARE_DAY.pattern}(?: (?:tới|này|vừa qua))?")
_FIRST_MONTHS = 4
"""Until its end companies and unions sum up the year before."""
_LATE = 9
"""A month too late in a year for news from its beginning."""
_SEVERAL = 3
_IN_BRACKETS = re.compile(r"\([^()\n]{0,99}\)")
_PLAN = r"(?:kế hoạch|nhiệm vụ|phương hướng|chỉ tiêu|mục tiêu|dự toán)(?: (?!đến|tới|hết|hoàn)\w+){0,8}? năm "
_WILL = "(?:sẽ|phấn đấu|đặt mục tiêu|hứa)"
_MAY_COME = re.compile(r"(?<!\w)(?:ước|dự báo|kỳ vọng|có thể|khả năng)(?!\w)", re.IGNORECASE)


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
        present: the year of ``năm nay`` there (model.datelines.present_year).
    """
    if _before_new_year(text, plain, period, year):
        return year - 1
    if compared_with(text, span.end) == year and not (STATED_YEAR.search(plain) or SEEN_FROM_NOW.search(plain) or _year_stated_before(text, span.start)):
        return year + 1
    if year != present:
        return year
    if BARE_DAY.fullmatch(plain) and _long_before(text, span.start, period.last):
        return year + 1
    if _too_late(text, span, plain, before, period):
        return year - 1
    return year + 1 if _of_the_next(text, span, plain, period) else year


def _before_new_year(text: str, plain: str, period: Period, year: int) -> bool:
    """True for the days before a Tết: it bears the number of the year that it begins."""
    late = period.first is not None and period.first.month >= LAST_QUARTER
    return late and year == new_year_told_of(text) and not own_years(text) and not STATED_YEAR.search(plain)


def _long_before(text: str, position: int, day: date | None) -> bool:
    """True for a day that, a year later, is nearer to the last day the article tells of: news is new. Not where a whole year is told of before."""
    if day is None or _year_stated_before(text, position) or f"năm {day.year}" in plain_text(text[:position]):
        return False
    latest = latest_day(text, day.year)
    return latest is not None and (latest - day).days >= HALF_A_YEAR


def _too_late(text: str, span: Span, plain: str, before: str, period: Period) -> bool:
    """``Cả năm …``, ``9 tháng đầu năm …`` in a year that has just begun: told of once, nothing of it after its first months, and the year before several times.

    Not where the clause speaks of what is planned or expected.
    """
    if period.last is None or period.last.month < _LATE or STATED_YEAR.search(plain) or SEEN_FROM_NOW.search(plain) or _year_stated_before(text, span.start):
        return False
    year, told = period.last.year, own_years(text)
    if told.count(year) != 1 or told.count(year - 1) < _SEVERAL or not _told_of_early(text, year):
        return False
    behind = rest_of_clause(text, span.end)
    return not (may_be_planned(before) or lies_ahead(behind) or _MAY_COME.search(behind))


def _told_of_early(text: str, year: int) -> bool:
    """True where the article tells of no day, month or quarter of a year that is later than its first months."""
    latest = latest_day(text, year)
    return (latest is None or latest.month <= _FIRST_MONTHS) and not re.search(rf"(?<!\w)quý (?:ii|iii|iv|[2-4])(?:/|-|,? năm ){year}", text, re.IGNORECASE)


def _of_the_next(text: str, span: Span, plain: str, period: Period) -> bool:
    """``Ngày 5/2`` in an article that tells of a plan for the next year, and of its own neither a plan nor a day before this one or after its first months."""
    day = period.last
    if day is None or day.month > _FIRST_MONTHS or not _EARLY_DAY.fullmatch(plain) or _year_stated_before(text, span.start):
        return False
    latest = latest_day(text, day.year)
    begun = re.search(rf"năm {day.year}[^.;\n]{{0,60}}{_WILL}(?!\w)|từ đầu năm {day.year}", text, re.IGNORECASE)
    return (latest is None or (day < latest and latest.month <= _FIRST_MONTHS)) and not begun and _is_planned_for(text, day.year + 1)


def _is_planned_for(text: str, year: int) -> bool:
    """True for a plan of that year (`kế hoạch năm 2018`, `dự kiến trong quý 2/2018`); a goal to reach by then (`đến năm 2020`) is none."""
    if re.search(rf"(?<!\w){_PLAN}{year}(?![0-9/])(?! ?[-–—] ?[0-9])", text, re.IGNORECASE):
        return True
    return any(is_planned(text, found.start()) for found in re.finditer(rf"(?<!\w)quý (?:i{{1,3}}|iv|[1-4])/{year}(?![0-9])", text, re.IGNORECASE))


def _looked_back_on(text: str, present: int) -> int:
    """The year of ``năm qua``: the one before ``present`` where that is the article's own time too, more often or where ``present`` has just begun.

    Years in brackets are compared with, and a year that is summed up (`tổng kết năm 2019`) is over.
    """
    plain = _IN_BRACKETS.sub(" ", text)
    told = own_years(plain)
    over = re.search(rf"(?:tổng kết|sơ kết|kết thúc|nhìn lại|khép lại|báo cáo(?! kế hoạch))[^.\n0-9]{{0,60}}năm {present}(?![0-9])", plain, re.IGNORECASE)
    if over or not told.count(present - 1):
        return present
    return present - 1 if _told_of_early(plain, present) and (told.count(present - 1) > told.count(present) or _has_begun(plain, present)) else present


def _has_begun(text: str, year: int) -> bool:
    """True where the article says that a year has just begun: a day, a month or the quarter of its first months, a plan for it, or in so many words."""
    said = re.search(rf"(?<!\w)(?:quý (?:i|1)(?:/|-|,? năm )|bước (?:sang|vào) năm |đầu năm ){year}(?![0-9])|năm {year}[^.;\n]{{0,60}}{_WILL}(?!\w)", text, re.IGNORECASE)
    return latest_day(text, year) is not None or said is not None or _is_planned_for(text, year)


def _year_stated_before(text: str, position: int) -> bool:
    """True where the sentence up to a place states a year."""
    return STATED_YEAR.search(text, sentence_start(text, position), position) is not None
