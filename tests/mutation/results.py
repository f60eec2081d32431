"""What mutmut found in a scratch copy, as counts and as a list of survivors."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.format_utils import orig_function_and_class_names_from_key

from .operators import RULES

__all__ = ["Explanations", "Survivor", "read", "table"]

_COLUMNS = ("killed", "timeout", "survived", "no tests")
_STRICT = re.compile(r",? ?strict=\w+|, (?=\))")
_EXPLAINED = re.compile(r"- `(?P<place>[^`]+)`: ``(?P<change>.+?)``")


@dataclass(frozen=True)
class Survivor:
    """A change that no test noticed.

    Attributes
    ----------
    place : str
        "module.py function" or "module.py Class.method".
    change : str
        "the changed lines -> what they became".
    """

    mutant: str
    status: str
    place: str
    change: str
    diff: str


def read(folder: Path) -> tuple[dict[str, Counter[str]], list[Survivor]]:
    """Counts for each module, and the changes that were not noticed."""
    counts: dict[str, Counter[str]] = {}
    survivors = []
    with _inside(folder):
        for meta in sorted(Path("mutants").rglob("*.meta")):
            source = meta.relative_to("mutants").with_suffix("")
            codes = json.loads(meta.read_text())["exit_code_by_key"]
            count = counts.setdefault(str(source), Counter())
            for mutant, code in codes.items():
                status = status_by_exit_code[code]
                count[status] += 1
                if status not in ("killed", "timeout", "not checked"):
                    survivors.append(_survivor(mutant, status, source))
            aside = Path(f"mutants/{source}.aside")
            count.update({f"aside: {k}": v for k, v in json.loads(aside.read_text()).items()})
    return counts, survivors


def _survivor(mutant: str, status: str, source: Path) -> Survivor:
    function, owner = orig_function_and_class_names_from_key(mutant)
    diff = get_diff_for_mutant(mutant, path=source)
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++", "@@"))]
    before = " ".join(line[1:].strip() for line in lines if line.startswith("-"))
    after = " ".join(line[1:].strip() for line in lines if line.startswith("+"))
    name = f"{owner}.{function}" if owner else function
    return Survivor(mutant, status, f"{source.name} {name}", f"{before} -> {after}", diff)


@dataclass(frozen=True)
class Explanations:
    """Survivors that make no difference, by the (place, change) of a line of survivors.md."""

    lines: frozenset[tuple[str, str]]

    @classmethod
    def load(cls, path: Path) -> Explanations:
        """All lines "- `place`: ``change``" of a file."""
        text = path.read_text() if path.exists() else ""
        return cls(frozenset((m["place"], m["change"]) for m in _EXPLAINED.finditer(text)))

    def explain(self, one: Survivor) -> bool:
        """Whether a survivor is listed, or changes an argument ``strict`` alone.

        ``zip(..., strict=True)`` asserts what was checked before.
        """
        before, _, after = one.change.partition(" -> ")
        bare = [_STRICT.sub("", side) for side in (before, after)]
        return (one.place, one.change) in self.lines or bare[0] == bare[1]


def table(counts: dict[str, Counter[str]], equal: Counter[str]) -> str:
    """One row for each module; `equal` counts survivors that survivors.md explains."""
    rows = [(name, counts[name], equal[name]) for name in sorted(counts) if counts[name]]
    if len(rows) > 1:
        total: Counter[str] = sum((count for _, count, _ in rows), Counter())
        rows.append(("all", total, sum(equal.values())))
    heads = [
        "module",
        *RULES,
        "mutants",
        *_COLUMNS,
        "other",
        "left",
        "explained",
        "score",
        "of rest",
    ]
    lines = [heads]
    for name, count, known in rows:
        tested = sum(v for k, v in count.items() if not k.startswith("aside"))
        left = count["not checked"]
        other = tested - left - sum(count[k] for k in _COLUMNS)
        found = count["killed"] + count["timeout"]
        done = tested - left
        lines.append(
            [
                name,
                *(str(count[f"aside: {rule}"]) for rule in RULES),
                str(tested),
                *(str(count[k]) for k in _COLUMNS),
                *(str(k) for k in (other, left, known)),
                f"{found / done:.1%}" if done else "",
                f"{found / (done - known):.1%}" if done > known else "",
            ]
        )
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads))]
    return "\n".join(
        "  ".join(
            c.ljust(w) if i == 0 else c.rjust(w)
            for i, (c, w) in enumerate(zip(line, widths, strict=True))
        )
        for line in lines
    )


@contextmanager
def _inside(folder: Path):
    before = Path.cwd()
    os.chdir(folder)  # mutmut knows its files from the working folder alone
    try:
        yield
    finally:
        os.chdir(before)
