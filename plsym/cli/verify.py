"""``plsym verify [NAME [F]]``: theorems on instances, with certificates."""

from __future__ import annotations

import argparse
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from plsym.cli.output import print_json
from plsym.cli.progress import counting
from plsym.cli.subject import read_domain, read_number, read_subject
from plsym.errors import DomainError
from plsym.shown import as_text
from plsym.theory.case import Finding, Standing
from plsym.theory.registry import Theorem, theorem, theorems

__all__ = ["add_arguments", "report", "run"]


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
    chosen = theorems() if args.name is None else (theorem(args.name),)
    found = report(chosen, args, "verify")
    standings = {finding.standing for finding in found}
    if Standing.REFUTED in standings:
        return 1
    # an instance of the catalogue may be there to show where a theorem does not apply
    given = args.subject is not None or args.set
    open_ones = {Standing.UNDECIDED} | ({Standing.DOES_NOT_APPLY} if given else set())
    return 3 if standings & open_ones else 0


def report(chosen: Sequence[Theorem], args: argparse.Namespace, command: str) -> list[Finding]:
    """Verify theorems, print what comes out while it comes, and write certificates."""
    parameters = dict(_assignment(word) for word in args.set)
    if args.name is None and parameters:
        raise DomainError("--set belongs to one theorem; name it")
    found: list[Finding] = []
    table = args.name is None and not args.json
    with counting(sum(len(each.instances) for each in chosen)) as step:
        for each in chosen:
            if table:
                print(f"{each.name}: {each.reference}")
            for finding in _findings(each, args, parameters):
                found.append(finding)
                step(each.name)
                if table:
                    print(f"  {_mark(finding):14}  {finding.instance}{_numbers(finding)}")
    if args.output:
        _save(found, Path(args.output))
    if args.json:
        print_json({"command": command, "findings": [_data(f) for f in found]})
    elif args.name is not None:
        print("\n".join(str(finding) for finding in found))
        words = f"reference: {chosen[0].reference}"
        print(textwrap.fill(words, 100, subsequent_indent="  ", break_on_hyphens=False))
    else:
        counts = Counter(_mark(finding) for finding in found)
        print(", ".join(f"{count} {mark}" for mark, count in counts.most_common()))
    return found


def _mark(finding: Finding) -> str:
    standing = finding.standing
    return standing.value if standing is Standing.DOES_NOT_APPLY else standing.name


def _numbers(finding: Finding) -> str:
    """The first numbers that came out, short enough for a line."""
    if finding.standing is Standing.DOES_NOT_APPLY:
        return f": {finding.hypotheses[-1].statement}? {finding.hypotheses[-1].witness}"[:120]
    if not finding.numbers and finding.conclusions:
        return f": {finding.conclusions[-1].witness}"[:120]
    out = ""
    for name, value in finding.numbers.items():
        if value is None or isinstance(value, (list, dict)):
            continue
        text = f"{value:.9g}" if isinstance(value, float) else as_text(value)
        if len(out) + len(name) + len(text) > 90:
            break
        out += f"{', ' if out else ': '}{name} {text}"
    return out


def _findings(
    each: Theorem, args: argparse.Namespace, parameters: dict[str, Any]
) -> Iterator[Finding]:
    if args.subject is not None:
        subject = read_subject(args.subject, read_domain(args.domain))
        yield each.verify(subject, instance=args.subject, **parameters)
        return
    tried = []
    for instance in each.instances:
        changed = {**instance.parameters, **parameters}
        subject = instance.make()
        if subject is None and parameters:
            # what is set may make instances equal
            if changed in tried:
                continue
            tried.append(changed)
        shown = [f"{k} = {as_text(v)}" for k, v in parameters.items()]
        name = ", ".join(shown if subject is None and shown else [instance.name, *shown])
        yield each.verify(subject, instance=name, **changed)


def _assignment(word: str) -> tuple[str, Any]:
    name, equals, value = word.partition("=")
    if not equals or not name.isidentifier():
        raise DomainError(f"--set takes NAME=VALUE, not {word!r}")
    return name, _value(value)


def _value(text: str) -> Any:
    """A number, a list such as 3,3, or a word, as the theorem will have it."""
    if "," in text:
        return tuple(_value(word) for word in text.split(","))
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", text) and text not in ("golden", "phi"):
        return text
    return read_number(text)


def _save(found: Iterable[Finding], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for finding in found:
        if finding.certificate is not None:
            name = re.sub(r"[^A-Za-z0-9]+", "-", f"{finding.theorem} {finding.instance}").strip("-")
            finding.certificate.save(folder / f"{name}.json")
            count += 1
    print(f"plsym: wrote {count} certificates to {folder}", file=sys.stderr)


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
