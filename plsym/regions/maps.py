"""The affine maps of a network on the cells of a subdivision, and which of them are equal."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from plsym.exact.residues import Residues
from plsym.networks.sweeping.prepared import SLACK
from plsym.regions.cones import Row
from plsym.regions.engine import FaceComplex

__all__ = ["OutputMaps"]

Indices = NDArray[np.intp]
_HASH_BITS = 60
_BATCH = 20_000  # maps compared at once


class OutputMaps:
    """The outputs on the cells of a finished `FaceComplex`, as functions of (y, w)."""

    def __init__(self, complex_: FaceComplex) -> None:
        self._complex = complex_
        self._stage = len(complex_.chart.stages) - 1
        self.n_out = complex_.chart.stages[-1].n_out
        self._exact: dict[int, tuple[Row, ...]] = {}

    @cached_property
    def factor(self) -> int:
        """What the integers of `exact` are to be divided by."""
        return self._complex.forms.factor(self._stage)

    def exact(self, cells: Indices) -> dict[int, tuple[Row, ...]]:
        """The maps of cells: for each output its coefficients, constant last, times `factor`."""
        missing = np.array(sorted({c for c in cells.tolist() if c not in self._exact}), np.intp)
        step = max(1, _BATCH // self.n_out)
        for start in range(0, len(missing), step):
            part = missing[start : start + step]
            rows = self._complex.forms.integers(self._stage, *self._items(part))
            for i, cell in enumerate(part.tolist()):
                self._exact[cell] = tuple(rows[i * self.n_out : (i + 1) * self.n_out])
        return self._exact

    def _items(self, cells: Indices) -> tuple[Indices, NDArray[np.uint8]]:
        units = np.tile(np.arange(self.n_out), len(cells))
        return units, np.repeat(self._complex.patterns[-1][cells], self.n_out, axis=0)

    def floats(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """All maps in doubles, shape (cells, d + 1, outputs), and bounds of their errors."""
        forms = self._complex.output_forms
        return forms.values, forms.every

    def equal(self, first: Indices, second: Indices) -> NDArray[np.bool_]:
        """Whether pairs of cells have the same map."""
        patterns = self._complex.patterns[-1]
        same: NDArray[np.bool_] = (patterns[first] == patterns[second]).all(axis=1)
        values, errors = self.floats()
        left = np.flatnonzero(~same)
        for start in range(0, len(left), _BATCH):
            part = left[start : start + _BATCH]
            a, b = first[part], second[part]
            with np.errstate(all="ignore"):
                gap = values[a] - values[b]
                size = np.sqrt((gap**2).sum(axis=(1, 2)))
                sure = size > 1.01 * SLACK * (errors[a] + errors[b])
            self._complex.statistics.filtered += int(sure.sum())
            rest = part[~sure]
            if rest.size:
                same[rest] = self._equal_exactly(first[rest], second[rest])
        return same

    def _equal_exactly(self, first: Indices, second: Indices) -> NDArray[np.bool_]:
        self._complex.statistics.exact += len(first)
        forms = self._complex.forms
        # most maps that differ do so modulo a few primes
        same = np.ones(len(first), dtype=bool)
        for ring in (forms.ring(self._stage, _HASH_BITS), forms.ring(self._stage)):
            index = np.flatnonzero(same)
            if not index.size:
                break
            cells, place = np.unique(
                np.concatenate([first[index], second[index]]), return_inverse=True
            )
            rows = self._residues(cells, ring)
            half = len(index)
            same[index] = (rows[place[:half]] == rows[place[half:]]).all(axis=1)
        return same

    def _residues(self, cells: Indices, ring: Residues) -> NDArray[np.int32]:
        """A row of residues for each cell; equal maps have equal rows."""
        parts = []
        step = max(1, _BATCH // self.n_out)
        for start in range(0, len(cells), step):
            part = cells[start : start + step]
            found = self._complex.forms.residues(self._stage, *self._items(part), ring)
            k, _, width = found.shape
            flat = found.transpose(1, 0, 2).reshape(len(part), self.n_out * k * width)
            # balanced residues of equal integers may differ by the prime, at its half
            primes = np.tile(np.repeat(np.array(ring.primes), width), self.n_out)
            parts.append(np.mod(flat.astype(np.int64), primes).astype(np.int32))
        return np.concatenate(parts)

    def first_nonzero(self, cells: Indices) -> int | None:
        """The first of the cells whose map is not zero, if there is one."""
        ring = self._complex.forms.ring(self._stage)
        step = max(1, _BATCH // self.n_out)
        for start in range(0, len(cells), step):
            part = cells[start : start + step]
            found = np.flatnonzero(self._residues(part, ring).any(axis=1))
            if found.size:
                return int(part[found[0]])
        return None

    @cached_property
    def groups(self) -> NDArray[np.intp]:
        """A number for each cell, the same for cells with the same map."""
        complex_ = self._complex
        cells = np.arange(complex_.num_cells)
        forms = complex_.forms
        _, label = np.unique(
            self._residues(cells, forms.ring(self._stage, _HASH_BITS)), axis=0, return_inverse=True
        )
        label = label.reshape(-1)
        count = np.bincount(label)
        shared = np.flatnonzero(count[label] > 1)
        if shared.size:
            full = self._residues(shared, forms.ring(self._stage))
            key = np.concatenate([label[shared, None], full], axis=1)
            _, finer = np.unique(key, axis=0, return_inverse=True)
            label = label.copy()
            label[shared] = finer.reshape(-1) + len(count)
        _, label = np.unique(label, return_inverse=True)
        return np.asarray(label.reshape(-1), dtype=np.intp)
