"""Times without a year where nobody knows the day of publication: the year that an article sums up, the one that has just begun, the term that people were elected for."""

from __future__ import annotations

import pytest

from tests.test_model_dated import dated
from tests.test_model_periods import period


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("Năm 2018, xã trao 5. Năm 2019, xã sẽ nhận việc mới. [Năm qua], xã sửa 3.", 2018),
        ("Hội nghị tổng kết năm 2018, triển khai nhiệm vụ năm 2019. [Năm qua], xã sửa 3.", 2018),
        ("Năm 2018, xã trao 5. Trong quý I/2019, xã họp. Năm 2019 khó. [Năm qua], xã sửa 3.", 2018),
        ("Năm 2018, xã trao 5. Ngày 10/4/2019, xã họp. Năm 2019 khó. Năm 2019 dài. [Năm qua], xã sửa 3.", 2018),
        ("Năm 2018, xã trao 5. Ngày 10/11/2019, xã họp. [Năm qua], xã sửa 3.", 2019),
        ("Năm 2018, xã trao 5. Ngày 30/6/2019, xã sửa 2. [Năm qua], xã sửa 3.", 2019),
        ("Năm 2018, xã trao 5. Năm 2019 khó. Trong năm 2019, xã sửa 2. [Năm qua], xã sửa 3.", 2019),
        ("Năm 2019, xã nhận việc mới. [Năm vừa qua], xã sửa 3.", 2019),
        ("Năm 2018, công ty lãi 100 tỷ; năm 2019 lãi 150 tỷ. [Năm qua], công ty trao 300 suất quà.", 2019),
        ("Năm 2019, hộ nghèo còn 3% (năm 2018 là 5%, năm 2017 là 7%). [Năm qua], quỹ trao 120 căn nhà.", 2019),
        ("Sáng 27/12, huyện tổng kết hoạt động công đoàn năm 2019. Năm 2018 chỉ có 2. Năm 2018 kém. [Năm qua], huyện kết nạp 1.200.", 2019),
    ],
)
def test_the_past_year_is_the_one_looked_back_on(text: str, year: int) -> None:
    assert dated(text) == period(f"{year}-01-01", f"{year}-12-31")


