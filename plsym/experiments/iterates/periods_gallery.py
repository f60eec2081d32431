"""Maps with cycles of length 3, 4 and 5: covering graphs, cobwebs, growth of crossings."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Executor
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import fmpz_mat

import plsym as pl
from plsym.errors import DomainError
from plsym.experiments.iterates.gallery_figures import gallery_figures
from plsym.experiments.iterates.gallery_tables import (
    SHOWN,
    crossing_table,
    cycle_of,
    cycle_table,
    decimal,
    fraction_table,
    interval_table,
    least_ratio,
    rate_of,
    ratio_table,
    slope_table,
    tight_table,
)
from plsym.experiments.iterates.targets import map_of
from plsym.experiments.record import Comparison, Result, Table
from plsym.experiments.running import Progress, chosen, run_units, seeds
from plsym.theory.constants import rho

__all__ = ["periods_gallery"]

FULL = {
    "cycles": (132, 1324, 1234, 1243, 15324, 12345),
    "tight": (3, 5, 7, 9, 11, 13, 15),
    "steps": 40,
    "fibonacci": 20,
    "grid": 100,
}
QUICK = {"tight": (3, 5, 7), "fibonacci": 12, "grid": 50}
LOW, HIGH = Fraction(3, 2), Fraction(7, 4)  # slopes of the grid
REFERENCES = (
    "V. Chatziafratis, S. G. Nagarajan, I. Panageas, X. Wang, Depth-width trade-offs for ReLU "
    "networks via Sharkovsky's theorem, ICLR 2020, arXiv:1912.04378",
    "V. Chatziafratis, S. G. Nagarajan, I. Panageas, Better depth-width trade-offs for neural "
    "networks through the lens of dynamical systems, ICML 2020, arXiv:2003.00777",
    "C. Sanford, V. Chatziafratis, Expressivity of neural networks via chaotic itineraries beyond "
    "Sharkovsky's theorem, AISTATS 2022, arXiv:2110.10295",
    "L. Block, J. Guckenheimer, M. Misiurewicz, L.-S. Young, Periodic points and topological "
    "entropy of one dimensional maps, Lecture Notes in Mathematics 819 (1980)",
)
MAIN_LEMMA = "ICML 2020: a p-cycle, p odd, makes rho_p^n crossings of an interval"
LIPSCHITZ = "a crossing of [x, y] takes (y - x) / L^n of the domain"
LAPS = "Misiurewicz, Szlenk 1980: laps of f^n are submultiplicative"


def periods_gallery(
    *,
    quick: bool = False,
    seed: int = 0,
    out: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    progress: Progress = False,
    cycles: Sequence[int] | None = None,
    tight: Sequence[int] | None = None,
    steps: int | None = None,
    fibonacci: int | None = None,
    grid: int | None = None,
) -> Result:
    """How crossings grow with the type of a cycle, where bounds are tight, and the slope.

    For each cycle the map that joins its dots: covering graph, cobweb, all periods, and
    the crossings of the intervals between its points by f^n beside rho_p^n.  The maps
    rho_p |x| - 1, whose slope is the least that period p allows.  And slopes s next to the
    golden ratio, exactly: which of s |x| - 1 have a cycle of period 3, and how many laps.

    Parameters
    ----------
    quick : bool
        Fewer members of the tight family, Fibonacci fractions and slopes.
    seed : int
        Nothing here is random; it is kept with the settings.
    out : path, optional
        Folder for figures, tables and summary; an interrupted run goes on from it.
    executor : concurrent.futures.Executor, optional
        One unit a map.
    progress : bool or callable
    cycles : sequence of int
        Each as the positions that it visits from the leftmost on, written as digits:
        1324 goes from 1 to 3 to 2 to 4 and back.
    tight : sequence of int
        Odd periods p of the maps rho_p |x| - 1.
    steps : int
        The largest n.
    fibonacci : int
        Slopes F_(k+1) / F_k up to this k.
    grid : int
        The number of steps between the slopes 3/2 and 7/4.

    Returns
    -------
    Result
        Tables ``cycles``, ``intervals``, ``crossings``, ``tight``, ``ratios``,
        ``fractions`` and ``slopes``; figures ``gallery``, ``tight`` and ``slopes``.

    Raises
    ------
    DomainError
        If a setting is not allowed.

    Notes
    -----
    Exact: counts are integers, rho_p and growth numbers algebraic, and every ratio of the
    two is compared in its number field.  Periods are decided by `plsym.period_set`.
    About 1 s quick, 2 s in full.

    Examples
    --------
    >>> found = pl.experiments.periods_gallery(
    ...     cycles=[132, 1324], tight=[3], steps=8, fibonacci=6, grid=4
    ... )
    >>> found.table("cycles").column("periods up to 12")[1], found.holds
    ('1, 2, 4', True)
    >>> [(row[0], row[4]) for row in found.table("fractions").rows[:4]]
    [('3/2', 0), ('5/3', 2), ('8/5', 0), ('13/8', 2)]
    """
    given = {
        "cycles": cycles,
        "tight": tight,
        "steps": steps,
        "fibonacci": fibonacci,
        "grid": grid,
    }
    settings = _checked(chosen(quick, FULL, QUICK, given))
    seeds(seed, 1)
    found = run_units(
        "periods-gallery",
        _task,
        _units(settings),
        out=out,
        executor=executor,
        progress=progress,
    )
    kinds: dict[str, list[Any]] = {"cycle": [], "tight": [], "fraction": [], "grid": []}
    for value in found.values():
        kinds[value["kind"]].append(value)
    intervals = interval_table(kinds["cycle"])
    tables = (
        cycle_table(kinds["cycle"]),
        intervals,
        crossing_table(kinds["cycle"], intervals),
        tight_table(kinds["tight"]),
        ratio_table(kinds["tight"]),
        fraction_table(kinds["fraction"]),
        slope_table(kinds["grid"]),
    )
    result = Result(
        "periods-gallery",
        "Cycles, covering graphs and the growth of crossings",
        {"seed": seed, "quick": quick, **settings},
        tables,
        tuple(_comparisons(kinds, tables)),
        tuple(_remarks(tables)),
        REFERENCES,
        gallery_figures(tables, settings["steps"]),
    )
    if out is not None:
        result.write(out)
    return result


def _checked(settings: dict[str, Any]) -> dict[str, Any]:
    for digits in settings["cycles"]:
        if cycle_of(digits).period < 2:
            raise DomainError(f"cycles = {settings['cycles']}: a cycle has at least two points")
    for p in settings["tight"]:
        rho(p)
    for key, least, most in (("steps", 1, 500), ("fibonacci", 3, 100), ("grid", 1, 10_000)):
        if not least <= settings[key] <= most:
            raise DomainError(f"{key} = {settings[key]}: from {least} to {most} are allowed")
    return settings


def _fibonacci(count: int) -> list[int]:
    found = [1, 1]
    while len(found) < count:
        found.append(found[-2] + found[-1])
    return found


def _units(settings: dict[str, Any]) -> dict[str, Any]:
    n = settings["steps"]
    units: dict[str, Any] = {}
    for digits in settings["cycles"]:
        units[f"cycle {digits}"] = {"kind": "cycle", "cycle": digits, "steps": n}
    for p in settings["tight"]:
        units[f"rho_{p}"] = {"kind": "tight", "period": p, "steps": n}
    # F_(k+1) / F_k from 3/2 = F_4 / F_3 on
    named = [f"{b}/{a}" for a, b in pairwise(_fibonacci(settings["fibonacci"] + 1)[2:])]
    for slope in [*named, "809/500", "golden"]:
        units[f"slope {slope}"] = {"kind": "fraction", "slope": slope, "steps": n}
    whole = settings["grid"]
    for i in range(whole + 1):
        slope = str(LOW + (HIGH - LOW) * i / whole)
        units[f"grid {slope}"] = {"kind": "grid", "slope": slope, "steps": n}
    return units


# units ---------------------------------------------------------------------------------


def _task(unit: dict[str, Any]) -> dict[str, Any]:
    work = {"cycle": _of_cycle, "tight": _of_tight}.get(unit["kind"], _of_slope)
    return {**unit, **work(unit)}


def _of_cycle(unit: dict[str, Any]) -> dict[str, Any]:
    cycle = cycle_of(unit["cycle"])
    f, n = cycle.map, unit["steps"]
    known = pl.period_set(f)
    return {
        "crossings": [pl.crossing_numbers(f, i, i + 1, n) for i in range(1, cycle.period)],
        "laps": pl.lap_numbers(f, n),
        "periods": list(pl.periods(f, SHOWN)),
        "strongest": known.strongest,
        "complete": known.complete,
    }


def _of_tight(unit: dict[str, Any]) -> dict[str, Any]:
    """rho_p |x| - 1, and the interval next to the fixed point between points of 0's orbit."""
    p = unit["period"]
    f = pl.abs_map(rho(p))
    points = sorted(pl.orbit(f, 0, p - 1))
    graph = pl.cover_graph(f, points)
    own = next(i for i in graph if graph.has_edge(i, i))
    return {
        "least period": pl.least_period(f, 0, p),
        "interval": own,
        "crossings": pl.crossing_numbers(f, points[own], points[own + 1], unit["steps"]),
    }


