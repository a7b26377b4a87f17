"""How right extracted records are: anchor, each field, the whole record.

A record and a gold record are the same achievement where their anchors overlap. A field is right where both have it and
agree, or both lack it; ``exact`` is right in all five. Counts add; they are divided only at the end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from evaluate.gold import Days, GoldDocument, GoldRecord
from model.schema import AchievementRecord, Kind, Span

FIELDS = ("organisation", "count", "target", "percentage", "date")
MEASURES = ("anchor", *FIELDS, "exact")

_ABBREVIATIONS = {
    "tổng lđlđ": "tổng liên đoàn lao động", "lđlđ": "liên đoàn lao động", "cđcs": "công đoàn cơ sở", "cđ": "công đoàn",
    "tp": "thành phố", "tx": "thị xã", "cty": "công ty", "kcn": "khu công nghiệp", "kcx": "khu chế xuất", "kkt": "khu kinh tế",
    "tlđ": "tổng liên đoàn", "hcm": "hồ chí minh", "vn": "việt nam", "đn": "đà nẵng", "gd&đt": "giáo dục và đào tạo",
    "gd-đt": "giáo dục và đào tạo", "cđvc": "công đoàn viên chức", "bch": "ban chấp hành", "cp": "cổ phần",
}  # fmt: skip


def normal_name(name: str) -> str:
    """Lower case, unabbreviated, without punctuation and inner organs: what two names are compared by."""
    name = re.sub(r"[.,;:()\"“”'’–-]+", " ", unicodedata.normalize("NFC", name).lower())
    name = f" {' '.join(_ABBREVIATIONS.get(word, word) for word in name.split())} "
    name = re.sub(r" (ban thường vụ|ban chấp hành|lãnh đạo|chủ tịch|phó chủ tịch) ", " ", name)
    name = name.replace("thành phố hồ chí minh", "hồ chí minh").replace(" tphcm ", " hồ chí minh ")
    return " ".join(name.split())


@dataclass(frozen=True, slots=True)
class PRF:
    """True positives, false positives, false negatives. They add."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: PRF) -> PRF:
        return PRF(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def precision(self) -> float:
        """Share of what was found that is right; 0 where nothing was found."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def recall(self) -> float:
        """Share of gold that was found; 0 where there is no gold."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.precision * self.recall / (self.precision + self.recall) if self.tp else 0.0


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of one or more documents. They add."""

    measures: dict[str, PRF] = field(default_factory=lambda: dict.fromkeys(MEASURES, PRF()))
    kinds: tuple[int, int] = (0, 0)
    codes: tuple[int, int] = (0, 0)
    inherited: tuple[int, int] = (0, 0)
    empty: tuple[int, int] = (0, 0)
    documents: int = 0
    found: int = 0
    confidences: tuple[tuple[float, bool], ...] = ()

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            {name: self.measures[name] + other.measures[name] for name in MEASURES},
            _sum(self.kinds, other.kinds),
            _sum(self.codes, other.codes),
            _sum(self.inherited, other.inherited),
            _sum(self.empty, other.empty),
            self.documents + other.documents,
            self.found + other.found,
            self.confidences + other.confidences,
        )


def _sum(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
    return a[0] + b[0], a[1] + b[1]


@dataclass(frozen=True, slots=True)
class Match:
    """A gold record beside what was found for it; ``right`` per field where both are there."""

    gold: GoldRecord | None
    found: AchievementRecord | None
    right: dict[str, bool]

    @property
    def exact(self) -> bool:
        """Right in all five fields."""
        return bool(self.right) and all(self.right.values())


def anchor_span(record: AchievementRecord) -> Span:
    """COUNT, else a plan's TARGET, else the first PERCENTAGE, else the TARGET."""
    planned = record.target if record.kind is Kind.PLAN else None
    fields = (record.count, planned, *record.percentages[:1], record.target)
    return next((f.span for f in fields if f is not None), record.sentence)


def match(gold: GoldDocument, found: Sequence[AchievementRecord]) -> list[Match]:
    """Every gold record with what was found for it, then what was found for none. Optional gold that was not found is left out."""
    pairs, used = [], set()
    for wanted in sorted(gold.records, key=lambda record: record.anchors[0]):
        place = next((i for i, r in enumerate(found) if i not in used and any(anchor_span(r).overlaps(a) for a in wanted.anchors)), None)
        if place is not None:
            used.add(place)
            pairs.append(Match(wanted, found[place], _right(wanted, found[place])))
        elif not wanted.optional:
            pairs.append(Match(wanted, None, {}))
    return pairs + [Match(None, record, {}) for i, record in enumerate(found) if i not in used]


def _right(gold: GoldRecord, found: AchievementRecord) -> dict[str, bool]:
    want, have = gold_fields(gold), found_fields(found)
    return {name: _agrees(name, want[name], have[name]) for name in FIELDS}


def gold_fields(record: GoldRecord) -> dict[str, object]:
    """The five fields to compare; None where there is none."""
    return {
        "organisation": frozenset(map(normal_name, record.names)) or None,
        "count": record.count,
        "target": record.target,
        "percentage": frozenset(round(p, 4) for p in record.percentages) or None,
        "date": _known(record.period),
    }


def found_fields(record: AchievementRecord) -> dict[str, object]:
    """The five fields to compare; None where there is none."""
    return {
        "organisation": normal_name(record.organisation.name) if record.organisation else None,
        "count": record.count.value if record.count else None,
        "target": record.target.value if record.target else None,
        "percentage": frozenset(round(p.value, 4) for p in record.percentages) or None,
        "date": _known((record.period.period.first, record.period.period.last)) if record.period else None,
    }


def _known(period: Days | None) -> Days | None:
    """A period with neither day known says no more than none."""
    return period if period and any(period) else None


def _agrees(name: str, gold: object, found: object) -> bool:
    if gold is None or found is None:
        return gold is None and found is None
    if name == "organisation":
        return isinstance(gold, frozenset) and found in gold
    if name == "date" and isinstance(gold, tuple) and isinstance(found, tuple):  # an end that the gold leaves open may be filled
        return all(g is None or g == f for g, f in zip(gold, found, strict=True))
    if isinstance(gold, Decimal) and isinstance(found, Decimal):
        return abs(gold - found) <= Decimal("1e-6") * max(Decimal(1), abs(gold))
    return gold == found


def tally(gold: GoldDocument, found: Sequence[AchievementRecord]) -> Tally:
    """The counts of one document."""
    counts = dict.fromkeys(MEASURES, PRF())
    kinds = codes = inherited = (0, 0)
    confidences: list[tuple[float, bool]] = []
    spurious = 0
    for pair in match(gold, found):
        if pair.gold is None and pair.found is not None:
            spurious += 1
            _count_spurious(counts, pair.found)
            confidences.append((pair.found.confidence, False))
        elif pair.gold is not None and pair.found is None:
            _count_missed(counts, pair.gold)
        elif pair.gold is not None and pair.found is not None and not pair.gold.optional:
            _count_matched(counts, pair)
            confidences.append((pair.found.confidence, pair.exact))
            kinds = _sum(kinds, (pair.found.kind == pair.gold.kind, 1))
            if pair.gold.code is not None:
                codes = _sum(codes, (pair.found.indicator_code == pair.gold.code, 1))
            if pair.gold.inherited and pair.gold.names:
                inherited = _sum(inherited, (pair.right["organisation"], 1))
    empty = (spurious, 1) if not gold.records else (0, 0)
    return Tally(counts, kinds, codes, inherited, empty, 1, len(found), tuple(confidences))


def _count_spurious(counts: dict[str, PRF], found: AchievementRecord) -> None:
    for name in ("anchor", "exact", *(n for n, value in found_fields(found).items() if value is not None)):
        counts[name] += PRF(fp=1)


def _count_missed(counts: dict[str, PRF], gold: GoldRecord) -> None:
    for name in ("anchor", "exact", *(n for n, value in gold_fields(gold).items() if value is not None)):
        counts[name] += PRF(fn=1)


def _count_matched(counts: dict[str, PRF], pair: Match) -> None:
    assert pair.gold is not None and pair.found is not None
    want, have = gold_fields(pair.gold), found_fields(pair.found)
    counts["anchor"] += PRF(tp=1)
    counts["exact"] += PRF(tp=1) if pair.exact else PRF(fp=1, fn=1)
    for name in FIELDS:
        there, stated = want[name] is not None, have[name] is not None
        counts[name] += PRF(tp=int(there)) if pair.right[name] else PRF(fp=int(stated), fn=int(there))


def score(gold: Iterable[GoldDocument], found: Mapping[str, Sequence[AchievementRecord]]) -> Tally:
    """The counts of many documents; a document without found records counts as missed."""
    total = Tally()
    for document in gold:
        total = total + tally(document, found.get(document.id, ()))
    return total


def calibration_error(pairs: Sequence[tuple[float, bool]], bins: int = 10) -> float:
    """Expected calibration error over equal-width bins of (confidence, right)."""
    error = 0.0
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        inside = [(c, y) for c, y in pairs if low <= c < high or (number == bins - 1 and c == 1)]
        if inside:
            error += abs(sum(c for c, _ in inside) - sum(y for _, y in inside)) / len(pairs)
    return error


def brier(pairs: Sequence[tuple[float, bool]]) -> float:
    """Mean squared distance of confidence from right (1) or wrong (0); 0 for no records."""
    return sum((c - y) ** 2 for c, y in pairs) / len(pairs) if pairs else 0.0


def coverage_at(pairs: Sequence[tuple[float, bool]], precision: float = 0.95) -> float:
    """The largest share of records that can be kept, most confident first, with at least this precision."""
    right = 0
    coverage = 0.0
    for kept, (_, y) in enumerate(sorted(pairs, key=lambda pair: -pair[0]), 1):
        right += y
        if right / kept >= precision:
            coverage = kept / len(pairs)
    return coverage
