"""Mentions of organised bodies to the full names that the article itself gives.

`LĐLĐ huyện` in an article on Thạch Thất is `Liên đoàn Lao động huyện Thạch Thất`; `Hepza` is the mention that the article puts before `(Hepza)`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from model.places import LEVELS, is_place, main_place, named_places

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
    "LĐ-TB&XH": "Lao động - Thương binh và Xã hội",
    "LĐ-TB-XH": "Lao động - Thương binh và Xã hội",
    "LĐTB&XH": "Lao động - Thương binh và Xã hội",
    "MTTQ": "Mặt trận Tổ quốc",
    "BHYT": "Bảo hiểm y tế",
    "NHNN": "Ngân hàng Nhà nước",
    "NHCSXH": "Ngân hàng Chính sách xã hội",
    "PGD": "Phòng giao dịch",
    "CSGT": "Cảnh sát giao thông",
    "BĐBP": "Bộ đội Biên phòng",
    "CSXH": "Chính sách xã hội",
    "PTNT": "Phát triển nông thôn",
    "HQCK": "Hải quan cửa khẩu",
    "TW": "Trung ương",
    "XD": "Xây dựng",
    "CS": "Cao su",
    "CĐNH": "Công đoàn Ngân hàng",
    "CATP": "Công an thành phố",
    "XSKT": "Xổ số kiến thiết",
    "TAND": "Toà án nhân dân",
    "UBKT": "Uỷ ban Kiểm tra",
    "HND": "Hội Nông dân",
    "CĐGD": "Công đoàn Giáo dục",
    "CTCP": "Công ty cổ phần",
    "TCT": "Tổng công ty",
    "BQL": "Ban quản lý",
    "HTX": "Hợp tác xã",
    "KCX-KCN": "Khu chế xuất - Khu công nghiệp",
    "KCX-CN": "Khu chế xuất và công nghiệp",
    "KCN-CX": "Khu công nghiệp và Chế xuất",
}
"""Abbreviations whose meaning does not change from article to article."""

# Heads that say what kind of body it is without naming it: `Công đoàn Công ty`, `Bệnh viện`, `Chi cục`.
_HEADS = (
    *LEVELS, "ngành", "công ty", "tập đoàn", "tổng công ty", "trường", "bệnh viện", "cục", "chi cục", "trung tâm", "hội", "sở", "phòng", "ngân hàng",
    "xí nghiệp", "nhà máy", "viện", "nghiệp đoàn", "khoa", "quỹ", "hợp tác xã", "ban chỉ đạo", "khu kinh tế", "khu công nghiệp",
)  # fmt: skip
_HEAD_END = re.compile(rf"(?:^|\s)(?P<head>{'|'.join(sorted(_HEADS, key=len, reverse=True))})\.?$|^tổng liên đoàn(?: lao động)?$", re.IGNORECASE)
# `các cấp công đoàn trong huyện`: many bodies of a place, not one with a name.
_LEVEL_END = re.compile(rf" (?:{'|'.join(LEVELS)})$", re.IGNORECASE)
_WITHIN = re.compile(r" (?:trong|toàn|thuộc|của|ở|tại) (?:tỉnh|huyện|quận|thành phố|thị xã|ngành)$", re.IGNORECASE)
_COMMITTEE = re.compile(r"(?P<level>tỉnh|huyện|quận|thành|thị) ?(?:uỷ|ủy|đoàn)$", re.IGNORECASE)
_COMMITTEE_LEVELS = {"thành": "thành phố", "thị": "thị xã"}
# A union that does not say which: the one that the article speaks of most.
_UNION = frozenset({"công đoàn", "tổ chức công đoàn", "liên đoàn lao động", "liên đoàn", "ban chấp hành công đoàn"})
_UNION_NAMES = ("liên đoàn lao động", "công đoàn", "tổng liên đoàn lao động")
_UNION_OF = re.compile(r"(?P<union>công đoàn(?: cơ sở)?|đoàn thanh niên|hội nông dân|chi nhánh) (?P<body>.+)", re.IGNORECASE)
_FIRM = re.compile(r"(?:công ty|tổng công ty|tập đoàn|ngân hàng|doanh nghiệp|liên doanh)(?!\w)", re.IGNORECASE)
_FIRM_WORDS = re.compile(r"(?:(?:tổng )?công ty|tập đoàn|ngân hàng|tnhh|mtv|cổ phần|cp|tmcp)(?: |$)", re.IGNORECASE)
_PARTS_OF = re.compile(r" (?:các|những|chi nhánh|chi hội) ")
_LEGAL = re.compile(r"(?<!\w)(?:cổ phần|cp|tnhh|tmcp|tổng công ty|tập đoàn|liên doanh)(?!\w)")
_TRADE_NAME = re.compile(r" (?:corp|group|air|holdings|việt nam)$", re.IGNORECASE)
_STATE_OFFICE = re.compile(r"(?:sở|công đoàn ngành) \w|công đoàn (?:các )?khu (?:kinh tế|công nghiệp|chế xuất)(?: và (?:khu )?(?:chế xuất|công nghiệp))?$", re.IGNORECASE)
_SECTORS = ("giáo dục", "y tế", "xây dựng", "công thương", "nông nghiệp", "giao thông", "dệt may", "ngân hàng", "viên chức", "cao su", "dầu khí", "điện lực")
_LABELS = re.compile(
    r"^(?:(?:gọi|viết|tên|sau đây|dưới đây)(?: gọi| viết)?(?: tắt)?(?: là)?|mã(?: (?:chứng khoán|cổ phiếu|CK|CP))?|HOSE|HNX|HSX|UPCoM|tức|nay là)"
    r"(?=[:\s]+\w)[:\s]*",
    re.IGNORECASE,
)
_UNION_LEAD = re.compile(r"^(?:CĐ|CĐCS|Công đoàn|Công đoàn cơ sở|Đoàn Thanh niên) ", re.IGNORECASE)
_FIRM_HEADS = r"(?:Tổng [Cc]ông ty|[Tt]ổng [Cc]ông ty|[Cc]ông ty|CTCP|[Tt]ập đoàn|[Nn]gân hàng|[Ll]iên doanh)"
_FOUR_SMALL_WORDS = r"[a-zà-ỹ]+ [a-zà-ỹ]+ [a-zà-ỹ]+ [a-zà-ỹ]+"  # running text, not a name
_FIRM_IN_BRACKETS = re.compile(
    rf"(?<!\w)(?P<name>{_FIRM_HEADS} (?:(?!{_FIRM_HEADS} |{_FOUR_SMALL_WORDS})[^().,;:\n]){{3,80}}?) ?\((?P<short>[^()\n]{{2,40}})\)"
)
_BRACKET = r"\s{0,3}\(([^()\n]{2,60})\)"
_WORDS = re.compile(r"[^\W_]+(?:[&.-][^\W_]+)*\.?")
_SHORT = r"\s{0,3}\((?:(?:gọi|viết) tắt(?: là)?:?\s*)?([^\W\d_][\w&-]{1,11})\)"


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
    surface = re.sub(r"(?<=[A-ZĐ]) ?([&-]) ?(?=[A-ZĐ]{2,})", r"\1", surface)  # GD & ĐT
    surface = re.sub(r"(?<=Hội )ND\b", "Nông dân", surface)
    surface = re.sub(r"(?<=[A-ZĐ]{2})(?:VN)+\b", " Việt Nam", surface) if "VN" in surface and surface not in table else surface
    surface = re.sub(r"(?i)(?<=trường )(MN|TH)\b", lambda found: "Mầm non" if found[1].upper() == "MN" else "Tiểu học", surface)
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
    """Mentions that the article gives in brackets after another one, or explains in brackets: ``Công ty CP Thế giới Di động (MWG)``."""
    alone = {mention for mention in mentions if not is_place(mention)}
    found: dict[str, str] = {}
    for mention in dict.fromkeys(mentions):
        inside = re.fullmatch(rf"(.+?){_BRACKET}", mention, re.DOTALL)
        pairs = [inside.groups()] if inside else [(mention, match[1]) for match in re.finditer(re.escape(mention) + _BRACKET, text)]
        for name, bracket in pairs:
            for short in map(_unlabelled, re.split(r"[,;:]| [-–] |[–]", bracket)):
                if short in alone and short != name and len(name) > len(short):
                    found.setdefault(short, _meant(short, name))
            if bracket in alone and len(bracket) > len(name) and _FIRM.match(expand(bracket)):
                found.setdefault(name, bracket)
    for short, name in _explained(text):
        if short in alone and short not in found and len(name) > len(short):
            found[short] = name
    return found


def _without_union(mention: str) -> str:
    """``Công đoàn BSR`` is the union of ``BSR``."""
    return _UNION_LEAD.sub("", mention)


def _meant(short: str, name: str) -> str:
    """What an abbreviation after ``Công đoàn Ngân hàng X`` means: the bank, unless it speaks of the union."""
    name = re.sub(r"^công ty mẹ - ", "", name, flags=re.IGNORECASE)
    return name if re.search(r"CĐ|công đoàn|LĐ", short, re.IGNORECASE) else _without_union(name)


def _explained(text: str) -> Iterator[tuple[str, str]]:
    """Firms with what follows them in brackets, also where nobody marked them: ``Tổng công ty Phát điện 3 (Genco 3)``."""
    for found in _FIRM_IN_BRACKETS.finditer(text):
        for short in map(_unlabelled, re.split(r"[,;:]| [-–] |[–]", found["short"])):
            yield short, found["name"]


def _unlabelled(words: str) -> str:
    """``mã chứng khoán MWG`` is ``MWG``."""
    words, before = words.strip(), ""
    while words != before:
        words, before = _LABELS.sub("", words).strip(" :\"“”"), words
    return words


def resolve(mentions: Sequence[str], text: str) -> list[str]:
    """The full name of each mention, in the article's own words.

    A mention that ends with a head and no name (`LĐLĐ huyện`, `Công đoàn Công ty`) takes the fullest name of the same body that the article
    gives, or the place of that level that it names most; a firm's short name takes its full one; other mentions are written out.
    A mention that names nothing fuller stays as it is.

    Args:
        mentions: every ORGANISATION of the article, in text order.
        text: the article's NFC text.
    """
    article = _Names(mentions, text)
    return [article.fullest(place) for place in range(len(mentions))]


class _Names:
    """All mentions of one article, written out, and the places that it names."""

    def __init__(self, mentions: Sequence[str], text: str) -> None:
        own, self._called = introduced(text), _called(mentions, text)
        self._own = own
        self._names = [self._written_out(" ".join(mention.split())) for mention in mentions]
        self._keys = [_key(name) for name in self._names]
        self._seen = Counter(self._names)
        self._places = named_places(text)

    def _written_out(self, mention: str) -> str:
        """The mention without abbreviations and without its own short name in brackets.

        ``Công đoàn Hepza`` is a name in use and stays, whatever Hepza is short for.
        """
        mention = self._called.get(mention, mention)
        bracket = re.fullmatch(rf"(.+?){_BRACKET}", mention)
        if bracket and " " not in bracket[2] and sum(map(str.isupper, bracket[2])) >= 2:
            mention = bracket[1]
        return expand(mention, self._own)

    def fullest(self, place: int, steps: int = 3) -> str:
        """The fullest name of the body that a mention means. A name that was found may itself have a fuller one, ``steps`` times."""
        name, key = self._names[place], self._keys[place]
        found = self._fuller(place, name, key)
        if isinstance(found, int):
            return self.fullest(found, steps - 1) if steps else self._names[found]
        return found

    def _fuller(self, place: int, name: str, key: str) -> int | str:
        """A mention that says it more fully, or the name itself with what the article adds to it."""
        if key in _UNION:
            best = self._best(place, [i for i, other in enumerate(self._keys) if other.startswith(_UNION_NAMES) and other not in _UNION])
            return name if best is None else best
        if committee := _COMMITTEE.search(name):
            return self._at(name, committee["level"].lower())
        if _WITHIN.search(name):
            return name
        if _STATE_OFFICE.match(name) and self._in_the_province(name) != name and not self._longer_by_a_place(key):
            return self._in_the_province(name)
        if end := _HEAD_END.search(name):
            return self._headed(place, name, key, (end["head"] or "").lower())
        if (federation := self._federation(place, key)) is not None:
            return federation
        longer = self._best(place, self._longer_by_a_place(key))
        if longer is not None:
            return longer
        return self._firm(place, name, key)

    def _best(self, place: int, options: Sequence[int]) -> int | None:
        """The body spoken of most; of equals the one nearest before."""
        return max(options, key=lambda i: (self._seen[self._names[i]], i < place, -abs(i - place)), default=None)

    def _federation(self, place: int, key: str) -> int | None:
        """The union of a district or province is its Federation of Labour where the article calls it so too."""
        if not key.startswith("công đoàn ") or not is_level_name(key.removeprefix("công đoàn ")):
            return None
        wanted = key.replace("công đoàn ", "liên đoàn lao động ", 1)
        return self._best(place, [i for i, other in enumerate(self._keys) if other == wanted])

    def _headed(self, place: int, name: str, key: str, head: str) -> int | str:
        """A name that ends with a head: the same words with a name after them, else with the place of that level."""
        if key == head and head in LEVELS:
            # The place alone, in an article on its union (`kinh phí công đoàn của quận`): the union's deed.
            named = self._best(place, [i for i, other in enumerate(self._keys) if other.startswith(_UNION_NAMES) and f" {head} " in f"{other} "])
            return self._at(name, head) if named is None else named
        longer = [i for i, other in enumerate(self._keys) if other.startswith(key + " ") and _same_body(key, other, head, self._names[i])]
        if key == f"công đoàn {head}" and head in LEVELS:
            longer = [i for i, other in enumerate(self._keys) if other.startswith(f"liên đoàn lao động {head}")] or longer
        if head == "ngành" and not longer:
            longer = [i for i, other in enumerate(self._keys) if other.startswith(tuple(f"công đoàn {sector}" for sector in _SECTORS)) and "việt nam" not in other]
        best = self._best(place, longer)
        if best is not None:
            return best
        union = _UNION_OF.fullmatch(name)
        if union and head not in LEVELS:
            body = self._best(place, [i for i, other in enumerate(self._keys) if other.startswith(_key(union["body"]) + " ")])
            return name if body is None else f"{union['union']} {self._names[body]}"
        return self._at(name, head) if head in LEVELS else name

    def _at(self, name: str, level: str) -> str:
        """The name with the place of that level that the article names most."""
        place = main_place(self._places, _COMMITTEE_LEVELS.get(level, level))
        return f"{name} {place}" if place else name

    def _in_the_province(self, name: str) -> str:
        """An office of a province, where the article names hardly another."""
        (province, count), (_, second) = (*self._places["tỉnh"].most_common(2), ("", 0), ("", 0))[:2]
        if _LEVEL_END.search(name) or any(is_place(" ".join(name.split()[-n:])) for n in range(1, 6)) or count == 0 or count < 2 * second:
            return name
        return f"{name} tỉnh {province}"

    def _longer_by_a_place(self, key: str) -> list[int]:
        """Mentions that say the place more fully: ``Sở Công Thương tỉnh Bắc Giang``, ``Cục Thuế tỉnh Bắc Giang``, or the field: ``Bộ Giáo dục và …``."""
        same = [i for i, other in enumerate(self._keys) if len(other) > len(key) and _without_level(other) == key]
        placed = [i for i, other in enumerate(self._keys) if other.startswith(key + " ") and is_place(self._names[i][len(key) :].strip())]
        ministry = [i for i, other in enumerate(self._keys) if key.startswith(("bộ ", "sở ")) and other.startswith((key + " và ", key + ", "))]
        return same or placed or ministry

    def _firm(self, place: int, name: str, key: str) -> int | str:
        """A firm's or its union's name with what the article's full name has before and after it."""
        union = _UNION_OF.fullmatch(name)
        lead, body = (union["union"] + " ", _key(union["body"])) if union else ("", key)
        core = _core(body)
        if not core or is_place(core.title()) or (core != body and not _FIRM.match(body) and not _TRADE_NAME.search(body)):
            return name
        # `Công đoàn các chi nhánh BIDV` are other bodies than `Công đoàn BIDV`.
        unions = [i for i, o in enumerate(self._keys) if lead and o.startswith("công đoàn") and self._ends(o, core, len(key)) and not _PARTS_OF.search(o)]
        if unions:
            return max(unions, key=lambda i: (self._seen[self._names[i]], -abs(i - place)))
        firms = [i for i, other in enumerate(self._keys) if _FIRM.match(other) and self._ends(other, core, len(body))]
        if not firms:
            return name
        best = max(firms, key=lambda i: (bool(_LEGAL.search(self._keys[i])), self._seen[self._names[i]], -abs(i - place)))
        return lead + self._names[best] if lead else best

    @staticmethod
    def _ends(other: str, core: str, length: int) -> bool:
        """True where a longer name ends with the core, but for a closing ``Việt Nam`` or ``Corp``."""
        return len(other) > length and (other.endswith(" " + core) or _TRADE_NAME.sub("", other).endswith(" " + core))


