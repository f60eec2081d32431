"""Doublings: a map that exchanges two halves is known from its second iterate on one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from plsym.dynamics.domains import bounded_domain
from plsym.errors import DomainError
from plsym.exact.scalars import Scalar
from plsym.piecewise.equations import Interval
from plsym.piecewise.function import PiecewiseLinear

__all__ = ["Doubling", "Renormalization", "Trim", "renormalize"]

_MOST_PIECES = 2000
_MOST_TRIMS = 12


@dataclass(frozen=True)
class Trim:
    """A step from an interval to one inside that holds all orbits worth following.

    Attributes
    ----------
    how : str
        "image": to the image of the interval.  "left": all points between the left end
        and a fixed point move to the right, and no point beyond comes back so far.
        "right": the mirror image of that.
    point : exact number or None
        That fixed point.
    """

    how: Literal["image", "left", "right"]
    point: Scalar | None = None


@dataclass(frozen=True)
class Doubling:
    """One step down to a half.

    Attributes
    ----------
    trims : tuple of Trim
        What is taken off the interval first.
    point : exact number
        The fixed point inside whose sides are exchanged; the second iterate is looked
        at on the left of it next.
    """

    trims: tuple[Trim, ...]
    point: Scalar


@dataclass(frozen=True)
class Renormalization:
    """How often a map exchanges halves, and what is left.

    Attributes
    ----------
    doublings : tuple of Doubling
        With k of them, no period 2^i q with i < k and odd q > 1 occurs.
    map : PiecewiseLinear
        f^(2^k) on the last half; its growth number is the 2^k-th power of that of f.
    """

    doublings: tuple[Doubling, ...]
    map: PiecewiseLinear

    @property
    def level(self) -> int:
        """The number of doublings."""
        return len(self.doublings)


def renormalize(f: PiecewiseLinear, up_to: int = 10) -> Renormalization:
    """Halve a map as long as it exchanges the sides of a fixed point.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of a bounded interval into itself.
    up_to : int
        The largest number of doublings.

    Returns
    -------
    Renormalization

    Raises
    ------
    DomainError
        If f leaves its domain or the domain is unbounded.

    Notes
    -----
    Exact.  If f takes [a, c] into [c, b] and [c, b] into [a, c], then every orbit but
    that of c changes sides in each step, so all of it is seen by f^2 on [a, c].  Ends of
    the interval that every orbit leaves for good are taken off before.  A step costs one
    composition; the number of pieces seldom grows, that of digits doubles.

    References
    ----------
    .. [1] M. Misiurewicz, "Structure of mappings of an interval with zero entropy",
       Publications mathematiques de l'IHES 53 (1981), 5-16.

    Examples
    --------
    >>> pl.renormalize(pl.truncated_tent("14/17")).level
    2
    >>> half = pl.renormalize(pl.abs_map("7/5"))
    >>> half.level, half.map.lipschitz
    (1, Fraction(49, 25))
    """
    low, high = bounded_domain(f, "renormalization is about")
    if not (low <= f.image[0] and f.image[1] <= high):
        raise DomainError("the map leaves its domain, so it cannot be iterated")
    doublings: list[Doubling] = []
    g = f
    while len(doublings) < up_to and g.num_pieces < _MOST_PIECES:
        found = _exchange(g)
        if found is None:
            break
        doubling, left, right = found
        doublings.append(doubling)
        g = right @ left
    return Renormalization(tuple(doublings), g)


def _exchange(g: PiecewiseLinear) -> tuple[Doubling, PiecewiseLinear, PiecewiseLinear] | None:
    """A fixed point whose sides are exchanged, and the map on these sides."""
    a: Any
    b: Any
    trims: list[Trim] = []
    while len(trims) <= _MOST_TRIMS:
        a, b = g.domain
        fixed: list[Any] = []
        for part in g.fixed_points():
            fixed += (part.lower, part.upper) if isinstance(part, Interval) else (part,)
        for c in fixed:
            if a < c < b:
                left, right = g.restrict(a, c), g.restrict(c, b)
                if left.image[0] >= c and right.image[1] <= c:
                    return Doubling(tuple(trims), c), left, right
        step = _trim(g, fixed)
        if step is None:
            return None
        trim, low, high = step
        trims.append(trim)
        g = g.restrict(low, high)
    return None


def _trim(g: PiecewiseLinear, fixed: list[Any]) -> tuple[Trim, Any, Any] | None:
    """Something to take off the ends of the interval of a map."""
    a: Any
    b: Any
    a, b = g.domain
    low: Any
    high: Any
    low, high = g.image
    if a < low < high <= b or a <= low < high < b:
        return Trim("image"), low, high
    if low == high:
        return None
    z = min((c for c in fixed if c > a), default=b)
    if a < z < b and g((a + z) / 2) > (a + z) / 2:
        low = g.restrict(z, b).image[0]
        if a < low < z:
            return Trim("left", z), low, b
    z = max((c for c in fixed if c < b), default=a)
    if a < z < b and g((z + b) / 2) < (z + b) / 2:
        high = g.restrict(a, z).image[1]
        if z < high < b:
            return Trim("right", z), a, high
    return None