def _of_slope(unit: dict[str, Any]) -> dict[str, Any]:
    f = map_of(unit["slope"])
    known = pl.period_set(f)
    return {
        "strongest": known.strongest,
        "complete": known.complete,
        "three": len(pl.periodic_orbits(f, 3).orbits),
        "laps": pl.lap_numbers(f, unit["steps"]),
    }


# what is said ----------------------------------------------------------------------------


def _comparisons(kinds: dict[str, list[Any]], tables: tuple[Table, ...]) -> list[Comparison]:
    _, intervals, _, tight, _, fractions, grid = tables
    found: list[Comparison] = []
    for unit in kinds["cycle"]:
        name, cycle = f"cycle {unit['cycle']}", cycle_of(unit["cycle"])
        n, p = unit["steps"], cycle.period
        law, source = _law(cycle)
        found.append(Comparison.exactly(f"growth, {name}", law, rate_of(cycle.growth), source))
        if p % 2 and p > 1:
            ratios = [row[4] for row in intervals.rows if row[0] == unit["cycle"]]
            what = f"least crossings / rho_{p}^n, n <= {n}, best interval, {name}"
            found.append(Comparison.at_least(what, 1, max(ratios), MAIN_LEMMA))
        what = f"least laps / s^n, n <= {n}, {name}"
        least = least_ratio(unit["laps"], rate_of(cycle.growth))
        found.append(Comparison.at_least(what, 1, least, LAPS))
        missing = set(pl.forced_periods(p, SHOWN)) - set(unit["periods"])
        what = f"forced periods up to {SHOWN} that are missing, {name}"
        found.append(Comparison.exactly(what, 0, len(missing), "Sharkovsky 1964"))
    for row in tight.rows:
        name = f"rho_{row[0]} |x| - 1"
        found += [
            Comparison.exactly(f"least period of 0, {name}", row[0], row[3], "ICML 2020"),
            Comparison.exactly(f"Lipschitz constant, {name}", row[1], row[2], "ICML 2020"),
            Comparison.at_least(f"least crossings / rho^n, {name}", 1, row[8], MAIN_LEMMA),
            Comparison.at_most(f"largest crossings / rho^n, {name}", row[10], row[9], LIPSCHITZ),
        ]
    return found + _slope_comparisons(kinds, fractions, grid)


