"""A batch run in one process: what goes on, what is refused, what a bad article costs, and that memory stays flat."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from stub_run import Stub, extract

from model.articles import ArticleFailure, read_articles
from model.batch import to_stream
from model.errors import ArticleError, ModelError, OutputError
from model.lock import locked
from model.store import Outputs

ROOT = Path(__file__).parent.parent


def write(folder: Path, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def counts(path: Path) -> list[tuple[str, str]]:
    return [(row["article_id"], row["indicator"]["text"]) for row in lines(path)]


def test_an_article_that_breaks_the_extractor_costs_only_itself(tmp_path: Path) -> None:
    source = write(tmp_path / "in", a="1 và 2", b="RAISE 3", c="4", d="")
    done = extract(source, tmp_path / "r.jsonl")
    assert (done.articles, done.records, done.failed) == (2, 3, 2)
    assert counts(tmp_path / "r.jsonl") == [("a", "1"), ("a", "2"), ("c", "4")]
    broken, empty = sorted(lines(tmp_path / "r.errors.jsonl"), key=lambda row: row["id"])
    assert broken == {"id": "b", "path": None, "stage": "extract", "reason": "b: ZeroDivisionError: planted fault"}
    assert (empty["id"], empty["stage"]) == ("d", "parse")


def test_a_broken_model_is_no_articles_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ModelError("planted")

    monkeypatch.setattr(Stub, "extract", broken)
    with pytest.raises(ModelError):
        extract(write(tmp_path / "in", a="1", b="2"), tmp_path / "r.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_strict_stops_at_the_first_and_the_run_goes_on_once_it_is_mended(tmp_path: Path) -> None:
    source, output = write(tmp_path / "in", a="1", b="RAISE", c="3"), tmp_path / "r.jsonl"
    with pytest.raises(ArticleError, match=r"ZeroDivisionError.*--strict stops.*--resume"):
        extract(source, output, strict=True, chunk=1)
    assert not output.exists()
    write(source, b="2")
    done = extract(source, output, strict=True, resume=True)
    assert (done.articles, done.kept) == (3, 1) and counts(output) == [("a", "1"), ("b", "2"), ("c", "3")]


def test_a_finished_output_grows_and_changed_articles_replace_their_old_records(tmp_path: Path) -> None:
    source, output = write(tmp_path / "in", a="1", b="2", c="3"), tmp_path / "r.jsonl"
    extract(source, output)
    write(source, b="5 và 6", c="RAISE", d="7")
    (source / "a.txt").unlink()
    done = extract(source, output, resume=True)
    assert (done.articles, done.kept, done.failed) == (3, 0, 1)
    assert counts(output) == [("a", "1"), ("b", "5"), ("b", "6"), ("d", "7")]  # a is not in the input any more, and stays
    assert [row["id"] for row in lines(tmp_path / "r.articles.jsonl")] == ["a", "b", "d"]
    again = extract(source, output, resume=True)
    assert (again.kept, again.articles) == (2, 3) and counts(output) == [("a", "1"), ("b", "5"), ("b", "6"), ("d", "7")]


@pytest.mark.parametrize("finished", [True, False])
def test_another_model_or_other_settings_are_refused_with_the_reason(tmp_path: Path, finished: bool) -> None:
    source, output = write(tmp_path / "in", a="1", b="2" if finished else "RAISE"), tmp_path / "r.jsonl"
    if finished:
        extract(source, output)
    else:
        with pytest.raises(ArticleError):
            extract(source, output, strict=True, chunk=1)
    with pytest.raises(OutputError, match=r"r\.jsonl: .*model was stub 1, now stub 2.*leave out --resume"):
        extract(source, output, stub=Stub("stub 2"), resume=True)
    with pytest.raises(OutputError, match=r"floor was None, now 0\.5"):
        extract(source, output, resume=True, settings=(("floor", "0.5"),))
    with pytest.raises(OutputError, match=r"device was cpu, now openvino"):
        extract(source, output, resume=True, settings=(("device", "openvino"),))
    if finished:  # a journal from before devices were noted is of the processor
        assert extract(source, output, resume=True, settings=(("device", "cpu"),)).kept == 2
    told: list[int] = []
    done = extract(source, output, stub=Stub("stub 2"), on_discard=lambda: told.append(1))
    assert done.kept == 0 and len(told) == (not finished)


def test_an_output_that_was_changed_is_not_gone_on_from(tmp_path: Path) -> None:
    source, output = write(tmp_path / "in", a="1"), tmp_path / "r.jsonl"
    extract(source, output)
    output.write_bytes(output.read_bytes()[:-5])
    with pytest.raises(OutputError, match="not as its journal left it"):
        extract(source, output, resume=True)
    Outputs(output).journal.write_bytes(b"no journal at all, but long enough to be looked at" * 30)
    with pytest.raises(OutputError, match="journal cannot be read"):
        extract(source, output, resume=True)
    assert extract(source, output).articles == 1 and not Outputs(output).partial.exists()


def test_two_runs_on_one_output_are_refused(tmp_path: Path) -> None:
    source, output = write(tmp_path / "in", a="1"), tmp_path / "r.jsonl"
    with locked(Outputs(output).lock, output), pytest.raises(OutputError, match=rf"another run is writing it \(process {os.getpid()}\)"):
        extract(source, output)
    assert extract(source, output).articles == 1 and not Outputs(output).lock.exists()


@pytest.mark.parametrize("error", [ValueError("mid"), KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_an_error_leaves_the_old_output_and_what_is_done(tmp_path: Path, error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    source, output = write(tmp_path / "in", a="1", b="2", c="3"), tmp_path / "r.jsonl"
    output.write_text("old", encoding="utf-8")
    really, calls = Stub.extract, []

    def interrupted(self: Stub, articles: Any) -> Any:
        calls.append(1)
        if len(calls) == 3 and not isinstance(error, Exception):
            raise error
        return really(self, articles)

    def fails() -> None:
        if len(calls) == 2 and isinstance(error, Exception):
            raise error

    from model.batch import Batch, run

    with monkeypatch.context() as patched, pytest.raises(OutputError if isinstance(error, OSError) else type(error)):
        patched.setattr(Stub, "extract", interrupted)
        run(Stub(), read_articles([source]), Outputs(output), Batch(chunk=1, seconds=0.0), fails)
    assert output.read_text(encoding="utf-8") == "old"
    done = extract(source, output, resume=True)
    assert done.kept >= 1 and counts(output) == [("a", "1"), ("b", "2"), ("c", "3")]


def test_a_full_disk_is_said_and_the_run_goes_on_when_there_is_room(tmp_path: Path) -> None:
    source, output = write(tmp_path / "in", **{f"a{at:03}": "7 " * 200 for at in range(40)}), tmp_path / "r.jsonl"
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000)); sys.path.insert(0, 'tests')\n"
        "from pathlib import Path; from stub_run import extract\n"
        f"extract(Path({str(source)!r}), Path({str(output)!r}), chunk=1, seconds=0.0)"
    )
    full = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False)
    assert "OutputError" in full.stderr and "free space" in full.stderr and "--resume" in full.stderr
    assert not output.exists()
    done = extract(source, output, resume=True)
    assert done.kept > 0 and (done.articles, done.records) == (40, 8000)


@pytest.mark.parametrize("place", ["file/r.jsonl", "folder", "/proc/r.jsonl", "/dev/full"])
def test_a_place_that_cannot_be_written_to_is_said(tmp_path: Path, place: str) -> None:
    source = write(tmp_path / "in", a="1")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match=r"cannot be written .*choose another place with -o"):
        extract(source, tmp_path / place)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder", "in"]


def test_a_vanished_input_is_an_error_and_no_short_output(tmp_path: Path) -> None:
    source, output = write(tmp_path / "in", a="1", b="2", c="3"), tmp_path / "r.jsonl"
    found = read_articles([source])
    from model.batch import Batch, run

    def vanish() -> None:
        if source.exists():
            source.rename(tmp_path / "away")

    with pytest.raises(ArticleError, match="has vanished while it was read; bring it back, and go on with --resume"):
        run(Stub(), found, Outputs(output), Batch(chunk=1), vanish)
    assert not output.exists()
    (tmp_path / "away").rename(source)
    assert extract(source, output, resume=True).articles == 3


def test_to_a_stream() -> None:
    articles = [one for one in read_articles([ROOT / "seeds" / "articles" / "giao-thuy-2021.txt"]) if not isinstance(one, ArticleFailure)]
    failure = ArticleFailure("x", "x.txt", "decode", "không đọc được")
    stream, errors = io.BytesIO(), io.BytesIO()
    done = to_stream(Stub(), [failure, replace(articles[0], text="RAISE", id="y"), *articles], stream, errors)
    assert (done.articles, done.failed) == (1, 2) and len(stream.getvalue().splitlines()) == done.records > 0
    assert [json.loads(line)["stage"] for line in errors.getvalue().splitlines()] == ["decode", "extract"]
    with open("/dev/full", "wb", buffering=0) as full, pytest.raises(OutputError, match="standard output"):
        to_stream(Stub(), articles, full, errors)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_articles(tmp_path: Path) -> None:
    def peak(number: int) -> int:
        """Kilobytes that a process of its own needs at most."""
        path = tmp_path / f"{number}.jsonl"
        with path.open("w", encoding="utf-8") as rows:
            for at in range(number):
                rows.write(json.dumps({"id": f"article-{at}", "text": f"Bài {at} có 3 đoàn viên. " * 3}) + "\n")
        code = (
            "import resource, sys; sys.path.insert(0, 'tests'); from pathlib import Path; from stub_run import extract\n"
            f"assert extract(Path({str(path)!r}), Path({str(tmp_path / 'out.jsonl')!r})).articles == {number}\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        return int(subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}))

    small, large = peak(1_000), peak(20_000)
    assert large < small + 10_000, (small, large)
