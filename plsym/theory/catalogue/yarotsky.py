"""Squaring by sawtooths: exponentially small error in the depth, exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from plsym.networks.families import sawtooth_network
from plsym.piecewise.families import identity, tent
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.operations import distance
from plsym.piecewise.polynomial import Polynomial
from plsym.theory.case import Case
from plsym.theory.constants import no_subject, positive
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM", "square_by_sawtooths"]


def square_by_sawtooths(m: int) -> PiecewiseLinear:
    """x - sum of T^s / 4^s, s = 1..m, on [0, 1]."""
    total = identity((0, 1))
    for s in range(1, m + 1):
        total = total - tent().iterate(s) * Fraction(1, 4**s)
    return total


def _rule(case: Case, subject: Any = None, m: int = 4) -> None:
    no_subject(subject, "yarotsky", "m")
    layers = positive(m, "m")
    case.require("m <= 12, so that the pieces can be listed", layers <= 12, f"m = {layers}")
    f = square_by_sawtooths(layers)
    square = Polynomial([0, 0, 1])
    sup = distance(f, square, "Linf")
    mean = distance(f, square, "L1")
    root: Any = distance(f, square, "L2")
    case.numbers |= {"sup": sup, "L1": mean, "pieces": f.num_pieces}
    n = 2**layers
    case.conclude(
        f"f_{layers} interpolates x^2 at the points i/{n}",
        all(f(Fraction(i, n)) == Fraction(i * i, n * n) for i in range(n + 1)),
    )
    case.conclude(f"it has 2^{layers} pieces", f.num_pieces == n, str(f.num_pieces))
    case.conclude(
        f"its sup error is 4^-{layers + 1}", sup == Fraction(1, 4 ** (layers + 1)), str(sup)
    )
    case.conclude(f"its L1 error is 4^-{layers}/6", mean == Fraction(1, 6 * 4**layers), str(mean))
    case.conclude(
        f"its L2 error is the root of 16^-{layers}/30",
        root * root == Fraction(1, 30 * 16**layers),
        str(root),
    )
    depth = sawtooth_network(layers).depth
    case.conclude(
        "it is a network of depth m that carries x and the sum along",
        depth == layers,
        "width 4: two neurons for the next sawtooth, two for what is carried",
    )


THEOREM = Theorem(
    "yarotsky",
    "x - sum_(s=1..m) T^s(x)/4^s interpolates x^2 at i/2^m, with sup error 4^-(m+1), L1 error "
    "4^-m/6 and squared L2 error 16^-m/30: depth m reaches an error exponentially small in m.",
    "D. Yarotsky, Error bounds for approximations with deep ReLU networks, Neural Networks 94 "
    "(2017), Proposition 2; the L1 and L2 errors by integration",
    _rule,
    tuple(Instance(f"m = {m}", lambda: None, {"m": m}) for m in (1, 2, 3, 4, 8)),
)
