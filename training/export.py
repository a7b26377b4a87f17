"""A trained network to a model folder: two ONNX graphs, int8 where int8 says the same, the vocabulary, the settings.

The parity gate compares ONNX fp32 with torch, and int8 with fp32, on real windows: a graph that says something else is refused.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from torch import nn

from model.backend import OnnxBackend, session
from model.calibrate import Calibration, write_calibration
from model.config import CALIBRATION, LINKER, SELECTION, SETTINGS, TAGGER, VOCABULARY_FILES, write_model_config
from model.encode import Window, WindowSizes
from model.errors import TrainingError
from model.labels import Labels
from model.network import JointModel, Tagger
from model.pairs import FEATURE_SIZES, TYPE_NUMBER
from model.runtime import pad
from model.selection import Selection, write_selection

OPSET = 18
FP32_TOLERANCE = 1e-2
"""Largest difference of a logit between torch and ONNX fp32: other kernels, same sums."""
INT8_AGREEMENT = 0.99
"""Smallest share of words whose best tag int8 leaves as fp32 has it."""


@dataclass(frozen=True, slots=True)
class Parity:
    """How far the exported graphs are from the network: largest logit difference in fp32, share of equal best tags in int8."""

    fp32_difference: float
    int8_agreement: float
    quantised: bool

    def row(self) -> dict[str, Any]:
        """As ``model.json`` keeps it."""
        return {"fp32_difference": round(self.fp32_difference, 6), "int8_agreement": round(self.int8_agreement, 4), "quantised": self.quantised}


def export(
    model: JointModel,
    folder: Path,
    *,
    name: str,
    labels: Labels,
    sizes: WindowSizes,
    vocabulary: Path,
    windows: Sequence[Window],
    padding: int,
    training: dict[str, Any],
    calibration: Calibration | None = None,
    exact: Path | None = None,
    quantise: bool = True,
    selection: Selection | None = None,
) -> Parity:
    """Write a model folder, whole or not at all.

    Args:
        model: the trained network, in fp32 on the processor.
        vocabulary: the encoder's folder, whose tokenizer files are copied.
        windows: some real windows for the parity gate.
        training: what is kept in ``model.json`` of how the model came to be.
        exact: where the fp32 tagger is kept too.
        selection: which sentences the encoder reads; without it, all with a number.

    Raises:
        TrainingError: the fp32 graph differs from the network.
    """
    model = model.eval()
    with new_folder(folder) as made:
        with quiet():
            _export_graphs(model, made)
        if exact is not None:
            shutil.copy(made / TAGGER, exact)
        parity = gate(model.tagger, made, windows, padding, _linker_difference(model, made), quantise)
        copy_vocabulary(vocabulary, made)
        if calibration is not None:
            write_calibration(calibration, made / CALIBRATION)
        if selection is not None:
            write_selection(selection, made / SELECTION)
        write_model_config(made, name, labels, sizes, training | {"parity": parity.row()})
    return parity


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A folder to fill, which then takes the place of ``folder``; nothing is replaced where filling it fails."""
    with tempfile.TemporaryDirectory(dir=_parent(folder)) as work:
        made = Path(work) / "model"
        made.mkdir()
        yield made
        _replace(made, folder)


def copy_vocabulary(vocabulary: Path, folder: Path) -> None:
    """The files of an encoder's tokenizer."""
    for file in VOCABULARY_FILES:
        if (vocabulary / file).is_file():
            shutil.copy(vocabulary / file, folder / file)


