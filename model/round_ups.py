"""Round-ups: articles whose parts each tell of another place, so that `LĐLĐ huyện` is another body in each of them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from model.places import FAMILY_NAMES, LEVELS, PROVINCES, levelled_places

_LEVEL = "|".join(LEVELS)
_HEAD = re.compile(
    rf"[\s*•+\d.)–—-]*(?:(?P<at>Tại|Ở) )?(?:(?i:{_LEVEL}) )?(?P<place>[^\W\d_]+(?: [^\W\d_]+){{1,3}})(?P<end>:|\.(?= )|,| [–—-](?= )|(?=\n|$))"
)
# How lines begin that name no place: persons, papers, times, bodies.
_NO_PLACE = frozenset(
    """ông bà anh chị cô chú em đồng ts ths pv phóng hỏi đáp ảnh tin bài nguồn video theo về trong ngoài riêng cùng nhiều một các những công liên hội đoàn ban sở
    phòng trường bệnh tổng việt thứ tháng năm quý ngày sáng chiều tối tết đến từ sau trước với để khi nếu mỗi mọi kết nhiệm phương mục phần bên hiện đảng uỷ ủy""".split()
)
_OFFICERS = re.compile(r"(?:[Cc]hủ tịch|[Bb]í thư|[Gg]iám đốc|[Tt]rưởng \w+|Chánh \w+)[^,.;:()\n]{0,80}")
"""A person may be named right after his body's level: `Chủ tịch LĐLĐ huyện Rơ Châm Thiệt`."""
_HEADING = 80
"""Characters: a line of no more, without a full stop, is the heading of the lines below it."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Text from ``start`` to ``end`` and the place that its line begins with."""

    start: int
    end: int
    place: str


class RoundUp:
    """What each part of one article is about; ``starts`` is where its bodies are named, and what names none is no part (a link to another article)."""

    def __init__(self, text: str, starts: Sequence[int]) -> None:
        lines = _lines(text)
        self._text, self._starts = text, [start for start, _ in lines]
        self._lines = lines
        heads = [(number, place) for number, (start, end) in enumerate(lines) if number and (place := _head(text[start:end]))]
        parts = [part for part in (self._part(number, place, heads) for number, place in heads) if any(part.start <= at < part.end for at in starts)]
        self._parts = parts if len({part.place for part in parts}) > 1 else []
        self._everywhere = levelled_places(text)

    def _part(self, number: int, place: str, heads: list[tuple[int, str]]) -> _Part:
        """A line that begins with a place; under a heading also the lines up to the next one."""
        start, end = self._lines[number]
        if end - start <= _HEADING and not self._text[start:end].rstrip().endswith("."):
            following = next((other for other, _ in heads if other > number), len(self._lines))
            end = self._lines[following - 1][1]
        return _Part(start, end, place)

    def place(self, at: int, level: str) -> str | None:
        """The place of this level that the part of the text at a position tells of; None where the article is not divided so.

        Args:
            at: where a mention begins, in code points.
            level: of :data:`model.places.LEVELS`, below the province.
        """
        (_, most), (_, second) = (*self._everywhere[level].most_common(2), ("", 0), ("", 0))[:2]
        if most > 1 and most >= 2 * second:
            return None  # it is on this one place
        headed = next((part.place for part in reversed(self._parts) if part.start <= at < part.end), None)
        return headed or (self._named_nearby(at, level) if second else None)

    def _named_nearby(self, at: int, level: str) -> str | None:
        """The one place of this level that the line names before the position."""
        start, _ = self._lines[bisect_right(self._starts, at) - 1]
        before = _OFFICERS.sub("", self._text[start:at])
        found = [place for place in levelled_places(before)[level] if not (len(place.split()) > 2 and place.split()[0] in FAMILY_NAMES)]
        return found[0] if len(found) == 1 else None


def _lines(text: str) -> list[tuple[int, int]]:
    """Where each line that holds anything begins and ends."""
    return [(found.start(), found.end()) for found in re.finditer(r"[^\n]*\S[^\n]*", text)]


def _head(line: str) -> str | None:
    """``Kim Sơn`` of ``* KIM SƠN. Chiều 12/8, …``; nothing where a line begins with words that may be a person's name or anything else."""
    found = _HEAD.match(line)
    if not found or (found["end"] in (",", "") and not found["at"]):
        return None
    words = found["place"].split()
    capitals = all(word.isupper() for word in words)
    if not (capitals or all(word.istitle() for word in words)) or words[0].lower() in _NO_PLACE:
        return None
    place = " ".join(word.capitalize() for word in words)
    return None if place in PROVINCES or (len(words) > 2 and words[0].capitalize() in FAMILY_NAMES) else place
