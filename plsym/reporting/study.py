"""What a report is about, and what several of its steps need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from plsym.certificates.certificate import Certificate
from plsym.config import Budget
from plsym.dynamics.growth import Growth, growth
from plsym.dynamics.periodset import PeriodSet, period_set
from plsym.errors import BudgetExceeded, DomainError, UndecidedError
from plsym.networks.network import ReLUNetwork
from plsym.piecewise.function import PiecewiseLinear
from plsym.reporting.page import Content, Html
from plsym.theory.case import Finding

if TYPE_CHECKING:
    from plsym.networks.trajectory import Trajectory
    from plsym.regions.domains import Domain
    from plsym.regions.linear import LinearRegions

__all__ = ["Part", "Proof", "Study", "attempt"]

_STATED = 4_000  # parameters of a network that certificates write out


@dataclass(frozen=True)
class Proof:
    """A certificate for the page.

    Attributes
    ----------
    name : str
        Of the file.
    certificate : Certificate
    """

    name: str
    certificate: Certificate


def attempt(name: str, make: Callable[[], Certificate]) -> tuple[Proof, ...]:
    """A certificate if there is one: nothing where a budget ends or none can be written."""
    try:
        return (Proof(name, make()),)
    except (BudgetExceeded, DomainError, UndecidedError):
        return ()


@dataclass(frozen=True)
class Part:
    """What one step hands back.

    Attributes
    ----------
    blocks : tuple of markup
        In the order of the page; none if there is nothing to say.
    facts : dict
        The same as plain data.
    heads : tuple of pairs
        Names and values for the top of the page.
    proofs : tuple of Proof
    finding : Finding or None
        Of a theorem.
    complete : bool
        Whether steps that build on this one have something to build on.
    """

    blocks: tuple[Html, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    heads: tuple[tuple[str, Content], ...] = ()
    proofs: tuple[Proof, ...] = ()
    finding: Finding | None = None
    complete: bool = True


@dataclass
class Study:
    """A function or network with the places where it is looked at.

    Attributes
    ----------
    function : PiecewiseLinear or None
        The map of one variable, also of a network with one input and one output.
    net : ReLUNetwork or None
    domain : Domain or None
        Of a network with several inputs; None for its whole input space.
    segment : pair of points or None
    seconds : float or None
        For the step that is being done.
    """

    function: PiecewiseLinear | None
    net: ReLUNetwork | None = None
    domain: Domain | None = None
    segment: tuple[Any, Any] | None = None
    seconds: float | None = None

    @property
    def f(self) -> PiecewiseLinear:
        """The map of one variable, in steps that are only taken if there is one."""
        assert self.function is not None
        return self.function

    @property
    def network(self) -> ReLUNetwork:
        """The network, in steps that are only taken if there is one."""
        assert self.net is not None
        return self.net

    @property
    def stated(self) -> ReLUNetwork | None:
        """The network, if certificates are to say that the function is its map."""
        small = self.net is not None and self.net.num_parameters <= _STATED
        return self.net if small else None

    def budget(self, share: float = 1.0, pieces: int | None = 20_000_000) -> Budget:
        """A share of the time of this step."""
        seconds = None if self.seconds is None else self.seconds * share
        return Budget(pieces=pieces, seconds=seconds)

    @property
    def is_bounded(self) -> bool:
        """Whether the domain of the function is."""
        return not any(isinstance(end, float) for end in self.f.domain)

    @cached_property
    def growth(self) -> Growth:
        """The growth number; the best bracket where the time does not suffice."""
        try:
            return growth(self.f, budget=self.budget(0.5))
        except BudgetExceeded as error:
            if error.partial is None:
                raise
            found: Growth = error.partial
            return found

    @cached_property
    def periods(self) -> PeriodSet:
        """All periods; searches that are over their time leave theirs open."""
        return period_set(self.f, budget=self.budget(0.1))

    @cached_property
    def cycle(self) -> tuple[Any, ...] | None:
        """A cycle of the strongest period, in increasing order; None in a family."""
        orbits = self.periods.witness.orbits
        return tuple(sorted(orbits[0].points)) if orbits else None

    @cached_property
    def regions(self) -> LinearRegions:
        """The regions of the network on the domain."""
        from plsym.regions.linear import linear_regions

        return linear_regions(self.network, self.domain, budget=self.budget(0.8))

    @cached_property
    def path(self) -> Trajectory:
        """The network along the segment."""
        assert self.segment is not None
        return self.network.along(*self.segment, budget=self.budget())