SUMMED_UP = "Năm 2017, công ty lãi 5 tỷ. Trong năm 2017, kho đầy. Năm 2017 khép lại. "


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Năm 2018 mở đầu tốt.\n[9 tháng đầu năm], công ty lãi 3 tỷ.", "2017-01-01", "2017-09-30"),
        ("Năm 2018 mở đầu tốt.\n[9 tháng đầu năm], chỉ tiêu lợi nhuận đã đạt.", "2017-01-01", "2017-09-30"),
        ("Năm 2018 mở đầu tốt.\n[Cả năm], công ty lãi 3 tỷ.", "2017-01-01", "2017-12-31"),
        ("Năm 2018 mở đầu tốt.\n[Ngày 1-11], công ty khánh thành kho.", "2017-11-01", "2017-11-01"),
        ("Năm 2018 mở đầu tốt.\n[Quý I], công ty lãi 3 tỷ.", "2018-01-01", "2018-03-31"),
        ("Năm 2018 mở đầu tốt.\nCông ty phấn đấu [cả năm] lãi 3 tỷ.", "2018-01-01", "2018-12-31"),
        ("Năm 2018 mở đầu tốt.\n[Cả năm], công ty phấn đấu lãi 8 tỷ.", "2018-01-01", "2018-12-31"),
        ("Năm 2018 mở đầu tốt.\n[Cả năm], công ty ước lãi 8 tỷ.", "2018-01-01", "2018-12-31"),
        ("Năm 2018, [cả năm] công ty lãi 3 tỷ.", "2018-01-01", "2018-12-31"),
        ("Năm 2018 mở đầu tốt. Trong năm 2018, kho mở.\n[9 tháng đầu năm], công ty lãi 3 tỷ.", "2018-01-01", "2018-09-30"),
        ("Quý III/2018, công ty lãi 3 tỷ.\n[9 tháng đầu năm], công ty lãi 8 tỷ.", "2018-01-01", "2018-09-30"),
        ("Ngày 20/11/2018, công ty họp.\n[Ngày 25/11], công ty trao 30.", "2018-11-25", "2018-11-25"),
    ],
)
def test_what_is_late_in_a_year_that_has_just_begun_is_of_the_one_before(text: str, first: str, last: str) -> None:
    assert dated(SUMMED_UP + text) == period(first, last)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Năm 2017, công ty lãi 5 tỷ. Kế hoạch năm 2018 cao hơn.\n[Ngày 5/2], công ty họp.", "2018-02-05"),
        ("Năm 2017, công ty lãi 5 tỷ. Dự kiến phát hành trong quý 2/2018.\n[Ngày 2/4 tới], công ty họp.", "2018-04-02"),
        ("Năm 2017, công ty lãi 5 tỷ. Kế hoạch năm 2018 cao hơn.\n[Ngày 5/7], công ty họp.", "2017-07-05"),
        ("Năm 2017, công ty lãi 5 tỷ. Ngày 20/10/2017, kho mở. Kế hoạch năm 2018 cao hơn.\n[Ngày 5/4], công ty họp.", "2017-04-05"),
        ("Năm 2017, công ty lãi 5 tỷ. Trong tháng 3/2017, kho mở. Kế hoạch năm 2018 cao hơn.\n[Ngày 15/4], công ty họp.", "2017-04-15"),
        ("Năm 2017, công ty lãi 5 tỷ. Kế hoạch giai đoạn 2018-2020 cao hơn.\n[Ngày 5/2], công ty họp.", "2017-02-05"),
        ("Năm 2017, xã xây 12 nhà. [Ngày 5/3], xã trao 20. Xã phấn đấu đến năm 2018 đạt chuẩn.", "2017-03-05"),
        ("Năm 2017, xã xây 12 nhà. [Ngày 5/3], xã trao 20. Mục tiêu là đến hết năm 2018 có 20 nhà.", "2017-03-05"),
        ("Năm 2017, xã xây 12 nhà. [Ngày 5/3], xã khởi công nhà, dự kiến hoàn thành vào năm 2018.", "2017-03-05"),
        ("Năm 2017, huyện phấn đấu kết nạp 500. Kế hoạch năm 2018 là 600.\n[Ngày 12/1], huyện trao 50.", "2017-01-12"),
        ("Năm 2017, công ty lãi 5 tỷ.\n[Ngày 5/2], công ty họp.", "2017-02-05"),
    ],
)
def test_an_early_day_where_the_next_year_is_planned_for_is_of_that_year(text: str, first: str) -> None:
    assert dated(text) == period(first, first)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Ông Ân tái đắc cử Chủ tịch nhiệm kỳ 2018-2023. [Ngày 25/9], đại biểu bầu 161 người.", "2018-09-25"),
        ("HĐND huyện nhiệm kỳ 2016-2021 họp kỳ thứ nhất để bầu các chức danh. [Sáng 16/6], 40 đại biểu dự.", "2016-06-16"),
        ("HĐND huyện nhiệm kỳ 2016-2021 bầu bổ sung một ủy viên. [Sáng 16/6], 40 đại biểu dự.", ""),
        ("Tại kỳ họp thứ 9, HĐND tỉnh nhiệm kỳ 2016-2021 bầu ông Sơn. [Sáng 5/12], 52 đại biểu bỏ phiếu.", ""),
        ("HĐND tỉnh nhiệm kỳ 2016-2021 bầu ông Sơn giữ chức Phó Chủ tịch. [Sáng 5/12], 52 đại biểu bỏ phiếu.", ""),
        ("Được bầu làm Chủ tịch CĐCS nhiệm kỳ 2018-2023, chị Hà tận tụy. [Ngày 8/3], chị trao 120 suất quà.", ""),
        ("Mặt trận bàn việc bầu cử HĐND nhiệm kỳ 2021-2026. [Ngày 25/12], mặt trận trao 120.", ""),
        ("Đại biểu HĐND nhiệm kỳ 2016-2021 tiếp xúc cử tri trong bầu không khí dân chủ. [Ngày 10/7], xã trao 5.", ""),
        ("Tỉnh đoàn nhiệm kỳ 2017-2022 ra mắt mô hình Cổng trường an toàn. [Ngày 26/3], tỉnh đoàn trao 5.", ""),
        ("Ông Ân, Chủ tịch nhiệm kỳ 2018-2023, đến dự. Đại hội chi bộ bầu 3 người.\n[Ngày 25/9], xã trao 5.", ""),
        ("Bà Hà đắc cử nhiệm kỳ 2018-2023, sau nhiệm kỳ 2013-2018. [Ngày 25/9], xã trao 5.", ""),
    ],
)
def test_an_election_tells_the_year_in_which_its_term_begins(text: str, first: str) -> None:
    assert dated(text) == period(first, first)


