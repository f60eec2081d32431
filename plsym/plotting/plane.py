"""A bounded subdivision in two dimensions as corners, edges and polygons in doubles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.interop.extras import require
from plsym.plotting.style import INK, PALE, axes, name_axes
from plsym.regions.explored import Explored

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Canvas", "tinted"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_SIDE = 3.2  # inches
_CROWDED = 3000  # cells; lines between more are thinner


class Canvas:
    """What pictures of a subdivision are drawn from: floats are good enough to look at.

    Parameters
    ----------
    explored : Explored

    Attributes
    ----------
    corners : ndarray, shape (vertices, 2)
        In the coordinates of the user.
    ends : int array, shape (edges, 2)
    sides : int array, shape (edges, 2)
        The cells on both sides, -1 for none.
    around : int array
        The corners of cell 0 in order, then those of cell 1, ...
    starts : int array, shape (cells + 1,)
        Where the corners of each cell begin in ``around``.
    areas, centers : ndarrays, shapes (cells,) and (cells, 2)
        The centres of gravity.

    Raises
    ------
    DomainError
        If the cells are not two-dimensional, or the domain is unbounded.
    """

    def __init__(self, explored: Explored) -> None:
        complex_, chart = explored.complex, explored.chart
        if complex_.d != 2 or chart.lineality or len(chart.embedding) != 2:
            raise DomainError(
                "pictures are drawn of two dimensions; take a box of two inputs, or a plane"
            )
        if explored.incidence.infinite.any():
            raise DomainError("pictures are drawn of bounded domains; give a box")
        points = complex_.points.view
        flat = points[:, :2] / points[:, 2:]
        if not chart.is_identity:
            matrix = np.array([[float(v) for v in row] for row in chart.embedding])
            flat = flat @ matrix[:, :2].T + matrix[:, 2]
        self.explored = explored
        self.corners: Floats = flat
        self.ends: Indices = complex_.lattice.ends.view
        self.sides: Indices = complex_.lattice.sides.view
        self.num_cells = complex_.num_cells
        self.around, self.starts = _polygons(self.ends, self.sides, len(flat))
        self.areas, self.centers = _measures(flat[self.around], self.starts)

    @property
    def inner(self) -> NDArray[np.bool_]:
        """Which edges have a cell on both sides."""
        return np.asarray((self.sides >= 0).all(axis=1))

    @property
    def thin(self) -> float:
        """By what lines are thinner where cells crowd: they would hide the areas."""
        return min(1.0, float(np.sqrt(_CROWDED / self.num_cells)))

    def axes(self, ax: Axes | None, wide: float = 0.0) -> Axes:
        """Axes that show the domain, with names; ``wide`` inches of room beside new ones."""
        low, high = self.corners.min(axis=0), self.corners.max(axis=0)
        extent = high - low
        like = bool(extent.max() < 3 * extent.min())
        shape = extent / extent.max() if like else np.ones(2)
        ax = axes(ax, (0.2 + _SIDE * shape[0] + wide, 0.2 + _SIDE * shape[1]))
        ax.set_xlim(low[0], high[0])
        ax.set_ylim(low[1], high[1])
        if like:
            ax.set_aspect("equal")
        ticks = require("matplotlib.ticker", "plot").MaxNLocator
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(ticks(7, steps=[1, 2, 5, 10]))
        name_axes(ax, *(("$s$", "$t$") if self.explored.chart.plane else ("$x_0$", "$x_1$")))
        return ax

    def fill(self, ax: Axes, cells: Sequence[Indices], color: Sequence[str], **look: Any) -> Any:
        """Fill groups of cells, each in one colour: a collection with one path a group."""
        collection = require("matplotlib.collections", "plot").PathCollection(
            [self._outline(group) for group in cells],
            # a hair of a line closes the seams between neighbours
            **{"facecolors": color, "edgecolors": color, "linewidths": 0.2, "zorder": 1, **look},
        )
        return ax.add_collection(collection, autolim=False)

    def _outline(self, cells: Indices) -> Any:
        """The polygons of cells as one path: files are small, and drawing is fast."""
        path = require("matplotlib.path", "plot").Path
        sizes = np.diff(self.starts)[cells]
        first = np.concatenate([[0], np.cumsum(sizes + 1)])
        # each polygon and its first corner again
        cell = np.repeat(np.arange(len(cells)), sizes + 1)
        step = np.arange(first[-1]) - first[cell]
        last = step == sizes[cell]
        corner = self.around[self.starts[cells][cell] + np.where(last, 0, step)]
        codes = np.full(len(step), path.LINETO, dtype=path.code_type)
        codes[step == 0], codes[last] = path.MOVETO, path.CLOSEPOLY
        return path(self.corners[corner], codes)

    def lines(self, ax: Axes, edges: Indices, color: str, width: float, **look: Any) -> Any:
        """Draw edges as one line with gaps."""
        points = np.full((len(edges), 3, 2), np.nan)
        points[:, :2] = self.corners[self.ends[edges]]
        flat = points.reshape(-1, 2)[: max(3 * len(edges) - 1, 0)]
        look = {"color": color, "linewidth": width, "solid_capstyle": "round", "zorder": 2, **look}
        return ax.plot(*flat.T, scalex=False, scaley=False, **look)[0]

    def border(self, ax: Axes) -> Any:
        """Draw the border of the domain, which is convex, as one closed line."""
        corners = self.corners[np.unique(self.ends[~self.inner])]
        turned = corners - corners.mean(axis=0)
        order = np.argsort(np.arctan2(turned[:, 1], turned[:, 0]))
        line = corners[np.append(order, order[:2])]
        look = {"color": INK, "linewidth": 0.8, "zorder": 4, "solid_joinstyle": "miter"}
        return ax.plot(*line.T, scalex=False, scaley=False, clip_on=False, **look)[0]


def _polygons(ends: Indices, sides: Indices, corners: int) -> tuple[Indices, Indices]:
    """The corners of all cells, each in order, and where those of a cell begin."""
    edge, side = np.nonzero(sides >= 0)
    cell = np.tile(sides[edge, side].astype(np.intp), 2)
    start, end = ends[edge].astype(np.intp).T
    # each side of a cell in both directions, by cell and corner: two a corner
    key = cell * corners + np.concatenate([start, end])
    order = np.argsort(key, kind="stable")
    key, edge = key[order], np.tile(edge, 2)[order]
    target = np.concatenate([end, start])[order]
    cell = cell[order]
    other = np.searchsorted(key, cell * corners + target)
    following = other + (edge[other] == edge)  # not back along the same edge
    count = np.bincount(cell) // 2
    starts = np.concatenate([[0], np.cumsum(count)])
    around = np.empty(starts[-1], dtype=np.intp)
    here = 2 * starts[:-1]
    for step in range(int(count.max())):
        more = count > step
        around[starts[:-1][more] + step] = key[here[more]] % corners
        here = following[here]
    return around, starts


def _measures(xy: Floats, starts: Indices) -> tuple[Floats, Floats]:
    """The areas and the centres of gravity of polygons."""
    sizes = np.diff(starts)
    base = np.repeat(xy[starts[:-1]], sizes, axis=0)  # near the origin nothing cancels
    a = xy - base
    b = np.roll(a, -1, axis=0)
    b[starts[1:] - 1] = 0.0
    cross = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    twice = np.add.reduceat(cross, starts[:-1])
    moments = np.add.reduceat(cross[:, None] * (a + b), starts[:-1], axis=0)
    means = np.add.reduceat(a, starts[:-1], axis=0) / sizes[:, None]
    flat = twice == 0  # in doubles
    safe = np.where(flat, 1.0, twice)
    inside = np.where(flat[:, None], means, moments / (3 * safe[:, None]))
    return np.abs(twice) / 2, xy[starts[:-1]] + inside


def tinted(canvas: Canvas, label: Indices) -> tuple[list[Indices], list[str]]:
    """Cells in groups of one colour, regions differing from their neighbours; the colours."""
    color = _colored(canvas.sides, label, len(PALE))[label]
    used = np.unique(color).tolist()
    return [np.flatnonzero(color == c) for c in used], [PALE[c] for c in used]


def _colored(sides: Indices, label: Indices, count: int) -> Indices:
    """A colour for each region, greedily different from its neighbours'.

    Parameters
    ----------
    sides : int array, shape (edges, 2)
        The cells on both sides of edges, -1 for none.
    label : int array, shape (cells,)
        The region of each cell.
    count : int
        How many colours there are.
    """
    inner = sides[(sides >= 0).all(axis=1)]
    near: dict[int, set[int]] = {}
    for a, b in label[inner].tolist():
        if a != b:
            near.setdefault(a, set()).add(b)
            near.setdefault(b, set()).add(a)
    color = np.full(int(label.max()) + 1, -1, dtype=np.intp)
    for region in range(len(color)):
        used = {int(color[r]) for r in near.get(region, ())}
        # start somewhere else each time, so that all colours occur
        free = [c % count for c in range(region, region + count) if c % count not in used]
        color[region] = free[0] if free else region % count
    return color
