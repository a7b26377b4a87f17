"""The folder of a trained model: which files it has, what its settings are, whether it is whole.

    model.json        name, labels, window sizes, training summary, digests of the other files
    tokenizer.json    or vocab.txt and bpe.codes
    tagger.onnx       subword ids -> word states and tag logits
    linker.onnx       word states and spans -> anchor and pair logits
    selection.npz     which sentences are read (model/selection.py); without it, all with a number
    calibration.json  confidence (model/calibrate.py)

A model of a person's own labels (model/labeller.py) keeps its schema in model.json; it has a linker only where that names relations.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.encode import WindowSizes
from model.errors import ModelError
from model.label_schema import LabelSchema, schema_of
from model.labels import Labels

FORMAT = 3
"""1 knew nothing of lines, 2 of a selection; both are read still."""
SETTINGS = "model.json"
TAGGER = "tagger.onnx"
LINKER = "linker.onnx"
SELECTION = "selection.npz"
CALIBRATION = "calibration.json"
DEFAULT_MODEL = Path(__file__).parent / "pretrained"


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """The settings of one model. ``identity`` is its name and the first 12 digits of its content hash; ``schema`` is None for achievements; ``selects``: it has a selection."""

    name: str
    identity: str
    labels: Labels
    sizes: WindowSizes
    folder: Path
    training: dict[str, Any]
    schema: LabelSchema | None = None
    selects: bool = False


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def write_model_config(folder: Path, name: str, labels: Labels, sizes: WindowSizes, training: dict[str, Any], schema: LabelSchema | None = None) -> None:
    """Write ``model.json`` over the files that already lie in ``folder``."""
    files = {path.name: file_digest(path) for path in sorted(folder.iterdir()) if path.is_file() and path.name not in {SETTINGS, "README.md"}}
    settings = {
        "format": FORMAT if SELECTION in files else 2,
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
    (folder / SETTINGS).write_text(json.dumps(settings, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_model_config(folder: Path) -> ModelConfig:
    """The settings of a model folder, after a look at every file that they name.

    Raises:
        ModelError: the folder, ``model.json`` or a file that it names is missing or damaged; the message names it and the way on.
    """
    path = folder / SETTINGS
    if not path.is_file():
        found = ", ".join(sorted(p.name for p in folder.iterdir())[:10]) or "nothing" if folder.is_dir() else "no such folder"
        raise ModelError(f"{folder}: no {SETTINGS} (found {found}); a model folder is what `thanhtich train … -o FOLDER` writes")
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        labels = Labels(tuple(stored["types"]), tuple(stored["codes"]))
        sizes = WindowSizes(stored["window"], stored["opening"], stored["context"], stored.get("lines", False))
        files: dict[str, str] = stored["files"]
        schema = schema_of(stored["schema"], str(path)) if "schema" in stored else None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{path}: damaged ({type(error).__name__}: {error}); restore the file or train the model again") from error
    if stored.get("format") not in (1, 2, FORMAT):
        raise ModelError(f"{path}: format {stored.get('format')}; this version reads 1 to {FORMAT}: use the version that made it, or train again")
    _check_files(folder, files, (TAGGER, LINKER) if schema is None or schema.relations else (TAGGER,))
    content = hashlib.sha256("".join(f"{name}{files[name]}" for name in sorted(files)).encode()).hexdigest()
    return ModelConfig(stored["name"], f"{stored['name']}@{content[:12]}", labels, sizes, folder, stored.get("training", {}), schema, SELECTION in files)


def _check_files(folder: Path, files: dict[str, str], needed: tuple[str, ...]) -> None:
    for name in needed:
        if name not in files:
            raise ModelError(f"{folder / SETTINGS}: names no {name}; the model was not written to the end: train it again")
    for name, digest in files.items():
        path = folder / name
        if not path.is_file():
            raise ModelError(f"{path}: missing, though {SETTINGS} names it; restore the file or train the model again")
        if file_digest(path) != digest:
            raise ModelError(f"{path}: its content differs from what {SETTINGS} names (damaged or replaced); restore the file or train the model again")