def _core(body: str) -> str:
    """A firm's own name without its legal form and closing words: ``công ty cp xuân mai corp`` is ``xuân mai``."""
    while found := _FIRM_WORDS.match(body):
        body = body[found.end() :]
    return _TRADE_NAME.sub("", body)


def _without_level(key: str) -> str:
    """``cục thuế tỉnh bắc giang`` without ``tỉnh``."""
    return re.sub(r"(?<= )(?:tỉnh|huyện|thành phố) ", "", key)


def is_level_name(words: str) -> bool:
    """True for a level with a name after it, in lower case: ``huyện gia lâm``."""
    return words.startswith(tuple(f"{level} " for level in LEVELS))


def _same_body(stem: str, longer: str, head: str, name: str) -> bool:
    """True where the rest is only a name: `… huyện` + `Thạch Thất`, but not `quận` + `uỷ`."""
    rest = longer[len(stem) :].split()
    if rest[0] in {"uỷ", "ủy", "đoàn"}:
        return False
    if head in LEVELS or not head:
        return len(rest) <= 5
    return len(rest) <= 14 and (name[len(stem) :].strip()[0].isupper() or rest[0] in ("cổ", "tư", "trách", "nghề", "dịch"))


def _key(name: str) -> str:
    return " ".join(name.casefold().split())
