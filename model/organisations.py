"""Mentions of organised bodies to the full names that the article itself gives.

`LĐLĐ huyện` in an article on Thạch Thất is `Liên đoàn Lao động huyện Thạch Thất`; `Hepza` is the mention that the article puts before `(Hepza)`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

ABBREVIATIONS: dict[str, str] = {
    "LĐLĐ": "Liên đoàn Lao động",
    "TLĐ": "Tổng Liên đoàn",
    "TLĐLĐ": "Tổng Liên đoàn Lao động",
    "CĐCS": "Công đoàn cơ sở",
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
    "LĐTBXH": "Lao động - Thương binh và Xã hội",
    "LHPN": "Liên hiệp Phụ nữ",
    "TNCS": "Thanh niên Cộng sản",
    "Cty": "Công ty",
    "TP": "thành phố",
    "TP.": "thành phố",
    "TX": "thị xã",
    "TX.": "thị xã",
    "VN": "Việt Nam",
    "HCM": "Hồ Chí Minh",
}
"""Abbreviations whose meaning does not change from article to article."""

# Words that tell the level of a place without naming it: `LĐLĐ huyện`, `công đoàn tỉnh`.
_LEVELS = ("thành phố", "thị xã", "tỉnh", "huyện", "quận", "phường", "xã", "thị trấn", "ngành", "TP", "công ty", "tập đoàn", "tổng công ty", "trường", "bệnh viện")
_LEVEL_END = re.compile(rf"(?:^|\s)({'|'.join(_LEVELS)})\.?$|^tổng liên đoàn(?: lao động)?$", re.IGNORECASE)
_LEVEL_NAMES = frozenset(level.casefold() for level in _LEVELS)
# A union that does not say which: the one that the article speaks of most.
_UNION = frozenset({"công đoàn", "tổ chức công đoàn", "liên đoàn lao động", "liên đoàn", "ban chấp hành công đoàn"})
_UNION_NAMES = ("liên đoàn lao động", "công đoàn", "tổng liên đoàn lao động")
_WORDS = re.compile(r"[^\W_]+(?:[&.-][^\W_]+)*\.?")
_SHORT = r"\s*\((?:(?:gọi|viết) tắt(?: là)?:?\s*)?([^\W\d_][\w&-]{1,11})\)"


@dataclass(frozen=True, slots=True)
class Name:
    """One mention: its words as they stand, and the same without abbreviations."""

    surface: str
    full: str


def expand(surface: str, own: dict[str, str] | None = None) -> str:
    """The surface with every known abbreviation written out.

    Args:
        surface: a mention.
        own: the article's own abbreviations, which go before the common ones.

    >>> expand("LĐLĐ TP Hà Nội")
    'Liên đoàn Lao động thành phố Hà Nội'
    """
    table = dict(ABBREVIATIONS.items()) | (own or {})
    surface = re.sub(r"\bTP\.?\s?HCM\b", "Thành phố Hồ Chí Minh", surface)
    surface = re.sub(r"\b(TP|TX)\.(?=\w)", r"\1. ", surface)
    # `Liên đoàn Lao động (LĐLĐ) huyện` says its name and its abbreviation; the name is what counts.
    surface = re.sub(_SHORT, lambda found: "" if found[1] in table else found[0], surface)
    return _WORDS.sub(lambda found: table.get(found[0], table.get(found[0].rstrip("."), found[0])), surface)


def introduced(text: str) -> dict[str, str]:
    """Abbreviations that the article introduces itself: ``Liên đoàn Lao động (LĐLĐ)`` and ``Khu chế xuất (gọi tắt là KCX)``.

    Returns:
        Abbreviation to the words before the bracket, only where the initials or the capitals bear it out.
    """
    found: dict[str, str] = {}
    for match in re.finditer(_SHORT, text):
        short = match[1]
        before = text[max(0, match.start() - 140) : match.start()].split("\n")[-1]
        words = re.findall(r"[^\W_]+", before)
        if short.isupper() or sum(letter.isupper() for letter in short) >= 2:
            full = _by_initials(short, words, before)
            if full:
                found.setdefault(short, full)
    return found


def _by_initials(short: str, words: Sequence[str], before: str) -> str | None:
    """The shortest run of words before the bracket whose initials hold the abbreviation's letters in order."""
    letters = [letter.lower() for letter in short if letter.isalpha()]
    for length in range(len(letters), min(len(words), len(letters) + 4) + 1):
        run = words[-length:]
        initials = [word[0].lower() for word in run]
        if initials[0] == letters[0] and _in_order(letters, initials):
            start = _start_of(run, before)
            return before[start:].strip() if start is not None else None
    return None


