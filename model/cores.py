"""How many cores there are to compute on."""

from __future__ import annotations

import os
import re
from pathlib import Path


def physical_cores() -> int:
    """Cores that this process may use; two threads of one core count once."""
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
    named = len(cores_of(_read("/proc/cpuinfo"), allowed)) or len(allowed)
    return min(named, share_of(_read("/sys/fs/cgroup/cpu.max")) or named)


def _read(path: str) -> str:
    """The file's text; nothing where there is none, as outside Linux."""
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def share_of(limit: str) -> int | None:
    """How many cores a container's share is worth, at least one: ``cpu.max`` holds its microseconds in so many; None for no limit.

    >>> share_of("150000 100000")
    2
    """
    found = re.fullmatch(r"\s*([0-9]+) ([0-9]+)\s*", limit)
    return max(1, -(-int(found[1]) // int(found[2]))) if found and int(found[2]) else None


def cores_of(described: str, allowed: set[int]) -> set[tuple[str, str]]:
    """Socket and core of every allowed processor in ``/proc/cpuinfo``; none where it does not name them."""
    found = set()
    for block in described.split("\n\n"):
        fields = dict(re.findall(r"^([^\t:]+?)\s*: ?(.*)$", block, re.MULTILINE))
        if fields.get("processor", "").isdigit() and int(fields["processor"]) in allowed and "core id" in fields:
            found.add((fields.get("physical id", ""), fields["core id"]))
    return found
