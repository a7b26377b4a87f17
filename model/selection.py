"""Which sentences the encoder reads: those with a number that may be the count, the target or the percentage of an achievement.

A linear model over hashed words looks at every number: the words around it, each by its place, the words of its sentence and the last ones of the sentence
before. It costs a hundredth of what encoding costs and is asked only what it is sure of: a sentence is left out where none of its numbers comes near to
being one that anything is reported about (dates, ages, addresses, numbers of documents). What it leaves out may still stand in a window, as context.

    selection.npz     weights (BUCKETS,) float16, bias and threshold, in a model folder (training/selection.py fits them)
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from model.errors import ModelError
from model.schema import Span
from model.text import is_number, words

BUCKETS = 1 << 17
AROUND = 5
"""Words before and behind a number that count by their place."""
LEFT, RIGHT = 10, 7
"""Words before and behind a number that count wherever they stand."""
BEFORE = 12
"""The last words of the sentence before that count."""
_EDGE = max(AROUND, LEFT, RIGHT)
_YEAR = re.compile(r"(?:19|20)\d\d")
_FIRST, _SECOND, _THIRD, _SALT = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5))
_MIX, _SHIFT = np.uint64(0xFF51AFD7ED558CCD), np.uint64(47)


@dataclass(frozen=True, slots=True)
class Features:
    """The numbers of some sentences, as buckets of words.

    ``near`` (M, F) of what stands around each of the M numbers; ``sentence`` (M,) which sentence it is in; ``shared`` (K,) the buckets of the words of
    sentences with a number, one sentence after the other, and ``owner`` (K,) whose each is.
    """

    near: np.ndarray
    sentence: np.ndarray
    shared: np.ndarray
    owner: np.ndarray


@dataclass(frozen=True, slots=True)
class Selection:
    """A fitted choice: ``weights`` (BUCKETS,) float32; sentences whose best number scores less than ``threshold`` (log odds) need no encoder."""

    weights: np.ndarray
    bias: float
    threshold: float

    def scores(self, text: str, spans: Sequence[Span]) -> np.ndarray:
        """(N,) the log odds of the best number of each of the N sentences, given in text order; minus infinity without a number."""
        made = features(text, spans)
        near, shared = scales(made, len(spans))
        whole = np.bincount(made.owner, self.weights[made.shared], len(spans)) * shared
        best = np.full(len(spans), -np.inf)
        np.maximum.at(best, made.sentence, self.weights[made.near].sum(axis=1) * near + whole[made.sentence] + self.bias)
        return best

    def chosen(self, text: str, spans: Sequence[Span]) -> tuple[bool, ...]:
        """Which of the sentences, given in text order, the encoder should read."""
        return tuple((self.scores(text, spans) >= self.threshold).tolist())


def scales(made: Features, sentences: int) -> tuple[float, np.ndarray]:
    """What each of a number's own buckets counts, and (N,) each of its sentence's: long sentences weigh no more than short ones."""
    return 1 / float(np.sqrt(made.near.shape[1])), 1 / np.sqrt(np.maximum(1, np.bincount(made.owner, minlength=sentences)))


def features(text: str, spans: Sequence[Span]) -> Features:
    """What the linear model sees of the numbers in these sentences, given in text order."""
    # All sentences in one row of words, with room between them, so that nothing is seen of the next sentence.
    row, numbers, sentence = [0] * _EDGE, [], []
    singles, pairs, earlier = _Places(), _Places(), _Places()
    before = range(0)
    for place, span in enumerate(spans):
        surfaces = [word.of(text) for word in words(text, span)]
        here = range(len(row), len(row) + len(surfaces))
        row += [_word(surface) for surface in surfaces] + [0] * _EDGE
        found = [at for at, surface in zip(here, surfaces, strict=True) if is_number(surface)]
        if found:
            numbers += found
            sentence += [place] * len(found)
            singles.add(here, place)
            pairs.add(here[:-1], place)
            earlier.add(before[-BEFORE:], place)
        before = here
    ids = np.array(row, dtype=np.uint64)
    parts = ((singles, _row(ids), 70), (pairs, _row(ids, np.roll(ids, -1)), 71), (earlier, _row(ids), 72))
    shared = np.concatenate([_bucket(mixed[np.array(places.at, dtype=np.int64)], salt) for places, mixed, salt in parts])
    owner = np.array([*singles.owner, *pairs.owner, *earlier.owner], dtype=np.int64)
    return Features(_near(ids, np.array(numbers, dtype=np.int64)), np.array(sentence, dtype=np.int64), shared, owner)


class _Places:
    """Places in the row of words, and which sentence they count for."""

    def __init__(self) -> None:
        self.at: list[int] = []
        self.owner: list[int] = []

    def add(self, places: Sequence[int], sentence: int) -> None:
        self.at += places
        self.owner += [sentence] * len(places)


@lru_cache(maxsize=65536)
def _word(word: str) -> int:
    """A word's number, never 0: of its lower case, or of a number's length, points and whether it may be a year."""
    return zlib.crc32((_number_shape(word) if word[0].isdigit() else word.lower()).encode()) + 1


def _number_shape(word: str) -> str:
    return f"N{min(len(word), 4)}{'.' if '.' in word else ''}{',' if ',' in word else ''}{'Y' if _YEAR.fullmatch(word) else ''}"


def _bucket(mixed: np.ndarray, salt: int) -> np.ndarray:
    with np.errstate(over="ignore"):
        salted = np.asarray((mixed + np.uint64(salt) * _SALT) * _MIX)
    return np.asarray((salted ^ (salted >> _SHIFT)) % np.uint64(BUCKETS)).astype(np.int64)


def _row(first: np.ndarray, second: np.ndarray | None = None, third: np.ndarray | None = None) -> np.ndarray:
    """Up to three words in a row as one number."""
    with np.errstate(over="ignore"):
        mixed = np.asarray(first * _FIRST)
        mixed = mixed if second is None else np.asarray(mixed + second * _SECOND)
        return mixed if third is None else np.asarray(mixed + third * _THIRD)


def _near(row: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """(M, F) buckets: words, pairs and threes of words by their place from the number, and the words on its left and right wherever they stand."""
    at = {offset: row[numbers + offset] for offset in range(-_EDGE, _EDGE + 1)}
    made = [_bucket(_row(at[o]), 1 + o + AROUND) for o in range(-AROUND, AROUND + 1)]
    made += [_bucket(_row(at[o], at[o + 1]), 20 + o + AROUND) for o in range(1 - AROUND, AROUND - 1)]
    made += [_bucket(_row(at[o], at[o + 1], at[o + 2]), 40 + o + AROUND) for o in range(-3, 2)]
    made += [_bucket(_row(at[o]), 60 if o < 0 else 61) for o in range(-LEFT, RIGHT + 1) if o]
    return np.stack(made, axis=1)


def write_selection(selection: Selection, path: Path) -> None:
    """Keep a choice in a file."""
    np.savez_compressed(path, weights=selection.weights.astype(np.float16), bias=np.float32(selection.bias), threshold=np.float32(selection.threshold))


def read_selection(path: Path) -> Selection:
    """The choice that :func:`write_selection` kept.

    Raises:
        ModelError: the file is damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as kept:
            selection = Selection(kept["weights"].astype(np.float32), float(kept["bias"]), float(kept["threshold"]))
    except (OSError, EOFError, ValueError, TypeError, KeyError, BadZipFile, zlib.error) as error:
        raise ModelError(f"{path}: damaged ({type(error).__name__}: {error}); restore the file or train the model again") from error
    if selection.weights.shape != (BUCKETS,):
        raise ModelError(f"{path}: {selection.weights.shape} weights, this version reads {BUCKETS:,}; use the version that made it, or train again")
    if not (np.isfinite(selection.weights).all() and np.isfinite(selection.bias)) or np.isnan(selection.threshold):
        raise ModelError(f"{path}: damaged (weights that are no numbers); restore the file or train the model again")
    return selection
