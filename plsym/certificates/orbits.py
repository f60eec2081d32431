"""Claims about single points: values, orbits, and how a point falls into a cycle."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from plsym.certificates.algebraic import Field, Number, read_number, read_numbers
from plsym.certificates.codec import Data, StepFailed
from plsym.certificates.maps import Map
from plsym.errors import CertificateFormatError

__all__ = ["check_eventual_period", "check_orbit", "check_value", "follow", "require_different"]


def check_value(claim: Data, evidence: Data, f: Map, field: Field | None) -> None:
    """Claim "value": f(point) = value."""
    claim.only("kind", "point", "value")
    evidence.only()
    if f(read_number(claim["point"], field)) != read_number(claim["value"], field):
        raise StepFailed("the value at the point is another one")


def check_orbit(claim: Data, evidence: Data, f: Map, field: Field | None) -> None:
    """Claim "orbit": each point is the image of the one before."""
    claim.only("kind", "points")
    evidence.only()
    points = read_numbers(claim["points"], field)
    if not points:
        raise CertificateFormatError(f"{claim.path}.points: at least one point is needed")
    if not f.holds(points[0]):
        raise StepFailed("point 0 lies outside the domain")
    follow(f, points)


def check_eventual_period(claim: Data, evidence: Data, f: Map, field: Field | None) -> None:
    """Claim "eventual period": f^preperiod(point) is the first iterate that is periodic.

    The evidence is the orbit: preperiod + period different points.
    """
    claim.only("kind", "point", "preperiod", "period")
    evidence.only("orbit")
    period, preperiod = claim["period"].integer(1), claim["preperiod"].integer(0)
    points = read_numbers(evidence["orbit"], field)
    if len(points) != preperiod + period:
        raise StepFailed(
            f"{len(points)} points are not as many as the preperiod and the period add up to"
        )
    if points[0] != read_number(claim["point"], field):
        raise StepFailed("the orbit starts at another point")
    check_cycle(f, points, preperiod)


def check_cycle(f: Map, points: Sequence[Number], preperiod: int = 0) -> None:
    """Insist on different points, each the image of the one before, closed up at the end."""
    follow(f, points)
    require_different(points)
    if f(points[-1]) != points[preperiod]:
        raise StepFailed("the image of the last point does not close the cycle")


def follow(f: Map, points: Sequence[Number]) -> None:
    """Insist on an orbit."""
    for i, (x, y) in enumerate(pairwise(points)):
        if f(x) != y:
            raise StepFailed(f"point {i + 1} is not the image of point {i}")


def require_different(points: Sequence[Number]) -> None:
    """Insist on points of which no two are equal."""
    for x, y in pairwise(sorted(points)):
        if x == y:
            raise StepFailed("a point occurs twice in the orbit")
