"""Reliability: bins against the scorer's own error, and what perfect confidences show by chance."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluate.reliability import Judged, error_by_chance, reliability, right_together
from evaluate.scores import calibration_error

CONFIDENCE = st.one_of(st.floats(0, 1), st.integers(0, 10).map(lambda n: n / 10))


def drawn(confidences: list[float], draws: int, seed: int) -> list[float]:
    """The same by hand: each record right as often as it promises, one draw after the other."""
    chance = random.Random(seed)
    return [calibration_error([(c, chance.random() < c) for c in confidences]) for _ in range(draws)]


def singles(confidences: list[float]) -> tuple[tuple[float, ...], ...]:
    """Each record in an article of its own."""
    return tuple((confidence,) for confidence in confidences)


def planted(articles: int, records: int, share: float, seed: int) -> list[list[Judged]]:
    """Articles whose confidences are true; in ``share`` of them all records are right or wrong as one, in the others each by itself."""
    chance = random.Random(seed)
    made = []
    for _ in range(articles):
        confidence, same = chance.uniform(0.2, 0.9), chance.random() < share
        luck = [chance.random()] * records if same else [chance.random() for _ in range(records)]
        made.append([Judged(confidence, None, each < confidence) for each in luck])
    return made


@pytest.mark.parametrize(("records", "seed"), [(5, 1), (52, 2), (700, 3)])
def test_the_error_by_chance_is_that_of_records_right_as_often_as_they_promise(records: int, seed: int) -> None:
    chance = random.Random(seed)
    confidences = [chance.random() for _ in range(records)]
    found = error_by_chance(singles(confidences))
    by_hand = sorted(drawn(confidences, 2000, seed))
    assert found.mean == pytest.approx(sum(by_hand) / len(by_hand), rel=0.05)
    assert found.low == pytest.approx(by_hand[50], rel=0.15) and found.high == pytest.approx(by_hand[1950], rel=0.15)
    together = error_by_chance((tuple(confidences),))
    assert together.mean == pytest.approx(found.mean, rel=0.05), "being in one article matters only where records are right together"


def test_it_falls_with_the_number_of_records_and_is_nothing_for_sure_ones() -> None:
    few, many = (error_by_chance(singles([0.7] * records)) for records in (20, 2000))
    assert many.mean < few.mean / 5
    assert error_by_chance(singles([0.0, 1.0] * 50)).high == 0
    assert error_by_chance(()).mean == 0


def test_records_that_go_together_are_as_few_as_their_articles() -> None:
    pairs = ((0.5,) * 20,) * 30
    apart, some, same, articles = error_by_chance(pairs), error_by_chance(pairs, 0.3), error_by_chance(pairs, 1.0), error_by_chance(singles([0.5] * 30))
    assert apart.mean < some.mean < same.mean == pytest.approx(articles.mean, rel=0.1)
    assert same.high == pytest.approx(articles.high, rel=0.15) and (apart.together, same.together) == (0, 1)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 1.0])
def test_how_much_they_go_together_is_measured(share: float) -> None:
    assert right_together(planted(3000, 4, share, 5)) == pytest.approx(share, abs=0.05)


@pytest.mark.parametrize("wrong_by", [-0.2, 0.0, 0.15])
def test_confidences_that_are_wrong_alike_are_not_going_together(wrong_by: float) -> None:
    chance = random.Random(11)
    articles = []
    for _ in range(1500):
        confidences = [chance.uniform(0.6, 0.8) for _ in range(6)]
        articles.append([Judged(confidence, None, chance.random() < confidence + wrong_by) for confidence in confidences])
    assert right_together(articles) < 0.04


def test_one_record_an_article_and_sure_ones_say_nothing_of_going_together() -> None:
    assert right_together([]) == right_together([[Judged(0.5, None, True)]] * 9) == right_together([[Judged(1.0, None, True), Judged(0.0, None, False)]]) == 0


def test_the_interval_holds_the_error_of_true_confidences_about_nineteen_times_in_twenty() -> None:
    inside, apart = 0, 0
    for seed in range(60):
        articles = planted(40, 8, 0.5, seed)
        confidences = tuple(tuple(j.confidence for j in judged) for judged in articles)
        error = calibration_error([(j.confidence, j.exact) for judged in articles for j in judged])
        found, alone = (error_by_chance(confidences, together, draws=200) for together in (right_together(articles), 0.0))
        inside += found.low <= error <= found.high
        apart += alone.low <= error <= alone.high
    assert inside >= 48 and apart <= inside - 10


@given(st.lists(st.lists(CONFIDENCE, max_size=6).map(tuple), max_size=10).map(tuple), st.floats(0, 1))
def test_it_lies_in_order_within_bounds(articles: tuple[tuple[float, ...], ...], together: float) -> None:
    found = error_by_chance(articles, together, draws=50)
    assert 0 <= found.low <= found.high <= 1 and 0 <= found.mean <= 1


@given(st.lists(st.tuples(CONFIDENCE, st.booleans()), min_size=1, max_size=40))
def test_bins_hold_every_record_once(pairs: list[tuple[float, bool]]) -> None:
    found = reliability(pairs)
    assert found is not None and sum(bin.records for bin in found.bins) == len(pairs) == found.records
    assert found.ece == pytest.approx(sum(bin.records * abs(bin.confidence - bin.right) for bin in found.bins) / len(pairs))
