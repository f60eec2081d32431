"""Checks of what a network is given: nodes, points, ends of domains."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from plsym.errors import DomainError, InexactInputError
from plsym.exact.scalars import Num, to_num
from plsym.networks.layers import Node, Op, Shape

MOST_ENTRIES = 1 << 28  # two gigabytes as doubles

__all__ = ["MOST_ENTRIES", "checked_shape", "finite_end", "flatten"]


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


def finite_end(value: Any, infinite: float) -> Num | None:
    """Read an end of a domain; None and the float ``infinite`` stand for no end."""
    if value is None or (isinstance(value, float) and value == infinite):
        return None
    return to_num(value)
