"""Which output is the largest, where: level sets and decision maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from plsym.config import Budget
from plsym.errors import DomainError
from plsym.exact.dyadics import ExactArray
from plsym.networks.combine import output_units
from plsym.networks.sweeping.stages import Stage
from plsym.regions.chart import make_chart
from plsym.regions.domains import Domain
from plsym.regions.engine import FaceComplex
from plsym.regions.explored import Explored
from plsym.regions.simplices import cell_volume
from plsym.regions.surfaces import Surface, zero_faces

__all__ = ["DecisionMap", "decision_map", "level_set"]

Indices = NDArray[np.intp]


def level_set(
    stages: Sequence[Stage],
    domain: Domain | None,
    output: int,
    value: Fraction,
    budget: Budget | None,
) -> Surface:
    """The points at which an output has a value, cut along the linear regions."""
    row = np.zeros((1, stages[-1].n_out))
    row[0, output] = 1.0
    offset = ExactArray.from_fractions([-value], (1,))
    longer = output_units(stages, ExactArray(row), offset)
    explored = Explored(FaceComplex(make_chart(longer, domain)).run(budget))
    return zero_faces(explored, [(len(longer) - 2, stages[-1].n_out)])


@dataclass(frozen=True, eq=False)
class DecisionMap:
    """The domain by largest (or least) output; ties go to the least number.

    Made by `LinearRegions.decision_map`.

    Attributes
    ----------
    winners : int array, shape (cells,)
        The winning output on each cell of a subdivision that is fine enough.
    """

    winners: Indices
    _explored: Explored = field(repr=False)

    def __repr__(self) -> str:
        return f"<DecisionMap: outputs {', '.join(map(str, self.classes))} on {len(self)} cells>"

    def __len__(self) -> int:
        return len(self.winners)

    @property
    def classes(self) -> tuple[int, ...]:
        """The outputs that win somewhere."""
        return tuple(np.unique(self.winners).tolist())

    @property
    def boundary(self) -> Surface:
        """The decision boundary: the facets between cells with different winners."""
        lattice = self._explored.complex.lattice
        sides = lattice.sides.view
        inner = (sides >= 0).all(axis=1)
        differ = np.flatnonzero(inner & (self.winners[sides[:, 0]] != self.winners[sides[:, 1]]))
        return Surface(tuple((lattice.d - 1, int(f)) for f in differ), self._explored)

    @cached_property
    def volumes(self) -> dict[int, Fraction]:
        """For each class the volume on which it wins, in the coordinates of the cells.

        Raises
        ------
        DomainError
            If the domain is unbounded.
        """
        if not self._explored.is_bounded:
            raise DomainError("volumes need a bounded domain")
        out = {c: Fraction(0) for c in self.classes}
        for cell, winner in enumerate(self.winners.tolist()):
            out[winner] += cell_volume(self._explored, cell)
        return out

    def polygons(self) -> list[tuple[int, list[tuple[Fraction, ...]]]]:
        """The winner and the corners in order of every cell, in two dimensions."""
        if self._explored.complex.d != 2 or not self._explored.is_bounded:
            raise DomainError("polygons are drawn of bounded domains in two dimensions")
        return [
            (winner, [self._explored.point(ray) for ray in self._explored.rays(cell)])
            for cell, winner in enumerate(self.winners.tolist())
        ]


def decision_map(
    stages: Sequence[Stage], domain: Domain | None, least: bool, budget: Budget | None
) -> DecisionMap:
    """Cut a domain further, where two outputs agree, and find the winner on each cell.

    Raises
    ------
    DomainError
        If there is one output only.
    """
    n = stages[-1].n_out
    if n < 2:
        raise DomainError("a decision needs at least two outputs; use level_set for one")
    pairs = list(combinations(range(n), 2))
    rows = np.zeros((len(pairs), n))
    for k, (i, j) in enumerate(pairs):
        rows[k, i], rows[k, j] = (1.0, -1.0) if least else (-1.0, 1.0)
    longer = output_units(stages, ExactArray(rows), ExactArray(np.zeros(len(pairs))))
    complex_ = FaceComplex(make_chart(longer, domain)).run(budget)
    # positive: output j beats output i < j, who wins ties
    beats = complex_.forms.positive(len(longer) - 2, complex_.patterns[-1])[:, n:]
    winner = np.zeros(len(beats), dtype=np.intp)
    for j in range(1, n):
        wins = np.zeros(len(beats), dtype=bool)
        for k, (a, b) in enumerate(pairs):
            if b == j:
                wins |= (winner == a) & beats[:, k]
        winner[wins] = j
    return DecisionMap(winner, Explored(complex_))
