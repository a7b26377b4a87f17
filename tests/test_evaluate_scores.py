"""Scores against the reference scorer on mutated records, and against figures worked out by hand."""

from __future__ import annotations

import importlib.util
import json
import random
from copy import deepcopy
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import records as any_record

from evaluate.gold import GoldDocument, read_gold
from evaluate.scores import FIELDS, MEASURES, PRF, Tally, anchor_span, brier, calibration_error, coverage_at, normal_name, score, tally
from model.records import from_row, to_row
from model.schema import AchievementRecord, Span

REFERENCE = Path(__file__).parents[2] / "shared" / "score_records.py"
needs_reference = pytest.mark.skipif(not REFERENCE.is_file(), reason=f"{REFERENCE} is not here; figures are compared where it is")
Row = dict[str, Any]

NAMES = ("Liên đoàn Lao động huyện Sông Lam", "LĐLĐ huyện Sông Lam", "LĐLĐ TP. Hồ Chí Minh", "Công đoàn ngành Y tế", "Ban Thường vụ CĐCS X (cũ)")


@cache
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_records", REFERENCE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- random gold and records ------------------------------------------------------------------------------------------------


def gold_row(chance: random.Random, start: int) -> Row:
    """One gold record whose anchor stands at ``start``."""
    kind = chance.choice(["result", "level", "plan"])
    count = chance.choice([None, 12, 391, 37130000000, 7.15]) if kind != "plan" else None
    days = chance.choice([None, [None, None], ["2021-01-01", "2021-12-31"], [None, "2021-12-31"], ["2021-01-01", None]])
    row: Row = {
        "anchor_text": str(count or 300),
        "anchor_start": start,
        "kind": kind,
        "org_names": chance.sample(NAMES, chance.randint(0, 2)),
        "org_scope": chance.choice(["sentence", "document"]),
        "count": count,
        "target": chance.choice([None, 300, 6.5]) if count else 300,
        "percentages": [{"value": value} for value in chance.sample([130.3, 30.3, -26, 100], chance.randint(0, 2))],
        "period": days,
    }
    rare = {"certain": chance.random() < 0.8, "duplicate_of": 0, "alt_anchors": [{"start": start + 40, "text": "391"}], "indicator_code": "other"}
    return row | {name: value for name, value in rare.items() if chance.random() < 0.3}


def found_row(gold: Row, chance: random.Random) -> Row:
    """What an extraction that is right in everything would have written."""
    start, text = gold["anchor_start"], gold["anchor_text"]

    def field(value: object, at: int) -> Row | None:
        if value is None:
            return None
        return {"text": text, "start": at, "end": at + len(text), "value": value, "unit": None, "qualifier": None, "high": None}

    period = gold["period"]
    where = {"text": "x", "start": 1, "end": 2}
    return {
        "id": str(start), "article_id": "", "kind": gold["kind"], "indicator": {"text": "", "code": "other"},
        "organisation": where | {"name": chance.choice(gold["org_names"]), "inherited": False} if gold["org_names"] else None,
        "count": field(gold["count"], start),
        "target": field(gold["target"], start if gold["count"] is None else start + 20),
        "percentages": [
            where | {"start": start + 30, "end": start + 32, "value": p["value"], "kind": "rate", "qualifier": None} for p in gold["percentages"]
        ],
        "period": where | {"first": period[0], "last": period[1], "inherited": False} if period else None,
        "sentence": where, "confidence": round(chance.random(), 2), "field_confidence": {}, "checks": [], "model": "m",
    }  # fmt: skip


def _shift(row: Row, chance: random.Random) -> None:
    by = chance.choice([-2, -1, 1, 2, 40])
    for field in (row["count"], row["target"], *row["percentages"]):
        if field:
            field["start"], field["end"] = max(0, field["start"] + by), max(1, field["end"] + by)


def _value(row: Row, chance: random.Random) -> None:
    for name in ("count", "target"):
        if row[name] and chance.random() < 0.5:
            row[name]["value"] = chance.choice([row[name]["value"] + 1, row[name]["value"] * (1 + 1e-8)])


