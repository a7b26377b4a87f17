"""Which names of an article say the same body more fully: ``Công ty CP Xây dựng Xuân Mai`` for ``Xuân Mai``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from model.names import Names, inner_body, key_of, without_levels
from model.places import LEVELS, is_place

SECTORS = (
    "giáo dục", "y tế", "xây dựng", "công thương", "nông nghiệp", "giao thông", "dệt may", "ngân hàng", "viên chức", "cao su", "dầu khí", "điện lực",
    "hàng hải", "đường sắt", "hàng không", "than", "quốc phòng", "công an", "bưu chính", "bưu điện", "thông tin", "thương mại", "du lịch", "thuỷ sản", "thủy sản",
)  # fmt: skip
"""How the fields begin that have a union of their own."""
_FIELD = re.compile(rf"^(?:giao thông vận tải|giáo dục và đào tạo|nông nghiệp và phát triển nông thôn|{'|'.join(SECTORS)})(?!\w) ?", re.IGNORECASE)

_FIRM = re.compile(r"(?:tổng công ty|công ty|tập đoàn|ngân hàng|doanh nghiệp|liên doanh)(?!\w)", re.IGNORECASE)
_FIRM_WORDS = re.compile(r"(?:(?:tổng )?công ty|tập đoàn|ngân hàng|liên doanh|doanh nghiệp|tnhh|mtv|cổ phần|cp|tmcp)(?: |$)", re.IGNORECASE)
_LEGAL = re.compile(r"(?<!\w)(?:cổ phần|cp|tnhh|tmcp|tổng công ty|tập đoàn|liên doanh)(?!\w)")
_LEGAL_FRONT = re.compile(r"công ty(?: cổ phần| cp| tnhh| mtv)*")
_NOT_THE_FIRM = re.compile(r" (?:các|những|chi nhánh|chi hội) |^công ty (?:mẹ|con) ")
_TRADE_END = re.compile(r" (?:corp|group|air|việt nam)$", re.IGNORECASE)
_CLOSINGS = ("", " việt nam", " vina", " corp", " group", " holdings", " - ctcp", " - công ty cổ phần")
# What a fuller name may hold before a place: forms and levels, but no name of another body.
_FILLER = re.compile(
    r"(?:cơ sở|tỉnh|huyện|quận|thành phố|thị xã|ngành|các|chi nhánh|đa khoa|cổ phần|cp|tnhh|mtv|tmcp|một thành viên|trách nhiệm hữu hạn|thương mại cổ phần|liên đoàn lao động)"
    r"(?: (?:cơ sở|các|cổ phần|cp|mtv|một thành viên|thành phố|tỉnh))*"
)
_OF_LABOUR = re.compile(r" ?[-–]? ?thương binh")
"""How the ministry of labour's name goes on; `Bộ Lao động Hàn Quốc` is another's."""
_OTHER_BODY = re.compile(r"(?<!\w)(?:xí nghiệp|nhà máy|chi nhánh|trung tâm|phòng|ban|khoa|tổ|đội|mẹ|con|công đoàn|liên đoàn|các|thuộc|của|tại|số)(?!\w)")
_COUNTRY = frozenset({"việt nam", "quốc gia"})
_COUNTRY_OR_CENTRE = _COUNTRY | {"trung ương"}
_COMPLETE = re.compile(r"(?:việt nam|trung ương)$")
_OFFICES = ("chi cục", "tổng cục", "cục", "sở", "phòng", "trường")
_OFFICE_FRONT = re.compile("|".join(_OFFICES))
_ACRONYM_FRONT = re.compile(r"(?:quỹ(?: \w+){0,3}|ngân hàng|tập đoàn|(?:tổng )?công ty|hãng|báo|đài)")
_ANOTHER = re.compile(r"(?:chi nhánh|khu vực|cơ sở|trung ương)(?!\w)", re.IGNORECASE)
_LEVEL_END = re.compile(rf" (?:{'|'.join(LEVELS)})$")
_KIND = re.compile(
    r"(?:trung tâm|quỹ|ban|(?:chi |phân )?hội|hiệp hội|liên hiệp|liên minh|(?:tổng |chi )?cục|vụ|khoa|(?:tổng )?công ty|tập đoàn|ngân hàng|trường|đại học|học viện|viện|bệnh viện"
    r"|công đoàn|nghiệp đoàn|đài|báo|đội|tổ|uỷ ban|ủy ban|bộ|sở|phòng|khu|chính phủ|vườn|trung ương|nhà máy|xí nghiệp|hợp tác xã|kho bạc|bảo hiểm|toà|tòa|công an|cơ quan"
    r"|văn phòng)(?!\w)"
)
_TELL_APART_AT_MOST = 50
"""Names that share even their rarest word with so many others are told apart by none."""
_ACRONYM = re.compile(r"[A-ZĐ]{2,6}")
_WORD = re.compile(r"[^\W_][\w&/.-]*")

_ENDS_OF_LEVELS = frozenset(level.split()[-1] for level in LEVELS)


def longer(names: Names, name: str) -> list[str]:
    """Keys of names that say more fully what this one says, by the first kind that the article has.

    The level of a place, the place itself (``Sở Công Thương tỉnh Bắc Giang``), the rest of a ministry's field (``Bộ Giáo dục và Đào tạo``),
    the country (``Công đoàn Dầu khí Việt Nam``), words left out inside, and last whatever follows where all that follow agree.
    """
    key = key_of(name)
    inner = inner_body(name)
    whole = " " not in (inner[1] if inner else key) or _names_its_place(name)  # `Agribank Thanh Hoá` is no fuller name of `Agribank`
    onward = [] if whole else names.beginning(key)
    rest = {other: names.spelled(other)[len(key) :].strip() for other in onward}
    of_office = onward if key.startswith(("bộ ", "sở ")) else []
    ministry = [other for other in of_office if other[len(key) :].startswith((" và ", ", "))]
    if not ministry and all(_OF_LABOUR.match(other, len(key)) for other in of_office):
        ministry = of_office
    return (
        names.alike(key)
        or [other for other in onward if is_place(rest[other])]
        or ministry
        or [other for other in onward if rest[other].casefold() in (_COUNTRY_OR_CENTRE if key.startswith("ban ") else _COUNTRY)]
        or aligned(names, name)
        or _chain(key, rest)
    )


def with_front(names: Names, name: str) -> list[str]:
    """``Chi cục Hải quan cửa khẩu Hữu Nghị`` for ``Hải quan cửa khẩu Hữu Nghị``, ``Quỹ CEP`` for ``CEP``."""
    key = key_of(name)
    if " " in key:
        allowed = _LEGAL_FRONT if _FIRM.match(key) else _OFFICE_FRONT
    elif sum(map(str.isupper, name)) > 1:
        allowed = _ACRONYM_FRONT
    else:
        return []
    own = names.ending(key) or [other for office in _OFFICES for other in names.alike(f"{office} {key}")]
    return [other for other in own if allowed.fullmatch(without_levels(other).removesuffix(without_levels(key)).strip())]


def _names_its_place(name: str) -> bool:
    """True for a name that ends with a place or the country, or with nothing but a level: nothing more is to be said."""
    words = name.split()
    return bool(_COMPLETE.search(key_of(name))) or any(is_place(" ".join(words[-n:])) for n in range(1, min(6, len(words))))


def _chain(key: str, rest: Mapping[str, str]) -> list[str]:
    """The longest name that goes on from this one with a name, where every other that does is part of it; not from a firm's own name (``An Phát``)."""
    onward = [other for other in rest if not _LEVEL_END.search(other)]
    longest = max(onward, key=len, default="")
    named = longest and _KIND.match(key) and (rest[longest].lstrip("-– ")[:1].isupper() or rest[longest].startswith("công đoàn"))
    agree = named and not _ANOTHER.match(rest[longest]) and all(longest.startswith(other) for other in onward)
    return [longest] if agree else []


