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


def transposed(layers):
    """The same layers as the float sweep wants them."""
    return [(np.ascontiguousarray(w.T), b) for w, b in layers]
