"""Arrays of exact rationals that stand beside their nearest doubles.

Almost every weight of a network is a double (or a shorter float, which is also
a double), and then the double *is* the exact value.  Weights such as 1/3 keep
integer numerators over one denominator as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from plsym.errors import DomainError, InexactInputError
from plsym.exact.rationals import rational

__all__ = ["ExactArray"]

_EXACT_INTEGER = 2**53


@dataclass(frozen=True, eq=False)
class ExactArray:
    """An array of exact rationals.

    Attributes
    ----------
    mid : ndarray of float64
        The nearest doubles.
    numerators : ndarray of object or None
        Python integers, or None if ``mid`` itself is exact.
    denominator : int
        The common denominator of ``numerators``.
    """

    mid: NDArray[np.float64]
    numerators: NDArray[np.object_] | None = None
    denominator: int = 1

    @classmethod
    def of(cls, values: Any, what: str = "array") -> ExactArray:
        """Read floats of any width, integers or exact scalars, without rounding.

        Raises
        ------
        DomainError
            If an entry is NaN or infinite.
        InexactInputError
            If an entry is neither a float array's entry nor an exact rational.
        """
        if isinstance(values, ExactArray):
            return values
        array = np.asarray(values)
        if array.dtype == np.bool_:
            raise InexactInputError(f"{what}: booleans are not numbers; pass 0 and 1 as integers")
        # bfloat16 and float8 come as dtypes of kind "V" or "f" that cast to float64 exactly
        if array.dtype.kind in "fV" and array.dtype.itemsize <= 8 and array.dtype.names is None:
            try:
                mid = np.ascontiguousarray(array.astype(np.float64))
            except (TypeError, ValueError) as error:
                raise InexactInputError(
                    f"{what}: entries of type {array.dtype} are not numbers"
                ) from error
            if not np.isfinite(mid).all():
                where = tuple(int(i) for i in np.argwhere(~np.isfinite(mid))[0])
                raise DomainError(
                    f"{what}: entry {where} is {mid[where]}; weights must be finite numbers"
                )
            return cls(mid)
        if array.dtype.kind in "iu":
            small = array.size == 0 or (
                int(array.min()) >= -_EXACT_INTEGER and int(array.max()) <= _EXACT_INTEGER
            )
            if small:
                return cls(np.ascontiguousarray(array.astype(np.float64)))
            array = array.astype(object)
        if array.dtype.kind not in "OU":
            raise InexactInputError(
                f"{what}: entries of type {array.dtype} cannot be read exactly; "
                "pass float16/32/64 arrays, integers, Fractions or strings 'p/q'"
            )
        flat = [rational(v) for v in array.ravel().tolist()]
        return cls.from_fractions(flat, array.shape)

    @classmethod
    def from_fractions(cls, flat: Iterable[Fraction], shape: tuple[int, ...]) -> ExactArray:
        """Build from fractions in row-major order."""
        items = list(flat)
        mid = np.empty(len(items), dtype=np.float64)
        exact = True
        denominator = 1
        for i, q in enumerate(items):
            try:
                mid[i] = float(q)
            except OverflowError as error:
                size = q.numerator.bit_length() - q.denominator.bit_length()
                raise DomainError(
                    f"entry {i} is about 2**{size}, beyond the range of a double; scale the weights"
                ) from error
            if exact and (Fraction(mid[i]) != q):
                exact = False
        mid = mid.reshape(shape)
        if exact:
            return cls(mid)
        for q in items:
            denominator *= q.denominator // gcd(denominator, q.denominator)
        numerators = np.empty(len(items), dtype=object)
        numerators[:] = [q.numerator * (denominator // q.denominator) for q in items]
        return cls(mid, numerators.reshape(shape), denominator)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array."""
        return tuple(self.mid.shape)

    @property
    def is_dyadic(self) -> bool:
        """Whether the doubles are the exact values."""
        return self.numerators is None

    def equals(self, value: int) -> NDArray[np.bool_]:
        """Which entries are an integer, exactly: the nearest double may be where they are not."""
        if self.numerators is None:
            return np.asarray(self.mid == value)
        return np.asarray(self.numerators == value * self.denominator, dtype=bool)

    def __getitem__(self, key: Any) -> ExactArray:
        """A part of the array, by any numpy index that keeps an array."""
        numerators = None if self.numerators is None else np.asarray(self.numerators[key])
        return ExactArray(np.asarray(self.mid[key]), numerators, self.denominator)

    def reshape(self, *shape: int) -> ExactArray:
        """The same entries in another shape."""
        numerators = None if self.numerators is None else self.numerators.reshape(shape)
        return ExactArray(self.mid.reshape(shape), numerators, self.denominator)

    def scalar(self, index: int | tuple[int, ...]) -> mpq:
        """One entry, exactly."""
        if self.numerators is None:
            return mpq(float(self.mid[index]))
        return mpq(int(self.numerators[index]), self.denominator)

    def scalars(self) -> NDArray[np.object_]:
        """All entries as an object array of ``mpq``."""
        out = np.empty(self.mid.size, dtype=object)
        if self.numerators is None:
            out[:] = [mpq(v) for v in self.mid.ravel().tolist()]
        else:
            out[:] = [mpq(v, self.denominator) for v in self.numerators.ravel().tolist()]
        return out.reshape(self.shape)
