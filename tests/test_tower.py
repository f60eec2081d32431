"""The tower of intervals and the two machines that read it."""

from __future__ import annotations

import brute_iterates as brute
import numpy as np
import selfmaps
from hypothesis import given, settings
from hypothesis import strategies as st

from plsym.piecewise.orbits import OrbitTable
from plsym.piecewise.tower import Pairs, Runs, Tower
from plsym.piecewise.transducers import lap_counts

MARKS = st.lists(st.integers(0, 2), max_size=7)
ONE = np.zeros(1, dtype=np.intp)
BACK = np.ones(1, dtype=bool)


def runs_of(marks, directed=False):
    """Read a word of marks one by one."""
    words = [np.array([m], dtype=np.uint8) for m in marks]
    result = Runs(*[np.zeros(1, np.uint8)] * 2, np.zeros(1, np.int64), directed)
    for w in words:
        result = result.then(Runs(w, w.copy(), np.zeros(1, np.int64), directed))
    return result


def pairs_of(word):
    """Read a word of letters one by one."""
    result = Pairs.letters(np.array([0]))
    for letter in word:
        result = result.then(Pairs.letters(np.array([letter])))
    return result


def seen(runs):
    return int(runs.first[0]), int(runs.last[0]), int(runs.changes[0])


def expected(marks):
    kept = [m for m in marks if m]
    return (kept[0], kept[-1], brute.changes(kept)) if kept else (0, 0, 0)


@given(MARKS, MARKS)
def test_runs_read_words(a, b):
    both = runs_of(a).then(runs_of(b))
    assert seen(both) == expected(a + b)
    assert seen(both.take(ONE, BACK)) == expected((a + b)[::-1])
    flipped = [(3 - m) if m else 0 for m in (a + b)[::-1]]
    turned = runs_of(a + b, directed=True).take(ONE, BACK)
    assert seen(turned) == expected(flipped)
    assert seen(turned.take(ONE, BACK)) == expected(a + b)  # directions are kept in mind
    gathered = runs_of(a + b, directed=True).take(ONE)
    assert seen(gathered.take(ONE, BACK)) == expected(flipped)


def most_pairs(word):
    """The largest number of disjoint pairs, by trying all ways to go on."""
    letters = [letter for letter in word if letter]
    best = [0] * (len(letters) + 1)
    for j in range(len(letters)):
        best[j + 1] = best[j]
        for i in range(j):
            if letters[i] != letters[j]:
                best[j + 1] = max(best[j + 1], best[i] + 1)
    return best[-1]


@given(MARKS, MARKS)
def test_pairs_read_words(a, b):
    both = pairs_of(a).then(pairs_of(b))
    assert int(both.pairs[0, 0, 0]) == most_pairs(a + b)
    back = both.take(ONE, BACK)
    assert int(back.pairs[0, 0, 0]) == most_pairs((a + b)[::-1])
    # A pending letter is as if it had been read before.
    for state in (1, 2):
        assert int(both.pairs[0, state, 0]) == most_pairs([state, *a, *b])
    promoted = both.promote().then(pairs_of(a))
    assert int(promoted.pairs[0, 0, 0]) == most_pairs(a + b + a)


@settings(max_examples=60, deadline=None)
@given(selfmaps.self_maps())
def test_nodes_are_images_of_their_parts(f):
    table = OrbitTable(selfmaps.knots(f))
    tower = Tower(table)
    tower.ensure(6)
    values = table.values
    for node in range(len(tower.left)):
        lower, upper = tower.nodes[node]
        assert values[lower] < values[upper]
        assert tower.find(lower, upper) == node
        assert tower.find(upper, lower) is None
        cuts = [c for c in table.cuts if values[lower] < c < values[upper]]
        parts = [p for p in (tower.left[node], tower.right[node]) if p is not None]
        start, stop = tower.blocks[tower.block[node]]
        parts += [tower.whole[k >> 1] for k in range(start, stop + 1) if not k & 1]
        assert len(parts) == len(cuts) + 1
        parts.sort(key=lambda part: part.piece)
        assert parts[0].lower == lower
        assert parts[-1].upper == upper
        for part in parts:
            a, b = table.image(values[part.lower]), table.image(values[part.upper])
            if table.signs[part.piece]:
                ends = tower.nodes[part.target - tower.first_node]
                image = (values[ends[0]], values[ends[1]])
                assert image == ((b, a) if part.flipped else (a, b))
            else:
                assert a == b
                assert part.target == 1 + part.piece


def test_few_nodes_per_level():
    """Linear, not exponential: the reason why counting is fast."""
    f = brute.canonical(
        (
            tuple(selfmaps.Fr(k, 60) for k in (0, 7, 19, 30, 47, 60)),
            tuple(selfmaps.Fr(k, 60) for k in (3, 55, 2, 58, 11, 59)),
            None,
            None,
        )
    )
    tower = Tower(OrbitTable(selfmaps.knots(f)))
    assert tower.count(200) <= 2 * 5 * 201
    # A Markov map closes.
    tent = selfmaps.SPECIAL[4]
    closed = Tower(OrbitTable(selfmaps.knots(tent)))
    assert closed.count(50) == closed.count(10)


def test_a_tower_may_be_deeper_than_needed():
    f = selfmaps.knots(selfmaps.SPECIAL[7])
    deep = Tower(OrbitTable(f))
    deep.ensure(30)
    assert list(lap_counts(deep, 5)) == list(lap_counts(Tower(OrbitTable(f)), 5))