def aligned(names: Names, name: str) -> list[str]:
    """Names with the same words and others between them: ``Công ty cổ phần Than Hà Lầm`` for ``Công ty Than Hà Lầm``."""
    words, kind = _words(name), _KIND.match(key_of(name))
    spelled = [word.casefold() for word in words if not _ACRONYM.fullmatch(word)]
    if len(words) < 2 or not spelled:
        return []
    holding = names.holding(spelled)
    if len(holding) > _TELL_APART_AT_MOST:
        return []
    alike = [other for other in holding if (not kind or other.startswith(kind[0])) and _same_form(name, other)]
    return [other for other in alike if _says_more(words, _words(names.spelled(other)), placed=_names_its_place(name))]


def _words(name: str) -> list[str]:
    return _WORD.findall(name)


def _says_more(short: Sequence[str], full: Sequence[str], placed: bool) -> bool:
    """True where the full name holds the short one's words in order, and what it has besides names no other body, nor another place than its own."""
    keys = [word.casefold() for word in full]
    places = _places_in(short, keys)
    if len(full) <= len(short) or not places or places[0][0] or _parts_a_place(short, places):
        return False
    gaps = {place: " ".join(keys[end:start]) for place, ((_, end), (start, _)) in enumerate(pairwise(places), 1) if start > end}
    trailing = " ".join(full[places[-1][1] :])
    written_out = not gaps and any(map(_ACRONYM.fullmatch, short)) and trailing[:1].isupper() and not _ANOTHER.match(trailing)
    named = not placed and (is_place(trailing) or written_out)
    if trailing and not named and trailing.casefold() not in ("việt nam", "vina"):
        return False
    return all(map(_FILLER.fullmatch, gaps.values())) or (_is_own_name(short[max(gaps) :]) and not any(map(_OTHER_BODY.search, gaps.values())))


