"""Which articles are worth annotating next: where the model is unsure, where figures disagree, and what the corpus has not got.

Articles stream through once; only the best so far are held. In the end they are taken one by one, each worth less the more of it
those before it hold already, so that the choice is no row of one template's reports.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean

from annotations.likeness import is_near, sketch, unlike, word_pairs
from annotations.store import SPLITS, STANDOFF, digest, read_corpus, read_standoff, read_texts, standoff_rows
from model.articles import ArticleFailure
from model.batch import ArticleExtractor, Extracted
from model.errors import AnnotationError, ArticleError, ThanhtichError
from model.schema import AchievementRecord, AnnotatedArticle, Article, Outcome

POOL = 20
"""Candidates held for each article that is wanted."""
_LEAST_CERTAIN = 5
_FAILURES_KEPT = 20


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each reason counts in the total; only their proportion matters."""

    uncertainty: float = 2.0
    checks: float = 1.0
    novelty: float = 1.0

    def __post_init__(self) -> None:
        parts = (self.uncertainty, self.checks, self.novelty)
        if not all(0 <= part < float("inf") for part in parts) or not any(parts):
            raise AnnotationError(f"weights {parts}; allowed are numbers from 0 up, not all of them 0")

    def total(self, uncertainty: float, checks: float, novelty: float) -> float:
        """The weighted mean, 0 to 1."""
        weighted = self.uncertainty * uncertainty + self.checks * checks + self.novelty * novelty
        return weighted / (self.uncertainty + self.checks + self.novelty)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One article and why: every reason from 0 to 1.

    Attributes:
        found: the article with what the model found in it.
        records: records the model made, ``conflicts`` of which have figures that disagree.
        uncertainty: how unsure the model is of records and spans (:func:`uncertainty`).
        checks: conflicts, seen against the number of records.
        novelty: share of its word pairs, in sentences with figures, that no annotated article has.
        total: the weighted mean of the three.
        likeness: share of its word pairs that the suggestions before it have.
    """

    found: AnnotatedArticle
    records: int
    conflicts: int
    uncertainty: float
    checks: float
    novelty: float
    total: float
    likeness: float = 0.0

    @property
    def worth(self) -> float:
        """What the ranking goes by: the total, less what was chosen before."""
        return self.total * (1 - self.likeness)


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The articles chosen, best first, and where all the others went.

    Attributes:
        wanted: how many were asked for.
        read: articles that could be read, ``failed`` that could not, ``failures`` the first of those.
        annotated: left out: annotated already, or nearly the same as an annotated one.
        doubles: left out: nearly the same as another candidate.
        without_figures: left out: no sentence has a number, so there is nothing to mark.
    """

    chosen: tuple[Suggestion, ...]
    wanted: int
    read: int
    failed: int
    failures: tuple[ArticleFailure, ...]
    annotated: int
    doubles: int
    without_figures: int


@dataclass(slots=True)
class Known:
    """What is annotated already: its digests, sketches and word pairs."""

    digests: set[str] = field(default_factory=set)
    sketches: list[frozenset[int]] = field(default_factory=list)
    pairs: set[int] = field(default_factory=set)

    def add(self, article: Article) -> None:
        """Count the article among the annotated ones."""
        self.digests.add(digest(article.text))
        self.sketches.append(sketch(article))
        self.pairs |= word_pairs(article)

    def holds(self, article: Article, drawn: frozenset[int]) -> bool:
        """True where the article, whose sketch is ``drawn``, is annotated, or a near duplicate is."""
        return digest(article.text) in self.digests or is_near(drawn, self.sketches)


def known(articles: Iterable[AnnotatedArticle], digests: Iterable[str] = ()) -> Known:
    """What these articles hold; ``digests`` are of annotated texts that are not here, which are then known by the digest alone."""
    made = Known()
    for annotated in articles:
        made.add(annotated.article)
    made.digests.update(digests)
    return made


def read_known(texts: Path | None = None) -> Known:
    """The project's own corpus. Without ``texts`` the real articles are known by their digests alone: their words count as new."""
    written = (annotated for split in SPLITS for annotated in read_corpus(split)[0])
    made = known(written, (row["sha256"] for row in standoff_rows(STANDOFF)))
    if texts is not None:
        for annotated in read_standoff(read_texts(texts))[0]:
            made.add(annotated.article)
    return made


def suggest(
    found: Iterable[Article | ArticleFailure],
    extractor: ArticleExtractor,
    wanted: int,
    annotated: Known,
    *,
    weights: Weights | None = None,
    advance: Callable[[], None] = lambda: None,
) -> Suggestions:
    """Choose the next articles to annotate.

    Args:
        found: candidates, as :func:`model.articles.read_articles` gives them; read once, never held whole.
        extractor: finds what is uncertain; it should keep every record (``min_confidence=0``), for the unsure ones are what is sought.
        wanted: how many; fewer come where there are no more.
        annotated: what need not be annotated again.
        weights: how much each reason counts.
        advance: called after each article.

    Raises:
        AnnotationError: ``wanted`` is below 1.
    """
    if wanted < 1:
        raise AnnotationError(f"{wanted} articles wanted; allowed is 1 or more")
    search = _Search(extractor, annotated, weights or Weights(), POOL * wanted)
    for one in found:
        search.take(one)
        advance()
    counts = search.counts
    return Suggestions(
        chosen=tuple(_chosen([held for _, _, held in search.pool], wanted)),
        wanted=wanted,
        read=counts["read"],
        failed=counts["failed"],
        failures=tuple(search.failures),
        annotated=counts["annotated"],
        doubles=counts["doubles"],
        without_figures=counts["without figures"],
    )


