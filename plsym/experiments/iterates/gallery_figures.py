"""The figures of `periods_gallery`, drawn from its tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import plsym as pl
from plsym.exact.scalars import to_float, to_num
from plsym.experiments.iterates.gallery_tables import best_interval, cycle_of, decimal
from plsym.experiments.record import Table
from plsym.theory.constants import rho

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["gallery_figures"]


def gallery_figures(tables: tuple[Table, ...], steps: int) -> dict[str, Callable[[], Figure]]:
    """The drawings of a result, by name."""
    cycles, intervals, _, tight, ratios, fractions, slopes = tables
    return {
        "gallery": lambda: _gallery(cycles, intervals, steps),
        "tight": lambda: _tight(tight, ratios),
        "slopes": lambda: _slopes(fractions, slopes, steps),
    }


def _gallery(cycles: Table, intervals: Table, steps: int) -> Figure:
    from plsym.plotting.counts import crossings
    from plsym.plotting.covers import cover_graph
    from plsym.plotting.graphs import cobweb
    from plsym.plotting.style import INK, figure, style

    count = len(cycles.rows)
    with style():
        made, axes = figure(
            count, 3, size=(7.0, 1.95 * count), squeeze=False, width_ratios=[1, 1.1, 1.4]
        )
        for row, (left, middle, right) in zip(cycles.rows, axes, strict=True):
            digits, s = row[0], row[3]
            cycle = cycle_of(digits)
            f, p = cycle.map, cycle.period
            cobweb(f, 1, p, left)
            left.get_legend().remove()
            left.set_title(f"cycle {digits}, $s = {decimal(s, 4)}$", loc="left")
            left.set_xticks(range(1, p + 1))
            left.set_yticks(range(1, p + 1))
            cover_graph(pl.cover_graph(f, range(1, p + 1)), middle)
            best = best_interval(digits, intervals)
            rate = rho(p) if p % 2 else s
            crossings(f, best + 1, best + 2, steps, right, rate=rate)
            right.get_legend().remove()
            letter = rf"\rho_{p}" if p % 2 else "s"
            label = f"${letter}^n$, ${letter} = {decimal(rate, 4)}$"
            right.set_title(f"crossings of $I_{best}$ by $f^n$; {label}", color=INK, loc="left")
            right.set_ylabel("crossings")
            if row is not cycles.rows[-1]:
                left.set_xlabel("")
                right.set_xlabel("")
    return made


def _double(value: Any) -> float:
    return to_float(to_num(value))


def _tight(tight: Table, ratios: Table) -> Figure:
    from plsym.plotting.graphs import cobweb
    from plsym.plotting.style import COLORS, INK, LINES, MARKERS, figure, legend_above, style

    with style():
        made, (left, right) = figure(1, 2, size=(7.0, 3.1), width_ratios=[1, 1.3])
        p = tight.rows[min(1, len(tight.rows) - 1)][0]
        cobweb(pl.abs_map(rho(p)), 0, p, left)
        left.get_legend().remove()
        left.set_title(rf"$\rho_{{{p}}}|x| - 1$: the orbit of 0", loc="left")
        for k, row in enumerate(tight.rows):
            color, marker = COLORS[k % 7], MARKERS[k % 8]
            values = [_double(r) for r in ratios.column(f"p = {row[0]}")]
            name = f"$p = {row[0]}$"
            look = {"color": color, "linewidth": 0.7, "markersize": 3}
            right.plot(ratios.column("n"), values, marker=marker, label=name, **look)
            right.axhline(_double(row[10]), color=color, linestyle=LINES[3], linewidth=0.9)
        right.axhline(1, color=INK, linewidth=0.8, label="at least")
        right.plot([], [], color=INK, linestyle=LINES[3], linewidth=0.9, label="at most")
        right.set_yscale("log")
        right.set_xlabel("$n$")
        right.set_ylabel(r"crossings of $f^n$ / $\rho_p^n$")
        legend_above(right)
    return made


def _slopes(fractions: Table, slopes: Table, steps: int) -> Figure:
    from plsym.plotting.style import COLORS, INK, figure, style

    kinds = (("no cycle of period 3", False, COLORS[0], "o"), ("period 3", True, COLORS[1], "s"))
    with style():
        made, (left, right) = figure(1, 2, size=(7.0, 2.8))
        for name, three, color, marker in kinds:
            rows = [r for r in slopes.rows if (r[2] > 0) == three]
            look = {"color": color, "markersize": 3}
            values = [_double(r[1]) for r in rows]
            left.plot(values, [r[4] for r in rows], marker, label=name, **look)
            near = [r for r in fractions.rows if (r[4] > 0) == three and r[7] is not None]
            gaps = [abs(_double(r[2])) for r in near]
            right.plot(gaps, [r[7] for r in near], marker, color=color, label=name)
        left.set_yscale("log")
        for p in (3, 5):
            left.axvline(_double(rho(p)), color=INK, linestyle="--", linewidth=0.7, zorder=0)
            place = (_double(rho(p)), 0.02)
            look = {"xycoords": ("data", "axes fraction"), "xytext": (3, 0)}
            left.annotate(rf"$\rho_{p}$", place, textcoords="offset points", **look)
        left.set_xlabel("slope $s$")
        left.set_ylabel(f"laps of $f^{{{steps}}}$")
        left.legend(loc="lower right")
        right.set_xscale("log")
        right.set_ylim(0)
        right.yaxis.get_major_locator().set_params(integer=True)
        right.set_xlabel("distance of $s$ from the golden ratio")
        right.set_ylabel("first $n$ with other laps")
    return made
