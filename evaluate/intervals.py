"""How sure a figure is: bootstrap intervals over documents, and the difference of two runs on the same documents.

Documents are what is drawn, as the mistakes of one article go together. A figure is a sum over documents divided by another, so
all figures of all resamples are two matrix products.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evaluate.counts import Counts, total

RESAMPLES = 1000
SEED = 20211
LEAST_DOCUMENTS = 5
"""With fewer documents that have anything to measure, an interval would look surer than anything that is known, so none is given."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A ratio with its 95 % interval. ``value`` is None where nothing was there to measure; ``of`` is the denominator."""

    value: float | None
    low: float | None = None
    high: float | None = None
    of: int = 0

    def __str__(self) -> str:
        if self.value is None:
            return "not measured"
        return f"{self.value:.3f}" + (f" [{self.low:.3f}, {self.high:.3f}]" if self.low is not None and self.high is not None else "")


NOT_MEASURED = Figure(None)


@dataclass(frozen=True, slots=True)
class Difference:
    """The second run less the first, with its 95 % interval; ``against`` is the share of resamples in which the sign is not this one's."""

    value: float
    low: float | None
    high: float | None
    against: float | None

    @property
    def sure(self) -> bool:
        """True where the interval leaves out 0."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


def draws(documents: int, resamples: int = RESAMPLES, seed: int = SEED) -> np.ndarray:
    """(R, N) how often each document is drawn in each resample; the same for the same arguments."""
    found: np.ndarray = np.random.default_rng(seed).multinomial(documents, np.full(documents, 1 / documents), size=resamples)
    return found


def figures(documents: Sequence[Counts]) -> dict[str, Figure]:
    """Every ratio of the documents' counts, with its interval."""
    whole = total(documents).ratios()
    if not documents:
        return {}
    table = _table(documents, list(whole))
    ends = _ends(table)
    return {name: Figure(part / of, *ends[place], of) if of else NOT_MEASURED for place, (name, (part, of)) in enumerate(whole.items())}


def differences(first: Sequence[Counts], second: Sequence[Counts]) -> dict[str, Difference]:
    """Paired: document ``i`` of the one is document ``i`` of the other, and both are drawn together. Only ratios that both have."""
    if len(first) != len(second):
        raise ValueError(f"paired runs need the same documents, found {len(first)} and {len(second)}")
    ours, theirs = total(first).ratios(), total(second).ratios()
    names = [name for name in ours if ours[name][1] and theirs.get(name, (0, 0))[1]]
    tables = [_table(run, names) for run in (first, second)] if names else []
    samples = _resampled(tables[1]) - _resampled(tables[0]) if names else np.empty((0, 0))  # (R, K)
    found = {}
    for place, name in enumerate(names):
        value = theirs[name][0] / theirs[name][1] - ours[name][0] / ours[name][1]
        column = samples[:, place][~np.isnan(samples[:, place])]
        if min(int((table[:, place, 1] > 0).sum()) for table in tables) < LEAST_DOCUMENTS:
            found[name] = Difference(value, None, None, None)
        else:
            low, high = np.percentile(column, [2.5, 97.5])
            against = float((column <= 0 if value > 0 else column >= 0).mean())
            found[name] = Difference(value, float(low), float(high), against)
    return found


def _table(documents: Sequence[Counts], names: Sequence[str]) -> np.ndarray:
    """(N, K, 2) numerator and denominator of each ratio in each document."""
    ratios = [counts.ratios() for counts in documents]
    return np.array([[each.get(name, (0, 0)) for name in names] for each in ratios], dtype=float).reshape(len(documents), len(names), 2)


def _resampled(table: np.ndarray) -> np.ndarray:
    """(N, K, 2) to (R, K): each ratio in each resample, not a number where its denominator was not drawn."""
    drawn = draws(len(table)).astype(float)  # (R, N)
    above, below = drawn @ table[:, :, 0], drawn @ table[:, :, 1]  # (R, K)
    result: np.ndarray = np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
    return result


def _ends(table: np.ndarray) -> list[tuple[float | None, float | None]]:
    """(N, K, 2) to both ends of each ratio's interval."""
    samples = _resampled(table)  # (R, K)
    found: list[tuple[float | None, float | None]] = []
    for place in range(table.shape[1]):
        known = samples[:, place][~np.isnan(samples[:, place])]
        if int((table[:, place, 1] > 0).sum()) < LEAST_DOCUMENTS:
            found.append((None, None))
        else:
            low, high = np.percentile(known, [2.5, 97.5])
            found.append((float(low), float(high)))
    return found
