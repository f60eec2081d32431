"""Questions to `PiecewiseLinear`: counts, solution sets, extremes, integrals."""

from __future__ import annotations

from typing import Any, Literal

from plsym.errors import DomainError
from plsym.exact.scalars import Scalar, ScalarLike, text, to_num, to_public
from plsym.piecewise import counts, equations, measures
from plsym.piecewise.core import Core
from plsym.piecewise.equations import Interval, Part

__all__ = ["Analysis"]


def _part(low: Any, high: Any) -> Part:
    """A component of a preimage: a point, or an interval whose ends may be infinite floats."""
    lower, upper = (v if isinstance(v, float) else to_public(v) for v in (low, high))
    if lower == upper and not isinstance(lower, float):
        return lower
    return Interval(lower, upper)


class Analysis(Core):
    """What can be asked about one function."""

    __slots__ = ()

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
        y: ScalarLike | None = None,
        kind: Literal["alternation", "disjoint", "threshold"] = "alternation",
    ) -> int:
        """The number of crossings of the interval [x, y], or of the threshold x.

        Parameters
        ----------
        x, y : exact numbers with x < y; y is None for a threshold
        kind : {"alternation", "disjoint", "threshold"}
            "alternation": the largest m with points p0 < ... < pm at which the
            function is alternately <= x and >= y.  "disjoint": the largest number
            of pairs (a, b), each pair right of the one before, with f(a) = x and
            f(b) = y.  "threshold": the number of maximal intervals (or points) on
            which [f >= x] is constant [1]_.

        Notes
        -----
        They differ if x or y is an extreme value; the theorems on growth hold for
        alternation.

        References
        ----------
        .. [1] M. Telgarsky, "Benefits of depth in neural networks", COLT 2016.

        Examples
        --------
        >>> f = pl.abs_map(pl.golden())
        >>> f.crossings(-1, 0), f.crossings(-1, 0, kind="disjoint")
        (2, 1)
        >>> pl.tent().crossings("1/2", kind="threshold")
        3
        """
        if kind == "threshold":
            if y is not None:
                raise DomainError("a threshold is one number: give it as x, without y")
            return counts.threshold_crossings(self._knots(), to_num(x))
        if y is None:
            raise DomainError(f"{kind!r} crossings need both ends of an interval [x, y]")
        return counts.crossings(self._knots(), to_num(x), to_num(y), kind)

    # solutions, extremes, integrals -------------------------------------------------

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
