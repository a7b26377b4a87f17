"""Sentences and words: nothing is lost, everything slices back, and abbreviations end no sentence."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.schema import Span
from model.text import may_hold_achievement, sentences, words

news_like = st.lists(
    st.sampled_from(["TP. HCM", "1.710", "130,3%", "391/300", "Năm 2021", "“Đạt", "1. ", "(LĐLĐ)", "ông A. B.", "½", "_"])
    | st.sampled_from([" ", "\n", "\u00a0", ". ", "! ", "… ", "...", "”", "- "]),
    max_size=12,
).map("".join)
texts = st.one_of(news_like, st.text(max_size=60))


def split(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text)]


def letters(text: str) -> str:
    return "".join(text.split())


@given(texts)
def test_sentences_cover_all_that_is_no_space_in_order(text: str) -> None:
    found = sentences(text)
    assert letters("".join(span.of(text) for span in found)) == letters(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(span.of(text) == span.of(text).strip() and "\n" not in span.of(text) for span in found)


@given(texts)
def test_words_cover_all_that_is_no_space_in_order(text: str) -> None:
    for sentence in sentences(text):
        inside = words(text, sentence)
        assert letters("".join(word.of(text) for word in inside)) == letters(sentence.of(text))
        assert all(a.end <= b.start for a, b in pairwise(inside)) and all(sentence.contains(word) for word in inside)
        assert not any(character.isspace() for word in inside for character in word.of(text))


@given(texts, st.data())
def test_only_the_body_is_cut(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=4, unique=True)))
    body = [Span(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    found = sentences(text, body)
    wanted = body or ([Span(0, len(text))] if text else [])
    assert letters("".join(span.of(text) for span in found)) == letters("".join(span.of(text) for span in wanted))
    assert all(any(part.contains(span) for part in wanted) for span in found)


@pytest.mark.parametrize(
    "whole",
    [
        "LĐLĐ TP. HCM kết nạp 1.710 đoàn viên.",
        "Công đoàn TP. Hồ Chí Minh, TX. Sơn Tây và Q. Ba Đình dự.",
        "GS.TS. Nguyễn Văn A và PGS. Trần B. phát biểu.",
        "Bà H. L. Mai, ông Đ. và TS. Lê Na dự.",
        "1. Kết quả đạt được trong năm 2021",
        "12. Thu kinh phí công đoàn",
        "A. Đặt vấn đề",
        "Thu 37.130.000 đồng, đạt 130,3% kế hoạch",
        "Đạt 98.5 điểm... và còn nữa",
        "Ngày 16.10.2021 huyện họp",
        "Ông nói: “Đạt rồi.” và ngồi xuống",
        "v.v. Nguyễn",
    ],
)
def test_what_is_one_sentence_stays_one(whole: str) -> None:
    assert split(whole) == [whole]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Đạt 12 CĐCS. Kết nạp 391 đoàn viên.", ["Đạt 12 CĐCS.", "Kết nạp 391 đoàn viên."]),
        ("Trong năm 2021. 12 đơn vị đạt.", ["Trong năm 2021.", "12 đơn vị đạt."]),
        ("Tiêu đề không có dấu chấm\nTrong năm 2021, huyện đạt", ["Tiêu đề không có dấu chấm", "Trong năm 2021, huyện đạt"]),
        ("Vượt kế hoạch! Vì sao? Nhờ…  Đoàn viên.", ["Vượt kế hoạch!", "Vì sao?", "Nhờ…", "Đoàn viên."]),
        ("“Chúng tôi vượt.” Ông Nam nói.", ["“Chúng tôi vượt.”", "Ông Nam nói."]),
        ("Họ đạt (98%). “Tốt lắm”, bà nói.", ["Họ đạt (98%).", "“Tốt lắm”, bà nói."]),
        ("- Kết nạp 12. \n - Thăm 3 nhà.", ["- Kết nạp 12.", "- Thăm 3 nhà."]),
        ("1. Kết nạp 12. 2. Thăm 3 nhà", ["1. Kết nạp 12.", "2. Thăm 3 nhà"]),
        ("  \n\n \t ", []),
        ("", []),
    ],
)
def test_where_sentences_end(text: str, wanted: list[str]) -> None:
    assert split(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("đạt 391/300 (130,3%)", ["đạt", "391", "/", "300", "(", "130,3", "%", ")"]),
        ("1.710 và 85đ", ["1.710", "và", "85", "đ"]),
        ("37.130.000đ.", ["37.130.000", "đ", "."]),
        ("LĐLĐ TP.HCM, CĐ-GD&ĐT", ["LĐLĐ", "TP", ".", "HCM", ",", "CĐ", "-", "GD", "&", "ĐT"]),
        ("16.10.2021–22", ["16.10.2021", "–", "22"]),
        ("a_b", ["a", "_", "b"]),
    ],
)
def test_words(text: str, wanted: list[str]) -> None:
    assert [word.of(text) for word in words(text, Span(0, len(text)))] == wanted


@pytest.mark.parametrize("text", ["có 3 nhà", "Hai mươi lăm đơn vị", "nửa triệu", "gần BA CHỤC", "quý １"])
def test_a_digit_or_a_number_word_may_hold_an_achievement(text: str) -> None:
    assert may_hold_achievement(text, Span(0, len(text)))


@pytest.mark.parametrize("text", ["không có gì", "bahai", "tỷlệ", "Chị Hạt hát"])
def test_a_sentence_without_numbers_holds_none(text: str) -> None:
    assert not may_hold_achievement(text, Span(0, len(text)))
    assert not may_hold_achievement(text + " 12", Span(0, len(text)))
