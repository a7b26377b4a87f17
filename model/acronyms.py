"""Acronyms that an article never explains, by the initials of the names that it gives: ``TKV`` for ``Than - Khoáng sản Việt Nam``, ``Tổng công ty ĐSVN``."""

from __future__ import annotations

import re
from collections import defaultdict

from model.fuller_names import is_firm
from model.names import Names, inner_body, key_of

_ACRONYM = re.compile(r"[A-ZĐ]{3,6}")
_OF_THE_COUNTRY = frozenset({"tổng công ty", "tập đoàn", "công đoàn", "tổng cục", "cục"})
_SAYS_ENOUGH = 3
"""Words behind the letters that make sure of which body is meant."""
_INSIDE = re.compile(r"(?<![\w&-])[A-ZĐ]{2,7}(?![\w&-])")


class Acronyms:
    """The initials of an article's firms, and of the bodies whose unions it names."""

    def __init__(self, names: Names) -> None:
        self._by_ends: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._closing: dict[str, list[str]] = defaultdict(list)
        for key in names:
            inner = inner_body(key) if key.startswith("công đoàn ") else None
            if inner or is_firm(key):
                self._add(key, inner[1] if inner else key)

    def _add(self, key: str, body: str) -> None:
        initials = "".join(word[0] for word in body.split() if word[0].isalpha())
        for last in dict.fromkeys(initials[-2:]):
            self._by_ends[initials[0] + last].append((key, initials))
        for length in range(3, min(6, len(initials)) + 1):
            self._closing[initials[-length:]].append(key)

    def meant(self, acronym: str) -> list[str]:
        """Keys whose initials end with the acronym's letters, or hold them in order from the first to one of the last two."""
        if not _ACRONYM.fullmatch(acronym):
            return []
        letters = acronym.casefold()
        spread = [key for key, initials in self._by_ends.get(letters[0] + letters[-1], []) if _in_order(letters, initials)]
        return list(dict.fromkeys([*self._closing.get(letters, []), *spread]))


def _in_order(letters: str, initials: str) -> bool:
    remaining = iter(initials)
    return all(letter in remaining for letter in letters)


def spelt_out(names: Names, name: str) -> str | None:
    """The name with its letters in words, where the other names have just one wording for them before the rest of it: ``Tổng công ty ĐS Việt Nam``
    in an article that names ``Cục Đường sắt Việt Nam``.

    Only before what is no mere place: firms are called ``Công ty TS Việt Nam`` beside any ``Hội Thủy sản Việt Nam``.
    """
    for found in _INSIDE.finditer(name):
        lead, rest = key_of(name[: found.start()]), key_of(name[found.end() :])
        if len(rest.split()) < _SAYS_ENOUGH and not (rest == "việt nam" and lead in _OF_THE_COUNTRY):
            continue
        words = " ".join(rf"{letter}\w*" for letter in found[0].casefold())
        meant = re.compile(rf"(?<!\w)(?:{words}) {re.escape(rest)}$")
        said = {at[0]: names.spelled(key)[at.start() :] for key in names.ending(rest) if (at := meant.search(key))}
        if len(said) == 1:
            return name[: found.start()] + next(iter(said.values()))
    return None
