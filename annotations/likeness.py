"""How alike two articles are, and what an article says that the others do not: word pairs and sketches, without a model.

Words are compared without case, and every figure is the same figure: two quarters' reports out of one template are alike.
"""

from __future__ import annotations

import heapq
import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet

from model.schema import Article, Span
from model.text import may_hold_achievement, sentences, words

SKETCH = 128
"""Fingerprints in a sketch: the likeness that two of them give is right to about 0.04."""
NEAR = 0.5
"""From this likeness on, two articles are near duplicates; other articles of the genre are alike to less than 0.1."""
_RUN = 3
_FIGURE = re.compile(r"\d[\d.,]*")


def word_pairs(article: Article) -> frozenset[int]:
    """Fingerprints of the pairs of neighbouring words in the sentences that have a figure, which are all that the model reads.

    Empty where the article has no such sentence: there is nothing to annotate in it.
    """
    spans = (span for span in sentences(article.text, article.body) if may_hold_achievement(article.text, span))
    return frozenset(mark for span in spans for mark in _runs(_folded(article.text, [span]), 2))


def sketch(article: Article) -> frozenset[int]:
    """The article's smallest fingerprints of three words each, SKETCH at most: what :func:`likeness` compares."""
    body = article.body or ((Span(0, len(article.text)),) if article.text else ())
    return frozenset(heapq.nsmallest(SKETCH, set(_runs(_folded(article.text, body), _RUN))))


def likeness(one: AbstractSet[int], other: AbstractSet[int]) -> float:
    """The share of three-word runs that two articles have in common (Jaccard), estimated from their sketches; 0 to 1.

    >>> likeness(frozenset({1, 2, 3}), frozenset({1, 2, 4}))
    0.5
    """
    both = one & other
    if not both:
        return 0.0
    least = heapq.nsmallest(SKETCH, one | other)
    return sum(mark in both for mark in least) / len(least)


def is_near(one: AbstractSet[int], others: Iterable[AbstractSet[int]]) -> bool:
    """True where one of ``others`` is a near duplicate."""
    return any(likeness(one, other) >= NEAR for other in others)


def unlike(pairs: Collection[int], known: AbstractSet[int]) -> float:
    """The share of an article's word pairs that are not known; 0 where it has none."""
    return sum(mark not in known for mark in pairs) / len(pairs) if pairs else 0.0


def _folded(text: str, parts: Iterable[Span]) -> list[str]:
    return [_FIGURE.sub("0", word.of(text).casefold()) for part in parts for word in words(text, part)]


def _runs(found: Sequence[str], length: int) -> Iterator[int]:
    """Fingerprints of every run of so many words; of all of them where there are fewer."""
    for start in range(max(1, len(found) - length + 1) if found else 0):
        # crc32, not hash(): the same on every machine and in every run.
        yield zlib.crc32("\x1f".join(found[start : start + length]).encode("utf-8", "surrogatepass"))
