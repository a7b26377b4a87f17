"""What a COUNT, TARGET or PERCENTAGE says: its value, the upper end of a range, its unit; and how exactly it was meant.

Anything that cannot be read for sure is None; it never becomes a plausible wrong number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from model.numerals import NUMBER_WORDS, Reading, plain_text, read_digits, read_words
from model.schema import Qualifier, Quantity

MAX_LENGTH = 120
"""No quantity is longer, in code points; what is, is not read."""
MAX_VALUE = Decimal(10) ** 18
"""No amount in the news is larger; up to here Decimal's default precision is exact."""

_SCALES = {
    **dict.fromkeys(("nghìn", "ngàn", "k"), 10**3), "vạn": 10**4, **dict.fromkeys(("triệu", "tr", "tr."), 10**6),
    **dict.fromkeys(("tỷ", "tỉ", "ti"), 10**9), "trăm": 100, "chục": 10,
}  # fmt: skip
_CURRENCIES = {
    **dict.fromkeys(("đồng", "đ", "vnđ", "vnd", "đồng việt nam", "đòng"), "VND"),
    **dict.fromkeys(("usd", "us$", "$", "đô la", "đô-la", "đô - la", "đôla", "đô la mỹ", "đô-la mỹ", "đô - la mỹ"), "USD"),
    **dict.fromkeys(("euro", "eur", "€"), "EUR"), **dict.fromkeys(("yên", "yen", "yên nhật", "yen nhật", "jpy"), "JPY"), **dict.fromkeys(("won", "krw"), "KRW"),
    **dict.fromkeys(("nhân dân tệ", "tệ", "cny"), "CNY"), **dict.fromkeys(("bảng anh", "gbp"), "GBP"), **dict.fromkeys(("aud", "đô la úc"), "AUD"),
}  # fmt: skip
_PREFIXED = ("$", "us$", "usd", "€")
_END = r"(?![^\W\d_])"
_WORD_END = r"(?!\w)"


