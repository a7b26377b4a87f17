"""Texts that models are judged by are kept out of what they learn from."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path

from annotations.likeness import is_near, sketch
from annotations.store import STANDOFF, digest, marked
from model.schema import Article

JUDGES = ("dev", "test")


def without_judges(texts: Iterable[tuple[str, str]], folder: Path = STANDOFF) -> list[Article]:
    """The texts as articles, but for dev and test ones of the standoff annotations, by id or by digest, and near duplicates of those that are among them.

    Args:
        texts: document id and text.
    """
    names, digests = marked(folder, JUDGES)
    articles = [Article(id=name, text=unicodedata.normalize("NFC", text)) for name, text in texts]
    judging = [article.id in names or digest(article.text) in digests for article in articles]
    judges = [sketch(article) for article, is_judge in zip(articles, judging, strict=True) if is_judge]
    return [article for article, is_judge in zip(articles, judging, strict=True) if not is_judge and not is_near(sketch(article), judges)]
