"""All periods of a map at once: a witness from below, proofs of absence from above."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

from plsym.config import Budget
from plsym.dynamics.domains import bounded_domain
from plsym.dynamics.growth import Growth, growth
from plsym.dynamics.periodic import PeriodicPoints, find_periodic
from plsym.dynamics.renormalize import Doubling, Renormalization, renormalize
from plsym.dynamics.sharkovsky import checked_period, sharkovsky_precedes
from plsym.errors import BudgetExceeded
from plsym.exact.scalars import Scalar
from plsym.piecewise.function import PiecewiseLinear
from plsym.verdict import Outcome, Verdict

__all__ = ["Absence", "PeriodSet", "period_set"]


@dataclass(frozen=True)
class Absence:
    """A proof that a period does not occur, nor any period that would force it.

    Attributes
    ----------
    period : int or None
        The period; None if all 2^level q with odd q > 1 are excluded at once.
    level : int
        The number of factors 2 of the period, or of all those.
    by : str
        How it is known: "exhaustion", "growth", or "exchange" of two sides.
    doublings : tuple of Doubling
        "exchange": at level 0, 1, ... the point whose sides are exchanged.
    """

    period: int | None
    level: int
    by: Literal["exhaustion", "growth", "exchange"]
    doublings: tuple[Doubling, ...] = ()

    @property
    def reason(self) -> str:
        """How it is known, in words."""
        if self.by == "exhaustion":
            return "no point was left by exhaustive search"
        if self.by == "exchange":
            return "the map exchanges the sides of a fixed point"
        if self.period is None:
            return "the growth number is at most that of maps without such periods"
        return f"the growth number is below the least one of maps with period {self.period}"

    def covers(self, n: int) -> bool:
        """Whether the proof excludes period n."""
        if self.period is not None:
            return sharkovsky_precedes(n, self.period)
        twos, odd = _split(n)
        return odd > 1 and twos <= self.level

    def covers_level(self, level: int) -> bool:
        """Whether the proof excludes all 2^level q with odd q > 1."""
        if self.period is None:
            return level <= self.level
        return level < self.level or _split(self.period)[1] == 1


def _split(n: int) -> tuple[int, int]:
    """n = 2**twos * odd."""
    twos = (n & -n).bit_length() - 1
    return twos, n >> twos


@dataclass(frozen=True)
class PeriodSet:
    """What is known about the set of all least periods of a map of an interval.

    Attributes
    ----------
    strongest : int
        A period that occurs; it forces all periods that are known to occur.
    witness : PeriodicPoints
        Points of that period.
    absences : tuple of Absence
        Periods that do not occur.
    complete : bool
        Whether every positive integer is decided; the set is then exactly the tail of
        Sharkovsky's order from ``strongest`` on.
    growth : Growth
        The bracket of the growth number on which some absences rest.
    """

    strongest: int
    witness: PeriodicPoints
    absences: tuple[Absence, ...]
    complete: bool
    growth: Growth

    def verdict(self, n: int) -> Verdict:
        """Whether period n occurs, with the evidence."""
        period = checked_period(n)
        claim = f"period {period} occurs"
        if sharkovsky_precedes(self.strongest, period):
            how = (
                "a point was found" if period == self.strongest else "forced by Sharkovsky's order"
            )
            return Verdict(Outcome.PROVED, claim, how, self.witness)
        for absence in self.absences:
            if absence.covers(period):
                return Verdict(Outcome.REFUTED, claim, absence.reason, absence)
        return Verdict(Outcome.UNDECIDED, claim, "neither found nor excluded", None)

    def __contains__(self, n: object) -> bool:
        """Whether n is a period; raises `UndecidedError` if that is open."""
        return isinstance(n, int) and not isinstance(n, bool) and n > 0 and bool(self.verdict(n))

    def __str__(self) -> str:
        tail = f"{self.strongest} and all that it forces in Sharkovsky's order"
        return tail if self.complete else f"{tail}; earlier periods are open"


def period_set(f: PiecewiseLinear, *, up_to: int = 16, budget: Budget | None = None) -> PeriodSet:
    """Decide all periods of a map, as far as searches up to a bound can.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of a bounded interval into itself.
    up_to : int
        The largest period that is searched for.
    budget : Budget, optional
        For each single search; one that is over it leaves its period open.

    Returns
    -------
    PeriodSet

    Raises
    ------
    DomainError
        If f leaves its domain or the domain is unbounded.

    Notes
    -----
    The periods form a tail of Sharkovsky's order [1]_.  From below stands a point that
    was found.  From above stand three proofs: an exhaustive search; a growth number
    below rho_q^(1/2^d), the least one of maps with period 2^d q, where rho_q is the
    largest root of x^q - 2 x^(q-2) - 1 [2]_; and a fixed point whose two sides are
    exchanged, after which odd periods above 1 cannot occur.  An absent period excludes
    all that force it.

    References
    ----------
    .. [1] A. N. Sharkovsky, "Coexistence of cycles of a continuous map of the line into
       itself", Ukrainian Mathematical Journal 16 (1964), 61-71.
    .. [2] L. Block, J. Guckenheimer, M. Misiurewicz, L.-S. Young, "Periodic points and
       topological entropy of one dimensional maps", Lecture Notes in Mathematics 819
       (1980), 18-34.

    Examples
    --------
    >>> found = pl.period_set(pl.abs_map("809/500"))
    >>> found.strongest, found.complete, 3 in found, 1001 in found
    (5, True, False, True)
    >>> print(pl.period_set(pl.truncated_tent("14/17")))
    4 and all that it forces in Sharkovsky's order
    """
    bound = checked_period(up_to, "the bound")
    bounded_domain(f, "all periods are decided on")
    search = _Search(f, bound, budget)
    return search.run()


def growth_excludes(upper: Scalar, period: int) -> bool:
    """Whether a growth number up to this bound is too low for a period 2^d q, q > 1 odd."""
    twos, q = _split(period)
    t = upper ** (1 << twos)
    # t^q - 2 t^(q-2) - 1 < 0 says that t is below rho_q
    return q > 1 and t ** (q - 2) * (t * t - 2) < 1


def growth_excludes_level(upper: Scalar, level: int) -> bool:
    """Whether it is too low for all periods 2^i q with i <= level and odd q > 1."""
    return upper ** (2 << level) <= 2


class _Search:
    def __init__(self, f: PiecewiseLinear, bound: int, budget: Budget | None) -> None:
        self.f, self.bound, self.budget = f, bound, budget
        self.absences: list[Absence] = []
        try:
            found = growth(f, Fraction(1, 10**6), budget=budget)
        except BudgetExceeded as error:
            found = error.partial
        self.growth = found
        self.upper: Scalar = found.upper if found.exact is None else found.exact

    @cached_property
    def half(self) -> Renormalization:
        """As many doublings as matter below the bound."""
        return renormalize(self.f, self.bound.bit_length())

    def run(self) -> PeriodSet:
        """Go down Sharkovsky's order to the first period that is found."""
        level = 0
        while 3 << level <= self.bound:
            if not self._exclude_level(level):
                for q in range(3, (self.bound >> level) + 1, 2):
                    points = self._look(q << level, level)
                    if points:
                        return self._result(q << level, points, self._excluded_before(q, level))
            level += 1
        power, points = 1, self._exists(1)
        while 2 * power <= self.bound and (more := self._exists(2 * power)):
            power, points = 2 * power, more
        assert points  # a map of a bounded interval has a fixed point
        return self._result(power, points, any(a.covers(2 * power) for a in self.absences))

    def _result(self, period: int, points: PeriodicPoints, complete: bool) -> PeriodSet:
        return PeriodSet(period, points, tuple(self.absences), complete, self.growth)

    def _excluded_before(self, q: int, level: int) -> bool:
        """Whether everything before 2^level q in the order is excluded."""
        if q > 3:
            return any(a.covers((q - 2) << level) for a in self.absences)
        return level == 0 or any(a.covers_level(level - 1) for a in self.absences)

    def _exists(self, n: int) -> PeriodicPoints | None:
        """Points of period n if there are any; None, too, if the search is over the budget."""
        try:
            points = find_periodic(self.f, n, budget=self.budget)
        except BudgetExceeded:
            return None
        if not points:
            self.absences.append(Absence(n, _split(n)[0], "exhaustion"))
        return points or None

    def _look(self, n: int, level: int) -> PeriodicPoints | None:
        if growth_excludes(self.upper, n):
            self.absences.append(Absence(n, level, "growth"))
            return None
        return self._exists(n)

    def _exclude_level(self, level: int) -> bool:
        """Look for one proof against all 2^level q: low growth, or exchanged sides."""
        if growth_excludes_level(self.upper, level):
            self.absences.append(Absence(None, level, "growth"))
        elif self.half.level > level:
            doublings = self.half.doublings[: level + 1]
            self.absences.append(Absence(None, level, "exchange", doublings))
        else:
            return False
        return True
