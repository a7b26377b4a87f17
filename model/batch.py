"""A batch run: articles in, files out, at flat memory, resumable after a kill at any moment without a lost or doubled record.

    >>> from model.batch import Batch, run
    >>> run(extractor, read_articles(["news/"]), Outputs(Path("records.jsonl")), Batch(resume=True))    # doctest: +SKIP

A bad article costs only itself: one that cannot be read, or on which the extractor fails, becomes a row of the errors file.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import IO, Protocol, runtime_checkable

from model.articles import ArticleFailure
from model.errors import ArticleError, OutputError, ThanhtichError
from model.journal import article_digest
from model.lock import locked
from model.partial import Lines, Partial, begin, finished_records, unfinished
from model.records import article_row, to_line
from model.schema import AchievementRecord, AnnotatedArticle, Article
from model.store import Outputs

_REASONS = 3
"""How many reasons are told where no article could be read."""
CHUNK = 32
CHUNK_CHARACTERS = 20_000
"""An extractor is given no more text than this at once (but for a single longer article): some five seconds' work, which a kill may cost."""


class Extracted(Protocol):
    """What was found in one article (:class:`model.runtime.Extraction`)."""

    @property
    def found(self) -> AnnotatedArticle:
        """The article with its entities."""

    @property
    def records(self) -> tuple[AchievementRecord, ...]:
        """One record a fact."""

    @property
    def left_out(self) -> int:
        """How many records were of too low confidence."""


class ArticleExtractor(Protocol):
    """What a batch needs of an extractor (:class:`model.runtime.Extractor`)."""

    @property
    def identity(self) -> str:
        """The model's name and content hash: records of different models are not mixed."""

    def extract(self, articles: Iterable[Article]) -> Iterable[Extracted]:
        """One extraction for each article, in their order."""


@runtime_checkable
class Engine(Protocol):
    """What a batch may be given in place of an extractor: it goes about the articles in its own way, as :class:`model.cluster.Cluster` with many extractors."""

    @property
    def identity(self) -> str:
        """As of :class:`ArticleExtractor`."""

    def extracted(self, found: Iterable[Article | ArticleFailure], chunk: int) -> Generator[Made | ArticleFailure]:
        """What :func:`extracted` gives, in the same order; closing it early stops the work."""


@dataclass(frozen=True, slots=True)
class Batch:
    """How a run goes about it.

    Attributes:
        resume: go on where a cut-off run of the same output stopped, or from the finished output: what is unchanged is not done again.
        strict: stop at the first bad article.
        seconds: between commit points; what a kill may cost, beside the chunk in work.
        chunk: articles given to the extractor at once.
        settings: what changes the records beside the model; a run that goes on must have the same.
        on_discard: called before a cut-off run is thrown away, which happens without ``resume``.
    """

    resume: bool = False
    strict: bool = False
    seconds: float = 1.0
    chunk: int = CHUNK
    settings: tuple[tuple[str, str], ...] = ()
    on_discard: Callable[[], object] = lambda: None


@dataclass(frozen=True, slots=True)
class Summary:
    """What the outputs hold: ``articles``, ``records`` and records ``left_out`` in all.

    This run ``failed`` on so many, found ``kept`` done before, read ``undated`` ones without a day of publication, and put its records in the place of ``replaced`` ones.
    """

    articles: int
    records: int
    left_out: int
    failed: int
    kept: int = 0
    undated: int = 0
    replaced: int = 0


