"""The dumb way: evaluate nodes entry by entry with fractions in dictionaries of indices."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod

from hypothesis import strategies as st

from plsym.networks import layers as ops
from plsym.networks.layers import Node

ZERO = Fraction(0)


def entries(array):
    """An ExactArray as a dict from index to Fraction."""
    scalars = array.scalars()
    return {
        i: Fraction(int(scalars[i].numerator), int(scalars[i].denominator))
        for i in product(*map(range, array.shape))
    }


def spread(array, index, shape):
    """The entry of a broadcast array at an index of the larger shape."""
    own = array.shape
    tail = index[len(index) - len(own) :]
    value = array.scalars()[tuple(i if n > 1 else 0 for i, n in zip(tail, own, strict=True))]
    return Fraction(int(value.numerator), int(value.denominator))


def forward(network, x):
    """The values of all nodes: dicts from index to Fraction; x is a flat list."""
    shapes = network.shapes
    indices = list(product(*map(range, shapes["input"])))
    values = {"input": dict(zip(indices, x, strict=True))}
    for node in network.nodes:
        inputs = [values[n] for n in node.inputs]
        given = [shapes[n] for n in node.inputs]
        values[node.name] = step(node.op, inputs, given, shapes[node.name])
    return values


def output(network, x):
    value = forward(network, x)[network.output]
    return [value[i] for i in product(*map(range, network.output_shape))]


def windows(op, shape, at):
    """The index of each kernel entry for a window position, or None in the padding."""
    for k in product(*map(range, op.kernel)):
        where = tuple(
            p * s - pad + j * d
            for p, s, pad, j, d in zip(
                at, op.strides, op.pads[: len(at)], k, op.dilations, strict=True
            )
        )
        yield k, where if all(0 <= w < n for w, n in zip(where, shape, strict=True)) else None


def step(op, inputs, given, shape):
    x, own = inputs[0], given[0]
    out = list(product(*map(range, shape)))
    if isinstance(op, ops.Affine):
        w, b = entries(op.weights), entries(op.bias)
        n_in = op.weights.shape[1]
        return {
            i: sum((w[i[-1], j] * x[(*i[:-1], j)] for j in range(n_in)), b[(i[-1],)]) for i in out
        }
    if isinstance(op, ops.Convolution):
        w, b = entries(op.weights), entries(op.bias)
        per_in = op.weights.shape[1]
        per_out = op.weights.shape[0] // op.groups
        result = {}
        for i in out:
            c, at = i[0], i[1:]
            total = b[(c,)]
            for k, where in windows(op, own[1:], at):
                if where is not None:
                    for j in range(per_in):
                        total += w[(c, j, *k)] * x[(c // per_out * per_in + j, *where)]
            result[i] = total
        return result
    if isinstance(op, ops.AveragePool):
        result = {}
        for i in out:
            inside = [w for _, w in windows(op, own[1:], i[1:]) if w is not None]
            count = prod(op.kernel) if op.count_include_pad else len(inside)
            result[i] = sum((x[(i[0], *w)] for w in inside), ZERO) / count
        return result
    if isinstance(op, ops.MaxPool):
        return {
            i: max(x[(i[0], *w)] for _, w in windows(op, own[1:], i[1:]) if w is not None)
            for i in out
        }
    if isinstance(op, ops.Maxout):
        return {i: max(x[(i[0] * op.k + j, *i[1:])] for j in range(op.k)) for i in out}
    if isinstance(op, ops.Reshape):
        return dict(zip(out, (x[i] for i in product(*map(range, own))), strict=True))
    if isinstance(op, ops.Transpose):
        return {i: x[tuple(i[op.perm.index(a)] for a in range(len(own)))] for i in out}
    if isinstance(op, ops.Concat):
        axis = op.axis % len(shape)
        result = {}
        start = 0
        for values, size in zip(inputs, given, strict=True):
            for i, v in values.items():
                result[(*i[:axis], i[axis] + start, *i[axis + 1 :])] = v
            start += size[axis]
        return result
    return {i: pointwise(op, [v[i] for v in inputs], i, shape) for i in out}


def pointwise(op, v, index, shape):
    x = v[0]
    if isinstance(op, ops.Scale):
        return spread(op.factor, index, shape) * x
    if isinstance(op, ops.Shift):
        return spread(op.offset, index, shape) + x
    if isinstance(op, ops.ReLU):
        return max(x, ZERO)
    if isinstance(op, ops.Abs):
        return abs(x)
    if isinstance(op, ops.LeakyReLU):
        return x if x > 0 else spread(op.slope, index, shape) * x
    if isinstance(op, ops.PReLU):
        return x if x > 0 else spread(op.slopes, index, shape) * x
    if isinstance(op, ops.Clip):
        if op.lower is not None:
            x = max(x, spread(op.lower, index, shape))
        return x if op.upper is None else min(x, spread(op.upper, index, shape))
    if isinstance(op, ops.MaximumWith):
        return max(x, spread(op.constant, index, shape))
    if isinstance(op, ops.MinimumWith):
        return min(x, spread(op.constant, index, shape))
    if isinstance(op, ops.Maximum):
        return max(v)
    if isinstance(op, ops.Minimum):
        return min(v)
    if isinstance(op, ops.Add):
        return sum(v, ZERO)
    if isinstance(op, ops.Subtract):
        return x - sum(v[1:], ZERO)
    assert isinstance(op, ops.Identity)
    return x


# ------------------------------------------------------------------ random networks of all kinds

number = st.one_of(
    st.integers(-2, 2).map(Fraction),
    st.fractions(-2, 2, max_denominator=4),
    st.fractions(-1, 1, max_denominator=9),
)


@st.composite
def array(draw, *shape):
    import numpy as np

    values = draw(st.lists(number, min_size=prod(shape), max_size=prod(shape)))
    out = np.empty(prod(shape), dtype=object)
    out[:] = values
    return out.reshape(shape)


@st.composite
def parameter(draw, shape):
    """An array that broadcasts to the shape: full, per channel, or one number."""
    kind = draw(st.sampled_from(["full", "channel", "one"]))
    if kind == "one" or not shape:
        return draw(array())
    if kind == "full":
        return draw(array(*shape))
    return draw(array(shape[0], *(1,) * (len(shape) - 1)))


@st.composite
def operation(draw, shape):
    """An operation with one input of the given shape."""
    kinds = [
        "relu",
        "leaky",
        "prelu",
        "clip",
        "lower",
        "upper",
        "abs",
        "maxwith",
        "minwith",
        "scale",
        "shift",
        "affine",
        "identity",
        "transpose",
        "reshape",
        "maxout",
    ]
    spatial = len(shape) > 1
    if spatial:
        kinds += ["conv", "maxpool", "average"] * 2
    kind = draw(st.sampled_from(kinds))
    if kind == "relu":
        return ops.ReLU()
    if kind == "abs":
        return ops.Abs()
    if kind == "identity":
        return ops.Identity()
    if kind == "leaky":
        return ops.LeakyReLU(draw(st.sampled_from([Fraction(1, 10), 0, 1, -1, 2])))
    if kind in ("prelu", "scale", "shift", "maxwith", "minwith"):
        make = {
            "prelu": ops.PReLU,
            "scale": ops.Scale,
            "shift": ops.Shift,
            "maxwith": ops.MaximumWith,
            "minwith": ops.MinimumWith,
        }[kind]
        return make(draw(parameter(shape)))
    if kind in ("clip", "lower", "upper"):
        low = draw(st.fractions(-2, 1, max_denominator=3))
        high = low + draw(st.sampled_from([0, 1, Fraction(1, 2), 2]))
        return ops.Clip(None if kind == "upper" else low, None if kind == "lower" else high)
    if kind == "affine":
        n = draw(st.integers(1, 4))
        bias = draw(st.none() | array(n))
        return ops.Affine(draw(array(n, shape[-1])), bias)
    if kind == "transpose":
        return ops.Transpose(tuple(draw(st.permutations(range(len(shape))))))
    if kind == "reshape":
        size = prod(shape)
        divisor = draw(st.sampled_from([d for d in range(1, size + 1) if size % d == 0]))
        pair = (divisor, size // divisor)
        return ops.Reshape(draw(st.sampled_from([(-1,), (divisor, -1), pair])))
    if kind == "maxout":
        return ops.Maxout(draw(st.sampled_from([k for k in (1, 2, 3, 4) if shape[0] % k == 0])))
    axes = len(shape) - 1
    kernel = tuple(draw(st.integers(1, min(3, n))) for n in shape[1:])
    strides = tuple(draw(st.integers(1, 2)) for _ in range(axes))
    pads = tuple(draw(st.integers(0, k - 1)) for k in kernel * 2)
    if kind == "average":
        return ops.AveragePool(kernel, strides, pads, draw(st.booleans()))
    wide = all(2 * (k - 1) + 1 <= n for k, n in zip(kernel, shape[1:], strict=True))
    dilations = (draw(st.integers(1, 2)) if wide else 1,) * axes
    if kind == "maxpool":
        return ops.MaxPool(
            kernel, strides, (0,) * (2 * axes) if max(dilations) > 1 else pads, dilations
        )
    groups = draw(st.sampled_from([g for g in (1, 2) if shape[0] % g == 0]))
    c_out = groups * draw(st.integers(1, 2))
    weights = draw(array(c_out, shape[0] // groups, *kernel))
    bias = draw(st.none() | array(c_out))
    return ops.Convolution(weights, bias, strides, pads, dilations, groups)


@st.composite
def node_networks(draw, max_nodes=6, max_entries=60):
    """Networks of all kinds of operations, with branches that meet again."""
    from plsym.networks.network import ReLUNetwork

    shape = draw(st.sampled_from([(1,), (2,), (3,), (2, 3), (1, 2, 3), (2, 2, 2)]))
    nodes = []
    shapes = {"input": shape}
    for i in range(draw(st.integers(1, max_nodes))):
        names = list(shapes)
        source = draw(st.sampled_from(names[-2:]))
        same = [n for n in names if shapes[n] == shapes[source]]
        if draw(st.integers(0, 3)) == 0:
            others = draw(st.lists(st.sampled_from(same), min_size=0, max_size=3))
            make = draw(
                st.sampled_from([ops.Add, ops.Subtract, ops.Maximum, ops.Minimum, ops.Concat])
            )
            op, inputs = make(), (source, *others)
        else:
            op, inputs = draw(operation(shapes[source])), (source,)
        result = op.output_shape(*(shapes[n] for n in inputs))
        if prod(result) > max_entries:
            continue
        nodes.append(Node(f"n{i}", op, inputs))
        shapes[f"n{i}"] = result
    if not nodes:
        nodes.append(Node("only", ops.Identity()))
    return ReLUNetwork(tuple(nodes), shape)
