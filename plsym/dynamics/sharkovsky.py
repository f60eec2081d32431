"""Sharkovsky's order: which periods a continuous interval map must have besides a given one."""

from __future__ import annotations

from typing import Any

from plsym.piecewise.orbits import checked_power

__all__ = ["checked_period", "forced_periods", "sharkovsky_precedes", "sharkovsky_sorted"]


def checked_period(n: Any, what: str = "a period") -> int:
    """Return n as an int >= 1, or raise `DomainError`."""
    return checked_power(n, what, least=1)


def _key(n: int) -> tuple[int, int, int]:
    """A key that sorts 3, 5, 7, ..., 2*3, 2*5, ..., 4*3, ..., 8, 4, 2, 1."""
    twos = (n & -n).bit_length() - 1
    odd = n >> twos
    return (0, twos, odd) if odd > 1 else (1, -twos, 1)


def sharkovsky_precedes(m: int, n: int) -> bool:
    """Whether period m forces period n: m stands before n, or m = n.

    Parameters
    ----------
    m, n : int
        Periods, at least 1.

    Returns
    -------
    bool

    Notes
    -----
    A continuous map of an interval with a point of least period m has a point of
    least period n exactly if this is true for the pair (for all such maps) [1]_.

    References
    ----------
    .. [1] A. N. Sharkovsky, "Coexistence of cycles of a continuous map of the line into
       itself", Ukrainian Mathematical Journal 16 (1964), 61-71.

    Examples
    --------
    >>> pl.sharkovsky_precedes(3, 5), pl.sharkovsky_precedes(6, 7), pl.sharkovsky_precedes(8, 4)
    (True, False, True)
    """
    return _key(checked_period(m)) <= _key(checked_period(n))


def forced_periods(m: int, up_to: int) -> tuple[int, ...]:
    """The periods up to a bound that period m forces, m included, in increasing order.

    Parameters
    ----------
    m : int
        A period of a continuous interval map.
    up_to : int
        The largest period listed.

    Returns
    -------
    tuple of int

    Examples
    --------
    >>> pl.forced_periods(6, 12)
    (1, 2, 4, 6, 8, 10, 12)
    """
    key, bound = _key(checked_period(m)), checked_period(up_to, "the bound")
    return tuple(n for n in range(1, bound + 1) if key <= _key(n))


def sharkovsky_sorted(periods: Any) -> list[int]:
    """Periods in Sharkovsky's order: each forces all that follow.

    Examples
    --------
    >>> from plsym.dynamics.sharkovsky import sharkovsky_sorted
    >>> sharkovsky_sorted(range(1, 11))
    [3, 5, 7, 9, 6, 10, 8, 4, 2, 1]
    """
    return sorted((checked_period(n) for n in periods), key=_key)
