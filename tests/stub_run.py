"""A batch run whose extractor costs nothing, as a process of its own that tests can kill: stub_run.py INPUT OUTPUT [name=value ...].

Records come from the text alone: one for each number in it. KILL_AT=n in the environment kills the process at its n-th sync, rename or truncation.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.articles import read_articles
from model.batch import Batch, Summary, run
from model.schema import AchievementRecord, AnnotatedArticle, Article, Kind, Span
from model.store import Outputs

_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Found:
    """What extraction gives, without the runtime that imports ONNX."""

    found: AnnotatedArticle
    records: tuple[AchievementRecord, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Stub:
    """Raises where a text says ``RAISE``; ``wait`` seconds an article."""

    identity: str = "stub 1"
    wait: float = 0.0

    def extract(self, articles: Iterable[Article]) -> Iterator[Found]:
        for article in articles:
            time.sleep(self.wait)
            if "RAISE" in article.text:
                raise ZeroDivisionError("planted\nfault")
            spans = [Span(*match.span()) for match in _NUMBER.finditer(article.text)]
            yield Found(AnnotatedArticle(article, (), (), ()), tuple(_record(article, span, self.identity) for span in spans))


def _record(article: Article, span: Span, model: str) -> AchievementRecord:
    return AchievementRecord(
        id=f"{article.id}:{span.start}",
        article_id=article.id,
        kind=Kind.RESULT,
        organisation=None,
        indicator=span.of(article.text),
        indicator_code="other",
        count=None,
        target=None,
        percentages=(),
        period=None,
        sentence=span,
        sentence_text=span.of(article.text),
        confidence=1.0,
        field_confidence={},
        checks=(),
        model=model,
    )


def _kill_at(number: int) -> None:
    """Before the n-th call that makes something last, the process is gone."""
    left = [number]

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*arguments: Any, **named: Any) -> Any:
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments, **named)

        return counting

    for name in ("fsync", "replace", "unlink", "rmdir", "mkdir"):
        setattr(os, name, counted(getattr(os, name)))


def extract(source: Path, output: Path, *, stub: Stub | None = None, **batch: Any) -> Summary:
    """One run in this process."""
    return run(stub or Stub(), read_articles([source], leave_out=(output,)), Outputs(output), Batch(**batch))


if __name__ == "__main__":
    if "KILL_AT" in os.environ:
        _kill_at(int(os.environ["KILL_AT"]))
    extract(Path(sys.argv[1]), Path(sys.argv[2]), stub=Stub(wait=float(sys.argv[3])), resume=True, seconds=0.03, chunk=4)
