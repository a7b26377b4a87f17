"""Names that need a place to be whole: ``LĐLĐ huyện`` in an article on Thạch Thất, ``Sở Y tế`` in an article on one province."""

from __future__ import annotations

import re
from collections import Counter

from model.names import Names, key_of
from model.places import CITIES, LEVELS, is_place, levelled_places, main_place, named_places

_LEVEL = "|".join(LEVELS)
_LEVEL_END = re.compile(rf" (?:{_LEVEL})$", re.IGNORECASE)
_MANY = re.compile(rf"(?:(?:các|những|mọi|mỗi|nhiều|hai|ba|bốn|năm|cấp) (?:{_LEVEL})|(?:{_LEVEL}),? (?:và |hoặc )?(?:{_LEVEL}))$", re.IGNORECASE)
_COMMITTEE = re.compile(r"(?P<level>tỉnh|huyện|quận|thành|thị) ?(?:uỷ|ủy|đoàn)$", re.IGNORECASE)
_COMMITTEE_LEVELS = {"thành": "thành phố", "thị": "thị xã"}
_STATE_OFFICE = re.compile(
    r"(?:sở|công đoàn ngành) (?!trung ương)\w|công đoàn (?:các )?khu (?:kinh tế|công nghiệp|chế xuất)(?: và (?:khu )?(?:chế xuất|công nghiệp))?$",
    re.IGNORECASE,
)
_WITH_LEVEL = {"Hồ Chí Minh": "Thành phố Hồ Chí Minh"}
_CAPITAL = re.compile(r"(?P<body>.*(?:liên đoàn lao động|công đoàn)) thủ đô$", re.IGNORECASE)


class Places:
    """The places of one article, and the names that it makes whole with them."""

    def __init__(self, text: str, names: Names, headlines: str = "") -> None:
        """``headlines`` are names that the article writes in capitals, in small letters: their places come first of equals."""
        first = named_places(headlines)
        self._named = {level: first[level] + places for level, places in named_places(text).items()}
        self._levelled = levelled_places(text)
        self._provinces = self._named["tỉnh"]
        self._cities = Counter({city: count for city, count in self._named["thành phố"].items() if city in CITIES})
        self._names = names

    def main(self, level: str) -> str | None:
        """The place of that level that the article names most."""
        return main_place(self._named, level.casefold())

    def at(self, name: str, level: str) -> str:
        """A name that ends with a level, with the main place of that level."""
        place = self.main(level)
        if not place or _MANY.search(name):
            return name
        own = key_of(f"{name[: -len(level)]}{place}")  # the article calls it `BHXH Bình Dương`, without the level
        return self._names.spelled(own) if own in self._names else f"{name} {place}"

    def committee(self, name: str) -> str | None:
        """``Huyện uỷ``, ``Quận đoàn`` with their place."""
        found = _COMMITTEE.search(name)
        if not found:
            return None
        level = found["level"].lower()
        place = self.main(_COMMITTEE_LEVELS.get(level, level))
        return f"{name} {place}" if place else self._names.only(self._names.beginning(key_of(name))) or name

    def of_the_capital(self, name: str) -> str | None:
        """The unions of the ``Thủ đô`` are Hà Nội's."""
        found = _CAPITAL.fullmatch(name)
        return f"{found['body']} thành phố Hà Nội" if found else None

    def with_level(self, name: str) -> str | None:
        """A place that acts: ``Đồng Nai`` where the article says ``tỉnh Đồng Nai`` too."""
        levels = [level for level in LEVELS if self._levelled[level][name]]
        return f"{max(levels, key=lambda level: self._levelled[level][name])} {name}" if levels else None

    def in_the_province(self, name: str) -> str:
        """An office of a province, or a union of a city beside the provinces, where the article names hardly another."""
        if not _STATE_OFFICE.match(name) or _LEVEL_END.search(name) or any(is_place(" ".join(name.split()[-n:])) for n in range(1, 6)):
            return name
        if not name.casefold().startswith("công đoàn"):
            province = _foremost(self._provinces)
            return f"{name} tỉnh {province}" if province else name
        place = self.province()
        return f"{name} {place.removeprefix('thành phố ')}" if place else name

    def province(self) -> str | None:
        """The province or the city beside the provinces that the article is about, with its level."""
        place = _foremost(self._provinces + self._cities)
        if not place:
            return None
        return _WITH_LEVEL.get(place, f"thành phố {place}" if place in CITIES else f"tỉnh {place}")


def _foremost(places: Counter[str]) -> str | None:
    """The place that is named twice as often as any other."""
    (place, count), (_, second) = (*places.most_common(2), ("", 0), ("", 0))[:2]
    return place if count and count >= 2 * second else None
