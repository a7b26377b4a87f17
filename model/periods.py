"""What a DATE says: its first and last day, both inclusive.

A time whose days cannot be known (a fiscal or school year, Tết, ``đầu năm 2020``, an impossible date) is ``Period(None, None)``;
text that is no time at all is None. Nothing here guesses a day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from model.datelines import publication_day, speaking_year
from model.numerals import plain_text
from model.schema import Period

__all__ = ["UNKNOWN", "publication_day", "read_period", "speaking_year"]

MAX_LENGTH = 120
"""No time expression is longer, in code points; what is, is not read."""
UNKNOWN = Period(None, None)


@dataclass(frozen=True, slots=True)
class _Context:
    """What an expression may lean on: the day of publication and the year that the article is speaking of."""

    published: date | None
    year: int | None
    present: int | None = None

    def year_of(self, found: re.Match[str]) -> int | None:
        """The year that the match states, in digits or as ``năm ngoái``; else the year spoken of."""
        groups = found.groupdict()
        if groups.get("year"):
            return int(groups["year"])
        word = groups.get("word")
        if word is None:
            return self.year
        return self.present + _YEARS_AWAY[word] if self.present else None


_YEARS_AWAY = {"năm nay": 0, "năm này": 0, "năm ngoái": -1, "năm trước": -1, "năm tới": 1, "năm sau": 1, "sang năm": 1}
_Handler = Callable[[re.Match[str], _Context], Period]

_NUMBERS = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
    "mười": 10, "mười một": 11, "mười hai": 12, "i": 1, "ii": 2, "iii": 3, "iv": 4, "đầu": 1, "cuối": 4,
}  # fmt: skip
_PARTS = {
    "{YEAR}": r"(?:(?:[/.-](?:năm )?|,? (?:của )?(?:năm )?)(?P<year>{Y})|,? (?:của )?(?P<word>năm (?:nay|này|ngoái|trước|tới|sau)|sang năm))?",
    "{Y}": r"(?:19|20)[0-9]{2}",
    "{D}": r"[0-9]{1,2}",
    "{N}": r"(?P<n>[0-9]{1,2}|mười một|mười hai|mười|một|hai|ba|bốn|tư|năm|sáu|bảy|bẩy|tám|chín)",
}


def _number(text: str) -> int:
    return int(text) if text.isdigit() else _NUMBERS[text]


def _span(first: tuple[int, int, int], last: tuple[int, int, int]) -> Period:
    """The days between two dates given as year, month, day; unknown where one is impossible or they are the wrong way round."""
    try:
        period = Period(date(*first), date(*last))
    except ValueError:
        return UNKNOWN
    return period if first <= last else UNKNOWN


def _months(year: int | None, first: int, last: int) -> Period:
    """Whole months of a year: ``_months(2021, 1, 3)`` is its first quarter."""
    if year is None or not 1 <= first <= last <= 12:
        return UNKNOWN
    return _span((year, first, 1), (year, last, monthrange(year, last)[1]))


def _day(found: re.Match[str], context: _Context) -> Period:
    year, day = context.year_of(found), int(found["d"])
    if year is None:
        return UNKNOWN
    return _span((year, int(found["m"]), day), (year, int(found["m"]), int(found.groupdict().get("d2") or day)))


def _month(found: re.Match[str], context: _Context) -> Period:
    first = _number(found["n"])
    return _months(context.year_of(found), first, int(found.groupdict().get("n2") or first))


def _coming_month(found: re.Match[str], context: _Context) -> Period:
    """``tháng 12 tới`` is the next one after publication."""
    month, published = _number(found["n"]), context.published
    return _months(context.present + bool(published and month <= published.month) if context.present else None, month, month)


def _quarter(found: re.Match[str], context: _Context) -> Period:
    first = _number(found["n"])
    return _months(context.year_of(found), 3 * first - 2, 3 * _number(found.groupdict().get("n2") or found["n"]))


def _run_of_quarters(found: re.Match[str], context: _Context) -> Period:
    return _months(context.year_of(found), 1, 3 * _number(found["n"]))


def _last_quarters(found: re.Match[str], context: _Context) -> Period:
    return _months(context.year_of(found), 13 - 3 * _number(found["n"]), 12)


def _rest_of_year(found: re.Match[str], context: _Context) -> Period:
    return _months(context.year_of(found), 13 - _number(found["n"]), 12)


def _first_half(found: re.Match[str], context: _Context) -> Period:
    return _months(context.year_of(found), 1, 6)


def _named_month(found: re.Match[str], context: _Context) -> Period:
    """``Tháng Công nhân 2018`` is May, ``Tháng Thanh niên`` March, every year."""
    month = 5 if found["name"] == "công nhân" else 3
    return _months(int(found["year2"]) if found["year2"] else context.year_of(found), month, month)


def _run_of_months(found: re.Match[str], context: _Context) -> Period:
    count = _number(found["n"])
    end = found.groupdict().get("end")
    return _months(context.year_of(found), 13 - count, 12) if end == "cuối" else _months(context.year_of(found), 1, count)


def _elapsed(found: re.Match[str], context: _Context) -> Period:
    """``9 tháng`` and ``3 quý`` run from the first of January, where the year had then just come so far; else they may be any nine months."""
    months, past = _number(found["n"]) * (3 if found["unit"] == "quý" else 1), bool(found["past"])
    published, year = context.published, context.year
    if published is None:
        return UNKNOWN if past else _months(year, 1, months)
    if year is None or not 0 <= 12 * (published.year - year) + published.month - months <= 2:
        return UNKNOWN
    return Period(date(year, 1, 1), published) if past and months == published.month else _months(year, 1, months)


def _half_elapsed(found: re.Match[str], context: _Context) -> Period:
    """``nửa năm qua``, said in summer."""
    published = context.published
    return _months(context.year, 1, 6) if published is None or 6 <= published.month <= 9 else UNKNOWN


def _half(found: re.Match[str], context: _Context) -> Period:
    return _months(context.year_of(found), 7, 12) if found["end"] != "đầu" else _months(context.year_of(found), 1, 6)


def _year(found: re.Match[str], context: _Context) -> Period:
    return _months(context.year_of(found), 1, 12)


def _years(found: re.Match[str], context: _Context) -> Period:
    first, last = int(found["first"]), int(found["last"])
    if found["join"] != "-" and last != first + 1:
        return UNKNOWN  # "2016 và 2020" are two years, not what lies between
    return _span((first, 1, 1), (last, 12, 31))


def _now(found: re.Match[str], context: _Context) -> Period:
    return Period(context.published, context.published)


def _yesterday(found: re.Match[str], context: _Context) -> Period:
    day = context.published - timedelta(days=1) if context.published and context.published > date.min else None
    return Period(day, day)


def _past_year(found: re.Match[str], context: _Context) -> Period:
    """``năm qua`` is the year before in its first months and the year itself in its last; between the two it is open."""
    published = context.published
    if published is None or 3 < published.month < 12:
        return UNKNOWN
    return _months(published.year - (published.month <= 3), 1, 12)


def _unknown(found: re.Match[str], context: _Context) -> Period:
    return UNKNOWN


def _table(*rows: tuple[str, _Handler]) -> tuple[tuple[re.Pattern[str], _Handler], ...]:
    def compiled(grammar: str) -> re.Pattern[str]:
        for name, part in _PARTS.items():
            grammar = grammar.replace(name, part)
        return re.compile(grammar)

    return tuple((compiled(grammar), handler) for grammar, handler in rows)


_NOW_WORDS = r"(?:nay|hiện|hiện nay|hiện tại|hiện giờ|thời điểm (?:này|hiện nay|hiện tại)|bây giờ)"
# The first line that matches the whole of an expression reads it.
_GRAMMARS = _table(
    (_NOW_WORDS, _now),
    (r"qua", _yesterday),
    (r"(?:ngày )?(?P<d>{D})[/.-](?P<m>{D})[/.-](?P<year>{Y})", _day),
    (r"(?:(?:hai|2|các) )?(?:ngày )?(?P<d>{D})(?:-|, | và )(?:ngày )?(?P<d2>{D})[/.](?P<m>{D}){YEAR}", _day),
    (r"(?:ngày )?(?P<d>{D})[/.-](?P<m>{D})(?: năm (?P<year>{Y}))?", _day),
    (r"(?:ngày )?(?P<d>{D}) tháng (?P<m>{D}){YEAR}", _day),
    (r"tháng (?P<n>[0-9]{1,2})(?:-|, | và )(?:tháng )?(?P<n2>{D}){YEAR}", _month),
    (r"tháng {N}{YEAR}", _month),
    (r"(?P<n>{D})[/.-](?P<year>{Y})", _month),
    (r"tháng {N} tới", _coming_month),
    (r"tháng {N} (?:vừa (?:qua|rồi)|qua)", _month),
    (r"tháng (?:(?P<n>đầu)(?: tiên)?)(?: của)?(?: năm)?{YEAR}", _month),
    (r"quý (?P<n>iii|ii|iv|i|[1-4]|một|hai|ba|tư|bốn|đầu|cuối)(?: tiên| cùng)?{YEAR}", _quarter),
    (r"quý (?P<n>đầu|cuối)(?: tiên| cùng)?(?: của)? năm", _quarter),
    (r"(?:(?:hai|2|các) )?quý (?P<n>iii|ii|iv|i|[1-4])(?:-|, | và | hoặc )(?:quý )?(?P<n2>iii|ii|iv|i|[1-4]){YEAR}", _quarter),
    (r"{N} tháng (?:đầu|cuối)", _unknown),
    (r"(?:sau )?{N} (?P<unit>tháng|quý)(?P<past> (?:vừa )?qua)?", _elapsed),
    (r"{N} quý(?: đầu)?(?: của)?(?: năm)?{YEAR}", _run_of_quarters),
    (r"nửa năm (?P<end>cuối|còn lại)", _half),
    (r"{N} quý cuối(?: của)?(?: năm)?{YEAR}", _last_quarters),
    (r"{N} tháng còn lại(?: của)?(?: năm)?{YEAR}", _rest_of_year),
    (r"nửa năm(?: (?:vừa )?qua)?", _half_elapsed),
    (r"bán niên(?: đầu)?(?: năm)?{YEAR}", _first_half),
    (r"tháng (?P<name>công nhân|thanh niên){YEAR}(?: (?P<year2>{Y}))?", _named_month),
    (r"{N} tháng(?: (?P<end>đầu|cuối))?(?: của)?(?: năm)?{YEAR}", _run_of_months),
    (r"nửa (?P<end>đầu|cuối)(?: của)?(?: năm)?{YEAR}", _half),
    (r"(?:(?:cả|toàn) )?năm (?:vừa )?qua", _past_year),
    (r"(?:(?:cả|toàn) )?(?P<word>năm (?:nay|này|ngoái|trước|tới|sau))", _year),
    (r"(?:(?:cả|toàn) )?năm", _year),
    (r"(?:(?:cả|toàn) )?(?:năm )?(?P<year>{Y})", _year),
    (
        (
            r"(?:(?:cả )?(?:nhiệm k[ỳì]|giai đoạn|thời k[ỳì]|kho[áa]|khóa|các năm|năm|(?:[0-9]{1,2}|hai|ba|bốn|năm) năm(?: liên tiếp)?),? ){0,3}"
            r"(?:[ivxlc]+,? )?(?:từ )?(?:năm )?(?P<first>{Y})(?P<join>-|, | và )(?:năm )?(?P<last>{Y})"
        ),
        _years,
    ),
)
_PREFIX = re.compile(
    r"(?:(?:hôm|sáng|trưa|chiều|tối|đêm) nay(?= ?,? (?:ngày )?[0-9])|trong|vào|ngay|riêng|cũng|chỉ|tính|kể|cho|đến|tới|lúc|suốt|hôm|ngày hôm"
    r"|(?:rạng )?sáng(?: sớm)?|trưa|chiều(?: tối)?|tối|đêm|khuya|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật"
    r"|(?:giai đoạn|thời gian)(?= từ )|[0-9]{1,2}(?:[hg:][0-9]{0,2}[’']?| giờ(?: [0-9]{1,2}(?: phút)?)?)"
    r"|thời điểm(?= [0-9])|m[ùồ]ng(?= [0-9]{1,2}[/-][0-9])),? "
)
_LUNAR = re.compile(r" [0-9]{1,2}(?:[/-][0-9]{1,2})? âm lịch$")
_UNTIL = re.compile(r"(?:(?:tính |cho )?(?:đến|tới|vào) )?(?:hết|cuối|trước) ")
_RANGES = (
    re.compile(r"(?P<since>từ )?(?P<a>.+?) (?:cho )?(?:đến|tới) (?P<b>.+)"),
    re.compile(r"(?P<since>từ )?(?P<a>(?:ngày )?[0-9]{1,2}/[0-9]{1,2}(?:/[0-9]{4})?)-(?P<b>(?:ngày )?[0-9]{1,2}/[0-9]{1,2}(?:/[0-9]{4})?)"),
    re.compile(r"(?P<since>từ )?(?P<a>(?:tháng|quý) [0-9/ivx]+)-(?P<b>(?:tháng|quý) [0-9/ivx]+)"),
)
_BOTH_ENDS = re.compile(r"(?:ngày )?[0-9]{1,2}-[0-9]{1,2}[/.].*|.*[0-9]{4}-[0-9]{4}")
_STATED = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_NOW = re.compile(_NOW_WORDS)
_BARE_DAY = re.compile(r"(?:ngày )?([0-9]{1,2})")
_TIME = re.compile(
    r"(?<!\w)(?:(?:năm|tháng|tuần|ngày|tết|dịp|nhiệm k[ỳì]|giai đoạn|thế kỷ|thập kỷ|thời (?:gian|điểm|k[ỳì])|mùa|hè|nay|hiện tại|học k[ỳì]|niên độ"
    r"|vừa qua|chạp|giêng|rằm|mùng|mồng|giao thừa|âm lịch|cùng k[ỳì])(?!\w)"
    r"|(?:sáng|trưa|chiều|tối|đêm|hôm) (?:[0-9]|(?:nay|qua|mai|sau|kia|đó)(?!\w))"
    r"|quý (?:[ivx]{1,4}(?!\w)|[0-9]|này|trước|đầu|cuối)"
    r"|[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{2}(?![0-9]))"
)


def read_period(text: str, *, published: date | None = None, year: int | None = None, present: int | None = None) -> Period | None:
    """First and last day of a DATE span: ``quý I/2021`` is 2021-01-01 to 2021-03-31.

    ``published`` dates ``đến nay`` and the like; ``year`` is what the article is speaking of there, else the year of publication;
    ``present`` is the year of ``năm nay`` where the day of publication is not known.
    None for what is no time; ``Period(None, None)`` for a time whose days cannot be known.
    """
    if len(text) > MAX_LENGTH:
        return None
    expression = _expression(text)
    present = published.year if published else present if present is not None else year
    found = _read(expression, _Context(published, year if year is not None else present, present))
    return UNKNOWN if found is None and _TIME.search(expression) else found


def _expression(text: str) -> str:
    """Lower case, single spaces, none around dashes and slashes, no brackets or closing punctuation."""
    plain = " ".join(plain_text(text).replace("(", " ").replace(")", " ").split())
    return _LUNAR.sub("", re.sub(r" ?([-/]) ?", r"\1", plain.strip(" .,;:\"'“”")))


def _read(expression: str, context: _Context) -> Period | None:
    """A range, an end without a beginning, or a point in time; None where it is none of them."""
    if until := _UNTIL.match(expression):
        found = _point(expression[until.end() :], context)
        return _before(found) if found and "trước" in until[0] else Period(None, found.last) if found else None
    core = _without_prefixes(expression)
    for pattern in _RANGES:
        if (found_range := pattern.fullmatch(core)) and (period := _between(found_range, context)):
            return period
    if core.startswith("từ "):
        return _since(core.removeprefix("từ "), context)
    if core == "qua" == expression:
        return None
    return _point(core, context)


def _before(period: Period) -> Period:
    """``trước 30/6`` counts that day in; ``trước tháng 12`` ends with November."""
    if period.first is None or period.first == period.last:
        return Period(None, period.last)
    return Period(None, period.first - timedelta(days=1) if period.first > date.min else None)


def _without_prefixes(expression: str) -> str:
    """``vào sáng thứ hai, ngày 5/6`` is ``ngày 5/6``."""
    while found := _PREFIX.match(expression):
        expression = expression[found.end() :]
    return expression


def _point(expression: str, context: _Context) -> Period | None:
    """The first grammar that reads the whole of it."""
    core = _without_prefixes(expression)
    return next((handler(found, context) for pattern, handler in _GRAMMARS if (found := pattern.fullmatch(core))), None)


def _since(expression: str, context: _Context) -> Period | None:
    """``từ năm 2018`` has no last day; ``từ 5-7/2/2015`` has."""
    if _BOTH_ENDS.fullmatch(expression):
        return _point(expression, context)
    start = _point(expression.removeprefix("đầu ").removesuffix(" trở đi"), context)
    if start is None or start.first is None:
        return start
    # `từ đầu năm 2021` and `từ tháng 2` are up to the day of publication; `từ năm 2018` may also be a plan.
    begun = context.published is not None and start.first <= context.published
    since = begun and (expression.startswith("đầu ") or not _STATED.search(expression))
    return Period(start.first, context.published if since else None)


def _between(found: re.Match[str], context: _Context) -> Period | None:
    """``từ A đến B``: each end takes a year that only the other states; ``từ ngày 28 đến 30-6`` also the month."""
    a, b = found["a"], found["b"]
    if _NOW.fullmatch(b) and context.published:
        context = _Context(context.published, context.published.year, context.present)  # "từ đầu năm đến nay" is of the year of its last day
    stated = [int(_STATED.findall(end)[-1]) if _STATED.search(end) else None for end in (a, b)]
    last = _point(re.sub(r"^(?:hết|cuối) ", "", b), _Context(context.published, stated[0] or context.year, context.present))
    first = _point(a.removeprefix("đầu "), _Context(context.published, stated[1] or context.year, context.present))
    if (day := _BARE_DAY.fullmatch(a)) and last and last.last and last.first == last.last:
        end = last.last
        first = _span((end.year, end.month, int(day[1])), (end.year, end.month, end.day))
    if first is None and not found["since"]:
        return None
    ends = (first.first if first else None, last.last if last else None)
    if None in ends:
        return _open(ends, a, b)
    return _ordered(*ends)


def _open(ends: tuple[date | None, date | None], a: str, b: str) -> Period:
    """A range with one end that cannot be known stays open there; an end in figures that is no date spoils the whole."""
    spoilt = any(end is None and re.search(r"[0-9]", text) for end, text in zip(ends, (a, b), strict=True))
    return UNKNOWN if spoilt else Period(*ends)


def _ordered(first: date | None, last: date | None) -> Period:
    return UNKNOWN if first and last and first > last else Period(first, last)
