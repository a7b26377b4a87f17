"""What computes, with the two graphs of a network behind it: word states and tags of a window, then anchors and links among what was found in it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime

from model.config import LINKER, TAGGER
from model.devices import DeviceError, Session, session_on
from model.errors import ModelError


class Backend(Protocol):
    """What computes: ONNX Runtime or OpenVINO here, torch while training."""

    def tag(self, ids: np.ndarray, mask: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(B, S), (B, S), (B, W) to word states (B, W, H) and tag logits (B, W, T)."""

    def link(
        self, states: np.ndarray, firsts: np.ndarray, lasts: np.ndarray, types: np.ndarray, heads: np.ndarray, tails: np.ndarray, features: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """(N, H), (E,) x 3, (P,) x 2, (P, F) to anchor logits (E, A) and pair logits (P,)."""


class OnnxBackend:
    """The two graphs of a network.

    Args:
        folder: a model folder.
        workers: how many threads may call it at once. Each computes on a core of its own: many operations are too small to be shared out.
        device: ``cpu``, ``openvino`` or ``cuda``. The linker is too small to gain from OpenVINO, and stays in ONNX Runtime.
        network: the names of its tagger and its linker in the folder.
    """

    def __init__(self, folder: Path, workers: int = 1, device: str = "cpu", network: tuple[str, str] = (TAGGER, LINKER)) -> None:
        self.device = device
        places = (device, "cpu" if device == "openvino" else device)
        self._tagger, self._linker = (session(folder / file, 1 if where == "cpu" else workers, where) for file, where in zip(network, places, strict=True))

    def tag(self, ids: np.ndarray, mask: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """See :class:`Backend`."""
        states, logits = self._tagger.run(None, {"ids": ids, "mask": mask, "first": first})
        return states, logits

    def link(
        self, states: np.ndarray, firsts: np.ndarray, lasts: np.ndarray, types: np.ndarray, heads: np.ndarray, tails: np.ndarray, features: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """See :class:`Backend`."""
        inputs = {"states": states, "firsts": firsts, "lasts": lasts, "types": types, "heads": heads, "tails": tails, "features": features}
        anchors, pairs = self._linker.run(None, inputs)
        return anchors, pairs


def session(path: Path, threads: int, device: str = "cpu") -> Session:
    """A graph on ``cpu``, ``openvino`` or ``cuda``.

    Args:
        path: an ONNX file.
        threads: of ONNX Runtime inside one operation, 0 for all cores; of OpenVINO, which may be called from as many at once.
        device: where it computes.

    Raises:
        ModelError: the file cannot be loaded.
        DeviceError: the device cannot be used.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # Windows differ in length; remembering memory for every length seen would grow without bound. The arena keeps what is freed in one
    # place: without it malloc's fragments grow the process two to three times over.
    options.enable_mem_pattern = False
    try:
        return session_on(device, path, options)
    except DeviceError:
        raise
    except Exception as error:  # ONNX Runtime raises classes of its own for every kind of damage
        raise ModelError(f"{path}: ONNX Runtime cannot load it ({str(error).splitlines()[0]}); restore the file or train the model again") from error