@contextmanager
def quiet() -> Iterator[None]:
    """The exporter and the quantiser log every node; what they raise still comes through, and logging is as before afterwards."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def check_output(folder: Path, mark: str = SETTINGS, what: str = "model") -> None:
    """Say before training, not after it, that a folder cannot become what is made: what it holds is replaced.

    Args:
        mark: the file that such a folder is known by.
        what: what is made.

    Raises:
        TrainingError: it is a file, or holds other things than one made before.
    """
    if folder.exists() and not folder.is_dir():
        raise TrainingError(f"{folder}: is a file; a finished {what} is a folder: name a new one")
    others = sorted(path.name for path in folder.iterdir() if path.name != "README.md") if folder.is_dir() else []
    if others and mark not in others:
        found = ", ".join(others[:5])
        raise TrainingError(f"{folder}: holds {found} and no {mark}; the finished {what} replaces what is in its folder: name a new folder, or that of one made before")


def _parent(folder: Path) -> Path:
    folder.parent.mkdir(parents=True, exist_ok=True)
    return folder.parent


def _replace(made: Path, folder: Path) -> None:
    """Put the finished folder where the old one is; the old one's README stays."""
    if (folder / "README.md").is_file():
        shutil.copy(folder / "README.md", made / "README.md")
    if folder.exists():
        shutil.rmtree(folder)
    shutil.move(made, folder)


def _export_graphs(model: JointModel, folder: Path) -> None:
    export_tagger(model.tagger, folder / TAGGER)
    export_linker(model.linker, model.tagger.tags.in_features, len(FEATURE_SIZES), ("anchors", "links"), folder / LINKER)


def export_tagger(tagger: Tagger, path: Path) -> None:
    """Subword ids to word states and tag logits, as a graph."""
    ids = torch.ones(2, 12, dtype=torch.long)
    first = torch.arange(5).repeat(2, 1)
    batch, length, width = (torch.export.Dim(name, min=1) for name in ("batch", "length", "width"))
    shapes = {"ids": {0: batch, 1: length}, "mask": {0: batch, 1: length}, "first": {0: batch, 1: width}}
    _to_graph(tagger, (ids, torch.ones_like(ids), first), shapes, ("states", "tags"), path)


def export_linker(linker: nn.Module, hidden: int, features: int, outputs: Sequence[str], path: Path) -> None:
    """Word states, spans and pairs with so many features each to the logits named in ``outputs``, as a graph."""
    words, entities, pairs = (torch.export.Dim(name, min=1) for name in ("words", "entities", "pairs"))
    # A tensor of its own for every input: one tensor given twice is taken for one input, and the other is never read.
    spans, links = (torch.tensor([0, 1, 2]) for _ in range(3)), (torch.tensor([0, 0, 1, 2]) for _ in range(2))
    arguments = (torch.randn(7, hidden), *spans, *links, torch.zeros(4, features, dtype=torch.long))
    shapes = {
        "states": {0: words},
        **{name: {0: entities} for name in ("firsts", "lasts", "types")},
        **{name: {0: pairs} for name in ("heads", "tails", "features")},
    }
    _to_graph(linker, arguments, shapes, outputs, path)


