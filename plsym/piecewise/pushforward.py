"""Variation, slopes and integrals of one iterate f^n, by pushing weights up the tower.

f^n maps each of its pieces onto a node of the tower.  Instead of listing pieces, a
weight is attached to every node: how many pieces land there (variation), the largest
slope with which one does (Lipschitz constant), or the density that Lebesgue measure has
there after n steps (integrals).  Plateaus collapse a part onto a point, which carries
mass from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from gmpy2 import mpq

from plsym.errors import DomainError
from plsym.exact.scalars import Num
from plsym.piecewise.tower import Part, Tower

__all__ = ["distance_to_level", "integral_of_power", "lipschitz", "push", "pushes", "variation"]

Weights = dict[int, Num]
ONE = mpq(1)


def _abs(x: Num) -> Num:
    return -x if x < 0 else x


def pushes(
    tower: Tower, n: int, factors: Sequence[Any], start: Any = ONE, depth: int | None = None
) -> Iterator[tuple[Weights, Weights]]:
    """Push a weight on the domain up the tower; yield what is there after 0..n steps.

    Parameters
    ----------
    tower : Tower
        The tower of f.
    n : int
        The number of steps.
    factors : sequence of Num
        What a weight is multiplied by when it goes through each piece (not used for
        plateaus).  Anything that a weight can be multiplied by will do, such as a
        multiplication that rounds in one direction.
    start : Num or int
        The weight of the domain.
    depth : int, optional
        Nodes deeper than this lose their weight: what is left is a lower bound, a good
        one where f expands.

    Yields
    ------
    (dict, dict)
        Total weight of every node, and total mass of every point id: what was on a part
        that a plateau collapsed, times the length of that part.

    Notes
    -----
    At most O(K n) nodes carry weight at a step, and each is handled in O(1): runs of
    whole pieces are added up by differences.  What is yielded may be rescaled in place
    before the next step.
    """
    table = tower.table
    deepest = n if depth is None else min(n, depth)
    tower.ensure(deepest)
    known = len(tower.left)
    first_node = tower.first_node
    weights: Weights = {0: start}
    masses: Weights = {}
    yield weights, masses
    for _ in range(n):
        fresh: Weights = {}
        landed: Weights = {}
        for point, mass in masses.items():
            image = table.nexts[point]
            landed[image] = landed[image] + mass if image in landed else mass

        def send(part: Part, weight: Num, fresh: Weights = fresh, landed: Weights = landed) -> None:
            if table.signs[part.piece]:
                weight = weight * factors[part.piece]
                goal, key = fresh, part.target - first_node
            else:
                low, high = table.values[part.lower], table.values[part.upper]
                if isinstance(low, float) or isinstance(high, float):
                    return  # of no use: integrals are over bounded domains
                weight = weight * (high - low)
                goal, key = landed, table.nexts[part.lower]
            goal[key] = goal[key] + weight if key in goal else weight

        changes: dict[int, Any] = {}
        for node, weight in weights.items():
            if node >= known:
                continue
            for side in (tower.left[node], tower.right[node]):
                if side is not None:
                    send(side, weight)
            block = tower.block[node]
            if block:
                first, stop = tower.blocks[block][0], tower.blocks[block][1] + 1
                changes[first] = changes.get(first, 0) + weight
                changes[stop] = changes.get(stop, 0) - weight
        running: Any = 0
        for slot in range(2 * table.pieces - 1):
            if slot in changes:
                running = running + changes[slot]
            if not slot & 1 and running != 0:
                send(tower.whole[slot >> 1], running)
        weights, masses = fresh, landed
        yield weights, masses


def push(tower: Tower, n: int, factors: list[Num]) -> tuple[Weights, Weights]:
    """What `pushes` has after n steps."""
    for last in pushes(tower, n, factors):
        result = last
    return result


def _ends(tower: Tower, node: int) -> tuple[Num, Num]:
    lower, upper = tower.nodes[node]
    low, high = tower.table.values[lower], tower.table.values[upper]
    if isinstance(low, float) or isinstance(high, float):
        raise DomainError(
            "the total variation is infinite: an unbounded end piece is not constant; "
            "restrict the function first"
        )
    return low, high


def _value(tower: Tower, point: int) -> Num:
    value = tower.table.values[point]
    if isinstance(value, float):
        raise DomainError("an infinite value has no mass")
    return value


def variation(tower: Tower, n: int) -> Num:
    """Return the total variation of f^n, which is finite on a bounded domain."""
    one: Num = mpq(1)
    weights, _ = push(tower, n, [one] * tower.table.pieces)
    total: Num = mpq(0)
    for node, weight in weights.items():
        low, high = _ends(tower, node)
        total = total + weight * (high - low)
    return total


def _integrate(
    tower: Tower, n: int, interval: Callable[[Num, Num], Num], point: Callable[[Num], Num]
) -> Num:
    """Integrate h(f^n): ``interval`` integrates h from u to v, ``point`` is h itself."""
    table = tower.table
    if not table.bounded:
        raise DomainError("the integral needs a bounded domain [a, b]; restrict f first")
    factors: list[Num] = [1 / _abs(s) if s != 0 else s for s in table.slopes]
    weights, masses = push(tower, n, factors)
    total: Num = mpq(0)
    for node, weight in weights.items():
        total = total + weight * interval(*_ends(tower, node))
    for where, mass in masses.items():
        total = total + mass * point(_value(tower, where))
    return total


def integral_of_power(tower: Tower, n: int, power: int = 1) -> Num:
    """Return the integral of (f^n)^power over a bounded domain."""
    k = power + 1
    return _integrate(tower, n, lambda u, v: (v**k - u**k) / k, lambda y: y**power)


def distance_to_level(tower: Tower, n: int, z: Num) -> Num:
    """Return the integral of |f^n - z| over a bounded domain."""

    def interval(u: Num, v: Num) -> Num:
        below, above = z - u, v - z
        if below <= 0:
            return (above * above - below * below) / 2
        if above <= 0:
            return (below * below - above * above) / 2
        return (below * below + above * above) / 2

    return _integrate(tower, n, interval, lambda y: _abs(y - z))


def lipschitz(tower: Tower, n: int) -> Num:
    """Return the largest absolute slope of f^n.

    Notes
    -----
    Every piece of f^n is a path of n steps through the tower and its slope the product
    along the path, so this is a maximum-product path: all numbers are exact, no product
    is compared in floating point.
    """
    table = tower.table
    tower.ensure(n)
    sizes = [_abs(s) for s in table.slopes]
    best: Weights = {0: mpq(1)}
    for _ in range(n):
        fresh: Weights = {}
        through: Weights = {}  # the best weight that goes through each whole piece
        block_best: Weights = {}
        for node, weight in best.items():
            for side in (tower.left[node], tower.right[node]):
                if side is not None and table.signs[side.piece]:
                    key, slope = side.target - tower.first_node, weight * sizes[side.piece]
                    if key not in fresh or slope > fresh[key]:
                        fresh[key] = slope
            block = tower.block[node]
            if block and (block not in block_best or weight > block_best[block]):
                block_best[block] = weight
        for block, weight in block_best.items():
            start, stop = tower.blocks[block]
            for piece in range((start + 1) >> 1, (stop >> 1) + 1):
                if piece not in through or weight > through[piece]:
                    through[piece] = weight
        for piece, weight in through.items():
            if table.signs[piece]:
                key = tower.whole[piece].target - tower.first_node
                slope = weight * sizes[piece]
                if key not in fresh or slope > fresh[key]:
                    fresh[key] = slope
        best = fresh
    result: Num = mpq(0)
    for weight in best.values():
        if weight > result:
            result = weight
    return result
