"""The records page: what must be on it, what must never be, and what it says of files that do not fit. The articles are made up."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.checks import check_record
from model.errors import OutputError, ThanhtichError
from model.page import IN_PLACE, indicator_labels, render, summarise, worst_outcome
from model.page_cards import anchors, href
from model.page_labels import LABELS, check_detail, day_text, number_text, percent_text
from model.page_marks import Segment, Use, indicator_spans, lay_marks, misfits, quoted_text, segments, whole_text
from model.page_run import read_run
from model.records import to_row
from model.schema import (
    AchievementRecord,
    Check,
    Entity,
    EntityType,
    Kind,
    OrganisationField,
    Outcome,
    PercentageField,
    PercentageKind,
    Period,
    PeriodField,
    Qualifier,
    QuantityField,
    Span,
)

TEXT = (
    "Công đoàn huyện Sông Lam 🧧𝒳 tổng kết\n\n"
    "Năm 2021, <b>LĐLĐ huyện</b> kết nạp mới 391 đoàn viên, đạt 130,3% so với chỉ tiêu 300 & vượt. </script><script>alert(1)</script>\n\n"
    "Đơn vị thành lập 12 CĐCS."
)
FIRST = TEXT[TEXT.index("Năm") : TEXT.index(" </script>")]
VOID = frozenset({"meta", "link", "input", "br", "img", "hr"})


def span(words: str, occurrence: int = 0) -> Span:
    start = -1
    for _ in range(occurrence + 1):
        start = TEXT.index(words, start + 1)
    return Span(start, start + len(words))


def a_record(**changes: Any) -> AchievementRecord:
    """391 of 300, fully linked; ``changes`` replace fields."""
    record = AchievementRecord(
        id="r1",
        article_id="a1",
        kind=Kind.RESULT,
        organisation=OrganisationField("LĐLĐ huyện", span("LĐLĐ huyện"), "Liên đoàn Lao động huyện Sông Lam", inherited=False),
        indicator="kết nạp mới đoàn viên",
        indicator_code="members_admitted",
        count=QuantityField("391", span("391"), Decimal(391), None, Qualifier.MORE_THAN),
        target=QuantityField("300", span("300"), Decimal(300)),
        percentages=(PercentageField("130,3%", span("130,3%"), Decimal("130.3"), PercentageKind.OF_TARGET),),
        period=PeriodField("Năm 2021", span("Năm 2021"), Period(date(2021, 1, 1), date(2021, 12, 31)), inherited=False),
        sentence=span(FIRST),
        sentence_text=FIRST,
        confidence=0.876,
        field_confidence={"anchor": 0.99, "organisation": 0.93, "count": 0.99, "target": 0.9, "percentages": 0.9, "period": 1.0},
        checks=(Check("count_of_target", Outcome.CONFLICT, "391/300 gives 130.33 %, stated is 130,3%"),),
        model="compact 1a2b",
    )
    return replace(record, **changes)


def an_article(**changes: Any) -> dict[str, Any]:
    marked = [
        ("Công đoàn huyện Sông Lam", "ORGANISATION"),
        ("LĐLĐ huyện", "ORGANISATION"),
        ("kết nạp mới", "INDICATOR"),
        ("391", "COUNT"),
        ("đoàn viên", "INDICATOR"),
    ]
    entities = [[span(words).start, span(words).end, name, 0.9] for words, name in marked]
    row = {
        "id": "a1",
        "title": "Sông Lam <i>vượt</i>",
        "source": "Báo 'X'",
        "published": "2022-01-24",
        "published_from": None,
        "text": TEXT,
        "entities": entities,
    }
    return row | changes


def write_run(
    folder: Path, records: list[AchievementRecord], articles: list[dict[str, Any]] | None, failures: list[dict[str, Any]] | None = None
) -> Path:
    for name, rows in (("records", [to_row(r) for r in records]), ("records.articles", articles), ("records.errors", failures)):
        if rows is not None:
            (folder / f"{name}.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return folder / "records.jsonl"


class Reader(HTMLParser):
    """Elements in order, the text of each link and mark, all attribute values; fails on tags that do not close in turn."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[tuple[str, dict[str, str]]] = []
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.texts: list[list[str]] = []
        self._opened: list[int] = []
        self.feed(html)
        self.close()
        assert not self.stack, f"left open: {self.stack}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs), f"an attribute twice in <{tag}>"
        found = (tag, {name: value or "" for name, value in attrs})
        self.seen.append(found)
        self.texts.append([])
        if tag not in VOID:
            self.stack.append(found)
            self._opened.append(len(self.seen) - 1)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack, f"</{tag}> closes nothing"
        assert self.stack[-1][0] == tag, f"</{tag}> closes <{self.stack[-1][0]}>"
        self.stack.pop()
        self._opened.pop()

    def handle_data(self, data: str) -> None:
        for place in self._opened:
            self.texts[place].append(data)

    def all(self, tag: str, **wanted: str) -> list[tuple[dict[str, str], str]]:
        """Elements that have the tag and, among their classes or as attributes, what is wanted."""
        return [
            (attrs, "".join(text))
            for (name, attrs), text in zip(self.seen, self.texts, strict=True)
            if name == tag and all(value in attrs.get(key.rstrip("_"), "").split() for key, value in wanted.items())
        ]


