"""CSV, Parquet and XLSX, read back by other programs' readers."""

from __future__ import annotations

import csv
import os
import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from table_records import conflicting, made, quantity, write_run

from model.columns import COLUMNS
from model.errors import OutputError, ThanhtichError
from model.page import render
from model.schema import PercentageKind
from model.tabular import FORMULA_STARTS, plain, write_csv, write_parquet
from model.workbook import TEXT_AT_MOST, write_xlsx

KEYS = [column.key for column in COLUMNS]
RECORDS = [made(), conflicting(), made(quantity("1.5", "VND"), None, ("1899-05-01", None), None, indicator="=HYPERLINK(1)", confidence=0.8765)]


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def sheets(path: Path):
    return pytest.importorskip("openpyxl").load_workbook(path).worksheets


def test_csv_has_a_mark_for_excel_plain_keys_and_exact_decimals(tmp_path: Path) -> None:
    write_csv(RECORDS, tmp_path / "t.csv")
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbfarticle_id,")
    rows = read_csv(tmp_path / "t.csv")
    assert list(rows[0]) == KEYS and len(rows) == 3
    assert [row["count"] for row in rows] == ["391", "33", "1.5"]
    assert (rows[1]["percent_growth"], rows[1]["percentages"]) == ("-2.5", "130%; -2.5%")
    assert (rows[0]["period_first"], rows[0]["period_inherited"], rows[2]["confidence"]) == ("2021-01-01", "true", "0.8765")
    assert rows[2]["indicator"] == "'=HYPERLINK(1)"


def test_csv_in_vietnamese(tmp_path: Path) -> None:
    write_csv(RECORDS, tmp_path / "t.csv", language="vi")
    assert [row["Loại"] for row in read_csv(tmp_path / "t.csv")] == ["Kết quả"] * 3


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), st.sampled_from(["", *FORMULA_STARTS]))
def test_no_text_is_a_formula_and_none_is_lost(text: str, start: str) -> None:
    cell = plain(start + text)
    assert not cell.startswith(FORMULA_STARTS)
    assert cell in (start + text, f"'{start}{text}")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=6))
def test_numbers_are_never_guarded_and_stay_exact(value: Decimal) -> None:
    assert re.fullmatch(r"-?\d+(\.\d*[1-9])?", plain(value)) and Decimal(plain(value)) == value


def test_parquet_is_typed_and_says_what_columns_mean(tmp_path: Path) -> None:
    write_parquet(RECORDS, tmp_path / "t.parquet")
    table = pq.read_table(tmp_path / "t.parquet")
    assert table.column_names == KEYS
    kinds = {name: str(table.schema.field(name).type) for name in ("count", "period_first", "period_inherited", "anchor_start", "confidence", "sentence")}
    assert kinds == {"count": "double", "period_first": "date32[day]", "period_inherited": "bool", "anchor_start": "int64", "confidence": "double", "sentence": "string"}
    assert table["count"].to_pylist() == [391.0, 33.0, 1.5] and table["period_first"][2].as_py() == date(1899, 5, 1)
    assert table.schema.field("count").metadata[b"vi"].decode().startswith("Số lượng")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=2))
def test_a_double_gives_back_a_records_decimal(value: Decimal) -> None:
    assert Decimal(repr(float(value))) == value


def test_an_empty_run_is_a_table_with_its_head(tmp_path: Path) -> None:
    write_csv([], tmp_path / "t.csv")
    write_parquet([], tmp_path / "t.parquet")
    write_xlsx([], tmp_path / "t.xlsx")
    assert read_csv(tmp_path / "t.csv") == []
    assert pq.read_table(tmp_path / "t.parquet").schema.field("count").type == "double"
    assert sheets(tmp_path / "t.xlsx")[0].max_row == 1


