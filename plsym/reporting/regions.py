"""Steps about the linear regions of a network with several inputs."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any

import numpy as np

from plsym.certify.regions import regions as certificate
from plsym.errors import BudgetExceeded, DomainError
from plsym.regions.bounds import region_bounds
from plsym.regions.domains import Box, Plane
from plsym.reporting.numbers import TIMES, count, exact
from plsym.reporting.page import Content, Html, facts, join, paragraph, table, tag
from plsym.reporting.pictures import pair, picture
from plsym.reporting.study import Part, Study, attempt

if TYPE_CHECKING:
    from plsym.regions.linear import LinearRegions

__all__ = ["bounds", "certify", "decisions", "definitions", "drawings", "regions", "where"]

_CELLS_CERTIFIED = 3_000
_CELLS_GRAPHED = 120
_CELLS_EXTREMES = 20_000
_CELLS_CONVEX = 10_000
_CELLS_MEASURED = 10_000
_MEANINGS: dict[Any, str] = {
    "pattern": "sets of one activation pattern, open or not",
    "activation": "open sets of one activation pattern",
    "convex": "the least number of cells of a polyhedral complex on which it is affine",
    "connected": "maximal connected open sets on which it is affine: the linear regions",
    "closed": "the same for closed sets",
    "affine": "different affine maps",
}


def where(study: Study) -> Html:
    """The domain in words."""
    domain = study.domain
    if domain is None:
        return Html("the whole input space")
    if isinstance(domain, Plane):
        bounded = domain.part is not None
        return Html("a part of a plane in the input space" if bounded else "a plane")
    if isinstance(domain, Box):
        sides = domain.sides
        if len(set(sides)) == 1:
            return join(["the box ", _interval(*sides[0]), tag("sup", str(len(sides)))])
        more = f" {TIMES} …" if len(sides) > 4 else None
        return join(
            ["the box ", join((_interval(*ends) for ends in sides[:4]), f" {TIMES} "), more]
        )
    return Html("a polytope")


def _interval(low: Fraction, high: Fraction) -> Html:
    return join(["[", exact(low), ", ", exact(high), "]"])


def regions(study: Study) -> Part:
    """The cells, and what the network does on them."""
    try:
        found = study.regions
    except BudgetExceeded as error:
        partial = error.partial
        if partial is None:
            raise
        words = paragraph(
            "Not all cells were found in the time given: on ",
            where(study),
            " there are at least ",
            count(partial.lower_bound),
            " activation regions and at most ",
            count(partial.upper_bound),
            ".",
            class_="unfinished",
        )
        least = partial.lower_bound
        return Part((words,), {"activation_regions_at_least": least}, complete=False)
    vector = ", ".join(f"{n:,}" for n in found.f_vector)
    cells = f"{found.num_cells:,}, of which {found.num_bounded:,} bounded"
    signs = found.statistics
    rows: list[tuple[Content, Content]] = [
        ("Domain", where(study)),
        ("Cells", cells),
        ("Faces by dimension", vector),
        ("Euler characteristic", str(found.euler_characteristic)),
        ("Signs decided", f"{signs.filtered:,} by floats with bounds, {signs.exact:,} by integers"),
        ("In general position", _position(found)),
    ]
    rows += _extremes(found)
    counts = {d: found.count(d) for d in ("activation", "connected", "affine")}
    words = paragraph(
        "A cell is a maximal open set on which every neuron keeps its sign; on each the network is "
        "affine."
    )
    data = {
        "cells": found.num_cells,
        "bounded_cells": found.num_bounded,
        "f_vector": found.f_vector,
        "euler_characteristic": found.euler_characteristic,
        "counts": counts,
    }
    heads: tuple[tuple[str, Content], ...] = (
        ("Activation regions", counts["activation"]),
        ("Linear regions", counts["connected"]),
    )
    return Part((words, facts(rows, "The subdivision of the domain")), {"regions": data}, heads)


def _position(found: LinearRegions) -> str:
    if found.num_cells > _CELLS_EXTREMES:
        return "not looked at for so many cells"
    report = found.degeneracies
    if report.is_generic:
        return "yes"
    names = [name for name, value in vars(report).items() if value]
    special = [n for n in names if n not in ("dead", "always_on")]
    return "no: " + ", ".join(n.replace("_", " ") for n in special)


def _extremes(found: LinearRegions) -> list[tuple[Content, Content]]:
    if found.num_cells > _CELLS_EXTREMES:
        return []
    rows: list[tuple[Content, Content]] = []
    if found.net.n_outputs == 1:
        for name, find in (("Least value", found.minimum), ("Largest value", found.maximum)):
            try:
                rows.append((name, exact(find().value)))
            except DomainError:
                rows.append((name, "none: it is not bounded"))
    rows.append(("Lipschitz constant, largest norm", exact(found.lipschitz("inf"))))
    return rows


def definitions(study: Study) -> Part:
    """The counts under the definitions that papers use."""
    found = study.regions
    rows: list[tuple[Content, ...]] = []
    data: dict[str, Any] = {}
    for name, meaning in _MEANINGS.items():
        if name == "convex" and found.num_cells > _CELLS_CONVEX:
            continue
        if name == "convex":
            low, high = found.convex_bounds
            number: Content = count(low) if low == high else f"{low:,} to {high:,}"
            data[name] = [low, high]
        else:
            data[name] = found.count(name)
            number = count(data[name])
        rows.append((name, number, meaning))
    grid = table(
        f"Regions under {len(rows)} definitions",
        ("definition", "regions", "what is counted"),
        rows,
        "tnt",
    )
    return Part((grid,), {"regions_by_definition": data})


def bounds(study: Study) -> Part:
    """The bounds of the literature for such an architecture."""
    found = region_bounds(study.network, study.domain)
    rows = [(r.name, r.kind, count(r.value, 12), r.reference) for r in found.rows]
    grid = table(
        "Bounds on activation regions for this architecture, and what it typically has",
        ("bound", "kind", "regions", "reference"),
        rows,
        "ttnt",
    )
    data = {r.name: r.value for r in found.rows}
    return Part((grid,), {"bounds": data})


def drawings(study: Study) -> Part:
    """The regions and bent hyperplanes, where the domain has two dimensions."""
    from plsym.plotting import bent_hyperplanes, region_graph
    from plsym.plotting import regions as draw

    found, words = _drawn(study)
    if found is None:
        return Part()
    number = found.count("connected")
    dotted = "; facets at which neurons cancel are dotted" if found.hidden_facets else ""
    figures = [
        picture(
            "regions",
            f"{number:,} linear regions in {words}, neighbours in different colours",
            f"The {number:,} linear regions in {words}{dotted}.",
            lambda ax: draw(found, ax),
            size="own",
        ),
        picture(
            "hyperplanes",
            f"Where neurons vanish in {words}, coloured by layer",
            "Where neurons vanish, by layer: later layers bend at earlier ones.",
            lambda ax: bent_hyperplanes(found, ax),
            size="own",
        ),
    ]
    if 1 < found.count("activation") <= _CELLS_GRAPHED:
        figures.append(
            picture(
                "adjacency",
                f"Which activation regions in {words} are neighbours",
                "Neighbouring activation regions, joined.",
                lambda ax: region_graph(found, ax),
                size="own",
            )
        )
    return Part((pair(*figures),))


def _drawn(study: Study) -> tuple[LinearRegions | None, str]:
    """Regions of a bounded domain of two dimensions, and its name."""
    from plsym.regions.linear import linear_regions

    found = study.regions
    inputs = study.network.n_inputs
    if not isinstance(study.domain, Plane) and inputs != 2:
        return None, ""
    if study.domain is not None and found.num_bounded == found.num_cells:
        return found, "the domain"
    if study.domain is not None:
        return None, ""
    box = _window(found)
    shown = f" {TIMES} ".join(f"[{float(a):g}, {float(b):g}]" for a, b in box)
    return linear_regions(study.network, box, budget=study.budget(0.5)), shown


def _window(found: LinearRegions) -> list[tuple[Fraction, Fraction]]:
    """A window in which most vertices lie, with ends of two digits."""
    if found.chart.lineality or not found.chart.is_identity:
        return [(Fraction(-2), Fraction(2))] * 2
    points = found._complex.points.view
    finite = points[points[:, 2] != 0]
    if not len(finite):
        return [(Fraction(-2), Fraction(2))] * 2
    at = finite[:, :2] / finite[:, 2:]
    low, high = np.quantile(at, [0.04, 0.96], axis=0)
    middle = (low + high) / 2
    # one scale for both inputs, and room around
    half = max(float((high - low).max()) * 0.65, 1e-6 * max(1.0, float(np.abs(middle).max())))
    unit = Fraction(10) ** (floor(log10(half)) - 1)
    return [
        (floor((m - half) / unit) * unit, ceil((m + half) / unit) * unit)
        for m in (Fraction(float(v)) for v in middle)
    ]


def decisions(study: Study) -> Part:
    """Which output is the largest where."""
    from plsym.plotting import decisions as draw

    found, words = _drawn(study)
    if found is None:
        return Part()
    chosen = found.decision_map(budget=study.budget(0.5))
    drawing = picture(
        "decisions",
        f"Which output is the largest in {words}: {len(chosen.classes)} outputs win somewhere",
        "The largest output, with the decision boundary.",
        lambda ax: draw(chosen, ax),
        size="own",
    )
    if len(chosen) > _CELLS_MEASURED:
        return Part((drawing,), {"decisions": [str(k) for k in chosen.classes]})
    total = sum(chosen.volumes.values())
    ranked = sorted(chosen.volumes.items(), key=lambda item: -item[1])
    rows = [(f"output {k}", exact(area), f"{100 * float(area / total):.2f}%") for k, area in ranked]
    grid = table(
        f"Where each output is the largest in {words}", ("output", "area", "share"), rows, "tnn"
    )
    return Part((pair(drawing, grid),), {"decisions": {str(k): area for k, area in ranked}})


def certify(study: Study) -> Part:
    """A certificate of the number of cells."""
    found = study.regions
    if found.num_cells > _CELLS_CERTIFIED:
        return Part()
    net, domain = study.network, study.domain
    return Part(proofs=attempt("regions", lambda: certificate(net, domain, found=found)))
