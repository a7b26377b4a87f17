"""Whether a confidence keeps what it promises, before and after calibration, and what a threshold would keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from evaluate.intervals import SEED
from evaluate.scores import brier, calibration_error, coverage_at

BINS = 10
DRAWS = 1000
_NEVER = 1e-12


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
    """The calibration error of true confidences, by chance alone: its mean, and between what 95 of 100 lie.

    ``together`` is how much the records of an article are right or wrong together: 0 not at all, 1 all or none of those with the same confidence.
    """

    mean: float
    low: float
    high: float
    together: float

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def right_together(articles: Sequence[Sequence[Judged]], bins: int = BINS) -> float:
    """The correlation of being right, beyond what confidence says, of two records of one article; between 0 and 1.

    The mean over all pairs of the product of what is left of each: right less the share that is right among records of like confidence (so that confidences
    which are wrong everywhere alike do not count as going together), by the deviation of that share. Bins that are all right or all wrong leave nothing.
    """
    place = [[min(int(j.confidence * bins), bins - 1) for j in judged] for judged in articles]
    inside, right = np.zeros(bins), np.zeros(bins)
    for places, judged in zip(place, articles, strict=True):
        for number, j in zip(places, judged, strict=True):
            inside[number] += 1
            right[number] += j.exact
    share = right / np.maximum(inside, 1)
    deviation = np.sqrt(share * (1 - share))
    products = pairs = 0.0
    for places, judged in zip(place, articles, strict=True):
        left = [(j.exact - share[number]) / deviation[number] for number, j in zip(places, judged, strict=True) if deviation[number] > 0]
        products += sum(left) ** 2 - sum(each * each for each in left)
        pairs += len(left) * (len(left) - 1)
    return float(min(1.0, max(0.0, products / pairs))) if pairs else 0.0


def chance_of(articles: Sequence[Sequence[Judged]]) -> Chance:
    """What calibration error to expect by chance alone of the confidences of these articles' records, which are right together as these are."""
    return error_by_chance(tuple(tuple(j.confidence for j in judged) for judged in articles), right_together(articles))


@lru_cache(maxsize=8)
def error_by_chance(articles: tuple[tuple[float, ...], ...], together: float = 0.0, bins: int = BINS, draws: int = DRAWS, seed: int = SEED) -> Chance:
    """What calibration error to expect where every confidence is true: few records in a bin are seldom right as often as they should.

    An error inside the interval is no sign of wrong confidences; one a little above it is no proof of them, as ``together`` is itself a rough figure where
    articles are few, and confidences near 1 go together less in the draws than those in the middle. Each record is right with the probability that its
    confidence states, ``draws`` times. Those of an article share a part of their luck (a normal variable of its own, a Gaussian copula), so that of two with
    even odds being right correlates by ``together``. Without records all is 0.

    Args:
        articles: the confidences of each article's records.
    """
    promised = np.array([confidence for confidences in articles for confidence in confidences], dtype=float)
    if not len(promised):
        return Chance(0.0, 0.0, 0.0, together)
    article = np.repeat(np.arange(len(articles)), [len(confidences) for confidences in articles])
    place = np.minimum(np.searchsorted(np.arange(bins) / bins, promised, side="right") - 1, bins - 1)
    bar = np.array([NormalDist().inv_cdf(min(max(confidence, _NEVER), 1 - _NEVER)) for confidence in promised])
    shared = float(np.sin(np.pi * together / 2))  # of two normal variables whose signs correlate so
    random = np.random.default_rng(seed)
    errors = np.empty(draws)
    for draw in range(draws):
        luck = np.sqrt(shared) * random.standard_normal(len(articles))[article] + np.sqrt(1 - shared) * random.standard_normal(len(promised))
        errors[draw] = np.abs(np.bincount(place, (luck < bar) - promised, bins)).sum() / len(promised)
    low, high = np.quantile(errors, (0.025, 0.975))
    return Chance(float(errors.mean()), float(low), float(high), together)


@dataclass(frozen=True, slots=True)
class Reliability:
    """The bins that hold records, expected calibration error, Brier score, share of records kept at 95 % precision, how many records."""

    bins: tuple[Bin, ...]
    ece: float
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
    return Reliability(tuple(found), calibration_error(pairs, bins), brier(pairs), coverage_at(pairs), len(pairs))


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
