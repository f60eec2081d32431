"""``plsym regions NET``: the linear regions of a network on a box, a plane or everywhere."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from plsym.cli.output import add_output, print_fields, print_json, save_certificate
from plsym.cli.pictures import check_picture, plain, save_picture
from plsym.cli.progress import counting, working
from plsym.cli.subject import read_network, read_number, read_point
from plsym.config import Budget
from plsym.errors import DomainError

if TYPE_CHECKING:
    from plsym.networks.network import ReLUNetwork
    from plsym.regions.linear import LinearRegions

__all__ = ["add_arguments", "add_place", "read_place", "run"]

DEFINITIONS = ("pattern", "activation", "convex", "connected", "closed", "affine")
ENGINES = ("auto", "faces", "sweep", "rays", "search")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("network", metavar="NET", help="a network: .json, .npz, .onnx, .nnet, .pt")
    add_place(parser)
    parser.add_argument("--definition", choices=DEFINITIONS, help="count under this one only")
    parser.add_argument("--engine", choices=ENGINES, default="auto", help="with --definition")
    parser.add_argument("--jobs", type=int, metavar="N", help="with --definition: N processes")
    parser.add_argument("--bounds", action="store_true", help="a table of bounds beside the counts")
    parser.add_argument(
        "--svg",
        metavar="FILE",
        help="draw a bounded two-dimensional domain: .svg, .png or .pdf (needs plsym[plot])",
    )
    parser.add_argument(
        "--color",
        choices=("auto", "regions", "decisions"),
        default="auto",
        help="what the picture shows (auto: decisions if there are several outputs)",
    )
    parser.add_argument(
        "--least", action="store_true", help="decisions by the least output, not the largest"
    )
    parser.add_argument("--labels", metavar="A,B,...", help="names of the outputs, for the picture")
    parser.add_argument("--cells", type=int, help="stop beyond so many cells")
    parser.add_argument("--seconds", type=float, help="stop after this time")
    add_output(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def add_place(parser: argparse.ArgumentParser) -> None:
    """Declare the options that say where in the input space."""
    place = parser.add_argument_group("domain", "the whole input space by default")
    place.add_argument(
        "--box",
        nargs="+",
        metavar="N",
        help="LOW HIGH for all inputs, or a pair for each input",
    )
    place.add_argument(
        "--plane",
        nargs=3,
        metavar=("P", "Q", "R"),
        help="the plane p + s (q - p) + t (r - p); points as 0,1/2,1 or .json; 0 is the origin",
    )
    place.add_argument(
        "--window",
        nargs=4,
        metavar=("S0", "S1", "T0", "T1"),
        help="with --plane: ranges of s and t (default: the triangle)",
    )


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    if args.svg:
        check_picture(args.svg)
    net = read_network(args.network)
    domain = read_place(args, net)
    limits = {"seconds": args.seconds}
    if args.cells is not None:
        limits["pieces"] = args.cells
    budget = Budget(**limits)
    if args.svg and net.n_inputs != 2 and args.plane is None:
        raise DomainError(
            f"a picture has two dimensions, the network {net.n_inputs} inputs; give --plane P Q R"
        )
    alone = args.definition and not (args.svg or args.output or args.bounds)
    if alone and (args.jobs or args.engine != "auto"):
        _count_only(args, net, domain, budget)
        return
    if args.jobs or args.engine != "auto":
        raise DomainError("--jobs and --engine go with --definition, and count only")
    from plsym.regions.linear import linear_regions

    with working("finding regions"):
        found = linear_regions(net, domain, budget=budget)
        data = _data(found, args.definition)
        if args.bounds:
            data["bounds"] = _bounds(net, domain, budget)
    if args.svg:
        with working("drawing"):
            _draw(args, found)
    if args.output:
        from plsym.certify.regions import regions as certify

        kind: Any = args.definition if args.definition in ("connected", "affine") else "cells"
        with working("certifying"):
            save_certificate(certify(net, domain, of=kind, found=found), args.output)
    _report(args, net, data)


def read_place(args: argparse.Namespace, net: ReLUNetwork) -> Any:
    """Read the domain that those options name; None for the whole input space."""
    if args.window and not args.plane:
        raise DomainError("--window goes with --plane")
    if args.box and args.plane:
        raise DomainError("give --box or --plane, not both")
    if args.plane:
        from plsym.regions.domains import plane

        p, q, r = (read_point(word, net.n_inputs) for word in args.plane)
        if not args.window:
            return plane(p, q, r)
        s0, s1, t0, t1 = (read_number(word) for word in args.window)
        return plane(p, q, r, window=((s0, s1), (t0, t1)))
    if not args.box:
        return None
    ends = [read_number(word) for word in args.box]
    n = net.n_inputs
    if len(ends) == 2:
        ends = ends * n
    if len(ends) != 2 * n:
        raise DomainError(
            f"--box takes 2 numbers for all inputs or {2 * n} for {n} inputs, not {len(ends)}"
        )
    return [(ends[2 * i], ends[2 * i + 1]) for i in range(n)]


def _count_only(args: argparse.Namespace, net: ReLUNetwork, domain: Any, budget: Budget) -> None:
    from plsym.regions.counting import count_regions

    options: dict[str, Any] = {"definition": args.definition, "engine": args.engine}
    with ExitStack() as stack:
        if args.jobs:
            from concurrent.futures import ProcessPoolExecutor

            options["executor"] = stack.enter_context(ProcessPoolExecutor(args.jobs))
            step = stack.enter_context(counting(16))
            options["progress"] = lambda done, total: step(f"part {done} of {total}")
        else:
            stack.enter_context(working("counting regions"))
        count = count_regions(net, domain, budget=budget, **options)
    _report(args, net, {"counts": {args.definition: count}})


def _data(found: LinearRegions, definition: str | None) -> dict[str, Any]:
    if definition == "convex":
        bounds = found.convex_bounds
        counts: dict[str, Any] = {"convex": list(bounds)}
    elif definition is not None:
        counts = {definition: found.count(definition)}  # type: ignore[arg-type]
    else:
        counts = {d: found.count(d) for d in ("activation", "connected", "affine")}
    return {
        "dimension": found.dimension,
        "cells": found.num_cells,
        "bounded_cells": found.num_bounded,
        "f_vector": list(found.f_vector),
        "euler_characteristic": found.euler_characteristic,
        "counts": counts,
        "signs": {
            "by_floats": found.statistics.filtered,
            "by_integers": found.statistics.exact,
        },
    }


def _bounds(net: ReLUNetwork, domain: Any, budget: Budget) -> list[dict[str, Any]]:
    from plsym.regions.bounds import region_bounds

    table = region_bounds(net, domain, count=True, budget=budget)
    return [
        {"kind": r.kind, "name": r.name, "regions": r.value, "reference": r.reference}
        for r in table.rows
    ]


def _draw(args: argparse.Namespace, found: LinearRegions) -> None:
    from plsym.plotting import decisions, detached, regions, style

    names = args.labels.split(",") if args.labels else None
    several = found.net.n_outputs > 1
    with detached(), style():
        if args.color == "decisions" or (args.color == "auto" and several):
            artists = decisions(found.decision_map(least=args.least), names=names)
        else:
            artists = regions(found)
        ax: Any = artists[0].axes
        name = args.network.rsplit("/", 1)[-1]
        counted = f"{found.count('activation'):,} activation regions"
        gap = "\n" if len(name + counted) > 40 else ":  "
        ax.set_title(f"{plain(name)}{gap}{counted}", loc="left")
    save_picture(ax.figure, args.svg)


def _report(args: argparse.Namespace, net: ReLUNetwork, data: dict[str, Any]) -> None:
    if args.json:
        print_json({"command": "regions", "network": args.network, **data})
        return
    widths = ", ".join(map(str, net.widths)) or "none"
    fields: list[tuple[str, Any]] = [
        ("network", f"{net.n_inputs} inputs, hidden widths {widths}, {net.n_outputs} outputs")
    ]
    if "cells" in data:
        fields += [
            ("cells", f"{data['cells']:,}, {data['bounded_cells']:,} of them bounded"),
            ("f-vector", ", ".join(f"{n:,}" for n in data["f_vector"])),
        ]
    for name, count in data["counts"].items():
        shown = f"{count:,}" if isinstance(count, int) else f"{count[0]:,} to {count[1]:,}"
        fields.append((f"{name} regions", shown))
    if "signs" in data:
        signs = data["signs"]
        fields.append(
            ("signs", f"{signs['by_floats']:,} by floats, {signs['by_integers']:,} by integers")
        )
    print_fields(fields)
    if "bounds" in data:
        from plsym.regions.bounds import RegionBound, bounds_text

        print()
        rows = [
            RegionBound(r["kind"], r["name"], r["regions"], r["reference"]) for r in data["bounds"]
        ]
        print(bounds_text(rows))
