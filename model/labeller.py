"""A person's own labels at work: texts in, entities and relations of the model's schema out, without torch.

    >>> from model.labeller import Labeller, plain_document
    >>> labeller = Labeller.load("runs/covid")                                       # doctest: +SKIP
    >>> labeller.label([plain_document("a", "Bệnh nhân 91 ở Hà Nội.")])               # doctest: +SKIP
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np

from model.backend import session
from model.config import LINKER, TAGGER, read_model_config
from model.decode import decode_spans, sigmoid
from model.encode import Sentence, Window, WindowSizes, windows_over
from model.errors import ModelError
from model.label_pairs import LabelMention, choose_relations, label_pairs
from model.label_schema import LabelSchema
from model.runtime import pad
from model.schema import Span
from model.subwords import PhobertSubwords, Subwords, read_subwords
from model.text import sentences, words


@dataclass(frozen=True, slots=True, order=True)
class LabelSpan:
    """A typed span; ``score`` is the model's probability, 1 for an annotation."""

    span: Span
    type: str
    score: float = 1.0


@dataclass(frozen=True, slots=True, order=True)
class LabelRelation:
    """A relation between two entities, as positions in the tuple beside it."""

    type: str
    head: int
    tail: int
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Document:
    """A text with its sentences and what is marked in it, by a person or by the model.

    ``tokens`` are those of a CoNLL file, none for other texts; ``segmented`` says that they are words, not syllables.
    """

    id: str
    text: str
    sentences: tuple[Span, ...]
    entities: tuple[LabelSpan, ...] = ()
    relations: tuple[LabelRelation, ...] = ()
    tokens: tuple[Span, ...] = ()
    segmented: bool = False


