"""Places as an article names them: which province, district or town a body belongs to that gives only its level (``LĐLĐ huyện``)."""

from __future__ import annotations

import re
from collections import Counter

PROVINCES = frozenset(
    """An Giang|Bà Rịa - Vũng Tàu|Bà Rịa-Vũng Tàu|Bạc Liêu|Bắc Giang|Bắc Kạn|Bắc Ninh|Bến Tre|Bình Dương|Bình Định|Bình Phước|Bình Thuận|Cà Mau|Cao Bằng
|Đắk Lắk|Đắc Lắc|Đăk Lăk|Đắk Nông|Đăk Nông|Điện Biên|Đồng Nai|Đồng Tháp|Gia Lai|Hà Giang|Hà Nam|Hà Tĩnh|Hải Dương|Hậu Giang|Hòa Bình|Hoà Bình|Hưng Yên|Khánh Hòa|Khánh Hoà
|Kiên Giang|Kon Tum|Lai Châu|Lâm Đồng|Lạng Sơn|Lào Cai|Long An|Nam Định|Nghệ An|Ninh Bình|Ninh Thuận|Phú Thọ|Phú Yên|Quảng Bình|Quảng Nam|Quảng Ngãi
|Quảng Ninh|Quảng Trị|Sóc Trăng|Sơn La|Tây Ninh|Thái Bình|Thái Nguyên|Thanh Hóa|Thanh Hoá|Thừa Thiên Huế|Thừa Thiên - Huế|Thừa Thiên – Huế|Tiền Giang|Trà Vinh|Tuyên Quang
|Vĩnh Long|Vĩnh Phúc|Yên Bái""".replace("\n", "").split("|")
)
"""Provinces under their own names, old (until 30 June 2025) and new; what was merged kept one of the old names."""
CITIES = frozenset({"Hà Nội", "Hồ Chí Minh", "Hải Phòng", "Đà Nẵng", "Cần Thơ", "Huế"})
"""Cities that stand beside the provinces."""
LEVELS = ("thành phố", "thị xã", "thị trấn", "tỉnh", "huyện", "quận", "phường", "xã")
"""Words that tell the level of a place without naming it."""

_LEVEL = re.compile(rf"(?<!\w)(?P<level>{'|'.join(LEVELS)}|TP\.?|TX\.?)(?: ?(?:đoàn|uỷ|ủy)(?!\w))? ?(?=\w)", re.IGNORECASE)
_NUMBERED = ("quận", "phường")
_A_PERSON_TOO = "Hồ Chí Minh"
_SPELLED = {"tp": "thành phố", "tx": "thị xã"}
_WORD = re.compile(r"\s?([^\W_]+(?:['’-][^\W_]+)*)")
_KNOWN = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, PROVINCES | CITIES), key=len, reverse=True))})(?!\w)")
_BELOW_OR_STREET = re.compile(
    r"(?<!\w)(?:(?<!các )(?<!, )(?i:huyện|quận|thị xã|thị trấn|phường|(?<!tác )xã)|(?:trên|tuyến|con|ở|tại|dọc) (?:đường|phố)|ngõ) $"
)
"""Before a province's name that here is a district's (``huyện Quảng Ninh`` lies in Quảng Bình) or a street's (``trên đường Hải Phòng``)."""
_LONGEST = 4
"""No place of these levels has a longer name, in syllables."""
FAMILY_NAMES = frozenset("Nguyễn Trần Lê Phạm Hoàng Huỳnh Vũ Võ Phan Trương Bùi Đặng Đỗ Ngô Hồ Dương Đinh Đoàn Lý Lương Mai Trịnh Hà Tạ Cao Đào".split())
"""``LĐLĐ huyện Gia Lâm Nguyễn Thị Hoa``: where the name of a person begins that follows a place's without a comma."""


