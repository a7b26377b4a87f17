"""A time where it stands: the words before it, terms of office, and the turn of the year."""

from __future__ import annotations

from datetime import date

import pytest

from model.dated import read_date
from model.schema import Period, Span
from tests.test_model_periods import period

CONGRESS = "Đại hội nhiệm kỳ 2023-2028. "


def dated(text: str, published: str | None = None) -> Period | None:
    """The time in square brackets."""
    start, end = text.index("["), text.index("]")
    return read_date(text.replace("[", "").replace("]", ""), Span(start, end - 1), date.fromisoformat(published) if published else None)


@pytest.mark.parametrize(
    ("text", "published", "first", "last"),
    [
        ("[Hiện có] 5 đoàn viên.", "2021-07-01", "2021-07-01", "2021-07-01"),
        ("Năm 2002 có quy chế. [Quý II], LĐLĐ kết nạp 5.", "2021-07-01", "2021-04-01", "2021-06-30"),
        ("Năm 2019 kết nạp 3, [quý II] kết nạp 1.", "2021-07-01", "2019-04-01", "2019-06-30"),
        ("Nộp trước [tháng 12].", "2022-09-06", "", "2022-11-30"),
        ("Nộp trước [ngày 31/3].", "2020-01-06", "", "2020-03-31"),
        ("Đến [cuối tháng 9], quận có 5.", "2022-10-06", "", "2022-09-30"),
        ("[Cuối tháng 9], quận trao 5.", "2022-10-06", "", ""),
        ("Khởi xướng từ [cuối 2021].", "2022-10-06", "", ""),
        ("[Quý IV], quận trao 5.", "2022-01-14", "2021-10-01", "2021-12-31"),
        ("[Quý IV], quận sẽ trao 5.", "2022-11-14", "2022-10-01", "2022-12-31"),
        ("Dự kiến [quý IV] trao 5.", "2022-01-14", "2022-10-01", "2022-12-31"),
        ("Nhìn lại năm 2025. Trong [năm], phường trao 5.", "2026-01-20", "2025-01-01", "2025-12-31"),
        ("Sáng 12/12 trao. [Chiều cùng ngày] trao 5.", "2017-12-13", "2017-12-12", "2017-12-12"),
        ("Sáng 12/12 trao. [Cùng buổi chiều] trao 5.", "2017-12-13", "2017-12-12", "2017-12-12"),
        ("Quý III, tỉnh kết nạp 5 (quý III/2016 chỉ 3; quý III/2017: 4), [11 tháng] kết nạp 9.", "2018-12-04", "2018-01-01", "2018-11-30"),
        ("Nghiệp đoàn ra mắt năm 2016, đến [30/6] có 5.", "2021-07-03", "2021-06-30", "2021-06-30"),
        ("Chốt sổ [31-12], huyện có 5. Năm 2025 còn dài.", "2025-01-06", "2024-12-31", "2024-12-31"),
        ("Chốt sổ năm 2024: [31-12], huyện có 5.", "2025-01-06", "2024-12-31", "2024-12-31"),
        ("Năm 2024 qua đi. Riêng [tháng 4] mở 5 lớp.", "2025-01-06", "2024-04-01", "2024-04-30"),
        ("Năm 2024 qua đi. Riêng [tháng 4] huyện sẽ mở 5 lớp.", "2025-01-06", "2025-04-01", "2025-04-30"),
        ("Năm 2024 qua đi. Năm nay chậm nhất [tháng 4] lập 5.", "2025-01-06", "2025-04-01", "2025-04-30"),
        ("Đánh giá năm 2024, triển khai nhiệm vụ năm 2025.\nTrong [năm], xã trao 5.", "2025-01-06", "2024-01-01", "2024-12-31"),
        ("Từ 1-8 đến 31-12-2024, xã trao 3. Trong [năm], xã trao 5.", "2025-01-06", "2024-01-01", "2024-12-31"),
        ("Trường mở năm học mới. Chỉ tiêu [2019-2020]: 5 giải.", "2019-09-07", "", ""),
        ("Dự án [2019-2020] trồng 5 cây.", "2021-09-07", "2019-01-01", "2020-12-31"),
        ("Mất 2 ngày thông tàu. [Cả năm], ga kết nạp 5.", "2011-01-14", "2010-01-01", "2010-12-31"),
        ("[Cả năm], ga sẽ kết nạp 5.", "2011-01-14", "2011-01-01", "2011-12-31"),
        ("[Cả năm], ga kết nạp 5.", "2011-12-14", "2011-01-01", "2011-12-31"),
        ("Theo kế hoạch năm 2021, [cả năm] tỉnh hỗ trợ 5 căn.", "2021-01-15", "2021-01-01", "2021-12-31"),
        ("Năm 2021, tỉnh được giao [trong năm] kết nạp 5.", "2021-01-15", "2021-01-01", "2021-12-31"),
        ("Chỉ tiêu [trong năm]: kết nạp 5.", "2021-01-15", "2021-01-01", "2021-12-31"),
        ("Năm 2019, tỉnh giải thể 5; [cả năm] thu 2 tỷ.", "2021-01-15", "2019-01-01", "2019-12-31"),
        ("Chốt sổ [31-12], quỹ có 5 thành viên.", "2011-03-18", "2010-12-31", "2010-12-31"),
        ("Tới [hết tháng 12], nơi này đã chụp phổi cho 5 người.", "2017-01-20", "", "2016-12-31"),
        ("Dự kiến [31-12], quỹ có 5 thành viên.", "2011-03-18", "2011-12-31", "2011-12-31"),
        ("Mục tiêu đến [30-11] kết nạp 5.", "2021-03-18", "2021-11-30", "2021-11-30"),
        ("Kế hoạch: quý II mở 3 lớp, [quý IV] mở 2 lớp.", "2021-03-10", "2021-10-01", "2021-12-31"),
        ("Đã ký hợp đồng xây 5 căn, bàn giao [tháng 12].", "2021-05-05", "2021-12-01", "2021-12-31"),
        ("Ngân hàng giảm lãi [đến hết 31-12].", "2021-03-18", "", "2021-12-31"),
        ("Chỉ tiêu [đến cuối năm] kết nạp 5.", "2021-01-20", "", "2021-12-31"),
        ("Yêu cầu hoàn thành trước [30-11].", "2021-01-15", "", "2021-11-30"),
        ("Chốt [20-8], quỹ có 5 thành viên.", "2011-03-18", "2011-08-20", "2011-08-20"),
        ("Qua [5 năm] ở tỉnh ta (2008 - 2013), kết nạp 5.", "2013-09-19", "2008-01-01", "2013-12-31"),
        ("Qua [5 năm], kết nạp 5. Nhiệm kỳ (2008 - 2013) hết.", "2013-09-19", "", ""),
        ("Qua [3 năm] thực hiện Nghị quyết Đại hội khoá XV (2018-2023), kết nạp 5.", "2021-06-20", "", ""),
        ("Trong [10 năm] ở đây (2018-2023) kết nạp 5.", "2023-06-20", "", ""),
        ("Tháng 3 họp. [Tháng tới] mở 5 lớp.", "2021-04-02", "", ""),
        ("Họp xong. [Tháng tới] mở 5 lớp.", "2021-04-02", "2021-05-01", "2021-05-31"),
        ("Sơ kết quý I. [Quý tới] kết nạp 5.", "2021-04-06", "", ""),
        ("Bão. [Quý vừa qua] kết nạp 5.", "2020-10-15", "2020-07-01", "2020-09-30"),
        ("Quý I nợ 5 tỷ. [Quý vừa qua] kết nạp 5.", "2021-08-02", "", ""),
        ("[Quý vừa qua] kết nạp 5.", "2021-03-29", "", ""),
        ("[Quý vừa rồi] kết nạp 5.", "2021-03-29", "", ""),
        ("Bão. [Quý vừa rồi] kết nạp 5.", "2020-10-15", "2020-07-01", "2020-09-30"),
        ("Việc thứ nhất: [ngày 8-1] này sẽ thuê 7 xe.", "2011-12-22", "2012-01-08", "2012-01-08"),
        ("Việc thứ nhất: [ngày 8-1] đã thuê 7 xe.", "2011-12-22", "2011-01-08", "2011-01-08"),
        ("[Quý I] sẽ khám cho 200 người.", "2016-11-08", "2017-01-01", "2017-03-31"),
        ("[Quý I] khám cho 200 người.", "2016-11-08", "2016-01-01", "2016-03-31"),
        ("1997\nQuyên 14 triệu.\n2009\nBão vào ngày 2/11.\n[Từ ngày 3 đến 20/11] lợp 44 nhà.", "2014-09-15", "2009-11-03", "2009-11-20"),
        ("2009\nBão.\nHết bão.\nNắng.\nNay khác. [Ngày 3/2] lợp 44 nhà.", "2014-09-15", "2014-02-03", "2014-02-03"),
        ("2030\n[Ngày 3/2] lợp 44 nhà.", "2014-09-15", "2014-02-03", "2014-02-03"),
        ("Tổng số suất quà:\n2000\n[Tháng 3], LĐLĐ tỉnh trao 5 suất.", "2018-04-03", "2018-03-01", "2018-03-31"),
        ("Đoàn viên mới\n1985\nCĐCS mới\n12\n[Quý I], trao", "2018-04-03", "2018-01-01", "2018-03-31"),
        ("DOANH THU (tỷ đồng)\n2016\n2017\n[Ngày 3/4] trao", "2018-04-03", "2018-04-03", "2018-04-03"),
        ("Trang\n2012\n[Ngày 3/4], trao", None, "", ""),
        ("Năm 2017\nTrao 30 nhà.\nNăm 2018, LĐLĐ tỉnh đặt kế hoạch.\n[Quý I], trao 5 nhà.", "2018-04-03", "2018-01-01", "2018-03-31"),
        ("Năm 2017\nxx Sang năm 2018, công đoàn đổi mới, [tháng 2] trao", "2018-04-03", "2018-02-01", "2018-02-28"),
        ("Năm 2017\nNgày 5/2/2018, LĐLĐ tỉnh trao 30 nhà, [tháng 3] trao", "2018-04-03", "2018-03-01", "2018-03-31"),
        ("2015\nĐạt giải nhất.\nNhân dịp này, [ngày 28/3], LĐLĐ tỉnh trao", "2018-04-03", "2018-03-28", "2018-03-28"),
        ("Năm 2016\nLập quỹ.\n\n[Sáng 28/3], LĐLĐ tỉnh đã kỷ niệm 10 năm", "2018-04-03", "2018-03-28", "2018-03-28"),
        ("Năm 2017\nKhen 5.\nNăm nay, [tháng 3] khen 7.", "2018-04-03", "2018-03-01", "2018-03-31"),
        ("[Ba tháng đầu năm], công đoàn đã trao 5 nhà và sẽ trao nữa.", "2018-11-20", "2018-01-01", "2018-03-31"),
        ("[Tháng 1], LĐLĐ tỉnh đã trao 50 nhà, số còn lại sẽ trao dịp Tết.", "2018-12-20", "2018-01-01", "2018-01-31"),
        ("Vụ tai nạn [ngày 12-1] sẽ được đưa ra xét xử vào tuần tới.", "2018-12-20", "2018-01-12", "2018-01-12"),
        ("LĐLĐ tỉnh sẽ báo cáo kết quả [quý I].", "2018-12-20", "2018-01-01", "2018-03-31"),
        ("Từ [tháng 3] tới tháng 10, LĐLĐ trao 5 nhà.", "2018-12-20", "2018-03-01", "2018-03-31"),
    ],
)  # fmt: skip
def test_a_time_in_its_article(text: str, published: str | None, first: str, last: str) -> None:
    assert dated(text, published) == period(first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Năm 2020, xã phấn đấu lập 3 CĐCS, trao quà trước [30.4].", "", "2020-04-30"),
        ("Bước sang năm 2020, xã phấn đấu lập 3 CĐCS ngay [quý I].", "2020-01-01", "2020-03-31"),
        ("Kết quả.\nI. Năm 2019\nXã trao 3.\nII. Nhiệm vụ năm 2020\n1. Kết nạp 9.\n2. Mở lớp trong [tháng 2].", "2020-02-01", "2020-02-29"),
        ("Kết quả.\nII. Nhiệm vụ năm 2020\n1. Kết nạp 9.\nIII. Khen thưởng\nHọp ngày [20/11].", "2019-11-20", "2019-11-20"),
        ("Để chuẩn bị cho năm 2020, [quý IV] xã đã trao 5.", "2019-10-01", "2019-12-31"),
        ("Phấn đấu đến năm 2020 có 9 CĐCS, riêng [quý III] lập 5.", "2019-07-01", "2019-09-30"),
        ("Năm 2020 sẽ khó, song [năm nay] xã trao 5.", "2019-01-01", "2019-12-31"),
    ],
)  # fmt: skip
def test_a_time_in_a_plan_takes_its_year(text: str, first: str, last: str) -> None:
    assert dated(text, "2019-12-28") == period(first, last)


