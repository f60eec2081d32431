"""Cycles, their intervals and slopes in tables: what `periods_gallery` has counted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import plsym as pl
from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.exact.scalars import to_float, to_num
from plsym.experiments.iterates.targets import map_of
from plsym.experiments.record import Table
from plsym.theory.constants import rho

if TYPE_CHECKING:
    from plsym.dynamics.growth import Growth

__all__ = [
    "SHOWN",
    "best_interval",
    "crossing_table",
    "cycle_of",
    "cycle_table",
    "decimal",
    "fraction_table",
    "interval_table",
    "least_ratio",
    "rate_of",
    "ratio_table",
    "ratios_of",
    "slope_table",
    "tight_table",
]

SHOWN = 12  # periods up to this are listed


def cycle_of(digits: int) -> pl.Cycle:
    """A cycle from the positions that it visits, written as digits."""
    if digits < 1:
        raise DomainError(f"cycle {digits}: write the positions as digits, such as 1324")
    return pl.Cycle.from_time_order([int(c) for c in str(digits)])


def rate_of(found: Growth) -> Any:
    """The growth number, or the upper end of its bracket."""
    return found.upper if found.exact is None else found.exact


def least_ratio(counts: Sequence[int], rate: Any) -> Any:
    """The least of count / rate^n."""
    return min(c / rate**n for n, c in enumerate(counts, start=1))


def cycle_table(found: list[dict[str, Any]]) -> Table:
    """What each cycle is, with its growth number and its periods."""
    rows = []
    for unit in found:
        cycle = cycle_of(unit["cycle"])
        s = cycle.growth
        rows.append(
            (
                unit["cycle"],
                " ".join(map(str, cycle.one_line)),
                _kind(cycle),
                Enclosure(s.lower, s.upper) if s.exact is None else s.exact,
                " ".join(map(str, s.minimal_polynomial or ())),
                unit["strongest"],
                ", ".join(map(str, unit["periods"])),
                unit["laps"][-1],
            )
        )
    return Table(
        "cycles",
        (
            "cycle",
            "permutation",
            "kind",
            "growth number",
            "its polynomial",
            "strongest period",
            f"periods up to {SHOWN}",
            "laps of f^n",
        ),
        tuple(rows),
        "Maps that join the dots of a cycle (positions in the order of time); polynomials from "
        "low to high degree; n as in the settings",
    )


def _kind(cycle: pl.Cycle) -> str:
    words = [
        name
        for name, holds in (
            ("Stefan", cycle.is_stefan),
            ("increasing", cycle.is_increasing),
            ("unimodal", cycle.is_unimodal or cycle.reflection.is_unimodal),
        )
        if holds
    ]
    return ", ".join(words)


def interval_table(found: list[dict[str, Any]]) -> Table:
    """How often f^n crosses the interval between two neighbouring points of a cycle."""
    rows = []
    for unit in found:
        cycle = cycle_of(unit["cycle"])
        p, s = cycle.period, rate_of(cycle.growth)
        graph = pl.cover_graph(cycle.map, range(1, p + 1))
        for i, counts in enumerate(unit["crossings"]):
            odd = least_ratio(counts, rho(p)) if p % 2 else None
            own = graph.has_edge(i, i)
            rows.append(
                (unit["cycle"], f"[{i + 1}, {i + 2}]", own, counts[-1], odd, least_ratio(counts, s))
            )
    return Table(
        "intervals",
        (
            "cycle",
            "interval",
            "covers itself",
            "crossings of f^n",
            "least crossings / rho_p^n",
            "least crossings / s^n",
        ),
        tuple(rows),
        "Crossings of the intervals I_0 = [1, 2], I_1 = [2, 3], ... between neighbouring points "
        "of a cycle; an interval is good if no ratio is below 1",
    )


def best_interval(digits: int, intervals: Table) -> int:
    """The interval with the largest least ratio."""
    rows = [row for row in intervals.rows if row[0] == digits]
    column = 4 if rows[0][4] is not None else 5
    return max(range(len(rows)), key=lambda i: rows[i][column])


def crossing_table(found: list[dict[str, Any]], intervals: Table) -> Table:
    """The crossings of the best interval of each cycle, for each n."""
    best = [best_interval(unit["cycle"], intervals) for unit in found]
    series = [unit["crossings"][i] for unit, i in zip(found, best, strict=True)]
    names = [f"{unit['cycle']} [{i + 1}, {i + 2}]" for unit, i in zip(found, best, strict=True)]
    return Table(
        "crossings",
        ("n", *names),
        tuple((n, *counts) for n, counts in enumerate(zip(*series, strict=True), start=1)),
        "Crossings of the best interval of each cycle by f^n",
    )


def ratios_of(p: int, counts: Sequence[int]) -> list[Any]:
    """Crossings of f, f^2, ... over rho_p, rho_p^2, ..., exactly."""
    rate: Any = rho(p)
    return [c / rate**n for n, c in enumerate(counts, start=1)]


def ratio_table(found: list[dict[str, Any]]) -> Table:
    """Crossings / rho_p^n of the tight family, for each n."""
    series = [ratios_of(unit["period"], unit["crossings"]) for unit in found]
    return Table(
        "ratios",
        ("n", *(f"p = {unit['period']}" for unit in found)),
        tuple((n, *row) for n, row in enumerate(zip(*series, strict=True), start=1)),
        "Crossings / rho_p^n of the tight family",
    )


def tight_table(found: list[dict[str, Any]]) -> Table:
    """The maps rho_p |x| - 1, and the two bounds of their crossings."""
    rows = []
    for unit in found:
        p, counts = unit["period"], unit["crossings"]
        rate: Any = rho(p)
        f = pl.abs_map(rate)
        points: list[Any] = sorted(pl.orbit(f, 0, p - 1))
        x, y = points[unit["interval"]], points[unit["interval"] + 1]
        ratios = ratios_of(p, counts)
        stefan = pl.Cycle.from_points(pl.orbit(f, 0, p - 1)).is_stefan
        rows.append(
            (
                p,
                rate,
                f.lipschitz,
                unit["least period"],
                stefan,
                x,
                y,
                counts[-1],
                min(ratios),
                max(ratios),
                2 / (y - x),
            )
        )
    return Table(
        "tight",
        (
            "p",
            "rho_p",
            "Lipschitz constant",
            "least period of 0",
            "Stefan cycle",
            "x",
            "y",
            "crossings of f^n",
            "least crossings / rho_p^n",
            "largest",
            "at most",
        ),
        tuple(rows),
        "The tight family rho_p |x| - 1 on [-1, 1]: crossings of the interval [x, y] of the "
        "cycle of 0 that covers itself",
    )


def fraction_table(found: list[dict[str, Any]]) -> Table:
    """Slopes next to the golden ratio."""
    golden = next(unit["laps"] for unit in found if unit["slope"] == "golden")
    rows = []
    for unit in found:
        s: Any = map_of(unit["slope"]).lipschitz
        pairs = enumerate(zip(unit["laps"], golden, strict=True), start=1)
        rows.append(
            (
                unit["slope"],
                s,
                s - pl.golden(),
                map_of(unit["slope"]).iterate(3)(0),
                unit["three"],
                unit["strongest"],
                unit["laps"][-1],
                next((n for n, (a, b) in pairs if a != b), None),
            )
        )
    return Table(
        "fractions",
        (
            "slope",
            "value",
            "minus golden",
            "f^3(0)",
            "cycles of period 3",
            "strongest period",
            "laps of f^n",
            "laps unlike golden from n",
        ),
        tuple(rows),
        "Slopes s of s |x| - 1 next to the golden ratio: F_(k+1) / F_k, 1.618, and golden itself",
    )


def slope_table(found: list[dict[str, Any]]) -> Table:
    """Slopes in equal steps."""
    rows = [
        (
            unit["slope"],
            pl.rational(unit["slope"]),
            unit["three"],
            unit["strongest"],
            unit["laps"][-1],
        )
        for unit in found
    ]
    return Table(
        "slopes",
        ("slope", "value", "cycles of period 3", "strongest period", "laps of f^n"),
        tuple(rows),
        "Slopes s of s |x| - 1 on [-1, 1] in equal steps",
    )


def decimal(value: Any, digits: int) -> str:
    """A number to so many decimals, for text."""
    middle = (value.lower + value.upper) / 2 if isinstance(value, Enclosure) else value
    return f"{to_float(to_num(middle)):.{digits}f}"
