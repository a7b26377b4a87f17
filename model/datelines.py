"""The two dates that periods lean on: the year an article is speaking of at a place, and the day its page says it was published."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from model.moments import BRANCHES, STEMS, past_year
from model.numerals import plain_text
from model.terms import congress_year

HEAD_LINES = 8
"""How many non-empty lines from the top a page's own time stamp may stand; further down stand those of other stories."""
MAX_STAMP = 100
"""No line that is only a time stamp is longer, in code points."""

_CONTEXT = 48
"""How many code points before a year are looked at for words that take it away from the article's own time."""
_Y = r"((?:19|20)[0-9]{2})(?![0-9/])(?! ?[-–—] ?(?:19|20)[0-9]{2}(?![0-9]))"
_YEAR_PHRASE = re.compile(
    r"(?<![\w/.-])(?:"
    rf"[0-9]{{1,2}}[/.-][0-9]{{1,2}}[/.-]{_Y}"
    rf"|(?:tháng [0-9]{{1,2}}|quý (?:i{{1,3}}|iv|[1-4]))(?:[/-]|,? năm ){_Y}"
    rf"|hết [0-9]{{1,2}}/{_Y}"
    rf"|năm {_Y}"
    rf"|(?:đầu|cuối) kỳ {_Y}"
    r"|(?:^|(?<=\n)|(?<=[\n.,;:!?(] )|(?<=trong )|(?<=của ))năm (?:vừa )?qua(?!\w)"
    r")",
    re.IGNORECASE,
)
_DAY_OF_YEAR = re.compile(r"(?<![0-9/.-])(?:(?P<day>[0-9]{1,2})[/.-]|tháng )(?P<month>[0-9]{1,2})(?:[/.-]|,? năm )(?P<year>(?:19|20)[0-9]{2})(?![0-9/-])", re.IGNORECASE)
_NOT_ITS_TIME = re.compile(
    r"(?<!\w)(?:"
    r"(?:nghị quyết|nghị định|thông tư|quyết định|chỉ thị|công văn|hướng dẫn|văn bản|(?:bộ )?luật|pháp lệnh|hiến pháp)(?!\w)[^.;!?\n]*"
    r"|(?:sinh|thành lập|tái lập|ra đời|ra mắt|gia nhập|so(?: với)?|cùng kỳ|bằng|hơn|từ|kể từ|trước|sau|mùa giải|năm học|tết)"
    r"(?: (?:vào|ngày|cùng kỳ|năm|từ|đầu|cuối|trong))*"
    r"|(?:so(?: với)?|bằng)(?: cùng kỳ)? (?:nửa(?: đầu| cuối)?|cả)"
    r"|(?:bằng|gấp)(?: (?:[0-9][0-9.,]*(?: ?%| phần trăm| lần)?|một nửa|đôi|gần|hơn|khoảng|mức|của))+"
    r")\s*$",
    re.IGNORECASE,
)
_YEAR_BEFORE = re.compile(r"(?<!\w)cùng kỳ (?:năm )?((?:19|20)[0-9]{2})(?![0-9/-])", re.IGNORECASE)
_GROWN_SINCE = re.compile(r"(?<!\w)so với (?:(?:nửa (?:đầu|cuối)|cuối|cả) )?năm ((?:19|20)[0-9]{2})(?![0-9/-])", re.IGNORECASE)
"""What an article compares its own year with: the one before, or one long ago."""
_ANNUAL = re.compile(rf"(?<!\w)(?<!báo cáo )(?:thường niên|bán niên|đhđ?cđ|còn lại của)(?: năm)? {_Y}", re.IGNORECASE)
"""A year that these words name is that of the article, though what they name may still come."""
_OF_A_MEETING = re.compile(r"(?<!\w)(?:trình|dự|chờ|chuẩn bị)(?!\w)[^.;\n]*$", re.IGNORECASE)
_PLAN_OF_YEAR = rf"(?:kế hoạch|chỉ tiêu|dự toán|mục tiêu)(?: (?!đến|tới|hết|vào|trong|trước)[^\W\d_]+){{0,6}}? năm {_Y}"
_UNDER_WAY = re.compile(
    rf"(?<!\w)(?:(?:hoàn thành|thực hiện|đạt|vượt|bằng)(?: (?:được|mới|gần|hơn|khoảng|trên))* [0-9][0-9.,]* ?%|so với) {_PLAN_OF_YEAR}", re.IGNORECASE
)
"""A plan of which a part is reached is that of the article's year."""
_AHEAD = re.compile(r"(?<!\w)(?:đến|tới|hướng tới)(?: (?:hết|cuối|đầu))?\s*$", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"[^()\n]{0,99}\)")
"""What stands behind a time in brackets that are closed again."""
_ONLY_A_YEAR = re.compile(r"(?:[-*•+] ?)?(?P<said>[Nn]ăm |NĂM )?(?P<year>(?:19|20)[0-9]{2})(?P<colon>:)?\.?")
_ONLY_DIGITS = re.compile(r"\s*[0-9][0-9., ]*\s*")
_ANY_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_SEEN_FROM_TODAY = re.compile(r"(?<!\w)(?:năm nay|hiện(?: nay| tại)?|hôm nay|(?:nhân )?dịp này|đến nay|giờ đây|bây giờ)(?!\w)", re.IGNORECASE)
_OPENING = 0.3
"""Where a year is named once, in how much of the text it must be to be the article's own."""
_CHRONICLE_LINES, _CHRONICLE_REACH = 3, 1500
"""How many lines and code points below a year that stands alone are told of it."""
CLAUSE_END = re.compile(r"[.;:!?…\n]")
_CLAUSE_REACH = 200
_SENTENCE_END = re.compile(r"[.!?…](?=\s)")
_PLANNED = re.compile(
    r"(?<!\w)(?:kế hoạch|dự kiến|mục tiêu|sẽ|phấn đấu|dự báo|dự toán|chỉ tiêu|tới đây|định hướng|đến|tới|quy hoạch|giai đoạn|triển khai|phương hướng|nhiệm vụ)(?!\w)[^.;\n]*$",
    re.IGNORECASE,
)
_PROMISED = re.compile(
    r"(?<!\w)(?<!đúng )(?<!lỗi )(?<!điểm )(?<!Điểm )(?<!lời )(?<!đã )(?<!như )(?<!ký )(?<!bản )(?<!hiện )(?:hẹn|hứa|cam kết)(?!\w)(?:(?!(?<!\w)đã(?!\w))[^.,;:\n])*$"
)
"""Only in small letters: `Hứa` is a name. Promises that were kept or signed (`đúng hẹn`, `ký cam kết`) are of their day."""
_PLANNED_REACH = 60
_GOAL = re.compile(r"(?<!\w)(?:kế hoạch|dự kiến|mục tiêu|sẽ|phấn đấu|dự báo|chỉ tiêu|nhiệm vụ|giao|sang năm|năm sau|năm tới|lương tối thiểu|đề xuất|chốt)(?!\w)", re.IGNORECASE)
"""In a sentence, before what is compared with a year: growth that is planned, which says nothing of the present year."""
_SEASON_OF_REPORTS = 2
"""The last month in which an article may go on about the year before without saying so again."""
_AS_OF = re.compile(r"(?<!\w)tính (?:đến|tới)(?: (?:hết|cuối|đầu))?\s*$", re.IGNORECASE)

