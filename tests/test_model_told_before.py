"""Times that lean on one named before them."""

from __future__ import annotations

import pytest

from model.told_before import leans_on_one_before
from tests.test_model_dated import dated
from tests.test_model_periods import period


@pytest.mark.parametrize(
    ("text", "published", "first", "last"),
    [
        ("Tối 11-2 gói bánh. [Trưa hôm sau], quận tiễn 9 xe.", "2018-02-13", "2018-02-12", "2018-02-12"),
        ("12/7\nPhong tỏa.\n[Hai ngày sau]\nMở bếp nấu 300 suất.", "2021-08-17", "2021-07-14", "2021-07-14"),
        ("Ngày 31/12/2017 họp. [Ngày hôm sau] trao 5.", "2018-02-13", "2018-01-01", "2018-01-01"),
        ("Ngày 28 tháng 2 họp. [3 ngày sau đó] trao 5.", "2019-03-13", "2019-03-03", "2019-03-03"),
        ("[Hôm sau] trao 5. Ngày 3/2 họp.", "2019-03-13", "", ""),
        ("Khác với ngày 3/2, ngày 31/2 họp. [Hôm sau] trao 5.", "2019-03-13", "", ""),
        ("Mở tháng 3/2019. [Từ đó đến nay], tỉnh xây 37 phòng.", "2022-06-03", "2019-03-01", "2022-06-03"),
        ("Ra mắt ngày 18-8-2025. [Từ ngày ấy đến nay] lập 5.", "2025-10-24", "2025-08-18", "2025-10-24"),
        ("Làm từ năm 2013. [Kể từ đó đến nay] lập 5.", "2019-09-03", "2013-01-01", "2019-09-03"),
        ("Chị nhận việc. [Từ đó đến nay] lập 5.", "2019-09-03", "", "2019-09-03"),
        ("Họp ngày 5-10-2019. [Từ đó đến nay] lập 5.", "2019-09-03", "", "2019-09-03"),
    ],
)
def test_a_time_leans_on_the_one_named_before(text: str, published: str, first: str, last: str) -> None:
    assert dated(text, published) == period(first, last)


@pytest.mark.parametrize("plain", ["hôm qua", "ngày sau", "mười một", "từ nay đến cuối năm", "sáng 12/12", "ba năm sau"])
def test_other_times_stand_by_themselves(plain: str) -> None:
    assert not leans_on_one_before(plain)


def test_many_days_before_take_time_that_grows_with_their_number() -> None:
    text = "Ngày 3/2 họp. " * 5000 + "[Hôm sau] trao 5."
    assert dated(text, "2019-03-13") == period("2019-02-04", "2019-02-04")
