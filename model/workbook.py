"""Records as an Excel workbook: a typed table to filter, and a sheet that explains its columns in Vietnamese and English."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from model.columns import COLUMNS, Column, ColumnType, Value, check_language, coded_values, row
from model.errors import OutputError
from model.page_cards import anchors, href
from model.page_labels import LABELS
from model.schema import AchievementRecord, Outcome
from model.tabular import replacing

SHEETS = {"vi": ("Bản ghi", "Giải thích"), "en": ("Records", "Columns")}
"""Language to the names of the two sheets."""
ROWS_AT_MOST = 1_048_575
"""What a sheet holds under its header."""
LINKS_AT_MOST = 65_530
"""What Excel opens without a repair; later rows have no link."""
TEXT_AT_MOST = 32_767
"""Characters (UTF-16 units) in a cell."""
_EXACT_DIGITS = 15
_FIRST_YEAR = 1900
"""Excel knows no day before it."""
_OUTCOME = next(place for place, column in enumerate(COLUMNS) if column.key == "outcome")
_TYPES = {
    ColumnType.TEXT: ("chữ", "text"),
    ColumnType.NUMBER: ("số", "number"),
    ColumnType.PERCENT: ("số, phần trăm", "number of percent"),
    ColumnType.SHARE: ("từ 0% đến 100%", "0 % to 100 %"),
    ColumnType.WHOLE: ("số nguyên", "whole number"),
    ColumnType.DAY: ("ngày", "day"),
    ColumnType.FLAG: ("đúng hoặc sai", "true or false"),
}


def write_xlsx(records: Sequence[AchievementRecord], out: Path, *, language: str = "vi", page: Path | None = None) -> None:
    """Write the workbook.

    Args:
        records: all records of the run, in its order: links count on it.
        out: the file.
        language: ``vi`` or ``en`` for headings, codes in words and sheet names.
        page: the run's report page; each row then leads to its record there, by a path relative to ``out``.

    Raises:
        OutputError: the file cannot be written, or a sheet cannot hold so many records.
        ThanhtichError: there are no headings in this language.
    """
    check_language(language)
    if len(records) > ROWS_AT_MOST:
        raise OutputError(f"{out}: a sheet holds {ROWS_AT_MOST} records, there are {len(records)}; write .parquet, .duckdb or .csv instead")
    with replacing(out) as part:
        # Rows go to a temporary file as they come; only the packed workbook is held, so that a full disk meets a plain write.
        packed = io.BytesIO()
        book = xlsxwriter.Workbook(packed, {"constant_memory": True})
        book.set_properties({"title": LABELS[language]["page.title"], "comments": "thanhtich"})
        formats = _formats(book, language)
        table, legend = (book.add_worksheet(name) for name in SHEETS[language])
        _fill(table, records, formats, language, _links(records, out, page))
        _explain(legend, formats, language)
        book.close()
        part.write_bytes(packed.getbuffer())


def _formats(book: Any, language: str) -> dict[str, Any]:
    cell = {"valign": "top"}
    made = {
        "text": cell,
        "long": cell | {"text_wrap": True},
        "header": {"bold": True, "text_wrap": True, "valign": "vcenter", "bg_color": "#1F4E79", "font_color": "#FFFFFF", "border": 1},
        "number": cell | {"num_format": "#,##0.######"},
        "number whole": cell | {"num_format": "#,##0"},
        "percent": cell | {"num_format": '0.######"%"'},
        "percent whole": cell | {"num_format": '0"%"'},
        "share": cell | {"num_format": "0.0%"},
        "whole": cell | {"num_format": "0"},
        "day": cell | {"num_format": "dd/mm/yyyy" if language == "vi" else "yyyy-mm-dd", "align": "left"},
        "flag": cell | {"align": "center"},
        "link": cell | {"font_color": "#0563C1", "underline": 1},
        "conflict": {"bg_color": "#FDE2DF", "font_color": "#9C0006"},
    }
    return {name: book.add_format(format_) for name, format_ in made.items()}


def _links(records: Sequence[AchievementRecord], out: Path, page: Path | None) -> list[str]:
    """A link for each record that may have one: to the same anchor that the page gives it."""
    if page is None:
        return []
    place = os.path.relpath(page.resolve(), out.resolve().parent)
    return [f"external:{place}{href(anchor)}" for anchor in anchors((record.id for record in records), "record")[:LINKS_AT_MOST]]


def _fill(sheet: Any, records: Sequence[AchievementRecord], formats: dict[str, Any], language: str, links: Sequence[str]) -> None:
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, column.width)
        sheet.write_string(0, place, column.heading(language), formats["header"])
    sheet.set_row(0, 32)
    for number, record in enumerate(records, 1):
        for place, (column, value) in enumerate(zip(COLUMNS, row(record, language), strict=True)):
            if place == 0 and number <= len(links):
                sheet.write_url(number, place, links[number - 1], formats["link"], _cut(str(value)), LABELS[language]["card.show"])
            else:
                _write(sheet, number, place, column, value, formats)
    last = max(len(records), 1)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, len(COLUMNS) - 1)
    conflict = LABELS[language][f"outcome.{Outcome.CONFLICT}"]
    rule = {"type": "formula", "criteria": f'=${xl_col_to_name(_OUTCOME)}2="{conflict}"', "format": formats["conflict"]}
    sheet.conditional_format(1, 0, last, len(COLUMNS) - 1, rule)


def _write(sheet: Any, line: int, place: int, column: Column, value: Value, formats: dict[str, Any]) -> None:
    """One typed cell; what Excel cannot hold exactly as a number or day is written as text."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value, formats["flag"])
    elif isinstance(value, date) and value.year >= _FIRST_YEAR:
        sheet.write_datetime(line, place, value, formats["day"])
    elif isinstance(value, Decimal) and len(value.normalize().as_tuple().digits) <= _EXACT_DIGITS:
        sheet.write_number(line, place, float(value), formats[f"{column.type} whole" if value == value.to_integral_value() else str(column.type)])
    elif isinstance(value, int | float):
        sheet.write_number(line, place, value, formats[str(column.type)])
    else:
        # Always as a string: text of an article is never a formula or a link.
        sheet.write_string(line, place, _cut(plain_text(value)), formats["text"])


