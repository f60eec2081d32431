"""What plsym takes, and answers, beside its rivals: one table.

    python -m benchmarks                  # some minutes
    python -m benchmarks --quick          # under a minute
    python -m benchmarks --only regions   # works whose group or name has this text

All sides of a line run in turn in this process; times are medians over rounds, and the
ratio is plsym's time over the rival's, the median over rounds: below 1, plsym is faster.
The right answer is known without plsym, see `benchmarks.table`.  The exit code is 1 if
plsym is wrong anywhere.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from benchmarks.table import HEADER, Row, joined, lines, rows_of
from benchmarks.works import works

WIDTHS = (46, 16, 8, 16, 5, 27, 8, 16, 11, 8)
PACKAGES = ("plsym", "numpy", "scipy", "sympy", "python-flint", "gmpy2", "numba", "regioncam")


def main(arguments: list[str] | None = None) -> int:
    """Print the table; 0 if plsym is right everywhere."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--quick", action="store_true", help="small sizes, under a minute")
    parser.add_argument("--only", default="", metavar="NAME", help="part of a group or a work")
    parser.add_argument("--json", metavar="FILE", help="write the rows there, too")
    asked = parser.parse_args(arguments)
    began = time.perf_counter()
    groups: list[str] = []
    rows: list[Row] = []
    for group, work in works(asked.quick, asked.only):
        if group not in groups:
            groups.append(group)
            print(f"\n{group}\n\n{joined(HEADER, WIDTHS)}\n|{'---|' * len(HEADER)}", flush=True)
        found = list(rows_of(work, 0.3 if asked.quick else 2.0))
        for line in lines(found, WIDTHS):
            print(line, flush=True)
        rows += found
    if not rows:
        parser.error(f"no work has {asked.only!r} in its name")
    took = time.perf_counter() - began
    print(f"\n{summary(rows)} {took:.0f} s.")
    for note in sorted({note for row in rows for note in row.notes}):
        print(f"left out: {note}")
    if asked.json:
        from plsym.atomic import write_atomically

        data = {"machine": machine(), "rows": [row.data() for row in rows]}
        write_atomically(asked.json, json.dumps(data, indent=1).encode())
    wrong = sorted({row.work for row in rows if not row.right})
    for name in wrong:
        print(f"plsym is wrong: {name}", file=sys.stderr)
    return 1 if wrong else 0


def summary(rows: list[Row]) -> str:
    """How many works, and who is wrong how often."""
    names = {row.work: row.right for row in rows}
    rivals: dict[str, list[str]] = {}
    for row in rows:
        if row.rival:
            rivals.setdefault(row.rival, []).append(row.rival_verdict)
    bad = [
        f"{name} in {sum(v in ('wrong', 'failed') for v in all_)} of {len(all_)}"
        for name, all_ in rivals.items()
        if any(v in ("wrong", "failed") for v in all_)
    ]
    text = f"plsym is right in {sum(names.values())} of {len(names)} works."
    return text + (f" Wrong: {'; '.join(bad)}." if bad else "")


def machine() -> dict[str, Any]:
    """What the numbers depend on."""
    packages = {}
    for name in PACKAGES:
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            continue
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "packages": packages,
    }


if __name__ == "__main__":
    sys.exit(main())
