"""How far two annotations of the same articles agree, and where they do not, for settling.

Spans, links and achievements have no list of negatives, so they are compared by F1, which is the same whichever side is called
the reference. Where both chose from a list for the same thing (a word's type, an anchor's kind and code), it is Cohen's kappa.
Outside the lines that both annotated, ORGANISATION spans do not count: there they may be unmarked. Achievements that either side
was unsure of are left out, with the spans that belong to them alone, and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from model.assemble import assemble_all
from model.records import number
from model.schema import Achievement, AchievementRecord, AnnotatedArticle, Entity, EntityType, QuantityField, RelationType, Span
from model.text import words

OUTSIDE = "outside"
"""The type of a word that is in no span."""
FIELDS = ("organisation", "count", "target", "percentages", "period")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Things that both have, only A has, only B has. ``f1`` is None where there is nothing to compare."""

    both: int = 0
    only_a: int = 0
    only_b: int = 0

    @property
    def f1(self) -> float | None:
        whole = 2 * self.both + self.only_a + self.only_b
        return 2 * self.both / whole if whole else None

    def __add__(self, other: Overlap) -> Overlap:
        return Overlap(self.both + other.both, self.only_a + other.only_a, self.only_b + other.only_b)


@dataclass(frozen=True, slots=True)
class Choices:
    """How often A chose one and B another of the same list, for the same thing."""

    pairs: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.pairs.values())

    @property
    def observed(self) -> float | None:
        """The share that both chose alike; None where nothing was chosen."""
        return sum(n for (a, b), n in self.pairs.items() if a == b) / self.total if self.total else None

    @property
    def kappa(self) -> float | None:
        """Cohen's kappa; None where there is nothing to compare, or both chose one thing throughout, which chance explains."""
        if self.observed is None:
            return None
        a, b = Counter[str](), Counter[str]()
        for (one, other), n in self.pairs.items():
            a[one] += n
            b[other] += n
        expected = sum(a[name] * b[name] for name in a) / self.total**2
        return (self.observed - expected) / (1 - expected) if expected < 1 else None


@dataclass(frozen=True, slots=True)
class Share:
    """Of how many how many are the same."""

    same: int = 0
    of: int = 0

    @property
    def value(self) -> float | None:
        return self.same / self.of if self.of else None

    def __add__(self, other: Share) -> Share:
        return Share(self.same + other.same, self.of + other.of)


@dataclass(frozen=True, slots=True, order=True)
class Disagreement:
    """One place to settle: offset into the NFC text, what it is about, what A says and what B says ("" for nothing)."""

    document: str
    start: int
    about: str
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """All measures over the documents that both sides have with the same text."""

    documents: int
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    other_text: tuple[str, ...]
    unsure: int
    spans: Mapping[EntityType, Overlap]
    tokens: Choices
    relations: Mapping[RelationType, Overlap]
    achievements: Overlap
    kinds: Choices
    codes: Choices
    fields: Mapping[str, Share]
    disagreements: tuple[Disagreement, ...]

    @property
    def all_spans(self) -> Overlap:
        """Spans of every type together."""
        return sum(self.spans.values(), Overlap())

    @property
    def all_relations(self) -> Overlap:
        """Relations of every type together."""
        return sum(self.relations.values(), Overlap())


@dataclass(slots=True)
class _Tally:
    """The counts while documents are gone through."""

    unsure: int = 0
    spans: dict[EntityType, Overlap] = field(default_factory=lambda: {kind: Overlap() for kind in EntityType})
    tokens: Counter[tuple[str, str]] = field(default_factory=Counter)
    relations: dict[RelationType, Overlap] = field(default_factory=lambda: {kind: Overlap() for kind in RelationType})
    achievements: Overlap = field(default_factory=Overlap)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    codes: Counter[tuple[str, str]] = field(default_factory=Counter)
    fields: dict[str, Share] = field(default_factory=lambda: dict.fromkeys(FIELDS, Share()))
    found: list[Disagreement] = field(default_factory=list)


def agree(a: Iterable[AnnotatedArticle], b: Iterable[AnnotatedArticle]) -> Agreement:
    """Compare two annotations, document by document; documents are the same by id, and must have the same text.

    Args:
        a: the one side; of an id that stands twice, the last counts.
        b: the other side.
    """
    ours, theirs = ({annotated.article.id: annotated for annotated in side} for side in (a, b))
    common = sorted(ours.keys() & theirs.keys())
    other_text = [name for name in common if ours[name].article.text != theirs[name].article.text]
    compared = [name for name in common if name not in other_text]
    tally = _Tally()
    for name in compared:
        _Pair(ours[name], theirs[name], tally).compare()
    return Agreement(
        documents=len(compared),
        only_a=tuple(sorted(ours.keys() - theirs.keys())),
        only_b=tuple(sorted(theirs.keys() - ours.keys())),
        other_text=tuple(other_text),
        unsure=tally.unsure,
        spans=tally.spans,
        tokens=Choices(tally.tokens),
        relations=tally.relations,
        achievements=tally.achievements,
        kinds=Choices(tally.kinds),
        codes=Choices(tally.codes),
        fields=tally.fields,
        disagreements=tuple(sorted(tally.found)),
    )


