"""Labels of a person's own: schema, files, training on a tiny encoder, export, evaluation, the command; mistakes are told."""

from __future__ import annotations

import io
import json
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builders import tiny_bert
from hypothesis import given, settings
from hypothesis import strategies as st

import thanhtich
from annotations.labelled import read_labelled, read_splits, split_files, token_spans
from evaluate.compare import read_run
from evaluate.labelled import label_counts, label_f1
from evaluate.spread import spread
from model.errors import AnnotationError, ModelError, ThanhtichError, TrainingError
from model.label_pairs import LabelMention, choose_relations, label_pairs
from model.label_schema import LabelSchema, RelationRule, read_schema, schema_of
from model.labeller import Document, LabelSpan, plain_document
from model.schema import Span

SCHEMA = """
name = "thu"
entities = ["PERSON", "PLACE"]
ignore = ["JOB"]

[relations.lives_in]
from = ["PERSON"]
to = ["PLACE"]
at_most_one = true
"""
NAMES = ["Lan", "Hạnh", "Tú", "Bình", "Mai"]
PLACES = [("Sông", "Lam"), ("Đồng", "Xanh"), ("Bến", "Gió"), ("Núi", "Dài")]
PLAIN = LabelSchema("thu", ("PERSON", "PLACE"), ignore=("JOB",))


def conll(sentences: int, seed: int, joined: bool = False) -> str:
    """Sentences of the frame `Chị NAME ở PLACE .`, a token and a tag a line."""
    chance = random.Random(seed)
    made = []
    for _ in range(sentences):
        place = chance.choice(PLACES)
        rows = [("Chị", "B-JOB"), (chance.choice(NAMES), "B-PERSON"), (chance.choice(["ở", "sống tại".split()[0]]), "O")]
        rows += [("_".join(place), "B-PLACE")] if joined else [(place[0], "B-PLACE"), (place[1], "I-PLACE")]
        made.append("\n".join(f"{word} {tag}" for word, tag in [*rows, (".", "O")]))
    return "\n\n".join(made) + "\n"


def doccano(documents: int, seed: int) -> str:
    """The same sentences with relations, as doccano exports them."""
    chance = random.Random(seed)
    rows = []
    for number in range(documents):
        name, place = chance.choice(NAMES), " ".join(chance.choice(PLACES))
        text = f"Chị {name} ở {place}."
        spans = [(4, 4 + len(name), "PERSON"), (text.index(place), text.index(place) + len(place), "PLACE")]
        entities = [{"id": i, "label": kind, "start_offset": a, "end_offset": b} for i, (a, b, kind) in enumerate(spans)]
        rows.append({"id": f"d{number}", "text": text, "entities": entities, "relations": [{"id": 9, "type": "lives_in", "from_id": 0, "to_id": 1}]})
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def write(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


# The schema file


def test_a_schema_is_read_and_comes_back_from_a_model_folder(tmp_path: Path) -> None:
    schema = read_schema(write(tmp_path / "labels.toml", SCHEMA))
    assert schema.entities == ("PERSON", "PLACE") and schema.relations == (RelationRule("lives_in", ("PERSON",), ("PLACE",), True),)
    assert schema.labels.tags == ("O", "B-PERSON", "I-PERSON", "B-PLACE", "I-PLACE")
    assert schema_of(json.loads(json.dumps(schema.row())), "model.json") == schema


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "no entities"),
        ("entities = 3", "entities = 3; needed is a list"),
        ('entities = ["A", "A"]', "'A' stands twice"),
        ('entities = ["B-PER"]', "give the type alone, 'PER'"),
        ('entities = ["A b"]', "'A b' is no name of a type"),
        ('entities = ["A"]\nentity = ["B"]', "unknown key 'entity'; allowed are name, entities"),
        ('entities = ["A"]\nignore = ["A"]', "either learned or ignored"),
        ('entities = ["A"]\n[relations.r]\nfrom = ["A"]\nto = ["C"]', "relations.r.to: 'C' is no entity type; allowed are A"),
        ('entities = ["A"]\n[relations.r]\nfrom = ["A"]', "relations.r: no to"),
        ('entities = ["A"]\n[relations.r]\nfrom = ["A"]\nto = ["A"]\nonce = true', "unknown key 'once'; allowed are from, to, at_most_one"),
        ('entities = ["A"]\n[columns]\ntag = 0', "columns: tag = 0"),
        ('entities = ["A"]\n[columns]\nword = 2\ntag = 2', "different columns"),
        ("entities = [", "not TOML"),
    ],
)
def test_a_mistake_in_a_schema_is_told(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(ThanhtichError, match=re.escape(said)) as error:
        read_schema(write(tmp_path / "labels.toml", content))
    assert "labels.toml" in str(error.value)


def test_every_mistake_of_a_schema_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ThanhtichError) as error:
        read_schema(write(tmp_path / "s.toml", 'entities = ["A", "A"]\nfoo = 1\n[columns]\ntag = "last"'))
    assert all(word in str(error.value) for word in ("stands twice", "'foo'", "'last'"))


