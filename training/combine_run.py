"""`thanhtich combine`, as one call: several models to one that says the mean of what they say, or to one network with the mean of their weights."""

from __future__ import annotations

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
    """A combined model: the share of words with the best tag that the models had, the folder's size in bytes, notes for the person who asked for it."""

    agreement: float
    size: int
    notes: tuple[str, ...]


def mean_models(folders: Sequence[Path], shares: Sequence[float], output: Path, name: str | None = None, texts: Path | None = None, corpus: Path = CORPUS) -> Done:
    """One network with the mean of the models' weights, so many ``shares`` of each, its confidence fitted on dev.

    Raises:
        ModelError, TrainingError: see training.combine; other encoders or layers; shares that are not one for each.
    """
    check_output(output)
    configs = checked(folders, output)
    if len(shares) != len(configs) or min(shares) <= 0:
        raise TrainingError(f"{len(configs)} models and shares {', '.join(f'{share:g}' for share in shares)}: each needs one above 0, in the same order")
    trained = configs[-1].training.get("config", {})
    encoder = load_encoder(trained.get("encoder", "compact"), tuple(trained.get("layers", ())), 0.0)
    model = JointModel(encoder.module, encoder.hidden, configs[0].labels, 0.0)
    states = []
    for config in configs:
        warm_start(model, config.folder / config.parts.settings, tuple(config.training.get("config", {}).get("layers", ())))
        states.append({name: value.clone() for name, value in model.state_dict().items()})
    model.load_state_dict(weighted(states, shares))
    data, subwords, selection = read_data(read_config("compact"), texts, corpus), read_subwords(configs[-1].folder), _selection(configs[-1])
    parity = export(
        model,
        output,
        name=name or configs[0].name,
        labels=configs[0].labels,
        sizes=configs[0].sizes,
        vocabulary=configs[-1].folder,
        windows=some_windows(data.dev, subwords, configs[0].sizes, selection),
        padding=subwords.pad,
        training={"config": trained, **told(configs), "shares": list(shares)},
        selection=selection,
    )
    notes = (*data.notes, *calibrate_model(output, data))
    return Done(parity.int8_agreement, _size(output), notes)


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

