"""`linear_regions`: all regions of a network on a domain, with their neighbours."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from plsym.config import Budget
from plsym.errors import BudgetExceeded, DomainError, UndecidedError
from plsym.exact.enclosure import Enclosure
from plsym.exact.rationals import rational
from plsym.networks.network import ReLUNetwork
from plsym.regions.branches import branch_rows
from plsym.regions.chart import make_chart
from plsym.regions.convex import CountBounds, convex_bounds
from plsym.regions.decisions import DecisionMap, decision_map, level_set
from plsym.regions.definitions import (
    DEFINITIONS,
    Definition,
    closed_count,
    components,
    merging_facets,
    pattern_count,
)
from plsym.regions.degeneracy import Degeneracies, degeneracies
from plsym.regions.domains import Domain, checked_domain
from plsym.regions.engine import FaceComplex
from plsym.regions.explored import Explored
from plsym.regions.formulas import stages_upper_bound
from plsym.regions.optima import Extremum, LipschitzNorm, extremum, integral, lipschitz_constant
from plsym.regions.subdivided import Subdivided
from plsym.regions.surfaces import Surface, winner_changes, zero_faces

__all__ = ["LinearRegions", "PartialRegions", "linear_regions"]

Point = tuple[Fraction, ...]
Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class LinearRegions(Subdivided):
    """The subdivision of a domain into cells on which a network is affine.

    Made by `linear_regions`.  Coordinates are those of the inputs, or (s, t) on a plane.
    Everything is exact; exact coordinates are computed when they are first asked for.

    Attributes
    ----------
    net : ReLUNetwork
    domain : Box, Polytope, Plane or None
        None for the whole space.

    Examples
    --------
    >>> net = pl.from_weights([([[1, 0], [0, 1], [1, 1]], None), ([[1, 1, 1]], None)])
    >>> found = pl.linear_regions(net, [(-1, 1), (-1, 1)])
    >>> found.num_cells, found.f_vector, found.count("connected")
    (6, (9, 14, 6), 6)
    >>> sum(cell.volume for cell in found)
    Fraction(4, 1)
    """

    def __repr__(self) -> str:
        return (
            f"<LinearRegions: {self.num_cells} cells of {self.net.n_inputs} inputs, "
            f"dimension {self.dimension}>"
        )

    # regions ---------------------------------------------------------------------------

    @cached_property
    def _merging(self) -> Indices:
        return merging_facets(self._complex, self._maps)

    @cached_property
    def _connected(self) -> Indices:
        pairs = self._complex.lattice.sides.view[self._merging].tolist()
        return components(self.num_cells, pairs)

    @cached_property
    def _activation(self) -> Indices:
        layers = self.net._lowered.layers
        if not self.chart.artificial and all(layer.kind != "choice" for layer in layers):
            return np.arange(self.num_cells)
        rows = branch_rows(self._complex.forms, layers, self._complex.patterns[-1])
        if not rows.shape[1]:
            return np.zeros(self.num_cells, dtype=np.intp)
        _, label = np.unique(rows, axis=0, return_inverse=True)
        return np.asarray(label.reshape(-1), dtype=np.intp)

    def labels(self, definition: Definition = "connected") -> Indices:
        """For each cell the number of its region: "activation", "connected" or "affine".

        Raises
        ------
        DomainError
            For the other definitions, whose regions are no unions of cells.
        """
        if definition == "activation":
            return self._activation
        if definition == "connected":
            return self._connected
        if definition == "affine":
            return self._maps.groups
        raise DomainError(
            f"regions under definition={definition!r} are not unions of cells; "
            "use 'activation', 'connected' or 'affine'"
        )

    def count(self, definition: Definition = "connected") -> int:
        """Count the regions; `plsym.count_regions` explains the definitions.

        Raises
        ------
        DomainError
            If the definition is not known.
        UndecidedError
            For "convex", if `convex_bounds` do not meet.
        """
        if definition == "pattern":
            return pattern_count(self._complex, self._incidence, self.net._lowered.layers)
        if definition == "closed":
            return closed_count(self._complex, self._maps, self._incidence, self._connected)
        if definition in ("activation", "connected", "affine"):
            return int(self.labels(definition).max()) + 1
        if definition == "convex":
            bounds = self.convex_bounds
            if bounds.lower == bounds.upper:
                return int(bounds.lower)
            raise UndecidedError(
                f"the number of convex regions lies between {bounds.lower} and {bounds.upper}; "
                "it is known only where the two agree, use convex_bounds"
            )
        raise DomainError(
            f"definition={definition!r} is not known; use one of "
            f"{', '.join(repr(d) for d in DEFINITIONS)}"
        )

    @cached_property
    def convex_bounds(self) -> CountBounds:
        """Bounds of the least number of convex cells on which the network is affine."""
        return convex_bounds(self._complex, self._incidence, self._merging, self._connected)

    @property
    def hidden_facets(self) -> tuple[tuple[int, int], ...]:
        """Pairs of neighbouring cells with one affine map: where neurons cancel."""
        sides = self._complex.lattice.sides.view[self._merging]
        return tuple((int(a), int(b)) for a, b in sides.tolist())

    @cached_property
    def degeneracies(self) -> Degeneracies:
        """What is not in general position: coinciding, touching and cancelling neurons, ..."""
        return degeneracies(self._explored, len(self._merging))

    def graph(self, definition: Definition = "activation") -> nx.Graph:
        """The adjacency graph: regions that share a facet are neighbours.

        Parameters
        ----------
        definition : {"activation", "connected", "affine"}
            What the nodes are.

        Returns
        -------
        networkx.Graph
            Nodes are numbered as in `labels`, with the attribute ``cells``.  Edges have
            the attributes ``layer`` and ``neuron`` of one neuron that vanishes there.
        """
        label = self.labels(definition)
        graph = nx.Graph()
        for cell, name in enumerate(label.tolist()):
            graph.add_node(name)
            graph.nodes[name].setdefault("cells", []).append(cell)
        complex_ = self._complex
        sides = complex_.lattice.sides.view
        inner = np.flatnonzero((sides >= 0).all(axis=1))
        lines = complex_.lattice.faces[self.dimension - 1].lines.view[inner, 0].tolist()
        for (a, b), line in zip(label[sides[inner]].tolist(), lines, strict=True):
            if a != b:
                layer, neuron = self._owner(line)
                graph.add_edge(a, b, layer=layer, neuron=neuron)
        return graph

    # the function ----------------------------------------------------------------------

    def maximum(self, output: int = 0) -> Extremum:
        """The largest value of an output on the domain, with a point where it is attained.

        Raises
        ------
        DomainError
            If the output is not bounded above, or does not exist.
        """
        return extremum(self._explored, self._checked_output(output), 1)

    def minimum(self, output: int = 0) -> Extremum:
        """The least value of an output on the domain, with a point where it is attained.

        Raises
        ------
        DomainError
            If the output is not bounded below, or does not exist.
        """
        return extremum(self._explored, self._checked_output(output), -1)

    def integral(self, output: int = 0) -> Fraction:
        """The integral of an output over a bounded domain (in s and t on a plane)."""
        return integral(self._explored, self._checked_output(output))

    def lipschitz(self, norm: LipschitzNorm = 2) -> Fraction | Enclosure:
        """The Lipschitz constant on the domain, in the coordinates of the cells.

        Parameters
        ----------
        norm : {1, 2, "inf"}
            Of both inputs and outputs.

        Returns
        -------
        Fraction, or Enclosure for norm 2
        """
        return lipschitz_constant(self._explored, norm)

    def bent_hyperplane(self, layer: int, neuron: int) -> Surface:
        """Where the argument of a neuron is zero; where the winner of a maximum changes.

        Parameters
        ----------
        layer, neuron : int
            As in `Transition`: both count from 0.
        """
        layers = self.net._lowered.layers
        if not 0 <= layer < len(layers):
            raise DomainError(f"layer {layer} does not exist; there are {len(layers)}")
        units = layers[layer]
        if not 0 <= neuron < units.size:
            raise DomainError(f"neuron {neuron} does not exist; layer {layer} has {units.size}")
        if units.kind == "choice":
            return winner_changes(self._explored, units, neuron)
        places = [(stage, int(index[neuron])) for stage, index in units.units]
        bends = [set(s.bending.tolist()) for s in self.chart.stages]
        return zero_faces(self._explored, [(s, u) for s, u in places if u in bends[s]])

    def level_set(self, value: Any, output: int = 0, *, budget: Budget | None = None) -> Surface:
        """The points of the domain at which an output has a value.

        Notes
        -----
        The domain is cut anew, with one neuron more; patches refer to those cells.
        """
        exact = rational(value)
        index = self._checked_output(output)
        return level_set(self.net.stages, self.domain, index, exact, budget)

    def decision_map(self, *, least: bool = False, budget: Budget | None = None) -> DecisionMap:
        """The domain by largest output, or by the least; ties go to the least number.

        Notes
        -----
        The domain is cut anew, also where two outputs agree.
        """
        return decision_map(self.net.stages, self.domain, least, budget)

    def _checked_output(self, output: int) -> int:
        if not 0 <= output < self.net.n_outputs:
            raise DomainError(
                f"output {output} does not exist; the network has {self.net.n_outputs}"
            )
        return int(output)


@dataclass(frozen=True, eq=False)
class PartialRegions:
    """What a budget left of `linear_regions`: certified bounds, and the way to go on.

    Attributes
    ----------
    lower_bound : int
        The activation regions are at least so many.
    """

    net: ReLUNetwork
    domain: Domain | None
    _complex: FaceComplex = field(repr=False)

    @property
    def lower_bound(self) -> int:
        """A number of activation regions that there are at least."""
        # later neurons only cut further; what no neuron cut belongs together
        parts = 1 << len(self._complex.chart.artificial)
        return -(-self._complex.num_cells // parts)

    @property
    def upper_bound(self) -> int:
        """A number that there are at most, from the widths alone (Serra et al., 2018)."""
        return stages_upper_bound(self._complex.d, self._complex.chart.stages)

    def resume(self, budget: Budget | None = None) -> LinearRegions:
        """Go on from where the budget ended."""
        return _finished(self.net, self.domain, self._complex, budget)


def _finished(
    net: ReLUNetwork, domain: Domain | None, complex_: FaceComplex, budget: Budget | None
) -> LinearRegions:
    try:
        complex_.run(budget)
    except BudgetExceeded as error:
        partial = PartialRegions(net, domain, complex_)
        raise BudgetExceeded(
            f"{error}; there are from {partial.lower_bound:,} to {partial.upper_bound:,} "
            "activation regions (error.partial.resume(budget) goes on)",
            partial=partial,
            needed=error.needed,
        ) from None
    return LinearRegions(net, domain, Explored(complex_))


def linear_regions(
    net: ReLUNetwork, domain: Any = None, *, budget: Budget | None = None
) -> LinearRegions:
    """Find all linear regions of a network on a domain, exactly.

    Parameters
    ----------
    net : ReLUNetwork
        With rational weights; any layer kinds.
    domain : optional
        A box, as a pair (low, high) for each input; a `polytope`; a `plane` or `polygon`
        in the input space; or nothing for the whole space, unbounded cells included.
    budget : Budget, optional
        Limits on cells and seconds.

    Returns
    -------
    LinearRegions

    Raises
    ------
    DomainError
        If the domain does not fit the network or is degenerate, the weights are not
        rational, or the dimension is above 10.
    BudgetExceeded
        With `PartialRegions`: a certified lower bound, and ``resume``.

    Notes
    -----
    Exact for every network: parallel, coinciding and dead neurons, zeros on whole
    cells and lower rank are no exceptions.  Signs come from floats with proved error
    bounds, and from integers where those do not decide.  C cells in dimension d have
    about 2^d C faces; N neurons take O(2^d N C) steps on arrays, and one product of a
    (d + 1) C by w matrix with each layer of width w.  In the plane, compiled loops do the
    cutting where numba is installed (the extra ``fast``), with the same result.

    References
    ----------
    A. Berzins, Polyhedral complex extraction from ReLU networks using edge subdivision,
    ICML 2023, for the idea of cutting a skeleton; here all faces are kept, and nothing
    is assumed about their position.

    Examples
    --------
    >>> net = pl.random_network([2, 8, 8, 1], seed=0)
    >>> found = pl.linear_regions(net)
    >>> found.euler_characteristic, found.graph().number_of_nodes() == len(found)
    (1, True)
    """
    checked = checked_domain(domain, net.n_inputs)
    chart = make_chart(net.stages, checked)
    return _finished(net, checked, FaceComplex(chart), budget)
