"""One HTML page of a run: every record beside its article, for people to check. Nothing in it is fetched from anywhere."""

from __future__ import annotations

import base64
import hashlib
import os
import tomllib
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from model.errors import OutputError, ThanhtichError
from model.page_cards import Shown, href, shown_articles
from model.page_labels import LABELS, number_text
from model.page_run import Run, read_run
from model.schema import AchievementRecord, EntityType, Kind, Outcome
from model.store import refuse_over

HERE = Path(__file__).resolve().parent
INDICATORS = HERE.parent / "seeds" / "indicators.toml"
IN_PLACE = 40
"""Articles whose content is in the page from the start; that of later ones is made when they are opened, so that thousands stay quick."""
OPEN_AT_MOST = 3
"""Articles that stand open at first."""
FAILURES_SHOWN = 200
UNCHECKED = "unchecked"
_SPOKEN_BY_SCRIPT = ("filter.found", "filter.none", "card.used", "tally.records")


@dataclass(frozen=True, slots=True)
class Summary:
    """The run in numbers, whether or not all of it is on the page. ``outcomes`` counts records by the worst of their checks."""

    articles: int
    articles_with: int
    records: int
    kinds: dict[str, int]
    outcomes: dict[str, int]
    models: tuple[str, ...]


def render(records: Path, out: Path, *, language: str = "vi", limit: int | None = None) -> Path:
    """Write the page of a run.

    Args:
        records: ``records.jsonl``; the files of articles and errors are looked for beside it, both may be missing.
        out: the HTML file to write, in UTF-8.
        language: ``vi`` or ``en``.
        limit: show at most this many articles, and say so on the page; None shows all.

    Returns:
        ``out``.

    Raises:
        ThanhtichError: a file is not what extraction writes, or an option is not allowed; says which, and what to do.
        OutputError: the page cannot be written.
    """
    if language not in LABELS:
        raise ThanhtichError(f"no page language {language!r}; choose one of {', '.join(LABELS)}")
    if out.suffix.lower() not in (".html", ".htm"):
        raise OutputError(f"{out}: the page is HTML; give a name that ends in .html")
    refuse_over([records], [out])
    if limit is not None and limit < 1:
        raise ThanhtichError(f"a page of {limit} articles cannot be made; give a limit of 1 or more, or none to show all")
    _write(out, page(read_run(records), language=language, limit=limit))
    return out


def _write(out: Path, html: str) -> None:
    part = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        # A lone surrogate of a damaged article has no UTF-8; a `?` in its place keeps the rest readable.
        part.write_text(html, encoding="utf-8", errors="replace", newline="\n")
        os.replace(part, out)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise OutputError(f"{out}: cannot be written ({error.strerror or error}); free space or name another file") from error


def page(run: Run, *, language: str = "vi", limit: int | None = None) -> str:
    """The page as HTML."""
    codes = indicator_labels(language)
    shown = list(shown_articles(run, language, codes, limit))
    summary, script = summarise(run), _part("page.js")
    template = _environment().get_template("page.html.j2")
    return template.render(
        language=language,
        t=LABELS[language],
        run=run,
        summary=summary,
        articles=shown,
        hidden=summary.articles - len(shown),
        misfits=sum(bool(card.problems) for article in shown for card in article.cards),
        index=filter_index(shown, run.records, codes),
        labels=sorted({codes.get(record.indicator_code, record.indicator_code) for record in run.records}),
        spoken={label: LABELS[language][label] for label in _SPOKEN_BY_SCRIPT},
        types=list(EntityType),
        kinds=list(Kind),
        anchor_of={card.number: card.anchor for article in shown for card in article.cards},
        href=href,
        number=lambda count: number_text(Decimal(count), language),
        in_place=IN_PLACE,
        open_at_most=OPEN_AT_MOST,
        failures_shown=FAILURES_SHOWN,
        style=_part("page.css"),
        script=script,
        script_digest=base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii"),
    )


def _part(name: str) -> str:
    """A file of the project's own that goes into the page as it is."""
    return (HERE / name).read_text(encoding="utf-8")


def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def summarise(run: Run) -> Summary:
    """The run in numbers."""
    with_records = {record.article_id for record in run.records}
    listed = len(run.articles or ()) + len(with_records - {article.id for article in run.articles or ()})
    kinds = Counter(str(record.kind) for record in run.records)
    outcomes = Counter(worst_outcome(record) for record in run.records)
    return Summary(
        articles=listed,
        articles_with=len(with_records),
        records=len(run.records),
        kinds={str(kind): kinds[str(kind)] for kind in Kind},
        outcomes={name: outcomes[name] for name in (*map(str, Outcome), UNCHECKED)},
        models=tuple(sorted({record.model for record in run.records if record.model})),
    )


def worst_outcome(record: AchievementRecord) -> str:
    """``conflict`` before ``rounding`` before ``ok``; ``unchecked`` without any check."""
    found = {check.outcome for check in record.checks}
    return next((str(outcome) for outcome in (Outcome.CONFLICT, Outcome.ROUNDING, Outcome.OK) if outcome in found), UNCHECKED)


def filter_index(shown: Sequence[Shown], records: Sequence[AchievementRecord], codes: dict[str, str]) -> list[list[Any]]:
    """What the page's filter knows of each shown record: number, anchor, article, organisation, indicator, kind, confidence, conflict (0 or 1)."""
    rows: list[list[Any]] = []
    for article in shown:
        for card in article.cards:
            record = records[card.number]
            body = record.organisation
            organisation = f"{body.name} {body.text if body.text != body.name else ''}".strip() if body else ""
            indicator = f"{record.indicator} {codes.get(record.indicator_code, '')} {record.indicator_code}"
            rows.append([card.number, card.anchor, article.number, organisation, indicator, str(card.kind), record.confidence, int(card.conflict)])
    return rows


def indicator_labels(language: str, path: Path = INDICATORS) -> dict[str, str]:
    """Indicator code to what it is called.

    Raises:
        ThanhtichError: the list is missing or damaged.
    """
    try:
        return {code: str(entry[language]) for code, entry in tomllib.loads(path.read_text(encoding="utf-8")).items()}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        found = f"{path}: not a list of indicators ({type(error).__name__}: {error})"
        raise ThanhtichError(f"{found}; every code needs `{language}` words: put the project's own file back") from error
