"""One evaluated document: what gold says, what was found, and everything that is counted of the two."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from annotations.store import digest
from evaluate.counts import Counts
from evaluate.gold import GoldDocument, gold_from_annotation
from evaluate.mistakes import Mistake, entity_mistakes, placed, record_mistakes
from evaluate.reliability import Judged
from evaluate.scores import Match, Tally, match, tally
from evaluate.slices import settings_of, slice_counts
from evaluate.spans import sides, span_counts, type_confusion
from model.assemble import assemble_all
from model.calibrate import FIELDS, Calibration
from model.runtime import Extraction
from model.schema import AnnotatedArticle, Article, Span

WRITTEN, REAL, GOLD_FILE = "written", "real", "gold file"
Confusion = Counter[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Case:
    """One document to evaluate.

    Attributes:
        source: ``written``, ``real`` or ``gold file``.
        digest: over its gold, so that two runs can tell whether they were measured on the same.
        article: None where it could not be read, or is not what gold was made from; ``problem`` says why.
        annotated: gold's spans and links; None for a gold file.
        inherited_periods: main anchors whose time stands in another sentence; None where gold does not say.
    """

    source: str
    gold: GoldDocument
    digest: str
    article: Article | None = None
    annotated: AnnotatedArticle | None = None
    inherited_periods: frozenset[Span] | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """What was counted of one document. ``problem`` says why nothing was found where it was not even tried or failed; ``text`` is empty then."""

    document: str
    source: str
    digest: str
    problem: str
    text: str
    tally: Tally
    counts: Counts
    judged: tuple[Judged, ...]
    types: Confusion
    kinds: Confusion
    codes: Confusion
    mistakes: tuple[Mistake, ...]


def annotated_case(annotated: AnnotatedArticle, source: str, name: str) -> Case:
    """A document of the corpus; ``name`` is the digest over its text and gold."""
    return Case(source, gold_from_annotation(annotated), name, annotated.article, annotated, _inherited_periods(annotated))


def _inherited_periods(annotated: AnnotatedArticle) -> frozenset[Span]:
    records = zip(annotated.achievements, assemble_all(annotated), strict=True)
    return frozenset(annotated.entities[a.anchor].span for a, record in records if record.period and record.period.inherited)


@dataclass(frozen=True, slots=True)
class GoldNote:
    """What a gold file's line says beside its records: its digest, the words at each anchor, the anchors whose time is inherited (None: not said)."""

    digest: str
    words: tuple[tuple[int, str], ...]
    inherited_periods: frozenset[Span] | None


def gold_notes(path: Path) -> dict[str, GoldNote]:
    """Document id to its note, of a file that ``evaluate.gold.read_gold`` has read."""
    notes = {}
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line.strip():
            row = json.loads(line)
            records = row["records"]
            spans = [(Span(r["anchor_start"], r["anchor_start"] + len(r["anchor_text"])), r.get("period_scope")) for r in records]
            told = any(scope is not None for _, scope in spans)
            inherited = frozenset(span for span, scope in spans if scope == "document") if told else None
            notes[row["doc"]] = GoldNote(digest(line), tuple((r["anchor_start"], r["anchor_text"]) for r in records), inherited)
    return notes


def gold_case(document: GoldDocument, note: GoldNote, article: Article | None) -> Case:
    """A document of a gold file; an article whose text does not say gold's words where gold has them counts as not read."""
    if article is None:
        return Case(GOLD_FILE, document, note.digest, problem="no readable text")
    wrong = [(start, words) for start, words in note.words if article.text[start : start + len(words)] != words]
    if wrong:
        start, words = wrong[0]
        problem = f"gold does not match the text: at {start} gold says {words!r}, the text {article.text[start : start + len(words)]!r}"
        return Case(GOLD_FILE, document, note.digest, problem=problem + (f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""))
    return Case(GOLD_FILE, document, note.digest, article, inherited_periods=note.inherited_periods)


def score_case(case: Case, extraction: Extraction | None, problem: str = "") -> Scored:
    """Everything that is counted of one document; without an extraction all of its gold is missed."""
    records = extraction.records if extraction else ()
    found = extraction.found if extraction else None
    pairs = match(case.gold, records)
    counted = tally(case.gold, records)
    kinds, codes = _confusions(pairs)
    counts = Counts(dict(counted.measures), _tally_shares(counted, case.gold))
    cards = record_mistakes(pairs, case.annotated, found)
    types = Confusion()
    if case.annotated is not None:
        both = sides(case.annotated, found)
        counts, types = counts + span_counts(both), type_confusion(both)
        cards += entity_mistakes(both, cards)
    article = case.article
    counts += slice_counts(pairs, settings_of(case.gold, article, case.inherited_periods) if article else {})
    text, body = (article.text, article.body) if article else ("", ())
    return Scored(
        document=case.gold.id,
        source=case.source,
        digest=case.digest,
        problem=problem or case.problem,
        text=text,
        tally=counted,
        counts=counts,
        judged=_judged(pairs, extraction),
        types=types,
        kinds=kinds,
        codes=codes,
        mistakes=placed(cards, case.gold.id, case.source, text, body),
    )


def _tally_shares(counted: Tally, gold: GoldDocument) -> dict[str, tuple[int, int]]:
    """``code of all`` is the share of gold's achievements that were found and coded rightly; ``indicator code`` asks of those found alone, who finds
    the easy ones alone does well there."""
    coded = sum(record.code is not None and not record.optional for record in gold.records)
    return {
        "kind": counted.kinds,
        "indicator code": counted.codes,
        "code of all": (counted.codes[0], coded),
        "inherited organisation": counted.inherited,
        "false in empty": counted.empty,
    }


def _confusions(pairs: Sequence[Match]) -> tuple[Confusion, Confusion]:
    """Kinds and codes of the achievements that were found."""
    kinds, codes = Confusion(), Confusion()
    for pair in pairs:
        if pair.gold is not None and pair.found is not None and not pair.gold.optional:
            kinds[pair.gold.kind, str(pair.found.kind)] += 1
            if pair.gold.code is not None:
                codes[pair.gold.code, pair.found.indicator_code] += 1
    return kinds, codes


def _judged(pairs: Sequence[Match], extraction: Extraction | None) -> tuple[Judged, ...]:
    """The found records that gold decides on, in the order of ``Tally.confidences``."""
    raw = _raw_scores(extraction) if extraction else {}
    kept = [p for p in pairs if p.found is not None and not (p.gold is not None and p.gold.optional)]
    return tuple(Judged(p.found.confidence, raw.get(p.found.id), p.exact) for p in kept if p.found is not None)


def _raw_scores(extraction: Extraction) -> dict[str, float]:
    """Record id to the product of its raw scores: what the confidence is without a calibration."""
    plain = Calibration()
    model = extraction.records[0].model if extraction.records else ""
    return {r.id: plain.apply(r).confidence for r in assemble_all(extraction.found, model) if set(FIELDS) <= set(r.field_confidence)}

