"""What the service answers: an extraction as JSON for programs, and as the page shows it."""

from __future__ import annotations

import io
import json
from collections import Counter
from typing import Any, Protocol

from model.columns import COLUMNS, row
from model.page import UNCHECKED, worst_outcome
from model.page_labels import LABELS
from model.records import article_row, to_row
from model.schema import AchievementRecord, AnnotatedArticle, Outcome
from model.service_page import result
from model.tabular import write_rows


class Extracted(Protocol):
    """An extraction (model/runtime.py), without the runtime."""

    @property
    def found(self) -> AnnotatedArticle:
        """The article with its entities and links."""

    @property
    def records(self) -> tuple[AchievementRecord, ...]:
        """One record a fact."""

    @property
    def left_out(self) -> int:
        """How many records had too low a confidence."""


def answer(extraction: Extracted, model: str) -> dict[str, Any]:
    """The records as record.schema.json says, with the text that their offsets count in, its entities, and records by the worst of their checks."""
    article = article_row(extraction.found)
    entities = [{"start": start, "end": end, "type": name, "text": article["text"][start:end], "score": score} for start, end, name, score in article.pop("entities")]
    outcomes = Counter(worst_outcome(record) for record in extraction.records)
    return {
        "article": article,
        "records": [to_row(record) for record in extraction.records],
        "entities": entities,
        "checks": {str(name): outcomes[name] for name in (*Outcome, UNCHECKED)},
        "left_out": extraction.left_out,
        "model": model,
    }


def view(extraction: Extracted, model: str) -> dict[str, Any]:
    """The same for the page: the answer as text to copy, and in both languages the marked article and the table."""
    return {
        "count": len(extraction.records),
        "json": json.dumps(answer(extraction, model), ensure_ascii=False, indent=1),
        "html": {language: result(extraction.found, extraction.records, extraction.left_out, language) for language in LABELS},
        "csv": {language: _table(extraction.records, language) for language in LABELS},
    }


def _table(records: tuple[AchievementRecord, ...], language: str) -> str:
    stream = io.StringIO(newline="")
    write_rows(stream, [column.heading(language) for column in COLUMNS], (row(record, language) for record in records))
    return stream.getvalue()
