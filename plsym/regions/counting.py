"""How many linear regions a network has, under the definitions in use."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from decimal import Decimal
from typing import Any, Literal

from plsym.config import Budget
from plsym.errors import DomainError
from plsym.networks.network import ReLUNetwork
from plsym.regions.cells import Cell, Subdivision, subdivide
from plsym.regions.chart import make_chart
from plsym.regions.cones import Row
from plsym.regions.definitions import DEFINITIONS, Definition, components
from plsym.regions.domains import Box, Plane, checked_domain
from plsym.regions.engine import MOST_DIMENSIONS
from plsym.regions.formulas import stages_upper_bound
from plsym.regions.linear import linear_regions
from plsym.regions.parallel import count_in_parts
from plsym.regions.search import search_regions

__all__ = ["ENGINES", "Engine", "count_regions", "regions_of"]

Engine = Literal["auto", "sweep", "faces", "rays", "search"]
_MOST_SEARCHED = 100_000
ENGINES: tuple[str, ...] = ("auto", "sweep", "faces", "rays", "search")


def count_regions(
    net: ReLUNetwork,
    domain: Any = None,
    *,
    definition: Definition = "connected",
    engine: Engine = "auto",
    budget: Budget | None = None,
    executor: Executor | None = None,
    parts: int = 16,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Count the linear regions of a network with any number of inputs.

    Parameters
    ----------
    net : ReLUNetwork
        With rational weights.
    domain : optional
        A box, as a pair (low, high) for each input; a `polytope`; a `plane` or `polygon`
        in the input space; or nothing for the whole space.
    definition : str
        *connected*: maximal connected open sets on which the function is affine.
        *closed*: components of {f = g} around a cell, for each affine map g of a cell.
        *affine*: different affine maps.  *activation*: open sets of constant activation
        pattern.  *pattern*: sets of constant pattern, a neuron being active if what
        enters it is positive; they need be neither open nor of full dimension.
        *convex*: the least number of cells of a polyhedral complex on which the
        function is affine, where the bounds that are computed agree.
    engine : {"auto", "faces", "sweep", "rays", "search"}
        *faces*: all faces at once, floats filtered (up to 10 dimensions).  *sweep*: along
        a segment (one input, bounded).  *rays*: integers only, one cell after the other.
        *search*: from cell to cell, with linear programs (any dimension).  *auto* takes
        the sweep for one input on an interval, the search above 10 dimensions, else faces.
    budget : Budget, optional
        Its ``pieces`` limit the cells.
    executor : concurrent.futures.Executor, optional
        Count part by part of the domain on its workers: processes here, or a cluster.
        The result does not depend on them.
    parts : int
        About how many parts, with an executor.
    progress : callable, optional
        With an executor: called with the numbers of parts that are done and of all.

    Returns
    -------
    int

    Raises
    ------
    DomainError
        If the weights are not rational, the domain is none, or a name is not known.
    UndecidedError
        For "convex", if the bounds do not agree.
    BudgetExceeded
        If there are more cells than the budget allows.

    Notes
    -----
    Exact; `plsym.linear_regions` states the cost.  Every definition but *pattern*
    counts at most what the one before it counts, from *activation* over *convex*,
    *connected* and *closed* to *affine*.

    References
    ----------
    M. Stargalla, C. Hertrich, D. Reichman, arXiv:2505.16716, for the definitions.

    Examples
    --------
    >>> net = pl.from_weights([([[1], [-1]], None), ([[1, -1]], None)])
    >>> [pl.count_regions(net, definition=d) for d in ("activation", "connected")]
    [2, 1]
    """
    if definition not in DEFINITIONS:
        raise DomainError(
            f"definition={definition!r} is not known; use one of "
            f"{', '.join(repr(d) for d in DEFINITIONS)}"
        )
    if engine not in ENGINES:
        raise DomainError(
            f"engine={engine!r} is not known; use one of {', '.join(repr(e) for e in ENGINES)}"
        )
    if executor is not None:
        if engine not in ("auto", "faces"):
            raise DomainError(f"engine={engine!r} does not run on an executor; use 'faces'")
        return count_in_parts(
            net, domain, definition, executor, parts=parts, budget=budget, progress=progress
        )
    if engine == "rays":
        if definition in ("convex", "closed"):
            raise DomainError(f"engine='rays' does not count {definition} regions; use 'faces'")
        return regions_of(subdivide(net, domain, budget=budget), definition)
    if engine == "search":
        if definition not in ("activation", "connected", "affine"):
            raise DomainError(f"engine='search' does not count {definition} regions; use 'faces'")
        return search_regions(net, domain, budget=budget).count(definition)
    if engine == "sweep" or (engine == "auto" and _is_interval(net, domain)):
        found = _swept(net, domain, definition, budget, strict=engine == "sweep")
        if found is not None:
            return found
    if engine == "auto" and _is_high(net, domain, budget):
        return search_regions(net, domain, budget=budget).count(definition)
    return linear_regions(net, domain, budget=budget).count(definition)


