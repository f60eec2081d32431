"""The face lattice of a few cones that meet in faces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from plsym.exact.linear import independent_rows
from plsym.regions.cones import Cone, Row
from plsym.regions.lattice import Faces, Grow, Lattice

__all__ = ["lattice_of"]


def lattice_of(cones: Sequence[Cone], walls: dict[int, Row]) -> tuple[Lattice, list[Row]]:
    """Build the lattice of all faces of cones, and list its vertices (rays).

    Faces get lines by the numbers of walls.  Cost: all faces of all cones, as sets.
    """
    d = len(cones[0].rays[0]) - 1
    number: dict[Row, int] = {}
    levels: list[dict[frozenset[int], int]] = [{} for _ in range(d + 1)]
    lines: list[list[list[int]]] = [[] for _ in range(d + 1)]
    below: list[list[list[int]]] = [[] for _ in range(d + 1)]
    sides: dict[int, list[int]] = {}
    for cell, cone in enumerate(cones):
        names = [number.setdefault(ray, len(number)) for ray in cone.rays]
        union = 0
        for t in cone.tight:
            union |= t
        marks = [i for i in range(union.bit_length()) if union >> i & 1]
        on = {
            i: frozenset(n for n, t in zip(names, cone.tight, strict=True) if t >> i & 1)
            for i in marks
        }
        faces = {frozenset(names): d}
        todo = [frozenset(names)]
        tight = {frozenset(names): list[int]()}
        while todo:
            face = todo.pop()
            for i in marks:
                smaller = face & on[i]
                if smaller and smaller not in tight:
                    tight[smaller] = [j for j in marks if smaller <= on[j]]
                    todo.append(smaller)
        faces = {}
        for face, walls_on in tight.items():
            chosen = independent_rows([list(walls[j]) for j in walls_on])
            faces[face] = d - len(chosen)
            k = faces[face]
            if face not in levels[k]:
                levels[k][face] = len(levels[k])
                lines[k].append([walls_on[j] for j in chosen])
                below[k].append([])
        for face, k in faces.items():
            if k == d - 1:
                sides.setdefault(levels[k][face], []).append(cell)
    ordered = [sorted(level, key=lambda f, level=level: level[f]) for level in levels]  # type: ignore[misc]
    if d >= 1:
        vertex_order = [next(iter(face)) for face in ordered[0]]
    rename = {name: i for i, name in enumerate(vertex_order)}
    rays = [ray for ray, _ in sorted(number.items(), key=lambda item: rename[item[1]])]
    facets = {}
    for k in range(2, d):
        pairs = [
            (levels[k][f], levels[k - 1][g]) for f in ordered[k] for g in ordered[k - 1] if g < f
        ]
        whole, part = np.array(pairs, dtype=np.int32).T
        facets[k] = (Grow(np.ascontiguousarray(whole)), Grow(np.ascontiguousarray(part)))
    ends = np.array([[rename[v] for v in sorted(f)] for f in ordered[1]], dtype=np.int32)
    side = np.full((len(ordered[d - 1]), 2), -1, dtype=np.int32)
    for face_number, cells in sides.items():
        side[face_number, : len(cells)] = cells
    every = [
        Faces(
            Grow(np.zeros(len(ordered[k]), dtype=np.int32)),
            Grow(np.array(lines[k], dtype=np.int32).reshape(len(ordered[k]), d - k)),
        )
        for k in range(d + 1)
    ]
    return Lattice(every, Grow(ends), facets, Grow(side)), rays
