"""Whether the claim of a certificate is true, by slow methods that do not read its evidence.

Only certificates over the rationals.  Iterates are built by composition; the growth
number is compared with the numbers of laps of iterates and with the search of plsym.
"""

from __future__ import annotations

from fractions import Fraction as Fr
from itertools import pairwise

import brute_iterates as brute

import plsym as pl


def function(data):
    """The function of a certificate in the form of `brute_iterates`."""
    xs = tuple(Fr(x) for x in data["breakpoints"])
    ys = tuple(Fr(y) for y in data["values"])
    left, right = (
        None if data.get(side) is None else Fr(data[side]) for side in ("left_slope", "right_slope")
    )
    return brute.canonical((xs, ys, left, right))


def inside(f, x):
    return (f[2] is not None or x >= f[0][0]) and (f[3] is not None or x <= f[0][-1])


def public(f):
    return pl.PiecewiseLinear(f[0], f[1], left_slope=f[2], right_slope=f[3])


def fixed(g):
    """Points and intervals on which g(x) = x, of a bounded function."""
    xs, ys = g[0], g[1]
    points, intervals = [], []
    for (a, u), (b, v) in pairwise(zip(xs, ys, strict=True)):
        if u == a and v == b:
            intervals.append((a, b))
        elif (u - a) * (v - b) <= 0:
            points.append(a + (b - a) * (a - u) / ((a - u) + (v - b)))
    return points, intervals


def least_period(f, x, bound):
    y = x
    for n in range(1, bound + 1):
        y = brute.value(f, y)
        if y == x:
            return n
    return None


def points_of_period(f, n):
    """Points of least period n, and inner points of intervals of such points."""
    points, intervals = fixed(brute.iterates(f, n)[-1])
    samples = set(points)
    for a, b in intervals:
        # all but finitely many points have one period; these samples hit no breakpoint
        samples |= {a, b, (a + b) / 2, a + (b - a) * Fr(499, 1009), a + (b - a) * Fr(1, 1013)}
    return {x for x in samples if least_period(f, x, n) == n}


def has_period(f, n):
    """By construction of f^n for small n, else by search."""
    if n <= 6 and len(f[0]) ** n < 4000:
        return bool(points_of_period(f, n))
    return bool(pl.periodic_orbits(public(f), n))


def true(data):
    """Whether the claim holds."""
    claim = data["claim"]
    f = function(data["function"])
    kind = claim["kind"]
    if "network" in data["function"] and not network_computes(data["function"], f):
        return False
    if kind == "all":
        return all(true({**data, "claim": one}) for one in claim["claims"])
    return RULES[kind](claim, f)


def network_computes(data, f):
    """By evaluation at the breakpoints and between them (a wrong network differs there)."""
    xs = sorted({*f[0], *(Fr(x) for x in data["network"].get("points") or [])})
    xs += [(a + b) / 2 for a, b in pairwise(xs)] + [(2 * a + b) / 3 for a, b in pairwise(xs)]
    for x in xs:
        h = [x]
        for stage in data["network"]["stages"]:
            z = [
                sum((Fr(w) * v for w, v in zip(row, h, strict=True)), Fr(b))
                for row, b in zip(stage["weights"], stage["bias"], strict=True)
            ]
            slopes = map(Fr, stage["negative_slope"])
            h = [v if v > 0 else a * v for v, a in zip(z, slopes, strict=True)]
        if h != [brute.value(f, x)]:
            return False
    return True


def self_map(f):
    return all(inside(f, y) for y in f[1])


def orbit(claim, f):
    points = [Fr(x) for x in claim["points"]]
    return all(inside(f, x) for x in points) and all(
        brute.value(f, x) == y for x, y in pairwise(points)
    )


def eventual(claim, f):
    points = [Fr(claim["point"])]
    for _ in range(claim["preperiod"] + claim["period"]):
        if not inside(f, points[-1]):
            return False
        points.append(brute.value(f, points[-1]))
    last = points.pop()
    return last == points[claim["preperiod"]] and len(set(points)) == len(points)


def period(claim, f):
    radius = Fr(claim.get("radius") or 0)
    found = self_map(f) and has_period(f, claim["period"])
    if not radius or not found:
        return found
    # maps nearer than the radius: shifted up and down, and clipped to the domain
    for shift in (radius, -radius, radius / 2):
        step = shift * Fr(999, 1000)
        near = public(f) + step
        low, high = near.domain
        near = near if isinstance(low, float) else pl.maximum(near, low)
        near = near if isinstance(high, float) else pl.minimum(near, high)
        if not pl.periodic_orbits(near, claim["period"]):
            return False
    return True


def no_period(claim, f):
    if not self_map(f):
        return False
    if claim.get("level") is not None:
        return not any(has_period(f, q << i) for i in range(claim["level"] + 1) for q in (3, 5))
    return not has_period(f, claim["period"])


