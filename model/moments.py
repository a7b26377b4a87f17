"""One time by its own words: a day, a month, a quarter, a year, a run of them, or one seen from the day of publication.

What lies between two times, until one or before one is read in ``model.periods`` out of these.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from model.schema import Period

UNKNOWN = Period(None, None)
TERM_WORD = "(?:nhiệm k[ỳì]|nk)"
LAST_QUARTER = 10
"""The month in which it begins."""
HALF_A_YEAR = 183
STATED_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
SEEN_FROM_NOW = re.compile(r"(?<!\w)(?:(?:năm|tháng|quý|tuần) trước|tới|sau|này|nay|qua|rồi|ngoái|mai|hiện)(?!\w)")
BARE_DAY = re.compile(r"(?:(?:sáng|trưa|chiều|tối|đêm|ngày|hôm|trước|từ|hết|[0-9]{1,2}h)[, ]+)*[0-9]{1,2}(?:[/.-]| tháng )[0-9]{1,2}")
"""A day and its month without a year, in plain lower case."""
NOW_WORDS = r"(?:nay|hiện|hiện có|hiện nay|hiện tại|hiện giờ|(?:thời điểm|lúc|giờ) (?:này|hiện nay|hiện tại)|giờ đây|bây giờ)"


@dataclass(frozen=True, slots=True)
class Context:
    """What an expression may lean on: the day of publication, the year that the article is speaking of, and that of ``năm nay``."""

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

    def day(self, away: int) -> date | None:
        """The day so many days after publication; None where that is not known or no calendar has it."""
        if self.published is None or not date.min.toordinal() <= self.published.toordinal() + away <= date.max.toordinal():
            return None
        return self.published + timedelta(days=away)


_YEARS_AWAY = {"năm nay": 0, "năm này": 0, "năm ngoái": -1, "năm trước": -1, "năm tới": 1, "năm sau": 1, "sang năm": 1}
_DAYS_AWAY = {"kia": -2, "qua": -1, "nay": 0, "mai": 1, "ngày mai": 1, "ngày kia": 2, "ngày mốt": 2}
_WEEKS_AWAY = {"trước": -1, "này": 0, "tới": 1, "sau": 1}
_Handler = Callable[[re.Match[str], Context], Period]

_NUMBERS = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
    "mười": 10, "mười một": 11, "mười hai": 12, "i": 1, "ii": 2, "iii": 3, "iv": 4, "đầu": 1, "cuối": 4,
}  # fmt: skip
STEMS = ("giáp", "ất", "bính", "đinh", "mậu", "kỷ", "canh", "tân", "nhâm", "quý")
BRANCHES = ("tý", "sửu", "dần", "mão", "thìn", "tỵ", "ngọ", "mùi", "thân", "dậu", "tuất", "hợi")
"""A lunar year is called by one of each: ``Kỷ Hợi``."""
NAMED_MONTHS = {"công nhân": 5, "nhân đạo": 5, "thanh niên": 3}
"""What a month is called after, every year."""
_PARTS = {
    "{YEAR}": r"(?:(?:[/.-](?:năm )?|,? (?:của )?(?:năm )?)(?P<year>{Y})|,? (?:của )?(?P<word>năm (?:nay|này|ngoái|trước|tới|sau)|sang năm))?",
    "{NEAR}": r"(?P<near>này|(?:sắp )?tới(?: đây)?|(?:mới|vừa) (?:qua|rồi|đây)|qua|rồi)",
    "{WEEKDAY}": r"(?P<weekday>thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)",
    "{Y}": r"(?:19|20)[0-9]{2}",
    "{D}": r"[0-9]{1,2}",
    "{LUNAR}": rf"(?:{'|'.join(STEMS)}) (?:{'|'.join(BRANCHES)})",
    "{MONTH}": rf"(?P<name>{'|'.join(NAMED_MONTHS)})",
    "{N}": r"(?P<n>[0-9]{1,2}|mười một|mười hai|mười|một|hai|ba|bốn|tư|năm|sáu|bảy|bẩy|tám|chín)",
    "{Q}": r"(?P<n>iii|ii|iv|i|[1-4]|một|hai|ba|tư|bốn|đầu|cuối)",
}


def number_said(text: str) -> int:
    """The number of a month, quarter or day, in digits or as they are called: ``6``, ``iv``, ``tư``."""
    return int(text) if text.isdigit() else _NUMBERS[text]


def days_between(first: tuple[int, int, int], last: tuple[int, int, int]) -> Period:
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
    return days_between((year, first, 1), (year, last, monthrange(year, last)[1]))


def _day(found: re.Match[str], context: Context) -> Period:
    year, day = context.year_of(found), int(found["d"])
    if year is None:
        return UNKNOWN
    return days_between((year, int(found["m"]), day), (year, int(found["m"]), int(found.groupdict().get("d2") or day)))


def _in_a_row(numbers: list[int]) -> bool:
    """True for numbers that follow one another without a gap."""
    return numbers == list(range(numbers[0], numbers[-1] + 1))


def _listed_days(found: re.Match[str], context: Context) -> Period:
    """``hai ngày 7 và 8-1`` run from the first to the last; days with others between them are no period."""
    days, year = [int(day) for day in re.findall("[0-9]+", found["days"])], context.year_of(found)
    if year is None or not _in_a_row(days):
        return UNKNOWN
    return days_between((year, int(found["m"]), days[0]), (year, int(found["m"]), days[-1]))


def _two_days(found: re.Match[str], context: Context) -> Period:
    """``ngày 31-5 và 1-6``, one after the other."""
    year = context.year_of(found)
    if year is None:
        return UNKNOWN
    period = days_between((year, int(found["m"]), int(found["d"])), (year, int(found["m2"]), int(found["d2"])))
    return period if period.first and period.last and (period.last - period.first).days == 1 else UNKNOWN


def _days_of_a_month(found: re.Match[str], context: Context) -> Period:
    """``10 ngày đầu tháng 10``, ``5 ngày cuối tháng 3``."""
    year, month, days = context.year_of(found), int(found["n"]), int(found["days"])
    if year is None or not 1 <= month <= 12 or not days:
        return UNKNOWN
    length = monthrange(year, month)[1]
    return days_between((year, month, 1), (year, month, days)) if found["end"] == "đầu" else days_between((year, month, length - days + 1), (year, month, length))


def _listed_months(found: re.Match[str], context: Context) -> Period:
    """``ba tháng 7, 8 và 9`` run from the first to the last; months with others between them are no period."""
    months = [int(month) for month in re.findall("[0-9]+", found["months"])]
    return _months(context.year_of(found), months[0], months[-1]) if _in_a_row(months) else UNKNOWN


def _month(found: re.Match[str], context: Context) -> Period:
    first = number_said(found["n"])
    return _months(context.year_of(found), first, first)


def _two_months(found: re.Match[str], context: Context) -> Period:
    """``tháng 4-8`` is what lies between; ``tháng 4 và 8`` are two months."""
    first, last = int(found["n"]), int(found["n2"])
    return _months(context.year_of(found), first, last) if found["join"] == "-" or last == first + 1 else UNKNOWN


def _quarter(found: re.Match[str], context: Context) -> Period:
    first = number_said(found["n"])
    return _months(context.year_of(found), 3 * first - 2, 3 * number_said(found.groupdict().get("n2") or found["n"]))


def _near(read: _Handler) -> _Handler:
    """``tháng 12 tới`` is the next one after publication, ``ngày 26-12 vừa rồi`` the last one, ``tháng 5 này`` the nearest."""

    def nearest(found: re.Match[str], context: Context) -> Period:
        published, near = context.published, found["near"]
        if published is None:
            return read(found, replace(context, year=context.present) if "tới" in near else context)
        around = [read(found, replace(context, year=published.year + away)) for away in (-1, 0, 1)]
        known = [(period.first, period) for period in around if period.first is not None]
        if "tới" in near:
            known = [(first, period) for first, period in known if first > published]
        elif near != "này":
            known = [(first, period) for first, period in known if first <= published]
        return min(known, key=lambda pair: abs(pair[0] - published), default=(None, UNKNOWN))[1]

    return nearest


def _run_of_quarters(found: re.Match[str], context: Context) -> Period:
    return _months(context.year_of(found), 1, 3 * number_said(found["n"]))


def _last_quarters(found: re.Match[str], context: Context) -> Period:
    return _months(context.year_of(found), 13 - 3 * number_said(found["n"]), 12)


def _rest_of_year(found: re.Match[str], context: Context) -> Period:
    return _months(context.year_of(found), 13 - number_said(found["n"]), 12)


def _named_month(found: re.Match[str], context: Context) -> Period:
    """``Tháng Công nhân 2018`` and ``Tháng Nhân đạo`` are May, ``Tháng Thanh niên`` March."""
    month = NAMED_MONTHS[found["name"]]
    return _months(int(found["year2"]) if found["year2"] else context.year_of(found), month, month)


def _run_of_months(found: re.Match[str], context: Context) -> Period:
    count = number_said(found["n"])
    end = found.groupdict().get("end")
    return _months(context.year_of(found), 13 - count, 12) if end == "cuối" else _months(context.year_of(found), 1, count)


def _elapsed(found: re.Match[str], context: Context) -> Period:
    """``9 tháng`` and ``3 quý`` run from the first of January, where the year had then just come so far; else they may be any nine months."""
    months, past = number_said(found["n"]) * (3 if found["unit"] == "quý" else 1), bool(found["past"])
    published, year = context.published, context.year
    if published is None:
        return UNKNOWN if past else _months(year, 1, months)
    if year is None or not 0 <= 12 * (published.year - year) + published.month - months <= 2:
        return UNKNOWN
    return Period(date(year, 1, 1), published) if past and months == published.month else _months(year, 1, months)


def _half_elapsed(found: re.Match[str], context: Context) -> Period:
    """``nửa năm qua``, said in summer."""
    published = context.published
    return _months(context.year, 1, 6) if published is None or 6 <= published.month <= 9 else UNKNOWN


def _half(found: re.Match[str], context: Context) -> Period:
    return _months(context.year_of(found), 7, 12) if found["end"] != "đầu" else _months(context.year_of(found), 1, 6)


def _year(found: re.Match[str], context: Context) -> Period:
    return _months(context.year_of(found), 1, 12)


def _years(found: re.Match[str], context: Context) -> Period:
    first, last = int(found["first"]), int(found["last"])
    if found["join"] not in ("-", " đến ") and last != first + 1:
        return UNKNOWN  # "2016 và 2020" are two years, not what lies between
    return days_between((first, 1, 1), (last, 12, 31))


def _listed_years(found: re.Match[str], context: Context) -> Period:
    """``các năm 2014, 2015 và 2016`` run from the first to the last; years with others between them are no period."""
    years = [int(year) for year in STATED_YEAR.findall(found["years"])]
    return days_between((years[0], 1, 1), (years[-1], 12, 31)) if _in_a_row(years) else UNKNOWN


def _year_and_later(found: re.Match[str], context: Context) -> Period:
    """``năm 2017 và các năm tiếp theo``."""
    return Period(date(int(found["year"]), 1, 1), None)


def _last_month(found: re.Match[str], context: Context) -> Period:
    return _months(context.year_of(found), 12, 12)


def _now(found: re.Match[str], context: Context) -> Period:
    return Period(context.published, context.published)


def _day_away(found: re.Match[str], context: Context) -> Period:
    day = context.day(_DAYS_AWAY[found[0]])
    return Period(day, day)


def _weekday(name: str) -> int:
    """0 for ``thứ hai`` to 6 for ``chủ nhật``, as ``date.weekday``."""
    return 6 if name == "chủ nhật" else number_said(name.removeprefix("thứ ")) - 2


def _week(found: re.Match[str], context: Context) -> Period:
    """``tuần này`` runs from Monday to Sunday; ``thứ bảy tuần này`` is a day of it."""
    if context.published is None:
        return UNKNOWN
    monday = 7 * _WEEKS_AWAY[found["week"]] - context.published.weekday()
    day = _weekday(found["weekday"]) if found["weekday"] else None
    ends = context.day(monday + (day or 0)), context.day(monday + (6 if day is None else day))
    return UNKNOWN if None in ends else Period(*ends)


def _unit_away(found: re.Match[str], context: Context) -> Period:
    """``tháng trước``, ``quý vừa qua``, ``quý tới``: whole months next to that of publication, whole quarters next to its quarter."""
    if context.published is None:
        return UNKNOWN
    size = 1 if found["unit"] == "tháng" else 3
    away = 1 if found["which"] == "tới" else -1
    months = 12 * context.published.year + size * ((context.published.month - 1) // size + away)
    return _months(months // 12, months % 12 + 1, months % 12 + size)


def _last_weekday(found: re.Match[str], context: Context) -> Period:
    """``chủ nhật vừa qua`` is the last one before the day of publication."""
    if context.published is None:
        return UNKNOWN
    day = context.day(-((context.published.weekday() - _weekday(found["weekday"]) - 1) % 7) - 1)
    return Period(day, day)


def _past_year(found: re.Match[str], context: Context) -> Period:
    """``năm qua`` is the year before in its first months and the year itself in its last; between the two it is open."""
    return _months(past_year(context.published), 1, 12)


def past_year(published: date | None) -> int | None:
    """The year that is over or all but over on that day, if there is one."""
    if published is None or 3 < published.month < 12:
        return None
    return published.year - (published.month <= 3)


def _table(*rows: tuple[str, _Handler]) -> tuple[tuple[re.Pattern[str], _Handler], ...]:
    def compiled(grammar: str) -> re.Pattern[str]:
        for name, part in _PARTS.items():
            grammar = grammar.replace(name, part)
        return re.compile(grammar)

    return tuple((compiled(grammar), handler) for grammar, handler in rows)


# The first line that matches the whole of an expression reads it.
_GRAMMARS = _table(
    (NOW_WORDS, _now),
    (r"qua|mai|kia|ngày (?:mai|kia|mốt)", _day_away),
    (r"(?:{WEEKDAY} )?tuần (?P<week>này|tới|sau|trước)", _week),
    (r"{WEEKDAY} (?:vừa (?:qua|rồi)|qua)", _last_weekday),
    (r"(?P<unit>tháng|quý) (?P<which>trước|tới)", _unit_away),
    (r"(?P<unit>quý) (?P<which>vừa rồi)", _unit_away),
    (r"(?:ngày )?(?P<d>{D})[/.-](?P<m>{D})[/.-](?P<year>{Y})", _day),
    (r"(?:(?:hai|2) )?(?:ngày )?(?P<d>{D})-(?:ngày )?(?P<d2>{D})[/.](?P<m>{D}){YEAR}", _day),
    (r"(?:(?:hai|ba|2|3|các) )?(?:ngày )?(?P<days>{D}(?:, (?:ngày )?{D})*(?:, | và )(?:ngày )?{D})(?:[/.-]| tháng )(?P<m>{D}){YEAR}", _listed_days),
    (r"(?:(?:hai|2|các) )?(?:ngày )?(?P<d>{D})[/.-](?P<m>{D}) và (?:ngày )?(?P<d2>{D})[/.-](?P<m2>{D}){YEAR}", _two_days),
    (r"(?:ngày )?(?P<d>{D})(?:[/.-]| tháng )(?P<m>{D}){YEAR}", _day),
    (r"(?:ngày )?(?P<d>{D})(?:[/.-]| tháng )(?P<m>{D}) {NEAR}", _near(_day)),
    (r"tháng (?P<n>[0-9]{1,2})(?P<join>-|, | và )(?:tháng )?(?P<n2>{D}){YEAR}", _two_months),
    (r"(?:(?:các|ba|bốn|3|4) )?tháng (?P<months>{D}(?:, (?:tháng )?{D})+(?:, | và )(?:tháng )?{D}){YEAR}", _listed_months),
    (r"(?P<days>{D}) ngày (?P<end>đầu|cuối)(?: tiên| cùng)?(?: của)? tháng (?P<n>{D}){YEAR}", _days_of_a_month),
    (r"tháng {N}{YEAR}", _month),
    (r"(?P<n>{D})[/.-](?P<year>{Y})", _month),
    (r"tháng {N} {NEAR}", _near(_month)),
    (r"tháng (?:(?P<n>đầu)(?: tiên)?)(?: của)?(?: năm)?{YEAR}", _month),
    (r"tháng cuối(?: cùng)?(?: của)? (?:năm|(?=(?:19|20)[0-9]{2})){YEAR}", _last_month),
    (r"quý {Q}(?: tiên| cùng)?{YEAR}", _quarter),
    (r"quý {Q} {NEAR}", _near(_quarter)),
    (r"quý (?P<n>đầu|cuối)(?: tiên| cùng)?(?: của)? năm", _quarter),
    (r"(?:(?:hai|2|các) )?quý (?P<n>iii|ii|iv|i|[1-4])(?:-|, | và | hoặc )(?:quý )?(?P<n2>iii|ii|iv|i|[1-4]){YEAR}", _quarter),
    (r"{N} tháng (?:đầu|cuối)", lambda found, context: UNKNOWN),
    (r"(?:sau )?{N} (?P<unit>tháng|quý)(?P<past> (?:(?:vừa )?qua|vừa rồi))?", _elapsed),
    (r"{N} quý(?: đầu(?: tiên)?)?(?: của)?(?: năm)?{YEAR}", _run_of_quarters),
    (r"nửa năm (?P<end>cuối|còn lại)", _half),
    (r"{N} quý cuối(?: của)?(?: năm)?{YEAR}", _last_quarters),
    (r"{N} tháng còn lại(?: của)?(?: năm)?{YEAR}", _rest_of_year),
    (r"nửa năm(?: (?:vừa )?qua)?", _half_elapsed),
    (r"bán niên(?: đầu)?(?: năm)?{YEAR}", lambda found, context: _months(context.year_of(found), 1, 6)),
    (r"tháng {MONTH}{YEAR}(?: (?P<year2>{Y}))?", _named_month),
    (r"tháng {MONTH}(?P<year2>) {NEAR}", _near(_named_month)),
    (r"{N} tháng(?: (?P<end>đầu|cuối))?(?: của)?(?: năm)?{YEAR}", _run_of_months),
    (r"{N} tháng (?P<end>đầu|cuối) (?:tiên|cùng)(?: của)? năm{YEAR}", _run_of_months),
    (r"nửa (?P<end>đầu|cuối)(?: của)?(?: năm)?{YEAR}", _half),
    (r"(?:(?:cả|toàn) )?năm (?:(?:vừa )?qua|vừa rồi)", _past_year),
    (r"(?:(?:cả|toàn) )?(?P<word>năm (?:nay|này|ngoái|trước|tới|sau)|sang năm)", _year),
    (r"(?:(?:cả|toàn) )?năm", _year),
    (r"(?:(?:cả|toàn) )?(?:năm )?(?P<year>{Y})", _year),
    (r"(?:(?:cả|toàn) )?năm {LUNAR},? (?P<year>{Y})", _year),
    (r"(?:(?:các|những|ba|bốn|[3-9]) )?năm (?P<years>{Y}(?:, (?:năm )?{Y})+(?:,? và |, )(?:năm )?{Y})", _listed_years),
    (r"năm (?P<year>{Y}) và (?:các|những) năm (?:tiếp theo|sau|tới|kế tiếp)(?: đó)?", _year_and_later),
    (
        (
            rf"(?:(?:cả )?(?:{TERM_WORD}(?: (?:mới|này|tới|trước|(?:vừa )?qua))?"
            r"|giai đoạn|thời k[ỳì]|kho[áa]|khóa|các năm|năm|(?:[0-9]{1,2}|hai|ba|bốn|năm) năm(?: liên tiếp)?),? ){0,3}"
            r"(?:[ivxlc]+,? )?(?:từ )?(?:năm )?(?P<first>{Y})(?P<join>-|, | và | đến )(?:năm )?(?P<last>{Y})"
        ),
        _years,
    ),
)
_SAID_DAY = re.compile(r"(?:ngày )?(?P<said>nay|qua|mai) ?,? (?=(?:ngày )?[0-9])")

_NO_NEWS = re.compile(r"(?<=(?:19|20)[0-9][0-9]) (?:này|(?:sắp )?tới(?: đây)?|(?:mới|vừa) (?:qua|rồi|đây))$")
"""Behind a stated year these words say nothing more."""


def read_moment(core: str, context: Context) -> Period | None:
    """First and last day of one time in plain lower case without prepositions, by the first grammar that reads the whole of it.

    ``qua, 12-3`` is the twelfth of March next to the day before publication.
    """
    core = _NO_NEWS.sub("", core)
    if said := _SAID_DAY.match(core):
        core, day = core[said.end() :], context.day(_DAYS_AWAY[said["said"]])
        context = replace(context, year=day.year) if day else context
    return next((handler(found, context) for pattern, handler in _GRAMMARS if (found := pattern.fullmatch(core))), None)
