"""Answers to claims that need search: proved, refuted, or honestly undecided."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from plsym.errors import UndecidedError

__all__ = ["Outcome", "Verdict"]


class Outcome(Enum):
    """What became of a claim."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Verdict:
    """The outcome of a claim with the evidence for it.

    Attributes
    ----------
    outcome : Outcome
    claim : str
        What was claimed.
    reason : str
        Why the outcome holds, or what stays open.
    evidence : object
        What proves it, such as a periodic orbit; None if there is nothing to show.

    Notes
    -----
    As a truth value a verdict is True if proved and False if refuted; an undecided one
    has none and raises `UndecidedError`.

    Examples
    --------
    >>> verdict = pl.period_set(pl.abs_map("1.618")).verdict(3)
    >>> bool(verdict), verdict.reason
    (False, 'the growth number is below the least one of maps with period 3')
    """

    outcome: Outcome
    claim: str
    reason: str
    evidence: Any = None

    def __bool__(self) -> bool:
        if self.outcome is Outcome.UNDECIDED:
            raise UndecidedError(f"{self.claim}: undecided, {self.reason}")
        return self.outcome is Outcome.PROVED