def cycles(claim, f):
    n = claim["period"]
    if not self_map(f):
        return False
    intervals = [(Fr(a), Fr(b)) for a, b in claim["intervals"]]
    listed = set()
    for x in map(Fr, claim["points"]):
        if not inside(f, x) or least_period(f, x, n) != n:
            return False
        for _ in range(n):
            listed.add(x)
            x = brute.value(f, x)
    for a, b in intervals:
        inner = a + (b - a) * Fr(499, 1009)
        if not a < b or not inside(f, a) or least_period(f, inner, n) != n:
            return False
    for x in points_of_period(f, n):
        seen = {x}
        for _ in range(n):
            x = brute.value(f, x)
            seen.add(x)
        if not seen & listed and not any(a <= y <= b for y in seen for a, b in intervals):
            return False
    return True


def all_periods(claim, f):
    if not self_map(f):
        return False
    up_to = min(claim["up_to"], 7)
    return [n for n in range(1, up_to + 1) if has_period(f, n)] == sorted(
        n for n in set(claim["periods"]) if n <= up_to
    )


def period_set(claim, f):
    if not self_map(f):
        return False
    m = claim["strongest"]
    return has_period(f, m) and all(
        has_period(f, n) == pl.sharkovsky_precedes(m, n) for n in range(1, 8)
    )


def growth(claim, f):
    if not self_map(f):
        return False
    low, high = claim.get("lower"), claim.get("upper")
    found = pl.growth(public(f), Fr(1, 10**6), budget=pl.Budget(seconds=20))
    if claim.get("exact") is not None:
        polynomial = claim["exact"]["minimal_polynomial"]
        a, b = map(Fr, claim["exact"]["interval"])
        value = [
            sum(c * x**k for k, c in enumerate(polynomial)) for x in (found.lower, found.upper)
        ]
        return (
            a < found.upper
            and found.lower < b
            and (value[0] * value[1] <= 0 or found.lower == found.upper)
        )
    laps = [brute.laps(g) for g in brute.iterates(f, 4)]
    return (
        (low is None or Fr(low) <= found.upper)
        and (high is None or Fr(high) >= found.lower)
        and all(low is None or Fr(low) <= 0 or Fr(low) ** n <= k for n, k in enumerate(laps, 1))
    )


def count(claim, f):
    if not self_map(f):
        return False
    g = brute.iterates(f, claim["power"])[-1]
    number = claim["count"] if isinstance(claim["count"], int) else int(claim["count"], 16)
    if claim["of"] == "laps":
        return brute.laps(g) == number
    if claim["of"] == "pieces":
        return brute.pieces(g) == number
    if claim["of"] == "threshold":
        return brute.threshold(g, Fr(claim["low"])) == number
    low, high = Fr(claim["low"]), Fr(claim["high"])
    return low < high and brute.alternation(g, low, high) == number


def covers(claim, f):
    points = [Fr(x) for x in claim["points"]]
    if not self_map(f) or sorted(set(points)) != points or not all(inside(f, x) for x in points):
        return False
    found = set()
    for i, (a, b) in enumerate(pairwise(points)):
        g = brute.iterates(f, claim["power"])[-1]
        values = [brute.value(g, x) for x in (a, b, *(x for x in g[0] if a < x < b))]
        for j, (c, d) in enumerate(pairwise(points)):
            if min(values) <= c and d <= max(values):
                found.add((i, j))
    return found == {tuple(edge) for edge in claim["edges"]}


def distance(claim, f):
    """Against the least error over all functions with so many pieces, for L1 from above."""
    if not self_map(f):
        return False
    target = public(f).iterate(claim["power"])
    pieces = claim["pieces"] if isinstance(claim["pieces"], int) else int(claim["pieces"], 16)
    bound = Fr(claim["bound"])
    if claim["of"] == "classification":
        z = Fr(claim["threshold"])
        least = pl.best_approximation(target, pieces, "classification", threshold=z).error
        return bound <= least
    if target.num_pieces > 40:
        return bound <= pl.separation(public(f), claim["power"], (1,)).constant.l1
    return bound <= pl.best_approximation(target, pieces).error.upper


RULES = {
    "distance": distance,
    "value": lambda c, f: (
        inside(f, Fr(c["point"])) and brute.value(f, Fr(c["point"])) == Fr(c["value"])
    ),
    "orbit": orbit,
    "eventual period": eventual,
    "period": period,
    "no period": no_period,
    "cycles": cycles,
    "periods": all_periods,
    "period set": period_set,
    "growth": growth,
    "count": count,
    "covers": covers,
    "equal": lambda c, f: f == function(c["other"]),
    "network": lambda c, f: True,
}
