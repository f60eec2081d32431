"""Steps about the iterates of a map: the growth number, counts, crossings of a cycle."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from plsym.certify.counts import crossings as crossings_certificate
from plsym.certify.counts import laps as laps_certificate
from plsym.certify.rates import growth_certificate
from plsym.dynamics.growth import WIDTH, Growth
from plsym.piecewise.counting import crossing_numbers, lap_numbers, piece_numbers
from plsym.reporting.function import iterate_name
from plsym.reporting.numbers import RHO, count, exact, polynomial, proved_digits
from plsym.reporting.page import Content, Html, facts, join, paragraph, table, tag
from plsym.reporting.pictures import pair, picture
from plsym.reporting.study import Part, Proof, Study, attempt
from plsym.shown import decimals
from plsym.theory.constants import odd_part, rho

__all__ = ["counts", "crossings", "growth_number"]

_N = 40
_ROWS = (*range(1, 11), 20, 30, 40)


def growth_number(study: Study) -> Part:
    """The growth number, exact or between bounds."""
    found = study.growth
    rows: list[tuple[Content, Content]] = [("Growth number", known(found))]
    if found.exact is not None:
        rows.append(("Minimal polynomial", polynomial(found.minimal_polynomial or ())))
    if found.lower < found.upper:
        low, high = decimals(found.lower, found.upper, 12)
        ends = (tag("span", end, class_="exact") for end in (f"[{low},", f"{high}]"))
        rows.append(("Proved bracket", join(ends, " ")))
    rows.append(("Topological entropy", f"about {found.entropy:.12g}"))
    words = paragraph(
        "The growth number is the limit of the n-th roots of the lap numbers below; its logarithm "
        "is the topological entropy."
    )
    proofs: tuple[Proof, ...] = ()
    if study.is_bounded:
        proofs = attempt("growth", lambda: growth_certificate(study.f, found, study.stated))
    data = {
        "growth": {
            "exact": found.exact,
            "lower": found.lower,
            "upper": found.upper,
            "minimal_polynomial": found.minimal_polynomial,
        }
    }
    blocks = [words, facts(rows, "How fast the iterates grow")]
    if found.exact is None and found.upper - found.lower > WIDTH:
        more = "The search was stopped by its time; with more, the bracket becomes narrower."
        blocks.append(paragraph(more, class_="unfinished"))
    return Part(
        tuple(blocks),
        data,
        (("Growth number", known(found, 8)),),
        proofs,
    )


def known(found: Growth, most: int = 12) -> Html:
    """What is known of a growth number, in a few words."""
    if found.exact is not None:
        return exact(found.exact)
    digits = proved_digits(found.lower, found.upper, most)
    if digits:
        return tag("span", digits, class_="exact")
    low, high = decimals(found.lower, found.upper, 3)
    return tag("span", f"{low} .. {high}", class_="exact")


def counts(study: Study) -> Part:
    """The numbers of laps and pieces of f, f^2, ..., as a table and on a logarithmic axis."""
    from plsym.plotting import growth

    f = study.f
    budget = study.budget(0.4)
    laps, pieces = lap_numbers(f, _N, budget=budget), piece_numbers(f, _N, budget=budget)
    data = {"laps_of_iterates": laps, "pieces_of_iterates": pieces}
    proofs: tuple[Proof, ...] = ()
    if study.is_bounded:
        proofs = attempt(f"laps-{_N}", lambda: laps_certificate(f, _N, network=study.stated))
    if max(laps) == min(laps) and max(pieces) == min(pieces):
        lap, piece = ("lap" if laps[0] == 1 else "laps"), ("piece" if pieces[0] == 1 else "pieces")
        words = paragraph(
            iterate_name(1),
            f" and all its iterates up to number {_N} have {laps[0]:,} {lap} and {pieces[0]:,} "
            f"{piece}.",
        )
        return Part((words,), data, proofs=proofs)
    columns = {"laps and pieces": laps} if laps == pieces else {"laps": laps, "pieces": pieces}
    grid = _counted("Exact counts of the iterates", columns)
    if max(laps) == min(laps):
        return Part((grid,), data, proofs=proofs)
    chart = picture(
        "growth",
        f"Lap numbers of the iterates of f up to {_N}, on a logarithmic axis, beside the powers "
        "of the growth number",
        join(["Laps of ", tag("i", "f"), tag("sup", "n"), " beside the growth number."]),
        lambda ax: growth(f, _N, ax, bracket=study.growth),
    )
    return Part((pair(grid, chart),), data, proofs=proofs)


def _counted(caption: str, columns: dict[str, list[int]]) -> Html:
    """A table of counts, and the last ones in full if they are too long for it."""
    lists = list(columns.values())
    rows = [(n, *(count(numbers[n - 1]) for numbers in lists)) for n in _ROWS]
    note = "; ".join(
        f"for n = {_N} {numbers[-1]} {name}"
        for name, numbers in columns.items()
        if count(numbers[-1]).startswith("~")
    )
    return tag(
        "div", table(caption, ("n", *columns), rows, note=f"In full: {note}." if note else None)
    )


def crossings(study: Study) -> Part:
    """How often the iterates cross an interval between neighbours on a cycle."""
    from plsym.plotting import crossings as draw

    f, p = study.f, study.periods.strongest
    twos, odd = odd_part(p)
    cycle = study.cycle
    if odd == 1 or cycle is None:
        return Part()
    best: tuple[list[int], Any, Any] | None = None
    for x, y in pairwise(cycle):
        found = crossing_numbers(f, x, y, _N, budget=study.budget(0.5))
        if best is None or found[-1] > best[0][-1]:
            best = found, x, y
    assert best is not None
    numbers, x, y = best
    sharp: Any = rho(odd)
    rate = float(sharp) ** (1 / (1 << twos))
    root = join([tag("i", RHO), tag("sub", str(odd))])
    if twos:
        root = join([root, tag("sup", f"1/{1 << twos}")])
    words = paragraph(
        f"A cycle of length {p} makes the iterates go up and down between two of its neighbours "
        "x < y, ",
        exact(x),
        " and ",
        exact(y),
        ", at an exponential rate: at least ",
        root,
        f", about {rate:.9f}, where ",
        tag("i", RHO),
        tag("sub", str(odd)),
        " is the largest root of ",
        polynomial([-1, *[0] * (odd - 3), -2, 0, 1]),
        ". A network with fewer pieces than crossings is wrong somewhere.",
    )
    grid = _counted("Exact crossings of [x, y] by the iterates", {"crossings": numbers})

    def chart_on(ax: Any) -> None:
        ax.set_ylabel("crossings of $[x, y]$ by $f^n$")
        draw(f, x, y, _N, ax, rate=rate if twos else sharp)

    chart = picture(
        "crossings",
        f"Crossing numbers of the iterates of f up to {_N}, on a logarithmic axis, beside the "
        f"powers of {rate:.6f}",
        join(["Crossings beside the rate that period ", str(p), " forces."]),
        chart_on,
    )
    proofs = attempt(
        f"crossings-{_N}",
        lambda: crossings_certificate(f, x, y, _N, network=study.stated),
    )
    data = {"crossings": {"x": x, "y": y, "numbers": numbers, "period": p}}
    return Part((words, pair(grid, chart)), data, proofs=proofs)
