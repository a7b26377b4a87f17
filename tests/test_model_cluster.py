"""A batch on a Ray cluster gives what it gives without one, whatever dies on the way.

Starts a cluster of two processes on this machine, or takes the one at RAY_ADDRESS, which must have two cores and tests/ in its PYTHONPATH. Without the
extra `ray` only what needs none is tested.
"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from stub_run import Found, Stub
from stub_run import extract as extract_here

import thanhtich
from model.articles import ArticleFailure, read_articles
from model.batch import Batch, Summary, chunks, extracted, run, to_stream
from model.errors import ArticleError, ModelError, ThanhtichError
from model.schema import Article
from model.store import Outputs

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds" / "articles"
PATHS = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
WITHOUT = "the extra ray is not installed: pip install -e '.[ray]'"
ENDINGS = (".jsonl", ".articles.jsonl", ".errors.jsonl")


@dataclass(frozen=True, slots=True)
class Fragile:
    """A stub whose process ends where a text says ``DIE``, and where it says ``DIE ONCE`` unless that file is there."""

    identity: str = "stub 1"
    wait: float = 0.0

    def extract(self, articles: Iterable[Article]) -> Iterator[Found]:
        for article in articles:
            mark = Path(article.text.split("DIE ONCE ")[1].split()[0]) if "DIE ONCE " in article.text else None
            if "DIE" in article.text and not (mark and mark.exists()):
                if mark:
                    mark.touch()
                os._exit(7)
        yield from Stub(wait=self.wait).extract(articles)


@dataclass(frozen=True, slots=True)
class Broken:
    """A model that is found broken when it reads, as one with a damaged file is."""

    identity: str = "stub 1"

    def extract(self, articles: Iterable[Article]) -> Iterator[Found]:
        raise ModelError("tagger.onnx: planted")


def absent() -> Stub:
    """No model can be opened."""
    raise ModuleNotFoundError("No module named 'tokenizers'")


@pytest.fixture(scope="module")
def readers() -> Iterator[None]:
    """Ray on this machine, with room for two readers; they import what this process imports."""
    ray = pytest.importorskip("ray", reason=WITHOUT)
    from model.cluster import ClusterError, connected

    with pytest.MonkeyPatch.context() as patched, ExitStack() as stack:
        patched.setenv("PYTHONPATH", PATHS)
        patched.setenv("RAY_OVERRIDE_RESOURCES", json.dumps({"CPU": 2}))
        try:
            stack.enter_context(connected())
        except ClusterError as error:
            skip_if_busy(str(error))
            raise
        assert ray.cluster_resources()["CPU"] == 2
        yield


def skip_if_busy(said: str) -> None:
    """Ray gives its own processes half a minute to start, and that cannot be changed."""
    if "timed out during startup" in said:
        pytest.skip(f"this machine is too busy to start Ray: {said}")


def engine(opened: Any = Stub, jobs: int = 2) -> Any:
    from model.cluster import Cluster

    return Cluster(opened, "stub 1", jobs, {"num_cpus": 1})


def extract(source: Path, output: Path, opened: Any = Stub, **batch: Any) -> Summary:
    return run(engine(opened), read_articles([source]), Outputs(output), Batch(**{"chunk": 4, **batch}))


def write(folder: Path, number: int = 90) -> Path:
    """Articles with records, without, and bad ones, and one that takes longer than others."""
    folder.mkdir()
    for at in range(number):
        text = f"Bài {at}: kết nạp {at * 3} đoàn viên, tặng {at} suất quà." if at % 5 else "Không có gì."
        (folder / f"{at:04}.txt").write_text("" if at % 31 == 30 else f"RAISE {text}" if at % 37 == 36 else text, encoding="utf-8")
    (folder / "0001.txt").write_text("7 " * 15_000, encoding="utf-8")
    return folder


def results(output: Path) -> dict[str, bytes | None]:
    paths = {ending: output.with_name(output.stem + ending) for ending in ENDINGS}
    return {ending: path.read_bytes() if path.exists() else None for ending, path in paths.items()}


def test_parts_go_and_come_in_the_order_of_one_process(tmp_path: Path) -> None:
    found = list(read_articles([write(tmp_path / "in")]))
    parts = list(chunks(found, 4))
    assert all(len(part) <= 4 for part in parts if not isinstance(part, ArticleFailure))
    flat = [one for part in parts for one in ([part] if isinstance(part, ArticleFailure) else part)]
    assert sorted(map(str, flat)) == sorted(map(str, found))
    made = [one.article if not isinstance(one, ArticleFailure) else one for one in extracted(Stub(), found, 4)]
    assert [one.id for one in made] == [one.id for one in flat]


@pytest.mark.slow
def test_the_same_bytes_as_without_a_cluster(readers: None, tmp_path: Path) -> None:
    source = write(tmp_path / "in")
    counted: list[int] = []
    done = run(engine(), read_articles([source]), Outputs(tmp_path / "there.jsonl"), Batch(chunk=4), lambda: counted.append(1))
    here = extract_here(source, tmp_path / "here.jsonl", chunk=4)
    assert done == here and len(counted) == 90 and done.failed == 4
    assert results(tmp_path / "there.jsonl") == results(tmp_path / "here.jsonl")
    assert extract(source, tmp_path / "there.jsonl", resume=True).kept == done.articles


@pytest.mark.slow
def test_an_article_that_ends_its_reader_costs_only_itself(readers: None, tmp_path: Path) -> None:
    source = write(tmp_path / "in", 20)
    extract_here(source, tmp_path / "here.jsonl")
    (source / "0009a.txt").write_text("9 DIE", encoding="utf-8")
    done = extract(source, tmp_path / "there.jsonl", Fragile)
    there, here = results(tmp_path / "there.jsonl"), results(tmp_path / "here.jsonl")
    assert (there[".jsonl"], there[".articles.jsonl"], done.failed) == (here[".jsonl"], here[".articles.jsonl"], 1)
    row = json.loads(there[".errors.jsonl"] or b"")
    assert (row["id"], row["stage"]) == ("0009a", "extract") and "the process that read it died" in row["reason"]


@pytest.mark.slow
def test_a_reader_that_dies_once_costs_nothing(readers: None, tmp_path: Path) -> None:
    source, mark = write(tmp_path / "in", 20), tmp_path / "died"
    (source / "0009a.txt").write_text(f"9 DIE ONCE {mark} 8", encoding="utf-8")
    done = extract(source, tmp_path / "there.jsonl", Fragile)
    extract_here(source, tmp_path / "here.jsonl")
    assert mark.exists() and done.failed == 0
    assert results(tmp_path / "there.jsonl") == results(tmp_path / "here.jsonl")


@pytest.mark.slow
def test_strict_stops_at_the_first_and_one_process_goes_on_from_there(readers: None, tmp_path: Path) -> None:
    source, output = write(tmp_path / "in", 60), tmp_path / "r.jsonl"
    (source / "0030.txt").write_text("30", encoding="utf-8")
    with pytest.raises(ArticleError, match=r"0036: ZeroDivisionError.*--strict stops.*--resume"):
        extract(source, output, strict=True)
    assert not output.exists()
    (source / "0036.txt").write_text("36", encoding="utf-8")
    done = extract_here(source, output, strict=True, resume=True)
    assert done.kept == 36
    extract_here(source, tmp_path / "whole.jsonl")
    assert results(output) == results(tmp_path / "whole.jsonl")


@pytest.mark.slow
@pytest.mark.parametrize(("opened", "told"), [(Broken, "tagger.onnx: planted"), (absent, "cannot open the model .*tokenizers")])
def test_a_model_that_readers_cannot_use_is_no_articles_fault(readers: None, tmp_path: Path, opened: Any, told: str) -> None:
    with pytest.raises(ThanhtichError, match=told):
        extract(write(tmp_path / "in", 9), tmp_path / "r.jsonl", opened)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


@pytest.mark.slow
def test_to_a_stream(readers: None, tmp_path: Path) -> None:
    found, stream, errors = list(read_articles([write(tmp_path / "in", 40)])), io.BytesIO(), io.BytesIO()
    here, errors_here = io.BytesIO(), io.BytesIO()
    assert to_stream(engine(), found, stream, errors) == to_stream(Stub(), found, here, errors_here)
    assert (stream.getvalue(), errors.getvalue()) == (here.getvalue(), errors_here.getvalue())


def command(*arguments: str | Path, **environment: str) -> subprocess.Popen[str]:
    code = [sys.executable, "thanhtich.py", "extract", *map(str, arguments)]
    return subprocess.Popen(code, cwd=ROOT, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


@contextmanager
def at_work(source: Path, output: Path) -> Iterator[subprocess.Popen[str]]:
    """A run on a cluster of its own that has finished some articles and not all."""
    process = command(source, "-o", output, "--engine", "ray", "--jobs", "2")
    written = Outputs(output).partial / "records.0"
    while process.poll() is None and not (written.exists() and written.stat().st_size):
        time.sleep(0.05)
    if process.poll() is not None:
        _, said = process.communicate()
        skip_if_busy(said)
        raise AssertionError(said)
    time.sleep(1.5)  # for a commit point
    yield process
    process.wait(60)


def many(path: Path, number: int) -> Path:
    """The seed articles over and over, under other ids."""
    texts = [one.text for one in read_articles([SEEDS]) if isinstance(one, Article)]
    rows = ({"id": f"a{at}", "text": texts[at % len(texts)]} for at in range(number))
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def left_over(session: int) -> list[str]:
    """Command lines of the processes of a session that still run, as the raylet and its workers would."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(path.read_text().rsplit(")", 1)[1].split()[3]) == session and path.read_text().rsplit(")", 1)[1].split()[0] != "Z":
                found.append((path.parent / "cmdline").read_text())
        except OSError:
            continue
    return found


