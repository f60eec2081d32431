"""Counts of f^n against the oracle that builds every iterate."""

from __future__ import annotations

import random
from itertools import pairwise

import brute_iterates as brute
import pytest
import selfmaps
from gmpy2 import mpq
from hypothesis import given, settings
from hypothesis import strategies as st

from plsym.config import Budget
from plsym.errors import BudgetExceeded, DomainError
from plsym.exact.algebraic import algebraic
from plsym.piecewise import counting, iterate_measures, pushforward, transducers
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.knots import Knots
from plsym.piecewise.orbits import OrbitTable
from plsym.piecewise.tower import Tower


def phi():
    return algebraic("x**2 - x - 1", near=1.6)


def tower(f):
    return Tower(OrbitTable(selfmaps.knots(f)))


def plain(xs, ys):
    return PiecewiseLinear._from_knots(Knots(tuple(map(mpq, xs)), tuple(map(mpq, ys))))


def tent():
    return plain([0, "1/2", 1], [0, 1, 0])


def truncated(h):
    h = mpq(h)
    return plain([0, h / 2, 1 - h / 2, 1], [0, h, h, 0])


def vee(s, end=1):
    y = s * end - 1
    end = mpq(end) if isinstance(end, int) else end
    return PiecewiseLinear._from_knots(Knots((-end, mpq(0), end), (y, mpq(-1), y)))


def vee_on_line(s):
    return PiecewiseLinear._from_knots(Knots((mpq(0),), (mpq(-1),), -s, s))


def counts_agree(f, its, draw):
    """Compare every count of f, ..., f^n with the oracle."""
    n, t = len(its), tower(f)
    num = selfmaps.knots(((), tuple(f[1]), None, None)).ys
    assert len(num) == len(f[1])
    assert list(transducers.lap_counts(t, n)) == [brute.laps(g) for g in its]
    assert list(transducers.piece_counts(t.table, n)) == [brute.pieces(g) for g in its]
    for _ in range(3):
        z, w = draw(), draw()
        level = selfmaps.knots(((z,), (w,), None, None))
        z_num, w_num = level.xs[0], level.ys[0]
        got = list(transducers.threshold_counts(t, n, z_num))
        assert got == [brute.threshold(g, z) for g in its]
        got = list(transducers.preimage_counts(t, n, z_num))
        assert got == [brute.preimages(g, z) for g in its]
        if z < w:
            got = list(transducers.alternation_counts(t, n, z_num, w_num))
            assert got == [brute.alternation(g, z, w) for g in its]
            got = list(transducers.disjoint_counts(t, n, z_num, w_num))
            assert got == [brute.disjoint(g, z, w) for g in its]


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_counts_equal_the_oracle(data):
    f = data.draw(selfmaps.self_maps())
    its = brute.iterates(f, selfmaps.depth(f))
    level = selfmaps.levels(f, its)
    counts_agree(f, its, lambda: data.draw(level))


@pytest.mark.parametrize("f", selfmaps.SPECIAL)
def test_counts_of_special_maps(f):
    its = brute.iterates(f, 4)
    rng = random.Random(3)
    choices = [*f[0], *f[1], selfmaps.Fr(1, 3)]
    for _ in range(4):
        counts_agree(f, its, lambda: rng.choice(choices))


@pytest.mark.parametrize("f", selfmaps.SPECIAL)
def test_measures_of_special_maps(f):
    measures_agree(f, selfmaps.Fr(1, 3))


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_measures_equal_the_oracle(data):
    f = data.draw(selfmaps.self_maps())
    its = brute.iterates(f, selfmaps.depth(f))
    measures_agree(f, data.draw(selfmaps.levels(f, its)))


