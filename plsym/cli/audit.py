"""``plsym audit [NAME [F]]``: claimed statements told true or false, with a witness."""

from __future__ import annotations

import argparse

from plsym.cli.verify import add_arguments, report
from plsym.theory.case import Standing
from plsym.theory.registry import claim, claims

__all__ = ["add_arguments", "run"]


def run(args: argparse.Namespace) -> int:
    """Run the command: 1 if a claim that was named is false of what was given."""
    chosen = claims() if args.name is None else (claim(args.name),)
    standings = {finding.standing for finding in report(chosen, args, "audit")}
    if args.subject is None and not args.set:
        return 0  # the instances are there to show both
    if Standing.REFUTED in standings:
        return 1
    return 0 if standings == {Standing.PROVED} else 3
