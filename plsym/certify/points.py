"""Certificates about single points."""

from __future__ import annotations

from typing import Any

from plsym.certificates.certificate import Certificate
from plsym.certify.writing import number, written
from plsym.dynamics import orbits
from plsym.errors import UndecidedError
from plsym.exact.scalars import ScalarLike
from plsym.networks.network import ReLUNetwork
from plsym.piecewise.function import PiecewiseLinear

__all__ = ["eventual_period", "orbit", "value"]


def value(f: PiecewiseLinear, x: ScalarLike, *, network: ReLUNetwork | None = None) -> Certificate:
    """Certify the value f(x).

    Examples
    --------
    >>> pl.certify.value(pl.tent(), "1/3").statement
    'f(1/3) = 2/3'
    """
    y: Any = f(x)
    claim = {"kind": "value", "point": number(x), "value": number(y)}
    return written(claim, f, {}, network=network, others=[x, y])


def orbit(
    f: PiecewiseLinear, x: ScalarLike, n: int, *, network: ReLUNetwork | None = None
) -> Certificate:
    """Certify the points x, f(x), ..., f^n(x).

    Examples
    --------
    >>> bool(pl.check(pl.certify.orbit(pl.tent(), "1/7", 10)))
    True
    """
    points = orbits.orbit(f, x, n)
    claim = {"kind": "orbit", "points": [number(p) for p in points]}
    return written(claim, f, {}, network=network, others=points)


def eventual_period(
    f: PiecewiseLinear,
    x: ScalarLike,
    up_to: int = 10_000,
    *,
    network: ReLUNetwork | None = None,
) -> Certificate:
    """Certify how a point falls into a cycle.

    Raises
    ------
    UndecidedError
        If it does not within ``up_to`` steps.

    Examples
    --------
    >>> pl.certify.eventual_period(pl.tent(), "1/7").statement
    '1/7 falls into a cycle of period 3 after 1 steps'
    """
    found = orbits.eventual_period(f, x, up_to)
    if found is None:
        raise UndecidedError(f"the point falls into no cycle within {up_to} steps")
    points = orbits.orbit(f, x, found.preperiod + found.period - 1)
    claim = {
        "kind": "eventual period",
        "point": number(points[0]),
        "preperiod": found.preperiod,
        "period": found.period,
    }
    return written(claim, f, {"orbit": [number(p) for p in points]}, network=network, others=points)
