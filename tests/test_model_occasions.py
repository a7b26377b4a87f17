"""Facts told of an event take its day."""

from __future__ import annotations

from datetime import date

import pytest

from model.assemble import assemble_all
from model.occasions import SCORE, with_event_days
from model.schema import Achievement, AnnotatedArticle, Article, Entity, EntityType, Kind, Period, PeriodField, Relation, RelationType, Span

OPENING = "Sáng 12/3, LĐLĐ huyện Sông Lam tổ chức đại hội lần thứ 5. Năm 2017, LĐLĐ huyện kết nạp 900 đoàn viên."
GIVEN = "Dịp này, LĐLĐ tỉnh tặng bằng khen cho 17 tập thể."
DAY = Period(date(2018, 3, 12), date(2018, 3, 12))


def found(sentence: str, opening: str = OPENING, *, kind: Kind = Kind.RESULT, linked: str = "", body: tuple[Span, ...] = ()) -> AnnotatedArticle:
    """An achievement on the number 17 of the sentence behind the opening, linked to the first mention of a time or to none."""
    text = f"{opening} {sentence}"
    spans = [(linked, EntityType.DATE)] * bool(linked) + [("17", EntityType.COUNT)]
    entities = tuple(sorted(Entity(Span(at, at + len(words)), type_, 0.9) for words, type_ in spans for at in [text.rindex(words)]))
    anchor = next(i for i, e in enumerate(entities) if e.type is EntityType.COUNT)
    relations = (Relation(RelationType.DURING, anchor, 1 - anchor, 0.8),) if linked else ()
    article = Article(id="a", text=text, published=date(2018, 3, 20), body=body)
    return AnnotatedArticle(article, entities, relations, (Achievement(anchor, kind, "commendations"),))


def period(annotated: AnnotatedArticle) -> PeriodField | None:
    (record,) = assemble_all(annotated)
    return record.period


@pytest.mark.parametrize(
    "sentence",
    [
        "Nhân dịp này, LĐLĐ tỉnh tặng bằng khen cho 17 tập thể.",
        GIVEN,
        "Tại đại hội, LĐLĐ tỉnh tặng bằng khen cho 17 tập thể.",
        "Cũng tại buổi lễ, 17 tập thể được khen.",
        "Tại buổi lễ, LĐLĐ huyện công bố quyết định kết nạp 17 đoàn viên.",
    ],
)
def test_it_takes_the_day_of_the_event_before_it(sentence: str) -> None:
    told = with_event_days(found(sentence))
    (record,) = assemble_all(told)
    assert record.period is not None and record.period.period == DAY
    assert record.period.inherited and record.period.text == "Sáng 12/3"
    assert record.field_confidence["period"] == SCORE
    assert [e.type for e in told.entities] == [EntityType.DATE, EntityType.COUNT] and list(told.entities) == sorted(told.entities)


@pytest.mark.parametrize(
    "sentence",
    [
        "LĐLĐ tỉnh tặng bằng khen cho 17 tập thể.",
        "Tại đại hội, LĐLĐ huyện cho biết đã lập 17 CĐCS.",
        "Tại hội nghị, ông Nam nói đã tặng 17 nhà.",
        "Tại buổi làm việc, huyện đã có 17 CĐCS.",
        "Nhân dịp này, LĐLĐ tỉnh sẽ tặng 17 suất quà.",
        "Nhân dịp này, ngày 20/3, LĐLĐ tỉnh tặng bằng khen cho 17 tập thể.",
        "Tại hội nghị hôm qua, LĐLĐ tặng 17 suất.",
        "Tại lễ khai mạc thứ Hai tuần trước, LĐLĐ tặng 17 suất.",
        "Tại hội nghị ngày 5 và 6/3, LĐLĐ tặng 17 suất.",
        "Tại hội nghị, năm 2017 LĐLĐ đã xây 17 nhà.",
        "Tại đại hội, trong nhiệm kỳ 2013-2018, LĐLĐ xây 17 nhà.",
        "Dịp này, từ đầu năm đến nay, LĐLĐ xây 17 nhà.",
        "Tại lễ ra quân, trong tháng 1, LĐLĐ xây 17 nhà.",
        "Dịp này năm ngoái, LĐLĐ xây 17 nhà.",
        "Nhân dịp này hằng năm, LĐLĐ xây 17 nhà.",
    ],
)
def test_without_an_event_or_with_another_time_nothing_changes(sentence: str) -> None:
    read = found(sentence)
    assert with_event_days(read) == read


@pytest.mark.parametrize(
    "between",
    [
        "Hôm qua, đoàn thăm 2 gia đình.",
        "Mới đây, đoàn thăm 2 gia đình.",
        "Hôm sau, LĐLĐ huyện tổ chức hội thao.",
        "Trong 2 ngày 14/3 và 15/3, LĐLĐ huyện họp.",
        "Trong hai ngày 14-15/3, LĐLĐ huyện họp.",
    ],
)
def test_where_another_time_stands_between_nothing_changes(between: str) -> None:
    read = found(GIVEN, f"{OPENING} {between}")
    assert with_event_days(read) == read


@pytest.mark.parametrize("opening", ["LĐLĐ huyện họp.", "Theo quyết định ngày 12/3, LĐLĐ huyện họp.", "Ngày 5/2/2015, LĐLĐ huyện họp."])
def test_where_no_day_of_this_season_is_told_nothing_changes(opening: str) -> None:
    read = found(GIVEN, opening)
    assert with_event_days(read) == read


@pytest.mark.parametrize(
    "between",
    [
        "Bà Hoa sinh ngày 5/2/1965.",
        "Công ty thành lập ngày 1/2/2018.",
        "Tính từ ngày 1/1/2018, LĐLĐ đã kết nạp 500 đoàn viên.",
        "Công nhân được nghỉ từ ngày 10/2 đến hết ngày 20/2.",
        "Trước đó, ngày 8/3, LĐLĐ tặng quà nữ CNLĐ.",
        "Đây là hoạt động thiết thực của ngày 8/3.",
    ],
)
def test_a_birth_or_a_founding_between_is_not_the_event(between: str) -> None:
    assert (period(with_event_days(found(GIVEN, f"{OPENING} {between}"))) or PeriodField("", Span(0, 1), Period(None, None), True)).period == DAY


@pytest.mark.parametrize("kind", [Kind.PLAN, Kind.LEVEL])
def test_plans_and_levels_stay(kind: Kind) -> None:
    read = found(GIVEN, kind=kind)
    assert with_event_days(read) == read


def test_a_day_or_week_that_the_model_linked_stays_and_the_year_of_a_report_gives_way() -> None:
    opening = f"Trong hai ngày 8-9/3, đoàn họp. {OPENING}"
    week = found(GIVEN, opening, linked="ngày 8-9/3")
    assert with_event_days(week) == week
    year = found(GIVEN, linked="Năm 2017")
    assert year.relations[0].tail == 0
    told = period(with_event_days(year))
    assert told is not None and told.period == DAY
    assert sum(r.type is RelationType.DURING for r in with_event_days(year).relations) == 1


def test_a_day_outside_the_body_is_not_the_event() -> None:
    start = len(OPENING) + 1
    read = found(GIVEN, body=(Span(start, start + len(GIVEN)),))
    assert with_event_days(read) == read
