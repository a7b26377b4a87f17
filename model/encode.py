"""An article to windows of subword ids: what the encoder reads at once.

A window is the article's opening (where the organisation and the year are introduced), the sentences just before,
and as many sentences that may hold an achievement as fit. Those are its targets: every such sentence is a target of exactly
one window, the other sentences of a window are context. A sentence longer than a window is cut; each later part begins with the
last words of the part before as context, so that an entity across the cut is seen whole.
Which sentences may hold an achievement is for a model's selection to say (model/selection.py); without one, every sentence with a number may.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from model.schema import Article, Span
from model.subwords import Subwords
from model.text import may_hold_achievement, sentences

Select = Callable[[str, Sequence[Span]], Sequence[bool]]
"""A text and its sentences in order to which of them should be targets."""


@dataclass(frozen=True, slots=True)
class WindowSizes:
    """Lengths in subwords. ``window`` counts the two special tokens; it may not exceed what the encoder was made for.

    With ``lines`` the encoder's separator stands before every sentence that begins a line: headings, items and paragraphs are seen as such.
    """

    window: int = 320
    opening: int = 64
    context: int = 64
    lines: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its words and their subwords; ``index`` is its place among the article's sentences.

    Of a part of a cut sentence the first ``repeated`` words are the last ones of the part before: context here.
    ``marked`` is true where a mark for the beginning of a line goes before it.
    """

    index: int
    span: Span
    words: tuple[Span, ...]
    pieces: tuple[tuple[int, ...], ...]
    candidate: bool
    repeated: int = 0
    marked: bool = False

    @property
    def length(self) -> int:
        """In subwords, the mark included."""
        return self.marked + sum(map(len, self.pieces))

    @property
    def repeated_length(self) -> int:
        """In subwords."""
        return sum(map(len, self.pieces[: self.repeated]))


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


def read_sentences(article: Article, subwords: Subwords, lines: bool = False, select: Select | None = None) -> tuple[Sentence, ...]:
    """The article's sentences, split into words and subwords; with ``lines`` those that begin a line are marked, but for the first.

    Of those that may hold an achievement, candidates are the ones that ``select`` chooses, or all.
    """
    read: list[Sentence] = []
    spans = sentences(article.text, article.body)
    chosen = select(article.text, spans) if select is not None else (True,) * len(spans)
    for index, (span, wanted) in enumerate(zip(spans, chosen, strict=True)):
        inside = subwords.words(article.text, span)
        if not inside:
            continue
        pieces = tuple(subwords.pieces(word.of(article.text)) for word in inside)
        marked = lines and bool(read) and "\n" in article.text[read[-1].span.end : span.start]
        read.append(Sentence(index, span, inside, pieces, wanted and may_hold_achievement(article.text, span), marked=marked))
    return tuple(read)


def windows(article: Article, number: int, subwords: Subwords, sizes: WindowSizes, select: Select | None = None) -> tuple[Window, ...]:
    """The article's windows, in order; none where no sentence can hold an achievement.

    Args:
        article: with NFC text.
        number: what the windows carry as ``article``.
        subwords: the encoder's vocabulary.
        sizes: lengths in subwords.
        select: which sentences with a number are read for achievements; all without it.
    """
    return windows_over(read_sentences(article, subwords, sizes.lines, select), number, subwords, sizes)


def windows_over(read: Sequence[Sentence], number: int, subwords: Subwords, sizes: WindowSizes) -> tuple[Window, ...]:
    """Windows over these sentences of one text, in order; each candidate is a target once.

    Args:
        read: in text order.
        number: what the windows carry as ``article``.
        subwords: the encoder's vocabulary.
        sizes: lengths in subwords.
    """
    parts = [piece for sentence in read for piece in _cut(sentence, sizes.window - 2, sizes.context)]
    made: list[Window] = []
    at = 0
    while (at := _next_candidate(parts, at)) < len(parts):
        chosen, targets, at = _fill(parts, at, sizes)
        made.append(_window(number, chosen, targets, subwords))
    return tuple(made)


def _cut(sentence: Sentence, room: int, overlap: int) -> list[Sentence]:
    """A sentence longer than a whole window, in parts at word boundaries and without a mark; other sentences as they are.

    Args:
        room: the longest part, in subwords.
        overlap: how much of a part is repeated at the start of the next at most, in subwords; never more than half a part.
    """
    if sentence.length <= room:
        return [sentence]
    lengths = [min(len(pieces), room) for pieces in sentence.pieces]
    parts, start = [], 0
    while start < len(lengths):
        first = _step_back(lengths, start, min(overlap, room // 2, room - lengths[start]))
        end, length = start + 1, sum(lengths[first : start + 1])
        while end < len(lengths) and length + lengths[end] <= room:
            length += lengths[end]
            end += 1
        parts.append(_part(sentence, first, start, end, room))
        start = end
    return parts


def _step_back(lengths: Sequence[int], start: int, room: int) -> int:
    """The first of the words before ``start`` that fit into ``room``."""
    while start and lengths[start - 1] <= room:
        start -= 1
        room -= lengths[start]
    return start


def _part(sentence: Sentence, first: int, start: int, end: int, room: int) -> Sentence:
    inside = sentence.words[first:end]
    # A single word longer than the window (a line of digits) keeps the pieces that fit.
    pieces = tuple(p[:room] for p in sentence.pieces[first:end])
    return Sentence(sentence.index, Span(inside[0].start, inside[-1].end), inside, pieces, sentence.candidate, start - first)


def _next_candidate(parts: Sequence[Sentence], at: int) -> int:
    while at < len(parts) and not parts[at].candidate:
        at += 1
    return at


def _fill(parts: Sequence[Sentence], at: int, sizes: WindowSizes) -> tuple[list[Sentence], set[int], int]:
    """The parts of the window whose first target is ``at``, the places of its targets, and where the next window begins."""
    room = sizes.window - 2 - parts[at].length
    opening = _take_opening(parts, at, min(sizes.opening, room))
    room -= sum(parts[i].length for i in opening)
    before = _take_before(parts, at, len(opening), min(sizes.context - parts[at].repeated_length, room))
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
    words: list[Span] = []
    ids, first, sentence, target = [subwords.first], [], [], []
    for place, part in enumerate(chosen):
        if part.marked and words:
            ids.append(subwords.last)
        for at, (word, pieces) in enumerate(zip(part.words, part.pieces, strict=True)):
            if words and word.start < words[-1].end:
                continue  # repeated, and the part that it is repeated from stands in this window too
            words.append(word)
            first.append(len(ids))
            sentence.append(part.index)
            target.append(place in targets and at >= part.repeated)
            ids.extend(pieces)
    ids.append(subwords.last)
    return Window(
        article=number,
        words=tuple(words),
        ids=np.array(ids, dtype=np.int64),
        first=np.array(first, dtype=np.int64),
        sentence=np.array(sentence, dtype=np.int64),
        target=np.array(target, dtype=bool),
    )
