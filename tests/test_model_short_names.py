"""Short names in brackets: whose they are, and what only looks like one."""

from __future__ import annotations

import pytest

from model.short_names import called, introduced


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Liên đoàn Lao động (LĐLĐ) tỉnh", {"LĐLĐ": "Liên đoàn Lao động"}),
        ("tại Khu chế xuất (gọi tắt là KCX) nọ", {"KCX": "Khu chế xuất"}),
        ("Quỹ Bảo hiểm xã hội (BHXH)", {"BHXH": "Bảo hiểm xã hội"}),
        ("Ủy ban Kiểm tra (UBKT) họp", {"UBKT": "Ủy ban Kiểm tra"}),
        ("Ban Nữ công (Hepza)", {}),
        ("ông Nam (SN 1990)", {}),
        ("ở xa\n(LĐLĐ) huyện", {}),
        ("một hai ba (LĐLĐ)", {}),
    ],
)
def test_an_abbreviation_in_brackets_is_read_only_where_the_initials_bear_it_out(text: str, found: dict[str, str]) -> None:
    assert introduced(text) == found


@pytest.mark.parametrize(
    ("mentions", "text", "found"),
    [
        # The name before the bracket ends with a place or has a bracket of its own; the place is not what is meant.
        (["SHB", "TP HCM"], "Ngân hàng TMCP Phương Đông TP HCM (SHB) có lãi, TP HCM mừng.", {"SHB": "Ngân hàng TMCP Phương Đông TP HCM"}),
        (["Sadaco", "Bình Dương"], "Công ty CP Gỗ Sao Đá (Bình Dương) (Sadaco) xuất hàng.", {"Sadaco": "Công ty CP Gỗ Sao Đá"}),
        (["PVX", "PVY"], "Tổng công ty Giếng khoan (PVX) và Tổng công ty Đường ống (PVY).", {"PVX": "Tổng công ty Giếng khoan", "PVY": "Tổng công ty Đường ống"}),
        (["MNC"], "Công ty CP Mai Nam Cường (mã chứng khoán: MNC - HNX) họp.", {"MNC": "Công ty CP Mai Nam Cường"}),
        (["HNX"], "Công ty CP Mai Nam Cường (MNC - HNX) họp.", {}),
        (["MNC", "Công ty CP Mai Nam Cường"], "MNC (Công ty CP Mai Nam Cường) họp.", {"MNC": "Công ty CP Mai Nam Cường"}),
        (["Công ty Sao"], "Công ty CP Sao Hôm Việt Nam (gọi tắt là Công ty Sao, trụ sở 12 đường Láng) họp.", {"Công ty Sao": "Công ty CP Sao Hôm Việt Nam"}),
        (["SAOPOST", "SaoPost"], "Ngân hàng TMCP Sao Hôm (SaoPost) họp. SAOPOST có lãi.", {"SAOPOST": "Ngân hàng TMCP Sao Hôm", "SaoPost": "Ngân hàng TMCP Sao Hôm"}),
        (["Công an", "Thuế"], "Công đoàn Công ty TNHH Sao Hôm (công an, thuế) họp. Công an thu giữ 20. Thuế truy thu 3.", {}),
        (["Nữ công"], "Công đoàn Công ty TNHH Sao Hôm (nữ công) họp. Nữ công trao 3.", {}),
        # Whose the body is, not how it is called.
        (["Sở Y tế", "Trung tâm Cấp cứu"], "Trung tâm Cấp cứu (Sở Y tế) nhận xe.", {}),
        (["ĐH Đông Hải", "Trường ĐH Luật"], "Trường ĐH Luật (ĐH Đông Hải) tuyển sinh.", {}),
        (["Tập đoàn Sao Mai", "Công ty CP Sao"], "Công ty CP Sao (Tập đoàn Sao Mai) họp.", {}),
        # `Công đoàn BSK` is of what BSK means, marked or not.
        (["Công đoàn BSK"], "Công ty CP Bột sắn Kon Rẫy (BSK) họp.", {"BSK": "Công ty CP Bột sắn Kon Rẫy"}),
    ],
)
def test_what_a_bracket_calls_a_body(mentions: list[str], text: str, found: dict[str, str]) -> None:
    assert called(mentions, text) == found
