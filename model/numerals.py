"""Vietnamese numerals: digits however they are grouped, and numbers in words.

The convention of Vietnamese news is a dot for thousands and a comma for decimals. English grouping, mixed and broken
groupings occur too; what a separator means then depends on what the number counts (:class:`Reading`).
A numeral that can be read in two ways with no ground to choose is not read at all.
"""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum

MAX_DIGITS = 18
"""More digits than any amount in the news has; beyond it a run of digits is a code, not a number."""

_SEPARATOR = re.compile(r"[., ]")
_HEAD = re.compile(r"[1-9][0-9]{0,2}")
_WIDE = {code: chr(code - 0xFEE0) for code in range(0xFF10, 0xFF1A)} | {0xFF0C: ",", 0xFF0E: ".", 0xFF05: "%", 0xFF0F: "/"}
_SPACES = dict.fromkeys((0x00A0, 0x2007, 0x2009, 0x202F, 0x3000, 0x0009, 0x000A, 0x000D), " ")
_DASHES = dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212), "-")
_TABLE: dict[int, str] = {**_WIDE, **_SPACES, **_DASHES}


class Reading(StrEnum):
    """What a numeral counts; it decides between thousands and decimals where the digits leave both open."""

    COUNT = "count"  # bare: whole things
    MONEY = "money"  # a currency and no magnitude word: whole dong
    SCALED = "scaled"  # a magnitude word follows: 37,13 tỷ
    PERCENT = "percent"


Numeral = tuple[Decimal, tuple[str, ...]]
"""A value and the names of its flaws."""


def plain_text(text: str) -> str:
    """Lower case, one kind of space and dash, full-width digits made narrow. Not offset-keeping: ``３\u00a0–  5`` is ``3 - 5``."""
    return " ".join(text.translate(_TABLE).lower().split())


def read_digits(token: str, reading: Reading) -> Numeral | None:
    """Value of digits with their separators: ``read_digits("1.710", Reading.COUNT)`` is 1710.

    Flaws: ``grouping`` for badly grouped digits, read as they stand; ``ambiguous`` where the convention of the language
    was followed but the other reading is not absurd (``1.250%``; ``3,500 tỷ``, as decimals are not written with a last 0).
    """
    groups, separators = _SEPARATOR.split(token), _SEPARATOR.findall(token)
    if not all(groups) or sum(map(len, groups)) > MAX_DIGITS:
        return None
    if not separators:
        return _ungrouped(token)
    if len(set(separators)) > 1:
        return _mixed(groups, separators, reading)
    if len(separators) > 1 or separators == [" "]:
        return _grouped(groups, separators[0], reading)
    return (_one_dot if separators == ["."] else _one_comma)(groups[0], groups[1], reading)


def _ungrouped(digits: str) -> Numeral | None:
    """``05`` is 5; a longer run with a zero in front is a phone number or a code."""
    return None if digits[0] == "0" and len(digits) > 3 else (Decimal(digits), ())


def _is_grouped(groups: list[str]) -> bool:
    """True for thousands as they should be: one to three digits, then threes."""
    return bool(_HEAD.fullmatch(groups[0])) and all(len(group) == 3 for group in groups[1:])


def _as_they_stand(groups: list[str]) -> Numeral | None:
    """Badly grouped digits, joined. Half of the later groups must be threes, or it may be a date or a section number."""
    threes = sum(len(group) == 3 for group in groups[1:])
    if not _HEAD.fullmatch(groups[0]) or 2 * threes < len(groups) - 1:
        return None
    return Decimal("".join(groups)), ("grouping",)


def _grouped(groups: list[str], separator: str, reading: Reading) -> Numeral | None:
    """Several separators of one kind can only be thousands, well or badly grouped."""
    if _is_grouped(groups):
        return Decimal("".join(groups)), ()
    if separator == " ":
        return None
    if reading in (Reading.SCALED, Reading.PERCENT):
        # 5.837.3 tỷ: thousands, and the decimal mark of another language
        decimals = _is_grouped(groups[:-1]) and len(groups[-1]) <= 2
        return _decimal("".join(groups[:-1]), groups[-1], "grouping") if decimals else None
    return _as_they_stand(groups)


def _decimal(head: str, tail: str, *flaws: str) -> Numeral:
    return Decimal(f"{head}.{tail}"), flaws


