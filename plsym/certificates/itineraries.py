"""All points of one least period, by itineraries that are listed in the certificate.

A point whose orbit meets no breakpoint visits the insides of pieces in a cyclic order;
exactly one rotation of it is a Lyndon word.  The certificate lists, in a tree, all
prefixes of Lyndon words that an orbit can follow.  The checker sees at each node that
no continuation is missing, and solves one linear equation at each full word.  What
remains are orbits through breakpoints and values of plateaus, which are followed.

Numbers are integers over a known denominator (D Q^k at depth k); for a map over a number
field both are 1 and the same lines compute in the field.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import lcm
from typing import Any

from plsym.certificates.algebraic import Field, Number, read_numbers
from plsym.certificates.codec import Data, StepFailed
from plsym.certificates.maps import Map
from plsym.errors import CertificateFormatError

__all__ = ["all_cycles", "check_cycles"]

Interval = tuple[Number, Number]


def check_cycles(claim: Data, evidence: Data, f: Map, field: Field | None) -> None:
    """Claim "cycles": all points of least period ``period``.

    They are those on the cycles of ``points``, and on the cycles of that period that
    meet the closed ``intervals``.
    """
    claim.only("kind", "period", "points", "intervals")
    evidence.only("words", "half_words")
    f.require_bounded_self_map()
    isolated, families = all_cycles(claim["period"].integer(1, 1 << 20), evidence, f)
    points = read_numbers(claim["points"], field)
    intervals = [tuple(read_numbers(item, field)) for item in claim["intervals"]]
    if len(points) != len(isolated) or any(
        x != y for x, y in zip(sorted(points), isolated, strict=True)
    ):
        raise StepFailed(
            f"{len(points)} points are claimed, not those of the {len(isolated)} "
            "cycles that there are"
        )
    if len(intervals) != len(families) or any(
        len(a) != 2 or a[0] != b[0] or a[1] != b[1]
        for a, b in zip(sorted(intervals), families, strict=True)
    ):
        raise StepFailed("the intervals of periodic points are others than claimed")


def all_cycles(n: int, evidence: Data, f: Map) -> tuple[list[Number], list[Interval]]:
    """One point of each isolated cycle of least period n, and the intervals of such points."""
    scale = _Scale(f)
    found: list[Number] = []
    families: list[Interval] = []
    for u, v, slope, shift, power in scale.words(n, evidence["words"]):
        # f^n(x) = (slope x + shift) / power on the cylinder, which it maps onto (u, v)
        gap = power - slope
        if gap == 0:
            if shift == 0:
                families.append((scale.ratio(u, power), scale.ratio(v, power)))
            continue
        if gap < 0:
            gap, shift = -gap, -shift
        middle = shift * scale.denominator * power
        if u * gap < middle < v * gap:
            found.append(scale.quotient(shift, gap))
    if n % 2 == 0:
        for u, v, slope, shift, power in scale.words(n // 2, evidence["half_words"]):
            if slope == -power:
                # a reflection at half of shift / power, on the part that it maps to itself
                c = scale.quotient(shift, power)
                low, high = scale.ratio(u, power), scale.ratio(v, power)
                low, high = max(low, c - high), min(high, c - low)
                if low < high:
                    families.append((c / 2, high))
    found += _through_breakpoints(n, f, families)
    return sorted(found), sorted(families)


def _through_breakpoints(n: int, f: Map, families: Sequence[Interval]) -> list[Number]:
    """The least points of the cycles of length n through breakpoints and plateaus' values."""
    seeds = list(f.xs)
    seeds += [f.ys[i] for i, s in enumerate(f.slopes) if s == 0]
    out: list[Number] = []
    for x in seeds:
        cycle = [x]
        while len(cycle) <= n:
            cycle.append(f(cycle[-1]))
            if cycle[-1] == x:
                break
        if len(cycle) != n + 1 or cycle[-1] != x:
            continue
        inside = any(a <= y <= b for y in cycle for a, b in families)
        least = min(cycle)
        if not inside and all(least != y for y in out):
            out.append(least)
    return out


