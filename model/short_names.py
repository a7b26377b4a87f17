"""Short names that an article introduces itself: ``Liên đoàn Lao động (LĐLĐ)``, ``Ngân hàng TMCP Phát triển TP HCM (HDBank)``."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence

from model.abbreviations import ABBREVIATIONS, expand
from model.names import inner_body
from model.places import is_place

_WINDOW = 160
"""Characters before a bracket in which the name that it belongs to begins."""
_ACRONYM = re.compile(r"\s{0,3}\((?:(?:gọi|viết) tắt(?: là)?:?\s*)?([^\W\d_][\w&-]{1,11})\)")
_BRACKET = re.compile(r"\s{0,3}\(([^()\n]{2,120})\)")
_BRACKET_BEFORE = re.compile(r"\s?\([^()\n]{1,40}\)$")
_DASH = re.compile(r"(?<=\w) [-–] (?P<short>[A-Z][A-Za-z0-9&.]{2,}(?: (?:[IVX]{1,4}|[0-9]{1,3}))?)(?![\w-])")
_ALL_CAPITALS = re.compile(r"[A-ZĐ]{3,8}")
_WORD_START = re.compile(r"(?<!\w)\w")
_PARTS = re.compile(r"[,;:]| [-–] |–")
_CALLED = re.compile(r"(?:gọi|viết|tên)(?: gọi| viết)? tắt", re.IGNORECASE)
_LABELS = re.compile(
    r"^(?:(?:gọi|viết|tên|sau đây|dưới đây)(?: gọi| viết)?(?: tắt)?(?: là)?|mã(?: (?:chứng khoán|cổ phiếu|CK|CP))?|HOSE|HNX|HSX|UPCoM|tức|nay là)"
    r"(?=[:\s]+\w)[:\s]*",
    re.IGNORECASE,
)
_EXCHANGE = re.compile(r"HOSE|HNX|HSX|UPCoM", re.IGNORECASE)
_UNION_LEAD = re.compile(r"^(?:CĐ|CĐCS|Công đoàn|Công đoàn cơ sở|Đoàn Thanh niên) ", re.IGNORECASE)
_UNION = re.compile(r"CĐ|công đoàn|LĐ", re.IGNORECASE)
_FIRM_HEADS = r"(?:Tổng [Cc]ông ty|[Tt]ổng [Cc]ông ty|[Cc]ông ty|CTCP|[Tt]ập đoàn|[Nn]gân hàng|[Ll]iên doanh)"
_FOUR_SMALL_WORDS = r"[a-zà-ỹ]+ [a-zà-ỹ]+ [a-zà-ỹ]+ [a-zà-ỹ]+"  # running text, not a name
_FIRM_AT_END = re.compile(rf"(?<!\w){_FIRM_HEADS} (?:(?!{_FIRM_HEADS} |{_FOUR_SMALL_WORDS})[^().,;:\n]){{3,80}}$")
# First words of bodies in their own right: `Phòng Tài nguyên nước (Sở TN&MT)` says whose it is, not how it is called.
_OWN_BODY = re.compile(
    r"(?:sở|bộ|cục|vụ|chi cục|tổng cục|phòng|ban|uỷ ban|ủy ban|công an|đại học|trường|viện|học viện|bệnh viện|trung tâm|hội|liên đoàn|tổng liên đoàn|công đoàn"
    r"|công ty|tổng công ty|tập đoàn|ngân hàng|tỉnh|huyện|quận|thành phố|văn phòng|quân khu|quân chủng) ",
    re.IGNORECASE,
)
_FIRM = re.compile(r"(?:công ty|tổng công ty|tập đoàn|ngân hàng|liên doanh) ", re.IGNORECASE)
_PARENT = re.compile(r"^công ty mẹ - ", re.IGNORECASE)


def introduced(text: str) -> dict[str, str]:
    """Abbreviations that the article explains by their initials: ``Liên đoàn Lao động (LĐLĐ)``, ``Khu chế xuất (gọi tắt là KCX)``.

    Returns:
        Abbreviation to the words before the bracket, only where the initials or the capitals bear it out.
    """
    found: dict[str, str] = {}
    for match in _ACRONYM.finditer(text):
        short = match[1]
        before = text[max(0, match.start() - _WINDOW) : match.start()].split("\n")[-1]
        if (short.isupper() or sum(letter.isupper() for letter in short) >= 2) and (full := _by_initials(short, before)):
            found.setdefault(short, full)
    return found


def _by_initials(short: str, before: str) -> str | None:
    """The shortest run of words before the bracket whose initials hold the abbreviation's letters in order."""
    words = list(re.finditer(r"[^\W_]+", before))
    letters = [_plain(letter) for letter in short if letter.isalpha()]
    for length in range(len(letters), min(len(words), len(letters) + 4) + 1):
        run = words[-length:]
        initials = [_plain(word[0][0]) for word in run]
        if initials[0] == letters[0] and _in_order(letters, initials):
            return before[run[0].start() :].strip()
    return None


def _plain(letter: str) -> str:
    """The letter that an abbreviation takes: U of ``Ủy``; Đ stays."""
    return unicodedata.normalize("NFD", letter.lower())[0]


