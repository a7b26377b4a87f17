"""Extract and score: one model against the corpus or against a gold file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotations.store import digest, read_corpus, read_standoff, read_texts
from evaluate.gold import gold_from_annotation, read_gold
from evaluate.scores import Tally, brier, calibration_error, coverage_at, score
from model.articles import ArticleFailure, read_articles
from model.errors import AnnotationError
from model.runtime import Extractor
from model.schema import AchievementRecord, AnnotatedArticle, Article


@dataclass(frozen=True, slots=True)
class Result:
    """The figures of one evaluation, and what they were measured on."""

    tally: Tally
    data: str
    model: str
    missing: tuple[str, ...] = ()

    def summary(self) -> list[str]:
        """What the table does not hold, a line each."""
        t = self.tally
        pairs = t.confidences
        lines = [
            f"data: {self.data}; {t.documents} documents, {t.found} records found; model {self.model}",
            f"kind {_share(t.kinds)}   indicator code {_share(t.codes)}   inherited organisation {_share(t.inherited)}",
            f"false records per document without achievement {_mean(t.empty)} ({t.empty[1]} such documents)",
            f"calibration: ECE {calibration_error(pairs):.3f}, Brier {brier(pairs):.3f}, {coverage_at(pairs):.1%} of {len(pairs)} records kept at 95 % precision",
        ]
        if not pairs:
            lines[-1] = "calibration: not measured, as no record was found that gold decides on"
        if self.missing:
            lines.append(f"{len(self.missing)} gold documents without a readable text count as missed: {', '.join(self.missing[:5])}")
        return lines

    def write(self, path: Path) -> None:
        """The figures as JSON."""
        t = self.tally
        measures = {name: {"precision": m.precision, "recall": m.recall, "f1": m.f1, "tp": m.tp, "fp": m.fp, "fn": m.fn} for name, m in t.measures.items()}
        rest: dict[str, Any] = {
            "kinds": t.kinds,
            "codes": t.codes,
            "inherited_organisation": t.inherited,
            "false_in_empty": t.empty,
            "documents": t.documents,
            "records_found": t.found,
            "ece": calibration_error(t.confidences),
            "brier": brier(t.confidences),
            "coverage_at_95_precision": coverage_at(t.confidences),
            "data": self.data,
            "model": self.model,
            "missing": self.missing,
        }
        path.write_text(json.dumps(measures | rest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _share(counts: tuple[int, int]) -> str:
    return f"{counts[0]}/{counts[1]} = {counts[0] / counts[1]:.3f}" if counts[1] else "not measured"


def _mean(counts: tuple[int, int]) -> str:
    return f"{counts[0] / counts[1]:.2f}" if counts[1] else "not measured"


def evaluate_corpus(extractor: Extractor, split: str, texts: Path | None = None, advance: Callable[[], object] = lambda: None) -> Result:
    """A split of the written corpus; with texts, the real articles of that split too.

    Raises:
        AnnotationError: no such split, or nothing in it.
    """
    if split not in ("train", "dev", "test"):
        raise AnnotationError(f"split {split!r}; allowed are dev and test (and train, to see what was learned by heart)")
    written, broken = read_corpus(split)
    real, unjoined = read_standoff(read_texts(texts), split=split) if texts is not None else ([], [])
    if broken or unjoined:
        raise AnnotationError("\n".join(f"{f.place}: {f.reason}" for f in (*broken, *unjoined)[:10]))
    articles = [*written, *real]
    if not articles:
        raise AnnotationError(f"split {split}: no articles in annotations/corpus/{split}")
    found = extract_all(extractor, (a.article for a in articles), advance)
    named = f"split {split}: {len(written)} written" + (f", {len(real)} real" if texts is not None else "") + f" articles, digest {corpus_digest(articles)[:12]}"
    return Result(score(map(gold_from_annotation, articles), found), named, extractor.identity)


def corpus_digest(articles: Iterable[AnnotatedArticle]) -> str:
    """A digest over texts and gold, so that a figure names exactly what it was measured on."""
    parts = [f"{a.article.id} {digest(a.article.text)} {a.entities} {a.relations} {a.achievements} {a.names} {a.periods}" for a in articles]
    return digest("\n".join(sorted(parts)))


def evaluate_gold(extractor: Extractor, gold: Path, texts: Path, advance: Callable[[], object] = lambda: None) -> Result:
    """A gold file against the articles in ``texts``; a document that cannot be read counts as missed.

    Raises:
        AnnotationError: the gold file or the texts cannot be read.
    """
    documents = read_gold(gold)
    wanted = {document.id for document in documents}
    articles = [a for a in read_articles([texts]) if not isinstance(a, ArticleFailure) and a.id in wanted]
    missing = tuple(sorted(wanted - {a.id for a in articles}))
    if not documents or len(missing) == len(documents):
        raise AnnotationError(f"{gold}: {len(documents)} documents, none of them with a text in {texts}; ids must equal the texts' file names")
    found = extract_all(extractor, articles, advance)
    return Result(score(documents, found), f"{gold.name}, digest {digest(gold.read_text(encoding='utf-8'))[:12]}", extractor.identity, missing)


def extract_all(extractor: Extractor, articles: Iterable[Article], advance: Callable[[], object] = lambda: None) -> dict[str, Sequence[AchievementRecord]]:
    """Article id to its records."""
    found: dict[str, Sequence[AchievementRecord]] = {}
    for extraction in extractor.extract(articles):
        found[extraction.found.article.id] = extraction.records
        advance()
    return found


