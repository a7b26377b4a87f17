"""CoNLL files with IOB2 tags of any schema: a token and its tag a line, a blank line after a sentence.

Columns are divided by tabs or spaces. Tokens are syllables or words (`Hà_Nội`). Where ``# id = …`` or ``-DOCSTART-`` divides a file
into documents, a sentence is read with those before it; elsewhere each sentence is a document. A tag that the schema does not have
stops the reading: it is the schema that is wrong, or the file. A torn line costs its sentence alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annotations.store import Finding
from model.errors import AnnotationError
from model.label_schema import LabelSchema
from model.labeller import Document, LabelSpan
from model.schema import Span

SHOWN = 10
"""Findings that an error lists."""
_ID = re.compile(r"#\s*id\s*=\s*(.+)$")
_TAG = re.compile(r"([BI])-(.+)$")
_MARKUP = re.compile(r"</?\w+>$")


@dataclass(slots=True)
class Labelled:
    """Documents of one or more files, what was left out, and what was assumed, counted."""

    documents: list[Document] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    assumed: Counter[str] = field(default_factory=Counter)

    def notes(self) -> list[str]:
        """What a person should know, a line each."""
        return [f"{f.place}: {f.reason}" for f in self.findings] + [f"{count} {what}" for what, count in self.assumed.items() if count]


@dataclass(slots=True)
class _Token:
    surface: str
    tag: str
    line: int


def read_conll(path: Path, schema: LabelSchema, made: Labelled) -> None:
    """The documents of one file, added to ``made``.

    Raises:
        AnnotationError: the file cannot be read, or has tags that the schema does not.
    """
    groups, segmented, wrong = [], False, []
    for name, parts in _groups(path, schema, made):
        segmented = segmented or any(" " in token.surface for part in parts for token in part)
        wrong += [_wrong_tag(path, token, schema) for part in parts for token in part if not _known(token.tag, schema)]
        groups.append((name, parts))
    if wrong:
        more = f"\n  … and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        raise AnnotationError(f"{path}: tags that the schema {schema.name} does not have:\n  " + "\n  ".join(wrong[:SHOWN]) + more)
    made.documents += [_document(name, parts, schema, segmented, made.assumed) for name, parts in groups]


def _known(tag: str, schema: LabelSchema) -> bool:
    found = _TAG.match(tag)
    return tag == "O" or (found is not None and found[2] in (*schema.entities, *schema.ignore))


def _wrong_tag(path: Path, token: _Token, schema: LabelSchema) -> str:
    allowed = f"O, and B- or I- with {', '.join((*schema.entities, *schema.ignore))}"
    return f"{path}:{token.line}: {token.tag!r} at {token.surface!r}; allowed are {allowed}; mend the file, or name the type under entities or ignore"


def _groups(path: Path, schema: LabelSchema, made: Labelled) -> Iterator[tuple[str, list[list[_Token]]]]:
    """Each document's id and sentences; without marks of documents, each sentence by itself, named after its first line."""
    parts: list[list[_Token]] = []
    name, named, unnamed = path.stem, False, 0
    for item in _sentences(path, schema, made):
        if isinstance(item, str):
            if parts:
                yield name, parts
            named, unnamed, parts = True, unnamed + (not item), []
            name = item or f"{path.stem}-{unnamed}"
        elif named:
            parts.append(item)
        else:
            yield f"{path.stem}:{item[0].line}", [item]
    if parts:
        yield name, parts


def _sentences(path: Path, schema: LabelSchema, made: Labelled) -> Iterator[str | list[_Token]]:
    """Sentences, and the id ("" where it has none) where a document begins. Sentences with a torn line are left out and noted."""
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise AnnotationError(f"{path}: cannot be read ({error.strerror or error})") from error
    held: list[_Token] = []
    torn = ""
    for number, raw in enumerate([*lines, b""], 1):
        line = raw.decode("utf-8", errors="replace").strip("\r\t \ufeff")
        start = _ID.match(line) if "\t" not in line else None
        if not line or start or line.startswith("-DOCSTART-") or _MARKUP.match(line):
            if torn:
                made.findings.append(Finding(f"{path}:{torn}", "its sentence is left out"))
            elif held:
                yield held
            held, torn = [], ""
            if start or line.startswith("-DOCSTART-"):
                yield start[1].strip() if start else ""
            continue
        if line.startswith("#") and "\t" not in line and len(line.split()) > 2:
            continue  # a remark, as CoNLL-U has them
        token = _token(line, number, schema)
        if isinstance(token, _Token):
            held.append(token)
        else:
            torn = torn or f"{number}: {token}"


def _token(line: str, number: int, schema: LabelSchema) -> _Token | str:
    """The token of a line, or what is wrong with it."""
    columns = line.split("\t") if "\t" in line else line.split()
    if "\ufffd" in line:
        return f"{line[:40]!r} is not UTF-8"
    try:
        surface, tag = (columns[place - 1 if place > 0 else place].strip() for place in (schema.word_column, schema.tag_column))
    except IndexError:
        return f"{len(columns)} columns in {line[:40]!r}; needed are those of the word ({schema.word_column}) and the tag ({schema.tag_column})"
    if len(columns) < 2 or not surface or not tag:
        return f"{line[:40]!r} has no tag; needed is a token and its tag, divided by a tab or a space"
    # `Hà_Nội` is one word of two syllables; the text has it as it is written. A token of blanks alone cannot be found in a text.
    joined = " ".join(re.sub(r"(?<=\w)_+(?=\w)", " ", unicodedata.normalize("NFC", surface)).split())
    return _Token(joined, tag, number) if joined else f"{line[:40]!r} has no token"


def _document(name: str, parts: list[list[_Token]], schema: LabelSchema, segmented: bool, assumed: Counter[str]) -> Document:
    """The text with one space between tokens and a line for each sentence."""
    pieces: list[str] = []
    tokens: list[Span] = []
    spans: list[Span] = []
    entities: list[LabelSpan] = []
    at = 0
    for part in parts:
        begin = len(tokens)
        for place, token in enumerate(part):
            gap = " " if place else "\n" if tokens else ""
            at += len(gap)
            tokens.append(Span(at, at + len(token.surface)))
            pieces += [gap, token.surface]
            at += len(token.surface)
        spans.append(Span(tokens[begin].start, at))
        entities += _entities(part, tokens[begin:], schema, assumed)
    return Document(name, "".join(pieces), tuple(spans), tuple(entities), (), tuple(tokens), segmented)


def _entities(part: Sequence[_Token], spans: Sequence[Span], schema: LabelSchema, assumed: Counter[str]) -> Iterator[LabelSpan]:
    opened: LabelSpan | None = None
    for token, span in zip(part, spans, strict=True):
        found = _TAG.match(token.tag)
        kind = found[2] if found and found[2] in schema.entities else None
        if opened is not None and found and found[1] == "I" and kind == opened.type:
            opened = LabelSpan(Span(opened.span.start, span.end), opened.type)
            continue
        if opened is not None:
            yield opened
        assumed["tags I- without B- before them, read as a beginning"] += bool(kind and found and found[1] == "I")
        opened = LabelSpan(span, kind) if kind else None
    if opened is not None:
        yield opened
