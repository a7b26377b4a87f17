"""Entities and links: counts against seqeval and nervaluate where they are installed, and by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from builders import annotated_articles
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.markup import parse
from evaluate.scores import PRF
from evaluate.spans import NOTHING, Link, Typed, boundary, partial_share, sides, span_counts, strict, type_confusion
from model.schema import AnnotatedArticle, Entity, EntityType, RelationType, Span

LENGTH = 24
ONE = "published: 2021-12-20\n---\nTrong {năm 2021|D1}, {LĐLĐ huyện Sông Lam|O1} {kết nạp|I1} {391|C1:result:members_admitted} {đoàn viên|I1}."


@st.composite
def spans_of_one_text(draw: st.DrawFn) -> list[Typed]:
    """Typed spans of a text of LENGTH words, none over another."""
    cuts = sorted(draw(st.sets(st.integers(0, LENGTH), max_size=12)))
    kept = [(a, b) for a, b in pairwise(cuts) if draw(st.booleans())]
    return [Typed(Span(a, b), draw(st.sampled_from(list(EntityType)))) for a, b in kept]


def tags(spans: list[Typed]) -> list[str]:
    """IOB2, a tag a word."""
    made = ["O"] * LENGTH
    for each in spans:
        made[each.span.start : each.span.end] = [f"B-{each.type}", *[f"I-{each.type}"] * (each.span.end - each.span.start - 1)]
    return made


@settings(deadline=None)
@given(st.lists(st.tuples(spans_of_one_text(), spans_of_one_text()), min_size=1, max_size=4))
def test_strict_counts_are_seqeval_s(pairs: list[tuple[list[Typed], list[Typed]]]) -> None:
    pytest.importorskip("seqeval")
    from seqeval.metrics.v1 import precision_recall_fscore_support
    from seqeval.scheme import IOB2, Entities

    truth, guess = ([tags(side) for side in sides_] for sides_ in zip(*pairs, strict=True))
    for kind in EntityType:
        ours = sum((strict([e for e in g if e.type is kind], [e for e in f if e.type is kind]) for g, f in pairs), PRF())
        theirs = [{(e.sent_id, e.start, e.end) for e in Entities(side, IOB2).filter(str(kind))} for side in (truth, guess)]
        same = len(theirs[0] & theirs[1])
        assert ours == PRF(same, len(theirs[1]) - same, len(theirs[0]) - same)
    whole = sum((strict(g, f) for g, f in pairs), PRF())
    if whole.tp + whole.fn and whole.tp + whole.fp:
        p, r, f1, support = precision_recall_fscore_support(truth, guess, scheme=IOB2, average="micro", zero_division=0)
        assert (whole.precision, whole.recall, whole.f1) == pytest.approx((p, r, f1)) and whole.tp + whole.fn == support


def test_a_percentage_that_anchors_is_no_link_to_itself() -> None:
    gold = parse("published: 2021-12-20\n---\n{Quận|O1} {thu|I1} đạt {98%|P1:result:fees_collected}.", "one")
    assert any(r.head == r.tail for r in gold.relations)
    both = sides(gold, replace(gold, relations=tuple(r for r in gold.relations if r.head != r.tail)))
    assert both.wanted_links == both.found_links and span_counts(both).prf[f"relation/strict/{RelationType.RATE}"] == PRF()


@settings(deadline=None)
@given(spans_of_one_text(), spans_of_one_text())
def test_partial_f1_is_nervaluate_s(wanted: list[Typed], found: list[Typed]) -> None:
    pytest.importorskip("nervaluate")
    from nervaluate.entities import Entity as Theirs
    from nervaluate.strategies import PartialEvaluation

    points, of = partial_share([e.span for e in wanted], [e.span for e in found])
    theirs = [[Theirs("X", e.span.start, e.span.end - 1) for e in side] for side in (wanted, found)]
    result, _ = PartialEvaluation().evaluate(*theirs, tags=["X"])
    assert points == 2 * result.correct + result.partial and of == result.possible + result.actual
    assert (points / of if of else 0.0) == pytest.approx(result.f1)


def test_gold_found_whole_is_right_and_nothing_found_is_all_missed() -> None:
    for annotated in annotated_articles():
        counts = span_counts(sides(annotated, annotated))
        assert all(c.fp == c.fn == 0 for c in counts.prf.values())
        part, of = counts.shares["entity/partial"]
        assert part == of
        missed = span_counts(sides(annotated, None))
        assert all(c.tp == c.fp == 0 for c in missed.prf.values()) and missed.shares["entity/partial"][0] == 0
        assert missed.prf["entity/strict"].fn == counts.prf["entity/strict"].tp


def moved(annotated: AnnotatedArticle, place: int, span: Span) -> AnnotatedArticle:
    entities = tuple(replace(e, span=span) if i == place else e for i, e in enumerate(annotated.entities))
    return replace(annotated, entities=entities)


def place_of(annotated: AnnotatedArticle, kind: EntityType) -> int:
    return next(i for i, e in enumerate(annotated.entities) if e.type is kind)


def test_a_moved_end_is_no_longer_strict_but_touches() -> None:
    gold = parse(ONE, "a")
    place = place_of(gold, EntityType.DATE)
    span = gold.entities[place].span
    counts = span_counts(sides(gold, moved(gold, place, Span(span.start, span.end - 1))))
    assert counts.prf["entity/strict/DATE"] == PRF(0, 1, 1) and counts.shares["entity/partial/DATE"] == (1, 2)
    assert counts.prf["relation/strict/during"] == PRF(0, 1, 1) and counts.prf["relation/boundary/during"] == PRF(1, 0, 0)


def test_links_count_once_each() -> None:
    count, first, second = (Typed(Span(a, b), t) for a, b, t in ((0, 2, EntityType.COUNT), (4, 6, EntityType.DATE), (5, 7, EntityType.DATE)))
    wanted = [Link(RelationType.DURING, count, first)]
    assert boundary(wanted, [Link(RelationType.DURING, count, second), wanted[0]]) == PRF(1, 1, 0)
    assert boundary(wanted, [Link(RelationType.RATE, count, first)]) == PRF(0, 1, 1)


def test_what_gold_doubts_is_neither_missed_nor_false() -> None:
    gold = parse(ONE.replace("C1:result:members_admitted", "C1:result:members_admitted:unsure"), "a")
    assert span_counts(sides(gold, gold)).prf["entity/strict"] == PRF(1, 0, 0), "the organisation is marked whatever it does"
    assert span_counts(sides(gold, None)).prf["entity/strict"] == PRF(0, 0, 1)
    assert span_counts(sides(gold, gold)).prf["relation/strict"] == PRF()


def test_organisations_count_only_where_all_are_marked() -> None:
    gold = replace(parse(ONE, "a"), annotated=(Span(0, 5),))
    assert span_counts(sides(gold, gold)).prf["entity/strict/ORGANISATION"] == PRF()


def test_a_confusion_holds_every_span_once() -> None:
    gold = parse(ONE, "a")
    count = place_of(gold, EntityType.COUNT)
    changed = tuple(Entity(e.span, EntityType.TARGET) if i == count else e for i, e in enumerate(gold.entities) if e.type is not EntityType.DATE)
    pairs = type_confusion(sides(gold, replace(gold, entities=(*changed, Entity(Span(0, 5), EntityType.DATE)), relations=())))
    assert pairs["COUNT", "TARGET"] == 1 and pairs["DATE", NOTHING] == 1 and pairs[NOTHING, "DATE"] == 1 and pairs["ORGANISATION", "ORGANISATION"] == 1
