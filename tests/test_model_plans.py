"""Figures that lie ahead, by the words before them."""

from __future__ import annotations

import pytest

from model.plans import lies_ahead


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
