"""What a model can say: its tags, kinds and indicator codes, in the order of its outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from model.schema import EntityType, Kind

OUTSIDE = "O"
KINDS: tuple[Kind, ...] = tuple(Kind)


@dataclass(frozen=True, slots=True)
class Labels:
    """The label sets of one model. Tag 0 is ``O``, then ``B-`` and ``I-`` of each type in turn."""

    types: tuple[str, ...]
    codes: tuple[str, ...]

    @property
    def tags(self) -> tuple[str, ...]:
        """``O, B-ORGANISATION, I-ORGANISATION, …``"""
        return (OUTSIDE, *(f"{prefix}-{name}" for name in self.types for prefix in "BI"))

    def begin(self, name: str) -> int:
        """The number of the ``B-`` tag of a type; its ``I-`` tag is the next."""
        return 1 + 2 * self.types.index(name)

    def type_of(self, tag: int) -> str | None:
        """The type that a tag number belongs to; None for ``O``."""
        return self.types[(tag - 1) // 2] if tag else None

    def is_begin(self, tag: int) -> bool:
        """True for a ``B-`` tag."""
        return tag % 2 == 1


def achievement_labels(codes: Sequence[str]) -> Labels:
    """The labels of an achievement model with these indicator codes."""
    return Labels(tuple(EntityType), tuple(codes))
