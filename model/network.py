"""The network: one encoder, heads for tags, anchors and links. It computes; model/decode.py decides.

Needs torch; nothing that extraction runs imports this module.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from model.labels import KINDS, Labels
from model.pairs import FEATURE_SIZES, TAIL_FEATURE, TYPE_NUMBER
from model.schema import EntityType

SPAN_SIZE = 256
FEATURE_SIZE = 32


class Tagger(nn.Module):
    """Encoder and tag head."""

    def __init__(self, encoder: nn.Module, hidden: int, labels: Labels, dropout: float) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.tags = nn.Linear(hidden, len(labels.tags))

    def forward(self, ids: Tensor, mask: Tensor, first: Tensor) -> tuple[Tensor, Tensor]:
        """
        Args:
            ids: (B, S) subword ids.
            mask: (B, S) 1 for real subwords, 0 for padding.
            first: (B, W) the place in ``ids`` of each word's first subword; 0 for padding.

        Returns:
            Word states (B, W, H) and tag logits (B, W, T).
        """
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state  # (B, S, H)
        index = first.unsqueeze(-1).expand(-1, -1, hidden.size(-1))  # (B, W, H)
        states = torch.gather(hidden, 1, index)  # (B, W, H)
        return states, self.tags(self.dropout(states))


class Linker(nn.Module):
    """Anchor and pair heads over word states."""

    def __init__(self, hidden: int, labels: Labels, dropout: float) -> None:
        super().__init__()
        self.types = nn.Embedding(len(TYPE_NUMBER), FEATURE_SIZE)
        self.features = nn.Embedding(sum(FEATURE_SIZES), FEATURE_SIZE)
        starts = torch.tensor([sum(FEATURE_SIZES[:i]) for i in range(len(FEATURE_SIZES))])
        self.starts: Tensor
        self.register_buffer("starts", starts, persistent=False)
        self.span = nn.Sequential(nn.Dropout(dropout), nn.Linear(2 * hidden + FEATURE_SIZE, SPAN_SIZE), nn.GELU(), nn.Dropout(dropout))
        # What is said of an anchor may not lean on the type it was tagged with: a plan that was taken for a COUNT is still a plan.
        self.anchor = nn.Sequential(nn.Dropout(dropout), nn.Linear(2 * hidden, SPAN_SIZE), nn.GELU(), nn.Dropout(dropout), nn.Linear(SPAN_SIZE, 1))
        said = len(KINDS) + len(labels.codes)
        self.judge = nn.Sequential(nn.Dropout(dropout), nn.Linear(4 * hidden, SPAN_SIZE), nn.GELU(), nn.Dropout(dropout), nn.Linear(SPAN_SIZE, said))
        pair = 3 * SPAN_SIZE + len(FEATURE_SIZES) * FEATURE_SIZE
        self.pair = nn.Sequential(nn.Linear(pair, SPAN_SIZE), nn.GELU(), nn.Dropout(dropout), nn.Linear(SPAN_SIZE, 1))

    def forward(self, states: Tensor, firsts: Tensor, lasts: Tensor, types: Tensor, heads: Tensor, tails: Tensor, features: Tensor) -> tuple[Tensor, Tensor]:
        """
        Args:
            states: (N, H) the word states of all windows, one after another.
            firsts, lasts: (E,) the first and last word of each entity, as places in ``states``.
            types: (E,) entity type numbers.
            heads, tails: (P,) candidate links, as places among the entities.
            features: (P, F) each link's features.

        Returns:
            Anchor logits (E, 1 + kinds + codes) and pair logits (P,).
        """
        ends = torch.cat([states[firsts], states[lasts]], dim=-1)  # (E, 2H)
        spans = self.span(torch.cat([ends, self.types(types)], dim=-1))  # (E, D)
        head, tail = spans[heads], spans[tails]  # (P, D)
        seen = self.features(features + self.starts).flatten(1)  # (P, F * f)
        logits = self.pair(torch.cat([head, tail, head * tail, seen], dim=-1))  # (P, 1)
        links = logits.squeeze(-1)  # (P,)
        judged = self.judge(torch.cat([ends, _measured(ends, heads, tails, features, links)], dim=-1))  # (E, kinds + codes)
        return torch.cat([self.anchor(ends), judged], dim=-1), links


def _measured(ends: Tensor, heads: Tensor, tails: Tensor, features: Tensor, links: Tensor) -> Tensor:
    """(E, 2H) for each anchor the sum of its INDICATORs, each as far as it is linked: what is counted tells the kind and the code.

    The links are taken as they are: what is said of an anchor does not teach them.
    """
    weights = torch.sigmoid(links.detach()) * (features[:, TAIL_FEATURE] == TYPE_NUMBER[EntityType.INDICATOR])  # (P,)
    return torch.zeros_like(ends).index_add(0, heads, weights.unsqueeze(-1) * ends[tails])


class JointModel(nn.Module):
    """Tagger and linker, trained together."""

    def __init__(self, encoder: nn.Module, hidden: int, labels: Labels, dropout: float = 0.1) -> None:
        super().__init__()
        self.tagger = Tagger(encoder, hidden, labels, dropout)
        self.linker = Linker(hidden, labels, dropout)
