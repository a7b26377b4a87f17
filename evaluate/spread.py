"""Several runs that differ in their seed alone: the mean of each figure, and how far they spread."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from evaluate.compare import ROWS
from model.errors import ThanhtichError, told


@dataclass(frozen=True, slots=True)
class Spread:
    """One figure over the runs that have it: mean, standard deviation of a sample (n - 1 below), least and most."""

    label: str
    runs: int
    mean: float
    deviation: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class SpreadTable:
    """The figures of several runs, and what a reader must know."""

    spreads: tuple[Spread, ...]
    notes: tuple[str, ...]

    def table(self) -> Table:
        """For the terminal."""
        table = Table("figure", "mean ± standard deviation", "least", "most", "runs", box=None)
        for s in self.spreads:
            table.add_row(s.label, f"{s.mean:.3f} ± {s.deviation:.3f}", f"{s.least:.3f}", f"{s.most:.3f}", str(s.runs))
        return table

    def row(self) -> dict[str, Any]:
        """Ready for JSON."""
        return {"figures": {s.label: {"mean": s.mean, "deviation": s.deviation, "least": s.least, "most": s.most, "runs": s.runs} for s in self.spreads}, "notes": list(self.notes)}


def spread(paths: Sequence[Path]) -> SpreadTable:
    """Mean and spread of every figure that these results have: those of `thanhtich evaluate --json`, of achievements or of own labels.

    Raises:
        ThanhtichError: fewer than two results, or one that holds no evaluation.
    """
    if len(paths) < 2:
        raise ThanhtichError(f"{len(paths)} result has no spread; give two or more that `thanhtich evaluate --json` wrote, of models trained with other seeds")
    stored = [_read(path) for path in paths]
    found = [row for label, name in _rows(stored) if (row := _spread(label, name, stored))]
    return SpreadTable(tuple(found), tuple(_notes(stored, paths)))


def _read(path: Path) -> dict[str, Any]:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        figures = {str(name): float(row[0]) for name, row in stored["figures"]["all"].items()}
        golds = sorted((str(row["source"]), str(row["doc"]), str(row["gold"])) for row in stored["per_document"])
        return {"figures": figures, "model": str(stored["model"]), "golds": golds}
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        found = f"{path}: holds no evaluation ({told(error)})"
        raise ThanhtichError(f"{found}; give a file that `thanhtich evaluate --json` wrote, with this version") from error


def _rows(stored: Sequence[dict[str, Any]]) -> list[tuple[str, str]]:
    """The usual figures of achievements, and F1 of every type that any run has."""
    usual = [(label, name) for label, name in ROWS if any(name in each["figures"] for each in stored)]
    names = sorted({name for each in stored for name in each["figures"] if name.startswith(("entity/strict/", "relation/strict/")) and name.endswith("/f1")})
    known = {name for _, name in usual}
    return usual + [(f"{name.split('/')[2]} F1", name) for name in names if name not in known]


def _spread(label: str, name: str, stored: Sequence[dict[str, Any]]) -> Spread | None:
    values = [each["figures"][name] for each in stored if name in each["figures"]]
    if len(values) < 2:
        return None
    return Spread(label, len(values), statistics.fmean(values), statistics.stdev(values), min(values), max(values))


def _notes(stored: Sequence[dict[str, Any]], paths: Sequence[Path]) -> list[str]:
    notes = ["± is the standard deviation of a sample of runs: how far one more training would lie, not how sure the figure is on other data"]
    if any(each["golds"] != stored[0]["golds"] for each in stored):
        notes.append("the runs were not measured on the same gold: their figures do not belong in one mean; evaluate all on the same data")
    models = [each["model"] for each in stored]
    doubled = sorted({model for model in models if models.count(model) > 1})
    if doubled:
        notes.append(f"the same model stands more than once ({', '.join(doubled)}): the spread looks smaller than it is")
    return notes
