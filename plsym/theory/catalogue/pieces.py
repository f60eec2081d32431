"""Pieces of sums, maxima and compositions: the lemmas behind every depth bound."""

from __future__ import annotations

from typing import Any

from plsym.errors import DomainError
from plsym.piecewise import families
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.operations import maximum
from plsym.theory.case import Case
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]


def _rule(case: Case, subject: Any) -> None:
    if (
        not isinstance(subject, tuple)
        or len(subject) != 2
        or not all(isinstance(f, PiecewiseLinear) for f in subject)
    ):
        raise DomainError("pieces is about a pair (f, g) of functions of one variable")
    f, g = subject
    case.require("f and g have one domain", f.domain == g.domain, f"{f.domain} and {g.domain}")
    n, m = f.num_pieces, g.num_pieces
    plus, top = (f + g).num_pieces, maximum(f, g).num_pieces
    case.numbers |= {"f": n, "g": m, "sum": plus, "maximum": top}
    case.conclude(f"f + g has at most {n} + {m} - 1 pieces", plus <= n + m - 1, f"it has {plus}")
    case.conclude(
        f"max(f, g) has at most 2 ({n} + {m} - 1) pieces", top <= 2 * (n + m - 1), f"it has {top}"
    )
    low, high = f.domain
    if low <= g.image[0] and g.image[1] <= high:
        both = (f @ g).num_pieces
        case.numbers["composition"] = both
        case.conclude(f"f after g has at most {n} {m} pieces", both <= n * m, f"it has {both}")


THEOREM = Theorem(
    "pieces",
    "A sum of functions with n and m pieces has at most n + m - 1 pieces, their maximum at "
    "most 2 (n + m - 1), their composition at most n m.",
    "M. Telgarsky, Benefits of depth in neural networks, COLT 2016, Lemma 2.1 ff. (as recalled, "
    "there with n + m for sums; the sharper constants are elementary)",
    _rule,
    (
        Instance("the tent map twice", lambda: (families.tent(), families.tent())),
        Instance("sawtooth and tent", lambda: (families.sawtooth(6), families.tent())),
        Instance("truncated tents", lambda: (families.truncated_tent("6/7"), families.tent())),
    ),
)
