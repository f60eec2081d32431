"""Doublings: a map that exchanges the sides of a fixed point, seen by its second iterate.

If f takes [a, c] into [c, b] and [c, b] into [a, c], then every orbit but that of c
changes sides in each step.  So its period is even, half of its points make an orbit of
f^2 on [a, c], and the entropy of f is half of that of f^2 on [a, c].

Before, an interval can be trimmed without losing a periodic point but fixed ones, nor
entropy: to its image; or on a side where all points move inwards and none come back.
"""

from __future__ import annotations

from plsym.certificates.algebraic import Field, Number, read_number
from plsym.certificates.codec import Data, StepFailed
from plsym.certificates.maps import Map

__all__ = ["halved"]


def halved(data: Data, f: Map, field: Field | None) -> tuple[int, Map]:
    """Check a list of doublings; return their number k and f^(2^k) on the last half."""
    g = f
    count = 0
    for item in data:
        item.only("trims", "point")
        for trim in item["trims"]:
            trim.only("how", "point")
            g = _trimmed(trim, g, field)
        g = _half(read_number(item["point"], field), g)
        count += 1
    return count, g


def _half(c: Number, g: Map) -> Map:
    low, high = g.xs[0], g.xs[-1]
    if not low < c < high:
        raise StepFailed("the point of a doubling does not lie inside the interval")
    if g(c) != c:
        raise StepFailed("the point of a doubling is not fixed")
    if g.hull(low, c)[0] < c or g.hull(c, high)[1] > c:
        raise StepFailed("the sides of the point of a doubling are not exchanged")
    return g.squared(low, c)


def _trimmed(data: Data, g: Map, field: Field | None) -> Map:
    low, high = g.xs[0], g.xs[-1]
    how = data["how"].choice("image", "left", "right")
    if how == "image":
        least, greatest = g.hull(low, high)
        if not least < greatest:
            raise StepFailed("the image of the interval is one point")
        return g.restricted(least, greatest)
    z = read_number(data["point"], field)
    if not low < z < high or g(z) != z:
        raise StepFailed("the point of a trim is no fixed point inside the interval")
    if how == "left":
        marks = [low, *(g.xs[k] for k in g.inner(low, z))]
        gains = [g(x) - x for x in marks]
        edge = g.hull(z, high)[0]
        inside = low < edge < z
    else:
        marks = [high, *(g.xs[k] for k in g.inner(z, high))]
        gains = [x - g(x) for x in marks]
        edge = g.hull(low, z)[1]
        inside = z < edge < high
    # the gain is affine between marks, and 0 at z: positive inside if it is at all marks but
    # the end, where it may be 0, and somewhere
    if gains[0] < 0 or any(gain <= 0 for gain in gains[1:]) or not any(gain > 0 for gain in gains):
        raise StepFailed("a point of the trimmed side does not move inwards")
    if not inside:
        raise StepFailed("points beyond come back to the trimmed side")
    return g.restricted(edge, high) if how == "left" else g.restricted(low, edge)
