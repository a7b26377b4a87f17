"""An annotated article back to the corpus's marked text (annotations/markup.py): the way home from other tools."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

from annotations.foreign import period_words
from annotations.markup import FURNITURE, LETTERS, parse
from model.errors import AnnotationError
from model.schema import AnnotatedArticle, Article, EntityType, Span

_LETTER_OF = {kind: letter for letter, kind in LETTERS.items()}


def mark(annotated: AnnotatedArticle, losses: Counter[str]) -> str:
    """The file's content. It was read again and gave the same annotation.

    Raises:
        AnnotationError: marked text cannot hold it (a brace in the text, a mark over a line break, an achievement without INDICATOR …).
    """
    given, whole = annotated, _without_empty_end(annotated)
    annotated = _without_loose(whole, losses)
    article = annotated.article
    source = "\n".join([*_header(annotated), "---", *_lines(annotated)]) + "\n"
    again = parse(source, article.id)
    if _comparable(again) != _comparable(annotated):
        raise AnnotationError(f"{article.id}: marked text cannot hold it: {_difference(again, annotated)}; keep it as standoff")
    losses["empty lines at the end of texts"] += given is not whole
    losses["documents that are annotated in parts; in marked text the whole is"] += sum(map(_length, given.annotated)) < len(again.article.text)
    return source


def _length(span: Span) -> int:
    return span.end - span.start


def _without_empty_end(annotated: AnnotatedArticle) -> AnnotatedArticle:
    """Most tools' texts end with a line break, marked text does not; no offset changes."""
    lines = annotated.article.text.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    text = "\n".join(lines)
    return annotated if text == annotated.article.text else replace(annotated, article=replace(annotated.article, text=text))


def _without_loose(annotated: AnnotatedArticle, losses: Counter[str]) -> AnnotatedArticle:
    """Marked text has no place for a span that belongs to no achievement, but for an ORGANISATION: such are left out, and counted."""
    used = {place for one in annotated.achievements for place in (one.anchor, one.duplicate_of)} | {place for link in annotated.relations for place in (link.head, link.tail)}
    kept = [place for place, entity in enumerate(annotated.entities) if place in used or entity.type is EntityType.ORGANISATION]
    if len(kept) == len(annotated.entities):
        return annotated
    losses["spans of no achievement, left out"] += len(annotated.entities) - len(kept)
    at = {place: number for number, place in enumerate(kept)}
    return replace(
        annotated,
        entities=tuple(annotated.entities[place] for place in kept),
        relations=tuple(replace(link, head=at[link.head], tail=at[link.tail]) for link in annotated.relations),
        achievements=tuple(replace(one, anchor=at[one.anchor], duplicate_of=None if one.duplicate_of is None else at[one.duplicate_of]) for one in annotated.achievements),
        names={at[place]: name for place, name in annotated.names.items() if place in at},
        periods={at[place]: period for place, period in annotated.periods.items() if place in at},
    )


def _header(annotated: AnnotatedArticle) -> list[str]:
    article = annotated.article
    lines = [f"published: {article.published.isoformat() if article.published else 'none'}"]
    if article.source:
        lines.append(f"source: {article.source}")
    dates = {annotated.entities[place].span.of(article.text): period_words(period) for place, period in sorted(annotated.periods.items())}
    return lines + [f"date: {words} = {days}" for words, days in dates.items()]


def _lines(annotated: AnnotatedArticle) -> list[str]:
    """The text's lines with marks, furniture with its sign before it."""
    text = annotated.article.text
    tags = _tags(annotated)
    pieces, at = [], 0
    for place, entity in enumerate(annotated.entities):
        pieces += [text[at : entity.span.start], "{", entity.span.of(text), "|", tags[place], "}"]
        at = entity.span.end
    marked = "".join([*pieces, text[at:]]).split("\n")
    return [(FURNITURE if outside else "") + line for outside, line in zip(_furniture(annotated.article), marked, strict=True)]


def _furniture(article: Article) -> list[bool]:
    """For each line whether it lies outside the body; empty lines never do."""
    outside, at = [], 0
    for line in article.text.split("\n"):
        inside = not article.body or not line or any(part.overlaps(Span(at, at + len(line))) for part in article.body)
        outside.append(not inside)
        at += len(line) + 1
    return outside


def _tags(annotated: AnnotatedArticle) -> list[str]:
    numbers = {achievement.anchor: number for number, achievement in enumerate(annotated.achievements, 1)}
    members: dict[int, set[int]] = defaultdict(set)
    for anchor, number in numbers.items():
        members[anchor].add(number)
    for relation in annotated.relations:
        if relation.head in numbers:
            members[relation.tail].add(numbers[relation.head])
    tags = [_LETTER_OF[entity.type] + ",".join(map(str, sorted(members[place]))) for place, entity in enumerate(annotated.entities)]
    for achievement in annotated.achievements:
        attributes = [achievement.kind, achievement.code] + ([] if achievement.certain else ["unsure"])
        attributes += [f"same{numbers[achievement.duplicate_of]}"] if achievement.duplicate_of in numbers else []
        tags[achievement.anchor] += "".join(f":{value}" for value in attributes)
    return [tag + (f"={annotated.names[place]}" if place in annotated.names else "") for place, tag in enumerate(tags)]


def _comparable(annotated: AnnotatedArticle) -> tuple[object, ...]:
    article = replace(annotated.article, title=None, published_from=None, body=(), source=annotated.article.source or None)
    return article, _furniture(annotated.article), annotated.entities, set(annotated.relations), annotated.achievements, annotated.names, annotated.periods


_PARTS = ("its text or header", "its page furniture", "its spans", "its relations", "its achievements", "its names", "its dates")


def _difference(again: AnnotatedArticle, annotated: AnnotatedArticle) -> str:
    return next(name for name, one, other in zip(_PARTS, _comparable(again), _comparable(annotated), strict=True) if one != other) + " would come back changed"
