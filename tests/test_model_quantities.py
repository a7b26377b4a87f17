"""Values of COUNT, TARGET and PERCENTAGE spans, their qualifiers, and what a percentage is of."""

from __future__ import annotations

import re
import time
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from model.percentages import growth_sign, over_or_of_target, percentage_kind
from model.quantities import MAX_VALUE, read_percentage, read_qualifier, read_quantity
from model.schema import PercentageKind, Qualifier
from tests.strategies import ALL_FORMS, MAGNITUDES, any_text, decimals, leaves_its_places_open, number_in_words, render_quantity, whole_numbers

VALUES = [
    ("391", "391", None), ("1.710", "1710", None), ("1710", "1710", None), ("1 710", "1710", None), ("2021", "2021", None),
    ("37,13 tỷ đồng", "37130000000", "VND"), ("85 triệu đồng", "85000000", "VND"), ("263 ngàn", "263000", None),
    ("21,6 tỉ", "21600000000", None), ("2.900.000.000đ", "2900000000", "VND"), ("1,3 triệu", "1300000", None),
    ("1,3 triệu USD", "1300000", "USD"), ("$5 triệu", "5000000", "USD"), ("3 triệu đô la Mỹ", "3000000", "USD"), ("2 triệu euro", "2000000", "EUR"),
    ("hai mươi lăm", "25", None), ("một nghìn hai trăm", "1200", None), ("mười hai", "12", None), ("hai mươi", "20", None),
    ("năm", "5", None), ("năm mươi lăm", "55", None), ("hai mươi tư", "24", None), ("ba mươi mốt", "31", None), ("một trăm linh hai", "102", None),
    ("một nghìn không trăm linh năm", "1005", None), ("hai trăm nghìn đồng", "200000", "VND"), ("Hai Mươi", "20", None), ("ba chục", "30", None),
    ("nửa triệu", "500000", None), ("1 tỷ 200 triệu đồng", "1200000000", "VND"), ("3 tỷ rưỡi", "3500000000", None),
    ("hai triệu rưỡi đồng", "2500000", "VND"), ("1 vạn", "10000", None), ("05", "5", None), ("3,500", "3500", None),
    ("1.5 triệu", "1500000", None), ("12.500,5", "12500.5", None), ("12,500.5", "12500.5", None), ("1,234,567", "1234567", None),
    ("1.234.567,89", "1234567.89", None), ("1,234,567.89", "1234567.89", None), ("10.000.000 đ", "10000000", "VND"),
    ("500,000 đồng", "500000", "VND"), ("1.864,44 đồng", "1864.44", "VND"), ("32.5%", "32.5", "%"), ("37,125 tỷ đồng", "37125000000", "VND"),
    ("1.250 tỷ đồng", "1250000000000", "VND"), ("1,5 nghìn tỷ đồng", "1500000000000", "VND"), ("9,9 triệu tỉ đồng", "9900000000000000", "VND"),
    ("1 nghìn 200 tỷ", "1200000000000", None), ("1 triệu 250.000 đồng", "1250000", "VND"), ("500k", "500000", None), ("50trđ", "50000000", "VND"),
    ("50 tr.đ", "50000000", "VND"), ("２\u00a0５００", "2500", None), ("10\u202f000 đồng", "10000", "VND"), ("gần 500", "500", None),
    ("ước đạt hơn 12", "12", None), ("300 trở lên", "300", None), ("1.710.", "1710", None), ("2 trăm nghìn", "200000", None), ("0,5", "0.5", None),
]  # fmt: skip


