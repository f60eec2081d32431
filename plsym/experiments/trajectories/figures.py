"""Figures of `trajectory_length`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from plsym.experiments.record import Table
from plsym.interop.extras import require
from plsym.plotting.style import COLORS, INK, LINES, MARKERS, figure, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "course_figure",
    "layers_figure",
    "length_figure",
    "regularizer_figure",
    "transition_figure",
]

NAMES = {"relu": "ReLU", "hard_tanh": "hard tanh"}
Row = dict[str, Any]


def _rows(table: Table) -> list[Row]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _values(rows: list[Row], key: str) -> list[Any]:
    return list(dict.fromkeys(row[key] for row in rows))


def _log(ax: Axes, which: str) -> None:
    """A logarithmic axis with plain numbers, more of them where it is short; after drawing."""
    ticker = require("matplotlib.ticker", "plot")
    getattr(ax, f"set_{which}scale")("log")
    low, high = getattr(ax, f"get_{which}lim")()
    marks = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0) if high < 8 * low else (1.0, 2.0, 5.0)
    axis = getattr(ax, f"{which}axis")
    axis.set_major_locator(ticker.LogLocator(10, subs=marks if high < 1000 * low else (1.0,)))
    axis.set_major_formatter(ticker.StrMethodFormatter("{x:g}"))
    axis.set_minor_locator(ticker.NullLocator())


def _shades(count: int) -> list[Any]:
    """Colours in an order: from light to dark, told apart by all readers."""
    palette = require("matplotlib", "plot").colormaps["viridis"]
    return [palette(x) for x in np.linspace(0.88, 0.0, count)]


@style()
def length_figure(lengths: Table) -> Figure:
    """The length in each layer over that of the path; a column a width."""
    rows = _rows(lengths)
    kinds = [kind for kind in NAMES if any(row["activation"] == kind for row in rows)]
    columns = max(len(_values(_of(rows, activation=kind), "width")) for kind in kinds)
    size = (7.0 if columns > 1 else 3.6, 0.6 + 2.1 * len(kinds))
    made, axes = figure(len(kinds), columns, size=size, squeeze=False, sharey="row")
    variances = _values(rows, "variance")
    for i, kind in enumerate(kinds):
        widths = _values(_of(rows, activation=kind), "width")
        for j in range(columns):
            ax = axes[i, j]
            if j >= len(widths):
                ax.set_axis_off()
                continue
            for k, variance in enumerate(variances):
                _length_lines(ax, _of(rows, activation=kind, width=widths[j], variance=variance), k)
            _log(ax, "y")
            ax.set_title(f"{NAMES[kind]}, width {widths[j]}")
            ax.set_xlabel("layer")
            if j == 0:
                ax.set_ylabel("length / length of path")
            _whole(ax, max(row["layer"] for row in _of(rows, activation=kind)))
    made.legend(handles=_length_key(variances), loc="outside upper center", ncols=3)
    return made


def _of(rows: list[Row], **wanted: Any) -> list[Row]:
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def _length_lines(ax: Axes, rows: list[Row], k: int) -> None:
    color = COLORS[k % 6]
    for path, marker, shift in (("segment", "o", -0.07), ("arc", "^", 0.07)):
        own = _of(rows, path=path)
        if not own:
            continue
        at = np.array([0, *(row["layer"] for row in own)])
        value = np.array([1.0, *(float(row["length"]) for row in own)])
        error = [0.0, *(2 * row["standard error"] for row in own)]
        look: dict[str, Any] = {"color": color, "marker": marker, "markersize": 3.5}
        law = [row["law"] for row in own]
        known = law[0] is not None
        look["linestyle"] = "none" if known else LINES[k % len(LINES)]
        look["markerfacecolor"] = "white" if path == "arc" else color
        ax.errorbar(at + shift, value, error, elinewidth=0.7, linewidth=0.8, **look)
        if known and path == "segment":
            ax.plot(at, [1.0, *map(float, law)], color=color, linestyle=LINES[k % len(LINES)])


def _length_key(variances: list[float]) -> list[Any]:
    line = require("matplotlib.lines", "plot").Line2D
    key = [
        line([], [], color=COLORS[k % 6], linestyle=LINES[k % len(LINES)], label=label)
        for k, label in enumerate(rf"$\sigma_w^2 = {variance:g}$" for variance in variances)
    ]
    for label, marker, face in (("segment", "o", INK), ("arc", "^", "white")):
        look = {"marker": marker, "markerfacecolor": face, "linestyle": "none"}
        key.append(line([], [], color=INK, label=label, **look))
    bars = "bars: two standard errors"
    key.append(line([], [], color=INK, label="line: exact law (ReLU), or through the points"))
    key.append(line([], [], color=INK, marker="|", markersize=9, linestyle="none", label=bars))
    return key


def _whole(ax: Axes, last: int) -> None:
    """Ticks at layers, from 0."""
    step = 1 if last <= 6 else 2
    ax.set_xticks(range(0, last + 1, step))
    ax.set_xlim(-0.3, last + 0.3)


@style()
def transition_figure(transitions: Table) -> Figure:
    """Sign changes against their law, and transitions of hard tanh against the length."""
    rows = _rows(transitions)
    made, (left, right) = figure(1, 2, size=(7.0, 3.1))
    lawful = [row for row in rows if row["law"] is not None]
    widths = _values(rows, "width")
    for kind, marker, filled in (("relu", "o", True), ("hard_tanh", "s", False)):
        for width in widths:
            own = _of(lawful, activation=kind, width=width)
            if not own:
                continue
            color = COLORS[widths.index(width) % 6]
            left.errorbar(
                [float(row["law"]) for row in own],
                [float(row["sign changes"]) for row in own],
                [2 * row["standard error"] for row in own],
                linestyle="none",
                marker=marker,
                color=color,
                elinewidth=0.6,
                markerfacecolor=color if filled else "white",
                label=f"{NAMES[kind]}, width {width}",
            )
    ends = [float(row["law"]) for row in lawful]
    limits = (0.8 * min(ends), 1.25 * max(ends))
    left.plot(limits, limits, color=INK, linewidth=0.8, zorder=0)
    left.set(xlim=limits, ylim=limits)
    left.set_xlabel(r"exact expectation, $n/\pi \cdot$ angular length")
    left.set_ylabel("sign changes in a layer")
    key = {"fontsize": 7, "title_fontsize": 7, "alignment": "left", "handletextpad": 0.2}
    left.legend(title="bars: two standard errors", **key)
    tanh = _of(rows, activation="hard_tanh")
    line = require("matplotlib.lines", "plot").Line2D
    handles = []
    for k, variance in enumerate(_values(tanh, "variance")):
        look = {"color": COLORS[k % 6], "linestyle": LINES[k % len(LINES)]}
        handles.append(line([], [], label=rf"$\sigma_w^2 = {variance:g}$", **look))
        for j, width in enumerate(_values(tanh, "width")):
            own = _of(tanh, width=width, variance=variance, path="arc")
            right.plot(
                [row["length"] for row in own],
                [float(row["transitions"]) for row in own],
                marker=MARKERS[j % len(MARKERS)],
                linewidth=0.8,
                **look,
            )
    for j, width in enumerate(_values(tanh, "width")):
        look = {"color": INK, "linestyle": "none", "marker": MARKERS[j % len(MARKERS)]}
        handles.append(line([], [], label=f"width {width}", **look))
    for ax in (left, right):
        _log(ax, "x")
        _log(ax, "y")
    right.set_xlabel("length of the image in the layer")
    right.set_ylabel("transitions in the layer")
    right.legend(handles=handles, fontsize=7, loc="upper left")
    left.set_title("all cases and layers, segments")
    right.set_title("hard tanh, arcs; a point a layer")
    return made


@style()
def layers_figure(noise: Table | None, single: Table | None) -> Figure:
    """Accuracy with noise in one layer, and the error with one layer trained."""
    count = (noise is not None) + (single is not None)
    made, axes = figure(1, count, size=(3.5 * count, 2.9), squeeze=False)
    if noise is not None:
        _noise(axes[0, 0], _rows(noise))
    if single is not None:
        _single(axes[0, -1], _rows(single))
    return made


def _noise(ax: Axes, rows: list[Row]) -> None:
    layers = _values(rows, "layer")
    for k, (layer, color) in enumerate(zip(layers, _shades(len(layers)), strict=True)):
        own = _of(rows, layer=layer)
        ax.plot(
            [row["noise"] for row in own],
            [float(row["test accuracy"]) for row in own],
            color=color,
            marker=MARKERS[k % len(MARKERS)],
            label=f"layer {layer}" if layer < max(layers) else "last layer",
        )
    ax.axhline(float(rows[0]["without noise"]), color=INK, linewidth=0.8, linestyle=":")
    ax.set_ylim(0, 1)
    ax.set_xlabel("noise in the layer / size of its weights")
    ax.set_ylabel("test accuracy")
    ax.set_title("noise in one layer of a trained network")
    ax.legend(fontsize=7, handlelength=1.4)


def _single(ax: Axes, rows: list[Row]) -> None:
    layers = _values(rows, "layer")
    for k, (layer, color) in enumerate(zip(layers, _shades(len(layers)), strict=True)):
        own = _of(rows, layer=layer)
        look = {"color": color, "marker": MARKERS[k % len(MARKERS)], "label": f"layer {layer}"}
        ax.plot(range(len(own)), [_error(row) for row in own], **look)
    _log(ax, "y")
    _epochs(ax, _values(rows, "epoch"))
    ax.set_ylabel("test error")
    ax.set_title("one layer trained, the others random")
    ax.legend(fontsize=7, handlelength=1.4, loc="lower left")


def _error(row: Row) -> float:
    """1 - accuracy; nothing on a logarithmic axis where it is 0."""
    return 1 - float(row["test accuracy"]) or float("nan")


def _epochs(ax: Axes, epochs: list[int]) -> None:
    """Epochs stand side by side as they were chosen: most happens at the beginning."""
    ax.set_xticks(range(len(epochs)), [str(epoch) for epoch in epochs])
    ax.set_xlabel("epoch")


@style()
def course_figure(training: Table) -> Figure:
    """The length in each layer through training, and over that at the start; a column a start."""
    rows = _rows(training)
    starts = _values(rows, "variance")
    size = (3.5 * len(starts), 4.8)
    made, axes = figure(2, len(starts), size=size, squeeze=False, sharex=True)
    epochs = _values(rows, "epoch")
    for (above, below), start in zip(axes.T, starts, strict=True):
        own = _of(rows, variance=start)
        first = [float(row["length"]) for row in _of(own, epoch=epochs[0])]
        for k, (epoch, color) in enumerate(zip(epochs, _shades(len(epochs)), strict=True)):
            here = _of(own, epoch=epoch)
            look = {"color": color, "marker": MARKERS[k % len(MARKERS)], "label": str(epoch)}
            layers = [row["layer"] for row in here]
            lengths = [float(row["length"]) for row in here]
            above.plot(layers, lengths, **look)
            below.plot(layers, [a / b for a, b in zip(lengths, first, strict=True)], **look)
        _log(above, "y")
        scores = [100 * float(row["test accuracy"]) for row in (own[0], own[-1])]
        accuracy = f"test accuracy {scores[0]:.0f}% to {scores[1]:.0f}%"
        above.set_title(rf"initial $\sigma_w^2 = {start:g}$, {accuracy}")
        below.set_xlabel("layer")
        below.set_xticks(_values(own, "layer"))
    axes[0, 0].set_ylabel("mean length of images of arcs")
    axes[1, 0].set_ylabel("length / length at the start")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    made.legend(
        handles,
        labels,
        title="epochs of training",
        title_fontsize=8,
        loc="outside upper center",
        ncols=len(labels),
        columnspacing=1.2,
    )
    return made


@style()
def regularizer_figure(accuracy: Table, segments: Table) -> Figure:
    """Accuracy, lengths and transitions of the networks that differ in their normalisation."""
    made, (first, second, third) = figure(1, 3, size=(7.0, 2.9))
    names = _values(_rows(segments), "network")
    for k, name in enumerate(names):
        look: dict[str, Any] = {
            "color": COLORS[k % 6],
            "linestyle": LINES[k % len(LINES)],
            "marker": MARKERS[k % len(MARKERS)],
            "label": name,
        }
        own = _of(_rows(accuracy), network=name)
        error = np.array([_error(row) for row in own])
        low = error - [1 - float(row["greatest"]) for row in own]
        high = [1 - float(row["least"]) for row in own] - error
        at = np.arange(len(own)) + 0.08 * (k - (len(names) - 1) / 2)
        first.errorbar(at, error, np.maximum([low, high], 0.0), elinewidth=0.7, **look)
        own = _of(_rows(segments), network=name)
        layers = [row["layer"] for row in own]
        second.plot(layers, [float(row["length"]) for row in own], **look)
        third.plot(layers, [float(row["transitions"]) for row in own], **look)
        for ax in (second, third):
            ax.set_xticks(layers)
            ax.set_xlabel("layer")
    _log(first, "y")
    _epochs(first, _values(_rows(accuracy), "epoch"))
    first.set_ylabel("test error")
    _log(second, "y")
    second.set_ylabel("length / length of segment")
    third.set_ylabel("transitions in the layer")
    third.set_ylim(bottom=0)
    handles, labels = first.get_legend_handles_labels()
    made.legend(handles, labels, loc="outside upper center", ncols=len(labels))
    return made