def levelled_places(text: str) -> dict[str, Counter[str]]:
    """Level to the places that the text names with it, and how often: ``huyện Thạch Thất`` is under ``huyện``."""
    found: dict[str, Counter[str]] = {level: Counter() for level in LEVELS}
    text = re.sub(r"\bTP\.?\s?HCM\b", "TP Hồ Chí Minh", text)
    for match in _LEVEL.finditer(text):
        level = match["level"].lower().rstrip(".")
        level = _SPELLED.get(level, level)
        place = _place_at(text, match.end())
        if place and (place[0].isalpha() or level in _NUMBERED) and not (level in ("tỉnh", "thành phố") and _is_person(place)):
            found[level][place] += 1
    return found


def _is_person(name: str) -> bool:
    """True for ``Phạm Việt Dũng`` after ``LĐLĐ tỉnh``: no province or city but Hồ Chí Minh has such a name."""
    words = name.split()
    return len(words) > 2 and words[0] in FAMILY_NAMES and name not in PROVINCES | CITIES


def named_places(text: str) -> dict[str, Counter[str]]:
    """The same, and places that the text names without a level.

    A province without its level counts under ``tỉnh``, a city that stands beside the provinces under ``thành phố``. Where a level below the
    provinces has no place at all, a place without level with which the headline opens counts: ``Lục Nam bế mạc Tháng Công nhân``.
    """
    found = levelled_places(text)
    for match in _KNOWN.finditer(text):
        if match[0] == _A_PERSON_TOO or _place_at(text, match.start()) != match[0]:
            continue  # Điện Biên Đông is a district
        if _BELOW_OR_STREET.search(text, max(0, match.start() - 12), match.start()):
            continue
        found["tỉnh" if match[0] in PROVINCES else "thành phố"][match[0]] += 1
    opening = headline_place(text)
    if opening and not any(places[opening] for places in found.values()):
        for level in ("huyện", "quận", "thị xã"):
            if not found[level]:
                found[level][opening] += 1
    return found


def headline_place(text: str) -> str:
    """The capitalised words before the first colon or verb of the text, where they can be no person and no province; else nothing.

    >>> headline_place("Lục Nam bế mạc hội thao. Năm nay, Lục Nam có 8 đội.")
    'Lục Nam'
    """
    line = text.lstrip().split("\n", 1)[0]
    name = _place_at(line, 0) or ""
    words, after = name.split(), line[len(name) :]
    if not 2 <= len(words) <= _LONGEST or (words[0] in FAMILY_NAMES and len(words) > 2) or name in PROVINCES | CITIES or name == "Việt Nam":
        return ""
    goes_on = re.match(r" (?=[a-zà-ỹđ])", after) is not None
    return name if after.startswith(":") or (goes_on and text.count(name) > 1) else ""


def main_place(places: dict[str, Counter[str]], level: str) -> str | None:
    """The place of a level that is named most; of equals the first."""
    ranked = places[level].most_common(1)
    return ranked[0][0] if ranked else None


def is_place(words: str) -> bool:
    """True for ``tỉnh Bắc Giang``, ``quận 10`` and a province's or city's own name."""
    level = next((level for level in LEVELS if words.casefold().startswith(level + " ")), None)
    if level is None:
        return words in PROVINCES or words in CITIES
    name = words[len(level) :].strip()
    return _place_at(name, 0) == name


def _place_at(text: str, position: int) -> str | None:
    """The capitalised words or the number that stand there; words all in capitals are a headline, not a name."""
    words: list[str] = []
    while len(words) <= _LONGEST and (found := _WORD.match(text, position)):
        word = found[1]
        if "\n" in found[0] or not (word[0].isupper() or (word.isdigit() and not words)) or (word.isupper() and len(word) > 1):
            break
        words.append(word)
        position = found.end()
        if word.isdigit():
            break
    person = next((i for i, word in enumerate(words) if i > 1 and word in FAMILY_NAMES), None) if len(words) >= _LONGEST else None
    name = " ".join(words[:person])
    known = _KNOWN.match(name)
    return known[0] if known and person is not None else name or None
