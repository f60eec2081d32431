"""Preimages under f^n, found by pulling a set back n times: no piece of f^n is listed.

A set is a list of disjoint closed intervals in increasing order, points being
intervals of length zero.  Pulling it back through one piece of f is one affine map of a
contiguous run of the list, so the cost follows the size of the sets on the way.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from plsym.exact.scalars import Num
from plsym.piecewise.orbits import OrbitTable

__all__ = ["Component", "pull_back"]

Component = tuple[Num | float, Num | float]
"""A closed interval; float infinities stand for ends that are not attained."""


def pull_back(table: OrbitTable, components: list[Component]) -> list[Component]:
    """Return the preimage under f of a union of closed intervals.

    Parameters
    ----------
    table : OrbitTable
        The pieces of f.
    components : list of (lower, upper)
        Disjoint closed intervals in increasing order.

    Returns
    -------
    list of (lower, upper)
        The connected components of the preimage, in increasing order.
    """
    table.ensure(1)
    lowers = [lower for lower, _ in components]
    uppers = [upper for _, upper in components]
    result: list[Component] = []

    def add(lower: Num | float, upper: Num | float) -> None:
        if result and not result[-1][1] < lower:
            # They share the knot between two pieces.
            result[-1] = (result[-1][0], upper)
        else:
            result.append((lower, upper))

    for piece, sign in enumerate(table.signs):
        start, stop = table.cuts[piece], table.cuts[piece + 1]
        low = table.values[table.nexts[piece]]
        high = table.values[table.nexts[piece + 1]]
        if not sign:
            at = bisect_right(lowers, low) - 1
            if at >= 0 and not uppers[at] < low:
                add(start, stop)
            continue
        if sign < 0:
            low, high = high, low
        run = range(bisect_left(uppers, low), bisect_right(lowers, high))
        slope, shift = table.slopes[piece], table.shifts[piece]

        def back(value: Num | float, to: int, slope: Num = slope, shift: Num = shift) -> Num:
            """Invert the piece; an infinite value is the image of an infinite end."""
            if isinstance(value, float):
                return value * to
            return (value - shift) / slope

        for i in run if sign > 0 else reversed(run):
            lower = lowers[i] if lowers[i] > low else low
            upper = uppers[i] if uppers[i] < high else high
            ends = back(lower, sign), back(upper, sign)
            add(*ends if sign > 0 else ends[::-1])
    return result
