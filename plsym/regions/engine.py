"""The subdivision of a domain by all neurons: every face, found with floats, proved exactly.

Stage by stage, neuron by neuron: the sign of the neuron at every vertex, then one cut of
the lattice.  A sign is read off a float if a proved bound of its error allows, and
decided in integers otherwise.  Every vertex remembers the functions that vanish there,
so its float stems from those alone and its error does not grow with the number of cuts;
and its exact coordinates are at hand when they are needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from operator import mul

import numpy as np
from flint import fmpz_mat
from numpy.typing import NDArray

from plsym.config import Budget, Stopwatch
from plsym.errors import DomainError
from plsym.exact.decide import Statistics
from plsym.exact.scalars import Num
from plsym.networks.exactpath import ExactStage
from plsym.networks.sweeping.cellforms import UnitForms
from plsym.networks.sweeping.patternforms import PatternForms
from plsym.networks.sweeping.prepared import ROUNDOFF, SLACK, prepare
from plsym.regions.arguments import Arguments
from plsym.regions.chart import Chart
from plsym.regions.cones import Row, primitive
from plsym.regions.kernels import choose_kernel
from plsym.regions.lattice import Cut, Grow
from plsym.regions.patterns import pattern_at
from plsym.regions.placing import COARSE_RADIUS, intersections
from plsym.regions.polygons import PolygonCuts
from plsym.regions.start import lattice_of

__all__ = ["MOST_DIMENSIONS", "FaceComplex"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Indices = NDArray[np.intp]
Bytes = NDArray[np.uint8]

MOST_DIMENSIONS = 10
_GROUP = 64  # units whose signs are held for all vertices at once
_BLOCK = 4_000_000  # numbers in one temporary array


class FaceComplex:
    """All faces of the subdivision of a chart by the neurons of its network.

    Parameters
    ----------
    chart : Chart
    doubt : float
        A factor on all error bounds; tests raise it to see more decided in integers.

    Attributes
    ----------
    lattice : Lattice
    points : Grow of float64, shape (vertices, d + 1)
        Unit vectors (y, w) along the rays that the vertices are.
    radii : Grow of float64
        Bounds of their errors.
    positive, negative : Grow of uint8, shape (vertices, bytes)
        The signs of all neurons at the vertices, as bits; stage s begins at
        ``offsets[s]``.
    patterns : list of uint8 arrays
        For each stage, the signs of earlier neurons on the cells at its start.
    statistics : Statistics
    """

    def __init__(self, chart: Chart, doubt: float = 1.0) -> None:
        self.chart = chart
        self.doubt = doubt
        self.d = chart.dimension
        if self.d > MOST_DIMENSIONS:
            raise DomainError(
                f"all faces in {self.d} dimensions are too many (a cube alone has 3^{self.d}); "
                f"up to {MOST_DIMENSIONS} are possible: take a plane or a lower-dimensional "
                "slice, or search from cell to cell with engine='search'"
            )
        self.lattice, rays = lattice_of(chart.cones, chart.walls)
        sizes = [(len(stage.bending) + 7) // 8 for stage in chart.stages]
        self.offsets = [sum(sizes[:i]) for i in range(len(sizes) + 1)]
        self.forms = PatternForms(chart.stages, self.offsets)
        self._prepared = prepare(chart.stages)
        self.statistics = Statistics()
        self._exact_vertices: dict[int, Row] = dict(enumerate(rays))
        self._exact_lines: dict[int, Row] = dict(chart.walls)
        floats = [_unit_floats(ray) for ray in rays]
        self.points = Grow(np.array(floats).reshape(len(rays), self.d + 1))
        self.radii = Grow(np.full(len(rays), 4 * ROUNDOFF))
        self.positive = Grow(np.zeros((len(rays), self.offsets[-1]), dtype=np.uint8))
        self.negative = Grow(np.zeros((len(rays), self.offsets[-1]), dtype=np.uint8))
        walls = max(chart.walls) + 1
        # for each line: stage, unit and home; walls have stage -1
        self.line_source = Grow(np.full((walls, 3), -1, dtype=np.int32))
        for number, unit in chart.owners.items():
            self.line_source.view[number, 1] = unit
        rows = [_unit_floats(chart.walls.get(i, (1, *[0] * self.d))) for i in range(walls)]
        self.line_forms = Grow(np.array(rows))
        self.line_errors = Grow(np.full(walls, 4 * ROUNDOFF))
        self.patterns: list[Bytes] = [np.zeros((1, 0), dtype=np.uint8)]
        self._arguments = Arguments(self._prepared[0], self.d)
        self.stage = 0
        self._group = 0
        self._cuts: PolygonCuts | None = None

    @property
    def num_cells(self) -> int:
        """The number of cells so far."""
        return self.lattice.num_cells

    def run(self, budget: Budget | None = None) -> FaceComplex:
        """Cut by all neurons; after a stop by the budget, call again to go on."""
        clock = (budget or Budget()).start()
        if len(self.chart.stages) == 1 and len(self.patterns) == 1:
            self._affine_only()
        while self.stage < len(self.chart.stages) - 1:
            self._advance(clock)
        return self

    def _affine_only(self) -> None:
        cells = self.num_cells
        self.patterns.append(np.zeros((cells, 0), dtype=np.uint8))
        self._arguments = Arguments(self._prepared[0], self.d, count=cells)
        self._settle_homes()

    @cached_property
    def output_forms(self) -> UnitForms:
        """The outputs on all cells in doubles, once the complex is finished."""
        return self._arguments.of()

    # one stage -------------------------------------------------------------------------

    def _advance(self, clock: Stopwatch) -> None:
        units = self.chart.stages[self.stage].bending
        while self._group < len(units):
            part = units[self._group : self._group + _GROUP]
            if self.d == 2:
                self._cut_polygons(part, clock)
            else:
                self._cut_group(part, clock)
            self._group += _GROUP
        self._finish_stage()
        self.stage += 1
        self._group = 0

    def _cut_polygons(self, units: Indices, clock: Stopwatch) -> None:
        if self._cuts is None:  # else a budget ended before the group did
            kernel = choose_kernel(self.num_cells)
            self._cuts = PolygonCuts(self, *self._arguments.columns(units), units, kernel)
        self._cuts.run(clock, self._progress)
        self._cuts.finish(self.offsets[self.stage] + self._group // 8)
        self._cuts = None

    @property
    def _progress(self) -> str:
        return f"the subdivision (stage {self.stage + 1} of {len(self.chart.stages)})"

    def _cut_group(self, units: Indices, clock: Stopwatch) -> None:
        forms = self._arguments.of(units)
        signs = Grow(self._signs(forms, units))
        cache: dict[tuple[int, int], Row] = {}
        for j, unit in enumerate(units.tolist()):
            column = np.ascontiguousarray(signs.view[:, j])
            cut = self.lattice.cut(column, self.line_source.size)
            if cut is not None:
                self._add_lines(forms, j, unit, cut.homes)
                self._add_vertices(forms, units, signs, cut, j, cache)
                clock.check(self._progress, pieces=self.num_cells, partial=self)
        start = self.offsets[self.stage] + self._group // 8
        stop = start + (len(units) + 7) // 8
        self.positive.view[:, start:stop] = np.packbits(signs.view > 0, axis=1)
        self.negative.view[:, start:stop] = np.packbits(signs.view < 0, axis=1)

    def _signs(self, forms: UnitForms, units: Indices) -> NDArray[np.int8]:
        """The signs of units at all vertices."""
        points = self.points.view
        homes = self.lattice.faces[0].home.view
        out = np.empty((len(points), len(units)), dtype=np.int8)
        values = forms.values
        step = max(1, _BLOCK // (len(units) * (self.d + 1)))
        cache: dict[tuple[int, int], Row] = {}
        for start in range(0, len(points), step):
            part = slice(start, start + step)
            home = homes[part]
            with np.errstate(all="ignore"):
                z = points[part, 0, None] * values[home, 0]
                for k in range(1, self.d + 1):
                    z += points[part, k, None] * values[home, k]
                bound = self.bound(forms, home, self.radii.view[part])
                sure = np.abs(z) > bound[:, None]
                sure &= np.isfinite(z)
            signs = np.sign(z, out=z).astype(np.int8)
            self.statistics.filtered += int(sure.sum())
            row, column = np.nonzero(~sure)
            if row.size:
                signs[row, column] = self.decide(row + start, units[column], cache)
            out[part] = signs
        return out

    def bound(self, forms: UnitForms, home: Ints, radius: Floats) -> Floats:
        """How far a unit's float at a vertex may be from its true value."""
        size = forms.size[home]
        rounding = (self.d + 3) * ROUNDOFF
        bound: Floats = (forms.single[home] + size * (radius + rounding)) * (1 + radius)
        return bound * (SLACK * self.doubt)

    def _add_lines(self, forms: UnitForms, j: int, unit: int, homes: Ints) -> None:
        count = len(homes)
        source = np.stack([np.full(count, self.stage), np.full(count, unit), homes], axis=1)
        self.line_source.append(source)
        with np.errstate(all="ignore"):
            rows = forms.values[homes, :, j]
            norm = np.sqrt((rows**2).sum(axis=1))
            # dividing by a norm rounds too, and the norm has an error of its own
            error = (2.0 * forms.single[homes] / norm + 4 * ROUNDOFF) * SLACK
            self.line_forms.append(rows / norm[:, None])
        self.line_errors.append(np.where(np.isfinite(error), error, np.inf))

    def _add_vertices(
        self,
        forms: UnitForms,
        units: Indices,
        signs: Grow,
        cut: Cut,
        j: int,
        cache: dict[tuple[int, int], Row],
    ) -> None:
        p, q = cut.positive, cut.negative
        if len(p) == 0:
            return
        first = self.points.size
        vertices = self.lattice.faces[0]
        lines = vertices.lines.view[first:]
        points, radii = self.points.view, self.radii.view
        found, radius = intersections(
            self.line_forms.view[lines],
            self.line_errors.view[lines],
            np.stack([points[p], points[q]], axis=1),
            radii[p] + radii[q],
        )
        self.points.append(found)
        self.radii.append(radius)
        coarse = np.flatnonzero(~(radius * self.doubt < COARSE_RADIUS))
        if coarse.size:
            self.place(coarse + first, p[coarse], q[coarse])
        for bits in (self.positive, self.negative):
            bits.append(bits.view[p] | bits.view[q])
        left, right = signs.view[p], signs.view[q]
        new: NDArray[np.int8] = np.sign(left + right)
        open_signs = (left * right) < 0
        open_signs[:, j] = False
        new[:, j] = 0
        row, column = np.nonzero(open_signs)
        if row.size:
            new[row, column] = self._signs_at(forms, row + first, column, units, cache)
        signs.append(new)

    def _signs_at(
        self,
        forms: UnitForms,
        vertices: Indices,
        columns: Indices,
        units: Indices,
        cache: dict[tuple[int, int], Row],
    ) -> NDArray[np.int8]:
        """The signs of single units at single vertices."""
        home = self.lattice.faces[0].home.view[vertices]
        with np.errstate(all="ignore"):
            rows = forms.values[home, :, columns]
            z = np.einsum("ij,ij->i", self.points.view[vertices], rows)
            sure = np.abs(z) > self.bound(forms, home, self.radii.view[vertices])
            sure &= np.isfinite(z)
        out: NDArray[np.int8] = np.sign(z).astype(np.int8)
        self.statistics.filtered += int(sure.sum())
        left = np.flatnonzero(~sure)
        if left.size:
            out[left] = self.decide(vertices[left], units[columns[left]], cache)
        return out

    def _finish_stage(self) -> None:
        """Record the patterns of the cells, and make them the homes of all faces."""
        lattice, d, stage = self.lattice, self.d, self.stage
        home = lattice.faces[d].home.view.copy()
        start, stop = self.offsets[stage], self.offsets[stage + 1]
        pattern = self.patterns[-1][home]
        if stop > start:
            bits = self.positive.view[:, start:stop]
            if d == 2:
                kernel = choose_kernel(self.num_cells)
                ends, sides = lattice.ends.view, lattice.sides.view
                own = kernel.unite(np.ascontiguousarray(bits), ends, sides, self.num_cells)
            else:
                own = lattice.cell_bits(lattice.spread(bits)[d - 1])
            pattern = np.concatenate([pattern, own], axis=1)
        self.patterns.append(pattern)
        self._arguments = Arguments(
            self._prepared[stage + 1],
            d,
            self._arguments,
            home.astype(np.intp),
            lambda cells: self.forms.positive(stage, pattern[cells]),
            later=stage + 2 == len(self.chart.stages),
        )
        self._settle_homes()

    def _settle_homes(self) -> None:
        """Make the present cells the homes of all faces."""
        lattice, d = self.lattice, self.d
        lattice.faces[d].home.view[:] = np.arange(lattice.num_cells, dtype=np.int32)
        sides = lattice.sides.view
        lattice.faces[d - 1].home.view[:] = np.where(sides[:, 0] >= 0, sides[:, 0], sides[:, 1])
        for k in range(d - 1, 1, -1):
            whole, part = (x.view for x in lattice.facets[k])
            lattice.faces[k - 1].home.view[part] = lattice.faces[k].home.view[whole]
        ends = lattice.ends.view
        for column in (0, 1):
            lattice.faces[0].home.view[ends[:, column]] = lattice.faces[1].home.view

    def pattern_at(self, y: Sequence[Num], direction: Sequence[Num] | None = None) -> bytes:
        """The pattern of a point, or just after it, in the form of `patterns`."""
        return pattern_at(self._exact_stages, y, direction)

    @cached_property
    def _exact_stages(self) -> list[ExactStage]:
        return [ExactStage(stage) for stage in self.chart.stages]

    # exact numbers ---------------------------------------------------------------------

    def decide(
        self, vertices: Indices, units: Indices, cache: dict[tuple[int, int], Row]
    ) -> NDArray[np.int8]:
        """The signs of units of the present stage at vertices, in integers."""
        self.statistics.exact += len(vertices)
        homes = self.lattice.faces[0].home.view[vertices].tolist()
        keys = list(zip(homes, units.tolist(), strict=True))
        missing = sorted({key for key in keys if key not in cache})
        if missing:
            home, unit = np.array(missing, dtype=np.intp).T
            found = self.forms.integers(self.stage, unit, self.patterns[-1][home])
            cache.update(zip(missing, found, strict=True))
        needed = [v for v, key in zip(vertices.tolist(), keys, strict=True) if any(cache[key])]
        self._solve(needed)
        out = np.zeros(len(vertices), dtype=np.int8)
        for i, (v, key) in enumerate(zip(vertices.tolist(), keys, strict=True)):
            form = cache[key]
            if any(form):
                value = sum(a * b for a, b in zip(form, self._exact_vertices[v], strict=True))
                out[i] = (value > 0) - (value < 0)
        return out

    def exact_lines(self, numbers: Sequence[int]) -> dict[int, Row]:
        """Lines as integer functions of (y, w)."""
        missing = sorted({n for n in numbers if n not in self._exact_lines})
        if missing:
            source = self.line_source.view[missing]
            for stage in np.unique(source[:, 0]).tolist():
                here = np.flatnonzero(source[:, 0] == stage)
                patterns = self.patterns[stage][source[here, 2]]
                units = source[here, 1].astype(np.intp)
                found = self.forms.integers(stage, units, patterns)
                for i, row in zip(here.tolist(), found, strict=True):
                    self._exact_lines[missing[i]] = primitive(row)
        return self._exact_lines

    def _solve(self, vertices: Sequence[int]) -> None:
        """Find the exact coordinates of vertices that are not known."""
        missing = sorted({v for v in vertices if v not in self._exact_vertices})
        if not missing:
            return
        lines = self.lattice.faces[0].lines.view[missing]
        known = self.exact_lines(np.unique(lines).tolist())
        towards = self.points.view[missing].tolist()
        for v, row, point in zip(missing, lines.tolist(), towards, strict=True):
            ray = meeting([known[n] for n in row])
            if ray[-1] < 0 or (ray[-1] == 0 and not _same_side(ray, point)):
                ray = tuple(-x for x in ray)
            self._exact_vertices[v] = ray

    def exact_vertices(self, numbers: Sequence[int]) -> dict[int, Row]:
        """Vertices as primitive integer vectors (y, w)."""
        self._solve(numbers)
        return self._exact_vertices

    def place(self, vertices: Indices, p: Ints, q: Ints) -> None:
        """Put vertices between others where they are, from their exact coordinates."""
        # exactly on the side of their neighbours: two of these can be almost opposite
        known = self.exact_vertices([*p.tolist(), *q.tolist()])
        lines = self.lattice.faces[0].lines.view[vertices]
        forms = self.exact_lines(np.unique(lines).tolist())
        for v, row, a, b in zip(
            vertices.tolist(), lines.tolist(), p.tolist(), q.tolist(), strict=True
        ):
            ray = meeting([forms[n] for n in row])
            if not _is_between(ray, known[a], known[b]):
                ray = tuple(-x for x in ray)
            self._exact_vertices[v] = ray
            self.points.view[v] = _unit_floats(ray)
        self.radii.view[vertices] = 8 * ROUNDOFF


