"""The evaluation run: a crash or a missing article is a miss, every way of scoring says the same, and nothing is never perfect."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import annotated_articles
from evaluated import Told, evaluated, told
from rich.console import Console
from test_evaluate_scores import needs_reference, reference

from evaluate.compare import compare, read_run, run_of
from evaluate.gold import gold_from_annotation
from evaluate.report import page
from evaluate.results import ALL
from evaluate.run import evaluate_gold, extract_all
from evaluate.scores import MEASURES, PRF, score
from evaluate.slices import SLICES
from model.calibrate import FEATURES, Calibration
from model.errors import AnnotationError
from model.records import to_row
from model.schema import AnnotatedArticle, Kind, RelationType, Span

ARTICLES = annotated_articles()
FITTED = Calibration((0.1,) * len(FEATURES), 0.0, {}, 0.0)


def halved(annotated: AnnotatedArticle) -> AnnotatedArticle:
    """Every second achievement, without its period."""
    kept = {a.anchor for a in annotated.achievements[::2]}
    relations = tuple(r for r in annotated.relations if r.head in kept and r.type is not RelationType.DURING)
    return replace(annotated, achievements=annotated.achievements[::2], relations=relations)


def test_the_same_counts_as_scoring_records_alone() -> None:
    extractor = told(ARTICLES, halved)
    result = evaluated(ARTICLES, extractor)
    assert result.tally == score(map(gold_from_annotation, ARTICLES), extract_all(extractor, [a.article for a in ARTICLES]))
    shown = result.figures()
    for name in MEASURES:
        measure = result.tally.measures[name]
        assert (shown[f"{name}/f1"].value or 0.0) == pytest.approx(measure.f1)
        assert (shown[f"{name}/precision"].value or 0.0, shown[f"{name}/recall"].value or 0.0) == pytest.approx((measure.precision, measure.recall))
    assert [(j.confidence, j.exact) for j in result.judged] == list(result.tally.confidences)
    assert all(j.raw is not None for j in result.judged)


def test_gold_found_whole_is_right_and_has_no_mistakes() -> None:
    result = evaluated(ARTICLES, told(ARTICLES, lambda a: replace(a, names=a.names, periods=a.periods)))
    assert result.tally.measures["exact"] == PRF(result.tally.found, 0, 0)
    assert not any(each.mistakes for each in result.scored)
    assert all(gold == found for gold, found in result.confusion("types"))


def test_a_crash_is_a_miss_and_costs_only_its_article() -> None:
    whole = evaluated(ARTICLES, told(ARTICLES))
    broken = evaluated(ARTICLES, told(ARTICLES[1:]))
    lost = len(ARTICLES[0].achievements)
    assert broken.missing == (ARTICLES[0].article.id,) and "KeyError" in broken.problems[0].problem
    assert broken.tally.measures["anchor"].fn == lost and broken.tally.measures["anchor"].tp == whole.tally.measures["anchor"].tp - lost
    assert broken.tally.documents == len(ARTICLES)
    entities = sum(c.counts.prf["entity/strict"].fn for c in broken.scored)
    assert entities == len(ARTICLES[0].entities)
    assert any("count as missed" in line for line in broken.summary())


def test_codes_of_all_count_what_was_not_found_as_not_coded() -> None:
    certain = sum(a.certain and a.duplicate_of is None for each in ARTICLES for a in each.achievements)
    whole, half, none = (evaluated(ARTICLES, told(found, change)).figures() for found, change in ((ARTICLES, lambda a: a), (ARTICLES, halved), ((), halved)))
    assert [shown["code of all"].of for shown in (whole, half, none)] == [certain] * 3
    assert whole["code of all"].value == whole["indicator code"].value == half["indicator code"].value == 1
    assert none["code of all"].value == 0 < (half["code of all"].value or 0) < 1


def test_a_run_from_before_a_figure_is_compared_without_it(tmp_path: Path) -> None:
    result = evaluated(ARTICLES, told(ARTICLES))
    result.write(tmp_path / "now.json")
    row = json.loads((tmp_path / "now.json").read_text(encoding="utf-8"))
    assert set(row["ece_by_chance"]) == {"mean", "low", "high", "together"}
    for document in row["per_document"]:
        document["shares"].pop("code of all", None)
    (tmp_path / "old.json").write_text(json.dumps(row), encoding="utf-8")
    found = {each.label: each for each in compare([read_run(tmp_path / "old.json"), run_of(result)]).rows}
    assert found["indicator code, of all in gold"].values == (None, 1.0)
    assert found["indicator code"].values == (1.0, 1.0)


def test_a_split_that_confidences_are_fitted_on_is_told_of() -> None:
    result = evaluated(ARTICLES, told(ARTICLES, calibration=FITTED))
    assert not any("fitted on this split" in line for line in result.summary())
    assert any("fitted on this split" in line for line in replace(result, fitted_here=True).summary())


def test_slices_hold_what_they_say() -> None:
    shown = evaluated(ARTICLES, told(ARTICLES, halved)).figures()
    plans = sum(a.kind is Kind.PLAN for each in ARTICLES for a in each.achievements)
    assert shown["slice/plans/found"].of == plans
    assert shown["slice/inherited period/found"].of > 0 and shown["slice/inherited organisation/found"].of > 0
    assert {name.split("/")[1] for name in shown if name.startswith("slice/")} <= set(SLICES)


# --- a gold file ------------------------------------------------------------------------------------------------------------


def gold_row(annotated: AnnotatedArticle) -> dict[str, Any]:
    text = annotated.article.text
    rows = [
        {
            "anchor_text": g.anchors[0].of(text), "anchor_start": g.anchors[0].start, "kind": g.kind, "org_names": sorted(g.names),
            "org_scope": "document" if g.inherited else "sentence", "count": g.count and float(g.count), "target": g.target and float(g.target),
            "percentages": [{"value": float(p)} for p in g.percentages], "period": g.period and [d and d.isoformat() for d in g.period],
            "period_scope": "sentence", "certain": not g.optional,
        }
        for g in gold_from_annotation(annotated).records
    ]  # fmt: skip
    return {"doc": annotated.article.id, "published": None, "records": rows}


def gold_folder(folder: Path, rows: list[dict[str, Any]], texts: list[AnnotatedArticle]) -> tuple[Path, Path]:
    (folder / "texts").mkdir()
    for annotated in texts:
        (folder / "texts" / f"{annotated.article.id}.txt").write_text(annotated.article.text, encoding="utf-8")
    gold = folder / "gold.jsonl"
    gold.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return gold, folder / "texts"


@needs_reference
def test_a_gold_file_is_scored_as_the_reference_does(tmp_path: Path) -> None:
    rows = [gold_row(a) for a in ARTICLES]
    gold, texts = gold_folder(tmp_path, rows, ARTICLES)
    extractor = told(ARTICLES, halved)
    result = evaluate_gold(extractor, gold, texts)
    found = [to_row(r) for each in extractor.extract([a.article for a in ARTICLES]) for r in each.records]
    expected = reference().score(rows, found)
    for name in MEASURES:
        counts = result.tally.measures[name]
        assert (counts.tp, counts.fp, counts.fn) == (expected[name]["tp"], expected[name]["fp"], expected[name]["fn"])
    shown = result.figures()
    assert shown["kind"].value == pytest.approx(expected["kind_accuracy"])
    assert result.tally.inherited[1] == shown["inherited organisation"].of
    assert (shown["inherited organisation"].value or 0.0) == pytest.approx(expected["inherited_organisation_accuracy"])
    assert shown["false in empty"].value == pytest.approx(expected["false_records_per_empty_document"])
    assert not any(name.startswith("entity/") for name in shown)


def test_a_missing_text_and_gold_that_does_not_fit_are_missed_and_named(tmp_path: Path) -> None:
    rows = [gold_row(a) for a in ARTICLES]
    full = next(i for i, a in enumerate(ARTICLES[1:], 1) if a.achievements)
    rows[full]["records"][0]["anchor_start"] += 1
    gold, texts = gold_folder(tmp_path, rows, ARTICLES[1:])
    result = evaluate_gold(told(ARTICLES), gold, texts)
    assert result.missing == (ARTICLES[0].article.id, ARTICLES[full].article.id)
    assert "no readable text" in result.problems[0].problem and "gold does not match the text" in result.problems[1].problem
    lost = len(ARTICLES[0].achievements) + len(ARTICLES[full].achievements)
    assert result.tally.measures["anchor"].fn == lost == result.figures()["slice/unread/found"].of
    assert result.figures()["slice/unread/found"].value == 0
    html = page(result)
    assert "the text could not be read" in html and "places anchors only" in html and "gold does not match the text" in html


def test_gold_that_fits_no_text_is_refused(tmp_path: Path) -> None:
    rows = [gold_row(a) for a in ARTICLES if a.achievements]
    for row in rows:
        row["records"][0]["anchor_text"] = "9999999"
    gold, texts = gold_folder(tmp_path, rows, [a for a in ARTICLES if a.achievements])
    with pytest.raises(AnnotationError, match="fits none of the texts"):
        evaluate_gold(told(ARTICLES), gold, texts)


# --- what is said -----------------------------------------------------------------------------------------------------------


def nothing(annotated: AnnotatedArticle) -> AnnotatedArticle:
    return replace(annotated, entities=(), relations=(), achievements=())


def test_nothing_found_is_said_and_never_perfect() -> None:
    result = evaluated(ARTICLES, told(ARTICLES, nothing))
    shown = result.figures()
    assert shown["exact/precision"].value is None and shown["exact/recall"].value == 0 == shown["exact/f1"].value
    said = "\n".join(result.summary())
    assert "no record was found" in said and "calibration: not measured" in said and "no fitted calibration" in said


def test_gold_without_achievements_is_said() -> None:
    empty = [a for a in ARTICLES if not a.achievements]
    result = evaluated(empty, told(empty))
    assert result.figures()["exact/f1"].value is None
    assert "gold holds no achievement" in "\n".join(result.summary())


def test_tables_and_json_hold_the_figures(tmp_path: Path) -> None:
    result = evaluated(ARTICLES, told(ARTICLES, halved))
    console = Console(width=200, record=True, file=(tmp_path / "out").open("w", encoding="utf-8"))
    console.print(*result.tables())
    said = console.export_text()
    assert all(words in said for words in ("exact", "entity COUNT", "relation during", "inherited period", "["))
    result.write(tmp_path / "figures.json")
    stored = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert stored["exact"]["f1"] == pytest.approx(result.tally.measures["exact"].f1)
    assert stored["figures"][ALL]["exact/f1"][:3] == list(vars_of(result.figures()["exact/f1"]))
    assert stored["seed"] and stored["versions"]["python"] and stored["digest"] == result.digest and len(stored["per_document"]) == len(ARTICLES)
    assert not any(a.article.text[:40] in json.dumps(stored, ensure_ascii=False) for a in ARTICLES)


def vars_of(figure: Any) -> tuple[float | None, ...]:
    return figure.value, figure.low, figure.high


def test_a_model_is_asked_in_order_whatever_its_articles_do() -> None:
    extractor = Told({a.article.id: a for a in ARTICLES[::2]})
    result = evaluated(ARTICLES, extractor)  # type: ignore[arg-type]
    assert [each.document for each in result.scored] == [a.article.id for a in ARTICLES]
    assert result.missing == tuple(a.article.id for a in ARTICLES[1::2])


def test_spans_are_half_open_in_the_article() -> None:
    result = evaluated(ARTICLES, told(ARTICLES, halved))
    for each in result.scored:
        for mistake in each.mistakes:
            assert all(0 <= part.start < part.end <= len(each.text) for part in mistake.excerpt)
            marks = [m.span for side in (mistake.gold, mistake.found) if side for m in side.marks]
            assert all(any(part.contains(span) for part in mistake.excerpt) for span in marks if isinstance(span, Span))
