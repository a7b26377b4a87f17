"""Abbreviations that mean the same everywhere are written out, the article's own before them."""

from __future__ import annotations

import pytest

from model.abbreviations import expand


@pytest.mark.parametrize(
    ("surface", "full"),
    [
        ("LĐLĐ TP Hà Nội", "Liên đoàn Lao động thành phố Hà Nội"),
        ("LĐLĐ TP. Hà Nội", "Liên đoàn Lao động thành phố Hà Nội"),
        ("LĐLĐ TP.Hà Nội", "Liên đoàn Lao động thành phố Hà Nội"),
        ("LĐLĐ Q.7", "Liên đoàn Lao động quận 7"),
        ("LĐLĐ Q.Tân Bình", "Liên đoàn Lao động quận Tân Bình"),
        ("LĐLĐ H. Bến Lức", "Liên đoàn Lao động huyện Bến Lức"),
        ("LĐLĐ H.Ý Yên", "Liên đoàn Lao động huyện Ý Yên"),
        ("LĐLĐ Q.Ô Môn", "Liên đoàn Lao động quận Ô Môn"),
        ("LĐLĐ H.Ứng Hòa", "Liên đoàn Lao động huyện Ứng Hòa"),
        ("LĐLĐ H.BĐ", "Liên đoàn Lao động H.BĐ"),
        ("Quỹ H.Ý", "Quỹ H.Ý"),
        ("Quỹ H.M", "Quỹ H.M"),
        ("NH Công thương", "Ngân hàng Công thương"),
        ("Công đoàn các KCX&CN Cần Thơ", "Công đoàn các Khu chế xuất và công nghiệp Cần Thơ"),
        ("LĐLĐ TX.Sơn Tây", "Liên đoàn Lao động thị xã Sơn Tây"),
        ("LĐLĐ TP.HCM", "Liên đoàn Lao động Thành phố Hồ Chí Minh"),
        ("LĐLĐ TPHCM", "Liên đoàn Lao động Thành phố Hồ Chí Minh"),
        ("CĐCS Cty TNHH May 10", "Công đoàn cơ sở Công ty TNHH May 10"),
        ("CĐ các KCN TP HCM", "Công đoàn các Khu công nghiệp Thành phố Hồ Chí Minh"),
        ("Tổng LĐLĐ VN", "Tổng Liên đoàn Lao động Việt Nam"),
        ("Tổng LĐ LĐVN", "Tổng Liên đoàn Lao động Việt Nam"),
        ("Phòng GD&ĐT huyện", "Phòng Giáo dục và Đào tạo huyện"),
        ("Sở GDĐT", "Sở Giáo dục và Đào tạo"),
        ("Sở Lao động TB & XH", "Sở Lao động Thương binh và Xã hội"),
        ("PC Lai Châu", "Công ty Điện lực Lai Châu"),
        ("Công đoàn GDVN", "Công đoàn Giáo dục Việt Nam"),
        ("CĐ GD VN", "Công đoàn Giáo dục Việt Nam"),
        ("Sàn GD VN", "Sàn GD Việt Nam"),
        ("Chi cục HQ Tân Thanh", "Chi cục Hải quan Tân Thanh"),
        ("Tập đoàn HQ", "Tập đoàn HQ"),
        ("Công đoàn ngành NN và PTNT Thanh Hóa", "Công đoàn ngành Nông nghiệp và Phát triển nông thôn Thanh Hóa"),
        ("Sở NN & PTNT", "Sở Nông nghiệp và Phát triển nông thôn"),
        ("Công ty NN Việt Mỹ", "Công ty NN Việt Mỹ"),
        ("CĐCS KBNN Yên Lập", "Công đoàn cơ sở Kho bạc Nhà nước Yên Lập"),
        ("Hội NCT xã", "Hội Người cao tuổi xã"),
        ("Công ty NCT", "Công ty NCT"),
        ("Trường CĐYT Hà Đông", "Trường CĐYT Hà Đông"),
        ("CĐYT VN", "Công đoàn Y tế Việt Nam"),
        ("Phòng KHCN Vietcombank", "Phòng KHCN Vietcombank"),
        ("Sở KH&CN", "Sở Khoa học và Công nghệ"),
        ("Hội LHTN tỉnh", "Hội Liên hiệp Thanh niên tỉnh"),
        ("Công đoàn ngành Giáo dục", "Công đoàn ngành Giáo dục"),
        ("Liên đoàn Lao động (LĐLĐ) huyện Sóc Sơn", "Liên đoàn Lao động huyện Sóc Sơn"),
        ("Công đoàn Công ty (chi nhánh)", "Công đoàn Công ty (chi nhánh)"),
        ("công đoàn của Công ty Hải Âu", "công đoàn Công ty Hải Âu"),
        ("Công đoàn của giới phi công", "Công đoàn của giới phi công"),
        ("CTCP Than Sông Hồng", "Công ty cổ phần Than Sông Hồng"),
        ("Tổng công ty Sông Hồng - CTCP", "Tổng công ty Sông Hồng - CTCP"),
        ("BHXH Ðà Nẵng", "Bảo hiểm xã hội Đà Nẵng"),
    ],
)
def test_known_abbreviations_are_written_out(surface: str, full: str) -> None:
    assert expand(surface) == full


def test_the_article_s_own_abbreviation_goes_before_the_common_one() -> None:
    assert expand("Trường CĐ Y tế", {"CĐ": "Cao đẳng"}) == "Trường Cao đẳng Y tế"
