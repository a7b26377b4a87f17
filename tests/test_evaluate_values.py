"""Values where the spans are right: gold's own names and days are not given to the code that is measured."""

from __future__ import annotations

from decimal import Decimal

import pytest
from rich.console import Console

from annotations.markup import parse
from evaluate.gold import GoldDocument, gold_from_annotation
from evaluate.values import by_the_book, gold_value_accuracy, value_accuracy
from tests.builders import annotated_articles

MARKED = """published: 2021-12-20
name: LĐLĐ huyện = Liên đoàn Lao động huyện Sông Lam
date: Quý II = {days}
---
Huyện Sông Lam
{{Quý II|D1}}, {{LĐLĐ huyện|O1}} {{kết nạp|I1}} {{391|C1:result:members_admitted}}/{{300|T1}} {{đoàn viên|I1}}, đạt {{130,3%|P1}}.
"""


def test_right_values_are_counted_by_field() -> None:
    report = value_accuracy([parse(MARKED.format(days="2021-04-01..2021-06-30"), "a")])
    assert report.counts == dict.fromkeys(("organisation", "count", "target", "percentage", "date"), (1, 1))
    assert report.wrong == ()


def test_a_wrong_value_is_listed_with_its_place() -> None:
    report = value_accuracy([parse(MARKED.format(days="2020-04-01..2020-06-30"), "a")])
    (miss,) = report.wrong
    assert (miss.article, miss.field, miss.surface, miss.gold, miss.found) == ("a", "date", "Quý II", "2020-04-01..2020-06-30", "2021-04-01..2021-06-30")
    assert report.accuracy("date") == 0.0
    assert (report + report).counts["date"] == (0, 2)


def test_gold_s_notes_are_not_given_to_what_is_measured() -> None:
    annotated = parse(MARKED.replace("Huyện Sông Lam\n", "").format(days="2021-04-01..2021-06-30"), "a")
    assert value_accuracy([annotated]).accuracy("organisation") == 0.0


def test_the_tables_are_drawn() -> None:
    report = value_accuracy([parse(MARKED.format(days="2020-04-01..2020-06-30"), "a")])
    console = Console(width=160, record=True, file=open("/dev/null", "w", encoding="utf-8"))  # noqa: SIM115
    console.print(report.table(), report.wrong_table())
    assert "130" not in (text := console.export_text()) and "Quý II" in text and "0.0000" in text


def test_gold_in_a_file_places_only_the_anchor() -> None:
    articles = annotated_articles("train")
    documents = [gold_from_annotation(a) for a in articles]
    report = gold_value_accuracy(documents, [a.article for a in articles])
    assert report.accuracy("count") == report.accuracy("percentage") == report.accuracy("organisation") == 1.0
    assert report.counts["date"] == (0, 0)
    assert gold_value_accuracy([GoldDocument("other", documents[0].records)], [articles[0].article]).counts["count"] == (0, 0)


@pytest.mark.parametrize(
    ("surface", "value"),
    [("1.710", "1710"), ("37,13 tỷ đồng", "37130000000"), ("05", None), ("130,3%", "130.3"), ("7.261.045351đ", None), ("3,500", None), ("391", "391")],
)
def test_a_number_by_the_book_has_one_reading(surface: str, value: str | None) -> None:
    found = by_the_book(surface)
    assert found == (Decimal(value) if value else None)
