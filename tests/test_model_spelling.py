"""A composed name takes the article's own tone marks and letters."""

from __future__ import annotations

import pytest

from model.spelling import Spelling


@pytest.mark.parametrize(
    ("text", "name", "spelled"),
    [
        ("Ủy ban họp.", "Uỷ ban nhân dân", "Ủy ban nhân dân"),
        ("gửi ủy viên", "Uỷ ban nhân dân", "Ủy ban nhân dân"),
        ("Uỷ ban, rồi Ủy ban.", "Uỷ ban", "Uỷ ban"),
        ("Tòa án xử.", "Toà án nhân dân", "Tòa án nhân dân"),
        ("Không có chữ nào.", "Toà án nhân dân", "Toà án nhân dân"),
        ("của ai", "Cua", "Cua"),
        ("Phòng Văn hóa họp.", "Uỷ ban, Quỹ thuỷ sản, quý", "Ủy ban, Quỹ thủy sản, quý"),
        ("Phòng Văn hoá họp.", "Ủy ban, Tòa án, khỏe", "Uỷ ban, Toà án, khoẻ"),
        ("Phòng Văn hóa họp.", "UBND TỈNH HOÀ BÌNH", "UBND TỈNH HÒA BÌNH"),
        ("Văn hóa và văn hoá.", "Uỷ ban, Tòa án", "Uỷ ban, Tòa án"),
    ],
)
def test_tone_marks_are_the_article_s(text: str, name: str, spelled: str) -> None:
    assert Spelling(text).of(name) == spelled


@pytest.mark.parametrize(
    ("text", "name", "spelled"),
    [
        ("Công đoàn huyện Lộc Hà họp ở Lộc Hà", "CÔNG ĐOÀN HUYỆN LỘC HÀ", "Công đoàn huyện Lộc Hà"),
        ("huyện nhà", "LIÊN ĐOÀN HUYỆN PHÚ NINH", "Liên Đoàn huyện Phú Ninh"),
        ("", "Công đoàn PV GAS", "Công đoàn PV GAS"),
        ("", "PHÒNG BSR", "Phòng BSR"),
    ],
)
def test_a_headline_s_capitals_become_small_but_for_acronyms(text: str, name: str, spelled: str) -> None:
    assert Spelling(text).in_small_letters(name) == spelled
