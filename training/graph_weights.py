"""The weights of an exported graph, in fp32: those that it keeps whole, in 8 bits or in 4."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import onnx
from onnx import numpy_helper

from training.gptq import restored

Stored = Mapping[str, onnx.TensorProto]
"""A graph's constants by their names."""


def graph_weights(graph: onnx.ModelProto) -> dict[str, np.ndarray]:
    """The parameters of an exported graph by their names in the network.

    The exporter keeps the names of biases, norms and embeddings. A product's matrix goes by a number, so it is found from the bias that is
    added to what the product gives.
    """
    stored = constants(graph)
    weights = {name: numpy_helper.to_array(tensor) for name, tensor in stored.items() if tensor.data_type == onnx.TensorProto.FLOAT}
    weights |= {plain: widened(stored, plain) for name in stored if name.endswith("_quantized") for plain in [name.removesuffix("_quantized")]}
    return weights | {bias.removesuffix("bias") + "weight": matrix(stored, product) for bias, product in products(graph)}


def constants(graph: onnx.ModelProto) -> dict[str, onnx.TensorProto]:
    """What a graph holds by name; changing one changes the graph."""
    return {tensor.name: tensor for tensor in graph.graph.initializer}


def products(graph: onnx.ModelProto) -> Iterator[tuple[str, onnx.NodeProto]]:
    """The products with weights to whose result a bias is added, with the bias's name."""
    maker = {output: node for node in graph.graph.node if node.op_type in ("MatMul", "MatMulNBits") for output in node.output}
    for node in graph.graph.node:
        bias = next((name for name in node.input if name.endswith(".bias")), None)
        product = next((maker[name] for name in node.input if name in maker), None)
        if node.op_type == "Add" and bias is not None and product is not None:
            yield bias, product


def settings(product: onnx.NodeProto) -> dict[str, int]:
    """The whole numbers of a MatMulNBits: K inputs, N outputs, bits, block_size."""
    return {attribute.name: attribute.i for attribute in product.attribute}


def widened(stored: Stored, name: str) -> np.ndarray:
    """A table in 8 bits with one scale, or one for each row."""
    codes, scale, zero = (numpy_helper.to_array(stored[f"{name}_{part}"]).astype(np.float32) for part in ("quantized", "scale", "zero_point"))
    result: np.ndarray = (codes - _by_row(zero)) * _by_row(scale)
    return result


def _by_row(values: np.ndarray) -> np.ndarray:
    return values[:, None] if values.ndim else values


def matrix(stored: Stored, product: onnx.NodeProto) -> np.ndarray:
    """(out, in) the matrix of a product, as a linear layer has it."""
    values = numpy_helper.to_array(stored[product.input[1]])
    if product.op_type == "MatMul":
        plain: np.ndarray = values.T
        return plain
    told = settings(product)
    scales = numpy_helper.to_array(stored[product.input[2]]).reshape(told["N"], -1)  # (out, blocks)
    if told["bits"] == 4:
        codes = np.stack([values & 15, values >> 4], axis=-1)  # (out, blocks, block / 2, 2): two a byte, the first in the lower half
        return restored(codes.reshape(told["N"], -1), scales)[:, : told["K"]]
    result: np.ndarray = ((values.astype(np.float32) - 128.0) * scales[..., None]).reshape(told["N"], -1)[:, : told["K"]]
    return result
