"""Records to rows of JSON and back, exactly as record.schema.json says."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from model.errors import ThanhtichError, told
from model.schema import (
    AchievementRecord,
    AnnotatedArticle,
    Check,
    Kind,
    OrganisationField,
    Outcome,
    PercentageField,
    PercentageKind,
    Period,
    PeriodField,
    Qualifier,
    QuantityField,
    Span,
)

SCHEMA = Path(__file__).with_name("record.schema.json")


def number(value: Decimal) -> int | float:
    """A JSON number: whole values as integers, so that 37130000000 stays readable."""
    return int(value) if value == value.to_integral_value() else float(value)


def to_row(record: AchievementRecord) -> dict[str, Any]:
    """The record as a row of record.schema.json."""
    return {
        "id": record.id,
        "article_id": record.article_id,
        "kind": str(record.kind),
        "organisation": _organisation(record.organisation),
        "indicator": {"text": record.indicator, "code": record.indicator_code},
        "count": _quantity(record.count),
        "target": _quantity(record.target),
        "percentages": [_percentage(p) for p in record.percentages],
        "period": _period(record.period),
        "sentence": _span(record.sentence_text, record.sentence),
        "confidence": round(record.confidence, 4),
        "field_confidence": {name: round(value, 4) for name, value in record.field_confidence.items()},
        "checks": [{"rule": c.rule, "outcome": str(c.outcome), "detail": c.detail} for c in record.checks],
        "model": record.model,
    }


def to_line(record: AchievementRecord) -> str:
    """The record as one line of JSONL, with its line break."""
    return json.dumps(to_row(record), ensure_ascii=False) + "\n"


def _span(text: str, span: Span) -> dict[str, Any]:
    return {"text": text, "start": span.start, "end": span.end}


def _organisation(field: OrganisationField | None) -> dict[str, Any] | None:
    return _span(field.text, field.span) | {"name": field.name, "inherited": field.inherited} if field else None


def _quantity(field: QuantityField | None) -> dict[str, Any] | None:
    if field is None:
        return None
    high = number(field.high) if field.high is not None else None
    return _span(field.text, field.span) | {"value": number(field.value), "high": high, "unit": field.unit, "qualifier": _text(field.qualifier)}


def _percentage(field: PercentageField) -> dict[str, Any]:
    return _span(field.text, field.span) | {"value": number(field.value), "kind": str(field.kind), "qualifier": _text(field.qualifier)}


def _period(field: PeriodField | None) -> dict[str, Any] | None:
    if field is None:
        return None
    first, last = (day.isoformat() if day else None for day in (field.period.first, field.period.last))
    return _span(field.text, field.span) | {"first": first, "last": last, "inherited": field.inherited}


def _text(value: Qualifier | None) -> str | None:
    return str(value) if value else None


def from_row(row: dict[str, Any]) -> AchievementRecord:
    """The record that a row holds.

    Raises:
        ThanhtichError: a field is missing or not as record.schema.json says; names the field.
    """
    try:
        return _from_row(row)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise ThanhtichError(f"not an achievement record ({told(error)}); records are what `thanhtich extract` writes") from error


def _from_row(row: dict[str, Any]) -> AchievementRecord:
    organisation, period = row["organisation"], row["period"]
    return AchievementRecord(
        id=row["id"],
        article_id=row["article_id"],
        kind=Kind(row["kind"]),
        organisation=OrganisationField(organisation["text"], _place(organisation), organisation["name"], organisation["inherited"]) if organisation else None,
        indicator=row["indicator"]["text"],
        indicator_code=row["indicator"]["code"],
        count=_read_quantity(row["count"]),
        target=_read_quantity(row["target"]),
        percentages=tuple(
            PercentageField(p["text"], _place(p), Decimal(str(p["value"])), PercentageKind(p["kind"]), _qualifier(p["qualifier"])) for p in row["percentages"]
        ),
        period=PeriodField(period["text"], _place(period), Period(_day(period["first"]), _day(period["last"])), period["inherited"]) if period else None,
        sentence=_place(row["sentence"]),
        sentence_text=row["sentence"]["text"],
        confidence=row["confidence"],
        field_confidence=row["field_confidence"],
        checks=tuple(Check(c["rule"], Outcome(c["outcome"]), c.get("detail", "")) for c in row["checks"]),
        model=row["model"],
    )


def _place(row: dict[str, Any]) -> Span:
    return Span(row["start"], row["end"])


def _qualifier(value: str | None) -> Qualifier | None:
    return Qualifier(value) if value else None


def _read_quantity(row: dict[str, Any] | None) -> QuantityField | None:
    if row is None:
        return None
    high = Decimal(str(row["high"])) if row.get("high") is not None else None
    return QuantityField(row["text"], _place(row), Decimal(str(row["value"])), row["unit"], _qualifier(row["qualifier"]), high)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def article_row(found: AnnotatedArticle) -> dict[str, Any]:
    """The article as the report page needs it: its text, what its source said of it, its entities."""
    article = found.article
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "published": article.published.isoformat() if article.published else None,
        "published_from": article.published_from,
        "text": article.text,
        "entities": [[e.span.start, e.span.end, str(e.type), round(e.score, 4)] for e in found.entities],
    }
