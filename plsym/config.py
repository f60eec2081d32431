"""Budgets: how much work one call may do before it stops with what it has."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from plsym.errors import BudgetExceeded

__all__ = ["Budget", "Stopwatch"]


@dataclass(frozen=True)
class Budget:
    """Limits on one call; ``None`` means no limit.

    Parameters
    ----------
    pieces : int or None
        The largest number of pieces (rows, knots) that may be built.
    seconds : float or None
        Wall-clock time, checked between units of work.

    Examples
    --------
    >>> Budget(pieces=1000).pieces
    1000
    """

    pieces: int | None = 20_000_000
    seconds: float | None = None

    def start(self) -> Stopwatch:
        """Start the clock for one call."""
        return Stopwatch(self)


@dataclass(frozen=True)
class Stopwatch:
    """A running budget."""

    budget: Budget
    began: float = field(default_factory=time.monotonic)

    def check(self, what: str, *, pieces: int = 0, partial: object = None) -> None:
        """Raise `BudgetExceeded` if ``pieces`` or the elapsed time is over the limit."""
        limit = self.budget.pieces
        if limit is not None and pieces > limit:
            raise BudgetExceeded(
                f"{what} needs {pieces} pieces, the budget allows {limit}; "
                f"pass budget=Budget(pieces=...) to raise it",
                partial=partial,
                needed=pieces,
            )
        seconds = self.budget.seconds
        if seconds is not None and time.monotonic() - self.began > seconds:
            raise BudgetExceeded(
                f"{what} ran out of its {seconds} seconds; pass budget=Budget(seconds=...) "
                f"to raise them",
                partial=partial,
            )
