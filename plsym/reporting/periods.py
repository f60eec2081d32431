"""Steps about periods: which occur and why, the shortest cycles, a covering graph."""

from __future__ import annotations

from typing import Any

from plsym.certify.identity import covers as covers_certificate
from plsym.certify.periods import (
    period_set_certificate,
    periods_certificate,
)
from plsym.certify.periods import robust_period as robust_certificate
from plsym.dynamics.covers import cover_graph, markov_partition
from plsym.dynamics.periodic import periodic_orbits
from plsym.dynamics.periods import periods as periods_up_to
from plsym.dynamics.periodset import PeriodSet
from plsym.dynamics.robust import robust_period
from plsym.errors import BudgetExceeded, UndecidedError
from plsym.reporting.numbers import count, exact
from plsym.reporting.page import Content, Html, badge, join, paragraph, table, tag
from plsym.reporting.pictures import pair, picture
from plsym.reporting.study import Part, Study, attempt
from plsym.theory.constants import odd_part
from plsym.verdict import Outcome

__all__ = ["cover", "cycles", "periods", "robust"]

_UP_TO = 12
_SHORTEST = 8  # the longest cycles that are listed
_MANY = 30_000  # itineraries that a search may visit
_NODES = 12  # of a legible covering graph
_MARKS = {Outcome.PROVED: ("occurs", "good"), Outcome.REFUTED: ("does not", "idle")}


def periods(study: Study) -> Part:
    """Which periods occur: all of them on a bounded interval, else up to a bound."""
    f = study.f
    found = periods_up_to(f, _UP_TO, budget=study.budget(0.3))
    if not study.is_bounded:
        missing = [n for n in range(1, _UP_TO + 1) if n not in found]
        words = f"The least periods up to {_UP_TO} are {_names(found) or 'none'}"
        words += f"; {_names(missing)} do not occur." if missing else "."
        data = {"periods": {"up_to": _UP_TO, "found": found}}
        return Part((paragraph(words),), data, (("Periods", _names(found) or "none"),))
    every = study.periods
    long, short = _words(every)
    rows = []
    for n in range(1, _UP_TO + 1):
        verdict = every.verdict(n)
        mark = badge(*_MARKS.get(verdict.outcome, ("open", "open")))
        reason = verdict.reason.replace("by Sharkovsky's order", f"by {every.strongest}")
        rows.append((n, mark, reason))
    grid = table(
        "The first periods, and how it is known", ("period", "verdict", "reason"), rows, "ntt"
    )
    net = study.stated
    proofs = attempt("periods", lambda: periods_certificate(f, _UP_TO, found, every, net))
    if every.complete:
        proofs += attempt("period-set", lambda: period_set_certificate(f, every, net))
    data = {
        "periods": {
            "up_to": _UP_TO,
            "found": found,
            "strongest": every.strongest,
            "complete": every.complete,
        }
    }
    return Part((paragraph(long), grid), data, (("Periods", short),), proofs)


def _names(numbers: Any) -> str:
    return ", ".join(str(n) for n in numbers)


def _words(every: PeriodSet) -> tuple[Content, str]:
    """The set of periods in a sentence, and in a few words."""
    p = every.strongest
    _, odd = odd_part(p)
    if not every.complete:
        return (
            f"Period {p} occurs with all that it forces in Sharkovsky's order; earlier periods "
            "are open: they were neither found nor excluded.",
            f"{p} and all it forces; others open",
        )
    if p == 3:
        return "Every number is the least period of some point, since 3 is one.", "all"
    if odd == p and p > 1:
        missing = _names(range(3, p, 2)) if p <= 9 else f"3, 5, ..., {p - 2}"
        return (
            f"All periods occur except {missing}: {p} forces all others in Sharkovsky's order.",
            f"all but {missing}",
        )
    if odd == 1:
        powers = _names(1 << k for k in range(p.bit_length()))
        ends = "is the only least period." if p == 1 else "are the least periods, and no others."
        return f"{powers} {ends}", powers
    return (
        f"The least periods are {p} and all that it forces in Sharkovsky's order, and no others.",
        f"{p} and all it forces",
    )


