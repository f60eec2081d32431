"""The faces of a polyhedral complex, and how one function cuts all of them at once.

Only vertices carry numbers, and those live elsewhere: here are incidences.  A k-face
knows its facets, an edge its two ends, a face of codimension one the cells on its two
sides.  Given the sign of a function at every vertex, affine on every face, `cut` splits
all faces that have both signs: the part where it is positive keeps the number, the part
where it is negative gets a new one, and so does the face of one dimension less between
them.  No general position is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Cut", "Faces", "Grow", "Lattice"]

Ints = NDArray[np.int32]
Signs = NDArray[np.int8]
Status = NDArray[np.uint8]
Members = tuple[Any, Ints, Ints]

_BITS = np.array([2, 0, 1], dtype=np.uint8)  # of the signs -1, 0, 1
_NONE = np.zeros(0, dtype=np.int32)


class Grow:
    """An array that grows at its first axis, in doubling steps."""

    def __init__(self, data: NDArray[Any]) -> None:
        self._data = data
        self.size = len(data)

    @property
    def view(self) -> NDArray[Any]:
        """The rows in use."""
        return self._data[: self.size]

    @property
    def data(self) -> NDArray[Any]:
        """All rows there is room for."""
        return self._data

    def reserve(self, need: int) -> None:
        """Make room for so many rows."""
        if need > len(self._data):
            shape = (max(need, 2 * len(self._data)), *self._data.shape[1:])
            bigger = np.empty(shape, self._data.dtype)
            bigger[: self.size] = self.view
            self._data = bigger

    def append(self, rows: NDArray[Any]) -> None:
        """Add rows at the end."""
        need = self.size + len(rows)
        self.reserve(need)
        self._data[self.size : need] = rows
        self.size = need


@dataclass
class Faces:
    """All faces of one dimension k.

    Attributes
    ----------
    home : Grow of int
        The cell, at the start of the present stage, in whose closure a face lies (one of
        them).
    lines : Grow of int, shape (faces, d - k)
        Independent functions that vanish on the face, by number.
    """

    home: Grow
    lines: Grow

    @property
    def count(self) -> int:
        """The number of faces."""
        return self.home.size

    def copy_rows(self, index: Ints) -> None:
        """Add copies of faces at the end."""
        self.home.append(self.home.view[index])
        self.lines.append(self.lines.view[index])


@dataclass(frozen=True)
class Cut:
    """What a cut did to the edges; new vertices come in the order of these arrays.

    Attributes
    ----------
    positive, negative : int arrays
        The ends of the edges that were cut.
    homes : int array
        The homes of everything that was cut, increasing.
    """

    positive: Ints
    negative: Ints
    homes: Ints


class Lattice:
    """The face lattice of a complex of dimension d >= 1.

    Attributes
    ----------
    faces : list of Faces
        For k = 0 .. d.
    ends : Grow, shape (edges, 2)
        The two vertices of each edge.
    facets : dict
        For 2 <= k <= d - 1: faces and their facets, in pairs.
    sides : Grow, shape (faces of codimension one, 2)
        The cells on the two sides, -1 for none.
    """

    def __init__(
        self, faces: list[Faces], ends: Grow, facets: dict[int, tuple[Grow, Grow]], sides: Grow
    ) -> None:
        self.d = len(faces) - 1
        self.faces = faces
        self.ends = ends
        self.facets = facets
        self.sides = sides

    @property
    def num_cells(self) -> int:
        """The number of cells."""
        return self.faces[self.d].count

    def spread(self, bits: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
        """For every face of dimension 0 .. d - 1 the union of the bits at its vertices.

        ``bits`` has shape (vertices,) or (vertices, bytes).
        """
        ends = self.ends.view
        out = [bits, bits[ends[:, 0]] | bits[ends[:, 1]]]
        for k in range(2, self.d):
            whole, part = (x.view for x in self.facets[k])
            out.append(_united(whole, out[-1][part], self.faces[k].count))
        return out

    def cell_bits(self, facet_bits: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """For every cell the union of the bits at its facets."""
        sides = self.sides.view
        whole = sides.ravel()
        keep = np.flatnonzero(whole >= 0)
        return _united(whole[keep], facet_bits[keep >> 1], self.num_cells)

    def around(self, bits: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
        """For every face of dimension 0 .. d - 1 the union of the bits of the cells around it.

        ``bits`` has shape (cells, bytes).
        """
        beyond = np.concatenate([bits, np.zeros_like(bits[:1])])  # no cell has no bits
        sides = self.sides.view
        return self.below(beyond[sides[:, 0]] | beyond[sides[:, 1]])

    def below(self, bits: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
        """For every face of dimension 0 .. d - 1 the union of the bits of the facets around it.

        ``bits`` has shape (faces of codimension one, bytes).
        """
        out = [bits]
        for k in range(self.d - 1, 0, -1):
            if k > 1:
                whole, part = (x.view for x in self.facets[k])
            else:
                part = self.ends.view.ravel()
                whole = np.arange(len(part)) >> 1
            out.append(_united(part, out[-1][whole], self.faces[k - 1].count))
        return out[::-1]

    def cut(self, signs: Signs, line: int) -> Cut | None:
        """Cut all faces on which a function changes its sign.

        Parameters
        ----------
        signs : ndarray of int8, shape (vertices,)
            The function's signs at the vertices.
        line : int
            New faces with home h lie on the line ``line + (position of h in homes)``.

        Returns
        -------
        Cut or None
            None if nothing was cut.

        Notes
        -----
        A few passes over all incidences, whatever the number of cuts.
        """
        d = self.d
        ends = self.ends.view
        a, b = signs[ends[:, 0]], signs[ends[:, 1]]
        crossing = np.flatnonzero((a * b) < 0)
        touching = not signs.all()
        if not touching and not crossing.size:
            return None
        split: list[Ints] = [_NONE, crossing.astype(np.int32)]
        status: list[Status] = []
        if touching or d != 2:  # in the plane only a few edges are asked for
            status = [_BITS[signs + 1], _BITS[a + 1] | _BITS[b + 1]]
        for k in range(2, d):
            whole, part = (x.view for x in self.facets[k])
            status.append(_united(whole, status[-1][part], self.faces[k].count))
            split.append(np.flatnonzero(status[k] == 3).astype(np.int32))
        if d == 1:
            pass  # the edges are the cells
        elif touching:  # a cell may be cut through faces that exist already
            split.append(np.flatnonzero(self.cell_bits(status[d - 1]) == 3).astype(np.int32))
        else:
            beside = self.sides.view[split[d - 1]].ravel()
            split.append(np.unique(beside[beside >= 0]))
        if not any(len(s) for s in split[1:]):
            return None
        return self._apply(signs, status, split, line)

    def _apply(self, signs: Signs, status: list[Status], split: list[Ints], line: int) -> Cut:
        d = self.d
        count = [f.count for f in self.faces]
        parts = [self.faces[k].home.view[split[k]] for k in range(1, d + 1)]
        homes = np.unique(np.concatenate(parts))
        # numbers of the negative parts and of the faces between, -1 for what is not cut
        minus: list[Ints] = [_NONE]
        between: list[Ints] = [_NONE]
        lines: list[Ints] = [_NONE]
        for k in range(1, d + 1):
            position = np.arange(len(split[k]), dtype=np.int32)
            table = np.full(count[k], -1, dtype=np.int32)
            table[split[k]] = position + count[k]
            minus.append(table)
            table = np.full(count[k], -1, dtype=np.int32)
            table[split[k]] = position + (count[k - 1] + len(split[k - 1]))
            between.append(table)
            own = self.faces[k].lines.view[split[k]]
            new = line + np.searchsorted(homes, self.faces[k].home.view[split[k]])
            lines.append(np.concatenate([own, new[:, None].astype(np.int32)], axis=1))
        members = [self._members(k, between[k]) for k in range(2, d + 1)]
        flats = [
            self._flats(k, whole, part, signs, status, between)
            for k, (_, whole, part) in enumerate(members, start=2)
        ]
        _, owner, facet = self._beside(between[d]) if d == 1 else members[-1]
        if status:
            facet_status = status[d - 1][facet]
        else:
            pair = signs[self.ends.view[facet]]
            facet_status = _BITS[pair[:, 0] + 1] | _BITS[pair[:, 1] + 1]

        edges = split[1]
        ends = self.ends.view
        pair = ends[edges]
        first = signs[pair[:, 0]] > 0
        positive = np.where(first, pair[:, 0], pair[:, 1])
        negative = np.where(first, pair[:, 1], pair[:, 0])
        fresh = between[1][edges]
        ends[edges] = np.stack([positive, fresh], axis=1)
        self.ends.append(np.stack([fresh, negative], axis=1))
        for k in range(2, d):
            self._divide(k, *members[k - 2], split[k], status[k - 1], minus, between)
        self._divide_cells(split, owner, facet, facet_status, minus)
        for k, pairs in enumerate(flats, start=2):
            if k == 2:  # the faces between are edges, in the order of the polygons
                order = np.argsort(pairs[0], kind="stable")
                self.ends.append(pairs[1][order].reshape(-1, 2))
            else:
                self.facets[k - 1][0].append(between[k][pairs[0]])
                self.facets[k - 1][1].append(pairs[1])
        for k in range(d + 1):
            if k:
                self.faces[k].copy_rows(split[k])
            if k < d:
                self.faces[k].home.append(self.faces[k + 1].home.view[split[k + 1]])
                self.faces[k].lines.append(lines[k + 1])
        return Cut(positive, negative, homes)

    def _members(self, k: int, between: Ints) -> Members:
        """All pairs of a k-face that is cut and one of its facets, k >= 2, after their places."""
        if k == self.d:
            return self._beside(between)
        whole, part = (x.view for x in self.facets[k])
        index = np.flatnonzero(between[whole] >= 0)
        return index, whole[index], part[index]

    def _beside(self, between: Ints) -> Members:
        """All pairs of a cell that is cut and one of its facets, after their places."""
        sides = self.sides.view.ravel()
        table = np.append(between >= 0, False)  # so that "no cell" is not cut
        index = np.flatnonzero(table[sides])
        return index, sides[index], (index >> 1).astype(np.int32)

    def _flats(
        self,
        k: int,
        whole: Ints,
        part: Ints,
        signs: Signs,
        status: list[Status],
        between: list[Ints],
    ) -> tuple[Ints, Ints]:
        """Pairs of a cut k-face and a facet of the face between its parts."""
        through = between[k - 1][part]
        new = through >= 0
        # what lies in the zeros already, seen through the facets that are not cut
        old = whole[~new], part[~new]
        pairs = [(whole[new], through[new])]
        if k == 2:
            ends = self.ends.view[old[1]]
            for column in (0, 1):
                zero = signs[ends[:, column]] == 0
                pairs.append((old[0][zero], ends[zero, column]))
        elif not status[k - 2].all():  # (status is there beyond two dimensions)
            face, ridge = (x.view for x in self.facets[k - 1])
            zero = status[k - 2][ridge] == 0
            pairs.append(_joined(*old, face[zero], ridge[zero]))
        first, second = (np.concatenate(x) for x in zip(*pairs, strict=True))
        if len(pairs) > 1 and len(first) > len(pairs[0][0]):  # each was seen from two facets
            key = np.unique(first.astype(np.int64) << 32 | second)
            first, second = (key >> 32).astype(np.int32), (key & 0xFFFFFFFF).astype(np.int32)
        return first, second

    def _divide(
        self,
        k: int,
        index: Ints,
        owner: Ints,
        facet: Ints,
        cut: Ints,
        status: Status,
        minus: list[Ints],
        between: list[Ints],
    ) -> None:
        """Give the facets of cut k-faces to their parts, 2 <= k < d."""
        whole = self.facets[k][0].view
        negative = status[facet] == 2
        whole[index[negative]] = minus[k][owner[negative]]
        both = status[facet] == 3
        flat = between[k][cut]
        self.facets[k][0].append(np.concatenate([minus[k][owner[both]], cut, minus[k][cut]]))
        self.facets[k][1].append(np.concatenate([minus[k - 1][facet[both]], flat, flat]))

    def _divide_cells(
        self, split: list[Ints], whole: Ints, part: Ints, status: Status, minus: list[Ints]
    ) -> None:
        """Give facets to the parts of cut cells; pairs of both, and the facets' status."""
        d = self.d
        sides = self.sides.view
        table = np.append(minus[d], np.int32(-1))  # so that "no cell" stays so
        halves = table[sides[split[d - 1]]]
        negative = status == 2
        owner, facet = whole[negative], part[negative]
        first = sides[facet, 0] == owner
        sides[facet, np.where(first, 0, 1)] = minus[d][owner]
        self.sides.append(halves)
        self.sides.append(np.stack([split[d], minus[d][split[d]]], axis=1))