def _parts_a_place(short: Sequence[str], places: Sequence[tuple[int, int]]) -> bool:
    """True where more words stand between a level and its place: ``phường Tây Hoa Lư`` is another than ``phường Hoa Lư``."""
    return any(start > end and short[place - 1].casefold() in _ENDS_OF_LEVELS for place, ((_, end), (start, _)) in enumerate(pairwise(places), 1))


def _places_in(short: Sequence[str], full: Sequence[str]) -> list[tuple[int, int]]:
    """Where the full name says each of the words in turn, as ranges of its words; empty where it does not."""
    places, at = [], 0
    for word in short:
        start, at = _find(word, full, at)
        if start < 0:
            return []
        places.append((start, at))
    return places


def _find(word: str, full: Sequence[str], at: int) -> tuple[int, int]:
    """Where the full name says the word, or the words whose initials an abbreviation has."""
    if word.casefold() in full[at:]:
        start = full.index(word.casefold(), at)
        return start, start + 1
    if _ACRONYM.fullmatch(word):
        initials = "".join(part[0] for part in full)
        start = initials.find(word.casefold(), at)
        return start, start + len(word)
    return -1, -1


def _is_own_name(words: Sequence[str]) -> bool:
    """True for the name of one body: no place, no country, no field alone (``Dầu khí``, ``Giao thông vận tải``), no common word alone."""
    name = " ".join(words)
    own = _FIELD.sub("", name)  # what is left of `Cao su Bà Rịa` tells it from other bodies
    if is_place(name) or _COMPLETE.search(key_of(name)) or not any(word[:1].isupper() or word[:1].isdigit() for word in own.split()):
        return False
    if len(words) > 2:
        return True
    return all(word[:1].isupper() or word[:1].isdigit() for word in words) and (len(words) == 2 or _tells_apart(name))


def _tells_apart(word: str) -> bool:
    """True for one word that is no common syllable (``Khí``, ``Sữa``): an acronym, a foreign or a long word."""
    return len(word) > 4 or (len(word) > 2 and word.isupper()) or (len(word) == 4 and word.isascii())


def firm(names: Names, name: str) -> str | None:
    """A firm's or its union's name with what the article's full name has before and after it."""
    lead, body = inner_body(name) or ("", name)
    if not _may_be_firm(lead, body):
        return None
    own = key_of(core(body))
    found = [other for closing in _CLOSINGS for other in names.ending(own + closing) if len(other) > len(key_of(body)) and not _NOT_THE_FIRM.search(other)]
    if unions := [other for other in found if lead and _is_union_of(body, other) and len(other) > len(name)]:
        return names.best(unions)
    firms = [other for other in found if _same_kind(body, other) and _same_form(body, other)]
    best = names.best([other for other in firms if _LEGAL.search(other)] or firms)
    return best and (f"{lead} {best}" if lead else best)


def _may_be_firm(lead: str, body: str) -> bool:
    """True where the words are one firm's name; ``Công đoàn Than - Khoáng sản Việt Nam`` is the union of a field and whole."""
    if lead and _COMPLETE.search(key_of(body)) and key_of(body).startswith(SECTORS):
        return False
    own = core(body)
    return _is_own_name(own.split()) and (own == body or bool(_FIRM.match(body) or _TRADE_END.search(body)))


def _is_union_of(body: str, other: str) -> bool:
    inner = inner_body(other) if other.startswith("công đoàn") else None
    return inner is not None and _same_kind(body, inner[1])


def _same_form(name: str, other: str) -> bool:
    """False for a limited company and a joint-stock company: two firms."""
    forms = [[bool(set(words.split()) & form) for form in ({"tnhh", "hữu"}, {"cp", "cổ", "ctcp"})] for words in (key_of(name), other)]
    return forms[0] == forms[1] or not (any(forms[0]) and any(forms[1]))


def _same_kind(body: str, other: str) -> bool:
    """True where the other is a firm, and of the kind that the name says if it says one: a ``Tổng công ty`` is no ``Công ty``."""
    kind, others = _FIRM.match(body), _FIRM.match(other)
    if not kind or not others or kind[0].casefold() == others[0].casefold():
        return others is not None
    return other == f"tổng {key_of(body)}" or f" {kind[0].casefold()} " in other.replace("tổng công ty", "")


def core(body: str) -> str:
    """A firm's own name without its legal form and, where it says no form, its closing word: ``Xuân Mai`` of ``Xuân Mai Corp``."""
    own = body
    while found := _FIRM_WORDS.match(own):
        own = own[found.end() :]
    return own if own != body else _TRADE_END.sub("", own)


def is_body(name: str) -> bool:
    """True where the name begins with what kind of body it is."""
    return _KIND.match(key_of(name)) is not None


def is_firm(name: str) -> bool:
    """True where the name says that it is a company, a group or a bank."""
    return _FIRM.match(name) is not None
