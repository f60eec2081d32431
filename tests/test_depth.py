"""Bounds for small networks: against listed iterates, brute force, and published numbers."""

from __future__ import annotations

import itertools
import json
import pathlib
from fractions import Fraction

import numpy as np
import pytest
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym.cli import main
from plsym.depth.affine import class_error, l1_lower, l1_upper, sup_error
from plsym.depth.alternation import crossings_of, lobes
from plsym.depth.budgets import network_budgets, piece_budget, representations, width_for
from plsym.depth.constants import best_constant
from plsym.depth.links import fewest_links
from plsym.depth.windows import Windows
from plsym.exact.scalars import to_num
from plsym.piecewise import algebra
from plsym.piecewise.against import Against
from plsym.testing import self_maps

GOLDEN = pl.abs_map(pl.golden())
SLOPE = pl.abs_map("809/500")


def rational_functions(low=0, high=1, most=7):
    """Functions on [low, high] with knots on a coarse grid: coincidences are likely."""

    @st.composite
    def build(draw):
        inner = draw(st.sets(st.integers(1, 11), max_size=most - 1))
        xs = [low + (high - low) * Fraction(i, 12) for i in sorted({0, 12, *inner})]
        ys = [Fraction(draw(st.integers(-6, 6)), 6) for _ in xs]
        return pl.PiecewiseLinear(xs, ys)

    return build()


def ends_of(parts):
    return [e for p in parts for e in ((p.lower, p.upper) if hasattr(p, "lower") else (p, p))]


# the best line ----------------------------------------------------------------------------


@given(rational_functions())
def test_the_best_line(f):
    g = f._knots()
    low, (high, (a, b)) = l1_lower(g), l1_upper(g)
    assert low <= high
    line = pl.PiecewiseLinear([0, 1], [a, a + b])
    assert pl.distance(f, line, "L1") == high
    assert float(high - low) < 1e-6
    # sup: the best slope is that of some pair of knots
    points = list(zip(g.xs, g.ys, strict=True))
    best = min(
        (max(y - m * x for x, y in points) - min(y - m * x for x, y in points)) / 2
        for m in {(q - p) / (y - x) for (x, p), (y, q) in itertools.combinations(points, 2)}
    )
    assert sup_error(g) == best
    # labels: the best cut is at an end or where the level is met
    level = Fraction(1, 6)
    cuts = {Fraction(0), Fraction(1)}
    cuts.update(ends_of(f.preimage(level)))
    wrong = []
    for c in cuts:
        for rises in (True, False):
            step = (
                pl.PiecewiseLinear([0, 1], [level - 1, level - 1] if rises else [level, level])
                if c in (0, 1)
                else pl.PiecewiseLinear(
                    [0, 1], [level - c, level + 1 - c] if rises else [level + c, level + c - 1]
                )
            )
            wrong.append(pl.classification_error(f, step, level))
    assert class_error(g, to_num(level)) == min(wrong)


# f^t against g ----------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(self_maps(max_pieces=4), st.integers(1, 5), st.data())
def test_distances_to_iterates_against_listed_ones(f, n, data):
    low, high = f.domain
    g = data.draw(rational_functions(low, high))
    iterate = f.iterate(n)
    against = Against(f._knots(), n)
    for norm in ("L1", "L2", "Linf"):
        assert against.distance(g._knots(), norm) == pl.distance(iterate, g, norm)
    level = (low + high) / 2
    assert against.classification_error(g._knots(), to_num(level)) == pl.classification_error(
        iterate, g, level
    )


def test_distances_to_long_iterates():
    target = GOLDEN.iterate(40)
    mean = pl.distance(target, -(pl.golden() ** -2) / 1, "L2")
    assert float(mean) > 0.6
    # the same number by the distribution of values
    c = pl.rational("-3/10")
    assert pl.distance(target, c, "L1") == pl.iterate_distance(GOLDEN, 40, c)
    net = pl.random_network([1, 6, 6, 1], seed=4)
    error = pl.distance(net, pl.tent().iterate(60), "L1")
    assert isinstance(error, Fraction) and error > Fraction(1, 4) - Fraction(49, 2**58)
    assert pl.distance(pl.sawtooth_network(12), pl.tent().iterate(12), "L1") == 0
    with pytest.raises(pl.DomainError, match="domains differ"):
        pl.distance(target, pl.tent(), "L1")