class _Pair:
    """One document in both annotations."""

    def __init__(self, a: AnnotatedArticle, b: AnnotatedArticle, tally: _Tally) -> None:
        self.text = a.article.text
        self.name = a.article.id
        self.sides = (a, b)
        self.tally = tally
        self.lines = tuple(_common(a.annotated, b.annotated))
        self.unsure = {side.entities[one.anchor].span for side in self.sides for one in side.achievements if not one.certain}
        self.left_out = self._left_out()
        self.entities = tuple({e for e in side.entities if self._counts(e)} for side in self.sides)
        self.anchors = tuple({s: one for one in side.achievements if (s := side.entities[one.anchor].span) not in self.unsure} for side in self.sides)

    def compare(self) -> None:
        self.tally.unsure += len(self.unsure)
        self._spans()
        self._tokens()
        self._relations()
        self._achievements()

    def _left_out(self) -> set[Span]:
        """Spans that belong to unsure achievements and to no other; bodies are marked whether or not an achievement is theirs."""
        unsure: set[Span] = set(self.unsure)
        sure: set[Span] = set()
        for side in self.sides:
            for relation in side.relations:
                head, tail = side.entities[relation.head], side.entities[relation.tail]
                (unsure if head.span in self.unsure else sure).add(tail.span if tail.type is not EntityType.ORGANISATION else head.span)
            sure |= {s for one in side.achievements if (s := side.entities[one.anchor].span) not in self.unsure}
        return unsure - sure

    def _counts(self, entity: Entity) -> bool:
        if entity.type is EntityType.ORGANISATION:
            return any(line.contains(entity.span) for line in self.lines)
        return entity.span not in self.left_out

    def _differs(self, start: int, about: str, a: str, b: str) -> None:
        self.tally.found.append(Disagreement(self.name, start, about, a, b))

    def _say(self, entity: Entity | None) -> str:
        return f"{entity.type} {entity.span.of(self.text)!r}" if entity else ""

    def _spans(self) -> None:
        plain = tuple({(e.span, e.type): e for e in side} for side in self.entities)
        a, b = plain
        for kind in EntityType:
            of_kind = [{key for key in side if key[1] is kind} for side in plain]
            self.tally.spans[kind] += _overlap(*of_kind)
        only_b = {key: b[key] for key in sorted(b.keys() - a.keys())}
        for key in sorted(a.keys() - b.keys()):
            # One row for one question: what the other side has at the same place stands beside it.
            facing = next((other for other in only_b if other[0].overlaps(key[0])), None)
            self._differs(key[0].start, "span", self._say(a[key]), self._say(only_b.pop(facing)) if facing else "")
        for entity in only_b.values():
            self._differs(entity.span.start, "span", "", self._say(entity))

    def _tokens(self) -> None:
        types = [{place: str(e.type) for e in side.entities for place in range(e.span.start, e.span.end)} for side in self.sides]
        left_out = {place for span in self.left_out for place in range(span.start, span.end)}
        for word in (word for line in self.lines for word in words(self.text, line)):
            places = range(word.start, word.end)
            if left_out.isdisjoint(places):
                a, b = (next((side[place] for place in places if place in side), OUTSIDE) for side in types)
                self.tally.tokens[a, b] += 1

    def _relations(self) -> None:
        links = [set(self._links(side)) for side in self.sides]
        for kind in RelationType:
            a, b = ({(head, tail) for type_, head, tail in side if type_ is kind} for side in links)
            self.tally.relations[kind] += _overlap(a, b)
            for head in sorted(self.anchors[0].keys() & self.anchors[1].keys()):
                ends = [sorted(tail for start, tail in side if start == head) for side in (a, b)]
                if ends[0] != ends[1]:
                    said = ["; ".join(repr(tail.of(self.text)) + f" at {tail.start}" for tail in tails) for tails in ends]
                    self._differs(head.start, f"{kind} of {head.of(self.text)!r}", *said)

    def _links(self, side: AnnotatedArticle) -> Iterator[tuple[RelationType, Span, Span]]:
        """Links of sure achievements by their ends; a PERCENTAGE anchor's rate to itself says no more than that it is the anchor."""
        for relation in side.relations:
            head, tail = side.entities[relation.head].span, side.entities[relation.tail].span
            if head not in self.unsure and head != tail:
                yield relation.type, head, tail

    def _achievements(self) -> None:
        a, b = self.anchors
        self.tally.achievements += _overlap(set(a), set(b))
        for span in sorted(a.keys() ^ b.keys()):
            one = a.get(span) or b[span]
            said = f"{one.kind} {span.of(self.text)!r} ({one.code})"
            self._differs(span.start, "achievement", *((said, "") if span in a else ("", said)))
        records = [self._records(side, other) for side, other in (self.sides, self.sides[::-1])]
        for span in sorted(a.keys() & b.keys()):
            self._labels(span, a[span], b[span])
            self._fields(span, records[0][span], records[1][span])

    def _labels(self, span: Span, a: Achievement, b: Achievement) -> None:
        self.tally.kinds[str(a.kind), str(b.kind)] += 1
        self.tally.codes[a.code, b.code] += 1
        for about, one, other in (("kind", str(a.kind), str(b.kind)), ("code", a.code, b.code)):
            if one != other:
                self._differs(span.start, f"{about} of {span.of(self.text)!r}", one, other)

    def _records(self, side: AnnotatedArticle, other: AnnotatedArticle) -> dict[Span, dict[str, str]]:
        """Each anchor's normalised fields; no organisation where none is linked, which a record would fill with the article's main one."""
        linked = {side.entities[r.head].span for r in side.relations if r.type is RelationType.ACHIEVED_BY}
        whole = _with_bodies(side, other)
        found = ((whole.entities[one.anchor].span, record) for one, record in zip(whole.achievements, assemble_all(whole), strict=True))
        return {span: _said(record, linked=span in linked) for span, record in found}

    def _fields(self, span: Span, a: Mapping[str, str], b: Mapping[str, str]) -> None:
        for name in FIELDS:
            if a[name] or b[name]:
                self.tally.fields[name] += Share(int(a[name] == b[name]), 1)
            if a[name] != b[name]:
                self._differs(span.start, f"{name} of {span.of(self.text)!r}", a[name], b[name])


