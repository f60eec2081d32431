"""Certificates of the numbers of laps, pieces and crossings of f^n."""

from __future__ import annotations

from typing import Any, Literal

from plsym.certificates.certificate import Certificate
from plsym.certificates.codec import integer_text
from plsym.certify.writing import number, written
from plsym.dynamics.domains import bounded_domain
from plsym.errors import DomainError
from plsym.exact.scalars import ScalarLike
from plsym.networks.network import ReLUNetwork
from plsym.piecewise.counting import crossing_numbers, lap_numbers, piece_numbers
from plsym.piecewise.function import PiecewiseLinear

__all__ = ["crossings", "laps", "pieces"]


def _count(
    f: PiecewiseLinear, what: str, n: int, count: int, net: ReLUNetwork | None, **levels: Any
) -> Certificate:
    bounded_domain(f, "counts are certified on")
    claim = {
        "kind": "count",
        "of": what,
        "power": n,
        "count": integer_text(int(count)),
        **{name: number(y) for name, y in levels.items()},
    }
    return written(claim, f, {}, network=net, others=levels.values())


def laps(f: PiecewiseLinear, n: int, *, network: ReLUNetwork | None = None) -> Certificate:
    """Certify the number of laps of f^n on a bounded domain.

    Notes
    -----
    The evidence is empty: the checker counts by an algorithm of its own, in O(K n^2)
    steps for a map with K pieces.

    Examples
    --------
    >>> pl.certify.laps(pl.tent(), 10).statement
    'f^10 has 1024 laps'
    """
    return _count(f, "laps", n, lap_numbers(f, n)[-1], network)


def pieces(f: PiecewiseLinear, n: int, *, network: ReLUNetwork | None = None) -> Certificate:
    """Certify the number of affine pieces of f^n on a bounded domain; see `laps`."""
    return _count(f, "pieces", n, piece_numbers(f, n)[-1], network)


def crossings(
    f: PiecewiseLinear,
    x: ScalarLike,
    y: ScalarLike | None,
    n: int,
    *,
    kind: Literal["alternation", "threshold"] = "alternation",
    network: ReLUNetwork | None = None,
) -> Certificate:
    """Certify the crossings of [x, y] by f^n, or with ``kind="threshold"`` those of level x.

    Examples
    --------
    >>> pl.certify.crossings(pl.tent(), 0, 1, 6).statement
    'f^6 has 64 crossings of 0 and 1'
    """
    count = crossing_numbers(f, x, y, n, kind=kind)[-1]
    if kind == "threshold":
        return _count(f, "threshold", n, count, network, low=x)
    if kind != "alternation":
        raise DomainError(f"crossings are certified as 'alternation' or 'threshold', not {kind!r}")
    return _count(f, "crossings", n, count, network, low=x, high=y)
