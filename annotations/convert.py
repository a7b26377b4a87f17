"""Annotations from one format to another, and reading them from any: the corpus's own, brat, doccano, Label Studio, IOB."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from annotations import brat, doccano, iob, label_studio, marked
from annotations.foreign import Draft, LossReport, settle, standard
from annotations.markup import parse, parse_part
from annotations.parts import split_of
from annotations.store import Finding, indicator_codes, read_standoff, standoff_row, write_standoff
from model.errors import AnnotationError, OutputError
from model.schema import AnnotatedArticle, Span


class Format(StrEnum):
    """How annotations lie on disk. PARTS can be read alone: its marked lines are a person's working copy."""

    MARKED = "marked"
    PARTS = "parts"
    STANDOFF = "standoff"
    BRAT = "brat"
    DOCCANO = "doccano"
    LABEL_STUDIO = "label-studio"
    IOB = "iob"


@dataclass(frozen=True, slots=True)
class Reading:
    """Annotated articles in the order of their source, what could not be read, and what was lost or assumed."""

    articles: tuple[AnnotatedArticle, ...]
    findings: tuple[Finding, ...]
    losses: LossReport


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a conversion did: documents written, documents that could not be, what was lost, and the files that were made."""

    written: int
    findings: tuple[Finding, ...]
    losses: LossReport
    target: Path


def convert(
    source: Path,
    target: Path,
    to: Format,
    *,
    source_format: Format | None = None,
    texts: Mapping[str, str] | None = None,
    annotator: str | None = None,
    split: str | None = None,
) -> Conversion:
    """Read annotations, write them in another format. A broken document costs only itself and is a finding.

    Args:
        source: a file or folder.
        target: what to write; it must not be there, or be an empty folder. MARKED and BRAT write a folder, the others one file.
        to: the format to write.
        source_format: what the source is; None finds out (:func:`recognise`).
        texts: document id to text; STANDOFF and PARTS need it, IOB is exact with it.
        annotator: for LABEL_STUDIO: whose annotations.
        split: for STANDOFF: the split of every document; None takes it from the document's id.

    Raises:
        OutputError: the target is there already, or is the source.
        AnnotationError: the source as a whole cannot be read.
    """
    _refuse(source, target, to)
    losses: Counter[str] = Counter()
    read = read_annotations(source, source_format, texts=texts, annotator=annotator)
    articles, findings = _once(read.articles)
    findings += read.findings
    files, written = _files(articles, to, losses, findings, split)
    if written or not findings:  # an empty file or folder would only stand in the way of the next try
        _write(files, target, folder=to in (Format.MARKED, Format.BRAT))
    return Conversion(written, tuple(findings), _report(losses, read.losses.counts), target)


def read_annotations(source: Path, source_format: Format | None = None, *, texts: Mapping[str, str] | None = None, annotator: str | None = None) -> Reading:
    """Annotated articles from any format; the arguments as for :func:`convert`.

    Raises:
        AnnotationError: nothing is there, the format cannot be told, or texts are needed; says what to give.
    """
    if not source.exists():
        raise AnnotationError(f"{source}: not there; give a folder or a file of annotations")
    kind = source_format or recognise(source)
    losses: Counter[str] = Counter()
    articles: list[AnnotatedArticle] = []
    findings: list[Finding] = []
    for found in _readers(source, kind, losses, texts, annotator):
        if isinstance(found, Finding):
            findings.append(found)
        else:
            articles.append(found)
    return Reading(tuple(articles), tuple(findings), _report(losses))


def recognise(source: Path) -> Format:
    """The format, from names and from what the first file says.

    Raises:
        AnnotationError: it cannot be told; names the formats.
    """
    if source.is_dir():
        names = sorted(path.name for path in source.rglob("*") if path.is_file())
        if any(name.endswith(".ann") for name in names):
            return Format.BRAT
        source = next((path for suffix in ("*.txt", "*.jsonl") for path in sorted(source.rglob(suffix))), source)
    if source.suffix == ".json":
        return Format.LABEL_STUDIO
    if source.suffix in (".iob", ".iob2", ".bio", ".conll", ".tsv"):
        return Format.IOB
    if source.suffix in (".txt", ".jsonl") and source.is_file():
        return _by_content(source)
    raise AnnotationError(f"{source}: cannot tell its format; say it: {', '.join(Format)}")


def _by_content(path: Path) -> Format:
    start = path.read_bytes()[:4000].decode("utf-8", errors="replace")
    if path.suffix == ".txt":
        return Format.PARTS if _DOCUMENT.search(start.split("\n---")[0]) else Format.MARKED
    return Format.STANDOFF if '"sha256"' in start else Format.DOCCANO


_DOCUMENT = re.compile(r"^doc:\s*(.+?)\s*$", re.MULTILINE)


def _readers(source: Path, kind: Format, losses: Counter[str], texts: Mapping[str, str] | None, annotator: str | None) -> Iterator[AnnotatedArticle | Finding]:
    if kind in (Format.STANDOFF, Format.PARTS) and texts is None:
        raise AnnotationError(f"{source}: {kind} holds no texts; give their folder or file with --texts")
    codes = frozenset(indicator_codes())
    match kind:
        case Format.MARKED:
            yield from _marked(source, lambda text, path: parse(text, path.stem, codes))
        case Format.PARTS:
            yield from _marked(source, lambda text, path: _part(text, path, texts or {}, codes))
        case Format.STANDOFF:
            yield from _standoff(source, dict(texts or {}))
        case Format.BRAT:
            yield from _settled(brat.read(source, losses), codes, losses)
        case Format.DOCCANO:
            yield from _settled(doccano.read(source, losses), codes, losses)
        case Format.LABEL_STUDIO:
            yield from _settled(label_studio.read(source, losses, annotator), codes, losses)
        case Format.IOB:
            yield from _settled(iob.read(source, losses, texts), codes, losses)


def _settled(drafts: Iterable[Draft | Finding], codes: frozenset[str], losses: Counter[str]) -> Iterator[AnnotatedArticle | Finding]:
    for draft in drafts:
        try:
            yield draft if isinstance(draft, Finding) else settle(draft, codes, losses)
        except AnnotationError as error:
            yield Finding(draft.place, str(error))


def _marked(source: Path, read: Callable[[str, Path], AnnotatedArticle]) -> Iterator[AnnotatedArticle | Finding]:
    for path in sorted(source.rglob("*.txt")) if source.is_dir() else [source]:
        try:
            yield read(path.read_text(encoding="utf-8"), path)
        except (AnnotationError, UnicodeDecodeError) as error:
            yield Finding(str(path), str(error))


def _part(source: str, path: Path, texts: Mapping[str, str], codes: frozenset[str]) -> AnnotatedArticle:
    found = _DOCUMENT.search(source.split("\n---")[0])
    if not found:
        raise AnnotationError(f"{path}: no line `doc: ID` in the header")
    if found[1] not in texts:
        raise AnnotationError(f"doc: {found[1]}: no text of this id; give its folder or file with --texts")
    return parse_part(source, standard(texts[found[1]]), codes)


def _standoff(source: Path, texts: dict[str, str]) -> Iterator[AnnotatedArticle | Finding]:
    if source.is_dir():
        articles, findings = read_standoff(texts, source)
    else:
        # read_standoff reads folders: one with this file alone keeps its neighbours out.
        with tempfile.TemporaryDirectory() as folder:
            alone = Path(folder) / "rows.jsonl"
            alone.write_bytes(source.read_bytes())
            articles, findings = read_standoff(texts, Path(folder))
            findings = [Finding(finding.place.replace(str(alone), str(source), 1), finding.reason) for finding in findings]
    yield from articles
    yield from findings


def _once(articles: Sequence[AnnotatedArticle]) -> tuple[list[AnnotatedArticle], list[Finding]]:
    """Each id once: a second document of an id would write over the first."""
    kept: dict[str, AnnotatedArticle] = {}
    findings = []
    for annotated in articles:
        if kept.setdefault(annotated.article.id, annotated) is not annotated:
            findings.append(Finding(annotated.article.id, "this id stands twice; the first is taken, give the other an id of its own"))
    return list(kept.values()), findings


def _refuse(source: Path, target: Path, to: Format) -> None:
    if to is Format.PARTS:
        raise OutputError(f"parts can be read, not written; allowed are {', '.join(kind for kind in Format if kind is not Format.PARTS)}")
    if target.resolve() == source.resolve() or (source.is_dir() and source.resolve() in target.resolve().parents):
        raise OutputError(f"{target}: is the source, or lies in it; name another place, so that the source stays as it is")
    empty = target.is_dir() and not any(target.iterdir()) and to in (Format.MARKED, Format.BRAT)
    if target.exists() and not empty:
        raise OutputError(f"{target}: exists; name a new one, so that no annotation is lost")


def _files(articles: list[AnnotatedArticle], to: Format, losses: Counter[str], findings: list[Finding], split: str | None) -> tuple[dict[str, str], int]:
    """File names to contents ("" is the target itself), and how many documents they hold."""
    match to:
        case Format.BRAT:
            fit = [annotated for annotated in articles if _names_a_file(annotated, findings)]
            return brat.files(fit, indicator_codes(), losses), len(fit)
        case Format.DOCCANO:
            return {"": doccano.files(articles, losses)}, len(articles)
        case Format.LABEL_STUDIO:
            return {"": label_studio.files(articles)}, len(articles)
        case Format.IOB:
            return {"": iob.files(articles, losses)}, len(articles)
        case Format.STANDOFF:
            losses["articles with a source or marked page furniture, for which standoff has no place"] += sum(_has_more(a) for a in articles)
            return {"": _rows(articles, split)}, len(articles)
        case _:
            files = dict(_marked_files(articles, losses, findings))
            return files, len(files)


def _has_more(annotated: AnnotatedArticle) -> bool:
    return annotated.article.source is not None or annotated.article.body not in ((), (Span(0, len(annotated.article.text) or 1),))


def _rows(articles: Iterable[AnnotatedArticle], split: str | None) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows"
        write_standoff((standoff_row(a, split or split_of(a.article.id)) for a in articles), path)
        return path.read_bytes().decode("utf-8")


def _marked_files(articles: Iterable[AnnotatedArticle], losses: Counter[str], findings: list[Finding]) -> Iterator[tuple[str, str]]:
    for annotated in articles:
        if _names_a_file(annotated, findings):
            try:
                yield f"{annotated.article.id}.txt", marked.mark(annotated, losses)
            except AnnotationError as error:
                findings.append(Finding(annotated.article.id, str(error).removeprefix(f"{annotated.article.id}:").strip()))


def _names_a_file(annotated: AnnotatedArticle, findings: list[Finding]) -> bool:
    """An id from another tool may be anything; as a file's name it must not lead out of the folder."""
    name = annotated.article.id
    fits = bool(re.fullmatch(r"[\w-][^/\\\x00-\x1f]{0,200}", name)) and len(name.encode("utf-8")) <= 200
    if not fits:
        findings.append(Finding(name[:60], "this id cannot name a file; allowed are letters, digits, - . _ and what else a file name takes"))
    return fits


def _write(files: Mapping[str, str], target: Path, *, folder: bool) -> None:
    """All files or none: written beside the target first, then given its name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".converting-") as made:
        whole = Path(made) / "whole"
        if folder:
            whole.mkdir()
        for name, content in files.items():
            # write_bytes: writing as text would turn line breaks into the system's own, and offsets would not fit.
            (whole / name if name else whole).write_bytes(content.encode("utf-8"))
        whole.rename(target)


def _report(*counted: Mapping[str, int]) -> LossReport:
    total: Counter[str] = Counter()
    for counts in counted:
        total.update(counts)
    return LossReport({what: count for what, count in total.items() if count})
