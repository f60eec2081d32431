"""How time and memory grow: exponents fitted to runs, beside what the docstrings say.

    python -m benchmarks.scale                # some minutes; up to a million cells
    python -m benchmarks.scale --quick        # about a minute
    python -m benchmarks.scale --only cells
    python -m benchmarks.scale --slices FILE.onnx   # planes of inputs 0 and 1

Each point is a run in a process of its own with one thread for BLAS: seconds are those of
its CPU, and the memory is its peak, less what the process had before.  An exponent is the
slope of a least-squares line through the logarithms: of time against the size, and of time
against the documented cost, where 1 means that the cost is as documented and less than 1
that fixed costs are still felt.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

import plsym as pl
from benchmarks.maps import BIMODAL, FIVE
from benchmarks.networks import he_layers
from plsym.piecewise.iterate import IterateSource

__all__ = ["CURVES", "Curve", "Job", "Point", "exponent", "measured"]


@dataclass(frozen=True)
class Job:
    """A call to time; its result tells the size of the work and the documented cost."""

    run: Callable[[], Any]
    size: Callable[[Any], float]
    cost: Callable[[Any], float]


@dataclass(frozen=True)
class Curve:
    """A work of growing size.

    Attributes
    ----------
    name, unit : str
        What is done, and what the sizes count.
    documented : str
        The cost that a docstring states.
    make : callable
        The job for a parameter.
    quick, full : tuple of int
        The parameters.
    """

    name: str
    unit: str
    documented: str
    make: Callable[[int], Job]
    quick: tuple[int, ...]
    full: tuple[int, ...]


@dataclass(frozen=True)
class Point:
    """One run: the size, the documented cost, seconds and bytes."""

    size: float
    cost: float
    seconds: float
    memory: float


def _fixed(run: Callable[[], Any], size: float, cost: float) -> Job:
    """A job whose size is known before."""
    return Job(run, lambda _: float(size), lambda _: float(cost))


def _listing(n: int) -> Job:
    knots = pl.tent()._knots()
    return _fixed(lambda: IterateSource(knots, n).value_ids, 2**n, 2**n)


def _floats(n: int) -> Job:
    knots = pl.tent()._knots()
    return _fixed(lambda: IterateSource(knots, n).floats(), 2**n, 2**n)


def _laps(n: int) -> Job:
    return _fixed(lambda: pl.lap_numbers(FIVE, n), n, n**2)


def _laps_of_many(k: int) -> Job:
    f = pl.sawtooth(k)
    return _fixed(lambda: pl.lap_numbers(f, 100), k, k)


def _integral(n: int) -> Job:
    return _fixed(lambda: pl.iterate_integral(FIVE, n), n, n**3)


def _distance(n: int) -> Job:
    f, g = pl.tent().iterate(n), pl.abs_map("3/2").restrict(0, 1)
    knots = f._knots()
    assert len(knots.xs) == 2**n + 1  # listed before the clock runs
    return _fixed(lambda: pl.distance(f, g, "L1"), 2**n, 2**n)


def _network(width: int, depth: int, size: int) -> Job:
    net = pl.from_weights(he_layers([1, *[width] * depth, 1]))

    def run() -> int:
        return net.to_piecewise(-3, 3).num_pieces

    run()  # the weights are read once for each network: another matter
    return Job(run, lambda _: float(size), lambda pieces: float(pieces * net.num_parameters))


def _wide(width: int) -> Job:
    return _network(width, 2, width)


def _deep(depth: int) -> Job:
    return _network(20, depth, depth)


def _regions(widths: Sequence[int]) -> Job:
    net = pl.random_network([*widths, 1], seed=1)
    steps = 2 ** widths[0] * sum(widths[1:])
    return Job(lambda: pl.linear_regions(net).num_cells, float, lambda cells: float(steps * cells))


def _lines(n: int) -> Job:
    return _regions([2, n])


def _three_layers(n: int) -> Job:
    # the products of deep layers' weights with the forms of cells outgrow the cutting
    job = _regions([2, n, n, n])
    return Job(job.run, job.size, lambda cells: 6.0 * n * n * cells)


def _planes(n: int) -> Job:
    return _regions([3, n])


def _dimension(d: int) -> Job:
    return _regions([d, 11])


def _digits(digits: int) -> Job:
    return _fixed(lambda: pl.growth(BIMODAL, f"1e-{digits}"), digits, digits**2)


def _check(digits: int) -> Job:
    written = pl.certify.growth(BIMODAL, f"1e-{digits}")
    size = len(written.text)
    return _fixed(lambda: bool(pl.check(written)), size, size)


def _cycles(n: int) -> Job:
    f = pl.tent()
    return Job(
        lambda: n * len(pl.periodic_orbits(f, n)), lambda points: points, lambda points: points
    )


CURVES = (
    Curve("iterate, values", "pieces", "pieces", _listing, (16, 18, 20, 22), (16, 18, 20, 22, 24)),
    Curve("iterate, floats", "pieces", "pieces", _floats, (14, 16, 18, 20), (16, 18, 20, 22)),
    Curve("lap_numbers", "n", "n^2 sums", _laps, (50, 100, 200, 400), (100, 200, 400, 800)),
    Curve("lap_numbers", "K", "K sums", _laps_of_many, (4, 8, 16, 32), (8, 16, 32, 64)),
    Curve("iterate_integral", "n", "n^2 on n bits", _integral, (25, 50, 100), (50, 100, 200, 400)),
    Curve("distance, L1", "pieces", "pieces", _distance, (8, 10, 12), (10, 12, 14, 16)),
    Curve(
        "pieces of 1-n-n-1",
        "width",
        "pieces * parameters",
        _wide,
        (25, 50, 100, 200),
        (50, 100, 200, 400, 800),
    ),
    Curve(
        "pieces of 1-20xd-1",
        "depth",
        "pieces * parameters",
        _deep,
        (2, 4, 8, 16),
        (2, 4, 8, 16, 32),
    ),
    Curve(
        "cells of 2-n-1", "cells", "4 n * cells", _lines, (40, 80, 160), (100, 200, 450, 700, 1450)
    ),
    Curve(
        "cells of 2-n-n-n-1",
        "cells",
        "6 n^2 * cells",
        _three_layers,
        (10, 20, 40),
        (50, 100, 200, 470),
    ),
    Curve("cells of 3-n-1", "cells", "8 n * cells", _planes, (10, 20, 40), (20, 40, 80)),
    Curve(
        "cells of d-11-1", "cells", "11 2^d * cells", _dimension, (2, 3, 4, 5), (2, 3, 4, 5, 6, 7)
    ),
    Curve("growth", "digits", "digits^2 bits", _digits, (20, 40, 80), (25, 50, 100, 200, 400)),
    Curve("check of growth", "bytes", "bytes", _check, (20, 40, 80), (25, 50, 100, 200)),
    Curve("periodic_orbits", "points", "points", _cycles, (10, 12, 14), (12, 14, 16, 18)),
)


def exponent(x: Sequence[float], y: Sequence[float]) -> float:
    """The slope of the least-squares line through (log x, log y)."""
    u, v = np.log(np.asarray(x, float)), np.log(np.asarray(y, float))
    u = u - u.mean()
    return float(u @ (v - v.mean()) / (u @ u))


def measured(job: Job) -> Point:
    """Run a job here: the median time of a few runs, and the peak of the first."""
    before = _peak()
    began = time.process_time()
    found = job.run()
    times = [time.process_time() - began]
    memory = _peak() - before
    while sum(times) < 0.5 and len(times) < 9:
        began = time.process_time()
        job.run()
        times.append(time.process_time() - began)
    return Point(job.size(found), job.cost(found), median(times), memory)


def _peak() -> int:
    """The most memory that this process ever held, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _elsewhere(index: int, parameter: int) -> Point:
    command = [sys.executable, "-m", "benchmarks.scale", "--one", str(index), str(parameter)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return Point(**json.loads(done.stdout))


HEADER = ("work", "size", "time", "documented", "against it", "largest", "peak", "memory")
WIDTHS = (20, 28, 5, 20, 10, 8, 9, 6)


def line(curve: Curve, points: Sequence[Point]) -> str:
    """What was measured, as a row of the table."""
    sizes, times = [p.size for p in points], [p.seconds for p in points]
    last = points[-1]
    memory = [(p.size, p.memory) for p in points if p.memory > 1 << 21]  # below: page noise
    grown = exponent(*zip(*memory, strict=True)) if len(memory) > 1 else None
    return row(
        (
            curve.name,
            f"{curve.unit} {sizes[0]:,.0f} to {sizes[-1]:,.0f}",
            f"{exponent(sizes, times):.2f}",
            curve.documented,
            f"{exponent([p.cost for p in points], times):.2f}",
            f"{last.seconds:.3g} s",
            f"{last.memory / 2**20:,.0f} MB",
            "" if grown is None else f"{grown:.2f}",
        )
    )


def row(texts: Sequence[str]) -> str:
    """A line of the table."""
    return "| " + " | ".join(t.ljust(w) for t, w in zip(texts, WIDTHS, strict=True)) + " |"


def slices(path: str) -> None:
    """The plane of inputs 0 and 1 of a network, the others 0."""
    net = pl.load(path)
    n = net.n_inputs
    axes = [[int(i == k) for i in range(n)] for k in range(2)]
    for half in ("1/4", "1/2"):
        window = ((f"-{half}", half),) * 2
        began = time.perf_counter()
        found = pl.linear_regions(net, pl.plane([0] * n, *axes, window=window))
        took = time.perf_counter() - began
        print(f"[-{half}, {half}]^2: {found.num_cells:,} cells in {took:.2f} s", flush=True)


def main(arguments: list[str] | None = None) -> None:
    """Run all curves, or one point of one of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--quick", action="store_true", help="small sizes, about a minute")
    parser.add_argument("--only", default="", metavar="NAME", help="part of a curve's name")
    parser.add_argument("--slices", metavar="FILE", help="cells of a network from a file")
    parser.add_argument("--one", nargs=2, type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.one:
        curve, parameter = CURVES[asked.one[0]], asked.one[1]
        curve.make(curve.quick[0]).run()  # loads modules
        print(json.dumps(vars(measured(curve.make(parameter)))))
        return
    if asked.slices:
        slices(asked.slices)
        return
    print(row(HEADER) + "\n|" + "---|" * len(HEADER), flush=True)
    for index, curve in enumerate(CURVES):
        if asked.only in f"{curve.name} {curve.unit}":
            parameters = curve.quick if asked.quick else curve.full
            print(line(curve, [_elsewhere(index, p) for p in parameters]), flush=True)


if __name__ == "__main__":
    main()
