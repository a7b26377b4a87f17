"""The corpus's own format: the article itself, with what is marked in braces.

A file is a header of ``key: value`` lines, a line ``---``, and the article's text::

    published: 2021-12-20
    name: LĐLĐ huyện = Liên đoàn Lao động huyện Thạch Thất
    date: quý I = 2021-01-01..2021-03-31
    ---
    Trong {năm 2021|D1,2}, {LĐLĐ huyện|O1,2} {thành lập mới|I1} được {12|C1:result:unions_founded} {CĐCS|I1},
    đạt {200%|P1}; {kết nạp mới|I2} {391|C2:result:members_admitted}/{300|T2} {đoàn viên|I2}, đạt {130,3%|P2}.

A tag is the entity's letter (O C T P D I) and the numbers of the achievements it belongs to (``O1-4,7``; ``O`` alone for
a body that achieves nothing here). The anchor's tag goes on with ``:kind:code`` and, where needed, ``:unsure`` or
``:same3`` (the fact of achievement 3 told again). A line that starts with ``%% `` is page furniture.
In a part file for a real text (``doc:`` in its header) each line is ``L12: …``, the whole of line 12 of that text;
lines that are left out hold no quantity of an achievement.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from model.errors import AnnotationError
from model.schema import (
    ANCHOR_TYPES,
    AT_MOST_ONE,
    RELATION_TO,
    Achievement,
    AnnotatedArticle,
    Article,
    Entity,
    EntityType,
    Kind,
    Period,
    Relation,
    Span,
)

LETTERS: dict[str, EntityType] = {
    "O": EntityType.ORGANISATION,
    "C": EntityType.COUNT,
    "T": EntityType.TARGET,
    "P": EntityType.PERCENTAGE,
    "D": EntityType.DATE,
    "I": EntityType.INDICATOR,
}
FURNITURE = "%% "
_MARK = re.compile(r"\{([^{}|]*)\|([^{}]*)\}")
_TAG = re.compile(r"([OCTPDI])([0-9,\s-]*)((?::[a-z_0-9]+)*)(?:=(.+))?$")
_LINE = re.compile(r"L(\d+):[ \t]?(.*)$", re.DOTALL)
_HEADER = re.compile(r"([a-z]+):\s*(.*)$")


@dataclass(slots=True)
class _Mark:
    """One ``{surface|tag}`` with its place in the article's text."""

    span: Span
    type: EntityType
    numbers: tuple[int, ...]
    attributes: tuple[str, ...]
    name: str | None
    line: int


@dataclass(slots=True)
class _Header:
    values: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    dates: dict[str, Period] = field(default_factory=dict)


def parse(source: str, article_id: str, codes: frozenset[str] | None = None) -> AnnotatedArticle:
    """Read one marked article.

    Args:
        source: the file's text.
        article_id: the file's stem.
        codes: indicator codes that are allowed; None allows any.

    Raises:
        AnnotationError: every finding in the file, one a line, each with its line number, what stands there and what is allowed.
    """
    findings: list[str] = []
    header, lines, first = _split(unicodedata.normalize("NFC", source), findings)
    text, marks, furniture = _read_lines(lines, first, findings)
    article = _article(article_id, text, header, furniture)
    return _assemble(article, marks, header, findings, codes, annotated=(Span(0, len(text)),) if text else ())


def parse_part(source: str, text: str, codes: frozenset[str] | None = None) -> AnnotatedArticle:
    """Read a part file: marked lines of a real text (NFC), checked against it letter by letter."""
    findings: list[str] = []
    header, lines, first = _split(unicodedata.normalize("NFC", source), findings)
    starts = _line_starts(text)
    marks: list[_Mark] = []
    annotated: list[Span] = []
    seen: set[int] = set()
    for number, line in enumerate(lines, first):
        if not line.strip():
            continue
        found = _LINE.match(line)
        if not found or not 1 <= int(found[1]) <= len(starts):
            findings.append(f"line {number}: {line[:60]!r}; allowed is `L12: …` with a line number from 1 to {len(starts)}")
            continue
        which = int(found[1])
        if which in seen:
            findings.append(f"line {number}: L{which} stands twice; give a line once")
            continue
        seen.add(which)
        start, end = starts[which - 1]
        plain, here = _strip_marks(found[2].rstrip(), number, start, findings)
        if plain != text[start:end].rstrip():
            findings.append(f"line {number}: " + _difference(plain, text[start:end].rstrip(), which))
            continue
        marks.extend(here)
        if plain:
            annotated.append(Span(start, start + len(plain)))
    article = _article(header.values.get("doc", ""), text, header, [])
    return _assemble(article, sorted(marks, key=lambda mark: mark.span), header, findings, codes, tuple(sorted(annotated)))


