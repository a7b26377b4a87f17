"""Windows: every sentence that may hold an achievement is decoded exactly once, and nothing is longer than the encoder."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.encode import Window, WindowSizes, read_sentences, windows
from model.schema import Article, Span
from model.text import words


class Letters:
    """A vocabulary of one piece for every ``size`` letters of a word; a piece's id is the code point of its first letter."""

    first, last, pad = 1, 2, 0

    def __init__(self, size: int = 3) -> None:
        self.size = size

    def words(self, text: str, span: Span) -> tuple[Span, ...]:
        return words(text, span)

    def pieces(self, word: str) -> tuple[int, ...]:
        return tuple(map(ord, word[:: self.size]))


SIZES = st.builds(WindowSizes, window=st.integers(4, 60), opening=st.integers(0, 30), context=st.integers(0, 30), lines=st.booleans())
parts = st.sampled_from(["năm", "đoàn", "viên", "391/300", "1.710", "LĐLĐ", "kết", "nạp", "1" * 50, ","])
sentence = st.lists(parts, min_size=1, max_size=12).map(" ".join)
articles = st.lists(sentence, max_size=12).map(lambda lines: Article("a", "\n".join(lines)))


def made(article: Article, sizes: WindowSizes, size: int = 3) -> tuple[Window, ...]:
    return windows(article, 7, Letters(size), sizes)


def long_words_cut(article: Article, size: int, room: int) -> dict[Span, tuple[int, ...]]:
    """Every word with the pieces that it must have where no word is longer than a window."""
    return {word: Letters(size).pieces(word.of(article.text))[:room] for s in read_sentences(article, Letters(size)) for word in s.words}


@settings(deadline=None)
@given(articles, SIZES)
def test_every_word_of_a_candidate_is_a_target_in_exactly_one_window(article: Article, sizes: WindowSizes) -> None:
    wanted = {word for s in read_sentences(article, Letters()) if s.candidate for word in s.words}
    targets = Counter(w.words[at] for w in made(article, sizes) for at in np.flatnonzero(w.target))
    assert set(targets) == wanted
    assert set(targets.values()) <= {1}


@settings(deadline=None)
@given(articles, SIZES)
def test_no_window_is_longer_than_its_size_and_each_has_a_target(article: Article, sizes: WindowSizes) -> None:
    for window in made(article, sizes):
        assert window.article == 7
        assert len(window.ids) <= sizes.window
        assert window.target.any()
        assert (window.ids[0], window.ids[-1]) == (Letters.first, Letters.last)
        assert len(window.words) == len(window.first) == len(window.sentence) == len(window.target)
        assert window.ids.dtype == window.first.dtype == np.int64


@settings(deadline=None)
@given(articles, SIZES)
def test_first_points_at_each_words_own_pieces(article: Article, sizes: WindowSizes) -> None:
    known = long_words_cut(article, 3, sizes.window - 2)
    for window in made(article, sizes):
        ends = [*window.first[1:].tolist(), len(window.ids) - 1]
        for word, start, end in zip(window.words, window.first.tolist(), ends, strict=True):
            pieces = tuple(window.ids[start:end].tolist())
            assert pieces[: len(known[word])] == known[word]
            assert pieces[len(known[word]) :] in ((), (Letters.last,)) if sizes.lines else pieces == known[word]


@settings(deadline=None)
@given(articles, SIZES)
def test_words_rise_and_know_their_sentence(article: Article, sizes: WindowSizes) -> None:
    owner = {word: s.index for s in read_sentences(article, Letters()) for word in s.words}
    for window in made(article, sizes):
        assert all(a.end <= b.start for a, b in pairwise(window.words))
        assert window.sentence.tolist() == [owner[word] for word in window.words]


@settings(deadline=None)
@given(articles, SIZES)
def test_opening_and_context_stand_before_the_targets_and_within_their_lengths(article: Article, sizes: WindowSizes) -> None:
    for window in made(article, sizes):
        first = int(np.flatnonzero(window.target)[0])
        start = int(window.first[first])
        start -= start > 1 and window.ids[start - 1] == Letters.last  # the mark of the target's own line
        assert start - 1 <= sizes.opening + sizes.context
        assert window.target[-1], "context after the last target says nothing"


