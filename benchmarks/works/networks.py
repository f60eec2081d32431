"""Pieces of networks with one input, and along a segment of many inputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np

import plsym as pl
from benchmarks.exact import count_intervals, count_pieces
from benchmarks.networks import he_layers, single, tent_layers
from benchmarks.peers import regioncam_intervals
from benchmarks.rivals import float_pieces, fraction_pieces, sampled_pieces, sympy_pieces
from benchmarks.table import Side, Work

__all__ = ["works"]

EXACTLY = "one interval at a time, in integers"


def works(quick: bool) -> Iterator[Work]:
    """Random, sawtooth and many-input networks."""
    shapes = [(20, 2), (50, 4)] if quick else [(20, 2), (50, 4), (100, 3), (100, 4), (100, 5)]
    for width, depth in shapes:
        layers = single(he_layers([1, *[width] * depth, 1]))
        name = f"network 1-{width}x{depth}-1 on [-3, 3]"
        yield _pieces(name, layers, fractions=width == 20, samples=width == 50)
        yield _read(name, layers)
    yield _bulk(20 if quick else 50, 2 if quick else 4)
    yield _small()
    for depth in (12, 16) if quick else (12, 16, 18, 20):
        layers = tent_layers(depth)
        net = pl.from_weights(layers)

        def ours(net: pl.ReLUNetwork = net) -> int:
            return net.to_piecewise(0, 1).num_pieces

        yield Work(
            f"network of tent^{depth} on [0, 1]",
            f"1-2x{depth}-1",
            2**depth,
            ours,
            (float_pieces(layers, [0.0], [1.0]), regioncam_intervals(layers, [0.0], [1.0])),
            "2^n pieces",
        )
    widths = [64, 64, 64, 10] if quick else [784, 256, 256, 256, 256, 10]
    layers = single(he_layers(widths))
    p, q = np.random.default_rng(7).integers(0, 256, (2, widths[0])) / 256
    net = pl.from_weights(layers)
    ends = [[pl.dyadic(v) for v in point] for point in (p, q)]
    yield Work(
        f"network {widths[0]}-{widths[1]}x{len(widths) - 2}-10 along a segment",
        f"{widths[0]} inputs",
        lambda: count_pieces(layers, p, q),
        lambda: net.along(*ends).num_pieces,
        (
            float_pieces(layers, p, q),
            regioncam_intervals(layers, p, q, lambda: count_intervals(layers, p, q)),
        ),
        EXACTLY,
    )


def _pieces(name: str, layers: Any, fractions: bool, samples: bool) -> Work:
    net = pl.from_weights(layers)
    ends: tuple[list[float], list[float]] = ([-3.0], [3.0])
    rivals = [
        float_pieces(layers, *ends),
        regioncam_intervals(layers, *ends, lambda: count_intervals(layers, *ends)),
    ]
    if fractions:
        rivals.append(fraction_pieces(layers, *ends))
    if samples:
        rivals.append(sampled_pieces(layers, *ends))
    return Work(
        name,
        f"{net.num_neurons} neurons",
        lambda: count_pieces(layers, *ends),
        lambda: net.to_piecewise(-3, 3).num_pieces,
        tuple(rivals),
        EXACTLY,
    )


def _read(name: str, layers: Any) -> Work:
    """As in a script that looks at each network once."""
    return Work(
        f"{name}, weights read anew",
        f"{sum(len(b) for _, b in layers[:-1])} neurons",
        lambda: count_pieces(layers, [-3], [3]),
        lambda: pl.from_weights(layers).to_piecewise(-3, 3).num_pieces,
        (float_pieces(layers, [-3.0], [3.0]),),
        EXACTLY,
    )


def _bulk(width: int, depth: int) -> Work:
    """All breakpoints and values as rationals; the rival is told where to evaluate."""
    layers = he_layers([1, *[width] * depth, 1])
    net = pl.from_weights(layers)
    exact = [
        ([[Fraction(v) for v in row] for row in w], [Fraction(v) for v in b]) for w, b in layers
    ]
    points = net.to_piecewise(-3, 3).breakpoints

    def values() -> int:
        return _checksum(_evaluated(exact, x) for x in points)

    return Work(
        f"network 1-{width}x{depth}-1, exact values at its breakpoints",
        f"{len(points)} points",
        values,
        lambda: _checksum(net.to_piecewise(-3, 3).values),
        (Side("naive Fraction, evaluation", values),),
        "evaluated in fractions at plsym's breakpoints; the answer is a checksum",
    )


def _checksum(values: Iterable[Any]) -> int:
    """The hash of a rational depends on its value alone."""
    return hash(tuple(map(hash, values))) % 10**9


def _evaluated(layers: Any, x: Fraction) -> Fraction:
    h = [x]
    for k, (weights, bias) in enumerate(layers):
        h = [
            sum((w * v for w, v in zip(row, h, strict=True)), b)
            for row, b in zip(weights, bias, strict=True)
        ]
        if k < len(layers) - 1:
            h = [max(v, Fraction(0)) for v in h]
    return h[0]


def _small() -> Work:
    """A sum of two hinges: what sympy can fold in a second."""
    hinges = [(3, "-1", "2"), (-2, "1/2", "-1")]
    layers = [
        ([[w] for w, _, _ in hinges], [b for _, b, _ in hinges]),
        ([[v for _, _, v in hinges]], None),
    ]
    net = pl.from_weights(layers)

    def build(sympy: Any, x: Any) -> Any:
        terms = (sympy.Rational(v) * sympy.Max(0, w * x + sympy.Rational(b)) for w, b, v in hinges)
        return sum(terms).rewrite(sympy.Piecewise)

    return Work(
        "network 1-2-1 on [-3, 3]",
        "2 neurons",
        3,
        lambda: net.to_piecewise(-3, 3).num_pieces,
        (sympy_pieces(build, -3, 3),),
        "the two kinks are 1/3 and 1/4",
    )