_NEW_YEAR = re.compile(
    r"(?<!\w)(?:(?:[Tt]ết|TẾT)(?: (?:[Nn]guyên [Đđ]án|[Ââ]m lịch|[Cc]ổ truyền))?|xuân),?(?: năm)?"
    rf"(?: (?P<stem>(?i:{'|'.join(STEMS)})) (?P<branch>(?i:{'|'.join(BRANCHES)}))(?!\w))?(?:,? (?:năm )?\(?(?P<year>(?:19|20)[0-9]{{2}})(?![0-9/-]))?"
)
"""A Tết with its number or its name; `Xuân` with a capital is a person."""
_FIRST_NEWS = 1990
"""No article is older: a year or a Tết before it is history."""
_NOT_MEETING = re.compile(r"(?<!\w)(?:nghị quyết|hướng tới|tiến tới|chào mừng|chuẩn bị|trước thềm|sau)(?: [^.;:\n]{0,20})?$", re.IGNORECASE)

_DATE = re.compile(
    r"(?<![0-9/.-])(?:([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]((?:19|20)[0-9]{2})|([0-9]{1,2}) tháng ([0-9]{1,2}),? (?:năm )?((?:19|20)[0-9]{2})"
    r"|((?:19|20)[0-9]{2})-([0-9]{2})-([0-9]{2}))(?![0-9/-])(?:t(?=[0-9]))?"
)
_CLOCK = re.compile(r"(?<![0-9])[0-9]{1,2}(?:[:hg][0-9]{2}(?::[0-9]{2})?| giờ(?: [0-9]{1,2}(?: phút)?)?)(?![0-9])")
_LABEL = re.compile(
    r"(?<!\w)(?:cập nhật(?: lần cuối)?(?: lúc)?|cập nhập|ngày đăng(?: tin| bài)?|ngày xuất bản|ngày|đăng(?: lúc| ngày| tải)?"
    r"|xuất bản(?: lúc)?|thời gian|lúc"
    r"|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|gmt ?\+? ?0?7(?::00)?|utc|giờ việt nam|am|pm|sa|ch|phút|publish(?:ed)?|posted|date|updated)(?!\w)"
)
_UPDATED = re.compile(r"(?<!\w)(?:cập nh[ậa][tp]|updated)(?!\w)")


