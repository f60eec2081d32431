"""The cells on which all neurons of a network keep their signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd, lcm
from typing import Any

from plsym.config import Budget
from plsym.errors import DomainError
from plsym.exact.element import AlgebraicReal
from plsym.exact.scalars import Num
from plsym.networks.exactpath import ExactStage
from plsym.networks.network import ReLUNetwork
from plsym.networks.sweeping.stages import Stage
from plsym.regions.chart import Chart, make_chart
from plsym.regions.cones import Cone, Row, values
from plsym.regions.domains import checked_domain

__all__ = ["Cell", "Subdivision", "integer_rows", "subdivide"]


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
        In the coordinates of the chart.  Cells with the same signs are parts of one
        region: they are cut apart where the first layer passes inputs on without a neuron.
    chart : Chart
    layers : tuple
        The network in the coordinates of the cells.
    """

    cells: tuple[Cell, ...]
    chart: Chart
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


def subdivide(net: ReLUNetwork, domain: Any = None, *, budget: Budget | None = None) -> Subdivision:
    """Cut a domain into the cells on which every neuron keeps its sign.

    Parameters
    ----------
    net : ReLUNetwork
        With rational weights.
    domain : sequence of (low, high), Polytope or Plane, optional
        A pair for each input; without it the whole space, unbounded cells included.
    budget : Budget, optional
        Its ``pieces`` limit the cells.

    Returns
    -------
    Subdivision

    Raises
    ------
    DomainError
        If the weights are not rational or the domain is none.
    BudgetExceeded
        With the number of cells so far as its partial result.

    Notes
    -----
    Exact, with integers, for all networks: no general position is assumed.  A cell with
    r rays is cut in O(r^2) steps by a neuron that changes its sign there; r is about
    2^d.  A neuron that vanishes on a whole cell counts as off, and cuts nothing.
    """
    clock = (budget or Budget()).start()
    chart = make_chart(net.stages, checked_domain(domain, net.n_inputs))
    layers = [_layer(ExactStage(stage)) for stage in chart.stages]
    d = chart.dimension
    inputs = [tuple(int(i == j) for j in range(d + 1)) for i in range(d)]
    bit = max(chart.walls) + 1
    # (cone, signs, values): one stage after the other
    current: list[tuple[Cone, tuple[bool, ...], list[Row]]] = [(c, (), inputs) for c in chart.cones]
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
    return Subdivision(cells, chart, tuple(layers))


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
