"""ONNX models as networks: weights exact, every operation known by name or refused."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError, ModelFormatError, PlsymError, UnsupportedLayerError
from plsym.interop.extras import require
from plsym.networks import layers as ops
from plsym.networks.layers import Node, Op, Shape
from plsym.networks.network import ReLUNetwork

__all__ = ["from_onnx"]

_LARGEST_FILE = 2**31


@dataclass(frozen=True)
class _Tensor:
    """A computed tensor: the node that makes it, its shape without the batch axis."""

    node: str
    shape: Shape
    batched: bool


def from_onnx(source: Any, *, stop_at: str | None = None) -> ReLUNetwork:
    """Read a network from an ONNX file or model.

    Parameters
    ----------
    source : path, bytes or onnx.ModelProto
    stop_at : str, optional
        The name of a node or tensor to take as the output, to cut off a final
        softmax, say.

    Returns
    -------
    ReLUNetwork

    Raises
    ------
    MissingExtraError
        If onnx is not installed.
    ModelFormatError
        If the file is truncated, corrupt or not ONNX.
    UnsupportedLayerError
        If an operation is not piecewise linear or not known; the message names node
        and operation.
    DomainError
        If a weight is NaN or infinite, or shapes do not fit.

    Notes
    -----
    Weights are exact: each float16, bfloat16, float32 or float64 is the dyadic
    rational that it is.  A batch normalisation's multiplier, which is irrational in
    general, is the double nearest to it.  The batch axis must be 1 or free and is
    dropped.  Dropout and widening casts are the identity.

    Known operations: Gemm, MatMul, Add, Sub, Mul, Div, Neg, Relu, LeakyRelu, PRelu,
    Clip, Abs, Max, Min, MaxPool, AveragePool, GlobalMaxPool, GlobalAveragePool, Conv,
    BatchNormalization, Flatten, Reshape, Squeeze, Unsqueeze, Transpose, Concat,
    Identity, Dropout, Cast, Constant.

    Examples
    --------
    >>> pl.save(pl.sawtooth_network(3), "model.onnx")
    >>> pl.from_onnx("model.onnx").widths
    (2, 2, 2)
    """
    onnx = require("onnx", "onnx")
    model, name = _model(onnx, source)
    try:
        return _Importer(onnx, model, name, stop_at).network()
    except PlsymError:
        raise
    except (IndexError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelFormatError(f"{name} is not a well-formed model: {error}") from error


def _model(onnx: Any, source: Any) -> tuple[Any, str]:
    if isinstance(source, onnx.ModelProto):
        return source, "the model"
    if isinstance(source, bytes):
        data, name = source, "the data"
    else:
        path = Path(os.fspath(source))
        if path.stat().st_size > _LARGEST_FILE:
            raise ModelFormatError(f"{path} has {path.stat().st_size} bytes; at most 2 GiB")
        data, name = path.read_bytes(), str(path)
    model = onnx.ModelProto()
    try:
        model.ParseFromString(data)
    except Exception as error:  # protobuf's DecodeError has no stable home
        raise ModelFormatError(f"{name} is truncated or no ONNX file: {error}") from error
    if not model.graph.node:
        raise ModelFormatError(f"{name} holds no graph; is it an ONNX file?")
    return model, name


class _Importer:
    def __init__(self, onnx: Any, model: Any, name: str, stop_at: str | None) -> None:
        self.onnx, self.graph, self.name, self.stop_at = onnx, model.graph, name, stop_at
        self.constants: dict[str, NDArray[Any]] = {}
        self.tensors: dict[str, _Tensor] = {}
        self.nodes: list[Node] = []
        self.names: set[str] = {"input"}
        self.where = ""

    # the graph -----------------------------------------------------------------

    def network(self) -> ReLUNetwork:
        for tensor in self.graph.initializer:
            self.constants[tensor.name] = self._array(tensor)
        shape = self._read_input()
        target = self._target()
        for node in self.graph.node:
            self.where = f"node {node.name or node.output[0]!r} ({node.op_type})"
            if target in self.tensors:
                break
            self._convert(node)
        if target not in self.tensors:
            raise ModelFormatError(f"{self.name}: the output {target!r} is never computed")
        result = self.tensors[target]
        if result.node == "input":
            result = self._emit(ops.Identity(), [result], "identity")
        return ReLUNetwork(tuple(self.nodes), shape, result.node)

    def _read_input(self) -> Shape:
        inputs = [v for v in self.graph.input if v.name not in self.constants]
        if len(inputs) != 1:
            names = ", ".join(v.name for v in inputs) or "none"
            raise UnsupportedLayerError(
                f"{self.name} has {len(inputs)} inputs ({names}); networks with one are read"
            )
        dims = [
            d.dim_value if d.HasField("dim_value") else -1
            for d in inputs[0].type.tensor_type.shape.dim
        ]
        batched = len(dims) > 1 and dims[0] in (-1, 0, 1)
        shape = tuple(dims[1:] if batched else dims)
        if not shape or any(n < 1 for n in shape):
            raise UnsupportedLayerError(
                f"{self.name}: the input {inputs[0].name!r} has shape {dims}; apart from the "
                "batch axis all sizes must be fixed"
            )
        self.tensors[inputs[0].name] = _Tensor("input", shape, batched)
        return shape

    def _target(self) -> str:
        if self.stop_at is None:
            if len(self.graph.output) != 1:
                names = ", ".join(v.name for v in self.graph.output)
                raise UnsupportedLayerError(
                    f"{self.name} has outputs {names}; choose one with stop_at=..."
                )
            return str(self.graph.output[0].name)
        for node in self.graph.node:
            if self.stop_at in (node.name, *node.output):
                return str(self.stop_at if self.stop_at in node.output else node.output[0])
        raise DomainError(f"stop_at={self.stop_at!r}: {self.name} has no such node or tensor")

    def _array(self, tensor: Any) -> NDArray[Any]:
        if tensor.data_location == self.onnx.TensorProto.EXTERNAL:
            raise ModelFormatError(
                f"{self.name}: tensor {tensor.name!r} keeps its data in another file; "
                "save the model with its weights inside"
            )
        try:
            array = np.asarray(self.onnx.numpy_helper.to_array(tensor))
        except Exception as error:
            raise ModelFormatError(
                f"{self.name}: tensor {tensor.name!r} is truncated or corrupt: {error}"
            ) from error
        kind = array.dtype.kind
        if kind == "f" or (kind == "V" and array.dtype.names is None):
            wide = array.astype(np.float64)
            if not np.isfinite(wide).all():
                raise DomainError(
                    f"{self.name}: tensor {tensor.name!r} holds NaN or infinite entries"
                )
            return wide
        return array

    def _attributes(self, node: Any) -> dict[str, Any]:
        return {a.name: self.onnx.helper.get_attribute_value(a) for a in node.attribute}

    # one node --------------------------------------------------------------------

    def _convert(self, node: Any) -> None:
        handler = _HANDLERS.get(node.op_type) if node.domain in ("", "ai.onnx") else None
        if handler is None:
            raise UnsupportedLayerError(
                f"{self.name}: {self.where} is not supported; "
                "stop_at='TENSOR' cuts a network off before its last operations"
            )
        used = [o for o in node.output[1:] if o and self._is_used(o)]
        if used:
            raise UnsupportedLayerError(
                f"{self.name}: the second output of {self.where} is used, which is not supported"
            )
        try:
            result = handler(self, node, self._attributes(node))
        except DomainError as error:
            raise DomainError(f"{self.name}: {self.where}: {error}") from error
        if isinstance(result, _Tensor):
            self.tensors[node.output[0]] = result
        else:
            self.constants[node.output[0]] = result

    def _is_used(self, tensor: str) -> bool:
        return any(tensor in n.input for n in self.graph.node) or any(
            tensor == v.name for v in self.graph.output
        )

    def unsupported(self, why: str) -> UnsupportedLayerError:
        return UnsupportedLayerError(f"{self.name}: {self.where}: {why}")

    def _emit(
        self, op: Op, inputs: Sequence[_Tensor], hint: str, batched: bool | None = None
    ) -> _Tensor:
        base = hint or "node"
        name, k = base, 1
        while name in self.names:
            k += 1
            name = f"{base}.{k}"
        self.names.add(name)
        shape = op.output_shape(*(t.shape for t in inputs))
        self.nodes.append(Node(name, op, tuple(t.node for t in inputs)))
        return _Tensor(name, shape, inputs[0].batched if batched is None else batched)

    def operand(self, node: Any, i: int) -> _Tensor | NDArray[Any] | None:
        if i >= len(node.input) or not node.input[i]:
            return None
        name = node.input[i]
        if name in self.tensors:
            return self.tensors[name]
        if name in self.constants:
            return self.constants[name]
        raise ModelFormatError(f"{self.name}: {self.where} uses {name!r}, which nothing defines")

    def tensor(self, node: Any, i: int = 0) -> _Tensor:
        value = self.operand(node, i)
        if not isinstance(value, _Tensor):
            raise self.unsupported(f"input {i} must be computed from the network's input")
        return value

    def constant(self, node: Any, i: int) -> NDArray[Any] | None:
        value = self.operand(node, i)
        if isinstance(value, _Tensor):
            raise self.unsupported(f"input {i} must be a constant")
        return value

    def needed(self, node: Any, i: int) -> NDArray[Any]:
        value = self.constant(node, i)
        if value is None:
            raise self.unsupported(f"input {i} is missing")
        return value

    def unbatched(self, value: NDArray[Any], like: _Tensor) -> NDArray[Any]:
        """A constant that broadcasts to a tensor, without the batch axis."""
        if like.batched and value.ndim == len(like.shape) + 1:
            if value.shape[0] != 1:
                raise self.unsupported(f"a constant of shape {value.shape} spans the batch axis")
            return np.asarray(value[0])
        return value


_Result = _Tensor | NDArray[Any]
_Handler = Callable[[_Importer, Any, dict[str, Any]], _Result]


def _exact(array: NDArray[Any]) -> NDArray[np.object_]:
    """Entries as fractions: floats as the dyadic rationals that they are."""
    out = np.empty(array.size, dtype=object)
    out[:] = [Fraction(v) for v in array.ravel().tolist()]
    return out.reshape(array.shape)


def _times(array: NDArray[Any], factor: float) -> NDArray[Any]:
    return array if factor == 1.0 else np.asarray(_exact(array) * Fraction(factor))


def _gemm(im: _Importer, node: Any, at: dict[str, Any]) -> _Result:
    x = im.tensor(node)
    if at.get("transA", 0):
        raise im.unsupported("transA=1 is not supported")
    weights = im.needed(node, 1)
    if weights.ndim != 2:
        raise im.unsupported(f"weights of shape {weights.shape}; a matrix is needed")
    matrix = weights if at.get("transB", 0) else weights.T
    bias = im.constant(node, 2)
    if bias is not None:
        bias = np.broadcast_to(bias.reshape(-1), (matrix.shape[0],))
        bias = _times(bias, at.get("beta", 1.0))
    op = ops.Affine(_times(matrix, at.get("alpha", 1.0)), bias)  # type: ignore[arg-type]
    return im._emit(op, [x], node.name or node.output[0])


def _matmul(im: _Importer, node: Any, at: dict[str, Any]) -> _Result:
    left, right = im.operand(node, 0), im.operand(node, 1)
    name = node.name or node.output[0]
    if isinstance(left, _Tensor) and isinstance(right, np.ndarray):
        if right.ndim != 2:
            raise im.unsupported(f"a constant of shape {right.shape}; a matrix is needed")
        return im._emit(ops.Affine(right.T), [left], name)  # type: ignore[arg-type]
    if isinstance(right, _Tensor) and isinstance(left, np.ndarray):
        if left.ndim != 2 or len(right.shape) > 2:
            raise im.unsupported("a matrix from the left needs a vector or matrix on the right")
        op = ops.Affine(left)  # type: ignore[arg-type]
        if len(right.shape) == 1 and not right.batched:
            return im._emit(op, [right], name)
        if len(right.shape) == 1:
            # (1, n) on the right of a matrix: a row, which only n == 1 columns fit
            raise im.unsupported("a matrix from the left of a batch of vectors")
        turned = im._emit(ops.Transpose((1, 0)), [right], f"{name}.turn")
        return im._emit(ops.Transpose((1, 0)), [im._emit(op, [turned], name)], f"{name}.back")
    raise im.unsupported("one factor must be a constant and the other not")


def _sum(im: _Importer, node: Any, at: dict[str, Any]) -> _Result:
    values = [im.operand(node, i) for i in range(len(node.input))]
    tensors = [v for v in values if isinstance(v, _Tensor)]
    name = node.name or node.output[0]
    minus = node.op_type == "Sub"
    if not tensors:
        raise im.unsupported("a sum of constants; fold the constants first")
    if len(tensors) == len(values):
        op: Op = ops.Subtract() if minus else ops.Add()
        return im._emit(op, tensors, name)
    x = tensors[0]
    constants = [im.unbatched(v, x) for v in values if isinstance(v, np.ndarray)]
    if len(values) != 2:
        raise im.unsupported("a sum of several tensors and constants")
    if not minus:
        return im._emit(ops.Shift(constants[0]), [x], name)  # type: ignore[arg-type]
    if isinstance(values[0], _Tensor):
        return im._emit(ops.Shift(-constants[0]), [x], name)  # type: ignore[arg-type]
    turned = im._emit(ops.Scale(-1), [x], f"{name}.minus")  # type: ignore[arg-type]
    return im._emit(ops.Shift(constants[0]), [turned], name)  # type: ignore[arg-type]


def _product(im: _Importer, node: Any, at: dict[str, Any]) -> _Result:
    a, b = im.operand(node, 0), im.operand(node, 1)
    name = node.name or node.output[0]
    if node.op_type == "Div":
        if not isinstance(a, _Tensor) or not isinstance(b, np.ndarray):
            raise im.unsupported("only division by a constant is piecewise linear")
        if not np.all(b != 0):
            raise im.unsupported("division by zero")
        factor = np.asarray(Fraction(1) / _exact(im.unbatched(b, a)))
        return im._emit(ops.Scale(factor), [a], name)  # type: ignore[arg-type]
    if isinstance(a, np.ndarray):
        a, b = b, a
    if not isinstance(a, _Tensor) or not isinstance(b, np.ndarray):
        raise im.unsupported("a product is piecewise linear only if one factor is constant")
    return im._emit(ops.Scale(im.unbatched(b, a)), [a], name)  # type: ignore[arg-type]


def _unary(make: Callable[[dict[str, Any]], Op]) -> _Handler:
    def handler(im: _Importer, node: Any, at: dict[str, Any]) -> _Result:
        value = im.operand(node, 0)
        if isinstance(value, np.ndarray) and node.op_type in ("Identity", "Cast", "Dropout"):
            return value
        return im._emit(make(at), [im.tensor(node)], node.name or node.output[0])

    return handler


def _cast(im: _Importer, node: Any, at: dict[str, Any]) -> _Result:
    kinds = im.onnx.TensorProto
    wide = (kinds.FLOAT, kinds.DOUBLE)
    value = im.operand(node, 0)
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f" and at.get("to") not in wide:
            raise im.unsupported("a cast of constants to a narrower type")
        return value
    if at.get("to") not in wide:
        raise im.unsupported("a cast to a type that is not float or double rounds")
    return im._emit(ops.Identity(), [im.tensor(node)], node.name or node.output[0])


def _prelu(im: _Importer, node: Any, at: dict[str, Any]) -> _Result:
    x = im.tensor(node)
    op = ops.PReLU(im.unbatched(im.needed(node, 1), x))  # type: ignore[arg-type]
    return im._emit(op, [x], node.name or node.output[0])


def _clip(im: _Importer, node: Any, at: dict[str, Any]) -> _Result:
    x = im.tensor(node)
    bounds = [at.get("min", im.constant(node, 1)), at.get("max", im.constant(node, 2))]
    values = [None if b is None else np.asarray(b, dtype=np.float64).reshape(()) for b in bounds]
    name = node.name or node.output[0]
    if values == [None, None]:
        return im._emit(ops.Identity(), [x], name)
    return im._emit(ops.Clip(*values), [x], name)  # type: ignore[arg-type]


def _extreme(im: _Importer, node: Any, at: dict[str, Any]) -> _Result:
    values = [im.operand(node, i) for i in range(len(node.input))]
    tensors = [v for v in values if isinstance(v, _Tensor)]
    if not tensors:
        raise im.unsupported("an extreme of constants; fold the constants first")
    largest = node.op_type == "Max"
    name = node.name or node.output[0]
    result = tensors[0]
    if len(tensors) > 1:
        result = im._emit(ops.Maximum() if largest else ops.Minimum(), tensors, name)
    for value in values:
        if isinstance(value, np.ndarray):
            kind = ops.MaximumWith if largest else ops.MinimumWith
            result = im._emit(kind(im.unbatched(value, result)), [result], name)  # type: ignore[arg-type]
    if result.node == tensors[0].node:
        result = im._emit(ops.Identity(), [result], name)
    return result


def _window(
    im: _Importer, x: _Tensor, kernel: Shape, at: dict[str, Any]
) -> tuple[list[int], list[int], list[int]]:
    """Strides, pads (beginnings, then ends) and dilations."""
    axes = len(kernel)
    strides = list(at.get("strides", [1] * axes))
    dilations = list(at.get("dilations", [1] * axes))
    pads = list(at.get("pads", [0] * 2 * axes))
    mode = at.get("auto_pad", b"NOTSET").decode()
    if mode in ("SAME_UPPER", "SAME_LOWER"):
        sizes = x.shape[1:]
        begin, end = [], []
        for n, s, d, k in zip(sizes, strides, dilations, kernel, strict=True):
            total = max((-(-n // s) - 1) * s + d * (k - 1) + 1 - n, 0)
            small, large = total // 2, total - total // 2
            begin.append(small if mode == "SAME_UPPER" else large)
            end.append(large if mode == "SAME_UPPER" else small)
        pads = begin + end
    elif mode not in ("NOTSET", "VALID"):
        raise im.unsupported(f"auto_pad={mode}")
    if any(p < 0 for p in pads):
        raise im.unsupported(f"negative pads {pads}")
    return strides, pads, dilations


def _conv(im: _Importer, node: Any, at: dict[str, Any]) -> _Result:
    x = im.tensor(node)
    weights = im.needed(node, 1)
    strides, pads, dilations = _window(im, x, weights.shape[2:], at)
    op = ops.Convolution(
        weights,  # type: ignore[arg-type]
        im.constant(node, 2),  # type: ignore[arg-type]
        tuple(strides),
        tuple(pads),
        tuple(dilations),
        at.get("group", 1),
    )
    return im._emit(op, [x], node.name or node.output[0])


def _pool(im: _Importer, node: Any, at: dict[str, Any]) -> _Result:
    x = im.tensor(node)
    if at.get("ceil_mode", 0):
        raise im.unsupported("ceil_mode=1")
    everything = node.op_type.startswith("Global")
    kernel = x.shape[1:] if everything else tuple(at["kernel_shape"])
    strides, pads, dilations = _window(im, x, kernel, {} if everything else at)
    name = node.name or node.output[0]
    if "Max" in node.op_type:
        return im._emit(
            ops.MaxPool(kernel, tuple(strides), tuple(pads), tuple(dilations)), [x], name
        )
    if any(d != 1 for d in dilations):
        raise im.unsupported("an average over dilated windows")
    include = bool(at.get("count_include_pad", 0))
    return im._emit(ops.AveragePool(kernel, tuple(strides), tuple(pads), include), [x], name)


def _batch_normalization(im: _Importer, node: Any, at: dict[str, Any]) -> _Result:
    if at.get("training_mode", 0):
        raise im.unsupported("training_mode=1")
    x = im.tensor(node)
    weight, bias, mean, variance = (im.needed(node, i) for i in range(1, 5))
    scale, shift = ops.batch_norm(
        weight,
        bias,
        mean,
        variance,
        float(np.float32(at.get("epsilon", 1e-5))),
        axes=len(x.shape) - 1,
    )
    name = node.name or node.output[0]
    return im._emit(shift, [im._emit(scale, [x], f"{name}.scale")], name)


def _to_shape(im: _Importer, x: _Tensor, target: Sequence[int], name: str) -> _Tensor:
    """A reshape to a full ONNX shape (0 and -1 already resolved)."""
    size = prod(x.shape)
    # a leading 1 (or a free axis) stays the batch axis
    batched = len(target) > 1 and target[0] == 1
    shape = tuple(target[1:] if batched else target)
    if prod(shape) != size:
        raise im.unsupported(f"{(1, *x.shape) if x.batched else x.shape} to {tuple(target)}")
    if shape == x.shape and batched == x.batched:
        return im._emit(ops.Identity(), [x], name)
    return im._emit(ops.Reshape(shape), [x], name, batched)


def _full(x: _Tensor) -> list[int]:
    return [1, *x.shape] if x.batched else list(x.shape)


def _reshape(im: _Importer, node: Any, at: dict[str, Any]) -> _Result:
    value = im.operand(node, 0)
    raw = at.get("shape")
    wanted = [int(n) for n in (raw if raw is not None else im.needed(node, 1).ravel())]
    full = list(value.shape) if isinstance(value, np.ndarray) else _full(im.tensor(node))
    if not at.get("allowzero", 0):
        wanted = [full[i] if n == 0 else n for i, n in enumerate(wanted)]
    known = prod(n for n in wanted if n != -1)
    if wanted.count(-1) > 1 or known <= 0:
        raise im.unsupported(f"shape {wanted}")
    target = [prod(full) // known if n == -1 else n for n in wanted]
    if isinstance(value, np.ndarray):
        return value.reshape(target)
    return _to_shape(im, im.tensor(node), target, node.name or node.output[0])


def _flatten(im: _Importer, node: Any, at: dict[str, Any]) -> _Result:
    x = im.tensor(node)
    full = _full(x)
    axis = at.get("axis", 1)
    axis += len(full) if axis < 0 else 0
    target = [prod(full[:axis]), prod(full[axis:])]
    return _to_shape(im, x, target, node.name or node.output[0])


def _squeeze(im: _Importer, node: Any, at: dict[str, Any]) -> _Result:
    value = im.operand(node, 0)
    raw = at.get("axes", im.constant(node, 1))
    full = list(value.shape) if isinstance(value, np.ndarray) else _full(im.tensor(node))
    if node.op_type == "Squeeze":
        axes = [i for i, n in enumerate(full) if n == 1] if raw is None else [int(i) for i in raw]
        drop = {i % len(full) for i in axes}
        target = [n for i, n in enumerate(full) if i not in drop]
    else:
        axes = [int(i) for i in raw] if raw is not None else []
        rank = len(full) + len(axes)
        put = {i % rank for i in axes}
        source = iter(full)
        target = [1 if i in put else next(source) for i in range(rank)]
    if isinstance(value, np.ndarray):
        return value.reshape(target)
    return _to_shape(im, im.tensor(node), target, node.name or node.output[0])


def _transpose(im: _Importer, node: Any, at: dict[str, Any]) -> _Result:
    value = im.operand(node, 0)
    if isinstance(value, np.ndarray):
        return np.transpose(value, at.get("perm"))
    x = im.tensor(node)
    rank = len(_full(x))
    perm = list(at.get("perm", reversed(range(rank))))
    if x.batched:
        if perm[0] != 0:
            raise im.unsupported(f"perm={perm} moves the batch axis")
        perm = [i - 1 for i in perm[1:]]
    return im._emit(ops.Transpose(tuple(perm)), [x], node.name or node.output[0])


def _concat(im: _Importer, node: Any, at: dict[str, Any]) -> _Result:
    tensors = [im.tensor(node, i) for i in range(len(node.input))]
    axis, rank = at["axis"], len(_full(tensors[0]))
    axis += rank if axis < 0 else 0
    if tensors[0].batched:
        if axis == 0:
            raise im.unsupported("joining along the batch axis")
        axis -= 1
    return im._emit(ops.Concat(axis), tensors, node.name or node.output[0])


def _constant(im: _Importer, node: Any, at: dict[str, Any]) -> _Result:
    if "value" in at:
        return im._array(at["value"])
    for name in ("value_float", "value_floats", "value_int", "value_ints"):
        if name in at:
            return np.asarray(at[name])
    raise im.unsupported("a constant of this kind")


_HANDLERS: dict[str, _Handler] = {
    "Abs": _unary(lambda at: ops.Abs()),
    "Add": _sum,
    "AveragePool": _pool,
    "BatchNormalization": _batch_normalization,
    "Cast": _cast,
    "Clip": _clip,
    "Concat": _concat,
    "Constant": _constant,
    "Conv": _conv,
    "Div": _product,
    "Dropout": _unary(lambda at: ops.Identity()),
    "Flatten": _flatten,
    "Gemm": _gemm,
    "GlobalAveragePool": _pool,
    "GlobalMaxPool": _pool,
    "Identity": _unary(lambda at: ops.Identity()),
    "LeakyRelu": _unary(
        lambda at: ops.LeakyReLU(float(np.float32(at.get("alpha", 0.01))))  # type: ignore[arg-type]
    ),
    "MatMul": _matmul,
    "Max": _extreme,
    "MaxPool": _pool,
    "Min": _extreme,
    "Mul": _product,
    "Neg": _unary(lambda at: ops.Scale(-1)),  # type: ignore[arg-type]
    "PRelu": _prelu,
    "Relu": _unary(lambda at: ops.ReLU()),
    "Reshape": _reshape,
    "Squeeze": _squeeze,
    "Sub": _sum,
    "Sum": _sum,
    "Transpose": _transpose,
    "Unsqueeze": _squeeze,
}
