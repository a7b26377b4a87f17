"""Organised bodies in a text by a regular expression: a head (`LĐLĐ`, `Công ty`) and the capitals, places and words of names after it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from model.schema import Span

_UPPER = f"[{''.join(letter for letter in map(chr, range(0x41, 0x1EFA)) if letter.isupper())}]"
_PLACE = r"(?:tỉnh|huyện|quận|thành phố|thị xã|thị trấn|phường|xã|TP\.?|TX\.?|Tp\.?|Thành phố|Quận|Huyện|Thị xã)"
_NAME = rf"(?:{_UPPER}[\w&.'’]*(?:-{_UPPER}\w*)*|(?<=[Qq]uận )\d+|(?<=[Pp]hường )\d+|(?<=[a-zà-ỹ] )\d{{1,2}}(?=[,.;)])(?!,\d))"
# Words that names are made of. These in any case:
_NOUNS = (
    r"tnhh|mtv|cp|tmcp|cổ phần|một thành viên|hữu hạn|ngành|cơ sở|(?:các )?khu (?:công nghiệp|kinh tế|chế xuất|công nghệ cao)"
    r"|(?:các )?(?:KCN|KCX|KCX-CN|KCN-CX)|(?:tổng )?công ty|tập đoàn|trường|bệnh viện|doanh nghiệp|viên chức|y tế|công thương|liên hiệp"
    r"|nhân dân|chi nhánh|đa khoa|tiểu học|mầm non|trung học|phổ thông|đại học|cao đẳng|nhà nước|quốc gia|quốc tế|trung ương|miền"
    r"|điện lực|tư pháp|pháp luật|dầu khí|giao thông|nông thôn|thương binh|xã hội|văn hóa|thể thao|khoa học|công nghệ|tài chính|nội vụ"
    r"|ngoại vụ|tài nguyên|môi trường|thông tin|hải quan|kiểm lâm|thông tấn xã|hóa chất|cao su|cà phê|xi măng|đường (?:sắt|bộ)"
    r"|hàng (?:không|hải)|viễn thông|bưu (?:điện|chính)|đô thị|thủy sản|kỹ thuật|cơ khí|điện tử|ngân hàng|công nghiệp|chế xuất|kinh tế"
    r"|chính sách|khoáng sản|khách sạn|nhà máy|xí nghiệp|việc làm|đường sắt đô thị|chứng khoán|cửa khẩu|cấp trên trực tiếp cơ sở"
    r"|công an|cảnh sát|chi cục|(?:tổng )?cục|văn phòng|trung tâm|bao bì|bệnh xá|nghiệp đoàn"
)
# These only with a capital: in small letters they are verbs and things of the sentence around.
_CAPITALISED = (
    r"Giáo dục|giáo dục|Đào tạo|đào tạo|Xây dựng|Lao động|lao động|Nông dân|Phụ nữ|Nông nghiệp|Phát triển|Thương mại|Du lịch|Kế hoạch"
    r"|Đầu tư|Truyền thông|Thống kê|Bảo hiểm|Cấp nước|Chế biến|Sản xuất|Xuất nhập khẩu|Dịch vụ|Tư vấn|Vận tải|Dệt (?:may|kim)|Kiểm tra"
    r"|Thường trực|Dự án|Quản lý|Nghiên cứu|Năng lượng|Quan hệ|Giao dịch|Kiến trúc|Vệ sinh|Hỗ trợ|Lọc hóa|Liên doanh|Dự báo|Chất lượng"
    r"|Bảo trợ|Bất động sản|Lương thực|Thực phẩm|Nước giải khát|Thuốc lá|Thủ đô|Dân vận|Tuyên giáo|Sư phạm|Nội địa|Ung bướu|Nhi đồng"
    r"|Đường bộ|Sức khỏe"
)
_FORM = rf"(?:(?i:(?:{_NOUNS})(?!\w))|(?:{_CAPITALISED})(?!\w))"
_HEAD = (
    r"(?:Tổng (?:Liên đoàn|liên đoàn|LĐLĐ|Công ty|công ty|Cục|cục)(?: [Ll]ao động)?|Liên đoàn (?:Lao động|lao động|LĐ)|LĐLĐ|TLĐ(?:LĐ)?"
    r"|CĐCS|CĐ(?:VC|GD|N)?|Công đoàn|Nghiệp đoàn|[Cc]ác (?:cấp )?(?:công đoàn|CĐCS|cấp Hội)|UBND|HĐND|Ủy ban|Uỷ ban|Mặt trận|MTTQ"
    r"|Công ty|CTCP|Cty|Tập đoàn|Ngân hàng|Bộ(?= [A-ZĐ])|Sở(?= [A-ZĐ])|Cục|Chi cục|Phòng(?= [A-ZĐ])"
    r"|[Bb]an (?:[Qq]uản lý|[Cc]hỉ đạo|[Dd]ân vận|[Tt]uyên giáo)|Trường|Đại học|ĐH|Học viện|Viện|Bệnh viện|BV|Trung tâm|Nhà máy|Xí nghiệp"
    r"|Hội (?:Nông dân|ND|Liên hiệp Phụ nữ|LHPN|Phụ nữ|Chữ thập đỏ|Cựu chiến binh)|HND|Hiệp hội|Viện kiểm sát"
    r"|(?:Tỉnh|Thành|Huyện|Quận|Thị) (?:đoàn|Đoàn|ủy|uỷ)|Đoàn Thanh niên|Công an|BHXH|Bảo hiểm xã hội|Kho bạc|Quốc hội|Chính phủ"
    r"|NHCSXH|NHNN|PGD|BVĐK|CATP|Văn phòng|Quỹ(?= [A-ZĐ])|HTX|Hợp tác xã|Tòa án|TAND|Thông tấn xã|Điện lực)"
)
_SMALL_HEAD = (
    r"(?<!cán )(?<!cơ )(?<!hội )(?<!lạc )(?<!thị )(?<!nông )(?:công đoàn|liên đoàn lao động|tổng liên đoàn(?: lao động)?|(?:tổng )?công ty"
    rf"|tập đoàn|ngân hàng|bệnh viện|trường|nhà máy|bộ|sở|cục)(?= (?:{_UPPER}|TNHH|cổ phần|(?:tỉnh|huyện|quận|ngành)(?!\w)))"
)
_FIRM = (
    r"(?:[A-Z]\w*[Bb]ank|EVN(?: ?[A-Z]{2,})?|PVN|PVOil|TKV|VNPT|Viettel|BIDV|Petrolimex|Petrovietnam|Vinatex|Vinamilk|Vinachem|Vinalines"
    r"|Vietnam Airlines|Vietjet(?: Air)?|VRG|Samsung)"
)
_JOIN = rf"(?:và|&|-|–|của|tại) (?!{_HEAD}|{_PLACE} )(?={_UPPER}|đào tạo|công nghệ|công nghiệp|chế xuất|xã hội|môi trường|đầu tư|phát triển nông thôn)"
_BODY = re.compile(
    rf"(?<![\w-])(?:(?:{_HEAD}(?!\w)|{_SMALL_HEAD})(?: \((?:LĐLĐ|CĐ|CĐCS)\))?"
    rf"(?:(?: |(?<=T[PX]\.))(?:{_JOIN})?(?:{_FORM}|{_PLACE}(?:(?<=\.)|(?!\w))|{_NAME}))*|{_FIRM}(?!\w)(?: {_NAME}){{0,3}})"
)
_BARE = re.compile(
    r"(?:Công đoàn(?: cơ sở)?|CĐ|CĐCS|Trường|Viện|Cục|Trung tâm|Văn phòng|(?:Tổng )?[Cc]ông ty|Hiệp hội|Phòng|Nhà máy|Bệnh viện|Ngân hàng"
    r"|Tập đoàn|Nghiệp đoàn|Công an|Xí nghiệp|BV|Đại học|Học viện|BHXH|Bảo hiểm xã hội|HTX|Hợp tác xã|Kho bạc|Quỹ|Điện lực|Mặt trận"
    r"|Ủy ban|Uỷ ban)$"
)
_SHORT_NAME = re.compile(r"\s?\(([A-ZĐ][\w-]{1,14})\)")
_SURNAMES = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Vũ Võ Phan Trương Bùi Đặng Đỗ Ngô Hồ Dương Đinh Đoàn Lý Lương Mai Trịnh Tạ Đào".split()
_PERSON = re.compile(rf"(?<=\w) (?:{'|'.join(_SURNAMES)}) {_UPPER}\w+(?: {_UPPER}\w+)+$")


def find_bodies(text: str, sentences: Iterable[Span]) -> list[Span]:
    """The organised bodies that an article names, in text order; a short name given in brackets counts wherever it stands."""
    kept = list(sentences)
    found = [span for sentence in kept for match in _BODY.finditer(text, sentence.start, sentence.end) for span in _body(match)]
    short = {match[1] for span in found if (match := _SHORT_NAME.match(text, span.end))}
    if short:
        again = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, short), key=len, reverse=True))})(?!\w)")
        named = [Span(m.start(), m.end()) for sentence in kept for m in again.finditer(text, sentence.start, sentence.end)]
        found += [span for span in named if not any(span.overlaps(other) for other in found)]
    return sorted(found)


def _body(match: re.Match[str]) -> list[Span]:
    """The name without the person after it; nothing where it is a head without a name."""
    surface = match[0].rstrip(" .,-–&")
    person = _PERSON.search(surface)
    if person and surface[: person.start()].count(" ") > 1:
        surface = surface[: person.start()]
    return [] if _BARE.fullmatch(surface) or not surface else [Span(match.start(), match.start() + len(surface))]
