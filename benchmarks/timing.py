"""Paired timings: all sides in turn, so that a drifting machine hits each of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

__all__ = ["Timed", "paired_ratio", "race", "seconds"]


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


@dataclass(frozen=True)
class Timed:
    """One side of a race.

    Attributes
    ----------
    answer : object
        What the first call returned, or the exception that it raised.
    seconds : float
        The median wall time of a call.
    ratio : float
        The median over rounds of (time of the first side / time of this one).
    """

    answer: object
    seconds: float
    ratio: float


def race(sides: Sequence[Callable[[], object]], budget: float, most: int = 31) -> list[Timed]:
    """Time the first of some calls against each of the others, in pairs.

    The first call of each side gives its answer and is a warm-up, in which modules are
    loaded; one call follows, unless the first took many times the budget.  Then the first
    side and one other run in turn, while the rounds fit into their share of ``budget``
    seconds; only the two of them, so that a slow third does not empty the caches.  A side
    that alone fills its share, or that fails, takes part in no round, and its last call is
    its time.  The time of the first side is the least of its medians.
    """
    answers: list[object] = []
    last: list[float] = []
    for side in sides:
        answer, took = _first(side)
        answers.append(answer)
        again = took <= 10 * budget and not isinstance(answer, Exception)
        last.append(seconds(side) if again else took)
    share = budget / max(1, len(sides) - 1)
    quick = [
        t <= share / 2 and not isinstance(a, Exception) for t, a in zip(last, answers, strict=True)
    ]
    ours = [last[0]] if not quick[0] else []
    rounds: dict[int, list[list[float]]] = {}
    if quick[0]:
        for i in [i for i in range(1, len(sides)) if quick[i]] or [0]:
            pair = [sides[0], sides[i]] if i else [sides[0]]
            rounds[i] = _in_turn(pair, share, most)
            ours.append(median(rounds[i][0]))
    timed = [Timed(answers[0], min(ours), 1.0)]
    for i in range(1, len(sides)):
        if i in rounds:
            ratio = median(a / b for a, b in zip(*rounds[i], strict=True))
            timed.append(Timed(answers[i], median(rounds[i][1]), ratio))
        else:
            timed.append(Timed(answers[i], last[i], min(ours) / last[i]))
    return timed


def _first(side: Callable[[], object]) -> tuple[object, float]:
    """The answer, or the exception: a rival that fails is a result, too."""
    began = time.perf_counter()
    try:
        answer = side()
    except Exception as error:
        answer = error
    return answer, time.perf_counter() - began


def _in_turn(sides: Sequence[Callable[[], object]], budget: float, most: int) -> list[list[float]]:
    """The times of each side in rounds, at least one."""
    times: list[list[float]] = [[] for _ in sides]
    began = time.perf_counter()
    longest = 0.0
    for turn in range(most):
        start = time.perf_counter()
        if turn and start - began + longest > budget:
            break
        for side, kept in zip(sides, times, strict=True):
            kept.append(seconds(side))
        longest = max(longest, time.perf_counter() - start)
    return times
