"""Ends of predicted entities: signs off, names and times whole, persons outside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.boundaries import settled
from model.schema import EntityType, Span


def read(text: str, surface: str, kind: EntityType) -> str:
    start = text.index(surface)
    return settled(Span(start, start + len(surface)), kind, text).of(text)


@pytest.mark.parametrize(
    ("text", "surface", "whole"),
    [("đạt 30% còn lại", "30", "30%"), ("đạt 30 phần trăm", "30", "30 phần trăm"), ("đạt 30,5 %.", "30,5", "30,5 %"), ("đạt 30% nữa", "30%", "30%"), ("đạt 30 nhà", "30", "30")],
)
def test_a_percentage_takes_in_its_sign(text: str, surface: str, whole: str) -> None:
    assert read(text, surface, EntityType.PERCENTAGE) == whole


@pytest.mark.parametrize(
    ("text", "surface", "whole"),
    [
        ("“Năm 2016 – Năm phát triển”", "Năm 2016 –", "Năm 2016"),
        ("Trong 6 tháng đầu năm 2018, thu", "6 tháng", "6 tháng đầu năm 2018"),
        ("Sáu tháng cuối năm thu", "Sáu tháng", "Sáu tháng cuối năm"),
        ("sau 6 tháng thi công", "6 tháng", "6 tháng"),
        ("đầu năm 2018 thu", "đầu năm", "đầu năm 2018"),
        ("ngày 5/6/2018 thu", "ngày 5/6/2018", "ngày 5/6/2018"),
        ("Còn sáng 12/11 thu", "sáng 12/", "sáng 12/11"),
        ("ngày 5/6/2018 thu", "ngày 5/", "ngày 5/6/2018"),
        ("tháng 9/2018 thu", "tháng 9/", "tháng 9/2018"),
        ("ngày 5/ thu", "ngày 5/", "ngày 5/"),
    ],
)
def test_times(text: str, surface: str, whole: str) -> None:
    assert read(text, surface, EntityType.DATE) == whole


@pytest.mark.parametrize(
    ("text", "surface", "whole"),
    [
        ("LĐLĐ huyện Tiền Hải họp. Ở huyện Tiền Hải có 5 xã.", "LĐLĐ huyện Tiền", "LĐLĐ huyện Tiền Hải"),
        ("LĐLĐ quận Ba Đình Nguyễn Xuân nói. Quận Ba Đình có, LĐLĐ quận Ba Đình họp.", "LĐLĐ quận Ba Đình", "LĐLĐ quận Ba Đình"),
        ("LĐLĐ huyện Tiền Hải họp.", "LĐLĐ huyện Tiền", "LĐLĐ huyện Tiền Hải"),
        ("LĐLĐ thành phố Huế Nguyễn An nói.", "LĐLĐ thành phố Huế", "LĐLĐ thành phố Huế"),
        ("(LĐLĐ tỉnh, sở", "(LĐLĐ tỉnh,", "LĐLĐ tỉnh"),
        ("Công đoàn công ty họp", "Công đoàn công", "Công đoàn công ty"),
        ("Công đoàn công tyrê", "Công đoàn công", "Công đoàn công"),
        ("Công đoàn ngành quản lý 45 CĐCS", "Công đoàn ngành quản", "Công đoàn ngành"),
        ("Công đoàn ngành Quản trị họp", "Công đoàn ngành Quản", "Công đoàn ngành Quản"),
        ("tổ chức họp", "tổ", "tổ"),
        ("Cụ thể, công đoàn góp ý", "công", "công đoàn"),
        ("Ban quản lý các KCN họp", "Ban quản", "Ban quản lý"),
        ("Cục quản lý lao động", "Cục quản", "Cục quản lý"),
        ("Công đoàn ngành  quản lý 45", "Công đoàn ngành  quản", "Công đoàn ngành"),
        ("Ban quản lý (Hepza) và tỉnh Đồng Nai tặng", "Hepza) và tỉnh Đồng Nai", "Hepza"),
        ("Ban quản lý (Hepza) tặng", "Ban quản lý (Hepza", "Ban quản lý (Hepza)"),
        ("Ban quản lý (Hepza) tặng", "Ban quản lý (Hepza)", "Ban quản lý (Hepza)"),
        ("Ban quản lý (gọi tắt là Hepza) tặng", "Ban quản lý (gọi", "Ban quản lý"),
        ("nhóm a) LĐLĐ quận 5 tặng", ") LĐLĐ quận 5", "LĐLĐ quận 5"),
        ("lực lượng của thành phố họp", "thành", "thành phố"),
        ("các trường công an nhân dân tuyển", "các trường công an nhân", "các trường công an nhân dân"),
        ("Huyện ủy ban hành 5 nghị quyết", "Huyện ủy", "Huyện ủy"),
        ('Quỹ "Mái ấm công đoàn" trao', 'Quỹ "Mái ấm công đoàn"', 'Quỹ "Mái ấm công đoàn"'),
        ("Quỹ “Mái ấm” trao", "Quỹ “Mái ấm”", "Quỹ “Mái ấm”"),
        ('theo "LĐLĐ tỉnh", tặng', '"LĐLĐ tỉnh",', "LĐLĐ tỉnh"),
        ("của Công ty K.S. nợ", "Công ty K.S.", "Công ty K.S."),
        ("của Công ty Hoa Sen. Nợ", "Công ty Hoa Sen.", "Công ty Hoa Sen"),
        ("UBND TP. Hồ", "UBND TP.", "UBND TP."),
        ("CÔNG ĐOÀN NGÀNH XÂY DỰNG THÁI BÌNH ĐẠI HỘI", "CÔNG ĐOÀN NGÀNH XÂY DỰNG THÁI", "CÔNG ĐOÀN NGÀNH XÂY DỰNG THÁI BÌNH"),
        ("Viên chức tỉnh Bà Rịa - Vũng Tàu họp", "Viên chức tỉnh Bà", "Viên chức tỉnh Bà Rịa - Vũng Tàu"),
        ("Công ty Thái Bìnhan", "Công ty Thái", "Công ty Thái"),
        ("CÔNG ĐOÀN CÁC KCN TỈNH HƯNG YÊN: tóm tắt", "KCN TỈNH HƯNG YÊN", "CÔNG ĐOÀN CÁC KCN TỈNH HƯNG YÊN"),
        ("phối hợp công đoàn, Công ty May 10", "Công ty May 10", "Công ty May 10"),
        ("tổ chức công đoàn LĐLĐ tỉnh", "LĐLĐ tỉnh", "LĐLĐ tỉnh"),
        ("căn Mái ấm công đoàn Công ty May 10 góp 40 triệu", "Công ty May 10", "Công ty May 10"),
    ],
)
def test_names(text: str, surface: str, whole: str) -> None:
    assert read(text, surface, EntityType.ORGANISATION) == whole


@pytest.mark.parametrize(
    ("text", "surface", "whole"),
    [
        ("Đại hội X Công đoàn Việt Nam đề ra", "X Công đoàn Việt Nam", "Công đoàn Việt Nam"),
        ("Đại hội lần thứ XII Công đoàn tỉnh", "XII Công đoàn tỉnh", "Công đoàn tỉnh"),
        ("Đại hội đại biểu lần thứ X Công đoàn tỉnh", "X Công đoàn tỉnh", "Công đoàn tỉnh"),
        ("Đại hội XIII của Đảng", "XIII của Đảng", "XIII của Đảng"),
        ("Công ty XL Texwell Vina", "XL Texwell Vina", "XL Texwell Vina"),
        ("Bộ Tư lệnh Vùng 4 cùng ngày tặng", "Bộ Tư lệnh", "Bộ Tư lệnh Vùng 4"),
        ("Bộ Tư lệnh Vùng 3 Hải quân tặng", "Bộ Tư lệnh", "Bộ Tư lệnh Vùng 3 Hải quân"),
        ("LĐLĐ tỉnh Vùng 4", "LĐLĐ tỉnh", "LĐLĐ tỉnh"),
    ],
)
def test_congresses_and_regions(text: str, surface: str, whole: str) -> None:
    assert read(text, surface, EntityType.ORGANISATION) == whole


@pytest.mark.parametrize(
    ("text", "surface", "whole"),
    [
        ("có 391, đạt", "391,", "391"),
        ("nhận 5,1 triệu cổ phần", "5,1", "5,1 triệu"),
        ("thu 37,13 tỷ đồng kinh phí", "37,13", "37,13 tỷ đồng"),
        ("thu 37,13 tỷ đồng kinh phí", "37,13 tỷ", "37,13 tỷ"),
        ("có 3 triệu phú", "3", "3"),
        ("đạt 254/300 tỷ lệ 84,67%", "300", "300"),
        ("xong 148/150 triệu tập thêm 3 người", "150", "150"),
        ("cho 12 nghìn đồng bào vùng lũ", "12", "12 nghìn"),
        ("vay 56,8 nghìn tỷ đồng", "56,8", "56,8 nghìn tỷ đồng"),
        ("vay 3 triệu USD", "3", "3 triệu USD"),
        ("trồng 40 nghìn cây", "40", "40 nghìn"),
    ],
)
def test_quantities_are_trimmed_and_take_in_their_magnitude(text: str, surface: str, whole: str) -> None:
    assert read(text, surface, EntityType.COUNT) == whole


@given(st.text(alphabet="aBcĐà 1/–,.()", min_size=1, max_size=40), st.data(), st.sampled_from(list(EntityType)))
def test_a_span_stays_in_the_text_and_keeps_its_core(text: str, data: st.DataObject, kind: EntityType) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    after = settled(span, kind, text)
    assert after.end <= len(text)
    assert after.overlaps(span)
