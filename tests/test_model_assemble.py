"""Marked articles to records: every field, what is inherited, what the figures say, and one record for each fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from builders import annotated_articles
from hypothesis import given
from hypothesis import strategies as st

from annotations.markup import parse
from model.assemble import assemble, assemble_all
from model.repeats import merge_repeats
from model.schema import AchievementRecord, AnnotatedArticle, Check, Kind, Outcome, PercentageKind, Period, Qualifier

MISSION = (
    "Trong {năm 2021|D1,2}, {LĐLĐ huyện|O1,2} {thành lập mới|I1} được {12|C1:result:unions_founded} {CĐCS|I1}, "
    "đạt {200%|P1} (vượt {100%|P1} chỉ tiêu kế hoạch); {kết nạp mới|I2} {391|C2:result:members_admitted}/{300|T2} {đoàn viên công đoàn|I2}, "
    "đạt {130,3%|P2} (vượt {30,3%|P2} kế hoạch)."
)
YEAR_2021 = Period(date(2021, 1, 1), date(2021, 12, 31))
BODY = "{LĐLĐ huyện Sông Lam|O}"


def marked(body: str, published: str = "2021-12-20", header: str = "") -> AnnotatedArticle:
    return parse(f"published: {published}\n{header}---\n{body}", "bai")


def records(body: str, published: str = "2021-12-20", header: str = "") -> tuple[AchievementRecord, ...]:
    return assemble(marked(body, published, header), "model@1")


def only(body: str, published: str = "2021-12-20") -> AchievementRecord:
    (record,) = records(body, published)
    return record


def rates(record: AchievementRecord) -> list[tuple[str, Decimal, PercentageKind]]:
    return [(p.text, p.value, p.kind) for p in record.percentages]


def checks(record: AchievementRecord) -> dict[str, Outcome]:
    return {check.rule: check.outcome for check in record.checks}


def test_the_mission_s_sentence() -> None:
    title = "{Liên đoàn Lao động huyện Sông Lam|O} tổng kết\n"
    annotated = marked(title + MISSION)
    text = annotated.article.text
    founded, admitted = assemble(annotated, "model@1")
    for record in (founded, admitted):
        assert (record.article_id, record.model, record.kind) == ("bai", "model@1", Kind.RESULT)
        assert record.organisation is not None and record.period is not None
        assert (record.organisation.text, record.organisation.inherited) == ("LĐLĐ huyện", False)
        assert record.organisation.name == "Liên đoàn Lao động huyện Sông Lam"
        assert (record.period.text, record.period.period, record.period.inherited) == ("năm 2021", YEAR_2021, False)
        assert record.sentence_text == record.sentence.of(text) and record.sentence_text.startswith("Trong năm 2021")
    assert founded.count and (founded.count.value, founded.count.unit, founded.count.qualifier) == (12, None, None)
    assert (founded.target, founded.indicator, founded.indicator_code) == (None, "thành lập mới CĐCS", "unions_founded")
    assert rates(founded) == [("200%", 200, PercentageKind.OF_TARGET), ("100%", 100, PercentageKind.OVER_TARGET)]
    assert checks(founded) == {"excess": Outcome.OK, "implied_target": Outcome.OK}
    assert "about 6" in founded.checks[-1].detail and "not stated" in founded.checks[-1].detail
    assert admitted.count and admitted.target and (admitted.count.value, admitted.target.value) == (391, 300)
    assert (admitted.indicator, admitted.indicator_code) == ("kết nạp mới đoàn viên công đoàn", "members_admitted")
    assert rates(admitted) == [("130,3%", Decimal("130.3"), PercentageKind.OF_TARGET), ("30,3%", Decimal("30.3"), PercentageKind.OVER_TARGET)]
    assert checks(admitted) == {"count_of_target": Outcome.OK, "count_over_target": Outcome.OK, "excess": Outcome.OK}


def test_figures_decide_between_of_and_over_the_target_and_the_check_says_that_the_words_disagree() -> None:
    record = only(f"{BODY[:-1]}1}} {{thành lập|I1}} {{33|C1:result:unions_founded}}/{{25|T1}} {{CĐCS|I1}}, vượt {{132%|P1}} chỉ tiêu")
    assert rates(record) == [("132%", 132, PercentageKind.OF_TARGET)]
    (check,) = record.checks
    assert check.outcome is Outcome.CONFLICT
    assert "132% is of the target" in check.detail and "33/25 gives 132 %" in check.detail
    over = only("{thành lập|I1} {33|C1}/{25|T1} {CĐCS|I1}, vượt {32%|P1} chỉ tiêu")
    assert rates(over) == [("32%", 32, PercentageKind.OVER_TARGET)] and checks(over) == {"count_over_target": Outcome.OK}
    wrong = only("{thành lập|I1} {33|C1}/{25|T1} {CĐCS|I1}, đạt {120%|P1} kế hoạch")
    assert checks(wrong) == {"count_of_target": Outcome.CONFLICT}


@pytest.mark.parametrize(
    ("words", "value", "kind"),
    [
        ("giảm {26%|P1} so với cùng kỳ", -26, PercentageKind.GROWTH),
        ("tăng {26%|P1} so với cùng kỳ", 26, PercentageKind.GROWTH),
        ("thay đổi: tăng {-26%|P1}", -26, PercentageKind.GROWTH),
        ("bằng {118,5%|P1} cùng kỳ", Decimal("118.5"), PercentageKind.OF_PREVIOUS),
        ("chiếm {87%|P1} tổng số", 87, PercentageKind.SHARE),
        ("đạt tỷ lệ {98%|P1}", 98, PercentageKind.RATE),
        ("vượt {30,3%|P1} chỉ tiêu", Decimal("30.3"), PercentageKind.OVER_TARGET),
    ],
)
def test_what_a_percentage_is_of_and_its_sign(words: str, value: Decimal | int, kind: PercentageKind) -> None:
    record = only(f"{{Công đoàn xã|O1}} {{thăm|I1}} {{12|C1}} {{nhà|I1}}, {words}")
    assert [(p.value, p.kind) for p in record.percentages] == [(value, kind)]


def test_organisation_and_period_from_another_sentence_are_inherited() -> None:
    record = only("{Công đoàn xã Đồng Xanh|O1} họp ngày cuối {năm 2020|D1}.\nHọ {thăm|I1} {12|C1} {nhà|I1}.")
    assert record.organisation and record.period
    assert record.organisation.inherited and record.period.inherited
    assert record.period.period == Period(date(2020, 1, 1), date(2020, 12, 31))
    assert record.sentence_text == "Họ thăm 12 nhà."


def test_a_level_that_holds_now_inherits_no_period() -> None:
    text = "{Công đoàn xã Đồng Xanh|O1,2} tổng kết {năm 2020|D1,2}.\nĐến thời điểm này có {12|C1:level:other} {tổ|I1}.\nHọ có {9|C2:level:other} {đội|I2}."
    now, then = records(text)
    assert now.period is None and then.period and then.period.inherited


def test_periods_lean_on_the_day_and_year_of_the_article_or_on_what_a_person_wrote() -> None:
    line = "Hội nghị tổng kết năm 2020. {Quý I|D1}, {Công đoàn xã|O1} {thăm|I1} {12|C1} {nhà|I1}."
    assert [r.period and r.period.period for r in records(line)] == [Period(date(2021, 1, 1), date(2021, 3, 31))], "news is of its own year"
    said = records(line, header="date: Quý I = 2019-01-01..2019-03-31\n")
    assert [r.period and r.period.period for r in said] == [Period(date(2019, 1, 1), date(2019, 3, 31))]
    now = only("{Đến nay|D1} {Công đoàn xã|O1} có {12|C1:level:other} {tổ|I1}.")
    assert now.period and now.period.period == Period(date(2021, 12, 20), date(2021, 12, 20))


def test_a_name_that_a_person_wrote_goes_before_the_resolved_one() -> None:
    header = "name: Công đoàn xã = Công đoàn cơ sở xã Đồng Xanh\n"
    assert [r.organisation and r.organisation.name for r in records("{Công đoàn xã|O1} {thăm|I1} {12|C1} {nhà|I1}", header=header)] == [
        "Công đoàn cơ sở xã Đồng Xanh"
    ]


def test_money_ranges_and_qualifiers() -> None:
    record = only("{Công đoàn xã|O1} {thu|I1} hơn {37,13 tỷ đồng|C1} {kinh phí|I1}")
    assert record.count and (record.count.value, record.count.unit, record.count.qualifier) == (37130000000, "VND", Qualifier.MORE_THAN)
    ranged = only("{Công đoàn xã|O1} {thăm|I1} khoảng {8.000 – 11.000|C1} {nhà|I1}")
    assert ranged.count and (ranged.count.value, ranged.count.high, ranged.count.qualifier) == (8000, 11000, Qualifier.APPROXIMATELY)


def test_badly_grouped_digits_are_read_as_they_stand_and_flagged() -> None:
    record = only("{Công đoàn xã|O1} {thu|I1} {7.261.045351đ|C1} {kinh phí|I1}")
    assert record.count and record.count.value == 7261045351
    assert checks(record)["grouping"] is Outcome.CONFLICT


def test_a_plan_has_a_target_and_no_count() -> None:
    record = only("{Công đoàn xã|O1} phấn đấu {đến năm 2025|D1} có {750.000|T1:plan:members_total} {đoàn viên|I1}")
    assert (record.kind, record.count, record.target and record.target.value) == (Kind.PLAN, None, 750000)
    assert "implied_target" not in checks(record)


def test_what_cannot_be_read_is_left_out_with_a_check() -> None:
    first, second, third = records(
        "{Công đoàn xã|O1,2,3} {thu|I1} {12|C1} {tỷ|I1}, {thăm|I2} {vài|C2} {nhà|I2} {hôm rằm nào đó xa|D2}, "
        "{xây|I3} {3|C3}/{nhiều|T3} {nhà|I3} đạt {cả|P3}"
    )
    assert first.count and not first.checks
    assert second.count is None and second.organisation is not None and second.indicator == "thăm nhà"
    assert Check("readable", Outcome.CONFLICT, "'vài' cannot be read as a number, so the field is left out") in second.checks
    assert third.count and third.target is None and third.percentages == ()
    assert [c.detail.split(" cannot")[0] for c in third.checks if c.rule == "readable"] == ["'nhiều'", "'cả'"]


def test_records_come_in_text_order_even_where_a_count_cannot_be_read() -> None:
    found = records("{Công đoàn xã|O1,2,3} {thăm|I1} {12|C1} {nhà|I1}, {tặng|I2} {vài|C2} {xe|I2}, {xây|I3} {3|C3} {cầu|I3}")
    assert [r.indicator for r in found] == ["thăm nhà", "tặng xe", "xây cầu"]


def test_ids_are_stable_and_of_article_anchor_and_model() -> None:
    annotated = marked(MISSION)
    ids = [r.id for r in assemble(annotated, "m")]
    assert ids == [r.id for r in assemble(annotated, "m")] and len(set(ids)) == 2
    other_article = replace(annotated, article=replace(annotated.article, id="khác"))
    assert not set(ids) & {r.id for r in assemble(annotated, "n")} | set(ids) & {r.id for r in assemble(other_article, "m")}
    assert ids == [r.id for r in assemble(replace(annotated, relations=()), "m")]
    assert [r.id for r in assemble_all(annotated, "m")] == ids


def test_without_a_link_the_article_s_main_body_is_taken_and_never_one_that_stands_only_later() -> None:
    line = "{Công đoàn A|O1} {thăm|I1} {1|C1} {nhà|I1}.\n{Công đoàn A|O2} {thăm|I2} {2|C2} {cô|I2}.\n{Công đoàn B|O3} {thăm|I3} {3|C3} {bà|I3}.\n"
    *_, last = records(line + "{Xây|I4} {4|C4} {cầu|I4}.")
    assert last.organisation and last.organisation.name == "Công đoàn A" and last.field_confidence["organisation"] < 1
    assert only("{Xây|I4} {4|C4} {cầu|I4} cùng {Công đoàn B|O}").organisation is None


# --- one record a fact -----------------------------------------------------------------------------------------------------

FULL = "Trong {năm 2021|D2}, {Công đoàn xã Đồng Xanh|O2} {kết nạp mới|I2} {391|C2:result:members_admitted}/{300|T2} {đoàn viên|I2}, đạt {130,3%|P2}."


@pytest.mark.parametrize(
    "short",
    [
        "{Kết nạp|I1} {391|C1:result:members_admitted} {đoàn viên|I1}",
        "{Công đoàn xã Đồng Xanh|O1} {kết nạp|I1} {391|C1:result:members_admitted} {đoàn viên|I1}",
        "{Kết nạp|I1} {391|C1:result:members_admitted} {đoàn viên|I1} trong {năm 2021|D1}, đạt {130,3%|P1} kế hoạch",
    ],
)
def test_a_fact_told_twice_is_one_record_from_the_fullest_mention(short: str) -> None:
    for body in (f"{short}\n{FULL}", f"{FULL}\n{short}"):
        record = only(body)
        assert record.target and record.sentence_text.startswith("Trong năm 2021")
        assert len(assemble_all(marked(body))) == 2


def test_a_percentage_told_twice_is_one_record() -> None:
    record = only(
        "{Kết nạp|I1} đạt {130%|P1:result:members_admitted} kế hoạch\n"
        "{Công đoàn xã|O2} {kết nạp đoàn viên|I2} đạt {130%|P2:result:members_admitted} kế hoạch {năm 2021|D2}"
    )
    assert record.period is not None and rates(record) == [("130%", 130, PercentageKind.OF_TARGET)]


@pytest.mark.parametrize(
    "other",
    [
        "{Công đoàn xã Núi Dài|O1} {kết nạp|I1} {391|C1:result:members_admitted} {đoàn viên|I1}",
        "{Kết nạp|I1} {391|C1:result:members_admitted} {đoàn viên|I1} trong {năm 2020|D1}",
        "{Kết nạp|I1} {391|C1:result:members_admitted} {đoàn viên|I1}, đạt {99%|P1} kế hoạch",
        "{Thành lập|I1} {391|C1:result:unions_founded} {CĐCS|I1}",
        "{Thăm|I1} {391|C1:result:members_admitted} {nhà|I1}",
        "{Kết nạp|I1} {391|C1:level:members_admitted} {đoàn viên|I1}",
        "{Kết nạp|I1} {391 triệu đồng|C1:result:members_admitted} {đoàn viên|I1}",
        "{Kết nạp|I1} {392|C1:result:members_admitted} {đoàn viên|I1}",
    ],
)
def test_different_facts_with_the_same_number_stay_apart(other: str) -> None:
    assert len(records(f"{other}\n{FULL}")) == len(records(f"{FULL}\n{other}")) == 2


def test_two_bodies_each_told_of_in_a_sentence_of_its_own_stay_apart() -> None:
    deed = "Nơi đây {kết nạp|I%d} {12|C%d:result:members_admitted} {đoàn viên|I%d}.\n"
    body = "{Công đoàn xã A|O1} họp.\n" + deed % (1, 1, 1) + "{Công đoàn xã B|O2} cũng họp.\n" + deed % (2, 2, 2)
    assert [r.organisation and r.organisation.name for r in records(body)] == ["Công đoàn xã A", "Công đoàn xã B"]


def test_twice_in_one_sentence_is_two_facts() -> None:
    line = "{Công đoàn xã|O1,2} {thăm|I1} {12|C1} {nhà|I1} hôm trước, {thăm|I2} {12|C2} {nhà|I2} hôm sau"
    assert len(records(line)) == 2


@given(st.permutations(range(6)))
def test_merging_again_changes_nothing_and_drops_no_fact(order: list[int]) -> None:
    found = [record for annotated in annotated_articles("train") for record in assemble_all(annotated)][:6]
    mixed = [found[i] for i in order]
    merged = merge_repeats(mixed)
    assert merge_repeats(merged) == merged
    assert {r.id for r in merged} <= {r.id for r in mixed}
    assert {(r.count and r.count.value, r.indicator_code) for r in merged} == {(r.count and r.count.value, r.indicator_code) for r in mixed}


def test_every_span_of_a_record_slices_back() -> None:
    for annotated in annotated_articles():
        for record in assemble_all(annotated):
            fields = (record.organisation, record.count, record.target, record.period, *record.percentages)
            assert all(field.span.of(annotated.article.text) == field.text for field in fields if field)
