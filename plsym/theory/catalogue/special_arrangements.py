"""Arrangements that are not generic, and have fewer regions."""

from __future__ import annotations

from math import comb, factorial
from typing import Any

from plsym.regions.counting import count_regions
from plsym.regions.examples import ARRANGEMENTS, arrangement, arrangement_network
from plsym.regions.formulas import zaslavsky
from plsym.theory.case import Case
from plsym.theory.constants import no_subject, positive
from plsym.theory.registry import Instance, Theorem

__all__ = ["THEOREM"]

_LISTED = {
    "linial": {2: 2, 3: 7, 4: 36},
    "resonance": {2: 6, 3: 32, 4: 370},
    "threshold": {1: 4, 2: 14, 3: 104, 4: 1882},
}


def _expected(name: str, n: int) -> int | None:
    formulas: dict[str, Any] = {
        "boolean": lambda: 2**n,
        "braid": lambda: factorial(n),
        "shi": lambda: (n + 1) ** (n - 1),
        "catalan": lambda: factorial(n) * comb(2 * n, n) // (n + 1),
    }
    if name in formulas:
        return int(formulas[name]())
    return _LISTED.get(name, {}).get(n)


def _rule(case: Case, subject: Any = None, name: str = "braid", n: int = 4) -> None:
    no_subject(subject, "special-arrangements", "name and n")
    size = positive(n, "n")
    case.require(
        "the arrangement is known", name in ARRANGEMENTS, f"{name}; use {', '.join(ARRANGEMENTS)}"
    )
    expected = _expected(name, size)
    case.require("its regions are tabulated", expected is not None, f"n = {size}")
    hyperplanes = arrangement(name, size)
    case.require("it has at most 100 hyperplanes", len(hyperplanes) <= 100, str(len(hyperplanes)))
    net = arrangement_network(hyperplanes)
    found = count_regions(net, definition="activation")
    generic = zaslavsky(len(hyperplanes), net.n_inputs)
    case.numbers |= {"regions": found, "generic": generic, "hyperplanes": len(hyperplanes)}
    case.conclude(
        f"the {name} arrangement of {len(hyperplanes)} hyperplanes in R^{net.n_inputs} has "
        f"{expected} regions",
        found == expected,
        f"{found}, where general position would give {generic}",
    )


THEOREM = Theorem(
    "special-arrangements",
    "Boolean, braid, Shi and Catalan arrangements have 2^n, n!, (n + 1)^(n - 1) and n! C_n "
    "regions; threshold functions, resonance and Linial arrangements as tabulated.",
    "R. P. Stanley, An introduction to hyperplane arrangements, IAS/Park City 14 (2007); "
    "sequences A000609 and A034997",
    _rule,
    tuple(
        Instance(f"{name}, n = {n}", lambda: None, {"name": name, "n": n})
        for name, n in (
            ("boolean", 4),
            ("braid", 4),
            ("shi", 4),
            ("catalan", 4),
            ("linial", 4),
            ("resonance", 4),
            ("threshold", 3),
        )
    ),
)