def _united(whole: Ints, bits: NDArray[np.uint8], count: int) -> NDArray[np.uint8]:
    """For each of ``count`` faces the union of the bits of its parts."""
    if bits.ndim == 1:
        out = np.zeros(count, dtype=np.uint8)
        out[whole[(bits & 1) != 0]] |= 1
        out[whole[(bits & 2) != 0]] |= 2
        return out
    order = np.argsort(whole, kind="stable")
    starts = np.searchsorted(whole[order], np.arange(count))
    size = bits.shape[1]
    words = np.zeros((len(bits), -(-size // 8) * 8), dtype=np.uint8)  # eight at once
    words[:, :size] = bits
    found = np.bitwise_or.reduceat(words.view(np.uint64)[order], starts, axis=0)
    return found.view(np.uint8)[:, :size]


def _joined(whole: Ints, part: Ints, face: Ints, ridge: Ints) -> tuple[Ints, Ints]:
    """All (whole, ridge) with a pair (whole, part) and a pair (face, ridge), face = part."""
    order = np.argsort(face, kind="stable")
    face, ridge = face[order], ridge[order]
    low, high = np.searchsorted(face, part), np.searchsorted(face, part, side="right")
    count = high - low
    offset = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    return np.repeat(whole, count), ridge[np.repeat(low, count) + offset]
