"""Which ids a run has met, and where first: on disk, because a run may meet millions."""

from __future__ import annotations

import sqlite3

from model.errors import ArticleError


class Seen:
    """A table that vanishes with the process; some 2 MB of memory, the rest in the temporary folder."""

    def __init__(self) -> None:
        # An empty name is SQLite's private file on disk. The reading generator may be drawn from another thread than made it.
        self._table = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for line in (
            "PRAGMA journal_mode = OFF",
            "PRAGMA synchronous = OFF",
            "CREATE TABLE seen (id TEXT PRIMARY KEY, digest BLOB, place TEXT) WITHOUT ROWID",
            "BEGIN",
        ):
            self._table.execute(line)

    def first(self, identity: str, digest: bytes, place: str) -> tuple[bytes, str] | None:
        """Digest and place of the article that had the id before; None, and these are kept, where none had.

        Raises:
            ArticleError: the temporary folder is full.
        """
        try:
            if self._table.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", (identity, digest, place)).rowcount:
                return None
            found = self._table.execute("SELECT digest, place FROM seen WHERE id = ?", (identity,)).fetchone()
        except sqlite3.Error as error:
            raise ArticleError(f"the ids met so far cannot be kept in the temporary folder ({error}); free space there, or set TMPDIR") from error
        return found[0], found[1]
