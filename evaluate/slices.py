"""Kinds of achievements and articles that are told apart, as a whole hides where it is weak.

A slice holds gold achievements that are required (not unsure, not told before). What is false belongs to no achievement, so a
slice says how much of gold was found and how much of it is right, not how much was made up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from evaluate.counts import Counts, Pair
from evaluate.gold import GoldDocument, GoldRecord
from evaluate.scores import FIELDS, Match, gold_fields
from model.furniture import body_spans
from model.schema import Article, Kind, Span
from model.text import sentences, words

LONG_SENTENCE = 60
"""Words from which a sentence is long."""
DENSE = 10
"""Achievements from which an article is dense."""
_MONEY = re.compile(r"(?:đồng|đ|vnđ|vnd|usd|đô la|euro)$", re.IGNORECASE)
_UNION = re.compile(r"công đoàn|lđlđ|liên đoàn lao động|cđcs", re.IGNORECASE)
_FURNITURE = 0.02
"""Share of an article's letters outside its body from which it counts as boilerplate."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One gold record where it stands. ``period_inherited`` is None where gold does not say."""

    record: GoldRecord
    document: GoldDocument
    article: Article
    sentence: Span
    period_inherited: bool | None


SLICES: dict[str, Callable[[Setting], bool]] = {
    "inherited organisation": lambda s: s.record.inherited and bool(s.record.names),
    "inherited period": lambda s: bool(s.period_inherited),
    "own organisation and period": lambda s: bool(s.record.names) and not s.record.inherited and s.record.period is not None and s.period_inherited is False,
    "long sentences": lambda s: len(words(s.article.text, s.sentence)) >= LONG_SENTENCE,
    "money": lambda s: bool(_MONEY.search(s.record.anchors[0].of(s.article.text).strip())),
    "plans": lambda s: s.record.kind == Kind.PLAN,
    "several percentages": lambda s: len(s.record.percentages) > 1,
    "other fields": lambda s: not _UNION.search(s.article.text),
    "boilerplate": lambda s: _outside(s.article) >= _FURNITURE,
    "dense articles": lambda s: sum(not r.optional for r in s.document.records) >= DENSE,
}
"""Name to what belongs to it."""

DESCRIPTIONS = {
    "inherited organisation": "the organisation is named in another sentence",
    "inherited period": "the time stands in another sentence",
    "own organisation and period": "both stand in the sentence",
    "long sentences": f"the sentence has {LONG_SENTENCE} words or more",
    "money": "the anchor is an amount of money",
    "plans": "kind plan",
    "several percentages": "two percentages or more",
    "other fields": "the article names no union",
    "boilerplate": "the text has menus, lists of other stories and the like around the article",
    "dense articles": f"the article has {DENSE} achievements or more",
}
"""Name to one line for the reader."""


def slice_counts(pairs: Iterable[Match], settings: dict[Span, Setting]) -> Counts:
    """``slice/NAME/found``, ``/exact`` and ``/FIELD`` of one document.

    Args:
        pairs: gold beside what was found (``evaluate.scores.match``).
        settings: main anchor to where its record stands; empty where the article could not be read: then only ``unread`` counts.
    """
    shares: dict[str, Pair] = {}
    for pair in pairs:
        if pair.gold is None or pair.gold.optional:
            continue
        setting = settings.get(pair.gold.anchors[0])
        names = [name for name, holds in SLICES.items() if holds(setting)] if setting else ["unread"]
        for name in names:
            for measure, counts in _judged(pair).items():
                before = shares.get(f"slice/{name}/{measure}", (0, 0))
                shares[f"slice/{name}/{measure}"] = (before[0] + counts[0], before[1] + counts[1])
    return Counts(shares=shares)


def _judged(pair: Match) -> dict[str, Pair]:
    """Found and exact, of one; a field, of those that gold states."""
    assert pair.gold is not None
    counts = {"found": (int(pair.found is not None), 1), "exact": (int(pair.exact), 1)}
    stated = gold_fields(pair.gold)
    return counts | {name: (int(pair.right.get(name, False)), 1) for name in FIELDS if stated[name] is not None}


def settings_of(document: GoldDocument, article: Article, inherited_periods: frozenset[Span] | None) -> dict[Span, Setting]:
    """Main anchor to where each record stands. ``inherited_periods`` are main anchors; None where gold does not say."""
    parts = sentences(article.text, article.body)
    found = {}
    for record in document.records:
        anchor = record.anchors[0]
        sentence = next((s for s in parts if s.start <= anchor.start < s.end), anchor)
        inherited = None if inherited_periods is None else anchor in inherited_periods
        found[anchor] = Setting(record, document, article, sentence, inherited)
    return found


def _outside(article: Article) -> float:
    """The share of letters and signs outside the body; where the body was not told, it is looked for."""
    every = _visible(article.text)
    inside = sum(_visible(part.of(article.text)) for part in article.body or body_spans(article.text))
    return 1 - inside / every if every else 0.0


def _visible(text: str) -> int:
    return sum(not sign.isspace() for sign in text)
