"""How right values are where the spans are right: gold spans and links go through the same code as the model's.

What a person wrote down beside the spans (names, days) is taken away first and compared with what the code makes of them.
A number has no note beside it: one that is written by the book (``1.710``, ``37,13 tỷ đồng``) is compared with its one reading,
worked out here without the grammars; any other is right where it is read at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from rich.table import Table

from evaluate.gold import GoldDocument, GoldRecord
from evaluate.scores import FIELDS, found_fields, gold_fields, match, normal_name
from model.abbreviations import expand
from model.assemble import assemble_all
from model.schema import Achievement, AchievementRecord, AnnotatedArticle, Article, Entity, EntityType, Kind, Period, Relation, RelationType, Span, written_names
from model.short_names import introduced
from model.spelling import Spelling
from model.text import sentences

_NUMBER_FIELDS = {EntityType.COUNT: "count", EntityType.TARGET: "target", EntityType.PERCENTAGE: "percentage"}
_MAGNITUDES = {"nghìn": 10**3, "ngàn": 10**3, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9, "": 1}
_BY_THE_BOOK = re.compile(r"([1-9]\d{0,2}(?:\.\d{3})*|[1-9]\d*|0(?=,))(?:,(\d+))? ?(nghìn|ngàn|triệu|tỷ|tỉ|)(?: ?(?:đồng|đ|%))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Misread:
    """One value that is not gold's. ``start`` is the code point where its words begin in the article's NFC text."""

    article: str
    field: str
    start: int
    surface: str
    gold: str
    found: str


@dataclass(frozen=True, slots=True)
class ValueReport:
    """Per field how many values are right, of how many; and the wrong ones in text order. Reports add."""

    counts: Mapping[str, tuple[int, int]]
    wrong: tuple[Misread, ...] = ()

    def __add__(self, other: ValueReport) -> ValueReport:
        pairs = {name: (self.counts[name], other.counts[name]) for name in FIELDS}
        return ValueReport({name: (a[0] + b[0], a[1] + b[1]) for name, (a, b) in pairs.items()}, self.wrong + other.wrong)

    def accuracy(self, name: str) -> float:
        """Share of a field's values that are right, from 0 to 1; 1 where there are none."""
        right, total = self.counts[name]
        return right / total if total else 1.0

    def table(self) -> Table:
        """Field, right, total, accuracy; for the terminal."""
        table = Table("value, its span given", "right", "total", "accuracy", box=None)
        for name in FIELDS:
            right, total = self.counts[name]
            table.add_row(name, str(right), str(total), f"{right / total:.4f}" if total else "-")
        return table

    def wrong_table(self, limit: int = 50) -> Table:
        """The wrong values, the first ``limit`` of them; for the terminal."""
        table = Table("article", "field", "at", "text", "gold", "found", box=None)
        for miss in self.wrong[:limit]:
            table.add_row(miss.article, miss.field, str(miss.start), miss.surface, miss.gold, miss.found)
        return table


@dataclass(frozen=True, slots=True)
class _Compared:
    """One value beside gold's, as words for the reader."""

    field: str
    span: Span
    right: bool
    gold: str
    found: str


def value_accuracy(articles: Iterable[AnnotatedArticle]) -> ValueReport:
    """Every linked value of annotated articles against what a person wrote down for it; links that are not there are no matter.

    >>> value_accuracy([]).accuracy("date")
    1.0
    """
    total = ValueReport(dict.fromkeys(FIELDS, (0, 0)))
    for annotated in articles:
        total = total + _report(annotated.article, _compare_all(annotated))
    return total


def gold_value_accuracy(documents: Iterable[GoldDocument], articles: Iterable[Article]) -> ValueReport:
    """The same for gold records that stand in a file (``evaluate.gold.read_gold``) with the articles' texts.

    Such gold places only the anchor. A target or percentage counts as given where a number of the anchor's sentence is it; an
    organisation, where one of its right names stands in the text. Where none does, and for every date, nothing is compared.
    """
    texts = {article.id: article for article in articles}
    total = ValueReport(dict.fromkeys(FIELDS, (0, 0)))
    for document in documents:
        if document.id in texts:
            total = total + _report(texts[document.id], _compare_gold(document, texts[document.id]))
    return total


