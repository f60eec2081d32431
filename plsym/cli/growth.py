"""``plsym growth F``: the growth number of the laps of f, f^2, ..., exact or in a bracket."""

from __future__ import annotations

import argparse
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from plsym.cli.iterate import one_variable
from plsym.cli.progress import working
from plsym.cli.report import print_fields, print_json
from plsym.config import Budget
from plsym.errors import DomainError

if TYPE_CHECKING:
    from plsym.dynamics.growth import Growth

__all__ = ["HELP", "add_arguments", "run"]

HELP = "growth number of the laps of the iterates: exact, or between proved bounds"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("subject", metavar="F", help="a self-map of an interval")
    parser.add_argument("--domain", nargs=2, metavar=("A", "B"), help="domain of f")
    parser.add_argument("--digits", type=int, default=12, help="digits of the bracket (default 12)")
    parser.add_argument("--seconds", type=float, help="stop after this time")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    from plsym.dynamics.growth import growth

    if not 1 <= args.digits <= 1000:
        raise DomainError(f"--digits is {args.digits}; 1 to 1000 can be asked for")
    f = one_variable(args.subject, args.domain)
    with working("bounding the growth number"):
        found = growth(f, Fraction(1, 10**args.digits), budget=Budget(seconds=args.seconds))
    data: dict[str, Any] = {
        "command": "growth",
        "subject": args.subject,
        "exact": found.exact,
        "lower": found.lower,
        "upper": found.upper,
    }
    if args.json:
        print_json(data)
        return
    fields: list[tuple[str, Any]] = []
    if found.exact is not None:
        fields += [("growth number", found.exact), ("minimal polynomial", _polynomial(found))]
    fields.append(
        (
            "bracket",
            f"[{_decimal(found.lower, args.digits, 0)}, {_decimal(found.upper, args.digits, 1)}]",
        )
    )
    fields.append(("entropy", f"~{found.entropy:.12g}"))
    print_fields(fields)


def _decimal(x: Fraction, digits: int, up: int) -> str:
    """A decimal that is not above x, or not below it."""
    scale = 10 ** (digits + 1)
    units = math.ceil(x * scale) if up else math.floor(x * scale)
    whole, rest = divmod(units, scale)
    return f"{whole}.{rest:0{digits + 1}d}"


def _polynomial(found: Growth) -> str:
    out = ""
    for k, c in reversed(list(enumerate(found.minimal_polynomial or ()))):
        power = "" if k == 0 else "x" if k == 1 else f"x**{k}"
        size = f"{abs(c)}*{power}" if power and abs(c) != 1 else power or str(abs(c))
        if c:
            out += (" - " if c < 0 else " + ") + size if out else ("-" if c < 0 else "") + size
    return out