class LabelBackend(Protocol):
    """What computes: ONNX Runtime here, torch while training."""

    def tag(self, ids: np.ndarray, mask: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(B, S), (B, S), (B, W) to word states (B, W, H) and tag logits (B, W, T)."""

    def relate(
        self, states: np.ndarray, firsts: np.ndarray, lasts: np.ndarray, types: np.ndarray, heads: np.ndarray, tails: np.ndarray, features: np.ndarray
    ) -> np.ndarray:
        """(N, H), (E,) x 3, (P,) x 2, (P, F) to relation logits (P, R)."""


RELATION_INPUTS = ("states", "firsts", "lasts", "types", "heads", "tails", "features")


class OnnxLabelBackend:
    """The graphs of a model folder in ONNX Runtime on the processor; ``threads`` 0 lets it choose."""

    def __init__(self, folder: Path, threads: int = 0) -> None:
        self._tagger = session(folder / TAGGER, threads)
        self._linker = session(folder / LINKER, threads) if (folder / LINKER).is_file() else None

    def tag(self, ids: np.ndarray, mask: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See :class:`LabelBackend`."""
        states, logits = self._tagger.run(None, {"ids": ids, "mask": mask, "first": first})
        return states, logits

    def relate(self, states: np.ndarray, *arrays: np.ndarray) -> np.ndarray:
        """See :class:`LabelBackend`."""
        assert self._linker is not None, "a schema with relations has a linker: model/config.py looks for it"
        logits: np.ndarray = self._linker.run(None, dict(zip(RELATION_INPUTS, (states, *arrays), strict=True)))[0]
        return logits


@dataclass(frozen=True, slots=True)
class Labeller:
    """A loaded model. ``batch`` windows are encoded at once, ``lookahead`` documents read ahead."""

    backend: LabelBackend
    subwords: Subwords
    schema: LabelSchema
    sizes: WindowSizes
    identity: str
    batch: int = 8
    lookahead: int = 256

    @classmethod
    def load(cls, folder: Path | str, *, threads: int = 0, batch: int = 8) -> Labeller:
        """The model in ``folder``.

        Raises:
            ModelError: a file of the folder is missing or damaged, or it is a model of achievements.
        """
        config = read_model_config(Path(folder))
        if config.schema is None:
            raise ModelError(f"{folder}: is a model of achievements, without a schema; give one that `thanhtich train --schema` wrote, or use `thanhtich extract`")
        return cls(OnnxLabelBackend(config.folder, threads), read_subwords(config.folder), config.schema, config.sizes, config.identity, batch)

    def label(self, documents: Iterable[Document]) -> Iterator[Document]:
        """Each document with what the model finds in it, in their order; what was marked before is not looked at."""
        remaining = iter(documents)
        while chunk := list(itertools.islice(remaining, self.lookahead)):
            made = [w for number, document in enumerate(chunk) for w in document_windows(document, number, self.subwords, self.sizes)]
            readings: list[list[LabelReading]] = [[] for _ in chunk]
            order = sorted(range(len(made)), key=lambda i: len(made[i].ids))
            for start in range(0, len(order), self.batch):
                for reading in self._read([made[i] for i in order[start : start + self.batch]]):
                    readings[reading.window.article].append(reading)
            yield from (merged(document, found) for document, found in zip(chunk, readings, strict=True))

    def _read(self, batch: Sequence[Window]) -> list[LabelReading]:
        states, logits = self.backend.tag(*pad(batch, self.subwords.pad))
        return [self._reading(window, states[row], logits[row, : len(window.first)]) for row, window in enumerate(batch)]

    def _reading(self, window: Window, states: np.ndarray, logits: np.ndarray) -> LabelReading:
        found = decode_spans(window, logits, self.schema.labels)
        mentions = [LabelMention(name, first, end, int(window.sentence[first]), bool(window.target[end - 1]), score) for name, first, end, score in found]
        pairs = label_pairs(mentions, self.schema)
        if not len(pairs.heads):
            return LabelReading(window, mentions, [])
        firsts, lasts, types = mention_arrays(mentions, self.schema)
        scores = sigmoid(self.backend.relate(states, firsts, lasts, types, pairs.heads, pairs.tails, pairs.features))
        return LabelReading(window, mentions, choose_relations(mentions, pairs, scores, self.schema))


@dataclass(frozen=True, slots=True)
class LabelReading:
    """One window with what was decoded in it; relations are (name, head, tail, score)."""

    window: Window
    mentions: list[LabelMention]
    relations: list[tuple[str, int, int, float]]


def plain_document(identity: str, text: str, body: Iterable[Span] = ()) -> Document:
    """A text without marks; its sentences are model/text.py's."""
    return Document(identity, text, sentences(text, body))


def mention_arrays(mentions: Sequence[LabelMention], schema: LabelSchema) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First words, last words and type numbers, (E,) each."""
    firsts, lasts = [m.first for m in mentions], [m.end - 1 for m in mentions]
    types = [schema.entities.index(m.type) for m in mentions]
    return np.array(firsts, dtype=np.int64), np.array(lasts, dtype=np.int64), np.array(types, dtype=np.int64)


def document_windows(document: Document, number: int, subwords: Subwords, sizes: WindowSizes) -> tuple[Window, ...]:
    """The document's windows, in order: every word is a target of exactly one."""
    read = []
    for index, sentence in enumerate(document.sentences):
        if inside := _encoder_words(document, sentence, subwords):
            pieces = tuple(subwords.pieces(word.of(document.text)) for word in inside)
            read.append(Sentence(index, sentence, inside, pieces, candidate=True))
    return windows_over(read, number, subwords, sizes)


def _encoder_words(document: Document, sentence: Span, subwords: Subwords) -> tuple[Span, ...]:
    """The words that the encoder reads. Words that the file has joined stay joined where the encoder wants joined words."""
    if not (document.segmented and isinstance(subwords, PhobertSubwords)):
        return subwords.words(document.text, sentence)
    start = bisect_right(document.tokens, sentence.start, key=lambda token: token.end)
    found: list[Span] = []
    for token in itertools.takewhile(lambda token: token.start < sentence.end, document.tokens[start:]):
        found += [token] if _joined(token.of(document.text)) else words(document.text, token)
    return tuple(found)


def _joined(surface: str) -> bool:
    return " " in surface and all(part.isalpha() for part in surface.split())


def merged(document: Document, readings: Sequence[LabelReading]) -> Document:
    """What the windows of one document found, as one.

    An entity over a cut of its sentence goes before the part of it that the window before the cut saw. Of entities that were
    read as context, only those stand here that another window decoded.
    """
    order = sorted(readings, key=lambda reading: reading.window.words[int(reading.window.target.argmax())].start)
    seen = [[(_rank(r, m), turn, at) for at, m in enumerate(r.mentions) if m.target] for turn, r in enumerate(order)]
    table: dict[Span, LabelSpan] = {}
    for _, turn, at in sorted(item for found in seen for item in found):
        span = _span(order[turn], at)
        if not any(span.overlaps(other) for other in table):
            table[span] = LabelSpan(span, order[turn].mentions[at].type, order[turn].mentions[at].score)
    spans = sorted(table)
    place = {span: number for number, span in enumerate(spans)}
    return replace(document, entities=tuple(table[span] for span in spans), relations=tuple(sorted(_relations(order, place, table))))


def _rank(reading: LabelReading, mention: LabelMention) -> int:
    return int(reading.window.target[mention.first])


def _span(reading: LabelReading, at: int) -> Span:
    mention = reading.mentions[at]
    return Span(reading.window.words[mention.first].start, reading.window.words[mention.end - 1].end)


def _relations(readings: Sequence[LabelReading], place: dict[Span, int], table: dict[Span, LabelSpan]) -> Iterator[LabelRelation]:
    """Relations between entities that stand just so in the whole; a head is read in one window alone."""
    for reading in readings:
        for relation, head, tail, score in reading.relations:
            ends = [_span(reading, at) for at in (head, tail)]
            same = all(span in place and table[span].type == reading.mentions[at].type for span, at in zip(ends, (head, tail), strict=True))
            if same:
                yield LabelRelation(relation, place[ends[0]], place[ends[1]], score)
