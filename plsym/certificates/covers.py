"""Claims about covering graphs: which intervals f^power sends over which."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise

from plsym.certificates.algebraic import Field, read_numbers
from plsym.certificates.codec import Data, StepFailed
from plsym.certificates.maps import Map
from plsym.errors import CertificateFormatError

__all__ = ["check_covers"]


def check_covers(claim: Data, evidence: Data, f: Map, field: Field | None) -> None:
    """Claim "covers": f^power maps interval i over interval j exactly for the listed pairs.

    Interval i lies between the neighbouring points i and i + 1.
    """
    claim.only("kind", "points", "power", "edges")
    evidence.only()
    f.require_self_map()
    points = read_numbers(claim["points"], field)
    if len(points) < 2:
        raise CertificateFormatError(f"{claim.path}.points: at least two points are needed")
    if any(not a < b for a, b in pairwise(points)):
        raise StepFailed("the points do not increase")
    if not (f.holds(points[0]) and f.holds(points[-1])):
        raise StepFailed("a point lies outside the domain")
    power = claim["power"].integer(1, 1 << 20)
    edges = set()
    for item in claim["edges"]:
        pair = [end.integer(0, len(points) - 2) for end in item]
        if len(pair) != 2:
            item.fail("a pair of intervals")
        edges.add((pair[0], pair[1]))
    for i, (low, high) in enumerate(pairwise(points)):
        for _ in range(power):
            low, high = f.hull(low, high)
        for j in range(bisect_left(points, low), bisect_right(points, high) - 1):
            f.work.spend(1)
            if (i, j) not in edges:
                raise StepFailed(f"interval {i} covers interval {j}, which is not claimed")
            edges.discard((i, j))
    if edges:
        i, j = min(edges)
        raise StepFailed(f"interval {i} does not cover interval {j}")
