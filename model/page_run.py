"""The files of one run, read for the records page and checked line by line."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from model.errors import ThanhtichError
from model.page_marks import places
from model.records import from_row
from model.schema import AchievementRecord, Entity, EntityType, Span
from model.store import Outputs, read_rows


@dataclass(frozen=True, slots=True)
class PageArticle:
    """One line of ``records.articles.jsonl``; entities in code points of ``text``.

    ``published_from`` are the words that the day of publication was read from, None where it was given.
    """

    id: str
    title: str | None
    source: str | None
    published: date | None
    published_from: str | None
    text: str
    entities: tuple[Entity, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """One line of ``records.errors.jsonl``."""

    id: str
    path: str
    stage: str
    reason: str


@dataclass(frozen=True, slots=True)
class Run:
    """What one run wrote. ``articles`` is None where there is no file of them."""

    files: Outputs
    records: tuple[AchievementRecord, ...]
    articles: tuple[PageArticle, ...] | None
    failures: tuple[Failure, ...]


def read_run(records: Path) -> Run:
    """The records and, where they are there, the articles and errors beside them.

    Raises:
        ThanhtichError: a file cannot be read, or a line is not what extraction writes; names the file and line.
    """
    files = Outputs(records)
    found = tuple(_record(row, f"{records}:{n}") for n, row in read_rows(records))
    articles = tuple(_article(row, f"{files.articles}:{n}") for n, row in read_rows(files.articles)) if files.articles.exists() else None
    failures = tuple(_failure(row, f"{files.errors}:{n}") for n, row in read_rows(files.errors)) if files.errors.exists() else ()
    return Run(files, found, articles, failures)


def _record(row: Any, where: str) -> AchievementRecord:
    try:
        record = from_row(row)
    except ThanhtichError as error:
        raise ThanhtichError(f"{where}: {error}") from error
    for what, found in _flaws(record):
        raise ThanhtichError(f"{where}: {what}, found {found!r:.60}; records are what `thanhtich extract` writes: extract again")
    return record


def _flaws(record: AchievementRecord) -> Iterator[tuple[str, object]]:
    """What the page cannot show, each with what stands there; reading a record checks its fields, not all that is in them."""
    stated = list(places(record))
    quantities = [quantity for quantity in (record.count, record.target) if quantity]
    texts: list[object] = [record.id, record.article_id, record.indicator, record.indicator_code, record.model, record.sentence_text]
    texts += [place.text for place in stated] + [quantity.unit or "" for quantity in quantities]
    texts += [text for check in record.checks for text in (check.rule, check.detail)] + ([record.organisation.name] if record.organisation else [])
    yield from (("a text is no string", text) for text in texts if not isinstance(text, str))
    offsets: list[object] = [offset for span in (record.sentence, *(place.span for place in stated)) for offset in (span.start, span.end)]
    yield from (("an offset is no whole number", offset) for offset in offsets if not isinstance(offset, int))
    values = [value for quantity in quantities for value in (quantity.value, quantity.high) if value is not None] + [
        p.value for p in record.percentages
    ]
    yield from (("a value is not finite", value) for value in values if not value.is_finite())
    scores: object = record.field_confidence
    if not isinstance(scores, dict):
        yield "field_confidence is no object", scores
        return
    yield from (("a confidence is no number from 0 to 1", score) for score in (record.confidence, *scores.values()) if not _probability(score))


def _probability(score: object) -> bool:
    return isinstance(score, int | float) and not isinstance(score, bool) and 0 <= score <= 1


def _article(row: Any, where: str) -> PageArticle:
    if not isinstance(row, dict):
        raise ThanhtichError(f"{where}: found {row!r:.60}, an article is an object with id, text and entities; extract again")
    for name in ("id", "text"):
        if not isinstance(row.get(name), str):
            raise ThanhtichError(f"{where}: {name} is {row.get(name)!r:.60}, it must be a string; extract again")
    title, source, words = (str(row[name]) if row.get(name) else None for name in ("title", "source", "published_from"))
    return PageArticle(row["id"], title, source, _day(row.get("published"), where), words, row["text"], _entities(row, where))


def _day(value: Any, where: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except (TypeError, ValueError) as error:
        raise ThanhtichError(f"{where}: published is {value!r}, allowed is a day as 2022-01-24, or null; extract again") from error


def _entities(row: dict[str, Any], where: str) -> tuple[Entity, ...]:
    try:
        entities = tuple(Entity(Span(start, end), EntityType(name), score) for start, end, name, score in row.get("entities") or ())
        past = [entity.span.end for entity in entities if operator.index(entity.span.end) > len(row["text"]) or operator.index(entity.span.start) < 0]
    except (TypeError, ValueError) as error:
        raise ThanhtichError(
            f"{where}: entities: {error}; each is [start, end, type, score], the types are {', '.join(EntityType)}: extract again"
        ) from error
    if past:
        raise ThanhtichError(f"{where}: an entity ends at {past[0]}, but the text has {len(row['text'])} code points; extract again")
    return entities


def _failure(row: Any, where: str) -> Failure:
    if not isinstance(row, dict):
        raise ThanhtichError(f"{where}: found {row!r:.60}, an error is an object with id, path, stage and reason; extract again")
    return Failure(*(str(row.get(name) or "") for name in ("id", "path", "stage", "reason")))