# Reading CoNLL files


def test_syllables_and_words_give_the_same_text_and_entities(tmp_path: Path) -> None:
    syllables, joined = (read_labelled([write(tmp_path / f"{j}.conll", conll(5, 1, j))], PLAIN).documents for j in (False, True))
    assert [d.text for d in syllables] == [d.text for d in joined]
    assert [d.entities for d in syllables] == [d.entities for d in joined]
    assert not any(d.segmented for d in syllables) and all(d.segmented for d in joined)
    first = syllables[0]
    assert {e.span.of(first.text) for e in first.entities} <= {*NAMES, *(" ".join(p) for p in PLACES)} and len(first.entities) == 2


def test_ignored_tags_are_outside_and_vlsp_columns_are_chosen(tmp_path: Path) -> None:
    path = write(tmp_path / "train.txt", "<s>\nÔng\tNc\tB-NP\tO\tO\nTú\tNp\tB-NP\tB-PERSON\tO\nở\tE\tB-PP\tO\tO\nHà Nội\tNp\tB-NP\tB-PLACE\tO\n</s>\n")
    schema = schema_of({"entities": ["PERSON", "PLACE"], "columns": {"tag": 4}}, "s")
    (document,) = read_labelled([path], schema).documents
    assert [(e.type, e.span.of(document.text)) for e in document.entities] == [("PERSON", "Tú"), ("PLACE", "Hà Nội")]
    assert document.segmented


def test_documents_are_kept_together_where_the_file_marks_them(tmp_path: Path) -> None:
    content = "# id = a\nTú B-PERSON\n\nLan B-PERSON\n\n# id = b\nHà B-PLACE\nNội I-PLACE\n"
    a, b = read_labelled([write(tmp_path / "x.conll", content)], PLAIN).documents
    assert (a.id, len(a.sentences), b.id, b.text) == ("a", 2, "b", "Hà Nội")


def test_an_unknown_tag_is_told_with_file_line_found_and_allowed(tmp_path: Path) -> None:
    path = write(tmp_path / "train.conll", "Tú B-PERSON\nHà B-LOC\n\nNội I-LOC\nx b-PERSON\n")
    with pytest.raises(AnnotationError) as error:
        read_labelled([path], PLAIN)
    said = str(error.value)
    assert f"{path}:2: 'B-LOC' at 'Hà'; allowed are O, and B- or I- with PERSON, PLACE, JOB" in said
    assert f"{path}:4: 'I-LOC'" in said and f"{path}:5: 'b-PERSON'" in said


@pytest.mark.parametrize("torn", [b"Lan", b"Lan ", b"\xff\xfe\x00 O", b"\tO"], ids=["no tag", "blank", "not UTF-8", "no token"])
def test_a_torn_line_costs_its_sentence_alone(tmp_path: Path, torn: bytes) -> None:
    path = tmp_path / "train.conll"
    path.write_bytes("Tú B-PERSON\nở O\n\n".encode() + torn + "\nHà B-PLACE\n\nMai B-PERSON\n".encode())
    read = read_labelled([path], PLAIN)
    assert [d.text for d in read.documents] == ["Tú ở", "Mai"]
    (finding,) = read.findings
    assert finding.place.startswith(f"{path}:4") and "left out" in finding.reason


@pytest.mark.parametrize("content", ["", "\n\n", "torn\n\ntorn\n"])
def test_a_file_with_nothing_in_it_is_told(tmp_path: Path, content: str) -> None:
    with pytest.raises(AnnotationError, match=r"train\.conll: no document"):
        read_labelled([write(tmp_path / "train.conll", content)], PLAIN)


def test_an_inside_without_a_beginning_begins_and_is_counted(tmp_path: Path) -> None:
    read = read_labelled([write(tmp_path / "x.conll", "Hà I-PLACE\nNội I-PLACE\nTú I-PERSON\n")], PLAIN)
    assert [(e.type, e.span.of("Hà Nội Tú")) for e in read.documents[0].entities] == [("PLACE", "Hà Nội"), ("PERSON", "Tú")]
    assert any(note.startswith("2 tags I-") for note in read.notes())


