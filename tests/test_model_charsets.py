"""Bytes that are text, bytes that are not, and bytes that could be anything."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.charsets import decode, windows_1258
from model.errors import ArticleError

TEXT = "Năm 2021, Công đoàn huyện đã thành lập được 12 công đoàn cơ sở, đạt 200% chỉ tiêu của năm."


def vietnamese_1258(text: str) -> bytes:
    """Windows-1258 has no precomposed letters with tones: letter, then tone."""
    out = []
    for character in text:
        base = unicodedata.normalize("NFD", character)
        tones = [mark for mark in base[1:] if mark in "\u0300\u0301\u0303\u0309\u0323"]
        letter = unicodedata.normalize("NFC", base[0] + "".join(mark for mark in base[1:] if mark not in tones))
        out.append(letter + "".join(tones))
    return "".join(out).encode("cp1258")


characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\ufeff")


@settings(deadline=None)
@given(st.text(characters, min_size=1), st.sampled_from(["utf-8", "utf-16", "utf-8-sig", "utf-32"]))
def test_marked_and_utf8_text_comes_back(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_line_ends_become_newlines_as_read_text_makes_them() -> None:
    assert decode(b"a\r\nb\rc\n\r\n") == "a\nb\nc\n\n"


def test_windows_1258_is_read_where_it_is_plain() -> None:
    assert decode(vietnamese_1258(TEXT)) == TEXT
    assert decode(vietnamese_1258(f"“{TEXT}” – Đồng chí Nguyễn Văn Ẩn…")) == f"“{TEXT}” – Đồng chí Nguyễn Văn Ẩn…"


@pytest.mark.parametrize(
    "data",
    [
        "Le syndicat a élu sa présidente à Orléans; les délégués étaient là".encode("latin-1"),
        "C«ng ®oµn c¬ së, n¨m 2021 ®· thµnh lËp ®­îc 12".encode("latin-1"),  # TCVN3
        "đạt".encode("cp1258", "ignore") + b"\xff\xfe\xd0",
    ],
)
def test_other_eight_bit_text_is_refused_with_the_byte(data: bytes) -> None:
    assert windows_1258(data) is None
    with pytest.raises(ArticleError, match=r"byte 0x[0-9A-F]{2} at position \d+ is not UTF-8"):
        decode(data)


def test_a_broken_byte_in_utf8_is_named() -> None:
    data = TEXT.encode() + b"\xe1\xbb" + " còn nữa".encode()
    with pytest.raises(ArticleError, match=rf"byte 0xE1 at position {len(TEXT.encode())} "):
        decode(data)


@pytest.mark.parametrize(("data", "at"), [(b"PK\x03\x04\x00", 4), (b"\x00", 0), ("công\0đoàn".encode(), 5)])
def test_binary_is_refused(data: bytes, at: int) -> None:
    with pytest.raises(ArticleError, match=f"byte 0x00 at position {at}: this is not text"):
        decode(data)


def test_torn_utf16_is_refused() -> None:
    with pytest.raises(ArticleError, match="is not UTF-16-LE"):
        decode("công".encode("utf-16")[:-1])
