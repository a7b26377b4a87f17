"""The names of bodies in one article, found by how they begin and how they end."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

_UNION_OF = re.compile(
    r"(?P<lead>(?:tổ |ban chấp hành )?công đoàn(?: cơ sở| bộ phận)?|đoàn thanh niên|hội cựu chiến binh|hội nông dân|đảng (?:uỷ|ủy)|văn phòng|thanh tra|chi nhánh)"
    r" (?P<body>.+)",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"(?:(?:tổng )?công ty|tập đoàn|ngân hàng|liên doanh|doanh nghiệp|xí nghiệp|nhà máy|bệnh viện|trường|trung tâm|viện|sở|bộ|cục|chi cục|khách sạn) \w", re.IGNORECASE
)
_SAID_OR_NOT = re.compile(r"(?<= )(?:tỉnh|huyện|quận|thành phố|thị xã|ngành|chi nhánh) ")
_MOST_WORDS = 40


def key_of(name: str) -> str:
    """What two spellings of a name have in common."""
    return " ".join(name.casefold().split())


def without_levels(key: str) -> str:
    """The key without what a name may say or not: ``cục thuế tỉnh bắc giang`` is ``cục thuế bắc giang``."""
    return _SAID_OR_NOT.sub("", key)


def inner_body(name: str) -> tuple[str, str] | None:
    """A union or another organ inside a body, and that body: ``Công đoàn``, ``Công ty May 10``."""
    found = _UNION_OF.fullmatch(name)
    return (found["lead"], found["body"]) if found else None


class Names:
    """Distinct names with the mentions that say them.

    A firm, school or office inside its union's name counts too: ``Công đoàn Công ty May 10`` names ``Công ty May 10``.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._count: Counter[str] = Counter()
        self._spelled: dict[str, str] = {}
        for name in names:
            inner = inner_body(name)
            for said in (name, inner[1]) if inner and _BODY.match(inner[1]) else (name,):
                self._count[key_of(said)] += 1
                self._spelled.setdefault(key_of(said), said)
        self._place = {key: place for place, key in enumerate(self._spelled)}
        self._beginning: dict[str, list[str]] = defaultdict(list)
        self._ending: dict[str, list[str]] = defaultdict(list)
        self._holding: dict[str, list[str]] = defaultdict(list)
        self._alike: dict[str, list[str]] = defaultdict(list)
        for key in self._spelled:
            self._index(key)

    def _index(self, key: str) -> None:
        words = [word.rstrip(",;") for word in key.split()[:_MOST_WORDS]]
        for place in range(1, len(words)):
            self._beginning[" ".join(words[:place])].append(key)
            self._ending[" ".join(words[place:])].append(key)
        for word in dict.fromkeys(words):
            self._holding[word].append(key)
        self._alike[without_levels(key)].append(key)

    def __contains__(self, key: str) -> bool:
        return key in self._spelled

    def __iter__(self) -> Iterator[str]:
        return iter(self._spelled)

    def spelled(self, key: str) -> str:
        """The name as the article writes it first."""
        return self._spelled[key]

    def beginning(self, words: str) -> list[str]:
        """Keys that begin with these words and go on."""
        return self._beginning.get(words, [])

    def ending(self, words: str) -> list[str]:
        """Keys that end with these words and have others before them."""
        return self._ending.get(words, [])

    def holding(self, words: Iterable[str]) -> list[str]:
        """Keys that hold the rarest of these words."""
        return min((self._holding.get(word, []) for word in words), key=len, default=[])

    def alike(self, key: str) -> list[str]:
        """Longer keys that differ only in the level of a place or the word ``ngành``: ``cục thuế tỉnh bắc giang`` for ``cục thuế bắc giang``."""
        words = set(key.split())
        return [other for other in self._alike.get(without_levels(key), []) if len(other) > len(key) and words.issubset(other.split())]

    def best(self, keys: Iterable[str], at_home: Callable[[str], bool] = lambda key: False) -> str | None:
        """The name spoken of most; of equals the one named first: it is what the article is about.

        One that is ``at_home`` counts twice: a guest must be named in full each time, its host need not.
        """
        best = max(keys, key=lambda key: (self._count[key] * (2 if at_home(key) else 1), at_home(key), -self._place[key]), default=None)
        return None if best is None else self._spelled[best]

    def only(self, keys: Sequence[str]) -> str | None:
        """The name spoken of most, where no other is spoken of as much; one that begins a fuller one (``Hội Nông dân huyện``) counts for that."""
        spoken_of: Counter[str] = Counter()
        for key in dict.fromkeys(keys):
            fuller = self.best(other for other in self.beginning(key) if other in keys)
            spoken_of[key_of(fuller) if fuller else key] += self._count[key]
        (first, most), (_, second) = (*spoken_of.most_common(2), ("", 0), ("", 0))[:2]
        return self._spelled[first] if most > second else None
