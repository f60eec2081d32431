"""The fewest links of a path inside the tube around a piecewise-linear function.

A path that starts anywhere on the left end of the tube reaches farthest along a line that
touches both sides of it.  The part of that line beyond the last touch is the window: the
next link starts on it, on the way to the side that was not hit (Imai and Iri 1986).  Lines
y = a + b x are points (a, b); those that keep to a stretch of the tube are a polygon.
"""

from __future__ import annotations

from gmpy2 import mpq

from plsym.exact.scalars import Num
from plsym.piecewise.knots import Knots

__all__ = ["fewest_links"]

Point = tuple[Num, Num]


def _clip(polygon: list[Point], p: Num, q: Num, r: Num) -> list[Point]:
    """The part of a convex polygon with p a + q b >= r."""
    out: list[Point] = []
    count = len(polygon)
    at = [p * a + q * b - r for a, b in polygon]
    for i in range(count):
        j = i + 1 if i + 1 < count else 0
        u, v = at[i], at[j]
        if u >= 0:
            out.append(polygon[i])
        if (u > 0 and v < 0) or (u < 0 and v > 0):
            s = u / (u - v)
            (a, b), (c, d) = polygon[i], polygon[j]
            out.append((a + s * (c - a), b + s * (d - b)))
    kept: list[Point] = []
    for point in out:
        if point not in kept:
            kept.append(point)
    return kept


def fewest_links(f: Knots, room: Num, *, inside: bool = False) -> int:
    """The fewest pieces of a continuous function within ``room`` of f.

    Parameters
    ----------
    f : Knots
        On a bounded interval.
    room : Num
        Half the height of the tube, positive.
    inside : bool
        Whether the path must keep strictly inside the tube.

    Returns
    -------
    int

    Examples
    --------
    >>> from gmpy2 import mpq
    >>> from plsym.depth.links import fewest_links
    >>> f = pl.tent().iterate(2)._knots()
    >>> [fewest_links(f, mpq(1, n)) for n in (2, 3, 8)]
    [1, 4, 4]
    """
    xs, ys = f.xs, f.ys
    if room <= 0:
        return len(xs) - 1
    lows = [y - room for y in ys]
    highs = [y + room for y in ys]
    # lines are written as y = a + b (x - xs[0]); far corners hold all that can matter
    span = xs[-1] - xs[0]
    narrowest = min(xs[i + 1] - xs[i] for i in range(len(xs) - 1))
    tallest = max(highs) - min(lows)
    far = (
        16
        * (1 + tallest + abs(max(ys)) + abs(min(ys)))
        * (1 + span / narrowest)
        * (1 + 1 / narrowest)
    )
    far = far * far
    everything: list[Point] = [(-far, -far), (far, -far), (far, far), (-far, far)]
    # the window, the side that stopped it, and the first knot after its start
    start: tuple[Point, Point, int, int] | None = None
    links, index = 1, 0
    while True:
        polygon = everything
        if start is not None:
            (px, py), (qx, qy), side, after = start
            # cross the window towards the other side: below its start, above its end
            polygon = _clip(polygon, -side * mpq(1), -side * (px - xs[0]), -side * py)
            polygon = _clip(polygon, side * mpq(1), side * (qx - xs[0]), side * qy)
            # beyond the crossing the opposite side is near; before it, the old line is
            roof = highs if side > 0 else lows
            for i in range(after, index):
                polygon = _clip(polygon, -side * mpq(1), -side * (xs[i] - xs[0]), -side * roof[i])
        position = index
        blocked = 0
        while position < len(xs):
            x = xs[position] - xs[0]
            above = _clip(polygon, mpq(1), x, lows[position])
            if not _room(above, inside):
                blocked = 1
                break
            both = _clip(above, mpq(-1), -x, -highs[position])
            if not _room(both, inside):
                blocked = -1
                break
            polygon = both
            position += 1
        if not blocked:
            return links
        # the line that comes nearest to getting past
        x = xs[position] - xs[0]
        line = max(polygon, key=lambda ab: blocked * (ab[0] + ab[1] * x))
        edge = lows if blocked > 0 else highs
        other = highs if blocked > 0 else lows
        x0, x1 = xs[position - 1], xs[position]
        slope = (edge[position] - edge[position - 1]) / (x1 - x0)
        # where it meets the side that rises (or falls) into its way
        gap = line[0] + line[1] * (x0 - xs[0]) - edge[position - 1]
        out = x0 + gap / (slope - line[1])
        end = (out, line[0] + line[1] * (out - xs[0]))
        # the last touch of the opposite side
        touch = None
        first = start[3] if start is not None and start[2] == blocked else index
        for i in range(position - 1, first - 1, -1):
            if line[0] + line[1] * (xs[i] - xs[0]) == other[i]:
                touch, after = (xs[i], other[i]), i + 1
                break
        if touch is None:
            # held back by the window it started on
            assert start is not None
            touch, after = (start[0], start[3]) if start[2] == blocked else (start[1], index)
        start = touch, end, blocked, after
        index = position
        links += 1


def _room(polygon: list[Point], inside: bool) -> bool:
    """Whether a polygon of lines leaves room: any line, or lines in its interior."""
    if not inside:
        return bool(polygon)
    if len(polygon) < 3:
        return False
    (a, b), (c, d) = polygon[0], polygon[1]
    return any((c - a) * (v - b) != (d - b) * (u - a) for u, v in polygon[2:])
