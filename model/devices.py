"""Where a model computes: the processor, or an NVIDIA GPU through ONNX Runtime's CUDA provider.

A name is ``cpu``, ``cuda``, or ``auto``: a GPU where one can be used, the processor elsewhere. A model folder holds ONNX graphs and no torch checkpoint, so
ONNX Runtime is the only way to a GPU.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, TypeVar

import onnxruntime

from model.errors import ThanhtichError

DEVICES = ("cpu", "cuda", "auto")
CPU = "CPUExecutionProvider"
CUDA = "CUDAExecutionProvider"
_Opened = TypeVar("_Opened")


class DeviceError(ThanhtichError):
    """The device that was asked for is not there."""


def offered() -> tuple[str, ...]:
    """The providers that the installed ONNX Runtime was built with; that one is offered does not mean that it can start."""
    return tuple(onnxruntime.get_available_providers())


def candidates(wanted: str, providers: Sequence[str]) -> tuple[str, ...]:
    """Which of ``cpu`` and ``cuda`` to try, the better first.

    Raises:
        DeviceError: ``wanted`` is no device, or is one that none of ``providers`` can compute on.
    """
    if wanted not in DEVICES:
        raise DeviceError(f"no device {wanted!r}; allowed are {', '.join(DEVICES)}")
    if wanted == "cpu":
        return ("cpu",)
    if CUDA in providers:
        return ("cuda",) if wanted == "cuda" else ("cuda", "cpu")
    if wanted == "cuda":
        raise DeviceError(
            f"no CUDA here: ONNX Runtime {onnxruntime.__version__} was built for {', '.join(providers) or 'nothing'} only; a GPU needs its other build: "
            "pip uninstall -y onnxruntime && pip install 'onnxruntime-gpu[cuda,cudnn]' (docs/cluster.md), or take --device cpu"
        )
    return ("cpu",)


def open_on(wanted: str, providers: Sequence[str], opened: Callable[[str], _Opened]) -> _Opened:
    """What ``opened`` gives on the first device that can be used.

    Raises:
        DeviceError: none can.
    """
    *better, last = candidates(wanted, providers)
    for device in better:
        try:
            return opened(device)
        except DeviceError:  # a GPU build on a machine without a GPU
            continue
    return opened(last)


def session_on(device: str, path: Path, options: onnxruntime.SessionOptions) -> onnxruntime.InferenceSession:
    """A graph on ``cpu`` or ``cuda``.

    Raises:
        DeviceError: CUDA is offered but does not start. Other errors are ONNX Runtime's own.
    """
    if device == "cpu":
        return onnxruntime.InferenceSession(str(path), options, providers=[CPU])
    return _cuda_session(path, options)


def _cuda_session(path: Path, options: onnxruntime.SessionOptions) -> onnxruntime.InferenceSession:
    onnxruntime.set_default_logger_severity(4)  # why CUDA does not start is said below, once
    with redirect_stdout(io.StringIO()):  # preload_dlls prints what it misses
        onnxruntime.preload_dlls()
    providers: list[Any] = [(CUDA, cuda_options()), CPU]
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=providers, enable_fallback=0)
    except Exception as error:  # ONNX Runtime raises classes of its own
        raise _not_started(str(error).splitlines()[0][:300]) from error
    if CUDA not in session.get_providers():  # where it does not start, ONNX Runtime goes on without it and says nothing
        raise _not_started(f"only {', '.join(session.get_providers())} started")
    return session


def cuda_options() -> dict[str, str]:
    """How CUDA computes: in full float32, as the processor does, and without memory kept for every length of window that was ever seen."""
    return {"use_tf32": "0", "arena_extend_strategy": "kSameAsRequested"}


def _not_started(why: str) -> DeviceError:
    return DeviceError(
        f"ONNX Runtime {onnxruntime.__version__} offers {CUDA}, but it does not start ({why}); look with nvidia-smi whether there are a GPU and a driver, "
        "bring CUDA's libraries with pip install 'onnxruntime-gpu[cuda,cudnn]', or take --device cpu"
    )
