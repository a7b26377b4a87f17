"""A model's graph in OpenVINO, behind the one call that ONNX Runtime's session has.

OpenVINO reads the same file. It rounds activations to 8 bits as ONNX Runtime does and keeps the rest in ``float32`` or, where the processor has it,
``bfloat16``; its products are fused with what follows them, which is where the time goes that it saves (docs/speed.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import openvino

GROUP = 128
"""Activations that share a scale when they are rounded to 8 bits: as many as weights do (training/export.py)."""


class OpenVinoSession:
    """One graph.

    Args:
        path: an ONNX file.
        threads: inside one run; 0 lets OpenVINO choose.
    """

    def __init__(self, path: Path, threads: int = 0) -> None:
        core = openvino.Core()
        self._compiled = core.compile_model(core.read_model(path), "CPU", options(threads))
        self._request = self._compiled.create_infer_request()

    def run(self, names: Sequence[str] | None, inputs: Mapping[str, np.ndarray]) -> list[np.ndarray]:
        """The outputs of these names; without names all of them, in the graph's order."""
        found = self._request.infer(dict(inputs))
        wanted = self._compiled.outputs if names is None else [self._compiled.output(name) for name in names]
        return [found[output] for output in wanted]


def options(threads: int) -> dict[str, str]:
    """How OpenVINO computes."""
    return {
        "DYNAMIC_QUANTIZATION_GROUP_SIZE": str(GROUP),
        "INFERENCE_NUM_THREADS": str(threads),
        "INFERENCE_PRECISION_HINT": "f32",
        "NUM_STREAMS": "1",
        "PERFORMANCE_HINT": "LATENCY",
    }
