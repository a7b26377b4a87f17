"""Predictions as annotations to correct: whatever a model says, what is written can be read again and keeps to the guide."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from builders import annotated_articles
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.convert import Format, read_annotations
from annotations.predicted import WRITABLE, mend, write_predicted
from model.errors import OutputError
from model.schema import Achievement, AnnotatedArticle, Article, Entity, EntityType, Kind, Relation, RelationType, Span

TARGETS = {Format.MARKED: "marked", Format.BRAT: "brat", Format.DOCCANO: "a.jsonl", Format.LABEL_STUDIO: "a.json"}
TEXT = "Năm 2021, Công đoàn kết nạp 391/300 đoàn viên, đạt 130%.\nQuý I đạt 90% kế hoạch, sau đó 95%."


@st.composite
def predictions(draw: st.DrawFn) -> AnnotatedArticle:
    """Anything that a model could say of a text, most of it against the guide."""
    pair = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 14)).map(lambda p: Span(p[0], min(p[0] + p[1], len(TEXT))))
    entities = draw(st.lists(st.builds(Entity, pair, st.sampled_from(list(EntityType)), st.floats(0, 1)), max_size=9))
    places = st.integers(0, max(len(entities) - 1, 0))
    relations = draw(st.lists(st.builds(Relation, st.sampled_from(list(RelationType)), places, places, st.floats(0, 1)), max_size=20 if entities else 0))
    codes = st.sampled_from(["members_admitted", "other", "no_such_code"])
    achievements = draw(st.lists(st.builds(Achievement, places, st.sampled_from(list(Kind)), codes, st.floats(0, 1)), max_size=6 if entities else 0))
    return AnnotatedArticle(Article("a", TEXT), tuple(entities), tuple(relations), tuple(achievements))


@pytest.mark.parametrize("to", WRITABLE)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=predictions())
def test_any_prediction_becomes_an_annotation_that_can_be_read(tmp_path_factory: pytest.TempPathFactory, to: Format, found: AnnotatedArticle) -> None:
    target = tmp_path_factory.mktemp("predicted") / TARGETS[to]
    done = write_predicted([found], target, to)
    assert (done.written, done.findings) == (1, ())
    again = read_annotations(target, to)
    assert not again.findings
    wanted = mend(found, Counter(), marked=to is Format.MARKED)
    assert again.articles[0].entities == wanted.entities
    assert again.articles[0].achievements == wanted.achievements
    assert set(again.articles[0].relations) == set(wanted.relations)
    assert again.articles[0].annotated == (Span(0, len(TEXT)),)


@pytest.mark.parametrize("to", WRITABLE)
def test_what_is_right_already_is_written_as_it_is(tmp_path: Path, to: Format) -> None:
    given_ = annotated_articles()
    done = write_predicted(given_, tmp_path / TARGETS[to], to)
    assert done.written == len(given_)
    again = {one.article.id: one for one in read_annotations(tmp_path / TARGETS[to], to).articles}
    for one in given_:
        assert again[one.article.id].entities == one.entities
        assert set(again[one.article.id].relations) == set(one.relations)
        assert [replace(a, duplicate_of=None, certain=True) for a in one.achievements] == list(again[one.article.id].achievements)


def test_what_is_left_out_is_counted() -> None:
    at = TEXT.index("391")
    count, over = Entity(Span(at, at + 3), EntityType.COUNT, 0.9), Entity(Span(at, at + 7), EntityType.TARGET, 0.4)
    found = AnnotatedArticle(Article("a", TEXT), (count, over), (Relation(RelationType.AGAINST, 0, 1),), (Achievement(0, Kind.RESULT),))
    losses: Counter[str] = Counter()
    assert mend(found, losses).entities == (Entity(count.span, count.type),)
    assert {what: n for what, n in losses.items() if n} == {
        "predicted spans that overlap another or cannot be marked, left out": 1,
        "predicted links that may not stand there, left out": 1,
    }
    assert mend(found, losses, marked=True).achievements == ()
    assert losses["predicted achievements without an INDICATOR, left out"] == 1


def test_a_text_that_a_format_cannot_hold_costs_only_itself(tmp_path: Path) -> None:
    empty = AnnotatedArticle(Article("brace", "Có { trong bài."), (), (), ())
    done = write_predicted([empty, *annotated_articles("dev")], tmp_path / "m", Format.MARKED)
    assert len(done.findings) == 1 and "brace" in done.findings[0].place + done.findings[0].reason
    assert done.written == len(annotated_articles("dev"))


def test_only_formats_to_annotate_in_and_nothing_is_written_over(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="allowed are marked, brat, doccano, label-studio"):
        write_predicted([], tmp_path / "x", Format.IOB)
    (tmp_path / "a.jsonl").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="exists"):
        write_predicted([], tmp_path / "a.jsonl", Format.DOCCANO)
