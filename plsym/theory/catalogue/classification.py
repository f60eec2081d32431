"""Alternating points that small networks cannot classify, with the sharp error."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from plsym.certify.counts import crossings
from plsym.depth.budgets import piece_budget
from plsym.piecewise.counting import crossing_numbers
from plsym.piecewise.families import tent
from plsym.theory.case import Case
from plsym.theory.constants import no_subject, positive
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM", "fewest_errors", "sharp_error"]

_BRUTE = 600  # points up to which the optimum is also found by a dynamic program


def sharp_error(n: int, intervals: int) -> Fraction:
    """The least share of errors on n alternating labels with so many constant intervals."""
    return Fraction(max(0, -(-(n - intervals) // 2)), n)


def fewest_errors(n: int, intervals: int) -> int:
    """The same by trying: a dynamic program over points, intervals and labels."""
    best = {(1, 0): 0, (1, 1): 1}
    for i in range(1, n):
        following: dict[tuple[int, int], int] = {}
        for (used, label), errors in best.items():
            for new in (0, 1):
                count = used + (new != label)
                if count <= intervals:
                    cost = errors + (new != i % 2)
                    key = count, new
                    following[key] = min(cost, following.get(key, cost))
        best = following
    return min(best.values())


def _rule(case: Case, subject: Any = None, k: int = 5, l: int = 1, m: int = 2) -> None:
    no_subject(subject, "classification", "k, l and m")
    k, l, m = positive(k, "k"), positive(l, "l"), positive(m, "m")
    n = 2**k
    # m <= 2^((k - 3) / l - 1)
    holds = (2 * m) ** l <= Fraction(2) ** (k - 3)
    case.require(
        f"m <= 2^((k - 3)/l - 1) for k = {k}, l = {l}, m = {m}",
        holds,
        f"(2 m)^l = {(2 * m) ** l} and 2^(k - 3) = {Fraction(2) ** (k - 3)}",
    )
    error = sharp_error(n, piece_budget([m] * l) + 1)
    older = sharp_error(n, (2 * m) ** l + 1)
    published = Fraction(n - 4 * (2 * m) ** l, 3 * n)
    case.numbers |= {
        "sharp": error,
        "with (2 m)^l pieces": older,
        "(n - 4 t) / (3 n)": published,
    }
    case.conclude(
        f"a network of width m and depth l errs on at least 1/6 of {n} alternating points",
        error >= Fraction(1, 6),
        f"on at least {error} of them: it has at most {piece_budget([m] * l)} pieces; "
        f"(n - 4 t)/(3 n) is {published}, and {older} with t = (2 m)^l",
    )
    crossed = crossings(tent(), 0, 1, k)
    turns = crossing_numbers(tent(), 0, 1, k)[-1]
    case.conclude(
        f"the {k}-fold tent map, a network of width 2 and depth {k}, makes no error",
        turns == n,
        f"it takes 0 and 1 in turns at i / {n}",
    )
    if n <= _BRUTE:
        brute = fewest_errors(n, min(n, piece_budget([m] * l) + 1))
        case.conclude(
            "the share is attained by labels with as many intervals",
            Fraction(brute, n) == error,
            f"{brute} errors, by a dynamic program",
        )
    case.certificate = crossed


THEOREM = Theorem(
    "classification",
    "If m <= 2^((k-3)/l - 1), networks of width m and depth l err on at least 1/6 of 2^k "
    "alternating points, on which one of width 2 and depth k does not err. Sharp: with N pieces "
    "on ceil((2^k - N - 1)/2) of them.",
    "M. Telgarsky, Representation benefits of deep feedforward networks, arXiv:1509.08101 (2015), "
    "Theorem 1.1; the sharp share by counting changes of labels",
    _rule,
    (
        Instance("k = 5, l = 1, m = 2", lambda: None, {"k": 5, "l": 1, "m": 2}),
        Instance("k = 10, l = 2, m = 5", lambda: None, {"k": 10, "l": 2, "m": 5}),
        Instance("k = 20, l = 3, m = 25", lambda: None, {"k": 20, "l": 3, "m": 25}),
    ),
)
