"""What several windows of one article found, as one: nothing twice, and no link to where its relation may not lead."""

from __future__ import annotations

import numpy as np

from model.decode import Anchored, Link
from model.encode import Window
from model.pairs import Mention
from model.readings import Reading, merge_windows
from model.schema import TAIL_TYPE, Article, EntityType, Kind, RelationType, Span
from model.text import words

TEXT = "LĐLĐ huyện năm 2021 kết nạp 391 đoàn viên"


def reading(mentions: list[tuple[EntityType, int, int]], targets: bool, links: list[Link], text: str = TEXT) -> Reading:
    """A window over the text with these mentions (type, first word, end word); its COUNTs anchor. As context, only its last word is decoded here."""
    spans = words(text, Span(0, len(text)))
    nothing = np.zeros(len(spans), dtype=np.int64)
    window = Window(0, spans, nothing, nothing, nothing, np.arange(len(spans)) >= (0 if targets else len(spans) - 1))
    found = [Mention(kind, first, end, 0, targets) for kind, first, end in mentions]
    anchors = [Anchored(i, 0.9, Kind.RESULT, 0.9, "members_admitted", 0.9) for i, m in enumerate(found) if m.type is EntityType.COUNT]
    return Reading(window, found, [0.9] * len(found), anchors, links)


def test_a_link_to_words_that_another_window_reads_as_another_type_is_left_out() -> None:
    sure = reading([(EntityType.DATE, 0, 2), (EntityType.COUNT, 6, 7)], True, [])
    context = reading([(EntityType.ORGANISATION, 0, 2), (EntityType.COUNT, 6, 7)], False, [Link(RelationType.ACHIEVED_BY, 1, 0, 0.9)])
    merged = merge_windows(Article("a", TEXT), [sure, context])
    assert [e.type for e in merged.entities] == [EntityType.DATE, EntityType.COUNT]
    assert all(merged.entities[r.tail].type is TAIL_TYPE[r.type] for r in merged.relations)
    assert merged.relations == ()


def test_an_anchor_is_no_entity_that_another_window_reads_as_a_time() -> None:
    sure = reading([(EntityType.DATE, 6, 7)], True, [])
    context = reading([(EntityType.COUNT, 6, 7)], False, [])
    assert merge_windows(Article("a", TEXT), [sure, context]).achievements == ()


def test_the_same_words_in_two_windows_are_one_entity() -> None:
    mentions = [(EntityType.ORGANISATION, 0, 2), (EntityType.COUNT, 6, 7)]
    links = [Link(RelationType.ACHIEVED_BY, 1, 0, 0.9)]
    merged = merge_windows(Article("a", TEXT), [reading(mentions, True, links), reading(mentions, False, [])])
    assert [e.span.of(TEXT) for e in merged.entities] == ["LĐLĐ huyện", "391"]
    assert [(r.head, r.tail) for r in merged.relations] == [(1, 0)]


def test_a_measure_is_no_body() -> None:
    text = "Thành phố có GRDP tăng 391"
    mentions = [(EntityType.ORGANISATION, 0, 2), (EntityType.ORGANISATION, 3, 4), (EntityType.COUNT, 5, 6)]
    merged = merge_windows(Article("a", text), [reading(mentions, True, [Link(RelationType.ACHIEVED_BY, 2, 1, 0.9)], text)])
    assert [e.span.of(text) for e in merged.entities] == ["Thành phố", "391"] and merged.relations == ()
