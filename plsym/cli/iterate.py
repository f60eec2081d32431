"""``plsym iterate F -n N``: the growth of the counts of f, f^2, ..., f^N, or f^N itself."""

from __future__ import annotations

import argparse
import math
from typing import Any

from plsym.cli.output import print_json, print_table
from plsym.cli.progress import working
from plsym.cli.subject import read_domain, read_number, read_subject
from plsym.config import Budget
from plsym.errors import BudgetExceeded, DomainError
from plsym.exact.scalars import text, to_num
from plsym.networks.network import ReLUNetwork
from plsym.piecewise.function import PiecewiseLinear

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("subject", metavar="F", help="a self-map of an interval")
    parser.add_argument("-n", type=int, required=True, help="number of iterations")
    parser.add_argument("--domain", nargs=2, metavar=("A", "B"), help="domain of f")
    parser.add_argument(
        "--crossings", nargs=2, metavar=("X", "Y"), help="count crossings of [X, Y]"
    )
    parser.add_argument("--preimages", metavar="Z", help="count components of f^n = Z")
    parser.add_argument("--list", action="store_true", help="list the breakpoints of f^n instead")
    parser.add_argument(
        "--max-pieces", type=int, default=2_000_000, help="largest list (default 2000000)"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    f = one_variable(args.subject, args.domain)
    if args.list:
        _list(f, args)
    else:
        _count(f, args)


def one_variable(word: str, domain: Any) -> PiecewiseLinear:
    """Read a function of one variable; a network with one input counts as one."""
    return map_and_network(word, domain)[0]


def map_and_network(word: str, domain: Any) -> tuple[PiecewiseLinear, ReLUNetwork | None]:
    """Read a function of one variable, and the network that it is the map of, if any."""
    ends = read_domain(domain)
    subject = read_subject(word, ends)
    if not isinstance(subject, ReLUNetwork):
        return subject, None
    if (subject.n_inputs, subject.n_outputs) != (1, 1):
        raise DomainError(
            f"a network with one input and one output is needed here, this one has "
            f"{subject.n_inputs} and {subject.n_outputs}"
        )
    return subject.to_piecewise(*(ends or ())), subject


def listing(f: PiecewiseLinear) -> dict[str, Any]:
    """The points that determine f, and its slopes towards infinite ends."""
    low, high = f.domain
    return {
        "breakpoints": f.breakpoints,
        "values": f.values,
        "left_slope": f.slopes[0] if low == -math.inf else None,
        "right_slope": f.slopes[-1] if high == math.inf else None,
    }


def growth(f: PiecewiseLinear, n: int, args: argparse.Namespace) -> dict[str, list[int]]:
    """Count what was asked for, of f, ..., f^n."""
    from plsym.piecewise.counting import (
        crossing_numbers,
        lap_numbers,
        piece_numbers,
        preimage_numbers,
    )

    counts = {"n": list(range(1, n + 1))}
    with working("counting laps"):
        counts["laps"] = lap_numbers(f, n)
    with working("counting pieces"):
        counts["pieces"] = piece_numbers(f, n)
    if args.crossings is not None:
        x, y = (read_number(level) for level in args.crossings)
        with working("counting crossings"):
            counts["crossings"] = crossing_numbers(f, x, y, n)
    if getattr(args, "preimages", None) is not None:
        with working("counting preimages"):
            counts["preimages"] = preimage_numbers(f, read_number(args.preimages), n)
    return counts


def print_growth(counts: dict[str, list[int]]) -> None:
    """Write the counts as a table, one line per iterate."""
    print_table(list(counts), zip(*counts.values(), strict=True))


def _count(f: PiecewiseLinear, args: argparse.Namespace) -> None:
    counts = growth(f, args.n, args)
    if args.json:
        print_json({"command": "iterate", "domain": f.domain, **counts})
    else:
        print_growth(counts)


def _list(f: PiecewiseLinear, args: argparse.Namespace) -> None:
    with working(f"listing iterate {args.n}"):
        g = f.iterate(args.n, budget=Budget(pieces=args.max_pieces))
        if g.num_pieces > args.max_pieces:
            raise BudgetExceeded(
                f"f^{args.n} has {g.num_pieces} pieces, which is more than --max-pieces "
                f"{args.max_pieces}; raise it, or count without --list",
                needed=g.num_pieces,
            )
        data = {
            "command": "iterate",
            "n": args.n,
            "domain": g.domain,
            "pieces": g.num_pieces,
            "laps": g.lap_number,
            **listing(g),
        }
    if args.json:
        print_json(data)
        return
    for x, y in zip(data["breakpoints"], data["values"], strict=True):
        print(f"{text(to_num(x))}\t{text(to_num(y))}")
