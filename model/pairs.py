"""Which links a window could hold: every anchor-like entity with every mention that it may lead to.

The same candidates are made in training and in extraction, so a gold link that is never proposed counts as missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.schema import ANCHOR_TYPES, EntityType

TYPE_NUMBER: dict[EntityType, int] = {name: number for number, name in enumerate(EntityType)}

REACH: dict[EntityType, int] = {
    EntityType.ORGANISATION: 1000,
    EntityType.DATE: 1000,
    EntityType.INDICATOR: 2,
    EntityType.PERCENTAGE: 1,
    EntityType.TARGET: 0,
}
"""How many sentences away a mention of each type may stand from its anchor."""

_DISTANCES = np.array([1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144])
_BETWEEN = 4
_SENTENCES = 4
FEATURE_SIZES: tuple[int, ...] = (len(TYPE_NUMBER), len(TYPE_NUMBER), 2 * (len(_DISTANCES) + 1), 2 * _SENTENCES + 1, _BETWEEN, _BETWEEN)
"""How many values each of a pair's features can take: head type, tail type, distance, sentences, same type between, anchors between."""
TAIL_FEATURE = 1
"""The place of the tail's type among them."""


@dataclass(frozen=True, slots=True)
class Mention:
    """An entity in a window's own coordinates: words ``[first, end)``, the sentence they stand in, whether it is decoded here."""

    type: EntityType
    first: int
    end: int
    sentence: int
    target: bool


@dataclass(frozen=True, slots=True)
class Pairs:
    """P candidate links of one window: ``heads`` (P,) and ``tails`` (P,) are places among its mentions, ``features`` (P, F)."""

    heads: np.ndarray
    tails: np.ndarray
    features: np.ndarray


def candidate_pairs(mentions: Sequence[Mention]) -> Pairs:
    """Every link that the mentions of one window could have.

    Args:
        mentions: in text order.
    """
    heads = [i for i, mention in enumerate(mentions) if mention.target and mention.type in ANCHOR_TYPES]
    pairs = [(head, tail) for head in heads for tail in range(len(mentions)) if _possible(mentions, head, tail)]
    if not pairs:
        empty = np.zeros(0, dtype=np.int64)
        return Pairs(empty, empty, np.zeros((0, len(FEATURE_SIZES)), dtype=np.int64))
    before = {name: _counts_before(mentions, {name}) for name in REACH}
    anchors = _counts_before(mentions, set(ANCHOR_TYPES))
    features = [_features(mentions, head, tail, before[mentions[tail].type], anchors) for head, tail in pairs]
    table = np.array(pairs, dtype=np.int64)
    return Pairs(table[:, 0], table[:, 1], np.array(features, dtype=np.int64))


def _possible(mentions: Sequence[Mention], head: int, tail: int) -> bool:
    anchor, mention = mentions[head], mentions[tail]
    if head == tail or mention.type not in REACH:
        return False
    if anchor.type is EntityType.TARGET and mention.type is EntityType.TARGET:
        return False
    return abs(anchor.sentence - mention.sentence) <= REACH[mention.type]


def _counts_before(mentions: Sequence[Mention], types: set[EntityType]) -> np.ndarray:
    """(N + 1,) how many of the first n mentions are of these types."""
    return np.concatenate([[0], np.cumsum([mention.type in types for mention in mentions])])


def _features(mentions: Sequence[Mention], head: int, tail: int, same: np.ndarray, anchors: np.ndarray) -> tuple[int, ...]:
    anchor, mention = mentions[head], mentions[tail]
    low, high = min(head, tail) + 1, max(head, tail)
    gap = anchor.first - mention.end if tail < head else mention.first - anchor.end
    bucket = int(np.searchsorted(_DISTANCES, max(gap, 0), side="right"))
    sentences = int(np.clip(mention.sentence - anchor.sentence, -_SENTENCES, _SENTENCES)) + _SENTENCES
    return (
        TYPE_NUMBER[anchor.type],
        TYPE_NUMBER[mention.type],
        bucket + (len(_DISTANCES) + 1 if tail > head else 0),
        sentences,
        min(int(same[high] - same[low]), _BETWEEN - 1),
        min(int(anchors[high] - anchors[low]), _BETWEEN - 1),
    )
