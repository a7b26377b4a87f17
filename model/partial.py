"""The files of a run that is not finished, in a hidden folder beside the wanted ones, and how they take their places.

The folder holds ``records.N`` and ``articles.N`` (N counts compactions), ``errors`` and ``journal``. Without a journal it counts as empty.
Finishing is one commit that says so, then renames that can be repeated: a run that finds them undone goes on with them first.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from model.errors import OutputError
from model.journal import Commit, Entry, Journal, Totals
from model.store import Outputs


@dataclass(frozen=True, slots=True)
class Lines:
    """What one article gives: its lines, and how many records they are."""

    records: bytes
    articles: bytes
    count: int
    left_out: int


class Partial:
    """An unfinished run. Open one with :func:`begin`; the lock must be held.

    Its methods raise OSError or OutputError where something cannot be written; the last commit point stands then.
    """

    def __init__(self, outputs: Outputs, made_by: dict[str, str]) -> None:
        self._outputs, self._folder = outputs, outputs.partial
        self.journal = Journal(self._folder / "journal", made_by, outputs.records)
        self._at = self.journal.last()
        self._records, self._articles = (self._reopened(name, size) for name, size in (("records", self._at.records), ("articles", self._at.articles)))
        # What could not be read is met again by a run that goes on, so its rows begin anew.
        self._errors = (self._folder / "errors").open("wb")
        self.failures = 0

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.{self._at.generation}"

    def _reopened(self, name: str, size: int) -> IO[bytes]:
        path = self._file(name)
        handle = path.open("ab")
        if handle.tell() < size:
            handle.close()
            raise OutputError(f"{path}: {handle.tell()} bytes, but its journal says {size}: it was changed; leave out --resume to do all articles again")
        handle.truncate(size)
        return handle

    def add(self, identity: str, digest: bytes, lines: Lines) -> None:
        """An article is done; lines of an earlier one with its id do not count any more."""
        entry = Entry(identity, digest, self._at.records, len(lines.records), self._at.articles, len(lines.articles), lines.count, lines.left_out)
        self._at = replace(self._at, records=self._at.records + len(lines.records), articles=self._at.articles + len(lines.articles))
        self._records.write(lines.records)
        self._articles.write(lines.articles)
        self.journal.add(entry)

    def fail(self, row: bytes) -> None:
        """An article gave nothing, and why."""
        self.failures += 1
        self._errors.write(row)

    def commit(self, failures: int | None = None) -> None:
        """Make a commit point: what was added up to here survives whatever comes."""
        if not self._folder.exists():
            raise OutputError(f"{self._folder}: has vanished while it was written; extract again")
        _sync(self._records, self._articles, self._errors)
        self.journal.commit(self._at, failures)

    def finish(self) -> Totals:
        """Put everything in the place of the old outputs."""
        if self.journal.sizes() != (self._at.records, self._at.articles):
            self._compact()
        totals = self.journal.totals()
        self.commit(self.failures)
        self.close()
        publish(self._outputs, self._at, self.failures)
        return totals

    def _compact(self) -> None:
        """Leave out the lines that were replaced."""
        self.commit()  # what is copied below must be in the files
        old = (self._records, self._articles)
        with self._file("records").open("rb") as records, self._file("articles").open("rb") as articles:
            self._at = Commit(self._at.generation + 1)
            self._records, self._articles = self._file("records").open("wb"), self._file("articles").open("wb")
            self.journal.renumber(self._moved(records, articles))
        self.commit()
        for handle in old:
            handle.close()

    def _moved(self, records: IO[bytes], articles: IO[bytes]) -> Iterator[Entry]:
        for entry in self.journal.entries():
            records.seek(entry.records_at)
            articles.seek(entry.articles_at)
            yield replace(entry, records_at=self._at.records, articles_at=self._at.articles)
            self._at = replace(self._at, records=self._at.records + entry.records_size, articles=self._at.articles + entry.articles_size)
            self._records.write(_whole(records, entry.records_size))
            self._articles.write(_whole(articles, entry.articles_size))

    def leave(self) -> None:
        """Stop before the end: what is done stays for a run that goes on; where nothing is done, nothing stays."""
        if self.journal.totals().articles:
            self.commit()
            self.close()
        else:
            self.close()
            shutil.rmtree(self._folder)

    def close(self) -> None:
        """Close all files. What was not committed does not count."""
        for handle in (self._records, self._articles, self._errors):
            with suppress(OSError):  # a full disk was said when it was met
                handle.close()
        self.journal.close()


def _whole(handle: IO[bytes], size: int) -> bytes:
    data = handle.read(size)
    if len(data) < size:
        raise OutputError(f"{handle.name}: shorter than its journal says: it was changed; leave out --resume to do all articles again")
    return data


def _sync(*handles: IO[bytes]) -> None:
    for handle in handles:
        handle.flush()
        os.fsync(handle.fileno())


def begin(outputs: Outputs, made_by: dict[str, str], *, resume: bool) -> Partial:
    """Open the unfinished run of ``outputs``: with ``resume`` where the last one stopped, or from its finished outputs; otherwise an empty one.

    Raises:
        OutputError: it was begun by another model, or its files are not as the journal says.
    """
    for path in (outputs.records, outputs.articles, outputs.errors):
        if path.exists() and not path.is_file():
            raise OutputError(f"{path}: cannot be written (is no file); choose another place with -o, or -o - for standard output")
    _publish_finished(outputs, resume=resume)
    if resume and not unfinished(outputs) and not outputs.journal.exists() and (before := finished_records(outputs)):
        todo = "leave out --resume to do all articles again in its place, or name another file with -o"
        raise OutputError(f"{outputs.records}: has {before} records, but no journal ({outputs.journal.name}) lies beside it, so what is done cannot be known; {todo}")
    if not (resume and unfinished(outputs)):
        if outputs.partial.exists():
            shutil.rmtree(outputs.partial)
        outputs.partial.mkdir()
    try:
        if resume and not unfinished(outputs) and outputs.journal.exists() and outputs.records.exists():
            _from_finished(outputs, made_by)
        return Partial(outputs, made_by)
    except BaseException:
        if not unfinished(outputs):  # half a copy would only take room
            shutil.rmtree(outputs.partial, ignore_errors=True)
        raise


def unfinished(outputs: Outputs) -> bool:
    """True where a run was cut off that could go on."""
    return (outputs.partial / "journal").exists()


def finished_records(outputs: Outputs) -> int:
    """How many records the finished outputs hold: by their journal, or by their lines where they have none; 0 where there are none."""
    if not outputs.records.is_file():
        return 0
    with suppress(OutputError):
        if outputs.journal.exists():
            with closing(Journal(outputs.journal, None, outputs.records)) as journal:
                return journal.totals().records
    with outputs.records.open("rb") as lines:
        return sum(1 for line in lines if line.strip())


def _from_finished(outputs: Outputs, made_by: dict[str, str]) -> None:
    """Copy the finished outputs, so that they stay good until this run is finished too. The journal comes last: with it the copy counts."""
    copy = outputs.partial / "copy"
    shutil.copyfile(outputs.journal, copy)
    journal = Journal(copy, made_by, outputs.records)
    point = journal.last()
    for path, name, size in ((outputs.records, "records", point.records), (outputs.articles, "articles", point.articles)):
        if not path.exists() or path.stat().st_size != size:
            raise OutputError(f"{path}: is not as its journal left it ({size} bytes): it was changed or removed; leave out --resume to do all articles again")
        shutil.copyfile(path, outputs.partial / f"{name}.{point.generation}")
    journal.commit(point)
    journal.close()
    os.replace(copy, outputs.partial / "journal")


def _publish_finished(outputs: Outputs, *, resume: bool) -> None:
    """Where a run was killed between its end and the last rename, do the renames that are left."""
    if not unfinished(outputs):
        return
    try:
        journal = Journal(outputs.partial / "journal", None, outputs.records)
    except OutputError:
        if resume:
            raise
        return
    point, failures = journal.last(), journal.failures()
    journal.close()
    if failures is not None:
        publish(outputs, point, failures)


def publish(outputs: Outputs, point: Commit, failures: int) -> None:
    """Rename the files of a finished run into their places. May be repeated after a kill."""
    folder = outputs.partial
    for part, wanted in ((f"records.{point.generation}", outputs.records), (f"articles.{point.generation}", outputs.articles)):
        _rename(folder / part, wanted)
    if failures:
        _rename(folder / "errors", outputs.errors)
    else:
        outputs.errors.unlink(missing_ok=True)
    _sync_folder(outputs.records.parent)
    _rename(folder / "journal", outputs.journal)  # the last: as long as it is there, the renames above are repeated
    shutil.rmtree(folder)
    _sync_folder(outputs.records.parent)


def _rename(part: Path, wanted: Path) -> None:
    with suppress(FileNotFoundError):  # renamed before
        os.replace(part, wanted)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

