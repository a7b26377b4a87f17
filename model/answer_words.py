"""Answers of the database in the words of the person who asked: headings and values of :func:`model.database.query` in vi or en."""

from __future__ import annotations

from typing import Any

from model.columns import FLAGS, check_language
from model.database import Answer
from model.page import indicator_labels
from model.page_labels import LABELS

HEADINGS: dict[str, tuple[str, str]] = {
    "organisation": ("Tổ chức", "Organisation"),
    "indicator": ("Lời trong bài", "Words of the article"),
    "indicator_code": ("Nội dung", "Indicator"),
    "kind": ("Loại", "Kind"),
    "quarter": ("Quý", "Quarter"),
    "first_day": ("Từ ngày", "First day"),
    "last_day": ("Đến ngày", "Last day"),
    "basis": ("Căn cứ", "Rests on"),
    "admitted": ("Kết nạp mới", "Admitted"),
    "reached": ("Đạt được", "Reached"),
    "target": ("Chỉ tiêu", "Target"),
    "target_from": ("Chỉ tiêu lấy từ", "Target from"),
    "unit": ("Đơn vị", "Unit"),
    "percent": ("Tỷ lệ (%)", "Percent"),
    "above_target": ("Vượt chỉ tiêu", "Above target"),
    "missed_by": ("Còn thiếu", "Missed by"),
    "year_unfinished": ("Chưa hết năm", "Year unfinished"),
    "disagree": ("Các bài nói khác nhau", "Articles disagree"),
    "figure": ("Con số", "Figure"),
    "value_1": ("Bài 1 nói", "Article 1 says"),
    "value_2": ("Bài 2 nói", "Article 2 says"),
    "article_1": ("Bài 1", "Article 1"),
    "article_2": ("Bài 2", "Article 2"),
    "outcome": ("Kiểm tra", "Checks"),
    "confidence": ("Độ tin cậy", "Confidence"),
    "articles": ("Các bài", "Articles"),
}
"""Column to its heading in vi and en."""
VALUES: dict[tuple[str, str], tuple[str, str]] = {
    ("basis", "quarter"): ("cả quý", "the quarter"),
    ("basis", "1 month"): ("1 tháng của quý", "1 month of the quarter"),
    ("basis", "2 months"): ("cộng 2 tháng của quý", "2 months of the quarter, added"),
    ("basis", "3 months"): ("cộng 3 tháng của quý", "3 months of the quarter, added"),
    ("basis", "part"): ("một phần của quý", "part of the quarter"),
    ("basis", "longer"): ("nhiều quý, không chia", "more than a quarter, not divided"),
    ("basis", "open"): ("không rõ ngày đầu hoặc ngày cuối", "first or last day unknown"),
    ("target_from", "article"): ("chính bài ấy", "the article"),
    ("target_from", "plan"): ("kế hoạch đã nêu", "a plan told"),
    ("figure", "count"): ("số lượng", "count"),
    ("figure", "target"): ("chỉ tiêu", "target"),
    ("figure", "percent of target"): ("tỷ lệ so với chỉ tiêu", "percent of target"),
}


def in_words(answer: Answer, language: str | None) -> Answer:
    """The same rows, with headings and values for a person; as it is where no language is asked for.

    Raises:
        ThanhtichError: there are no words in this language.
    """
    check_language(language)
    if language is None:
        return answer
    side, codes = ("vi", "en").index(language), indicator_labels(language)

    def word(column: str, value: Any) -> Any:
        if isinstance(value, bool):
            return FLAGS[language][value]
        if column == "indicator_code":
            return codes.get(value, value)
        label = LABELS[language].get(f"{column}.{value}") if column in ("kind", "outcome") else None
        return label or VALUES.get((column, value), (value, value))[side]

    headings = tuple(HEADINGS.get(column, (column, column))[side] for column in answer.columns)
    return Answer(headings, tuple(tuple(word(column, value) for column, value in zip(answer.columns, row, strict=True)) for row in answer.rows))
