"""Words that say a figure lies ahead: what is announced or aimed at is a plan (annotation guide, section 5)."""

from __future__ import annotations

import re
from datetime import date

from model.datelines import sentence_start

_COMING = "sẽ|sắp|dự kiến|dự tính|dự định|phấn đấu"
_OF_A_PLAN = "kế hoạch|mục tiêu|nhiệm vụ|phương hướng|chỉ tiêu"
_AHEAD = re.compile(rf"(?<!\w)(?:{_COMING}|đặt mục tiêu|đề ra mục tiêu)(?!\w)", re.IGNORECASE)
_HEADED = re.compile(
    rf"(?<!\w)(?:{_OF_A_PLAN})(?: (?:trọng tâm|công tác|chủ yếu|phấn đấu))*"
    r" (?:năm|quý|tháng|[0-9]+ tháng|nhiệm kỳ|giai đoạn|thời gian)(?! qua)[^.;:\n]{0,40}:",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\w)(?<!đến )(?<!tới )năm ((?:19|20)[0-9]{2})(?! ?[-–] ?[0-9]|[0-9/])", re.IGNORECASE)
_HEAD_OF_SENTENCE = re.compile(r"[\W0-9]*(?:(?:(?:bước )?(?:sang|vào)|trong|riêng) )?", re.IGNORECASE)
_PLAN = re.compile(rf"(?<!\w)(?:{_OF_A_PLAN}|chương trình|dự kiến|phấn đấu)(?!\w)", re.IGNORECASE)
_MAY_BE_PLANNED = re.compile(rf"(?<!\w)(?:{_COMING}|{_OF_A_PLAN}|giao|yêu cầu|cam kết|phải|cần|hạn|diễn ra)(?!\w)", re.IGNORECASE)
_HEADING = re.compile(r"(?P<heading>[^\n]{1,120}?[^\s.;!?…”\"'])[ :]*")
_ANY_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_ALREADY = re.compile(r"(?<!\w)đã(?!\w)", re.IGNORECASE)
_DONE = re.compile(r"(?<!\w)(?:đã|đạt được|hoàn thành|thực hiện được|trong đó đã)(?!\w)", re.IGNORECASE)


def lies_ahead(before: str) -> bool:
    """True where the sentence up to a figure says that it is still to come.

    ``sẽ``, ``dự kiến`` and the like count within their clause; a heading (`Kế hoạch năm 2026: …`) over the whole sentence.
    A word of completion after them takes it back.

    >>> lies_ahead("Công đoàn sẽ tặng khoảng "), lies_ahead("Công đoàn sẽ họp; quý qua đã tặng ")
    (True, False)
    """
    clause = re.split(r"[;:]", before)[-1]
    cues = [found.end() for found in _AHEAD.finditer(clause)]
    if cues and not _DONE.search(clause, cues[-1]):
        return True
    headed = [found.end() for found in _HEADED.finditer(before)]
    return bool(headed) and not _DONE.search(before, headed[-1])


def may_be_planned(words: str) -> bool:
    """True where any of the words speaks of something planned, asked for or due: far more than :func:`lies_ahead` takes for a plan.

    >>> may_be_planned("Tỉnh giao chỉ tiêu đến "), lies_ahead("Tỉnh giao chỉ tiêu đến ")
    (True, False)
    """
    return _MAY_BE_PLANNED.search(words) is not None


def planned_year(text: str, position: int, published: date | None) -> int | None:
    """The coming year whose plan a place belongs to: stated before it in its sentence (`Năm 2022, … phấn đấu … trước 30/9`) or in the heading over it.

    Args:
        text: the article.
        position: a place in it, in code points.
        published: the day of publication; nothing is planned for the year after it where that is not known.

    Returns:
        The year after that of publication, or None where the place tells of something else.
    """
    if published is None:
        return None
    sentence = text[sentence_start(text, position) : position]
    heading = _heading_over(text, position)
    coming = published.year + 1
    for stated in _YEAR.finditer(sentence):
        front = sentence[: stated.start()]
        if int(stated[1]) == coming and (_HEAD_OF_SENTENCE.fullmatch(front) or _PLAN.search(front)) and not _ALREADY.search(sentence, stated.end()):
            return coming
    if _PLAN.search(heading) and _ANY_YEAR.findall(heading) == [str(coming)] and not (_ANY_YEAR.search(sentence) or _ALREADY.search(sentence)):
        return coming
    return None


def _heading_over(text: str, position: int) -> str:
    """The nearest line above that is no sentence; the first line heads everything, hence nothing."""
    for line in reversed(text[: text.rfind("\n", 0, position) + 1].split("\n")[1:]):
        if found := _HEADING.fullmatch(line.strip()):
            return found["heading"]
    return ""
