"""Which sentences the encoder reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.store import read_corpus
from model.config import DEFAULT_MODEL, SELECTION
from model.errors import ModelError
from model.schema import Article, Span
from model.selection import BUCKETS, Selection, features, read_selection, scales, write_selection
from model.text import is_number, may_hold_achievement, sentences, words

PIECES = st.sampled_from(["kết nạp", "391", "đoàn viên", "năm 2021", "quà", "hai", "mươi", "1.250", "số", "02-NQ", "%", "LĐLĐ", "ngày", "12/3", "", "  "])
LINES = st.lists(st.lists(PIECES, max_size=8).map(" ".join), max_size=6)


def random_selection(threshold: float = 0.0) -> Selection:
    return Selection(np.random.default_rng(7).normal(size=BUCKETS).astype(np.float32), -0.3, threshold)


def lines_of(text: str) -> list[Span]:
    return list(sentences(text))


@given(LINES)
def test_a_sentence_without_a_number_is_never_chosen_and_without_a_threshold_every_other_is(lines: list[str]) -> None:
    text = "\n".join(lines)
    spans = lines_of(text)
    with_numbers = tuple(any(is_number(word.of(text)) for word in words(text, span)) for span in spans)
    assert random_selection(-1e9).chosen(text, spans) == with_numbers
    assert random_selection(1e9).chosen(text, spans) == (False,) * len(spans)
    assert all(may_hold_achievement(text, span) for span, number in zip(spans, with_numbers, strict=True) if number)


@given(LINES, LINES)
def test_what_follows_changes_no_score(lines: list[str], after: list[str]) -> None:
    text, longer = "\n".join(lines), "\n".join([*lines, *after])
    spans = lines_of(text)
    scores = random_selection().scores(longer, lines_of(longer))
    assert scores[: len(spans)].tolist() == pytest.approx(random_selection().scores(text, spans).tolist())


@given(LINES)
def test_scores_add_up_number_by_number_as_a_plain_loop_adds_them(lines: list[str]) -> None:
    text, selection = "\n".join(lines), random_selection()
    spans = lines_of(text)
    made = features(text, spans)
    near, shared = scales(made, len(spans))
    expected = [-np.inf] * len(spans)
    for buckets, sentence in zip(made.near, made.sentence, strict=True):
        own = sum(float(selection.weights[bucket]) for bucket in buckets) * near
        whole = sum(float(selection.weights[bucket]) for bucket in made.shared[made.owner == sentence]) * shared[sentence]
        expected[sentence] = max(expected[sentence], own + whole + selection.bias)
    assert selection.scores(text, spans).tolist() == pytest.approx(expected, abs=1e-3)


def test_numbers_of_a_kind_are_one_feature_and_years_another() -> None:
    text = "kết nạp 391 đoàn viên\nkết nạp 402 đoàn viên\nkết nạp 2021 đoàn viên"
    one, other, year = features(text, lines_of(text)).near
    assert one.tolist() == other.tolist() != year.tolist()


def test_a_selection_is_kept_in_a_file(tmp_path: Path) -> None:
    selection = random_selection(-3.25)
    write_selection(selection, tmp_path / "selection.npz")
    again = read_selection(tmp_path / "selection.npz")
    assert (again.threshold, again.bias) == (-3.25, pytest.approx(-0.3)) and np.allclose(again.weights, selection.weights, atol=2e-3)
    assert (tmp_path / "selection.npz").stat().st_size < 400_000


def test_the_shipped_model_leaves_out_many_sentences_and_no_certain_achievement() -> None:
    selection = read_selection(DEFAULT_MODEL / SELECTION)
    numbered = chosen = lost = certain = 0
    for annotated in read_corpus("test")[0]:
        text = annotated.article.text
        spans = sentences(text, annotated.article.body)
        anchors = [annotated.entities[a.anchor].span.start for a in annotated.achievements if a.certain]
        for span, wanted in zip(spans, selection.chosen(text, spans), strict=True):
            inside = sum(span.start <= anchor < span.end for anchor in anchors)
            numbered, chosen = numbered + may_hold_achievement(text, span), chosen + wanted
            certain, lost = certain + inside, lost + inside * (not wanted)
    assert certain > 500 and lost <= certain / 100 and chosen < 0.7 * numbered


def test_a_broken_file_is_named_with_the_way_on(tmp_path: Path) -> None:
    path = tmp_path / "selection.npz"
    path.write_bytes(b"PK nothing")
    with pytest.raises(ModelError, match=r"selection\.npz: damaged .* restore the file or train the model again"):
        read_selection(path)
    path.write_bytes(b"")
    with pytest.raises(ModelError, match="damaged"):
        read_selection(path)
    write_selection(Selection(np.full(BUCKETS, np.nan), 0.0, 0.0), path)
    with pytest.raises(ModelError, match="weights that are no numbers"):
        read_selection(path)
    np.savez_compressed(path, weights=np.zeros(8, dtype=np.float16), bias=0.0, threshold=0.0)
    with pytest.raises(ModelError, match=r"\(8,\) weights, this version reads 131,072"):
        read_selection(path)


def test_an_article_without_a_word_is_no_error() -> None:
    article = Article("a", "")
    assert random_selection().chosen(article.text, lines_of(article.text)) == ()
