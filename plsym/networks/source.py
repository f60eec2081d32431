"""A network with one input as a function: counted from decisions, listed on demand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from plsym.config import Budget
from plsym.exact.decide import Statistics
from plsym.exact.scalars import Num
from plsym.networks.paths import affine_part, homogeneous, infinite_corners, run
from plsym.networks.sweeping.prepared import Prepared
from plsym.networks.sweeping.stages import Stage
from plsym.piecewise.counts import lap_number as laps
from plsym.piecewise.knots import Knots

__all__ = ["SweepSource"]

Indices = NDArray[np.intp]


class SweepSource:
    """What a `PiecewiseLinear` made from a network stands on.

    Parameters
    ----------
    stages : sequence of Stage
        One input, one output, the last stage affine.
    a, b : number or None
        The ends of the domain; None for an infinite end.
    value : callable
        The exact value of the network at a point.
    budget : Budget, optional
    engine : str, optional
        See `plsym.networks.paths.run`.
    prepared : sequence of Prepared, optional
        Float copies of the stages, used on a bounded domain.
    """

    def __init__(
        self,
        stages: Sequence[Stage],
        a: Num | None,
        b: Num | None,
        value: Callable[[Num], Num],
        budget: Budget | None = None,
        engine: str | None = None,
        prepared: Sequence[Prepared] | None = None,
    ) -> None:
        self._a, self._b = a, b
        self._value = value
        self._bounded = a is not None and b is not None
        if self._bounded:
            assert a is not None and b is not None
            corners = [[a], [b]]
        else:
            stages, corners = homogeneous(stages), infinite_corners(a, b)
            prepared = None
        self.sweep = run(stages, corners, budget=budget, engine=engine, prepared=prepared)

    @cached_property
    def _breaks(self) -> Indices:
        """The rows at which the function itself changes slope."""
        breaks = self.sweep.output_breaks()
        if self._bounded:
            return breaks
        inner = np.flatnonzero(self.sweep.is_corner)[1:-1]
        if inner.size == 0:
            return breaks
        # the path turns at x = 0, where w f(x / w) bends even if f does not
        (corner,) = inner.tolist()
        breaks = breaks[breaks != corner]
        left, right = self.sweep.exact_slopes([0], np.array([corner - 1, corner]))
        value = self.sweep.exact_values(-1, np.array([corner]))[0][0]
        # w f(x / w) has slope s + f(0) before the corner and s - f(0) after it
        if left[0] - value != right[0] + value:
            breaks = np.sort(np.append(breaks, corner))
        return breaks

    @property
    def num_pieces(self) -> int:
        """The number of pieces, without listing them."""
        return len(self._breaks) + 1

    @cached_property
    def lap_number(self) -> int:
        """The number of laps; without listing the pieces on a bounded domain."""
        if not self._bounded:  # the path's slopes are those of w f(x / w), not of f
            return laps(self.knots())
        signs = self.sweep.output_directions(0)
        moving = signs[signs != 0]
        return 1 + int((moving[1:] != moving[:-1]).sum())

    @property
    def statistics(self) -> Statistics:
        """How many decisions the filter, the refinement and exact numbers took."""
        return self.sweep.statistics

    def ends(self) -> tuple[Num | None, Num | None]:
        """Return the ends of the domain."""
        return self._a, self._b

    def value(self, x: Num) -> Num:
        """Return the value at a point."""
        return self._value(x)

    @cached_property
    def _knots(self) -> Knots:
        last = self.sweep.num_rows - 1
        rows = np.concatenate([[0], self._breaks, [last]]).astype(np.intp)
        ts = self.sweep.exact_positions(rows)
        ys = [v[0] for v in self.sweep.exact_values(-1, rows)]
        if self._bounded:
            a, b = self._a, self._b
            assert a is not None and b is not None
            return Knots(tuple(a + t * (b - a) for t in ts), tuple(ys))
        xs: list[Num] = []
        values: list[Num] = []
        left = right = None
        for t, y in zip(ts, ys, strict=True):
            x, w = affine_part(t, self._a, self._b)
            if w != 0:
                xs.append(x / w)
                values.append(y / w)
            elif x < 0:
                left = -y
            else:
                right = y
        if not xs:  # affine on the whole line
            xs, values = [mpq(0)], [self._value(mpq(0))]
        return Knots(tuple(xs), tuple(values), left, right)

    def knots(self) -> Knots:
        """List the knots: exact numbers for all pieces, in bulk."""
        return self._knots
