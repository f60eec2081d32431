"""Counting iterates without listing them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

import plsym as pl
from benchmarks.float_composition import float_iterate
from benchmarks.rivals import fraction_pieces_of_iterate, ppoly, sampled_laps
from benchmarks.table import Side, Work
from benchmarks.works.iterates import fibonacci, float_tent

__all__ = ["works"]


def works(quick: bool) -> Iterator[Work]:
    """Laps, pieces and preimages."""
    tent, golden = pl.tent(), pl.abs_map(pl.golden())
    x, y = tent.to_numpy()
    yield Work(
        "laps of tent^16",
        "n = 16",
        2**16,
        lambda: pl.lap_numbers(tent, 16)[-1],
        (
            Side("float64 list", lambda: len(float_iterate(x, y, 16)[0]) - 1),
            sampled_laps(float_tent, 0, 1, 16),
        ),
        "2^n laps",
    )
    slope = float(pl.golden())
    yield Work(
        "laps of golden^n up to 40",
        "n = 40",
        2 * fibonacci(41),
        lambda: pl.lap_numbers(golden, 40)[-1],
        (sampled_laps(lambda v: slope * np.abs(v) - 1, -1, 1, 40),),
        "2 F(n + 1) laps",
    )
    yield Work(
        "laps of golden^n up to 1000",
        "n = 1000",
        2 * fibonacci(1001),
        lambda: pl.lap_numbers(golden, 1000)[-1],
        (),
        "2 F(n + 1) laps",
    )
    five = pl.sawtooth(5)
    yield Work(
        "laps of sawtooth(5)^n up to 1000",
        "n = 1000",
        5**1000,
        lambda: pl.lap_numbers(five, 1000)[-1],
        (),
        "5^n laps",
    )
    yield Work(
        "pieces of sawtooth(5)^n up to 1000",
        "n = 1000",
        5**1000,
        lambda: pl.piece_numbers(five, 1000)[-1],
        (),
        "5^n pieces",
    )
    sx, sy = five.to_numpy()
    n = 4 if quick else 6
    exact = [Fraction(k, 5) for k in range(6)], [Fraction(k % 2) for k in range(6)]
    yield Work(
        f"pieces of sawtooth(5)^n up to {n}",
        f"n = {n}",
        5**n,
        lambda: pl.piece_numbers(five, n)[-1],
        (
            Side("float64 list", lambda: len(float_iterate(sx, sy, n)[0]) - 1),
            fraction_pieces_of_iterate(*exact, n),
        ),
        "5^n pieces",
    )
    knots = np.arange(2**14 + 1)
    listed = knots / 2**14, (knots % 2).astype(float)

    def roots(made: object) -> int:
        a, b = listed
        slopes = np.diff(b) / np.diff(a)
        return len(made(np.array([slopes, b[:-1]]), a).solve(1 / 3))  # type: ignore[operator]

    yield Work(
        "solutions of tent^14(x) = 1/3",
        "n = 14",
        2**14,
        lambda: pl.preimage_numbers(tent, "1/3", 14)[-1],
        (ppoly(roots),),
        "one on each lap; PPoly is given the list",
    )
