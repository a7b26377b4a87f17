"""Do a record's figures agree? Arithmetic and plausibility checks; they report, they never change a value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from model.schema import AchievementRecord, Check, Kind, Outcome, PercentageField, PercentageKind

_HUNDRED = Decimal(100)
_OVER_WORDS = ("vượt",)


def check_record(record: AchievementRecord, published: date | None) -> tuple[Check, ...]:
    """Every check that the record's fields allow, in a fixed order."""
    return (*_of_target(record), *_excess(record), *_implied_target(record), *_dates(record, published))


def _shown(value: Decimal) -> str:
    return format(value.quantize(Decimal("0.01"), ROUND_HALF_UP).normalize(), "f")


def compare(stated: Decimal, computed: Decimal) -> Outcome:
    """``ok`` to the stated precision, ``rounding`` within one unit of its last place (cut instead of rounded), else ``conflict``."""
    exponent = stated.as_tuple().exponent
    unit = Decimal(1).scaleb(min(int(exponent), 0) if isinstance(exponent, int) else 0)
    difference = abs(stated - computed)
    if difference <= unit / 2:
        return Outcome.OK
    return Outcome.ROUNDING if difference <= unit else Outcome.CONFLICT


def _of_target(record: AchievementRecord) -> Iterator[Check]:
    if not (record.count and record.target and record.target.value > 0):
        return
    computed = record.count.value / record.target.value * _HUNDRED
    for stated in record.percentages:
        if stated.kind is PercentageKind.OF_TARGET:
            yield _against(record, stated, computed, "count_of_target")
        elif stated.kind is PercentageKind.OVER_TARGET:
            yield _against(record, stated, computed - _HUNDRED, "count_over_target")


def _against(record: AchievementRecord, stated: PercentageField, computed: Decimal, rule: str) -> Check:
    outcome = compare(stated.value, computed)
    before = record.sentence_text[: max(0, stated.span.start - record.sentence.start)]
    said_over = any(word in before[-40:].casefold() for word in _OVER_WORDS)
    detail = f"{record.count and record.count.text}/{record.target and record.target.text} gives {_shown(computed)} %, stated is {stated.text}"
    if rule == "count_of_target" and said_over and stated.value >= _HUNDRED and _since_over(before):
        return Check("words_of_target", Outcome.CONFLICT, f"{stated.text} is of the target, not above it, though the words say it is exceeded; {detail}")
    return Check(rule, outcome, detail)


def _since_over(before: str) -> bool:
    """True where ``vượt`` is the nearest verb before the percentage, not ``đạt`` or ``bằng``."""
    words = before.casefold()
    return words.rfind("vượt") > max(words.rfind("đạt"), words.rfind("bằng"))


def _excess(record: AchievementRecord) -> Iterator[Check]:
    """`đạt 130,3% (vượt 30,3%)`: the two percentages agree."""
    reached = [p for p in record.percentages if p.kind is PercentageKind.OF_TARGET]
    over = [p for p in record.percentages if p.kind is PercentageKind.OVER_TARGET]
    if len(reached) == len(over) == 1:
        outcome = compare(over[0].value, reached[0].value - _HUNDRED)
        yield Check("excess", outcome, f"{reached[0].text} less 100 % is {_shown(reached[0].value - _HUNDRED)} %, stated is {over[0].text}")


def _implied_target(record: AchievementRecord) -> Iterator[Check]:
    """The target that count and percentage imply: reported as implied, never as stated."""
    if record.count is None or record.target is not None or record.kind is not Kind.RESULT:
        return
    for stated in record.percentages:
        share = stated.value if stated.kind is PercentageKind.OF_TARGET else stated.value + _HUNDRED if stated.kind is PercentageKind.OVER_TARGET else None
        if share and share > 0:
            yield Check("implied_target", Outcome.OK, f"implied, not stated: a target of about {_shown(record.count.value / share * _HUNDRED)}")
            return


def _dates(record: AchievementRecord, published: date | None) -> Iterator[Check]:
    if record.period is None or published is None or record.kind is Kind.PLAN:
        return
    first = record.period.period.first
    if first and first > published:
        yield Check("after_publication", Outcome.CONFLICT, f"the period begins on {first.isoformat()}, the article is of {published.isoformat()}")
