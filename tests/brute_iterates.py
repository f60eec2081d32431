"""Slow and obvious iterates of piecewise-linear maps: the oracle of several tests.

A function is ``(xs, ys, left, right)`` like `Knots`, with any exact number type.
Nothing here uses the package.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise


def value(f, x):
    xs, ys, left, right = f
    if x <= xs[0]:
        return ys[0] + (x - xs[0]) * left if x < xs[0] else ys[0]
    if x >= xs[-1]:
        return ys[-1] + (x - xs[-1]) * right if x > xs[-1] else ys[-1]
    for i in range(len(xs) - 1):
        if x <= xs[i + 1]:
            break
    slope = (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i])
    return ys[i] + (x - xs[i]) * slope


def slopes(f):
    xs, ys, left, right = f
    inner = [(ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]) for i in range(len(xs) - 1)]
    return ([] if left is None else [left]) + inner + ([] if right is None else [right])


def canonical(f):
    xs, ys, left, right = f
    every = slopes(f)
    skip = 0 if left is not None else 1
    keep = []
    for i in range(len(xs)):
        inner = (i > 0 or left is not None) and (i < len(xs) - 1 or right is not None)
        if not inner or every[i - skip] != every[i - skip + 1]:
            keep.append(i)
    if not keep:
        zero = xs[0] - xs[0]
        return (zero,), (value(f, zero),), left, right
    return tuple(xs[i] for i in keep), tuple(ys[i] for i in keep), left, right


def solutions(f, level):
    """Points where f crosses a level, plateaus by their ends (missing ends at infinity)."""
    xs, ys, left, right = f
    found = []
    for i in range(len(xs) - 1):
        a, b = ys[i], ys[i + 1]
        if a != b and min(a, b) <= level <= max(a, b):
            found.append(xs[i] + (level - a) * (xs[i + 1] - xs[i]) / (b - a))
    if left:
        x = xs[0] + (level - ys[0]) / left
        if x < xs[0]:
            found.append(x)
    if right:
        x = xs[-1] + (level - ys[-1]) / right
        if x > xs[-1]:
            found.append(x)
    return found


def compose(f, g):
    """Return f after g."""
    points = set(g[0])
    for level in f[0]:
        points.update(solutions(g, level))
    xs = tuple(sorted(points))
    ys = tuple(value(f, value(g, x)) for x in xs)
    left = right = None
    if g[2] is not None:
        left = ys[0] - value(f, value(g, xs[0] - 1))
    if g[3] is not None:
        right = value(f, value(g, xs[-1] + 1)) - ys[-1]
    return canonical((xs, ys, left, right))


def iterates(f, n):
    """Return [f, f^2, ..., f^n]."""
    result = [canonical(f)]
    for _ in range(n - 1):
        result.append(compose(f, result[-1]))
    return result


def walk(f, levels):
    """Return the values along f at all special points and between them, in order.

    Items are (value, whether it is taken on an open interval); between two neighbouring
    special points (knots and solutions at the levels) no level is met except on plateaus.
    """
    points = set(f[0])
    for level in levels:
        points.update(solutions(f, level))
    xs = sorted(points)
    result = []
    if f[2] is not None:
        result.append((value(f, xs[0] - 1), True))
    for i, x in enumerate(xs):
        if i:
            result.append((value(f, (xs[i - 1] + x) / 2), True))
        result.append((value(f, x), False))
    if f[3] is not None:
        result.append((value(f, xs[-1] + 1), True))
    return result


def pieces(f):
    every = slopes(f)
    # An affine map of the line has a knot that is only a label.
    return 1 if f[2] is not None and every[:1] * len(every) == every else len(every)


def laps(f):
    signs = [s > 0 for s in slopes(f) if s != 0]
    return 1 + sum(a != b for a, b in pairwise(signs))


def changes(marks):
    marks = [m for m in marks if m is not None]
    return sum(a != b for a, b in pairwise(marks))


def alternation(f, x, y):
    return changes([True if v >= y else False if v <= x else None for v, _ in walk(f, [x, y])])


def threshold(f, z):
    return 1 + changes([v >= z for v, _ in walk(f, [z])])


def preimages(f, z):
    hits = [False] + [v == z for v, _ in walk(f, [z])]
    return sum(b and not a for a, b in pairwise(hits))


def disjoint(f, x, y):
    """Dynamic programming over all points with value x or y (plateaus as four points)."""
    letters = []
    for v, long in walk(f, [x, y]):
        if v in (x, y):
            letters += [v == y] * (4 if long else 1)
    best = [0] * (len(letters) + 1)
    last = {True: None, False: None}
    for j, letter in enumerate(letters):
        best[j + 1] = best[j]
        other = last[not letter]
        if other is not None:
            best[j + 1] = max(best[j + 1], best[other] + 1)
        last[letter] = j
    return best[-1]


def variation(f):
    return sum((abs(b - a) for a, b in pairwise(f[1])), Fraction(0))


def integral(f, power=1):
    """Simpson-free: exact for polynomials of affine pieces by the power rule."""
    total = Fraction(0)
    for i in range(len(f[0]) - 1):
        h, a, b = f[0][i + 1] - f[0][i], f[1][i], f[1][i + 1]
        total = total + h * sum(a**k * b ** (power - k) for k in range(power + 1)) / (power + 1)
    return total


def distance(f, z):
    """Integral of |f - z|."""
    xs = sorted(set(f[0]) | set(solutions(f, z)))
    total = Fraction(0)
    for a, b in pairwise(xs):
        total = total + (b - a) * (abs(value(f, a) - z) + abs(value(f, b) - z)) / 2
    return total
