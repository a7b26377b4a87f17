"""Annotations on disk: standoff rows hold no text and come back whole, and what is broken costs only itself."""

from __future__ import annotations

import json
import lzma
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import ARTICLES, annotated_articles, write_corpus
from hypothesis import given
from hypothesis import strategies as st

from annotations.store import digest, indicator_codes, read_corpus, read_standoff, read_texts, standoff_row, standoff_rows, unmarked_articles, write_standoff
from model.errors import AnnotationError
from model.schema import AnnotatedArticle, Article, Entity, EntityType, Period, Span

TEXTS = {annotated.article.id: annotated.article.text for annotated in annotated_articles()}


def stripped(annotated: AnnotatedArticle) -> AnnotatedArticle:
    """As standoff gives it back: of the article only id, text and day."""
    article = annotated.article
    return replace(annotated, article=Article(id=article.id, text=article.text, published=article.published))


def rows() -> list[dict[str, Any]]:
    return [standoff_row(annotated, "dev" if annotated.article.id in ARTICLES["dev"] else "train") for annotated in annotated_articles()]


def test_standoff_comes_back_whole(tmp_path: Path) -> None:
    assert write_standoff(rows(), tmp_path / "a.jsonl") == len(TEXTS)
    found, broken = read_standoff(TEXTS, tmp_path)
    assert not broken
    assert {a.article.id: a for a in found} == {a.article.id: stripped(a) for a in annotated_articles()}
    assert [a.article.id for a in found] == sorted(TEXTS)
    assert [row["doc"] for row in standoff_rows(tmp_path)] == sorted(TEXTS)


def test_only_the_split_that_is_asked_for(tmp_path: Path) -> None:
    write_standoff(rows(), tmp_path / "a.jsonl")
    found, broken = read_standoff(TEXTS, tmp_path, split="dev")
    assert {a.article.id for a in found} == set(ARTICLES["dev"]) and not broken


def test_unmarked_is_what_no_row_is_of_and_once_where_texts_are_alike(tmp_path: Path) -> None:
    write_standoff(rows(), tmp_path / "a.jsonl")
    first = next(iter(TEXTS.values()))
    found = unmarked_articles(TEXTS | {"z": "Bài mới.", "y": "Bài mới.", "x": unicodedata.normalize("NFD", "Bài khác."), "w": first}, tmp_path)
    assert [(article.id, article.text) for article in found] == [("x", "Bài khác."), ("y", "Bài mới.")]


def _strings(value: object) -> set[str]:
    if isinstance(value, dict):
        return set().union(*map(_strings, value.values()))
    if isinstance(value, list):
        return set().union(*map(_strings, value))
    return {value} if isinstance(value, str) else set()


def test_a_row_holds_no_text_but_names() -> None:
    for annotated in annotated_articles():
        article = annotated.article
        named = replace(annotated, names={1: "Tên đầy đủ do người ghi"}, periods={2: Period(None, None)})
        row = standoff_row(named, "train")
        said = _strings({key: value for key, value in row.items() if key not in {"doc", "sha256", "names"}})
        allowed = {"train", str(article.published), *EntityType} | {str(r.type) for r in annotated.relations}
        allowed |= {str(a.kind) for a in annotated.achievements} | {a.code for a in annotated.achievements}
        assert said <= allowed
        assert row["names"] == {"1": "Tên đầy đủ do người ghi"}


@pytest.mark.parametrize("change", [lambda text: text + " ", lambda text: text.replace("o", "ô", 1), lambda text: "", str.upper])
def test_a_changed_text_is_refused(tmp_path: Path, change: Any) -> None:
    write_standoff(rows(), tmp_path / "a.jsonl")
    (changed, *_) = sorted(TEXTS)
    found, broken = read_standoff(TEXTS | {changed: change(TEXTS[changed])}, tmp_path)
    assert {a.article.id for a in found} == set(TEXTS) - {changed}
    (finding,) = broken
    assert finding.place == f"{tmp_path / 'a.jsonl'}:1"
    assert changed in finding.reason and digest(TEXTS[changed])[:12] in finding.reason and "offsets would not fit" in finding.reason


def test_a_decomposed_text_is_the_same_text(tmp_path: Path) -> None:
    write_standoff(rows(), tmp_path / "a.jsonl")
    found, broken = read_standoff({name: unicodedata.normalize("NFD", text) for name, text in TEXTS.items()}, tmp_path)
    assert not broken and {a.article.id: a.article.text for a in found} == TEXTS


def test_a_missing_text_is_a_finding(tmp_path: Path) -> None:
    write_standoff(rows(), tmp_path / "a.jsonl")
    found, broken = read_standoff({}, tmp_path)
    assert not found and len(broken) == len(TEXTS) and all("no text of this id" in finding.reason for finding in broken)


def spoilt(**values: object) -> str:
    return json.dumps(rows()[0] | values)


