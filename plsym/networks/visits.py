"""Which neurons change their branches on a path, whatever the path."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from plsym.networks.sweeping.stages import Stage
from plsym.networks.sweeping.swept import TransitionArrays
from plsym.networks.units import LayerUnits

__all__ = ["Visited", "Visits"]

Indices = NDArray[np.intp]
Ints = NDArray[np.int32]


class Visited(Protocol):
    """What a sweep along a path knows about units."""

    stages: tuple[Stage, ...]

    def activity(self, stage: int) -> NDArray[np.bool_]:
        """Return which units of a stage are positive on each piece."""
        ...

    def transitions(self) -> TransitionArrays:
        """Return all changes of activity."""
        ...


class _Events(NamedTuple):
    """Transitions as arrays, sorted by row, layer, neuron."""

    row: Indices
    layer: Indices
    neuron: Indices
    before: Ints
    after: Ints


@dataclass(frozen=True, eq=False)
class Visits:
    """The branches of all neurons along a path, and where they change."""

    _layers: tuple[LayerUnits, ...] = field(repr=False, kw_only=True)

    @property
    def _visited(self) -> Visited:
        raise NotImplementedError

    @cached_property
    def _activity(self) -> Callable[[int], NDArray[np.bool_]]:
        kept: dict[int, NDArray[np.bool_]] = {}

        def activity(stage: int) -> NDArray[np.bool_]:
            if stage not in kept:
                kept[stage] = self._visited.activity(stage)
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
        bends = np.zeros(self._visited.stages[stage].n_out, dtype=bool)
        bends[self._visited.stages[stage].bending] = True
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
        found = self._visited.transitions()
        parts: list[list[NDArray[np.intp]]] = []
        for index, layer in enumerate(self._layers):
            places = [*layer.units, *((r.stage, r.units) for r in layer.rounds)]
            rows: list[Indices] = []
            neurons: list[Indices] = []
            for stage, units in places:
                here = found.stage == stage
                owner = np.full(self._visited.stages[stage].n_out, -1, dtype=np.intp)
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

    @property
    def transitions_per_neuron(self) -> tuple[NDArray[np.intp], ...]:
        """The number of transitions of each neuron, one array a layer."""
        events = self._events
        return tuple(
            np.bincount(events.neuron[events.layer == index], minlength=layer.size)
            for index, layer in enumerate(self._layers)
        )

    @cached_property
    def pieces_per_layer(self) -> tuple[int, ...]:
        """The pieces into which the transitions of layers 0..l cut the segment, for each l."""
        out = []
        for index in range(len(self._layers)):
            rows = self._events.row[self._events.layer <= index]
            out.append(len(np.unique(rows)) + 1)
        return tuple(out)

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

    @property
    def num_patterns(self) -> int:
        """The number of distinct activation patterns; a path that bends can meet one twice."""
        if not self._layers:
            return 1
        rows = np.concatenate(self.patterns, axis=1)
        return len(np.unique(rows, axis=0)) if rows.shape[1] else 1
