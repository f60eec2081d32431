"""Random neurons met by a path, or by a growing ball: enclosed expectations.

Weights are normal with one deviation, biases normal with the same, as those of
`plsym.random_network` by default; both laws are ratios, which no common factor changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import acb, arb, fmpq
from gmpy2 import mpq

from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.exact.scalars import to_num
from plsym.networks.trajectory import Trajectory
from plsym.theory.laws import _enclosed, half_turn

__all__ = ["origin_distance_law", "turning_along", "turning_law"]

_NEGLIGIBLE = 2.0**-60
_TOLERANCES = {"rel_tol": arb(2) ** -60, "abs_tol": arb(2) ** -80}


def turning_law(neurons: int, corners: Sequence[Sequence[Any]]) -> Enclosure:
    """(n / pi) times the angle under which (0, -1) sees a polyline at height 0.

    The expected number of sign changes of n random neurons along a path of what enters
    them: w . h + b vanishes where (h, 1) is orthogonal to the normal vector (w, b), whose
    direction is uniform, so a short piece is cut with probability angle / pi.

    Parameters
    ----------
    neurons : int
        n.
    corners : sequence of points
        The corners h of the path, exact; at least two.

    Returns
    -------
    Enclosure
        The angle is the length of the path seen from (0, -1), not that between its ends.

    References
    ----------
    M. Raghu et al., On the expressive power of deep neural networks, ICML 2017, Theorem 2;
    the exact angle by rotation invariance.

    Examples
    --------
    >>> from plsym.theory.laws import arctan_law
    >>> from plsym.theory.crossing_laws import turning_law
    >>> both = turning_law(16, [[-2], [0], [5]]), arctan_law(16, -2, 5)
    >>> [round(float(law), 12) for law in both]
    [12.633334786569, 12.633334786569]
    """
    lifted = [(*map(to_num, corner), mpq(1)) for corner in corners]
    if len(lifted) < 2:
        raise DomainError(f"a path needs at least two corners, got {len(lifted)}")

    def angle() -> Any:
        total = arb(0)
        for a, b in pairwise(lifted):
            inner = _inner(a, b)
            # Lagrange: |a x b|^2 = |a|^2 |b|^2 - (a . b)^2, which loses nothing for small angles
            cross = _inner(a, a) * _inner(b, b) - inner * inner
            total += arb.atan2(_ball(cross).sqrt(), _ball(inner))
        return total * neurons / arb.pi()

    return _enclosed(angle)


def turning_along(path: Trajectory, layer: int, weight: float, bias: float) -> Enclosure:
    """The expected sign changes in one layer along a path, given the layers before it.

    Parameters
    ----------
    path : Trajectory
        Of a fully connected network.
    layer : int
        From 0.
    weight, bias : float
        The deviations of the layer's weights and biases, both positive.

    Returns
    -------
    Enclosure
        (n / pi) times the length of the directions (weight * h, bias) of what enters it.

    Notes
    -----
    In doubles with proved bounds; `turning_law` of the exact corners, which are slow to
    compute, where these leave more than a relative width of 1/1000.

    Examples
    --------
    >>> from plsym.theory.laws import arctan_law
    >>> from plsym.theory.crossing_laws import turning_along
    >>> path = pl.random_network([1, 16, 1], seed=0).along([-2], [5])
    >>> found, law = turning_along(path, 0, 1.0, 1.0), arctan_law(16, -2, 5)
    >>> found.lower <= law.lower <= law.upper <= found.upper, float(found.width) < 1e-10
    (True, True)
    """
    neurons = len(path.transitions_per_neuron[layer])
    turn = half_turn()
    for sharp in (False, True):
        known = path.images(sharp=sharp)
        angle = None if known is None else known[layer].angle(weight, bias)
        if angle is not None and angle.width <= angle.upper / 1000:
            return Enclosure(neurons * angle.lower / turn.upper, neurons * angle.upper / turn.lower)
    points = [path.start, path.end] if layer == 0 else path.curve(layer - 1).points
    factor = Fraction(weight) / Fraction(bias)
    return turning_law(neurons, [[factor * v for v in point] for point in points])


def _inner(a: Sequence[Any], b: Sequence[Any]) -> Any:
    return sum((u * v for u, v in zip(a, b, strict=True)), mpq(0))


def _ball(x: Any) -> Any:
    return arb(fmpq(int(x.numerator), int(x.denominator)))


def origin_distance_law(neurons: int, inputs: int) -> Enclosure:
    """The expected distance from 0 to the nearest of n random hyperplanes w . x + b = 0 in R^d.

    The integral over r of P(|b| > r |w|)^n.  In s = |b| / sqrt(b^2 + |w|^2), whose square has
    the law Beta(1/2, d/2), it runs over [0, 1]; ball arithmetic encloses it up to a short
    end, whose share has a bound.

    Parameters
    ----------
    neurons : int
        n, at least 1.
    inputs : int
        d, at least 2.

    Returns
    -------
    Enclosure
        Close to a constant over n as n grows: the density of |b| / |w| at 0 is positive.

    Examples
    --------
    >>> from plsym.theory.crossing_laws import origin_distance_law
    >>> [round(float(origin_distance_law(n, 2)) * n, 4) for n in (4, 16, 64)]
    [0.8761, 0.9498, 0.9853]
    """
    n, d = neurons, inputs
    if n < 1 or d < 2:
        raise DomainError(f"neurons={n}, inputs={d}: at least 1 and 2 are needed")

    def expectation() -> Any:
        # s = |b| / sqrt(b^2 + |w|^2) has the density c (1 - s^2)^(d/2 - 1) on [0, 1]
        half = arb(d) / 2
        c = 2 * (half + arb(0.5)).gamma() / (arb.pi().sqrt() * half.gamma())
        # E |b| E 1/|w|
        alone = (half - arb(0.5)).gamma() / (half.gamma() * arb.pi().sqrt())
        if n == 1:
            return alone

        def beyond(s: Any) -> Any:
            return 1 - c * s * (s * s).hypgeom_2f1(acb(0.5), acb(1 - half), acb(1.5))

        def integrand(s: Any, _: bool) -> Any:
            square = s * s
            return beyond(s) ** n / ((1 - square) * (1 - square).sqrt())

        # from s on the integral is at most P(beyond s)^(n - 1) times the one for n = 1
        for i in range(-20, 140):
            stop = arb(2) ** i if i < 0 else 1 - arb(2) ** (-i - 2)
            tail = beyond(acb(stop)).real ** (n - 1) * alone
            if tail < _NEGLIGIBLE:
                break
        body = acb.integral(integrand, acb(0), acb(stop), **_TOLERANCES).real
        return body.union(body + tail)

    return _enclosed(expectation)
