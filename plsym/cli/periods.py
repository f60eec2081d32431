"""``plsym periods F --up-to N``: which least periods occur, and the shortest cycles."""

from __future__ import annotations

import argparse

from plsym.cli.iterate import one_variable
from plsym.cli.progress import working
from plsym.cli.report import as_text, print_fields, print_json
from plsym.config import Budget

__all__ = ["HELP", "add_arguments", "run"]

HELP = "least periods up to a bound, decided exactly; with --of N the cycles themselves"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("subject", metavar="F", help="a self-map of an interval")
    parser.add_argument("--domain", nargs=2, metavar=("A", "B"), help="domain of f")
    parser.add_argument("--up-to", type=int, default=12, metavar="N", help="bound (default 12)")
    parser.add_argument("--of", type=int, metavar="N", help="list the points of this period")
    parser.add_argument("--seconds", type=float, help="stop after this time")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    f = one_variable(args.subject, args.domain)
    budget = Budget(seconds=args.seconds)
    if args.of is not None:
        _cycles(f, args, budget)
        return
    from plsym.dynamics.periods import periods
    from plsym.dynamics.periodset import period_set

    with working("searching for periodic points"):
        found = periods(f, args.up_to, budget=budget)
        bounded = not any(isinstance(end, float) for end in f.domain)
        every = period_set(f, up_to=args.up_to, budget=budget) if bounded else None
    missing = [n for n in range(1, args.up_to + 1) if n not in found]
    if args.json:
        data = {"command": "periods", "subject": args.subject, "up_to": args.up_to}
        if every is not None:
            data |= {"strongest": every.strongest, "complete": every.complete}
        print_json({**data, "periods": found})
        return
    fields = [
        ("periods", ", ".join(map(str, found)) or "none"),
        ("missing", ", ".join(map(str, missing)) or "none"),
    ]
    if every is not None:
        fields.append(("of all", str(every)))
    print_fields(fields)


def _cycles(f: object, args: argparse.Namespace, budget: Budget) -> None:
    from plsym.dynamics.periodic import periodic_orbits

    with working(f"searching for points of period {args.of}"):
        found = periodic_orbits(f, args.of, budget=budget)  # type: ignore[arg-type]
    if args.json:
        print_json(
            {
                "command": "periods",
                "subject": args.subject,
                "of": args.of,
                "cycles": [orbit.points for orbit in found],
                "families": [family.interval for family in found.families],
            }
        )
        return
    for orbit in found:
        print("\t".join(as_text(x) for x in orbit.points))
    for family in found.families:
        print(f"all points of {as_text(family.interval)}, apart from ends of shorter period")
