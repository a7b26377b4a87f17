"""Results on disk: all or nothing, in order, and damage is named with its file and line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from builders import annotated_articles
from hypothesis import given
from hypothesis import strategies as st
from strategies import records as any_record

from model.articles import ArticleFailure
from model.assemble import assemble
from model.errors import OutputError, ThanhtichError
from model.records import to_line
from model.runtime import Extraction
from model.schema import AchievementRecord, Article
from model.store import Outputs, Writer, read_records, read_rows, to_stream, writing

ANNOTATED = {annotated.article.id: annotated for annotated in annotated_articles("train")}
EXTRACTED = {name: Extraction(annotated, assemble(annotated, "m")) for name, annotated in ANNOTATED.items()}
FAILURE = ArticleFailure(id="x", path="kho/x.txt", stage="decode", reason="kho/x.txt: không đọc được")


class Known:
    """An extractor that knows the articles of the tests."""

    def extract(self, articles: Iterable[Article]) -> Iterator[Extraction]:
        return (EXTRACTED[article.id] for article in articles)


def run(writer: Writer, *found: Article | ArticleFailure) -> list[int]:
    ticks: list[int] = []
    writer.run(Known(), found, lambda: ticks.append(1))  # type: ignore[arg-type]
    return ticks


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]


ARTICLES = [annotated.article for annotated in ANNOTATED.values()]


def test_records_articles_and_failures_go_to_their_files(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path / "new" / "ket-qua.jsonl")
    with writing(outputs) as writer:
        ticks = run(writer, ARTICLES[0], FAILURE, *ARTICLES[1:])
    assert (writer.articles, writer.failed, len(ticks)) == (len(ARTICLES), 1, len(ARTICLES))
    found = read_records(outputs.records)
    assert [r.id for r in found] == [r.id for e in EXTRACTED.values() for r in e.records] and writer.records == len(found)
    assert [row["id"] for row in lines(outputs.articles)] == [article.id for article in ARTICLES]
    assert lines(outputs.errors) == [{"id": "x", "path": "kho/x.txt", "stage": "decode", "reason": FAILURE.reason}]
    assert sorted(path.name for path in outputs.records.parent.iterdir()) == ["ket-qua.articles.jsonl", "ket-qua.errors.jsonl", "ket-qua.jsonl"]


def test_without_failures_no_error_file_is_left_not_even_an_old_one(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path / "r.jsonl")
    outputs.errors.write_text("old", encoding="utf-8")
    with writing(outputs) as writer:
        run(writer, ARTICLES[0])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["r.articles.jsonl", "r.jsonl"]


def test_what_the_extractor_left_out_is_counted(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path / "r.jsonl")
    with writing(outputs) as writer:
        writer.add(Extraction(ANNOTATED["song-lam"], (), left_out=2))
        writer.add(EXTRACTED["nui-dai"])
    assert (writer.left_out, writer.articles) == (2, 2) and len(read_records(outputs.records)) == writer.records > 0


@pytest.mark.parametrize("error", [ValueError("mid"), KeyboardInterrupt(), OSError(28, "No space left on device"), ThanhtichError("x")])
@pytest.mark.parametrize("old", [True, False])
def test_an_error_inside_leaves_everything_as_it_was(tmp_path: Path, error: BaseException, old: bool) -> None:
    outputs = Outputs(tmp_path / "r.jsonl")
    before = {path.name: f"old {path.name}" for path in (outputs.records, outputs.articles, outputs.errors)} if old else {}
    for name, text in before.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(OutputError if isinstance(error, OSError) else type(error)), writing(outputs) as writer:
        run(writer, ARTICLES[0], FAILURE)
        assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("r*")} == before
        raise error
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == before


def test_a_place_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "r.jsonl").mkdir()
    for place in (tmp_path / "file" / "r.jsonl", tmp_path / "r.jsonl"):
        with pytest.raises(OutputError, match=r"cannot be written .*choose another place with -o"), writing(Outputs(place)):
            pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "r.jsonl"]


def test_to_a_stream() -> None:
    stream, errors = io.StringIO(), io.StringIO()
    writer = to_stream(Known(), [ARTICLES[0], FAILURE], stream, errors)  # type: ignore[arg-type]
    assert (writer.articles, writer.failed) == (1, 1)
    assert stream.getvalue() == "".join(map(to_line, EXTRACTED[ARTICLES[0].id].records))
    assert json.loads(errors.getvalue())["stage"] == "decode"


@given(st.lists(any_record, max_size=4))
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, written: list[AchievementRecord]) -> None:
    path = tmp_path_factory.mktemp("store") / "r.jsonl"
    path.write_text("".join(map(to_line, written)), encoding="utf-8", newline="\n")
    assert list(map(to_line, read_records(path))) == list(map(to_line, written))


GOOD = to_line(EXTRACTED["song-lam"].records[0])


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
    for name in ("binary.jsonl", "absent.jsonl", ""):
        with pytest.raises(ThanhtichError, match="cannot be read"):
            read_records(tmp_path / name)


def test_blank_lines_count_but_hold_nothing(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_text('\n{"a": 1}\n  \n{"b": 2}', encoding="utf-8")
    assert list(read_rows(path)) == [(2, {"a": 1}), (4, {"b": 2})]
