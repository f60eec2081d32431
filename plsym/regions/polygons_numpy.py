"""The kernel that cuts polygons, in numpy: the reference for the compiled one.

All decisions, numbers and floats are those of `polygons_loops`, bit for bit: sums have
three terms in a fixed order, and everything else is rounded alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from plsym.networks.sweeping.prepared import ROUNDOFF, SLACK
from plsym.regions.placing import COARSE_RADIUS, crossings
from plsym.regions.planes import (
    COARSE,
    CROSSINGS,
    CUT,
    DONE,
    GROW,
    PAUSE,
    SIGNS,
    SPLIT,
    UNCERTAIN,
    Planes,
)

__all__ = ["advance", "begin", "evaluate", "unite"]

Words = NDArray[np.uint64]
Floats = NDArray[np.float64]

_BLOCK = 500_000  # numbers in one temporary array


@np.errstate(all="ignore")
def evaluate(s: Planes) -> None:
    """The signs of all units of the group at all vertices."""
    count, n = int(s.sizes[0]), len(s.bits)
    step = max(1, _BLOCK // max(1, n))
    plain = len(s.columns) == s.values.shape[2] and bool((np.diff(s.columns) == 1).all())
    values = s.values if plain else s.values[:, :, s.columns]
    for start in range(0, count, step):
        part = slice(start, min(start + step, count))
        home, y = s.vertex_home[part], s.points[part]
        z = y[:, 0, None] * values[home, 0]
        z += y[:, 1, None] * values[home, 1]
        z += y[:, 2, None] * values[home, 2]
        sure = np.abs(z) > _bound(s, home, s.radii[part])[:, None]
        sure &= np.isfinite(z)
        s.filtered += int(sure.sum())
        s.positive[part] = _words((z > 0) & sure)
        s.negative[part] = _words((z < 0) & sure)
        s.open[part] = _words(~sure)


def _bound(s: Planes, home: NDArray[np.int32], radius: Floats) -> Floats:
    """How far a unit's float at a vertex may be from its true value."""
    # three products and two sums, and the rounding of the point
    bound: Floats = (s.single[home] + s.size[home] * (radius + 5 * ROUNDOFF)) * (1 + radius)
    return bound * s.slack


def _words(flags: NDArray[np.bool_]) -> Words:
    """Rows of at most 64 flags as numbers, the first in the highest bit."""
    out = np.zeros((len(flags), 8), dtype=np.uint8)
    packed = np.packbits(flags, axis=1)
    out[:, : packed.shape[1]] = packed
    return out.view(">u8").ravel().astype(np.uint64)


