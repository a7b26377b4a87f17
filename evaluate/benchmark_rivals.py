"""Who ours is measured against: the same sentences tagged by other ways.

Their weights are random: what a network says does not change how long it takes. Torch and transformers are imported only inside the process of
the rival that needs them.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from evaluate.benchmark_jobs import EncoderSizes, Job

LABELS = 13
"""BIO tags of six types: as many as ours."""
Step = Callable[[Sequence[str]], object]
"""Reads sentences and gives a tag for every subword."""


@dataclass(frozen=True, slots=True)
class Rival:
    """Another way to tag the same sentences.

    Attributes:
        needs: modules without which it cannot run; ``install`` brings them.
        size: sentences given to it at once; ``first`` of them make its first result.
        load: reads or makes its model; gives the step and a note on what it counts.
    """

    title: str
    needs: tuple[str, ...]
    install: str
    size: int
    first: int
    load: Callable[[Job], tuple[Step, str]]


def _torch(threads: int) -> Any:
    import torch

    torch.manual_seed(0)
    torch.set_num_threads(threads)
    return torch


def _transformers() -> Any:
    return import_module("transformers")  # as Any: its classes are half typed


def _compact(job: Job) -> tuple[Any, Any]:
    """A network of our encoder's size with a token classification head, and our tokenizer."""
    hf = _transformers()
    special = {"bos_token": "<s>", "cls_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "sep_token": "</s>", "unk_token": "<unk>"}
    sizes = job.compact
    tokenizer = hf.PreTrainedTokenizerFast(tokenizer_file=job.tokenizer, model_max_length=sizes.positions, **special)
    config = hf.BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=sizes.hidden,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.inner,
        max_position_embeddings=sizes.positions,
        pad_token_id=tokenizer.pad_token_id,
        num_labels=LABELS,
        id2label={number: f"B-{number}" if number else "O" for number in range(LABELS)},
    )
    return _mostly_outside(hf.BertForTokenClassification(config).eval()), tokenizer


def _mostly_outside(network: Any) -> Any:
    """Tag nearly every subword O, as in real text: a random network would make the pipeline list every subword as a find."""
    network.classifier.bias.data[0] = 10.0
    return network


def load_torch(job: Job) -> tuple[Step, str]:
    """Tokenise, pad to the longest of the batch, run, take the likeliest tag."""
    torch = _torch(job.threads)
    network, tokenizer = _compact(job)

    def step(sentences: Sequence[str]) -> object:
        batch = tokenizer(list(sentences), padding=True, truncation=True, return_tensors="pt")
        with torch.inference_mode():
            return network(**batch).logits.argmax(-1).tolist()

    return step, ""


def load_pipeline(job: Job) -> tuple[Step, str]:
    """As its documentation shows: a list of sentences, every setting as it comes."""
    _torch(job.threads)
    network, tokenizer = _compact(job)
    tag = _transformers().pipeline("token-classification", model=network, tokenizer=tokenizer, device=-1)
    return lambda sentences: tag(list(sentences)), ""


def load_phobert(job: Job) -> tuple[Step, str]:
    """Segment into words, give each word an id, run. PhoBERT's own tokenizer and weights are on a model hub, which this does not ask."""
    torch, hf, sizes = _torch(job.threads), _transformers(), job.phobert
    config = hf.RobertaConfig(
        vocab_size=sizes.vocabulary,
        hidden_size=sizes.hidden,
        num_hidden_layers=sizes.layers,
        num_attention_heads=sizes.heads,
        intermediate_size=sizes.inner,
        max_position_embeddings=sizes.positions + 2,  # RoBERTa counts its positions from 2
        type_vocab_size=1,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
        num_labels=LABELS,
    )
    network = _mostly_outside(hf.RobertaForTokenClassification(config).eval())
    segment, note = _segmenter()

    def step(sentences: Sequence[str]) -> object:
        ids = [word_ids(segment(sentence), sizes) for sentence in sentences]
        longest = max(map(len, ids))
        batch = torch.tensor([row + [1] * (longest - len(row)) for row in ids])
        with torch.inference_mode():
            return network(input_ids=batch, attention_mask=(batch != 1).long()).logits.argmax(-1).tolist()

    return step, note


def word_ids(found: Sequence[str], sizes: EncoderSizes) -> list[int]:
    """An id for each word between the two special ones, cut at the longest input: the length is what takes time, not which id.

    >>> len(word_ids(["Công_đoàn", "kết_nạp"], PHOBERT_BASE))
    4
    """
    special = 4
    inside = [special + zlib.crc32(word.encode()) % (sizes.vocabulary - special) for word in found]
    return [0, *inside[: sizes.positions - 2], 2]


def _segmenter() -> tuple[Callable[[str], Sequence[str]], str]:
    if find_spec("underthesea") is None:
        return lambda sentence: re.findall(r"\w+|[^\w\s]", sentence), "underthesea is missing: no word segmentation is counted, and every syllable is a subword"
    from underthesea import word_tokenize

    # Byte-pair encoding would cut some words further: the rival looks a little faster than it is.
    return word_tokenize, "word segmentation by underthesea is counted; one subword a word, a little fewer than PhoBERT makes"


def load_underthesea(job: Job) -> tuple[Step, str]:
    """Its named entities, which take words, parts of speech and chunks on the way."""
    from underthesea import ner

    return lambda sentences: [ner(sentence) for sentence in sentences], "a CRF without a network, in one thread"


_TRAIN, _PHOBERT = "pip install -c constraints.txt -e '.[train]'", "pip install -e '.[phobert]'"
_BOTH = ("torch", "transformers")
RIVALS: dict[str, Rival] = {
    "torch-32": Rival("encoder of our size, torch fp32, batches of 32", _BOTH, _TRAIN, 32, 32, load_torch),
    "pipeline": Rival("encoder of our size, transformers pipeline", _BOTH, _TRAIN, 32, 1, load_pipeline),
    "phobert-1": Rival("encoder of PhoBERT-base's size, torch fp32, sentence by sentence", _BOTH, _TRAIN, 1, 1, load_phobert),
    "phobert-32": Rival("encoder of PhoBERT-base's size, torch fp32, batches of 32", _BOTH, _TRAIN, 32, 32, load_phobert),
    "underthesea": Rival("underthesea ner()", ("underthesea",), _PHOBERT, 1, 1, load_underthesea),
}
"""In the order in which they run."""


def missing(rival: Rival) -> str | None:
    """What to install before a rival can run; None where all is there."""
    lacking = [name for name in rival.needs if find_spec(name) is None]
    return f"{', '.join(lacking)} is not installed: {rival.install}" if lacking else None
