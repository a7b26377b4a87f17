"""Weights in 4 bits that keep what a product gives, rather than each weight by itself.

GPTQ (Frantar et al. 2023, "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained Transformers"): the inputs of a linear layer are rounded one
after another, and what rounding one of them does to the outputs is made up by those that are not rounded yet, as far as real inputs go together.
"""

from __future__ import annotations

import numpy as np

LEVELS = 16
MIDDLE = 8
"""The code of 0: codes are 0 to 15, and stand for -8 to 7 scales."""
_DAMPING = 0.01
"""Added to the inputs' second moments, as a share of their mean: inputs that hardly vary would take up any error."""
_SHRINKS = np.linspace(0.6, 1.05, 19, dtype=np.float32)
"""Scales that are tried, as shares of the one that reaches the largest weight: a few large ones cut off may spare the rest."""


def rounded(weight: np.ndarray, moments: np.ndarray, block: int) -> tuple[np.ndarray, np.ndarray]:
    """A linear layer's matrix in 4 bits.

    Args:
        weight: (N, K) fp32, a row for each output.
        moments: (K, K) mean of the products of inputs with one another, over real inputs.
        block: how many inputs share a scale; K is a multiple of it.

    Returns:
        Codes (N, K) uint8 of 0 to 15, and scales (N, K / block) fp32: a weight is (code - 8) * scale.
    """
    left = weight.astype(np.float64).copy()
    importance = np.diag(moments).astype(np.float32)
    follow = _follow(moments)  # (K, K)
    codes = np.zeros(weight.shape, dtype=np.uint8)
    scales = np.zeros((len(weight), weight.shape[1] // block), dtype=np.float32)
    for number in range(scales.shape[1]):
        start, end = number * block, (number + 1) * block
        scales[:, number] = best_scales(left[:, start:end].astype(np.float32), importance[start:end])
        errors = np.zeros((len(weight), block))
        for place in range(start, end):
            codes[:, place] = nearest(left[:, place], scales[:, number])
            kept = (codes[:, place].astype(np.float64) - MIDDLE) * scales[:, number]
            errors[:, place - start] = (left[:, place] - kept) / follow[place, place]
            left[:, place:end] -= np.outer(errors[:, place - start], follow[place, place:end])
        left[:, end:] -= errors @ follow[start:end, end:]
    return codes, scales


def restored(codes: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """(N, K) the weights that codes and scales of :func:`rounded` stand for."""
    width = codes.shape[1] // scales.shape[1]
    result: np.ndarray = (codes.astype(np.float32) - MIDDLE) * np.repeat(scales, width, axis=1)
    return result


def nearest(values: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """The codes that stand nearest to ``values``; arrays of one shape, or that broadcast."""
    result: np.ndarray = np.clip(np.rint(values / scales) + MIDDLE, 0, LEVELS - 1).astype(np.uint8)
    return result


def best_scales(block: np.ndarray, importance: np.ndarray) -> np.ndarray:
    """(N,) the scale of each row of a block (N, B) that loses least; errors weigh as ``importance`` (B,) says. A scale may be negative: then the largest weight is -8 of it."""
    largest = np.take_along_axis(block, np.abs(block).argmax(1)[:, None], 1)[:, 0]
    full = np.where(largest == 0, 1.0, largest / -MIDDLE).astype(np.float32)  # (N,)
    best, least = full.copy(), np.full(len(block), np.inf)
    for shrink in _SHRINKS:
        tried = (full * shrink)[:, None]
        lost = ((((nearest(block, tried).astype(np.float32) - MIDDLE) * tried - block) ** 2) * importance).sum(1)
        better = lost < least
        best[better], least[better] = tried[better, 0], lost[better]
    return best


def _follow(moments: np.ndarray) -> np.ndarray:
    """(K, K) upper triangular: row i says how inputs after i make up for an error of i, and its diagonal how much of the error nothing can make up for."""
    damped = moments.astype(np.float64) + np.eye(len(moments)) * max(_DAMPING * float(np.diag(moments).mean()), 1e-8)
    return np.linalg.cholesky(np.linalg.inv(damped)).T
