"""Extreme values, Lipschitz constants and integrals of a network on a domain."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from flint import fmpq, fmpq_mat
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.exact.roots import exact_root, root_bounds
from plsym.networks.sweeping.prepared import LEAST_ROW, ROUNDOFF, SLACK
from plsym.regions.explored import Explored, Point
from plsym.regions.simplices import cell_integral

__all__ = ["Extremum", "LipschitzNorm", "extremum", "integral", "lipschitz_constant"]

LipschitzNorm = Literal[1, 2, "inf"]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Extremum:
    """An extreme value and a point where it is attained.

    Attributes
    ----------
    value : Fraction
    point : tuple of Fraction
        A vertex of the subdivision, in the coordinates of the cells.
    cell : int
        A cell that contains the point.
    """

    value: Fraction
    point: Point
    cell: int


def extremum(explored: Explored, output: int, sign: int) -> Extremum:
    """The largest (sign 1) or least (sign -1) value of an output, at a vertex.

    Raises
    ------
    DomainError
        If there is no largest or least value.
    """
    complex_ = explored.complex
    homes = complex_.lattice.faces[0].home.view
    forms = complex_.output_forms
    points = complex_.points.view
    infinite = explored.incidence.infinite
    radii = complex_.radii.view
    with np.errstate(all="ignore"):
        at = sign * np.einsum("ij,ij->i", points, forms.values[homes, :, output])
        error = complex_.bound(forms, homes, radii)
        # at infinity: nothing may grow
        for v in np.flatnonzero(infinite & ~(at < -error)).tolist():
            ray = complex_.exact_vertices([v])[v]
            if sign * explored.value(int(homes[v]), output, ray) > 0:
                raise DomainError(
                    f"output {output} is not bounded {'above' if sign > 0 else 'below'}: it "
                    f"grows along {tuple(map(str, explored.direction(ray)))}; give a bounded domain"
                )
        w = points[:, -1]
        room = w - radii
        value = at / w
        radius = ((error + np.abs(value) * radii) / room + ROUNDOFF) * SLACK
        radius += 4 * ROUNDOFF * np.abs(value)
        unsure = ~(room > 0) | ~np.isfinite(value) | ~np.isfinite(radius)
        best = np.max(np.where(unsure | infinite, -np.inf, value - radius))
        maybe = np.flatnonzero(~infinite & (unsure | (value + radius >= best)))
    known = complex_.exact_vertices(maybe.tolist())
    explored.maps.exact(np.unique(homes[maybe]).astype(np.intp))
    found = [(sign * explored.value(int(homes[v]), output, known[v]), -v) for v in maybe.tolist()]
    top, v = max(found)
    return Extremum(sign * top, explored.point(known[-v]), int(homes[-v]))


def integral(explored: Explored, output: int) -> Fraction:
    """The integral of an output over a bounded domain."""
    if not explored.is_bounded:
        raise DomainError("the domain is not bounded; an integral needs a bounded one")
    cells = range(explored.complex.num_cells)
    explored.maps.exact(np.arange(len(cells)))
    return sum((cell_integral(explored, c, output) for c in cells), Fraction(0))


def lipschitz_constant(explored: Explored, norm: LipschitzNorm) -> Fraction | Enclosure:
    """The least L with norm(f(u) - f(v)) <= L norm(u - v) on the (convex) domain.

    Notes
    -----
    The largest operator norm of a cell's matrix; candidates by floats with bounds where
    the coordinates are the inputs, then exactly.  For the 2-norm the ends of the
    enclosure are proved: the lower one by a vector, the upper one by a factorisation.
    """
    if norm not in (1, 2, "inf"):
        raise DomainError(f"norm={norm!r} is not known; use 1, 2 or 'inf'")
    groups = explored.maps.groups
    _, cells = np.unique(groups, return_index=True)
    cells = _candidates(explored, cells, norm)
    explored.maps.exact(cells)
    outputs = range(explored.maps.n_out)
    best: Fraction | None = None
    low = high = Fraction(0)
    for cell in cells.tolist():
        matrix = [explored.output(cell, i)[:-1] for i in outputs]
        if norm == 2:
            bounds = _spectral(matrix)
            low, high = max(low, bounds.lower), max(high, bounds.upper)
            continue
        lines = matrix if norm == "inf" else list(zip(*matrix, strict=True))
        size = max(sum((abs(v) for v in line), Fraction(0)) for line in lines)
        best = size if best is None else max(best, size)
    return Enclosure(low, high) if norm == 2 else best or Fraction(0)


def _candidates(
    explored: Explored, cells: NDArray[np.intp], norm: LipschitzNorm
) -> NDArray[np.intp]:
    """The cells that floats do not exclude: their upper bound is below another's lower one."""
    if not explored.chart.is_identity:
        return cells
    forms = explored.complex.output_forms
    matrix = forms.values[cells, :-1].transpose(0, 2, 1)  # (cells, outputs, d)
    with np.errstate(all="ignore"):
        if norm == 2:
            below, above = _spectral_floats(matrix)
        else:
            lines = np.abs(matrix).sum(axis=2 if norm == "inf" else 1)
            below = above = lines.max(axis=1)
        # both are sums of a few products, and all norms of the error are below its Frobenius
        # norm times the root of the larger side
        n = max(matrix.shape[1:])
        slip = (4 * n + 32) * ROUNDOFF
        error = forms.every[cells] * n**0.5 * SLACK + LEAST_ROW
        keep: NDArray[np.bool_] = ~(above * (1 + slip) + error < np.max(below * (1 - slip) - error))
    kept: NDArray[np.intp] = cells[keep]
    return kept


