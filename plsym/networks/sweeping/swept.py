"""The result of a sweep: decisions, float shadows, and exact numbers on demand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from plsym.config import Budget
from plsym.exact.decide import certify
from plsym.exact.dyadics import ExactArray
from plsym.networks.sweeping.forms import Items
from plsym.networks.sweeping.history import Indices
from plsym.networks.sweeping.jumps import Events, bends_at, known_proportions
from plsym.networks.sweeping.kinks import without_kink
from plsym.networks.sweeping.prepared import ROUNDOFF, SLACK, Prepared
from plsym.networks.sweeping.refine import float_forms
from plsym.networks.sweeping.stages import Stage
from plsym.networks.sweeping.sweep import run_sweep

__all__ = ["Sweep", "TransitionArrays", "sweep"]

Floats = NDArray[np.float64]

_FEW = 64  # slopes on either side


class TransitionArrays(NamedTuple):
    """Changes of activity along the path, sorted by row, then stage, then unit."""

    row: Indices
    stage: Indices
    unit: Indices
    after: NDArray[np.bool_]


def sweep(
    stages: Sequence[Stage],
    corners: ExactArray,
    *,
    budget: Budget | None = None,
    prepared: Sequence[Prepared] | None = None,
) -> Sweep:
    """Sweep stages along a polyline and decide every breakpoint exactly.

    Parameters
    ----------
    stages : sequence of Stage
        As `plsym.networks.lower` makes them.
    corners : ExactArray, shape (k, n_in)
        The corners of the path, k >= 2; corner i has the parameter t = i.
    budget : Budget, optional
    prepared : sequence of Prepared, optional
        Float copies of the stages, shared between sweeps.

    Returns
    -------
    Sweep

    Notes
    -----
    Exact: every sign and order is certain.  Cost: R rows and stages of width w
    take O(R w^2) float operations; undecided items add one chain of matrix
    products each, in batches.
    """
    return Sweep(stages, corners, budget, prepared)


def _largest(rows: Floats) -> Floats:
    """The largest absolute value in each row."""
    return np.asarray(np.abs(rows[:, 0]) if rows.shape[1] == 1 else np.abs(rows).max(axis=1))


class Sweep:
    """Breakpoints of all units of a network along a path.

    Attributes
    ----------
    num_rows : int
        Corners and activation breakpoints.
    t : ndarray of float64, shape (num_rows,)
        Float shadow of the positions.
    statistics : Statistics
        How many signs and orders the filter, the refinement and integers decided.
    """

    def __init__(
        self,
        stages: Sequence[Stage],
        corners: ExactArray,
        budget: Budget | None = None,
        prepared: Sequence[Prepared] | None = None,
    ) -> None:
        self.stages = tuple(stages)
        self.corners = corners
        self._history, self._rows, self._forms, self.statistics = run_sweep(
            stages, corners, budget, prepared
        )
        self.num_rows = self._history.num_rows
        self.t = self._rows.t

    @cached_property
    def is_corner(self) -> NDArray[np.bool_]:
        """Which rows are corners of the path."""
        return np.asarray(self._history.origin()[0] < 0)

    @property
    def row_origin(self) -> tuple[Indices, Indices]:
        """Stage and unit whose zero each row is; -1 for corners."""
        return self._history.origin()

    @property
    def outputs(self) -> Floats:
        """Float shadow of the outputs at the rows, shape (num_rows, n_out)."""
        return self._rows.h

    def rows_after(self, stage: int) -> Indices:
        """The rows that are corners or breakpoints of stages 0..stage."""
        history = self._history
        return history.rows_at(stage + 1, history.resolution)

    def activity(self, stage: int) -> NDArray[np.bool_]:
        """Which units of a stage are positive on each piece, shape (num_rows - 1, n_out).

        Raises
        ------
        ValueError
            If the stage has no unit that bends.
        """
        history = self._history
        pieces = history.coarser(np.arange(self.num_rows - 1), history.resolution, stage + 1)
        positive = history.positive(stage, pieces)
        if positive is None:
            raise ValueError(f"stage {stage} is affine: its units have no activity")
        return positive

    @cached_property
    def _transitions(self) -> TransitionArrays:
        history = self._history
        parts: list[tuple[Indices, Indices, Indices, NDArray[np.bool_]]] = []
        for i, stage in enumerate(self.stages):
            active = history.active[i]
            if active is None:
                continue
            on = active[:-1] | active[1:]
            change = on[1:] != on[:-1]
            if stage.bending.size < stage.n_out:
                plain = np.ones(stage.n_out, dtype=bool)
                plain[stage.bending] = False
                change[:, plain] = False
            row, unit = np.nonzero(change)
            final = history.rows_at(i + 1, history.resolution)[row + 1]
            parts.append((final, np.full(len(row), i, dtype=np.intp), unit, on[row + 1, unit]))
        if not parts:
            none = np.zeros(0, dtype=np.intp)
            return TransitionArrays(none, none, none, none.astype(bool))
        row, index, unit, after = (np.concatenate(p) for p in zip(*parts, strict=True))
        order = np.lexsort((unit, index, row))
        return TransitionArrays(row[order], index[order], unit[order], after[order])

    def transitions(self) -> TransitionArrays:
        """All changes of activity; several may share a row."""
        return self._transitions

    # exact numbers -----------------------------------------------------------

    def _row_items(self, rows: Indices) -> Items:
        stage, unit = self._history.origin()
        piece = np.minimum(rows, self.num_rows - 2)
        return Items(stage[rows], unit[rows], piece, self._history.resolution)

    def exact_positions(self, rows: Indices | None = None) -> list[mpq]:
        """The exact path parameters of rows (all rows by default).

        Notes
        -----
        One chain of residue products for all rows together.
        """
        history = self._history
        chosen = np.arange(self.num_rows) if rows is None else np.asarray(rows, dtype=np.intp)
        if self._rows.whole is not None:
            return self._rows.whole.exact_positions(chosen)
        items = self._row_items(chosen)
        corner = items.stage < 0
        roots = self._forms.roots(items.select(np.flatnonzero(~corner)))
        segment = history.coarser(items.piece, items.resolution, 0)
        corner_index = np.searchsorted(history.rows_at(0, history.resolution), chosen)
        source = iter(roots)
        return [
            mpq(int(corner_index[i])) if corner[i] else next(source) + int(segment[i])
            for i in range(len(chosen))
        ]

    def exact_values(
        self, stage: int = -1, rows: Indices | None = None, units: Sequence[int] | None = None
    ) -> list[list[mpq]]:
        """Exact outputs of a stage (after its units) at rows, one list for each row."""
        history = self._history
        k = stage % len(self.stages)
        chosen = np.arange(self.num_rows) if rows is None else np.asarray(rows, dtype=np.intp)
        wanted = np.arange(self.stages[k].n_out) if units is None else np.asarray(units, np.intp)
        if k == len(self.stages) - 1 and self._rows.whole is not None:
            return self._rows.whole.exact_values(chosen, wanted)
        n, m = len(chosen), len(wanted)
        piece = np.minimum(chosen, self.num_rows - 2)
        items = Items(
            np.full(n * m, k), np.tile(wanted, n), np.repeat(piece, m), history.resolution
        )
        constant, slope = self._forms.integers(items)
        factor = self._forms.factor(k)
        segment = history.coarser(piece, history.resolution, 0)
        alpha = [self.stages[k].alpha.scalar(int(j)) for j in wanted]
        out = []
        for i, t in enumerate(self.exact_positions(chosen)):
            local = t - int(segment[i])
            row = []
            for j in range(m):
                z = (constant[i * m + j] + slope[i * m + j] * local) / factor
                row.append(z if z > 0 else alpha[j] * z)
            out.append(row)
        return out

    def exact_signs(self, stage: int, rows: Indices, units: Indices) -> NDArray[np.int8]:
        """The signs of outputs of a stage, of unit ``units[i]`` at row ``rows[i]``."""
        piece = np.minimum(rows, self.num_rows - 2)
        items = Items(np.full(len(rows), stage), units, piece, self._history.resolution)
        constant, slope = self._forms.integers(items)
        segment = self._history.coarser(piece, self._history.resolution, 0).tolist()
        distinct, which = np.unique(rows, return_inverse=True)
        positions = self.exact_positions(distinct)
        alpha = self.stages[stage].alpha
        out = np.zeros(len(rows), dtype=np.int8)
        for i, r in enumerate(which.tolist()):
            z = constant[i] + slope[i] * (positions[r] - segment[i])
            if z < 0:
                z = alpha.scalar(int(units[i])) * z
            out[i] = (z > 0) - (z < 0)
        return out

    def exact_slopes(self, units: Sequence[int], pieces: Indices) -> list[list[mpq]]:
        """Exact slopes of outputs of the last (affine) stage on pieces, in the path parameter."""
        if self._rows.whole is not None:
            return self._rows.whole.exact_slopes(np.asarray(units, np.intp), pieces)
        k = len(self.stages) - 1
        n, m = len(pieces), len(units)
        items = Items(
            np.full(n * m, k),
            np.tile(np.asarray(units, dtype=np.intp), n),
            np.repeat(np.asarray(pieces, dtype=np.intp), m),
            self._history.resolution,
        )
        _, slope = self._forms.integers(items)
        factor = self._forms.factor(k)
        return [[mpq(slope[i * m + j], factor) for j in range(m)] for i in range(n)]

    # the output's own breakpoints ----------------------------------------------

    def output_breaks(self, component: int | None = None) -> Indices:
        """Interior rows at which the output changes slope.

        Parameters
        ----------
        component : int, optional
            One output; any output by default.

        Returns
        -------
        ndarray of int
            Rows in increasing order.  Corners of the path count as any other row:
            a slope is taken in the path parameter.
        """
        stage = self.stages[-1]
        units = np.arange(stage.n_out) if component is None else np.array([component])
        if self.num_rows == 2:
            return np.zeros(0, dtype=np.intp)
        whole = self._rows.whole
        if whole is not None:
            exact = whole.forms[0] if component is None else whole.forms[0][:, units]
            found = (exact[1:] != exact[:-1]).any(axis=1)
            self.statistics.filtered += len(found)
            return np.asarray(found.nonzero()[0] + 1)
        with np.errstate(all="ignore"):
            slope, doubt = self._float_slopes(units)
            jump = _largest(slope[1:] - slope[:-1])
            sure: NDArray[np.bool_] = jump > (doubt[1:] + doubt[:-1]) * SLACK
        certain = int(np.count_nonzero(sure))
        self.statistics.filtered += certain
        if certain < len(sure):
            left = (~sure).nonzero()[0]
            left = left[~self._no_kinks(left + 1)]
            if 0 < left.size * len(units) <= _FEW:  # adjoints in floats are quick
                bend = self._refined_breaks(left + 1, units)
                sure[left] = bend
                left = left[~bend]
            known, bend = self._known_jumps(left + 1, units)
            sure[left[known]] = bend
            left = left[~known]
            if left.size:
                sure[left] = self._settle_breaks(left + 1, units)
        breaks: Indices = sure.nonzero()[0] + 1
        return breaks

    def output_directions(self, component: int) -> NDArray[np.int8]:
        """The sign of an output's slope on each piece: -1, 0 or 1.

        Parameters
        ----------
        component : int

        Returns
        -------
        ndarray of int8, shape (num_rows - 1,)
        """
        if self._rows.whole is not None:
            self.statistics.filtered += self.num_rows - 1
            return np.asarray(np.sign(self._rows.whole.forms[0][:, component]), dtype=np.int8)
        with np.errstate(all="ignore"):
            slopes, doubt = self._float_slopes(np.array([component]))
        k = len(self.stages) - 1

        def items(pieces: Indices) -> Items:
            n = len(pieces)
            return Items(np.full(n, k), np.full(n, component), pieces, self._history.resolution)

        def refine(pieces: Indices) -> tuple[Floats, Floats]:
            form = float_forms(self._history, items(pieces), self._local(pieces))
            return form.slope, form.slope_radius * SLACK

        def exact(pieces: Indices) -> NDArray[np.int8]:
            _, slope = self._forms.integers(items(pieces))
            return np.array([(s > 0) - (s < 0) for s in slope], dtype=np.int8)

        return certify(slopes[:, 0], doubt * SLACK, refine, exact, self.statistics)

    def _float_slopes(self, units: Indices) -> tuple[Floats, Floats]:
        """Slopes of outputs on each piece, and a bound of their errors for each piece.

        Bounds that are infinite or undefined mean "not certain".
        """
        y, t = self._rows.h, self.t
        if len(units) < y.shape[1]:
            y = y[:, units]
        width = t[1:] - t[:-1]
        # the form of a piece is known at the positions p of its ends, which t shadows
        drift = 2 * self._rows.t_error + 4 * ROUNDOFF * float(t[-1])
        least = width - drift
        slope = (y[1:] - y[:-1]) / width[:, None]
        size = _largest(slope)
        # both values, the width, and the rounding of the difference and the quotient
        error = self._rows.error
        value = error[1:] + error[:-1] + (8 * ROUNDOFF) * np.abs(y).max()
        doubt = (value + size * drift) / least + 8 * ROUNDOFF * size
        doubt[~(least > 0)] = np.inf
        return slope, doubt

    def _local(self, pieces: Indices) -> Floats:
        """Doubles near the left ends of pieces, in the parameter of their segment."""
        segment = self._history.coarser(pieces, self._history.resolution, 0)
        return np.asarray(np.clip(self.t[pieces] - segment, 0.0, 1.0))

    def _no_kinks(self, rows: Indices) -> NDArray[np.bool_]:
        """Which rows' only change does not reach any output, as decisions alone tell."""
        events = self._transitions
        first = np.searchsorted(events.row, rows)
        single = np.searchsorted(events.row, rows, side="right") - first == 1
        out: NDArray[np.bool_] = single & ~self.is_corner[rows]
        where = np.flatnonzero(out)
        if where.size:
            event = first[where]
            stage, unit = events.stage[event], events.unit[event]
            out[where] = without_kink(self._history, rows[where], stage, unit)
            self.statistics.filtered += int(out.sum())
        return out

    def _known_jumps(
        self, rows: Indices, units: Indices
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which rows' jumps are known but for a factor, and at which of these an output bends."""
        changes = self._transitions
        first = np.searchsorted(changes.row, rows)
        count = np.searchsorted(changes.row, rows, side="right") - first
        known = (count > 0) & ~self.is_corner[rows]
        index = known.nonzero()[0]
        events = Events(rows[index], first[index], count[index], changes)
        known[index] = decided = known_proportions(self._history, events)
        events = events.select(decided.nonzero()[0])
        self.statistics.exact += len(events.rows)
        return known, bends_at(self._history, self._forms.codes, events, units)

    def _sides(self, rows: Indices, units: Indices) -> Items:
        """The outputs on the pieces to the left of rows, and then on those to the right."""
        n, m = len(rows), len(units)
        piece = np.concatenate([np.repeat(rows - 1, m), np.repeat(rows, m)])
        stage = np.full(2 * n * m, len(self.stages) - 1)
        return Items(stage, np.tile(units, 2 * n), piece, self._history.resolution)

    def _refined_breaks(self, rows: Indices, units: Indices) -> NDArray[np.bool_]:
        """Where float adjoints tell the slopes on both sides of rows apart."""
        items = self._sides(rows, units)
        form = float_forms(self._history, items, self._local(items.piece))
        slope = form.slope.reshape(2, len(rows), len(units))
        radius = form.slope_radius.reshape(slope.shape)
        with np.errstate(all="ignore"):
            differ = np.abs(slope[1] - slope[0]) > (radius[0] + radius[1]) * SLACK
        found: NDArray[np.bool_] = differ.any(axis=1)
        self.statistics.refined += int(found.sum())
        return found

    def _settle_breaks(self, rows: Indices, units: Indices) -> NDArray[np.bool_]:
        """Compare the slopes on both sides of rows: by float adjoints, then in residues."""
        found = self._refined_breaks(rows, units)
        left = np.flatnonzero(~found)
        if left.size:
            self.statistics.exact += left.size
            ring, _, exact = self._forms.residues(self._sides(rows[left], units))
            half = exact.shape[1] // 2
            difference = ring.reduce(exact[:, half:] - exact[:, :half])
            zero = ring.is_zero(difference).reshape(len(left), len(units))
            found[left] = ~zero.all(axis=1)
        return found
