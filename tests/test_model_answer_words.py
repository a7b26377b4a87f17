"""Answers of the database before people."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("duckdb")

from table_records import conflicting, made

from model.answer_words import HEADINGS, VALUES, in_words
from model.database import QUERIES, Answer, query, store
from model.errors import ThanhtichError


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_column_of_every_question_has_its_heading(tmp_path: Path, name: str, language: str) -> None:
    store([made(), conflicting()], tmp_path / "all.duckdb")
    plain = query(tmp_path / "all.duckdb", name)
    worded = in_words(plain, language)
    assert set(plain.columns) <= set(HEADINGS)
    assert worded.columns == tuple(HEADINGS[column][language == "en"] for column in plain.columns)
    assert len(set(worded.columns)) == len(worded.columns) and len(worded.rows) == len(plain.rows)
    assert in_words(plain, None) is plain


def test_values_are_told_in_words() -> None:
    answer = Answer(("indicator_code", "kind", "basis", "disagree", "outcome", "admitted"), (("members_admitted", "plan", "longer", False, "conflict", 391.0),))
    ((code, *rest),) = in_words(answer, "vi").rows
    assert code != "members_admitted"
    assert rest == ["Kế hoạch", "nhiều quý, không chia", "sai", "Mâu thuẫn", 391.0]


def test_every_word_that_the_questions_write_is_known() -> None:
    written = {found for path in QUERIES.values() for found in re.findall(r"(?:THEN|ELSE|SELECT \*,) '([a-z ]+)'", path.read_text(encoding="utf-8"))}
    assert written - {"month"} <= {value for _, value in VALUES}, "a month is only a step on the way"


def test_another_language_is_refused() -> None:
    with pytest.raises(ThanhtichError, match="language"):
        in_words(Answer((), ()), "fr")
