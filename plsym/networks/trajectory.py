"""What happens along a segment through the input space: transitions, pieces, curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.exact.decide import Statistics
from plsym.exact.enclosure import Enclosure
from plsym.exact.scalars import Num, Scalar, lower_end, to_num, to_public, upper_end
from plsym.networks.images import Image, images
from plsym.networks.paths import SweepLike
from plsym.networks.sweeping.swept import Sweep
from plsym.networks.visits import Visits
from plsym.piecewise.curve import PLCurve
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.knots import Knots

__all__ = ["Trajectory", "Transition"]

Indices = NDArray[np.intp]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Transition:
    """One neuron changes its branch.

    Attributes
    ----------
    t : Fraction or AlgebraicReal
        The position: the point is p + t (q - p).
    layer : int
        The index among the network's `layers` (those with activations), from 0.
    neuron : int
        The flat index of the neuron in its layer.
    before, after : int
        The branch on the pieces to the left and right of t: -1 or 1 (not positive,
        positive) for ReLU, leaky ReLU and absolute value; -1, 0, 1 for a clip; the
        index of the winner for a maximum or minimum.
    """

    t: Scalar
    layer: int
    neuron: int
    before: int
    after: int


@dataclass(frozen=True, eq=False)
class Trajectory(Visits):
    """A network along the segment from ``start`` to ``end``, t running from 0 to 1.

    Made by `ReLUNetwork.along`.

    Attributes
    ----------
    start, end : tuple of exact numbers
        The ends of the segment.

    Notes
    -----
    All counts are exact and need no exact numbers; positions and values are
    computed in bulk when they are first asked for.  A neuron whose argument is
    zero on a whole piece is not positive there (it neither bends nor splits the
    piece); a leaky ReLU of slope 1 has no branches and counts as positive.

    Examples
    --------
    >>> net = pl.from_weights([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    >>> path = net.along([-1], [1])
    >>> [(str(s.t), s.neuron, s.before, s.after) for s in path.transitions]
    [('1/2', 0, -1, 1), ('3/4', 1, -1, 1)]
    >>> path.num_pieces
    3
    """

    _start: tuple[Any, ...] = field(repr=False)
    _end: tuple[Any, ...] = field(repr=False)
    _sweep: SweepLike = field(repr=False)

    @property
    def _visited(self) -> SweepLike:
        return self._sweep

    @cached_property
    def start(self) -> tuple[Scalar, ...]:
        """The point at t = 0."""
        return tuple(to_public(v) for v in self._start)

    @cached_property
    def end(self) -> tuple[Scalar, ...]:
        """The point at t = 1."""
        return tuple(to_public(v) for v in self._end)

    def __repr__(self) -> str:
        return (
            f"<Trajectory: {self.num_transitions} transitions, {self.num_pieces} pieces, "
            f"{len(self._start)} inputs>"
        )

    @cached_property
    def _breaks(self) -> Indices:
        return self._sweep.output_breaks()

    @property
    def num_pieces(self) -> int:
        """The affine pieces of the output curve; transitions that cancel do not count."""
        return len(self._breaks) + 1

    @property
    def statistics(self) -> Statistics:
        """How many decisions the float filter, the refinement and exact arithmetic took."""
        return self._sweep.statistics

    # exact numbers -----------------------------------------------------------------

    @cached_property
    def transitions(self) -> tuple[Transition, ...]:
        """All transitions in the order of t, then layer, then neuron."""
        events = self._events
        rows, which = np.unique(events.row, return_inverse=True)
        positions = [to_public(t) for t in self._sweep.exact_positions(rows)]
        columns = (which, events.layer, events.neuron, events.before, events.after)
        return tuple(
            Transition(positions[i], layer, neuron, before, after)
            for i, layer, neuron, before, after in zip(*(c.tolist() for c in columns), strict=True)
        )

    def _exact(
        self, rows: Indices, stage: int, units: Sequence[int] | None
    ) -> tuple[list[Num], list[list[Num]]]:
        """Return positions and values of rows."""
        positions = self._sweep.exact_positions(rows)
        return positions, self._sweep.exact_values(stage, rows, units)

    def _ends_and(self, rows: Indices) -> Indices:
        last = self._sweep.num_rows - 1
        return np.concatenate([[0], rows, [last]]).astype(np.intp)

    @cached_property
    def output(self) -> PLCurve:
        """The output as a function of t."""
        # the rows are exactly the bends, so nothing is left to simplify
        return PLCurve._from_exact(*self._exact(self._ends_and(self._breaks), -1, None))

    def curve(self, layer: int) -> PLCurve:
        """Return the outputs of one layer's neurons as a function of t.

        Parameters
        ----------
        layer : int
            The index of the layer; negative ones count from the last.

        Returns
        -------
        PLCurve

        Raises
        ------
        DomainError
            If there is no such layer.
        """
        count = len(self._layers)
        if not -count <= layer < count:
            raise DomainError(f"layer {layer} does not exist; the network has {count} layers")
        index = layer % count
        stage, units = self._layers[index].value
        bends = self._events.row[self._events.layer <= index]
        rows = np.union1d(bends, np.flatnonzero(self._sweep.is_corner))
        return PLCurve(*self._exact(rows, stage, units.tolist()))

    def length(self, layer: int = -1, width: Fraction = Fraction(1, 1000)) -> Enclosure:
        """The length of the image of the path in one layer, or in the outputs.

        Parameters
        ----------
        layer : int
            The layer whose neurons' outputs are the coordinates; -1 for the outputs.
        width : Fraction
            The relative width that will do.

        Returns
        -------
        Enclosure
            With proved ends.

        Raises
        ------
        DomainError
            If there is no such layer.

        Notes
        -----
        In doubles with bounds of their errors, at about the cost of the sweep for all layers
        together.  Where these leave more than the given width, as in steep and deep networks,
        the breakpoints are computed exactly; and where that does not suffice, the corners of
        the image, as ``curve(layer).length()`` does, which is slow where they are many.

        Examples
        --------
        >>> net = pl.from_weights([([[3], [4]], [0, -2]), ([[1, 1]], None)])
        >>> path = net.along([0], [1])
        >>> float(path.length(0)), float(path.length(0).width) < 1e-7
        (4.0, True)
        """
        count = len(self._layers)
        if not -1 <= layer < count:
            raise DomainError(f"layer {layer} does not exist; the network has {count} layers")
        for sharp in (False, True):
            found = self._sharp_lengths if sharp else self._lengths
            known = found[layer] if found else None
            if known is not None and known.width <= width * known.upper:
                return known
        exact: Any = (self.output if layer == -1 else self.curve(layer)).length()
        if isinstance(exact, Enclosure):
            return exact
        number = to_num(exact)
        return Enclosure(lower_end(number), upper_end(number))

    def images(self, *, sharp: bool = False) -> list[Image] | None:
        """The path, its images in all layers, and that in the outputs, as doubles know them.

        Parameters
        ----------
        sharp : bool
            Whether the exact positions of all breakpoints are computed, which leaves less
            open and takes longer.

        Returns
        -------
        list of Image, or None
            Segments with bounds of their errors; None if the numbers are not rational, or
            leave the range of doubles.
        """
        sweep = self._sweep
        if not isinstance(sweep, Sweep):
            return None
        positions = None
        if sharp:
            exact = sweep.exact_positions()
            positions = [float(t - int(t)) for t in exact]
        return images(sweep._history, self._layers, positions)

    @cached_property
    def _lengths(self) -> list[Enclosure | None]:
        """The lengths in all layers and last in the outputs, as far as doubles tell them."""
        return [image.length() for image in (self.images() or [])[1:]]

    @cached_property
    def _sharp_lengths(self) -> list[Enclosure | None]:
        return [image.length() for image in (self.images(sharp=True) or [])[1:]]

    def component(self, output: int) -> PiecewiseLinear:
        """One output as a function of t.

        Parameters
        ----------
        output : int
            The flat index of the output.

        Returns
        -------
        PiecewiseLinear
            On [0, 1].

        Raises
        ------
        DomainError
            If there is no such output.
        """
        count = self._sweep.stages[-1].n_out
        if not 0 <= output < count:
            raise DomainError(f"output {output} does not exist; the network has {count} outputs")
        rows = self._ends_and(self._sweep.output_breaks(output))
        ts, values = self._exact(rows, -1, [output])
        return PiecewiseLinear._from_knots(Knots(tuple(ts), tuple(v[0] for v in values)))
