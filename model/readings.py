"""What the windows of one article read, as one: nothing twice, and no link to where its relation may not lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from model.boundaries import is_measure, settled
from model.decode import Anchored, Link
from model.encode import Window
from model.pairs import Mention
from model.schema import ANCHOR_TYPES, TAIL_TYPE, Achievement, AnnotatedArticle, Article, Entity, EntityType, Relation, Span


@dataclass(frozen=True, slots=True)
class Reading:
    """One window with what was decoded in it."""

    window: Window
    mentions: list[Mention]
    scores: list[float]
    anchors: list[Anchored]
    links: list[Link]


def merge_windows(article: Article, readings: Sequence[Reading]) -> AnnotatedArticle:
    """What the windows of one article found, as one. A mention read as a target goes before the same words read as context."""
    order = sorted(readings, key=lambda reading: reading.window.words[int(reading.window.target.argmax())].start)
    seen = [[_span(reading, mention, article.text) for mention in reading.mentions] for reading in order]
    table = _merged_entities(order, seen, article.text)
    spans = sorted(table)
    place = {span: number for number, span in enumerate(spans)}
    owners = [[_owner(span, table, place) for span in own] for own in seen]
    speakers = _speakers(order, seen, owners, spans)
    relations, achievements = [], []
    for turn, (reading, at) in enumerate(zip(order, owners, strict=True)):
        for anchor in reading.anchors:
            number = at[anchor.anchor]
            if number is not None and table[spans[number]].type in ANCHOR_TYPES and speakers[number] == (turn, anchor.anchor):
                achievements.append(Achievement(number, anchor.kind, anchor.code, anchor.kind_score, anchor.code_score))
        for link in reading.links:
            head, tail = at[link.head], at[link.tail]
            # Two windows may read the same words as entities of different types; a link goes only where its relation may.
            if head is None or tail is None or speakers.get(head) != (turn, link.head):
                continue
            if table[spans[head]].type in ANCHOR_TYPES and table[spans[tail]].type is TAIL_TYPE[link.type]:
                relations.append(Relation(link.type, head, tail, link.score))
    return AnnotatedArticle(
        article=article,
        entities=tuple(table[span] for span in spans),
        relations=tuple(sorted(set(relations), key=lambda r: (r.head, r.type, r.tail))),
        achievements=tuple(sorted(achievements, key=lambda a: a.anchor)),
    )


def _speakers(readings: Sequence[Reading], seen: Sequence[Sequence[Span]], owners: Sequence[Sequence[int | None]], spans: Sequence[Span]) -> dict[int, tuple[int, int]]:
    """For each merged entity that anchors, the reading and mention that speak for it: one that saw just its span, else the first."""
    found: dict[int, tuple[int, int]] = {}
    exact: set[int] = set()
    for turn, (reading, at) in enumerate(zip(readings, owners, strict=True)):
        for anchor in reading.anchors:
            number = at[anchor.anchor]
            if number is None:
                continue
            same = seen[turn][anchor.anchor] == spans[number]
            if number not in found or (same and number not in exact):
                found[number] = (turn, anchor.anchor)
            exact |= {number} if same else set()
    return found


def _span(reading: Reading, mention: Mention, text: str) -> Span:
    words = reading.window.words
    return settled(Span(words[mention.first].start, words[mention.end - 1].end), mention.type, text)


def _merged_entities(readings: Sequence[Reading], seen: Sequence[Sequence[Span]], text: str) -> dict[Span, Entity]:
    """Where each entity stands; ``seen`` has the spans of each reading's mentions."""
    table: dict[Span, Entity] = {}
    for rank in range(3):
        for reading, spans in zip(readings, seen, strict=True):
            for mention, score, span in zip(reading.mentions, reading.scores, spans, strict=True):
                if mention.type is EntityType.ORGANISATION and is_measure(span.of(text)):
                    continue
                if _rank(reading, mention) == rank and not any(span.overlaps(other) for other in table):
                    table[span] = Entity(span, mention.type, score)
    return table


def _rank(reading: Reading, mention: Mention) -> int:
    """0 for what reaches over a cut of its sentence, as only this window saw all of it; then other targets; then context."""
    return 2 if not mention.target else int(reading.window.target[mention.first])


def _owner(span: Span, table: dict[Span, Entity], place: dict[Span, int]) -> int | None:
    """The place of the merged entity that stands where the span does."""
    if span in place:
        return place[span]
    return next((place[other] for other in table if other.overlaps(span)), None)
