"""A model's graph in OpenVINO, behind the one call that ONNX Runtime's session has.

OpenVINO reads the same file. It rounds activations to 8 bits as ONNX Runtime does and keeps the rest in ``float32``; its products are fused with what
follows them, which is where the time goes that it saves (docs/speed.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import SimpleQueue
from threading import Lock

import numpy as np
import openvino

GROUP = 128
"""Activations that share a scale when they are rounded to 8 bits: as many as weights do (training/export.py)."""
STEP = 32
"""OpenVINO keeps what it made for every shape that it has seen, and would grow with each length of window: lengths go up by so many."""
_OPENING = Lock()
"""The binding makes parts of itself at the first calls, and two threads that make them together wait for each other for ever: one opens at a time."""


class OpenVinoSession:
    """A tagger's graph.

    Args:
        path: an ONNX file with the inputs ``ids``, ``mask`` and ``first``.
        threads: how many may call :meth:`run` at once; each has a core of its own.
    """

    def __init__(self, path: Path, threads: int = 1) -> None:
        self._idle: SimpleQueue[openvino.InferRequest] = SimpleQueue()
        with _OPENING:
            core = openvino.Core()
            self._compiled = core.compile_model(core.read_model(path), "CPU", options(max(1, threads)))
            for _ in range(max(1, threads)):
                self._idle.put(self._compiled.create_infer_request())
            self.run(None, {name: np.zeros((1, 1), dtype=np.int64) for name in ("ids", "mask", "first")})  # the first call, before any thread's

    def run(self, names: Sequence[str] | None, inputs: Mapping[str, np.ndarray]) -> list[np.ndarray]:
        """The outputs of these names; without names all of them, in the graph's order. All are (B, W, …), W that of ``first``."""
        width = inputs["first"].shape[1]
        wanted = self._compiled.outputs if names is None else [self._compiled.output(name) for name in names]
        request = self._idle.get()
        try:
            found = request.infer({name: stepped(array) for name, array in inputs.items()})
            return [found[output][:, :width] for output in wanted]
        finally:
            self._idle.put(request)


def stepped(array: np.ndarray) -> np.ndarray:
    """(B, S) to (B, S'), the next multiple of :data:`STEP`, with zeros behind: of a mask, that nothing stands there."""
    return np.pad(array, ((0, 0), (0, -array.shape[1] % STEP)))


def options(threads: int) -> dict[str, str]:
    """How OpenVINO computes. It must not bind its threads to cores: two processes would bind theirs to the same one."""
    return {
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": str(GROUP),
        "ENABLE_CPU_PINNING": "NO",
        "INFERENCE_NUM_THREADS": str(threads),
        "INFERENCE_PRECISION_HINT": "f32",
        "NUM_STREAMS": str(threads),
    }
