"""Fits the choice of sentences that the encoder reads (model/selection.py), and how sure it must be to leave one out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from model.encode import Select
from model.errors import TrainingError
from model.schema import ANCHOR_TYPES, AnnotatedArticle, Span
from model.selection import BUCKETS, Features, Selection, features, scales
from model.text import is_number, sentences, words

KEPT = 0.99
"""The share of the quantities of achievements in articles that the fit has not seen whose sentences are read."""
FOLDS = 5
_ROUNDING = 1e-4
STRENGTH = 10.0
"""Inverse of the weight that keeps the weights small (scikit-learn's C)."""


def fit_selection(articles: Sequence[AnnotatedArticle], held_out: Sequence[AnnotatedArticle]) -> Selection:
    """A choice learned from ``articles``, with the highest threshold at which :data:`KEPT` of the quantities in ``held_out`` are read.

    Raises:
        TrainingError: too little to learn from.
    """
    rows, wanted, groups = _rows(articles)
    if len(np.unique(groups)) < FOLDS or wanted.all() or not wanted.any():
        found = f"{len(np.unique(groups))} articles with numbers, {wanted.sum()} of {len(wanted)} numbers in achievements"
        raise TrainingError(f"select = true: {found}; needed are {FOLDS} articles, and numbers of both kinds; add articles, or train with --set select=false")
    return with_threshold(_fit(rows, wanted, -np.inf), held_out)


def cross_fitted(articles: Sequence[AnnotatedArticle], selection: Selection) -> list[Selection]:
    """For each article one that has learned from other articles only: it chooses there as ``selection`` would of a new article."""
    rows, wanted, groups = _rows(articles)
    chosen = [selection] * len(articles)
    for learned, left in GroupKFold(FOLDS).split(rows, wanted, groups):
        fitted = _fit(rows[learned], wanted[learned], selection.threshold)
        for number in np.unique(groups[left]).tolist():
            chosen[number] = fitted
    return chosen


def taught(selection: Selection, annotated: AnnotatedArticle) -> Select:
    """What is read of an article to learn from: what ``selection`` chooses, and whatever holds a quantity."""
    inside = quantities(annotated)

    def select(text: str, spans: Sequence[Span]) -> list[bool]:
        held = (any(span.start <= quantity.start < span.end for quantity in inside) for span in spans)
        return [chosen or holds for chosen, holds in zip(selection.chosen(text, spans), held, strict=True)]

    return select


def with_threshold(selection: Selection, held_out: Sequence[AnnotatedArticle]) -> Selection:
    """The same choice with the highest threshold at which :data:`KEPT` of the quantities in ``held_out`` are read."""
    best: list[float] = []
    for annotated in held_out:
        spans = sentences(annotated.article.text, annotated.article.body)
        scores = selection.scores(annotated.article.text, spans)
        best += [float(score) for span, score in zip(spans, scores, strict=True) for quantity in quantities(annotated) if span.start <= quantity.start < span.end]
    threshold = float(np.float32(np.quantile(best, 1 - KEPT, method="lower") - _ROUNDING)) if best else -np.inf
    return Selection(selection.weights, selection.bias, threshold)


def quantities(annotated: AnnotatedArticle) -> list[Span]:
    """The counts, targets and percentages of its achievements."""
    return [entity.span for entity in annotated.entities if entity.type in ANCHOR_TYPES]


def _fit(rows: csr_matrix, wanted: np.ndarray, threshold: float) -> Selection:
    model = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=300).fit(rows, wanted)
    # As the model folder keeps them, so that a threshold that is fitted on them holds there.
    return Selection(model.coef_[0].astype(np.float16).astype(np.float32), float(model.intercept_[0]), threshold)


def _rows(articles: Sequence[AnnotatedArticle]) -> tuple[csr_matrix, np.ndarray, np.ndarray]:
    """A row for every number: its features (M, BUCKETS), whether it is part of a quantity (M,), and its article's place (M,)."""
    columns, values, lengths, wanted, groups = [], [], [], [], []
    for number, annotated in enumerate(articles):
        text = annotated.article.text
        spans = sentences(text, annotated.article.body)
        made = features(text, spans)
        inside = quantities(annotated)
        places = [word.start for span in spans for word in words(text, span) if is_number(word.of(text))]
        wanted += [any(quantity.start <= place < quantity.end for quantity in inside) for place in places]
        groups += [number] * len(places)
        for row in _weighted(made, len(spans)):
            columns.append(row[0])
            values.append(row[1])
            lengths.append(len(row[0]))
    ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    flat = (np.concatenate([*values, []]), np.concatenate([*columns, []]).astype(np.int64), ends)
    matrix = csr_matrix(flat, shape=(len(lengths), BUCKETS))
    matrix.sum_duplicates()
    return matrix, np.array(wanted, dtype=bool), np.array(groups, dtype=np.int64)


def _weighted(made: Features, sentences: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Buckets and values of each number, as :meth:`model.selection.Selection.scores` adds them up."""
    near, shared = scales(made, sentences)
    of = [made.shared[made.owner == sentence] for sentence in range(sentences)]
    return [
        (np.concatenate([buckets, of[sentence]]), np.concatenate([np.full(len(buckets), near), np.full(len(of[sentence]), shared[sentence])]))
        for buckets, sentence in zip(made.near, made.sentence.tolist(), strict=True)
    ]
