"""The definitions of "linear region" that are in use, counted on one subdivision.

The names, from the finest to the coarsest; each count is at most the one before it
(Stargalla, Hertrich, Reichman, arXiv:2505.16716, which calls them 1 to 6):

pattern     points with one activation pattern, active if the argument is positive
activation  those of full dimension
convex      the least number of polyhedra of a complex on which the function is affine
connected   maximal open connected sets on which the function is affine
closed      components of {f = g} that contain a cell, for each affine map g of a cell
affine      different affine maps
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from plsym.networks.units import LayerUnits
from plsym.regions.branches import branch_rows
from plsym.regions.cones import Row
from plsym.regions.engine import FaceComplex
from plsym.regions.incidence import Incidence
from plsym.regions.maps import OutputMaps

__all__ = [
    "DEFINITIONS",
    "Definition",
    "closed_count",
    "components",
    "merging_facets",
    "pattern_count",
]

Definition = Literal["pattern", "activation", "convex", "connected", "closed", "affine"]
DEFINITIONS: tuple[str, ...] = (
    "pattern",
    "activation",
    "convex",
    "connected",
    "closed",
    "affine",
)
Indices = NDArray[np.intp]


def merging_facets(complex_: FaceComplex, maps: OutputMaps) -> Indices:
    """The facets on both sides of which the network is the same affine map."""
    sides = complex_.lattice.sides.view
    inner = np.flatnonzero((sides >= 0).all(axis=1))
    same = maps.equal(sides[inner, 0].astype(np.intp), sides[inner, 1].astype(np.intp))
    return inner[same]


def components(count: int, pairs: Iterable[Sequence[int]]) -> Indices:
    """Number the connected components of a graph on 0 .. count - 1, in order of first member."""
    parent = list(range(count))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for a, b in pairs:
        a, b = root(a), root(b)
        if a != b:
            parent[max(a, b)] = min(a, b)
    roots = np.array([root(i) for i in range(count)], dtype=np.intp)
    _, label = np.unique(roots, return_inverse=True)
    return np.asarray(label.reshape(-1), dtype=np.intp)


def pattern_count(complex_: FaceComplex, incidence: Incidence, layers: Sequence[LayerUnits]) -> int:
    """Count the activation patterns of all points, those on lower-dimensional faces too."""
    levels = complex_.lattice.spread(complex_.positive.view)[: complex_.d]
    rows = [complex_.patterns[-1]]
    for k, level in enumerate(levels):
        rows.append(level[~incidence.at_infinity[k]])
    if not rows[0].shape[1]:
        return 1
    return len(np.unique(branch_rows(complex_.forms, layers, np.concatenate(rows)), axis=0))


def closed_count(
    complex_: FaceComplex, maps: OutputMaps, incidence: Incidence, label: Indices
) -> int:
    """Count the components of {f = g} that contain a cell, for all affine maps g of cells.

    Notes
    -----
    Components of cells can be joined through faces on which f = g without being a part
    of either.  For every g with several components each face is tested by the signs of
    f - g at its vertices: O(faces) exact evaluations for each such g.
    """
    groups = maps.groups
    total = 0
    for g in np.unique(groups).tolist():
        members = np.flatnonzero(groups == g)
        parts = np.unique(label[members])
        total += 1 if len(parts) == 1 else _joined_parts(complex_, maps, incidence, members)
    return total


def _joined_parts(
    complex_: FaceComplex, maps: OutputMaps, incidence: Incidence, members: Indices
) -> int:
    d = complex_.d
    exact = maps.exact(np.arange(complex_.num_cells))
    vertices = complex_.exact_vertices(range(complex_.points.size))
    wanted = exact[int(members[0])]
    inside = set(members.tolist())
    pairs: list[tuple[int, int]] = []
    home: dict[tuple[int, int], int] = {}
    for cell in range(complex_.num_cells):
        gap = [
            tuple(a - b for a, b in zip(row, base, strict=True))
            for row, base in zip(exact[cell], wanted, strict=True)
        ]
        # {f = g} is convex in a cell, and has a vertex: it meets a face, and joins all it meets
        for k in range(d):
            for face in incidence.subfaces(d, cell, k):
                # a cell of the group meets {f = g} in all its faces
                rays = [vertices[v] for v in incidence.vertices(k, face)]
                if any(ray[-1] for ray in rays) if cell in inside else _meets(rays, gap):
                    pairs.append((home.setdefault((k, face), cell), cell))
    label = components(complex_.num_cells, pairs)
    return len(np.unique(label[members]))


def _meets(rays: Sequence[Row], rows: Sequence[Row]) -> bool:
    """Whether some finite combination of rays with factors >= 0 is a zero of all rows."""
    current = list(rays)
    for row in rows:
        if not any(row):
            continue
        at = [sum(a * b for a, b in zip(row, ray, strict=True)) for ray in current]
        following = [ray for ray, v in zip(current, at, strict=True) if v == 0]
        for ray, v in zip(current, at, strict=True):
            for other, u in zip(current, at, strict=True):
                if v > 0 > u:
                    following.append(tuple(v * b - u * a for a, b in zip(ray, other, strict=True)))
        current = following
    return any(ray[-1] > 0 for ray in current)
