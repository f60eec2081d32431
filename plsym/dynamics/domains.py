"""What most questions about dynamics need: a map of a bounded interval."""

from __future__ import annotations

from plsym.errors import DomainError
from plsym.exact.scalars import Scalar
from plsym.piecewise.function import PiecewiseLinear

__all__ = ["bounded_domain"]


def bounded_domain(f: PiecewiseLinear, what: str) -> tuple[Scalar, Scalar]:
    """The ends of the domain of f.

    Raises
    ------
    DomainError
        If one is infinite; ``what`` begins the message.
    """
    low, high = f.domain
    if isinstance(low, float) or isinstance(high, float):
        raise DomainError(f"{what} a bounded interval; restrict the domain")
    return low, high
