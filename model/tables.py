"""Rows of JSONL, CSV and Parquet files as articles-to-be, one at a time: a bad row is said with its line and never costs the next one."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from model.charsets import declared, decode
from model.errors import ArticleError
from model.files import opened, shown
from model.lengths import CsvLines, LengthError, bounded_lines, room

_DAY = re.compile(r"\s*(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})/(\d{1,2})/(\d{4}))(?!\d)")
_LONE = re.compile("[\ud800-\udfff]")
_LOOK = 20
"""How many rows of a JSONL file are looked at for its columns before reading begins."""
_LOOK_CHARACTERS = 1_000_000
Lines = Iterable[bytes | str | LengthError]


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a table are called. Only ``text`` and ``id`` must be there, and ``published`` where a person named it (``dated``)."""

    text: str
    id: str
    title: str
    source: str
    published: str
    dated: bool = False

    def missing(self, found: Iterable[str]) -> str | None:
        """What to tell a person about the first of text and id that is not among ``found``; None where both are."""
        names = list(found)
        dated = ((self.published, "--published-column"),) if self.dated else ()
        for name, option in ((self.text, "--text-column"), (self.id, "--id-column"), *dated):
            if name not in names:
                return f"no column {name!r}, found {', '.join(map(repr, names)) or 'none'}; say which one to take with {option}"
        return None


@dataclass(frozen=True, slots=True)
class Row:
    """One row that holds an article; ``text`` as it was written. ``place`` is ``line 3`` or ``row 3``, counted from 1."""

    path: str
    place: str
    id: str
    text: str
    title: str | None
    source: str | None
    published: date | None


@dataclass(frozen=True, slots=True)
class RowError:
    """One row that does not, and why."""

    path: str
    place: str
    id: str | None
    stage: str
    reason: str


def newlines(text: str) -> str:
    """``text`` with ``\\n`` as its only line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def parse_day(value: object) -> date | None:
    """The day of a metadata field, written ``2021-12-30…`` or ``30/12/2021…`` or a date already; None where it is neither.

    >>> parse_day("2021-12-30T08:00:00+07:00"), parse_day("30/12/2021"), parse_day("hôm qua")
    (datetime.date(2021, 12, 30), datetime.date(2021, 12, 30), None)
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    found = _DAY.match(value) if isinstance(value, str) else None
    if not found:
        return None
    year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def check_columns(path: Path, kind: str, columns: Columns) -> None:
    """ArticleError naming the columns found and the option to set when the table lacks a column that must be there. Reads only its beginning."""
    found: list[str] = []
    try:
        if kind == ".jsonl":
            objects = [one for _, one in islice(_objects(_json_lines(path, _LOOK_CHARACTERS)), _LOOK) if isinstance(one, dict)]
            found = list(dict.fromkeys(str(name) for one in objects for name in one))
        else:
            found = _csv_names(path) if kind == ".csv" else _parquet_names(path)
    except ArticleError:  # not even a beginning: reading says why
        return
    problem = columns.missing(found) if any(found) else None  # damaged or empty: reading tells where
    if problem:
        raise ArticleError(f"{path}: {problem}")


def rows(path: Path, kind: str, columns: Columns, characters: int) -> Iterator[Row | RowError]:
    """The rows of ``path``, a ``.jsonl``, ``.csv`` or ``.parquet`` file; ArticleError when the file as a whole cannot be read as that.

    A row with more room than an article of ``characters`` characters needs is a failure, and never held whole.
    """
    if kind == ".jsonl":
        return json_rows(shown(path), _json_lines(path, characters), columns)
    return _csv_rows(path, columns, characters) if kind == ".csv" else _parquet_rows(path, columns)


def json_rows(path: str, lines: Lines, columns: Columns) -> Iterator[Row | RowError]:
    """One JSON object to a line; blank lines are skipped. A file without any line is one failure."""
    empty = True
    for number, value in _objects(lines):
        empty = False
        place = f"line {number}"
        if isinstance(value, ArticleError):
            yield RowError(path, place, None, "length" if isinstance(value, LengthError) else "parse", str(value))
        elif isinstance(value, dict):
            yield _row(path, place, value, columns)
        else:
            yield RowError(path, place, None, "parse", f"expected an object {{…}}, found {type(value).__name__}")
    if empty:
        yield RowError(path, "line 1", None, "parse", "the file is empty")


def _objects(lines: Lines) -> Iterator[tuple[int, object]]:
    """Line numbers and values; an ArticleError where a line cannot be read."""
    for number, line in enumerate(lines, 1):
        if isinstance(line, LengthError):
            yield number, line
            continue
        if not line.strip():
            continue
        try:
            yield number, json.loads(line if isinstance(line, str) else decode(line))
        except ArticleError as error:
            yield number, error
        except (ValueError, RecursionError) as error:
            yield number, ArticleError(f"not JSON ({error or type(error).__name__}); each line must be one whole object")


def _json_lines(path: Path, characters: int) -> Iterator[bytes | str | LengthError]:
    with opened(path) as stream:
        mark = declared(stream.peek(4)[:4])
        if mark == "utf-8":
            yield from bounded_lines(stream, characters)
            return
        # UTF-16 and UTF-32 cannot be cut at the byte of a newline; "utf-16" reads and drops its own mark.
        text = io.TextIOWrapper(stream, mark[:6], newline="\n")
        try:
            while line := text.readline(room(characters)):
                yield line
        except UnicodeError as error:
            raise ArticleError(f"not text as its byte order mark says ({error}); convert the file to UTF-8 and try again") from error


