"""Places as an article names them, with and without their level."""

from __future__ import annotations

import pytest

from model.places import headline_place, is_place, levelled_places, main_place, named_places


def test_a_place_counts_under_its_level() -> None:
    found = named_places("Huyện Sông Lam và huyện Sông Lam; TP. Vinh; quận 7; tỉnh Nghệ An, Nghệ An.")
    assert [main_place(found, level) for level in ("huyện", "thành phố", "quận", "tỉnh", "xã")] == ["Sông Lam", "Vinh", "7", "Nghệ An", None]
    assert found["tỉnh"]["Nghệ An"] == 3


def test_only_what_stands_with_its_level_is_levelled() -> None:
    assert not levelled_places("Nghệ An họp.")["tỉnh"]
    assert levelled_places("tỉnh Nghệ An họp.")["tỉnh"] == {"Nghệ An": 1}


@pytest.mark.parametrize("text", ["Phó Chủ tịch LĐLĐ tỉnh Phạm Văn Hải phát biểu.", "Phó Chủ tịch LĐLĐ thành phố Trần Thu Hà nói."])
def test_a_person_after_a_level_is_no_place(text: str) -> None:
    assert not any(named_places(text).values())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Hải Lộc: đoàn viên tăng đều\nLĐLĐ huyện họp.", "Hải Lộc"),
        ("Hải Lộc vào mùa\nCông nhân Hải Lộc vui.", "Hải Lộc"),
        ("Hải Lộc vào mùa\nCông nhân vui.", ""),
        ("Nghệ An: đoàn viên tăng", ""),
        ("Nguyễn Thị Lan: người giữ lửa", ""),
        ("Công đoàn vào cuộc", ""),
        ("", ""),
    ],
)
def test_the_place_with_which_a_headline_opens(text: str, name: str) -> None:
    assert headline_place(text) == name


@pytest.mark.parametrize(("words", "place"), [("tỉnh Bắc Giang", True), ("quận 10", True), ("Hà Nội", True), ("Đăk Lăk", True), ("huyện đội", False), ("Sông Lam", False)])
def test_is_place(words: str, place: bool) -> None:
    assert is_place(words) is place


def test_a_headline_s_place_fills_a_level_that_has_none() -> None:
    assert main_place(named_places("Hải Lộc: đoàn viên tăng đều\nLĐLĐ huyện họp."), "huyện") == "Hải Lộc"
    assert main_place(named_places("Hải Lộc: đoàn viên tăng đều\nHuyện Can Lộc họp."), "huyện") == "Can Lộc"
    assert main_place(named_places("Hải Lộc: đoàn viên tăng đều\nHuyện Hải Lộc họp."), "quận") is None


@pytest.mark.parametrize(
    ("text", "level", "place"),
    [
        ("Ba bệnh viện trên đường Hải Phòng bị phong toả.", "thành phố", None),
        ("LĐLĐ huyện Quảng Ninh đổi sách cho đoàn viên.", "tỉnh", None),
        ("Hải Phòng họp. Quán ở phố Hà Nội, dọc phố Hà Nội.", "thành phố", "Hải Phòng"),
        ("Thành phố Hải Phòng thưởng. Thành phố Hải Phòng trao. Đến từ Đà Nẵng, qua Đà Nẵng, về Đà Nẵng.", "thành phố", "Hải Phòng"),
        ("LĐLĐ thăm Công ty CP Mía đường Sóc Trăng.", "tỉnh", "Sóc Trăng"),
        ("Đoàn thăm Liên minh Hợp tác xã Quảng Nam.", "tỉnh", "Quảng Nam"),
        ("LĐLĐ thành phố họp với LĐLĐ các quận, huyện Hà Nội.", "thành phố", "Hà Nội"),
        ("Công ty Đường Kon Tum ép mía.", "tỉnh", "Kon Tum"),
    ],
)
def test_a_district_or_street_called_like_a_province_is_not_the_province(text: str, level: str, place: str | None) -> None:
    assert main_place(named_places(text), level) == place
