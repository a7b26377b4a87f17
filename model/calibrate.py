"""Raw scores to confidence: the probability that a record is right in all of its fields (applied here, fitted in training/calibration.py).

A logistic function of a few features of the record. Its weights are kept in the model folder as ``calibration.json``.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from model.errors import ModelError
from model.schema import AchievementRecord, Outcome

FIELDS = ("anchor", "organisation", "count", "target", "percentages", "period")
FEATURES = (*FIELDS, "organisation_inherited", "period_inherited", "period_missing", "conflict", "of_unions")
_UNIONS = re.compile(
    r"\b(?:công\s+đoàn|nghiệp\s+đoàn|liên\s+đoàn\s+lao\s+động|T?LĐLĐ|CĐCS|(?:CB)?CNVC(?:LĐ)?|CNLĐ|tổ chức CĐ|CĐ\s+(?:ngành|cơ sở|công ty|các))\b"
    r"|(?<!liên\s)\bđoàn\s+viên\b(?!(?:,|\s+và|\s*[-–])?\s*(?:hội viên,?\s+)?thanh\s+niên|\s+ưu tú|\s+Đoàn)",
    re.IGNORECASE,
)
_YOUTH = re.compile(r"\b(?:chi đoàn|đoàn trường|(?:tỉnh|huyện|thành|quận|xã) đoàn|đoàn (?:thanh niên|TNCS))\b", re.IGNORECASE)


def features(record: AchievementRecord) -> np.ndarray:
    """(features,) the log-odds of each field's raw score, then what else bears on the record being right: the last is whether its sentence or its body names
    unions, whose news the model has learned from more than from any other."""
    raw = np.array([record.field_confidence[name] for name in FIELDS])
    clipped = np.clip(raw, 1e-4, 1 - 1e-4)
    flags = [
        record.organisation is None or record.organisation.inherited,
        record.period is not None and record.period.inherited,
        record.period is None,
        any(check.outcome is Outcome.CONFLICT for check in record.checks),
        _is_of_unions(f"{record.sentence_text}\n{record.organisation.name if record.organisation else ''}"),
    ]
    result: np.ndarray = np.concatenate([np.log(clipped / (1 - clipped)), np.array(flags, dtype=float)])
    return result


def _is_of_unions(told: str) -> bool:
    """True where words name a union or its members; `đoàn viên` of the Youth Union are others."""
    return any("viên" not in found[0].casefold() or not _YOUTH.search(told) for found in _UNIONS.finditer(told))


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Of the dev records, held out from the fit, with a confidence of ``threshold`` or more: the share that is exact, what share of all they are, how many."""

    threshold: float
    precision: float
    coverage: float
    records: int


@dataclass(frozen=True, slots=True)
class Calibration:
    """``weights`` (features,) and ``bias`` over :func:`features`; ``fields`` maps each field's raw log-odds to (slope, intercept).

    ``keep`` is the confidence below which extraction leaves a record out unless told otherwise: where dev's F1 is best.
    ``curve`` has rising thresholds. An empty calibration gives the product of the raw scores, which is no probability: ``fitted`` says so.
    """

    weights: tuple[float, ...] = ()
    bias: float = 0.0
    fields: dict[str, tuple[float, float]] | None = None
    keep: float = 0.0
    curve: tuple[CurvePoint, ...] = ()

    @property
    def fitted(self) -> bool:
        """False where no calibration was fitted."""
        return bool(self.weights)

    def at_precision(self, wanted: float) -> CurvePoint:
        """The lowest threshold above which so large a share of held-out dev records was exact.

        Args:
            wanted: in (0, 1].

        Raises:
            ModelError: the model keeps no curve, or dev never was so precise.
        """
        if not self.curve:
            raise ModelError("this model keeps no precision curve, so no threshold can be chosen by precision; run `thanhtich calibrate MODEL`, or give --min-confidence")
        reached = next((point for point in self.curve if point.precision >= wanted), None)
        if reached is None:
            best = max(self.curve, key=lambda point: point.precision)
            there = f"{best.precision:.3f}, at confidence {best.threshold:g}, where it keeps {best.coverage:.0%} of the records"
            raise ModelError(f"a precision of {wanted:g} was not reached on dev: the best is {there}; ask for that or less")
        return reached

    def apply(self, record: AchievementRecord) -> AchievementRecord:
        """The record with its confidences."""
        values = features(record)
        if not self.fitted:
            raw = float(np.prod([record.field_confidence[name] for name in FIELDS]))
            return replace(record, confidence=raw)
        confidence = float(_sigmoid(values @ np.array(self.weights) + self.bias))
        by_field = {name: float(_sigmoid(values[i] * slope + intercept)) for i, name in enumerate(FIELDS) for slope, intercept in [(self.fields or {}).get(name, (1.0, 0.0))]}
        return replace(record, confidence=confidence, field_confidence=by_field)


def _sigmoid(value: float) -> float:
    return float(np.exp(-np.logaddexp(0.0, -value)))


def read_calibration(path: Path) -> Calibration:
    """The calibration of a model folder; an empty one where the file is absent. Features that an earlier version did not have weigh 0.

    Raises:
        ModelError: the file is damaged.
    """
    if not path.is_file():
        return Calibration()
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        weights = dict(zip(stored["features"], stored["weights"], strict=bool(stored["weights"])))  # none where nothing was fitted
        if not set(stored["features"]) <= set(FEATURES):
            raise ModelError(f"{path}: fitted for features that this version does not know; update thanhtich, or train the model again")
        return Calibration(
            tuple(weights.get(name, 0.0) for name in FEATURES) if weights else (),
            stored["bias"],
            {name: (slope, shift) for name, (slope, shift) in stored["fields"].items()},
            stored["keep"],
            tuple(CurvePoint(*point) for point in stored.get("curve", [])),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path}: damaged ({type(error).__name__}: {error}); restore the file or train the model again") from error


def write_calibration(calibration: Calibration, path: Path) -> None:
    """Write what :func:`read_calibration` reads."""
    fitted = {"features": list(FEATURES), "weights": list(calibration.weights), "bias": calibration.bias, "fields": calibration.fields or {}, "keep": calibration.keep}
    stored = fitted | {"curve": [[p.threshold, p.precision, p.coverage, p.records] for p in calibration.curve]}
    path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
