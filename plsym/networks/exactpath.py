"""The sweep along a path, number by number: slow, and obviously right.

It answers as `plsym.networks.sweeping.swept.Sweep` does.  Networks with weights in a
number field are swept here, and the tests compare the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from plsym.config import Budget
from plsym.errors import DomainError
from plsym.exact.decide import Statistics
from plsym.exact.scalars import Num, sign, to_float
from plsym.networks.sweeping.stages import Stage
from plsym.networks.sweeping.swept import TransitionArrays

__all__ = ["ExactStage", "ExactSweep"]

Indices = NDArray[np.intp]
Floats = NDArray[np.float64]
Rows = Sequence[int] | Indices | None
Vector = list[Num]


class ExactStage:
    """A stage with its numbers read out: each row a list of (column, weight)."""

    def __init__(self, stage: Stage) -> None:
        rows, columns, values = stage.linear.entries()
        self.rows: list[list[tuple[int, Num]]] = [[] for _ in range(stage.n_out)]
        for i, j, v in zip(
            rows.tolist(), columns.tolist(), values.scalars().ravel().tolist(), strict=True
        ):
            if v != 0:
                self.rows[i].append((j, v))
        self.bias: Vector = stage.bias.scalars().tolist()
        self.alpha: Vector = stage.alpha.scalars().tolist()
        self.bending: list[int] = stage.bending.tolist()

    def linear(self, h: Vector) -> Vector:
        """Return the values before the units."""
        out = []
        for row, b in zip(self.rows, self.bias, strict=True):
            z: Num = mpq(0) + b
            for j, w in row:
                z = z + w * h[j]
            out.append(z)
        return out

    def units(self, z: Vector) -> Vector:
        """Return the values after the units."""
        return [v if v > 0 else a * v for v, a in zip(z, self.alpha, strict=True)]


class ExactSweep:
    """Breakpoints of all units of a network along a polyline.

    Parameters
    ----------
    stages : sequence of Stage
    corners : sequence of points (lists of numbers)
        Corner i has the parameter t = i.
    budget : Budget, optional

    Notes
    -----
    R rows cost R exact evaluations of the network for each stage.
    """

    def __init__(
        self,
        stages: Sequence[Stage],
        corners: Sequence[Sequence[Num]],
        budget: Budget | None = None,
    ) -> None:
        if len(corners) < 2 or any(len(c) != stages[0].n_in for c in corners):
            raise DomainError(f"at least two corners with {stages[0].n_in} coordinates are needed")
        self.stages = tuple(stages)
        self.statistics = Statistics()
        self._exact = [ExactStage(s) for s in stages]
        self._corners = [list(c) for c in corners]
        clock = (budget or Budget()).start()
        positions: Vector = [mpq(i) for i in range(len(corners))]
        # z[r] and h[r]: the present stage's values at positions[r]; every unit so
        # far is affine between neighbouring positions
        h = [list(c) for c in self._corners]
        self._counts = [len(positions)]
        self._z: list[list[Vector]] = []
        born = [-1] * len(positions)
        for k, stage in enumerate(self._exact):
            z = [stage.linear(v) for v in h]
            cuts: list[tuple[int, Num]] = []
            for r in range(len(positions) - 1):
                found: set[Num] = set()
                for j in stage.bending:
                    a, b = z[r][j], z[r + 1][j]
                    if (a > 0 and b < 0) or (a < 0 and b > 0):
                        found.add(a / (a - b))
                cuts += [(r, s) for s in sorted(found)]
            clock.check(f"the sweep of stage {k}", pieces=len(positions) + len(cuts))
            if cuts:
                positions, born, z = self._insert(positions, born, z, cuts, k)
            h = [stage.units(v) for v in z]
            self._z.append(z)
            self._counts.append(len(positions))
        self._positions = positions
        self._born = np.array(born)
        self._h = h
        self.num_rows = len(positions)

    def _insert(
        self,
        positions: Vector,
        born: list[int],
        z: list[Vector],
        cuts: list[tuple[int, Num]],
        k: int,
    ) -> tuple[Vector, list[int], list[Vector]]:
        """Add rows at fractions s between rows r and r + 1, by interpolation."""
        new_positions: Vector = []
        new_born: list[int] = []
        new_z: list[Vector] = []
        source = iter([*cuts, (-1, mpq(0))])
        r_next, s = next(source)
        for r in range(len(positions)):
            new_positions.append(positions[r])
            new_born.append(born[r])
            new_z.append(z[r])
            while r_next == r:
                new_positions.append(positions[r] + s * (positions[r + 1] - positions[r]))
                new_born.append(k)
                new_z.append([a + s * (b - a) for a, b in zip(z[r], z[r + 1], strict=True)])
                r_next, s = next(source)
        # earlier stages get the new rows too
        for i, earlier in enumerate(self._z):
            filled: list[Vector] = []
            source = iter([*cuts, (-1, mpq(0))])
            r_next, s = next(source)
            for r, values in enumerate(earlier):
                filled.append(values)
                while r_next == r:
                    filled.append(
                        [a + s * (b - a) for a, b in zip(values, earlier[r + 1], strict=True)]
                    )
                    r_next, s = next(source)
            self._z[i] = filled
        return new_positions, new_born, new_z

    # decisions ------------------------------------------------------------------

    @property
    def t(self) -> Floats:
        """The nearest doubles of the positions."""
        return np.array([to_float(p) for p in self._positions])

    @property
    def is_corner(self) -> NDArray[np.bool_]:
        """Which rows are corners of the path."""
        return np.asarray(self._born < 0)

    @property
    def outputs(self) -> Floats:
        """The nearest doubles of the outputs at the rows."""
        return np.array([[to_float(v) for v in row] for row in self._h])

    def rows_after(self, stage: int) -> Indices:
        """Return the rows that are corners or breakpoints of stages 0..stage."""
        return np.flatnonzero(self._born <= stage)

    def activity(self, stage: int) -> NDArray[np.bool_]:
        """Which units of a stage are positive on each piece."""
        positive = np.array([[v > 0 for v in row] for row in self._z[stage]], dtype=bool)
        return np.asarray(positive[:-1] | positive[1:])

    def transitions(self) -> TransitionArrays:
        """All changes of activity, sorted by row, then stage, then unit."""
        found: list[tuple[int, int, int, bool]] = []
        for k, stage in enumerate(self._exact):
            on = self.activity(k)
            for r in range(1, len(on)):
                found += [
                    (r, k, j, bool(on[r, j])) for j in stage.bending if on[r, j] != on[r - 1, j]
                ]
        found.sort()
        columns: list[Any] = [list(c) for c in zip(*found, strict=True)] or [[]] * 4
        row, stage_index, unit = (np.array(c, dtype=np.intp) for c in columns[:3])
        return TransitionArrays(row, stage_index, unit, np.array(columns[3], dtype=bool))

    def output_breaks(self, component: int | None = None) -> Indices:
        """Interior rows at which the output (or one component) changes slope."""
        units = range(len(self._h[0])) if component is None else [component]
        out = []
        for r in range(1, self.num_rows - 1):
            left, right = self.exact_slopes(list(units), np.array([r - 1, r]))
            if left != right:
                out.append(r)
        return np.array(out, dtype=np.intp)

    def output_directions(self, component: int) -> NDArray[np.int8]:
        """Return the sign of an output's slope on each piece."""
        slopes = self.exact_slopes([component], np.arange(self.num_rows - 1))
        return np.array([sign(s[0]) for s in slopes], dtype=np.int8)

    # exact numbers -----------------------------------------------------------------

    def _chosen(self, rows: Rows) -> list[int]:
        return list(range(self.num_rows)) if rows is None else [int(r) for r in rows]

    def exact_positions(self, rows: Rows = None) -> Vector:
        """Return the exact path parameters of rows."""
        return [self._positions[r] for r in self._chosen(rows)]

    def exact_values(
        self, stage: int = -1, rows: Rows = None, units: Sequence[int] | None = None
    ) -> list[Vector]:
        """Exact outputs of a stage (after its units) at rows."""
        k = stage % len(self._exact)
        out = []
        for r in self._chosen(rows):
            h = self._exact[k].units(self._z[k][r])
            out.append(h if units is None else [h[int(j)] for j in units])
        return out

    def exact_slopes(self, units: Sequence[int], pieces: Indices) -> list[Vector]:
        """Exact slopes of outputs on pieces, in the path parameter."""
        out = []
        for r in pieces.tolist():
            step = self._positions[r + 1] - self._positions[r]
            out.append([(self._h[r + 1][int(j)] - self._h[r][int(j)]) / step for j in units])
        return out
