"""Checks of what a network is given: nodes, points, ends of domains."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError, InexactInputError
from plsym.exact.dyadics import ExactArray
from plsym.exact.scalars import Num, to_num
from plsym.networks.layers import Node, Op, Shape

MOST_ENTRIES = 1 << 28  # two gigabytes as doubles

__all__ = ["MOST_ENTRIES", "checked_shape", "coordinates", "finite_end", "flatten", "read_points"]


def checked_shape(node: Node, shapes: dict[str, Shape]) -> Shape:
    """Return the shape of a node's value; errors name the node."""
    where = f"node {node.name!r} ({type(node.op).__name__})"
    if not isinstance(node.op, Op):
        raise DomainError(f"{where}: the operation must be one of plsym.networks.layers")
    if not node.name or node.name in shapes:
        raise DomainError(f"{where}: names must be unique and not empty, nor 'input'")
    unknown = [i for i in node.inputs if i not in shapes]
    if unknown:
        raise DomainError(
            f"{where}: input {unknown[0]!r} is not defined before it; list nodes in "
            "topological order"
        )
    arity = node.op.arity
    if not node.inputs or (arity is not None and len(node.inputs) != arity):
        raise DomainError(
            f"{where}: got {len(node.inputs)} inputs, {arity or 'one or more'} needed"
        )
    try:
        shape = node.op.output_shape(*(shapes[i] for i in node.inputs))
    except DomainError as error:
        raise DomainError(f"{where}: {error}") from None
    if prod(shape) > MOST_ENTRIES:
        raise DomainError(f"{where}: {prod(shape)} entries; a tensor has {MOST_ENTRIES} at most")
    return shape


def flatten(x: Any) -> list[Any]:
    """Return the entries of nested sequences and arrays, row by row."""
    if isinstance(x, np.ndarray):
        if x.dtype.kind == "f":
            raise InexactInputError(
                f"the point is an array of floats ({x.dtype}); make its entries exact with "
                "plsym.dyadic(x) (their exact values) or give fractions"
            )
        return x.ravel().tolist() if x.dtype != object else list(x.ravel())
    if isinstance(x, (list, tuple)):
        out: list[Any] = []
        for item in x:
            if type(item) is Fraction or type(item) is int:
                out.append(item)  # the common case, without a call
            else:
                out.extend(flatten(item))
        return out
    if getattr(x, "shape", ()) != () and hasattr(x, "tolist"):  # a torch tensor, say
        return flatten(x.tolist())
    return [x]


def coordinates(x: Any, shape: Shape) -> list[Any]:
    """Return the entries of a point of the given shape, row by row."""
    flat = flatten(x)
    if len(flat) != prod(shape):
        raise DomainError(
            f"the point has {len(flat)} coordinates, the network {prod(shape)} inputs "
            f"(shape {shape})"
        )
    return flat


def read_points(points: Sequence[list[Any]]) -> ExactArray | list[list[Num]]:
    """Read points of one size; in bulk if all coordinates are fractions that are doubles."""
    flat = [v for point in points for v in point]
    mid = _doubles(flat)
    if mid is None:
        return [[to_num(v) for v in point] for point in points]
    return ExactArray(mid.reshape(len(points), -1))


def _doubles(flat: list[Any]) -> NDArray[np.float64] | None:
    """Fractions and integers as doubles; None if one is no double of 53 bits and a sign."""
    if not {Fraction, int}.issuperset(map(type, flat)):
        return None
    try:
        p, q = np.array([v.as_integer_ratio() for v in flat], dtype=np.int64).T
    except OverflowError:
        return None
    # the quotient of such integers by a power of two is exact
    if (q & (q - 1)).any() or not (np.abs(p) < 1 << 53).all():
        return None
    return np.asarray(p / q)


def finite_end(value: Any, infinite: float) -> Num | None:
    """Read an end of a domain; None and the float ``infinite`` stand for no end."""
    if value is None or (isinstance(value, float) and value == infinite):
        return None
    return to_num(value)
