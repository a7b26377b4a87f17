"""Confidence fitted on judged records: surer scores never lower it, a planted rule is found again, too little data fits nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluate.gold import GoldDocument, GoldRecord
from evaluate.scores import calibration_error
from model.calibrate import FEATURES, FIELDS, Calibration, CurvePoint, features, read_calibration, write_calibration
from model.errors import ModelError
from model.schema import AchievementRecord, Check, Kind, OrganisationField, Outcome, QuantityField, Span
from training.calibration import REAL_WEIGHT, fit, judged
from training.calibration_methods import METHODS, compare_methods, held_out, precision_curve

Chance = Callable[[AchievementRecord], float]
scores = st.fixed_dictionaries({name: st.floats(0, 1) for name in FIELDS})


def record(place: int, raw: dict[str, float], *, inherited: bool = False, conflict: bool = False) -> AchievementRecord:
    """A record whose count of 5 stands at ``place``."""
    span = Span(place, place + 1)
    return AchievementRecord(
        id=str(place),
        article_id="a",
        kind=Kind.RESULT,
        organisation=OrganisationField("CĐ", span, "Công đoàn", inherited),
        indicator="suất quà",
        indicator_code="gifts_given",
        count=QuantityField("5", span, Decimal(5)),
        target=None,
        percentages=(),
        period=None,
        sentence=span,
        sentence_text="5",
        confidence=0.0,
        field_confidence=raw,
        checks=(Check("ratio", Outcome.CONFLICT),) if conflict else (),
        model="",
    )


def gold(place: int, *, right: bool, optional: bool = False) -> GoldRecord:
    """What agrees with :func:`record` at ``place``, or differs from it in the count."""
    count = Decimal(5 if right else 6)
    return GoldRecord((Span(place, place + 1),), "result", None, frozenset({"Công đoàn"}), False, count, None, frozenset(), None, optional)


def planted(number: int, seed: int, chance_of: Chance) -> tuple[list[GoldDocument], dict[str, list[AchievementRecord]]]:
    """Records with random raw scores, each right with the probability that ``chance_of`` gives it."""
    random = np.random.default_rng(seed)
    found = [
        record(
            2 * i,
            {name: float(random.uniform(0.02, 0.99)) for name in FIELDS},
            inherited=bool(random.random() < 0.5),
            conflict=bool(random.random() < 0.2),
        )
        for i in range(number)
    ]
    truth = [gold(2 * i, right=bool(random.random() < chance_of(r))) for i, r in enumerate(found)]
    return [GoldDocument("a", tuple(truth))], {"a": found}


def rule(made: AchievementRecord) -> float:
    """Two scores matter, an inherited organisation costs, a conflict costs more; nothing else bears on it."""
    values = features(made)
    logit = 0.9 * values[FIELDS.index("anchor")] + 0.5 * values[FIELDS.index("organisation")] - 1.0 * values[len(FIELDS)] - 2.0 * values[FEATURES.index("conflict")] + 0.8
    return float(1 / (1 + np.exp(-logit)))


@cache
def fitted() -> Calibration:
    return fit(*planted(3000, 1, rule))


def confidences(calibration: Calibration, documents: Sequence[GoldDocument], found: dict[str, list[AchievementRecord]]) -> list[tuple[float, bool]]:
    return [(calibration.apply(r).confidence, exact) for r, exact, _ in judged(documents, found)]


def test_a_planted_calibration_is_found_again() -> None:
    fresh = planted(3000, 2, rule)
    pairs = confidences(fitted(), *fresh)
    assert calibration_error(pairs) < 0.05
    assert np.mean([abs(fitted().apply(r).confidence - rule(r)) for r in fresh[1]["a"]]) < 0.04
    assert calibration_error(confidences(Calibration(), *fresh)) > 0.2, "the raw product is no probability, or the test says nothing"


def test_scores_that_say_nothing_get_little_weight_and_costs_are_negative() -> None:
    weights = fitted().weights
    assert weights[0] == pytest.approx(0.9, abs=0.2) and weights[1] == pytest.approx(0.5, abs=0.2)
    assert max(weights[2 : len(FIELDS)]) < 0.15
    assert weights[len(FIELDS)] == pytest.approx(-1.0, abs=0.35) and weights[FEATURES.index("conflict")] == pytest.approx(-2.0, abs=0.5)


@settings(deadline=None)
@given(raw=scores, name=st.sampled_from(FIELDS), better=st.floats(0, 1), inherited=st.booleans())
def test_a_surer_score_never_lowers_the_confidence(raw: dict[str, float], name: str, better: float, inherited: bool) -> None:
    low, high = sorted((raw[name], better))
    before, after = (fitted().apply(record(0, raw | {name: value}, inherited=inherited)) for value in (low, high))
    assert after.confidence >= before.confidence - 1e-12
    assert after.field_confidence[name] >= before.field_confidence[name] - 1e-12


@settings(deadline=None)
@given(raw=scores)
def test_confidences_are_probabilities(raw: dict[str, float]) -> None:
    for calibration in (fitted(), Calibration()):
        applied = calibration.apply(record(0, raw))
        assert 0 <= applied.confidence <= 1 and all(0 <= value <= 1 for value in applied.field_confidence.values())


def test_scores_that_mislead_get_no_negative_weight() -> None:
    upside_down = fit(*planted(800, 3, lambda r: 1 - r.field_confidence["anchor"]))
    assert upside_down.fitted and min(upside_down.weights[: len(FIELDS)]) >= 0
    assert all(slope >= 0 for slope, _ in (upside_down.fields or {}).values())


@pytest.mark.parametrize(("records", "right"), [(0, 0), (19, 9), (40, 4), (40, 36)], ids=["none", "few", "few right", "few wrong"])
def test_too_little_fits_nothing(records: int, right: int) -> None:
    raw = dict.fromkeys(FIELDS, 0.5)
    found = [record(2 * i, raw) for i in range(records)]
    documents = [GoldDocument("a", tuple(gold(2 * i, right=i < right) for i in range(records)))]
    assert fit(documents, {"a": found}) == Calibration() and not fit(documents, {"a": found}).fitted


def test_enough_is_twenty_with_five_of_each() -> None:
    found = [record(2 * i, dict.fromkeys(FIELDS, 0.5)) for i in range(20)]
    calibration = fit([GoldDocument("a", tuple(gold(2 * i, right=i < 15) for i in range(20)))], {"a": found})
    assert calibration.fitted
    assert calibration.apply(found[0]).confidence == pytest.approx(0.75, abs=0.02)
    assert all(np.isfinite(value) for pair in (calibration.fields or {}).values() for value in pair)


def test_real_articles_weigh_more_where_sources_differ() -> None:
    raw = dict.fromkeys(FIELDS, 0.5)
    documents = [GoldDocument(name, tuple(gold(2 * i, right=i < right) for i in range(60))) for name, right in (("written", 54), ("real", 18))]
    found = {document.id: [replace(record(2 * i, raw), article_id=document.id) for i in range(60)] for document in documents}
    alike, real = (fit(documents, found, names).apply(record(0, raw)).confidence for names in (frozenset[str](), {"real"}))
    assert alike == pytest.approx(0.6, abs=0.02), "right in 72 of 120"
    assert real == pytest.approx((54 + REAL_WEIGHT * 18) / (60 + REAL_WEIGHT * 60), abs=0.02)


def test_optional_gold_is_not_learned_from_and_false_records_are() -> None:
    documents = [GoldDocument("a", (gold(0, right=True), gold(2, right=True, optional=True)))]
    found = {"a": [record(place, dict.fromkeys(FIELDS, 0.5)) for place in (0, 2, 4)]}
    assert [(r.id, exact, bool(right)) for r, exact, right in judged(documents, found)] == [("0", True, True), ("4", False, False)]


def test_a_calibration_is_kept_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    write_calibration(fitted(), path)
    assert read_calibration(path) == fitted()
    assert not read_calibration(tmp_path / "absent.json").fitted


def test_one_fitted_without_a_later_feature_is_read_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    write_calibration(fitted(), path)
    stored = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(stored | {"features": stored["features"][:-1], "weights": stored["weights"][:-1]}), encoding="utf-8")
    assert read_calibration(path).weights == (*fitted().weights[:-1], 0.0)


@pytest.mark.parametrize(
    ("sentence", "body", "of_unions"),
    [
        ("kết nạp mới 391 đoàn viên", None, True),
        ("trao 245 suất quà", "Liên đoàn Lao động huyện Sông Lam", True),
        ("LĐLĐ huyện trao 245 suất quà", "Sông Lam", True),
        ("trồng 300 ha rừng", "Ủy ban nhân dân xã Sông Lam", False),
        ("liên đoàn bóng đá trao 3 giải", None, False),
        ("CĐ ngành Y tế thăm 35 người bệnh", None, True),
        ("Công\u00a0đoàn  ngành Y tế thăm 35 người bệnh", None, True),
        ("300 đoàn viên thanh niên hiến máu", "Đoàn TNCS Hồ Chí Minh huyện", False),
        ("các liên đoàn viên đã đóng 3 triệu đồng", None, False),
        ("kết nạp Đảng cho 50 đoàn viên ưu tú", "Huyện đoàn Sông Lam", False),
        ("các chi đoàn có 300 đoàn viên", None, False),
        ("CĐ cơ sở trao 20 suất quà", None, True),
    ],
)
def test_a_record_is_of_unions_by_its_sentence_or_its_body(sentence: str, body: str | None, of_unions: bool) -> None:
    plain = replace(record(0, dict.fromkeys(FIELDS, 0.5)), sentence_text=sentence)
    made = replace(plain, organisation=OrganisationField(body, Span(0, len(body)), body, False) if body else None)
    assert features(made)[FEATURES.index("of_unions")] == of_unions


def test_a_damaged_or_strange_calibration_is_named(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    for content in ("{", "[]", '{"features": ["other"], "weights": [], "bias": 0, "fields": {}}'):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(ModelError, match=r"calibration\.json"):
            read_calibration(path)


def test_an_unfitted_confidence_is_the_product_of_the_raw_scores() -> None:
    raw = dict(zip(FIELDS, (0.9, 0.8, 1.0, 1.0, 0.5, 1.0), strict=True))
    assert Calibration().apply(record(0, raw)).confidence == pytest.approx(0.36)
    assert replace(Calibration().apply(record(0, raw)), confidence=0.0) == record(0, raw)


def test_a_threshold_is_chosen_by_the_precision_it_had() -> None:
    curve = (CurvePoint(0.0, 0.5, 1.0, 100), CurvePoint(0.4, 0.8, 0.6, 60), CurvePoint(0.7, 0.75, 0.4, 40), CurvePoint(0.9, 0.96, 0.25, 25))
    kept = Calibration(curve=curve)
    assert [kept.at_precision(p).threshold for p in (0.3, 0.8, 0.9)] == [0.0, 0.4, 0.9]
    with pytest.raises(ModelError, match=r"0\.99 was not reached on dev: the best is 0\.960, at confidence 0\.9, where it keeps 25%"):
        kept.at_precision(0.99)
    with pytest.raises(ModelError, match="keeps no precision curve"):
        Calibration().at_precision(0.5)


def test_a_curve_survives_being_kept(tmp_path: Path) -> None:
    kept = Calibration((0.1,) * len(FEATURES), 0.2, {"anchor": (1.0, 0.0)}, 0.1, (CurvePoint(0.5, 0.75, 0.5, 20),))
    write_calibration(kept, tmp_path / "calibration.json")
    assert read_calibration(tmp_path / "calibration.json") == kept


def scattered(documents: int, seed: int, chance_of: Chance) -> tuple[list[GoldDocument], dict[str, list[AchievementRecord]]]:
    """So many documents of 12 planted records each, and one without any."""
    gold_documents, found = [GoldDocument("empty", ())], {}
    for number in range(documents):
        (document,), records = planted(12, seed * 1000 + number, chance_of)
        name = f"d{number}"
        gold_documents.append(replace(document, id=name))
        found[name] = [replace(made, article_id=name) for made in records["a"]]
    return gold_documents, found


def test_no_document_is_judged_by_a_fit_that_saw_it() -> None:
    documents, found = scattered(13, 5, lambda r: r.field_confidence["anchor"])
    seen: list[set[str]] = []

    def method(gold_documents: Sequence[GoldDocument], *_: object) -> Callable[[AchievementRecord], float]:
        names = {document.id for document in gold_documents}
        seen.append(names)
        return lambda r: float(r.article_id in names)

    pairs = held_out(documents, found, method)
    assert len(pairs) == len(judged(documents, found)) == 13 * 12 and len(seen) == 10
    assert all(confidence == 0 for confidence, _ in pairs)


def test_a_planted_rule_makes_fitted_confidence_better_than_raw() -> None:
    documents, found = scattered(50, 6, lambda r: 0.95 if r.field_confidence["anchor"] > 0.5 else 0.1)
    by_name = {result.method: result for result in compare_methods(documents, found)}
    assert set(by_name) == set(METHODS)
    assert by_name["logistic on features"].brier < by_name["temperature"].brier < by_name["none"].brier
    assert compare_methods(*planted(40, 1, rule)) == [], "one document cannot be held out from itself"


def test_a_curve_says_how_many_were_right_above_each_threshold() -> None:
    pairs = [(0.25, False)] * 20 + [(0.75, True)] * 15 + [(0.75, False)] * 5 + [(0.95, True)] * 10
    curve = {point.threshold: (point.precision, point.coverage, point.records) for point in precision_curve(pairs)}
    assert curve[0.0] == (0.5, 1.0, 50) and curve[0.5] == (0.8333, 0.6, 30)
    assert 0.8 not in curve, "ten records prove nothing"
