"""A network as stages of one-sided units.

ReLU, leaky ReLU and the absolute value are units of their own.  A clip is two
ReLUs, ``lower + relu(x - lower) - relu(x - upper)``; a maximum is a tournament
of comparisons ``max(a, b) = a + relu(b - a)``.  What a later node still needs is
carried along by identity units.  A linear node and the units that follow it
make one stage; reshaping and the like only rename coordinates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plsym.errors import UnsupportedLayerError
from plsym.exact.dyadics import ExactArray
from plsym.networks import layers as ops
from plsym.networks.layers import Node, Op, Shape
from plsym.networks.layers.windows import window_indices
from plsym.networks.rows import LinearRows, check_size, linear_rows, negated, slope_of
from plsym.networks.sweeping.stages import Dense, LinearMap, Sparse, Stage, UnitLabel
from plsym.networks.units import LayerUnits, Lowered, Round
from plsym.networks.weights import add, assemble, broadcast, collect, ones, zeros

__all__ = ["lower"]

Index = NDArray[np.intp]
_LINEAR = (
    ops.Affine,
    ops.Convolution,
    ops.Scale,
    ops.Shift,
    ops.AveragePool,
    ops.Add,
    ops.Subtract,
)
_ONE_SIDED = (ops.ReLU, ops.LeakyReLU, ops.PReLU, ops.Abs)
_IN_PLACE = (ops.Shift, ops.Identity, ops.Reshape)
_MOVING = (ops.Identity, ops.Reshape, ops.Transpose, ops.Concat)


def lower(nodes: Sequence[Node], shapes: Mapping[str, Shape], output: str) -> Lowered:
    """Turn the nodes of a network into stages.

    Parameters
    ----------
    nodes : sequence of Node
        In topological order, all needed for the output.
    shapes : mapping
        The shape of every node and of "input".
    output : str
        The node whose value is the output.

    Returns
    -------
    Lowered

    Raises
    ------
    BudgetExceeded
        If a stage would store more than 2e8 weights.

    Notes
    -----
    Exact: only copies of weights, signs and sums of biases.  The stages together
    store the weights of the nodes (a convolution once for each window position).
    """
    return _Lowering(nodes, shapes, output).run()


class _Lowering:
    """The state of one lowering: the stages so far and where live values stand."""

    def __init__(self, nodes: Sequence[Node], shapes: Mapping[str, Shape], output: str) -> None:
        self.nodes = nodes
        self.shapes = shapes
        self.output = output
        self.stages: list[Stage] = []
        self.layers: list[LayerUnits] = []
        self.size = prod(shapes["input"])
        self.place: dict[str, Index] = {"input": np.arange(self.size).reshape(shapes["input"])}
        self.layer_of = {n.name: i for i, n in enumerate(n for n in nodes if n.op.bends)}
        self.chains = self._chains()
        self.last_use: dict[str, int] = {}
        for position, chain in enumerate(self.chains):
            for name in chain[0].inputs:
                self.last_use[name] = position
        self.last_use[output] = len(self.chains)

    def _chains(self) -> list[list[Node]]:
        """Group linear nodes with the shifts and one-sided units that alone follow them."""
        users: dict[str, list[Node]] = {}
        for node in self.nodes:
            for name in node.inputs:
                users.setdefault(name, []).append(node)
        taken: set[str] = set()
        chains: list[tuple[int, list[Node]]] = []
        position = {node.name: i for i, node in enumerate(self.nodes)}
        for node in self.nodes:
            if node.name in taken:
                continue
            chain = [node]
            if isinstance(node.op, _LINEAR):
                while chain[-1].name != self.output and len(users[chain[-1].name]) == 1:
                    (after,) = users[chain[-1].name]
                    if not isinstance(after.op, (*_IN_PLACE, *_ONE_SIDED)):
                        break
                    chain.append(after)
                    if isinstance(after.op, _ONE_SIDED):
                        break
                # moving nodes at the end need no stage
                while isinstance(chain[-1].op, (ops.Identity, ops.Reshape)):
                    chain.pop()
            taken.update(n.name for n in chain)
            chains.append((position[chain[-1].name], chain))
        chains.sort(key=lambda item: item[0])
        return [chain for _, chain in chains]

    def run(self) -> Lowered:
        for position, chain in enumerate(self.chains):
            head = chain[0]
            if isinstance(head.op, _MOVING):
                self.place[head.name] = self._moved(head)
            elif isinstance(head.op, (*_LINEAR, *_ONE_SIDED)):
                self._units(position, chain)
            elif isinstance(head.op, ops.Clip):
                self._clip(position, head)
            elif head.op.bends:
                self._tournament(position, head)
            else:
                raise UnsupportedLayerError(
                    f"node {head.name!r}: operation {type(head.op).__name__} is not known"
                )
        view = self.place[self.output].ravel()
        ready = (
            self.stages
            and self.stages[-1].bending.size == 0
            and len(view) == self.size
            and bool((view == np.arange(self.size)).all())
        )
        if not ready:
            self._emit(LinearRows.signs(view[:, None], 1), None, None, len(self.chains))
        return Lowered(tuple(self.stages), tuple(self.layers))

    # one stage ----------------------------------------------------------------

    def _emit(
        self,
        rows: LinearRows,
        alpha: ExactArray | None,
        labels: list[UnitLabel] | None,
        position: int,
    ) -> int:
        """Append a stage of the rows and of what is needed after ``position``."""
        live = [n for n in self.place if self.last_use.get(n, -1) > position]
        carried: Index = np.zeros(0, dtype=np.intp)
        if live:
            carried = np.unique(np.concatenate([self.place[n].ravel() for n in live]))
        m, c = rows.count, len(carried)
        linear = self._linear(rows, carried)
        bias = assemble((m + c,), [(slice(m), rows.bias)])
        parts = [(slice(m, None), ones(c))]
        alpha = ones(m) if alpha is None else alpha
        alpha = assemble((m + c,), [(slice(m), alpha), *parts])
        if labels is not None and c:
            labels = labels + [UnitLabel(-1, i, "carry") for i in range(c)]
        self.stages.append(Stage(linear, bias, alpha, None if labels is None else tuple(labels)))
        self.place = {n: np.searchsorted(carried, self.place[n]).astype(np.intp) + m for n in live}
        self.size = m + c
        return len(self.stages) - 1

    def _linear(self, rows: LinearRows, carried: Index) -> LinearMap:
        m, c = rows.count, len(carried)
        if rows.matrix is not None:
            whole = len(rows.columns) == self.size and bool(
                (rows.columns == np.arange(self.size)).all()
            )
            if whole and not c:
                return Dense(rows.matrix)
            check_size((m + c) * self.size)
            key = (np.arange(m)[:, None], rows.columns[None, :])
            parts: list[tuple[Any, ExactArray]] = [(key, rows.matrix)]
            if c:
                parts.append(((np.arange(m, m + c), carried), ones(c)))
            return Dense(assemble((m + c, self.size), parts))
        assert rows.values is not None
        terms = rows.index.shape[1]
        if not c and terms >= self.size:  # no sparser than a full matrix
            return Dense(collect((m, self.size), rows.index, rows.values))
        if not c:
            return Sparse(self.size, rows.index, rows.values)
        check_size((m + c) * terms)
        index = np.zeros((m + c, terms), dtype=np.intp)
        index[:m] = rows.index
        index[m:, 0] = carried
        parts = [(slice(m), rows.values), ((slice(m, None), 0), ones(c))]
        values = assemble((m + c, terms), parts)
        if terms >= self.size:
            return Dense(collect((m + c, self.size), index, values))
        return Sparse(self.size, index, values)

    # linear nodes and one-sided units --------------------------------------------

    def _moved(self, node: Node) -> Index:
        views = [self.place[n] for n in node.inputs]
        op = node.op
        if isinstance(op, ops.Concat):
            return np.concatenate(views, axis=op.axis)
        if isinstance(op, ops.Transpose):
            return views[0].transpose(op.perm)
        return views[0].reshape(self.shapes[node.name])

    def _units(self, position: int, chain: list[Node]) -> None:
        head, last = chain[0], chain[-1]
        if isinstance(head.op, _LINEAR):
            rows = linear_rows(
                head.op, [self.place[n] for n in head.inputs], self.shapes[head.name]
            )
            later = chain[1:]
        else:
            view = self.place[head.inputs[0]].reshape(-1, 1)
            rows = LinearRows.signs(view, 1)
            later = chain
        alpha = None
        labels = None
        for node in later:
            if isinstance(node.op, ops.Shift):
                offset = broadcast(node.op.offset, self.shapes[node.name]).reshape(-1)
                rows.bias = add(rows.bias, offset)
            elif isinstance(node.op, _ONE_SIDED):
                shape = self.shapes[node.name]
                alpha = broadcast(slope_of(node.op), shape).reshape(-1)
                kind = {ops.ReLU: "relu", ops.Abs: "abs"}.get(type(node.op), "leaky")
                layer = self.layer_of[node.name]
                labels = [UnitLabel(layer, i, kind) for i in range(rows.count)]
        count = rows.count
        stage = self._emit(rows, alpha, labels, position)
        shape = self.shapes[last.name]
        self.place[last.name] = np.arange(count).reshape(shape)
        if last.op.bends:
            units = np.arange(count)
            self.layers.append(
                LayerUnits(last.name, "sign", shape, (stage, units), ((stage, units),))
            )

    # clips and tournaments ----------------------------------------------------------

    def _clip(self, position: int, node: Node) -> None:
        op = node.op
        assert isinstance(op, ops.Clip)
        shape = self.shapes[node.name]
        flat = self.place[node.inputs[0]].ravel()
        n = len(flat)
        layer = self.layer_of[node.name]
        biases: list[tuple[Any, ExactArray]] = []
        labels: list[UnitLabel] = []
        alpha = np.zeros(2 * n)
        count = 0
        if op.lower is None:  # x - relu(x - upper): x itself is carried
            labels += [UnitLabel(-1, i, "carry") for i in range(n)]
            alpha[:n] = 1.0
            count = n
        for kind, bound in (("lower", op.lower), ("upper", op.upper)):
            if bound is not None:
                minus = negated(broadcast(bound, shape).reshape(-1))
                biases.append((slice(count, count + n), minus))
                labels += [UnitLabel(layer, i, kind) for i in range(n)]
                count += n
        blocks = count // n
        rows = LinearRows.signs(np.tile(flat, blocks)[:, None], 1)
        rows.bias = assemble((count,), biases)
        stage = self._emit(rows, ExactArray(alpha[:count]), labels, position)
        units = [np.arange(k * n, (k + 1) * n) for k in range(blocks)]
        index = np.stack(units, axis=1)
        signs = np.array([1, -1][:blocks], dtype=np.int64)
        total = LinearRows.signs(index, signs)
        if op.lower is not None:
            total.bias = broadcast(op.lower, shape).reshape(-1)
        final = self._emit(total, None, None, position)
        self.place[node.name] = np.arange(n).reshape(shape)
        bending = units if op.lower is not None else units[1:]
        self.layers.append(
            LayerUnits(
                node.name,
                "clip",
                shape,
                (final, np.arange(n)),
                tuple((stage, u) for u in bending),
                base=-1 if op.lower is not None else 0,
            )
        )

    def _tournament(self, position: int, node: Node) -> None:
        op = node.op
        layer = self.layer_of[node.name]
        sense = -1 if isinstance(op, (ops.Minimum, ops.MinimumWith)) else 1
        shape = self.shapes[node.name]
        rounds: list[Round] = []
        if isinstance(op, (ops.MaximumWith, ops.MinimumWith)):
            flat = self.place[node.inputs[0]].ravel()
            n = len(flat)
            constant = broadcast(op.constant, shape).reshape(-1)
            rows = LinearRows.signs(flat[:, None], sense)
            rows.bias = negated(constant) if sense > 0 else constant
            labels = [UnitLabel(layer, i, "max") for i in range(n)]
            stage = self._emit(rows, zeros(n), labels, position)
            units = np.arange(n)[:, None]
            rounds.append(Round(stage, units, np.ones((n, 1), dtype=bool)))
            total = LinearRows.signs(units, sense)
            total.bias = constant
            candidates = 2
        else:
            table = self._candidates(op, node)
            n, candidates = table.shape
            valid = table >= 0
            index = table[:, :, None]
            signs = np.where(index >= 0, 1, 0)
            while index.shape[1] > 1:
                index, signs, valid = self._round(
                    layer, sense, index, signs, valid, rounds, position
                )
            total = LinearRows.signs(np.maximum(index[:, 0], 0), signs[:, 0])
        final = self._emit(total, None, None, position)
        self.place[node.name] = np.arange(n).reshape(shape)
        self.layers.append(
            LayerUnits(
                node.name,
                "choice",
                shape,
                (final, np.arange(n)),
                rounds=tuple(rounds),
                candidates=candidates,
            )
        )

    def _candidates(self, op: Op, node: Node) -> Index:
        """Coordinates that each neuron chooses from, shape (neurons, candidates)."""
        views = [self.place[name] for name in node.inputs]
        if isinstance(op, (ops.Maximum, ops.Minimum)):
            return np.stack([v.ravel() for v in views], axis=1)
        x = views[0]
        if isinstance(op, ops.Maxout):
            grouped = x.reshape(-1, op.k, *x.shape[1:])
            return np.moveaxis(grouped, 1, -1).reshape(-1, op.k)
        if isinstance(op, ops.MaxPool):
            window = window_indices(x.shape[1:], op.kernel, op.strides, op.pads, op.dilations)
            flat = x.reshape(x.shape[0], -1)
            table = np.where(window[None] >= 0, flat[:, window], -1)
            return table.reshape(-1, window.shape[1])
        raise UnsupportedLayerError(
            f"node {node.name!r}: operation {type(op).__name__} is not known"
        )

    def _round(
        self,
        layer: int,
        sense: int,
        index: Index,
        signs: NDArray[np.int64],
        valid: NDArray[np.bool_],
        rounds: list[Round],
        position: int,
    ) -> tuple[Index, NDArray[np.int64], NDArray[np.bool_]]:
        """Let neighbouring candidates compete; each is a signed sum of coordinates."""
        n, m, terms = index.shape
        pairs = (m + 1) // 2
        if m % 2:
            index = np.concatenate([index, np.full((n, 1, terms), -1)], axis=1)
            signs = np.concatenate([signs, np.zeros((n, 1, terms), dtype=np.int64)], axis=1)
            valid = np.concatenate([valid, np.zeros((n, 1), dtype=bool)], axis=1)
        left, right = index[:, 0::2], index[:, 1::2]
        left_signs, right_signs = signs[:, 0::2], signs[:, 1::2]
        has_left, has_right = valid[:, 0::2], valid[:, 1::2]
        either = has_left | has_right
        both = has_left & has_right
        # the base is the left candidate, or the right one where it is alone
        base = np.where(has_left[:, :, None], left, right)[either]
        base_signs = np.where(has_left[:, :, None], left_signs, right_signs)[either]
        compare = np.concatenate([right, left], axis=2)[both]
        compare_signs = np.concatenate([sense * right_signs, -sense * left_signs], axis=2)[both]
        k, c = len(base), len(compare)
        rows_index = np.zeros((k + c, 2 * terms), dtype=np.intp)
        rows_signs = np.zeros((k + c, 2 * terms), dtype=np.int64)
        rows_index[:k, :terms], rows_signs[:k, :terms] = base, base_signs
        rows_index[k:], rows_signs[k:] = compare, compare_signs
        rows_signs[rows_index < 0] = 0
        alpha = np.zeros(k + c)
        alpha[:k] = 1.0
        neuron = np.nonzero(both)[0]
        labels = [UnitLabel(-1, i, "carry") for i in range(k)]
        labels += [UnitLabel(layer, int(j), "max") for j in neuron]
        rows = LinearRows.signs(np.maximum(rows_index, 0), rows_signs)
        stage = self._emit(rows, ExactArray(alpha), labels, position)
        base_at = np.full((n, pairs), -1, dtype=np.intp)
        base_at[either] = np.arange(k)
        unit_at = np.full((n, pairs), -1, dtype=np.intp)
        unit_at[both] = np.arange(k, k + c)
        rounds.append(Round(stage, unit_at, has_left))
        new_index = np.stack([base_at, unit_at], axis=2)
        new_signs = np.where(new_index >= 0, np.array([1, sense]), 0)
        return new_index, new_signs, either
