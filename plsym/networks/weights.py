"""Arrays of weights: exact rationals beside their doubles, or numbers of one real field.

`ExactArray` holds rationals, which is all that trained networks need.  A network
that realizes a function over a number field has irrational weights: `FieldArray`
stands in the same places, and such networks are swept number by number.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm
from typing import Any

import numpy as np
from gmpy2 import mpq
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.exact.dyadics import ExactArray
from plsym.exact.element import AlgebraicReal
from plsym.exact.scalars import Num, field_of, to_float, to_num

__all__ = [
    "FieldArray",
    "add",
    "as_integers",
    "assemble",
    "broadcast",
    "collect",
    "masked",
    "ones",
    "read_array",
    "zeros",
]


class FieldArray(ExactArray):
    """An array with at least one entry outside the rationals.

    ``numerators`` holds the entries themselves (the denominator is 1), so every
    use that goes through `scalars` or `scalar` is exact.
    """

    @classmethod
    def of_nums(cls, entries: NDArray[np.object_]) -> ExactArray:
        """Build from an object array of numbers; an `ExactArray` if all are rational."""
        flat = entries.ravel().tolist()
        if not any(isinstance(v, AlgebraicReal) for v in flat):
            return ExactArray.of(entries)
        field_of(flat)
        mid = np.array([to_float(v) for v in flat], dtype=np.float64)
        if not np.isfinite(mid).all():
            raise DomainError("a weight is beyond the range of a double")
        return cls(mid.reshape(entries.shape), entries, 1)

    def __getitem__(self, key: Any) -> ExactArray:
        """Return a part of the array."""
        assert self.numerators is not None
        return FieldArray(np.asarray(self.mid[key]), _objects(self.numerators[key]), 1)

    def reshape(self, *shape: int) -> ExactArray:
        """Return the same entries in another shape."""
        assert self.numerators is not None
        return FieldArray(self.mid.reshape(shape), self.numerators.reshape(shape), 1)

    def scalar(self, index: int | tuple[int, ...]) -> Num:
        """One entry."""
        assert self.numerators is not None
        entry: Num = self.numerators[index]
        return entry

    def scalars(self) -> NDArray[np.object_]:
        """All entries as an object array of ``mpq`` and `AlgebraicReal`."""
        assert self.numerators is not None
        return self.numerators


def _objects(part: Any) -> NDArray[np.object_]:
    """Keep a single entry an array."""
    if isinstance(part, np.ndarray):
        return part
    out = np.empty((), dtype=object)
    out[()] = part
    return out


def read_array(values: Any, what: str = "weights") -> ExactArray:
    """Read weights of any exact kind.

    Parameters
    ----------
    values : array_like
        Float arrays (each float is the dyadic rational that it is), integers,
        fractions, strings "p/q", or numbers of one real number field.
    what : str
        How errors name the array.

    Returns
    -------
    ExactArray
        A `FieldArray` if an entry is irrational.

    Raises
    ------
    DomainError
        If an entry is NaN or infinite, or the rows differ in length.
    InexactInputError
        If an entry is not a number that can be read exactly.
    FieldMismatchError
        If entries lie in two number fields.
    """
    if isinstance(values, ExactArray):
        return values
    if isinstance(values, AlgebraicReal):
        return FieldArray.of_nums(_objects(to_num(values)))
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise DomainError(f"{what}: the rows differ in length; pass a rectangular array") from error
    if array.dtype == object:
        flat = array.ravel().tolist()
        if any(isinstance(v, AlgebraicReal) for v in flat):
            nums = np.empty(len(flat), dtype=object)
            nums[:] = [to_num(v) for v in flat]
            return FieldArray.of_nums(nums.reshape(array.shape))
        if any(isinstance(v, (float, np.floating)) for v in flat):
            # a list that mixes floats with fractions: each float is the dyadic that it is
            array = np.frompyfunc(_float_to_ratio, 1, 1)(array)
    # numpy makes a contiguous copy of a single number one-dimensional
    return ExactArray.of(array, what).reshape(*array.shape)


def _float_to_ratio(value: Any) -> Any:
    if isinstance(value, (float, np.floating)) and np.isfinite(value):
        p, q = float(value).as_integer_ratio()
        return to_num(p) / to_num(q)
    if isinstance(value, (float, np.floating)):
        raise DomainError(f"an entry is {value}; weights must be finite numbers")
    return value


def zeros(*shape: int) -> ExactArray:
    """Return an array of zeros."""
    return ExactArray(np.zeros(shape))


def ones(*shape: int) -> ExactArray:
    """Return an array of ones."""
    return ExactArray(np.ones(shape))


def common(parts: Sequence[ExactArray]) -> tuple[list[NDArray[np.object_]], int]:
    """Integers of several rational arrays over one denominator."""
    integers = [as_integers(p) for p in parts]
    denominator = lcm(*(d for _, d in integers))
    return [n if d == denominator else n * (denominator // d) for n, d in integers], denominator


def as_integers(array: ExactArray) -> tuple[NDArray[np.object_], int]:
    """Numerators as Python integers and their common denominator.

    A `FieldArray` gives its entries and 1.
    """
    if array.numerators is not None:
        return array.numerators, array.denominator
    mid = array.mid.ravel()
    mantissa, exponent = np.frexp(mid)
    shift = np.where(mid != 0, exponent.astype(np.int64) - 53, 0)
    low = int(min(shift.min(initial=0), 0))
    whole = np.ldexp(mantissa, 53).astype(np.int64)
    out = np.empty(mid.size, dtype=object)
    out[:] = [w << s for w, s in zip(whole.tolist(), (shift - low).tolist(), strict=True)]
    # trailing zeros are common (short floats): take them out
    bits = -low
    if bits:
        spare = bits
        for w in out.tolist():
            if w:
                spare = min(spare, (w & -w).bit_length() - 1)
                if spare == 0:
                    break
        if spare:
            out[:] = [w >> spare for w in out.tolist()]
            bits -= spare
    return out.reshape(array.shape), 1 << bits


def add(left: ExactArray, right: ExactArray) -> ExactArray:
    """Return the exact sum of two arrays of one shape."""
    if right.equals(0).all():
        return left
    if left.equals(0).all():
        return right
    total = left.scalars() + right.scalars()
    return FieldArray.of_nums(np.asarray(total, dtype=object).reshape(left.shape))


def broadcast(array: ExactArray, shape: tuple[int, ...]) -> ExactArray:
    """Return the array repeated to a larger shape."""
    if array.shape == shape:
        return array
    numerators = array.numerators
    return type(array)(
        np.ascontiguousarray(np.broadcast_to(array.mid, shape)),
        None if numerators is None else np.broadcast_to(numerators, shape).copy(),
        array.denominator,
    )


def masked(array: ExactArray, keep: NDArray[np.bool_]) -> ExactArray:
    """Return the array with zeros where ``keep`` is false."""
    numerators = array.numerators
    return type(array)(
        np.where(keep, array.mid, 0.0),
        None if numerators is None else np.where(keep, numerators, 0),
        array.denominator,
    )


def assemble(shape: tuple[int, ...], parts: Sequence[tuple[Any, ExactArray]]) -> ExactArray:
    """Zeros of a shape with arrays written at numpy indices."""
    mid = np.zeros(shape)
    for key, part in parts:
        mid[key] = part.mid
    arrays = [part for _, part in parts]
    if all(part.numerators is None for part in arrays):
        return ExactArray(mid)
    numerators = np.zeros(shape, dtype=object)
    if any(isinstance(part, FieldArray) for part in arrays):
        numerators[...] = mpq(0)
        for key, part in parts:
            numerators[key] = part.scalars()
        return FieldArray(mid, numerators, 1)
    scaled, denominator = common(arrays)
    for (key, _), part_numerators in zip(parts, scaled, strict=True):
        numerators[key] = part_numerators
    return ExactArray(mid, numerators, denominator)


def collect(shape: tuple[int, int], index: NDArray[np.intp], values: ExactArray) -> ExactArray:
    """Write row i's ``values[i, k]`` into column ``index[i, k]``; equal columns add up exactly."""
    rows = np.broadcast_to(np.arange(shape[0])[:, None], index.shape)
    keep = ~values.equals(0)
    where = rows[keep] * shape[1] + index[keep]
    if len(np.unique(where)) == len(where):
        return assemble(shape, [((rows[keep], index[keep]), values[keep])])
    total = np.zeros(shape[0] * shape[1], dtype=object)
    total[:] = mpq(0)
    np.add.at(total, where, values.scalars()[keep])
    return FieldArray.of_nums(total.reshape(shape))
