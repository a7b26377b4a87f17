"""What each way of fitting confidence is worth on documents that it was not fitted on, and how precise records above a threshold are there.

Every method is fitted on nine tenths of the dev documents and judged on the rest, in turn; a document is never on both sides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

import numpy as np
from sklearn.isotonic import IsotonicRegression

from evaluate.gold import GoldDocument
from evaluate.scores import brier, calibration_error
from model.calibrate import FIELDS, Calibration, CurvePoint
from model.schema import AchievementRecord
from training.calibration import fit, judged, logistic, weighed

FOLDS = 10
LEAST_RECORDS = 20
"""A threshold above which fewer dev records lie says nothing about its precision."""

Found = Mapping[str, Sequence[AchievementRecord]]
Confidence = Callable[[AchievementRecord], float]
Method = Callable[[Sequence[GoldDocument], Found, Set[str]], Confidence]
"""Fits confidence on documents and their records; the set names the real articles among them (:func:`training.calibration.fit`)."""


@dataclass(frozen=True, slots=True)
class MethodResult:
    """One method on held-out documents: expected calibration error, Brier score, mean log loss. Lower is better in all."""

    method: str
    ece: float
    brier: float
    log_loss: float


def raw_product(record: AchievementRecord) -> float:
    """The product of a record's raw scores: its confidence where nothing is fitted."""
    return float(np.prod([record.field_confidence[name] for name in FIELDS]))


def _products(gold: Sequence[GoldDocument], found: Found, real: Set[str]) -> tuple[list[tuple[float, float]], np.ndarray]:
    """The product of raw scores and 1 or 0 for right, of each judged record; and how much each counts."""
    rows = judged(gold, found)
    return [(raw_product(record), float(right)) for record, right, _ in rows], weighed([record for record, _, _ in rows], real)


def _none(gold: Sequence[GoldDocument], found: Found, real: Set[str]) -> Confidence:
    return raw_product


def _temperature(gold: Sequence[GoldDocument], found: Found, real: Set[str]) -> Confidence:
    rows, counts = _products(gold, found, real)
    slope, shift = logistic(_log_odds([raw for raw, _ in rows])[:, None], np.array([right for _, right in rows], dtype=float), monotone=1, counts=counts)
    return lambda record: float(1 / (1 + np.exp(-(slope * _log_odds([raw_product(record)])[0] + shift))))


def _isotonic(gold: Sequence[GoldDocument], found: Found, real: Set[str]) -> Confidence:
    rows, counts = _products(gold, found, real)
    fitted = IsotonicRegression(y_min=0.01, y_max=0.99, out_of_bounds="clip").fit([raw for raw, _ in rows], [right for _, right in rows], counts)
    return lambda record: float(fitted.predict([raw_product(record)])[0])


def _features(gold: Sequence[GoldDocument], found: Found, real: Set[str]) -> Confidence:
    calibration = fit(gold, found, real)
    return lambda record: calibration.apply(record).confidence


METHODS: dict[str, Method] = {"none": _none, "temperature": _temperature, "isotonic": _isotonic, "logistic on features": _features}
"""The last one is what extraction applies (model/calibrate.py); the others are what it has to beat."""


def _log_odds(values: Sequence[float]) -> np.ndarray:
    clipped = np.clip(np.array(values), 1e-4, 1 - 1e-4)
    result: np.ndarray = np.log(clipped / (1 - clipped))
    return result


def held_out(gold: Sequence[GoldDocument], found: Found, method: Method, real: Set[str] = frozenset(), folds: int = FOLDS) -> list[tuple[float, bool]]:
    """(confidence, is it exact) of every judged record, by a fit that has not seen its document; none where all are of one document."""
    holding = [document for document in gold if judged([document], found)]
    if len(holding) < 2:
        return []
    pairs = []
    for fold in range(min(folds, len(holding))):
        confidence = method([document for place, document in enumerate(holding) if place % folds != fold], found, real)
        pairs += [(confidence(record), right) for record, right, _ in judged(holding[fold::folds], found)]
    return pairs


def compare_methods(gold: Sequence[GoldDocument], found: Found, real: Set[str] = frozenset()) -> list[MethodResult]:
    """Every method of METHODS on held-out documents; none where dev has only one."""
    judgements = {name: held_out(gold, found, method, real) for name, method in METHODS.items()}
    return [_result(name, pairs) for name, pairs in judgements.items() if pairs]


def _result(name: str, pairs: Sequence[tuple[float, bool]]) -> MethodResult:
    likelihood = np.array([confidence if right else 1 - confidence for confidence, right in pairs])
    return MethodResult(name, calibration_error(pairs), brier(pairs), float(-np.mean(np.log(np.clip(likelihood, 1e-6, 1)))))


def precision_curve(pairs: Sequence[tuple[float, bool]]) -> tuple[CurvePoint, ...]:
    """For each hundredth of confidence: how many of the records at or above it are right, and how many of all records they are."""
    points = []
    for step in range(100):
        kept = [right for confidence, right in pairs if confidence >= step / 100]
        if len(kept) >= LEAST_RECORDS:
            points.append(CurvePoint(step / 100, round(sum(kept) / len(kept), 4), round(len(kept) / len(pairs), 4), len(kept)))
    return tuple(points)


def with_curve(calibration: Calibration, gold: Sequence[GoldDocument], found: Found, real: Set[str] = frozenset()) -> Calibration:
    """The calibration with its curve on held-out documents; records in ``found`` are uncalibrated."""
    return replace(calibration, curve=precision_curve(held_out(gold, found, _features, real)))
