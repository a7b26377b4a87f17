"""What training minimises, and batches of examples as tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from model.labels import KINDS
from model.network import JointModel
from training.features import IGNORE, Example
from training.groups import group_sums
from training.teachers import taught_anchor_loss, taught_link_loss, taught_tag_loss


def collate(examples: Sequence[Example], pad: int) -> dict[str, Tensor]:
    """Pad windows to one length; entities, pairs and groups of all windows one after another.

    Word places count over the padded batch: window b's word w is b * W + w.
    """
    length = max(len(e.ids) for e in examples)
    width = max(len(e.first) for e in examples)
    tags = examples[0].allowed.shape[1]
    ids = np.full((len(examples), length), pad, dtype=np.int64)
    mask = np.zeros((len(examples), length), dtype=np.int64)
    first = np.zeros((len(examples), width), dtype=np.int64)
    allowed = np.zeros((len(examples), width, tags), dtype=bool)
    parts: dict[str, list[np.ndarray]] = {name: [] for name in ("firsts", "lasts", "types", "anchor", "kind", "code", "heads", "tails", "linked", "group", "features")}
    entities = groups = 0
    for row, e in enumerate(examples):
        ids[row, : len(e.ids)], mask[row, : len(e.ids)] = e.ids, 1
        first[row, : len(e.first)] = e.first
        allowed[row, : len(e.first)] = e.allowed
        for name in ("types", "anchor", "kind", "code", "linked", "features"):
            parts[name].append(getattr(e, name))
        for name in ("firsts", "lasts"):
            parts[name].append(getattr(e, name) + row * width)
        for name in ("heads", "tails"):
            parts[name].append(getattr(e, name) + entities)
        parts["group"].append(np.where(e.group == IGNORE, IGNORE, e.group + groups))
        entities += len(e.firsts)
        groups += int(e.group.max(initial=-1)) + 1
    joined = {name: torch.from_numpy(np.concatenate(values)) for name, values in parts.items()}
    fixed = {"ids": ids, "mask": mask, "first": first, "allowed": allowed}
    return joined | {name: torch.from_numpy(value) for name, value in fixed.items()}


class Objective(nn.Module):
    """The joint model with its loss, as a trainer wants it: tensors in, ``{"loss": …}`` out."""

    def __init__(self, model: JointModel, tag_weight: float, link_weight: float, anchor_weight: float, teacher_weight: float = 0.0) -> None:
        super().__init__()
        self.model = model
        self.teacher_weight = teacher_weight
        self.tag_weight = tag_weight
        self.link_weight = link_weight
        self.anchor_weight = anchor_weight

    def forward(self, **batch: Tensor) -> dict[str, Any]:
        """Weighted sum of the tag, anchor and link losses; the keys of ``batch`` are those of :func:`collate`.

        Where it has those of training.teachers.collate_lessons too, the same losses towards what the teachers say are added.
        """
        states, tags = self.model.tagger(batch["ids"], batch["mask"], batch["first"])
        loss = self.tag_weight * tag_loss(tags.float(), batch["allowed"])
        if len(batch["firsts"]):
            flat = states.reshape(-1, states.size(-1))
            names = ("firsts", "lasts", "types", "heads", "tails", "features")
            anchors, pairs = self.model.linker(flat, *(batch[name] for name in names))
            loss = loss + self.anchor_weight * anchor_loss(anchors.float(), batch)
            loss = loss + self.link_weight * link_loss(pairs.float(), batch["linked"], batch["group"])
        if "taught_tags" in batch:
            loss = loss + self.teacher_weight * self.tag_weight * taught_tag_loss(tags.float(), batch["taught_tags"])
            if len(batch["firsts"]):
                loss = loss + self.teacher_weight * self._taught_heads(anchors.float(), pairs.float(), batch)
        return {"loss": loss}

    def _taught_heads(self, anchors: Tensor, pairs: Tensor, batch: dict[str, Tensor]) -> Tensor:
        taught, judged = batch["taught_anchors"], batch["taught_judged"]
        linking = judged & (taught[:, 0] > 0)
        links = taught_link_loss(pairs, batch["taught_links"], linking, batch["heads"], batch["features"])
        return self.anchor_weight * taught_anchor_loss(anchors, taught, judged) + self.link_weight * links


def tag_loss(logits: Tensor, allowed: Tensor) -> Tensor:
    """Mean over the words that something is known of, of -log P(an allowed tag).

    Args:
        logits: (B, W, T).
        allowed: (B, W, T) bool; all False for padding, all True for the words of articles that nobody has marked.
    """
    real = allowed.any(-1) & ~allowed.all(-1)  # (B, W)
    if not real.any():
        return logits.sum() * 0.0
    chosen = logits[real]  # (N, T)
    possible = chosen.masked_fill(~allowed[real], -1e9)
    return (torch.logsumexp(chosen, -1) - torch.logsumexp(possible, -1)).mean()


def anchor_loss(logits: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Is it an anchor, of which kind, counting what; entities with IGNORE are left out.

    Args:
        logits: (E, 1 + kinds + codes).
        batch: with ``anchor``, ``kind`` and ``code`` (E,).
    """
    known = batch["anchor"] != IGNORE
    if not known.any():
        return logits.sum() * 0.0
    loss = functional.binary_cross_entropy_with_logits(logits[known, 0], batch["anchor"][known].float())
    if (batch["kind"] != IGNORE).any():
        loss = loss + functional.cross_entropy(logits[:, 1 : 1 + len(KINDS)], batch["kind"], ignore_index=IGNORE)
        loss = loss + functional.cross_entropy(logits[:, 1 + len(KINDS) :], batch["code"], ignore_index=IGNORE)
    return loss


def link_loss(logits: Tensor, linked: Tensor, group: Tensor) -> Tensor:
    """Mean over decisions: one softmax with "none" at logit 0 per group, one sigmoid per pair outside groups.

    Half of a group's loss asks for the annotated tail, half for it or any that is EQUAL to it.

    Args:
        logits, linked, group: (P,).
    """
    known = linked != IGNORE
    alone = known & (group == IGNORE)
    total, decisions = logits.sum() * 0.0, 0
    if alone.any():
        total = total + functional.binary_cross_entropy_with_logits(logits[alone], linked[alone].float(), reduction="sum")
        decisions += int(alone.sum())
    joint = known & (group != IGNORE)
    if joint.any():
        ids, place = torch.unique(group[joint], return_inverse=True)
        chosen, true = logits[joint].clamp(-60, 60), linked[joint] == 1  # exp(60) still fits float32
        every = group_sums(chosen.exp(), place, len(ids))
        right = group_sums(chosen.exp() * (linked[joint] > 0), place, len(ids))
        anywhere = torch.where(right > 0, right.clamp(min=1e-30).log(), torch.zeros_like(right))
        total = total + torch.log1p(every).sum() - (chosen * true).sum() / 2 - anywhere.sum() / 2
        decisions += len(ids)
    return total / max(decisions, 1)