@pytest.mark.parametrize("word", ["hẹn", "hứa", "cam kết", "dự kiến"])
def test_a_year_that_is_only_promised_is_not_the_article_s(word: str) -> None:
    text = f"Hôm 14-9-2023 ở Tam Kỳ. Sở {word} năm 2025 bàn giao 2.400 căn. [Tám tháng đầu năm] tỉnh làm 196 căn."
    assert dated(text, None) == period("2023-01-01", "2023-08-31")


def test_news_is_new_whatever_year_its_report_is_of() -> None:
    text = "Báo cáo tổng kết năm 2009 của công đoàn ngành trình bày tại hội nghị [ngày 12/1] dành phần đầu cho chuyện cứu trợ."
    assert dated(text, "2010-01-14") == period("2010-01-12", "2010-01-12")
    assert dated(text, "2010-02-14") == period("2009-01-12", "2009-01-12"), "a month later it may as well be a day of the year that is told of"
    assert dated(text.replace("12/1", "15/1"), "2010-01-14") == period("2009-01-15", "2009-01-15")


def test_a_month_so_far_ends_with_the_day_of_publication() -> None:
    text = "Công đoàn công ty [từ đầu tháng] thăm 19 gia đình."
    assert dated(text, "2012-03-23") == period("2012-03-01", "2012-03-23")
    assert dated(text, None) == period("", "")
    assert dated("Tôi cùng anh em [từ tháng 2 tới giờ] thương lượng 5 lần.", "2011-12-20") == period("2011-02-01", "2011-12-20")