VALUES += [
    ("4,5 hecta", "4.5", None), ("2.534 ha", "2534", None), ("1,2 triệu lượt", "1200000", None), ("30 tỷ tệ", "30000000000", "CNY"),
    ("415,1 tỷ đòng", "415100000000", "VND"), ("hai trăm suất", "200", None), ("120m2", "120", None),
    ("27 ngàn tỉ yen", "27000000000000", "JPY"), ("16 tỷ Yên Nhật", "16000000000", "JPY"), ("508.25 triệu đô - la Mỹ", "508250000", "USD"),
    ("hai trăm năm sáu", "256", None), ("ba trăm hai lăm triệu đồng", "325000000", "VND"),
    ("bốn nghìn hai trăm năm sáu tỷ một trăm chín mươi triệu đồng", "4256190000000", "VND"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value", "unit"), VALUES)
def test_a_quantity_is_read(text: str, value: str, unit: str | None) -> None:
    found = read_quantity(text)
    assert found is not None
    assert (found.value, found.high, found.unit, found.flaws) == (Decimal(value), None, unit, ())


@pytest.mark.parametrize(
    ("text", "value", "flaw"),
    [
        ("7.261.045351đ", "7261045351", "grouping"),
        ("2.9000000đ", "29000000", "grouping"),
        ("500.000.00đ", "50000000", "grouping"),
        ("2,900.000.000đ", "2900000000", "grouping"),
        ("1.234,567 đồng", "1234567", "grouping"),
        ("3,500 tỷ", "3500000000", "ambiguous"),
        ("1.250%", "1250", "ambiguous"),
        ("5.837.3 tỷ đồng", "5837300000000", "grouping"),
    ],
)
def test_irregular_digits_are_read_as_they_stand_and_flagged(text: str, value: str, flaw: str) -> None:
    found = read_quantity(text)
    assert found is not None
    assert (found.value, found.flaws) == (Decimal(value), (flaw,))


@pytest.mark.parametrize(
    ("text", "value", "high", "unit"),
    [
        ("7,5-8%", "7.5", "8", "%"),
        ("8.000 – 11.000", "8000", "11000", None),
        ("từ 5 đến 7", "5", "7", None),
        ("2-3 tỷ đồng", "2000000000", "3000000000", "VND"),
        ("1.200 đến 1.500 tỷ đồng", "1200000000000", "1500000000000", "VND"),
        ("900 triệu - 1,2 tỷ đồng", "900000000", "1200000000", "VND"),
        ("500,000 đồng - 1 triệu đồng", "500000", "1000000", "VND"),
        ("7,5% tới 8%", "7.5", "8", "%"),
        ("hai đến ba nghìn", "2000", "3000", None),
    ],
)
def test_a_range_has_both_ends(text: str, value: str, high: str, unit: str | None) -> None:
    found = read_quantity(text)
    assert found is not None
    assert (found.value, found.high, found.unit) == (Decimal(value), Decimal(high), unit)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "2/3", "391/300", "hàng trăm", "trăm nghìn", "vài chục", "chục", "nhiều", "12 CĐCS", "3 triệu đồng/người", "-5", "2018-2023",
        "5-2018", "16.10.2018", "22-5-2018", "02-5", "12.2021", "11-9", "0912345678", "192.168.1.1", "1.2.3", "một nghìn hai",
        "một trăm hai", "2 tỷ 3", "hai mươi năm", "5 rưỡi", "rưỡi", "nửa", "đồng", "%", "từ 5",
        "5 10", "2021 391", "1. 710", "16.50đ", "1,2,3", "từ 7 đến 5", "5-5",
        "5% - 7 đồng", "1 triệu 2 tỷ", "1,5 tỷ 200 triệu", "12.500.000 triệu triệu triệu triệu", "9" * 19, "²", "½", "١٢",
    ],
)  # fmt: skip
def test_what_is_not_sure_is_not_read(text: str) -> None:
    assert read_quantity(text) is None


