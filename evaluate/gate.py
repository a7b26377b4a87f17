"""The quality gate: the shipped model may not fall below floors that name the gold they were measured on.

``floors.json`` is a list, oldest first; the last entry is in force: ``{"since", "digest", "model", "floors": {measure: F1}, "reason"}``.
An entry that lowers a floor, or whose gold differs, must say why in ``reason``.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluate.run import evaluate_corpus
from evaluate.scores import MEASURES, Tally
from model.errors import AnnotationError
from model.runtime import Extractor

FLOORS = Path(__file__).with_name("floors.json")
SPLIT = "test"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says: nothing in ``failures`` where the model passes."""

    failures: tuple[str, ...]
    tally: Tally
    digest: str


def read_floors(path: Path = FLOORS) -> dict[str, Any]:
    """The entry in force.

    Raises:
        AnnotationError: no entry, an unknown measure, or an entry that lowers a floor or changes the gold without a reason.
    """
    entries: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    if not entries:
        raise AnnotationError(f"{path}: no floors; the gate needs an entry with digest and floors")
    for before, after in itertools.pairwise(entries):
        lowered = [name for name, floor in before["floors"].items() if after["floors"].get(name, 0.0) < floor]
        if (lowered or before["digest"] != after["digest"]) and not after.get("reason", "").strip():
            what = f"lowers {', '.join(lowered)}" if lowered else "is for other gold"
            raise AnnotationError(f"{path}: the entry of {after['since']} {what} and gives no reason; say why in `reason`")
    unknown = sorted(set(entries[-1]["floors"]) - set(MEASURES))
    if unknown:
        raise AnnotationError(f"{path}: unknown {', '.join(unknown)}; allowed are {', '.join(MEASURES)}")
    return entries[-1]


def judge(extractor: Extractor, floors: dict[str, Any]) -> Verdict:
    """The model on the corpus's test split, against the floors. A corpus that cannot be read and an article on which the model fails are failures."""
    try:
        result = evaluate_corpus(extractor, SPLIT)
    except AnnotationError as error:
        return Verdict((str(error),), Tally(), "")
    tally = result.tally
    failures = [f"{each.document}: {each.problem}" for each in result.problems]
    if result.digest != floors["digest"]:
        failures.append(f"the {SPLIT} split's digest is {result.digest}, the floors are for {floors['digest']}; measure again and add an entry with a reason")
    for name, floor in floors["floors"].items():
        if tally.measures[name].f1 < floor:
            failures.append(f"{name} F1 is {tally.measures[name].f1:.3f}, its floor is {floor:.3f}")
    return Verdict(tuple(failures), tally, result.digest)