def test_an_enclosure_where_slopes_are_many():
    f = pl.PiecewiseLinear([0, "1/3", "2/3", "9/10", 1], ["1/7", "13/14", "1/9", "19/20", 0])
    g = pl.tent()
    short = Against(f._knots(), 4)
    short._limit = -1
    bracket = short.distance(g._knots(), "L1")
    exact = pl.distance(f.iterate(4), g, "L1")
    assert bracket.lower <= exact <= bracket.upper and bracket.width < Fraction(1, 20)
    short._limit = -1
    with pytest.raises(pl.BudgetExceeded, match="many different slopes"):
        short.distance(g._knots(), "Linf")


# windows, lobes, crossings ------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(self_maps(max_pieces=3), st.integers(1, 5), st.integers(1, 12), st.data())
def test_bounds_are_below_what_functions_achieve(f, t, n, data):
    """No function with n pieces beats a bound: random ones, and the optimum for labels."""
    low, high = f.domain
    target = f.iterate(t)
    threshold = (low + high) / 2
    widths = (n,) if n < 5 else (n // 2, 2)
    found = pl.separation(f, t, widths, threshold=threshold)
    budget = found.rows[-1].pieces
    best = pl.best_approximation(target, budget, "classification", threshold=threshold).error
    assert found.classification.value <= best
    assert found.l1.value <= found.constant.l1
    g = data.draw(rational_functions(low, high, most=min(budget, 12)))
    assert g.num_pieces <= budget
    assert pl.distance(target, g, "L1") >= found.l1.value
    assert pl.distance(target, g, "Linf") >= found.sup.value
    if found.pieces <= budget:
        assert found.l1.value == found.classification.value == 0


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from([SLOPE, pl.tent(), pl.abs_map("7/5"), pl.abs_map(1), GOLDEN]),
    st.integers(2, 6),
    st.integers(1, 9),
)
def test_windows_of_constant_slope_against_listed_ones(f, t, n):
    for table in Windows(f, t).tables():
        k = table.depth
        pieces = f.iterate(t - k)._knots().xs if t > k else f._knots().xs[:: len(f._knots().xs) - 1]
        target = f.iterate(t)._knots()
        errors = sorted(
            (l1_lower(algebra.restrict(target, a, b)) for a, b in itertools.pairwise(pieces)),
            reverse=True,
        )
        total = sum(errors[n - 1 :], Fraction(0))
        # slopes that cancel leave longer pieces than the windows know of
        assert float(table.bound(n)) <= float(total) + 1e-6
        if f is not GOLDEN and f != pl.abs_map(1) and len(pieces) - 1 == table.count:
            assert float(table.bound(n)) == pytest.approx(float(total), abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(self_maps(max_pieces=3), st.integers(1, 4), st.integers(0, 6))
def test_lobes_against_listed_ones(f, t, level):
    low, high = f.domain
    z = low + (high - low) * Fraction(level, 6)
    target = f.iterate(t)
    shifted = target - z
    cuts = sorted({low, high, *target.breakpoints, *ends_of(target.preimage(z))})
    sizes, signs = [], []
    for a, b in itertools.pairwise(cuts):
        area = shifted.restrict(a, b).integral()
        if area == 0:
            continue
        if signs and signs[-1] == (area > 0):
            sizes[-1] += abs(area)
        else:
            sizes.append(abs(area))
            signs.append(area > 0)
    found = lobes(f, t, to_num(z))
    assert found is not None
    inner = sorted(sizes[1:-1])
    assert [a for a, n in found.inner for _ in range(n)] == inner
    assert list(found.ends) == (
        [] if not sizes else sizes[:1] if len(sizes) == 1 else [sizes[0], sizes[-1]]
    )


def test_crossings_of_the_literature():
    """B15: the certified integrals with (-1, 1/phi), and the first t of each depth."""
    inverse = 1 / pl.golden()
    c = crossings_of(GOLDEN, 40, mpq(-1), to_num(inverse))
    known = [0.292705, 0.292704, 0.292692, 0.292427, 0.286864]
    assert [float(c.l1(21**l)) for l in range(1, 6)] == pytest.approx(known, abs=2e-6)
    known = [0.292705, 0.292703, 0.292614, 0.289044, 0.146258]
    assert [float(c.l1(40**l)) for l in range(1, 6)] == pytest.approx(known, abs=2e-6)
    assert float(crossings_of(GOLDEN, 8, mpq(-1), mpq(0)).l1(21)) >= 0.1224
    assert float(crossings_of(GOLDEN, 8, mpq(-1), to_num(inverse)).l1(21)) >= 0.1393
    found = pl.separation(GOLDEN, 40, (20,) * 5)
    assert [row.fails_from for row in found.rows] == [6, 12, 19, 25, 31]
    counts = pl.piece_numbers(GOLDEN, 40)
    assert [next(t for t, c in enumerate(counts, 1) if c > 40**l) for l in range(1, 6)] == [
        7, 15, 23, 30, 38,
    ]  # fmt: skip
    assert [row.l1.argument for row in found.rows] == ["windows"] * 5
    assert found.rows[0].l1.value > Fraction("0.75622") and found.l1.value > Fraction("0.707")
    assert found.sup.value >= Fraction("0.809016994")


def test_best_constants_of_the_literature():
    """B15: mean, median, MSE and MAE at t = 40 and 8."""
    c = best_constant(GOLDEN, 40, mpq(0))
    values = [float(x) for x in (c.mean, c.square / 2, c.median, c.l1 / 2, c.l1)]
    assert values == pytest.approx([-0.2763932, 0.2, -0.309017, 0.3781153, 0.7562306], abs=1e-7)
    c = best_constant(SLOPE, 40, mpq(0))
    assert [float(c.square / 2), float(c.l1 / 2)] == pytest.approx([0.1999135, 0.3780293], abs=1e-7)
    c = best_constant(GOLDEN, 8, mpq(0))
    assert [float(c.square / 2), float(c.l1 / 2)] == pytest.approx([0.1999698, 0.3780738], abs=1e-7)


@settings(max_examples=40, deadline=None)
@given(self_maps(max_pieces=4), st.integers(1, 4))
def test_best_constants_are_best(f, t):
    low, high = f.domain
    target = f.iterate(t)
    z = (low + high) / 2
    c = best_constant(f, t, to_num(z))
    assert c.l1 == pl.distance(target, c.median, "L1")
    for shift in (Fraction(1, 1000), Fraction(-1, 1000), Fraction(1, 3)):
        assert pl.distance(target, c.median + shift, "L1") >= c.l1
    assert c.square == pl.distance(target, c.mean, "L2") ** 2
    above = pl.classification_error(target, low - 1, z)
    assert c.classification == min(above, c.length - above)


def test_constants_for_long_orbits_are_enclosed():
    near, exact = best_constant(SLOPE, 300, mpq(0)), best_constant(SLOPE, 64, mpq(0))
    assert near.l1.width < Fraction(1, 10**9)
    assert abs(float(near.l1) - float(exact.l1)) < 1e-6


# budgets ------------------------------------------------------------------------------------


def test_budgets():
    assert [piece_budget(w) for w in ((1,), (1, 4), (2, 4), (3, 4), (1, 1, 1))] == [2, 6, 11, 20, 8]
    rng = np.random.default_rng(0)
    for widths in ((1, 1), (1, 3), (2, 2), (2, 3), (3, 2)):
        for seed in range(60):
            sizes = [1, *widths, 1]
            layers = [
                (rng.integers(-4, 5, (b, a)).tolist(), rng.integers(-4, 5, b).tolist())
                for a, b in itertools.pairwise(sizes)
            ]
            assert pl.from_weights(layers).to_piecewise().num_pieces <= piece_budget(widths), seed
    for pieces, depth in itertools.product((1, 2, 3, 17, 1000, 9261, 9262, 10**30), (1, 2, 3, 5)):
        u = width_for(pieces, depth)
        assert u == 0 or piece_budget([u] * depth) >= pieces
        assert u <= 1 or piece_budget([u - 1] * depth) < pieces


@pytest.mark.parametrize("f", [pl.tent(), SLOPE, pl.skew_tent("1/3")])
def test_representations_exist(f):
    for r in representations(f, 8, 3):
        blocks = [pl.realize(f.iterate(power)) for power in r.powers]
        assert max(net.widths[0] for net in blocks) <= r.at_most
        assert r.at_least <= r.at_most and sum(r.powers) == 8
    # the map itself is a layer of two neurons, so depth t has width 2
    assert representations(f, 3, 3)[-1].at_most == 2


def test_budgets_of_networks():
    net = pl.load(pathlib.Path(__file__).parent.parent / "examples" / "iterate.onnx")
    assert network_budgets(net) == [17, 289, 867]  # the output is clipped to [0, 1]
    assert net.to_piecewise().num_pieces <= 867
    for widths, seed in itertools.product(([3], [2, 4], [3, 3, 2]), range(5)):
        chain = pl.random_network([1, *widths, 1], seed=seed)
        assert network_budgets(chain)[-1] == piece_budget(widths)
        assert pl.separation(pl.tent(), 6, chain).widths == tuple(widths)
    tanh = pl.from_weights([([[3], [2]], [0, 1]), ([[1, -2]], [0])], activation="hard_tanh")
    assert network_budgets(tanh) == [5] and tanh.to_piecewise().num_pieces == 5


def test_minimum_width():
    for depth in (1, 2):
        for error in ("1/10", "1/5"):
            u = pl.minimum_width(SLOPE, 12, depth, error)
            assert pl.separation(SLOPE, 12, (u,) * depth).l1.value <= Fraction(error)
            assert pl.separation(SLOPE, 12, (u - 1,) * depth).l1.value > Fraction(error)
    assert pl.minimum_width(pl.tent(), 5, 1, 0) == 31
    assert pl.minimum_width(pl.tent(), 5, 1, 1) == 1
    assert pl.minimum_width(pl.tent(), 10, 1, "1/3", measure="sup") == 1023


# optimal approximation ------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(rational_functions(most=6), st.integers(1, 4), st.data())
def test_optima_against_other_functions(f, k, data):
    level = Fraction(1, 12)
    g = data.draw(rational_functions(most=k))
    labels = pl.best_approximation(f, k, "classification", threshold=level).error
    assert labels <= pl.classification_error(f, g, level)
    sup = pl.best_approximation(f, k, "Linf").error
    least = sup.lower if hasattr(sup, "lower") else sup
    assert least <= pl.distance(f, g, "Linf")
    # a grid that misses the breakpoints of f, which g's breakpoints may meet
    coarse = pl.best_approximation(f, k, "L1", grid=[Fraction(i, 5) for i in range(6)])
    for other in (g, pl.constant(f(Fraction(1, 2)))):
        assert coarse.error.lower <= pl.distance(f, other, "L1")
    if f.num_pieces <= k:
        assert coarse.error.lower == 0
    mean = pl.best_approximation(f, k, "L1")
    assert mean.error.lower <= pl.distance(f, g, "L1")
    assert mean.error.lower <= mean.on_grid.upper
    if f.num_pieces <= k:
        assert mean.error.upper == sup == labels == 0
    if k == 1:
        assert sup == sup_error(f._knots())


@settings(max_examples=30, deadline=None)
@given(rational_functions(most=6), st.integers(1, 5))
def test_links_against_labels_on_all_short_sets(f, k):
    """The optimum for labels, by trying all sets of lobes that flip."""
    level = Fraction(1, 12)
    best = pl.best_approximation(f, k, "classification", threshold=level).error
    cuts = sorted({Fraction(0), Fraction(1), *ends_of(f.preimage(level))})
    parts = [(f((a + b) / 2) >= level, b - a) for a, b in itertools.pairwise(cuts)]
    costs = []
    for flips in itertools.product((False, True), repeat=len(parts)):
        labels = [label != flip for (label, _), flip in zip(parts, flips, strict=True)]
        if sum(a != b for a, b in itertools.pairwise(labels)) <= k:
            costs.append(
                sum((w for (_, w), flip in zip(parts, flips, strict=True) if flip), Fraction(0))
            )
    assert best == min(costs)


@settings(max_examples=40, deadline=None)
@given(rational_functions(most=6), st.integers(1, 6), st.data())
def test_links_in_a_tube(f, sixths, data):
    room = mpq(sixths, 6)
    links = fewest_links(f._knots(), room)
    assert (links == 1) == (sup_error(f._knots()) <= room)
    assert fewest_links(f._knots(), room / 2) >= links
    assert fewest_links(f._knots(), room, inside=True) >= links
    g = data.draw(rational_functions(most=links))
    if g.num_pieces < links:
        assert pl.distance(f, g, "Linf") > Fraction(sixths, 6)


def test_the_table_of_the_third_tent():
    """B7: optimal L1 errors with breakpoints on a grid, and the sharp bound of windows."""
    f = pl.tent().iterate(3)
    grid = [Fraction(i, 48) for i in range(49)]
    known = [0.25, 0.2133, 0.1765, 0.1449, 0.1137, 0.0825, 0.0504, 0]
    bound = [0.25, 0.1875, 0.125, 0.0625, 0, 0, 0, 0]
    table = next(iter(Windows(pl.tent(), 3).tables()))
    for k in (1, 3, 5, 8):
        optimum = pl.best_approximation(f, k, grid=grid)
        assert float(optimum.on_grid.upper) == pytest.approx(known[k - 1], abs=6e-5)
        assert float(optimum.on_grid.width) < 1e-7
        assert float(table.bound(k)) == bound[k - 1]


# labels ------------------------------------------------------------------------------------------


def test_float_labels_of_the_experiment():
    """B15: float32 labels of f^40 are noise, float64 ones are not; the tent map dies out."""
    x = np.random.default_rng(0).uniform(-1, 1, 2000)
    single = pl.label_quality(SLOPE, 40, x)
    assert 0.45 < single.mean < 0.58 and single.count_above("1/10") > 1650
    assert pl.label_quality(SLOPE, 20, x).largest < 0.002
    assert pl.label_quality(SLOPE, 40, x, dtype=np.float64).largest < 1e-7
    written = pl.label_quality(SLOPE, 20, x, program=lambda v: np.float32(1.618) * abs(v) - 1)
    assert written.largest < 0.002
    gone = pl.label_quality(pl.tent(), 54, np.random.default_rng(1).random(100), dtype=np.float64)
    assert not gone.labels.any()


# the command, and bad input -----------------------------------------------------------------------


def test_the_command(capsys, tmp_path):
    assert main(["separation", "abs_map(golden)", "-t", "40", "--widths", "20,20"]) == 0
    out = capsys.readouterr().out
    assert "331160282 pieces" in out and "t = 12" in out and "windows" in out
    net = tmp_path / "net.json"
    pl.save(pl.sawtooth_network(3), net)
    assert main(["separation", "tent", "-t", "3", "--net", str(net), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["network_l1"] == "0" and data["rows"][-1]["pieces"] == 27
    assert data["widths"] == [2, 2, 2] and data["constant"]["l1"] == "1/4"
    proof = tmp_path / "far.json"
    far = ["separation", "abs_map(1.618)", "-t", "30", "--widths", "9,9", "-o", str(proof)]
    assert main(far) == 0 and main(["check", str(proof)]) == 0
    assert "continuous functions with 100 pieces are at L1 distance" in capsys.readouterr().out
    assert main(["separation", "tent", "-t", "3"]) == 2
    assert main(["separation", "tent", "-t", "3", "--widths", "3,x"]) == 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pl.separation(pl.tent(), 0, (3,)), "at least 1"),
        (lambda: pl.separation(pl.tent(), 3, (3, 0)), "from 1 on"),
        (lambda: pl.separation(pl.tent(), 3, ()), "at least one hidden layer"),
        (lambda: pl.separation(2 * pl.identity((0, 1)), 3, (3,)), "leaves its domain"),
        (lambda: pl.separation(abs(pl.identity(None)), 3, (3,)), "bounded"),
        (lambda: pl.separation(pl.sawtooth_network(2), 3, (3,)), "to_piecewise"),
        (lambda: pl.separation(pl.tent(), 3, pl.random_network([2, 3, 1])), "2 inputs"),
        (lambda: pl.separation(3, 3, (3,)), "needs a PiecewiseLinear"),
        (lambda: pl.distance(pl.tent(), pl.tent().iterate(60), "L3"), "'L3' is not known"),
        (lambda: pl.minimum_width(pl.tent(), 3, 1, -1), "not negative"),
        (lambda: pl.minimum_width(pl.tent(), 3, 1, 1, measure="L3"), "measure='L3'"),
        (lambda: pl.best_approximation(pl.tent(), 0), "at least 1"),
        (lambda: pl.best_approximation(pl.tent(), 2, "L3"), "use 'L1'"),
        (lambda: pl.best_approximation(pl.tent(), 2, grid=[2]), "leaves the domain"),
        (lambda: pl.label_quality(pl.tent(), 2, [3.0]), "outside the domain"),
        (lambda: pl.label_quality(pl.tent(), 2, [float("nan")]), "finite"),
        (lambda: pl.distance(pl.sawtooth_network(1), 0), "states the domain"),
    ],
)
def test_bad_input(call, message):
    with pytest.raises(pl.DomainError, match=message):
        call()


