"""All baselines on the same data: rules, a linear classifier on features, rules with underthesea's organisations, and models beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from annotations.store import CORPUS, SPLITS, read_corpus, read_standoff, read_texts
from evaluate.baselines import Baseline, Entrant, Row, Skipped, measured, rules, underthesea
from evaluate.run import evaluate_corpus, evaluate_gold
from model.errors import TrainingError
from model.runtime import Extractor
from model.schema import AnnotatedArticle

SHIPPED = "shipped"
"""Names the model that ships with thanhtich."""
INSTALL = "scikit-learn is not installed: pip install -e '.[train]'"


@dataclass(frozen=True, slots=True)
class Data:
    """What to measure on: a split of the corpus, with the real articles of ``texts``; and a gold file with its texts."""

    split: str = "test"
    texts: Path | None = None
    gold: Path | None = None
    gold_texts: Path | None = None

    def __post_init__(self) -> None:
        if self.split not in SPLITS:
            raise TrainingError(f"no split {self.split!r}; allowed are {', '.join(SPLITS)}")
        if (self.gold is None) != (self.gold_texts is None):
            raise TrainingError("--gold and --gold-texts need each other: gold records as JSON lines, and the folder or file that holds their articles")


def measure_all(data: Data, models: Sequence[str] = (), advance: Callable[[], object] = lambda: None, *, command: str = "", corpus: Path = CORPUS) -> dict[str, list[Row]]:
    """Rows by name of the data: the split's, and ``gold``.

    Args:
        data: what to measure on. The features baseline learns from the train split, with its real articles where ``texts`` are given.
        models: folders of models to put beside the baselines; ``shipped`` is the model that ships.
        advance: called after each article.
        command: the command line that the results should name.
        corpus: what the features baseline learns from.

    Raises:
        TrainingError: the corpus gives nothing to learn from.
        AnnotationError, ModelError: data or a model cannot be read.
    """
    entrants: list[Entrant] = [Extractor.load(None if name == SHIPPED else name) for name in models]
    entrants = [rules(), features(data.texts, corpus), underthesea(), *entrants]
    sets = {data.split: measured(entrants, partial(evaluate_corpus, split=data.split, texts=data.texts, advance=advance, command=command))}
    if data.gold is not None and data.gold_texts is not None:
        sets["gold"] = measured(entrants, partial(evaluate_gold, gold=data.gold, texts=data.gold_texts, advance=advance, command=command))
    return sets


def features(texts: Path | None = None, corpus: Path = CORPUS) -> Baseline | Skipped:
    """The features baseline, trained; skipped where scikit-learn is missing.

    Raises:
        TrainingError: the corpus gives nothing to learn from.
    """
    if find_spec("sklearn") is None:
        return Skipped("features", INSTALL)
    from training.baseline_features import train_features

    fitted = train_features(_articles(texts, corpus))
    return Baseline("features", fitted.identity, fitted.read)


def _articles(texts: Path | None, corpus: Path) -> list[AnnotatedArticle]:
    """The train split; a broken file or a text that does not fit costs only itself."""
    real = read_standoff(read_texts(texts), split="train")[0] if texts is not None else []
    return [*read_corpus("train", corpus)[0], *real]
