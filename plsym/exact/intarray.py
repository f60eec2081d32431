"""Exact numbers in bulk: integers over one common denominator.

An `IntArray` stands for n numbers of Q, or of one real number field in its power basis
(then it has one row of integers for each power of the generator).  A Python integer
bounds all entries; as long as the bound of a result is below 2^62 the rows are int64
and no entry is ever checked, beyond that they are Python integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import gcd, lcm
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from plsym.errors import FieldMismatchError
from plsym.exact.element import AlgebraicReal
from plsym.exact.numberfield import NumberField
from plsym.exact.scalars import Num

__all__ = ["IntArray"]

LIMIT = 1 << 62


def _coordinates(x: Num, degree: int) -> tuple[list[int], int]:
    """Return integer coordinates in the power basis and their denominator."""
    if isinstance(x, AlgebraicReal):
        row, den = x.integer_coefficients
        return [*row, *[0] * (degree - len(row))], den
    return [int(x.numerator)] + [0] * (degree - 1), int(x.denominator)


def _multiplication(x: Num, field: NumberField | None) -> tuple[list[list[int]], int]:
    """Return the integer matrix and denominator of multiplication by x."""
    if field is None:
        assert not isinstance(x, AlgebraicReal)
        return [[int(x.numerator)]], int(x.denominator)
    columns = []
    y: Num = x
    for _ in range(field.degree):
        columns.append(_coordinates(y, field.degree))
        y = y * AlgebraicReal.of(field, (0, 1))
    den = lcm(*(d for _, d in columns))
    rows = [[col[r] * (den // d) for col, d in columns] for r in range(field.degree)]
    return rows, den


class IntArray:
    """Numbers sum_k rows[k] gen^k / denominator of Q or of one real number field.

    Parameters
    ----------
    rows : ndarray, shape (degree, n)
        Integers, int64 or Python integers (dtype object).
    denominator : int
        The common positive denominator; no attempt is made to keep it least.
    bound : int
        No entry exceeds it in absolute value.
    field : NumberField, optional
        The field; None stands for Q (degree 1).
    """

    __slots__ = ("bound", "denominator", "field", "rows")

    def __init__(
        self,
        rows: NDArray[Any],
        denominator: int,
        bound: int,
        field: NumberField | None = None,
    ) -> None:
        self.rows = rows
        self.denominator = denominator
        self.bound = bound
        self.field = field

    @classmethod
    def from_nums(cls, nums: Iterable[Num], field: NumberField | None = None) -> IntArray:
        """Convert exact scalars; the field is found among them if not given."""
        items = list(nums)
        for x in items:
            if isinstance(x, AlgebraicReal):
                field = _common(field, x.field)
        degree = 1 if field is None else field.degree
        pairs = [_coordinates(x, degree) for x in items]
        den = lcm(*(d for _, d in pairs)) if pairs else 1
        columns = [[c * (den // d) for c in row] for row, d in pairs]
        bound = max((abs(c) for column in columns for c in column), default=0)
        dtype = np.int64 if bound < LIMIT else object
        rows = np.array(columns, dtype=dtype).reshape(len(items), degree).T
        return cls(np.ascontiguousarray(rows), den, max(bound, 1), field)

    def __len__(self) -> int:
        return int(self.rows.shape[1])

    @property
    def integers(self) -> NDArray[Any]:
        """The integers: shape (n,) over Q, (degree, n) over a number field."""
        return self.rows[0] if self.field is None else self.rows

    def part(self, start: int, stop: int) -> IntArray:
        """Return entries start..stop-1; the integers are shared, not copied."""
        return IntArray(self.rows[:, start:stop], self.denominator, self.bound, self.field)

    def reverse(self) -> IntArray:
        """Return the entries in opposite order, sharing the integers."""
        return IntArray(self.rows[:, ::-1], self.denominator, self.bound, self.field)

    def take(self, index: NDArray[np.intp]) -> IntArray:
        """Gather entries."""
        return IntArray(self.rows[:, index], self.denominator, self.bound, self.field)

    def reduced(self) -> IntArray:
        """Return the same numbers with the factor common to all integers taken out.

        The bound becomes the largest entry.  Python integers are left as they are.
        """
        rows, den = self.rows, self.denominator
        if rows.dtype == object or not rows.size:
            return self
        bound = max(abs(int(rows.min())), abs(int(rows.max())))
        common = gcd(den, *rows[:, :16].ravel().tolist())
        while 1 < common <= bound:
            # A divisor of the first entries: does it divide all the others?
            other = rows[rows % common != 0][:16].tolist()
            if not other:
                rows, den, bound = rows // common, den // common, bound // common
                break
            common = gcd(common, *other)
        return IntArray(rows, den, max(bound, 1), self.field)

    def affine(self, a: Num, b: Num) -> IntArray:
        """Return a x + b for every entry x."""
        return IntArray.combine([(self, a, b)])

    @classmethod
    def concatenate(cls, arrays: Sequence[IntArray]) -> IntArray:
        """Join arrays over their least common denominator."""
        return cls.combine([(array, mpq(1), mpq(0)) for array in arrays])

    @classmethod
    def combine(cls, parts: Sequence[tuple[IntArray, Num, Num]]) -> IntArray:
        """Return the concatenation of a x + b over all ``parts`` (x, a, b).

        Raises
        ------
        FieldMismatchError
            If two different number fields meet.

        Notes
        -----
        Exact.  One pass over the entries per nonzero coefficient; the choice between
        int64 and Python integers is made once, from the bounds.
        """
        field: NumberField | None = None
        for x, a, b in parts:
            field = _common(field, x.field)
            for number in (a, b):
                if isinstance(number, AlgebraicReal):
                    field = _common(field, number.field)
        plan, den, bound = _plan(parts, field)
        if bound >= LIMIT:
            parts = [(x.reduced(), a, b) for x, a, b in parts]
            plan, den, bound = _plan(parts, field)
        kind = np.dtype(object if bound >= LIMIT else np.int64)
        length = sum(len(x) for x, _, _ in parts)
        degree = 1 if field is None else field.degree
        rows: NDArray[Any] = np.empty((degree, length), dtype=kind)
        place = 0
        for (x, _, _), (matrix, shift) in zip(parts, plan, strict=True):
            here = slice(place, place + len(x))
            place += len(x)
            # Entries too large for int64 are then multiplied by zero, and not looked at.
            source = x.rows.astype(kind, copy=False) if any(map(any, matrix)) else x.rows[:0]
            for r in range(degree):
                target = rows[r, here]
                target[...] = shift[r]
                used = [k for k in range(len(source)) if matrix[r][k]]
                if len(used) == 1:
                    # The common case in Q, without a temporary.
                    np.multiply(source[used[0]], matrix[r][used[0]], out=target)
                    if shift[r]:
                        target += shift[r]
                    continue
                for k in used:
                    target += source[k] * matrix[r][k]
        return cls(rows, den, bound, field)

    def to_list(self) -> list[Num]:
        """Return the entries as exact scalars, in lowest terms."""
        den = self.denominator
        if self.field is None:
            return [mpq(c, den) for c in self.rows[0].tolist()]
        field = self.field
        return [
            AlgebraicReal(field, tuple(column), den) if any(column[1:]) else mpq(column[0], den)
            for column in self.rows.T.tolist()
        ]

    def floats(self) -> NDArray[np.float64]:
        """Return the entries as float64.

        Returns
        -------
        ndarray of float64, shape (n,)
            Over Q correctly rounded.  Over a number field within one part in 2^52 of
            the entry, or within 2^-70 where cancellation leaves less.
        """
        den = self.denominator
        if self.field is None:
            row = self.rows[0]
            if self.rows.dtype != object and self.bound < 1 << 53 and den < 1 << 53:
                exact: NDArray[np.float64] = row / float(den)
                return exact
            return np.array([c / den for c in row.tolist()], dtype=np.float64)
        # Replace the powers of the generator by integers over 2^shift, each within a few
        # units; the error is below 8 * degree * bound * 2^-shift / den.
        degree = self.field.degree
        shift = 80 + self.bound.bit_length() + degree
        powers = [low for low, _ in self.field.powers(shift)]
        scale = den << shift
        total: NDArray[Any] = self.rows[0].astype(object) * powers[0]
        for k in range(1, degree):
            total = total + self.rows[k].astype(object) * powers[k]
        return np.array([c / scale for c in total.tolist()], dtype=np.float64)

    def __repr__(self) -> str:
        tier = "Python integers" if self.rows.dtype == object else "int64"
        where = "Q" if self.field is None else repr(self.field)
        return f"<IntArray: {len(self)} numbers of {where}, {tier} over {self.denominator}>"


_Plan = list[tuple[list[list[int]], list[int]]]


def _plan(
    parts: Sequence[tuple[IntArray, Num, Num]], field: NumberField | None
) -> tuple[_Plan, int, int]:
    """Return integer matrices and shifts over a common denominator, it, and a bound."""
    degree = 1 if field is None else field.degree
    terms = []
    for x, a, b in parts:
        matrix, scale = _multiplication(a, field)
        scale *= x.denominator
        common = gcd(scale, *(entry for row in matrix for entry in row))
        matrix = [[entry // common for entry in row] for row in matrix]
        terms.append((matrix, scale // common, *_coordinates(b, degree)))
    den = lcm(*(scale for _, scale, _, _ in terms), *(scale for *_, scale in terms))
    plan: _Plan = []
    bound = 1
    for (x, _, _), (matrix, scale, shift, shift_scale) in zip(parts, terms, strict=True):
        matrix = [[entry * (den // scale) for entry in row] for row in matrix]
        shift = [entry * (den // shift_scale) for entry in shift]
        plan.append((matrix, shift))
        for row, entry in zip(matrix, shift, strict=True):
            bound = max(bound, max(x.bound, 1) * sum(map(abs, row)) + abs(entry))
    return plan, den, bound


def _common(a: NumberField | None, b: NumberField | None) -> NumberField | None:
    if a is None or b is None or a == b:
        return b if a is None else a
    raise FieldMismatchError(
        f"numbers of two different fields, {a} and {b}, cannot share an array; "
        f"use one number field for everything"
    )
