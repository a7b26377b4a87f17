"""`thanhtich train --schema`, as one call: labelled files, encoder, training, export. The tagger, windows and loop are those of achievements."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import torch
from transformers import set_seed

from annotations.conll import Labelled
from annotations.labelled import read_splits
from evaluate.labelled import label_f1
from model.config import LINKER, TAGGER, write_model_config
from model.encode import Window, WindowSizes
from model.errors import TrainingError
from model.label_pairs import PAIR_FEATURES
from model.label_schema import LabelSchema
from model.labeller import Document, Labeller, OnnxLabelBackend, document_windows
from model.subwords import Subwords, read_subwords
from training.config import TrainingConfig
from training.encoders import licence, load_encoder
from training.export import Parity, check_output, copy_vocabulary, export_linker, export_tagger, gate, new_folder, quiet
from training.loop import autocast, best_row, epochs, main_process, run_trainer
from training.tagging import LabelCoverage, LabelExample, LabelModel, LabelObjective, collate_labels, label_examples

PARITY_WINDOWS = 40
METRIC = "label_f1"
EXACT = "tagger.fp32.onnx"
FIELDS = tuple(LabelExample.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class LabelsDone:
    """What a run made: the dev figures of the epoch that was kept, parity of the export, and notes for the person who started it."""

    dev: dict[str, float]
    parity: Parity
    notes: tuple[str, ...]


class TorchLabelBackend:
    """The network in torch, with the interface that reading wants (model.labeller.LabelBackend)."""

    def __init__(self, model: LabelModel, device: torch.device) -> None:
        self._model, self._device = model, device

    def tag(self, ids: np.ndarray, mask: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See model.labeller.LabelBackend."""
        with torch.no_grad(), autocast(self._device):
            states, logits = self._model.tagger(*(torch.from_numpy(a).to(self._device) for a in (ids, mask, first)))
        return states.float().cpu().numpy(), logits.float().cpu().numpy()

    def relate(self, *arrays: np.ndarray) -> np.ndarray:
        """See model.labeller.LabelBackend."""
        assert self._model.linker is not None, "pairs are asked for only where the schema has relations"
        with torch.no_grad():
            logits: np.ndarray = self._model.linker(*(torch.from_numpy(a).to(self._device) for a in arrays)).float().cpu().numpy()
        return logits


def train_labels(
    config: TrainingConfig, schema: LabelSchema, data: Sequence[Path], output: Path, name: str, *, resume: bool = False, quiet: bool = False
) -> LabelsDone | None:
    """Train on the files' train split, judge by dev, export to ``output``; checkpoints lie beside it in ``OUTPUT.run``.

    Returns:
        What was made; None in the other processes of `accelerate launch`, which write nothing.

    Raises:
        AnnotationError: the files cannot be read, or do not fit the schema.
        TrainingError: a window longer than the encoder reads, and see the steps that it calls.
    """
    check_output(output)
    train, dev = read_splits(data, schema)
    run = output.with_name(output.name + ".run")
    encoder = load_encoder(config.encoder, config.layers, config.dropout)
    if config.window > encoder.longest:
        raise TrainingError(f"window = {config.window}; the encoder {config.encoder} reads at most {encoder.longest} subwords")
    set_seed(config.seed)
    subwords, sizes = read_subwords(encoder.folder), WindowSizes(config.window, config.opening, config.context)
    model = LabelModel(encoder.module, encoder.hidden, schema, config.dropout)
    coverage = LabelCoverage()
    made = list(label_examples(train.documents, subwords, sizes, schema, coverage))
    history = _fit(config, model, schema, made, dev.documents, subwords, sizes, run, resume=resume, quiet=quiet)
    if not main_process():
        return None
    best = best_row(history, METRIC)
    figures = {key.removeprefix("eval_"): round(value, 4) for key, value in best.items() if key.startswith("eval_")}
    summary = _summary(config, train, dev, figures, epochs(history))
    windows = _some_windows(dev.documents, subwords, sizes)
    parity = export_labels(model.eval().cpu(), output, name, schema, sizes, encoder.folder, windows, subwords.pad, summary, run / EXACT)
    return LabelsDone(figures, parity, (*train.notes(), *dev.notes(), coverage.note()))