def _in_order(letters: Sequence[str], initials: Sequence[str]) -> bool:
    remaining = iter(initials)
    return all(letter in remaining for letter in letters)


def called(mentions: Sequence[str], text: str) -> dict[str, str]:
    """Mentions that stand in brackets after another body's name, or are explained in brackets: ``Công ty CP Thế giới Di động (MWG)``.

    Args:
        mentions: every ORGANISATION of the article.
        text: the article's NFC text.

    Returns:
        Short name to full name, both as the article writes them.
    """
    inner = (inner_body(expand(mention)) for mention in dict.fromkeys(mentions))
    acronyms = (mention.rpartition(" ")[2] for mention in mentions)  # `Quỹ CEP` after `Quỹ Trợ vốn … (CEP)`
    acronyms = (word for word in acronyms if _ALL_CAPITALS.fullmatch(word) and word not in ABBREVIATIONS)
    alone = {name for name in (*mentions, *(found[1] for found in inner if found), *acronyms) if not is_place(expand(name))}
    written: dict[str, list[str]] = defaultdict(list)  # `PVOIL` and `(PVOil)` are one
    for said in sorted(alone):
        written[_as_letters(said)].append(said)
    found: dict[str, str] = {}
    for name, bracket in _named_in_brackets(alone, text):
        for short in (said for bracketed in _shorts(bracket, name) for said in written.get(_as_letters(bracketed), ())):
            if short != name and len(name) > len(short):
                _keep_fuller(found, short, _meant(short, name))
        if bracket in alone and len(bracket) > len(name) and name in alone and " " not in name and _FIRM.match(expand(bracket)):
            found.setdefault(name, bracket)
    for name, short in _named_behind_dashes(alone, text):
        found.setdefault(short, name)
    return found


def _as_letters(name: str) -> str:
    """In capitals where it is one word with several of them; other names are told apart by their case: ``(công an)`` is no body."""
    return name.upper() if " " not in name and sum(map(str.isupper, name)) > 1 else name


def _named_behind_dashes(alone: set[str], text: str) -> Iterator[tuple[str, str]]:
    """A firm's name with the short one behind a dash, where that stands elsewhere by itself: ``Tổng công ty Lương thực miền Nam – Vinafood II``."""
    for match in _DASH.finditer(text):
        name = _name_at_end(text[max(0, match.start() - _WINDOW) : match.start()], alone)
        short = next((said for said in (match["short"], match["short"].split()[0]) if said in alone), None)
        if name and short and len(short) < len(name) and _FIRM.match(expand(name)) and not is_place(expand(short)):
            yield _meant(short, name), short


def _named_in_brackets(alone: set[str], text: str) -> Iterator[tuple[str, str]]:
    """Each name that stands before a bracket, with what the bracket says."""
    for match in _BRACKET.finditer(text):
        before = text[max(0, match.start() - _WINDOW) : match.start()]
        name = _name_at_end(before, alone) or _name_at_end(_BRACKET_BEFORE.sub("", before), alone)
        if name:
            yield name, match[1].strip()
    for mention in alone:
        if mention.endswith(")") and (inside := _BRACKET.search(mention)) and inside.end() == len(mention):
            yield mention[: inside.start()], inside[1].strip()


def _name_at_end(before: str, alone: set[str]) -> str | None:
    """The longest name that ends here: a mention, or a firm also where nobody marked it."""
    marked = next((before[start.start() :] for start in _WORD_START.finditer(before) if before[start.start() :] in alone), "")
    firm = _FIRM_AT_END.search(before.rstrip())
    return max(marked, firm[0] if firm else "", key=len) or None


def _shorts(bracket: str, name: str) -> Iterator[str]:
    """The short names in a bracket; not the body that the named one belongs to."""
    for part in _PARTS.split(bracket):
        short = _unlabelled(part)
        if _EXCHANGE.fullmatch(short) and _FIRM.match(expand(name)):
            continue  # where its shares are traded
        if _CALLED.match(part.strip()) or not _is_own_body(expand(short).casefold(), expand(name).casefold()):
            yield short


def _is_own_body(short: str, name: str) -> bool:
    """True where the words begin as a body's name does, and another body's than the one before the bracket."""
    head = _OWN_BODY.match(short)
    return head is not None and not name.startswith(head[0]) and not (_FIRM.match(short) and _FIRM.match(name) and f" {head[0]}" in name)


def _unlabelled(words: str) -> str:
    """``mã chứng khoán MWG`` is ``MWG``."""
    words, before = words.strip(), ""
    while words != before:
        words, before = _LABELS.sub("", words).strip(' :"“”'), words
    return words


def _meant(short: str, name: str) -> str:
    """What an abbreviation after ``Công đoàn Ngân hàng X`` means: the bank, unless it speaks of the union."""
    name = _PARENT.sub("", name)
    return name if _UNION.search(short) else _UNION_LEAD.sub("", name)


def _keep_fuller(found: dict[str, str], short: str, name: str) -> None:
    """Of two names for one short name the first, or the longer where both end alike."""
    known = found.get(short)
    if known is None or (len(name) > len(known) and name.split()[-1].casefold() == known.split()[-1].casefold()):
        found[short] = name
