"""Mentions to full names: written out, carried over from the fullest mention, and never made up."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.organisations import ABBREVIATIONS, expand, introduced, resolve


def resolved(*mentions: str, text: str | None = None) -> list[str]:
    return resolve(mentions, text if text is not None else " nói. ".join(mentions))


@pytest.mark.parametrize(
    ("surface", "full"),
    [
        ("LĐLĐ TP Hà Nội", "Liên đoàn Lao động thành phố Hà Nội"),
        ("LĐLĐ TP. Hà Nội", "Liên đoàn Lao động thành phố Hà Nội"),
        ("LĐLĐ TP.Hà Nội", "Liên đoàn Lao động thành phố Hà Nội"),
        ("LĐLĐ TX.Sơn Tây", "Liên đoàn Lao động thị xã Sơn Tây"),
        ("LĐLĐ TP.HCM", "Liên đoàn Lao động Thành phố Hồ Chí Minh"),
        ("LĐLĐ TPHCM", "Liên đoàn Lao động Thành phố Hồ Chí Minh"),
        ("CĐCS Cty TNHH May 10", "Công đoàn cơ sở Công ty TNHH May 10"),
        ("CĐ các KCN TP HCM", "Công đoàn các Khu công nghiệp Thành phố Hồ Chí Minh"),
        ("Tổng LĐLĐ VN", "Tổng Liên đoàn Lao động Việt Nam"),
        ("Phòng GD&ĐT huyện", "Phòng Giáo dục và Đào tạo huyện"),
        ("Công đoàn ngành Giáo dục", "Công đoàn ngành Giáo dục"),
        ("Liên đoàn Lao động (LĐLĐ) huyện Sóc Sơn", "Liên đoàn Lao động huyện Sóc Sơn"),
        ("Công đoàn Công ty (chi nhánh)", "Công đoàn Công ty (chi nhánh)"),
    ],
)
def test_known_abbreviations_are_written_out(surface: str, full: str) -> None:
    assert expand(surface) == full


def test_the_article_s_own_abbreviation_goes_before_the_common_one() -> None:
    assert expand("Trường CĐ Y tế", {"CĐ": "Cao đẳng"}) == "Trường Cao đẳng Y tế"
    assert resolved("Trường CĐ Y tế", text="Trường Cao đẳng (CĐ) nọ.") == ["Trường Cao đẳng Y tế"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Liên đoàn Lao động (LĐLĐ) tỉnh", {"LĐLĐ": "Liên đoàn Lao động"}),
        ("tại Khu chế xuất (gọi tắt là KCX) nọ", {"KCX": "Khu chế xuất"}),
        ("Quỹ Bảo hiểm xã hội (BHXH)", {"BHXH": "Bảo hiểm xã hội"}),
        ("Ban Nữ công (Hepza)", {}),
        ("ông Nam (SN 1990)", {}),
        ("ở xa\n(LĐLĐ) huyện", {}),
        ("một hai ba (LĐLĐ)", {}),
    ],
)
def test_an_abbreviation_in_brackets_is_read_only_where_the_initials_bear_it_out(text: str, found: dict[str, str]) -> None:
    assert introduced(text) == found


def test_a_body_s_own_short_name_in_brackets() -> None:
    quy = "Quỹ Trợ vốn cho người lao động nghèo"
    assert resolved(quy, "CEP", "CEP", text=f"{quy} (CEP) cho vay. CEP thu 5 tỷ, CEP tặng quà.") == [quy] * 3
    assert resolved(f"{quy} (viết tắt: CEP)", "CEP")[1] == quy
    board = "Ban quản lý các KCN TP HCM"
    assert resolved("Hepza", board, text=f"Hepza cho biết. {board} (Hepza) họp.") == [
        "Ban quản lý các Khu công nghiệp Thành phố Hồ Chí Minh"
    ] * 2


def test_a_place_in_brackets_is_no_short_name() -> None:
    text = "Công đoàn Công ty Dệt (Huế) họp. LĐLĐ thành phố Huế dự."
    assert resolved("Công đoàn Công ty Dệt", "LĐLĐ thành phố Huế", text=text) == ["Công đoàn Công ty Dệt", "Liên đoàn Lao động thành phố Huế"]


@pytest.mark.parametrize("full", ["Liên đoàn Lao động huyện Thạch Thất", "LĐLĐ huyện Thạch Thất", "Liên đoàn Lao động (LĐLĐ) huyện Thạch Thất"])
@pytest.mark.parametrize("short", ["LĐLĐ huyện", "Liên đoàn Lao động huyện", "liên đoàn lao động huyện"])
def test_a_level_without_a_place_takes_the_fullest_name_of_the_article(full: str, short: str) -> None:
    assert resolved(full, short) == ["Liên đoàn Lao động huyện Thạch Thất"] * 2
    assert resolved(short, full) == ["Liên đoàn Lao động huyện Thạch Thất"] * 2


@pytest.mark.parametrize(
    ("full", "short"),
    [
        ("LĐLĐ TP Hà Nội", "LĐLĐ TP"),
        ("LĐLĐ thành phố Hà Nội", "LĐLĐ Thành phố"),
        ("Công đoàn ngành Giáo dục", "Công đoàn ngành"),
        ("Công đoàn Công ty May Sông Lam", "Công đoàn công ty"),
        ("Tổng LĐLĐ Việt Nam", "Tổng Liên đoàn"),
        ("Tổng Liên đoàn Lao động Việt Nam", "Tổng LĐLĐ"),
    ],
)
def test_other_levels(full: str, short: str) -> None:
    assert resolved(full, short) == [expand(full)] * 2


def test_two_districts_the_one_spoken_of_most_then_the_nearest_before() -> None:
    a, b, short = "LĐLĐ huyện Thạch Thất", "LĐLĐ huyện Quốc Oai", "LĐLĐ huyện"
    full_a, full_b = expand(a), expand(b)
    assert resolved(a, b, a, short) == [full_a, full_b, full_a, full_a]
    assert resolved(a, short, b, short) == [full_a, full_a, full_b, full_b]
    assert resolved(short, a, b)[0] == full_a


@pytest.mark.parametrize(
    ("mentions", "same"),
    [(["LĐLĐ huyện Thạch Thất", "LĐLĐ tỉnh"], 1), (["LĐLĐ huyện"], 0), (["các cấp công đoàn trong huyện", "LĐLĐ huyện Thạch Thất"], 0)],
)
def test_what_the_article_does_not_name_stays_as_it_is(mentions: list[str], same: int) -> None:
    assert resolved(*mentions)[same] == expand(mentions[same])


@pytest.mark.parametrize(
    ("mentions", "text", "full"),
    [
        (["LĐLĐ huyện"], "Huyện Thạch Thất làm tốt. LĐLĐ huyện khen.", "Liên đoàn Lao động huyện Thạch Thất"),
        (["LĐLĐ huyện", "UBND huyện Thạch Thất"], None, "Liên đoàn Lao động huyện Thạch Thất"),
        (["LĐLĐ tỉnh"], "(Bắc Giang) - LĐLĐ tỉnh trao quà.", "Liên đoàn Lao động tỉnh Bắc Giang"),
        (["LĐLĐ huyện"], "LĐLĐ huyện Gia Lâm Nguyễn Thị Hoa nói: LĐLĐ huyện đã trao.", "Liên đoàn Lao động huyện Gia Lâm"),
        (["LĐLĐ TP"], "Đoàn TNCS Hồ Chí Minh ở TP. Đà Nẵng; LĐLĐ TP.", "Liên đoàn Lao động thành phố Đà Nẵng"),
        (["Quận đoàn"], "Quận đoàn Ba Đình xoá rác. Quận đoàn trồng cây.", "Quận đoàn Ba Đình"),
        (["Công đoàn huyện", "LĐLĐ huyện Phúc Thọ"], None, "Liên đoàn Lao động huyện Phúc Thọ"),
        (["Công đoàn tỉnh Nam Định", "LĐLĐ tỉnh Nam Định"], None, "Liên đoàn Lao động tỉnh Nam Định"),
        (["tỉnh", "LĐLĐ tỉnh Nam Định"], None, "Liên đoàn Lao động tỉnh Nam Định"),
        (["tỉnh"], "Tỉnh Nam Định họp. Năm qua, tỉnh xây 12 cầu.", "tỉnh Nam Định"),
        (["Công đoàn BIDV", "Công đoàn các chi nhánh BIDV"], None, "Công đoàn BIDV"),
        (["Sở Công Thương", "Sở Công Thương tỉnh Bắc Giang"], None, "Sở Công Thương tỉnh Bắc Giang"),
        (["Cục Thuế Bắc Giang", "Cục Thuế tỉnh Bắc Giang"], None, "Cục Thuế tỉnh Bắc Giang"),
        (["Bộ Giáo dục", "Bộ Giáo dục và Đào tạo"], None, "Bộ Giáo dục và Đào tạo"),
        (["Công đoàn ngành", "Công đoàn Giáo dục tỉnh Quảng Bình"], None, "Công đoàn Giáo dục tỉnh Quảng Bình"),
    ],
)
def test_the_place_that_the_article_is_about(mentions: list[str], text: str | None, full: str) -> None:
    assert resolved(*mentions, text=text)[0] == full


@pytest.mark.parametrize(
    ("mentions", "text", "full"),
    [
        (["MWG", "Công ty CP Thế giới Di động"], "Công ty CP Thế giới Di động (mã chứng khoán: MWG) lãi. MWG mở.", "Công ty CP Thế giới Di động"),
        (["Genco 3"], "Tổng công ty Phát điện 3 (Genco 3) có lãi. Genco 3 chia.", "Tổng công ty Phát điện 3"),
        (["Công đoàn BSR"], "Công ty cổ phần Lọc hóa dầu Bình Sơn (BSR) họp. Công đoàn BSR trao.", "Công đoàn BSR"),
        (["BSR"], "Công ty cổ phần Lọc hóa dầu Bình Sơn (BSR) họp. BSR trao.", "Công ty cổ phần Lọc hóa dầu Bình Sơn"),
        (["Hoà Phát", "Tập đoàn Hoà Phát"], None, "Tập đoàn Hoà Phát"),
        (["Xuân Mai Corp", "công ty Xuân Mai", "Công ty CP Xây dựng Xuân Mai"], None, "Công ty CP Xây dựng Xuân Mai"),
        (["CĐCS Công ty Freewell", "Công ty TNHH Freewell Việt Nam"], None, "Công đoàn cơ sở Công ty TNHH Freewell Việt Nam"),
        (["Bệnh viện", "Bệnh viện Ung bướu Nghệ An"], None, "Bệnh viện Ung bướu Nghệ An"),
        (["Công đoàn Công ty", "Công ty cổ phần Cao su Lai Châu II"], None, "Công đoàn Công ty cổ phần Cao su Lai Châu II"),
        (["Tổng công ty Điện lực Hà Nội (EVNHANOI)"], None, "Tổng công ty Điện lực Hà Nội"),
    ],
)  # fmt: skip
def test_a_short_name_takes_the_full_one(mentions: list[str], text: str | None, full: str) -> None:
    assert expand(resolved(*mentions, text=text)[0]) == expand(full)


def test_white_space_inside_a_mention_is_one_space() -> None:
    assert resolved("LĐLĐ  huyện\u00a0Sông Lam") == ["Liên đoàn Lao động huyện Sông Lam"]


words = ["LĐLĐ", "CĐCS", "huyện", "TP", "TP.", "Hà Nội", "Sông Lam", "(LĐLĐ)", "(CEP)", "Quỹ", "tỉnh", "Công ty", "KCX-KCN", "&", "Tổng"]
names = st.lists(st.sampled_from(words), min_size=1, max_size=5).map(" ".join)
spelled = {word for full in (*ABBREVIATIONS.values(), "Thành phố Hồ Chí Minh", "tỉnh", "Mầm non", "Tiểu học") for word in re.findall(r"\w+", full.casefold())}


@given(st.lists(names | st.text(min_size=1, max_size=20).filter(str.strip), max_size=6), st.text(max_size=40))
def test_no_word_is_made_up(mentions: list[str], rest: str) -> None:
    text = ". ".join([*mentions, rest])
    found = resolve(mentions, text)
    assert len(found) == len(mentions)
    known = set(re.findall(r"[^\W_]+", text.casefold())) | spelled
    assert all(word in known for name in found for word in re.findall(r"[^\W_]+", name.casefold()))
    assert found == resolve(mentions, text)
