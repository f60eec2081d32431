"""What a depth and a width cannot do: the best certified bound from every argument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import floor
from typing import Any

from plsym.config import Budget, Stopwatch
from plsym.depth.alternation import Crossings, Lobes, best_intervals, levels, lobes
from plsym.depth.budgets import (
    Representation,
    network_budgets,
    piece_budget,
    representations,
)
from plsym.depth.constants import BestConstant, best_constant
from plsym.depth.windows import Windows, WindowTable
from plsym.dynamics.domains import bounded_domain
from plsym.errors import DomainError
from plsym.exact.scalars import Num, Scalar, ScalarLike, lower_end, to_float, to_num, to_public
from plsym.networks.network import ReLUNetwork
from plsym.piecewise.counting import piece_numbers
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.iterate import IterateSource
from plsym.piecewise.orbits import checked_power
from plsym.regions.formulas import checked_widths

__all__ = ["Bound", "DepthRow", "Separation", "minimum_width", "rounded_down", "separation"]

_LOBES = 64  # iterations up to which lobes are measured
_LEVELS = 5
_SEARCH = 4096  # iterations among which the first that a depth cannot represent is sought


@dataclass(frozen=True)
class Bound:
    """A certified lower bound on an error.

    Attributes
    ----------
    value : Fraction
    argument : str
        "windows", "lobes", "crossings", or "none" for the bound 0.
    detail : str
        The windows, level or interval.
    """

    value: Fraction
    argument: str = "none"
    detail: str = ""

    def __str__(self) -> str:
        text = rounded_down(self.value)
        return text if self.argument == "none" else f"{text} by {self.argument} ({self.detail})"


@dataclass(frozen=True)
class DepthRow:
    """What holds for the first hidden layers of an architecture.

    Attributes
    ----------
    depth : int
        Hidden layers.
    widths : tuple of int
    pieces : int
        The most pieces that such a network can have.
    l1, classification, sup : Bound
        On the error of every such network: the integral of |f^t - g|, the length where
        [f^t >= threshold] and [g >= threshold] differ, the largest |f^t - g|.
    fails_from : int or None
        The first t for which no such network represents f^t exactly, by its pieces; None
        if there is none up to 4096.
    """

    depth: int
    widths: tuple[int, ...]
    pieces: int
    l1: Bound
    classification: Bound
    sup: Bound
    fails_from: int | None


@dataclass(frozen=True)
class Separation:
    """What `separation` finds.

    Attributes
    ----------
    function : PiecewiseLinear
    t : int
    widths : tuple of int
    threshold : Scalar
    pieces : int
        Of f^t.
    rows : tuple of DepthRow
        For 1, ..., l hidden layers; the last row is the whole architecture.
    constant : BestConstant
        What the best constants achieve: no bound can be above that.
    representations : tuple of Representation
        For each depth, the widths that can represent f^t exactly.
    """

    function: PiecewiseLinear
    t: int
    widths: tuple[int, ...]
    threshold: Scalar
    pieces: int
    rows: tuple[DepthRow, ...]
    constant: BestConstant
    representations: tuple[Representation, ...]

    @property
    def l1(self) -> Bound:
        """The best bound for the whole architecture."""
        return self.rows[-1].l1

    @property
    def classification(self) -> Bound:
        """The best bound for the whole architecture."""
        return self.rows[-1].classification

    @property
    def sup(self) -> Bound:
        """The best bound for the whole architecture."""
        return self.rows[-1].sup

    def __str__(self) -> str:
        lines = [f"f^{self.t} has {_short(self.pieces)} pieces"]
        for row in self.rows:
            lines.append(
                f"{row.depth} hidden layers ({', '.join(map(str, row.widths))}): "
                f"at most {_short(row.pieces)} pieces, L1 >= {rounded_down(row.l1.value)}, "
                f"classification >= {rounded_down(row.classification.value)}"
            )
        return "\n".join(lines)


def rounded_down(x: Fraction, digits: int = 6) -> str:
    """A bound as a decimal that is not above it."""
    return f"{floor(x * 10**digits) / 10**digits:.{digits}f}"


def _short(n: int) -> str:
    return str(n) if n < 10**15 else f"about 2^{n.bit_length() - 1}"


class _Target:
    """f^t with everything that bounds need, computed once."""

    def __init__(self, f: PiecewiseLinear, t: int, threshold: Num, watch: Stopwatch) -> None:
        self.f, self.t, self.threshold, self.watch = f, t, threshold, watch

    @cached_property
    def intervals(self) -> list[Crossings]:
        return best_intervals(self.f, self.t)

    @cached_property
    def lobes(self) -> list[Lobes]:
        if self.t > _LOBES:
            return []
        found = [lobes(self.f, self.t, z) for z in levels(self.intervals)[:_LEVELS]]
        return [item for item in found if item is not None]

    @cached_property
    def lengths(self) -> Lobes | None:
        if self.t > _LOBES:
            return None
        return lobes(self.f, self.t, self.threshold, lengths=True)

    def tables(self, budgets: Sequence[int], threshold: Num | None) -> list[WindowTable]:
        """Windows of growing size, while they still gain for some number of pieces."""
        kept: list[WindowTable] = []
        best = dict.fromkeys(budgets, Fraction(0))
        stale = 0
        for table in Windows(self.f, self.t, threshold).tables():
            kept.append(table)
            gained = False
            for n in best:
                value = table.bound(n)
                if value > best[n] * Fraction(1001, 1000):
                    gained = True
                best[n] = max(best[n], value)
            stale = 0 if gained else stale + 1
            if stale == 2:
                break
            self.watch.check("the windows of f^t")
        return kept

    def l1(self, pieces: int, tables: Sequence[WindowTable]) -> Bound:
        found = [Bound(Fraction(0))]
        for table in tables:
            found.append(Bound(table.bound(pieces), "windows", f"that show f^{table.depth}"))
        for item in self.lobes:
            found.append(Bound(item.bound(pieces), "lobes", f"at level {_brief(item.z)}"))
        for c in self.intervals:
            detail = f"of [{_brief(c.x)}, {_brief(c.y)}]"
            found.append(Bound(c.l1(pieces), "crossings", detail))
        return _best(found)

    def classification(self, pieces: int, tables: Sequence[WindowTable]) -> Bound:
        found = [Bound(Fraction(0))]
        for table in tables:
            found.append(Bound(table.bound(pieces), "windows", f"that show f^{table.depth}"))
        if self.lengths is not None:
            found.append(Bound(self.lengths.bound(pieces), "lobes", "at the threshold"))
        for c in self.intervals:
            detail = f"of [{_brief(c.x)}, {_brief(c.y)}]"
            found.append(Bound(c.classification(pieces, self.threshold), "crossings", detail))
        return _best(found)

    def sup(self, pieces: int) -> Bound:
        """Where g is on the wrong side of the middle level, it is off by half of y - x."""
        found = [Bound(Fraction(0))]
        for c in self.intervals:
            if c.count > pieces:
                half = lower_end((c.y - c.x) / 2)
                detail = f"of [{_brief(c.x)}, {_brief(c.y)}]"
                found.append(Bound(half, "crossings", detail))
        return _best(found)


def _brief(x: Num) -> str:
    text = str(to_public(x))
    return text if len(text) <= 40 else f"about {to_float(x):.9g}"


def _best(found: Sequence[Bound]) -> Bound:
    best = found[0]
    for item in found:
        if item.value > best.value:
            best = item
    return best


def _read(
    f: Any, t: Any, threshold: ScalarLike | None, budget: Budget | None
) -> tuple[PiecewiseLinear, _Target]:
    if isinstance(f, ReLUNetwork):
        raise DomainError(
            "separation takes the map as a function of one variable: net.to_piecewise(a, b)"
        )
    if not isinstance(f, PiecewiseLinear):
        raise DomainError(f"separation needs a PiecewiseLinear, not {type(f).__name__}")
    power = checked_power(t, "t", 1)
    bounded_domain(f, "separation needs")
    low, high = IterateSource(f._knots(), power).image()
    level = (low + high) / 2 if threshold is None else to_num(threshold)
    return f, _Target(f, power, level, (budget or Budget()).start())


def _architecture(widths: Any) -> tuple[tuple[int, ...], list[int]]:
    """Widths of the hidden layers, and the most pieces after each."""
    if isinstance(widths, ReLUNetwork):
        chosen, budgets = widths.widths, network_budgets(widths)
    else:
        _, chosen = checked_widths(1, widths)
        budgets = [piece_budget(chosen[: i + 1]) for i in range(len(chosen))]
    if not chosen:
        raise DomainError("give at least one hidden layer, such as widths=(20, 20)")
    return chosen, budgets


def separation(
    f: PiecewiseLinear,
    t: int,
    widths: Sequence[int] | ReLUNetwork,
    *,
    threshold: ScalarLike | None = None,
    budget: Budget | None = None,
) -> Separation:
    """Bound from below the error of every network of an architecture on f^t.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of a bounded interval into itself.
    t : int
        The number of compositions, at least 1.
    widths : sequence of int, or ReLUNetwork
        The widths of the hidden layers (one input, one affine output); of a network its
        layers with activations, a clip at the output included.
    threshold : exact number, optional
        For the classification error; the middle of the image of f^t by default.
    budget : Budget, optional
        Its ``seconds`` are checked between windows.

    Returns
    -------
    Separation
        A row for each number of layers, with the argument that gives the best bound.

    Raises
    ------
    DomainError
        If f is no self-map of a bounded interval, t < 1, or a width is below 1.
    BudgetExceeded
        When the time is over.

    Notes
    -----
    Every bound is exact or rounded down.  A network has at most N pieces (see
    `plsym.depth.budgets.piece_budget`).  *Windows*: f^(t-k) maps its pieces onto few
    different intervals, where f^t looks like f^k, and each breakpoint of g spoils one
    window at most.  *Lobes* and *crossings*: g changes its side of a level at most N times.
    Costs O(K t^2) for maps of K pieces; nothing depends on the number of pieces of f^t.

    References
    ----------
    .. [1] M. Telgarsky, "Benefits of depth in neural networks", COLT 2016.
    .. [2] V. Chatziafratis, S. G. Nagarajan, I. Panageas, "Better depth-width trade-offs
       for neural networks through the lens of dynamical systems", ICML 2020.

    Examples
    --------
    >>> found = pl.separation(pl.tent(), 12, (10, 10))
    >>> found.l1.value, found.l1.argument, found.constant.l1
    (Fraction(241, 1024), 'windows', Fraction(1, 4))
    >>> found.rows[1].fails_from
    7
    """
    f, target = _read(f, t, threshold, budget)
    chosen, budgets = _architecture(widths)
    l1_tables = target.tables(budgets, None)
    class_tables = target.tables(budgets, target.threshold)
    rows = []
    for i, n in enumerate(budgets):
        rows.append(
            DepthRow(
                i + 1,
                chosen[: i + 1],
                n,
                target.l1(n, l1_tables),
                target.classification(n, class_tables),
                target.sup(n),
                _first_above(f, n),
            )
        )
    return Separation(
        f,
        target.t,
        chosen,
        to_public(target.threshold),
        piece_numbers(f, target.t)[-1],
        tuple(rows),
        best_constant(f, target.t, target.threshold),
        representations(f, target.t, len(chosen)),
    )


def _first_above(f: PiecewiseLinear, pieces: int) -> int | None:
    n = 16
    while n <= _SEARCH:
        for power, count in enumerate(piece_numbers(f, n), start=1):
            if count > pieces:
                return power
        n *= 4
    return None


def minimum_width(
    f: PiecewiseLinear,
    t: int,
    depth: int,
    error: ScalarLike,
    *,
    measure: str = "l1",
    threshold: ScalarLike | None = None,
    budget: Budget | None = None,
) -> int:
    """The least width that is not ruled out for an error on f^t with so many layers.

    Parameters
    ----------
    f, t, threshold, budget
        As for `separation`.
    depth : int
        The number of hidden layers, all of one width.
    error : exact number
        The error that is wanted, at least 0.
    measure : {"l1", "classification", "sup"}

    Returns
    -------
    int
        Every network of this depth that is narrower has a larger error.  Whether this
        width suffices is another question; for error 0 see `Separation.representations`.

    Raises
    ------
    DomainError
        If the error is negative or the measure is not known.

    Examples
    --------
    >>> pl.minimum_width(pl.tent(), 40, 2, "1/8")
    524288
    """
    if measure not in ("l1", "classification", "sup"):
        raise DomainError(f"measure={measure!r}: use 'l1', 'classification' or 'sup'")
    f, target = _read(f, t, threshold, budget)
    layers = checked_power(depth, "depth", 1)
    goal = to_num(error)
    if goal < 0:
        raise DomainError(f"error={error}: an error is not negative")
    pieces = piece_numbers(f, target.t)[-1]
    marks = [max(2, pieces >> (4 * i)) for i in range(max(1, pieces.bit_length() // 4))]
    tables: list[WindowTable] = []
    if measure != "sup":
        tables = target.tables(marks, None if measure == "l1" else target.threshold)

    def excluded(width: int) -> bool:
        n = piece_budget([width] * layers)
        if n < pieces and goal == 0:
            return True
        if measure == "sup":
            return target.sup(n).value > goal
        return getattr(target, measure)(n, tables).value > goal  # type: ignore[no-any-return]

    low, high = 0, 1
    while excluded(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if excluded(middle) else (low, middle)
    return high
