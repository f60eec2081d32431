"""Composing triangles doubles pieces, adding rectangles adds them; doubles and rationals."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Executor
from fractions import Fraction
from typing import Any

import numpy as np

import plsym as pl
from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.exact.rationals import dyadic
from plsym.experiments.composing.figures import composition_figures
from plsym.experiments.composing.lecture import (
    END,
    double_network,
    double_program,
    exact_network,
    grid,
    nearest_sine,
    sine_distance,
    tail_bound,
    triangle_network,
)
from plsym.experiments.composing.tables import (
    FAR,
    STEPS,
    far_table,
    orbit_table,
    plateau_table,
    rectangle_table,
    side_table,
    sine_table,
    triangle_table,
)
from plsym.experiments.record import Comparison, Result, Table
from plsym.experiments.running import Progress, chosen, enclosed, run_units, seeds
from plsym.piecewise.function import PiecewiseLinear
from plsym.regions.definitions import Definition
from plsym.theory.laws import Sample

__all__ = ["composition"]

FULL = {
    "compositions": 12,
    "rectangles": (17, 47, 97, 497),
    "ramp": 1e-7,
    "exponents": tuple(range(1, 17)),
    "points": 100_000,
}
QUICK = {"compositions": 8, "points": 20_000}
DEFINITIONS: tuple[Definition, ...] = ("pattern", "activation", "connected", "affine")
REFERENCES = (
    "M. Telgarsky, Benefits of depth in neural networks, COLT 2016, arXiv:1602.04485",
    "M. Telgarsky, Deep learning theory lecture notes, Theorem 5.1 and Lemma 5.1",
    "Lecture code on the benefits of depth: triangles relu(relu(2x) - relu(4x - 2)), and sin on "
    "[0, 5] as a sum of rectangles with sides of width 1e-7 (steps 0.25, 0.1, 0.05, 0.01)",
)
TENT = "Telgarsky 2016: the k-th iterate of the tent map has 2^k pieces on [0, 1]"
FLAT = "a rectangle has its height between its sides"
KINKS = "one hidden layer: a kink for each neuron"
LIPSCHITZ = "sin has slopes up to 1: half a step, a side, and half a unit in the last place"
ROUNDING = "summation by parts: variation of the weights times 2^-51"
DYADIC = "x = k / 2^53 with k uniform: T^n(x) = 0 where 2^(54 - n) divides k"


def composition(
    *,
    quick: bool = False,
    seed: int = 0,
    out: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    progress: Progress = False,
    compositions: int | None = None,
    rectangles: Sequence[int] | None = None,
    ramp: float | None = None,
    exponents: Sequence[int] | None = None,
    points: int | None = None,
) -> Result:
    """Pieces by composition and by addition, and what doubles make of both constructions.

    Triangles, composed k times, have 2^k pieces from 3 k neurons; n rectangles, added, have
    2 n + 3 from 4 n.  The sum of rectangles that approximates sin on [0, 5] is built twice:
    with the weights that a program in doubles computes, read exactly, and as it is meant.
    Only the second has compact support.

    Parameters
    ----------
    quick : bool
        Fewer compositions and points.
    seed : int
        Of the doubles at which the composed triangles are evaluated.
    out : path, optional
        Folder for figures, tables and summary; an interrupted run goes on from it.
    executor : concurrent.futures.Executor, optional
        One unit a network.
    progress : bool or callable
    compositions : int
        The largest k.
    rectangles : sequence of int
        The numbers n of rectangles; 17 is a grid of step 1/4, 5 / (n + 3) in general.
    ramp : float
        The width of a rectangle's sides; 1e-7 in the lecture's code.
    exponents : sequence of int
        With the least n, the tail is also measured for sides of width 10^-k.
    points : int
        The doubles at which the tent map is iterated.

    Returns
    -------
    Result
        Tables ``triangles``, ``rectangles``, ``sine``, ``sides``, ``plateaus``, ``far`` and
        ``orbits``; figures ``constructions``, ``pieces`` and ``doubles``.

    Raises
    ------
    DomainError
        If a setting is not allowed.

    Notes
    -----
    Counts, tails and errors on plateaus are exact, distances from sin are enclosed (balls of
    192 bits).  Heights are the doubles nearest to sin x on every machine.  Floats occur only
    as the subject: weights computed in doubles, sums evaluated in doubles.  About 3 s, quick
    or in full.

    Examples
    --------
    >>> found = pl.experiments.composition(
    ...     compositions=3, rectangles=[17], exponents=[7], points=10
    ... )
    >>> found.holds, found.table("triangles").column("pieces on [0, 1]")
    (True, [2, 4, 8])
    >>> [float(found.table("rectangles").column(c)[0]) for c in ("tail, doubles", "tail, exact")]
    [4.711838274415216e-09, 0.0]
    """
    given = {
        "compositions": compositions,
        "rectangles": rectangles,
        "ramp": ramp,
        "exponents": exponents,
        "points": points,
    }
    settings = _checked(chosen(quick, FULL, QUICK, given))
    found = run_units(
        "composition",
        _task,
        _units(settings, seed),
        out=out,
        executor=executor,
        progress=progress,
    )
    kinds: dict[str, list[Any]] = {"triangle": [], "rectangles": [], "side": [], "orbits": []}
    for value in found.values():
        kinds[value["kind"]].append(value)
    tables = (
        triangle_table(kinds["triangle"]),
        rectangle_table(kinds["rectangles"]),
        sine_table(kinds["rectangles"]),
        side_table(kinds["side"]),
        plateau_table(kinds["rectangles"][0]),
        far_table(kinds["rectangles"]),
        orbit_table(kinds["orbits"][0]),
    )
    result = Result(
        "composition",
        "Composition doubles pieces, addition adds them",
        {"seed": seed, "quick": quick, **settings},
        tables,
        tuple(_comparisons(tables, kinds["orbits"][0])),
        tuple(_remarks(tables)),
        REFERENCES,
        composition_figures(tables, settings),
    )
    if out is not None:
        result.write(out)
    return result


def _checked(settings: dict[str, Any]) -> dict[str, Any]:
    for key in ("compositions", "points", "rectangles", "exponents"):
        values = settings[key] if isinstance(settings[key], tuple) else (settings[key],)
        if min(values) < 1:
            raise DomainError(f"{key} = {settings[key]}: at least 1 is needed")
    if settings["compositions"] > 16:
        raise DomainError(f"compositions = {settings['compositions']}: at most 16 are counted")
    widest = float(Fraction(END, max(settings["rectangles"]) + 3)) / 2
    if not 1e-300 < settings["ramp"] < widest:
        raise DomainError(
            f"ramp = {settings['ramp']}: sides are positive and narrower than half a step, {widest}"
        )
    if max(settings["exponents"]) > 300:
        raise DomainError(f"exponents = {settings['exponents']}: at most 300")
    return settings


def _units(settings: dict[str, Any], seed: int) -> dict[str, Any]:
    units: dict[str, Any] = {}
    for k in range(1, settings["compositions"] + 1):
        units[f"triangle {k}"] = {"kind": "triangle", "k": k}
    for n in sorted(set(settings["rectangles"])):
        units[f"rectangles {n}"] = {"kind": "rectangles", "n": n, "ramp": settings["ramp"]}
    least = min(settings["rectangles"])
    for k in settings["exponents"]:
        units[f"side 1e-{k}"] = {"kind": "side", "n": least, "exponent": k}
    units["orbits"] = {"kind": "orbits", "points": settings["points"], "seed": seeds(seed, 1)[0]}
    return units


# units ---------------------------------------------------------------------------------


def _task(unit: dict[str, Any]) -> dict[str, Any]:
    work = {
        "triangle": _of_triangle,
        "rectangles": _of_rectangles,
        "side": _of_side,
        "orbits": _of_orbits,
    }
    return {**unit, **work[unit["kind"]](unit)}


def _of_triangle(unit: dict[str, Any]) -> dict[str, Any]:
    net = triangle_network(unit["k"])
    found = pl.linear_regions(net)
    return {
        "layers": len(net.widths),
        "neurons": net.num_neurons,
        "pieces": net.to_piecewise(0, 1).num_pieces,
        "regions": [found.count(d) for d in DEFINITIONS],
    }


def _value(f: PiecewiseLinear, x: Any) -> Fraction:
    value = f(x)
    assert isinstance(value, Fraction)
    return value


def _maps(f: PiecewiseLinear) -> int:
    """The number of different affine maps among the pieces."""
    knots, slopes = f.breakpoints, f.slopes
    inner = [knots[0] - 1, *knots]  # a point of each piece: the end it starts from
    return len({(s, f(x) - s * x) for s, x in zip(slopes, inner, strict=True)})


def _plateau_errors(f: PiecewiseLinear, n: int) -> list[Fraction]:
    """f - height at the middle of each rectangle."""
    step = float(Fraction(END, n + 3))
    return [_value(f, x) - dyadic(nearest_sine(i * step)) for i, x in enumerate(grid(n), start=2)]


def _of_rectangles(unit: dict[str, Any]) -> dict[str, Any]:
    n, ramp = unit["n"], unit["ramp"]
    nets = [make(n, ramp) for make in (double_network, exact_network)]
    functions = [net.to_piecewise() for net in nets]
    middle, half = grid(n), Fraction(END, 2 * (n + 3))
    covered = (middle[0] - half + Fraction(repr(ramp)), middle[-1] + half)
    program = double_program(n, ramp)
    first, second = (f.restrict(-1, END + 1) for f in functions)
    return {
        "neurons": nets[0].num_neurons,
        "pieces": [f.num_pieces for f in functions],
        "maps": [_maps(f) for f in functions],
        "tails": [_value(f, END + 1) for f in functions],
        "bound": tail_bound(n, ramp),
        "errors": [_plateau_errors(f, n) for f in functions],
        "gap": pl.distance(first, second),
        "covered": [_pair(sine_distance(f, *covered)) for f in functions],
        "whole": [_pair(sine_distance(f, 0, END)) for f in functions],
        "far": [program(x) for x in FAR],
    }


def _pair(value: Any) -> list[Fraction]:
    found = enclosed(value)
    return [found.lower, found.upper]


def _of_side(unit: dict[str, Any]) -> dict[str, Any]:
    n, ramp = unit["n"], float(f"1e-{unit['exponent']}")
    f = double_network(n, ramp).to_piecewise()
    return {
        "pieces": f.num_pieces,
        "tail": _value(f, END + 1),
        "bound": tail_bound(n, ramp),
        "error": max(map(abs, _plateau_errors(f, n))),
    }


def _of_orbits(unit: dict[str, Any]) -> dict[str, Any]:
    """Iterate 2 relu(x) - 4 relu(x - 1/2) in doubles, and exactly in whole numbers."""
    x = np.random.default_rng(unit["seed"]).random(unit["points"])
    whole = np.array([int(v * 2.0**53) for v in x], dtype=np.int64)
    half = 1 << 52
    zeros, different, sums = [], 0, []
    for n in range(1, max(STEPS) + 1):
        x = 2 * np.maximum(x, 0.0) - 4 * np.maximum(x - 0.5, 0.0)
        whole = np.where(whole <= half, 2 * whole, 4 * half - 2 * whole)
        different += int((x * 2.0**53 != whole).sum())
        if n in STEPS:
            zeros.append(int((x == 0).sum()))
            sums.append(Fraction(sum(whole.tolist()), unit["points"] << 53))
    return {"zeros": zeros, "different": different, "means": sums}


# what is said ----------------------------------------------------------------------------


def _comparisons(tables: tuple[Table, ...], orbits: dict[str, Any]) -> list[Comparison]:
    triangles, rectangles, sine, sides, _, _, _ = tables
    k, _, _, pieces, patterns, _, linear, affine = triangles.rows[-1]
    off = sum(row[3] != 2 ** row[0] for row in triangles.rows)
    ends = "two pieces outside [0, 1], on which it is 0"
    found = [
        Comparison.exactly(f"pieces on [0, 1], k = {k}", 2**k, pieces, TENT),
        Comparison.exactly(f"numbers k up to {k} without 2^k pieces", 0, off, TENT),
        Comparison.exactly(f"linear regions of the line, k = {k}", 2**k + 2, linear, ends),
        Comparison.exactly(f"affine maps, k = {k}", 2**k + 1, affine, ends),
        Comparison.exactly(
            f"patterns, k = {k}",
            3 * 2 ** (k - 1) + 1,
            patterns,
            "2^k + 2 open ones, and one for each of 2^(k-1) - 1 zeros between",
        ),
    ]
    for row in rectangles.rows:
        n, neurons, doubles, exact = row[:4]
        name = f"{n} rectangles"
        source = "two breakpoints for each step up or down"
        found += [
            Comparison.exactly(f"pieces, exact, {name}", 2 * n + 3, exact, source),
            Comparison.at_most(
                f"pieces, doubles, {name}", neurons + 1, doubles, "one kink a neuron"
            ),
            Comparison.exactly(f"tail, exact, {name}", Fraction(0), row[7], "compact support"),
            Comparison.at_most(f"|tail|, doubles, {name}", row[8], abs(row[6]), ROUNDING),
            Comparison.exactly(f"error on plateaus, exact, {name}", Fraction(0), row[10], FLAT),
        ]
    for row in sine.rows:
        name = f"largest error where there are rectangles, exact, {row[0]}"
        found.append(Comparison.at_most(name, row[2], row[4], LIPSCHITZ))
    over = sum(abs(row[2]) > row[3] for row in sides.rows)
    found.append(Comparison.exactly("widths of sides with a larger tail", 0, over, ROUNDING))
    return found + _orbit_comparisons(orbits)


def _orbit_comparisons(unit: dict[str, Any]) -> list[Comparison]:
    size = unit["points"]
    found = [
        Comparison.exactly(
            "values of T^n in doubles that are not exact, n <= 54",
            0,
            unit["different"],
            "doubling, and differences of doubles within a factor 2, do not round",
        ),
        Comparison.exactly("doubles with T^54(x) = 0", size, unit["zeros"][-1], DYADIC),
    ]
    for n, zeros in zip(STEPS, unit["zeros"], strict=True):
        if 50 < n < 54:
            share, law = Fraction(zeros, size), Fraction(2) ** (n - 54)
            ends = (Enclosure(law, law), Enclosure(share, share))
            sample = Sample(*ends, law * (1 - law), Fraction(0), size)
            found.append(Comparison.about(f"share of doubles with T^{n}(x) = 0", sample, DYADIC))
    return found


def _remarks(tables: tuple[Table, ...]) -> list[str]:
    triangles, rectangles, sine, sides, _, far, _ = tables
    deep, flat = triangles.rows[-1], rectangles.rows[-1]
    worst = max(far.rows, key=lambda row: max(map(abs, row[1:-1])))
    widest = max(sides.rows, key=lambda row: row[4])
    return [
        f"{deep[2]} neurons make {deep[3]} pieces of composed triangles on [0, 1]; {flat[1]} "
        f"neurons make {flat[3]} pieces of {flat[0]} rectangles.",
        "With weights computed in doubles the sums of rectangles do not end: their tails are "
        + ", ".join(f"{float(row[6]):.8g} ({row[0]})" for row in rectangles.rows)
        + "; as meant they are 0, and there is one affine map less.",
        f"The program in doubles returns up to {max(map(abs, worst[1:-1])):.3g} far away "
        f"({worst[0]} rectangles), where its weights, read exactly, give "
        f"{float(worst[-1]):.3g}.",
        f"With sides of width {float(widest[0]):.0e} the error on a plateau reaches "
        f"{float(widest[4]):.3g}.",
        "Largest distance from sin where there are rectangles: "
        + ", ".join(f"{float(row[4]):.6f} ({row[0]})" for row in sine.rows)
        + f"; on all of [0, 5] it stays {float(sine.rows[-1][6]):.4f}, since the grid has no "
        "rectangle at the ends.",
        "The tent map makes no rounding error in doubles, and yet T^54 is 0 at each of them.",
    ]
