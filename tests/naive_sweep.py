"""The dumb way: sweep stages along a path with fractions, one interval at a time."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np


def stage_data(stages):
    """Exact weights, bias and alpha of stages as nested lists of fractions."""
    out = []
    for stage in stages:
        w = [[Fraction(0)] * stage.n_in for _ in range(stage.n_out)]
        rows, columns, values = stage.linear.entries()
        exact = values.scalars()
        for r, c, v in zip(rows.tolist(), columns.tolist(), exact.tolist(), strict=True):
            w[r][c] += Fraction(int(v.numerator), int(v.denominator))
        bias = [Fraction(int(v.numerator), int(v.denominator)) for v in stage.bias.scalars()]
        alpha = [Fraction(int(v.numerator), int(v.denominator)) for v in stage.alpha.scalars()]
        out.append((w, bias, alpha))
    return out


def forward(data, x):
    """Exact outputs of all stages at a point: a list of (z, h)."""
    h = list(x)
    out = []
    for w, b, alpha in data:
        z = [
            sum((wi * hi for wi, hi in zip(row, h, strict=True)), bj)
            for row, bj in zip(w, b, strict=True)
        ]
        h = [v if v > 0 else a * v for v, a in zip(z, alpha, strict=True)]
        out.append((z, h))
    return out


def naive(stages, corners):
    """All rows (t) and, for each, values of every stage; cut at exact roots."""
    data = stage_data(stages)
    points = [
        [Fraction(int(v.numerator), int(v.denominator)) for v in row] for row in corners.scalars()
    ]

    def at(t):
        i = min(int(t), len(points) - 2)
        s = t - i
        return [a + s * (b - a) for a, b in zip(points[i], points[i + 1], strict=True)]

    ts = [Fraction(i) for i in range(len(points))]
    for k, (_, _, alpha) in enumerate(data):
        z = [forward(data[: k + 1], at(t))[k][0] for t in ts]
        new = set(ts)
        for i in range(len(ts) - 1):
            for j, a in enumerate(alpha):
                if a != 1 and z[i][j] * z[i + 1][j] < 0:
                    s = z[i][j] / (z[i][j] - z[i + 1][j])
                    new.add(ts[i] + s * (ts[i + 1] - ts[i]))
        ts = sorted(new)
    values = [forward(data, at(t)) for t in ts]
    return ts, values


def naive_transitions(stages, values):
    """(row, stage, unit, after) of every change of activity."""
    out = []
    for k, stage in enumerate(stages):
        for j in stage.bending.tolist():
            on = [
                values[r][k][0][j] > 0 or values[r + 1][k][0][j] > 0 for r in range(len(values) - 1)
            ]
            out += [(r, k, j, on[r]) for r in range(1, len(on)) if on[r] != on[r - 1]]
    return sorted(out)


def naive_breaks(ts, values, component=None):
    """Interior rows where the output changes slope."""
    ys = [v[-1][1] if component is None else [v[-1][1][component]] for v in values]
    slopes = [
        [(b - a) / (ts[r + 1] - ts[r]) for a, b in zip(ys[r], ys[r + 1], strict=True)]
        for r in range(len(ts) - 1)
    ]
    return [r for r in range(1, len(ts) - 1) if slopes[r] != slopes[r - 1]]


def random_layers(rng, widths, kind):
    """Weights of a random or degenerate network as numpy arrays."""
    layers = []
    for n_in, n_out in pairwise(widths):
        w = rng.normal(0, np.sqrt(2 / n_in), (n_out, n_in))
        b = rng.normal(0, 0.5, n_out)
        if kind == "ternary":
            w = rng.integers(-1, 2, (n_out, n_in)).astype(float)
            b = rng.integers(-1, 2, n_out) / 2
        elif kind == "degenerate":
            for j in range(1, n_out):
                what = rng.integers(0, 8)
                i = rng.integers(0, j)
                if what == 0:
                    w[j], b[j] = w[i], b[i]
                elif what == 1:
                    w[j], b[j] = -w[i], -b[i]
                elif what == 2:
                    w[j], b[j] = 2 * w[i], 2 * b[i]
                elif what == 3:
                    w[j] = 0
                elif what == 4:
                    w[j], b[j] = 0, 0
                elif what == 5:
                    w[j], b[j] = w[i], np.nextafter(b[i], 9)
                elif what == 6:
                    b[j] = 0
        elif kind == "near":
            for j in range(1, n_out):
                w[j], b[j] = w[0], b[0] * (1 + 1e-12 * j)
        layers.append((w, b))
    return layers