def speaking_year(text: str, position: int, published: date | None) -> int | None:
    """The year that an article is speaking of at a place (code points into ``text``).

    The last year stated before it in its sentence in a phrase of time (``năm 2021``, ``25/9/2018``); in the first months of a year also
    the year before, where its paragraph last spoke of it, for that is when years are summed up; else the year of publication; where that
    day is not known, :func:`present_year`.
    Years of laws, of plans ahead, of comparisons, of a founding and of terms of office are not the article's own time.
    """
    line, sentence = text.rfind("\n", 0, position) + 1, sentence_start(text, position)
    before = text[line:position]
    stated = [(line + start, year) for start, end, year in _stated_years(before, published) if not _IN_BRACKETS.match(before, end)]
    if stated and (stated[-1][0] >= sentence or (published and published.month <= _SEASON_OF_REPORTS and stated[-1][1] == published.year - 1)):
        return stated[-1][1]
    heading = None if stated or _SEEN_FROM_TODAY.search(before) else _heading_year(text, line, published)
    return heading or present_year(text, published)


def _heading_year(text: str, line: int, published: date | None) -> int | None:
    """The year over the line that begins there, or some lines further up, in a chronicle: ``Năm 2009:``, or ``2009`` where another year stands so too.

    It holds until another year is named, a line is empty, or the text comes back to the present.
    """
    lines = text[max(0, line - _CHRONICLE_REACH) : line].split("\n")[:-1]
    below = text[line : line + _CHRONICLE_REACH].partition("\n")[0]
    for place in range(len(lines) - 1, max(-1, len(lines) - 1 - _CHRONICLE_LINES), -1):
        found = _ONLY_A_YEAR.fullmatch(lines[place].strip())
        if found is None:
            if not lines[place].strip() or _ANY_YEAR.search(lines[place]) or _SEEN_FROM_TODAY.search(lines[place]):
                return None
            continue
        around = (lines[place - 1] if place else "", lines[place + 1] if place + 1 < len(lines) else below)
        heads = bool(found["said"] or found["colon"]) or _is_chronicle(text, line)
        past = published is None or int(found["year"]) <= published.year
        return int(found["year"]) if heads and past and not any(map(_ONLY_DIGITS.fullmatch, around)) else None
    return None


def _is_chronicle(text: str, line: int) -> bool:
    """True where more than one year stands alone on a line, near this one."""
    near = text[max(0, line - 2 * _CHRONICLE_REACH) : line + 2 * _CHRONICLE_REACH]
    return len({found["year"] for row in near.split("\n") if (found := _ONLY_A_YEAR.fullmatch(row.strip()))}) > 1


def sentence_start(text: str, position: int) -> int:
    """Where the sentence that holds a place begins, in code points; no sentence goes over a line's end."""
    line = text.rfind("\n", 0, position) + 1
    return line + max((found.end() for found in _SENTENCE_END.finditer(text[line:position])), default=0)


