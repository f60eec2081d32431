"""The tables of `composition`."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from plsym.exact.enclosure import Enclosure
from plsym.experiments.composing.lecture import END, grid
from plsym.experiments.record import Table

__all__ = [
    "FAR",
    "STEPS",
    "far_table",
    "orbit_table",
    "plateau_table",
    "rectangle_table",
    "side_table",
    "sine_table",
    "triangle_table",
]

FAR = (7.0, 1e2, 1e4, 1e7, 1e9)
"""Points to the right of all rectangles."""

STEPS = (1, 10, 20, 30, 40, 45, 50, 51, 52, 53, 54)
"""How often the tent map is iterated; random doubles are multiples of 2^-53."""


def triangle_table(found: list[dict[str, Any]]) -> Table:
    """Pieces and regions of composed triangles."""
    return Table(
        "triangles",
        (
            "k",
            "hidden layers",
            "neurons",
            "pieces on [0, 1]",
            "patterns",
            "activation regions",
            "linear regions",
            "affine maps",
        ),
        tuple((u["k"], u["layers"], u["neurons"], u["pieces"], *u["regions"]) for u in found),
        "Triangles composed k times; regions are those of the line",
    )


def rectangle_table(found: list[dict[str, Any]]) -> Table:
    """Pieces, tails and errors of sums of rectangles, in doubles and as meant."""
    rows = [
        (
            u["n"],
            u["neurons"],
            *u["pieces"],
            *u["maps"],
            *u["tails"],
            u["bound"],
            *(max(map(abs, errors)) for errors in u["errors"]),
            u["gap"],
        )
        for u in found
    ]
    return Table(
        "rectangles",
        (
            "rectangles",
            "neurons",
            "pieces, doubles",
            "pieces, exact",
            "affine maps, doubles",
            "affine maps, exact",
            "tail, doubles",
            "tail, exact",
            "tail at most",
            "error on plateaus, doubles",
            "error on plateaus, exact",
            "largest difference",
        ),
        tuple(rows),
        "Sums of rectangles with weights computed in doubles, and as meant; the tail is the value "
        "to the right of all rectangles",
    )


def sine_table(found: list[dict[str, Any]]) -> Table:
    """How far the sums are from sin."""
    rows = [
        (
            u["n"],
            Fraction(END, u["n"] + 3),
            Fraction(END, 2 * (u["n"] + 3)) + Fraction(repr(u["ramp"])) + Fraction(1, 2**54),
            *(Enclosure(*ends) for ends in u["covered"]),
            *(Enclosure(*ends) for ends in u["whole"]),
        )
        for u in found
    ]
    return Table(
        "sine",
        (
            "rectangles",
            "step",
            "at most",
            "largest error, doubles",
            "largest error, exact",
            "on [0, 5], doubles",
            "on [0, 5], exact",
        ),
        tuple(rows),
        "Largest distance from sin where there are rectangles, and on all of [0, 5], whose ends "
        "the grid leaves out",
    )


def side_table(found: list[dict[str, Any]]) -> Table:
    """What narrower sides do to the rounding errors."""
    return Table(
        "sides",
        ("width of sides", "pieces", "tail", "tail at most", "error on plateaus"),
        tuple(
            (Fraction(1, 10 ** u["exponent"]), u["pieces"], u["tail"], u["bound"], u["error"])
            for u in sorted(found, key=lambda u: int(u["exponent"]))
        ),
        f"{found[0]['n']} rectangles in doubles: the narrower the sides, the larger the error",
    )


def plateau_table(unit: dict[str, Any]) -> Table:
    """The error on each rectangle."""
    rows = zip(grid(unit["n"]), *unit["errors"], strict=True)
    return Table(
        "plateaus",
        ("x", "error, doubles", "error, exact"),
        tuple(rows),
        f"{unit['n']} rectangles: value less sin x, rounded, at the middle of each",
    )


def far_table(found: list[dict[str, Any]]) -> Table:
    """What the program in doubles returns far away."""
    return Table(
        "far",
        ("rectangles", *(f"x = {x:g}" for x in FAR), "its weights, exactly"),
        tuple((u["n"], *u["far"], u["tails"][0]) for u in found),
        "What the program in doubles returns far from all rectangles, where the sum is meant to "
        "be 0",
    )


def orbit_table(unit: dict[str, Any]) -> Table:
    """The tent map on doubles."""
    rows = [
        (n, 2**n, Fraction(1, 2), mean, Fraction(zeros, unit["points"]), Fraction(2) ** (n - 54))
        for n, zeros, mean in zip(STEPS, unit["zeros"], unit["means"], strict=True)
    ]
    return Table(
        "orbits",
        ("n", "pieces of T^n", "mean of T^n", "mean on doubles", "zeros", "zeros expected"),
        tuple(rows),
        f"The tent map T, iterated in doubles from {unit['points']} random doubles",
    )
