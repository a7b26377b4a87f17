"""Extraction: articles in, entities and records out, without torch.

    >>> from model.runtime import Extractor
    >>> extractor = Extractor.load()                                    # doctest: +SKIP
    >>> for extraction in extractor.extract(articles): ...              # doctest: +SKIP
"""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from model.assemble import assemble_all
from model.backend import Backend, OnnxBackend
from model.calibrate import Calibration, read_calibration
from model.committee import Committee
from model.config import DEFAULT_MODEL, SELECTION, ModelConfig, read_model_config
from model.cores import physical_cores
from model.decode import decode_links, decode_mentions
from model.devices import offered, open_on
from model.encode import Window, WindowSizes, windows
from model.errors import ModelError
from model.labels import Labels
from model.occasions import with_event_days
from model.pairs import TYPE_NUMBER, Mention, candidate_pairs
from model.readings import Reading, merge_windows
from model.repeats import merge_repeats
from model.schema import AchievementRecord, AnnotatedArticle, Article
from model.selection import Selection, read_selection
from model.subwords import Subwords, read_subwords


def achievement_config(folder: Path | str | None = None) -> ModelConfig:
    """The settings of the model in ``folder``, by default the one that ships with thanhtich.

    Raises:
        ModelError: a file of the folder is missing or damaged, or it is no model of achievements.
    """
    config = read_model_config(Path(folder) if folder is not None else DEFAULT_MODEL)
    if config.schema is not None:
        kinds = ", ".join(config.schema.entities[:6])
        raise ModelError(f"{config.folder}: marks {kinds}, and makes no achievement records; use `thanhtich tag --model {config.folder}`, or a model of achievements")
    return config


