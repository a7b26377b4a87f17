"""Weights in 4 bits: against plain rounding and planted grids. What ONNX Runtime computes with them is in test_training_combine.py."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.gptq import LEVELS, MIDDLE, best_scales, nearest, restored, rounded

SEEDS = st.integers(0, 10_000)


def lost(weight: np.ndarray, kept: np.ndarray, moments: np.ndarray) -> float:
    """The mean square of what rounding does to the outputs."""
    error = (weight - kept).astype(np.float64)
    return float(np.einsum("nk,kl,nl->", error, moments, error))


def going_together(chance: np.random.Generator, inputs: int, causes: int) -> np.ndarray:
    """Second moments of inputs that a few causes move."""
    rows = chance.normal(size=(400, causes)) @ chance.normal(size=(causes, inputs)) + 0.3 * chance.normal(size=(400, inputs))
    result: np.ndarray = rows.T @ rows / len(rows)
    return result


@given(SEEDS)
def test_inputs_that_have_nothing_to_do_with_one_another_are_rounded_to_the_nearest(seed: int) -> None:
    weight = np.random.default_rng(seed).normal(size=(5, 64)).astype(np.float32)
    codes, scales = rounded(weight, np.eye(64), 32)
    np.testing.assert_array_equal(codes, nearest(weight, np.repeat(scales, 32, axis=1)))


@given(SEEDS, st.sampled_from([16, 32, 64]))
def test_outputs_lose_less_than_by_plain_rounding_where_inputs_go_together(seed: int, block: int) -> None:
    chance = np.random.default_rng(seed)
    weight, moments = chance.normal(size=(8, 64)).astype(np.float32), going_together(chance, 64, 6)
    plain = np.concatenate([best_scales(weight[:, at : at + block], np.ones(block, np.float32))[:, None] for at in range(0, 64, block)], axis=1)
    by_itself = restored(nearest(weight, np.repeat(plain, block, axis=1)), plain)
    assert lost(weight, restored(*rounded(weight, moments, block)), moments) < 0.7 * lost(weight, by_itself, moments)


@given(SEEDS)
def test_weights_on_a_grid_come_back_as_they_were(seed: int) -> None:
    chance = np.random.default_rng(seed)
    codes = chance.integers(0, LEVELS, (6, 32))
    codes[:, ::16] = 0  # the far end, -8 scales, is reached in every block
    scales = chance.uniform(0.01, 2.0, (6, 2)).astype(np.float32)
    weight = restored(codes.astype(np.uint8), scales)
    np.testing.assert_allclose(restored(*rounded(weight, going_together(chance, 32, 4), 16)), weight, rtol=1e-5)


@given(SEEDS)
def test_a_scale_loses_no_more_than_the_one_that_reaches_the_largest_weight(seed: int) -> None:
    chance = np.random.default_rng(seed)
    block, importance = chance.standard_t(3, size=(4, 32)).astype(np.float32), chance.uniform(0.1, 3, 32).astype(np.float32)

    def left(scales: np.ndarray) -> np.ndarray:
        result: np.ndarray = (((nearest(block, scales[:, None]).astype(np.float32) - MIDDLE) * scales[:, None] - block) ** 2 * importance).sum(1)
        return result

    farthest = np.take_along_axis(block, np.abs(block).argmax(1)[:, None], 1)[:, 0] / -MIDDLE
    assert (left(best_scales(block, importance)) <= left(farthest) + 1e-6).all()


@pytest.mark.parametrize("moments", [np.zeros((32, 32)), np.ones((32, 32)), np.diag([1.0] * 16 + [0.0] * 16)])
def test_inputs_that_never_vary_are_no_trouble(moments: np.ndarray) -> None:
    weight = np.random.default_rng(3).normal(size=(4, 32)).astype(np.float32)
    codes, scales = rounded(weight, moments, 16)
    assert np.isfinite(scales).all() and np.abs(restored(codes, scales) - weight).max() < 2 * np.abs(weight).max()


def test_weights_of_nothing_but_zero_stay_zero() -> None:
    codes, scales = rounded(np.zeros((3, 32), np.float32), np.eye(32), 16)
    assert not restored(codes, scales).any()
