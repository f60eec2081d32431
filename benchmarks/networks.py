"""Networks for the measurements, as lists of (W, b) in float64."""

from __future__ import annotations

from itertools import pairwise

import numpy as np


def he_layers(widths, seed=0):
    """He-initialised layers with small biases."""
    rng = np.random.default_rng(seed)
    layers = []
    for i, (n_in, n_out) in enumerate(pairwise(widths)):
        weights = rng.normal(0, np.sqrt(2 / n_in), (n_out, n_in))
        layers.append((weights, rng.normal(0, 0.5 if i == 0 else 0.3, n_out)))
    return layers


def tent_layers(depth):
    """The tent map composed ``depth`` times, two neurons a layer."""
    first = [(np.array([[1.0], [1.0]]), np.array([0, -0.5]))]
    middle = [(np.array([[2.0, -4.0], [2.0, -4.0]]), np.array([0, -0.5]))] * (depth - 1)
    return [*first, *middle, (np.array([[2.0, -4.0]]), np.array([0.0]))]


def zigzag_layers(teeth, depth, width=20, seed=0):
    """A zigzag composed with itself: every hidden layer but the first has rank one."""
    rng = np.random.default_rng(seed)
    inner = rng.uniform(-0.3, 0.3, teeth - 1)
    knots = (np.arange(teeth + 1) + np.concatenate([[0], inner, [0]])) / teeth
    heights = np.arange(teeth + 1) % 2 * rng.uniform(0.85, 0.99, teeth + 1)
    heights += 0.03 * rng.uniform(0, 1, teeth + 1) * (heights == 0)
    slopes = np.diff(heights) / np.diff(knots)
    u = rng.uniform(0.5, 2, width)
    u[teeth:] *= -1
    b = np.abs(u) * np.concatenate([-knots[:-1], rng.uniform(0.2, 0.8, width - teeth)])
    v = np.concatenate([np.diff(slopes, prepend=0) / u[:teeth], rng.normal(0, 0.05, width - teeth)])
    middle = [(np.outer(u, v), b + u * heights[0])] * (depth - 1)
    return [(u[:, None], b), *middle, (v[None], np.zeros(1))]


def ternary_layers(widths, seed=0):
    """Weights -1, 0 and 1, biases in halves: small networks full of exact ties."""
    rng = np.random.default_rng(seed)
    return [
        (rng.integers(-1, 2, (n_out, n_in)).astype(float), rng.integers(-1, 2, n_out) / 2)
        for n_in, n_out in pairwise(widths)
    ]


def transposed(layers):
    """The same layers as the float sweep wants them."""
    return [(np.ascontiguousarray(w.T), b) for w, b in layers]


def single(layers):
    """The same layers, each number rounded to float32: what all tools can read alike."""
    return [
        (w.astype(np.float32).astype(float), b.astype(np.float32).astype(float)) for w, b in layers
    ]
