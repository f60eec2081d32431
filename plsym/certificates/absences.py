"""Claims that a period does not occur: growth, exchanged sides, a graph, exhaustion, forcing.

References
----------
.. [1] L. Block, J. Guckenheimer, M. Misiurewicz, L.-S. Young, "Periodic points and
   topological entropy of one dimensional maps", Lecture Notes in Mathematics 819 (1980),
   18-34: a map with period 2^d q, q > 1 odd, has growth number at least rho_q^(1/2^d),
   where rho_q is the largest root of x^q - 2 x^(q-2) - 1, which exceeds sqrt(2).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from plsym.certificates.algebraic import Field, Number, read_field, read_number, read_numbers, size
from plsym.certificates.codec import Data, StepFailed
from plsym.certificates.halves import halved
from plsym.certificates.itineraries import all_cycles
from plsym.certificates.maps import Map
from plsym.certificates.periods import forces, split
from plsym.certificates.rates import check_upper
from plsym.errors import CertificateFormatError

__all__ = ["Absent", "check_absence", "check_no_period"]

_LARGEST = 1 << 64


class Absent:
    """What an evidence of absence excludes: one period, or all 2^i q with i <= level, q > 1 odd."""

    def __init__(self, period: int | None, level: int) -> None:
        self.period, self.level = period, level

    @classmethod
    def read(cls, data: Data) -> Absent:
        """Read "period" or "level" from an object."""
        if data.has("period") == data.has("level"):
            raise CertificateFormatError(f'{data.path}: either "period" or "level" is needed')
        if data.has("level"):
            return cls(None, data["level"].integer(0, 63))
        return cls(data["period"].integer(1, _LARGEST), 0)

    def excludes(self, n: int) -> bool:
        """Whether period n is excluded, by itself or because it would force what is."""
        if self.period is not None:
            return forces(n, self.period)
        twos, odd = split(n)
        return odd > 1 and twos <= self.level

    def excludes_level(self, level: int) -> bool:
        """Whether all 2^i q with i <= level and odd q > 1 are excluded."""
        if self.period is None:
            return level <= self.level
        twos, odd = split(self.period)
        return odd == 1 or level < twos


def check_no_period(claim: Data, evidence: Data, f: Map, field: Field | None) -> None:
    """Claim "no period": no point has least period ``period`` (or 2^i q, see `Absent`)."""
    claim.only("kind", "period", "level")
    check_absence(Absent.read(claim), evidence, f, field)


def check_absence(absent: Absent, evidence: Data, f: Map, field: Field | None) -> None:
    """Check the evidence for an absence."""
    f.require_bounded_self_map()
    evidence.only(
        "by", "points", "doublings", "layers", "words", "half_words", "rate", "evidence", "period"
    )
    how = evidence["by"].choice("growth", "exchange", "graph", "exhaustion", "forcing")
    if how == "growth":
        rates = None
        if isinstance(evidence["rate"].value, dict):  # an algebraic number of its own field
            rates = read_field(evidence["rate"], f.work)
        rate = read_number(evidence["rate"], field) if rates is None else rates.generator
        check_upper(rate, evidence["evidence"], f, field, rates)
        _check_rate(absent, rate, f)
    elif how == "exchange":
        _check_exchange(absent, evidence, f, field)
    elif absent.period is None:
        raise StepFailed(f"{how} is about one period, not about a level")
    elif how == "graph":
        _check_graph(absent.period, evidence, f, field)
    elif how == "forcing":
        weaker = evidence["period"].integer(1, _LARGEST)
        if not forces(absent.period, weaker):
            raise StepFailed(f"period {absent.period} does not force period {weaker}")
        if evidence["evidence"]["by"].value == "forcing":
            raise CertificateFormatError(f"{evidence.path}: forcing stands on another proof")
        check_absence(Absent(weaker, 0), evidence["evidence"], f, field)
    else:
        isolated, families = all_cycles(absent.period, evidence, f)
        if isolated or families:
            raise StepFailed(f"there are points of period {absent.period}")


def _check_rate(absent: Absent, rate: Number, f: Map) -> None:
    """Insist on a growth bound below the least growth number of maps with that period [1]_."""
    d, q = split(absent.period) if absent.period is not None else (absent.level, 0)
    t = rate
    for _ in range(d):
        if t >= 2:
            break
        f.work.spend(1 + size(t) ** 2)
        t = t * t
    excess = t * t - 2
    if excess <= 0 and q != 1:
        return  # at most sqrt(2), below rho_q for all q
    if q < 3:
        raise StepFailed("the growth bound does not exclude this")
    # t > sqrt(2), so t^(q-2) > 2^((q-2)/2): too large an exponent cannot help
    doublings, power = 0, excess
    while power < 1:
        power = power * 2
        doublings += 1
        f.work.spend(1 + size(power))
    if (q - 2) // 2 >= doublings:
        raise StepFailed("the growth bound is not below the least growth with that period")
    total: Number = excess
    for _ in range(q - 2):
        f.work.spend(1 + size(total))
        total = total * t
    if not total < 1:
        raise StepFailed("the growth bound is not below the least growth with that period")


def _check_exchange(absent: Absent, data: Data, f: Map, field: Field | None) -> None:
    """Exchanged sides at levels 0, 1, ..., k - 1 exclude 2^i q with i < k, see `halves`."""
    levels, _ = halved(data["doublings"], f, field)
    if absent.period is None:
        if absent.level >= levels:
            raise StepFailed(f"{levels} doublings do not exclude level {absent.level}")
        return
    twos, odd = split(absent.period)
    if odd == 1 or twos >= levels:
        raise StepFailed(f"{levels} doublings do not exclude period {absent.period}")


def _check_graph(n: int, data: Data, f: Map, field: Field | None) -> None:
    """Intervals whose images overlap others in single cycles only leave few periods.

    The points hold all breakpoints, so f is affine between neighbours.  An orbit that
    meets no point and no value of a plateau follows the overlaps.  ``layers`` never
    rise along an overlap, so a periodic orbit stays in one layer, and there each
    interval overlaps one other at most: the orbit goes round one cycle of intervals of
    some length m.  There f^m is affine, so its periodic points have period 1, or 2 if
    it turns the interval round: the period of the orbit is m or 2 m.
    """
    points = read_numbers(data["points"], field)
    layers = [item.integer(0) for item in data["layers"]]
    if len(points) < 2 or len(layers) != len(points) - 1:
        raise CertificateFormatError(f"{data.path}: one layer for each interval is needed")
    if any(not a < b for a, b in pairwise(points)):
        raise StepFailed("the points of the graph do not increase")
    if points[0] != f.xs[0] or points[-1] != f.xs[-1]:
        raise StepFailed("the points of the graph do not run from end to end of the domain")
    f.work.spend(4 * len(points))
    place = 0
    for x in f.xs:
        while points[place] < x:
            place += 1
        if points[place] != x:
            raise StepFailed("a breakpoint of the map is no point of the graph")
    values = [f(x) for x in points]
    follower: list[int | None] = []
    special = list(points)
    for i, (u, v) in enumerate(pairwise(values)):
        if u == v:
            special.append(u)
            follower.append(None)
            continue
        low, high = min(u, v), max(u, v)
        targets = _overlaps(points, low, high)
        f.work.spend(len(targets))
        if any(layers[j] > layers[i] for j in targets):
            raise StepFailed(f"interval {i} of the graph overlaps one of a higher layer")
        same = [j for j in targets if layers[j] == layers[i]]
        if len(same) > 1:
            raise StepFailed(f"interval {i} of the graph overlaps two others of its layer")
        follower.append(same[0] if same else None)
    for length, turned in _cycles_of(follower, [u > v for u, v in pairwise(values)]):
        if n == length or (turned and n == 2 * length):
            raise StepFailed(f"a cycle of intervals leaves period {n} open")
    for x in special:
        if _least_period_is(f, x, n):
            raise StepFailed(f"a point of the graph has period {n}")


def _overlaps(points: Sequence[Number], low: Number, high: Number) -> range:
    """The intervals between neighbouring points whose insides meet (low, high)."""
    from bisect import bisect_left, bisect_right

    return range(bisect_right(points, low) - 1, bisect_left(points, high))


def _cycles_of(follower: Sequence[int | None], falls: Sequence[bool]) -> list[tuple[int, bool]]:
    """The length of each cycle, and whether going round it once turns intervals round."""
    seen: dict[int, int] = {}
    out = []
    for start in range(len(follower)):
        path = []
        at: int | None = start
        while at is not None and at not in seen:
            seen[at] = start
            path.append(at)
            at = follower[at]
        if at is not None and seen[at] == start and at in path:
            cycle = path[path.index(at) :]
            out.append((len(cycle), sum(falls[i] for i in cycle) % 2 == 1))
    return out


def _least_period_is(f: Map, x: Number, n: int) -> bool:
    y: Number = x
    for k in range(1, n + 1):
        y = f(y)
        if y == x:
            return k == n
    return False
