"""The page: escaped and by itself, every mistake of its kind, and plain words where there is nothing."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from builders import annotated_articles
from evaluated import evaluated, told

from annotations.markup import parse
from evaluate.charts import read_curve
from evaluate.compare import compare, read_run, run_of
from evaluate.documents import REAL
from evaluate.mistakes import BOUNDARY, LINK, MISSED, ORGANISATION, SPURIOUS, TYPE, VALUE
from evaluate.report import page, write_page
from model.calibrate import FEATURES, Calibration
from model.errors import OutputError, ThanhtichError
from model.schema import AnnotatedArticle, Entity, EntityType, RelationType, Span

ARTICLES = annotated_articles()
MARKED = """published: 2021-12-20
---
Tin vắn
{LĐLĐ tỉnh Cầu Mới|O} họp cùng <script>alert(1)</script> & bạn.
Trong {năm 2021|D1}, {LĐLĐ huyện Sông Lam|O1} {kết nạp|I1} {391|C1:result:members_admitted} {đoàn viên|I1}, năm 2019 thì không, vượt 300 người.
"""
GOLD = parse(MARKED, "bai<i>")
FITTED = Calibration((0.1,) * len(FEATURES), 0.0, {}, 0.0)


def place(kind: EntityType, last: bool = False) -> int:
    places = [i for i, e in enumerate(GOLD.entities) if e.type is kind]
    return places[-1 if last else 0]


def changed(where: int, **values: object) -> AnnotatedArticle:
    entities = tuple(replace(e, **values) if i == where else e for i, e in enumerate(GOLD.entities))  # type: ignore[arg-type]
    return replace(GOLD, entities=entities)


def kinds(found: AnnotatedArticle) -> list[tuple[str, ...]]:
    (scored,) = evaluated([GOLD], told([GOLD], lambda _: found)).scored
    return [mistake.kinds for mistake in scored.mistakes]


def at(words: str) -> Span:
    start = GOLD.article.text.index(words)
    return Span(start, start + len(words))


def test_each_kind_of_mistake_is_told() -> None:
    count, date, body = place(EntityType.COUNT), place(EntityType.DATE), place(EntityType.ORGANISATION, last=True)
    assert kinds(GOLD) == []
    assert kinds(replace(GOLD, achievements=(), relations=())) == [(MISSED,)]
    assert kinds(changed(count, span=at("300"))) == [(MISSED,), (SPURIOUS,)]
    assert kinds(changed(place(EntityType.INDICATOR, last=True), span=at("đoàn"))) == [(BOUNDARY,)]
    assert kinds(changed(count, type=EntityType.TARGET)) == [(TYPE,)]
    assert kinds(changed(date, span=at("năm 2019"))) == [(LINK,)]
    assert kinds(replace(GOLD, relations=tuple(r for r in GOLD.relations if r.type is not RelationType.DURING))) == [(LINK,)]
    assert kinds(changed(body, span=at("LĐLĐ huyện Sông Lam"))) == []
    other = tuple(replace(r, tail=place(EntityType.ORGANISATION)) if r.type is RelationType.ACHIEVED_BY else r for r in GOLD.relations)
    assert kinds(replace(GOLD, relations=other)) == [(ORGANISATION,)]


def test_the_same_place_read_otherwise_is_a_wrong_value() -> None:
    gold = parse(MARKED.replace("published: 2021-12-20\n", "published: 2021-12-20\ndate: năm 2021 = 2021-01-01..2021-06-30\n"), "bai")
    (scored,) = evaluated([gold], told([gold])).scored
    assert [(m.kinds, m.wrong) for m in scored.mistakes] == [((VALUE,), ("date",))]


def test_an_unlinked_entity_of_another_type_is_told_once() -> None:
    found = tuple(Entity(e.span, EntityType.INDICATOR) if i == place(EntityType.ORGANISATION) else e for i, e in enumerate(GOLD.entities))
    assert kinds(replace(GOLD, entities=found)) == [(TYPE,)]


def test_the_page_is_escaped_and_fetches_nothing() -> None:
    result = evaluated([GOLD], told([GOLD], lambda g: replace(g, relations=(), achievements=())), source=REAL)
    first = replace(result.scored[0], mistakes=tuple(replace(m, excerpt=(Span(0, len(GOLD.article.text)),)) for m in result.scored[0].mistakes))
    html = page(replace(result, scored=(first,)))
    assert "<script>alert(1)" not in html and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; bạn" in html
    assert "bai<i>" not in html and "bai&lt;i&gt;" in html and "thanhtich evaluate &lt;&amp;&gt;" in html
    assert not re.search(r"(?:src|href)=\"(?!data:,|#)", html) and "http" not in re.sub(r"http-equiv", "", html)
    assert "do not commit or publish" in html and result.digest in html and "seed 20211" in html


def test_written_articles_may_be_shown() -> None:
    assert "do not commit" not in page(evaluated([GOLD], told([GOLD])))


def test_nothing_found_no_calibration_and_failures_are_said() -> None:
    nothing = evaluated(ARTICLES, told(ARTICLES[1:], lambda a: replace(a, entities=(), relations=(), achievements=())))
    html = page(nothing)
    assert "no record was found" in html and "no fitted calibration" in html and "count as missed" in html
    assert "<b>1.000</b>" not in html and "the text could not be read" not in html


def test_a_gold_file_s_page_says_what_it_cannot_measure() -> None:
    result = evaluated([GOLD], told([GOLD]))
    (only,) = result.scored
    html = page(replace(result, scored=(replace(only, types=type(only.types)()),)))
    assert "places anchors only" in html


def test_reliability_is_shown_before_and_after() -> None:
    html = page(evaluated(ARTICLES, told(ARTICLES, calibration=FITTED, confidence=0.9)))
    assert "before calibration" in html and "after calibration" in html and 'id="threshold"' in html
    chance = evaluated(ARTICLES, told(ARTICLES, calibration=FITTED, confidence=0.9)).chance
    assert f"chance alone would give an error of {chance.mean:.3f} ({chance.low:.3f} to {chance.high:.3f};" in html and chance.low < chance.high
    assert f"records of an article are right together: {chance.together:.2f})." in html
    plain = page(evaluated(ARTICLES, told(ARTICLES)))
    assert "No calibration was fitted" in plain and "before calibration" not in plain


def test_more_mistakes_than_fit_are_counted() -> None:
    result = evaluated(ARTICLES, told(ARTICLES, lambda a: replace(a, relations=(), achievements=())))
    html = page(result, mistakes_shown=2)
    assert html.count('class="card mistake"') == 2 and "of which the first 2 are here" in html


def test_runs_are_compared_on_what_they_share(tmp_path: Path) -> None:
    worse = evaluated(ARTICLES, told(ARTICLES, lambda a: replace(a, relations=(), achievements=a.achievements[:1]), identity="worse@1"))
    better = evaluated(ARTICLES[1:], told(ARTICLES, identity="better@1"))
    worse.write(tmp_path / "worse.json")
    found = compare([read_run(tmp_path / "worse.json"), run_of(better)])
    assert (found.documents, found.left_out) == (len(ARTICLES) - 1, 1) and "left out" in found.notes()[0]
    exact = found.rows[0]
    assert exact.values[0] is not None and exact.values[1] is not None and exact.values[0] < exact.values[1]
    (change,) = exact.differences
    assert change is not None and change.value == pytest.approx(exact.values[1] - exact.values[0])
    html = write_page(better, tmp_path / "page.html", compare_with=[tmp_path / "worse.json"]).read_text(encoding="utf-8")
    assert "worse@1" in html and "Comparison" in html


def test_runs_on_other_gold_are_not_compared() -> None:
    first = evaluated(ARTICLES, told(ARTICLES))
    other = replace(first, scored=tuple(replace(each, digest="other") for each in first.scored))
    found = compare([run_of(first), run_of(other)])
    assert found.rows == () and "share no document" in found.notes()[0] and "share no document" in page(first, found)
    with pytest.raises(ThanhtichError, match="two or more"):
        compare([run_of(first)])


@pytest.mark.parametrize("content", ["{", "[]", '{"per_document": [{}]}', '{"per_document": 5}'])
def test_a_file_that_is_no_run_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ThanhtichError, match=r"run\.json: holds no evaluation"):
        read_run(path)


POINT = {"sources": "both", "share": 0.25, "articles": 50, "test_exact": 0.2, "test_anchor": 0.6, "gold_exact": None, "gold_anchor": None}


def test_a_learning_curve_is_drawn(tmp_path: Path) -> None:
    path = tmp_path / "curve.json"
    path.write_text(json.dumps([POINT, POINT | {"share": 1.0, "articles": 200, "test_exact": 0.4}]), encoding="utf-8")
    html = page(evaluated([GOLD], told([GOLD])), curve=read_curve(path))
    assert "Learning curve" in html and "both, 100%, 200 articles: exact F1 0.400" in html and "gold file</h3>" not in html
    path.write_text('[{"sources": "both"}]', encoding="utf-8")
    with pytest.raises(ThanhtichError, match="holds no learning curve"):
        read_curve(path)


def test_a_page_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "page.html").mkdir()
    with pytest.raises(OutputError, match="cannot be written"):
        write_page(evaluated([GOLD], told([GOLD])), tmp_path / "page.html")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
