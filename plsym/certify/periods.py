"""Certificates about periods: that they occur, that they do not, and all of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from plsym.certificates.certificate import Certificate
from plsym.certify.rates import doublings_data, upper_evidence
from plsym.certify.writing import number, written
from plsym.config import Budget
from plsym.dynamics.covers import markov_partition
from plsym.dynamics.periodic import PeriodicPoints, Search, find_periodic, periodic_orbits
from plsym.dynamics.periods import periods as all_periods
from plsym.dynamics.periodset import (
    Absence,
    PeriodSet,
    growth_excludes,
    growth_excludes_level,
)
from plsym.dynamics.periodset import period_set as find_period_set
from plsym.dynamics.robust import robust_period as find_robust_period
from plsym.dynamics.sharkovsky import checked_period, sharkovsky_precedes
from plsym.errors import DomainError, UndecidedError
from plsym.exact.scalars import Scalar
from plsym.networks.network import ReLUNetwork
from plsym.piecewise.function import PiecewiseLinear

__all__ = [
    "cycles",
    "period",
    "period_set",
    "period_set_certificate",
    "periods",
    "periods_certificate",
    "robust_period",
]

_LARGEST_PARTITION = 300

Written = tuple[dict[str, Any], list[Scalar]]
"""Evidence, and the numbers in it that may be irrational."""


def period(
    f: PiecewiseLinear,
    n: int,
    *,
    budget: Budget | None = None,
    network: ReLUNetwork | None = None,
) -> Certificate:
    """Certify that period n occurs, by a cycle, or that it does not.

    Examples
    --------
    >>> f = pl.abs_map("809/500")
    >>> pl.certify.period(f, 3).statement, pl.certify.period(f, 5).statement
    ('f has no point of least period 3', 'f has a point of least period 5')
    """
    points = find_periodic(f, n, budget=budget)
    if points:
        evidence, numbers = _present(f, points)
        claim = {"kind": "period", "period": n}
        return written(claim, f, evidence, network=network, others=numbers)
    _require_bounded(f)
    evidence, numbers = _absent(f, n)
    claim = {"kind": "no period", "period": n}
    return written(claim, f, evidence, network=network, others=numbers)


def robust_period(
    f: PiecewiseLinear,
    n: int,
    *,
    budget: Budget | None = None,
    network: ReLUNetwork | None = None,
) -> Certificate:
    """Certify that f and all maps near to it have period n; see `plsym.robust_period`.

    Raises
    ------
    UndecidedError
        If no expanding cycle of that period is found.

    Examples
    --------
    >>> pl.certify.robust_period(pl.abs_map("17/10"), 3).statement[:35]
    'f has a point of least period 3, an'
    """
    found = find_robust_period(f, n, budget=budget)
    if found is None:
        raise UndecidedError(f"no loop around a cycle of period {n} has a margin")
    numbers: list[Any] = [found.radius]
    if found.intervals:
        ends = [(part.lower, part.upper) for part in found.intervals]
        evidence: dict[str, Any] = {
            "by": "loop",
            "intervals": [[number(a), number(b)] for a, b in ends],
        }
        numbers += [x for pair in ends for x in pair]
    else:
        evidence = {"by": "odd chaos", "points": [number(x) for x in found.orbit]}
        numbers += found.orbit
    claim = {"kind": "period", "period": n, "radius": number(found.radius)}
    return written(claim, f, evidence, network=network, others=numbers)


def cycles(
    f: PiecewiseLinear,
    n: int,
    *,
    budget: Budget | None = None,
    network: ReLUNetwork | None = None,
) -> Certificate:
    """Certify all points of least period n of a map of a bounded interval.

    Examples
    --------
    >>> pl.certify.cycles(pl.tent(), 5).statement
    'f has exactly 6 isolated cycles of period 5'
    """
    _require_bounded(f)
    found = periodic_orbits(f, n, budget=budget)
    points = [orbit.point for orbit in found]
    ends = [(family.interval.lower, family.interval.upper) for family in found.families]
    claim = {
        "kind": "cycles",
        "period": n,
        "points": [number(x) for x in points],
        "intervals": [[number(a), number(b)] for a, b in ends],
    }
    evidence = _exhaustion(f, n)
    del evidence["by"]
    others: list[Any] = [*points, *(x for pair in ends for x in pair)]
    return written(claim, f, evidence, network=network, others=others)


def periods(
    f: PiecewiseLinear,
    up_to: int,
    *,
    budget: Budget | None = None,
    network: ReLUNetwork | None = None,
) -> Certificate:
    """Certify which periods up to a bound occur, for a map of a bounded interval.

    Examples
    --------
    >>> pl.certify.periods(pl.truncated_tent("14/17"), 20).statement
    'the periods of f up to 20 are 1, 2, 4'
    """
    _require_bounded(f)
    occurring = all_periods(f, up_to, budget=budget)
    return periods_certificate(
        f, up_to, occurring, find_period_set(f, up_to=up_to, budget=budget), network
    )


def periods_certificate(
    f: PiecewiseLinear,
    up_to: int,
    occurring: Sequence[int],
    every: PeriodSet,
    network: ReLUNetwork | None = None,
) -> Certificate:
    """Certify periods that have been found, with the proofs of a period set."""
    present, absent, numbers = _both_sides(f, every)
    missing = [n for n in range(1, up_to + 1) if n not in occurring]
    for n in missing:
        if not any(a.covers(n) for a in every.absences):
            evidence, more = _absent(f, n)
            absent.append({"period": n, "evidence": evidence})
            numbers += more
    for n in occurring:
        if not sharkovsky_precedes(every.strongest, n):
            evidence, more = _present(f, find_periodic(f, n))
            present.append({"period": n, "evidence": evidence})
            numbers += more
    claim = {"kind": "periods", "up_to": up_to, "periods": list(occurring)}
    evidence = {"present": present, "absent": absent}
    return written(claim, f, evidence, network=network, others=numbers)


def period_set(
    f: PiecewiseLinear,
    *,
    up_to: int = 16,
    budget: Budget | None = None,
    network: ReLUNetwork | None = None,
) -> Certificate:
    """Certify the set of all periods; see `plsym.period_set`.

    Raises
    ------
    UndecidedError
        If periods before the strongest one that was found stay open.

    Examples
    --------
    >>> pl.certify.period_set(pl.abs_map("809/500")).statement
    "the periods of f are 5 and all that it forces in Sharkovsky's order"
    """
    return period_set_certificate(f, find_period_set(f, up_to=up_to, budget=budget), network)


def period_set_certificate(
    f: PiecewiseLinear, every: PeriodSet, network: ReLUNetwork | None = None
) -> Certificate:
    """Certify a complete period set that has been found."""
    if not every.complete:
        raise UndecidedError(
            f"periods that force {every.strongest} are open; search further with up_to=..."
        )
    present, absent, numbers = _both_sides(f, every, every.strongest)
    claim = {"kind": "period set", "strongest": every.strongest}
    evidence = {"present": present, "absent": absent}
    return written(claim, f, evidence, network=network, others=numbers)


# ------------------------------------------------------------------------------ evidence


def _require_bounded(f: PiecewiseLinear) -> None:
    if any(isinstance(end, float) for end in f.domain):
        raise DomainError("absent periods are certified on a bounded interval; restrict the domain")


def _present(f: PiecewiseLinear, points: PeriodicPoints) -> Written:
    """A cycle of the wanted period."""
    cycle: list[Any]
    if points.orbits:
        cycle = list(points.orbits[0].points)
    else:
        part: Any = points.families[0].interval
        # a third of the way lies inside, and not in the middle, which a reflection fixes
        cycle = [part.lower + (part.upper - part.lower) / 3]
        for _ in range(points.period - 1):
            cycle.append(f(cycle[-1]))
    return {"by": "cycle", "points": [number(x) for x in cycle]}, cycle


def _exhaustion(f: PiecewiseLinear, n: int) -> dict[str, Any]:
    """The words of all itineraries of length n, and of half of it."""
    clock = Budget().start()
    words = Search(f, checked_period(n), clock).words(n)
    halves = [] if n % 2 else Search(f, n // 2, clock).words(n // 2)
    return {
        "by": "exhaustion",
        "words": [" ".join(map(str, word)) for word in words],
        "half_words": [" ".join(map(str, word)) for word in halves],
    }


def _absent(f: PiecewiseLinear, n: int) -> Written:
    """That a period does not occur: by a graph if that is possible, else by all itineraries."""
    return _single_cycles(f, n) or (_exhaustion(f, n), [])


def _single_cycles(f: PiecewiseLinear, n: int) -> Written | None:
    """A Markov partition whose overlaps form single cycles, none of which leaves n open."""
    import networkx as nx

    try:
        points: list[Any] = list(markov_partition(f, up_to=_LARGEST_PARTITION))
    except UndecidedError:
        return None
    place = {x: i for i, x in enumerate(points)}
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(points) - 1))
    falls = []
    for i, (u, v) in enumerate(pairwise(place[f(x)] for x in points)):
        graph.add_edges_from((i, j) for j in range(min(u, v), max(u, v)))
        falls.append(u > v)
    condensed = nx.condensation(graph)
    layers = [0] * len(graph)
    for layer, part in enumerate(reversed(list(nx.topological_sort(condensed)))):
        members = condensed.nodes[part]["members"]
        edges = graph.subgraph(members).number_of_edges()
        turned = sum(falls[i] for i in members) % 2 == 1
        length = len(members)
        if edges > length or (edges and (n == length or (turned and n == 2 * length))):
            return None
        for i in members:
            layers[i] = layer
    return {"by": "graph", "points": [number(x) for x in points], "layers": layers}, points


def _both_sides(
    f: PiecewiseLinear, every: PeriodSet, strongest: int | None = None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[Scalar]]:
    """The evidence of a period set: all of it, or what closes the gap before one period."""
    evidence, numbers = _present(f, every.witness)
    present = [{"period": every.strongest, "evidence": evidence}]
    absent = []
    for absence in every.absences:
        if strongest is None or _closes(absence, strongest):
            what, more = _absence(f, absence, every)
            absent.append(what)
            numbers += more
            if strongest is not None:
                break
    return present, absent, numbers


def _closes(absence: Absence, strongest: int) -> bool:
    twos = (strongest & -strongest).bit_length() - 1
    odd = strongest >> twos
    if odd == 1:
        return absence.covers(2 * strongest)
    if odd > 3:
        return absence.covers((odd - 2) << twos)
    return twos > 0 and absence.covers_level(twos - 1)


def _absence(f: PiecewiseLinear, absence: Absence, every: PeriodSet) -> tuple[dict[str, Any], Any]:
    period, level = absence.period, absence.level
    what: dict[str, Any] = {"level": level} if period is None else {"period": period}
    if absence.by == "exhaustion":
        assert period is not None
        evidence, points = _absent(f, period)
        return {**what, "evidence": evidence}, points
    if absence.by == "exchange":
        levels, points = doublings_data(absence.doublings)
        return {**what, "evidence": {"by": "exchange", "doublings": levels}}, points
    rate, bound, upper, numbers = upper_evidence(every.growth)
    # the certified bound can be a little above the growth number that was found
    if growth_excludes_level(bound, level) if period is None else growth_excludes(bound, period):
        return {**what, "evidence": {"by": "growth", "rate": rate, "evidence": upper}}, numbers
    if period is None:
        raise UndecidedError("the bound of the growth number is too wide for a certificate")
    return {**what, "evidence": _exhaustion(f, period)}, []
