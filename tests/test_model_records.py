"""Records to rows and back, against the published schema."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from builders import annotated_articles
from hypothesis import given
from strategies import records

from model.assemble import assemble_all
from model.errors import ThanhtichError
from model.records import SCHEMA, article_row, from_row, number, to_line, to_row
from model.schema import (
    AchievementRecord,
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

PUBLISHED = Path(__file__).parents[2] / "shared" / "record.schema.json"
RECORD = assemble_all(annotated_articles("train")[0], "model@1")[1]


def validator() -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


@pytest.mark.skipif(not PUBLISHED.is_file(), reason=f"{PUBLISHED} is not here; the contract is compared where it is")
def test_the_schema_is_the_contract() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == json.loads(PUBLISHED.read_text(encoding="utf-8"))


@given(records)
def test_every_row_keeps_the_schema(record: AchievementRecord) -> None:
    row = json.loads(to_line(record))
    assert not [error.message for error in validator().iter_errors(row)]


@given(records)
def test_a_row_comes_back_as_the_record(record: AchievementRecord) -> None:
    rounded = replace(
        record,
        confidence=round(record.confidence, 4),
        field_confidence={name: round(value, 4) for name, value in record.field_confidence.items()},
    )
    assert from_row(json.loads(to_line(record))) == rounded
    assert to_row(from_row(to_row(record))) == to_row(record)


@given(records)
def test_a_line_is_one_line(record: AchievementRecord) -> None:
    line = to_line(record)
    assert line.endswith("\n") and line.count("\n") == 1 and json.loads(line) == to_row(record)


def test_a_row_by_hand() -> None:
    record = AchievementRecord(
        id="1",
        article_id="a",
        kind=Kind.RESULT,
        organisation=OrganisationField("LĐLĐ huyện", Span(0, 10), "Liên đoàn Lao động huyện Sông Lam", True),
        indicator="thu",
        indicator_code="fees_collected",
        count=QuantityField("37,13 tỷ đồng", Span(15, 28), Decimal("37130000000"), "VND", Qualifier.MORE_THAN),
        target=QuantityField("7-8%", Span(30, 34), Decimal(7), "%", None, Decimal("8.5")),
        percentages=(PercentageField("130,3%", Span(40, 46), Decimal("130.3"), PercentageKind.OF_TARGET),),
        period=PeriodField("đến nay", Span(50, 57), Period(None, None), False),
        sentence=Span(0, 60),
        sentence_text="…",
        confidence=0.123456,
        field_confidence={"count": 0.99999},
        checks=(Check("excess", Outcome.ROUNDING, "d"),),
        model="m@1",
    )
    assert to_row(record) == {
        "id": "1", "article_id": "a", "kind": "result",
        "organisation": {"text": "LĐLĐ huyện", "start": 0, "end": 10, "name": "Liên đoàn Lao động huyện Sông Lam", "inherited": True},
        "indicator": {"text": "thu", "code": "fees_collected"},
        "count": {"text": "37,13 tỷ đồng", "start": 15, "end": 28, "value": 37130000000, "high": None, "unit": "VND", "qualifier": "more_than"},
        "target": {"text": "7-8%", "start": 30, "end": 34, "value": 7, "high": 8.5, "unit": "%", "qualifier": None},
        "percentages": [{"text": "130,3%", "start": 40, "end": 46, "value": 130.3, "kind": "of_target", "qualifier": None}],
        "period": {"text": "đến nay", "start": 50, "end": 57, "first": None, "last": None, "inherited": False},
        "sentence": {"text": "…", "start": 0, "end": 60},
        "confidence": 0.1235, "field_confidence": {"count": 1.0},
        "checks": [{"rule": "excess", "outcome": "rounding", "detail": "d"}], "model": "m@1",
    }  # fmt: skip


@pytest.mark.parametrize(("value", "written"), [("37130000000", "37130000000"), ("130.30", "130.3"), ("1E+3", "1000"), ("-26", "-26"), ("0.0", "0")])
def test_numbers_are_written_as_people_read_them(value: str, written: str) -> None:
    assert json.dumps(number(Decimal(value))) == written


@pytest.mark.parametrize("name", list(to_row(RECORD)))
def test_a_missing_field_is_named(name: str) -> None:
    row = {key: value for key, value in to_row(RECORD).items() if key != name}
    with pytest.raises(ThanhtichError, match=f"not an achievement record .*{name}"):
        from_row(row)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "wish"},
        {"organisation": {"text": "x"}},
        {"count": {"text": "x", "start": 3, "end": 2, "value": 1, "unit": None, "qualifier": None}},
        {"count": {"text": "x", "start": 1, "end": 2, "value": "viele", "unit": None, "qualifier": None}},
        {"count": 12},
        {"percentages": [{"text": "x", "start": 1, "end": 2, "value": 1, "kind": "none", "qualifier": None}]},
        {"period": {"text": "x", "start": 1, "end": 2, "first": "2021-02-30", "last": None, "inherited": False}},
        {"checks": [{"rule": "x", "outcome": "good"}]},
        {"sentence": None},
    ],
)
def test_a_row_that_is_no_record_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ThanhtichError, match="not an achievement record"):
        from_row(to_row(RECORD) | change)


@pytest.mark.parametrize("row", [[], "x", 5, None])
def test_what_is_no_row_at_all_is_refused(row: Any) -> None:
    with pytest.raises(ThanhtichError, match="not an achievement record"):
        from_row(row)


def test_an_article_row_holds_text_and_entities() -> None:
    annotated = annotated_articles("train")[0]
    row = json.loads(json.dumps(article_row(annotated)))
    assert (row["id"], row["text"], row["published"]) == (annotated.article.id, annotated.article.text, "2021-12-20")
    text = annotated.article.text
    assert [text[start:end] for start, end, *_ in row["entities"]] == [e.span.of(text) for e in annotated.entities]
