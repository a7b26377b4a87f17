"""One HTML page of an evaluation. Nothing in it is fetched from anywhere, and everything that comes from articles is escaped.

The page holds the text of the evaluated articles around each mistake: a page on real articles must not be committed.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from evaluate.charts import HEIGHT, WIDTH, Chart, CurvePoint, coverage_chart, curve_charts, reliability_chart
from evaluate.compare import Comparison, cell, compare, read_run, run_of
from evaluate.counts import total
from evaluate.documents import WRITTEN, Confusion
from evaluate.intervals import LEAST_DOCUMENTS, NOT_MEASURED, RESAMPLES, SEED
from evaluate.mistakes import KINDS, Mistake, Side
from evaluate.reliability import after, before, chosen_threshold, precision_by_coverage, reliability
from evaluate.results import ALL, SPAN_ROWS, Result, slice_names
from evaluate.scores import FIELDS, MEASURES, PRF
from evaluate.slices import DESCRIPTIONS
from evaluate.spans import NOTHING
from model.errors import OutputError
from model.page import HERE as RECORDS_PAGE
from model.page_labels import LABELS
from model.page_marks import lay_marks, segments
from model.schema import Entity, EntityType, Kind, Span

HERE = Path(__file__).resolve().parent
MISTAKES_SHOWN = 600
CODES_SHOWN = 12
_GAP = " … "


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a card's text; ``type`` is None between marks."""

    text: str
    type: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """A mistake as the page shows it; ``rows`` are (field, gold, found, whether it is wrong)."""

    mistake: Mistake
    gold: tuple[Piece, ...]
    found: tuple[Piece, ...]
    rows: tuple[tuple[str, str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A confusion: gold's names down, the model's across."""

    names: tuple[str, ...]
    columns: tuple[str, ...]
    cells: dict[tuple[str, str], int]


def write_page(
    result: Result, path: Path, *, compare_with: Sequence[Path] = (), curve: Sequence[CurvePoint] = (), mistakes_shown: int = MISTAKES_SHOWN
) -> Path:
    """Write the page of an evaluation.

    Args:
        result: what was measured; its ``command`` is shown.
        path: the HTML file to write, in UTF-8.
        compare_with: JSON files of other runs, the one to compare against first.
        curve: points of a learning curve (``evaluate.charts.read_curve``).
        mistakes_shown: at most so many; the page says how many there are.

    Raises:
        ThanhtichError: a run's file holds something else.
        OutputError: the page cannot be written.
    """
    comparison = compare([*map(read_run, compare_with), run_of(result)]) if compare_with else None
    html = page(result, comparison, curve, mistakes_shown)
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(html, encoding="utf-8", errors="replace", newline="\n")
        os.replace(part, path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise OutputError(f"{path}: cannot be written ({error.strerror or error}); free space or name another file") from error
    return path


def page(result: Result, comparison: Comparison | None = None, curve: Sequence[CurvePoint] = (), mistakes_shown: int = MISTAKES_SHOWN) -> str:
    """The page as HTML."""
    script = (HERE / "report.js").read_text(encoding="utf-8")
    every = [mistake for each in result.scored for mistake in each.mistakes]
    texts = {(each.source, each.document): each.text for each in result.scored}
    context: dict[str, Any] = {
        "r": result,
        "t": result.tally,
        "warnings": result.warnings(),
        "figures": {source: result.figures(source) for source in _sources(result)},
        "counts": {source: total(result.of(source)).prf for source in _sources(result)},
        "measures": MEASURES,
        "none": PRF(),
        "span_rows": SPAN_ROWS if any(each.types for each in result.scored) else (),
        "grids": _grids(result),
        "codes": _code_rows(result.confusion("codes")),
        "slices": [(name, DESCRIPTIONS.get(name, "the article could not be read")) for name in slice_names(result.figures())],
        "slice_parts": ("found", "exact", *FIELDS),
        "comparison": comparison,
        "cell": cell,
        "curve": curve,
        "curve_charts": curve_charts(curve),
        "mistakes": [_card(m, texts[m.source, m.document]) for m in every[:mistakes_shown]],
        "mistake_counts": Counter(kind for m in every for kind in m.kinds),
        "mistakes_all": len(every),
        "kinds": KINDS,
        "private": any(source != WRITTEN for source in result.sources),
    }
    return _environment().get_template("report.html.j2").render(**context, **_confidence(result), **_fixed(script))


def _sources(result: Result) -> tuple[str, ...]:
    return (ALL, *(result.sources if len(result.sources) > 1 else ()))


def _fixed(script: str) -> dict[str, Any]:
    """What is the same on every page."""
    return {
        "not_measured": NOT_MEASURED,
        "types": list(EntityType),
        "short": {kind: LABELS["en"][f"short.{kind}"] for kind in EntityType},
        "resamples": RESAMPLES,
        "seed": SEED,
        "least": LEAST_DOCUMENTS,
        "width": WIDTH,
        "height": HEIGHT,
        "style": (RECORDS_PAGE / "page.css").read_text(encoding="utf-8") + (HERE / "report.css").read_text(encoding="utf-8"),
        "script": script,
        "script_digest": base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii"),
    }


def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _confidence(result: Result) -> dict[str, Any]:
    """Reliability before and after calibration, and what a threshold keeps."""
    pairs, raw = after(result.judged), before(result.judged)
    was = reliability(raw) if result.calibrated else None
    now = reliability(pairs)
    points = precision_by_coverage(pairs)
    charts: list[Chart] = []
    if now:
        charts = [reliability_chart(was.bins if was else (), now.bins), coverage_chart(points)]
    return {"was": was, "now": now, "chance": result.chance, "charts": charts, "points": points, "chosen": chosen_threshold(points), "judged": sorted(pairs, reverse=True)}


def _grids(result: Result) -> list[tuple[str, Grid]]:
    types = [*map(str, EntityType), NOTHING]
    made = [("Entity types", _grid(result.confusion("types"), types)), ("Kinds of the achievements found", _grid(result.confusion("kinds"), list(map(str, Kind))))]
    return [(title, grid) for title, grid in made if grid.cells]


def _grid(confusion: Confusion, order: Sequence[str]) -> Grid:
    names = [name for name in order if any(name == gold for gold, _ in confusion)]
    columns = [name for name in order if any(name in pair for pair in confusion)]
    return Grid(tuple(names), tuple(columns), dict(confusion))


@dataclass(frozen=True, slots=True)
class CodeRow:
    """An indicator code of the achievements found: how often gold says it, how often the model too, and what it says instead."""

    code: str
    gold: int
    right: int
    instead: tuple[tuple[str, int], ...]


def _code_rows(confusion: Confusion) -> list[CodeRow]:
    stated = Counter[str]()
    for (gold, _), n in confusion.items():
        stated[gold] += n
    rows = []
    for code, n in stated.most_common(CODES_SHOWN):
        others = Counter({found: m for (gold, found), m in confusion.items() if gold == code and found != code})
        rows.append(CodeRow(code, n, confusion[code, code], tuple(others.most_common(3))))
    return rows


def _card(mistake: Mistake, text: str) -> Card:
    names = list((mistake.gold or mistake.found or Side({}, ())).fields)
    values = [(name, *(side.fields.get(name, "") if side else "" for side in (mistake.gold, mistake.found))) for name in names]
    rows = tuple((name, gold, found, name in mistake.wrong) for name, gold, found in values if gold or found)
    return Card(mistake, _pieces(mistake.gold, mistake.excerpt, text), _pieces(mistake.found, mistake.excerpt, text), rows)


def _pieces(side: Side | None, excerpt: Iterable[Span], text: str) -> tuple[Piece, ...]:
    """The excerpt's text cut at one side's marks; nothing where there is no text."""
    made: list[Piece] = []
    for part in excerpt if text else ():
        shown = part.of(text)
        inside = [m for m in (side.marks if side else ()) if part.contains(m.span)]
        marks, _ = lay_marks(shown, (), [Entity(Span(m.span.start - part.start, m.span.end - part.start), m.type) for m in inside])
        made += [Piece(_GAP, None)] if made or part.start else []
        made += [Piece(s.text, str(marks[s.mark].type) if s.mark is not None else None) for s in segments(shown, marks)]
    return tuple(made)