def _in_order(letters: Sequence[str], initials: Sequence[str]) -> bool:
    remaining = iter(initials)
    return all(letter in remaining for letter in letters)


def _start_of(run: Sequence[str], before: str) -> int | None:
    pattern = r"[\W_]+".join(map(re.escape, run))
    matches = list(re.finditer(pattern + r"[\W_]*$", before))
    return matches[-1].start() if matches else None


def _called(mentions: Sequence[str], text: str) -> dict[str, str]:
    """Mentions that the article gives in brackets right after another mention: ``Quỹ Trợ vốn cho người lao động nghèo (CEP)``."""
    alone = set(mentions)
    found: dict[str, str] = {}
    for mention in dict.fromkeys(mentions):
        inside = re.fullmatch(rf"(.+?){_SHORT}", mention, re.DOTALL)
        pairs = [inside.groups()] if inside else [(mention, match[1]) for match in re.finditer(re.escape(mention) + _SHORT, text)]
        for name, short in pairs:
            if short in alone and len(name) > len(short):
                found.setdefault(short, name)
    return found


def resolve(mentions: Sequence[str], text: str) -> list[str]:
    """The full name of each mention, in the article's own words.

    A mention that ends with the level of a place (`LĐLĐ huyện`) takes the fullest name of the same body that the article gives;
    other mentions are written out. A mention that names nothing fuller stays as it is.

    Args:
        mentions: every ORGANISATION of the article, in text order.
        text: the article's NFC text.
    """
    own, called = introduced(text), _called(mentions, text)
    names = [Name(mention, expand(" ".join(called.get(mention, mention).split()), own)) for mention in mentions]
    seen = Counter(name.full for name in names)
    return [_fullest(name, place, names, seen) for place, name in enumerate(names)]


def _fullest(name: Name, place: int, names: Sequence[Name], seen: Counter[str]) -> str:
    stem = _key(name.full)
    if stem in _UNION:
        options = [(other.full, i) for i, other in enumerate(names) if _key(other.full).startswith(_UNION_NAMES) and _key(other.full) not in _UNION]
    elif stem in _LEVEL_NAMES:
        # The place alone, told of a union's deed (`kinh phí công đoàn của quận`): the union of that level.
        options = [(other.full, i) for i, other in enumerate(names) if _key(other.full).startswith(_UNION_NAMES) and f" {stem} " in f"{_key(other.full)} "]
        options = [option for option in options if not _LEVEL_END.search(option[0])] or options
    elif _LEVEL_END.search(name.full):
        options = [(other.full, i) for i, other in enumerate(names) if _key(other.full).startswith(stem + " ") and _same_body(stem, _key(other.full))]
    else:
        return name.full
    if not options:
        return name.full
    # The body spoken of most; of equals the one nearest before.
    return max(options, key=lambda option: (seen[option[0]], option[1] < place, -abs(option[1] - place)))[0]


def _same_body(stem: str, longer: str) -> bool:
    """True where the rest is only the place's name: `… huyện` + `thạch thất`, but not `quận` + `uỷ`."""
    rest = longer[len(stem) :].split()
    return len(rest) <= 5 and rest[0] not in {"uỷ", "ủy", "đoàn"}


def _key(name: str) -> str:
    return " ".join(name.casefold().split())
