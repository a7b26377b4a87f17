"""Where a record's fields stand in a text, and the text cut into marked and unmarked pieces.

The browser counts UTF-16 units and the records count code points, so every cut is made here and the page itself never sees an offset.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from model.schema import AchievementRecord, Entity, EntityType, Span


@dataclass(frozen=True, slots=True)
class PageText:
    """What is shown of an article.

    Attributes:
        text: the shown text: the article's own, or only the sentences that its records quote.
        pieces: parts of the article, in its own offsets, and the code point of ``text`` where each begins.
        whole: True where ``text`` is the article's own.
    """

    text: str
    pieces: tuple[tuple[Span, int], ...]
    whole: bool

    def locate(self, span: Span) -> Span | None:
        """The article's span as a span of ``text``; None where it is not shown."""
        for piece, start in self.pieces:
            if piece.contains(span):
                return Span(span.start - piece.start + start, span.end - piece.start + start)
        return None


def whole_text(text: str) -> PageText:
    """The article itself."""
    return PageText(text, ((Span(0, len(text)), 0),) if text else (), whole=True)


def quoted_text(records: Sequence[AchievementRecord]) -> PageText:
    """The sentences that the records quote, each once, in text order, a blank line between them."""
    quoted = sorted({(r.sentence, r.sentence_text) for r in records})
    pieces, text = [], ""
    for sentence, words in quoted:
        text += "\n\n" if text else ""
        if len(words) == sentence.end - sentence.start:
            pieces.append((sentence, len(text)))
        text += words
    return PageText(text, tuple(pieces), whole=False)


@dataclass(frozen=True, slots=True)
class Place:
    """A field of a record in its article."""

    type: EntityType
    text: str
    span: Span


def places(record: AchievementRecord) -> Iterator[Place]:
    """Every field of the record that has a place of its own (an indicator has none)."""
    if record.organisation:
        yield Place(EntityType.ORGANISATION, record.organisation.text, record.organisation.span)
    if record.count:
        yield Place(EntityType.COUNT, record.count.text, record.count.span)
    if record.target:
        yield Place(EntityType.TARGET, record.target.text, record.target.span)
    for percentage in record.percentages:
        yield Place(EntityType.PERCENTAGE, percentage.text, percentage.span)
    if record.period:
        yield Place(EntityType.DATE, record.period.text, record.period.span)


@dataclass(frozen=True, slots=True)
class Misfit:
    """A field that does not stand where its record says; ``found`` is what stands there.

    ``type`` is None for the record's sentence, ``found`` is None where the span ends outside the text.
    """

    type: EntityType | None
    text: str
    span: Span
    found: str | None


def misfits(record: AchievementRecord, page: PageText) -> list[Misfit]:
    """The record's fields and sentence for which ``text[start:end]`` is not the field's text."""
    found = []
    stated = [(place.type, place.text, place.span) for place in places(record)]
    for kind, text, span in (*stated, (None, record.sentence_text, record.sentence)):
        shown = page.locate(span)
        there = shown.of(page.text) if shown else None
        # Of an article that is not whole, what lies elsewhere cannot be checked, but the sentence is always there.
        if there != text and (there is not None or page.whole or kind is None):
            found.append(Misfit(kind, text, span, there))
    return found


def indicator_spans(record: AchievementRecord, page: PageText, entities: Sequence[Entity], *, most: int = 3, near: int = 12) -> tuple[Span, ...]:
    """Where the record's indicator stands: the INDICATOR entities whose texts make up its words, those nearest to its sentence.

    Args:
        record: the record; its ``indicator`` is one or more spans of text joined by spaces.
        page: the shown text; ``entities`` and the answer are in its offsets.
        entities: what is marked there.
        most: how many entities an indicator can be made of.
        near: how many entities, counted from the sentence, are tried.

    Returns:
        The spans in text order; empty where the words are not found.
    """
    sentence = page.locate(record.sentence)
    if not record.indicator or sentence is None:
        return ()
    options = [e.span for e in entities if e.type is EntityType.INDICATOR and e.span.of(page.text) in record.indicator]
    options = sorted(sorted(options, key=lambda span: _distance(span, sentence))[:near])
    made = [
        spans
        for length in range(1, most + 1)
        for spans in combinations(options, length)
        if " ".join(span.of(page.text) for span in spans) == record.indicator
    ]
    if made:
        return min(made, key=lambda spans: sum(_distance(span, sentence) for span in spans))
    return _written(record.indicator, page.text, sentence)


def _written(indicator: str, text: str, sentence: Span) -> tuple[Span, ...]:
    """The indicator's words in the sentence, as one run or else as two, the first as long as can be."""
    words = indicator.split(" ")
    for cut in range(len(words), 0, -1):
        first, second = " ".join(words[:cut]), " ".join(words[cut:])
        start = text.find(first, sentence.start, sentence.end)
        then = text.find(second, start + len(first), sentence.end)
        if start >= 0 and not second:
            return (Span(start, start + len(first)),)
        if start >= 0 and then >= 0:
            return (Span(start, start + len(first)), Span(then, then + len(second)))
    return ()


def _distance(span: Span, sentence: Span) -> int:
    return max(0, sentence.start - span.end, span.start - sentence.end)


@dataclass(frozen=True, slots=True)
class Use:
    """A span of the shown text that a record speaks of; ``record`` is the record's number on the page."""

    span: Span
    type: EntityType
    record: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked span of the shown text and the numbers of the records that use it."""

    span: Span
    type: EntityType
    records: tuple[int, ...]


def lay_marks(text: str, uses: Iterable[Use], entities: Iterable[Entity]) -> tuple[tuple[Mark, ...], int]:
    """Marks that do not overlap, in text order, and how many spans found no room.

    What records use goes first, longest first, so that an entity never hides a record's field.
    """
    uses = list(uses)
    wanted = {use.span: use.type for use in sorted(uses, key=lambda use: use.span.start - use.span.end)}
    for entity in entities:
        wanted.setdefault(entity.span, entity.type)
    taken = bytearray(len(text))
    kept: list[Span] = []
    for span in wanted:
        if not any(taken[span.start : span.end]):
            taken[span.start : span.end] = b"\x01" * (span.end - span.start)
            kept.append(span)
    records: dict[Span, set[int]] = {span: set() for span in kept}
    for use in uses:
        if (home := use.span if use.span in records else next((span for span in kept if span.overlaps(use.span)), None)) is not None:
            records[home].add(use.record)
    return tuple(Mark(span, wanted[span], tuple(sorted(records[span]))) for span in sorted(kept)), len(wanted) - len(kept)


def mark_at(span: Span | None, marks: Sequence[Mark]) -> int | None:
    """The number of the mark at the span, or else of the first that overlaps it."""
    if span is None:
        return None
    exact = next((i for i, mark in enumerate(marks) if mark.span == span), None)
    return exact if exact is not None else next((i for i, mark in enumerate(marks) if mark.span.overlaps(span)), None)


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of the shown text; ``mark`` is the number of its mark, None between marks."""

    text: str
    mark: int | None


def segments(text: str, marks: Sequence[Mark]) -> list[Segment]:
    """The text cut at the marks; the pieces joined are the text."""
    pieces, end = [], 0
    for number, mark in enumerate(marks):
        if mark.span.start > end:
            pieces.append(Segment(text[end : mark.span.start], None))
        pieces.append(Segment(mark.span.of(text), number))
        end = mark.span.end
    if end < len(text):
        pieces.append(Segment(text[end:], None))
    return pieces
