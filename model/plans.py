"""Words that say a figure lies ahead: what is announced or aimed at is a plan (annotation guide, section 5)."""

from __future__ import annotations

import re

_AHEAD = re.compile(r"(?<!\w)(?:sẽ|sắp|dự kiến|dự tính|dự định|phấn đấu|đặt mục tiêu|đề ra mục tiêu)(?!\w)", re.IGNORECASE)
_HEADED = re.compile(
    r"(?<!\w)(?:kế hoạch|mục tiêu|nhiệm vụ|phương hướng|chỉ tiêu)(?: (?:trọng tâm|công tác|chủ yếu|phấn đấu))*"
    r" (?:năm|quý|tháng|[0-9]+ tháng|nhiệm kỳ|giai đoạn|thời gian)(?! qua)[^.;:\n]{0,40}:",
    re.IGNORECASE,
)
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
