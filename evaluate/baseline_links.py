"""Links by the nearest mention, as the annotation guide words them (section 4): what every baseline that finds spans links them by."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from model.schema import RELATION_TO, Achievement, AnnotatedArticle, Article, Entity, EntityType, Kind, Relation, Span
from model.text import sentences

Judge = Callable[[int], tuple[Kind, str]]
"""What is said of an anchor, by its place among the entities: kind and indicator code."""

_OF_A_COUNT = re.compile(
    r"(?:(?:và|tức|tương đương|tương ứng|hay|cũng|đã|ước|mới|đều|với|lần lượt|qua đó|thì|chỉ|bình quân|mức năm|trong khi|cả năm|nhiều|được"
    r"|yêu cầu|đối chiếu),? ?)*(?:đạt|bằng|vượt|tăng|giảm|hụt|hơn|hoàn thành|chiếm|(?:đạt )?(?:tỷ|tỉ) lệ|nghĩa là|là|trên|gấp|được|=|\+"
    r"|chỉ tiêu|kế hoạch|giao|so với|nghị quyết|dự toán|mục tiêu|thực hiện)",
    re.IGNORECASE,
)
_TARGET_CUE = re.compile(r"chỉ tiêu|kế hoạch|\bkh\b|giao|mục tiêu|đăng ký|dự toán|nghị quyết|đề ra|so với", re.IGNORECASE)
_DONE_CUE = re.compile(r"thực hiện|đạt|được|đã|làm|thu", re.IGNORECASE)
_RATE_REACH, _TARGET_REACH, _THING_REACH = 90, 70, 12
"""Code points between two linked mentions at most: a count and its percentage, a count and its target, a count and the thing after it."""
_RECEIVES = re.compile(r"(?:cho|tại|ở|với|cùng|đến|tới|về|của|thuộc|theo|từ) $", re.IGNORECASE)
_ONE_DAY = re.compile(r"^(?:\D*\d{1,2} ?[/.-] ?\d{1,2}(?: ?[/.-] ?\d{4})?\D*|.*(?:sáng|chiều|tối|hôm) .*)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Page:
    """An article's mentions, looked up once; ``sentence`` holds for each mention the number of its sentence."""

    text: str
    entities: tuple[Entity, ...]
    sentence: tuple[int, ...]

    def of(self, *types: EntityType) -> list[int]:
        """The places of the mentions of these types, in text order."""
        return [place for place, entity in enumerate(self.entities) if entity.type in types]

    def between(self, left: int, right: int) -> str:
        """The words between two mentions, given in text order."""
        return self.text[self.entities[left].span.end : self.entities[right].span.start]

    def clause(self, left: int, right: int) -> bool:
        """True where both stand in one sentence with no semicolon between them."""
        return self.sentence[left] == self.sentence[right] and ";" not in self.between(left, right)


def linked(article: Article, found: Sequence[Entity], judge: Callable[[tuple[Entity, ...]], Judge]) -> AnnotatedArticle:
    """The mentions with links and achievements. Every COUNT is one, and each TARGET and PERCENTAGE that belongs to none.

    Args:
        article: its text and body.
        found: mentions that do not overlap.
        judge: from the mentions in text order to what says kind and code of an anchor.
    """
    entities = tuple(sorted(found))
    page = _page(article, entities)
    targets = _targets(page)
    rates = _rates(page, targets)
    anchors = [place for place in page.of(EntityType.COUNT, EntityType.TARGET, EntityType.PERCENTAGE) if place not in targets and place not in rates]
    says = judge(entities)
    pairs = [*((head, tail) for tail, head in {**targets, **rates}.items() if head in anchors), *_things(page, anchors)]
    pairs += [(head, tail) for head in anchors for tail in (_body(page, head), _time(page, head)) if tail is not None]
    relations = tuple(Relation(RELATION_TO[entities[tail].type], head, tail) for head, tail in sorted(set(pairs)))
    return AnnotatedArticle(article, entities, relations, tuple(Achievement(place, *says(place)) for place in anchors))


def _page(article: Article, entities: tuple[Entity, ...]) -> _Page:
    """A mention outside every sentence stands in a sentence of its own."""
    found = sentences(article.text, article.body)
    numbers = [next((i for i, s in enumerate(found) if s.start <= e.span.start < s.end), -1 - place) for place, e in enumerate(entities)]
    return _Page(article.text, entities, tuple(numbers))


def _targets(page: _Page) -> dict[int, int]:
    """TARGET to the COUNT that it was planned for: the one before it, else the one after it."""
    counts = page.of(EntityType.COUNT)
    found: dict[int, int] = {}
    for target in page.of(EntityType.TARGET):
        free = [count for count in counts if count not in found.values() and (page.clause(count, target) if count < target else page.clause(target, count))]
        before = [count for count in free if count < target and _planned(page.between(count, target))]
        after = [count for count in free if count > target and len(words := page.between(target, count)) <= _TARGET_REACH and _DONE_CUE.search(words)]
        owner = before[-1] if before else next(iter(after), None)
        if owner is not None and not any(min(owner, target) < other < max(owner, target) for other in counts):
            found[target] = owner
    return found


