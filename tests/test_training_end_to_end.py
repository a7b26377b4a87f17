"""From a corpus and an encoder to a model folder and records, on encoders so small that the whole way takes seconds."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from builders import ARTICLES, SPECIALS, annotated_articles, flip_byte, tiny_bert, tiny_phobert, write_corpus

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from safetensors.torch import load_file  # noqa: E402

from annotations.store import indicator_codes  # noqa: E402
from model.backend import OnnxBackend  # noqa: E402
from model.committee import Committee  # noqa: E402
from model.config import CALIBRATION, LINKER, SETTINGS, TAGGER  # noqa: E402
from model.encode import WindowSizes, windows  # noqa: E402
from model.errors import ModelError, TrainingError  # noqa: E402
from model.labels import achievement_labels  # noqa: E402
from model.network import JointModel  # noqa: E402
from model.pairs import FEATURE_SIZES, TYPE_NUMBER  # noqa: E402
from model.records import SCHEMA, to_row  # noqa: E402
from model.runtime import Extractor, pad  # noqa: E402
from model.schema import AchievementRecord, Article  # noqa: E402
from model.subwords import read_subwords  # noqa: E402
from training import export as training_export  # noqa: E402
from training import run as training_run  # noqa: E402
from training.config import TrainingConfig  # noqa: E402
from training.encoders import load_encoder  # noqa: E402
from training.export import export  # noqa: E402
from training.features import IGNORE, examples  # noqa: E402
from training.graph_weights import graph_weights  # noqa: E402
from training.objective import Objective, collate  # noqa: E402
from training.run import Done, train_model  # noqa: E402
from training.teachers import collate_lessons, unmarked_examples  # noqa: E402
from training.warm_start import thinned, warm_start  # noqa: E402

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
no_segmenter = pytest.mark.skipif(find_spec("underthesea") is None, reason="underthesea is not installed: pip install '.[phobert]'")
BUILDERS = {"bert": tiny_bert, "phobert": tiny_phobert}
SIZES = WindowSizes(96, 16, 16)


def tiny_config(encoder: Path) -> TrainingConfig:
    """Small steps of a small network, enough to learn the six articles half by heart."""
    return TrainingConfig(
        encoder=str(encoder),
        window=SIZES.window,
        opening=SIZES.opening,
        context=SIZES.context,
        epochs=2,
        batch_size=4,
        learning_rate=3e-3,
        head_learning_rate=5e-3,
        dropout=0.0,
        augment_copies=24,
        negatives=1.0,
        precision="fp32",
        sources=("written",),
    )


@dataclass(frozen=True, slots=True)
class Run:
    """One finished training: the configuration, the folders, what it said, and the network that was exported."""

    config: TrainingConfig
    corpus: Path
    folder: Path
    done: Done
    network: Any

    def history(self) -> list[dict[str, float]]:
        path = self.folder.with_name(self.folder.name + ".run") / "history.json"
        stored: list[dict[str, float]] = json.loads(path.read_text(encoding="utf-8"))["epochs"]
        return stored


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built corpus; dev holds the articles to learn from too, twice, so that what was learned shows in its figures."""
    folder = write_corpus(tmp_path_factory.mktemp("made") / "corpus")
    for path in list((folder / "train").iterdir()):
        for name in ("once", "twice"):
            shutil.copy(path, folder / "dev" / f"{name}-{path.name}")
    return folder


