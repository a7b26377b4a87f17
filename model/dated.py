"""A DATE where it stands in its article: what the words before it, the terms of office and the days, months and quarters told of make of it."""

from __future__ import annotations

import re
from datetime import date

from model.datelines import CLAUSE_END, is_not_its_time, last_stated_year, new_year_told_of, present_year, rest_of_clause, sentence_start, speaking_year, this_year
from model.moments import BARE_DAY, HALF_A_YEAR, LAST_QUARTER, NAMED_MONTHS, SEEN_FROM_NOW, STATED_YEAR, TERM_WORD, UNKNOWN, number_said
from model.new_year import is_new_year_day, read_new_year_day
from model.numerals import plain_text
from model.periods import MAX_LENGTH, read_period
from model.plans import lies_ahead, may_be_planned, planned_year
from model.schema import Period, Span
from model.terms import election_year, is_term, read_term
from model.told_before import leans_on_one_before, read_told_before
from model.unknown_day import nearer_year, over_by

_REACH = 200
"""How many code points before a time are looked at for words of planning."""
_NEW_YEAR_MONTHS = 2
"""In January and February what lies ahead of publication, where it is not planned, is that of the year before."""
_TOLD_REACH, _TOLD_MENTIONS = 6000, 20
"""How many code points and mentions before ``trong tháng`` are looked at for a month."""
_ALMOST_OVER = 10
"""How many days before its end a quarter may be spoken of as over."""
_WHOLE_YEAR = re.compile(r"(?:(?:trong|cả|toàn|hết) )*năm")
_ALL_YEAR = re.compile(r"(?:trong )?(?:cả|toàn) năm")
_DONE = re.compile(r"(?<!\w)(?:đã|chốt(?: sổ)?|tính (?:đến|tới))(?!\w)", re.IGNORECASE)
_BEFORE = re.compile(r"(?<!\w)trước\s*$", re.IGNORECASE)
_BEFORE_DAY = re.compile(r"(?<!\w)trước(?: ngày)?\s*$", re.IGNORECASE)
_SINCE = re.compile(r"(?<!\w)(?:từ|hồi|khoảng)\s*$", re.IGNORECASE)
_AS_OF = re.compile(r"(?<!\w)(?:đến|tới|vào|thời điểm|phấn đấu|trước)\s*$", re.IGNORECASE)
_YEARS_OF_A_TERM = re.compile(r"(?P<number>[0-9]{1,2}|hai|ba|bốn|năm|mười) năm(?: (?:vừa )?qua)?")
_YEARS_IN_BRACKETS = re.compile(
    r"(?:(?!nghị quyết|đại hội|kho[áa] |khóa |nhiệm k[ỳì]|giai đoạn|chương trình|đề án)[^.,;:()\n]){0,60}"
    r"\((?:từ )?(?P<first>(?:19|20)[0-9]{2}) ?[-–] ?(?P<last>(?:19|20)[0-9]{2})\)",
    re.IGNORECASE,
)
_SINCE_TERM_BEGAN = re.compile(rf"từ đầu (?P<term>{TERM_WORD}(?: (?:này|mới))?)(?P<now> (?:cho )?(?:đến|tới) (?:nay|giờ|thời điểm này|hiện nay))?")
_UNIT_AWAY = re.compile(r"(?P<unit>tháng|quý) (?:trước|tới)")
_SCHOOL_YEAR = re.compile(r"((?:19|20)[0-9]{2}) ?[-–] ?((?:19|20)[0-9]{2})")
_THIS_YEAR = re.compile(r"(?<!\w)năm (?:nay|này|tới)(?!\w)", re.IGNORECASE)
_FROM_THIS_YEAR = re.compile(r"(?<!\w)năm (?:nay|ngoái)(?!\w)")
_THIS_OR_NEXT = re.compile(r" (?:này|tới(?! (?:nay|ngày|tháng|hết|cuối|giờ|[0-9])))(?!\w)")
_CLAUSE_HEAD = re.compile(r"(?:[.;:,!?…\n–-]|(?<!\w)(?:trong|vào|riêng|đến))\s*$", re.IGNORECASE)
_WILL = re.compile(r",?[^,]{0,60}?(?<!\w)sẽ(?!\w)")
_DONE_OR_JUST = re.compile(r"(?<!\w)(?:đã|mới|vừa)(?!\w)")
_JUST_OVER = re.compile(r"(?:(?:trong|suốt) )*(?:(?P<months>[0-9]{1,2}) tháng|năm) (?:(?:vừa )?qua|vừa rồi)")
_NEWS = 10
"""Days."""
_FIRST_DAYS = 3
"""Of a month: what was done `từ đầu tháng` may then be told of the month before."""
_THIS_MONTH = re.compile(r"từ đầu tháng(?: này)?(?: (?:đến|tới) (?:nay|giờ))?")
_MEETING = re.compile(r"(?:hội nghị|đại hội|cuộc họp|buổi \w+|lễ \w+)(?: \w+){0,3},? (?:vào |diễn ra |tổ chức )*$", re.IGNORECASE)
_BARE_UNIT = re.compile(r"(?P<until>(?:đến )?(?:hết|cuối) )?(?:(?:trong|cả|toàn|suốt) )*(?P<unit>tháng|quý)(?: (?P<which>này|(?:vừa )?qua|(?<=quý )vừa rồi))?")
_WHICH = {
    "tháng": rf"{'|'.join(NAMED_MONTHS)}|1[0-2]|[1-9]|(?-i:Hai|Ba|Tư|Năm|Sáu|Bảy|Tám|Chín|Mười(?: [Mm]ột| [Hh]ai)?)",
    "quý": r"iii|ii|iv|i|[1-4]",
}
"""A number in words counts only with a capital: `trong tháng hai bên đã họp` names none."""
_NAMED = {unit: re.compile(rf"(?<!\w)(?<![0-9] ){unit} (?:{which})(?:(?:/|-|,? (?:năm )?)(?:19|20)[0-9]{{2}})?(?![\w/])", re.IGNORECASE) for unit, which in _WHICH.items()}


