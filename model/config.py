"""The folder of a trained model: which files it has, what its settings are, whether it is whole.

    model.json        name, labels, window sizes, training summary, digests of the other files
    tokenizer.json    or vocab.txt and bpe.codes
    tagger.onnx       subword ids -> word states and tag logits
    linker.onnx       word states and spans -> anchor and pair logits
    selection.npz     which sentences are read (model/selection.py); without it, all with a number
    calibration.json  confidence (model/calibrate.py)

A model of several networks (training/combine.py) has also

    tagger.2.onnx     and linker.2.onnx, …: the graphs of the second network, whose judgement is averaged with the first's (model/committee.py)
    embeddings.bin    the table of subwords, which the taggers share
    fast.json         the settings of the first network alone, a model of its own: ``--model FOLDER/fast.json``
    calibration.fast.json

A model of a person's own labels (model/labeller.py) keeps its schema in model.json; it has a linker only where that names relations.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.encode import WindowSizes
from model.errors import ModelError
from model.label_schema import LabelSchema, schema_of
from model.labels import Labels

FORMAT = 4
"""1 knew nothing of lines, 2 of a selection, 3 of several networks; all are read still."""
SETTINGS = "model.json"
FAST = "fast.json"
TAGGER = "tagger.onnx"
LINKER = "linker.onnx"
SELECTION = "selection.npz"
CALIBRATION = "calibration.json"
EMBEDDINGS = "embeddings.bin"
VOCABULARY_FILES = ("tokenizer.json", "vocab.txt", "bpe.codes")
DEFAULT_MODEL = Path(__file__).parent / "pretrained"


@dataclass(frozen=True, slots=True)
class Parts:
    """Which files of a folder are a model's: its settings, its confidence, the tagger and linker of each of its networks."""

    settings: str = SETTINGS
    calibration: str = CALIBRATION
    networks: tuple[tuple[str, str], ...] = ((TAGGER, LINKER),)


ONLY_FIRST = Parts(FAST, "calibration.fast.json")
"""The first of several networks, as a model of its own."""


def several(number: int) -> Parts:
    """The parts of a model of so many networks.

    >>> several(2).networks
    (('tagger.onnx', 'linker.onnx'), ('tagger.2.onnx', 'linker.2.onnx'))
    """
    return Parts(networks=((TAGGER, LINKER), *((f"tagger.{place}.onnx", f"linker.{place}.onnx") for place in range(2, number + 1))))


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """The settings of one model. ``identity`` is its name and the first 12 digits of its content hash; ``schema`` is None for achievements; ``selects``: it has a selection;
    ``files``: what the settings name."""

    name: str
    identity: str
    labels: Labels
    sizes: WindowSizes
    folder: Path
    training: dict[str, Any]
    schema: LabelSchema | None = None
    selects: bool = False
    parts: Parts = Parts()
    files: tuple[str, ...] = ()


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def write_model_config(
    folder: Path, name: str, labels: Labels, sizes: WindowSizes, training: dict[str, Any], schema: LabelSchema | None = None, parts: Parts = Parts()
) -> None:
    """Write the settings of a model over the files that already lie in ``folder``."""
    files = {path.name: file_digest(path) for path in sorted(folder.iterdir()) if path.is_file() and _belongs(path.name, parts)}
    plain = parts == Parts()
    settings = {
        "format": FORMAT if not plain else 3 if SELECTION in files else 2,
        "name": name,
        "types": list(labels.types),
        "codes": list(labels.codes),
        "window": sizes.window,
        "opening": sizes.opening,
        "context": sizes.context,
        "lines": sizes.lines,
        "training": training,
        "files": files,
    }
    if schema is not None:
        settings["schema"] = schema.row()
    if not plain:
        settings |= {"networks": [list(network) for network in parts.networks], "calibration": parts.calibration}
    (folder / parts.settings).write_text(json.dumps(settings, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _belongs(file: str, parts: Parts) -> bool:
    """Whether a file of a folder is the model's: its own graphs and confidence, and what all models of the folder share."""
    return file in (*VOCABULARY_FILES, SELECTION, EMBEDDINGS, parts.calibration) or any(file in network for network in parts.networks)


def _settings_path(model: Path) -> Path:
    """The file with the settings of a model, which is named by its folder or by that file."""
    return model if model.suffix == ".json" and not model.is_dir() else model / SETTINGS


def read_model_config(model: Path) -> ModelConfig:
    """The settings of a model, after a look at every file that they name.

    Args:
        model: its folder, or a file with settings in it (:data:`FAST`).

    Raises:
        ModelError: the folder, the settings or a file that they name is missing or damaged; the message names it and the way on.
    """
    path = _settings_path(model)
    folder = path.parent
    if not path.is_file():
        found = ", ".join(sorted(p.name for p in folder.iterdir())[:10]) or "nothing" if folder.is_dir() else "no such folder"
        raise ModelError(f"{folder}: no {path.name} (found {found}); a model folder is what `thanhtich train … -o FOLDER` writes")
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if path.name != SETTINGS and not {"format", "files"} <= stored.keys():
            raise ModelError(f"{path}: no settings of a model; give a model's folder, or the {FAST} in it")
        labels = Labels(tuple(stored["types"]), tuple(stored["codes"]))
        sizes = WindowSizes(stored["window"], stored["opening"], stored["context"], stored.get("lines", False))
        files: dict[str, str] = stored["files"]
        schema = schema_of(stored["schema"], str(path)) if "schema" in stored else None
        networks = tuple((str(tagger), str(linker)) for tagger, linker in stored.get("networks", Parts().networks))
        parts = Parts(path.name, stored.get("calibration", CALIBRATION), networks)
        if not networks:
            raise ValueError("networks is empty")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path}: damaged ({type(error).__name__}: {error}); restore the file or train the model again") from error
    if stored.get("format") not in range(1, FORMAT + 1):
        raise ModelError(f"{path}: format {stored.get('format')}; this version reads 1 to {FORMAT}: use the version that made it, or train again")
    needed = [file for tagger, linker in networks for file in ((tagger, linker) if schema is None or schema.relations else (tagger,))]
    _check_files(path, files, needed)
    content = hashlib.sha256("".join(f"{name}{files[name]}" for name in sorted(files)).encode()).hexdigest()
    return ModelConfig(stored["name"], f"{stored['name']}@{content[:12]}", labels, sizes, folder, stored.get("training", {}), schema, SELECTION in files, parts, tuple(files))


def _check_files(settings: Path, files: dict[str, str], needed: Sequence[str]) -> None:
    for name in needed:
        if name not in files:
            raise ModelError(f"{settings}: names no {name}; the model was not written to the end: train it again")
    for name, digest in files.items():
        path = settings.parent / name
        if not path.is_file():
            raise ModelError(f"{path}: missing, though {settings.name} names it; restore the file or train the model again")
        if file_digest(path) != digest:
            raise ModelError(f"{path}: its content differs from what {settings.name} names (damaged or replaced); restore the file or train the model again")
