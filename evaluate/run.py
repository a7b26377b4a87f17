"""Extract and score: one model against the corpus or against a gold file."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from annotations.store import digest, read_corpus, read_standoff, read_texts
from evaluate.documents import REAL, WRITTEN, Case, annotated_case, gold_case, gold_notes, score_case
from evaluate.gold import read_gold
from evaluate.results import Result
from model.articles import ArticleFailure, read_articles
from model.errors import AnnotationError
from model.runtime import Extraction, Extractor
from model.schema import AchievementRecord, AnnotatedArticle, Article

CHUNK = 32
"""Articles given to the extractor together."""
Advance = Callable[[], object]


def evaluate_corpus(extractor: Extractor, split: str, texts: Path | None = None, advance: Advance = lambda: None, *, command: str = "") -> Result:
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
    whole = corpus_digest(articles)
    cases = [annotated_case(a, source, corpus_digest([a])) for source, group in ((WRITTEN, written), (REAL, real)) for a in group]
    named = f"split {split}: {len(written)} written" + (f", {len(real)} real" if texts is not None else "") + f" articles, digest {whole[:12]}"
    return replace(evaluate_cases(extractor, cases, named, whole, advance, command=command), fitted_here=split == "dev")


def corpus_digest(articles: Iterable[AnnotatedArticle]) -> str:
    """A digest over texts and gold, so that a figure names exactly what it was measured on."""
    parts = [f"{a.article.id} {digest(a.article.text)} {a.entities} {a.relations} {a.achievements} {a.names} {a.periods}" for a in articles]
    return digest("\n".join(sorted(parts)))


def evaluate_gold(extractor: Extractor, gold: Path, texts: Path, advance: Advance = lambda: None, *, command: str = "") -> Result:
    """A gold file against the articles in ``texts``; a document that cannot be read, or whose text gold does not fit, counts as missed.

    Raises:
        AnnotationError: the gold file or the texts cannot be read, or gold fits none of them.
    """
    documents = read_gold(gold)
    wanted = {document.id for document in documents}
    articles = {a.id: a for a in read_articles([texts]) if not isinstance(a, ArticleFailure) and a.id in wanted}
    if not articles:
        raise AnnotationError(f"{gold}: {len(documents)} documents, none of them with a text in {texts}; ids must equal the texts' file names")
    notes = gold_notes(gold)
    cases = [gold_case(document, notes[document.id], articles.get(document.id)) for document in documents]
    if all(case.problem for case in cases):
        first = next(case for case in cases if case.gold.id in articles)
        raise AnnotationError(f"{gold}: fits none of the texts in {texts}; {first.gold.id}: {first.problem}. Offsets are code points of the NFC text")
    whole = digest(gold.read_text(encoding="utf-8"))
    return evaluate_cases(extractor, cases, f"{gold.name}, digest {whole[:12]}", whole, advance, command=command)


def evaluate_cases(extractor: Extractor, cases: Sequence[Case], data: str, whole: str, advance: Advance = lambda: None, *, command: str = "") -> Result:
    """Extract and score these documents. A document on which the model fails counts as missed and is named.

    Args:
        data: what the documents are, for people; ``whole`` is the digest over their gold.
        command: the command line that the result should name.
    """
    found = extract_each(extractor, [case.article for case in cases if case.article is not None], advance)
    scored = []
    for case in cases:
        outcome = next(found) if case.article is not None else case.problem
        scored.append(score_case(case, None, outcome) if isinstance(outcome, str) else score_case(case, outcome))
    return Result(tuple(scored), data, extractor.identity, whole, extractor.calibration.fitted, command)


def extract_each(extractor: Extractor, articles: Iterable[Article], advance: Advance = lambda: None) -> Iterator[Extraction | str]:
    """For each article in order its extraction, or what the model failed with. A failure costs only its own article."""
    remaining = iter(articles)
    while chunk := list(itertools.islice(remaining, CHUNK)):
        try:
            found: list[Extraction | str] = list(extractor.extract(chunk))
        except Exception:  # whatever it was, it is an article's fault until each was tried alone
            found = [_extract_one(extractor, article) for article in chunk]
        for outcome in found:
            advance()
            yield outcome


def _extract_one(extractor: Extractor, article: Article) -> Extraction | str:
    try:
        return next(iter(extractor.extract([article])))
    except Exception as error:  # a crash is a miss
        return f"the model failed: {type(error).__name__}: {error}"


def extract_all(extractor: Extractor, articles: Iterable[Article], advance: Advance = lambda: None) -> dict[str, Sequence[AchievementRecord]]:
    """Article id to its records; an article on which the model fails is not there."""
    outcomes = extract_each(extractor, articles, advance)
    return {outcome.found.article.id: outcome.records for outcome in outcomes if not isinstance(outcome, str)}
