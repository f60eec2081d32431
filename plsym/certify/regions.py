"""Certificates of the linear regions of a network on a domain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import Any, Literal

from gmpy2 import mpq

from plsym.certificates.certificate import Certificate
from plsym.certificates.codec import integer_text, rational_text
from plsym.certify.writing import stage_data
from plsym.config import Budget
from plsym.errors import DomainError
from plsym.exact.scalars import to_public
from plsym.networks.network import ReLUNetwork
from plsym.regions.chart import Chart
from plsym.regions.cones import Row
from plsym.regions.linear import LinearRegions, linear_regions
from plsym.regions.proofs import FoundCell, proved_cells
from plsym.regions.search import SearchedRegions, search_regions

__all__ = ["regions"]

Kind = Literal["cells", "connected", "affine"]


def regions(
    net: ReLUNetwork,
    domain: Any = None,
    *,
    of: Kind = "cells",
    found: LinearRegions | SearchedRegions | None = None,
    budget: Budget | None = None,
) -> Certificate:
    """Certify the number of regions of a network on a domain, with the list of them.

    Parameters
    ----------
    net : ReLUNetwork
        With rational weights.
    domain : optional
        As for `plsym.linear_regions`.
    of : {"cells", "connected", "affine"}
        *cells*: on which every one-sided unit keeps its sign (activation regions, except
        where a maximum compares losers).
    found : LinearRegions or SearchedRegions, optional
        What was found on this domain before; found anew by default.
    budget : Budget, optional

    Returns
    -------
    Certificate
        In two dimensions the polygons of the cells; else a point of every facet, and for
        every other constraint its factors (Farkas).  `plsym.check` needs no linear program.

    Raises
    ------
    DomainError
        If ``of`` is not known, or a search was not complete.
    MissingExtraError
        Without scipy, where the first layer passes inputs on and there is no domain:
        there cells are searched for.

    Examples
    --------
    >>> net = pl.random_network([2, 4, 3, 1], seed=0)
    >>> certificate = pl.certify.regions(net, [(-1, 1), (-1, 1)])
    >>> bool(pl.check(certificate))
    True
    """
    if of not in ("cells", "connected", "affine"):
        raise DomainError(f"of={of!r} is not known; use 'cells', 'connected' or 'affine'")
    evidence: dict[str, Any] | None = None
    chart: Chart
    if found is None:
        found = linear_regions(net, domain, budget=budget)
    if isinstance(found, LinearRegions):
        chart = found.chart
        if chart.artificial:  # its cells are parts of cells
            found = search_regions(net, domain, budget=budget)
        elif found.dimension == 2 and not chart.lineality:
            evidence = _polygons(found)
            count = _count(found, of)
        else:
            proved = [_cell(cell, chart) for cell in proved_cells(found._explored)]
            evidence = {"by": "walls", "cells": proved}
            count = _count(found, of)
    if isinstance(found, SearchedRegions):
        if not found.is_complete:
            raise DomainError("the search was not complete; resume it first")
        chart = found.chart
        cells = [_cell(cell, chart) for cell in found.cells]
        evidence = {"by": "walls", "cells": cells}
        count = len(found) if of == "cells" else found.count(of)
    claim: dict[str, Any] = {
        "kind": "regions",
        "of": of,
        "count": count,
        "half_spaces": list(_half_spaces(chart)),
    }
    if chart.plane is not None:
        plane = chart.plane
        claim["plane"] = {
            name: [rational_text(v) for v in vector]
            for name, vector in (("origin", plane.origin), ("u", plane.u), ("v", plane.v))
        }
    network = {"network": {"stages": [stage_data(stage) for stage in net.stages]}}
    assert evidence is not None
    return Certificate.of(claim, network, evidence)


def _count(found: LinearRegions, of: Kind) -> int:
    return found.num_cells if of == "cells" else found.count(of)


def _half_spaces(chart: Chart) -> Iterator[dict[str, Any]]:
    for number in sorted(chart.ends):
        wall = chart.walls[number]
        if any(wall[:-1]):
            row = chart.function(wall)
            if any(row[:-1]):
                yield {
                    "normal": [rational_text(-v) for v in row[:-1]],
                    "offset": rational_text(row[-1]),
                }


def _polygons(found: LinearRegions) -> dict[str, Any]:
    explored = found._explored
    complex_ = explored.complex
    cells = [explored.incidence.polygon(c) for c in range(complex_.num_cells)]
    known = complex_.exact_vertices(range(complex_.points.size))
    vertices = []
    for number in range(complex_.points.size):
        ray = known[number]
        if found.chart.is_identity:
            vertices.append([integer_text(v) for v in ray])
            continue
        point = explored.point(ray) if ray[-1] else explored.direction(ray)
        scale = lcm(*(v.denominator for v in point))
        entries = [*(int(v * scale) for v in point), scale if ray[-1] else 0]
        vertices.append([integer_text(v) for v in entries])
    return {"by": "polygons", "vertices": vertices, "cells": cells}


def _cell(cell: FoundCell, chart: Chart) -> dict[str, Any]:
    # factors combine constraints as integers without a common divisor, in y or in u
    scales = [_scale(row, chart) for row, _, _ in cell.walls]
    walls: list[dict[str, Any]] = []
    for (_, wall, _), own in zip(cell.walls, scales, strict=True):
        if wall.point is not None:
            walls.append({"point": _point(wall.point, chart)})
        else:
            factors = [[j, _text(v * own / scales[j])] for j, v in sorted(wall.factors.items())]
            walls.append({"factors": factors})
    return {"point": _point(cell.point, chart), "walls": walls}


def _scale(row: Row, chart: Chart) -> mpq:
    """The factor that makes a constraint primitive in the coordinates of the user."""
    if chart.is_identity:
        return mpq(1)
    function = chart.function(row)
    common = lcm(*(v.denominator for v in function))
    return mpq(common, gcd(*(int(v * common) for v in function)))


def _point(y: Sequence[mpq], chart: Chart) -> list[str]:
    values = [Fraction(int(v.numerator), int(v.denominator)) for v in y]
    return [rational_text(v) for v in chart.point(values)]


def _text(x: mpq) -> str:
    value = to_public(x)
    assert isinstance(value, Fraction)
    return rational_text(value)
