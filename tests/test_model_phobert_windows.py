"""PhoBERT's 256 subwords: texts of 255, 256, 257 and 600 subwords, on a tiny checkpoint of its architecture with its own vocabulary.

Nothing is beyond the positions, no word is lost or read twice, and what lies across the edge of a window is found whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import ARTICLES, tiny_phobert, write_phobert_vocabulary
from hypothesis import given, settings
from hypothesis import strategies as st

from model.calibrate import Calibration
from model.encode import Sentence, Window, WindowSizes, read_sentences, windows, windows_over
from model.label_schema import LabelSchema, schema_of
from model.labeller import Document, Labeller, document_windows
from model.labels import Labels, achievement_labels
from model.runtime import Extractor
from model.schema import Article, EntityType, Span
from model.subwords import PhobertSubwords
from model.text import words

pytestmark = pytest.mark.skipif(find_spec("underthesea") is None, reason="underthesea is not installed: pip install '.[phobert]'")
LENGTHS = (255, 256, 257, 600)
SIZES = WindowSizes(256, 48, 48)
CLAUSE = "Liên đoàn Lao động huyện kết nạp mới 391 đoàn viên , thành lập mới 12 công đoàn cơ sở , "


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("phobert")
    write_phobert_vocabulary(folder)
    return folder


@pytest.fixture(scope="module")
def subwords(folder: Path) -> PhobertSubwords:
    return PhobertSubwords(folder)


def sentence_of(length: int, subwords: PhobertSubwords) -> Article:
    """One sentence of just so many subwords, the two special ones counted: clauses, then single digits to fill it up."""
    text = ""
    while subword_count(text + CLAUSE, subwords) <= length:
        text += CLAUSE
    while subword_count(text, subwords) < length:
        text += "7 "
    assert subword_count(text, subwords) == length
    return Article(f"s{length}", text.rstrip())


def subword_count(text: str, subwords: PhobertSubwords) -> int:
    return 2 + sum(s.length for s in read_sentences(Article("a", text), subwords))


@pytest.mark.parametrize("length", LENGTHS)
def test_a_sentence_of_each_length_is_read_once_and_within_the_positions(length: int, subwords: PhobertSubwords) -> None:
    article = sentence_of(length, subwords)
    made = windows(article, 0, subwords, SIZES)
    assert len(made) == (1 if length <= 256 else 2 if length == 257 else 3)
    assert max(len(w.ids) for w in made) <= 256
    (sentence,) = read_sentences(article, subwords)
    targets = [w.words[at] for w in made for at in np.flatnonzero(w.target)]
    assert targets == list(sentence.words)
    known = dict(zip(sentence.words, sentence.pieces, strict=True))
    for window in made:
        ends = [*window.first[1:].tolist(), len(window.ids) - 1]
        pieces = [tuple(window.ids[a:b].tolist()) for a, b in zip(window.first.tolist(), ends, strict=True)]
        assert pieces == [known[word] for word in window.words]


@pytest.mark.parametrize("length", LENGTHS)
def test_several_sentences_of_each_length_together_are_read_once(length: int, subwords: PhobertSubwords) -> None:
    lines = sentence_of(length, subwords).text.split(" , ")
    article = Article("a", "\n".join(line.strip() for line in lines if line.strip()))
    made = windows(article, 0, subwords, SIZES)
    wanted = [word for s in read_sentences(article, subwords) if s.candidate for word in s.words]
    assert Counter(w.words[at] for w in made for at in np.flatnonzero(w.target)) == Counter(wanted)
    assert max(len(w.ids) for w in made) <= 256


def test_the_part_after_a_cut_begins_with_the_words_before_it(subwords: PhobertSubwords) -> None:
    made = windows(sentence_of(600, subwords), 0, subwords, SIZES)
    for before, after in pairwise(made):
        repeated = [word for word, target in zip(after.words, after.target, strict=True) if not target]
        assert repeated and list(before.words[-len(repeated) :]) == repeated
        assert 40 <= int(after.first[int(after.target.argmax())]) - 1 <= SIZES.context


pieces = st.lists(st.integers(1, 9), min_size=1, max_size=60)


@settings(deadline=None)
@given(lengths=st.lists(pieces, min_size=1, max_size=4), size=st.integers(4, 40), context=st.integers(0, 30), opening=st.integers(0, 30))
def test_cut_sentences_of_any_lengths_are_read_once(lengths: list[list[int]], size: int, context: int, opening: int) -> None:
    sentences, at = [], 0
    for index, row in enumerate(lengths):
        spans = tuple(Span(at + 2 * i, at + 2 * i + 1) for i in range(len(row)))
        sentences.append(Sentence(index, Span(at, spans[-1].end), spans, tuple((at + i,) * n for i, n in enumerate(row)), candidate=index % 2 == 0))
        at = spans[-1].end + 1
    made = windows_over(sentences, 0, Plain(), WindowSizes(size, opening, context))
    targets = [w.words[place] for w in made for place in np.flatnonzero(w.target)]
    assert targets == [word for s in sentences if s.candidate for word in s.words]
    assert all(len(w.ids) <= size for w in made)
    assert all(len(set(w.words)) == len(w.words) for w in made)


class Plain:
    """The special ids alone."""

    first, last, pad = 1, 2, 0


# A reader that knows the truth: what the windows let it see is what it finds.


class Oracle:
    """Tags each window by the true entities, as far as the window shows them; links every anchor to every ORGANISATION.

    Windows are known by their ids; of a truncated entity it sees what is there, as a network would.
    """

    def __init__(self, made: Sequence[Window], entities: Sequence[tuple[str, Span]], labels: Labels) -> None:
        self.known = {tuple(w.ids.tolist()): w for w in made}
        assert len(self.known) == len(made), "windows that look alike cannot be told apart"
        self.entities, self.labels = entities, labels

    def tag(self, ids: np.ndarray, mask: np.ndarray, first: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        logits = np.zeros((*first.shape, len(self.labels.tags)), dtype=np.float32)
        for row in range(len(ids)):
            window = self.known[tuple(ids[row, : int(mask[row].sum())].tolist())]
            tags = np.zeros(first.shape[1], dtype=np.int64)
            for name, span in self.entities:
                inside = [at for at, word in enumerate(window.words) if span.contains(word)]
                if inside:
                    tags[inside] = self.labels.begin(name) + 1
                    tags[inside[0]] -= 1
            logits[row, np.arange(first.shape[1]), tags] = 10.0
        return np.zeros((*first.shape, 4), dtype=np.float32), logits

    def link(self, states: np.ndarray, *arrays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        entities, pairs = len(arrays[0]), len(arrays[3])
        return np.full((entities, 4 + len(self.labels.codes)), 5.0, dtype=np.float32), np.full(pairs, 5.0, dtype=np.float32)

    def relate(self, states: np.ndarray, *arrays: np.ndarray) -> np.ndarray:
        return np.full((len(arrays[3]), 1), 5.0, dtype=np.float32)


def at_each_edge(made: Sequence[Window], before: int, after: int) -> list[Span]:
    """For each cut, a span from so many words before it to so many after it."""
    found = []
    for window in made[1:]:
        at = int(window.target.argmax())
        found.append(Span(window.words[at - before].start, window.words[at + after - 1].end))
    return found


@pytest.mark.parametrize("length", [257, 600])
@pytest.mark.parametrize(("before", "after"), [(1, 1), (1, 4), (6, 1), (8, 2)])
def test_an_organisation_across_an_edge_is_found_whole(length: int, before: int, after: int, subwords: PhobertSubwords) -> None:
    article = sentence_of(length, subwords)
    made = windows(article, 0, subwords, SIZES)
    after = min(after, *(int(w.target.sum()) for w in made[1:]))
    spans = at_each_edge(made, before, after)
    labels = achievement_labels(["other"])
    wanted = [Span(*_without_signs(span, article.text)) for span in spans]
    extractor = Extractor(Oracle(made, [(EntityType.INDICATOR, span) for span in wanted], labels), subwords, labels, SIZES, "oracle", Calibration())
    found = extractor.read([article])[0]
    assert [e.span for e in found.entities] == wanted and len(wanted) == len(made) - 1


def _without_signs(span: Span, text: str) -> tuple[int, int]:
    """Ends of entities are never commas (model/boundaries.py)."""
    surface = span.of(text)
    inner = surface.strip(" ,")
    start = span.start + surface.index(inner)
    return start, start + len(inner)


def test_an_anchor_across_an_edge_is_one_achievement_with_the_links_of_the_window_that_saw_it(subwords: PhobertSubwords) -> None:
    article = sentence_of(600, subwords)
    made = windows(article, 0, subwords, SIZES)
    labels = achievement_labels(["other"])
    anchors = [Span(*_without_signs(span, article.text)) for span in at_each_edge(made, 2, 2)]
    after = [Span(word.start, word.end) for w in made[1:] for word in [w.words[int(w.target.argmax()) + 5]]]
    entities = [*((EntityType.COUNT, span) for span in anchors), *((EntityType.INDICATOR, span) for span in after)]
    extractor = Extractor(Oracle(made, entities, labels), subwords, labels, SIZES, "oracle", Calibration())
    found = extractor.read([article])[0]
    places = [at for at, e in enumerate(found.entities) if e.type is EntityType.COUNT]
    assert [found.entities[at].span for at in places] == anchors
    assert [a.anchor for a in found.achievements] == places
    assert {(r.head, found.entities[r.tail].span) for r in found.relations} >= {(at, tail) for at, tail in zip(places, after, strict=True)}


@pytest.mark.parametrize("length", LENGTHS)
def test_labels_of_ones_own_across_an_edge_are_found_whole(length: int, subwords: PhobertSubwords) -> None:
    article = sentence_of(length, subwords)
    document = Document("a", article.text, (Span(0, len(article.text)),))
    made = document_windows(document, 0, subwords, SIZES)
    wanted = at_each_edge(made, 3, 1) or [made[0].words[2]]
    schema = LabelSchema("s", ("PLACE",))
    labeller = Labeller(Oracle(made, [("PLACE", span) for span in wanted], schema.labels), subwords, schema, SIZES, "oracle")
    (found,) = labeller.label([document])
    assert [e.span for e in found.entities] == wanted


def test_relations_from_and_to_an_entity_across_an_edge_are_kept(subwords: PhobertSubwords) -> None:
    article = sentence_of(257, subwords)
    document = Document("a", article.text, (Span(0, len(article.text)),))
    made = document_windows(document, 0, subwords, SIZES)
    (edge,) = at_each_edge(made, 3, 1)
    other = made[1].words[2]
    schema = schema_of({"entities": ["A", "B"], "relations": {"r": {"from": ["A"], "to": ["B"]}}}, "s")
    labeller = Labeller(Oracle(made, [("A", edge), ("B", other)], schema.labels), subwords, schema, SIZES, "oracle")
    (found,) = labeller.label([document])
    assert [(r.type, found.entities[r.head].span, found.entities[r.tail].span) for r in found.relations] == [("r", edge, other)]


def test_words_that_a_file_has_joined_stay_joined(subwords: PhobertSubwords) -> None:
    text = "Liên đoàn Lao động kết nạp 12 đoàn viên 19/3"
    tokens = tuple(Span(a, b) for a, b in [(0, 9), (10, 18), (19, 26), (27, 29), (30, 39), (40, 44)])
    document = Document("a", text, (Span(0, len(text)),), tokens=tokens, segmented=True)
    (window,) = document_windows(document, 0, subwords, SIZES)
    assert [w.of(text) for w in window.words] == ["Liên đoàn", "Lao động", "kết nạp", "12", "đoàn viên", "19", "/", "3"]
    assert words(text, Span(40, 44)) == window.words[5:]


# The whole way on the tiny checkpoint: a network with random weights has no position beyond its table.


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    torch = pytest.importorskip("torch", reason="needs torch: pip install '.[train]'")
    pytest.importorskip("transformers")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield tiny_phobert(tmp_path_factory.mktemp("network"))
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def exported(network: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder over the tiny checkpoint, untrained: its windows and graphs are what is looked at."""
    from annotations.store import indicator_codes
    from model.network import JointModel
    from training.encoders import load_encoder
    from training.export import export

    loaded = load_encoder(str(network))
    assert loaded.longest == 256
    labels = achievement_labels(indicator_codes())
    subwords = PhobertSubwords(network)
    made = windows(sentence_of(600, subwords), 0, subwords, SIZES)
    folder = tmp_path_factory.mktemp("exported") / "model"
    model = JointModel(loaded.module, loaded.hidden, labels)
    export(model, folder, name="tiny", labels=labels, sizes=SIZES, vocabulary=network, windows=made, padding=subwords.pad, training={}, quantise=False)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("length", LENGTHS)
