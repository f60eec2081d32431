"""ONNX models against the reference evaluator, on integers, where doubles are exact."""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import plsym as pl
from plsym import DomainError, ModelFormatError, UnsupportedLayerError

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnx.reference")
helper, numpy_helper = onnx.helper, onnx.numpy_helper
DOUBLE = onnx.TensorProto.DOUBLE


def ints(seed: int, *shape: int, low: int = -4, high: int = 5) -> Any:
    return np.random.default_rng(seed).integers(low, high, shape).astype(np.float64)


def model(nodes, shape, constants=None, *, opset=17, batch: Any = 1, kind=DOUBLE, outputs=("y",)):
    """A model from nodes (op, inputs, output, attributes); x is the input."""
    made = [
        helper.make_node(op, list(inputs), [output], name=f"{op}_{i}", **attributes)
        for i, (op, inputs, output, attributes) in enumerate(nodes)
    ]
    dims = list(shape) if batch is None else [batch, *shape]
    graph = helper.make_graph(
        made,
        "test",
        [helper.make_tensor_value_info("x", kind, dims)],
        [helper.make_tensor_value_info(o, kind, None) for o in outputs],
        [numpy_helper.from_array(np.asarray(v), k) for k, v in (constants or {}).items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def agree(m, shape, batched=True, seeds=(1, 2, 3, 4)):
    """The network has the evaluator's values at integer points."""
    network = pl.from_onnx(m)
    evaluator = onnx.reference.ReferenceEvaluator(m)
    for seed in seeds:
        x = ints(seed, *shape, low=-9, high=10)
        (y,) = evaluator.run(None, {"x": x[None] if batched else x})
        value = network(x.astype(int).tolist())
        found = [Fraction(v) for v in (value if isinstance(value, tuple) else (value,))]
        assert found == [Fraction(v) for v in np.asarray(y).ravel().tolist()]
    return network


IMAGE = (2, 5, 6)
# name -> (input shape, nodes, constants, opset)
OPS: dict[str, tuple[Any, ...]] = {
    "gemm": ((3,), [("Gemm", ("x", "w", "b"), "y", {})], {"w": ints(1, 3, 4), "b": ints(2, 4)}),
    "gemm transposed": (
        (3,),
        [("Gemm", ("x", "w", "b"), "y", {"transB": 1, "alpha": 0.5, "beta": -2.0})],
        {"w": ints(1, 4, 3), "b": ints(2, 1, 4)},
    ),
    "gemm without bias": ((3,), [("Gemm", ("x", "w"), "y", {})], {"w": ints(1, 3, 4)}),
    "gemm, one bias for all": (
        (3,),
        [("Gemm", ("x", "w", "b"), "y", {})],
        {"w": ints(1, 3, 4), "b": ints(2, 1)},
    ),
    "matmul": ((3,), [("MatMul", ("x", "w"), "y", {})], {"w": ints(1, 3, 2)}),
    "matmul on rows": ((4, 3), [("MatMul", ("x", "w"), "y", {})], {"w": ints(1, 3, 2)}),
    "matmul from the left": ((4, 3), [("MatMul", ("w", "x"), "y", {})], {"w": ints(1, 2, 4)}),
    "add and sub": (
        (2, 3),
        [
            ("Add", ("x", "a"), "p", {}),
            ("Sub", ("b", "p"), "q", {}),
            ("Sub", ("q", "c"), "r", {}),
            ("Add", ("d", "r"), "y", {}),
        ],
        {"a": ints(1, 3), "b": ints(2, 2, 1), "c": ints(3, 1, 2, 3), "d": np.float64(7)},
    ),
    "residual": (
        (3,),
        [
            ("Relu", ("x",), "h", {}),
            ("Add", ("h", "x"), "s", {}),
            ("Sub", ("s", "h"), "t", {}),
            ("Sum", ("t", "h", "x"), "y", {}),
        ],
        {},
    ),
    "mul, div, neg": (
        (3,),
        [
            ("Mul", ("x", "a"), "p", {}),
            ("Mul", ("two", "p"), "q", {}),
            ("Div", ("q", "four"), "r", {}),
            ("Neg", ("r",), "y", {}),
        ],
        {"a": ints(1, 3), "two": np.float64(2), "four": np.float64(4)},
    ),
    "relu": ((3,), [("Relu", ("x",), "y", {})], {}),
    "leaky relu": ((3,), [("LeakyRelu", ("x",), "y", {"alpha": 0.25})], {}),
    "prelu": (IMAGE, [("PRelu", ("x", "s"), "y", {})], {"s": ints(1, 2, 1, 1) / 4}),
    "clip": (
        (5,),
        [
            ("Clip", ("x", "l", "h"), "p", {}),
            ("Clip", ("p", "", "h"), "q", {}),
            ("Clip", ("q", "m"), "y", {}),
        ],
        {"l": np.float64(-3), "h": np.float64(4), "m": np.float64(-1)},
    ),
    "clip without bounds": ((3,), [("Clip", ("x",), "y", {})], {}),
    "abs": ((3,), [("Abs", ("x",), "y", {})], {}),
    "max and min": (
        (4,),
        [
            ("Neg", ("x",), "n", {}),
            ("Max", ("x", "n", "a"), "p", {}),
            ("Min", ("p", "b", "x"), "q", {}),
            ("Max", ("q",), "y", {}),
        ],
        {"a": ints(1, 4), "b": ints(2, 1)},
    ),
    "max pool": (
        IMAGE,
        [
            (
                "MaxPool",
                ("x",),
                "y",
                {"kernel_shape": [2, 3], "strides": [1, 2], "pads": [1, 1, 0, 1]},
            )
        ],
        {},
    ),
    "max pool, dilated": (
        IMAGE,
        [("MaxPool", ("x",), "y", {"kernel_shape": [2, 2], "dilations": [2, 3]})],
        {},
    ),
    "average pool": (
        IMAGE,
        [
            (
                "AveragePool",
                ("x",),
                "y",
                {
                    "kernel_shape": [2, 2],
                    "strides": [2, 1],
                    "pads": [1, 0, 1, 0],
                    "count_include_pad": 1,
                },
            )
        ],
        {},
    ),
    "global pools": (
        (2, 4, 4),
        [
            ("GlobalAveragePool", ("x",), "a", {}),
            ("GlobalMaxPool", ("x",), "m", {}),
            ("Sub", ("m", "a"), "y", {}),
        ],
        {},
    ),
    "conv": (
        IMAGE,
        [("Conv", ("x", "w", "b"), "y", {"strides": [2, 1], "pads": [1, 0, 2, 1]})],
        {"w": ints(1, 3, 2, 2, 3), "b": ints(2, 3)},
    ),
    "conv, groups and dilations": (
        IMAGE,
        [("Conv", ("x", "w"), "y", {"group": 2, "dilations": [2, 1]})],
        {"w": ints(1, 4, 1, 2, 2)},
    ),
    "conv, same": (
        IMAGE,
        [("Conv", ("x", "w"), "y", {"auto_pad": "SAME_UPPER", "strides": [2, 2]})],
        {"w": ints(1, 1, 2, 3, 2)},
    ),
    "conv along one axis": ((2, 7), [("Conv", ("x", "w"), "y", {})], {"w": ints(1, 3, 2, 3)}),
    "batch normalisation": (
        IMAGE,
        [("BatchNormalization", ("x", "s", "b", "m", "v"), "y", {"epsilon": 0.0})],
        {"s": ints(1, 2), "b": ints(2, 2), "m": ints(3, 2), "v": np.array([4.0, 0.25])},
    ),
    "flatten": (IMAGE, [("Flatten", ("x",), "y", {})], {}),
    "reshape": (
        IMAGE,
        [("Reshape", ("x", "s"), "r", {}), ("Reshape", ("r", "t"), "y", {})],
        {"s": np.array([0, 5, -1]), "t": np.array([1, -1])},
    ),
    "transpose": (IMAGE, [("Transpose", ("x",), "y", {"perm": [0, 3, 1, 2]})], {}),
    "concat": (
        (2, 3),
        [
            ("Neg", ("x",), "n", {}),
            ("Concat", ("x", "n"), "p", {"axis": 1}),
            ("Concat", ("p", "p"), "y", {"axis": -1}),
        ],
        {},
    ),
    "squeeze and unsqueeze": (
        (3,),
        [
            ("Unsqueeze", ("x", "a"), "p", {}),
            ("Relu", ("p",), "q", {}),
            ("Squeeze", ("q", "a"), "y", {}),
        ],
        {"a": np.array([1])},
    ),
    "identity, dropout, cast": (
        (3,),
        [
            ("Identity", ("x",), "p", {}),
            ("Dropout", ("p",), "q", {}),
            ("Cast", ("q",), "y", {"to": DOUBLE}),
        ],
        {},
    ),
    "constants made by nodes": (
        (3,),
        [
            ("Constant", (), "c", {"value": numpy_helper.from_array(ints(1, 3), "c")}),
            ("Identity", ("c",), "d", {}),
            ("Add", ("x", "d"), "y", {}),
        ],
        {},
    ),
}


@pytest.mark.parametrize("name", OPS)
def test_operation(name: str) -> None:
    shape, nodes, constants = OPS[name]
    agree(model(nodes, shape, constants), shape)


def test_attributes_of_older_opsets() -> None:
    nodes = [
        ("Clip", ("x",), "p", {"min": -2.0, "max": 3.0}),
        ("Unsqueeze", ("p",), "q", {"axes": [1]}),
        ("Squeeze", ("q",), "y", {"axes": [1]}),
    ]
    network = pl.from_onnx(model(nodes, (3,), opset=10))
    assert network([-7, 1, 9]) == (-2, 1, 3)


@pytest.mark.parametrize(
    ("mode", "pads"), [("SAME_LOWER", [1, 0, 0, 0]), ("SAME_UPPER", [0, 0, 1, 0])]
)
def test_same_padding_of_pools(mode: str, pads: list[int]) -> None:
    # sizes 5 and 6 with windows of 2 and steps of 2: one row of padding, no column
    window = {"kernel_shape": [2, 2], "strides": [2, 2]}
    for op in ("MaxPool", "AveragePool"):
        same = pl.from_onnx(model([(op, ("x",), "y", {**window, "auto_pad": mode})], IMAGE))
        explicit = pl.from_onnx(model([(op, ("x",), "y", {**window, "pads": pads})], IMAGE))
        x = ints(3, *IMAGE).astype(int).tolist()
        assert same.output_shape == (2, 3, 3)
        assert same(x) == explicit(x)


@pytest.mark.parametrize("batch", [1, "batch", 0, None])
def test_batch_axes(batch: Any) -> None:
    m = model([("Relu", ("x",), "y", {})], (3,), batch=batch)
    network = pl.from_onnx(m)
    assert network.input_shape == (3,)
    assert network([1, -1, 2]) == (1, 0, 2)


@pytest.mark.parametrize("seed", range(12))
def test_random_chains(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape, nodes, constants, value = (2, 4, 4), [], {}, "x"
    channels, height, width = shape
    for i in range(5):
        out = f"v{i}"
        kind = rng.choice(["conv", "relu", "abs", "scale", "max", "skip", "pool", "clip"])
        if kind == "conv":
            constants[f"w{i}"] = ints(seed + i, 2, channels, 2, 2, low=-2, high=3)
            nodes.append(("Conv", (value, f"w{i}"), out, {"pads": [0, 1, 1, 0]}))
            channels = 2
        elif kind == "scale":
            constants[f"w{i}"] = ints(seed + i, channels, 1, 1)
            nodes.append(("Mul", (value, f"w{i}"), out, {}))
        elif kind == "max":
            constants[f"w{i}"] = ints(seed + i, height, width)
            nodes.append(("Max", (value, f"w{i}"), out, {}))
        elif kind == "skip":
            nodes.append(("Relu", (value,), f"r{i}", {}))
            nodes.append(("Add", (value, f"r{i}"), out, {}))
        elif kind == "pool" and height > 1 and width > 1:
            nodes.append(("MaxPool", (value,), out, {"kernel_shape": [2, 2]}))
            height, width = height - 1, width - 1
        elif kind == "clip":
            constants[f"l{i}"], constants[f"h{i}"] = np.float64(-5), np.float64(6)
            nodes.append(("Clip", (value, f"l{i}", f"h{i}"), out, {}))
        else:
            nodes.append(("Relu" if kind == "relu" else "Abs", (value,), out, {}))
        value = out
    nodes.append(("Flatten", (value,), "f", {}))
    constants["w"] = ints(seed, channels * height * width, 2)
    nodes.append(("Gemm", ("f", "w"), "y", {}))
    m = model(nodes, shape, constants)
    network = agree(m, shape)
    # the sweep counts on what was read: at both ends the trajectory has the network's values
    p, q = (ints(s, *shape, low=-9, high=10).astype(int).tolist() for s in (5, 6))
    path = network.along(p, q)
    assert path.output(0) == network(p) and path.output(1) == network(q)


@pytest.mark.parametrize(
    ("dtype", "values"),
    [
        (np.float16, [0.1, 65504.0, 2.0**-24]),
        (np.float32, [0.1, 3.4e38, 2.0**-149]),
        (np.float64, [0.1, 1.7e308, 5e-324]),
    ],
)
def test_each_float_is_the_rational_that_it_is(dtype: Any, values: Any) -> None:
    row = np.array(values, dtype=dtype)
    m = model([("MatMul", ("x", "w"), "y", {})], (3,), {"w": row.reshape(3, 1)})
    network = pl.from_onnx(m)
    for i in range(3):
        unit = [int(i == j) for j in range(3)]
        assert network(unit) == Fraction(float(row[i]))


def test_bfloat16() -> None:
    ml_dtypes = pytest.importorskip("ml_dtypes")
    row = np.array([[0.1], [3.0]], dtype=ml_dtypes.bfloat16)
    m = model([("MatMul", ("x", "w"), "y", {})], (2,), {"w": row})
    assert pl.from_onnx(m)([1, 1]) == Fraction(float(row[0, 0])) + 3


# ------------------------------------------------------------------ what is not read


def simple(op: str, inputs=("x",), constants=None, **attributes: Any):
    return model([(op, inputs, "y", attributes)], (3,), constants)


UNSUPPORTED = {
    "sigmoid": (lambda: simple("Sigmoid"), r"'Sigmoid_0' \(Sigmoid\) is not supported"),
    "softmax": (lambda: simple("Softmax"), r"Softmax_0"),
    "product": (lambda: simple("Mul", ("x", "x")), r"Mul_0.*one factor is constant"),
    "quotient": (
        lambda: simple("Div", ("c", "x"), {"c": np.float64(1)}),
        "division by a constant",
    ),
    "division by zero": (
        lambda: simple("Div", ("x", "c"), {"c": np.float64(0)}),
        "division by zero",
    ),
    "ceil mode": (
        lambda: model(
            [("MaxPool", ("x",), "y", {"kernel_shape": [2, 2], "ceil_mode": 1})], (1, 3, 3)
        ),
        "ceil_mode",
    ),
    "transA": (
        lambda: simple("Gemm", ("x", "w"), {"w": ints(1, 1, 2)}, transA=1),
        "transA",
    ),
    "batch axis": (
        lambda: model([("Transpose", ("x",), "y", {"perm": [1, 0]})], (3,)),
        "batch axis",
    ),
    "two outputs": (
        lambda: model(
            [("Relu", ("x",), "y", {}), ("Abs", ("x",), "z", {})], (3,), outputs=("y", "z")
        ),
        "stop_at",
    ),
    "free sizes": (lambda: model([("Relu", ("x",), "y", {})], ("n",)), "sizes must be fixed"),
    "cast to integers": (lambda: simple("Cast", to=onnx.TensorProto.INT64), "rounds"),
    "foreign domain": (lambda: simple("Relu", domain="com.example"), "not supported"),
}


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_unsupported(name: str) -> None:
    make, match = UNSUPPORTED[name]
    with pytest.raises(UnsupportedLayerError, match=match):
        pl.from_onnx(make())


def test_two_inputs() -> None:
    m = simple("Add", ("x", "z"))
    m.graph.input.append(helper.make_tensor_value_info("z", DOUBLE, [1, 3]))
    with pytest.raises(UnsupportedLayerError, match=r"2 inputs \(x, z\)"):
        pl.from_onnx(m)


def test_missing_tensors() -> None:
    with pytest.raises(ModelFormatError, match="uses 'w', which nothing defines"):
        pl.from_onnx(simple("MatMul", ("x", "w")))
    m = simple("Relu")
    m.graph.node[0].output[0] = "other"
    with pytest.raises(ModelFormatError, match="'y' is never computed"):
        pl.from_onnx(m)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_weights_must_be_finite(bad: float) -> None:
    with pytest.raises(DomainError, match="'w' holds NaN or infinite"):
        pl.from_onnx(simple("MatMul", ("x", "w"), {"w": np.array([[1.0], [bad], [2.0]])}))


def test_shapes_must_fit() -> None:
    with pytest.raises(DomainError, match=r"MatMul_0.*last axis is 4"):
        pl.from_onnx(simple("MatMul", ("x", "w"), {"w": ints(1, 4, 2)}))


def test_cut_before_the_last_operations() -> None:
    m = model([("Relu", ("x",), "h", {}), ("Softmax", ("h",), "y", {})], (3,))
    assert pl.from_onnx(m, stop_at="h")([1, -1, 0]) == (1, 0, 0)
    assert pl.from_onnx(m, stop_at="Relu_0")([1, -1, 0]) == (1, 0, 0)
    with pytest.raises(DomainError, match="no such node"):
        pl.from_onnx(m, stop_at="nowhere")


def test_external_data_is_refused(tmp_path: Path) -> None:
    m = simple("MatMul", ("x", "w"), {"w": ints(1, 3, 300)})
    path = tmp_path / "net.onnx"
    onnx.save(m, str(path), save_as_external_data=True, size_threshold=0)
    with pytest.raises(ModelFormatError, match="another file"):
        pl.from_onnx(path)


# ------------------------------------------------------------------ corrupt files


def test_truncated_and_changed_files() -> None:
    shape, nodes, constants = OPS["conv"]
    data = model(nodes, shape, constants).SerializeToString()
    rng = np.random.default_rng(5)
    loaded = 0
    for _ in range(300):
        copy = bytearray(data)
        for at in rng.integers(0, len(copy), rng.integers(1, 4)):
            copy[at] = rng.integers(0, 256)
        if rng.random() < 0.2:
            copy = copy[: rng.integers(0, len(copy))]
        try:
            network = pl.from_onnx(bytes(copy))
        except pl.PlsymError:
            continue
        loaded += 1
        assert network.n_inputs >= 1
    assert 0 < loaded < 300


@pytest.mark.parametrize("content", [b"", b"not a model", b"\x00" * 100, b"{}"])
def test_other_content(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelFormatError, match=r"net\.onnx"):
        pl.load(path)


@pytest.mark.skipif("PLSYM_DATA" not in os.environ, reason="PLSYM_DATA names no folder")
def test_public_networks() -> None:
    found = sorted(Path(os.environ["PLSYM_DATA"]).glob("*.onnx"))
    assert found
    for path in found:
        network = pl.load(path)
        m = onnx.load(str(path))
        stored = {tensor.name for tensor in m.graph.initializer}
        (entry,) = (v for v in m.graph.input if v.name not in stored)
        x = np.zeros([d.dim_value or 1 for d in entry.type.tensor_type.shape.dim], np.float32)
        (y,) = onnx.reference.ReferenceEvaluator(m).run(None, {entry.name: x})
        value = network([0] * network.n_inputs)
        np.testing.assert_allclose(y.ravel(), [float(v) for v in value], rtol=1e-3, atol=1e-3)
