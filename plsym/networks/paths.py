"""Paths through a network: which sweep takes them, and unbounded paths made bounded.

A function of one variable on an unbounded domain is swept in homogeneous
coordinates (x, w): units are positively homogeneous, so w * f(x / w) is
piecewise linear along any polyline in w >= 0, and points with w = 0 are infinite.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from plsym.config import Budget
from plsym.errors import DomainError
from plsym.exact.decide import Statistics
from plsym.exact.dyadics import ExactArray
from plsym.exact.element import AlgebraicReal
from plsym.exact.scalars import Num
from plsym.networks.exactpath import ExactSweep
from plsym.networks.sweeping.prepared import Prepared
from plsym.networks.sweeping.stages import Dense, LinearMap, Sparse, Stage
from plsym.networks.sweeping.swept import Sweep, TransitionArrays
from plsym.networks.weights import FieldArray, assemble, ones, zeros

__all__ = ["SweepLike", "homogeneous", "is_rational", "run", "select_outputs"]

Indices = NDArray[np.intp]


class SweepLike(Protocol):
    """What both sweeps answer."""

    stages: tuple[Stage, ...]
    num_rows: int
    statistics: Statistics

    @property
    def t(self) -> NDArray[np.float64]:
        """Float shadow of the positions."""
        ...

    @property
    def is_corner(self) -> NDArray[np.bool_]:
        """Which rows are corners of the path."""
        ...

    @property
    def outputs(self) -> NDArray[np.float64]:
        """Float shadow of the outputs at the rows."""
        ...

    def rows_after(self, stage: int) -> Indices:
        """Return the rows that exist after a stage."""
        ...

    def activity(self, stage: int) -> NDArray[np.bool_]:
        """Return which units of a stage are positive on each piece."""
        ...

    def transitions(self) -> TransitionArrays:
        """Return all changes of activity."""
        ...

    def output_breaks(self, component: int | None = None) -> Indices:
        """Return the interior rows at which the output changes slope."""
        ...

    def output_directions(self, component: int) -> NDArray[np.int8]:
        """Return the sign of an output's slope on each piece."""
        ...

    def exact_positions(self, rows: Indices | None = None) -> list[Num]:
        """Return the exact path parameters of rows."""
        ...

    def exact_values(
        self, stage: int = -1, rows: Indices | None = None, units: Sequence[int] | None = None
    ) -> list[list[Num]]:
        """Return the exact outputs of a stage at rows."""
        ...

    def exact_slopes(self, units: Sequence[int], pieces: Indices) -> list[list[Num]]:
        """Return the exact slopes of outputs on pieces."""
        ...


def _stored(linear: LinearMap) -> ExactArray:
    if isinstance(linear, Dense):
        return linear.weights
    return linear.values if isinstance(linear, Sparse) else linear.entries()[2]


def is_rational(stages: Sequence[Stage]) -> bool:
    """Whether all weights are rational."""
    return not any(
        isinstance(part, FieldArray)
        for s in stages
        for part in (_stored(s.linear), s.bias, s.alpha)
    )


def run(
    stages: Sequence[Stage],
    corners: Sequence[Sequence[Num]] | ExactArray,
    *,
    budget: Budget | None = None,
    engine: str | None = None,
    prepared: Sequence[Prepared] | None = None,
) -> SweepLike:
    """Sweep along a polyline: filtered floats where all numbers are rational.

    Parameters
    ----------
    stages : sequence of Stage
    corners : sequence of points, or ExactArray
    budget : Budget, optional
    engine : {None, "float", "exact"}
        Forces one of the two sweeps; the answers are the same.
    prepared : sequence of Prepared, optional
        Float copies of the stages, whose weights are then known to be rational.

    Returns
    -------
    Sweep or ExactSweep
    """
    flat = [] if isinstance(corners, ExactArray) else [v for corner in corners for v in corner]
    if engine is None:
        rational = not any(issubclass(kind, AlgebraicReal) for kind in set(map(type, flat))) and (
            prepared is not None or is_rational(stages)
        )
        engine = "float" if rational else "exact"
    if engine not in ("float", "exact"):
        raise DomainError(f"engine={engine!r} is not known; use 'float' or 'exact'")
    if engine == "float":
        try:
            array = corners
            if not isinstance(array, ExactArray):
                array = _rational_array(flat, (len(array), stages[0].n_in))
            return Sweep(stages, array, budget, prepared)
        except OverflowError:  # beyond the range of doubles no bound says anything
            pass
    points = corners.scalars().tolist() if isinstance(corners, ExactArray) else corners
    return ExactSweep(stages, points, budget)


