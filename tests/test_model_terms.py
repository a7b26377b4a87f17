"""Terms of office in words: the years are those that the article states, and no others."""

from __future__ import annotations

import pytest

from tests.test_model_dated import dated
from tests.test_model_periods import period

OLD, NEW = "Báo cáo nhiệm kỳ 2018-2023. ", "Đại hội nhiệm kỳ 2023-2028. "


@pytest.mark.parametrize(
    ("text", "published", "first", "last"),
    [
        (OLD + NEW + "[Nhiệm kỳ qua], kết nạp 5.", "2023-03-31", "2018-01-01", "2023-12-31"),
        (OLD + NEW + "[Nhiệm kỳ tới] kết nạp 5.", "2023-03-31", "2023-01-01", "2028-12-31"),
        (OLD + NEW + "Cả [nhiệm kỳ] kết nạp 5.", "2023-03-31", "2018-01-01", "2023-12-31"),
        (OLD + NEW + "Phấn đấu cả [nhiệm kỳ] kết nạp 5.", "2023-03-31", "2023-01-01", "2028-12-31"),
        (OLD + NEW + "Phấn đấu đến [cuối nhiệm kỳ] có 5.", "2023-03-31", "", "2028-12-31"),
        ("Nhìn lại nhiệm kỳ qua (2018-2023). Trong [nhiệm kỳ], kết nạp 5.", "2023-03-31", "2018-01-01", "2023-12-31"),
        ("Nhiệm kỳ XI (2013-2018) qua, nhiệm kỳ XII, 2018-2023. [Nhiệm kỳ XI] kết nạp 5.", None, "2013-01-01", "2018-12-31"),
        ("Đại hội khoá VII, nhiệm kỳ 2017-2022. [Nhiệm kỳ này] kết nạp 5.", "2019-03-31", "2017-01-01", "2022-12-31"),
        ("Khoá VII, nhiệm kỳ 2017-2022. [Từ đầu nhiệm kỳ đến nay] kết nạp 5.", "2019-03-31", "2017-01-01", "2019-03-31"),
        ("Khoá VII, nhiệm kỳ 2017-2022. [Từ đầu nhiệm kỳ] kết nạp 5.", "2019-03-31", "2017-01-01", ""),
        ("[Từ đầu nhiệm kỳ đến nay] kết nạp 5.", "2019-03-31", "", "2019-03-31"),
        ("Nghị quyết nhiệm kỳ 2013-2018. [Từ đầu nhiệm kỳ đến nay] kết nạp 5.", "2024-05-20", "", "2024-05-20"),
        (OLD + NEW + "[Từ đầu nhiệm kỳ mới đến nay] kết nạp 5.", "2023-12-20", "2023-01-01", "2023-12-20"),
    ],
)
def test_a_stated_term_is_its_whole_years(text: str, published: str | None, first: str, last: str) -> None:
    assert dated(text, published) == period(first, last)


@pytest.mark.parametrize(
    "text",
    [
        "[Nhiệm kỳ qua], kết nạp 5.",
        NEW + "[Nhiệm kỳ qua], kết nạp 5.",
        OLD + "[Nhiệm kỳ tới] kết nạp 5.",
        OLD + "Phấn đấu đến [cuối nhiệm kỳ] có 5.",
        OLD + NEW + "[Nhiệm kỳ XV] kết nạp 5.",
        "Đại hội nhiệm kỳ 2023-2018. [Nhiệm kỳ qua] kết nạp 5.",
    ],
)
def test_a_term_that_the_article_does_not_state_is_unknown(text: str) -> None:
    assert dated(text, "2023-03-31") == period("", "")


def test_an_article_that_states_two_terms_in_a_row_is_written_between_them() -> None:
    text = "Nhiệm kỳ 2018-2023 khép lại. Riêng năm 2020 kết nạp 3. Cả [nhiệm kỳ] kết nạp 5. Nhiệm kỳ 2023-2028 mở ra."
    assert dated(text) == period("2018-01-01", "2023-12-31")
