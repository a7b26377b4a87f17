"""A fact that an article tells twice, as one record: the fullest mention stands."""

from __future__ import annotations

from collections.abc import Sequence

from model.schema import AchievementRecord


def merge_repeats(records: Sequence[AchievementRecord]) -> list[AchievementRecord]:
    """One record for a fact told twice: the fullest mention stands. Records come and go in text order."""
    kept: list[AchievementRecord] = []
    for record in records:
        twin = next((i for i, other in enumerate(kept) if _same_fact(record, other)), None)
        if twin is None:
            kept.append(record)
        elif _fullness(record) > _fullness(kept[twin]):
            kept[twin] = record
    order = {record.id: place for place, record in enumerate(records)}
    return sorted(kept, key=lambda record: order[record.id])


def _fullness(record: AchievementRecord) -> tuple[int, int]:
    organisation = record.organisation is not None and not record.organisation.inherited
    dated = record.period is not None and record.period.period.first is not None
    return (organisation + dated + (record.target is not None) + len(record.percentages), len(record.indicator))


def _same_fact(a: AchievementRecord, b: AchievementRecord) -> bool:
    """Same figures, same thing counted, nothing that speaks against it; in another sentence."""
    if a.sentence == b.sentence or a.indicator_code != b.indicator_code or a.kind != b.kind:
        return False
    if _figures(a) != _figures(b) or not any(_figures(a)):
        return False
    words = [set(r.indicator.casefold().split()) for r in (a, b)]
    alike = len(words[0] & words[1]) >= 0.5 * min(map(len, words)) if all(words) else False
    periods = [r.period.period for r in (a, b) if r.period and r.period.period.first]
    rates = [frozenset(p.value for p in r.percentages) for r in (a, b) if r.percentages]
    return alike and len(set(periods)) < 2 and len(set(rates)) < 2 and not _other_body(a, b)


def _figures(record: AchievementRecord) -> tuple[object, ...]:
    """What anchors it: the count, else the target, else the percentages."""
    if record.count:
        return record.count.value, record.count.unit
    if record.target:
        return record.target.value, record.target.unit
    return tuple(p.value for p in record.percentages)


def _other_body(a: AchievementRecord, b: AchievementRecord) -> bool:
    """Two bodies, each named in its sentence or each inherited; one that is inherited may well be the other's."""
    if not a.organisation or not b.organisation or a.organisation.inherited != b.organisation.inherited:
        return False
    return a.organisation.name.casefold() != b.organisation.name.casefold()
