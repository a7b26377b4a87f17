"""Terms of office told in words: ``nhiệm kỳ qua``, ``nhiệm kỳ XI``, ``cuối nhiệm kỳ`` are the whole years of a term that the article states.

A term that the article does not state is unknown, also where it lies next to one that it does: not every term is as long as the last.
A congress, or an election that the article tells of, meets in the first year of the term that it opens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from model.moments import TERM_WORD, UNKNOWN
from model.schema import Period

_STATED = re.compile(
    rf"(?<!\w)(?<!ngạch )(?:{TERM_WORD}|kho[áa]|khóa)(?: (?:vừa )?(?:qua|này|mới|tới|trước))?(?:[ ,]+(?:thứ )?(?P<number>[IVXLC]+))?[ ,]*\(? ?(?:{TERM_WORD} ?)?"
    r"(?P<first>(?:19|20)[0-9]{2})(?: ?[-–] ?| đến )(?P<last>(?:19|20)[0-9]{2})",
    re.IGNORECASE,
)
_IN_WORDS = re.compile(
    rf"(?P<part>(?:đến )?cuối |hết |trong |phần còn lại của |cả |toàn )?(?:{TERM_WORD}|kho[áa]|khóa)"
    r"(?: (?P<which>(?:vừa )?qua|trước|mới|tới|này))?(?: (?P<number>[ivxlc]+))?"
)
_CONGRESS = re.compile(
    r"\bđại hội\b(?:TP\. ?|T\.Ư|[^.;:\n]){0,120}?" rf"\b{TERM_WORD}" r" ?\(? ?(?P<first>(?:19|20)[0-9]{2})(?: ?[-–] ?| đến )(?P<last>(?:19|20)[0-9]{2})", re.IGNORECASE
)
_ELECTED = re.compile(
    r"(?<!\w)(?:(?:tái )?đắc cử|tái cử|trúng cử|(?<![Đđ]ược )(?<!ông )(?<!bà )(?<!mang )bầu(?! (?:cử|không khí|trời|bí|Đức|Hiển|Thắng|Kiên|Tú|Trường|Thụy))"
    r"|ra mắt(?= (?:Ban Chấp hành|BCH|Ban Thường vụ)))(?!\w)"
)
_WITHIN_A_TERM = re.compile(
    r"(?<!\w)(?:(?:bổ sung|miễn nhiệm|kiện toàn|lấy phiếu|lâm thời)(?!\w)|(?:kỳ họp|hội nghị[^.;\n]{0,40} lần) thứ (?!nhất|1(?![0-9])|I(?![A-Z])))", re.IGNORECASE
)
"""What is told of later than its beginning."""
_IN_OFFICE = re.compile(r"(?<!\w)(?:giữ chức|từng|nguyên|nhớ)(?!\w)", re.IGNORECASE)
"""In the sentence: how someone had come to office."""
_SENTENCE_END = re.compile(r"\. |\n")
_ELECTION_REACH = 200
_ONLY_END = ("cuối", "đến cuối", "hết", "phần còn lại của")


@dataclass(frozen=True, slots=True)
class _Term:
    """A term of office as the article states it: its Roman number, if any, first and last year, and where it stands."""

    number: str
    first: int
    last: int
    start: int


def is_term(plain: str) -> bool:
    """True for a term told in words, without its years.

    >>> is_term("nhiệm kỳ qua"), is_term("nhiệm kỳ 2018-2023")
    (True, False)
    """
    return _IN_WORDS.fullmatch(plain) is not None


def read_term(text: str, position: int, plain: str, present: int | None, ahead: bool) -> Period:
    """First and last day of a term told in words.

    Args:
        text: the article.
        position: where the words stand in it.
        plain: the words in plain lower case.
        present: the year in which the article is written, where it is known.
        ahead: whether the sentence speaks of what is still to come.

    Returns:
        Whole years; for the end of a term its last day only; ``UNKNOWN`` where the article does not state which years are meant.
    """
    words = _IN_WORDS.fullmatch(plain)
    terms = _stated_terms(text)
    if words is None:
        return UNKNOWN
    if words["number"]:
        chosen = next((term for term in terms if term.number.lower() == words["number"]), None)
    else:
        turn = _turn(terms, present)
        chosen = _chosen(terms, position, words["which"], congress_year(text) if turn is None else turn, ahead or plain.startswith("cuối"))
    if chosen is None:
        return UNKNOWN
    return Period(None if (words["part"] or "").strip() in _ONLY_END else date(chosen.first, 1, 1), date(chosen.last, 12, 31))


def _stated_terms(text: str) -> list[_Term]:
    found = [_Term(term["number"] or "", int(term["first"]), int(term["last"]), term.start()) for term in _STATED.finditer(text)]
    return [term for term in found if term.first < term.last]


def _turn(terms: list[_Term], present: int | None) -> int | None:
    """An article that states a term and the one after it is written between the two, whatever year it last named."""
    starts, ends = {term.first for term in terms}, {term.last for term in terms}
    turns = {year for year in starts if year in ends or year - 1 in ends}
    return max(turns) if len(turns) == 1 and (present is None or present < max(turns)) else present


def congress_year(text: str) -> int | None:
    """The year in which the article's congress meets, where its name says it: a congress bears the term that it opens."""
    years = {int(named["first"]) for named in _CONGRESS.finditer(text) if named["first"] < named["last"]}
    return years.pop() if len(years) == 1 else None


def election_year(text: str) -> int | None:
    """The year in which the only term that an article states began, where it tells in the same sentence how people were elected for it.

    None where a seat is filled up later (`bầu bổ sung`, `kỳ họp thứ 9`), or the article tells how someone had come to office (`được bầu`).
    """
    terms = _stated_terms(text)
    if len({term.first for term in terms}) != 1 or _WITHIN_A_TERM.search(text):
        return None
    told = (_sentence(text, term.start) for term in terms)
    return terms[0].first if any(_ELECTED.search(said) and not _IN_OFFICE.search(said) for said in told) else None


def _sentence(text: str, position: int) -> str:
    """What stands between two full stops or ends of lines around a place, near it."""
    before, behind = text[max(0, position - _ELECTION_REACH) : position], text[position : position + _ELECTION_REACH]
    return _SENTENCE_END.split(before)[-1] + _SENTENCE_END.split(behind)[0]


def _chosen(terms: list[_Term], position: int, which: str | None, present: int | None, ahead: bool) -> _Term | None:
    """The term that ``qua``, ``tới`` or nothing beside the word means; None where the article leaves it open."""
    if which in ("qua", "vừa qua", "trước"):
        return _past_term(terms, present)
    if which in ("mới", "tới"):
        return _coming_term(terms, present)
    if present is not None and (any(term.first >= present for term in terms) or (ahead and all(term.last <= present for term in terms))):
        # At a congress one term ends and the next begins: what is told of is the first, what is planned the second.
        return _coming_term(terms, present) if ahead else _past_term(terms, present)
    if len({(term.first, term.last) for term in terms}) == 1:
        return terms[0]
    return next((term for term in reversed(terms) if term.start < position), None)


def _past_term(terms: list[_Term], present: int | None) -> _Term | None:
    """The last one that is over or ends within a year."""
    over = [term for term in terms if present is not None and term.first < present and term.last <= present + 1]
    return max(over, key=lambda term: term.last, default=None)


def _coming_term(terms: list[_Term], present: int | None) -> _Term | None:
    """The first one that has just begun or is to come."""
    ahead = [term for term in terms if present is not None and term.first >= present - 1]
    return min(ahead, key=lambda term: term.first, default=None)
