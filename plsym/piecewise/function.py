"""`PiecewiseLinear`: a continuous piecewise-linear function of one variable, exactly."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from plsym.config import Budget
from plsym.errors import DomainError, InexactInputError
from plsym.exact.decide import Statistics
from plsym.exact.numberfield import NumberField
from plsym.exact.scalars import (
    Num,
    Scalar,
    ScalarLike,
    field_of,
    text,
    to_float,
    to_num,
    to_public,
)
from plsym.piecewise import algebra, codec, measures, render
from plsym.piecewise.analysis import Analysis
from plsym.piecewise.arithmetic import Arithmetic
from plsym.piecewise.core import optional
from plsym.piecewise.formula import parse_formula
from plsym.piecewise.iterate import IterateSource

__all__ = ["PiecewiseLinear"]

DomainLike = tuple[ScalarLike | None, ScalarLike | None] | None


class PiecewiseLinear(Arithmetic, Analysis):
    """A continuous piecewise-linear function of one real variable.

    Parameters
    ----------
    breakpoints : sequence of int, Fraction, str or AlgebraicReal
        Strictly increasing.
    values : sequence of the same kind and length
        The values at the breakpoints.
    left_slope, right_slope : exact number, optional
        If given, the function goes on to minus (plus) infinity with this slope;
        otherwise the first (last) breakpoint is the end of the domain.

    Raises
    ------
    DomainError
        If the breakpoints do not increase, or their number does not match.
    InexactInputError
        If a number is a float.
    FieldMismatchError
        If the numbers lie in two number fields.

    Notes
    -----
    Immutable, hashable and canonical: breakpoints at which the slope does not
    change are dropped, so ``==`` is equality of functions.  All results are exact.
    The numbers are rationals, or elements of one real number field.

    Examples
    --------
    >>> f = pl.PiecewiseLinear([0, "1/2", 1], [0, 1, 0])
    >>> f == pl.tent()
    True
    >>> f("1/3"), f.num_pieces, f.lipschitz
    (Fraction(2, 3), 2, Fraction(2, 1))
    """

    __slots__ = ()

    def __init__(
        self,
        breakpoints: Sequence[ScalarLike],
        values: Sequence[ScalarLike],
        *,
        left_slope: ScalarLike | None = None,
        right_slope: ScalarLike | None = None,
    ) -> None:
        xs = [to_num(x) for x in breakpoints]
        ys = [to_num(y) for y in values]
        left = None if left_slope is None else to_num(left_slope)
        right = None if right_slope is None else to_num(right_slope)
        if len(xs) != len(ys):
            raise DomainError(f"{len(xs)} breakpoints but {len(ys)} values; one value each")
        if len(xs) < (2 if left is None and right is None else 1):
            raise DomainError(
                f"{len(xs)} breakpoints; at least two are needed, "
                "or one together with left_slope or right_slope"
            )
        field_of([*xs, *ys, *(s for s in (left, right) if s is not None)])
        for i in range(len(xs) - 1):
            if not xs[i] < xs[i + 1]:
                raise DomainError(
                    f"breakpoints must increase; number {i} is {text(xs[i])} and "
                    f"number {i + 1} is {text(xs[i + 1])}"
                )
        self._set(None, algebra.canonical(xs, ys, left, right))

    # ways in ---------------------------------------------------------------------

    @classmethod
    def from_points(cls, points: Iterable[tuple[ScalarLike, ScalarLike]]) -> PiecewiseLinear:
        """Join points (x, y) with increasing x by straight lines.

        Examples
        --------
        >>> pl.PiecewiseLinear.from_points([(0, 0), (1, 1)]).num_pieces
        1
        """
        pairs = list(points)
        return cls([x for x, _ in pairs], [y for _, y in pairs])

    @classmethod
    def from_slopes(
        cls,
        breakpoints: Sequence[ScalarLike],
        slopes: Sequence[ScalarLike],
        *,
        value: ScalarLike = 0,
    ) -> PiecewiseLinear:
        """From breakpoints, slopes and the value at the first breakpoint.

        Parameters
        ----------
        breakpoints : sequence of k exact numbers
        slopes : sequence of k - 1 or k + 1 exact numbers
            k - 1 slopes between the breakpoints give a function on a bounded
            interval; k + 1 slopes, two of them beyond the ends, one on the line.
        value : exact number

        Examples
        --------
        >>> pl.PiecewiseLinear.from_slopes([0], [-1, 1]) == abs(pl.identity(None))
        True
        """
        xs = [to_num(x) for x in breakpoints]
        ms = [to_num(m) for m in slopes]
        if not xs or len(ms) not in (len(xs) - 1, len(xs) + 1):
            raise DomainError(
                f"{len(ms)} slopes for {len(xs)} breakpoints; give {len(xs) - 1} slopes for a "
                f"bounded interval or {len(xs) + 1} for the line"
            )
        line = len(ms) > len(xs)
        inner = ms[1:-1] if line else ms
        ys = [to_num(value)]
        for i, m in enumerate(inner):
            ys.append(ys[-1] + m * (xs[i + 1] - xs[i]))
        return cls(
            xs,
            ys,
            left_slope=ms[0] if line else None,
            right_slope=ms[-1] if line else None,
        )

    @classmethod
    def from_pieces(
        cls, pieces: Sequence[tuple[ScalarLike, ScalarLike, ScalarLike, ScalarLike]]
    ) -> PiecewiseLinear:
        """From pieces (low, high, slope, intercept) that follow on each other.

        Raises
        ------
        DomainError
            If two pieces leave a gap, overlap or disagree where they meet.

        Examples
        --------
        >>> f = pl.PiecewiseLinear.from_pieces([(0, 1, 2, 0), (1, 2, -2, 4)])
        >>> f(1)
        Fraction(2, 1)
        """
        rows = [tuple(to_num(v) for v in piece) for piece in pieces]
        if not rows:
            raise DomainError("no pieces were given; at least one is needed")
        xs, ys = [rows[0][0]], [rows[0][2] * rows[0][0] + rows[0][3]]
        for i, (low, high, slope, intercept) in enumerate(rows):
            if low != xs[-1]:
                raise DomainError(
                    f"piece {i} starts at {text(low)}, but the one before it ends at "
                    f"{text(xs[-1])}; pieces must follow on each other"
                )
            start = slope * low + intercept
            if start != ys[-1]:
                raise DomainError(
                    f"the function is not continuous at {text(low)}: {text(ys[-1])} from the "
                    f"left, {text(start)} from the right"
                )
            xs.append(high)
            ys.append(slope * high + intercept)
        return cls(xs, ys)

    @classmethod
    def from_formula(cls, formula: str, domain: DomainLike = None) -> PiecewiseLinear:
        """Read a formula in x.

        Parameters
        ----------
        formula : str
            Numbers, ``x``, ``+ - * /`` by constants, ``abs``, ``max``, ``min``,
            ``relu``, ``clip``, and the constants ``golden`` and ``sqrt(5)``.
        domain : pair of exact numbers, optional
            The whole line if left out; None in the pair is an infinite end.

        Raises
        ------
        FormulaError
            If the text is no such formula; the message points at the place.

        Examples
        --------
        >>> f = pl.PiecewiseLinear.from_formula("max(0, 2*x) - abs(x - 1/3)", domain=(-1, 1))
        >>> f.breakpoints
        (Fraction(-1, 1), Fraction(0, 1), Fraction(1, 3), Fraction(1, 1))
        """
        knots = parse_formula(formula)
        if domain is not None:
            knots = algebra.restrict(knots, optional(domain[0], -1), optional(domain[1], 1))
        return cls._made(knots)

    @classmethod
    def from_json(cls, data: Any) -> PiecewiseLinear:
        """Read the object that `to_json` wrote.

        Raises
        ------
        ModelFormatError
            If the object is not of that form.
        """
        return cls._made(codec.from_data(data))

    def to_json(self) -> dict[str, Any]:
        """The function as a JSON object with exact numbers as strings.

        Examples
        --------
        >>> pl.tent().to_json()["breakpoints"]
        ['0', '1/2', '1']
        """
        return codec.to_data(self._knots())

    # what it is ------------------------------------------------------------------

    @property
    def breakpoints(self) -> Sequence[Scalar]:
        """The breakpoints in increasing order, ends of the domain included."""
        asked = self._asked("breakpoints")
        if asked is not None and self._listed is None:
            result: Sequence[Scalar] = asked() if callable(asked) else asked
            return result
        return tuple(to_public(x) for x in self._knots().xs)

    @property
    def values(self) -> Sequence[Scalar]:
        """The values at the breakpoints."""
        asked = self._asked("values")
        if asked is not None and self._listed is None:
            result: Sequence[Scalar] = asked() if callable(asked) else asked
            return result
        return tuple(to_public(y) for y in self._knots().ys)

    @property
    def slopes(self) -> tuple[Scalar, ...]:
        """The slopes of the pieces from left to right."""
        return tuple(to_public(m) for m in self._piece_slopes())

    @property
    def domain(self) -> tuple[Scalar | float, Scalar | float]:
        """The ends of the domain; an infinite end is the float ``inf``.

        Examples
        --------
        >>> pl.tent().domain
        (Fraction(0, 1), Fraction(1, 1))
        """
        a, b = self._ends()
        return (
            -math.inf if a is None else to_public(a),
            math.inf if b is None else to_public(b),
        )

    @property
    def image(self) -> tuple[Scalar | float, Scalar | float]:
        """The least and the largest value; infinite ends are floats."""
        asked = self._asked("image")
        if asked is not None and self._listed is None:
            low, high = asked() if callable(asked) else asked
            return (
                low if isinstance(low, float) else to_public(low),
                high if isinstance(high, float) else to_public(high),
            )
        return measures.image(self._knots())

    @property
    def field(self) -> NumberField | None:
        """The number field of the breakpoints, values and slopes; None for the rationals."""
        k = self._knots()
        return field_of([*k.xs, *k.ys, *(s for s in (k.left, k.right) if s is not None)])

    @property
    def statistics(self) -> Statistics | None:
        """How the signs and orders of a function from a network were decided; else None."""
        found: Statistics | None = self._asked("statistics")
        return found

    @property
    def is_self_map(self) -> bool:
        """Whether the function maps its domain into itself.

        Examples
        --------
        >>> pl.abs_map(pl.golden()).is_self_map
        True
        """
        a, b = self._ends()
        low, high = self.image
        return bool((a is None or low >= a) and (b is None or high <= b))

    # values --------------------------------------------------------------------------

    def _value(self, x: Num) -> Num:
        if self._source is not None and self._listed is None:
            return self._source.value(x)
        return algebra.evaluate(self._knots(), x)

    @overload
    def __call__(self, x: PiecewiseLinear) -> PiecewiseLinear: ...
    @overload
    def __call__(self, x: ScalarLike) -> Scalar: ...
    @overload
    def __call__(self, x: Sequence[Any] | NDArray[Any]) -> NDArray[np.object_]: ...
    def __call__(self, x: Any) -> Any:
        """The value at a point, the values at an array of points, or a composition.

        Parameters
        ----------
        x : exact number, sequence or array of them, or PiecewiseLinear
            Arrays of floats are refused: map `dyadic` over them first.

        Returns
        -------
        Fraction or AlgebraicReal, object array of them, or PiecewiseLinear

        Raises
        ------
        DomainError
            If a point lies outside the domain.

        Examples
        --------
        >>> f = pl.tent()
        >>> f("1/3"), f(["1/4", 1]).tolist(), f(f).num_pieces
        (Fraction(2, 3), [Fraction(1, 2), Fraction(0, 1)], 4)
        """
        if isinstance(x, PiecewiseLinear):
            return self @ x
        if isinstance(x, (list, tuple)) or getattr(x, "shape", ()) != ():
            array = np.asarray(x, dtype=object if isinstance(x, (list, tuple)) else None)
            if array.dtype.kind == "f":
                raise InexactInputError(
                    "an array of floats; plsym.dyadic(x) has their exact values"
                )
            out = np.empty(array.size, dtype=object)
            out[:] = [to_public(self._value(to_num(v))) for v in array.ravel().tolist()]
            return out.reshape(array.shape)
        return to_public(self._value(to_num(x)))

    def iterate(self, n: int, *, budget: Budget | None = None) -> PiecewiseLinear:
        """The n-fold composition of a self-map.

        Parameters
        ----------
        n : int
            At least 0; ``f.iterate(0)`` is the identity.
        budget : Budget, optional
            Limits the pieces that may be listed.

        Returns
        -------
        PiecewiseLinear
            Lazy: counts, values, the integral and preimages are computed without
            listing the pieces; they are listed when something asks for them.

        Raises
        ------
        DomainError
            If the function does not map its domain into itself.
        BudgetExceeded
            When the pieces are listed and are too many; their number is known
            beforehand and attached.

        Notes
        -----
        Exact.  Counting takes O(K n^2) steps for K pieces, listing is linear in the
        result.

        Examples
        --------
        >>> f = pl.tent().iterate(100)
        >>> f.num_pieces == 2**100, f("1/3")
        (True, Fraction(2, 3))
        """
        return self._from_source(IterateSource(self._knots(), n, budget))

    # equality --------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        """Equality of functions: the same domain and the same values."""
        if not isinstance(other, PiecewiseLinear):
            return NotImplemented
        if self is other:
            return True
        if self._ends() != other._ends() or self.num_pieces != other.num_pieces:
            return False
        return self._knots() == other._knots()

    def __hash__(self) -> int:
        if self._hash is None:
            object.__setattr__(self, "_hash", hash(self._knots()))
        assert self._hash is not None
        return self._hash

    # ways out ----------------------------------------------------------------------------

    def to_numpy(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Breakpoints and values as the nearest doubles, for plots."""
        asked = self._asked("floats")
        if asked is not None and self._listed is None:
            xs, ys = asked()
            return np.asarray(xs), np.asarray(ys)
        k = self._knots()
        return np.array([to_float(x) for x in k.xs]), np.array([to_float(y) for y in k.ys])

    def __repr__(self) -> str:
        if self._source is not None and self._listed is None and self.num_pieces > 8:
            return f"PiecewiseLinear({self.num_pieces} pieces, not listed)"
        return render.short(self._knots(), self.num_pieces)

    def _repr_latex_(self) -> str:
        return render.latex(self._knots())
