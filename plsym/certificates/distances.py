"""Claims about all functions with few pieces: how far from f^n each of them is.

*Crossings*: a continuous g with N pieces changes its side of a level at most N times, so if
f^n crosses [x, y] m times, m - N sides of lobes of f^n beyond the middle level lie on the
wrong side of g, each with half a triangle of height (y - x)/2 whose slope is at most the
Lipschitz constant.

*Windows*: f^(n-k) maps its pieces affinely onto few intervals, and there f^n is a squeezed
copy of f^k.  A breakpoint of g spoils one window at most; on the others g is affine.  If
|s| <= 1 and s is orthogonal to 1 and x, the integral of f^k s is at most the distance of
f^k to any affine function.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from plsym.certificates.algebraic import Field, Number, read_number, size
from plsym.certificates.codec import Data, StepFailed
from plsym.certificates.counts import crossings_of
from plsym.certificates.maps import Map

__all__ = ["check_distance"]

_LARGEST_POWER = 2_000
_LARGEST_DEPTH = 16


def check_distance(claim: Data, evidence: Data, f: Map, field: Field | None) -> None:
    """Claim "distance": continuous functions with ``pieces`` pieces are that far from f^power.

    ``of`` is "L1", the integral of |f^power - g|, or "classification", the length where
    [f^power >= threshold] and [g >= threshold] differ.
    """
    claim.only("kind", "of", "power", "pieces", "bound", "threshold")
    f.require_bounded_self_map()
    n = claim["power"].integer(1, _LARGEST_POWER)
    pieces, bound = claim["pieces"].integer(1), claim["bound"].rational()
    of = claim["of"].choice("L1", "classification")
    z = read_number(claim["threshold"], field) if of == "classification" else None
    by = evidence["by"].choice("crossings", "windows")
    if by == "crossings":
        _crossings(n, pieces, bound, z, evidence, f, field)
    elif z is None:
        _windows(n, pieces, bound, evidence, f, field)
    else:
        evidence["by"].fail('"crossings", for the classification error')


def _power(x: Number, n: int, f: Map) -> Number:
    f.work.spend(n * n * size(x) + n)
    result: Number = Fraction(1)
    for _ in range(n):
        result = result * x
    return result


def _crossings(
    n: int,
    pieces: int,
    bound: Fraction,
    z: Number | None,
    evidence: Data,
    f: Map,
    field: Field | None,
) -> None:
    evidence.only("by", "low", "high")
    x, y = read_number(evidence["low"], field), read_number(evidence["high"], field)
    if not x < y:
        evidence["high"].fail("a level above the lower one")
    excess = crossings_of(f, n, x, y) - pieces
    if excess <= 0:
        raise StepFailed("the crossings are not more than the pieces")
    steepest = _power(max(abs(s) for s in f.slopes), n, f)
    if z is None:
        holds = bound * 8 * steepest <= excess * (y - x) * (y - x)
    else:
        if not x < z < y:
            raise StepFailed("the threshold does not lie between the levels")
        side = y - z if y - z < z - x else z - x
        holds = bound * steepest <= excess * side
    if not holds:
        raise StepFailed("the crossings show less")


def _windows(
    n: int, pieces: int, bound: Fraction, evidence: Data, f: Map, field: Field | None
) -> None:
    evidence.only("by", "depth", "windows")
    k = evidence["depth"].integer(1, min(n, _LARGEST_DEPTH))
    slope = abs(f.slopes[0])
    if slope == 0 or any(abs(s) != slope for s in f.slopes):
        raise StepFailed("the slopes of f are not all of one size")
    counts = _counts(f, n - k)
    errors: list[tuple[Number, int]] = []
    seen = set()
    for item in evidence["windows"]:
        item.only("low", "high", "points", "values")
        low, high = read_number(item["low"], field), read_number(item["high"], field)
        key = _key(low), _key(high)
        if key in seen:
            raise StepFailed("a kind of window is listed twice")
        seen.add(key)
        if key not in counts:
            raise StepFailed(f"no piece of f^{n - k} is mapped onto a listed window")
        errors.append((_error(item, f, k, low, high), counts[key]))
    errors.sort(key=lambda e: e[0], reverse=True)
    total: Number = Fraction(0)
    spoilt = pieces - 1
    for error, count in errors:
        left = max(0, count - spoilt)
        spoilt -= count - left
        total = total + left * error
    if not bound * _power(slope, n - k, f) <= total:
        raise StepFailed("the windows show less")


def _key(x: Number) -> object:
    return getattr(x, "coefficients", x)


def _counts(f: Map, steps: int) -> dict[object, int]:
    """How many pieces f^steps maps onto each interval: pieces cut where orbits of ends fall."""
    first = (f.xs[0], f.xs[-1])
    current: dict[object, tuple[Number, Number, int]] = {
        (_key(first[0]), _key(first[1])): (*first, 1)
    }
    for _ in range(steps):
        following: dict[object, tuple[Number, Number, int]] = {}
        for low, high, count in current.values():
            for a, b in _parts(f, low, high):
                u, v = f(a), f(b)
                if v < u:
                    u, v = v, u
                f.work.spend(8 + 2 * size(u) + 2 * size(v))
                key = _key(u), _key(v)
                before = following[key][2] if key in following else 0
                following[key] = u, v, before + count
        current = following
    return {key: count for key, (_, _, count) in current.items()}


def _parts(f: Map, low: Number, high: Number) -> list[tuple[Number, Number]]:
    inner = [f.xs[i] for i in f.inner(low, high)]
    return list(pairwise([low, *inner, high]))


def _error(item: Data, f: Map, k: int, low: Number, high: Number) -> Number:
    """A lower bound on the L1 distance of f^k on [low, high] to affine functions."""
    points = [p.rational() for p in item["points"]]
    values = [v.rational() for v in item["values"]]
    if len(points) != len(values) + 1:
        item["values"].fail("one value for each interval between points")
    if not low <= points[0] or not points[-1] <= high:
        raise StepFailed("the points leave their window")
    if any(not a < b for a, b in pairwise(points)) or any(abs(v) > 1 for v in values):
        raise StepFailed("the points do not increase, or a value is above 1 in size")
    zeroth = first = Fraction(0)
    total: Number = Fraction(0)
    for (a, b), v in zip(pairwise(points), values, strict=True):
        f.work.spend(4 * (size(a) + size(b) + size(v)))
        zeroth += v * (b - a)
        first += v * (b * b - a * a)
        total = total + v * _integral(f, k, a, b)
    if zeroth != 0 or first != 0:
        raise StepFailed("the values are not orthogonal to affine functions")
    return abs(total)


def _integral(f: Map, k: int, low: Number, high: Number) -> Number:
    """The integral of f^k over an interval; f has no plateaus."""
    f.work.spend(4 + 2 * size(low) + 2 * size(high))
    if k == 0:
        return (high - low) * (high + low) / 2
    total: Number = Fraction(0)
    for a, b in _parts(f, low, high):
        u, v = f(a), f(b)
        part = _integral(f, k - 1, *((u, v) if u < v else (v, u)))
        total = total + part * (b - a) / abs(v - u)
    return total
