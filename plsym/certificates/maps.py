"""The map that a certificate is about: breakpoints and values, perhaps of a network."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from fractions import Fraction
from itertools import pairwise

from plsym.certificates.algebraic import Field, Number, read_number, read_numbers, size
from plsym.certificates.codec import Data, StepFailed, Work
from plsym.certificates.networks import check_network
from plsym.errors import CertificateFormatError

__all__ = ["Map", "read_map"]


def read_map(data: Data, field: Field | None, work: Work) -> Map:
    """Read a map; if it is given as a network, check that the network computes it."""
    data.only("breakpoints", "values", "left_slope", "right_slope", "network")
    xs, ys = read_numbers(data["breakpoints"], field), read_numbers(data["values"], field)
    if len(xs) != len(ys):
        raise CertificateFormatError(f"{data.path}: {len(xs)} breakpoints, {len(ys)} values")
    left, right = (
        read_number(data[name], field) if data.has(name) else None
        for name in ("left_slope", "right_slope")
    )
    if len(xs) < (2 if left is None and right is None else 1):
        raise CertificateFormatError(f"{data.path}: {len(xs)} breakpoints are too few")
    work.spend(sum(4 + size(x) for x in xs))
    for i, (a, b) in enumerate(pairwise(xs)):
        if not a < b:
            raise StepFailed(f"{data.path}: breakpoints {i} and {i + 1} do not increase")
    f = Map(xs, ys, left, right, work)
    f.is_network = data.has("network")
    if f.is_network:
        if not f.bounded:
            raise CertificateFormatError(f"{data.path}: a network's map has a bounded domain")
        check_network(data["network"], xs, ys, field, work)
    return f


class Map:
    """A piecewise-linear function; the end slopes are None on a bounded side."""

    def __init__(
        self,
        xs: list[Number],
        ys: list[Number],
        left: Number | None,
        right: Number | None,
        work: Work,
    ) -> None:
        self.xs, self.ys, self.left, self.right, self.work = xs, ys, left, right, work
        self.is_network = False
        self.slopes = [
            (v - u) / (b - a) for (a, b), (u, v) in zip(pairwise(xs), pairwise(ys), strict=True)
        ]
        self.cost = 4 + max(size(s) for s in [*self.slopes, left or Fraction(0)])

    @property
    def bounded(self) -> bool:
        """Whether the domain is a closed interval."""
        return self.left is None and self.right is None

    @property
    def all_slopes(self) -> list[Number]:
        """The slopes of all pieces, unbounded ones included."""
        out = list(self.slopes)
        if self.left is not None:
            out.insert(0, self.left)
        if self.right is not None:
            out.append(self.right)
        return out

    def holds(self, x: Number) -> bool:
        """Whether a point lies in the domain."""
        return (self.left is not None or x >= self.xs[0]) and (
            self.right is not None or x <= self.xs[-1]
        )

    def __call__(self, x: Number) -> Number:
        """The value at a point of the domain."""
        self.work.spend(30 + self.cost + size(x))  # short numbers cost by their number
        i = bisect_right(self.xs, x) - 1
        if i < 0:
            if self.left is None:
                raise StepFailed("a point lies to the left of the domain")
            return self.ys[0] + self.left * (x - self.xs[0])
        if i == len(self.slopes):
            if x == self.xs[-1]:
                return self.ys[-1]
            if self.right is None:
                raise StepFailed("a point lies to the right of the domain")
            return self.ys[-1] + self.right * (x - self.xs[-1])
        return self.ys[i] + self.slopes[i] * (x - self.xs[i])

    def inner(self, low: Number, high: Number) -> range:
        """The numbers of the breakpoints strictly between two points."""
        return range(bisect_right(self.xs, low), bisect_left(self.xs, high))

    def hull(self, low: Number, high: Number) -> tuple[Number, Number]:
        """The image of an interval: its least and greatest value."""
        inside = self.inner(low, high)
        self.work.spend(30 + 8 * len(inside))
        values = [self(low), self(high), *(self.ys[i] for i in inside)]
        return min(values), max(values)

    def restricted(self, low: Number, high: Number) -> Map:
        """The map on a smaller bounded interval."""
        inside = self.inner(low, high)
        self.work.spend(4 * len(inside))
        xs = [low, *(self.xs[i] for i in inside), high]
        ys = [self(low), *(self.ys[i] for i in inside), self(high)]
        return Map(xs, ys, None, None, self.work)

    def squared(self, low: Number, high: Number) -> Map:
        """The second iterate on a bounded interval."""
        g = self.restricted(low, high)
        xs: list[Number] = []
        for i, a in enumerate(g.xs[:-1]):
            u, v = g.ys[i], g.ys[i + 1]
            xs.append(a)
            inside = self.inner(min(u, v), max(u, v))
            self.work.spend(self.cost * len(inside))
            cuts = [a + (self.xs[k] - u) / g.slopes[i] for k in inside]
            xs += cuts if u < v else reversed(cuts)
        xs.append(high)
        return Map(xs, [self(self(x)) for x in xs], None, None, self.work)

    def require_self_map(self) -> None:
        """Insist that the map takes its domain into itself."""
        ends = [y for y in self.ys if not self.holds(y)]
        # on a half-line the unbounded end must not leave through the other side
        if self.left is not None and self.right is None:
            outward = self.left < 0
        elif self.right is not None and self.left is None:
            outward = self.right < 0
        else:
            outward = False
        if ends or outward:
            raise StepFailed("the map leaves its domain")

    def require_bounded_self_map(self) -> None:
        """Insist on a map of a closed bounded interval into itself."""
        if not self.bounded:
            raise StepFailed("the claim is about a bounded domain, and this one is unbounded")
        self.require_self_map()
