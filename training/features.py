"""Annotated articles to training examples: one window each, with the labels of every head.

The heads are trained on the annotated entities; what the annotation leaves open is not trained on: organisations outside
the annotated lines of a real text, and everything about an achievement that its annotator was unsure of.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np

from model.encode import Select, Window, WindowSizes, windows
from model.labels import KINDS, Labels
from model.pairs import TYPE_NUMBER, Mention, Pairs, candidate_pairs
from model.schema import ANCHOR_TYPES, AT_MOST_ONE, RELATION_TO, AnnotatedArticle, EntityType, Span, written_names
from model.subwords import Subwords

_Held = TypeVar("_Held")
IGNORE = -1
EQUAL = 2
"""How a pair is labelled whose tail is not the annotated mention, but names the same body or the same days."""


@dataclass(frozen=True, slots=True)
class Example:
    """One window with its labels. S subwords, W words, T tags, E entities, P pairs, F features; IGNORE where nothing is known.

    ``allowed`` (W, T) the tags that a word may have; ``firsts``, ``lasts``, ``types`` (E,), entities first, then numbers that are none; ``anchor``, ``kind``, ``code`` (E,);
    ``heads``, ``tails``, ``linked``, ``group`` (P,): ``linked`` is 0, 1 or EQUAL; pairs of one group compete, group IGNORE stands alone; ``features`` (P, F).
    """

    ids: np.ndarray
    first: np.ndarray
    allowed: np.ndarray
    firsts: np.ndarray
    lasts: np.ndarray
    types: np.ndarray
    anchor: np.ndarray
    kind: np.ndarray
    code: np.ndarray
    heads: np.ndarray
    tails: np.ndarray
    linked: np.ndarray
    group: np.ndarray
    features: np.ndarray


@dataclass(slots=True)
class Coverage:
    """What of the annotation the examples could hold, and how many windows of articles without any there are, counted to be said once."""

    entities: int = 0
    misaligned: int = 0
    relations: int = 0
    out_of_reach: int = 0
    unmarked: int = 0


def examples(
    articles: Sequence[AnnotatedArticle],
    subwords: Subwords,
    sizes: WindowSizes,
    labels: Labels,
    coverage: Coverage | None = None,
    selects: Sequence[Select | None] | None = None,
) -> Iterator[Example]:
    """Every window of every article as an example, in order; ``selects`` has for each article which of its sentences are targets."""
    counted = coverage or Coverage()
    for number, (annotated, select) in enumerate(zip(articles, selects or [None] * len(articles), strict=True)):
        coverage_before = counted.relations
        for window in windows(annotated.article, number, subwords, sizes, select):
            yield _example(annotated, window, labels, counted)
        counted.out_of_reach += len(annotated.relations) - (counted.relations - coverage_before)


def balanced(made: Sequence[Example], negatives: float, seed: int) -> list[Example]:
    """All windows with an achievement, and at most ``negatives`` times as many of those without, chosen by ``seed``."""
    return with_some_empty(made, lambda e: bool((e.anchor == 1).any()), negatives, seed)


def with_some_empty(made: Sequence[_Held], holds: Callable[[_Held], bool], negatives: float, seed: int) -> list[_Held]:
    """All of ``made`` that hold something, then at most ``negatives`` times as many of the others, chosen by ``seed``."""
    holding, empty = [e for e in made if holds(e)], [e for e in made if not holds(e)]
    random.Random(seed).shuffle(empty)
    return holding + empty[: round(negatives * len(holding))]


def example_of(window: Window, mentions: Sequence[Mention], pairs: Pairs, **labels: np.ndarray) -> Example:
    """The example of a window with these mentions and pairs; ``labels`` are ``allowed``, ``anchor``, ``kind``, ``code``, ``linked`` and ``group``."""
    return Example(
        ids=window.ids,
        first=window.first,
        firsts=np.array([m.first for m in mentions], dtype=np.int64),
        lasts=np.array([m.end - 1 for m in mentions], dtype=np.int64),
        types=np.array([TYPE_NUMBER[m.type] for m in mentions], dtype=np.int64),
        heads=pairs.heads,
        tails=pairs.tails,
        features=pairs.features,
        **labels,
    )


def _example(annotated: AnnotatedArticle, window: Window, labels: Labels, counted: Coverage) -> Example:
    mentions, places = _mentions(annotated, window, counted)
    allowed = _allowed_tags(annotated, window, mentions, places, labels)
    order = {place: number for number, place in enumerate(places)}
    anchor, kind, code = _anchor_labels(annotated, mentions, places, labels)
    pairs = candidate_pairs(mentions)
    linked, group = _pair_labels(annotated, mentions, pairs.heads, pairs.tails, order, anchor, counted)
    linked = _with_equals(linked, group, pairs.tails, [_meaning(annotated, place) for place in places])
    # Numbers that are no achievement stand after the entities, so that the places in the pairs hold: they anchor nothing and link to nothing.
    others = plain_numbers(annotated.article.text, window, mentions)
    unknown = np.full(len(others), IGNORE, dtype=np.int64)
    anchor, kind, code = np.concatenate([anchor, np.zeros_like(unknown)]), np.concatenate([kind, unknown]), np.concatenate([code, unknown])
    return example_of(window, [*mentions, *others], pairs, allowed=allowed, anchor=anchor, kind=kind, code=code, linked=linked, group=group)


def plain_numbers(text: str, window: Window, mentions: Sequence[Mention]) -> list[Mention]:
    """The numbers of the window's targets that are in no entity, each with the magnitude and currency after it, as a COUNT would be.

    They teach the anchor head what an achievement is not: attendance, ages, prices, the members of a committee.
    """
    taken = {place for mention in mentions for place in range(mention.first, mention.end)}
    surfaces = [word.of(text) for word in window.words]
    found = []
    for place, surface in enumerate(surfaces):
        if place in taken or not window.target[place] or not surface[0].isdigit():
            continue
        end = place + 1
        while end < len(surfaces) and end not in taken and window.sentence[end] == window.sentence[place] and surfaces[end].casefold() in _MAGNITUDES:
            end += 1
        found.append(Mention(EntityType.COUNT, place, end, int(window.sentence[place]), True))
    return found


_MAGNITUDES = frozenset("chục trăm nghìn ngàn vạn triệu tỷ tỉ đồng đ usd".split())


def _mentions(annotated: AnnotatedArticle, window: Window, counted: Coverage) -> tuple[list[Mention], list[int]]:
    """The entities that lie in the window, in its own coordinates, and their places in the article."""
    ends = [word.end for word in window.words]
    rising = all(a < b for a, b in pairwise(ends))
    assert rising, "a window's words stand in text order"
    found: list[tuple[Mention, int]] = []
    for place, entity in enumerate(annotated.entities):
        first = bisect_left(ends, entity.span.start + 1)
        end = first
        while end < len(window.words) and window.words[end].start < entity.span.end:
            end += 1
        if first == end:
            continue
        inside = bool(window.target[end - 1])
        counted.entities += inside
        counted.misaligned += inside and (window.words[first].start != entity.span.start or window.words[end - 1].end != entity.span.end)
        found.append((Mention(entity.type, first, end, int(window.sentence[first]), inside), place))
    found.sort(key=lambda item: item[0].first)
    kept = [item for i, item in enumerate(found) if i == 0 or item[0].first >= found[i - 1][0].end]
    return [mention for mention, _ in kept], [place for _, place in kept]


def _allowed_tags(annotated: AnnotatedArticle, window: Window, mentions: list[Mention], places: list[int], labels: Labels) -> np.ndarray:
    allowed = np.zeros((len(window.words), len(labels.tags)), dtype=bool)
    allowed[:, 0] = True
    body = labels.begin(EntityType.ORGANISATION)
    for number, word in enumerate(window.words):
        if not _inside(word, annotated.annotated):
            allowed[number, body : body + 2] = True
    unsure = _unsure(annotated)
    for mention, place in zip(mentions, places, strict=True):
        begin = labels.begin(mention.type)
        # What belongs only to an unsure achievement may be marked or not.
        allowed[mention.first : mention.end, :] &= place in unsure
        allowed[mention.first, begin] = True
        allowed[mention.first + 1 : mention.end, begin + 1] = True
    return allowed


def _inside(word: Span, parts: tuple[Span, ...]) -> bool:
    return any(part.contains(word) for part in parts)


def _unsure(annotated: AnnotatedArticle) -> frozenset[int]:
    """Places of the quantities, times and indicators that belong to unsure achievements alone."""
    sure = {a.anchor for a in annotated.achievements if a.certain}
    doubtful = {a.anchor for a in annotated.achievements if not a.certain}
    needed = sure | {r.tail for r in annotated.relations if r.head in sure}
    touched = doubtful | {r.tail for r in annotated.relations if r.head in doubtful}
    return frozenset(p for p in touched - needed if annotated.entities[p].type is not EntityType.ORGANISATION)


def _anchor_labels(annotated: AnnotatedArticle, mentions: list[Mention], places: list[int], labels: Labels) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    said = {a.anchor: a for a in annotated.achievements}
    unsure = _unsure(annotated)
    anchor, kind, code = (np.full(len(mentions), IGNORE, dtype=np.int64) for _ in range(3))
    for number, (mention, place) in enumerate(zip(mentions, places, strict=True)):
        if mention.type not in ANCHOR_TYPES or not mention.target or place in unsure:
            continue
        achievement = said.get(place)
        if achievement is not None and not achievement.certain:
            continue
        anchor[number] = int(achievement is not None)
        if achievement is not None:
            kind[number] = KINDS.index(achievement.kind)
            code[number] = labels.codes.index(achievement.code)
    return anchor, kind, code


def _pair_labels(
    annotated: AnnotatedArticle, mentions: list[Mention], heads: np.ndarray, tails: np.ndarray, order: dict[int, int], anchor: np.ndarray, counted: Coverage
) -> tuple[np.ndarray, np.ndarray]:
    true = {(order[r.head], order[r.tail]) for r in annotated.relations if r.head in order and r.tail in order}
    linked = np.full(len(heads), IGNORE, dtype=np.int64)
    group = np.full(len(heads), IGNORE, dtype=np.int64)
    for place, (head, tail) in enumerate(zip(heads.tolist(), tails.tolist(), strict=True)):
        if anchor[head] != 1:
            continue
        linked[place] = int((head, tail) in true)
        relation = RELATION_TO[mentions[tail].type]
        if relation in AT_MOST_ONE:
            group[place] = head * len(TYPE_NUMBER) + TYPE_NUMBER[mentions[tail].type]
    counted.relations += sum(1 for pair in zip(heads.tolist(), tails.tolist(), strict=True) if pair in true)
    # An anchor that is a PERCENTAGE is its own rate: nothing to learn, and nothing out of reach.
    counted.relations += sum(1 for r in annotated.relations if r.head == r.tail and r.head in order and mentions[order[r.head]].target)
    return linked, group


def _with_equals(linked: np.ndarray, group: np.ndarray, tails: np.ndarray, meanings: Sequence[object]) -> np.ndarray:
    """Labels in which the tails of a group that mean what its annotated tail means are EQUAL: whichever is chosen, the record is the same."""
    wanted = {int(group[pair]): meanings[int(tails[pair])] for pair in np.flatnonzero((linked == 1) & (group != IGNORE))}
    result = linked.copy()
    for pair in np.flatnonzero((linked == 0) & (group != IGNORE)):
        number = int(group[pair])
        if number in wanted and meanings[int(tails[pair])] == wanted[number]:
            result[pair] = EQUAL
    return result


def _meaning(annotated: AnnotatedArticle, place: int) -> object:
    """What the entity at this position comes to: a body's full name, a time's days where they are known, else the words themselves."""
    surface = annotated.entities[place].span.of(annotated.article.text).casefold()
    period = annotated.periods.get(place)
    if period is not None and (period.first or period.last):
        return (period.first, period.last)
    return written_names(annotated.names[place])[0].casefold() if place in annotated.names else surface
