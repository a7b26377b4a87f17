"""Altered copies of annotated articles: other places, numbers, years, abbreviations, tone marks, slips of the pen. Spans stay exact.

Every alteration is a list of edits, each inside one entity or outside all; :func:`apply_edits` moves the spans with them.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from model.schema import AnnotatedArticle, Entity, EntityType, Span
from model.text import sentences

PLACES = tuple(
    "Ba Đình|Thạch Thất|Long Biên|Gia Lâm|Sóc Trăng|Cà Mau|Quảng Ngãi|Hưng Yên|Bắc Giang|Thái Nguyên|Điện Biên|Lâm Đồng|Đắk Lắk|Kon Tum|"
    "Tây Ninh|Long An|Bến Tre|Trà Vinh|An Giang|Hậu Giang|Bình Phước|Ninh Thuận|Phú Yên|Quảng Trị|Hà Tĩnh|Nam Định|Hòa Bình|Sơn La|Yên Bái|"
    "Móng Cái|Chí Linh|Từ Sơn|Phổ Yên|Nghi Sơn|Hương Thủy|Dĩ An|Thuận An|Bến Cát|Củ Chi|Hóc Môn|Nhơn Trạch|Trảng Bom|Đức Hòa|Cái Bè|Châu Thành|"
    "Krông Pắc|Ea H'leo|Mường La|Than Uyên|Văn Yên|Hạ Hòa|Kim Bảng|Ý Yên|Kiến Xương|Diễn Châu|Kỳ Anh|Lệ Thủy|Gio Linh|Hòa Vang|Núi Thành".split("|")
)
_PLACE = re.compile(r"\b(quận|huyện|tỉnh|thị xã|thành phố|TP\.?|TX\.?)\s((?:[A-ZĐÂĂÊÔƠƯÁÀẢÃẠÉÈÍÌÓÒÚÙÝ][\w']*)(?:\s[A-ZĐÂĂÊÔƠƯÁÀẢÃẠÉÈÍÌÓÒÚÙÝỨỦ][\w']*){0,2})")
_YEAR = re.compile(r"(?<![\d.,/])(20[01]\d|202\d)(?!\d|[.,]\d)")
_SHORT = (
    ("Liên đoàn Lao động", "LĐLĐ"),
    ("Công đoàn cơ sở", "CĐCS"),
    ("Liên đoàn Lao động", "Liên đoàn lao động"),
    ("thành phố", "TP"),
    ("Khu công nghiệp", "KCN"),
    ("Công đoàn", "CĐ"),
)
_TONES = (("oà", "òa"), ("oá", "óa"), ("oả", "ỏa"), ("oã", "õa"), ("oạ", "ọa"), ("oè", "òe"), ("oé", "óe"), ("uý", "úy"), ("uỷ", "ủy"), ("uỳ", "ùy"), ("uỹ", "ũy"), ("uỵ", "ụy"))


@dataclass(frozen=True, slots=True)
class Edit:
    """The code points of ``span`` become ``text``."""

    span: Span
    text: str


Alteration = Callable[[AnnotatedArticle, random.Random], list[Edit]]


def augmented(annotated: AnnotatedArticle, copies: int, seed: int) -> Iterator[AnnotatedArticle]:
    """Altered copies of one article, the same for the same seed; the article itself is not among them."""
    for number in range(copies):
        chance = random.Random(f"{seed}:{number}:{annotated.article.id}")
        copy = annotated
        for alter, share in ALTERATIONS:
            if chance.random() < share:
                copy = apply_edits(copy, alter(copy, chance))
        yield copy


def apply_edits(annotated: AnnotatedArticle, edits: Sequence[Edit]) -> AnnotatedArticle:
    """The article after the edits, its spans moved with them.

    Edits that reach over the end of an entity, overlap one another or leave an entity empty are not made.
    """
    kept = _harmless(annotated, edits)
    if not kept:
        return annotated
    text, shifts, last = [], [], 0
    for edit in kept:
        text += [annotated.article.text[last : edit.span.start], edit.text]
        last = edit.span.end
        shifts.append((edit, len(edit.text) - (edit.span.end - edit.span.start)))
    text.append(annotated.article.text[last:])

    def moved(span: Span) -> Span:
        before = sum(shift for edit, shift in shifts if edit.span.end <= span.start)
        within = sum(shift for edit, shift in shifts if span.start < edit.span.end <= span.end and edit.span.start >= span.start)
        return Span(span.start + before, span.end + before + within)

    return replace(
        annotated,
        article=replace(annotated.article, text="".join(text), body=tuple(map(moved, annotated.article.body))),
        entities=tuple(Entity(moved(e.span), e.type, e.score) for e in annotated.entities),
        annotated=tuple(map(moved, annotated.annotated)),
        names={},
        periods={},
    )


def _harmless(annotated: AnnotatedArticle, edits: Sequence[Edit]) -> list[Edit]:
    """In text order, none across the end of a span, none overlapping the one before."""
    spans = [e.span for e in annotated.entities] + list(annotated.article.body) + list(annotated.annotated)
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda e: e.span):
        clear = all(not edit.span.overlaps(s) or s.contains(edit.span) for s in spans)
        empties = not edit.text.strip() and any(s.contains(edit.span) for s in spans[: len(annotated.entities)])
        if clear and not empties and (not kept or kept[-1].span.end <= edit.span.start):
            kept.append(edit)
    return kept


def other_places(annotated: AnnotatedArticle, chance: random.Random) -> list[Edit]:
    """Every place after its level (`huyện Thạch Thất`) becomes another, the same one throughout."""
    text = annotated.article.text
    names: dict[str, str] = {}
    edits = []
    for found in _PLACE.finditer(text):
        name = found[2]
        names.setdefault(name, chance.choice(PLACES))
        edits.append(Edit(Span(found.start(2), found.end(2)), names[name]))
    return edits


def other_numbers(annotated: AnnotatedArticle, chance: random.Random) -> list[Edit]:
    """Other digits in counts, targets and percentages, written and grouped as before."""
    edits = []
    for entity in annotated.entities:
        surface = entity.span.of(annotated.article.text)
        if entity.type not in (EntityType.COUNT, EntityType.TARGET, EntityType.PERCENTAGE) or chance.random() < 0.3:
            continue
        digits = re.sub(r"\d", lambda d: d[0] if d[0] == "0" else str(chance.randint(1, 9)), surface)
        if digits != surface:
            edits.append(Edit(entity.span, digits))
    return edits


def other_years(annotated: AnnotatedArticle, chance: random.Random) -> list[Edit]:
    """All years moved by the same distance."""
    shift = chance.choice([-4, -3, -2, -1, 1, 2])
    return [Edit(Span(f.start(), f.end()), str(int(f[0]) + shift)) for f in _YEAR.finditer(annotated.article.text)]


def other_abbreviations(annotated: AnnotatedArticle, chance: random.Random) -> list[Edit]:
    """One kind of name written shorter or longer throughout, inside organisations."""
    long, short = chance.choice(_SHORT)
    old, new = (long, short) if chance.random() < 0.6 else (short, long)
    text = annotated.article.text
    bodies = [e.span for e in annotated.entities if e.type is EntityType.ORGANISATION]
    found = [Span(f.start(), f.end()) for f in re.finditer(rf"\b{re.escape(old)}\b", text)]
    return [Edit(span, new) for span in found if any(body.contains(span) for body in bodies)]


def other_tones(annotated: AnnotatedArticle, chance: random.Random) -> list[Edit]:
    """The other convention for tone marks (`hoà`, `hòa`) throughout, at the ends of syllables where both are written."""
    table = dict(_TONES if chance.random() < 0.5 else [(b, a) for a, b in _TONES])
    pattern = re.compile(r"(?<![qQ])(" + "|".join(table) + r")(?!\w)")
    return [Edit(Span(f.start(), f.end()), table[f[0]]) for f in pattern.finditer(annotated.article.text)]


def slips(annotated: AnnotatedArticle, chance: random.Random) -> list[Edit]:
    """A few lost spaces after commas, doubled spaces, and lost letters outside entities."""
    text = annotated.article.text
    edits = [Edit(Span(f.start(), f.end()), ",") for f in re.finditer(r", (?=\w)", text) if chance.random() < 0.03]
    edits += [Edit(Span(f.start(), f.end()), "  ") for f in re.finditer(r"(?<=\w) (?=\w)", text) if chance.random() < 0.003]
    inside = [e.span for e in annotated.entities]
    for found in re.finditer(r"[^\W\d_]{4,}", text):
        span = Span(found.start(), found.end())
        if chance.random() < 0.004 and not any(span.overlaps(other) for other in inside):
            drop = chance.randrange(1, len(found[0]))
            edits.append(Edit(span, found[0][:drop] + found[0][drop + 1 :]))
    return edits


def shouted_headline(annotated: AnnotatedArticle, chance: random.Random) -> list[Edit]:
    """The first line in capitals: letter for letter, so that no span changes its length."""
    line = annotated.article.text.split("\n", 1)[0]
    return [Edit(Span(i, i + 1), c.upper()) for i, c in enumerate(line) if c != c.upper() and len(c.upper()) == 1]


def fewer_sentences(annotated: AnnotatedArticle, chance: random.Random) -> list[Edit]:
    """Some sentences without any entity left out, never the headline: what a fact leads to stands nearer, or the same way off behind other words."""
    text = annotated.article.text
    needed = [e.span for e in annotated.entities]
    whole = {*annotated.article.body, *annotated.annotated}
    plain = [s for s in sentences(text, annotated.article.body)[1:] if s not in whole and not any(s.overlaps(n) for n in needed)]
    return [Edit(sentence, "") for sentence in plain if chance.random() < 0.3]


ALTERATIONS: tuple[tuple[Alteration, float], ...] = (
    (other_places, 0.8),
    (other_numbers, 0.8),
    (other_years, 0.5),
    (other_abbreviations, 0.6),
    (other_tones, 0.3),
    (slips, 0.4),
    (shouted_headline, 0.1),
    (fewer_sentences, 0.5),
)
"""What may be altered, in this order, and how often."""
