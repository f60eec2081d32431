"""``plsym growth F``: the growth number of the laps of f, f^2, ..., exact or in a bracket."""

from __future__ import annotations

import argparse
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from plsym.cli.iterate import map_and_network
from plsym.cli.output import add_output, decimals, print_fields, print_json, save_certificate
from plsym.cli.progress import working
from plsym.config import Budget
from plsym.errors import DomainError

if TYPE_CHECKING:
    from plsym.dynamics.growth import Growth

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("subject", metavar="F", help="a self-map of an interval")
    parser.add_argument("--domain", nargs=2, metavar=("A", "B"), help="domain of f")
    parser.add_argument("--digits", type=int, default=12, help="digits of the bracket (default 12)")
    parser.add_argument("--seconds", type=float, help="stop after this time")
    add_output(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    from plsym.dynamics.growth import growth

    if not 1 <= args.digits <= 1000:
        raise DomainError(f"--digits is {args.digits}; 1 to 1000 can be asked for")
    f, net = map_and_network(args.subject, args.domain)
    with working("bounding the growth number"):
        found = growth(f, Fraction(1, 10**args.digits), budget=Budget(seconds=args.seconds))
    if args.output:
        from plsym.certify.rates import growth_certificate

        save_certificate(growth_certificate(f, found, net), args.output)
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
    low, high = decimals(found.lower, found.upper, args.digits)
    fields.append(("bracket", f"[{low}, {high}]"))
    fields.append(("entropy", f"~{found.entropy:.12g}"))
    print_fields(fields)


def _polynomial(found: Growth) -> str:
    out = ""
    for k, c in reversed(list(enumerate(found.minimal_polynomial or ()))):
        power = "" if k == 0 else "x" if k == 1 else f"x**{k}"
        size = f"{abs(c)}*{power}" if power and abs(c) != 1 else power or str(abs(c))
        if c:
            out += (" - " if c < 0 else " + ") + size if out else ("-" if c < 0 else "") + size
    return out
