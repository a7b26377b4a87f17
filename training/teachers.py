"""Learning from finished models: what several of them say together of a window is a second target beside its annotation, and the only one where there is none.

A mean of several models is better than each, and several times as slow; a network that learns what it says keeps some of that at the price of one
(Hinton et al. 2015, "Distilling the Knowledge in a Neural Network"). Articles that nobody has marked can be learned from in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from model.backend import Backend
from model.committee import Committee
from model.cores import physical_cores
from model.decode import decode_mentions
from model.encode import Select, Window, WindowSizes, windows
from model.labels import KINDS, Labels
from model.pairs import TAIL_FEATURE, TYPE_NUMBER, candidate_pairs
from model.runtime import achievement_config, open_backend
from model.schema import ANCHOR_TYPES, AT_MOST_ONE, RELATION_TO, Article
from model.subwords import Subwords
from training.features import IGNORE, Example, example_of, plain_numbers, with_some_empty
from training.groups import group_sums

_SINGLE = torch.tensor([kind in RELATION_TO and RELATION_TO[kind] in AT_MOST_ONE for kind in TYPE_NUMBER])
"""(types,) True where an anchor has one mention of this type at most."""
_FAR = 30.0
"""Logits are kept within this of 0, so that their exponentials fit 32 bits."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """What teachers say of one example. W words, T tags, E entities, P pairs.

    ``tags`` (W, T) log probabilities; ``anchors`` (E, 1 + kinds + codes) and ``links`` (P,) logits; ``judged`` (E,) True for what may be an anchor.
    """

    tags: np.ndarray
    anchors: np.ndarray
    links: np.ndarray
    judged: np.ndarray


def committee(folders: Sequence[Path]) -> Committee:
    """The models in these folders as one, each on the fastest device that is there; one that is made of several counts as one."""
    members = [open_backend(achievement_config(folder), physical_cores(), "auto") for folder in folders]
    return Committee(members, members[0].device)


def lessons(teachers: Backend, made: Sequence[Example]) -> list[Lesson]:
    """What the teachers say of each marked example, at its own entities and pairs."""
    with ThreadPoolExecutor(physical_cores()) as pool:
        return list(pool.map(partial(_lesson, teachers), made))


def _lesson(teachers: Backend, example: Example) -> Lesson:
    states, tags = teachers.tag(example.ids[None], np.ones_like(example.ids)[None], example.first[None])
    judged = example.anchor != IGNORE
    judged[example.heads] = True
    return _linked(teachers, example, states[0], tags[0], judged)


def _linked(teachers: Backend, example: Example, states: np.ndarray, tags: np.ndarray, judged: np.ndarray) -> Lesson:
    anchors, links = teachers.link(states, example.firsts, example.lasts, example.types, example.heads, example.tails, example.features)
    return Lesson(tags.astype(np.float16), anchors.astype(np.float32), links.astype(np.float32), judged)


def unmarked_examples(
    teachers: Backend, articles: Sequence[Article], subwords: Subwords, sizes: WindowSizes, labels: Labels, select: Select | None, negatives: float, seed: int
) -> tuple[list[Example], list[Lesson]]:
    """Windows of articles that nobody has marked, with the mentions that the teachers find and nothing known of them, and what the teachers say of each.

    All windows in which a quantity may lead to another mention, and at most ``negatives`` times as many of the others, chosen by ``seed``.
    """
    read = [(article, window) for number, article in enumerate(articles) for window in windows(article, number, subwords, sizes, select)]
    with ThreadPoolExecutor(physical_cores()) as pool:
        made = list(pool.map(lambda pair: _unmarked(teachers, pair[0], pair[1], labels), read))
    kept = with_some_empty(made, lambda pair: len(pair[0].heads) > 0, negatives, seed)
    return [example for example, _ in kept], [lesson for _, lesson in kept]


def _unmarked(teachers: Backend, article: Article, window: Window, labels: Labels) -> tuple[Example, Lesson]:
    states, tags = teachers.tag(window.ids[None], np.ones_like(window.ids)[None], window.first[None])
    found, _ = decode_mentions(window, tags[0], labels)
    pairs = candidate_pairs(found)
    mentions = [*found, *plain_numbers(article.text, window, found)]
    allowed = np.ones((len(window.words), len(labels.tags)), dtype=bool)
    nothing, unlinked = (np.full(size, IGNORE, dtype=np.int64) for size in (len(mentions), len(pairs.heads)))
    example = example_of(window, mentions, pairs, allowed=allowed, anchor=nothing, kind=nothing, code=nothing, linked=unlinked, group=unlinked)
    judged = np.array([m.target and m.type in ANCHOR_TYPES for m in mentions], dtype=bool)  # plain numbers too: most anchor nothing
    return example, _linked(teachers, example, states[0], tags[0], judged)


def collate_lessons(given: Sequence[Lesson], width: int) -> dict[str, Tensor]:
    """Lessons of a batch as tensors, in the order of training.objective.collate's; words are padded to ``width`` with zeros."""
    tags = np.zeros((len(given), width, given[0].tags.shape[1]), dtype=np.float32)
    for row, lesson in enumerate(given):
        tags[row, : len(lesson.tags)] = np.exp(lesson.tags.astype(np.float32))
    parts = {name: np.concatenate([getattr(lesson, name) for lesson in given]) for name in ("anchors", "links", "judged")}
    return {"taught_tags": torch.from_numpy(tags)} | {f"taught_{name}": torch.from_numpy(value) for name, value in parts.items()}