def rest_of_clause(text: str, position: int) -> str:
    """What stands behind a place in its clause, some 200 code points at most."""
    return CLAUSE_END.split(text[position : position + _CLAUSE_REACH])[0]


def last_stated_year(text: str, position: int, published: date | None) -> int | None:
    """The nearest year stated before a place anywhere in the article, as its own time; not one that is only planned for."""
    stated = [(start, year) for start, end, year in _stated_years(text, published) if end <= position]
    told = (year for start, year in reversed(stated) if not (published and year >= published.year and is_planned(text, start)))
    return next(told, None)


def present_year(text: str, published: date | None) -> int | None:
    """The year of ``năm nay``: that of publication; else the latest that the article states as its own time and does not plan for.

    `So với cùng kỳ năm 2017` tells of 2018. Where no year is stated, that of the Tết, or of the congress that opens a term of office.
    """
    if published:
        return published.year
    known = own_years(text)
    return max(known) if known else new_year_told_of(text) or _year_of_congress(text)


def this_year(text: str, published: date | None) -> int | None:
    """:func:`present_year` for the words ``năm nay`` themselves, which need better ground than a day without a year."""
    known = own_years(text)
    if published or not known:
        return present_year(text, published)
    return max((year for year in known if _is_spoken_of(text, year)), default=None)


def _is_spoken_of(text: str, year: int) -> bool:
    """Not for a year that is named but once, far from the opening (``Hồi năm 2002, công ty đã …``)."""
    first = text.find(str(year))
    return first <= _OPENING * len(text) or text.count(str(year)) != 1 or any(int(found[1]) == year for found in _ANNUAL.finditer(text))


def own_years(text: str) -> list[int]:
    """The years that an article of an unknown day states as its own time and does not plan for; none that is older than any news."""
    stated = [year for start, _, year in _stated_years(text, None) if not is_planned(text, start)]
    after = [int(found[1]) + 1 for found in _YEAR_BEFORE.finditer(text) if not is_planned(text, found.start())]
    return [year for year in [*stated, *after, *_years_of_signs(text, {*stated, *after})] if year >= _FIRST_NEWS]


def _years_of_signs(text: str, known: set[int]) -> set[int]:
    """Years that are not stated as the article's own time, but whose plan is under way or whose meeting is told of; the one after a year of its own that it compares with."""
    signs = {int(found[1]) for found in _UNDER_WAY.finditer(text) if not is_planned(text, found.start())}
    signs |= {int(found[1]) for found in _ANNUAL.finditer(text) if _is_its_meeting(text, found.start())}
    grown = [(int(found[1]), found.start()) for found in _GROWN_SINCE.finditer(text)]
    planned = {year for year, start in grown if _GOAL.search(text, sentence_start(text, start), start)}
    bases = {year for year, _ in grown if year in known | signs and latest_day(text, year) is None} - planned
    return (signs | {year + 1 for year in bases}) - known


def _is_its_meeting(text: str, start: int) -> bool:
    """Not where something is put before a meeting that is still to come, and not for its resolution."""
    front = text[max(0, start - _CONTEXT) : start]
    return not (_OF_A_MEETING.search(front) or is_not_its_time(text, start))


def _year_of_congress(text: str) -> int | None:
    """The year in which the article's own congress meets; not one whose resolution is carried out, or that is still to come."""
    at = text.casefold().find("đại hội")
    return None if at < 0 or _NOT_MEETING.search(text[max(0, at - _CONTEXT) : at]) else congress_year(text)


def new_year_told_of(text: str) -> int | None:
    """The year of the one Tết that an article tells of, by its number or its name: ``Tết Nguyên đán 2019``, ``xuân Kỷ Hợi``; None for several.

    >>> new_year_told_of("Nhớ Tết Mậu Thân 1968, năm nay đón Tết Kỷ Hợi.")
    2019
    """
    told = {_numbered(found) for found in _NEW_YEAR.finditer(text)}
    years = {year for year in told if year >= _FIRST_NEWS}
    return years.pop() if len(years) == 1 else None


