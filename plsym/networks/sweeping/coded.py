"""Stages in residues, and bounds of the integers behind them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import ceil
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plsym.exact.dyadics import ExactArray
from plsym.exact.residues import Residues, integer_scale
from plsym.networks.sweeping.stages import Dense, Stage

__all__ = ["Coded", "StageCodes", "largest"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


_KEPT = 1 << 16


@lru_cache(maxsize=64)
def _residues(bits: int) -> Residues:
    return Residues(bits)


class Scale(NamedTuple):
    """How a stage is made integral, and bounds of the integers."""

    shift: int
    denominator: int
    factor: int  # 2**shift * denominator
    row: int  # largest sum of sizes in a row of the weights
    bias: int
    alpha: int  # the factor that makes the units' slopes integral
    unit: int  # the largest size of an integral unit slope


def largest(array: ExactArray) -> Fraction:
    """The largest size of an entry, exactly."""
    if array.numerators is not None:
        sizes = (abs(int(v)) for v in array.numerators.ravel())
        return Fraction(max(sizes, default=0), array.denominator)
    return Fraction(float(np.abs(array.mid).max(initial=0.0)))


def _largest_sum(rows: Indices, values: ExactArray, n_rows: int, terms: int) -> Fraction:
    """A bound on the sums of sizes in each row."""
    if values.is_dyadic:
        total = float(np.bincount(rows, weights=np.abs(values.mid), minlength=n_rows).max())
        if total < 2.0**1000:
            return Fraction(total) * Fraction(1 + 2**-30)  # the float sum was rounded
    return terms * largest(values)


def stage_scale(stage: Stage) -> Scale:
    """Find the factors that make a stage integral, and bound the integers."""
    rows, _, values = stage.linear.entries()
    weights = integer_scale(values)
    bias = integer_scale(stage.bias)
    shift = max(weights[0], bias[0])
    denominator = weights[1] * bias[1] // _gcd(weights[1], bias[1])
    factor = denominator << shift
    a_shift, a_denominator = integer_scale(stage.alpha)
    alpha = a_denominator << a_shift
    return Scale(
        shift,
        denominator,
        factor,
        ceil(_largest_sum(rows, values, stage.n_out, stage.linear.terms) * factor),
        ceil(largest(stage.bias) * factor),
        alpha,
        ceil(max(largest(stage.alpha), Fraction(1)) * alpha),
    )


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


class Coded:
    """A stage in residues."""

    def __init__(self, stage: Stage, scale: Scale, ring: Residues) -> None:
        self.n_in, self.n_out = stage.n_in, stage.n_out
        rows, columns, values = stage.linear.entries()
        coded = ring.of_array(values, scale.shift, scale.denominator)
        if isinstance(stage.linear, Dense):
            self.matrix = coded.reshape(-1, stage.n_out, stage.n_in)
        else:
            self.matrix = np.zeros((len(ring.primes), stage.n_out, stage.n_in))
            for k in range(len(ring.primes)):
                np.add.at(self.matrix[k], (rows, columns), coded[k])
            ring.reduce(self.matrix)
        self.bias = ring.of_array(stage.bias, scale.shift, scale.denominator)
        self.factor = ring.of_int(scale.factor)
        self.alpha_factor = ring.of_int(scale.alpha)
        self.is_relu = bool(stage.alpha.equals(0).all())
        self.is_affine = stage.bending.size == 0
        shift, _ = integer_scale(stage.alpha)
        self.negative = ring.of_array(stage.alpha, shift, scale.alpha >> shift)


class StageCodes:
    """The stages of one network in residues, each made when it is first needed.

    Forms of units are integers: the affine functions times `factor` of their stage.
    """

    def __init__(self, stages: Sequence[Stage]) -> None:
        self.stages = stages
        self._scales: dict[int, Scale] = {}
        self._coded: dict[tuple[int, int], Coded] = {}

    def scale(self, stage: int) -> Scale:
        """How a stage is made integral."""
        if stage not in self._scales:
            kept = self.stages[stage].codes
            if "scale" not in kept:
                kept["scale"] = stage_scale(self.stages[stage])
            self._scales[stage] = kept["scale"]
        return self._scales[stage]

    def sizes(self, stage: int) -> tuple[int, int]:
        """Bounds of the forms of a stage: the sum of sizes of coefficients, and the constant."""
        top = self.scale(stage)
        g, total = top.row, top.bias
        for i in range(stage - 1, -1, -1):
            s = self.scale(i)
            g *= s.unit
            total = total * s.alpha * s.factor + g * s.bias
            g *= s.row
        return g, total

    def factor(self, stage: int) -> int:
        """The positive integer by which the forms of a stage's units are multiplied."""
        product = self.scale(stage).factor
        for i in range(stage):
            s = self.scale(i)
            product *= s.factor * s.alpha
        return product

    def ring(self, bits: int) -> Residues:
        """Primes enough for so many bits, in steps of 64."""
        bits = -(-bits // 64) * 64
        return _residues(bits)

    def code(self, stage: int, ring: Residues) -> Coded:
        """A stage modulo the primes of a ring."""
        key = (stage, ring.bits)
        if key not in self._coded:
            kept = self.stages[stage].codes
            found = kept.get(ring.bits)
            if found is None:
                found = Coded(self.stages[stage], self.scale(stage), ring)
                if found.matrix.size <= _KEPT:  # small ones outlive the sweep
                    kept[ring.bits] = found
            self._coded[key] = found
        return self._coded[key]
