"""The data of a piecewise-linear function of one variable, and where it comes from.

`Knots` is plain data: the breakpoints, the values there, and the slopes of the
unbounded end pieces if there are any.  All algorithms of this package that
need the pieces one by one take `Knots` and return `Knots` or numbers.

A `KnotSource` is what a `PiecewiseLinear` stands on: explicit knots, or
something that knows its counts without listing its knots (an iterate, a sweep
of a network).
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from plsym.exact.scalars import Num

__all__ = ["KnotSource", "Knots"]


class Knots(NamedTuple):
    """Breakpoints and values, canonical: no interior knot without a change of slope.

    ``xs`` is strictly increasing.  ``left`` (``right``) is the slope of the piece
    that reaches to minus (plus) infinity, or None if the domain ends at
    ``xs[0]`` (``xs[-1]``).  An affine function on the whole line has the single
    knot x = 0.
    """

    xs: tuple[Num, ...]
    ys: tuple[Num, ...]
    left: Num | None = None
    right: Num | None = None


class KnotSource(Protocol):
    """What `PiecewiseLinear` asks of the thing it stands on."""

    @property
    def num_pieces(self) -> int:
        """The number of pieces, without listing them."""
        ...

    @property
    def lap_number(self) -> int:
        """The number of laps, without listing the pieces."""
        ...

    def knots(self) -> Knots:
        """List the knots (may be long, may raise `BudgetExceeded`)."""
        ...

    def ends(self) -> tuple[Num | None, Num | None]:
        """The ends of the domain; None stands for an infinite end."""
        ...

    def value(self, x: Num) -> Num:
        """The value at a point of the domain."""
        ...
