"""Knots as sequences that work out an item when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, overload

from plsym.exact.intarray import IntArray
from plsym.exact.scalars import Num, Scalar, to_public

__all__ = ["KnotSequence", "KnotTable"]


class KnotTable(Protocol):
    """What the sequences ask of the iterate they belong to."""

    @property
    def num_knots(self) -> int:
        """The number of knots."""
        ...

    @property
    def value_ids(self) -> Any:
        """For each knot the place of its value in `table`; empty if one knot is all."""
        ...

    @property
    def table(self) -> Sequence[Num | float]:
        """The values that occur."""
        ...

    def abscissa(self, index: int, /) -> Num:
        """Return the abscissa of one knot."""
        ...

    def ordinate(self, index: int, /) -> Num:
        """Return the value at one knot."""
        ...

    def abscissae(self) -> IntArray:
        """Return all abscissae."""
        ...


class KnotSequence(Sequence[Scalar]):
    """The abscissae or the values of the knots of an iterate, worked out when asked.

    Notes
    -----
    It behaves like the tuple of its items: ``==`` and ``hash`` agree with those of a
    tuple (and list everything), a slice is a tuple.  Indices and `size` may exceed what
    ``len`` can return.

    Examples
    --------
    >>> f = pl.tent().iterate(60)
    >>> f.breakpoints[1]
    Fraction(1, 1152921504606846976)
    """

    __slots__ = ("_ordinates", "_source")

    def __init__(self, source: KnotTable, *, ordinates: bool) -> None:
        self._source = source
        self._ordinates = ordinates

    @property
    def size(self) -> int:
        """The number of items, however large."""
        return self._source.num_knots

    def __len__(self) -> int:
        return self._source.num_knots

    @overload
    def __getitem__(self, index: int) -> Scalar: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Scalar, ...]: ...
    def __getitem__(self, index: int | slice) -> Scalar | tuple[Scalar, ...]:
        size = self.size
        if isinstance(index, slice):
            chosen = range(*index.indices(size))
            if 16 * len(chosen) > size:
                every = self._all()
                return tuple([every[j] for j in chosen])
            return tuple([self[j] for j in chosen])
        j = index + size if index < 0 else index
        if not 0 <= j < size:
            raise IndexError(f"index {index} is out of range: there are {size} knots")
        one = self._source.ordinate if self._ordinates else self._source.abscissa
        return to_public(one(j))

    def _all(self) -> tuple[Scalar, ...]:
        source = self._source
        if not self._ordinates:
            return tuple([to_public(x) for x in source.abscissae().to_list()])
        if not len(source.value_ids):
            return (to_public(source.ordinate(0)),)
        public = [None if isinstance(v, float) else to_public(v) for v in source.table]
        table: Any = public
        return tuple([table[i] for i in source.value_ids.tolist()])

    def __iter__(self) -> Iterator[Scalar]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        if isinstance(other, KnotSequence):
            return self is other or self._all() == other._all()
        if isinstance(other, tuple):
            return len(other) == self.size and self._all() == other
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        what = "values" if self._ordinates else "breakpoints"
        size = self.size
        if size <= 12:
            return repr(self._all())
        return f"<{what}: {self[0]}, {self[1]}, {self[2]}, ..., {self[-1]} ({size} items)>"
