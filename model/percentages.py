"""What a PERCENTAGE is a percentage of (annotation guide, section 4); its value is read by :mod:`model.quantities`."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import Enum, auto

from model.numerals import plain_text
from model.schema import PercentageKind

_REACH = 90
"""How many code points before and after a percentage may hold its cues."""


class _Verb(Enum):
    """What the words before a percentage do with it."""

    OVER = auto()
    GROWTH = auto()
    BECOMES = auto()  # "giảm còn 12%", "nâng lên 76,8%": a level, not a change
    SHARE = auto()
    EQUALS = auto()
    REACHES = auto()
    RATE = auto()
    NONE = auto()


class _Whole(Enum):
    """What the percentage is compared with."""

    PLAN = auto()
    PREVIOUS = auto()
    TOTAL = auto()
    NONE = auto()


# Later in the text wins, which is nearer; where two end at one place, the earlier line.
_VERBS: tuple[tuple[re.Pattern[str], _Verb], ...] = tuple(
    (re.compile(rf"(?<!\w)(?:{words})(?!\w)"), verb)
    for words, verb in (
        (r"(?:tăng|giảm|hạ|nâng|kéo giảm|kéo)(?: \w+){0,6}? (?:lên|xuống|còn|lên đến|lên tới|xuống còn|chỉ còn)(?: mức)?", _Verb.BECOMES),
        (r"vượt(?: mức)?", _Verb.OVER),
        (r"tăng|giảm|tăng trưởng|sụt|sụt giảm|hụt|(?:cao|thấp|nhiều|ít|lớn) hơn", _Verb.GROWTH),
        (r"chiếm|trong đó|trong số", _Verb.SHARE),
        (r"bằng|tương đương", _Verb.EQUALS),
        (r"đạt|hoàn thành|thực hiện|thu được", _Verb.REACHES),
        (r"(?:tỷ|tỉ) lệ|tỷ suất", _Verb.RATE),
    )
)
_PLAN = r"kế hoạch|chỉ tiêu|dự toán|kh|mục tiêu|định mức|nghị quyết|(?:được )?giao|đề ra|đăng ký"
_PREVIOUS = r"cùng kỳ|cùng kì|năm (?:trước|ngoái|20\d\d|19\d\d)|(?:tháng|quý|kỳ|nhiệm kỳ|khóa|khoá) trước|đầu (?:năm|nhiệm kỳ)"
_TOTAL = r"tổng|trong tổng|(?:trên|trong) (?:tổng )?số|số|toàn|chi phí|vốn"
_WHOLES: tuple[tuple[re.Pattern[str], _Whole], ...] = tuple(
    (re.compile(rf"(?<!\w)(?:{words})(?!\w)"), whole) for words, whole in ((_PLAN, _Whole.PLAN), (_PREVIOUS, _Whole.PREVIOUS), (_TOTAL, _Whole.TOTAL))
)
_CLAUSE_END = re.compile(r"[;!?\n]|[.](?=\s|$)")
_AFTER_END = re.compile(r"[;!?\n,()]|[.](?=\s|$)|\d+(?:[.,]\d+)? ?%|(?<!\w)và(?!\w)")
_ROW = re.compile(r"(?:(?:,| và )[^%,]{0,60}?đạt (?:gần |hơn |trên )?[0-9]+(?:,[0-9]+)? ?%){1,4}(?P<rest>[^%]*)")
_EXCESS_NEXT = re.compile(r"\s*[(,;]?\s*(?:tức |và |tức là )?vượt(?!\w)")
_FALL = re.compile(r"(?<!\w)(?:giảm|sụt|hụt|hạ|kém|(?:thấp|ít) hơn)(?!\w)")
_RISE = re.compile(r"(?<!\w)(?:tăng|vượt|đạt|bằng|chiếm|nâng|(?:cao|nhiều|lớn) hơn)(?!\w)")


def percentage_kind(before: str, after: str, *, has_target: bool) -> PercentageKind:
    """What a percentage is of, from the text before and after it: ``("đạt ", " kế hoạch")`` is of_target.

    ``before`` ends where the percentage starts, ``after`` starts where it ends; no more than a clause of either is looked at.
    The nearest verb before it and the first thing named after it decide; ``has_target``: its achievement has a TARGET.
    """
    clause = _before(before)
    verb = _nearest_verb(clause)
    if verb in (_Verb.REACHES, _Verb.EQUALS) and _EXCESS_NEXT.match(after[:_REACH]):
        return PercentageKind.OF_TARGET
    whole = _first_whole(plain_text(_AFTER_END.split(after[:_REACH])[0]))
    if whole is _Whole.NONE:
        whole = _named_before(clause)
    if whole is _Whole.NONE and verb is _Verb.REACHES:
        whole = _named_for_all(after)
    if verb is _Verb.NONE and whole is _Whole.NONE and re.match(r" *[^\W\d_]", after):
        return PercentageKind.SHARE
    return _kind(verb, whole, has_target)


def growth_sign(before: str, after: str) -> int:
    """-1 where the nearest verb says a fall (``giảm 26%``), else 1."""
    clause = _before(before)
    fall, rise = _last_end(_FALL, clause), _last_end(_RISE, clause)
    if fall < 0 and rise < 0:
        return -1 if _FALL.match(plain_text(after[:_REACH])) else 1
    return -1 if fall > rise else 1


def over_or_of_target(count: Decimal, target: Decimal, stated: Decimal) -> tuple[PercentageKind, ...]:
    """The kind that the figures speak for: 33 of 25 with 132 stated is of_target. Both where they are equally near, none without a target."""
    if target == 0:
        return ()
    reached = count / target * 100
    of, over = abs(stated - reached), abs(stated - (reached - 100))
    if of == over:
        return PercentageKind.OF_TARGET, PercentageKind.OVER_TARGET
    return (PercentageKind.OF_TARGET if of < over else PercentageKind.OVER_TARGET,)


_KINDS: dict[tuple[_Verb, _Whole], PercentageKind] = {
    (_Verb.OVER, _Whole.PREVIOUS): PercentageKind.GROWTH,
    (_Verb.BECOMES, _Whole.PLAN): PercentageKind.OF_TARGET,
    (_Verb.BECOMES, _Whole.PREVIOUS): PercentageKind.GROWTH,
    (_Verb.EQUALS, _Whole.PLAN): PercentageKind.OF_TARGET,
    (_Verb.EQUALS, _Whole.PREVIOUS): PercentageKind.OF_PREVIOUS,
    (_Verb.EQUALS, _Whole.TOTAL): PercentageKind.SHARE,
    (_Verb.REACHES, _Whole.PLAN): PercentageKind.OF_TARGET,
    (_Verb.REACHES, _Whole.PREVIOUS): PercentageKind.OF_PREVIOUS,
    (_Verb.REACHES, _Whole.TOTAL): PercentageKind.SHARE,
    (_Verb.NONE, _Whole.PLAN): PercentageKind.OF_TARGET,
    (_Verb.NONE, _Whole.PREVIOUS): PercentageKind.OF_PREVIOUS,
    (_Verb.NONE, _Whole.TOTAL): PercentageKind.SHARE,
}
_ALONE: dict[_Verb, PercentageKind] = {
    _Verb.OVER: PercentageKind.OVER_TARGET,
    _Verb.GROWTH: PercentageKind.GROWTH,
    _Verb.SHARE: PercentageKind.SHARE,
}
"""The kind a verb gives where nothing that it is compared with changes it; the others give a rate."""


def _kind(verb: _Verb, whole: _Whole, has_target: bool) -> PercentageKind:
    if (verb, whole) in _KINDS:
        return _KINDS[verb, whole]
    if verb in _ALONE:
        return _ALONE[verb]
    if has_target and verb is not _Verb.BECOMES:
        return PercentageKind.OF_TARGET
    return PercentageKind.RATE


def _before(before: str) -> str:
    """The clause up to the percentage, at most ``_REACH`` code points of it."""
    return plain_text(_CLAUSE_END.split(before[-_REACH:])[-1])


def _last_end(pattern: re.Pattern[str], text: str) -> int:
    return max((found.end() for found in pattern.finditer(text)), default=-1)


def _nearest_verb(clause: str) -> _Verb:
    ends = [(_last_end(pattern, clause), -line, verb) for line, (pattern, verb) in enumerate(_VERBS)]
    end, _, verb = max(ends, key=lambda entry: entry[:2])
    return verb if end >= 0 else _Verb.NONE


def _first_whole(after: str) -> _Whole:
    starts = [(found.start(), line, whole) for line, (pattern, whole) in enumerate(_WHOLES) if (found := pattern.search(after))]
    return min(starts, key=lambda entry: entry[:2])[2] if starts else _Whole.NONE


def _named_for_all(after: str) -> _Whole:
    """The plan named once after a row of rates: ``đạt 148%, đoàn phí đạt 220% so với chỉ tiêu``."""
    row = _ROW.match(_CLAUSE_END.split(after[: 2 * _REACH])[0])
    return _Whole.PLAN if row and _first_whole(plain_text(_AFTER_END.split(row["rest"])[0])) is _Whole.PLAN else _Whole.NONE


def _named_before(clause: str) -> _Whole:
    """What was named before the verb (``so với kế hoạch đạt 98%``), nearest first, but not past an earlier percentage."""
    since = clause.rsplit("%", 1)[-1]
    ends = [(_last_end(pattern, since), whole) for pattern, whole in _WHOLES[:2]]
    end, whole = max(ends, key=lambda entry: entry[0])
    return whole if end >= 0 else _Whole.NONE
