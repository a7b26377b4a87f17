"""Read articles from anything people have: text files, saved pages, tables, folders of them, standard input.

Every input gives, in order, :class:`~model.schema.Article` or :class:`ArticleFailure`: one bad article never costs a good one.
``Article.text`` is NFC with ``\\n`` as the only line end, as ``unicodedata.normalize("NFC", path.read_text())`` gives it
(without the byte order mark); all offsets are code points of that text.

Example::

    >>> for found in read_articles(["news/"]):  # doctest: +SKIP
    ...     print(found.id, found.reason if isinstance(found, ArticleFailure) else len(found.text))
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from model import tables
from model.charsets import decode
from model.composition import compose
from model.datelines import publication_day
from model.errors import ArticleError
from model.files import PACKED, UNREADABLE, Unreadable, needs, opened, shown, walk
from model.furniture import body_spans, headline
from model.lengths import MAX_CHARACTERS, LengthError, bounded, bounded_lines, check_length
from model.schema import Article, Span
from model.seen import Seen
from model.tables import Columns, Row, RowError, parse_day

SUFFIXES = (".txt", ".html", ".htm", ".jsonl", ".csv", ".parquet")
_ADDRESS = re.compile(r"https?:/", re.IGNORECASE)
_ALLOWED = f"{' '.join(SUFFIXES)} (all but .parquet also with {' or '.join(PACKED)})"


@dataclass(frozen=True, slots=True)
class ArticleFailure:
    """An article that gave nothing. ``id`` is None where none was found.

    ``stage`` is ``open``, ``decode``, ``length``, ``parse`` or ``duplicate`` where it could not be read, ``extract`` where the model failed on it;
    ``path`` is None where the failure has none. Bytes of a file's name that are not UTF-8 are shown as ``\\xff``, in its id as well.
    """

    id: str | None
    path: str | None
    stage: str
    reason: str


Found = Article | ArticleFailure
Placed = tuple[str, Found]
"""Where it stands, for people: ``a.txt`` or ``a.jsonl, line 3``."""


def read_articles(
    inputs: Sequence[str | Path],
    *,
    text_column: str = "text",
    id_column: str = "id",
    title_column: str = "title",
    source_column: str = "source",
    published_column: str | None = None,
    max_characters: int = MAX_CHARACTERS,
    leave_out: Collection[Path] = (),
    on_other: Callable[[Path], object] = lambda path: None,
) -> Iterator[Found]:
    """Every article of ``inputs``, one after the other: files, folders (recursively, in the order of their names), ``-`` for standard input.

    The columns name what a JSONL, CSV or Parquet row holds; only text and id must be there. The id of a file is its name without suffixes;
    none is ever made up. A second article with an id that was there before becomes a failure that names the first, whatever its text.
    An article of more than ``max_characters`` code points becomes a failure, and is never held whole. ``leave_out`` are files that are no
    input even where they lie in an input folder, as the run's own outputs; ``on_other`` is called for each other file in a folder that is of no
    kind that holds articles. Memory does not grow with the number of articles.

    Raises ArticleError at once, before anything is read, for an input that does not exist or cannot hold articles, for a folder without
    articles, and for a named table without the text or id column; while reading, where an input vanishes.
    """
    columns = Columns(text_column, id_column, title_column, source_column, published_column or "published", dated=published_column is not None)
    if not inputs:
        raise ArticleError(f"no input: give files ({_ALLOWED}), folders, or - for standard input")
    reading = _Reading(columns, max_characters, frozenset(os.path.realpath(path) for path in leave_out), frozenset(path.name for path in leave_out), on_other)
    for given in inputs:
        try:
            _check(given, reading)
        except OSError as error:
            raise ArticleError(f"{shown(given)[:200]}: cannot be looked at ({_said(error)})") from error
    return _without_doubles(_read_all(inputs, reading))


def kind_of(path: Path) -> str | None:
    """The suffix that says how to read ``path``, without ``.gz``, ``.xz`` and ``.zst``; None where it is none of ours.

    >>> kind_of(Path("a/b.TXT.gz")), kind_of(Path("b.docx"))
    ('.txt', None)
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    last = suffixes[-2] if len(suffixes) > 1 and suffixes[-1] in PACKED else suffixes[-1] if suffixes else ""
    packed_parquet = last == ".parquet" and suffixes[-1] in PACKED
    return last if last in SUFFIXES and not packed_parquet else None


