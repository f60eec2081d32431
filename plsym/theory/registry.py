"""The catalogue: `theorems` lists it, `verify` tries one theorem on one instance."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from plsym.errors import DomainError
from plsym.theory.case import Case, Finding, _Stop

__all__ = ["Instance", "Theorem", "theorem", "theorems", "verify", "verify_all"]

_MODULES = (
    "pieces",
    "one_input",
    "tent",
    "sharkovsky",
    "odd_chaos",
    "li_yorke",
    "oscillations",
    "entropy",
    "lipschitz",
    "tight_family",
)


@dataclass(frozen=True)
class Instance:
    """Something to try a theorem on: a name, what makes it, and parameters."""

    name: str
    make: Callable[[], Any]
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Theorem:
    """A theorem of the literature.

    Attributes
    ----------
    name : str
    statement : str
    reference : str
        Paper and number; "as recalled" where the text was not at hand.
    rule : function
        Called with a `Case`, the function or network, and the parameters.
    instances : tuple of Instance
    """

    name: str
    statement: str
    reference: str
    rule: Callable[..., None]
    instances: tuple[Instance, ...]

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters and their default values."""
        spec = inspect.signature(self.rule).parameters.values()
        return {p.name: p.default for p in list(spec)[2:]}

    def verify(
        self, subject: Any, *, instance: str = "the given one", **parameters: Any
    ) -> Finding:
        """Try the theorem on a function or network."""
        strange = sorted(set(parameters) - set(self.parameters))
        if strange:
            known = ", ".join(self.parameters) or "none"
            raise DomainError(
                f"{self.name} has no parameter {strange[0]!r}; its parameters are: {known}"
            )
        case = Case()
        with contextlib.suppress(_Stop):  # a hypothesis fails, and the case says which
            self.rule(case, subject, **parameters)
        return case.finding(self.name, instance)


def theorems() -> tuple[Theorem, ...]:
    """All theorems of the catalogue.

    Examples
    --------
    >>> [t.name for t in pl.theorems()][:3]
    ['pieces', 'one-input', 'tent']
    """
    return tuple(_load(name) for name in _MODULES)


def _load(module: str) -> Theorem:
    found: Theorem = import_module(f"plsym.theory.{module}").THEOREM
    return found


def theorem(name: str) -> Theorem:
    """The theorem of a name.

    Raises
    ------
    DomainError
        If there is none.
    """
    module = name.replace("-", "_")
    if module not in _MODULES:
        names = ", ".join(m.replace("_", "-") for m in _MODULES)
        raise DomainError(f"there is no theorem {name!r} in the catalogue; there are: {names}")
    return _load(module)


def verify(name: str, subject: Any, **parameters: Any) -> Finding:
    """Verify a theorem on a function or a network.

    Parameters
    ----------
    name : str
        As in `theorems`.
    subject : PiecewiseLinear or ReLUNetwork
        What the theorem speaks of.
    **parameters
        See ``theorem(name).parameters``.

    Returns
    -------
    Finding
        Every hypothesis and every conclusion with the numbers of this instance; a
        hypothesis that fails means that the theorem does not apply.

    Raises
    ------
    DomainError
        If there is no such theorem or parameter, or the subject is none that the
        theorem could speak of.

    Examples
    --------
    >>> found = pl.verify("oscillations", pl.abs_map(pl.golden()), p=3, t=20)
    >>> found.standing.value, found.numbers["crossings"][-1]
    ('proved', 21892)
    >>> print(pl.verify("oscillations", pl.abs_map("1.618"), p=3))
    oscillations on the given one: does not apply
      if   yes  p is not a power of 2
                p = 3
      if   NO   f has a cycle of length 3
                no point of that period exists, by exhaustive search
    """
    return theorem(name).verify(subject, **parameters)


def verify_all() -> Iterator[Finding]:
    """Verify every theorem on its instances, one after the other."""
    for each in theorems():
        for instance in each.instances:
            yield each.verify(instance.make(), instance=instance.name, **instance.parameters)
