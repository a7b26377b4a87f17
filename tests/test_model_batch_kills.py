"""A run is killed, goes on, and in the end nothing is lost or doubled.

THANHTICH_KILLS=200 python -m pytest tests/test_model_batch_kills.py kills at so many random moments; by default 25.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from stub_run import extract

from model.store import Outputs

ROOT = Path(__file__).parent.parent
KILLS = int(os.environ.get("THANHTICH_KILLS", "25"))
WAIT = 0.002


def write(folder: Path, number: int, *, changed: bool = False) -> None:
    """Articles with records, without, and bad ones; some texts are other ones where ``changed``."""
    folder.mkdir(exist_ok=True)
    for at in range(number):
        more = " thêm 7 người" * (at % 40) if changed and at % 3 == 0 else ""
        text = f"Bài {at}: kết nạp {at * 3} đoàn viên, tặng {at} suất quà.{more}" if at % 5 else "Không có gì."
        (folder / f"{at:04}.txt").write_text("" if at % 31 == 30 else f"RAISE {text}" if at % 37 == 36 else text, encoding="utf-8")


def results(output: Path) -> dict[str, list[bytes]]:
    """The lines of every output, sorted."""
    names = (output.name, f"{output.stem}.articles.jsonl", f"{output.stem}.errors.jsonl")
    return {name.removeprefix(output.stem): sorted((output.parent / name).read_bytes().splitlines()) for name in names}


def start(source: Path, output: Path, wait: float, **environment: str) -> subprocess.Popen[bytes]:
    code = [sys.executable, str(ROOT / "tests" / "stub_run.py"), str(source), str(output), str(wait)]
    return subprocess.Popen(code, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)} | environment, stderr=subprocess.PIPE)


def ended(process: subprocess.Popen[bytes]) -> bool:
    """True where it ran to its end, False where it was killed."""
    _, said = process.communicate()
    assert process.returncode in (0, -signal.SIGKILL), said.decode()
    return process.returncode == 0


def finish(source: Path, output: Path, moments: random.Random, longest: float) -> int:
    """Run, kill at a random moment and run again until it ends; gives how often it was killed."""
    killed = 0
    while True:
        process = start(source, output, WAIT)
        time.sleep(moments.uniform(0.0, longest))
        process.send_signal(signal.SIGKILL)
        if ended(process):
            return killed
        killed += 1
        longest *= 1.03  # however slow the machine, there is an end


@pytest.mark.slow
def test_killed_at_random_moments(tmp_path: Path) -> None:
    source, output = tmp_path / "in", tmp_path / "out" / "r.jsonl"
    wanted = []
    for changed in (False, True):
        write(source, 120, changed=changed)
        extract(source, tmp_path / f"whole-{changed}.jsonl")
        wanted.append(results(tmp_path / f"whole-{changed}.jsonl"))
    began = time.monotonic()
    assert ended(start(source, tmp_path / "timed.jsonl", WAIT))
    longest = 0.9 * (time.monotonic() - began)
    moments = random.Random(20261122)
    killed = rounds = 0
    while killed < KILLS or rounds < 2:
        changed = bool(rounds % 2)  # every second round goes on from a finished output of which some articles were changed since
        if not changed:
            for path in (output.parent).glob("r.*"):
                path.unlink()
        write(source, 120, changed=changed)
        killed += finish(source, output, moments, longest)
        rounds += 1
        assert results(output) == wanted[changed], (rounds, killed)
        assert not [path.name for path in output.parent.iterdir() if path.name.startswith(".")]


@pytest.mark.slow
def test_killed_before_each_thing_that_lasts(tmp_path: Path) -> None:
    """Every sync, rename and removal of a run that compacts, one after the other: the few moments that chance seldom meets."""
    source, whole, output = tmp_path / "in", tmp_path / "whole.jsonl", tmp_path / "out" / "r.jsonl"
    write(source, 12)
    extract(source, whole)
    (source / "0000.txt").write_text("Bài 0 nay có 5 người", encoding="utf-8")
    extract(source, tmp_path / "changed.jsonl")
    wanted = results_without_errors(tmp_path / "changed.jsonl")
    at = 0
    while True:
        at += 1
        for path in output.parent.glob("*"):
            path.unlink()
        (source / "0000.txt").write_text("Không có gì.", encoding="utf-8")
        extract(source, output)
        old = output.read_bytes()
        (source / "0000.txt").write_text("Bài 0 nay có 5 người", encoding="utf-8")
        done = ended(start(source, output, 0.0, KILL_AT=str(at)))
        assert output.read_bytes() == old or results_without_errors(output)[0] == wanted[0]
        assert done or ended(start(source, output, 0.0))
        assert results_without_errors(output) == wanted, at
        assert not [path.name for path in output.parent.iterdir() if path.name.startswith(".")]
        if done:
            break
    assert at > 15


def results_without_errors(output: Path) -> tuple[list[bytes], list[bytes]]:
    articles = output.with_name(f"{output.stem}.articles.jsonl")
    return sorted(output.read_bytes().splitlines()), sorted(articles.read_bytes().splitlines()) if articles.exists() else []


@pytest.mark.slow
def test_the_shipped_model_killed_through_the_command(tmp_path: Path) -> None:
    def command(output: Path) -> list[str]:
        return [sys.executable, "thanhtich.py", "extract", "seeds/articles", "-o", str(output), "--resume"]

    output = tmp_path / "r.jsonl"
    process = subprocess.Popen(command(output), cwd=ROOT, stderr=subprocess.PIPE)
    written = Outputs(output).partial / "records.0"
    while process.poll() is None and not (written.exists() and written.stat().st_size):
        time.sleep(0.001)
    process.kill()
    ended(process)  # before its first commit, after it, or already over: each of them must end in the same files
    subprocess.run(command(output), cwd=ROOT, check=True, capture_output=True)
    subprocess.run(command(tmp_path / "whole.jsonl"), cwd=ROOT, check=True, capture_output=True)
    assert results_without_errors(output) == results_without_errors(tmp_path / "whole.jsonl")
    assert output.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