def read_date(text: str, span: Span, published: date | None) -> Period | None:
    """First and last day of a DATE of an article.

    Args:
        text: the article's NFC text.
        span: where the time stands in it.
        published: the day of publication, where it is known.

    Returns:
        None for what is no time; ``Period(None, None)`` for a time whose days cannot be known.
    """
    plain = plain_text(span.of(text)[:MAX_LENGTH])
    line = text.rfind("\n", 0, span.start) + 1
    before = text[max(line, span.start - _REACH) : span.start]
    if since := _SINCE_TERM_BEGAN.fullmatch(plain):
        return _since_term_began(text, span.start, since, published)
    if is_term(plain):
        return read_term(text, span.start, plain, present_year(text, published), lies_ahead(before))
    if leans_on_one_before(plain):
        return read_told_before(text, span.start, plain, published, read_date)
    if is_new_year_day(plain):
        return read_new_year_day(f"trước {plain}" if _BEFORE_DAY.search(before) else plain, published, new_year_told_of(text))
    if run := _YEARS_OF_A_TERM.fullmatch(plain):
        return _years_in_brackets(text, span.end, run["number"])
    if _cannot_be_known(text, plain, before):
        return UNKNOWN
    if (away := _UNIT_AWAY.fullmatch(plain)) and _another_is_told_of(text, span.start, away["unit"], published):
        return UNKNOWN
    if _THIS_MONTH.fullmatch(plain):
        told = published is None or published.day <= _FIRST_DAYS or _another_is_told_of(text, span.start, "tháng", published)
        return UNKNOWN if published is None or told else Period(published.replace(day=1), published)
    if unit := _BARE_UNIT.fullmatch(plain):
        return _unit_told_of(text, span.start, unit, published)
    return _read_in_its_year(text, span, plain, before, published)


def _since_term_began(text: str, position: int, since: re.Match[str], published: date | None) -> Period:
    """``từ đầu nhiệm kỳ đến nay`` begins with the stated term that the article is written in; without one its first day is open."""
    present = present_year(text, published)
    term = read_term(text, position, since["term"], present, False)
    inside = present is not None and term.first is not None and term.last is not None and term.first.year <= present <= term.last.year
    return Period(term.first if inside else None, published if since["now"] else None)


def _years_in_brackets(text: str, end: int, number: str) -> Period:
    """``5 năm`` are not the years of a term; those in a bracket behind them (`Qua 5 năm ở tỉnh ta (2008 - 2013)`) are meant where they are as many."""
    years = _YEARS_IN_BRACKETS.match(text, end)
    wanted = number_said(number)
    if years is None or int(years["last"]) - int(years["first"]) not in (wanted, wanted - 1):
        return UNKNOWN
    return read_period(f"{years['first']}-{years['last']}") or UNKNOWN