def _report(article: Article, compared: Iterable[_Compared]) -> ValueReport:
    counts = dict.fromkeys(FIELDS, (0, 0))
    wrong = []
    for value in compared:
        right, total = counts[value.field]
        counts[value.field] = (right + value.right, total + 1)
        if not value.right:
            wrong.append(Misread(article.id, value.field, value.span.start, value.span.of(article.text), value.gold, value.found))
    return ValueReport(counts, tuple(wrong))


def _compare_all(annotated: AnnotatedArticle) -> Iterator[_Compared]:
    records = assemble_all(replace(annotated, names={}, periods={}))
    own = introduced(annotated.article.text)
    for achievement, record in zip(annotated.achievements, records, strict=True):
        places = [achievement.anchor, *(r.tail for r in annotated.relations if r.head == achievement.anchor and r.tail != achievement.anchor)]
        for place in sorted(places, key=lambda p: annotated.entities[p].span):
            entity = annotated.entities[place]
            if entity.type is EntityType.ORGANISATION and record.organisation:
                yield _name(annotated, place, record.organisation.name, own)
            elif entity.type is EntityType.DATE and place in annotated.periods:
                yield _days(entity, annotated.periods[place], record)
            elif entity.type in _NUMBER_FIELDS:
                yield _figure(annotated.article.text, entity, record)


def _name(annotated: AnnotatedArticle, place: int, found: str, own: dict[str, str]) -> _Compared:
    """A body without a note is named in full where it stands, but for abbreviations. One word alone (an acronym) that a note allows resolves nothing."""
    span = annotated.entities[place].span
    surface = span.of(annotated.article.text)
    names = {surface, expand(surface, own)}
    if place in annotated.names:
        fullest, *others = written_names(annotated.names[place])
        names = {fullest, Spelling(annotated.article.text).of(fullest), *(name for name in others if " " in name)}
    return _Compared("organisation", span, normal_name(found) in set(map(normal_name, names)), min(names, key=lambda name: (-len(name), name)), found)


def _days(entity: Entity, gold: Period, record: AchievementRecord) -> _Compared:
    """An end that gold leaves open may be filled; a time of which gold knows no day may have none."""
    found = record.period.period if record.period else Period(None, None)
    known = gold.first or gold.last
    pairs = ((gold.first, found.first), (gold.last, found.last))
    right = all(g is None or g == f for g, f in pairs) if known else not (found.first or found.last)
    return _Compared("date", entity.span, right, _written(gold.first, gold.last), _written(found.first, found.last))


def _written(first: date | None, last: date | None) -> str:
    return f"{first or ''}..{last or ''}"


def _figure(text: str, entity: Entity, record: AchievementRecord) -> _Compared:
    """A fall is negative only by the words around it, so a rate is compared without its sign."""
    values = {f.span: f.value for f in (record.count, record.target, *record.percentages) if f is not None}
    value, wanted = values.get(entity.span), by_the_book(entity.span.of(text))
    right = value is not None and (wanted is None or abs(value) == wanted)
    return _Compared(_field(entity, record), entity.span, right, "a number" if wanted is None else str(wanted), str(value))


def _field(entity: Entity, record: AchievementRecord) -> str:
    """What is planned and has nothing achieved beside it is a target, whatever the span was taken for."""
    planned = entity.type is EntityType.COUNT and record.target is not None and record.target.span == entity.span
    return "target" if planned else _NUMBER_FIELDS[entity.type]


def by_the_book(surface: str) -> Decimal | None:
    """The one reading of a number written as Vietnamese writes numbers: dots for thousands, one comma, one magnitude word.

    >>> by_the_book("37,13 tỷ đồng"), by_the_book("7.261.045351đ")
    (Decimal('37130000000.00'), None)
    """
    found = _BY_THE_BOOK.fullmatch(" ".join(surface.split()))
    if not found or (found[2] and len(found[2]) == 3 and not found[3] and not surface.rstrip().endswith("%")):
        return None
    whole, decimals, magnitude = found.groups()
    return Decimal(f"{whole.replace('.', '')}.{decimals or 0}") * _MAGNITUDES[magnitude.lower()]


