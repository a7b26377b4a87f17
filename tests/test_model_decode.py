"""Decoding: the best valid sequence against all of them, links that keep the guide, and numbers that do not overflow."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from model.decode import MAX_INDICATORS, allowed_steps, best_tags, decode_links, decode_mentions, log_softmax, sigmoid, tagged_spans
from model.encode import Window
from model.labels import KINDS, Labels, achievement_labels
from model.pairs import Mention, candidate_pairs
from model.schema import ANCHOR_TYPES, AT_MOST_ONE, TAIL_TYPE, EntityType, Kind, RelationType, Span

TWO = Labels(("A", "B"), ("other",))  # five tags: O, B-A, I-A, B-B, I-B
ALL = achievement_labels(("other", "members_admitted"))
logits = st.floats(-9, 9, width=32)
wild = st.floats(-1000, 1000, width=32)


def valid(tags: tuple[int, ...], breaks: list[bool]) -> bool:
    inside = [place for place, tag in enumerate(tags) if tag and tag % 2 == 0]
    return all(place and not breaks[place] and tags[place - 1] in (tags[place] - 1, tags[place]) for place in inside)


@st.composite
def scored(draw: st.DrawFn, longest: int = 5, values: st.SearchStrategy[float] = logits) -> tuple[np.ndarray, np.ndarray]:
    length = draw(st.integers(0, longest))
    scores = draw(arrays(np.float32, (length, len(TWO.tags)), elements=values))
    return scores, np.array(draw(st.lists(st.booleans(), min_size=length, max_size=length)), dtype=bool)


@settings(deadline=None, max_examples=60)
@given(scored())
def test_the_best_sequence_is_the_best_of_all(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    scores, breaks = drawn
    length = len(scores)
    sequences = [tags for tags in itertools.product(range(len(TWO.tags)), repeat=length) if valid(tags, breaks.tolist())]
    best = max(sum(float(scores[place, tag]) for place, tag in enumerate(tags)) for tags in sequences)
    found = best_tags(scores, TWO, breaks)
    assert valid(tuple(found.tolist()), breaks.tolist())
    assert sum(float(scores[place, tag]) for place, tag in enumerate(found)) == pytest.approx(best, abs=1e-3)


@settings(deadline=None)
@given(scored(longest=30, values=wild))
def test_no_logits_give_an_invalid_sequence(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    scores, breaks = drawn
    assert valid(tuple(best_tags(log_softmax(scores), TWO, breaks).tolist()), breaks.tolist())
    assert valid(tuple(best_tags(scores, TWO).tolist()), [False] * len(scores))


def test_an_inside_tag_follows_only_its_own_type() -> None:
    steps = allowed_steps(TWO)
    assert [TWO.tags[i] for i in np.flatnonzero(steps[:, 2])] == ["B-A", "I-A"]
    assert [TWO.tags[i] for i in np.flatnonzero(steps[:, 4])] == ["B-B", "I-B"]
    assert steps[:, [0, 1, 3]].all()


@settings(deadline=None, max_examples=60)
@given(scored())
def test_two_entities_of_a_type_that_stands_apart_never_touch_in_a_sentence(drawn: tuple[np.ndarray, np.ndarray]) -> None:
    scores, breaks = drawn

    def apart(tags: tuple[int, ...]) -> bool:
        return not any(tags[place] == 1 and tags[place - 1] in (1, 2) and not breaks[place] for place in range(1, len(tags)))

    sequences = [tags for tags in itertools.product(range(len(TWO.tags)), repeat=len(scores)) if valid(tags, breaks.tolist()) and apart(tags)]
    best = max(sum(float(scores[place, tag]) for place, tag in enumerate(tags)) for tags in sequences)
    found = tuple(best_tags(scores, TWO, breaks, ("A",)).tolist())
    assert valid(found, breaks.tolist()) and apart(found)
    assert sum(float(scores[place, tag]) for place, tag in enumerate(found)) == pytest.approx(best, abs=1e-3)


def test_spans_of_a_sequence() -> None:
    tags = np.array([1, 2, 1, 0, 3, 4, 4, 3])
    assert tagged_spans(tags, TWO) == [("A", 0, 2), ("A", 2, 3), ("B", 4, 7), ("B", 7, 8)]
    assert tagged_spans(np.zeros(0, dtype=np.int64), TWO) == []


def window(sentence: list[int], target: list[bool]) -> Window:
    count = len(sentence)
    return Window(
        article=0,
        words=tuple(Span(2 * i, 2 * i + 1) for i in range(count)),
        ids=np.zeros(count + 2, dtype=np.int64),
        first=np.arange(1, count + 1),
        sentence=np.array(sentence, dtype=np.int64),
        target=np.array(target, dtype=bool),
    )


@st.composite
def read_windows(draw: st.DrawFn) -> tuple[Window, np.ndarray]:
    sentence = sorted(draw(st.lists(st.integers(0, 5), min_size=1, max_size=20)))
    chosen = draw(st.frozensets(st.integers(0, 5)))
    found = window(sentence, [number in chosen for number in sentence])
    return found, draw(arrays(np.float32, (len(sentence), len(ALL.tags)), elements=wild))


@settings(deadline=None)
@given(read_windows())
def test_no_entity_reaches_over_a_sentence_break(drawn: tuple[Window, np.ndarray]) -> None:
    read, scores = drawn
    mentions, certainty = decode_mentions(read, scores, ALL)
    assert len(mentions) == len(certainty) and all(0 <= score <= 1 for score in certainty)
    for mention in mentions:
        assert set(read.sentence[mention.first : mention.end].tolist()) == {mention.sentence}
        assert mention.target is bool(read.target[mention.first])
    ends = [(m.first, m.end) for m in mentions]
    assert ends == sorted(ends) and all(a[1] <= b[0] for a, b in itertools.pairwise(ends))


def test_a_break_cuts_what_the_scores_would_join() -> None:
    scores = np.full((3, len(ALL.tags)), -5.0)
    begin = ALL.begin("COUNT")
    scores[0, begin] = scores[1, begin + 1] = scores[2, begin + 1] = 5.0
    together, _ = decode_mentions(window([0, 0, 0], [True] * 3), scores, ALL)
    assert [(m.type, m.first, m.end) for m in together] == [(EntityType.COUNT, 0, 3)]
    apart, _ = decode_mentions(window([0, 0, 1], [True] * 3), scores, ALL)
    assert (0, 2) in [(m.first, m.end) for m in apart] and all(m.end <= 2 or m.first == 2 for m in apart)


# --- links -----------------------------------------------------------------------------------------------------------------


@st.composite
def linked(draw: st.DrawFn, values: st.SearchStrategy[float] = logits) -> tuple[list[Mention], np.ndarray, np.ndarray]:
    """Mentions of a window with logits for each pair and each anchor."""
    types = draw(st.lists(st.sampled_from(list(EntityType)), max_size=9))
    mentions = [Mention(kind, 2 * i, 2 * i + 1, i // 4, draw(st.booleans())) for i, kind in enumerate(types)]
    count = len(candidate_pairs(mentions).heads)
    width = 1 + len(KINDS) + len(ALL.codes)
    return mentions, draw(arrays(np.float32, count, elements=values)), draw(arrays(np.float32, (len(mentions), width), elements=values))


@settings(deadline=None)
@given(st.one_of(linked(), linked(wild)))
def test_links_keep_the_guide(drawn: tuple[list[Mention], np.ndarray, np.ndarray]) -> None:
    mentions, pair_logits, anchor_logits = drawn
    pairs = candidate_pairs(mentions)
    anchored, links = decode_links(mentions, pairs, pair_logits, anchor_logits, ALL)
    anchors = {anchor.anchor for anchor in anchored}
    proposed = set(zip(pairs.heads.tolist(), pairs.tails.tolist(), strict=True))
    assert len(anchors) == len(anchored)
    assert {i for i in anchors if mentions[i].type is EntityType.COUNT} == {
        i for i, m in enumerate(mentions) if m.target and m.type is EntityType.COUNT and sigmoid(anchor_logits[i, 0]) >= 0.5
    } or not len(pairs.heads)
    assert all(mentions[i].target and mentions[i].type in ANCHOR_TYPES for i in anchors)
    for link in links:
        assert link.head in anchors and link.tail not in anchors and (link.head, link.tail) in proposed
        assert mentions[link.tail].type is TAIL_TYPE[link.type] and 0 <= link.score <= 1
    for head in anchors:
        of_head = [link.type for link in links if link.head == head]
        assert all(of_head.count(kind) <= 1 for kind in AT_MOST_ONE)
        assert of_head.count(RelationType.MEASURES) <= MAX_INDICATORS
    owned = [link.tail for link in links if link.type in (RelationType.RATE, RelationType.AGAINST)]
    assert len(owned) == len(set(owned)), "a target or a percentage belongs to one anchor"


@settings(deadline=None)
@given(linked(wild))
def test_kinds_and_codes_are_the_likeliest_and_a_target_alone_is_a_plan(drawn: tuple[list[Mention], np.ndarray, np.ndarray]) -> None:
    mentions, pair_logits, anchor_logits = drawn
    anchored, _ = decode_links(mentions, candidate_pairs(mentions), pair_logits, anchor_logits, ALL)
    for found in anchored:
        row = anchor_logits[found.anchor]
        if mentions[found.anchor].type is EntityType.TARGET:
            assert found.kind is Kind.PLAN
        elif mentions[found.anchor].type is EntityType.COUNT and found.kind is not Kind.PLAN:
            others = [row[1 + KINDS.index(kind)] for kind in KINDS if kind is not Kind.PLAN]
            assert row[1 + KINDS.index(found.kind)] == pytest.approx(max(others), abs=1e-3)
        else:
            assert row[1 + KINDS.index(found.kind)] == pytest.approx(row[1 : 1 + len(KINDS)].max(), abs=1e-3)
        assert row[1 + len(KINDS) + ALL.codes.index(found.code)] == pytest.approx(row[1 + len(KINDS) :].max(), abs=1e-3)
        assert 0 <= found.kind_score <= 1 and 0 <= found.code_score <= 1 and 0 <= found.score <= 1


Links = set[tuple[str, int, int]]


def decode(types: list[EntityType], pair: dict[tuple[int, int], float], own: dict[int, float] | None = None) -> tuple[set[int], Links]:
    """Anchors and links of mentions in one sentence; pairs and anchors that are not given are very unlikely, but for COUNTs."""
    mentions = [Mention(kind, 2 * i, 2 * i + 1, 0, True) for i, kind in enumerate(types)]
    pairs = candidate_pairs(mentions)
    pair_logits = np.array([pair.get(key, -9.0) for key in zip(pairs.heads.tolist(), pairs.tails.tolist(), strict=True)])
    anchor_logits = np.zeros((len(types), 1 + len(KINDS) + len(ALL.codes)))
    anchor_logits[:, 0] = [(own or {}).get(i, 2.0 if kind is EntityType.COUNT else -9.0) for i, kind in enumerate(types)]
    anchored, links = decode_links(mentions, pairs, pair_logits, anchor_logits, ALL)
    return {a.anchor for a in anchored}, {(str(link.type), link.head, link.tail) for link in links}


def test_a_percentage_goes_to_its_likelier_count_or_stands_alone() -> None:
    row = [EntityType.COUNT, EntityType.COUNT, EntityType.PERCENTAGE]
    assert decode(row, {(0, 2): 1.0, (1, 2): 3.0}) == ({0, 1}, {("rate", 1, 2)})
    assert decode(row, {(0, 2): 1.0, (1, 2): 3.0}, {2: 2.0}) == ({0, 1, 2}, set())
    assert decode([EntityType.PERCENTAGE, EntityType.INDICATOR], {(0, 1): 2.0}, {0: -3.0}) == ({0}, {("measures", 0, 1)})


def test_a_count_that_the_anchor_head_refuses_anchors_nothing() -> None:
    row = [EntityType.COUNT, EntityType.COUNT, EntityType.INDICATOR]
    assert decode(row, {(0, 2): 3.0, (1, 2): 3.0}, {0: -1.0}) == ({1}, {("measures", 1, 2)})


@pytest.mark.parametrize(("plan", "kind"), [(1.0, Kind.RESULT), (9.0, Kind.PLAN)])
def test_a_figure_tagged_as_achieved_is_a_plan_only_where_that_is_nearly_certain(plan: float, kind: Kind) -> None:
    mentions = [Mention(EntityType.COUNT, 0, 1, 0, True), Mention(EntityType.INDICATOR, 2, 3, 0, True)]
    pairs = candidate_pairs(mentions)
    anchor_logits = np.zeros((2, 1 + len(KINDS) + len(ALL.codes)))
    anchor_logits[0, 0], anchor_logits[0, 1 + KINDS.index(Kind.PLAN)], anchor_logits[0, 1 + KINDS.index(Kind.RESULT)] = 3.0, plan, 0.5
    anchored, _ = decode_links(mentions, pairs, np.full(len(pairs.heads), 2.0), anchor_logits, ALL)
    assert [a.kind for a in anchored] == [kind]


def test_two_targets_for_one_count_leave_the_likelier() -> None:
    row = [EntityType.COUNT, EntityType.TARGET, EntityType.TARGET]
    assert decode(row, {(0, 1): 1.0, (0, 2): 4.0}) == ({0}, {("against", 0, 2)})


def test_a_best_indicator_is_kept_even_where_it_is_unsure_and_a_third_never() -> None:
    row = [EntityType.COUNT, EntityType.INDICATOR, EntityType.INDICATOR, EntityType.INDICATOR]
    assert decode(row, {(0, 1): -1.0, (0, 2): -1.5})[1] == {("measures", 0, 1)}
    assert decode(row, {(0, 1): 3.0, (0, 2): 2.0, (0, 3): 1.0})[1] == {("measures", 0, 1), ("measures", 0, 2)}
    assert decode(row, {})[1] == set()


# --- numbers ---------------------------------------------------------------------------------------------------------------


@given(arrays(np.float32, st.integers(1, 8), elements=wild))
def test_log_softmax_and_sigmoid_are_stable(values: np.ndarray) -> None:
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        logs, share = log_softmax(values), sigmoid(values)
    assert np.isfinite(logs).all() and (logs <= 0).all()
    assert np.exp(logs).sum() == pytest.approx(1, abs=1e-4)
    assert ((share >= 0) & (share <= 1)).all()
    np.testing.assert_allclose(share + sigmoid(-values), 1, atol=1e-6)
    assert values[logs.argmax()] == pytest.approx(values.max(), abs=1e-3)


def test_the_ends_of_the_scale() -> None:
    assert sigmoid(np.array([-1000.0, 0.0, 1000.0])).tolist() == [0.0, 0.5, 1.0]
    assert log_softmax(np.array([1000.0, -1000.0])).tolist() == [0.0, -2000.0]
