"""Exact affine forms of units under given activation patterns, many at once.

Under a pattern of the earlier units, unit j of stage s is an affine function of the
coordinates.  A backward chain of residue products through the stages gives its integer
coefficients up to a positive factor, for all wanted units together.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from plsym.exact.residues import Residues
from plsym.networks.sweeping.coded import StageCodes
from plsym.networks.sweeping.stages import Stage

__all__ = ["PatternForms"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Bytes = NDArray[np.uint8]

_BATCH = 6_000_000  # residues held at once


class PatternForms:
    """Exact forms for the stages of one chart.

    Parameters
    ----------
    stages : sequence of Stage
        With d inputs.
    offsets : sequence of int
        The byte of a pattern at which each stage begins.

    Notes
    -----
    A pattern is a row of bytes; for each stage, bit i (from the high end) says whether
    its i-th bending unit is positive.
    """

    def __init__(self, stages: Sequence[Stage], offsets: Sequence[int]) -> None:
        self.stages = stages
        self.offsets = offsets
        self._codes = StageCodes(stages)

    def factor(self, stage: int) -> int:
        """The positive integer by which the forms of a stage's units are multiplied."""
        return self._codes.factor(stage)

    def positive(self, stage: int, patterns: Bytes) -> NDArray[np.bool_]:
        """Which units of a stage are positive under patterns, shape (n, units)."""
        bending = self.stages[stage].bending
        start = self.offsets[stage]
        stop = start + (len(bending) + 7) // 8
        bits = np.unpackbits(patterns[:, start:stop], axis=1, count=len(bending)).astype(bool)
        if len(bending) == self.stages[stage].n_out:
            return bits
        out = np.ones((len(patterns), self.stages[stage].n_out), dtype=bool)
        out[:, bending] = bits
        return out

    def ring(self, stage: int, bits: int | None = None) -> Residues:
        """Primes enough for the forms of a stage, or for so many bits."""
        return self._codes.ring(bits or int(2 * max(self._codes.sizes(stage)) + 1).bit_length())

    def residues(
        self, stage: int, units: Indices, patterns: Bytes, ring: Residues | None = None
    ) -> Floats:
        """Residues of forms, shape (primes, n, d + 1); the constant comes last."""
        ring = ring or self.ring(stage)
        k = len(ring.primes)
        n = len(units)
        d = self.stages[0].n_in
        out = np.empty((k, n, d + 1))
        width = max(s.n_in for s in self.stages[: stage + 1])
        step = max(1, _BATCH // (k * max(width, 1)))
        for start in range(0, n, step):
            part = slice(start, min(start + step, n))
            out[:, part] = self._chain(stage, units[part], patterns[part], ring)
        return out

    def _chain(self, stage: int, units: Indices, patterns: Bytes, ring: Residues) -> Floats:
        code = self._codes.code(stage, ring)
        g = code.matrix[:, units]
        total = code.bias[:, units]
        for i in range(stage - 1, -1, -1):
            code = self._codes.code(i, ring)
            if not code.is_affine:
                positive = self.positive(i, patterns)
                if code.is_relu:
                    g = g * positive
                else:
                    choice = np.where(
                        positive[None],
                        code.alpha_factor[:, None, None],
                        code.negative[:, None, :],
                    )
                    g = ring.multiply(g, choice)
            total = ring.multiply(total, code.alpha_factor[:, None])
            total = ring.multiply(total, code.factor[:, None])
            total += ring.matmul(np.ascontiguousarray(g), code.bias[:, :, None])[:, :, 0]
            ring.reduce(total)
            g = ring.matmul(np.ascontiguousarray(g), code.matrix)
        return np.concatenate([g, total[:, :, None]], axis=2)

    def integers(self, stage: int, units: Indices, patterns: Bytes) -> list[tuple[int, ...]]:
        """Forms as integers, each times `factor` of the stage."""
        if len(units) == 0:
            return []
        ring = self.ring(stage)
        found = self.residues(stage, units, patterns, ring)
        k, n, width = found.shape
        flat = ring.to_ints(found.reshape(k, n * width))
        return [tuple(flat[i * width : (i + 1) * width]) for i in range(n)]
