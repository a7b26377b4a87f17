"""Articles marked with a person's own labels, as JSON lines.

A line is ``{"id", "text", "entities": [{"start", "end", "type", "text", "score"}], "relations": [{"type", "head", "tail", "score"}],
"model"}``; offsets are code points of the text in NFC, head and tail are places among the entities.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from model.articles import ArticleFailure
from model.errors import OutputError
from model.labeller import Document, Labeller, plain_document
from model.schema import Article

CHUNK = 64


@dataclass(slots=True)
class Marked:
    """What a run did; ``failed`` are the articles that could not be read, with the reason."""

    articles: int = 0
    entities: int = 0
    relations: int = 0
    failed: list[str] = field(default_factory=list)


def write_labels(
    labeller: Labeller, found: Iterable[Article | ArticleFailure], output: Path | None, stream: BinaryIO, advance: Callable[[], object] = lambda: None
) -> Marked:
    """Mark every article and write it to ``output``, or to ``stream`` where that is None. A file is written whole or not at all.

    Raises:
        OutputError: the file cannot be written.
    """
    done = Marked()
    with _target(output, stream) as lines:
        remaining = iter(found)
        while chunk := list(itertools.islice(remaining, CHUNK)):
            done.failed += [f"{each.id}: {each.reason}" for each in chunk if isinstance(each, ArticleFailure)]
            for document in labeller.label(plain_document(a.id, a.text, a.body) for a in chunk if isinstance(a, Article)):
                lines.write((json.dumps(row(document, labeller.identity), ensure_ascii=False) + "\n").encode("utf-8"))
                done.articles += 1
                done.entities += len(document.entities)
                done.relations += len(document.relations)
                advance()
    return done


def row(document: Document, model: str) -> dict[str, Any]:
    """One article, ready for JSON."""
    entities = [
        {"start": e.span.start, "end": e.span.end, "type": e.type, "text": e.span.of(document.text), "score": round(e.score, 4)} for e in document.entities
    ]
    relations = [{"type": r.type, "head": r.head, "tail": r.tail, "score": round(r.score, 4)} for r in document.relations]
    return {"id": document.id, "text": document.text, "entities": entities, "relations": relations, "model": model}


@contextmanager
def _target(output: Path | None, stream: BinaryIO) -> Iterator[BinaryIO]:
    if output is None:
        yield stream
        return
    part = output.with_name(f".{output.name}.partial")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as opened:
            yield opened
        part.replace(output)
    except OSError as error:
        raise OutputError(f"{output}: cannot be written ({error.strerror or error}); free space or name another file") from error
    finally:
        part.unlink(missing_ok=True)