def _drop(row: Row, chance: random.Random) -> None:
    name = chance.choice(["organisation", "period", "percentages", "target"])
    anchored = row["count"] or (name != "target" and row["target"])
    if anchored:
        row[name] = [] if name == "percentages" else None


def _rename(row: Row, chance: random.Random) -> None:
    row["organisation"] = {"text": "x", "start": 1, "end": 2, "name": chance.choice(NAMES), "inherited": True}


def _redate(row: Row, chance: random.Random) -> None:
    first, last = chance.choice([("2021-01-01", "2021-12-31"), ("2020-01-01", None), (None, None), ("2021-01-01", "2021-06-30")])
    row["period"] = {"text": "x", "start": 1, "end": 2, "first": first, "last": last, "inherited": True}


def _rekind(row: Row, chance: random.Random) -> None:
    row["kind"] = chance.choice(["result", "level", "plan"])


MUTATIONS = (_shift, _value, _drop, _rename, _redate, _rekind)


def random_set(seed: int) -> tuple[list[Row], list[Row]]:
    """Gold documents and extracted rows: some right, some wrong, some missed, some false, some doubled."""
    chance = random.Random(seed)
    gold, found = [], []
    for number in range(chance.randint(0, 4)):
        name = f"{number:03}"
        golden = [gold_row(chance, 100 * place + chance.randint(0, 4)) for place in range(chance.choice([0, 0, 1, 2, 5]))]
        chance.shuffle(golden)
        gold.append({"doc": name, "published": None, "records": golden})
        rows = [found_row(row, chance) for row in golden if chance.random() < 0.85]
        rows += [found_row(gold_row(chance, chance.randint(0, 700)), chance) for _ in range(chance.choice([0, 0, 1, 2]))]
        rows += [deepcopy(chance.choice(rows))] if rows and chance.random() < 0.2 else []
        for row in rows:
            row["article_id"] = name
            for mutation in chance.sample(MUTATIONS, chance.choice([0, 0, 1, 2])):
                mutation(row, chance)
        chance.shuffle(rows)
        found += rows
    return gold, found


def by_article(rows: list[Row]) -> dict[str, list[AchievementRecord]]:
    found: dict[str, list[AchievementRecord]] = {}
    for row in rows:
        found.setdefault(row["article_id"], []).append(from_row(row))
    return found


def documents(gold: list[Row], folder: Path) -> list[GoldDocument]:
    path = folder / "gold.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in gold), encoding="utf-8")
    return read_gold(path)


def figures(total: Tally) -> Row:
    """The reference's result, from ours."""

    def share(pair: tuple[int, int]) -> float:
        return pair[0] / pair[1] if pair[1] else 0.0

    pairs = total.confidences
    calibration = {"ece": calibration_error(pairs), "brier": brier(pairs), "coverage_at_95_precision": coverage_at(pairs), "n": len(pairs)}
    measures = {n: {"precision": m.precision, "recall": m.recall, "f1": m.f1, "tp": m.tp, "fp": m.fp, "fn": m.fn} for n, m in total.measures.items()}
    rest = {
        "kind_accuracy": share(total.kinds),
        "inherited_organisation_accuracy": share(total.inherited),
        "false_records_per_empty_document": share(total.empty),
        "documents": total.documents,
        "records_found": total.found,
        "calibration": pytest.approx(calibration, abs=1e-12) if pairs else {},
    }
    return measures | rest


@needs_reference
@pytest.mark.parametrize("block", range(10))
def test_every_figure_is_the_reference_s(block: int, tmp_path: Path) -> None:
    for seed in range(40 * block, 40 * block + 40):
        gold, rows = random_set(seed)
        ours = score(documents(gold, tmp_path), by_article(rows))
        assert reference().score(gold, rows) == figures(ours), f"seed {seed}"


@needs_reference
def test_the_random_sets_are_worth_comparing(tmp_path: Path) -> None:
    total = Tally()
    for seed in range(400):
        gold, rows = random_set(seed)
        total = total + score(documents(gold, tmp_path), by_article(rows))
    assert all(min(m.tp, m.fp, m.fn) > 20 for m in total.measures.values())
    assert all(0 < pair[0] < pair[1] for pair in (total.kinds, total.inherited)) and total.empty[1] > 20


