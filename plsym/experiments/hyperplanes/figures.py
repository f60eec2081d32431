"""Figures of the experiment on anti-regularisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from plsym.experiments.record import Table
from plsym.networks.network import from_weights
from plsym.plotting.hyperplanes import bent_hyperplanes
from plsym.plotting.style import COLORS, INK, LINES, MARKERS, PALE, figure, style
from plsym.regions.crossing import hyperplane_crossings
from plsym.regions.linear import LinearRegions, linear_regions

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["hyperplanes_figure", "pairs_figure", "regions_figure"]

Weights = Sequence[Sequence[Any]]
Box = Sequence[tuple[int, int]]

_LAYERS = ("first layer", "second layer")


def _panels(first: Mapping[str, Sequence[Weights]], box: Box) -> list[tuple[str, LinearRegions]]:
    """The initial network and what each training made of it."""
    start = next(iter(first.values()))[0]
    shown = [("before", start), *((f"after: {mode}", nets[1]) for mode, nets in first.items())]
    return [
        (words, linear_regions(from_weights([(w, b) for w, b in net]), box)) for words, net in shown
    ]


def hyperplanes_figure(
    first: Mapping[str, Sequence[Weights]], sample: tuple[Any, Any], box: Box
) -> Figure:
    """Bent hyperplanes of one network before and after each training, with the data."""
    panels = _panels(first, box)
    points, labels = sample
    with style():
        made, axes = figure(1, len(panels), size=(1.9 * len(panels), 2.75), squeeze=False)
        for ax, (words, found) in zip(axes[0], panels, strict=True):
            bent_hyperplanes(found, ax, linewidth=0.9)
            if "data" in words:
                for label in (0, 1):
                    ax.plot(
                        *points[labels == label].T,
                        linestyle="none",
                        marker=MARKERS[label],
                        color=COLORS[2 + label],
                        markersize=1.8,
                        alpha=0.7,
                        zorder=0,
                    )
            legend = ax.get_legend()
            if legend is not None:
                legend.remove()
            ax.set_title(f"{words}\n{found.num_cells} regions", fontsize=8)
            ax.set_xticks([-1, 0, 1])
            ax.set_yticks([-1, 0, 1])
            if ax is not axes[0, 0]:
                ax.set_ylabel("")
                ax.set_yticklabels([])
        handles, _ = axes[0, 0].get_legend_handles_labels()
        made.legend(handles[:2], _LAYERS, loc="outside lower center", ncols=2)
    return made


def pairs_figure(first: Mapping[str, Sequence[Weights]], box: Box) -> Figure:
    """Which pairs cross, touch or are apart in the box, before and after each training."""
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Patch

    panels = _panels(first, box)
    colors = ("#FFFFFF", COLORS[3], COLORS[0], PALE[4])
    with style():
        made, axes = figure(1, len(panels), size=(1.9 * len(panels), 2.75), squeeze=False)
        for ax, (words, found) in zip(axes[0], panels, strict=True):
            crossings = hyperplane_crossings(found)
            shown = crossings.matrix.astype(int)
            np.fill_diagonal(shown, 3)
            size, n1 = len(shown), found.net.widths[0]
            ax.imshow(shown, cmap=ListedColormap(colors), vmin=-0.5, vmax=3.5)
            for k in range(1, size):
                heavy = k == n1
                for line in (ax.axhline, ax.axvline):
                    line(k - 0.5, color=INK if heavy else "#BBBBBB", linewidth=1 if heavy else 0.3)
            total = size * (size - 1) // 2
            ax.set_title(f"{words}\n{len(crossings.crossing)} of {total} cross", fontsize=8)
            middles = [(n1 - 1) / 2, (n1 + size - 1) / 2]
            ax.set_xticks(middles, _LAYERS)
            ax.set_yticks(middles, _LAYERS, rotation=90, va="center")
            ax.tick_params(length=0)
            for spine in ax.spines.values():
                spine.set_visible(True)
        handles = [
            Patch(facecolor=colors[value], edgecolor=INK, linewidth=0.5, label=label)
            for value, label in ((2, "cross"), (1, "touch"), (0, "no common point"))
        ]
        made.legend(handles=handles, loc="outside lower center", ncols=3)
    return made


def regions_figure(course: Table, bound: int) -> Figure:
    """Regions along training, in the box and in the plane: means and ranges."""
    modes = list(dict.fromkeys(course.column("training")))
    steps = sorted(set(course.column("step")))
    with style():
        made, axes = figure(1, 2, size=(6.8, 2.7))
        for ax, where in zip(axes, ("box", "plane"), strict=True):
            at = course.columns.index(f"regions in the {where}")
            for k, mode in enumerate(modes):
                values = np.array(
                    [[r[at] for r in course.rows if (r[0], r[2]) == (mode, s)] for s in steps]
                )
                ax.plot(
                    steps,
                    values.mean(axis=1),
                    color=COLORS[k],
                    linestyle=LINES[k],
                    marker=MARKERS[k],
                    label=mode,
                )
                ax.fill_between(
                    steps,
                    values.min(axis=1),
                    values.max(axis=1),
                    color=COLORS[k],
                    alpha=0.18,
                    linewidth=0,
                )
            ax.set_xlabel("steps")
            ax.set_ylim(bottom=0)
            names = {"box": "[-1, 1]$^2$", "plane": "the whole plane"}
            ax.set_title(f"on {names[where]}" + (f" (at most {bound})" if where == "plane" else ""))
        axes[0].set_ylabel("linear regions")
        handles, names_ = axes[0].get_legend_handles_labels()
        made.legend(handles, names_, loc="outside lower center", ncols=3)
    return made
