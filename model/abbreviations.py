"""Abbreviations that mean the same in every article, written out: ``LĐLĐ TP`` is ``Liên đoàn Lao động thành phố``."""

from __future__ import annotations

import re
from collections.abc import Mapping

ABBREVIATIONS: dict[str, str] = {
    "LĐLĐ": "Liên đoàn Lao động",
    "TLĐ": "Tổng Liên đoàn",
    "TLĐLĐ": "Tổng Liên đoàn Lao động",
    "CĐCS": "Công đoàn cơ sở",
    "CĐBP": "Công đoàn bộ phận",
    "CĐ": "Công đoàn",
    "CĐN": "Công đoàn ngành",
    "CĐVC": "Công đoàn Viên chức",
    "UBND": "Uỷ ban nhân dân",
    "HĐND": "Hội đồng nhân dân",
    "KCN": "Khu công nghiệp",
    "KCX": "Khu chế xuất",
    "KKT": "Khu kinh tế",
    "BHXH": "Bảo hiểm xã hội",
    "GD&ĐT": "Giáo dục và Đào tạo",
    "GD-ĐT": "Giáo dục và Đào tạo",
    "GDĐT": "Giáo dục và Đào tạo",
    "LĐTBXH": "Lao động - Thương binh và Xã hội",
    "LHPN": "Liên hiệp Phụ nữ",
    "LHTN": "Liên hiệp Thanh niên",
    "TNCS": "Thanh niên Cộng sản",
    "Cty": "Công ty",
    "TP": "thành phố",
    "TP.": "thành phố",
    "TX": "thị xã",
    "TX.": "thị xã",
    "VN": "Việt Nam",
    "HCM": "Hồ Chí Minh",
    "HN": "Hà Nội",
    "ĐH": "Đại học",
    "THPT": "Trung học phổ thông",
    "THCS": "Trung học cơ sở",
    "BV": "Bệnh viện",
    "BVĐK": "Bệnh viện Đa khoa",
    "TTYT": "Trung tâm Y tế",
    "GTVT": "Giao thông vận tải",
    "NN&PTNT": "Nông nghiệp và Phát triển nông thôn",
    "NN-PTNT": "Nông nghiệp và Phát triển nông thôn",
    "TN&MT": "Tài nguyên và Môi trường",
    "TN-MT": "Tài nguyên và Môi trường",
    "KH&ĐT": "Kế hoạch và Đầu tư",
    "KH-ĐT": "Kế hoạch và Đầu tư",
    "KHĐT": "Kế hoạch và Đầu tư",
    "LĐ-TB&XH": "Lao động - Thương binh và Xã hội",
    "LĐ-TB-XH": "Lao động - Thương binh và Xã hội",
    "LĐTB&XH": "Lao động - Thương binh và Xã hội",
    "LĐ-TBXH": "Lao động - Thương binh và Xã hội",
    "LĐTB-XH": "Lao động - Thương binh và Xã hội",
    "TB&XH": "Thương binh và Xã hội",
    "MTTQ": "Mặt trận Tổ quốc",
    "BHYT": "Bảo hiểm y tế",
    "NH": "Ngân hàng",
    "NHNN": "Ngân hàng Nhà nước",
    "NHCSXH": "Ngân hàng Chính sách xã hội",
    "PGD": "Phòng giao dịch",
    "CSGT": "Cảnh sát giao thông",
    "CSĐT": "Cảnh sát điều tra",
    "VKS": "Viện kiểm sát",
    "TCHQ": "Tổng cục Hải quan",
    "TTX": "Thông tấn xã",
    "PT-TH": "Phát thanh - Truyền hình",
    "PC": "Công ty Điện lực",
    "BĐBP": "Bộ đội Biên phòng",
    "CSXH": "Chính sách xã hội",
    "PTNT": "Phát triển nông thôn",
    "HQCK": "Hải quan cửa khẩu",
    "TW": "Trung ương",
    "TƯ": "Trung ương",
    "XD": "Xây dựng",
    "CS": "Cao su",
    "CĐNH": "Công đoàn Ngân hàng",
    "CATP": "Công an thành phố",
    "XSKT": "Xổ số kiến thiết",
    "TAND": "Toà án nhân dân",
    "UBKT": "Uỷ ban Kiểm tra",
    "HND": "Hội Nông dân",
    "CĐGD": "Công đoàn Giáo dục",
    "TCT": "Tổng công ty",
    "BQL": "Ban quản lý",
    "BQLDA": "Ban quản lý dự án",
    "HTX": "Hợp tác xã",
    "CTĐ": "Chữ thập đỏ",
    "CCB": "Cựu chiến binh",
    "KBNN": "Kho bạc Nhà nước",
    "THADS": "Thi hành án dân sự",
    "KSND": "Kiểm sát nhân dân",
    "VKSND": "Viện kiểm sát nhân dân",
    "UBMTTQ": "Uỷ ban Mặt trận Tổ quốc",
    "TT&TT": "Thông tin và Truyền thông",
    "VHTT&DL": "Văn hóa, Thể thao và Du lịch",
    "TNXP": "Thanh niên xung phong",
    "DVVL": "Dịch vụ việc làm",
    "QLTT": "Quản lý thị trường",
    "GDTX": "Giáo dục thường xuyên",
    "GDNN": "Giáo dục nghề nghiệp",
    "VHTTDL": "Văn hóa, Thể thao và Du lịch",
    "VH-TT&DL": "Văn hóa, Thể thao và Du lịch",
    "KCX-KCN": "Khu chế xuất - Khu công nghiệp",
    "KCX-CN": "Khu chế xuất và công nghiệp",
    "KCX&CN": "Khu chế xuất và công nghiệp",
    "KCN-CX": "Khu công nghiệp và Chế xuất",
    "KCN&CX": "Khu công nghiệp và Chế xuất",
}
"""Abbreviations whose meaning does not change from article to article."""

