"""Look over all annotations: what breaks the format or the guide, what stands in two splits, what there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from annotations.store import CORPUS, SPLITS, STANDOFF, Finding, digest, read_corpus, read_standoff, read_texts, standoff_rows
from model.errors import AnnotationError
from model.periods import read_period
from model.quantities import MEASURE, read_percentage, read_quantity
from model.schema import AnnotatedArticle, EntityType

_CONTEXT = 25


def check_all(folder: Path | None = None, texts: Path | None = None) -> tuple[list[Finding], int]:
    """Findings over the written corpus and, where texts are given, the real articles; and how many articles were looked at.

    Raises:
        AnnotationError: no such folder, or one without a marked article.
    """
    findings: list[Finding] = []
    seen: dict[str, str] = {}
    count = 0
    for split in _splits(folder or CORPUS):
        written, broken = read_corpus(split, folder or CORPUS)
        findings += broken
        count += len(written) + len(broken)
        for annotated in written:
            findings += check_article(annotated, f"{split}/{annotated.article.id}")
            findings += _doubles(annotated, f"{split}/{annotated.article.id}", seen)
    if texts is not None:
        real, unjoined = read_standoff(read_texts(texts))
        findings += unjoined
        count += len(real) + len(unjoined)
        for annotated in real:
            findings += check_article(annotated, annotated.article.id)
    return findings, count


def _splits(folder: Path) -> tuple[str, ...]:
    """The splits of a corpus folder; of one without them that holds marked files itself, that one."""
    if not folder.is_dir():
        found = "this is a file" if folder.exists() else "there is no such folder"
        raise AnnotationError(f"{folder}: {found}; give one of marked articles (.txt), or one with train, dev and test")
    if any(any((folder / split).glob("*.txt")) for split in SPLITS):
        return SPLITS
    if not any(folder.glob("*.txt")):
        raise AnnotationError(f"{folder}: no marked articles, neither here nor in {', '.join(SPLITS)}; they are files ending in .txt")
    return (".",)


def _doubles(annotated: AnnotatedArticle, where: str, seen: dict[str, str]) -> Iterator[Finding]:
    """The same text, or the same id, a second time."""
    for key in (digest(annotated.article.text), annotated.article.id):
        if key in seen:
            yield Finding(where, f"stands already as {seen[key]}; an article belongs to one split, once")
        seen.setdefault(key, where)


def check_article(annotated: AnnotatedArticle, where: str) -> list[Finding]:
    """Values that cannot be read from their spans, and spans that take in what the guide leaves out."""
    return [Finding(f"{where}:{start}", reason) for start, reason in _flaws(annotated)]


def _flaws(annotated: AnnotatedArticle) -> Iterator[tuple[int, str]]:
    text = annotated.article.text
    for place, entity in enumerate(annotated.entities):
        surface = entity.span.of(text)
        around = text[max(0, entity.span.start - _CONTEXT) : entity.span.end + _CONTEXT].replace("\n", " ⏎ ")
        if entity.type in (EntityType.COUNT, EntityType.TARGET) and not _number_alone(surface):
            yield entity.span.start, f"{entity.type} {surface!r} in “{around}” cannot be read as a number alone; mark the number with its magnitude word and currency alone"
        elif entity.type is EntityType.PERCENTAGE and read_percentage(surface) is None:
            yield entity.span.start, f"PERCENTAGE {surface!r} in “{around}” cannot be read; mark the number with its % or phần trăm"
        elif entity.type is EntityType.DATE and place not in annotated.periods and read_period(surface) is None:
            yield entity.span.start, f"DATE {surface!r} in “{around}” is no time that can be read; write `date: {surface} = FIRST..LAST` in the header"


def _number_alone(surface: str) -> bool:
    """True for what can be read and holds no counted noun: extraction forgives `4,2 tấn`, the guide leaves `tấn` outside."""
    readable = read_quantity(surface) is not None or read_percentage(surface) is not None
    return readable and not MEASURE.search(surface.casefold())


def count_all() -> Iterator[Sequence[object]]:
    """Rows of (source, split, articles, articles without achievement, achievements, entities of each type)."""
    for split in SPLITS:
        written, _ = read_corpus(split)
        yield _row("written", split, ((len(a.achievements), [e.type for e in a.entities]) for a in written))
    for split in SPLITS:
        rows = [row for row in standoff_rows(STANDOFF) if row["split"] == split]
        yield _row("real", split, ((len(row["achievements"]), [EntityType(kind) for _, _, kind in row["entities"]]) for row in rows))


def _row(source: str, split: str, articles: Iterable[tuple[int, list[EntityType]]]) -> Sequence[object]:
    held = list(articles)
    types = Counter(kind for _, kinds in held for kind in kinds)
    return (source, split, len(held), sum(not n for n, _ in held), sum(n for n, _ in held), *(types[kind] for kind in EntityType))
