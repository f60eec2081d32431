"""Expectations over random neurons: closed forms, quadrature, and samples."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plsym.errors import DomainError
from plsym.theory.crossing_laws import origin_distance_law, turning_law
from plsym.theory.laws import arctan_law

fractions = st.fractions(-5, 5, max_denominator=20)


@given(st.integers(1, 30), st.integers(-9, 9), st.integers(-9, 9))
def test_along_a_line_the_law_is_the_arctangents(n: int, a: int, b: int) -> None:
    law, known = turning_law(n, [[a], [b]]), arctan_law(n, min(a, b), max(a, b))
    assert law.lower <= known.upper and known.lower <= law.upper
    assert law.width < Fraction(1, 10**40)


@given(st.lists(st.tuples(fractions, fractions, fractions), min_size=2, max_size=6))
def test_angles_add_up_and_are_those_of_floats(corners: list[tuple[Fraction, ...]]) -> None:
    points = [np.array([*map(float, c), 1.0]) for c in corners]
    total = 0.0
    for a, b in pairwise(points):
        cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
        total += math.acos(min(1.0, max(-1.0, cosine)))
    law = turning_law(7, corners)
    assert abs(float(law) - 7 * total / math.pi) < 1e-6
    # a corner more on a straight way changes nothing
    middle = tuple((u + v) / 2 for u, v in zip(corners[0], corners[1], strict=True))
    again = turning_law(7, [corners[0], middle, *corners[1:]])
    assert again.lower <= law.upper and law.lower <= again.upper


def test_a_way_that_stays_turns_no_neuron() -> None:
    law = turning_law(5, [[1, 2], [1, 2]])
    assert law.contains(0) and law.width < Fraction(1, 10**25)
    with pytest.raises(DomainError, match="two corners"):
        turning_law(5, [[1, 2]])


def test_the_law_of_a_random_layer_is_met_by_many() -> None:
    source = np.random.default_rng(0)
    weights, bias = source.normal(size=(400_000, 2)), source.normal(size=400_000)
    a, b = np.array([2.0, 1.0]), np.array([-1.0, 0.5])
    share = float(((weights @ a + bias > 0) != (weights @ b + bias > 0)).mean())
    law = float(turning_law(1, [[2, 1], [-1, "1/2"]]))
    assert abs(share - law) < 5 * math.sqrt(law * (1 - law) / 400_000)


def test_distances_from_the_origin_in_closed_form() -> None:
    for d in (2, 3, 4, 9, 64):  # E |b| E 1/|w|
        known = math.exp(math.lgamma((d - 1) / 2) - math.lgamma(d / 2)) / math.sqrt(math.pi)
        assert abs(float(origin_distance_law(1, d)) - known) < 1e-13
    law = origin_distance_law(2, 2)  # by hand: 2 - pi / 2
    assert abs(float(law) - (2 - math.pi / 2)) < 1e-15 and law.width < Fraction(1, 10**15)


@pytest.mark.parametrize(("n", "d"), [(2, 3), (5, 2), (8, 64), (64, 64), (300, 7), (3, 784)])
def test_distances_from_the_origin_by_quadrature(n: int, d: int) -> None:
    stats, integrate = pytest.importorskip("scipy.stats"), pytest.importorskip("scipy.integrate")

    def beyond(r: float) -> float:
        return float((2 * stats.t.sf(r * math.sqrt(d), d)) ** n)

    # the integrand falls off at 1/n of the scale of |b| / |w|
    end = 60 / (n * math.sqrt(d)) + 6 / math.sqrt(d)
    near = integrate.quad(beyond, 0, end, points=[1 / (n * math.sqrt(d))], limit=200)[0]
    far = integrate.quad(beyond, end, math.inf)[0]
    law = origin_distance_law(n, d)
    assert abs(float(law) - near - far) < 1e-7 * float(law)
    assert law.width < Fraction(1, 10**12)


def test_distances_from_the_origin_are_those_of_samples() -> None:
    source = np.random.default_rng(1)
    weights, bias = source.normal(size=(20_000, 6, 5)), source.normal(size=(20_000, 6))
    least = (np.abs(bias) / np.linalg.norm(weights, axis=2)).min(axis=1)
    law = float(origin_distance_law(6, 5))
    assert abs(least.mean() - law) < 5 * least.std() / math.sqrt(20_000)


def test_laws_that_do_not_exist_are_told() -> None:
    for n, d in ((0, 3), (3, 1)):
        with pytest.raises(DomainError, match="at least 1 and 2"):
            origin_distance_law(n, d)
