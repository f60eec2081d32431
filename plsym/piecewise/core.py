"""What all parts of `PiecewiseLinear` stand on: knots, or a source that can list them."""

from __future__ import annotations

import math
from typing import Any, Literal, Self

from plsym.exact.scalars import Num, field_of, to_num
from plsym.piecewise import algebra
from plsym.piecewise.knots import Knots, KnotSource

__all__ = ["Core", "optional"]


def optional(x: Any, side: Literal[-1, 1]) -> Num | None:
    """An end of a domain: None, or the infinity of its side, stands for an infinite end."""
    if x is None or (isinstance(x, float) and x == side * math.inf):
        return None
    return to_num(x)


class Core:
    """The state of a function, and how it is asked for knots.

    A source knows some answers without listing; once the knots are listed, they serve.
    """

    __slots__ = ("_hash", "_listed", "_slopes", "_source")
    _source: KnotSource | None
    _listed: Knots | None
    _slopes: list[Num] | None
    _hash: int | None

    def _set(self, source: KnotSource | None, listed: Knots | None) -> None:
        put = object.__setattr__
        put(self, "_source", source)
        put(self, "_listed", listed)
        put(self, "_slopes", None)
        put(self, "_hash", None)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"PiecewiseLinear is immutable: {name} cannot be set")

    @classmethod
    def _from_knots(cls, knots: Knots) -> Self:
        """From knots that are known to be canonical."""
        self = object.__new__(cls)
        self._set(None, knots)
        return self

    @classmethod
    def _made(cls, knots: Knots) -> Self:
        """From the canonical knots of an operation, unless they mix two fields."""
        ends = [s for s in (knots.left, knots.right) if s is not None]
        field_of([*knots.xs, *knots.ys, *ends])
        return cls._from_knots(knots)

    @classmethod
    def _from_source(cls, source: KnotSource) -> Self:
        """From something that lists its knots only when they are wanted."""
        self = object.__new__(cls)
        self._set(source, None)
        return self

    def _knots(self) -> Knots:
        if self._listed is None:
            assert self._source is not None
            object.__setattr__(self, "_listed", self._source.knots())
        assert self._listed is not None
        return self._listed

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self)._from_knots, (self._knots(),))

    def _asked(self, name: str) -> Any:
        """What the source offers under this name, None without a source or an offer."""
        return None if self._source is None else getattr(self._source, name, None)

    def _piece_slopes(self) -> list[Num]:
        if self._slopes is None:
            object.__setattr__(self, "_slopes", algebra.piece_slopes(self._knots()))
        assert self._slopes is not None
        return self._slopes

    def _ends(self) -> tuple[Num | None, Num | None]:
        if self._source is not None:
            return self._source.ends()
        return algebra.ends(self._knots())
