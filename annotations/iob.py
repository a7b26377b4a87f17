"""CoNLL files with IOB2 tags: entities alone. A word and its tag a line, a blank line after a sentence, ``# id = …`` before a document.

The words are model/text.py's. Relations, achievements, names and days have no place here; a span that begins or ends inside a
word grows to the whole word. Between words the format keeps nothing: with the texts given, words are found in them again one
after the other; without, the text is rebuilt with one space between words and a line for each sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from annotations.foreign import Draft, Region, document_row, standard
from annotations.store import Finding
from model.errors import AnnotationError
from model.schema import AnnotatedArticle, EntityType
from model.text import sentences, words

_ID = re.compile(r"#\s*id\s*=\s*(.+)$")
_TAG = re.compile(r"(?:(O)|([BI])-(.+))$")


@dataclass(slots=True)
class _Document:
    """One document's words with their tags and line numbers, and where its sentences end."""

    id: str
    words: list[tuple[str, str, int]] = field(default_factory=list)
    ends: set[int] = field(default_factory=set)


def read(path: Path, losses: Counter[str], texts: Mapping[str, str] | None = None) -> Iterator[Draft | Finding]:
    """Every document of the file; a broken one is a finding.

    Args:
        path: the file.
        losses: counts what is assumed.
        texts: document id to text, to find the words in; without it texts are rebuilt.

    Raises:
        AnnotationError: the file cannot be read.
    """
    try:
        lines = path.read_bytes().decode("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise AnnotationError(f"{path}: cannot be read ({error}); allowed is UTF-8") from error
    for document in _documents(lines, path.stem):
        try:
            yield _draft(document, f"{path}: {document.id}", losses, texts)
        except AnnotationError as error:
            yield Finding(f"{path}: {document.id}", str(error))


def _documents(lines: Iterable[str], stem: str) -> Iterator[_Document]:
    """Documents begin at ``# id = …`` or ``-DOCSTART-``; those without an id are numbered."""
    current, unnamed = _Document(stem), 0
    for number, line in enumerate(lines, 1):
        line = line.strip("\r\t ")
        named = _ID.match(line) if "\t" not in line else None
        if named or line.startswith("-DOCSTART-"):
            if current.words:
                yield current
            unnamed += not named
            current = _Document(named[1].strip() if named else f"{stem}-{unnamed}")
        elif not line:
            current.ends.add(len(current.words))
        elif not (line.startswith("#") and len(line.split()) != 2 and "\t" not in line):
            parts = line.split("\t") if "\t" in line else line.split(" ")
            current.words.append((parts[0], parts[-1] if len(parts) > 1 else "", number))
    if current.words:
        yield current


def _draft(document: _Document, place: str, losses: Counter[str], texts: Mapping[str, str] | None) -> Draft:
    if texts is None:
        losses["texts rebuilt from words; give the texts to have the true ones"] += 1
        text, starts = _rebuilt(document)
    elif document.id in texts:
        text = standard(texts[document.id])
        starts = _found(document, text)
    else:
        raise AnnotationError("no text of this id; give its folder or file with --texts")
    return Draft(place, document.id, text, list(_regions(document, starts, losses)))


def _rebuilt(document: _Document) -> tuple[str, list[int]]:
    pieces, starts, at = [], [], 0
    for place, (word, _, _) in enumerate(document.words):
        gap = "" if not place else "\n" if place in document.ends else " "
        starts.append(at + len(gap))
        pieces += [gap, word]
        at += len(gap) + len(word)
    return "".join(pieces), starts


def _found(document: _Document, text: str) -> list[int]:
    """Where each word begins: the next one after white space alone."""
    starts, at = [], 0
    for word, _, number in document.words:
        while at < len(text) and text[at].isspace():
            at += 1
        if not text.startswith(word, at):
            raise AnnotationError(f"line {number}: {word!r}, but the text goes on with {text[at : at + 30]!r} at {at}; the words must be the text's own, all of them")
        starts.append(at)
        at += len(word)
    return starts


def _regions(document: _Document, starts: list[int], losses: Counter[str]) -> Iterator[Region]:
    findings: list[str] = []
    opened: Region | None = None
    for start, (word, tag, number) in zip(starts, document.words, strict=True):
        begin, label = _tag(tag, number, findings)
        goes_on = opened is not None and label == opened.label and not begin
        losses["tags I- without B- before them, read as a beginning"] += bool(label) and not begin and not goes_on
        if opened is not None and not goes_on:
            yield opened
            opened = None
        if label:
            first = opened or Region(f"line {number}", label, start, start, f"line {number}")
            opened = Region(first.key, label, first.start, start + len(word), first.where)
    if opened is not None:
        yield opened
    if findings:
        raise AnnotationError(f"{document.id}:\n  " + "\n  ".join(findings))


def _tag(tag: str, number: int, findings: list[str]) -> tuple[bool, str]:
    found = _TAG.match(tag)
    if not found or (found[3] and found[3] not in set(EntityType)):
        findings.append(f"line {number}: tag {tag!r}; allowed are O, and B- or I- with {', '.join(EntityType)}, after the word and a tab")
        return False, ""
    return found[2] == "B", found[3] or ""


def files(articles: Iterable[AnnotatedArticle], losses: Counter[str]) -> str:
    """The content of the CoNLL file."""
    return "".join(f"# id = {annotated.article.id}\n{_document(annotated, losses)}\n" for annotated in articles)


def _document(annotated: AnnotatedArticle, losses: Counter[str]) -> str:
    text = annotated.article.text
    placed = [(sentence, words(text, sentence)) for sentence in sentences(text)]
    tags: dict[int, str] = {}
    # The sentences of a text do not cut a word, but may cut a span: its tags go on in the next one.
    spans = [word for _, held in placed for word in held]
    for entity in annotated.entities:
        inside = [word for word in spans if word.overlaps(entity.span)]
        free = [word for word in inside if word.start not in tags]
        exact = bool(free) and (free[0].start, free[-1].end) == (entity.span.start, entity.span.end)
        losses["spans that begin or end inside a word, written for the whole word" if len(free) == len(inside) else "spans that share a word with another"] += not exact
        tags |= {word.start: f"{'I' if place else 'B'}-{entity.type}" for place, word in enumerate(free)}
    _lost(annotated, losses)
    return "".join("".join(f"{word.of(text)}\t{tags.get(word.start, 'O')}\n" for word in held) + "\n" for _, held in placed)


def _lost(annotated: AnnotatedArticle, losses: Counter[str]) -> None:
    losses["relations"] += len(annotated.relations)
    losses["achievements with kind and indicator code"] += len(annotated.achievements)
    losses["achievements that were marked unsure"] += sum(not a.certain for a in annotated.achievements)
    losses["links to the fuller mention of a fact"] += sum(a.duplicate_of is not None for a in annotated.achievements)
    losses["full names of bodies"] += len(annotated.names)
    losses["days of times"] += len(annotated.periods)
    losses["days of publication, sources and parts of documents"] += bool(document_row(annotated))
