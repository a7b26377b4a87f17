"""What a benchmark runs on: processor, cores, load, versions; and the surroundings that all its processes share."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from model.cores import physical_cores

ROOT = Path(__file__).parent.parent
VERSIONS = ("thanhtich", "numpy", "onnxruntime", "openvino", "tokenizers", "torch", "transformers", "underthesea")


@dataclass(frozen=True, slots=True)
class Machine:
    """On what it was measured; ``load`` is how many programs were at work for each core just before."""

    processor: str
    system: str
    cores: int
    load: float
    versions: dict[str, str]


def machine() -> Machine:
    """This one, now."""
    cores = physical_cores()
    return Machine(processor(), platform.system(), cores, round(os.getloadavg()[0] / cores, 2), _versions())


def environment(threads: int) -> dict[str, str]:
    """Of every process: the same number of threads everywhere, our folders found from anywhere, no model hub asked."""
    limits = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"), str(threads))
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return os.environ | limits | {"PYTHONPATH": path, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


def processor() -> str:
    """The processor's name as its maker gives it."""
    try:
        named = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
    except OSError:
        named = None
    return named[1].strip() if named else platform.processor() or platform.machine()


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in VERSIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
