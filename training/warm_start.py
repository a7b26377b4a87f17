"""Go on from a finished model: the weights of a model folder's graphs, back in the network.

Most of the tagger's weights are 8-bit there (training/export.py), so what comes back is what extraction computes with, not what training had before:
within a step of its 8 bits, which further training takes no notice of. A model of several networks gives its first, whose 4-bit weights are farther off (training/combine.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

from model.config import FAST, VOCABULARY_FILES, file_digest, read_model_config
from model.errors import TrainingError
from model.labels import Labels
from model.network import JointModel
from training.encoders import adapted_from, load_encoder
from training.graph_weights import graph_weights

_LAYER = re.compile(r"\.layer\.(\d+)\.")


def first_network(folder: Path) -> Path:
    """What a network can go on from in ``folder``: of a model of several networks the first, as a model of its own."""
    return folder / FAST if (folder / FAST).is_file() else folder


def check_start(folder: Path, vocabulary: Path, labels: Labels) -> str:
    """The identity of the model in ``folder``, which a network with this vocabulary and these labels can go on from.

    Args:
        folder: a model folder.
        vocabulary: the folder of the encoder that is trained.

    Raises:
        ModelError: no model, or a damaged one.
        TrainingError: its vocabulary or its labels are others.
    """
    config = read_model_config(folder)
    for file in VOCABULARY_FILES:
        ours, theirs = (place / file for place in (vocabulary, config.folder))
        if ours.is_file() != theirs.is_file() or (ours.is_file() and file_digest(ours) != file_digest(theirs)):
            raise TrainingError(f"{folder}: its {file} is not that of the encoder {vocabulary.name}; give the encoder that the model was trained with (--encoder)")
    if config.schema is not None or config.labels != labels:
        raise TrainingError(f"{folder}: marks other labels than annotations and seeds/indicators.toml have now; train without --start")
    return config.identity


def warm_start(model: JointModel, folder: Path, layers: Sequence[int] = ()) -> None:
    """Give ``model`` the weights of the model in ``folder``.

    Args:
        layers: where the network is shallower than the model: which of the model's layers it has, counted from 0, one for each of its own.

    Raises:
        TrainingError: a weight of the network is not in the graphs, or has another shape: another number of layers, another encoder. Or the network
            is as deep as the model, and ``layers`` are neither all of the model's nor those that it was trained with itself.
    """
    config = read_model_config(folder)
    trained_with = tuple(config.training.get("config", {}).get("layers", ()))
    for part, file in zip((model.tagger, model.linker), config.parts.networks[0], strict=True):
        path = config.folder / file
        _load(part, graph_weights(onnx.load(path)), path, () if tuple(layers) == trained_with else layers)


def add_adaptation(model: JointModel, adapted: str, share: float, layers: tuple[int, ...] = ()) -> None:
    """Add ``share`` of what adaptation changed in an encoder's weights to those of ``model``, which began from the same encoder.

    What training and what adaptation change lie in different directions, and their sum keeps much of both (Ilharco et al. 2023, "Editing models with task arithmetic").

    Args:
        adapted: the folder of an adapted encoder (training/adaptation.py).
        layers: those of it that the network has; empty for all.

    Raises:
        TrainingError: the encoder was not adapted, or the one that it was adapted from is not there or has other weights.
    """
    base = adapted_from(adapted)
    if base is None:
        raise TrainingError(f"adapted_share = {share}: the encoder {adapted} was not adapted; give the folder that `thanhtich adapt` wrote (--encoder), or leave adapted_share out")
    after, before = (dict(load_encoder(name, layers).module.named_parameters()) for name in (adapted, base))
    own = dict(model.tagger.encoder.named_parameters())
    for name, parameter in own.items():
        if name not in before or before[name].shape != parameter.shape or after[name].shape != parameter.shape:
            raise TrainingError(f"{adapted}: its {name} is not as in {base}, which it was adapted from, and in the model; adapt the model's own encoder")
    with torch.no_grad():
        for name, parameter in own.items():
            parameter.add_(share * (after[name] - before[name]))


def _load(part: nn.Module, weights: dict[str, np.ndarray], path: Path, layers: Sequence[int]) -> None:
    own = dict(part.named_parameters())
    if (deep := _layers(weights)) > (here := _layers(own)):
        if not layers or len(layers) != here or max(layers) >= deep:
            raise TrainingError(f"{path}: {deep} layers, the network has {here}; give the layers that the model was trained with, or which of its {deep} to keep")
        weights = thinned(weights, layers)
    elif 0 < deep == here and layers and list(layers) != list(range(deep)):
        raise TrainingError(f"{path}: {deep} layers, as the network; layers = {list(layers)} would put them in another order, so leave `layers` out")
    for name, parameter in own.items():
        found = weights.get(name)
        if found is None or found.shape != tuple(parameter.shape):
            there = "it has none" if found is None else f"there it is {list(found.shape)}"
            raise TrainingError(f"{path}: the network's {name} is {list(parameter.shape)}, {there}; give the encoder and the layers that the model was trained with")
    with torch.no_grad():
        for name, parameter in own.items():
            parameter.copy_(torch.from_numpy(np.array(weights[name], dtype=np.float32)))


def thinned(weights: Mapping[str, np.ndarray], layers: Sequence[int]) -> dict[str, np.ndarray]:
    """The weights without the encoder layers that ``layers`` does not name; those that it names are counted anew in its order."""
    place = {old: new for new, old in enumerate(layers)}
    kept = {}
    for name, value in weights.items():
        found = _LAYER.search(name)
        if found is None:
            kept[name] = value
        elif int(found[1]) in place:
            kept[f"{name[: found.start(1)]}{place[int(found[1])]}{name[found.end(1) :]}"] = value
    return kept


def _layers(names: Iterable[str]) -> int:
    """How many encoder layers weights of these names have."""
    return max((int(found[1]) + 1 for name in names if (found := _LAYER.search(name))), default=0)
