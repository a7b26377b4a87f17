"""Texts as one stream of subwords, cut into windows, and words hidden in them: what an encoder learns a language from.

Everything here is NumPy, with no network in sight.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.schema import Span
from model.subwords import Subwords

RUN = 3
"""Most words that are hidden side by side: a syllable alone is guessed from the other half of its word."""
KEPT, SWAPPED = 0.1, 0.1
"""Shares of the hidden subwords that are shown as they are, and as any other, so that the encoder has to judge what it is shown (BERT's tenths)."""


@dataclass(frozen=True, slots=True)
class Stream:
    """Subwords of many texts one after the other.

    Attributes:
        ids: (subwords,) int32.
        starts: (subwords,) bool, true where a word begins; false at separators, which are never hidden.
        words: (subwords,) bool, false at separators.
    """

    ids: NDArray[np.int32]
    starts: NDArray[np.bool_]
    words: NDArray[np.bool_]


def stream(texts: Iterable[str], subwords: Subwords) -> Stream:
    """The texts' words in the encoder's pieces; its separator stands behind every line that holds words, as it does before lines in extraction."""
    ids: list[int] = []
    kinds = bytearray()  # 2 where a word begins, 1 inside it, 0 for a separator: a list of Python objects would hold eight times as much
    for text in texts:
        for line in text.split("\n"):
            found = subwords.words(line, Span(0, len(line))) if line else ()
            for word in found:
                pieces = subwords.pieces(word.of(line))
                ids += pieces
                kinds += b"\x02" + b"\x01" * (len(pieces) - 1)
            if found:
                ids.append(subwords.last)
                kinds.append(0)
    marks = np.frombuffer(bytes(kinds), np.uint8)
    return Stream(np.asarray(ids, np.int32), marks == 2, marks > 0)


def windows_of(found: Stream, length: int, first: int, last: int) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
    """The stream in windows of ``length`` subwords, the first and last special ones counted; what is left over at the end is dropped.

    A stream shorter than one window makes one as short as itself.

    Returns:
        ids (windows, length) and marks (windows, length): 2 where a word begins, 1 inside it, 0 for what is never hidden.
    """
    inside = min(length - 2, len(found.ids))
    number = len(found.ids) // inside if inside else 0
    ids = np.full((number, inside + 2), first, np.int32)
    marks = np.zeros((number, inside + 2), np.int8)
    ids[:, 1:-1] = found.ids[: number * inside].reshape(number, inside)
    ids[:, -1] = last
    marks[:, 1:-1] = (found.words.astype(np.int8) + found.starts)[: number * inside].reshape(number, inside)
    return ids, marks


def hidden_places(marks: NDArray[np.int8], share: float, chance: np.random.Generator) -> NDArray[np.bool_]:
    """(windows, length) which subwords are hidden: whole words, in runs of one to :data:`RUN`, some ``share`` of all words; at least one word of a window that has any.

    A word that a window begins inside of is hidden or shown like any other from there on.
    """
    hidden = np.zeros(marks.shape, np.bool_)
    for row, mark in zip(hidden, marks, strict=True):
        place = np.cumsum((mark == 2) | ((mark > 0) & (np.roll(mark, 1) == 0))) - 1  # which word each subword is of
        words = int(place[-1]) + 1 if mark.any() else 0
        if not words:
            continue
        begins = np.flatnonzero(chance.random(words) < share / ((1 + RUN) / 2))
        if not len(begins):
            begins = chance.integers(words, size=1)
        ends = begins + chance.integers(1, RUN + 1, size=len(begins))
        chosen = np.zeros(words + RUN, np.int32)
        np.add.at(chosen, begins, 1)
        np.add.at(chosen, ends, -1)
        row[:] = (np.cumsum(chosen)[np.maximum(place, 0)] > 0) & (mark > 0)
    return hidden


def shown(ids: NDArray[np.int32], hidden: NDArray[np.bool_], mask: int, drawn: NDArray[np.int32], chance: np.random.Generator) -> NDArray[np.int32]:
    """``ids`` as the encoder is shown them: ``mask`` where they are hidden, but for a tenth left as they are and a tenth that are others out of ``drawn``."""
    seen = ids.copy()
    how = chance.random(ids.shape)
    seen[hidden & (how >= KEPT)] = mask
    swapped = hidden & (how >= KEPT) & (how < KEPT + SWAPPED)
    seen[swapped] = chance.choice(drawn, size=int(swapped.sum()))
    return seen
