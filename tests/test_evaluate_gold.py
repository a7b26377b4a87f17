"""Gold records: what an annotation states, and what a gold file must hold."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from builders import annotated_articles

from annotations.markup import parse
from evaluate.gold import GoldRecord, gold_digest, gold_from_annotation, read_gold
from evaluate.scores import MEASURES, PRF, score
from model.assemble import assemble
from model.errors import AnnotationError
from model.schema import Span

ROW: dict[str, Any] = {
    "anchor_text": "391", "anchor_start": 10, "alt_anchors": [{"start": 50, "text": "391"}], "kind": "result", "indicator_code": "members_admitted",
    "org_names": ["LĐLĐ huyện"], "org_scope": "document", "count": 391, "target": 7.15, "percentages": [{"value": 130.3}, {"value": -26}],
    "period": ["2021-01-01", None], "certain": True,
}  # fmt: skip


def write(folder: Path, *lines: str) -> Path:
    path = folder / "gold.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def document(*rows: dict[str, Any]) -> str:
    return json.dumps({"doc": "000", "published": None, "records": rows}, ensure_ascii=False)


def stated(body: str) -> tuple[GoldRecord, ...]:
    return gold_from_annotation(parse("published: 2021-12-20\n---\n" + body, "bai")).records


def test_a_gold_file_is_read(tmp_path: Path) -> None:
    (found,) = read_gold(write(tmp_path, "", document(ROW), "  "))
    assert found.id == "000"
    assert found.records == (
        GoldRecord(
            anchors=(Span(10, 13), Span(50, 53)),
            kind="result",
            code="members_admitted",
            names=frozenset({"LĐLĐ huyện"}),
            inherited=True,
            count=Decimal(391),
            target=Decimal("7.15"),
            percentages=frozenset({Decimal("130.3"), Decimal(-26)}),
            period=(date(2021, 1, 1), None),
            optional=False,
        ),
    )


@pytest.mark.parametrize(
    ("change", "optional"), [({"certain": False}, True), ({"duplicate_of": 0}, True), ({"duplicate_of": None}, False), ({}, False)]
)
def test_unsure_and_told_again_is_optional(tmp_path: Path, change: dict[str, Any], optional: bool) -> None:
    ((record,),) = [found.records for found in read_gold(write(tmp_path, document(ROW | change)))]
    assert record.optional is optional


def test_names_with_any_line_break_stay_in_their_line(tmp_path: Path) -> None:
    ((record,),) = [found.records for found in read_gold(write(tmp_path, document(ROW | {"org_names": ["a\u2028b\x85c"]})))]
    assert record.names == {"a\u2028b\x85c"}


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("{", "JSONDecodeError"),
        ("[]", "TypeError"),
        ('{"records": []}', "'doc'"),
        ('{"doc": "000"}', "'records'"),
        ('{"doc": "000", "records": [5]}', "TypeError"),
        (document({key: value for key, value in ROW.items() if key != "period"}), "'period'"),
        (document(ROW | {"period": ["2021-02-30", None]}), "day is out of range"),
        (document(ROW | {"anchor_text": ""}), "0 <= start < end"),
        (document(ROW | {"count": "viele"}), "InvalidOperation"),
        (document(ROW | {"alt_anchors": 5}), "TypeError"),
        (document(ROW | {"percentages": [1]}), "TypeError"),
    ],
)
def test_a_broken_line_is_named_with_its_field(tmp_path: Path, line: str, wanted: str) -> None:
    with pytest.raises(AnnotationError, match=r"gold\.jsonl:2: not a gold document") as caught:
        read_gold(write(tmp_path, document(ROW), line))
    assert wanted in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe")
    for name in ("absent.jsonl", "binary.jsonl", ""):
        with pytest.raises(AnnotationError, match="cannot be read"):
            read_gold(tmp_path / name)


def test_an_annotation_states_its_records() -> None:
    line = "Trong {năm 2021|D1}, {LĐLĐ huyện Sông Lam|O1} {kết nạp|I1} {391|C1:result:members_admitted}/{300|T1} {đoàn viên|I1}, đạt {130,3%|P1}."
    (record,) = stated(line)
    assert (record.anchors, record.kind, record.code) == ((Span(44, 47),), "result", "members_admitted")
    assert record.names == {"LĐLĐ huyện Sông Lam", "Liên đoàn Lao động huyện Sông Lam"} and not record.inherited
    assert (record.count, record.target, record.percentages) == (391, 300, {Decimal("130.3")})
    assert record.period == (date(2021, 1, 1), date(2021, 12, 31)) and not record.optional


def test_inherited_unsure_and_told_again() -> None:
    first, second, third = stated(
        "{Công đoàn xã|O1-3} họp.\nHọ {thăm|I1} {3|C1:result:other:unsure} {nhà|I1}.\n"
        "Họ {tặng|I2} {4|C2} {xe|I2}.\n{Tặng|I3} {4|C3:other:same2} {xe|I3}."
    )
    assert (first.inherited, first.optional, second.optional, third.optional) == (True, True, False, True)


def test_every_right_name_of_a_body_counts() -> None:
    source = "published: none\nname: LĐLĐ huyện = Liên đoàn Lao động huyện Sông Lam | Công đoàn huyện Sông Lam\nname: công đoàn = Liên đoàn Lao động huyện Sông Lam\n---\n"
    text = "{LĐLĐ huyện|O} họp.\nNăm qua {công đoàn|O1} {trao|I1} {4|C1} {xe|I1}, {Công ty May|O} dự.\n"
    (record,) = gold_from_annotation(parse(source + text, "a")).records
    assert record.names == {"công đoàn", "LĐLĐ huyện", "Liên đoàn Lao động huyện Sông Lam", "Công đoàn huyện Sông Lam"}


def test_gold_has_no_organisation_that_was_not_annotated() -> None:
    first, second = stated("{Công đoàn xã|O1} {thăm|I1} {3|C1} {nhà|I1}.\n{Tặng|I2} {4|C2} {xe|I2}.")
    assert first.names and second.names == frozenset() and not second.inherited


def test_perfect_extraction_of_an_annotation_scores_perfectly() -> None:
    articles = annotated_articles()
    total = score(map(gold_from_annotation, articles), {a.article.id: assemble(a) for a in articles})
    for name in MEASURES:
        measure = total.measures[name]
        assert measure == PRF(measure.tp, 0, 0) and measure.tp > 0
    assert total.kinds[0] == total.kinds[1] and total.codes[0] == total.codes[1] and total.empty[0] == 0


def test_the_digest_is_of_the_bytes(tmp_path: Path) -> None:
    path = write(tmp_path, document(ROW))
    assert gold_digest(path) == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(("written", "other"), [("Uỷ ban", "Ủy ban"), ("Ủy ban", "Uỷ ban")])
def test_a_body_counts_with_the_tone_marks_of_its_article(written: str, other: str) -> None:
    text = f"{other} Kiểm tra họp. {{UBND huyện|O1={written} nhân dân huyện Gia Lâm}} {{trao|I1}} {{9|C1:result:gifts_given}} {{suất|I1}}."
    (record,) = stated(text)
    assert {f"{written} nhân dân huyện Gia Lâm", f"{other} nhân dân huyện Gia Lâm", "UBND huyện"} <= record.names
