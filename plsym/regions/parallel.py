"""Counting on many processes or machines: parts of the domain as units of work.

The parts do not depend on the number of workers.  They meet in walls on which no neuron
vanishes along a whole facet (this is checked), so a region that a wall cuts shows the
same activation pattern on both sides, and patterns put the parts together again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from plsym.batch import worker_lost
from plsym.config import Budget
from plsym.errors import DomainError
from plsym.networks.network import ReLUNetwork
from plsym.regions.branches import branch_rows
from plsym.regions.cones import Row
from plsym.regions.definitions import components
from plsym.regions.domains import Box, Domain, Plane, Polytope, checked_domain
from plsym.regions.engine import MOST_DIMENSIONS, FaceComplex
from plsym.regions.linear import linear_regions

__all__ = ["count_in_parts"]

Progress = Callable[[int, int], None]
_SHIFTS = (Fraction(0), Fraction(1, 7), Fraction(-2, 13), Fraction(3, 29), Fraction(-5, 61))


@dataclass(frozen=True)
class _Part:
    """What one part of the domain says.

    ``merges`` are pairs of patterns of neighbours with one affine map; ``maps`` the map of
    each pattern; ``clean`` whether no neuron vanishes along a facet in an inner wall.
    """

    patterns: frozenset[bytes]
    merges: frozenset[tuple[bytes, bytes]]
    maps: dict[bytes, tuple[Row, ...]]
    clean: bool


def count_in_parts(
    net: ReLUNetwork,
    domain: Any,
    definition: str,
    executor: Executor,
    *,
    parts: int = 16,
    budget: Budget | None = None,
    progress: Progress | None = None,
) -> int:
    """Count activation, connected or affine regions, part by part on an executor.

    Parameters
    ----------
    executor : concurrent.futures.Executor
        Processes, threads, or those of a cluster.
    parts : int
        About how many parts; on the whole space 2^d.
    budget : Budget, optional
        For each part.
    progress : callable, optional
        Called with the numbers of parts that are done and of all parts.

    Raises
    ------
    DomainError
        For other definitions.
    WorkerError
        If a worker of the executor dies.
    """
    if definition not in ("activation", "connected", "affine"):
        raise DomainError(
            f"parts of a domain do not tell how many {definition} regions the whole has; "
            "use 'activation', 'connected' or 'affine', or no executor"
        )
    checked = checked_domain(domain, net.n_inputs)
    dimension = 2 if isinstance(checked, Plane) else net.n_inputs
    if dimension > MOST_DIMENSIONS:
        raise DomainError(
            f"{dimension} dimensions are too many to divide (at most {MOST_DIMENSIONS}); "
            "take a plane, or engine='search'"
        )
    for shift in _SHIFTS:
        pieces, inner = _split(checked, net.n_inputs, parts, shift)
        futures: list[Future[_Part]] = []
        done = 0
        try:
            for piece in pieces:
                futures.append(executor.submit(_explore, net, piece, inner, definition, budget))
            for future in as_completed(futures):
                future.result()
                done += 1
                if progress is not None:
                    progress(done, len(futures))
            found = [future.result() for future in futures]
        except BaseException as error:
            for future in futures:
                future.cancel()
            if isinstance(error, BrokenExecutor):
                raise worker_lost(f"{done} of {len(pieces)} parts were done") from error
            raise
        if all(part.clean for part in found):
            return _combined(found, definition)
    # walls everywhere: one part
    return linear_regions(net, domain, budget=budget).count(definition)  # type: ignore[arg-type]


def _split(
    domain: Domain | None, n_inputs: int, parts: int, shift: Fraction
) -> tuple[list[Domain], list[Row]]:
    """Parts of a domain, and the walls between them as functions (constant last)."""
    if domain is None:
        # orthants about a point in no special position
        centre = [Fraction(k + 1, 97) + shift for k in range(n_inputs)]
        halves = [_coordinate(n_inputs, k, c) for k, c in enumerate(centre)]
        whole: list[Domain] = []
        for choice in range(1 << n_inputs):
            rows = [
                row if choice >> k & 1 else tuple(-v for v in row) for k, row in enumerate(halves)
            ]
            whole.append(Polytope(tuple(rows)))
        return whole, halves
    if isinstance(domain, Plane):
        flat, between = _split(domain.part, 2, parts, shift)
        return [replace(domain, part=_polytope(p)) for p in flat], between
    pieces: list[Polytope] = [_polytope(domain)]
    walls: list[Row] = []
    d = domain.dimension
    axis = 0
    while len(pieces) < parts:
        low, high = _extent(domain, axis % d)
        level = axis // d + 1
        cuts = range(1, 1 << level, 2)
        for cut in cuts:
            place = low + (high - low) * (Fraction(cut, 1 << level) + shift / (1 << (level + 1)))
            row = _coordinate(d, axis % d, place)
            walls.append(row)
            pieces = [half for piece in pieces for half in _halves(piece, row)]
        axis += 1
    return list(pieces), walls


def _coordinate(d: int, k: int, end: Fraction) -> Row:
    """x_k <= end."""
    row = [0] * (d + 1)
    row[k], row[-1] = end.denominator, end.numerator
    return tuple(row)


def _polytope(domain: Any) -> Polytope:
    if isinstance(domain, Polytope):
        return domain
    rows = [tuple([-v for v in wall[:-1]] + [wall[-1]]) for wall in domain.walls().values()]
    return Polytope(tuple(rows))


def _extent(domain: Box | Polytope, k: int) -> tuple[Fraction, Fraction]:
    """The range of a coordinate on a bounded domain; of its vertices on an unbounded one."""
    at = [Fraction(ray[k], ray[-1]) for cone in domain.cones() for ray in cone.rays if ray[-1]]
    return (min(at), max(at)) if min(at) < max(at) else (min(at) - 1, max(at) + 1)


def _halves(piece: Polytope, row: Row) -> Iterator[Polytope]:
    for half in (row, tuple(-v for v in row)):
        part = Polytope((*piece.rows, half))
        try:
            part.cones()
        except DomainError:  # the wall does not meet the piece
            continue
        yield part


def _explore(
    net: ReLUNetwork, domain: Domain, walls: Sequence[Row], definition: str, budget: Budget | None
) -> _Part:
    found = linear_regions(net, domain, budget=budget)
    complex_ = found._complex
    rows = branch_rows(complex_.forms, net._lowered.layers, complex_.patterns[-1])
    names = [row.tobytes() for row in rows]
    merges: set[tuple[bytes, bytes]] = set()
    maps: dict[bytes, tuple[Row, ...]] = {}
    if definition == "connected":
        sides = complex_.lattice.sides.view[found._merging].tolist()
        merges = {(names[a], names[b]) for a, b in sides if names[a] != names[b]}
    elif definition == "affine":
        exact = found._maps.exact(np.arange(found.num_cells))
        maps = {name: exact[i] for i, name in enumerate(names)}
    return _Part(frozenset(names), frozenset(merges), maps, _is_clean(complex_, walls))


def _is_clean(complex_: FaceComplex, walls: Sequence[Row]) -> bool:
    """Whether no unit vanishes along a facet in one of the walls."""
    lattice, d = complex_.lattice, complex_.d
    sides = lattice.sides.view
    outer = np.flatnonzero((sides < 0).any(axis=1))
    lines = lattice.faces[d - 1].lines.view[outer, 0]
    chart = complex_.chart
    inner = {
        number for number, wall in chart.walls.items() if any(_same(wall, row) for row in walls)
    }
    here = outer[np.isin(lines, list(inner))]
    if not here.size:
        return True
    facets = lattice.spread(complex_.positive.view | complex_.negative.view)[d - 1]
    # units that vanish on the whole cell are no walls
    cells = np.where(sides[here, 0] >= 0, sides[here, 0], sides[here, 1])
    return not (lattice.cell_bits(facets)[cells] & ~facets[here]).any()


def _same(wall: Row, row: Row) -> bool:
    """Whether a wall (>= 0) lies in the boundary of a . x <= b."""
    other = (*(-v for v in row[:-1]), row[-1])
    n = len(wall)
    return all(wall[i] * other[j] == wall[j] * other[i] for i in range(n) for j in range(i))


def _combined(found: Sequence[_Part], definition: str) -> int:
    names = sorted(set().union(*(part.patterns for part in found)))
    if definition == "activation":
        return len(names)
    if definition == "affine":
        return len({value for part in found for value in part.maps.values()})
    number = {name: i for i, name in enumerate(names)}
    pairs = [(number[a], number[b]) for part in found for a, b in part.merges]
    return int(components(len(names), pairs).max()) + 1
