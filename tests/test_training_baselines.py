"""The features baseline learns, is the same each time and says what it lacks; all baselines meet in one call; the encoder without pretraining."""

from __future__ import annotations

import contextlib
import io
from dataclasses import asdict, replace
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from builders import annotated_articles, tiny_bert, write_corpus
from evaluated import evaluated

import thanhtich
import training.baselines as together
from evaluate.baselines import Baseline, Row, Skipped, measured, rules
from evaluate.compare import read_run
from evaluate.results import Result
from model.errors import ModelError, TrainingError
from model.runtime import Extractor
from model.schema import Achievement, AnnotatedArticle, Article, Entity, EntityType, Kind, Span
from training.baseline_features import FeatureBaseline, train_features
from training.config import TrainingConfig, checked, read_config

TRAIN, DEV = annotated_articles("train"), annotated_articles("dev")


# --- the features baseline ----------------------------------------------------------------------------------------------------

needs_sklearn = pytest.mark.skipif(find_spec("sklearn") is None, reason="the features baseline needs scikit-learn (extra `train`)")


@pytest.fixture(scope="module")
def fitted() -> FeatureBaseline:
    pytest.importorskip("sklearn", reason="the features baseline needs scikit-learn (extra `train`)")
    return train_features(TRAIN)


def test_it_finds_what_it_learned_from(fitted: FeatureBaseline) -> None:
    (row,) = measured([Baseline("features", fitted.identity, fitted.read)], lambda extractor: evaluated(TRAIN, extractor))
    assert row.result and not row.result.problems
    figures = row.result.figures()
    assert figures["anchor/f1"].value and figures["anchor/f1"].value > 0.8 and figures["indicator code"].value and figures["indicator code"].value > 0.8


def test_it_finds_an_achievement_in_an_article_that_it_never_saw(fitted: FeatureBaseline) -> None:
    annotated = next(a for a in DEV if a.article.id == "ho-sen")
    found = fitted.read(annotated.article)
    wanted = {(e.span, e.type) for i, e in enumerate(annotated.entities) if any(h.anchor == i for h in annotated.achievements)}
    assert wanted & {(e.span, e.type) for e in found.entities} and found.achievements
    assert all(kind in set(Kind) for kind in (a.kind for a in found.achievements))


def test_the_same_articles_and_seed_give_the_same(fitted: FeatureBaseline) -> None:
    again, other = train_features(TRAIN), train_features(TRAIN, seed=1)
    assert again.identity == fitted.identity != other.identity
    assert [again.read(a.article) for a in DEV] == [fitted.read(a.article) for a in DEV]


def test_every_span_lies_in_its_sentence_and_none_overlap(fitted: FeatureBaseline) -> None:
    for annotated in (*TRAIN, *DEV):
        found = fitted.read(annotated.article)
        spans = [e.span for e in found.entities]
        assert all(a.end <= b.start for a, b in pairwise(spans))
        assert all("\n" not in span.of(annotated.article.text) for span in spans)


@pytest.mark.parametrize("text", ["", "\n", "Không có số nào."])
def test_an_article_with_nothing_in_it_gives_nothing(fitted: FeatureBaseline, text: str) -> None:
    assert fitted.read(Article("empty", text)).achievements == ()


@needs_sklearn
def test_numbers_outside_the_annotated_parts_teach_that_they_are_nothing() -> None:
    text = "Công đoàn huyện Sông Lam trao 245 suất quà.\nNhóm từ thiện trao 300 suất quà.\n"
    entity = Entity(Span(text.index("245"), text.index("245") + 3), EntityType.COUNT)
    line = Span(0, text.index("\n"))
    other = "Đến nay, quận có 96 công đoàn cơ sở."
    held = Entity(Span(other.index("96"), other.index("96") + 2), EntityType.COUNT)
    second = AnnotatedArticle(Article("b", other), (held,), (), (Achievement(0, Kind.LEVEL, "unions_total"),))
    known = AnnotatedArticle(Article("a", text), (entity,), (), (Achievement(0, Kind.RESULT, "gifts_given"),), annotated=(line,))
    found = train_features([known, second] * 6).read(known.article)
    assert [e.span.of(text) for e in found.entities if e.type is EntityType.COUNT] == ["245"]


def test_without_achievements_to_tell_apart_it_says_what_is_needed() -> None:
    bare = [replace(a, achievements=()) for a in TRAIN]
    with pytest.raises(TrainingError, match="two kinds and two codes"):
        train_features(bare)


# --- all of them together -----------------------------------------------------------------------------------------------------


