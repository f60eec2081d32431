"""The cells on which all neurons of a network keep their signs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from operator import mul
from typing import Any

from plsym.config import Budget
from plsym.errors import DomainError
from plsym.exact.element import AlgebraicReal
from plsym.exact.linear import independent_rows, solve_rows
from plsym.exact.rationals import rational
from plsym.exact.scalars import Num
from plsym.networks.exactpath import ExactStage
from plsym.networks.network import ReLUNetwork
from plsym.networks.sweeping.stages import Stage
from plsym.regions.cones import Cone, Row, box_cone, orthants, values

__all__ = ["Cell", "Subdivision", "checked_box", "integer_rows", "subdivide"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its cone, the signs of the neurons, the outputs as linear functions.

    Attributes
    ----------
    cone : Cone
    signs : tuple of bool
        Whether each neuron of each stage is positive inside.
    outputs : tuple of Row
        (x, w) -> output times the denominator that all cells share.
    """

    cone: Cone
    signs: tuple[bool, ...]
    outputs: tuple[Row, ...]


@dataclass(frozen=True)
class Subdivision:
    """All cells of a network on a domain.

    Attributes
    ----------
    cells : tuple of Cell
        On a box in the coordinates of the inputs, else in those of rows of the first
        layer.  Cells with the same signs are parts of one region: they are cut apart
        where the first layer passes inputs on without a neuron.
    ends : frozenset of int
        The numbers of facets that bound the domain.
    layers : tuple
        The network in the coordinates of the cells.
    """

    cells: tuple[Cell, ...]
    ends: frozenset[int]
    layers: tuple[_Layer, ...]

    def pattern(self, point: Row) -> tuple[bool, ...]:
        """Which neurons are positive at a point (x, w) in the coordinates of the cells."""
        h = list(point[:-1])
        scale = point[-1]
        out: list[bool] = []
        for layer in self.layers:
            z = [
                b * scale + sum(w * h[j] for j, w in row)
                for row, b in zip(layer.rows, layer.bias, strict=True)
            ]
            out += [z[i] > 0 for i in layer.bending]
            h = [layer.unit * v if v > 0 else a * v for v, a in zip(z, layer.alpha, strict=True)]
            scale *= layer.scale * layer.unit
        return tuple(out)


@dataclass(frozen=True)
class _Layer:
    """A stage with integers over common denominators."""

    rows: list[list[tuple[int, int]]]
    bias: list[int]
    scale: int  # rows and bias are this multiple of the true ones
    alpha: list[int]
    unit: int  # alpha is this multiple of the true one
    bending: list[int]

    def apply(self, h: Sequence[Row], denominator: int) -> list[Row]:
        width = len(h[0])
        out = []
        for row, b in zip(self.rows, self.bias, strict=True):
            total = [0] * width
            total[-1] = b * denominator
            for j, w in row:
                for k, v in enumerate(h[j]):
                    total[k] += w * v
            out.append(tuple(total))
        return out


def _layer(stage: ExactStage) -> _Layer:
    weights = [w for row in stage.rows for _, w in row]
    scale = lcm(1, *(_denominator(v) for v in (*weights, *stage.bias)))
    unit = lcm(1, *map(_denominator, stage.alpha))
    return _Layer(
        [[(j, _times(w, scale)) for j, w in row] for row in stage.rows],
        [_times(b, scale) for b in stage.bias],
        scale,
        [_times(a, unit) for a in stage.alpha],
        unit,
        stage.bending,
    )


def integer_rows(stage: Stage) -> tuple[list[list[int]], list[int]]:
    """The rows and biases of a stage, times a common denominator."""
    layer = _layer(ExactStage(stage))
    rows = [[0] * stage.n_in for _ in layer.rows]
    for dense, row in zip(rows, layer.rows, strict=True):
        for j, w in row:
            dense[j] += w
    return rows, layer.bias


def _denominator(x: Num) -> int:
    if isinstance(x, AlgebraicReal):
        raise DomainError("regions are counted for networks with rational weights")
    return int(x.denominator)


def _times(x: Num, scale: int) -> int:
    product: Any = x * scale
    return int(product)


def checked_box(box: Any, d: int) -> tuple[tuple[Fraction, Fraction], ...]:
    """A box as exact pairs, one for each input."""
    pairs = [tuple(pair) for pair in box]
    if len(pairs) != d or any(len(pair) != 2 for pair in pairs):
        raise DomainError(f"a box is a pair (low, high) for each of the {d} inputs, not {box!r}")
    exact = tuple((rational(a), rational(b)) for a, b in pairs)
    for low, high in exact:
        if not low < high:
            raise DomainError(
                f"the side [{low}, {high}] of the box has no interior; give low < high"
            )
    return exact


