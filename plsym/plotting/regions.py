"""Linear regions and decisions in the plane, as filled areas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.interop.extras import require
from plsym.plotting.plane import Canvas, tinted
from plsym.plotting.style import COLORS, INK, legend_above, style

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from plsym.regions.decisions import DecisionMap
    from plsym.regions.linear import LinearRegions

__all__ = ["decisions", "regions"]

Indices = NDArray[np.intp]
By = Literal["connected", "pattern", "affine", "neuron"]

_LABELS = {"connected": "connected", "pattern": "activation", "affine": "affine"}
# Of outputs: Okabe and Ito's without black, a little lighter for areas, and more behind them.
_AREAS = (
    "#7BC4EE",
    "#ECB438",
    "#38B392",
    "#F3EA6C",
    "#D796BA",
    "#3891C3",
    "#DE8138",
    "#D9D9D9",
    "#9C6B3C",
    "#5F5F5F",
)
_HATCHES = (None, "////", "....", "xxxx")


@style()
def regions(
    found: LinearRegions,
    ax: Axes | None = None,
    *,
    by: By = "connected",
    **kwargs: Any,
) -> list[Artist]:
    """The linear regions of a bounded two-dimensional domain.

    Parameters
    ----------
    found : LinearRegions
        On a box of two inputs, or on a bounded part of a plane.
    ax : matplotlib Axes, optional
    by : {"connected", "pattern", "affine", "neuron"}
        What has one colour: a linear region, an activation region, all cells with the
        same affine map, or the boundaries that belong to one neuron (to one layer, where
        there are more than six).
    **kwargs
        For the collection of polygons.

    Returns
    -------
    list of matplotlib artists
        The polygons of the cells (a collection with one path a colour), the facets, those
        that cancel (the function is the same affine map on both sides; dotted) if there
        are any, and the border of the domain.  By neuron: the polygons, one line a neuron
        or layer, and the border.

    Raises
    ------
    DomainError
        If the cells are not two-dimensional, the domain is unbounded, or ``by`` is not
        known.

    Notes
    -----
    Neighbours differ in colour as far as eight colours go.  Which cells there are, and
    which belong together, is exact; their corners are drawn from floats.

    Examples
    --------
    >>> found = pl.linear_regions(pl.random_network([2, 6, 6, 1], seed=0), [(-1, 1)] * 2)
    >>> fig, ax = pl.plotting.figure()
    >>> cells, *rest = pl.plotting.regions(found, ax)
    >>> polygons = sum(list(path.codes).count(path.MOVETO) for path in cells.get_paths())
    >>> polygons == found.num_cells
    True
    """
    if by not in (*_LABELS, "neuron"):
        known = ", ".join(repr(b) for b in (*_LABELS, "neuron"))
        raise DomainError(f"by={by!r} is not known; use one of {known}")
    canvas = Canvas(found._explored)
    if by == "neuron":
        return _by_neuron(found, canvas, ax, kwargs)
    label = found.labels(_LABELS[by])  # type: ignore[arg-type]
    ax = canvas.axes(ax)
    artists = [canvas.fill(ax, *tinted(canvas, label), **kwargs)]
    cancelling = np.zeros(len(canvas.sides), dtype=bool)
    cancelling[found._merging] = True
    facets = np.flatnonzero(canvas.inner & ~cancelling)
    artists.append(canvas.lines(ax, facets, "#44546A", 0.5 * canvas.thin))
    if cancelling.any():
        dotted = {"linestyle": (0, (1.0, 2.5)), "dash_capstyle": "butt"}
        artists.append(canvas.lines(ax, np.flatnonzero(cancelling), "#44546A", 0.5, **dotted))
    return [*artists, canvas.border(ax)]


def _by_neuron(
    found: LinearRegions, canvas: Canvas, ax: Axes | None, kwargs: dict[str, Any]
) -> list[Artist]:
    """Facets coloured by the neuron that vanishes there, or by its layer."""
    lines = found._complex.lattice.faces[1].lines.view[:, 0].tolist()
    inner = np.flatnonzero(canvas.inner)
    owners: dict[tuple[Any, Any], list[int]] = {}
    for edge in inner.tolist():
        owners.setdefault(found._owner(lines[edge]), []).append(edge)
    owners.pop((None, None), None)  # walls that no neuron stands for
    single = len(owners) <= 6
    groups: dict[Any, list[int]] = {}
    for (layer, neuron), edges in sorted(owners.items()):
        groups.setdefault((layer, neuron) if single else layer, []).extend(edges)
    ax = canvas.axes(ax)
    artists = [canvas.fill(ax, [np.arange(canvas.num_cells)], ["#FFFFFF"], **kwargs)]
    for k, (key, edges) in enumerate(groups.items()):
        name = f"layer {key[0]}, neuron {key[1]}" if single else f"layer {key}"
        width = max(1.2 - 0.2 * (key[0] if single else key), 0.4) * canvas.thin
        color = COLORS[k % len(COLORS)]
        artists.append(canvas.lines(ax, np.array(edges), color, width, label=name))
    artists.append(canvas.border(ax))
    legend_above(ax)
    return artists


@style()
def decisions(
    found: DecisionMap,
    ax: Axes | None = None,
    *,
    names: Sequence[str] | None = None,
    **kwargs: Any,
) -> list[Artist]:
    """Which output is the largest, on a bounded two-dimensional domain.

    Parameters
    ----------
    found : DecisionMap
        As `LinearRegions.decision_map` returns it.
    ax : matplotlib Axes, optional
    names : sequence of str, optional
        Of the outputs.
    **kwargs
        For the collections of polygons.

    Returns
    -------
    list of matplotlib artists
        One collection of polygons for each output that wins somewhere, the facets of the
        network, the decision boundary, and the border of the domain.

    Raises
    ------
    DomainError
        If the cells are not two-dimensional, the domain is unbounded, or names are
        missing.

    Notes
    -----
    The legend has the share of the area of each output.  Which output wins on which cell
    is exact; corners and shares are drawn from floats.

    Examples
    --------
    >>> found = pl.linear_regions(pl.random_network([2, 6, 3], seed=1), [(-1, 1)] * 2)
    >>> fig, ax = pl.plotting.figure()
    >>> artists = pl.plotting.decisions(found.decision_map(), ax, names="abc")
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['a  10.9%', 'c  89.1%']
    """
    last = max(found.classes)
    if names is not None and len(names) <= last:
        raise DomainError(f"{len(names)} names for outputs up to number {last}")
    canvas = Canvas(found._explored)
    complex_ = found._explored.complex
    ax = canvas.axes(ax, wide=1.3)
    total = canvas.areas.sum()
    patch = require("matplotlib.patches", "plot").Patch
    artists: list[Artist] = []
    handles = []
    for k in found.classes:
        cells = np.flatnonzero(found.winners == k)
        share = float(100 * canvas.areas[cells].sum() / total)
        shown = f"{share:.1f}%" if share >= 0.05 else "< 0.1%"
        name = f"output {k}" if names is None else names[k]
        color = _AREAS[k % len(_AREAS)]
        hatch = _HATCHES[k // len(_AREAS) % len(_HATCHES)]
        look = {} if hatch is None else {"hatch": hatch, "edgecolors": INK, "linewidths": 0.0}
        artists.append(canvas.fill(ax, [cells], [color], **{**look, **kwargs}))
        edge = color if hatch is None else INK
        handles.append(
            patch(
                facecolor=color,
                edgecolor=edge,
                hatch=hatch,
                linewidth=0.0,
                label=f"{name}  {shown}",
            )
        )
    inner = canvas.inner
    pairs = found.winners[canvas.sides]
    boundary = inner & (pairs[:, 0] != pairs[:, 1])
    # the last stages compare outputs: what they cut is no facet of the network
    stage = complex_.line_source.view[complex_.lattice.faces[1].lines.view[:, 0], 0]
    facets = inner & ~boundary & (stage < len(complex_.chart.stages) - 2)
    width = 0.4 * canvas.thin
    artists.append(canvas.lines(ax, np.flatnonzero(facets), "#FFFFFF", width, zorder=2))
    artists.append(canvas.lines(ax, np.flatnonzero(boundary), INK, 1.2, zorder=3))
    artists.append(canvas.border(ax))
    ax.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
        borderaxespad=0.4,
        handlelength=1.0,
        handleheight=1.0,
    )
    return artists