@pytest.fixture(scope="module", params=["bert", pytest.param("phobert", marks=no_segmenter)])
def trained(request: pytest.FixtureRequest, corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    place = tmp_path_factory.mktemp(request.param)
    config = tiny_config(BUILDERS[request.param](place / "encoder"))
    kept: list[Any] = []

    def keeping(model: Any, *args: Any, **named: Any) -> Any:
        kept.append(model)
        return export(model, *args, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training_run, "export", keeping)
        done = train_model(config, place / "model", "tiny", corpus=corpus, quiet=True)
    return Run(config, corpus, place / "model", done, kept[0])


ARTICLE = annotated_articles("train")[0].article
OTHERS = [annotated.article for annotated in annotated_articles()[1:]]


def records_of(extractor: Extractor, *articles: Article) -> list[AchievementRecord]:
    return [record for extraction in extractor.extract(articles) for record in extraction.records]


def test_a_model_folder_is_whole_and_says_how_it_was_made(trained: Run) -> None:
    files = {path.name for path in trained.folder.iterdir()}
    vocabulary = {path.name for path in Path(trained.config.encoder).iterdir()} & {"tokenizer.json", "vocab.txt", "bpe.codes"}
    assert vocabulary and files - {CALIBRATION} == {TAGGER, LINKER, SETTINGS} | vocabulary
    settings = json.loads((trained.folder / SETTINGS).read_text(encoding="utf-8"))
    assert settings["name"] == "tiny" and settings["window"] == SIZES.window and settings["training"]["epochs"] == 2
    assert settings["training"]["articles"] == {"train": len(ARTICLES["train"]), "dev": len(ARTICLES["dev"]) + 2 * len(ARTICLES["train"])}
    assert (CALIBRATION in files) == ("calibration" in settings["training"]) == any("calibration error" in note for note in trained.done.notes)


def test_the_whole_way_learns(trained: Run) -> None:
    figures = trained.history()
    assert len(figures) == 2 and trained.done.dev_f1 == max(row["eval_record_f1"] for row in figures)
    assert trained.done.dev_f1 > 0.2 and max(row["eval_anchor_f1"] for row in figures) > 0.5
    assert any("0 out of reach" in note and "0 of them not at word boundaries" in note for note in trained.done.notes)


def test_records_are_what_the_schema_says(trained: Run) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")), format_checker=jsonschema.FormatChecker())
    found = records_of(Extractor.load(trained.folder, threads=1), ARTICLE, *OTHERS)
    assert len(found) > 5
    for record in found:
        validator.validate(to_row(record))
        assert record.model.startswith("tiny@")
        assert record.sentence.of(next(a for a in (ARTICLE, *OTHERS) if a.id == record.article_id).text) == record.sentence_text


def test_the_same_article_gives_the_same_rows_again_and_in_any_company(trained: Run) -> None:
    extractor = Extractor.load(trained.folder, threads=1)
    alone = [to_row(record) for record in records_of(extractor, ARTICLE)]
    assert alone and alone == [to_row(record) for record in records_of(extractor, ARTICLE)]
    assert alone == [to_row(record) for record in records_of(Extractor.load(trained.folder, threads=1), ARTICLE)]
    assert alone == [to_row(record) for record in records_of(extractor, *OTHERS, ARTICLE) if record.article_id == ARTICLE.id]


@pytest.fixture(scope="module")
def exact(trained: Run) -> Path:
    """The same network exported in fp32."""
    subwords = read_subwords(trained.folder)
    made = [window for number, article in enumerate([ARTICLE, *OTHERS]) for window in windows(article, number, subwords, SIZES)]
    folder = trained.folder.with_name("fp32")
    parity = export(
        trained.network,
        folder,
        name="tiny-fp32",
        labels=achievement_labels(indicator_codes()),
        sizes=SIZES,
        vocabulary=trained.folder,
        windows=made,
        padding=subwords.pad,
        training={},
        quantise=False,
    )
    assert parity.fp32_difference < 1e-4 and not parity.quantised
    return folder


def test_the_batch_size_changes_no_record_of_exact_graphs(exact: Path) -> None:
    one, eight = (records_of(Extractor.load(exact, threads=1, batch=batch), ARTICLE, *OTHERS) for batch in (1, 8))
    assert len(one) > 5
    for a, b in zip(one, eight, strict=True):
        assert replace(a, confidence=0.0, field_confidence={}) == replace(b, confidence=0.0, field_confidence={})
        assert b.confidence == pytest.approx(a.confidence, abs=1e-4)
        assert b.field_confidence == pytest.approx(a.field_confidence, abs=1e-4)


@pytest.mark.parametrize("head", ["tagger.tags", "linker.anchor.4", "linker.judge.4", "linker.pair.3"])
def test_a_graph_that_says_something_else_is_not_written(
    trained: Run, exact: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, head: str
) -> None:
    other = copy.deepcopy(trained.network)
    with torch.no_grad():
        other.get_submodule(head).bias += 0.1
    monkeypatch.setattr(training_export, "_export_graphs", lambda _, folder: [shutil.copy(exact / name, folder / name) for name in (TAGGER, LINKER)])
    made = windows(ARTICLE, 0, read_subwords(exact), SIZES)
    labels = achievement_labels(indicator_codes())
    with pytest.raises(TrainingError, match="differs from the network"):
        export(other, tmp_path / "m", name="m", labels=labels, sizes=SIZES, vocabulary=exact, windows=made, padding=1, training={})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("batch", [1, 3])
def test_the_exported_tagger_says_what_the_network_says(trained: Run, exact: Path, batch: int) -> None:
    subwords = read_subwords(exact)
    made = [window for article in OTHERS for window in windows(article, 0, subwords, SIZES)][:batch]
    arrays = pad(made, subwords.pad)
    assert len(made) == batch
    with torch.no_grad():
        wanted = trained.network.tagger(*map(torch.from_numpy, arrays))
    for found, value in zip(OnnxBackend(exact, 1).tag(*arrays), wanted, strict=True):
        np.testing.assert_allclose(found, value.numpy(), atol=1e-4)


@pytest.mark.parametrize("length", [3, 256])
def test_the_exported_tagger_reads_the_shortest_and_the_longest_window(trained: Run, exact: Path, length: int) -> None:
    ids = np.full((1, length), 5, dtype=np.int64)
    first = np.arange(1, length - 1, dtype=np.int64)[None]
    with torch.no_grad():
        wanted = trained.network.tagger(*map(torch.from_numpy, (ids, np.ones_like(ids), first)))[1].numpy()
    np.testing.assert_allclose(OnnxBackend(exact, 1).tag(ids, np.ones_like(ids), first)[1], wanted, atol=1e-4)


@pytest.mark.parametrize(("entities", "pairs"), [(1, 1), (1, 3), (4, 1), (9, 30)])
def test_the_exported_linker_says_what_the_network_says(trained: Run, exact: Path, entities: int, pairs: int) -> None:
    chance = np.random.default_rng(entities)
    states = chance.normal(size=(12, 32)).astype(np.float32)
    firsts, lasts = chance.integers(0, 12, (2, entities))
    heads, tails = chance.integers(0, entities, (2, pairs))
    features = np.stack([chance.integers(0, size, pairs) for size in FEATURE_SIZES], axis=1)
    arrays = (states, firsts, lasts, chance.integers(0, len(TYPE_NUMBER), entities), heads, tails, features)
    with torch.no_grad():
        wanted = trained.network.linker(*map(torch.from_numpy, arrays))
    for found, value in zip(OnnxBackend(exact, 1).link(*arrays), wanted, strict=True):
        assert found.shape == tuple(value.shape)
        np.testing.assert_allclose(found, value.numpy(), atol=1e-4)


def test_a_sentence_longer_than_any_window_is_cut_and_still_read(trained: Run) -> None:
    clause = "Liên đoàn Lao động huyện Sông Lam kết nạp mới 391 đoàn viên, thành lập mới 12 công đoàn cơ sở, "
    article = Article("long", clause * 32 + "hết.")
    subwords = read_subwords(trained.folder)
    made = windows(article, 0, subwords, SIZES)
    assert sum(len(window.ids) for window in made) > 600 and max(len(window.ids) for window in made) <= SIZES.window
    targets = [word for window in made for word, target in zip(window.words, window.target, strict=True) if target]
    assert [word.of(article.text) for word in targets].count("391") == 32 and len(targets) == len(set(targets))
    found = next(Extractor.load(trained.folder, threads=1).extract([article])).found
    assert len({e.span for e in found.entities if e.span.of(article.text) in {"391", "12"}}) > 20


@pytest.mark.parametrize("change", ["missing", "changed"])
def test_a_folder_that_is_not_whole_is_refused_by_the_name_of_the_file(trained: Run, tmp_path: Path, change: str) -> None:
    for path in sorted(trained.folder.iterdir()):
        folder = tmp_path / f"{change}-{path.name}"
        shutil.copytree(trained.folder, folder)
        if change == "missing":
            (folder / path.name).unlink()
        else:
            flip_byte(folder / path.name, 0 if path.name == SETTINGS else path.stat().st_size // 2)
        with pytest.raises(ModelError, match=rf"(^|[/ ]){path.name}"):
            Extractor.load(folder)


def test_a_run_that_was_cut_off_goes_on_to_the_same_model(trained: Run, tmp_path: Path) -> None:
    whole, cut = trained.folder.with_name("model.run"), tmp_path / "again.run"
    shutil.copytree(whole, cut)
    last = max(cut.glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]))
    shutil.rmtree(last)
    (cut / "history.json").unlink()
    with pytest.raises(TrainingError, match=r"cut off.*--resume"):
        train_model(trained.config, tmp_path / "again", "tiny", corpus=trained.corpus, quiet=True)
    train_model(trained.config, tmp_path / "again", "tiny", corpus=trained.corpus, quiet=True, resume=True)
    assert {path.name for path in cut.glob("checkpoint-*")} == {path.name for path in whole.glob("checkpoint-*")}
    again = replace(trained, folder=tmp_path / "again")
    assert [row["eval_record_f1"] for row in again.history()] == pytest.approx([row["eval_record_f1"] for row in trained.history()])
    one, two = (records_of(Extractor.load(folder, threads=1), ARTICLE, *OTHERS) for folder in (trained.folder, again.folder))
    assert [(r.sentence, r.count, r.organisation) for r in one] == [(r.sentence, r.count, r.organisation) for r in two]


