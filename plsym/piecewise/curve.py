"""`PLCurve`: a piecewise-linear curve R -> R^m, such as a trajectory through a network."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from plsym.errors import DomainError
from plsym.exact.algebraic import sqrt_of
from plsym.exact.enclosure import Enclosure
from plsym.exact.roots import exact_root, root_bounds
from plsym.exact.scalars import Num, Scalar, ScalarLike, field_of, text, to_num, to_public
from plsym.piecewise import algebra
from plsym.piecewise.function import PiecewiseLinear

__all__ = ["PLCurve"]


class PLCurve:
    """A continuous piecewise-linear curve t -> R^m on a bounded interval.

    Parameters
    ----------
    ts : sequence of exact numbers
        Strictly increasing, at least two.
    points : sequence of sequences of exact numbers, shape (len(ts), m)

    Notes
    -----
    Immutable and canonical: parameters at which no component changes its slope are
    dropped, so ``==`` is equality of curves.  Exact.

    Examples
    --------
    >>> c = pl.PLCurve([0, 1, 2], [(0, 0), (1, 1), (2, 2)])
    >>> c.num_pieces, c("1/2")
    (1, (Fraction(1, 2), Fraction(1, 2)))
    """

    __slots__ = ("_points", "_ts")
    _ts: tuple[Num, ...]
    _points: tuple[tuple[Num, ...], ...]

    def __init__(self, ts: Sequence[ScalarLike], points: Sequence[Sequence[ScalarLike]]) -> None:
        parameters = [to_num(t) for t in ts]
        rows = [tuple(to_num(v) for v in point) for point in points]
        if len(parameters) != len(rows) or len(rows) < 2:
            raise DomainError(
                f"{len(parameters)} parameters and {len(rows)} points; "
                "as many of each are needed, and at least two"
            )
        if len({len(r) for r in rows}) != 1 or not rows[0]:
            raise DomainError("all points need the same number of coordinates, at least one")
        for i in range(len(parameters) - 1):
            if not parameters[i] < parameters[i + 1]:
                raise DomainError(
                    f"parameters must increase; number {i} is {text(parameters[i])} and "
                    f"number {i + 1} is {text(parameters[i + 1])}"
                )
        field_of([*parameters, *(v for r in rows for v in r)])
        keep = _bends(parameters, rows)
        self._set(tuple(parameters[i] for i in keep), tuple(rows[i] for i in keep))

    def _set(self, ts: tuple[Num, ...], points: tuple[tuple[Num, ...], ...]) -> None:
        object.__setattr__(self, "_ts", ts)
        object.__setattr__(self, "_points", points)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"PLCurve is immutable: {name} cannot be set")

    @classmethod
    def _from_exact(cls, ts: Sequence[Num], points: Sequence[Sequence[Num]]) -> PLCurve:
        """From data that are known to be exact, sorted and canonical."""
        self = object.__new__(cls)
        self._set(tuple(ts), tuple(tuple(p) for p in points))
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (PLCurve._from_exact, (self._ts, self._points))

    @property
    def parameters(self) -> tuple[Scalar, ...]:
        """The parameters at which the curve bends, and the two ends."""
        return tuple(to_public(t) for t in self._ts)

    @property
    def points(self) -> tuple[tuple[Scalar, ...], ...]:
        """The points there."""
        return tuple(tuple(to_public(v) for v in p) for p in self._points)

    @property
    def dimension(self) -> int:
        """The number of coordinates."""
        return len(self._points[0])

    @property
    def domain(self) -> tuple[Scalar, Scalar]:
        """The ends of the parameter interval."""
        return to_public(self._ts[0]), to_public(self._ts[-1])

    @property
    def num_pieces(self) -> int:
        """The number of maximal intervals on which the curve is affine."""
        return len(self._ts) - 1

    def __call__(self, t: ScalarLike) -> tuple[Scalar, ...]:
        """The point at a parameter.

        Raises
        ------
        DomainError
            If the parameter is outside the domain.
        """
        return tuple(to_public(v) for v in self._value(to_num(t)))

    def _value(self, t: Num) -> tuple[Num, ...]:
        ts = self._ts
        if t < ts[0] or t > ts[-1]:
            raise DomainError(f"{text(t)} lies outside the domain [{text(ts[0])}, {text(ts[-1])}]")
        i = min(bisect_right(ts, t) - 1, len(ts) - 2)
        part = (t - ts[i]) / (ts[i + 1] - ts[i])
        return tuple(
            a + part * (b - a) for a, b in zip(self._points[i], self._points[i + 1], strict=True)
        )

    def component(self, i: int) -> PiecewiseLinear:
        """One coordinate as a function of the parameter."""
        if not 0 <= i < self.dimension:
            raise DomainError(f"component {i} of a curve in {self.dimension} dimensions")
        return PiecewiseLinear._made(algebra.canonical(self._ts, [p[i] for p in self._points]))

    def restrict(self, a: ScalarLike, b: ScalarLike) -> PLCurve:
        """The curve on a smaller interval."""
        low, high = to_num(a), to_num(b)
        if not low < high:
            raise DomainError(f"[{text(low)}, {text(high)}] is no interval of positive length")
        start, stop = self._value(low), self._value(high)
        field_of([low, high, *start, *stop, *(v for p in self._points for v in p)])
        inner = [i for i, t in enumerate(self._ts) if low < t < high]
        return PLCurve._from_exact(
            [low, *(self._ts[i] for i in inner), high],
            [start, *(self._points[i] for i in inner), stop],
        )

    @property
    def lipschitz(self) -> Scalar:
        """The largest speed in the sup norm: the Lipschitz constant of t -> point."""
        best: Num = to_num(0)
        for i in range(len(self._ts) - 1):
            width = self._ts[i + 1] - self._ts[i]
            for a, b in zip(self._points[i], self._points[i + 1], strict=True):
                speed = abs(b - a) / width
                if speed > best:
                    best = speed
        return to_public(best)

    def length(self, width: Fraction = Fraction(1, 10**12)) -> Scalar | Enclosure:
        """The Euclidean length.

        Parameters
        ----------
        width : Fraction
            The greatest width of an enclosure.

        Returns
        -------
        Fraction or AlgebraicReal, or Enclosure
            Exact for one segment, and for rational points where the lengths of all
            segments lie in one Q(sqrt d).

        Examples
        --------
        >>> pl.PLCurve([0, 1], [(0, 0), (3, 4)]).length()
        Fraction(5, 1)
        """
        squares: list[Num] = []
        for a, b in zip(self._points, self._points[1:], strict=False):
            square: Num = to_num(0)
            for u, v in zip(a, b, strict=True):
                square += (v - u) * (v - u)
            squares.append(square)
        if len(squares) == 1:
            return sqrt_of(to_public(squares[0]))
        exact = _one_field(squares)
        if exact is not None:
            return exact
        bits = 1
        while Fraction(1, 1 << bits) * len(squares) > width:
            bits += 1
        low = high = Fraction(0)
        for square in squares:
            below, above = root_bounds(to_public(square), bits)
            low, high = low + below, high + above
        return Enclosure(low, high)

    def __eq__(self, other: object) -> bool:
        """Equality of curves."""
        if not isinstance(other, PLCurve):
            return NotImplemented
        return self._ts == other._ts and self._points == other._points

    def __hash__(self) -> int:
        return hash((self._ts, self._points))

    def __repr__(self) -> str:
        a, b = (text(t) for t in (self._ts[0], self._ts[-1]))
        return f"PLCurve({self.num_pieces} pieces in R^{self.dimension}, t from {a} to {b})"


def _bends(ts: Sequence[Num], rows: Sequence[Sequence[Num]]) -> list[int]:
    """The ends and the interior indices at which some component changes slope."""
    keep = [0]
    before: list[Num] | None = None
    for i in range(len(ts) - 1):
        width = ts[i + 1] - ts[i]
        slope = [(b - a) / width for a, b in zip(rows[i], rows[i + 1], strict=True)]
        if before is not None and slope != before:
            keep.append(i)
        before = slope
    return [*keep, len(ts) - 1]


def _one_field(squares: Sequence[Num]) -> Scalar | None:
    """The sum of the square roots if all lie in one Q(sqrt d), else None."""
    rational = [q for q in map(to_public, squares) if isinstance(q, Fraction)]
    if len(rational) < len(squares):
        return None
    d = next((q for q in rational if exact_root(q) is None), Fraction(1))
    whole = part = Fraction(0)
    for q in rational:
        root, multiple = exact_root(q), exact_root(q / d)
        if root is not None:
            whole += root
        elif multiple is not None:
            part += multiple
        else:
            return None
    return whole + part * sqrt_of(d)
