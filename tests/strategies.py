"""Hypothesis strategies, and renderers that write a value in the surface forms of the news."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from hypothesis import strategies as st

from model.schema import (
    AchievementRecord,
    Check,
    Kind,
    OrganisationField,
    Outcome,
    PercentageField,
    PercentageKind,
    Period,
    PeriodField,
    Qualifier,
    QuantityField,
    Span,
)

_WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
MAGNITUDES = {"nghìn": 10**3, "ngàn": 10**3, "vạn": 10**4, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9}
WHOLE_FORMS = ("plain", "dotted", "commas", "spaced", "no-break", "full-width", "words", "compound", "dong", "đ", "vnd", "percent")
"""Forms that can write any whole number from 1 to 10^12."""
ALL_FORMS = WHOLE_FORMS + tuple(MAGNITUDES)
"""Those, and a decimal before a magnitude word."""


def render_quantity(value: Decimal, form: str) -> str:
    """``render_quantity(Decimal(1710), "dotted")`` is ``1.710``; magnitude forms divide exactly: 37130000000 in ``tỷ`` is ``37,13 tỷ đồng``."""
    if form in MAGNITUDES:
        return f"{_decimal(value / MAGNITUDES[form])} {form} đồng"
    if form == "percent":
        return f"{_decimal(value)}%"
    whole = int(value)
    suffix = {"dong": " đồng", "đ": "đ", "vnd": " VNĐ"}
    if form in suffix:
        return f"{whole:,}".replace(",", ".") + suffix[form]
    return _RENDERERS[form](whole)


def _decimal(value: Decimal) -> str:
    """Dot for thousands, comma for decimals, no trailing zeros."""
    whole, _, part = f"{value:f}".partition(".")
    part = part.rstrip("0")
    return f"{int(whole):,}".replace(",", ".") + (f",{part}" if part else "")


def _full_width(whole: int) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in str(whole))


def _compound(whole: int) -> str:
    """``1 tỷ 200 triệu 500 nghìn``; what is left under a thousand is written out in the number before it, so only whole thousands get words."""
    if whole % 1000 or whole < 1000:
        return str(whole)
    parts = []
    for name, size in (("tỷ", 10**9), ("triệu", 10**6), ("nghìn", 10**3)):
        count, whole = divmod(whole, size)
        if count:
            parts.append(f"{count:,} {name}".replace(",", "."))
    return " ".join(parts)


def number_in_words(whole: int) -> str:
    """``number_in_words(1205)`` is ``một nghìn hai trăm linh năm``."""
    groups = [(whole // 10**9, "tỷ"), (whole // 10**6 % 1000, "triệu"), (whole // 1000 % 1000, "nghìn"), (whole % 1000, "")]
    said: list[str] = []
    for value, name in groups:
        if value:
            said += [_three_digits(value, full=bool(said)), name] if value < 1000 else [number_in_words(value), name]
    return " ".join(word for word in said if word)


def leaves_its_places_open(whole: int) -> bool:
    """True for 1000110: ``một triệu một trăm mười`` is also speech for 1.110.000."""
    return whole >= 10**6 and whole // 1000 % 1000 == 0 and whole % 1000 >= 100


def _three_digits(value: int, *, full: bool) -> str:
    hundreds, rest = divmod(value, 100)
    words = [f"{_WORDS[hundreds]} trăm"] if hundreds or full else []
    tens, unit = divmod(rest, 10)
    if tens == 0 and unit:
        words.append(("linh " if words else "") + _WORDS[unit])
    elif tens:
        words.append("mười" if tens == 1 else f"{_WORDS[tens]} mươi")
        last = {0: "", 1: "một" if tens == 1 else "mốt", 5: "lăm"}.get(unit, _WORDS[unit])
        words.append(last)
    return " ".join(word for word in words if word)


_RENDERERS: dict[str, Callable[[int], str]] = {
    "plain": str,
    "dotted": lambda whole: f"{whole:,}".replace(",", "."),
    "commas": lambda whole: f"{whole:,}",
    "spaced": lambda whole: f"{whole:,}".replace(",", " "),
    "no-break": lambda whole: f"{whole:,}".replace(",", "\u00a0"),
    "full-width": _full_width,
    "words": number_in_words,
    "compound": _compound,
}

whole_numbers = st.one_of(st.integers(1, 2000), st.integers(1, 10**12 - 1)).map(Decimal)
"""Counts and amounts of the size that the news has."""
decimals = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(9999), places=2)
snippets = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *MAGNITUDES,
                "đồng",
                "%",
                "phần trăm",
                "rưỡi",
                "nửa",
                "hai",
                "mươi",
                "trăm",
                "linh",
                "năm",
                "từ",
                "đến",
                "nay",
                "hết",
                "quý",
                "tháng",
                "ngày",
            ]
        ),
        st.sampled_from(
            ["I/2021", "đầu năm", "nhiệm kỳ", "2018-2023", "31/2", "hơn", "gần", "-", "/", ".", ",", " ", "1.710", "05", "2021", "giảm", "đạt"]
        ),
        st.integers(0, 10**6).map(str),
    ),
    max_size=8,
).map(" ".join)
"""Texts made of the parts of quantities and times, most of them wrong."""
any_text = st.one_of(st.text(max_size=140), snippets)

# --- records ---------------------------------------------------------------------------------------------------------------

plain_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
spans = st.tuples(st.integers(0, 5000), st.integers(1, 200)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))
amounts = st.one_of(st.integers(0, 10**15).map(Decimal), st.decimals(0, 10**6, places=3))
rates = amounts.map(lambda value: value % 1000 - 100)
qualifiers = st.none() | st.sampled_from(list(Qualifier))
shares = st.floats(0, 1)
percentage_fields = st.builds(PercentageField, plain_text, spans, rates, st.sampled_from(list(PercentageKind)), qualifiers)
quantity_fields = st.builds(QuantityField, plain_text, spans, amounts, st.sampled_from([None, "VND", "%"]), qualifiers, st.none() | amounts)
records = st.builds(
    AchievementRecord,
    id=plain_text,
    article_id=plain_text,
    kind=st.sampled_from(list(Kind)),
    organisation=st.none() | st.builds(OrganisationField, plain_text, spans, plain_text, st.booleans()),
    indicator=plain_text,
    indicator_code=plain_text,
    count=st.none() | quantity_fields,
    target=st.none() | quantity_fields,
    percentages=st.lists(percentage_fields, max_size=3).map(tuple),
    period=st.none()
    | st.builds(PeriodField, plain_text, spans, st.builds(Period, st.none() | st.dates(), st.none() | st.dates()), st.booleans()),
    sentence=spans,
    sentence_text=plain_text,
    confidence=shares,
    field_confidence=st.dictionaries(plain_text, shares, max_size=3),
    checks=st.lists(st.builds(Check, plain_text, st.sampled_from(list(Outcome)), plain_text), max_size=2).map(tuple),
    model=plain_text,
)
"""Any record that could be written, whether or not its parts make sense together."""
