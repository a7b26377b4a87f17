"""Records and articles as the records page shows them: labelled, formatted, linked to their places in the text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import quote

from model.page_labels import LABELS, check_detail, day_text, number_text, percent_text
from model.page_marks import (
    Mark,
    Misfit,
    PageText,
    Place,
    Segment,
    Use,
    indicator_spans,
    lay_marks,
    mark_at,
    misfits,
    places,
    quoted_text,
    segments,
    whole_text,
)
from model.page_run import PageArticle, Run
from model.schema import AchievementRecord, EntityType, Kind, Outcome, Period, QuantityField, Span

_FIELD_SCORE = {
    EntityType.ORGANISATION: "organisation",
    EntityType.COUNT: "count",
    EntityType.TARGET: "target",
    EntityType.PERCENTAGE: "percentages",
    EntityType.DATE: "period",
}
_BLANKS = re.compile(r"[\s\x00-\x20\x7f]+")


@dataclass(frozen=True, slots=True)
class Part:
    """Words of a field; ``mark`` is the number of their mark in the text, None where they have no place."""

    text: str
    mark: int | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a card: the words as they stand, what was read from them (``value``) and remarks on it."""

    type: EntityType
    parts: tuple[Part, ...]
    value: str = ""
    remarks: tuple[str, ...] = ()
    inherited: bool = False
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check; ``language`` is that of ``detail``."""

    outcome: Outcome
    rule: str
    detail: str
    language: str


@dataclass(frozen=True, slots=True)
class Card:
    """One record. ``anchor`` is its id in the page and in links, ``number`` its place among the run's records."""

    number: int
    anchor: str
    name: str | None
    kind: Kind
    confidence: str
    fields: tuple[Field, ...]
    checks: tuple[CheckLine, ...]
    problems: tuple[str, ...]

    @property
    def conflict(self) -> bool:
        """True where a check found a conflict."""
        return any(check.outcome is Outcome.CONFLICT for check in self.checks)


@dataclass(frozen=True, slots=True)
class Shown:
    """One article, its text in segments and its records as cards. ``number`` is its place on the page."""

    number: int
    anchor: str
    title: str
    facts: tuple[str, ...]
    whole: bool
    notes: tuple[str, ...]
    segments: list[Segment]
    marks: tuple[Mark, ...]
    cards: tuple[Card, ...]

    @property
    def conflicts(self) -> int:
        """How many of its records hold a conflict."""
        return sum(card.conflict for card in self.cards)


def anchors(names: Iterable[str], prefix: str) -> list[str]:
    """An id for each name, unique among them, without white space, the same on every page that has the same names.

    >>> anchors(["a b", "a b", "c"], "article")
    ['article-a_b', 'article-a_b-2', 'article-c']
    """
    given: set[str] = set()
    ids = []
    for name in names:
        plain = f"{prefix}-{_BLANKS.sub('_', name)}"
        chosen, copy = plain, 1
        while chosen in given:
            copy += 1
            chosen = f"{plain}-{copy}"
        given.add(chosen)
        ids.append(chosen)
    return ids


def href(anchor: str) -> str:
    """A link to an id on the same page."""
    return "#" + quote(anchor, errors="replace")


