"""Figures of `regions_at_init`: what random networks do to planes, lines and points."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

import plsym as pl
from plsym.experiments.record import Table
from plsym.plotting.hyperplanes import bent_hyperplanes
from plsym.plotting.style import COLORS, INK, LINES, MARKERS, figure, legend_above, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["INPUTS", "bent_figure", "distance_figure", "line_figure", "plane_figure"]

#: the domains in which regions are counted, as tables and figures call them
INPUTS = {"two inputs": "2 inputs, whole plane", "digits": "64 inputs, plane through 3 digits"}


def _by_depth(
    table: Table, rows: Iterable[tuple[Any, ...]] | None = None
) -> list[tuple[int, dict[str, list[Any]]]]:
    """For each depth the columns of its rows, in the order of N."""
    kept = list(table.rows if rows is None else rows)
    named = [dict(zip(table.columns, row, strict=True)) for row in kept]
    out = []
    for depth in sorted({row["depth"] for row in named}):
        mine = sorted((r for r in named if r["depth"] == depth), key=lambda r: r["N"])
        out.append((depth, {name: [row[name] for row in mine] for name in table.columns}))
    return out


def _look(index: int, depth: int, **more: Any) -> dict[str, Any]:
    return {
        "color": COLORS[index % 6],
        "linestyle": LINES[index % len(LINES)],
        "marker": MARKERS[index % len(MARKERS)],
        "label": f"{depth} layer" if depth == 1 else f"{depth} layers",
        "elinewidth": 0.7,
        "capsize": 1.5,
        **more,
    }


def _number_axis(ax: Any, numbers: Sequence[int]) -> None:
    """A logarithmic axis of N, labelled in powers of two."""
    ax.set_xscale("log", base=2)
    ticks = [2**k for k in range(20) if min(numbers) <= 2**k <= max(numbers)]
    ax.set_xticks(ticks, [str(t) for t in ticks])
    ax.set_xlabel("neurons $N$")
    ax.set_ylim(bottom=0)


def _common_legend(made: Figure, ax: Any) -> None:
    """One legend for all panels, over them: lines with markers first."""
    handles, labels = ax.get_legend_handles_labels()
    order = sorted(range(len(labels)), key=lambda i: labels[i] == "expected")
    made.legend(
        [handles[i] for i in order],
        [labels[i] for i in order],
        loc="outside upper center",
        ncols=len(order),
    )


@style()
def plane_figure(planes: Table) -> Figure:
    """Mean regions over N^2 against N, for each depth, in both kinds of planes."""
    made, axes = figure(1, 2, sharey=True)
    for ax, words in zip(axes, INPUTS.values(), strict=True):
        mine = [row for row in planes.rows if row[0] == words]
        for k, (depth, of) in enumerate(_by_depth(planes, mine)):
            n = np.array(of["N"])
            at = n * 2.0 ** (0.06 * (k - 1))  # beside each other, not over each other
            share = [float(v) for v in of["mean / N^2"]]
            bars = [0.0 if v is None else v for v in of["deviation"]] / n**2
            ax.errorbar(at, share, bars, **_look(k, depth))
        ax.axhline(0.5, color=INK, linewidth=0.7, linestyle=(0, (1, 2)))
        ax.set_title(words)
        _number_axis(ax, planes.column("N"))
    axes[0].set_ylabel("regions / $N^2$: mean, deviation")
    _common_legend(made, axes[0])
    return made


@style()
def line_figure(lines: Table) -> Figure:
    """Transitions along segments against N, with their expectations."""
    made, ax = figure()
    totals = [row for row in lines.rows if row[3] == "all"]
    for k, (depth, of) in enumerate(_by_depth(lines, totals)):
        look = _look(k, depth)
        ax.plot(of["N"], [float(v) for v in of["expected"]], look["linestyle"], color=look["color"])
        measured = [float(v) for v in of["mean transitions"]]
        ax.errorbar(of["N"], measured, of["standard error"], **{**look, "linestyle": "none"})
    ax.set_xlabel("neurons $N$")
    ax.set_ylabel("transitions between two digits")
    ax.set_xlim(left=0)
    ax.set_ylim(bottom=0)
    legend_above(ax)
    ax.annotate(
        "lines: expected\nmarkers: mean, standard error",
        (0.97, 0.04),
        xycoords="axes fraction",
        ha="right",
        fontsize=8,
    )
    return made


@style()
def distance_figure(distances: Table) -> Figure:
    """N times the distance to the nearest boundary, at digits and at the origin."""
    made, axes = figure(1, 2)
    names = (("at digits", "its error", "N times that"), ("at 0", "error at 0", "N times at 0"))
    for ax, (title, error, scaled) in zip(axes, names, strict=True):
        for k, (depth, of) in enumerate(_by_depth(distances)):
            bars = [n * e for n, e in zip(of["N"], of[error], strict=True)]
            ax.errorbar(of["N"], of[scaled], bars, **_look(k, depth))
        _number_axis(ax, distances.column("N"))
        ax.set_title(title.replace("at 0", "at the origin"))
    axes[0].set_ylabel("$N$ times the distance")
    for depth, of in _by_depth(distances):
        if depth == 1:
            law = [n * float(v) for n, v in zip(of["N"], of["expected at 0"], strict=True)]
            axes[1].plot(of["N"], law, "_", color=INK, markersize=14, label="expected")
    _common_legend(made, axes[1])
    return made


@style()
def bent_figure(width: int, seed: int) -> Figure:
    """Bent hyperplanes of a network with three layers, one layer more in each panel."""
    net = pl.random_network([2, width, width, width, 1], seed)
    found = pl.linear_regions(net, [(-3, 3)] * 2)
    made, axes = figure(1, 3, size=(7.0, 2.6))
    for last, ax in enumerate(axes):
        bent_hyperplanes(found, ax, layers=range(last + 1))
        if last:
            ax.set_ylabel("")
        ax.get_legend().remove()
    _common_legend(made, axes[-1])
    return made
