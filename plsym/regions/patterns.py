"""Activation patterns of points, and of what lies just beyond them in a direction."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from gmpy2 import mpq

from plsym.exact.scalars import Num
from plsym.networks.exactpath import ExactStage

__all__ = ["pattern_at"]


def pattern_at(
    stages: Sequence[ExactStage], point: Sequence[Num], direction: Sequence[Num] | None = None
) -> bytes:
    """Which bending units are positive at a point, or just after it in a direction.

    Returns
    -------
    bytes
        Bits, the units of each stage from a byte of their own.

    Notes
    -----
    Exact.  Just after the point a unit is positive if its value is, or if that is zero and
    its derivative along the direction is positive; both are carried along.
    """
    values: list[Num] = list(point)
    slopes: list[Num] = [mpq(0)] * len(values) if direction is None else list(direction)
    parts = []
    for stage in stages:
        z = stage.linear(values)
        dz: list[Num] = [
            sum((w * slopes[j] for j, w in row), mpq(0)) if direction is not None else mpq(0)
            for row in stage.rows
        ]
        on = [v > 0 or (v == 0 and s > 0) for v, s in zip(z, dz, strict=True)]
        bits = np.array([on[j] for j in stage.bending], dtype=bool)
        parts.append(np.packbits(bits).tobytes())
        values = [v if p else a * v for v, p, a in zip(z, on, stage.alpha, strict=True)]
        slopes = [v if p else a * v for v, p, a in zip(dz, on, stage.alpha, strict=True)]
    return b"".join(parts)
