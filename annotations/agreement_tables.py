"""Agreement as tables for the eye and as a row for JSON; every figure says which measure it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from annotations.agreement import Agreement, Choices, Overlap, Share

MEASURES = {
    "spans": "F1: same start, end and type; ORGANISATION only in lines both annotated",
    "tokens": "Cohen's kappa: type of each word (outside included) in lines both annotated",
    "relations": "F1: same relation between the same spans; a percentage anchor's rate to itself does not count",
    "achievements": "F1: same anchor span",
    "kinds": "Cohen's kappa: kind of anchors that both have",
    "codes": "Cohen's kappa: indicator code of anchors that both have",
    "fields": "share of exactly equal values: anchors that both have and where at least one side states the field",
}


def tables(agreement: Agreement) -> list[Table]:
    """Two tables: what is compared by F1, and what is compared by kappa or by equal values."""
    overlaps = Table("", "F1", "both", "only A", "only B", "measure", box=None)
    for group, name, overlap in _overlaps(agreement):
        overlaps.add_row(name, _figure(overlap.f1), str(overlap.both), str(overlap.only_a), str(overlap.only_b), MEASURES[group])
    choices = Table("", "kappa", "equal", "of", "measure", box=None)
    for group, found in (("tokens", agreement.tokens), ("kinds", agreement.kinds), ("codes", agreement.codes)):
        choices.add_row({"tokens": "words", "kinds": "kind", "codes": "code"}[group], _figure(found.kappa), _figure(found.observed), str(found.total), MEASURES[group])
    for name, share in agreement.fields.items():
        choices.add_row(name, "", _figure(share.value), str(share.of), MEASURES["fields"])
    return [overlaps, choices]


def disagreement_table(agreement: Agreement, limit: int | None = None) -> Table:
    """The places to settle, in text order; at most ``limit`` of them."""
    table = Table("document", "at", "about", "A", "B", box=None)
    for found in agreement.disagreements[:limit]:
        # Text: words of an article may look like rich's markup.
        table.add_row(*(Text(value) for value in (found.document, str(found.start), found.about, found.a or "–", found.b or "–")))
    return table


def notes(agreement: Agreement) -> list[str]:
    """What was compared and what was not, a line each."""
    lines = [f"{agreement.documents} documents compared"]
    if agreement.unsure:
        lines.append(f"{agreement.unsure} achievements that A or B was unsure of are left out")
    named = (("only in A", agreement.only_a), ("only in B", agreement.only_b), ("with different texts, not compared", agreement.other_text))
    return lines + [f"{len(names)} {what}: {', '.join(names[:5])}{' …' if len(names) > 5 else ''}" for what, names in named if names]


def row(agreement: Agreement) -> dict[str, Any]:
    """Everything as JSON takes it; a figure that is not defined is null."""
    return {
        "documents": agreement.documents,
        "only_a": list(agreement.only_a),
        "only_b": list(agreement.only_b),
        "other_text": list(agreement.other_text),
        "unsure": agreement.unsure,
        "measures": MEASURES,
        "spans": {name: _overlap_row(o) for group, name, o in _overlaps(agreement) if group == "spans"},
        "tokens": _choices_row(agreement.tokens),
        "relations": {name: _overlap_row(o) for group, name, o in _overlaps(agreement) if group == "relations"},
        "achievements": _overlap_row(agreement.achievements),
        "kinds": _choices_row(agreement.kinds),
        "codes": _choices_row(agreement.codes),
        "fields": {name: _share_row(share) for name, share in agreement.fields.items()},
        "disagreements": [asdict(found) for found in agreement.disagreements],
    }


def _overlaps(agreement: Agreement) -> Iterator[tuple[str, str, Overlap]]:
    """Group, name and counts of all that is compared by F1."""
    yield from (("spans", str(kind), overlap) for kind, overlap in agreement.spans.items())
    yield "spans", "all spans", agreement.all_spans
    yield from (("relations", str(kind), overlap) for kind, overlap in agreement.relations.items())
    yield "relations", "all relations", agreement.all_relations
    yield "achievements", "achievements", agreement.achievements


def _overlap_row(overlap: Overlap) -> dict[str, Any]:
    return {"f1": overlap.f1, "both": overlap.both, "only_a": overlap.only_a, "only_b": overlap.only_b}


def _choices_row(choices: Choices) -> dict[str, Any]:
    pairs = [[a, b, n] for (a, b), n in sorted(choices.pairs.items())]
    return {"kappa": choices.kappa, "observed": choices.observed, "of": choices.total, "pairs": pairs}


def _share_row(share: Share) -> dict[str, Any]:
    return {"share": share.value, "same": share.same, "of": share.of}


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