_PERCENT_IN_TEXT = re.compile(r"[0-9][0-9.,]*(?: ?- ?[0-9][0-9.,]*)? ?(?:%|phần trăm)")
_NUMBER_IN_TEXT = re.compile(r"[0-9][0-9.,]*(?: (?:nghìn|ngàn|triệu|tỷ|tỉ))*(?: ?(?:đồng|đ)(?!\w))?")


def _compare_gold(document: GoldDocument, article: Article) -> Iterator[_Compared]:
    """Each record of a gold file, with as much of it marked as the file places."""
    spans = sentences(article.text, article.body)
    bodies = _bodies(document, article.text)
    for gold in document.records:
        around = next((s for s in spans if s.start <= gold.anchors[0].start < s.end), gold.anchors[0])
        annotated = _placed(gold, article, around, bodies)
        record = assemble_all(annotated)[0]
        right = match(GoldDocument(document.id, (gold,)), (record,))[0].right
        found = found_fields(record)
        for name, wanted in gold_fields(gold).items():
            if _is_placed(name, annotated) and wanted is not None:
                yield _Compared(name, gold.anchors[0], right.get(name, False), _shown(wanted), _shown(found[name]))


def _shown(value: object) -> str:
    return "; ".join(sorted(map(str, value))) if isinstance(value, frozenset) else str(value)


def _bodies(document: GoldDocument, text: str) -> list[Span]:
    """Where the text says any of the document's right names, longest first, none inside another."""
    names = sorted({name for record in document.records for name in record.names if name}, key=len, reverse=True)
    found = [Span(hit.start(), hit.end()) for hit in re.finditer("|".join(map(re.escape, names)), text)] if names else []
    return sorted(found)


def _placed(gold: GoldRecord, article: Article, around: Span, bodies: Sequence[Span]) -> AnnotatedArticle:
    """The article with this record's anchor and what else of it can be found marked."""
    kind = EntityType.COUNT if gold.count is not None else EntityType.TARGET if gold.target is not None else EntityType.PERCENTAGE
    anchor = Entity(gold.anchors[0], kind)
    entities = [anchor, *(Entity(span, EntityType.ORGANISATION) for span in bodies)]
    relations = []
    own = [i for i, e in enumerate(entities) if i and e.span.of(article.text) in gold.names]
    if own:
        nearest = min(own, key=lambda i: (entities[i].span.start > anchor.span.start, abs(entities[i].span.start - anchor.span.start)))
        relations.append(Relation(RelationType.ACHIEVED_BY, 0, nearest))
    for type_, relation, pattern, values in (
        (EntityType.TARGET, RelationType.AGAINST, _NUMBER_IN_TEXT, {gold.target} if kind is EntityType.COUNT and gold.target is not None else set()),
        (EntityType.PERCENTAGE, RelationType.RATE, _PERCENT_IN_TEXT, {abs(p) for p in gold.percentages}),
    ):
        for hit in pattern.finditer(article.text, around.start, around.end):
            span = Span(hit.start(), hit.end())
            if by_the_book(hit[0]) in values and not span.overlaps(anchor.span):
                entities.append(Entity(span, type_))
                relations.append(Relation(relation, 0, len(entities) - 1))
                values.discard(by_the_book(hit[0]))
    return AnnotatedArticle(article, tuple(entities), tuple(relations), (Achievement(0, Kind(gold.kind)),))


def _is_placed(name: str, annotated: AnnotatedArticle) -> bool:
    """A field is compared where its words are marked."""
    types = {"organisation": RelationType.ACHIEVED_BY, "target": RelationType.AGAINST, "percentage": RelationType.RATE}
    anchor = _NUMBER_FIELDS.get(annotated.entities[0].type)
    return anchor == name or any(r.type is types.get(name) for r in annotated.relations)
