"""Networks that compute a given piecewise-linear function of one variable."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from math import lcm
from typing import Any

import numpy as np
from gmpy2 import mpq

from plsym.errors import DomainError
from plsym.exact.scalars import Num
from plsym.networks.network import ReLUNetwork, from_weights
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.knots import Knots

__all__ = ["realize"]

_SUMS = 200_000  # partial sums that the search for a subset may keep


def realize(f: PiecewiseLinear, style: str = "shallow") -> ReLUNetwork:
    """Build a ReLU network that computes f exactly on its domain.

    Parameters
    ----------
    f : PiecewiseLinear
        On an interval, a half-line or the line, over Q or a real number field.
    style : {"shallow", "deep"}
        "shallow": one hidden layer, as narrow as possible.  "deep": width at most 2
        on an interval and 3 elsewhere, one hidden layer for each piece.

    Returns
    -------
    ReLUNetwork
        One input, one output; ``realize(f).to_piecewise(*f.domain) == f``.
        Outside an end of the domain it goes on somehow.

    Raises
    ------
    DomainError
        If ``style`` is not known.

    Notes
    -----
    Let f have k interior breakpoints with slope jumps d_1..d_k, and leftmost slope
    s.  Every breakpoint needs a neuron of its own, so k neurons are necessary; k
    suffice if and only if some of the jumps (perhaps none) add up to -s: those
    neurons face left.  Otherwise k + 1 neurons are used.  Without breakpoints a
    constant takes no neuron, another affine function one neuron, or two on the
    whole line.  The subset is looked for exactly among at most 200,000 partial
    sums from either side, which covers every f with k <= 34; with more
    breakpoints the width may be k + 1 where k would do.

    References
    ----------
    R. Arora, A. Basu, P. Mianjy, A. Mukherjee, Understanding deep neural networks
    with rectified linear units, ICLR 2018, Theorem 2.2.

    Examples
    --------
    >>> net = pl.realize(pl.tent())
    >>> net.widths, net.to_piecewise(0, 1) == pl.tent()
    ((2,), True)
    >>> pl.realize(pl.tent().iterate(3), style="deep").widths
    (1, 2, 2, 2, 2, 2, 2, 2)
    """
    if style not in ("shallow", "deep"):
        raise DomainError(f"style={style!r} is not known; use 'shallow' or 'deep'")
    knots = f._knots()
    if _slopes(knots) == [mpq(0)]:
        return from_weights([([[0]], _column([knots.ys[0]]))])
    return _shallow(knots) if style == "shallow" else _deep(knots)


def _slopes(knots: Knots) -> list[Num]:
    """Return the slopes of all pieces from left to right."""
    xs, ys = knots.xs, knots.ys
    inner = [(ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]) for i in range(len(xs) - 1)]
    left = [] if knots.left is None else [knots.left]
    right = [] if knots.right is None else [knots.right]
    slopes = left + inner + right
    # an affine function on the line keeps one knot, which is no breakpoint
    return slopes[:1] if len(slopes) == 2 and slopes[0] == slopes[1] else slopes


def _kinks(knots: Knots, count: int) -> list[Num]:
    """Return the interior breakpoints, where ``count`` pieces meet."""
    first = 0 if knots.left is not None else 1
    return list(knots.xs[first : first + count - 1])


def _column(values: Sequence[Any]) -> Any:
    out = np.empty(len(values), dtype=object)
    out[:] = list(values)
    return out


# ------------------------------------------------------------------ one hidden layer


def _shallow(knots: Knots) -> ReLUNetwork:
    slopes = _slopes(knots)
    kinks = _kinks(knots, len(slopes))
    jumps = [v - u for u, v in itertools.pairwise(slopes)]
    first = slopes[0]
    # a unit: which way it faces, where it bends, its factor
    units: list[tuple[int, Num, Num]]
    subset = _subset(jumps, -first)
    if jumps and subset is not None:
        units = [
            (-1 if i in subset else 1, x, d)
            for i, (x, d) in enumerate(zip(kinks, jumps, strict=True))
        ]
    elif knots.left is None:
        units = [(1, knots.xs[0], first)]
        units += [(1, x, d) for x, d in zip(kinks, jumps, strict=True)]
    elif knots.right is None:
        units = [(-1, x, d) for x, d in zip(kinks, jumps, strict=True)]
        units += [(-1, knots.xs[-1], -slopes[-1])]
    elif not jumps:
        units = [(-1, mpq(0), -first), (1, mpq(0), first)]
    else:
        # the first breakpoint gets two units: their factors add up to the jump
        units = [(-1, kinks[0], -first), (1, kinks[0], jumps[0] + first)]
        units += [(1, x, d) for x, d in zip(kinks[1:], jumps[1:], strict=True)]
    x0, y0 = knots.xs[0], knots.ys[0]
    for side, x, factor in units:
        reach = (x0 - x) * side
        if reach > 0:
            y0 = y0 - factor * reach
    weights = np.array([[float(side)] for side, _, _ in units])
    biases = _column([-side * x for side, x, _ in units])
    return from_weights([(weights, biases), (_column([u[2] for u in units])[None], _column([y0]))])


def _subset(jumps: Sequence[Num], target: Num) -> frozenset[int] | None:
    """Return indices of jumps that add up to the target, or None if none are found.

    Meets in the middle: sums of the first half against target minus sums of the
    second; equal partial sums are kept once.
    """
    if target == 0:
        return frozenset()
    if sum(jumps, mpq(0)) == target:
        return frozenset(range(len(jumps)))
    # integers over one denominator add and hash faster than fractions
    items: list[Any] = [*jumps, target]
    if all(isinstance(v, mpq) for v in items):
        common = lcm(*(int(v.denominator) for v in items))
        items = [int(v * common) for v in items]
    *values, goal = items
    half = len(values) // 2
    left = _sums(values[:half], 0)
    right = _sums(values[half:], half)
    for total, chosen in left.items():
        if goal - total in right:
            return frozenset(_listed(chosen) + _listed(right[goal - total]))
    return None


_Chain = tuple[int, Any] | None


def _sums(values: Sequence[Any], offset: int) -> dict[Any, _Chain]:
    """Return sums of subsets, each with one subset as a linked list of indices."""
    sums: dict[Any, _Chain] = {0: None}
    for i, v in enumerate(values):
        if len(sums) > _SUMS // 2:
            break
        for total, chosen in list(sums.items()):
            sums.setdefault(total + v, (offset + i, chosen))
    return sums


def _listed(chain: _Chain) -> list[int]:
    out = []
    while chain is not None:
        out.append(chain[0])
        chain = chain[1]
    return out


# ------------------------------------------------------------------ narrow and deep


def _deep(knots: Knots) -> ReLUNetwork:
    """One layer for each piece: a unit u moves from breakpoint to breakpoint.

    u_i = relu(x - x_i) = relu(u_(i-1) - (x_i - x_(i-1))), so it needs no other unit
    to carry x.  The sum of the factors times u so far is carried by one unit where it
    is bounded below, else by two: positive and negative terms apart.
    """
    if knots.left is not None and knots.right is None:
        # read from right to left
        mirrored = Knots(
            tuple(-x for x in reversed(knots.xs)), tuple(reversed(knots.ys)), None, -knots.left
        )
        return _deep_rightwards(mirrored, -1)
    return _deep_rightwards(knots, 1)


def _deep_rightwards(knots: Knots, side: int) -> ReLUNetwork:
    slopes = _slopes(knots)
    kinks = _kinks(knots, len(slopes))
    jumps = [v - u for u, v in itertools.pairwise(slopes)]
    zero, one = mpq(0), mpq(1)
    if knots.left is None:
        starts = [knots.xs[0], *kinks]
        factors = [slopes[0], *jumps]
        first = [[one]]
        first_bias = [-starts[0]]
        backwards: list[Num] = []
        offset = knots.ys[0]
    else:
        # on the line: u starts at the first breakpoint, a second unit faces left
        starts = kinks or [zero]
        factors = [slopes[min(1, len(slopes) - 1)], *jumps[1:]]
        first = [[one], [-one]]
        first_bias = [-starts[0], starts[0]]
        backwards = [-slopes[0]]
        at = knots.xs.index(starts[0])
        offset = knots.ys[at]
    layers: list[tuple[Any, Any]] = [
        (np.array([[side * w for w in row] for row in first], dtype=object), _column(first_bias))
    ]
    bounded = knots.left is None and knots.right is None
    # the present layer's units and the factors with which they enter the sum
    terms: list[Num] = [factors[0], *backwards]
    carried: list[int] = []  # signs of the carrying units, which come after u
    floor = zero
    for i in range(1, len(starts)):
        gap = starts[i] - starts[i - 1]
        width = len(terms) + len(carried)
        rows: list[list[Num]] = [[one] + [zero] * (width - 1)]
        biases: list[Num] = [-gap]
        signs = [1] if bounded else [1, -1]
        for sign in signs:
            row = [zero] * width
            for j, factor in enumerate(terms):
                if bounded or (factor > 0) == (sign > 0):
                    row[j] = factor * sign
            for j, s in enumerate(carried):
                if s == sign:
                    row[len(terms) + j] = one
            rows.append(row)
            biases.append(zero)
        if bounded:
            low = _lowest(starts, factors[:i], knots.xs[-1])
            biases[1] = floor - low
            floor = low
        layers.append((np.array(rows, dtype=object), _column(biases)))
        terms, carried = [factors[i]], signs
    out = [*terms, *(mpq(s) for s in carried)]
    layers.append((_column(out)[None], _column([offset + floor])))
    return from_weights(layers)


def _lowest(starts: Sequence[Num], factors: Sequence[Num], end: Num) -> Num:
    """Return the least value of the sum of factor * relu(x - start) up to the end."""
    least = value = mpq(0)
    slope: Num = mpq(0)
    points = [*starts[: len(factors)], end]
    for i, factor in enumerate(factors):
        slope = slope + factor
        value = value + slope * (points[i + 1] - points[i])
        least = min(least, value)
    return least