def _to_graph(network: nn.Module, arguments: tuple[torch.Tensor, ...], shapes: dict[str, dict[int, Any]], outputs: Sequence[str], path: Path) -> None:
    """A network as a graph; ``shapes`` has for every input, in their order, which of its axes may have any length."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the exporter says of its own insides helps nobody who trains
        torch.onnx.export(
            network,
            arguments,
            str(path),
            input_names=list(shapes),
            output_names=list(outputs),
            dynamic_shapes=shapes,
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )


def gate(tagger: Tagger, folder: Path, windows: Sequence[Window], padding: int, other_difference: float, quantise: bool) -> Parity:
    """Compare the tagger's graph with the network, and make it int8 where that says the same.

    Args:
        other_difference: the largest difference of a logit of the other graph.

    Raises:
        TrainingError: a graph differs from the network.
    """
    exact = _tags(folder, windows, padding)
    with torch.no_grad():
        torch_tags = [tagger(*(torch.from_numpy(a) for a in pad([w], padding)))[1][0].numpy() for w in windows]
    difference = max([other_difference, *(float(np.abs(a - b).max()) for a, b in zip(exact, torch_tags, strict=True))])
    if difference > FP32_TOLERANCE:
        raise TrainingError(f"the exported graph differs from the network by {difference:.4f} in a logit (allowed {FP32_TOLERANCE}); the model was not written")
    if not quantise:
        return Parity(difference, 1.0, False)
    small = folder / "int8.onnx"
    with quiet():
        _quantise(folder / TAGGER, small)
    exact_file = folder / "fp32.onnx"
    (folder / TAGGER).rename(exact_file)
    small.rename(folder / TAGGER)
    agreement = agreement_of(_tags(folder, windows, padding), exact)
    if agreement < INT8_AGREEMENT:
        (folder / TAGGER).unlink()
        exact_file.rename(folder / TAGGER)
        return Parity(difference, agreement, False)
    exact_file.unlink()
    return Parity(difference, agreement, True)


def _quantise(exact: Path, small: Path) -> None:
    """Weights to int8 in blocks of 128, activations too while multiplying (accuracy level 4), embeddings to int8.

    One scale for a whole activation matrix, as plain dynamic quantisation has it, loses 2 % of the tags: e5's states have outliers.
    """
    quantiser = MatMulNBitsQuantizer(_without_shapes(without_nan_guards(onnx.load(exact))), bits=8, block_size=128, is_symmetric=True, accuracy_level=4)
    quantiser.process()
    blocked = small.with_name("blocked.onnx")
    onnx.save(quantiser.model.model, blocked)
    quantize_dynamic(blocked, small, weight_type=QuantType.QInt8, op_types_to_quantize=["Gather"])
    blocked.unlink()


def linker_input(hidden: int, entities: int = 9, pairs: int = 25) -> list[np.ndarray]:
    """Random input for a linker: a window has no links of its own yet."""
    chance = np.random.default_rng(0)
    places = [chance.integers(0, high, size) for high, size in ((12, entities), (12, entities), (len(TYPE_NUMBER), entities), (entities, pairs), (entities, pairs))]
    features = np.stack([chance.integers(0, size, pairs) for size in FEATURE_SIZES], axis=1)
    return [chance.normal(size=(12, hidden)).astype(np.float32), *places, features]


def _linker_difference(model: JointModel, folder: Path) -> float:
    """Largest difference of a logit between torch and the exported linker."""
    arrays = linker_input(model.tagger.tags.in_features)
    with torch.no_grad():
        wanted = model.linker(*map(torch.from_numpy, arrays))
    return max(float(np.abs(found - value.numpy()).max()) for found, value in zip(OnnxBackend(folder).link(*arrays), wanted, strict=True))


def without_nan_guards(graph: onnx.ModelProto) -> onnx.ModelProto:
    """The graph without the nodes that turn an attention row of NaN into zeros: such rows come from all-masked text, which no window is.

    They cost an eighth of a long window's time.
    """
    guards = {node.output[0]: node.input[0] for node in graph.graph.node if node.op_type == "IsNaN"}
    chosen = [node for node in graph.graph.node if node.op_type == "Where" and guards.get(node.input[0]) == node.input[2]]
    instead = {node.output[0]: node.input[2] for node in chosen}
    dead = {node.output[0] for node in chosen} | {node.input[0] for node in chosen}
    kept = [node for node in graph.graph.node if node.output[0] not in dead]
    for node in kept:
        node.input[:] = [instead.get(name, name) for name in node.input]
    del graph.graph.node[:]
    graph.graph.node.extend(kept)
    return graph


def _without_shapes(graph: onnx.ModelProto) -> onnx.ModelProto:
    """Shapes that the exporter noted for inner values contradict the quantised ones; the quantiser infers its own."""
    del graph.graph.value_info[:]
    return graph


def _tags(folder: Path, windows: Sequence[Window], padding: int) -> list[np.ndarray]:
    tagger = session(folder / TAGGER, 0)
    return [tagger.run(["tags"], dict(zip(("ids", "mask", "first"), pad([window], padding), strict=True)))[0][0] for window in windows]


def agreement_of(ours: Sequence[np.ndarray], theirs: Sequence[np.ndarray]) -> float:
    """The share of words with the same best tag in both; (W, T) logits for each window."""
    same = [a.argmax(-1) == b.argmax(-1) for a, b in zip(ours, theirs, strict=True)]
    return float(np.concatenate(same).mean()) if same else 1.0