def test_xlsx_is_typed_with_filter_frozen_head_and_marked_conflicts(tmp_path: Path) -> None:
    write_xlsx(RECORDS, tmp_path / "t.xlsx")
    sheet, legend = sheets(tmp_path / "t.xlsx")
    assert (sheet.title, legend.title) == ("Bản ghi", "Giải thích")
    assert [cell.value for cell in sheet[1]] == [column.vi for column in COLUMNS]
    assert sheet.freeze_panes == "B2" and sheet.auto_filter.ref == sheet.dimensions
    at = {key: place for place, key in enumerate(KEYS)}
    first, second, third = ([cell.value for cell in line] for line in sheet.iter_rows(min_row=2))
    assert (first[at["count"]], first[at["period_first"]], first[at["period_inherited"]]) == (391, datetime(2021, 1, 1), True)
    assert (second[at["percent_growth"]], second[at["outcome"]]) == (-2.5, "Mâu thuẫn")
    assert (third[at["count"]], third[at["period_first"]]) == (1.5, "1899-05-01")  # Excel has no day before 1900
    formula = sheet.cell(4, at["indicator"] + 1)
    assert (formula.value, formula.data_type) != ("=HYPERLINK(1)", "f")
    assert sheet.cell(2, at["confidence"] + 1).number_format == "0.0%"
    [rules] = sheet.conditional_formatting
    assert 'Mâu thuẫn"' in rules.rules[0].formula[0]


def test_xlsx_explains_every_column_and_code_in_both_languages(tmp_path: Path) -> None:
    write_xlsx(RECORDS, tmp_path / "t.xlsx", language="en")
    sheet, legend = sheets(tmp_path / "t.xlsx")
    assert (sheet.title, sheet["A1"].value, legend.title) == ("Records", "Article", "Columns")
    lines = {line[0]: line for line in legend.iter_rows(values_only=True)}
    assert all(lines[c.key][1:5] == (c.vi, c.vi_help, c.en, c.en_help) for c in COLUMNS)
    assert lines["qualifier: nearly"][1] == "gần"


def test_xlsx_rows_lead_to_their_records_in_the_page(tmp_path: Path) -> None:
    records = [made(), made(), conflicting()]  # two share an id, so the page tells them apart
    page = render(write_run(tmp_path, records, ["a1"]), tmp_path / "pages" / "r.html")
    write_xlsx(records, tmp_path / "t.xlsx", page=page)
    sheet, _ = sheets(tmp_path / "t.xlsx")
    links = [sheet.cell(line, 1).hyperlink for line in (2, 3, 4)]
    assert {link.target.replace("\\", "/") for link in links} == {"pages/r.html"}
    html = page.read_text(encoding="utf-8")
    places = [link.location for link in links]
    assert len(set(places)) == 3
    assert all(f'id="{unquote(place)}"' in html for place in places)


def test_xlsx_keeps_what_a_cell_cannot_hold(tmp_path: Path) -> None:
    long, digits = "chữ 𝒳" * 20_000, "12345678901234567890.5"
    write_xlsx([made(digits, sentence_text=long, indicator="\x00\x0b <&> \ud800")], tmp_path / "t.xlsx")
    sheet, _ = sheets(tmp_path / "t.xlsx")
    value = sheet.cell(2, KEYS.index("sentence") + 1).value
    assert long.startswith(value[:-1]) and value.endswith("…") and len(value.encode("utf-16-le")) // 2 in (TEXT_AT_MOST, TEXT_AT_MOST - 1)
    assert sheet.cell(2, KEYS.index("count") + 1).value == digits


@pytest.mark.parametrize("write", [write_csv, write_parquet, write_xlsx])
def test_a_full_disk_leaves_the_old_file_and_no_rest(write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "t"
    out.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OutputError, match=r"t: cannot be written \(No space left on device\)"):
        write(RECORDS, out)
    assert out.read_text() == "old" and os.listdir(tmp_path) == ["t"]


@pytest.mark.parametrize("write", [write_csv, write_parquet, write_xlsx])
def test_a_place_that_is_no_folder(write, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write(RECORDS, tmp_path / "file" / "t")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("write", [write_csv, write_parquet, write_xlsx])
def test_a_disk_that_fills_up_while_writing(write, tmp_path: Path) -> None:
    (tmp_path / ".t.part").symlink_to("/dev/full")
    with pytest.raises(OutputError, match="cannot be written"):
        write(RECORDS * 50, tmp_path / "t")
    assert os.listdir(tmp_path) == []


def test_an_unknown_language_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    for write in (write_csv, write_xlsx):
        with pytest.raises(ThanhtichError, match="vi, en"):
            write(RECORDS, tmp_path / "t", language="fr")
    assert os.listdir(tmp_path) == []


def test_percent_kinds_each_have_a_column() -> None:
    assert {f"percent_{kind}" for kind in PercentageKind} <= set(KEYS)