def _law(cycle: pl.Cycle) -> tuple[Any, str]:
    """The growth number that theory gives the map of a cycle, and where it is stated."""
    p = cycle.period
    if cycle.is_stefan:
        return rho(p), "Block et al. 1980: rho_p for Stefan cycles"
    if cycle.is_increasing and p > 2:
        source = "AISTATS 2022: root of x^(p-1) - ... - x - 1 for increasing cycles"
        return pl.algebraic([-1] * (p - 1) + [1], near=2), source
    halves = [1 << k for k in range(1, p.bit_length() - 1)]
    if p == 1 << (p.bit_length() - 1) and all(map(cycle.has_block_structure, halves)):
        return Fraction(1), "Block et al. 1980: blocks over 2, 4, ... at every level"
    steps = [sorted(pair) for pair in pairwise(cycle.one_line)]
    matrix = fmpz_mat([[int(low <= j < high) for j in range(1, p)] for low, high in steps])
    polynomial = [int(c) for c in matrix.charpoly().coeffs()]
    # the radius of a nonnegative matrix is an eigenvalue, and at most the largest row sum
    return pl.algebraic(polynomial, near=p), "Block et al. 1980: radius of the covering matrix"


def _slope_comparisons(
    kinds: dict[str, list[Any]], fractions: Table, grid: Table
) -> list[Comparison]:
    n = kinds["fraction"][0]["steps"]
    golden = next(row for row in fractions.rows if row[0] == "golden")
    pairs = [row for row in fractions.rows if row[0] not in ("golden", "809/500")]
    last = len(pairs) + 2  # the first is F_4 / F_3
    numbers = _fibonacci(max(last, n) + 1)
    wrong = [
        row
        for k, row in enumerate(pairs, start=3)
        if row[3] != Fraction((-1) ** k, numbers[k - 1] ** 2)
    ]
    rows = [*((r[1], r[4]) for r in fractions.rows), *((r[1], r[2]) for r in grid.rows)]
    below = [three > 0 for s, three in rows if s < pl.golden()]
    above = [three > 0 for s, three in rows if s >= pl.golden()]
    threshold = "ICML 2020: |slopes| below rho_3 exclude period 3"
    found = [
        Comparison.exactly(
            f"laps of f^{n}, golden slope",
            2 * numbers[n],
            golden[6],
            "2 F_(n+1), by the covering graph of the 3-cycle",
        ),
        Comparison.exactly(
            f"slopes F_(k+1) / F_k, k <= {last}, with f^3(0) other than (-1)^k / F_k^2",
            0,
            len(wrong),
            "Cassini's identity",
        ),
        Comparison.exactly(
            f"slopes with a cycle of period 3, of {len(below)} below golden",
            0,
            sum(below),
            threshold,
        ),
        Comparison.exactly(
            f"slopes with a cycle of period 3, of {len(above)} from golden on",
            len(above),
            sum(above),
            "Milnor, Thurston 1988: the order of unimodal maps",
        ),
    ]
    return found


