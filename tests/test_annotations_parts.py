"""Marked lines of real texts to standoff rows."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.parts import read_parts, split_of
from annotations.store import digest, read_standoff, write_standoff

TEXT = "Công đoàn xã\nCông đoàn xã kết nạp 12 đoàn viên.\nHết"
LINE = "L2: {Công đoàn xã|O1} {kết nạp|I1} {12|C1:result:members_admitted} {đoàn viên|I1}."


def write(folder: Path, name: str, source: str) -> Path:
    path = folder / name
    path.write_text(source, encoding="utf-8")
    return path


def test_a_part_becomes_a_row_that_joins_its_text(tmp_path: Path) -> None:
    path = write(tmp_path, "d1.txt", f"doc: d1\npublished: 2021-12-20\n---\n{LINE}\n")
    rows, findings = read_parts([path], {"d1": unicodedata.normalize("NFD", TEXT)})
    assert not findings and rows[0]["sha256"] == digest(TEXT) and rows[0]["split"] == split_of("d1")
    write_standoff(rows, tmp_path / "a.jsonl")
    (joined,), broken = read_standoff({"d1": TEXT}, tmp_path)
    assert not broken
    assert [e.span.of(TEXT) for e in joined.entities] == ["Công đoàn xã", "kết nạp", "12", "đoàn viên"]
    assert [s.of(TEXT) for s in joined.annotated] == ["Công đoàn xã kết nạp 12 đoàn viên."]


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (f"published: none\n---\n{LINE}", "no line `doc: ID`"),
        (f"doc: d9\n---\n{LINE}", "doc: d9: no text of this id"),
        (f"doc: d1\n---\n{LINE.replace('12', '13')}", "L2 differs from the text at character 22"),
        (f"doc: d1\n---\n{LINE.replace('members_admitted', 'no_such_code')}", "'no_such_code'; allowed are"),
    ],
)
def test_a_broken_part_costs_only_itself(tmp_path: Path, source: str, wanted: str) -> None:
    bad = write(tmp_path, "bad.txt", source)
    binary = tmp_path / "binary.txt"
    binary.write_bytes(b"doc: d1\n---\n\xff\xfe")
    good = write(tmp_path, "good.txt", f"doc: d2\n---\n{LINE}")
    rows, findings = read_parts([bad, binary, good], {"d1": TEXT, "d2": TEXT})
    assert [row["doc"] for row in rows] == ["d2"]
    assert [finding.place for finding in findings] == [str(bad), str(binary)]
    assert wanted in findings[0].reason


@given(st.text(max_size=30))
def test_a_document_has_one_split(document: str) -> None:
    assert split_of(document) in {"train", "dev", "test"} and split_of(document) == split_of(document)


def test_splits_are_80_10_10_and_fixed() -> None:
    splits = [split_of(f"train-{number:06}") for number in range(5000)]
    assert [round(splits.count(name) / 5000, 1) for name in ("train", "dev", "test")] == [0.8, 0.1, 0.1]
    assert {name: split_of(name) for name in ("000", "train-000001", "val-000002")} == {"000": "train", "train-000001": "test", "val-000002": "train"}
