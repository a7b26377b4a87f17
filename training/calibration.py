"""Fit confidence on dev: a logistic regression from the features of model/calibrate.py to "right in all five fields".

Weights of the raw scores are kept at or above 0, so that a surer field never lowers the confidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

import numpy as np
from scipy.optimize import minimize

from evaluate.gold import GoldDocument
from evaluate.scores import match, score
from model.calibrate import FEATURES, FIELDS, Calibration, features
from model.schema import AchievementRecord

LEAST_GAIN = 0.02
"""Of anchor and exact F1 together."""
REAL_WEIGHT = 3.0
"""Of a real article's records: dev has seven times as many written ones, while all that a reader gives to extraction is real. Floors and curves count all alike."""
STRENGTH = 1.0
"""Of the L2 penalty: dev is small, and a weight that dev does not need should stay near 0."""
FIELD_OF_SCORE = {"organisation": "organisation", "count": "count", "target": "target", "percentages": "percentage", "period": "date"}


def judged(gold: Sequence[GoldDocument], found: Mapping[str, Sequence[AchievementRecord]]) -> list[tuple[AchievementRecord, bool, dict[str, bool]]]:
    """Every found record that gold decides on: itself, whether it is exact, which fields are right (none for a false record)."""
    pairs = [pair for document in gold for pair in match(document, found.get(document.id, ()))]
    return [(p.found, p.exact, p.right) for p in pairs if p.found is not None and not (p.gold is not None and p.gold.optional)]


def fit(gold: Sequence[GoldDocument], found: Mapping[str, Sequence[AchievementRecord]], real: Set[str] = frozenset()) -> Calibration:
    """A calibration from uncalibrated records; an empty one where there is too little to learn from (20 records, 5 right, 5 wrong).

    Args:
        gold: the documents to learn from.
        found: the records of each, by its id.
        real: ids of real articles, whose records weigh :data:`REAL_WEIGHT` times as much.
    """
    rows = judged(gold, found)
    right = np.array([exact for _, exact, _ in rows], dtype=float)
    if len(rows) < 20 or right.sum() < 5 or (1 - right).sum() < 5:
        return Calibration()
    table = np.stack([features(record) for record, _, _ in rows])
    counts = weighed([record for record, _, _ in rows], real)
    weights = logistic(table, right, monotone=len(FIELDS), counts=counts)
    fields = {}
    for place, name in enumerate(FIELDS):
        answers = np.array([_field_right(name, fields_right) for _, _, fields_right in rows], dtype=float)
        slope, shift = logistic(table[:, place : place + 1], answers, monotone=1, counts=counts)
        fields[name] = (float(slope), float(shift))
    assert len(weights) == len(FEATURES) + 1
    calibration = Calibration(tuple(float(w) for w in weights[:-1]), float(weights[-1]), fields)
    return replace(calibration, keep=best_floor(gold, {name: [calibration.apply(r) for r in records] for name, records in found.items()}))


def best_floor(gold: Sequence[GoldDocument], found: Mapping[str, Sequence[AchievementRecord]]) -> float:
    """The confidence below which records are better left out: where the mean of anchor and exact F1 is best.

    Only floors up to 0.3 are tried: above, a record is more than a guess, and its reader should decide. A floor that gains
    less than a point of F1 on dev is chance, and 0 stays.
    """

    def worth(floor: float) -> float:
        measures = score(gold, {name: [r for r in records if r.confidence >= floor] for name, records in found.items()}).measures
        return measures["anchor"].f1 + measures["exact"].f1

    floors = [step / 50 for step in range(16)]
    best = max(floors, key=lambda floor: (worth(floor), -floor))
    return best if worth(best) - worth(0.0) >= LEAST_GAIN else 0.0


def _field_right(name: str, right: dict[str, bool]) -> bool:
    """A false record has no right field; its anchor is what is wrong first of all."""
    return bool(right) and right.get(FIELD_OF_SCORE.get(name, ""), True)


def weighed(records: Sequence[AchievementRecord], real: Set[str]) -> np.ndarray:
    """(R,) how much each record counts in a fit."""
    return np.array([REAL_WEIGHT if record.article_id in real else 1.0 for record in records])


def logistic(table: np.ndarray, right: np.ndarray, monotone: int, counts: np.ndarray | None = None) -> np.ndarray:
    """(F + 1,) weights and bias with the least penalised log loss; the first ``monotone`` weights are not negative.

    Args:
        table: (R, F) features.
        right: (R,) 1 or 0.
        monotone: how many weights may not be negative.
        counts: (R,) how much each row counts; 1 where None.
    """
    size = table.shape[1]
    counts = np.ones(len(right)) if counts is None else counts

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        logits = table @ weights[:-1] + weights[-1]
        error = counts * (1 / (1 + np.exp(-logits)) - right)
        value = float(np.sum(counts * (np.logaddexp(0, logits) - right * logits))) + STRENGTH / 2 * float(weights[:-1] @ weights[:-1])
        return value, np.append(table.T @ error + STRENGTH * weights[:-1], error.sum())

    bounds = [(0.0, None)] * monotone + [(None, None)] * (size - monotone + 1)
    found = minimize(loss, np.zeros(size + 1), jac=True, bounds=bounds, method="L-BFGS-B")
    result: np.ndarray = found.x
    return result
