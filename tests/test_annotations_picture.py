"""The corpus in numbers that add up, and as a page that shows them all and lets nothing through."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from builders import annotated_articles
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.corpus_counts import FORMS, UNDATED, CorpusCounts, Tally, counts, without_text
from annotations.markup import parse
from annotations.picture import ENOUGH, LANGUAGES, picture, write_picture
from annotations.store import indicator_codes, standoff_row
from model.errors import OutputError
from model.schema import AnnotatedArticle

TOLD = parse(
    """published: 2022-01-20
---
Trong {năm 2021|D1,2}, {LĐLĐ huyện Vân Sơn|O1,2} {thành lập mới|I1} {12|C1:result:unions_founded} {CĐCS|I1}.
Đơn vị {kết nạp mới|I2} {391|C2:result:members_admitted}/{300|T2} {đoàn viên|I2}, đạt {130,3%|P2}, vượt {30,3%|P2}.
{Thu kinh phí|I3} đạt {98%|P3:result:fees_collected:unsure}.
""",
    "told",
)
corpora = st.lists(st.sampled_from([*annotated_articles(), TOLD]), max_size=8)


def test_counts_of_one_article() -> None:
    made = counts([TOLD])
    assert (made.articles, made.empty, made.achievements) == (Tally(1), Tally(), Tally(3))
    assert made.codes == {"unions_founded": Tally(1), "members_admitted": Tally(1), "fees_collected": Tally(1)}
    assert made.kinds == {"result": Tally(3)}
    assert made.years == {"2021": Tally(2), UNDATED: Tally(1)}
    assert made.lengths == {"0": Tally(1)}
    forms = ("organisation_same", "organisation_inherited", "organisation_none", "period_same", "period_inherited", "period_none")
    assert {form: made.forms[form].total for form in (*forms, "target", "percentages", "percentage_anchor", "unsure")} == dict.fromkeys(
        (*forms, "target", "percentages", "percentage_anchor", "unsure"), 1
    )


def test_written_and_real_are_told_apart_and_real_ones_need_no_text() -> None:
    bare = without_text(standoff_row(TOLD, "train"))
    made = counts([TOLD], [bare])
    assert (made.articles, made.achievements, made.textless, made.textless_achievements) == (Tally(1, 1), Tally(3, 3), Tally(0, 1), Tally(0, 3))
    assert made.codes["members_admitted"] == Tally(1, 1)
    assert made.forms["target"] == made.forms["percentages"] == made.forms["organisation_none"] == Tally(1, 1)
    assert made.forms["organisation_inherited"] == Tally(1, 0)
    assert made.lengths == {"0": Tally(1)}


def test_codes_with_few_examples_are_lacking() -> None:
    assert "members_admitted" in counts([TOLD] * 9).lacking()
    assert "members_admitted" not in counts([TOLD] * ENOUGH).lacking()
    assert set(counts([]).lacking()) == set(indicator_codes())


@settings(max_examples=40, deadline=None)
@given(one=corpora, other=corpora, real=corpora)
def test_counts_add_up(one: list[AnnotatedArticle], other: list[AnnotatedArticle], real: list[AnnotatedArticle]) -> None:
    made = counts([*one, *other], real)
    assert counts(one) + counts(other, real) == made
    assert made + CorpusCounts() == made
    zero = Tally()
    for part in (made.codes, made.kinds, made.years):
        assert sum(part.values(), zero) == made.achievements
    assert sum(made.lengths.values(), made.textless) == made.articles
    for name in ("organisation", "period"):
        told = sum((made.forms.get(f"{name}_{where}", zero) for where in ("same", "inherited", "none")), zero)
        assert told == made.achievements
    assert set(made.forms) <= set(FORMS)
    assert made.articles.total == len(one) + len(other) + len(real)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_every_number_and_marks_what_is_lacking(language: str) -> None:
    page = picture(counts([TOLD] * 12, [TOLD]), language=language)
    rows = ["".join(row.itertext()) for row in _html(page).iter("tr")]
    assert sum("members_admitted" in row and row.endswith("12 + 1") for row in rows) == 1
    lacking = {"vi": "thiếu", "en": "lacking"}[language]
    assert sum(lacking in row for row in rows) == len(indicator_codes()) - 3
    assert all(any(code in row for row in rows) for code in indicator_codes())
    assert not re.search(r"https?://|<script|url\(|@import", page)
    assert "{" not in "".join("".join(node.itertext()) for node in _html(page).iter("section"))


def _html(page: str) -> ElementTree.Element:
    """The page's body, which is well-formed XML."""
    found = re.search(r"<body>.*</body>", page, re.DOTALL)
    assert found is not None
    return ElementTree.fromstring(found[0])


@given(label=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_whatever_a_label_says_it_is_only_text(label: str) -> None:
    page = picture(counts([TOLD]), labels={"members_admitted": f"<script>&\"'{label}"})
    assert "<script" not in page
    heads = ["".join(head.itertext()) for head in _html(page.replace("\ufffe", "").replace("\uffff", "")).iter("th")]
    assert any("<script>&\"'" in head for head in heads)


def test_an_empty_corpus_has_a_page(tmp_path: Path) -> None:
    out = write_picture(counts([]), tmp_path / "new" / "corpus.html", language="en")
    assert "0 articles, 0 achievements" in out.read_text(encoding="utf-8")
    assert [path.name for path in out.parent.iterdir()] == ["corpus.html"]


def test_a_bar_far_longer_than_the_others_is_broken() -> None:
    many = replace(counts([TOLD]), codes={"members_admitted": Tally(900), "other": Tally(20)})
    assert picture(many).count('class="bar cut"') == 1
    assert picture(replace(many, codes={"members_admitted": Tally(30), "other": Tally(20)})).count('class="bar cut"') == 0


def test_where_it_cannot_go_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        write_picture(counts([]), tmp_path / "file" / "corpus.html")
    with pytest.raises(OutputError, match="allowed are vi, en"):
        picture(counts([]), language="fr")
