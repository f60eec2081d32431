"""Cutting the tent off realizes every tail of Sharkovsky's order."""

from __future__ import annotations

from typing import Any

from plsym.certify.periods import period_set_certificate
from plsym.dynamics.periodic import periodic_orbits
from plsym.dynamics.periodset import period_set
from plsym.piecewise.families import tent, truncated_tent
from plsym.theory.case import Case
from plsym.theory.constants import no_subject, positive
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any = None, m: int = 3) -> None:
    no_subject(subject, "truncated-tents", "m")
    length = positive(m, "m")
    case.require("2 <= m <= 12", 2 <= length <= 12, f"m = {length}")
    height = min(max(each.points) for each in periodic_orbits(tent(), length).orbits)
    f = truncated_tent(height)
    periods = period_set(f)
    case.numbers |= {"height": height}
    case.conclude(
        f"cut off at h_{length}, the least maximum of an {length}-cycle, the tent map has exactly "
        f"the periods that {length} forces",
        periods.complete and periods.strongest == length,
        f"h_{length} = {height}; strongest period {periods.strongest}",
    )
    case.certificate = period_set_certificate(f, periods)


THEOREM = Theorem(
    "truncated-tents",
    "Every tail of Sharkovsky's order is the set of periods of a map min(T, h), T the tent map.",
    "Ll. Alseda, J. Llibre, M. Misiurewicz, Combinatorial dynamics and entropy in dimension one, "
    "World Scientific (2000), section 2.2 (as recalled)",
    _rule,
    tuple(Instance(f"m = {m}", lambda: None, {"m": m}) for m in (2, 3, 4, 5, 6, 7, 8, 9, 12)),
)
