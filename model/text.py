"""Sentences and words of Vietnamese news, as spans that slice back to the text.

A line break always ends a sentence: headlines, list items and table rows end without a full stop.
Words are runs of letters, whole numbers (``1.710``, ``130,3``) or single signs, so that the two numbers of ``391/300``
and the number and currency of ``85đ`` stay apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from model.schema import Span

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[^\w\s]|_")
_END = re.compile(r"[.!?…]+[\"”’»)\]]*(?=\s)")
_NEXT_OPENS = re.compile(r"\s+[\"“‘«(\[–•*-]*\s*[^\W_]")
# Titles, places and forms of address that newspapers shorten with a full stop; compared in lower case.
_SHORTENED = frozenset(
    "tp tx tt q p h x ts ths gs pgs bs ks kts cn ls lm gs.ts pgs.ts st tr v.v đ/c đc ô ngs nguts nsnd nsưt ông bà mr mrs ms dr no vol".split()
)
_BLANKED = re.compile(r"[^\n]")
_NUMBER = re.compile(r"\d|(?<!\w)(?:hai|ba|bốn|sáu|bảy|bẩy|tám|chín|mười|mươi|trăm|nghìn|ngàn|vạn|triệu|tỷ|tỉ|chục)(?!\w)", re.IGNORECASE)


def words(text: str, span: Span) -> tuple[Span, ...]:
    """The words inside ``span``, as spans into ``text``.

    >>> [w.of("đạt 130,3%/kỳ") for w in words("đạt 130,3%/kỳ", Span(0, 13))]
    ['đạt', '130,3', '%', '/', 'kỳ']
    """
    return tuple(Span(found.start(), found.end()) for found in _WORD.finditer(text, span.start, span.end))


def sentences(text: str, body: Iterable[Span] = ()) -> tuple[Span, ...]:
    """The sentences of ``text`` inside ``body`` (all of it where none is given), without the white space around them."""
    parts = tuple(body) or ((Span(0, len(text)),) if text else ())
    return tuple(sentence for part in parts for line in lines(text, part) for sentence in _split_line(text, line))


def body_only(text: str, body: Iterable[Span]) -> str:
    """The text with everything outside ``body`` blanked out, offsets kept; all of it where no body is given."""
    at, kept = 0, []
    for part in body:
        kept += [_BLANKED.sub(" ", text[at : part.start]), part.of(text)]
        at = part.end
    return "".join([*kept, _BLANKED.sub(" ", text[at:])]) if kept else text


def is_number(word: str) -> bool:
    """True for a word of digits and for the word of a number."""
    return _NUMBER.match(word) is not None


def may_hold_achievement(text: str, span: Span) -> bool:
    """True where the span has a digit or a number word; the others need no encoder."""
    return _NUMBER.search(text, span.start, span.end) is not None


def lines(text: str, part: Span) -> Iterable[Span]:
    """The lines of a part of the text that hold anything, with the white space at their ends."""
    at = part.start
    for line in text[part.start : part.end].split("\n"):
        if line.strip():
            yield Span(at, at + len(line))
        at += len(line) + 1


def _split_line(text: str, line: Span) -> Iterable[Span]:
    start = line.start
    for found in _END.finditer(text, line.start, line.end):
        if _ends_sentence(text, found, start, line.end):
            yield from _trimmed(text, start, found.end())
            start = found.end()
    yield from _trimmed(text, start, line.end)


def _ends_sentence(text: str, found: re.Match[str], start: int, end: int) -> bool:
    follows = _NEXT_OPENS.match(text, found.end(), end)
    if not follows:
        return False
    first = follows[0][-1]
    if not (first.isupper() or first.isdigit()):
        return False
    if not found[0].startswith("."):
        return True
    begin = max(text.rfind(" ", start, found.start()), text.rfind("\u00a0", start, found.start()), start - 1) + 1
    before = text[begin : found.start()].lstrip("(“\"'‘[")
    if before.lower() in _SHORTENED or (len(before) == 1 and before.isalpha() and before.isupper()):
        return False
    # `1. Kết quả`: the number of a list item at the start of a line belongs to the sentence that follows.
    return not (before.isdigit() and not text[start:begin].strip())


def _trimmed(text: str, start: int, end: int) -> Iterable[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Span(start, end)
