"""Days around Tết."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.dated import read_date
from model.moments import UNKNOWN
from model.new_year import is_new_year_day, read_new_year_day
from model.schema import Period, Span


def read(surface: str, published: date | None, text: str = "") -> Period | None:
    text = text or f"LĐLĐ tỉnh tặng 200 suất quà {surface}."
    start = text.index(surface)
    return read_date(text, Span(start, start + len(surface)), published)


@pytest.mark.parametrize(
    ("surface", "published", "day"),
    [
        ("Mùng 6 Tết", date(2020, 1, 20), date(2020, 1, 30)),
        ("đêm 30 tết", date(2011, 1, 29), date(2011, 2, 2)),
        ("28 tháng Chạp", date(2016, 2, 1), date(2016, 2, 6)),
        ("đêm mùng ba Tết", date(2024, 2, 20), date(2024, 2, 12)),
        ("ngày 10 tháng Giêng", date(2019, 3, 1), date(2019, 2, 14)),
        ("sáng 27 Tết", date(2018, 12, 28), date(2019, 2, 1)),
    ],
)
def test_a_day_of_the_nearest_tet(surface: str, published: date, day: date) -> None:
    assert read(surface, published) == Period(day, day)


def test_before_a_day_only_the_last_is_known() -> None:
    for surface in ("trước 25 tháng Chạp", "25 tháng Chạp"):
        text = "LĐLĐ tỉnh tặng xong 200 suất quà trước 25 tháng Chạp."
        assert read(surface, date(2014, 1, 10), text) == Period(None, date(2014, 1, 25))


def test_the_last_month_before_2007_had_29_days_in_vietnam() -> None:
    assert read("30 Tết", date(2007, 2, 20)) == UNKNOWN
    assert read("23 tháng Chạp", date(2007, 2, 20)) == Period(date(2007, 2, 10), date(2007, 2, 10))


def test_the_one_tet_of_the_article_goes_before_the_nearest() -> None:
    assert read("mùng 6 Tết", date(2020, 12, 20), "Tết Canh Tý vừa qua, mùng 6 Tết, LĐLĐ tỉnh tặng 200 suất quà.") == Period(date(2020, 1, 30), date(2020, 1, 30))


@pytest.mark.parametrize(("surface", "published"), [("30 Tết", date(2022, 1, 20)), ("mùng 40 Tết", date(2022, 1, 20)), ("mùng 6 Tết", date(2022, 7, 1)), ("mùng 6 Tết", None)])
def test_a_day_that_is_not_or_that_may_be_of_two_years_is_unknown(surface: str, published: date | None) -> None:
    assert read(surface, published) == UNKNOWN


def test_without_a_day_of_publication_the_one_tet_of_the_article_is_meant() -> None:
    assert read("mùng 6 Tết", None, "Tết Kỷ Hợi 2019 đã qua. Sáng mùng 6 Tết, LĐLĐ tỉnh tặng 200 suất quà.") == Period(date(2019, 2, 10), date(2019, 2, 10))


@given(st.dates(date(1990, 1, 1), date(2050, 1, 1)), st.integers(0, 40), st.sampled_from(["mùng {} tết", "{} tháng chạp", "{} tết", "{} tháng giêng"]))
def test_no_day_is_far_from_publication_and_chap_lies_before_gieng(published: date, number: int, form: str) -> None:
    plain = form.format(number)
    if is_new_year_day(plain):
        found = read_new_year_day(plain, published, None)
        assert found == UNKNOWN or abs((found.first or date.min) - published).days <= 60
        eve, first = (read_new_year_day(day, published, None).first for day in ("29 tháng chạp", "mùng 1 tết"))
        assert not (eve and first) or 1 <= (first - eve).days <= 2
