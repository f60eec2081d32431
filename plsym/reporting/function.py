"""Steps about a function of one variable: what it is, its pieces, its graph."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from plsym.certify.identity import network as network_certificate
from plsym.exact.scalars import to_num
from plsym.piecewise.counting import piece_numbers
from plsym.piecewise.function import PiecewiseLinear
from plsym.reporting.numbers import count, exact, plural
from plsym.reporting.page import Content, Html, facts, join, table, tag
from plsym.reporting.pictures import pair, picture
from plsym.reporting.study import Part, Study, attempt

__all__ = ["about", "certify", "graphs", "iterate_name", "pieces"]

_FEW = 8  # pieces that are written as formulas
_SHOWN = 12  # breakpoints listed
_LISTED = 20_000  # pieces up to which exact breakpoints are computed for the first of them
_CERTIFIED = 150  # pieces of a network that a certificate lists
_CLEAR = 40  # pieces of an iterate that a small picture shows one by one


def iterate_name(n: int) -> Html:
    """The n-th iterate of f."""
    return join([tag("i", "f"), tag("sup", str(n)) if n > 1 else None])


def about(study: Study) -> Part:
    """What can be counted and measured."""
    f = study.f
    turning = f.lap_number - 1
    rows: list[tuple[Content, Content]] = [
        ("Domain", _interval(f.domain)),
        ("Image", _interval(f.image)),
        ("Maps its domain into itself", "yes" if f.is_self_map else "no"),
        ("Pieces", count(f.num_pieces)),
        ("Laps", count(f.lap_number)),
        ("Turning points", count(turning)),
        ("Lipschitz constant", exact(f.lipschitz)),
    ]
    data = {
        "domain": f.domain,
        "image": f.image,
        "self_map": f.is_self_map,
        "pieces": f.num_pieces,
        "laps": f.lap_number,
        "turning_points": turning,
        "lipschitz": f.lipschitz,
    }
    heads: list[tuple[str, Content]] = [
        ("Pieces", count(f.num_pieces)),
        ("Laps", count(f.lap_number)),
    ]
    return Part((facts(rows, "What is counted and measured"),), data, tuple(heads))


def pieces(study: Study) -> Part:
    """All pieces as formulas, or the first breakpoints."""
    f = study.f
    if f.num_pieces > _LISTED:
        return Part()
    if f.num_pieces <= _FEW:
        grid = table("All pieces", ("from", "to", "f(x)"), _formulas(f), "nnt")
        return Part((grid,))
    xs, ys = f.breakpoints[:_SHOWN], f.values[:_SHOWN]
    rows = [(exact(x), exact(y)) for x, y in zip(xs, ys, strict=True)]
    left = len(f.breakpoints) - len(rows)
    note = f"and {left:,} more; ~ marks exact numbers too long for a table" if left > 0 else None
    return Part((table("The first breakpoints", ("x", "f(x)"), rows, note=note),))


def _formulas(f: PiecewiseLinear) -> list[tuple[Html, Html, Html]]:
    low, high = f.domain
    ends = [x for x in f.breakpoints if low < x < high]
    if f.num_pieces == 1:  # a breakpoint may be a mere label
        ends = []
    marks: list[Any] = [low, *ends, high]
    rows = []
    for slope, (a, b) in zip(f.slopes, pairwise(marks), strict=True):
        # a point of the piece
        x = b if isinstance(a, float) else a
        x = f.breakpoints[0] if isinstance(x, float) else x
        y: Any = f(x)
        rows.append((exact(a), exact(b), _line(slope, y - slope * x)))
    return rows


def _line(slope: Any, intercept: Any) -> Html:
    """The formula of an affine map."""
    if slope == 0:
        return exact(intercept)
    parts: list[Content] = []
    if slope == -1:
        parts.append("-")
    elif slope != 1:
        whole = getattr(slope, "denominator", 0) == 1
        parts.append(exact(slope) if whole else join(["(", exact(slope), ") "]))
    parts.append(tag("i", "x"))
    if intercept != 0:
        parts += [" - " if to_num(intercept) < 0 else " + ", exact(abs(intercept))]
    return tag("span", *parts, class_="exact")


def graphs(study: Study) -> Part:
    """The graph of f, and that of an iterate."""
    from plsym.plotting import plot

    f = study.f
    first = picture(
        "graph",
        f"The graph of f, {plural(f.num_pieces, 'piece')}",
        join(["The graph of ", iterate_name(1), "."]),
        lambda ax: plot(f, ax),
    )
    n = _iterate(f)
    if n is None:
        return Part((first,))
    g = f.iterate(n)
    words = f"{plural(g.num_pieces, 'piece')} and {plural(g.lap_number, 'lap')}"
    second = picture(
        "iterate",
        f"The graph of the iterate number {n} of f, {words}",
        join(["The iterate ", iterate_name(n), f" has {words}."]),
        lambda ax: plot(g, ax),
    )
    return Part((pair(first, second),), {"iterate_shown": n})


def _iterate(f: PiecewiseLinear) -> int | None:
    """An iterate whose pieces can be seen; None if there is nothing new to see."""
    if not f.is_self_map:
        return None
    counts = piece_numbers(f, 8)
    if max(counts) == 1:
        return None
    clear = [n for n, c in enumerate(counts, start=1) if c <= _CLEAR and n > 1]
    return max(clear, default=2)


def _interval(ends: Any) -> Html:
    low, high = (exact(end) for end in ends)
    left, right = (isinstance(end, float) for end in ends)
    return join(["(" if left else "[", low, ", ", high, ")" if right else "]"])


def certify(study: Study) -> Part:
    """A certificate that the network computes the function."""
    f = study.f
    if not study.is_bounded or f.num_pieces > _CERTIFIED:
        return Part()
    low, high = f.domain
    if study.stated is None:
        return Part()
    return Part(proofs=attempt("network", lambda: network_certificate(study.network, low, high)))
