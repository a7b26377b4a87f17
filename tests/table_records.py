"""Records made by hand, for tests of tables and databases. Their articles, figures and organisations are invented."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from model.records import to_line
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

SONG_LAM = "Liên đoàn Lao động huyện Sông Lam"
YEAR = ("2021-01-01", "2021-12-31")
Q1 = ("2021-01-01", "2021-03-31")


def quantity(value: str | int, unit: str | None = None, qualifier: Qualifier | None = None, high: int | None = None) -> QuantityField:
    return QuantityField(str(value), Span(20, 23), Decimal(value), unit, qualifier, Decimal(high) if high is not None else None)


def made(
    count: QuantityField | str | int | None = 391,
    target: QuantityField | str | int | None = None,
    days: tuple[str | None, str | None] | None = YEAR,
    organisation: str | None = SONG_LAM,
    article: str = "a1",
    model: str = "compact 1a2b",
    rates: Iterable[tuple[str, PercentageKind]] = (),
    **changes: Any,
) -> AchievementRecord:
    """One record; numbers stand for plain quantities, ISO days for the period. Its id follows from article, figures and model."""
    figures = tuple(quantity(value) if isinstance(value, str | int) else value for value in (count, target))
    percentages = tuple(PercentageField(f"{value}%", Span(40, 45), Decimal(value), kind) for value, kind in rates)
    first, last = (date.fromisoformat(day) if day else None for day in days or (None, None))
    fields: dict[str, Any] = {
        "id": hashlib.sha256(repr((article, figures, days, model)).encode()).hexdigest()[:16],
        "article_id": article,
        "kind": Kind.RESULT,
        "organisation": OrganisationField(organisation, Span(5, 15), organisation, False) if organisation else None,
        "indicator": "kết nạp mới đoàn viên",
        "indicator_code": "members_admitted",
        "count": figures[0],
        "target": figures[1],
        "percentages": percentages,
        "period": PeriodField("năm 2021", Span(0, 4), Period(first, last), True) if days else None,
        "sentence": Span(0, 60),
        "sentence_text": "Năm 2021, kết nạp mới 391 đoàn viên.",
        "confidence": 0.9,
        "field_confidence": {"count": 0.9},
        "checks": (),
        "model": model,
    }
    return AchievementRecord(**(fields | changes))


def conflicting() -> AchievementRecord:
    """33 of 25, with two conflicts in its checks."""
    checks = (Check("count_of_target", Outcome.CONFLICT, "33/25 gives 132 %, stated is 130%"), Check("excess", Outcome.OK), Check("grouping", Outcome.CONFLICT))
    return made(33, 25, rates=(("130", PercentageKind.OF_TARGET), ("-2.5", PercentageKind.GROWTH)), checks=checks)


def write_run(folder: Path, records: Iterable[AchievementRecord], articles: Iterable[str] | None = None) -> Path:
    """``records.jsonl`` and, where article ids are given, the file of articles beside it."""
    path = folder / "records.jsonl"
    path.write_text("".join(map(to_line, records)), encoding="utf-8")
    if articles is not None:
        rows = ({"id": name, "title": None, "source": None, "published": None, "published_from": None, "text": "Năm 2021.", "entities": []} for name in articles)
        (folder / "records.articles.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
