"""Claim: the main lemma holds for disjoint crossings; it does not."""

from __future__ import annotations

from typing import Any

from plsym.errors import DomainError
from plsym.exact.algebraic import golden
from plsym.piecewise import families
from plsym.piecewise.counting import crossing_numbers
from plsym.theory.case import Case
from plsym.theory.constants import at_least_power, function, positive, rho
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(
    case: Case,
    subject: Any,
    x: Any = -1,
    y: Any = 0,
    p: int = 3,
    t: int = 12,
    kind: Any = "disjoint",
) -> None:
    f = function(subject, "disjoint-crossings")
    steps, length = positive(t, "t"), positive(p, "p")
    if kind not in ("disjoint", "alternation"):
        raise DomainError(f"kind is 'disjoint' or 'alternation', not {kind!r}")
    counts = crossing_numbers(f, x, y, steps, kind=kind)
    rate = rho(length)
    bad = [n for n, c in enumerate(counts, start=1) if not at_least_power(c, rate, n)]
    case.numbers["crossings"] = counts
    case.conclude(
        f"f^t has at least rho_{length}^t {kind} crossings of [{x}, {y}] for t = 1..{steps}",
        not bad,
        f"{', '.join(map(str, counts))}"
        + (f"; too few at t = {', '.join(map(str, bad))}" if bad else ""),
    )


THEOREM = Theorem(
    "disjoint-crossings",
    "f^t crosses [x, y] at least rho_p^t times for all t, crossings counted as disjoint pairs with "
    "f(a) = x and f(b) = y.",
    "definition of crossings in arXiv:1912.04378 as recalled; true for alternation crossings",
    _rule,
    (
        Instance("golden slope, [-1, 0]", lambda: families.abs_map(golden())),
        Instance(
            "the same with alternation crossings",
            lambda: families.abs_map(golden()),
            {"kind": "alternation"},
        ),
    ),
)
