"""The .nnet text format of the ACAS Xu networks."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from plsym.errors import ModelFormatError, PlsymError
from plsym.exact.dyadics import ExactArray
from plsym.exact.rationals import rational, to_text
from plsym.networks import layers as ops
from plsym.networks.layers import Node, Op
from plsym.networks.network import ReLUNetwork

__all__ = ["load_nnet"]

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?")
_MAX_WIDTH = 100_000
_MAX_ENTRIES = 50_000_000


def load_nnet(path: str | os.PathLike[str], *, clip_inputs: bool = False) -> ReLUNetwork:
    """Read a fully connected ReLU network from a .nnet file, with its normalisation.

    Parameters
    ----------
    path : path
    clip_inputs : bool
        Whether inputs are first clipped to the file's minima and maxima, as the
        format's reference implementation does.  Without it the network is the
        same on that box and has no layer of clips.

    Returns
    -------
    ReLUNetwork
        From physical inputs to physical outputs: inputs less mean over range, the
        layers, outputs times range plus mean.

    Raises
    ------
    ModelFormatError
        If the file is truncated or corrupt; the message names the file and the line.
    OSError
        If the file cannot be read.

    Notes
    -----
    Numbers in the file are decimals and are read as the rational numbers that they
    denote, not as the nearest floats.

    References
    ----------
    K. Julian, NNet file format, Stanford Intelligent Systems Laboratory, 2016.

    Examples
    --------
    >>> from plsym.networks.formats.nnet import load_nnet
    >>> pl.save(pl.sawtooth_network(3), "net.nnet")
    >>> load_nnet("net.nnet")("1/8")
    Fraction(1, 1)
    """
    return _Reader(str(path), Path(path).read_bytes()).network(clip_inputs)


class _Reader:
    """The lines of a file, read one after the other."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ModelFormatError(f"{name} is not a text file: {error}") from None
        self._lines: Iterator[tuple[int, str]] = iter(
            [
                (i, line)
                for i, line in enumerate(text.splitlines(), start=1)
                if line.strip() and not line.lstrip().startswith("//")
            ]
        )
        self.line = 0

    def fail(self, message: str) -> ModelFormatError:
        return ModelFormatError(f"{self.name}, line {self.line}: {message}")

    def row(self, what: str, count: int | None) -> list[Fraction]:
        """Return the numbers of the next line; ``count`` of them unless it is None."""
        try:
            self.line, text = next(self._lines)
        except StopIteration:
            raise ModelFormatError(
                f"{self.name} ends after line {self.line}, where {what} should follow"
            ) from None
        words = [w.strip() for w in text.split(",")]
        while words and not words[-1]:
            words.pop()
        for word in words:
            if not _NUMBER.fullmatch(word):
                raise self.fail(f"{what}: {word[:40]!r} is not a decimal number")
        if count is not None and len(words) != count:
            raise self.fail(f"{what}: {count} numbers are needed, there are {len(words)}")
        return [rational(w) for w in words]

    def counts(self, what: str, count: int) -> list[int]:
        values = self.row(what, count)
        for v in values:
            if v.denominator != 1 or not 1 <= v <= _MAX_WIDTH:
                raise self.fail(f"{what}: {_shown(v)} is not an integer from 1 to {_MAX_WIDTH}")
        return [int(v) for v in values]

    def network(self, clip_inputs: bool) -> ReLUNetwork:
        depth, n_in, n_out, _ = self.counts("layers, inputs, outputs, widest layer", 4)
        sizes = self.counts("layer sizes", depth + 1)
        if sizes[0] != n_in or sizes[-1] != n_out:
            raise self.fail(
                f"layer sizes start with {sizes[0]} and end with {sizes[-1]}, but the "
                f"header says {n_in} inputs and {n_out} outputs"
            )
        if sum(a * b for a, b in itertools.pairwise(sizes)) > _MAX_ENTRIES:
            raise self.fail(f"layer sizes {sizes} need more than {_MAX_ENTRIES} weights")
        self.row("a flag that is not used", None)
        low = self.row("minima of the inputs", n_in)
        high = self.row("maxima of the inputs", n_in)
        for i, (u, v) in enumerate(zip(low, high, strict=True)):
            if u > v:
                raise self.fail(
                    f"the minimum {_shown(u)} of input {i} exceeds the maximum {_shown(v)}"
                )
        means = self.row("means of the inputs and the outputs", n_in + 1)
        ranges = self.row("ranges of the inputs and the outputs", n_in + 1)
        if any(r <= 0 for r in ranges):
            raise self.fail("ranges must be positive")
        steps: list[tuple[str, Op]] = []
        if clip_inputs:
            steps.append(("clip", ops.Clip(_vector(low), _vector(high))))
        steps.append(("less_mean", ops.Shift(_vector([-m for m in means[:-1]]))))
        steps.append(("over_range", ops.Scale(_vector([1 / r for r in ranges[:-1]]))))
        for i, (columns, rows) in enumerate(itertools.pairwise(sizes), start=1):
            flat: list[Fraction] = []
            for j in range(rows):
                flat += self.row(f"row {j + 1} of the weights of layer {i}", columns)
            bias = [self.row(f"bias {j + 1} of layer {i}", 1)[0] for j in range(rows)]
            try:
                weights = ExactArray.from_fractions(flat, (rows, columns))
                steps.append((f"affine{i}", ops.Affine(weights, _vector(bias))))
            except PlsymError as error:
                raise self.fail(f"layer {i}: {error}") from None
            if i < depth:
                steps.append((f"relu{i}", ops.ReLU()))
        steps.append(("times_range", ops.Scale(_vector(ranges[-1:]))))
        steps.append(("plus_mean", ops.Shift(_vector(means[-1:]))))
        extra = next(self._lines, None)
        if extra is not None:
            self.line = extra[0]
            raise self.fail("there is more text after the last bias")
        names = ["input", *(name for name, _ in steps)]
        nodes = tuple(Node(name, op, (names[i],)) for i, (name, op) in enumerate(steps))
        return ReLUNetwork(nodes, (n_in,))


def _shown(value: Fraction) -> str:
    text = to_text(value)
    return text if len(text) <= 40 else text[:40] + "..."


def _vector(values: list[Fraction]) -> ExactArray:
    return ExactArray.from_fractions(values, (len(values),))
