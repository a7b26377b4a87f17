"""Gold records: from annotated articles, or from a file as ``--gold`` takes it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from model.assemble import assemble_all
from model.errors import AnnotationError, told
from model.schema import AchievementRecord, AnnotatedArticle, EntityType, Span, written_names
from model.spelling import Spelling

Days = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class GoldRecord:
    """What a person says an achievement's record is.

    ``anchors`` are the places where it may be found, the main one first; ``names`` every right name of the organisation;
    ``optional`` records are neither missed nor, when found, false.
    """

    anchors: tuple[Span, ...]
    kind: str
    code: str | None
    names: frozenset[str]
    inherited: bool
    count: Decimal | None
    target: Decimal | None
    percentages: frozenset[Decimal]
    period: Days | None
    optional: bool


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """All gold records of one document."""

    id: str
    records: tuple[GoldRecord, ...]


def gold_from_annotation(annotated: AnnotatedArticle) -> GoldDocument:
    """The records that an annotation states; values read from its spans, names and days from its own notes where it has them."""
    records, spelling = assemble_all(annotated), Spelling(annotated.article.text)
    return GoldDocument(annotated.article.id, tuple(_stated(annotated, spelling, place, record) for place, record in enumerate(records)))


def _stated(annotated: AnnotatedArticle, spelling: Spelling, place: int, record: AchievementRecord) -> GoldRecord:
    achievement = annotated.achievements[place]
    body = next((r.tail for r in annotated.relations if r.head == achievement.anchor and annotated.entities[r.tail].type is EntityType.ORGANISATION), None)
    organisation = record.organisation if body is not None else None
    period = record.period.period if record.period else None
    return GoldRecord(
        anchors=(annotated.entities[achievement.anchor].span,),
        kind=str(achievement.kind),
        code=achievement.code,
        names=frozenset({organisation.name, *_forms(annotated, spelling, body)} if organisation and body is not None else ()),
        inherited=bool(organisation and organisation.inherited),
        count=record.count.value if record.count else None,
        target=record.target.value if record.target else None,
        percentages=frozenset(p.value for p in record.percentages),
        period=(period.first, period.last) if period else None,
        optional=not achievement.certain or achievement.duplicate_of is not None,
    )


def _forms(annotated: AnnotatedArticle, spelling: Spelling, body: int) -> set[str]:
    """Every right name of the body at this position: what a person wrote down, also with the article's own tone marks (``Ủy ban`` beside
    ``Uỷ ban``), and every form in which the article names it."""

    def written(place: int) -> tuple[str, ...]:
        return written_names(annotated.names[place]) if place in annotated.names else (surface(place),)

    def surface(place: int) -> str:
        return annotated.entities[place].span.of(annotated.article.text)

    full = written(body)[0].casefold()
    same = [place for place, entity in enumerate(annotated.entities) if entity.type is EntityType.ORGANISATION and written(place)[0].casefold() == full]
    names = {name for place in same for name in written(place)}
    return {surface(place) for place in same} | names | set(map(spelling.of, names))


def read_gold(path: Path) -> list[GoldDocument]:
    """Gold documents from JSON lines: ``{"doc", "published", "records": […]}``.

    Raises:
        AnnotationError: the file cannot be read, a line is not such a document; names the line and the field.
    """
    documents = []
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise AnnotationError(f"{path}: cannot be read ({told(error)}); gold is JSON lines with doc and records (evaluate/gold.py)") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line, parse_float=Decimal)
            documents.append(GoldDocument(row["doc"], tuple(map(_read_record, row["records"]))))
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
            needed = "needed are doc and records with their fields (evaluate/gold.py), not what `thanhtich extract` writes"
            raise AnnotationError(f"{path}:{number}: not a gold document ({told(error)}); {needed}") from error
    return documents


def _read_record(row: dict[str, Any]) -> GoldRecord:
    places = [(row["anchor_start"], row["anchor_text"]), *((a["start"], a["text"]) for a in row.get("alt_anchors", []))]
    period = row["period"]
    return GoldRecord(
        anchors=tuple(Span(start, start + len(text)) for start, text in places),
        kind=row["kind"],
        code=row.get("indicator_code"),
        names=frozenset(row["org_names"]),
        inherited=row.get("org_scope") == "document",
        count=_decimal(row["count"]),
        target=_decimal(row["target"]),
        percentages=frozenset(Decimal(p["value"]) for p in row["percentages"]),
        period=tuple(date.fromisoformat(day) if day else None for day in period) if period else None,  # type: ignore[arg-type]
        optional=not row.get("certain", True) or row.get("duplicate_of") is not None,
    )


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def gold_digest(path: Path) -> str:
    """SHA-256 of a gold file's bytes: what a report names as its data."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
