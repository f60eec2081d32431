"""Claims that count: laps, pieces and crossings of f^n, without the pieces of f^n.

What f^n does on an interval is summed up by a count and by what stands first and last.
f^n on an interval is f^(n-1) on the images of its parts, one after the other, so sums
for n follow from those for n - 1.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from plsym.certificates.algebraic import Field, Number, read_number, size
from plsym.certificates.codec import Data, StepFailed
from plsym.certificates.maps import Map

__all__ = ["check_count", "crossings_of"]

_LARGEST_POWER = 100_000
_Part = tuple[Number, int, int]


_Run = tuple[int, Any, Any]
"""A sequence in which no two neighbours are equal: its length and its ends."""


def check_count(claim: Data, evidence: Data, f: Map, field: Field | None) -> None:
    """Claim "count": f^power has ``count`` laps, pieces, crossings or threshold intervals.

    ``of`` is "laps", "pieces", "crossings" (of ``low`` and ``high``: the longest
    alternation of values <= low and >= high, less one) or "threshold" (maximal intervals
    on which f^power >= ``low`` is constant).
    """
    claim.only("kind", "of", "power", "count", "low", "high")
    evidence.only()
    f.require_bounded_self_map()
    what = claim["of"].choice("laps", "pieces", "crossings", "threshold")
    n, count = claim["power"].integer(1, _LARGEST_POWER), claim["count"].integer(0)
    low = read_number(claim["low"], field) if what in ("crossings", "threshold") else None
    high = read_number(claim["high"], field) if what == "crossings" else None
    if low is not None and high is not None and not low < high:
        claim["high"].fail("a level above the lower one")
    run = _Counter(f, what, low, high).run(n)
    found = 0 if run is None else run[0]
    if what == "laps":
        found = max(found, 1)
    elif what == "crossings":
        found = max(found - 1, 0)
    if found != count:
        raise StepFailed(
            f"the number of {what} is not {count}"
            if count < 10**9
            else f"the number of {what} is another one"
        )


def crossings_of(f: Map, n: int, low: Number, high: Number) -> int:
    """How often f^n alternates between <= low and >= high."""
    run = _Counter(f, "crossings", low, high).run(n)
    return 0 if run is None else max(run[0] - 1, 0)


class _Counter:
    def __init__(self, f: Map, what: str, low: Number | None, high: Number | None) -> None:
        self.f, self.what, self.low, self.high = f, what, low, high
        self.slope_bits = max(16 + 64 * size(s) for s in f.slopes)
        # the tower: intervals by their ends, which are numbered as they are met
        self.points: list[Number] = []
        self.known: dict[Any, int] = {}
        self.images: dict[int, int] = {}
        self.nodes: list[tuple[int, int]] = []
        self.index: dict[tuple[int, int], int] = {}
        self.whole: list[_Part] = []
        self.parts: list[tuple[_Part | None, tuple[int, int], _Part | None]] = []
        self.orbits: dict[int, list[int]] = {}

    def run(self, n: int) -> _Run | None:
        """What f^n does on the domain."""
        ends = [self._point(x) for x in self.f.xs]
        self._node(ends[0], ends[-1])
        self.whole = [self._part(i, p, q) for i, (p, q) in enumerate(pairwise(ends))]
        reached = [1]  # the images of whole pieces, which are nodes already, come a step later
        for _ in range(n):
            for node in range(len(self.parts), reached[-1]):
                self._expand(node)
            reached.append(len(self.nodes))
        sums = [self._start(node) for node in range(reached[n])]
        for m in range(1, n + 1):
            sums = self._sums(reached[n - m], m, sums)
        return sums[0]

    def _key(self, x: Number) -> Any:
        return getattr(x, "coefficients", x)

    def _point(self, x: Number) -> int:
        key = self._key(x)
        if key not in self.known:
            self.known[key] = len(self.points)
            self.points.append(x)
        return self.known[key]

    def _image(self, p: int) -> int:
        if p not in self.images:
            self.images[p] = self._point(self.f(self.points[p]))
        return self.images[p]

    def _node(self, a: int, b: int) -> int:
        if (a, b) not in self.index:
            self.index[a, b] = len(self.nodes)
            self.nodes.append((a, b))
        return self.index[a, b]

    def _expand(self, node: int) -> None:
        """Cut an interval at breakpoints: what is left of them, whole pieces, what is right."""
        f = self.f
        a, b = self.nodes[node]
        inner = f.inner(self.points[a], self.points[b])
        first, last = inner.start - 1, inner.stop - 1  # the pieces that hold the two ends
        low, high = self.points[a] == f.xs[first], self.points[b] == f.xs[last + 1]
        f.work.spend(20)
        if first == last:
            if low and high:
                self.parts.append((None, (first, first + 1), None))
            else:
                self.parts.append((self._part(first, a, b), (0, 0), None))
            return
        left = right = None
        if not low:
            left = self._part(first, a, self._point(f.xs[first + 1]))
            first += 1
        if not high:
            right = self._part(last, self._point(f.xs[last]), b)
            last -= 1
        self.parts.append((left, (first, last + 1), right))

    def _part(self, piece: int, p: int, q: int) -> _Part:
        """A part of a piece: its slope, its direction and its image.

        The image is a node, or a point if the piece is a plateau.
        """
        slope = self.f.slopes[piece]
        u, v = self._image(p), self._image(q)
        if slope == 0:
            return slope, 0, u
        return (slope, 1, self._node(u, v)) if slope > 0 else (slope, -1, self._node(v, u))

    def _mark(self, y: Number) -> Any:
        """What a value counts as: low or high, below or above a threshold; None for neither."""
        if self.what == "threshold":
            return y >= self.low  # type: ignore[operator]
        if self.high is None:
            return None
        return False if y <= self.low else True if y >= self.high else None  # type: ignore[operator]

    def _start(self, node: int) -> _Run | None:
        """The identity on an interval."""
        if self.what in ("laps", "pieces"):
            return (1, 1, 1)
        a, b = self.nodes[node]
        return _joined(self._single(a, 0), self._single(b, 0))

    def _single(self, p: int, steps: int) -> _Run | None:
        """The mark of the value of f^steps at a point."""
        orbit = self.orbits.setdefault(p, [p])
        while len(orbit) <= steps:
            orbit.append(self._image(orbit[-1]))
        mark = self._mark(self.points[orbit[steps]])
        return None if mark is None else (1, mark, mark)

    def _sums(self, count: int, m: int, before: list[_Run | None]) -> list[_Run | None]:
        """What f^m does on the first intervals, from what f^(m-1) does on more of them."""
        # once for all of them: this loop runs n^2 times a piece
        self.f.work.spend(4 * count)
        run = self._run
        whole = [run(part, m, before) for part in self.whole]
        blocks: dict[tuple[int, int], _Run | None] = {}
        out = []
        for left, block, right in self.parts[:count]:
            if block in blocks:
                total = blocks[block]
            else:
                total = None
                for part in whole[block[0] : block[1]]:
                    total = _joined(total, part)
                blocks[block] = total
                self.f.work.spend(4 * (block[1] - block[0]))
            if left is not None:
                total = _joined(run(left, m, before), total)
            if right is not None:
                total = _joined(total, run(right, m, before))
            out.append(total)
        return out

    def _run(self, part: _Part, m: int, before: list[_Run | None]) -> _Run | None:
        """What f^m does on a part of a piece."""
        slope, direction, target = part
        if self.what == "pieces":
            # the slopes of f^m are products of m slopes
            self.f.work.spend(2 + (m * self.slope_bits >> 6))
        if direction:
            factor = slope if self.what == "pieces" else direction
            return _scaled(before[target], factor, direction)
        if self.what in ("laps", "pieces"):
            return None if self.what == "laps" else (1, 0, 0)
        return self._single(target, m - 1)


def _scaled(run: _Run | None, factor: Any, direction: int) -> _Run | None:
    """The run read in a direction, each entry multiplied by a factor if it is a slope."""
    if run is None:
        return None
    length, first, last = run
    if direction < 0:
        first, last = last, first
    if first is True or first is False:
        return length, first, last
    return length, first * factor, last * factor


def _joined(a: _Run | None, b: _Run | None) -> _Run | None:
    """Two runs, one after the other."""
    if a is None:
        return b
    if b is None:
        return a
    return a[0] + b[0] - (a[2] == b[1]), a[1], b[2]
