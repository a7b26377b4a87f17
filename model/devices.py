"""Where a model computes: the processor, through ONNX Runtime or faster through OpenVINO, or an NVIDIA GPU through ONNX Runtime's CUDA provider.

A name is ``cpu``, ``openvino``, ``cuda``, or ``auto``: the first of cuda, openvino and cpu that can be used here. A model folder holds ONNX graphs and no
torch checkpoint, so ONNX Runtime is the only way to a GPU.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import onnxruntime

from model.errors import ThanhtichError

DEVICES = ("cpu", "openvino", "cuda", "auto")
CPU = "CPUExecutionProvider"
CUDA = "CUDAExecutionProvider"
_Opened = TypeVar("_Opened")


class DeviceError(ThanhtichError):
    """The device that was asked for is not there."""


def offered() -> tuple[str, ...]:
    """The providers that the installed ONNX Runtime was built with; that one is offered does not mean that it can start."""
    return tuple(onnxruntime.get_available_providers())


def candidates(wanted: str, providers: Sequence[str]) -> tuple[str, ...]:
    """Which devices to try, the better first.

    Raises:
        DeviceError: ``wanted`` is no device, or is one that none of ``providers`` can compute on.
    """
    if wanted not in DEVICES:
        raise DeviceError(f"no device {wanted!r}; allowed are {', '.join(DEVICES)}")
    if wanted in ("cpu", "openvino"):
        return (wanted,)
    if wanted == "auto":
        return ("cuda", "openvino", "cpu") if CUDA in providers else ("openvino", "cpu")
    if CUDA not in providers:
        raise DeviceError(
            f"no CUDA here: ONNX Runtime {onnxruntime.__version__} was built for {', '.join(providers) or 'nothing'} only; a GPU needs its other build: "
            "pip uninstall -y onnxruntime && pip install 'onnxruntime-gpu[cuda,cudnn]' (docs/cluster.md), or take --device cpu"
        )
    return ("cuda",)


def open_on(wanted: str, providers: Sequence[str], opened: Callable[[str], _Opened]) -> _Opened:
    """What ``opened`` gives on the first device that can be used.

    Raises:
        DeviceError: none can.
    """
    *better, last = candidates(wanted, providers)
    for device in better:
        try:
            return opened(device)
        except DeviceError:  # a GPU build on a machine without a GPU; OpenVINO not installed, or without what this model needs
            continue
    return opened(last)


class Session(Protocol):
    """A graph, ready to compute."""

    def run(self, names: Sequence[str] | None, inputs: dict[str, np.ndarray]) -> Sequence[np.ndarray]:
        """The outputs of these names; without names all of them, in the graph's order."""


def session_on(device: str, path: Path, options: onnxruntime.SessionOptions) -> Session:
    """A graph on ``cpu``, ``openvino`` or ``cuda``.

    Raises:
        DeviceError: CUDA is offered but does not start; OpenVINO is not installed, or does not take the file. Other errors are ONNX Runtime's own.
    """
    if device == "openvino":
        return _openvino_session(path, options.intra_op_num_threads)
    if device == "cuda":
        return _cuda_session(path, options)
    session: Session = onnxruntime.InferenceSession(str(path), options, providers=[CPU])
    return session


def _openvino_session(path: Path, threads: int) -> Session:
    try:
        from model.openvino_session import OpenVinoSession
    except (ImportError, OSError) as error:  # not installed, or a library of it is missing
        raise DeviceError(f"OpenVINO cannot be used here ({error}): pip install -e '.[openvino]', or take --device cpu") from error
    try:
        return OpenVinoSession(path, threads)
    except Exception as error:  # OpenVINO raises RuntimeError for whatever it does not like
        said = next((line.strip() for line in str(error).splitlines() if line.strip() and not line.startswith("Exception from")), type(error).__name__)[:300]
        raise DeviceError(f"{path}: OpenVINO cannot load it ({said}); --device cpu says whether the file is whole, and takes it where it is") from error


def _cuda_session(path: Path, options: onnxruntime.SessionOptions) -> Session:
    onnxruntime.set_default_logger_severity(4)  # why CUDA does not start is said below, once
    with redirect_stdout(io.StringIO()):  # preload_dlls prints what it misses
        onnxruntime.preload_dlls()
    providers: list[Any] = [(CUDA, cuda_options()), CPU]
    try:
        session: Any = onnxruntime.InferenceSession(str(path), options, providers=providers, enable_fallback=0)
    except Exception as error:  # ONNX Runtime raises classes of its own
        raise _not_started(str(error).splitlines()[0][:300]) from error
    if CUDA not in session.get_providers():  # where it does not start, ONNX Runtime goes on without it and says nothing
        raise _not_started(f"only {', '.join(session.get_providers())} started")
    started: Session = session
    return started


def cuda_options() -> dict[str, str]:
    """How CUDA computes: in full float32, as the processor does, and without memory kept for every length of window that was ever seen."""
    return {"use_tf32": "0", "arena_extend_strategy": "kSameAsRequested"}


def _not_started(why: str) -> DeviceError:
    return DeviceError(
        f"ONNX Runtime {onnxruntime.__version__} offers {CUDA}, but it does not start ({why}); look with nvidia-smi whether there are a GPU and a driver, "
        "bring CUDA's libraries with pip install 'onnxruntime-gpu[cuda,cudnn]', or take --device cpu"
    )
