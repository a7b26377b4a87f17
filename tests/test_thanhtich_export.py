"""``thanhtich export`` and ``thanhtich query``: what they write, say and refuse."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import pytest
from table_records import Q1, SONG_LAM, conflicting, made, write_run

import thanhtich
from model.page import render


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_run(tmp_path, [made(), conflicting(), made(90, 100, Q1)], ["a1", "a2"])


def command(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output and error output of one call, as a shell would see them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["thanhtich", *map(str, arguments)])
        patch.setattr(thanhtich.said, "_file", sys.stderr)
        with pytest.raises(SystemExit) as ended:
            thanhtich.main()
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


@pytest.mark.parametrize("name", ["t.xlsx", "t.csv", "t.parquet", "deep/er/T.CSV"])
def test_export_writes_what_the_ending_asks_for(run: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = command(capsys, "export", run, "-o", name)
    assert (code, out, err) == (0, "", f"3 records -> {name}\n") and Path(name).stat().st_size > 500


def test_export_language(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for options, first in (([], "article_id"), (["--language", "vi"], "Mã bài"), (["--language", "en"], "Article")):
        assert command(capsys, "export", run, "-o", "t.csv", *options)[0] == 0
        assert Path("t.csv").read_text(encoding="utf-8-sig").split(",")[0] == first


def test_export_links_to_the_page_beside_the_records_or_the_one_named(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    openpyxl = pytest.importorskip("openpyxl")

    def link() -> str | None:
        found = openpyxl.load_workbook("t.xlsx").worksheets[0]["A2"].hyperlink
        return found and found.target

    command(capsys, "export", run, "-o", "t.xlsx")
    assert link() is None
    render(run, run.with_suffix(".html"))
    command(capsys, "export", run, "-o", "t.xlsx")
    assert link() == "records.html"
    render(run, Path("other.html"))
    command(capsys, "export", run, "-o", "t.xlsx", "--page", "other.html")
    assert link() == "other.html"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["records.jsonl", "-o", "t.ods"], "t.ods: its name ends in none of .xlsx, .csv, .parquet, .duckdb"),
        (["none.jsonl", "-o", "t.csv"], "none.jsonl: cannot be read"),
        (["records.jsonl", "-o", "t.csv", "--language", "fr"], "choose one of vi, en"),
        (["records.jsonl", "-o", "t.xlsx", "--page", "none.html"], "there is no such page"),
        (["records.jsonl", "-o", "t.csv", "--page", "none.html"], "--page goes with .xlsx only"),
        (["records.jsonl", "-o", "records.jsonl/t.parquet"], "cannot be written"),
    ],
)
def test_export_refuses(run: Path, arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = command(capsys, "export", *arguments)
    assert (code, out) == (2, "") and reason in err and "Traceback" not in err
    assert sorted(p.name for p in run.parent.iterdir()) == ["records.articles.jsonl", "records.jsonl"]


def test_a_database_grows_over_runs_and_answers(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("duckdb")
    assert command(capsys, "export", run, "-o", "all.duckdb")[2] == "3 records added, 0 replaced, 0 as they were -> all.duckdb\n"
    assert command(capsys, "export", run, "-o", "all.duckdb")[2] == "0 records added, 0 replaced, 3 as they were -> all.duckdb\n"
    code, out, err = command(capsys, "query", "all.duckdb", "missed", "--csv")
    [row] = csv.DictReader(io.StringIO(out))
    assert (code, err, row["organisation"], row["reached"], row["target"], row["first_day"]) == (0, "", SONG_LAM, "90", "100", "2021-01-01")
    # The next run reads both articles again and finds nothing in a1: the file of articles says so.
    write_run(run.parent, [made(402, article="a2")], ["a1", "a2"])
    assert command(capsys, "export", run, "-o", "all.duckdb")[2] == "1 records added, 3 replaced, 0 as they were -> all.duckdb\n"
    code, out, err = command(capsys, "query", "all.duckdb", "members")
    assert code == 0 and SONG_LAM in out and "402" in out and "391" not in out and err == "1 row\n"
    assert command(capsys, "query", "all.duckdb", "conflicts")[2] == "0 rows\n"


def test_query_refuses(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("duckdb")
    for arguments, reason in ((["none.duckdb", "members"], "thanhtich export"), (["records.jsonl", "members"], "not a DuckDB database"), (["x", "who"], "members, missed")):
        code, out, err = command(capsys, "query", *arguments)
        assert (code, out) == (2, "") and reason in err


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("export", "query"):
        code, out, _ = command(capsys, name, "--help")
        assert code == 0 and f"Example: thanhtich {name}" in out
