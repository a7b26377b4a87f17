"""Articles are handed on while those after them are read: in order, none lost, and nothing is read on after an error or an early stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from model.calibrate import Calibration
from model.config import DEFAULT_MODEL, read_model_config
from model.encode import WindowSizes
from model.runtime import Extraction, Extractor
from model.schema import AnnotatedArticle, Article
from model.subwords import Subwords, read_subwords

CONFIG = read_model_config(DEFAULT_MODEL)


class Counting:
    """A backend that marks nothing, slowly, and counts what it was given."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds, self.read = seconds, 0

    def tag(self, ids: np.ndarray, mask: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        time.sleep(self.seconds)
        self.read += len(ids)
        return np.zeros((*first.shape, 4), dtype=np.float32), np.tile(np.eye(1, len(CONFIG.labels.tags), dtype=np.float32), (*first.shape, 1))

    def link(self, states: np.ndarray, *arrays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        raise AssertionError("nothing was marked, so nothing is linked")


@pytest.fixture(scope="module")
def subwords() -> Subwords:
    return read_subwords(DEFAULT_MODEL)


def articles(*lines: int) -> list[Article]:
    return [Article(f"a{number}", "\n".join(f"Kết nạp {line} đoàn viên." for line in range(count)) or "Không có gì.") for number, count in enumerate(lines)]


def extractor(backend: Counting, subwords: Subwords, workers: int, batch: int = 1, kind: type[Extractor] = Extractor) -> Extractor:
    return kind(backend, subwords, CONFIG.labels, WindowSizes(24, 0, 0), "counting", Calibration(), batch=batch, workers=workers, lookahead=4)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("batch", [1, 3])
def test_every_article_comes_once_and_in_order(subwords: Subwords, workers: int, batch: int) -> None:
    given = articles(0, 3, 0, 9, 1, 0, 0, 5, 2, 0)
    found = [each.found.article.id for each in extractor(Counting(), subwords, workers, batch).extract(given)]
    assert found == [article.id for article in given]
    assert [each.article.id for each in extractor(Counting(), subwords, workers, batch).read(given)] == found


def test_the_first_article_is_there_before_the_last_is_read(subwords: Subwords) -> None:
    backend = Counting(0.02)
    found = extractor(backend, subwords, 2).extract(articles(1, 30, 30))
    next(found)
    assert backend.read < 15
    found.close()


def _still(backend: Counting) -> bool:
    """True where nothing more is read."""
    before = backend.read
    time.sleep(0.2)
    return backend.read <= before


def test_a_reader_that_stops_ends_the_threads(subwords: Subwords) -> None:
    backend, before = Counting(0.02), threading.active_count()
    found = extractor(backend, subwords, 2).extract(articles(1, 60))
    next(found)
    found.close()
    assert _still(backend) and backend.read < 20 and threading.active_count() == before


class Failing(Extractor):
    """Fails on every article after it was read."""

    def _finish(self, found: AnnotatedArticle) -> Extraction:
        raise ZeroDivisionError


def test_an_error_while_articles_are_finished_ends_the_threads(subwords: Subwords) -> None:
    backend = Counting(0.02)
    found: Iterator[Extraction] = extractor(backend, subwords, 2, kind=Failing).extract(articles(1, 60))
    with pytest.raises(ZeroDivisionError) as held:
        next(found)
    assert held.value is not None and _still(backend) and backend.read < 20, "the traceback is held, and yet nothing is read on"
