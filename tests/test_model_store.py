"""Results on disk: what is written is read, and damage is named with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import annotated_articles
from hypothesis import given
from hypothesis import strategies as st
from strategies import records as any_record

from model.assemble import assemble
from model.errors import ThanhtichError
from model.records import to_line
from model.schema import AchievementRecord
from model.store import Outputs, read_records, read_rows

EXTRACTED = {annotated.article.id: assemble(annotated, "m") for annotated in annotated_articles("train")}


def test_all_files_are_named_after_the_records() -> None:
    outputs = Outputs(Path("a/ket-qua.jsonl"))
    named = (outputs.articles, outputs.errors, outputs.journal, outputs.partial, outputs.lock)
    assert [path.name for path in named] == ["ket-qua.articles.jsonl", "ket-qua.errors.jsonl", "ket-qua.jsonl.journal", ".ket-qua.jsonl.partial", ".ket-qua.jsonl.lock"]
    assert all(path.parent == Path("a") for path in named)


@given(st.lists(any_record, max_size=4))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, written: list[AchievementRecord]) -> None:
    path = tmp_path_factory.mktemp("store") / "r.jsonl"
    path.write_text("".join(map(to_line, written)), encoding="utf-8", newline="\n")
    assert list(map(to_line, read_records(path))) == list(map(to_line, written))


GOOD = to_line(EXTRACTED["song-lam"][0])


@pytest.mark.parametrize(
    ("bad", "wanted"),
    [
        ("{\n", r"r\.jsonl:3: not JSON"),
        (GOOD[:-9] + "\n", r"r\.jsonl:3: not JSON"),
        ("[]\n", r"r\.jsonl:3: not an achievement record"),
        ("5\n", r"r\.jsonl:3: not an achievement record"),
        ('{"id": "1"}\n', r"r\.jsonl:3: not an achievement record .*organisation"),
        (GOOD.replace('"result"', '"wish"'), r"r\.jsonl:3: not an achievement record .*wish"),
    ],
)
def test_damage_is_named_with_file_and_line(tmp_path: Path, bad: str, wanted: str) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text(GOOD + "\n" + bad + GOOD, encoding="utf-8")
    with pytest.raises(ThanhtichError, match=wanted):
        read_records(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe")
    for name, wanted in (("binary.jsonl", "it is no UTF-8"), ("absent.jsonl", "there is no such file"), ("", "cannot be read")):
        with pytest.raises(ThanhtichError, match=wanted):
            read_records(tmp_path / name)


def test_the_file_of_articles_is_told_from_the_records(tmp_path: Path) -> None:
    (tmp_path / "r.articles.jsonl").write_text('{"id": "a", "text": "x", "entities": []}\n', encoding="utf-8")
    with pytest.raises(ThanhtichError, match=r"name lacks \.articles"):
        read_records(tmp_path / "r.articles.jsonl")


def test_blank_lines_count_but_hold_nothing(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text('\n{"a": 1}\n  \n{"b": 2}', encoding="utf-8")
    assert list(read_rows(path)) == [(2, {"a": 1}), (4, {"b": 2})]
