"""Several models as one: what it says against what they say, its size, the first alone, and models that do not go together."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from builders import annotated_articles, change_json, tiny_bert, write_corpus
from typer.testing import CliRunner

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from annotations.store import indicator_codes  # noqa: E402
from evaluate.benchmark_profile import profile  # noqa: E402
from model.backend import OnnxBackend  # noqa: E402
from model.calibrate import FEATURES, Calibration  # noqa: E402
from model.config import EMBEDDINGS, FAST, SETTINGS, TAGGER, read_model_config, several  # noqa: E402
from model.decode import log_softmax  # noqa: E402
from model.encode import Window, WindowSizes  # noqa: E402
from model.errors import ModelError, TrainingError  # noqa: E402
from model.labels import achievement_labels  # noqa: E402
from model.network import JointModel  # noqa: E402
from model.pairs import FEATURE_SIZES, TYPE_NUMBER  # noqa: E402
from model.runtime import Extractor, pad  # noqa: E402
from model.subwords import read_subwords  # noqa: E402
from thanhtich import app  # noqa: E402
from training import combine as training_combine  # noqa: E402
from training import export as training_export  # noqa: E402
from training import run as training_run  # noqa: E402
from training.combine import checked, combine, round_product, stays_in_8_bits  # noqa: E402
from training.combine_run import combine_models, mean_models  # noqa: E402
from training.encoders import load_encoder  # noqa: E402
from training.export import export  # noqa: E402
from training.graph_weights import constants, graph_weights, products, settings  # noqa: E402
from training.run import some_windows  # noqa: E402
from training.teachers import committee  # noqa: E402
from training.warm_start import check_start, first_network, warm_start  # noqa: E402

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]
SIZES = WindowSizes(96, 16, 16)
HIDDEN = 128
"""The least width whose products come in whole blocks."""
LABELS = achievement_labels(indicator_codes())


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two models of one encoder with heads of their own, never trained; the second's encoder is a little off the first's."""
    place = tmp_path_factory.mktemp("models")
    return network(place, "first", 1), network(place, "second", 2)


def network(place: Path, name: str, seed: int, sizes: WindowSizes = SIZES) -> Path:
    encoder = load_encoder(str(tiny_bert(place / "encoder", hidden=HIDDEN)), dropout=0.0)
    torch.manual_seed(seed)
    model = JointModel(encoder.module, encoder.hidden, LABELS, 0.0).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.002 * torch.randn_like(parameter))
    subwords = read_subwords(encoder.folder)
    windows = some_windows(annotated_articles(), subwords, sizes)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training_export, "INT8_AGREEMENT", 0.5)  # random networks have no favourite tag, and a breath turns it
        told = {"config": {"encoder": str(encoder.folder)}}
        done = export(model, place / name, name=name, labels=LABELS, sizes=sizes, vocabulary=encoder.folder, windows=windows, padding=subwords.pad, training=told)
    assert done.quantised
    return place / name


def windows_of(folder: Path) -> tuple[list[Window], int]:
    subwords = read_subwords(folder)
    return some_windows(annotated_articles(), subwords, SIZES), subwords.pad


