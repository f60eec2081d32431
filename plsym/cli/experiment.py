"""``plsym experiment NAME``: one of the literature's experiments, with figures and tables."""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from plsym.cli.output import print_json
from plsym.errors import DomainError
from plsym.experiments import EXPERIMENTS
from plsym.experiments.record import Result

__all__ = ["add_arguments", "run"]

MANY = 20  # comparisons; of more, only those that do not hold are printed
COMMON = ("quick", "seed", "out", "executor", "progress")  # options of the command itself


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="without: the list of them")
    parser.add_argument("--quick", action="store_true", help="small settings, under a minute")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="of all random numbers")
    parser.add_argument(
        "--out", metavar="DIR", help="folder for the files (default: experiment-NAME)"
    )
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="N processes")
    parser.add_argument(
        "--set", action="append", default=[], metavar="K=V", help="a setting of the experiment"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Run the command: 0 if theory and measurement agree, 1 if not, 3 if it cannot be told."""
    if args.name is None:
        _list(args.json)
        return 0
    name = args.name.replace("-", "_")
    if name not in EXPERIMENTS:
        words = ", ".join(each.replace("_", "-") for each in EXPERIMENTS)
        raise DomainError(f"no experiment {args.name!r}; there are: {words}")
    if args.jobs < 1:
        raise DomainError(f"--jobs {args.jobs}: at least one process is needed")
    import plsym

    call = getattr(plsym.experiments, name)
    given = _settings(args.set, call, args.name)
    shown = name.replace("_", "-")
    out = args.out or f"experiment-{shown}"
    with ExitStack() as stack:
        executor = None
        if args.jobs > 1:
            import multiprocessing
            from concurrent.futures import ProcessPoolExecutor

            # PyTorch's threads do not survive a fork
            context = multiprocessing.get_context("spawn")
            executor = stack.enter_context(ProcessPoolExecutor(args.jobs, mp_context=context))
        result: Result = call(
            quick=args.quick,
            seed=args.seed,
            out=out,
            executor=executor,
            progress=sys.stderr.isatty(),
            **given,
        )
    if args.json:
        print_json({"command": "experiment", **result.to_json()})
    else:
        _report(result)
    print(f"plsym: wrote figures, tables and a summary to {out}", file=sys.stderr)
    return {True: 0, False: 1, None: 3}[result.holds]


def _list(as_json: bool) -> None:
    named = {name.replace("_", "-"): words for name, words in EXPERIMENTS.items()}
    if as_json:
        print_json({"command": "experiment", "experiments": named})
        return
    width = max(map(len, named))
    for name, words in named.items():
        print(f"{name:<{width}}  {words}")


def _report(result: Result) -> None:
    print(result.title)
    found = result.comparisons
    for comparison in found:
        if comparison.holds is not True or len(found) <= MANY:
            print(f"  {comparison}")
    if found:
        kept = sum(comparison.holds is True for comparison in found)
        print(f"  theory and measurement: {kept} of {len(found)} comparisons hold")
    for remark in result.remarks:
        print(f"  {remark}")


def _settings(words: list[str], call: Callable[..., Result], name: str) -> dict[str, Any]:
    """Read the settings, which are the keywords that only this experiment has."""
    known = [key for key in inspect.signature(call).parameters if key not in COMMON]
    given = dict(_assignment(word) for word in words)
    for key in given:
        if key not in known:
            raise DomainError(f"{name} has no setting {key!r}; there are: {', '.join(known)}")
    return given


def _assignment(word: str) -> tuple[str, Any]:
    """Read K=V, or K=V,W,... for several values; the experiment knows their kind."""
    key, equals, value = word.partition("=")
    parts = [part.strip() for part in value.split(",")]
    if not equals or not key.strip() or not all(parts):
        raise DomainError(f"--set {word!r}: write it as name=value, or name=value,value")
    return key.strip().replace("-", "_"), parts[0] if len(parts) == 1 else tuple(parts)
