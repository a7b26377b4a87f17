"""Whether a confidence keeps what it promises, before and after calibration, and what a threshold would keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evaluate.intervals import SEED
from evaluate.scores import brier, calibration_error, coverage_at

BINS = 10
DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Judged:
    """One found record that gold decides on: its confidence, the product of raw scores it had before calibration, and whether it is exact."""

    confidence: float
    raw: float | None
    exact: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Records whose confidence lies in ``[low, high)``: their mean confidence, the share that is right, how many."""

    low: float
    high: float
    confidence: float
    right: float
    records: int


@dataclass(frozen=True, slots=True)
class Chance:
    """The calibration error of true confidences, by chance alone: its mean, and between what 95 of 100 lie."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def error_by_chance(confidences: Sequence[float], bins: int = BINS, draws: int = DRAWS, seed: int = SEED) -> Chance:
    """What calibration error to expect where every confidence is true: few records in a bin are seldom right as often as they should.

    An error inside the interval is no sign of wrong confidences. One above it is none yet: each record is drawn by itself, right with the probability
    that its confidence states (``draws`` times), while the records of one article are often right or wrong together, so that the true interval is wider.
    Without records all is 0.
    """
    if not confidences:
        return Chance(0.0, 0.0, 0.0)
    promised = np.asarray(confidences, dtype=float)
    place = np.minimum(np.searchsorted(np.arange(bins) / bins, promised, side="right") - 1, bins - 1)
    inside = np.eye(bins)[place]  # (N, bins)
    right = np.random.default_rng(seed).random((draws, len(promised))) < promised  # (draws, N)
    errors = np.abs((right - promised) @ inside).sum(axis=1) / len(promised)
    low, high = np.quantile(errors, (0.025, 0.975))
    return Chance(float(errors.mean()), float(low), float(high))


@dataclass(frozen=True, slots=True)
class Reliability:
    """The bins that hold records, expected calibration error and what it would be by chance alone, Brier score, share of records kept at 95 %
    precision, how many records."""

    bins: tuple[Bin, ...]
    ece: float
    by_chance: Chance
    brier: float
    kept_at_95: float
    records: int


def reliability(pairs: Sequence[tuple[float, bool]], bins: int = BINS) -> Reliability | None:
    """Of (confidence, right) pairs; None where there are none, as nothing can be said."""
    if not pairs:
        return None
    found = []
    for number in range(bins):
        low, high = number / bins, (number + 1) / bins
        inside = [(c, y) for c, y in pairs if low <= c < high or (number == bins - 1 and c == 1)]
        if inside:
            found.append(Bin(low, high, sum(c for c, _ in inside) / len(inside), sum(y for _, y in inside) / len(inside), len(inside)))
    chance = error_by_chance([c for c, _ in pairs], bins)
    return Reliability(tuple(found), calibration_error(pairs, bins), chance, brier(pairs), coverage_at(pairs), len(pairs))


def after(judged: Sequence[Judged]) -> list[tuple[float, bool]]:
    """(confidence, right) as records carry it."""
    return [(j.confidence, j.exact) for j in judged]


def before(judged: Sequence[Judged]) -> list[tuple[float, bool]]:
    """(raw score, right) before calibration, of the records whose raw score is known."""
    return [(j.raw, j.exact) for j in judged if j.raw is not None]


@dataclass(frozen=True, slots=True)
class Kept:
    """What a threshold keeps: the share of records, and the share of those that is right."""

    threshold: float
    coverage: float
    precision: float


def precision_by_coverage(pairs: Sequence[tuple[float, bool]]) -> list[Kept]:
    """A point for each confidence there is, most confident first; records of the same confidence are kept or left together."""
    ordered = sorted(pairs, key=lambda pair: -pair[0])
    found, right = [], 0
    for kept, (confidence, exact) in enumerate(ordered, 1):
        right += exact
        if kept == len(ordered) or ordered[kept][0] != confidence:
            found.append(Kept(confidence, kept / len(ordered), right / kept))
    return found


def chosen_threshold(points: Sequence[Kept], precision: float = 0.95) -> Kept | None:
    """The point that keeps most with at least this precision; None where no threshold reaches it."""
    return max((p for p in points if p.precision >= precision), key=lambda p: p.coverage, default=None)