def read_page(folder: Path, records: list[AchievementRecord], articles: list[dict[str, Any]] | None, **options: Any) -> tuple[Reader, str]:
    failures = options.pop("failures", None)
    out = render(write_run(folder, records, articles, failures), folder / "page.html", **options)
    html = out.read_text(encoding="utf-8")
    return Reader(html), html


# The page as a whole


@pytest.mark.parametrize("language", ["vi", "en"])
def test_page_is_balanced_html_that_fetches_nothing(tmp_path: Path, language: str) -> None:
    page, html = read_page(tmp_path, [a_record()], [an_article(source="https://example.org/a")], language=language)
    for _, attrs in page.seen:
        for name in ("src", "href", "action", "srcset", "poster", "data"):
            assert attrs.get(name, "#").startswith(("#", "data:,")), (name, attrs)
    styles = "".join(text for _, text in page.all("style"))
    assert "url(" not in styles
    assert "@import" not in styles
    assert "fetch(" not in html
    assert not any(name.startswith("on") for _, attrs in page.seen for name in attrs)
    assert page.all("html")[0][0]["lang"] == language


def test_only_the_pages_own_script_may_run(tmp_path: Path) -> None:
    page, _ = read_page(tmp_path, [a_record()], [an_article()])
    policy = next(attrs["content"] for attrs, _ in page.all("meta") if attrs.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy
    assert re.search(r"script-src 'sha256-[A-Za-z0-9+/]{43}='", policy)
    assert [attrs.get("type") for attrs, _ in page.all("script")] == ["application/json", None]


def test_ids_are_unique_and_links_lead_somewhere(tmp_path: Path) -> None:
    page, _ = read_page(tmp_path, [a_record(), a_record(), a_record(id="b c")], [an_article(), an_article(id="bài 2", entities=[])])
    ids = [attrs["id"] for _, attrs in page.seen if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert not any(re.search(r"\s", name) for name in ids)
    targets = {href(name) for name in ids}
    assert {attrs["href"] for attrs, _ in page.all("a")} <= targets
    assert {"article-a1", "article-bài_2", "record-r1", "record-r1-2", "record-b_c"} <= set(ids)


def test_markup_in_articles_stays_text(tmp_path: Path) -> None:
    attack = "<img src=x onerror=alert(1)>\"'"
    record = a_record(id=attack, article_id=attack, model=attack, indicator_code=attack, checks=(Check(attack, Outcome.OK, attack),))
    page, html = read_page(
        tmp_path,
        [record],
        [an_article(id=attack, title=attack, source=attack)],
        failures=[{"id": attack, "path": attack, "stage": attack, "reason": attack}],
    )
    assert not page.all("img")
    assert not page.all("b") or all("alert" not in text for _, text in page.all("b"))
    assert "<img" not in html
    assert attack in page.all("h2")[0][1]
    assert "</script><script>alert(1)</script>" in page.all("p", lang="vi")[0][1]


def test_embedded_json_survives_script_ends(tmp_path: Path) -> None:
    body = OrganisationField("LĐLĐ huyện", span("LĐLĐ huyện"), "</script><!--<script>", inherited=True)
    page, _ = read_page(tmp_path, [a_record(organisation=body)], [an_article()])
    index = json.loads(page.all("script", type="application/json")[0][1])
    assert index["records"] == [[0, "record-r1", 0, "</script><!--<script> LĐLĐ huyện", index["records"][0][4], "result", 0.876, 1]]
    assert "đoàn viên kết nạp mới" in index["records"][0][4]


# Places in the text


def test_marks_show_the_right_words_after_astral_characters(tmp_path: Path) -> None:
    page, _ = read_page(tmp_path, [a_record()], [an_article()])
    passage = page.all("p", lang="vi")[0][1]
    assert passage == TEXT
    used = {attrs["id"]: text for attrs, text in page.all("a", class_="e")}
    assert list(used.values()) == ["Năm 2021", "LĐLĐ huyện", "kết nạp mới", "391", "đoàn viên", "130,3%", "300"]
    assert [text for _, text in page.all("mark")] == ["Công đoàn huyện Sông Lam"]
    fields = [(used[attrs["href"].removeprefix("#")], text) for attrs, text in page.all("a", class_="to")]
    assert len(fields) == 7
    assert all(place == text for place, text in fields)


def test_a_mark_names_every_record_that_uses_it(tmp_path: Path) -> None:
    second = a_record(id="r2", target=None, percentages=(), checks=())
    page, _ = read_page(tmp_path, [a_record(), second], [an_article()])
    uses = {text: attrs["data-r"] for attrs, text in page.all("a", class_="e")}
    assert uses["391"] == "0 1"
    assert uses["300"] == "0"


@given(st.text(alphabet="aă🧧𝒳\n<&", max_size=30), st.lists(st.tuples(st.integers(0, 29), st.integers(1, 8)), max_size=6))
def test_segments_joined_are_the_text(text: str, places: list[tuple[int, int]]) -> None:
    spans = [Span(start, start + length) for start, length in places if start + length <= len(text)]
    marks, overlaps = lay_marks(text, [Use(s, EntityType.COUNT, i) for i, s in enumerate(spans[:3])], [Entity(s, EntityType.DATE) for s in spans[3:]])
    pieces = segments(text, marks)
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.mark is not None] == [mark.span.of(text) for mark in marks]
    assert len(marks) + overlaps == len(set(spans))
    assert {record for mark in marks for record in mark.records} == set(range(len(spans[:3])))


def test_a_records_field_goes_before_an_entity_that_overlaps_it() -> None:
    marks, overlaps = lay_marks(
        "một hai ba", [Use(Span(4, 7), EntityType.COUNT, 0)], [Entity(Span(0, 7), EntityType.DATE), Entity(Span(8, 10), EntityType.DATE)]
    )
    assert [(mark.span, mark.records) for mark in marks] == [(Span(4, 7), (0,)), (Span(8, 10), ())]
    assert overlaps == 1
    assert segments("một hai ba", marks)[0] == Segment("một ", None)


def test_indicator_is_found_in_entities_near_the_sentence() -> None:
    page = whole_text(TEXT)
    entities = [Entity(span(words), EntityType.INDICATOR) for words in ("kết nạp mới", "đoàn viên", "CĐCS")]
    assert indicator_spans(a_record(), page, entities) == (span("kết nạp mới"), span("đoàn viên"))
    assert indicator_spans(a_record(indicator="không có ở đây"), page, entities) == ()
    assert indicator_spans(a_record(indicator=""), page, entities) == ()


def test_indicator_without_entities_is_found_in_the_sentence() -> None:
    page = whole_text(TEXT)
    assert indicator_spans(a_record(), page, ()) == (span("kết nạp mới"), span("đoàn viên"))
    assert indicator_spans(a_record(indicator="kết nạp mới"), page, ()) == (span("kết nạp mới"),)


# Runs that are not whole


def test_without_articles_the_sentences_are_shown_and_said_so(tmp_path: Path) -> None:
    inherited = a_record(
        id="r2",
        organisation=OrganisationField("Công đoàn huyện Sông Lam", span("Công đoàn huyện Sông Lam"), "Công đoàn huyện Sông Lam", inherited=True),
    )
    page, html = read_page(tmp_path, [a_record(), inherited], None)
    assert page.all("p", lang="vi")[0][1] == FIRST
    assert LABELS["vi"]["note.no_articles"].format(file="records.articles.jsonl") in html
    assert LABELS["vi"]["card.inherited"] in html
    assert not page.all("p", class_="problem")
    assert ("391", "0 1") in [(text, attrs["data-r"]) for attrs, text in page.all("a", class_="e")]


def test_quoted_sentences_keep_their_offsets() -> None:
    records = [a_record(), a_record(sentence=Span(2, 6), sentence_text="🧧ab𝒳"), a_record(sentence=Span(500, 505), sentence_text="ngắn")]
    page = quoted_text(records)
    assert page.text.split("\n\n") == ["🧧ab𝒳", FIRST, "ngắn"]
    place = page.locate(span("391"))
    assert place is not None
    assert place.of(page.text) == "391"
    assert page.locate(Span(500, 502)) is None
    assert misfits(records[2], page)[-1].type is None


def test_no_records_is_said_plainly(tmp_path: Path) -> None:
    page, html = read_page(tmp_path, [], [an_article()])
    assert LABELS["vi"]["note.empty"] in html
    assert LABELS["vi"]["article.none"] in html
    assert not page.all("form")


def test_an_empty_run_is_a_page(tmp_path: Path) -> None:
    _, html = read_page(tmp_path, [], None, language="en")
    assert LABELS["en"]["note.empty"] in html


def test_a_record_that_does_not_fit_is_named_and_not_marked(tmp_path: Path) -> None:
    moved = a_record(id="r2", count=QuantityField("391", Span(3, 6), Decimal(391)))
    far = a_record(id="r3", count=QuantityField("391", Span(9000, 9003), Decimal(391)))
    page, html = read_page(tmp_path, [a_record(), moved, far], [an_article()], language="en")
    problems = [text for _, text in page.all("p", class_="problem")]
    assert f"Count should be “391” at 3–6, but “{TEXT[3:6]}” stands there" in problems[1]
    assert "outside the text" in problems[2]
    assert LABELS["en"]["note.misfit"].format(count=2) in html
    assert {attrs["data-r"] for attrs, _ in page.all("a", class_="e")} == {"0"}
    assert len(page.all("a", class_="to")) == 7


def test_records_of_an_article_that_is_not_listed_are_shown(tmp_path: Path) -> None:
    page, html = read_page(tmp_path, [a_record(article_id="lost")], [an_article()])
    assert LABELS["vi"]["article.lost"].format(file="records.articles.jsonl") in html
    assert [attrs["id"] for attrs, _ in page.all("details", class_="article")] == ["article-a1", "article-lost"]


def test_an_article_id_that_comes_twice_is_said(tmp_path: Path) -> None:
    page, html = read_page(tmp_path, [a_record()], [an_article(), an_article()])
    assert html.count(LABELS["vi"]["article.twice"].format(count=2)) == 2
    assert len(page.all("section", class_="card")) == 1


def test_failures_are_listed_with_their_reasons(tmp_path: Path) -> None:
    failures = [{"id": None, "path": "a.html", "stage": "decode", "reason": "not UTF-8"}] * 250
    page, html = read_page(tmp_path, [a_record()], [an_article()], failures=failures)
    assert len(page.all("td")) == 4 * 200
    assert LABELS["vi"]["errors.more"].format(count=50, file="records.errors.jsonl") in html


# Many articles


def test_limit_is_said_and_the_summary_counts_all(tmp_path: Path) -> None:
    articles = [an_article(id=f"a{n}") for n in range(5)]
    page, html = read_page(tmp_path, [a_record(article_id="a4")], articles, limit=2, language="en")
    assert len(page.all("details", class_="article")) == 2
    assert LABELS["en"]["note.limit"].format(shown=2, all=5) in html
    assert summarise(read_run(tmp_path / "records.jsonl")).articles_with == 1


def test_later_articles_wait_as_text_until_they_are_opened(tmp_path: Path) -> None:
    many = IN_PLACE + 2
    articles = [an_article(id=f"a{n}") for n in range(many)]
    page, html = read_page(tmp_path, [a_record(id=f"r{n}", article_id=f"a{n}") for n in range(many)], articles)
    waiting = [text for _, text in page.all("script", class_="later")]
    assert len(waiting) == 2
    assert len(page.all("section", class_="card")) == IN_PLACE
    assert html.count("</script>") == 4
    for fragment in waiting:
        part = Reader(fragment)
        assert part.all("p", lang="vi")[0][1] == TEXT
        assert len(part.all("section", class_="card")) == 1


# Words, numbers, days


def test_both_languages_are_complete() -> None:
    assert LABELS["vi"].keys() == LABELS["en"].keys()
    for label in LABELS["vi"]:
        blanks = [Counter(re.findall(r"\{\w+\}", LABELS[language][label])) for language in LABELS]
        assert blanks[0] == blanks[1], label
        assert all(LABELS[language][label].strip() for language in LABELS), label


@pytest.mark.parametrize(
    ("group", "names"),
    [("type", EntityType), ("short", EntityType), ("kind", Kind), ("qualifier", Qualifier), ("percentage", PercentageKind), ("outcome", Outcome)],
)
def test_every_value_of_the_schema_has_a_label(group: str, names: type[Any]) -> None:
    assert {f"{group}.{name}" for name in names} <= LABELS["vi"].keys()


def test_short_labels_differ() -> None:
    for words in LABELS.values():
        assert len({words[f"short.{name}"] for name in EntityType}) == len(EntityType)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_label_that_is_used_exists(language: str) -> None:
    template = Path(__file__).parent.parent / "model" / "page.html.j2"
    used = set(re.findall(r"t\['([a-z_]+\.[a-z_]+)'\]", template.read_text(encoding="utf-8")))
    assert used
    assert used <= LABELS[language].keys()


def test_indicators_are_named_in_both_languages(tmp_path: Path) -> None:
    assert indicator_labels("vi").keys() == indicator_labels("en").keys()
    damaged = tmp_path / "indicators.toml"
    damaged.write_text("[other]\nvi = 'khác'\n", encoding="utf-8")
    with pytest.raises(ThanhtichError, match="every code needs `en`"):
        indicator_labels("en", damaged)


def test_a_record_is_told_in_full(tmp_path: Path) -> None:
    money = QuantityField("391", span("391"), Decimal(37_130_000_000), "VND", Qualifier.NEARLY, Decimal(38_000_000_000))
    page, html = read_page(tmp_path, [a_record(count=money)], [an_article()])
    card = " ".join(page.all("section", class_="card")[0][1].split())
    for words in (
        "Liên đoàn Lao động huyện Sông Lam",
        "Kết quả",
        "87%",
        "đoàn viên kết nạp mới",
        "37.130.000.000–38.000.000.000 đồng",
        "gần",
        "so với chỉ tiêu",
    ):
        assert words in card
    assert "01/01/2021 – 31/12/2021" in card
    assert "Mâu thuẫn tỷ lệ so với chỉ tiêu: 391/300 là 130,33%, bài ghi 130,3%" in card
    assert "24/01/2022" in html


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2021, 5, 1), date(2021, 5, 1), "2021-05-01"),
        (date(2021, 5, 1), None, "from 2021-05-01"),
        (None, date(2021, 5, 1), "until 2021-05-01"),
        (None, None, "days unknown"),
    ],
)
def test_open_periods(tmp_path: Path, first: date | None, last: date | None, expected: str) -> None:
    record = a_record(period=PeriodField("Năm 2021", span("Năm 2021"), Period(first, last), inherited=True))
    page, _ = read_page(tmp_path, [record], [an_article()], language="en")
    assert expected in page.all("section", class_="card")[0][1]


