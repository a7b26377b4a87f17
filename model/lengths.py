"""How long an article may be: reading that never holds more than that, however long a line, a row or a file is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from model.errors import ArticleError

MAX_CHARACTERS = 1_000_000
"""Two hundred times a usual article; the shipped model needs some five minutes and 400 MB for one of this length."""


class LengthError(ArticleError):
    """More than an article may hold."""


def room(characters: int) -> int:
    """How many bytes an article of so many characters may take at most: escaped, decomposed, with its other columns or its page's markup."""
    return 16 * characters + 65536


def too_long(found: str, characters: int) -> str:
    """What to tell a person about an article of more than ``characters`` characters."""
    return f"too long: {found}, an article may have {characters:,} characters; split it, or raise --max-characters"


def bounded_lines(stream: BinaryIO, characters: int) -> Iterator[bytes | LengthError]:
    """The lines of ``stream``; of one that is longer than an article may be, no more than that is ever held."""
    most = room(characters)
    while line := stream.readline(most + 1):
        if len(line) <= most:
            yield line
            continue
        while line and not line.endswith(b"\n"):
            line = stream.readline(65536)
        yield LengthError(too_long(f"a line of more than {most:,} bytes", characters))


def bounded(stream: BinaryIO, characters: int, head: bytes = b"") -> bytes:
    """``head`` and all that follows it in ``stream``; LengthError where that is more than one article may be."""
    most = room(characters)
    data = head + stream.read(max(most + 1 - len(head), 0))
    if len(data) > most:
        raise LengthError(too_long(f"more than {most:,} bytes", characters))
    return data


def check_length(text: str, characters: int) -> None:
    """LengthError where ``text`` has more than so many code points."""
    if len(text) > characters:
        raise LengthError(too_long(f"{len(text):,} characters", characters))


class CsvLines:
    """Lines for the CSV reader. A row that takes more than ``most`` characters is skipped up to its end and raised as an error."""

    def __init__(self, text: io.TextIOWrapper, most: int) -> None:
        self._text, self._most = text, most
        self.begin()

    def begin(self) -> None:
        """A new row begins with the next line."""
        self._held = self._quotes = 0

    def __iter__(self) -> CsvLines:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._most + 1)
        if not line:
            raise StopIteration
        self._held += len(line)
        self._quotes += line.count('"')
        if self._held <= self._most:
            return line
        while line and not (line.endswith(("\n", "\r")) and self._quotes % 2 == 0):
            line = self._text.readline(65536)
            self._quotes += line.count('"')
        raise csv.Error(f"too long: a row of more than {self._most:,} characters")