def test_terms_in_short_are_terms() -> None:
    text = "[NK 2016 - 2021], Hội kết nạp 1.638 hội viên. Bước vào NK mới, Hội phấn đấu 90%."
    assert dated(text, "2021-11-30") == period("2016-01-01", "2021-12-31")
    assert dated("Đại hội NK 2018-2023 bầu 15 người. [NK mới], Hội phấn đấu 90%.", "2018-03-20") == period("2018-01-01", "2023-12-31")


@pytest.mark.parametrize(
    "text",
    [
        "Bà Hứa Thị Lan nói năm 2021 đã kết nạp 100 người. [Quý I] trao 5.",
        "Đúng hẹn, ngày 12/3/2021 đoàn về làng. [Quý I] trao 5.",
        "Như đã hứa, năm 2021 công đoàn tặng 20 nhà. [Quý I] trao 5.",
        "Thực hiện cam kết với công nhân, năm 2021 công ty đã thưởng. [Quý I] trao 5.",
        "Hội nghị ký cam kết thi đua tổ chức ngày 12/3/2021. [Quý I] trao 5.",
        "Điểm hẹn văn hóa năm 2021 đón 3.000 người. [Quý I] trao 5.",
        "Hai bên đã cam kết trong năm 2021 mở lớp. [Quý I] trao 5.",
        "Công ty hứa và đã thưởng năm 2021. [Quý I] trao 5.",
    ],
)
def test_a_promise_kept_or_signed_or_a_name_takes_no_year_away(text: str) -> None:
    assert dated(text, None) == period("2021-01-01", "2021-03-31")


