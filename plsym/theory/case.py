"""What a theorem writes down while it is verified on one instance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NoReturn

from plsym.certificates.certificate import Certificate

__all__ = ["Case", "Check", "Finding", "Standing"]


class Standing(Enum):
    """What became of a theorem on an instance."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNDECIDED = "undecided"
    DOES_NOT_APPLY = "does not apply"


@dataclass(frozen=True)
class Check:
    """A hypothesis or a conclusion on an instance.

    Attributes
    ----------
    statement : str
        With the numbers of the instance.
    holds : bool or None
        None if it was not decided.
    witness : str
        What shows it, exactly.
    """

    statement: str
    holds: bool | None
    witness: str = ""


@dataclass(frozen=True)
class Finding:
    """A theorem verified on an instance.

    Attributes
    ----------
    theorem, instance : str
    standing : Standing
        Proved if all conclusions hold, refuted if one does not; if a hypothesis fails,
        the theorem does not apply, which is no refutation.
    hypotheses, conclusions : tuple of Check
    numbers : mapping
        Exact numbers that came out, by name.
    certificate : Certificate or None
        Of what the finding rests on.
    """

    theorem: str
    instance: str
    standing: Standing
    hypotheses: tuple[Check, ...]
    conclusions: tuple[Check, ...]
    numbers: Mapping[str, Any]
    certificate: Certificate | None

    def __str__(self) -> str:
        lines = [f"{self.theorem} on {self.instance}: {self.standing.value}"]
        for title, checks in (("if", self.hypotheses), ("then", self.conclusions)):
            for check in checks:
                mark = {True: "yes", False: "NO", None: "open"}[check.holds]
                lines.append(f"  {title:4} {mark:4} {check.statement}")
                if check.witness:
                    lines.append(f"            {check.witness}")
        return "\n".join(lines)


class _Stop(Exception):
    """A hypothesis fails: the rest of the theorem is not looked at."""


@dataclass
class Case:
    """Collects what a theorem's rule finds; the rule stops at a hypothesis that fails."""

    hypotheses: list[Check] = field(default_factory=list)
    conclusions: list[Check] = field(default_factory=list)
    numbers: dict[str, Any] = field(default_factory=dict)
    certificate: Certificate | None = None

    def require(self, statement: str, holds: bool, witness: str = "") -> None:
        """A hypothesis."""
        self.hypotheses.append(Check(statement, holds, witness))
        if not holds:
            raise _Stop

    def fail(self, statement: str, witness: str = "") -> NoReturn:
        """A hypothesis that does not hold."""
        self.hypotheses.append(Check(statement, False, witness))
        raise _Stop

    def conclude(self, statement: str, holds: bool | None, witness: str = "") -> None:
        """A conclusion."""
        self.conclusions.append(Check(statement, holds, witness))

    def finding(self, theorem: str, instance: str) -> Finding:
        """What the checks amount to."""
        if any(not check.holds for check in self.hypotheses):
            standing = Standing.DOES_NOT_APPLY
        elif any(check.holds is False for check in self.conclusions):
            standing = Standing.REFUTED
        elif any(check.holds is None for check in self.conclusions) or not self.conclusions:
            standing = Standing.UNDECIDED
        else:
            standing = Standing.PROVED
        return Finding(
            theorem,
            instance,
            standing,
            tuple(self.hypotheses),
            tuple(self.conclusions),
            dict(self.numbers),
            self.certificate,
        )
