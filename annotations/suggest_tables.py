"""Suggestions as a table for the eye and as lines that say what was left out; every figure says what it is."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from annotations.suggest import Suggestions

COLUMNS = {
    "worth": "total × (1 − alike): what the rank goes by",
    "unsure": "doubt of records and of the least certain spans, 0 to 1",
    "checks": "records whose figures disagree, of all its records",
    "new": "share of word pairs, in sentences with figures, that no annotated article has",
    "total": "weighted mean of unsure, checks and new",
    "alike": "share of its word pairs that the suggestions above it have",
}
_TITLE = 60


def table(suggestions: Suggestions) -> Table:
    """A row for each article, best first."""
    made = Table("", "article", *COLUMNS, "title", box=None)
    for rank, one in enumerate(suggestions.chosen, 1):
        article = one.found.article
        title = article.title or next((line.strip() for line in article.text.split("\n") if line.strip()), "")
        shares = (_share(one.worth), _share(one.uncertainty), f"{one.conflicts}/{one.records}", _share(one.novelty), _share(one.total), _share(one.likeness))
        # Text: words of an article may look like rich's markup.
        made.add_row(str(rank), Text(article.id), *shares, Text(title if len(title) <= _TITLE else title[: _TITLE - 1] + "…"))
    return made


def legend() -> list[str]:
    """What the table's columns are, a line each."""
    return [f"{name}: {meaning}" for name, meaning in COLUMNS.items()]


def notes(suggestions: Suggestions) -> list[str]:
    """What was read, what was left out and why, a line each."""
    return list(_notes(suggestions))


def _notes(s: Suggestions) -> Iterator[str]:
    yield f"{len(s.chosen)} of {s.read} articles suggested"
    if not s.read and not s.failed:
        yield "no article was given: name a folder or a file that holds some"
    elif len(s.chosen) < s.wanted:
        yield f"{s.wanted} were wanted, but no more are left worth annotating"
    reasons = (
        (s.annotated, "are annotated already, or nearly the same as an annotated one"),
        (s.doubles, "are nearly the same as another article here"),
        (s.without_figures, "have no figure in any sentence"),
    )
    yield from (f"left out: {count} {reason}" for count, reason in reasons if count)
    if s.failed:
        yield f"{s.failed} articles could not be read:"
        yield from (f"  {failure.reason}" for failure in s.failures)
        if s.failed > len(s.failures):
            yield f"  and {s.failed - len(s.failures)} more"


def _share(value: float) -> str:
    return f"{value:.2f}"
