"""Entities and links of one article to achievement records: fields with values, the organisation's full name, checks, one record a fact."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from model.checks import check_record
from model.dated import read_date
from model.organisations import resolve
from model.percentages import growth_sign, over_or_of_target, percentage_kind
from model.quantities import read_percentage, read_qualifier, read_quantity
from model.repeats import merge_repeats
from model.schema import (
    Achievement,
    AchievementRecord,
    AnnotatedArticle,
    Check,
    Entity,
    EntityType,
    Kind,
    OrganisationField,
    Outcome,
    PercentageField,
    PercentageKind,
    PeriodField,
    QuantityField,
    RelationType,
    Span,
    written_names,
)
from model.text import body_only, sentences


@dataclass(frozen=True)
class _Document:
    """One article's parts, looked up once."""

    annotated: AnnotatedArticle
    sentences: tuple[Span, ...]
    names: dict[int, str]
    links: dict[int, dict[RelationType, list[tuple[int, float]]]]
    model: str

    @property
    def text(self) -> str:
        return self.annotated.article.text

    @cached_property
    def story(self) -> str:
        """The text of the body alone, offsets kept: the years of other stories on a page are not this one's."""
        return body_only(self.text, self.annotated.article.body)

    def entity(self, place: int) -> Entity:
        return self.annotated.entities[place]

    def sentence(self, span: Span) -> Span:
        """The sentence that the span starts in; the span itself outside every sentence."""
        return next((s for s in self.sentences if s.start <= span.start < s.end), span)

    def around(self, span: Span) -> tuple[str, str]:
        """The sentence's text before and after the span."""
        sentence = self.sentence(span)
        return self.text[sentence.start : span.start], self.text[span.end : max(sentence.end, span.end)]


def assemble(annotated: AnnotatedArticle, model: str = "") -> tuple[AchievementRecord, ...]:
    """The article's records in text order, one for each fact.

    Args:
        annotated: entities and relations, by a person or by the model.
        model: name and content hash, as every record carries it.
    """
    return tuple(merge_repeats([_record(document, achievement) for document in [_document(annotated, model)] for achievement in annotated.achievements]))


def assemble_all(annotated: AnnotatedArticle, model: str = "") -> tuple[AchievementRecord, ...]:
    """One record for every anchor, in the order of ``annotated.achievements``; repeated facts are kept."""
    document = _document(annotated, model)
    return tuple(_record(document, achievement) for achievement in annotated.achievements)


def _document(annotated: AnnotatedArticle, model: str) -> _Document:
    text = annotated.article.text
    bodies = [i for i, entity in enumerate(annotated.entities) if entity.type is EntityType.ORGANISATION]
    spans = [annotated.entities[i].span for i in bodies]
    resolved = resolve([span.of(text) for span in spans], text, [span.start for span in spans])
    links: dict[int, dict[RelationType, list[tuple[int, float]]]] = defaultdict(lambda: defaultdict(list))
    for relation in annotated.relations:
        links[relation.head][relation.type].append((relation.tail, relation.score))
    names = dict(zip(bodies, resolved, strict=True)) | {place: written_names(note)[0] for place, note in annotated.names.items()}
    return _Document(annotated, sentences(text, annotated.article.body), names, links, model)


def _record(document: _Document, achievement: Achievement) -> AchievementRecord:
    anchor = document.entity(achievement.anchor)
    links = document.links[achievement.anchor]
    flaws: list[Check] = []
    planned = _states_plan(anchor, achievement, links)
    count = _quantity(document, anchor, flaws) if anchor.type is EntityType.COUNT and not planned else None
    target = _quantity(document, anchor, flaws) if planned else _against(document, links, flaws)
    percentages = _percentages(document, achievement, links, count, target, flaws)
    organisation, organisation_score = _organisation(document, achievement, anchor)
    period, period_score = _period(document, anchor, achievement.kind, links, flaws)
    indicators = sorted(tail for tail, _ in links[RelationType.MEASURES])
    sentence = document.sentence(anchor.span)
    record = AchievementRecord(
        id=_identity(document, anchor.span),
        article_id=document.annotated.article.id,
        kind=achievement.kind,
        organisation=organisation,
        indicator=" ".join(document.entity(place).span.of(document.text) for place in indicators),
        indicator_code=achievement.code,
        count=count,
        target=target,
        percentages=percentages,
        period=period,
        sentence=sentence,
        sentence_text=sentence.of(document.text),
        confidence=0.0,
        field_confidence={
            "anchor": anchor.score,
            "organisation": organisation_score,
            "count": anchor.score if count else 1.0,
            "target": _weakest(document, links[RelationType.AGAINST]),
            "percentages": _weakest(document, links[RelationType.RATE]),
            "period": period_score,
        },
        checks=tuple(flaws),
        model=document.model,
    )
    return replace(record, checks=(*record.checks, *check_record(record, document.annotated.article.published)))


def _identity(document: _Document, anchor: Span) -> str:
    """Stable: the same article, anchor and model give the same id."""
    parts = (document.annotated.article.id, str(anchor.start), anchor.of(document.text), document.model)
    return hashlib.sha256("\x1f".join(parts).encode("utf-8")).hexdigest()[:16]


def _weakest(document: _Document, links: Sequence[tuple[int, float]]) -> float:
    return min((score * document.entity(place).score for place, score in links), default=1.0)


