"""Exact integer matrix products through residues over float64 BLAS.

A product of integer matrices is computed modulo many primes below 2**22.  The
residues are kept balanced (at most half a prime in size), so that a sum of up
to 2000 products stays below 2**53 and a float64 matrix product is exact.  The
integers come back by the Chinese remainder theorem; a proved bound on their
size says how many primes are needed.  Measured against python-flint's integer
matrices this is several times faster (see ``benchmarks/test_residues.py``).
"""

from __future__ import annotations

from functools import cache
from math import prod

import numpy as np
from numpy.typing import NDArray

from plsym.exact.dyadics import ExactArray

__all__ = ["Residues", "integer_scale", "primes"]

Floats = NDArray[np.float64]

_TOP = 1 << 22
_BLOCK = 2000  # products summed before a reduction: 2000 * (2**21 + 2)**2 < 2**53 - 2**23


@cache
def _prime_table() -> tuple[int, ...]:
    """The 4096 largest primes below 2**22, in decreasing order."""
    low = _TOP - (1 << 17)
    alive = np.ones(_TOP - low, dtype=bool)
    for d in range(2, 2049):
        first = -(-low // d) * d
        alive[first - low :: d] = False
    found = np.flatnonzero(alive)[::-1] + low
    return tuple(int(p) for p in found[:4096])


def primes(bits: int) -> tuple[int, ...]:
    """The fewest table primes whose product exceeds 2**(bits + 1).

    Signed integers of at most ``bits`` bits are then determined by their residues.
    """
    table = _prime_table()
    product = 1
    for count, p in enumerate(table, start=1):
        product *= p
        if product.bit_length() > bits + 2:
            return table[:count]
    raise OverflowError(f"{bits} bits are beyond the {len(table)} primes of the table")


def integer_scale(array: ExactArray) -> tuple[int, int]:
    """A pair (shift, denominator) such that array * 2**shift * denominator is integral.

    ``shift`` >= 0; one of the two is trivial.
    """
    if array.numerators is not None:
        return 0, array.denominator
    values = array.mid[array.mid != 0]
    if values.size == 0:
        return 0, 1
    fraction, exponent = np.frexp(values)
    mantissa = np.ldexp(fraction, 53).astype(np.int64)
    trailing = np.frexp((mantissa & -mantissa).astype(np.float64))[1] - 1
    lowest = int((exponent - 53 + trailing).min())
    return max(0, -lowest), 1


class Residues:
    """Arithmetic modulo a fixed list of primes; arrays have the primes on axis 0.

    Parameters
    ----------
    bits : int
        The results that are to be read back fit in this many bits, sign apart.
    """

    def __init__(self, bits: int) -> None:
        self.bits = bits
        self.primes = primes(bits)
        self._p = np.array(self.primes, dtype=np.float64)
        self._inverse = 1.0 / self._p

    def _shaped(self, a: Floats) -> tuple[Floats, Floats]:
        shape = (-1,) + (1,) * (a.ndim - 1)
        return self._p.reshape(shape), self._inverse.reshape(shape)

    def reduce(self, a: Floats) -> Floats:
        """Balanced residues of integers below 2**53 - 2**23 in size, in place."""
        p, inverse = self._shaped(a)
        # the quotient may be off by one near a half; the remainder is exact all the same
        q = a * inverse
        np.rint(q, out=q)
        q *= p
        a -= q
        return a

    def of_int(self, value: int) -> Floats:
        """Balanced residues of one Python integer, shape (k,)."""
        out = np.array([value % p for p in self.primes], dtype=np.float64)
        return self.reduce(out)

    def of_array(self, array: ExactArray, shift: int, denominator: int) -> Floats:
        """Residues of array * 2**shift * denominator (integral), shape (k, *array.shape)."""
        if array.numerators is not None:
            factor = (denominator << shift) // array.denominator
            flat = [int(v) * factor for v in array.numerators.ravel().tolist()]
            rows = [[v % p for v in flat] for p in self.primes]
            return self.reduce(np.array(rows, dtype=np.float64).reshape(-1, *array.shape))
        fraction, exponent = np.frexp(array.mid)
        mantissa = np.ldexp(fraction, 53)
        power = exponent.astype(np.int64) - 53 + shift
        # move trailing zeros of the mantissa out, so that every power is >= 0
        low = power < 0
        if low.any():
            mantissa = np.where(low, np.ldexp(mantissa, np.minimum(power, 0)), mantissa)
            power = np.maximum(power, 0)
        power = np.where(mantissa == 0, 0, power)
        top = int(power.max()) if power.size else 0
        # a 53-bit mantissa in two halves, so that no intermediate product passes 2**53
        high = np.floor(mantissa / 2.0**26)
        out = np.empty((len(self.primes), *array.shape))
        out[:] = high
        self.reduce(out)
        out *= 2.0**26 - self._shaped(out)[0] * 16.0
        out += mantissa - high * 2.0**26
        self.reduce(out)
        if top > 0 or denominator != 1:
            table = self._powers(denominator, top)
            for i in range(len(self.primes)):
                out[i] *= table[i][power]
            self.reduce(out)
        return out

    def _powers(self, factor: int, top: int) -> Floats:
        """Residues of factor * 2**j for j = 0..top, shape (k, top + 1)."""
        table = self.of_int(factor)[:, None]
        step = 1
        while table.shape[1] <= top:
            ahead = self.multiply(table, self.of_int(1 << step)[:, None])
            table = np.concatenate([table, ahead], axis=1)
            step *= 2
        return table[:, : top + 1]

    def multiply(self, a: Floats, b: Floats) -> Floats:
        """Elementwise product of residues, reduced."""
        return self.reduce(a * b)

    def matmul(self, a: Floats, b: Floats) -> Floats:
        """The product over the last axis of ``a`` and the middle axis of ``b``, reduced."""
        inner = a.shape[-1]
        if inner <= _BLOCK:
            return self.reduce(np.matmul(a, b))
        total = self.reduce(np.matmul(a[..., :_BLOCK], b[:, :_BLOCK]))
        for start in range(_BLOCK, inner, _BLOCK):
            stop = start + _BLOCK
            total += self.reduce(np.matmul(a[..., start:stop], b[:, start:stop]))
        return self.reduce(total)

    def to_ints(self, a: Floats) -> list[int]:
        """Read integers of at most ``bits`` bits back from residues of shape (k, n).

        Cost: about k multiplications of a machine word by a long integer each.
        """
        modulus = prod(self.primes)
        total = np.zeros(a.shape[1], dtype=object)
        for i, p in enumerate(self.primes):
            cofactor = modulus // p
            weight = cofactor * pow(cofactor, -1, p)
            total += a[i].astype(np.int64).astype(object) * (weight % modulus)
        total %= modulus
        half = modulus >> 1
        return [int(v) - modulus if v > half else int(v) for v in total.tolist()]

    def is_zero(self, a: Floats) -> NDArray[np.bool_]:
        """Which of the integers behind residues of shape (k, n) are zero."""
        result: NDArray[np.bool_] = (a == 0).all(axis=0)
        return result
