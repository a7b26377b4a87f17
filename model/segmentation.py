"""Vietnamese words for encoders that were trained on segmented text (PhoBERT): syllables joined by underthesea's CRF.

The segmenter only decides which neighbouring syllables belong together; places come from our own words, so every word slices
back to the text, and numbers, dates and abbreviations are never joined to anything.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from model.errors import ModelError
from model.schema import Span
from model.text import words

_SYLLABLE = re.compile(r"[^\W\d_]+")


@cache
def _segmenter() -> Callable[..., list[str]]:
    try:
        from underthesea import word_tokenize
    except ImportError as error:
        raise ModelError("this model reads segmented words and underthesea is not installed: pip install 'thanhtich[phobert]'") from error
    found: Any = word_tokenize
    return lambda sentence: list(found(sentence, use_token_normalize=False))


def segmented(text: str, span: Span) -> tuple[Span, ...]:
    """The words inside ``span``, each one or more syllables, a number or a sign.

    Raises:
        ModelError: underthesea is not installed.
    """
    base = words(text, span)
    joined: list[Span] = []
    # The segmenter sees our words alone, one space apart, so that its tokens can be counted off against them.
    tokens = _segmenter()(" ".join(word.of(text) for word in base))
    at = 0
    for token in tokens:
        size = len(token.split())
        group = base[at : at + size]
        at += size
        joined.extend(_joined(text, group))
    return tuple(joined) if at == len(base) else base


def _joined(text: str, group: tuple[Span, ...]) -> list[Span]:
    """One span where all are syllables a space apart; else the words by themselves."""
    surfaces = [word.of(text) for word in group]
    apart = all(text[a.end : b.start] == " " for a, b in itertools.pairwise(group))
    plain = all(_SYLLABLE.fullmatch(s) and not (s.isupper() and len(s) > 1) for s in surfaces)
    return [Span(group[0].start, group[-1].end)] if len(group) > 1 and apart and plain else list(group)
