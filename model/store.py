"""Where results are kept: the files of a run, and reading them back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.errors import ThanhtichError
from model.records import from_row
from model.schema import AchievementRecord


@dataclass(frozen=True, slots=True)
class Outputs:
    """The files of one run: ``records.jsonl`` and, named after it, ``records.articles.jsonl``, ``records.errors.jsonl`` and ``records.jsonl.journal``."""

    records: Path

    @property
    def articles(self) -> Path:
        """Article texts and entities, for the report page."""
        return self.records.with_name(f"{self.records.stem}.articles.jsonl")

    @property
    def errors(self) -> Path:
        """One row for each article that gave nothing, and why."""
        return self.records.with_name(f"{self.records.stem}.errors.jsonl")

    @property
    def journal(self) -> Path:
        """What is done (model/journal.py), for a later run with ``--resume``."""
        return self.records.with_name(f"{self.records.name}.journal")

    @property
    def partial(self) -> Path:
        """Hidden folder of a run that is not finished."""
        return self.records.with_name(f".{self.records.name}.partial")

    @property
    def lock(self) -> Path:
        """Hidden file that is locked while a run writes; it holds the run's process id."""
        return self.records.with_name(f".{self.records.name}.lock")


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