def _line_starts(text: str) -> list[tuple[int, int]]:
    """Start and end of every line of the text, without its line break."""
    places, at = [], 0
    for line in text.split("\n"):
        places.append((at, at + len(line)))
        at += len(line) + 1
    return places


def _difference(found: str, wanted: str, which: int) -> str:
    at = next((i for i, (a, b) in enumerate(zip(found, wanted, strict=False)) if a != b), min(len(found), len(wanted)))
    return f"L{which} differs from the text at character {at}: found {found[at : at + 30]!r}, the text has {wanted[at : at + 30]!r}"


def _split(source: str, findings: list[str]) -> tuple[_Header, list[str], int]:
    """Header, body lines, and the number of the first body line."""
    lines = source.replace("\r\n", "\n").split("\n")
    header = _Header()
    rule = next((i for i, line in enumerate(lines) if line.strip() == "---"), None)
    if rule is None:
        findings.append("line 1: no line `---` between header and text")
        return header, lines, 1
    for number, line in enumerate(lines[:rule], 1):
        found = _HEADER.match(line.strip())
        if found:
            _read_header(header, found[1], found[2].strip(), number, findings)
        elif line.strip():
            findings.append(f"line {number}: {line[:60]!r}; allowed in the header is `key: value`")
    body = lines[rule + 1 :]
    while body and not body[-1].strip():
        body.pop()
    return header, body, rule + 2


def _read_header(header: _Header, key: str, value: str, number: int, findings: list[str]) -> None:
    if key not in {"name", "date"}:
        header.values[key] = value
        if key == "published" and value != "none" and _day(value) is None:
            findings.append(f"line {number}: published {value!r}; allowed is a day as 2021-12-20, or none")
        return
    surface, sign, meaning = (part.strip() for part in value.partition(" = "))
    if not sign or not surface or not meaning:
        findings.append(f"line {number}: {value[:60]!r}; allowed is `{key}: words of the text = what they mean`")
    elif key == "name":
        header.names[surface] = meaning
    else:
        period = _period(meaning)
        if period is None:
            findings.append(f"line {number}: {meaning!r}; allowed is FIRST..LAST as 2021-01-01..2021-03-31, either day left out where it is unknown")
        else:
            header.dates[surface] = period


def _period(text: str) -> Period | None:
    first, sign, last = (part.strip() for part in text.partition(".."))
    days = [_day(day) for day in (first, last)]
    unreadable = any(day is None and stated for day, stated in zip(days, (first, last), strict=True))
    if not sign or unreadable or (days[0] and days[1] and days[0] > days[1]):
        return None
    return Period(days[0], days[1])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _read_lines(lines: list[str], first: int, findings: list[str]) -> tuple[str, list[_Mark], list[Span]]:
    pieces: list[str] = []
    marks: list[_Mark] = []
    furniture: list[Span] = []
    at = 0
    for number, line in enumerate(lines, first):
        outside = line.startswith(FURNITURE)
        plain, here = _strip_marks(line.removeprefix(FURNITURE) if outside else line, number, at, findings)
        if outside and here:
            findings.append(f"line {number}: a mark in page furniture; nothing there is an achievement")
        if outside and plain:
            furniture.append(Span(at, at + len(plain)))
        pieces.append(plain)
        marks.extend(here)
        at += len(plain) + 1
    return "\n".join(pieces), marks, furniture


def _strip_marks(line: str, number: int, offset: int, findings: list[str]) -> tuple[str, list[_Mark]]:
    """The line's plain text and its marks, placed from ``offset`` on."""
    plain, marks, last, length = [], [], 0, offset
    for found in _MARK.finditer(line):
        before = line[last : found.start()]
        plain += [before, found[1]]
        length += len(before)
        mark = _mark(found[1], found[2].strip(), length, number, findings)
        if mark:
            marks.append(mark)
        length += len(found[1])
        last = found.end()
    plain.append(line[last:])
    text = "".join(plain)
    if "{" in text or "}" in text:
        findings.append(f"line {number}: a brace that opens or closes no mark near {text[max(0, text.find('{') - 10) :][:50]!r}; allowed is {{words|TAG}}")
    return text, marks


