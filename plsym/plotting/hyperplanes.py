"""Bent hyperplanes layer by layer, and the graph of neighbouring regions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from plsym.errors import DomainError
from plsym.interop.extras import require
from plsym.plotting.plane import Canvas, tinted
from plsym.plotting.style import COLORS, legend_above, style

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from plsym.regions.linear import LinearRegions

__all__ = ["bent_hyperplanes", "region_graph"]


@style()
def bent_hyperplanes(
    found: LinearRegions,
    ax: Axes | None = None,
    *,
    layers: Sequence[int] | None = None,
    **kwargs: Any,
) -> list[Artist]:
    """Where neurons vanish, on a bounded two-dimensional domain, coloured by layer.

    Parameters
    ----------
    found : LinearRegions
        On a box of two inputs, or on a bounded part of a plane.
    ax : matplotlib Axes, optional
    layers : sequence of int, optional
        Those to be drawn, counted from 0; all by default.  One after the other on axes
        of their own, they show how later layers bend at earlier ones.
    **kwargs
        For the lines.

    Returns
    -------
    list of matplotlib artists
        One line (with gaps) for each layer, the border of the domain, and if there are
        any: cells on which a neuron is zero (hatched), points at which one only touches
        zero.

    Raises
    ------
    DomainError
        If the cells are not two-dimensional, the domain is unbounded, or a layer does not
        exist.

    Notes
    -----
    What is drawn is exact, as `LinearRegions.bent_hyperplane` has it; the corners come
    from floats.  Later layers have thinner lines.

    References
    ----------
    .. [1] B. Hanin, D. Rolnick, "Complexity of linear regions in deep networks", ICML
       2019, arXiv:1901.09021.

    Examples
    --------
    >>> found = pl.linear_regions(pl.random_network([2, 4, 4, 1], seed=0), [(-1, 1)] * 2)
    >>> fig, ax = pl.plotting.figure()
    >>> first, second, border = pl.plotting.bent_hyperplanes(found, ax)
    >>> first.get_label(), second.get_label()
    ('layer 0', 'layer 1')
    """
    sizes = [layer.size for layer in found.net._lowered.layers]
    chosen = list(range(len(sizes))) if layers is None else [int(k) for k in layers]
    for layer in chosen:
        if not 0 <= layer < len(sizes):
            raise DomainError(f"layer {layer} does not exist; there are {len(sizes)}")
    canvas = Canvas(found._explored)
    ax = canvas.axes(ax)
    artists, rest = [], []
    for layer in chosen:
        faces: list[set[int]] = [set(), set(), set()]
        for neuron in range(sizes[layer]):
            for dimension, number in found.bent_hyperplane(layer, neuron).faces:
                faces[dimension].add(number)
        points, edges, cells = (np.array(sorted(part), dtype=np.intp) for part in faces)
        color = COLORS[layer % len(COLORS)]
        width = max(1.3 - 0.25 * layer, 0.4) * canvas.thin
        look = {"label": f"layer {layer}", "zorder": 2 + 0.01 * layer, **kwargs}
        artists.append(canvas.lines(ax, edges, color, width, **look))
        if cells.size:
            hatched = {"facecolors": "none", "edgecolors": color, "linewidths": 0.0}
            rest.append(canvas.fill(ax, [cells], [color], hatch="////", alpha=0.5, **hatched))
        if points.size:
            xy = canvas.corners[points].T
            rest += ax.plot(*xy, "o", color=color, markersize=2.5, zorder=3, clip_on=False)
    artists.append(canvas.border(ax))
    legend_above(ax, artists[:-1])
    return [*artists, *rest]


@style()
def region_graph(
    found: LinearRegions,
    ax: Axes | None = None,
    *,
    definition: Literal["activation", "connected", "affine"] = "activation",
    over_regions: bool = True,
    **kwargs: Any,
) -> list[Artist]:
    """The graph of neighbouring regions, drawn over them.

    Parameters
    ----------
    found : LinearRegions
        On a box of two inputs, or on a bounded part of a plane.
    ax : matplotlib Axes, optional
    definition : {"activation", "connected", "affine"}
        What the nodes are, as in `LinearRegions.graph`.
    over_regions : bool
        Whether the regions are drawn below the graph.
    **kwargs
        For the nodes.

    Returns
    -------
    list of matplotlib artists
        The nodes, the edges, and if they are asked for the polygons of the cells, the
        facets and the border of the domain.

    Raises
    ------
    DomainError
        If the cells are not two-dimensional, the domain is unbounded, or the definition
        is not known.

    Notes
    -----
    The graph is exact.  A node stands at the centre of gravity of the largest cell of its
    region.

    Examples
    --------
    >>> found = pl.linear_regions(pl.random_network([2, 4, 4, 1], seed=0), [(-1, 1)] * 2)
    >>> fig, ax = pl.plotting.figure()
    >>> nodes, edges, *regions = pl.plotting.region_graph(found, ax)
    >>> len(edges.get_segments()) == found.graph().number_of_edges()
    True
    """
    graph = found.graph(definition)
    canvas = Canvas(found._explored)
    at = np.array(
        [
            canvas.centers[max(graph.nodes[name]["cells"], key=lambda c: canvas.areas[c])]
            for name in sorted(graph.nodes)
        ]
    )
    ax = canvas.axes(ax)
    artists: list[Artist] = []
    if over_regions:
        label = found.labels(definition)
        artists.append(canvas.fill(ax, *tinted(canvas, label)))
        pair = label[canvas.sides]
        facets = np.flatnonzero(canvas.inner & (pair[:, 0] != pair[:, 1]))
        artists.append(canvas.lines(ax, facets, "#FFFFFF", 0.6 * canvas.thin))
        artists.append(canvas.border(ax))
    small = min(1.0, float(np.sqrt(150 / len(at))))
    pairs = np.array(sorted(tuple(sorted(edge)) for edge in graph.edges), dtype=np.intp)
    collection = require("matplotlib.collections", "plot").LineCollection(
        at[pairs.reshape(-1, 2)], colors=COLORS[0], linewidths=0.9 * small, zorder=5
    )
    edges = ax.add_collection(collection, autolim=False)
    look = {"s": 14.0 * small**2, "color": COLORS[1], "linewidths": 0.0, "zorder": 6}
    nodes = ax.scatter(*at.T, **{**look, **kwargs})
    return [nodes, edges, *artists]