@settings(deadline=None)
@given(articles, SIZES)
def test_windows_follow_one_another(article: Article, sizes: WindowSizes) -> None:
    reach = [[window.words[at] for at in np.flatnonzero(window.target)] for window in made(article, sizes)]
    assert all(a[-1].end <= b[0].start for a, b in pairwise(reach))


def text_of(window: Window, article: Article, target: bool) -> list[str]:
    return [word.of(article.text) for word, is_target in zip(window.words, window.target, strict=True) if bool(is_target) is target]


def test_the_opening_and_the_sentence_before_are_taken() -> None:
    lines = ["Huyện Sông Lam", *("không có gì ở đây" for _ in range(9)), "câu ngay trước", "kết nạp 12 người"]
    article = Article("a", "\n".join(lines))
    (window,) = made(article, WindowSizes(window=40, opening=4, context=6), size=9)
    assert " ".join(text_of(window, article, target=False)) == "Huyện Sông Lam câu ngay trước"
    assert " ".join(text_of(window, article, target=True)) == "kết nạp 12 người"


def test_candidates_share_a_window_with_what_stands_between_while_there_is_room() -> None:
    article = Article("a", "có 3 nhà\nkhông có\ncó 4 nhà\ncó 5 nhà")
    one = made(article, WindowSizes(window=40, opening=8, context=8), size=9)
    assert [text_of(w, article, True) for w in one] == [["có", "3", "nhà", "có", "4", "nhà", "có", "5", "nhà"]]
    assert text_of(one[0], article, False) == ["không", "có"]
    narrow = made(article, WindowSizes(window=5, opening=8, context=8), size=9)
    assert [text_of(w, article, True) for w in narrow] == [["có", "3", "nhà"], ["có", "4", "nhà"], ["có", "5", "nhà"]]


def test_a_sentence_longer_than_a_window_is_cut_at_words() -> None:
    article = Article("a", " ".join(str(number) for number in range(100, 150)))
    found = made(article, WindowSizes(window=12, opening=0, context=0), size=9)
    assert [len(w.ids) for w in found] == [12] * 5
    assert [text for w in found for text in text_of(w, article, True)] == article.text.split()
    assert {int(s) for w in found for s in w.sentence} == {0}


def test_a_word_longer_than_a_window_keeps_what_fits() -> None:
    article = Article("a", "số " + "1" * 500 + " nhà")
    found = made(article, WindowSizes(window=20, opening=0, context=0), size=1)
    assert max(len(w.ids) for w in found) == 20
    assert [text for w in found for text in text_of(w, article, True)] == article.text.split()


@pytest.mark.parametrize("text", ["", "\n \n", "không có gì", "Chị hát.\nAnh hát."])
def test_an_article_without_numbers_needs_no_window(text: str) -> None:
    assert made(Article("a", text), WindowSizes()) == ()


def test_a_mark_stands_before_every_line_but_the_first() -> None:
    article = Article("a", "Tin mới\ncó 3 nhà. có 4 nhà.\n\n2010\ncó 5 nhà")
    (plain,) = made(article, WindowSizes(window=60, opening=8, context=8), size=9)
    (window,) = made(article, WindowSizes(window=60, opening=8, context=8, lines=True), size=9)
    marked = [window.words[i].of(article.text) for i, at in enumerate(window.first) if at > 1 and window.ids[at - 1] == Letters.last]
    assert marked == ["có", "2010", "có"]
    assert window.words == plain.words
    assert [i for i in window.ids.tolist() if i != Letters.last] == [i for i in plain.ids.tolist() if i != Letters.last]


def test_furniture_is_in_no_window() -> None:
    text = "Tin khác 99\ncó 3 nhà\nQuảng cáo 77"
    found = made(Article("a", text, body=(Span(12, 20),)), WindowSizes())
    assert [[word.of(text) for word in w.words] for w in found] == [["có", "3", "nhà"]]
