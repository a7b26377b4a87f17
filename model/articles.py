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
import lzma
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from model import tables
from model.charsets import decode
from model.composition import compose
from model.errors import ArticleError
from model.furniture import body_spans, headline
from model.periods import publication_day
from model.schema import Article, Span
from model.tables import Columns, Row, RowError, opened, parse_day

SUFFIXES = (".txt", ".html", ".htm", ".jsonl", ".csv", ".parquet")
PACKED = (".gz", ".xz")
_ALLOWED = f"{' '.join(SUFFIXES)} (all but .parquet also with {' or '.join(PACKED)})"
_UNREADABLE = (OSError, EOFError, lzma.LZMAError)
"""What opening, reading or unpacking a file can raise; gzip's own error is an OSError."""


@dataclass(frozen=True, slots=True)
class ArticleFailure:
    """An article that could not be read. ``id`` is None where none was found; ``stage`` is ``open``, ``decode``, ``parse`` or ``duplicate``."""

    id: str | None
    path: str
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
    published_column: str = "published",
) -> Iterator[Found]:
    """Every article of ``inputs``, one after the other: files, folders (recursively, in the order of their names), ``-`` for standard input.

    The columns name what a JSONL, CSV or Parquet row holds; only text and id must be there. The id of a file is its name without suffixes;
    none is ever made up. A second article with an id that was there before becomes a failure that names the first.

    Raises ArticleError at once, before anything is read, for an input that does not exist or cannot hold articles, for a folder without
    articles, and for a named table without the text or id column.
    """
    columns = Columns(text_column, id_column, title_column, source_column, published_column)
    if not inputs:
        raise ArticleError(f"no input: give files ({_ALLOWED}), folders, or - for standard input")
    for given in inputs:
        _check(given, columns)
    return _without_doubles(_read_all(inputs, columns))


def kind_of(path: Path) -> str | None:
    """The suffix that says how to read ``path``, without ``.gz`` and ``.xz``; None where it is none of ours.

    >>> kind_of(Path("a/b.TXT.gz")), kind_of(Path("b.docx"))
    ('.txt', None)
    """
    suffixes = [suffix.lower() for suffix in path.suffixes]
    last = suffixes[-2] if len(suffixes) > 1 and suffixes[-1] in PACKED else suffixes[-1] if suffixes else ""
    packed_parquet = last == ".parquet" and suffixes[-1] in PACKED
    return last if last in SUFFIXES and not packed_parquet else None


def _check(given: str | Path, columns: Columns) -> None:
    path = Path(given)
    if str(given) == "-":
        return
    if not path.exists():
        raise ArticleError(f"{path}: there is no such file or folder (looked from {Path.cwd()}); give files ({_ALLOWED}), folders, or -")
    if path.is_dir():
        if not any(isinstance(entry, ArticleFailure) or kind_of(entry) for entry in _walk(path)):
            raise ArticleError(f"{path}: no articles in this folder, found {_contents(path)}; articles are files ending in {_ALLOWED}")
        return
    kind = kind_of(path)
    if kind is None:
        raise ArticleError(f"{path}: cannot read a file of this kind; articles are files ending in {_ALLOWED}")
    if kind in (".jsonl", ".csv", ".parquet"):
        with suppress(*_UNREADABLE):  # reading it will give the same as a failure
            tables.check_columns(path, kind, columns)


def _contents(folder: Path) -> str:
    files = [entry for entry in _walk(folder) if isinstance(entry, Path)]
    if not files:
        return "no files"
    kinds = Counter(entry.suffix.lower() or "no suffix" for entry in files)
    return f"{len(files)} other files (" + ", ".join(f"{kind}: {count}" for kind, count in kinds.most_common(5)) + ")"


def _walk(folder: Path, above: tuple[Path, ...] = ()) -> Iterator[Path | ArticleFailure]:
    """Every file below ``folder`` in the order of names, hidden ones left out; a link back to a folder above is not followed."""
    try:
        real = folder.resolve(strict=True)
        entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except (OSError, RuntimeError) as error:
        yield ArticleFailure(None, str(folder), "open", f"{folder}: the folder cannot be read ({error})")
        return
    if real in above:
        return
    for entry in entries:
        if entry.is_dir():
            yield from _walk(entry, (*above, real))
        else:
            yield entry


def _read_all(inputs: Iterable[str | Path], columns: Columns) -> Iterator[Placed]:
    done: set[Path] = set()
    for entry in _entries(inputs):
        if isinstance(entry, ArticleFailure):
            yield entry.path, entry
        elif entry is None:
            yield from _read_stdin(sys.stdin.buffer, columns)
        elif entry.absolute() not in done:  # a file that is named twice is one input
            done.add(entry.absolute())
            yield from _read_file(entry, columns)


