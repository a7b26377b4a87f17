"""Texts as one stream of subwords, cut into windows, and words hidden in them: what an encoder learns a language from.

Everything here is NumPy, with no network in sight.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from model.errors import TrainingError
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
        marks: (subwords,) int8: 2 where a word begins, 1 inside it, 0 for a separator, which is never hidden.
    """

    ids: NDArray[np.int32]
    marks: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Windows:
    """Windows of one length.

    Attributes:
        ids: (windows, length) int32.
        marks: (windows, length) int8: 2 where a word begins, 1 inside it, 0 for what is never hidden.
    """

    ids: NDArray[np.int32]
    marks: NDArray[np.int8]

    def divided(self, number: int) -> tuple[Windows, Windows]:
        """All but ``number`` of them, spread over the whole, and those."""
        taken = np.unique(np.linspace(0, len(self.ids) - 1, number + 2).astype(int)[1:-1])
        kept = np.setdiff1d(np.arange(len(self.ids)), taken)
        return Windows(self.ids[kept], self.marks[kept]), Windows(self.ids[taken], self.marks[taken])


def stream(texts: Iterable[str], subwords: Subwords) -> Stream:
    """The texts' words in the encoder's pieces; its separator stands behind every line that holds words, as it does before lines in extraction."""
    # Numbers side by side, not lists of Python's objects: those would take eight times the memory.
    ids, kinds = array("i"), bytearray()  # kinds: 2 where a word begins, 1 inside it, 0 for a separator
    for text in texts:
        for line in text.split("\n"):
            found = subwords.words(line, Span(0, len(line))) if line else ()
            for word in found:
                pieces = subwords.pieces(word.of(line))
                ids.extend(pieces)
                kinds += b"\x02" + b"\x01" * (len(pieces) - 1)
            if found:
                ids.append(subwords.last)
                kinds.append(0)
    return Stream(np.asarray(ids, np.int32), np.frombuffer(bytes(kinds), np.int8))


def windows_of(found: Stream, length: int, first: int, last: int) -> Windows:
    """The stream in windows of ``length`` subwords, the first and last special ones counted; what is left over at the end is dropped.

    A stream shorter than one window makes one as short as itself.
    """
    inside = min(length - 2, len(found.ids))
    number = len(found.ids) // inside if inside else 0
    ids = np.full((number, inside + 2), first, np.int32)
    marks = np.zeros((number, inside + 2), np.int8)
    ids[:, 1:-1] = found.ids[: number * inside].reshape(number, inside)
    ids[:, -1] = last
    marks[:, 1:-1] = found.marks[: number * inside].reshape(number, inside)
    return Windows(ids, marks)


def hidden_places(marks: NDArray[np.int8], share: float, chance: np.random.Generator) -> NDArray[np.bool_]:
    """(windows, length) which subwords are hidden: whole words, in runs of one to :data:`RUN`, ``share`` of all words; at least one word of a window that has any.

    A word that a window begins inside of is hidden or shown like any other from there on.
    """
    hidden, begins_here = np.zeros(marks.shape, np.bool_), _begin_chance(share)
    for row, mark in zip(hidden, marks, strict=True):
        place = np.cumsum((mark == 2) | ((mark > 0) & (np.roll(mark, 1) == 0))) - 1  # which word each subword is of
        words = int(place[-1]) + 1 if mark.any() else 0
        if not words:
            continue
        begins = np.flatnonzero(chance.random(words) < begins_here)
        if not len(begins):
            begins = chance.integers(words, size=1)
        ends = begins + chance.integers(1, RUN + 1, size=len(begins))
        chosen = np.zeros(words + RUN, np.int32)
        np.add.at(chosen, begins, 1)
        np.add.at(chosen, ends, -1)
        row[:] = (np.cumsum(chosen)[np.maximum(place, 0)] > 0) & (mark > 0)
    return hidden


@cache
def _begin_chance(share: float) -> float:
    """How often a run must begin at a word so that ``share`` of all words is hidden: one is shown where no run begins at it and none before reaches it."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        seen = np.prod([1 - middle * (RUN - back) / RUN for back in range(RUN)])
        low, high = (middle, high) if 1 - seen < share else (low, middle)
    return (low + high) / 2


def word_marks(ids: NDArray[np.int64], first: NDArray[np.int64], special: Collection[int]) -> NDArray[np.int8]:
    """(subwords,) the marks of one window of a training run: 2 where a word begins, 1 inside it, 0 for ``special`` ids, which are never hidden.

    Args:
        first: (words,) the place of each word's first subword.
    """
    marks = (~np.isin(ids, list(special))).astype(np.int8)
    marks[first] = 2
    return marks


class HiddenInWindows:
    """Windows of a training run as the encoder is shown them: a share of their words hidden, others every time.

    A model that has seen its articles often knows them by heart; what it cannot see it has to conclude from the words around.
    """

    def __init__(self, windows: Iterable[NDArray[np.int64]], subwords: Subwords, share: float) -> None:
        """
        Args:
            windows: the subword ids of every window, out of which those are drawn that stand for a hidden one now and then.
            share: of the words.

        Raises:
            TrainingError: the vocabulary has no piece for a hidden word.
        """
        if subwords.mask is None:
            raise TrainingError(f"hidden = {share}: the encoder's vocabulary has neither <mask> nor [MASK]; leave it out, or train another encoder")
        self._mask, self._share = subwords.mask, share
        self._special = (subwords.first, subwords.last, subwords.pad)
        self._drawn: NDArray[np.int32] = np.setdiff1d(np.unique(np.concatenate(list(windows))), self._special).astype(np.int32)

    def shown(self, ids: NDArray[np.int64], first: NDArray[np.int64], chance: np.random.Generator) -> NDArray[np.int64]:
        """(subwords,) the window with some of its words hidden.

        Args:
            ids: (subwords,) of a window.
            first: (words,) the place of each word's first subword.
        """
        hidden = hidden_places(word_marks(ids, first, self._special)[None], self._share, chance)
        seen: NDArray[np.int64] = shown(ids[None].astype(np.int32), hidden, self._mask, self._drawn, chance)[0].astype(np.int64)
        return seen


def shown(ids: NDArray[np.int32], hidden: NDArray[np.bool_], mask: int, drawn: NDArray[np.int32], chance: np.random.Generator) -> NDArray[np.int32]:
    """``ids`` as the encoder is shown them: ``mask`` where they are hidden, but for a tenth left as they are and a tenth that are others out of ``drawn``."""
    seen = ids.copy()
    how = chance.random(ids.shape)
    seen[hidden & (how >= KEPT)] = mask
    swapped = hidden & (how >= KEPT) & (how < KEPT + SWAPPED)
    seen[swapped] = chance.choice(drawn, size=int(swapped.sum()))
    return seen
