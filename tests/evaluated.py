"""A model that needs no weights: it finds what it is told, for the tests of the evaluation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from evaluate.documents import WRITTEN, annotated_case
from evaluate.results import Result
from evaluate.run import corpus_digest, evaluate_cases
from model.assemble import assemble
from model.calibrate import Calibration
from model.runtime import Extraction, Extractor
from model.schema import AnnotatedArticle, Article

Change = Callable[[AnnotatedArticle], AnnotatedArticle]


@dataclass(frozen=True, slots=True)
class Told:
    """Finds in an article what ``answers`` says; raises on an article of which it says nothing."""

    answers: dict[str, AnnotatedArticle]
    identity: str = "told@1"
    calibration: Calibration = field(default_factory=Calibration)
    confidence: float = 0.8

    def extract(self, articles: Iterable[Article]) -> Iterator[Extraction]:
        """What it was told."""
        for article in articles:
            found = replace(self.answers[article.id], article=article, names={}, periods={})
            records = tuple(replace(r, confidence=self.confidence) for r in assemble(found, self.identity))
            yield Extraction(found, records)


def told(articles: Sequence[AnnotatedArticle], change: Change = lambda a: a, **values: Any) -> Extractor:
    """A model that finds what gold says, but for ``change``."""
    return cast(Extractor, Told({a.article.id: change(a) for a in articles}, **values))


def evaluated(articles: Sequence[AnnotatedArticle], extractor: Extractor, source: str = WRITTEN) -> Result:
    """The articles evaluated with a model."""
    cases = [annotated_case(a, source, corpus_digest([a])) for a in articles]
    return evaluate_cases(extractor, cases, "test articles", corpus_digest(articles), command="thanhtich evaluate <&>")
