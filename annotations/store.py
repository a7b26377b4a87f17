"""Annotated articles on disk: the written corpus as marked text, real text as offsets and a digest.

A standoff file is JSON lines, one document each: ``doc``, ``sha256`` of the NFC text in UTF-8, ``published``, ``entities``
(``[start, end, type]``), ``relations`` (``[type, head, tail]``, places in ``entities``), ``achievements``, ``annotated``
(the parts where organisations are complete), ``names`` and ``periods``. It never holds the text.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from annotations.markup import parse
from model.errors import AnnotationError
from model.schema import Achievement, AnnotatedArticle, Article, Entity, EntityType, Kind, Period, Relation, RelationType, Span

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
STANDOFF = HERE / "standoff"
SPLITS = ("train", "dev", "test")
INDICATORS = HERE.parent / "seeds" / "indicators.toml"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one file or document, for the person who mends it."""

    place: str
    reason: str


def indicator_codes(path: Path = INDICATORS) -> tuple[str, ...]:
    """The codes of the indicator catalogue, in its order."""
    return tuple(tomllib.loads(path.read_text(encoding="utf-8")))


def read_corpus(split: str, folder: Path = CORPUS) -> tuple[list[AnnotatedArticle], list[Finding]]:
    """The written articles of a split; a broken file costs only itself and is a finding."""
    codes = frozenset(indicator_codes())
    articles, findings = [], []
    for path in sorted((folder / split).glob("*.txt")):
        try:
            articles.append(parse(path.read_text(encoding="utf-8"), path.stem, codes))
        except (AnnotationError, UnicodeDecodeError) as error:
            findings.append(Finding(str(path), str(error)))
    return articles, findings


def digest(text: str) -> str:
    """SHA-256 of the text after NFC, in UTF-8."""
    return hashlib.sha256(unicodedata.normalize("NFC", text).encode("utf-8")).hexdigest()


def read_standoff(texts: dict[str, str], folder: Path = STANDOFF, split: str | None = None) -> tuple[list[AnnotatedArticle], list[Finding]]:
    """Join the standoff annotations with their texts.

    Args:
        texts: document id to text.
        folder: where the ``*.jsonl`` files are.
        split: only documents of this split; None takes all.

    Returns:
        The documents whose text is there and has the digest that was annotated, and a finding for each of the others.
    """
    articles, findings = [], []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(_lines(path), 1):
            try:
                row = json.loads(line)
                if split is not None and row["split"] != split:
                    continue
                articles.append(_join(row, texts))
            except (AnnotationError, ValueError, KeyError, TypeError, AttributeError) as error:
                findings.append(Finding(f"{path}:{number}", f"{type(error).__name__}: {error}" if not isinstance(error, AnnotationError) else str(error)))
    return articles, findings


def marked(folder: Path = STANDOFF, splits: Collection[str] | None = None) -> tuple[set[str], set[str]]:
    """The ids and the digests of the documents that the standoff rows are of; of these splits alone where they are named.

    Rows are searched, not read: one that is broken keeps its text out all the same, and :func:`read_standoff` says that it is.
    """
    split = re.compile(rf'"split": ?"(?:{"|".join(splits)})"' if splits is not None else "")
    rows = "\n".join(line for path in sorted(folder.glob("*.jsonl")) for line in _lines(path) if split.search(line))
    return set(re.findall(r'"doc": ?"([^"]*)"', rows)), set(re.findall(r'"sha256": ?"([0-9a-f]{64})"', rows))


def unmarked_articles(texts: dict[str, str], folder: Path = STANDOFF) -> list[Article]:
    """The texts that no row of the standoff annotations is of, neither by id nor by digest, in the order of their ids; one of those that are alike."""
    names, digests = marked(folder)
    found: dict[str, Article] = {}
    for name in sorted(texts.keys() - names):
        text = unicodedata.normalize("NFC", texts[name])
        if (key := digest(text)) not in digests:
            found.setdefault(key, Article(id=name, text=text))
    return list(found.values())


def standoff_rows(folder: Path = STANDOFF) -> Iterator[dict[str, Any]]:
    """Every standoff row, without its text."""
    for path in sorted(folder.glob("*.jsonl")):
        yield from map(json.loads, _lines(path))


def _lines(path: Path) -> list[str]:
    """Lines end at line feeds alone: JSON leaves the other line breaks of Unicode as they are."""
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")


