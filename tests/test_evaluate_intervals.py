"""Intervals over documents: the same every time, right against resampling by hand, and none where nothing is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluate.counts import Counts, total
from evaluate.intervals import LEAST_DOCUMENTS, Figure, differences, draws, figures
from evaluate.scores import PRF

prfs = st.builds(PRF, st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
documents = st.lists(st.builds(lambda prf, right, more: Counts({"exact": prf}, {"kind": (right, right + more)}), prfs, st.integers(0, 5), st.integers(0, 5)), max_size=12)


@given(documents)
def test_a_value_is_what_the_summed_counts_give(parts: list[Counts]) -> None:
    shown = figures(parts)
    whole = total(parts)
    for name, (part, of) in whole.ratios().items():
        assert shown[name].value == (part / of if of else None) and (shown[name].of == of)
        if shown[name].low is not None:
            assert 0 <= shown[name].low <= shown[name].high <= 1  # type: ignore[operator]
    if parts and whole.prf["exact"] != PRF():
        assert shown["exact/f1"].value == pytest.approx(whole.prf["exact"].f1)


def test_an_interval_is_what_resampling_by_hand_gives() -> None:
    chance = np.random.default_rng(3)
    parts = [Counts({"exact": PRF(*map(int, chance.integers(0, 9, 3)))}) for _ in range(20)]
    samples = []
    for drawn in draws(20):
        prf = sum((parts[i].prf["exact"] for i in range(20) for _ in range(drawn[i])), PRF())
        samples.append(prf.f1)
    low, high = np.percentile(samples, [2.5, 97.5])
    shown = figures(parts)["exact/f1"]
    assert (shown.low, shown.high) == pytest.approx((low, high))
    assert figures(parts) == figures(parts), "seeded"


def test_every_resample_is_as_large_as_the_documents() -> None:
    assert draws(7).shape == (1000, 7) and (draws(7).sum(axis=1) == 7).all()


def test_too_few_documents_with_something_to_measure_give_no_interval() -> None:
    one = Counts({"exact": PRF(3, 1, 1)}, {"kind": (1, 2)})
    assert figures([one] * (LEAST_DOCUMENTS - 1))["exact/f1"].low is None
    mixed = [one] * 2 + [Counts({"exact": PRF(1, 0, 1)})] * 9
    assert figures(mixed)["kind"] == Figure(0.5, None, None, 4) and figures(mixed)["exact/f1"].low is not None


def test_nothing_is_not_measured() -> None:
    assert figures([]) == {}
    assert str(figures([Counts({"exact": PRF()})])["exact/f1"]) == "not measured"


def test_the_same_run_differs_in_nothing_and_a_better_one_surely() -> None:
    worse = [Counts({"exact": PRF(2 + i % 3, 3, 3)}) for i in range(30)]
    better = [Counts({"exact": PRF(4 + i % 3, 1, 1)}) for i in range(30)]
    same = differences(worse, worse)["exact/f1"]
    assert (same.value, same.low, same.high, same.sure) == (0, 0, 0, False)
    change = differences(worse, better)["exact/f1"]
    assert change.sure and change.value > 0 and change.against == 0 and change.low is not None and change.low <= change.value
    assert differences(better, worse)["exact/f1"].value == -change.value


def test_runs_are_paired_only_on_the_same_documents_and_measures() -> None:
    with pytest.raises(ValueError, match="found 1 and 0"):
        differences([Counts()], [])
    assert differences([Counts({"exact": PRF(1, 0, 0)})], [Counts({"anchor": PRF(1, 0, 0)})]) == {}
    assert differences([], []) == {}


@given(documents, documents)
def test_counts_add_name_by_name(a: list[Counts], b: list[Counts]) -> None:
    assert total(a + b).ratios() == (total(a) + total(b)).ratios()
