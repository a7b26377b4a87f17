"""What a run learns from: the project's corpus, or one's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import ARTICLES, write_corpus

pytest.importorskip("torch")

from model.errors import ModelError, TrainingError
from training.config import TrainingConfig
from training.run import read_data, train_model


def test_a_corpus_of_ones_own_is_all_that_is_learned_from(tmp_path: Path) -> None:
    data = read_data(TrainingConfig(), None, write_corpus(tmp_path))
    assert {a.article.id for a in data.train} == set(ARTICLES["train"])
    assert {a.article.id for a in data.dev} == set(ARTICLES["dev"])


def test_texts_of_other_articles_are_refused(tmp_path: Path) -> None:
    texts = tmp_path / "texts.jsonl"
    texts.write_text('{"id": "mine", "text": "LĐLĐ huyện kết nạp 391 đoàn viên."}\n', encoding="utf-8")
    with pytest.raises(TrainingError, match="none of its 1 texts"):
        read_data(TrainingConfig(), texts, write_corpus(tmp_path / "corpus"))


def test_a_model_to_go_on_from_is_looked_at_first(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no model\.json"):
        train_model(TrainingConfig(encoder="no/such/encoder"), tmp_path / "out", "m", start=tmp_path / "nope")
    with pytest.raises(TrainingError, match="there is no such folder"):
        train_model(TrainingConfig(encoder=str(tmp_path / "nope")), tmp_path / "out", "m", corpus=write_corpus(tmp_path / "corpus"))
