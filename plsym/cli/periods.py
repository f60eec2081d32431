"""``plsym periods F --up-to N``: which least periods occur, and the shortest cycles."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from plsym.cli.iterate import map_and_network
from plsym.cli.output import (
    add_output,
    decimals,
    print_fields,
    print_json,
    save_certificate,
)
from plsym.cli.progress import working
from plsym.config import Budget
from plsym.errors import DomainError
from plsym.shown import as_text

if TYPE_CHECKING:
    from plsym.certificates.certificate import Certificate
    from plsym.dynamics.periodset import PeriodSet
    from plsym.networks.network import ReLUNetwork
    from plsym.piecewise.function import PiecewiseLinear

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("subject", metavar="F", help="a self-map of an interval")
    parser.add_argument("--domain", nargs=2, metavar=("A", "B"), help="domain of f")
    parser.add_argument("--up-to", type=int, default=12, metavar="N", help="bound (default 12)")
    parser.add_argument("--of", type=int, metavar="N", help="list the points of this period")
    parser.add_argument("--seconds", type=float, help="stop after this time")
    add_output(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    f, net = map_and_network(args.subject, args.domain)
    budget = Budget(seconds=args.seconds)
    if args.of is not None:
        _cycles(f, net, args, budget)
        return
    from plsym.dynamics.periods import periods
    from plsym.dynamics.periodset import period_set

    with working("searching for periodic points"):
        found = periods(f, args.up_to, budget=budget)
        bounded = not any(isinstance(end, float) for end in f.domain)
        every = period_set(f, up_to=args.up_to, budget=budget) if bounded else None
    if args.output:
        save_certificate(_certificate(f, net, args.up_to, found, every), args.output)
    missing = [n for n in range(1, args.up_to + 1) if n not in found]
    if args.json:
        data = {"command": "periods", "subject": args.subject, "up_to": args.up_to}
        if every is not None:
            bracket = every.growth
            ends = {"lower": bracket.lower, "upper": bracket.upper, "exact": bracket.exact}
            data |= {"strongest": every.strongest, "complete": every.complete, "growth": ends}
        print_json({**data, "periods": found})
        return
    fields = [
        ("periods", ", ".join(map(str, found)) or "none"),
        ("missing", ", ".join(map(str, missing)) or "none"),
    ]
    if every is not None:
        exact = every.growth.exact
        low, high = decimals(every.growth.lower, every.growth.upper, 6)
        growth = f"between {low} and {high}" if exact is None else as_text(exact)
        fields += [("of all", str(every)), ("growth number", growth)]
    print_fields(fields)


def _certificate(
    f: PiecewiseLinear,
    net: ReLUNetwork | None,
    up_to: int,
    found: Sequence[int],
    every: PeriodSet | None,
) -> Certificate:
    """The periods up to the bound, all of them if that is known, and the growth number."""
    from plsym.certify.periods import period_set_certificate, periods_certificate
    from plsym.certify.rates import growth_certificate
    from plsym.certify.writing import all_of

    if every is None:
        raise DomainError("certificates are about bounded intervals; give --domain A B")
    parts = [periods_certificate(f, up_to, found, every, net)]
    if every.complete:
        parts.append(period_set_certificate(f, every, net))
    return all_of(*parts, growth_certificate(f, every.growth, net))


def _cycles(
    f: PiecewiseLinear, net: ReLUNetwork | None, args: argparse.Namespace, budget: Budget
) -> None:
    from plsym.dynamics.periodic import periodic_orbits

    with working(f"searching for points of period {args.of}"):
        found = periodic_orbits(f, args.of, budget=budget)
    if args.output:
        from plsym.certify.periods import cycles

        save_certificate(cycles(f, args.of, budget=budget, network=net), args.output)
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