def measures_agree(f, z):
    its = brute.iterates(f, selfmaps.depth(f))
    t, bounded = tower(f), f[2] is None and f[3] is None
    for m, g in enumerate(its, 1):
        assert pushforward.lipschitz(t, m) == max(abs(s) for s in brute.slopes(g))
        if bounded or not (g[2] or g[3]):
            assert pushforward.variation(t, m) == brute.variation(g)
        else:
            with pytest.raises(DomainError, match="variation is infinite"):
                pushforward.variation(t, m)
        if bounded:
            assert pushforward.distance_to_level(t, m, mpq(z)) == brute.distance(g, z)
            for power in (0, 1, 2, 3):
                got = pushforward.integral_of_power(t, m, power)
                assert got == brute.integral(g, power)
    if not bounded:
        with pytest.raises(DomainError, match="bounded domain"):
            pushforward.integral_of_power(t, 1)


def field_maps():
    """Self-maps of [0, 1] over Q(sqrt 5) on a grid that slopes of phi map to itself."""
    r = 1 / phi()
    grid = [mpq(0), 2 * r - 1, 1 - r, mpq(1, 2), r, 2 - 2 * r, mpq(1)]
    rng = random.Random(7)
    for _ in range(25):
        k = rng.randrange(1, 4)
        inner = sorted(rng.sample(range(1, 6), k))
        xs = tuple(grid[i] for i in [0, *inner, 6])
        ys = tuple(rng.choice(grid) for _ in xs)
        yield brute.canonical((xs, ys, None, None))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_one_iteration_counts_like_the_function_itself(data):
    plain_map = data.draw(selfmaps.self_maps())
    f = PiecewiseLinear._from_knots(selfmaps.knots(plain_map))
    level = selfmaps.levels(plain_map, [plain_map])
    x, y = data.draw(level), data.draw(level)
    assert counting.lap_numbers(f, 1) == [f.lap_number]
    assert counting.piece_numbers(f, 1) == [f.num_pieces]
    assert counting.preimage_numbers(f, x, 1) == [len(f.preimage(x))]
    found = counting.crossing_numbers(f, x, None, 1, kind="threshold")
    assert found == [f.crossings(x, kind="threshold")]
    if x < y:
        for kind in ("alternation", "disjoint"):
            assert counting.crossing_numbers(f, x, y, 1, kind=kind) == [f.crossings(x, y, kind)]


def test_counts_over_a_number_field():
    rng = random.Random(8)
    for f in field_maps():
        its = brute.iterates(f, 3)
        choices = [*f[0], *f[1], mpq(1, 3)]
        counts_agree(f, its, lambda choices=choices: rng.choice(choices))
        t = tower(f)
        for m, g in enumerate(its, 1):
            assert pushforward.lipschitz(t, m) == max(abs(s) for s in brute.slopes(g))
            assert pushforward.variation(t, m) == brute.variation(g)
            assert pushforward.integral_of_power(t, m, 2) == brute.integral(g, 2)


@settings(max_examples=40, deadline=None)
@given(selfmaps.interval_maps(), st.integers(0, 12), st.integers(0, 12))
def test_crossings_against_dense_sampling(f, i, j):
    """Every crossing seen in samples of the true iterate is counted."""
    x, y = sorted((mpq(i, 12), mpq(j, 12)))
    if x == y:
        return
    f_exact = selfmaps.knots(f)
    table = OrbitTable(f_exact)
    found = list(transducers.alternation_counts(Tower(table), 3, x, y))
    marks = [[], [], []]
    for k in range(721):
        value = mpq(k, 720)
        for m in range(3):
            value = table.image(value)
            marks[m].append(True if value >= y else False if value <= x else None)
    for m in range(3):
        assert brute.changes(marks[m]) <= found[m]


def test_golden_and_its_rational_neighbour():
    assert counting.lap_numbers(vee(phi()), 40)[-1] == 331160282
    assert counting.lap_numbers(vee(mpq(809, 500)), 40)[-1] == 331034286
    assert counting.piece_numbers(vee(phi()), 28)[-1] == 1028458
    wide = [2, 4, 8, 14, 24, 40]
    assert counting.lap_numbers(vee(phi(), phi()), 6) == wide
    assert counting.lap_numbers(vee_on_line(phi()), 6) == wide
    assert counting.piece_numbers(vee_on_line(phi()), 6) == wide


