"""Answers of plsym beside those of sympy, scipy and cddlib, and laps counted backwards.

None of the methods here shares a line with the package: periods are solutions of linear
equations in sympy, growth numbers are eigenvalues in sympy, cells come from linear
programs, and laps from preimages of turning points.
"""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym.exact.linear import independent_rows, rank
from plsym.testing import self_maps

X = sympy.Symbol("x")


def rational(value):
    return sympy.Rational(value.numerator, value.denominator)


# ------------------------------------------------------------------------- periods by sympy


def affine_pieces(f):
    """(low, high, expression) of each piece, as sympy sees it."""
    out = []
    points = [*zip(map(rational, f.breakpoints), map(rational, f.values), strict=True)]
    for (a, u), (b, v) in itertools.pairwise(points):
        out.append((a, b, sympy.expand(u + (v - u) / (b - a) * (X - a))))
    return out


def fixed_points(f, n):
    """The isolated solutions of f^n(x) = x, and those words of pieces where all x are."""
    pieces = affine_pieces(f)
    isolated, whole = set(), False
    for word in itertools.product(pieces, repeat=n):
        image = X
        images = [image]
        for _, _, expression in word:
            image = sympy.expand(expression.subs(X, image))
            images.append(image)
        solutions = sympy.solve(sympy.Eq(image, X), X, dict=True) if image != X else None
        if solutions is None:
            whole = True
            continue
        for solution in solutions:
            orbit = [value.subs(X, solution[X]) for value in images[:-1]]
            if all(a <= y <= b for y, (a, b, _) in zip(orbit, word, strict=True)):
                isolated.add(solution[X])
    return isolated, whole


@settings(max_examples=25)
@given(self_maps(max_pieces=3), st.integers(1, 3))
def test_periods_are_what_sympy_solves(f, n):
    solved, whole = fixed_points(f, n)
    listed = set()
    for d in (d for d in range(1, n + 1) if n % d == 0):
        found = pl.periodic_orbits(f, d)
        whole = whole or bool(found.families)
        listed |= {rational(x) for orbit in found for x in orbit.points}
    if not whole:
        assert listed == solved
    else:  # intervals of solutions: what sympy isolates is periodic, at the least
        for x in solved:
            assert f.iterate(n)(Fraction(int(x.p), int(x.q))) == Fraction(int(x.p), int(x.q))


# ------------------------------------------------------------- growth and numbers by sympy


@st.composite
def markov_maps(draw):
    """Maps that join integers to integers: the spaces between them are a Markov partition."""
    n = draw(st.integers(2, 6))
    return n, draw(st.lists(st.integers(0, n - 1), min_size=n, max_size=n))


def transitions(n, values):
    matrix = sympy.zeros(n - 1, n - 1)
    for i, (u, v) in enumerate(itertools.pairwise(values)):
        for j in range(min(u, v), max(u, v)):
            matrix[i, j] = 1
    return matrix


@settings(max_examples=60)
@given(markov_maps())
def test_growth_numbers_are_eigenvalues(drawn):
    n, values = drawn
    f = pl.PiecewiseLinear(list(range(n)), values)
    polynomial = transitions(n, values).charpoly(X).as_expr()
    largest = max(sympy.real_roots(sympy.Poly(polynomial, X)), default=sympy.Integer(0))
    found = pl.growth(f, "1/1000").exact
    assert found is not None
    if largest <= 1:  # zero entropy: the growth number is at least 1 by definition
        assert found == 1
        return
    if isinstance(found, pl.AlgebraicReal):
        least = found.minimal_polynomial
    else:
        least = (-found.numerator, found.denominator)
    theirs = sympy.Poly(sympy.minimal_polynomial(largest, X), X)
    assert theirs.all_coeffs()[::-1] in (list(least), [-c for c in least])
    assert abs(sympy.N(largest, 30) - sympy.Float(float(found), 30)) < 1e-12


