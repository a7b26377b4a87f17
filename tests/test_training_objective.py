"""The three losses against plain Python, and batches against the examples that they were made of."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.labels import KINDS
from model.pairs import FEATURE_SIZES
from training.features import EQUAL, IGNORE, Example

torch = pytest.importorskip("torch")
from training.objective import anchor_loss, collate, link_loss, tag_loss  # noqa: E402

logits = st.floats(-30, 30, width=32)
CODES = 3


def log_sum(values: Sequence[float]) -> float:
    highest = max(values)
    return highest + math.log(sum(math.exp(v - highest) for v in values))


def binary(logit: float, right: bool) -> float:
    """-log P(right) of a sigmoid."""
    return log_sum([0.0, -logit if right else logit])


def exactly(size: int, one: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(one, min_size=size, max_size=size)


@st.composite
def tagged(draw: st.DrawFn) -> tuple[list[list[list[float]]], list[list[list[bool]]]]:
    batch, width, tags = draw(st.integers(1, 3)), draw(st.integers(1, 5)), draw(st.integers(2, 5))
    allowed = draw(exactly(batch, exactly(width, exactly(tags, st.booleans()))))
    allowed[0][0][0], allowed[0][0][1] = True, False  # something is known of one word at least
    return draw(exactly(batch, exactly(width, exactly(tags, logits)))), allowed


@settings(deadline=None)
@given(case=tagged())
def test_tag_loss_is_the_mean_surprise_at_the_allowed_tags(case: tuple[list[list[list[float]]], list[list[list[bool]]]]) -> None:
    scores, allowed = case
    words = [(s, a) for row, allow in zip(scores, allowed, strict=True) for s, a in zip(row, allow, strict=True) if any(a) and not all(a)]
    wanted = [log_sum(s) - log_sum([v for v, ok in zip(s, a, strict=True) if ok]) for s, a in words]
    assert tag_loss(torch.tensor(scores), torch.tensor(allowed)).item() == pytest.approx(sum(wanted) / len(wanted), abs=1e-3)


@st.composite
def linked_pairs(draw: st.DrawFn) -> tuple[list[float], list[int], list[int]]:
    """Pairs in groups of which at most one is true and others may be as good, pairs alone, and pairs that are not known."""
    count = draw(st.integers(1, 8))
    group = draw(st.lists(st.sampled_from([IGNORE, 0, 2, 7]), min_size=count, max_size=count))
    linked = [draw(st.sampled_from([IGNORE, 0, 1])) if g == IGNORE else 0 for g in group]
    for number in {g for g in group if g != IGNORE}:
        members = [i for i, g in enumerate(group) if g == number]
        true = draw(st.sampled_from([None, IGNORE, *members]))
        for i in members:
            linked[i] = IGNORE if true == IGNORE else 1 if i == true else draw(st.sampled_from([0, EQUAL])) if true is not None else 0
    return draw(st.lists(logits, min_size=count, max_size=count)), linked, group


def slow_link_loss(scores: Sequence[float], linked: Sequence[int], group: Sequence[int]) -> float:
    groups: dict[int, list[int]] = defaultdict(list)
    terms = []
    for i, (score, true, number) in enumerate(zip(scores, linked, group, strict=True)):
        if true == IGNORE:
            continue
        if number == IGNORE:
            terms.append(binary(score, true == 1))
        else:
            groups[number].append(i)
    for members in groups.values():
        chosen = next((scores[i] for i in members if linked[i] == 1), 0.0)
        anyone = log_sum([scores[i] for i in members if linked[i] in (1, EQUAL)] or [0.0])
        terms.append(log_sum([0.0, *(scores[i] for i in members)]) - (chosen + anyone) / 2)
    return sum(terms) / max(len(terms), 1)


@settings(deadline=None)
@given(case=linked_pairs())
def test_link_loss_is_one_decision_a_group_and_one_a_lone_pair(case: tuple[list[float], list[int], list[int]]) -> None:
    scores, linked, group = case
    found = link_loss(torch.tensor(scores), torch.tensor(linked), torch.tensor(group)).item()
    assert found == pytest.approx(slow_link_loss(scores, linked, group), rel=1e-4, abs=1e-3)


def test_link_loss_of_huge_logits_is_finite_and_pulls_back() -> None:
    scores = torch.tensor([500.0, 55.0], requires_grad=True)
    loss = link_loss(scores, torch.tensor([0, 0]), torch.tensor([1, 1]))
    loss.backward()
    assert math.isfinite(loss.item()) and torch.isfinite(scores.grad).all()


def test_losses_without_anything_known_are_zero_and_differentiable() -> None:
    tags = torch.randn(1, 2, 3, requires_grad=True)
    nothing = tag_loss(tags, torch.tensor([[[True] * 3, [False] * 3]]))  # a word that nobody has marked, and padding
    nothing.backward()
    assert nothing.item() == 0 and (tags.grad == 0).all()
    scores = torch.randn(2, requires_grad=True)
    assert link_loss(scores, torch.tensor([IGNORE, IGNORE]), torch.tensor([0, IGNORE])).item() == 0
    heads = torch.randn(2, 1 + len(KINDS) + CODES, requires_grad=True)
    unknown = torch.full((2,), IGNORE)
    loss = anchor_loss(heads, {"anchor": unknown, "kind": unknown, "code": unknown})
    loss.backward()
    assert loss.item() == 0 and (heads.grad == 0).all()


@st.composite
def anchored(draw: st.DrawFn) -> tuple[list[list[float]], list[tuple[int, int, int]]]:
    count = draw(st.integers(1, 6))
    anchor = st.tuples(st.just(1), st.integers(0, len(KINDS) - 1), st.integers(0, CODES - 1))
    label = st.one_of(st.just((IGNORE, IGNORE, IGNORE)), st.just((0, IGNORE, IGNORE)), anchor)
    return draw(exactly(count, exactly(1 + len(KINDS) + CODES, logits))), draw(exactly(count, label))


@settings(deadline=None)
@given(case=anchored())
def test_anchor_loss_is_anchor_kind_and_code_each_as_a_mean(case: tuple[list[list[float]], list[tuple[int, int, int]]]) -> None:
    scores, labels = case
    yes = [binary(s[0], a == 1) for s, (a, _, _) in zip(scores, labels, strict=True) if a != IGNORE]
    kinds = [log_sum(s[1 : 1 + len(KINDS)]) - s[1 + k] for s, (_, k, _) in zip(scores, labels, strict=True) if k != IGNORE]
    codes = [log_sum(s[1 + len(KINDS) :]) - s[1 + len(KINDS) + c] for s, (_, _, c) in zip(scores, labels, strict=True) if c != IGNORE]
    wanted = sum(sum(part) / len(part) for part in (yes, kinds, codes) if part)
    batch = {name: torch.tensor([label[i] for label in labels]) for i, name in enumerate(("anchor", "kind", "code"))}
    assert anchor_loss(torch.tensor(scores), batch).item() == pytest.approx(wanted, rel=1e-4, abs=1e-3)


def example(seed: int, words: int, entities: int, tags: int = 5) -> Example:
    """Random but consistent labels."""
    chance = np.random.default_rng(seed)
    length = 2 * words + 2
    heads, tails = np.array([(head, tail) for head in range(entities) for tail in range(head)], dtype=np.int64).reshape(-1, 2).T
    return Example(
        ids=chance.integers(4, 90, length),
        first=np.arange(1, 2 * words, 2),
        allowed=chance.random((words, tags)) < 0.5,
        firsts=np.sort(chance.integers(0, words, entities)),
        lasts=np.sort(chance.integers(0, words, entities)),
        types=chance.integers(0, 6, entities),
        anchor=chance.integers(-1, 2, entities),
        kind=np.full(entities, IGNORE),
        code=np.full(entities, IGNORE),
        heads=heads,
        tails=tails,
        linked=chance.integers(-1, 2, len(heads)),
        group=chance.integers(-1, 4, len(heads)),
        features=np.zeros((len(heads), len(FEATURE_SIZES)), dtype=np.int64),
    )


@settings(deadline=None)
@given(sizes=st.lists(st.tuples(st.integers(1, 6), st.integers(0, 4)), min_size=1, max_size=5))
def test_a_batch_points_at_the_same_words_entities_and_groups_as_its_examples(sizes: list[tuple[int, int]]) -> None:
    made = [example(seed, words, entities) for seed, (words, entities) in enumerate(sizes)]
    batch = {name: value.numpy() for name, value in collate(made, pad=1).items()}
    width = batch["first"].shape[1]
    words = [(row, word) for row in range(len(made)) for word in range(width)]
    entity = pair = 0
    groups: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for row, e in enumerate(made):
        size = len(e.ids)
        assert (batch["ids"][row, :size] == e.ids).all() and (batch["ids"][row, size:] == 1).all()
        assert batch["mask"][row].tolist() == [1] * size + [0] * (batch["mask"].shape[1] - size)
        assert (batch["first"][row, : len(e.first)] == e.first).all() and (batch["allowed"][row, : len(e.first)] == e.allowed).all()
        assert not batch["allowed"][row, len(e.first) :].any()
        for i in range(len(e.firsts)):
            assert words[batch["firsts"][entity + i]] == (row, e.firsts[i])
            assert words[batch["lasts"][entity + i]] == (row, e.lasts[i])
            assert (batch["types"][entity + i], batch["anchor"][entity + i]) == (e.types[i], e.anchor[i])
        for i in range(len(e.heads)):
            assert (batch["heads"][pair + i] - entity, batch["tails"][pair + i] - entity) == (e.heads[i], e.tails[i])
            assert batch["linked"][pair + i] == e.linked[i]
            assert (batch["group"][pair + i] == IGNORE) == (e.group[i] == IGNORE)
            groups[int(batch["group"][pair + i])].add((row, int(e.group[i])))
        entity, pair = entity + len(e.firsts), pair + len(e.heads)
    assert all(len(origin) == 1 for number, origin in groups.items() if number != IGNORE)
    assert entity == len(batch["firsts"]) and pair == len(batch["heads"])