def test_a_run_with_hidden_words_goes_on_as_if_it_had_not_been_cut_off(corpus: Path, tmp_path: Path) -> None:
    config = replace(tiny_config(tiny_bert(tmp_path / "encoder", mask=True)), augment_copies=2, hidden=0.2)
    train_model(config, tmp_path / "one", "tiny", corpus=corpus, quiet=True)
    whole, cut = tmp_path / "one.run", tmp_path / "two.run"
    shutil.copytree(whole, cut)
    shutil.rmtree(max(cut.glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1])))
    (cut / "history.json").unlink()
    train_model(config, tmp_path / "two", "tiny", corpus=corpus, quiet=True, resume=True)
    last, again = (max(run.glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1])) / "model.safetensors" for run in (whole, cut))
    weights, same = load_file(last), load_file(again)
    assert all(torch.allclose(value, same[name], atol=1e-6) for name, value in weights.items())


def test_a_finished_run_can_be_exported_again(trained: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[Any] = []
    monkeypatch.setattr(training_run, "export", lambda model, *_, **__: stopped(kept.append(model)))
    with pytest.raises(InterruptedError):
        train_model(trained.config, trained.folder, "tiny", corpus=trained.corpus, quiet=True, resume=True)
    wanted = trained.network.state_dict()
    assert all(torch.equal(value, wanted[name]) for name, value in kept[0].state_dict().items())


def fresh_network(trained: Run) -> JointModel:
    """The tiny network as it was before any training."""
    encoder = load_encoder(trained.config.encoder, dropout=0.0)
    return JointModel(encoder.module, encoder.hidden, achievement_labels(indicator_codes()), 0.0).eval()


def test_exact_graphs_give_every_weight_back(trained: Run, exact: Path) -> None:
    other = fresh_network(trained)
    wanted = dict(trained.network.named_parameters())
    assert any(not torch.equal(value, wanted[name]) for name, value in other.named_parameters())
    warm_start(other, exact)
    for name, value in other.named_parameters():
        torch.testing.assert_close(value, wanted[name], rtol=0, atol=1e-7, msg=name)


def test_a_model_in_int8_gives_its_weights_back_within_a_step_of_its_scales(trained: Run) -> None:
    assert trained.done.parity.quantised
    other = fresh_network(trained)
    warm_start(other, trained.folder)
    wanted = dict(trained.network.named_parameters())
    for name, value in other.named_parameters():
        step = float(wanted[name].abs().max()) / 127  # the far end of a block is cut off by up to one
        torch.testing.assert_close(value, wanted[name], rtol=0, atol=step, msg=name)


@pytest.mark.parametrize("size", [128, 256, 200])
def test_a_matrix_in_blocks_of_int8_comes_back_row_by_row(size: int, tmp_path: Path) -> None:
    chance = np.random.default_rng(size)
    weight, bias = chance.normal(size=(7, size)).astype(np.float32), np.zeros(7, dtype=np.float32)
    nodes = [onnx.helper.make_node("MatMul", ["x", "w"], ["y"]), onnx.helper.make_node("Add", ["y", "deep.bias"], ["z"])]
    ends = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["n", width]) for name, width in (("x", size), ("z", 7))]
    kept = [onnx.numpy_helper.from_array(value, name) for name, value in (("w", np.ascontiguousarray(weight.T)), ("deep.bias", bias))]
    graph = onnx.helper.make_model(onnx.helper.make_graph(nodes, "g", ends[:1], ends[1:], kept), opset_imports=[onnx.helper.make_opsetid("", 18)])
    np.testing.assert_array_equal(graph_weights(graph)["deep.weight"], weight)
    quantiser = training_export.MatMulNBitsQuantizer(graph, bits=8, block_size=128, is_symmetric=True, accuracy_level=4)
    quantiser.process()
    np.testing.assert_allclose(graph_weights(quantiser.model.model)["deep.weight"], weight, atol=np.abs(weight).max() / 127)


