"""The underthesea baseline: bodies by its named-entity recogniser, everything else as the rules baseline has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from typing import Any

from evaluate.baseline_rules import read_by_rules
from model.places import is_place
from model.schema import AnnotatedArticle, Article, Span

Tagged = Sequence[Sequence[str]]
"""Of each word of a sentence: the word, its part of speech, its chunk, its entity tag (`B-ORG`, `I-ORG`, `O` …)."""
INSTALL = "underthesea is not installed: pip install -e '.[phobert]'"
_NAMES = ("-ORG", "-LOC")
_SYLLABLE = re.compile(r"\S+")


def installed() -> bool:
    """True where the library can be imported."""
    return find_spec("underthesea") is not None


@cache
def _recogniser() -> Callable[[str], Tagged]:
    from underthesea import ner

    found: Any = ner
    return lambda sentence: list(found(sentence))


def read_with_underthesea(article: Article) -> AnnotatedArticle:
    """The article as the rules read it, but for its bodies."""
    return read_by_rules(article, recognised_bodies)


def recognised_bodies(text: str, sentences: Sequence[Span]) -> list[Span]:
    """The names of every sentence that are no places, in text order."""
    return [span for sentence in sentences for span in organisations(text, sentence, _recogniser()(sentence.of(text)))]


def organisations(text: str, sentence: Span, tagged: Tagged) -> Iterator[Span]:
    """The names of a tagged sentence that are no places.

    The library tags hardly any union as ORG but many as LOC, and cuts `LĐLĐ | huyện Thạch Thất` in two: so both types are taken, words
    that stand next to each other are one name, and what is only a place is left out. The library gives words without places in the
    text, so they are looked for one after another.
    """
    at, name = sentence.start, None
    for word, *_, tag in tagged:
        place = _place(text, word, at, sentence.end)
        if place is None:
            continue
        beside = name is not None and text[name.end : place.start].isspace()
        if name is not None and not (beside and tag.endswith(_NAMES)):
            yield from _no_place(text, name)
            name = None
        if tag.endswith(_NAMES):
            name = Span(name.start if name else place.start, place.end)
        at = place.end
    if name is not None:
        yield from _no_place(text, name)


def _no_place(text: str, name: Span) -> Iterator[Span]:
    if not is_place(name.of(text)):
        yield name


def _place(text: str, word: str, at: int, end: int) -> Span | None:
    """Where the word's syllables stand next, whatever the white space between them; None where the library wrote them otherwise."""
    pattern = r"\s+".join(re.escape(syllable) for syllable in _SYLLABLE.findall(word))
    found = re.compile(pattern).search(text, at, end) if pattern else None
    return Span(found.start(), found.end()) if found else None
