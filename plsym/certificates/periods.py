"""Claims that a period occurs: a cycle, a loop of covering intervals, odd chaos, forcing.

References
----------
.. [1] L. Block, J. Guckenheimer, M. Misiurewicz, L.-S. Young, "Periodic points and
   topological entropy of one dimensional maps", Lecture Notes in Mathematics 819 (1980),
   18-34, Lemmas 1.1 to 1.4 (loops of covering intervals).
.. [2] A. N. Sharkovsky, "Coexistence of cycles of a continuous map of the line into
   itself", Ukrainian Mathematical Journal 16 (1964), 61-71.
.. [3] T.-Y. Li, M. Misiurewicz, G. Pianigiani, J. A. Yorke, "Odd chaos", Physics
   Letters A 87 (1982), 271-273.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from plsym.certificates.algebraic import Field, Number, read_number, read_numbers
from plsym.certificates.codec import Data, StepFailed
from plsym.certificates.maps import Map
from plsym.certificates.orbits import check_cycle, follow
from plsym.errors import CertificateFormatError

__all__ = ["check_period", "forces", "split"]

_LARGEST = 1 << 64


def split(n: int) -> tuple[int, int]:
    """n = 2**twos * odd."""
    twos = (n & -n).bit_length() - 1
    return twos, n >> twos


def forces(m: int, n: int) -> bool:
    """Whether period m forces period n by Sharkovsky's theorem [2]_."""
    if m == n:
        return True
    (i, p), (j, q) = split(m), split(n)
    if p > 1 and q > 1:
        return i < j or (i == j and p < q)
    return p > 1 or (q == 1 and i > j)


def check_period(claim: Data, evidence: Data, f: Map, field: Field | None) -> None:
    """Claim "period": f has a point of least period ``period``.

    With a ``radius`` r, so has each continuous map g of the domain into itself with
    |g - f| < r everywhere.
    """
    claim.only("kind", "period", "radius")
    n = claim["period"].integer(1, _LARGEST)
    radius = read_number(claim["radius"], field) if claim.has("radius") else Fraction(0)
    if radius < 0:
        raise CertificateFormatError(f"{claim.path}.radius: a radius is not negative")
    check_occurs(n, radius, evidence, f, field)


def check_occurs(n: int, radius: Number, evidence: Data, f: Map, field: Field | None) -> None:
    """Check the evidence that period n occurs."""
    f.require_self_map()
    evidence.only("by", "points", "intervals", "period", "evidence")
    how = evidence["by"].choice("cycle", "loop", "odd chaos", "forcing")
    if how == "forcing":
        m = evidence["period"].integer(1, _LARGEST)
        if not forces(m, n):
            raise StepFailed(f"period {m} does not force period {n}")
        if evidence["evidence"]["by"].value == "forcing":
            raise CertificateFormatError(f"{evidence.path}: forcing stands on another proof")
        check_occurs(m, radius, evidence["evidence"], f, field)
    elif how == "cycle":
        points = read_numbers(evidence["points"], field)
        if radius > 0:
            raise StepFailed("a cycle of points need not survive a change of the map")
        if len(points) != n:
            raise StepFailed(f"{len(points)} points are no cycle of period {n}")
        check_cycle(f, points)
    elif how == "loop":
        _check_loop(n, radius, evidence["intervals"], f, field)
    else:
        _check_odd_chaos(n, radius, read_numbers(evidence["points"], field), f)


def _check_loop(n: int, radius: Number, data: Data, f: Map, field: Field | None) -> None:
    """A loop of n intervals, each covering the next, holds a point of f^n(x) = x [1]_.

    Its least period d divides n.  If d < n, then d divides n / p for a prime p, and each
    interval meets the one n / p steps on; in one point at most, if they share an end.
    """
    intervals: list[tuple[Number, Number]] = []
    for item in data:
        ends = read_numbers(item, field)
        if len(ends) != 2 or not ends[0] < ends[1] or not (f.holds(ends[0]) and f.holds(ends[1])):
            item.fail("two points of the domain, the lower first,")
        intervals.append((ends[0], ends[1]))
    if len(intervals) != n:
        raise StepFailed(f"a loop of {len(intervals)} intervals is no loop of length {n}")
    for i, (low, high) in enumerate(intervals):
        least, greatest = f.hull(low, high)
        target = intervals[(i + 1) % n]
        if least > target[0] - radius or greatest < target[1] + radius:
            raise StepFailed(f"the image of interval {i} does not cover the next one")
    for p in _prime_factors(n):
        if not any(_apart(intervals, i, n // p, radius, f) for i in range(n)):
            raise StepFailed(f"the point of the loop could have period {n // p}")


def _apart(
    intervals: Sequence[tuple[Number, Number]], i: int, d: int, radius: Number, f: Map
) -> bool:
    """Whether no point of interval i, of those that follow the loop, comes back after d steps."""
    (a, b), (c, e) = intervals[i], intervals[(i + d) % len(intervals)]
    if b < c or e < a:
        return True
    if radius > 0 or (b != c and e != a):
        return False
    # only the common end could come back
    end = b if b == c else a
    x = end
    for _ in range(d):
        x = f(x)
    return x != end


def _check_odd_chaos(n: int, radius: Number, points: Sequence[Number], f: Map) -> None:
    """f^n(x) <= x < f(x) for an odd n >= 3, or both turned round, forces period n [3]_.

    If |g - f| <= r then |g^n - f^n| <= r (1 + L + ... + L^(n-1)), L the Lipschitz constant.
    """
    if n < 3 or n % 2 == 0 or len(points) != n + 1:
        raise StepFailed("odd chaos is about the n + 1 points x, ..., f^n(x) for an odd n >= 3")
    if not f.holds(points[0]):
        raise StepFailed("the point lies outside the domain")
    follow(f, points)
    x, after, last = points[0], points[1], points[-1]
    up, back = after - x, x - last
    if up < 0:
        up, back = -up, -back
    if radius > 0:
        steepest = max(abs(s) for s in f.all_slopes)
        total: Number = Fraction(0)
        for _ in range(n):
            f.work.spend(f.cost * n)
            total = total * steepest + 1
        up, back = up - radius, back - radius * total
    if not (up > 0 or (radius > 0 and up == 0)) or back < 0:
        raise StepFailed("the point does not go one way in one step and back in n")


def _prime_factors(n: int) -> list[int]:
    """The primes that divide n, which is the length of a list."""
    out, p = [], 2
    while p * p <= n:
        if n % p == 0:
            out.append(p)
            while n % p == 0:
                n //= p
        p += 1
    return [*out, n] if n > 1 else out