def plain_text(value: Value) -> str:
    """A value that goes into a text cell; numbers without an exponent."""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _cut(text: str) -> str:
    """As much as a cell holds, with a sign where something was left out."""
    if len(text.encode("utf-16-le")) // 2 <= TEXT_AT_MOST:
        return text
    return text.encode("utf-16-le")[: 2 * (TEXT_AT_MOST - 1)].decode("utf-16-le", errors="ignore") + "…"


def _explain(sheet: Any, formats: dict[str, Any], language: str) -> None:
    """Every column, then every code that a column may hold, in both languages."""
    for place, width in enumerate((24, 26, 52, 28, 56, 18, 18)):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)
    heads = ("Khoá / Key", "Cột", "Giải thích", "Column", "Explanation", "Kiểu", "Type")
    lines: list[tuple[str, ...]] = [(c.key, c.vi, c.vi_help, c.en, c.en_help, *_TYPES[c.type]) for c in COLUMNS]
    codes = [(f"{prefix}: {code}", *(LABELS[side][f"{prefix}.{code}"] for side in ("vi", "en"))) for prefix, values in coded_values().items() for code in values]
    lines += [("",), ("Mã / Code", "Giá trị", "", "Value")]
    lines += [(code, vi, "", en) for code, vi, en in codes]
    for number, line in enumerate((heads, *lines)):
        style = formats["header" if number in (0, len(COLUMNS) + 2) else "long"]
        for place, text in enumerate(line):
            sheet.write_string(number, place, text, style)
