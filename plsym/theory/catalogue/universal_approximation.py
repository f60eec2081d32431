"""A target and an error: the network, and what its error is."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import Any

from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.exact.rationals import rational
from plsym.exact.scalars import to_num, upper_end
from plsym.networks.realize import realize
from plsym.piecewise.families import tent
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.operations import distance
from plsym.piecewise.polynomial import Polynomial
from plsym.theory.case import Case
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]

_PIECES = 20_000


def _rule(case: Case, subject: Any, error: Any = Fraction(1, 100)) -> None:
    if not isinstance(subject, (PiecewiseLinear, Polynomial)):
        raise DomainError(
            "universal-approximation takes a Polynomial (on [0, 1]) or a PiecewiseLinear function, "
            f"not a {type(subject).__name__}"
        )
    goal = rational(error)
    case.require("the error is positive", goal > 0, str(goal))
    low, high = Fraction(0), Fraction(1)
    if isinstance(subject, PiecewiseLinear):
        ends = subject.domain
        bounded = all(isinstance(x, Fraction) for x in ends)
        case.require("the domain is a bounded interval with rational ends", bounded, str(ends))
        low, high = ends  # type: ignore[assignment]
        size = upper_end(to_num(subject.lipschitz))
        # the interpolant is within L h / 2
        n = max(1, (size * (high - low) / (2 * goal)).__ceil__())
        reason = f"L h/2 with L = {size}"
    else:
        second = subject.derivative().derivative()
        size = sum((abs(c) for c in second.coefficients), Fraction(0))
        # max |p''| h^2 / 8
        ratio = size / (8 * goal)
        n = max(1, isqrt(ratio.__ceil__()) + 1)
        reason = f"max |p''| h^2/8 with |p''| <= {size}"
    case.require(f"at most {_PIECES} pieces are needed", n <= _PIECES, f"{n} are")
    xs = [low + (high - low) * Fraction(i, n) for i in range(n + 1)]
    g = PiecewiseLinear(xs, [subject(x) for x in xs])
    net = realize(g)
    found: Any = distance(g, subject, "Linf")
    shown = found.upper if isinstance(found, Enclosure) else found
    case.numbers |= {"neurons": sum(net.widths), "pieces": g.num_pieces, "error": found}
    case.conclude("the network computes the interpolant", net.to_piecewise(low, high) == g)
    case.conclude(
        f"a network of one hidden layer and {sum(net.widths)} neurons is within {goal} of the "
        "target",
        bool(shown <= goal),
        f"its exact sup error is {shown if len(str(shown)) < 40 else float(shown)}; promised by "
        f"{reason}, h = {(high - low) / n}",
    )


THEOREM = Theorem(
    "universal-approximation",
    "A Lipschitz function on an interval is within L h/2, a polynomial within max |p''| h^2/8, of "
    "its interpolant at distance h, which is a network of one hidden layer: any error is reached.",
    "elementary; compare G. Cybenko (1989), K. Hornik (1991) for the qualitative statement",
    _rule,
    (
        Instance("x^2 to 1/1000", lambda: Polynomial([0, 0, 1]), {"error": "1/1000"}),
        Instance("x^3 - x to 1/100", lambda: Polynomial([0, -1, 0, 1]), {"error": "1/100"}),
        Instance("the 4-fold tent map to 1/3", lambda: tent().iterate(4), {"error": "1/3"}),
    ),
)
