"""Distances to the nearest boundary, against affine forms that are carried along by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import plsym as pl
from plsym.errors import DomainError, InexactInputError
from plsym.networks import layers as ops
from plsym.networks.layers import Affine, Node
from plsym.networks.network import ReLUNetwork
from plsym.networks.weights import read_array
from plsym.regions.nearest import nearest_boundaries
from plsym.testing import networks, segments

Form = tuple[list[Fraction], Fraction]


def hidden_forms(net: ReLUNetwork, x: tuple[Fraction, ...]) -> list[Form]:
    """Each neuron's argument as an affine function around x; off where it is not positive."""
    n = len(x)
    forms: list[Form] = [([Fraction(int(i == j)) for j in range(n)], Fraction(0)) for i in range(n)]
    found = []
    for node in net.nodes:
        if isinstance(node.op, Affine):
            weights = [list(map(Fraction, r)) for r in fractions(node.op.weights)]
            bias = fractions(node.op.bias) if node.op.bias is not None else [0] * len(weights)
            forms = [
                (
                    [sum(w * f[0][j] for w, f in zip(row, forms, strict=True)) for j in range(n)],
                    sum((w * f[1] for w, f in zip(row, forms, strict=True)), Fraction(b)),
                )
                for row, b in zip(weights, bias, strict=True)
            ]
        else:
            found += forms
            forms = [f if value(f, x) > 0 else ([Fraction(0)] * n, Fraction(0)) for f in forms]
    return found


def fractions(array: Any) -> Any:
    flat = [Fraction(int(v.numerator), int(v.denominator)) for v in array.scalars().ravel()]
    if len(array.shape) == 1:
        return flat
    width = array.shape[1]
    return [flat[i : i + width] for i in range(0, len(flat), width)]


def value(form: Form, x: tuple[Fraction, ...]) -> Fraction:
    return sum((a * b for a, b in zip(form[0], x, strict=True)), form[1])


@given(st.data())
def test_the_distance_is_the_least_over_all_hyperplanes_and_the_ball_is_empty(
    data: st.DataObject,
) -> None:
    net = data.draw(networks(max_width=4, floats=data.draw(st.booleans())))
    x, other = data.draw(segments(net.n_inputs))
    (near,) = nearest_boundaries(net, [x])
    forms = [f for f in hidden_forms(net, x) if any(f[0])]
    squares = [value(f, x) ** 2 / sum(v * v for v in f[0]) for f in forms]
    if near is None:
        assert not squares
        return
    assert near.squared == min(squares)
    assert near.distance.lower**2 <= near.squared <= near.distance.upper**2
    assert sum((a - b) ** 2 for a, b in zip(near.foot, x, strict=True)) == near.squared
    # up to the foot nothing changes, and there the neuron vanishes
    foot = net.activation_pattern(list(near.foot))
    if near.squared:
        assert foot[near.layer][near.neuron] == 0
        half = [a + (b - a) / 2 for a, b in zip(x, near.foot, strict=True)]
        assert net.along(list(x), half).num_transitions == 0
        # nor in any other direction within the distance
        step = [b - a for a, b in zip(x, other, strict=True)]
        length = sum(abs(v) for v in step)  # at least the Euclidean one
        short = near.distance.lower / length
        if short:
            end = [a + short * v for a, v in zip(x, step, strict=True)]
            assert net.along(list(x), end).num_transitions == 0


def test_a_point_on_a_boundary_has_distance_zero_also_deep_inside() -> None:
    net = pl.from_weights([([[1, 0], [0, 1]], None), ([[1, -1]], None), ([[1]], None)])
    for x in ([1, 1], [0, 5], [0, 0], [-3, 0]):
        (near,) = nearest_boundaries(net, [x])
        assert near is not None and near.squared == 0 and list(near.foot) == x
    # on the quadrant where all is off nothing vanishes but the first layer
    (near,) = nearest_boundaries(net, [[-3, -1]])
    assert near is not None and (near.squared, near.layer, near.neuron) == (1, 0, 1)


def test_dead_and_constant_neurons_bound_nothing() -> None:
    dead = pl.from_weights([([[0, 0], [0, 0]], [1, -1]), ([[1, 1]], None)])
    assert nearest_boundaries(dead, [[1, 2], [0, 0]]) == [None, None]
    mixed = pl.from_weights([([[0, 0], [3, 4]], [0, 5]), ([[1, 1]], None)])
    (near,) = nearest_boundaries(mixed, [[0, 0]])
    assert near is not None and near.squared == 1 and near.neuron == 1


def test_a_random_network_without_exact_forms_comes_close() -> None:
    net = pl.random_network([5, 9, 9, 2], seed=3)
    x = [Fraction(1, 3)] * 5
    (near,) = nearest_boundaries(net, [x])
    assert near is not None
    source = np.random.default_rng(0)
    reached = []
    for _ in range(300):  # rays meet no boundary nearer than the foot
        step = source.normal(size=5)
        step /= np.linalg.norm(step)
        path = net.along(x, [a + pl.dyadic(float(v)) for a, v in zip(x, step, strict=True)])
        if path.transitions:
            reached.append(float(path.transitions[0].t) * float(np.linalg.norm(step)))
    assert min(reached) >= float(near.distance) - 1e-12


@pytest.mark.parametrize(
    ("op", "x", "square"),
    [
        (ops.Abs(), "1/4", Fraction(1, 16)),
        (ops.LeakyReLU(Fraction(1, 3)), "-1/4", Fraction(1, 16)),
        (ops.Clip(-1, 1), "3/4", Fraction(1, 16)),  # type: ignore[arg-type]
        (ops.Clip(-1, 1), "-3", Fraction(4)),  # type: ignore[arg-type]
    ],
)
def test_other_activations_bend_where_they_do(op: Any, x: str, square: Fraction) -> None:
    affine = Affine(read_array([[1]], "weights"), read_array([0], "bias"))
    net = ReLUNetwork((Node("a", affine, ("input",)), Node("b", op, ("a",))), (1,))
    (near,) = nearest_boundaries(net, [[x]])
    assert near is not None and near.squared == square


def test_bad_input_is_told() -> None:
    net = pl.random_network([2, 3, 1], seed=0)
    with pytest.raises(DomainError, match="3 coordinates, the network 2"):
        nearest_boundaries(net, [[0, 0, 0]])
    with pytest.raises(InexactInputError):
        nearest_boundaries(net, [[0.5, 0]])
    pool = Node("pool", ops.MaxPool((2,), (2,), (0, 0), (1,)), ("input",))
    with pytest.raises(DomainError, match="'pool' chooses a maximum"):
        nearest_boundaries(ReLUNetwork((pool,), (1, 4)), [[0, 0, 0, 0]])
    golden = pl.from_weights([([[pl.golden()]], None), ([[1]], None)])
    with pytest.raises(DomainError, match="rational weights"):
        nearest_boundaries(golden, [[1]])
    assert nearest_boundaries(net, []) == []
