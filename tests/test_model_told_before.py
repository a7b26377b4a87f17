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
        ("Ngày 28/12, LĐLĐ tỉnh họp. [Hôm sau], đã trao 5 suất.", "2018-01-03", "2017-12-29", "2017-12-29"),
        ("Ngày 28/12, LĐLĐ tỉnh họp. [Cùng ngày], đã trao 5 suất.", "2018-01-03", "2017-12-28", "2017-12-28"),
        ("Ngày 12/12 họp. [Ba mươi ngày sau], trao 5.", "2018-02-13", "2018-01-11", "2018-01-11"),
        ("Ngày 8/1 tới sẽ khai mạc. [Hai ngày sau], sẽ trao", "2017-12-28", "", ""),
        ("Sáng 12/12, 7/10 CĐCS họp. [Hôm sau], trao", "2017-12-14", "2017-12-13", "2017-12-13"),
        ("Sáng 12/12, mỗi hộ được vay 10-12 triệu đồng. [Chiều cùng ngày]", "2017-12-15", "2017-12-12", "2017-12-12"),
        ("Sáng 27/12 họp ở trường tiểu học 1-5. [Hôm sau]", "2017-12-30", "2017-12-28", "2017-12-28"),
        ("Tháng 8/2016, quỹ ra mắt, được 2/3 công nhân góp. [Từ đó đến nay]", "2018-03-03", "2016-08-01", "2018-03-03"),
        ("Sáng 12/12, LĐLĐ tỉnh họp, sẽ trao nhà vào ngày 25/12. [Hôm sau], trao", "2017-12-14", "2017-12-13", "2017-12-13"),
        ("Sáng 18/4 họp hướng tới ngày 1/5. [Hôm sau], trao", "2018-04-20", "2018-04-19", "2018-04-19"),
        ("Sáng 12/12 mừng 88 năm ngày thành lập Công đoàn (28/7/1929). [Chiều cùng ngày]", "2017-12-15", "2017-12-12", "2017-12-12"),
        ("Sáng 6/3 họp nhân ngày 8/3. [Chiều cùng ngày]", "2018-03-08", "2018-03-06", "2018-03-06"),
        ("Năm 2010, LĐLĐ lập quỹ. Năm 2017, UBND tỉnh tặng bằng khen cho quỹ. [Từ đó đến nay], quỹ đã trao 500 nhà.", "2018-01-03", "", "2018-01-03"),
        ("Năm 2015 trao tăng so với năm 2014. [Từ đó đến nay]", "2018-12-03", "2015-01-01", "2018-12-03"),
        ("Năm 2010, LĐLĐ lập quỹ theo Quyết định số 12 năm 2009. [Từ đó đến nay]", "2018-01-03", "2010-01-01", "2018-01-03"),
        ("Cuối năm 2016, LĐLĐ tỉnh lập quỹ. [Từ đó đến nay], trao", "2018-04-03", "", "2018-04-03"),
        ("Kế hoạch đến năm 2030 là 10. [Từ đó đến nay] trao 5.", None, "", ""),
        ("Ngày 1/12, mở lớp. Ngày 5.12, LĐLĐ họp. [Cùng ngày]", "2017-12-13", "2017-12-05", "2017-12-05"),
        ("Sáng mùng 5/12 họp. Ngày 7, LĐLĐ tỉnh trao quà. [Hôm sau]", "2017-12-13", "", ""),
        ("Ngày 10/12 họp. Hôm qua, LĐLĐ tỉnh trao quà. [Cùng ngày]", "2017-12-13", "", ""),
        ("Ngày 12/12 họp. [trước ngày đó]", "2017-12-30", "", ""),
        ("Ngày 12/12 họp. Trong [hai ngày sau đó] đã trao 5", "2017-12-30", "", ""),
        ("Ngày 31/12, họp. [Hôm sau], trao.", "9999-12-31", "", ""),
        ("Tết Kỷ Hợi 2019. Ngày 28/12, họp. [Hôm sau]", None, "2018-12-29", "2018-12-29"),
    ],
)  # fmt: skip
def test_a_time_leans_on_the_one_named_before(text: str, published: str | None, first: str, last: str) -> None:
    assert dated(text, published) == period(first, last)


@pytest.mark.parametrize("plain", ["hôm qua", "ngày sau", "mười một", "từ nay đến cuối năm", "sáng 12/12", "ba năm sau"])
def test_other_times_stand_by_themselves(plain: str) -> None:
    assert not leans_on_one_before(plain)


def test_many_days_before_take_time_that_grows_with_their_number() -> None:
    text = "Ngày 3/2 họp. " * 5000 + "[Hôm sau] trao 5."
    assert dated(text, "2019-03-13") == period("2019-02-04", "2019-02-04")