def _another_is_told_of(text: str, position: int, unit: str, published: date | None) -> bool:
    """True for ``quý tới`` where the article tells of another quarter than that of its publication: it may be the one after that."""
    return any(published is None or not _holds(period, published) for period in _units_named(text, position, unit, published))


def _holds(period: Period, day: date) -> bool:
    return period.first is not None and period.last is not None and period.first <= day <= period.last


def _cannot_be_known(text: str, plain: str, before: str) -> bool:
    """``2019-2020`` where school years are told of is one; ``cuối năm`` is some day then."""
    if years := _SCHOOL_YEAR.fullmatch(plain):
        return int(years[2]) == int(years[1]) + 1 and "năm học" in plain_text(text)
    return plain.startswith("cuối ") and bool(_SINCE.search(before) or not (STATED_YEAR.search(plain) or _AS_OF.search(before)))


def _read_in_its_year(text: str, span: Span, plain: str, before: str, published: date | None) -> Period | None:
    """A time that states no year takes the one that the article is speaking of there."""
    stands = f"trước {span.of(text)}" if _BEFORE.search(before) else span.of(text)
    year, present = _year(text, span, plain, published), present_year(text, published)
    if published is None and _FROM_THIS_YEAR.search(plain):
        year = present = this_year(text, published)
    if published is None and present is not None and (over := _JUST_OVER.fullmatch(plain)):
        return over_by(text, present, over["months"])
    if year is None and published is None and BARE_DAY.fullmatch(plain):
        year = election_year(text)
    period = read_period(stands, published=published, year=year, present=present)
    if year is None or period is None:
        return period
    if published is None:
        nearer = nearer_year(text, span, plain, before, period, year, present)
        present = max(present or nearer, nearer)  # what is `tới` is seen from there
    elif year == published.year - 1 and _days_ago(text, span, plain, published):
        nearer = published.year
    elif _after_the_new_year(text, span, plain, period, published):
        nearer = year + 1
    else:
        nearer = year - 1 if _not_yet(text, span, plain, before, period, published) else year
    return period if nearer == year else read_period(stands, published=published, year=nearer, present=present)


def _days_ago(text: str, span: Span, plain: str, published: date) -> bool:
    """True for the day of a meeting just before that of publication, in the first weeks of a year: the report read there is of the year before."""
    if published.month > _NEW_YEAR_MONTHS or not _MEETING.search(text[max(0, span.start - _REACH) : span.start]):
        return False
    period = read_period(plain, published=published, year=published.year) if BARE_DAY.fullmatch(plain) else None
    return period is not None and period.first is not None and 0 <= (published - period.first).days <= _NEWS


def _year(text: str, span: Span, plain: str, published: date | None) -> int | None:
    """The year spoken of; that of a plan for a time in it; in the first weeks of a year the one just over for ``trong năm``."""
    year = speaking_year(text, span.start, published)
    if published is None or STATED_YEAR.search(plain) or SEEN_FROM_NOW.search(plain):
        return year
    if coming := planned_year(text, span.start, published):
        return coming
    if published.month > _NEW_YEAR_MONTHS:
        return year
    sentence = text[sentence_start(text, span.start) : span.start]
    if year == published.year - 1 and not STATED_YEAR.search(sentence) and (_THIS_YEAR.search(sentence) or lies_ahead(sentence) or _goes_on_ahead(text, span)):
        return published.year
    if _WHOLE_YEAR.fullmatch(plain) and last_stated_year(text, span.start, published) == published.year - 1:
        return published.year - 1
    if _ALL_YEAR.fullmatch(plain) and year == published.year and _just_over(text, span, published):
        return published.year - 1
    return year


def _just_over(text: str, span: Span, published: date) -> bool:
    """``Cả năm, công đoàn đã …`` in January: no year can be summed up in its first month. Not where a year or a plan is told of in its line."""
    line = text.rfind("\n", 0, span.start) + 1
    around = text[max(line, span.start - _TOLD_REACH) : span.start] + rest_of_clause(text, span.end)
    return published.month == 1 and not (STATED_YEAR.search(around) or may_be_planned(around) or _THIS_YEAR.search(around))


