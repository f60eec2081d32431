"""The step about depth: what networks of a given width cannot do on an iterate."""

from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import Any

from plsym.certify.distances import distance
from plsym.depth.calculator import Bound, Separation, rounded_down, separation
from plsym.exact.enclosure import Enclosure
from plsym.piecewise.counting import piece_numbers
from plsym.reporting.function import iterate_name
from plsym.reporting.numbers import count, exact
from plsym.reporting.page import Content, Html, join, paragraph, table, tag
from plsym.reporting.study import Part, Proof, Study, attempt

__all__ = ["depth"]

_WIDTHS = (20,) * 5
_STEPS = (10, 20, 40, 80, 160, 320)
_ENOUGH = 10**8  # pieces of an iterate that is hard for five layers


def depth(study: Study) -> Part:
    """Certified errors of all networks of width 20 with one to five hidden layers."""
    f = study.f
    # without exponential growth depth has nothing to separate
    if study.growth.lower <= 1:
        return Part()
    t = next((n for n in _STEPS if piece_numbers(f, n)[-1] >= _ENOUGH), None)
    if t is None:
        return Part()
    found = separation(f, t, _WIDTHS, budget=study.budget(0.8))
    words = paragraph(
        "A network with few pieces cannot follow ",
        iterate_name(t),
        ", which has ",
        count(found.pieces),
        " pieces. Each line bounds, from below, the error of every network with so many hidden "
        "layers of 20 neurons: the integral of the difference, and the length on which labels at "
        "the threshold ",
        exact(found.threshold),
        " differ. The best constant has the error ",
        _near(found.constant.l1),
        ".",
    )
    rows = [
        (
            row.depth,
            count(row.pieces),
            _bound(row.l1),
            _bound(row.classification),
            "none up to 4096" if row.fails_from is None else row.fails_from,
            _exact_width(found, row.depth),
        )
        for row in found.rows
    ]
    grid = table(
        f"Networks of width 20 on the iterate number {t}",
        (
            "layers",
            "pieces at most",
            "L1 error at least",
            "labels wrong at least",
            "fails from",
            "exact width",
        ),
        rows,
        note="Fails from: the first iterate that no such network is. Exact width: what the layers "
        "need to be this iterate.",
    )
    data: dict[str, Any] = {
        "t": t,
        "widths": list(_WIDTHS),
        "l1_at_least": [row.l1.value for row in found.rows],
        "labels_wrong_at_least": [row.classification.value for row in found.rows],
        "best_constant": found.constant.l1,
    }
    return Part((words, grid), {"separation": data}, proofs=_proofs(study, found))


def _proofs(study: Study, found: Separation) -> tuple[Proof, ...]:
    """For the deepest networks with a bound to speak of."""
    for row in reversed(found.rows):
        if row.l1.value > Fraction(1, 10**6) and row.l1.argument in ("windows", "crossings"):
            proofs = attempt(
                f"distance-{row.depth}-layers", partial(distance, study.f, found.t, row.pieces)
            )
            if proofs:
                return proofs
    return ()


def _bound(bound: Bound) -> Html:
    by = tag("span", f" by {bound.argument}", class_="by") if bound.value else None
    return join([rounded_down(bound.value), by])


def _near(value: Any) -> Content:
    if isinstance(value, Enclosure) and value.lower != value.upper:
        low, high = f"{float(value.lower):.9g}", f"{float(value.upper):.9g}"
        return f"~{low}" if low == high else f"between {low} and {high}"
    return exact(value)


def _exact_width(found: Separation, depth: int) -> Html | str:
    for r in found.representations:
        if r.depth == depth:
            if r.at_least == r.at_most:
                return count(r.at_least)
            return join([count(r.at_least), " to ", count(r.at_most)])
    return "not known"
