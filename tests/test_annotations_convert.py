"""Annotations through other tools' formats and back: nothing is lost that the format can hold, and what is wrong is named."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from builders import ARTICLES, annotated_articles, write_corpus
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations import brat, doccano, iob, label_studio
from annotations.convert import Format, convert, read_annotations, recognise
from annotations.store import indicator_codes
from model.errors import AnnotationError, OutputError
from model.schema import (
    ANCHOR_TYPES,
    AT_MOST_ONE,
    TAIL_TYPE,
    Achievement,
    AnnotatedArticle,
    Article,
    Entity,
    EntityType,
    Kind,
    Period,
    Relation,
    RelationType,
    Span,
)
from model.text import sentences, words

GOLDEN = Path(__file__).parent / "golden"
FULL = {Format.BRAT: "folder", Format.DOCCANO: "a.jsonl", Format.LABEL_STUDIO: "a.json"}
"""The formats that hold everything, and what a file of theirs may be called."""
BY_ID = {annotated.article.id: annotated for annotated in annotated_articles()}
TEXTS = {name: annotated.article.text for name, annotated in BY_ID.items()}
LETTERS = st.sampled_from([*"aZđưỹ0123456789 %.,/-#{}|\\n", "\n", "\t", "\u00a0", "\u2028", "\u0301", "\u0323", "🌱", "👨\u200d👩", "e\u0323\u0302"])


@st.composite
def annotations(draw: st.DrawFn, name: str = "a") -> AnnotatedArticle:
    """Any annotation that the guide allows, over a text of letters, marks, emoji and line breaks."""
    text = unicodedata.normalize("NFC", draw(st.lists(LETTERS, max_size=60).map("".join)))
    entities = tuple(Entity(span, draw(st.sampled_from(list(EntityType)))) for span in _spans(draw, text))
    anchors = [place for place, entity in enumerate(entities) if entity.type in ANCHOR_TYPES and draw(st.booleans())]
    relations = {relation for anchor in anchors for relation in _relations(draw, entities, anchor)}
    days = st.none() | st.dates(date(1990, 1, 1), date(2030, 1, 1))
    article = Article(name, text, source=draw(st.none() | st.just("báo")), published=draw(days), published_from=None)
    named = [place for place, entity in enumerate(entities) if entity.type is EntityType.ORGANISATION and draw(st.booleans())]
    dated = [place for place, entity in enumerate(entities) if entity.type is EntityType.DATE and draw(st.booleans())]
    whole = (Span(0, len(text)),) if text else ()
    return AnnotatedArticle(
        replace(article, published_from="annotation" if article.published else None, body=draw(st.sampled_from([(), whole, whole and (Span(0, 1),)]))),
        entities,
        tuple(sorted(relations, key=lambda r: (r.head, r.tail))),
        tuple(_achievement(draw, entities, anchor, anchors) for anchor in anchors),
        draw(st.sampled_from([whole, (), whole and (Span(0, 1),)])),
        {place: draw(st.sampled_from(["Liên đoàn Lao động", 'ngoặc " <kép> & 🌱'])) for place in named},
        {place: _period(draw(days), draw(days)) for place in dated},
    )


def _spans(draw: st.DrawFn, text: str) -> list[Span]:
    """Spans apart from each other, without white space at their ends."""
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    spans = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        held = text[start:end]
        if held.strip():
            spans.append(Span(start + len(held) - len(held.lstrip()), start + len(held.rstrip())))
    return spans


def _relations(draw: st.DrawFn, entities: tuple[Entity, ...], anchor: int) -> set[Relation]:
    found = {Relation(RelationType.RATE, anchor, anchor)} if entities[anchor].type is EntityType.PERCENTAGE else set()
    for kind, tail in TAIL_TYPE.items():
        tails = [place for place, entity in enumerate(entities) if entity.type is tail and place != anchor and draw(st.booleans())]
        found |= {Relation(kind, anchor, place) for place in (tails[:1] if kind in AT_MOST_ONE else tails)}
    return found


def _achievement(draw: st.DrawFn, entities: tuple[Entity, ...], anchor: int, anchors: list[int]) -> Achievement:
    kind = Kind.PLAN if entities[anchor].type is EntityType.TARGET else draw(st.sampled_from(list(Kind)))
    others = [other for other in anchors if other != anchor]
    same = draw(st.none() | st.sampled_from(others)) if others else None
    return Achievement(anchor, kind, draw(st.sampled_from(indicator_codes())), certain=draw(st.booleans()), duplicate_of=same)


def _period(first: date | None, last: date | None) -> Period:
    return Period(last, first) if first and last and first > last else Period(first, last)


def through(tmp_path: Path, annotated: AnnotatedArticle, to: Format) -> tuple[AnnotatedArticle, ...]:
    """Written as ``to`` and read again, without any other way between."""
    losses: Counter[str] = Counter()
    target = tmp_path / FULL[to]
    if to is Format.BRAT:
        target.mkdir(exist_ok=True)
        for name, content in brat.files([annotated], indicator_codes(), losses).items():
            (target / name).write_bytes(content.encode("utf-8"))
    else:
        target.write_text(doccano.files([annotated], losses) if to is Format.DOCCANO else label_studio.files([annotated]), encoding="utf-8", newline="")
    read = read_annotations(target, to)
    assert not read.findings and not read.losses.counts
    return read.articles


@pytest.mark.parametrize("to", FULL)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(annotated=annotations())
def test_whatever_the_guide_allows_comes_back(tmp_path: Path, to: Format, annotated: AnnotatedArticle) -> None:
    assert through(tmp_path, annotated, to) == (annotated,)


@pytest.mark.parametrize(("to", "name"), [*FULL.items(), (Format.MARKED, "marked"), (Format.STANDOFF, "s.jsonl")])
def test_a_corpus_comes_back_from_every_format(tmp_path: Path, to: Format, name: str) -> None:
    source = write_corpus(tmp_path / "corpus")
    done = convert(source, tmp_path / name, to)
    assert (done.written, done.findings, done.target) == (len(BY_ID), (), tmp_path / name)
    home = convert(tmp_path / name, tmp_path / "home", Format.MARKED, texts=TEXTS)
    assert not home.findings and home.written == len(BY_ID)
    assert {a.article.id: a for a in read_annotations(tmp_path / "home").articles} == BY_ID


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(annotated=annotations(), data=st.data())
def test_words_keep_their_entities_in_iob(tmp_path: Path, annotated: AnnotatedArticle, data: st.DataObject) -> None:
    text = annotated.article.text
    held = [word for sentence in sentences(text) for word in words(text, sentence)]
    entities = tuple(Entity(word, data.draw(st.sampled_from(list(EntityType)))) for word in held if data.draw(st.booleans()))
    plain = AnnotatedArticle(Article("a", text), entities, (), ())
    (tmp_path / "a.iob").write_bytes(iob.files([plain], Counter()).encode("utf-8"))
    exact = read_annotations(tmp_path / "a.iob", texts={"a": text})
    rebuilt = read_annotations(tmp_path / "a.iob")
    assert not exact.findings and not rebuilt.findings
    for found, whole in ((exact.articles, text), (rebuilt.articles, None)):
        for article in found:
            assert [(e.span.of(article.article.text), e.type) for e in article.entities] == [(e.span.of(text), e.type) for e in entities]
            assert whole is None or article.entities == entities
    assert bool(exact.articles) == bool(held)


def test_iob_says_what_it_cannot_hold(tmp_path: Path) -> None:
    source = write_corpus(tmp_path / "corpus")
    lost = convert(source, tmp_path / "a.iob", Format.IOB).losses.counts
    assert lost["relations"] == sum(len(a.relations) for a in BY_ID.values())
    assert lost["achievements with kind and indicator code"] == sum(len(a.achievements) for a in BY_ID.values())
    grown = AnnotatedArticle(Article("x", "đạt 85đ"), (Entity(Span(5, 6), EntityType.COUNT),), (), ())
    losses: Counter[str] = Counter()
    assert "85\tB-COUNT\n" in iob.files([grown], losses)
    assert losses["spans that begin or end inside a word, written for the whole word"] == 1


# --- what the tools really write -------------------------------------------------------------------------------------------


def _told(annotated: AnnotatedArticle) -> tuple[set[tuple[str, str]], set[tuple[str, str, str]]]:
    text = annotated.article.text
    surfaces = [entity.span.of(text) for entity in annotated.entities]
    return {(str(e.type), s) for e, s in zip(annotated.entities, surfaces, strict=True)}, {(str(r.type), surfaces[r.head], surfaces[r.tail]) for r in annotated.relations}


SUOI_TRA = (
    {
        ("ORGANISATION", "LĐLĐ huyện Suối Trà"),
        ("DATE", "Năm 2022"),
        ("INDICATOR", "kết nạp mới"),
        ("COUNT", "318"),
        ("INDICATOR", "đoàn viên"),
        ("PERCENTAGE", "106%"),
        ("TARGET", "300"),
        ("ORGANISATION", "Công đoàn các xã"),
        ("COUNT", "45"),
        ("INDICATOR", "suất quà"),
    },
    {
        ("achieved_by", "318", "LĐLĐ huyện Suối Trà"),
        ("during", "318", "Năm 2022"),
        ("measures", "318", "kết nạp mới"),
        ("measures", "318", "đoàn viên"),
        ("rate", "318", "106%"),
        ("against", "318", "300"),
        ("achieved_by", "45", "Công đoàn các xã"),
        ("measures", "45", "suất quà"),
    },
)


def _is_suoi_tra(annotated: AnnotatedArticle) -> None:
    assert _told(annotated) == SUOI_TRA
    assert [(a.kind, a.code, a.certain) for a in annotated.achievements] == [(Kind.RESULT, "members_admitted", True), (Kind.RESULT, "gifts_given", False)]
    assert list(annotated.names.values()) == ["Liên đoàn Lao động huyện Suối Trà"]
    assert list(annotated.periods.values()) == [Period(date(2022, 1, 1), date(2022, 12, 31))]


def test_brat_as_brat_writes_it() -> None:
    read = read_annotations(GOLDEN / "brat")
    assert [a.article.id for a in read.articles] == ["suoi-tra", "vai-xanh"] and not read.findings
    _is_suoi_tra(read.articles[0])
    assert read.articles[1].entities == ()
    assert read.losses.counts == {"brat normalisations and equivalences": 2, "notes in free words": 1}


def test_brat_with_the_line_breaks_of_windows(tmp_path: Path) -> None:
    text = (GOLDEN / "brat" / "suoi-tra.txt").read_text(encoding="utf-8")
    (tmp_path / "d.txt").write_bytes(text.replace("\n", "\r\n").encode("utf-8"))
    # Both lines before it have a carriage return more.
    start = text.index("45") + 2
    (tmp_path / "d.ann").write_bytes(f"T1\tCOUNT {start} {start + 2}\t45\r\n".encode())
    (annotated,) = read_annotations(tmp_path).articles
    assert annotated.article.text == text
    assert [e.span.of(text) for e in annotated.entities] == ["45"]


def test_an_indicator_in_two_pieces_becomes_two(tmp_path: Path) -> None:
    (tmp_path / "d.txt").write_text("kết nạp 12 đoàn viên\nmới", encoding="utf-8")
    (tmp_path / "d.ann").write_text("T1\tINDICATOR 0 7;11 20\tkết nạp đoàn viên\nT2\tCOUNT 8 10\t12\nR1\tmeasures Arg1:T2 Arg2:T1\n", encoding="utf-8")
    read = read_annotations(tmp_path)
    assert _told(read.articles[0])[1] == {("measures", "12", "kết nạp"), ("measures", "12", "đoàn viên")}
    assert read.losses.counts["indicators in two pieces, which became two spans"] == 1


def test_brat_of_another_project_is_refused_with_reasons() -> None:
    read = read_annotations(GOLDEN / "brat-foreign")
    (finding,) = read.findings
    assert finding.place.endswith("dai-hoi.ann") and not read.articles
    for said in ("line 1: label 'ORG'; allowed are ORGANISATION, COUNT", "line 3: 'E1", "line 4: found '12', but the text", "line 5: relation 'elected'; allowed are achieved_by"):
        assert said in finding.reason


@pytest.mark.parametrize("name", ["doccano-relations.jsonl", "doccano-spans.jsonl"])
def test_doccano_as_doccano_writes_it(name: str) -> None:
    read = read_annotations(GOLDEN / name)
    assert [a.article.id for a in read.articles] == ["71", "72"] and not read.findings
    spans, links = _told(read.articles[0])
    assert spans == SUOI_TRA[0]
    assert links == (SUOI_TRA[1] if "relations" in name else set())
    assert read.losses.counts.get("achievements without an indicator code, read as other", 0) == (2 if "relations" in name else 0)


def test_a_span_that_was_moved_in_doccano_loses_what_was_said_of_it(tmp_path: Path) -> None:
    convert(write_corpus(tmp_path / "corpus") / "dev" / "rung-thong.txt", tmp_path / "a.jsonl", Format.DOCCANO)
    row = json.loads((tmp_path / "a.jsonl").read_text(encoding="utf-8"))
    count = next(entity for entity in row["entities"] if entity["label"] == "COUNT")
    count["end_offset"] -= 1
    (tmp_path / "b.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    read = read_annotations(tmp_path / "b.jsonl")
    assert [a.code for a in read.articles[0].achievements] == ["other"]
    assert read.losses.counts["kinds, codes, names and days of spans that were moved or taken away in doccano"] == 2


def test_label_studio_as_label_studio_writes_it() -> None:
    read = read_annotations(GOLDEN / "label-studio.json")
    found = {a.article.id: a for a in read.articles}
    assert list(found) == ["suoi-tra", "vai-xanh", "suoi-tra-utf16"]
    _is_suoi_tra(found["suoi-tra"])
    _is_suoi_tra(found["suoi-tra-utf16"])
    assert found["suoi-tra"].entities == found["suoi-tra-utf16"].entities
    assert read.losses.counts == {"answers to questions that are not asked here": 1, "tasks whose offsets counted UTF-16 units": 1, "tasks without an annotation": 1}
    (finding,) = read.findings
    assert finding.place.endswith("task 305") and "2 annotations, by 2, 3; choose one" in finding.reason


def test_label_studio_of_one_annotator() -> None:
    read = read_annotations(GOLDEN / "label-studio.json", annotator="3")
    assert [(a.article.id, len(a.entities), len(a.names)) for a in read.articles] == [("hai-nguoi", 1, 1)] and not read.findings
    assert read.losses.counts["tasks without an annotation by 3"] == 4


def test_conll_of_others() -> None:
    read = read_annotations(GOLDEN / "words.conll")
    assert [a.article.id for a in read.articles] == ["suoi-tra", "words-1"]
    assert read.articles[0].article.text == "Năm 2022 , LĐLĐ huyện Suối Trà kết nạp 318 đoàn viên ."
    assert _told(read.articles[1])[0] == {("COUNT", "45"), ("INDICATOR", "suất quà")}
    (finding,) = read.findings
    assert "line 27: tag 'B-AMOUNT'; allowed are O" in finding.reason


def test_the_tools_are_told_what_there_is_to_mark(tmp_path: Path) -> None:
    asked = ElementTree.fromstring(label_studio.labelling(indicator_codes()))
    assert [label.get("value") for label in asked.iter("Label")] == list(EntityType)
    assert {relation.get("value") for relation in asked.iter("Relation")} == {*RelationType, "same"}
    assert {choice.get("value") for choice in asked.iter("Choice")} == {*Kind, *indicator_codes(), "yes", "no"}
    convert(write_corpus(tmp_path / "corpus"), tmp_path / "brat", Format.BRAT)
    configured = (tmp_path / "brat" / "annotation.conf").read_text(encoding="utf-8").splitlines()
    assert [line for line in configured if line.startswith("[")] == ["[entities]", "[relations]", "[events]", "[attributes]"]
    assert "during\tArg1:COUNT|TARGET|PERCENTAGE, Arg2:DATE" in configured and "kind\tArg:COUNT|TARGET|PERCENTAGE, Value:result|level|plan" in configured


# --- what is wrong ---------------------------------------------------------------------------------------------------------

BASE: dict[str, Any] = {
    "id": "x",
    "text": "LĐLĐ xã trao 45 suất quà",
    "entities": [{"id": 1, "label": "ORGANISATION", "start_offset": 0, "end_offset": 7}, {"id": 2, "label": "COUNT", "start_offset": 13, "end_offset": 15}],
    "relations": [{"id": 1, "from_id": 2, "to_id": 1, "type": "achieved_by"}],
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda r: r["entities"][1].update(end_offset=99), "span [13, 99); the text has 24 characters"),
        (lambda r: r["entities"][1].update(start_offset=15), "span [15, 15)"),
        (lambda r: r["entities"][1].update(start_offset=12, end_offset=13), "white space alone"),
        (lambda r: r["entities"][1].update(label="MONEY"), "entity 2: label 'MONEY'; allowed are ORGANISATION"),
        (lambda r: r["entities"][1].update(id=1), "the id '1' stands twice"),
        (lambda r: r["entities"][1].update(start_offset=5), "overlap"),
        (lambda r: r["relations"][0].update(type="by"), "relation 1: relation 'by'; allowed are achieved_by"),
        (lambda r: r["relations"][0].update(to_id=9), "names '9', which marks no span"),
        (lambda r: r["relations"][0].update(from_id=1, to_id=2), "achieved_by leads from ORGANISATION to COUNT; allowed is from COUNT or"),
        (lambda r: r["relations"][0].update(type="same", to_id=2), "same leads from a span to itself"),
        (lambda r: r.pop("text"), "no text"),
        (lambda r: r.pop("entities"), "no spans; found the keys"),
        (lambda r: r["entities"][0].pop("label"), "not a document of doccano (KeyError: 'label')"),
        (lambda r: r.update(thanhtich={"published": "hôm qua"}), "cannot be read"),
        (lambda r: r.update(thanhtich={"spans": [[13, 15, "COUNT", "kind", "triumph"]]}), "kind 'triumph'; allowed are result, level, plan"),
        (lambda r: r.update(thanhtich={"spans": [[13, 15, "COUNT", "code", "triumph"]]}), "code 'triumph'; allowed are"),
        (lambda r: r.update(thanhtich={"spans": [[0, 7, "ORGANISATION", "date", "2021-01-01.."]]}), "date at ORGANISATION; it stands at DATE"),
    ],
)
def test_a_broken_document_costs_only_itself(tmp_path: Path, change: Callable[[dict[str, Any]], object], said: str) -> None:
    broken = json.loads(json.dumps(BASE))
    change(broken)
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in (broken, BASE | {"id": "y"})), encoding="utf-8")
    done = convert(tmp_path / "a.jsonl", tmp_path / "out.json", Format.LABEL_STUDIO)
    assert done.written == 1
    (finding,) = done.findings
    assert finding.place.endswith("a.jsonl:1") and said in finding.reason


def test_a_composed_text_moves_its_offsets(tmp_path: Path) -> None:
    text = unicodedata.normalize("NFD", BASE["text"])
    start = text.index("45")
    row = {"id": "x", "text": text, "label": [[start, start + 2, "COUNT"], [start - 1, start + 1, "COUNT"]][:1]}
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    (annotated,) = read_annotations(tmp_path / "a.jsonl").articles
    assert annotated.article.text == BASE["text"] and annotated.entities[0].span.of(annotated.article.text) == "45"
    row["label"] = [[0, 3, "ORGANISATION"]]
    (tmp_path / "b.jsonl").write_text(json.dumps(row | {"text": "xa\u0323\u0302"}) + "\n", encoding="utf-8")
    (finding,) = read_annotations(tmp_path / "b.jsonl").findings
    assert "inside a character" in finding.reason


def test_white_space_at_the_ends_is_cut_off(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": 1, "text": "trao 45 suất", "labels": [[4, 8, "COUNT"]]}) + "\n", encoding="utf-8")
    read = read_annotations(tmp_path / "a.jsonl")
    assert read.articles[0].entities[0].span == Span(5, 7)
    assert read.losses.lines() == ["1 spans with white space at an end, which was cut off"]


def test_nothing_is_written_over(tmp_path: Path) -> None:
    source = write_corpus(tmp_path / "corpus")
    (tmp_path / "there.json").write_text("mine", encoding="utf-8")
    for target, to in ((tmp_path / "there.json", Format.LABEL_STUDIO), (source, Format.MARKED), (source / "inside", Format.BRAT), (tmp_path, Format.BRAT)):
        with pytest.raises(OutputError):
            convert(source, target, to)
    assert (tmp_path / "there.json").read_text(encoding="utf-8") == "mine"
    assert sorted(path.name for path in source.rglob("*.txt")) == sorted(f"{name}.txt" for split in ARTICLES.values() for name in split)


@pytest.mark.parametrize("name", ["../out", ".hidden", "a/b", ""])
def test_an_id_that_cannot_name_a_file_is_a_finding(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(BASE | {"id": n}) + "\n" for n in (name, "fine", "fine")), encoding="utf-8")
    done = convert(tmp_path / "a.jsonl", tmp_path / "out", Format.BRAT)
    assert done.written == 1 and (tmp_path / "out" / "fine.ann").exists()
    assert sorted(f.reason.split(";")[0] for f in done.findings) == ["this id cannot name a file", "this id stands twice"]


def test_formats_are_told_apart(tmp_path: Path) -> None:
    source = write_corpus(tmp_path / "corpus")
    assert recognise(source) is Format.MARKED
    for to, name in (*FULL.items(), (Format.STANDOFF, "s.jsonl"), (Format.IOB, "w.conll")):
        convert(source, tmp_path / name, to)
        assert recognise(tmp_path / name) is to
    (tmp_path / "part.txt").write_text("doc: a\n---\nL1: x\n", encoding="utf-8")
    assert recognise(tmp_path / "part.txt") is Format.PARTS
    (tmp_path / "a.xml").write_text("<a/>", encoding="utf-8")
    with pytest.raises(AnnotationError, match="say it: marked, parts"):
        recognise(tmp_path / "a.xml")


def test_what_marked_text_cannot_hold_is_said(tmp_path: Path) -> None:
    row = BASE | {"text": BASE["text"] + " {"}
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(r) + "\n" for r in (row, BASE | {"id": "y"})), encoding="utf-8")
    done = convert(tmp_path / "a.jsonl", tmp_path / "out", Format.MARKED)
    assert done.written == 0
    assert ["brace" in f.reason or "no INDICATOR" in f.reason for f in done.findings] == [True, True]


def test_from_brat_to_the_corpus(tmp_path: Path) -> None:
    done = convert(GOLDEN / "brat", tmp_path / "out", Format.MARKED)
    assert done.written == 2 and not done.findings
    assert done.losses.counts["empty lines at the end of texts"] == 2
    (home, _) = read_annotations(tmp_path / "out").articles
    _is_suoi_tra(home)
    assert "{318|C1:result:members_admitted}" in (tmp_path / "out" / "suoi-tra.txt").read_text(encoding="utf-8")


def test_texts_are_asked_for(tmp_path: Path) -> None:
    convert(write_corpus(tmp_path / "corpus"), tmp_path / "s.jsonl", Format.STANDOFF)
    with pytest.raises(AnnotationError, match="--texts"):
        read_annotations(tmp_path / "s.jsonl")
    partly = read_annotations(tmp_path / "s.jsonl", texts={"rung-thong": TEXTS["rung-thong"]})
    assert [a.article.id for a in partly.articles] == ["rung-thong"]
    assert len(partly.findings) == len(TEXTS) - 1 and all(f.place.startswith(f"{tmp_path / 's.jsonl'}:") for f in partly.findings)
    (tmp_path / "p.txt").write_text("doc: a\n---\nL1: trao {45|C1:result:gifts_given} {suất|I1}\n", encoding="utf-8")
    read = read_annotations(tmp_path / "p.txt", texts={"a": "trao 45 suất\nhết"})
    assert read.articles[0].annotated == (Span(0, 12),) and not read.findings


def test_a_span_of_no_achievement_does_not_cost_the_article(tmp_path: Path) -> None:
    corpus = write_corpus(tmp_path / "corpus")
    convert(corpus, tmp_path / "a.json", Format.LABEL_STUDIO)
    tasks = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    text, marks = tasks[0]["data"]["text"], [row for row in tasks[0]["annotations"][0]["result"] if row["type"] == "labels"]
    taken = {i for row in marks for i in range(row["value"]["start"], row["value"]["end"])}
    place, first = next(i for i in range(len(text)) if text[i].isalpha() and i not in taken), marks[0]
    loose = {**first, "id": "loose", "value": {**first["value"], "start": place, "end": place + 1, "text": text[place], "labels": ["DATE"]}}
    tasks[0]["annotations"][0]["result"].append(loose)
    (tmp_path / "b.json").write_text(json.dumps(tasks), encoding="utf-8")
    done = convert(tmp_path / "b.json", tmp_path / "out", Format.MARKED)
    assert not done.findings and done.losses.counts["spans of no achievement, left out"] == 1
    assert done.written == len(tasks)


def test_where_no_document_could_be_written_nothing_is_left(tmp_path: Path) -> None:
    row = BASE | {"text": BASE["text"] + " {"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    done = convert(tmp_path / "a.jsonl", tmp_path / "out", Format.MARKED)
    assert done.written == 0 and not (tmp_path / "out").exists() and not done.findings[0].reason.startswith(done.findings[0].place)
