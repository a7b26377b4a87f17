"""An encoder adapted to unmarked texts: it guesses hidden words better, trains like any other, goes on where it was cut off, and says what cannot be."""

from __future__ import annotations

import json
import unicodedata
from importlib.util import find_spec
from pathlib import Path

import pytest
from builders import ARTICLES, SEGMENTED, tiny_bert, tiny_phobert
from typer.testing import CliRunner

from annotations.judges import without_judges
from annotations.store import digest
from model.errors import TrainingError
from model.labels import achievement_labels

torch = pytest.importorskip("torch")
from safetensors.torch import load_file, save_file  # noqa: E402
from transformers import BertConfig, BertForMaskedLM  # noqa: E402

from model.network import JointModel  # noqa: E402
from training import adaptation  # noqa: E402
from training.adaptation import Adapted, adapt, texts_to_read  # noqa: E402
from training.config import AdaptationConfig, TrainingConfig, checked  # noqa: E402
from training.encoders import licence, load_encoder  # noqa: E402
from training.run import train_model  # noqa: E402
from training.warm_start import add_adaptation  # noqa: E402

TEXTS = [sentence.replace("_", " ") + f"\nCâu thứ {number} nói thêm rằng {sentence.replace('_', ' ').lower()}" for number in range(6) for sentence in SEGMENTED]
no_segmenter = pytest.mark.skipif(find_spec("underthesea") is None, reason="PhoBERT's words are found by underthesea: pip install '.[phobert]'")


def tiny(folder: Path, **values: object) -> AdaptationConfig:
    encoder = folder / "encoder"
    if not encoder.is_dir():
        tiny_bert(encoder, mask=True)
    quick = {"window": 32, "batch_size": 4, "steps": 120, "held_out": 0.1, "learning_rate": 3e-3, "head_learning_rate": 3e-3}
    return checked(AdaptationConfig(), {"encoder": str(encoder), **quick, **values}, "here")


def run(config: AdaptationConfig, output: Path, **named: bool) -> Adapted:
    done = adapt(config, TEXTS, output, quiet=True, **named)
    assert done is not None
    return done


@pytest.mark.parametrize("build", [lambda folder: tiny_bert(folder, mask=True), pytest.param(tiny_phobert, marks=no_segmenter)], ids=["bert", "phobert"])
def test_hidden_words_are_guessed_better_and_the_encoder_loads(tmp_path: Path, build: object) -> None:
    assert callable(build)
    build(tmp_path / "encoder")
    said: list[str] = []
    begun = run(tiny(tmp_path, steps=1), tmp_path / "begun")
    done = adapt(tiny(tmp_path), TEXTS, tmp_path / "adapted", quiet=True, tell=said.append)
    assert done is not None and done.before is None and done.after.loss < begun.after.loss - 0.5
    assert len(said) == 1 and f"{done.subwords:,} subwords" in said[0]
    old, new = load_encoder(str(tmp_path / "encoder")), load_encoder(str(tmp_path / "adapted"))
    assert {name: value.shape for name, value in new.module.state_dict().items()} == {name: value.shape for name, value in old.module.state_dict().items()}
    changed = [name for name, value in new.module.state_dict().items() if not torch.equal(value, old.module.state_dict()[name])]
    assert any("layer.1." in name for name in changed) and any("word_embeddings" in name for name in changed)
    for name in ("tokenizer.json", "vocab.txt", "bpe.codes", "config.json"):
        before, after = tmp_path / "encoder" / name, tmp_path / "adapted" / name
        assert before.is_file() == after.is_file() and (not before.is_file() or before.read_bytes() == after.read_bytes())


def test_the_folder_says_how_it_was_made(tmp_path: Path) -> None:
    done = run(tiny(tmp_path), tmp_path / "adapted")
    note = json.loads((tmp_path / "adapted" / "adaptation.json").read_text(encoding="utf-8"))
    assert note["config"]["steps"] == 120 and note["after"]["loss"] == done.after.loss and note["licence"] == "see the encoder's page"
    assert licence(str(tmp_path / "adapted")) == note["licence"]
    (tmp_path / "adapted" / "adaptation.json").write_text(json.dumps(note | {"licence": "MIT"}), encoding="utf-8")
    assert licence(str(tmp_path / "adapted")) == "MIT" == licence("compact")


def test_what_an_encoder_with_its_own_head_guessed_before_is_said(tmp_path: Path) -> None:
    tiny_bert(tmp_path / "encoder", mask=True)
    whole = BertForMaskedLM(BertConfig.from_pretrained(tmp_path / "encoder"))
    whole.save_pretrained(tmp_path / "encoder")
    done = run(tiny(tmp_path), tmp_path / "adapted")
    assert done.before is not None and done.after.loss < done.before.loss - 0.5