def _join(row: dict[str, Any], texts: dict[str, str]) -> AnnotatedArticle:
    name = row["doc"]
    if name not in texts:
        raise AnnotationError(f"document {name}: no text of this id; give its folder or file with --texts")
    text = unicodedata.normalize("NFC", texts[name])
    if digest(text) != row["sha256"]:
        raise AnnotationError(f"document {name}: the text's digest is {digest(text)[:12]}…, annotated was {row['sha256'][:12]}…; offsets would not fit it")
    _within(row, len(text))
    return AnnotatedArticle(
        article=Article(id=name, text=text, source=row.get("source"), published=_day(row.get("published"))),
        entities=tuple(Entity(Span(start, end), EntityType(kind)) for start, end, kind in row["entities"]),
        relations=tuple(Relation(RelationType(kind), head, tail) for kind, head, tail in row["relations"]),
        achievements=tuple(
            Achievement(a["anchor"], Kind(a["kind"]), a["code"], certain=a.get("certain", True), duplicate_of=a.get("duplicate_of")) for a in row["achievements"]
        ),
        annotated=tuple(Span(start, end) for start, end in row["annotated"]),
        names={int(place): value for place, value in row.get("names", {}).items()},
        periods={int(place): Period(_day(first), _day(last)) for place, (first, last) in row.get("periods", {}).items()},
    )


def _within(row: dict[str, Any], length: int) -> None:
    """Refuse spans outside the text and links to entities that are not there."""
    count = len(row["entities"])
    places = [p for _, head, tail in row["relations"] for p in (head, tail)] + [p for a in row["achievements"] for p in (a["anchor"], a.get("duplicate_of") or 0)]
    wrong = [end for _, end, *_ in (*row["entities"], *row["annotated"]) if end > length] + [p for p in places if not 0 <= p < count]
    if wrong:
        raise AnnotationError(f"document {row['doc']}: {wrong[0]} is out of place; spans end by {length}, and entities are counted from 0 to {count - 1}")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def standoff_row(annotated: AnnotatedArticle, split: str) -> dict[str, Any]:
    """One document as a standoff row: no word of the text but the names that a person wrote for a body."""
    article = annotated.article
    return {
        "doc": article.id,
        "sha256": digest(article.text),
        "split": split,
        "published": article.published.isoformat() if article.published else None,
        "entities": [[e.span.start, e.span.end, str(e.type)] for e in annotated.entities],
        "relations": [[str(r.type), r.head, r.tail] for r in annotated.relations],
        "achievements": [
            {"anchor": a.anchor, "kind": str(a.kind), "code": a.code}
            | ({} if a.certain else {"certain": False})
            | ({"duplicate_of": a.duplicate_of} if a.duplicate_of is not None else {})
            for a in annotated.achievements
        ],
        "annotated": [[s.start, s.end] for s in annotated.annotated],
        "names": {str(place): name for place, name in annotated.names.items()},
        "periods": {str(place): [day.isoformat() if day else None for day in (p.first, p.last)] for place, p in annotated.periods.items()},
    }


def write_standoff(rows: Iterable[dict[str, Any]], path: Path) -> int:
    """Write standoff rows, sorted by document; returns how many."""
    ordered = sorted(rows, key=lambda row: str(row["doc"]))
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ordered), encoding="utf-8")
    return len(ordered)


def read_texts(place: Path) -> dict[str, str]:
    """Document id to text, from a folder of ``.txt`` and ``.jsonl(.xz)`` files or from one such file."""
    paths = sorted(place.iterdir()) if place.is_dir() else [place]
    texts: dict[str, str] = {}
    for path in paths:
        try:
            if path.suffix == ".txt":
                texts[path.stem] = path.read_text(encoding="utf-8")
            elif path.name.endswith((".jsonl", ".jsonl.xz")):
                texts.update(_rows(path))
        except (OSError, EOFError, lzma.LZMAError, UnicodeDecodeError) as error:
            raise AnnotationError(f"{path}: cannot be read ({error}); allowed are .txt, .jsonl and .jsonl.xz in UTF-8") from error
    if not texts:
        raise AnnotationError(f"{place}: no texts; allowed are a folder or a file of .txt, .jsonl or .jsonl.xz with id and text")
    return texts


def _rows(path: Path) -> Iterator[tuple[str, str]]:
    with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                yield row["id"], row["text"]
            except (json.JSONDecodeError, KeyError, TypeError) as error:
                raise AnnotationError(f"{path}:{number}: no text ({type(error).__name__}: {error}); a line is an object with id and text") from error
