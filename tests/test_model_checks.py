"""Do the figures agree? The borders between ok, rounding and conflict, and what each check says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from model.checks import check_record, compare
from model.schema import (
    AchievementRecord,
    Kind,
    Outcome,
    PercentageField,
    PercentageKind,
    Period,
    PeriodField,
    QuantityField,
    Span,
)

OF, OVER = PercentageKind.OF_TARGET, PercentageKind.OVER_TARGET


def quantity(value: Decimal | int, start: int = 0) -> QuantityField:
    return QuantityField(str(value), Span(start, start + 1), Decimal(value))


def percentage(value: Decimal | int | str, kind: PercentageKind, start: int = 20) -> PercentageField:
    return PercentageField(f"{value}%", Span(start, start + 1), Decimal(value), kind)


def record(
    count: Decimal | int | None = None, target: Decimal | int | None = None, *rates: PercentageField, kind: Kind = Kind.RESULT, said: str = ""
) -> AchievementRecord:
    return AchievementRecord(
        id="1",
        article_id="a",
        kind=kind,
        organisation=None,
        indicator="",
        indicator_code="other",
        count=None if count is None else quantity(count),
        target=None if target is None else quantity(target, 5),
        percentages=rates,
        period=None,
        sentence=Span(0, 99),
        sentence_text=said.ljust(99),
        confidence=0,
        field_confidence={},
        checks=(),
        model="",
    )


def outcomes(found: AchievementRecord, published: date | None = None) -> dict[str, Outcome]:
    return {check.rule: check.outcome for check in check_record(found, published)}


stated = st.decimals(0, 500, places=1) | st.integers(0, 500).map(Decimal) | st.decimals(0, 500, places=2)


def unit(value: Decimal) -> Decimal:
    """One of the last place that was written."""
    return Decimal(1).scaleb(min(0, int(value.as_tuple().exponent)))


@given(stated, st.decimals(-2, 2, places=4))
def test_the_borders_lie_at_half_and_whole_of_the_last_place(value: Decimal, steps: Decimal) -> None:
    found = compare(value, value + steps * unit(value))
    wanted = Outcome.OK if abs(steps) <= Decimal("0.5") else Outcome.ROUNDING if abs(steps) <= 1 else Outcome.CONFLICT
    assert found is wanted


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.integers(0, 3))
def test_a_rounded_percentage_is_ok_and_a_cut_one_at_worst_rounding(count: int, target: int, places: int) -> None:
    exact = Decimal(count) / Decimal(target) * 100
    step = Decimal(1).scaleb(-places)
    rounded, cut = exact.quantize(step), (exact // step * step).quantize(step)
    assume(rounded < 10**9)
    assert outcomes(record(count, target, percentage(rounded, OF))) == {"count_of_target": Outcome.OK}
    assert outcomes(record(count, target, percentage(cut, OF)))["count_of_target"] in (Outcome.OK, Outcome.ROUNDING)
    assert outcomes(record(count, target, percentage(rounded + 2 * step, OF))) == {"count_of_target": Outcome.CONFLICT}
    if rounded >= 100:
        assert outcomes(record(count, target, percentage(rounded - 100, OVER))) == {"count_over_target": Outcome.OK}


@pytest.mark.parametrize(
    ("count", "target", "rate", "outcome"),
    [
        (391, 300, "130.3", Outcome.OK),
        (391, 300, "130.33", Outcome.OK),
        (391, 300, "130", Outcome.OK),
        (391, 300, "130.4", Outcome.ROUNDING),
        (391, 300, "131", Outcome.ROUNDING),
        (391, 300, "130.5", Outcome.CONFLICT),
        (391, 300, "132", Outcome.CONFLICT),
        (2, 3, "66.6", Outcome.ROUNDING),
        (2, 3, "66", Outcome.ROUNDING),
        (2, 3, "67", Outcome.OK),
    ],
)
def test_count_of_target(count: int, target: int, rate: str, outcome: Outcome) -> None:
    (check,) = check_record(record(count, target, percentage(rate, OF)), None)
    assert (check.rule, check.outcome) == ("count_of_target", outcome)
    assert f"{count}/{target} gives" in check.detail and f"stated is {rate}%" in check.detail


@pytest.mark.parametrize(
    ("said", "rate", "rule"),
    [
        ("33/25, vượt mức", 132, "words_of_target"),
        ("33/25, đạt", 132, "count_of_target"),
        ("33/25, vượt kế hoạch, đạt", 132, "count_of_target"),
        ("33/25, đạt và vượt", 132, "words_of_target"),
        ("33/25, vượt, bằng", 132, "count_of_target"),
        ("20/25, vượt khó", 80, "count_of_target"),
    ],
)
def test_words_that_say_more_than_the_figures(said: str, rate: int, rule: str) -> None:
    count = int(said[:2])
    (check,) = check_record(record(count, 25, percentage(rate, OF, start=len(said) + 1), said=said), None)
    assert (check.rule, check.outcome) == (rule, Outcome.CONFLICT if rule == "words_of_target" else Outcome.OK)


@given(stated, stated)
def test_two_percentages_agree_where_they_lie_a_hundred_apart(reached: Decimal, over: Decimal) -> None:
    (check,) = check_record(record(None, None, percentage(reached, OF), percentage(over, OVER)), None)
    assert check.rule == "excess" and check.outcome is compare(over, reached - 100)


def test_three_percentages_are_not_paired() -> None:
    assert check_record(record(None, None, percentage(130, OF), percentage(120, OF), percentage(30, OVER)), None) == ()


@given(st.integers(1, 10**9), st.integers(1, 500), st.booleans())
def test_the_implied_target_is_said_to_be_implied(count: int, share: int, over: bool) -> None:
    rate = percentage(share, OVER if over else OF)
    (check,) = check_record(record(count, None, rate), None)
    assert (check.rule, check.outcome) == ("implied_target", Outcome.OK) and "implied, not stated" in check.detail
    said = Decimal(check.detail.rsplit(" ", 1)[1])
    assert abs(said - Decimal(count) * 100 / (share + 100 * over)) <= Decimal("0.006")


@pytest.mark.parametrize("kind", [Kind.LEVEL, Kind.PLAN])
def test_only_a_result_implies_a_target(kind: Kind) -> None:
    assert check_record(record(12, None, percentage(200, OF), kind=kind), None) == ()
    assert check_record(record(12, None, percentage(20, PercentageKind.SHARE)), None) == ()
    assert check_record(record(12, None, percentage(0, OF)), None) == ()


def test_nothing_is_divided_by_zero() -> None:
    assert check_record(record(12, 0, percentage(100, OF)), None) == ()
    assert check_record(record(0, 12, percentage(0, OF)), None)[0].outcome is Outcome.OK


@given(st.dates(date(2000, 1, 1), date(2030, 1, 1)), st.integers(-400, 400), st.sampled_from(list(Kind)))
def test_a_result_cannot_begin_after_the_day_of_publication(published: date, days: int, kind: Kind) -> None:
    first = published + timedelta(days=days)
    dated = replace(record(12, kind=kind), period=PeriodField("x", Span(0, 1), Period(first, None), False))
    wanted = {"after_publication": Outcome.CONFLICT} if days > 0 and kind is not Kind.PLAN else {}
    assert outcomes(dated, published) == wanted
    assert outcomes(dated, None) == {}
    assert outcomes(replace(dated, period=PeriodField("x", Span(0, 1), Period(None, first), False)), published) == {}
