"""Maps of intervals that several measurements share."""

from __future__ import annotations

import random
from fractions import Fraction

import plsym as pl

__all__ = ["BIMODAL", "FIVE", "zigzag"]

BIMODAL = pl.PiecewiseLinear([0, "3/10", "7/10", 1], ["1/10", "9/10", "1/5", "19/20"])
FIVE = pl.PiecewiseLinear(
    [Fraction(k, 60) for k in (0, 7, 19, 30, 47, 60)],
    [Fraction(k, 60) for k in (3, 55, 2, 58, 11, 59)],
)


def zigzag(pieces: int, q: int, seed: int) -> tuple[list[Fraction], list[Fraction]]:
    """Knots of a map that alternates near the bottom and near the top, on a grid of step 1/q."""
    rng = random.Random(seed)
    xs = [0, *sorted(rng.sample(range(1, q), pieces - 1)), q]
    low, high = range(q // 3), range(q // 2, q + 1)
    ys = [rng.choice(high if i % 2 else low) for i in range(pieces + 1)]
    return [Fraction(x, q) for x in xs], [Fraction(y, q) for y in ys]