def run(
    extractor: ArticleExtractor | Engine,
    found: Iterable[Article | ArticleFailure],
    outputs: Outputs,
    batch: Batch | None = None,
    advance: Callable[[], object] = lambda: None,
) -> Summary:
    """Extract every article of ``found`` into ``outputs``, which take their places in one step at the end; ``advance`` is called for each article.

    An article with the digest that the journal has for its id is left as it is; with another digest its old lines are replaced. Articles of the
    journal that ``found`` does not have stay.

    Raises:
        OutputError: the outputs cannot be written, are being written by another run, or were begun by another model.
        ArticleError: with ``strict``, an article is bad; or an input vanished; or none could be read, and older outputs would be lost for nothing.
            As with every error, the old outputs stay as they were,
            and what is done is kept for a run with ``resume``.
    """
    batch = batch or Batch()
    try:
        outputs.records.parent.mkdir(parents=True, exist_ok=True)
        with locked(outputs.lock, outputs.records):
            return _run(extractor, found, outputs, batch, advance)
    except (OSError, sqlite3.Error) as error:
        where, said = getattr(error, "filename", None) or outputs.records, getattr(error, "strerror", None) or error
        kept = "; what is done is kept, go on with --resume" if unfinished(outputs) else ""
        raise OutputError(f"{where}: cannot be written ({said}); free space or choose another place with -o{kept}") from error


def _run(extractor: ArticleExtractor | Engine, found: Iterable[Article | ArticleFailure], outputs: Outputs, batch: Batch, advance: Callable[[], object]) -> Summary:
    if unfinished(outputs) and not batch.resume:
        batch.on_discard()
    before = 0 if batch.resume else finished_records(outputs)
    partial = begin(outputs, {"model": extractor.identity, **dict(batch.settings)}, resume=batch.resume)
    work = _Work(extractor, partial, batch, advance)
    try:
        work.all(found)
    except (OSError, sqlite3.Error, OutputError):
        partial.close()  # the last commit point stands
        raise
    except BaseException:
        partial.leave()
        raise
    if before and not partial.journal.totals().articles:
        partial.leave()
        why = f" ({partial.failures} could not be read: {'; '.join(work.reasons)})" if work.reasons else ""
        raise ArticleError(f"no article was read{why}; {outputs.records} with its {before} records stays as it was: mend the input, or name another output with -o")
    try:
        totals = partial.finish()
    finally:
        partial.close()
    return Summary(totals.articles, totals.records, totals.left_out, partial.failures, work.kept, work.undated, before)


class _Work:
    """The loop of a run."""

    def __init__(self, extractor: ArticleExtractor | Engine, partial: Partial, batch: Batch, advance: Callable[[], object]) -> None:
        self._extractor, self._partial, self._batch, self._advance = extractor, partial, batch, advance
        self._committed = time.monotonic()
        self.kept = self.undated = 0
        self.reasons: list[str] = []

    def all(self, found: Iterable[Article | ArticleFailure]) -> None:
        with closing(_extracted(self._extractor, self._new(found), self._batch.chunk)) as all_made:
            for made in all_made:
                if isinstance(made, ArticleFailure):
                    self._fail(made)
                else:
                    self._partial.add(made.article.id, article_digest(made.article), made.lines)
                    self.undated += made.article.published is None
                    self._tick()

    def _new(self, found: Iterable[Article | ArticleFailure]) -> Iterator[Article | ArticleFailure]:
        """All but the articles that are done."""
        for one in found:
            if isinstance(one, Article) and self._partial.journal.digest(one.id) == article_digest(one):
                self.kept += 1
                self.undated += one.published is None
                self._advance()
            else:
                yield one

    def _fail(self, failure: ArticleFailure) -> None:
        self._partial.fail(_error_row(failure))
        if len(self.reasons) < _REASONS:
            self.reasons.append(failure.reason)
        if failure.stage == "extract" and failure.id is not None:
            self._partial.journal.forget(failure.id)  # the lines of its old text are not true any more
        if self._batch.strict:
            raise ArticleError(f"{failure.reason} (--strict stops at the first bad article; mend it and go on with --resume)")
        self._tick()

    def _tick(self) -> None:
        self._advance()
        if time.monotonic() - self._committed >= self._batch.seconds:
            self._partial.commit()
            self._committed = time.monotonic()


@dataclass(frozen=True, slots=True)
class Made:
    """An article with what is written of it."""

    article: Article
    lines: Lines


def _extracted(extractor: ArticleExtractor | Engine, found: Iterable[Article | ArticleFailure], chunk: int) -> Generator[Made | ArticleFailure]:
    return extractor.extracted(found, chunk) if isinstance(extractor, Engine) else extracted(extractor, found, chunk)


