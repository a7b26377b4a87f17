"""Facts told of an event take its day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from model.occasions import SCORE, of_its_occasion
from model.schema import AchievementRecord, Article, Kind, Period, PeriodField, QuantityField, Span
from model.text import sentences

OPENING = "Sáng 12/3, LĐLĐ huyện Sông Lam tổ chức đại hội lần thứ 5. Nhiệm kỳ qua, LĐLĐ huyện kết nạp 900 đoàn viên."
DAY = date(2018, 3, 12)


def told(sentence: str, opening: str = OPENING, **given: Any) -> tuple[AchievementRecord, Article]:
    """A record without a time for the number 17 of the sentence, which stands behind the opening."""
    article = Article(id="a", text=f"{opening} {sentence}", published=date(2018, 3, 20))
    start = article.text.rindex("17")
    span = Span(start, start + 2)
    inside = next(s for s in sentences(article.text) if s.start <= start < s.end)
    record = AchievementRecord(
        id="1",
        article_id="a",
        kind=Kind.RESULT,
        organisation=None,
        indicator="bằng khen",
        indicator_code="commendations",
        count=QuantityField("17", span, Decimal(17)),
        target=None,
        percentages=(),
        period=None,
        sentence=inside,
        sentence_text=inside.of(article.text),
        confidence=0.0,
        field_confidence={"period": 0.99, "anchor": 0.9},
        checks=(),
        model="",
    )
    return replace(record, **given), article


@pytest.mark.parametrize(
    "sentence",
    [
        "Nhân dịp này, LĐLĐ tỉnh tặng bằng khen cho 17 tập thể.",
        "Dịp này, LĐLĐ tỉnh tặng bằng khen cho 17 tập thể.",
        "Tại đại hội, LĐLĐ tỉnh tặng bằng khen cho 17 tập thể.",
        "Cũng tại buổi lễ, 17 tập thể được khen.",
    ],
)
def test_it_takes_the_day_of_the_event_before_it(sentence: str) -> None:
    found = of_its_occasion(*told(sentence))
    assert found.period is not None and found.period.period == Period(DAY, DAY)
    assert found.period.inherited and found.period.text == "Sáng 12/3"
    assert found.field_confidence == {"period": SCORE, "anchor": 0.9}


@pytest.mark.parametrize(
    "sentence",
    [
        "LĐLĐ tỉnh tặng bằng khen cho 17 tập thể.",
        "Tại đại hội, LĐLĐ huyện cho biết đã lập 17 CĐCS.",
        "Nhân dịp này, LĐLĐ tỉnh sẽ tặng 17 suất quà.",
        "Nhân dịp này, ngày 20/3, LĐLĐ tỉnh tặng bằng khen cho 17 tập thể.",
    ],
)
def test_without_an_event_or_with_another_time_nothing_changes(sentence: str) -> None:
    record, article = told(sentence)
    assert of_its_occasion(record, article) == record


@pytest.mark.parametrize("opening", ["LĐLĐ huyện họp.", f"{OPENING} Hôm qua, đoàn thăm 2 gia đình.", "Theo quyết định ngày 12/3, LĐLĐ huyện họp."])
def test_where_no_day_or_another_one_is_told_nothing_changes(opening: str) -> None:
    record, article = told("Nhân dịp này, LĐLĐ tỉnh tặng bằng khen cho 17 tập thể.", opening)
    assert of_its_occasion(record, article) == record


def test_a_plan_and_a_time_in_the_sentence_stay_and_the_year_of_a_report_gives_way() -> None:
    sentence = "Dịp này, LĐLĐ tỉnh tặng bằng khen cho 17 tập thể."
    year = Period(date(2017, 1, 1), date(2017, 12, 31))
    for given in ({"kind": Kind.PLAN}, {"kind": Kind.LEVEL}, {"period": PeriodField("năm 2017", Span(0, 8), year, False)}):
        record, article = told(sentence, **given)
        assert of_its_occasion(record, article) == record
    record, article = told(sentence, period=PeriodField("năm 2017", Span(0, 8), year, True))
    found = of_its_occasion(record, article)
    assert found.period is not None and found.period.period == Period(DAY, DAY)


def test_a_day_outside_the_body_is_not_the_event() -> None:
    record, article = told("Dịp này, LĐLĐ tỉnh tặng bằng khen cho 17 tập thể.")
    assert of_its_occasion(record, replace(article, body=(record.sentence,))) == record
