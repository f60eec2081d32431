"""Arrangements and networks whose numbers of regions the literature knows."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations, product
from math import comb
from typing import Any

from plsym.errors import DomainError
from plsym.networks.network import ReLUNetwork, from_weights
from plsym.networks.realize import realize
from plsym.piecewise.families import sawtooth
from plsym.regions.formulas import checked_widths

__all__ = [
    "ARRANGEMENTS",
    "arrangement",
    "arrangement_network",
    "general_hyperplanes",
    "montufar_network",
    "most_pieces_network",
    "zigzag_network",
    "zonotope_network",
]

Hyperplane = tuple[tuple[int, ...], int]
"""Normal a and offset b of a . x = b."""


def _pairs(n: int) -> list[tuple[int, ...]]:
    return [tuple((k == i) - (k == j) for k in range(n)) for i, j in combinations(range(n), 2)]


def _boolean(n: int) -> list[Hyperplane]:
    return [(tuple(int(i == j) for j in range(n)), 0) for i in range(n)]


def _deformed(*offsets: int) -> Any:
    return lambda n: [(a, b) for a in _pairs(n) for b in offsets]


def _resonance(n: int) -> list[Hyperplane]:
    return [(v, 0) for v in product((0, 1), repeat=n) if any(v)]


def _threshold(n: int) -> list[Hyperplane]:
    return [((*v, 1), 0) for v in product((0, 1), repeat=n)]


ARRANGEMENTS: dict[str, Any] = {
    "boolean": _boolean,
    "braid": _deformed(0),
    "shi": _deformed(0, 1),
    "catalan": _deformed(-1, 0, 1),
    "linial": _deformed(1),
    "resonance": _resonance,
    "threshold": _threshold,
}


def arrangement(name: str, n: int) -> list[Hyperplane]:
    """The hyperplanes of a classical arrangement.

    Parameters
    ----------
    name : {"boolean", "braid", "shi", "catalan", "linial", "resonance", "threshold"}
    n : int
        Its size: coordinates, or variables of the threshold functions.

    Examples
    --------
    >>> from plsym.regions.examples import arrangement
    >>> arrangement("braid", 3)
    [((1, -1, 0), 0), ((1, 0, -1), 0), ((0, 1, -1), 0)]
    """
    if name not in ARRANGEMENTS:
        raise DomainError(f"there is no arrangement {name!r}; use one of {', '.join(ARRANGEMENTS)}")
    found: list[Hyperplane] = ARRANGEMENTS[name](n)
    return found


def arrangement_network(hyperplanes: Sequence[Hyperplane]) -> ReLUNetwork:
    """A network of one hidden layer whose neurons vanish on given hyperplanes.

    Examples
    --------
    >>> from plsym.regions.examples import arrangement, arrangement_network
    >>> pl.count_regions(arrangement_network(arrangement("shi", 3)), definition="activation")
    16
    """
    if not hyperplanes:
        raise DomainError("an arrangement needs at least one hyperplane")
    weights = [list(a) for a, _ in hyperplanes]
    return from_weights([(weights, [-b for _, b in hyperplanes]), ([[1] * len(hyperplanes)], None)])


def general_hyperplanes(inputs: int, n: int) -> list[Hyperplane]:
    """Hyperplanes in general position, all of whose crossings lie in the open unit cube.

    Parameters
    ----------
    inputs : int
        The dimension d.
    n : int
        How many hyperplanes.

    Returns
    -------
    list of (normal, offset)

    Notes
    -----
    Hyperplane t holds the points u for which t is a root of the polynomial with the
    coefficients (-1)^k C(d, k) u_k.  Where the hyperplanes of t_1, ..., t_d in (0, 1)
    meet, u_k is the mean of all products of k of them, so it lies in (0, 1), too.

    Examples
    --------
    >>> from plsym.regions.examples import arrangement_network, general_hyperplanes
    >>> net = arrangement_network(general_hyperplanes(2, 8))
    >>> pl.count_regions(net, [(0, 1), (0, 1)]), pl.zaslavsky(8, 2)
    (37, 37)
    """
    d, (count,) = checked_widths(inputs, [n])
    found: list[Hyperplane] = []
    for i in range(1, count + 1):
        # t = i / (n + 1), all over (n + 1)^d
        powers = [i ** (d - k) * (count + 1) ** k for k in range(d + 1)]
        normal = tuple((-1) ** k * comb(d, k) * powers[k] for k in range(1, d + 1))
        found.append((normal, -powers[0]))
    return found


def montufar_network() -> ReLUNetwork:
    """Two inputs, hidden widths 4 and 4: 44 regions on the unit square.

    The first layer folds [0, 1] onto [0, 1/2] in each coordinate, the second draws four
    lines in general position inside what remains.

    References
    ----------
    .. [1] G. Montufar, R. Pascanu, K. Cho, Y. Bengio, NeurIPS 2014, Theorem 4.
    """
    first = ([[1, 0], [2, 0], [0, 1], [0, 2]], [0, -1, 0, -1])
    # four lines in (u, v), u = h1 - h2 and v = h3 - h4, whose six crossings lie in the cell
    lines = [(1, 2, "-3/4"), (2, 1, "-3/4"), (1, -1, "1/32"), (3, 4, "-27/16")]
    rows = [[a, -a, b, -b] for a, b, _ in lines]
    return from_weights([first, (rows, [c for _, _, c in lines]), ([[1, 2, 4, 8]], None)])


def _breaks(n: int) -> tuple[list[Fraction], list[int]]:
    """Breakpoints and slopes of a zigzag of n + 1 laps that all run through [0, 1].

    All slopes have size n + 1 but one, which makes the linear term vanish when the last
    two units face left.
    """
    slopes = [(n + 1) * (-1) ** i for i in range(n + 1)]
    slopes[n if n % 2 else n - 2] *= 2
    ends: list[Fraction] = []
    total = Fraction(0)
    for s in slopes[:-1]:
        total += Fraction(1, abs(s))
        ends.append(total)
    return ends, slopes


def _zigzag(n: int) -> tuple[list[tuple[int, Fraction, int]], Fraction]:
    """Units (side, breakpoint, factor) and the constant of a zigzag on [0, 1].

    It has n + 1 laps, but 1 and 2 units only make as many laps as they are.
    """
    if n < 3:
        return [(1, Fraction(i, n), n if i == 0 else -2 * n) for i in range(n)], Fraction(0)
    points, slopes = _breaks(n)
    units = []
    constant = Fraction(0)
    for i, x in enumerate(points):
        side = -1 if i >= n - 2 else 1
        jump = slopes[i + 1] - slopes[i]
        units.append((side, x, jump))
        if side < 0:
            constant -= jump * x  # its value at 0, where the zigzag is 0
    return units, constant


def most_pieces_network(widths: Sequence[int]) -> ReLUNetwork:
    """A network with one input and (n_1 + 1) ... (n_l + 1) pieces, the most there can be.

    Parameters
    ----------
    widths : sequence of int
        All but the last at least 3, the last at least 2.

    Returns
    -------
    ReLUNetwork
        Rational weights; each layer but the last maps n_l + 1 intervals onto [0, 1].

    Raises
    ------
    DomainError
        If a width is too small: narrower layers cannot reach the product.

    References
    ----------
    .. [1] T. Serra, C. Tjandraatmadja, S. Ramalingam, ICML 2018, Theorem 5 of the ICLR
       2018 submission, for existence; the weights are of our own making.

    Examples
    --------
    >>> from plsym.regions.examples import most_pieces_network
    >>> most_pieces_network((3, 3, 3)).to_piecewise().num_pieces
    64
    """
    _, chosen = checked_widths(1, widths)
    if not chosen or any(n < 3 for n in chosen[:-1]) or chosen[-1] < 2:
        raise DomainError(
            f"widths {chosen}: the product of n + 1 is reached with all widths but the last at "
            "least 3 and the last at least 2"
        )
    layers: list[tuple[Any, Any]] = []
    row: list[Any] = [1]
    shift = Fraction(0)
    for n in chosen[:-1]:
        units, constant = _zigzag(n)
        layers.append(_layer(units, row, shift))
        row, shift = [factor for _, _, factor in units], constant
    n = chosen[-1]
    # convex, so that no kink cancels; slopes -2, 3, 8, ..., so that every fold shows
    last = [
        (-1, Fraction(i, n + 1), 2) if i == n else (1, Fraction(i, n + 1), 5)
        for i in range(1, n + 1)
    ]
    layers.append(_layer(last, row, shift))
    layers.append(([[factor for _, _, factor in last]], [0]))
    return from_weights(layers)


def _layer(units: Any, row: list[Any], shift: Fraction) -> tuple[Any, Any]:
    weights = [[side * v for v in row] for side, _, _ in units]
    return weights, [side * (shift - x) for side, x, _ in units]


def zigzag_network(
    inputs: int, width: int | Sequence[int], last: Sequence[Hyperplane]
) -> ReLUNetwork:
    """Fold every coordinate by zigzags, then cut by hyperplanes.

    Parameters
    ----------
    inputs : int
    width : int or sequence of int
        The neurons of each coordinate's zigzag: in the one layer that folds, or in each
        of several, one after the other.
    last : sequence of (normal, offset)
        The hyperplanes of the last hidden layer.

    Returns
    -------
    ReLUNetwork
        A zigzag of w neurons runs w + 1 times through [0, 1], or w times if w < 3; each
        cube of the folds shows all of the last layer's arrangement inside [0, 1]^d.

    References
    ----------
    .. [1] T. Serra, C. Tjandraatmadja, S. Ramalingam, ICML 2018, Theorem 6 of the ICLR
       2018 submission; with w < 3, G. Montufar, R. Pascanu, K. Cho, Y. Bengio, NeurIPS
       2014, Theorem 4.

    Examples
    --------
    >>> from plsym.regions.examples import general_hyperplanes, zigzag_network
    >>> net = zigzag_network(2, (3, 3), general_hyperplanes(2, 6))
    >>> net.widths, pl.count_regions(net, definition="activation") == 4**2 * 4**2 * 22
    ((6, 6, 6), True)
    """
    d, folds = checked_widths(inputs, [width] if isinstance(width, int) else width)
    layers: list[tuple[Any, Any]] = []
    # the coordinates as affine functions of the layer before
    rows: list[list[Any]] = [[int(i == j) for j in range(d)] for i in range(d)]
    shift = Fraction(0)
    for count in folds:
        units, constant = _zigzag(count)
        weights = [[side * v for v in row] for row in rows for side, _, _ in units]
        layers.append((weights, [side * (shift - x) for _ in rows for side, x, _ in units]))
        factors = [factor for _, _, factor in units]
        before, after = [0] * count, [0] * count
        rows = [[*before * i, *factors, *after * (d - 1 - i)] for i in range(d)]
        shift = constant
    cuts = [
        [sum(c * v for c, v in zip(a, column, strict=True)) for column in zip(*rows, strict=True)]
        for a, _ in last
    ]
    layers.append((cuts, [sum(a) * shift - b for a, b in last]))
    return from_weights([*layers, ([[2**i for i in range(len(last))]], None)])


def zonotope_network(directions: Sequence[Sequence[int]], w: int, k: int) -> ReLUNetwork:
    """The norm sum |<v, x>| followed by k sawtooths of w laps on [0, 1], each of width w.

    References
    ----------
    .. [1] R. Arora, A. Basu, P. Mianjy, A. Mukherjee, ICLR 2018, Theorem 3.9.
    """
    first = [list(v) for v in directions] + [[-c for c in v] for v in directions]
    layers: list[tuple[Any, Any]] = [(first, None)]
    row: list[Any] = [1] * len(first)
    shift: Any = 0
    # w units: sawtooth(w) on a half-line, its last lap going on
    (inner, bias), (outer, constant) = _weights(realize(sawtooth(w)))
    for _ in range(k):
        units = list(zip(inner, bias, strict=True))
        rows = [[a * v for v in row] for (a,), _ in units]
        layers.append((rows, [a * shift + b for (a,), b in units]))
        row, shift = outer[0], constant[0]
    layers.append(([row], [shift]))
    return from_weights(layers)


def _weights(net: ReLUNetwork) -> list[tuple[list[list[Any]], list[Any]]]:
    """The matrix and the bias of each stage."""
    out = []
    for stage in net.stages:
        rows: list[list[Any]] = [[0] * stage.n_in for _ in range(stage.n_out)]
        where, columns, entries = stage.linear.entries()
        items = zip(where.tolist(), columns.tolist(), entries.scalars().tolist(), strict=True)
        for i, j, v in items:
            rows[i][j] += v
        out.append((rows, stage.bias.scalars().tolist()))
    return out
