"""Counts of one function: pieces, laps, turning points, and three kinds of crossings.

The three crossing counts agree for x and y strictly between extreme values and
differ otherwise; see the word table in the README.  Iterates have their own
path (`plsym.piecewise.counting`), which never lists pieces.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Literal

from plsym.errors import DomainError
from plsym.exact.scalars import Num, sign, text
from plsym.piecewise.algebra import piece_slopes
from plsym.piecewise.equations import Part, parts
from plsym.piecewise.knots import Knots

__all__ = [
    "crossings",
    "lap_number",
    "num_pieces",
    "threshold_crossings",
    "turning_points",
]


def num_pieces(f: Knots) -> int:
    """The number of maximal intervals on which the function is affine."""
    n = len(f.xs) - 1 + (f.left is not None) + (f.right is not None)
    # an affine function on the line carries one knot that is no break
    if n == 2 and len(f.xs) == 1 and f.left == f.right:
        return 1
    return n


def lap_number(f: Knots) -> int:
    """The number of maximal intervals of weak monotonicity; 1 for a constant."""
    directions = [s for s in (sign(m) for m in piece_slopes(f)) if s]
    return 1 + sum(a != b for a, b in pairwise(directions))


def turning_points(f: Knots) -> tuple[Part, ...]:
    """Points and plateaus inside the domain at which the direction changes."""
    slopes = piece_slopes(f)
    shift = 0 if f.left is None else 1
    runs: list[tuple[Num | float, Num | float]] = []
    last = 0
    where: Num | None = None  # the right end of the last piece that was not constant
    for i, slope in enumerate(slopes):
        s = sign(slope)
        if s == 0:
            continue
        if last and s != last:
            assert where is not None
            runs.append((where, f.xs[i - shift]))
        last = s
        if i + 1 - shift < len(f.xs):
            where = f.xs[i + 1 - shift]
    return parts(runs)


def _marks(f: Knots, low: Num, high: Num) -> Iterable[int]:
    """-1 for a visit below ``low``, 1 for a visit above ``high``, from left to right."""
    if f.left is not None and sign(f.left):
        yield 1 if sign(f.left) < 0 else -1
    for y in f.ys:
        if y <= low:
            yield -1
        elif y >= high:
            yield 1
    if f.right is not None and sign(f.right):
        yield sign(f.right)


def crossings(
    f: Knots, x: Num, y: Num, kind: Literal["alternation", "disjoint"] = "alternation"
) -> int:
    """The number of crossings of [x, y].

    Raises
    ------
    DomainError
        If x < y does not hold, or the kind is not known.
    """
    if not x < y:
        raise DomainError(f"crossings of [{text(x)}, {text(y)}]: x < y is needed")
    if kind == "alternation":
        # extremes lie at knots or far out, so the visits there are all that count
        marks = list(_marks(f, x, y))
        return sum(a != b for a, b in pairwise(marks))
    if kind == "disjoint":
        return _disjoint(f, x, y)
    raise DomainError(
        f"crossings of kind {kind!r} are not known; use 'alternation' or 'disjoint', or "
        "threshold_crossings(z)"
    )


def _disjoint(f: Knots, x: Num, y: Num) -> int:
    """Greedy pairs: a visit of x and one of y, strictly right of the pair before."""
    count, have = 0, 0
    for mark, long in _visits(f, x, y):
        if have == -mark:
            count += 1
            # a plateau still has points to the right for the next pair
            have = mark if long else 0
        else:
            have = mark
    return count


def _visits(f: Knots, x: Num, y: Num) -> list[tuple[int, bool]]:
    """Maximal sets where f = x (-1) or f = y (1), in order; whether they are intervals."""
    out: list[tuple[int, bool]] = []

    def level(v: Num) -> int:
        return -1 if v == x else 1 if v == y else 0

    def between(start: Num, slope: Num, stop: Num | None) -> None:
        """Visits strictly inside a piece that starts at a value and is not constant."""
        inside = [
            (v, mark)
            for v, mark in ((x, -1), (y, 1))
            if (v > start if sign(slope) > 0 else v < start)
            and (stop is None or (v < stop if sign(slope) > 0 else v > stop))
        ]
        inside.sort(key=lambda item: item[1], reverse=sign(slope) < 0)
        out.extend((mark, False) for _, mark in inside)

    def plateau(mark: int) -> None:
        if mark:
            if out and at_knot and out[-1][0] == mark:
                out[-1] = (mark, True)
            else:
                out.append((mark, True))

    at_knot = False
    if f.left is not None:
        if sign(f.left) == 0:
            plateau(level(f.ys[0]))
        else:
            between(f.ys[0], -f.left, None)
            out.reverse()
    flat_before = f.left is not None and sign(f.left) == 0
    for i, value in enumerate(f.ys):
        mark = level(value)
        if mark and not flat_before:
            out.append((mark, False))
        at_knot = bool(mark)
        if i + 1 < len(f.ys):
            target = f.ys[i + 1]
            if target == value:
                plateau(mark)
                flat_before = True
            else:
                between(value, target - value, target)
                flat_before = False
        elif f.right is not None:
            if sign(f.right) == 0:
                plateau(mark)
            else:
                between(value, f.right, None)
    return out


def threshold_crossings(f: Knots, z: Num) -> int:
    """The number of maximal intervals or points on which [f >= z] is constant."""
    states: list[bool] = []

    def visit(state: bool) -> None:
        if not states or states[-1] != state:
            states.append(state)

    def along(y0: Num, slope_sign: int, y1: Num | None) -> None:
        """The open piece from value y0 towards y1 (None: without end)."""
        if slope_sign == 0:
            visit(y0 >= z)
            return
        start = y0 >= z if slope_sign > 0 else y0 > z
        visit(start)
        if y1 is None:
            visit(slope_sign > 0)
        else:
            visit(y1 > z if slope_sign > 0 else y1 >= z)

    if f.left is not None:
        s = sign(f.left)
        if s:
            visit(s < 0)
        visit(f.ys[0] >= z if s == 0 else (f.ys[0] > z if s > 0 else f.ys[0] >= z))
    for i, value in enumerate(f.ys):
        visit(value >= z)
        if i + 1 < len(f.ys):
            target = f.ys[i + 1]
            along(value, sign(target - value), target)
        elif f.right is not None:
            along(value, sign(f.right), None)
    return len(states)
