"""Which relations of a person's own schema a window could hold. The same candidates are made in training and in reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.label_schema import LabelSchema
from model.pairs import Pairs

_DISTANCES = np.array([1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144])
_SENTENCES = 4
_BETWEEN = 6
PAIR_FEATURES: tuple[int, ...] = (2 * (len(_DISTANCES) + 1), 2 * _SENTENCES + 1, _BETWEEN)
"""How many values each of a pair's features can take: distance in words and direction, sentences apart, entities between."""


@dataclass(frozen=True, slots=True)
class LabelMention:
    """An entity in a window's own coordinates: words ``[first, end)``, its last word's sentence, whether it is decoded here."""

    type: str
    first: int
    end: int
    sentence: int
    target: bool
    score: float = 1.0


def label_pairs(mentions: Sequence[LabelMention], schema: LabelSchema) -> Pairs:
    """Every pair of mentions that some relation may join, its head decoded here.

    Args:
        mentions: of one window, in text order.
    """
    ends = {(head, tail) for rule in schema.relations for head in rule.heads for tail in rule.tails}
    heads = [i for i, mention in enumerate(mentions) if mention.target]
    found = [(h, t) for h in heads for t, tail in enumerate(mentions) if h != t and (mentions[h].type, tail.type) in ends]
    table = np.array(found, dtype=np.int64).reshape(-1, 2)
    features = np.array([_features(mentions, head, tail) for head, tail in found], dtype=np.int64).reshape(-1, len(PAIR_FEATURES))
    return Pairs(table[:, 0], table[:, 1], features)


def _features(mentions: Sequence[LabelMention], head: int, tail: int) -> tuple[int, ...]:
    one, other = mentions[head], mentions[tail]
    gap = one.first - other.end if tail < head else other.first - one.end
    bucket = int(np.searchsorted(_DISTANCES, max(gap, 0), side="right"))
    sentences = int(np.clip(other.sentence - one.sentence, -_SENTENCES, _SENTENCES)) + _SENTENCES
    return bucket + (len(_DISTANCES) + 1 if tail > head else 0), sentences, min(abs(tail - head) - 1, _BETWEEN - 1)


def allowed_relations(mentions: Sequence[LabelMention], pairs: Pairs, schema: LabelSchema) -> np.ndarray:
    """(P, R) True where the schema lets the relation join the pair."""
    types = [(mentions[h].type, mentions[t].type) for h, t in zip(pairs.heads.tolist(), pairs.tails.tolist(), strict=True)]
    return np.array([[rule.allows(*ends) for rule in schema.relations] for ends in types], dtype=bool).reshape(len(types), len(schema.relations))


def choose_relations(mentions: Sequence[LabelMention], pairs: Pairs, scores: np.ndarray, schema: LabelSchema) -> list[tuple[str, int, int, float]]:
    """(relation, head, tail, score) of every relation that is likelier than not.

    Args:
        scores: (P, R) probabilities.
    """
    likely = np.where(allowed_relations(mentions, pairs, schema), scores, 0.0)
    found = [(schema.relations[r], int(pairs.heads[p]), int(pairs.tails[p]), float(likely[p, r])) for p, r in np.argwhere(likely >= 0.5).tolist()]
    best: dict[tuple[str, int], float] = {}
    for rule, head, _, score in found:
        best[rule.name, head] = max(score, best.get((rule.name, head), 0.0))
    return [(rule.name, head, tail, score) for rule, head, tail, score in found if not rule.at_most_one or score == best[rule.name, head]]
