"""Where results are written: records, the articles beside them, and what failed. A finished file replaces the old one in one step."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from model.articles import ArticleFailure
from model.errors import OutputError, ThanhtichError
from model.records import article_row, from_row, to_line
from model.runtime import Extraction, Extractor
from model.schema import AchievementRecord, Article


@dataclass(frozen=True, slots=True)
class Outputs:
    """The files of one run: ``records.jsonl`` and, named after it, ``records.articles.jsonl`` and ``records.errors.jsonl``."""

    records: Path

    @property
    def articles(self) -> Path:
        """Article texts and entities, for the report page."""
        return self.records.with_name(f"{self.records.stem}.articles.jsonl")

    @property
    def errors(self) -> Path:
        """One row for each article that could not be read."""
        return self.records.with_name(f"{self.records.stem}.errors.jsonl")


class Writer:
    """Writes the rows of a run. Use :func:`writing`."""

    def __init__(self, records: IO[str], articles: IO[str], errors: IO[str]) -> None:
        self._records, self._articles, self._errors = records, articles, errors
        self.articles = self.records = self.left_out = self.failed = 0

    def run(self, extractor: Extractor, found: Iterable[Article | ArticleFailure], advance: Callable[[], object] = lambda: None) -> None:
        """Extract every article that could be read, in order; the others become error rows."""
        for extraction in extractor.extract(self._read(found)):
            self.add(extraction)
            advance()

    def _read(self, found: Iterable[Article | ArticleFailure]) -> Iterator[Article]:
        for article in found:
            if isinstance(article, Article):
                yield article
            else:
                self.fail(article)

    def add(self, extraction: Extraction) -> None:
        """One article with its records."""
        self._records.writelines(map(to_line, extraction.records))
        self._articles.write(json.dumps(article_row(extraction.found), ensure_ascii=False) + "\n")
        self.articles += 1
        self.records += len(extraction.records)
        self.left_out += extraction.left_out

    def fail(self, failure: ArticleFailure) -> None:
        """One article that could not be read."""
        row = {"id": failure.id, "path": str(failure.path), "stage": failure.stage, "reason": failure.reason}
        self._errors.write(json.dumps(row, ensure_ascii=False) + "\n")
        self.failed += 1


@contextmanager
def writing(outputs: Outputs) -> Iterator[Writer]:
    """Write beside the wanted files and put all in place at the end; on an error the old files stay as they were.

    Raises:
        OutputError: the folder cannot be written to.
    """
    wanted = (outputs.records, outputs.articles, outputs.errors)
    parts = [path.with_name(f".{path.name}.part") for path in wanted]
    opened: list[IO[str]] = []
    try:
        outputs.records.parent.mkdir(parents=True, exist_ok=True)
        opened = [part.open("w", encoding="utf-8", errors="surrogatepass", newline="\n") for part in parts]
        writer = Writer(*opened)
        yield writer
        for handle in opened:
            handle.close()
        for part, path in zip(parts, wanted, strict=True):
            os.replace(part, path)
        if not writer.failed:
            outputs.errors.unlink()
    except OSError as error:
        raise OutputError(f"{error.filename or outputs.records}: cannot be written ({error.strerror or error}); free space or choose another place with -o") from error
    finally:
        for handle in opened:
            with suppress(OSError):
                handle.close()
        for part in parts:
            with suppress(OSError):
                part.unlink(missing_ok=True)


def to_stream(extractor: Extractor, found: Iterable[Article | ArticleFailure], stream: IO[str], errors: IO[str]) -> Writer:
    """Records to a stream as they come, failures to another; article texts are not kept."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        writer = Writer(stream, nowhere, errors)
        writer.run(extractor, found, stream.flush)
    return writer


def read_records(path: Path) -> list[AchievementRecord]:
    """The records of a JSONL file.

    Raises:
        ThanhtichError: the file cannot be read, or a line is no record; names the line.
    """
    return [_record(row, f"{path}:{number}") for number, row in read_rows(path)]


def _record(row: dict[str, Any], where: str) -> AchievementRecord:
    try:
        return from_row(row)
    except ThanhtichError as error:
        raise ThanhtichError(f"{where}: {error}") from error


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number and object of every line of a JSONL file that is not blank."""
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, _read_json(line, f"{path}:{number}")
    except (OSError, UnicodeDecodeError) as error:
        raise ThanhtichError(f"{path}: cannot be read ({error}); give a JSONL file that `thanhtich extract` wrote") from error


def _read_json(line: str, where: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise ThanhtichError(f"{where}: not JSON ({error}); the file may be cut off: extract again") from error
