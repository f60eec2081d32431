"""``plsym separation F -t N --widths 20,20``: what small networks cannot do on f^t."""

from __future__ import annotations

import argparse
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from plsym.cli.iterate import map_and_network
from plsym.cli.output import add_output, print_fields, print_json, print_table, save_certificate
from plsym.cli.progress import working
from plsym.cli.subject import read_number
from plsym.config import Budget
from plsym.errors import DomainError

if TYPE_CHECKING:
    from plsym.depth.calculator import Bound, Separation

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("subject", metavar="F", help="a self-map of a bounded interval")
    parser.add_argument("--domain", nargs=2, metavar=("A", "B"), help="domain of f")
    parser.add_argument("-t", type=int, required=True, metavar="N", help="compositions of f")
    parser.add_argument("--widths", metavar="20,20", help="widths of the hidden layers")
    parser.add_argument("--threshold", metavar="Z", help="of labels; default: middle of the image")
    parser.add_argument("--net", metavar="FILE", help="a network: its exact error, and its bounds")
    parser.add_argument("--seconds", type=float, help="stop after this time")
    add_output(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    from plsym.depth.calculator import rounded_down, separation

    if args.widths is None and args.net is None:
        raise DomainError("give --widths, such as --widths 20,20,20, or a network with --net FILE")
    f, _ = map_and_network(args.subject, args.domain)
    net = None
    if args.net is not None:
        from plsym.interop.files import load

        net = load(args.net)
    shape: Any = net if args.widths is None else _widths(args.widths)
    threshold = None if args.threshold is None else read_number(args.threshold)
    with working("bounding errors"):
        found = separation(
            f, args.t, shape, threshold=threshold, budget=Budget(seconds=args.seconds)
        )
    if args.output:
        from plsym.certify.distances import distance

        save_certificate(distance(f, args.t, found.rows[-1].pieces), args.output)
    errors: dict[str, Any] = {}
    if net is not None:
        with working("measuring the network"):
            errors = _errors(found, net)
    if args.json:
        print_json({"command": "separation", "subject": args.subject, **_data(found), **errors})
        return
    fields = [
        ("target", f"f^{found.t}, {_count(found.pieces)} pieces"),
        ("best constant", f"L1 {_near(found.constant.l1)}, c = {_near(found.constant.median)}"),
        ("threshold", str(found.threshold)),
    ]
    print_fields([*fields, *((name.replace("_", " "), _near(e)) for name, e in errors.items())])
    print()
    print_table(
        [
            "layers",
            "pieces",
            "L1 at least",
            "by",
            "labels wrong",
            "by",
            "fails from",
            "exact width",
        ],
        [
            (
                row.depth,
                _count(row.pieces),
                rounded_down(row.l1.value),
                row.l1.argument,
                rounded_down(row.classification.value),
                row.classification.argument,
                "-" if row.fails_from is None else f"t = {row.fails_from}",
                _range(found, row.depth),
            )
            for row in found.rows
        ],
    )


def _widths(text: str) -> list[int]:
    try:
        return [int(word) for word in text.split(",")]
    except ValueError:
        raise DomainError(f"--widths takes integers such as 20,20,20, not {text!r}") from None


def _errors(found: Separation, net: Any) -> dict[str, Any]:
    from plsym.piecewise.operations import classification_error, distance

    target = found.function.iterate(found.t)
    g = net.to_piecewise(*found.function.domain)
    return {
        "network_l1": distance(g, target, "L1"),
        "network_l2": distance(g, target, "L2"),
        "network_classification": classification_error(g, target, found.threshold),
    }


def _count(n: int) -> str:
    if n < 10**12:
        return str(n)
    exponent = len(str(n)) - 1
    return f"~{float(Fraction(n, 10**exponent)):.2f}e{exponent}"


def _near(x: Any) -> str:
    if hasattr(x, "lower") and x.lower != x.upper:
        low, high = f"{float(x.lower):.9g}", f"{float(x.upper):.9g}"
        return f"~{low}" if low == high else f"in [{low}, {high}]"
    text = str(x.lower if hasattr(x, "lower") else x)
    return text if len(text) <= 24 else f"~{float(x):.9g}"


def _range(found: Separation, depth: int) -> str:
    for r in found.representations:
        if r.depth == depth:
            low, high = _count(r.at_least), _count(r.at_most)
            return low if low == high else f"{low} to {high}"
    return "-"


def _data(found: Separation) -> dict[str, Any]:
    def bound(b: Bound) -> dict[str, Any]:
        return {"value": b.value, "argument": b.argument, "detail": b.detail}

    c = found.constant
    return {
        "t": found.t,
        "widths": list(found.widths),
        "threshold": found.threshold,
        "pieces": found.pieces,
        "rows": [
            {
                "depth": row.depth,
                "widths": list(row.widths),
                "pieces": row.pieces,
                "l1": bound(row.l1),
                "classification": bound(row.classification),
                "sup": bound(row.sup),
                "fails_from": row.fails_from,
            }
            for row in found.rows
        ],
        "constant": {
            "l1": c.l1,
            "median": c.median,
            "square": c.square,
            "mean": c.mean,
            "classification": c.classification,
            "length": c.length,
        },
        "representations": [
            {"depth": r.depth, "at_least": r.at_least, "at_most": r.at_most}
            for r in found.representations
        ],
    }
