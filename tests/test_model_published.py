"""The published schema follows from the types, and what is written keeps to it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from table_records import conflicting, made

from model.published import record_schema, to_text
from model.records import SCHEMA, to_row

SHARED = Path(__file__).resolve().parents[2] / "shared" / "record.schema.json"


def test_the_file_is_the_generated_one() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == to_text(), "the types have changed: python -m model.published > model/record.schema.json"


def test_it_is_the_contract() -> None:
    if not SHARED.exists():
        pytest.skip(f"the contract {SHARED} is not here; it lies beside the project's own checkout only")
    assert record_schema() == json.loads(SHARED.read_text(encoding="utf-8"))


def test_it_is_a_schema_and_rows_keep_to_it() -> None:
    Draft202012Validator.check_schema(record_schema())
    for record in (made(), conflicting(), made(None, None, None, None)):
        Draft202012Validator(record_schema()).validate(json.loads(json.dumps(to_row(record))))


def test_rows_have_exactly_the_schemas_keys() -> None:
    schema, row = record_schema(), to_row(conflicting())
    span = set(schema["$defs"]["span"]["properties"])
    assert list(row) == schema["required"] and set(row) == set(schema["properties"])
    assert set(row["count"]) == span | set(schema["$defs"]["quantity"]["allOf"][1]["properties"])
    assert set(row["period"]) == span | set(schema["properties"]["period"]["anyOf"][1]["allOf"][1]["properties"])
    assert set(row["organisation"]) == span | set(schema["properties"]["organisation"]["anyOf"][1]["allOf"][1]["properties"])
    assert set(row["percentages"][0]) == span | set(schema["properties"]["percentages"]["items"]["allOf"][1]["properties"])
    assert set(row["checks"][0]) == set(schema["properties"]["checks"]["items"]["properties"])


@pytest.mark.parametrize("change", [{"kind": "other"}, {"confidence": 1.2}, {"count": {"text": "1"}}, {"percentages": None}, {"model": None}])
def test_rows_that_break_it_are_refused(change: dict[str, object]) -> None:
    assert list(Draft202012Validator(record_schema()).iter_errors(to_row(made()) | change))