def taught_tag_loss(logits: Tensor, taught: Tensor) -> Tensor:
    """Mean over real words of the cross entropy with what the teachers say.

    Args:
        logits: (B, W, T).
        taught: (B, W, T) probabilities; all 0 for padding.
    """
    real = taught.sum(-1) > 0
    return -(taught * functional.log_softmax(logits, -1)).sum() / real.sum().clamp(min=1)


def taught_anchor_loss(logits: Tensor, taught: Tensor, judged: Tensor) -> Tensor:
    """As training.objective.anchor_loss, with the teachers' probabilities; kinds and codes count as far as it is an anchor.

    Args:
        logits, taught: (E, 1 + kinds + codes) logits.
        judged: (E,) bool.
    """
    if not judged.any():
        return logits.sum() * 0.0
    logits, taught = logits[judged], taught[judged]
    sure = torch.sigmoid(taught[:, 0])
    loss = functional.binary_cross_entropy_with_logits(logits[:, 0], sure)
    for part in (slice(1, 1 + len(KINDS)), slice(1 + len(KINDS), None)):
        crossed = -(torch.softmax(taught[:, part], -1) * functional.log_softmax(logits[:, part], -1)).sum(-1)
        loss = loss + (sure * crossed).sum() / sure.sum().clamp(min=1.0)
    return loss


def taught_link_loss(logits: Tensor, taught: Tensor, anchors: Tensor, heads: Tensor, features: Tensor) -> Tensor:
    """As training.objective.link_loss, with the teachers' probabilities, for the anchors that the teachers see.

    Args:
        logits, taught: (P,) logits.
        anchors: (E,) True for those anchors.
        heads: (P,) places among the entities.
        features: (P, F).
    """
    types = features[:, TAIL_FEATURE]
    kept, single = anchors[heads], _SINGLE.to(types.device)[types]
    logits, taught = logits.clamp(-_FAR, _FAR), taught.clamp(-_FAR, _FAR)
    alone, joint = kept & ~single, kept & single
    total, decisions = logits.sum() * 0.0, int(alone.sum())
    if decisions:
        total = total + functional.binary_cross_entropy_with_logits(logits[alone], torch.sigmoid(taught[alone]), reduction="sum")
    if joint.any():
        ids, place = torch.unique(heads[joint] * len(TYPE_NUMBER) + types[joint], return_inverse=True)
        wanted = taught[joint].exp() / (1 + group_sums(taught[joint].exp(), place, len(ids)))[place]
        total = total + torch.log1p(group_sums(logits[joint].exp(), place, len(ids))).sum() - (wanted * logits[joint]).sum()
        decisions += len(ids)
    return total / max(decisions, 1)