def _numbered(found: re.Match[str]) -> int:
    """The year of a Tết; ``Kỷ Hợi`` is that of the sixty years from 1984 on. 0 where it is not said, and for a name that no year has (``Kỷ Tý``)."""
    if found["year"]:
        return int(found["year"])
    if not found["stem"]:
        return 0
    place = (STEMS.index(found["stem"].casefold()), BRANCHES.index(found["branch"].casefold()))
    return next((1984 + number for number in range(60) if (number % 10, number % 12) == place), 0)


def latest_day(text: str, year: int) -> date | None:
    """The last day of the latest day or month of a year that an article states as its own time and does not plan for."""
    told = [found for found in _DAY_OF_YEAR.finditer(text) if int(found["year"]) == year]
    days = [_last_day(found) for found in told if not (is_planned(text, found.start()) or is_not_its_time(text, found.start()))]
    return max((day for day in days if day), default=None)


def _last_day(found: re.Match[str]) -> date | None:
    year, month = int(found["year"]), int(found["month"])
    if not 1 <= month <= 12:
        return None
    last = monthrange(year, month)[1]
    return date(year, month, min(int(found["day"] or last), last)) if found["day"] != "0" else None


def compared_with(text: str, position: int) -> int | None:
    """The latest year with which what stands behind a place is compared, in its clause: ``9 tháng tăng 7% so với cùng kỳ năm 2016``."""
    behind = rest_of_clause(text, position)
    return max((int(found[1]) for pattern in (_YEAR_BEFORE, _GROWN_SINCE) for found in pattern.finditer(behind)), default=None)


def is_planned(text: str, start: int) -> bool:
    """True for a time that begins there and that words of planning or of promises before it, in its clause, take for one to come."""
    front = text[max(0, start - _PLANNED_REACH) : start]
    return _PLANNED.search(front) is not None or _PROMISED.search(front) is not None


def _stated_years(text: str, published: date | None) -> Iterator[tuple[int, int, int]]:
    """Start, end and year of every phrase that states the article's own time, in order."""
    for found in _YEAR_PHRASE.finditer(text):
        year = next((int(group) for group in found.groups() if group), past_year(published))
        if year is None or (published and year > published.year) or is_not_its_time(text, found.start()):
            continue
        front = text[max(0, found.start() - _CONTEXT) : found.start()]
        over = published is not None and year < published.year
        if not over and _AHEAD.search(front) and not _AS_OF.search(front):
            continue
        yield found.start(), found.end(), year


def is_not_its_time(text: str, start: int) -> bool:
    """True for a time that begins there and is that of a law, a founding or a comparison."""
    return _NOT_ITS_TIME.search(text[max(0, start - _CONTEXT) : start]) is not None


def publication_day(text: str) -> tuple[date, str] | None:
    """The day in a page's own time stamp, and its line: ``Thứ hai, 20/12/2021 14:30`` is (2021-12-20, that line).

    Only a line near the top that is nothing but a stamp counts. Lines that name different days are no ground, unless the others say
    when the page was updated.
    """
    stamps = [stamp for line in _head(text) if (stamp := _stamp(line))]
    first_published = [stamp for stamp in stamps if not _UPDATED.search(plain_text(stamp[1]))]
    chosen = first_published or stamps
    return chosen[0] if chosen and len({day for day, _ in chosen}) == 1 else None


def _head(text: str) -> list[str]:
    """The first non-empty lines, found without cutting up the whole text."""
    lines: list[str] = []
    for found in re.finditer(r"[^\n]+", text):
        if line := found.group().strip():
            lines.append(line)
        if len(lines) == HEAD_LINES:
            break
    return lines


def _stamp(line: str) -> tuple[date, str] | None:
    """Day and line where the line holds one date and besides it only labels, a clock time and punctuation."""
    if len(line) > MAX_STAMP:
        return None
    plain = plain_text(line)
    dates = list(_DATE.finditer(plain))
    if len(dates) != 1:
        return None
    rest = _LABEL.sub(" ", _CLOCK.sub(" ", _DATE.sub(" ", plain)))
    day = _calendar_day(dates[0])
    return (day, line) if day and not re.search(r"\w", rest) else None


def _calendar_day(found: re.Match[str]) -> date | None:
    """The day that the figures name, or None where there is no such day."""
    parts = [int(part) for part in found.groups() if part]
    year, month, day = parts if found[7] else parts[::-1]
    try:
        return date(year, month, day)
    except ValueError:
        return None
