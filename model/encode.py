"""An article to windows of subword ids: what the encoder reads at once.

A window is the article's opening (where the organisation and the year are introduced), the sentences just before,
and as many sentences that may hold an achievement as fit. Those are its targets: every such sentence is a target of exactly
one window, the other sentences of a window are context.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.schema import Article, Span
from model.subwords import Subwords
from model.text import may_hold_achievement, sentences


@dataclass(frozen=True, slots=True)
class WindowSizes:
    """Lengths in subwords. ``window`` counts the two special tokens; it may not exceed what the encoder was made for."""

    window: int = 320
    opening: int = 64
    context: int = 64


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its words and their subwords; ``index`` is its place among the article's sentences."""

    index: int
    span: Span
    words: tuple[Span, ...]
    pieces: tuple[tuple[int, ...], ...]
    candidate: bool

    @property
    def length(self) -> int:
        """In subwords."""
        return sum(map(len, self.pieces))


@dataclass(frozen=True, slots=True)
class Window:
    """What the encoder reads at once.

    ``ids`` (S,) int64 with the special tokens; ``first`` (W,) the place in ``ids`` of each word's first subword;
    ``sentence`` (W,) the index of each word's sentence; ``target`` (W,) True where the word is decoded here.
    """

    article: int
    words: tuple[Span, ...]
    ids: np.ndarray
    first: np.ndarray
    sentence: np.ndarray
    target: np.ndarray


def read_sentences(article: Article, subwords: Subwords) -> tuple[Sentence, ...]:
    """The article's sentences, split into words and subwords."""
    read = []
    for index, span in enumerate(sentences(article.text, article.body)):
        inside = subwords.words(article.text, span)
        if not inside:
            continue
        pieces = tuple(subwords.pieces(word.of(article.text)) for word in inside)
        read.append(Sentence(index, span, inside, pieces, may_hold_achievement(article.text, span)))
    return tuple(read)


def windows(article: Article, number: int, subwords: Subwords, sizes: WindowSizes) -> tuple[Window, ...]:
    """The article's windows, in order; none where no sentence can hold an achievement.

    Args:
        article: with NFC text.
        number: what the windows carry as ``article``.
        subwords: the encoder's vocabulary.
        sizes: lengths in subwords.
    """
    room = sizes.window - 2
    parts = [piece for sentence in read_sentences(article, subwords) for piece in _cut(sentence, room)]
    made: list[Window] = []
    at = 0
    while (at := _next_candidate(parts, at)) < len(parts):
        chosen, targets, at = _fill(parts, at, sizes)
        made.append(_window(number, chosen, targets, subwords))
    return tuple(made)


def _cut(sentence: Sentence, room: int) -> list[Sentence]:
    """A sentence longer than a whole window, in parts at word boundaries; other sentences as they are."""
    if sentence.length <= room:
        return [sentence]
    parts, start, length = [], 0, 0
    for place, pieces in enumerate(sentence.pieces):
        if length + len(pieces) > room and place > start:
            parts.append(_part(sentence, start, place, room))
            start, length = place, 0
        length += len(pieces)
    parts.append(_part(sentence, start, len(sentence.pieces), room))
    return parts


def _part(sentence: Sentence, start: int, end: int, room: int) -> Sentence:
    inside = sentence.words[start:end]
    # A single word longer than the window (a line of digits) keeps the pieces that fit.
    return Sentence(sentence.index, Span(inside[0].start, inside[-1].end), inside, tuple(p[:room] for p in sentence.pieces[start:end]), sentence.candidate)


def _next_candidate(parts: Sequence[Sentence], at: int) -> int:
    while at < len(parts) and not parts[at].candidate:
        at += 1
    return at


def _fill(parts: Sequence[Sentence], at: int, sizes: WindowSizes) -> tuple[list[Sentence], set[int], int]:
    """The parts of the window whose first target is ``at``, the places of its targets, and where the next window begins."""
    room = sizes.window - 2 - parts[at].length
    opening = _take_opening(parts, at, min(sizes.opening, room))
    room -= sum(parts[i].length for i in opening)
    before = _take_before(parts, at, len(opening), min(sizes.context, room))
    room -= sum(parts[i].length for i in before)
    chosen, targets, gap = [*opening, *before, at], {at}, []
    place = at + 1
    while place < len(parts):
        gap.append(place)
        needed = sum(parts[i].length for i in gap)
        if needed > room or (not parts[place].candidate and needed > sizes.context):
            break
        if parts[place].candidate:
            chosen += gap
            targets.add(place)
            room -= needed
            gap = []
        place += 1
    return [parts[i] for i in chosen], {chosen.index(i) for i in targets}, max(targets) + 1


def _take_opening(parts: Sequence[Sentence], at: int, room: int) -> list[int]:
    taken: list[int] = []
    for place in range(at):
        room -= parts[place].length
        if room < 0:
            break
        taken.append(place)
    return taken


def _take_before(parts: Sequence[Sentence], at: int, lowest: int, room: int) -> list[int]:
    taken: list[int] = []
    for place in range(at - 1, lowest - 1, -1):
        room -= parts[place].length
        if room < 0:
            break
        taken.append(place)
    return taken[::-1]


def _window(number: int, chosen: Sequence[Sentence], targets: set[int], subwords: Subwords) -> Window:
    ids, first, sentence, target = [subwords.first], [], [], []
    for place, part in enumerate(chosen):
        for pieces in part.pieces:
            first.append(len(ids))
            sentence.append(part.index)
            target.append(place in targets)
            ids.extend(pieces)
    ids.append(subwords.last)
    return Window(
        article=number,
        words=tuple(word for part in chosen for word in part.words),
        ids=np.array(ids, dtype=np.int64),
        first=np.array(first, dtype=np.int64),
        sentence=np.array(sentence, dtype=np.int64),
        target=np.array(target, dtype=bool),
    )
