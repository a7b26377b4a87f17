"""The baselines that learn nothing: what the rules find in a sentence, how mentions are linked, what underthesea's words become, and the table."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from builders import annotated_articles
from evaluated import evaluated, told
from rich.console import Console
from test_evaluate_run import gold_folder, gold_row

from annotations.store import indicator_codes
from evaluate import baseline_underthesea, baselines
from evaluate.baseline_bodies import find_bodies
from evaluate.baseline_lexicon import WORDS, folded, lexicon
from evaluate.baseline_links import linked, said_of
from evaluate.baseline_mentions import find_figures, find_times
from evaluate.baseline_rules import read_by_rules
from evaluate.baselines import Baseline, Row, Skipped, measured, notes, rules, tables, underthesea, write
from evaluate.compare import compare, read_run
from evaluate.results import Result
from evaluate.run import evaluate_gold
from model.assemble import assemble
from model.errors import OutputError
from model.schema import AchievementRecord, AnnotatedArticle, Article, Entity, EntityType, Kind, RelationType, Span

ARTICLES = annotated_articles()


def article(text: str, published: date | None = date(2021, 12, 20)) -> Article:
    return Article("one", text, published=published)


def records(text: str, published: date | None = date(2021, 12, 20)) -> tuple[AchievementRecord, ...]:
    return assemble(read_by_rules(article(text, published)))


def whole(text: str) -> Span:
    return Span(0, len(text))


# --- the rules ----------------------------------------------------------------------------------------------------------------


def test_a_plain_sentence_gives_every_field() -> None:
    (found,) = records("Trong năm 2021, Liên đoàn Lao động huyện Sông Lam kết nạp mới 391/300 đoàn viên, đạt 130,3% kế hoạch.")
    assert (found.kind, found.indicator_code) == (Kind.RESULT, "members_admitted")
    assert found.count and found.target and found.organisation and found.period
    assert (found.count.value, found.target.value) == (391, 300)
    assert [p.value for p in found.percentages] == [Decimal("130.3")]
    assert found.organisation.name == "Liên đoàn Lao động huyện Sông Lam" and not found.organisation.inherited
    assert (found.period.period.first, found.period.period.last) == (date(2021, 1, 1), date(2021, 12, 31))


def test_body_and_time_are_inherited_from_an_earlier_sentence() -> None:
    text = "Quý II năm 2021, Công đoàn ngành Giáo dục tỉnh Sông Lam trao 245 suất quà.\nCùng thời gian, đơn vị mở 18 lớp tập huấn."
    gifts, classes = records(text)
    assert (gifts.indicator_code, classes.indicator_code) == ("gifts_given", "training_sessions")
    assert classes.organisation and classes.organisation.inherited and classes.organisation.text == "Công đoàn ngành Giáo dục tỉnh Sông Lam"
    assert classes.period and classes.period.period.first == date(2021, 4, 1)


@pytest.mark.parametrize(
    "text",
    [
        "Chị Hạt 34 tuổi hát bài thứ 2 trong đêm.",
        "Vé vào cửa giá 20.000 đồng.",
        "Chiếc xe lưu động chạy 40 km mỗi ngày.",
        "Mỗi suất quà trị giá 500.000 đồng.",
        "Theo Nghị quyết 02, hội nghị lần thứ 9 bàn về Điều 26.",
        "Hội nghị có 250 đại biểu tham dự.",
        "",
    ],
)
def test_numbers_that_are_nobodys_deed_are_left_alone(text: str) -> None:
    assert records(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Năm tới, Công đoàn huyện Sông Lam phấn đấu kết nạp mới 500 đoàn viên.",
        "Công đoàn huyện Sông Lam sẽ kết nạp 500 đoàn viên.",
        "Phương hướng của Công đoàn huyện Sông Lam năm tới:\n- Kết nạp 500 đoàn viên.",
        "Năm 2022, Công đoàn huyện Sông Lam kết nạp mới 500 đoàn viên.",
    ],
)
def test_what_lies_ahead_is_a_plan_with_a_target(text: str) -> None:
    (found,) = records(text)
    assert found.kind is Kind.PLAN and found.count is None and found.target and found.target.value == 500


def test_a_stock_is_a_level_and_a_deed_a_result() -> None:
    held, new = records("Liên đoàn Lao động quận Cầu Mới hiện có 1.250 đoàn viên; kết nạp mới 64 đoàn viên.")
    assert (held.kind, held.indicator_code) == (Kind.LEVEL, "members_total")
    assert (new.kind, new.indicator_code) == (Kind.RESULT, "members_admitted")


def test_what_was_asked_for_stands_before_what_was_done() -> None:
    (found,) = records("Kết nạp đoàn viên mới: giao 700, thực hiện 1.013, đạt 144,7%.")
    assert found.count and found.target and (found.count.value, found.target.value) == (1013, 700)
    assert [p.value for p in found.percentages] == [Decimal("144.7")]


def test_all_there_are_is_no_target() -> None:
    (found,) = records("Công đoàn huyện Sông Lam kiểm tra tài chính 14/17 đơn vị.")
    assert found.count and found.count.value == 14 and found.target is None


def test_a_rate_alone_anchors_its_achievement() -> None:
    (found,) = records("Năm 2021, Liên đoàn Lao động huyện Sông Lam thu kinh phí công đoàn đạt 148% dự toán.")
    assert found.indicator_code == "fees_collected" and [p.value for p in found.percentages] == [148] and found.count is None


def test_furniture_outside_the_body_is_not_read() -> None:
    text = "Tin khác: Công đoàn huyện Bến Gió trao 99 suất quà\nCông đoàn huyện Sông Lam trao 245 suất quà."
    body = (Span(text.index("\n") + 1, len(text)),)
    found = assemble(read_by_rules(Article("one", text, body=body)))
    assert [r.count.value for r in found if r.count] == [245]


def test_every_span_lies_in_the_text_and_none_overlap() -> None:
    for annotated in ARTICLES:
        found = read_by_rules(annotated.article)
        spans = sorted(e.span for e in found.entities)
        assert all(a.end <= b.start for a, b in pairwise(spans))
        assert not spans or spans[-1].end <= len(annotated.article.text)


# --- mentions and words -------------------------------------------------------------------------------------------------------


def test_the_lexicon_knows_the_catalogue_and_nothing_else() -> None:
    codes = [indicator.code for indicator in lexicon()]
    assert sorted(codes) == sorted(indicator_codes())
    assert all(each.units <= {"pieces", "money", "rate"} for each in lexicon())


def test_a_code_that_only_the_catalogue_has_takes_its_examples(tmp_path: Path) -> None:
    catalogue = tmp_path / "codes.toml"
    catalogue.write_text('[boats]\nexamples = ["trao 12 chiếc thuyền thúng"]\n', encoding="utf-8")
    (boats,) = lexicon(catalogue, WORDS)
    assert boats.sure and boats.sure.search("chiếc thuyền thúng") and not boats.sure.search("chiếc thuyền")


def test_folding_keeps_every_place() -> None:
    text = "Thoả ước, UỶ BAN, quý I, khoẻ, hoá, İ"
    assert folded("Thoả ước") == "thỏa ước" and folded("quý") == "quý" and len(folded(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("Chủ tịch LĐLĐ huyện Gia Lâm Nguyễn Thị Hoa đến thăm.", ["LĐLĐ huyện Gia Lâm"]),
        ("Sở Giáo dục và Đào tạo tỉnh Sông Lam và UBND huyện họp.", ["Sở Giáo dục và Đào tạo tỉnh Sông Lam", "UBND huyện"]),
        ("Công đoàn Công ty TNHH May Bến Gió trao quà.", ["Công đoàn Công ty TNHH May Bến Gió"]),
        ("Tập đoàn Điện lực Sông Lam (ESL) lãi lớn. Năm qua ESL trả thưởng.", ["Tập đoàn Điện lực Sông Lam", "ESL", "ESL"]),
        ("Công đoàn và công ty cùng bàn.", []),
        ("LĐLĐ tỉnh phát triển 300 đoàn viên.", ["LĐLĐ tỉnh"]),
    ],
)
def test_bodies(text: str, bodies: list[str]) -> None:
    assert [span.of(text) for span in find_bodies(text, [whole(text)])] == bodies


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("Trong 6 tháng đầu năm 2021, huyện họp.", ["6 tháng đầu năm 2021"]),
        ("Từ đầu năm đến nay có 3 cuộc.", ["Từ đầu năm đến nay"]),
        ("Nhiệm kỳ 2018-2023 khép lại; quý I/2021 mở ra.", ["Nhiệm kỳ 2018-2023", "quý I/2021"]),
        ("Tính đến 30/6, tăng 4% so với năm 2019.", ["30/6"]),
        ("Cả 41/45 cơ sở đã xong.", []),
    ],
)
def test_times(text: str, times: list[str]) -> None:
    assert [span.of(text) for span in find_times(text, whole(text))] == times


def test_figures_have_units_and_say_what_they_are_over() -> None:
    text = "Thu 2,3 tỷ đồng, kết nạp 391/300 người, đạt 95 phần trăm, năm 2021, khóa 12."
    found = find_figures(text, whole(text), [])
    assert [(f.span.of(text), f.unit) for f in found] == [("2,3 tỷ đồng", "money"), ("391", "pieces"), ("300", "pieces"), ("95 phần trăm", "rate")]
    assert found[2].over == found[1].span and found[0].over is None


# --- links --------------------------------------------------------------------------------------------------------------------


def test_gold_mentions_are_linked_as_a_person_links_them() -> None:
    annotated = next(a for a in ARTICLES if a.article.id == "song-lam")
    found = linked(annotated.article, annotated.entities, lambda _: lambda place: (Kind.RESULT, "other"))
    assert {(r.type, r.head, r.tail) for r in found.relations} == {(r.type, r.head, r.tail) for r in annotated.relations}
    assert [a.anchor for a in found.achievements] == [a.anchor for a in annotated.achievements]


def test_a_target_without_a_count_is_a_plan_of_its_own() -> None:
    text = "Đã kết nạp 12 người, năm sau kết nạp 40 người."
    entities = [Entity(Span(text.index(n), text.index(n) + 2), t) for n, t in (("12", EntityType.COUNT), ("40", EntityType.TARGET))]
    found = linked(article(text), entities, lambda _: lambda place: (Kind.PLAN, "other"))
    assert len(found.achievements) == 2 and not [r for r in found.relations if r.type is RelationType.AGAINST]


def test_who_only_receives_is_not_who_gave() -> None:
    (found,) = records("Công đoàn huyện Sông Lam phối hợp với UBND huyện Sông Lam trao 245 suất quà.")
    assert found.organisation and found.organisation.text == "Công đoàn huyện Sông Lam"


@pytest.mark.parametrize(
    ("between", "same"),
    [
        (" đoàn viên, đạt ", True),
        (", bằng 81,3% dự toán và tăng ", True),
        (" đoàn viên (đạt ", True),
        (" đoàn viên, thu kinh phí đạt ", False),
        (" đoàn viên, ", False),
        (" người", False),
    ],
)
def test_a_percentage_is_of_the_count_before_it_or_speaks_of_something_else(between: str, same: bool) -> None:
    assert said_of(between) is same


# --- underthesea --------------------------------------------------------------------------------------------------------------


def named(text: str, *tagged: tuple[str, str]) -> list[str]:
    words = [(word, "N", "B-NP", tag) for word, tag in tagged]
    return [span.of(text) for span in baseline_underthesea.organisations(text, whole(text), words)]


def test_its_words_are_found_again_in_the_text() -> None:
    text = "Hôm qua  Công đoàn\u00a0Sông Lam và Công ty May Bến Gió trao quà."
    tags = [
        ("Hôm qua", "O"),
        ("Công đoàn", "B-ORG"),
        ("Sông Lam", "I-ORG"),
        ("và", "O"),
        ("không có", "B-ORG"),
        ("Công ty", "B-ORG"),
        ("May", "I-ORG"),
        ("Bến Gió", "B-PER"),
        ("trao", "O"),
    ]
    assert named(text, *tags) == ["Công đoàn\u00a0Sông Lam", "Công ty May"]


def test_a_name_that_it_cuts_in_two_is_one_and_a_place_is_none() -> None:
    text = "LĐLĐ huyện Thạch Thất (Hà Nội) họp, Hải Phòng"
    tags = [("LĐLĐ", "B-LOC"), ("huyện", "B-LOC"), ("Thạch Thất", "I-LOC"), ("(", "O"), ("Hà Nội", "B-LOC"), (")", "O"), ("họp", "O"), (",", "O"), ("Hải Phòng", "B-LOC")]
    assert named(text, *tags) == ["LĐLĐ huyện Thạch Thất"]


def test_a_name_at_the_end_of_a_sentence_is_kept() -> None:
    assert named("Quà của Công đoàn Sông Lam", ("Quà", "O"), ("của", "O"), ("Công đoàn Sông Lam", "I-ORG")) == ["Công đoàn Sông Lam"]


def test_bodies_are_its_own_and_the_rest_is_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Quý I năm 2021, nhóm Hoa Sen trao 245 suất quà."
    monkeypatch.setattr(baseline_underthesea, "_recogniser", lambda: lambda sentence: [("nhóm Hoa Sen", "Np", "B", "B-ORG")])
    (found,) = assemble(baseline_underthesea.read_with_underthesea(article(text)))
    assert found.organisation and found.organisation.text == "nhóm Hoa Sen" and found.count and found.count.value == 245


def test_without_the_library_its_row_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baseline_underthesea, "installed", lambda: False)
    skipped = underthesea()
    assert isinstance(skipped, Skipped)
    (row,) = measured([skipped], lambda extractor: pytest.fail("nothing can be measured"))
    assert row.result is None and "pip install" in notes([row])[0] and "skipped" in shown([row])


# --- the table ----------------------------------------------------------------------------------------------------------------


def shown(rows: list[Row]) -> str:
    console = Console(width=250, record=True, file=StringIO())
    console.print(*tables(rows))
    return console.export_text()


def result_of(read: Baseline) -> Result:
    (row,) = measured([read], lambda extractor: evaluated(ARTICLES, extractor))
    assert row.result is not None
    return row.result


def test_a_baseline_that_finds_gold_is_scored_as_a_model_is() -> None:
    answers = {a.article.id: a for a in ARTICLES}
    perfect = result_of(Baseline("perfect", "perfect@1", lambda a: answers[a.id]))
    same = evaluated(ARTICLES, told(ARTICLES, lambda a: a))
    assert {name: perfect.figures()[name] for name in ("exact/f1", "anchor/f1", "kind")} == {name: same.figures()[name] for name in ("exact/f1", "anchor/f1", "kind")}


def test_rules_beat_finding_nothing_and_have_intervals() -> None:
    figures = result_of(rules()).figures()
    exact = figures["exact/f1"]
    assert exact.value and exact.value > 0.3 and exact.low is not None and exact.high is not None and exact.low <= exact.value <= exact.high


def test_a_crash_costs_only_its_article_and_is_said() -> None:
    def read(each: Article) -> AnnotatedArticle:
        if each.id == "song-lam":
            raise KeyError(each.id)
        return read_by_rules(each)

    rows = measured([Baseline("broken", "broken@1", read)], lambda extractor: evaluated(ARTICLES, extractor))
    assert rows[0].result and rows[0].result.missing == ("song-lam",) and notes(rows) == ["broken: 1 documents gave nothing and count as missed"]


def test_the_table_has_a_row_each_and_every_column() -> None:
    rows = measured([rules(), Skipped("features", "no sklearn")], lambda extractor: evaluated(ARTICLES, extractor))
    said = shown(rows)
    assert all(heading in said for heading, _ in baselines.COLUMNS) and "rules" in said and "skipped" in said and "[" in said


def test_written_runs_can_be_compared_and_the_file_holds_the_table(tmp_path: Path) -> None:
    rows = measured([rules(), rules(), Skipped("features", "no sklearn")], lambda extractor: evaluated(ARTICLES, extractor))
    rows[1] = Row("runs/mine@12", rows[1].result)
    runs = write({"test": rows}, tmp_path / "all.json")
    assert [run.name for run in runs] == ["all.test.rules.json", "all.test.runs-mine-12.json"]
    compared = compare([read_run(run) for run in runs])
    assert compared.documents == len(ARTICLES) and compared.rows[0].values[0] == compared.rows[0].values[1]
    stored = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))["rows"]
    assert [row["name"] for row in stored] == ["rules", "runs/mine@12", "features"] and stored[2]["skipped"] == "no sklearn"
    figures = rows[0].result.figures() if rows[0].result else {}
    assert stored[0]["figures"]["all"]["exact F1"][0] == figures["exact/f1"].value and (tmp_path / stored[0]["file"]).is_file()


def test_a_gold_file_is_measured_by_the_same_row(tmp_path: Path) -> None:
    gold, texts = gold_folder(tmp_path, [gold_row(a) for a in ARTICLES], ARTICLES)
    (row,) = measured([rules()], lambda extractor: evaluate_gold(extractor, gold, texts))
    assert row.result and row.result.tally.documents == len(ARTICLES) and row.result.tally.measures["anchor"].tp > 0


def test_a_place_that_cannot_be_written_is_refused_first(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no folder"):
        baselines.check_output(tmp_path / "absent" / "all.json")
