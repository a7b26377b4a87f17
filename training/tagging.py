"""A network for a person's own labels: the same tagger as for achievements, and where the schema names relations a head for pairs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from model.encode import Window, WindowSizes
from model.label_pairs import PAIR_FEATURES, LabelMention, allowed_relations, label_pairs
from model.label_schema import LabelSchema
from model.labeller import Document, document_windows, mention_arrays
from model.network import FEATURE_SIZE, SPAN_SIZE, Tagger
from model.subwords import Subwords
from training.objective import tag_loss

IGNORE = -1


@dataclass(frozen=True, slots=True)
class LabelExample:
    """One window with its labels. S subwords, W words, E entities, P pairs, F features, R relations.

    ``tags`` (W,) tag numbers; ``firsts``, ``lasts``, ``types`` (E,); ``heads``, ``tails`` (P,); ``features`` (P, F);
    ``linked`` (P, R): 1 where the relation joins the pair, 0 where it does not, IGNORE where the schema does not let it.
    """

    ids: np.ndarray
    first: np.ndarray
    tags: np.ndarray
    firsts: np.ndarray
    lasts: np.ndarray
    types: np.ndarray
    heads: np.ndarray
    tails: np.ndarray
    features: np.ndarray
    linked: np.ndarray


@dataclass(slots=True)
class LabelCoverage:
    """What of the marks the examples could hold, counted to be said once. An entity of a cut sentence may count in two windows."""

    entities: int = 0
    misaligned: int = 0
    relations: int = 0
    out_of_reach: int = 0

    def note(self) -> str:
        """For the person who trains."""
        said = f"{self.entities} entities in windows, {self.misaligned} of them not at the boundaries of the encoder's words"
        return said + (f"; {self.relations} relations in reach of a window, {self.out_of_reach} out of reach" if self.relations or self.out_of_reach else "")


def label_examples(documents: Iterable[Document], subwords: Subwords, sizes: WindowSizes, schema: LabelSchema, counted: LabelCoverage) -> Iterator[LabelExample]:
    """Every window of every document, in order."""
    for number, document in enumerate(documents):
        before = counted.relations
        for window in document_windows(document, number, subwords, sizes):
            yield _example(document, window, schema, counted)
        counted.out_of_reach += max(0, len(document.relations) - (counted.relations - before))


def _example(document: Document, window: Window, schema: LabelSchema, counted: LabelCoverage) -> LabelExample:
    mentions, places = _mentions(document, window, counted)
    tags = np.zeros(len(window.words), dtype=np.int64)
    for mention in mentions:
        begin = schema.labels.begin(mention.type)
        tags[mention.first : mention.end] = begin + 1
        tags[mention.first] = begin
        # No entity reaches over a sentence's end: its rest begins anew, as in decoding.
        for at in range(mention.first + 1, mention.end):
            tags[at] = begin if window.sentence[at] != window.sentence[at - 1] else tags[at]
    pairs = label_pairs(mentions, schema)
    firsts, lasts, types = mention_arrays(mentions, schema)
    true = {(r.type, r.head, r.tail) for r in document.relations}
    joined = [[(rule.name, places[h], places[t]) in true for rule in schema.relations] for h, t in zip(pairs.heads.tolist(), pairs.tails.tolist(), strict=True)]
    linked = np.array(joined, dtype=np.int64).reshape(len(pairs.heads), len(schema.relations))
    counted.relations += int(linked.sum())
    linked[~allowed_relations(mentions, pairs, schema)] = IGNORE
    return LabelExample(window.ids, window.first, tags, firsts, lasts, types, pairs.heads, pairs.tails, pairs.features, linked)


def _mentions(document: Document, window: Window, counted: LabelCoverage) -> tuple[list[LabelMention], list[int]]:
    """The entities that lie in the window, in text order, and their places in the document."""
    ends = [word.end for word in window.words]
    found: list[tuple[LabelMention, int]] = []
    for place, entity in enumerate(document.entities):
        first = end = bisect_left(ends, entity.span.start + 1)
        while end < len(ends) and window.words[end].start < entity.span.end:
            end += 1
        if first == end or (found and found[-1][0].end > first):
            continue
        target = bool(window.target[end - 1])
        counted.entities += target
        counted.misaligned += target and (window.words[first].start != entity.span.start or window.words[end - 1].end != entity.span.end)
        found.append((LabelMention(entity.type, first, end, int(window.sentence[first]), target), place))
    return [mention for mention, _ in found], [place for _, place in found]


def collate_labels(examples: Sequence[LabelExample], pad: int, tags: int) -> dict[str, Tensor]:
    """Pad windows to one length; entities and pairs of all windows one after another: window b's word w is b * W + w.

    Args:
        pad: the id of padding.
        tags: how many tags there are; ``allowed`` is (B, W, T).
    """
    length, width = max(len(e.ids) for e in examples), max(len(e.first) for e in examples)
    ids = np.full((len(examples), length), pad, dtype=np.int64)
    mask, first = np.zeros_like(ids), np.zeros((len(examples), width), dtype=np.int64)
    allowed = np.zeros((len(examples), width, tags), dtype=bool)
    parts: dict[str, list[np.ndarray]] = {name: [] for name in ("firsts", "lasts", "types", "heads", "tails", "features", "linked")}
    entities = 0
    for row, e in enumerate(examples):
        ids[row, : len(e.ids)], mask[row, : len(e.ids)] = e.ids, 1
        first[row, : len(e.first)] = e.first
        allowed[row, np.arange(len(e.tags)), e.tags] = True
        shift = {"firsts": row * width, "lasts": row * width, "heads": entities, "tails": entities}
        for name, held in parts.items():
            held.append(getattr(e, name) + shift.get(name, 0))
        entities += len(e.firsts)
    fixed = {"ids": ids, "mask": mask, "first": first, "allowed": allowed}
    return {name: torch.from_numpy(value) for name, value in (fixed | {name: np.concatenate(held) for name, held in parts.items()}).items()}


class RelationHead(nn.Module):
    """Relations between entities, over word states."""

    def __init__(self, hidden: int, schema: LabelSchema, dropout: float) -> None:
        super().__init__()
        self.types = nn.Embedding(len(schema.entities), FEATURE_SIZE)
        self.features = nn.Embedding(sum(PAIR_FEATURES), FEATURE_SIZE)
        self.starts: Tensor
        self.register_buffer("starts", torch.tensor([sum(PAIR_FEATURES[:i]) for i in range(len(PAIR_FEATURES))]), persistent=False)
        self.span = nn.Sequential(nn.Dropout(dropout), nn.Linear(2 * hidden + FEATURE_SIZE, SPAN_SIZE), nn.GELU(), nn.Dropout(dropout))
        pair = 3 * SPAN_SIZE + len(PAIR_FEATURES) * FEATURE_SIZE
        self.pair = nn.Sequential(nn.Linear(pair, SPAN_SIZE), nn.GELU(), nn.Dropout(dropout), nn.Linear(SPAN_SIZE, len(schema.relations)))

    def forward(self, states: Tensor, firsts: Tensor, lasts: Tensor, types: Tensor, heads: Tensor, tails: Tensor, features: Tensor) -> Tensor:
        """
        Args:
            states: (N, H) the word states of all windows, one after another.
            firsts, lasts, types: (E,) first and last word of each entity, as places in ``states``, and its type's number.
            heads, tails: (P,) candidate pairs, as places among the entities; ``features`` (P, F).

        Returns:
            Relation logits (P, R).
        """
        spans = self.span(torch.cat([states[firsts], states[lasts], self.types(types)], dim=-1))  # (E, D)
        head, tail = spans[heads], spans[tails]  # (P, D)
        seen = self.features(features + self.starts).flatten(1)  # (P, F * f)
        logits: Tensor = self.pair(torch.cat([head, tail, head * tail, seen], dim=-1))  # (P, R)
        return logits


class LabelModel(nn.Module):
    """Tagger and, where the schema names relations, a head for them."""

    def __init__(self, encoder: nn.Module, hidden: int, schema: LabelSchema, dropout: float = 0.1) -> None:
        super().__init__()
        self.tagger = Tagger(encoder, hidden, schema.labels, dropout)
        self.linker = RelationHead(hidden, schema, dropout) if schema.relations else None


class LabelObjective(nn.Module):
    """The model with its loss, as a trainer wants it: tensors in, ``{"loss": …}`` out."""

    def __init__(self, model: LabelModel, tag_weight: float, link_weight: float) -> None:
        super().__init__()
        self.model, self.tag_weight, self.link_weight = model, tag_weight, link_weight

    def forward(self, **batch: Tensor) -> dict[str, Any]:
        """Weighted sum of the losses; the keys of ``batch`` are those of :func:`collate_labels`."""
        states, tags = self.model.tagger(batch["ids"], batch["mask"], batch["first"])
        loss = self.tag_weight * tag_loss(tags.float(), batch["allowed"])
        if self.model.linker is not None and len(batch["heads"]):
            names = ("firsts", "lasts", "types", "heads", "tails", "features")
            logits = self.model.linker(states.reshape(-1, states.size(-1)), *(batch[name] for name in names))
            known = batch["linked"] != IGNORE
            loss = loss + self.link_weight * functional.binary_cross_entropy_with_logits(logits.float()[known], batch["linked"][known].float())
        return {"loss": loss}
