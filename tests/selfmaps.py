"""Strategies for self-maps in the plain form of `brute_iterates`, degenerate ones above all."""

from __future__ import annotations

from fractions import Fraction as Fr

import brute_iterates as brute
from gmpy2 import mpq
from hypothesis import strategies as st

from plsym.piecewise.knots import Knots

SLOPES = [Fr(s) for s in ("0", "1", "-1", "2", "-2", "1/2", "-1/2", "3/2")]

# Kinks that cancel under composition, knots on knots, fixed non-fold kinks.
SPECIAL = [
    brute.canonical((tuple(map(Fr, xs)), tuple(map(Fr, ys)), left, right))
    for xs, ys, left, right in [
        (("0",), ("0",), Fr(-2), Fr(-1, 2)),  # an involution of the line
        (("0",), ("0",), Fr(2), Fr(1, 2)),  # a fixed kink
        (("0",), ("3",), Fr(1), Fr(1)),  # a translation
        (("0",), ("3",), Fr(0), Fr(0)),  # a constant on the line
        (("0", "1/3", "1"), ("1", "1/3", "0"), None, None),
        (("0", "1/3", "1"), ("0", "2/3", "1"), None, None),
        (("0", "1/4", "1/2", "3/4", "1"), ("1/2", "7/8", "1", "1/2", "0"), None, None),
        (("0", "1/3", "2/3", "1"), ("1/3", "1", "0", "1/3"), None, None),
        (("0", "1/2", "1"), ("0", "1", "1"), None, None),
        # Two plateaus whose values have the same image.
        (
            ("0", "1/4", "3/8", "5/8", "3/4", "1"),
            ("1", "1/8", "1/8", "7/8", "7/8", "1/4"),
            None,
            None,
        ),
        (("0", "1"), ("1", "0"), None, None),
        (("0", "1"), ("1/2", "1/2"), None, None),
        (("-1", "0", "1"), ("309/500", "-1", "309/500"), None, None),
    ]
]


@st.composite
def interval_maps(draw):
    """Maps of [0, 1]: Markov or not, with plateaus and knots that hit knots."""
    q = draw(st.sampled_from([2, 3, 4, 6, 12, 60]))
    r = draw(st.sampled_from([q, q, q, 5, 7, 30]))
    inner = draw(st.lists(st.integers(1, q - 1), max_size=4, unique=True))
    xs = [Fr(0), *(Fr(k, q) for k in sorted(inner)), Fr(1)]
    ys = [Fr(draw(st.integers(0, r)), r) for _ in xs]
    return brute.canonical((tuple(xs), tuple(ys), None, None))


@st.composite
def unbounded_maps(draw):
    """Maps of the line or of a half-line into itself."""
    q = draw(st.sampled_from([1, 2, 3]))
    xs = sorted(draw(st.lists(st.integers(-4, 4), min_size=1, max_size=4, unique=True)))
    xs = [Fr(x, q) for x in xs]
    ys = [Fr(draw(st.integers(-4, 4)), q) for _ in xs]
    left, right = draw(st.sampled_from(SLOPES)), draw(st.sampled_from(SLOPES))
    kind = draw(st.sampled_from(["line", "line", "right", "left"]))
    if kind == "right":
        left, right, ys = None, abs(right), [max(y, xs[0]) for y in ys]
    elif kind == "left":
        left, right, ys = abs(left), None, [min(y, xs[-1]) for y in ys]
    return brute.canonical((tuple(xs), tuple(ys), left, right))


def self_maps():
    """All of them."""
    return st.one_of(interval_maps(), interval_maps(), unbounded_maps(), st.sampled_from(SPECIAL))


def knots(f):
    """Convert a plain function over Q or a number field to `Knots`."""

    def num(x):
        return mpq(x) if isinstance(x, Fr | int) else x

    xs, ys, left, right = f
    return Knots(
        tuple(num(x) for x in xs),
        tuple(num(y) for y in ys),
        None if left is None else num(left),
        None if right is None else num(right),
    )


def depth(f):
    """How far to iterate so that the oracle stays fast."""
    return {1: 5, 2: 5, 3: 5, 4: 4}.get(len(f[0]), 3)


def levels(f, its):
    """Values worth asking about: extreme values, knots, others."""
    return st.sampled_from(sorted({*f[0], *f[1], *its[-1][1][:4], Fr(1, 3), Fr(1, 2), Fr(0)}))
