"""Averaging the weights of a run's epochs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from training.average import Figures, State, greedy_average, joined, weighted  # noqa: E402


def one_weight(value: float) -> Callable[[], State]:
    return lambda: {"weight": torch.tensor([[value]])}


def averaged(values: list[float], wanted: float) -> tuple[int, Figures, float]:
    """Of one-weight states, where the figure is the better the nearer the weight is: how many were averaged, the figures, the weight."""
    made = torch.nn.Linear(1, 1, bias=False)

    def figures(weight: float) -> Figures:
        return {"near": -abs(weight - wanted), "weight": weight}

    number, found = greedy_average(made, [one_weight(v) for v in values], [figures(v) for v in values], lambda: figures(made.weight.item()), "near")
    return number, found, made.weight.item()


def test_the_mean_is_of_each_weight_and_leaves_counts_alone() -> None:
    mean = {"w": torch.tensor([1.0, 4.0]), "steps": torch.tensor(3)}
    found = joined(joined(mean, 1, {"w": torch.tensor([3.0, 0.0]), "steps": torch.tensor(9)}), 2, {"w": torch.tensor([5.0, 2.0]), "steps": torch.tensor(1)})
    assert found["w"].tolist() == [3.0, 2.0] and found["steps"].item() == 3


@given(st.lists(st.tuples(st.floats(-10, 10), st.floats(0.1, 5)), min_size=1, max_size=5))
def test_a_mean_with_shares_is_the_same_whatever_the_shares_add_up_to(drawn: list[tuple[float, float]]) -> None:
    states = [{"w": torch.tensor([value], dtype=torch.float64), "steps": torch.tensor(place)} for place, (value, _) in enumerate(drawn)]
    shares = [share for _, share in drawn]
    found = [weighted(states, [share * times for share in shares]) for times in (1.0, 7.0)]
    wanted = sum(value * share for value, share in drawn) / sum(shares)
    assert all(one["w"].item() == pytest.approx(wanted, abs=1e-9) and one["steps"].item() == 0 for one in found)


def test_states_join_while_dev_gets_no_worse() -> None:
    # 4 is best alone, with 6.5 the mean is 5.25; 20 would spoil it.
    number, figures, weight = averaged([20.0, 6.5, 4.0], 5.0)
    assert number == 2 and weight == pytest.approx(5.25) and figures == {"near": pytest.approx(-0.25), "weight": pytest.approx(5.25)}


def test_a_mean_that_is_as_good_brings_its_own_figures() -> None:
    number, figures, weight = averaged([4.0, 8.0], 5.0)
    assert (number, weight, figures["weight"]) == (2, 6.0, 6.0)


@given(st.lists(st.floats(-100, 100, width=32), min_size=1, max_size=6), st.floats(-100, 100))
def test_the_average_is_never_worse_than_the_best_state(values: list[float], wanted: float) -> None:
    number, figures, weight = averaged(values, wanted)
    assert 1 <= number <= len(values) and figures["near"] >= max(-abs(v - wanted) for v in values)
    assert figures["weight"] == pytest.approx(weight, abs=1e-4)
