"""Strategies for ReLU networks, generic and degenerate, and segments through their inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from plsym.errors import DomainError
from plsym.networks.network import ReLUNetwork, from_weights
from plsym.testing.functions import grid

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ["networks", "segments"]

Matrix = list[list[Fraction]]
Layers = list[tuple[Matrix, list[Fraction]]]

#: Closer than a float filter can tell after one subtraction of numbers near 1.
HAIR = Fraction(1, 10**12)


def segments(inputs: int) -> SearchStrategy[tuple[tuple[Fraction, ...], tuple[Fraction, ...]]]:
    """Pairs of different points with rational coordinates, often parallel to an axis.

    Parameters
    ----------
    inputs : int
        The number of coordinates.

    Returns
    -------
    SearchStrategy of (p, q)

    Raises
    ------
    DomainError
        If ``inputs`` is below 1.

    Examples
    --------
    >>> from hypothesis import find
    >>> from plsym.testing import segments
    >>> p, q = find(segments(2), lambda pair: True)
    >>> p != q
    True
    """
    if inputs < 1:
        raise DomainError(f"a segment needs at least one coordinate, got inputs={inputs}")
    coordinate = grid(Fraction(-1), Fraction(1), 4) | st.fractions(-2, 2, max_denominator=30)
    point = st.tuples(*[coordinate] * inputs)
    axis = st.builds(
        lambda p, j, step: (p, (*p[:j], p[j] + step, *p[j + 1 :])),
        point,
        st.integers(0, inputs - 1),
        st.sampled_from([Fraction(1), Fraction(-2)]),
    )
    return axis | st.tuples(point, point).filter(lambda pair: pair[0] != pair[1])


def networks(
    *,
    min_inputs: int = 1,
    max_inputs: int = 3,
    max_outputs: int = 2,
    min_depth: int = 1,
    max_depth: int = 3,
    max_width: int = 5,
    degenerate: bool | None = None,
    floats: bool = False,
) -> SearchStrategy[ReLUNetwork]:
    """ReLU networks with small exact weights, generic and degenerate.

    Parameters
    ----------
    min_inputs, max_inputs, max_outputs : int
        Bounds on the dimensions of input and output.
    min_depth, max_depth : int
        Bounds on the number of hidden layers.
    max_width : int
        The largest number of neurons drawn for a hidden layer (degenerate
        networks can have twice as many, and tent networks two).
    degenerate : bool or None
        True: every network has at least one of the degeneracies below; False:
        none is put in on purpose; None: both kinds.
    floats : bool
        Whether the weights are float64 (the nearest to the drawn ones) instead
        of rational numbers.

    Returns
    -------
    SearchStrategy of ReLUNetwork

    Raises
    ------
    DomainError
        If the bounds are contradictory.

    Notes
    -----
    Degeneracies: duplicate, antiparallel and dead neurons, zero rows, neurons
    whose kinks lie on a common point or on the ends of [-1, 1], neurons 1e-12
    apart, outgoing weights that cancel, and (with one input) tent networks.

    Examples
    --------
    >>> from hypothesis import given, settings
    >>> from plsym.testing import networks
    >>> @settings(max_examples=5, derandomize=True, database=None)
    ... @given(networks(max_inputs=1, max_outputs=1))
    ... def bounded(net):
    ...     assert net.to_piecewise(0, 1).num_pieces <= np.prod([w + 1 for w in net.widths])
    >>> bounded()
    """
    for name, low, high in (
        ("inputs", min_inputs, max_inputs),
        ("outputs", 1, max_outputs),
        ("depth", min_depth, max_depth),
        ("width", 1, max_width),
    ):
        if not 1 <= low <= high:
            raise DomainError(f"{name} must satisfy 1 <= smallest <= largest, got {low} and {high}")

    @st.composite
    def build(draw: DrawFn) -> ReLUNetwork:
        inputs = draw(st.integers(min_inputs, max_inputs))
        outputs = draw(st.integers(1, max_outputs))
        depth = draw(st.integers(min_depth, max_depth))
        widths = draw(st.lists(st.integers(1, max_width), min_size=depth, max_size=depth))
        layers = draw(_generic_layers([inputs, *widths, outputs]))
        spoil = draw(st.booleans()) if degenerate is None else degenerate
        if spoil and inputs == 1 and draw(st.integers(0, 4)) == 0:
            layers = _tent_layers(depth, outputs)
        elif spoil:
            kinds = st.sampled_from(_DEGENERACIES)
            for kind in draw(st.lists(kinds, min_size=1, max_size=3)):
                kind(draw, layers)
        if floats:
            return from_weights(
                [([[float(w) for w in row] for row in W], [float(v) for v in b]) for W, b in layers]
            )
        return from_weights(layers)

    return build()


@st.composite
def _generic_layers(draw: DrawFn, sizes: Sequence[int]) -> Layers:
    weight = st.fractions(-2, 2, max_denominator=16)
    layers: Layers = []
    for columns, rows in pairwise(sizes):
        row = st.lists(weight, min_size=columns, max_size=columns)
        matrix = draw(st.lists(row, min_size=rows, max_size=rows))
        layers.append((matrix, draw(st.lists(weight, min_size=rows, max_size=rows))))
    return layers


def _tent_layers(depth: int, outputs: int) -> Layers:
    """Iterate the tent map, two neurons a layer: 2**depth pieces on [0, 1]."""
    half, two, four, zero = Fraction(1, 2), Fraction(2), Fraction(4), Fraction(0)
    layers: Layers = [([[Fraction(1)], [Fraction(1)]], [zero, -half])]
    layers += [([[two, -four], [two, -four]], [zero, -half]) for _ in range(depth - 1)]
    layers.append(([[two, -four] for _ in range(outputs)], [zero] * outputs))
    return layers


def _hidden(draw: DrawFn, layers: Layers) -> tuple[int, int]:
    """Draw a hidden layer and one of its neurons."""
    layer = draw(st.integers(0, len(layers) - 2))
    return layer, draw(st.integers(0, len(layers[layer][0]) - 1))


def _append_neuron(
    layers: Layers, layer: int, row: list[Fraction], bias: Fraction, out: list[Fraction]
) -> None:
    matrix, biases = layers[layer]
    matrix.append(row)
    biases.append(bias)
    for following, weight in zip(layers[layer + 1][0], out, strict=True):
        following.append(weight)


def _outgoing(layers: Layers, layer: int, neuron: int) -> list[Fraction]:
    return [row[neuron] for row in layers[layer + 1][0]]


def _duplicate(draw: DrawFn, layers: Layers) -> None:
    layer, j = _hidden(draw, layers)
    matrix, biases = layers[layer]
    scale = draw(st.sampled_from([Fraction(1), Fraction(3), Fraction(1, 2)]))
    row = [scale * w for w in matrix[j]]
    _append_neuron(layers, layer, row, scale * biases[j], _outgoing(layers, layer, j))


def _antiparallel(draw: DrawFn, layers: Layers) -> None:
    layer, j = _hidden(draw, layers)
    matrix, biases = layers[layer]
    row = [-w for w in matrix[j]]
    _append_neuron(layers, layer, row, -biases[j], _outgoing(layers, layer, j))


def _affine_pair(draw: DrawFn, layers: Layers) -> None:
    """relu(z) - relu(-z) = z: a change of activation at which no slope changes."""
    layer, j = _hidden(draw, layers)
    matrix, biases = layers[layer]
    out = [-w for w in _outgoing(layers, layer, j)]
    _append_neuron(layers, layer, [-w for w in matrix[j]], -biases[j], out)


def _cancelling(draw: DrawFn, layers: Layers) -> None:
    layer, j = _hidden(draw, layers)
    matrix, biases = layers[layer]
    out = [-w for w in _outgoing(layers, layer, j)]
    _append_neuron(layers, layer, list(matrix[j]), biases[j], out)


def _hair_apart(draw: DrawFn, layers: Layers) -> None:
    layer, j = _hidden(draw, layers)
    matrix, biases = layers[layer]
    out = [draw(st.sampled_from([1, -1])) * w for w in _outgoing(layers, layer, j)]
    _append_neuron(layers, layer, list(matrix[j]), biases[j] + HAIR, out)


def _dead(draw: DrawFn, layers: Layers) -> None:
    layer, j = _hidden(draw, layers)
    layers[layer][1][j] = Fraction(-1000)


def _zero_row(draw: DrawFn, layers: Layers) -> None:
    layer, j = _hidden(draw, layers)
    matrix, biases = layers[layer]
    matrix[j] = [Fraction(0)] * len(matrix[j])
    biases[j] = draw(st.sampled_from([Fraction(0), Fraction(1), Fraction(-1)]))


def _zero_outgoing(draw: DrawFn, layers: Layers) -> None:
    layer, j = _hidden(draw, layers)
    for row in layers[layer + 1][0]:
        row[j] = Fraction(0)


def _common_point(draw: DrawFn, layers: Layers) -> None:
    """All neurons of the first layer vanish at one point, an end of [-1, 1] or inside it."""
    matrix, biases = layers[0]
    at = draw(st.sampled_from([Fraction(-1), Fraction(0), Fraction(1, 2), Fraction(1)]))
    for j, row in enumerate(matrix):
        biases[j] = -at * sum(row, Fraction(0))


def _no_bias(draw: DrawFn, layers: Layers) -> None:
    """Without biases every later kink passes through the same point."""
    for _, biases in layers:
        biases[:] = [Fraction(0)] * len(biases)


_DEGENERACIES: list[Callable[[DrawFn, Layers], None]] = [
    _duplicate,
    _antiparallel,
    _affine_pair,
    _cancelling,
    _hair_apart,
    _dead,
    _zero_row,
    _zero_outgoing,
    _common_point,
    _no_bias,
]
