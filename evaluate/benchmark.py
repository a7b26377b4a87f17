"""How fast ours is, beside others over the same sentences: rates, time to the first record, peak memory, ratios with their spread.

Every measurement is a process of its own (evaluate/benchmark_worker.py). They take turns, ours first and then each rival, as often as
``repeats`` says, so that a machine that slows down slows all of them; a ratio is always of two neighbours in time.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from annotations.store import digest
from evaluate.benchmark_jobs import OURS, PHOBERT_BASE, PROFILE, EncoderSizes, Job, Run, Total, write_job
from evaluate.benchmark_machine import ROOT, environment, machine
from evaluate.benchmark_profile import Profile
from evaluate.benchmark_results import Benchmark, Data, Measured
from evaluate.benchmark_rivals import RIVALS, missing
from model.articles import ArticleFailure, read_articles
from model.config import DEFAULT_MODEL, read_model_config
from model.cores import physical_cores
from model.devices import candidates, offered
from model.errors import ArticleError, OutputError, ThanhtichError
from model.text import sentences, words

SEEDS = ROOT / "seeds" / "articles"
OURS_TITLE = "thanhtich extract{device}, files to record files"
PATIENCE = 900.0
"""Seconds that a rival may take beyond its time; a package that waits for a network never comes back."""
FASTEST, LEAST = 1000, 1000
"""Sentences a second that no rival reads, and how many it has at hand in any case: more would count as its memory."""
Advance = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Settings:
    """What is measured.

    Attributes:
        inputs: articles, as for `thanhtich extract`; none takes those of ``seeds``.
        model: ours; None for the one that ships.
        device: where ours computes: ``cpu``, ``openvino`` or ``cuda``, so that the figures say of what they are.
        seconds: each rival reads for so long.
        repeats: how often everyone has a turn.
        threads: for everyone; 0 takes the physical cores that this process may use.
        rivals: names of :data:`RIVALS`.
        profile: also where the time of ours goes.
        compact, phobert: sizes of the rivals' encoders.
    """

    inputs: tuple[str, ...] = ()
    model: Path | None = None
    device: str = "cpu"
    seconds: float = 20.0
    repeats: int = 3
    threads: int = 0
    rivals: tuple[str, ...] = tuple(RIVALS)
    profile: bool = False
    compact: EncoderSizes = field(default_factory=EncoderSizes)
    phobert: EncoderSizes = PHOBERT_BASE

    def __post_init__(self) -> None:
        if not 0 < self.seconds < 1e6:
            raise ThanhtichError(f"--seconds {self.seconds:g}: allowed is a number above 0; 20 is enough for most machines")
        if self.repeats < 1:
            raise ThanhtichError(f"--repeats {self.repeats}: allowed is 1 and more; 3 show how far the figures spread")
        if self.device == "auto":
            raise ThanhtichError("--device auto: a benchmark is of one device; allowed are cpu, openvino, cuda")
        candidates(self.device, offered())
        if self.threads < 0:
            raise ThanhtichError(f"--threads {self.threads}: allowed is 1 and more, or 0 for the physical cores")
        if unknown := [name for name in self.rivals if name not in RIVALS]:
            raise ThanhtichError(f"no rival {unknown[0]!r}; allowed are {', '.join(RIVALS)}")
        if "-" in self.inputs:
            raise ThanhtichError("a benchmark reads its articles many times, and standard input can be read once: give files or folders")


def benchmark(settings: Settings, command: str = "", advance: Advance = lambda: None) -> Benchmark:
    """Measure ours and the rivals in turns; ``advance`` is called after each measurement.

    Args:
        command: the command line that the result should name.

    Raises:
        ThanhtichError: no article could be read, or ours failed. A rival that fails is skipped and named.
    """
    config = read_model_config(settings.model or DEFAULT_MODEL)
    threads = settings.threads or physical_cores()
    before = machine()
    inputs = settings.inputs or (str(SEEDS),)
    data, texts = read_data(inputs)
    with tempfile.TemporaryDirectory() as folder:
        job = Job(
            who=OURS,
            inputs=tuple(inputs),
            sentences=tuple(texts[: max(LEAST, int(FASTEST * settings.seconds))]),
            total=data.total,
            seconds=settings.seconds,
            threads=threads,
            tokenizer=str(DEFAULT_MODEL / "tokenizer.json"),
            model=str(settings.model) if settings.model else None,
            device=settings.device,
            compact=settings.compact,
            phobert=settings.phobert,
        )
        bench = _Bench(Path(folder), job, advance)
        ours, rivals = bench.take_turns(settings.rivals, settings.repeats)
        profiled = bench.profile() if settings.profile else None
    now = datetime.now(UTC).isoformat(timespec="minutes")
    return Benchmark(command, now, before, data, config.identity, threads, settings.seconds, settings.repeats, ours, rivals, profiled)


def read_data(inputs: Sequence[str]) -> tuple[Data, list[str]]:
    """Counts of what the inputs hold, and every sentence: articles in an order shuffled once, so that a part of them stands for all.

    Raises:
        ArticleError: none could be read, or they hold no sentence.
    """
    found = list(read_articles(inputs))
    articles = [one for one in found if not isinstance(one, ArticleFailure)]
    reasons = [one.reason for one in found if isinstance(one, ArticleFailure)]
    read = [[(article.text, span) for span in sentences(article.text, article.body)] for article in articles]
    if not any(read):
        raise ArticleError(f"no sentence to read in {', '.join(inputs)}" + (f" ({reasons[0]})" if reasons else "") + "; give files or folders with articles")
    whole = digest("\n".join(sorted(f"{article.id} {digest(article.text)}" for article in articles)))
    total = Total(len(articles), sum(map(len, read)), sum(len(words(text, span)) for each in read for text, span in each))
    random.Random(0).shuffle(read)
    return Data(total, sum(len(article.text) for article in articles), len(reasons), whole), [span.of(text) for each in read for text, span in each]


class _Bench:
    """Runs jobs in processes of their own."""

    def __init__(self, folder: Path, job: Job, advance: Advance) -> None:
        self._folder, self._job, self._advance = folder, job, advance
        self._environment = environment(job.threads)

    def take_turns(self, names: Sequence[str], repeats: int) -> tuple[Measured, tuple[Measured, ...]]:
        """Ours and every rival, ``repeats`` times one after the other; who fails once is left out from then on."""
        runs: dict[str, list[tuple[Run, float | None]]] = {name: [] for name in (OURS, *names)}
        skipped = {name: reason for name in names if (reason := missing(RIVALS[name]))}
        for _ in range(repeats):
            for name in runs:
                if name in skipped:
                    continue
                outcome = self._ours() if name == OURS else self._rival(name)
                if isinstance(outcome, str):
                    skipped[name] = outcome
                    runs[name] = []
                else:
                    runs[name].append(outcome)
                self._advance()
        device = "" if self._job.device == "cpu" else f" --device {self._job.device}"
        titles = {OURS: OURS_TITLE.format(device=device)} | {name: RIVALS[name].title for name in names}
        ours, *rivals = (Measured(name, titles[name], tuple(run for run, _ in own), tuple(cold for _, cold in own), skipped.get(name)) for name, own in runs.items())
        return ours, tuple(rivals)

    def profile(self) -> Profile:
        """Where the time of ours goes."""
        found = self._done(PROFILE, None)
        if "failed" in found:
            raise ThanhtichError(f"--profile: {found['failed']}")
        self._advance()
        return Profile(**found["profile"])

    def _ours(self) -> tuple[Run, float | None]:
        found = self._done(OURS, None)
        if "failed" in found:
            raise ThanhtichError(found["failed"])
        return Run(**found["run"]), self._cold()

    def _rival(self, name: str) -> tuple[Run, float | None] | str:
        """A run and the seconds to its first result; or why there is none."""
        started = time.monotonic()
        found = self._done(name, self._job.seconds + PATIENCE)
        if "failed" in found:
            return str(found["failed"])
        run = Run(**found["run"])
        return run, run.first_at - started if run.first_at is not None else None

    def _done(self, who: str, patience: float | None) -> dict[str, Any]:
        """What the process gave; ``failed`` where it gave nothing."""
        job, result = self._folder / "job.json", self._folder / "result.json"
        result.unlink(missing_ok=True)
        # Ours reads files; what it does not need must not count as its memory.
        write_job(_for(self._job, who), job)
        called = [sys.executable, "-P", "-m", "evaluate.benchmark_worker", str(job), str(result)]
        try:
            ended = subprocess.run(called, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=patience)
        except subprocess.TimeoutExpired:
            return {"failed": f"no result after {patience:.0f} seconds; it may wait for a network"}
        if not result.exists():
            said = ended.stderr.decode("utf-8", "replace").strip().splitlines()
            return {"failed": f"its process ended with code {ended.returncode}" + (f" ({said[-1][:200]})" if said else "") + "; there may be too little memory"}
        found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return found

    def _cold(self) -> float | None:
        """Seconds from calling `thanhtich extract` to its first record; None where it gives none."""
        model = ["--model", self._job.model] if self._job.model else []
        called = [sys.executable, "-P", "-m", "thanhtich", "extract", *self._job.inputs, "-o", "-", "--threads", str(self._job.threads), "--device", self._job.device, *model]
        started = time.monotonic()
        with subprocess.Popen(called, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL) as process:
            assert process.stdout is not None, "it was asked for"
            line = process.stdout.readline()
            seconds = time.monotonic() - started
            process.kill()
        return seconds if line else None


def _for(job: Job, who: str) -> Job:
    parts = {name: getattr(job, name) for name in Job.__slots__} | {"who": who}
    return Job(**parts | ({} if who in RIVALS else {"sentences": ()}))


def check_outputs(*paths: Path | None) -> None:
    """Say before measuring, not after it, that a result cannot be written.

    Raises:
        OutputError: the folder of one is not there, or it is a folder itself.
    """
    for path in filter(None, paths):
        if path.is_dir() or not path.resolve().parent.is_dir():
            raise OutputError(f"{path}: cannot be written there ({'it is a folder' if path.is_dir() else 'its folder is not there'}); name a file in a folder that is")
