"""Counts of one or more documents by name, and the ratios that are made of them. Counts add; they are divided only at the end.

Names are paths: ``exact``, ``entity/strict/COUNT``, ``relation/boundary``, ``slice/money/found``. Every ratio is a sum over
documents above and a sum over documents below, so an interval over documents can be worked out for all of them at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from evaluate.scores import PRF

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Counts:
    """``prf`` are found, false and missed things, ``shares`` so many of so many. They add, name by name.

    >>> (Counts({"exact": PRF(1, 0, 1)}) + Counts({"exact": PRF(0, 2, 0)})).prf["exact"]
    PRF(tp=1, fp=2, fn=1)
    """

    prf: Mapping[str, PRF] = field(default_factory=dict)
    shares: Mapping[str, Pair] = field(default_factory=dict)

    def __add__(self, other: Counts) -> Counts:
        prf, shares = dict(self.prf), dict(self.shares)
        for name, counts in other.prf.items():
            prf[name] = prf.get(name, PRF()) + counts
        for name, (part, whole) in other.shares.items():
            before = shares.get(name, (0, 0))
            shares[name] = (before[0] + part, before[1] + whole)
        return Counts(prf, shares)

    def ratios(self) -> dict[str, Pair]:
        """Every figure as (numerator, denominator): ``NAME/precision``, ``NAME/recall`` and ``NAME/f1`` of what is found, and each share by its name."""
        found: dict[str, Pair] = dict(self.shares)
        for name, c in self.prf.items():
            found |= {f"{name}/precision": (c.tp, c.tp + c.fp), f"{name}/recall": (c.tp, c.tp + c.fn), f"{name}/f1": (2 * c.tp, 2 * c.tp + c.fp + c.fn)}
        return found


def total(parts: Iterable[Counts]) -> Counts:
    """The sum; nothing where there are no parts."""
    return sum(parts, Counts())
