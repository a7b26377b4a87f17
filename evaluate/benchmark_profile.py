"""Where the time of ours goes: timers put around public functions from outside, and how long the encoder must take at the least.

The floor: the multiply-adds of the windows that were encoded, at the best rate that any matrix product of few bits of ONNX Runtime reaches here.
"""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import onnxruntime

from model import batch, encode, runtime
from model.articles import read_articles
from model.backend import OnnxBackend
from model.calibrate import Calibration
from model.partial import Partial
from model.selection import Selection
from model.store import Outputs
from model.subwords import FastSubwords, PhobertSubwords

Item = TypeVar("Item")

REST = "the rest"
STAGES = ("reading", "sentences and words", "selection", "subwords", "windows", "encoder", "decoding", "linker", "assembling", "writing", REST)
"""In the order in which an article meets them."""

PLACES: tuple[tuple[Any, str, str], ...] = (
    (encode, "sentences", "sentences and words"),
    (encode, "may_hold_achievement", "sentences and words"),
    (Selection, "chosen", "selection"),
    (FastSubwords, "words", "sentences and words"),
    (PhobertSubwords, "words", "sentences and words"),
    (FastSubwords, "pieces", "subwords"),
    (PhobertSubwords, "pieces", "subwords"),
    (runtime, "windows", "windows"),
    (runtime, "pad", "windows"),
    (OnnxBackend, "tag", "encoder"),
    (runtime, "decode_mentions", "decoding"),
    (runtime, "candidate_pairs", "decoding"),
    (runtime, "decode_links", "decoding"),
    (runtime, "merge_windows", "decoding"),
    (OnnxBackend, "link", "linker"),
    (runtime, "assemble_all", "assembling"),
    (runtime, "merge_repeats", "assembling"),
    (Calibration, "apply", "assembling"),
    (batch, "begin", "writing"),
    (batch, "to_line", "writing"),
    (batch, "article_row", "writing"),
    (Partial, "add", "writing"),
    (Partial, "commit", "writing"),
    (Partial, "finish", "writing"),
)
"""What a timer is put around: owner, name, stage."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Where the time of one run went, in seconds.

    Attributes:
        plain: the same run without timers; what ``seconds`` has more is their cost, or the machine's unrest.
        stages: name to seconds; they add up to ``seconds``.
        windows, subwords: what the encoder was given.
        multiply_adds: of the encoder over these windows.
        rates: kind of matrix product to the best multiply-adds a second measured here.
    """

    seconds: float
    plain: float
    stages: dict[str, float]
    windows: int
    subwords: int
    multiply_adds: float
    rates: dict[str, float]

    @property
    def floor(self) -> float:
        """Seconds that the encoder's products would take at the best rate of few bits."""
        best = max((rate for kind, rate in self.rates.items() if kind != EXACT), default=0.0)
        return self.multiply_adds / best if best else 0.0

    def shares(self) -> dict[str, float]:
        """Stage to its share of the whole."""
        return {name: seconds / self.seconds if self.seconds else 0.0 for name, seconds in self.stages.items()}


class Clock:
    """Seconds by stage. What runs inside another stage counts for itself alone, so the stages add up to the whole.

    >>> clock = Clock()
    >>> clock.timed("adding", sum)([1, 2])
    3
    """

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._now, self._open, self._since = now, [REST], now()

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """``function``, with its time given to ``stage``."""

        @wraps(function)
        def wrapped(*given: Any, **named: Any) -> Any:
            self._enter(stage)
            try:
                return function(*given, **named)
            finally:
                self._leave()

        return wrapped

    def drawn(self, stage: str, items: Iterable[Item]) -> Iterator[Item]:
        """``items``, with the time that drawing them takes given to ``stage``."""
        draw = self.timed(stage, iter(items).__next__)
        while True:
            try:
                item = draw()
            except StopIteration:
                return
            yield item

    def _enter(self, stage: str) -> None:
        now = self._now()
        self.seconds[self._open[-1]] += now - self._since
        self._open.append(stage)
        self._since = now

    def _leave(self) -> None:
        now = self._now()
        self.seconds[self._open.pop()] += now - self._since
        self._since = now

    def close(self) -> dict[str, float]:
        """The seconds of every stage up to now."""
        self._enter(REST)
        self._open.pop()
        return {stage: self.seconds[stage] for stage in STAGES}


@contextmanager
def timers(clock: Clock) -> Iterator[list[tuple[int, int]]]:
    """Put the timers of :data:`PLACES` around what runs inside; gives the shapes (batch, subwords) that the encoder is called with."""
    shapes: list[tuple[int, int]] = []
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in PLACES]
    try:
        for (owner, name, function), (_, _, stage) in zip(before, PLACES, strict=True):
            setattr(owner, name, clock.timed(stage, _noting(function, shapes) if stage == "encoder" else function))
        yield shapes
    finally:
        for owner, name, function in before:
            setattr(owner, name, function)


def _noting(tag: Callable[..., Any], shapes: list[tuple[int, int]]) -> Callable[..., Any]:
    def noted(backend: Any, ids: np.ndarray, *others: np.ndarray) -> Any:
        shapes.append((int(ids.shape[0]), int(ids.shape[1])))
        return tag(backend, ids, *others)

    return noted


