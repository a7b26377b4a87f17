"""Candidate links: every link that the guide allows is proposed, no other, and features stay in their ranges."""

from __future__ import annotations

from itertools import pairwise

import pytest
from builders import annotated_articles
from hypothesis import given
from hypothesis import strategies as st

from model.pairs import FEATURE_SIZES, REACH, TYPE_NUMBER, Mention, candidate_pairs
from model.schema import ANCHOR_TYPES, EntityType
from model.text import sentences


@st.composite
def mention_lists(draw: st.DrawFn) -> list[Mention]:
    """Mentions in text order; sentences never run backwards."""
    found, at, sentence = [], 0, 0
    for _ in range(draw(st.integers(0, 12))):
        at += draw(st.sampled_from([0, 1, 2, 7, 30, 200]))
        sentence += draw(st.sampled_from([0, 0, 0, 1, 3, 9]))
        end = at + draw(st.integers(1, 5))
        found.append(Mention(draw(st.sampled_from(list(EntityType))), at, end, sentence, draw(st.booleans())))
        at = end
    return found


@given(mention_lists())
def test_heads_are_anchors_decoded_here_and_tails_what_they_may_reach(mentions: list[Mention]) -> None:
    pairs = candidate_pairs(mentions)
    made = list(zip(pairs.heads.tolist(), pairs.tails.tolist(), strict=True))
    assert len(set(made)) == len(made)
    wanted = {
        (head, tail)
        for head, anchor in enumerate(mentions)
        for tail, mention in enumerate(mentions)
        if anchor.target and anchor.type in ANCHOR_TYPES and head != tail and mention.type in REACH
        if abs(anchor.sentence - mention.sentence) <= REACH[mention.type]
        if not anchor.type == mention.type == EntityType.TARGET
    }
    assert set(made) == wanted


@given(mention_lists())
def test_features_stay_in_their_ranges(mentions: list[Mention]) -> None:
    pairs = candidate_pairs(mentions)
    assert pairs.features.shape == (len(pairs.heads), len(FEATURE_SIZES))
    assert (pairs.features >= 0).all() and (pairs.features < FEATURE_SIZES).all()


@given(mention_lists())
def test_types_and_side_are_told(mentions: list[Mention]) -> None:
    pairs = candidate_pairs(mentions)
    half = FEATURE_SIZES[2] // 2
    for head, tail, features in zip(pairs.heads.tolist(), pairs.tails.tolist(), pairs.features.tolist(), strict=True):
        assert features[:2] == [TYPE_NUMBER[mentions[head].type], TYPE_NUMBER[mentions[tail].type]]
        assert (features[2] >= half) is (tail > head)


def mention(kind: EntityType, first: int, sentence: int = 0, target: bool = True) -> Mention:
    return Mention(kind, first, first + 1, sentence, target)


def features(mentions: list[Mention], head: int, tail: int) -> list[int]:
    pairs = candidate_pairs(mentions)
    return next(f for h, t, f in zip(pairs.heads.tolist(), pairs.tails.tolist(), pairs.features.tolist(), strict=True) if (h, t) == (head, tail))


def test_distance_sentences_and_what_stands_between() -> None:
    organisation, count, date = EntityType.ORGANISATION, EntityType.COUNT, EntityType.DATE
    row = [mention(organisation, 0), mention(organisation, 5), mention(count, 6, 1), mention(count, 9, 1), mention(date, 40, 3)]
    far, near = features(row, 3, 0), features(row, 3, 1)
    assert far[2] > near[2] and far[3] == near[3] == 3  # one sentence back
    assert (far[4], near[4]) == (1, 0)  # another organisation between
    assert (far[5], near[5]) == (1, 1)  # the other count between
    assert features(row, 2, 4)[3] == 4 + 2


@pytest.mark.parametrize(("kind", "away"), [(EntityType.TARGET, 1), (EntityType.PERCENTAGE, 2), (EntityType.INDICATOR, 3)])
def test_what_stands_too_far_away_is_no_candidate(kind: EntityType, away: int) -> None:
    assert not len(candidate_pairs([mention(EntityType.COUNT, 0), mention(kind, 5, away, target=False)]).heads)
    assert len(candidate_pairs([mention(EntityType.COUNT, 0), mention(kind, 5, away - 1, target=False)]).heads)


def test_nothing_to_link() -> None:
    for mentions in ([], [mention(EntityType.COUNT, 0)], [mention(EntityType.COUNT, 0, target=False), mention(EntityType.DATE, 1)]):
        pairs = candidate_pairs(mentions)
        assert pairs.heads.shape == pairs.tails.shape == (0,) and pairs.features.shape == (0, len(FEATURE_SIZES))


def test_every_annotated_link_of_the_examples_is_proposed() -> None:
    for annotated in annotated_articles():
        spans = sentences(annotated.article.text)
        mentions = [
            Mention(e.type, e.span.start, e.span.end, next(i for i, s in enumerate(spans) if s.contains(e.span)), True) for e in annotated.entities
        ]
        assert all(a.first < b.first for a, b in pairwise(mentions))
        pairs = candidate_pairs(mentions)
        proposed = set(zip(pairs.heads.tolist(), pairs.tails.tolist(), strict=True))
        assert {(r.head, r.tail) for r in annotated.relations if r.head != r.tail} <= proposed