def _with_bodies(side: AnnotatedArticle, other: AnnotatedArticle) -> AnnotatedArticle:
    """The side with the other's bodies in lines that it did not annotate: a full name that stands only there is no disagreement."""
    more = [e for e in other.entities if e.type is EntityType.ORGANISATION and not any(e.span.overlaps(part) for part in (*side.annotated, *(o.span for o in side.entities)))]
    if not more:
        return side
    ordered = sorted([*side.entities, *more], key=lambda entity: entity.span)
    place = {entity.span: number for number, entity in enumerate(ordered)}
    moved = [place[entity.span] for entity in side.entities]
    return replace(
        side,
        entities=tuple(ordered),
        relations=tuple(replace(r, head=moved[r.head], tail=moved[r.tail]) for r in side.relations),
        achievements=tuple(replace(a, anchor=moved[a.anchor], duplicate_of=None if a.duplicate_of is None else moved[a.duplicate_of]) for a in side.achievements),
        names={moved[p]: name for p, name in side.names.items()} | {place[e.span]: other.names[p] for p, e in enumerate(other.entities) if e in more and p in other.names},
        periods={moved[p]: period for p, period in side.periods.items()},
    )


def _overlap(a: AbstractSet[object], b: AbstractSet[object]) -> Overlap:
    return Overlap(len(a & b), len(a - b), len(b - a))


def _common(a: Sequence[Span], b: Sequence[Span]) -> Iterator[Span]:
    """The parts that lie in both."""
    for one in a:
        for other in b:
            if one.overlaps(other):
                yield Span(max(one.start, other.start), min(one.end, other.end))


def _said(record: AchievementRecord, *, linked: bool) -> dict[str, str]:
    """A record's normalised values as words; "" where it states none."""
    period = record.period.period if record.period else None
    days = [day.isoformat() if day else "" for day in (period.first, period.last)] if period else []
    # A time whose days cannot be known is still stated: its words are its value.
    time = "..".join(days) if any(days) else record.period.text if record.period else ""
    return {
        "organisation": record.organisation.name if record.organisation and linked else "",
        "count": _amount(record.count),
        "target": _amount(record.target),
        "percentages": ", ".join(f"{value}%" for value in sorted({number(p.value) for p in record.percentages})),
        "period": time,
    }


def _amount(quantity: QuantityField | None) -> str:
    if quantity is None:
        return ""
    high = f"–{number(quantity.high)}" if quantity.high is not None else ""
    return f"{number(quantity.value)}{high}" + (f" {quantity.unit}" if quantity.unit else "")