def shown_articles(run: Run, language: str, codes: dict[str, str], limit: int | None = None) -> Iterator[Shown]:
    """The run's articles in the order of their file, then those that only records speak of; at most ``limit``."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for number, record in enumerate(run.records):
        numbers[record.article_id].append(number)
    listed: list[tuple[str, PageArticle | None]] = [(article.id, article) for article in run.articles or ()]
    copies = Counter(identity for identity, _ in listed)
    listed += [(identity, None) for identity in numbers if identity not in copies]
    cards = _Cards(run, language, codes, anchors((record.id for record in run.records), "record"))
    ids = anchors((identity for identity, _ in listed), "article")
    for place, ((identity, article), anchor) in enumerate(zip(listed[:limit], ids[:limit], strict=True)):
        # Of two articles with the same id the first has the records.
        yield cards.article(place, anchor, identity, article, numbers.pop(identity, []), copies[identity])


@dataclass(frozen=True, slots=True)
class _Cards:
    """Makes cards in one language; ``anchors`` are the ids of the run's records."""

    run: Run
    language: str
    codes: dict[str, str]
    anchors: Sequence[str]

    def article(self, place: int, anchor: str, identity: str, article: PageArticle | None, numbers: Sequence[int], copies: int) -> Shown:
        """One article with its records, given as their numbers."""
        records = {number: self.run.records[number] for number in numbers}
        page = whole_text(article.text) if article else quoted_text(list(records.values()))
        entities = article.entities if article else ()
        wrong = {number: misfits(record, page) for number, record in records.items()}
        spans = {number: indicator_spans(record, page, entities) for number, record in records.items() if not wrong[number]}
        uses = [use for number, found in spans.items() for use in _uses(number, records[number], page, found)]
        marks, overlaps = lay_marks(page.text, uses, entities)
        return Shown(
            number=place,
            anchor=anchor,
            title=(article.title if article else None) or identity,
            facts=self._facts(identity, article),
            whole=article is not None,
            notes=self._notes(article, copies, overlaps),
            segments=segments(page.text, marks),
            marks=marks,
            cards=tuple(self._card(n, page, marks, spans.get(n), wrong[n]) for n in numbers),
        )

    def _say(self, label: str, **values: object) -> str:
        return LABELS[self.language][label].format(**values)

    def _facts(self, identity: str, article: PageArticle | None) -> tuple[str, ...]:
        day = self._say("article.undated")
        if article and article.published:
            day = day_text(article.published, self.language)
            day += f" ({self._say('article.dated_by', words=article.published_from)})" if article.published_from else ""
        return tuple(fact for fact in (article.source if article else None, day, identity if article and article.title else None) if fact)

    def _notes(self, article: PageArticle | None, copies: int, overlaps: int) -> tuple[str, ...]:
        lost = article is None and self.run.articles is not None
        told = (
            self._say("article.lost", file=self.run.files.articles.name) if lost else "",
            self._say("article.twice", count=copies) if copies > 1 else "",
            self._say("article.overlap", count=overlaps) if overlaps else "",
        )
        return tuple(note for note in told if note)

    def _card(self, number: int, page: PageText, marks: Sequence[Mark], indicator: tuple[Span, ...] | None, wrong: Sequence[Misfit]) -> Card:
        record = self.run.records[number]
        home = page if indicator is not None else PageText(page.text, (), page.whole)  # a record that does not fit has no place
        return Card(
            number=number,
            anchor=self.anchors[number],
            name=record.organisation.name if record.organisation else None,
            kind=record.kind,
            confidence=percent_text(record.confidence),
            fields=tuple(self._fields(record, home, marks, indicator or ())),
            checks=tuple(CheckLine(c.outcome, self._rule(c.rule), *check_detail(c.detail, self.language)) for c in record.checks),
            problems=tuple(self._problem(misfit) for misfit in wrong),
        )

    def _rule(self, rule: str) -> str:
        return LABELS[self.language].get(f"rule.{rule}", rule)

    def _problem(self, misfit: Misfit) -> str:
        field = self._say(f"type.{misfit.type}") if misfit.type else self._say("card.sentence")
        found = self._say("card.nothing") if misfit.found is None else misfit.found
        return self._say("card.misfit", field=field, text=misfit.text, start=misfit.span.start, end=misfit.span.end, found=found)

    def _fields(self, record: AchievementRecord, page: PageText, marks: Sequence[Mark], indicator: tuple[Span, ...]) -> Iterator[Field]:
        """The card's rows: organisation, indicator, count, target, percentages, period."""
        rows = [self._field(record, place.type, Part(place.text, mark_at(page.locate(place.span), marks)), at) for at, place in _numbered(record)]
        parts = tuple(Part(span.of(page.text), mark_at(span, marks)) for span in indicator) or (Part(record.indicator),)
        label = self.codes.get(record.indicator_code, record.indicator_code)
        rows.append(Field(EntityType.INDICATOR, parts if record.indicator else (), label))
        order = [EntityType.ORGANISATION, EntityType.INDICATOR, EntityType.COUNT, EntityType.TARGET, EntityType.PERCENTAGE, EntityType.DATE]
        yield from sorted(rows, key=lambda row: order.index(row.type))

    def _field(self, record: AchievementRecord, kind: EntityType, part: Part, at: int) -> Field:
        """One row; ``at`` counts the record's percentages."""
        value, inherited = "", False
        remarks: tuple[str, ...] = ()
        if kind is EntityType.ORGANISATION and record.organisation:
            inherited = record.organisation.inherited
        elif kind is EntityType.DATE and record.period:
            value, inherited = self.period(record.period.period), record.period.inherited
        elif kind is EntityType.PERCENTAGE:
            percentage = record.percentages[at]
            value = self._say("unit.%", value=number_text(percentage.value, self.language))
            remarks = (self._say(f"percentage.{percentage.kind}"), *self._qualifier(percentage.qualifier))
        elif quantity := record.count if kind is EntityType.COUNT else record.target:
            value, remarks = self.quantity(quantity), self._qualifier(quantity.qualifier)
        score = record.field_confidence.get(_FIELD_SCORE[kind])
        same = value.replace(" ", "") == part.text.replace(" ", "")
        return Field(kind, (part,), "" if same else value, remarks, inherited, percent_text(score) if score is not None else "")

    def _qualifier(self, qualifier: str | None) -> tuple[str, ...]:
        return (self._say(f"qualifier.{qualifier}"),) if qualifier else ()

    def quantity(self, quantity: QuantityField) -> str:
        """``37.130.000.000 đồng``; a range as ``8.000–11.000``."""
        ends: list[Decimal] = [quantity.value, *([quantity.high] if quantity.high is not None else [])]
        value = "–".join(number_text(end, self.language) for end in ends)
        known = f"unit.{quantity.unit}" in LABELS[self.language]
        return self._say(f"unit.{quantity.unit}", value=value) if known else " ".join(filter(None, (value, quantity.unit)))

    def period(self, period: Period) -> str:
        """First and last day, or what is known of them."""
        first, last = (day_text(day, self.language) if day else "" for day in (period.first, period.last))
        if first and last:
            return first if first == last else f"{first} – {last}"
        if first:
            return self._say("period.from", day=first)
        return self._say("period.until", day=last) if last else self._say("period.unknown")


def _numbered(record: AchievementRecord) -> Iterator[tuple[int, Place]]:
    """Every placed field with its count among those of its type, from 0."""
    seen: Counter[EntityType] = Counter()
    for place in places(record):
        yield seen[place.type], place
        seen[place.type] += 1


def _uses(number: int, record: AchievementRecord, page: PageText, indicator: Iterable[Span]) -> Iterator[Use]:
    for place in places(record):
        if span := page.locate(place.span):
            yield Use(span, place.type, number)
    for span in indicator:
        yield Use(span, EntityType.INDICATOR, number)
