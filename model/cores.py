"""How many cores there are to compute on."""

from __future__ import annotations

import os
import re
from pathlib import Path


def physical_cores() -> int:
    """Cores that this process may use; two threads of one core count once."""
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
    try:
        described = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return len(allowed)
    return len(cores_of(described, allowed)) or len(allowed)


def cores_of(described: str, allowed: set[int]) -> set[tuple[str, str]]:
    """Socket and core of every allowed processor in ``/proc/cpuinfo``; none where it does not name them."""
    found = set()
    for block in described.split("\n\n"):
        fields = dict(re.findall(r"^([^\t:]+?)\s*: ?(.*)$", block, re.MULTILINE))
        if fields.get("processor", "").isdigit() and int(fields["processor"]) in allowed and "core id" in fields:
            found.add((fields.get("physical id", ""), fields["core id"]))
    return found
