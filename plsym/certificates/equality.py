"""Claims that two functions are one, and that a network computes a function."""

from __future__ import annotations

from plsym.certificates.algebraic import Field
from plsym.certificates.codec import Data, StepFailed
from plsym.certificates.maps import Map, read_map

__all__ = ["check_equal", "check_network_claim"]


def check_equal(claim: Data, evidence: Data, f: Map, field: Field | None) -> None:
    """Claim "equal": f and ``other`` are one function, with one domain."""
    claim.only("kind", "other")
    evidence.only()
    g = read_map(claim["other"], field, f.work)
    for one, two, side, end in ((f.left, g.left, "left", 0), (f.right, g.right, "right", -1)):
        if (one is None) != (two is None) or (one is None and f.xs[end] != g.xs[end]):
            raise StepFailed(f"the domains differ on the {side}")
        if one is not None and two is not None and one != two:
            raise StepFailed(f"the slopes at the {side} end differ")
    for x in (*f.xs, *g.xs):
        if f(x) != g(x):
            raise StepFailed("the functions differ at a breakpoint")


def check_network_claim(claim: Data, evidence: Data, f: Map, field: Field | None) -> None:
    """Claim "network": the stated network computes the map (checked when it was read)."""
    claim.only("kind")
    evidence.only()
    if not f.is_network:
        raise StepFailed("no network is stated")