@dataclass(frozen=True, slots=True)
class _Candidate:
    suggestion: Suggestion
    pairs: frozenset[int]
    drawn: frozenset[int]


@dataclass(slots=True)
class _Search:
    """The articles so far: a heap of the best (total, minus their number, candidate), the least of them first."""

    extractor: ArticleExtractor
    annotated: Known
    weights: Weights
    room: int
    pool: list[tuple[float, int, _Candidate]] = field(default_factory=list)
    failures: list[ArticleFailure] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def take(self, one: Article | ArticleFailure) -> None:
        """Look at one article; what cannot be read or extracted costs only itself."""
        if isinstance(one, ArticleFailure):
            self._fail(one)
            return
        self.counts["read"] += 1
        pairs, drawn = word_pairs(one), sketch(one)
        if self.annotated.holds(one, drawn):
            self.counts["annotated"] += 1
        elif not pairs:
            self.counts["without figures"] += 1
        elif (extraction := self._extracted(one)) is not None:
            self._hold(_Candidate(_judged(extraction, unlike(pairs, self.annotated.pairs), self.weights), pairs, drawn))

    def _fail(self, failure: ArticleFailure) -> None:
        self.counts["failed"] += 1
        if len(self.failures) < _FAILURES_KEPT:
            self.failures.append(failure)

    def _extracted(self, article: Article) -> Extracted | None:
        # One by one: an article that breaks the extractor would take its neighbours along.
        try:
            return next(iter(self.extractor.extract([article])))
        except Exception as error:
            if isinstance(error, ThanhtichError) and not isinstance(error, ArticleError):
                raise
            self.counts["read"] -= 1
            self._fail(ArticleFailure(article.id, None, "extract", f"{article.id}: {type(error).__name__}: {error}"[:500]))
            return None

    def _hold(self, candidate: _Candidate) -> None:
        entry = (candidate.suggestion.total, -self.counts["read"], candidate)
        twin = next((held for held in self.pool if is_near(candidate.drawn, [held[2].drawn])), None)
        if twin is not None:
            self.counts["doubles"] += 1
            if entry[:2] > twin[:2]:
                self.pool[self.pool.index(twin)] = entry
                heapq.heapify(self.pool)
        elif len(self.pool) < self.room:
            heapq.heappush(self.pool, entry)
        else:
            heapq.heappushpop(self.pool, entry)


def _judged(extraction: Extracted, novelty: float, weights: Weights) -> Suggestion:
    records = extraction.records
    conflicts = sum(any(check.outcome is Outcome.CONFLICT for check in record.checks) for record in records)
    unsure, failing = uncertainty(extraction.found, records), _share(conflicts, len(records))
    return Suggestion(extraction.found, len(records), conflicts, unsure, failing, novelty, weights.total(unsure, failing, novelty))


def uncertainty(found: AnnotatedArticle, records: Sequence[AchievementRecord]) -> float:
    """How unsure the model is, 0 to 1: the mean of its records' doubt and of its least certain spans' doubt.

    Doubt is 1 for a probability of a half and 0 for none or a whole.
    """
    spans = sorted((_doubt(entity.score) for entity in found.entities), reverse=True)[:_LEAST_CERTAIN]
    return fmean([_share(sum(_doubt(record.confidence) for record in records), len(records)), fmean(spans) if spans else 0.0])


def _doubt(probability: float) -> float:
    return 1 - abs(2 * min(max(probability, 0.0), 1.0) - 1)


def _share(part: float, whole: int) -> float:
    """A mean that trusts few records less: one doubtful record alone tells less than ten of ten."""
    return part / (whole + 1)


def _chosen(candidates: Sequence[_Candidate], wanted: int) -> Iterator[Suggestion]:
    """Greedy: the best, then always what is worth most beside those chosen."""
    left = sorted(candidates, key=lambda candidate: (-candidate.suggestion.total, candidate.suggestion.found.article.id))
    covered, told = [0] * len(left), set[int]()
    for _ in range(min(wanted, len(left))):
        valued = [replace(c.suggestion, likeness=n / len(c.pairs)) for c, n in zip(left, covered, strict=True)]
        best = max(range(len(left)), key=lambda place: valued[place].worth)
        yield valued[best]
        new = left.pop(best).pairs - told
        covered.pop(best)
        told |= new
        # Only what the last one brought is counted again: a thousand candidates stay quick.
        covered = [n + len(c.pairs & new) for c, n in zip(left, covered, strict=True)]
