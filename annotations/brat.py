"""brat's standoff format: a folder of ``DOC.txt`` and ``DOC.ann``; offsets are code points, as brat's server counts them.

Entities are ``T`` lines, relations ``R`` lines, kind, code and certain ``A`` lines, the full name of a body and the days of a time
``#`` notes (``name: …``, ``date: FIRST..LAST``). A span over a line break is written in fragments, as brat itself does.
``documents.json`` beside them holds what brat has no place for (day of publication, parts that are annotated); brat ignores it.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from annotations.foreign import REMARKS, SAME, Draft, Link, Region, Remark, document_row, links_of, remarks_of
from annotations.store import Finding
from model.errors import AnnotationError
from model.schema import ANCHOR_TYPES, TAIL_TYPE, AnnotatedArticle, EntityType, Kind, Span

HEADERS = "documents.json"
_ENTITY = re.compile(r"(\S+) (\d+ \d+(?:;\d+ \d+)*)\s*")
_RELATION = re.compile(r"(\S+) \S+?:(\S+) \S+?:(\S+)\s*")
_ATTRIBUTE = re.compile(r"(\S+) (\S+)(?: (.+?))?\s*")
_NOTE = re.compile(r"(name|date):\s*(.*)", re.DOTALL)
# The line breaks of Unicode: brat reads an .ann file line by line and takes every one of them for an end.
_BREAKS = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")


def read(folder: Path, losses: Counter[str]) -> Iterator[Draft | Finding]:
    """Every document of a brat folder and its subfolders; a broken one is a finding.

    Raises:
        AnnotationError: ``documents.json`` is there but cannot be read.
    """
    headers = _headers(folder / HEADERS)
    files = sorted({path.with_suffix("") for pattern in ("*.txt", "*.ann") for path in folder.rglob(pattern)})
    for stem in files:
        # Not with_suffix: `report.2021` is a whole name.
        text, marks = (stem.with_name(stem.name + suffix) for suffix in (".txt", ".ann"))
        try:
            for path in (text, marks):
                if not path.exists():
                    raise AnnotationError(f"no {path.name} beside it; brat keeps a document in {text.name} and {marks.name}")
            # read_bytes: reading as text would turn CR LF into LF, and every offset after it would be wrong.
            draft = _Reader(marks, stem.name, text.read_bytes().decode("utf-8"), losses).read()
            draft.header = headers.get(stem.name, {})
            yield draft
        except (AnnotationError, UnicodeDecodeError) as error:
            yield Finding(str(marks), str(error))


def _headers(path: Path) -> dict[str, dict[str, object]]:
    if not path.exists():
        return {}
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise AnnotationError(f"{path}: cannot be read ({error}); it holds an object of document ids, or take it away") from error
    if not isinstance(rows, dict) or not all(isinstance(row, dict) for row in rows.values()):
        raise AnnotationError(f"{path}: not an object of document ids; as `thanhtich annotations convert` writes it, or take it away")
    return rows


@dataclass(slots=True)
class _Reader:
    """One .ann file on its way to a draft."""

    path: Path
    name: str
    text: str
    losses: Counter[str]
    pieces: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def read(self) -> Draft:
        draft = Draft(str(self.path), self.name, self.text, fold_breaks=True)
        for number, line in enumerate(self.path.read_bytes().decode("utf-8").split("\n"), 1):
            if line.strip():
                try:
                    self._line(draft, line.rstrip("\r"), f"line {number}")
                except AnnotationError as error:
                    draft.findings.append(f"line {number}: {error}")
        draft.links = [Link(link.type, link.head, tail, link.where) for link in draft.links for tail in self.pieces.get(link.tail, [link.tail])]
        return draft

    def _line(self, draft: Draft, line: str, where: str) -> None:
        key, _, rest = line.partition("\t")
        data, _, tail = rest.partition("\t")
        match key[:1]:
            case "T":
                draft.regions += self._regions(key, data, tail, where)
            case "R":
                draft.links.append(self._link(data, where))
            case "A" | "M":
                self._attribute(draft, data, where)
            case "#":
                self._note(draft, data, tail, where)
            case "N" | "*":
                self.losses["brat normalisations and equivalences"] += 1
            case _:
                raise AnnotationError(f"{line[:60]!r}; allowed are lines T (entity), R (relation), A (attribute) and # (note), parted by tabs; events are not known here")

    def _regions(self, key: str, data: str, surface: str, where: str) -> list[Region]:
        found = _ENTITY.fullmatch(data)
        if not found:
            raise AnnotationError(f"{data!r}; allowed is TYPE START END, a tab, and the words, as `T1\tCOUNT 20 23\t391`")
        label, spans = found[1], [(int(a), int(b)) for a, b in (pair.split(" ") for pair in found[2].split(";"))]
        self._same_words(spans, surface)
        merged = self._merged(spans)
        if len(merged) == 1:
            return [Region(key, label, *merged[0], where)]
        if label != EntityType.INDICATOR or len(merged) > 2:
            raise AnnotationError(f"{label} {surface!r} in {len(merged)} pieces; a span is one stretch of text, only an INDICATOR can be two (the act and the thing)")
        self.losses["indicators in two pieces, which became two spans"] += 1
        self.pieces[key] = [f"{key}.{number}" for number in range(len(merged))]
        return [Region(piece, label, *span, where) for piece, span in zip(self.pieces[key], merged, strict=True)]

    def _same_words(self, spans: list[tuple[int, int]], surface: str) -> None:
        """brat gives the fragments' words with a space between them."""
        words = [self.text[start:end] for start, end in spans]
        if any(not 0 <= start < end <= len(self.text) for start, end in spans):
            raise AnnotationError(f"span {spans}; the text has {len(self.text)} characters, and a span is 0 <= start < end")
        if " ".join(words) != surface.rstrip("\r"):
            raise AnnotationError(f"found {surface!r}, but the text at {spans} has {' '.join(words)!r}; offsets count code points of this very text")

    def _merged(self, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Fragments with nothing but white space between them are one span: so brat writes what goes over a line break."""
        merged: list[tuple[int, int]] = []
        for start, end in sorted(spans):
            if merged and not self.text[merged[-1][1] : start].strip():
                merged[-1] = (merged[-1][0], end)
            else:
                merged.append((start, end))
        return merged

    def _link(self, data: str, where: str) -> Link:
        found = _RELATION.fullmatch(data)
        if not found:
            raise AnnotationError(f"{data!r}; allowed is `RELATION Arg1:T1 Arg2:T2`")
        return Link(found[1], found[2], found[3], where)

    def _attribute(self, draft: Draft, data: str, where: str) -> None:
        found = _ATTRIBUTE.fullmatch(data)
        if not found:
            raise AnnotationError(f"{data!r}; allowed is `ATTRIBUTE T1 VALUE`")
        what, key, value = found.groups()
        if what == SAME and value:
            draft.links.append(Link(SAME, key, value, where))
        elif what == "unsure" and not value:
            draft.remarks.append(Remark(key, "certain", "no", where))
        elif what in ("kind", "code", "certain") and value:
            draft.remarks.append(Remark(key, what, value, where))
        else:
            raise AnnotationError(f"attribute {what!r} with value {value!r}; allowed are kind, code and certain, each with a value, and unsure without one")

    def _note(self, draft: Draft, data: str, note: str, where: str) -> None:
        found = _NOTE.fullmatch(note.strip())
        key = data.split(" ")[-1]
        if found and key[:1] == "T":
            draft.remarks.append(Remark(key, found[1], found[2], where))
        else:
            self.losses["notes in free words"] += 1


def files(articles: Iterable[AnnotatedArticle], codes: Iterable[str], losses: Counter[str]) -> dict[str, str]:
    """File name to content: each article's ``.txt`` and ``.ann``, ``documents.json``, and brat's ``annotation.conf``."""
    made: dict[str, str] = {"annotation.conf": _configuration(codes)}
    headers = {}
    for annotated in articles:
        name, text = annotated.article.id, annotated.article.text
        losses["carriage returns, which are read back as line feeds"] += text.count("\r")
        made[f"{name}.txt"] = text
        made[f"{name}.ann"] = "".join(line + "\n" for line in _lines(annotated))
        headers[name] = document_row(annotated)
    made[HEADERS] = json.dumps(headers, ensure_ascii=False, indent=1) + "\n"
    return made


def _lines(annotated: AnnotatedArticle) -> Iterator[str]:
    text = annotated.article.text
    for number, entity in enumerate(annotated.entities, 1):
        pieces = list(_fragments(text, entity.span))
        yield f"T{number}\t{entity.type} {';'.join(f'{p.start} {p.end}' for p in pieces)}\t{' '.join(p.of(text) for p in pieces)}"
    for number, (kind, head, tail) in enumerate(links_of(annotated), 1):
        yield f"R{number}\t{kind} Arg1:T{head + 1} Arg2:T{tail + 1}\t"
    remarks = list(remarks_of(annotated))
    for number, (place, what, value) in enumerate((r for r in remarks if r[1] in REMARKS[:3]), 1):
        yield f"A{number}\t{what} T{place + 1} {value}"
    for number, (place, what, value) in enumerate((r for r in remarks if r[1] in REMARKS[3:]), 1):
        yield f"#{number}\tAnnotatorNotes T{place + 1}\t{what}: {' '.join(value.split())}"


def _fragments(text: str, span: Span) -> Iterator[Span]:
    """The span's parts between line breaks, without white space at their ends."""
    at = span.start
    for line in _BREAKS.split(span.of(text)):
        start = text.index(line, at)
        if line.strip():
            yield Span(start + len(line) - len(line.lstrip()), start + len(line.rstrip()))
        at = start + len(line)


def _configuration(codes: Iterable[str]) -> str:
    anchors = "|".join(ANCHOR_TYPES)
    relations = [f"{kind}\tArg1:{anchors}, Arg2:{tail}" for kind, tail in TAIL_TYPE.items()] + [f"{SAME}\tArg1:{anchors}, Arg2:{anchors}"]
    valued: dict[str, Iterable[str]] = {"kind": Kind, "code": codes, "certain": ("yes", "no")}
    attributes = [f"{what}\tArg:{anchors}, Value:{'|'.join(values)}" for what, values in valued.items()]
    sections: dict[str, Iterable[str]] = {"entities": EntityType, "relations": relations, "events": [], "attributes": attributes}
    return "".join(f"[{name}]\n" + "".join(f"{line}\n" for line in lines) + "\n" for name, lines in sections.items())
