"""How many neurons a product of powers takes: formulas only."""

from __future__ import annotations

from math import prod
from typing import Any

from plsym.theory.case import Case
from plsym.theory.constants import no_subject, widths_of
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any = None, powers: Any = (2, 2, 2)) -> None:
    no_subject(subject, "monomials", "powers")
    r = widths_of(powers)
    case.require(
        "the powers are positive integers",
        bool(r) and all(isinstance(x, int) and x > 0 for x in r),
        str(r),
    )
    shallow = prod(x + 1 for x in r)
    deep = sum(7 * (x - 1).bit_length() + 4 for x in r)
    case.numbers |= {"one layer": shallow, "deep, at most": deep}
    case.conclude(
        f"by the formula one layer takes {shallow} neurons, at least 2^n for n variables",
        shallow >= 2 ** len(r),
        f"2^{len(r)} = {2 ** len(r)}",
    )
    case.conclude(
        f"and a deep network at most {deep}, at most 11 times the sum of the powers",
        deep <= 11 * sum(r),
        f"11 * {sum(r)} = {11 * sum(r)}",
    )


THEOREM = Theorem(
    "monomials",
    "With a smooth activation, the monomial with powers r_1, ..., r_n takes prod (r_i + 1) "
    "neurons in one hidden layer, and at most sum (7 ceil(log2 r_i) + 4) in a deep network. The "
    "formulas are evaluated; smooth networks are outside of what is verified here.",
    "D. Rolnick, M. Tegmark, The power of deeper networks for expressing natural functions, ICLR "
    "2018, Theorems 4.1 and 4.2 (as recalled)",
    _rule,
    (
        Instance("powers 2, 2, 2", lambda: None, {"powers": (2, 2, 2)}),
        Instance("powers 4, 4, 4", lambda: None, {"powers": (4, 4, 4)}),
        Instance("ten variables", lambda: None, {"powers": (1,) * 10}),
    ),
)
