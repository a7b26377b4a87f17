"""What went wrong, one card for each achievement: what gold says beside what was found, and of which kind the mistake is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from evaluate.gold import GoldRecord
from evaluate.scores import Match, anchor_span
from evaluate.spans import Sides, Typed
from model.page_marks import places
from model.schema import TAIL_TYPE, AchievementRecord, AnnotatedArticle, EntityType, Span
from model.text import sentences

MISSED, SPURIOUS = "missed", "spurious"
BOUNDARY, TYPE = "wrong boundary", "wrong type"
LINK, VALUE, ORGANISATION = "wrong link", "wrong value", "wrong organisation"
KINDS = (MISSED, SPURIOUS, BOUNDARY, TYPE, LINK, VALUE, ORGANISATION)
REACH = 240
"""Code points shown on either side of a span in a long sentence."""

_FIELD_TYPE = {
    "organisation": EntityType.ORGANISATION,
    "count": EntityType.COUNT,
    "target": EntityType.TARGET,
    "percentage": EntityType.PERCENTAGE,
    "date": EntityType.DATE,
}


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a card: field to its words, and the spans to mark."""

    fields: dict[str, str]
    marks: tuple[Typed, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One card. ``start`` is the anchor's first code point, ``wrong`` are the fields to look at.

    ``excerpt`` are the parts of the text that both sides show; a side is None where it has nothing.
    """

    document: str
    source: str
    kinds: tuple[str, ...]
    start: int
    gold: Side | None
    found: Side | None
    wrong: tuple[str, ...] = ()
    confidence: float | None = None
    excerpt: tuple[Span, ...] = ()


def record_mistakes(pairs: Iterable[Match], annotated: AnnotatedArticle | None, found: AnnotatedArticle | None) -> list[Mistake]:
    """The mistakes in achievements of one document, without its name and excerpts (see :func:`placed`).

    Args:
        pairs: gold beside what was found (``evaluate.scores.match``).
        annotated: the spans and links of gold; None for a gold file, which places anchors only. There a field that both sides state is a
            wrong value, and one that only one side states a wrong link.
        found: the model's spans and links.
    """
    made = []
    for pair in pairs:
        if pair.gold is None and pair.found is not None:
            made.append(_card(pair, (SPURIOUS,), None, _found_side(pair.found, found)))
        elif pair.gold is not None and pair.found is None:
            made.append(_card(pair, (MISSED,), _gold_side(pair.gold, annotated), None))
        elif pair.gold is not None and pair.found is not None and not pair.gold.optional:
            gold, other = _gold_side(pair.gold, annotated), _found_side(pair.found, found)
            kinds, wrong = _compared(pair, gold, other, annotated is not None)
            if kinds:
                made.append(_card(pair, kinds, gold, other, wrong))
    return made


def _card(pair: Match, kinds: tuple[str, ...], gold: Side | None, found: Side | None, wrong: tuple[str, ...] = ()) -> Mistake:
    start = pair.gold.anchors[0].start if pair.gold else anchor_span(pair.found).start if pair.found else 0
    return Mistake("", "", kinds, start, gold, found, wrong, pair.found.confidence if pair.found else None)


def _gold_side(record: GoldRecord, annotated: AnnotatedArticle | None) -> Side:
    rates = ", ".join(f"{value.normalize():f} %" for value in sorted(record.percentages))
    days = "" if record.period is None else " … ".join(day.isoformat() if day else "?" for day in record.period)
    fields = {
        "organisation": " / ".join(sorted(record.names, key=lambda name: (-len(name), name))),
        "count": _plain(record.count),
        "target": _plain(record.target),
        "percentage": rates,
        "date": days,
        "kind": record.kind,
        "indicator": record.code or "",
    }
    return Side(fields, _gold_marks(record, annotated))


def _plain(value: object) -> str:
    return "" if value is None else f"{value:,}"


def _gold_marks(record: GoldRecord, annotated: AnnotatedArticle | None) -> tuple[Typed, ...]:
    """The anchor, and what it is linked to where gold says."""
    kind = EntityType.COUNT if record.count is not None else EntityType.TARGET if record.target is not None else EntityType.PERCENTAGE
    head = next((i for i, e in enumerate(annotated.entities) if e.span == record.anchors[0]), None) if annotated else None
    if annotated is None or head is None:
        return (Typed(record.anchors[0], kind),)
    tails = [r.tail for r in annotated.relations if r.head == head]
    return tuple(sorted({Typed(annotated.entities[i].span, annotated.entities[i].type) for i in (head, *tails)}))


def _found_side(record: AchievementRecord, found: AnnotatedArticle | None) -> Side:
    body, period = record.organisation, record.period
    fields = {
        "organisation": body.name if body else "",
        "count": _plain(record.count.value) if record.count else "",
        "target": _plain(record.target.value) if record.target else "",
        "percentage": ", ".join(f"{value.normalize():f} %" for value in sorted(p.value for p in record.percentages)),
        "date": " … ".join(day.isoformat() if day else "?" for day in (period.period.first, period.period.last)) if period else "",
        "kind": str(record.kind),
        "indicator": record.indicator_code,
    }
    marks = {Typed(place.span, place.type) for place in places(record)} or {Typed(anchor_span(record), EntityType.COUNT)}
    head = next((i for i, e in enumerate(found.entities) if e.span == anchor_span(record)), None) if found else None
    if found is not None and head is not None:
        tails = [found.entities[r.tail] for r in found.relations if r.head == head and TAIL_TYPE[r.type] is EntityType.INDICATOR]
        marks |= {Typed(e.span, e.type) for e in tails}
    return Side(fields, tuple(sorted(marks)))


def _compared(pair: Match, gold: Side, found: Side, linked: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The kinds of a matched pair's mistakes in the order of :data:`KINDS`, and its wrong fields."""
    assert pair.gold is not None and pair.found is not None
    wrong = tuple(name for name, right in pair.right.items() if not right)
    kinds = set()
    if anchor_span(pair.found) not in pair.gold.anchors or (linked and _moved(gold, found)):
        kinds.add(BOUNDARY)
    retyped = _first_number(gold) != _first_number(found)
    if retyped:
        kinds.add(TYPE)
    for name in wrong:
        if name == "organisation":
            kinds.add(ORGANISATION)
        elif not (retyped and name in (_first_number(gold), _first_number(found))):
            kinds.add(_value_or_link(name, gold, found, linked))
    return tuple(kind for kind in KINDS if kind in kinds), wrong


def _first_number(side: Side) -> str:
    """The field that the anchor went into."""
    return next((name for name in ("count", "target", "percentage") if side.fields[name]), "")


def _moved(gold: Side, found: Side) -> bool:
    """True where a span of the one overlaps a span of the same type of the other, and is not the same."""
    return any(g.type is f.type and g.span != f.span and g.span.overlaps(f.span) for g in gold.marks for f in found.marks)


def _value_or_link(name: str, gold: Side, found: Side, linked: bool) -> str:
    """The same places read otherwise are a wrong value; other places, or none, a wrong link."""
    if not linked:
        return VALUE if gold.fields[name] and found.fields[name] else LINK
    ours, theirs = ([m.span for m in side.marks if m.type is _FIELD_TYPE[name]] for side in (gold, found))
    same = len(ours) == len(theirs) and all(a.overlaps(b) for a, b in zip(ours, theirs, strict=True))
    return VALUE if same and ours else LINK


def entity_mistakes(both: Sides, told: Sequence[Mistake]) -> list[Mistake]:
    """Entities that overlap gold's and are not the same, where no card of an achievement shows them."""
    shown = {mark for card in told for side in (card.gold, card.found) if side for mark in side.marks}
    same = set(both.wanted) & set(both.found)
    made = []
    for gold in both.wanted:
        others = [f for f in both.found if f.span.overlaps(gold.span)] if gold not in same and gold not in shown else []
        for other in others[:1]:
            kinds = tuple(kind for kind, holds in ((BOUNDARY, other.span != gold.span), (TYPE, other.type is not gold.type)) if holds)
            made.append(Mistake("", "", kinds, gold.span.start, Side({}, (gold,)), Side({}, (other,))))
    return made


def placed(cards: Iterable[Mistake], document: str, source: str, text: str, body: tuple[Span, ...]) -> tuple[Mistake, ...]:
    """The cards with their document and the parts of its text that they show (none where it could not be read), in text order."""
    parts = sentences(text, body)
    made = [replace(card, document=document, source=source, excerpt=_excerpt(card, parts, len(text)) if text else ()) for card in cards]
    return tuple(sorted(made, key=lambda card: card.start))


def _excerpt(card: Mistake, parts: Sequence[Span], length: int) -> tuple[Span, ...]:
    """The sentences of every mark, cut where they are long; parts that touch are one."""
    around: list[Span] = []
    for mark in sorted({m for side in (card.gold, card.found) if side for m in side.marks}):
        sentence = next((s for s in parts if s.start <= mark.span.start < s.end), mark.span)
        start = max(sentence.start, mark.span.start - REACH) if sentence.start <= mark.span.start else mark.span.start
        end = min(length, max(mark.span.end, min(sentence.end, mark.span.end + REACH)))
        if around and start <= around[-1].end + 2:
            around[-1] = Span(around[-1].start, max(end, around[-1].end))
        else:
            around.append(Span(start, end))
    return tuple(around)
