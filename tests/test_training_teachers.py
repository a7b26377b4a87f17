"""What is learned from teachers: a committee is the mean of its members, and the losses are least where the network says what they say."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.labels import KINDS
from model.pairs import FEATURE_SIZES, TAIL_FEATURE, TYPE_NUMBER
from model.schema import EntityType

torch = pytest.importorskip("torch")
from model.committee import Committee  # noqa: E402
from training.teachers import Lesson, collate_lessons, taught_anchor_loss, taught_link_loss, taught_tag_loss  # noqa: E402

CODES = 3
WIDTH = 1 + len(KINDS) + CODES
logits = st.floats(-8, 8, width=32)


class Says:
    """A model whose states and logits are numbers that it was given."""

    def __init__(self, state: float, tags: Sequence[float], link: float, width: int = 2) -> None:
        self.state, self.tags, self.strength, self.width = state, tags, link, width

    def tag(self, ids: np.ndarray, mask: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.full((*first.shape, self.width), self.state, dtype=np.float32), np.broadcast_to(np.array(self.tags, dtype=np.float32), (*first.shape, len(self.tags)))

    def link(self, states: np.ndarray, firsts: np.ndarray, *_: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        assert states.shape[-1] == self.width and (states == self.state).all()  # its own, not another's
        return np.full((len(firsts), WIDTH), self.strength, dtype=np.float32), np.full(2, self.strength, dtype=np.float32)


def test_a_committee_is_the_mean_of_its_members() -> None:
    several = Committee([Says(1.0, [4.0, 0.0], 3.0), Says(2.0, [0.0, 2.0], -1.0, width=3)], "cpu")
    ones = np.ones((1, 3), dtype=np.int64)
    states, tags = several.tag(ones, ones, ones)
    assert states.shape == (1, 3, 5) and np.exp(tags).sum(-1) == pytest.approx(1.0)
    assert tags[0, 0, 0] - tags[0, 0, 1] == pytest.approx((4 - 2) / 2)
    anchors, links = several.link(states[0], ones[0], ones[0], ones[0], ones[0], ones[0], ones)
    assert (anchors == 1).all() and (links == 1).all()


def test_lessons_of_a_batch_stand_in_the_order_of_its_windows() -> None:
    first = Lesson(np.log(np.full((2, 4), 0.25, dtype=np.float16)), np.zeros((1, WIDTH), dtype=np.float32), np.array([5.0], dtype=np.float32), np.array([True]))
    second = Lesson(np.log(np.full((1, 4), 0.25, dtype=np.float16)), np.ones((2, WIDTH), dtype=np.float32), np.array([], dtype=np.float32), np.array([False, True]))
    joined = collate_lessons([first, second], 3)
    assert joined["taught_tags"].sum(-1).round(decimals=2).tolist() == [[1, 1, 0], [1, 0, 0]]
    assert joined["taught_judged"].tolist() == [True, False, True] and joined["taught_links"].tolist() == [5.0]
    assert joined["taught_anchors"][:, 0].tolist() == [0.0, 1.0, 1.0]


@settings(deadline=None)
@given(said=st.lists(st.lists(logits, min_size=3, max_size=3), min_size=1, max_size=5), others=st.lists(st.lists(logits, min_size=3, max_size=3), min_size=5, max_size=5))
def test_no_tags_surprise_the_teachers_less_than_their_own(said: list[list[float]], others: list[list[float]]) -> None:
    taught = torch.softmax(torch.tensor([said]), -1)
    padded = torch.cat([taught, torch.zeros(1, 1, 3)], dim=1)
    own, other = torch.tensor([[*said, [0.0] * 3]]), torch.tensor([[*others[: len(said)], [9.0, 0.0, 0.0]]])
    least = -(taught * taught.clamp(min=1e-9).log()).sum(-1).mean()
    assert taught_tag_loss(own, padded).item() == pytest.approx(least.item(), abs=1e-3)
    assert taught_tag_loss(other, padded).item() >= least.item() - 1e-3


def test_only_what_may_be_an_anchor_is_judged_and_kinds_count_as_far_as_it_is_one() -> None:
    taught = torch.zeros(3, WIDTH)
    taught[:, 0] = torch.tensor([20.0, -20.0, 20.0])
    taught[0, 1], taught[1, 1], taught[2, 2], taught[0, -1] = 9.0, 9.0, 9.0, 9.0
    judged = torch.tensor([True, True, False])
    assert taught_anchor_loss(taught, taught, judged).item() < 0.1
    second, third = taught.clone(), taught.clone()
    second[1, 1:] = torch.randn(WIDTH - 1)  # of which kind is what is no anchor
    third[2] = -9.0  # what cannot be one
    for changed in (second, third):
        assert taught_anchor_loss(changed, taught, judged).item() == pytest.approx(taught_anchor_loss(taught, taught, judged).item(), abs=1e-4)
    wrong = taught.clone()
    wrong[0, 0] = -5.0
    assert taught_anchor_loss(wrong, taught, judged).item() > 2
    assert taught_anchor_loss(taught, taught, torch.zeros(3, dtype=torch.bool)).item() == 0


def test_what_is_hardly_an_anchor_hardly_has_a_kind() -> None:
    taught = torch.zeros(5, WIDTH)
    taught[:, 0] = -6.0
    said = taught.clone()
    taught[:, 1], said[:, 2] = 9.0, 9.0
    judged = torch.ones(5, dtype=torch.bool)
    assert taught_anchor_loss(said, taught, judged).item() - taught_anchor_loss(taught, taught, judged).item() < 0.2


@st.composite
def candidate_links(draw: st.DrawFn) -> tuple[list[float], list[float], list[bool], list[int], list[EntityType]]:
    count, entities = draw(st.integers(1, 8)), 3
    one = st.lists(logits, min_size=count, max_size=count)
    heads = draw(st.lists(st.integers(0, entities - 1), min_size=count, max_size=count))
    tails = draw(st.lists(st.sampled_from([EntityType.ORGANISATION, EntityType.DATE, EntityType.INDICATOR, EntityType.PERCENTAGE]), min_size=count, max_size=count))
    return draw(one), draw(one), draw(st.lists(st.booleans(), min_size=entities, max_size=entities)), heads, tails


def slow_link_loss(scores: Sequence[float], taught: Sequence[float], anchors: Sequence[bool], heads: Sequence[int], tails: Sequence[EntityType]) -> float:
    """One choice between a head's bodies and none, one between its times and none, and one yes or no for each of the others."""
    groups: dict[tuple[int, EntityType], list[int]] = defaultdict(list)
    terms = []
    for i, (head, tail) in enumerate(zip(heads, tails, strict=True)):
        if not anchors[head]:
            continue
        if tail in (EntityType.ORGANISATION, EntityType.DATE):
            groups[head, tail].append(i)
        else:
            p = 1 / (1 + math.exp(-taught[i]))
            terms.append(p * math.log1p(math.exp(-scores[i])) + (1 - p) * math.log1p(math.exp(scores[i])))
    for members in groups.values():
        told, said = 1 + sum(math.exp(taught[i]) for i in members), 1 + sum(math.exp(scores[i]) for i in members)
        terms.append(math.log(said) - sum(math.exp(taught[i]) / told * scores[i] for i in members))
    return sum(terms) / max(len(terms), 1)


@settings(deadline=None)
@given(case=candidate_links())
def test_links_are_taught_as_they_are_chosen(case: tuple[list[float], list[float], list[bool], list[int], list[EntityType]]) -> None:
    scores, taught, anchors, heads, tails = case
    features = torch.zeros(len(tails), len(FEATURE_SIZES), dtype=torch.long)
    features[:, TAIL_FEATURE] = torch.tensor([TYPE_NUMBER[tail] for tail in tails])
    found = taught_link_loss(torch.tensor(scores), torch.tensor(taught), torch.tensor(anchors), torch.tensor(heads), features).item()
    assert found == pytest.approx(slow_link_loss(scores, taught, anchors, heads, tails), rel=1e-4, abs=1e-4)


def test_no_links_at_all_teach_nothing() -> None:
    nothing = torch.zeros(0, requires_grad=True)
    empty = torch.zeros(0, dtype=torch.long)
    loss = taught_link_loss(nothing, torch.zeros(0), torch.zeros(0, dtype=torch.bool), empty, torch.zeros(0, len(FEATURE_SIZES), dtype=torch.long))
    loss.backward()
    assert loss.item() == 0