def test_a_default_unit_fills_only_a_missing_one() -> None:
    assert [found and found.unit for found in (read_quantity("5", default_unit="VND"), read_quantity("5%", default_unit="VND"))] == ["VND", "%"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("130,3%", "130.3"), ("130.3 %", "130.3"), ("100 phần trăm", "100"), ("0,17%", "0.17"), ("mười phần trăm", "10"), ("-26%", "-26"),
        ("+5,2%", "5.2"), ("1.250%", "1250"), ("hơn 98%", "98"), ("７５％", "75"), ("98", None), ("5 triệu", None), ("3 điểm phần trăm", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_percentage_is_read(text: str, value: str | None) -> None:
    found = read_percentage(text)
    assert (found and found.value) == (value and Decimal(value))


@pytest.mark.parametrize(
    ("before", "qualifier"),
    [
        ("ước đạt hơn ", "more_than"), ("kết nạp gần ", "nearly"), ("tặng khoảng ", "approximately"), ("xấp xỉ ", "approximately"),
        ("chừng ", "approximately"), ("được độ ", "approximately"), ("ước ", "approximately"), ("ước tính có ", "approximately"), ("hỗ trợ trên ",
        "more_than"),
        ("Hơn ", "more_than"), ("vượt mức ", "more_than"), ("ít nhất ", "at_least"), ("tối thiểu là ", "at_least"), ("không dưới ", "at_least"),
        ("không ít hơn ", "at_least"), ("tối đa ", "at_most"), ("không quá ", "at_most"), ("khoảng từ ", "approximately"), ("đạt gần", "nearly"),
        ("trình độ ", None), ("chế độ ", None), ("gần Khu công nghiệp ", None), ("trên địa bàn ", None), ("Công ước ", None), ("cao hơn ", None),
        ("cấp trên ", None), ("nhiều hơn ", None), ("hơn 3 ", None), ("gần đây, ", None), ("khoảng cách ", None), ("kết nạp ", None), ("", None),
    ],
)  # fmt: skip
def test_a_qualifier_stands_right_before_the_number(before: str, qualifier: str | None) -> None:
    assert read_qualifier(before) == (qualifier and Qualifier(qualifier))


def test_a_qualifier_inside_or_after_the_number() -> None:
    assert read_qualifier("khoảng ", "hơn 500") is Qualifier.MORE_THAN
    assert read_qualifier("từ ", "300", " trở lên") is Qualifier.AT_LEAST
    assert read_qualifier("", "300", " trở xuống") is Qualifier.AT_MOST
    assert read_qualifier("", "300", " đoàn viên trở lên") is None


@pytest.mark.parametrize(
    ("before", "after", "has_target", "kind"),
    [
        ("đạt ", " kế hoạch", False, "of_target"), ("đạt hơn ", " dự toán", False, "of_target"), ("hoàn thành ", " chỉ tiêu", False, "of_target"),
        ("bằng ", " kế hoạch", False, "of_target"), ("so với kế hoạch đạt ", "", False, "of_target"), ("đạt ", "", True, "of_target"),
        ("đạt ", " (vượt 100% chỉ tiêu kế hoạch)", False, "of_target"), ("thu đạt ", ", đoàn phí đạt 220% so với chỉ tiêu", False, "of_target"),
        ("đạt 200% (vượt ", " chỉ tiêu kế hoạch)", False, "over_target"), ("vượt ", ". Năm", False, "over_target"),
        ("chiếm ", "", False, "share"), ("", " tổng số", False, "share"), ("trong đó ", " là nữ", False, "share"), ("với ", " là nữ", False, "share"),
        (", ", " được xếp loại", False, "share"), ("đạt ", " tổng số", False, "share"), ("chiếm ", " tổng chỉ tiêu", False, "share"),
        ("tăng ", " so với cùng kỳ", False, "growth"), ("giảm ", "", False, "growth"), ("cao hơn ", " so với đầu nhiệm kỳ", False, "growth"),
        ("đạt 130,3% kế hoạch, tăng ", " so với năm 2020", False, "growth"), ("vượt ", " so với cùng kỳ", False, "growth"),
        ("bằng ", " cùng kỳ", False, "of_previous"), ("bằng ", " so với cùng kỳ năm trước", False, "of_previous"),
        ("đạt tỷ lệ ", "", False, "rate"), ("đạt ", "", False, "rate"), ("giảm còn ", "", False, "rate"), ("nâng từ 71,2% lên ", "", False, "rate"),
    ],
)  # fmt: skip
def test_the_nearest_cue_says_what_a_percentage_is_of(before: str, after: str, has_target: bool, kind: str) -> None:
    assert percentage_kind(before, after, has_target=has_target) is PercentageKind(kind)


@pytest.mark.parametrize(
    ("before", "after", "sign"),
    [
        ("giảm ", "", -1),
        ("tăng ", "", 1),
        ("giảm nghèo, tăng ", "", 1),
        ("tăng 5%, giảm ", "", -1),
        ("", " giảm", -1),
        ("", "", 1),
        ("thấp hơn ", "", -1),
    ],
)
def test_a_fall_is_negative(before: str, after: str, sign: int) -> None:
    assert growth_sign(before, after) == sign


@pytest.mark.parametrize(
    ("count", "target", "stated", "kinds"),
    [(33, 25, "132", ["of_target"]), (391, 300, "30.3", ["over_target"]), (391, 300, "130.3", ["of_target"]), (12, 0, "5", []),
    (1, 1, "50", ["of_target", "over_target"])],
)  # fmt: skip
def test_the_figures_decide_between_of_and_over(count: int, target: int, stated: str, kinds: list[str]) -> None:
    assert list(over_or_of_target(Decimal(count), Decimal(target), Decimal(stated))) == kinds


@given(whole_numbers, st.sampled_from(ALL_FORMS))
def test_every_surface_form_reads_back(value: Decimal, form: str) -> None:
    assume(form != "words" or not leaves_its_places_open(int(value)))
    text = render_quantity(value, form)
    found = read_quantity(text)
    assert found is not None, text
    assert (found.value, found.high) == (value, None)


@given(st.integers(1, 10**12 - 1))
def test_numbers_in_words_read_back(value: int) -> None:
    found = read_quantity(number_in_words(value))
    assert (found and found.value) == (None if leaves_its_places_open(value) else value)


@given(decimals, decimals, st.sampled_from([*MAGNITUDES, "%"]))
def test_ranges_read_back(first: Decimal, second: Decimal, unit: str) -> None:
    assume(first < second)
    ends = [render_quantity(value, "percent")[:-1] for value in (first, second)]
    found = read_quantity(f"{ends[0]}-{ends[1]} {unit}")
    assert found is not None
    assert (found.value, found.high) == (first * MAGNITUDES.get(unit, 1), second * MAGNITUDES.get(unit, 1))


@given(any_text, any_text)
def test_no_text_raises(text: str, other: str) -> None:
    for found in (read_quantity(text), read_percentage(text)):
        assert found is None or abs(found.value) <= MAX_VALUE
    read_qualifier(text, other, text)
    percentage_kind(text, other, has_target=False)
    growth_sign(text, other)


@given(st.text(alphabet="0123456789., -đ%", max_size=16))
def test_no_digit_is_lost_or_made_up(text: str) -> None:
    found = read_quantity(text)
    if found is None:
        return
    values = [value for value in (found.value, found.high) if value is not None]
    digits = [re.sub(r"[^0-9]", "", part) for part in text.split("-") if re.search(r"[0-9]", part)]
    assert [f"{value:f}".replace(".", "").strip("0") for value in values] == [run.strip("0") for run in digits]


@pytest.mark.parametrize("part", ["9", "1.2", "1 ", "hai ", "triệu ", "hơn ", "- ", "trăm mươi ", "đạt 5%, ", "\u00a0", "gần hơn khoảng "])
def test_time_is_linear_in_the_length(part: str) -> None:
    text = (part * 100_000)[:100_000]
    start = time.perf_counter()
    assert read_quantity(text) is None
    assert read_percentage(text) is None
    read_qualifier(text, text, text)
    percentage_kind(text, text, has_target=True)
    growth_sign(text, text)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize("text", ["1 tỷ tỷ", "3 triệu triệu đồng", "5 tỷ tỉ"])
def test_a_magnitude_said_twice_is_not_read(text: str) -> None:
    assert read_quantity(text) is None
