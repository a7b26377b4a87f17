"""Two or more runs on the same documents: what is better than what, and whether the difference is more than chance."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.table import Table

from evaluate.counts import Counts, total
from evaluate.intervals import Difference, differences
from evaluate.results import Result
from evaluate.scores import FIELDS, PRF
from model.errors import ThanhtichError, told

Key = tuple[str, str]
ROWS = (
    ("exact F1", "exact/f1"),
    ("exact precision", "exact/precision"),
    ("exact recall", "exact/recall"),
    ("anchor F1", "anchor/f1"),
    *((f"{name} F1", f"{name}/f1") for name in FIELDS),
    ("kind", "kind"),
    ("indicator code", "indicator code"),
    ("indicator code, of all in gold", "code of all"),
    ("entities, strict F1", "entity/strict/f1"),
    ("relations, strict F1", "relation/strict/f1"),
    ("false records per empty document", "false in empty"),
)
"""Label and name of what is compared."""


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation: source and document to the digest of its gold and its counts."""

    name: str
    model: str
    data: str
    documents: dict[Key, tuple[str, Counts]]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure in each run, and what each later run has more than the first; None where it was not measured."""

    label: str
    values: tuple[float | None, ...]
    differences: tuple[Difference | None, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs on the documents that all have with the same gold; ``left_out`` counts the others."""

    runs: tuple[Run, ...]
    documents: int
    left_out: int
    rows: tuple[Row, ...]

    def table(self) -> Table:
        """A column a run; from the second on with the difference to the first; for the terminal."""
        table = Table(f"{self.documents} shared documents", *(run.name for run in self.runs), box=None)
        for row in self.rows:
            table.add_row(row.label, *(cell(value, change) for value, change in zip(row.values, (None, *row.differences), strict=True)))
        return table

    def notes(self) -> list[str]:
        """What a reader must know beside the table, a line each."""
        lines = []
        if not self.documents:
            lines.append("the runs share no document with the same gold, so nothing is compared; evaluate the models on the same data")
        elif self.left_out:
            lines.append(f"{self.left_out} documents are left out of the comparison: not every run has them with the same gold")
        if self.documents:
            lines.append("in brackets the paired 95 % interval of the difference to the first run; * where it leaves out 0")
        return lines


def cell(value: float | None, change: Difference | None) -> str:
    """A figure, and behind it the difference with its interval."""
    if value is None:
        return "not measured"
    if change is None:
        return f"{value:.3f}"
    ends = f" [{change.low:+.3f}, {change.high:+.3f}]" if change.low is not None and change.high is not None else ""
    return f"{value:.3f}  {change.value:+.3f}{ends}{' *' if change.sure else ''}"


def read_run(path: Path) -> Run:
    """A run from the JSON that `thanhtich evaluate --json` wrote.

    Raises:
        ThanhtichError: the file cannot be read or holds something else; says what to do.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        documents = {(row["source"], row["doc"]): (str(row["gold"]), _counts(row)) for row in stored["per_document"]}
        return Run(path.stem, str(stored["model"]), str(stored["data"]), documents)
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, AttributeError) as error:
        found = f"{path}: holds no evaluation ({told(error)})"
        raise ThanhtichError(f"{found}; give a file that `thanhtich evaluate --json` wrote, with this version") from error


def _counts(row: dict[str, dict[str, list[int]]]) -> Counts:
    shares = {name: (int(part), int(of)) for name, (part, of) in row["shares"].items()}
    return Counts({name: PRF(*map(int, counts)) for name, counts in row["prf"].items()}, shares)


def run_of(result: Result, name: str = "this run") -> Run:
    """This evaluation as one of the runs."""
    return Run(name, result.model, result.data, {(s.source, s.document): (s.digest, s.counts) for s in result.scored})


def compare(runs: Sequence[Run]) -> Comparison:
    """Every run against the first, on the documents that all have with the same gold.

    Raises:
        ThanhtichError: fewer than two runs.
    """
    if len(runs) < 2:
        raise ThanhtichError(f"{len(runs)} run cannot be compared; give two or more")
    every = {key for run in runs for key in run.documents}
    shared = sorted(key for key in every if _same_gold(key, runs))
    counts = [[run.documents[key][1] for key in shared] for run in runs]
    changes = [differences(counts[0], other) for other in counts[1:]]
    sums = [total(each).ratios() for each in counts]
    rows = [Row(label, tuple(_value(s, name) for s in sums), tuple(change.get(name) for change in changes)) for label, name in ROWS]
    return Comparison(tuple(runs), len(shared), len(every) - len(shared), tuple(rows) if shared else ())


def _same_gold(key: Key, runs: Sequence[Run]) -> bool:
    return all(key in run.documents for run in runs) and len({run.documents[key][0] for run in runs}) == 1


def _value(ratios: dict[str, tuple[int, int]], name: str) -> float | None:
    part, of = ratios.get(name, (0, 0))
    return part / of if of else None