def _planned(between: str) -> bool:
    return between.strip() == "/" or (len(between) <= _TARGET_REACH and bool(_TARGET_CUE.search(between) or re.search(r"/ ?$", between)))


def _rates(page: _Page, targets: dict[int, int]) -> dict[int, int]:
    """PERCENTAGE to the figure before it that it is said of."""
    found: dict[int, int] = {}
    for rate in page.of(EntityType.PERCENTAGE):
        owners = [place for place in page.of(EntityType.COUNT, EntityType.TARGET) if place < rate and place not in targets and page.clause(place, rate)]
        things = [place for place in page.of(EntityType.INDICATOR) if place < rate]
        owner = owners[-1] if owners else None
        apart = owner is not None and any(place > owner and "," in page.between(owner, place) for place in things)
        if owner is not None and not apart and said_of(page.between(owner, rate)):
            found[rate] = owner
    return found


def said_of(between: str) -> bool:
    """True where a percentage behind these words is of the figure before them: ``đoàn viên, đạt ``.

    >>> said_of(" đoàn viên, đạt "), said_of(" đoàn viên, thu kinh phí đạt ")
    (True, False)
    """
    if len(between) > _RATE_REACH or between.endswith(", "):
        return False
    clauses = [clause.strip() for clause in re.split(r",(?!\d)|[(;:–]| - ", between)]
    of_it = all(not clause or _OF_A_COUNT.match(clause) is not None for clause in clauses[1:])
    return of_it and (len(clauses) > 1 or bool(re.search(r"đạt|bằng|vượt|tăng|giảm|tức|=", between)))


def _things(page: _Page, anchors: Sequence[int]) -> list[tuple[int, int]]:
    """Anchor and INDICATOR: what stands right behind the figure, and the nearest before it that is not right behind another."""
    things = page.of(EntityType.INDICATOR)
    behind = {head: next((t for t in things if t > head and page.sentence[t] == page.sentence[head] and _close(page, head, t)), None) for head in anchors}
    pairs = [(head, tail) for head, tail in behind.items() if tail is not None]
    for head in anchors:
        before = [t for t in things if t < head and page.sentence[t] == page.sentence[head] and t not in behind.values()]
        if before:
            pairs.append((head, before[-1]))
    return pairs


def _close(page: _Page, head: int, tail: int) -> bool:
    """Right behind, a second figure as in ``391/300`` aside."""
    between = re.sub(r"^ ?/ ?[\d.]+", "", page.between(head, tail))
    return len(between) <= _THING_REACH and not re.search(r"[,;.]", between)


def _body(page: _Page, head: int) -> int | None:
    """The nearest body before the anchor in its sentence, one that only receives only where there is no other; else after it there, else before."""
    bodies = page.of(EntityType.ORGANISATION)
    here = [place for place in bodies if page.sentence[place] == page.sentence[head]]
    before = [place for place in here if place < head]
    doing = [place for place in before if not _RECEIVES.search(page.text[: page.entities[place].span.start][-6:])]
    after = [place for place in here if place > head]
    earlier = [place for place in bodies if place < head]
    return next((chosen[pick] for chosen, pick in ((doing, -1), (before, -1), (after, 0), (earlier, -1)) if chosen), None)


def _time(page: _Page, head: int) -> int | None:
    """The nearest time before the anchor in its sentence, else after it there, else the closest earlier one that is more than a day."""
    times = page.of(EntityType.DATE)
    here = [place for place in times if page.sentence[place] == page.sentence[head]]
    before = [place for place in here if place < head]
    if here:
        return before[-1] if before else here[0]
    earlier = [place for place in times if place < head and not _ONE_DAY.match(page.entities[place].span.of(page.text))]
    return earlier[-1] if earlier else None


def without_unlinked_times(found: AnnotatedArticle) -> AnnotatedArticle:
    """The article without the times and things that belong to no achievement: the guide marks none of them."""
    used = {place for relation in found.relations for place in (relation.head, relation.tail)} | {a.anchor for a in found.achievements}
    kept = [place for place, entity in enumerate(found.entities) if place in used or entity.type is EntityType.ORGANISATION]
    new = {place: number for number, place in enumerate(kept)}
    relations = tuple(Relation(r.type, new[r.head], new[r.tail]) for r in found.relations)
    achievements = tuple(Achievement(new[a.anchor], a.kind, a.code) for a in found.achievements)
    return AnnotatedArticle(found.article, tuple(found.entities[place] for place in kept), relations, achievements)


def outside(span: Span, others: Sequence[Span]) -> bool:
    """True where the span overlaps none of the others."""
    return not any(span.overlaps(other) for other in others)
