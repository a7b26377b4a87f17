"""The features baseline: a linear token classifier on hand-made features, as such taggers were built before pretrained encoders.

Every word gets BIO probabilities from its own shape and letters, its neighbours, and what word lists and expressions say of it;
the likeliest valid sequence is taken (model/decode.py). Links go to the nearest mention; two more linear classifiers say kind and code.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from annotations.store import indicator_codes
from evaluate.baseline_bodies import find_bodies
from evaluate.baseline_lexicon import folded, lexicon
from evaluate.baseline_links import Judge, linked, without_unlinked_times
from evaluate.baseline_mentions import find_times
from model.boundaries import settled
from model.decode import best_tags, tagged_spans
from model.errors import TrainingError
from model.labels import Labels, achievement_labels
from model.places import CITIES, PROVINCES
from model.plans import lies_ahead
from model.schema import ANCHOR_TYPES, AnnotatedArticle, Article, Entity, EntityType, Kind, Span
from model.text import sentences, words

SEED = 20211
BUCKETS = 2**18
"""Features are hashed into so many columns."""
_PASSES, _TAG_PENALTY, _ANCHOR_PENALTY = 8, 2e-6, 1e-5
"""Passes over the data, and the weight of the penalty of the tagger and of the other two; chosen on the corpus's dev split."""
_NEIGHBOURS = 2
_AROUND = 10
"""Words to each side of an anchor from which its kind and code are told."""
_MONEY = re.compile(r"đồng|đ$|usd|vnđ|euro|đô la", re.IGNORECASE)
_PLACE_WORDS = frozenset(word for name in PROVINCES | CITIES for word in name.split())
_DIGIT = re.compile(r"\d")
_LEAST = 1e-9
"""The least probability that a tag is given."""


@dataclass(frozen=True, slots=True)
class FeatureBaseline:
    """Three fitted classifiers; ``identity`` is the name with a digest of what was learned."""

    tagger: Any
    kinds: Any
    codes: Any
    labels: Labels
    identity: str

    def read(self, article: Article) -> AnnotatedArticle:
        """The article with everything that is found in it."""
        return without_unlinked_times(linked(article, self._tagged(article), lambda found: self._judge(article, found)))

    def _tagged(self, article: Article) -> list[Entity]:
        parts = [part for part in _parts(article) if part.words]
        if not parts:
            return []
        scores = self._scores([part.features(place) for part in parts for place in range(len(part.words))])
        found, at = [], 0
        for part in parts:
            tags = best_tags(scores[at : at + len(part.words)], self.labels)
            at += len(part.words)
            for name, first, end in tagged_spans(tags, self.labels):
                kind = EntityType(name)
                found.append(Entity(settled(Span(part.words[first].start, part.words[end - 1].end), kind, article.text), kind))
        return _apart(found)

    def _scores(self, rows: Sequence[Sequence[str]]) -> np.ndarray:
        """(W, T) log probabilities; tags that were never seen have next to none."""
        table = np.full((len(rows), len(self.labels.tags)), _LEAST)
        table[:, self.tagger.classes_] = np.clip(self.tagger.predict_proba(_hashed(rows)), _LEAST, 1)
        result: np.ndarray = np.log(table)
        return result

    def _judge(self, article: Article, entities: tuple[Entity, ...]) -> Judge:
        places = [place for place, entity in enumerate(entities) if entity.type in ANCHOR_TYPES]
        rows = _hashed([_anchor_features(article, entities, place) for place in places]) if places else None
        said = zip(self.kinds.predict(rows), self.codes.predict(rows), strict=True) if places else ()
        known = {place: (Kind(kind), str(code)) for place, (kind, code) in zip(places, said, strict=False)}
        return lambda place: (Kind.PLAN, known[place][1]) if entities[place].type is EntityType.TARGET else known[place]


def _apart(found: Sequence[Entity]) -> list[Entity]:
    """Without those that overlap one before them: settling their ends can take in a neighbour."""
    kept: list[Entity] = []
    for entity in sorted(found):
        if not kept or not entity.span.overlaps(kept[-1].span):
            kept.append(entity)
    return kept


