"""Plain models of PL functions, strategies for pairs on one domain, and dense exact samples."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import brute_iterates as brute
import numpy as np
from hypothesis import strategies as st

import plsym as pl
from plsym.testing import piecewise_linear_functions, scalars

GOLDEN = pl.golden()
NEAR = Fraction(1, 10**12)


def plain(f):
    """(xs, ys, left slope, right slope), the form of `brute_iterates`."""
    low, high = f.domain
    left = f.slopes[0] if low == -math.inf else None
    right = f.slopes[-1] if high == math.inf else None
    return tuple(f.breakpoints), tuple(f.values), left, right


def value(f, x):
    return brute.value(plain(f), x)


def samples(*functions, extra=()):
    """Breakpoints, points between and beyond them: where PL functions can differ."""
    low, high = functions[0].domain
    marks = sorted({x for f in functions for x in f.breakpoints} | set(extra))
    marks = [x for x in marks if low <= x <= high]
    between = [(a + 2 * b) / 3 for a, b in pairwise(marks)]
    between += [(a + b) / 2 for a, b in pairwise(marks)]
    beyond = []
    if low == -math.inf:
        beyond += [marks[0] - s for s in (Fraction(1, 3), 5, 1000)]
    if high == math.inf:
        beyond += [marks[-1] + s for s in (Fraction(1, 3), 5, 1000)]
    return sorted({*marks, *between, *beyond})


def fields():
    return st.sampled_from([None, None, GOLDEN])


@st.composite
def functions(draw):
    """One function on any kind of domain, over Q or Q(sqrt 5)."""
    field = draw(fields())
    return draw(piecewise_linear_functions(unbounded=True, field=field))


@st.composite
def pairs(draw, count=2):
    """Functions on one domain: [0, 1], a half-line or the line; close knots included."""
    field = draw(fields())
    kind = draw(st.sampled_from(["interval", "left", "right", "line"]))
    if kind == "interval":
        return [draw(piecewise_linear_functions(domain=(0, 1), field=field)) for _ in range(count)]
    out = []
    slope = scalars(min_value=-2, max_value=2, max_denominator=4, field=field)
    for _ in range(count):
        inner = draw(st.lists(st.integers(1, 8), max_size=4, unique=True))
        xs = sorted({Fraction(0), *(Fraction(k, 4) for k in inner)})
        if draw(st.booleans()):
            xs.append(xs[-1] + NEAR)
        ys = [draw(slope) for _ in xs]
        first = draw(slope) if kind != "right" else None
        last = draw(slope) if kind != "left" else None
        if kind == "left":
            xs = [x - xs[-1] for x in xs]
        out.append(pl.PiecewiseLinear(xs, ys, left_slope=first, right_slope=last))
    return out


def integer_network(inputs, widths, seed, most=2):
    """A network with small integer weights: parallel, equal, dead and zero neurons are likely."""
    rng = np.random.default_rng(seed)
    return pl.from_weights(
        [
            (rng.integers(-most, most + 1, (b, a)).tolist(), rng.integers(-1, 2, b).tolist())
            for a, b in pairwise([inputs, *widths, 1])
        ]
    )
