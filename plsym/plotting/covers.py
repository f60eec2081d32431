"""Covering graphs as papers draw them: named intervals, curved arrows, loops outside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.interop.extras import require
from plsym.plotting.style import COLORS, INK, PALE, axes, style

if TYPE_CHECKING:
    import networkx as nx
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

__all__ = ["cover_graph"]

Point = NDArray[np.float64]
Curve = NDArray[np.float64]
"""Four control points of a cubic Bezier curve."""

_SPACING = 1.0  # between neighbours in a row, and about that on a circle
_INCHES = 0.62  # for a unit of length, where there is room
_LEAST = np.array([2.6, 1.6])  # shown, so that a node alone does not fill the picture


@style()
def cover_graph(
    graph: nx.DiGraph[int],
    ax: Axes | None = None,
    *,
    layout: Literal["circle", "line"] = "circle",
    loop: Sequence[int] | None = None,
    **kwargs: Any,
) -> list[Artist]:
    """A covering graph: interval i is the node I_i, and an arrow says "covers".

    Parameters
    ----------
    graph : networkx.DiGraph
        As `plsym.cover_graph` returns it; nodes are drawn in their order.
    ax : matplotlib Axes, optional
    layout : {"circle", "line"}
        On a circle, clockwise from the left; or in a row as the intervals lie, with
        arrows to the right above and to the left below.
    loop : sequence of nodes, optional
        A closed walk to be emphasized, such as one of `plsym.primitive_loops`.
    **kwargs
        For the arrows.

    Returns
    -------
    list of matplotlib artists
        The circles of the nodes, then the arrows in the order of ``graph.edges``.

    Raises
    ------
    DomainError
        If the graph has no node, the layout is not known, or the loop is no walk.

    Notes
    -----
    Arrows between the same two nodes bend away from each other, loops stand outside.
    Legible up to about twelve nodes in a column of print.

    References
    ----------
    .. [1] L. Block, J. Guckenheimer, M. Misiurewicz, L.-S. Young, "Periodic points and
       topological entropy of one dimensional maps", Lecture Notes in Mathematics 819
       (1980), 18-34.

    Examples
    --------
    >>> fig, ax = pl.plotting.figure()
    >>> graph = pl.cover_graph(pl.stefan_map(5), range(1, 6))
    >>> artists = pl.plotting.cover_graph(graph, ax, loop=[0, 3, 1, 1, 2])
    >>> len(artists) == graph.number_of_nodes() + graph.number_of_edges()
    True
    """
    nodes = list(graph.nodes)
    if not nodes:
        raise DomainError("the graph has no nodes; a covering graph has one for each interval")
    if layout not in ("circle", "line"):
        raise DomainError(f"layout={layout!r} is not known; use 'circle' or 'line'")
    chosen = _walk(graph, loop)
    plan = _Circle(len(nodes)) if layout == "circle" else _Row(len(nodes))
    at = {node: i for i, node in enumerate(nodes)}
    curves = [plan.arrow(at[i], at[j], graph.has_edge(j, i)) for i, j in graph.edges]
    extent = np.concatenate([*curves, plan.places - plan.radius, plan.places + plan.radius])
    low, high = extent.min(axis=0) - 0.05, extent.max(axis=0) + 0.05
    pad = np.maximum(_LEAST - (high - low), 0.0) / 2
    low, high = low - pad, high + pad
    if ax is None:  # one size of nodes, up to the width of a column
        scale = min(_INCHES, 3.3 / (high - low)[0])
        ax = axes(None, tuple(scale * (high - low)))
    else:
        box = np.array(ax.get_position().size) * ax.figure.bbox.size / ax.figure.dpi
        scale = min(_INCHES, *(box / (high - low)))
    artists: list[Artist] = _nodes(ax, nodes, plan, scale)
    for edge, curve in zip(graph.edges, curves, strict=True):
        artists.append(_arrow(ax, curve, edge in chosen, kwargs))
    ax.set_xlim(low[0], high[0])
    ax.set_ylim(low[1], high[1])
    ax.set_aspect("equal")
    ax.set_axis_off()
    return artists


def _walk(graph: nx.DiGraph[int], loop: Sequence[int] | None) -> set[tuple[int, int]]:
    if loop is None:
        return set()
    if not loop:
        raise DomainError("a loop has at least one node")
    edges = set(pairwise([*loop, loop[0]]))
    for i, j in edges:
        if not graph.has_edge(i, j):
            raise DomainError(f"loop={list(loop)!r} is no closed walk: {i} does not cover {j}")
    return edges


# places and arrows -------------------------------------------------------------------


class _Circle:
    """Nodes on a circle, clockwise from the left."""

    def __init__(self, n: int) -> None:
        self.radius = 0.22
        size = 0.0 if n == 1 else max(_SPACING / (2 * math.sin(math.pi / n)), 0.8)
        angles = math.pi - 2 * math.pi * np.arange(n) / n
        self.places = size * np.stack([np.cos(angles), np.sin(angles)], axis=1)

    def arrow(self, i: int, j: int, both: bool) -> Curve:
        a = self.places[i]
        if i == j:
            size = float(np.hypot(*a))
            return _own(a, a / size if size else np.array([0.0, 1.0]), self.radius)
        return _clipped(self._bent(i, j, self._bow(i, j, both)), self.radius)

    def _bow(self, i: int, j: int, both: bool) -> float:
        """How far an arrow bends to the right, so that it misses other nodes."""
        a, b = self.places[i], self.places[j]
        length = float(np.hypot(*(b - a)))
        inwards = 1.0 if self._right(i, j) @ (a + b) <= 1e-9 else -1.0
        # two arrows between two nodes bend to different sides
        first = min(0.16 * length, 0.32) if both else min(0.06 * length, 0.12) * inwards
        if self._is_free(self._bent(i, j, first)):
            return first
        # else towards the centre, where nodes are far; further than the arrow in return
        least = -self._bow(j, i, both) * inwards + 0.3 if both and inwards < 0 else 0.3
        bows = [inwards * (least + 0.2 * k) for k in range(8)]
        return next((bow for bow in bows if self._is_free(self._bent(i, j, bow))), bows[0])

    def _right(self, i: int, j: int) -> Point:
        along = self.places[j] - self.places[i]
        return np.asarray(np.array([along[1], -along[0]]) / np.hypot(*along))

    def _bent(self, i: int, j: int, bow: float) -> Curve:
        a, b = self.places[i], self.places[j]
        third, bent = (b - a) / 3, bow * self._right(i, j)
        return np.array([a, a + third + bent, b - third + bent, b])

    def _is_free(self, curve: Curve) -> bool:
        gaps = _points(curve, np.linspace(0.0, 1.0, 65))[:, None] - self.places
        near = np.hypot(gaps[..., 0], gaps[..., 1]) < self.radius + 0.08
        # its own two nodes are met
        return int(near.any(axis=0).sum()) <= 2


class _Row:
    """Nodes in a row, arrows to the right above it and to the left below."""

    def __init__(self, n: int) -> None:
        self.radius = 0.22 if n <= 6 else 0.3
        self.places = np.stack([_SPACING * np.arange(n), np.zeros(n)], axis=1)

    def arrow(self, i: int, j: int, both: bool) -> Curve:
        del both  # the sides tell the directions apart
        a, b = self.places[i], self.places[j]
        if i == j:
            return _own(a, np.array([0.0, 1.0]), self.radius, 0.4)
        steps = abs(i - j)
        rise = np.array([0.0, (0.34 + 0.3 * (steps - 1)) * (1 if i < j else -1)])
        # the longer, the steeper, so that arrows to one node come from different sides
        share = (b - a) * max(0.3 - 0.025 * steps, 0.06)
        return _clipped(np.array([a, a + share + rise, b - share + rise, b]), self.radius)


def _own(a: Point, out: Point, radius: float, reach: float = 0.6) -> Curve:
    """A loop that leaves a node and comes back on the side of ``out``."""
    aside = np.array([-out[1], out[0]])
    start, end = (radius * (0.82 * out + s * 0.57 * aside) for s in (1, -1))
    far = reach * out
    return np.asarray(
        a + np.array([start, start + far + 0.3 * aside, end + far - 0.3 * aside, end])
    )


def _clipped(curve: Curve, radius: float) -> Curve:
    """The part of a curve between the circles around its ends."""
    share = np.linspace(0.0, 1.0, 4097)
    points = _points(curve, share)
    outside = np.hypot(*(points - curve[0]).T) > radius
    outside &= np.hypot(*(points - curve[3]).T) > radius
    inside = share[outside]
    return _between(curve, float(inside[0]), float(inside[-1]))


def _points(curve: Curve, t: NDArray[np.float64]) -> Curve:
    s = 1 - t
    weights = np.stack([s**3, 3 * s**2 * t, 3 * s * t**2, t**3], axis=1)
    return np.asarray(weights @ curve)


def _between(curve: Curve, u: float, v: float) -> Curve:
    """The control points of a part of a curve, by de Casteljau's blossom."""

    def blossom(*ts: float) -> Point:
        rows = curve
        for t in ts:
            rows = (1 - t) * rows[:-1] + t * rows[1:]
        return np.asarray(rows[0])

    return np.array([blossom(u, u, u), blossom(u, u, v), blossom(u, v, v), blossom(v, v, v)])


