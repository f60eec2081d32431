"""What the commands print: exact numbers as text and as JSON, tables, one object."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from plsym.exact.algebraic import AlgebraicReal
from plsym.exact.enclosure import Enclosure
from plsym.exact.scalars import encode, text, to_float, to_num
from plsym.piecewise.equations import Interval

__all__ = [
    "add_output",
    "as_data",
    "as_text",
    "decimals",
    "print_fields",
    "print_json",
    "print_table",
    "save_certificate",
]

if TYPE_CHECKING:
    from plsym.certificates.certificate import Certificate

LONG = 26  # characters; a longer number is shown as a decimal and its size


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


def interval_text(ends: tuple[Any, Any]) -> str:
    """Write a domain or an image: closed at finite ends."""
    low, high = (as_text(end) for end in ends)
    return f"{'(' if low == '-inf' else '['}{low}, {high}{')' if high == 'inf' else ']'}"


def print_json(data: dict[str, Any]) -> None:
    """Write one JSON object to standard output."""
    json.dump(as_data(data), sys.stdout, ensure_ascii=False)
    sys.stdout.write("\n")


def print_fields(fields: Iterable[tuple[str, Any]]) -> None:
    """Write ``name   value`` lines, values aligned."""
    fields = list(fields)
    width = max(len(name) for name, _ in fields)
    for name, value in fields:
        print(f"{name:<{width}}  {value if isinstance(value, str) else as_text(value)}")


def print_table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write right-aligned columns under a head."""
    cells = [list(head), *([as_text(cell) for cell in row] for row in rows)]
    widths = [max(len(row[j]) for row in cells) for j in range(len(head))]
    for row in cells:
        print(" " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


def decimals(low: Fraction, high: Fraction, digits: int) -> tuple[str, str]:
    """The ends of a bracket as decimals, rounded outwards in the digit after the last.

    Examples
    --------
    >>> decimals(Fraction(1, 3), Fraction(2, 3), 2)
    ('0.333', '0.667')
    """
    scale = 10 ** (digits + 1)
    return tuple(  # type: ignore[return-value]
        f"{units // scale}.{units % scale:0{digits + 1}d}"
        for units in (math.floor(low * scale), math.ceil(high * scale))
    )


def add_output(parser: argparse.ArgumentParser) -> None:
    """Declare the option that names a file for the certificate."""
    parser.add_argument(
        "-o", "--output", metavar="CERT", help="write a certificate for `plsym check` to this file"
    )


def save_certificate(certificate: Certificate, path: str) -> None:
    """Write a certificate and say so."""
    certificate.save(path)
    print(f"plsym: wrote {path}, {len(certificate.text)} bytes", file=sys.stderr)
