"""How right entities and links are, before any record is made of them.

What belongs only to an achievement that the annotator was unsure of is neither missed nor false, and ORGANISATION counts only in
the parts where every mention is marked. A document that was not read has nothing found: all of it is missed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evaluate.counts import Counts, Pair
from evaluate.scores import PRF
from model.schema import AnnotatedArticle, Entity, EntityType, RelationType, Span

NOTHING = "nothing"
"""What stands in a confusion for a span that the other side does not have."""


@dataclass(frozen=True, slots=True, order=True)
class Typed:
    """A span and what it is, without a score."""

    span: Span
    type: EntityType


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """A typed link between two typed spans."""

    type: RelationType
    head: Typed
    tail: Typed


@dataclass(frozen=True, slots=True)
class Sides:
    """What counts of gold and of what was found."""

    wanted: tuple[Typed, ...]
    found: tuple[Typed, ...]
    wanted_links: tuple[Link, ...]
    found_links: tuple[Link, ...]


def sides(gold: AnnotatedArticle, found: AnnotatedArticle | None) -> Sides:
    """Both sides of one document, without what gold leaves open."""
    unsure = _unsure(gold)
    kept = [e for i, e in enumerate(gold.entities) if i not in unsure and _complete(e, gold)]
    wanted = tuple(sorted({Typed(e.span, e.type) for e in kept}))
    open_spans = [gold.entities[i].span for i in unsure]
    doubted = {a.anchor for a in gold.achievements if not a.certain}
    wanted_links = tuple(sorted(link for link in _links(gold) if link.head not in {_typed(gold, i) for i in doubted}))
    if found is None:
        return Sides(wanted, (), wanted_links, ())
    got = {Typed(e.span, e.type) for e in found.entities if _complete(e, gold)}
    heads = {link.head.span for link in wanted_links}
    return Sides(
        wanted,
        tuple(sorted(e for e in got if not _is_open(e.span, open_spans, [w.span for w in wanted]))),
        wanted_links,
        tuple(sorted(link for link in _links(found) if not _is_open(link.head.span, [gold.entities[i].span for i in doubted], heads))),
    )


def _unsure(gold: AnnotatedArticle) -> set[int]:
    """Places of entities that only achievements in doubt need; mentions of organisations are marked whatever they do."""
    doubted = {a.anchor for a in gold.achievements if not a.certain}
    sure = {a.anchor for a in gold.achievements if a.certain}
    needed = sure | {r.tail for r in gold.relations if r.head in sure}
    open_ones = doubted | {r.tail for r in gold.relations if r.head in doubted}
    return {i for i in open_ones - needed if gold.entities[i].type is not EntityType.ORGANISATION}


def _complete(entity: Entity, gold: AnnotatedArticle) -> bool:
    return entity.type is not EntityType.ORGANISATION or not gold.annotated or any(part.contains(entity.span) for part in gold.annotated)


def _is_open(span: Span, doubted: Iterable[Span], wanted: Iterable[Span]) -> bool:
    return any(span.overlaps(other) for other in doubted) and not any(span.overlaps(other) for other in wanted)


def _typed(annotated: AnnotatedArticle, place: int) -> Typed:
    return Typed(annotated.entities[place].span, annotated.entities[place].type)


def _links(annotated: AnnotatedArticle) -> set[Link]:
    """Links between two mentions; that a PERCENTAGE which anchors is its own rate is no finding, whether an annotation spells it out or not."""
    return {Link(r.type, _typed(annotated, r.head), _typed(annotated, r.tail)) for r in annotated.relations if r.head != r.tail}


def span_counts(both: Sides) -> Counts:
    """``entity/strict`` (same span, same type; what seqeval counts), ``entity/partial``, ``relation/strict``, ``relation/boundary``; whole and by type.

    ``entity/partial`` is a share, F1 at once: a same span counts 1, an overlap of the same type a half.
    """
    prf = {"entity/strict": PRF(), "relation/strict": PRF(), "relation/boundary": PRF()}
    partial = (0, 0)
    shares: dict[str, Pair] = {}
    for kind in EntityType:
        wanted, found = [e for e in both.wanted if e.type is kind], [e for e in both.found if e.type is kind]
        prf[f"entity/strict/{kind}"] = strict(wanted, found)
        shares[f"entity/partial/{kind}"] = partial_share([e.span for e in wanted], [e.span for e in found])
        prf["entity/strict"] += prf[f"entity/strict/{kind}"]
        partial = (partial[0] + shares[f"entity/partial/{kind}"][0], partial[1] + shares[f"entity/partial/{kind}"][1])
    for type_ in RelationType:
        links, got = [k for k in both.wanted_links if k.type is type_], [k for k in both.found_links if k.type is type_]
        for name, counts in (("strict", strict(links, got)), ("boundary", boundary(links, got))):
            prf[f"relation/{name}/{type_}"] = counts
            prf[f"relation/{name}"] += counts
    return Counts(prf, shares | {"entity/partial": partial})


def strict(wanted: Sequence[object], found: Sequence[object]) -> PRF:
    """The same is right, everything else is false or missed.

    >>> strict([1, 2], [2, 3])
    PRF(tp=1, fp=1, fn=1)
    """
    same = len(set(wanted) & set(found))
    return PRF(same, len(set(found)) - same, len(set(wanted)) - same)


def partial_share(wanted: Sequence[Span], found: Sequence[Span]) -> Pair:
    """Twice the same spans and once each overlap, of all spans on both sides; each span counts for one other (nervaluate's partial F1)."""
    left = list(wanted)
    points = 0
    for span in found:
        other = span if span in left else next((w for w in left if w.overlaps(span)), None)
        if other is not None:
            left.remove(other)
            points += 2 if other == span else 1
    return points, len(wanted) + len(found)


def boundary(wanted: Sequence[Link], found: Sequence[Link]) -> PRF:
    """Links of the same type whose ends overlap; each counts for one other, the same link first."""
    left = list(wanted)
    right = 0
    for link in sorted(found, key=lambda each: each not in left):
        other = link if link in left else next((w for w in left if _touch(w, link)), None)
        if other is not None:
            left.remove(other)
            right += 1
    return PRF(right, len(found) - right, len(left))


def _touch(a: Link, b: Link) -> bool:
    return a.type is b.type and a.head.span.overlaps(b.head.span) and a.tail.span.overlaps(b.tail.span)


def type_confusion(both: Sides) -> Counter[tuple[str, str]]:
    """How often gold has one type and the model another where their spans overlap; ``nothing`` where only one side has a span."""
    left = list(both.found)
    pairs = Counter[tuple[str, str]]()
    for wanted in sorted(both.wanted, key=lambda each: each not in left):
        touching = [f for f in left if f.span.overlaps(wanted.span)]
        best = min(touching, key=lambda f: (f.span != wanted.span, f.type is not wanted.type, f.span), default=None)
        if best is not None:
            left.remove(best)
        pairs[str(wanted.type), str(best.type) if best else NOTHING] += 1
    for rest in left:
        pairs[NOTHING, str(rest.type)] += 1
    return pairs