def test_an_adapted_encoder_is_adapted_again_in_its_own_folder(tmp_path: Path) -> None:
    run(tiny(tmp_path, steps=2), tmp_path / "adapted")
    run(tiny(tmp_path, steps=2, encoder=str(tmp_path / "adapted")), tmp_path / "adapted")
    note = json.loads((tmp_path / "adapted" / "adaptation.json").read_text(encoding="utf-8"))
    assert note["config"]["encoder"] == str(tmp_path / "adapted") and note["encoder_was_adapted"]["config"]["encoder"] == str(tmp_path / "encoder")
    (tmp_path / "adapted" / "bpe.codes").write_text("of another encoder", encoding="utf-8")
    run(tiny(tmp_path, steps=2), tmp_path / "adapted")
    assert not (tmp_path / "adapted" / "bpe.codes").exists()


def test_a_share_of_what_adaptation_changed_is_added_to_a_model(tmp_path: Path) -> None:
    run(tiny(tmp_path, steps=20), tmp_path / "adapted")
    base, adapted = str(tmp_path / "encoder"), str(tmp_path / "adapted")
    before, after = (dict(load_encoder(name).module.named_parameters()) for name in (base, adapted))
    encoder = load_encoder(base)
    model = JointModel(encoder.module, encoder.hidden, achievement_labels(("other",)))
    add_adaptation(model, adapted, 0.25)
    for name, value in model.tagger.encoder.named_parameters():
        torch.testing.assert_close(value.detach(), (0.75 * before[name] + 0.25 * after[name]).detach())
    assert any(not torch.equal(before[name], after[name]) for name in before)
    with pytest.raises(TrainingError, match="was not adapted; give the folder"):
        add_adaptation(model, base, 0.25)
    with pytest.raises(TrainingError, match=r"without a model to start from; give --start"):
        train_model(TrainingConfig(encoder=adapted, adapted_share=0.5, sources=("written",), window=32), tmp_path / "out", "m", quiet=True)


def test_a_damaged_note_and_missing_weights_are_said_before_training(tmp_path: Path) -> None:
    run(tiny(tmp_path, steps=1), tmp_path / "adapted")
    weights = load_file(tmp_path / "adapted" / "model.safetensors")
    save_file({f"_orig_mod.{name}": value for name, value in weights.items()}, tmp_path / "adapted" / "model.safetensors", {"format": "pt"})
    with pytest.raises(TrainingError, match="of the encoder's weights are missing"):
        load_encoder(str(tmp_path / "adapted"))
    with pytest.raises(TrainingError, match="of the encoder's weights are missing"):
        run(tiny(tmp_path, encoder=str(tmp_path / "adapted")), tmp_path / "again")
    for content in ("{", "[]", "{}"):
        (tmp_path / "adapted" / "adaptation.json").write_text(content, encoding="utf-8")
        with pytest.raises(TrainingError, match=r"adaptation.json: damaged"):
            load_encoder(str(tmp_path / "adapted"))


def test_the_same_seed_gives_the_same_encoder(tmp_path: Path) -> None:
    one, other = (run(tiny(tmp_path, steps=5), tmp_path / name) for name in ("one", "other"))
    assert one.after == other.after
    assert (tmp_path / "one" / "model.safetensors").read_bytes() == (tmp_path / "other" / "model.safetensors").read_bytes()
    assert run(tiny(tmp_path, steps=5, seed=3), tmp_path / "third").after != one.after


def test_a_run_that_was_cut_off_goes_on(tmp_path: Path) -> None:
    done = run(tiny(tmp_path, steps=4, save_steps=2), tmp_path / "adapted")
    weights = (tmp_path / "adapted" / "model.safetensors").read_bytes()
    assert run(tiny(tmp_path, steps=4, save_steps=2), tmp_path / "adapted", resume=True) == done  # nothing is left to do: what it reads is what it had written
    assert (tmp_path / "adapted" / "model.safetensors").read_bytes() == weights
    (tmp_path / "adapted.run" / "history.json").unlink()  # as if it had been cut off there
    with pytest.raises(TrainingError, match="go on with --resume"):
        run(tiny(tmp_path, steps=6, save_steps=2), tmp_path / "adapted")
    run(tiny(tmp_path, steps=6, save_steps=2), tmp_path / "adapted", resume=True)
    log = json.loads((tmp_path / "adapted.run" / "history.json").read_text(encoding="utf-8"))["log"]
    assert log[-1]["step"] == 6 and (tmp_path / "adapted.run" / "checkpoint-6").is_dir()
    with pytest.raises(TrainingError, match="no checkpoint to resume from"):
        run(tiny(tmp_path), tmp_path / "new", resume=True)


def test_another_run_is_not_gone_on_with(tmp_path: Path) -> None:
    run(tiny(tmp_path, steps=2), tmp_path / "adapted")
    with pytest.raises(TrainingError, match=r"that run is of hidden 0\.2, not 0\.3; give the same again"):
        run(tiny(tmp_path, steps=4, hidden=0.3), tmp_path / "adapted", resume=True)
    with pytest.raises(TrainingError, match="that run is of texts"):
        adapt(tiny(tmp_path, steps=4), TEXTS[:20], tmp_path / "adapted", resume=True, quiet=True)
    with pytest.raises(TrainingError, match=r"that run is of encoder .* weights"):
        run(tiny(tmp_path, steps=4, encoder=str(tmp_path / "adapted")), tmp_path / "adapted", resume=True)


