"""Figures that lie ahead, by the words before them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotations.markup import parse
from model.plans import foresee, lies_ahead
from model.schema import AnnotatedArticle, Kind


@pytest.mark.parametrize(
    ("before", "ahead"),
    [
        ("Công đoàn ngành sẽ tặng khoảng ", True),
        ("Dự kiến trong tháng 5, LĐLĐ tỉnh trao ", True),
        ("Năm tới đơn vị phấn đấu kết nạp ", True),
        ("Kế hoạch năm 2026: 800 đoàn viên mới, thành lập ", True),
        ("Nhiệm vụ 6 tháng cuối năm: LĐLĐ huyện phát triển ", True),
        ("Nhiệm vụ thời gian qua: đã phát triển ", False),
        ("Kế hoạch năm 2025: giao 300, đã kết nạp ", False),
        ("Công đoàn sẽ họp; quý qua tặng ", False),
        ("Chương trình sẽ kéo dài, đến nay đã trao ", False),
        ("LĐLĐ quận kết nạp ", False),
        ("Giám đốc Sở cho biết có ", False),
        ("", False),
    ],
)
def test_words_that_announce(before: str, ahead: bool) -> None:
    assert lies_ahead(before) is ahead


def article(text: str) -> AnnotatedArticle:
    return parse("published: none\n---\n" + text, "a")


def kinds(text: str) -> list[Kind]:
    return [a.kind for a in foresee(article(text)).achievements]


def test_a_lone_figure_that_is_announced_is_a_plan() -> None:
    assert kinds("{LĐLĐ tỉnh|O1} sẽ {tặng|I1} {500|C1} suất quà.") == [Kind.PLAN]
    assert kinds("{LĐLĐ tỉnh|O1} đã {tặng|I1} {500|C1} suất quà. Tháng tới sẽ họp.") == [Kind.RESULT]


def test_a_figure_beside_its_target_stays_a_result() -> None:
    assert kinds("Chỉ tiêu sẽ xét lại: {LĐLĐ tỉnh|O1} {kết nạp|I1} {391|C1}/{300|T1} đoàn viên.") == [Kind.RESULT]


def test_nothing_else_changes() -> None:
    before = article("{LĐLĐ tỉnh|O1} sẽ {tặng|I1} {500|C1:level} suất quà.")
    after = foresee(before)
    assert replace(after, achievements=before.achievements) == before
    assert after.achievements[0].kind is Kind.PLAN