def test_an_election_dates_days_alone() -> None:
    elected = "Ông Ân tái đắc cử Chủ tịch nhiệm kỳ 2018-2023. "
    assert dated(elected + "[Năm nay], xã trao 5.") == dated(elected + "[Năm qua], xã trao 5.") == period("", "")
    assert dated(elected + "[Trong nhiệm kỳ], ông sẽ trao 5.") == period("2018-01-01", "2023-12-31")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Bán niên 2017, ngân hàng lãi lớn so với nửa đầu năm 2016. [Nửa đầu năm], huy động tăng 5%.", "2017-01-01", "2017-06-30"),
        ("Quý 4 năm 2016 tăng 6%. Ước [cả năm] tăng 7% so với năm 2016.", "2017-01-01", "2017-12-31"),
        ("Năm 2016 công ty lãi 5 tỷ. [9 tháng] lãi 4 tỷ, tăng 7% so với cùng kỳ năm 2016.", "2017-01-01", "2017-09-30"),
        ("Công ty lãi 5 tỷ trong năm 2018. So với kế hoạch năm 2019, công ty mới hoàn thành 45%. [6 tháng đầu năm], công ty nộp 2 tỷ.", "2019-01-01", "2019-06-30"),
        ("Năm 2018 lãi 5 tỷ. Công ty phấn đấu hoàn thành kế hoạch năm 2019. [6 tháng đầu năm], công ty nộp 2 tỷ.", "2018-01-01", "2018-06-30"),
        ("Năm 2016, ngân hàng lãi 5 tỷ. Đại hội thường niên năm 2017 sẽ họp ngày 26/5. [Năm nay], ngân hàng lãi 7 tỷ.", "2017-01-01", "2017-12-31"),
        ("Áp lực những tháng còn lại của năm 2018 là lớn. [Năm nay], CPI tăng 4%.", "2018-01-01", "2018-12-31"),
        ("Năm 2018 lãi 5 tỷ. Thi đua thực hiện kế hoạch năm 2019. [6 tháng đầu năm], công ty nộp 2 tỷ.", "2018-01-01", "2018-06-30"),
        ("Quý III/2022 khởi sắc. [9 tháng đầu năm], hãng đón 14,6 triệu lượt khách, bằng 80% so với cùng kỳ năm 2019.", "2022-01-01", "2022-09-30"),
        ("Năm 2017, tỉnh chọn chủ đề. Tính đến [30/9], tỉnh có 850 CĐCS, tăng 210 so với năm 2013.", "2017-09-30", "2017-09-30"),
        ("[6 tháng đầu năm], cục thu 25 tỷ, tăng 20% so với cùng kỳ năm 2015 và 5% so với cùng kỳ năm 2016.", "2017-01-01", "2017-06-30"),
        ("Tỉnh hiện có 1.150 CĐCS, tăng 320 so với năm 2012. [Trong năm], tỉnh kết nạp 7.200.", "", ""),
        ("Ngày 7/8/2017, hội đồng chốt mức lương cao hơn 6,5% so với năm 2017. [Tháng 6], tổng liên đoàn đã hỏi 10 tỉnh.", "2017-06-01", "2017-06-30"),
        ("Theo Báo cáo thường niên 2017, công ty có 13 nhà máy. [Năm nay], công ty đặt kế hoạch 5 tỷ.", "", ""),
        ("Kết thúc năm 2017, công ty lãi 280 tỷ. Ngày 26/3 chốt danh sách dự ĐHĐCĐ thường niên 2018. [9 tháng đầu năm], công ty trả 5%.", "2017-01-01", "2017-09-30"),
        ("Hơn nửa năm 2018 đã trôi qua. [6 tháng đầu năm], tỉnh thành lập 12 CĐCS.", "2018-01-01", "2018-06-30"),
        ("9 tháng đầu năm 2018, công ty thu 5 tỷ. Năm 2017, công ty lãi 4 tỷ. Sau 9 tháng đã đạt 88% kế hoạch [cả năm].", "2018-01-01", "2018-12-31"),
        ("Năm 2018 kém. Năm 2019, công ty lãi 5 tỷ. [Trong năm], công ty mở 9 cửa hàng.", "2019-01-01", "2019-12-31"),
    ],
)
def test_what_a_year_is_compared_with_and_what_is_under_way_tell_the_present_one(text: str, first: str, last: str) -> None:
    assert dated(text) == period(first, last)
