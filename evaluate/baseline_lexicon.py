"""What the rules baseline knows of indicators: for each code the things that are counted and the acts that go with them.

The codes and the things in their examples come from ``seeds/indicators.toml``; ``baseline_lexicon.toml`` beside this file adds the
words in which newspapers say the same.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from annotations.store import INDICATORS

WORDS = Path(__file__).with_suffix(".toml")
PIECES, MONEY, RATE = "pieces", "money", "rate"
"""What a figure is: so many things, an amount with a currency, or a percentage."""
_O = dict(zip("áàảãạéèẻẽẹ", "óòỏõọóòỏõọ", strict=True))
_U = dict(zip("ýỳỷỹỵ", "úùủũụ", strict=True))
_BARE = dict(zip("áàảãạéèẻẽẹýỳỷỹỵ", "aaaaaeeeeeyyyyy", strict=True))
_TONE_PLACE = re.compile(r"o[áàảãạéèẻẽẹ](?!\w)|(?<!q)u[ýỳỷỹỵ](?!\w)")
_NUMBER = re.compile(r"[0-9][0-9.,]*")
_CURRENCY = re.compile(r"^(?:nghìn|ngàn|triệu|tỷ|tỉ)? ?đồng ?")


def folded(text: str) -> str:
    """Lower case with the tone where the old spelling has it (``thoả`` is ``thỏa``); as long as the text, so offsets hold.

    >>> folded("Thoả ước, uỷ ban, quý I")
    'thỏa ước, ủy ban, quý i'
    """
    lowered = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    return _TONE_PLACE.sub(lambda found: _moved(found[0]), lowered)


def _moved(pair: str) -> str:
    """``oá`` to ``óa``, ``uỷ`` to ``ủy``."""
    return (_O if pair[0] == "o" else _U)[pair[1]] + _BARE[pair[1]]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One code's words.

    Attributes:
        sure: things that are an achievement of this code wherever they are counted.
        things: things that are one only beside an act.
        acts: verbs and other words of doing.
        units: which figures the code can have.
        alone: True where an act beside an amount of money is enough.
        deed: True where an act right before a number of things is enough, whatever they are.
    """

    code: str
    sure: re.Pattern[str] | None
    things: re.Pattern[str] | None
    acts: re.Pattern[str] | None
    units: frozenset[str]
    alone: bool
    deed: bool


@cache
def lexicon(catalogue: Path = INDICATORS, more: Path = WORDS) -> tuple[Indicator, ...]:
    """Every code of the catalogue with its words: first those of ``more`` in its order, then those that it does not know."""
    codes = tomllib.loads(catalogue.read_text(encoding="utf-8"))
    added = tomllib.loads(more.read_text(encoding="utf-8"))
    lists = {name: "|".join(words) for name, words in added.pop("words").items()}
    order = [code for code in added if code in codes] + [code for code in codes if code not in added]
    return tuple(_indicator(code, codes[code], added.get(code, {}), lists) for code in order)


def _indicator(code: str, stored: Mapping[str, Any], added: Mapping[str, Any], lists: Mapping[str, str]) -> Indicator:
    def words(name: str) -> list[str]:
        return [_filled(word, lists) for word in added.get(name, ())]

    return Indicator(
        code=code,
        sure=_pattern([*words("sure"), *_counted(stored.get("examples", ()))]),
        things=_pattern(words("things")),
        acts=_pattern(words("acts")),
        units=frozenset(added.get("units", (PIECES, MONEY, RATE))),
        alone=bool(added.get("alone", False)),
        deed=bool(added.get("deed", False)),
    )


def _filled(word: str, lists: Mapping[str, str]) -> str:
    """A word with the lists that it names, as ``{people}``."""
    for name, alternatives in lists.items():
        word = word.replace(f"{{{name}}}", alternatives)
    return word


def _counted(examples: Iterable[str]) -> list[str]:
    """What each example counts, where it is of three words or more: ``thăm 2.135 lượt người lao động`` gives ``lượt người lao động``."""
    told = [_NUMBER.split(folded(example))[-1].strip(" %/") for example in examples]
    things = [_CURRENCY.sub("", words) for words in told]
    return [re.escape(thing) for thing in things if thing.count(" ") >= 2 and not thing.startswith(("đoàn viên", "doanh nghiệp"))]


def _pattern(parts: Iterable[str]) -> re.Pattern[str] | None:
    kept = [part for part in parts if part]
    return re.compile(rf"(?<!\w)(?:{'|'.join(kept)})(?!\w)") if kept else None
