"""The n-fold tent map: all counts are 2^n."""

from __future__ import annotations

from typing import Any

from plsym.certify.counts import crossings, laps, pieces
from plsym.certify.writing import all_of
from plsym.dynamics.periodic import periodic_orbits
from plsym.piecewise.counting import crossing_numbers, lap_numbers, piece_numbers
from plsym.piecewise.families import tent
from plsym.theory.case import Case
from plsym.theory.constants import function, positive
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]

NECKLACES = (2, 1, 2, 3, 6, 9, 18, 30, 56, 99)


def _rule(case: Case, subject: Any, n: int = 10) -> None:
    f = function(subject, "tent")
    power = positive(n, "n")
    case.require("f is the tent map of [0, 1]", f == tent())
    counts = {
        "pieces": piece_numbers(f, power)[-1],
        "laps": lap_numbers(f, power)[-1],
        "crossings of 0 and 1": crossing_numbers(f, 0, 1, power)[-1],
    }
    case.numbers |= counts
    for what, count in counts.items():
        case.conclude(f"f^{power} has 2^{power} {what}", count == 2**power, f"it has {count}")
    for k in range(1, min(power, len(NECKLACES)) + 1):
        count = len(periodic_orbits(f, k))
        case.conclude(
            f"f has {NECKLACES[k - 1]} cycles of length {k}", count == NECKLACES[k - 1], str(count)
        )
    case.certificate = all_of(laps(f, power), pieces(f, power), crossings(f, 0, 1, power))


THEOREM = Theorem(
    "tent",
    "The n-fold tent map has 2^n pieces and laps and crosses [0, 1] 2^n times; its cycles are "
    "counted by binary necklaces.",
    "M. Telgarsky, Representation benefits of deep feedforward networks, arXiv:1509.08101 (2015), "
    "Lemma 2.4 (as recalled); the cycle counts are sequence A001037",
    _rule,
    (Instance("n = 10", tent, {"n": 10}), Instance("n = 60", tent, {"n": 60})),
)
