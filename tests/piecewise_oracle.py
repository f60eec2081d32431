"""A slow, independent oracle for PL functions: a list of points, searched from left to right.

Nothing here calls the algorithms of plsym: values come from linear search and
interpolation, solutions and counts from samples that contain every breakpoint,
every crossing of the levels in question, and the points halfway between.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from hypothesis import strategies as st

import plsym as pl
from plsym.testing import scalars

NEAR = Fraction(1, 10**12)


class Graph(NamedTuple):
    """Points (x, y) sorted by x, and the slopes beyond the first and the last, if any."""

    points: list[tuple[Any, Any]]
    left: Any = None
    right: Any = None

    def function(self):
        xs, ys = zip(*self.points, strict=True)
        return pl.PiecewiseLinear(xs, ys, left_slope=self.left, right_slope=self.right)


def graph(f):
    """The graph of a function, read from its breakpoints, values and end slopes."""
    low, high = f.domain
    return Graph(
        list(zip(f.breakpoints, f.values, strict=True)),
        f.slopes[0] if low == -math.inf else None,
        f.slopes[-1] if high == math.inf else None,
    )


def value(g, x):
    """The value at x; None outside the domain."""
    first, last = g.points[0], g.points[-1]
    if x < first[0]:
        return None if g.left is None else first[1] + g.left * (x - first[0])
    if x > last[0]:
        return None if g.right is None else last[1] + g.right * (x - last[0])
    for (a, u), (b, v) in pairwise(g.points):
        if a <= x <= b:
            return u + (v - u) * (x - a) / (b - a)
    return first[1]  # a single point, and x is there


def window(g, levels=()):
    """The points, and one on each unbounded side beyond which no level is met again."""
    points = list(g.points)
    for slope, end, out in ((g.left, 0, -1), (g.right, -1, 1)):
        if slope is None:
            continue
        x, y = points[end]
        step = Fraction(1)
        if slope != 0:
            step += max((abs(level - y) for level in levels), default=0) / abs(slope)
        points.insert(0 if out < 0 else len(points), (x + out * step, y + out * step * slope))
    return points


def sample(g, levels=()):
    """Points (x, y): breakpoints, crossings of the levels, and halfway between all of these."""
    points = window(g, levels)
    marks = {x for x, _ in points}
    for (a, u), (b, v) in pairwise(points):
        marks |= {a + (b - a) * (z - u) / (v - u) for z in levels if (u - z) * (v - z) < 0}
    marks |= {(a + b) / 2 for a, b in pairwise(sorted(marks))}
    return [(x, value(g, x)) for x in sorted(marks)]


def solutions(g, low, high=None):
    """Where low <= f <= high (f = low without high), as pairs of ends; infinite ends are floats."""
    high = low if high is None else high
    rows = sample(g, {low, high})
    found = []
    for i, (x, y) in enumerate(rows):
        if not low <= y <= high:
            continue
        # between two neighbouring samples a solution set is all or nothing: the samples
        # at even places are marks, those at odd places stand for the cell around them
        start = -math.inf if i == 0 and g.left is not None else x
        stop = math.inf if i == len(rows) - 1 and g.right is not None else x
        if found and found[-1][2] == i - 1:
            found[-1] = (found[-1][0], stop, i)
        else:
            found.append((start, stop, i))
    return [(a, b) for a, b, _ in found]


def ends(parts):
    """The parts of a solution set of plsym as pairs of ends."""
    return [(p.lower, p.upper) if isinstance(p, pl.Interval) else (p, p) for p in parts]


def slopes(g):
    """The slope between neighbouring samples: runs of equal slopes are pieces."""
    return [(v - u) / (b - a) for (a, u), (b, v) in pairwise(sample(g))]


def changes(items):
    return sum(a != b for a, b in pairwise(items))


def pieces(g):
    return 1 + changes(slopes(g))


def laps(g):
    return 1 + changes([s > 0 for s in slopes(g) if s != 0])


def threshold(g, z):
    return 1 + changes([y >= z for _, y in sample(g, {z})])


def alternation(g, x, y):
    """The most points at which f is in turn <= x and >= y, by dynamic programming; less one."""
    low = high = 0
    for _, v in sample(g, {x, y}):
        if v <= x:
            low = max(low, high + 1)
        elif v >= y:
            high = max(high, low + 1)
    return max(low, high, 1) - 1


def disjoint(g, x, y):
    """The most pairs of points with values x and y, each pair right of the one before."""
    # a plateau is sampled three times at least: more than a matching can use
    rows = [v for _, v in sample(g, {x, y}) if v in (x, y)]
    best = [0]
    for j, v in enumerate(rows):
        best.append(max([best[-1], *(best[i] + 1 for i in range(j) if rows[i] != v)]))
    return best[-1]


# ------------------------------------------------------------------ degenerate functions


@st.composite
def graphs(draw, field=None, bounded=False):
    """Graphs with plateaus, points on a line, and breakpoints a billionth of a thousandth apart."""
    coarse = st.sampled_from([Fraction(k, 2) for k in range(-2, 3)])
    height = coarse | scalars(min_value=-2, max_value=2, max_denominator=6, field=field)
    ends = [None, None]
    if not bounded:
        slope = st.none() | st.sampled_from([Fraction(0), Fraction(1)]) | height
        ends = [draw(slope), draw(slope)]
    xs, ys = [draw(coarse)], [draw(height)]
    needed = 1 if ends == [None, None] else 0
    for _ in range(draw(st.integers(needed, 5))):
        kind = draw(st.sampled_from(["any", "plateau", "diagonal", "same slope", "near"]))
        step = NEAR if kind == "near" else Fraction(draw(st.integers(1, 4)), 4)
        y = draw(height)
        if kind == "plateau":
            y = ys[-1]
        elif kind == "diagonal":
            y = ys[-1] + step
        elif kind == "same slope" and len(xs) > 1:
            y = ys[-1] + step * (ys[-1] - ys[-2]) / (xs[-1] - xs[-2])
        xs.append(xs[-1] + step)
        ys.append(y)
    return Graph(list(zip(xs, ys, strict=True)), *ends)


def any_graph():
    """A degenerate graph over Q or Q(sqrt 5)."""
    return graphs() | graphs(field=pl.golden())


@st.composite
def twins(draw):
    """Two graphs on one domain; often the second undoes the first but for a few points."""
    field = draw(st.sampled_from([None, pl.golden()]))
    g = draw(graphs(field=field))
    height = scalars(min_value=-2, max_value=2, max_denominator=6, field=field)
    if draw(st.booleans()):
        points = [(x, draw(height) if draw(st.booleans()) else -y) for x, y in g.points]
        if len(points) > 1 and draw(st.booleans()):
            (a, u), (b, v) = points[:2]
            points.insert(1, ((a + b) / 2, (u + v) / 2 + draw(st.sampled_from([0, NEAR]))))
        left, right = (None if s is None else -s for s in (g.left, g.right))
        return g, Graph(points, left, right)
    low, high = g.points[0][0], g.points[-1][0]
    inner = draw(st.lists(st.integers(1, 11), max_size=3, unique=True))
    xs = sorted({low, high, *(low + (high - low) * Fraction(k, 12) for k in inner)})
    tails = [None if s is None else draw(height) for s in (g.left, g.right)]
    return g, Graph([(x, draw(height)) for x in xs], *tails)


def merged(g, h):
    """Every point at which one of two graphs on one domain bends, where they meet, and between."""
    xs = {x for x, _ in [*g.points, *h.points]}
    difference = Graph([(x, value(g, x) - value(h, x)) for x in sorted(xs)])
    if g.left is not None:
        difference = difference._replace(left=g.left - h.left)
    if g.right is not None:
        difference = difference._replace(right=g.right - h.right)
    return [x for x, _ in sample(difference, {0})]


def levels(g):
    """Levels to ask for: values at breakpoints, extreme ones among them, and others."""
    return st.sampled_from([y for _, y in g.points]) | st.sampled_from(
        [Fraction(k, 4) for k in range(-10, 11)]
    )
