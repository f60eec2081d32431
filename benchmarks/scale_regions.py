"""How far the subdivision goes: seconds and memory up to a million cells.

    python -m benchmarks.scale_regions            # some minutes
    python -m benchmarks.scale_regions FILE.onnx  # plane slices of inputs 0 and 1

Each line is one run in a process of its own, so that the memory is that run's peak.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time

import plsym as pl

SIZES = ("2,450,1", "2,200,200,200,1", "2,1450,1", "2,470,470,470,1")


def main(arguments: list[str]) -> None:
    """Run all lines, or one of them."""
    if len(arguments) == 2 and arguments[0] == "--one":
        one(arguments[1])
    elif len(arguments) == 1:
        slices(arguments[0])
    else:
        for size in SIZES:
            subprocess.run([sys.executable, "-m", __spec__.name, "--one", size], check=True)


def one(size: str) -> None:
    """A random network on the whole plane."""
    net = pl.random_network([int(n) for n in size.split(",")], seed=1)
    began = time.perf_counter()
    found = pl.linear_regions(net)
    subdivided = time.perf_counter() - began
    regions = found.count("connected")
    total = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(
        f"{size:>18}  {found.num_cells:>9,} cells in {subdivided:.1f} s, "
        f"{regions:,} linear regions after {total:.1f} s, {memory} MB",
        flush=True,
    )


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


if __name__ == "__main__":
    main(sys.argv[1:])
