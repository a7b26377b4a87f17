"""What a corpus holds, in numbers that add up: for each thing counted, how often in written and in real articles."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from annotations.foreign import day
from annotations.store import indicator_codes
from model.datelines import speaking_year
from model.periods import read_period
from model.schema import (
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
from model.text import sentences

FORMS = (
    "organisation_same",
    "organisation_inherited",
    "organisation_none",
    "period_same",
    "period_inherited",
    "period_none",
    "target",
    "percentages",
    "percentage_anchor",
    "repeated",
    "unsure",
)
"""How achievements are told: where organisation and period stand, a target beside the count, two percentages or more, a percentage that
is the anchor, a fact told again, and one that a careful second reader could doubt."""
LENGTHS = (0, 500, 1000, 2000, 4000, 8000, 16000)
"""The least number of characters of each class of text length."""
UNDATED = "undated"
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Tally:
    """How often in written and in real articles."""

    written: int = 0
    real: int = 0

    @property
    def total(self) -> int:
        """In both."""
        return self.written + self.real

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.written + other.written, self.real + other.real)


@dataclass(frozen=True, slots=True)
class CorpusCounts:
    """A corpus in numbers; counts of two corpora add up to those of both together.

    Attributes:
        articles: all of them; ``empty`` are those without an achievement, ``textless`` those whose text is not here.
        achievements: all of them; ``textless_achievements`` are of textless articles: whether their organisation and period stand in the
            anchor's sentence is not known.
        codes: achievements by indicator code.
        kinds: achievements by kind.
        forms: achievements by FORMS; one achievement may have several.
        years: achievements by the year that their period ends in (begins in, where the end is open); UNDATED without a DATE, UNKNOWN
            with one whose days are not known.
        lengths: articles whose text is here by characters, as the least of their class in LENGTHS.
    """

    articles: Tally = Tally()
    empty: Tally = Tally()
    textless: Tally = Tally()
    achievements: Tally = Tally()
    textless_achievements: Tally = Tally()
    codes: Mapping[str, Tally] = field(default_factory=dict)
    kinds: Mapping[str, Tally] = field(default_factory=dict)
    forms: Mapping[str, Tally] = field(default_factory=dict)
    years: Mapping[str, Tally] = field(default_factory=dict)
    lengths: Mapping[str, Tally] = field(default_factory=dict)

    def __add__(self, other: CorpusCounts) -> CorpusCounts:
        return CorpusCounts(**{part.name: _added(getattr(self, part.name), getattr(other, part.name)) for part in fields(self)})

    def lacking(self, least: int = 10, codes: Iterable[str] | None = None) -> tuple[str, ...]:
        """The codes of the catalogue that have fewer than ``least`` achievements."""
        return tuple(code for code in (indicator_codes() if codes is None else codes) if self.codes.get(code, Tally()).total < least)


def _added(one: Any, other: Any) -> Any:
    if isinstance(one, Tally):
        return one + other
    return {key: one.get(key, Tally()) + other.get(key, Tally()) for key in (*one, *(key for key in other if key not in one))}


def counts(written: Iterable[AnnotatedArticle], real: Iterable[AnnotatedArticle] = ()) -> CorpusCounts:
    """Count these articles, each once; only the numbers are held.

    An article without text (:func:`without_text`) counts for all but text length and where organisation and period stand.
    """
    found: dict[str, Counter[tuple[str, str]]] = {"written": Counter(), "real": Counter()}
    for source, articles in (("written", written), ("real", real)):
        for annotated in articles:
            found[source].update(_counted(annotated))
    keys = sorted({*found["written"], *found["real"]})
    tallies = {key: Tally(found["written"][key], found["real"][key]) for key in keys}
    by_part: dict[str, Any] = {part: tallies.get((part, ""), Tally()) for part in ("articles", "empty", "textless", "achievements", "textless_achievements")}
    for part in ("codes", "kinds", "forms", "years", "lengths"):
        by_part[part] = {key: tally for (group, key), tally in tallies.items() if group == part}
    return CorpusCounts(**by_part)


def without_text(row: Mapping[str, Any]) -> AnnotatedArticle:
    """A standoff row (annotations/store.py) whose text is not here, as far as it can be counted: the article's text is empty."""
    return AnnotatedArticle(
        article=Article(row["doc"], "", published=day(row.get("published"))),
        entities=tuple(Entity(Span(start, end), EntityType(kind)) for start, end, kind in row["entities"]),
        relations=tuple(Relation(RelationType(kind), head, tail) for kind, head, tail in row["relations"]),
        achievements=tuple(
            Achievement(a["anchor"], Kind(a["kind"]), a["code"], certain=a.get("certain", True), duplicate_of=a.get("duplicate_of")) for a in row["achievements"]
        ),
        periods={int(place): Period(day(first), day(last)) for place, (first, last) in row.get("periods", {}).items()},
    )


def _counted(annotated: AnnotatedArticle) -> Iterator[tuple[str, str]]:
    """(part, key) once for each thing that the article adds to."""
    text = annotated.article.text
    yield "articles", ""
    if not annotated.achievements:
        yield "empty", ""
    yield ("lengths", str(LENGTHS[bisect_right(LENGTHS, len(text)) - 1])) if text else ("textless", "")
    spans = sentences(text, annotated.article.body)
    tails: dict[int, dict[RelationType, list[int]]] = {}
    for relation in annotated.relations:
        tails.setdefault(relation.head, {}).setdefault(relation.type, []).append(relation.tail)
    for achievement in annotated.achievements:
        yield "achievements", ""
        if not text:
            yield "textless_achievements", ""
        yield "codes", achievement.code
        yield "kinds", str(achievement.kind)
        links = tails.get(achievement.anchor, {})
        yield "years", _year(annotated, links.get(RelationType.DURING))
        yield from (("forms", form) for form in _forms(annotated, achievement, links, spans))


def _forms(annotated: AnnotatedArticle, achievement: Achievement, links: Mapping[RelationType, list[int]], spans: tuple[Span, ...]) -> Iterator[str]:
    anchor = annotated.entities[achievement.anchor]
    for name, kind in (("organisation", RelationType.ACHIEVED_BY), ("period", RelationType.DURING)):
        if kind not in links:
            yield f"{name}_none"
        elif annotated.article.text:
            sentence = next((span for span in spans if span.start <= anchor.span.start < span.end), anchor.span)
            yield f"{name}_same" if sentence.contains(annotated.entities[links[kind][0]].span) else f"{name}_inherited"
    if anchor.type is EntityType.COUNT and RelationType.AGAINST in links:
        yield "target"
    if len(set(links.get(RelationType.RATE, ()))) > 1:
        yield "percentages"
    if anchor.type is EntityType.PERCENTAGE:
        yield "percentage_anchor"
    if achievement.duplicate_of is not None:
        yield "repeated"
    if not achievement.certain:
        yield "unsure"


def _year(annotated: AnnotatedArticle, dates: list[int] | None) -> str:
    if not dates:
        return UNDATED
    period = annotated.periods.get(dates[0]) or _read(annotated, annotated.entities[dates[0]].span)
    last = period and (period.last or period.first)
    return str(last.year) if last else UNKNOWN


def _read(annotated: AnnotatedArticle, span: Span) -> Period | None:
    article = annotated.article
    if not article.text:
        return None
    return read_period(span.of(article.text), published=article.published, year=speaking_year(article.text, span.start, article.published))