def test_an_exported_model_reads_texts_of_each_length(exported: Path, length: int, subwords: PhobertSubwords) -> None:
    extractor = Extractor.load(exported, threads=1, min_confidence=0)
    article = sentence_of(length, subwords)
    (extraction,) = extractor.extract([article])
    assert all(e.span.of(article.text).strip() for e in extraction.found.entities)
    spans = [e.span for e in extraction.found.entities]
    assert all(not a.overlaps(b) for a, b in pairwise(spans))


@pytest.mark.slow
def test_one_subword_more_than_the_positions_is_refused_by_the_network(network: Path) -> None:
    """What the windows guard against: without them the reading fails."""
    import torch

    from training.encoders import load_encoder

    module = load_encoder(str(network)).module.eval()
    with torch.no_grad():
        module(input_ids=torch.full((1, 256), 5), attention_mask=torch.ones(1, 256, dtype=torch.long))
        with pytest.raises((IndexError, RuntimeError)):
            module(input_ids=torch.full((1, 257), 5), attention_mask=torch.ones(1, 257, dtype=torch.long))


@pytest.mark.slow
def test_own_labels_train_on_phobert_and_long_sentences_are_read(network: Path, tmp_path: Path) -> None:
    from training.config import read_config
    from training.tagging_run import train_labels

    schema = schema_of({"entities": ["NUM", "ORG"]}, "s")
    rows = []
    for number in range(60):
        sentence = [("Liên_đoàn", "B-ORG"), ("Lao_động", "I-ORG"), ("kết_nạp", "O"), (str(100 + number), "B-NUM"), ("đoàn_viên", "O"), (",", "O")]
        rows.append("\n".join(f"{w} {t}" for w, t in sentence * (40 if number == 0 else 1)))
    for split in ("train", "dev"):
        (tmp_path / f"{split}.conll").write_text("\n\n".join(rows), encoding="utf-8")
    values: dict[str, Any] = {"encoder": str(network), "epochs": 6, "learning_rate": 3e-3, "head_learning_rate": 5e-3, "dropout": 0.0, "precision": "fp32", "batch_size": 8}
    done = train_labels(read_config("phobert-labels", values), schema, [tmp_path], tmp_path / "model", "tiny", quiet=True)
    assert done is not None and done.dev["entity_f1"] > 0.8
    labeller = Labeller.load(tmp_path / "model", threads=1)
    assert labeller.sizes.window == 256
    from annotations.labelled import read_labelled

    long = read_labelled([tmp_path / "dev.conll"], schema).documents[0]
    made = document_windows(long, 0, labeller.subwords, labeller.sizes)
    assert len(made) > 1 and sum(int(w.target.sum()) for w in made) == len(long.tokens)
    (found,) = labeller.label([replace(long, entities=())])
    right = {e.span for e in found.entities} & {e.span for e in long.entities}
    assert len(right) > 0.8 * len(long.entities)


def test_the_corpus_of_the_tests_fits_the_vocabulary(subwords: PhobertSubwords) -> None:
    """The sentences above are made of words that the tiny vocabulary knows, so that lengths mean what they say."""
    assert ARTICLES and all(3 not in subwords.pieces(word.of(CLAUSE)) for word in words(CLAUSE, Span(0, len(CLAUSE))))
