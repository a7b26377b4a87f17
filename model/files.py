"""Files as they lie: folders walked at flat memory, packed files opened, names shown.

Nothing here holds a list of all files: a folder is read in slices of its sorted names.
"""

from __future__ import annotations

import gzip
import heapq
import io
import lzma
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from model.errors import ArticleError

PACKED = (".gz", ".xz", ".zst")
UNREADABLE = (OSError, EOFError, lzma.LZMAError, zlib.error)
"""What opening, reading or unpacking a file can raise."""
_SLICE = 50_000
"""Names of one folder held at once, some 5 MB. A larger folder is scanned again for each slice, which costs a second per million names."""
_STEP = 4096
"""Packed bytes unpacked at once: a zstd block of 4 bytes can hold 128 KiB."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A folder that could not be read, and why."""

    folder: Path
    reason: str


@dataclass(frozen=True, slots=True)
class _Level:
    folder: Path
    inode: tuple[int, int]
    names: Iterator[str]


def walk(folder: Path) -> Iterator[Path | Unreadable]:
    """Every file below ``folder`` in the order of names, hidden ones left out; a link back to a folder above is not followed."""
    trail = [_level(folder)]  # no recursion: paths may be two thousand folders deep
    while trail:
        level = trail[-1]
        try:
            name = next(level.names, None)
        except OSError as error:
            yield Unreadable(level.folder, f"{shown(level.folder)}: the folder cannot be read ({error.strerror or error})")
            name = None
        if name is None:
            trail.pop()
            continue
        path = level.folder / name
        if not os.path.isdir(path):
            yield path
        else:
            below = _level(path)
            if all(below.inode != above.inode for above in trail):
                trail.append(below)


def _level(folder: Path) -> _Level:
    try:
        found = os.stat(folder)
    except OSError:  # reading its names says why
        return _Level(folder, (-1, -1), _names(folder))
    return _Level(folder, (found.st_dev, found.st_ino), _names(folder))


def _names(folder: Path) -> Iterator[str]:
    """The names in a folder, sorted, hidden ones left out; OSError where it cannot be read."""
    last = ""
    while True:
        with os.scandir(folder) as entries:
            names = heapq.nsmallest(_SLICE, (entry.name for entry in entries if entry.name > last and not entry.name.startswith(".")))
        yield from names
        if len(names) < _SLICE:
            return
        last = names[-1]


def shown(path: str | Path) -> str:
    """``path`` as text that every output can hold: bytes of a name that are not UTF-8 are written as ``\\xff``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def needs(path: Path) -> str | None:
    """What must be installed before ``path`` can be unpacked; None where nothing is missing."""
    if path.suffix.lower() == ".zst" and find_spec("zstandard") is None:
        return "unpacking .zst needs the package zstandard, which is not installed: pip install zstandard, or unpack it first (zstd -d)"
    return None


def opened(path: Path) -> io.BufferedReader:
    """``path`` opened for its bytes, unpacked where it ends in ``.gz``, ``.xz`` or ``.zst``.

    Raises:
        ArticleError: a package for unpacking is missing.
        OSError: as :func:`open`; reading may raise any of ``UNREADABLE``.
    """
    suffix = path.suffix.lower()
    if suffix == ".gz":
        return cast(io.BufferedReader, gzip.open(path, "rb"))
    if suffix == ".xz":
        return cast(io.BufferedReader, lzma.open(path, "rb"))
    if missing := needs(path):
        raise ArticleError(missing)
    return io.BufferedReader(_Zstd(path)) if suffix == ".zst" else path.open("rb")


class _Zstd(io.RawIOBase):
    """A zstd file, unpacked frame by frame; unlike zstandard's own reader, it says when the file is cut off."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._frame: Any = None
        self._packed = self._plain = b""

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer. Raises EOFError where the last frame is not whole, OSError where the bytes are no zstd."""
        while not self._plain and self._fill():
            pass
        size = min(len(buffer), len(self._plain))
        buffer[:size], self._plain = self._plain[:size], self._plain[size:]
        return size

    def _fill(self) -> bool:
        """Unpack the next step; False at the end of the file."""
        import zstandard  # optional

        self._packed = self._packed or self._file.read(_STEP)
        if not self._packed:
            if self._frame is not None:
                raise EOFError("the file is cut off")
            return False
        self._frame = self._frame or zstandard.ZstdDecompressor().decompressobj()
        try:
            self._plain = self._frame.decompress(self._packed)
        except zstandard.ZstdError as error:
            raise OSError(f"not a zstd file, or damaged ({error})") from error
        self._packed = self._frame.unused_data if self._frame.eof else b""
        if self._frame.eof:
            self._frame = None
        return True

    def close(self) -> None:
        """Close the file below too."""
        self._file.close()
        super().close()