def _remarks(tables: tuple[Table, ...]) -> list[str]:
    cycles, intervals, _, tight, _, fractions, grid = tables
    rates = ", ".join(f"{row[0]}: {decimal(row[3], 4)}" for row in cycles.rows)
    words = [f"Growth numbers by the type of the cycle: {rates}."]
    for digits in cycles.column("cycle"):
        rows = [row for row in intervals.rows if row[0] == digits and row[4] is not None]
        good = [row for row in rows if row[4] >= 1]
        if rows:
            shown = ", ".join(f"{row[1]}{' (covers itself)' * row[2]}" for row in good)
            words.append(
                f"Cycle {digits}: {len(good)} of {len(rows)} intervals are crossed at least "
                f"rho_p^n times for all n: {shown}."
            )
    if tight.rows:
        shown = "; ".join(
            f"p = {r[0]}: {decimal(r[8], 3)} to {decimal(r[9], 3)}, at most {decimal(r[10], 3)}"
            for r in tight.rows
        )
        words.append(f"Tight family, crossings / rho_p^n between: {shown}.")
    literal = next(row for row in fractions.rows if row[0] == "809/500")
    golden = next(row for row in fractions.rows if row[0] == "golden")
    words.append(
        f"The slope 1.618 is below golden: f^3(0) = {literal[3]}, {literal[4]} cycles of period 3, "
        f"{literal[6]} laps of f^n where the golden slope has {golden[6]}; they differ from "
        f"n = {literal[7]} on."
    )
    falls = sum(b[4] < a[4] for a, b in pairwise(grid.rows))
    words.append(f"From {grid.rows[0][0]} to {grid.rows[-1][0]} laps of f^n fall {falls} times.")
    return words
