"""Sums over groups of pairs, for the losses of links."""

from __future__ import annotations

import torch
from torch import Tensor


def group_sums(values: Tensor, place: Tensor, size: int) -> Tensor:
    """(size,) the sum of the values (P,) that have the same place (P,)."""
    return torch.zeros(size, device=values.device).scatter_add(0, place, values)
