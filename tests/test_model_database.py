"""The database: what a run replaces, what stays in the history, and the questions' answers on records made by hand."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from table_records import Q1, SONG_LAM, YEAR, conflicting, made, quantity

from model.database import HISTORY, QUERIES, TABLE, Stored, organisation_key, query, store
from model.errors import OutputError, ThanhtichError
from model.records import to_line
from model.schema import AchievementRecord, Kind, PercentageKind, Qualifier

duckdb = pytest.importorskip("duckdb")


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def current(path: Path) -> list[str]:
    return [line for (line,) in rows(path, "SELECT line FROM records ORDER BY line")]


def answer(path: Path, name: str, *columns: str) -> list[tuple[Any, ...]]:
    found = query(path, name)
    places = [found.columns.index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in found.rows]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "all.duckdb"


def test_storing_the_same_run_again_changes_nothing(path: Path) -> None:
    records = [made(), conflicting(), made(7, article="a2")]
    assert store(records, path) == Stored(3, 0, 0)
    before = rows(path, "SELECT line, stored_at FROM records ORDER BY line")
    assert store(records, path, ["a1", "a2"]) == Stored(0, 0, 3)
    assert rows(path, "SELECT line, stored_at FROM records ORDER BY line") == before
    assert rows(path, "SELECT * FROM history") == []


def test_the_tables_columns_are_the_documented_ones(path: Path) -> None:
    store([made()], path)
    for table, columns in (("records", TABLE), ("history", HISTORY)):
        assert tuple(name for name, *_ in rows(path, f"DESCRIBE {table}")) == columns
    assert rows(path, "SELECT count, period_first, period_inherited, organisation_key FROM records") == [(391.0, date(2021, 1, 1), True, SONG_LAM.lower())]


def test_an_article_read_again_replaces_its_records_only(path: Path) -> None:
    other = made(7, article="a2")
    store([made(391), made(12), other], path)
    assert store([made(392), made(12)], path) == Stored(1, 1, 1)
    assert current(path) == sorted(to_line(r).strip() for r in (made(392), made(12), other))
    assert rows(path, "SELECT count, replaced_by, replaced_at >= stored_at FROM history") == [(391, "compact 1a2b", True)]


def test_a_changed_record_with_the_same_id_is_replaced(path: Path) -> None:
    store([made()], path)
    assert store([made(confidence=0.5)], path) == Stored(1, 1, 0)
    assert rows(path, "SELECT confidence FROM records") == [(0.5,)] and rows(path, "SELECT confidence FROM history") == [(0.9,)]


def test_an_article_that_has_no_records_any_more(path: Path) -> None:
    store([made(), made(7, article="a2")], path)
    assert store([], path) == Stored(0, 0, 0)
    assert store([], path, ["a1"]) == Stored(0, 1, 0)
    assert rows(path, "SELECT article_id FROM records") == [("a2",)]
    assert rows(path, "SELECT article_id, replaced_by FROM history") == [("a1", None)]


def test_a_new_model_is_current_and_the_old_stands_in_the_history(path: Path) -> None:
    store([made(), made(12)], path)
    store([made(model="larger 9f")], path)
    assert rows(path, "SELECT model FROM records") == [("larger 9f",)]
    assert rows(path, "SELECT model, replaced_by FROM history") == [("compact 1a2b", "larger 9f")] * 2
    # Going back to the old model's records doubles nothing either.
    store([made(), made(12)], path)
    assert rows(path, "SELECT model FROM records") == [("compact 1a2b",)] * 2 and rows(path, "SELECT model FROM history") == [("larger 9f",)]


def test_a_record_given_twice_in_one_run_is_one(path: Path) -> None:
    assert store([made(), made()], path) == Stored(1, 0, 0)


RUNS = st.lists(st.tuples(st.sampled_from(["m1", "m2"]), st.dictionaries(st.sampled_from(["a1", "a2"]), st.sets(st.integers(1, 3), max_size=2), min_size=1)), max_size=5)


@settings(max_examples=15, deadline=None)
@given(RUNS)
def test_after_any_runs_the_last_is_current_and_every_row_stands_once(tmp_path_factory: pytest.TempPathFactory, runs: Sequence[tuple[str, dict[str, set[int]]]]) -> None:
    path = tmp_path_factory.mktemp("runs") / "all.duckdb"
    last: dict[str, list[str]] = {}
    ever: set[str] = set()
    for model, articles in runs:
        run = [made(count, article=article, model=model) for article, counts in articles.items() for count in counts]
        store(run, path, articles)
        last |= {article: [to_line(r).strip() for r in run if r.article_id == article] for article in articles}
        ever |= {to_line(r).strip() for r in run}
    if runs:
        assert current(path) == sorted(line for lines in last.values() for line in lines)
        assert [line for (line,) in rows(path, "SELECT line FROM records UNION ALL SELECT line FROM history ORDER BY line")] == sorted(ever)


def test_a_run_that_fails_half_way_leaves_everything_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store([made()], path)

    def broken(*_: object) -> int:
        raise duckdb.IOException("No space left on device")

    monkeypatch.setattr("model.database._count", broken)
    with pytest.raises(OutputError, match="free space"):
        store([made(392)], path)
    assert rows(path, "SELECT count FROM records") == [(391.0,)]


def test_files_that_are_no_database_of_records(tmp_path: Path) -> None:
    (tmp_path / "text.duckdb").write_text("hello" * 1000)
    with duckdb.connect(str(tmp_path / "other.duckdb")) as connection:
        connection.execute("CREATE TABLE records (a INTEGER)")
    for name, reason in (("text", "not a DuckDB database"), ("other", "other columns")):
        with pytest.raises(ThanhtichError, match=reason):
            store([made()], tmp_path / f"{name}.duckdb")
    with pytest.raises(ThanhtichError, match="export your runs"):
        query(tmp_path / "other.duckdb", "members")
    with pytest.raises(ThanhtichError, match="no such database"):
        query(tmp_path / "none.duckdb", "members")
    assert not (tmp_path / "none.duckdb").exists()
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        store([made()], tmp_path / "file" / "all.duckdb")


def test_without_duckdb_the_message_says_what_to_install(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(ThanhtichError, match=r"\[duckdb\]"):
        store([made()], path)


def test_names_are_compared_without_abbreviations_capitals_and_old_tone_marks() -> None:
    assert organisation_key("LĐLĐ tỉnh  Hoà Bình") == organisation_key("Liên đoàn lao động tỉnh Hòa Bình")
    assert organisation_key("Công đoàn Quý Hoàn") != organisation_key("Công đoàn Quỳ Hoàn")


def test_every_question_is_explained_and_answers_an_empty_database(path: Path) -> None:
    assert set(QUERIES) == {"members", "missed", "conflicts"}
    store([], path)
    for name, file in QUERIES.items():
        assert file.read_text(encoding="utf-8").startswith("-- ")
        assert query(path, name).rows == ()
    with pytest.raises(ThanhtichError, match="conflicts, members, missed"):
        query(path, "unheard")


def members(path: Path, records: Sequence[AchievementRecord]) -> list[tuple[Any, ...]]:
    store(records, path)
    return answer(path, "members", "quarter", "basis", "admitted", "target", "target_from", "percent", "above_target", "disagree", "articles")


def test_members_of_a_quarter_count_once_however_many_articles_tell_it(path: Path) -> None:
    records = [made(90, None, Q1), made(90, 100, Q1, "LĐLĐ huyện Sông Lam", "a2"), made(5, None, Q1, indicator_code="gifts_given"), made(60, None, Q1, kind=Kind.LEVEL)]
    assert members(path, records) == [("2021-Q1", "quarter", 90, 100, "article", 90, -10, False, "a1, a2")]


def test_members_where_articles_differ_the_most_confident_stands(path: Path) -> None:
    found = members(path, [made(90, None, Q1), made(95, None, Q1, article="a2", confidence=0.95)])
    assert found == [("2021-Q1", "quarter", 95, None, None, None, None, True, "a2")]


def test_members_of_months_are_added_and_parts_are_not(path: Path) -> None:
    months = [made(10, 9, ("2021-04-01", "2021-04-30")), made(20, 21, ("2021-05-01", "2021-05-31")), made(4, None, ("2021-05-01", "2021-05-16"))]
    parts = [made(4, None, ("2021-07-01", "2021-07-16")), made(9, None, ("2021-07-01", "2021-08-31"))]
    whole = [made(50, None, ("2021-10-01", "2021-12-31")), made(30, None, ("2021-11-01", "2021-11-30"))]
    assert [row[:6] for row in members(path, [*months, *parts, *whole])] == [
        ("2021-Q2", "2 months", 30, 30, "article", 100),
        ("2021-Q3", "part", 9, None, None, None),
        ("2021-Q4", "quarter", 50, None, None, None),
    ]


def test_members_of_longer_and_unknown_times_are_kept_apart(path: Path) -> None:
    stated = made(200, None, YEAR, rates=(("80", PercentageKind.OF_TARGET),))
    until = made(7, None, (None, "2021-02-03"), "Công đoàn Y tế")
    undated = [made(8, None, None, "Công đoàn Y tế"), made(9, None, None, "Công đoàn Y tế")]
    assert [row[:7] for row in members(path, [stated, until, *undated])] == [
        (None, "open", 7, None, None, None, None),
        (None, "open", 8, None, None, None, None),
        (None, "open", 9, None, None, None, None),
        ("2021-Q1–2021-Q4", "longer", 200, None, None, 80, None),
    ]


def test_members_take_their_target_from_a_plan_for_the_same_days(path: Path) -> None:
    plans = [made(None, 120, Q1, kind=Kind.PLAN), made(None, 500, YEAR, kind=Kind.PLAN)]
    assert members(path, [made(90, None, Q1), *plans]) == [("2021-Q1", "quarter", 90, 120, "plan", 75, -30, False, "a1")]


def missed(path: Path, records: Sequence[AchievementRecord]) -> list[tuple[Any, ...]]:
    store(records, path)
    return answer(path, "missed", "reached", "target", "percent", "missed_by", "year_unfinished", "articles")


def test_missed_targets(path: Path) -> None:
    records = [
        made(80, 100),
        made(80, 100, article="a2"),  # the same told twice
        made(100, 100, article="a3"),
        made(5, 9, kind=Kind.PLAN),
        made(70, 90, ("2021-01-01", "2021-06-30")),
    ]
    assert missed(path, records) == [(80, 100, 80, 20, False, "a1, a2"), (70, 90, 77.78, 20, True, "a1")]


def test_missed_by_rate_by_ceiling_and_by_percentage_alone(path: Path) -> None:
    rate = made(None, quantity(95, "%"), rates=(("93", PercentageKind.RATE),), article="rate")
    ceiling = made(12, quantity(10, None, Qualifier.AT_MOST), article="ceiling")
    under = made(8, quantity(10, None, Qualifier.AT_MOST), article="under")
    alone = made(44, None, rates=(("88.5", PercentageKind.OF_TARGET),), article="alone")
    ranged = made(quantity(90, high=110), 100, article="ranged")
    money = made(quantity(90, "VND"), 100, article="units")
    assert {row[-1]: row[:4] for row in missed(path, [rate, ceiling, under, alone, ranged, money])} == {
        "rate": (93, 95, 97.89, 2),
        "ceiling": (12, 10, 120, 2),
        "alone": (44, None, 88.5, None),
    }


def disputes(path: Path, records: Sequence[AchievementRecord]) -> list[tuple[Any, ...]]:
    store(records, path)
    return answer(path, "conflicts", "figure", "value_1", "value_2", "article_1", "article_2")


def test_articles_in_conflict(path: Path) -> None:
    records = [made(391, 300), made(402, 300, organisation="LĐLĐ huyện Sông Lam", article="a2"), made(391, 310, article="a3")]
    assert sorted(disputes(path, records)) == [
        ("count", 391, 402, "a1", "a2"),
        ("count", 402, 391, "a2", "a3"),
        ("target", 300, 310, "a1", "a3"),
        ("target", 300, 310, "a2", "a3"),
    ]


def test_what_is_no_conflict(path: Path) -> None:
    about = quantity(400, None, Qualifier.NEARLY)
    apart = [made(1, days=Q1, article="b1"), made(2, days=Q1, organisation="Công đoàn Y tế", article="b2"), made(3, days=YEAR, indicator_code="gifts_given", article="b3")]
    same_article = [made(391), made(12)]
    agreeing = [made(391, article="a2"), made(about, article="a3"), made(quantity(380, high=395), article="a4")]
    unknown = [made(5, days=None, article="c1"), made(6, days=None, article="c2")]
    other_words = [made(5, indicator_code="other", indicator=word, article=word) for word in ("x", "y")]
    level = made(9000, kind=Kind.LEVEL, article="d1")
    found = disputes(path, [*apart, *agreeing, *unknown, *other_words, level])
    assert found == []
    # The others bear out 391; that a1 also says 12, perhaps of a part, speaks against nobody.
    assert disputes(path, same_article) == []


def test_percentages_of_the_target_are_compared_too(path: Path) -> None:
    records = [made(None, None, rates=((value, PercentageKind.OF_TARGET),), article=article) for value, article in (("98", "a1"), ("102", "a2"))]
    assert disputes(path, records) == [("percent of target", 98, 102, "a1", "a2")]