def _csv_reader(stream: io.BufferedReader, most: int = 65536) -> tuple[list[str], CsvLines, Iterator[list[str]]]:
    """The header and the reader after it; the separator is the most frequent of ``, ; tab`` in the header."""
    encoding = {"utf-8": "utf-8-sig"}.get(mark := declared(stream.peek(4)[:4]), mark[:6])  # "utf-16" reads and drops its own mark
    # Bytes that are no UTF-8 come through marked, so that only their own row fails.
    text = io.TextIOWrapper(stream, encoding, errors="surrogateescape", newline="")
    head = text.readline(65536)
    lines = CsvLines(text, most)
    separator = max(",;\t", key=head.count)
    csv.field_size_limit(sys.maxsize)
    names = next(csv.reader([head], delimiter=separator), [])
    return [name.strip() for name in names], lines, csv.reader(lines, delimiter=separator, strict=True)


def _csv_names(path: Path) -> list[str]:
    with opened(path) as stream:
        try:
            return _csv_reader(stream)[0]
        except (UnicodeError, csv.Error) as error:
            raise ArticleError(f"not a CSV file ({error})") from error


def _csv_rows(path: Path, columns: Columns, characters: int) -> Iterator[Row | RowError]:
    with opened(path) as stream:
        try:
            names, lines, reader = _csv_reader(stream, room(characters))
            problem = columns.missing(names) if any(names) else "the file is empty"
            if problem:
                raise ArticleError(problem)
            yield from _csv_body(shown(path), names, lines, reader, columns)
        except UnicodeError as error:
            raise ArticleError(f"not text as its byte order mark says ({error})") from error


def _csv_body(path: str, names: Sequence[str], lines: CsvLines, reader: Iterator[list[str]], columns: Columns) -> Iterator[Row | RowError]:
    number = 1
    while True:
        number += 1
        lines.begin()
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:  # the reader goes on with the next line
            long = str(error).startswith("too long")
            reason = f"{error}; split it, or raise --max-characters" if long else f'not CSV ({error}); quote fields with " and double the quotes inside them'
            yield RowError(path, f"row {number}", None, "length" if long else "parse", reason)
            continue
        if not values:
            continue
        try:
            fields = dict(zip(names, map(_redecoded, values), strict=False))
        except ArticleError as error:
            yield RowError(path, f"row {number}", None, "decode", str(error))
        else:
            yield _row(path, f"row {number}", fields, columns)


def _redecoded(field: str) -> str:
    return decode(field.encode("utf-8", "surrogateescape")) if _LONE.search(field) else field


def _parquet_names(path: Path) -> list[str]:
    return list(_parquet(path).schema_arrow.names)


def _parquet(path: Path) -> Any:  # pyarrow has no types
    from pyarrow import ArrowException, parquet

    try:
        return parquet.ParquetFile(path)
    except ArrowException as error:
        raise ArticleError(f"damaged or not Parquet ({error})") from error


def _parquet_rows(path: Path, columns: Columns) -> Iterator[Row | RowError]:
    from pyarrow import ArrowException

    file = _parquet(path)
    names = list(file.schema_arrow.names)
    problem = columns.missing(names)
    if problem:
        raise ArticleError(problem)
    wanted = [name for name in (columns.id, columns.text, columns.title, columns.source, columns.published) if name in names]
    number = 0
    try:
        for batch in file.iter_batches(batch_size=64, columns=wanted):
            for fields in batch.to_pylist():
                number += 1
                yield _row(shown(path), f"row {number}", fields, columns)
    except (ArrowException, UnicodeDecodeError) as error:
        raise ArticleError(f"damaged after row {number} ({error})") from error


def _row(path: str, place: str, fields: Mapping[str, object], columns: Columns) -> Row | RowError:
    """The article of one row, or why there is none."""
    identity = fields.get(columns.id)
    if isinstance(identity, int) and not isinstance(identity, bool):
        identity = str(identity)
    known = identity.strip() if isinstance(identity, str) and identity.strip() and not _LONE.search(identity) else None
    problem = columns.missing(fields) or _flaw(columns.text, fields[columns.text])
    if known is None and columns.id in fields:
        problem = f"column {columns.id!r} should be a text or a whole number that is not empty, found {identity!r}"
    if known is None or problem:
        return RowError(path, place, known, "parse", problem or "no id")
    text, day = str(fields[columns.text]), parse_day(fields.get(columns.published))
    return Row(path, place, known, text, _optional(fields.get(columns.title)), _optional(fields.get(columns.source)), day)


def _flaw(name: str, text: object) -> str | None:
    if not isinstance(text, str):
        return f"column {name!r} should be a text, found {text!r:.60}"
    lone = _LONE.search(text)
    if lone or "\0" in text:
        sign = ord(lone[0]) if lone else 0
        return f"column {name!r} has U+{sign:04X}, which no text holds, at position {lone.start() if lone else text.index(chr(0))}"
    return None


def _optional(value: object) -> str | None:
    return str(value).strip() or None if value is not None and not _LONE.search(str(value)) else None