_WORDS = re.compile(r"[^\W_]+(?:[&.-][^\W_]+)*\.?")
_BODIES = r"(?:tổng )?công ty|tập đoàn|ngân hàng|xí nghiệp|nhà máy|trường|bệnh viện|(?:chi )?cục|sở|bộ|khu|tỉnh|huyện|quận|thị xã|thành phố"
_IN_BRACKETS = re.compile(r"\s{0,3}\((?:(?:gọi|viết) tắt(?: là)?:?\s*)?([^\W\d_][\w&-]{1,11})\)")
_TYPING = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"Ð", "Đ"),  # the Icelandic letter, as some keyboards give it
        (r"\bTP\.?\s?HCM\b", "Thành phố Hồ Chí Minh"),
        (r"\b(TP|TX)\.(?=\w)", r"\1. "),
        (r"\bLĐ LĐ", "LĐLĐ"),
        (r"(?<=[A-ZĐ]) ?([&-]) ?(?=[A-ZĐ]{2,})", r"\1"),  # GD & ĐT
        (r"(?<=Hội )ND\b", "Nông dân"),
        (r"\bNN ?(?:và|&|-) ?PTNT\b", "Nông nghiệp và Phát triển nông thôn"),
        (r"(?<=Hội )NCT\b", "Người cao tuổi"),
        (r"^CĐYT\b", "Công đoàn Y tế"),
        (r"(?<=Sở |Bộ )KH ?&? ?CN\b", "Khoa học và Công nghệ"),
        (r"(?<=Sở |Bộ )TNMT\b", "Tài nguyên và Môi trường"),
        (r"\bKCX và CN\b", "Khu chế xuất và Công nghiệp"),
        (r"\b((?i:CĐ|công đoàn)) GD ?(?=VN\b)", r"\1 Giáo dục "),
        (r"(?i)(?<=cục )HQ\b", "Hải quan"),
        (r"(?i)(?<=trường )MN\b", "Mầm non"),
        (r"(?i)(?<=trường )TH\b", "Tiểu học"),
        (r"(?i)(?<!nông trường )(?<!công trường )(?<!lâm trường )(?<!thị trường )(?<=trường )CĐ\b", "Cao đẳng"),
        # `Công đoàn của Công ty X` is called `Công đoàn Công ty X`.
        (rf"(?i)^((?:tổ )?công đoàn(?: cơ sở)?) của (?={_BODIES})", r"\1 "),
        (r"(?i)^tổ chức (?=công đoàn (?:tỉnh|huyện|quận|thị xã|thành phố|TP)\b)", ""),
        (r"(?<![-–] )\bCTCP\b", "Công ty cổ phần"),  # `Tổng công ty May Hưng Yên - CTCP` is written so
    )
)
_LEVEL_LETTER = re.compile(r"\b(?P<level>[QH])\. ?(?=(?P<name>[^\W_]+)(?: (?P<more>[^\W_]+))?)")
_NATIONAL = re.compile(r"(?<=[A-ZĐ]{2})(?:VN)+\b")


def expand(surface: str, own: Mapping[str, str] | None = None) -> str:
    """The surface with every known abbreviation written out.

    Args:
        surface: a mention.
        own: the article's own abbreviations, which go before the common ones.

    >>> expand("LĐLĐ TP Hà Nội")
    'Liên đoàn Lao động thành phố Hà Nội'
    """
    own = own or {}
    for pattern, replacement in _TYPING:
        surface = pattern.sub(replacement, surface)
    surface = _LEVEL_LETTER.sub(_level, surface)
    if "VN" in surface and surface not in own and surface not in ABBREVIATIONS:
        surface = _NATIONAL.sub(" Việt Nam", surface)
    # `Liên đoàn Lao động (LĐLĐ) huyện` says its name and its abbreviation; the name is what counts.
    surface = _IN_BRACKETS.sub(lambda found: "" if found[1] in own or found[1] in ABBREVIATIONS else found[0], surface)
    return _WORDS.sub(lambda found: _written_out(found[0], own), surface)


def _level(found: re.Match[str]) -> str:
    """``Q.7``, ``H.Bến Lức``, ``H.Ý Yên``: a level before a place; ``H.M`` are somebody's initials."""
    name, more = found["name"], found["more"] or ""
    numbered = name.isdigit() and found["level"] == "Q"
    placed = numbered or (name.istitle() and (len(name) > 1 or more.istitle()))
    return {"Q": "quận ", "H": "huyện "}[found["level"]] if placed else found[0]


def _written_out(word: str, own: Mapping[str, str]) -> str:
    for form in (word, word.rstrip(".")):
        if form in own or form in ABBREVIATIONS:
            return own.get(form) or ABBREVIATIONS[form]
    return word
