"""Cells of networks with two, three and four inputs."""

from __future__ import annotations

from collections.abc import Iterator
from math import comb, factorial

import plsym as pl
from benchmarks.exact import count_cells
from benchmarks.networks import he_layers, single
from benchmarks.peers import cdd_cells, polytope_cells, regioncam_cells, relucent_cells
from benchmarks.rivals import float_cells, fraction_cells, sampled_cells
from benchmarks.table import Side, Work
from plsym.regions.cells import subdivide
from plsym.regions.examples import arrangement, arrangement_network

__all__ = ["works"]

EXACTLY = "one polygon at a time, in integers"


def works(quick: bool) -> Iterator[Work]:
    """Random networks on squares and cubes; arrangements on whole spaces."""
    shapes = [(16, 2), (24, 3)] if quick else [(16, 2), (32, 3), (64, 3)]
    for width, depth in shapes:
        yield _square(width, depth)
    n = 100 if quick else 450
    plane = pl.random_network([2, n, 1], seed=1)
    yield Work(
        f"cells of 2-{n}-1 on the plane",
        f"{n} lines",
        sum(comb(n, k) for k in range(3)),
        lambda: pl.linear_regions(plane).num_cells,
        (Side("integers, cell by cell", lambda: len(subdivide(plane).cells)),) if quick else (),
        "Zaslavsky: 1 + n + n (n - 1) / 2",
    )
    n = 12 if quick else 40
    space = pl.random_network([3, n, 1], seed=1)
    yield Work(
        f"cells of 3-{n}-1 on the space",
        f"{n} planes",
        sum(comb(n, k) for k in range(4)),
        lambda: pl.linear_regions(space).num_cells,
        (Side("integers, cell by cell", lambda: len(subdivide(space).cells)),) if quick else (),
        "Zaslavsky",
    )
    yield _cube((5, 4) if quick else (8, 8))
    for name, size, truth in (
        ("braid", 4, factorial(4)),
        ("shi", 4, 5**3),
    ):
        yield _arrangement(name, size, truth)
    if not quick:
        layers = single(he_layers([2, 8, 8, 1]))
        net = pl.from_weights(layers)
        yield Work(
            "cells of 2-8x2-1 on the plane",
            "16 neurons",
            lambda: len(subdivide(net).cells),
            lambda: pl.linear_regions(net).num_cells,
            (relucent_cells(layers),),
            "integers, cell by cell, by double description",
        )


def _square(width: int, depth: int) -> Work:
    layers = single(he_layers([2, *[width] * depth, 1]))
    net = pl.from_weights(layers)
    box = [(-1, 1)] * 2
    rivals = [float_cells(layers, box), regioncam_cells(layers, 1)]
    if width == 16:
        rivals += [fraction_cells(layers, 1), sampled_cells(layers, 1)]
    return Work(
        f"cells of 2-{width}x{depth}-1 on [-1, 1]^2",
        f"{net.num_neurons} neurons",
        lambda: count_cells(layers, 1),
        lambda: pl.linear_regions(net, box).num_cells,
        tuple(rivals),
        EXACTLY,
    )


def _cube(widths: tuple[int, ...]) -> Work:
    layers = single(he_layers([3, *widths, 1]))
    net = pl.from_weights(layers)
    box = [(-2, 2)] * 3
    return Work(
        f"cells of 3-{'-'.join(map(str, widths))}-1 on [-2, 2]^3",
        f"{net.num_neurons} neurons",
        lambda: len(subdivide(net, box).cells),
        lambda: pl.linear_regions(net, box).num_cells,
        (float_cells(layers, box), cdd_cells(layers, 2), polytope_cells(layers, 2)),
        "integers, cell by cell, by double description",
    )


def _arrangement(name: str, size: int, truth: int) -> Work:
    net = arrangement_network(arrangement(name, size))
    return Work(
        f"cells of the {name} arrangement",
        f"dimension {size}",
        truth,
        lambda: pl.linear_regions(net).num_cells,
        (Side("integers, cell by cell", lambda: len(subdivide(net).cells)),),
        {"braid": "n!", "shi": "(n + 1)^(n - 1)"}[name],
    )
