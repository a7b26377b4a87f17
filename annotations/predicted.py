"""What a model found, as annotations for a person to correct: mended by the guide, then written in the format of a tool."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from annotations import doccano
from annotations.convert import Conversion, Format, convert
from annotations.foreign import LossReport
from annotations.store import indicator_codes
from model.errors import OutputError
from model.schema import ANCHOR_TYPES, AT_MOST_ONE, TAIL_TYPE, Achievement, AnnotatedArticle, Entity, EntityType, Kind, Relation, RelationType, Span

WRITABLE = (Format.MARKED, Format.BRAT, Format.DOCCANO, Format.LABEL_STUDIO)
"""Formats that a person can annotate in."""
_INDICATORS = 2
_SIGNS = frozenset("{}|\n")


def write_predicted(found: Iterable[AnnotatedArticle], target: Path, to: Format) -> Conversion:
    """Write predictions as annotations of ``to``; what the guide or the format does not allow is mended or left out, and counted.

    Args:
        found: what the model found, one for each article.
        target: what to write; it must not be there, or be an empty folder. MARKED and BRAT write a folder, the others one file.
        to: one of WRITABLE.

    Raises:
        OutputError: another format, or the target is there already.
    """
    if to not in WRITABLE:
        raise OutputError(f"{to}: predictions are not written so; allowed are {', '.join(WRITABLE)}")
    losses: Counter[str] = Counter()
    mended = [mend(one, losses, marked=to is Format.MARKED) for one in found]
    with tempfile.TemporaryDirectory() as folder:
        # doccano's rows hold everything that the others hold; reading them back tests every span and link against the guide.
        rows = Path(folder) / "predicted.jsonl"
        rows.write_bytes(doccano.files(mended, losses).encode("utf-8"))
        done = convert(rows, target, to, source_format=Format.DOCCANO)
    return replace(done, losses=_sum(losses, done.losses.counts))


def _sum(*counted: Mapping[str, int]) -> LossReport:
    total: Counter[str] = Counter()
    for counts in counted:
        total.update(counts)
    return LossReport({what: count for what, count in total.items() if count})


def mend(found: AnnotatedArticle, losses: Counter[str], *, marked: bool = False) -> AnnotatedArticle:
    """A prediction as the guide allows it; the whole text counts as annotated, as it will be when a person has been through it.

    Args:
        found: what the model found.
        losses: counts what was left out or changed.
        marked: leave out as well what only marked text refuses (an achievement without INDICATOR, a mark of no achievement …).
    """
    draft = _Draft(found, losses)
    draft.keep_entities(_SIGNS if marked else frozenset())
    draft.keep_achievements()
    draft.keep_links()
    if marked:
        draft.keep_whole()
    return draft.finish()


@dataclass(slots=True)
class _Draft:
    """One prediction on its way: what is still held, by places in ``found``."""

    found: AnnotatedArticle
    losses: Counter[str]
    places: tuple[int, ...] = ()
    achievements: tuple[Achievement, ...] = ()
    links: tuple[Relation, ...] = ()

    def keep_entities(self, refused: frozenset[str]) -> None:
        """Apart from each other, without white space at their ends; of two that overlap the likelier stays."""
        text, held = self.found.article.text, dict[int, Span]()
        for place in sorted(range(len(self.found.entities)), key=lambda p: (-self.found.entities[p].score, p)):
            span = self.found.entities[place].span
            words = span.of(text)
            if words != words.strip() or not words or span.end > len(text) or refused & set(words) or any(span.overlaps(other) for other in held.values()):
                self.losses["predicted spans that overlap another or cannot be marked, left out"] += 1
            else:
                held[place] = span
        self.places = tuple(sorted(held, key=lambda place: held[place]))

    def keep_achievements(self) -> None:
        """One for each anchor, with a kind and a code that may stand there."""
        codes, best = frozenset(indicator_codes()), dict[int, Achievement]()
        for one in self.found.achievements:
            if one.anchor in self.places and self._type(one.anchor) in ANCHOR_TYPES and (one.anchor not in best or one.kind_score > best[one.anchor].kind_score):
                best[one.anchor] = self._allowed(one, codes)
        self.losses["predicted achievements without an anchor of their own, left out"] += len(self.found.achievements) - len(best)
        self.achievements = tuple(best[place] for place in self.places if place in best)

    def _allowed(self, one: Achievement, codes: frozenset[str]) -> Achievement:
        kind = Kind.PLAN if self._type(one.anchor) is EntityType.TARGET else one.kind
        code = one.code if one.code in codes else "other"
        self.losses["predicted kinds and codes that may not stand there, changed"] += (kind, code) != (one.kind, one.code)
        return replace(one, kind=kind, code=code, duplicate_of=None)

    def keep_links(self) -> None:
        """From an anchor to what its relation may lead to; the likeliest where only one or two may be."""
        anchors = {one.anchor for one in self.achievements}
        counts: Counter[tuple[int, RelationType]] = Counter()
        kept = dict[tuple[int, RelationType, int], Relation]()
        for link in sorted(self.found.relations, key=lambda link: -link.score):
            key = (link.head, link.type, link.tail)
            most = 1 if link.type in AT_MOST_ONE else _INDICATORS if link.type is RelationType.MEASURES else len(self.places)
            if link.head in anchors and self._may(link) and key not in kept and counts[link.head, link.type] < most:
                kept[key] = link
                counts[link.head, link.type] += 1
        self._hold(kept.values(), len(self.found.relations))

    def _may(self, link: Relation) -> bool:
        fits = link.tail in self.places and self._type(link.tail) is TAIL_TYPE[link.type]
        return fits and (link.head != link.tail or link.type is RelationType.RATE)

    def keep_whole(self) -> None:
        """What marked text can hold: achievements with an INDICATOR, and no mark that belongs to none."""
        self._hold([link for link in self.links if self._can_be_told(link)], len(self.links))
        measured = {link.head for link in self.links if link.type is RelationType.MEASURES}
        kept = tuple(one for one in self.achievements if one.anchor in measured)
        self.losses["predicted achievements without an INDICATOR, left out"] += len(self.achievements) - len(kept)
        self.achievements = kept
        self._hold([link for link in self.links if link.head in measured], len(self.links))
        used = measured | {link.tail for link in self.links}
        places = tuple(place for place in self.places if place in used or self._type(place) is EntityType.ORGANISATION)
        self.losses["predicted spans of no achievement, left out"] += len(self.places) - len(places)
        self.places = places

    def _can_be_told(self, link: Relation) -> bool:
        """Marked text finds an achievement's anchor by type and order, so no second anchor may look like it; a TARGET stands in its line."""
        entities, text = self.found.entities, self.found.article.text
        head, tail = entities[link.head], entities[link.tail]
        if link.type is RelationType.AGAINST:
            between = text[min(head.span.start, tail.span.start) : max(head.span.end, tail.span.end)]
            return "\n" not in between and head.type is not EntityType.TARGET
        if link.type is not RelationType.RATE or head.type is EntityType.COUNT or link.head == link.tail:
            return True
        return link.tail not in {one.anchor for one in self.achievements} and (head.type is EntityType.TARGET or tail.span > head.span)

    def _hold(self, links: Iterable[Relation], before: int) -> None:
        self.links = tuple(sorted(links, key=lambda link: (link.head, link.tail)))
        self.losses["predicted links that may not stand there, left out"] += before - len(self.links)

    def _type(self, place: int) -> EntityType:
        return self.found.entities[place].type

    def finish(self) -> AnnotatedArticle:
        """What is held, with places counted anew. Scores are the model's, not an annotation's: they go."""
        found, at = self.found, {place: number for number, place in enumerate(self.places)}
        links = [Relation(link.type, at[link.head], at[link.tail]) for link in self.links]
        return AnnotatedArticle(
            article=found.article,
            entities=tuple(Entity(found.entities[place].span, found.entities[place].type) for place in self.places),
            relations=tuple(sorted({*links, *_own_rates(self.achievements, found.entities, at)}, key=lambda link: (link.head, link.tail))),
            achievements=tuple(Achievement(at[one.anchor], one.kind, one.code) for one in self.achievements),
            annotated=(Span(0, len(found.article.text)),) if found.article.text else (),
        )


def _own_rates(achievements: Iterable[Achievement], entities: tuple[Entity, ...], at: Mapping[int, int]) -> Iterator[Relation]:
    """A PERCENTAGE that anchors an achievement is its own rate."""
    for one in achievements:
        if entities[one.anchor].type is EntityType.PERCENTAGE:
            yield Relation(RelationType.RATE, at[one.anchor], at[one.anchor])
