"""One process of a benchmark: it does one job, so that its peak memory and its cold start are its own.

Called as ``python -m evaluate.benchmark_worker JOB.json RESULT.json``.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evaluate.benchmark_jobs import OURS, PROFILE, Job, Run, read_job
from evaluate.benchmark_rivals import RIVALS, Rival, Step
from model.schema import Span
from model.text import words


def timed(step: Step, sentences: Sequence[str], size: int, seconds: float) -> tuple[int, float]:
    """Give the sentences to ``step``, ``size`` at once, until all are read or the time is up: how many were read, and seconds."""
    begun, done = time.perf_counter(), 0
    while done < len(sentences):
        batch = sentences[done : done + size]
        step(batch)
        done += len(batch)
        if time.perf_counter() - begun >= seconds:
            break
    return done, time.perf_counter() - begun


def run_rival(rival: Rival, job: Job) -> Run:
    """Load, first result, once more the same with everything warm, then as much as the time allows."""
    step, note = rival.load(job)
    step(job.sentences[: rival.first])
    first_at = time.monotonic()
    _, warm = timed(step, job.sentences[: rival.first], rival.first, job.seconds)
    done, seconds = timed(step, job.sentences, rival.size, job.seconds)
    read = sum(len(words(sentence, Span(0, len(sentence)))) for sentence in job.sentences[:done])
    return Run(done, read, seconds, first_at, warm, peak_memory(), note=note)


def run_ours(job: Job) -> Run:
    """The path of `thanhtich extract`: from files to files, over all articles."""
    from model.articles import read_articles
    from model.batch import run
    from model.runtime import Extractor
    from model.store import Outputs

    extractor = Extractor.load(job.model, threads=job.threads, device=job.device)
    _first_record(extractor, job.inputs)  # warms up
    begun = time.perf_counter()
    found = _first_record(extractor, job.inputs)
    warm = time.perf_counter() - begun if found else None
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        run(extractor, read_articles(job.inputs), Outputs(Path(folder) / "records.jsonl"))
        seconds = time.perf_counter() - begun
    note = "computes on a GPU, the rivals on the processor" if extractor.device == "cuda" else ""
    return Run(job.total.sentences, job.total.words, seconds, None, warm, peak_memory(), articles=job.total.articles, note=note)


def _first_record(extractor: Any, inputs: Sequence[str]) -> bool:
    """Extract as a run does up to the first record; False where there is none."""
    from model.articles import ArticleFailure, read_articles
    from model.batch import extracted

    return any(not isinstance(made, ArticleFailure) and made.lines.count for made in extracted(extractor, read_articles(inputs)))


def peak_memory() -> int:
    """Bytes that this process had in memory at most."""
    try:
        # What getrusage says begins at the peak of the process that started this one; Linux keeps our own beside it.
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return int(re.findall(r"VmHWM:\s*(\d+) kB", status)[0]) * 1024
    except (OSError, IndexError):
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024


def outcome(job: Job) -> dict[str, Any]:
    """What a job gives, as JSON takes it: ``run`` or ``profile``, or ``failed`` with the reason."""
    try:
        if job.who == PROFILE:
            from evaluate.benchmark_profile import profile

            return {"profile": asdict(profile(job.inputs, job.model, job.device))}
        return {"run": asdict(run_ours(job) if job.who == OURS else run_rival(RIVALS[job.who], job))}
    except Exception as error:  # a rival that cannot work is told in the table; the others are measured all the same
        said = " ".join(str(error).split())[:300]
        return {"failed": f"{type(error).__name__}: {said}"}


def main(job: str, result: str) -> None:
    """Do the job of one file, write the other."""
    Path(result).write_text(json.dumps(outcome(read_job(Path(job)))), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
