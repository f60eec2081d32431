"""``plsym analyze F``: what is counted and measured about one function or network."""

from __future__ import annotations

import argparse
from typing import Any

from plsym.cli.iterate import growth, listing, print_growth
from plsym.cli.output import interval_text, print_fields, print_json, print_table
from plsym.cli.progress import working
from plsym.cli.subject import read_domain, read_number, read_point, read_subject
from plsym.errors import DomainError
from plsym.networks.network import ReLUNetwork
from plsym.networks.trajectory import Trajectory
from plsym.piecewise.function import PiecewiseLinear

__all__ = ["add_arguments", "run"]

SHOWN = 12  # breakpoints listed in text; --json has them all


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("subject", metavar="F", help="a function or a network")
    parser.add_argument("--domain", nargs=2, metavar=("A", "B"), help="interval to look at")
    point = "rationals separated by commas, or a .json file"
    parser.add_argument("--from", dest="start", metavar="P", help=f"begin of a segment: {point}")
    parser.add_argument("--to", dest="end", metavar="Q", help="end of the segment")
    parser.add_argument("--output", type=int, metavar="I", help="only this output (from 0)")
    parser.add_argument(
        "--iterations", type=int, default=8, metavar="N", help="iterates to count (default 8)"
    )
    parser.add_argument("--crossings", nargs=2, metavar=("X", "Y"), help="crossings of [X, Y]")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    if (args.start is None) != (args.end is None):
        raise DomainError("a segment needs both ends: --from P --to Q")
    domain = read_domain(args.domain)
    with working("reading"):
        subject = read_subject(args.subject, domain)
    if isinstance(subject, PiecewiseLinear):
        if args.start is not None or args.output is not None:
            raise DomainError("--from, --to and --output are for networks; use --domain A B")
        _report_function(subject, args)
        return
    if args.start is not None:
        if domain is not None or args.crossings is not None:
            raise DomainError("--domain and --crossings do not go with --from and --to")
        with working("sweeping the segment"):
            path = subject.along(read_point(args.start), read_point(args.end))
        _report_path(subject, path, args)
        return
    if subject.n_inputs != 1:
        raise DomainError(
            f"the network has {subject.n_inputs} inputs; choose a segment by --from P --to Q"
        )
    low, high = domain or (None, None)
    with working("sweeping the domain"):
        f = subject.to_piecewise(low, high, output=args.output)
    _report_function(f, args, subject)


def _describe(net: ReLUNetwork) -> dict[str, Any]:
    return {
        "inputs": net.n_inputs,
        "widths": net.widths,
        "outputs": net.n_outputs,
        "parameters": net.num_parameters,
    }


def _network_line(net: ReLUNetwork) -> str:
    widths = " + ".join(map(str, net.widths)) or "no"
    return (
        f"{net.n_inputs} input{'s' * (net.n_inputs > 1)}, {widths} neurons, "
        f"{net.n_outputs} output{'s' * (net.n_outputs > 1)}, {net.num_parameters} parameters"
    )


# ------------------------------------------------------------------ functions of one variable


def _report_function(
    f: PiecewiseLinear, args: argparse.Namespace, net: ReLUNetwork | None = None
) -> None:
    with working("measuring"):
        data: dict[str, Any] = {
            "command": "analyze",
            "subject": args.subject,
            "domain": f.domain,
            "image": f.image,
            "pieces": f.num_pieces,
            "laps": f.lap_number,
            "lipschitz": f.lipschitz,
            "turning_points": f.turning_points,
            **listing(f),
        }
        if net is not None:
            data["network"] = _describe(net)
        if args.crossings is not None:
            data["crossings"] = _crossings(f, args.crossings)
    if f.is_self_map and args.iterations > 0:
        data["growth"] = growth(f, args.iterations, args)
    if args.json:
        print_json(data)
    else:
        _print_function(data, net)


def _crossings(f: PiecewiseLinear, levels: list[str]) -> dict[str, int]:
    x, y = (read_number(level) for level in levels)
    return {
        "alternation": f.crossings(x, y),
        "disjoint": f.crossings(x, y, kind="disjoint"),
    }


def _print_function(data: dict[str, Any], net: ReLUNetwork | None) -> None:
    fields = [("network", _network_line(net))] if net is not None else []
    fields += [
        ("domain", interval_text(data["domain"])),
        ("image", interval_text(data["image"])),
        ("pieces", data["pieces"]),
        ("laps", data["laps"]),
        ("Lipschitz constant", data["lipschitz"]),
    ]
    if "crossings" in data:
        counts = ", ".join(f"{count} ({kind})" for kind, count in data["crossings"].items())
        fields.append(("crossings", counts))
    print_fields(fields)
    knots = list(zip(data["breakpoints"], data["values"], strict=True))
    print("\nbreakpoints")
    print_table(("x", "f(x)"), knots[:SHOWN])
    if len(knots) > SHOWN:
        print(f" ... {len(knots) - SHOWN} more; --json lists all")
    if "growth" in data:
        print("\ngrowth of counts: f, f^2, ...")
        print_growth(data["growth"])


# ------------------------------------------------------------------ networks along a segment


def _report_path(net: ReLUNetwork, path: Trajectory, args: argparse.Namespace) -> None:
    chosen = range(net.n_outputs) if args.output is None else [args.output]
    with working("measuring the outputs"):
        outputs = {index: path.component(index) for index in chosen}
        data: dict[str, Any] = {
            "command": "analyze",
            "subject": args.subject,
            "network": _describe(net),
            "from": path.start,
            "to": path.end,
            "pieces": path.num_pieces,
            "transitions": path.num_transitions,
            "transitions_per_layer": path.transitions_per_layer,
            "pieces_per_layer": path.pieces_per_layer,
            "outputs": [
                {
                    "output": index,
                    "pieces": f.num_pieces,
                    "laps": f.lap_number,
                    "lipschitz": f.lipschitz,
                    **({"breakpoints": f.breakpoints, "values": f.values} if args.json else {}),
                }
                for index, f in outputs.items()
            ],
        }
        if args.json:
            data["transition_list"] = [
                {
                    "t": step.t,
                    "layer": step.layer,
                    "neuron": step.neuron,
                    "before": step.before,
                    "after": step.after,
                }
                for step in path.transitions
            ]
        count = path.statistics
        data["decisions"] = {
            "filtered": count.filtered,
            "refined": count.refined,
            "exact": count.exact,
        }
    if args.json:
        print_json(data)
    else:
        _print_path(net, data)


def _print_path(net: ReLUNetwork, data: dict[str, Any]) -> None:
    decisions = ", ".join(f"{count} {how}" for how, count in data["decisions"].items())
    print_fields(
        [
            ("network", _network_line(net)),
            ("segment", "p + t (q - p) for t in [0, 1]"),
            ("pieces", data["pieces"]),
            ("transitions", data["transitions"]),
            ("decisions", decisions),
        ]
    )
    print("\ngrowth of counts: layer by layer")
    print_table(
        ("layer", "neurons", "transitions", "pieces so far"),
        zip(
            range(len(net.widths)),
            net.widths,
            data["transitions_per_layer"],
            data["pieces_per_layer"],
            strict=True,
        ),
    )
    print("\noutputs as functions of t")
    print_table(
        ("output", "pieces", "laps", "Lipschitz constant"),
        (tuple(row[key] for key in row) for row in data["outputs"]),
    )
