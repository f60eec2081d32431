"""``plsym trajectory NET``: what a network does along a segment, a polyline or an arc."""

from __future__ import annotations

import argparse
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from plsym.cli.output import decimals, print_fields, print_json, print_table
from plsym.cli.progress import working
from plsym.cli.subject import read_network, read_point
from plsym.config import Budget
from plsym.errors import DomainError

if TYPE_CHECKING:
    pass

__all__ = ["add_arguments", "add_path", "read_path", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("network", metavar="NET", help="a network: .json, .npz, .onnx, .nnet, .pt")
    add_path(parser)
    parser.add_argument("--list", action="store_true", help="list the transitions")
    parser.add_argument("--seconds", type=float, help="stop after this time")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def add_path(parser: argparse.ArgumentParser) -> None:
    """Declare the options that name a path."""
    parser.add_argument(
        "--from", dest="start", metavar="P", help="a point, as 0,1/2,1 or a .json file"
    )
    parser.add_argument("--to", dest="end", metavar="Q", help="the end of the segment")
    parser.add_argument("--through", nargs="+", metavar="P", help="the corners of a polyline")
    parser.add_argument(
        "--arc", nargs=2, metavar=("P", "Q"), help="the arc cos(a) p + sin(a) q, a from 0"
    )
    parser.add_argument(
        "--centre", metavar="C", help="with --arc: its centre (default: the origin)"
    )
    parser.add_argument("--quarters", type=int, help="with --arc: quarters of a turn (default 1)")


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    from plsym.networks.travel import trajectory

    net = read_network(args.network)
    path = read_path(args, net.n_inputs)
    with working("following the path"):
        found: Any = trajectory(net, path, budget=Budget(seconds=args.seconds))
        layers = [_layer(found, k) for k in range(len(net.layers))]
        length = _ends(_length(found, -1))
    data = {
        "pieces": found.num_pieces,
        "transitions": found.num_transitions,
        "layers": layers,
        "output_length": length,
    }
    if args.json:
        data["events"] = [_event(t) for t in found.transitions]
        print_json({"command": "trajectory", "network": args.network, **data})
        return
    print_fields(
        [
            ("pieces of the output", f"{found.num_pieces:,}"),
            ("transitions", f"{found.num_transitions:,}"),
            ("patterns", f"{found.num_patterns:,}"),
            ("length of the output", _shown(length)),
        ]
    )
    if layers:
        print()
        print_table(
            ["layer", "transitions", "pieces so far", "length"],
            [
                (k, row["transitions"], row["pieces"], _shown(row["length"]))
                for k, row in enumerate(layers)
            ],
        )
    if args.list and found.transitions:
        print()
        events = [_event(t) for t in found.transitions]
        print_table(list(events[0]), [list(e.values()) for e in events])


def read_path(args: argparse.Namespace, n: int) -> Any:
    """Read the path that those options name, through a space of n dimensions."""
    ways = [args.start is not None or args.end is not None, bool(args.through), bool(args.arc)]
    if sum(ways) != 1:
        raise DomainError("give one path: --from P --to Q, --through P Q ..., or --arc P Q")
    if args.arc is None and (args.centre is not None or args.quarters is not None):
        raise DomainError("--centre and --quarters go with --arc")
    if args.arc:
        from plsym.networks.arcs import arc

        p, q = (read_point(word, n) for word in args.arc)
        centre = None if args.centre is None else read_point(args.centre, n)
        return arc(p, q, centre, 1 if args.quarters is None else args.quarters)
    if args.through:
        return [read_point(word, n) for word in args.through]
    if args.start is None or args.end is None:
        raise DomainError("a segment needs both --from P and --to Q")
    return [read_point(args.start, n), read_point(args.end, n)]


def _length(found: Any, layer: int) -> Any:
    if hasattr(found, "path"):
        return found.length(layer)
    curve = found.output if layer == -1 else found.curve(layer)
    return curve.length()


def _ends(length: Any) -> tuple[Fraction, Fraction]:
    from plsym.exact.scalars import lower_end, to_num, upper_end

    if hasattr(length, "lower"):
        return length.lower, length.upper
    return lower_end(to_num(length)), upper_end(to_num(length))


def _shown(ends: tuple[Fraction, Fraction]) -> str:
    low, high = decimals(ends[0], ends[1], 6)
    return low if low == high else f"{low} .. {high}"


def _layer(found: Any, k: int) -> dict[str, Any]:
    return {
        "transitions": found.transitions_per_layer[k],
        "pieces": found.pieces_per_layer[k],
        "length": _ends(_length(found, k)),
    }


def _event(t: Any) -> dict[str, Any]:
    where = (
        {"quarter": t.quarter, "s": t.s, "degrees": f"{t.degrees:.6f}"}
        if hasattr(t, "quarter")
        else {"t": t.t}
    )
    return {**where, "layer": t.layer, "neuron": t.neuron, "before": t.before, "after": t.after}
