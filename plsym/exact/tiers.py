"""Which twin of a hot loop runs: the numpy reference, or loops that numba compiles.

numba is an extra (``fast``).  Without it, and for work too small to be worth loading
it, the references run; both twins return the same.  The environment variable
``PLSYM_COMPILED`` forces one of them (0 or 1).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, cached_property
from types import FunctionType
from typing import Any, Generic, ParamSpec, TypeVar

__all__ = ["LOAD_FROM", "Twin", "compiles", "forced"]

P = ParamSpec("P")
R = TypeVar("R")

LOAD_FROM = 1 << 18  # entries of an array from which loading numba is worth its half second

_WANTED = {"0": False, "1": True}.get(os.environ.get("PLSYM_COMPILED", ""))
_FORCED: ContextVar[bool | None] = ContextVar("plsym_tier", default=None)


@cache
def _has_numba() -> bool:
    try:
        import numba  # noqa: F401
    except Exception:  # missing, or broken beside this numpy
        return False
    return True


def compiles(size: int) -> bool:
    """Whether the compiled twin takes work on an array of so many entries."""
    wanted = _FORCED.get()
    if wanted is None:
        wanted = _WANTED
    if wanted is not None:
        return wanted and _has_numba()
    if size < LOAD_FROM and "numba" not in sys.modules:
        return False
    return _has_numba()


@contextmanager
def forced(compiled: bool | None) -> Iterator[None]:
    """Take the compiled twins (where numba is installed) or the references, whatever the size."""
    token = _FORCED.set(compiled)
    try:
        yield
    finally:
        _FORCED.reset(token)


class Twin(Generic[P, R]):
    """A function of plain arrays in two forms that return the same.

    Parameters
    ----------
    reference : callable
        In numpy.  The first argument is an array, whose size decides.
    loops : callable
        For numba; never run as it is.  Other twins that it calls by global names mean
        their loops.
    """

    def __init__(self, reference: Callable[P, R], loops: Callable[P, R]) -> None:
        self.reference = reference
        self.loops = loops

    @cached_property
    def compiled(self) -> Callable[P, R]:
        """The loops, compiled at the first call and kept on disk where that is possible."""
        from numba import njit

        loops: Any = self.loops
        names = {name: loops.__globals__.get(name) for name in loops.__code__.co_names}
        called = {name: twin.compiled for name, twin in names.items() if isinstance(twin, Twin)}
        if called:
            loops = FunctionType(loops.__code__, {**loops.__globals__, **called}, loops.__name__)
        try:
            found: Any = njit(cache=True, nogil=True, error_model="numpy")(loops)
        except RuntimeError:  # no place for the cache
            found = njit(nogil=True, error_model="numpy")(loops)
        return found  # type: ignore[no-any-return]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run one of the two."""
        array: Any = args[0]
        chosen = self.compiled if compiles(array.size) else self.reference
        return chosen(*args, **kwargs)
