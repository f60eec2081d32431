"""``plsym cover F``: which intervals between points f maps over which."""

from __future__ import annotations

import argparse
from typing import Any

from plsym.cli.iterate import map_and_network
from plsym.cli.output import add_output, print_json, print_table, save_certificate
from plsym.cli.progress import working
from plsym.cli.subject import read_number
from plsym.config import Budget
from plsym.errors import DomainError, UndecidedError
from plsym.piecewise.function import PiecewiseLinear
from plsym.shown import as_text

__all__ = ["add_arguments", "add_points", "choose_points", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("subject", metavar="F", help="a self-map of an interval")
    parser.add_argument("--domain", nargs=2, metavar=("A", "B"), help="domain of f")
    add_points(parser)
    parser.add_argument("--power", type=int, default=1, metavar="K", help="covers by f^K")
    add_output(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def add_points(parser: argparse.ArgumentParser) -> None:
    """Declare the options that name the points."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--points", metavar="X,Y,...", help="the points between which to look")
    which.add_argument("--cycle", type=int, metavar="N", help="the first cycle of period N")
    which.add_argument("--markov", action="store_true", help="a Markov partition (the default)")


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    from plsym.dynamics.covers import cover_graph

    f, net = map_and_network(args.subject, args.domain)
    with working("looking for covers"):
        points = choose_points(f, args)
        graph = cover_graph(f, points, power=args.power)
    if args.output:
        from plsym.certify.identity import covers

        certificate = covers(f, points, power=args.power, network=net)
        save_certificate(certificate, args.output)
    intervals = [graph.nodes[i]["interval"] for i in graph]
    if args.json:
        data = {"command": "cover", "subject": args.subject, "power": args.power}
        print_json({**data, "intervals": intervals, "edges": sorted(graph.edges)})
        return
    rows = [
        (i, as_text(intervals[i]), " ".join(str(j) for j in sorted(graph[i])) or "none")
        for i in graph
    ]
    print_table(("interval", "", "covers"), rows)


def choose_points(f: PiecewiseLinear, args: argparse.Namespace) -> Any:
    """The points that those options name."""
    if args.points is not None:
        return [read_number(word) for word in args.points.split(",")]
    if args.cycle is not None:
        from plsym.dynamics.periodic import find_periodic

        found = find_periodic(f, args.cycle, budget=Budget())
        if not found.orbits:
            raise DomainError(f"there is no isolated cycle of period {args.cycle}")
        return found.orbits[0].points
    from plsym.dynamics.covers import markov_partition

    try:
        return markov_partition(f, up_to=200)
    except UndecidedError as error:
        raise UndecidedError(f"{error}; give --points or --cycle N") from None
