"""Operators of `PiecewiseLinear`: sums, multiples, composition, restriction, inverse."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from gmpy2 import mpq

from plsym.errors import DomainError
from plsym.exact.scalars import Num, ScalarLike, sign, to_num
from plsym.piecewise import algebra, equations
from plsym.piecewise.core import Core, optional

__all__ = ["Arithmetic"]


class Arithmetic(Core):
    """Functions made from functions."""

    __slots__ = ()
    # numpy arrays must not take a function apart
    __array_ufunc__ = None

    def _operand(self, other: Any) -> Num | Arithmetic | None:
        if isinstance(other, Arithmetic):
            return other
        if isinstance(other, (list, tuple, np.ndarray)) and getattr(other, "shape", (1,)) != ():
            return None
        return to_num(other)

    def __add__(self, other: Any) -> Self:
        operand = self._operand(other)
        if operand is None:
            return NotImplemented
        mine = self._knots()
        if isinstance(operand, Arithmetic):
            return self._made(algebra.add(mine, operand._knots()))
        return self._made(algebra.shift(mine, operand))

    __radd__ = __add__

    def __neg__(self) -> Self:
        return self._made(algebra.scale(self._knots(), mpq(-1)))

    def __pos__(self) -> Self:
        return self

    def __sub__(self, other: Any) -> Self:
        operand = self._operand(other)
        return NotImplemented if operand is None else self + (-operand)

    def __rsub__(self, other: Any) -> Self:
        return (-self).__add__(other)

    def _constant_value(self) -> Num | None:
        slopes = self._piece_slopes()
        return self._knots().ys[0] if len(slopes) == 1 and sign(slopes[0]) == 0 else None

    def __mul__(self, other: Any) -> Self:
        operand = self._operand(other)
        if operand is None:
            return NotImplemented
        mine = self._knots()
        if isinstance(operand, Arithmetic):
            algebra.same_domain(mine, operand._knots(), "a product")
            factor = operand._constant_value()
            if factor is None:
                mine, factor = operand._knots(), self._constant_value()
            if factor is None:
                raise DomainError(
                    "the product of two functions of which neither is constant is not "
                    "piecewise linear; f @ g composes"
                )
            return self._made(algebra.scale(mine, factor))
        return self._made(algebra.scale(mine, operand))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Self:
        if isinstance(other, Arithmetic):
            raise DomainError("a quotient of functions is not piecewise linear")
        number = to_num(other)
        if sign(number) == 0:
            raise ZeroDivisionError("division of a function by zero")
        return self * (1 / number)

    def __pow__(self, exponent: Any) -> Self:
        raise TypeError("f**n is ambiguous; f.iterate(n) composes f with itself n times")

    def __abs__(self) -> Self:
        return self._made(algebra.absolute(self._knots()))

    def __matmul__(self, other: Any) -> Self:
        """f @ g is f after g."""
        if not isinstance(other, Arithmetic):
            return NotImplemented
        return self._made(algebra.compose(self._knots(), other._knots()))

    def clip(self, low: ScalarLike, high: ScalarLike) -> Self:
        """min(max(f, low), high)."""
        a, b = self._ends()
        bounds = [algebra.affine(algebra.ZERO, to_num(y), a, b) for y in (low, high)]
        raised = algebra.maximum(self._knots(), bounds[0])
        return self._made(algebra.minimum(raised, bounds[1]))

    def restrict(self, a: ScalarLike | None, b: ScalarLike | None) -> Self:
        """The function on [a, b], which must lie inside the domain; None keeps an end."""
        return self._made(algebra.restrict(self._knots(), optional(a, -1), optional(b, 1)))

    def inverse(self) -> Self:
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
        return self._made(equations.inverse(self._knots()))
