"""The catalogue: `verify` tries a theorem, and `audit` a claim, on one instance."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from plsym.errors import BudgetExceeded, DomainError, UndecidedError
from plsym.theory.case import Case, Finding, _Stop

__all__ = [
    "Instance",
    "Theorem",
    "audit",
    "claim",
    "claims",
    "theorem",
    "theorems",
    "verify",
    "verify_all",
]

_THEOREMS = (
    "pieces",
    "one_input",
    "one_input_maximum",
    "size_for_pieces",
    "tent",
    "classification",
    "agreement",
    "sawtooth_l1",
    "sharkovsky",
    "odd_chaos",
    "li_yorke",
    "period_growth",
    "oscillations",
    "entropy",
    "lipschitz",
    "tight_family",
    "universal_constant",
    "l1_separation",
    "period_threshold",
    "increasing_cycles",
    "chaotic_itineraries",
    "doubling_regime",
    "phase_transition",
    "lap_growth",
    "truncated_tents",
    "hyperplanes",
    "special_arrangements",
    "region_upper_bounds",
    "folding_lower_bounds",
    "zonotopes",
    "layer_activations",
    "yarotsky",
    "representation",
    "monomials",
    "universal_approximation",
    "trajectory_length",
    "transitions",
)
_CLAIMS = {
    "has-period": "slope_has_period",
    "disjoint-crossings": "disjoint_crossings",
    "pieces-two-u": "pieces_two_u",
    "sixth-is-sharp": "sixth_is_sharp",
    "thirty-second-is-sharp": "thirty_second_is_sharp",
    "trajectory-rate": "trajectory_rate",
    "p-units-suffice": "p_units_suffice",
    "error-at-least": "error_reached",
}


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
        try:
            self.rule(case, subject, **parameters)
        except _Stop:  # a hypothesis fails, and the case says which
            pass
        except (BudgetExceeded, UndecidedError) as error:
            case.conclude("the search ends within its budget", None, str(error))
        return case.finding(self.name, instance)


def theorems() -> tuple[Theorem, ...]:
    """All theorems of the catalogue.

    Examples
    --------
    >>> [t.name for t in pl.theorems()][:3]
    ['pieces', 'one-input', 'one-input-maximum']
    """
    return tuple(_load("catalogue", name) for name in _THEOREMS)


def claims() -> tuple[Theorem, ...]:
    """The statements that `audit` tells true or false."""
    return tuple(_load("claims", module) for module in _CLAIMS.values())


def _load(folder: str, module: str) -> Theorem:
    found: Theorem = import_module(f"plsym.theory.{folder}.{module}").THEOREM
    return found


def theorem(name: str) -> Theorem:
    """The theorem of a name.

    Raises
    ------
    DomainError
        If there is none.
    """
    module = name.replace("-", "_")
    if module not in _THEOREMS:
        names = ", ".join(m.replace("_", "-") for m in _THEOREMS)
        raise DomainError(f"there is no theorem {name!r} in the catalogue; there are: {names}")
    return _load("catalogue", module)


def claim(name: str) -> Theorem:
    """The claim of a name.

    Raises
    ------
    DomainError
        If there is none.
    """
    if name not in _CLAIMS:
        raise DomainError(f"there is no claim {name!r}; there are: {', '.join(_CLAIMS)}")
    return _load("claims", _CLAIMS[name])


def verify(name: str, subject: Any = None, **parameters: Any) -> Finding:
    """Verify a theorem on a function or a network.

    Parameters
    ----------
    name : str
        As in `theorems`.
    subject : PiecewiseLinear or ReLUNetwork
        What the theorem speaks of; None for theorems that make their own instances.
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


def audit(name: str, subject: Any = None, **parameters: Any) -> Finding:
    """Tell whether a claimed statement is true of a function or network, with a witness.

    Parameters
    ----------
    name : str
        As in `claims`: a statement that may be false.
    subject : PiecewiseLinear or ReLUNetwork, optional
        What the claim speaks of; None for claims about parameters alone.
    **parameters
        See ``claim(name).parameters``.

    Returns
    -------
    Finding
        PROVED or REFUTED, with the witness in its conclusions, or UNDECIDED.

    Raises
    ------
    DomainError
        As for `verify`.

    Examples
    --------
    >>> found = pl.audit("has-period", pl.abs_map("1.618"), p=3)
    >>> found.standing.value, found.conclusions[0].witness.split("; ")[1]
    ('refuted', 'f^3(0) = -19/250000')
    >>> pl.audit("pieces-two-u", u=20, l=5).numbers
    {'most': 4084101, 'claimed': 102400000}
    """
    return claim(name).verify(subject, **parameters)


def verify_all() -> Iterator[Finding]:
    """Verify every theorem on its instances, one after the other."""
    for each in theorems():
        for instance in each.instances:
            yield each.verify(instance.make(), instance=instance.name, **instance.parameters)
