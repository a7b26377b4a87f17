"""Agreement of two annotations: the measures against worked examples, and what each disagreement says."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from builders import annotated_articles
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from annotations.agreement import Agreement, Choices, Disagreement, Overlap, agree
from annotations.agreement_tables import disagreement_table, notes, row, tables
from annotations.markup import parse, parse_part
from model.schema import AnnotatedArticle, EntityType, RelationType

HEAD = "published: 2022-01-05\n---\n"
ONE = "{Năm 2021|D1,2}, {LĐLĐ huyện|O1,2} {kết nạp|I1} {391|C1:result:members_admitted}/{300|T1} {đoàn viên|I1}, đạt {130,3%|P1}; "
ONE += "{trao|I2} {45|C2:result:gifts_given} {suất quà|I2}."


def annotated(marked: str, name: str = "a") -> AnnotatedArticle:
    return parse(HEAD + marked + "\n", name)


def against(marked: str) -> Agreement:
    """ONE as A, ``marked`` as B."""
    return agree([annotated(ONE)], [annotated(marked)])


def about(agreement: Agreement) -> list[tuple[str, str, str]]:
    return [(found.about, found.a, found.b) for found in agreement.disagreements]


def test_an_annotation_agrees_with_itself() -> None:
    articles = annotated_articles()
    whole = agree(articles, articles)
    assert whole.documents == len(articles) and not whole.disagreements
    assert {o.f1 for o in (*whole.spans.values(), whole.achievements, whole.all_relations)} <= {1.0, None}
    assert whole.tokens.kappa == whole.kinds.kappa == whole.codes.kappa == 1
    assert all(share.same == share.of for share in whole.fields.values())


def test_kappa_of_the_textbook() -> None:
    # Of 50 both say yes 20 times and no 15 times; chance alone would give 0.5, so kappa is (0.7 - 0.5) / 0.5.
    choices = Choices({("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15})
    assert choices.total == 50 and choices.observed == 0.7
    assert choices.kappa == pytest.approx(0.4)


def test_what_is_not_defined_is_none() -> None:
    assert Overlap().f1 is None and Choices().kappa is None and Choices().observed is None
    assert Choices({("a", "a"): 7}).kappa is None, "one choice throughout: chance explains it"
    assert Overlap(2, 1, 1).f1 == pytest.approx(2 / 3)


def test_a_span_that_is_cut_otherwise() -> None:
    found = against(ONE.replace("{LĐLĐ huyện|O1,2}", "{LĐLĐ|O1,2} huyện"))
    assert found.spans[EntityType.ORGANISATION] == Overlap(0, 1, 1)
    assert found.spans[EntityType.COUNT] == Overlap(2, 0, 0)
    assert found.relations[RelationType.ACHIEVED_BY] == Overlap(0, 2, 2)
    assert ("span", "ORGANISATION 'LĐLĐ huyện'", "ORGANISATION 'LĐLĐ'") in about(found)
    assert ("achieved_by of '391'", "'LĐLĐ huyện' at 10", "'LĐLĐ' at 10") in about(found)
    assert ("organisation of '45'", "Liên đoàn Lao động huyện", "Liên đoàn Lao động") in about(found)
    assert found.fields["organisation"].same == 0 and found.fields["organisation"].of == 2
    # Of the words only `huyện` has another type.
    assert sum(n for (a, b), n in found.tokens.pairs.items() if a != b) == found.tokens.pairs["ORGANISATION", "outside"] == 1


def test_an_achievement_that_one_side_has_alone() -> None:
    found = against(ONE.replace("{Năm 2021|D1,2}", "{Năm 2021|D1}").replace("O1,2", "O1").replace("{trao|I2} {45|C2:result:gifts_given} {suất quà|I2}", "trao 45 suất quà"))
    assert found.achievements == Overlap(1, 1, 0)
    assert found.relations[RelationType.MEASURES] == Overlap(2, 2, 0)
    assert ("achievement", "result '45' (gifts_given)", "") in about(found)
    # Its links are not said a second time.
    assert not [said for said in about(found) if said[0].endswith("of '45'")]


def test_kind_code_and_values() -> None:
    found = against(ONE.replace("result:members_admitted", "level:members_total").replace("{130,3%|P1}", "130,3%").replace("C2:result", "C2:plan"))
    assert found.kinds.pairs == {("result", "level"): 1, ("result", "plan"): 1}
    assert found.codes.pairs == {("members_admitted", "members_total"): 1, ("gifts_given", "gifts_given"): 1}
    assert (found.fields["percentages"].same, found.fields["percentages"].of) == (0, 1)
    assert (found.fields["period"].same, found.fields["period"].of) == (2, 2)
    assert ("percentages of '391'", "130.3%", "") in about(found)
    # A planned 45 is a target, no count: both fields differ.
    assert {("count of '45'", "45", ""), ("target of '45'", "", "45")} <= set(about(found))


def test_unsure_achievements_are_left_out_and_counted() -> None:
    unsure = ONE.replace("C2:result:gifts_given", "C2:result:gifts_given:unsure")
    without = ONE.replace("{Năm 2021|D1,2}", "{Năm 2021|D1}").replace("O1,2", "O1").replace("{trao|I2} {45|C2:result:gifts_given} {suất quà|I2}", "trao 45 suất quà")
    for a, b in ((unsure, without), (without, unsure), (unsure, ONE)):
        found = agree([annotated(a)], [annotated(b)])
        assert found.unsure == 1 and not found.disagreements
        assert found.achievements == Overlap(1, 0, 0) and found.spans[EntityType.INDICATOR] == Overlap(2, 0, 0)
        assert not [pair for pair in found.tokens.pairs if pair[0] != pair[1]]


def test_bodies_count_only_where_both_annotated() -> None:
    text = "LĐLĐ huyện họp bàn.\nCông đoàn trao 45 suất quà.\nLĐLĐ xã cũng dự."
    header, last = "doc: a\n---\n", "\nL2: {Công đoàn|O1} trao {45|C1:result:gifts_given} {suất quà|I1}."
    some = parse_part(header + last.strip() + "\nL3: LĐLĐ xã cũng dự.\n", text)
    others = parse_part(header + "L1: {LĐLĐ huyện|O} họp bàn." + last + "\n", text)
    found = agree([some], [others])
    assert found.spans[EntityType.ORGANISATION] == Overlap(1, 0, 0) and not found.disagreements
    assert found.tokens.total == len("Công đoàn trao 45 suất quà .".split())


def test_documents_are_matched_by_id_and_text() -> None:
    a = [annotated(ONE, "a"), annotated(ONE, "b"), annotated(ONE, "c")]
    b = [annotated(ONE, "b"), annotated(ONE + " Hết.", "c"), annotated(ONE, "d")]
    found = agree(a, b)
    assert (found.documents, found.only_a, found.only_b, found.other_text) == (1, ("a",), ("d",), ("c",))
    assert notes(found) == ["1 documents compared", "1 only in A: a", "1 only in B: d", "1 with different texts, not compared: c"]


def test_a_percentage_that_is_the_anchor_is_no_relation() -> None:
    found = agree([annotated("{Thu kinh phí|I1} đạt {98%|P1:result:fees_collected}.")], [annotated("{Thu kinh phí|I1} đạt {98%|P1:result:fees_collected}.")])
    assert found.relations[RelationType.RATE] == Overlap() and found.relations[RelationType.MEASURES] == Overlap(1, 0, 0)


@settings(deadline=None)  # the first examples build the shared strategies
@given(st.data())
def test_it_is_the_same_from_both_sides(data: st.DataObject) -> None:
    articles = annotated_articles()
    changed = []
    for one in articles:
        kept = [r for r in one.relations if data.draw(st.booleans())]
        certain = [replace(a, certain=data.draw(st.booleans())) for a in one.achievements]
        changed.append(replace(one, relations=tuple(kept), achievements=tuple(certain)))
    there, back = agree(articles, changed), agree(changed, articles)
    assert there.all_spans.f1 == back.all_spans.f1 and there.all_relations.f1 == back.all_relations.f1
    assert there.tokens.kappa == back.tokens.kappa and there.unsure == back.unsure and there.fields == back.fields
    assert sorted(Disagreement(d.document, d.start, d.about, d.b, d.a) for d in there.disagreements) == list(back.disagreements)


def test_tables_and_row_say_which_measure_it_is() -> None:
    found = against(ONE.replace("result:members_admitted", "level:members_total"))
    console = Console(width=200, record=True, file=io.StringIO())
    for table in (*tables(found), disagreement_table(found, 1)):
        console.print(table)
    shown = console.export_text()
    assert "F1: same start, end and type" in shown and "Cohen's kappa: kind" in shown
    assert "code of '391'" in shown and "kind of '391'" not in shown, "one row at most was asked for"
    told = json.loads(json.dumps(row(found), ensure_ascii=False))
    assert told["kinds"]["pairs"] == [["result", "level", 1], ["result", "result", 1]]
    assert told["spans"]["COUNT"] == {"f1": 1.0, "both": 2, "only_a": 0, "only_b": 0}
    assert told["disagreements"][0] == {"document": "a", "start": 29, "about": "code of '391'", "a": "members_admitted", "b": "members_total"}
    assert set(told["measures"]) == {"spans", "tokens", "relations", "achievements", "kinds", "codes", "fields"}


def test_words_of_an_article_are_not_taken_for_markup() -> None:
    found = agree([annotated("{Công đoàn [bold]|O} họp.")], [annotated("Công đoàn [bold] họp.")])
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(disagreement_table(found))
    assert "[bold]" in console.export_text()
