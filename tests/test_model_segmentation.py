"""Segmented words: they slice back, they are our own words joined, and only plain syllables are joined."""

from __future__ import annotations

import builtins
import re
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import pytest
from builders import ARTICLES
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import any_text

from annotations.markup import parse
from model import segmentation
from model.errors import ModelError
from model.schema import Span
from model.segmentation import segmented
from model.text import words

needs_segmenter = pytest.mark.skipif(find_spec("underthesea") is None, reason="underthesea is not installed: pip install '.[phobert]'")
TEXTS = [parse(marked, name).article.text for articles in ARTICLES.values() for name, marked in articles.items()]
news_like = st.lists(
    st.sampled_from(
        "công đoàn cơ sở Liên đoàn Lao động thành lập mới kết nạp đoàn viên CĐCS LĐLĐ TP HCM 16/10/2021 1.710 130,3% 12 năm học 2020 - 2021 "
        "Nguyễn Văn An ( ) , . : … “ ” – đ/c KCN Q.1 \u00a0 \n a b TX".split(" ")
    ),
    max_size=20,
).map(" ".join)


def surfaces(text: str) -> list[str]:
    return [word.of(text) for word in segmented(text, Span(0, len(text)))] if text else []


@needs_segmenter
@settings(deadline=None)
@given(text=st.one_of(any_text, news_like))
def test_segmented_words_are_our_words_joined(text: str) -> None:
    base = words(text, Span(0, len(text))) if text else ()
    joined = segmented(text, Span(0, len(text))) if text else ()
    assert all(a.end <= b.start for a, b in pairwise(joined))
    assert [part for word in joined for part in words(text, word)] == list(base)


@needs_segmenter
@settings(deadline=None)
@given(text=news_like)
def test_only_plain_syllables_one_space_apart_are_joined(text: str) -> None:
    for surface in surfaces(text):
        parts = surface.split(" ")
        if len(parts) > 1:
            assert all(part.isalpha() and not (part.isupper() and len(part) > 1) for part in parts), surface
        assert len(words(surface, Span(0, len(surface)))) == len(parts), surface


@needs_segmenter
@pytest.mark.parametrize("text", TEXTS)
def test_compound_words_are_found_in_news(text: str) -> None:
    found = surfaces(text)
    assert any(" " in surface for surface in found)
    assert [surface for surface in found if " " in surface and re.search(r"\d", surface)] == []


@needs_segmenter
@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("ngày 16/10/2021 và 16.10", ["16", "/", "10", "/", "2021", "và", "16.10"]),
        ("LĐLĐ TP HCM", ["LĐLĐ", "TP", "HCM"]),
        ("đạt 391/300 đoàn", ["391", "/", "300"]),
        ("12 CĐCS", ["12", "CĐCS"]),
    ],
)
def test_numbers_dates_and_abbreviations_stand_alone(text: str, apart: list[str]) -> None:
    found = surfaces(text)
    at = found.index(apart[0])
    assert found[at : at + len(apart)] == apart


@needs_segmenter
def test_syllables_on_two_lines_or_two_spaces_apart_are_not_joined() -> None:
    assert surfaces("công đoàn") == ["công đoàn"]
    assert surfaces("công  đoàn") == ["công", "đoàn"]
    assert surfaces("công\nđoàn") == ["công", "đoàn"]


@needs_segmenter
def test_a_part_of_a_text_keeps_its_places() -> None:
    text = "Mở đầu. Kết nạp đoàn viên mới."
    assert [word.of(text) for word in segmented(text, Span(8, len(text)))][-1] == "."
    assert segmented(text, Span(8, len(text)))[0].start == 8
    assert segmented(" \n ", Span(0, 3)) == ()


def test_a_segmenter_that_loses_count_costs_only_the_joins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(segmentation, "_segmenter", lambda: lambda _: ["công đoàn", "thừa ra", "nữa"])
    assert surfaces("công đoàn cơ sở") == ["công", "đoàn", "cơ", "sở"]


def test_a_missing_underthesea_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "underthesea":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    segmentation._segmenter.cache_clear()
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ModelError, match=r"thanhtich\[phobert\]"):
        surfaces("công đoàn")
    monkeypatch.undo()
    segmentation._segmenter.cache_clear()
