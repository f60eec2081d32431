"""Certificates that functions are equal, that a network computes one, and of covers."""

from __future__ import annotations

from collections.abc import Iterable

from plsym.certificates.certificate import Certificate
from plsym.certify.writing import function_data, number, written
from plsym.dynamics.covers import cover_graph
from plsym.errors import DomainError
from plsym.exact.scalars import ScalarLike, to_num
from plsym.networks.network import ReLUNetwork
from plsym.piecewise.function import PiecewiseLinear

__all__ = ["covers", "equal", "network"]


def equal(
    f: PiecewiseLinear, g: PiecewiseLinear, *, network: ReLUNetwork | None = None
) -> Certificate:
    """Certify that two functions are one; with ``network`` that it computes both.

    Raises
    ------
    DomainError
        If they differ.

    Examples
    --------
    >>> f = pl.tent()
    >>> bool(pl.check(pl.certify.equal(f @ f, pl.sawtooth(4))))
    True
    """
    if f != g:
        raise DomainError("the functions differ, so there is nothing to certify")
    knots = g._knots()
    return written(
        {"kind": "equal", "other": function_data(g)},
        f,
        {},
        network=network,
        others=[*knots.xs, *knots.ys],
    )


def network(net: ReLUNetwork, a: ScalarLike, b: ScalarLike) -> Certificate:
    """Certify the map that a network with one input and one output computes on [a, b].

    The certificate states the network as stages of one-sided units: for a multilayer
    perceptron its weights as they are, with other layers as what they come to.

    Examples
    --------
    >>> net = pl.realize(pl.tent())
    >>> bool(pl.check(pl.certify.network(net, 0, 1)))
    True
    """
    f = net.to_piecewise(a, b)
    return written({"kind": "network"}, f, {}, network=net)


def covers(
    f: PiecewiseLinear,
    points: Iterable[ScalarLike],
    *,
    power: int = 1,
    network: ReLUNetwork | None = None,
) -> Certificate:
    """Certify the covering graph of f^power between points; see `plsym.cover_graph`.

    Examples
    --------
    >>> pl.certify.covers(pl.stefan_map(3), [1, 2, 3]).statement
    '3 covers by f^1 hold between 3 points, and no others'
    """
    marks = sorted({to_num(x) for x in points})
    graph = cover_graph(f, marks, power=power)
    claim = {
        "kind": "covers",
        "points": [number(x) for x in marks],
        "power": power,
        "edges": [list(edge) for edge in sorted(graph.edges)],
    }
    return written(claim, f, {}, network=network, others=marks)
