"""Baselines in the same table as the model: what simpler means reach, measured by the very functions that measure the model.

A baseline reads an article to mentions and links; records are made of them by the model's own assembly, and scored as `evaluate` does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from rich.table import Table

import evaluate.baseline_rules
from evaluate import baseline_underthesea
from evaluate.baseline_rules import read_by_rules
from evaluate.intervals import NOT_MEASURED, Figure
from evaluate.results import ALL, Result
from evaluate.scores import FIELDS
from model.assemble import assemble
from model.calibrate import Calibration
from model.errors import OutputError
from model.runtime import Extraction, Extractor
from model.schema import AnnotatedArticle, Article

COLUMNS = (
    ("anchor F1", "anchor/f1"),
    *((f"{name} F1", f"{name}/f1") for name in FIELDS),
    ("exact F1", "exact/f1"),
    ("kind", "kind"),
    ("code", "indicator code"),
    ("code of all", "code of all"),
    ("false per empty doc", "false in empty"),
)
"""Heading and name of each figure of a row."""
_WITHOUT_INTERVAL = ("kind", "indicator code", "code of all", "false in empty")


@dataclass(frozen=True, slots=True)
class Baseline:
    """Something that reads articles. It has what the evaluation asks of a model: ``identity``, ``calibration`` and :meth:`extract`."""

    name: str
    identity: str
    read: Callable[[Article], AnnotatedArticle]
    calibration: Calibration = field(default_factory=Calibration)

    def extract(self, articles: Iterable[Article]) -> Iterator[Extraction]:
        """One extraction for each article, in their order."""
        for article in articles:
            found = self.read(article)
            yield Extraction(found, tuple(self.calibration.apply(record) for record in assemble(found, self.identity)))


@dataclass(frozen=True, slots=True)
class Skipped:
    """A baseline that cannot be measured here; ``reason`` says what is missing and how to get it."""

    name: str
    reason: str


Entrant = Baseline | Extractor | Skipped
"""What a row is measured of."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: its name, and its figures or why it has none."""

    name: str
    result: Result | None
    reason: str = ""


def rules() -> Baseline:
    """The rules baseline; its identity changes with its code and words."""
    return Baseline("rules", f"rules@{_digest()}", read_by_rules)


def underthesea() -> Baseline | Skipped:
    """The rules with underthesea's organisations, where the library is installed."""
    if not baseline_underthesea.installed():
        return Skipped("underthesea", baseline_underthesea.INSTALL)
    return Baseline("underthesea", f"underthesea@{_digest()}", baseline_underthesea.read_with_underthesea)


def _digest() -> str:
    """Over the files of the rules."""
    files = sorted(Path(evaluate.baseline_rules.__file__).parent.glob("baseline_*.*"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files if file.suffix in (".py", ".toml"))).hexdigest()[:12]


def measured(entrants: Iterable[Entrant], evaluation: Callable[[Extractor], Result]) -> list[Row]:
    """A row for each entrant.

    Args:
        entrants: baselines and models.
        evaluation: `evaluate_corpus` or `evaluate_gold` with its data, waiting for a model.
    """
    return [_row(entrant, evaluation) for entrant in entrants]


def _row(entrant: Entrant, evaluation: Callable[[Extractor], Result]) -> Row:
    if isinstance(entrant, Skipped):
        return Row(entrant.name, None, entrant.reason)
    name = entrant.name if isinstance(entrant, Baseline) else entrant.identity
    return Row(name, evaluation(cast(Extractor, entrant)))


def tables(rows: Sequence[Row]) -> list[Table]:
    """One table over all documents, and one for each source where there are several; for the terminal."""
    sources = next((row.result.sources for row in rows if row.result), ())
    return [_table(rows, source) for source in (ALL, *(sources if len(sources) > 1 else ()))]


def _table(rows: Sequence[Row], source: str) -> Table:
    data = next((row.result.data for row in rows if row.result), "nothing was measured")
    title = data if source == ALL else f"its {source} articles"
    table = Table("", *(heading for heading, _ in COLUMNS), box=None, title=title, title_justify="left", title_style="")
    for row in rows:
        if row.result is None:
            table.add_row(row.name, "skipped")
            continue
        shown = row.result.figures(source)
        table.add_row(row.name, *(_cell(name, shown.get(name, NOT_MEASURED)) for _, name in COLUMNS))
    return table


def _cell(name: str, figure: Figure) -> str:
    """Two digits with the interval; three without, in the columns that have none."""
    if figure.value is None:
        return "-"
    if name in _WITHOUT_INTERVAL or figure.low is None or figure.high is None:
        return f"{figure.value:.3f}"
    return f"{figure.value:.2f} [{figure.low:.2f}, {figure.high:.2f}]"


def notes(rows: Sequence[Row]) -> list[str]:
    """What a reader must know beside the table, a line each."""
    skipped = [f"{row.name} is skipped: {row.reason}" for row in rows if row.result is None]
    failed = [f"{row.name}: {len(row.result.problems)} documents gave nothing and count as missed" for row in rows if row.result and row.result.problems]
    return skipped + failed


def check_output(path: Path) -> None:
    """Refuse a place that cannot be written before anything is measured.

    Raises:
        OutputError: its folder is not there.
    """
    if not path.parent.is_dir():
        raise OutputError(f"{path}: no folder {path.parent}; make it, or name a file in another")


def write(sets: Mapping[str, Sequence[Row]], path: Path) -> list[Path]:
    """The tables as one JSON file, and beside it a file for each run that `thanhtich evaluate --compare` takes.

    Args:
        sets: name of the data (`test`, `gold`) to its rows.
        path: the file of the tables; a run is in its name with `.SET.ROW.json`.

    Returns:
        The files of the runs.

    Raises:
        OutputError: something cannot be written.
    """
    runs: list[Path] = []
    lines: list[dict[str, Any]] = []
    for data, rows in sets.items():
        for row in rows:
            line: dict[str, Any] = {"set": data, "name": row.name, "skipped": row.reason or None}
            if row.result is not None:
                runs.append(path.with_name(f"{path.stem}.{data}.{_file_name(row.name)}.json"))
                row.result.write(runs[-1])
                line |= {"file": runs[-1].name, "model": row.result.model, "data": row.result.data, "digest": row.result.digest}
                line["figures"] = {source: _figures(row.result, source) for source in (ALL, *row.result.sources)}
            lines.append(line)
    try:
        path.write_text(json.dumps({"rows": lines}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror or error}); free space or name another file") from error
    return runs


def _file_name(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in name)


def _figures(result: Result, source: str) -> dict[str, list[float | None]]:
    shown = result.figures(source)
    return {heading: [figure.value, figure.low, figure.high] for heading, name in COLUMNS if (figure := shown.get(name, NOT_MEASURED)).value is not None}
