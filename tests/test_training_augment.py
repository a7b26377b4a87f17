"""Altered copies: every span stays on its words, nothing else moves, the same seed gives the same copy."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from itertools import pairwise

import pytest
from builders import annotated_articles
from hypothesis import given, settings
from hypothesis import strategies as st

from model.schema import AnnotatedArticle, Article, Entity, EntityType, Span
from training.augment import (
    ALTERATIONS,
    Alteration,
    Edit,
    apply_edits,
    augmented,
    fewer_sentences,
    other_numbers,
    other_places,
    other_tones,
    other_years,
    shouted_headline,
)

TEXT = st.text("abđệ ,\n12", min_size=4, max_size=40)
WRITTEN = annotated_articles()


def marked(text: str, spans: Sequence[Span], body: Sequence[Span] = ()) -> AnnotatedArticle:
    entities = tuple(Entity(span, EntityType.COUNT) for span in spans)
    return AnnotatedArticle(Article("a", text, body=tuple(body)), entities, (), (), annotated=(Span(0, len(text)),))


@st.composite
def spans(draw: st.DrawFn, length: int) -> list[Span]:
    """Some spans that do not overlap, in order."""
    cuts = sorted(draw(st.sets(st.integers(0, length), max_size=8)))
    return [Span(a, b) for a, b in list(pairwise(cuts))[:: draw(st.sampled_from([1, 2]))]]


@st.composite
def articles_and_edits(draw: st.DrawFn) -> tuple[AnnotatedArticle, list[Edit]]:
    text = draw(TEXT)
    article = marked(text, draw(spans(len(text))), draw(spans(len(text))))
    starts = st.lists(st.tuples(st.integers(0, len(text) - 1), st.integers(1, 4), st.text("xyz ", min_size=1, max_size=4)), max_size=6)
    return article, [Edit(Span(start, min(start + size, len(text))), new) for start, size, new in draw(starts)]


def slow_edit(text: str, edits: Sequence[Edit], span: Span) -> str:
    """What a span's words become when only the edits inside it are made, from the last to the first."""
    inside = sorted((e for e in edits if span.contains(e.span)), key=lambda e: e.span, reverse=True)
    surface = span.of(text)
    for edit in inside:
        low, high = edit.span.start - span.start, edit.span.end - span.start
        surface = surface[:low] + edit.text + surface[high:]
    return surface


def made_edits(article: AnnotatedArticle, edits: Sequence[Edit]) -> list[Edit]:
    """The rule of apply_edits in plain words: earlier edits first, none across a border, none that empties an entity, none overlapping."""
    inner = [e.span for e in article.entities]
    outer = [*inner, *article.article.body, *article.annotated]
    made: list[Edit] = []
    for edit in sorted(edits, key=lambda e: e.span):
        across = any(edit.span.overlaps(s) and not s.contains(edit.span) for s in outer)
        empties = edit.text.strip() == "" and any(s.contains(edit.span) for s in inner)
        if not across and not empties and not any(edit.span.overlaps(m.span) for m in made):
            made.append(edit)
    return made


@settings(deadline=None)
@given(case=articles_and_edits())
def test_spans_follow_the_edits_exactly(case: tuple[AnnotatedArticle, list[Edit]]) -> None:
    article, edits = case
    text, after = article.article.text, apply_edits(article, edits)
    made = made_edits(article, edits)
    assert after.article.text == slow_edit(text, made, Span(0, len(text)))
    for before, moved in zip(article.entities, after.entities, strict=True):
        assert moved.span.of(after.article.text) == slow_edit(text, made, before.span)
    for before, moved in zip(article.article.body, after.article.body, strict=True):
        assert moved.of(after.article.text) == slow_edit(text, made, before)
    assert after.annotated == (Span(0, len(after.article.text)),)


@settings(deadline=None)
@given(case=articles_and_edits())
def test_the_order_of_entities_and_the_gaps_between_them_stay(case: tuple[AnnotatedArticle, list[Edit]]) -> None:
    article, edits = case
    after = apply_edits(article, edits)
    assert all(a.span.end <= b.span.start for a, b in pairwise(after.entities))
    assert all(a.end <= b.start for a, b in pairwise(after.article.body))
    assert [e.type for e in after.entities] == [e.type for e in article.entities]
    assert (after.relations, after.achievements) == (article.relations, article.achievements)


def checked_alike(before: AnnotatedArticle, after: AnnotatedArticle) -> None:
    """What every copy of a written article must keep."""
    length = len(after.article.text)
    assert all(e.span.end <= length for e in after.entities)
    assert all(a.span.end <= b.span.start for a, b in pairwise(after.entities))
    for old, new in zip(before.entities, after.entities, strict=True):
        surface = new.span.of(after.article.text)
        assert surface == surface.strip() != ""
        assert bool(re.search(r"\d", old.span.of(before.article.text))) == bool(re.search(r"\d", surface))
    assert (after.relations, after.achievements, after.article.id) == (before.relations, before.achievements, before.article.id)
    assert len(after.annotated) == len(before.annotated)
    assert after.article.body[-1].end == length


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32 - 1), number=st.integers(0, len(WRITTEN) - 1))
def test_copies_keep_what_was_annotated_and_repeat_with_their_seed(seed: int, number: int) -> None:
    copies = list(augmented(WRITTEN[number], 3, seed))
    assert len(copies) == 3
    for copy in copies:
        checked_alike(WRITTEN[number], copy)
    assert copies == list(augmented(WRITTEN[number], 3, seed))
    assert copies[:2] == list(augmented(WRITTEN[number], 2, seed))


