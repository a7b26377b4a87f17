"""Every type that the packages share, and nothing else.

Offsets everywhere are code points into an article's text after Unicode NFC, half-open: ``text[start:end]``.
Values are :class:`~decimal.Decimal` until the moment they are written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum


class EntityType(StrEnum):
    """What a span of text is (annotation guide, section 2)."""

    ORGANISATION = "ORGANISATION"
    COUNT = "COUNT"
    TARGET = "TARGET"
    PERCENTAGE = "PERCENTAGE"
    DATE = "DATE"
    INDICATOR = "INDICATOR"


class RelationType(StrEnum):
    """What leads from an anchor to another span (annotation guide, section 3)."""

    ACHIEVED_BY = "achieved_by"
    MEASURES = "measures"
    AGAINST = "against"
    RATE = "rate"
    DURING = "during"


class Kind(StrEnum):
    """What an achievement states."""

    RESULT = "result"
    LEVEL = "level"
    PLAN = "plan"


class Qualifier(StrEnum):
    """How exactly the writer meant a number."""

    APPROXIMATELY = "approximately"
    NEARLY = "nearly"
    MORE_THAN = "more_than"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class PercentageKind(StrEnum):
    """What a percentage is a percentage of."""

    OF_TARGET = "of_target"
    OVER_TARGET = "over_target"
    SHARE = "share"
    GROWTH = "growth"
    OF_PREVIOUS = "of_previous"
    RATE = "rate"


class Outcome(StrEnum):
    """What a check on a record's figures found."""

    OK = "ok"
    ROUNDING = "rounding"
    CONFLICT = "conflict"


TAIL_TYPE: dict[RelationType, EntityType] = {
    RelationType.ACHIEVED_BY: EntityType.ORGANISATION,
    RelationType.MEASURES: EntityType.INDICATOR,
    RelationType.AGAINST: EntityType.TARGET,
    RelationType.RATE: EntityType.PERCENTAGE,
    RelationType.DURING: EntityType.DATE,
}
"""The entity type that each relation may point to."""

RELATION_TO: dict[EntityType, RelationType] = {tail: relation for relation, tail in TAIL_TYPE.items()}
"""The relation that leads from an anchor to each entity type."""

AT_MOST_ONE = frozenset({RelationType.ACHIEVED_BY, RelationType.AGAINST, RelationType.DURING})
"""Relations of which an anchor has one at most."""

ANCHOR_TYPES = (EntityType.COUNT, EntityType.TARGET, EntityType.PERCENTAGE)
"""Entity types that can anchor an achievement, first choice first."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range ``[start, end)`` of code points in an article's NFC text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, found [{self.start}, {self.end})")

    def overlaps(self, other: Span) -> bool:
        """True where the two share at least one code point."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """True where ``other`` lies inside this span, ends included."""
        return self.start <= other.start and other.end <= self.end

    def of(self, text: str) -> str:
        """The text that the span covers."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read: NFC text and what its source says of it.

    ``body`` are the parts of ``text`` that are the article's own (page furniture left out), in order.
    """

    id: str
    text: str
    title: str | None = None
    source: str | None = None
    published: date | None = None
    published_from: str | None = None
    body: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Entity:
    """A typed span. ``score`` is the model's probability, 1 for an annotation."""

    span: Span
    type: EntityType
    score: float = 1.0


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """A link between two entities, as positions in the entity tuple beside it. ``head`` is always an anchor."""

    type: RelationType
    head: int
    tail: int
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Achievement:
    """What is said of an anchor as a whole. ``anchor`` is a position in the entity tuple beside it."""

    anchor: int
    kind: Kind
    code: str = "other"
    kind_score: float = 1.0
    code_score: float = 1.0
    certain: bool = True
    duplicate_of: int | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day, both inclusive; either is None where it cannot be known."""

    first: date | None
    last: date | None


def written_names(note: str) -> tuple[str, ...]:
    """The right names that a person wrote down for a body, the fullest first.

    >>> written_names("các cấp công đoàn tỉnh Hà Nam | các cấp công đoàn")
    ('các cấp công đoàn tỉnh Hà Nam', 'các cấp công đoàn')
    """
    return tuple(name.strip() for name in note.split("|") if name.strip())


@dataclass(frozen=True, slots=True)
class AnnotatedArticle:
    """An article with what is marked in it, by a person or by the model.

    ``annotated`` are the parts where every entity is marked; outside them only quantities are complete
    and mentions of organisations may be unmarked. ``names`` and ``periods`` give, for an entity's position,
    the full name or the days that a person wrote down for it. A body that has several right names has them in one note,
    the fullest first, as ``written_names`` reads it.
    """

    article: Article
    entities: tuple[Entity, ...]
    relations: tuple[Relation, ...]
    achievements: tuple[Achievement, ...]
    annotated: tuple[Span, ...] = ()
    names: dict[int, str] = field(default_factory=dict)
    periods: dict[int, Period] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it was meant. ``high`` is the upper end of a range, ``unit`` ``VND``, ``%`` or None.

    ``flaws`` name what was irregular about the digits (``grouping``); the value is the digits as they stand.
    """

    value: Decimal
    high: Decimal | None = None
    unit: str | None = None
    flaws: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One arithmetic or plausibility check on a record."""

    rule: str
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationField:
    """Who achieved it. ``name`` is unabbreviated as far as the article gives it."""

    text: str
    span: Span
    name: str
    inherited: bool


@dataclass(frozen=True, slots=True)
class QuantityField:
    """A COUNT or TARGET with its value; ``value`` is None where the text could not be read as a number."""

    text: str
    span: Span
    value: Decimal
    unit: str | None = None
    qualifier: Qualifier | None = None
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PercentageField:
    """A PERCENTAGE: 130.3 for ``130,3%``; a fall is negative growth."""

    text: str
    span: Span
    value: Decimal
    kind: PercentageKind
    qualifier: Qualifier | None = None


@dataclass(frozen=True, slots=True)
class PeriodField:
    """When, as text and as days."""

    text: str
    span: Span
    period: Period
    inherited: bool


@dataclass(frozen=True, slots=True)
class AchievementRecord:
    """One line of what extraction writes (record.schema.json)."""

    id: str
    article_id: str
    kind: Kind
    organisation: OrganisationField | None
    indicator: str
    indicator_code: str
    count: QuantityField | None
    target: QuantityField | None
    percentages: tuple[PercentageField, ...]
    period: PeriodField | None
    sentence: Span
    sentence_text: str
    confidence: float
    field_confidence: dict[str, float]
    checks: tuple[Check, ...]
    model: str
