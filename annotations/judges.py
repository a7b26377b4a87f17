"""Texts that models are judged by are kept out of what they learn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from annotations.likeness import is_near, sketch
from annotations.store import read_standoff
from model.schema import Article


def without_judges(articles: Iterable[Article], texts: Mapping[str, str]) -> list[Article]:
    """The articles but for dev and test ones of the standoff annotations, and near duplicates of those.

    Args:
        texts: document id to text, with those of dev and test where they are at hand.
    """
    judges = [sketch(annotated.article) for split in ("dev", "test") for annotated in read_standoff(dict(texts), split=split)[0]]
    return [article for article in articles if not is_near(sketch(article), judges)]