@dataclass(frozen=True, slots=True)
class _Part:
    """A sentence and its words: what each is by itself, and what expressions and lexicon say of it; ``place`` is the sentence's place in the article."""

    span: Span
    words: tuple[Span, ...]
    own: list[list[str]]
    said: list[list[str]]
    place: int

    def features(self, word: int) -> list[str]:
        """The features of one of its words."""
        return [*_with_neighbours(self.own, self.said, word), f"sentence={min(self.place, 3)}", f"word={min(word, 4)}"]


def train_features(articles: Sequence[AnnotatedArticle], seed: int = SEED) -> FeatureBaseline:
    """Fit the baseline; the same articles and seed give the same classifiers.

    Raises:
        TrainingError: the articles hold no achievements of two kinds and codes to tell apart.
    """
    labels = achievement_labels(indicator_codes())
    judged = [(_anchor_features(a.article, a.entities, h.anchor), str(h.kind), h.code) for a in articles for h in a.achievements]
    if len({kind for _, kind, _ in judged}) < 2 or len({code for _, _, code in judged}) < 2:
        raise TrainingError(f"{len(articles)} articles with {len(judged)} achievements: needed are achievements of two kinds and two codes at least")
    examples = [example for annotated in articles for example in _examples(annotated, labels)]
    anchors = _hashed([features for features, _, _ in judged])
    tagger = _classifier(_TAG_PENALTY, seed).fit(_hashed([features for features, _ in examples]), [tag for _, tag in examples])
    kinds = _classifier(_ANCHOR_PENALTY, seed).fit(anchors, [kind for _, kind, _ in judged])
    codes = _classifier(_ANCHOR_PENALTY, seed).fit(anchors, [code for _, _, code in judged])
    learned = hashlib.sha256(b"".join(np.ascontiguousarray(each.coef_).tobytes() for each in (tagger, kinds, codes))).hexdigest()
    return FeatureBaseline(tagger, kinds, codes, labels, f"features@{learned[:12]}")


def _classifier(penalty: float, seed: int) -> Any:
    from sklearn.linear_model import SGDClassifier

    return SGDClassifier(loss="log_loss", alpha=penalty, max_iter=_PASSES, tol=None, random_state=seed, average=True)


def _hashed(rows: Sequence[Sequence[str]]) -> Any:
    """(N, BUCKETS) sparse."""
    from sklearn.feature_extraction import FeatureHasher

    return FeatureHasher(BUCKETS, input_type="string", alternate_sign=False).transform(rows)


def _examples(annotated: AnnotatedArticle, labels: Labels) -> Iterator[tuple[list[str], int]]:
    """Features and tag of every word; outside the annotated parts only of the numbers, as nothing else is complete there."""
    text = annotated.article.text
    for part in _parts(annotated.article, lambda sentence: _is_complete(annotated, sentence) or _DIGIT.search(sentence.of(text)) is not None):
        complete = _is_complete(annotated, part.span)
        for place, (word, tag) in enumerate(zip(part.words, _tags(annotated, part, labels), strict=True)):
            if complete or tag or text[word.start].isdigit():
                yield part.features(place), tag


def _is_complete(annotated: AnnotatedArticle, sentence: Span) -> bool:
    """True where every entity of the sentence is marked."""
    return not annotated.annotated or any(inside.contains(sentence) for inside in annotated.annotated)


def _tags(annotated: AnnotatedArticle, part: _Part, labels: Labels) -> list[int]:
    tags = [0] * len(part.words)
    for entity in annotated.entities:
        if part.span.overlaps(entity.span):
            inside = [place for place, word in enumerate(part.words) if entity.span.contains(word)]
            for place in inside:
                tags[place] = labels.begin(str(entity.type)) + (place != inside[0])
    return tags


def _parts(article: Article, wanted: Callable[[Span], bool] = lambda sentence: True) -> Iterator[_Part]:
    """Every wanted sentence with its words."""
    whole = sentences(article.text, article.body)
    bodies = find_bodies(article.text, whole)
    for number, sentence in enumerate(whole):
        if not wanted(sentence):
            continue
        inside = words(article.text, sentence)
        said = _memberships(article.text, sentence, inside, [body for body in bodies if sentence.contains(body)])
        yield _Part(sentence, inside, [_own_features(article.text, word) for word in inside], said, number)