@needs_reference
@given(st.lists(st.sampled_from(["LĐLĐ", "lđlđ", "tổng", "TP.", "TPHCM", "HCM", "ban thường vụ", "–", "(CĐ)", "Hồ Chí Minh", "e\u0323"])))
def test_names_are_compared_as_the_reference_does(words: list[str]) -> None:
    assert normal_name(" ".join(words)) == reference().normal_name(" ".join(words))


@needs_reference
@given(any_record)
def test_an_anchor_is_the_reference_s(record: AchievementRecord) -> None:
    if record.count or record.target or record.percentages:
        assert anchor_span(record) == Span(*reference().anchor(to_row(record)))
    else:
        assert anchor_span(record) == record.sentence


# --- by hand ---------------------------------------------------------------------------------------------------------------


def example(**values: Any) -> Row:
    row = {
        "anchor_text": "391", "anchor_start": 10, "kind": "result", "org_names": ["LĐLĐ huyện Sông Lam"], "org_scope": "document",
        "count": 391, "target": 300, "percentages": [{"value": 130.3}], "period": ["2021-01-01", "2021-12-31"],
    }  # fmt: skip
    return row | values


def scored(gold: list[Row], *rows: Row, folder: Path) -> Tally:
    found = [row | {"article_id": "000"} for row in rows]
    return score(documents([{"doc": "000", "records": gold}], folder), by_article(found))


def right(**values: Any) -> Row:
    return found_row(example(), random.Random(1)) | values


def test_all_right(tmp_path: Path) -> None:
    total = scored([example()], right(), folder=tmp_path)
    assert total.measures == dict.fromkeys(MEASURES, PRF(1, 0, 0))
    assert (total.kinds, total.inherited, total.empty, total.found) == ((1, 1), (1, 1), (0, 0), 1)
    assert [correct for _, correct in total.confidences] == [True]


def test_a_wrong_field_is_false_and_missed_and_spoils_the_whole(tmp_path: Path) -> None:
    count = right()["count"] | {"value": 392}
    total = scored([example()], right(count=count), folder=tmp_path)
    assert total.measures["count"] == PRF(0, 1, 1) and total.measures["exact"] == PRF(0, 1, 1)
    assert all(total.measures[name] == PRF(1, 0, 0) for name in MEASURES if name not in ("count", "exact"))


def test_a_field_left_out_is_missed_and_one_made_up_is_false(tmp_path: Path) -> None:
    total = scored([example()], right(period=None, target=None), folder=tmp_path)
    assert total.measures["date"] == total.measures["target"] == PRF(0, 0, 1)
    total = scored([example(period=None, org_names=[])], right(), folder=tmp_path)
    assert total.measures["date"] == total.measures["organisation"] == PRF(0, 1, 0) and total.measures["exact"] == PRF(0, 1, 1)
    assert total.inherited == (0, 0)


def test_both_without_a_field_agree_and_count_for_nothing(tmp_path: Path) -> None:
    total = scored([example(target=None, percentages=[])], right(target=None, percentages=[]), folder=tmp_path)
    assert total.measures["target"] == total.measures["percentage"] == PRF() and total.measures["exact"] == PRF(1, 0, 0)


def test_a_missed_record_and_a_false_one(tmp_path: Path) -> None:
    missed = scored([example(percentages=[])], folder=tmp_path)
    assert missed.measures == dict.fromkeys(MEASURES, PRF(0, 0, 1)) | {"percentage": PRF()}
    false = scored([], right(period=None), folder=tmp_path)
    assert false.measures == dict.fromkeys(MEASURES, PRF(0, 1, 0)) | {"date": PRF()}
    assert false.empty == (1, 1) and [correct for _, correct in false.confidences] == [False]


@pytest.mark.parametrize("optional", [{"certain": False}, {"duplicate_of": 0}])
def test_optional_gold_is_neither_missed_nor_false(tmp_path: Path, optional: Row) -> None:
    nothing = dict.fromkeys(MEASURES, PRF())
    assert scored([example(**optional)], folder=tmp_path).measures == nothing
    found = scored([example(**optional)], right(organisation=None), folder=tmp_path)
    assert found.measures == nothing and found.confidences == () and found.empty == (0, 0)


