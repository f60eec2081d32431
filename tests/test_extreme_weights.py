"""Networks whose numbers leave the range where rounding is relative, and exact ones beside."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl

TINY, HUGE = 5e-324, 1e200
KINDS = {
    "range": [HUGE, 1e-200, -1e150, 1e-150, 1.0, -1.0, 0.0, TINY],
    "mixed": [0, 1, -1, Fraction(1, 3), 2, Fraction(1, 2) + Fraction(1, 10**12), 1e300, 1e-300],
    "small": [0, 1, -1, Fraction(1, 2), 2, -2],
    "third of a subnormal": [Fraction(TINY) / 3, 1, -1, Fraction(1, 10**330), 2],
}


@st.composite
def weights(draw):
    number = st.sampled_from(KINDS[draw(st.sampled_from(sorted(KINDS)))])
    widths = [
        1,
        *draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)),
        draw(st.integers(1, 2)),
    ]
    return [
        ([[draw(number) for _ in range(n)] for _ in range(m)], [draw(number) for _ in range(m)])
        for n, m in pairwise(widths)
    ]


def value(layers, x):
    h = [x]
    for i, (w, b) in enumerate(layers):
        h = [
            sum(Fraction(u) * v for u, v in zip(r, h, strict=True)) + Fraction(c)
            for r, c in zip(w, b, strict=True)
        ]
        if i < len(layers) - 1:
            h = [max(v, Fraction(0)) for v in h]
    return h


DOMAINS = [(-2, 2), (None, None), (None, 1), (0, None), ("-1/3", "7/5")]


@settings(max_examples=150)
@given(weights(), st.sampled_from(DOMAINS))
def test_both_sweeps_and_plain_fractions_agree(layers, domain):
    network = pl.from_weights(layers)
    for k in range(network.n_outputs):
        f = network.to_piecewise(*domain, output=k)
        assert f == network.to_piecewise(*domain, output=k, _engine="exact")
        xs = list(f.breakpoints)
        points = [*xs, *((a + 2 * b) / 3 for a, b in pairwise(xs))]
        points += [xs[0] - 1000] if domain[0] is None else []
        points += [xs[-1] + 1000] if domain[1] is None else []
        for x in points:
            assert f(x) == value(layers, x)[k]
        listed = pl.PiecewiseLinear.from_json(f.to_json())
        assert (f.num_pieces, f.lap_number) == (listed.num_pieces, listed.lap_number)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("layers", "domain"),
    [
        # undefined bounds next to overflowing squares
        (
            [([[1e-150], [TINY]], [HUGE, 1.0]), ([[1e-150, -1.0]], [-1.0]), ([[HUGE]], [1e-200])],
            (None, 1),
        ),
        # scaling by powers of two that loses a subnormal weight of a hand-made layer
        ([([[TINY], [-TINY]], [-1.0, 1.0]), ([[1.0, -1.0]], [1e-150])], (None, None)),
        # a crossing that rounds to the end where another unit vanishes
        (
            [
                ([[1e-200], [1e-150], [0.0]], [1e-200, -1.0, 1e-200]),
                ([[1e-200, 1e-200, -1.0]], [1.0]),
            ],
            (0, None),
        ),
        # a rational weight whose nearest double is zero
        ([([["0"]], [Fraction(1, 10**340)])], (-2, 2)),
    ],
)
def test_what_once_went_wrong(layers, domain):
    network = pl.from_weights(layers)
    f = network.to_piecewise(*domain)
    assert f == network.to_piecewise(*domain, _engine="exact")
    for x in f.breakpoints:
        assert f(x) == network(x)


def test_weights_beyond_doubles_are_refused():
    with pytest.raises(pl.DomainError, match=r"beyond the range of a double; scale"):
        pl.from_weights([([[10**400]], [0])])


@pytest.mark.parametrize("digits", [160, 200, 308])
def test_domains_whose_squares_leave_the_range_of_doubles(digits: int) -> None:
    end = 10**digits
    # a kink at 10^160, which is not a double: inside the domain, or at its end
    net = pl.from_weights([([[1], [1]], [0, -(10**160)]), ([[1, 1]], None)])
    f = net.to_piecewise(-end, end)
    assert list(f.breakpoints[1:-1]) == [0, *([10**160] if digits > 160 else [])]
