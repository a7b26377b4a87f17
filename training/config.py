"""Everything that a training run depends on: one frozen, checked object, read from a TOML recipe; and one for adapting an encoder."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from model.errors import TrainingError

RECIPES = Path(__file__).parent / "recipes"
Config = TypeVar("Config", "TrainingConfig", "AdaptationConfig")


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """A training run.

    Attributes:
        encoder: `compact`, a Hugging Face name (`vinai/phobert-base`) or a local folder.
        pretrained: false draws the encoder's weights by chance instead of taking those that it was trained to; `layers` then only counts.
        layers: which encoder layers are kept, counted from 0; empty keeps all. With a model to start from that is deeper: which of its layers.
        adapted_share: with a model to start from, and an adapted encoder: how much of what adaptation changed in the encoder's weights is added to the model's
            (training/warm_start.py); 0 for nothing. Plays no part where labels are of your own.
        window, opening, context: lengths in subwords (model/encode.py).
        lines: whether the encoder is shown where lines begin; plays no part where labels are of your own.
        select: whether a linear model chooses first which sentences are read (training/selection.py); plays no part where labels are of your own.
        epochs, batch_size: passes over the data; windows per step.
        steps: stop after so many, whatever the epochs, and without a look at dev on the way; 0 for as many as the epochs take.
        learning_rate, head_learning_rate: of the encoder and of the heads.
        layer_decay: factor from one encoder layer to the one below it; 1 for none.
        warmup, weight_decay, dropout, clip: as usual; warmup is a share of all steps.
        augment_copies: altered copies of every article that holds an achievement, beside the original.
        hidden: share of the words that the encoder is not shown, others in every epoch (training/masking.py); 0 shows all. Plays no part where labels are of your own.
        negatives: windows without achievement for each window with one.
        tag_weight, link_weight, anchor_weight: of the three losses. The tags' loss is a mean over all words, most of them
            outside every entity, and small beside the others: with weights of 1 the tags hardly learn.
        teacher_weight: of the same losses towards what teachers say, where there are teachers (training/teachers.py).
        unmarked: of articles that nobody has marked, where there are teachers: windows without a quantity for each with one. 0 takes none of those
            articles, nor does `sources` without `real`.
        patience: epochs without a better dev record F1 before training stops.
        precision: `auto` (bf16 where the processor computes it, else fp32), `bf16` or `fp32`.
        average: at the end, the mean of those epochs' weights that dev is best with (training/average.py); keeps every epoch's checkpoint.
        seed: of everything random.
        sources: `written`, `real` or both.
        share: of the articles to learn from; which ones depends on their ids alone, and a smaller share is part of a larger one.
    """

    encoder: str = "compact"
    pretrained: bool = True
    layers: tuple[int, ...] = ()
    adapted_share: float = 0.0
    window: int = 320
    opening: int = 64
    context: int = 64
    lines: bool = False
    select: bool = False
    epochs: int = 8
    batch_size: int = 12
    steps: int = 0
    learning_rate: float = 2e-4
    head_learning_rate: float = 1e-3
    layer_decay: float = 1.0
    warmup: float = 0.1
    weight_decay: float = 0.01
    dropout: float = 0.1
    clip: float = 1.0
    augment_copies: int = 1
    hidden: float = 0.0
    negatives: float = 0.5
    tag_weight: float = 5.0
    link_weight: float = 0.5
    anchor_weight: float = 0.2
    teacher_weight: float = 1.0
    unmarked: float = 0.5
    patience: int = 3
    precision: str = "auto"
    average: bool = False
    seed: int = 20211
    sources: tuple[str, ...] = ("written", "real")
    share: float = 1.0

    def __post_init__(self) -> None:
        _check_ranges(self, _RANGES)
        _check_precision(self.precision)
        if self.average and self.steps:
            raise TrainingError(f"average = true and steps = {self.steps}: a run of steps looks at no epoch, so there is nothing to average; set one of them")
        if len(set(self.layers)) < len(self.layers) or min(self.layers, default=0) < 0:
            raise TrainingError(f"layers = {list(self.layers)}; name each layer once, counted from 0")
        if not set(self.sources) <= {"written", "real"} or not self.sources:
            raise TrainingError(f"sources = {list(self.sources)}; allowed are written, real, or both")


_RANGES: tuple[tuple[str, float, float], ...] = (
    ("window", 32, 4096),
    ("opening", 0, 1024),
    ("context", 0, 1024),
    ("epochs", 1, 1000),
    ("batch_size", 1, 4096),
    ("steps", 0, 10_000_000),
    ("learning_rate", 1e-8, 1),
    ("head_learning_rate", 1e-8, 1),
    ("layer_decay", 0.1, 1),
    ("warmup", 0, 1),
    ("weight_decay", 0, 1),
    ("dropout", 0, 0.9),
    ("clip", 0, 1000),
    ("augment_copies", 0, 100),
    ("hidden", 0, 0.9),
    ("negatives", 0, 1000),
    ("tag_weight", 0, 100),
    ("link_weight", 0, 100),
    ("anchor_weight", 0, 100),
    ("teacher_weight", 0, 100),
    ("unmarked", 0, 1000),
    ("patience", 1, 1000),
    ("seed", 0, 2**32 - 1),
    ("share", 0.01, 1),
    ("adapted_share", 0, 2),
)


@dataclass(frozen=True, slots=True)
class AdaptationConfig:
    """How an encoder is adapted to unmarked texts (training/adaptation.py).

    Attributes:
        encoder: `compact`, a Hugging Face name or a local folder.
        window: subwords in a window; all windows are full. Places behind it keep what they knew.
        hidden: share of the words that are hidden.
        epochs, steps: passes over the texts; stop after so many steps, 0 for as many as the epochs take.
        batch_size: windows per step.
        learning_rate, head_learning_rate: of the encoder, and of what turns its states into words, which the compact encoder comes without.
        warmup, weight_decay, clip: as usual; warmup is a share of all steps.
        held_out: share of the windows that are not learned from but judged with; at least one and at most 64 of them.
        save_steps: steps from one checkpoint to the next.
        precision: `auto` (bf16 where the processor computes it, else fp32), `bf16` or `fp32`.
        seed: of everything random.
    """

    encoder: str = "compact"
    window: int = 256
    hidden: float = 0.2
    epochs: int = 1
    steps: int = 0
    batch_size: int = 12
    learning_rate: float = 3e-4
    head_learning_rate: float = 1e-3
    warmup: float = 0.06
    weight_decay: float = 0.01
    clip: float = 1.0
    held_out: float = 0.02
    save_steps: int = 500
    precision: str = "auto"
    seed: int = 20211

    def __post_init__(self) -> None:
        _check_ranges(self, _ADAPTATION_RANGES)
        _check_precision(self.precision)


_ADAPTATION_RANGES: tuple[tuple[str, float, float], ...] = (
    *(row for row in _RANGES if row[0] in {"epochs", "batch_size", "steps", "learning_rate", "head_learning_rate", "warmup", "weight_decay", "clip", "seed"}),
    ("window", 8, 4096),
    ("hidden", 0.01, 0.9),
    ("held_out", 0, 0.5),
    ("save_steps", 1, 10_000_000),
)


def _check_ranges(config: object, ranges: Sequence[tuple[str, float, float]]) -> None:
    for name, low, high in ranges:
        value = getattr(config, name)
        if not low <= value <= high:
            raise TrainingError(f"{name} = {value}; allowed is {low} to {high}")


def _check_precision(precision: str) -> None:
    if precision not in {"auto", "bf16", "fp32"}:
        raise TrainingError(f"precision = {precision!r}; allowed are auto, bf16, fp32")


def read_config(recipe: str, overrides: dict[str, Any] | None = None) -> TrainingConfig:
    """A recipe by name (training/recipes/NAME.toml) or by path, with single values replaced.

    Raises:
        TrainingError: no such recipe, not TOML, an unknown key or a value out of range; each names what is allowed.
    """
    path = Path(recipe) if recipe.endswith(".toml") else RECIPES / f"{recipe}.toml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in RECIPES.glob("*.toml")))
        raise TrainingError(f"no recipe at {path}; allowed are {known}, or the path of a .toml file")
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TrainingError(f"{path}: not TOML ({error})") from error
    return checked(TrainingConfig(), values | (overrides or {}), str(path))


def checked(defaults: Config, values: dict[str, Any], where: str) -> Config:
    """``defaults`` with plain values in their places; lists become tuples, numbers are converted to each field's type."""
    known = {field.name for field in fields(defaults)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise TrainingError(f"{where}: unknown {', '.join(unknown)}; allowed are {', '.join(sorted(known))}")
    converted = {}
    for name, value in values.items():
        kind = type(getattr(defaults, name))
        if kind is bool and not isinstance(value, bool):
            raise TrainingError(f"{where}: {name} = {value!r}; allowed are true and false")
        try:
            converted[name] = kind(value)
        except (TypeError, ValueError) as error:
            raise TrainingError(f"{where}: {name} = {value!r}; needed is {kind.__name__}") from error
    return replace(defaults, **converted)