def test_a_record_without_organisation_indicator_or_known_code(tmp_path: Path) -> None:
    page, _ = read_page(tmp_path, [a_record(organisation=None, indicator="", indicator_code="new_code", period=None, checks=())], [an_article()])
    card = page.all("section", class_="card")[0][1]
    assert LABELS["vi"]["card.nobody"] in card
    assert "new_code" in card


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        ("37130000000", "37.130.000.000", "37,130,000,000"),
        ("130.30", "130,3", "130.3"),
        ("-26", "−26", "−26"),
        ("0.05", "0,05", "0.05"),
        ("1E+4", "10.000", "10,000"),
    ],
)
def test_numbers(value: str, vietnamese: str, english: str) -> None:
    assert (number_text(Decimal(value), "vi"), number_text(Decimal(value), "en")) == (vietnamese, english)


def test_days_and_percent() -> None:
    assert (day_text(date(2022, 1, 4), "vi"), day_text(date(2022, 1, 4), "en")) == ("04/01/2022", "2022-01-04")
    assert [percent_text(p) for p in (0, 0.29, 0.999, 1)] == ["0%", "29%", "99%", "100%"]


def test_what_checks_say_is_put_in_vietnamese() -> None:
    """The sentences are those of model/checks.py and model/assemble.py: where one changes there, its translation is due here."""
    over = PercentageField("30,3%", Span(300, 305), Decimal("30.3"), PercentageKind.OVER_TARGET)
    sentence = "kết nạp 33/25 đoàn viên, vượt 132%"
    worded = a_record(
        sentence=Span(0, len(sentence)),
        sentence_text=sentence,
        count=QuantityField("33", Span(8, 10), Decimal(33)),
        target=QuantityField("25", Span(11, 13), Decimal(25)),
        percentages=(PercentageField("132%", Span(30, 34), Decimal(132), PercentageKind.OF_TARGET),),
    )
    records = [a_record(), a_record(percentages=(*a_record().percentages, over)), a_record(target=None), worded]
    details = [check.detail for record in records for check in check_record(record, date(2020, 1, 1))]
    details += [
        "'7.261.045351đ' cannot be read as a number, so the field is left out",
        "'x%' cannot be read as a percentage, so it is left out",
        "the digits of '1.23' are grouped irregularly; read as they stand",
        "the digits of '1.234' can be read in two ways; read as 1234",
    ]
    assert len(details) >= 12
    for detail in details:
        told, language = check_detail(detail, "vi")
        assert language == "vi", detail
        assert not re.search(r"\b(is|the|read|gives)\b", told), told
    assert check_detail(details[0], "en") == (details[0], "en")
    assert check_detail("anything new", "vi") == ("anything new", "en")


