"""Mentions of organised bodies to the full names that the article itself gives.

`LĐLĐ huyện` in an article on Thạch Thất is `Liên đoàn Lao động huyện Thạch Thất`; `Hepza` is the mention that the article puts before `(Hepza)`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence

from model.abbreviations import expand
from model.acronyms import Acronyms, spelt_out
from model.fuller_names import aligned, core, firm, is_body, is_firm, longer, with_front
from model.names import Names, inner_body, key_of
from model.placed_names import Places
from model.places import LEVELS, is_place
from model.round_ups import RoundUp
from model.short_names import called, introduced
from model.spelling import Spelling
from model.unions import Unions

# Heads that say what kind of body it is without naming it: `Công đoàn Công ty`, `Bệnh viện`, `Chi cục`.
_HEADS = (
    *LEVELS, "ngành", "công ty", "tập đoàn", "tổng công ty", "trường", "nhà trường", "bệnh viện", "cục", "chi cục", "tổng cục", "trung tâm", "hội", "sở", "bộ",
    "phòng", "ngân hàng", "xí nghiệp", "nhà máy", "viện", "nghiệp đoàn", "khoa", "quỹ", "hợp tác xã", "ban chỉ đạo", "ban quản lý", "khu kinh tế",
    "khu công nghiệp", "kho bạc", "nông trường", "liên minh", "hiệp hội",
)  # fmt: skip
_HEAD_END = re.compile(rf"(?:^|\s)(?P<head>{'|'.join(sorted(_HEADS, key=len, reverse=True))})\.?$", re.IGNORECASE)
_BELOW_END = re.compile(rf" ({'|'.join(level for level in LEVELS if level != 'tỉnh')})$", re.IGNORECASE)
_BORNE = re.compile(rf" (?P<level>{'|'.join(level for level in LEVELS if level != 'tỉnh')}) (?P<place>[^\W\d_]+(?: [^\W\d_]+){{0,3}})$", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[^\w\s&/-]")
_ANSWERS_TO = {"nhà trường": "trường"}
_NAME_GOES_ON = frozenset("cổ tư trách nghề dịch các khu dự tiểu trung mầm mẫu đại cao thpt thcs".split())
# `doanh nghiệp trong huyện`: many bodies of a place, not one with a name.
_WITHIN = re.compile(r" (?:trong|toàn|thuộc|của|ở|tại) (?:tỉnh|huyện|quận|thành phố|thị xã|ngành)$", re.IGNORECASE)
# A body's own short name in brackets: `Tổ chức Lao động quốc tế (ILO) tại Hà Nội`, `Tổng công ty Hàng hải Việt Nam (Vinalines)`.
_OWN_SHORT_NAME = re.compile(r"(?<=\w)\s{0,3}\((?:[^\W\d_][\w&.-]*[A-ZĐ][\w&.-]*|[A-Z][a-z]{4,}|(?:gọi|viết) tắt[^()]*)\)")
_LONGEST = 300
"""Characters: what is longer is no name."""
_STEPS = 4
"""How often a name that was found may itself have a fuller one."""


def resolve(mentions: Sequence[str], text: str, starts: Sequence[int] | None = None) -> list[str]:
    """The full name of each mention, in the article's own words.

    A mention that ends with a head and no name (`LĐLĐ huyện`, `Công đoàn Công ty`) takes the fullest name of the same body that the article
    gives, or the place of that level that it names most; a firm's short name takes its full one; other mentions are written out.
    A mention that names nothing fuller stays as it is. Of several bodies that a mention may mean it is the one spoken of most, of equals the
    first. The same words mean the same body all through an article, but in a round-up: there `LĐLĐ huyện` is that of the place which its part tells of.

    Args:
        mentions: every ORGANISATION of the article, in text order.
        text: the article's NFC text.
        starts: where each mention begins in it; without them no article is taken for a round-up.
    """
    plain = [" ".join(mention.split()) for mention in mentions]
    article = _Article(plain, text)
    parts = article.parts(plain, text, starts) if starts is not None else [None] * len(plain)
    found = {(mention, part): article.full_name(mention, part) for mention, part in dict.fromkeys(zip(plain, parts, strict=True))}
    return [found[mention, part] for mention, part in zip(plain, parts, strict=True)]


class _Article:
    """All mentions of one article, written out, with what it says of bodies and places."""

    def __init__(self, mentions: Sequence[str], text: str) -> None:
        self._own, self._called = introduced(text), called(mentions, text)
        self._spelling = Spelling(text)
        headline = self._spelling.of(expand(text.strip().partition("\n")[0][:_LONGEST], self._own))
        self._headline = f" {key_of(_PUNCTUATION.sub(' ', headline))} "
        self._written = {mention: self._written_out(mention) for mention in dict.fromkeys(mentions)}
        written = [self._written[mention] for mention in mentions]
        self._names = Names(written)
        self._acronyms = Acronyms(self._names)
        headlines = [name for mention, name in self._written.items() if mention.isupper()]
        self._places = Places(text, self._names, "\n".join(headlines))
        self._unions = Unions(written, self._names, self._places)

    def _written_out(self, mention: str) -> str:
        """The mention without abbreviations, without its own short name in brackets, and in small letters where a headline has capitals."""
        name = expand(_OWN_SHORT_NAME.sub("", self._called.get(mention, mention)), self._own)
        return self._spelling.of(self._spelling.in_small_letters(name) if mention.isupper() and " " in mention else name)

    def parts(self, mentions: Sequence[str], text: str, starts: Sequence[int]) -> list[str | None]:
        """For each mention that ends with a level below the province, the place that its part of a round-up tells of."""
        names = [self._written[mention] for mention in mentions]
        ends = [_BELOW_END.search(name) for name in names]
        if not any(ends):
            return [None] * len(mentions)
        round_up = RoundUp(text, starts)
        borne: dict[str, list[tuple[int, str]]] = defaultdict(list)  # level to where a body bears a place of it
        for name, start in zip(names, starts, strict=True):
            if found := _BORNE.search(name):
                borne[found["level"].lower()].append((start, found["place"]))
        parts: list[str | None] = []
        for name, start, end in zip(names, starts, ends, strict=True):
            level = end[1].lower() if end else ""
            parts.append((level and (round_up.place(start, level) or self._place_beside(name, borne[level], text.rfind("\n", 0, start), start))) or None)
        return parts

    def _place_beside(self, name: str, borne: Sequence[tuple[int, str]], line: int, at: int) -> str | None:
        """``Ba Bể`` for ``LĐLĐ huyện`` behind ``Hội CTĐ huyện Ba Bể``, where bodies of several districts are named, and no other body of just this name."""
        here = {place for _, place in borne[bisect_right(borne, (line, "")) : bisect_right(borne, (at, ""))]}
        if len(here) != 1 or self._names.beginning(key_of(name)):
            return None
        (_, most), (_, second) = (*Counter(place for _, place in borne).most_common(2), ("", 0), ("", 0))[:2]
        return here.pop() if second and most < 2 * second else None

    def full_name(self, mention: str, part: str | None = None) -> str:
        """The fullest name of the body that a mention means, in a part of a round-up that tells of a place the one of that place."""
        name = self._written[mention]
        if part:
            name = self._names.spelled(own) if (own := key_of(f"{name} {part}")) in self._names else f"{name} {part}"
        for _ in range(_STEPS if len(name) <= _LONGEST else 0):
            name, before = self._fuller(name), name
            if name == before:
                break
        return self._spelling.of(name)

    def _fuller(self, name: str) -> str:
        """The name said more fully by the first rule that knows it; the name itself where none does."""
        key = key_of(name)
        for rule in (self._as_called, self._as_union, self._as_place, self._as_head, self._as_office, self._as_short_name):
            found = rule(name, key)
            if found is not None:
                return found
        return self._places.in_the_province(name)

    def _as_called(self, name: str, key: str) -> str | None:
        """A short name that the article explains in brackets, behind a head: ``Quỹ CEP`` after ``Quỹ Trợ vốn … (CEP)``.

        ``Công đoàn Agribank`` is a name as it stands where the article calls only the bank in full, not its union; nor is a branch's meant.
        """
        lead, _, short = name.rpartition(" ")
        meant = expand(self._called.get(short, ""), self._own)
        if not lead or not meant:
            return None
        if key_of(meant).startswith(f"{key_of(lead)} "):
            return meant
        if key_of(lead) not in ("công đoàn", "công đoàn cơ sở") or not is_firm(meant):
            return None
        full = key_of(f"{lead} {meant}")
        return self._names.spelled(full) if full in self._names else name

    def _as_union(self, name: str, key: str) -> str | None:
        unions = self._unions
        return unions.confederation(name, key) or unions.bare(name, key) or unions.together(name, key) or unions.society(key) or unions.federation(key)

    def _as_place(self, name: str, key: str) -> str | None:
        """Committees, bodies all over a place, and a place that acts itself."""
        if key in LEVELS:
            # In an article on its union (`kinh phí công đoàn của quận`) the place's deed is the union's.
            return self._names.best(self._names.beginning(f"liên đoàn lao động {key}")) or self._places.at(name, key)
        whole = _WITHIN.search(name) or (is_place(name) and key.startswith(tuple(f"{level} " for level in LEVELS)))
        return self._places.committee(name) or (name if whole else None) or self._places.of_the_capital(name) or self._places.with_level(name)

    def _as_head(self, name: str, key: str) -> str | None:
        """A name that ends with a head: the same words with a name after them, else with the place of that level."""
        if key in ("công đoàn khu", "công đoàn cảng"):
            return self._unions.of_an_area(key)
        end = _HEAD_END.search(name)
        if not end:
            return None
        head = end["head"].lower()
        if key == "công đoàn ngành":
            return self._unions.of_the_field()
        return self._levelled(name, key, head) if head in LEVELS else self._headed(name, key.removesuffix(head) + _ANSWERS_TO.get(head, head))

    def _levelled(self, name: str, key: str, level: str) -> str:
        """``Hội Nông dân huyện``: the district that the article's fuller name says, else its main one."""
        found = self._named_after(key, most=5) or aligned(self._names, name)
        if key == f"công đoàn {level}" and not found:
            federation = f"liên đoàn lao động {level}"
            found = self._names.beginning(federation) or [federation] * (federation in self._names)
        return self._names.best(found, self._is_headlined) or self._places.at(name, level)

    def _is_headlined(self, key: str) -> bool:
        """``Liên đoàn Lao động tỉnh Phú Thọ`` also where the headline begins with ``Công đoàn tỉnh Phú Thọ``."""
        return f" {key} " in self._headline or self._headline.startswith(f" {key.replace('liên đoàn lao động', 'công đoàn')} ")

    def _headed(self, name: str, key: str) -> str | None:
        """``Công ty``, ``Công đoàn Bệnh viện``: the body of that kind that the article names, or its union."""
        found, inner = self._named_after(key), inner_body(key)
        if not inner:
            onward = self._names.beginning(key)
            return self._names.best(found or (onward if len(onward) == 1 and " " in key else []))
        if inner[0] == "công đoàn":
            found = found or self._names.beginning(f"công đoàn cơ sở {inner[1]}")
        body = self._names.best(self._named_after(inner[1]))
        return self._names.best(found) or (body and f"{self._lead_of(body) or name[: len(inner[0])]} {body}")

    def _named_after(self, stem: str, most: int = 14) -> list[str]:
        """Keys that go on from a stem with nothing but a name, of so many words: `… huyện` + `Thạch Thất`, but not `quận` + `uỷ`."""
        level = stem.endswith(LEVELS)
        found = []
        for key in self._names.beginning(stem):
            rest = self._names.spelled(key)[len(stem) :].split() or [" "]
            named = level or rest[0][0].isupper() or rest[0].casefold() in _NAME_GOES_ON
            if named and len(rest) <= most and rest[0].casefold() not in {"uỷ", "ủy", "đoàn"}:
                found.append(key)
        return found

    def _lead_of(self, body: str) -> str | None:
        """``Công đoàn cơ sở``, where the article calls this body's union so by a shorter name: ``CĐCS Dệt kim Đông Xuân``."""
        unions = [key for key in self._names.ending(key_of(core(body))) if key.startswith("công đoàn cơ sở ")]
        return self._names.spelled(unions[0])[: len("công đoàn cơ sở")] if unions else None

    def _as_office(self, name: str, key: str) -> str | None:
        """What the article's other names add to this one: its place, the rest of its field, what stands before it, words for its letters."""
        found = self._names.best(longer(self._names, name)) or self._names.only(with_front(self._names, name)) or spelt_out(self._names, name)
        if found:
            return found
        lead, body = inner_body(name) or ("", "")
        fuller = self._names.best(longer(self._names, body)) if is_body(body) else None
        return fuller and f"{lead} {fuller}"

    def _as_short_name(self, name: str, key: str) -> str | None:
        """A firm's short name, an acronym, or the union of a firm whose name begins so: ``Công đoàn Xuân Mai``, but not ``Công đoàn Hepza`` after a board."""
        inner = inner_body(name)
        if not inner:
            return self._names.only([other for other in self._acronyms.meant(name) if is_firm(other)]) or firm(self._names, name)
        lead, short = inner
        unions = [union for union in self._acronyms.meant(short) if union.startswith("công đoàn ")] if key.startswith("công đoàn ") else []
        meant = expand(self._called.get(short, ""), self._own)
        return self._names.only(unions) or (f"{lead} {meant}" if is_firm(meant) else firm(self._names, name))
