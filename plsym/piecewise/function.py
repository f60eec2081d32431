"""`PiecewiseLinear`: a continuous piecewise-linear function of one variable, exactly."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal, overload

import numpy as np
from gmpy2 import mpq
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
    sign,
    text,
    to_float,
    to_num,
    to_public,
)
from plsym.piecewise import algebra, codec, counts, equations, measures, render
from plsym.piecewise.equations import Interval, Part
from plsym.piecewise.formula import parse_formula
from plsym.piecewise.iterate import IterateSource
from plsym.piecewise.knots import Knots, KnotSource

__all__ = ["PiecewiseLinear"]

DomainLike = tuple[ScalarLike | None, ScalarLike | None] | None


def _optional(x: Any) -> Num | None:
    """An end of a domain: None and infinite floats stand for an infinite end."""
    if x is None or (isinstance(x, float) and math.isinf(x)):
        return None
    return to_num(x)


def _part(low: Any, high: Any) -> Part:
    """A component of a preimage: a point, or an interval whose ends may be infinite floats."""
    lower, upper = (v if isinstance(v, float) else to_public(v) for v in (low, high))
    if lower == upper and not isinstance(lower, float):
        return lower
    return Interval(lower, upper)


class PiecewiseLinear:
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

    __slots__ = ("_hash", "_listed", "_slopes", "_source")
    __array_ufunc__ = None
    _source: KnotSource | None
    _listed: Knots | None
    _slopes: list[Num] | None
    _hash: int | None

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

    def _set(self, source: KnotSource | None, listed: Knots | None) -> None:
        put = object.__setattr__
        put(self, "_source", source)
        put(self, "_listed", listed)
        put(self, "_slopes", None)
        put(self, "_hash", None)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"PiecewiseLinear is immutable: {name} cannot be set")

    @classmethod
    def _from_knots(cls, knots: Knots) -> PiecewiseLinear:
        """From knots that are known to be canonical."""
        self = object.__new__(cls)
        self._set(None, knots)
        return self

    @classmethod
    def _from_source(cls, source: KnotSource) -> PiecewiseLinear:
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
        return (PiecewiseLinear._from_knots, (self._knots(),))

    def _asked(self, name: str) -> Any:
        """What the source offers under this name, None without a source or an offer."""
        return None if self._source is None else getattr(self._source, name, None)

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
            knots = algebra.restrict(knots, _optional(domain[0]), _optional(domain[1]))
        return cls._from_knots(knots)

    @classmethod
    def from_json(cls, data: Any) -> PiecewiseLinear:
        """Read the object that `to_json` wrote.

        Raises
        ------
        ModelFormatError
            If the object is not of that form.
        """
        return cls._from_knots(codec.from_data(data))

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

    def _piece_slopes(self) -> list[Num]:
        if self._slopes is None:
            object.__setattr__(self, "_slopes", algebra.piece_slopes(self._knots()))
        assert self._slopes is not None
        return self._slopes

    def _ends(self) -> tuple[Num | None, Num | None]:
        if self._source is not None:
            return self._source.ends()
        return algebra.ends(self._knots())

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

    # counts ------------------------------------------------------------------------

    @property
    def num_pieces(self) -> int:
        """The number of maximal intervals on which the function is affine."""
        if self._source is not None:
            return self._source.num_pieces
        return counts.num_pieces(self._knots())

    @property
    def lap_number(self) -> int:
        """The number of maximal intervals of weak monotonicity.

        Examples
        --------
        >>> pl.truncated_tent("6/7").num_pieces, pl.truncated_tent("6/7").lap_number
        (3, 2)
        """
        if self._source is not None:
            return self._source.lap_number
        return counts.lap_number(self._knots())

    @property
    def turning_points(self) -> tuple[Part, ...]:
        """Points, or plateaus as intervals, inside the domain where the direction changes."""
        return counts.turning_points(self._knots())

    def crossings(
        self,
        x: ScalarLike,
        y: ScalarLike,
        kind: Literal["alternation", "disjoint"] = "alternation",
    ) -> int:
        """The number of crossings of the interval [x, y].

        Parameters
        ----------
        x, y : exact numbers with x < y
        kind : {"alternation", "disjoint"}
            "alternation": the largest m with points p0 < ... < pm at which the
            function is alternately <= x and >= y.  "disjoint": the largest number
            of pairs (a, b), each pair right of the one before, with f(a) = x and
            f(b) = y.

        Notes
        -----
        The two differ if x or y is an extreme value; the theorems on growth hold
        for alternation.

        Examples
        --------
        >>> f = pl.abs_map(pl.golden())
        >>> f.crossings(-1, 0), f.crossings(-1, 0, kind="disjoint")
        (2, 1)
        """
        return counts.crossings(self._knots(), to_num(x), to_num(y), kind)

    def threshold_crossings(self, z: ScalarLike) -> int:
        """The number of maximal intervals (or points) on which [f >= z] is constant.

        References
        ----------
        .. [1] M. Telgarsky, "Benefits of depth in neural networks", COLT 2016.

        Examples
        --------
        >>> pl.tent().threshold_crossings("1/2")
        3
        """
        return counts.threshold_crossings(self._knots(), to_num(z))

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
            array = np.asarray(x)
            if array.dtype.kind == "f":
                raise InexactInputError(
                    "an array of floats; use [pl.dyadic(v) for v in x] for the exact values "
                    "of the floats"
                )
            if isinstance(x, (list, tuple)):
                array = np.asarray(x, dtype=object)
            out = np.empty(array.size, dtype=object)
            out[:] = [to_public(self._value(to_num(v))) for v in array.ravel().tolist()]
            return out.reshape(array.shape)
        return to_public(self._value(to_num(x)))

    def preimage(
        self, y: ScalarLike | tuple[ScalarLike, ScalarLike] | Interval
    ) -> tuple[Part, ...]:
        """All x with f(x) = y, or with f(x) in an interval.

        Parameters
        ----------
        y : exact number, pair (low, high) or Interval

        Returns
        -------
        tuple
            Points and maximal closed intervals in increasing order.

        Examples
        --------
        >>> pl.tent().preimage("1/2")
        (Fraction(1, 4), Fraction(3, 4))
        >>> pl.tent().preimage((0, "1/2"))
        (Interval(lower=Fraction(0, 1), upper=Fraction(1, 4)),
         Interval(lower=Fraction(3, 4), upper=Fraction(1, 1)))
        """
        if isinstance(y, Interval):
            return self._preimage_of_interval(y.lower, y.upper)
        if isinstance(y, tuple):
            return self._preimage_of_interval(*y)
        asked = self._asked("preimage")
        if asked is not None and self._listed is None:
            return tuple(_part(low, high) for low, high in asked(to_num(y)))
        return equations.level_set(self._knots(), to_num(y))

    def _preimage_of_interval(self, low: Any, high: Any) -> tuple[Part, ...]:
        a, b = to_num(low), to_num(high)
        if not a <= b:
            raise DomainError(f"[{text(a)}, {text(b)}] is no interval; the ends are out of order")
        return equations.preimage_of_interval(self._knots(), a, b)

    def zeros(self) -> tuple[Part, ...]:
        """All x with f(x) = 0: points and maximal closed intervals."""
        return self.preimage(0)

    def fixed_points(self) -> tuple[Part, ...]:
        """All x with f(x) = x: points and maximal closed intervals.

        Examples
        --------
        >>> pl.tent().fixed_points()
        (Fraction(0, 1), Fraction(2, 3))
        """
        return equations.fixed_points(self._knots())

    def maximum(self) -> tuple[Scalar, tuple[Part, ...]]:
        """The largest value and where it is attained.

        Raises
        ------
        DomainError
            If the function is not bounded above.

        Examples
        --------
        >>> pl.tent().maximum()
        (Fraction(1, 1), (Fraction(1, 2),))
        """
        return measures.maximum(self._knots())

    def minimum(self) -> tuple[Scalar, tuple[Part, ...]]:
        """The least value and where it is attained."""
        return measures.minimum(self._knots())

    @property
    def lipschitz(self) -> Scalar:
        """The least Lipschitz constant: the largest size of a slope."""
        asked = self._asked("lipschitz")
        if asked is not None and self._listed is None:
            return to_public(asked() if callable(asked) else asked)
        return measures.lipschitz(self._knots())

    @property
    def variation(self) -> Scalar:
        """The total variation on a bounded domain.

        Raises
        ------
        DomainError
            If an unbounded end piece is not constant.
        """
        asked = self._asked("variation")
        if asked is not None and self._listed is None:
            return to_public(asked() if callable(asked) else asked)
        return measures.variation(self._knots())

    def integral(self, a: ScalarLike | None = None, b: ScalarLike | None = None) -> Scalar:
        """The integral over [a, b], by default over the domain.

        Examples
        --------
        >>> pl.tent().integral(), pl.tent().integral(0, "1/2")
        (Fraction(1, 2), Fraction(1, 4))
        """
        asked = self._asked("integral")
        if asked is not None and self._listed is None and a is None and b is None:
            return to_public(asked())
        return measures.integral(
            self._knots(),
            None if a is None else to_num(a),
            None if b is None else to_num(b),
        )

    # algebra ---------------------------------------------------------------------------

    def _operand(self, other: Any) -> Num | PiecewiseLinear | None:
        if isinstance(other, PiecewiseLinear):
            return other
        if isinstance(other, (list, tuple, np.ndarray)) and getattr(other, "shape", (1,)) != ():
            return None
        return to_num(other)

    def __add__(self, other: Any) -> PiecewiseLinear:
        operand = self._operand(other)
        if operand is None:
            return NotImplemented
        mine = self._knots()
        if isinstance(operand, PiecewiseLinear):
            return self._checked(algebra.add(mine, operand._knots()))
        return self._checked(algebra.shift(mine, operand))

    __radd__ = __add__

    def __neg__(self) -> PiecewiseLinear:
        return self._from_knots(algebra.scale(self._knots(), mpq(-1)))

    def __pos__(self) -> PiecewiseLinear:
        return self

    def __sub__(self, other: Any) -> PiecewiseLinear:
        operand = self._operand(other)
        return NotImplemented if operand is None else self + (-operand)

    def __rsub__(self, other: Any) -> PiecewiseLinear:
        return (-self).__add__(other)

    def _constant_value(self) -> Num | None:
        slopes = self._piece_slopes()
        return self._knots().ys[0] if len(slopes) == 1 and sign(slopes[0]) == 0 else None

    def __mul__(self, other: Any) -> PiecewiseLinear:
        operand = self._operand(other)
        if operand is None:
            return NotImplemented
        if isinstance(operand, PiecewiseLinear):
            algebra.same_domain(self._knots(), operand._knots(), "a product")
            constant = operand._constant_value()
            if constant is None:
                constant = self._constant_value()
                if constant is None:
                    raise DomainError(
                        "the product of two functions of which neither is constant is not "
                        "piecewise linear; f @ g composes"
                    )
                return operand * constant
            operand = constant
        return self._checked(algebra.scale(self._knots(), operand))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> PiecewiseLinear:
        if isinstance(other, PiecewiseLinear):
            raise DomainError("a quotient of functions is not piecewise linear")
        number = to_num(other)
        if sign(number) == 0:
            raise ZeroDivisionError("division of a function by zero")
        return self * (1 / number)

    def __pow__(self, exponent: Any) -> PiecewiseLinear:
        raise TypeError("f**n is ambiguous; f.iterate(n) composes f with itself n times")

    def __abs__(self) -> PiecewiseLinear:
        return self._from_knots(algebra.absolute(self._knots()))

    def __matmul__(self, other: Any) -> PiecewiseLinear:
        """f @ g is f after g."""
        if not isinstance(other, PiecewiseLinear):
            return NotImplemented
        return self._checked(algebra.compose(self._knots(), other._knots()))

    def _checked(self, knots: Knots) -> PiecewiseLinear:
        return self._from_knots(knots)

    def clip(self, low: ScalarLike, high: ScalarLike) -> PiecewiseLinear:
        """min(max(f, low), high)."""
        a, b = self._ends()
        bounds = [algebra.affine(algebra.ZERO, to_num(y), a, b) for y in (low, high)]
        raised = algebra.maximum(self._knots(), bounds[0])
        return self._from_knots(algebra.minimum(raised, bounds[1]))

    def restrict(self, a: ScalarLike | None, b: ScalarLike | None) -> PiecewiseLinear:
        """The function on [a, b], which must lie inside the domain; None keeps an end."""
        return self._from_knots(algebra.restrict(self._knots(), _optional(a), _optional(b)))

    def inverse(self) -> PiecewiseLinear:
        """The inverse of a strictly monotone function, on the image.

        Raises
        ------
        DomainError
            If two points have the same value.

        Examples
        --------
        >>> f = pl.PiecewiseLinear([0, 1, 2], [0, 3, 4])
        >>> f.inverse() @ f == pl.identity((0, 2))
        True
        """
        return self._from_knots(equations.inverse(self._knots()))

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
