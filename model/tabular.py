"""Records as tables: CSV, XLSX, Parquet. A finished file replaces the old one in one step; an error leaves the old one as it was.

Numbers in Parquet are float64, not decimal128: a record's numbers were JSON numbers, so a double holds each of them
(the same decimal comes back), and every tool can reckon with doubles. The words of the article stand beside each number.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from model.columns import COLUMNS, FLAGS, Column, ColumnType, Value, check_language, row
from model.errors import OutputError
from model.schema import AchievementRecord

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A text cell that begins so could be run as a formula when a CSV is opened; the wide forms count in East Asian versions of Excel."""


@contextmanager
def replacing(out: Path) -> Iterator[Path]:
    """A place beside ``out`` to write to, put in its place at the end.

    Raises:
        OutputError: the folder cannot be written to, or the disk is full.
    """
    part = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        yield part
        os.replace(part, out)
    except OSError as error:
        raise OutputError(f"{out}: cannot be written ({error.strerror or error}); free space, close the file where it is open, or name another with -o") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_csv(records: Sequence[AchievementRecord], out: Path, *, language: str | None = None) -> None:
    """UTF-8 with a byte order mark, so that Excel reads Vietnamese; decimal points, ISO days, ``true`` and ``false``.

    Args:
        records: what to write.
        out: the file.
        language: ``vi`` or ``en`` for headings and codes in words; None for the plain column keys, which programs want.

    Raises:
        OutputError: the file cannot be written.
        ThanhtichError: there are no headings in this language.
    """
    check_language(language)
    with replacing(out) as part, part.open("w", encoding="utf-8-sig", newline="") as handle:
        write_rows(handle, [column.heading(language) for column in COLUMNS], (_worded(row(record, language), language) for record in records))


def _worded(cells: Iterable[Value], language: str | None) -> list[Value]:
    return [FLAGS[language][value] if language and isinstance(value, bool) else value for value in cells]


def write_rows(stream: IO[str], headings: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
    """Headings and rows as CSV."""
    writer = csv.writer(stream)
    writer.writerow(headings)
    writer.writerows([plain(value) for value in cells] for cells in rows)


def plain(value: object) -> str:
    """A cell of a CSV. Text that could be run as a formula gets an apostrophe before it, which spreadsheets take for "this is text"."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        value = Decimal(repr(value))
    if isinstance(value, Decimal):
        return _without_zeros(format(value, "f"))
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA_STARTS) else text


def _without_zeros(digits: str) -> str:
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


ARROW_TYPES: dict[ColumnType, pa.DataType] = {
    ColumnType.TEXT: pa.string(),
    ColumnType.NUMBER: pa.float64(),
    ColumnType.PERCENT: pa.float64(),
    ColumnType.SHARE: pa.float64(),
    ColumnType.WHOLE: pa.int64(),
    ColumnType.DAY: pa.date32(),
    ColumnType.FLAG: pa.bool_(),
}


def arrow_table(records: Sequence[AchievementRecord]) -> pa.Table:
    """The records with typed columns; each column's meaning, in both languages, is in its metadata."""
    fields = [pa.field(column.key, ARROW_TYPES[column.type], metadata=_meaning(column)) for column in COLUMNS]
    columns = [[_arrow(column.cell(record)) for record in records] for column in COLUMNS]
    arrays = [pa.array(values, field.type) for values, field in zip(columns, fields, strict=True)]
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields))


def _meaning(column: Column) -> dict[str, str]:
    return {"vi": f"{column.vi}: {column.vi_help}", "en": f"{column.en}: {column.en_help}"}


def _arrow(value: Value) -> str | float | int | bool | date | None:
    return float(value) if isinstance(value, Decimal) else value


def write_parquet(records: Sequence[AchievementRecord], out: Path) -> None:
    """One typed column for each of :data:`~model.columns.COLUMNS`, named by its key.

    Raises:
        OutputError: the file cannot be written.
    """
    table = arrow_table(records)
    with replacing(out) as part:
        pq.write_table(table, part, compression="zstd")