def _goes_on_ahead(text: str, span: Span) -> bool:
    """``tháng 3 bệnh viện sẽ …``: the words of planning stand behind the time, in its clause."""
    return lies_ahead(rest_of_clause(text, span.end))


def _after_the_new_year(text: str, span: Span, plain: str, period: Period, published: date) -> bool:
    """True for ``ngày 8-1 này``, and for ``Quý I sẽ …`` at the head of its clause, told of in December: that of the year to come."""
    day = period.first
    if day is None or published.month <= 12 - _NEW_YEAR_MONTHS or STATED_YEAR.search(plain) or SEEN_FROM_NOW.search(plain):
        return False
    if day.year != published.year or day.month > _NEW_YEAR_MONTHS:
        return False
    behind = rest_of_clause(text, span.end)
    heads = not text[: span.start].rstrip(" ") or _CLAUSE_HEAD.search(text, max(0, span.start - 12), span.start) is not None
    return _THIS_OR_NEXT.match(text, span.end) is not None or (heads and _WILL.match(behind) is not None and not _DONE_OR_JUST.search(behind))


def _not_yet(text: str, span: Span, plain: str, before: str, period: Period, published: date) -> bool:
    """True for ``quý IV`` told of in January as something done, and for ``tháng 5`` where the article last spoke of the year before.

    What has only an end (``đến hết tháng 12``), and later in the year what is more than half a year ahead, must be said to be done in its clause:
    ``chốt sổ 31-12`` in March.
    """
    day = period.first or period.last
    if day is None or day <= published or STATED_YEAR.search(plain) or SEEN_FROM_NOW.search(plain):
        return False
    if period.first is None or published.month > _NEW_YEAR_MONTHS:
        return "năm" not in plain and (published.month <= _NEW_YEAR_MONTHS or (day - published).days >= HALF_A_YEAR) and _said_to_be_done(text, span)
    if day.month < LAST_QUARTER and last_stated_year(text, span.start, published) != published.year - 1:
        return False
    sentence = text[sentence_start(text, span.start) : span.start]
    return not (_THIS_YEAR.search(sentence) or lies_ahead(before) or _goes_on_ahead(text, span))


def _said_to_be_done(text: str, span: Span) -> bool:
    """True where the time's own clause says so, and nothing in its sentence up to there speaks of a plan."""
    before, behind = text[max(sentence_start(text, span.start), span.start - _REACH) : span.start], rest_of_clause(text, span.end)
    done = any(map(_DONE.search, (CLAUSE_END.split(before)[-1], behind)))
    return done and not any(map(may_be_planned, (before, behind)))


def _unit_told_of(text: str, position: int, unit: re.Match[str], published: date | None) -> Period:
    """``trong tháng``, ``hết quý``: the only month or quarter that is named before it and has begun (``hết``: is over) by publication.

    With ``này`` it is that of publication, unless another is named.
    """
    until, named = unit["until"] is not None, _units_named(text, position, unit["unit"], published)
    begun = {period for period in named if period.first and period.last and (published is None or period.first <= published)}
    if unit["which"] == "này" and published:
        number = published.month if unit["unit"] == "tháng" else (published.month + 2) // 3
        begun.add(read_period(f"{unit['unit']} {number}/{published.year}") or UNKNOWN)
    elif unit["which"] and unit["unit"] == "quý" and published:
        begun.add(_quarter_before(published))
    elif until and published:
        begun = {period for period in begun if period.last and period.last <= published}
    if len(begun) != 1:
        return UNKNOWN
    (period,) = begun
    return Period(None if until else period.first, period.last)


def _quarter_before(published: date) -> Period:
    """The last whole quarter; unknown in the last days of a quarter, which may be the one that is over."""
    ends = read_period(f"quý {(published.month + 2) // 3}/{published.year}") or UNKNOWN
    soon_over = ends.last is not None and (ends.last - published).days < _ALMOST_OVER
    return UNKNOWN if soon_over else read_period("quý trước", published=published) or UNKNOWN


def _units_named(text: str, position: int, unit: str, published: date | None) -> set[Period]:
    """The months or quarters that are named before a place, as the article's own time."""
    told = text[max(0, position - _TOLD_REACH) : position]
    mentions = [found for found in _NAMED[unit].finditer(told) if not is_not_its_time(told, found.start())]
    return {read_period(found[0], published=published, year=speaking_year(told, found.start(), published)) or UNKNOWN for found in mentions[-_TOLD_MENTIONS:]}
