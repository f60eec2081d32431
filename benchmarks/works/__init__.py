"""What `python -m benchmarks` measures: each module lists its works, made one at a time.

iterates   composition: f^n listed
counts     laps, pieces, preimages of f^n without a list
networks   one input, or a segment of many
regions    planes, squares, cubes and whole spaces
questions  growth numbers, periods, distances, certificates
degenerate inputs on which floats alone are wrong
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.table import Work
from benchmarks.works import counts, degenerate, iterates, networks, questions, regions

__all__ = ["GROUPS", "works"]

GROUPS = {
    "iterates": iterates.works,
    "counts": counts.works,
    "networks": networks.works,
    "regions": regions.works,
    "questions": questions.works,
    "degenerate": degenerate.works,
}


def works(quick: bool, only: str = "") -> Iterator[tuple[str, Work]]:
    """All works, or those whose group or name contains a text; with their groups."""
    for group, make in GROUPS.items():
        for work in make(quick):
            if only.lower() in f"{group} {work.name}".lower():
                yield group, work
