"""The shipped model stays above its floors, and floors are not lowered in silence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders import annotated_articles
from evaluated import evaluated, told

from annotations.store import Finding
from evaluate.gate import judge, read_floors
from model.errors import AnnotationError
from model.runtime import Extractor


def entry(since: str, exact: float, digest: str = "d", reason: str = "") -> dict[str, object]:
    return {"since": since, "digest": digest, "model": "m", "floors": {"exact": exact}, "reason": reason}


def floors_file(folder: Path, *entries: dict[str, object]) -> Path:
    path = folder / "floors.json"
    path.write_text(json.dumps(entries), encoding="utf-8")
    return path


def test_the_last_entry_is_in_force(tmp_path: Path) -> None:
    assert read_floors(floors_file(tmp_path, entry("a", 0.5), entry("b", 0.6)))["since"] == "b"


@pytest.mark.parametrize("later", [entry("b", 0.4), entry("b", 0.6, digest="other")])
def test_lower_floors_and_other_gold_need_a_reason(tmp_path: Path, later: dict[str, object]) -> None:
    with pytest.raises(AnnotationError, match="gives no reason"):
        read_floors(floors_file(tmp_path, entry("a", 0.5), later))
    assert read_floors(floors_file(tmp_path, entry("a", 0.5), later | {"reason": "new articles"}))["since"] == "b"


def test_an_unknown_measure_is_refused(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match="unknown exactly"):
        read_floors(floors_file(tmp_path, entry("a", 0.5) | {"floors": {"exactly": 0.9}}))


def test_the_shipped_model_is_above_its_floors() -> None:
    extractor = Extractor.load()
    floors = read_floors()
    verdict = judge(extractor, floors)
    assert not verdict.failures
    assert floors["model"] == extractor.identity


def test_a_model_below_its_floor_fails() -> None:
    floors = read_floors()
    verdict = judge(Extractor.load(), floors | {"floors": {"exact": 1.01}, "digest": "another"})
    assert len(verdict.failures) == 2


def test_the_gate_scores_as_the_evaluation_does(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = annotated_articles()
    monkeypatch.setattr("evaluate.run.read_corpus", lambda split: (articles, []))
    result = evaluated(articles, told(articles))
    verdict = judge(told(articles), {"digest": result.digest, "floors": {"exact": result.tally.measures["exact"].f1}})
    assert (verdict.tally, verdict.digest, verdict.failures) == (result.tally, result.digest, ())


def test_a_crash_and_a_corpus_that_cannot_be_read_fail_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = annotated_articles()
    monkeypatch.setattr("evaluate.run.read_corpus", lambda split: (articles, []))
    digest = evaluated(articles, told(articles)).digest
    (failure,) = judge(told(articles[1:]), {"digest": digest, "floors": {}}).failures
    assert failure.startswith(f"{articles[0].article.id}: the model failed")
    monkeypatch.setattr("evaluate.run.read_corpus", lambda split: (articles, [Finding("bad.txt", "no text")]))
    assert judge(told(articles), {"digest": digest, "floors": {}}).failures == ("bad.txt: no text",)
