"""Files that other tools read: what is written is the network, exactly, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import plsym as pl
from plsym.networks import layers as ops
from plsym.networks.layers import Node, Op


def chain(input_shape: tuple[int, ...], *steps: Op) -> pl.ReLUNetwork:
    names = ["input", *(f"n{i}" for i in range(len(steps)))]
    return pl.ReLUNetwork(
        tuple(Node(names[i + 1], op, (names[i],)) for i, op in enumerate(steps)), input_shape
    )


def halves(seed: int, *shape: int) -> Any:
    return np.random.default_rng(seed).integers(-6, 7, shape) / 4


def points(network: pl.ReLUNetwork, count: int = 6) -> list[Any]:
    rng = np.random.default_rng(7)
    return [rng.integers(-40, 41, network.n_inputs).tolist() for _ in range(count)]


def branching() -> pl.ReLUNetwork:
    nodes = [
        Node("a", ops.Affine(halves(1, 4, 3), halves(2, 4))),
        Node("r", ops.ReLU(), ("a",)),
        Node("sum", ops.Add(), ("r", "a", "a")),
        Node("less", ops.Subtract(), ("sum", "r", "r")),
        Node("most", ops.Maximum(), ("less", "a")),
        Node("least", ops.Minimum(), ("most", "r", "sum")),
        Node("both", ops.Concat(-1), ("least", "r")),
        Node("out", ops.Affine(halves(3, 2, 8)), ("both",)),
    ]
    return pl.ReLUNetwork(tuple(nodes), (3,))


NETWORKS: dict[str, Callable[[], pl.ReLUNetwork]] = {
    "dense": lambda: pl.random_network([3, 5, 4, 2], seed=1),
    "branching": branching,
    "pointwise": lambda: chain(
        (4,),
        ops.Scale(halves(1, 4)),
        ops.Shift(halves(2, 1)),
        ops.LeakyReLU(np.float64(0.01)),
        ops.Clip(-1, 2),
        ops.PReLU(halves(3, 4)),
        ops.Abs(),
        ops.MaximumWith(halves(4, 4)),
        ops.MinimumWith(halves(5, 4)),
        ops.Clip(halves(6, 4) - 2, halves(7, 4) + 2),
        ops.Clip(None, 3),
        ops.Clip(halves(6, 4), None),
        ops.Identity(),
        ops.Maxout(2),
    ),
    "image": lambda: chain(
        (2, 6, 6),
        ops.Convolution(halves(1, 4, 1, 3, 2), halves(2, 4), (1, 2), (1, 0, 0, 1), (1, 2), 2),
        ops.ReLU(),
        ops.MaxPool((2, 2), (1, 1), (0, 1, 1, 0)),
        ops.AveragePool((2, 1), (1, 1), (1, 0, 0, 0), True),
        ops.AveragePool((2, 1), (1, 1), (1, 0, 0, 0), False),
        ops.Scale(halves(3, 4, 1, 1)),
        ops.Maxout(2),
        ops.Transpose((2, 0, 1)),
        ops.Affine(halves(4, 3, 5)),
        ops.Reshape((-1,)),
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_onnx_round_trip_is_the_same_function(name: str, tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    network = NETWORKS[name]()
    pl.save(network, tmp_path / "net.onnx")
    again = pl.load(tmp_path / "net.onnx")
    assert again.input_shape == network.input_shape
    assert again.output_shape == network.output_shape
    for x in points(network):
        assert again(x) == network(x)


@pytest.mark.parametrize("name", NETWORKS)
def test_onnx_agrees_with_the_reference_evaluator(name: str) -> None:
    onnx = pytest.importorskip("onnx.reference") and pytest.importorskip("onnx")
    network = NETWORKS[name]()
    model = pl.to_onnx(network)
    onnx.checker.check_model(model, full_check=True)
    evaluator = onnx.reference.ReferenceEvaluator(model)
    kind = {1: np.float32, 11: np.float64}[model.graph.input[0].type.tensor_type.elem_type]
    for x in points(network):
        (value,) = evaluator.run(
            None, {"input": np.array(x, kind).reshape(1, *network.input_shape)}
        )
        exact = network(x)
        expected = [float(v) for v in (exact if isinstance(exact, tuple) else (exact,))]
        np.testing.assert_allclose(value.ravel(), expected, rtol=1e-4, atol=1e-4)


def test_the_float_type_is_the_narrowest_that_is_exact() -> None:
    onnx = pytest.importorskip("onnx")
    narrow = pl.to_onnx(pl.from_weights([([[0.5, 3.0]], [1])]))
    wide = pl.to_onnx(pl.from_weights([([[0.1, 3.0]], [1])]))
    kinds = onnx.TensorProto
    assert narrow.graph.initializer[0].data_type == kinds.FLOAT
    assert wide.graph.initializer[0].data_type == kinds.DOUBLE


@pytest.mark.parametrize("suffix", [".onnx", ".pt"])
def test_a_third_is_refused_and_nothing_is_written(suffix: str, tmp_path: Path) -> None:
    pytest.importorskip("onnx" if suffix == ".onnx" else "torch")
    network = pl.from_weights([([["1/3"]], [1])])
    with pytest.raises(pl.ModelFormatError, match=r"'affine1'|affine.*no doubles"):
        pl.save(network, tmp_path / f"net{suffix}")
    assert list(tmp_path.iterdir()) == []


def test_nnet_round_trip(tmp_path: Path) -> None:
    network = pl.random_network([3, 5, 4, 2], seed=4)
    pl.save(network, tmp_path / "net.nnet")
    again = pl.load(tmp_path / "net.nnet")
    for x in points(network):
        assert again(x) == network(x)


def test_nnet_keeps_normalisation_and_bounds(tmp_path: Path) -> None:
    network = chain(
        (2,),
        ops.Clip([-1, 0], [1, "1/2"]),
        ops.Shift(["1/10", "-0.3"]),
        ops.Scale(["1/3", 2]),
        ops.Affine(halves(1, 3, 2), halves(2, 3)),
        ops.ReLU(),
        ops.Affine([["0.7", "1e-9", -3]], [0]),
        ops.Scale("1/5"),
        ops.Shift(4),
    )
    path = tmp_path / "net.nnet"
    pl.save(network, path)
    clipped, free = pl.load(path, clip_inputs=True), pl.load(path)
    for x in [(5, 5), (-3, "1/4"), ("1/7", "1/9"), (0, 0)]:
        assert clipped(x) == network(x)
    assert free(("1/7", "1/9")) == network(("1/7", "1/9"))
    pl.save(free, path, box=[(-9, 9), (0, "1/8")])
    assert pl.load(path, clip_inputs=True)((20, 3)) == free((9, "1/8"))


def test_every_double_has_its_decimal_expansion(tmp_path: Path) -> None:
    values = [5e-324, 2.0**-1022, 0.1, 1e22, 1.7976931348623157e308, -3.0]
    network = pl.from_weights([(np.array([values]), None)])
    pl.save(network, tmp_path / "net.nnet")
    again = pl.load(tmp_path / "net.nnet")
    for i, value in enumerate(values):
        unit = [int(i == j) for j in range(len(values))]
        assert again(unit) == Fraction(value)


@pytest.mark.parametrize(
    ("network", "match"),
    [
        (lambda: chain((2,), ops.Affine([["1/3", 1]])), "finite decimal"),
        (lambda: chain((2,), ops.Affine([[1, 1]]), ops.ReLU()), "ends with an affine"),
        (lambda: chain((2,), ops.Affine([[1, 1]]), ops.Abs(), ops.Affine([[1]])), "ReLU is needed"),
        (lambda: chain((2, 2), ops.Affine([[1, 1]])), "vector of inputs"),
        (branching, "follow one another"),
        (lambda: chain((1,), ops.Scale(-2), ops.Affine([[1]])), "positive ranges"),
        (lambda: chain((1,), ops.Affine([[1], [1]]), ops.Shift([1, 2])), "share one mean"),
        (lambda: pl.from_weights([([[pl.golden()]], None)]), "decimal"),
    ],
)
def test_what_nnet_cannot_hold(
    network: Callable[[], pl.ReLUNetwork], match: str, tmp_path: Path
) -> None:
    with pytest.raises(pl.ModelFormatError, match=match):
        pl.save(network(), tmp_path / "net.nnet")
    assert list(tmp_path.iterdir()) == []


def test_nnet_box_of_the_wrong_size(tmp_path: Path) -> None:
    with pytest.raises(pl.DomainError, match="1 pairs"):
        pl.save(pl.sawtooth_network(2), tmp_path / "net.nnet", box=[(0, 1), (0, 1)])


def torch_chain() -> pl.ReLUNetwork:
    return chain(
        (2, 6, 6),
        ops.Convolution(halves(1, 4, 1, 3, 2), halves(2, 4), (1, 2), (1, 0, 1, 0), (1, 2), 2),
        ops.PReLU(halves(3, 4, 1, 1)),
        ops.MaxPool((2, 2), (1, 1), (1, 0, 1, 0)),
        ops.AveragePool((2, 1), (1, 1), (1, 0, 1, 0), True),
        ops.Clip(-3, 5),
        ops.Reshape((-1,)),
        ops.Affine(halves(4, 6, 32)),
        ops.LeakyReLU("1/8"),
        ops.Reshape((2, 3)),
        ops.Identity(),
    )


def test_torch_round_trip(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    network = torch_chain()
    module = pl.to_torch(network)
    again = pl.from_torch(module, input_shape=network.input_shape)
    pl.save(network, tmp_path / "net.pt")
    loaded = pl.load(
        tmp_path / "net.pt", architecture=list(module), input_shape=network.input_shape
    )
    for x in points(network):
        assert again(x) == loaded(x) == network(x)
        value = module(torch.tensor([x], dtype=torch.float32).reshape(1, *network.input_shape))
        np.testing.assert_allclose(
            value.detach().numpy().ravel(), [float(v) for v in network(x)], rtol=1e-4, atol=1e-3
        )


@pytest.mark.parametrize(
    "network",
    [
        branching,
        lambda: chain((2,), ops.Shift([1, 2])),
        lambda: chain((2,), ops.Clip(0, None)),
        lambda: chain((1, 4), ops.MaxPool((2,), (1,), (1, 0))),
    ],
)
def test_what_has_no_place_in_a_sequential(
    network: Callable[[], pl.ReLUNetwork], tmp_path: Path
) -> None:
    pytest.importorskip("torch")
    with pytest.raises((pl.UnsupportedLayerError, pl.ModelFormatError), match=r"save as \.onnx"):
        pl.save(network(), tmp_path / "net.pt")
    assert list(tmp_path.iterdir()) == []
