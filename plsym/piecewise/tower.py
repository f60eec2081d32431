"""Counts of f^n read off the tower of intervals, without listing a piece.

A node of the tower is an open interval between two orbit values.  f cuts it into at
most a part of one piece, a run of whole pieces, and a part of another piece; each part
is mapped affinely onto a node one level deeper (or onto a point, by a plateau).  There
are O(K) new nodes per level for a map with K pieces, because a whole piece always has
the same image and a part is fixed by the orbit of one of its ends.

A count of f^m over a node is what a small machine returns when it reads the graph of
f^m from left to right, so it is composed from those of f^(m-1) over the parts and of
the single points between them.  `fold` does this for all nodes and all m up to n.
Two kinds of machine are enough:

* `Runs` count how often a mark changes along the graph (up/down, low/high, equal/not),
* `Pairs` count disjoint pairs greedily and need three states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from plsym.piecewise.orbits import SMALL, OrbitTable

__all__ = ["Elements", "Pairs", "Runs", "Tower", "fold"]

Index = NDArray[np.intp]
Flags = NDArray[np.bool_]
Small = NDArray[np.uint8]
Counts = NDArray[Any]  # int64, or Python integers once a bound passes SMALL


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a node inside one piece: its ends and the element it is mapped to."""

    piece: int
    lower: int
    upper: int
    target: int
    flipped: bool


class Tower:
    """The intervals that f, f^2, ... map pieces of the domain onto.

    Parameters
    ----------
    table : OrbitTable
        The interned orbits of the map.

    Notes
    -----
    Elements are numbered: 0 is "nothing", 1 + p the point onto which a plateau p is
    mapped, ``first_node`` + k the node k.  Nodes are numbered in the order of their
    depth; node 0 is the domain.  ``slot`` 2 p is the whole piece p, slot 2 p + 1 the
    knot on its right; a block is a range of slots.
    """

    def __init__(self, table: OrbitTable) -> None:
        self.table = table
        self.first_node = table.pieces + 1
        self.nodes: list[tuple[int, int]] = []
        self.reached: list[int] = []
        self._index: dict[tuple[int, int], int] = {}
        self.left: list[Part | None] = []
        self.right: list[Part | None] = []
        self.block: list[int] = []
        self.blocks: list[tuple[int, int]] = [(0, -1)]
        self._block_index: dict[tuple[int, int], int] = {}
        self.whole: list[Part] = []
        table.ensure(1)
        self._node(0, table.pieces)
        self.reached.append(1)

    def _node(self, lower: int, upper: int) -> int:
        key = (lower, upper)
        known = self._index.get(key)
        if known is None:
            known = self._index[key] = len(self.nodes)
            self.nodes.append(key)
        return known

    def _part(self, piece: int, lower: int, upper: int) -> Part:
        table = self.table
        sign = table.signs[piece]
        if not sign:
            return Part(piece, lower, upper, 1 + piece, False)
        a, b = table.nexts[lower], table.nexts[upper]
        node = self._node(a, b) if sign > 0 else self._node(b, a)
        return Part(piece, lower, upper, self.first_node + node, sign < 0)

    def _expand(self, node: int) -> None:
        locs = self.table.locs
        lower, upper = self.nodes[node]
        first, last = locs[lower], locs[upper] - 2
        left = right = None
        if first & 1:
            piece = first >> 1
            left = self._part(piece, lower, upper if locs[upper] == first else piece + 1)
        if last & 1 and locs[upper] != first:
            piece = (last >> 1) + 1
            right = self._part(piece, piece, upper)
        block = 0
        if first <= last:
            key = (first, last)
            block = self._block_index.setdefault(key, len(self.blocks))
            if block == len(self.blocks):
                self.blocks.append(key)
        self.left.append(left)
        self.right.append(right)
        self.block.append(block)

    def ensure(self, depth: int) -> None:
        """Find all nodes within ``depth`` steps of the domain, and expand those before."""
        table = self.table
        table.ensure(depth)
        while len(self.reached) <= depth:
            if not self.whole:
                self.whole = [self._part(p, p, p + 1) for p in range(table.pieces)]
            for node in range(len(self.left), self.reached[-1]):
                self._expand(node)
            self.reached.append(len(self.nodes))

    def find(self, lower: int, upper: int) -> int | None:
        """Return the node between two ids, None if there is none."""
        return self._index.get((lower, upper))

    def count(self, depth: int) -> int:
        """Return the number of nodes within ``depth`` steps of the domain."""
        self.ensure(depth)
        return self.reached[depth]


class Elements(Protocol):
    """A vector of readings: of a machine over the graph of f^m on some intervals."""

    def take(self, index: Index, flipped: Flags | None = None) -> Self:
        """Gather; a flipped reading goes from right to left."""
        ...

    def then(self, other: Self) -> Self:
        """Compose: first this reading, then the other, entry by entry."""
        ...

    def join(self, *others: Self) -> Self:
        """Concatenate."""
        ...

    def put(self, index: Index, new: Self) -> None:
        """Overwrite some entries."""
        ...

    def peak(self) -> int:
        """Return the largest count."""
        ...

    def promote(self) -> Self:
        """Return the same with Python integers as counts."""
        ...