@pytest.fixture(scope="module", params=[4, 8])
def combined(request: pytest.FixtureRequest, models: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("combined") / "both"
    windows, padding = windows_of(models[0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training_combine, "AGREEMENT", 0.5)
        patch.setattr(training_combine, "_LAYERS_IN_8_BITS", 1)  # of two
        combine(checked(models, output), output, "both", windows, windows, padding, narrow=request.param == 4)
    return output


def bits_of(folder: Path) -> set[int]:
    return {settings(product)["bits"] for _, product in products(onnx.load(folder / TAGGER)) if product.op_type == "MatMulNBits"}


def test_it_says_the_mean_of_what_the_models_say(models: tuple[Path, Path], combined: Path) -> None:
    windows, padding = windows_of(combined)
    whole = Extractor.load(combined, threads=1).backend
    near = 0.02 if bits_of(combined) == {8} else 0.3
    for window in windows[:5]:
        arrays = pad([window], padding)
        said = [OnnxBackend(folder).tag(*arrays)[1] for folder in models]
        wanted = log_softmax(np.mean([log_softmax(tags) for tags in said], axis=0))
        assert np.abs(np.exp(whole.tag(*arrays)[1]) - np.exp(wanted)).max() < near


@pytest.mark.parametrize(("inputs", "outputs"), [(128, 7), (384, 16)])
def test_onnx_runtime_multiplies_by_what_4_bits_stand_for(inputs: int, outputs: int) -> None:
    chance = np.random.default_rng(inputs)
    rows, weight = chance.normal(size=(5, inputs)).astype(np.float32), chance.normal(size=(outputs, inputs)).astype(np.float32)
    told = {"K": inputs, "N": outputs, "bits": 8, "block_size": 128, "accuracy_level": 0}
    nodes = [onnx.helper.make_node("MatMulNBits", ["states", "w", "s"], ["y"], domain="com.microsoft", **told), onnx.helper.make_node("Add", ["y", "tags.bias"], ["tags"])]
    blocks = weight.reshape(outputs, -1, 128)
    scales = np.abs(blocks).max(-1) / 127
    kept = {"w": (np.rint(blocks / scales[..., None]) + 128).astype(np.uint8), "s": scales.reshape(-1).astype(np.float32), "tags.bias": np.zeros(outputs, np.float32)}
    ends = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["n", width]) for name, width in (("states", inputs), ("tags", outputs))]
    made = onnx.helper.make_graph(nodes, "g", ends[:1], ends[1:], [onnx.numpy_helper.from_array(value, name) for name, value in kept.items()])
    graph = onnx.helper.make_model(made, opset_imports=[onnx.helper.make_opsetid("", 18), onnx.helper.make_opsetid("com.microsoft", 1)], ir_version=8)
    (_, product), = products(graph)
    round_product(constants(graph), product, rows.T @ rows / len(rows))
    found = onnxruntime.InferenceSession(graph.SerializeToString(), providers=["CPUExecutionProvider"]).run(None, {"states": rows})[0]
    wanted = graph_weights(graph)["tags.weight"]
    np.testing.assert_allclose(found, rows @ wanted.T, atol=1e-3)
    assert 0 < np.linalg.norm(wanted - weight) < 0.3 * np.linalg.norm(weight)


def test_links_are_averaged_too(models: tuple[Path, Path], combined: Path) -> None:
    chance = np.random.default_rng(4)
    both = Extractor.load(combined, threads=1).backend
    (window, *_), padding = windows_of(combined)
    states, _ = both.tag(*pad([window], padding))
    places = [chance.integers(0, high, size) for high, size in ((states.shape[1], 6), (states.shape[1], 6), (len(TYPE_NUMBER), 6), (6, 11), (6, 11))]
    features = np.stack([chance.integers(0, size, 11) for size in FEATURE_SIZES], axis=1)
    apart = [OnnxBackend(folder).link(np.ascontiguousarray(own), *places, features) for folder, own in zip(models, np.split(states[0], 2, axis=-1), strict=True)]
    for found, wanted in zip(both.link(states[0], *places, features), zip(*apart, strict=True), strict=True):
        np.testing.assert_allclose(found, np.mean(wanted, axis=0), atol=0.02)


def test_the_first_alone_is_a_model_too(models: tuple[Path, Path], combined: Path) -> None:
    windows, padding = windows_of(combined)
    alone = Extractor.load(combined / FAST, threads=1)
    assert isinstance(alone.backend, OnnxBackend)
    assert alone.identity.startswith("both-fast@") and alone.identity.split("@")[1] != Extractor.load(combined).identity.split("@")[1]
    near = 0.02 if bits_of(combined) == {8} else 0.3
    for window in windows[:3]:
        arrays = pad([window], padding)
        found, wanted = (np.exp(log_softmax(backend.tag(*arrays)[1])) for backend in (alone.backend, OnnxBackend(models[0])))
        assert np.abs(found - wanted).max() < near


def test_products_are_narrower_where_they_may_be(combined: Path, models: tuple[Path, Path]) -> None:
    if bits_of(combined) == {8}:
        assert not (combined / EMBEDDINGS).exists()
        return
    size = {file: (combined / file).stat().st_size for file in ("tagger.onnx", "tagger.2.onnx", "linker.onnx", EMBEDDINGS)}
    assert size["linker.onnx"] < 0.4 * (models[0] / "linker.onnx").stat().st_size
    table = graph_weights(onnx.load(combined / TAGGER))["encoder.embeddings.word_embeddings.weight"]
    assert size[EMBEDDINGS] == table.size  # a byte each, once for both
    assert size["tagger.onnx"] < (models[0] / TAGGER).stat().st_size - table.size
    assert bits_of(combined) == {4, 8}