def _check(given: str | Path, reading: _Reading) -> None:
    path = Path(given)
    if str(given) == "-":
        return
    if _ADDRESS.match(str(given)):
        raise ArticleError(f"{given}: nothing is fetched from the network; save the page as .html and give that file")
    if not path.exists():
        raise ArticleError(f"{path}: there is no such file or folder (looked from {Path.cwd()}); give files ({_ALLOWED}), folders, or -")
    if path.is_dir():
        if not any(isinstance(entry, Unreadable) or (kind_of(entry) and not reading.is_own(entry)) for entry in walk(path)):
            raise ArticleError(f"{path}: no articles in this folder, found {_contents(path)}; articles are files ending in {_ALLOWED}")
        return
    kind = kind_of(path)
    if kind is None:
        raise ArticleError(f"{path}: cannot read a file of this kind; save it as text (.txt) or as a web page (.html) first; articles are files ending in {_ALLOWED}")
    if missing := needs(path):
        raise ArticleError(f"{path}: {missing}")
    if kind in (".jsonl", ".csv", ".parquet"):
        with suppress(*UNREADABLE):  # reading it will give the same as a failure
            tables.check_columns(path, kind, reading.columns)


def _contents(folder: Path) -> str:
    kinds = Counter(entry.suffix.lower() or "no suffix" for entry in walk(folder) if isinstance(entry, Path))
    if not kinds:
        return "no files"
    return f"{kinds.total()} other files (" + ", ".join(f"{kind}: {count}" for kind, count in kinds.most_common(5)) + ")"


@dataclass(frozen=True, slots=True)
class _Reading:
    """What holds for every input of a run."""

    columns: Columns
    characters: int
    leave_out: frozenset[str]
    own_names: frozenset[str]
    on_other: Callable[[Path], object]

    def is_own(self, entry: Path) -> bool:
        """True for what the run itself writes; links are followed for files of such names alone, as a folder may hold a million."""
        return entry.name in self.own_names and os.path.realpath(entry) in self.leave_out


def _read_all(inputs: Sequence[str | Path], reading: _Reading) -> Iterator[Placed]:
    for number, given in enumerate(inputs):
        if str(given) == "-":
            try:
                yield from _read_stdin(sys.stdin.buffer, reading)
            except UNREADABLE as error:
                yield "-", ArticleFailure(None, "-", "open", f"standard input: cannot be read on ({_said(error)})")
            continue
        before = [Path(os.path.abspath(earlier)) for earlier in inputs[:number]]
        for place, found in _read_input(Path(given), before, reading):
            yield place, found
            if isinstance(found, ArticleFailure) and found.stage == "open" and not os.path.lexists(given):
                # Not one bad file but all of them, as when a drive goes away: a run that went on would end with next to nothing.
                raise ArticleError(f"{shown(given)}: has vanished while it was read; bring it back, and go on with --resume")


def _read_input(given: Path, before: Sequence[Path], reading: _Reading) -> Iterator[Placed]:
    for entry in walk(given) if given.is_dir() else (given,):
        if isinstance(entry, Unreadable):
            yield shown(entry.folder), ArticleFailure(None, shown(entry.folder), "open", entry.reason)
            continue
        if reading.is_own(entry) or any(_holds(earlier, Path(os.path.abspath(entry))) for earlier in before):
            continue
        if kind_of(entry):
            yield from _read_file(entry, reading)
        else:
            reading.on_other(entry)


def _holds(earlier: Path, path: Path) -> bool:
    """True where an earlier input, a file or a folder, has had ``path`` already: a file that is named twice is one input."""
    if not path.is_relative_to(earlier):
        return False
    return not any(part.startswith(".") for part in path.relative_to(earlier).parts)


def _read_file(path: Path, reading: _Reading) -> Iterator[Placed]:
    kind, place = kind_of(path), shown(path)
    if kind in (".txt", ".html", ".htm"):
        name = Path(path.stem).stem if path.suffix.lower() in PACKED else path.stem
        yield place, _read_whole(shown(name), place, lambda: _bytes(path, reading.characters), _from_text if kind == ".txt" else _from_page, reading)
        return
    try:
        yield from (_from_row(row, reading) for row in tables.rows(path, kind or "", reading.columns, reading.characters))
    except ArticleError as error:
        yield place, ArticleFailure(None, place, "parse", f"{place}: {error}")
    except UNREADABLE as error:
        yield place, ArticleFailure(None, place, "open", f"{place}: cannot be read ({_said(error)})")


