"""``plsym verify [NAME [F]]``: theorems on instances, with certificates."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from plsym.cli.progress import working
from plsym.cli.report import as_text, print_json, save_certificate
from plsym.cli.subject import read_domain, read_number, read_subject
from plsym.errors import DomainError
from plsym.theory.case import Finding, Standing
from plsym.theory.registry import theorem, theorems

__all__ = ["add_arguments", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="a theorem; without: all of them")
    parser.add_argument("subject", nargs="?", metavar="F", help="without: the theorem's instances")
    parser.add_argument("--domain", nargs=2, metavar=("A", "B"), help="domain of F")
    parser.add_argument(
        "--set", action="append", default=[], metavar="K=V", help="a parameter of the theorem"
    )
    parser.add_argument("-o", "--output", metavar="DIR", help="write certificates to this folder")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(args: argparse.Namespace) -> int:
    """Run the command: the exit code is that of the worst finding."""
    found = []
    with working("verifying"):
        for finding in _findings(args):
            found.append(finding)
            if not args.json and args.name is None:
                print(f"{finding.standing.value:15} {finding.theorem}: {finding.instance}")
    if args.output:
        _save(found, Path(args.output))
    if args.json:
        print_json({"command": "verify", "findings": [_data(f) for f in found]})
    elif args.name is not None:
        print("\n".join(str(finding) for finding in found))
    standings = {finding.standing for finding in found}
    if Standing.REFUTED in standings:
        return 1
    # an instance of the catalogue may be there to show where a theorem does not apply
    open_ones = {Standing.UNDECIDED} | ({Standing.DOES_NOT_APPLY} if args.subject else set())
    return 3 if standings & open_ones else 0


def _findings(args: argparse.Namespace) -> Iterator[Finding]:
    parameters = dict(_assignment(word) for word in args.set)
    if args.name is None:
        if parameters:
            raise DomainError("--set belongs to one theorem; name it")
        for each in theorems():
            for instance in each.instances:
                yield each.verify(
                    instance.make(), instance=instance.name, **dict(instance.parameters)
                )
        return
    each = theorem(args.name)
    if args.subject is not None:
        subject = read_subject(args.subject, read_domain(args.domain))
        yield each.verify(subject, instance=args.subject, **parameters)
        return
    for instance in each.instances:
        changed = {**instance.parameters, **parameters}
        shown = ", ".join([instance.name, *(f"{k} = {as_text(v)}" for k, v in parameters.items())])
        yield each.verify(instance.make(), instance=shown, **changed)


def _assignment(word: str) -> tuple[str, Any]:
    name, equals, value = word.partition("=")
    if not equals or not name.isidentifier():
        raise DomainError(f"--set takes NAME=VALUE, not {word!r}")
    return name, read_number(value)


def _save(found: Iterable[Finding], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for finding in found:
        if finding.certificate is not None:
            name = re.sub(r"[^A-Za-z0-9]+", "-", f"{finding.theorem} {finding.instance}").strip("-")
            save_certificate(finding.certificate, str(folder / f"{name}.json"))


def _data(finding: Finding) -> dict[str, Any]:
    def checks(items: Iterable[Any]) -> list[dict[str, Any]]:
        marks = {True: "holds", False: "fails", None: "open"}
        return [
            {"statement": c.statement, "outcome": marks[c.holds], "witness": c.witness}
            for c in items
        ]

    return {
        "theorem": finding.theorem,
        "instance": finding.instance,
        "standing": finding.standing.value,
        "hypotheses": checks(finding.hypotheses),
        "conclusions": checks(finding.conclusions),
        "numbers": dict(finding.numbers),
    }
