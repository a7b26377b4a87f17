"""How right a model of a person's own labels is: strict, by type, with intervals over documents; tables and JSON.

Strict is what seqeval calls so with IOB2: an entity is right where its first token, its last token and its type are. A relation is
right where both its entities are and it is the same relation.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from annotations.labelled import read_labelled, token_spans
from annotations.store import digest
from evaluate.compare import Run
from evaluate.counts import Counts, total
from evaluate.intervals import RESAMPLES, SEED, figures
from evaluate.scores import PRF
from evaluate.spans import strict
from model.errors import OutputError
from model.label_schema import LabelSchema
from model.labeller import Document, Labeller

STRICT, RELATION = "entity/strict", "relation/strict"
SOURCE = "labels"


@dataclass(frozen=True, slots=True)
class LabelResult:
    """The counts of each document by name (evaluate/counts.py), and what they were measured on. ``digests`` are of each document's gold."""

    schema: LabelSchema
    names: tuple[str, ...]
    digests: tuple[str, ...]
    counts: tuple[Counts, ...]
    data: str
    model: str
    command: str = ""
    notes: tuple[str, ...] = ()

    def rows(self) -> list[tuple[str, str]]:
        """Label and name of every measure: each type, all types, each relation, all relations."""
        kinds = [(kind, f"{STRICT}/{kind}") for kind in self.schema.entities]
        rules = [(f"relation {rule.name}", f"{RELATION}/{rule.name}") for rule in self.schema.relations]
        return [*kinds, ("all entities", STRICT), *rules, *([("all relations", RELATION)] if rules else [])]

    def macro(self) -> float:
        """The mean F1 of the types that gold has."""
        prf = total(self.counts).prf
        held = [prf[f"{STRICT}/{kind}"] for kind in self.schema.entities if f"{STRICT}/{kind}" in prf]
        found = [counts.f1 for counts in held if counts.tp + counts.fn]
        return sum(found) / len(found) if found else 0.0

    def tables(self) -> list[Table]:
        """Precision, recall and F1 of every type, for the terminal."""
        shown, prf = figures(self.counts), total(self.counts).prf
        table = Table("strict", "precision", "recall", "F1", "gold", "right", "false", "missed", box=None)
        for label, name in self.rows():
            c = prf.get(name, PRF())
            parts = [str(shown[f"{name}/{part}"]) if f"{name}/{part}" in shown else "not measured" for part in ("precision", "recall", "f1")]
            table.add_row(label, *parts, str(c.tp + c.fn), str(c.tp), str(c.fp), str(c.fn))
        return [table]

    def summary(self) -> list[str]:
        """What the table does not hold, a line each."""
        prf = total(self.counts).prf.get(STRICT, PRF())
        lines = [
            f"data: {self.data}; model {self.model}",
            f"macro F1 of the types that gold has {self.macro():.3f}; 95 % intervals in brackets: {RESAMPLES} resamples of the documents, seed {SEED}",
        ]
        if not prf.tp + prf.fn:
            lines.append("gold holds no entity: nothing can be missed, so recall and F1 say nothing")
        return [*lines, *self.notes]

    def row(self) -> dict[str, Any]:
        """Ready for JSON; it holds ids and counts, no text."""
        prf, shown = total(self.counts).prf, figures(self.counts)
        measures = {name: prf.get(name, PRF()) for _, name in self.rows()}
        return {
            "measures": {n: {"precision": c.precision, "recall": c.recall, "f1": c.f1, "gold": c.tp + c.fn, "tp": c.tp, "fp": c.fp, "fn": c.fn} for n, c in measures.items()},
            "macro_f1": self.macro(),
            "schema": self.schema.row(),
            "data": self.data,
            "model": self.model,
            "command": self.command,
            "notes": list(self.notes),
            "seed": SEED,
            "resamples": RESAMPLES,
            "figures": {"all": {name: [f.value, f.low, f.high, f.of] for name, f in shown.items() if f.value is not None}},
            "per_document": [
                {"doc": name, "source": SOURCE, "gold": gold, "problem": None, "prf": {n: [c.tp, c.fp, c.fn] for n, c in each.prf.items() if c != PRF()}, "shares": {}}
                for name, gold, each in zip(self.names, self.digests, self.counts, strict=True)
            ],
        }

    def write(self, path: Path) -> None:
        """The figures as JSON: what `--compare` and `thanhtich spread` take."""
        try:
            path.write_text(json.dumps(self.row(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        except OSError as error:
            raise OutputError(f"{path}: cannot be written ({error.strerror or error}); free space or name another file") from error


def evaluate_labelled(labeller: Labeller, path: Path, advance: Callable[[], object] = lambda: None, *, command: str = "") -> LabelResult:
    """A model against a file of gold.

    Raises:
        AnnotationError: the file cannot be read, holds nothing, or has labels that the model's schema does not.
    """
    read = read_labelled([path], labeller.schema)
    counts = []
    for gold, found in zip(read.documents, labeller.label(read.documents), strict=True):
        counts.append(label_counts(gold, found, labeller.schema))
        advance()
    golds = tuple(gold_digest(document) for document in read.documents)
    data = f"{path.name}, {len(counts)} documents or sentences, digest {digest(chr(10).join(golds))[:12]}"
    return LabelResult(labeller.schema, tuple(d.id for d in read.documents), golds, tuple(counts), data, labeller.identity, command, tuple(read.notes()))


def label_run(result: LabelResult, name: str = "this run") -> Run:
    """This evaluation as one of the runs that are compared."""
    keyed = zip(result.names, result.digests, result.counts, strict=True)
    return Run(name, result.model, result.data, {(SOURCE, each): (gold, counts) for each, gold, counts in keyed})


def gold_digest(document: Document) -> str:
    """Over a document's text and gold, so that runs are compared on the same only."""
    return digest(f"{document.text}\n{sorted(token_spans(document))}\n{document.relations}")[:16]


def label_counts(gold: Document, found: Document, schema: LabelSchema) -> Counts:
    """``entity/strict`` and ``relation/strict``, whole and by type."""
    wanted, got = token_spans(gold), token_spans(found)
    prf = {f"{STRICT}/{kind}": strict([e for e in wanted if e[0] == kind], [e for e in got if e[0] == kind]) for kind in schema.entities}
    wanted_links, got_links = _links(gold), _links(found)
    rules = {f"{RELATION}/{r.name}": strict([k for k in wanted_links if k[0] == r.name], [k for k in got_links if k[0] == r.name]) for r in schema.relations}
    whole = {STRICT: sum(prf.values(), PRF())} | ({RELATION: sum(rules.values(), PRF())} if rules else {})
    return Counts(prf | rules | whole)


def _links(document: Document) -> list[tuple[object, ...]]:
    ends = [(e.type, e.span) for e in document.entities]
    return [(r.type, ends[r.head], ends[r.tail]) for r in document.relations]


def label_f1(gold: Sequence[Document], found: Iterable[Document], schema: LabelSchema) -> dict[str, float]:
    """F1 of entities, of relations where there are any, and their mean."""
    prf = total(label_counts(one, other, schema) for one, other in zip(gold, found, strict=True)).prf
    entities = prf[STRICT].f1
    relations = {"relation_f1": prf[RELATION].f1} if schema.relations else {}
    return {"label_f1": (entities + sum(relations.values())) / (1 + len(relations)), "entity_f1": entities, **relations}
