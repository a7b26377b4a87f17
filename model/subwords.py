"""Words to the subword ids of an encoder, word by word, so that the owner of every subword is exact.

Two readers, both without torch or transformers: :class:`FastSubwords` for any ``tokenizer.json`` and
:class:`PhobertSubwords` for PhoBERT's ``vocab.txt`` and ``bpe.codes`` (whose own tokenizer gives no offsets).
"""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import Protocol

from tokenizers import Tokenizer

from model.errors import ModelError
from model.schema import Span
from model.segmentation import segmented
from model.text import words


class Subwords(Protocol):
    """What an encoder's vocabulary must answer."""

    first: int
    last: int
    pad: int
    mask: int | None
    """The piece that stands for a hidden word; None where the vocabulary has none."""

    def words(self, text: str, span: Span) -> tuple[Span, ...]:
        """The words inside ``span`` that the vocabulary is made for, as spans into ``text``."""

    def pieces(self, word: str) -> tuple[int, ...]:
        """The ids of one word as it stands in the text, at least one."""


class FastSubwords:
    """A ``tokenizer.json`` of the tokenizers library; source: Hugging Face fast tokenizers."""

    def __init__(self, path: Path) -> None:
        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises bare Exception for every damage
            raise ModelError(f"{path}: not a readable tokenizer ({error}); restore the file or point --model at another folder") from error
        # Many files ask for padding to a fixed length or for cutting; single words need neither.
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self.first = self._special(path, "<s>", "[CLS]")
        self.last = self._special(path, "</s>", "[SEP]")
        self.pad = self._special(path, "<pad>", "[PAD]")
        self._unknown = self._special(path, "<unk>", "[UNK]")
        self.mask = next((number for name in ("<mask>", "[MASK]") if (number := self._tokenizer.token_to_id(name)) is not None), None)
        self._alone = self._tokenizer.token_to_id("▁")
        self._known: dict[str, tuple[int, ...]] = {}

    def _special(self, path: Path, *names: str) -> int:
        for name in names:
            number = self._tokenizer.token_to_id(name)
            if number is not None:
                return int(number)
        raise ModelError(f"{path}: none of the special tokens {', '.join(names)} is in the vocabulary; thanhtich needs one of them")

    def words(self, text: str, span: Span) -> tuple[Span, ...]:
        """Syllables, numbers and signs."""
        return words(text, span)

    def pieces(self, word: str) -> tuple[int, ...]:
        """The ids of one word; a lone ``▁`` before a sign says nothing and is dropped."""
        known = self._known.get(word)
        if known is None:
            ids = self._tokenizer.encode(word, add_special_tokens=False).ids
            if len(ids) > 1 and ids[0] == self._alone:
                ids = ids[1:]
            known = tuple(ids) or (self._unknown,)
            self._known[word] = known
        return known


class PhobertSubwords:
    """PhoBERT's byte-pair encoding over ``vocab.txt`` and ``bpe.codes`` (fastBPE's ``@@`` convention).

    Source: the two files' formats as transformers' ``PhobertTokenizer`` reads them; the tests compare with it.
    """

    def __init__(self, folder: Path) -> None:
        self._ids = {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}
        for line in _lines(folder / "vocab.txt", parts=2):
            self._ids.setdefault(line.strip().rpartition(" ")[0], len(self._ids))
        self._ids.setdefault("<mask>", len(self._ids))
        self._ranks = {tuple(line.split()[:-1]): rank for rank, line in enumerate(_lines(folder / "bpe.codes", parts=3))}
        self.first, self.pad, self.last, self._unknown = 0, 1, 2, 3
        self.mask: int | None = self._ids["<mask>"]
        self._known: dict[str, tuple[int, ...]] = {}

    def words(self, text: str, span: Span) -> tuple[Span, ...]:
        """Syllables joined to words, numbers and signs (model/segmentation.py)."""
        return segmented(text, span)

    def pieces(self, word: str) -> tuple[int, ...]:
        """The ids of one word; its syllables are joined by ``_`` as PhoBERT learned them."""
        known = self._known.get(word)
        if known is None:
            tokens = self._merge("_".join(word.split()))
            names = [token + "@@" for token in tokens[:-1]] + [tokens[-1].removesuffix("</w>")]
            known = tuple(self._ids.get(name, self._unknown) for name in names)
            self._known[word] = known
        return known

    def _merge(self, word: str) -> list[str]:
        tokens = [*word[:-1], word[-1] + "</w>"]
        while len(tokens) > 1:
            pair = min(itertools.pairwise(tokens), key=lambda pair: self._ranks.get(pair, math.inf))
            if pair not in self._ranks:
                break
            tokens = _join(tokens, pair)
        return tokens


def _join(tokens: list[str], pair: tuple[str, str]) -> list[str]:
    """Every adjacent occurrence of ``pair`` merged, left to right."""
    joined: list[str] = []
    for token in tokens:
        if joined and (joined[-1], token) == pair:
            joined[-1] += token
        else:
            joined.append(token)
    return joined


def _lines(path: Path, parts: int) -> list[str]:
    """The lines, each of so many parts or more; a token may hold any sign that ``splitlines`` would break at."""
    try:
        lines = [line for line in path.read_text(encoding="utf-8").split("\n") if line]
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"{path}: cannot be read ({error}); a PhoBERT folder holds vocab.txt and bpe.codes") from error
    broken = next((number for number, line in enumerate(lines, 1) if len(line.split()) < parts), None)
    if broken is not None:
        raise ModelError(f"{path}:{broken}: {lines[broken - 1][:40]!r}; allowed is `token count` in vocab.txt and `left right count` in bpe.codes; fetch it again")
    return lines


def read_subwords(folder: Path) -> Subwords:
    """The vocabulary of a model or encoder folder.

    Raises:
        ModelError: the folder holds neither ``tokenizer.json`` nor ``vocab.txt`` with ``bpe.codes``.
    """
    if (folder / "bpe.codes").exists():
        return PhobertSubwords(folder)
    if (folder / "tokenizer.json").exists():
        return FastSubwords(folder / "tokenizer.json")
    found = ", ".join(sorted(path.name for path in folder.iterdir())[:12]) if folder.is_dir() else "no such folder"
    raise ModelError(f"{folder}: no tokenizer (found {found}); allowed are tokenizer.json, or vocab.txt with bpe.codes as PhoBERT has them")


def vocabulary_size(folder: Path) -> int:
    """How many pieces a ``tokenizer.json`` holds."""
    return len(json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"])
