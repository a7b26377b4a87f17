"""What an evaluation measured: tables for the terminal, figures as JSON, and everything that the page shows."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from rich.table import Table

from evaluate.counts import Counts, total
from evaluate.documents import Confusion, Scored
from evaluate.intervals import NOT_MEASURED, RESAMPLES, SEED, Figure, figures
from evaluate.reliability import Chance, Judged, after, before, chance_of, reliability
from evaluate.scores import MEASURES, PRF, Tally
from evaluate.slices import SLICES
from model.errors import OutputError
from model.schema import EntityType, RelationType

VERSIONS = ("thanhtich", "numpy", "onnxruntime")
ALL = "all"
SPAN_ROWS = (
    *((f"entity {kind}", f"entity/strict/{kind}", f"entity/partial/{kind}") for kind in EntityType),
    ("entity, all types", "entity/strict", "entity/partial"),
    *((f"relation {kind}", f"relation/strict/{kind}", f"relation/boundary/{kind}/f1") for kind in RelationType),
    ("relation, all types", "relation/strict", "relation/boundary/f1"),
)
"""Label, strict counts, lenient figure."""


@dataclass(frozen=True, slots=True)
class Result:
    """The figures of one evaluation, and what they were measured on.

    Attributes:
        scored: one entry a document, those that could not be read or failed too.
        data: what it was measured on, for people; ``digest`` over all of its gold.
        model: name and content hash.
        calibrated: False where the model has no fitted confidence.
        fitted_here: True on the documents that confidences are fitted on.
        command: the command line, where one was given.
    """

    scored: tuple[Scored, ...]
    data: str
    model: str
    digest: str = ""
    calibrated: bool = True
    command: str = ""
    fitted_here: bool = False
    versions: dict[str, str] = field(default_factory=lambda: dict(_versions()))

    @property
    def tally(self) -> Tally:
        """The counts of all documents."""
        return sum((each.tally for each in self.scored), Tally())

    @property
    def problems(self) -> tuple[Scored, ...]:
        """Documents of which nothing was extracted, and so everything is missed."""
        return tuple(each for each in self.scored if each.problem)

    @property
    def missing(self) -> tuple[str, ...]:
        """Their ids."""
        return tuple(each.document for each in self.problems)

    @property
    def sources(self) -> tuple[str, ...]:
        """Where the documents come from, each once."""
        return tuple(dict.fromkeys(each.source for each in self.scored))

    @property
    def judged(self) -> tuple[Judged, ...]:
        """Every found record that gold decides on."""
        return tuple(j for each in self.scored for j in each.judged)

    @property
    def chance(self) -> Chance:
        """The calibration error that these confidences would have by chance alone."""
        return chance_of([each.judged for each in self.scored])

    def of(self, source: str) -> list[Counts]:
        """The counts of each document of a source, or of ``all``."""
        return [each.counts for each in self.scored if source in (ALL, each.source)]

    def figures(self, source: str = ALL) -> dict[str, Figure]:
        """Every figure by name (evaluate/counts.py) with its interval."""
        return figures(self.of(source))

    def confusion(self, name: str) -> Confusion:
        """``types``, ``kinds`` or ``codes``: how often gold says one and the model another."""
        return sum((getattr(each, name) for each in self.scored), Confusion())

    def warnings(self) -> list[str]:
        """What a reader must know before any figure, a line each."""
        lines = []
        if not self.tally.measures["anchor"].tp + self.tally.measures["anchor"].fn:
            lines.append("gold holds no achievement: nothing can be missed, so recall and F1 say nothing")
        if not self.tally.found:
            lines.append("no record was found: nothing was measured of confidence, and precision is not perfect but unknown")
        if self.problems:
            shown = "; ".join(f"{each.document} ({each.problem})" for each in self.problems[:5])
            lines.append(f"{len(self.problems)} documents gave nothing and count as missed: {shown}" + (" …" if len(self.problems) > 5 else ""))
        if self.fitted_here and self.calibrated:
            lines.append("the shipped confidence was fitted on this split: its calibration error here flatters; read that of the test split")
        if not self.calibrated:
            lines.append("the model has no fitted calibration: its confidence is a product of raw scores, not a probability")
        return lines

    def summary(self) -> list[str]:
        """What the tables do not hold, a line each."""
        t, now, was = self.tally, reliability(after(self.judged)), reliability(before(self.judged))
        shown = self.figures()
        lines = [
            f"data: {self.data}; {t.documents} documents, {t.found} records found; model {self.model}",
            f"95 % intervals in brackets: {RESAMPLES} resamples of the documents, seed {SEED}",
            "   ".join(f"{name} {shown.get(name, NOT_MEASURED)}" for name in ("kind", "indicator code", "code of all", "inherited organisation")),
            f"false records per document without achievement {shown.get('false in empty', NOT_MEASURED)} ({t.empty[1]} such documents)",
        ]
        if now:
            raw = f", before calibration ECE {was.ece:.3f}, Brier {was.brier:.3f}" if was and self.calibrated else ""
            lines.append(f"calibration: ECE {now.ece:.3f}, Brier {now.brier:.3f}{raw}, {now.kept_at_95:.1%} of {now.records} records kept at 95 % precision")
            chance = self.chance
            lines.append(f"with these confidences, were they true, chance alone would give an ECE of {chance} (roughly; records of an article go together: {chance.together:.2f})")
        else:
            lines.append("calibration: not measured, as no record was found that gold decides on")
        return lines + self.warnings()

    def tables(self) -> list[Table]:
        """Achievements (by source where there are several), entities and relations, slices; for the terminal."""
        made = [_achievements(self, source) for source in (ALL, *(self.sources if len(self.sources) > 1 else ()))]
        shown = self.figures()
        if any(each.types for each in self.scored):
            made.append(_spans(total(self.of(ALL)), shown))
        return [*made, _slices(shown)]

    def write(self, path: Path) -> None:
        """The figures as JSON: what `--compare` and the page take. It holds ids and counts, no text."""
        try:
            path.write_text(json.dumps(_row(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise OutputError(f"{path}: cannot be written ({error.strerror or error}); free space or name another file") from error


def _versions() -> Iterator[tuple[str, str]]:
    yield "python", platform.python_version()
    for name in VERSIONS:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            yield name, "unknown"


def _achievements(result: Result, source: str) -> Table:
    shown, counts = result.figures(source), total(result.of(source)).prf
    title = "achievements" if source == ALL else f"{source}, {len(result.of(source))} documents"
    table = Table(title, "precision", "recall", "F1", "right", "false", "missed", box=None)
    for name in MEASURES:
        prf = counts.get(name, PRF())
        figure = [str(shown.get(f"{name}/{part}", NOT_MEASURED)) for part in ("precision", "recall", "f1")]
        table.add_row(name, *figure, str(prf.tp), str(prf.fp), str(prf.fn))
    return table


def _spans(counts: Counts, shown: dict[str, Figure]) -> Table:
    table = Table("spans and links", "strict precision", "recall", "F1", "partial (entities), boundary (links) F1", "right", "false", "missed", box=None)
    for label, strict, lenient in SPAN_ROWS:
        prf = counts.prf.get(strict, PRF())
        plain = [f"{shown[f'{strict}/{part}'].value:.3f}" if shown[f"{strict}/{part}"].value is not None else "-" for part in ("precision", "recall")]
        table.add_row(label, *plain, str(shown[f"{strict}/f1"]), str(shown[lenient]), str(prf.tp), str(prf.fp), str(prf.fn))
    return table


def _slices(shown: dict[str, Figure]) -> Table:
    table = Table("slice", "achievements", "found", "exact", "organisation", "date", box=None)
    for name in slice_names(shown):
        row = [shown.get(f"slice/{name}/{part}", NOT_MEASURED) for part in ("found", "exact", "organisation", "date")]
        table.add_row(name, str(row[0].of), *map(str, row))
    return table


def slice_names(shown: dict[str, Figure]) -> Sequence[str]:
    """The slices, and ``unread`` where documents could not be read."""
    return (*SLICES, *(("unread",) if "slice/unread/found" in shown else ()))


def _row(result: Result) -> dict[str, Any]:
    t = result.tally
    measures = {name: {"precision": m.precision, "recall": m.recall, "f1": m.f1, "tp": m.tp, "fp": m.fp, "fn": m.fn} for name, m in t.measures.items()}
    now, was = reliability(after(result.judged)), reliability(before(result.judged))
    rest: dict[str, Any] = {
        "kinds": t.kinds,
        "codes": t.codes,
        "inherited_organisation": t.inherited,
        "false_in_empty": t.empty,
        "documents": t.documents,
        "records_found": t.found,
        "ece": now.ece if now else None,
        "ece_by_chance": asdict(result.chance) if now else None,
        "brier": now.brier if now else None,
        "ece_before": was.ece if was else None,
        "brier_before": was.brier if was else None,
        "coverage_at_95_precision": now.kept_at_95 if now else None,
        "calibrated": result.calibrated,
        "data": result.data,
        "digest": result.digest,
        "model": result.model,
        "command": result.command,
        "versions": result.versions,
        "seed": SEED,
        "resamples": RESAMPLES,
        "missing": result.missing,
        "warnings": result.warnings(),
        "figures": {source: _figure_rows(result.figures(source)) for source in (ALL, *result.sources)},
        "confusion": {name: [[*pair, n] for pair, n in sorted(result.confusion(name).items())] for name in ("types", "kinds", "codes")},
        "per_document": [_document_row(each) for each in result.scored],
    }
    return measures | rest


def _figure_rows(shown: dict[str, Figure]) -> dict[str, Any]:
    return {name: [f.value, f.low, f.high, f.of] for name, f in shown.items() if f.value is not None}


def _document_row(each: Scored) -> dict[str, Any]:
    """Ids and counts; counts of nothing are left out."""
    prf = {name: [c.tp, c.fp, c.fn] for name, c in each.counts.prf.items() if c != PRF()}
    shares = {name: pair for name, pair in each.counts.shares.items() if pair[1]}
    return {"doc": each.document, "source": each.source, "gold": each.digest, "problem": each.problem, "prf": prf, "shares": shares}
