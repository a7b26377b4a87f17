"""Unicode NFC with a way back: every offset of the composed text to its offset in the text as it was, and the other way round.

Vietnamese comes composed (``ệ``) or decomposed (``e`` + two marks); models and offsets here know only the composed form.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from model.schema import Span


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Where composing changed the text: matching half-open ranges, in order, of the composed and of the original text.

    Between them both texts are the same. An offset inside a range has no exact counterpart: it goes to the start of the matching
    range, so both directions never run backwards. Offsets are code points; the end of the text maps to the end of the other.
    """

    composed: tuple[tuple[int, int], ...] = ()
    original: tuple[tuple[int, int], ...] = ()

    def to_original(self, offset: int) -> int:
        """The original offset of a composed one."""
        return _carry(offset, self.composed, self.original)

    def to_composed(self, offset: int) -> int:
        """The composed offset of an original one."""
        return _carry(offset, self.original, self.composed)

    def original_span(self, span: Span) -> Span:
        """The part of the original text that ``span`` of the composed text came from, whole characters with all their marks."""
        return Span(self.to_original(span.start), _end(span.end, self.composed, self.original))

    def composed_span(self, span: Span) -> Span:
        """The part of the composed text that ``span`` of the original text went into, whole characters with all their marks."""
        return Span(self.to_composed(span.start), _end(span.end, self.original, self.composed))


def _carry(offset: int, here: tuple[tuple[int, int], ...], there: tuple[tuple[int, int], ...]) -> int:
    index = bisect_right(here, (offset, 1 << 62)) - 1
    if index < 0:
        return offset
    (start, end), (other_start, other_end) = here[index], there[index]
    return other_start if start <= offset < end else other_end + offset - end


def _end(offset: int, here: tuple[tuple[int, int], ...], there: tuple[tuple[int, int], ...]) -> int:
    """Like :func:`_carry` for the end of a span: from inside a range to the matching range's end."""
    index = bisect_right(here, (offset, -1)) - 1
    if index >= 0 and here[index][0] < offset < here[index][1]:
        return there[index][1]
    return _carry(offset, here, there)


def compose(text: str) -> tuple[str, OffsetMap]:
    """``text`` in NFC and the map between the two.

    >>> composed, offsets = compose("Be\u0323\u0302nh vie\u0302\u0323n")
    >>> composed, offsets.to_original(5), offsets.original_span(Span(1, 2))
    ('Bệnh viện', 7, Span(start=1, end=4))
    """
    if unicodedata.is_normalized("NFC", text):
        return text, OffsetMap()
    parts: list[str] = []
    here: list[tuple[int, int]] = []
    there: list[tuple[int, int]] = []
    length = 0
    for start, end in pairwise(_boundaries(text)):
        part = unicodedata.normalize("NFC", text[start:end])
        if part != text[start:end]:
            here.append((length, length + len(part)))
            there.append((start, end))
        parts.append(part)
        length += len(part)
    return "".join(parts), OffsetMap(tuple(here), tuple(there))


def _boundaries(text: str) -> list[int]:
    """Offsets between which every piece can be composed by itself, from 0 to the length."""
    found = [0]
    for at in range(1, len(text)):
        # Nothing below U+0300 composes with what stands before it.
        if text[at] < "\u0300" or _begins_anew(text[found[-1] : at], text[at]):
            found.append(at)
    return [*found, len(text)]


def _begins_anew(before: str, character: str) -> bool:
    """True where ``character`` is no mark and does not melt into ``before`` (as Hangul vowels do)."""
    if unicodedata.combining(unicodedata.normalize("NFD", character)[0]):
        return False
    apart = unicodedata.normalize("NFC", before) + unicodedata.normalize("NFC", character)
    return unicodedata.normalize("NFC", before + character) == apart