def _mark(surface: str, tag: str, start: int, number: int, findings: list[str]) -> _Mark | None:
    found = _TAG.match(tag)
    if not found:
        findings.append(f"line {number}: tag {tag!r}; allowed is a letter of O C T P D I with achievement numbers, as O1-3 or C2:level:members_total")
        return None
    if not surface or surface != surface.strip():
        findings.append(f"line {number}: {surface!r} is empty or begins or ends with a space; mark the words alone")
        return None
    numbers = _numbers(found[2])
    if numbers is None:
        findings.append(f"line {number}: {found[2]!r} in tag {tag!r}; allowed are numbers and ranges, as 1,2 or 1-4")
        return None
    attributes = tuple(found[3].split(":")[1:]) if found[3] else ()
    return _Mark(Span(start, start + len(surface)), LETTERS[found[1]], numbers, attributes, found[4], number)


def _numbers(text: str) -> tuple[int, ...] | None:
    numbers: list[int] = []
    for part in text.replace(" ", "").split(","):
        if not part:
            continue
        low, dash, high = part.partition("-")
        if not low.isdigit() or (dash and not high.isdigit()):
            return None
        if dash and int(high) < int(low):
            return None
        numbers.extend(range(int(low), int(high or low) + 1))
    return tuple(numbers)


def _article(article_id: str, text: str, header: _Header, furniture: list[Span]) -> Article:
    published = _day(header.values.get("published", "none"))
    return Article(
        id=article_id,
        text=text,
        source=header.values.get("source"),
        published=published,
        published_from="annotation" if published else None,
        body=_without(text, furniture),
    )


def _without(text: str, furniture: list[Span]) -> tuple[Span, ...]:
    """The text less its furniture, as spans."""
    body, at = [], 0
    for span in furniture:
        if span.start > at:
            body.append(Span(at, span.start))
        at = span.end
    if at < len(text):
        body.append(Span(at, len(text)))
    return tuple(body)


def _assemble(
    article: Article, marks: list[_Mark], header: _Header, findings: list[str], codes: frozenset[str] | None, annotated: tuple[Span, ...]
) -> AnnotatedArticle:
    entities = tuple(Entity(mark.span, mark.type) for mark in marks)
    for before, after in itertools.pairwise(marks):
        if before.span.overlaps(after.span):
            findings.append(f"line {after.line}: {after.span.of(article.text)!r} overlaps another mark; marks may not overlap")
    members: dict[int, list[int]] = defaultdict(list)
    for position, mark in enumerate(marks):
        for number in mark.numbers:
            members[number].append(position)
        if not mark.numbers and mark.type is not EntityType.ORGANISATION:
            findings.append(f"line {mark.line}: {mark.span.of(article.text)!r} belongs to no achievement; only O may stand without a number")
    anchors = {number: _anchor(number, places, marks, findings) for number, places in members.items()}
    known = {number: place for number, place in anchors.items() if place is not None}
    for place, mark in enumerate(marks):
        if mark.attributes and place not in known.values():
            findings.append(f"line {mark.line}: ':{':'.join(mark.attributes)}' at {mark.span.of(article.text)!r}, which anchors no achievement; kind and code stand at the anchor")
    achievements = _achievements(known, marks, findings, codes)
    relations = _relations(known, members, marks, findings)
    if findings:
        raise AnnotationError(f"{article.id}:\n  " + "\n  ".join(findings))
    return AnnotatedArticle(
        article=article,
        entities=entities,
        relations=relations,
        achievements=achievements,
        annotated=annotated,
        names=_names(article, marks, header),
        periods={i: header.dates[e.span.of(article.text)] for i, e in enumerate(entities) if e.type is EntityType.DATE and e.span.of(article.text) in header.dates},
    )


def _names(article: Article, marks: list[_Mark], header: _Header) -> dict[int, str]:
    names: dict[int, str] = {}
    for position, mark in enumerate(marks):
        surface = mark.span.of(article.text)
        if mark.type is EntityType.ORGANISATION and (mark.name or surface in header.names):
            names[position] = mark.name or header.names[surface]
    return names


