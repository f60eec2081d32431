"""The table of the README: every line a ratio, or a time, measured in one run.

    python -m benchmarks.report

Each ratio is plsym's time over the time of the plain float64 program for the same
work, both run in turn in this process; the median over rounds is shown.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np

import plsym as pl
from benchmarks.float_composition import float_iterate
from benchmarks.float_regions import float_regions
from benchmarks.float_sweep import float_sweep
from benchmarks.networks import he_layers, transposed
from benchmarks.test_counting import five
from benchmarks.test_iterate import random_map
from benchmarks.timing import paired_ratio, seconds
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.iterate import IterateSource

Line = tuple[str, str, str]


def iterates() -> Iterator[Line]:
    """Listing iterates against float64 composition."""
    for name, f, n in (
        ("`tent().iterate(20)`", pl.tent(), 20),
        ("`abs_map(golden()).iterate(28)`", pl.abs_map(pl.golden()), 28),
        ("a map with 10 pieces, iterated 7 times", _function(random_map(10, 97, 3)), 7),
    ):
        x, y = f.to_numpy()
        knots = f._knots()

        def floats(x: np.ndarray = x, y: np.ndarray = y, n: int = n) -> object:
            return float_iterate(x, y, n)

        def shadow(f: PiecewiseLinear = f, n: int = n) -> object:
            return f.iterate(n).to_numpy()

        def values(knots: object = knots, n: int = n) -> object:
            return IterateSource(knots, n).value_ids

        def abscissae(knots: object = knots, n: int = n) -> object:
            return IterateSource(knots, n).abscissae()

        pieces = f.iterate(n).num_pieces
        for what, work in (
            ("exact values", values),
            ("and floats for a plot", shadow),
            ("and exact abscissae", abscissae),
        ):
            ratio = paired_ratio(work, floats, 5)
            yield f"{name}: {what}", f"{pieces:,} pieces", f"{ratio:.3f}"
        tracemalloc.start()
        source = IterateSource(knots, n)
        kept = source.value_ids
        memory = tracemalloc.get_traced_memory()[1] / pieces
        tracemalloc.stop()
        assert len(kept) == pieces + 1
        yield f"{name}: peak memory without abscissae", "", f"{memory:.1f} bytes a piece"


def _function(knots: object) -> PiecewiseLinear:
    return PiecewiseLinear._from_knots(knots)  # type: ignore[arg-type]


def networks() -> Iterator[Line]:
    """Breakpoints of networks against the float64 sweep."""
    for width in (20, 50, 100, 200):
        for depth in (2, 4, 6):
            layers = he_layers([1, *[width] * depth, 1])
            columns = transposed(layers)
            network = pl.from_weights(layers)

            def exact(network: pl.ReLUNetwork = network) -> int:
                return network.to_piecewise(-3, 3).num_pieces

            def first(layers: list = layers) -> int:
                return pl.from_weights(layers).to_piecewise(-3, 3).num_pieces

            def floats(columns: list = columns) -> object:
                return float_sweep(columns, np.array([-3.0]), np.array([3.0]))

            ratio, cold = paired_ratio(exact, floats, 31), paired_ratio(first, floats, 31)
            yield (
                f"network 1-{width}x{depth}-1 on [-3, 3]",
                f"{exact():,} pieces",
                f"{ratio:.2f} ({cold:.2f} with reading the weights)",
            )
    layers = he_layers([784, *[256] * 4, 10])
    columns = transposed(layers)
    p, q = np.random.default_rng(7).uniform(0, 1, (2, 784))
    network = pl.from_weights(layers)
    start, end = ([pl.dyadic(v) for v in point] for point in (p, q))
    ratio = paired_ratio(
        lambda: network.along(start, end).num_pieces, lambda: float_sweep(columns, p, q), 31
    )
    pieces = network.along(start, end).num_pieces
    yield "network 784-256x4-10 along a segment", f"{pieces:,} pieces", f"{ratio:.2f}"


def regions() -> Iterator[Line]:
    """Subdivisions of a square against plain float64."""
    square = [(-2, 2), (-2, 2)]
    for widths in ((20, 20), (50, 50, 50, 50), (100, 100, 100), (200, 200)):
        network = pl.random_network([2, *widths, 1], seed=3)
        layers = [(stage.linear.dense(), stage.bias.mid) for stage in network.stages]

        def exact(network: pl.ReLUNetwork = network) -> int:
            return pl.linear_regions(network, square).num_cells

        def floats(layers: list = layers) -> int:
            return float_regions(layers, square)

        ratio = paired_ratio(exact, floats, 7)
        name = "-".join(map(str, widths))
        yield f"regions of 2-{name}-1 on a square", f"{exact():,} cells", f"{ratio:.2f}"


def exact_breakpoints() -> Iterator[Line]:
    """All exact breakpoints in bulk against one evaluation in fractions for each."""
    for width, depth in ((50, 4), (200, 2)):
        layers = he_layers([1, *[width] * depth, 1])
        network = pl.from_weights(layers)
        exact = [
            ([[Fraction(v) for v in row] for row in w], [Fraction(v) for v in b]) for w, b in layers
        ]
        f = network.to_piecewise(-3, 3)
        bulk = seconds(lambda f=f: f.breakpoints) / len(f.breakpoints)
        x = f.breakpoints[len(f.breakpoints) // 2]
        single = min(seconds(lambda exact=exact, x=x: _evaluate(exact, x)) for _ in range(3))
        yield (
            f"network 1-{width}x{depth}-1: exact breakpoints and values in bulk, each",
            f"{bulk * 1e6:.0f} µs",
            f"{bulk / single:.4f} of one evaluation in `Fraction`",
        )


def _evaluate(layers: list, x: Fraction) -> Fraction:
    h = [x]
    for i, (weights, bias) in enumerate(layers):
        h = [
            sum(w * v for w, v in zip(row, h, strict=True)) + b
            for row, b in zip(weights, bias, strict=True)
        ]
        if i < len(layers) - 1:
            h = [max(v, Fraction(0)) for v in h]
    return h[0]


def counts() -> Iterator[Line]:
    """Counting iterates without listing them."""
    f = _function(five())
    work: list[tuple[str, Callable[[], list[int]]]] = [
        ("`lap_numbers(f, 1000)`, f with 5 pieces", lambda: pl.lap_numbers(f, 1000)),
        ("`piece_numbers(f, 1000)`, f with 5 pieces", lambda: pl.piece_numbers(f, 1000)),
        (
            "`lap_numbers(abs_map(golden()), 40)`",
            lambda: pl.lap_numbers(pl.abs_map(pl.golden()), 40),
        ),
    ]
    for name, call in work:
        best = min(seconds(call) for _ in range(3))
        yield name, f"{call()[-1].bit_length()} bits", f"{best * 1e3:.1f} ms"


def main() -> None:
    """Print the table."""
    print("| what | size | ratio to float64, or time |\n|---|---|---|")
    for part in (iterates, networks, regions, exact_breakpoints, counts):
        for line in part():
            print("| " + " | ".join(line) + " |", flush=True)


if __name__ == "__main__":
    main()
