"""Writing the .nnet text format: fully connected ReLU networks with normalisation."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from plsym.atomic import write_atomically
from plsym.errors import DomainError, ModelFormatError
from plsym.exact.dyadics import ExactArray
from plsym.exact.rationals import rational
from plsym.networks import layers as ops
from plsym.networks.layers import Node
from plsym.networks.network import ReLUNetwork
from plsym.networks.weights import FieldArray

__all__ = ["save_nnet"]

_FAR = Fraction(2) ** 100


def save_nnet(
    network: ReLUNetwork,
    path: str | os.PathLike[str],
    *,
    box: Sequence[tuple[Any, Any]] | None = None,
) -> None:
    """Write a fully connected ReLU network to a .nnet file, exactly.

    Parameters
    ----------
    network : ReLUNetwork
        Affine maps with ReLU between them and one affine map at the end; before it
        at most a clip, a shift and a scaling of the inputs, after it a common
        scaling and a shift, as `load_nnet` makes them.
    path : path
        The file appears complete or not at all.
    box : sequence of (low, high), optional
        The minima and maxima of the inputs, to which some readers clip.  By default
        those of the network's clip, or plus and minus 2**100, where nothing is clipped.

    Raises
    ------
    ModelFormatError
        If the network has another form, or a number without finite decimal
        expansion, such as 1/3.
    OSError
        If the file cannot be written.

    Notes
    -----
    Every double has a finite decimal expansion, of up to some 60 digits for the
    weights of a trained network; that is what is written.

    Examples
    --------
    >>> from plsym.networks.formats.nnet_writer import save_nnet
    >>> save_nnet(pl.sawtooth_network(3), "net.nnet")
    >>> pl.load("net.nnet")("1/8")
    Fraction(1, 1)
    """
    form = _Form(network)
    lines = ["// written by plsym"]
    sizes = [network.n_inputs, *(len(bias) for _, bias in form.layers)]
    lines.append(_row([len(form.layers), sizes[0], sizes[-1], max(sizes)]))
    lines.append(_row(sizes))
    lines.append("0,")
    low, high = form.box(box)
    lines += [_row(low), _row(high), _row(form.means), _row(form.ranges)]
    for weights, bias in form.layers:
        lines += [_row(row) for row in weights]
        lines += [_row([b]) for b in bias]
    write_atomically(path, ("\n".join(lines) + "\n").encode())


def _fractions(array: ExactArray) -> list[Fraction]:
    if isinstance(array, FieldArray):
        raise ModelFormatError(".nnet files hold decimals, not numbers of a number field")
    return [Fraction(int(q.numerator), int(q.denominator)) for q in array.scalars().ravel()]


class _Form:
    """The parts of a network that the format has places for."""

    def __init__(self, network: ReLUNetwork) -> None:
        self.n = network.n_inputs
        self.nodes = list(network.nodes)
        for before, node in zip(["input", *(n.name for n in self.nodes)], self.nodes, strict=False):
            if node.inputs != (before,):
                raise self._unfit(node, "layers must follow one another")
        if len(network.input_shape) != 1:
            raise ModelFormatError(
                f".nnet files hold networks with a vector of inputs, not {network.input_shape}"
            )
        self.clip: list[list[Fraction]] | None = None
        if self.nodes and isinstance(self.nodes[0].op, ops.Clip):
            self.clip = self._clip(self.nodes.pop(0))
        shift = self._take(ops.Shift, 0)
        scale = self._take(ops.Scale, 0)
        plus = self._take(ops.Shift, -1)
        times = self._take(ops.Scale, -1)
        means = [Fraction(0)] * self.n if shift is None else [-v for v in self._spread(shift)]
        factors = [Fraction(1)] * self.n if scale is None else self._spread(scale)
        self.means = [*means, self._common(plus, Fraction(0))]
        self.ranges = [
            *(1 / v if v else Fraction(0) for v in factors),
            self._common(times, Fraction(1)),
        ]
        if any(r <= 0 for r in self.ranges):
            raise ModelFormatError(".nnet files hold positive ranges only; fold the scaling first")
        self.layers = self._affine_layers()

    def _unfit(self, node: Node, why: str) -> ModelFormatError:
        return ModelFormatError(
            f"node {node.name!r} ({type(node.op).__name__}) does not fit a .nnet file: {why}; "
            "save as .json, .npz or .onnx"
        )

    def _take(self, kind: type, at: int) -> Node | None:
        return self.nodes.pop(at) if self.nodes and type(self.nodes[at].op) is kind else None

    def _spread(self, node: Node) -> list[Fraction]:
        values = _fractions(node.op.offset if isinstance(node.op, ops.Shift) else node.op.factor)  # type: ignore[attr-defined]
        return values * self.n if len(values) == 1 else values

    def _common(self, node: Node | None, default: Fraction) -> Fraction:
        if node is None:
            return default
        values = set(self._spread(node))
        if len(values) > 1:
            raise self._unfit(node, "all outputs share one mean and one range")
        return values.pop()

    def _clip(self, node: Node) -> list[list[Fraction]]:
        op: Any = node.op
        if op.lower is None or op.upper is None:
            raise self._unfit(node, "inputs have minima and maxima")
        bounds = [_fractions(op.lower), _fractions(op.upper)]
        return [b * self.n if len(b) == 1 else b for b in bounds]

    def _affine_layers(self) -> list[tuple[list[list[Fraction]], list[Fraction]]]:
        layers = []
        for i, node in enumerate(self.nodes):
            wanted = ops.ReLU if i % 2 else ops.Affine
            if type(node.op) is not wanted:
                raise self._unfit(node, f"{wanted.__name__} is needed here")
            if isinstance(node.op, ops.Affine):
                flat, n_in = _fractions(node.op.weights), node.op.weights.shape[1]
                rows = [flat[k : k + n_in] for k in range(0, len(flat), n_in)]
                layers.append((rows, _fractions(node.op.bias)))
        if len(self.nodes) % 2 == 0:
            raise ModelFormatError("a .nnet network ends with an affine layer, without ReLU")
        return layers

    def box(self, given: Sequence[tuple[Any, Any]] | None) -> tuple[list[Fraction], list[Fraction]]:
        """Return minima and maxima of the inputs."""
        if given is None:
            low, high = self.clip or [[-_FAR] * self.n, [_FAR] * self.n]
            return low, high
        pairs = [(rational(a), rational(b)) for a, b in given]
        if len(pairs) != self.n or any(a > b for a, b in pairs):
            raise DomainError(f"box needs {self.n} pairs low <= high, got {len(pairs)} pairs")
        return [a for a, _ in pairs], [b for _, b in pairs]


def _row(values: Sequence[Fraction | int]) -> str:
    return ",".join(_decimal(Fraction(v)) for v in values) + ","


def _decimal(q: Fraction) -> str:
    """The finite decimal expansion of q, in scientific notation where that is shorter."""
    rest, twos, fives = q.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        raise ModelFormatError(
            f"{q} has no finite decimal expansion, so a .nnet file cannot hold it; save as .json"
        )
    digits = max(twos, fives)
    scaled = q.numerator * 10**digits // q.denominator
    return f"{scaled}e-{digits}" if digits else str(scaled)
