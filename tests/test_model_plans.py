"""Figures that lie ahead, by the words before them."""

from __future__ import annotations

from datetime import date

import pytest

from model.plans import lies_ahead, planned_year


@pytest.mark.parametrize(
    ("before", "ahead"),
    [
        ("Công đoàn ngành sẽ tặng khoảng ", True),
        ("Dự kiến trong tháng 5, LĐLĐ tỉnh trao ", True),
        ("Năm tới đơn vị phấn đấu kết nạp ", True),
        ("Kế hoạch năm 2026: 800 đoàn viên mới, thành lập ", True),
        ("Nhiệm vụ 6 tháng cuối năm: LĐLĐ huyện phát triển ", True),
        ("Nhiệm vụ thời gian qua: đã phát triển ", False),
        ("Kế hoạch năm 2025: giao 300, đã kết nạp ", False),
        ("Công đoàn sẽ họp; quý qua tặng ", False),
        ("Chương trình sẽ kéo dài, đến nay đã trao ", False),
        ("LĐLĐ quận kết nạp ", False),
        ("Giám đốc Sở cho biết có ", False),
        ("", False),
    ],
)
def test_words_that_announce(before: str, ahead: bool) -> None:
    assert lies_ahead(before) is ahead


@pytest.mark.parametrize(
    ("before", "year"),
    [
        ("Năm 2022, xã phấn đấu lập 3 CĐCS trước ", 2022),
        ("Xã họp. Mục tiêu năm 2022 là lập 3 CĐCS trước ", 2022),
        ("Họp bàn\nPhương hướng năm 2022:\n1. Kết nạp 5.\n2. Mở lớp trong ", 2022),
        ("Họp bàn\nKết quả năm 2021, phương hướng năm 2022\nXã trao 5 trong ", None),
        ("Họp bàn\nPhương hướng năm 2022\nXã đã trao 5 trong ", None),
        ("Kế hoạch năm 2022\nXã trao 5 trong ", None),
        ("Năm 2023, xã phấn đấu lập 3 CĐCS trước ", None),
        ("Năm 2022 còn xa. Xã trao 5 trong ", None),
        ("Phấn đấu đến năm 2022 có 3 CĐCS, trong ", None),
        ("Nhiệm kỳ và kế hoạch năm 2022-2025, trong ", None),
        ("", None),
    ],
)
def test_the_year_of_a_plan(before: str, year: int | None) -> None:
    assert planned_year(before + "quý II", len(before), date(2021, 12, 20)) == year
    assert planned_year(before + "quý II", len(before), None) is None