def robust(study: Study) -> Part:
    """By how much the map can change without losing its strongest period."""
    f, p = study.f, study.periods.strongest
    if p == 1:
        return Part()
    found = robust_period(f, p, budget=study.budget(0.3))
    if found is None:
        return Part()
    words = paragraph(
        f"Period {p} is robust: each continuous map of the domain into itself that differs from f "
        "by less than ",
        exact(found.radius),
        " everywhere has a point of that period, too.",
    )
    budget = study.budget(0.3)
    proofs = attempt(
        "robust-period", lambda: robust_certificate(f, p, budget=budget, network=study.stated)
    )
    return Part((words,), {"robust_radius": found.radius}, proofs=proofs)


def cycles(study: Study) -> Part:
    """How many cycles of the least lengths there are, one of each exactly; a cobweb."""
    f = study.f
    rows: list[tuple[Content, ...]] = []
    numbers: dict[str, int] = {}
    for n in range(1, _SHORTEST + 1):
        try:
            found = periodic_orbits(f, n, budget=study.budget(0.1, pieces=_MANY))
        except BudgetExceeded:
            break
        if not found:
            continue
        numbers[str(n)] = len(found)
        if found.orbits:
            points = found.orbits[0].points
            shown = join((exact(x) for x in points), ", ")
        else:
            shown = join(["all points of ", exact(found.families[0].interval)])
        how = count(len(found)) if not found.families else f"{len(found)} and whole intervals"
        rows.append((n, how, shown))
    if not rows:
        return Part()
    grid = table(
        "Cycles, and the first of each length", ("length", "cycles", "points"), rows, "nnt"
    )
    return Part((tag("h3", "The shortest cycles"), grid, *_cobweb(study)), {"cycles": numbers})


def _cobweb(study: Study) -> tuple[Html, ...]:
    from plsym.plotting import cobweb

    f = study.f
    if not study.is_bounded:
        return ()
    p = study.periods.strongest
    if p > 1 and study.cycle is not None:
        start, steps = study.cycle[0], p
        words = f"The cycle of length {p} through its least point"
    else:
        low, high = f.domain
        start, steps = low + (high - low) / 10, 40
        words = f"The orbit of a point, {steps} steps"
    drawing = picture(
        "cobweb",
        f"{words}, as a staircase between the graph of f and the diagonal",
        f"{words}, between the graph and the diagonal.",
        lambda ax: cobweb(f, start, steps, ax),
        size=(3.4, 3.4),
    )
    return (drawing,)


def cover(study: Study) -> Part:
    """Which intervals between the points of a cycle, or of a Markov partition, cover which."""
    from plsym.plotting import cover_graph as draw

    f, p = study.f, study.periods.strongest
    if study.cycle is not None and 3 <= p <= _NODES + 1:
        points, of = study.cycle, f"between the points of a cycle of length {p}"
    else:
        try:
            points, of = markov_partition(f, up_to=_NODES + 1), "of a Markov partition"
        except UndecidedError:
            return Part()
        if not 3 <= len(points) <= _NODES + 1:
            return Part()
    graph = cover_graph(f, points)
    if not graph.number_of_edges():
        return Part()
    rows = []
    for i in graph:
        covered = join((_node(j) for j in sorted(graph[i])), ", ") or "none"
        rows.append((_node(i), exact(graph.nodes[i]["interval"]), covered))
    grid = table(f"Intervals {of}, and what they cover", ("", "interval", "covers"), rows, "ttt")
    drawing = picture(
        "covers",
        f"The covering graph of {len(graph)} intervals {of}, {graph.number_of_edges()} arrows",
        "The covering graph: an arrow says that f maps one interval over the other.",
        lambda ax: draw(graph, ax),
        size="own",
    )
    data = {"covers": {"points": points, "edges": sorted(graph.edges)}}
    proofs = attempt("covers", lambda: covers_certificate(f, points, network=study.stated))
    return Part((tag("h3", "Covering graph"), pair(grid, drawing)), data, proofs=proofs)


def _node(i: int) -> Html:
    return join([tag("i", "I"), tag("sub", str(i))])
