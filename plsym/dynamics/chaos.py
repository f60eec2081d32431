"""Odd chaos: one point whose first and n-th images prove an odd period, with a margin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from plsym.config import Budget
from plsym.dynamics.domains import bounded_domain
from plsym.dynamics.sharkovsky import checked_period
from plsym.errors import DomainError
from plsym.exact.element import AlgebraicReal
from plsym.exact.scalars import Scalar
from plsym.piecewise.equations import Interval
from plsym.piecewise.families import identity
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.operations import minimum

__all__ = ["OddChaos", "li_yorke", "odd_chaos"]


@dataclass(frozen=True)
class OddChaos:
    """A point x with f^n(x) < x < f(x), or with both signs turned, for an odd n >= 3.

    Attributes
    ----------
    n : int
        Then f has an odd period above 1 and at most n, hence period n.
    orbit : tuple of exact numbers
        x, f(x), ..., f^n(x).
    margin : exact number
        The smaller of |f(x) - x| and |f^n(x) - x|.
    radius : exact number
        Every continuous map of the interval that differs from f by less than this
        everywhere has period n as well.
    """

    n: int
    orbit: tuple[Scalar, ...]
    margin: Scalar
    radius: Scalar

    @property
    def point(self) -> Scalar:
        """The witness x."""
        return self.orbit[0]


def odd_chaos(f: PiecewiseLinear, n: int, *, budget: Budget | None = None) -> OddChaos | None:
    """Find the point that proves period n, n odd, with the widest margin.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of a bounded interval into itself.
    n : int
        Odd, at least 3.
    budget : Budget, optional
        Limits the pieces of f^n, which are listed.

    Returns
    -------
    OddChaos or None
        None if no point has a positive margin.

    Raises
    ------
    DomainError
        If f leaves its domain, the domain is unbounded, or n is even or below 3.
    BudgetExceeded
        If f^n has more pieces than the budget allows.

    Notes
    -----
    Exact.  The margin is a piecewise-linear function of x, and its maximum is attained
    at a breakpoint.  f^n(x) <= x < f(x) for an odd n forces an odd period [1]_.  If |g - f|
    <= r then |g^n(x) - f^n(x)| <= r (1 + L + ... + L^(n-1)) with the Lipschitz constant L
    of f, which gives the radius.

    References
    ----------
    .. [1] T.-Y. Li, M. Misiurewicz, G. Pianigiani, J. A. Yorke, "Odd chaos", Physics
       Letters A 87 (1982), 271-273.

    Examples
    --------
    >>> found = pl.odd_chaos(pl.abs_map("17/10"), 3)
    >>> found.margin > 0, found.orbit[3] > found.point > found.orbit[1]
    (True, True)
    >>> pl.odd_chaos(pl.abs_map("809/500"), 3) is None
    True
    """
    steps = checked_period(n, "n")
    if steps < 3 or steps % 2 == 0:
        raise DomainError(f"n is {steps}; odd chaos is about odd n from 3 on")
    low, high = bounded_domain(f, "odd chaos is about")
    x = identity((low, high))
    once, often = f - x, f.iterate(steps, budget=budget) - x
    ways = [minimum(once * sign, often * -sign) for sign in (1, -1)]
    return _best(f, steps, ways, _witness)


def li_yorke(f: PiecewiseLinear, *, budget: Budget | None = None) -> OddChaos | None:
    """Find the point with f^3(x) < x < f(x) < f^2(x), or reversed, of the widest margin.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of a bounded interval into itself.
    budget : Budget, optional
        Limits the pieces of f^3, which are listed.

    Returns
    -------
    OddChaos or None
        With n = 3; the margin is the smallest of the three gaps, the radius that within
        which all three stay open.

    Raises
    ------
    DomainError
        If f leaves its domain or the domain is unbounded.

    References
    ----------
    .. [1] T.-Y. Li, J. A. Yorke, "Period three implies chaos", American Mathematical
       Monthly 82 (1975), 985-992.

    Examples
    --------
    >>> a, b, c, d = pl.li_yorke(pl.abs_map("17/10")).orbit
    >>> d > a > b > c or d < a < b < c
    True
    >>> pl.li_yorke(pl.abs_map("809/500")) is None
    True
    """
    low, high = bounded_domain(f, "Li and Yorke's theorem is about")
    x = identity((low, high))
    twice = f.iterate(2, budget=budget)
    thrice = f.iterate(3, budget=budget)
    ways = []
    for sign in (1, -1):
        gaps = ((f - x) * sign, (twice - f) * sign, (x - thrice) * sign)
        ways.append(minimum(minimum(gaps[0], gaps[1]), gaps[2]))
    return _best(f, 3, ways, _li_yorke_witness)


def _best(
    f: PiecewiseLinear,
    n: int,
    ways: Sequence[PiecewiseLinear],
    witness: Callable[[PiecewiseLinear, Scalar, int], OddChaos],
) -> OddChaos | None:
    """The witness at which one of several margins, as functions of x, is greatest."""
    best: tuple[Any, Any] | None = None
    for way in ways:
        margin, where = way.maximum()
        if margin > 0 and (best is None or margin > best[0]):
            part: Any = where[0]
            best = margin, part.lower if isinstance(part, Interval) else part
    if best is None:
        return None
    margin, point = best
    if isinstance(point, AlgebraicReal):
        # a rational point serves as well, if it keeps most of the margin
        for bits in (8, 16, 32, 64, 128):
            near = sum(point.enclosure(bits), Fraction(0)) / 2
            if f.domain[0] <= near <= f.domain[1]:
                found = witness(f, near, n)
                if 16 * found.margin >= 15 * margin:
                    return found
    return witness(f, point, n)


def _orbit(f: PiecewiseLinear, x: Scalar, n: int) -> list[Any]:
    points: list[Any] = [x]
    for _ in range(n):
        points.append(f(points[-1]))
    return points


def _spread(f: PiecewiseLinear, n: int) -> Any:
    """How much f^n can differ if f differs by 1: 1 + L + ... + L^(n-1)."""
    return sum((f.lipschitz**k for k in range(1, n)), f.lipschitz**0)


def _witness(f: PiecewiseLinear, x: Scalar, n: int) -> OddChaos:
    points = _orbit(f, x, n)
    up, back = points[1] - points[0], points[0] - points[n]
    if up < 0:
        up, back = -up, -back
    return OddChaos(n, tuple(points), min(up, back), min(up, back / _spread(f, n)))


def _li_yorke_witness(f: PiecewiseLinear, x: Scalar, n: int) -> OddChaos:
    points = _orbit(f, x, n)
    gaps = [points[1] - points[0], points[2] - points[1], points[0] - points[3]]
    if gaps[0] < 0:
        gaps = [-gap for gap in gaps]
    radius = min(gaps[0], gaps[1] / (_spread(f, 2) + 1), gaps[2] / _spread(f, 3))
    return OddChaos(3, tuple(points), min(gaps), radius)
