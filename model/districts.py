"""Districts and district towns as they were until June 2025, by their own names: evidence that words are a place where the text gives no level."""

from __future__ import annotations

from model.spelling import by_tone

_NAMES = """
An Phú|Châu Phú|Châu Thành|Chợ Mới|Phú Tân|Thoại Sơn|Tịnh Biên|Tri Tôn|Tân Châu|Châu Đốc|Long Xuyên|Châu Đức|Côn Đảo|Đất Đỏ|Long Điền|Xuyên Mộc|Phú Mỹ|Tân Thành|Bà Rịa|Vũng Tàu
Hiệp Hòa|Lạng Giang|Lục Nam|Lục Ngạn|Sơn Động|Tân Yên|Việt Yên|Yên Dũng|Yên Thế|Bắc Giang|Ba Bể|Bạch Thông|Chợ Đồn|Na Rì|Ngân Sơn|Pác Nặm|Bắc Kạn
Đông Hải|Hồng Dân|Phước Long|Vĩnh Lợi|Giá Rai|Bạc Liêu|Gia Bình|Lương Tài|Quế Võ|Thuận Thành|Tiên Du|Yên Phong|Từ Sơn|Bắc Ninh
Ba Tri|Bình Đại|Chợ Lách|Giồng Trôm|Mỏ Cày Bắc|Mỏ Cày Nam|Thạnh Phú|Bến Tre|Bàu Bàng|Bắc Tân Uyên|Dầu Tiếng|Phú Giáo|Bến Cát|Tân Uyên|Dĩ An|Thuận An|Thủ Dầu Một
An Lão|An Nhơn|Hoài Ân|Hoài Nhơn|Phù Cát|Phù Mỹ|Tây Sơn|Tuy Phước|Vân Canh|Vĩnh Thạnh|Quy Nhơn
Bù Đăng|Bù Đốp|Bù Gia Mập|Chơn Thành|Đồng Phú|Hớn Quản|Lộc Ninh|Phú Riềng|Bình Long|Đồng Xoài|Bắc Bình|Đức Linh|Hàm Tân|Hàm Thuận Bắc|Hàm Thuận Nam|Phú Quý|Tánh Linh|Tuy Phong|La Gi|Phan Thiết
Cái Nước|Đầm Dơi|Năm Căn|Ngọc Hiển|Thới Bình|Trần Văn Thời|U Minh|Cà Mau|Bảo Lạc|Bảo Lâm|Hạ Lang|Hà Quảng|Hòa An|Nguyên Bình|Quảng Hòa|Thạch An|Trùng Khánh|Trà Lĩnh|Quảng Uyên|Phục Hòa|Thông Nông|Cao Bằng
Ninh Kiều|Cái Răng|Bình Thủy|Ô Môn|Thốt Nốt|Phong Điền|Cờ Đỏ|Thới Lai|Hải Châu|Thanh Khê|Sơn Trà|Ngũ Hành Sơn|Liên Chiểu|Cẩm Lệ|Hòa Vang
Buôn Đôn|Cư Kuin|Cư M'gar|Ea H'leo|Ea Kar|Ea Súp|Krông Ana|Krông Bông|Krông Búk|Krông Năng|Krông Pắc|Krông Pắk|M'Đrắk|Buôn Hồ|Buôn Ma Thuột
Cư Jút|Đắk Glong|Đắk Mil|Đắk R'lấp|Đắk Song|Krông Nô|Tuy Đức|Gia Nghĩa|Điện Biên Đông|Mường Ảng|Mường Chà|Mường Nhé|Nậm Pồ|Tủa Chùa|Tuần Giáo|Mường Lay|Điện Biên Phủ
Cẩm Mỹ|Định Quán|Long Thành|Nhơn Trạch|Tân Phú|Thống Nhất|Trảng Bom|Vĩnh Cửu|Xuân Lộc|Long Khánh|Biên Hòa|Cao Lãnh|Hồng Ngự|Lai Vung|Lấp Vò|Tam Nông|Tân Hồng|Thanh Bình|Tháp Mười|Sa Đéc
Chư Păh|Chư Prông|Chư Pưh|Chư Sê|Đak Đoa|Đak Pơ|Đức Cơ|Ia Grai|Ia Pa|Kông Chro|Krông Pa|Mang Yang|Phú Thiện|An Khê|Ayun Pa|Bắc Mê|Bắc Quang|Đồng Văn|Hoàng Su Phì|Mèo Vạc|Quản Bạ|Quang Bình|Vị Xuyên|Xín Mần|Yên Minh
Bình Lục|Duy Tiên|Kim Bảng|Lý Nhân|Thanh Liêm|Phủ Lý|Ba Đình|Hoàn Kiếm|Tây Hồ|Long Biên|Cầu Giấy|Đống Đa|Hai Bà Trưng|Hoàng Mai|Thanh Xuân|Hà Đông|Bắc Từ Liêm|Nam Từ Liêm|Từ Liêm|Sóc Sơn|Đông Anh|Gia Lâm|Thanh Trì
Mê Linh|Ba Vì|Phúc Thọ|Đan Phượng|Hoài Đức|Quốc Oai|Thạch Thất|Chương Mỹ|Thanh Oai|Thường Tín|Phú Xuyên|Ứng Hòa|Mỹ Đức|Sơn Tây
Cẩm Xuyên|Can Lộc|Đức Thọ|Hương Khê|Hương Sơn|Kỳ Anh|Lộc Hà|Nghi Xuân|Thạch Hà|Vũ Quang|Hồng Lĩnh|Hà Tĩnh|Bình Giang|Cẩm Giàng|Gia Lộc|Kim Thành|Nam Sách|Ninh Giang|Thanh Hà|Thanh Miện|Tứ Kỳ|Kinh Môn|Chí Linh
Đồ Sơn|Dương Kinh|Hải An|Hồng Bàng|Kiến An|Lê Chân|Ngô Quyền|An Dương|Bạch Long Vĩ|Cát Hải|Kiến Thụy|Thủy Nguyên|Tiên Lãng|Vĩnh Bảo|Châu Thành A|Phụng Hiệp|Vị Thủy|Long Mỹ|Ngã Bảy|Vị Thanh
Cao Phong|Đà Bắc|Kim Bôi|Lạc Sơn|Lạc Thủy|Lương Sơn|Mai Châu|Tân Lạc|Yên Thủy|Kỳ Sơn|Bình Thạnh|Gò Vấp|Phú Nhuận|Tân Bình|Thủ Đức|Bình Tân|Bình Chánh|Cần Giờ|Củ Chi|Hóc Môn|Nhà Bè
Ân Thi|Khoái Châu|Kim Động|Mỹ Hào|Phù Cừ|Tiên Lữ|Văn Giang|Văn Lâm|Yên Mỹ|Cam Lâm|Diên Khánh|Khánh Sơn|Khánh Vĩnh|Vạn Ninh|Ninh Hòa|Cam Ranh|Nha Trang
An Biên|An Minh|Giang Thành|Giồng Riềng|Gò Quao|Hòn Đất|Kiên Hải|Kiên Lương|Tân Hiệp|U Minh Thượng|Vĩnh Thuận|Hà Tiên|Phú Quốc|Rạch Giá|Đắk Glei|Đắk Hà|Đắk Tô|Ia H'Drai|Kon Plông|Kon Rẫy|Ngọc Hồi|Sa Thầy|Tu Mơ Rông
Mường Tè|Nậm Nhùn|Phong Thổ|Sìn Hồ|Tam Đường|Than Uyên|Cát Tiên|Đạ Huoai|Đạ Tẻh|Đam Rông|Di Linh|Đơn Dương|Đức Trọng|Lạc Dương|Lâm Hà|Bảo Lộc|Đà Lạt
Bắc Sơn|Bình Gia|Cao Lộc|Chi Lăng|Đình Lập|Hữu Lũng|Lộc Bình|Tràng Định|Văn Lãng|Văn Quan|Bắc Hà|Bảo Thắng|Bảo Yên|Bát Xát|Mường Khương|Si Ma Cai|Văn Bàn|Sa Pa
Bến Lức|Cần Đước|Cần Giuộc|Đức Hòa|Đức Huệ|Mộc Hóa|Tân Hưng|Tân Thạnh|Tân Trụ|Thạnh Hóa|Thủ Thừa|Vĩnh Hưng|Kiến Tường|Tân An|Giao Thủy|Hải Hậu|Mỹ Lộc|Nam Trực|Nghĩa Hưng|Trực Ninh|Vụ Bản|Xuân Trường|Ý Yên|Nam Định
Anh Sơn|Con Cuông|Diễn Châu|Đô Lương|Hưng Nguyên|Nam Đàn|Nghi Lộc|Nghĩa Đàn|Quế Phong|Quỳ Châu|Quỳ Hợp|Quỳnh Lưu|Tân Kỳ|Thanh Chương|Tương Dương|Yên Thành|Thái Hòa|Cửa Lò
Gia Viễn|Hoa Lư|Kim Sơn|Nho Quan|Yên Khánh|Yên Mô|Tam Điệp|Bác Ái|Ninh Hải|Ninh Phước|Ninh Sơn|Thuận Bắc|Thuận Nam
Cẩm Khê|Đoan Hùng|Hạ Hòa|Lâm Thao|Phù Ninh|Tân Sơn|Thanh Ba|Thanh Sơn|Thanh Thủy|Yên Lập|Việt Trì|Đồng Xuân|Phú Hòa|Sơn Hòa|Sông Hinh|Tây Hòa|Tuy An|Đông Hòa|Sông Cầu|Tuy Hòa
Bố Trạch|Lệ Thủy|Minh Hóa|Quảng Trạch|Tuyên Hóa|Ba Đồn|Đồng Hới|Bắc Trà My|Duy Xuyên|Đại Lộc|Đông Giang|Hiệp Đức|Nam Giang|Nam Trà My|Nông Sơn|Núi Thành|Phú Ninh|Phước Sơn|Quế Sơn|Tây Giang|Thăng Bình|Tiên Phước|Điện Bàn|Hội An|Tam Kỳ
Ba Tơ|Bình Sơn|Đức Phổ|Lý Sơn|Minh Long|Mộ Đức|Nghĩa Hành|Sơn Hà|Sơn Tịnh|Tây Trà|Trà Bồng|Tư Nghĩa|Ba Chẽ|Bình Liêu|Cô Tô|Đầm Hà|Hải Hà|Tiên Yên|Vân Đồn|Hoành Bồ|Đông Triều|Quảng Yên|Cẩm Phả|Hạ Long|Móng Cái|Uông Bí
Cam Lộ|Cồn Cỏ|Gio Linh|Hải Lăng|Hướng Hóa|Triệu Phong|Vĩnh Linh|Đông Hà|Cù Lao Dung|Kế Sách|Long Phú|Mỹ Tú|Mỹ Xuyên|Thạnh Trị|Trần Đề|Ngã Năm|Vĩnh Châu
Bắc Yên|Mai Sơn|Mộc Châu|Mường La|Phù Yên|Quỳnh Nhai|Sông Mã|Sốp Cộp|Thuận Châu|Vân Hồ|Yên Châu|Bến Cầu|Dương Minh Châu|Gò Dầu|Tân Biên|Hòa Thành|Trảng Bàng
Đông Hưng|Hưng Hà|Kiến Xương|Quỳnh Phụ|Thái Thụy|Tiền Hải|Vũ Thư|Đại Từ|Định Hóa|Đồng Hỷ|Phú Bình|Phú Lương|Võ Nhai|Phổ Yên|Sông Công
Bá Thước|Cẩm Thủy|Đông Sơn|Hà Trung|Hậu Lộc|Hoằng Hóa|Lang Chánh|Mường Lát|Nga Sơn|Ngọc Lặc|Như Thanh|Như Xuân|Nông Cống|Quan Hóa|Quan Sơn|Quảng Xương|Thạch Thành|Thiệu Hóa|Thọ Xuân|Thường Xuân|Triệu Sơn|Vĩnh Lộc|Yên Định|Bỉm Sơn|Nghi Sơn|Sầm Sơn|Tĩnh Gia
A Lưới|Nam Đông|Phú Lộc|Phú Vang|Quảng Điền|Hương Thủy|Hương Trà|Cái Bè|Cai Lậy|Chợ Gạo|Gò Công Đông|Gò Công Tây|Tân Phú Đông|Tân Phước|Gò Công|Mỹ Tho
Càng Long|Cầu Kè|Cầu Ngang|Duyên Hải|Tiểu Cần|Trà Cú|Chiêm Hóa|Hàm Yên|Lâm Bình|Na Hang|Sơn Dương|Yên Sơn|Long Hồ|Mang Thít|Tam Bình|Trà Ôn|Vũng Liêm|Bình Minh
Bình Xuyên|Lập Thạch|Sông Lô|Tam Dương|Tam Đảo|Vĩnh Tường|Yên Lạc|Phúc Yên|Vĩnh Yên|Lục Yên|Mù Cang Chải|Trạm Tấu|Trấn Yên|Văn Chấn|Văn Yên|Yên Bình|Nghĩa Lộ
"""  # noqa: E501


def _key(name: str) -> str:
    return " ".join(map(by_tone, name.split()))


_DISTRICTS = frozenset(_key(name) for line in _NAMES.split("\n") for name in line.split("|") if name)


def is_district(name: str) -> bool:
    """True for a district's name, wherever it bears its tone marks: ``Lạc Thuỷ`` as ``Lạc Thủy``."""
    return _key(name) in _DISTRICTS
