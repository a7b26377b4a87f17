"""Where results are kept: the files of a run, and reading them back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.errors import OutputError, ThanhtichError, told
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
    def files(self) -> tuple[Path, ...]:
        """All of them, whether they are there or not."""
        return (self.records, self.articles, self.errors, self.journal)

    @property
    def partial(self) -> Path:
        """Hidden folder of a run that is not finished."""
        return self.records.with_name(f".{self.records.name}.partial")

    @property
    def lock(self) -> Path:
        """Hidden file that is locked while a run writes; it holds the run's process id."""
        return self.records.with_name(f".{self.records.name}.lock")


def refuse_over(inputs: Iterable[str | Path], outputs: Iterable[Path]) -> None:
    """Say no where an output would take the place of an input, or of a file in an input folder that no run of ours wrote.

    Raises:
        OutputError: names the file.
    """
    for given in (os.path.realpath(given) for given in inputs if str(given) != "-"):
        for output in outputs:
            place = os.path.realpath(output)
            if given == place:
                raise OutputError(f"{output}: is an input, and would be written over; name another file with -o")
            if place.startswith(os.path.join(given, "")) and os.path.isfile(place) and not _is_ours(Path(place)):
                raise OutputError(f"{output}: lies in the input folder {given} and is no output of an earlier run, so it may hold articles; name another file with -o")


def _is_ours(path: Path) -> bool:
    """True for an empty file, a journal, and JSON lines of records, of articles with entities, or of failures."""
    if path.suffix == ".journal" or not path.stat().st_size:
        return True
    try:
        with path.open(encoding="utf-8") as lines:
            first = json.loads(lines.readline(1_000_000))
    except (OSError, ValueError):
        return path.name.endswith((".articles.jsonl", ".errors.jsonl"))
    return isinstance(first, dict) and bool({"indicator", "entities", "stage"} & set(first))


def read_records(path: Path) -> list[AchievementRecord]:
    """The records of a JSONL file.

    Raises:
        ThanhtichError: the file cannot be read, or a line is no record; names the line.
    """
    return [_record(row, f"{path}:{number}") for number, row in read_rows(path)]


def _record(row: dict[str, Any], where: str) -> AchievementRecord:
    if isinstance(row, dict) and "entities" in row and "indicator" not in row:
        raise ThanhtichError(f"{where}: this is an article of the file beside the records; give the file whose name lacks .articles")
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
        raise ThanhtichError(f"{path}: cannot be read ({told(error)}); give a JSONL file that `thanhtich extract` wrote") from error


def _read_json(line: str, where: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        begun = line.lstrip().startswith("{")
        todo = "the file may be cut off: extract again" if begun else "give a JSONL file that `thanhtich extract` wrote"
        raise ThanhtichError(f"{where}: not JSON ({error}); {todo}") from error