@settings(max_examples=60)
@given(markov_maps(), st.integers(1, 9))
def test_pieces_of_markov_maps_are_sums_of_matrix_powers(drawn, n):
    """On a Markov partition f^n has a piece for each path of n steps that is no plateau."""
    size, values = drawn
    f = pl.PiecewiseLinear(list(range(size)), values)
    matrix = transitions(size, values)
    # plateaus join the images of their neighbours, which is no matter of paths alone
    assume(all(u != v for u, v in itertools.pairwise(values)))
    # one step less: the last one does not cut pieces that the partition did not cut before
    paths = sum(matrix**n)
    laps = pl.lap_numbers(f, n)[-1]
    assert laps <= paths
    if all((v - u) * (w - v) < 0 for u, v, w in zip(values, values[1:], values[2:], strict=False)):
        # every inner point of the partition turns, so that no two neighbours join
        assert laps == sum(matrix ** (n - 1) * sympy.ones(size - 1, 1))


@settings(max_examples=40)
@given(
    st.integers(-9, 9), st.integers(1, 9), st.integers(1, 5), st.sampled_from([2, 3, 5, 6, 7, 12])
)
def test_minimal_polynomials_are_those_of_sympy(a, b, c, d):
    ours = (a + b * pl.sqrt(d)) / (c + pl.sqrt(d))
    theirs = sympy.minimal_polynomial((a + b * sympy.sqrt(d)) / (c + sympy.sqrt(d)), X)
    expected = sympy.Poly(theirs, X).all_coeffs()[::-1]
    if isinstance(ours, pl.AlgebraicReal):
        assert list(ours.minimal_polynomial) in (expected, [-e for e in expected])
    else:
        assert rational(ours) == -sympy.Rational(expected[0], expected[1])


PRIME = 2**61 - 1  # the one that ranks are first taken modulo
ENTRIES = st.one_of(st.integers(-2, 2), st.sampled_from([0, PRIME, -2 * PRIME, PRIME + 1, 10**40]))


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(ENTRIES, min_size=n, max_size=n))))
def test_ranks_are_those_of_sympy(rows):
    assert rank(rows) == (sympy.Matrix(rows).rank() if rows else 0)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(ENTRIES, min_size=n, max_size=n))))
def test_independent_rows_are_the_pivots_of_sympy(rows):
    pivots = sympy.Matrix(rows).T.rref()[1] if rows else ()
    assert independent_rows(rows) == list(pivots)


def test_a_rank_that_falls_modulo_the_prime():
    assert rank([[1, 0], [1, PRIME]]) == 2
    assert rank([[PRIME, 0], [-1, 0], [0, 0]]) == 1


# -------------------------------------------------------------------- laps counted backwards


def turning_points(f, n):
    """Of f^n, for a map without plateaus: where f turns, or f takes x to a turning point."""
    xs, values = f.breakpoints, f.values
    first = {
        x
        for x, u, v, w in zip(xs[1:], values, values[1:], values[2:], strict=False)
        if (v - u) * (w - v) < 0
    }
    turning = set(first)
    for _ in range(n - 1):
        before = set()
        for (a, b), (u, v) in zip(itertools.pairwise(xs), itertools.pairwise(values), strict=True):
            before |= {
                a + (b - a) * (y - u) / (v - u) for y in turning if min(u, v) <= y <= max(u, v)
            }
        turning = first | (before - {xs[0], xs[-1]})
    return turning


@settings(max_examples=60)
@given(self_maps(max_pieces=5), st.integers(1, 6))
def test_laps_counted_backwards(f, n):
    assume(0 not in f.slopes)
    assert pl.lap_numbers(f, n)[-1] == len(turning_points(f, n)) + 1
    assert len(f.iterate(n).turning_points) == len(turning_points(f, n))


# --------------------------------------------------------------------------- cells by scipy


def integer_networks(inputs):
    """Weights that are small integers: what is feasible is so by a margin."""
    weight = st.integers(-3, 3)

    def layers(widths):
        sizes = itertools.pairwise([inputs, *widths])
        return st.tuples(
            *(
                st.tuples(
                    st.lists(st.lists(weight, min_size=m, max_size=m), min_size=k, max_size=k),
                    st.lists(weight, min_size=k, max_size=k),
                )
                for m, k in sizes
            )
        )

    return st.sampled_from([(3, 1), (5, 1), (3, 2, 1), (2, 2, 2, 1)]).flatmap(layers)