def _start(
    layers: list[_Layer], d: int, box: Any
) -> tuple[Iterable[Cone], list[Row], list[_Layer], frozenset[int], int]:
    """The first cones, the inputs as functions on them, and layers in their coordinates.

    Without a box the inputs are replaced by the values of rows of the first layer that
    span all of them, neurons if possible: what no row sees is left out, cones are
    pointed, and the first cuts are neurons.
    """
    if box is not None:
        eye = [tuple(int(i == j) for j in range(d + 1)) for i in range(d)]
        ends = frozenset(range(2 * d))
        return [box_cone(checked_box(box, d))], eye, layers, ends, 2 * d
    first = layers[0]
    dense = [[0] * d for _ in first.rows]
    for i, row in enumerate(first.rows):
        for j, w in row:
            dense[i][j] += w
    bending = set(first.bending)
    order = sorted(range(len(dense)), key=lambda i: i not in bending)
    pivots = [order[i] for i in independent_rows([dense[i] for i in order])]
    r = len(pivots)
    shifts = [first.bias[i] for i in pivots]
    mixes: list[list[Fraction]] = [[] for _ in dense]
    if r:
        mixes = solve_rows([dense[i] for i in pivots], dense)
    common = lcm(1, *(c.denominator for mix in mixes for c in mix))
    rows, bias = [], []
    for mix, b in zip(mixes, first.bias, strict=True):
        scaled = [int(c * common) for c in mix]
        rows.append([(j, c) for j, c in enumerate(scaled) if c])
        bias.append(common * b - sum(map(mul, scaled, shifts)))
    changed = _Layer(rows, bias, first.scale * common, first.alpha, first.unit, first.bending)
    if r == 0:  # one point stands for all: a half-line that nothing cuts
        return (
            [Cone(((1, 0), (0, 1)), (1, 2))],
            [(0, 0)],
            [changed, *layers[1:]],
            frozenset({0, 1}),
            2,
        )
    eye = [tuple(int(i == j) for j in range(r + 1)) for i in range(r)]
    return orthants(r), eye, [changed, *layers[1:]], frozenset({r}), r + 1


def subdivide(net: ReLUNetwork, box: Any = None, *, budget: Budget | None = None) -> Subdivision:
    """Cut R^d, or a box, into the cells on which every neuron keeps its sign.

    Parameters
    ----------
    net : ReLUNetwork
        With rational weights.
    box : sequence of (low, high), optional
        One pair for each input; without it the whole space, unbounded cells included.
    budget : Budget, optional
        Its ``pieces`` limit the cells.

    Returns
    -------
    Subdivision

    Raises
    ------
    DomainError
        If the weights are not rational or the box is none.
    BudgetExceeded
        With the number of cells so far as its partial result.

    Notes
    -----
    Exact, with integers, for all networks: no general position is assumed.  A cell with
    r rays is cut in O(r^2) steps by a neuron that changes its sign there; r is about
    2^d.  A neuron that vanishes on a whole cell counts as off, and cuts nothing.
    """
    clock = (budget or Budget()).start()
    layers = [_layer(ExactStage(stage)) for stage in net.stages]
    cones, inputs, layers, ends, bit = _start(layers, net.n_inputs, box)
    # (cone, signs, values): one stage after the other
    current: list[tuple[Cone, tuple[bool, ...], list[Row]]] = [(c, (), inputs) for c in cones]
    denominator = 1
    for number, layer in enumerate(layers):
        units = layer.bending
        names = {unit: bit + i for i, unit in enumerate(units)}
        bit += len(units)
        following: list[tuple[Cone, tuple[bool, ...], list[Row]]] = []
        for cone, signs, h in current:
            z = layer.apply(h, denominator)
            parts = [(cone, signs)]
            for unit in units:
                after: list[tuple[Cone, tuple[bool, ...]]] = []
                for part, sign in parts:
                    at = values(z[unit], part.rays)
                    low, high = min(at), max(at)
                    if low < 0 < high:
                        above, below = part.split(at, names[unit])
                        after.append((above, (*sign, True)))
                        after.append((below, (*sign, False)))
                    else:
                        after.append((part, (*sign, high > 0)))
                parts = after
            for part, sign in parts:
                following.append((part, sign, _through(layer, z, sign[len(signs) :])))
            clock.check(
                f"stage {number + 1} of {len(layers)} of the subdivision",
                pieces=len(following),
                partial=len(following),
            )
        current = following
        denominator = denominator * layer.scale * layer.unit
        current, denominator = _reduced(current, denominator)
    cells = tuple(Cell(cone, signs, tuple(h)) for cone, signs, h in current)
    return Subdivision(cells, ends, tuple(layers))


def _through(layer: _Layer, z: list[Row], signs: Sequence[bool]) -> list[Row]:
    """The units' outputs on a cell where their signs are known."""
    out = list(z) if layer.unit == 1 else [tuple(layer.unit * v for v in row) for row in z]
    for unit, positive in zip(layer.bending, signs, strict=True):
        if not positive:
            a = layer.alpha[unit]
            out[unit] = tuple(a * v for v in z[unit])
    return out


def _reduced(current: list[Any], denominator: int) -> tuple[list[Any], int]:
    """Take out of the denominator what divides all values."""
    divisor = denominator
    for _, _, h in current:
        for row in h:
            divisor = gcd(divisor, *row)
            if divisor == 1:
                return current, denominator
    shrunk = [
        (cone, signs, [tuple(v // divisor for v in row) for row in h]) for cone, signs, h in current
    ]
    return shrunk, denominator // divisor
