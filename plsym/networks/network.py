"""`ReLUNetwork`: an acyclic list of nodes with exact weights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import inf, prod
from typing import Any

from plsym.config import Budget
from plsym.errors import DomainError
from plsym.exact.dyadics import ExactArray
from plsym.exact.scalars import Num, Scalar, to_num, to_public
from plsym.networks import layers as ops
from plsym.networks.evaluate import Tensor, branches, evaluate
from plsym.networks.layers import Node, Op, Shape
from plsym.networks.lower import lower
from plsym.networks.paths import is_rational, run, select_outputs
from plsym.networks.reading import MOST_ENTRIES, checked_shape, coordinates, finite_end, read_points
from plsym.networks.source import SweepSource
from plsym.networks.sweeping.prepared import Prepared, prepare
from plsym.networks.sweeping.stages import Stage
from plsym.networks.trajectory import Trajectory
from plsym.networks.units import Lowered
from plsym.networks.weights import read_array
from plsym.piecewise.function import PiecewiseLinear

__all__ = ["ReLUNetwork", "from_weights"]

ACTIVATIONS: dict[str, Op] = {
    "relu": ops.ReLU(),
    "abs": ops.Abs(),
    "hard_tanh": ops.Clip(-1, 1),  # type: ignore[arg-type]
    "identity": ops.Identity(),
}


@dataclass(frozen=True, eq=False)
class ReLUNetwork:
    """A network of affine maps and piecewise-linear activations, with exact weights.

    Parameters
    ----------
    nodes : sequence of Node
        In topological order: each node's inputs come before it.
    input_shape : sequence of int
        Without a batch axis.
    output : str, optional
        The node whose value is the output; the last by default.

    Attributes
    ----------
    nodes : tuple of Node
        The nodes that the output needs.
    shapes : dict
        The shape of each node's value and of "input".

    Raises
    ------
    DomainError
        If there are no nodes, a name is used twice or not defined before it is
        used, or shapes do not fit; the message names the node.

    Notes
    -----
    Every weight is the rational number that it is: a float of any width is a
    dyadic rational, and all claims are about real arithmetic on these weights.
    A *layer* is a node with activations, in the order of the nodes; its neurons
    are the entries of its output.

    Examples
    --------
    >>> net = pl.from_weights([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
    >>> net("3/4")
    Fraction(1, 2)
    >>> net.to_piecewise(0, 1) == pl.tent()
    True
    """

    nodes: tuple[Node, ...]
    input_shape: Shape
    output: str = ""
    shapes: dict[str, Shape] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        nodes = tuple(self.nodes)
        if not nodes:
            raise DomainError("a network needs at least one node, got none")
        shape = tuple(int(n) for n in self.input_shape)
        if any(n < 1 for n in shape):
            raise DomainError(f"input_shape={shape}: all sizes must be positive")
        if prod(shape) > MOST_ENTRIES:
            raise DomainError(f"input_shape={shape}: a tensor has {MOST_ENTRIES} entries at most")
        shapes = {"input": shape}
        for node in nodes:
            shapes[node.name] = checked_shape(node, shapes)
        output = self.output or nodes[-1].name
        if output not in shapes or output == "input":
            raise DomainError(
                f"output={output!r} is not a node; the last nodes are "
                + ", ".join(repr(n.name) for n in nodes[-3:])
            )
        needed = {output}
        for node in reversed(nodes):
            if node.name in needed:
                needed.update(node.inputs)
        object.__setattr__(self, "nodes", tuple(n for n in nodes if n.name in needed))
        object.__setattr__(self, "input_shape", shape)
        object.__setattr__(self, "output", output)
        kept = {name: s for name, s in shapes.items() if name in needed or name == "input"}
        object.__setattr__(self, "shapes", kept)

    def __repr__(self) -> str:
        widths = ", ".join(str(w) for w in self.widths)
        return (
            f"<ReLUNetwork: {self.n_inputs} inputs, hidden widths ({widths}), "
            f"{self.n_outputs} outputs, {self.num_parameters} parameters>"
        )

    # what it is made of ----------------------------------------------------------------

    @property
    def n_inputs(self) -> int:
        """The number of inputs."""
        return prod(self.input_shape)

    @property
    def output_shape(self) -> Shape:
        """The shape of the output."""
        return self.shapes[self.output]

    @property
    def n_outputs(self) -> int:
        """The number of outputs."""
        return prod(self.output_shape)

    @property
    def layers(self) -> tuple[Node, ...]:
        """The nodes with activations, in order: transitions count them from 0."""
        return tuple(n for n in self.nodes if n.op.bends)

    @property
    def widths(self) -> tuple[int, ...]:
        """The number of neurons of each layer."""
        return tuple(prod(self.shapes[n.name]) for n in self.layers)

    @property
    def depth(self) -> int:
        """The number of hidden layers: layers on the longest way from input to output."""
        longest = {"input": 0}
        for node in self.nodes:
            longest[node.name] = max(longest[i] for i in node.inputs) + int(node.op.bends)
        return longest[self.output]

    @property
    def num_neurons(self) -> int:
        """The number of neurons in all layers."""
        return sum(self.widths)

    @property
    def num_parameters(self) -> int:
        """The number of weights, biases, factors, offsets and learned slopes, zeros included."""
        return sum(p.mid.size for n in self.nodes for p in _parameters(n.op))

    # lowering, kept -----------------------------------------------------------------------

    @cached_property
    def _lowered(self) -> Lowered:
        return lower(self.nodes, self.shapes, self.output)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The network as stages of one-sided units, as sweeps take it."""
        return self._lowered.stages

    @cached_property
    def _prepared(self) -> list[Prepared]:
        return prepare(self.stages)

    @cached_property
    def _is_rational(self) -> bool:
        return is_rational(self.stages)

    # values -------------------------------------------------------------------------------

    def _point(self, x: Any) -> list[Num]:
        """Return the coordinates of a point, row by row."""
        return [to_num(v) for v in coordinates(x, self.input_shape)]

    def __call__(self, x: Any) -> Scalar | tuple[Scalar, ...]:
        """Evaluate the network exactly at one point.

        Parameters
        ----------
        x : exact number, or (nested) sequence or array of them
            One for each input, row by row.

        Returns
        -------
        Fraction or AlgebraicReal, or a tuple of them
            A number if there is one output, else one for each output, row by row.

        Raises
        ------
        InexactInputError
            If a coordinate is a float; `plsym.dyadic` makes it exact.
        DomainError
            If the number of coordinates is wrong.

        Examples
        --------
        >>> net = pl.from_weights([([["1/3", 1]], None)])
        >>> net([1, "0.5"])
        Fraction(5, 6)
        """
        values = tuple(to_public(v) for v in self._values(self._point(x)))
        return values[0] if len(values) == 1 else values

    def _values(self, point: Sequence[Num]) -> list[Num]:
        x = Tensor.of_nums(point, self.input_shape)
        return evaluate(self.nodes, self.shapes, x, self.output)[self.output].nums()

    def activation_pattern(self, x: Any) -> tuple[tuple[int, ...], ...]:
        """Find the branch of every neuron at one point.

        Parameters
        ----------
        x : exact number, or (nested) sequence or array of them

        Returns
        -------
        tuple of tuples of int
            For each layer, one entry a neuron: the sign -1, 0 or 1 of the argument
            (ReLU, leaky ReLU, absolute value); -1 up to the lower bound, 1 above the
            upper bound and 0 between (clip); the least index among the candidates
            that attain a maximum or minimum, a constant counting first.

        Raises
        ------
        InexactInputError, DomainError
            As for a call.

        Examples
        --------
        >>> net = pl.from_weights([([[1], [1]], [0, "-1/2"]), ([[2, -4]], [0])])
        >>> net.activation_pattern("1/2")
        ((1, 0),)
        """
        point = Tensor.of_nums(self._point(x), self.input_shape)
        values = evaluate(self.nodes, self.shapes, point, self.output)
        return tuple(
            tuple(branches(n.op, [values[i] for i in n.inputs]).ravel().tolist())
            for n in self.layers
        )

    # restriction to lines ---------------------------------------------------------------------

    def to_piecewise(
        self,
        a: Any = None,
        b: Any = None,
        output: int | None = None,
        budget: Budget | None = None,
        *,
        _engine: str | None = None,
    ) -> PiecewiseLinear:
        """Write a network with one input as a piecewise-linear function.

        Parameters
        ----------
        a, b : exact number or None
            The ends of the domain; None (or an infinite float) for no end.
        output : int, optional
            The flat index of the output; needed if there are several.
        budget : Budget, optional
            Limits on breakpoints and time.

        Returns
        -------
        PiecewiseLinear
            On [a, b], a half-line or the whole line.

        Raises
        ------
        DomainError
            If the network has several inputs, a >= b, or ``output`` is missing or wrong.
        BudgetExceeded
            If the budget does not suffice.

        Notes
        -----
        Exact.  R activation breakpoints cost O(R * parameters) float operations;
        pieces are counted without exact numbers, and knots are computed in bulk
        when they are asked for.

        Examples
        --------
        >>> f = pl.from_weights([([[1], [-1]], None), ([[1, 1]], None)]).to_piecewise()
        >>> f.num_pieces, f(-3)
        (2, Fraction(3, 1))
        """
        if self.n_inputs != 1:
            raise DomainError(
                f"the network has {self.n_inputs} inputs; to_piecewise needs one, "
                "use along(p, q) to follow a segment"
            )
        index = self._output_index(output)
        low, high = finite_end(a, -inf), finite_end(b, inf)
        if low is not None and high is not None and not low < high:
            raise DomainError(
                f"the domain [{to_public(low)}, {to_public(high)}] has no interior; give a < b"
            )

        def value(x: Num) -> Num:
            return self._values([x])[index]

        stages = select_outputs(self.stages, [index])
        prepared = None
        if self._is_rational and _engine != "exact":
            prepared = self._prepared
            if self.n_outputs > 1:
                hidden = prepared[:-1]
                prepared = [*hidden, *prepare(stages[-1:], hidden[-1] if hidden else None)]
        source = SweepSource(stages, low, high, value, budget, _engine, prepared)
        return PiecewiseLinear._from_source(source)

    def _output_index(self, output: int | None) -> int:
        count = self.n_outputs
        if output is None:
            if count > 1:
                raise DomainError(
                    f"the network has {count} outputs; choose one with output=0..{count - 1}"
                )
            return 0
        if not 0 <= output < count:
            raise DomainError(f"output={output} does not exist; the network has {count} outputs")
        return int(output)

    def along(
        self, p: Any, q: Any, budget: Budget | None = None, *, _engine: str | None = None
    ) -> Trajectory:
        """Follow the network along the segment from p to q.

        Parameters
        ----------
        p, q : exact number, or (nested) sequence or array of them
            Two different points.
        budget : Budget, optional
            Limits on breakpoints and time.

        Returns
        -------
        Trajectory
            Exact transitions, curves of each layer, pieces of the output.

        Raises
        ------
        InexactInputError, DomainError
            If a point is not exact, has the wrong size, or the points are equal.
        BudgetExceeded
            If the budget does not suffice.

        Notes
        -----
        R breakpoints cost O(R * parameters) float operations and little more;
        networks over a number field take an exact evaluation for each breakpoint.

        Examples
        --------
        >>> net = pl.random_network([3, 8, 8, 2], seed=0)
        >>> path = net.along([0, 0, 0], [1, "1/2", "-1/3"])
        >>> path.num_transitions == len(path.transitions)
        True
        """
        ends = coordinates(p, self.input_shape), coordinates(q, self.input_shape)
        corners = read_points(ends)
        start, end = ends if isinstance(corners, ExactArray) else corners
        if start == end:
            raise DomainError("the two points are equal; a segment needs two different points")
        prepared = self._prepared if _engine != "exact" and self._is_rational else None
        sweep = run(self.stages, corners, budget=budget, engine=_engine, prepared=prepared)
        return Trajectory(tuple(start), tuple(end), sweep, _layers=self._lowered.layers)


def _parameters(op: Op) -> list[ExactArray]:
    names = ("weights", "bias", "factor", "offset", "slopes")
    return [getattr(op, n) for n in names if isinstance(getattr(op, n, None), ExactArray)]


def from_weights(layers: Iterable[tuple[Any, Any]], activation: str | Op = "relu") -> ReLUNetwork:
    """Make a fully connected network: the activation between affine maps, none at the end.

    Parameters
    ----------
    layers : iterable of (weights, bias)
        Weights of shape (n_out, n_in), bias of shape (n_out,) or None for zeros.
        Entries are floats of any width in arrays or lists (exact as they are),
        integers, fractions, strings "p/q", or numbers of one real number field.
    activation : str or Op
        "relu", "abs", "hard_tanh", "identity", or an operation such as
        ``plsym.networks.layers.LeakyReLU("1/10")``.

    Returns
    -------
    ReLUNetwork

    Raises
    ------
    DomainError
        If the list is empty, shapes do not fit (the layer and both shapes are
        named), or a weight is NaN or infinite.
    InexactInputError
        If a weight cannot be read exactly.

    Examples
    --------
    >>> net = pl.from_weights([([[1], [-1]], None), ([[1, 1]], ["1/2"])])
    >>> net(-2)
    Fraction(5, 2)
    """
    if isinstance(activation, str):
        if activation not in ACTIVATIONS:
            raise DomainError(
                f"activation={activation!r} is not known; use one of "
                f"{', '.join(map(repr, ACTIVATIONS))} or an operation of plsym.networks.layers"
            )
        bend = ACTIVATIONS[activation]
    else:
        bend = activation
    nodes: list[Node] = []
    before = 0
    width = None
    items = list(layers)
    if not items:
        raise DomainError("from_weights needs at least one layer (weights, bias), got none")
    for i, item in enumerate(items, start=1):
        if not isinstance(item, (tuple, list)) or len(item) != 2:
            raise DomainError(f"layer {i}: a pair (weights, bias) is needed")
        weights = read_array(item[0], f"weights of layer {i}")
        bias = None if item[1] is None else read_array(item[1], f"bias of layer {i}")
        try:
            affine = ops.Affine(weights, bias)  # type: ignore[arg-type]
        except DomainError as error:
            raise DomainError(f"layer {i}: {error}") from None
        n_out, n_in = affine.weights.shape
        if width is not None and n_in != width:
            raise DomainError(
                f"layer {i} has weights of shape {(n_out, n_in)}, but layer {i - 1} has shape "
                f"{(width, before)}: it gives {width} values where {n_in} are taken"
            )
        if width is None:
            first = n_in
        width, before = n_out, n_in
        source = nodes[-1].name if nodes else "input"
        nodes.append(Node(f"affine{i}", affine, (source,)))
        if i < len(items):
            nodes.append(Node(f"activation{i}", bend, (nodes[-1].name,)))
    return ReLUNetwork(tuple(nodes), (first,))