class _Scale:
    """The pieces of a map in integers: x -> (slope x + shift) / Q on the way to depth k + 1."""

    def __init__(self, f: Map) -> None:
        self.f = f
        shifts: list[Any] = [y - s * x for x, y, s in zip(f.xs, f.ys, f.slopes, strict=False)]
        numbers: list[Any] = [*f.xs, *f.slopes, *shifts]
        self.denominator, self.step = 1, 1
        self.cuts: list[Any] = list(f.xs)
        self.slopes: list[Any] = list(f.slopes)
        self.shifts: list[Any] = shifts
        self.rational = all(isinstance(x, Fraction) for x in numbers)
        if self.rational:
            self.denominator = lcm(*(x.denominator for x in self.cuts))
            self.step = lcm(*(x.denominator for x in numbers[len(f.xs) :]))
            self.cuts = [int(x * self.denominator) for x in self.cuts]
            self.slopes = [int(s * self.step) for s in self.slopes]
            self.shifts = [int(c * self.step) for c in self.shifts]

    def quotient(self, a: Any, b: Any) -> Any:
        """a / b as an exact number."""
        return Fraction(a, b) if self.rational else a / b

    def ratio(self, u: Any, power: Any) -> Any:
        """The number that stands for u at the depth of this power."""
        return self.quotient(u, self.denominator * power)

    def words(self, n: int, data: Data) -> Iterator[tuple[Any, Any, Any, Any, Any]]:
        """Yield what f^n is on the cylinder of each Lyndon word of length n.

        Raises
        ------
        StepFailed
            If the listed prefixes are not all that an orbit can follow.
        """
        words = data.words(len(self.slopes))
        if any(not a < b for a, b in pairwise(words)):
            raise CertificateFormatError(f"{data.path}: the words do not increase")
        powers = [1]
        cuts = [self.cuts]
        for _ in range(max(map(len, words), default=0)):
            powers.append(powers[-1] * self.step)
            cuts.append([c * powers[-1] for c in self.cuts])
        self.f.work.spend(sum(4 + (p.bit_length() >> 6) for p in powers) * len(self.cuts))
        # what is added to the image of a piece at each depth, over the next denominator
        extras = [[c * self.denominator * p for c in self.shifts] for p in powers]
        slopes, shifts, spend = self.slopes, self.shifts, self.f.work.spend
        # (first word, end, depth, longest Lyndon prefix, image of the cylinder, map)
        todo = [(0, len(words), 0, 1, self.cuts[0], self.cuts[-1], 1, 0)]
        while todo:
            first, end, depth, longest, u, v, slope, shift = todo.pop()
            power = powers[depth]
            spend(20 + (power.bit_length() >> 3))
            if depth == n:
                if longest == n:
                    yield u, v, slope, shift, power
                continue
            word = words[first] if first < end else []
            least = word[depth - longest] if depth else 0
            start = first + (first < end and len(word) == depth)
            level, extra = cuts[depth], extras[depth]
            # the pieces from the least one on whose insides meet the open interval (u, v)
            k = max(bisect_right(level, u) - 1, least)
            last = min(bisect_left(level, v), len(slopes))
            while k < last:
                m = slopes[k]
                if m:
                    stop = start
                    while stop < end and words[stop][depth] == k:
                        stop += 1
                    if stop == start:
                        raise StepFailed(
                            f"piece {k} can follow the itinerary {word[:depth]}, "
                            "and that is not listed"
                        )
                    low = u if u > level[k] else level[k]
                    high = v if v < level[k + 1] else level[k + 1]
                    low, high = m * low + extra[k], m * high + extra[k]
                    if low > high:
                        low, high = high, low
                    lyndon = longest if depth and k == least else depth + 1
                    todo.append(
                        (
                            *(start, stop, depth + 1, lyndon, low, high),
                            *(m * slope, m * shift + shifts[k] * power),
                        )
                    )
                    start = stop
                k += 1
            if start != end:
                raise StepFailed(f"the listed itinerary {words[start]} is not followed")