@pytest.mark.parametrize(
    ("values", "said"),
    [({"hidden": 0}, "hidden = 0.0; allowed is 0.01 to 0.9"), ({"precision": "int8"}, "allowed are auto, bf16, fp32"), ({"words": 1}, "unknown words; allowed are batch_size")],
)
def test_values_out_of_range_are_refused(values: dict[str, object], said: str) -> None:
    with pytest.raises(TrainingError, match=said):
        checked(AdaptationConfig(), values, "here")


def test_what_cannot_be_adapted_is_said(tmp_path: Path) -> None:
    tiny_bert(tmp_path / "encoder")
    with pytest.raises(TrainingError, match="no piece for a hidden word"):
        run(tiny(tmp_path), tmp_path / "adapted")
    tiny_bert(tmp_path / "masked", mask=True)
    with pytest.raises(TrainingError, match=r"window = 257; the encoder .* reads at most 256 subwords"):
        run(tiny(tmp_path, encoder=str(tmp_path / "masked"), window=257), tmp_path / "adapted")
    with pytest.raises(TrainingError, match="do not make two windows of 32 subwords"):
        adapt(tiny(tmp_path, encoder=str(tmp_path / "masked")), ["Một câu ngắn."], tmp_path / "adapted")
    settings = json.loads((tmp_path / "masked" / "config.json").read_text(encoding="utf-8"))
    (tmp_path / "masked" / "config.json").write_text(json.dumps(settings | {"model_type": "distilbert"}), encoding="utf-8")
    with pytest.raises(TrainingError, match="of kind distilbert cannot be adapted; allowed are bert, roberta"):
        run(tiny(tmp_path, encoder=str(tmp_path / "masked")), tmp_path / "adapted")


def test_a_folder_of_other_things_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("a", encoding="utf-8")
    with pytest.raises(TrainingError, match=r"holds a.txt and no adaptation.json"):
        run(tiny(tmp_path), tmp_path / "notes")
    with pytest.raises(TrainingError, match="is a file"):
        run(tiny(tmp_path), tmp_path / "notes" / "a.txt")


def test_texts_that_judge_are_not_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    judge = "Công đoàn cơ sở xã Đồi Cọ kết nạp 40 đoàn viên trong năm 2020, vượt chỉ tiêu mà cấp trên giao cho đơn vị từ đầu năm."
    row = {"doc": "j", "sha256": digest(judge), "split": "test", "entities": [], "relations": [], "achievements": [], "annotated": []}
    (tmp_path / "marks.jsonl").write_text(json.dumps(row) + "\n" + json.dumps(row | {"doc": "t", "split": "train"})[:-9], encoding="utf-8")
    monkeypatch.setattr(adaptation, "without_judges", lambda texts: without_judges(texts, tmp_path))
    other = "Sáng nay hội thi nấu ăn của nữ công nhân khu chế xuất diễn ra sôi nổi với hơn ba chục đội tham gia."
    twin = judge.replace("trong năm", "trong cả năm") + " Hết."
    given = [("j", judge), ("twin", twin), ("o", other), ("again", other), ("t", "Đội bóng thắng.")]
    for judges_text in (given[0], ("j", judge + "\r\n"), ("another-name", unicodedata.normalize("NFD", judge))):
        read, left_out = texts_to_read([judges_text, *given[1:]])
        assert read[:2] == [other, "Đội bóng thắng."] and left_out == 2 and not any("Đồi Cọ" in text for text in read)
    assert len(read) == len(set(read)) > 1000  # the written train articles
    assert texts_to_read([("a", "Một."), ("a", "Hai.")])[0][:2] == ["Một.", "Hai."]  # files of one name in two folders


def test_the_command_adapts_and_says_what_it_gave(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from thanhtich import app

    monkeypatch.setattr(adaptation, "texts_to_read", lambda given: ([*(text for _, text in given), *TEXTS], 3))
    tiny_bert(tmp_path / "encoder", mask=True)
    (tmp_path / "news").mkdir()
    (tmp_path / "news" / "a.txt").write_text(next(iter(ARTICLES["train"].values())), encoding="utf-8")
    values = [word for value in ("window=32", "steps=2", "batch_size=2") for word in ("--set", value)]
    given = ["adapt", "--texts", str(tmp_path / "news"), "--encoder", str(tmp_path / "encoder"), "-o", str(tmp_path / "adapted"), *values]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == 0, result.output
    assert "3 texts are left out" in result.output and "hidden subwords guessed: " in result.output
    assert "before" not in result.output and (tmp_path / "adapted" / "model.safetensors").is_file()
    assert "window = 4; allowed is 8 to 4096" in str(CliRunner().invoke(app, [*given, "--set", "window=4"]).exception)
