"""The arguments of a stage's units on all cells at its start, kept or made on demand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from plsym.networks.sweeping.cellforms import (
    CellForms,
    UnitForms,
    inputs,
    through_units,
    unit_forms,
)
from plsym.networks.sweeping.prepared import Prepared

__all__ = ["Arguments"]

Indices = NDArray[np.intp]
Flags = NDArray[np.bool_]

_KEPT = 60_000_000  # numbers: a stage's arguments are kept up to this size
_BLOCK = 250_000  # numbers in one temporary array: a few MB, which caches hold


class Arguments:
    """Forms of the units of one stage, in doubles with bounds.

    Parameters
    ----------
    stage : Prepared
    d : int
        The dimension.
    before : Arguments, optional
        Those of the stage before; none for the first stage.
    home : int array, optional
        For each cell at this stage's start, the one at the start of the stage before.
    positive : callable, optional
        Given cells, which units of the stage before are positive on them.
    count : int
        The number of cells at the start of the first stage, if they are told apart.
    later : bool
        Whether to wait until somebody asks.
    """

    def __init__(
        self,
        stage: Prepared,
        d: int,
        before: Arguments | None = None,
        home: Indices | None = None,
        positive: Callable[[Indices], Flags] | None = None,
        count: int = 1,
        later: bool = False,
    ) -> None:
        self.stage = stage
        self.d = d
        self.before = before
        self._home = home
        self._positive = positive
        self.count = count if home is None else len(home)
        self._all: UnitForms | None = None
        if not later:
            self._keep()

    def _keep(self) -> None:
        if self._all is None and self.count * (self.d + 1) * len(self.stage.bias) <= _KEPT:
            self._all = self._made(None)
            self.before = self._home = self._positive = None  # not needed any more

    def of(self, units: Indices | None = None) -> UnitForms:
        """The forms of all units, or of some, on all cells."""
        self._keep()
        if self._all is not None:
            if units is None:
                return self._all
            values, single, every, size = self._all
            if len(units) == values.shape[2]:
                return self._all
            return UnitForms(np.ascontiguousarray(values[:, :, units]), single, every, size)
        return self._made(units)

    def _made(self, units: Indices | None) -> UnitForms:
        width = len(self.stage.bias) if units is None else len(units)
        inner = width if self.before is None else len(self.before.stage.bias)
        step = max(1, _BLOCK // ((self.d + 1) * max(width, inner)))
        values = np.empty((self.count, self.d + 1, width))
        bounds = np.empty((3, self.count))
        for start in range(0, self.count, step):
            stop = min(start + step, self.count)
            part = values[start:stop]
            found = unit_forms(self.stage, self._inputs(np.arange(start, stop)), units, part)
            bounds[:, start:stop] = found[1:]
        return UnitForms(values, *bounds)

    def columns(self, units: Indices) -> tuple[UnitForms, Indices]:
        """Forms on all cells that contain those of some units, and their places there."""
        if self._all is not None:
            return self._all, units
        return self.of(units), np.arange(len(units))

    def _block(self, cells: Indices) -> UnitForms:
        if self._all is not None:
            return UnitForms(*(x[cells] for x in self._all))
        return unit_forms(self.stage, self._inputs(cells))

    def _inputs(self, cells: Indices) -> CellForms:
        """The outputs of the stage before on cells."""
        if self.before is None:
            values, error = inputs(self.d)
            return CellForms(np.repeat(values, len(cells), axis=0), np.repeat(error, len(cells)))
        assert self._home is not None
        assert self._positive is not None
        z = self.before._block(self._home[cells])
        return through_units(self.before.stage, z.values, z.every, self._positive(cells))
