"""The kernel that cuts polygons, in loops compiled by numba: the twin of `polygons_numpy`.

All decisions, numbers and floats are the same, bit for bit; only what is touched is
visited: the edges around a cell are a linked list, which a cut divides in two.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from plsym.regions.planes import (
    COARSE,
    CROSSINGS,
    DONE,
    GROW,
    PAUSE,
    SIGNS,
    SPLIT,
    UNCERTAIN,
    Planes,
)

__all__ = ["advance", "begin", "evaluate", "unite"]

Array = NDArray[Any]

_ZERO = np.uint64(0)

# Numbers of other modules come as arguments: what is kept on disk must not depend on them.
# no fast-math and no fused operations: floats are rounded as numpy rounds them
_compiled: Any = numba.njit(cache=True, error_model="numpy", nogil=True)


# what numpy does with the state ------------------------------------------------------------


def evaluate(s: Planes) -> None:
    """The signs of all units of the group at all vertices."""
    s.filtered += _evaluate(
        *(s.sizes, s.bits, s.points, s.radii, s.vertex_home, s.positive, s.negative, s.open),
        *(s.values, s.single, s.size, s.columns, s.slack, s.constants),
    )


def begin(s: Planes) -> None:
    """After all signs are known: which units change theirs on which edge."""
    _make_room(s)
    s.touched[0] = _begin(
        *(s.sizes, s.full, s.positive, s.negative, s.ends, s.sides, s.crossed),
        *(s.work["first"], s.work["after"]),
    )
    s.state[:] = 0


def advance(s: Planes) -> int:
    """Cut by one unit after the other, until something is left to decide; says what."""
    _make_room(s)
    w = s.work
    code, filtered, coarse = _advance(
        *(s.sizes, s.room, s.needed, s.state, s.touched, s.bits, s.full, s.pause),
        *(s.points, s.radii, s.vertex_home, s.vertex_lines, s.positive_bytes, s.negative_bytes),
        *(s.positive, s.negative, s.open),
        *(s.ends, s.sides, s.edge_home, s.edge_lines, s.crossed, s.cell_home),
        *(s.line_source, s.line_forms, s.line_errors),
        *(s.values, s.single, s.size, s.columns, s.units, s.stage, s.slack, s.doubt),
        *(s.home_line, w["first"], w["after"], w["number"], w["edges"], w["cells"], w["homes"]),
        *(w["coarse"], s.constants),
    )
    s.filtered += int(filtered)
    s.cut_edges = w["edges"][: int(s.state[2])]
    s.coarse = w["coarse"][: int(coarse)].astype(np.int64)
    return int(code)


def _make_room(s: Planes) -> None:
    """Arrays of its own, as long as those of the state."""
    vertices, edges, cells = s.room[:3].tolist()
    w = s.work
    for name, count, value in (
        ("first", cells, -1),  # the first side of a cell, as 2 * edge + side
        ("number", cells, -1),  # the place of a cell among those that are cut
        ("after", 2 * edges, -1),  # the next side of the same cell
        ("edges", edges, 0),
        ("cells", cells, 0),
        ("homes", len(s.home_line), 0),
        ("coarse", vertices, 0),
    ):
        old = w.get(name)
        if old is None or len(old) < count:
            w[name] = np.full(count, value, dtype=np.int32)
            if old is not None:
                w[name][: len(old)] = old


def unite(bits: Array, ends: Array, sides: Array, cells: int) -> NDArray[np.uint8]:
    """For every cell the union of the bits at its vertices."""
    found: NDArray[np.uint8] = _unite(bits, ends, sides, cells)
    return found


# loops -------------------------------------------------------------------------------------


def _evaluate_(
    sizes: Array,
    bits: Array,
    points: Array,
    radii: Array,
    vertex_home: Array,
    positive: Array,
    negative: Array,
    undecided: Array,
    values: Array,
    single: Array,
    size: Array,
    columns: Array,
    slack: float,
    constants: Array,
) -> int:
    filtered = 0
    n = len(bits)
    zs = np.empty(n)
    for v in range(sizes[0]):
        h = vertex_home[v]
        radius = radii[v]
        bound = (single[h] + size[h] * (radius + 5 * constants[0])) * (1 + radius) * slack
        x, y, w = points[v, 0], points[v, 1], points[v, 2]
        plus = minus = left = _ZERO
        for j in range(n):
            u = columns[j]
            zs[j] = x * values[h, 0, u] + y * values[h, 1, u] + w * values[h, 2, u]
        for j in range(n):
            z = zs[j]
            if abs(z) > bound and abs(z) < np.inf:
                filtered += 1
                if z > 0:
                    plus |= bits[j]
                else:
                    minus |= bits[j]
            else:
                left |= bits[j]
        positive[v] = plus
        negative[v] = minus
        undecided[v] = left
    return filtered


def _unite_(bits: Array, ends: Array, sides: Array, cells: int) -> Array:
    size = bits.shape[1]
    out = np.zeros((cells, size), dtype=np.uint8)
    for e in range(len(ends)):
        a, b = ends[e, 0], ends[e, 1]
        for i in range(2):
            c = sides[e, i]
            if c >= 0:
                for n in range(size):
                    out[c, n] |= bits[a, n] | bits[b, n]
    return out


def _begin_(
    sizes: Array,
    full: Any,
    positive: Array,
    negative: Array,
    ends: Array,
    sides: Array,
    crossed: Array,
    first: Array,
    after: Array,
) -> Any:
    touched = _ZERO
    for v in range(sizes[0]):
        touched |= ~(positive[v] | negative[v]) & full
    for e in range(sizes[1]):
        a, b = ends[e, 0], ends[e, 1]
        crossed[e] = (positive[a] & negative[b]) | (negative[a] & positive[b])
        for i in range(2):
            c = sides[e, i]
            if c >= 0:
                after[2 * e + i] = first[c]
                first[c] = 2 * e + i
    return touched


def _add_lines_(
    homes: Array,
    count: int,
    lines: int,
    stage: int,
    unit: int,
    column: int,
    values: Array,
    single: Array,
    home_line: Array,
    line_source: Array,
    line_forms: Array,
    line_errors: Array,
    constants: Array,
) -> None:
    for i in range(count):
        h = homes[i]
        n = lines + i
        home_line[h] = n
        line_source[n, 0] = stage
        line_source[n, 1] = unit
        line_source[n, 2] = h
        x, y, w = values[h, 0, column], values[h, 1, column], values[h, 2, column]
        norm = np.sqrt(x * x + y * y + w * w)
        error = (2.0 * single[h] / norm + 4 * constants[0]) * constants[1]
        line_forms[n, 0] = x / norm
        line_forms[n, 1] = y / norm
        line_forms[n, 2] = w / norm
        line_errors[n] = error if error < np.inf else np.inf


def _place_(
    f: int,
    p: int,
    q: int,
    points: Array,
    radii: Array,
    vertex_lines: Array,
    line_forms: Array,
    line_errors: Array,
    constants: Array,
) -> None:
    """`placing.crossings` for one vertex."""
    k, n = vertex_lines[f, 0], vertex_lines[f, 1]
    a, b, c = line_forms[k, 0], line_forms[k, 1], line_forms[k, 2]
    u, v, w = line_forms[n, 0], line_forms[n, 1], line_forms[n, 2]
    one, two = line_errors[k], line_errors[n]
    x = b * w - c * v
    y = c * u - a * w
    z = a * v - b * u
    bad = (one + two + one * two + 16 * constants[0]) * constants[1]
    along = (
        x * (points[p, 0] + points[q, 0])
        + y * (points[p, 1] + points[q, 1])
        + z * (points[p, 2] + points[q, 2])
    )
    spread = radii[p] + radii[q]
    sure = abs(along) > (2.0 * bad + 1.01 * spread + 32 * constants[0]) * constants[1]
    norm = np.sqrt(x * x + y * y + z * z)
    radius = (2.1 * bad / norm + 8 * constants[0]) * constants[1]
    factor = -norm if along < 0 else norm
    points[f, 0] = x / factor
    points[f, 1] = y / factor
    points[f, 2] = z / factor
    radii[f] = radius if sure and radius < np.inf else np.inf


_evaluate: Any = _compiled(_evaluate_)
_unite: Any = _compiled(_unite_)
_begin: Any = _compiled(_begin_)
_add_lines: Any = _compiled(_add_lines_)
_place: Any = _compiled(_place_)


def _find_(
    bit: Any,
    touched: Any,
    sizes: Array,
    positive: Array,
    negative: Array,
    ends: Array,
    sides: Array,
    crossed: Array,
    first: Array,
    after: Array,
    number: Array,
    cut_edges: Array,
    cut_cells: Array,
) -> tuple[int, int]:
    """What a unit cuts: edges and cells, increasing."""
    m = 0
    k = 0
    for e in range(sizes[1]):
        if crossed[e] & bit:
            cut_edges[m] = e
            m += 1
            for i in range(2):
                c = sides[e, i]
                if c >= 0 and number[c] < 0:
                    number[c] = 0
                    cut_cells[k] = c
                    k += 1
    if touched & bit:  # a cell may be cut through vertices that exist already
        for c in range(sizes[2]):
            if number[c] < 0:
                plus = minus = _ZERO
                side = first[c]
                while side >= 0:
                    e = side >> 1
                    plus |= positive[ends[e, 0]] | positive[ends[e, 1]]
                    minus |= negative[ends[e, 0]] | negative[ends[e, 1]]
                    side = after[side]
                if plus & minus & bit:
                    number[c] = 0
                    cut_cells[k] = c
                    k += 1
    cut_cells[:k].sort()
    for i in range(k):
        number[cut_cells[i]] = i
    return m, k


_find: Any = _compiled(_find_)


def _homes_(cell_home: Array, cut_cells: Array, k: int, home_line: Array, homes: Array) -> int:
    """The homes of cells, increasing."""
    count = 0
    for i in range(k):
        h = cell_home[cut_cells[i]]
        if home_line[h] != -2:
            home_line[h] = -2  # seen; a line takes this place before it is read
            homes[count] = h
            count += 1
    homes[:count].sort()
    return count


_homes: Any = _compiled(_homes_)


def _divide_(
    c: int,
    minus: int,
    between: int,
    bit: Any,
    vertices: int,
    edges: int,
    positive: Array,
    negative: Array,
    ends: Array,
    sides: Array,
    first: Array,
    after: Array,
) -> None:
    """Give the sides of a cell to its two parts, and find the ends of the edge between."""
    one = two = np.int32(-1)
    side = first[c]
    stay = np.int32(2 * between)
    move = np.int32(2 * between + 1)
    after[stay] = after[move] = -1
    sides[between, 0] = c
    sides[between, 1] = minus
    while side >= 0:
        following = after[side]
        e = side >> 1
        a, b = ends[e, 0], ends[e, 1]
        point = np.int32(-1)
        other = np.int32(-1)
        if b >= vertices:  # cut: its negative part is new
            half = np.int32(2 * (edges + b - vertices) + (side & 1))
            after[side] = stay
            stay = side
            after[half] = move
            move = half
            point = b
        else:
            if ((positive[a] | positive[b]) & bit) != 0:
                after[side] = stay
                stay = side
            else:
                after[side] = move
                move = side
                sides[e, side & 1] = minus
            if ((positive[a] | negative[a]) & bit) == 0:
                point = a
            if ((positive[b] | negative[b]) & bit) == 0:
                other = b
        if point >= 0 and point != one:
            if one < 0:
                one = point
            else:
                two = point
        if other >= 0 and other != one:
            if one < 0:
                one = other
            else:
                two = other
        side = following
    first[c] = stay
    first[minus] = move
    ends[between, 0] = min(one, two)
    ends[between, 1] = max(one, two)


_divide: Any = _compiled(_divide_)


def _sign_(
    f: int,
    j: int,
    bits: Array,
    points: Array,
    radii: Array,
    vertex_home: Array,
    positive: Array,
    negative: Array,
    undecided: Array,
    values: Array,
    single: Array,
    size: Array,
    columns: Array,
    slack: float,
    constants: Array,
) -> int:
    """The signs of the units after unit j at a new vertex; how many floats decided."""
    both = positive[f] & negative[f]
    plus = positive[f] & ~both
    minus = negative[f] & ~both
    both &= ~bits[j]
    left = _ZERO
    filtered = 0
    if both:
        h = vertex_home[f]
        radius = radii[f]
        bound = (single[h] + size[h] * (radius + 5 * constants[0])) * (1 + radius) * slack
        x, y, w = points[f, 0], points[f, 1], points[f, 2]
        for i in range(j + 1, len(bits)):
            if both & bits[i]:
                u = columns[i]
                z = x * values[h, 0, u] + y * values[h, 1, u] + w * values[h, 2, u]
                if abs(z) > bound and abs(z) < np.inf:
                    filtered += 1
                    if z > 0:
                        plus |= bits[i]
                    else:
                        minus |= bits[i]
                else:
                    left |= bits[i]
    positive[f] = plus
    negative[f] = minus
    undecided[f] = left
    return filtered


_sign: Any = _compiled(_sign_)


def _advance_(
    sizes: Array,
    room: Array,
    needed: Array,
    state: Array,
    touched: Array,
    bits: Array,
    full: Any,
    pause: int,
    points: Array,
    radii: Array,
    vertex_home: Array,
    vertex_lines: Array,
    positive_bytes: Array,
    negative_bytes: Array,
    positive: Array,
    negative: Array,
    undecided: Array,
    ends: Array,
    sides: Array,
    edge_home: Array,
    edge_lines: Array,
    crossed: Array,
    cell_home: Array,
    line_source: Array,
    line_forms: Array,
    line_errors: Array,
    values: Array,
    single: Array,
    size: Array,
    columns: Array,
    units: Array,
    stage: int,
    slack: float,
    doubt: float,
    home_line: Array,
    first: Array,
    after: Array,
    number: Array,
    cut_edges: Array,
    cut_cells: Array,
    homes: Array,
    coarse: Array,
    constants: Array,
) -> tuple[int, int, int]:
    filtered = 0
    while state[0] < len(bits):
        j = state[0]
        bit = bits[j]
        if state[1] == SPLIT:
            m, k = _find(
                bit,
                touched[0],
                sizes,
                positive,
                negative,
                ends,
                sides,
                crossed,
                first,
                after,
                number,
                cut_edges,
                cut_cells,
            )
            if k == 0:
                state[0] += 1
                continue
            count = _homes(cell_home, cut_cells, k, home_line, homes)
            vertices, edges, cells, lines = sizes[0], sizes[1], sizes[2], sizes[3]
            needed[0] = vertices + m
            needed[1] = edges + m + k
            needed[2] = cells + k
            needed[3] = lines + count
            for i in range(4):
                if needed[i] > room[i]:
                    for n in range(k):
                        number[cut_cells[n]] = -1
                    for n in range(count):
                        home_line[homes[n]] = -1
                    return GROW, filtered, 0
            _add_lines(
                homes,
                count,
                lines,
                stage,
                units[j],
                columns[j],
                values,
                single,
                home_line,
                line_source,
                line_forms,
                line_errors,
                constants,
            )
            # edges: the positive part stays, the negative part is new
            for i in range(m):
                e = cut_edges[i]
                f = vertices + i
                n = edges + i
                p, q = ends[e, 0], ends[e, 1]
                if not positive[p] & bit:
                    p, q = q, p
                ends[e, 0] = p
                ends[e, 1] = f
                ends[n, 0] = f
                ends[n, 1] = q
                h = edge_home[e]
                edge_home[n] = h
                edge_lines[n, 0] = edge_lines[e, 0]
                for side in range(2):
                    c = sides[e, side]
                    sides[n, side] = cells + number[c] if c >= 0 else -1
                vertex_home[f] = h
                vertex_lines[f, 0] = edge_lines[e, 0]
                vertex_lines[f, 1] = home_line[h]
                for byte in range(positive_bytes.shape[1]):
                    positive_bytes[f, byte] = positive_bytes[p, byte] | positive_bytes[q, byte]
                    negative_bytes[f, byte] = negative_bytes[p, byte] | negative_bytes[q, byte]
                positive[f] = positive[p] | positive[q]
                negative[f] = negative[p] | negative[q]
                undecided[f] = _ZERO
                _place(f, p, q, points, radii, vertex_lines, line_forms, line_errors, constants)
            # cells: so do they
            for i in range(k):
                c = cut_cells[i]
                number[c] = -1
                minus = cells + i
                between = edges + m + i
                cell_home[minus] = cell_home[c]
                edge_home[between] = cell_home[c]
                edge_lines[between, 0] = home_line[cell_home[c]]
                _divide(
                    c,
                    minus,
                    between,
                    bit,
                    vertices,
                    edges,
                    positive,
                    negative,
                    ends,
                    sides,
                    first,
                    after,
                )
            sizes[:] = needed
            state[1] = SIGNS
            state[2] = m
            state[3] = k
            found = 0
            for f in range(vertices, vertices + m):
                if not radii[f] * doubt < constants[2]:
                    coarse[found] = f
                    found += 1
            if found:
                return COARSE, filtered, found
        m, k = state[2], state[3]
        vertices = sizes[0] - m
        if state[1] == SIGNS:
            state[1] = CROSSINGS
            left = _ZERO
            for f in range(vertices, vertices + m):
                filtered += _sign(
                    f,
                    j,
                    bits,
                    points,
                    radii,
                    vertex_home,
                    positive,
                    negative,
                    undecided,
                    values,
                    single,
                    size,
                    columns,
                    slack,
                    constants,
                )
                left |= undecided[f]
            if left:
                return UNCERTAIN, filtered, 0
        for f in range(vertices, vertices + m):
            touched[0] |= ~(positive[f] | negative[f]) & full
        edges = sizes[1] - m - k
        for i in range(m):
            e = cut_edges[i]
            a, b = ends[e, 0], ends[e, 1]
            crossed[e] = (positive[a] & negative[b]) | (negative[a] & positive[b])
        for e in range(edges, sizes[1]):
            a, b = ends[e, 0], ends[e, 1]
            crossed[e] = (positive[a] & negative[b]) | (negative[a] & positive[b])
        state[0] += 1
        state[1] = SPLIT
        if sizes[2] > pause:
            return PAUSE, filtered, 0
    return DONE, filtered, 0


_advance: Any = _compiled(_advance_)
