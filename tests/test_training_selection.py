"""The choice of sentences, learned from the project's corpus."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import annotated_articles, tiny_bert, write_corpus

pytest.importorskip("sklearn")
pytest.importorskip("scipy")

from annotations.markup import parse
from annotations.store import read_corpus
from model.errors import TrainingError
from model.schema import AnnotatedArticle
from model.selection import Selection
from model.text import may_hold_achievement, sentences
from training.selection import KEPT, cross_fitted, fit_selection, quantities, taught, with_threshold


@pytest.fixture(scope="module")
def learned() -> list[AnnotatedArticle]:
    return read_corpus("train")[0][::6]


@pytest.fixture(scope="module")
def held_out() -> list[AnnotatedArticle]:
    return read_corpus("dev")[0]


@pytest.fixture(scope="module")
def selection(learned: list[AnnotatedArticle], held_out: list[AnnotatedArticle]) -> Selection:
    return fit_selection(learned, held_out)


def read_of(selection: Selection, articles: list[AnnotatedArticle]) -> tuple[float, float]:
    """The shares of the quantities and of the sentences with a number that are read."""
    held, kept, numbered, chosen = 0, 0, 0, 0
    for annotated in articles:
        text = annotated.article.text
        spans = sentences(text, annotated.article.body)
        for span, wanted in zip(spans, selection.chosen(text, spans), strict=True):
            inside = sum(span.start <= quantity.start < span.end for quantity in quantities(annotated))
            held, kept = held + inside, kept + inside * wanted
            numbered, chosen = numbered + may_hold_achievement(text, span), chosen + wanted
    return kept / held, chosen / numbered


def test_the_threshold_is_the_highest_that_keeps_enough(selection: Selection, held_out: list[AnnotatedArticle]) -> None:
    kept, chosen = read_of(selection, held_out)
    assert kept >= KEPT and chosen < 0.8
    higher = Selection(selection.weights, selection.bias, selection.threshold + 0.3)
    assert read_of(higher, held_out)[0] < KEPT


def test_it_holds_in_articles_that_chose_neither_weights_nor_threshold(selection: Selection) -> None:
    kept, chosen = read_of(selection, read_corpus("test")[0])
    assert kept >= KEPT - 0.015 and chosen < 0.8


def test_what_it_has_learned_is_what_a_reader_would_say(selection: Selection) -> None:
    text = "Công đoàn huyện kết nạp mới 391 đoàn viên\nCăn cứ Nghị quyết số 02-NQ/TW ngày 12/6/2021\nĐiện thoại: 0912 345 678"
    deed, document, telephone = selection.scores(text, sentences(text))
    assert deed > 0 > max(document, telephone) and deed - max(document, telephone) > 4


def test_of_an_article_to_learn_from_nothing_is_known_beforehand() -> None:
    lines = [f"{{Hội X|O{n}}} {{gặt|I{n}}} {{{n}77|C{n}:result:other}} {{chum tương|I{n}}}" for n in range(1, 6)]
    odd = "published: 2020-01-01\n---\n" + "\n".join(lines)
    articles = [*read_corpus("train")[0][:40], parse(odd, "odd", frozenset({"other"}))]
    whole = fit_selection(articles, articles[-1:])
    others = cross_fitted(articles, whole)
    text = "Hội X gặt 877 chum tương"
    known, unknown = (chosen.scores(text, sentences(text))[0] for chosen in (whole, others[-1]))
    assert known > 0 and known - unknown > 1
    assert len(others) == len(articles) and {chosen.threshold for chosen in others} == {whole.threshold}


def test_what_holds_a_quantity_is_always_learned_from(learned: list[AnnotatedArticle]) -> None:
    nothing = Selection(np.zeros(1 << 17, dtype=np.float32), 0.0, 1.0)
    annotated = next(a for a in learned if a.achievements)
    text = annotated.article.text
    spans = sentences(text, annotated.article.body)
    wanted = taught(nothing, annotated)(text, spans)
    holding = {i for i, span in enumerate(spans) for quantity in quantities(annotated) if span.start <= quantity.start < span.end}
    assert {i for i, chosen in enumerate(wanted) if chosen} == holding


def test_without_held_out_quantities_all_is_read(selection: Selection) -> None:
    assert with_threshold(selection, []).threshold == -np.inf


def test_too_little_to_learn_from_is_said() -> None:
    with pytest.raises(TrainingError, match=r"select = true: \d+ articles with numbers.*train with --set select=false"):
        fit_selection(annotated_articles("train")[:2], [])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_model_keeps_what_it_was_trained_with(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    from model.runtime import Extractor
    from training.config import TrainingConfig
    from training.run import train_model

    encoder = str(tiny_bert(tmp_path / "encoder"))
    config = TrainingConfig(encoder=encoder, window=96, opening=16, context=16, epochs=1, batch_size=4, precision="fp32", select=True, sources=("written",))
    train_model(config, tmp_path / "model", "tiny", corpus=write_corpus(tmp_path / "corpus"), quiet=True)
    extractor = Extractor.load(tmp_path / "model", threads=1)
    assert extractor.selection is not None and "selection.npz" in (tmp_path / "model" / "model.json").read_text(encoding="utf-8")
    annotated = annotated_articles("train")[0]
    read = extractor.read([annotated.article])
    assert read[0].article == annotated.article
