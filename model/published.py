"""The JSON schema of a record, built from the types of model/schema.py: what is published follows what the code holds.

``python -m model.published`` writes model/record.schema.json anew after a change of the types.
"""

from __future__ import annotations

import json
import types
from dataclasses import fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from model.records import SCHEMA
from model.schema import AchievementRecord, Check, OrganisationField, PercentageField, Period, Qualifier, QuantityField, Span

HEAD = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "record.schema.json",
    "title": "Achievement record",
    "description": (
        "One line of the JSONL that extraction writes. Offsets are code points into the article's text after NFC, end exclusive; "
        "text[start:end] is the field's `text`. Dates are ISO 8601."
    ),
}
DESCRIPTIONS: dict[tuple[type, str], str] = {
    (AchievementRecord, "id"): "stable: the same article, anchor and model give the same id",
    (AchievementRecord, "indicator"): "the INDICATOR spans in text order, joined by a space",
    (AchievementRecord, "indicator_code"): "from the project's own list of indicators, `other` where none fits",
    (AchievementRecord, "confidence"): "calibrated probability that the record is right in all of organisation, count, target, percentages and period",
    (AchievementRecord, "model"): "name and content hash of the model that made it",
    (OrganisationField, "name"): "full, unabbreviated, as far as the article gives it",
    (OrganisationField, "inherited"): "true where it is taken from outside the anchor's sentence",
    (QuantityField, "high"): "upper end of a range",
    (QuantityField, "unit"): "VND for money, % for a target that is a rate, else null",
    (PercentageField, "value"): "130.3 for 130,3%",
}
MAY_BE_ABSENT = frozenset({(QuantityField, "high"), (Check, "detail")})
"""Fields that a reader must do without: other writers of records leave them out."""
NAMED: dict[type, str] = {QuantityField: "quantity", Qualifier: "qualifier"}
"""Types that are described once, under ``$defs``; so is every span with its words."""
_SCALARS: dict[type, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number", "minimum": 0, "maximum": 1},  # every float of a record is a probability
    Decimal: {"type": "number"},
    date: {"type": "string", "format": "date"},
}
_SPAN_FLOOR = {"start": 0, "end": 1}


def record_schema() -> dict[str, Any]:
    """The schema of one record, as a JSON value."""
    properties = {name: _described(AchievementRecord, name, _of(hint)) for name, hint in get_type_hints(AchievementRecord).items()}
    # Where the row nests what the type keeps flat (model/records.py).
    properties["indicator"] = _object({"text": properties["indicator"], "code": properties.pop("indicator_code")})
    del properties["sentence_text"]
    definitions = {
        "span": _object({"text": _SCALARS[str], **{name: _of(hint) | {"minimum": _SPAN_FLOOR[name]} for name, hint in get_type_hints(Span).items()}}),
        "qualifier": {"enum": [None, *_values(Qualifier)]},
        "quantity": _fields(QuantityField),
    }
    return HEAD | _object(properties) | {"$defs": definitions}


def to_text() -> str:
    """The file's text."""
    return json.dumps(record_schema(), ensure_ascii=False, indent=2) + "\n"


def _object(properties: dict[str, Any], absent: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {"type": "object", "required": [name for name in properties if name not in absent], "properties": properties}


def _values(enum: type[StrEnum]) -> list[str]:
    return [str(member) for member in enum]


def _described(owner: type, name: str, schema: dict[str, Any]) -> dict[str, Any]:
    words = DESCRIPTIONS.get((owner, name))
    return schema | {"description": words} if words else schema


def _of(hint: Any) -> dict[str, Any]:
    """The schema of a type, as a field's annotation names it."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _optional(next(part for part in inner if part is not types.NoneType))
    if origin is tuple:
        return {"type": "array", "items": _of(inner[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _of(inner[1])}
    if hint is Span:
        return {"$ref": "#/$defs/span"}
    if hint in NAMED:
        return {"$ref": f"#/$defs/{NAMED[hint]}"}
    if issubclass(hint, StrEnum):
        return {"enum": _values(hint)}
    return dict(_SCALARS[hint]) if hint in _SCALARS else _fields(hint)


def _optional(hint: Any) -> dict[str, Any]:
    """The type or null: in one list for simple types, as a choice for the others; a qualifier's own list has the null."""
    schema = _of(hint)
    if hint is Qualifier:
        return schema
    return schema | {"type": [schema["type"], "null"]} if hint in _SCALARS else {"anyOf": [{"type": "null"}, schema]}


def _fields(owner: type) -> dict[str, Any]:
    """An object with the fields of a dataclass; a span with its words is said by reference, a period's days are the object's own."""
    hints = get_type_hints(owner)
    placed = "span" in hints
    properties: dict[str, Any] = {}
    for name in (field.name for field in fields(owner)):
        if hints[name] is Period:
            properties |= {day: _described(Period, day, _of(hint)) for day, hint in get_type_hints(Period).items()}
        elif not (placed and name in ("text", "span")):
            properties[name] = _described(owner, name, _of(hints[name]))
    own = _object(properties, frozenset(name for kind, name in MAY_BE_ABSENT if kind is owner))
    return {"allOf": [{"$ref": "#/$defs/span"}, own]} if placed else own


if __name__ == "__main__":
    SCHEMA.write_text(to_text(), encoding="utf-8")
