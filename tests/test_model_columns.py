"""The table's columns: each has its words, takes the right value, and leaves decimals exact."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from table_records import SONG_LAM, conflicting, made, quantity

from model.columns import COLUMNS, anchor, check_language, coded_values, row
from model.errors import ThanhtichError
from model.page_labels import LABELS
from model.schema import PercentageKind, Qualifier, Span


def cells(record, language=None):
    return dict(zip((column.key for column in COLUMNS), row(record, language), strict=True))


def test_keys_and_headings_are_unique_and_everything_is_explained() -> None:
    for words in ([c.key for c in COLUMNS], [c.vi for c in COLUMNS], [c.en for c in COLUMNS]):
        assert len(set(words)) == len(words) and all(words)
    assert all(c.vi_help.endswith(".") and c.en_help.endswith(".") for c in COLUMNS)


def test_every_code_of_a_labelled_column_has_words_in_both_languages() -> None:
    prefixes = {column.labels for column in COLUMNS if column.labels}
    assert prefixes == set(coded_values())
    for language in LABELS:
        assert all(f"{prefix}.{code}" in LABELS[language] for prefix, codes in coded_values().items() for code in codes)


def test_a_full_record() -> None:
    figure = quantity("37130000000.25", "VND", Qualifier.MORE_THAN, 40_000_000_000)
    rates = (("130.3", PercentageKind.OF_TARGET), ("99", PercentageKind.OF_TARGET), ("-26", PercentageKind.GROWTH))
    found = cells(made(figure, 300, rates=rates))
    assert found["article_id"] == "a1"
    assert found["organisation"] == found["organisation_text"] == SONG_LAM
    assert found["organisation_inherited"] is False and found["period_inherited"] is True
    assert (found["indicator_vi"], found["indicator_en"]) == ("đoàn viên kết nạp mới", "union members admitted")
    assert (found["count"], found["count_high"]) == (Decimal("37130000000.25"), Decimal(40_000_000_000))
    assert (found["count_unit"], found["count_qualifier"], found["target"]) == ("VND", "more_than", Decimal(300))
    assert (found["percent_of_target"], found["percent_growth"], found["percent_rate"]) == (Decimal("130.3"), Decimal(-26), None)
    assert found["percentages"] == "130.3%; 99%; -26%"
    assert (found["period_first"], found["period_last"]) == (date(2021, 1, 1), date(2021, 12, 31))
    assert (found["anchor_start"], found["anchor_end"]) == (20, 23)
    assert (found["outcome"], found["conflicts"]) == ("unchecked", None)


def test_a_bare_record_has_empty_cells() -> None:
    found = cells(made(None, None, None, None, indicator_code="unheard_of"))
    empty = ("organisation", "count", "count_high", "target_unit", "percentages", "period_first", "period_inherited", "anchor_start", "indicator_vi")
    assert all(found[key] is None for key in empty)
    assert anchor(made(None, None)) is None


def test_the_anchor_is_the_count_then_the_target_then_a_percentage() -> None:
    assert anchor(made(None, None, rates=(("98", PercentageKind.RATE),))) == Span(40, 45)
    assert anchor(made(None, 5, rates=(("98", PercentageKind.RATE),))) == Span(20, 23)


def test_codes_and_conflicts_are_told_in_the_language_asked_for() -> None:
    plain, vi = cells(conflicting()), cells(conflicting(), "vi")
    assert (plain["kind"], vi["kind"], plain["outcome"], vi["outcome"]) == ("result", "Kết quả", "conflict", "Mâu thuẫn")
    assert plain["conflicts"] == "33/25 gives 132 %, stated is 130%; grouping"
    assert str(vi["conflicts"]).startswith("33/25 là 132%")
    assert vi["indicator_code"] == "members_admitted"


def test_a_lone_surrogate_becomes_writable() -> None:
    assert cells(made(sentence_text="a\ud800b"))["sentence"] == "a?b"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ThanhtichError, match="vi, en"):
        check_language("fr")
