"""Coordinates for a subdivision: where its cones lie, and the network on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import lcm

from flint import fmpz_mat

from plsym.errors import DomainError
from plsym.exact.linear import independent_rows, solve_rows
from plsym.networks.combine import composed, with_weights
from plsym.networks.paths import is_rational
from plsym.networks.sweeping.stages import Stage
from plsym.networks.weights import as_integers
from plsym.regions.cones import Cone, Row, orthants
from plsym.regions.domains import Box, Domain, Plane, Polytope, coordinate_walls

__all__ = ["Chart", "make_chart"]

Point = tuple[Fraction, ...]
Matrix = tuple[Point, ...]


@dataclass(frozen=True, eq=False)
class Chart:
    """A network in the coordinates y of a subdivision.

    The user's coordinates u are the inputs, or (s, t) on a plane.

    Attributes
    ----------
    dimension : int
        The number of coordinates.
    stages : tuple of Stage
        The network as a function of y.
    make_cones : callable
        Makes the homogeneous cones that make up the domain, meeting in faces.
    walls : dict
        The facets of the cones: number -> linear function of (y, w) that vanishes there.
    ends : frozenset of int
        The facets that bound the domain.
    artificial : frozenset of int
        Facets inside the domain that belong to no neuron: the cells on both sides are
        parts of one.
    owners : dict
        For facets that are the zeros of a neuron of the first stage, its unit.
    embedding : tuple of rows
        u as an affine function of y: factors and a constant.
    coordinates : tuple of rows
        y as an affine function of u.
    lineality : int
        How many dimensions of u no neuron sees; they are left out, and the embedding is
        one of many.
    plane : Plane or None
        Where the u are coordinates of a plane in the input space.
    """

    dimension: int
    stages: tuple[Stage, ...]
    make_cones: Callable[[], Sequence[Cone]]
    walls: dict[int, Row]
    ends: frozenset[int]
    artificial: frozenset[int]
    owners: dict[int, int]
    embedding: Matrix
    coordinates: Matrix
    lineality: int = 0
    plane: Plane | None = None

    @cached_property
    def cones(self) -> Sequence[Cone]:
        """The cones; about 2^d of them or of their rays."""
        return self.make_cones()

    @property
    def is_identity(self) -> bool:
        """Whether y and u are the same (then both matrices are one object)."""
        return self.embedding is self.coordinates

    @cached_property
    def scale(self) -> Fraction:
        """The factor from volumes in y to volumes in u, if the dimensions agree."""
        if self.is_identity:
            return Fraction(1)
        square = [[row[k] for k in range(self.dimension)] for row in self.embedding]
        common = lcm(1, *(v.denominator for row in square for v in row))
        whole = fmpz_mat([[int(v * common) for v in row] for row in square])
        return Fraction(abs(int(whole.det())), common**self.dimension)

    def point(self, y: Sequence[Fraction]) -> Point:
        """The u of a point y."""
        if self.is_identity:
            return tuple(y)
        return _apply(self.embedding, (*y, Fraction(1)))

    def direction(self, y: Sequence[Fraction]) -> Point:
        """The direction in u of a direction in y."""
        if self.is_identity:
            return tuple(y)
        return _apply(self.embedding, (*y, Fraction(0)))

    def inside(self, u: Sequence[Fraction]) -> Point:
        """The y of a point u."""
        if self.is_identity:
            return tuple(u)
        return _apply(self.coordinates, (*u, Fraction(1)))

    def function(self, form: Sequence[Fraction | int]) -> Point:
        """An affine function of y (constant last) as one of u."""
        if self.is_identity:
            return tuple(Fraction(v) for v in form)
        width = len(self.embedding)
        out = [Fraction(0)] * width + [Fraction(form[-1])]
        for factor, row in zip(form, self.coordinates, strict=False):
            if factor:
                for k in range(width + 1):
                    out[k] += factor * row[k]
        return tuple(out)


def _apply(matrix: Matrix, vector: Sequence[Fraction]) -> Point:
    out = []
    for row in matrix:
        total = Fraction(0)
        for a, v in zip(row, vector, strict=True):
            if a and v:
                total += a * v
        out.append(total)
    return tuple(out)


def make_chart(stages: Sequence[Stage], domain: Domain | None) -> Chart:
    """Choose coordinates for a domain of a network's inputs.

    Raises
    ------
    DomainError
        If a weight is not rational.

    Notes
    -----
    For the whole space the coordinates are the values of rows of the first stage that
    span all of them, neurons if possible: what no row sees is left out, cones are
    pointed, and the first walls are neurons.
    """
    if not is_rational(stages):
        raise DomainError("regions are found for networks with rational weights")
    stages = tuple(stages)
    d = stages[0].n_in
    if domain is None:
        return _whole(stages, d)
    if isinstance(domain, Plane):
        rows = tuple(zip(domain.u, domain.v, domain.origin, strict=True))
        inside = (composed(stages[0], rows), *stages[1:])
        if domain.part is None:
            return replace(_whole(inside, 2), plane=domain)
        return replace(_pointed(inside, domain.part), plane=domain)
    return _pointed(stages, domain)


def _identity(d: int) -> Matrix:
    return tuple(tuple(Fraction(int(i == j)) for j in range(d + 1)) for i in range(d))


def _pointed(stages: tuple[Stage, ...], domain: Box | Polytope) -> Chart:
    d = domain.dimension
    walls = domain.walls()
    same = _identity(d)
    return Chart(d, stages, domain.cones, walls, frozenset(walls), frozenset(), {}, same, same)


def _whole(stages: tuple[Stage, ...], d: int) -> Chart:
    first = stages[0]
    rows, columns, values = first.linear.entries()
    weights, scale = as_integers(values)
    weights = weights.ravel()
    dense = [[0] * d for _ in range(first.n_out)]
    for i, j, v in zip(rows.tolist(), columns.tolist(), weights.tolist(), strict=True):
        dense[i][j] += v
    bending = set(first.bending.tolist())
    order = sorted(range(len(dense)), key=lambda i: i not in bending)
    pivots = [order[i] for i in independent_rows([dense[i] for i in order])]
    r = len(pivots)
    bias = [Fraction(int(b.numerator), int(b.denominator)) for b in first.bias.scalars().tolist()]
    if r == 0:  # one point stands for all: a half-line that nothing cuts
        flat = [[Fraction(0), b] for b in [Fraction(0)] * len(dense)]
        half = Cone(((1, 0), (0, 1)), (1, 2))
        return Chart(
            1,
            (with_weights(first, flat), *stages[1:]),
            lambda: [half],
            {0: (0, 1), 1: (1, 0)},
            frozenset({0, 1}),
            frozenset(),
            {},
            ((Fraction(0), Fraction(0)),) * d,
            ((Fraction(0),) * (d + 1),),
            d,
        )
    # y_k = row k of the first stage, without its bias where that is all it takes
    shifts = [bias[i] for i in pivots]
    basis = [dense[i] for i in pivots]
    mixes = solve_rows(basis, dense)
    matrix = []
    for mix in mixes:
        constant = -sum((c * s for c, s in zip(mix, shifts, strict=True)), Fraction(0))
        matrix.append([*mix, constant])
    # x with (scaled) basis x = y - shifts: a section, if the rows do not span the space
    used = independent_rows([list(c) for c in zip(*basis, strict=True)])
    square = [[row[j] for row in basis] for j in used]
    units = [[int(k == i) for k in range(r)] for i in range(r)]
    inverse = solve_rows(square, units)  # inverse @ square = identity, columns are inputs
    embedding: list[tuple[Fraction, ...]] = [(Fraction(0),) * (r + 1)] * d
    for position, j in enumerate(used):
        factors = [scale * inverse[k][position] for k in range(r)]
        constant = -sum((f * s for f, s in zip(factors, shifts, strict=True)), Fraction(0))
        embedding[j] = (*factors, constant)
    walls = coordinate_walls(r)
    owners = {k: i for k, i in enumerate(pivots) if i in bending}
    artificial = frozenset(k for k, i in enumerate(pivots) if i not in bending)
    return Chart(
        r,
        (with_weights(first, matrix), *stages[1:]),
        lambda: list(orthants(r)),
        walls,
        frozenset({r}),
        artificial,
        owners,
        tuple(embedding),
        tuple((*(Fraction(v, scale) for v in basis[k]), shifts[k]) for k in range(r)),
        d - r,
    )
