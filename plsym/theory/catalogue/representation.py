"""Every piecewise-linear function of one variable is a network, and how wide it must be."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from plsym.certify.identity import network as network_certificate
from plsym.networks.realize import realize
from plsym.piecewise import families
from plsym.piecewise.algebra import piece_slopes
from plsym.piecewise.function import PiecewiseLinear
from plsym.theory.case import Case
from plsym.theory.constants import function
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM", "subset_exists"]

_TRIED = 18  # breakpoints up to which all sets are tried


def subset_exists(jumps: list[Any], target: Any) -> bool:
    """Whether some of the numbers, perhaps none, add up to another: all sets are tried."""
    sums = {target - target}
    for jump in jumps:
        sums |= {s + jump for s in sums}
    return target in sums


def _rule(case: Case, subject: Any) -> None:
    f = function(subject, "representation")
    slopes = piece_slopes(f._knots())
    pieces = f.num_pieces
    jumps = [b - a for a, b in pairwise(slopes)]
    case.require(
        f"f has at most {_TRIED} breakpoints, so that all sets of jumps can be tried",
        len(jumps) <= _TRIED,
        f"it has {len(jumps)}",
    )
    shallow, deep = realize(f), realize(f, style="deep")
    ends: list[Any] = [None if isinstance(x, float) else x for x in f.domain]
    case.conclude(
        "a network of one hidden layer is f",
        shallow.to_piecewise(*ends) == f,
        f"width {shallow.widths[0] if shallow.widths else 0}",
    )
    case.conclude(
        "a narrow deep network is f",
        deep.to_piecewise(*ends) == f,
        f"widths {', '.join(map(str, deep.widths)) or 'none'}",
    )
    line = all(x is None for x in ends)
    found = shallow.widths[0] if shallow.widths else 0
    if pieces == 1:
        least = 0 if slopes[0] == 0 else 2 if line else 1
        reason = (
            "constant"
            if least == 0
            else "one piece: a line takes both sides of a unit"
            if line
            else "one unit"
        )
    else:
        some = subset_exists(jumps, -slopes[0])
        least = pieces - 1 if some else pieces
        reason = (
            "some jumps add up to the first slope with the opposite sign: they face left"
            if some
            else "no set of jumps adds up to the first slope with the opposite sign"
        )
    case.numbers |= {"pieces": pieces, "width": least}
    case.conclude(f"the least width of one hidden layer is {least}", found == least, reason)
    if not any(x is None for x in ends):
        case.certificate = network_certificate(shallow, *ends)


THEOREM = Theorem(
    "representation",
    "A function of p >= 2 pieces is a network of one hidden layer. The least width is p - 1 if "
    "some jumps of the slope add up to minus the first slope, else p; an affine function on the "
    "line takes 2 unless it is constant.",
    "R. Arora, A. Basu, P. Mianjy, A. Mukherjee, ICLR 2018, Theorem 2.2, which has p or p - 1; the "
    "subset-sum condition decides, and p = 1 on the line is an exception to the theorem",
    _rule,
    (
        Instance("|x| on the line", lambda: PiecewiseLinear.from_formula("abs(x)")),
        Instance("x on the line", lambda: families.identity(None)),
        Instance("relu", families.relu),
        Instance(
            "slopes 1, -1, 4, -2", lambda: PiecewiseLinear.from_slopes([0, 1, 2], [1, -1, 4, -2])
        ),
        Instance(
            "slopes 1, -1, 1, -1", lambda: PiecewiseLinear.from_slopes([0, 1, 2], [1, -1, 1, -1])
        ),
        Instance("a rectangle pulse", lambda: families.rectangle_pulse(0, 1, "1/10")),
        Instance("the tent map", families.tent),
        Instance("the 3-fold tent map", lambda: families.tent().iterate(3)),
    ),
)
