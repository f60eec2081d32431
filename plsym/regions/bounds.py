"""All bounds of the number of regions of an architecture or a network, in one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import factorial, prod
from typing import Any, Literal

import numpy as np

from plsym.config import Budget
from plsym.errors import DomainError
from plsym.exact.linear import rank
from plsym.networks.network import ReLUNetwork
from plsym.regions.cells import integer_rows
from plsym.regions.domains import Domain, Plane, checked_domain
from plsym.regions.formulas import (
    checked_widths,
    dimension_histogram,
    montufar_lower_bound,
    montufar_upper_bound,
    pascanu_lower_bound,
    raghu_upper_bound,
    serra_lower_bound,
    serra_upper_bound,
    zaslavsky,
)
from plsym.regions.linear import LinearRegions, linear_regions

__all__ = ["RegionBound", "RegionBounds", "bounds_text", "region_bounds", "stable_units"]

Kind = Literal["upper", "count", "typical", "lower"]


@dataclass(frozen=True)
class RegionBound:
    """One line of the table.

    Attributes
    ----------
    kind : {"upper", "count", "typical", "lower"}
        A bound on the activation regions of every such network; the exact number of this
        one; what random networks have about; what some network has at least.
    name : str
    value : int
    reference : str
    """

    kind: Kind
    name: str
    value: int
    reference: str


@dataclass(frozen=True)
class RegionBounds:
    """A table of bounds; printed, it is one.

    Attributes
    ----------
    inputs : int
        The dimension that is cut: the number of inputs, 2 on a plane.
    widths : tuple of int
        The units of the hidden layers.
    rows : tuple of RegionBound
    histogram : dict
        How many regions have images of each dimension, at most (Hinz, van de Geer).
    """

    inputs: int
    widths: tuple[int, ...]
    rows: tuple[RegionBound, ...]
    histogram: dict[int, int]

    def __getitem__(self, name: str) -> int:
        """The value of the bound with that name."""
        for row in self.rows:
            if row.name == name:
                return row.value
        raise KeyError(f"{name!r} is none of {', '.join(r.name for r in self.rows)}")

    @property
    def upper(self) -> int:
        """The least upper bound."""
        return min(row.value for row in self.rows if row.kind == "upper")

    def __str__(self) -> str:
        return bounds_text(self.rows)


def bounds_text(rows: Sequence[RegionBound]) -> str:
    """The rows as a table for people."""
    lines = [("kind", "name", "regions", "reference")]
    lines += [(r.kind, r.name, _shown(r.value), r.reference) for r in rows]
    wide = [max(len(line[k]) for line in lines) for k in range(3)]
    return "\n".join(
        f"{a:<{wide[0]}}  {b:<{wide[1]}}  {c:>{wide[2]}}  {d}".rstrip() for a, b, c, d in lines
    )


def _shown(value: int) -> str:
    return f"{value:,}" if value < 10**15 else f"{Decimal(value):.3e}"


def region_bounds(
    network: ReLUNetwork | Sequence[int],
    domain: Any = None,
    *,
    count: bool = False,
    budget: Budget | None = None,
) -> RegionBounds:
    """Collect the bounds of the literature, with ranks and stable neurons where known.

    Parameters
    ----------
    network : ReLUNetwork, or sequence of int
        A network, or an architecture [n_0, n_1, ..., n_L]: inputs and hidden widths.
    domain : optional
        Of a network, as for `plsym.linear_regions`.
    count : bool
        Whether to count the regions of a network, too, and use which neurons never
        change on the domain.
    budget : Budget, optional
        For the count.

    Returns
    -------
    RegionBounds

    Raises
    ------
    DomainError
        If the architecture is none, or a count or a domain is asked of one.
    BudgetExceeded
        If the count needs more.

    Notes
    -----
    Bounds are on activation regions, hence on linear regions, too.  Networks of other
    layers count their one-sided units: two for a hard tanh, a tournament for a maximum.

    Examples
    --------
    >>> print(pl.region_bounds([2, 4, 4]))
    kind     name           regions  reference
    upper    2^N                256  one pattern for each set of active neurons
    upper    Raghu              121  Raghu et al., ICML 2017, Theorem 1
    upper    Montufar 2017      121  Montufar 2017
    upper    Serra              121  Serra, Tjandraatmadja, Ramalingam, ICML 2018, Theorem 1
    typical  N^d / d!            32  Hanin, Rolnick, NeurIPS 2019 (random networks, per volume)
    lower    Pascanu             22  Pascanu, Montufar, Bengio 2013
    lower    Montufar 2014       44  Montufar, Pascanu, Cho, Bengio, NeurIPS 2014, Theorem 4
    """
    if not isinstance(network, ReLUNetwork):
        if domain is not None or count:
            raise DomainError("an architecture has no weights: no domain, and no count")
        sizes = list(network) if hasattr(network, "__iter__") else []
        if len(sizes) < 2:
            raise DomainError(
                f"an architecture is a sequence such as [2, 8, 8]: inputs and hidden widths, "
                f"not {network!r}"
            )
        inputs, widths = checked_widths(sizes[0], sizes[1:])
        return _table(inputs, widths, [], "relu")
    checked = checked_domain(domain, network.n_inputs)
    return _of_network(network, checked, count, budget)


def _of_network(
    net: ReLUNetwork, domain: Domain | None, count: bool, budget: Budget | None
) -> RegionBounds:
    inputs = 2 if isinstance(domain, Plane) else net.n_inputs
    hidden = net.stages[:-1]
    widths = tuple(stage.n_out for stage in hidden)
    if not hidden:
        return RegionBounds(inputs, (), (RegionBound("upper", "affine", 1, "no neurons"),), {})
    carried = [stage.n_out - len(stage.bending) for stage in hidden]
    plain = all(stage.alpha[stage.bending].equals(0).all() for stage in hidden)
    extra = []
    if plain:
        ranks = [rank(integer_rows(stage)[0]) for stage in hidden]
        stable = [(n, 0) for n in carried]
        if any(carried) or any(r < n for r, n in zip(ranks, widths, strict=True)):
            value = serra_upper_bound(inputs, widths, ranks=ranks, stable=stable)
            extra.append(RegionBound("upper", "Serra with ranks", value, _SERRA))
    found = None
    if count:
        found = linear_regions(net, domain, budget=budget)
        if plain:
            stable = stable_units(found)
            value = serra_upper_bound(inputs, widths, ranks=ranks, stable=stable)
            name = "Serra with ranks and stable neurons"
            extra.append(RegionBound("upper", name, value, "Serra, Ramalingam, AAAI 2020"))
        for definition in ("activation", "connected", "affine"):
            value = found.count(definition)
            extra.append(RegionBound("count", definition, value, "this network, exactly"))
    pure = plain and not any(carried)
    kind = "relu" if pure else "units" if plain else "leaky"
    return _table(inputs, widths, extra, kind, sum(widths) - sum(carried))


_SERRA = "Serra, Tjandraatmadja, Ramalingam, ICML 2018, Theorem 1"


def stable_units(found: LinearRegions) -> list[tuple[int, int]]:
    """How many units of each hidden stage are always, and never, positive on the cells.

    Units that only carry a value on count as always positive.
    """
    out = []
    forms, patterns = found._complex.forms, found._complex.patterns[-1]
    for k, stage in enumerate(found.chart.stages[:-1]):
        on = forms.positive(k, patterns)
        bends = np.zeros(stage.n_out, dtype=bool)
        bends[stage.bending] = True
        always = int(on.all(axis=0).sum())  # carried units are always on
        out.append((always, int((~on.any(axis=0) & bends).sum())))
    return out


def _table(
    inputs: int,
    widths: tuple[int, ...],
    extra: list[RegionBound],
    kind: str,
    units: int | None = None,
) -> RegionBounds:
    """``kind``: "relu", "units" (ReLUs and carried units), "leaky" (units of any slopes)."""
    every = sum(widths) if units is None else units
    rows = [
        RegionBound("upper", "2^N", 2**every, "one pattern for each set of active neurons"),
        RegionBound(
            "upper",
            "Raghu",
            raghu_upper_bound(inputs, widths),
            "Raghu et al., ICML 2017, Theorem 1",
        ),
        RegionBound(
            "upper", "Montufar 2017", montufar_upper_bound(inputs, widths), "Montufar 2017"
        ),
    ]
    if kind == "relu":
        rows.append(RegionBound("upper", "Serra", serra_upper_bound(inputs, widths), _SERRA))
    rows += extra
    typical = every**inputs // factorial(inputs)
    rows.append(
        RegionBound(
            "typical",
            "N^d / d!",
            max(1, typical),
            "Hanin, Rolnick, NeurIPS 2019 (random networks, per volume)",
        )
    )
    if kind == "relu":
        rows += _lower(inputs, widths)
    return RegionBounds(
        inputs, widths, tuple(rows), dimension_histogram(inputs, widths) if kind == "relu" else {}
    )


def _lower(inputs: int, widths: tuple[int, ...]) -> list[RegionBound]:
    rows = []
    if len(widths) == 1:
        value = zaslavsky(widths[0], inputs)
        rows.append(RegionBound("lower", "Zaslavsky", value, "Zaslavsky 1975"))
    for name, bound, reference in (
        ("Pascanu", pascanu_lower_bound, "Pascanu, Montufar, Bengio 2013"),
        (
            "Montufar 2014",
            montufar_lower_bound,
            "Montufar, Pascanu, Cho, Bengio, NeurIPS 2014, Theorem 4",
        ),
        ("Serra", serra_lower_bound, "Serra et al., ICML 2018, Theorem 6"),
    ):
        try:
            rows.append(RegionBound("lower", name, bound(inputs, widths), reference))
        except DomainError:  # widths below what the construction needs
            continue
    if inputs == 1 and all(n >= 3 for n in widths):
        value = prod(n + 1 for n in widths)
        rows.append(RegionBound("lower", "one input", value, "Serra et al., ICML 2018, Theorem 5"))
    return rows