tags = st.sampled_from(["O", "B-PERSON", "I-PERSON", "B-PLACE", "I-PLACE"])
words = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=6).filter(lambda w: not re.fullmatch(r"</?\w+>|#.*|-DOCSTART-.*", w))


@settings(deadline=None)
@given(rows=st.lists(st.lists(st.tuples(words, tags), min_size=1, max_size=6), min_size=1, max_size=4))
def test_tokens_slice_back_and_entities_are_whole_tokens(tmp_path_factory: pytest.TempPathFactory, rows: list[list[tuple[str, str]]]) -> None:
    path = tmp_path_factory.getbasetemp() / "h.conll"
    path.write_bytes("\n\n".join("\n".join(f"{w}\t{t}" for w, t in row) for row in rows).encode())
    documents = read_labelled([path], PLAIN).documents
    assert [len(d.tokens) for d in documents] == [len(row) for row in rows]
    for document in documents:
        assert all(t.of(document.text).strip() == t.of(document.text) for t in document.tokens)
        assert [(e.type, e.span.start, e.span.end) for e in document.entities] == token_spans(document)


# Splits, doccano, brat


def test_files_are_found_by_their_names(tmp_path: Path) -> None:
    for name in ("train_syllable.conll", "valid.jsonl", "test.conll", "readme.txt"):
        write(tmp_path / name, "x O\n")
    found = split_files([tmp_path])
    assert {k: [p.name for p in v] for k, v in found.items()} == {"train": ["train_syllable.conll"], "dev": ["valid.jsonl"], "test": ["test.conll"]}
    write(tmp_path / "train_word.conll", "x O\n")
    with pytest.raises(AnnotationError, match=r"2 files for train \(train_syllable\.conll, train_word\.conll\)"):
        split_files([tmp_path])
    with pytest.raises(AnnotationError, match="its name says no split"):
        split_files([tmp_path / "readme.txt"])
    with pytest.raises(AnnotationError, match="no file to learn from"):
        split_files([tmp_path / "test.conll"])
    with pytest.raises(AnnotationError, match="not there"):
        split_files([tmp_path / "absent"])


def test_without_a_dev_file_some_are_held_back(tmp_path: Path) -> None:
    lines = "\n\n".join(f"{number} O\nTú B-PERSON" for number in range(200))
    train, dev = read_splits([write(tmp_path / "train.conll", lines)], PLAIN)
    assert 5 < len(dev.documents) < 40 and len(train.documents) + len(dev.documents) == 200
    assert not {d.text for d in train.documents} & {d.text for d in dev.documents}
    assert any("held back" in note for note in dev.notes())


def test_doccano_brings_relations_and_mistakes_are_told(tmp_path: Path) -> None:
    schema = read_schema(write(tmp_path / "labels.toml", SCHEMA))
    path = write(tmp_path / "train.jsonl", doccano(3, 1) + '{"id": "torn", "te\n')
    read = read_labelled([path], schema)
    assert [len(d.relations) for d in read.documents] == [1, 1, 1] and read.documents[0].relations[0].type == "lives_in"
    assert [f.place for f in read.findings] == [f"{path}:4"]
    for old, new, said in (
        ('"PLACE"', '"LOC"', "label 'LOC'; allowed are PERSON, PLACE, JOB"),
        ("lives_in", "owns", "relation 'owns'; allowed are lives_in"),
        ('"from_id": 0, "to_id": 1', '"from_id": 1, "to_id": 0', "lives_in leads from PLACE to PERSON; allowed is from PERSON to PLACE"),
    ):
        with pytest.raises(AnnotationError, match=said):
            read_labelled([write(tmp_path / "wrong.jsonl", doccano(1, 1).replace(old, new))], schema)


def test_a_broken_span_costs_its_document_alone(tmp_path: Path) -> None:
    rows = doccano(3, 1).splitlines()
    rows[1] = rows[1].replace('"start_offset": 4', '"start_offset": 400')
    read = read_labelled([write(tmp_path / "x.jsonl", "\n".join(rows))], read_schema(write(tmp_path / "labels.toml", SCHEMA)))
    assert [d.id for d in read.documents] == ["d0", "d2"] and "[400" in read.findings[0].reason


# Pairs and counting