@dataclass(slots=True)
class Runs:
    """The marks met along a graph, stripped: first mark, last mark, number of changes.

    Marks are 1 and 2; 0 stands for no mark at all, in which case there are no changes.
    ``directed`` tells that marks are directions, exchanged when read backwards.
    """

    first: Small
    last: Small
    changes: Counts
    directed: bool = False

    def take(self, index: Index, flipped: Flags | None = None) -> Runs:
        """Gather entries, reading flipped ones from right to left."""
        first, last = self.first[index], self.last[index]
        if flipped is not None:
            first, last = np.where(flipped, last, first), np.where(flipped, first, last)
            if self.directed:
                swap = flipped & (first > 0)
                first, last = np.where(swap, 3 - first, first), np.where(swap, 3 - last, last)
        return Runs(first, last, self.changes[index], self.directed)

    def then(self, other: Runs) -> Runs:
        """Compose entry by entry."""
        a, b = self, other
        changes = a.changes + b.changes
        changes[(a.last != b.first) & (a.last > 0) & (b.first > 0)] += 1
        first = np.where(a.first > 0, a.first, b.first)
        last = np.where(b.last > 0, b.last, a.last)
        return Runs(first, last, changes, self.directed)

    def join(self, *others: Runs) -> Runs:
        """Concatenate."""
        every = (self, *others)
        return Runs(
            np.concatenate([e.first for e in every]),
            np.concatenate([e.last for e in every]),
            np.concatenate([e.changes for e in every]),
            self.directed,
        )

    def put(self, index: Index, new: Runs) -> None:
        """Overwrite some entries."""
        self.first[index] = new.first
        self.last[index] = new.last
        self.changes[index] = new.changes

    def peak(self) -> int:
        """Return the largest count."""
        return int(self.changes.max())

    def promote(self) -> Runs:
        """Return the same with Python integers as counts."""
        return Runs(self.first, self.last, self.changes.astype(object), self.directed)


@dataclass(slots=True)
class Pairs:
    """Greedy pairing of a letter x with a letter y, read both ways from every state.

    States: 0 nothing pending, 1 an x is pending, 2 a y is pending.  ``state[d, s]`` and
    ``pairs[d, s]`` are the state after, and the pairs completed, when the reading starts
    in state s and goes forwards (d = 0) or backwards (d = 1).
    """

    state: Small
    pairs: Counts

    @staticmethod
    def letters(letter: NDArray[np.int64]) -> Pairs:
        """Read single letters: 0 none, 1 x, 2 y.

        A pair uses up one point with each letter.  A plateau must leave enough points to
        begin the next pair; it does, because it is read as a letter of its own beside
        the letter of at least one of its ends.
        """
        after = np.array([[0, 1, 2], [1, 1, 0], [2, 0, 2]])
        count = np.array([[0, 0, 0], [0, 0, 1], [0, 1, 0]], dtype=np.int64)
        state = after[letter].T.astype(np.uint8)
        pairs = count[letter].T
        return Pairs(np.stack([state, state]), np.stack([pairs, pairs]))

    def take(self, index: Index, flipped: Flags | None = None) -> Pairs:
        """Gather entries, reading flipped ones from right to left."""
        state, pairs = self.state[:, :, index], self.pairs[:, :, index]
        if flipped is not None:
            state = np.where(flipped, state[::-1], state)
            pairs = np.where(flipped, pairs[::-1], pairs)
        return Pairs(state, pairs)

    def then(self, other: Pairs) -> Pairs:
        """Compose entry by entry."""
        every = np.arange(self.state.shape[2])
        state = np.empty_like(self.state)
        pairs = np.empty(state.shape, dtype=np.result_type(self.pairs, other.pairs))
        for d, (a, b) in enumerate(((self, other), (other, self))):
            for s in range(3):
                middle = a.state[d, s]
                state[d, s] = b.state[d, middle, every]
                pairs[d, s] = a.pairs[d, s] + b.pairs[d, middle, every]
        return Pairs(state, pairs)

    def join(self, *others: Pairs) -> Pairs:
        """Concatenate."""
        every = (self, *others)
        return Pairs(
            np.concatenate([e.state for e in every], axis=2),
            np.concatenate([e.pairs for e in every], axis=2),
        )

    def put(self, index: Index, new: Pairs) -> None:
        """Overwrite some entries."""
        self.state[:, :, index] = new.state
        self.pairs[:, :, index] = new.pairs

    def peak(self) -> int:
        """Return the largest count."""
        return int(self.pairs.max())

    def promote(self) -> Pairs:
        """Return the same with Python integers as counts."""
        return Pairs(self.state, self.pairs.astype(object))


