"""Mentions to full names: written out, carried over from the fullest mention, and never made up."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.abbreviations import ABBREVIATIONS, expand
from model.organisations import resolve
from model.spelling import Spelling


def resolved(*mentions: str, text: str | None = None) -> list[str]:
    return resolve(mentions, text if text is not None else " nói. ".join(mentions))


def test_the_article_s_own_abbreviation_goes_before_the_common_one() -> None:
    assert resolved("Trường CĐ Y tế", text="Trường Cao đẳng (CĐ) nọ.") == ["Trường Cao đẳng Y tế"]


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


def test_two_districts_the_one_spoken_of_most_then_the_one_named_first() -> None:
    a, b, short = "LĐLĐ huyện Thạch Thất", "LĐLĐ huyện Quốc Oai", "LĐLĐ huyện"
    full_a, full_b = expand(a), expand(b)
    assert resolved(a, b, b, short) == [full_a, full_b, full_b, full_b]
    assert resolved(a, b, short) == [full_a, full_b, full_a]
    assert resolved(short, a, b)[0] == full_a


def test_the_district_of_the_headline_before_a_guest_named_in_full_more_often() -> None:
    host, guest, short = "Công đoàn Viên chức tỉnh Tuyên Quang", "Công đoàn Viên chức tỉnh Hà Giang", "Công đoàn Viên chức tỉnh"
    text = f"Đại hội {host}\n{guest} dự. {short} kết nạp 5. {guest} nói."
    assert resolved(host, guest, short, guest, text=text) == [host, guest, host, guest]


def test_a_headline_about_a_guest_does_not_outweigh_the_article() -> None:
    host, guest = "LĐLĐ tỉnh Tuyên Quang", "LĐLĐ tỉnh Hà Giang"
    text = f"Đón đoàn {guest}\n{host} tiếp. {host} nói. {host} tặng. LĐLĐ tỉnh kết nạp 5."
    assert resolved(guest, host, host, host, "LĐLĐ tỉnh", text=text)[-1] == expand(host)


def test_a_headline_names_whole_words() -> None:
    text = "LĐLĐ quận 12 họp\nLĐLĐ quận 10 dự. LĐLĐ quận 1 dự. LĐLĐ quận 10 nói. LĐLĐ quận kết nạp 5."
    assert resolved("LĐLĐ quận 10", "LĐLĐ quận 1", "LĐLĐ quận 10", "LĐLĐ quận", text=text)[-1] == "Liên đoàn Lao động quận 10"


def test_a_union_named_by_its_province_is_the_federation_of_labour_that_the_article_names() -> None:
    assert resolved("LĐLĐ tỉnh Lai Châu", "Công đoàn Lai Châu") == ["Liên đoàn Lao động tỉnh Lai Châu"] * 2
    assert resolved("LĐLĐ thành phố Hải Phòng", "Công đoàn Hải Phòng") == ["Liên đoàn Lao động thành phố Hải Phòng"] * 2
    assert resolved("LĐLĐ tỉnh Lai Châu", "Công đoàn Sông Đà")[1] == "Công đoàn Sông Đà"
    assert resolved("LĐLĐ thành phố Lai Châu", "Công đoàn Lai Châu")[1] == "Công đoàn Lai Châu"
    mine = "Công đoàn Công ty Than Uông Bí"
    assert resolved("LĐLĐ thành phố Uông Bí", mine, "Công đoàn Uông Bí")[2] == mine


def test_the_union_of_an_area_board_or_a_port_is_the_one_of_the_article() -> None:
    assert resolved("Công đoàn Khu Quản lý đường bộ V", "Công đoàn Khu") == ["Công đoàn Khu Quản lý đường bộ V"] * 2
    port = "Công đoàn Công ty CP Cảng Quy Nhơn"
    assert resolved(port, "Công đoàn Cảng") == [port] * 2
    assert resolved("Cảng Hàng không Nội Bài", port, "Công đoàn Cảng")[2] == port
    assert resolved("Khu Di tích Phủ Chủ tịch", "Công đoàn Khu công nghiệp Biên Hoà", "Công đoàn Khu")[2] == "Công đoàn Khu"
    assert resolved("Tân Cảng", "Công đoàn Tân Cảng", "Tân Cảng Cái Mép") == ["Tân Cảng", "Công đoàn Tân Cảng", "Tân Cảng Cái Mép"]


@pytest.mark.parametrize(
    ("mentions", "same"),
    [(["LĐLĐ huyện Thạch Thất", "LĐLĐ tỉnh"], 1), (["LĐLĐ huyện"], 0), (["doanh nghiệp trong huyện", "LĐLĐ huyện Thạch Thất"], 0)],
)
def test_what_the_article_does_not_name_stays_as_it_is(mentions: list[str], same: int) -> None:
    assert resolved(*mentions)[same] == expand(mentions[same])


def test_the_union_of_the_headline_is_its_federation() -> None:
    host, guest = "LĐLĐ tỉnh Phú Thọ", "LĐLĐ tỉnh Vĩnh Phúc"
    text = f"Công đoàn tỉnh Phú Thọ: đại hội\n{guest} dự. {host} họp. LĐLĐ tỉnh kết nạp 5."
    assert resolved("Công đoàn tỉnh Phú Thọ", guest, host, "LĐLĐ tỉnh", text=text)[-1] == expand(host)


def test_a_guest_in_the_headline_is_not_the_host() -> None:
    text = "Đoàn công tác Công đoàn tỉnh Lào Cai thăm Hà Giang\nLĐLĐ tỉnh Hà Giang đón LĐLĐ tỉnh Lào Cai. LĐLĐ tỉnh Hà Giang kết nạp 5. LĐLĐ tỉnh trao 3."
    found = resolved("Công đoàn tỉnh Lào Cai", "LĐLĐ tỉnh Hà Giang", "LĐLĐ tỉnh Lào Cai", "LĐLĐ tỉnh Hà Giang", "LĐLĐ tỉnh", text=text)
    assert found[-1] == "Liên đoàn Lao động tỉnh Hà Giang"


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
        (["Bộ Lao động", "Bộ Lao động thương binh và xã hội"], None, "Bộ Lao động thương binh và xã hội"),
        (["Sở Lao động", "Sở Lao động - Thương binh và Xã hội"], None, "Sở Lao động - Thương binh và Xã hội"),
        (["Bộ Lao động", "Bộ Lao động Hàn Quốc", "Bộ Lao động - Thương binh và Xã hội"], None, "Bộ Lao động"),
        (["Sở Y tế", "Sở Y tế - Bệnh viện Đa khoa tỉnh"], None, "Sở Y tế"),
        (["Công đoàn ngành", "Công đoàn Giáo dục tỉnh Quảng Bình"], None, "Công đoàn Giáo dục tỉnh Quảng Bình"),
        (["Tỉnh hội", "Hội Chữ thập đỏ tỉnh Nghệ An", "Hội Chữ thập đỏ huyện Thanh Chương"], None, "Hội Chữ thập đỏ tỉnh Nghệ An"),
        (["Tỉnh hội", "Hội Nông dân tỉnh Nghệ An", "Hội Chữ thập đỏ tỉnh Nghệ An"], None, "Tỉnh hội"),
        (["Công đoàn phường Hoa Lư", "Công đoàn phường Tây Hoa Lư"], None, "Công đoàn phường Hoa Lư"),
        (["Trường CĐ nghề Việt - Đức"], None, "Trường Cao đẳng nghề Việt - Đức"),
        (["Chi hội Luật gia", "Chi hội Luật gia LĐLĐ tỉnh Hậu Giang"], None, "Chi hội Luật gia Liên đoàn Lao động tỉnh Hậu Giang"),
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
        (["Công đoàn Hepza"], "Ban quản lý các KCN TP HCM (Hepza) họp. Công đoàn Hepza trao.", "Công đoàn Hepza"),
        (["Quỹ CEP", "Quỹ Trợ vốn cho người nghèo"], "Quỹ Trợ vốn cho người nghèo (CEP) cho vay. Quỹ CEP thu.", "Quỹ Trợ vốn cho người nghèo"),
        (["Công đoàn Agribank", "Công đoàn Agribank Trà Vinh"], "Ngân hàng Nông nghiệp Việt Nam (Agribank) họp. Công đoàn Agribank.", "Công đoàn Agribank"),
        (["BSR"], "Công ty cổ phần Lọc hóa dầu Bình Sơn (BSR) họp. BSR trao.", "Công ty cổ phần Lọc hóa dầu Bình Sơn"),
        (["Hoà Phát", "Tập đoàn Hoà Phát"], None, "Tập đoàn Hoà Phát"),
        (["Xuân Mai Corp", "công ty Xuân Mai", "Công ty CP Xây dựng Xuân Mai"], None, "Công ty CP Xây dựng Xuân Mai"),
        (["CĐCS Công ty Freewell", "Công ty TNHH Freewell Việt Nam"], None, "Công đoàn cơ sở Công ty TNHH Freewell Việt Nam"),
        (["CĐCS", "Công đoàn Công ty CP Nhựa Hưng Phát", "Công ty CP Nhựa Hưng Phát"], None, "Công đoàn Công ty CP Nhựa Hưng Phát"),
        (["CĐCS", "Công ty cổ phần Gốm sứ Sông Thao"], None, "Công đoàn cơ sở Công ty cổ phần Gốm sứ Sông Thao"),
        (["CĐCS", "Công ty May Hoa", "Công ty May Lan", "Công ty May Hoa"], None, "Công đoàn cơ sở"),
        (["CĐCS", "Công ty"], None, "Công đoàn cơ sở"),
        (["CĐCS", "Công ty này"], None, "Công đoàn cơ sở"),
        (["CĐCS", "doanh nghiệp trong huyện"], None, "Công đoàn cơ sở"),
        (["CĐCS", "CĐCS trực thuộc"], None, "Công đoàn cơ sở"),
        (["CĐCS", "LĐLĐ huyện", "Công ty TNHH May ABC"], None, "Công đoàn cơ sở"),
        (["CĐCS", "Công đoàn Ngân hàng Việt Nam"], None, "Công đoàn cơ sở"),
        (["các CĐCS", "Công ty May Hoa"], None, "các Công đoàn cơ sở"),
        (
            ["Công đoàn BSR", "Công đoàn Công ty cổ phần Lọc hóa dầu Bình Sơn"],
            "Công ty cổ phần Lọc hóa dầu Bình Sơn (BSR) họp. Công đoàn BSR trao. Công đoàn Công ty cổ phần Lọc hóa dầu Bình Sơn thu.",
            "Công đoàn Công ty cổ phần Lọc hóa dầu Bình Sơn",
        ),
        (["Bệnh viện", "Bệnh viện Ung bướu Nghệ An"], None, "Bệnh viện Ung bướu Nghệ An"),
        (["Công đoàn Công ty", "Công ty cổ phần Cao su Lai Châu II"], None, "Công đoàn Công ty cổ phần Cao su Lai Châu II"),
        (["Tổng công ty Điện lực Hà Nội (EVNHANOI)"], None, "Tổng công ty Điện lực Hà Nội"),
        (["Vinafood II"], "Tổng công ty Lương thực miền Nam – Vinafood II họp. Vinafood II lãi.", "Tổng công ty Lương thực miền Nam"),
        (["Sabeco"], "Tổng công ty Bia - Rượu - Nước giải khát Sài Gòn - Sabeco họp.", "Tổng công ty Bia - Rượu - Nước giải khát Sài Gòn"),
        (["Thalexim"], "Xe buýt tuyến Bình Dương - Thalexim chạy.", "Thalexim"),
    ],
)  # fmt: skip
def test_a_short_name_takes_the_full_one(mentions: list[str], text: str | None, full: str) -> None:
    assert expand(resolved(*mentions, text=text)[0]) == expand(full)


@pytest.mark.parametrize(
    ("mentions", "text"),
    [
        (["CĐ Điện lực VN", "Công đoàn Xây dựng Việt Nam"], None),
        (["CĐ Tổng Cty Thương mại Hà Nội", "Công đoàn ngành Công Thương mại Hà Nội"], None),
        (["Công đoàn Than - Khoáng sản Việt Nam", "Tập đoàn Công nghiệp Than - Khoáng sản Việt Nam"], None),
        (["Tập đoàn Cao su Việt Nam", "Công ty CP Chế biến cao su"], None),
        (["Tổng công ty Sông Hương", "Công ty mẹ - Tổng công ty Sông Hương"], None),
        (["Tổng công ty Sông Hương", "Công ty Xây lắp Sông Hương"], None),
        (["Công ty TNHH Sông Hương", "Công ty CP Du lịch Sông Hương"], None),
        (["Công ty CP Gỗ Sông Hương", "CĐCS Công ty CP Gỗ Sông Hương"], None),
        (["Quỹ Tấm Lòng Vàng", "Quỹ Tấm Lòng Vàng chi nhánh Huế"], None),
        (["Liên đoàn Lao động tỉnh Kon Tum", "LĐLĐ thành phố Kon Tum"], None),
        (["LĐLĐ quận Cái Răng", "LĐLĐ quận Cái Răng, TP Cần Thơ"], None),
        (["Hoa Biển", "Hoa Biển Holdings"], None),
        (["LĐLĐ các tỉnh, thành phố"], "LĐLĐ các tỉnh, thành phố họp ở thành phố Huế."),
        (["HoSE"], "Công ty CP Hoa Biển (HoSE: HBI) lên sàn HoSE."),
    ],
)
def test_a_name_is_not_taken_for_another_body_s(mentions: list[str], text: str | None) -> None:
    assert resolved(*mentions, text=text)[0] == expand(mentions[0])


@pytest.mark.parametrize(
    ("mentions", "full"),
    [
        (["CĐ Dầu khí", "Công đoàn Dầu khí Việt Nam", "Công đoàn Tổng công ty Phân bón Dầu khí"], "Công đoàn Dầu khí Việt Nam"),
        (["QTV", "Quỹ QTV", "QTV Hà Tĩnh"], "Quỹ QTV"),
        (["QTV Hà Tĩnh", "QTV chi nhánh Hà Tĩnh"], "QTV chi nhánh Hà Tĩnh"),
        (["HQCK Cha Lo", "Chi cục Hải quan cửa khẩu Cha Lo"], "Chi cục Hải quan cửa khẩu Cha Lo"),
        (["Hải quan Quảng Bình", "Cục Hải quan tỉnh Quảng Bình"], "Cục Hải quan tỉnh Quảng Bình"),
        (["Công ty Sao Hôm", "CĐCS Công ty Sao Hôm Vina"], "Công ty Sao Hôm Vina"),
        (["Tổng công ty Sao Hôm", "Công đoàn Tổng công ty cổ phần Sao Hôm"], "Tổng công ty cổ phần Sao Hôm"),
        (["CĐ BV Phổi", "Công đoàn Bệnh viện Phổi Phú Sơn"], "Công đoàn Bệnh viện Phổi Phú Sơn"),
        (["CĐ BV Tâm Đức", "Công đoàn Bệnh viện Hữu nghị Tâm Đức"], "Công đoàn Bệnh viện Hữu nghị Tâm Đức"),
        (["CĐ các KCX và CN", "Công đoàn các Khu chế xuất và Công nghiệp Long Sơn"], "Công đoàn các Khu chế xuất và Công nghiệp Long Sơn"),
        (["CĐ ĐSTQ", "Công đoàn Đoàn tàu"], "Công đoàn ĐSTQ"),
        (["TXK", "Tập đoàn Xăng dầu Khánh An"], "Tập đoàn Xăng dầu Khánh An"),
        (["Công đoàn TXK", "Công đoàn Thép Xuân Kiên"], "Công đoàn Thép Xuân Kiên"),
        (["Trung tâm Tư vấn pháp luật", "Trung tâm Tư vấn pháp luật công đoàn Nghệ An"], "Trung tâm Tư vấn pháp luật công đoàn Nghệ An"),
        (["Đại học Sông Lam", "Trường Đại học Sông Lam"], "Trường Đại học Sông Lam"),
    ],
)
def test_a_name_with_words_left_out_takes_the_whole_one(mentions: list[str], full: str) -> None:
    assert resolved(*mentions)[0] == full


@pytest.mark.parametrize(
    ("mentions", "full"),
    [
        (["Bộ", "Bộ Y tế"], "Bộ Y tế"),
        (["Sở", "Sở Tư pháp tỉnh Hà Nam"], "Sở Tư pháp tỉnh Hà Nam"),
        (["Ban quản lý", "Ban quản lý các KCN tỉnh Hà Nam"], "Ban quản lý các Khu công nghiệp tỉnh Hà Nam"),
        (["Nhà trường", "Trường THPT Lam Hồng"], "Trường Trung học phổ thông Lam Hồng"),
        (["công đoàn nhà trường", "Trường THPT Lam Hồng"], "công đoàn Trường Trung học phổ thông Lam Hồng"),
        (["Công đoàn của Công ty", "Công ty TNHH Lam Hồng"], "Công đoàn Công ty TNHH Lam Hồng"),
        (["CĐ công ty", "CĐCS Công ty TNHH Lam Hồng"], "Công đoàn cơ sở Công ty TNHH Lam Hồng"),
        (["Công đoàn Công ty", "CĐCS Dệt Lam Hồng", "Công ty TNHH MTV Dệt Lam Hồng"], "Công đoàn cơ sở Công ty TNHH MTV Dệt Lam Hồng"),
        (["Văn phòng bộ", "Bộ Y tế"], "Văn phòng Bộ Y tế"),
        (["Cục Hàng giang", "Cục Hàng giang Việt Nam"], "Cục Hàng giang Việt Nam"),
        (["Bộ", "Bộ phận một cửa"], "Bộ"),
    ],
)
def test_a_head_alone_is_the_article_s_body_of_that_kind(mentions: list[str], full: str) -> None:
    assert resolved(*mentions)[0] == full


@pytest.mark.parametrize(
    ("mentions", "full"),
    [
        (["Tổng LĐLĐ"], "Tổng Liên đoàn Lao động Việt Nam"),
        (["Tổng Liên đoàn"], "Tổng Liên đoàn Lao động Việt Nam"),
        (["các cấp công đoàn", "LĐLĐ huyện Lộc Hà", "LĐLĐ huyện", "LĐLĐ tỉnh"], "các cấp công đoàn huyện Lộc Hà"),
        (["Công đoàn các cấp", "LĐLĐ huyện Lộc Hà", "LĐLĐ huyện"], "Công đoàn các cấp huyện Lộc Hà"),
        (["các cấp công đoàn trong huyện", "LĐLĐ huyện Lộc Hà"], "các cấp công đoàn huyện Lộc Hà"),
        (["các cấp công đoàn", "CĐ Khu kinh tế Hòn La", "CĐ Khu kinh tế"], "các cấp công đoàn Khu kinh tế Hòn La"),
        (["các cấp công đoàn", "Tổng LĐLĐ VN", "Tổng Liên đoàn"], "Tổng Liên đoàn Lao động Việt Nam"),
        (["các cấp công đoàn", "LĐLĐ huyện Lộc Hà", "LĐLĐ huyện Can Lộc"], "các cấp công đoàn"),
        (["Các cấp Hội", "Hội LHPN huyện Lộc Hà", "Hội LHPN huyện"], "Các cấp Hội Liên hiệp Phụ nữ huyện Lộc Hà"),
        (["Công đoàn Ngành", "Công đoàn Giao thông vận tải Việt Nam"], "Công đoàn Giao thông vận tải Việt Nam"),
        (["Công đoàn ngành", "Công đoàn Y tế Việt Nam", "Công đoàn ngành Y tế Hà Nam"], "Công đoàn ngành Y tế Hà Nam"),
        (["Công đoàn ngành", "LĐLĐ tỉnh Hà Nam", "LĐLĐ tỉnh", "Công đoàn Y tế Việt Nam"], "Công đoàn ngành"),
        (["LĐLĐ Thủ đô"], "Liên đoàn Lao động thành phố Hà Nội"),
        (["Liên đoàn Lao động", "Sở Y tế tỉnh Hà Nam"], "Liên đoàn Lao động tỉnh Hà Nam"),
        (["Liên đoàn Lao động", "Công đoàn Y tế Việt Nam"], "Liên đoàn Lao động"),
    ],
)
def test_unions_that_are_named_by_half(mentions: list[str], full: str) -> None:
    assert resolved(*mentions)[0] == full


@pytest.mark.parametrize(
    ("mentions", "text", "full"),
    [
        (["LĐLĐ huyện"], "Hải Lộc: đoàn viên tăng\nLĐLĐ huyện họp.", "Liên đoàn Lao động huyện Hải Lộc"),
        (["LĐLĐ tỉnh"], "Phó Chủ tịch LĐLĐ tỉnh Phạm Văn Hải nói.", "Liên đoàn Lao động tỉnh"),
        (["BHXH tỉnh", "BHXH Hà Nam"], "BHXH Hà Nam và BHXH tỉnh.", "Bảo hiểm xã hội Hà Nam"),
        (["Hà Nam"], "Hà Nam thu 5 tỷ. Ở tỉnh Hà Nam.", "tỉnh Hà Nam"),
        (["Hà Nam"], "Hà Nam thu 5 tỷ.", "Hà Nam"),
        (["Công đoàn các KCN và Chế xuất"], "Đà Nẵng: Công đoàn các KCN và Chế xuất tặng quà.", "Công đoàn các Khu công nghiệp và Chế xuất Đà Nẵng"),
        (["UBKT quận", "UBKT LĐLĐ quận Hải Sơn"], "UBKT quận, UBKT LĐLĐ quận Hải Sơn.", "Uỷ ban Kiểm tra Liên đoàn Lao động quận Hải Sơn"),
        (["UBND huyện"], "Ủy viên Ủy ban huyện Lộc Hà. UBND huyện họp.", "Ủy ban nhân dân huyện Lộc Hà"),
        (["LĐLĐ HUYỆN LỘC HÀ"], "LĐLĐ HUYỆN LỘC HÀ\nỞ Lộc Hà, huyện có 9 xã.", "Liên đoàn Lao động huyện Lộc Hà"),
        (["LĐLĐ huyện", "LĐLĐ HUYỆN LỘC HÀ"], "LĐLĐ HUYỆN LỘC HÀ\nLĐLĐ huyện họp với huyện Can Lộc, huyện Can Lộc.", "Liên đoàn Lao động huyện Lộc Hà"),
        (["VWB"], "Ngân hàng TMCP Phương Tây TP HCM (VWB) có lãi.", "Ngân hàng TMCP Phương Tây Thành phố Hồ Chí Minh"),
        (["Tổ chức Bưu điện thế giới (UPU) tại Hà Nội"], None, "Tổ chức Bưu điện thế giới tại Hà Nội"),
    ],
)
def test_names_are_made_whole_as_the_article_writes_them(mentions: list[str], text: str | None, full: str) -> None:
    assert resolved(*mentions, text=text)[0] == full


def test_many_mentions_take_time_that_grows_with_their_number() -> None:
    def seconds(number: int) -> float:
        mentions = [name for i in range(number // 4) for name in (f"LĐLĐ huyện Sông {i}", f"Công ty CP Xây dựng Núi {i}", f"CĐCS Công ty Núi {i}", "LĐLĐ huyện")]
        text = " họp. ".join(mentions)
        begun = time.process_time()
        resolve(mentions, text)
        return time.process_time() - begun

    long = seconds(4000)
    assert long < 5.0 and long < 8 * max(min(seconds(1000) for _ in range(2)), 0.02)


def test_white_space_inside_a_mention_is_one_space() -> None:
    assert resolved("LĐLĐ  huyện\u00a0Sông Lam") == ["Liên đoàn Lao động huyện Sông Lam"]


words = ["LĐLĐ", "CĐCS", "huyện", "TP", "TP.", "Hà Nội", "Sông Lam", "(LĐLĐ)", "(CEP)", "Quỹ", "tỉnh", "Công ty", "KCX-KCN", "&", "Tổng"]
names = st.lists(st.sampled_from(words), min_size=1, max_size=5).map(" ".join)
written = {word for full in (*ABBREVIATIONS.values(), "Thành phố Hồ Chí Minh", "tỉnh", "Mầm non", "Tiểu học") for word in re.findall(r"\w+", full.casefold())}
spelled = {word for style in ("", "hóa", "hoá") for word in map(Spelling(style).of, written)}
"""With the tone marks that an article may have."""


@settings(deadline=None)
@given(st.lists(names | st.text(min_size=1, max_size=20).filter(str.strip), max_size=6), st.text(max_size=40))
def test_no_word_is_made_up(mentions: list[str], rest: str) -> None:
    text = ". ".join([*mentions, rest])
    found = resolve(mentions, text)
    assert len(found) == len(mentions)
    known = set(re.findall(r"[^\W_]+", text.replace("Ð", "Đ").casefold())) | spelled
    assert all(word in known for name in found for word in re.findall(r"[^\W_]+", name.casefold()))
    assert found == resolve(mentions, text)


@pytest.mark.parametrize(
    ("mentions", "full"),
    [
        (("Tổng công ty ĐSVN", "Cục Đường sắt Việt Nam"), "Tổng công ty Đường sắt Việt Nam"),
        (("CĐ ĐSVN", "Cục Đường sắt Việt Nam"), "Công đoàn Đường sắt Việt Nam"),
        (("CĐCS NM Đường Vị Thanh", "Nhà máy Đường Vị Thanh"), "Công đoàn cơ sở Nhà máy Đường Vị Thanh"),
        (("Tổng công ty ĐSVN", "Cục Đường sắt Việt Nam", "Hiệp hội Đầu sách Việt Nam"), "Tổng công ty ĐS Việt Nam"),  # two could be meant
        (("Công ty TNHH NM Đường Vị Thanh", "Nhà máy Đường Vị Thanh"), "Công ty TNHH Nhà máy Đường Vị Thanh"),
        (("Công ty TS Việt Nam", "Hội Thủy sản Việt Nam"), "Công ty TS Việt Nam"),
        (("Công ty CP Việt Nam", "Tổng công ty Cà phê Việt Nam"), "Công ty CP Việt Nam"),
        (("Công ty PN Hà Nội", "Hội Liên hiệp Phụ nữ Hà Nội"), "Công ty PN Hà Nội"),
        (("Tổng công ty ĐSVN", "Tổng công ty Xây dựng Việt Nam"), "Tổng công ty ĐS Việt Nam"),
    ],
)
def test_letters_inside_a_name_are_words_that_another_name_has_there(mentions: tuple[str, ...], full: str) -> None:
    assert resolved(*mentions)[0] == full
