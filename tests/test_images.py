"""Images of polylines in doubles: the exact lengths, angles and signs lie within the bounds."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym.errors import DomainError
from plsym.exact.scalars import lower_end, to_num, upper_end
from plsym.theory.crossing_laws import turning_along, turning_law
from plsym.theory.laws import arctan_law, claimed_tanh_rate, half_turn, stretch_limit

FINE = Fraction(1, 10**25)


def _net(rng: np.random.Generator, widths: list[int], activation: str, whole: bool) -> Any:
    layers = []
    for before, after in pairwise(widths):
        if whole:  # zeros, equal and opposite rows: breakpoints that coincide
            layers.append((rng.integers(-2, 3, (after, before)), rng.integers(-2, 3, after)))
        else:
            scale = 2.0 / before**0.5
            layers.append((rng.normal(0, scale, (after, before)), rng.normal(0, 0.3, after)))
    return pl.from_weights([*layers, (rng.normal(size=(2, widths[-1])), None)], activation)


def _path(rng: np.random.Generator, net: Any, corners: int) -> Any:
    while True:
        points = [
            [Fraction(int(a), int(b)) for a, b in rng.integers(1, 9, (net.n_inputs, 2)) - [5, 0]]
            for _ in range(corners)
        ]
        if all(p != q for p, q in pairwise(points)):
            return pl.trajectory(net, points)


def _exact_length(curve: Any) -> tuple[Fraction, Fraction]:
    found = curve.length(FINE)
    if isinstance(found, pl.Enclosure):
        return found.lower, found.upper
    return lower_end(to_num(found), 100), upper_end(to_num(found), 100)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    activation=st.sampled_from(["relu", "hard_tanh", "abs"]),
    whole=st.booleans(),
    corners=st.integers(2, 4),
    sharp=st.booleans(),
)
def test_lengths_contain_the_exact_ones(
    seed: int, activation: str, whole: bool, corners: int, sharp: bool
) -> None:
    rng = np.random.default_rng(seed)
    net = _net(rng, [2, 5, 4, 6], activation, whole)
    path = _path(rng, net, corners)
    curves = [*(path.curve(layer) for layer in range(3)), path.output]
    images = path.images(sharp=sharp)
    assert images is not None and len(images) == 5
    for image, curve in zip(images[1:], curves, strict=True):
        low, high = _exact_length(curve)
        known = image.length()
        assert known is not None and known.lower <= low and high <= known.upper
        assert known.width < Fraction(1, 1000)
    for layer in range(-1, 3):
        low, high = _exact_length(curves[layer])
        found = path.length(layer)
        assert found.lower <= high and low <= found.upper
        assert found.width <= Fraction(1, 1000) * found.upper


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    activation=st.sampled_from(["relu", "hard_tanh"]),
    whole=st.booleans(),
    corners=st.integers(2, 3),
)
def test_angles_contain_those_of_the_exact_corners(
    seed: int, activation: str, whole: bool, corners: int
) -> None:
    rng = np.random.default_rng(seed)
    net = _net(rng, [2, 5, 4], activation, whole)
    path = _path(rng, net, corners)
    weight, bias = rng.uniform(0.1, 2, 2).tolist()
    factor = Fraction(weight) / Fraction(bias)
    points = path.curve(0).points
    exact = turning_law(4, [[factor * v for v in point] for point in points])
    found = turning_along(path, 1, weight, bias)
    assert found.lower <= exact.lower and exact.upper <= found.upper
    assert found.width < Fraction(1, 100)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    activation=st.sampled_from(["relu", "hard_tanh", "abs", "identity"]),
    whole=st.booleans(),
    corners=st.integers(2, 4),
)
def test_sign_transitions_are_those_of_the_exact_values(
    seed: int, activation: str, whole: bool, corners: int
) -> None:
    rng = np.random.default_rng(seed)
    net = _net(rng, [2, 5, 4], activation, whole)
    path = _path(rng, net, corners)
    for layer in range(len(net.layers)):
        changes = []
        for column in zip(*path.curve(layer).points, strict=True):
            signs = [v > 0 for v in column if v != 0]
            changes.append(sum(a != b for a, b in pairwise(signs)))
        assert pl.sign_transitions(path, layer).tolist() == changes


def test_curves_along_a_polyline_turn_at_its_corners() -> None:
    net = pl.from_weights([([[1, 0], [0, 1]], [1, 1]), ([[1, 1]], None)], "hard_tanh")
    path = pl.trajectory(net, [[-2, -2], [0, -2], [-2, -1], ["-3/2", 0]])
    for t in (Fraction(1, 2), 1, Fraction(3, 2), 2, Fraction(5, 2)):
        k = min(int(t), 2)
        corners = [[-2, -2], [0, -2], [-2, -1], [Fraction(-3, 2), 0]]
        point = [a + (t - k) * (b - a) for a, b in zip(corners[k], corners[k + 1], strict=True)]
        wanted = tuple(min(max(Fraction(v) + 1, Fraction(-1)), Fraction(1)) for v in point)
        assert path.curve(0)(t) == wanted
    there_and_back = pl.trajectory(net, [[-2, 0], [0, 0], [-2, 0]])
    assert there_and_back.curve(0).length() == 4
    assert pl.sign_transitions(there_and_back, 0).tolist() == [2, 0]


def test_images_that_are_points_and_numbers_that_are_no_doubles() -> None:
    dead = pl.from_weights([([[1], [-1]], [-9, -9]), ([[1, 1]], None)])
    path = dead.along([0], [1])
    assert path.length(0) == path.length() == pl.Enclosure(Fraction(0), Fraction(0))
    golden = pl.from_weights([([[1], [1]], [0, pl.golden() - 2]), ([[pl.golden(), 1]], None)])
    path = golden.along([0], [1])
    assert path.images() is None
    # 1 until golden - 2 + x is positive, then sqrt(2) a unit
    start = 2 - float(pl.golden())
    assert float(path.length(0)) == pytest.approx(start + 2**0.5 * (1 - start))
    far = Fraction(2) ** 600
    huge = pl.from_weights([([[far], [-far]], [-far / 2, far / 3]), ([[1, 1]], None)])
    found = huge.along([0], [1]).length(0)
    assert found.contains(far / 2 + far / 3) and found.width < found.upper / 1000
    with pytest.raises(DomainError, match="layer 2"):
        dead.along([0], [1]).length(2)
    image = dead.along([0], [1]).images()[0]
    with pytest.raises(DomainError, match="height=0"):
        image.angle(1.0, 0)


def test_breakpoints_computed_exactly_leave_less_open() -> None:
    rng = np.random.default_rng(3)
    layers = [(rng.normal(0, 1.0, (16, n)), rng.normal(0, 0.3, 16)) for n in (2, *[16] * 4)]
    net = pl.from_weights([*layers, (np.ones((1, 16)), None)], "hard_tanh")
    path = net.along([4, 0], [0, 4])
    rough, fine = (path.images(sharp=sharp)[5].length() for sharp in (False, True))
    assert rough.lower <= fine.upper and fine.lower <= rough.upper
    assert fine.width < rough.width / 10


def test_laws() -> None:
    assert float(half_turn()) == np.pi and half_turn().width < Fraction(1, 10**50)
    along = pl.random_network([1, 8, 1], seed=1).along([-2], [5])
    law, exact = turning_along(along, 0, 0.5, 0.5), arctan_law(8, -2, 5)
    assert law.lower <= exact.lower and exact.upper <= law.upper
    # E chi_k / sqrt(k) by its own sum for k = 2: sqrt(pi / 2) / sqrt(2)
    assert float(stretch_limit(2, Fraction(4))) == pytest.approx(2 * np.pi**0.5 / 2)
    k, w, b = 30, 3.0, 0.5
    s = (w + b) ** 0.5
    rate = w**0.5 / s**0.5 * k**0.5 / (s + k) ** 0.5
    assert float(claimed_tanh_rate(k, Fraction(w), Fraction(b))) == pytest.approx(rate)
