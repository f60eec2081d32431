"""Units that are multiples of each other are seen in the weights, and nothing else is."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_sweep import random_layers
from test_sweep import build, check

from plsym.exact.dyadics import ExactArray
from plsym.exact.tiers import forced
from plsym.networks.sweeping.proportional import leaders
from plsym.networks.sweeping.stages import Dense, Stage


def stage(rows):
    rows = np.asarray(rows)
    return Stage.affine(Dense(ExactArray.of(rows[:, :-1])), ExactArray.of(rows[:, -1]))


def brute(rows):
    """For each row the least one that it is a multiple of, by cross products."""
    exact = [[Fraction(v) for v in row] for row in rows]

    def together(u, v):
        cross = all(
            a * y == b * x for a, x in zip(u, v, strict=True) for b, y in zip(u, v, strict=True)
        )
        return cross and any(u[:-1]) and any(v[:-1])

    return [
        next((i for i in range(j) if together(exact[i], exact[j])), j) for j in range(len(exact))
    ]


FACTORS = [1, -1, 2, -0.5, 3, "1/3", "-7/5"]


@given(st.integers(0, 10**6), st.sampled_from([1, 3, 2**50]), st.booleans())
@settings(deadline=None, max_examples=150)
def test_against_cross_products(seed, top, rational):
    rng = np.random.default_rng(seed)
    n, w = int(rng.integers(1, 9)), int(rng.integers(1, 4))
    rows = [[Fraction(int(v)) for v in row] for row in rng.integers(-top, top + 1, (n, w))]
    for _ in range(int(rng.integers(0, 4))):
        factor = Fraction(FACTORS[int(rng.integers(len(FACTORS) if rational else 4))])
        rows.append([factor * v for v in rows[int(rng.integers(len(rows)))]])
    found = leaders(stage(np.array([[str(v) for v in row] for row in rows])))
    assert (list(range(len(rows))) if found is None else found.tolist()) == brute(rows)


@given(st.integers(0, 10**6), st.sampled_from([1.0, 2.0**-600, 2.0**-1050, 2.0**600]))
@settings(max_examples=60)
def test_nothing_else_is_taken_for_one(seed, size):
    """The last bits differ, or are lost where doubles are tiny."""
    rng = np.random.default_rng(seed)
    row = rng.normal(size=4) * size
    other = row * 2.0
    other[rng.integers(4)] = np.nextafter(other[0], np.inf)
    rows = np.stack([row, other, row * -1.0, rng.normal(size=4)])
    found = leaders(stage(rows))
    # what is tiny counts as a multiple of nothing
    expected = brute(rows) if size > 2.0**-1000 else list(range(4))
    assert (list(range(4)) if found is None else found.tolist()) == expected


def test_bits_that_are_lost_in_tiny_doubles():
    tiny = 2.0**-1074
    for rows in ([[1.0, 3 * tiny], [0.5, 2 * tiny]], [[2 * tiny, 1.0], [tiny, 0.5]]):
        found = leaders(stage(rows))
        assert (found is None) or found.tolist() == brute(rows)
    # all weights are zeros as doubles
    rows = [[f"1/{10**400}", "1"], [f"3/{10**400}", "3"], ["1", "1"]]
    assert leaders(stage(np.array(rows))) is None


def test_a_stage_without_multiples():
    assert leaders(stage([[1.0, 2.0]])) is None
    assert leaders(stage([[0.0, 0.0], [0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])) is None
    assert leaders(stage(np.random.default_rng(0).normal(size=(50, 8)))) is None
    assert leaders(stage([[0.0, 1.0], [0.0, 2.0]])) is None


@st.composite
def copied(draw):
    """Networks in full doubles whose neurons come with copies, opposites and near copies."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    kind = draw(st.sampled_from(["random", "near"]))
    layers = []
    for w, b in random_layers(rng, [1, 4, 3, 2], kind)[:-1]:
        factors = rng.choice([1.0, -1.0, 0.5, -4.0], len(b))
        near = rng.random(len(b)) < draw(st.sampled_from([0.0, 0.5]))
        other = b * factors
        other[near] = np.nextafter(other[near], np.inf)
        layers.append((np.concatenate([w, w * factors[:, None]]), np.concatenate([b, other])))
    for k in range(1, len(layers)):
        w, b = layers[k]
        layers[k] = (np.concatenate([w, rng.choice([-1.0, 0.5], w.shape) * w], axis=1), b)
    w, b = random_layers(rng, [6, 2], kind)[0]
    return [*layers, (w, b)]


@given(copied(), st.sampled_from([1.0, 1e9, 1e15]), st.booleans())
@settings(deadline=None, max_examples=80)
def test_networks_of_copies_against_the_naive_sweep(layers, factor, compiled):
    with forced(compiled):
        check(build(layers), ExactArray.of([[-3], [3]]), factor)


@pytest.mark.parametrize("factor", [1.0, -1.0, 2.0])
def test_copies_cost_no_exact_number(factor):
    rng = np.random.default_rng(1)
    (w, b), (v, c), last = random_layers(rng, [1, 8, 8, 1], "random")
    v = np.concatenate([v, np.zeros_like(v)], axis=1)
    layers = [
        (np.concatenate([w, factor * w]), np.concatenate([b, factor * b])),
        (np.concatenate([v, factor * v]), np.concatenate([c, factor * c])),
        (np.concatenate([last[0], last[0]], axis=1), last[1]),
    ]
    s = check(build(layers), ExactArray.of([[-3], [3]]))
    assert s.num_rows > 8
    assert s.statistics.exact == 0
