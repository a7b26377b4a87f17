"""Cores: two threads of one count once."""

from __future__ import annotations

import pytest

from model.cores import cores_of, physical_cores, share_of


def test_two_threads_of_a_core_count_once() -> None:
    described = "\n\n".join(f"processor\t: {n}\nphysical id\t: {n // 4}\ncore id\t\t: {n % 2}\nmodel name\t: X" for n in range(8))
    assert len(cores_of(described, set(range(8)))) == 4
    assert len(cores_of(described, {0, 1, 2})) == 2
    assert cores_of("Processor : ARM\n", {0}) == set()
    assert physical_cores() >= 1


@pytest.mark.parametrize(("limit", "cores"), [("max 100000\n", None), ("", None), ("200000 100000\n", 2), ("50000 100000", 1), ("150000 100000", 2), ("1 0", None)])
def test_a_container_s_share_counts(limit: str, cores: int | None) -> None:
    assert share_of(limit) == cores
