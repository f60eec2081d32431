"""``plsym plot KIND F -o FILE``: a picture of a function or a network."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from plsym.cli.cover import add_points, choose_points
from plsym.cli.iterate import map_and_network, one_variable
from plsym.cli.output import print_json
from plsym.cli.pictures import check_picture, save_picture
from plsym.cli.progress import working
from plsym.cli.regions import add_place, read_place
from plsym.cli.subject import read_network, read_number
from plsym.cli.trajectory import add_path, read_path
from plsym.config import Budget
from plsym.errors import DomainError

__all__ = ["KINDS", "add_arguments", "run"]

Drawn = tuple[list[Any], dict[str, Any]]
"""Artists, and what `--json` says about them."""

_PLACE = ("box", "plane", "window", "cells", "seconds")
_PATH = ("start", "end", "through", "arc", "centre", "quarters", "seconds")

# Which options go with which kind; those of all kinds are not listed.
KINDS: dict[str, tuple[str, ...]] = {
    "graph": ("domain", "n", "columns", "part"),
    "cobweb": ("domain", "n", "columns", "orbit", "steps"),
    "cover": ("domain", "points", "cycle", "markov", "power", "layout"),
    "growth": ("domain", "n", "what", "roots"),
    "crossings": ("domain", "n", "x", "y", "rate"),
    "regions": (*_PLACE, "by"),
    "hyperplanes": (*_PLACE, "layers"),
    "region-graph": (*_PLACE, "definition"),
    "decisions": (*_PLACE, "least", "labels"),
    "trajectory": (*_PATH, "layers"),
    "transitions": _PATH,
}
_FLAGS = {"n": "-n", "orbit": "--start", "start": "--from", "end": "--to"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("kind", metavar="KIND", choices=list(KINDS), help=", ".join(KINDS))
    parser.add_argument("subject", metavar="F", help="a function or a network")
    parser.add_argument(
        "-o", "--output", metavar="FILE", required=True, help="a .png, .svg or .pdf file"
    )
    parser.add_argument(
        "--size", nargs=2, type=float, metavar=("W", "H"), help="width and height in inches"
    )
    parser.add_argument("--dpi", type=float, help="dots per inch of a .png (default 200)")
    parser.add_argument("--title", help="above the picture; $...$ is a formula")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    one = parser.add_argument_group("functions of one variable")
    one.add_argument("--domain", nargs=2, metavar=("A", "B"), help="domain of f")
    one.add_argument(
        "-n", type=int, help="graph, cobweb: of f^N; growth, crossings: up to N (default 40)"
    )
    one.add_argument("--part", nargs=2, metavar=("A", "B"), help="graph: draw this part only")
    one.add_argument("--columns", type=int, help="graph, cobweb: columns of pixels (default 1000)")
    one.add_argument("--start", dest="orbit", metavar="X", help="cobweb: where the orbit begins")
    one.add_argument("--steps", type=int, help="cobweb: the length of the orbit (default 50)")
    one.add_argument("--power", type=int, metavar="K", help="cover: covers by f^K")
    one.add_argument("--layout", choices=("circle", "line"), help="cover: how nodes stand")
    one.add_argument("--what", choices=("laps", "pieces"), help="growth: what is counted")
    one.add_argument("--roots", action="store_true", help="growth: n-th roots of the counts")
    one.add_argument("--x", metavar="X", help="crossings of [X, Y]")
    one.add_argument("--y", metavar="Y", help="crossings of [X, Y]")
    one.add_argument("--rate", metavar="R", help="crossings: draw R^n beside them")
    add_points(parser)
    add_place(parser)
    several = parser.add_argument_group("networks with several inputs")
    several.add_argument(
        "--by", choices=("connected", "pattern", "affine", "neuron"), help="regions: colours"
    )
    several.add_argument(
        "--definition",
        choices=("activation", "connected", "affine"),
        help="region-graph: what nodes are",
    )
    several.add_argument(
        "--layers", metavar="L,...", help="hyperplanes, trajectory: layers, counted from 0"
    )
    several.add_argument("--least", action="store_true", help="decisions: by the least output")
    several.add_argument("--labels", metavar="A,B,...", help="decisions: names of the outputs")
    several.add_argument("--cells", type=int, help="regions: stop beyond so many cells")
    several.add_argument("--seconds", type=float, help="stop after this time")
    add_path(parser)


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    check_picture(args.output)
    _check_options(args)
    draw: Callable[[argparse.Namespace], Drawn] = {
        "graph": _graph,
        "cobweb": _cobweb,
        "cover": _cover,
        "growth": _growth,
        "crossings": _crossings,
        "trajectory": _trajectory,
        "transitions": _transitions,
    }.get(args.kind, _regions)
    from plsym.plotting import detached, style

    with working(f"drawing {args.kind}"), detached(), style():
        artists, data = draw(args)
        figure = artists[0].figure
        if args.title is not None:
            figure.suptitle(args.title)
        if args.size is not None:
            figure.set_size_inches(*args.size)
        size = save_picture(figure, args.output, args.dpi)
    if args.json:
        head = {"command": "plot", "kind": args.kind, "subject": args.subject}
        print_json({**head, "output": args.output, "bytes": size, **data})


def _check_options(args: argparse.Namespace) -> None:
    known = dict.fromkeys(option for options in KINDS.values() for option in options)
    for option in known:
        given = getattr(args, option)
        if given is None or given is False or option in KINDS[args.kind]:
            continue
        flag = _FLAGS.get(option, f"--{option}")
        kinds = [kind for kind, options in KINDS.items() if option in options]
        raise DomainError(f"{flag} goes with {', '.join(kinds)}, not with {args.kind}")
    width, height = args.size or (1.0, 1.0)
    dpi = 200.0 if args.dpi is None else args.dpi
    if not (0 < width <= 100 and 0 < height <= 100):
        raise DomainError(f"--size {width:g} {height:g}: both are above 0 and up to 100 inches")
    if not 10 <= dpi <= 2400 or max(width, height) * dpi >= 2**16:
        raise DomainError(f"--dpi {dpi:g}: 10 to 2400, and less than 65536 dots on a side")
    if args.title is not None:
        _check_formula(args.title)


def _check_formula(words: str) -> None:
    from matplotlib.cbook import is_math_text
    from matplotlib.mathtext import MathTextParser

    if not is_math_text(words):
        return
    try:
        MathTextParser("path").parse(words)
    except ValueError as error:
        line = str(error).strip().splitlines()[-1]
        raise DomainError(f"--title {words!r}: no formula that can be set: {line}") from None


# functions of one variable ---------------------------------------------------------------


def _graph(args: argparse.Namespace) -> Drawn:
    from plsym.plotting import plot

    f = one_variable(args.subject, args.domain)
    g = f if args.n is None else f.iterate(args.n)
    part = None if args.part is None else tuple(read_number(end) for end in args.part)
    artists = plot(g, columns=args.columns, domain=part)
    if not args.json:  # counting takes longer than drawing
        return artists, {}
    data = {"n": 1 if args.n is None else args.n, "pieces": g.num_pieces, "laps": g.lap_number}
    return artists, {**data, "image": g.image}


def _cobweb(args: argparse.Namespace) -> Drawn:
    from plsym.dynamics.orbits import eventual_period
    from plsym.plotting import cobweb

    if args.orbit is None:
        raise DomainError("a cobweb needs --start X, where the orbit begins")
    f = one_variable(args.subject, args.domain)
    g = f if args.n is None else f.iterate(args.n)
    start, steps = read_number(args.orbit), 50 if args.steps is None else args.steps
    artists = cobweb(g, start, steps, columns=args.columns)
    fallen = eventual_period(g, start, up_to=steps)
    data = {"start": start, "steps": steps}
    cycle = None if fallen is None else fallen.cycle
    period = None if fallen is None else fallen.period
    return artists, {**data, "period": period, "cycle": cycle}


def _cover(args: argparse.Namespace) -> Drawn:
    from plsym.dynamics.covers import cover_graph
    from plsym.plotting import cover_graph as draw

    f, _ = map_and_network(args.subject, args.domain)
    power = 1 if args.power is None else args.power
    graph = cover_graph(f, choose_points(f, args), power=power)
    artists = draw(graph, layout=args.layout or "circle")
    intervals = [graph.nodes[i]["interval"] for i in graph]
    return artists, {"power": power, "intervals": intervals, "edges": sorted(graph.edges)}


def _growth(args: argparse.Namespace) -> Drawn:
    from plsym.dynamics.growth import growth
    from plsym.piecewise.counting import lap_numbers, piece_numbers
    from plsym.plotting import growth as draw

    f = one_variable(args.subject, args.domain)
    n = 40 if args.n is None else args.n
    what: Any = args.what or "laps"
    found = growth(f)
    artists = draw(f, n, what=what, kind="rate" if args.roots else "count", bracket=found)
    counts = lap_numbers(f, n) if what == "laps" else piece_numbers(f, n)
    data = {"exact": found.exact, "lower": found.lower, "upper": found.upper}
    return artists, {"n": n, what: counts, **data}


def _crossings(args: argparse.Namespace) -> Drawn:
    from plsym.piecewise.counting import crossing_numbers
    from plsym.plotting import crossings

    if args.x is None or args.y is None:
        raise DomainError("crossings need both ends of an interval: --x X --y Y")
    f = one_variable(args.subject, args.domain)
    n = 40 if args.n is None else args.n
    x, y = read_number(args.x), read_number(args.y)
    rate = None if args.rate is None else read_number(args.rate)
    artists = crossings(f, x, y, n, rate=rate)
    return artists, {"n": n, "x": x, "y": y, "crossings": crossing_numbers(f, x, y, n)}


# networks with several inputs ----------------------------------------------------------------


def _regions(args: argparse.Namespace) -> Drawn:
    from plsym import plotting
    from plsym.regions.linear import linear_regions

    net = read_network(args.subject)
    place = read_place(args, net)
    if place is None or (net.n_inputs != 2 and args.plane is None):
        raise DomainError(
            f"a picture has two dimensions and ends, the network {net.n_inputs} inputs; give "
            f"{'--box LOW HIGH' if net.n_inputs == 2 else '--plane P Q R'}"
        )
    limits = {"seconds": args.seconds}
    if args.cells is not None:
        limits["pieces"] = args.cells
    budget = Budget(**limits)
    found = linear_regions(net, place, budget=budget)
    data: dict[str, Any] = {
        "cells": found.num_cells,
        "counts": {d: found.count(d) for d in ("activation", "connected", "affine")},
    }
    if args.kind == "regions":
        return plotting.regions(found, by=args.by or "connected"), data
    if args.kind == "hyperplanes":
        return plotting.bent_hyperplanes(found, layers=_layers(args.layers)), data
    if args.kind == "region-graph":
        definition: Any = args.definition or "activation"
        graph = found.graph(definition)
        data["graph"] = {"nodes": graph.number_of_nodes(), "edges": graph.number_of_edges()}
        return plotting.region_graph(found, definition=definition), data
    names = args.labels.split(",") if args.labels else None
    decided = found.decision_map(least=args.least, budget=budget)
    return plotting.decisions(decided, names=names), {**data, "outputs": decided.classes}


def _layers(words: str | None) -> list[Any] | None:
    if words is None:
        return None
    out: list[Any] = []
    for word in (part.strip() for part in words.split(",")):
        try:
            out.append(word if word in ("input", "output") else int(word))
        except ValueError:
            raise DomainError(f"--layers {words}: layers are numbers such as 0,1") from None
    return out


def _follow(args: argparse.Namespace) -> tuple[Any, Any, dict[str, Any]]:
    from plsym.networks.travel import trajectory

    net = read_network(args.subject)
    path = read_path(args, net.n_inputs)
    found: Any = trajectory(net, path, budget=Budget(seconds=args.seconds))
    data = {
        "pieces": found.num_pieces,
        "transitions": found.num_transitions,
        "transitions_per_layer": found.transitions_per_layer,
    }
    return net, found, data


def _trajectory(args: argparse.Namespace) -> Drawn:
    from plsym.plotting import trajectory

    net, found, data = _follow(args)
    return trajectory(net, found, layers=_layers(args.layers)), data


def _transitions(args: argparse.Namespace) -> Drawn:
    from plsym.plotting import transitions

    _, found, data = _follow(args)
    return transitions(found), data
