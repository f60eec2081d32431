"""Odd chaos: one point whose first and n-th images prove an odd period, with a margin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from plsym.config import Budget
from plsym.dynamics.sharkovsky import checked_period
from plsym.errors import DomainError
from plsym.exact.scalars import Scalar
from plsym.piecewise.equations import Interval
from plsym.piecewise.families import identity
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.operations import minimum

__all__ = ["OddChaos", "odd_chaos"]


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
    low, high = f.domain
    if isinstance(low, float) or isinstance(high, float):
        raise DomainError("odd chaos is about bounded intervals; restrict the domain")
    x = identity((low, high))
    once, often = f - x, f.iterate(steps, budget=budget) - x
    best: OddChaos | None = None
    for sign in (1, -1):
        margin, where = minimum(once * sign, often * -sign).maximum()
        if margin > 0 and (best is None or margin > best.margin):
            part: Any = where[0]
            point: Any = part.lower if isinstance(part, Interval) else part
            best = _witness(f, point, steps)
    return best


def _witness(f: PiecewiseLinear, x: Scalar, n: int) -> OddChaos:
    orbit = [x]
    for _ in range(n):
        orbit.append(f(orbit[-1]))
    first: Any = abs(orbit[1] - x)
    last: Any = abs(orbit[n] - x)
    spread: Any = sum((f.lipschitz**k for k in range(1, n)), f.lipschitz**0)
    return OddChaos(n, tuple(orbit), min(first, last), min(first, last / spread))
