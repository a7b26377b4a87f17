"""A DuckDB file that grows over runs: table ``records`` holds what is current, table ``history`` what was replaced, and when.

What was stored last for an article is current. Three rules hold after any number of runs, in any order:
an article's rows in ``records`` are those of the last run that read it; every row ever stored is in exactly one of the
two tables, exactly once; storing the same run again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow as pa

from model.abbreviations import expand
from model.columns import COLUMNS
from model.errors import OutputError, ThanhtichError
from model.records import to_line
from model.schema import AchievementRecord
from model.tabular import arrow_table

QUERIES: dict[str, Path] = {path.stem: path for path in sorted((Path(__file__).with_name("queries")).glob("*.sql"))}
"""Name to file of every question that :func:`query` answers."""
TABLE = (*(column.key for column in COLUMNS), "organisation_key", "line", "stored_at")
"""Columns of ``records``: those of every table, the organisation's name as it is compared, the whole record as JSON, when (UTC)."""
HISTORY = (*TABLE, "replaced_at", "replaced_by")
_NEW_TONES = "òa óa ỏa õa ọa òe óe ỏe õe ọe ùy úy ủy ũy ụy".split()
_OLD_TONES = "oà oá oả oã oạ oè oé oẻ oẽ oẹ uỳ uý uỷ uỹ uỵ".split()


@dataclass(frozen=True, slots=True)
class Stored:
    """What a run changed: records new to ``records``, moved from there to ``history``, and left as they were."""

    added: int
    replaced: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A table that answers a question."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def organisation_key(name: str) -> str:
    """A name as it is compared: abbreviations written out, no capitals, tone marks always on the second vowel (`hoà`, `uỷ`).

    >>> organisation_key("LĐLĐ tỉnh Hoà Bình") == organisation_key("Liên đoàn lao động  tỉnh Hòa Bình")
    True
    """
    key = " ".join(expand(name).casefold().split())
    for new, old in zip(_NEW_TONES, _OLD_TONES, strict=True):
        key = key.replace(new, old)
    return key


def store(records: Sequence[AchievementRecord], path: Path, articles: Iterable[str] = ()) -> Stored:
    """Make the records of a run current. Rows of its articles that the run does not repeat go to ``history``; all or nothing.

    Args:
        records: the run's records; of two with the same id the later one counts.
        path: the database, made where it is missing.
        articles: ids of all articles that the run read: those without a record lose the records that they had.

    Raises:
        ThanhtichError: duckdb is not installed, or the file is no database of records.
        OutputError: the file cannot be written.
    """
    unique = list({record.id: record for record in records}.values())
    read = sorted({record.article_id for record in unique} | set(articles))
    now = datetime.now(UTC).replace(tzinfo=None)
    with _open(path) as connection:
        connection.register("incoming", _incoming(unique, now))
        connection.register("read", pa.table({"article_id": pa.array(read, pa.string())}))
        connection.begin()
        _make_tables(connection, path)
        before = _count(connection)
        replaced = _replace(connection, now, "; ".join(sorted({record.model for record in unique})) or None)
        connection.execute("INSERT INTO records SELECT * FROM incoming ANTI JOIN records USING (line)")
        added = _count(connection) - before + replaced
        connection.commit()
    return Stored(added, replaced, len(unique) - added)


def _incoming(records: Sequence[AchievementRecord], now: datetime) -> pa.Table:
    keys = [organisation_key(record.organisation.name) if record.organisation else None for record in records]
    lines = [to_line(record).strip().encode("utf-8", errors="replace").decode("utf-8") for record in records]
    extra = (pa.array(keys, pa.string()), pa.array(lines, pa.string()), pa.array([now] * len(records), pa.timestamp("us")))
    table = arrow_table(records)
    for name, values in zip(TABLE[-3:], extra, strict=True):
        table = table.append_column(name, values)
    return table


