"""What is suggested for annotation: the unsure, the conflicting and the new before the sure, the sound and the known, and never twice."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from builders import ARTICLES, annotated_articles, write_corpus
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from annotations.likeness import NEAR, is_near, likeness, sketch, unlike, word_pairs
from annotations.store import read_corpus
from annotations.suggest import Known, Suggestions, Weights, known, suggest, uncertainty
from annotations.suggest_tables import COLUMNS, legend, notes, table
from model.articles import ArticleFailure
from model.errors import AnnotationError, ModelError
from model.schema import AchievementRecord, AnnotatedArticle, Article, Check, Entity, EntityType, Kind, Outcome, Span

SYLLABLES = "ba cầu đông giang hải kim lam mai ninh phú quang sơn tân vân xuân yên bình châu dương hà".split()


@dataclass(frozen=True, slots=True)
class Found:
    found: AnnotatedArticle
    records: tuple[AchievementRecord, ...]
    left_out: int = 0


@dataclass(slots=True)
class Stub:
    """One record with the confidence (and conflict) that stands for the article's id; 1.0 where none does."""

    confidences: dict[str, float] = field(default_factory=dict)
    conflicts: frozenset[str] = frozenset()
    asked: list[str] = field(default_factory=list)
    identity: str = "stub"

    def extract(self, articles: Iterable[Article]) -> Iterator[Found]:
        for article in articles:
            self.asked.append(article.id)
            if "RAISE" in article.text:
                raise ZeroDivisionError("planted")
            record = _record(article.id, self.confidences.get(article.id, 1.0), article.id in self.conflicts)
            yield Found(AnnotatedArticle(article, (), (), ()), (record,))


def _record(article: str, confidence: float, conflict: bool = False) -> AchievementRecord:
    checks = (Check("excess", Outcome.CONFLICT), Check("excess", Outcome.OK)) if conflict else (Check("excess", Outcome.OK),)
    return AchievementRecord(article, article, Kind.RESULT, None, "", "other", None, None, (), None, Span(0, 1), "", confidence, {}, checks, "stub")


def written(name: str, seed: int, words: int = 60) -> Article:
    """An article of one sentence with a figure, its words drawn at random: two seeds have little in common."""
    draw = random.Random(seed)
    return Article(name, " ".join(draw.choice(SYLLABLES) + draw.choice(SYLLABLES) for _ in range(words)) + f" {seed}")


def names(suggestions: Suggestions) -> list[str]:
    return [one.found.article.id for one in suggestions.chosen]


def test_the_unsure_come_before_the_sure_whichever_way_they_are_sure() -> None:
    stub = Stub({"sure": 0.99, "half": 0.5, "surely-not": 0.01})
    done = suggest([written(name, n) for n, name in enumerate(("sure", "surely-not", "half"))], stub, 3, Known(), weights=Weights(1, 0, 0))
    assert names(done)[0] == "half"
    assert done.chosen[0].uncertainty == pytest.approx(0.25)  # one record of doubt 1 is shared with one that is not there; no spans


def test_failed_checks_count() -> None:
    done = suggest([written("sound", 1), written("conflict", 2)], Stub(conflicts=frozenset({"conflict"})), 1, Known())
    assert names(done) == ["conflict"]
    assert (done.chosen[0].conflicts, done.chosen[0].records, done.chosen[0].checks) == (1, 1, 0.5)


def test_what_the_corpus_has_not_got_counts() -> None:
    old = written("old", 1)
    half_old = Article("half-old", old.text.rsplit(" ", 40)[0] + " " + written("", 7, 30).text)
    done = suggest([half_old, written("new", 2)], Stub(), 2, known([AnnotatedArticle(old, (), (), ())]))
    assert names(done) == ["new", "half-old"]
    assert done.chosen[0].novelty > 0.9 > 0.8 > done.chosen[1].novelty


def test_one_like_those_chosen_is_worth_less() -> None:
    first = written("first", 1)
    kin = Article("kin", first.text.rsplit(" ", 35)[0] + " " + written("", 9, 35).text)
    stub = Stub({"first": 0.5, "kin": 0.45, "other": 0.3})
    done = suggest([first, kin, written("other", 2)], stub, 3, Known())
    assert names(done) == ["first", "other", "kin"]
    assert done.chosen[0].likeness == 0
    assert done.chosen[2].likeness > 0.3
    assert done.chosen[2].total > done.chosen[1].total


def test_annotated_articles_and_near_duplicates_are_left_out_before_the_model_reads_them() -> None:
    old, elsewhere = written("old", 1), written("elsewhere", 2)
    retold = Article("retold", "Tin mới " + old.text.replace(" 1", " 44"))
    stub = Stub()
    held = known([AnnotatedArticle(old, (), (), ())])
    held.digests.update(known([AnnotatedArticle(elsewhere, (), (), ())]).digests)
    done = suggest([old, retold, elsewhere, written("new", 3)], stub, 5, held)
    assert (names(done), done.annotated, stub.asked) == (["new"], 3, ["new"])


def test_of_near_duplicates_the_worthier_stays_in_either_order() -> None:
    one = written("one", 1)
    two = Article("two", one.text + " thêm")
    for order in ([one, two], [two, one]):
        done = suggest(order, Stub({"one": 0.9, "two": 0.5}), 5, Known())
        assert (names(done), done.doubles) == (["two"], 1)


def test_other_figures_in_the_same_words_are_a_near_duplicate() -> None:
    one, other = Article("a", "Năm 2021 kết nạp 391 đoàn viên, đạt 130,3%."), Article("b", "Năm 2022 kết nạp 1.250 đoàn viên, đạt 98%.")
    assert likeness(sketch(one), sketch(other)) == 1


