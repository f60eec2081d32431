"""What happens along a segment through the input space: transitions, pieces, curves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.exact.decide import Statistics
from plsym.exact.scalars import Num, Scalar, to_public
from plsym.networks.paths import SweepLike
from plsym.networks.units import LayerUnits
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


class _Events(NamedTuple):
    """Transitions as arrays, sorted by row, layer, neuron."""

    row: Indices
    layer: Indices
    neuron: Indices
    before: Ints
    after: Ints


@dataclass(frozen=True, eq=False)
class Trajectory:
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

    _start: tuple[Num, ...] = field(repr=False)
    _end: tuple[Num, ...] = field(repr=False)
    _sweep: SweepLike = field(repr=False)
    _layers: tuple[LayerUnits, ...] = field(repr=False)

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

    # decisions ---------------------------------------------------------------------

    @cached_property
    def _activity(self) -> Callable[[int], NDArray[np.bool_]]:
        kept: dict[int, NDArray[np.bool_]] = {}

        def activity(stage: int) -> NDArray[np.bool_]:
            if stage not in kept:
                kept[stage] = self._sweep.activity(stage)
            return kept[stage]

        return activity

    def _branch(self, layer: LayerUnits, pieces: Indices, neurons: Indices) -> Ints:
        """Return the branches of neurons on pieces, entry by entry (the arrays broadcast)."""
        pieces, neurons = np.broadcast_arrays(pieces, neurons)
        if layer.kind == "choice":
            return self._winner(layer, pieces, neurons)
        count = np.full(pieces.shape, layer.base, dtype=np.int32)
        if layer.kind == "clip":
            for stage, units in layer.units:
                count += self._activity(stage)[pieces, units[neurons]]
            return count
        ((stage, units),) = layer.units
        chosen = units[neurons]
        bends = np.zeros(self._sweep.stages[stage].n_out, dtype=bool)
        bends[self._sweep.stages[stage].bending] = True
        if not bends.any():
            return count + 1
        # a slope of 1 on both sides makes no branches
        positive = self._activity(stage)[pieces, chosen] | ~bends[chosen]
        return np.where(positive, 1, -1).astype(np.int32)

    def _winner(self, layer: LayerUnits, pieces: Indices, neurons: Indices) -> Ints:
        m = layer.candidates
        winner = np.broadcast_to(np.arange(m, dtype=np.int32), (*pieces.shape, m))
        for step in layer.rounds:
            if winner.shape[-1] % 2:
                missing = np.full((*pieces.shape, 1), -1, dtype=np.int32)
                winner = np.concatenate([winner, missing], axis=-1)
            left, right = winner[..., 0::2], winner[..., 1::2]
            units = step.units[neurons]
            beaten = ~step.left[neurons]
            if (step.units >= 0).any():  # else nobody has a rival in this round
                active = self._activity(step.stage)[pieces[..., None], np.maximum(units, 0)]
                beaten = beaten | (active & (units >= 0))
            winner = np.where(beaten, right, left)
        return np.asarray(winner[..., 0], dtype=np.int32)

    @cached_property
    def _events(self) -> _Events:
        found = self._sweep.transitions()
        parts: list[list[NDArray[np.intp]]] = []
        for index, layer in enumerate(self._layers):
            places = [*layer.units, *((r.stage, r.units) for r in layer.rounds)]
            rows: list[Indices] = []
            neurons: list[Indices] = []
            for stage, units in places:
                here = found.stage == stage
                owner = np.full(self._sweep.stages[stage].n_out, -1, dtype=np.intp)
                used = units >= 0
                owner[units[used]] = np.nonzero(used)[0]
                neuron = owner[found.unit[here]]
                # a stage may hold the other knees of a clip as well
                rows.append(found.row[here][neuron >= 0])
                neurons.append(neuron[neuron >= 0])
            if not rows:
                continue
            row, neuron = np.concatenate(rows), np.concatenate(neurons)
            key = np.unique(row * max(layer.size, 1) + neuron)
            row, neuron = np.divmod(key, max(layer.size, 1))
            before = self._branch(layer, row - 1, neuron)
            after = self._branch(layer, row, neuron)
            # a comparison between losers changes no branch
            real = before != after
            size = int(real.sum())
            parts.append([row[real], np.full(size, index), neuron[real], before[real], after[real]])
        if not parts:
            none = np.zeros(0, dtype=np.intp)
            empty = np.zeros(0, dtype=np.int32)
            return _Events(none, none, none, empty, empty)
        columns = [np.concatenate(c) for c in zip(*parts, strict=True)]
        order = np.lexsort((columns[2], columns[1], columns[0]))
        row, which, neuron, before, after = (c[order] for c in columns)
        return _Events(row, which, neuron, before.astype(np.int32), after.astype(np.int32))

    @property
    def num_transitions(self) -> int:
        """The number of transitions; neurons that change at one t count each."""
        return len(self._events.row)

    @property
    def transitions_per_layer(self) -> tuple[int, ...]:
        """The number of transitions in each layer."""
        counts = np.bincount(self._events.layer, minlength=len(self._layers))
        return tuple(int(c) for c in counts)

    @cached_property
    def pieces_per_layer(self) -> tuple[int, ...]:
        """The pieces into which the transitions of layers 0..l cut the segment, for each l."""
        out = []
        for index in range(len(self._layers)):
            rows = self._events.row[self._events.layer <= index]
            out.append(len(np.unique(rows)) + 1)
        return tuple(out)

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

    @cached_property
    def patterns(self) -> tuple[Ints, ...]:
        """The activation patterns that are met, one array for each layer.

        Returns
        -------
        tuple of int arrays, shape (number of patterns, neurons)
            Row i holds the branches (as in `Transition`) between the i-th and the
            next of the distinct positions of transitions.
        """
        pieces = np.concatenate([[0], np.unique(self._events.row)]).astype(np.intp)
        return tuple(
            self._branch(layer, pieces[:, None], np.arange(layer.size)[None, :])
            for layer in self._layers
        )

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
        rows = np.unique(self._events.row[self._events.layer <= index])
        return PLCurve(*self._exact(self._ends_and(rows), stage, units.tolist()))

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
