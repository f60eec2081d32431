"""Itineraries: which laps an orbit visits, also of points approached from one side.

Laps are numbered 0, 1, ... from left to right; the turning point (or plateau) between
lap i and lap i + 1 has the symbol i + 1/2.  So symbols sort like the points they stand for.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from fractions import Fraction
from typing import Any, Literal

from plsym.errors import DomainError
from plsym.exact.scalars import Num, ScalarLike, text, to_num
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.orbits import OrbitTable, checked_power

__all__ = ["itinerary", "kneading_sequence"]

Symbol = int | Fraction


def itinerary(f: PiecewiseLinear, x: ScalarLike, n: int) -> tuple[Symbol, ...]:
    """The laps that contain x, f(x), ..., f^(n-1)(x).

    Parameters
    ----------
    f : PiecewiseLinear
        A map of its domain into itself.
    x : exact number
    n : int
        The number of symbols.

    Returns
    -------
    tuple of int and Fraction
        i for the inside of lap i, i + 1/2 for the turning point or plateau after it.

    Raises
    ------
    DomainError
        If f leaves its domain or x lies outside it.

    Notes
    -----
    Exact; n evaluations and binary searches.

    Examples
    --------
    >>> pl.itinerary(pl.tent(), "2/7", 5)
    (0, 1, 1, 0, 1)
    >>> pl.itinerary(pl.tent(), "1/4", 3)
    (0, Fraction(1, 2), 1)
    """
    laps = _Laps(f)
    point = laps.inside(to_num(x))
    out = []
    for _ in range(checked_power(n, "the number of symbols")):
        out.append(laps.symbol(point, 0))
        point = laps.table.image(point)
    return tuple(out)


def kneading_sequence(
    f: PiecewiseLinear, turning: int, n: int, side: Literal["left", "right"] = "right"
) -> tuple[Symbol, ...]:
    """The itinerary of points that approach a turning point from one side.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of its domain into itself.
    turning : int
        The number of the turning point (or plateau) from the left, from 0 on.
    n : int
        The number of symbols.
    side : {"left", "right"}

    Returns
    -------
    tuple of int and Fraction
        The limit of the itineraries of x as x tends to the turning point.  The first
        symbol is the lap on that side; the rest is the itinerary of its image, where an
        orbit that meets a turning point again goes to the side from which the nearby
        orbits come.  Half-integers occur only after a plateau has swallowed the side.

    Raises
    ------
    DomainError
        If f leaves its domain, or has no such turning point.

    References
    ----------
    .. [1] J. Milnor, W. Thurston, "On iterated maps of the interval", Lecture Notes in
       Mathematics 1342 (1988), 465-563, section 3.

    Examples
    --------
    >>> f = pl.abs_map(pl.golden())        # 0 has period 3
    >>> pl.kneading_sequence(f, 0, 7), pl.kneading_sequence(f, 0, 7, side="left")
    ((1, 0, 1, 0, 0, 1, 0), (0, 0, 1, 0, 0, 1, 0))
    """
    laps = _Laps(f)
    if side not in ("left", "right"):
        raise DomainError(f"side={side!r} is not known; use 'left' or 'right'")
    if isinstance(turning, bool) or not 0 <= turning < len(laps.turns):
        raise DomainError(
            f"turning={turning!r} does not exist; the map has {len(laps.turns)} turning points"
        )
    from_side = 1 if side == "right" else -1
    point: Any = laps.turns[turning][1 if from_side > 0 else 0]
    out = []
    for _ in range(checked_power(n, "the number of symbols")):
        out.append(laps.symbol(point, from_side))
        from_side *= laps.direction(point, from_side)
        point = laps.table.image(point)
    return tuple(out)


class _Laps:
    """Turning points and directions of one map."""

    def __init__(self, f: PiecewiseLinear) -> None:
        self.table = OrbitTable(f._knots())
        cuts, signs = self.table.cuts, self.table.signs
        self.turns: list[tuple[Any, Any]] = []
        last = -1  # the last piece that was not constant
        for piece, sign in enumerate(signs):
            if sign:
                if last >= 0 and signs[last] != sign:
                    self.turns.append((cuts[last + 1], cuts[piece]))
                last = piece
        self._lows = [low for low, _ in self.turns]

    def inside(self, x: Num) -> Any:
        """Return x, if it lies in the domain."""
        if x < self.table.cuts[0] or x > self.table.cuts[-1]:
            raise DomainError(f"{text(x)} lies outside the domain")
        return x

    def symbol(self, point: Any, side: int) -> Symbol:
        """Where a point lies, or the points close to it on one side."""
        k = bisect_right(self._lows, point) - 1  # the last turn that begins at or before it
        if k < 0:
            return 0
        low, high = self.turns[k]
        if point == low and side < 0:
            return k
        if point > high or (point == high and side > 0):
            return k + 1
        return Fraction(2 * k + 1, 2)

    def direction(self, point: Any, side: int) -> int:
        """The sign of the slope next to a point on one side; 0 on a plateau or for no side."""
        if not side:
            return 0
        cuts, signs = self.table.cuts, self.table.signs
        at = bisect_right(cuts, point) - 1 if side > 0 else bisect_left(cuts, point) - 1
        return signs[min(max(at, 0), len(signs) - 1)]
