"""Functions as plain data: a JSON object with exact numbers as strings."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from plsym.errors import ModelFormatError, PlsymError
from plsym.exact.scalars import decode, encode, field_of
from plsym.piecewise.algebra import canonical
from plsym.piecewise.knots import Knots

__all__ = ["from_data", "to_data"]

FORMAT = "plsym-function"


def to_data(knots: Knots) -> dict[str, Any]:
    """A JSON object: format, version, breakpoints, values and end slopes."""
    return {
        "format": FORMAT,
        "version": 1,
        "breakpoints": [encode(x) for x in knots.xs],
        "values": [encode(y) for y in knots.ys],
        "left_slope": None if knots.left is None else encode(knots.left),
        "right_slope": None if knots.right is None else encode(knots.right),
    }


def from_data(data: Any) -> Knots:
    """Read what `to_data` wrote.

    Raises
    ------
    ModelFormatError
        If something is missing, of the wrong type, or not increasing.
    """
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ModelFormatError(f'expected an object with "format": "{FORMAT}"')
    if data.get("version") != 1:
        raise ModelFormatError(f"version {data.get('version')!r} is not known; 1 is")
    lists = []
    for name in ("breakpoints", "values"):
        items = data.get(name)
        if not isinstance(items, list) or not items:
            raise ModelFormatError(f'"{name}" must be a list of numbers')
        try:
            lists.append([decode(v) for v in items])
        except PlsymError as error:
            raise ModelFormatError(f'"{name}": {error}') from error
    xs, ys = lists
    if len(xs) != len(ys):
        raise ModelFormatError(f"{len(xs)} breakpoints but {len(ys)} values")
    slopes = []
    for name in ("left_slope", "right_slope"):
        value = data.get(name)
        try:
            slopes.append(None if value is None else decode(value))
        except PlsymError as error:
            raise ModelFormatError(f'"{name}": {error}') from error
    left, right = slopes
    try:
        field_of([*xs, *ys, *(s for s in slopes if s is not None)])
    except PlsymError as error:
        raise ModelFormatError(str(error)) from error
    if len(xs) == 1 and left is None and right is None:
        raise ModelFormatError("a single breakpoint needs an end slope")
    for i, (a, b) in enumerate(pairwise(xs)):
        if not a < b:
            raise ModelFormatError(f"breakpoints {i} and {i + 1} are not increasing")
    return canonical(xs, ys, left, right)
