"""Networks as ONNX files, weights exact."""

from __future__ import annotations

import os
from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plsym.atomic import write_atomically
from plsym.errors import ModelFormatError
from plsym.exact.dyadics import ExactArray
from plsym.interop.extras import require
from plsym.networks import layers as ops
from plsym.networks.formats.floats import shared_type
from plsym.networks.layers import Node
from plsym.networks.network import ReLUNetwork

__all__ = ["save_onnx", "to_onnx"]

_OPSET, _IR_VERSION = 17, 8


def to_onnx(network: ReLUNetwork) -> Any:
    """Write a network as an ONNX model.

    Parameters
    ----------
    network : ReLUNetwork
        Its weights must be floats (float32, or else float64), so that the model is
        the network and not a rounding of it.

    Returns
    -------
    onnx.ModelProto
        One input "input" and one output, with a free batch axis in front; float32
        if that holds all weights, float64 otherwise.

    Raises
    ------
    MissingExtraError
        If onnx is not installed.
    ModelFormatError
        If a weight is no double, such as 1/3; the node is named.

    Notes
    -----
    Reading the model back gives the same function, exactly.  A runtime that
    evaluates it rounds, as ever.

    Examples
    --------
    >>> model = pl.to_onnx(pl.sawtooth_network(2))
    >>> [node.op_type for node in model.graph.node]
    ['Gemm', 'Relu', 'Gemm', 'Relu', 'Gemm']
    >>> pl.from_onnx(model)("1/4")
    Fraction(1, 1)
    """
    onnx = require("onnx", "onnx")
    model = _Writer(onnx, network).model()
    onnx.checker.check_model(model)
    return model


def save_onnx(network: ReLUNetwork, path: str | os.PathLike[str]) -> None:
    """Write a network to an ``.onnx`` file.

    Parameters
    ----------
    network : ReLUNetwork
    path : path
        The file appears complete or not at all.

    Raises
    ------
    MissingExtraError, ModelFormatError
        As for `to_onnx`.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> from plsym.interop.onnx_writer import save_onnx
    >>> save_onnx(pl.sawtooth_network(3), "net.onnx")
    >>> pl.load("net.onnx")("1/8")
    Fraction(1, 1)
    """
    write_atomically(path, to_onnx(network).SerializeToString())


class _Writer:
    def __init__(self, onnx: Any, network: ReLUNetwork) -> None:
        self.onnx, self.network = onnx, network
        self.dtype = shared_type(network, "an ONNX file")
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def model(self) -> Any:
        helper, network = self.onnx.helper, self.network
        for node in network.nodes:
            handler = _HANDLERS.get(type(node.op))
            if handler is None:  # a kind of operation added later
                raise ModelFormatError(
                    f"node {node.name!r} ({type(node.op).__name__}) has no ONNX form"
                )
            handler(self, node)
        kinds = self.onnx.TensorProto
        kind = kinds.FLOAT if self.dtype == np.float32 else kinds.DOUBLE
        ends = [
            helper.make_tensor_value_info(name, kind, ["batch", *shape])
            for name, shape in (
                ("input", network.input_shape),
                (network.output, network.output_shape),
            )
        ]
        graph = helper.make_graph(self.nodes, "network", ends[:1], ends[1:], self.constants)
        return helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", _OPSET)],
            ir_version=_IR_VERSION,
            producer_name="plsym",
        )

    def constant(self, name: str, array: NDArray[Any]) -> str:
        self.constants.append(self.onnx.numpy_helper.from_array(array, name))
        return name

    def weights(self, name: str, array: ExactArray) -> str:
        return self.constant(name, array.mid.astype(self.dtype))

    def emit(
        self, kind: str, inputs: list[str], output: str, name: str | None = None, **attributes: Any
    ) -> str:
        self.nodes.append(
            self.onnx.helper.make_node(kind, inputs, [output], name=name or output, **attributes)
        )
        return output

    def reshape(self, source: str, shape: tuple[int, ...], output: str) -> str:
        target = self.constant(f"{output}:shape", np.array([-1, *shape], dtype=np.int64))
        return self.emit("Reshape", [source, target], output)

    def rank(self, node: Node) -> int:
        return len(self.network.shapes[node.inputs[0]])


_Handler = Callable[[_Writer, Node], None]


def _affine(w: _Writer, node: Node) -> None:
    op: Any = node.op
    name = node.name
    bias = w.weights(f"{name}:bias", op.bias)
    if w.rank(node) == 1:
        weights = w.weights(f"{name}:weights", op.weights)
        w.emit("Gemm", [node.inputs[0], weights, bias], name, transB=1)
        return
    turned = ExactArray(np.ascontiguousarray(op.weights.mid.T))
    product = w.emit(
        "MatMul", [node.inputs[0], w.weights(f"{name}:weights", turned)], f"{name}:product"
    )
    w.emit("Add", [product, bias], name)