def test_narrower_taggers_share_the_mean_of_their_tables_of_subwords(models: tuple[Path, Path], combined: Path) -> None:
    name = "encoder.embeddings.word_embeddings.weight"
    apart = [graph_weights(onnx.load(folder / TAGGER))[name] for folder in models]
    for (tagger, _), own in zip(several(2).networks, apart, strict=True):
        found = graph_weights(onnx.load(combined / tagger))[name]
        wanted = own if bits_of(combined) == {8} else np.mean(apart, axis=0)
        assert np.abs(found - wanted).max() <= np.abs(found).max() / 127


def test_a_network_goes_on_from_the_first(models: tuple[Path, Path], combined: Path, tmp_path: Path) -> None:
    encoder = load_encoder(str(tiny_bert(tmp_path / "encoder", hidden=HIDDEN)), dropout=0.0)
    model = JointModel(encoder.module, encoder.hidden, LABELS, 0.0)
    warm_start(model, first_network(combined))
    wanted = graph_weights(onnx.load(models[0] / TAGGER))
    for name, value in model.tagger.named_parameters():
        if name != "encoder.embeddings.word_embeddings.weight":  # what the networks share
            away = np.linalg.norm(value.detach().numpy() - wanted[name]) / max(np.linalg.norm(wanted[name]), 1e-6)
            assert away < (1e-6 if bits_of(combined) == {8} else 0.4), name


@pytest.mark.parametrize("file", ["", FAST])
def test_every_command_takes_the_whole_and_the_first_alone(combined: Path, tmp_path: Path, file: str) -> None:
    model = str(combined / file) if file else str(combined)
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.txt").write_text("Năm 2021, LĐLĐ huyện kết nạp 391 đoàn viên.\n", encoding="utf-8")
    runner = CliRunner()
    for command in (
        ["extract", str(articles), "-o", str(tmp_path / "r.jsonl"), "--model", model],
        ["extract", str(articles), "-o", str(tmp_path / "v.jsonl"), "--model", model, "--device", "openvino"],
        ["annotations", "suggest", str(articles), "-n", "1", "-o", str(tmp_path / "s.json"), "--model", model],
    ):
        if "openvino" in command and find_spec("openvino") is None:
            continue
        result = runner.invoke(app, command)
        assert result.exit_code == 0, (command, result.output, result.exception)
    assert profile([str(articles)], model).windows == 1
    with pytest.raises(ModelError, match=r"no settings of a model; give a model's folder, or the fast\.json"):
        Extractor.load(combined / "tokenizer.json")


def test_a_network_is_taught_by_all_of_them_or_the_first_alone(combined: Path) -> None:
    (window, *_), padding = windows_of(combined)
    for folder in (combined, combined / FAST):
        whole = Extractor.load(folder, threads=1)
        found, wanted = (backend.tag(*pad([window], padding))[1] for backend in (committee([folder]), whole.backend))
        np.testing.assert_allclose(found, log_softmax(wanted), atol=0.1)
        assert check_start(folder, combined, LABELS) == whole.identity


@pytest.mark.parametrize("lost", ["tagger.2.onnx", "linker.2.onnx", EMBEDDINGS])
def test_a_part_that_is_missing_is_named(combined: Path, tmp_path: Path, lost: str) -> None:
    if not (combined / lost).exists():
        pytest.skip("in 8 bits there is none")
    shutil.copytree(combined, tmp_path / "broken")
    (tmp_path / "broken" / lost).unlink()
    with pytest.raises(ModelError, match=f"{lost}: missing, though model.json names it"):
        Extractor.load(tmp_path / "broken")


def test_settings_that_name_no_such_graph_are_told(combined: Path, tmp_path: Path) -> None:
    shutil.copytree(combined, tmp_path / "broken")
    change_json(tmp_path / "broken" / SETTINGS, networks=[["tagger.onnx", "linker.onnx"], ["tagger.3.onnx", "linker.3.onnx"]])
    with pytest.raises(ModelError, match=r"names no tagger\.3\.onnx"):
        Extractor.load(tmp_path / "broken")
    change_json(tmp_path / "broken" / SETTINGS, networks=[])
    with pytest.raises(ModelError, match=r"model\.json: damaged .*networks is empty"):
        Extractor.load(tmp_path / "broken")


def test_nothing_is_written_where_too_many_tags_change(models: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_combine, "AGREEMENT", 1.01)
    windows, padding = windows_of(models[0])
    with pytest.raises(TrainingError, match=r"--bits 8"):
        combine(checked(models, tmp_path / "both"), tmp_path / "both", "both", windows, windows, padding)
    assert not (tmp_path / "both").exists()


