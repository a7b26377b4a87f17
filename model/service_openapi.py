"""What /openapi.json says of requests, answers and errors; records are described by record.schema.json itself."""

from __future__ import annotations

import json
from typing import Any

from model.records import SCHEMA
from model.service_page import EXAMPLE

_HOME = "#/components/schemas/"
_STRING = {"type": "string"}


def components() -> dict[str, Any]:
    """The schemas that requests and answers name."""
    record = _moved(json.loads(SCHEMA.read_text(encoding="utf-8")))
    parts = record.pop("$defs", {})
    return {**parts, "record": {key: value for key, value in record.items() if not key.startswith("$")}, "request": _request(), "answer": _answer(), "error": _error()}


def _moved(node: Any) -> Any:
    """The same schema with its references to ``#/$defs/`` leading to the components."""
    if isinstance(node, dict):
        return {key: value.replace("#/$defs/", _HOME) if key == "$ref" else _moved(value) for key, value in node.items()}
    return [_moved(value) for value in node] if isinstance(node, list) else node


def _object(required: list[str], **properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


def _request() -> dict[str, Any]:
    return _object(
        ["text"],
        text=_STRING | {"description": "the whole article: headline, day, body"},
        id=_STRING | {"description": "becomes article_id; without it, the text's digest", "maxLength": 1000},
        published=_STRING | {"description": "2021-12-30 or 30/12/2021; without it, read from the text"},
        title=_STRING | {"description": "without it, the headline found in the text", "maxLength": 1000},
    )


def _answer() -> dict[str, Any]:
    nullable = {"type": ["string", "null"]}
    entity = _object(["start", "end", "type", "text", "score"], start={"type": "integer"}, end={"type": "integer"}, type=_STRING, text=_STRING, score={"type": "number"})
    article = _object(
        ["id", "text"], id=_STRING, title=nullable, source=nullable, published=nullable, published_from=nullable,
        text=_STRING | {"description": "the text after NFC, with \\n as its only line end: all offsets are code points of it, end exclusive"},
    )  # fmt: skip
    counts = {"type": "object", "additionalProperties": {"type": "integer"}, "description": "records by the worst of their checks"}
    return _object(
        ["article", "records", "entities", "checks", "left_out", "model"],
        article=article,
        records={"type": "array", "items": {"$ref": f"{_HOME}record"}},
        entities={"type": "array", "items": entity},
        checks=counts,
        left_out={"type": "integer", "description": "records left out for their low confidence"},
        model=_STRING,
    )


def _error() -> dict[str, Any]:
    return _object(["error", "what to do"], **{"error": _STRING, "what to do": _STRING})


def _holds(name: str, description: str, example: Any = None) -> dict[str, Any]:
    content = {"schema": {"$ref": f"{_HOME}{name}"}} | ({"example": example} if example else {})
    return {"description": description, "content": {"application/json": content}}


def extract_operation() -> dict[str, Any]:
    """What POST /extract takes and gives."""
    example = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    errors = {
        "400": "the body is not JSON",
        "403": "asked from another site's page",
        "413": "too long",
        "415": "neither JSON nor plain text",
        "421": "the Host is no name of this service",
        "422": "the article cannot be read",
        "503": "too many wait; Retry-After says for how long",
    }
    query = [{"name": name, "in": "query", "schema": _STRING, "description": "with a text/plain body only"} for name in ("id", "published", "title")]
    return {
        "parameters": query,
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": f"{_HOME}request"}, "example": example["request"]},
                "text/plain": {"schema": _STRING, "example": example["request"]["text"]},
            },
        },
        "responses": {"200": _holds("answer", "the records", example["answer"])} | {status: _holds("error", said) for status, said in errors.items()},
    }


def health_operation() -> dict[str, Any]:
    """What GET /health gives."""
    example = {"status": "ok", "model": "compact@0123456789ab", "version": "0.1.0", "uptime_seconds": 12.5, "articles_inside": 0}
    return {"responses": {"200": {"description": "the service answers", "content": {"application/json": {"schema": {"type": "object"}, "example": example}}}}}
