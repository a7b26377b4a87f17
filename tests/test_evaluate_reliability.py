"""Reliability: bins against the scorer's own error, and what perfect confidences show by chance."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluate.reliability import error_by_chance, reliability
from evaluate.scores import calibration_error

CONFIDENCE = st.one_of(st.floats(0, 1), st.integers(0, 10).map(lambda n: n / 10))


def drawn(confidences: list[float], draws: int, seed: int) -> list[float]:
    """The same by hand: each record right as often as it promises, one draw after the other."""
    chance = random.Random(seed)
    return [calibration_error([(c, chance.random() < c) for c in confidences]) for _ in range(draws)]


@pytest.mark.parametrize(("records", "seed"), [(5, 1), (52, 2), (700, 3)])
def test_the_error_by_chance_is_that_of_records_right_as_often_as_they_promise(records: int, seed: int) -> None:
    chance = random.Random(seed)
    confidences = [chance.random() for _ in range(records)]
    found = error_by_chance(confidences)
    by_hand = sorted(drawn(confidences, 2000, seed))
    assert found.mean == pytest.approx(sum(by_hand) / len(by_hand), rel=0.05)
    assert found.low == pytest.approx(by_hand[50], rel=0.15) and found.high == pytest.approx(by_hand[1950], rel=0.15)


def test_it_falls_with_the_number_of_records_and_is_nothing_for_sure_ones() -> None:
    few, many = (error_by_chance([0.7] * records) for records in (20, 2000))
    assert many.high < few.low + 0.05 and many.mean < few.mean / 5
    assert error_by_chance([0.0, 1.0] * 50).high == 0
    assert error_by_chance([]).mean == 0


@given(st.lists(CONFIDENCE, min_size=1, max_size=40))
def test_it_lies_in_order_within_bounds(confidences: list[float]) -> None:
    found = error_by_chance(confidences, draws=50)
    assert 0 <= found.low <= found.high <= 1 and 0 <= found.mean <= 1
    assert error_by_chance(confidences, draws=50) == found


@given(st.lists(st.tuples(CONFIDENCE, st.booleans()), min_size=1, max_size=40))
def test_bins_hold_every_record_once(pairs: list[tuple[float, bool]]) -> None:
    found = reliability(pairs)
    assert found is not None and sum(bin.records for bin in found.bins) == len(pairs) == found.records
    assert found.ece == pytest.approx(sum(bin.records * abs(bin.confidence - bin.right) for bin in found.bins) / len(pairs))