@pytest.mark.parametrize(
    ("text", "published", "first", "last"),
    [
        ("Tháng Công nhân 2018 đã qua. Trong [tháng], xã trao 5.", "2018-06-02", "2018-05-01", "2018-05-31"),
        ("Trời tháng Năm nắng gắt. Trong cả [tháng], xã trao 5.", "2018-06-02", "2018-05-01", "2018-05-31"),
        ("Tháng 4 họp, tháng 5 trao. Trong [tháng], xã trao 5.", "2018-06-02", "", ""),
        ("So với tháng 4 thì tháng 5 khá hơn. Trong [tháng], xã trao 5.", "2018-06-02", "2018-05-01", "2018-05-31"),
        ("Có tháng hai bên họp ba lần. Trong [tháng], xã trao 5.", "2018-06-02", "", ""),
        ("Trong [tháng], xã trao 5.", "2018-06-02", "", ""),
        ("Công tác quý I, nhiệm vụ quý II. Tính đến [hết quý], xã có 5.", "2018-04-06", "", "2018-03-31"),
        ("Doanh thu quý III/2018 giảm. Giá vốn [quý vừa qua] tăng 5%.", None, "2018-07-01", "2018-09-30"),
        ("Trong [tháng này], xã trao 5.", "2018-06-02", "2018-06-01", "2018-06-30"),
        ("Xã trao quà đến [hết quý này].", "2018-05-02", "", "2018-06-30"),
        ("Riêng tháng 5 mưa nhiều. Trong [tháng này], xã trao 5.", "2018-06-02", "", ""),
    ],
)  # fmt: skip
def test_a_bare_month_or_quarter_is_the_one_told_of(text: str, published: str | None, first: str, last: str) -> None:
    assert dated(text, published) == period(first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("[Ngày 6-2], xã trao 5. Trước đó, tháng 10-2017, xã trao 3.", "2018-02-06", "2018-02-06"),
        ("[Ngày 6-9], xã trao 5. Trước đó, tháng 10-2017, xã trao 3.", "2017-09-06", "2017-09-06"),
        ("Nhìn lại năm 2017. [Ngày 6-2], xã trao 5. Tháng 10-2017, xã trao 3.", "2017-02-06", "2017-02-06"),
        ("Kim ngạch [9 tháng] tăng 5% so với cùng kỳ năm 2016.", "2017-01-01", "2017-09-30"),
        ("[Ngày 6-2], xã trao 5.", "", ""),
        ("Quà Tết Nguyên đán 2019. [Tối 8-1], xã trao 5.", "2019-01-08", "2019-01-08"),
        ("Quà Tết Nguyên đán 2018. [Ngày 28/12], xã trao 5.", "2017-12-28", "2017-12-28"),
        ("Đón xuân Mậu Tuất. [Ngày 6-2], xã trao 5.", "2018-02-06", "2018-02-06"),
        ("Tết Đinh Dậu khác Tết Mậu Tuất. [Ngày 6-2], xã trao 5.", "", ""),
        ("Đón Tết Kỷ Tý. [Ngày 6-2], xã trao 5.", "", ""),
        ("Tháng 3-2016 họp. Tết Nguyên đán 2019. [Ngày 6-2], xã trao 5.", "2016-02-06", "2016-02-06"),
        ("Đại hội tỉnh nhiệm kỳ 2018-2023. [Ngày 25/9], xã trao 5.", "2018-09-25", "2018-09-25"),
        ("Năm 2018, xã trao 5. [Năm qua], xã sửa 3.", "2018-01-01", "2018-12-31"),
        ("Tăng so với cùng kỳ năm 2017. [11 tháng qua], xã sửa 3.", "2018-01-01", "2018-11-30"),
        ("[Năm qua], xã sửa 3.", "", ""),
        ("Năm 2018, xã trao 5. Dịp Tết Nguyên đán 2018 trao 500 suất. [Ngày 15/11] trao 3.", "2018-11-15", "2018-11-15"),
        ("Nhớ Tết Mậu Thân 1968. [Ngày 6-2], xã trao 5.", "", ""),
        ("Năm 1976, nhà máy chạy. Đón Tết Kỷ Hợi. [Năm nay], xã trao 5.", "2019-01-01", "2019-12-31"),
        ("Thành phố có từ năm 1976, năm 1976 còn nghèo. [Sáng 29/12], xã trao 5.", "", ""),
        ("Ông Xuân 2019 người. [Ngày 6-2], xã trao 5.", "", ""),
        ("Thực hiện Nghị quyết Đại hội tỉnh nhiệm kỳ 2018-2023. [Ngày 6-2], xã trao 5.", "", ""),
        ("Hướng tới Đại hội tỉnh nhiệm kỳ 2023-2028. [Ngày 6-2], xã trao 5.", "", ""),
        ("Tết ấm. Công nhân ăn tết xa nhà. Hồi năm 2002 có xe. [Năm nay] sẽ có 9.000 vé.", "", ""),
        ("Tháng 3-2016 họp ở tỉnh. Công nhân về đông, vui. [Năm nay] sẽ có 9.000 vé.", "2016-01-01", "2016-12-31"),
        ("Công nhân về đông, ai cũng vui. Năm 2018 khó, năm 2018 đã qua. [Năm ngoái] có 9 vé.", "2017-01-01", "2017-12-31"),
    ],
)
def test_without_a_day_of_publication_news_is_near_the_last_day_told_of(text: str, first: str, last: str) -> None:
    assert dated(text) == period(first, last)


@pytest.mark.parametrize("years", ["5 năm qua", "5 năm", "năm năm qua", "10 năm qua"])
def test_a_run_of_years_is_not_a_term(years: str) -> None:
    assert dated(CONGRESS + f"Tổng kết nhiệm kỳ 2018-2023. [{years}], kết nạp 5.", "2023-03-31") == period("", "")


def test_what_is_no_time_is_none() -> None:
    assert dated("[391] đoàn viên", "2021-01-01") is None