def test_what_cannot_be_read_costs_only_itself_and_is_said() -> None:
    failure = ArticleFailure("x", "x.txt", "decode", "x.txt: not UTF-8")
    bad = Article("bad", "RAISE " + written("bad", 5).text)
    done = suggest([failure, bad, written("good", 1), Article("silent", "Không có con số nào.")], Stub(), 3, Known())
    assert (names(done), done.read, done.failed, done.without_figures) == (["good"], 2, 2, 1)
    said = notes(done)
    assert said[0] == "1 of 2 articles suggested"
    assert "3 were wanted, but no more are left worth annotating" in said
    assert any("not UTF-8" in line for line in said)
    assert any("bad: ZeroDivisionError: planted" in line for line in said)


def test_a_damaged_model_ends_it() -> None:
    class Broken(Stub):
        def extract(self, articles: Iterable[Article]) -> Iterator[Found]:
            raise ModelError("no tagger.onnx")

    with pytest.raises(ModelError, match="no tagger"):
        suggest([written("a", 1)], Broken(), 1, Known())


def test_nothing_in_is_said_plainly() -> None:
    done = suggest([], Stub(), 5, Known())
    assert notes(done) == ["0 of 0 articles suggested", "no article was given: name a folder or a file that holds some"]
    with pytest.raises(AnnotationError, match="0 articles wanted; allowed is 1 or more"):
        suggest([], Stub(), 0, Known())
    with pytest.raises(AnnotationError, match="not all of them 0"):
        Weights(0, 0, 0)


def test_only_so_many_texts_are_held() -> None:
    def stream() -> Iterator[Article]:
        for n in range(300):
            yield written(f"a{n}", n, 12)

    advanced: list[None] = []
    stub = Stub({f"a{n}": 0.5 for n in (3, 299)})
    done = suggest(stream(), stub, 2, Known(), weights=Weights(1, 0, 0), advance=lambda: advanced.append(None))
    assert (sorted(names(done)), done.read, len(advanced)) == (["a299", "a3"], 300, 300)


def test_the_table_says_why_and_takes_words_as_they_are() -> None:
    article = Article("[bold]a[/]", written("", 1).text, title="[red]Tựa[/red] " + "dài " * 40)
    done = suggest([article], Stub({article.id: 0.5}, frozenset({article.id})), 1, Known())
    console = Console(width=200, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(table(done))
    said = console.export_text()
    assert "[bold]a[/]" in said and "[red]Tựa[/red]" in said and "1/1" in said
    assert len(legend()) == len(COLUMNS)


def test_the_least_certain_spans_count() -> None:
    article = written("a", 1)
    sure = AnnotatedArticle(article, (Entity(Span(0, 2), EntityType.COUNT, 1.0),), (), ())
    unsure = AnnotatedArticle(article, (Entity(Span(0, 2), EntityType.COUNT, 0.5),), (), ())
    assert uncertainty(sure, ()) == 0
    assert uncertainty(unsure, ()) == 0.5


shares = st.floats(0, 1)
articles = st.lists(st.tuples(st.integers(0, 12), st.integers(3, 40), shares, st.booleans()), max_size=25)


@settings(max_examples=40, deadline=None)
@given(drawn=articles, wanted=st.integers(1, 8), weights=st.builds(Weights, st.floats(0.1, 3), shares, shares))
def test_every_article_goes_somewhere_and_ranks_fall(drawn: list[tuple[int, int, float, bool]], wanted: int, weights: Weights) -> None:
    given_ = [written(str(n), seed, words) for n, (seed, words, _, _) in enumerate(drawn)]
    stub = Stub({str(n): c for n, (_, _, c, _) in enumerate(drawn)}, frozenset(str(n) for n, (_, _, _, bad) in enumerate(drawn) if bad))
    held = known([AnnotatedArticle(written("old", 0, 40), (), (), ())])
    done = suggest(given_, stub, wanted, held, weights=weights)
    left = done.read - done.annotated - done.doubles - done.without_figures
    assert len(done.chosen) == min(wanted, left)
    assert len(set(names(done))) == len(done.chosen)
    worths = [one.worth for one in done.chosen]
    assert worths == sorted(worths, reverse=True)
    for one in done.chosen:
        assert all(0 <= value <= 1 for value in (one.uncertainty, one.checks, one.novelty, one.total, one.likeness, one.worth))
    drawn_again = [sketch(one.found.article) for one in done.chosen]
    assert not any(is_near(other, drawn_again[:place]) for place, other in enumerate(drawn_again))


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=200), other=st.text(max_size=200))
def test_likeness_is_a_share_and_everything_is_like_itself(text: str, other: str) -> None:
    one, two = sketch(Article("a", text)), sketch(Article("b", other))
    assert 0 <= likeness(one, two) == likeness(two, one) <= 1
    assert not one or likeness(one, one) == 1
    pairs = word_pairs(Article("a", text))
    assert unlike(pairs, pairs) == 0
    assert unlike(pairs, set()) == (1 if pairs else 0)


def test_a_sketch_of_a_long_article_gives_the_likeness_of_the_whole() -> None:
    one = written("a", 1, 2000)
    half = Article("b", one.text[: len(one.text) // 2])
    assert likeness(sketch(one), sketch(half)) == pytest.approx(0.5, abs=0.12)
    assert NEAR == 0.5


def test_the_written_corpus_is_known(tmp_path: Path) -> None:
    write_corpus(tmp_path)
    read = [annotated for split in ARTICLES for annotated in read_corpus(split, tmp_path)[0]]
    held = known(read)
    assert read and len(held.sketches) == len(read) == len(list(annotated_articles()))
    assert all(held.holds(annotated.article, sketch(annotated.article)) for annotated in read)