def _entries(inputs: Iterable[str | Path]) -> Iterator[Path | ArticleFailure | None]:
    """Every file to read; None for standard input."""
    for given in inputs:
        path = Path(given)
        if str(given) == "-":
            yield None
        elif path.is_dir():
            yield from (entry for entry in _walk(path) if isinstance(entry, ArticleFailure) or kind_of(entry))
        else:
            yield path


def _read_file(path: Path, columns: Columns) -> Iterator[Placed]:
    kind = kind_of(path)
    if kind in (".txt", ".html", ".htm"):
        identity = Path(path.stem).stem if path.suffix.lower() in PACKED else path.stem
        yield str(path), _read_whole(identity, str(path), lambda: _bytes(path), _from_text if kind == ".txt" else _from_page)
        return
    try:
        yield from map(_from_row, tables.rows(path, kind or "", columns))
    except ArticleError as error:
        yield str(path), ArticleFailure(None, str(path), "parse", f"{path}: {error}")
    except _UNREADABLE as error:
        yield str(path), ArticleFailure(None, str(path), "open", f"{path}: cannot be read ({error or type(error).__name__})")


def _bytes(path: Path) -> bytes:
    with opened(path) as stream:
        return stream.read()


def _read_whole(identity: str, path: str, read: Callable[[], bytes], make: Callable[[str, str], Article]) -> Found:
    """One article that is a whole file: its bytes, its text, then what the text says."""
    stage = "open"
    try:
        data = read()
        stage = "decode"
        text = compose(decode(data))[0]
        stage = "parse"
        if not text.strip():
            raise ArticleError("there is no text in it")
        return make(identity, text)
    except ArticleError as error:
        return ArticleFailure(identity, path, stage, f"{path}: {error}")
    except _UNREADABLE as error:
        return ArticleFailure(identity, path, stage, f"{path}: cannot be read ({error or type(error).__name__})")


def _read_stdin(stream: BinaryIO, columns: Columns) -> Iterator[Placed]:
    """JSONL, line by line as it comes, where the first sign is ``{``; otherwise one plain article with the id ``stdin``."""
    head: list[bytes] = []
    for line in stream:
        head.append(line)
        if line.strip():
            break
    if b"".join(head).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        yield from map(_from_row, tables.json_rows("-", chain(head, stream), columns))
    else:
        yield "-", _read_whole("stdin", "-", lambda: b"".join(head) + stream.read(), _from_text)


def _from_text(identity: str, text: str) -> Article:
    """A text page: headline, body and day are found in the text itself."""
    return _article(identity, text, None, None, None)


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
    return _article(identity, text, title, site, parse_day(day), whole=True)


def _from_row(row: Row | RowError) -> Placed:
    place = f"{row.path}, {row.place}"
    if isinstance(row, RowError):
        return place, ArticleFailure(row.id, row.path, row.stage, f"{place}: {row.reason}")
    text = compose(tables.newlines(row.text))[0]
    if not text.strip():
        return place, ArticleFailure(row.id, row.path, "parse", f"{place}: there is no text in it")
    return place, _article(row.id, text, row.title, row.source, row.published)


def _article(identity: str, text: str, title: str | None, source: str | None, day: date | None, *, whole: bool = False) -> Article:
    body = (Span(0, len(text)),) if whole else body_spans(text)
    title = compose(title.strip())[0] if title and title.strip() else headline(text, body)
    # Only up to the end of the body: what stands below it are the times of other stories.
    told = (day, "metadata") if day else publication_day(text[: body[-1].end])
    published, words = told or (None, None)
    return Article(identity, text, title, source, published, words, body)


def _without_doubles(found: Iterable[Placed]) -> Iterator[Found]:
    """Articles whose id was there before become failures that name the first. Keeps a digest and a place for each id, not the texts."""
    seen: dict[str, tuple[bytes, str]] = {}
    for place, one in found:
        if isinstance(one, ArticleFailure):
            yield one
            continue
        digest = hashlib.sha256(one.text.encode("utf-8", "surrogatepass")).digest()[:8]
        if one.id not in seen:
            seen[one.id] = (digest, place)
            yield one
            continue
        first, where = seen[one.id]
        same = "the same text" if first == digest else "another text"
        reason = f"{place}: the id {one.id!r} was given before to {same} in {where}; every article needs an id of its own"
        yield ArticleFailure(one.id, place.partition(", ")[0], "duplicate", reason)
