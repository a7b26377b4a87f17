"""What a request to the service asks for: its body turned into an article, or a refusal that says what to send instead."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from model.articles import article_of
from model.charsets import decode
from model.composition import compose
from model.errors import ArticleError, ThanhtichError
from model.schema import Article
from model.tables import newlines, parse_day

FIELDS = ("text", "id", "published", "title")
LONGEST_FIELD = 1000
"""Characters that an id or a title may have."""
SEND = 'send JSON as {"text": "…", "published": "2021-12-30"} with Content-Type: application/json, or the bare text with Content-Type: text/plain'
_LONE = re.compile("[\ud800-\udfff]")


class RequestError(ThanhtichError):
    """A request that gets no records: its HTTP status, what is wrong, and what to do about it."""

    def __init__(self, status: int, error: str, what_to_do: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{error}; {what_to_do}")
        self.status, self.error, self.what_to_do = status, error, what_to_do
        self.headers = dict(headers or {})

    def row(self) -> dict[str, str]:
        """The error as the service answers it."""
        return {"error": self.error, "what to do": self.what_to_do}


def read_article(body: bytes, content_type: str, query: Mapping[str, str], characters: int) -> Article:
    """The article that a request holds.

    Args:
        body: all of the request's body.
        content_type: JSON, or plain text whose other fields stand in the query.
        query: the query of the address.
        characters: code points that the text may have.

    Raises:
        RequestError: the body is not JSON or text, or a field is missing, unknown, too long or of the wrong type.
    """
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json":
        fields = _json(body)
    elif kind == "text/plain":
        fields = {**query, "text": _text(body)}
    else:
        raise RequestError(415, f"Content-Type is {kind or 'missing'}, allowed are application/json and text/plain", SEND)
    if unknown := sorted(set(fields) - set(FIELDS)):
        raise RequestError(422, f"unknown field {unknown[0]!r:.60}", f"allowed are {', '.join(FIELDS)}")
    return _made(fields, characters)


def _json(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RequestError(400, f"the body is not JSON ({type(error).__name__}: {error!s:.200})", SEND) from error
    if not isinstance(fields, dict):
        raise RequestError(422, f"the body is a JSON {type(fields).__name__}, wanted is an object", SEND)
    return fields


def _text(body: bytes) -> str:
    try:
        return decode(body)
    except ArticleError as error:
        raise RequestError(422, f"the body is not text that can be read: {error}", "send the article as UTF-8") from error


def _made(fields: Mapping[str, Any], characters: int) -> Article:
    text = _string(fields, "text")
    if text is None:
        raise RequestError(422, "there is no field text", SEND)
    if len(text) > characters:
        raise RequestError(413, f"the text has {len(text):,} characters, allowed are {characters:,}", "split it, or start the service with a greater --max-characters")
    text = compose(newlines(text))[0]
    if not text.strip():
        raise RequestError(422, "there is no text in it", "send the whole article as text")
    title, day = _short(fields, "title"), _day(fields)
    return article_of(_short(fields, "id") or identity_of(text), text, title, None, day)


def identity_of(text: str) -> str:
    """The id of a text that came without one: the same text gets the same id.

    >>> identity_of("Công đoàn")
    'text-0e1b2ac12ba8'
    """
    return f"text-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _string(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise RequestError(422, f"{name} is a {type(value).__name__}, wanted is a string", f'write it in quotes: "{name}": "…"')
    if value and (half := _LONE.search(value)):
        raise RequestError(422, f"{name} holds half a character (a lone surrogate) at {half.start()}", "send whole characters: it was cut or badly escaped on its way")
    return value


def _short(fields: Mapping[str, Any], name: str) -> str | None:
    value = (_string(fields, name) or "").strip()
    if len(value) > LONGEST_FIELD:
        raise RequestError(422, f"{name} has {len(value):,} characters, allowed are {LONGEST_FIELD:,}", "the article itself belongs in text")
    return value or None


def _day(fields: Mapping[str, Any]) -> date | None:
    written = _short(fields, "published")
    day = parse_day(written)
    if written and day is None:
        raise RequestError(422, f"published is {written!r:.60}, which is no day", "write it as 2021-12-30 or 30/12/2021, or leave it out: then it is read from the text")
    return day