def profile(inputs: Sequence[str], model: str | None, device: str = "cpu") -> Profile:
    """Extract ``inputs`` as a batch run does, in one thread: once to warm up, once plain, once with timers.

    Raises:
        ThanhtichError: an input or the model cannot be read.
    """
    extractor = runtime.Extractor.load(model, threads=1, device=device)
    _extract(extractor, inputs)
    begun = time.perf_counter()
    _extract(extractor, inputs)
    plain = time.perf_counter() - begun
    clock = Clock()
    with timers(clock) as shapes:
        _extract(extractor, inputs, clock)
        stages = clock.close()
    config = runtime.achievement_config(model)
    works = [encoder_work(config.folder / tagger) for tagger, _ in config.parts.networks]  # every window is read by all of them
    return Profile(
        seconds=sum(stages.values()),
        plain=plain,
        stages=stages,
        windows=sum(rows for rows, _ in shapes) // len(works),
        subwords=sum(rows * length for rows, length in shapes) // len(works),
        multiply_adds=sum(rows * work.of_window(length) for rows, length in shapes for work in works) // len(works),
        rates=product_rates(1),
    )


def _extract(extractor: runtime.Extractor, inputs: Sequence[str], clock: Clock | None = None) -> None:
    found = read_articles(inputs)
    with tempfile.TemporaryDirectory() as folder:
        batch.run(extractor, clock.drawn("reading", found) if clock else found, Outputs(Path(folder) / "records.jsonl"))


@dataclass(frozen=True, slots=True)
class EncoderWork:
    """Multiply-adds of an encoder: ``each`` for a subword, ``pair`` for a subword looking at another one, over all layers."""

    each: int
    pair: int

    def of_window(self, length: int) -> int:
        """For one window of so many subwords.

        >>> EncoderWork(10, 2).of_window(3)
        48
        """
        return length * self.each + length * length * self.pair


def encoder_work(path: Path) -> EncoderWork:
    """What a tagger graph multiplies: products with weights once a subword, products of two activations (attention) once a pair of subwords."""
    import onnx

    graph = onnx.load(str(path)).graph
    weights = {one.name: tuple(one.dims) for one in graph.initializer}
    each, attention = 0, 0
    for node in graph.node:
        if node.op_type == "MatMulNBits":
            sizes = {one.name: one.i for one in node.attribute}
            each += sizes["K"] * sizes["N"]
        elif node.op_type in ("MatMul", "MatMulInteger", "Gemm"):
            shape = weights.get(node.input[1])
            each += int(np.prod(shape)) if shape else 0
            attention += shape is None
    hidden = graph.output[0].type.tensor_type.shape.dim[-1].dim_value
    return EncoderWork(each, attention * hidden)


EXACT = "fp32 MatMul"
PRODUCTS = ("4-bit MatMulNBits (ours)", "8-bit MatMulNBits (ours)", "8-bit MatMulInteger", "8-bit DynamicQuantizeMatMul", EXACT)
ROWS, INNER, COLUMNS = 512, 1024, 1024
BLOCK = 128


def product_rates(threads: int, seconds: float = 0.5, rows: int = ROWS, inner: int = INNER, columns: int = COLUMNS) -> dict[str, float]:
    """Kind of product to its best multiply-adds a second: the fastest of the calls that fit into ``seconds``, of (rows, inner) with (inner, columns)."""
    return {kind: rows * inner * columns / _fastest(_product(kind, inner, columns, threads), kind, rows, inner, seconds) for kind in PRODUCTS}


def _fastest(session: onnxruntime.InferenceSession, kind: str, rows: int, inner: int, seconds: float) -> float:
    given = np.random.default_rng(0).normal(size=(rows, inner)).astype(np.float32)
    inputs = {"a": (given * 20 + 128).clip(0, 255).astype(np.uint8) if "Integer" in kind else given}
    session.run(None, inputs)
    best, until = float("inf"), time.perf_counter() + seconds
    while best == float("inf") or time.perf_counter() < until:
        begun = time.perf_counter()
        session.run(None, inputs)
        best = min(best, time.perf_counter() - begun)
    return best


def _product(kind: str, inner: int, columns: int, threads: int) -> onnxruntime.InferenceSession:
    """A graph of one matrix product with constant weights, as a trained network has them."""
    from onnx import TensorProto, helper, numpy_helper

    chance = np.random.default_rng(1)
    whole = chance.integers(-100, 100, (inner, columns)).astype(np.int8)
    weights: list[np.ndarray]
    name, domain, weights, settings = kind.split()[1], "", [whole], dict[str, int]()
    if name == "MatMul":
        weights = [whole.astype(np.float32)]
    elif name == "DynamicQuantizeMatMul":
        domain, weights = "com.microsoft", [whole, np.array(0.01, np.float32)]
    elif name == "MatMulNBits":
        blocks, bits = (columns, inner // BLOCK), int(kind[0])
        domain, weights = "com.microsoft", [chance.integers(0, 255, (*blocks, BLOCK * bits // 8)).astype(np.uint8), np.full(blocks, 0.01, np.float32)]
        settings = {"K": inner, "N": columns, "bits": bits, "block_size": BLOCK, "accuracy_level": 4}
    constants = [numpy_helper.from_array(array, f"w{number}") for number, array in enumerate(weights)]
    integer = name == "MatMulInteger"
    given = helper.make_tensor_value_info("a", TensorProto.UINT8 if integer else TensorProto.FLOAT, ["rows", inner])
    result = helper.make_tensor_value_info("y", TensorProto.INT32 if integer else TensorProto.FLOAT, ["rows", columns])
    node = helper.make_node(name, ["a", *(one.name for one in constants)], ["y"], domain=domain)
    node.attribute.extend(helper.make_attribute(key, value) for key, value in settings.items())
    graph = helper.make_graph([node], "product", [given], [result], constants)
    opsets = [helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    made = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    return onnxruntime.InferenceSession(made.SerializeToString(), options, providers=["CPUExecutionProvider"])
