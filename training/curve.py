"""Learning curves: how much a share of the corpus, its written or its real part, is worth. One short training a point, all with the same steps."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch

from evaluate.run import evaluate_corpus, evaluate_gold
from model.calibrate import Calibration
from model.errors import TrainingError
from model.runtime import Extractor
from training.config import TrainingConfig
from training.loop import TorchBackend
from training.run import fitted, read_data

SHARES = (0.25, 0.5, 1.0)
SOURCES: dict[str, tuple[str, ...]] = {"written": ("written",), "real": ("real",), "both": ("written", "real")}


@dataclass(frozen=True, slots=True)
class Place:
    """What one point is trained on: a source, a share of its articles, altered copies beside each article."""

    sources: str
    share: float
    copies: int


@dataclass(frozen=True, slots=True)
class Point:
    """One point: where it stands, how much it learned from, and F1 of whole records and of anchors on two tests.

    ``test`` is the corpus's test split (with its real articles where texts are given), ``gold`` a gold file; None where there is none.
    """

    sources: str
    share: float
    copies: int
    articles: int
    achievements: int
    test_exact: float
    test_anchor: float
    gold_exact: float | None
    gold_anchor: float | None


def places(copies: int, shares: Sequence[float] = SHARES) -> list[Place]:
    """Every source at every share, and once the whole without altered copies, which shows what they are worth."""
    alone = [Place("both", 1.0, 0)] if copies else []
    return [Place(source, share, copies) for source in SOURCES for share in shares] + alone


def learning_curve(
    config: TrainingConfig,
    output: Path,
    texts: Path | None,
    gold: Path | None = None,
    gold_texts: Path | None = None,
    shares: Sequence[float] = SHARES,
    tell: Callable[[Point], object] = lambda _: None,
) -> list[Point]:
    """Train and score every point. ``output`` is written after each, and what it already holds is not done again.

    Args:
        config: a recipe with ``steps``, so that every point costs the same.
        output: JSON, a list of points.
        texts: the real articles' texts; without them only the written part is tried.
        gold, gold_texts: a gold file and its articles, for a second figure.

    Raises:
        TrainingError: a recipe without steps, or an output that is no learning curve.
    """
    if not config.steps:
        raise TrainingError("a learning curve needs a recipe with steps, so that its points differ in their data alone; use --recipe curve")
    done = read_curve(output) if output.exists() else []
    for place in places(config.augment_copies, shares):
        if any((p.sources, p.share, p.copies) == (place.sources, place.share, place.copies) for p in done) or (texts is None and place.sources != "written"):
            continue
        done.append(_point(place, config, texts, gold, gold_texts, output.with_suffix(".run")))
        output.write_text(json.dumps([asdict(point) for point in done], indent=1) + "\n", encoding="utf-8")
        tell(done[-1])
    return done


def read_curve(path: Path) -> list[Point]:
    """The points of a learning curve.

    Raises:
        TrainingError: the file holds something else.
    """
    try:
        return [Point(**point) for point in json.loads(path.read_text(encoding="utf-8"))]
    except (ValueError, TypeError) as error:
        raise TrainingError(f"{path}: holds no learning curve ({error}); name a new file, or one that this command wrote") from error


def _point(place: Place, config: TrainingConfig, texts: Path | None, gold: Path | None, gold_texts: Path | None, folder: Path) -> Point:
    chosen = replace(config, sources=SOURCES[place.sources], share=place.share, augment_copies=place.copies)
    data = read_data(chosen, texts)
    run = fitted(chosen, data, folder / f"{place.sources}-{place.share}-{place.copies}", quiet=True)
    extractor = Extractor(TorchBackend(run.trained.model, torch.device("cpu")), run.subwords, run.labels, run.sizes, "curve", Calibration(), selection=run.selection)
    first = evaluate_corpus(extractor, "test", texts).tally.measures
    other = evaluate_gold(extractor, gold, gold_texts).tally.measures if gold and gold_texts else None
    return Point(
        sources=place.sources,
        share=place.share,
        copies=place.copies,
        articles=len(data.train),
        achievements=sum(len(a.achievements) for a in data.train),
        test_exact=round(first["exact"].f1, 4),
        test_anchor=round(first["anchor"].f1, 4),
        gold_exact=round(other["exact"].f1, 4) if other else None,
        gold_anchor=round(other["anchor"].f1, 4) if other else None,
    )