def test_a_relation_joins_only_what_the_schema_lets_it() -> None:
    schema = schema_of({"entities": ["A", "B"], "relations": {"r": {"from": ["A"], "to": ["B"], "at_most_one": True}}}, "s")
    mentions = [LabelMention("A", 0, 1, 0, True), LabelMention("B", 1, 2, 0, True), LabelMention("B", 2, 3, 0, False), LabelMention("A", 3, 4, 0, False)]
    pairs = label_pairs(mentions, schema)
    assert list(zip(pairs.heads.tolist(), pairs.tails.tolist(), strict=True)) == [(0, 1), (0, 2)]
    import numpy as np

    assert choose_relations(mentions, pairs, np.array([[0.7], [0.9]]), schema) == [("r", 0, 2, 0.9)]
    assert choose_relations(mentions, pairs, np.array([[0.4], [0.3]]), schema) == []


sequences = st.lists(st.lists(st.tuples(tags, tags), min_size=1, max_size=8), min_size=1, max_size=5)


@settings(deadline=None)
@given(pairs=sequences)
def test_strict_counts_are_those_of_seqeval(pairs: list[list[tuple[str, str]]]) -> None:
    metrics = pytest.importorskip("seqeval.metrics", reason="seqeval is the oracle: pip install '.[train]'")
    scheme = pytest.importorskip("seqeval.scheme").IOB2
    gold, found = ([[pair[side] for pair in row] for row in pairs] for side in (0, 1))
    gold, found = ([_valid(row) for row in side] for side in (gold, found))
    documents = [[_document(row) for row in side] for side in (gold, found)]
    ours = label_f1(documents[0], documents[1], PLAIN)["entity_f1"]
    assert ours == pytest.approx(metrics.f1_score(gold, found, mode="strict", scheme=scheme, zero_division=0))


def _valid(row: list[str]) -> list[str]:
    """An I- that follows nothing of its type becomes a B-: models write no other."""
    made: list[str] = []
    for tag in row:
        follows = made and tag[0] == "I" and made[-1] != "O" and made[-1][2:] == tag[2:]
        made.append("B" + tag[1:] if tag[0] == "I" and not follows else tag)
    return made


def _document(row: list[str]) -> Document:
    tokens = tuple(Span(2 * i, 2 * i + 1) for i in range(len(row)))
    entities: list[LabelSpan] = []
    for token, tag in zip(tokens, row, strict=True):
        if tag[0] == "B":
            entities.append(LabelSpan(token, tag[2:]))
        elif tag[0] == "I":
            entities[-1] = LabelSpan(Span(entities[-1].span.start, token.end), tag[2:])
    return Document("x", "a " * len(row), (Span(0, 2 * len(row) - 1),), tuple(entities), (), tokens)


def test_a_prediction_inside_a_token_counts_for_the_whole_token() -> None:
    gold = Document("x", "Hà 19/3", (Span(0, 7),), (LabelSpan(Span(3, 7), "PLACE"),), (), (Span(0, 2), Span(3, 7)))
    found = Document("x", gold.text, gold.sentences, (LabelSpan(Span(3, 5), "PLACE"),), (), gold.tokens)
    assert label_counts(gold, found, PLAIN).prf["entity/strict"].tp == 1


# Training, export, the command


@pytest.fixture(scope="module")
def torch() -> Iterator[Any]:
    torch = pytest.importorskip("torch", reason="training needs torch: pip install '.[train]'")
    pytest.importorskip("transformers")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield torch
    torch.set_num_threads(before)


SETTINGS = ("epochs=3", "learning_rate=3e-3", "head_learning_rate=5e-3", "dropout=0.0", "precision='fp32'", "window=64", "batch_size=8", "link_weight=3.0")