def meeting(rows: Sequence[Row]) -> Row:
    """The primitive integer vector on which d independent functions of d + 1 numbers vanish."""
    if len(rows) == 2:
        (a, b, c), (x, y, z) = rows
        return primitive((b * z - c * y, c * x - a * z, a * y - b * x))
    kernel, rank = fmpz_mat([list(r) for r in rows]).nullspace()
    assert rank == 1
    return primitive([int(kernel[i, 0]) for i in range(len(rows[0]))])


def _is_between(ray: Row, p: Row, q: Row) -> bool:
    """Whether a ray on the line through two others, or its opposite, lies between them."""
    # ray = a p + b q with a and b of one sign; a times a Gram determinant, which is positive
    pq, qq = (sum(map(mul, x, q)) for x in (p, q))
    return bool(sum(map(mul, ray, p)) * qq > sum(map(mul, ray, q)) * pq)


def _same_side(ray: Row, point: Sequence[float]) -> bool:
    """Whether a float of the ray or of its opposite, off by far less than 1, is of the ray."""
    size = max(abs(x) for x in ray)
    return sum(x / size * y for x, y in zip(ray, point, strict=True)) > 0


def _unit_floats(ray: Row) -> list[float]:
    size = max(abs(x) for x in ray)
    scaled = [x / size for x in ray]
    norm = sum(x * x for x in scaled) ** 0.5
    return [x / norm for x in scaled]
