"""How many linear regions a network has, under the definitions in use."""

from __future__ import annotations

from typing import Any, Literal

from plsym.config import Budget
from plsym.errors import DomainError
from plsym.networks.network import ReLUNetwork
from plsym.regions.cells import Cell, Subdivision, subdivide
from plsym.regions.cones import Row

__all__ = ["Definition", "count_regions", "regions_of"]

Definition = Literal["pattern", "activation", "connected", "affine"]


def count_regions(
    net: ReLUNetwork,
    domain: Any = None,
    *,
    definition: Definition = "connected",
    budget: Budget | None = None,
) -> int:
    """Count the linear regions of a network with any number of inputs.

    Parameters
    ----------
    net : ReLUNetwork
        With rational weights.
    box : sequence of (low, high), optional
        One pair for each input; without it the whole space.
    definition : {"connected", "activation", "affine", "pattern"}
        *connected*: maximal connected open sets on which the function is affine.
        *activation*: open sets of constant activation pattern.  *affine*: different
        affine maps.  *pattern*: sets of constant pattern, a neuron being active if what
        enters it is positive; they need be neither open nor of full dimension.
    budget : Budget, optional
        Its ``pieces`` limit the cells.

    Returns
    -------
    int

    Raises
    ------
    DomainError
        If the weights are not rational, the box is none, or the definition is not known.
    BudgetExceeded
        If there are more cells than the budget allows.

    Notes
    -----
    Exact; see `plsym.regions.cells.subdivide` for the cost.

    Examples
    --------
    >>> net = pl.from_weights([([[1], [-1]], None), ([[1, -1]], None)])
    >>> [pl.count_regions(net, definition=d) for d in ("activation", "connected")]
    [2, 1]
    """
    if definition not in ("activation", "connected", "affine", "pattern"):
        raise DomainError(
            f"definition={definition!r} is not known; use 'connected', 'activation', 'affine' or "
            "'pattern'"
        )
    return regions_of(subdivide(net, domain, budget=budget), definition)


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
    parent = list(range(len(cells)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    met: dict[tuple[Row, ...], int] = {}
    for i, cell in enumerate(cells):
        for _, rays in cell.cone.facets():
            j = met.setdefault(rays, i)
            if j != i and cells[j].outputs == cell.outputs:
                parent[root(i)] = root(j)
    return sum(root(i) == i for i in range(len(cells)))