@pytest.fixture(scope="module")
def trained(torch: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workplace with data and a model trained by the command itself, with relations."""
    place = tmp_path_factory.mktemp("labels")
    tiny_bert(place / "encoder")
    write(place / "labels.toml", SCHEMA)
    for split, number in (("train", 120), ("dev", 24), ("test", 24)):
        write(place / "data" / f"{split}.jsonl", doccano(number, number + len(split)))
    code, _, said = command("train", "--schema", str(place / "labels.toml"), "--data", str(place / "data"), "-o", str(place / "model"), *options(place))
    assert code == 0, said
    return place


def options(place: Path) -> list[str]:
    return ["--encoder", str(place / "encoder"), *(part for setting in SETTINGS for part in ("--set", setting))]


def command(*arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and what was said, of the command as `main` ends it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["thanhtich", *arguments])
        said, out = io.StringIO(), io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        patch.setattr(thanhtich.said, "_file", said)
        patch.setattr(sys, "stdout", out)
        with pytest.raises(SystemExit) as ended:
            thanhtich.main()
        return int(ended.value.code or 0), out.buffer.getvalue().decode(), said.getvalue()  # type: ignore[attr-defined]


@pytest.mark.slow
def test_a_trained_model_finds_entities_and_relations(trained: Path) -> None:
    code, out, said = command("evaluate", "--model", str(trained / "model"), "--data", str(trained / "data" / "test.jsonl"), "--json", str(trained / "test.json"))
    assert code == 0, said
    stored = json.loads((trained / "test.json").read_text(encoding="utf-8"))
    assert stored["measures"]["entity/strict"]["f1"] > 0.8 and stored["measures"]["relation/strict"]["f1"] > 0.6
    assert stored["measures"]["entity/strict/PERSON"]["gold"] == 24
    assert all(word in out for word in ("PERSON", "PLACE", "all entities", "relation lives_in", "macro F1"))
    assert json.loads((trained / "model" / "model.json").read_text(encoding="utf-8"))["schema"]["name"] == "thu"


@pytest.mark.slow
def test_articles_are_marked_and_offsets_slice_back(trained: Path) -> None:
    article = write(trained / "in" / "a.txt", "Chị Lan ở Sông Lam.\nChị Tú ở Bến Gió.")
    write(trained / "in" / "bad.txt", "")
    code, _, said = command("tag", str(article.parent), "--model", str(trained / "model"), "-o", str(trained / "out.jsonl"))
    assert code == 3 and "bad" in said
    (row,) = [json.loads(line) for line in (trained / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert row["id"] == "a" and row["entities"]
    assert all(row["text"][e["start"] : e["end"]] == e["text"] and e["type"] in ("PERSON", "PLACE") for e in row["entities"])
    assert all(row["entities"][r["head"]]["type"] == "PERSON" and row["entities"][r["tail"]]["type"] == "PLACE" for r in row["relations"])


@pytest.mark.slow
def test_two_evaluations_are_compared_and_their_spread_told(trained: Path) -> None:
    base = ("evaluate", "--model", str(trained / "model"), "--data", str(trained / "data" / "test.jsonl"))
    for name in ("one", "two"):
        assert command(*base, "--json", str(trained / f"{name}.json"))[0] == 0
    code, out, said = command(*base, "--compare", str(trained / "one.json"))
    assert code == 0 and "24 shared documents" in out, said
    assert len(read_run(trained / "one.json").documents) == 24
    change = json.loads((trained / "two.json").read_text(encoding="utf-8"))
    change["figures"]["all"]["entity/strict/f1"][0] = change["figures"]["all"]["entity/strict/f1"][0] - 0.2
    write(trained / "two.json", json.dumps(change))
    found = spread([trained / "one.json", trained / "two.json"])
    row = next(s for s in found.spreads if s.label == "entities, strict F1")
    assert (row.runs, row.most - row.least) == (2, pytest.approx(0.2)) and row.deviation == pytest.approx(0.2 / 2**0.5)
    assert any("same model stands more than once" in note for note in found.notes)
    code, out, _ = command("spread", str(trained / "one.json"), str(trained / "two.json"), "--json", str(trained / "spread.json"))
    assert code == 0 and "±" in out and json.loads((trained / "spread.json").read_text(encoding="utf-8"))["figures"]


@pytest.mark.slow
def test_a_schema_without_relations_trains_from_conll(trained: Path, tmp_path: Path) -> None:
    write(tmp_path / "labels.toml", 'entities = ["PERSON", "PLACE"]\nignore = ["JOB"]\n')
    for split, number in (("train", 120), ("dev", 24), ("test", 24)):
        write(tmp_path / "data" / f"{split}.conll", conll(number, number))
    common = ("--schema", str(tmp_path / "labels.toml"), "--data", str(tmp_path / "data" / "train.conll"), "--data", str(tmp_path / "data" / "dev.conll"))
    code, _, said = command("train", *common, "-o", str(tmp_path / "model"), *options(trained))
    assert code == 0 and "entity f1" in said, said
    assert {p.name for p in (tmp_path / "model").iterdir()} == {"model.json", "tagger.onnx", "tokenizer.json"}
    code, out, said = command("evaluate", "--model", str(tmp_path / "model"), "--data", str(tmp_path / "data" / "test.conll"), "--json", str(tmp_path / "r.json"))
    assert code == 0, said
    stored = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert stored["measures"]["entity/strict"]["f1"] > 0.8 and "relation" not in out


@pytest.mark.slow
def test_mistakes_are_told_without_a_traceback(trained: Path, tmp_path: Path) -> None:
    wrong, article = write(tmp_path / "train.conll", "Hà B-LOC\n"), write(tmp_path / "a.txt", "Chị Lan ở Sông Lam.")
    model, schema = str(trained / "model"), str(trained / "labels.toml")
    cases = [
        (("train", "--schema", schema, "--data", str(wrong), "-o", str(tmp_path / "m"), *options(trained)), "train.conll:1: 'B-LOC'"),
        (("train", "--schema", schema, "-o", str(tmp_path / "m")), "--schema and --data go together"),
        (("train", "--data", str(wrong), "-o", str(tmp_path / "m")), "--schema and --data go together"),
        (("evaluate", "--data", str(wrong)), "--data needs --model"),
        (("evaluate", "--model", model, "--data", str(wrong)), "train.conll:1: 'B-LOC'"),
        (("evaluate", "--model", model, "--data", str(wrong), "--html", "x.html"), "--html: not for labels of your own"),
        (("evaluate", "--model", model), "thanhtich tag"),
        (("extract", str(article), "--model", model), "thanhtich tag"),
        (("tag", str(wrong), "--model", str(Path(thanhtich.__file__).parent / "model" / "pretrained")), "model of achievements"),
        (("spread", "one.json"), "1 result has no spread"),
    ]
    for arguments, named in cases:
        code, _, said = command(*arguments)
        assert (code, named in said, "Traceback" in said) == (2, True, False), (arguments, said)
    assert not (tmp_path / "m").exists()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["linker.onnx", "tagger.onnx", "model.json"])
def test_a_model_folder_that_is_not_whole_is_refused(trained: Path, tmp_path: Path, name: str) -> None:
    from model.labeller import Labeller

    shutil.copytree(trained / "model", tmp_path / "m")
    (tmp_path / "m" / name).unlink()
    with pytest.raises(ModelError, match=name):
        Labeller.load(tmp_path / "m")


@pytest.mark.slow
def test_the_batch_changes_no_entity(trained: Path) -> None:
    from model.labeller import Labeller

    documents = [plain_document(str(i), f"Chị {NAMES[i % 5]} ở {' '.join(PLACES[i % 4])}, số {i}.") for i in range(9)]
    one, many = (list(Labeller.load(trained / "model", threads=1, batch=batch).label(documents)) for batch in (1, 8))
    assert [[(e.type, e.span) for e in d.entities] for d in one] == [[(e.type, e.span) for e in d.entities] for d in many]


@pytest.mark.slow
def test_a_window_longer_than_the_encoder_reads_is_refused(trained: Path, tmp_path: Path) -> None:
    from training.config import read_config
    from training.tagging_run import train_labels

    config = read_config("labels", {"encoder": str(trained / "encoder"), "window": 600})
    with pytest.raises(TrainingError, match=r"window = 600;.*at most 256"):
        train_labels(config, read_schema(trained / "labels.toml"), [trained / "data"], tmp_path / "m", "m", quiet=True)


@pytest.mark.slow
def test_two_processes_train_together_and_one_writes(trained: Path, tmp_path: Path) -> None:
    """What several GPUs do, on the processor. `accelerate launch` starts GPUs' processes through torch's launcher; for processors it would start one alone."""
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    settings = [*options(trained), "--set", "epochs=1", "--set", "batch_size=30"]
    arguments = ["-m", "thanhtich", "train", "--schema", str(trained / "labels.toml"), "--data", str(trained / "data"), "-o", str(tmp_path / "model"), *settings]
    ended = subprocess.run([*launch, *arguments], capture_output=True, text=True, timeout=900, cwd=Path(thanhtich.__file__).parent)
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert ended.stderr.count("best dev entity f1") == 1
    state = json.loads(next((tmp_path / "model.run").glob("checkpoint-*/trainer_state.json")).read_text(encoding="utf-8"))
    assert state["global_step"] == 2, "120 windows, two processes with 30 each: two steps"
    assert (tmp_path / "model.run" / "history.json").is_file()
    code, _, said = command("evaluate", "--model", str(tmp_path / "model"), "--data", str(trained / "data" / "test.jsonl"))
    assert code == 0, said
