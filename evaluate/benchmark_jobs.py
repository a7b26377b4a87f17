"""What the processes of a benchmark are given and what they give back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

OURS, PROFILE = "thanhtich", "profile"


@dataclass(frozen=True, slots=True)
class EncoderSizes:
    """Of an encoder in the manner of BERT; ``positions`` is the longest input in subwords."""

    layers: int = 12
    hidden: int = 384
    heads: int = 12
    inner: int = 1536
    vocabulary: int = 16079
    positions: int = 512


PHOBERT_BASE = EncoderSizes(12, 768, 12, 3072, 64001, 256)


@dataclass(frozen=True, slots=True)
class Total:
    """How much all the articles hold; words are syllables, numbers and signs."""

    articles: int
    sentences: int
    words: int


@dataclass(frozen=True, slots=True)
class Job:
    """What one process is to do.

    Attributes:
        who: :data:`OURS`, :data:`PROFILE`, or the name of a rival (evaluate/benchmark_rivals.py).
        sentences: what a rival reads, in the order in which it reads them.
        seconds: after so many a rival stops; ours reads all of ``inputs``.
        tokenizer: a ``tokenizer.json`` for rivals of our encoder's size.
        model: ours; None for the one that ships.
        device: where ours computes (model/devices.py).
    """

    who: str
    inputs: tuple[str, ...]
    sentences: tuple[str, ...]
    total: Total
    seconds: float
    threads: int
    tokenizer: str
    model: str | None = None
    device: str = "cpu"
    compact: EncoderSizes = EncoderSizes()
    phobert: EncoderSizes = PHOBERT_BASE


@dataclass(frozen=True, slots=True)
class Run:
    """One measurement: so many ``sentences`` took ``seconds``. Bytes are the peak of the whole process.

    ``first_at`` is the system-wide monotonic clock at the first result, ``first_warm`` the seconds to it once the model is in memory;
    None where there was none (and of ours, whose cold start is the command's own: evaluate/benchmark.py). ``articles`` is None where whole
    articles are not what was read.
    """

    sentences: int
    words: int
    seconds: float
    first_at: float | None
    first_warm: float | None
    peak_bytes: int
    articles: int | None = None
    note: str = ""


def read_job(path: Path) -> Job:
    """A job as :func:`write_job` wrote it."""
    row = json.loads(path.read_text(encoding="utf-8"))
    parts = {"total": Total(**row["total"]), "compact": EncoderSizes(**row["compact"]), "phobert": EncoderSizes(**row["phobert"])}
    return Job(**row | parts | {name: tuple(row[name]) for name in ("inputs", "sentences")})


def write_job(job: Job, path: Path) -> None:
    """A job for another process."""
    path.write_text(json.dumps(asdict(job), ensure_ascii=False), encoding="utf-8")
