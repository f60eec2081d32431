"""What a cycle forces depends on its itinerary, not on its length alone."""

from __future__ import annotations

from typing import Any

from plsym.certify.rates import growth_certificate
from plsym.dynamics.cycles import Cycle
from plsym.dynamics.growth import growth
from plsym.dynamics.orbits import least_period, orbit
from plsym.dynamics.periodic import periodic_orbits
from plsym.piecewise import families
from plsym.theory.case import Case
from plsym.theory.constants import at_least, function, positive
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any, p: int = 4) -> None:
    f = function(subject, "chaotic-itineraries")
    length = positive(p, "p")
    found = periodic_orbits(f, length)
    points: list[Any] = [each.point for each in found.orbits]
    for family in found.families:
        # the middle of an interval of cycles may have a smaller period
        third = (2 * family.interval.lower + family.interval.upper) / 3
        if least_period(f, third, length) == length:
            points.append(third)
    case.require(
        f"f has a cycle of length {length}",
        bool(points),
        "" if points else "none, by exhaustive search",
    )
    types = {Cycle.from_points(orbit(f, x, length - 1)).one_line for x in points}
    reached = growth(f)
    rates = {}
    for one_line in sorted(types)[:40]:
        forced = Cycle(one_line).growth
        rates[one_line] = forced
        shown = forced.exact if forced.exact is not None else f"about {float(forced.lower):.9f}"
        case.conclude(
            f"the growth number of f is at least that of the cycle type {one_line}",
            at_least(reached, forced.exact if forced.exact is not None else forced.lower),
            f"{shown}",
        )
    case.numbers |= {
        "types": len(types),
        "growth": reached.exact if reached.exact is not None else reached.lower,
        "largest": max(r.lower for r in rates.values()),
        "least": min(r.lower for r in rates.values()),
    }
    case.certificate = growth_certificate(f, reached)


THEOREM = Theorem(
    "chaotic-itineraries",
    "A map with a cycle has growth number at least the spectral radius of the cycle's covering "
    "graph, which depends on the itinerary: among cycles of length 4 it is 1, 1.839... or more.",
    "C. Sanford, V. Chatziafratis, AISTATS 2022, arXiv:2110.10295; after Block, Guckenheimer, "
    "Misiurewicz and Young (1980)",
    _rule,
    (
        Instance("the itinerary 1324", lambda: Cycle((3, 4, 2, 1)).map, {"p": 4}),
        Instance("the itinerary 1234", lambda: Cycle((2, 3, 4, 1)).map, {"p": 4}),
        Instance("the cycle (2, 4, 1, 3)", lambda: Cycle((2, 4, 1, 3)).map, {"p": 4}),
        Instance("the tent map, length 5", families.tent, {"p": 5}),
        Instance("slope 8/5, length 5", lambda: families.abs_map("8/5"), {"p": 5}),
    ),
)
