"""Numbers that several theorems share."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from math import ceil, floor
from typing import Any

from plsym.certificates.certificate import Certificate
from plsym.certify.identity import network as certified
from plsym.dynamics.growth import Growth
from plsym.dynamics.sharkovsky import checked_period
from plsym.errors import DomainError
from plsym.exact.algebraic import algebraic
from plsym.exact.scalars import Scalar
from plsym.networks.network import ReLUNetwork
from plsym.piecewise.function import PiecewiseLinear
from plsym.theory.case import Case

__all__ = [
    "at_least",
    "at_least_power",
    "chain",
    "function",
    "network",
    "no_subject",
    "odd_part",
    "on_all_breakpoints",
    "positive",
    "reaches",
    "rho",
    "widths_of",
]


_WRITTEN = 150  # pieces of a network that a certificate lists


@cache
def rho(q: int) -> Scalar:
    """The largest root of x^q - 2 x^(q-2) - 1, the growth number of a Stefan cycle; q odd.

    Examples
    --------
    >>> from plsym.theory.constants import rho
    >>> rho(3), rho(7).minimal_polynomial
    (AlgebraicReal(1/2 + 1/2*sqrt(5)), (-1, 0, -1, 1))
    """
    if checked_period(q) < 3 or q % 2 == 0:
        raise DomainError(f"rho_q is defined for odd q from 3 on, not for {q}")
    return algebraic([-1, *[0] * (q - 3), -2, 0, 1], near=2)


def odd_part(n: int) -> tuple[int, int]:
    """n = 2**d * q with q odd."""
    d = (n & -n).bit_length() - 1
    return d, n >> d


def reaches(rate: Any, n: int) -> bool:
    """Whether a number is at least rho_q^(1/2^d), for n = 2^d q; any field will do.

    Examples
    --------
    >>> from plsym.theory.constants import reaches
    >>> reaches(pl.golden(), 3), reaches(pl.rational("1.618"), 3)
    (True, False)
    """
    d, q = odd_part(n)
    # the polynomial of rho_q is negative below it and not above, from sqrt(2) on
    t = rate ** (1 << d)
    return bool(t ** (q - 2) * (t * t - 2) >= 1)


def at_least_power(count: Any, rate: Scalar, exponent: int) -> bool:
    """Whether a number is at least a power, exactly."""
    return bool(Fraction(count) >= rate**exponent)


def positive(value: Any, name: str) -> int:
    """A parameter that is an integer from 1 on."""
    return checked_period(value, f"the parameter {name}")


def function(subject: Any, what: str) -> PiecewiseLinear:
    """Insist on a function of one variable."""
    if not isinstance(subject, PiecewiseLinear):
        raise DomainError(
            f"{what} is about a map of an interval, not about a {type(subject).__name__}; "
            "take net.to_piecewise(a, b) of a network with one input"
        )
    return subject


def no_subject(subject: Any, name: str, parameters: str) -> None:
    """Insist that nothing is given where a theorem makes its own instances."""
    if subject is not None:
        raise DomainError(f"{name} makes its own instances; pass None and set {parameters}")


def network(subject: Any, what: str) -> ReLUNetwork:
    """Insist on a network."""
    if not isinstance(subject, ReLUNetwork):
        raise DomainError(f"{what} is about networks, not about a {type(subject).__name__}")
    return subject


def chain(case: Case, subject: Any, what: str, inputs: int | None = None) -> ReLUNetwork:
    """A network of affine and ReLU layers in a row, with one output; hypotheses say so."""
    net = network(subject, what)
    if inputs is not None:
        case.require(
            f"the network has {inputs} input" + "s" * (inputs > 1),
            net.n_inputs == inputs,
            f"it has {net.n_inputs}",
        )
    kinds = [type(node.op).__name__ for node in net.nodes]
    case.require("it has one output", net.n_outputs == 1, f"it has {net.n_outputs}")
    case.require(
        "it is a chain of affine and ReLU layers",
        all(len(node.inputs) == 1 for node in net.nodes) and set(kinds) <= {"Affine", "ReLU"},
        ", ".join(kinds),
    )
    return net


def widths_of(value: Any) -> Any:
    """Widths as a sequence; from the shell as text such as "3,3"."""
    if isinstance(value, str):
        try:
            return tuple(int(word) for word in value.split(","))
        except ValueError:
            raise DomainError(f"widths are integers such as 3,3, not {value!r}") from None
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return (int(value),)
    return value


def at_least(found: Growth, rate: Any) -> bool | None:
    """Whether a growth number is at least a number of any field; None if undecided."""
    if found.exact is not None:
        return bool(found.exact >= rate)
    if found.lower >= rate:
        return True
    return False if found.upper < rate else None


def on_all_breakpoints(net: ReLUNetwork) -> Certificate | None:
    """A certificate of the map of a network on an interval around all its breakpoints.

    Its breakpoints can be counted there.  None if they are too many to be written.
    """
    f = net.to_piecewise()
    if f.num_pieces > _WRITTEN:
        return None
    xs = f.breakpoints
    return certified(net, floor(xs[0]) - 1, ceil(xs[-1]) + 1)
