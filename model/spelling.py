"""How an article itself spells a word: its tone marks (``Ủy``, ``Uỷ``) and its small and capital letters."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_WORD = re.compile(r"[^\W\d_]+")
_MARKED = re.compile(r"[^\x00-\x7fĐđ]")
_SYLLABLE = re.compile(r"(?i)[bcdđghklmnpqrstvx]{0,3}[aeiouy]{1,3}(?:c|ch|m|n|ng|nh|p|t)?|\w*[^\x00-\x7fĐđ]\w*")
# An open syllable in oa, oe or uy bears its mark on the first vowel (``hóa, ủy``) or the second (``hoá, uỷ``); ``quý`` has no choice.
_ON_FIRST = re.compile(r"(?<!\w)\w{0,3}(?:[òóỏõọ][ae]|(?<!q)[ùúủũụ]y)(?!\w)", re.IGNORECASE)
_ON_SECOND = re.compile(r"(?<!\w)\w{0,3}(?:o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?!\w)", re.IGNORECASE)
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}


class Spelling:
    """The words of one article, as often as it writes them."""

    def __init__(self, text: str) -> None:
        self._words = Counter(_WORD.findall(text))
        first, second = len(_ON_FIRST.findall(text)), len(_ON_SECOND.findall(text))
        self._on_first = None if first == second else first > second
        self._small: dict[str, str] = {}
        self._toned: dict[str, str] = {}
        for word, _ in reversed(self._words.most_common()):  # the most frequent spelling comes last and stays
            if not _in_capitals(word):
                self._small[word.lower()] = word
            self._toned[by_tone(word)] = word.lower()

    def of(self, name: str) -> str:
        """The name with the article's own tone marks; a word that the article writes so stays.

        >>> Spelling("Ủy ban Kiểm tra họp.").of("Uỷ ban nhân dân")
        'Ủy ban nhân dân'
        >>> Spelling("Phòng Văn hóa họp.").of("Uỷ ban nhân dân")
        'Ủy ban nhân dân'
        """
        return _WORD.sub(lambda found: found[0] if found[0] in self._words else self._like(found[0]), name)

    def _like(self, word: str) -> str:
        other = self._toned.get(by_tone(word)) or self._restyled(word.lower())
        if other == word.lower():
            return word
        return other.upper() if _in_capitals(word) else other.capitalize() if word[0].isupper() else other

    def _restyled(self, word: str) -> str:
        """A word that the article does not write, with its tone mark on the vowel where the article's other words have theirs."""
        if self._on_first is None or not (_ON_SECOND if self._on_first else _ON_FIRST).fullmatch(word):
            return word
        letters = unicodedata.normalize("NFD", word)
        tone = next(letter for letter in letters if letter in _TONES)
        bare = unicodedata.normalize("NFC", letters.replace(tone, ""))
        place = len(bare) - 1 if self._on_first else len(bare)
        return unicodedata.normalize("NFC", bare[:place] + tone + bare[place:])

    def in_small_letters(self, name: str) -> str:
        """A headline's name as running text writes it. A word that stands nowhere else gets one capital, or stays where it may be an acronym.

        >>> Spelling("LĐLĐ huyện Gia Lâm").in_small_letters("HUYỆN GIA LÂM")
        'huyện Gia Lâm'
        >>> Spelling("").in_small_letters("PV GAS")
        'PV GAS'
        """
        if not any(_in_capitals(word) and _MARKED.search(word) for word in _WORD.findall(name)):
            return name
        return _WORD.sub(lambda found: self._as_in_text(found[0]) if _in_capitals(found[0]) else found[0], name)

    def _as_in_text(self, word: str) -> str:
        return self._small.get(word.lower(), word.capitalize() if _SYLLABLE.fullmatch(word) else word)


def _in_capitals(word: str) -> bool:
    return len(word) > 1 and word.isupper()


def by_tone(word: str) -> str:
    """The small letters with the tone behind them, wherever its mark stands: one key for ``Ủy`` and ``uỷ``."""
    letters = unicodedata.normalize("NFD", word.lower())
    tones = "".join(sorted(letter for letter in letters if letter in _TONES))
    return "".join(letter for letter in letters if letter not in _TONES) + tones