def links_on_a_grid(xs, ys, room, finer=2):
    """The fewest links among paths with corners on a grid: never fewer than the optimum."""
    xs, ys, room = [x * finer for x in xs], [y * finer for y in ys], room * finer
    f = pl.PiecewiseLinear(xs, ys)
    corners = [
        (x, y)
        for x in range(xs[-1] + 1)
        for y in range(min(ys) - room, max(ys) + room + 1)
        if abs(y - f(x)) <= room
    ]
    grid = np.array(corners)
    reached = grid[:, 0] == 0
    front, links = grid[reached], 0
    while True:
        links += 1
        new = np.zeros(len(grid), dtype=bool)
        for x1, y1 in front.tolist():
            width = grid[:, 0] - x1
            fits = (width > 0) & ~reached
            for x, y in zip(xs, ys, strict=True):
                if x >= x1:
                    gap = np.abs((y1 - y) * width + (grid[:, 1] - y1) * (x - x1))
                    fits &= (grid[:, 0] < x) | (gap <= room * width)
            new |= fits
        if (new & (grid[:, 0] == xs[-1])).any():
            return links
        reached |= new
        front = grid[new]


def test_links_against_paths_on_a_grid():
    rng = np.random.default_rng(5)
    for _ in range(300):
        inner = rng.choice(np.arange(1, 12), rng.integers(1, 6), replace=False)
        xs = sorted({0, 12, *inner.tolist()})
        ys = rng.integers(-6, 7, len(xs)).tolist()
        room = int(rng.integers(1, 6))
        f = pl.PiecewiseLinear(xs, ys)
        found = fewest_links(f._knots(), mpq(room))
        if fewest_links(f._knots(), mpq(room), inside=True) != found:
            continue  # a path without any room to spare may miss every grid
        on_grids = (links_on_a_grid(xs, ys, room, finer) for finer in (1, 2, 4, 7))
        # never fewer than on a grid that is fine enough, never more than on any
        assert any(found == links for links in on_grids), (xs, ys, room, found)


def test_the_old_line_holds_before_the_window_is_crossed():
    """Two pieces reach 7/16 and no less: linear programs over breakpoints agree (5.25 / 12)."""
    f = pl.PiecewiseLinear(
        [Fraction(x, 12) for x in (0, 2, 3, 5, 10, 11, 12)],
        [Fraction(y, 12) for y in (-4, -6, -1, 5, 6, -6, 3)],
    )
    assert pl.best_approximation(f, 2, "Linf").error == Fraction(7, 16)
