"""A DATE where it stands in its article: what the words before it, the terms of office and the days told of make of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from model.datelines import last_stated_year, present_year, speaking_year
from model.numerals import plain_text
from model.periods import MAX_LENGTH, UNKNOWN, read_period
from model.plans import lies_ahead
from model.schema import Period, Span

_REACH = 200
"""How many code points before a time are looked at for words of planning."""
_NEW_YEAR_MONTHS = 2
"""In January and February the last quarter, where it is not planned, is that of the year before."""
_LAST_QUARTER, _SECOND_HALF = 10, 7
_STATED = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_WHOLE_YEAR = re.compile(r"(?:(?:trong|cả|toàn|hết) )*năm")
_BEFORE = re.compile(r"(?<!\w)trước\s*$", re.IGNORECASE)
_SINCE = re.compile(r"(?<!\w)(?:từ|hồi|khoảng)\s*$", re.IGNORECASE)
_AS_OF = re.compile(r"(?<!\w)(?:đến|tới|vào|thời điểm|phấn đấu|trước)\s*$", re.IGNORECASE)
_TERM = re.compile(
    r"(?:nhiệm k[ỳì]|kho[áa]|khóa)(?:[ ,]+(?:thứ )?(?P<number>[IVXLC]+))?[ ,]*\(? ?(?:nhiệm k[ỳì] ?)?(?P<first>(?:19|20)[0-9]{2}) ?[-–] ?(?P<last>(?:19|20)[0-9]{2})",
    re.IGNORECASE,
)
_TERM_WORDS = re.compile(
    r"(?P<part>(?:đến )?cuối |hết |trong |phần còn lại của |cả |toàn )?(?:nhiệm k[ỳì]|kho[áa]|khóa)"
    r"(?: (?P<which>(?:vừa )?qua|trước|mới|tới|này))?(?: (?P<number>[ivxlc]+))?"
)
_YEARS_OF_TERM = re.compile(r"(?:(?P<five>5|năm)|(?P<three>3|ba)) năm(?: (?:vừa )?qua)?")
_SAME_DAY = re.compile(r"(?:\w+ ){0,3}(?:cùng (?:ngày|hôm)|(?:ngày|hôm|đêm|sáng|chiều|tối) (?:đó|ấy))")
_DAY = re.compile(r"(?<![0-9/.-])(?:[0-9]{1,2}[/-][0-9]{1,2}(?:[/-](?:19|20)[0-9]{2})?|[0-9]{1,2} tháng [0-9]{1,2}(?: năm (?:19|20)[0-9]{2})?)(?![0-9/-])")


@dataclass(frozen=True, slots=True)
class _Term:
    """A term of office as the article states it: its Roman number, if any, first and last year, and where it stands."""

    number: str
    first: int
    last: int
    start: int

    def moved(self, terms: int) -> _Term:
        """The term as long as this one, so many terms later."""
        years = terms * (self.last - self.first)
        return _Term("", self.first + years, self.last + years, self.start)


def read_date(text: str, span: Span, published: date | None) -> Period | None:
    """First and last day of a DATE of an article.

    Args:
        text: the article's NFC text.
        span: where the time stands in it.
        published: the day of publication, where it is known.

    Returns:
        None for what is no time; ``Period(None, None)`` for a time whose days cannot be known.
    """
    surface = span.of(text)
    plain = plain_text(surface[:MAX_LENGTH])
    line = text.rfind("\n", 0, span.start) + 1
    before = text[max(line, span.start - _REACH) : span.start]
    if _TERM_WORDS.fullmatch(plain) or _YEARS_OF_TERM.fullmatch(plain):
        return _term(text, span, plain, before, present_year(text, published))
    if _SAME_DAY.fullmatch(plain):
        return _day_told_of(text, span.start, published)
    if plain.startswith("cuối ") and (_SINCE.search(before) or not (_STATED.search(plain) or _AS_OF.search(before))):
        return UNKNOWN  # some day then
    year = speaking_year(text, span.start, published)
    if _WHOLE_YEAR.fullmatch(plain) and published and published.month <= _NEW_YEAR_MONTHS and last_stated_year(text, span.start, published) == published.year - 1:
        year = published.year - 1
    stands = f"trước {surface}" if _BEFORE.search(before) else surface
    present = present_year(text, published)
    period = read_period(stands, published=published, year=year, present=present)
    spoken = last_stated_year(text, span.start, published)
    if period and period.first and year is not None and _not_yet(plain, before, period.first, published, spoken):
        return read_period(stands, published=published, year=year - 1, present=present)
    return period


def _not_yet(plain: str, before: str, first: date, published: date | None, spoken: int | None) -> bool:
    """True for ``quý IV`` told of in January as something done, and for ``quý III`` where the article last spoke of the year before."""
    if published is None or published.month > _NEW_YEAR_MONTHS or first.month < (_LAST_QUARTER if spoken != published.year - 1 else _SECOND_HALF):
        return False
    return not (_STATED.search(plain) or re.search(r"(?<!\w)(?:tới|sau|này|nay)(?!\w)", plain) or lies_ahead(before))


def _term(text: str, span: Span, plain: str, before: str, present: int | None) -> Period | None:
    """``nhiệm kỳ qua``, ``nhiệm kỳ XI``, ``cuối nhiệm kỳ``, ``5 năm qua``: whole years of a term that the article states, if it does."""
    asked, years = _TERM_WORDS.fullmatch(plain), _YEARS_OF_TERM.fullmatch(plain)
    terms = [_Term(found["number"] or "", int(found["first"]), int(found["last"]), found.start()) for found in _TERM.finditer(text)]
    terms = [term for term in terms if term.first < term.last]
    if years:
        length = 5 if years["five"] else 3
        chosen = _past_term([term for term in terms if term.last - term.first == length], present)
    elif asked and asked["number"]:
        chosen = next((term for term in terms if term.number.lower() == asked["number"]), None)
    else:
        chosen = _term_in_words(terms, span.start, asked["which"] if asked else None, lies_ahead(before) or plain.startswith("cuối"), present)
    if chosen is None:
        return UNKNOWN
    only_end = asked is not None and (asked["part"] or "").strip() in ("cuối", "đến cuối", "hết", "phần còn lại của")
    return Period(None if only_end else date(chosen.first, 1, 1), date(chosen.last, 12, 31))


def _term_in_words(terms: list[_Term], position: int, which: str | None, ahead: bool, present: int | None) -> _Term | None:
    """The term that ``qua``, ``tới`` or nothing beside the word means; None where the article leaves it open."""
    if which in ("qua", "vừa qua", "trước"):
        return _past_term(terms, present)
    if which in ("mới", "tới"):
        return _coming_term(terms, present)
    if present is not None and any(term.first >= present for term in terms):
        # At a congress one term ends and the next begins: what is told of is the first, what is planned the second.
        return _coming_term(terms, present) if ahead else _past_term(terms, present)
    if len({(term.first, term.last) for term in terms}) == 1:
        return terms[0]
    return next((term for term in reversed(terms) if term.start < position), None)


def _past_term(terms: list[_Term], present: int | None) -> _Term | None:
    """The last one that is over or ends within a year; else the one right before a term that has just begun."""
    if present is None:
        return None
    over = [term for term in terms if term.first < present and term.last <= present + 1]
    begun = [term.moved(-1) for term in terms if abs(term.first - present) <= 1]
    return max(over, key=lambda term: term.last, default=next(iter(begun), None))


def _coming_term(terms: list[_Term], present: int | None) -> _Term | None:
    """The first one that has just begun or is to come; else the one right after a term that is about to end."""
    if present is None:
        return None
    ahead = [term for term in terms if term.first >= present - 1]
    ending = [term.moved(1) for term in terms if abs(term.last - present) <= 1]
    return min(ahead, key=lambda term: term.first, default=next(iter(ending), None))


def _day_told_of(text: str, position: int, published: date | None) -> Period:
    """``cùng ngày`` is the last day that was named before it."""
    named = list(_DAY.finditer(text[:position].lower()))
    if not named:
        return UNKNOWN
    period = read_period(named[-1][0], published=published, year=speaking_year(text, position, published))
    return period or UNKNOWN