def feasible_patterns(layers, inputs, linprog):
    """How many sign vectors have an inside in the cube [-1, 1]^d, by one program for each."""
    # rows (w, b) of half-spaces w x + b >= 0 that are known to hold, and the affine map so far
    stack = [(np.zeros((0, inputs + 1)), np.eye(inputs, inputs + 1), 0)]
    count = 0
    while stack:
        rows, forms, depth = stack.pop()
        if depth == len(layers) - 1:
            count += 1
            continue
        weights, bias = (np.array(part, dtype=float) for part in layers[depth])
        before = weights @ forms
        before[:, -1] += bias
        constant = ~before[:, :-1].any(axis=1)
        choices = [
            (np.sign(row[-1]),) if flat else (-1.0, 1.0)
            for row, flat in zip(before, constant, strict=True)
        ]
        for signs in itertools.product(*choices):
            more = np.array(signs)[:, None] * before
            now = np.vstack([rows, more[~constant]])
            # the largest t with w x + b >= t on all rows
            result = linprog(
                [0.0] * inputs + [-1.0],
                A_ub=np.hstack([-now[:, :-1], np.ones((len(now), 1))]),
                b_ub=now[:, -1],
                bounds=[(-1, 1)] * inputs + [(None, 1)],
            )
            if result.status == 0 and -result.fun > 1e-9:
                stack.append((now, (np.array(signs) > 0)[:, None] * before, depth + 1))
    return count


@pytest.mark.parametrize("inputs", [2, 3])
def test_cells_are_the_feasible_sign_vectors(inputs):
    linprog = pytest.importorskip("scipy.optimize").linprog

    @settings(max_examples=15)
    @given(integer_networks(inputs))
    def check(layers):
        network = pl.from_weights(layers)
        regions = pl.linear_regions(network, [[-1, 1]] * inputs)
        assert regions.num_cells == feasible_patterns(layers, inputs, linprog)

    check()


@pytest.mark.parametrize("inputs", [2, 3])
def test_corners_and_volumes_are_those_of_scipy(inputs):
    spatial = pytest.importorskip("scipy.spatial")

    @settings(max_examples=15)
    @given(integer_networks(inputs))
    def check(layers):
        regions = pl.linear_regions(pl.from_weights(layers), [[-1, 1]] * inputs)
        for cell in regions:
            rows = np.array([[*h.normal, -h.offset] for h in cell.half_spaces], dtype=float)
            inside = np.array(cell.interior_point, dtype=float)
            hull = spatial.ConvexHull(
                spatial.HalfspaceIntersection(rows, inside).intersections, qhull_options="QJ Pp"
            )
            corners = np.array(cell.vertices, dtype=float)
            assert abs(hull.volume - float(cell.volume)) < 1e-6
            theirs = hull.points[hull.vertices]
            for ours in corners:
                assert np.abs(theirs - ours).max(axis=1).min() < 1e-6
        assert sum(cell.volume for cell in regions) == 2**inputs

    check()


@settings(max_examples=15)
@given(integer_networks(2))
def test_corners_are_those_of_cddlib(layers):
    cdd = pytest.importorskip("cdd")
    for cell in pl.linear_regions(pl.from_weights(layers), [[-1, 1]] * 2):
        rows = [[float(h.offset), *(-float(a) for a in h.normal)] for h in cell.half_spaces]
        matrix = cdd.matrix_from_array(rows, rep_type=cdd.RepType.INEQUALITY)
        generators = cdd.copy_generators(cdd.polyhedron_from_matrix(matrix)).array
        assert all(row[0] == 1 for row in generators)  # points, and no rays
        theirs = np.array([row[1:] for row in generators])
        corners = np.array(cell.vertices, dtype=float)
        assert len(theirs) == len(corners)
        for ours in corners:
            assert np.abs(theirs - ours).max(axis=1).min() < 1e-9
