"""Which enclosures of crossings leave an order open, against all pairs."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from plsym.networks.sweeping.ordering import _loose


@given(st.integers(0, 10**6))
def test_loose_links_against_all_pairs(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 9))
    middle = rng.choice(np.arange(10.0), n)
    radius = rng.choice([0.0, 0.5, 3.0, np.inf], n)
    group = np.sort(rng.integers(0, 3, n))
    order = np.lexsort((middle, group))
    middle, radius, group = middle[order], radius[order], group[order]
    found = _loose(middle, radius, group[1:] == group[:-1])
    for i in range(n - 1):
        pairs = [
            (j, k)
            for j in range(i + 1)
            for k in range(i + 1, n)
            if group[j] == group[k] == group[i]
        ]
        clear = all(middle[j] + radius[j] < middle[k] - radius[k] for j, k in pairs)
        assert found[i] == (group[i] == group[i + 1] and not clear)


def test_a_wide_enclosure_reaches_across_narrow_ones():
    """The first and the last overlap, so nobody's place between them is certain."""
    middle = np.array([0.0, 0.12, 0.43, 0.62])
    radius = np.array([0.38, 0.001, 0.001, 0.25])
    assert _loose(middle, radius, np.ones(3, dtype=bool)).all()
