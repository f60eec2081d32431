"""Which kernel cuts polygons: numpy, or the compiled twin where numba is installed."""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

from plsym.exact.tiers import compiles
from plsym.regions import polygons_numpy

__all__ = ["choose_kernel", "compiled_kernel"]

_NUMBERS = 8  # that are made for a cell: some 30,000 cells take as long as to load numba


@cache
def compiled_kernel() -> Any | None:
    """The compiled kernel, or None where numba is missing or cannot keep what it compiles."""
    try:
        return importlib.import_module("plsym.regions.polygons_loops")
    except (ImportError, RuntimeError):  # without a cache each process would compile, for 10 s
        return None


def choose_kernel(cells: int) -> Any:
    """The module of the kernel for a group of units; the answers are the same with each."""
    if compiles(_NUMBERS * cells):
        return compiled_kernel() or polygons_numpy
    return polygons_numpy