def test_crossings_of_the_golden_map():
    f = vee(phi())
    assert counting.crossing_numbers(f, -1, 0, 6) == [2, 4, 6, 10, 16, 26]
    found = counting.crossing_numbers(f, -1, 0, 9, kind="disjoint")
    assert found == [1, 2, 4, 5, 8, 14, 21, 34, 56]


def test_tent():
    f = tent()
    powers = [2**m for m in range(1, 21)]
    assert counting.lap_numbers(f, 20) == powers
    assert counting.piece_numbers(f, 20) == powers
    assert counting.crossing_numbers(f, 0, 1, 20) == powers
    assert counting.crossing_numbers(f, 0, 1, 5, kind="disjoint") == [1, 2, 4, 8, 16]
    assert counting.crossing_numbers(f, "1/4", "3/4", 5, kind="disjoint") == powers[:5]
    found = counting.crossing_numbers(f, "1/2", None, 20, kind="threshold")
    assert found == [p + 1 for p in powers]
    assert counting.crossing_numbers(f, 1, None, 3, kind="threshold")[-1] == 9
    assert counting.crossing_numbers(f, 0, None, 3, kind="threshold")[-1] == 1
    assert counting.preimage_numbers(f, "1/2", 5) == powers[:5]
    assert iterate_measures.iterate_integral(f, 30) * 2 == 1
    assert iterate_measures.iterate_integral(f, 30, power=2) * 3 == 1
    assert iterate_measures.iterate_distance(f, 30, "1/2") * 4 == 1
    assert iterate_measures.iterate_variation(f, 30) == 2**30


@pytest.mark.parametrize(
    ("height", "laps"),
    [
        ("4/5", [2 * n for n in range(1, 13)]),
        ("14/17", [n * n - n + 2 for n in range(1, 13)]),
        ("212/257", [2, 4, 8, 14, 24, 38, 58, 84, 118, 160, 212, 274]),
        ("6/7", [2, 4, 8, 14, 24, 40, 66, 108]),
    ],
)
def test_laps_of_truncated_tents(height, laps):
    assert counting.lap_numbers(truncated(height), len(laps)) == laps


def test_pieces_of_a_truncated_tent():
    found = counting.piece_numbers(truncated("6/7"), 8)
    assert found == [3, 7, 15, 27, 47, 79, 131, 215]


def test_counts_beyond_64_bits():
    f = tent()
    assert counting.lap_numbers(f, 200) == [2**m for m in range(1, 201)]
    assert counting.piece_numbers(f, 200)[-1] == 2**200
    assert counting.preimage_numbers(f, 0, 200)[-1] == 2**199 + 1
    assert counting.crossing_numbers(f, "1/4", "3/4", 90, kind="disjoint")[-1] == 2**90
    assert iterate_measures.iterate_variation(f, 200) == 2**200


def test_counts_that_no_double_holds():
    """Every lap of x -> 3x, folded at 0 and 1, crosses every level in (0, 1) once."""
    f = plain([0, "1/3", "2/3", 1], [0, 1, 0, 1])
    powers = [3**m for m in range(1, 61)]  # past 2^53 from 3^34 on, past 2^61 from 3^39 on
    assert counting.lap_numbers(f, 60) == powers
    assert counting.piece_numbers(f, 60) == powers
    assert counting.preimage_numbers(f, "1/2", 60) == powers
    assert counting.crossing_numbers(f, "1/4", "3/4", 60) == powers
    assert counting.crossing_numbers(f, "1/4", "3/4", 60, kind="disjoint") == powers
    found = counting.crossing_numbers(f, "1/2", None, 60, kind="threshold")
    assert found == [p + 1 for p in powers]


