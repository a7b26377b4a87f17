"""Words to subword ids: PhoBERT's files against transformers' own reader, fast tokenizers, and files that must be refused."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from builders import SEGMENTED, change_json, unigram_tokenizer, wordpiece_tokenizer, write_phobert_vocabulary
from hypothesis import given, settings
from hypothesis import strategies as st

from model.encode import WindowSizes, windows
from model.errors import ModelError
from model.schema import Article, Span
from model.subwords import FastSubwords, PhobertSubwords, read_subwords

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
syllables = st.text(LETTERS + LETTERS.upper(), min_size=1, max_size=7)
word_like = st.one_of(
    st.sampled_from(sorted(set(" ".join(SEGMENTED).split()))),
    st.lists(syllables, min_size=1, max_size=3).map("_".join),
    st.text("0123456789.,%/", min_size=1, max_size=8),
    st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=6),
)


@pytest.fixture(scope="module")
def phobert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("phobert")
    write_phobert_vocabulary(folder)
    return folder


def oracle(folder: Path) -> Any:
    """The tokenizer of transformers over the same two files."""
    transformers = pytest.importorskip("transformers")
    return transformers.PhobertTokenizer(str(folder / "vocab.txt"), str(folder / "bpe.codes"))


def oracle_ids(tokenizer: Any, word: str) -> tuple[int, ...]:
    return tuple(tokenizer.convert_tokens_to_ids(tokenizer.bpe(word).split(" ")))


@pytest.fixture(scope="module")
def theirs(phobert: Path) -> Any:
    return oracle(phobert)


@pytest.fixture(scope="module")
def ours(phobert: Path) -> PhobertSubwords:
    return PhobertSubwords(phobert)


def test_phobert_special_ids_are_those_of_transformers(theirs: Any, ours: PhobertSubwords) -> None:
    assert (ours.first, ours.pad, ours.last) == (theirs.cls_token_id, theirs.pad_token_id, theirs.sep_token_id)


@pytest.mark.parametrize("sentence", SEGMENTED)
def test_phobert_encodes_a_segmented_sentence_as_transformers_does(theirs: Any, ours: PhobertSubwords, sentence: str) -> None:
    pieces = [number for word in sentence.split() for number in ours.pieces(word.replace("_", " "))]
    assert [ours.first, *pieces, ours.last] == theirs(sentence)["input_ids"]


@settings(deadline=None)
@given(word=word_like)
def test_phobert_encodes_any_word_as_transformers_does(theirs: Any, ours: PhobertSubwords, word: str) -> None:
    assert ours.pieces(word) == oracle_ids(theirs, word)


@settings(deadline=None)
@given(parts=st.lists(syllables, min_size=1, max_size=4), gap=st.sampled_from([" ", "  ", "\u00a0"]))
def test_phobert_joins_syllables_with_underscores(theirs: Any, ours: PhobertSubwords, parts: list[str], gap: str) -> None:
    assert ours.pieces(gap.join(parts)) == oracle_ids(theirs, "_".join(parts))


def test_known_words_have_no_unknown_piece(ours: PhobertSubwords) -> None:
    pieces = [ours.pieces(word) for word in " ".join(SEGMENTED).split()]
    assert all(3 not in ids for ids in pieces)
    assert min(map(len, pieces)) == 1 < max(map(len, pieces))


def test_a_token_with_a_strange_line_separator_does_not_shift_the_ids(phobert: Path, tmp_path: Path) -> None:
    vocabulary = (phobert / "vocab.txt").read_text(encoding="utf-8").split("\n")
    vocabulary.insert(5, "a\u2028b 7")
    (tmp_path / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    (tmp_path / "bpe.codes").write_text((phobert / "bpe.codes").read_text(encoding="utf-8"), encoding="utf-8")
    shifted, theirs = PhobertSubwords(tmp_path), oracle(tmp_path)
    assert all(shifted.pieces(word) == oracle_ids(theirs, word) for word in " ".join(SEGMENTED).split())


def test_a_doubled_merge_leaves_the_later_merges_in_force(phobert: Path, tmp_path: Path) -> None:
    codes = (phobert / "bpe.codes").read_text(encoding="utf-8").split("\n")
    (tmp_path / "bpe.codes").write_text("\n".join([*codes[:3], *codes[:3], *codes[3:]]), encoding="utf-8")
    (tmp_path / "vocab.txt").write_text((phobert / "vocab.txt").read_text(encoding="utf-8"), encoding="utf-8")
    doubled, theirs = PhobertSubwords(tmp_path), oracle(tmp_path)
    assert all(doubled.pieces(word) == oracle_ids(theirs, word) for word in " ".join(SEGMENTED).split())


@pytest.mark.parametrize("name", ["vocab.txt", "bpe.codes"])
@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"word\n", b"one line 1\nthen-no-count\n"], ids=["not UTF-8", "no count", "later no count"])
def test_a_damaged_phobert_file_is_named(phobert: Path, tmp_path: Path, name: str, content: bytes) -> None:
    for file in ("vocab.txt", "bpe.codes"):
        (tmp_path / file).write_bytes((phobert / file).read_bytes())
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError, match=name.replace(".", r"\.")):
        read_subwords(tmp_path)


def test_a_missing_vocabulary_is_named(phobert: Path, tmp_path: Path) -> None:
    (tmp_path / "bpe.codes").write_bytes((phobert / "bpe.codes").read_bytes())
    with pytest.raises(ModelError, match=r"vocab\.txt"):
        read_subwords(tmp_path)


def test_a_folder_without_tokenizer_says_what_it_holds_and_what_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "vocab.txt").write_text("a 1\n", encoding="utf-8")
    with pytest.raises(ModelError, match=r"found vocab\.txt.*tokenizer\.json.*bpe\.codes"):
        read_subwords(tmp_path)
    with pytest.raises(ModelError, match="no such folder"):
        read_subwords(tmp_path / "absent")


@pytest.fixture(scope="module")
def unigram(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("unigram") / "tokenizer.json"
    unigram_tokenizer().save(str(path))
    return path


def test_fast_pieces_are_those_of_the_library_less_a_lone_space(unigram: Path) -> None:
    fast, tokenizer = FastSubwords(unigram), unigram_tokenizer()
    assert fast.pieces("Liên") == tuple(tokenizer.encode("Liên", add_special_tokens=False).ids)
    assert tokenizer.encode("%", add_special_tokens=False).tokens == ["▁", "%"]
    assert fast.pieces("%") == (tokenizer.token_to_id("%"),)


@settings(deadline=None)
@given(word=st.text(min_size=1, max_size=8))
def test_fast_every_word_has_a_piece(unigram: Path, word: str) -> None:
    fast = FastSubwords(unigram)
    assert len(fast.pieces(word)) >= 1
    assert fast.pieces(word) == fast.pieces(word)


@settings(deadline=None)
@given(text=st.text(max_size=60))
def test_fast_words_slice_back_in_order(unigram: Path, text: str) -> None:
    found = FastSubwords(unigram).words(text, Span(0, len(text))) if text else ()
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert "".join(word.of(text) for word in found) == "".join(text[i] for i in range(len(text)) if any(w.start <= i < w.end for w in found))


def test_fast_special_tokens_in_both_spellings(unigram: Path, tmp_path: Path) -> None:
    wordpiece_tokenizer().save(str(tmp_path / "tokenizer.json"))
    bert, roberta = read_subwords(tmp_path), FastSubwords(unigram)
    assert (bert.first, bert.pad, bert.last) == (0, 1, 2) == (roberta.first, roberta.pad, roberta.last)
    assert bert.pieces("\u4e2d") == (3,)


def test_fast_padding_and_cutting_of_the_file_are_left_out(unigram: Path, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_bytes(unigram.read_bytes())
    change_json(
        path,
        padding={"strategy": {"Fixed": 16}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 1, "pad_type_id": 0, "pad_token": "<pad>"},
        truncation={"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0},
    )
    assert FastSubwords(path).pieces("qwrtz123") == FastSubwords(unigram).pieces("qwrtz123")


def test_fast_damaged_files_are_named(unigram: Path, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_bytes(unigram.read_bytes()[:200])
    with pytest.raises(ModelError, match=r"tokenizer\.json"):
        read_subwords(tmp_path)


def test_fast_a_vocabulary_without_special_tokens_is_refused(tmp_path: Path) -> None:
    wordpiece_tokenizer(("[START]", "[PAD]", "[SEP]", "[UNK]")).save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(ModelError, match=r"<s>, \[CLS\]"):
        read_subwords(tmp_path)


@pytest.mark.parametrize("window", [32, 40, 256])
def test_a_word_longer_than_the_window_keeps_what_fits(unigram: Path, window: int) -> None:
    text = f"Mã số {'qz' * 150} có 12 đoàn viên."
    made = windows(Article("a", text), 0, FastSubwords(unigram), WindowSizes(window, 8, 8))
    assert max(len(w.ids) for w in made) <= window
    assert {word.of(text) for w in made for word, target in zip(w.words, w.target, strict=True) if target} >= {"12", "đoàn", "qz" * 150}
