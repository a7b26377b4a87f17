"""What runs on a cluster for model/cluster.py: the desk beside the driver, the task that carries chunks from it into Ray Data, and the readers.

Only the readers compute. Nothing here writes a file that lasts.
"""

from __future__ import annotations

import asyncio
import pickle
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import ray

from model.articles import ArticleFailure
from model.batch import ArticleExtractor, extracted
from model.errors import ThanhtichError
from model.partial import Lines
from model.schema import Article

DEATHS = 2
"""So often an article that is read alone may end its reader; one death may be the machine's."""
_TOGETHER = -1

Result = Lines | ArticleFailure
"""Of one article."""


class Desk:
    """An actor on the driver's machine. It holds the chunks that are on their way, and counts how often the reading of each was begun.

    A chunk stays until the driver has what was made of it, so that whatever dies between them can ask again.
    """

    def __init__(self) -> None:
        self._chunks: dict[int, bytes] = {}
        self._end: int | None = None
        self._done = 0
        self._begun: Counter[tuple[int, int]] = Counter()
        self._changed = asyncio.Condition()

    async def put(self, number: int, chunk: bytes) -> None:
        """The chunk with this number may be taken."""
        async with self._changed:
            self._chunks[number] = chunk
            self._changed.notify_all()

    async def end(self, number: int) -> None:
        """There are so many chunks in all."""
        async with self._changed:
            self._end = number
            self._changed.notify_all()

    async def take(self, number: int) -> bytes | None:
        """The chunk with this number as soon as it is there; None after the last, empty where it is done already."""
        async with self._changed:
            await self._changed.wait_for(lambda: number in self._chunks or number < self._done or number == self._end)
        return None if number == self._end else self._chunks.get(number, b"")

    async def begin(self, number: int, place: int) -> int:
        """How often the reading of the chunk's article at ``place`` was begun, with this time; all of them together are a place too."""
        self._begun[number, place] += 1
        return self._begun[number, place]

    async def done(self, number: int) -> None:
        """The driver has everything before this number."""
        self._done = number
        for old in [n for n in self._chunks if n < number]:
            del self._chunks[old]
        for key in [key for key in self._begun if key[0] < number]:
            del self._begun[key]


def carry(_: pa.Table, desk: Any) -> Iterator[pa.Table]:
    """Each chunk of the desk as a table of one row, until the end."""
    number = 0
    while (chunk := ray.get(desk.take.remote(number))) is not None:
        yield _row(number, chunk)
        number += 1


def _row(number: int, content: bytes) -> pa.Table:
    return pa.table({"number": pa.array([number], pa.int64()), "content": pa.array([content], pa.binary())})


class Reader:
    """An actor of Ray Data with an extractor of its own: a chunk of articles in, what was made of each out."""

    def __init__(self, opened: Callable[[], ArticleExtractor], desk: Any) -> None:
        self._desk = desk
        self._extractor: ArticleExtractor | ThanhtichError
        try:
            self._extractor = opened()
        except Exception as error:  # said by the first chunk: an actor that fails to start is only started again
            self._extractor = error if isinstance(error, ThanhtichError) else ThanhtichError(f"a reader cannot open the model ({type(error).__name__}: {error})")

    def __call__(self, table: pa.Table) -> pa.Table:
        number, content = table["number"][0].as_py(), table["content"][0].as_py()
        made: list[Result] | ThanhtichError
        try:
            made = self._read(number, pickle.loads(content)) if content else []
        except ThanhtichError as error:  # no article's fault: the driver raises it
            made = error
        return _row(number, pickle.dumps(made))

    def _read(self, number: int, articles: Sequence[Article]) -> list[Result]:
        if isinstance(self._extractor, ThanhtichError):
            raise self._extractor
        if self._begin(number, _TOGETHER) == 1:
            return results(self._extractor, articles)
        return [result for place, article in enumerate(articles) for result in self._alone(self._extractor, number, place, article)]

    def _alone(self, extractor: ArticleExtractor, number: int, place: int, article: Article) -> list[Result]:
        """One article of a chunk at which a reader died: the one at fault must not end this reader for ever."""
        if self._begin(number, place) > DEATHS:
            reason = f"{article.id}: the process that read it died {DEATHS} times (out of memory, or a fault in a library); leave it out, or give readers more memory"
            return [ArticleFailure(article.id, None, "extract", reason)]
        return results(extractor, [article])

    def _begin(self, number: int, place: int) -> int:
        return int(ray.get(self._desk.begin.remote(number, place)))


def results(extractor: ArticleExtractor, articles: Sequence[Article]) -> list[Result]:
    """What the extractor makes of each article, without the article."""
    return [made if isinstance(made, ArticleFailure) else made.lines for made in extracted(extractor, articles, len(articles))]


@dataclass(frozen=True, slots=True)
class SentModel:
    """A model folder in Ray's object store, so that no reader needs the driver's disk; ``settings`` is the file that names the model in it."""

    files: Any
    settings: str
    threads: int
    min_confidence: float | None
    device: str

    def __call__(self) -> ArticleExtractor:
        """Its extractor, on the machine where this is called."""
        from model.runtime import Extractor

        with tempfile.TemporaryDirectory(prefix="thanhtich-") as folder:
            for name, content in ray.get(self.files).items():
                (Path(folder) / name).write_bytes(content)
            return Extractor.load(Path(folder) / self.settings, threads=self.threads, min_confidence=self.min_confidence, device=self.device)