def _convolution(w: _Writer, node: Node) -> None:
    op: Any = node.op
    w.emit(
        "Conv",
        [
            node.inputs[0],
            w.weights(f"{node.name}:weights", op.weights),
            w.weights(f"{node.name}:bias", op.bias),
        ],
        node.name,
        strides=op.strides,
        pads=op.pads,
        dilations=op.dilations,
        group=op.groups,
    )


def _pool(kind: str, setting: str) -> _Handler:
    """Pooling of a kind, with the one setting that the other kind lacks."""

    def handler(w: _Writer, node: Node) -> None:
        op: Any = node.op
        attributes = {"kernel_shape": op.kernel, "strides": op.strides, "pads": op.pads}
        attributes[setting] = getattr(op, setting)
        w.emit(kind, list(node.inputs), node.name, **attributes)

    return handler


def _maxout(w: _Writer, node: Node) -> None:
    # groups along the first axis: the windows of a pooling over a single channel
    op: Any = node.op
    shape = w.network.shapes[node.inputs[0]]
    flat = (1, shape[0], prod(shape[1:]))
    turned = w.reshape(node.inputs[0], flat, f"{node.name}:groups")
    window = [op.k, 1]
    pooled = w.emit(
        "MaxPool", [turned], f"{node.name}:largest", kernel_shape=window, strides=window
    )
    w.reshape(pooled, w.network.shapes[node.name], node.name)


def _with_constant(kind: str, field: str) -> _Handler:
    def handler(w: _Writer, node: Node) -> None:
        value = w.weights(f"{node.name}:{field}", getattr(node.op, field))
        w.emit(kind, [node.inputs[0], value], node.name)

    return handler


def _leaky(w: _Writer, node: Node) -> None:
    # not LeakyRelu, whose slope is an attribute of single precision
    op: Any = node.op
    slope = w.weights(f"{node.name}:slope", op.slope.reshape(*(1,) * w.rank(node)))
    w.emit("PRelu", [node.inputs[0], slope], node.name)


def _clip(w: _Writer, node: Node) -> None:
    op: Any = node.op
    bounds = [op.lower, op.upper]
    if all(b is None or b.mid.size == 1 for b in bounds):
        names = [
            "" if b is None else w.weights(f"{node.name}:{end}", b.reshape())
            for end, b in zip(("lower", "upper"), bounds, strict=True)
        ]
        w.emit("Clip", [node.inputs[0], *names], node.name)
        return
    value = node.inputs[0]
    for kind, end, bound in (("Max", "lower", op.lower), ("Min", "upper", op.upper)):
        if bound is not None:
            last = end == "upper" or op.upper is None
            constant = w.weights(f"{node.name}:{end}", bound)
            value = w.emit(kind, [value, constant], node.name if last else f"{node.name}:raised")


def _chain(kind: str) -> _Handler:
    """Operations that ONNX knows for two inputs only."""

    def handler(w: _Writer, node: Node) -> None:
        value = node.inputs[0]
        if len(node.inputs) == 1:
            w.emit("Identity", [value], node.name)
        for i, other in enumerate(node.inputs[1:], start=2):
            last = i == len(node.inputs)
            value = w.emit(kind, [value, other], node.name if last else f"{node.name}:{i}")

    return handler


def _same(kind: str) -> _Handler:
    def handler(w: _Writer, node: Node) -> None:
        w.emit(kind, list(node.inputs), node.name)

    return handler


def _transpose(w: _Writer, node: Node) -> None:
    op: Any = node.op
    w.emit("Transpose", list(node.inputs), node.name, perm=[0, *(i + 1 for i in op.perm)])


def _concat(w: _Writer, node: Node) -> None:
    op: Any = node.op
    w.emit("Concat", list(node.inputs), node.name, axis=op.axis % w.rank(node) + 1)


def _reshape(w: _Writer, node: Node) -> None:
    w.reshape(node.inputs[0], w.network.shapes[node.name], node.name)


_HANDLERS: dict[type, _Handler] = {
    ops.Abs: _same("Abs"),
    ops.Add: _chain("Add"),
    ops.Affine: _affine,
    ops.AveragePool: _pool("AveragePool", "count_include_pad"),
    ops.Clip: _clip,
    ops.Concat: _concat,
    ops.Convolution: _convolution,
    ops.Identity: _same("Identity"),
    ops.LeakyReLU: _leaky,
    ops.Maximum: _same("Max"),
    ops.MaximumWith: _with_constant("Max", "constant"),
    ops.Maxout: _maxout,
    ops.MaxPool: _pool("MaxPool", "dilations"),
    ops.Minimum: _same("Min"),
    ops.MinimumWith: _with_constant("Min", "constant"),
    ops.PReLU: _with_constant("PRelu", "slopes"),
    ops.ReLU: _same("Relu"),
    ops.Reshape: _reshape,
    ops.Scale: _with_constant("Mul", "factor"),
    ops.Shift: _with_constant("Add", "offset"),
    ops.Subtract: _chain("Sub"),
    ops.Transpose: _transpose,
}
