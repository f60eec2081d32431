"""Exact affine forms of units along a path, many at once, by residues.

On a piece where all earlier units keep their signs, unit j of stage s is an
affine function of the local parameter t of its segment.  A backward chain
through the stages gives its two integer coefficients up to a positive factor:
one matrix product a stage for all wanted units together.
"""

from __future__ import annotations

from functools import cached_property
from math import ceil
from typing import NamedTuple

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from plsym.exact.residues import Residues, integer_scale
from plsym.networks.sweeping.coded import StageCodes, largest
from plsym.networks.sweeping.history import History, Indices

__all__ = ["ExactForms", "Items"]

Floats = NDArray[np.float64]
_CHUNK = 1_000_000  # residues held at once by one batch


class Items(NamedTuple):
    """Units on pieces: three arrays of one length, and the pieces' resolution."""

    stage: Indices
    unit: Indices
    piece: Indices
    resolution: int

    def select(self, index: Indices) -> Items:
        """Some of the items."""
        return Items(self.stage[index], self.unit[index], self.piece[index], self.resolution)

    def joined(self, other: Items) -> Items:
        """These items and then others of the same resolution: one chain is cheaper than two."""
        return Items(
            np.concatenate([self.stage, other.stage]),
            np.concatenate([self.unit, other.unit]),
            np.concatenate([self.piece, other.piece]),
            self.resolution,
        )


class ExactForms:
    """Produces exact affine forms for one sweep; residues of the stages are kept."""

    def __init__(self, history: History) -> None:
        self.history = history
        self.codes = StageCodes(history.stages)
        self._ends: dict[int, tuple[Floats, Floats]] = {}

    @cached_property
    def _corner_scale(self) -> tuple[int, int]:
        return integer_scale(self.history.corners)

    def _bits(self, stage: int) -> int:
        """A bound on the size of both coefficients of units of a stage."""
        g, total = self.codes.sizes(stage)
        shift, denominator = self._corner_scale
        factor = denominator << shift
        size = ceil(largest(self.history.corners) * factor)
        return (2 * g * size + total * factor + 1).bit_length()

    def factor(self, stage: int) -> int:
        """The positive integer by which the forms of a stage's units are multiplied."""
        shift, denominator = self._corner_scale
        return self.codes.factor(stage) * (denominator << shift)

    def _ring(self, stage: int) -> Residues:
        # one ring for all stages up to the deepest asked for
        return self.codes.ring(max(self._bits(i) for i in range(stage + 1)))

    def residues(self, items: Items) -> tuple[Residues, Floats, Floats]:
        """Residues of the constant terms and slopes of the items' forms, shape (k, n) each."""
        n = len(items.stage)
        top = int(items.stage.max(initial=0))
        ring = self._ring(top)
        k = len(ring.primes)
        constant = np.empty((k, n))
        slope = np.empty((k, n))
        width = max(s.n_in for s in self.history.stages[1 : top + 1]) if top else 1
        step = max(1, _CHUNK // (k * max(width, 1)))
        order = np.argsort(-items.stage, kind="stable")
        for start in range(0, n, step):
            index = order[start : start + step]
            b, a = self._chain(items.select(index), ring)
            constant[:, index] = b
            slope[:, index] = a
        return ring, constant, slope

    def _chain(self, items: Items, ring: Residues) -> tuple[Floats, Floats]:
        """The chain for items sorted by decreasing stage."""
        history = self.history
        k = len(ring.primes)
        top = int(items.stage[0])
        starts = {int(s): items.stage == s for s in np.unique(items.stage)}
        pieces = history.coarser(items.piece, items.resolution, top)
        resolution = top
        g = np.empty((k, 0, 0))
        total = np.empty((k, 0))
        for i in range(top, -1, -1):
            code = self.codes.code(i, ring)
            old = g.shape[1]
            if old:
                pieces = history.coarser(pieces, resolution, i + 1)
                resolution = i + 1
                positive = history.positive(i, pieces[:old])
                if code.is_affine:
                    positive = None
                if positive is not None:
                    if code.is_relu:
                        g *= positive
                    else:
                        choice = np.where(
                            positive[None],
                            code.alpha_factor[:, None, None],
                            code.negative[:, None, :],
                        )
                        g = ring.multiply(g, choice)
                elif not code.is_affine:  # pragma: no cover - affine stages have alpha 1
                    raise AssertionError("a bending stage without recorded signs")
                total = ring.multiply(total, code.alpha_factor[:, None])
                total = ring.multiply(total, code.factor[:, None])
                total += ring.matmul(g, code.bias[:, :, None])[:, :, 0]
                ring.reduce(total)
                if i == 0:
                    break
                g = ring.matmul(g, code.matrix)
            if i in starts and i > 0:
                units = items.unit[starts[i]]
                g = np.concatenate([g.reshape(k, old, code.n_in), code.matrix[:, units]], axis=1)
                total = np.concatenate([total, code.bias[:, units]], axis=1)
            elif i in starts and not old:
                return self._first(items, np.arange(len(items.unit)), None, None, ring)
        b, a = self._first(items, None, g, total, ring)
        if 0 in starts:
            units_index = np.flatnonzero(starts[0])
            b0, a0 = self._first(items, units_index, None, None, ring)
            b = np.concatenate([b, b0], axis=1)
            a = np.concatenate([a, a0], axis=1)
        return b, a

    def _first(
        self,
        items: Items,
        index: Indices | None,
        g: Floats | None,
        total: Floats | None,
        ring: Residues,
    ) -> tuple[Floats, Floats]:
        """Apply the first stage's map of the corners: to its own units, or to chains."""
        code = self.codes.code(0, ring)
        if ring.bits not in self._ends:
            shift, denominator = self._corner_scale
            corners = ring.of_array(self.history.corners, shift, denominator)
            values = ring.matmul(code.matrix, np.ascontiguousarray(corners.transpose(0, 2, 1)))
            self._ends[ring.bits] = (values, ring.of_int(denominator << shift))
        values, factor = self._ends[ring.bits]
        if g is None or total is None:
            assert index is not None
            segment = self.history.coarser(items.piece[index], items.resolution, 0)
            units = items.unit[index]
            low = values[:, units, segment]
            high = values[:, units, segment + 1]
            bias = ring.multiply(code.bias[:, units], factor[:, None])
            return ring.reduce(low + bias), ring.reduce(high - low)
        n = g.shape[1]
        segment = self.history.coarser(items.piece[:n], items.resolution, 0)
        ends = ring.matmul(g, values)
        rows = np.arange(n)
        low = ends[:, rows, segment]
        high = ends[:, rows, segment + 1]
        constant = ring.reduce(low + ring.multiply(total, factor[:, None]))
        return constant, ring.reduce(high - low)

    def integers(self, items: Items) -> tuple[list[int], list[int]]:
        """Constant terms and slopes as integers, each times `factor` of its stage."""
        if len(items.stage) == 0:
            return [], []
        ring, constant, slope = self.residues(items)
        return ring.to_ints(constant), ring.to_ints(slope)

    def roots(self, items: Items) -> list[mpq]:
        """The local parameters at which the items vanish (their slopes are not zero)."""
        constant, slope = self.integers(items)
        return [mpq(-b, a) for b, a in zip(constant, slope, strict=True)]
