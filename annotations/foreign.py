"""What other tools' annotations have in common: a draft of one document, and the careful way from it to ours.

Each tool's module reads a document into a :class:`Draft`, as the tool has it; :func:`settle` checks every span against the
text, every label and link against the guide, and gives our type. What a format cannot hold is counted in a :class:`LossReport`.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from model.errors import AnnotationError
from model.schema import (
    ANCHOR_TYPES,
    AT_MOST_ONE,
    TAIL_TYPE,
    Achievement,
    AnnotatedArticle,
    Article,
    Entity,
    EntityType,
    Kind,
    Period,
    Relation,
    RelationType,
    Span,
)

SAME = "same"
"""The link from an anchor to the anchor of the fuller mention: other tools can draw a link, but not choose from a list of ids."""
REMARKS = ("kind", "code", "certain", "name", "date")
"""What can be said of one region."""
KEY = "thanhtich"
"""Where formats with room for it keep what is said of a whole document."""


@dataclass(frozen=True, slots=True)
class LossReport:
    """What a conversion could not carry over or had to assume: in words, with how often."""

    counts: dict[str, int] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """One line for each kind of loss, the most frequent first; none where nothing was lost."""
        return [f"{count} {what}" for what, count in sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))]


@dataclass(frozen=True, slots=True)
class Region:
    """A marked stretch of text as a tool has it: offsets in code points of the tool's text, half-open.

    ``surface`` are the words that the tool gives for it, None where it gives none; ``where`` is its line or id, for messages.
    """

    key: str
    label: str
    start: int
    end: int
    where: str
    surface: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A directed link between the keys of two regions."""

    type: str
    head: str
    tail: str
    where: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something said of one region: ``what`` is one of REMARKS; ``certain`` is yes or no, ``date`` is ``FIRST..LAST``."""

    key: str
    what: str
    value: str
    where: str


@dataclass(slots=True)
class Draft:
    """One document as a tool has it.

    ``header`` is what :func:`document_row` wrote, ``findings`` what could not be read at all; ``fold_breaks`` turns CR LF and CR into LF.
    """

    place: str
    id: str
    text: str
    regions: list[Region] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    header: dict[str, Any] = field(default_factory=dict)
    findings: list[str] = field(default_factory=list)
    fold_breaks: bool = False


def settle(draft: Draft, codes: frozenset[str], losses: Counter[str]) -> AnnotatedArticle:
    """The draft as an annotation of ours: entities, links and achievements in text order.

    Args:
        draft: one document.
        codes: the indicator codes that are allowed.
        losses: counts what was assumed or left out on the way.

    Raises:
        AnnotationError: every finding in the document, each with its line or id, what stands there and what is allowed.
    """
    findings = list(draft.findings)
    text = standard(draft.text, draft.fold_breaks)
    places, entities = _entities(draft, text, findings, losses)
    links = _links(draft, places, findings)
    said = _said(draft, places, findings)
    same = {head: tail for kind, head, tail, _ in links if kind == SAME}
    relations = _relations(links, entities, findings)
    anchors = {head for kind, head, _, _ in links if kind != SAME} | set(same) | set(same.values()) | {p for (p, what) in said if what in ("kind", "code", "certain")}
    achievements = tuple(_achievement(place, entities, said, same, codes, findings, losses) for place in sorted(anchors))
    named = {place: value.value for (place, what), value in said.items() if what == "name" and _fits(value, entities[place], EntityType.ORGANISATION, findings)}
    periods = {place: _period(value, findings) for (place, what), value in said.items() if what == "date" and _fits(value, entities[place], EntityType.DATE, findings)}
    article, annotated = _document(draft, text, findings)
    if findings:
        raise AnnotationError(f"{draft.id}:\n  " + "\n  ".join(findings))
    own_rates = [Relation(RelationType.RATE, place, place) for place in anchors if entities[place].type is EntityType.PERCENTAGE]
    ordered = tuple(sorted({*relations, *own_rates}, key=lambda relation: (relation.head, relation.tail)))
    return AnnotatedArticle(article, tuple(entities), ordered, achievements, annotated, dict(sorted(named.items())), dict(sorted(periods.items())))


def standard(text: str, fold_breaks: bool = False) -> str:
    """The text as offsets of ours count it: NFC, and where asked for with LF alone as line break."""
    folded = text.replace("\r\n", "\n").replace("\r", "\n") if fold_breaks else text
    return unicodedata.normalize("NFC", folded)


def _moved(draft: Draft, text: str, offset: int) -> int | None:
    """An offset of the tool's text as one of ours; None inside what becomes one character."""
    if draft.text == text:
        return offset
    before, after = (standard(part, draft.fold_breaks) for part in (draft.text[:offset], draft.text[offset:]))
    return len(before) if before + after == text else None


