"""Regions: beside plain floats, beside one cell after the other, and of real networks.

pytest benchmarks/test_regions.py --benchmark-columns=median --benchmark-group-by=group
"""

from __future__ import annotations

import pytest

import plsym as pl
from benchmarks.float_regions import float_regions
from benchmarks.timing import paired_ratio
from plsym.exact.tiers import forced
from plsym.regions.cells import subdivide
from plsym.regions.kernels import compiled_kernel

SQUARE = [(-2, 2), (-2, 2)]


def layers_of(net: pl.ReLUNetwork) -> list:
    return [(s.linear.dense(), s.bias.mid) for s in net.stages]


@pytest.fixture(params=["numpy", "numba"])
def compiled(request):
    """Both kernels, whatever the size of the work."""
    if request.param == "numba" and compiled_kernel() is None:
        pytest.skip("numba is not installed")
    with forced(request.param == "numba"):
        yield request.param


@pytest.mark.parametrize(
    "widths", [(20, 20), (20,) * 4, (50, 50), (50,) * 4, (64,) * 3, (100,) * 3, (200, 200)]
)
def test_beside_plain_floats(benchmark, compiled, widths):
    net = pl.random_network([2, *widths, 1], seed=3)
    layers = layers_of(net)

    def exact() -> int:
        return pl.linear_regions(net, SQUARE).num_cells

    def floats() -> int:
        return float_regions(layers, SQUARE)

    assert exact() == floats()
    benchmark.group = f"2-{'-'.join(map(str, widths))}-1 on a square"
    benchmark.extra_info["cells"] = exact()
    benchmark.extra_info["over floats"] = paired_ratio(exact, floats, 5)
    benchmark.pedantic(exact, rounds=3)


@pytest.mark.parametrize("widths", [(16, 16), (32, 32, 32), (64, 64, 64)])
def test_cells_of_a_square(benchmark, compiled, widths):
    """The sizes for which times of other tools are known."""
    net = pl.random_network([2, *widths, 1], seed=3)
    benchmark.group = f"2-{'-'.join(map(str, widths))}-1 on [-1, 1]^2"
    count = benchmark(lambda: pl.linear_regions(net, [(-1, 1), (-1, 1)]).num_cells)
    benchmark.extra_info["cells"] = count


def test_one_wide_layer(benchmark, compiled):
    """Lines in general position, on the whole plane: the count is Zaslavsky's."""
    net = pl.random_network([2, 450, 1], seed=1)
    benchmark.group = "2-450-1 on the whole plane"
    count = benchmark.pedantic(lambda: pl.linear_regions(net).num_cells, rounds=3)
    benchmark.extra_info["cells"] = count
    assert count == pl.zaslavsky(450, 2)


@pytest.mark.parametrize("k", [3, 5])
def test_a_folded_grid(benchmark, compiled, k):
    """Ties everywhere: all lines run through vertices that exist already."""
    fold = [[1, 0], [-1, 0], [0, 1], [0, -1]]
    layers = [(fold, [0] * 4)]
    for i in range(1, k):
        rows = [[1, 1, 0, 0], [-1, -1, 0, 0], [0, 0, 1, 1], [0, 0, -1, -1]]
        layers.append((rows, [f"{s}1/{2**i}" for s in ("-", "", "-", "")]))
    net = pl.from_weights([*layers, ([[1] * 4], None)])
    benchmark.group = f"a grid folded {k} times"
    count = benchmark.pedantic(lambda: pl.linear_regions(net, [(-1, 1)] * 2).num_cells, rounds=3)
    assert count == 4**k


@pytest.mark.parametrize("widths", [(2, 16, 16), (3, 8, 8, 8), (4, 8, 8), (5, 8, 8)])
def test_beside_one_cell_after_the_other(benchmark, widths):
    """The double description with Python integers, of which the theory notes give times."""
    net = pl.random_network([*widths, 1], seed=0)

    def faces() -> int:
        return pl.linear_regions(net).num_cells

    def rays() -> int:
        return len(subdivide(net).cells)

    assert faces() == rays()
    benchmark.group = f"activation regions of {'-'.join(map(str, widths))}-1, whole space"
    benchmark.extra_info["cells"] = faces()
    benchmark.extra_info["over rays"] = paired_ratio(faces, rays, 3)
    benchmark.pedantic(faces, rounds=5)


def test_a_slice_of_784_inputs(benchmark):
    net = pl.random_network([784, 256, 256, 256, 256, 10], seed=0)
    points = [[int(k % 3 == i) for k in range(784)] for i in range(3)]
    slice_ = pl.plane(*points, window=((-1, 2), (-1, 2)))
    benchmark.group = "a plane slice of 784-256-256-256-256-10"
    count = benchmark.pedantic(lambda: pl.linear_regions(net, slice_).num_cells, rounds=1)
    benchmark.extra_info["cells"] = count


def test_search(benchmark):
    net = pl.random_network([4, 6, 4, 1], seed=3)
    benchmark.group = "search from cell to cell, 4-6-4-1"
    count = benchmark.pedantic(lambda: len(pl.search_regions(net)), rounds=1)
    benchmark.extra_info["cells"] = count
    assert count == pl.linear_regions(net).num_cells


def test_arc(benchmark):
    net = pl.random_network([784, 100, 100, 100, 10], seed=0)
    points = [[int(k % 2 == i) for k in range(784)] for i in range(2)]
    circle = pl.arc(*points, quarters=4)
    benchmark.group = "a circle through 784-100-100-100-10"
    count = benchmark.pedantic(lambda: pl.trajectory(net, circle).num_transitions, rounds=1)
    benchmark.extra_info["transitions"] = count
