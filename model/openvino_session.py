"""A model's graph in OpenVINO, behind the one call that ONNX Runtime's session has.

OpenVINO reads the same file. It rounds activations to 8 bits as ONNX Runtime does and keeps the rest in ``float32`` or, where the processor has it,
``bfloat16``; its products are fused with what follows them, which is where the time goes that it saves (docs/speed.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue

import numpy as np
import openvino

GROUP = 128
"""Activations that share a scale when they are rounded to 8 bits: as many as weights do (training/export.py)."""


class OpenVinoSession:
    """One graph.

    Args:
        path: an ONNX file.
        threads: how many may call :meth:`run` at once; each has a core of its own.
    """

    def __init__(self, path: Path, threads: int = 1) -> None:
        core = openvino.Core()
        self._compiled = core.compile_model(core.read_model(path), "CPU", options(max(1, threads)))
        self._idle: SimpleQueue[openvino.InferRequest] = SimpleQueue()

    def run(self, names: Sequence[str] | None, inputs: Mapping[str, np.ndarray]) -> list[np.ndarray]:
        """The outputs of these names; without names all of them, in the graph's order."""
        try:
            request = self._idle.get_nowait()
        except Empty:
            request = self._compiled.create_infer_request()
        found = request.infer(dict(inputs))
        self._idle.put(request)
        wanted = self._compiled.outputs if names is None else [self._compiled.output(name) for name in names]
        return [found[output] for output in wanted]


def options(threads: int) -> dict[str, str]:
    """How OpenVINO computes."""
    return {
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": str(GROUP),
        "INFERENCE_NUM_THREADS": str(threads),
        "INFERENCE_PRECISION_HINT": "f32",
        "NUM_STREAMS": str(threads),
    }