def _entities(draft: Draft, text: str, findings: list[str], losses: Counter[str]) -> tuple[dict[str, int], list[Entity]]:
    """Entities in text order, and the place of each region's entity by its key."""
    found: dict[str, Entity] = {}
    for region in draft.regions:
        entity = _entity(region, draft, text, findings, losses)
        if entity is not None and region.key in found:
            findings.append(f"{region.where}: the id {region.key!r} stands twice; an id names one span")
        elif entity is not None:
            found[region.key] = entity
    entities = sorted(set(found.values()))
    losses["spans marked twice alike, kept once"] += len(found) - len(entities)
    for before, after in itertools.pairwise(entities):
        if before.span.overlaps(after.span):
            findings.append(f"{_at(after, text)} overlaps {_at(before, text)}; marks may not overlap")
    order = {entity: place for place, entity in enumerate(entities)}
    return {key: order[entity] for key, entity in found.items()}, entities


def _at(entity: Entity, text: str) -> str:
    return f"{entity.type} {entity.span.of(text)!r} at {entity.span.start}"


def _entity(region: Region, draft: Draft, text: str, findings: list[str], losses: Counter[str]) -> Entity | None:
    if region.label not in set(EntityType):
        findings.append(f"{region.where}: label {region.label!r}; allowed are {', '.join(EntityType)}")
        return None
    if not 0 <= region.start < region.end <= len(draft.text):
        findings.append(f"{region.where}: span [{region.start}, {region.end}); the text has {len(draft.text)} characters, and a span is 0 <= start < end")
        return None
    words = draft.text[region.start : region.end]
    if region.surface is not None and standard(region.surface, True) != standard(words, True):
        findings.append(f"{region.where}: found {region.surface!r}, but the text at [{region.start}, {region.end}) has {words!r}; offsets count code points of this very text")
        return None
    start, end = (_moved(draft, text, offset) for offset in (region.start, region.end))
    if start is None or end is None:
        findings.append(f"{region.where}: span [{region.start}, {region.end}) begins or ends inside a character of the text after Unicode NFC")
        return None
    return _trimmed(text, start, end, EntityType(region.label), region.where, findings, losses)


def _trimmed(text: str, start: int, end: int, kind: EntityType, where: str, findings: list[str], losses: Counter[str]) -> Entity | None:
    words = text[start:end]
    if not words.strip():
        findings.append(f"{where}: span [{start}, {end}) holds white space alone; mark the words")
        return None
    losses["spans with white space at an end, which was cut off"] += words != words.strip()
    return Entity(Span(start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())), kind)


def _links(draft: Draft, places: dict[str, int], findings: list[str]) -> list[tuple[str, int, int, str]]:
    """Links of known type between known regions: type, head, tail, where."""
    known, marked = [], {region.key for region in draft.regions}
    for link in draft.links:
        allowed = (*RelationType, SAME)
        if link.type not in allowed:
            findings.append(f"{link.where}: relation {link.type!r}; allowed are {', '.join(allowed)}")
        for key in {link.head, link.tail} - marked:
            findings.append(f"{link.where}: relation {link.type!r} names {key!r}, which marks no span here")
        if link.type in allowed and link.head in places and link.tail in places:
            known.append((link.type, places[link.head], places[link.tail], link.where))
    return known


def _relations(links: list[tuple[str, int, int, str]], entities: list[Entity], findings: list[str]) -> set[Relation]:
    found: dict[tuple[str, int, int], str] = {}
    for kind, head, tail, where in links:
        ends = (entities[head].type, entities[tail].type)
        wanted = ANCHOR_TYPES if kind == SAME else (TAIL_TYPE[RelationType(kind)],)
        if ends[0] not in ANCHOR_TYPES or ends[1] not in wanted:
            findings.append(f"{where}: {kind} leads from {ends[0]} to {ends[1]}; allowed is from {' or '.join(ANCHOR_TYPES)} to {' or '.join(wanted)}")
        elif head == tail and kind != RelationType.RATE:
            findings.append(f"{where}: {kind} leads from a span to itself; allowed is to another")
        else:
            found[kind, head, tail] = where
    several = Counter((kind, head) for kind, head, _ in found if kind in (*AT_MOST_ONE, SAME))
    findings += [f"{where}: a second {kind} from one anchor; one at most" for (kind, head, _), where in found.items() if several.pop((kind, head), 0) > 1]
    return {Relation(RelationType(kind), head, tail) for kind, head, tail in found if kind != SAME}


def _said(draft: Draft, places: dict[str, int], findings: list[str]) -> dict[tuple[int, str], Remark]:
    said: dict[tuple[int, str], Remark] = {}
    marked = {region.key for region in draft.regions}
    for remark in draft.remarks:
        if remark.key not in marked:
            findings.append(f"{remark.where}: {remark.what} of {remark.key!r}, which marks no span here")
        elif remark.key in places:
            before = said.setdefault((places[remark.key], remark.what), remark)
            if before.value != remark.value:
                findings.append(f"{remark.where}: {remark.what} {remark.value!r} beside {before.value!r}; one at most")
    return said


