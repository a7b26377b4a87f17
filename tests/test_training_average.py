"""Averaging the weights of a run's epochs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from training.average import greedy_average, mean  # noqa: E402


def one_weight(value: float) -> dict[str, torch.Tensor]:
    return {"weight": torch.tensor([[value]])}


def model() -> torch.nn.Linear:
    return torch.nn.Linear(1, 1, bias=False)


def test_the_mean_is_of_each_weight_and_leaves_counts_alone() -> None:
    states = [{"w": torch.tensor([1.0, 4.0]), "steps": torch.tensor(3)}, {"w": torch.tensor([3.0, 0.0]), "steps": torch.tensor(9)}]
    found = mean(states)
    assert found["w"].tolist() == [2.0, 2.0] and found["steps"].item() == 3


def test_states_join_while_dev_gets_no_worse() -> None:
    made = model()
    # The figure is best at 5: 4 is best alone, with 6 the mean is 5; 20 would spoil it.
    values = (20.0, 6.5, 4.0)
    used, best = greedy_average(made, [one_weight(v) for v in values], [-abs(v - 5) for v in values], lambda: -abs(made.weight.item() - 5))
    assert used == 2 and made.weight.item() == pytest.approx(5.25) and best == pytest.approx(-0.25)


@given(st.lists(st.floats(-100, 100, width=32), min_size=1, max_size=6), st.floats(-100, 100))
def test_the_average_is_never_worse_than_the_best_state(values: list[float], wanted: float) -> None:
    made = model()

    def judge() -> float:
        return -abs(made.weight.item() - wanted)

    alone = [-abs(v - wanted) for v in values]
    used, best = greedy_average(made, [one_weight(v) for v in values], alone, judge)
    assert 1 <= used <= len(values) and best >= max(alone)
    assert judge() == pytest.approx(best, abs=1e-4)