def test_an_end_that_gold_leaves_open_may_be_filled_but_not_the_other_way_round(tmp_path: Path) -> None:
    year = {"text": "x", "start": 1, "end": 2, "first": "2021-01-01", "last": "2021-12-31", "inherited": False}
    assert scored([example(period=["2021-01-01", None])], right(period=year), folder=tmp_path).measures["date"] == PRF(1, 0, 0)
    assert scored([example()], right(period=year | {"last": None}), folder=tmp_path).measures["date"] == PRF(0, 1, 1)
    assert scored([example(period=[None, None])], right(period=None), folder=tmp_path).measures["date"] == PRF()


def test_another_anchor_of_the_same_fact_counts(tmp_path: Path) -> None:
    elsewhere = right(count=right()["count"] | {"start": 50, "end": 53})
    assert scored([example()], elsewhere, folder=tmp_path).measures["anchor"] == PRF(0, 1, 1)
    assert scored([example(alt_anchors=[{"start": 50, "text": "391"}])], elsewhere, folder=tmp_path).measures["anchor"] == PRF(1, 0, 0)


def test_one_record_is_found_for_one_gold_record_only(tmp_path: Path) -> None:
    total = scored([example(), example(anchor_start=11)], right(), right(count=right()["count"] | {"start": 500, "end": 503}), folder=tmp_path)
    assert total.measures["anchor"] == PRF(1, 1, 1)


def test_a_document_without_found_records_counts_as_missed(tmp_path: Path) -> None:
    gold = documents([{"doc": "000", "records": [example()]}, {"doc": "001", "records": []}], tmp_path)
    total = score(gold, {})
    assert total.documents == 2 and total.measures["exact"] == PRF(0, 0, 1) and total.empty == (0, 1)


def test_nothing_is_never_perfect() -> None:
    assert (PRF().precision, PRF().recall, PRF().f1) == (0, 0, 0)
    assert (PRF(0, 3, 0).precision, PRF(0, 3, 0).recall, PRF(0, 0, 3).f1) == (0, 0, 0)
    empty = score([], {})
    assert all(measure.f1 == measure.precision == measure.recall == 0 for measure in empty.measures.values())
    assert (brier([]), calibration_error([]), coverage_at([])) == (0, 0, 0)


def test_precision_recall_and_f1() -> None:
    found = PRF(6, 2, 4)
    assert (found.precision, found.recall) == (0.75, 0.6)
    assert found.f1 == pytest.approx(2 * 6 / (2 * 6 + 2 + 4))


counts = st.builds(PRF, st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))


@given(counts, counts, counts)
def test_counts_add(a: PRF, b: PRF, c: PRF) -> None:
    assert a + b == b + a and (a + b) + c == a + (b + c) and a + PRF() == a
    assert 0 <= a.f1 <= 1 and min(a.precision, a.recall) - 1e-9 <= a.f1 <= max(a.precision, a.recall) + 1e-9


def test_tallies_add_as_their_documents(tmp_path: Path) -> None:
    gold, rows = next(random_set(seed) for seed in range(99) if len(random_set(seed)[0]) > 2)
    read, found = documents(gold, tmp_path), by_article(rows)
    parts = [tally(document, found.get(document.id, ())) for document in read]
    assert score(read, found) == sum(parts, Tally())


def test_calibration_by_hand() -> None:
    pairs = [(0.95, True), (0.95, True), (0.9, False), (0.2, False)]
    assert calibration_error(pairs) == pytest.approx(abs(0.95 * 2 + 0.9 - 2) / 4 + 0.2 / 4)
    assert brier(pairs) == pytest.approx((2 * 0.05**2 + 0.9**2 + 0.2**2) / 4)
    assert coverage_at(pairs) == 0.5 and coverage_at(pairs, 0.5) == 1.0 and coverage_at(pairs, 0.6) == 0.75
    assert calibration_error([(1.0, True)]) == 0 and calibration_error([(1.0, False)]) == 1


def test_every_field_is_measured() -> None:
    assert ("anchor", *FIELDS, "exact") == MEASURES and tuple(Tally().measures) == MEASURES