@needs_sklearn
def test_all_meet_on_the_same_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def evaluation(extractor: Extractor, **given: Any) -> Result:
        asked.append(given["split"])
        return evaluated(DEV, extractor)

    monkeypatch.setattr(together, "evaluate_corpus", evaluation)
    monkeypatch.setattr(together, "underthesea", lambda: Skipped("underthesea", "not here"))
    sets = together.measure_all(together.Data("dev"), corpus=write_corpus(tmp_path / "corpus"))
    assert list(sets) == ["dev"] and asked == ["dev", "dev"]
    assert [row.name for row in sets["dev"]] == ["rules", "features", "underthesea"]
    measured_rows = [row for row in sets["dev"] if row.result]
    assert len({row.result.digest for row in measured_rows if row.result}) == 1


def test_gold_gives_a_second_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "measured", lambda entrants, evaluation: [Row(str(evaluation.keywords.get("gold", evaluation.keywords.get("split"))), None)])
    monkeypatch.setattr(together, "features", lambda texts, corpus: Skipped("features", "not here"))
    sets = together.measure_all(together.Data(gold=tmp_path / "gold.jsonl", gold_texts=tmp_path))
    assert [row.name for rows in sets.values() for row in rows] == ["test", str(tmp_path / "gold.jsonl")] and list(sets) == ["test", "gold"]


def test_a_split_that_is_not_there_is_refused_before_anything_is_learned() -> None:
    with pytest.raises(TrainingError, match="train, dev, test"):
        together.Data("nope")


def test_gold_without_its_texts_is_refused() -> None:
    with pytest.raises(TrainingError, match="--gold-texts"):
        together.Data(gold=Path("gold.jsonl"))


def test_a_model_that_is_not_there_is_told_before_anything_is_learned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "features", lambda texts, corpus: pytest.fail("trained first"))
    with pytest.raises(ModelError):
        together.measure_all(together.Data(), [str(tmp_path / "absent")])


def test_without_scikit_learn_its_row_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "find_spec", lambda name: None)
    skipped = together.features()
    assert isinstance(skipped, Skipped) and "pip install" in skipped.reason


def test_the_command_prints_the_table_and_writes_the_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    given: list[Any] = []

    def measure(data: together.Data, models: Any, advance: Any, *, command: str) -> dict[str, list[Row]]:
        given.extend([data, list(models)])
        return {"test": [*measured([rules()], lambda extractor: evaluated(DEV, extractor)), Row("features", None, "not here")]}

    monkeypatch.setattr(together, "measure_all", measure)
    output = tmp_path / "all.json"
    monkeypatch.setattr("sys.argv", ["thanhtich", "baselines", "-o", str(output), "--model", "shipped", "--split", "dev"])
    monkeypatch.setattr(thanhtich.said, "_file", io.StringIO())
    with contextlib.suppress(SystemExit):
        thanhtich.main()
    printed = capsys.readouterr().out
    assert given == [together.Data("dev"), ["shipped"]]
    assert "exact F1" in printed and "features is skipped: not here" in printed
    assert output.is_file() and read_run(tmp_path / "all.test.rules.json").documents


# --- the encoder without pretraining ------------------------------------------------------------------------------------------


def test_the_recipe_differs_from_the_curves_in_pretraining_alone() -> None:
    scratch, curve = read_config("from_scratch"), read_config("curve")
    assert not scratch.pretrained and curve.pretrained and TrainingConfig().pretrained
    assert {**asdict(scratch), "pretrained": True} == asdict(curve)


@pytest.mark.parametrize("value", ["no", 0, "false"])
def test_pretrained_is_true_or_false(value: object) -> None:
    with pytest.raises(TrainingError, match="allowed are true and false"):
        checked(TrainingConfig(), {"pretrained": value}, "here")


def test_weights_by_chance_come_from_the_seed_alone(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="encoders need torch (extra `train`)")
    pytest.importorskip("transformers", reason="encoders need transformers (extra `train`)")
    from training.encoders import load_encoder

    folder = str(tiny_bert(tmp_path / "encoder"))
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    made = {seed: load_encoder(folder, (1,), scratch=seed) for seed in (5, 6)}
    assert torch.equal(torch.rand(3), expected), "drawing weights must not disturb other chance"
    again, pretrained = load_encoder(folder, (1,), scratch=5), load_encoder(folder, (1,))
    weights = [dict(each.module.state_dict()) for each in (made[5], again, made[6], pretrained)]
    assert weights[0].keys() == weights[3].keys() and made[5].longest == pretrained.longest and made[5].folder == pretrained.folder
    name = next(key for key in weights[0] if key.endswith("attention.self.query.weight"))
    assert torch.equal(weights[0][name], weights[1][name])
    assert not torch.equal(weights[0][name], weights[2][name]) and not torch.equal(weights[0][name], weights[3][name])