def _make_tables(connection: Any, path: Path) -> None:
    """The tables where they are missing.

    Raises:
        ThanhtichError: they are there, with other columns.
    """
    connection.execute("CREATE TABLE IF NOT EXISTS records AS SELECT * FROM incoming LIMIT 0")
    connection.execute("CREATE TABLE IF NOT EXISTS history AS SELECT *, stored_at AS replaced_at, model AS replaced_by FROM incoming LIMIT 0")
    for table, wanted in (("records", TABLE), ("history", HISTORY)):
        found = tuple(name for name, *_ in connection.execute(f"DESCRIBE {table}").fetchall())
        if found != wanted:
            odd = ", ".join(sorted(set(found) ^ set(wanted))) or "their order"
            raise ThanhtichError(f"{path}: its table {table} has other columns than this version writes ({odd}); name a new file, and export your runs to it again")


def _count(connection: Any) -> int:
    return int(connection.execute("SELECT count(*) FROM records").fetchone()[0])


def _replace(connection: Any, now: datetime, model: str | None) -> int:
    """Move the rows of the articles read that the run does not repeat to ``history``; gives their number.

    Rows that come back leave ``history``: each row stands in one table only. A row is compared as a whole (``line``), so an
    unchanged one keeps the time when it was stored.
    """
    moved = connection.execute(
        "INSERT INTO history SELECT *, ?::TIMESTAMP, ? FROM records SEMI JOIN read USING (article_id) ANTI JOIN incoming USING (line) RETURNING line", [now, model]
    ).fetchall()
    connection.execute("DELETE FROM records WHERE article_id IN (SELECT article_id FROM read) AND line NOT IN (SELECT line FROM incoming)")
    connection.execute("DELETE FROM history WHERE line IN (SELECT line FROM incoming)")
    return len(moved)


def query(path: Path, name: str) -> Answer:
    """The answer to one of :data:`QUERIES`; the database is only read.

    Raises:
        ThanhtichError: there is no such question, or the file is no database of records; says what to do.
    """
    if name not in QUERIES:
        raise ThanhtichError(f"no question {name!r}; choose one of {', '.join(QUERIES)}")
    if not path.is_file():
        raise ThanhtichError(f"{path}: there is no such database; make it with `thanhtich export records.jsonl -o {path}`")
    with _open(path, read_only=True) as connection:
        found = connection.execute(QUERIES[name].read_text(encoding="utf-8"))
        return Answer(tuple(column[0] for column in found.description), tuple(found.fetchall()))


@contextmanager
def _open(path: Path, *, read_only: bool = False) -> Iterator[Any]:
    """A connection, closed at the end; whatever was not committed is undone. DuckDB's errors become this project's."""
    duckdb = _duckdb()
    try:
        if not read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
        _check_magic(path)
        with duckdb.connect(str(path), read_only=read_only) as connection:
            yield connection
    except (duckdb.IOException, OSError) as error:
        reason = str(error).splitlines()[0]
        if "lock" in reason.lower():
            raise ThanhtichError(f"{path}: another program has it open; close it there and try again ({reason})") from error
        raise (ThanhtichError if read_only else OutputError)(f"{path}: cannot be {'read' if read_only else 'written'} ({reason}); free space or name another file") from error
    except duckdb.Error as error:
        raise ThanhtichError(f"{path}: not a database that this version of thanhtich wrote ({str(error).splitlines()[0]}); export your runs to a new file") from error


def _check_magic(path: Path) -> None:
    """Refuse a file of another kind before DuckDB tries to read it in its own ways (it may want extensions from the network for that)."""
    if path.is_file():
        with path.open("rb") as handle:
            start = handle.read(12)
        if start and start[8:] != b"DUCK":
            raise ThanhtichError(f"{path}: not a DuckDB database; name a file that `thanhtich export … -o FILE.duckdb` wrote, or a new one")


def _duckdb() -> ModuleType:
    try:
        import duckdb
    except ImportError as error:
        raise ThanhtichError("duckdb is not installed; databases need the extra: pip install -e '.[duckdb]'") from error
    return duckdb
