"""Texts that models are judged by are kept out of what they learn from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from annotations.likeness import is_near, sketch
from annotations.store import STANDOFF, digest
from model.schema import Article

_JUDGE = re.compile(r'"split": ?"(?:dev|test)"')
_NAME, _DIGEST = re.compile(r'"doc": ?"([^"]*)"'), re.compile(r'"sha256": ?"([0-9a-f]{64})"')


def without_judges(articles: Iterable[Article], folder: Path = STANDOFF) -> list[Article]:
    """The articles but for dev and test ones of the standoff annotations, by id or by digest, and near duplicates of those that are among them.

    Rows are searched, not read: one that is broken keeps its text out all the same.
    """
    articles = list(articles)
    rows = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").split("\n") if _JUDGE.search(line)]
    names, digests = ({found[1] for row in rows if (found := form.search(row))} for form in (_NAME, _DIGEST))
    judges = [sketch(article) for article in articles if article.id in names or digest(article.text) in digests]
    return [article for article in articles if article.id not in names and digest(article.text) not in digests and not is_near(sketch(article), judges)]