@pytest.mark.slow
def test_the_command_says_and_writes_what_it_does_without_a_cluster(readers: None, tmp_path: Path) -> None:
    import ray

    with (tmp_path / "in.jsonl").open("w", encoding="utf-8") as rows:
        rows.write(many(tmp_path / "some", 12).read_text(encoding="utf-8") + '{"id": "empty", "text": ""}\n')
    address = ray.get_runtime_context().gcs_address
    said = {}
    for name, more in {"here": ["--threads", "1"], "there": ["--engine", "ray", "--jobs", "2", "--address", address]}.items():
        process = command(tmp_path / "in.jsonl", "-o", tmp_path / f"{name}.jsonl", *more)
        out, told = process.communicate(timeout=600)
        assert (process.returncode, out) == (3, ""), told
        said[name] = told.replace(f"{name}.", "NAME.")
    assert said["there"] == said["here"]
    assert results(tmp_path / "there.jsonl") == results(tmp_path / "here.jsonl")


@pytest.mark.slow
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_a_run_that_is_stopped_leaves_no_process_and_goes_on_in_one(tmp_path: Path, sent: int, code: int) -> None:
    pytest.importorskip("ray", reason=WITHOUT)
    source, output = many(tmp_path / "in.jsonl", 300), tmp_path / "r.jsonl"
    with at_work(source, output) as process:
        if sent == signal.SIGINT:
            os.killpg(process.pid, sent)  # as a terminal does
        else:
            process.send_signal(sent)
    _, said = process.communicate()
    assert process.returncode == code, said
    assert code != 130 or said == f"thanhtich: stopped; {output} is as it was, what is done is kept: go on with --resume\n"
    deadline = time.monotonic() + 150  # Ray's agents first try for a minute to say that it is gone
    while left_over(process.pid) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not left_over(process.pid)
    assert not output.exists()
    rows = source.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = len((Outputs(output).partial / "articles.0").read_bytes().splitlines())
    source.write_text("".join(rows[: kept + 5]), encoding="utf-8")  # five more are enough to see that it goes on
    again = command(source, "-o", output, "--resume", "--threads", "1")
    _, said = again.communicate(timeout=600)
    assert again.returncode == 0 and "done before" in said, said
    whole = command(source, "-o", tmp_path / "whole.jsonl", "--threads", "1")
    whole.communicate(timeout=600)
    assert results(output) == results(tmp_path / "whole.jsonl")


