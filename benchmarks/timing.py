"""Paired timings: the two sides in turn, so that a drifting machine hits both."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

__all__ = ["paired_ratio", "seconds"]


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def paired_ratio(
    ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 15
) -> float:
    """The median over rounds of (time of ours / time of theirs), after one warm-up."""
    ours(), theirs()
    return median(seconds(ours) / seconds(theirs) for _ in range(rounds))