def test_outcomes_are_counted_by_the_worst() -> None:
    def of(*outcomes: Outcome) -> str:
        return worst_outcome(a_record(checks=tuple(Check("x", outcome) for outcome in outcomes)))

    assert [of(Outcome.OK, Outcome.CONFLICT, Outcome.ROUNDING), of(Outcome.OK, Outcome.ROUNDING), of(Outcome.OK), of()] == [
        "conflict",
        "rounding",
        "ok",
        "unchecked",
    ]


def test_anchors_do_not_depend_on_what_follows() -> None:
    assert anchors(["a b", "a\tb", "a_b"], "article") == ["article-a_b", "article-a_b-2", "article-a_b-3"]
    assert anchors(["a", "a-2", "a"], "x") == ["x-a", "x-a-2", "x-a-3"]
    assert href("article-bài#1") == "#article-b%C3%A0i%231"


# Files that are not what extraction writes


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"confidence": 1.5}, "a confidence is no number from 0 to 1, found 1.5"),
        ({"confidence": float("nan")}, "a confidence is no number"),
        ({"field_confidence": []}, "field_confidence is no object"),
        ({"id": 7}, "a text is no string, found 7"),
        ({"kind": "deed"}, "'deed' is not a valid Kind"),
        ({"checks": [{"rule": None, "outcome": "ok"}]}, "a text is no string, found None"),
        ({"sentence": {"text": "x", "start": 0, "end": 1.5}}, "an offset is no whole number, found 1.5"),
        ({"count": {"text": "1", "start": 0, "end": 1, "value": float("inf"), "unit": None, "qualifier": None}}, "a value is not finite"),
    ],
)
def test_a_bad_record_names_its_line(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    rows = [to_row(a_record()), to_row(a_record()) | changes]
    (tmp_path / "records.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with pytest.raises(ThanhtichError, match=r"records\.jsonl:2: ") as caught:
        render(tmp_path / "records.jsonl", tmp_path / "page.html")
    assert words in str(caught.value)
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ([], "an article is an object"),
        (an_article(text=None), "text is None, it must be a string"),
        (an_article(published="24/01/2022"), "published is '24/01/2022', allowed is a day as 2022-01-24"),
        (an_article(entities=[[0, 5, "PERSON", 1]]), "the types are ORGANISATION, COUNT"),
        (an_article(entities=[[0, 9000, "COUNT", 1]]), "an entity ends at 9000"),
        (an_article(entities=[[0, 2.0, "COUNT", 1]]), "each is [start, end, type, score]"),
        (an_article(entities=[[5, 5, "COUNT", 1]]), "a span needs 0 <= start < end"),
        (an_article(entities=[[0]]), "each is [start, end, type, score]"),
    ],
)
def test_a_bad_article_names_its_line(tmp_path: Path, row: Any, words: str) -> None:
    with pytest.raises(ThanhtichError, match=r"records\.articles\.jsonl:2: ") as caught:
        render(write_run(tmp_path, [a_record()], [an_article(), row]), tmp_path / "page.html")
    assert words in str(caught.value)


