"""Figures of the sawtooth experiments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from plsym.experiments.record import Table
from plsym.experiments.sawtooth.networks import TARGETS, bumped, sawtooth_layers
from plsym.networks.network import from_weights
from plsym.plotting.graphs import plot
from plsym.plotting.style import COLORS, INK, LINES, MARKERS, figure, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["WORDS", "bound_figure", "course_figure", "regions_figure", "tips_figure"]

WORDS = {
    "all": "all parameters",
    "weights": "weights only",
    "biases": "biases only",
    "random": "random weights, same widths",
    "wide random": "random weights, wider layers",
}


def regions_figure(noise: Table, limit: Table, settings: dict[str, Any]) -> Figure:
    """Mean regions against the variance of the noise, one panel a form."""
    forms = settings["forms"]
    with style():
        made, axes = figure(1, len(forms), size=(3.4 * len(forms), 2.6), squeeze=False, sharey=True)
        for ax, form in zip(axes[0], forms, strict=True):
            for target in settings["targets"]:
                k = TARGETS.index(target)
                mine = [r for r in noise.rows if r[:2] == (form, target)]
                rows = sorted((r for r in mine if r[2] != settings["tiny"]), key=lambda r: r[2])
                ax.errorbar(
                    [r[2] for r in rows],
                    [float(r[4]) for r in rows],
                    [r[5] for r in rows],
                    color=COLORS[k],
                    marker=MARKERS[k],
                    linestyle=LINES[k],
                    capsize=1.5,
                    elinewidth=0.8,
                    label=WORDS[target],
                )
            law = next(r[3] for r in limit.rows if r[0] == form)
            _level(ax, 2 ** settings["depth"], "without noise", "-", below=True)
            _level(ax, float(law), "limit of vanishing noise", ":", below=False)
            ax.set_xscale("log")
            ax.set_xlabel("variance of the noise")
            ax.set_title(f"{form} form")
        axes[0, 0].set_ylabel(
            f"linear regions on [0, 1]\n(mean of {settings['networks']} networks)"
        )
        axes[0, 0].set_ylim(bottom=0)
        axes[0, 0].legend(loc="lower left")
    return made


def _level(ax: Any, height: float, words: str, line: str, below: bool) -> None:

    ax.axhline(height, color=INK, linewidth=0.7, linestyle=line, zorder=0)
    if not words:
        return
    ax.annotate(
        f"{words}: {height:g}",
        (0.02 if below else 0.98, height),
        xycoords=("axes fraction", "data"),
        xytext=(0, -2 if below else 2),
        textcoords="offset points",
        ha="left" if below else "right",
        va="top" if below else "bottom",
        fontsize=7,
    )


def tips_figure() -> Figure:
    """Two tents with one weight changed: a dip that is lifted, touches zero, and is cut."""
    layers = sawtooth_layers("composed", 2)
    with style():
        made, axes = figure(1, 3, size=(7.0, 2.2), sharey=True)
        for ax, factor in zip(axes, (0.9, 1.0, 1.1), strict=True):
            many = bumped(layers, (3, False, 1), factor)
            f = from_weights([(weights[0], bias[0]) for weights, bias in many]).to_piecewise(0, 1)
            plot(f, ax, color=COLORS[0])
            knots = f.breakpoints
            for i in [i for i, slope in enumerate(f.slopes) if slope == 0]:
                ends = [float(knots[i]), float(knots[i + 1])]
                ax.plot(ends, (0, 0), color=COLORS[1], linewidth=2.5, solid_capstyle="butt")
            ax.axhline(0, color=INK, linewidth=0.5, zorder=0)
            weight = f"{-4 * factor:g}".replace("-", "\u2212")
            ax.set_title(f"weight {weight}, second tent: {f.num_pieces} regions", fontsize=8)
            ax.set_xlabel("x")
            ax.set_ylabel("")
        axes[0].set_ylabel("tent(tent(x)), perturbed")
    return made


def course_figure(
    table: Table, column: str, label: str, level: float, words: str, *, log: bool = False
) -> Figure:
    """A mean along training, with its standard error: one panel for each way to start."""
    starts = list(dict.fromkeys(table.column("start")))
    targets = [start for start in starts if start in TARGETS]
    at = table.columns.index(column)
    with style():
        made, axes = figure(
            1, len(targets), size=(2.4 * len(targets) + 0.6, 2.7), squeeze=False, sharey=True
        )
        for ax, target in zip(axes[0], targets, strict=True):
            shown = list(dict.fromkeys(r[:2] for r in table.rows if r[0] == target))
            shown += [(start, None) for start in starts if start not in TARGETS]
            for k, case in enumerate(shown):
                rows = [r for r in table.rows if r[:2] == case]
                steps = [r[2] for r in rows]
                means = np.array([float(r[at]) for r in rows])
                errors = np.array([r[at + 1] for r in rows])
                name = WORDS[case[0]] if case[1] is None else f"variance {case[1]:g}"
                ax.plot(
                    steps,
                    means,
                    color=COLORS[k],
                    linestyle=LINES[k],
                    marker=MARKERS[k],
                    markevery=max(1, len(steps) // 5),
                    label=name,
                )
                ax.fill_between(
                    steps, means - errors, means + errors, color=COLORS[k], alpha=0.2, linewidth=0
                )
            _level(ax, level, "" if ax is not axes[0, 0] else words, ":", below=log)
            ax.set_xlabel("iterations")
            ax.set_title(f"noise on {WORDS[target]}")
        axes[0, 0].set_ylabel(label)
        if log:
            axes[0, 0].set_yscale("log")
            axes[0, 0].yaxis.set_major_formatter("{x:g}")
        else:
            axes[0, 0].set_ylim(bottom=0)
        handles, names = axes[0, 0].get_legend_handles_labels()
        made.legend(handles, names, loc="outside lower center", ncols=3)
    return made


def bound_figure(networks: Table, depth: int) -> Figure:
    """Error against pieces of every network after training, and the bound between them."""
    last = max(networks.column("iteration"))
    at = {name: networks.columns.index(name) for name in ("start", "pieces", "L1")}
    with style():
        made, ax = figure(size=(3.4, 2.9))
        for k, start in enumerate(dict.fromkeys(networks.column("start"))):
            rows = [r for r in networks.rows if r[at["start"]] == start and r[2] == last]
            ax.plot(
                [r[at["pieces"]] for r in rows],
                [float(r[at["L1"]]) for r in rows],
                color=COLORS[k],
                marker=MARKERS[k],
                markersize=3.5,
                alpha=0.7,
                linestyle="none",
                label=WORDS[start],
            )
        ends = [1, 2 ** (depth - 1) + 1]
        ax.plot(ends, [0.25, 0], color=INK, linewidth=1.2)
        ax.fill_between(ends, [0.25, 0], color=INK, alpha=0.12, linewidth=0)
        ax.annotate("impossible", (ends[1] * 0.08, 0.05), fontsize=7)
        ax.set_xlabel("pieces of the network")
        ax.set_ylabel("$L^1$ distance to the sawtooth")
        ax.set_xlim(left=0)
        ax.set_ylim(bottom=0)
        made.legend(loc="outside upper left", ncols=2, fontsize=7)
    return made
