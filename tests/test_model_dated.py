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
        (CONGRESS + "[Nhiệm kỳ qua], kết nạp 5.", "2023-03-31", "2018-01-01", "2023-12-31"),
        (CONGRESS + "[Nhiệm kỳ tới] kết nạp 5.", "2023-03-31", "2023-01-01", "2028-12-31"),
        (CONGRESS + "Phấn đấu đến [cuối nhiệm kỳ] có 5.", "2023-03-31", "", "2028-12-31"),
        ("Nhiệm kỳ XI (2013-2018) qua, nhiệm kỳ XII, 2018-2023. [Nhiệm kỳ XI] kết nạp 5.", None, "2013-01-01", "2018-12-31"),
        ("Tổng kết nhiệm kỳ 2018-2023. [Nhiệm kỳ mới] kết nạp 5.", "2023-03-31", "2023-01-01", "2028-12-31"),
        (CONGRESS + "[5 năm qua], kết nạp 5.", "2023-03-31", "2018-01-01", "2023-12-31"),
        ("[Nhiệm kỳ qua], kết nạp 5.", "2023-03-31", "", ""),
    ],
)  # fmt: skip
def test_a_time_in_its_article(text: str, published: str | None, first: str, last: str) -> None:
    assert dated(text, published) == period(first, last)


def test_what_is_no_time_is_none() -> None:
    assert dated("[391] đoàn viên", "2021-01-01") is None
