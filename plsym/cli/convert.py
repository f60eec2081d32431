"""``plsym convert F OUT``: the same network or function in another file format."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import plsym
from plsym.atomic import write_atomically
from plsym.cli.progress import working
from plsym.cli.subject import read_domain, read_subject
from plsym.errors import ModelFormatError
from plsym.networks.network import ReLUNetwork

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("subject", metavar="F", help="a network or a function")
    parser.add_argument("out", metavar="OUT", type=Path, help="the file to write")
    parser.add_argument("--domain", nargs=2, metavar=("A", "B"), help="domain of a function")


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    subject = read_subject(args.subject, read_domain(args.domain))
    with working("writing"):
        if isinstance(subject, ReLUNetwork):
            plsym.save(subject, args.out)
            return
        if args.out.suffix.lower() != ".json":
            raise ModelFormatError(
                f"{args.out}: a function is written as .json (a list of breakpoints), "
                f"not as {args.out.suffix or 'a file without suffix'}"
            )
        write_atomically(args.out, (json.dumps(subject.to_json()) + "\n").encode())
