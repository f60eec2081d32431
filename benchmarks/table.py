"""One table: a work, what it takes plsym and each rival, and who is right.

A `Work` knows its right answer without plsym: by construction, by a theorem, or from the
plain exact program in `benchmarks.exact`.  Everything is made only when it is run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from numbers import Rational
from typing import Any

from benchmarks.timing import race

__all__ = ["HEADER", "Row", "Side", "Work", "cells_of", "rows_of", "verdict"]

HEADER = ("work", "size", "plsym", "answer", "", "rival", "time", "answer", "", "ratio")


@dataclass(frozen=True)
class Side:
    """A named program that returns its answer.

    Attributes
    ----------
    name : str
    run : callable, or None
        Where its package is not installed, and ``missing`` says what to do.
    missing : str
    truth : object, or a call that finds it
        The right answer where this program counts something else than plsym does.
    counts : str
        What that is; shown behind the answer where the two differ.
    """

    name: str
    run: Callable[[], object] | None
    missing: str = ""
    truth: object = None
    counts: str = ""


@dataclass(frozen=True)
class Work:
    """What is measured.

    Attributes
    ----------
    name, size : str
    truth : object
        The right answer, or a call that finds it (not timed).
    ours : callable
        Returns plsym's answer.
    rivals : tuple of Side
    because : str
        How the truth is known.
    """

    name: str
    size: str
    truth: object
    ours: Callable[[], object]
    rivals: tuple[Side, ...] = ()
    because: str = ""


@dataclass(frozen=True)
class Row:
    """A line of the table: plsym beside one rival."""

    work: str
    size: str
    truth: str
    because: str
    seconds: float
    answer: str
    verdict: str
    rival: str = ""
    rival_seconds: float = 0.0
    rival_answer: str = ""
    rival_verdict: str = ""
    ratio: float = 0.0
    notes: tuple[str, ...] = field(default=())

    @property
    def right(self) -> bool:
        """Whether plsym's own answer is right."""
        return self.verdict == "right"

    def data(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def verdict(answer: object, truth: object) -> str:
    """*right*, *wrong* or *failed*; a float near an exact number is told how near."""
    if isinstance(answer, Exception):
        return "failed"
    if isinstance(answer, float) and isinstance(truth, Rational):
        error = abs(Fraction(answer) - Fraction(truth)) if answer == answer else None
        if error == 0:
            return "right"
        if error is not None and error < Fraction(1, 10**6) * max(1, abs(Fraction(truth))):
            return f"off by {float(error):.0e}"
        return "wrong"
    return "right" if answer == truth else "wrong"


def shown(answer: object) -> str:
    """An answer in a few characters."""
    if isinstance(answer, Exception):
        return type(answer).__name__
    if isinstance(answer, Fraction) and answer.denominator > 10**9:
        return f"~{float(answer):.9g}"
    if isinstance(answer, bool) or not isinstance(answer, int):
        text = f"{answer:.9g}" if isinstance(answer, float) else str(answer)
        return text if len(text) <= 24 else text[:23] + "…"
    if abs(answer) < 10**12:
        return f"{answer:,}"
    digits = len(str(answer))
    return f"{str(answer)[0]}.{str(answer)[1:4]}e{digits - 1}"


def rows_of(work: Work, budget: float) -> Iterator[Row]:
    """Run a work; one row for each rival, at least one."""
    present = [side for side in work.rivals if side.run is not None]
    notes = tuple(side.missing for side in work.rivals if side.run is None)
    # the truth first: what it allocates is not plsym's, nor does it cool plsym's caches
    truth = _found(work.truth)
    truths = [truth if side.truth is None else _found(side.truth) for side in present]
    ours, *theirs = race([work.ours, *(side.run for side in present if side.run)], budget)
    head = (work.name, work.size, shown(truth), work.because)
    mine = (ours.seconds, shown(ours.answer), verdict(ours.answer, truth))
    if not theirs:
        yield Row(*head, *mine, notes=notes)
    for side, timed, right in zip(present, theirs, truths, strict=True):
        yield Row(
            *head,
            *mine,
            side.name,
            timed.seconds,
            shown(timed.answer) + (f" {side.counts}" if right != truth else ""),
            verdict(timed.answer, right),
            timed.ratio,
            notes,
        )


def _found(truth: object) -> object:
    return truth() if callable(truth) else truth


def duration(t: float) -> str:
    """Seconds with a unit, three digits."""
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if t >= scale or unit == "µs":
            return f"{t / scale:.3g} {unit}"
    raise AssertionError


def cells_of(row: Row) -> tuple[str, ...]:
    """The texts of a row, in the order of `HEADER`."""
    left = (row.work, row.size, duration(row.seconds), row.answer, row.verdict)
    if not row.rival:
        return (*left, "none", "", "", "", "")
    failed = row.rival_verdict == "failed"
    right = (row.rival, duration(row.rival_seconds), row.rival_answer, row.rival_verdict)
    return (*left, *right, "" if failed else f"{row.ratio:.3g}")


def lines(rows: Iterable[Row], widths: Sequence[int]) -> Iterator[str]:
    """Rows as lines of a Markdown table; equal texts of plsym are not said twice."""
    last: tuple[str, str] | None = None
    for row in rows:
        texts = list(cells_of(row))
        if (row.work, row.size) == last:
            texts[:5] = [""] * 5
        last = (row.work, row.size)
        yield joined(texts, widths)


def joined(texts: Sequence[str], widths: Sequence[int]) -> str:
    """One line of the table."""
    return "| " + " | ".join(t.ljust(w) for t, w in zip(texts, widths, strict=True)) + " |"
