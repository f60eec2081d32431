"""Claim: p pieces on the line need no more than p units; false for p = 1."""

from __future__ import annotations

from typing import Any

from plsym.networks.realize import realize
from plsym.piecewise import families
from plsym.piecewise.function import PiecewiseLinear
from plsym.theory.case import Case
from plsym.theory.constants import function
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any) -> None:
    f = function(subject, "p-units-suffice")
    line = all(isinstance(x, float) for x in f.domain)
    case.require("f is a function on the line", line, f"its domain is {f.domain}")
    net = realize(f)
    width = sum(net.widths)
    case.numbers |= {"pieces": f.num_pieces, "width": width}
    if width <= f.num_pieces:
        witness = f"a network of width {width} is f"
    else:
        witness = (
            "one unit is constant on one side of its kink, and f is not constant on any interval: "
            "two are needed"
        )
    case.conclude(
        f"{f.num_pieces} units in one hidden layer suffice for {f.num_pieces} pieces",
        width <= f.num_pieces,
        witness,
    )


THEOREM = Theorem(
    "p-units-suffice",
    "Every function on the line with p pieces is a network of one hidden layer with at most p "
    "units.",
    "R. Arora, A. Basu, P. Mianjy, A. Mukherjee, ICLR 2018, Theorem 2.2, read for all p",
    _rule,
    (
        Instance("x, p = 1", lambda: families.identity(None)),
        Instance("a constant, p = 1", lambda: families.constant(3, None)),
        Instance("|x|, p = 2", lambda: PiecewiseLinear.from_formula("abs(x)")),
    ),
)
