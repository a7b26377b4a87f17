"""Annotated articles to labels: what is known is labelled, what the annotation leaves open is not, and what is lost is counted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from builders import annotated_articles, unigram_tokenizer

from annotations.markup import parse, parse_part
from annotations.store import indicator_codes
from model.encode import WindowSizes, windows
from model.labels import KINDS, Labels, achievement_labels
from model.pairs import TYPE_NUMBER, Mention
from model.schema import AnnotatedArticle, Entity, EntityType, Span
from model.subwords import FastSubwords
from training.features import EQUAL, IGNORE, Coverage, Example, balanced, examples, plain_numbers

LABELS: Labels = achievement_labels(indicator_codes())
WIDE = WindowSizes(250, 32, 32)
NARROW = WindowSizes(40, 8, 8)


@pytest.fixture(scope="module")
def subwords(tmp_path_factory: pytest.TempPathFactory) -> FastSubwords:
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    unigram_tokenizer().save(str(path))
    return FastSubwords(path)


def marked(text: str) -> AnnotatedArticle:
    return parse(f"published: 2021-12-20\n---\n{text}", "a")


def one(annotated: AnnotatedArticle, subwords: FastSubwords, coverage: Coverage | None = None) -> Example:
    """The single example of a short article."""
    made = list(examples([annotated], subwords, WIDE, LABELS, coverage))
    assert len(made) == 1
    return made[0]


def allowed_at(annotated: AnnotatedArticle, subwords: FastSubwords, word: str) -> set[str]:
    """The tags that the first word of this surface may have."""
    window = windows(annotated.article, 0, subwords, WIDE)[0]
    place = [w.of(annotated.article.text) for w in window.words].index(word)
    return {LABELS.tags[i] for i in np.flatnonzero(one(annotated, subwords).allowed[place])}


PLAIN = (
    "{Năm 2021|D1}, {Công đoàn huyện|O1} {kết nạp|I1} {391|C1:result:members_admitted}/{300|T1} {đoàn viên|I1}, đạt {130,3%|P1}; "
    "quà 25 suất của hội bạn."
)


def test_every_word_of_a_fully_annotated_article_has_one_tag(subwords: FastSubwords) -> None:
    annotated = marked(PLAIN)
    assert (one(annotated, subwords).allowed.sum(axis=1) == 1).all()
    assert allowed_at(annotated, subwords, "Công") == {"B-ORGANISATION"}
    assert allowed_at(annotated, subwords, "huyện") == {"I-ORGANISATION"}
    assert allowed_at(annotated, subwords, "391") == {"B-COUNT"}
    assert allowed_at(annotated, subwords, "bạn") == allowed_at(annotated, subwords, "25") == {"O"}


def test_anchors_kinds_and_codes(subwords: FastSubwords) -> None:
    made = one(marked(PLAIN), subwords)
    *entities, other = zip(made.types.tolist(), zip(made.anchor.tolist(), made.kind.tolist(), made.code.tolist(), strict=True), strict=True)
    by_type = dict(entities)
    assert by_type[TYPE_NUMBER[EntityType.COUNT]] == (1, [str(k) for k in KINDS].index("result"), LABELS.codes.index("members_admitted"))
    assert by_type[TYPE_NUMBER[EntityType.TARGET]] == by_type[TYPE_NUMBER[EntityType.PERCENTAGE]] == (0, IGNORE, IGNORE)
    assert by_type[TYPE_NUMBER[EntityType.ORGANISATION]] == (IGNORE, IGNORE, IGNORE)
    assert other == (TYPE_NUMBER[EntityType.COUNT], (0, IGNORE, IGNORE)), "the 25 gifts of a circle of friends anchor nothing"


def test_a_number_that_is_no_achievement_takes_its_magnitude_and_currency_along(subwords: FastSubwords) -> None:
    annotated = marked("{Công đoàn huyện|O1} {tặng|I1} {10|C1:result:gifts_given} {suất quà|I1}, mỗi suất 2,5 triệu đồng cho 8 hộ.")
    window = windows(annotated.article, 0, subwords, WIDE)[0]
    surfaces = [word.of(annotated.article.text) for word in window.words]
    place = surfaces.index("10")
    found = plain_numbers(annotated.article.text, window, [Mention(EntityType.COUNT, place, place + 1, 0, True)])
    assert [" ".join(surfaces[mention.first : mention.end]) for mention in found] == ["2,5 triệu đồng", "8"]


def test_links_of_an_anchor_are_known_and_those_of_other_numbers_are_not(subwords: FastSubwords) -> None:
    annotated = marked(PLAIN)
    made = one(annotated, subwords)
    true = {(r.head, r.tail) for r in annotated.relations}
    for head, tail, linked, group in zip(made.heads.tolist(), made.tails.tolist(), made.linked.tolist(), made.group.tolist(), strict=True):
        if annotated.entities[head].type is EntityType.COUNT:
            assert linked == int((head, tail) in true)
            single = annotated.entities[tail].type in (EntityType.ORGANISATION, EntityType.DATE, EntityType.TARGET)
            assert (group != IGNORE) == single
        else:
            assert (linked, group) == (IGNORE, IGNORE)
    assert sum(made.linked == 1) == len(true)


def test_two_bodies_compete_in_one_group(subwords: FastSubwords) -> None:
    made = one(marked("{Công đoàn tỉnh|O} và {Công đoàn huyện|O1} {trao|I1} {25|C1} {suất quà|I1}, {Công ty May|O} dự."), subwords)
    bodies = [i for i, tail in enumerate(made.tails.tolist()) if made.types[tail] == TYPE_NUMBER[EntityType.ORGANISATION]]
    assert len(bodies) == 3 and len({int(made.group[i]) for i in bodies}) == 1
    assert sorted(made.linked[bodies].tolist()) == [0, 0, 1]


def test_another_mention_of_the_same_body_or_days_is_as_good(subwords: FastSubwords) -> None:
    header = "name: LĐLĐ huyện = Liên đoàn Lao động huyện Sông Lam\nname: Liên đoàn = Liên đoàn Lao động huyện Sông Lam | Liên đoàn\n"
    dates = "date: Năm 2021 = 2021-01-01..2021-12-31\ndate: cả năm 2021 = 2021-01-01..2021-12-31\ndate: quý I = 2021-01-01..2021-03-31\n"
    body = "{Năm 2021|D2}, {LĐLĐ huyện|O2} {trao|I2} {7|C2} {nhà|I2}; {quý I|D3} {Công ty May|O3} {góp|I3} {8|C3} {nhà|I3}; "
    body += "{cả năm 2021|D1} {Liên đoàn|O1} {tặng|I1} {9|C1} {xe|I1}."
    made = one(parse(f"published: none\n{header}{dates}---\n{body}\n", "a"), subwords)
    last = max(made.heads.tolist())
    found = {made.types[tail]: [] for tail in made.tails.tolist()}
    for head, tail, linked in zip(made.heads.tolist(), made.tails.tolist(), made.linked.tolist(), strict=True):
        if head == last:
            found[made.types[tail]].append(linked)
    assert found[TYPE_NUMBER[EntityType.ORGANISATION]] == [EQUAL, 0, 1]
    assert found[TYPE_NUMBER[EntityType.DATE]] == [EQUAL, 0, 1]


def test_outside_the_annotated_lines_only_organisations_are_open(subwords: FastSubwords) -> None:
    text = "Công đoàn huyện họp 2 buổi.\nCông ty May trao 25 suất quà.\n"
    part = parse_part("doc: a\n---\nL2: {Công ty May|O1} {trao|I1} {25|C1} {suất quà|I1}.", text)
    assert allowed_at(part, subwords, "họp") == {"O", "B-ORGANISATION", "I-ORGANISATION"}
    assert allowed_at(part, subwords, "2") == {"O", "B-ORGANISATION", "I-ORGANISATION"}
    assert allowed_at(part, subwords, "May") == {"I-ORGANISATION"}
    assert allowed_at(part, subwords, "25") == {"B-COUNT"}
    assert allowed_at(part, subwords, ".") == {"O", "B-ORGANISATION", "I-ORGANISATION"}


def test_a_known_organisation_outside_the_annotated_lines_keeps_its_tag(subwords: FastSubwords) -> None:
    annotated = marked("{Công đoàn huyện|O} họp 2 buổi.\n{Công ty May|O1} {trao|I1} {25|C1} {suất quà|I1}.")
    part = replace(annotated, annotated=(Span(annotated.article.text.index("\n") + 1, len(annotated.article.text)),))
    assert allowed_at(part, subwords, "đoàn") == {"I-ORGANISATION"}
    assert allowed_at(part, subwords, "họp") == {"O", "B-ORGANISATION", "I-ORGANISATION"}


UNSURE = "{Công đoàn huyện|O1,2} {trao|I1} {25|C1:result:gifts_given} {suất quà|I1}, {giúp|I2} {14|C2:unsure} {lượt|I2} {tháng 6|D2}."


def test_what_only_an_unsure_achievement_has_may_be_marked_or_not(subwords: FastSubwords) -> None:
    annotated = marked(UNSURE)
    assert allowed_at(annotated, subwords, "14") == {"O", "B-COUNT"}
    assert allowed_at(annotated, subwords, "giúp") == {"O", "B-INDICATOR"}
    assert allowed_at(annotated, subwords, "6") == {"O", "I-DATE"}
    assert allowed_at(annotated, subwords, "25") == {"B-COUNT"}
    assert allowed_at(annotated, subwords, "Công") == {"B-ORGANISATION"}


def test_an_unsure_anchor_and_its_links_are_not_trained_on(subwords: FastSubwords) -> None:
    annotated = marked(UNSURE)
    made = one(annotated, subwords)
    unsure = [e.span.of(annotated.article.text) for e in annotated.entities].index("14")
    assert (made.anchor[unsure], made.kind[unsure], made.code[unsure]) == (IGNORE, IGNORE, IGNORE)
    assert (made.linked[made.heads == unsure] == IGNORE).all() and (made.heads == unsure).any()
    assert (made.linked[made.heads != unsure] != IGNORE).all()


def test_an_unsure_anchor_that_a_sure_achievement_needs_is_no_anchor_to_learn(subwords: FastSubwords) -> None:
    annotated = marked("{Công đoàn huyện|O1,2} {trao|I1} {25|C1:result:gifts_given} {suất quà|I1}, đạt {80%|P1,2:unsure} {kế hoạch|I2}.")
    made = one(annotated, subwords)
    percentage = made.types.tolist().index(TYPE_NUMBER[EntityType.PERCENTAGE])
    assert allowed_at(annotated, subwords, "80") == {"B-PERCENTAGE"}
    assert (made.anchor[percentage], made.kind[percentage]) == (IGNORE, IGNORE)


def test_coverage_counts_each_entity_and_link_once(subwords: FastSubwords) -> None:
    articles = annotated_articles("train")
    for sizes in (WIDE, NARROW):
        coverage = Coverage()
        list(examples(articles, subwords, sizes, LABELS, coverage))
        assert coverage.relations + coverage.out_of_reach == sum(len(a.relations) for a in articles)
        assert coverage.entities <= sum(len(a.entities) for a in articles)
        assert coverage.misaligned == 0
    assert coverage.out_of_reach > 0, "narrow windows lose links, and say so"


def test_coverage_counts_spans_that_no_word_border_meets(subwords: FastSubwords) -> None:
    annotated = marked("{Công đoàn huyện|O1} {trao|I1} {25|C1} {suất quà|I1}.")
    cut = replace(annotated, entities=tuple(Entity(Span(e.span.start, e.span.end - 1), e.type) for e in annotated.entities))
    coverage = Coverage()
    one(cut, subwords, coverage)
    assert (coverage.entities, coverage.misaligned) == (4, 4)


def test_far_links_are_out_of_reach(subwords: FastSubwords) -> None:
    annotated = marked("Có {25|C1} món.\nMột.\nHai ba.\nBa.\n{Suất quà|I1} ấy đẹp.")
    coverage = Coverage()
    one(annotated, subwords, coverage)
    assert (coverage.relations, coverage.out_of_reach) == (0, 1)


def test_a_percentage_that_is_its_own_rate_is_not_lost(subwords: FastSubwords) -> None:
    coverage = Coverage()
    one(marked("{Tỷ lệ phát triển|I1} đạt {80%|P1}."), subwords, coverage)
    assert coverage.out_of_reach == 0


def test_balanced_keeps_all_with_achievements_and_a_share_of_the_others(subwords: FastSubwords) -> None:
    holding = [one(marked(PLAIN), subwords)] * 4
    empty = [one(marked(f"Chị Hạt {number} tuổi."), subwords) for number in range(30, 40)]
    kept = balanced([*empty[:5], *holding, *empty[5:]], 0.5, seed=1)
    assert [id(e) for e in kept[:4]] == [id(e) for e in holding] and len(kept) == 6
    assert [id(e) for e in kept] == [id(e) for e in balanced([*empty[:5], *holding, *empty[5:]], 0.5, seed=1)]
    assert len(balanced(empty, 0.5, seed=1)) == 0 and len(balanced([*holding, *empty], 100, seed=1)) == 14
    assert len(balanced([*holding, *empty], 0, seed=1)) == 4
