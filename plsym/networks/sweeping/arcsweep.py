"""The sweep along an arc: every breakpoint is a root of a quadratic, and exact.

A point of the arc is centre + cos(a) u + sin(a) v.  Quarter by quarter, with
s = tan of half the angle since the quarter's start, the argument of a unit under a known
pattern is a quadratic in s over 1 + s^2.  Doubles with proved bounds say which units
cannot vanish on a piece; for the others the integer quadratic is solved.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from plsym.config import Budget
from plsym.exact.decide import Statistics
from plsym.exact.surds import Surd, between, sign_at, simple_roots
from plsym.networks.sweeping.cellforms import (
    CellForms,
    UnitForms,
    inputs,
    through_units,
    unit_forms,
)
from plsym.networks.sweeping.patternforms import PatternForms
from plsym.networks.sweeping.prepared import ROUNDOFF, SLACK, Prepared, prepare
from plsym.networks.sweeping.stages import Stage
from plsym.networks.sweeping.swept import TransitionArrays

__all__ = ["ArcSweep", "quadratic"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Bytes = NDArray[np.uint8]
Row = tuple[int, Surd]
"""A quarter, and s in [0, 1) within it."""

_START, _END = Surd.rational(0), Surd.rational(1)


class ArcSweep:
    """Breakpoints of all units of a network along an arc.

    Parameters
    ----------
    stages : sequence of Stage
        As functions of (cos a, sin a).
    quarters : int
        The length of the arc, in quarters of a turn, from a = 0.
    budget : Budget, optional

    Attributes
    ----------
    rows : list of (quarter, Surd)
        The breakpoints; the first is the start, the last the end, and the quarters' ends
        are among them.
    patterns : uint8 array
        The signs of all units on the pieces between, as bits.

    Notes
    -----
    P pieces and stages of width w take O(P w^2) float operations, and an integer
    quadratic for every candidate that the floats leave, few more than the breakpoints.
    """

    def __init__(
        self, stages: Sequence[Stage], quarters: int, budget: Budget | None = None
    ) -> None:
        self.stages = tuple(stages)
        self.statistics = Statistics()
        sizes = [(len(stage.bending) + 7) // 8 for stage in stages]
        self._offsets = [sum(sizes[:i]) for i in range(len(sizes) + 1)]
        self.forms = PatternForms(stages, self._offsets)
        self._prepared = prepare(stages)
        self.rows: list[Row] = [(q, _START) for q in range(quarters + 1)]
        self.patterns: Bytes = np.zeros((quarters, 0), dtype=np.uint8)
        start = inputs(2)
        before = CellForms(
            np.repeat(start.values, quarters, axis=0), np.repeat(start.error, quarters)
        )
        #: the forms of each stage's outputs on its pieces, and those pieces' last rows
        self.outputs: list[CellForms] = []
        self.resolutions: list[list[Row]] = []
        clock = (budget or Budget()).start()
        for i, prepared in enumerate(self._prepared[:-1]):
            forms = unit_forms(prepared, before)
            parent = self._advance(i, forms)
            positive = self.forms.positive(i, self.patterns)
            before = through_units(prepared, forms.values[parent], forms.every[parent], positive)
            self.outputs.append(_unscaled(prepared, before))
            self.resolutions.append(list(self.rows))
            clock.check(f"the sweep of stage {i + 1} along the arc", pieces=len(self.patterns))
        last = unit_forms(self._prepared[-1], before)
        self.outputs.append(CellForms(last.values, last.every))
        self.resolutions.append(list(self.rows))

    @property
    def num_rows(self) -> int:
        """The number of breakpoints, ends included."""
        return len(self.rows)

    def angles(self, rows: Sequence[Row]) -> Floats:
        """The angles of rows in doubles, with errors of a few units in the last place."""
        return np.array([2.0 * np.arctan(float(s)) + q * (np.pi / 2) for q, s in rows])

    # one stage -------------------------------------------------------------------------

    def _advance(self, stage: int, forms: UnitForms) -> Indices:
        """Cut the pieces at the roots of a stage's units; return the parents of the new ones."""
        bending = self.stages[stage].bending
        pieces = len(self.patterns)
        if not len(bending):
            return np.arange(pieces)
        values = forms.values[:, :, bending]
        angle = self.angles(self.rows)
        with np.errstate(all="ignore"):
            middle, half = (angle[1:] + angle[:-1]) / 2, (angle[1:] - angle[:-1]) / 2
            c, s = np.cos(middle)[:, None], np.sin(middle)[:, None]
            at = values[:, 0] * c + values[:, 1] * s + values[:, 2]
            slope = np.sqrt(values[:, 0] ** 2 + values[:, 1] ** 2)
            error = (2 * forms.single + 32 * ROUNDOFF * forms.size) * SLACK
            bound = (slope + error[:, None]) * (half + 64 * ROUNDOFF)[:, None] + error[:, None]
            sure = np.abs(at) > bound * SLACK
            sure &= np.isfinite(at)
        positive: NDArray[np.bool_] = at > 0
        self.statistics.filtered += int(sure.sum())
        piece, column = np.nonzero(~sure)
        self.statistics.exact += len(piece)
        found = self.forms.integers(stage, bending[column], self.patterns[piece])
        parent: list[int] = []
        rows: list[Row] = []
        flags: list[NDArray[np.bool_]] = []
        items = {
            p: list(group)
            for p, group in groupby(
                zip(piece.tolist(), column.tolist(), found, strict=True), key=lambda x: x[0]
            )
        }
        for p in range(pieces):
            quarter, low = self.rows[p]
            rows.append(self.rows[p])
            parent.append(p)
            if p not in items:
                flags.append(positive[p])
                continue
            high = self.rows[p + 1][1] if self.rows[p + 1][0] == quarter else _END
            quadratics = [(j, quadratic(form, quarter)) for _, j, form in items[p]]
            cuts = sorted(
                {r for _, q in quadratics for r in simple_roots(*q[::-1]) if low < r < high}
            )
            marks = [low, *cuts, high]
            for k, cut in enumerate(marks[:-1]):
                own = positive[p].copy()
                x = between(cut, marks[k + 1])
                for j, q in quadratics:
                    own[j] = sign_at(q, x) > 0
                flags.append(own)
                if k:
                    rows.append((quarter, cut))
                    parent.append(p)
        rows.append(self.rows[-1])
        self.rows = rows
        index = np.array(parent, dtype=np.intp)
        bits = np.packbits(np.array(flags), axis=1)
        self.patterns = np.concatenate([self.patterns[index], bits], axis=1)
        return index

    # decisions -------------------------------------------------------------------------

    def activity(self, stage: int) -> NDArray[np.bool_]:
        """Which units of a stage are positive on each piece, shape (pieces, n_out)."""
        return self.forms.positive(stage, self.patterns)

    @cached_property
    def _transitions(self) -> TransitionArrays:
        parts: list[list[NDArray[np.intp]]] = []
        after: list[NDArray[np.bool_]] = []
        for i, stage in enumerate(self.stages):
            if not len(stage.bending):
                continue
            on = self.activity(i)
            row, unit = np.nonzero(on[1:] != on[:-1])
            parts.append([row + 1, np.full(len(row), i, dtype=np.intp), unit])
            after.append(on[row + 1, unit])
        if not parts:
            none = np.zeros(0, dtype=np.intp)
            return TransitionArrays(none, none, none, none.astype(bool))
        row, index, unit = (np.concatenate(p) for p in zip(*parts, strict=True))
        change = np.concatenate(after)
        order = np.lexsort((unit, index, row))
        return TransitionArrays(row[order], index[order], unit[order], change[order])

    def transitions(self) -> TransitionArrays:
        """All changes of activity, sorted by row, then stage, then unit."""
        return self._transitions

    def output_breaks(self) -> Indices:
        """The inner rows at which the output is not one affine map of (cos, sin)."""
        values, error = self.outputs[-1]
        with np.errstate(all="ignore"):
            gap = np.sqrt(((values[1:] - values[:-1]) ** 2).sum(axis=(1, 2)))
            breaks: NDArray[np.bool_] = gap > 1.01 * (error[1:] + error[:-1])
        left = np.flatnonzero(~breaks)
        if left.size:
            k, n = len(self.stages) - 1, self.stages[-1].n_out
            both = np.concatenate([left, left + 1])
            units = np.tile(np.arange(n), len(both))
            rows = self.forms.integers(k, units, np.repeat(self.patterns[both], n, axis=0))
            half = len(left) * n
            for i, place in enumerate(left.tolist()):
                part = slice(i * n, (i + 1) * n)
                breaks[place] = rows[part] != rows[half:][part]
        return np.flatnonzero(breaks) + 1


def _unscaled(prepared: Prepared, forms: CellForms) -> CellForms:
    factor = 1.0 / prepared.scale
    return CellForms(forms.values * factor, forms.error * float(factor.max(initial=0.0)))


def quadratic(form: tuple[int, ...], quarter: int) -> tuple[int, int, int]:
    """The form of (cos, sin, 1) times 1 + s^2, from the constant term."""
    a, b, c = form
    p, q = ((a, b), (b, -a), (-a, -b), (-b, a))[quarter % 4]
    return c + p, 2 * q, c - p
