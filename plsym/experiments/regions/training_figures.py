"""Figures of `regions_in_training`: the course of training, and pictures of one plane."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

import plsym as pl
from plsym.experiments.record import Table
from plsym.interop.extras import require
from plsym.plotting.regions import regions
from plsym.plotting.style import COLORS, INK, LINES, MARKERS, figure, from_zero, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["course_figure", "picture_figure"]

_WINDOW = (Fraction(-1, 2), Fraction(3, 2))


@style()
def course_figure(training: Table) -> Figure:
    """Regions, transitions, distances and accuracy against the epoch; a column a rate."""
    named = [dict(zip(training.columns, row, strict=True)) for row in training.rows]
    rates = list(dict.fromkeys(row["rate"] for row in named))
    depths = list(dict.fromkeys(row["depth"] for row in named))
    epochs = sorted({row["epoch"] for row in named})
    shown: dict[str, Callable[[dict[str, Any]], float]] = {
        "regions / $N^2$": lambda row: float(row["regions / N^2"]),
        "transitions / $N$": lambda row: float(row["transitions"]) / row["N"],
        "$N$ times distance": lambda row: float(row["distance"]) * row["N"],
        "test accuracy": lambda row: float(row["test accuracy"]),
    }
    size = (min(7.0, 1.2 + 2.3 * len(rates)), 6.4)
    made, axes = figure(len(shown), len(rates), size=size, squeeze=False, sharex=True, sharey="row")
    for i, (name, value) in enumerate(shown.items()):
        for j, rate in enumerate(rates):
            ax = axes[i, j]
            for k, depth in enumerate(depths):
                rows = [r for r in named if r["rate"] == rate and r["depth"] == depth]
                look: dict[str, Any] = {
                    "color": COLORS[k % 6],
                    "linestyle": LINES[k % len(LINES)],
                    "marker": MARKERS[k % len(MARKERS)],
                    "label": f"{depth} layer" if depth == 1 else f"{depth} layers",
                }
                # epochs stand side by side as they were chosen: most happens at the beginning
                at = np.arange(len(rows)) + 0.08 * (k - (len(depths) - 1) / 2)
                if i == 0:
                    low = [value(r) - r["least"] for r in rows]
                    high = [r["greatest"] - value(r) for r in rows]
                    bars = np.maximum([low, high], 0.0)
                    ax.errorbar(at, [value(r) for r in rows], bars, elinewidth=0.7, **look)
                else:
                    ax.plot(at, [value(r) for r in rows], **look)
            if i == 0:
                ax.axhline(0.5, color=INK, linewidth=0.7, linestyle=(0, (1, 2)))
                ax.set_title(f"rate {rate:g}")
            ax.set_xticks(range(len(epochs)), [str(e) for e in epochs])
        axes[i, 0].set_ylabel(name)
        from_zero(axes[i, 0])
    for ax in axes[-1]:
        ax.set_xlabel("epoch")
    handles, labels = axes[-1, 0].get_legend_handles_labels()
    made.legend(handles, labels, loc="outside upper center", ncols=len(labels))
    return made


@style()
def picture_figure(pictures: list[list[Any]]) -> Figure:
    """The regions of one network in a plane through three samples, epoch by epoch."""
    size = (7.0, 7.0 / max(len(pictures), 3) + 0.5)
    made, axes = figure(1, len(pictures), size=size, squeeze=False)
    lines = require("matplotlib.collections", "plot").LineCollection
    for ax, (epoch, layers) in zip(axes[0], pictures, strict=True):
        found = pl.linear_regions(pl.from_weights(layers), [_WINDOW] * 2)
        *_, frame = regions(found, ax, by="pattern")
        frame.set_snap(False)  # its short parts would be moved to pixels one by one
        border = [
            [[float(v) for v in corner] for corner in patch.vertices]
            for patch in found.decision_map().boundary.patches
        ]
        ax.add_collection(lines(border, colors=INK, linewidths=1.2, zorder=3), autolim=False)
        ax.plot([0, 1, 0], [0, 0, 1], "o", color=COLORS[1], markersize=4, zorder=4)
        ax.set_xticks([0, 0.5, 1])
        ax.set_yticks([0, 0.5, 1])
        ax.set_title(f"epoch {epoch}\n{found.count('activation'):,} regions")
        ax.set_xlabel("$s$")
        ax.set_ylabel("$t$")
        ax.label_outer()
    return made
