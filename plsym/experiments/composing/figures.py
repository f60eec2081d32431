"""The figures of `composition`, drawn from its tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from plsym.experiments.composing.lecture import END, exact_network, triangle_network
from plsym.experiments.record import Table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["composition_figures"]


def composition_figures(
    tables: tuple[Table, ...], settings: Mapping[str, Any]
) -> dict[str, Callable[[], Figure]]:
    """The drawings of a result, by name."""
    triangles, rectangles, _, sides, plateaus, _, orbits = tables
    return {
        "constructions": lambda: _constructions(rectangles, settings),
        "pieces": lambda: _pieces(triangles, rectangles),
        "doubles": lambda: _doubles(rectangles, sides, plateaus, orbits),
    }


def _constructions(rectangles: Table, settings: Mapping[str, Any]) -> Figure:
    from plsym.plotting.graphs import plot
    from plsym.plotting.style import COLORS, figure, style

    ks = range(1, min(4, settings["compositions"]) + 1)
    shown = rectangles.rows[:4]
    x = np.linspace(0.0, END, 400)
    with style():
        made, axes = figure(
            2, max(len(ks), len(shown)), size=(7.0, 3.4), sharey="row", squeeze=False
        )
        for ax, k in zip(axes[0], ks, strict=False):
            f = triangle_network(k).to_piecewise()
            plot(f, ax, domain=(-0.3, 1.3), color=COLORS[0])
            ax.set_title(f"{k} composed: {2**k} pieces")
        for ax, row in zip(axes[1], shown, strict=False):
            f = exact_network(row[0], settings["ramp"]).to_piecewise()
            plot(f, ax, domain=(0, END), columns=4000, color=COLORS[0])
            ax.plot(x, np.sin(x), color=COLORS[1], linestyle="--", linewidth=0.9, zorder=0)
            ax.set_title(f"{row[0]} added: {row[3]} pieces")
        for ax in axes.flat:
            ax.set_ylabel("")
            if not ax.lines:
                ax.set_axis_off()
        axes[0, 0].set_ylabel("triangles")
        axes[1, 0].set_ylabel("rectangles, $\\sin x$")
    return made


def _pieces(triangles: Table, rectangles: Table) -> Figure:
    from plsym.plotting.style import COLORS, INK, LINES, MARKERS, figure, style

    series = (
        ("triangles, composed", triangles, "pieces on [0, 1]"),
        ("rectangles, added", rectangles, "pieces, exact"),
    )
    with style():
        made, ax = figure(size=(3.4, 2.8))
        for k, (name, table, column) in enumerate(series):
            neurons, pieces = table.column("neurons"), table.column(column)
            ax.plot(neurons, pieces, marker=MARKERS[k], color=COLORS[k], label=name)
        most = np.geomspace(3, max(rectangles.column("neurons")), 60)
        look: dict[str, Any] = {"color": INK, "linestyle": LINES[1], "linewidth": 0.8}
        ax.plot(most, most + 1, label="most in one layer", **look)
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.set_xlabel("neurons")
        ax.set_ylabel("pieces")
        ax.legend(loc="lower right")
    return made


def _doubles(rectangles: Table, sides: Table, plateaus: Table, orbits: Table) -> Figure:
    from plsym.plotting.style import COLORS, INK, LINES, MARKERS, figure, style

    dashed = {"color": INK, "linestyle": LINES[1], "linewidth": 0.8}
    with style():
        made, (left, middle, right) = figure(1, 3, size=(7.0, 2.6))
        x = [float(v) for v in plateaus.column("x")]
        error = [1e9 * float(v) for v in plateaus.column("error, doubles")]
        tail = 1e9 * float(rectangles.column("tail, doubles")[0])
        left.axhline(0, color=INK, linewidth=0.7)
        left.plot(x, error, MARKERS[0], color=COLORS[0], label="on a rectangle")
        left.plot([x[-1], END + 1], [tail, tail], color=COLORS[1], label="right of all")
        left.set_xlabel("$x$")
        left.set_ylabel("error in doubles, $10^{-9}$")
        left.legend(loc="upper left")
        widths = [float(v) for v in sides.column("width of sides")]
        for k, (name, label) in enumerate(
            (("error on plateaus", "on rectangles"), ("tail", "right of all"))
        ):
            values = [abs(float(v)) or np.nan for v in sides.column(name)]
            middle.plot(widths, values, MARKERS[k], color=COLORS[k], label=label)
        bounds = [float(v) for v in sides.column("tail at most")]
        middle.plot(widths, bounds, label="at most", **dashed)
        middle.set_xscale("log")
        middle.set_yscale("log")
        middle.set_xlabel("width of the sides")
        middle.set_ylabel("largest error in doubles")
        middle.legend(loc="lower left")
        n = orbits.column("n")
        for k, (name, label) in enumerate((("mean on doubles", "mean"), ("zeros", "share of 0"))):
            values = [float(v) for v in orbits.column(name)]
            right.plot(n, values, marker=MARKERS[k], color=COLORS[k], label=label)
        right.axhline(0.5, label="true mean", **dashed)
        right.set_xlabel("$n$")
        right.set_ylabel("$T^n$ at random doubles")
        right.legend(loc="upper left")
    return made
