"""Claims about the growth number s = lim (laps of f^n)^(1/n): bounds from both sides.

References
----------
.. [1] M. Misiurewicz, W. Szlenk, "Entropy of piecewise monotone mappings", Studia
   Mathematica 67 (1980), 45-63: s is also the growth of the variation of f^n, if that grows.
.. [2] L. Collatz, "Einschliessungssatz fuer die charakteristischen Zahlen von Matrizen",
   Mathematische Zeitschrift 48 (1942), 221-226; H. Wielandt, "Unzerlegbare, nicht negative
   Matrizen", Mathematische Zeitschrift 52 (1950), 642-648.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from plsym.certificates.algebraic import Field, Number, read_field, read_number, size
from plsym.certificates.codec import Data, StepFailed
from plsym.certificates.halves import halved
from plsym.certificates.maps import Map
from plsym.errors import CertificateFormatError

__all__ = ["check_growth", "check_lower", "check_upper"]


def check_growth(claim: Data, evidence: Data, f: Map, field: Field | None) -> None:
    """Claim "growth": ``lower`` <= s <= ``upper``, or s is ``exact``, a root of a polynomial."""
    claim.only("kind", "lower", "upper", "exact")
    evidence.only("lower", "upper")
    f.require_bounded_self_map()
    if claim.has("exact"):
        rates = read_field(claim["exact"], f.work)
        check_lower(rates.generator, evidence["lower"], f, field, rates)
        check_upper(rates.generator, evidence["upper"], f, field, rates)
    elif not (claim.has("lower") or claim.has("upper")):
        raise CertificateFormatError(f'{claim.path}: "lower", "upper" or "exact" is needed')
    if claim.has("lower"):
        lower = read_number(claim["lower"], field)
        if not claim.has("exact"):
            check_lower(lower, evidence["lower"], f, field)
        elif not isinstance(lower, Fraction) or lower > rates.generator:
            raise StepFailed("the lower bound is above the exact growth number")
    if claim.has("upper"):
        upper = read_number(claim["upper"], field)
        if not claim.has("exact"):
            check_upper(upper, evidence["upper"], f, field)
        elif not isinstance(upper, Fraction) or upper < rates.generator:
            raise StepFailed("the upper bound is below the exact growth number")


def check_lower(
    rate: Number, data: Data, f: Map, field: Field | None, rates: Field | None = None
) -> None:
    """Insist on s >= rate.

    By a graph: the image of part k of interval i contains its target.  Then f^n sends
    as many parts of interval i, without common inside, over an interval j as there are
    paths of length n, so the variation of f^n grows at least like these [1]_, and
    weights w >= 0, not all 0, with A w >= rate w bound their growth from below [2]_.
    """
    how = data["by"].choice("graph", "slopes", "laps", "halves")
    if how == "laps":
        data.only("by")
        if rate > 1:
            raise StepFailed("that there are laps at all proves no growth above 1")
        return
    if how == "slopes":
        data.only("by")
        # all slopes of size at least m: the variation of f^n is at least m^n times the length
        if any(abs(s) < rate for s in f.slopes):
            raise StepFailed("a slope is smaller than the growth bound")
        return
    if how == "halves":
        _check_halves(rate, data, f, field, 1)
        return
    graph = _Graph.read(data, f, field, rates, contain=True)
    total: Number = Fraction(0)
    for i, row in enumerate(graph.targets):
        own = graph.weights[i]
        if own < 0:
            raise StepFailed(f"the weight of interval {i} is negative")
        if graph.total(row) < rate * own:
            raise StepFailed(f"the weights do not grow by the rate at interval {i}")
        total = total + own
    if total <= 0:
        raise StepFailed("all weights are zero")


def check_upper(
    rate: Number, data: Data, f: Map, field: Field | None, rates: Field | None = None
) -> None:
    """Insist on s <= rate.

    By a graph: interval 0 contains the domain, and each part of an interval is mapped
    into its target.  Then f^n has no more laps on interval 0 than there are paths of
    length n from it.  ``layers`` never rise along an edge, and inside each layer
    weights w > 0 with A w <= rate w bound the number of paths by C n^k rate^n [2]_.
    """
    how = data["by"].choice("graph", "slopes", "halves")
    if rate < 1:
        raise StepFailed("a growth number is at least 1")
    if how == "slopes":
        data.only("by")
        # the variation of f^n is at most (max slope)^n times the length [1]_
        if any(abs(s) > rate for s in f.slopes):
            raise StepFailed("a slope is greater than the growth bound")
        return
    if how == "halves":
        _check_halves(rate, data, f, field, -1)
        return
    graph = _Graph.read(data, f, field, rates, contain=False)
    low, high = graph.ends(0)
    if low > f.xs[0] or high < f.xs[-1]:
        raise StepFailed("interval 0 is not the domain")
    layers = graph.layers
    for i, row in enumerate(graph.targets):
        if graph.weights[i] <= 0:
            raise StepFailed(f"the weight of interval {i} is not positive")
        if any(j is None or layers[j] > layers[i] for j in row):
            raise StepFailed(f"a part of interval {i} leads nowhere or to a higher layer")
        same = [j for j in row if j is not None and layers[j] == layers[i]]
        if graph.total(same) > rate * graph.weights[i]:
            raise StepFailed(f"the weights grow faster than the rate at interval {i}")


def _check_halves(rate: Number, data: Data, f: Map, field: Field | None, side: int) -> None:
    """After k doublings the 2^k-th power of s is the growth number of f^(2^k) on a half.

    ``side`` is 1 for a lower bound of s and -1 for an upper one.
    """
    data.only("by", "doublings", "rate", "evidence")
    if data["evidence"]["by"].value == "halves":
        raise CertificateFormatError(f"{data.path}: all doublings belong into one list")
    levels, g = halved(data["doublings"], f, field)
    for _ in range(levels):
        f.work.spend(1 + size(rate) ** 2)
        rate = rate * rate
    inner = read_number(data["rate"], field)
    (check_lower if side > 0 else check_upper)(inner, data["evidence"], g, field)
    if side * (rate - inner) > 0:
        raise StepFailed("the bound on the half proves less than the bound that is claimed")


@dataclass
class _Graph:
    """Intervals between points; each is cut at breakpoints, and each part has a target."""

    points: list[Number]
    intervals: list[tuple[int, int]]
    targets: list[list[int | None]]
    weights: list[Number]
    layers: list[int]
    f: Map

    @classmethod
    def read(
        cls, data: Data, f: Map, field: Field | None, rates: Field | None, *, contain: bool
    ) -> _Graph:
        """Read and check a graph; a target of null stands for a part that is not used."""
        data.only("by", "points", "intervals", "targets", "weights", "layers")
        points: list[Number] = []
        for item in data["points"]:
            if isinstance(item.value, int):  # the image of an earlier point
                points.append(f(points[item.integer(0, len(points) - 1)]))
            else:
                points.append(read_number(item, field))
        last = len(points) - 1
        intervals = []
        for item in data["intervals"]:
            pair = [end.integer(0, last) for end in item]
            if len(pair) != 2:
                item.fail("two numbers of points")
            intervals.append((pair[0], pair[1]))
        targets = [
            [None if t.value is None else t.integer(0, len(intervals) - 1) for t in row]
            for row in data["targets"]
        ]
        weights = [
            Fraction(w.integer(0)) if rates is None else read_number(w, rates)
            for w in data["weights"]
        ]
        layers = [w.integer(0) for w in data["layers"]] if data.has("layers") else []
        if not len(intervals) == len(targets) == len(weights) or not intervals:
            raise CertificateFormatError(f"{data.path}: lists of different lengths")
        if not contain and len(layers) != len(intervals):
            raise CertificateFormatError(f"{data.path}: a layer for each interval is needed")
        graph = cls(points, intervals, targets, weights, layers, f)
        graph._check_parts(contain)
        return graph

    def ends(self, i: int) -> tuple[Number, Number]:
        """The ends of interval i."""
        a, b = self.intervals[i]
        return self.points[a], self.points[b]

    def total(self, row: list[int] | list[int | None]) -> Number:
        """The sum of the weights of targets."""
        out: Number = Fraction(0)
        for j in row:
            if j is not None:
                self.f.work.spend(1 + size(self.weights[j]))
                out = out + self.weights[j]
        return out

    def _check_parts(self, contain: bool) -> None:
        f = self.f
        images: dict[int, Number] = {}

        def image(p: int) -> Number:
            if p not in images:
                images[p] = f(self.points[p])
            return images[p]

        for i, (a, b) in enumerate(self.intervals):
            low, high = self.points[a], self.points[b]
            if not low < high or not f.holds(low) or not f.holds(high):
                raise StepFailed(f"interval {i} is none, or leaves the domain")
            marks = [image(a), *(f.ys[k] for k in f.inner(low, high)), image(b)]
            parts = [(u, v) for u, v in pairwise(marks) if u != v]
            f.work.spend(len(parts) * f.cost)
            if len(parts) != len(self.targets[i]):
                raise StepFailed(f"interval {i} has {len(parts)} parts, not {len(self.targets[i])}")
            for k, ((u, v), j) in enumerate(zip(parts, self.targets[i], strict=True)):
                if j is None:
                    continue
                low, high = self.ends(j)
                least, greatest = (u, v) if u < v else (v, u)
                holds = (
                    least <= low and high <= greatest
                    if contain
                    else low <= least and greatest <= high
                )
                if not holds:
                    raise StepFailed(f"part {k} of interval {i} has another image than target {j}")