def _spectral_floats(matrix: Floats) -> tuple[Floats, Floats]:
    """Bounds of the largest singular values, up to the rounding of products and sums.

    Below: what some vector is stretched by, whichever it is.  Above: the Frobenius norm,
    and the root of the largest row sum times the largest column sum.
    """
    above = np.sqrt((matrix**2).sum(axis=(1, 2)))
    size = np.abs(matrix)
    above = np.minimum(above, np.sqrt(size.sum(axis=2).max(axis=1) * size.sum(axis=1).max(axis=1)))
    below = np.sqrt((matrix**2).sum(axis=2).max(axis=1))
    usable = np.flatnonzero(np.isfinite(matrix).all(axis=(1, 2)))
    try:
        vectors = np.linalg.svd(matrix[usable], full_matrices=False)[2][:, 0]
    except np.linalg.LinAlgError:  # no vector, no better bound
        return below, above
    image = (matrix[usable] @ vectors[:, :, None])[:, :, 0]
    length = np.sqrt((vectors**2).sum(axis=1))
    stretched = np.sqrt((image**2).sum(axis=1)) / length
    # the image of a vector is rounded relative to sizes, not to itself
    n = matrix.shape[2]
    stretched -= (2 * n + 8) * ROUNDOFF * above[usable] * n**0.5
    below[usable] = np.fmax(below[usable], stretched)
    return below, above


def _spectral(matrix: list[Point]) -> Enclosure:
    """The largest singular value, between proved rational ends."""
    if len(matrix) > len(matrix[0]):
        matrix = list(zip(*matrix, strict=True))
    gram = [
        [sum((a * b for a, b in zip(u, v, strict=True)), Fraction(0)) for v in matrix]
        for u in matrix
    ]
    n = len(gram)
    if not any(gram[i][i] for i in range(n)):
        return Enclosure(Fraction(0), Fraction(0))
    if n == 1:
        return _root(gram[0][0], gram[0][0])
    top = max(gram[i][i] for i in range(n))
    scaled = np.array([[float(v / top) for v in row] for row in gram])
    values, vectors = np.linalg.eigh(scaled)
    x = [Fraction(float(v)) for v in vectors[:, -1]]
    image = [sum((g * v for g, v in zip(row, x, strict=True)), Fraction(0)) for row in gram]
    lower = sum((a * b for a, b in zip(image, x, strict=True)), Fraction(0)) / sum(v * v for v in x)
    step = Fraction(1, 2**44)
    upper = max(lower, Fraction(float(values[-1])) * top)
    while not _dominates(upper := upper * (1 + step), gram):
        step *= 16
    return _root(lower, upper)


def _dominates(value: Fraction, gram: list[list[Fraction]]) -> bool:
    """Whether value * identity - gram is positive definite: all leading minors are positive."""
    n = len(gram)
    rows = [[(value if i == j else Fraction(0)) - gram[i][j] for j in range(n)] for i in range(n)]
    matrix = fmpq_mat([[fmpq(v.numerator, v.denominator) for v in row] for row in rows])
    for k in range(1, n + 1):
        part = fmpq_mat([[matrix[i, j] for j in range(k)] for i in range(k)])
        if part.det() <= 0:
            return False
    return True


def _root(low: Fraction, high: Fraction) -> Enclosure:
    """An enclosure of the square roots of numbers between two bounds, low > 0."""
    whole = exact_root(high) if low == high else None
    if whole is not None:
        return Enclosure(whole, whole)
    bits = 64 + max(0, low.denominator.bit_length() - low.numerator.bit_length())
    return Enclosure(root_bounds(low, bits)[0], root_bounds(high, bits)[1])