def test_training_goes_on_from_a_model_and_says_from_which(trained: Run, tmp_path: Path) -> None:
    config = replace(trained.config, augment_copies=0, epochs=2, learning_rate=1e-5, head_learning_rate=1e-5, average=True)
    done = train_model(config, tmp_path / "m", "further", corpus=trained.corpus, start=trained.folder, quiet=True)
    assert done is not None and done.dev_f1 >= trained.done.dev_f1 - 0.1  # what it knew it still knows
    settings = json.loads((tmp_path / "m" / SETTINGS).read_text(encoding="utf-8"))
    assert settings["training"]["dev"]["averaged"] in (1, 2) and settings["training"]["epochs"] == 2
    assert settings["training"]["start"] == Extractor.load(trained.folder).identity
    assert str(trained.folder) not in json.dumps(settings)


def test_teachers_are_learned_from_and_named(trained: Run, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    for article in OTHERS:
        (texts / f"{article.id}.txt").write_text(article.text, encoding="utf-8")
    config = replace(trained.config, augment_copies=0, epochs=1, sources=("written", "real"))
    taught = [trained.folder, trained.folder]
    train_model(config, tmp_path / "m", "taught", texts=texts, corpus=trained.corpus, start=trained.folder, teachers=taught, quiet=True)
    said = json.loads((tmp_path / "m" / SETTINGS).read_text(encoding="utf-8"))["training"]
    assert said["teachers"] == 2 * [Extractor.load(trained.folder).identity] and said["unmarked_windows"] > 0
    (tmp_path / "m.run" / "history.json").unlink()
    with pytest.raises(TrainingError, match=r"that run learns from tiny@\w+ and tiny@\w+, not from nobody; give the same --teacher again"):
        train_model(replace(config, sources=("written",)), tmp_path / "m", "taught", corpus=trained.corpus, resume=True, quiet=True)
    with pytest.raises(TrainingError, match=r"none of its \d+ texts"):  # without unmarked windows these texts are of no use
        train_model(replace(config, unmarked=0.0), tmp_path / "n", "taught", texts=texts, corpus=trained.corpus, teachers=taught, quiet=True)


def test_a_teacher_alone_makes_a_network_say_what_it_says(trained: Run) -> None:
    loaded, subwords, labels = load_encoder(trained.config.encoder, dropout=0.0), read_subwords(Path(trained.config.encoder)), achievement_labels(indicator_codes())
    several = Committee([OnnxBackend(trained.folder)], "cpu")
    made, told = unmarked_examples(several, [ARTICLE], subwords, SIZES, labels, None, 1.0, 0)
    assert made and all((e.anchor == IGNORE).all() and e.allowed.all() for e in made)
    batch = collate(made, subwords.pad)
    batch |= collate_lessons(told, batch["first"].shape[1])
    torch.manual_seed(0)
    objective = Objective(JointModel(loaded.module, loaded.hidden, labels, 0.0), 5.0, 0.5, 0.2, teacher_weight=1.0)
    optimiser = torch.optim.AdamW(objective.parameters(), lr=3e-3)
    for _ in range(40):
        optimiser.zero_grad()
        objective(**batch)["loss"].backward()
        optimiser.step()
    with torch.no_grad():
        _, tags = objective.model.tagger(batch["ids"], batch["mask"], batch["first"])
    real = batch["taught_tags"].sum(-1) > 0
    assert (tags.argmax(-1) == batch["taught_tags"].argmax(-1))[real].float().mean() > 0.9
    silent = Objective(objective.model, 5.0, 0.5, 0.2, teacher_weight=0.0)
    assert silent(**batch)["loss"].item() == 0  # nothing else is known of these words


def test_a_model_with_another_vocabulary_is_no_start(trained: Run, corpus: Path, tmp_path: Path) -> None:
    other = tiny_phobert if "bert" in trained.folder.parent.name and "phobert" not in trained.folder.parent.name else tiny_bert
    config = tiny_config(other(tmp_path / "other"))
    with pytest.raises(TrainingError, match=r"is not that of the encoder other.*--encoder"):
        train_model(config, tmp_path / "m", "m", corpus=corpus, start=trained.folder, quiet=True)
    with pytest.raises(TrainingError, match=r"is not that of the encoder other"):
        train_model(config, tmp_path / "m", "m", corpus=corpus, teachers=[trained.folder], quiet=True)


def test_a_model_with_other_layers_is_no_start(trained: Run, corpus: Path, tmp_path: Path) -> None:
    network = fresh_network(trained)
    assert len(network.tagger.encoder.encoder.layer) == 2
    config = replace(trained.config, layers=(0,))
    shallow = tmp_path / "shallow"
    train_model(replace(config, augment_copies=0, epochs=1), shallow, "shallow", corpus=corpus, quiet=True)
    with pytest.raises(TrainingError, match=r"the network's encoder\.encoder\.layer\.1\..*it has none.*layers"):
        warm_start(network, shallow)
    one = load_encoder(config.encoder, (0,), 0.0)
    lower = JointModel(one.module, one.hidden, achievement_labels(indicator_codes()), 0.0)
    for layers in ((), (0, 1), (2,)):
        with pytest.raises(TrainingError, match=r"2 layers, the network has 1; give the layers .* or which of its 2 to keep"):
            warm_start(lower, trained.folder, layers)


def test_training_begins_from_the_layers_that_it_keeps(trained: Run, corpus: Path, tmp_path: Path) -> None:
    config = replace(trained.config, layers=(1,), augment_copies=0, epochs=1, learning_rate=1e-8, head_learning_rate=1e-8)
    train_model(config, tmp_path / "m", "m", corpus=corpus, start=trained.folder, quiet=True)
    wanted, found = (graph_weights(onnx.load(folder / TAGGER)) for folder in (trained.folder, tmp_path / "m"))
    name = "encoder.encoder.layer.{}.attention.self.query.bias"
    np.testing.assert_allclose(found[name.format(0)], wanted[name.format(1)], atol=1e-4)
    assert not np.allclose(found[name.format(0)], wanted[name.format(0)], atol=1e-4)


def test_layers_in_another_order_are_refused_where_none_is_left_out(trained: Run) -> None:
    with pytest.raises(TrainingError, match=r"2 layers, as the network; layers = \[1, 0\].*leave `layers` out"):
        warm_start(fresh_network(trained), trained.folder, (1, 0))
    warm_start(fresh_network(trained), trained.folder, (0, 1))


def test_thinned_weights_stand_in_the_order_of_their_layers() -> None:
    names = [f"e.layer.{n}.w" for n in range(12)]
    found = thinned({name: np.array(n) for n, name in enumerate(names)} | {"head.w": np.array(99)}, (2, 0, 11))
    assert {name: int(value) for name, value in found.items()} == {"e.layer.0.w": 2, "e.layer.1.w": 0, "e.layer.2.w": 11, "head.w": 99}


@pytest.mark.parametrize("layers", [(0, 0), (-1, 2)])
def test_layers_are_named_once_and_counted_from_0(layers: tuple[int, ...]) -> None:
    with pytest.raises(TrainingError, match="name each layer once, counted from 0"):
        TrainingConfig(layers=layers)


def test_a_shallower_network_begins_from_the_layers_that_it_keeps(trained: Run) -> None:
    encoder = load_encoder(trained.config.encoder, (1,), 0.0)
    upper = JointModel(encoder.module, encoder.hidden, achievement_labels(indicator_codes()), 0.0)
    warm_start(upper, trained.folder, (1,))
    whole = fresh_network(trained)
    warm_start(whole, trained.folder)
    wanted = dict(whole.named_parameters())
    for name, value in upper.named_parameters():
        assert torch.equal(value, wanted[name.replace(".layer.0.", ".layer.1.")]), name


def test_a_resumed_run_still_says_what_it_began_from(trained: Run, corpus: Path, tmp_path: Path) -> None:
    config, begun = replace(trained.config, augment_copies=0, epochs=1), Extractor.load(trained.folder).identity
    train_model(config, tmp_path / "m", "m", corpus=corpus, start=trained.folder, quiet=True)
    for start in (None, trained.folder):
        train_model(config, tmp_path / "m", "m", corpus=corpus, start=start, resume=True, quiet=True)
        assert json.loads((tmp_path / "m" / SETTINGS).read_text(encoding="utf-8"))["training"]["start"] == begun
    with pytest.raises(TrainingError, match=r"began from .*, not from m@"):
        train_model(config, tmp_path / "m", "m", corpus=corpus, start=tmp_path / "m", resume=True, quiet=True)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_bert(tmp_path_factory.mktemp("encoder") / "bert")


def stopped(*_: Any, **__: Any) -> None:
    raise InterruptedError("training is over, nothing is exported")


def test_a_fresh_run_does_not_keep_an_older_ones_checkpoints(encoder: Path, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_run, "export", stopped)
    config = replace(tiny_config(encoder), augment_copies=0, epochs=1)
    kept = []
    for epochs in (3, 1):
        with pytest.raises(InterruptedError):
            train_model(replace(config, epochs=epochs), tmp_path / "m", "tiny", corpus=corpus, quiet=True)
        kept.append(sorted(int(path.name.split("-")[1]) for path in (tmp_path / "m.run").glob("checkpoint-*")))
    steps = kept[1][0]
    assert kept[1] == [steps] and kept[0][-1] == 3 * steps


def test_nothing_to_resume_is_said(encoder: Path, corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"no checkpoint to resume from; begin without --resume"):
        train_model(tiny_config(encoder), tmp_path / "m", "tiny", corpus=corpus, quiet=True, resume=True)


@pytest.mark.parametrize("window", [257, 600])
@pytest.mark.parametrize("kind", ["bert", "phobert"])
def test_a_window_longer_than_the_encoder_reads_is_refused(kind: str, window: int, corpus: Path, tmp_path: Path) -> None:
    config = replace(tiny_config(BUILDERS[kind](tmp_path / "encoder")), window=window)
    with pytest.raises(TrainingError, match=rf"window = {window};.*at most 256"):
        train_model(config, tmp_path / "m", "tiny", corpus=corpus, quiet=True)


def test_an_output_that_holds_other_things_is_refused_before_training(encoder: Path, corpus: Path, tmp_path: Path) -> None:
    precious = tmp_path / "home" / "thesis.txt"
    precious.parent.mkdir()
    precious.write_text("years of work", encoding="utf-8")
    for output in (precious.parent, precious):
        with pytest.raises(TrainingError, match=r"thesis\.txt"):
            train_model(tiny_config(encoder), output, "tiny", corpus=corpus, quiet=True)
    assert precious.read_text(encoding="utf-8") == "years of work"


def test_an_empty_corpus_is_said(encoder: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="0 articles to learn from"):
        train_model(tiny_config(encoder), tmp_path / "m", "tiny", corpus=tmp_path / "none", quiet=True)


def test_a_broken_article_costs_only_itself(encoder: Path, corpus: Path, tmp_path: Path) -> None:
    shutil.copytree(corpus, tmp_path / "corpus")
    (tmp_path / "corpus" / "train" / "broken.txt").write_text("---\n{12|C1:result}", encoding="utf-8")
    data = training_run.read_data(tiny_config(encoder), None, tmp_path / "corpus")
    assert len(data.train) == len(ARTICLES["train"])
    assert [note for note in data.notes if "broken.txt" in note and "INDICATOR" in note]


def test_an_encoder_of_the_hub_without_the_hub_names_the_ways_on(monkeypatch: pytest.MonkeyPatch) -> None:
    constants = pytest.importorskip("huggingface_hub.constants")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(TrainingError, match=r"vinai/phobert-absent.*--encoder compact.*hf download vinai/phobert-absent.*--encoder FOLDER"):
        load_encoder("vinai/phobert-absent")


@pytest.mark.parametrize("name", ["config.json", "model.safetensors"])
@pytest.mark.parametrize("content", [None, b"", b"\x00" * 64, b"{}"], ids=["missing", "empty", "zeros", "braces"])
def test_a_damaged_encoder_is_refused(encoder: Path, tmp_path: Path, name: str, content: bytes | None) -> None:
    folder = tmp_path / "encoder"
    shutil.copytree(encoder, folder)
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
    with pytest.raises(TrainingError, match="encoder"):
        load_encoder(str(folder))


def test_layers_are_chosen_by_number(encoder: Path) -> None:
    whole, half = load_encoder(str(encoder)), load_encoder(str(encoder), (1,))
    assert (len(whole.module.encoder.layer), len(half.module.encoder.layer)) == (2, 1)
    kept = half.module.encoder.layer[0].attention.self.query.weight
    assert torch.equal(kept, whole.module.encoder.layer[1].attention.self.query.weight)
    for layers in ((0, 2), (-1,)):
        with pytest.raises(TrainingError, match="layers 0 to 1"):
            load_encoder(str(encoder), layers)


def test_training_makes_the_loss_fall(encoder: Path) -> None:
    loaded, subwords, labels = load_encoder(str(encoder), dropout=0.0), read_subwords(encoder), achievement_labels(indicator_codes())
    assert subwords.pad == SPECIALS.index("<pad>")
    torch.manual_seed(0)
    objective = Objective(JointModel(loaded.module, loaded.hidden, labels, 0.0), 5.0, 0.5, 0.2)
    batch = collate(list(examples(annotated_articles("train"), subwords, SIZES, labels)), subwords.pad)
    optimiser = torch.optim.AdamW(objective.parameters(), lr=3e-3)
    losses = []
    for _ in range(40):
        optimiser.zero_grad()
        loss = objective(**batch)["loss"]
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.3 * losses[0]
