"""The face lattice of a few cones that meet in faces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from plsym.exact.linear import independent_rows
from plsym.regions.cones import Cone, Row
from plsym.regions.lattice import Faces, Grow, Lattice

__all__ = ["lattice_of"]

Face = frozenset[int]


def lattice_of(cones: Sequence[Cone], walls: dict[int, Row]) -> tuple[Lattice, list[Row]]:
    """Build the lattice of all faces of cones, and list its vertices (rays).

    Faces are intersections of facets, as sets of rays; they get lines by the numbers of
    walls.  Cost: faces times facets of every cone.
    """
    d = len(cones[0].rays[0]) - 1
    number: dict[Row, int] = {}
    # by dimension: the faces with their numbers, their lines, and pairs with their facets
    known: list[dict[Face, int]] = [{} for _ in range(d + 1)]
    lines: list[list[list[int]]] = [[] for _ in range(d + 1)]
    pairs: list[set[tuple[int, int]]] = [set() for _ in range(d + 1)]
    sides: dict[int, list[int]] = {}
    for cell, cone in enumerate(cones):
        names = [number.setdefault(ray, len(number)) for ray in cone.rays]
        facets = _facets(cone, names)
        whole = frozenset(names)
        place: dict[Face, tuple[int, int]] = {}
        todo = [whole]
        while todo:
            face = todo.pop()
            if face in place:
                continue
            on = [i for i, facet in facets.items() if face <= facet]
            chosen = independent_rows([list(walls[i]) for i in on])
            k = d - len(chosen)
            fresh = face not in known[k]
            place[face] = (k, known[k].setdefault(face, len(known[k])))
            if fresh:
                lines[k].append([on[j] for j in chosen])
            if k:
                todo += {face & facet for facet in facets.values()} - {face, frozenset()}
            if k == d - 1:
                sides.setdefault(place[face][1], []).append(cell)
        for face, (k, own) in place.items():
            for smaller in {face & facet for facet in facets.values()}:
                if place.get(smaller, (-2, 0))[0] == k - 1:
                    pairs[k].add((own, place[smaller][1]))
    every = [
        Faces(
            Grow(np.zeros(len(known[k]), dtype=np.int32)),
            Grow(np.array(lines[k], dtype=np.int32).reshape(len(known[k]), d - k)),
        )
        for k in range(d + 1)
    ]
    incident = {k: np.array(sorted(pairs[k]), dtype=np.int32) for k in range(1, max(d, 2))}
    ends = incident[1][:, 1].reshape(-1, 2)  # sorted by edge: two vertices each
    facets_of = {
        k: (Grow(incident[k][:, 0].copy()), Grow(incident[k][:, 1].copy())) for k in range(2, d)
    }
    beside = np.full((len(known[d - 1]), 2), -1, dtype=np.int32)
    for facet, cells in sides.items():
        beside[facet, : len(cells)] = cells
    place_of = {next(iter(face)): i for face, i in known[0].items()}
    rays = [ray for ray, _ in sorted(number.items(), key=lambda item: place_of[item[1]])]
    return Lattice(every, Grow(ends.copy()), facets_of, Grow(beside)), rays


def _facets(cone: Cone, names: Sequence[int]) -> dict[int, Face]:
    """The rays on each wall of a cone."""
    union = 0
    for t in cone.tight:
        union |= t
    marks = [i for i in range(union.bit_length()) if union >> i & 1]
    return {
        i: frozenset(n for n, t in zip(names, cone.tight, strict=True) if t >> i & 1) for i in marks
    }
