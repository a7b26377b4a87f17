"""What a DATE says: its first and last day, both inclusive.

A time whose days cannot be known (a fiscal or school year, Tết, ``đầu năm 2020``, an impossible date) is ``Period(None, None)``;
text that is no time at all is None. Nothing here guesses a day.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from model.moments import NOW_WORDS, STATED_YEAR, TERM_WORD, UNKNOWN, Context, days_between, read_moment
from model.numerals import NUMBER_WORDS, plain_text, read_words
from model.schema import Period

MAX_LENGTH = 120
"""No time expression is longer, in code points; what is, is not read."""

_PREFIX = re.compile(
    r"(?:trong|vào|ngay|riêng|cũng|chỉ|hồi|tính|kể|cho|đến|tới|lúc(?! này)|suốt|hôm|ngày hôm"
    r"|(?:rạng )?sáng(?: sớm)?|trưa|chiều(?: tối)?|tối|đêm|khuya|(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật)(?! tuần| (?:vừa )?(?:qua|rồi)$|,? (?:và )?(?:thứ|chủ nhật))"
    r"|(?:giai đoạn|thời gian|quý)(?= từ )|tuần(?= (?:ngày )?[0-9]{1,2}[/-][0-9]{1,2}[/-](?:19|20)[0-9]{2})|[0-9]{1,2}(?:[hg:][0-9]{0,2}[’']?| giờ(?: [0-9]{1,2}(?: phút)?)?)"
    r"|thời điểm(?= [0-9])|m[ùồ]ng(?= [0-9]{1,2}[/-][0-9])),? "
)
_MONTHS_IN_SHORT = re.compile(r"(?<![\w/.-])([0-9]{1,2}) ?t(?= (?:đầu|cuối|còn lại)|[/ ]?(?:năm )?(?:19|20)[0-9]{2}|$)")
"""`9T/2019`, `3T còn lại`."""
_DAY_IN_WORDS = re.compile(rf"(?<=ngày )(?P<day>{NUMBER_WORDS}(?: {NUMBER_WORDS}){{0,2}}) tháng (?P<month>[0-9]{{1,2}}|{NUMBER_WORDS}(?: (?!năm (?:19|20)){NUMBER_WORDS})?)(?!\w)")
_DAY_WITHOUT_ITS_WORD = re.compile(
    r"^((?:(?:tính|đến|tới|từ|hết|trước|sáng|trưa|chiều|tối|đêm|hôm) )*)"
    rf"(?=(?:mười (?:ba|bốn|lăm|sáu|bảy|tám|chín)|hai mươi(?: (?!mươi){NUMBER_WORDS})?|ba mươi(?: m[ốộ]t)?) tháng (?:[0-9]|{NUMBER_WORDS}(?!\w)))"
)
"""`đến ba mươi tháng sáu`: from thirteen on a number in words before a month's name is its day; `mười hai tháng năm …` may be a year."""
_NOT_A_FRACTION = re.compile(r"(?<=ngày )[¼½¾]")
"""A word processor made one of `ngày 1/4`."""
_LUNAR = re.compile(r"(?<=[0-9]) (?:(?:tức|nhằm) )?(?:ngày |m[ùồ]ng )?[0-9]{1,2}(?:(?:[/-][0-9]{1,2})? âm lịch| tháng (?:chạp|giêng)(?: âm lịch)?| tết)$")
_UNTIL = re.compile(r"(?:(?:tính |cho )?(?:đến|tới|vào) )?(?:hết|cuối|trước) ")
_RANGES = (
    re.compile(r"(?P<since>từ )?(?P<a>.+?) (?:cho )?(?:đến|tới) (?!đây$)(?P<b>.+)"),
    re.compile(r"(?P<since>từ )?(?P<a>(?:ngày )?[0-9]{1,2}/[0-9]{1,2}(?:/[0-9]{4})?)-(?P<b>(?:ngày )?[0-9]{1,2}/[0-9]{1,2}(?:/[0-9]{4})?)"),
    re.compile(r"(?P<since>từ )?(?P<a>(?:tháng|quý) [0-9/ivx]+)-(?P<b>(?:tháng|quý) [0-9/ivx]+)"),
    re.compile(r"(?P<since>từ )?(?P<a>(?:(?:năm|tháng|ngày) )?[0-9/]+)-(?P<b>nay)"),
)
_BOTH_ENDS = re.compile(r"(?:ngày )?[0-9]{1,2}-[0-9]{1,2}[/.].*|.*[0-9]{4}-[0-9]{4}")
_YEAR_SEEN_FROM_NOW = re.compile(r"(?<!\w)(?:năm (?:nay|này|ngoái|trước|tới|sau)|sang năm)$")
_NOW = re.compile(NOW_WORDS)
_VAGUE = re.compile(r"(?:đầu|giữa|cuối|khoảng|(?:thượng|trung|hạ) tuần) ")
_DAY_ALONE = re.compile(r"(?:ngày )?([0-9]{1,2})")
_NEEDS_MORE = ("qua", "mai", "kia")
"""Days in ``hôm qua`` and ``sáng mai``; alone they are other words."""
_TIME = re.compile(
    rf"(?<!\w)(?:(?:năm|tháng|tuần|ngày|tết|dịp|{TERM_WORD}|giai đoạn|thế kỷ|thập kỷ|thời (?:gian|điểm|k[ỳì])|mùa|hè|nay|hiện tại|học k[ỳì]|niên độ"
    r"|vừa qua|chạp|giêng|rằm|mùng|mồng|giao thừa|âm lịch|cùng k[ỳì])(?!\w)"
    r"|(?:sáng|trưa|chiều|tối|đêm|hôm) (?:[0-9]|(?:nay|qua|mai|sau|kia|đó)(?!\w))"
    r"|quý (?:[ivx]{1,4}(?!\w)|[0-9]|này|trước|tới|sau|đầu|cuối)|(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật) (?:này|tới|qua|sau)(?!\w)"
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
    found = _read(expression, Context(published, year if year is not None else present, present))
    return UNKNOWN if found is None and _TIME.search(expression) else found


def _expression(text: str) -> str:
    """Lower case, single spaces, none around dashes and slashes, no brackets or closing punctuation."""
    plain = " ".join(_NOT_A_FRACTION.sub(_day_and_month, plain_text(text)).replace("(", " ").replace(")", " ").split())
    plain = _DAY_IN_WORDS.sub(_day_in_figures, _DAY_WITHOUT_ITS_WORD.sub(r"\1ngày ", _MONTHS_IN_SHORT.sub(r"\1 tháng", plain)))
    return _LUNAR.sub("", re.sub(r" ?([-/]) ?", r"\1", plain.strip(" .,;:\"'“”")))


def _day_and_month(found: re.Match[str]) -> str:
    return {"¼": "1/4", "½": "1/2", "¾": "3/4"}[found[0]]


def _day_in_figures(found: re.Match[str]) -> str:
    """``hai mươi bốn tháng tư`` as ``24/4``; as it stands where the words are no number."""
    day, month = read_words(found["day"]), read_words(found["month"].replace("tư", "bốn"))
    number = int(found["month"]) if found["month"].isdigit() else month and month[0]
    return f"{day[0]}/{number}" if day and number else found[0]


def _read(expression: str, context: Context) -> Period | None:
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
    if core == expression and core in _NEEDS_MORE:
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


def _point(expression: str, context: Context) -> Period | None:
    return read_moment(_without_prefixes(expression), context)


def _since(expression: str, context: Context) -> Period | None:
    """``từ năm 2018`` has no last day; ``từ 5-7/2/2015`` has."""
    if _BOTH_ENDS.fullmatch(expression):
        return _point(expression, context)
    start = _point(expression.removeprefix("đầu ").removesuffix(" trở đi"), context)
    if start is None or start.first is None:
        return start
    # `từ đầu năm 2021` and `từ tháng 2` are up to the day of publication; `từ năm 2018` may also be a plan.
    begun = context.published is not None and start.first <= context.published
    since = begun and (expression.startswith("đầu ") or not STATED_YEAR.search(expression))
    return Period(start.first, context.published if since else None)


def _between(found: re.Match[str], context: Context) -> Period | None:
    """``từ A đến B``: each end takes a year that only the other states; ``từ ngày 28 đến 30-6`` also the month."""
    a, b = ("nay" if end == "giờ" else end for end in (found["a"], found["b"]))
    if _NOW.fullmatch(b) and context.published:
        context = replace(context, year=context.published.year)  # "từ đầu năm đến nay" is of the year of its last day
    stated = [int(STATED_YEAR.findall(end)[-1]) if STATED_YEAR.search(end) else None for end in (a, b)]
    last = _point(re.sub(r"^(?:hết|cuối) ", "", b), replace(context, year=stated[0] or context.year))
    seen = last.last.year if last and last.last and _YEAR_SEEN_FROM_NOW.search(b) else None  # `từ tháng 9 đến hết tháng 12 năm ngoái`
    first = _point(a.removeprefix("đầu "), replace(context, year=stated[1] or seen or context.year))
    if (day := _DAY_ALONE.fullmatch(a)) and last and last.last and last.first == last.last:
        end = last.last
        first = days_between((end.year, end.month, int(day[1])), (end.year, end.month, end.day))
    if first is None and not found["since"]:
        return None
    ends = (first.first if first else None, last.last if last else None)
    if None in ends:
        return _open(ends, a, b)
    return _ordered(*ends)


def _open(ends: tuple[date | None, date | None], a: str, b: str) -> Period:
    """A range with one end that cannot be known (``giữa tháng 9``) stays open there; an end in figures that is no date spoils the whole."""
    spoilt = any(end is None and re.search(r"[0-9]", text) and not _VAGUE.match(text) for end, text in zip(ends, (a, b), strict=True))
    return UNKNOWN if spoilt else Period(*ends)


def _ordered(first: date | None, last: date | None) -> Period:
    return UNKNOWN if first and last and first > last else Period(first, last)
