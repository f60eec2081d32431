"""A network with one input computes a map: stages of one-sided units, checked exactly.

A stage takes a vector h to z = W h + b and passes each z_j on if it is positive, and
``negative_slope[j]`` times it otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import gcd, lcm
from typing import Any, NamedTuple

from plsym.certificates.algebraic import Field, Number, read_numbers, size
from plsym.certificates.codec import Data, StepFailed, Work
from plsym.errors import CertificateFormatError

__all__ = ["NetworkStage", "check_network", "read_stages"]


def check_network(
    data: Data, xs: Sequence[Number], ys: Sequence[Number], field: Field | None, work: Work
) -> None:
    """Check that a network is affine between neighbouring points and right at each of them.

    By induction over the stages: if every unit's input is affine between two points and
    its values there have no opposite signs, then its output is affine, too.
    """
    marks = xs
    data.only("stages", "points")
    if data.has("points"):
        # units may bend at points where the sum of them does not
        marks = read_numbers(data["points"], field)
        for a, b in pairwise(marks):
            if not a < b:
                raise StepFailed("the points at which units of the network bend do not increase")
        if not marks or marks[0] != xs[0] or marks[-1] != xs[-1]:
            raise StepFailed("the network's points do not run from end to end of the domain")
    points = [_over([x]) for x in marks]
    width = 1
    for number, data_of_stage in enumerate(data["stages"]):
        stage = _read_stage(data_of_stage, width, field)
        cells = sum(1 + _words(w) for row in stage.weights for w in row)
        work.spend(sum(4 * (cells + len(stage.bias) * _words(d)) for _, d in points))
        inputs = [_inputs(stage, point) for point in points]
        for j, slope in enumerate(stage.slopes):
            if slope == stage.slope_denominator:
                continue  # the identity does not bend
            signs = [(v[j] > 0) - (v[j] < 0) for v, _ in inputs]
            for i, (before, after) in enumerate(pairwise(signs)):
                if before * after < 0:
                    raise StepFailed(
                        f"unit {j} of stage {number} changes its sign between "
                        f"points {i} and {i + 1}"
                    )
        points = [_outputs(stage, point) for point in inputs]
        width = len(stage.bias)
    if width != 1:
        raise CertificateFormatError(f"{data.path}: the network has {width} outputs, not one")
    _compare(marks, [Fraction(1, d) * v[0] for v, d in points], xs, ys)


# Integers over one denominator; entries of a number field are kept over 1, and pass
# through the same arithmetic.
Entry = Any  # int, Fraction or Element
Point = tuple[list[Entry], int]


class NetworkStage(NamedTuple):
    """A stage with integers over common denominators, for rational weights."""

    weights: list[list[Entry]]
    bias: list[Entry]
    denominator: int
    slopes: list[Entry]
    slope_denominator: int

    @property
    def bends(self) -> int:
        """How many units are not the identity."""
        return sum(s != self.slope_denominator for s in self.slopes)


def _over(values: Sequence[Number]) -> Point:
    if not all(isinstance(v, Fraction) for v in values):
        return list(values), 1
    common = lcm(*(v.denominator for v in values if isinstance(v, Fraction)))
    return [int(v * common) for v in values if isinstance(v, Fraction)], common


def _read_stage(data: Data, width: int, field: Field | None) -> NetworkStage:
    data.only("weights", "bias", "negative_slope")
    rows = [read_numbers(row, field) for row in data["weights"]]
    bias = read_numbers(data["bias"], field)
    slopes, common_slope = _over(read_numbers(data["negative_slope"], field))
    if not rows or any(len(row) != width for row in rows):
        raise CertificateFormatError(f"{data.path}.weights: rows of {width} entries are needed")
    if not len(rows) == len(bias) == len(slopes):
        raise CertificateFormatError(f"{data.path}: as many rows, biases and slopes are needed")
    entries, common = _over([*(w for row in rows for w in row), *bias])
    weights = [entries[i * width : (i + 1) * width] for i in range(len(rows))]
    return NetworkStage(weights, entries[len(rows) * width :], common, slopes, common_slope)


def read_stages(data: Data, width: int) -> list[NetworkStage]:
    """Stages with rational weights, the first of which takes ``width`` numbers."""
    out = []
    for item in data:
        out.append(_read_stage(item, width, None))
        width = len(out[-1].bias)
    if not out:
        raise CertificateFormatError(f"{data.path}: there are no stages")
    return out


def _inputs(stage: NetworkStage, point: Point) -> Point:
    values, d = point
    out = []
    for row, b in zip(stage.weights, stage.bias, strict=True):
        total = b * d
        for w, v in zip(row, values, strict=True):
            if w and v:
                total = total + w * v
        out.append(total)
    return out, stage.denominator * d


def _outputs(stage: NetworkStage, point: Point) -> Point:
    values, d = point
    whole = stage.slope_denominator
    out = [v * whole if v >= 0 else v * a for v, a in zip(values, stage.slopes, strict=True)]
    d *= whole
    whole_numbers = [v for v in out if isinstance(v, int)]
    common = gcd(d, *whole_numbers)
    if len(whole_numbers) < len(out) or common == 1:
        return out, d
    return [v // common for v in whole_numbers], d // common


def _words(x: Entry) -> int:
    return x.bit_length() >> 6 if isinstance(x, int) else size(x)


def _compare(
    marks: Sequence[Number], values: Sequence[Number], xs: Sequence[Number], ys: Sequence[Number]
) -> None:
    """Check that the points of the network, affine between them, make the graph of the map."""
    i = 0
    for k, (x, y) in enumerate(zip(marks, values, strict=True)):
        if x > xs[i + 1]:
            raise StepFailed(f"breakpoint {i + 1} of the map is none of the network's points")
        slope = (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i])
        if ys[i] + slope * (x - xs[i]) != y:
            raise StepFailed(f"the network's value at its point {k} is not that of the map")
        if x == xs[i + 1] and i + 2 < len(xs):
            i += 1