def test_copies_differ_from_one_another_and_from_seed_to_seed() -> None:
    texts = {copy.article.text for seed in (1, 2) for copy in augmented(WRITTEN[0], 5, seed)}
    assert len(texts) >= 8


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 10**6), number=st.integers(0, len(WRITTEN) - 1), alteration=st.sampled_from([alter for alter, _ in ALTERATIONS]))
def test_what_an_alteration_leaves_alone_stays(seed: int, number: int, alteration: Alteration) -> None:
    """An entity that none of the edits touches keeps its surface."""
    article = WRITTEN[number]
    edits = alteration(article, random.Random(seed))
    after = apply_edits(article, edits)
    for old, new in zip(article.entities, after.entities, strict=True):
        if not any(edit.span.overlaps(old.span) for edit in edits):
            assert new.span.of(after.article.text) == old.span.of(article.article.text)


def test_an_edit_across_the_end_of_an_entity_is_not_made() -> None:
    article = marked("kết nạp 391 đoàn viên", [Span(8, 11)])
    assert apply_edits(article, [Edit(Span(4, 9), "x")]) == article
    assert apply_edits(article, [Edit(Span(8, 11), "  ")]) == article
    assert apply_edits(article, [Edit(Span(8, 9), ""), Edit(Span(9, 11), "77")]).article.text == "kết nạp 377 đoàn viên"


def test_a_place_becomes_the_same_other_place_throughout() -> None:
    article = marked("huyện Sông Lam họp. Ở huyện Sông Lam có 3 xã.", [Span(40, 41)])
    after = apply_edits(article, other_places(article, random.Random(3)))
    names = re.findall(r"huyện (.+?)(?: họp| có)", after.article.text)
    assert len(names) == 2 and len(set(names)) == 1 and names[0] != "Sông Lam"
    assert after.entities[0].span.of(after.article.text) == "3"


def test_numbers_keep_their_grouping_and_zeros() -> None:
    article = marked("thu 1.250 đồng, 30 xã", [Span(4, 9)])
    found = {apply_edits(article, other_numbers(article, random.Random(seed))).article.text for seed in range(30)}
    assert all(re.fullmatch(r"thu [1-9]\.[1-9][1-9]0 đồng, 30 xã", text) for text in found)
    assert len(found) > 5


def test_years_move_together_and_amounts_do_not() -> None:
    article = marked("Từ 2018 đến 2021, chi 2.021 đồng, 2021.5", [Span(3, 7)])
    for seed in range(10):
        text = apply_edits(article, other_years(article, random.Random(seed))).article.text
        first, last = map(int, re.findall(r"Từ (\d+) đến (\d+)", text)[0])
        assert last - first == 3 and first != 2018
        assert text.endswith("chi 2.021 đồng, 2021.5")


@pytest.mark.parametrize(("old", "new"), [("hoà", "hòa"), ("thuỷ", "thủy"), ("loè", "lòe")])
def test_tone_marks_move_both_ways_and_not_after_q(old: str, new: str) -> None:
    article = marked(f"{old} {new} quý", [Span(0, len(old))])
    found = {apply_edits(article, other_tones(article, random.Random(seed))).article.text for seed in range(12)}
    assert found == {f"{old} {old} quý", f"{new} {new} quý"}


def test_a_shouted_headline_changes_no_length() -> None:
    article = WRITTEN[0]
    after = apply_edits(article, shouted_headline(article, random.Random(0)))
    head, _, rest = after.article.text.partition("\n")
    assert head == article.article.text.partition("\n")[0].upper() and rest == article.article.text.partition("\n")[2]
    assert [e.span for e in after.entities] == [e.span for e in article.entities]


def test_left_out_sentences_take_no_entity_and_not_the_headline() -> None:
    text = "Tin vui. Trời đẹp. Kết nạp 391 người.\nChị cười. Anh về."
    article = marked(text, [Span(text.index("391"), text.index("391") + 3)])
    texts = {apply_edits(article, fewer_sentences(article, random.Random(seed))).article.text for seed in range(400)}
    assert len(texts) == 8  # three sentences hold no entity, and each goes or stays by itself
    assert all(t.startswith("Tin vui.") and "Kết nạp 391 người." in t for t in texts)


def test_a_sentence_that_is_all_of_a_body_is_not_left_out() -> None:
    text = "Tin vui.\nTrời đẹp."
    article = marked(text, [], [Span(0, 8), Span(9, 18)])
    assert not any(fewer_sentences(article, random.Random(seed)) for seed in range(20))
