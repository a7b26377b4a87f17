"""Several finished models as one, in one folder: what they say of a window is averaged (model/committee.py).

Two models cannot lie beside each other at 8 bits where one may; so most products' weights are brought to 4 bits (training/gptq.py), the heads' to 8, and
the taggers share one table of subwords, the mean of theirs: models that went on from one another differ little there.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnx.external_data_helper import set_external_data

from model.backend import Backend, OnnxBackend, session
from model.committee import Committee
from model.config import EMBEDDINGS, FAST, ONLY_FIRST, SELECTION, VOCABULARY_FILES, ModelConfig, file_digest, several, write_model_config
from model.encode import Window
from model.errors import TrainingError
from model.runtime import achievement_config, pad
from training.export import agreement_of, copy_vocabulary, linker_input, new_folder
from training.gptq import rounded
from training.graph_weights import Stored, constants, matrix, products, settings, widened

BLOCK = 128
"""Inputs that share a scale, as in the 8-bit graphs: OpenVINO leaves its fast kernel with fewer."""
AGREEMENT = 0.99
"""Smallest share of words whose best tag the smaller graphs leave as the models had it."""
HEAD_TOLERANCE = 0.02
"""How far a linker's logits may be from those of fp32 weights, as a share of theirs, on random input."""
_LAYERS_IN_8_BITS = 4
_PARTS_IN_8_BITS = ("query", "key", "value", "intermediate.dense")
_TABLE = "encoder.embeddings.word_embeddings.weight"
_LARGE = 1 << 14
"""Weights of a head that are brought to 8 bits: smaller tables save nothing."""


def combine(configs: Sequence[ModelConfig], output: Path, name: str, learned: Sequence[Window], judged: Sequence[Window], padding: int, *, narrow: bool = True) -> float:
    """Write a model folder of several models; the first alone is a model of it too (``fast.json``).

    Args:
        configs: the models, as :func:`checked` gives them.
        learned: real windows, by which rounding knows what inputs go together.
        judged: other real windows, for the gate.
        padding: the subword that fills a window up.
        narrow: bring weights to fewer bits; else the graphs stay as they are.

    Returns:
        The share of words whose best tag is as the models had it.

    Raises:
        TrainingError: the smaller graphs say something else.
    """
    parts, first = several(len(configs)), configs[0]
    with new_folder(output) as made:
        for config, network in zip(configs, parts.networks, strict=True):
            for old, new in zip(config.parts.networks[0], network, strict=True):
                onnx.save(onnx.load(config.folder / old), made / new)  # with what lies beside it
        if narrow:
            make_small(made, parts.networks, learned, padding)
        agreement = gate(configs, made, judged, padding)
        copy_vocabulary(first.folder, made)
        if first.selects:
            shutil.copy(first.folder / SELECTION, made / SELECTION)
        write_model_config(made, name, first.labels, first.sizes, told(configs) | {"agreement": round(agreement, 4)}, parts=parts)
        write_model_config(made, f"{name}-fast", first.labels, first.sizes, _own(first) | {"network_of": name}, parts=ONLY_FIRST)
    return agreement


def checked(folders: Sequence[Path], output: Path) -> list[ModelConfig]:
    """The models' settings, where they go together and may be written to ``output``.

    Raises:
        ModelError: a folder holds no whole model of achievements.
        TrainingError: one model alone, one of several networks, one that differs from the first in vocabulary, labels or windows, or one that would be replaced.
    """
    if len(folders) < 2:
        raise TrainingError(f"{len(folders)} model; a committee has two or more: name their folders")
    configs = [achievement_config(folder) for folder in folders]
    for config in configs:
        if len(config.parts.networks) > 1:
            raise TrainingError(f"{config.folder}: is made of {len(config.parts.networks)} models itself; give those, or its first alone ({config.folder / FAST})")
        if config.folder.resolve() == output.resolve():
            raise TrainingError(f"{output}: is one of the models, which would be lost; name a new folder")
        for what, ours, theirs in zip(("labels", "windows", "vocabulary"), _nature(configs[0]), _nature(config), strict=True):
            if ours != theirs:
                raise TrainingError(f"{config.folder}: its {what} differ from those of {configs[0].folder}; give models of one encoder, with the same labels and windows")
    return configs