@dataclass(frozen=True)
class _Links:
    """The tower as arrays: where the parts of each node are read from."""

    left: Index
    left_flipped: Flags
    right: Index
    right_flipped: Flags
    block: Index
    composite: Index  # the nodes that consist of more than a single part

    @classmethod
    def of(cls, tower: Tower) -> _Links:
        def arrays(parts: list[Part | None]) -> tuple[Index, Flags]:
            target = [0 if part is None else part.target for part in parts]
            flipped = [part is not None and part.flipped for part in parts]
            return np.array(target, dtype=np.intp), np.array(flipped, dtype=np.bool_)

        left, left_flipped = arrays(tower.left)
        right, right_flipped = arrays(tower.right)
        block = np.array(tower.block, dtype=np.intp)
        composite = np.flatnonzero((block > 0) | (right > 0))
        return cls(left, left_flipped, right, right_flipped, block, composite)


def _block_plan(tower: Tower) -> tuple[Index, list[tuple[Index, Index, Index, Index]]]:
    """Plan how to read all blocks by doubling: pairs of slots, pairs of pairs, ...

    Returns the order in which whole pieces and knots are laid out (indices into pieces,
    knots, nothing), padded to a power of two; and for each level of the binary tree
    over it which blocks take which tree nodes on their left and on their right side.
    """
    pieces = tower.table.pieces
    size = 1 << (2 * pieces - 2).bit_length()
    order = np.full(size, 2 * pieces - 1, dtype=np.intp)
    order[0 : 2 * pieces - 1 : 2] = np.arange(pieces)
    order[1 : 2 * pieces - 1 : 2] = pieces + np.arange(pieces - 1)
    start, stop = np.array(tower.blocks, dtype=np.intp).T
    stop = stop + 1
    plan = []
    while np.any(start < stop):
        left = np.flatnonzero((start < stop) & (start & 1 == 1))
        right = np.flatnonzero((start < stop) & (stop & 1 == 1))
        plan.append((left, start[left], right, stop[right] - 1))
        start, stop = (start + 1) >> 1, stop >> 1
    return order, plan


E = TypeVar("E", bound=Elements)


def fold(
    tower: Tower,
    n: int,
    points: Callable[[Index], E],
    base: Callable[[Index, Index], E],
) -> Iterator[E]:
    """Yield the reading of f^m over the closed domain, m = 1..n, as vectors of length 1.

    Parameters
    ----------
    tower : Tower
        The tower of f, found to depth n at least (`Tower.ensure`).
    n : int
        The largest power, at least 1.
    points : callable
        ``points(ids)``: the reading at points (and along plateaus) with these values.
        Id -1 stands for no point.
    base : callable
        ``base(lower, upper)``: the reading of the identity on open intervals between ids.

    Notes
    -----
    Level m needs the nodes of depth at most n - m, so O(K n^2) compositions in all.
    Counts are int64 as long as the largest count so far proves that the next level
    fits, and Python integers from then on.
    """
    table = tower.table
    links = _Links.of(tower)
    pieces = table.pieces
    nexts = np.array(table.nexts, dtype=np.intp)
    whole = np.array([part.target for part in tower.whole], dtype=np.intp)
    whole_flipped = np.array([part.flipped for part in tower.whole], dtype=np.bool_)
    order, plan = _block_plan(tower)
    ends = [i for i in (0, pieces) if not isinstance(table.cuts[i], float)]

    nothing = points(np.array([-1]))
    lower, upper = np.array(tower.nodes, dtype=np.intp).T
    values = np.arange(pieces + 1)  # the ids of f^m(c_0), ..., f^m(c_K)
    size = tower.count(n)
    nodes = base(lower[:size], upper[:size])
    wide = False
    for m in range(1, n + 1):
        values = nexts[values]
        # At level m - 1 a plateau has been mapped to the point f(c), worth f^m(c) now.
        before = nothing.join(points(values[:-1]), nodes)
        if not wide and before.peak() * (pieces + 2) + 4 * pieces + 8 >= SMALL:
            wide, before = True, before.promote()
        runs = before.take(whole, whole_flipped)
        knots = points(values[1:-1])
        row = runs.join(knots, nothing).take(order)
        heads = nothing.take(np.zeros(len(tower.blocks), dtype=np.intp))
        tails = nothing.take(np.zeros(len(tower.blocks), dtype=np.intp))
        if wide:
            heads, tails = heads.promote(), tails.promote()
        for j, (to_head, head_at, to_tail, tail_at) in enumerate(plan):
            if j:
                even = np.arange(0, len(order) >> (j - 1), 2)
                row = row.take(even).then(row.take(even + 1))
            if len(to_head):
                heads.put(to_head, heads.take(to_head).then(row.take(head_at)))
            if len(to_tail):
                tails.put(to_tail, row.take(tail_at).then(tails.take(to_tail)))
        blocks = heads.then(tails)
        size = tower.count(n - m)
        nodes = before.take(links.left[:size], links.left_flipped[:size])
        chosen = links.composite[: int(np.searchsorted(links.composite, size))]
        right = before.take(links.right[chosen], links.right_flipped[chosen])
        middle = blocks.take(links.block[chosen])
        nodes.put(chosen, nodes.take(chosen).then(middle).then(right))
        total = nodes.take(np.zeros(1, dtype=np.intp))
        for i in ends:
            end = points(values[i : i + 1])
            total = end.then(total) if i == 0 else total.then(end)
        yield total
