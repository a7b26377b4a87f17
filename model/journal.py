"""What a run has done so far, so that it can go on after a kill at any moment.

A SQLite file: for each article its digest and where its lines lie in the outputs, and the outputs' lengths at the last commit point.
The outputs are only appended to, and synced before each commit, so up to those lengths they are whole: what lies beyond is cut off on resuming.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from model.errors import OutputError
from model.schema import Article

_TABLES = """
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS done (id TEXT PRIMARY KEY, digest BLOB, records_at INTEGER, records_size INTEGER, articles_at INTEGER, articles_size INTEGER,
    records INTEGER, left_out INTEGER) WITHOUT ROWID;
"""
_UNSAID = {"made_by device": "cpu"}
"""What a journal means that does not say it."""
_FIELDS = "id, digest, records_at, records_size, articles_at, articles_size, records, left_out"


@dataclass(frozen=True, slots=True)
class Entry:
    """One article that is done: where its lines lie, in bytes, and what it gave."""

    id: str
    digest: bytes
    records_at: int
    records_size: int
    articles_at: int
    articles_size: int
    records: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit point: ``generation`` names the pair of files (each compaction begins a new one), the lengths are in bytes."""

    generation: int = 0
    records: int = 0
    articles: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """What the whole journal holds."""

    articles: int
    records: int
    left_out: int


def article_digest(article: Article) -> bytes:
    """sha256 of everything in an article that its lines depend on: id, text, title, source and day."""
    parts = [article.id, article.text, article.title, article.source, str(article.published), article.published_from]
    return hashlib.sha256(json.dumps(parts).encode()).digest()


class Journal:
    """An open journal; nothing counts before :meth:`commit`.

    Args:
        path: the SQLite file; made where there is none.
        made_by: what made the records: the model's identity, and settings that change them; None to look at any journal.
        what: the output that it is for, to name in errors.

    Raises:
        OutputError: the file is damaged or cannot be written, or another model or other settings began it.
    """

    def __init__(self, path: Path, made_by: dict[str, str] | None, what: Path) -> None:
        self._what = what
        try:
            self._base = sqlite3.connect(path, isolation_level=None)
            self._base.execute("PRAGMA synchronous = FULL")
            self._base.executescript(_TABLES)
            self._base.execute("BEGIN")
            if made_by is not None:
                self._check({f"made_by {name}": value for name, value in made_by.items()})
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def _check(self, wanted: dict[str, str]) -> None:
        found = dict(self._base.execute("SELECT name, value FROM state WHERE name LIKE 'made_by %'"))
        if found and _UNSAID | found != _UNSAID | wanted:
            self._base.close()
            raise OutputError(self._other(found, wanted))
        self._base.executemany("INSERT OR IGNORE INTO state VALUES (?, ?)", wanted.items())

    def _other(self, found: dict[str, str], wanted: dict[str, str]) -> str:
        found, wanted = _UNSAID | found, _UNSAID | wanted
        names = sorted(name for name in wanted | found if found.get(name) != wanted.get(name))
        told = "; ".join(f"{name.removeprefix('made_by ')} was {found.get(name)}, now {wanted.get(name)}" for name in names)
        return f"{self._what}: --resume cannot mix records of different makings: {told}; take what was taken then, or leave out --resume to do all articles again"

    def _failed(self, error: sqlite3.Error) -> OutputError:
        damaged = type(error) is sqlite3.DatabaseError
        todo = "leave out --resume to do all articles again" if damaged else "free space or mend the disk, then go on with --resume"
        return OutputError(f"{self._what}: the journal cannot be {'read' if damaged else 'written'} ({error}); {todo}")

    def digest(self, identity: str) -> bytes | None:
        """Digest of the article with this id as it was done; None where it was not."""
        found = self._base.execute("SELECT digest FROM done WHERE id = ?", (identity,)).fetchone()
        return found[0] if found else None

    def add(self, entry: Entry) -> None:
        """An article is done, in place of an earlier one with its id."""
        self._base.execute("INSERT OR REPLACE INTO done VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _row(entry))

    def forget(self, identity: str) -> None:
        """The article with this id is not done any more."""
        self._base.execute("DELETE FROM done WHERE id = ?", (identity,))

    def entries(self) -> Iterator[Entry]:
        """What is done, in the order of its lines."""
        return (Entry(*row) for row in self._base.execute(f"SELECT {_FIELDS} FROM done ORDER BY articles_at"))

    def totals(self) -> Totals:
        """Counted over all that is done."""
        return Totals(*self._base.execute("SELECT count(*), ifnull(sum(records), 0), ifnull(sum(left_out), 0) FROM done").fetchone())

    def sizes(self) -> tuple[int, int]:
        """Bytes of records and of articles that belong to what is done."""
        records, articles = self._base.execute("SELECT ifnull(sum(records_size), 0), ifnull(sum(articles_size), 0) FROM done").fetchone()
        return records, articles

    def last(self) -> Commit:
        """The last commit point; an empty one where there is none."""
        found = self._state("commit")
        return Commit(*json.loads(found)) if found else Commit()

    def failures(self) -> int | None:
        """How many articles failed, where the run is finished and only its files are to be put in place; None where it is not."""
        found = self._state("failures")
        return int(found) if found is not None else None

    def _state(self, name: str) -> str | None:
        found = self._base.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return found[0] if found else None

    def commit(self, point: Commit, failures: int | None = None) -> None:
        """All that was added counts from now on. The outputs must be synced up to the point before.

        Raises:
            OutputError: it cannot be written; the commit point before this one stands.
        """
        try:
            self._base.execute("INSERT OR REPLACE INTO state VALUES ('commit', ?)", (json.dumps([point.generation, point.records, point.articles]),))
            self._base.execute("DELETE FROM state WHERE name = 'failures'")
            if failures is not None:
                self._base.execute("INSERT INTO state VALUES ('failures', ?)", (str(failures),))
            self._base.execute("COMMIT")
            self._base.execute("BEGIN")
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def renumber(self, entries: Iterator[Entry]) -> None:
        """Put ``entries`` in the place of all there are; they may be drawn from :meth:`entries`. Counts with the next commit."""
        self._base.execute("CREATE TABLE moved AS SELECT * FROM done WHERE 0")
        for e in entries:
            self._base.execute("INSERT INTO moved VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _row(e))
        self._base.execute("DELETE FROM done")
        self._base.execute("INSERT INTO done SELECT * FROM moved")
        self._base.execute("DROP TABLE moved")

    def close(self) -> None:
        """Close the file; what was not committed is forgotten."""
        self._base.close()


def _row(e: Entry) -> tuple[str, bytes, int, int, int, int, int, int]:
    return e.id, e.digest, e.records_at, e.records_size, e.articles_at, e.articles_size, e.records, e.left_out