def _nature(config: ModelConfig) -> tuple[object, ...]:
    return config.labels, config.sizes, [file_digest(config.folder / file) for file in VOCABULARY_FILES if (config.folder / file).is_file()]


def _own(config: ModelConfig) -> dict[str, Any]:
    """How a model came to be, without the confidence that it had."""
    return {key: value for key, value in config.training.items() if key != "calibration"}


def told(configs: Sequence[ModelConfig]) -> dict[str, Any]:
    """What ``model.json`` keeps of the models that one is made of."""
    licences = sorted({config.training["encoder_licence"] for config in configs if "encoder_licence" in config.training})
    return {"encoder_licence": "; ".join(licences), "members": [{"model": config.identity, **_own(config)} for config in configs]}


def gate(configs: Sequence[ModelConfig], folder: Path, windows: Sequence[Window], padding: int) -> float:
    """The share of words whose best tag the new folder's networks together have as the models had it.

    Raises:
        TrainingError: too small a share, for all together or the first alone; a linker that gives other logits; or no window to judge by.
    """
    if not windows:
        raise TrainingError("no window of dev articles to judge by: the corpus's dev split needs articles with achievements")
    old = [OnnxBackend(config.folder, network=config.parts.networks[0]) for config in configs]
    new = [OnnxBackend(folder, network=network) for network in several(len(configs)).networks]
    shares = [agreement_of(_tags(theirs, windows, padding), _tags(ours, windows, padding)) for ours, theirs in ((Committee(new, "cpu"), Committee(old, "cpu")), (new[0], old[0]))]
    if min(shares) < AGREEMENT:
        raise TrainingError(
            f"in fewer bits the models together keep the best tag of {shares[0]:.2%} of the words, the first alone of {shares[1]:.2%} (allowed {AGREEMENT:.0%}); "
            "nothing was written: give --bits 8"
        )
    for config, ours, theirs in zip(configs, new, old, strict=True):
        arrays = linker_input(ours.tag(*pad(windows[:1], padding))[0].shape[-1])
        away = max(float(np.linalg.norm(a - b) / np.linalg.norm(b)) for a, b in zip(ours.link(*arrays), theirs.link(*arrays), strict=True))
        if away > HEAD_TOLERANCE:
            raise TrainingError(f"{config.folder}: its linker in 8 bits gives logits {away:.1%} away (allowed {HEAD_TOLERANCE:.0%}); nothing was written: give --bits 8")
    return shares[0]


def make_small(folder: Path, networks: Sequence[tuple[str, str]], windows: Sequence[Window], padding: int) -> None:
    """Bring the graphs of a folder to fewer bits, with one table of subwords for all taggers (:data:`EMBEDDINGS`)."""
    taggers = [narrowed_tagger(onnx.load(folder / tagger), windows, padding) for tagger, _ in networks]
    share_table(taggers, folder / EMBEDDINGS)
    for made, (tagger, linker) in zip(taggers, networks, strict=True):
        onnx.save(made, folder / tagger)
        onnx.save(narrowed_head(onnx.load(folder / linker)), folder / linker)


def stays_in_8_bits(bias: str) -> bool:
    """Whether a product is left in 8 bits: those of the first layers that lose most by fewer (docs/experiments.md).

    They are as many as let two compact models stay under 40 MB, the most that weights may take in the repository.
    """
    found = re.search(r"\.layer\.(\d+)\.(.*)\.bias$", bias)
    return found is None or (int(found[1]) < _LAYERS_IN_8_BITS and found[2].endswith(_PARTS_IN_8_BITS))


def narrowed_tagger(graph: onnx.ModelProto, windows: Sequence[Window], padding: int) -> onnx.ModelProto:
    """The graph with its 8-bit products in 4 bits, but those that :func:`stays_in_8_bits` names, rounded by what these windows give them to multiply."""
    chosen = [node for bias, node in products(graph) if _can_be_narrower(node) and not stays_in_8_bits(bias)]
    if chosen and not windows:
        raise TrainingError("no window of train articles to round by: the corpus's train split needs articles with achievements")
    moments = input_moments(graph, {node.input[0] for node in chosen}, windows, padding)
    stored = constants(graph)
    for node in chosen:
        round_product(stored, node, moments[node.input[0]])
    return graph


def _can_be_narrower(product: onnx.NodeProto) -> bool:
    told = settings(product)
    return product.op_type == "MatMulNBits" and told["bits"] == 8 and told["K"] % BLOCK == 0


