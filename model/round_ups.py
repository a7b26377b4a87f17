"""Round-ups: articles whose parts each tell of another place, so that `LĐLĐ huyện` is another body in each of them.

A part is a line that begins with a place (`* KIM SƠN. Chiều 12/8, …`), and under a heading that is nothing but a place the lines below it. That the words
are a place must be plain: they bear a level, the text names them with one elsewhere, or they are a district's name.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from model.districts import is_district
from model.places import LEVELS, levelled_places
from model.schema import Span
from model.text import lines

DISTRICT_LEVELS = ("huyện", "quận", "thị xã", "thành phố")
_LEVEL = "|".join(LEVELS)
_NAME = r"[^\W\d_]+(?:[ '’-][^\W\d_]+){0,3}|(?:(?<=(?i:quận) )|(?<=(?i:phường) ))[1-9][0-9]?"
_HEAD = re.compile(
    rf"[ \t*•+\d.)–—-]{{0,12}}(?:(?P<at>Tại|Ở) )?(?:LĐLĐ )?(?:(?P<level>(?i:{_LEVEL})) )?(?P<place>{_NAME})(?P<end>:|\.(?= )|,| [–—-](?= )|(?=[ \t]*$))"
)
_HEADING = 80
"""Characters: a line of no more, without a full stop, is the heading of the lines below it."""


@dataclass(frozen=True, slots=True)
class _Head:
    """A line that begins as a part of a round-up does; ``place`` is None where the words are no place, and then it only ends the part before."""

    line: int
    place: str | None
    level: str


class RoundUp:
    """What each part of one article is about.

    Args:
        text: the article.
        starts: where its bodies are named, in order; a part that names none is a link to another article.
    """

    def __init__(self, text: str, starts: Sequence[int]) -> None:
        self._levelled = levelled_places(text)
        rows = [(line.start, line.end) for line in (lines(text, Span(0, len(text))) if text else ())]
        heads = [head for number, (start, end) in enumerate(rows) if number and (head := self._head(number, text[start:end]))]
        ends = [head.line - 1 for head in heads[1:]] + [len(rows) - 1] * bool(heads)
        self._parts: list[tuple[int, int, _Head]] = []
        for head, last in zip(heads, ends, strict=True):
            start, end = rows[head.line]
            if end - start <= _HEADING and not text[start:end].rstrip().endswith("."):
                end = rows[last][1]
            if head.place and bisect_right(starts, end) > bisect_right(starts, start - 1):
                self._parts.append((start, end, head))
        if len({head.place for _, _, head in self._parts}) < 2:
            self._parts = []
        self._begins = [start for start, _, _ in self._parts]

    def _head(self, number: int, line: str) -> _Head | None:
        found = _HEAD.match(line)
        other = _Head(number, None, "") if len(line) <= _HEADING and line.rstrip().endswith(":") else None
        if not found or (found["end"] in (",", "") and not found["at"] and len(line) > _HEADING):
            return other
        words = found["place"].split()
        if not (words[0].isdigit() or all(word.isupper() for word in words) or all(word[0].isupper() for word in words)):
            return other
        place = " ".join(word.capitalize() if word.isupper() else word for word in words)
        level = (found["level"] or "").lower()
        plain = level or any(named[place] for named in self._levelled.values()) or is_district(place)
        return _Head(number, place if plain else None, level)

    def place(self, at: int, level: str) -> str | None:
        """The place of this level that the part of the text at a position tells of; None where the article is not divided so.

        Args:
            at: where a mention begins, in code points.
            level: of :data:`model.places.LEVELS`, below the province.
        """
        number = bisect_right(self._begins, at) - 1
        if number < 0 or at >= self._parts[number][1]:
            return None
        head = self._parts[number][2]
        if head.level:
            return head.place if head.level == level else None
        # Without a level the place may be of any; it is not where the article says a place of that level beside the heads.
        place, heads = head.place or "", {head.place for _, _, head in self._parts}
        fits = self._levelled[level][place] or (level in DISTRICT_LEVELS and is_district(place))
        return place if fits and set(self._levelled[level]) <= heads else None