def _any(words: dict[str, int] | dict[str, str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_TOKEN = re.compile(
    r" *(?:(?P<digits>[0-9]+(?:[.,][0-9]+| [0-9]{3}(?![0-9]))*)"
    rf"|(?P<percent>%|phần trăm{_WORD_END})"
    rf"|(?P<unit>\$|€|us\$|(?:{_any(_CURRENCIES)}){_WORD_END})"
    rf"|(?P<to>-|(?:đến|tới){_WORD_END})"
    rf"|(?P<scale>tr(?=đ)|tr\.(?= ?đ)|(?:nghìn|ngàn|vạn|triệu|tr|tỷ|tỉ|ti(?= đồng)|k){_END})"
    rf"|(?P<words>{NUMBER_WORDS}(?: {NUMBER_WORDS})*{_WORD_END})"
    rf"|(?P<half>nửa{_WORD_END})|(?P<more_half>rưỡi{_WORD_END}))"
)
Token = tuple[str, str]
"""Kind (a group of ``_TOKEN``) and text."""


@dataclass(frozen=True, slots=True)
class _Cue:
    """Words that qualify a number. ``light``: light words may stand between; ``not_after``: words in front that make it something else."""

    words: str
    qualifier: Qualifier
    light: bool = False
    not_after: str | None = None
    only_after: str | None = None


_COMPARED = r"(?:cao|thấp|nhiều|ít|lớn|nhỏ|tốt|kém|nhanh|chậm|dài|ngắn|đông|mạnh|sớm|muộn|già|trẻ|đắt|rẻ|nặng|nhẹ|rộng|sâu|xa|gần)"
_CUES = (
    _Cue(r"không (?:dưới|(?:ít|thấp|nhỏ) hơn)|ít nhất|tối thiểu|chí ít|thấp nhất", Qualifier.AT_LEAST, light=True),
    _Cue(r"không (?:quá|vượt quá|(?:nhiều|cao|lớn) hơn|hơn|trên)|tối đa|nhiều nhất|cao nhất", Qualifier.AT_MOST, light=True),
    _Cue(r"dưới", Qualifier.AT_MOST, not_after=r"(?:cấp|bên|phía|trở|ở|không)"),
    _Cue(r"ước(?: tính| chừng| khoảng)?", Qualifier.APPROXIMATELY, light=True, not_after=r"(?:th[oỏ][aảà]|công|điều|hiệp|quy|giao|mơ|khế|mong|hằng)"),
    _Cue(r"khoảng|xấp xỉ|sấp xỉ|xấp xỷ|chừng|suýt soát", Qualifier.APPROXIMATELY, light=True),
    _Cue(r"độ", Qualifier.APPROXIMATELY, only_after=r"(?:được|có|đạt|chỉ|mất|thu|là|còn|khoảng|vào)"),
    _Cue(r"gần|ngót(?: nghét)?", Qualifier.NEARLY),
    _Cue(r"hơn", Qualifier.MORE_THAN, not_after=rf"(?:{_COMPARED}|không)"),
    _Cue(r"trên", Qualifier.MORE_THAN, not_after=r"(?:cấp|bên|phía|nêu|kể|nói|trở|ở|không)"),
    _Cue(r"vượt (?:mức|mốc|con số|ngưỡng)", Qualifier.MORE_THAN, not_after=r"(?:không|chưa)"),
)  # fmt: skip
_LIGHT = r"(?: (?:đạt|được|có|là|số|từ|phải|trao|thực hiện)){0,2}"
_BEFORE = [(re.compile(rf"(?:^|\W)(?P<q>{cue.words}){_LIGHT if cue.light else ''} ?$"), cue) for cue in _CUES]
_BREAK = re.compile(r"[.;:!?,()\[\]\"“”…/]|\d")
_LEADING = re.compile(rf"(?P<q>{'|'.join(cue.words for cue in _CUES)})(?: (?:đạt|được|có|là))? (?=\S)")
_SIGN = re.compile(r"([+-]) ?(?=[0-9])")
# What it is counted in may stand inside the span; the value is the number before it, and the schema knows no such unit.
MEASURE = re.compile(r"(?:(?<=[0-9])| )(?:ha|hecta|héc ?-?ta|tấn|tạ|kg|km2?|m[23²³]?|kwh|lượt(?: người)?|người|suất|đơn vị)$")
_UPWARDS = re.compile(r"\s*(?:trở lên|trở xuống)(?!\w)")


def read_quantity(text: str, *, default_unit: str | None = None) -> Quantity | None:
    """Value of a COUNT or TARGET span, or None: ``37,13 tỷ đồng`` is 37130000000 ``VND``; ``2-3 triệu`` is 2000000 to 3000000.

    The unit is ``VND``, ``%``, the ISO code of another currency, ``default_unit`` or None. Qualifiers inside the span are skipped.
    """
    tokens = _tokens(text)
    if not tokens:
        return None
    cuts = [place for place, (kind, _) in enumerate(tokens) if kind == "to"]
    if not cuts:
        found = _amount(tokens)
    elif len(cuts) == 1:
        found = _range(tokens[: cuts[0]], tokens[cuts[0] + 1 :])
    else:
        return None
    if found is None or found.unit is not None:
        return found
    return Quantity(found.value, found.high, default_unit, found.flaws)


def read_percentage(text: str) -> Quantity | None:
    """Value of a PERCENTAGE span with unit ``%``, or None: ``7,5-8%`` is 7.5 to 8; ``-26%`` is -26; ``1.250%`` is 1250, flaw ``ambiguous``."""
    if len(text) > MAX_LENGTH:
        return None
    plain = plain_text(text)
    sign = _SIGN.match(plain)
    found = read_quantity(plain[sign.end() :] if sign else plain)
    if found is None or found.unit != "%":
        return None
    if sign and sign[1] == "-":
        return None if found.high is not None else replace(found, value=-found.value)
    return found


def read_qualifier(before: str, inside: str = "", after: str = "") -> Qualifier | None:
    """How exactly a number is meant, from the text up to it, its own text and what follows: ``ước đạt hơn`` is more_than.

    The nearest qualifier counts. It must stand right before the number, or with light words only (``ít nhất là``) between.
    """
    leading = _skip_leading(plain_text(inside[:MAX_LENGTH]))[1]
    if leading:
        return leading
    if found := _UPWARDS.match(plain_text(after[:40])):
        return Qualifier.AT_LEAST if "lên" in found.group() else Qualifier.AT_MOST
    tail = plain_text(_BREAK.split(before[-80:])[-1])
    found_cues = [(found, cue) for pattern, cue in _BEFORE if (found := pattern.search(tail)) and _fits(cue, tail, found)]
    nearest = max(found_cues, key=lambda hit: (hit[0].end("q"), -hit[0].start("q")), default=None)
    return nearest[1].qualifier if nearest else None


def _fits(cue: _Cue, tail: str, found: re.Match[str]) -> bool:
    """False where the words in front make the cue a part of another word: ``cao hơn``, ``trình độ``, ``công ước``."""
    front = tail[: found.start("q")].rstrip()
    if cue.not_after and re.search(rf"(?:^|\W){cue.not_after}$", front):
        return False
    return not cue.only_after or not front or bool(re.search(rf"(?:^|\W){cue.only_after}$", front))


def _skip_leading(text: str) -> tuple[str, Qualifier | None]:
    """The text after its leading qualifiers, and the last of them."""
    nearest = None
    while found := _LEADING.match(text):
        words, text = found["q"], text[found.end() :]
        nearest = next(cue.qualifier for cue in _CUES if re.fullmatch(cue.words, words))
    return text, nearest


def _tokens(text: str) -> list[Token] | None:
    """The span cut into tokens, or None where any of it is not part of a quantity."""
    if len(text) > MAX_LENGTH:
        return None
    plain = _skip_leading(plain_text(text).strip(" .,;:()\"'“”"))[0]
    plain = MEASURE.sub("", _UPWARDS.sub("", plain))
    opened = plain.removeprefix("từ ")
    tokens, place = [], 0
    while place < len(opened):
        found = _TOKEN.match(opened, place)
        if not found or found.lastgroup is None:
            return None
        tokens.append((found.lastgroup, found.group().strip()))
        place = found.end()
    if opened != plain and all(kind != "to" for kind, _ in tokens):
        return None  # "từ 5" opens a range that the span does not close
    return tokens


def _split_unit(tokens: list[Token]) -> tuple[list[Token], str | None]:
    """Tokens without their unit, and the unit: after the number, or ``$`` before it."""
    if tokens and tokens[-1][0] in ("unit", "percent"):
        kind, text = tokens[-1]
        return tokens[:-1], "%" if kind == "percent" else _CURRENCIES[text]
    if tokens and tokens[0][1] in _PREFIXED:
        return tokens[1:], _CURRENCIES[tokens[0][1]]
    return tokens, None


def _is_scale(token: Token) -> bool:
    return token[0] == "scale" or token == ("words", "trăm") or token == ("words", "chục")


def _range(left: list[Token], right: list[Token]) -> Quantity | None:
    """Lower to upper end. Magnitude and unit that only the upper end states hold for both: ``2-3 tỷ đồng``."""
    if not left or not right or _is_date_like(left, right):
        return None
    bare, unit = _split_unit(left)
    upper = _split_unit(right)[0]
    if unit is None:
        if not any(map(_is_scale, bare)):
            left = left + _closing_scales(upper)
        left = left + right[len(upper) :]
    low, high = _amount(left), _amount(right)
    if low is None or high is None or low.unit != high.unit or low.value >= high.value:
        return None
    return Quantity(low.value, high.value, low.unit, tuple(dict.fromkeys(low.flaws + high.flaws)))


def _closing_scales(tokens: list[Token]) -> list[Token]:
    """The magnitude words at the end of an amount: of ``3 nghìn tỷ``, both."""
    end = len(tokens) - (bool(tokens) and tokens[-1][0] == "more_half")
    start = end
    while start and _is_scale(tokens[start - 1]):
        start -= 1
    return tokens[start:end]


def _is_date_like(left: list[Token], right: list[Token]) -> bool:
    """True for ``2018-2023``, ``5-2018`` and ``02-5``: times, not counts."""
    if len(left) != 1 or len(right) != 1:
        return False
    low, high = left[0][1], right[0][1]
    if re.match(r"0[0-9]", low) or re.match(r"0[0-9]", high):
        return True
    return bool(re.fullmatch(r"(?:19|20)[0-9]{2}", high)) and bool(re.fullmatch(r"(?:19|20)[0-9]{2}|0?[1-9]|1[0-2]", low))


def _amount(tokens: list[Token]) -> Quantity | None:
    """One end of a range, or the whole of a quantity without one."""
    bare, unit = _split_unit(tokens)
    half = bool(bare) and bare[-1][0] == "more_half"
    if half:
        bare = bare[:-1]
    if any(kind in ("unit", "percent", "more_half") for kind, _ in bare):
        return None
    scaled = any(map(_is_scale, bare)) or any(kind == "half" for kind, _ in bare)
    reading = Reading.SCALED if scaled else Reading.PERCENT if unit == "%" else Reading.MONEY if unit else Reading.COUNT
    items = _items(bare, reading)
    total = _sum(items) if items else None
    if total is None or items is None or (half and items[-1].scale < 100):
        return None
    if half:
        total += Decimal(items[-1].scale) / 2
    if total > MAX_VALUE:
        return None
    return Quantity(_tidy(total), None, unit, tuple(dict.fromkeys(flaw for item in items for flaw in item.flaws)))


@dataclass(frozen=True, slots=True)
class _Item:
    """A number with the magnitude words after it: ``200 triệu`` is 200 times 10^6. ``zeros``: it says its empty places (``linh năm``)."""

    value: Decimal
    scale: int
    zeros: bool
    flaws: tuple[str, ...]


def _items(tokens: list[Token], reading: Reading) -> list[_Item] | None:
    """``1 tỷ 200 triệu`` as its two items."""
    items, place = [], 0
    while place < len(tokens):
        number = _number(tokens[place], reading)
        if number is None:
            return None
        place += 1
        scale = last = 1
        while place < len(tokens) and _is_scale(tokens[place]):
            if _SCALES[tokens[place][1]] == last:
                return None  # "tỷ tỷ" is a slip, and nobody knows which
            last = _SCALES[tokens[place][1]]
            scale *= last
            place += 1
        if tokens[place - 1][0] == "half":
            return None  # "nửa" of nothing
        items.append(_Item(number[0], scale, number[1], number[2]))
    return items


def _number(token: Token, reading: Reading) -> tuple[Decimal, bool, tuple[str, ...]] | None:
    """Value, whether it says its empty places, flaws."""
    kind, text = token
    if kind == "half":
        return Decimal("0.5"), False, ()
    if kind == "words":
        words = read_words(text)
        return words and (Decimal(words[0]), words[1], ())
    if kind == "digits":
        digits = read_digits(text, reading)
        return digits and (digits[0], False, digits[1])
    return None


def _sum(items: list[_Item]) -> Decimal | None:
    """Items added up, larger magnitude first; ``1 nghìn 200 tỷ`` multiplies both. ``2 tỷ 3`` (speech for 2,3 tỷ) is not read."""
    total, last = items[0].value * items[0].scale, items[0].scale
    if len(items) > 1 and any(item.value != int(item.value) for item in items):
        return None
    for item in items[1:]:
        spoken_out = item.zeros or item.value * 10 >= last
        if item.scale < last:
            if item.value * item.scale >= last or (item.scale == 1 and not spoken_out):
                return None
            total += item.value * item.scale
        elif item.scale > last and spoken_out and item.value < last:
            total = (total + item.value) * item.scale
        else:
            return None
        last = item.scale
    return total


def _tidy(value: Decimal) -> Decimal:
    """The same value without an exponent or trailing zeros."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
