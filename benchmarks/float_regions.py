"""The subdivision of a box in plain float64: the yardstick for the exact one.

Values of all neurons at all vertices by one matrix product a layer, new vertices by
interpolation, signs as the floats say; the incidences are kept by the same lattice.
Nothing is proved, and degenerate networks get wrong counts.
"""

from __future__ import annotations

import numpy as np

from plsym.regions.domains import Box, checked_box
from plsym.regions.lattice import Grow
from plsym.regions.start import lattice_of

__all__ = ["float_regions"]


def float_regions(layers: list[tuple[np.ndarray, np.ndarray]], box: object) -> int:
    """The number of cells, by floats alone; layers are (weights, bias), the last one affine."""
    domain = Box(checked_box(box, layers[0][0].shape[1]))
    lattice, rays = lattice_of(domain.cones(), domain.walls())
    points = np.array([[v / ray[-1] for v in ray[:-1]] for ray in rays])
    h = points
    for weights, bias in layers[:-1]:
        z = Grow(h @ weights.T + bias)
        for j in range(len(bias)):
            column = np.ascontiguousarray(z.view[:, j])
            cut = lattice.cut(np.sign(column).astype(np.int8), 0)
            if cut is None:
                continue
            p, q = z.view[cut.positive], z.view[cut.negative]
            share = p[:, j] / (p[:, j] - q[:, j])
            new = p + share[:, None] * (q - p)
            new[:, j] = 0.0
            z.append(new)
        h = np.maximum(z.view, 0.0)
    return lattice.num_cells
