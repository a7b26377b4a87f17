"""Streams, windows and hidden words: nothing is lost or hidden by halves, and chance is drawn as it says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.errors import TrainingError
from model.schema import Span
from model.text import words
from training.masking import RUN, HiddenInWindows, Windows, hidden_places, shown, stream, windows_of, word_marks

FIRST, LAST, MASK = 1, 2, 3


class Letters:
    """A vocabulary with one piece for each letter."""

    first, last, pad, mask = FIRST, LAST, 0, MASK

    def words(self, text: str, span: Span) -> tuple[Span, ...]:
        return words(text, span)

    def pieces(self, word: str) -> tuple[int, ...]:
        return tuple(10 + ord(letter) for letter in word)


def cut(texts: Sequence[str], length: int) -> tuple[NDArray[np.int32], NDArray[np.int8]]:
    made = windows_of(stream(texts, Letters()), length, FIRST, LAST)
    return made.ids, made.marks


def test_a_separator_stands_behind_every_line_with_words() -> None:
    made = stream(["ab c\n\n  \nd", "", "e"], Letters())
    said = ["|" if number == LAST else chr(number - 10) for number in made.ids.tolist()]
    assert "".join(said) == "abc|d|e|"
    assert made.marks.tolist() == [2, 1, 2, 0, 2, 0, 2, 0]


texts = st.lists(st.text("abcđế 12.,\n", max_size=40), max_size=5)


@given(texts=texts, length=st.integers(3, 20))
def test_windows_are_the_stream_but_for_the_rest_of_its_end(texts: list[str], length: int) -> None:
    made = stream(texts, Letters())
    ids, marks = cut(texts, length)
    inside = ids[:, 1:-1].ravel()
    assert inside.tolist() == made.ids[: len(inside)].tolist()
    assert len(made.ids) - len(inside) < min(length - 2, max(len(made.ids), 1))
    if len(ids):
        assert (ids[:, 0] == FIRST).all() and (ids[:, -1] == LAST).all() and not marks[:, 0].any() and not marks[:, -1].any()
        assert ((marks > 0).ravel() == np.isin(ids, (FIRST, LAST), invert=True).ravel()).all()


def word_numbers(mark: NDArray[np.int8]) -> list[list[int]]:
    """The places of each word of a window, found the plain way."""
    found: list[list[int]] = []
    for place, kind in enumerate(mark):
        if kind == 2 or (kind == 1 and mark[place - 1] == 0):
            found.append([place])
        elif kind == 1:
            found[-1].append(place)
    return found


@settings(deadline=None)
@given(texts=texts, length=st.integers(3, 20), share=st.floats(0.01, 0.9), seed=st.integers(0, 99))
def test_whole_words_are_hidden_and_always_one(texts: list[str], length: int, share: float, seed: int) -> None:
    _, marks = cut(texts, length)
    hidden = hidden_places(marks, share, np.random.default_rng(seed))
    assert not hidden[marks == 0].any()
    for mark, row in zip(marks, hidden, strict=True):
        found = word_numbers(mark)
        assert all(len({bool(row[place]) for place in word}) == 1 for word in found)
        assert row.any() == bool(found)


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5, 0.9])
def test_the_share_of_the_words_is_hidden_in_runs_of_up_to_three(share: float) -> None:
    marks = np.full((300, 102), 2, np.int8)
    marks[:, [0, -1]] = 0
    hidden = hidden_places(marks, share, np.random.default_rng(7))
    assert hidden[:, 3:-1].mean() == pytest.approx(share, abs=0.015)  # what runs begun before the window would hide of its first two words is shown
    lone = sum(int((row[1:-1] & ~row[:-2] & ~row[2:]).sum()) for row in hidden)
    assert lone / hidden.sum() < 1 / RUN


@given(number=st.integers(2, 90), taken=st.integers(1, 64))
def test_windows_are_divided_without_loss(number: int, taken: int) -> None:
    whole = Windows(np.arange(number * 3, dtype=np.int32).reshape(number, 3), np.zeros((number, 3), np.int8))
    learned, judged = whole.divided(taken)
    assert sorted([*learned.ids[:, 0], *judged.ids[:, 0]]) == whole.ids[:, 0].tolist()
    assert 1 <= len(judged.ids) <= taken and learned.marks.shape == learned.ids.shape


def test_hidden_words_are_masked_but_for_a_tenth_kept_and_a_tenth_swapped() -> None:
    ids = np.full((100, 100), 50, np.int32)
    hidden = np.zeros(ids.shape, np.bool_)
    hidden[:, :50] = True
    seen = shown(ids, hidden, MASK, np.asarray([60, 61], np.int32), np.random.default_rng(7))
    assert (seen[:, 50:] == 50).all() and set(np.unique(seen)) == {MASK, 50, 60, 61}
    shares = [(seen[:, :50] == number).mean() for number in (MASK, 50, 60, 61)]
    assert np.allclose(shares, [0.8, 0.1, 0.05, 0.05], atol=0.015)
    assert (ids == 50).all()  # what was given is as it was


@given(pieces=st.lists(st.integers(1, 3), min_size=1, max_size=30), share=st.floats(0.05, 0.9), seed=st.integers(0, 99))
def test_a_window_shows_whole_words_or_hides_them_and_never_its_separators(pieces: list[int], share: float, seed: int) -> None:
    ids, first = [FIRST], []
    for number, length in enumerate(pieces):
        ids += [LAST] if number % 4 == 3 else []
        first.append(len(ids))
        ids += range(10, 10 + length)
    window, places = np.asarray([*ids, LAST], np.int64), np.asarray(first, np.int64)
    marks = word_marks(window, places, (FIRST, LAST, 0))
    assert np.flatnonzero(marks == 2).tolist() == first and (marks > 0).sum() == sum(pieces)
    seen = HiddenInWindows([window], Letters(), share).shown(window, places, np.random.default_rng(seed))
    assert (seen[marks == 0] == window[marks == 0]).all() and set(seen.tolist()) <= {*window.tolist(), MASK}


def test_other_words_are_hidden_every_time() -> None:
    window, first = np.asarray([FIRST, *range(10, 60), LAST], np.int64), np.arange(1, 51, dtype=np.int64)
    hiding, chance = HiddenInWindows([window], Letters(), 0.2), np.random.default_rng(3)
    seen = np.stack([hiding.shown(window, first, chance) for _ in range(400)])
    assert (seen == MASK).mean(axis=0)[first].min() > 0 and (seen == MASK).mean() == pytest.approx(0.16, abs=0.02)


def test_words_cannot_be_hidden_without_a_piece_for_them() -> None:
    class Bare(Letters):
        mask = None

    with pytest.raises(TrainingError, match=r"hidden = 0.1.*<mask>"):
        HiddenInWindows([], Bare(), 0.1)