def _anchor(number: int, places: list[int], marks: list[_Mark], findings: list[str]) -> int | None:
    """COUNT, without one TARGET, else the first PERCENTAGE; a percentage that says it is the anchor goes before a target."""
    by_type = {kind: [p for p in places if marks[p].type is kind] for kind in ANCHOR_TYPES}
    for kind in (EntityType.COUNT, EntityType.TARGET):
        if len(by_type[kind]) > 1:
            findings.append(f"line {marks[by_type[kind][1]].line}: achievement {number} has {len(by_type[kind])} {kind}; one at most: give the second a number of its own")
    order = list(ANCHOR_TYPES)
    if any(marks[p].attributes for p in by_type[EntityType.PERCENTAGE]):
        order = [EntityType.COUNT, EntityType.PERCENTAGE, EntityType.TARGET]
    for kind in order:
        if by_type[kind]:
            return by_type[kind][0]
    findings.append(f"line {marks[places[0]].line}: achievement {number} has no anchor; it needs a C, a T or a P")
    return None


def _achievements(anchors: dict[int, int], marks: list[_Mark], findings: list[str], codes: frozenset[str] | None) -> tuple[Achievement, ...]:
    achievements = []
    shared = {place for place in anchors.values() if list(anchors.values()).count(place) > 1}
    for place in shared:
        findings.append(f"line {marks[place].line}: one anchor for several achievements; each achievement has an anchor of its own")
    for number, place in sorted(anchors.items(), key=lambda item: marks[item[1]].span):
        mark = marks[place]
        kind = Kind.PLAN if mark.type is EntityType.TARGET else Kind.RESULT
        code, certain, same = "other", True, None
        for attribute in mark.attributes:
            if attribute in set(Kind):
                kind = Kind(attribute)
            elif attribute == "unsure":
                certain = False
            elif found := re.fullmatch(r"same(\d+)", attribute):
                same = int(found[1])
                if same not in anchors or same == number:
                    findings.append(f"line {mark.line}: {attribute!r} names no other achievement")
            elif codes is None or attribute in codes:
                code = attribute
            else:
                findings.append(f"line {mark.line}: {attribute!r}; allowed are result, level, plan, unsure, same3, and a code of seeds/indicators.toml")
        if mark.type is EntityType.TARGET and kind is not Kind.PLAN:
            findings.append(f"line {mark.line}: achievement {number} has a TARGET alone and kind {kind}; without a COUNT it is a plan")
        achievements.append(Achievement(place, kind, code, certain=certain, duplicate_of=anchors.get(same) if same is not None else None))
    return tuple(achievements)


def _relations(anchors: dict[int, int], members: dict[int, list[int]], marks: list[_Mark], findings: list[str]) -> tuple[Relation, ...]:
    relations = []
    for number, anchor in anchors.items():
        counts: dict[EntityType, int] = defaultdict(int)
        for place in members[number]:
            mark = marks[place]
            counts[mark.type] += 1
            if mark.type is EntityType.TARGET and mark.line != marks[anchor].line:
                findings.append(f"line {mark.line}: the TARGET of achievement {number} stands outside its sentence")
            if (mark.type in RELATION_TO and place != anchor) or (mark.type in RELATION_TO and mark.type is EntityType.PERCENTAGE):
                relations.append(Relation(RELATION_TO[mark.type], anchor, place))
        for kind in (EntityType.ORGANISATION, EntityType.DATE):
            if counts[kind] > 1:
                findings.append(f"line {marks[anchor].line}: achievement {number} has {counts[kind]} {kind}; one at most")
        if counts[EntityType.INDICATOR] > 2:
            findings.append(f"line {marks[anchor].line}: achievement {number} has {counts[EntityType.INDICATOR]} INDICATOR; two at most")
        if counts[EntityType.INDICATOR] == 0:
            findings.append(f"line {marks[anchor].line}: achievement {number} has no INDICATOR; it measures one or two")
    assert {RELATION_TO[kind] for kind in (EntityType.ORGANISATION, EntityType.DATE)} <= AT_MOST_ONE
    return tuple(sorted(relations, key=lambda relation: (relation.head, relation.tail)))
