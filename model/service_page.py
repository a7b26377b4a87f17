"""The service's page: an article is pasted, its records come back over the marked text. Nothing in it is fetched from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from model.page import indicator_labels
from model.page_cards import href, shown_articles
from model.page_labels import LABELS
from model.page_run import PageArticle, Run
from model.schema import AchievementRecord, AnnotatedArticle, EntityType
from model.service_labels import SERVICE_LABELS
from model.store import Outputs

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE / "service_example.json"
"""A request and its answer, made by the shipped model: for the page's example and for /openapi.json."""


def page(language: str) -> str:
    """The page before anything is pasted, as HTML."""
    script = _part("service.js")
    return _environment().get_template("service.html.j2").render(
        language=language,
        t=SERVICE_LABELS[language],
        words=SERVICE_LABELS,
        example=json.loads(_part(EXAMPLE.name))["request"],
        types=list(EntityType),
        short=LABELS,
        style=_part("page.css") + _part("service.css"),
        script=script,
    )


def policy() -> str:
    """The page's Content-Security-Policy: only its own script runs, and it may ask only the service."""
    digest = base64.b64encode(hashlib.sha256(_part("service.js").encode("utf-8")).digest()).decode("ascii")
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def result(found: AnnotatedArticle, records: Sequence[AchievementRecord], left_out: int, language: str) -> str:
    """The marked article beside its records, as a piece of HTML in which all that came from outside is escaped."""
    article = found.article
    shown = PageArticle(article.id, article.title, article.source, article.published, article.published_from, article.text, found.entities)
    run = Run(Outputs(Path("records.jsonl")), tuple(records), (shown,), ())
    one = next(shown_articles(run, language, indicator_labels(language)))
    return _environment().get_template("service_result.html.j2").render(
        language=language,
        t=LABELS[language],
        said=SERVICE_LABELS[language],
        article=one,
        facts=[fact for fact in one.facts if fact != article.id],
        left_out=left_out,
        anchor_of={card.number: card.anchor for card in one.cards},
        types=list(EntityType),
        href=href,
    )


@cache
def _part(name: str) -> str:
    """A file of the project's own."""
    return (HERE / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