# drawing -----------------------------------------------------------------------------


def _nodes(ax: Axes, nodes: list[int], plan: Any, scale: float) -> list[Artist]:
    circle = require("matplotlib.patches", "plot").Circle
    digits = max(len(str(node)) for node in nodes)
    points = 72 * scale * 2 * plan.radius  # the diameter, in points
    size = min(10.0, points / (1.3 + 0.35 * digits))
    out: list[Artist] = []
    for node, place in zip(nodes, plan.places, strict=True):
        patch = circle(
            place, plan.radius, facecolor=PALE[0], edgecolor=INK, linewidth=0.8, zorder=3
        )
        out.append(ax.add_patch(patch))
        look: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": size}
        ax.text(place[0], place[1], f"$I_{{{node}}}$", zorder=4, **look)
    return out


def _arrow(ax: Axes, curve: Curve, emphasized: bool, kwargs: dict[str, Any]) -> Any:
    patches, paths = require("matplotlib.patches", "plot"), require("matplotlib.path", "plot")
    color = COLORS[1] if emphasized else "#555555"
    look = {"color": color, "linewidth": 1.5 if emphasized else 0.9, "zorder": 2 + emphasized / 2}
    codes = [paths.Path.MOVETO, *[paths.Path.CURVE4] * 3]
    arrow = patches.FancyArrowPatch(
        path=paths.Path(curve, codes),
        arrowstyle="-|>,head_length=3.2,head_width=1.5",
        mutation_scale=1.0,
        **{**look, **kwargs},
    )
    return ax.add_patch(arrow)
