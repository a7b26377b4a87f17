"""The columns of every table made from records: one row a record, what each column is called, means, and is taken from.

All tables (CSV, XLSX, Parquet, DuckDB) have these columns in this order; a column's ``key`` never changes its meaning.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from model.errors import ThanhtichError
from model.page import UNCHECKED, indicator_labels, worst_outcome
from model.page_labels import LABELS, check_detail
from model.schema import AchievementRecord, Kind, Outcome, PercentageKind, Qualifier, Span

Value = str | Decimal | float | int | bool | date | None
"""What a cell may hold; None is an empty cell."""
Take = Callable[[AchievementRecord], Value]


FLAGS = {"vi": {True: "đúng", False: "sai"}, "en": {True: "true", False: "false"}}
"""What a flag is called before people."""


class ColumnType(StrEnum):
    """What a column holds: the type of its cells in every format."""

    TEXT = "text"
    NUMBER = "number"
    PERCENT = "percent"
    """A number of percent: 130.3 for 130,3 %."""
    SHARE = "share"
    """From 0 to 1."""
    WHOLE = "whole"
    DAY = "day"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    ``width`` is in characters. ``labels`` is the prefix of the labels (model/page_labels.py) that stand for the column's values before people.
    """

    key: str
    type: ColumnType
    vi: str
    en: str
    vi_help: str
    en_help: str
    take: Take
    width: int = 14
    labels: str | None = None

    def heading(self, language: str | None) -> str:
        """What stands at its head; the key where no language is asked for."""
        return {"vi": self.vi, "en": self.en}.get(language or "", self.key)

    def cell(self, record: AchievementRecord, language: str | None = None) -> Value:
        """The record's value; with a language, in its words where the value is a code or a check's sentence."""
        if self.key == "conflicts":
            return _conflicts(record, language or "en")
        value = self.take(record)
        if isinstance(value, str):
            return LABELS[language].get(f"{self.labels}.{value}", value) if language and self.labels else _writable(str(value))
        return value


def check_language(language: str | None) -> None:
    """Refuse a language that there are no headings in.

    Raises:
        ThanhtichError: it is neither ``vi`` nor ``en``.
    """
    if language not in (None, *LABELS):
        raise ThanhtichError(f"no headings in language {language!r}; choose one of {', '.join(LABELS)}")


def coded_values() -> dict[str, tuple[str, ...]]:
    """Label prefix to the codes that its columns may hold."""
    return {"kind": tuple(Kind), "qualifier": tuple(Qualifier), "outcome": (*Outcome, UNCHECKED)}


