"""Logits to entities, links and achievements: plain NumPy, no model needed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from model.encode import Window
from model.labels import KINDS, Labels
from model.pairs import Mention, Pairs
from model.schema import ANCHOR_TYPES, AT_MOST_ONE, RELATION_TO, EntityType, Kind, RelationType

MAX_INDICATORS = 2
_LEAST = 0.05
"""A TARGET or PERCENTAGE that no anchor wants even this much stays without."""
_APART = (EntityType.DATE,)
"""Two times side by side are one, which the tags have broken (`Từ nay đến | cuối năm`): none of some 7,900 annotated ones touches another."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link between two mentions of a window, by their places."""

    type: RelationType
    head: int
    tail: int
    score: float


@dataclass(frozen=True, slots=True)
class Anchored:
    """An achievement of a window: the place of its anchor, and what is said of it."""

    anchor: int
    score: float
    kind: Kind
    kind_score: float
    code: str
    code_score: float


_SURE_PLAN = 0.9
"""How probable a plan must be for a figure that was tagged as achieved to be one. On the corpus's dev split 0.5 to 1 are worth the same."""


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Along the last axis; float32 in, float32 out."""
    shifted = logits - logits.max(axis=-1, keepdims=True)
    result: np.ndarray = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return result


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """Elementwise, without overflow."""
    result: np.ndarray = np.exp(-np.logaddexp(0.0, -logits))
    return result


def allowed_steps(labels: Labels, apart: tuple[str, ...] = ()) -> np.ndarray:
    """(T, T) True where tag j may follow tag i: an ``I-`` follows only the ``B-`` or ``I-`` of its own type.

    Two entities of a type in ``apart`` never stand side by side.
    """
    size = len(labels.tags)
    allowed = np.ones((size, size), dtype=bool)
    for inside in range(2, size, 2):
        allowed[:, inside] = False
        allowed[inside - 1, inside] = allowed[inside, inside] = True
    for begin in map(labels.begin, apart):
        allowed[begin : begin + 2, begin] = False
    return allowed


@cache
def _step_scores(labels: Labels, apart: tuple[str, ...]) -> np.ndarray:
    """(T, T) 0 where a step is allowed, else minus infinity."""
    scores: np.ndarray = np.where(allowed_steps(labels, apart), 0.0, -np.inf)
    return scores


def best_tags(scores: np.ndarray, labels: Labels, breaks: np.ndarray | None = None, apart: tuple[str, ...] = ()) -> np.ndarray:
    """The likeliest valid tag sequence (Viterbi).

    Args:
        scores: (W, T) log probabilities.
        labels: the tags' order.
        breaks: (W,) True where a word begins a new sentence, into which no entity may reach.
        apart: types of which no two entities stand side by side in a sentence.

    Returns:
        (W,) tag numbers.
    """
    length, size = scores.shape
    if not length:
        return np.zeros(0, dtype=np.int64)
    steps, free = _step_scores(labels, apart), _step_scores(labels, ())
    starts = np.zeros(size)
    starts[2::2] = -np.inf
    best = scores[0] + starts
    back = np.zeros((length, size), dtype=np.int64)
    for place in range(1, length):
        anew = breaks is not None and breaks[place]
        options = best[:, None] + (free if anew else steps)
        back[place] = options.argmax(axis=0)
        best = options.max(axis=0) + scores[place]
        if anew:
            best = best + starts
    tags = np.zeros(length, dtype=np.int64)
    tags[-1] = int(best.argmax())
    for place in range(length - 1, 0, -1):
        tags[place - 1] = back[place, tags[place]]
    return tags


def tagged_spans(tags: np.ndarray, labels: Labels) -> list[tuple[str, int, int]]:
    """(type, first word, end word) of every entity in a valid tag sequence."""
    spans: list[tuple[str, int, int]] = []
    for place, tag in enumerate(tags.tolist()):
        name = labels.type_of(tag)
        if name is None:
            continue
        if labels.is_begin(tag):
            spans.append((name, place, place + 1))
        else:
            spans[-1] = (name, spans[-1][1], place + 1)
    return spans


def decode_mentions(window: Window, logits: np.ndarray, labels: Labels) -> tuple[list[Mention], list[float]]:
    """The entities of one window and their scores, in text order.

    Where a cut sentence's entity began in the part before, the window that holds its last word saw all of it, and decodes it.

    Args:
        window: W words.
        logits: (W, T).
        labels: the tags' order.

    Returns:
        The mentions, and for each the probability of its least certain word.
    """
    found = decode_spans(window, logits, labels, _APART)
    mentions = [Mention(EntityType(name), first, end, int(window.sentence[first]), bool(window.target[end - 1])) for name, first, end, _ in found]
    return [_target_after_sign(window, mentions, place) for place in range(len(mentions))], [score for *_, score in found]


def decode_spans(window: Window, logits: np.ndarray, labels: Labels, apart: tuple[str, ...] = ()) -> list[tuple[str, int, int, float]]:
    """(type, first word, end word, probability of the least certain word) of every entity of one window, in text order.

    Args:
        window: W words.
        logits: (W, T).
        labels: the tags' order.
        apart: types of which no two entities stand side by side in a sentence.
    """
    scores = log_softmax(logits.astype(np.float32))
    breaks = np.concatenate([[False], window.sentence[1:] != window.sentence[:-1]])
    tags = best_tags(scores, labels, breaks, apart)
    spans = tagged_spans(tags, labels)
    return [(name, first, end, float(np.exp(scores[np.arange(first, end), tags[first:end]].min()))) for name, first, end in spans]


def _target_after_sign(window: Window, mentions: Sequence[Mention], place: int) -> Mention:
    """In `391/300` the second number is what was planned, or nothing: a count of its own it cannot be."""
    mention, before = mentions[place], mentions[place - 1]
    if not place or mention.type is not EntityType.COUNT or before.type is not EntityType.COUNT or mention.first != before.end + 1:
        return mention
    sign = window.words[before.end]
    glued = window.words[before.end - 1].end == sign.start and sign.end == window.words[mention.first].start
    return replace(mention, type=EntityType.TARGET) if glued and sign.end - sign.start == 1 else mention


def decode_links(
    mentions: Sequence[Mention], pairs: Pairs, pair_logits: np.ndarray, anchor_logits: np.ndarray, labels: Labels
) -> tuple[list[Anchored], list[Link]]:
    """Which mentions anchor an achievement, and what each anchor leads to.

    Args:
        mentions: N of one window, in text order.
        pairs: P candidate links.
        pair_logits: (P,).
        anchor_logits: (N, 1 + kinds + codes).
        labels: the codes' order.
    """
    own = sigmoid(anchor_logits[:, 0])
    by_head = _by_head(mentions, pairs)
    anchors = _anchors(mentions, own, pairs, sigmoid(pair_logits))
    links: list[Link] = []
    for head in anchors:
        for kind, places in by_head[head].items():
            if kind not in _OWNED:
                links += _choose(kind, head, places, pairs, pair_logits)
    links += _owned(mentions, anchors, pairs, sigmoid(pair_logits))
    return [_anchored(head, own, anchor_logits, mentions, labels) for head in anchors], links


_OWNED = (RelationType.RATE, RelationType.AGAINST)
"""What these lead to belongs to one anchor; it was marked because it is part of an achievement, so it goes to the likeliest."""


def _owned(mentions: Sequence[Mention], anchors: Sequence[int], pairs: Pairs, scores: np.ndarray) -> list[Link]:
    """Every TARGET and PERCENTAGE that is no anchor, with its likeliest anchor; of several targets an anchor keeps the likeliest."""
    best: dict[int, Link] = {}
    for head, tail, score in zip(pairs.heads.tolist(), pairs.tails.tolist(), scores.tolist(), strict=True):
        kind = RELATION_TO[mentions[tail].type]
        if kind in _OWNED and head in anchors and tail not in anchors and score > max(best[tail].score if tail in best else 0.0, _LEAST):
            best[tail] = Link(kind, head, tail, score)
    targets: dict[int, Link] = {}
    for link in best.values():
        if link.type is RelationType.AGAINST and link.score > (targets[link.head].score if link.head in targets else 0.0):
            targets[link.head] = link
    return [link for link in best.values() if link.type is not RelationType.AGAINST or targets[link.head] is link]


def _by_head(mentions: Sequence[Mention], pairs: Pairs) -> dict[int, dict[RelationType, list[int]]]:
    table: dict[int, dict[RelationType, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, (head, tail) in enumerate(zip(pairs.heads.tolist(), pairs.tails.tolist(), strict=True)):
        table[head][RELATION_TO[mentions[tail].type]].append(place)
    return table


def _anchors(mentions: Sequence[Mention], own: np.ndarray, pairs: Pairs, linked: np.ndarray) -> list[int]:
    """What the anchor head takes for one; a TARGET or PERCENTAGE also where that is likelier than its best link to another anchor."""
    candidates = [i for i, mention in enumerate(mentions) if mention.target and mention.type in ANCHOR_TYPES]
    sure = {i for i in candidates if own[i] >= 0.5}
    best: dict[int, float] = defaultdict(float)
    for head, tail, score in zip(pairs.heads.tolist(), pairs.tails.tolist(), linked.tolist(), strict=True):
        if head in sure:
            best[tail] = max(best[tail], score)
    return [i for i in candidates if i in sure or (mentions[i].type is not EntityType.COUNT and own[i] >= best[i])]


def _choose(kind: RelationType, head: int, places: Sequence[int], pairs: Pairs, logits: np.ndarray) -> list[Link]:
    if not places:
        return []
    chosen = logits[list(places)]
    if kind in AT_MOST_ONE:
        # "None of them" competes with a logit of 0, as in training.
        probabilities = np.exp(log_softmax(np.concatenate([[0.0], chosen])))
        best = int(probabilities.argmax())
        return [Link(kind, head, int(pairs.tails[places[best - 1]]), float(probabilities[best]))] if best else []
    scores = sigmoid(chosen)
    order = np.argsort(-scores, kind="stable")[:MAX_INDICATORS]
    kept = [int(i) for rank, i in enumerate(order) if scores[i] >= 0.5 or (rank == 0 and scores[i] >= 0.1)]
    return [Link(kind, head, int(pairs.tails[places[i]]), float(scores[i])) for i in kept]


def _anchored(head: int, own: np.ndarray, logits: np.ndarray, mentions: Sequence[Mention], labels: Labels) -> Anchored:
    kinds = np.exp(log_softmax(logits[head, 1 : 1 + len(KINDS)]))
    codes = np.exp(log_softmax(logits[head, 1 + len(KINDS) :]))
    kind = KINDS[int(kinds.argmax())]
    if mentions[head].type is EntityType.TARGET:
        kind = Kind.PLAN
    elif mentions[head].type is EntityType.COUNT and kind is Kind.PLAN and kinds[KINDS.index(kind)] < _SURE_PLAN:
        # Tag and kind contradict each other; without near certainty the tag, which decides the field, stands.
        kind = max((k for k in KINDS if k is not Kind.PLAN), key=lambda k: kinds[KINDS.index(k)])
    code = int(codes.argmax())
    return Anchored(head, float(own[head]), kind, float(kinds[KINDS.index(kind)]), labels.codes[code], float(codes[code]))
