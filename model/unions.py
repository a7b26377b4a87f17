"""Unions that an article names by half: the union without a name, the levels of unions together, the union of a field or a district."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from model.fuller_names import SECTORS, is_firm
from model.names import Names, key_of
from model.placed_names import Places
from model.places import CITIES, LEVELS, PROVINCES

CONFEDERATION = "Tổng Liên đoàn Lao động Việt Nam"

_LEVEL = "|".join(LEVELS)
_PROVINCES, _CITIES = ({key_of(place) for place in places} for places in (PROVINCES, CITIES))
_CONFEDERATION = re.compile(r"tổng liên đoàn(?: lao động)?(?: việt nam)?|liên đoàn lao động việt nam")
_BARE = frozenset({"công đoàn", "tổ chức công đoàn", "liên đoàn lao động", "liên đoàn", "ban chấp hành công đoàn"})
_UNION_STARTS = ("liên đoàn lao động", "công đoàn", "tổng liên đoàn lao động")
_LEVELS_TOGETHER = re.compile(
    rf"(?P<body>(?:các )?cấp (?:bộ )?(?:công đoàn|hội)|(?:công đoàn|hội) (?:các )?cấp)(?: (?:trong |toàn |thuộc |của |ở |tại )?(?P<level>{_LEVEL}|ngành))?", re.IGNORECASE
)
_SOCIETY = re.compile(r"(?P<level>tỉnh|huyện|thành|quận|thị) hội")
_FEDERATION = re.compile(rf"(?:liên đoàn lao động|công đoàn) (?P<level>{_LEVEL})(?: (?P<place>.+))?", re.IGNORECASE)
_FIELD_UNION = re.compile(rf"công đoàn (?:ngành \w|khu |các khu |{'|'.join(SECTORS)})", re.IGNORECASE)

_GRASSROOTS = re.compile(r"công đoàn (?:cơ sở|công ty|bệnh viện|trường|nhà máy|xí nghiệp) (?!trực thuộc|thành viên|trong|trên|tại|ở|các|toàn|thuộc|khu vực|khối)\w")
_FIRM_HEAD = re.compile(r"(?:công ty|tổng công ty|tập đoàn|nhà máy|xí nghiệp)(?: (?:TNHH|CP|cổ phần|MTV|một thành viên))* ", re.IGNORECASE)


class Unions:
    """The unions among an article's names."""

    def __init__(self, written: Sequence[str], names: Names, places: Places) -> None:
        self._names, self._places = names, places
        self._unions = [key for key in dict.fromkeys(map(key_of, written)) if key.startswith(_UNION_STARTS) and key not in _BARE]
        areas = [area for area in map(self._area, written) if area]
        self._spelled = {key_of(area): area for area in reversed(areas)}
        self._spoken_of = Counter(map(key_of, areas))

    def _area(self, name: str) -> str:
        """Whose union a name speaks of: ``huyện Gia Lâm`` for ``Liên đoàn Lao động huyện``; nothing for a firm's."""
        if _CONFEDERATION.fullmatch(key_of(name)):
            return CONFEDERATION
        if federation := _FEDERATION.fullmatch(name):
            level, place = federation["level"].lower(), federation["place"] or self._places.main(federation["level"])
            return f"{level} {place}" if place else ""
        if not _FIELD_UNION.match(name):
            return ""
        return (self._names.best(self._names.beginning(key_of(name))) or name).split(" ", 2)[2]

    def _main_area(self) -> str | None:
        """The area or field that the article is plainly about: its union is spoken of twice as often as any other."""
        (area, count), (_, second) = (*self._spoken_of.most_common(2), ("", 0), ("", 0))[:2]
        return self._spelled[area] if count > 1 and count >= 2 * second else None

    def confederation(self, name: str, key: str) -> str | None:
        """The one body that is a ``Tổng Liên đoàn``, however short."""
        if not _CONFEDERATION.fullmatch(key):
            return None
        own = key_of(CONFEDERATION)
        return name if key == own else self._names.spelled(own) if own in self._names else CONFEDERATION

    def bare(self, name: str, key: str) -> str | None:
        """A union that does not say which: the one that the article speaks of most."""
        if key == "công đoàn cơ sở":
            return self._grassroots(name)
        if key not in _BARE:
            return None
        federation = self._names.best(union for union in self._unions if union.startswith("liên đoàn lao động ")) if key.startswith("liên đoàn") else None
        if key != "liên đoàn lao động":
            return federation or self._names.best(self._unions)
        province = self._places.province()
        return federation or (f"{name} {province}" if province else None)

    def _grassroots(self, name: str) -> str | None:
        """The one grassroots union that the article names, else that of its one firm; none in an article on a federation, where any union may be meant."""
        unions = self._fullest([union for union in self._unions if _GRASSROOTS.match(union)])
        if len(unions) == 1:
            return self._names.spelled(unions[0])
        firms = self._fullest([other for other in self._names if is_firm(other) and _has_a_name(self._names.spelled(other))])
        if unions or len(firms) != 1 or any(union.startswith("liên đoàn lao động ") for union in self._unions):
            return None
        return f"{name} {self._names.spelled(firms[0])}"

    def _fullest(self, keys: Sequence[str]) -> list[str]:
        """The keys that begin no other of them."""
        return [key for key in keys if not any(other in keys for other in self._names.beginning(key))]

    def together(self, name: str, key: str) -> str | None:
        """``các cấp công đoàn``, ``công đoàn các cấp trong huyện``: those of the place or field that the article is plainly about."""
        found = _LEVELS_TOGETHER.fullmatch(name)
        if not found:
            return None
        body, level = found["body"], found["level"]
        if level and level.lower() != "ngành":
            place = self._places.main(level)
            return f"{body} {level} {place}" if place else name
        if longer := self._names.best(self._names.beginning(key)):
            return longer
        if body.lower().endswith("hội"):
            society = self._names.only(self._names.beginning("hội"))
            return f"{body[:-3]}{society}" if society else name
        area = self._main_area()
        return name if area is None else area if area == CONFEDERATION else f"{body} {area}"

    def society(self, key: str) -> str | None:
        """``Tỉnh hội``: the one society of that level whose name the article says."""
        found = _SOCIETY.fullmatch(key)
        if not found:
            return None
        level = {"thành": "thành phố", "thị": "thị xã"}.get(found["level"], found["level"])
        return self._names.only([other for other in self._names.beginning("hội") if f" {level} " in other])

    def federation(self, key: str) -> str | None:
        """The union of a district or province is its Federation of Labour where the article calls it so too; a province's or a great city's also without its level."""
        if not key.startswith("công đoàn "):
            return None
        place, said = key.removeprefix("công đoàn "), _FEDERATION.fullmatch(key)
        level = "tỉnh " if place in _PROVINCES else "thành phố " if place in _CITIES else "" if said and said["place"] else None
        wanted = f"liên đoàn lao động {level}{place}"
        return self._names.spelled(wanted) if level is not None and wanted in self._names else None

    def of_the_field(self) -> str | None:
        """``Công đoàn ngành``: the union of a field in the province, else the one national union, where no other is spoken of more."""
        fields = [union for union in self._unions if _FIELD_UNION.match(union)]
        local = [union for union in fields if union.startswith("công đoàn ngành ")] or [union for union in fields if not union.endswith("việt nam")]
        if local:
            return self._names.best(local)
        national = self._names.only(fields)
        area = key_of(self._area(national)) if national else ""
        return national if self._spoken_of[area] == max(self._spoken_of.values(), default=0) else None

    def of_an_area(self, key: str) -> str | None:
        """``Công đoàn Khu``, ``Công đoàn Cảng``: the one union of the article whose body is a such, not of an industrial park."""
        word = key.removeprefix("công đoàn ")
        of_such = re.compile(rf"công đoàn(?: cơ sở)?(?: công ty(?: \w+){{0,3}})? {word} (?!công nghiệp|kinh tế|chế xuất)")
        return self._names.only([union for union in self._unions if of_such.match(union)])


def _has_a_name(firm: str) -> bool:
    """True for ``Công ty TNHH May Hoa``, not for ``công ty này``."""
    head = _FIRM_HEAD.match(firm)
    return head is not None and firm[head.end() : head.end() + 1].isupper()
