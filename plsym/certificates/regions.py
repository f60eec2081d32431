"""Claims about the linear regions of a network on a domain, of any dimension.

A cell is an open set on which every unit keeps its sign.  It is the polyhedron of the
constraints that its inner point gives, one for each unit and side of the domain.  The
cells listed are all: each wall of each of them is proved a facet, beyond which lies a
cell of the list or the end of the domain, or proved superfluous; and domains are
connected.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

from plsym.certificates.algebraic import read_long_integer
from plsym.certificates.codec import Data, StepFailed, Work
from plsym.certificates.networks import read_stages
from plsym.errors import CertificateFormatError

__all__ = ["check_regions"]

Row = tuple[int, ...]  # (a, c): the function a . x + c, or a point (x, w) with w >= 0
Pattern = tuple[bool, ...]


def check_regions(claim: Data, evidence: Data, function: Data, work: Work) -> None:
    """Claim "regions": there are ``count`` regions of a kind on the domain.

    ``of`` is "cells", "connected" (maximal open connected sets on which the network is
    affine) or "affine" (different affine maps).  The domain is given by ``half_spaces``
    [a, b], a . x <= b, perhaps on a ``plane`` of the input space.
    """
    claim.only("kind", "of", "count", "half_spaces", "plane")
    of = claim["of"].choice("cells", "connected", "affine")
    count = claim["count"].integer(1)
    function.only("network")
    network = _Network(function["network"], claim, work)
    walls = [_half_space(item, network.dimension) for item in claim["half_spaces"]]
    by = evidence["by"].choice("polygons", "walls")
    check = _check_polygons if by == "polygons" else _check_walls
    cells, joined = check(evidence, network, walls, work)
    if len(set(cells)) < len(cells):
        raise StepFailed("two of the cells have the same signs")
    if of == "cells":
        found = len(cells)
    else:
        maps = [network.outputs(cell) for cell in cells]
        if of == "affine":
            found = len(set(maps))
        else:
            found = _components(len(cells), [(a, b) for a, b in joined if maps[a] == maps[b]])
    if found != count:
        shown = str(count) if count < 10**9 else "as many as claimed"
        raise StepFailed(f"the cells make {found} regions, not {shown}")


class _Network:
    """Stages, and the forms of their units under patterns, remembered stage by stage."""

    def __init__(self, data: Data, claim: Data, work: Work) -> None:
        data.only("stages")
        self.work = work
        if claim.has("plane"):
            plane = claim["plane"].only("origin", "u", "v")
            columns = [[v.rational() for v in plane[name]] for name in ("u", "v", "origin")]
            if len({len(c) for c in columns}) != 1 or not columns[0]:
                raise CertificateFormatError(f"{plane.path}: three vectors of one length belong")
            if len(columns[0]) > 1 and _parallel(columns[0], columns[1]):
                raise StepFailed("the two directions of the plane are parallel")
            common = lcm(*(v.denominator for c in columns for v in c))
            start = [tuple(int(v * common) for v in row) for row in zip(*columns, strict=True)]
            self._start = (start, common)
            self.stages = read_stages(data["stages"], len(start))
            self.dimension = 2
        else:
            d = self.dimension = _inputs_of(data["stages"])
            self.stages = read_stages(data["stages"], d)
            start = [tuple(int(i == j) for j in range(d + 1)) for i in range(d)]
            self._start = (start, 1)
        if any(s != self.stages[-1].slope_denominator for s in self.stages[-1].slopes):
            raise CertificateFormatError("the last stage of the network is to be affine")
        # by stage, and the signs of all units before it
        self._known: dict[tuple[int, Pattern], tuple[list[Row], int]] = {(0, ()): self._start}
        self._forms: dict[tuple[int, Pattern], tuple[list[Row], int]] = {}

    def _after(self, pattern: Pattern, stage: int) -> tuple[list[Row], int]:
        """The outputs of the stages before ``stage``, as functions, and their denominator."""
        key = (stage, pattern[: self._length(stage)])
        if key not in self._known:
            z, d = self._inputs(pattern, stage - 1)
            s = self.stages[stage - 1]
            signs = iter(pattern[self._length(stage - 1) : self._length(stage)])
            out = []
            for row, slope in zip(z, s.slopes, strict=True):
                bends = slope != s.slope_denominator
                factor = s.slope_denominator if not bends or next(signs) else slope
                out.append(tuple(factor * v for v in row))
            d *= s.slope_denominator
            divisor = gcd(d, *(v for row in out for v in row))
            if divisor > 1:
                out, d = [tuple(v // divisor for v in row) for row in out], d // divisor
            self._known[key] = (out, d)
        return self._known[key]

    def _length(self, stage: int) -> int:
        return sum(s.bends for s in self.stages[:stage])

    def _inputs(self, pattern: Pattern, stage: int) -> tuple[list[Row], int]:
        """What enters the units of a stage, as functions, and their denominator."""
        key = (stage, pattern[: self._length(stage)])
        if key not in self._forms:
            h, d = self._after(pattern, stage)
            s = self.stages[stage]
            width = self.dimension + 1
            out = []
            words = 1 + (max((abs(v) for row in h for v in row), default=0).bit_length() >> 6)
            self.work.spend(width * words * len(s.bias) * (1 + len(h)))
            for weights, bias in zip(s.weights, s.bias, strict=True):
                total = [0] * width
                total[-1] = bias * d
                for w, row in zip(weights, h, strict=True):
                    if w:
                        for k, v in enumerate(row):
                            total[k] += w * v
                out.append(tuple(total))
            self._forms[key] = (out, d * s.denominator)
        return self._forms[key]

    def signs(self, point: Row, direction: Row | None = None) -> Pattern:
        """Which units are positive at a point (x, w), or just after it in a direction."""
        pattern: Pattern = ()
        for number, stage in enumerate(self.stages[:-1]):
            z, _ = self._inputs(pattern, number)
            own = []
            for row, slope in zip(z, stage.slopes, strict=True):
                if slope == stage.slope_denominator:
                    continue
                value = _at(row, point)
                if value == 0 and direction is not None:
                    value = sum(a * b for a, b in zip(row, direction, strict=False))
                own.append(value > 0)
            pattern += tuple(own)
        return pattern

    def constraints(self, pattern: Pattern) -> list[Row]:
        """The functions that are positive on the cell, those of positive multiples once."""
        found: dict[Row, None] = {}
        position = 0
        for number, stage in enumerate(self.stages[:-1]):
            z, _ = self._inputs(pattern, number)
            for row, slope in zip(z, stage.slopes, strict=True):
                if slope == stage.slope_denominator:
                    continue
                sign = 1 if pattern[position] else -1
                position += 1
                if any(row[:-1]):
                    self.work.spend(len(row) * (1 + (max(map(abs, row)).bit_length() >> 6)))
                    found[_primitive([sign * v for v in row])] = None
        return list(found)

    def outputs(self, pattern: Pattern) -> tuple[tuple[Fraction, ...], ...]:
        """The affine map on a cell."""
        rows, d = self._inputs(pattern, len(self.stages) - 1)
        return tuple(tuple(Fraction(v, d) for v in row) for row in rows)


def _inputs_of(stages: Data) -> int:
    """The length of the first row of the first stage."""
    for stage in stages:
        for row in stage["weights"]:
            if len(row):
                return len(row)
    raise CertificateFormatError(f"{stages.path}: the first stage has no weights")


def _check_polygons(
    evidence: Data, network: _Network, walls: list[Row], work: Work
) -> tuple[list[Pattern], list[tuple[int, int]]]:
    """Two dimensions: each cell by its corners in cyclic order, perhaps at infinity.

    All constraints are >= 0 at the corners, so their convex hull lies in the closed cell;
    and some constraint vanishes along each edge, so the closed cell lies in the hull.
    """
    evidence.only("by", "vertices", "cells")
    if network.dimension != 2:
        raise CertificateFormatError("polygons are evidence in two dimensions only")
    vertices = []
    for item in evidence["vertices"]:
        ray = tuple(read_long_integer(v, 25_000) for v in item)
        if len(ray) != 3 or ray[2] < 0 or not any(ray):
            raise CertificateFormatError(f"{item.path}: a vertex is (x, y, w) with w >= 0")
        vertices.append(ray)
    infinity: Row = (0, 0, 1)
    limits = [*walls, infinity]
    cells: list[Pattern] = []
    edges: dict[tuple[int, int], list[int]] = {}
    inner: set[tuple[int, int]] = set()
    for number, item in enumerate(evidence["cells"]):
        corners = [v.integer(0, len(vertices) - 1) for v in item]
        if len(corners) < 3 or len(set(corners)) < len(corners):
            raise CertificateFormatError(f"{item.path}: at least three different corners belong")
        rays = [vertices[c] for c in corners]
        middle = tuple(map(sum, zip(*rays, strict=True)))
        pattern = network.signs(middle)
        cells.append(pattern)
        rows = [*network.constraints(pattern), *limits]
        at = []
        work.spend(4 * len(rows) * len(rays) * (1 + (max(map(abs, middle)).bit_length() >> 6)))
        for row in rows:
            values = [sum(a * b for a, b in zip(row, ray, strict=True)) for ray in rays]
            if min(values) < 0 or not any(values):
                raise StepFailed(f"a corner of cell {number} lies outside of it")
            at.append(values)
        n = len(rays)
        for i in range(n):
            j = (i + 1) % n
            if _parallel(rays[i], rays[j]):
                raise StepFailed(f"two corners of cell {number} are one point")
            on = [k for k, values in enumerate(at) if values[i] == 0 == values[j]]
            if not on:
                raise StepFailed(f"edge {i} of cell {number} lies on no wall")
            key = (min(corners[i], corners[j]), max(corners[i], corners[j]))
            edges.setdefault(key, []).append(number)
            if not any(k >= len(rows) - len(limits) for k in on):
                inner.add(key)
    if not cells:
        raise StepFailed("there are no cells")
    for key in inner:
        if len(edges[key]) != 2:
            raise StepFailed(f"the edge {key} inside the domain has {len(edges[key])} cells beside")
    pairs = [(sides[0], sides[1]) for sides in edges.values() if len(sides) == 2]
    return cells, pairs


def _check_walls(
    evidence: Data, network: _Network, walls: list[Row], work: Work
) -> tuple[list[Pattern], list[tuple[int, int]]]:
    """Any dimension: for each constraint a point of its facet, or factors of others."""
    evidence.only("by", "cells")
    cells: list[Pattern] = []
    beyond: list[list[Pattern]] = []
    d = network.dimension
    limits = list(dict.fromkeys(_primitive(w) for w in walls))
    for number, item in enumerate(evidence["cells"]):
        item.only("point", "walls")
        point = _point(item["point"], d)
        pattern = network.signs(point)
        cells.append(pattern)
        rows = list(dict.fromkeys([*limits, *network.constraints(pattern)]))
        work.spend(2 * len(rows) * d * (1 + (max(map(abs, point)).bit_length() >> 6)))
        if any(_at(row, point) <= 0 for row in rows):
            raise StepFailed(f"the point of cell {number} does not lie inside")
        if len(item["walls"]) != len(rows):
            raise StepFailed(f"cell {number} has {len(rows)} walls, not {len(item['walls'])}")
        out = []
        for i, (row, proof) in enumerate(zip(rows, item["walls"], strict=True)):
            if proof.has("point"):
                proof.only("point")
                on = _point(proof["point"], d)
                work.spend(2 * len(rows) * d * (1 + (max(map(abs, on)).bit_length() >> 6)))
                if _at(row, on) != 0:
                    raise StepFailed(f"a point of wall {i} of cell {number} does not lie on it")
                if any(_at(other, on) <= 0 for j, other in enumerate(rows) if j != i):
                    raise StepFailed(f"wall {i} of cell {number}: the point is outside others")
                if i >= len(limits):
                    out.append(network.signs(on, tuple(-v for v in row[:-1])))
                continue
            proof.only("factors")
            _check_factors(proof["factors"], rows, i, number)
        beyond.append(out)
    if not cells:
        raise StepFailed("there are no cells")
    index = {cell: i for i, cell in enumerate(cells)}
    pairs = []
    for i, out in enumerate(beyond):
        for other in out:
            if other not in index:
                raise StepFailed(f"beyond a wall of cell {i} lies a cell that is not listed")
            pairs.append((i, index[other]))
    return cells, pairs


def _check_factors(data: Data, rows: Sequence[Row], i: int, number: int) -> None:
    """Wall i is a combination of others with factors >= 0, and a constant >= 0."""
    total = [Fraction(0)] * len(rows[i])
    for pair in data:
        entries = list(pair)
        if len(entries) != 2:
            pair.fail("a pair [wall, factor]")
        j, factor = entries[0].integer(0, len(rows) - 1), entries[1].rational()
        if j == i or factor < 0:
            raise StepFailed(f"wall {i} of cell {number}: a factor is negative, or its own")
        for k, v in enumerate(rows[j]):
            total[k] += factor * v
    if any(a != b for a, b in zip(total[:-1], rows[i], strict=False)) or total[-1] > rows[i][-1]:
        raise StepFailed(f"wall {i} of cell {number} does not follow from the others")


def _half_space(data: Data, d: int) -> Row:
    """[a, b] with a . x <= b, as the function b - a . x."""
    data.only("normal", "offset")
    normal = [-v.rational() for v in data["normal"]]
    if len(normal) != d or not any(normal):
        raise CertificateFormatError(f"{data.path}: a normal of {d} numbers, not all 0, belongs")
    values = [*normal, data["offset"].rational()]
    common = lcm(*(v.denominator for v in values))
    return tuple(int(v * common) for v in values)


def _point(data: Data, d: int) -> Row:
    values = [v.rational() for v in data]
    if len(values) != d:
        raise CertificateFormatError(f"{data.path}: {d} coordinates belong")
    common = lcm(*(v.denominator for v in values))
    return (*(int(v * common) for v in values), common)


def _at(row: Row, point: Row) -> int:
    return sum(a * b for a, b in zip(row, point, strict=True))


def _primitive(row: Sequence[int]) -> Row:
    divisor = gcd(*row)
    return tuple(v // divisor for v in row)


def _parallel(a: Sequence[int] | Sequence[Fraction], b: Sequence[int] | Sequence[Fraction]) -> bool:
    n = len(a)
    return all(a[i] * b[j] == a[j] * b[i] for i in range(n) for j in range(i))


def _components(count: int, pairs: list[tuple[int, int]]) -> int:
    parent = list(range(count))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for a, b in pairs:
        parent[root(a)] = root(b)
    return sum(root(i) == i for i in range(count))