def _one_dot(head: str, tail: str, reading: Reading) -> Numeral | None:
    """``1.710`` thousands; ``1.5`` decimal, but never in plain money (``16.50đ`` could be either)."""
    whole = reading in (Reading.COUNT, Reading.MONEY)
    if head == "0":
        return _decimal(head, tail)
    if head[0] == "0":
        return None
    if _is_grouped([head, tail]):
        return Decimal(head + tail), ("ambiguous",) if reading is Reading.PERCENT else ()
    if len(tail) <= 2:
        return None if reading is Reading.MONEY else _decimal(head, tail)
    if not whole:
        return None if len(tail) == 3 else _decimal(head, tail)
    if reading is Reading.COUNT and (len(tail) <= 4 or len(head) > 3):
        return None  # 12.2021 is a month
    return Decimal(head + tail), ("grouping",)


def _one_comma(head: str, tail: str, reading: Reading) -> Numeral | None:
    """``37,125 tỷ`` decimal; ``3,500`` of whole things can only be thousands."""
    if head == "0":
        return _decimal(head, tail)
    if head[0] == "0":
        return None
    if reading in (Reading.SCALED, Reading.PERCENT):
        doubtful = len(head) <= 3 and len(tail) == 3 and tail[-1] == "0"
        return _decimal(head, tail, *(("ambiguous",) if doubtful else ()))
    if _is_grouped([head, tail]):
        return Decimal(head + tail), ()
    return _decimal(head, tail) if len(tail) <= 2 else None


def _mixed(groups: list[str], separators: list[str], reading: Reading) -> Numeral | None:
    """``1.234.567,89`` and ``1,234,567.89`` have one decimal mark, the last; other mixtures are bad grouping."""
    *thousands, last = separators
    whole = reading in (Reading.COUNT, Reading.MONEY)
    if last != " " and len(set(thousands)) == 1 and last not in thousands and _is_grouped(groups[:-1]) and (not whole or len(groups[-1]) <= 2):
        return _decimal("".join(groups[:-1]), groups[-1])
    if " " in separators or not whole:
        return None
    if reading is Reading.COUNT and len(separators) == 2:
        return None  # 1.234,567 may be tons as well as things
    return _as_they_stand(groups)


_UNITS = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9}
_LASTS = {**_UNITS, "mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5}
_UNIT = "|".join(_UNITS)
_LAST = "|".join(word for word in _LASTS if word != "năm")  # "hai mươi năm" are twenty years, not twenty-five
_SMALL = re.compile(
    rf"(?:(?P<hundreds>{_UNIT}|không) trăm(?: |$))?"
    rf"(?:(?:(?P<tens>{_UNIT}) (?:mươi|chục)|(?P<ten>mười))(?: (?P<last>{_LAST}))?|(?P<spoken>{_UNIT}) (?P<end>{_LAST})|(?P<odd>linh |lẻ )?(?P<unit>{_UNIT}))?"
)
NUMBER_WORDS = rf"(?:{_UNIT}|không|mốt|tư|lăm|nhăm|mười|mươi|chục|trăm|linh|lẻ)"
"""Alternatives for one word of a number below a thousand."""


def read_words(words: str) -> tuple[int, bool] | None:
    """A number below a thousand, and whether it says its empty places: ``hai mươi lăm`` is (25, False), ``linh năm`` (5, True).

    Behind hundreds the word for tens may be left out: ``hai trăm năm sáu`` is 256. Alone ``năm sáu`` is five or six.
    """
    found = _SMALL.fullmatch(words)
    if not found or not words:
        return None
    hundreds, tens, unit = found["hundreds"], found["tens"], found["unit"]
    if hundreds and unit and not found["odd"]:
        return None  # "một trăm hai" is 120 in speech, 102 by its form
    if ("chục" in words and found["last"]) or (found["spoken"] and hundreds in (None, "không")):
        return None
    tens, last = tens or found["spoken"], found["last"] or found["end"]
    value = 100 * _UNITS.get(hundreds or "", 0) + 10 * (_UNITS[tens] if tens else bool(found["ten"]))
    value += _UNITS[unit] if unit else _LASTS[last] if last else 0
    return (value, bool(found["odd"]) or hundreds == "không") if value else None
