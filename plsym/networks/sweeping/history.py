"""What a sweep remembers: decisions, never numbers.

Resolution 0 has the corners of the path as its rows; resolution k + 1 has also
the breakpoints of the units of stages 0..k.  Between two neighbouring rows of
resolution k + 1 every unit of stage k keeps its sign.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from plsym.exact.dyadics import ExactArray
from plsym.networks.sweeping.prepared import Prepared
from plsym.networks.sweeping.stages import Stage

__all__ = ["History"]

Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]

_NONE: Indices = np.zeros(0, dtype=np.intp)


class History:
    """The growing record of one sweep.

    Attributes
    ----------
    active : list of bool arrays
        ``active[k][r, j]``: unit j of stage k is positive at row r of resolution k + 1.
    place : list of int arrays or None
        ``place[k]``: where the rows of resolution k stand in resolution k + 1; None if
        no row was added.
    sizes : list of int
        The number of rows of each resolution.
    """

    def __init__(
        self, stages: Sequence[Stage], prepared: Sequence[Prepared], corners: ExactArray
    ) -> None:
        self.stages = tuple(stages)
        self.prepared = tuple(prepared)
        self.corners = corners
        self.active: list[Flags | None] = []
        self.place: list[Indices | None] = []
        self._new: list[tuple[Indices, Indices]] = []
        self.sizes = [corners.shape[0]]
        self._parents: dict[int, Indices] = {}
        self._origin: tuple[int, Indices, Indices] | None = None

    @property
    def resolution(self) -> int:
        """The present resolution."""
        return len(self.active)

    @property
    def num_rows(self) -> int:
        """The rows of the present resolution."""
        return self.sizes[-1]

    def append_affine(self) -> None:
        """Record a stage without bending units."""
        self.append(None, None, _NONE, _NONE)

    def append(
        self, active: Flags | None, place: Indices | None, new_rows: Indices, units: Indices
    ) -> None:
        """Record a stage: the signs at its rows, and which rows its units added."""
        self.active.append(active)
        self.place.append(place)
        self._new.append((new_rows, units))
        self.sizes.append(self.sizes[-1] + len(new_rows))

    def added(self, k: int) -> tuple[Indices, Indices]:
        """The rows of resolution k + 1 that units of stage k added, and those units."""
        return self._new[k]

    def origin(self) -> tuple[Indices, Indices]:
        """Stage and unit whose zero each row of the present resolution is; -1 for corners."""
        if self._origin is None or self._origin[0] != self.resolution:
            stage = np.full(self.sizes[0], -1, dtype=np.intp)
            unit = stage
            for k, (place, (new_rows, units)) in enumerate(zip(self.place, self._new, strict=True)):
                if place is None:
                    continue
                older = (stage, unit)
                stage = np.full(self.sizes[k + 1], k, dtype=np.intp)
                unit = np.empty(self.sizes[k + 1], dtype=np.intp)
                stage[place], unit[place] = older
                unit[new_rows] = units
            self._origin = (self.resolution, stage, unit)
        return self._origin[1], self._origin[2]

    def rows_at(self, resolution: int, target: int) -> Indices:
        """Where the rows of ``resolution`` stand in the finer resolution ``target``."""
        rows: Indices = np.arange(self.sizes[resolution])
        for k in range(resolution, target):
            place = self.place[k]
            if place is not None:
                rows = place[rows]
        return rows

    def parents(self, k: int) -> Indices | None:
        """The pieces of resolution k that hold the pieces of resolution k + 1."""
        place = self.place[k]
        if place is None:
            return None
        if k not in self._parents:
            old = np.zeros(self.sizes[k + 1], dtype=np.intp)
            old[place] = 1
            self._parents[k] = np.cumsum(old)[:-1] - 1
        return self._parents[k]

    def coarser(self, pieces: Indices, resolution: int, target: int) -> Indices:
        """The pieces of the coarser resolution ``target`` that hold the given pieces."""
        for k in range(resolution - 1, target - 1, -1):
            parents = self.parents(k)
            if parents is not None:
                pieces = parents[pieces]
        return pieces

    def positive(self, stage: int, pieces: Indices) -> Flags | None:
        """Which units of a stage are positive on pieces of resolution stage + 1.

        A unit that vanishes on a whole piece counts as not positive.  None for a
        stage whose units never bend.
        """
        active = self.active[stage]
        if active is None:
            return None
        return np.asarray(active[pieces] | active[pieces + 1])