BROKEN = {
    "not JSON": "{",
    "blank": "",
    "a list": "[]",
    "no doc": json.dumps({key: value for key, value in rows()[0].items() if key != "doc"}),
    "an unknown type": spoilt(entities=[[0, 2, "PERSON"]]),
    "an empty span": spoilt(entities=[[2, 2, "COUNT"]]),
    "a span past the end": spoilt(entities=[[0, 99999, "COUNT"]], relations=[], achievements=[]),
    "annotated past the end": spoilt(annotated=[[0, 99999]]),
    "an unknown relation": spoilt(relations=[["likes", 0, 1]]),
    "a link to nowhere": spoilt(relations=[["measures", 0, 999]]),
    "an anchor that is not there": spoilt(achievements=[{"anchor": -1, "kind": "result", "code": "other"}]),
    "told again of nothing": spoilt(achievements=[{"anchor": 0, "kind": "result", "code": "other", "duplicate_of": 999}]),
    "an unknown kind": spoilt(achievements=[{"anchor": 0, "kind": "wish", "code": "other"}]),
    "names as a list": spoilt(names=["x"]),
    "a day that is none": spoilt(published="2021-02-30"),
    "a period that is none": spoilt(periods={"0": ["2021-02-30", None]}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_line_costs_only_itself(tmp_path: Path, name: str) -> None:
    good = [json.dumps(row, ensure_ascii=False) for row in rows()[1:]]
    (tmp_path / "a.jsonl").write_text("\n".join([good[0], BROKEN[name], *good[1:]]) + "\n", encoding="utf-8")
    found, broken = read_standoff(TEXTS, tmp_path)
    assert [a.article.id for a in found] == [row["doc"] for row in rows()[1:]]
    (finding,) = broken
    assert finding.place == f"{tmp_path / 'a.jsonl'}:2" and finding.reason


def test_a_broken_article_of_the_corpus_costs_only_itself(tmp_path: Path) -> None:
    folder = write_corpus(tmp_path)
    (folder / "train" / "aaa.txt").write_text("---\n{12|C1:result:not_a_code} {nhà|I1}", encoding="utf-8")
    (folder / "train" / "bbb.txt").write_bytes(b"---\n\xff")
    articles, broken = read_corpus("train", folder)
    assert {a.article.id for a in articles} == set(ARTICLES["train"])
    assert [Path(finding.place).stem for finding in broken] == ["aaa", "bbb"] and "not_a_code" in broken[0].reason
    assert read_corpus("test", folder) == ([], [])


def test_the_catalogue_has_codes_without_doubles() -> None:
    codes = indicator_codes()
    assert "members_admitted" in codes and "other" in codes and len(set(codes)) == len(codes)


def test_texts_are_read_from_a_folder_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "001.txt").write_text("Một", encoding="utf-8")
    (tmp_path / "b.jsonl").write_text('{"id": "002", "text": "Hai\u2028dòng"}\n', encoding="utf-8")
    with lzma.open(tmp_path / "c.jsonl.xz", "wt", encoding="utf-8") as packed:
        packed.write('{"id": "003", "text": "Ba"}\n')
    (tmp_path / "notes.md").write_text("không", encoding="utf-8")
    assert read_texts(tmp_path) == {"001": "Một", "002": "Hai\u2028dòng", "003": "Ba"}
    assert read_texts(tmp_path / "c.jsonl.xz") == {"003": "Ba"}
    assert read_texts(tmp_path / "001.txt") == {"001": "Một"}


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "1"}'])
def test_a_broken_line_of_texts_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"id": "1", "text": "a"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(AnnotationError, match=r"a\.jsonl:2: .*id and text"):
        read_texts(path)


def test_no_texts_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match="no texts; allowed are a folder or a file"):
        read_texts(tmp_path)


@pytest.mark.parametrize("name", ["absent.txt", "absent.jsonl.xz", "damaged.txt", "damaged.jsonl", "damaged.jsonl.xz"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    if name.startswith("damaged"):
        (tmp_path / name).write_bytes(lzma.compress(b"{}")[:-9] if name.endswith("xz") else b"\xff\n")
    with pytest.raises(AnnotationError, match=f"{name}: cannot be read"):
        read_texts(tmp_path / name)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20), st.dates(), st.booleans())
def test_any_name_and_day_come_back(tmp_path_factory: pytest.TempPathFactory, name: str, day: Any, certain: bool) -> None:
    folder = tmp_path_factory.mktemp("standoff")
    annotated = annotated_articles("dev")[0]
    achievements = tuple(replace(a, certain=certain, duplicate_of=0 if certain else None) for a in annotated.achievements)
    entities = (*annotated.entities, Entity(Span(0, 1), EntityType.ORGANISATION))
    written = replace(annotated, entities=entities, achievements=achievements, names={0: name}, periods={1: Period(day, None)})
    write_standoff([standoff_row(written, "train")], folder / "a.jsonl")
    assert read_standoff(TEXTS, folder) == ([stripped(written)], [])
