"""What the commands print: fields, tables, one JSON object; and certificates that they write."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from plsym.shown import as_data, as_text, decimals

__all__ = [
    "add_output",
    "decimals",
    "print_fields",
    "print_json",
    "print_table",
    "save_certificate",
]

if TYPE_CHECKING:
    from plsym.certificates.certificate import Certificate


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


def add_output(parser: argparse.ArgumentParser) -> None:
    """Declare the option that names a file for the certificate."""
    parser.add_argument(
        "-o", "--output", metavar="CERT", help="write a certificate for `plsym check` to this file"
    )


def save_certificate(certificate: Certificate, path: str) -> None:
    """Write a certificate and say so."""
    certificate.save(path)
    print(f"plsym: wrote {path}, {len(certificate.text)} bytes", file=sys.stderr)