def test_other_bad_input_is_said(tmp_path: Path) -> None:
    records = write_run(tmp_path, [a_record()], [an_article()], ["no object"])  # type: ignore[list-item]
    with pytest.raises(ThanhtichError, match=r"records\.errors\.jsonl:1: .*an error is an object"):
        render(records, tmp_path / "page.html")
    with pytest.raises(ThanhtichError, match="no page language 'fr'; choose one of vi, en"):
        render(records, tmp_path / "page.html", language="fr")
    with pytest.raises(ThanhtichError, match="give a limit of 1 or more"):
        render(records, tmp_path / "page.html", limit=0)
    with pytest.raises(ThanhtichError, match="cannot be read"):
        render(tmp_path / "none.jsonl", tmp_path / "page.html")


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    records = write_run(tmp_path, [a_record()], [an_article()])
    (tmp_path / "taken.html").mkdir()
    with pytest.raises(OutputError, match=r"taken\.html: cannot be written"):
        render(records, tmp_path / "taken.html")
    assert not list(tmp_path.glob(".*.part"))


def test_a_lone_surrogate_costs_one_character(tmp_path: Path) -> None:
    row = json.dumps(an_article(text="a\ud800b 391", title=None, entities=[[4, 7, "COUNT", 1]]))
    records = write_run(tmp_path, [], None)
    (tmp_path / "records.articles.jsonl").write_text(row, encoding="utf-8")
    page = Reader(render(records, tmp_path / "page.html").read_text(encoding="utf-8"))
    assert page.all("p", lang="vi")[0][1] == "a?b 391"
    assert page.all("mark")[0][1] == "391"