def unite(
    bits: NDArray[np.uint8], ends: NDArray[np.int32], sides: NDArray[np.int32], cells: int
) -> NDArray[np.uint8]:
    """For every cell the union of the bits at its vertices."""
    inner = np.flatnonzero(sides.ravel() >= 0)
    whole = sides.ravel()[inner]
    order = np.argsort(whole)
    starts = np.searchsorted(whole[order], np.arange(cells))
    edges = inner[order] >> 1
    size = bits.shape[1]
    words = np.zeros((len(bits), -(-size // 8) * 8), dtype=np.uint8)  # eight at once
    words[:, :size] = bits
    view = words.view(np.uint64)
    on_edges = view[ends[:, 0]] | view[ends[:, 1]]
    found = np.bitwise_or.reduceat(on_edges[edges], starts)
    return found.view(np.uint8)[:, :size]


def begin(s: Planes) -> None:
    """After all signs are known: which units change theirs on which edge."""
    vertices, edges = s.sizes[:2].tolist()
    zero = ~(s.positive[:vertices] | s.negative[:vertices]) & s.full
    s.touched[0] = np.bitwise_or.reduce(zero)
    _cross(s, np.arange(edges))
    s.state[:] = 0


def _cross(s: Planes, edges: NDArray[np.intp]) -> None:
    a, b = s.ends[edges, 0], s.ends[edges, 1]
    s.crossed[edges] = (s.positive[a] & s.negative[b]) | (s.negative[a] & s.positive[b])


def advance(s: Planes) -> int:
    """Cut by one unit after the other, until something is left to decide; says what."""
    while s.state[0] < len(s.bits):
        if s.state[1] == SPLIT:
            code = _split(s)
            if code == DONE:
                s.state[0] += 1
                continue
            if code == GROW:
                return GROW
            s.state[1] = SIGNS
            if code == COARSE:
                return COARSE
        if s.state[1] == SIGNS:
            s.state[1] = CROSSINGS
            if _signs(s):
                return UNCERTAIN
        _crossings(s)
        s.state[0] += 1
        s.state[1] = SPLIT
        if s.cells > s.pause:
            return PAUSE
    return DONE


def _split(s: Planes) -> int:
    bit = s.bits[s.state[0]]
    vertices, edges, cells, lines = s.sizes.tolist()
    cut = np.flatnonzero(s.crossed[:edges] & bit)
    beside = s.sides[cut].ravel()
    sides = s.sides[:edges].ravel()
    mark = np.zeros(cells + 1, dtype=bool)  # the last place is for "no cell"
    if s.touched[0] & bit:  # a cell may be cut through vertices that exist already
        ends = s.ends[:edges]
        for words in (s.positive, s.negative):
            sign = (words[:vertices] & bit) != 0
            edge_sign = sign[ends[:, 0]] | sign[ends[:, 1]]
            has = np.zeros(cells + 1, dtype=bool)
            has[sides[np.repeat(edge_sign, 2)]] = True
            mark = has if words is s.positive else mark & has
    else:
        mark[beside] = True
    mark[-1] = False
    whole = np.flatnonzero(mark)
    if not whole.size:
        return DONE
    m, k = len(cut), len(whole)
    home = s.cell_home[whole]
    homes = np.unique(home)
    s.needed[:] = (vertices + m, edges + m + k, cells + k, lines + len(homes))
    if (s.needed > s.room).any():
        return GROW
    s.home_line[homes] = np.arange(lines, lines + len(homes), dtype=np.int32)
    _add_lines(s, homes, lines)
    # edges: the positive part stays, the negative part is new
    a, b = s.ends[cut, 0], s.ends[cut, 1]
    first = (s.positive[a] & bit) != 0
    p, q = np.where(first, a, b), np.where(first, b, a)
    fresh = np.arange(vertices, vertices + m, dtype=np.int32)
    new = slice(edges, edges + m)
    s.ends[cut, 0], s.ends[cut, 1] = p, fresh
    s.ends[new, 0], s.ends[new, 1] = fresh, q
    s.edge_home[new] = s.edge_home[cut]
    s.edge_lines[new] = s.edge_lines[cut]
    # cells: so do they
    minus = np.full(cells + 1, -1, dtype=np.int32)
    minus[whole] = np.arange(cells, cells + k, dtype=np.int32)
    s.sides[new] = minus[beside].reshape(-1, 2)
    s.cell_home[cells : cells + k] = home
    index = np.flatnonzero(mark[sides])
    edge, owner = index >> 1, sides[index]
    start, stop = s.ends[edge, 0], s.ends[edge, 1]
    is_cut = stop >= vertices
    owners = [owner[is_cut]]
    points = [stop[is_cut]]
    # in a cell with both signs no edge is zero: an end that is not decides
    plus = ((s.positive[start] | s.positive[stop]) & bit) != 0
    moved = ~is_cut & ~plus
    s.sides.reshape(-1)[index[moved]] = minus[owner[moved]]
    if s.touched[0] & bit:
        for end in (start, stop):
            zero = ~is_cut & (((s.positive[end] | s.negative[end]) & bit) == 0)
            owners.append(owner[zero])
            points.append(end[zero])
        key = np.concatenate(owners).astype(np.int64) << 32 | np.concatenate(points)
        between = (np.unique(key) & 0xFFFFFFFF).astype(np.int32)
    else:
        order = np.argsort(owners[0], kind="stable")
        between = points[0][order]
    flat = slice(edges + m, edges + m + k)
    s.ends[flat] = between.reshape(-1, 2)
    s.sides[flat, 0], s.sides[flat, 1] = whole, minus[whole]
    s.edge_home[flat] = home
    s.edge_lines[flat, 0] = s.home_line[home]
    # vertices
    here = slice(vertices, vertices + m)
    s.vertex_home[here] = s.edge_home[cut]
    s.vertex_lines[here, 0] = s.edge_lines[cut, 0]
    s.vertex_lines[here, 1] = s.home_line[s.edge_home[cut]]
    for words in (s.positive_bytes, s.negative_bytes, s.positive, s.negative):
        words[here] = words[p] | words[q]
    s.open[here] = 0
    found, radius = crossings(
        s.line_forms[s.vertex_lines[here]],
        s.line_errors[s.vertex_lines[here]],
        s.points[p] + s.points[q],
        s.radii[p] + s.radii[q],
    )
    s.points[here] = found
    s.radii[here] = radius
    s.sizes[:] = s.needed
    s.state[2:] = m, k
    s.cut_edges = cut
    s.coarse = np.flatnonzero(~(radius * s.doubt < COARSE_RADIUS)) + vertices
    return COARSE if s.coarse.size else CUT


@np.errstate(all="ignore")
def _add_lines(s: Planes, homes: NDArray[np.int32], lines: int) -> None:
    unit = s.state[0]
    new = slice(lines, lines + len(homes))
    s.line_source[new, 0] = s.stage
    s.line_source[new, 1] = s.units[unit]
    s.line_source[new, 2] = homes
    rows = s.values[homes, :, s.columns[unit]]
    square = rows * rows
    norm = np.sqrt(square[:, 0] + square[:, 1] + square[:, 2])
    # dividing by a norm rounds too, and the norm has an error of its own
    error = (2.0 * s.single[homes] / norm + 4 * ROUNDOFF) * SLACK
    s.line_forms[new] = rows / norm[:, None]
    s.line_errors[new] = np.where(np.isfinite(error), error, np.inf)


@np.errstate(all="ignore")
def _signs(s: Planes) -> bool:
    """The signs of the units at the new vertices; whether some are left open."""
    bit = s.bits[s.state[0]]
    new = s.fresh
    here = slice(int(s.sizes[0] - s.state[2]), int(s.sizes[0]))
    positive, negative = s.positive[here], s.negative[here]
    both = positive & negative
    positive &= ~both
    negative &= ~both
    both &= ~bit
    found = np.flatnonzero(both)
    if not found.size:
        return False
    flags = np.unpackbits(both[found].astype(">u8").view(np.uint8).reshape(-1, 8), axis=1)
    row, unit = np.nonzero(flags)
    row = found[row]
    vertex = new[row]
    home = s.vertex_home[vertex]
    column = s.columns[unit]
    y = s.points[vertex]
    z = y[:, 0] * s.values[home, 0, column]
    z += y[:, 1] * s.values[home, 1, column]
    z += y[:, 2] * s.values[home, 2, column]
    sure = np.abs(z) > _bound(s, home, s.radii[vertex])
    sure &= np.isfinite(z)
    s.filtered += int(sure.sum())
    kinds = np.zeros((3, len(new), 64), dtype=bool)
    kinds[np.where(sure, np.where(z > 0, 0, 1), 2), row, unit] = True
    positive |= _words(kinds[0])
    negative |= _words(kinds[1])
    s.open[here] = _words(kinds[2])
    return not sure.all()


def _crossings(s: Planes) -> None:
    vertices, edges = s.sizes[:2].tolist()
    m, k = s.state[2:].tolist()
    here = slice(vertices - m, vertices)
    zero = ~(s.positive[here] | s.negative[here]) & s.full
    s.touched[0] |= np.bitwise_or.reduce(zero)
    _cross(s, np.concatenate([s.cut_edges, np.arange(edges - m - k, edges)]))