def told(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    """What the command says of a mistake."""
    monkeypatch.setattr(sys, "argv", ["thanhtich", "extract", str(SEEDS / "giao-thuy-2021.txt"), *arguments])
    monkeypatch.setattr(thanhtich.said, "_file", io.StringIO())
    with pytest.raises(SystemExit) as ended:
        thanhtich.main()
    assert ended.value.code == 2
    return str(thanhtich.said.file.getvalue())  # type: ignore[attr-defined]


def test_without_ray_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, "ray", None)
    assert "ray is not installed; this command needs the extra: pip install -e '.[ray]'" in told(monkeypatch, "--engine", "ray")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--engine", "spark"), "no engine 'spark'; allowed are local, ray"),
        (("--jobs", "4"), "--address and --jobs are for --engine ray"),
        (("--device", "tpu"), "no device 'tpu'; allowed are cpu, openvino, cuda, auto"),
    ],
)
def test_mistakes_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    monkeypatch.chdir(tmp_path)
    assert says in told(monkeypatch, *arguments)


@pytest.mark.parametrize(("address", "says"), [("127.0.0.1:1", "no Ray cluster answers"), ("ray://head:10001", "not auto or HOST:PORT")])
def test_a_cluster_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str, says: str) -> None:
    pytest.importorskip("ray", reason=WITHOUT)
    import ray

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    assert says in told(monkeypatch, "--engine", "ray", "--address", address)


def test_readers_by_what_the_cluster_has() -> None:
    pytest.importorskip("ray", reason=WITHOUT)
    from model.cluster import chosen_device, room
    from model.devices import DeviceError

    assert [room({"num_cpus": threads}, {"CPU": 8.0}) for threads in (1, 3, 16)] == [8, 2, 1]
    assert room({"num_cpus": 1, "num_gpus": 1}, {"CPU": 64.0, "GPU": 4.0}) == 4
    assert [chosen_device(wanted, {"CPU": 8.0, "GPU": 4.0}) for wanted in ("cpu", "openvino", "cuda", "auto")] == ["cpu", "openvino", "cuda", "cuda"]
    assert chosen_device("auto", {"CPU": 8.0}) == "cpu"
    with pytest.raises(DeviceError, match=r"the cluster has no GPU that Ray knows of \(8 CPUs\).*--device cpu"):
        chosen_device("cuda", {"CPU": 8.0})