def _said(error: BaseException) -> str:
    """What an error says, without the path that stands beside it already."""
    return (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__


def _bytes(path: Path, characters: int) -> bytes:
    with opened(path) as stream:
        return bounded(stream, characters)


def _read_whole(identity: str, path: str, read: Callable[[], bytes], make: Callable[[str, str], Article], reading: _Reading) -> Found:
    """One article that is a whole file: its bytes, its text, then what the text says."""
    stage = "open"
    try:
        data = read()
        stage = "decode"
        text = compose(decode(data))[0]
        stage = "parse"
        if not text.strip():
            raise ArticleError("there is no text in it")
        if make is _from_text:
            check_length(text, reading.characters)  # before the work on it; of a page only the article in it counts
        article = make(identity, text)
        check_length(article.text, reading.characters)
        return article
    except LengthError as error:
        return ArticleFailure(identity, path, "length", f"{path}: {error}")
    except ArticleError as error:
        return ArticleFailure(identity, path, stage, f"{path}: {error}")
    except UNREADABLE as error:
        return ArticleFailure(identity, path, stage, f"{path}: cannot be read ({_said(error)})")
    except Exception as error:  # one bad article never costs a good one, whatever is wrong with it
        return ArticleFailure(identity, path, stage, f"{path}: {_unforeseen(error)}")


def _unforeseen(error: Exception) -> str:
    return f"cannot be read ({type(error).__name__}: {error}); please report this with the article"


def _read_stdin(stream: BinaryIO, reading: _Reading) -> Iterator[Placed]:
    """JSONL, line by line as it comes, where the first sign is ``{``; otherwise one plain article with the id ``stdin``."""
    lines = bounded_lines(stream, reading.characters)
    head: list[bytes | LengthError] = []
    for line in lines:
        head.append(line)
        if isinstance(line, LengthError) or line.strip():
            break
    start = b"".join(line for line in head if isinstance(line, bytes))
    if any(isinstance(line, LengthError) for line in head) or start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        yield from (_from_row(row, reading) for row in tables.json_rows("-", chain(head, lines), reading.columns))
    else:
        yield "-", _read_whole("stdin", "-", lambda: bounded(stream, reading.characters, start), _from_text, reading)


def _from_text(identity: str, text: str) -> Article:
    """A text page: headline, body and day are found in the text itself."""
    return article_of(identity, text, None, None, None)


def _from_page(identity: str, page: str) -> Article:
    """A saved web page: trafilatura tells the article from the rest, so all of its text is body."""
    from trafilatura import bare_extraction  # takes a second to import, and only pages need it

    try:
        found = bare_extraction(page, include_comments=False, with_metadata=True)
    except Exception as error:  # lxml and trafilatura raise all sorts on broken pages
        raise ArticleError(f"the page cannot be read ({type(error).__name__}: {error})") from error
    text = compose(tables.newlines(str(getattr(found, "text", None) or "")))[0].strip()
    if not text:
        raise ArticleError("no article was found in this page; save its text as .txt if there is one")
    title, site, day = (str(value) if (value := getattr(found, name, None)) else None for name in ("title", "sitename", "date"))
    return article_of(identity, text, title, site, parse_day(day), whole=True)


def _from_row(row: Row | RowError, reading: _Reading) -> Placed:
    place = f"{row.path}, {row.place}"
    if isinstance(row, RowError):
        return place, ArticleFailure(row.id, row.path, row.stage, f"{place}: {row.reason}")
    try:
        check_length(row.text, reading.characters)
        text = compose(tables.newlines(row.text))[0]
        if not text.strip():
            raise ArticleError("there is no text in it")
        return place, article_of(row.id, text, row.title, row.source, row.published)
    except ArticleError as error:
        return place, ArticleFailure(row.id, row.path, "length" if isinstance(error, LengthError) else "parse", f"{place}: {error}")
    except Exception as error:  # one bad article never costs a good one, whatever is wrong with it
        return place, ArticleFailure(row.id, row.path, "parse", f"{place}: {_unforeseen(error)}")


def article_of(identity: str, text: str, title: str | None, source: str | None, day: date | None, *, whole: bool = False) -> Article:
    body = (Span(0, len(text)),) if whole else body_spans(text)
    title = compose(title.strip())[0] if title and title.strip() else headline(text, body)
    # Only up to the end of the body: what stands below it are the times of other stories.
    told = (day, "metadata") if day else publication_day(text[: body[-1].end])
    published, words = told or (None, None)
    return Article(identity, text, title, source, published, words, body)


def _without_doubles(found: Iterable[Placed]) -> Iterator[Found]:
    """Articles whose id was there before become failures that name the first."""
    seen = Seen()
    for place, one in found:
        if isinstance(one, ArticleFailure):
            yield one
            continue
        digest = hashlib.sha256(one.text.encode("utf-8", "surrogatepass")).digest()[:8]
        before = seen.first(one.id, digest, place)
        if before is None:
            yield one
            continue
        same = "the same text" if before[0] == digest else "another text"
        reason = f"{place}: the id {one.id!r} was given before to {same} in {before[1]}; every article needs an id of its own"
        yield ArticleFailure(one.id, place.partition(", ")[0], "duplicate", reason)