def test_a_thousand_iterations():
    f = plain(
        [0, "7/60", "19/60", "1/2", "47/60", 1],
        ["1/20", "11/12", "1/30", "29/30", "11/60", "59/60"],
    )
    laps = counting.lap_numbers(f, 1000)
    pieces = counting.piece_numbers(f, 1000)
    # No plateau and no kink that is not a fold: every piece is a lap.
    assert laps == pieces
    assert laps[0] == 5
    assert all(a < b <= 5 * a for a, b in pairwise(laps))


def test_no_iterations():
    f = tent()
    assert counting.lap_numbers(f, 0) == []
    assert counting.piece_numbers(f, 0) == []
    assert counting.crossing_numbers(f, 0, 1, 0) == []
    assert counting.crossing_numbers(f, 0, 1, 0, kind="disjoint") == []
    assert counting.crossing_numbers(f, 0, None, 0, kind="threshold") == []
    assert counting.preimage_numbers(f, 0, 0) == []
    assert iterate_measures.iterate_integral(f, 0) * 2 == 1


@pytest.mark.parametrize("n", [True, 2.0, "3", None, -1])
def test_bad_numbers_of_iterations(n):
    with pytest.raises(DomainError, match="number of iterations"):
        counting.lap_numbers(tent(), n)


def test_bad_input():
    f = tent()
    with pytest.raises(DomainError, match="x < y"):
        counting.crossing_numbers(f, 1, 1, 3)
    with pytest.raises(DomainError, match="one number"):
        counting.crossing_numbers(f, 0, 1, 3, kind="threshold")
    with pytest.raises(DomainError, match="both ends"):
        counting.crossing_numbers(f, 0, None, 3)
    with pytest.raises(DomainError, match="not 'strict'"):
        counting.crossing_numbers(f, 0, 1, 3, kind="strict")
    with pytest.raises(DomainError, match="leaves its domain"):
        counting.lap_numbers(plain([0, 1], [0, 2]), 3)
    with pytest.raises(DomainError, match="the power"):
        iterate_measures.iterate_integral(f, 3, power=-1)


CALLS = {
    "lap_numbers": (),
    "piece_numbers": (),
    "preimage_numbers": ("1/2",),
    "crossing_numbers": ("1/4", "3/4"),
    "crossing_numbers ": ("1/2", None),
}


@pytest.mark.parametrize("name", CALLS)
def test_time_budget_keeps_what_was_counted(name):
    count, levels = getattr(counting, name.strip()), CALLS[name]
    options = {"kind": "threshold"} if levels[-1:] == (None,) else {}
    with pytest.raises(
        BudgetExceeded, match=f"^{name.strip()} ran out of its 0.0 seconds"
    ) as caught:
        count(tent(), *levels, 50, budget=Budget(seconds=0.0), **options)
    partial = caught.value.partial
    assert 1 <= len(partial) < 50
    extra = 1 if options else 0
    assert partial == [2**m + extra for m in range(1, len(partial) + 1)]
    # a budget that is not spent changes nothing
    assert count(tent(), *levels, 3, budget=Budget(), **options) == [
        2 + extra,
        4 + extra,
        8 + extra,
    ]


@given(selfmaps.interval_maps(), st.integers(1, 6))
def test_both_number_tiers_count_alike(f, n):
    """Counts past 2**61 go on in Python integers; here from the first count on."""
    knots = selfmaps.knots(f)
    z, w = mpq(1, 4), mpq(2, 3)

    def counts():
        t = Tower(OrbitTable(knots))
        return [
            list(transducers.lap_counts(t, n)),
            list(transducers.piece_counts(t.table, n)),
            list(transducers.preimage_counts(t, n, z)),
            list(transducers.alternation_counts(t, n, z, w)),
            list(transducers.threshold_counts(t, n, z)),
            list(transducers.disjoint_counts(t, n, z, w)),
        ]

    narrow = counts()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("plsym.piecewise.orbits.SMALL", 0)
        patch.setattr("plsym.piecewise.tower.SMALL", 0)
        wide = counts()
    assert wide == narrow