def _quantity(document: _Document, entity: Entity, flaws: list[Check]) -> QuantityField | None:
    surface = entity.span.of(document.text)
    quantity = read_quantity(surface)
    if quantity is None:
        flaws.append(Check("readable", Outcome.CONFLICT, f"{surface!r} cannot be read as a number, so the field is left out"))
        return None
    if "grouping" in quantity.flaws:
        flaws.append(Check("grouping", Outcome.CONFLICT, f"the digits of {surface!r} are grouped irregularly; read as they stand"))
    if "ambiguous" in quantity.flaws:
        flaws.append(Check("grouping", Outcome.ROUNDING, f"the digits of {surface!r} can be read in two ways; read as {quantity.value}"))
    before, after = document.around(entity.span)
    return QuantityField(surface, entity.span, quantity.value, quantity.unit, read_qualifier(before, surface, after), quantity.high)


def _states_plan(anchor: Entity, achievement: Achievement, links: dict[RelationType, list[tuple[int, float]]]) -> bool:
    """True where the anchor is what is planned. With nothing achieved beside it, the kind decides, whatever the span was taken for."""
    return anchor.type is EntityType.TARGET or (anchor.type is EntityType.COUNT and achievement.kind is Kind.PLAN and not links[RelationType.AGAINST])


def _against(document: _Document, links: dict[RelationType, list[tuple[int, float]]], flaws: list[Check]) -> QuantityField | None:
    tails = links[RelationType.AGAINST]
    return _quantity(document, document.entity(tails[0][0]), flaws) if tails else None


def _percentages(
    document: _Document,
    achievement: Achievement,
    links: dict[RelationType, list[tuple[int, float]]],
    count: QuantityField | None,
    target: QuantityField | None,
    flaws: list[Check],
) -> tuple[PercentageField, ...]:
    places = {tail for tail, _ in links[RelationType.RATE]}
    if document.entity(achievement.anchor).type is EntityType.PERCENTAGE:
        places.add(achievement.anchor)
    fields = [_percentage(document, document.entity(place), count, target, flaws) for place in sorted(places, key=lambda p: document.entity(p).span)]
    return tuple(field for field in fields if field is not None)


def _percentage(document: _Document, entity: Entity, count: QuantityField | None, target: QuantityField | None, flaws: list[Check]) -> PercentageField | None:
    surface = entity.span.of(document.text)
    quantity = read_percentage(surface)
    if quantity is None:
        flaws.append(Check("readable", Outcome.CONFLICT, f"{surface!r} cannot be read as a percentage, so it is left out"))
        return None
    before, after = document.around(entity.span)
    kind = percentage_kind(before, after, has_target=target is not None)
    if count and target and target.value and kind in (PercentageKind.OF_TARGET, PercentageKind.OVER_TARGET, PercentageKind.RATE):
        # The figures decide between "of" and "over" the target, not the verb.
        decided = over_or_of_target(count.value, target.value, quantity.value)
        kind = decided[0] if len(decided) == 1 else kind
    value = _signed(quantity.value, before, after) if kind is PercentageKind.GROWTH else quantity.value
    return PercentageField(surface, entity.span, value, kind, read_qualifier(before, surface, after))


def _signed(value: Decimal, before: str, after: str) -> Decimal:
    """A fall is negative, whether a word (`giảm 26%`) or a sign (`-26%`) says it."""
    return -abs(value) if value < 0 or growth_sign(before, after) < 0 else value


def _organisation(document: _Document, achievement: Achievement, anchor: Entity) -> tuple[OrganisationField | None, float]:
    tails = document.links[achievement.anchor][RelationType.ACHIEVED_BY]
    place, score = tails[0] if tails else (_main_body(document, anchor), _INHERITED_SCORE)
    if place is None:
        return None, 1.0
    entity = document.entity(place)
    inherited = not document.sentence(anchor.span).contains(entity.span)
    name = document.names[place]
    return OrganisationField(entity.span.of(document.text), entity.span, name, inherited), score * entity.score


_INHERITED_SCORE = 0.5
"""What an organisation is worth that no window reached: about how often the article's main body is right (measured on dev)."""


def _main_body(document: _Document, anchor: Entity) -> int | None:
    """For an anchor without a link: the body that the article's other anchors name most, else the closest earlier mention."""
    named = [tails[0][0] for links in document.links.values() if (tails := links.get(RelationType.ACHIEVED_BY))]
    if named:
        common = Counter(document.names[place] for place in named).most_common(1)[0][0]
        return min((p for p in named if document.names[p] == common), key=lambda p: abs(document.entity(p).span.start - anchor.span.start))
    bodies = [p for p in document.names if document.entity(p).span.start < anchor.span.start]
    return max(bodies, key=lambda p: document.entity(p).span, default=None)


_NOW = re.compile(r"\b(?:hiện|hiện nay|hiện tại|(?:đến|tới) nay|thời điểm này|lúc này)\b", re.IGNORECASE)


def _period(
    document: _Document, anchor: Entity, kind: Kind, links: dict[RelationType, list[tuple[int, float]]], flaws: list[Check]
) -> tuple[PeriodField | None, float]:
    tails = links[RelationType.DURING]
    if not tails:
        return None, 1.0
    place, score = tails[0]
    entity = document.entity(place)
    inherited = not document.sentence(anchor.span).contains(entity.span)
    if inherited and kind is Kind.LEVEL and _NOW.search(document.around(anchor.span)[0]):
        # What a body has now is not what it did in the year that the report is about.
        return None, 1.0
    surface = entity.span.of(document.text)
    published = document.annotated.article.published
    period = document.annotated.periods.get(place) or read_date(document.story, entity.span, published)
    if period is None:
        flaws.append(Check("readable", Outcome.CONFLICT, f"{surface!r} cannot be read as a time, so the field is left out"))
        return None, 1.0
    return PeriodField(surface, entity.span, period, inherited), score * entity.score
