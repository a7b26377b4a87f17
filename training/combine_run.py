"""`thanhtich combine`, as one call: several models to one that says the mean of what they say, or to one network with the mean of their weights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from annotations.store import CORPUS
from model.config import SELECTION, ModelConfig
from model.errors import TrainingError
from model.network import JointModel
from model.selection import Selection, read_selection
from model.subwords import read_subwords
from training.average import weighted
from training.combine import checked, combine, told
from training.config import read_config
from training.encoders import load_encoder
from training.export import check_output, export
from training.run import calibrate_model, read_data, some_windows
from training.warm_start import warm_start

LEARNED, JUDGED = 240, 80
"""Windows of train that tell what inputs go together, and of dev that the result is judged by."""


@dataclass(frozen=True, slots=True)
class Done:
    """A combined model: the share of words that fewer bits leave their best tag, the folder's size in bytes, notes for the person who asked for it."""

    agreement: float
    size: int
    notes: tuple[str, ...]


def mean_models(folders: Sequence[Path], shares: Sequence[float], output: Path, name: str | None = None, texts: Path | None = None, corpus: Path = CORPUS) -> Done:
    """One network with the mean of the models' weights, its confidence fitted on dev.

    Args:
        folders: the models; encoder, vocabulary and selection are the last one's, name and windows the first one's.
        shares: how much each counts; they need not add up to 1.

    Raises:
        ModelError, TrainingError: see training.combine; another encoder or number of layers; shares that are not one for each.
    """
    check_output(output)
    configs = checked(folders, output)
    if len(shares) != len(configs) or not all(0 < share < math.inf for share in shares):
        raise TrainingError(f"{len(configs)} models and shares {', '.join(f'{share:g}' for share in shares)}: each needs one above 0, in the same order")
    first, last = configs[0], configs[-1]
    model, data, subwords, selection = _mean(configs, shares), read_data(read_config("compact"), texts, corpus), read_subwords(last.folder), _selection(last)
    parity = export(
        model,
        output,
        name=name or first.name,
        labels=first.labels,
        sizes=first.sizes,
        vocabulary=last.folder,
        windows=some_windows(data.dev, subwords, first.sizes, selection),
        padding=subwords.pad,
        training={"config": last.training.get("config", {}), **told(configs), "shares": list(shares)},
        selection=selection,
    )
    notes = (*data.notes, *calibrate_model(output, data))
    return Done(parity.int8_agreement, _size(output), notes)


def _mean(configs: Sequence[ModelConfig], shares: Sequence[float]) -> JointModel:
    """The network with the mean of the models' weights."""
    trained = configs[-1].training.get("config", {})
    layers = tuple(trained.get("layers", ()))
    encoder = load_encoder(trained.get("encoder", "compact"), layers, 0.0)
    model = JointModel(encoder.module, encoder.hidden, configs[0].labels, 0.0)
    states = []
    for config in configs:
        warm_start(model, config.folder / config.parts.settings, layers)
        states.append({name: value.clone() for name, value in model.state_dict().items()})
    model.load_state_dict(weighted(states, shares))
    return model


def _selection(config: ModelConfig) -> Selection | None:
    return read_selection(config.folder / SELECTION) if config.selects else None


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def combine_models(folders: Sequence[Path], output: Path, name: str | None = None, texts: Path | None = None, corpus: Path = CORPUS, *, narrow: bool = True) -> Done:
    """Make the models in ``folders`` one, and fit its confidence on dev.

    Args:
        texts: texts of the real articles that annotations/standoff marks.
        narrow: bring weights to fewer bits.

    Raises:
        ModelError, TrainingError: see training.combine.
    """
    check_output(output)
    configs = checked(folders, output)
    first = configs[0]
    data = read_data(read_config("compact"), texts, corpus)
    subwords = read_subwords(first.folder)
    learned, judged = (some_windows(articles, subwords, first.sizes, _selection(first), number) for articles, number in ((data.train, LEARNED), (data.dev, JUDGED)))
    agreement = combine(configs, output, name or first.name, learned, judged, subwords.pad, narrow=narrow)
    notes = (*data.notes, *calibrate_model(output, data))
    return Done(agreement, _size(output), notes)