def _is_high(net: ReLUNetwork, domain: Any, budget: Budget | None) -> bool:
    """Whether the dimension is one for the search; refuse if that could take for ever."""
    checked = checked_domain(domain, net.n_inputs)
    if net.n_inputs <= MOST_DIMENSIONS or isinstance(checked, Plane):
        return False
    chart = make_chart(net.stages, checked)
    if chart.dimension <= MOST_DIMENSIONS:
        return False
    most = stages_upper_bound(chart.dimension, chart.stages)
    if budget is None and most > _MOST_SEARCHED:
        raise DomainError(
            f"there may be up to {Decimal(most):.3g} regions in {chart.dimension} dimensions; take "
            "a plane, or pass a budget: engine='search' then leaves a certified lower bound"
        )
    return True


def _is_interval(net: ReLUNetwork, domain: Any) -> bool:
    return net.n_inputs == 1 and isinstance(checked_domain(domain, 1), Box)


def _swept(
    net: ReLUNetwork, domain: Any, definition: Definition, budget: Budget | None, strict: bool
) -> int | None:
    if not _is_interval(net, domain):
        raise DomainError("engine='sweep' needs a network with one input and a bounded interval")
    box = checked_domain(domain, 1)
    assert isinstance(box, Box)
    ((low, high),) = box.sides
    if definition in ("connected", "convex"):  # intervals are convex
        return net.along([low], [high], budget).num_pieces
    if definition == "activation":
        return len(net.along([low], [high], budget).patterns[0]) if net.layers else 1
    if strict:
        raise DomainError(f"engine='sweep' does not count {definition} regions; use 'faces'")
    return None


def regions_of(subdivision: Subdivision, definition: Definition) -> int:
    """Count the regions of a subdivision."""
    cells = subdivision.cells
    if definition == "activation":
        return len({cell.signs for cell in cells})
    if definition == "pattern":
        patterns = {cell.signs for cell in cells}
        known: set[tuple[Row, ...]] = set()
        for cell in cells:
            for face in cell.cone.faces():
                key = tuple(sorted(face))
                if key not in known:
                    known.add(key)
                    patterns.add(subdivision.pattern(tuple(map(sum, zip(*face, strict=True)))))
        return len(patterns)
    if definition == "affine":
        return len({cell.outputs for cell in cells})
    return _connected(cells)


def _connected(cells: tuple[Cell, ...]) -> int:
    """Cells joined across facets on both sides of which the outputs agree."""
    met: dict[tuple[Row, ...], int] = {}
    pairs = []
    for i, cell in enumerate(cells):
        for _, rays in cell.cone.facets():
            j = met.setdefault(rays, i)
            if j != i and cells[j].outputs == cell.outputs:
                pairs.append((i, j))
    return int(components(len(cells), pairs).max()) + 1
