"""Bytes to text, without guessing: UTF-8, UTF-16 and UTF-32 with a byte order mark, Windows-1258 only where it is beyond doubt.

What is neither is refused with the byte that failed: a wrong guess would turn every figure and name into nonsense unnoticed.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from model.errors import ArticleError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PUNCTUATION = frozenset("\u00a0“”‘’–—…•«»°²³₫€")
_LETTERS = frozenset("đĐăâêôơưĂÂÊÔƠƯ")
_COMMON = frozenset("của và các được là có không với người công đoàn đã tại những một này trong cho lao động năm ở về từ đến".split())
_SYLLABLE = re.compile(r"[^\W\d_]+")


def decode(data: bytes) -> str:
    """The text of ``data``: byte order mark left out, ``\\r\\n`` and ``\\r`` turned into ``\\n`` as Python's ``read_text`` does.

    Raises ArticleError where there is nothing, where it is not text (NUL), or where the encoding cannot be known safely,
    with position and value of the first byte that is not UTF-8.

    >>> decode(b"\\xef\\xbb\\xbfC\\xc3\\xb4ng \\xc4\\x91o\\xc3\\xa0n\\r\\n")
    'Công đoàn\\n'
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _newlines(_strict(data, len(mark), encoding))
    zero = data.find(0)
    if zero >= 0:
        raise ArticleError(f"byte 0x00 at position {zero}: this is not text; give a text file (UTF-8), or extract its text first")
    try:
        return _newlines(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        text = windows_1258(data)
        if text is None:
            raise _refusal(data, error, "UTF-8") from error
        return _newlines(text)


def declared(data: bytes) -> str:
    """The encoding that the byte order mark at the start of ``data`` declares, ``utf-8`` where there is none."""
    return next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")


def _strict(data: bytes, skip: int, encoding: str) -> str:
    try:
        text = data[skip:].decode(encoding)
    except UnicodeDecodeError as error:
        raise _refusal(data, error, encoding.upper(), skip) from error
    zero = text.find("\0")
    if zero >= 0:
        raise ArticleError(f"character U+0000 at position {zero}: this is not text; give a text file (UTF-8), or extract its text first")
    return text


def _refusal(data: bytes, error: UnicodeDecodeError, encoding: str, skip: int = 0) -> ArticleError:
    at = skip + error.start
    return ArticleError(f"byte 0x{data[at]:02X} at position {at} is not {encoding}; convert the file to UTF-8 and try again")


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def windows_1258(data: bytes) -> str | None:
    """The text of ``data`` read as Windows-1258, or None unless it is plainly Vietnamese.

    Plainly: every mark melts into a Vietnamese letter, nothing else beyond ASCII is there but usual punctuation, and at least three
    different everyday words with marks occur. TCVN3, VNI and western European bytes fail this, so they are refused, not garbled.
    """
    try:
        text = unicodedata.normalize("NFC", data.decode("cp1258"))
    except UnicodeDecodeError:
        return None
    if not all(character.isascii() or character in _PUNCTUATION or _vietnamese(character) for character in text):
        return None
    words = {word for word in _SYLLABLE.findall(text.lower()) if not word.isascii()}
    return text if len(words & _COMMON) >= 3 else None


def _vietnamese(character: str) -> bool:
    """True for a letter of the Vietnamese alphabet with or without a tone; False for a mark that found no letter."""
    base = unicodedata.normalize("NFD", character)
    return character in _LETTERS or (len(base) > 1 and base[0] in "aeiouyAEIOUY" and set(base[1:]) <= _VIETNAMESE_MARKS)


_VIETNAMESE_MARKS = frozenset("\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323")
