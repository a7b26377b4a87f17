"""The annotation commands as a person runs them: conversions there and back, agreement, and mistakes told in one message."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from annotations.store import CORPUS
from thanhtich import app, main

RUN = CliRunner()


@pytest.fixture
def some(tmp_path: Path) -> Path:
    """A folder with three articles of the corpus."""
    folder = tmp_path / "some"
    folder.mkdir()
    for path in sorted((CORPUS / "dev").glob("*.txt"))[:3]:
        shutil.copy(path, folder)
    return folder


@pytest.mark.parametrize(("form", "name"), [("brat", "out"), ("doccano", "out.jsonl"), ("label-studio", "out.json")])
def test_there_and_back_agrees_with_itself(some: Path, tmp_path: Path, form: str, name: str) -> None:
    there, back, figures = tmp_path / name, tmp_path / "back", tmp_path / "agree.json"
    assert RUN.invoke(app, ["annotations", "convert", str(some), "-o", str(there), "--to", form]).exit_code == 0
    assert RUN.invoke(app, ["annotations", "convert", str(there), "-o", str(back), "--to", "marked"]).exit_code == 0
    compared = RUN.invoke(app, ["annotations", "agree", str(some), str(back), "--json", str(figures)])
    assert compared.exit_code == 0
    assert "3 documents compared" in compared.output
    assert json.loads(figures.read_text(encoding="utf-8"))["disagreements"] == []


def test_iob_says_what_it_cannot_hold(some: Path, tmp_path: Path) -> None:
    done = RUN.invoke(app, ["annotations", "convert", str(some), "-o", str(tmp_path / "words.conll"), "--to", "iob"])
    assert done.exit_code == 0
    assert "relations" in done.output


def said_of(arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What is said where the command ends with exit code 2."""
    monkeypatch.setattr("sys.argv", ["thanhtich", "annotations", *arguments])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    return " ".join(capsys.readouterr().err.split())


def test_nothing_is_written_over(some: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path.name: path.read_bytes() for path in some.iterdir()}
    said_of(["convert", str(some), "-o", str(some), "--to", "brat"], monkeypatch, capsys)
    assert {path.name: path.read_bytes() for path in some.iterdir()} == before


def test_an_unknown_format_names_those_there_are(some: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert "label-studio" in said_of(["convert", str(some), "-o", str(tmp_path / "x"), "--to", "labelstudio"], monkeypatch, capsys)


def test_a_broken_document_costs_only_itself(some: Path, tmp_path: Path) -> None:
    broken = next(iter(sorted(some.glob("*.txt"))))
    broken.write_text(broken.read_text(encoding="utf-8").replace("|O", "|Q", 1), encoding="utf-8")
    done = RUN.invoke(app, ["annotations", "convert", str(some), "-o", str(tmp_path / "out.json"), "--to", "label-studio"])
    assert done.exit_code == 3
    assert broken.stem in done.output
    assert len(json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))) == 2


def test_the_labelling_configuration_names_every_type() -> None:
    said = RUN.invoke(app, ["annotations", "labelling"])
    assert said.exit_code == 0
    assert all(name in said.output for name in ("ORGANISATION", "PERCENTAGE", "members_admitted"))


def test_suggestions_are_marked_for_annotators(tmp_path: Path) -> None:
    articles, output = tmp_path / "articles", tmp_path / "next.jsonl"
    articles.mkdir()
    (articles / "a.txt").write_text("Năm 2023, Công đoàn Cảng Quy Nhơn kết nạp 37 đoàn viên, đạt 148% kế hoạch.\n", encoding="utf-8")
    (articles / "b.txt").write_text("Hôm nay trời đẹp, không có gì để đếm.\n", encoding="utf-8")
    done = RUN.invoke(app, ["annotations", "suggest", str(articles), "-n", "5", "-o", str(output), "--to", "doccano"])
    assert done.exit_code == 0, done.output
    rows = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 1, "the article without a figure is left out"
    assert "37" in {rows[0]["text"][e["start_offset"] : e["end_offset"]] for e in rows[0]["entities"]}


def test_suggestions_never_replace_annotations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "next.json").write_text("[]")
    assert "exists" in said_of(["suggest", str(tmp_path), "-o", str(tmp_path / "next.json")], monkeypatch, capsys)


def test_the_picture_of_the_corpus_needs_no_texts(tmp_path: Path) -> None:
    done = RUN.invoke(app, ["annotations", "stats", "--picture", str(tmp_path / "corpus.html"), "--language", "en"])
    assert done.exit_code == 0
    assert "union members admitted" in (tmp_path / "corpus.html").read_text(encoding="utf-8")