def _achievement(
    place: int,
    entities: list[Entity],
    said: dict[tuple[int, str], Remark],
    same: dict[int, int],
    codes: frozenset[str],
    findings: list[str],
    losses: Counter[str],
) -> Achievement:
    kind, code, certain = (said.get((place, what)) for what in ("kind", "code", "certain"))
    type_ = entities[place].type
    usual = Kind.PLAN if type_ is EntityType.TARGET else Kind.RESULT
    for remark, allowed in ((kind, tuple(Kind)), (code, sorted(codes)), (certain, ("yes", "no"))):
        if remark is not None and remark.value not in allowed:
            findings.append(f"{remark.where}: {remark.what} {remark.value!r}; allowed are {', '.join(allowed)}")
        elif remark is not None and type_ not in ANCHOR_TYPES:
            findings.append(f"{remark.where}: {remark.what} at {type_}; it stands at an anchor ({', '.join(ANCHOR_TYPES)})")
    if kind is not None and type_ is EntityType.TARGET and kind.value in (Kind.RESULT, Kind.LEVEL):
        findings.append(f"{kind.where}: kind {kind.value!r} at a TARGET; without a COUNT it is a plan")
    losses[f"achievements without a kind, read as {usual}"] += kind is None
    losses["achievements without an indicator code, read as other"] += code is None
    stated = Kind(kind.value) if kind is not None and kind.value in set(Kind) else usual
    return Achievement(place, stated, code.value if code else "other", certain=certain is None or certain.value == "yes", duplicate_of=same.get(place))


def _fits(remark: Remark, entity: Entity, wanted: EntityType, findings: list[str]) -> bool:
    if entity.type is not wanted:
        findings.append(f"{remark.where}: {remark.what} at {entity.type}; it stands at {wanted}")
    return entity.type is wanted


def _period(remark: Remark, findings: list[str]) -> Period:
    first, sign, last = (part.strip() for part in remark.value.partition(".."))
    try:
        period = Period(day(first), day(last))
        if sign and not (period.first and period.last and period.first > period.last):
            return period
    except ValueError:
        pass
    findings.append(f"{remark.where}: date {remark.value!r}; allowed is FIRST..LAST as 2021-01-01..2021-03-31, either day left out where it is unknown")
    return Period(None, None)


def period_words(period: Period) -> str:
    """The period as REMARKS have it: ``2021-01-01..2021-03-31``, a day left out where it is unknown."""
    return "..".join(day.isoformat() if day else "" for day in (period.first, period.last))


def day(text: str | None) -> date | None:
    """A day from ISO text, None from none. Raises ValueError for what is no day."""
    return date.fromisoformat(text) if text else None


def document_row(annotated: AnnotatedArticle) -> dict[str, Any]:
    """What is said of a whole document, ready for JSON; only what differs from the usual."""
    article = annotated.article
    whole = ((Span(0, len(article.text)),) if article.text else ()) if annotated.annotated else None
    row: dict[str, Any] = {"published": article.published.isoformat() if article.published else None, "source": article.source}
    row["annotated"] = None if annotated.annotated == whole else pairs(annotated.annotated)
    row["body"] = pairs(article.body) if article.body else None
    return {key: value for key, value in row.items() if value is not None}


def pairs(spans: Iterable[Span]) -> list[list[int]]:
    """Spans as JSON has them."""
    return [[span.start, span.end] for span in spans]


def _document(draft: Draft, text: str, findings: list[str]) -> tuple[Article, tuple[Span, ...]]:
    header = draft.header
    try:
        published = day(header.get("published"))
        body = tuple(_spans(header.get("body", []), len(text)))
        annotated = tuple(_spans(header.get("annotated", [[0, len(text)]] if text else []), len(text)))
    except (ValueError, TypeError, AttributeError) as error:
        findings.append(f"{draft.place}: {KEY} of the document cannot be read ({error}); leave it out where it is not known")
        published, body, annotated = None, (), ()
    source = header.get("source")
    article = Article(draft.id, text, source=str(source) if source is not None else None, published=published, published_from="annotation" if published else None, body=body)
    return article, annotated


def _spans(rows: Iterable[Any], length: int) -> Iterator[Span]:
    for start, end in rows:
        if end > length:
            raise ValueError(f"[{start}, {end}) ends after the text's {length} characters")
        yield Span(start, end)


def remarks_of(annotated: AnnotatedArticle) -> Iterator[tuple[int, str, str]]:
    """All that is said of single entities: place, one of REMARKS, value."""
    for achievement in annotated.achievements:
        yield achievement.anchor, "kind", str(achievement.kind)
        yield achievement.anchor, "code", achievement.code
        if not achievement.certain:
            yield achievement.anchor, "certain", "no"
    for place, name in sorted(annotated.names.items()):
        yield place, "name", name
    for place, period in sorted(annotated.periods.items()):
        yield place, "date", period_words(period)


def links_of(annotated: AnnotatedArticle) -> Iterator[tuple[str, int, int]]:
    """All links: type, head, tail. A PERCENTAGE anchor's rate is itself, which goes without saying and other tools cannot draw."""
    for relation in annotated.relations:
        if relation.head != relation.tail:
            yield str(relation.type), relation.head, relation.tail
    for achievement in annotated.achievements:
        if achievement.duplicate_of is not None:
            yield SAME, achievement.anchor, achievement.duplicate_of
