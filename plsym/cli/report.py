"""``plsym report F -o report.html``: one self-contained page about a function or a network."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from plsym.cli.output import print_json
from plsym.cli.progress import counting
from plsym.cli.regions import add_place, read_place
from plsym.cli.subject import read_domain, read_point, read_subject
from plsym.errors import DomainError
from plsym.networks.network import ReLUNetwork

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("subject", metavar="F", help="a function or a network")
    parser.add_argument(
        "-o", "--output", metavar="FILE", default="report.html", help="default: report.html"
    )
    parser.add_argument("--domain", nargs=2, metavar=("A", "B"), help="domain of one variable")
    add_place(parser)
    point = "rationals separated by commas, or a .json file"
    parser.add_argument("--from", dest="start", metavar="P", help=f"begin of a segment: {point}")
    parser.add_argument("--to", dest="end", metavar="Q", help="end of the segment")
    parser.add_argument("--title", help="default: F")
    parser.add_argument(
        "--seconds", type=float, default=60, metavar="S", help="for all of the page (default 60)"
    )
    parser.add_argument("--no-theorems", action="store_true", help="leave the theorems out")
    parser.add_argument("--json", action="store_true", help="the facts as one JSON object")


def run(args: argparse.Namespace) -> None:
    """Run the command."""
    from plsym.reporting import report

    folder = Path(args.output).parent
    if not folder.is_dir():  # said now, not when all is done
        raise DomainError(f"{folder}: there is no such folder for {args.output}")
    ends = read_domain(args.domain)
    subject = read_subject(args.subject, ends)
    domain, segment = _places(args, subject, ends)
    given = args.subject.strip()
    name = None if given == "-" or given[:1] in ("[", "{") else given
    if isinstance(subject, ReLUNetwork):
        name = Path(args.subject).name
    with ExitStack() as stack:
        steps: list[Callable[[str], None]] = []

        def progress(done: int, total: int, what: str) -> None:
            del done  # counted there
            if not steps:
                steps.append(stack.enter_context(counting(total, alone=True)))
            steps[0](what)

        page = report(
            subject,
            domain,
            segment=segment,
            title=args.title or name,
            seconds=args.seconds,
            with_theorems=not args.no_theorems,
            command=shlex.join(["plsym", *args.words]),
            progress=progress,
        )
    page.save(args.output)
    size = os.path.getsize(args.output)
    if args.json:
        data = {"command": "report", "subject": args.subject, "output": args.output}
        print_json({**data, "bytes": size, **page.facts})
    print(f"plsym: wrote {args.output}, {size} bytes", file=sys.stderr)


def _places(
    args: argparse.Namespace, subject: Any, ends: Any
) -> tuple[Any, tuple[Any, Any] | None]:
    """The domain and the segment that the options name."""
    if (args.start is None) != (args.end is None):
        raise DomainError("a segment needs both ends: --from P --to Q")
    if not isinstance(subject, ReLUNetwork):
        if args.start or args.box or args.plane or args.window:
            raise DomainError(
                "--box, --plane, --window, --from and --to are for networks; use --domain A B"
            )
        return None, None  # the function was read on its domain
    segment = None
    if args.start is not None:
        n = subject.n_inputs
        segment = read_point(args.start, n), read_point(args.end, n)
    if subject.n_inputs == 1:
        if args.box or args.plane or args.window:
            raise DomainError("the network has one input; use --domain A B")
        return ends, segment
    if ends is not None:
        raise DomainError(
            f"--domain is for one variable, the network has {subject.n_inputs} inputs; "
            "use --box or --plane"
        )
    return read_place(args, subject), segment
