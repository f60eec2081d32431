"""ONNX operations as operations of a network: one small function for each kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plsym.interop.onnx_graph import GraphReader, Handler, Result, Tensor
from plsym.networks import layers as ops
from plsym.networks.layers import Op, Shape

__all__ = ["HANDLERS"]


def _exact(array: NDArray[Any]) -> NDArray[np.object_]:
    """Entries as fractions: floats as the dyadic rationals that they are."""
    out = np.empty(array.size, dtype=object)
    out[:] = [Fraction(v) for v in array.ravel().tolist()]
    return out.reshape(array.shape)


def _times(array: NDArray[Any], factor: float) -> NDArray[Any]:
    return array if factor == 1.0 else np.asarray(_exact(array) * Fraction(factor))


def _gemm(im: GraphReader, node: Any, at: dict[str, Any]) -> Result:
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
    return im.emit(op, [x], node.name or node.output[0])


def _matmul(im: GraphReader, node: Any, at: dict[str, Any]) -> Result:
    left, right = im.operand(node, 0), im.operand(node, 1)
    name = node.name or node.output[0]
    if isinstance(left, Tensor) and isinstance(right, np.ndarray):
        if right.ndim != 2:
            raise im.unsupported(f"a constant of shape {right.shape}; a matrix is needed")
        return im.emit(ops.Affine(right.T), [left], name)  # type: ignore[arg-type]
    if isinstance(right, Tensor) and isinstance(left, np.ndarray):
        if left.ndim != 2 or len(right.shape) > 2:
            raise im.unsupported("a matrix from the left needs a vector or matrix on the right")
        op = ops.Affine(left)  # type: ignore[arg-type]
        if len(right.shape) == 1 and not right.batched:
            return im.emit(op, [right], name)
        if len(right.shape) == 1:
            # (1, n) on the right of a matrix: a row, which only n == 1 columns fit
            raise im.unsupported("a matrix from the left of a batch of vectors")
        turned = im.emit(ops.Transpose((1, 0)), [right], f"{name}.turn")
        return im.emit(ops.Transpose((1, 0)), [im.emit(op, [turned], name)], f"{name}.back")
    raise im.unsupported("one factor must be a constant and the other not")


def _sum(im: GraphReader, node: Any, at: dict[str, Any]) -> Result:
    values = [im.operand(node, i) for i in range(len(node.input))]
    tensors = [v for v in values if isinstance(v, Tensor)]
    name = node.name or node.output[0]
    minus = node.op_type == "Sub"
    if not tensors:
        raise im.unsupported("a sum of constants; fold the constants first")
    if len(tensors) == len(values):
        op: Op = ops.Subtract() if minus else ops.Add()
        return im.emit(op, tensors, name)
    x = tensors[0]
    constants = [im.unbatched(v, x) for v in values if isinstance(v, np.ndarray)]
    if len(values) != 2:
        raise im.unsupported("a sum of several tensors and constants")
    if not minus:
        return im.emit(ops.Shift(constants[0]), [x], name)  # type: ignore[arg-type]
    if isinstance(values[0], Tensor):
        return im.emit(ops.Shift(-constants[0]), [x], name)  # type: ignore[arg-type]
    turned = im.emit(ops.Scale(-1), [x], f"{name}.minus")  # type: ignore[arg-type]
    return im.emit(ops.Shift(constants[0]), [turned], name)  # type: ignore[arg-type]


def _product(im: GraphReader, node: Any, at: dict[str, Any]) -> Result:
    a, b = im.operand(node, 0), im.operand(node, 1)
    name = node.name or node.output[0]
    if node.op_type == "Div":
        if not isinstance(a, Tensor) or not isinstance(b, np.ndarray):
            raise im.unsupported("only division by a constant is piecewise linear")
        if not np.all(b != 0):
            raise im.unsupported("division by zero")
        factor = np.asarray(Fraction(1) / _exact(im.unbatched(b, a)))
        return im.emit(ops.Scale(factor), [a], name)  # type: ignore[arg-type]
    if isinstance(a, np.ndarray):
        a, b = b, a
    if not isinstance(a, Tensor) or not isinstance(b, np.ndarray):
        raise im.unsupported("a product is piecewise linear only if one factor is constant")
    return im.emit(ops.Scale(im.unbatched(b, a)), [a], name)  # type: ignore[arg-type]


def _unary(make: Callable[[dict[str, Any]], Op]) -> Handler:
    def handler(im: GraphReader, node: Any, at: dict[str, Any]) -> Result:
        value = im.operand(node, 0)
        if isinstance(value, np.ndarray) and node.op_type in ("Identity", "Cast", "Dropout"):
            return value
        return im.emit(make(at), [im.tensor(node)], node.name or node.output[0])

    return handler


def _cast(im: GraphReader, node: Any, at: dict[str, Any]) -> Result:
    kinds = im.onnx.TensorProto
    wide = (kinds.FLOAT, kinds.DOUBLE)
    value = im.operand(node, 0)
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "f" and at.get("to") not in wide:
            raise im.unsupported("a cast of constants to a narrower type")
        return value
    if at.get("to") not in wide:
        raise im.unsupported("a cast to a type that is not float or double rounds")
    return im.emit(ops.Identity(), [im.tensor(node)], node.name or node.output[0])


def _prelu(im: GraphReader, node: Any, at: dict[str, Any]) -> Result:
    x = im.tensor(node)
    op = ops.PReLU(im.unbatched(im.needed(node, 1), x))  # type: ignore[arg-type]
    return im.emit(op, [x], node.name or node.output[0])


def _clip(im: GraphReader, node: Any, at: dict[str, Any]) -> Result:
    x = im.tensor(node)
    bounds = [at.get("min", im.constant(node, 1)), at.get("max", im.constant(node, 2))]
    values = [None if b is None else np.asarray(b, dtype=np.float64).reshape(()) for b in bounds]
    name = node.name or node.output[0]
    if values == [None, None]:
        return im.emit(ops.Identity(), [x], name)
    return im.emit(ops.Clip(*values), [x], name)  # type: ignore[arg-type]


def _extreme(im: GraphReader, node: Any, at: dict[str, Any]) -> Result:
    values = [im.operand(node, i) for i in range(len(node.input))]
    tensors = [v for v in values if isinstance(v, Tensor)]
    if not tensors:
        raise im.unsupported("an extreme of constants; fold the constants first")
    largest = node.op_type == "Max"
    name = node.name or node.output[0]
    result = tensors[0]
    if len(tensors) > 1:
        result = im.emit(ops.Maximum() if largest else ops.Minimum(), tensors, name)
    for value in values:
        if isinstance(value, np.ndarray):
            kind = ops.MaximumWith if largest else ops.MinimumWith
            result = im.emit(kind(im.unbatched(value, result)), [result], name)  # type: ignore[arg-type]
    if result.node == tensors[0].node:
        result = im.emit(ops.Identity(), [result], name)
    return result


def _window(
    im: GraphReader, x: Tensor, kernel: Shape, at: dict[str, Any]
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


def _conv(im: GraphReader, node: Any, at: dict[str, Any]) -> Result:
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
    return im.emit(op, [x], node.name or node.output[0])


def _pool(im: GraphReader, node: Any, at: dict[str, Any]) -> Result:
    x = im.tensor(node)
    if at.get("ceil_mode", 0):
        raise im.unsupported("ceil_mode=1")
    everything = node.op_type.startswith("Global")
    kernel = x.shape[1:] if everything else tuple(at["kernel_shape"])
    strides, pads, dilations = _window(im, x, kernel, {} if everything else at)
    name = node.name or node.output[0]
    if "Max" in node.op_type:
        return im.emit(
            ops.MaxPool(kernel, tuple(strides), tuple(pads), tuple(dilations)), [x], name
        )
    if any(d != 1 for d in dilations):
        raise im.unsupported("an average over dilated windows")
    include = bool(at.get("count_include_pad", 0))
    return im.emit(ops.AveragePool(kernel, tuple(strides), tuple(pads), include), [x], name)


def _batch_normalization(im: GraphReader, node: Any, at: dict[str, Any]) -> Result:
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
    return im.emit(shift, [im.emit(scale, [x], f"{name}.scale")], name)


def _to_shape(im: GraphReader, x: Tensor, target: Sequence[int], name: str) -> Tensor:
    """A reshape to a full ONNX shape (0 and -1 already resolved)."""
    size = prod(x.shape)
    # a leading 1 (or a free axis) stays the batch axis
    batched = len(target) > 1 and target[0] == 1
    shape = tuple(target[1:] if batched else target)
    if prod(shape) != size:
        raise im.unsupported(f"{(1, *x.shape) if x.batched else x.shape} to {tuple(target)}")
    if shape == x.shape and batched == x.batched:
        return im.emit(ops.Identity(), [x], name)
    return im.emit(ops.Reshape(shape), [x], name, batched)


def _full(x: Tensor) -> list[int]:
    return [1, *x.shape] if x.batched else list(x.shape)


def _reshape(im: GraphReader, node: Any, at: dict[str, Any]) -> Result:
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


def _flatten(im: GraphReader, node: Any, at: dict[str, Any]) -> Result:
    x = im.tensor(node)
    full = _full(x)
    axis = at.get("axis", 1)
    axis += len(full) if axis < 0 else 0
    target = [prod(full[:axis]), prod(full[axis:])]
    return _to_shape(im, x, target, node.name or node.output[0])


def _squeeze(im: GraphReader, node: Any, at: dict[str, Any]) -> Result:
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


def _transpose(im: GraphReader, node: Any, at: dict[str, Any]) -> Result:
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
    return im.emit(ops.Transpose(tuple(perm)), [x], node.name or node.output[0])


def _concat(im: GraphReader, node: Any, at: dict[str, Any]) -> Result:
    tensors = [im.tensor(node, i) for i in range(len(node.input))]
    axis, rank = at["axis"], len(_full(tensors[0]))
    axis += rank if axis < 0 else 0
    if tensors[0].batched:
        if axis == 0:
            raise im.unsupported("joining along the batch axis")
        axis -= 1
    return im.emit(ops.Concat(axis), tensors, node.name or node.output[0])


def _constant(im: GraphReader, node: Any, at: dict[str, Any]) -> Result:
    if "value" in at:
        return im.array(at["value"])
    for name in ("value_float", "value_floats", "value_int", "value_ints"):
        if name in at:
            return np.asarray(at[name])
    raise im.unsupported("a constant of this kind")


HANDLERS: dict[str, Handler] = {
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