def open_backend(config: ModelConfig, workers: int, device: str) -> OnnxBackend | Committee:
    """What computes for a model: its network, or all of them together.

    Args:
        config: the model.
        workers: threads that may call it at once.
        device: as :meth:`Extractor.load` takes it.

    Raises:
        DeviceError: the device is not there.
        ModelError: a graph cannot be loaded.
    """

    def opened(chosen: str) -> OnnxBackend | Committee:
        members = [OnnxBackend(config.folder, workers, chosen, network) for network in config.parts.networks]
        return members[0] if len(members) == 1 else Committee(members, chosen)

    return open_on(device, offered(), opened)


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was found in one article: ``found`` holds every entity and link, ``records`` one record a fact.

    ``left_out`` counts the records whose confidence was too low.
    """

    found: AnnotatedArticle
    records: tuple[AchievementRecord, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Extractor:
    """A loaded model.

    Attributes:
        batch: windows encoded at once.
        workers: threads that read batches side by side; ``backend`` must bear as many.
        lookahead: articles read ahead so that windows of like length meet in a batch.
        min_confidence: records below it are left out; None takes the calibration's own floor.
        device: where ``backend`` computes, ``cpu``, ``openvino`` or ``cuda``.
        selection: which sentences with a number are read; None reads all.
    """

    backend: Backend
    subwords: Subwords
    labels: Labels
    sizes: WindowSizes
    identity: str
    calibration: Calibration
    batch: int = 8
    workers: int = 1
    lookahead: int = 32
    min_confidence: float | None = None
    device: str = "cpu"
    selection: Selection | None = None

    @classmethod
    def load(cls, folder: Path | str | None = None, *, threads: int = 0, batch: int = 1, min_confidence: float | None = None, device: str = "cpu") -> Extractor:
        """The model in ``folder``, by default the one that ships with thanhtich.

        Args:
            folder: a model folder, or a file with settings in it, as its ``fast.json``.
            threads: that read windows side by side, each on a core of its own; 0 takes all physical cores.
            batch: windows encoded at once. int8 rounds a window a little otherwise in other company: one by one, what is found in an article
                does not depend on the articles beside it, and on two cores it is no slower.
            min_confidence: records below it are left out; None takes the calibration's own floor, 0 keeps all.
            device: ``cpu``, ``openvino``, ``cuda``, or ``auto`` (model/devices.py).

        Raises:
            ModelError: a file of the folder is missing or damaged.
            DeviceError: the device is not there.
        """
        config = achievement_config(folder)
        workers = threads or physical_cores()
        backend = open_backend(config, workers, device)
        return cls(
            backend=backend,
            subwords=read_subwords(config.folder),
            labels=config.labels,
            sizes=config.sizes,
            identity=config.identity,
            calibration=read_calibration(config.folder / config.parts.calibration),
            batch=batch,
            workers=1 if backend.device == "cuda" else workers,
            min_confidence=min_confidence,
            device=backend.device,
            selection=read_selection(config.folder / SELECTION) if config.selects else None,
        )

    def extract(self, articles: Iterable[Article]) -> Generator[Extraction]:
        """One extraction for each article, in their order; memory holds ``lookahead`` articles at a time."""
        remaining = iter(articles)
        while chunk := list(itertools.islice(remaining, self.lookahead)):
            with closing(self._found(chunk)) as all_found:  # nothing is read on where what is done with an article fails or stops
                for found in all_found:
                    yield self._finish(found)

    def read(self, articles: Sequence[Article]) -> list[AnnotatedArticle]:
        """Entities, links and achievements of these articles, without records."""
        return list(self._found(articles))

    def _found(self, articles: Sequence[Article]) -> Generator[AnnotatedArticle]:
        """What was read of each article, in their order; with several workers, whoever takes one works on it while those after it are being read."""
        counts: list[int] = []
        readings: list[list[Reading]] = [[] for _ in articles]
        done = 0
        with closing(self._side_by_side(self._batches(articles, counts))) as read:
            for reading in itertools.chain.from_iterable(read):
                readings[reading.window.article].append(reading)
                while done < len(counts) and len(readings[done]) == counts[done]:
                    yield merge_windows(articles[done], readings[done])
                    done += 1
        yield from (merge_windows(article, of) for article, of in zip(articles[done:], readings[done:], strict=True))

    def _batches(self, articles: Sequence[Article], counts: list[int]) -> Iterator[Sequence[Window]]:
        """What is encoded at once; ``counts`` gets the number of windows of each article. One by one they come in order, while others are being read already."""
        select = self.selection.chosen if self.selection else None
        made: list[Window] = []
        for number, article in enumerate(articles):
            own = windows(article, number, self.subwords, self.sizes, select)
            counts.append(len(own))
            if self.batch == 1:
                yield from ([window] for window in own)
            else:
                made += own
        made.sort(key=lambda window: -len(window.ids))  # windows of like length together, the longest first
        yield from (made[start : start + self.batch] for start in range(0, len(made), self.batch))

    def _side_by_side(self, batches: Iterable[Sequence[Window]]) -> Generator[list[Reading]]:
        """The readings of each batch, in their order."""
        if self.workers < 2:
            yield from map(self._read_batch, batches)
            return
        pool = ThreadPoolExecutor(self.workers)
        try:
            yield from pool.map(self._read_batch, batches)
        finally:
            _close(pool)

    def _read_batch(self, batch: Sequence[Window]) -> list[Reading]:
        ids, mask, first = pad(batch, self.subwords.pad)
        states, logits = self.backend.tag(ids, mask, first)
        found = [decode_mentions(window, logits[row, : len(window.first)], self.labels) for row, window in enumerate(batch)]
        return [_read_links(self.backend, self.labels, window, mentions, scores, states[row]) for row, (window, (mentions, scores)) in enumerate(zip(batch, found, strict=True))]

    def _finish(self, read: AnnotatedArticle) -> Extraction:
        found = with_event_days(read)
        # A record none of whose figures can be read says nothing, and has no place in its article.
        told = (record for record in assemble_all(found, self.identity) if record.count or record.target or record.percentages)
        records = merge_repeats([self.calibration.apply(record) for record in told])
        floor = self.calibration.keep if self.min_confidence is None else self.min_confidence
        kept = tuple(record for record in records if record.confidence >= floor)
        return Extraction(found, kept, len(records) - len(kept))


def _close(pool: ThreadPoolExecutor) -> None:
    """Wait for the windows that are being read (less than a second), however often somebody presses Ctrl+C: Python must not end under them."""
    pool.shutdown(wait=False, cancel_futures=True)
    while True:
        try:
            return pool.shutdown()
        except KeyboardInterrupt:
            continue


def pad(batch: Sequence[Window], padding: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Windows of a batch at one length: ids (B, S), mask (B, S), first (B, W)."""
    length, width = max(len(w.ids) for w in batch), max(len(w.first) for w in batch)
    ids = np.full((len(batch), length), padding, dtype=np.int64)
    mask = np.zeros((len(batch), length), dtype=np.int64)
    first = np.zeros((len(batch), width), dtype=np.int64)
    for row, window in enumerate(batch):
        ids[row, : len(window.ids)] = window.ids
        mask[row, : len(window.ids)] = 1
        first[row, : len(window.first)] = window.first
    return ids, mask, first


def _read_links(backend: Backend, labels: Labels, window: Window, mentions: list[Mention], scores: list[float], states: np.ndarray) -> Reading:
    pairs = candidate_pairs(mentions)
    if not any(mention.target for mention in mentions) or not len(pairs.heads):
        # An anchor that could lead nowhere would have no indicator either, and is no achievement.
        return Reading(window, mentions, scores, [], [])
    firsts = np.array([m.first for m in mentions], dtype=np.int64)
    lasts = np.array([m.end - 1 for m in mentions], dtype=np.int64)
    types = np.array([TYPE_NUMBER[m.type] for m in mentions], dtype=np.int64)
    anchor_logits, pair_logits = backend.link(states, firsts, lasts, types, pairs.heads, pairs.tails, pairs.features)
    anchors, links = decode_links(mentions, pairs, pair_logits, anchor_logits, labels)
    return Reading(window, mentions, scores, anchors, links)


def with_calibration(extractor: Extractor, calibration: Calibration) -> Extractor:
    """The same model with another calibration."""
    return replace(extractor, calibration=calibration)
