"""Several networks as one: each reads the window, and what they say is averaged. Two often err less than either, and take the time of both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from model.backend import Backend
from model.decode import log_softmax


class Committee:
    """The means of the members' log probabilities of tags and of their logits, with the interface of one of them.

    Args:
        members: networks with the same labels; the widths of their word states may differ.
        device: where they compute, for whoever asks.
    """

    def __init__(self, members: Sequence[Backend], device: str) -> None:
        self._members, self.device, self._ends = members, device, np.zeros(0, dtype=np.int64)

    def tag(self, ids: np.ndarray, mask: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See model.backend.Backend; the members' word states stand side by side."""
        read = [member.tag(ids, mask, first) for member in self._members]
        self._ends = np.cumsum([states.shape[-1] for states, _ in read])  # the members' own widths, always the same
        mean = np.mean([log_softmax(logits) for _, logits in read], axis=0)
        return np.concatenate([states for states, _ in read], axis=-1), log_softmax(mean)

    def link(
        self, states: np.ndarray, firsts: np.ndarray, lasts: np.ndarray, types: np.ndarray, heads: np.ndarray, tails: np.ndarray, features: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """See model.backend.Backend; ``states`` as :meth:`tag` gives them."""
        parts = np.split(states, self._ends[:-1], axis=-1)
        said = [member.link(np.ascontiguousarray(own), firsts, lasts, types, heads, tails, features) for member, own in zip(self._members, parts, strict=True)]
        return np.mean([anchors for anchors, _ in said], axis=0), np.mean([links for _, links in said], axis=0)
