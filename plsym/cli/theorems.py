"""``plsym theorems [NAME]``: the catalogue, or one theorem in full."""

from __future__ import annotations

import argparse
import textwrap

from plsym.cli.output import print_fields, print_json
from plsym.theory.registry import Theorem, theorem, theorems

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="one theorem, with its instances")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    chosen = theorems() if args.name is None else (theorem(args.name),)
    if args.json:
        print_json({"command": "theorems", "theorems": [_data(t) for t in chosen]})
    elif args.name is None:
        for each in chosen:
            print(each.name)
            print(textwrap.fill(each.statement, 88, initial_indent="  ", subsequent_indent="  "))
    else:
        (each,) = chosen
        defaults = ", ".join(f"{k} = {v}" for k, v in each.parameters.items())
        print_fields(
            [
                ("theorem", each.name),
                ("statement", each.statement),
                ("reference", each.reference),
                ("parameters", defaults or "none"),
                ("instances", "; ".join(i.name for i in each.instances)),
            ]
        )


def _data(each: Theorem) -> dict[str, object]:
    return {
        "name": each.name,
        "statement": each.statement,
        "reference": each.reference,
        "parameters": {k: str(v) for k, v in each.parameters.items()},
        "instances": [i.name for i in each.instances],
    }
