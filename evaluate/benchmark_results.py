"""What a benchmark measured: rates, ratios with their spread, and everything as JSON takes it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from evaluate.benchmark_jobs import Run, Total
from evaluate.benchmark_machine import Machine
from evaluate.benchmark_profile import Profile


@dataclass(frozen=True, slots=True)
class Data:
    """What was read; ``digest`` is over ids and texts, ``failed`` counts articles that could not be read."""

    total: Total
    characters: int
    failed: int
    digest: str


@dataclass(frozen=True, slots=True)
class Spread:
    """The least, the middle and the greatest of several figures."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One of those measured.

    Attributes:
        runs: one for each repeat; none where it was skipped.
        colds: for each run the seconds from the start of the process to the first result, None where there was none.
        skipped: why it was not measured, with the way on.
    """

    name: str
    title: str
    runs: tuple[Run, ...] = ()
    colds: tuple[float | None, ...] = ()
    skipped: str | None = None

    @property
    def sentences(self) -> Spread | None:
        """A second."""
        return spread([rate(run) for run in self.runs])

    @property
    def words(self) -> Spread | None:
        """A second."""
        return spread([run.words / run.seconds for run in self.runs])

    @property
    def articles(self) -> Spread | None:
        """A second; None where whole articles are not what was read."""
        return spread([run.articles / run.seconds for run in self.runs if run.articles is not None])

    @property
    def first_cold(self) -> Spread | None:
        """Seconds from nothing to the first result."""
        return spread([cold for cold in self.colds if cold is not None])

    @property
    def first_warm(self) -> Spread | None:
        """Seconds to the first result with the model in memory."""
        return spread([run.first_warm for run in self.runs if run.first_warm is not None])

    @property
    def peak_bytes(self) -> int | None:
        """Of the greediest run."""
        return max((run.peak_bytes for run in self.runs), default=None)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Everything that was measured. ``model`` is ours, by name and content hash."""

    command: str
    date: str
    machine: Machine
    data: Data
    model: str
    threads: int
    seconds: float
    repeats: int
    ours: Measured
    rivals: tuple[Measured, ...]
    profile: Profile | None = None

    def ratio(self, rival: Measured) -> Spread | None:
        """How many times as many sentences a second ours reads; None where the rival was skipped."""
        return ratios([rate(run) for run in self.ours.runs], [rate(run) for run in rival.runs])

    def row(self) -> dict[str, Any]:
        """Everything as JSON takes it."""
        kept = {name: getattr(self, name) for name in ("command", "date", "model", "threads", "seconds", "repeats")}
        rivals = [_row(rival) | {"ratio": _plain(self.ratio(rival))} for rival in self.rivals]
        shown = asdict(self.profile) | {"shares": self.profile.shares(), "floor": self.profile.floor} if self.profile else None
        return kept | {"machine": asdict(self.machine), "data": asdict(self.data), "ours": _row(self.ours), "rivals": rivals, "profile": shown}

    def write(self, path: Path) -> None:
        """The figures as JSON."""
        path.write_text(json.dumps(self.row(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


FIGURES = ("sentences", "words", "articles", "first_cold", "first_warm")
"""What of a :class:`Measured` is a spread; the first three are rates a second, the last two seconds."""


def _row(measured: Measured) -> dict[str, Any]:
    figures = {name: _plain(getattr(measured, name)) for name in FIGURES}
    return asdict(measured) | figures | {"peak_bytes": measured.peak_bytes}


def _plain(found: Spread | None) -> dict[str, float] | None:
    return asdict(found) if found else None


def rate(run: Run) -> float:
    """Sentences a second."""
    return run.sentences / run.seconds


def spread(values: Sequence[float]) -> Spread | None:
    """None of no values.

    >>> spread([3.0, 1.0, 4.0])
    Spread(low=1.0, middle=3.0, high=4.0)
    """
    return Spread(min(values), median(values), max(values)) if values else None


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> Spread | None:
    """Ours by theirs, each repeat by itself, so that what changed between repeats does not count.

    >>> ratios([10.0, 20.0], [5.0, 5.0])
    Spread(low=2.0, middle=3.0, high=4.0)
    """
    return spread([a / b for a, b in zip(ours, theirs, strict=False)])