def _writable(text: str) -> str:
    """Without lone surrogates of a damaged article: they have no UTF-8."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _at(path: str) -> Take:
    """Follow attributes, as ``count.value``; empty where one on the way is."""
    steps = path.split(".")

    def take(record: AchievementRecord) -> Value:
        found: Any = record
        for step in steps:
            found = None if found is None else getattr(found, step)
        return found  # type: ignore[no-any-return]

    return take


def _percent(kind: PercentageKind) -> Take:
    return lambda record: next((p.value for p in record.percentages if p.kind is kind), None)


def anchor(record: AchievementRecord) -> Span | None:
    """Where the figure stands that the record is about: its count, else its target, else its first percentage."""
    fields = [field for field in (record.count, record.target, *record.percentages) if field]
    return fields[0].span if fields else None


def _conflicts(record: AchievementRecord, language: str) -> str | None:
    found = [check_detail(check.detail, language)[0] or check.rule for check in record.checks if check.outcome is Outcome.CONFLICT]
    return _writable("; ".join(found)) or None


@cache
def _names(language: str) -> dict[str, str]:
    return indicator_labels(language)


def _indicator_name(language: str) -> Take:
    return lambda record: _names(language).get(record.indicator_code)


def _quantity(field: str, vi: str, en: str) -> tuple[Column, ...]:
    """The five columns of a count or a target."""
    lower, small = vi.lower(), en.lower()
    return (
        Column(field, ColumnType.NUMBER, vi, en, f"{vi}, đã đọc thành số; tiền tính bằng đồng.", f"The {small} as a number; money in VND.", _at(f"{field}.value")),
        Column(
            f"{field}_high", ColumnType.NUMBER, f"{vi} (đến)", f"{en} (up to)",
            f"Đầu trên, khi bài nêu một khoảng; {lower} khi đó là đầu dưới.", f"Upper end where the article gives a range; the {small} is then the lower end.",
            _at(f"{field}.high"),
        ),
        Column(
            f"{field}_unit", ColumnType.TEXT, f"{vi}: đơn vị", f"{en}: unit",
            "VND là tiền, % là tỷ lệ; trống là số đếm thường.", "VND for money, % for a rate; empty for a plain number.", _at(f"{field}.unit"), 9,
        ),
        Column(
            f"{field}_qualifier", ColumnType.TEXT, f"{vi}: mức chính xác", f"{en}: exactness",
            "Khoảng, gần, hơn, ít nhất, nhiều nhất; trống khi bài nêu con số đúng.", "About, nearly, more than, at least, at most; empty where the figure is given as exact.",
            _at(f"{field}.qualifier"), 12, "qualifier",
        ),
        Column(f"{field}_text", ColumnType.TEXT, f"{vi} (nguyên văn)", f"{en} (words)", "Đúng như viết trong bài.", "As it stands in the article.", _at(f"{field}.text")),
    )  # fmt: skip


def _rate(kind: PercentageKind, vi: str, en: str, vi_help: str, en_help: str) -> Column:
    several = "Nếu có nhiều, đây là tỷ lệ đầu tiên; xem cột “Các tỷ lệ”.", "The first where there are several; all of them are under Percentages."
    return Column(f"percent_{kind}", ColumnType.PERCENT, vi, en, f"{vi_help} {several[0]}", f"{en_help} {several[1]}", _percent(kind), 12)


COLUMNS: tuple[Column, ...] = (
    Column("article_id", ColumnType.TEXT, "Mã bài", "Article",
        "Mã của bài báo; trong bảng tính có thể dẫn tới trang báo cáo.",
        "Id of the article; in a workbook it may lead to the report page.", _at("article_id"), 18,
    ),
    Column("organisation", ColumnType.TEXT, "Tổ chức", "Organisation",
        "Tên đầy đủ của tổ chức đạt thành tích, như chính bài báo nêu.",
        "Full name of who achieved it, as far as the article gives it.", _at("organisation.name"), 38,
    ),
    Column("kind", ColumnType.TEXT, "Loại", "Kind",
        "Kết quả: đã làm trong kỳ. Hiện có: con số tại một thời điểm. Kế hoạch: sẽ làm.",
        "Result: done in the period. Level: what there is at a time. Plan: still to be done.", _at("kind"), 11, "kind",
    ),
    Column("indicator", ColumnType.TEXT, "Nội dung", "Indicator",
        "Việc được đếm hoặc đo, theo lời của bài.", "What is counted or measured, in the article's words.", _at("indicator"), 30,
    ),
    Column("indicator_code", ColumnType.TEXT, "Mã nội dung", "Indicator code",
        "Mã trong danh mục seeds/indicators.toml; other khi không mã nào hợp.",
        "Code of the list seeds/indicators.toml; other where none fits.", _at("indicator_code"), 18,
    ),
    Column("indicator_vi", ColumnType.TEXT, "Nhóm nội dung", "Indicator group (Vietnamese)",
        "Tên tiếng Việt của mã nội dung.", "What the code is called in Vietnamese.", _indicator_name("vi"), 28,
    ),
    Column("indicator_en", ColumnType.TEXT, "Nhóm nội dung (tiếng Anh)", "Indicator group",
        "Tên tiếng Anh của mã nội dung.", "What the code is called in English.", _indicator_name("en"), 28,
    ),
    *_quantity("count", "Số lượng", "Count"),
    *_quantity("target", "Chỉ tiêu", "Target"),
    _rate(PercentageKind.OF_TARGET, "% so với chỉ tiêu", "% of target",
        "Đạt bao nhiêu phần trăm chỉ tiêu, kế hoạch: 130,3 là đạt 130,3%.", "Percent of the target reached: 130.3 for 130.3 %.",
    ),
    _rate(PercentageKind.OVER_TARGET, "% vượt chỉ tiêu", "% over target",
        "Phần trăm vượt chỉ tiêu: 30,3 là vượt 30,3%.", "Percent above the target: 30.3 for 30.3 % more.",
    ),
    _rate(PercentageKind.SHARE, "Tỷ trọng (%)", "Share (%)", "Phần trăm trong tổng số.", "Percent of a whole."),
    _rate(PercentageKind.GROWTH, "Tăng, giảm (%)", "Growth (%)",
        "Tăng so với kỳ trước; giảm mang dấu âm.", "Change against an earlier time; a fall is negative.",
    ),
    _rate(PercentageKind.OF_PREVIOUS, "% so với kỳ trước", "% of previous",
        "Bằng bao nhiêu phần trăm kỳ trước.", "Percent of an earlier time's figure.",
    ),
    _rate(PercentageKind.RATE, "Tỷ lệ đạt (%)", "Rate (%)",
        "Tỷ lệ đạt được, như tỷ lệ đơn vị tổ chức hội nghị.", "A rate reached, such as the part of units that held a conference.",
    ),
    Column("percentages", ColumnType.TEXT, "Các tỷ lệ (nguyên văn)", "Percentages (words)",
        "Mọi tỷ lệ của bản ghi, đúng như viết trong bài.",
        "All of the record's percentages, as they stand in the article.", lambda record: "; ".join(p.text for p in record.percentages) or None, 18,
    ),
    Column("period_first", ColumnType.DAY, "Từ ngày", "First day",
        "Ngày đầu của thời gian, tính cả ngày đó; trống khi không biết.",
        "First day of the period, included; empty where unknown.", _at("period.period.first"), 12,
    ),
    Column("period_last", ColumnType.DAY, "Đến ngày", "Last day",
        "Ngày cuối của thời gian, tính cả ngày đó; trống khi không biết.",
        "Last day of the period, included; empty where unknown.", _at("period.period.last"), 12,
    ),
    Column("period_text", ColumnType.TEXT, "Thời gian (nguyên văn)", "Period (words)",
        "Đúng như viết trong bài.", "As it stands in the article.", _at("period.text"), 18,
    ),
    Column("period_inherited", ColumnType.FLAG, "Thời gian kế thừa", "Period inherited",
        "Đúng: thời gian lấy từ ngoài câu chứa con số.", "True: taken from outside the figure's sentence.", _at("period.inherited"), 11,
    ),
    Column("confidence", ColumnType.SHARE, "Độ tin cậy", "Confidence",
        "Xác suất đúng cả tổ chức, số lượng, chỉ tiêu, tỷ lệ và thời gian.",
        "How likely organisation, count, target, percentages and period are all right.", _at("confidence"), 10,
    ),
    Column("outcome", ColumnType.TEXT, "Kiểm tra", "Check",
        "Kết quả nặng nhất của các phép kiểm tra số học.", "The worst outcome of the arithmetic checks.", worst_outcome, 15, "outcome",
    ),
    Column("conflicts", ColumnType.TEXT, "Mâu thuẫn", "Conflicts",
        "Những chỗ các con số không khớp nhau.", "Where the figures do not agree.", lambda record: _conflicts(record, "en"), 40,
    ),
    Column("sentence", ColumnType.TEXT, "Câu", "Sentence", "Câu chứa con số.", "The figure's sentence.", _at("sentence_text"), 60),
    Column("organisation_text", ColumnType.TEXT, "Tổ chức (nguyên văn)", "Organisation (words)",
        "Đúng như viết trong bài.", "As it stands in the article.", _at("organisation.text"), 24,
    ),
    Column("organisation_inherited", ColumnType.FLAG, "Tổ chức kế thừa", "Organisation inherited",
        "Đúng: tổ chức lấy từ ngoài câu chứa con số.", "True: taken from outside the figure's sentence.", _at("organisation.inherited"), 11,
    ),
    Column("model", ColumnType.TEXT, "Mô hình", "Model",
        "Mô hình đã trích bản ghi: tên và mã băm nội dung.", "Name and content hash of the model that made the record.", _at("model"), 20,
    ),
    Column("id", ColumnType.TEXT, "Mã bản ghi", "Record",
        "Cùng bài, cùng con số, cùng mô hình thì cùng mã.", "The same article, figure and model give the same id.", _at("id"), 18,
    ),
    Column("anchor_start", ColumnType.WHOLE, "Vị trí đầu", "Figure starts",
        "Con số bắt đầu ở ký tự thứ mấy của bài (chuẩn NFC, đếm từ 0).",
        "First code point of the figure in the article's NFC text, from 0.", lambda record: span.start if (span := anchor(record)) else None, 9,
    ),
    Column("anchor_end", ColumnType.WHOLE, "Vị trí cuối", "Figure ends",
        "Ký tự ngay sau con số.", "The code point after the figure.", lambda record: span.end if (span := anchor(record)) else None, 9,
    ),
)  # fmt: skip
"""Every column, as people read a table: who, what, how much, when, how sure, then where it was found."""


def row(record: AchievementRecord, language: str | None = None) -> list[Value]:
    """The record's cells in the order of :data:`COLUMNS`."""
    return [column.cell(record, language) for column in COLUMNS]