def extracted(extractor: ArticleExtractor, found: Iterable[Article | ArticleFailure], chunk: int = CHUNK) -> Generator[Made | ArticleFailure]:
    """What every article gives, in chunks of that many; failures come through, and an article on which the extractor fails becomes one.

    Raises:
        ThanhtichError: the extractor says that it is not the article's fault (a broken model).
    """
    for part in chunks(found, chunk):
        if isinstance(part, ArticleFailure):
            yield part
        else:
            yield from _guarded(extractor, part)


def chunks(found: Iterable[Article | ArticleFailure], chunk: int) -> Iterator[list[Article] | ArticleFailure]:
    """Articles together, at most ``chunk`` and as much text as an extractor is given at once; a failure goes before the articles that are still held."""
    held: list[Article] = []
    size = 0
    for one in found:
        if isinstance(one, ArticleFailure):
            yield one
            continue
        if held and (len(held) >= chunk or size + len(one.text) > CHUNK_CHARACTERS):
            yield held
            held, size = [], 0
        held.append(one)
        size += len(one.text)
    if held:
        yield held


def _guarded(extractor: ArticleExtractor, articles: Sequence[Article]) -> Iterator[Made | ArticleFailure]:
    """The chunk at once; where that fails, its articles one by one, to know which is at fault."""
    try:
        made = _made(extractor, articles)
    except Exception as error:  # whatever one article does to the extractor, the others are done
        if isinstance(error, ThanhtichError) and not isinstance(error, ArticleError):
            raise
        if len(articles) > 1:
            for article in articles:
                yield from _guarded(extractor, [article])
            return
        text = " ".join(str(error).split())[:500]
        yield ArticleFailure(articles[0].id, None, "extract", f"{articles[0].id}: {type(error).__name__}: {text or 'nothing more is known'}")
        return
    yield from made


def _made(extractor: ArticleExtractor, articles: Sequence[Article]) -> list[Made]:
    found = extractor.extract(articles)
    try:
        return [Made(article, _lines(extraction)) for article, extraction in zip(articles, found, strict=True)]
    finally:
        if isinstance(found, Generator):
            found.close()  # and with it the threads that read on


def _lines(extraction: Extracted) -> Lines:
    records = "".join(map(to_line, extraction.records)).encode()
    article = json.dumps(article_row(extraction.found), ensure_ascii=False).encode() + b"\n"
    return Lines(records, article, len(extraction.records), extraction.left_out)


def _error_row(failure: ArticleFailure) -> bytes:
    row = {"id": failure.id, "path": failure.path, "stage": failure.stage, "reason": failure.reason}
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def to_stream(extractor: ArticleExtractor | Engine, found: Iterable[Article | ArticleFailure], stream: IO[bytes], errors: IO[bytes], *, strict: bool = False) -> Summary:
    """Records to a stream as they come, failures to another; article texts are not kept, and nothing can be resumed.

    Raises:
        BrokenPipeError: the reader of the stream has gone.
        OutputError: the stream cannot be written to.
        ArticleError: with ``strict``, an article is bad.
    """
    articles = records = left_out = failed = undated = 0
    with closing(_extracted(extractor, found, CHUNK)) as all_made:
        for made in all_made:
            if isinstance(made, ArticleFailure):
                failed += 1
                with suppress(OSError):
                    errors.write(_error_row(made))
                    errors.flush()
                if strict:
                    raise ArticleError(f"{made.reason} (--strict stops at the first bad article)")
                continue
            articles, records, left_out = articles + 1, records + made.lines.count, left_out + made.lines.left_out
            undated += made.article.published is None
            _write(stream, made.lines.records)
    return Summary(articles, records, left_out, failed, undated=undated)


def _write(stream: IO[bytes], lines: bytes) -> None:
    try:
        stream.write(lines)
        stream.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"standard output: cannot be written ({error.strerror or error}); free space, or give a file with -o, which can be resumed") from error