def _is_double(q: Any) -> bool:
    """Whether a reduced fraction is certainly a double: few digits, a power of two below."""
    d = q.denominator
    return bool(d & (d - 1) == 0 and d.bit_length() <= 1000 and q.numerator.bit_length() <= 53)


def _rational_array(flat: list[Any], shape: tuple[int, int]) -> ExactArray:
    if all(map(_is_double, flat)):
        return ExactArray(np.array(list(map(float, flat))).reshape(shape))
    items = [Fraction(int(v.numerator), int(v.denominator)) for v in flat]
    return ExactArray.from_fractions(items, shape)


def select_outputs(stages: Sequence[Stage], outputs: Sequence[int]) -> tuple[Stage, ...]:
    """Return the stages with only some rows of the last (affine) one."""
    last = stages[-1]
    if list(outputs) == list(range(last.n_out)):
        return tuple(stages)
    index = np.asarray(outputs, dtype=np.intp)
    linear: LinearMap
    if isinstance(last.linear, Dense):
        linear = Dense(last.linear.weights[index])
    else:
        assert isinstance(last.linear, Sparse)
        linear = Sparse(last.linear.columns, last.linear.index[index], last.linear.values[index])
    return (*stages[:-1], Stage.affine(linear, last.bias[index]))


def homogeneous(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """Return the stages of (x, w) -> w * f(x / w) for w > 0; w is carried by a last unit."""
    out = [_homogeneous(s) for s in stages[:-1]]
    return (*out, _homogeneous(stages[-1], carry=False))


def _homogeneous(stage: Stage, carry: bool = True) -> Stage:
    n_in, n_out = stage.n_in, stage.n_out
    c = int(carry)
    linear: LinearMap
    if isinstance(stage.linear, Dense):
        parts = [
            ((slice(n_out), slice(n_in)), stage.linear.weights),
            ((slice(n_out), n_in), stage.bias),
            ((slice(n_out, None), n_in), ones(c)),
        ]
        linear = Dense(assemble((n_out + c, n_in + 1), parts))
    else:
        assert isinstance(stage.linear, Sparse)
        terms = stage.linear.terms
        index = np.full((n_out + c, terms + 1), n_in, dtype=np.intp)
        index[:n_out, :terms] = stage.linear.index
        parts = [
            ((slice(n_out), slice(terms)), stage.linear.values),
            ((slice(n_out), terms), stage.bias),
            ((slice(n_out, None), terms), ones(c)),
        ]
        linear = Sparse(n_in + 1, index, assemble((n_out + c, terms + 1), parts))
    alpha = assemble((n_out + c,), [(slice(n_out), stage.alpha), (slice(n_out, None), ones(c))])
    return Stage(linear, zeros(n_out + c), alpha)


def infinite_corners(a: Num | None, b: Num | None) -> list[list[Num]]:
    """Return the polyline in (x, w) from a to b, either of which may be infinite (None)."""
    zero, one = mpq(0), mpq(1)
    if a is None and b is None:
        return [[-one, zero], [zero, one], [one, zero]]
    if a is None:
        assert b is not None
        return [[-one, zero], [b, one]]
    return [[a, one], [one, zero]]


def affine_part(t: Num, a: Num | None, b: Num | None) -> tuple[Num, Num]:
    """Return the point (x, w) of that polyline at parameter t."""
    corners = infinite_corners(a, b)
    i = min(int(t >= 1), len(corners) - 2)
    s = t - i
    (x0, w0), (x1, w1) = corners[i], corners[i + 1]
    return x0 + s * (x1 - x0), w0 + s * (w1 - w0)