def _fit(
    config: TrainingConfig,
    model: LabelModel,
    schema: LabelSchema,
    made: Sequence[LabelExample],
    dev: Sequence[Document],
    subwords: Subwords,
    sizes: WindowSizes,
    run: Path,
    *,
    resume: bool,
    quiet: bool,
) -> list[dict[str, float]]:
    labeller = Labeller(TorchLabelBackend(model, torch.device("cuda" if torch.cuda.is_available() else "cpu")), subwords, schema, sizes, "training", batch=16)
    tags = len(schema.labels.tags)

    def judge() -> dict[str, float]:
        return label_f1(dev, labeller.label(dev), schema)

    def batch(rows: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
        return collate_labels([_from_row(row, schema) for row in rows], subwords.pad, tags)

    rows = datasets.Dataset.from_list([{name: getattr(e, name).tolist() for name in FIELDS} | {"length": len(e.ids)} for e in made])
    objective = LabelObjective(model, config.tag_weight, config.link_weight)
    return run_trainer(config, objective, rows, batch, judge, run, metric=METRIC, resume=resume, quiet=quiet)


def _from_row(row: dict[str, Any], schema: LabelSchema) -> LabelExample:
    """The example that a dataset row holds; empty lists get their shapes back."""
    arrays = {name: np.array(row[name], dtype=np.int64) for name in FIELDS}
    arrays["features"] = arrays["features"].reshape(-1, len(PAIR_FEATURES))
    arrays["linked"] = arrays["linked"].reshape(len(arrays["features"]), len(schema.relations))
    return LabelExample(**arrays)


def _some_windows(documents: Sequence[Document], subwords: Subwords, sizes: WindowSizes) -> list[Window]:
    """Some real windows for the parity gate."""
    step = max(1, len(documents) // PARITY_WINDOWS)
    return [w for number, document in enumerate(documents[::step]) for w in document_windows(document, number, subwords, sizes)][:PARITY_WINDOWS]


def _summary(config: TrainingConfig, train: Labelled, dev: Labelled, figures: dict[str, float], epochs: int) -> dict[str, Any]:
    return {
        "config": asdict(config),
        "encoder_licence": licence(config.encoder),
        "documents": {"train": len(train.documents), "dev": len(dev.documents)},
        "entities": {"train": sum(len(d.entities) for d in train.documents), "dev": sum(len(d.entities) for d in dev.documents)},
        "dev": figures,
        "epochs": epochs,
        "made": datetime.now(UTC).date().isoformat(),
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
    }


def export_labels(
    model: LabelModel,
    folder: Path,
    name: str,
    schema: LabelSchema,
    sizes: WindowSizes,
    vocabulary: Path,
    windows: Sequence[Window],
    padding: int,
    training: dict[str, Any],
    exact: Path | None = None,
    quantise: bool = True,
) -> Parity:
    """Write a model folder, whole or not at all; the arguments as for :func:`training.export.export`.

    Raises:
        TrainingError: a graph differs from the network.
    """
    hidden = model.tagger.tags.in_features
    with new_folder(folder) as made:
        with quiet():
            export_tagger(model.tagger, made / TAGGER)
            if model.linker is not None:
                export_linker(model.linker, hidden, len(PAIR_FEATURES), ("relations",), made / LINKER)
        if exact is not None:
            exact.parent.mkdir(parents=True, exist_ok=True)
            exact.write_bytes((made / TAGGER).read_bytes())
        parity = gate(model.tagger, made, windows, padding, _relation_difference(model, made, schema), quantise)
        copy_vocabulary(vocabulary, made)
        write_model_config(made, name, schema.labels, sizes, training | {"parity": parity.row()}, schema)
    return parity


def _relation_difference(model: LabelModel, folder: Path, schema: LabelSchema, entities: int = 9, pairs: int = 25) -> float:
    """Largest difference of a logit between torch and the exported relation head on random input; 0 where there is none."""
    if model.linker is None:
        return 0.0
    chance = np.random.default_rng(0)
    places = [chance.integers(0, high, size) for high, size in ((12, entities), (12, entities), (len(schema.entities), entities), (entities, pairs), (entities, pairs))]
    features = np.stack([chance.integers(0, size, pairs) for size in PAIR_FEATURES], axis=1)
    arrays: list[np.ndarray] = [chance.normal(size=(12, model.tagger.tags.in_features)).astype(np.float32), *places, features]
    with torch.no_grad():
        wanted = model.linker(*map(torch.from_numpy, arrays)).numpy()
    return float(np.abs(OnnxLabelBackend(folder).relate(*arrays) - wanted).max())
