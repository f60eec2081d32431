"""Exact numbers as people read them, and as plain data for JSON."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from plsym.exact.algebraic import AlgebraicReal
from plsym.exact.enclosure import Enclosure
from plsym.exact.scalars import encode, text, to_float, to_num
from plsym.piecewise.equations import Interval

__all__ = ["as_data", "as_text", "decimals"]

LONG = 26  # characters; a longer number is shown as a decimal


def as_data(value: Any) -> Any:
    """Turn a result into plain data for JSON, keeping every number exact.

    Parameters
    ----------
    value : object
        Numbers, intervals, and (nested) tuples, lists and dicts of them.

    Returns
    -------
    object
        Fractions as "p/q", algebraic numbers as minimal polynomial with an
        isolating interval, infinite ends as "inf" and "-inf"; ints stay ints.

    Examples
    --------
    >>> from plsym.shown import as_data
    >>> as_data({"lipschitz": pl.rational("3/2"), "domain": (float("-inf"), 2)})
    {'lipschitz': '3/2', 'domain': ['-inf', 2]}
    """
    if isinstance(value, dict):
        return {key: as_data(item) for key, item in value.items()}
    if isinstance(value, (Fraction, AlgebraicReal)):
        return encode(to_num(value))
    if isinstance(value, (Interval, Enclosure)):
        return {"lower": as_data(value.lower), "upper": as_data(value.upper)}
    if isinstance(value, float):  # ends of unbounded domains, or a measurement
        return value if math.isfinite(value) else "inf" if value > 0 else "-inf"
    if isinstance(value, (str, int, type(None))):
        return value
    return [as_data(item) for item in value]


def as_text(value: Any) -> str:
    """Write a number, interval or tuple for people.

    Parameters
    ----------
    value : object
        As for `as_data`.

    Returns
    -------
    str
        Exact where short; a long number as a decimal marked with "~".

    Examples
    --------
    >>> from plsym.shown import as_text
    >>> as_text(pl.rational("3/2")), as_text(pl.rational(1) / 3**60)
    ('3/2', '~2.35898248759e-29')
    """
    if isinstance(value, Interval):
        return f"[{as_text(value.lower)}, {as_text(value.upper)}]"
    if isinstance(value, float):
        return "inf" if value > 0 else "-inf"
    if isinstance(value, (Fraction, AlgebraicReal)):
        exact = text(to_num(value))
        return exact if len(exact) <= LONG else f"~{to_float(to_num(value)):.12g}"
    return str(value)


def decimals(low: Fraction, high: Fraction, digits: int) -> tuple[str, str]:
    """The ends of a bracket as decimals, rounded outwards in the digit after the last.

    Examples
    --------
    >>> from plsym.shown import decimals
    >>> decimals(Fraction(1, 3), Fraction(2, 3), 2)
    ('0.333', '0.667')
    """
    scale = 10 ** (digits + 1)
    return tuple(  # type: ignore[return-value]
        f"{units // scale}.{units % scale:0{digits + 1}d}"
        for units in (math.floor(low * scale), math.ceil(high * scale))
    )