def input_moments(graph: onnx.ModelProto, names: set[str], windows: Sequence[Window], padding: int) -> dict[str, np.ndarray]:
    """(K, K) for each of these values of the graph: the mean over the windows' subwords of its products with itself."""
    watched = onnx.ModelProto()
    watched.CopyFrom(graph)
    outputs = {value.name for value in watched.graph.output}
    watched.graph.output.extend(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in sorted(names - outputs))
    with tempfile.TemporaryDirectory() as folder:
        onnx.save(watched, Path(folder) / "watched.onnx")
        opened = session(Path(folder) / "watched.onnx", 0)
    wanted, sums, read = sorted(names), dict[str, np.ndarray](), 0
    for window in windows:
        ids, mask, first = pad([window], padding)
        for name, value in zip(wanted, opened.run(wanted, {"ids": ids, "mask": mask, "first": first}), strict=True):
            rows = value.reshape(-1, value.shape[-1])
            sums[name] = sums.get(name, 0.0) + rows.T @ rows
        read += ids.size
    return {name: total / read for name, total in sums.items()}


def round_product(stored: Stored, product: onnx.NodeProto, moments: np.ndarray) -> None:
    """Bring an 8-bit product of a graph with these constants to 4 bits; ``moments`` (K, K) are those of its inputs."""
    codes, scales = rounded(matrix(stored, product), moments, BLOCK)
    pairs = codes.reshape(len(codes), -1, BLOCK // 2, 2)
    packed = (pairs[..., 0] | (pairs[..., 1] << 4)).astype(np.uint8)  # two codes a byte, the first in the lower half
    for name, array in ((product.input[1], packed), (product.input[2], scales.reshape(-1))):
        stored[name].CopyFrom(numpy_helper.from_array(array, name))
    for attribute in product.attribute:
        attribute.i = {"bits": 4, "block_size": BLOCK}.get(attribute.name, attribute.i)


def share_table(taggers: Sequence[onnx.ModelProto], path: Path) -> None:
    """One table of subwords for all taggers, the mean of theirs in 8 bits, in a file beside them; where one has none in 8 bits each keeps its own."""
    stored = [constants(tagger) for tagger in taggers]
    if any(f"{_TABLE}_quantized" not in one for one in stored):
        return
    tables = [widened(one, _TABLE) for one in stored]
    if len({table.shape for table in tables}) > 1:
        return
    mean = np.mean(tables, axis=0)
    scale = np.float32(np.abs(mean).max() / 127)
    codes = (np.clip(np.rint(mean / scale), -127, 127) + 128).astype(np.uint8)
    path.write_bytes(codes.tobytes())
    for one in stored:
        table = one[f"{_TABLE}_quantized"]
        table.CopyFrom(numpy_helper.from_array(codes, table.name))
        set_external_data(table, path.name, 0, codes.nbytes)
        table.ClearField("raw_data")
        for name, value in (("scale", scale), ("zero_point", np.uint8(128))):
            one[f"{_TABLE}_{name}"].CopyFrom(numpy_helper.from_array(np.array(value), f"{_TABLE}_{name}"))


def narrowed_head(graph: onnx.ModelProto) -> onnx.ModelProto:
    """The graph with its large matrices in 8 bits, one scale a row; it computes in fp32 as before."""
    for tensor in [one for one in graph.graph.initializer if one.data_type == onnx.TensorProto.FLOAT and len(one.dims) == 2 and np.prod(one.dims) >= _LARGE]:
        value = numpy_helper.to_array(tensor)
        scale = np.maximum(np.abs(value).max(1) / 127, 1e-12).astype(np.float32)  # (rows,)
        codes = np.rint(value / scale[:, None]).astype(np.int8)
        made = {"quantized": codes, "scale": scale, "zero_point": np.zeros(len(value), np.int8)}
        graph.graph.initializer.remove(tensor)
        graph.graph.initializer.extend(numpy_helper.from_array(array, f"{tensor.name}_{part}") for part, array in made.items())
        graph.graph.node.insert(0, helper.make_node("DequantizeLinear", [f"{tensor.name}_{part}" for part in made], [tensor.name], axis=0))
    return graph


def _tags(backend: Backend, windows: Sequence[Window], padding: int) -> list[np.ndarray]:
    return [backend.tag(*pad([window], padding))[1][0] for window in windows]