def _own_features(text: str, word: Span) -> list[str]:
    """What a word is by itself: its letters with every digit as 0, shape, ends, whether it is a number, whether places are called so."""
    surface = word.of(text)
    lowered = re.sub(r"\d", "0", folded(surface))
    found = [f"w={lowered}", f"shape={_shape(surface)}"]
    if surface[0].isdigit():
        return [*found, "number", f"digits={len(surface)}", "decimal" if "," in surface else "whole"]
    return [*found, f"p2={lowered[:2]}", f"s2={lowered[-2:]}", f"s3={lowered[-3:]}", *(["place"] if surface in _PLACE_WORDS else [])]


def _shape(surface: str) -> str:
    """``Xx`` for a capitalised word, ``X`` for capitals, ``x``, ``0``, or the sign itself; longer runs are cut to two."""
    letters = "".join("0" if c.isdigit() else "X" if c.isupper() else "x" if c.isalpha() else c for c in surface)
    return re.sub(r"(.)\1+", r"\1\1", letters)[:6]


def _memberships(text: str, sentence: Span, inside: Sequence[Span], bodies: Sequence[Span]) -> list[list[str]]:
    """For each word what the expressions and the lexicon take it for: a body, a time, a thing counted, an act; and whether a plan is spoken of."""
    said: list[list[str]] = [[] for _ in inside]
    plain = folded(text[sentence.start : sentence.end])
    marks = [("body", span) for span in bodies] + [("time", span) for span in find_times(text, sentence)]
    for indicator in lexicon():
        for name, pattern in (("sure", indicator.sure), ("act", indicator.acts)):
            if pattern is not None:
                marks += [(name, Span(sentence.start + f.start(), sentence.start + f.end())) for f in pattern.finditer(plain)]
    for name, span in set(marks):
        for place, word in enumerate(inside):
            if span.contains(word):
                said[place].append(f"{'begins' if word.start == span.start else 'in'} {name}")
    for place, word in enumerate(inside):
        if text[word.start].isdigit() and lies_ahead(text[sentence.start : word.start]):
            said[place].append("ahead")
    return [sorted(set(each)) for each in said]


def _with_neighbours(own: Sequence[list[str]], said: Sequence[list[str]], place: int) -> list[str]:
    """A word's features, those of two words to each side, and the pairs with its direct neighbours."""
    found = ["bias", *own[place], *said[place]]
    for step in range(-_NEIGHBOURS, _NEIGHBOURS + 1):
        other = place + step
        if step and 0 <= other < len(own):
            found += [f"{step}:{feature}" for feature in (*own[other], *said[other])]
        elif step:
            found.append(f"{step}:edge")
    for step in (-1, 1):
        if 0 <= place + step < len(own):
            found.append(f"{step}&{own[place][0]}&{own[place + step][0]}")
    for step in (-3, 3, 4, 5):
        if 0 <= place + step < len(own):
            found.append(f"{'before' if step < 0 else 'after'}:{own[place + step][0]}")
    return found


def _anchor_features(article: Article, entities: Sequence[Entity], place: int) -> list[str]:
    """What kind and code of an anchor are told from: its type and unit, the words around it, the things near it."""
    anchor = entities[place]
    line = article.text.rfind("\n", 0, anchor.span.start) + 1
    end = article.text.find("\n", anchor.span.end)
    before = [folded(w.of(article.text)) for w in words(article.text, Span(line, anchor.span.start))][-_AROUND:] if anchor.span.start > line else []
    end = len(article.text) if end < 0 else end
    after = [folded(w.of(article.text)) for w in words(article.text, Span(anchor.span.end, end))][:_AROUND] if end > anchor.span.end else []
    found = ["bias", f"type={anchor.type}", "money" if _MONEY.search(anchor.span.of(article.text)) else "plain"]
    found += [f"b:{w}" for w in before] + [f"a:{w}" for w in after] + [f"b1:{w}" for w in before[-2:]] + [f"a1:{w}" for w in after[:2]]
    found += [f"b2:{x} {y}" for x, y in pairwise(before)] + [f"a2:{x} {y}" for x, y in pairwise(after)]
    things = [e for e in entities if e.type is EntityType.INDICATOR and line <= e.span.start < end]
    nearest = sorted(things, key=lambda e: min(abs(e.span.start - anchor.span.end), abs(anchor.span.start - e.span.end)))[:2]
    found += [f"thing:{w}" for e in nearest for w in folded(e.span.of(article.text)).split()]
    return [*found, *(["ahead"] if lies_ahead(article.text[line : anchor.span.start]) else [])]
