"""How many intervals of alternating labels another labelling must miss."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

from plsym.theory.case import Case
from plsym.theory.constants import no_subject, positive
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM", "fewest_missed"]


def fewest_missed(f_intervals: int, g_intervals: int) -> int:
    """The fewest intervals of F on all of which g differs, by trying all positions.

    Each change of g lies inside an interval of F or between two; on an interval with a
    change inside, g agrees somewhere.
    """
    best = f_intervals
    changes = g_intervals - 1
    # what g is on each interval: its label before, and whether it changes inside
    for start in (0, 1):
        for inside in product(range(changes + 1), repeat=f_intervals):
            if sum(inside) > changes:
                continue
            best = min(best, _between(f_intervals, start, inside, changes - sum(inside)))
    return best


def _between(n: int, start: int, inside: tuple[int, ...], left: int) -> int:
    """Spend what is left of the changes between intervals, as well as possible."""
    states = {(start, left): 0}
    for i in range(n):
        following: dict[tuple[int, int], int] = {}
        for (label, spare), missed in states.items():
            for move in (0, 1) if spare and i else (0,):
                value = label ^ move
                bad = int(inside[i] == 0 and value != i % 2)
                key = value ^ (inside[i] & 1), spare - move
                following[key] = min(missed + bad, following.get(key, n))
        states = following
    return min(states.values())


def _rule(case: Case, subject: Any = None, s_f: int = 7, s_g: int = 3) -> None:
    no_subject(subject, "agreement", "s_f and s_g")
    f, g = positive(s_f, "s_f"), positive(s_g, "s_g")
    case.require("s_f <= 8, so that all positions can be tried", f <= 8, f"s_f = {f}")
    sharp = max(0, -(-(f - g) // 2))
    recalled = Fraction(max(0, f - 2 * g), 2)
    found = fewest_missed(f, min(g, f))
    case.numbers |= {"missed": found, "sharp": sharp}
    case.conclude(
        f"at least ceil(({f} - {g})/2) = {sharp} intervals are missed",
        found >= sharp,
        f"the fewest is {found}, over all positions",
    )
    case.conclude("and no more need be", found == sharp)
    case.conclude(
        "this is at least (s_F/2)(1 - 2 s_G/s_F), the bound of the paper",
        sharp >= recalled,
        f"{recalled}",
    )


THEOREM = Theorem(
    "agreement",
    "If F alternates over s_F intervals and g is constant on s_G, then g differs from F "
    "throughout at least ceil((s_F - s_G)/2) of the intervals of F, and sometimes no more.",
    "M. Telgarsky, Benefits of depth in neural networks, COLT 2016, Lemma 3.1 (as recalled, with "
    "(s_F/2)(1 - 2 s_G/s_F))",
    _rule,
    tuple(
        Instance(f"s_F = {f}, s_G = {g}", lambda: None, {"s_f": f, "s_g": g})
        for f, g in ((4, 1), (5, 2), (6, 3), (7, 2), (7, 5))
    ),
)