def test_models_that_do_not_go_together(models: tuple[Path, Path], combined: Path, tmp_path: Path) -> None:
    wider = network(tmp_path, "wider", 1, replace(SIZES, context=24))
    shutil.copytree(models[1], tmp_path / "other")
    shutil.copytree(models[1], tmp_path / "both")
    change_json(tmp_path / "other" / SETTINGS, codes=json.loads((models[1] / SETTINGS).read_text(encoding="utf-8"))["codes"][1:])
    for folders, said in (
        ([models[0]], "1 model; a committee has two or more"),
        ([models[0], wider], "its windows differ"),
        ([models[0], tmp_path / "other"], "its labels differ"),
        ([models[0], combined], "is made of 2 models itself"),
        ([models[0], tmp_path], "no model.json"),
        ([models[0], tmp_path / "both"], "is one of the models, which would be lost"),
    ):
        with pytest.raises((TrainingError, ModelError), match=said):
            checked(folders, tmp_path / "both")


def test_the_whole_command_fits_the_confidence_of_all_and_of_the_first_alone(models: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    biases = iter((1.0, -1.0))
    monkeypatch.setattr(training_run, "fit", lambda *_: Calibration((0.0,) * len(FEATURES), next(biases)))
    monkeypatch.setattr(training_run, "with_curve", lambda calibration, *_: calibration)
    monkeypatch.setattr(training_run, "compare_methods", lambda *_: [])
    done = combine_models(models, tmp_path / "both", corpus=write_corpus(tmp_path / "corpus"), narrow=False)
    assert done.agreement > 0.9 and done.size == sum(path.stat().st_size for path in (tmp_path / "both").iterdir())
    assert f"{FAST}, the first network alone:" in done.notes
    config = read_model_config(tmp_path / "both")
    assert config.name == "first" and [member["model"] for member in config.training["members"]] == [read_model_config(folder).identity for folder in models]
    assert [Extractor.load(tmp_path / "both" / file).calibration.bias for file in (SETTINGS, FAST)] == [1.0, -1.0]


def test_one_network_has_the_mean_of_their_weights(models: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_export, "INT8_AGREEMENT", 0.5)
    done = mean_models(models, (1, 3), tmp_path / "mean", "mean", corpus=write_corpus(tmp_path / "corpus"))
    assert done.size == sum(path.stat().st_size for path in (tmp_path / "mean").iterdir())
    config = read_model_config(tmp_path / "mean")
    assert config.name == "mean" and config.training["shares"] == [1, 3] and [member["model"].split("@")[0] for member in config.training["members"]] == ["first", "second"]
    for tagger_or_linker in config.parts.networks[0]:
        found, *apart = (graph_weights(onnx.load(folder / tagger_or_linker)) for folder in (tmp_path / "mean", *models))
        for name, value in ((name, value) for name, value in found.items() if name.endswith(("weight", "bias"))):
            np.testing.assert_allclose(value, (apart[0][name] + 3 * apart[1][name]) / 4, atol=max(1e-6, float(np.abs(value).max()) / 100), err_msg=name)


def test_the_command_asks_for_what_goes_together(models: tuple[Path, Path], tmp_path: Path) -> None:
    folders = [str(folder) for folder in models]
    for options, said in ((["--bits", "5"], "allowed are 4 and 8"), (["--bits", "8", "--share", "1", "--share", "2"], "leave one of them out")):
        result = CliRunner().invoke(app, ["combine", *folders, "-o", str(tmp_path / "both"), *options])
        assert result.exit_code != 0 and said in str(result.exception) + result.output


@pytest.mark.parametrize("shares", [(1.0,), (1.0, 0.0), (1.0, float("nan")), (1.0, 2.0, 3.0), (2.0, -1.0)])
def test_each_model_needs_a_share(models: tuple[Path, Path], tmp_path: Path, shares: tuple[float, ...]) -> None:
    with pytest.raises(TrainingError, match="each needs one above 0"):
        mean_models(models, shares, tmp_path / "mean")


@pytest.mark.parametrize(
    ("bias", "whole"),
    [
        ("encoder.encoder.layer.0.attention.self.query.bias", True),
        ("encoder.encoder.layer.0.attention.output.dense.bias", False),
        ("encoder.encoder.layer.3.intermediate.dense.bias", True),
        ("encoder.encoder.layer.11.attention.self.query.bias", False),
        ("tags.bias", True),
    ],
)
def test_which_products_stay_in_8_bits(bias: str, whole: bool) -> None:
    assert stays_in_8_bits(bias) is whole
