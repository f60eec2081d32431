"""Where regions are looked for: boxes, polytopes, plane polygons, the whole space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from operator import or_
from typing import Any, Literal

from plsym.errors import DomainError
from plsym.exact.linear import independent_rows, rank, solve_rows
from plsym.exact.rationals import rational
from plsym.networks.reading import flatten
from plsym.regions.cones import Cone, Row, box_cone, simplicial_cone, values

__all__ = [
    "Box",
    "Domain",
    "Plane",
    "Polytope",
    "checked_box",
    "checked_domain",
    "coordinate_walls",
    "plane",
    "polygon",
    "polytope",
]

Point = tuple[Fraction, ...]
Window = Literal["triangle", "all"] | Sequence[Any]


@dataclass(frozen=True)
class Box:
    """A product of intervals, one for each input."""

    sides: tuple[tuple[Fraction, Fraction], ...]

    @property
    def dimension(self) -> int:
        """The number of coordinates."""
        return len(self.sides)

    def walls(self) -> dict[int, Row]:
        """The facets as functions that are >= 0 on the homogeneous cone."""
        d = len(self.sides)
        walls = {}
        for i, (low, high) in enumerate(self.sides):
            for side, (end, sign) in enumerate(((low, 1), (high, -1))):
                row = [0] * (d + 1)
                row[i] = sign * end.denominator
                row[-1] = -sign * end.numerator
                walls[2 * i + side] = tuple(row)
        return walls

    def cones(self) -> list[Cone]:
        """The homogeneous cone, with facets numbered as `walls` does."""
        return [box_cone(self.sides)]


@dataclass(frozen=True)
class Polytope:
    """All x with a . x <= b for each row (a, b): integers, and the interior is not empty."""

    rows: tuple[Row, ...]

    @property
    def dimension(self) -> int:
        """The number of coordinates."""
        return len(self.rows[0]) - 1

    def walls(self) -> dict[int, Row]:
        """The facets as functions that are >= 0 on the homogeneous cone: the last is infinity."""
        walls: list[Row] = [(*(-a for a in row[:-1]), row[-1]) for row in self.rows]
        return dict(enumerate([*walls, (*[0] * self.dimension, 1)]))

    def cones(self) -> list[Cone]:
        """The homogeneous cone, with facets numbered as `walls` does.

        Raises
        ------
        DomainError
            If the polytope has no interior or contains a line.
        """
        d = self.dimension
        walls = list(self.walls().values())
        chosen = independent_rows([list(w) for w in walls])
        if len(chosen) < d + 1:
            raise DomainError(
                f"the polytope contains a whole line: {len(self.rows)} half-spaces in {d} "
                "dimensions; add half-spaces, or give no domain for the whole space"
            )
        cone: Cone | None = simplicial_cone([walls[i] for i in chosen], chosen)
        for i, wall in enumerate(walls):
            if i in chosen or cone is None:
                continue
            at = values(wall, cone.rays)
            if max(at) <= 0:
                cone = None
            elif min(at) < 0:
                cone = cone.split(at, i)[0]
            else:  # redundant, but rays may touch it
                marks = [int(v == 0) << i for v in at]
                cone = Cone(cone.rays, tuple(map(or_, cone.tight, marks)))
        if cone is None or all(ray[-1] == 0 for ray in cone.rays):
            raise DomainError("the polytope has no interior; give half-spaces that some ball meets")
        return [cone]


@dataclass(frozen=True)
class Plane:
    """A part of the plane {origin + s u + t v} of the input space.

    Attributes
    ----------
    origin, u, v : tuple of Fraction
    part : Polytope or None
        In the coordinates (s, t); None for the whole plane.
    """

    origin: Point
    u: Point
    v: Point
    part: Polytope | None

    def at(self, s: Fraction, t: Fraction) -> Point:
        """The point of the input space with the coordinates (s, t)."""
        return tuple(o + s * a + t * b for o, a, b in zip(self.origin, self.u, self.v, strict=True))


Domain = Box | Polytope | Plane


def _point(x: Any) -> Point:
    return tuple(rational(v) for v in flatten(x))


def _integers(row: Sequence[Fraction]) -> Row:
    scale = lcm(*(v.denominator for v in row))
    whole = [int(v * scale) for v in row]
    divisor = gcd(*whole)
    return tuple(v // divisor for v in whole)


def polytope(normals: Any, offsets: Any) -> Polytope:
    """The polytope {x : normals @ x <= offsets}, bounded or not.

    Parameters
    ----------
    normals : sequence of rows of exact numbers, shape (m, n)
    offsets : sequence of exact numbers, shape (m,)

    Returns
    -------
    Polytope

    Raises
    ------
    DomainError
        If shapes do not fit, a row is zero, the interior is empty, or the set contains a line.
    InexactInputError
        If a number is a float; `plsym.dyadic` makes it exact.

    Examples
    --------
    >>> triangle = pl.polytope([[-1, 0], [0, -1], [1, 1]], [0, 0, 1])
    >>> net = pl.from_weights([([[1, -1]], None), ([[1]], None)])
    >>> pl.count_regions(net, triangle)
    2
    """
    rows = [_point(row) for row in normals]
    ends = _point(offsets)
    if not rows or len(rows) != len(ends) or len({len(row) for row in rows}) != 1:
        raise DomainError(
            f"{len(rows)} normals and {len(ends)} offsets do not make half-spaces; "
            "give one offset for each normal, and normals of one length"
        )
    if any(not any(row) for row in rows):
        raise DomainError("a normal is zero; every half-space needs a normal that is not")
    result = Polytope(tuple(_integers((*a, b)) for a, b in zip(rows, ends, strict=True)))
    result.cones()
    return result


def plane(p: Any, q: Any, r: Any, window: Window = "triangle") -> Plane:
    """A two-dimensional slice of an input space: p + s (q - p) + t (r - p).

    Parameters
    ----------
    p, q, r : points
        Exact coordinates, one for each input; not on one line.
    window : "triangle", "all", or two pairs ((s0, s1), (t0, t1))
        The triangle p q r, the whole plane, or a parallelogram in s and t.

    Returns
    -------
    Plane
        A domain for `plsym.linear_regions`, whose cells then have the coordinates (s, t).

    Raises
    ------
    DomainError
        If the points lie on a line or have different lengths, or the window is none.

    Examples
    --------
    >>> net = pl.random_network([10, 6, 1], seed=1)
    >>> corner = [0] * 10
    >>> slice_ = pl.plane(corner, [1] + [0] * 9, [0] * 9 + [1], window=((-1, 1), (-1, 1)))
    >>> pl.count_regions(net, slice_) <= pl.zaslavsky(6, 2)
    True
    """
    origin, second, third = _point(p), _point(q), _point(r)
    if not len(origin) == len(second) == len(third):
        raise DomainError(
            f"the points have {len(origin)}, {len(second)} and {len(third)} coordinates; "
            "all need as many as the network has inputs"
        )
    u = tuple(a - b for a, b in zip(second, origin, strict=True))
    v = tuple(a - b for a, b in zip(third, origin, strict=True))
    if rank([_integers((*w, Fraction(1)))[:-1] for w in (u, v)]) < 2:
        raise DomainError("the three points lie on one line; a plane needs three that do not")
    if isinstance(window, str):
        if window == "all":
            return Plane(origin, u, v, None)
        if window == "triangle":
            return Plane(origin, u, v, Polytope(((-1, 0, 0), (0, -1, 0), (1, 1, 1))))
        raise DomainError(f"window={window!r} is not known; use 'triangle', 'all' or two pairs")
    sides = checked_box(window, 2)
    rows = []
    for i, (low, high) in enumerate(sides):
        for sign, end in ((-1, low), (1, high)):
            row = [Fraction(0)] * 3
            row[i], row[2] = Fraction(sign), sign * end
            rows.append(_integers(row))
    return Plane(origin, u, v, Polytope(tuple(rows)))


def polygon(corners: Any) -> Plane:
    """A convex polygon in an input space, from its corners in order.

    Parameters
    ----------
    corners : sequence of points
        At least three, in one plane, strictly convex.

    Returns
    -------
    Plane
        With the coordinates s, t of ``corners[0] + s (corners[1] - corners[0])
        + t (corners[-1] - corners[0])``.

    Raises
    ------
    DomainError
        If the corners do not lie in one plane or are not those of a convex polygon.

    Examples
    --------
    >>> square = pl.polygon([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    >>> pl.count_regions(pl.from_weights([([[1, -1, 5]], None), ([[1]], None)]), square)
    2
    """
    points = [_point(c) for c in corners]
    if len(points) < 3:
        raise DomainError(f"a polygon needs at least three corners, got {len(points)}")
    base = plane(points[0], points[1], points[-1], "all")
    if any(len(x) != len(base.origin) for x in points):
        raise DomainError("the corners of the polygon have different numbers of coordinates")
    shifts = [[a - b for a, b in zip(x, base.origin, strict=True)] for x in points]
    scaled = [list(_integers((*s, Fraction(1)))[:-1]) for s in shifts]
    if rank(scaled) > 2:
        raise DomainError("the corners of the polygon do not lie in one plane")
    uv = [list(base.u), list(base.v)]
    flat = []
    for shift in shifts:
        scale = lcm(*(x.denominator for x in (*shift, *uv[0], *uv[1])))
        ints = [[int(x * scale) for x in row] for row in (*uv, shift)]
        flat.append(tuple(solve_rows(ints[:2], ints[2:])[0]))
    rows = []
    for (s0, t0), (s1, t1) in zip(flat, flat[1:] + flat[:1], strict=True):
        normal = (t1 - t0, s0 - s1)
        offset = normal[0] * s0 + normal[1] * t0
        if any(
            normal[0] * s + normal[1] * t >= offset
            for s, t in flat
            if (s, t) not in ((s0, t0), (s1, t1))
        ):
            raise DomainError("the corners are not those of a strictly convex polygon, in order")
        rows.append(_integers((*normal, offset)))
    return Plane(base.origin, base.u, base.v, Polytope(tuple(rows)))


def checked_box(box: Any, d: int) -> tuple[tuple[Fraction, Fraction], ...]:
    """A box as exact pairs, one for each input."""
    try:
        pairs = [tuple(pair) for pair in box]
    except TypeError:
        pairs = []
    if len(pairs) != d or any(len(pair) != 2 for pair in pairs):
        raise DomainError(f"a box is a pair (low, high) for each of the {d} inputs, not {box!r}")
    exact = tuple((rational(a), rational(b)) for a, b in pairs)
    for low, high in exact:
        if not low < high:
            raise DomainError(
                f"the side [{low}, {high}] of the box has no interior; give low < high"
            )
    return exact


def checked_domain(domain: Any, n_inputs: int) -> Domain | None:
    """The domain that a user means: None, a box as pairs, or an object of this module."""
    if domain is None:
        return None
    if isinstance(domain, Plane):
        if len(domain.origin) != n_inputs:
            raise DomainError(
                f"the plane lies in a space of {len(domain.origin)} dimensions, the network has "
                f"{n_inputs} inputs"
            )
        return domain
    if isinstance(domain, (Polytope, Box)):
        if domain.dimension != n_inputs:
            raise DomainError(
                f"the domain has {domain.dimension} dimensions, the network {n_inputs} inputs"
            )
        return domain
    return Box(checked_box(domain, n_inputs))


def coordinate_walls(d: int) -> dict[int, Row]:
    """The facets of the orthants of R^d: the coordinates, and infinity."""
    return {i: tuple(int(i == j) for j in range(d + 1)) for i in range(d + 1)}
