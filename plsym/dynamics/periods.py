"""Which periods a map has, up to a bound: decided, with as little search as possible."""

from __future__ import annotations

from plsym.config import Budget
from plsym.dynamics.periodic import find_periodic
from plsym.dynamics.sharkovsky import checked_period, sharkovsky_precedes
from plsym.piecewise.function import PiecewiseLinear

__all__ = ["periods"]


def periods(f: PiecewiseLinear, up_to: int, *, budget: Budget | None = None) -> tuple[int, ...]:
    """The least periods up to a bound that occur, in increasing order.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of its domain into itself.
    up_to : int
        The largest period that is decided, at least 1.
    budget : Budget, optional
        Limits of the search for each period.

    Returns
    -------
    tuple of int

    Raises
    ------
    DomainError
        If f leaves its domain or the bound is not an integer >= 1.
    BudgetExceeded
        If a search is over the budget.

    Notes
    -----
    Exact: a period is listed if a point was found or if an earlier find forces it by
    Sharkovsky's theorem [1]_, and left out after an exhaustive search.  A search stops
    at the first point, so the cost is that of `periodic_orbits` for the missing periods.

    References
    ----------
    .. [1] A. N. Sharkovsky, "Coexistence of cycles of a continuous map of the line into
       itself", Ukrainian Mathematical Journal 16 (1964), 61-71.

    Examples
    --------
    >>> pl.periods(pl.abs_map("809/500"), 11)
    (1, 2, 4, 5, 6, 7, 8, 9, 10, 11)
    >>> pl.periods(pl.truncated_tent("14/17"), 16)
    (1, 2, 4)
    """
    bound = checked_period(up_to, "the bound")
    low, high = f.domain
    bounded = not (isinstance(low, float) or isinstance(high, float))
    found: list[int] = []
    for n in range(1, bound + 1):
        # the theorem is about intervals; on an unbounded one it needs a point to start from,
        # which every found period is
        if any(sharkovsky_precedes(m, n) for m in found) or find_periodic(f, n, budget=budget):
            found.append(n)
    assert found or not bounded  # a map of a bounded interval has a fixed point
    return tuple(found)
