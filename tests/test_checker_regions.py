"""What the checker must see: regions, and the work that is counted."""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from itertools import product

import pytest
from hand_made import (
    GOLDEN_FIELD,
    TENT,
    THREE,
    THREE_CELLS,
    TURN,
    a_map,
    by_growth,
    cell,
    covers,
    cycles,
    distance,
    graph,
    growth,
    halves,
    listed,
    malformed,
    net,
    on_a_line,
    paths,
    period,
    proved,
    refuted,
    whole,
)

import plsym as pl
from plsym.certificates.codec import Work, parse, rational_text
from plsym.certificates.counts import crossings_of
from plsym.certificates.maps import read_map
from plsym.errors import CertificateFormatError

# ----------------------------------------------------------------------------------------- regions


def planar(*stages):
    return {"network": net(*stages)}


QUADRANTS = planar(("1 0;0 1", "0 0", "0 0"), ("1 1", "0", "1"))


HALVES = planar(("1 0;0 1", "0 0", "0 0"), ("1 0", "0", "1"))


SQUARE = [([1, 0], 1), ([-1, 0], 1), ([0, 1], 1), ([0, -1], 1)]


GRID = [[x, y, 1] for y in (-1, 0, 1) for x in (-1, 0, 1)]


CELLS = [[0, 1, 4, 3], [1, 2, 5, 4], [3, 4, 7, 6], [4, 5, 8, 7]]


def regions(
    count, vertices=GRID, cells=CELLS, of="cells", sides=SQUARE, function=QUADRANTS, plane=None
):
    claim = {"kind": "regions", "of": of, "count": count}
    claim["half_spaces"] = [{"normal": [str(v) for v in a], "offset": str(b)} for a, b in sides]
    if plane is not None:
        claim["plane"] = {k: v.split() for k, v in zip(("origin", "u", "v"), plane, strict=True)}
    return claim, {"by": "polygons", "vertices": vertices, "cells": cells}, function


def test_polygons():
    proved(*regions(4))
    claim, evidence, function = regions(4)
    malformed("'strange' is not known", claim, evidence | {"strange": 0}, function)
    proved(*regions(4, cells=[c[::-1] for c in CELLS]))
    proved(*regions(4, of="connected"))
    proved(*regions(4, of="affine"))
    proved(*regions(2, of="connected", function=HALVES))
    proved(*regions(2, of="affine", function=HALVES))
    for of, function in (("cells", QUADRANTS), ("cells", HALVES), ("connected", HALVES)):
        right = 4 if of == "cells" else 2
        for count in (1, 2, 3, 4, 5):
            if count != right:
                refuted(f"regions, not {count}", *regions(count, of=of, function=function))
    # positive multiples are the same points
    proved(*regions(4, [[3 * x, 3 * y, 3] for x, y, _ in GRID]))
    refuted("lies outside", *regions(4, [[2 * x, 2 * y, 1] for x, y, _ in GRID]))
    refuted("there are no cells", *regions(1, cells=[]))
    for k in range(4):
        rest = CELLS[:k] + CELLS[k + 1 :]
        refuted("has 1 cells beside", *regions(3, cells=rest))
    refuted("cells beside", *regions(5, cells=[*CELLS, CELLS[0]]))
    # the same cell by vertices of its own
    twice = [*GRID, *([x, y, 1] for x, y, _ in GRID)]
    refuted("the same signs", *regions(8, twice, [*CELLS, *([v + 9 for v in c] for c in CELLS)]))
    # a cell with a corner cut off, and one that is too large
    refuted("lies on no wall", *regions(4, cells=[[0, 1, 3], *CELLS[1:]]))
    refuted("lies outside", *regions(3, cells=[[0, 2, 5, 3], *CELLS[2:]]))
    refuted("lies outside", *regions(1, cells=[[0, 2, 8, 6]]))
    refuted("lies on no wall", *regions(4, cells=[[0, 4, 1, 3], *CELLS[1:]]))
    refuted("are one point", *regions(4, [*GRID, [0, 0, 2]], [[0, 1, 4, 9, 3], *CELLS[1:]]))
    for few in ([0, 1], [0, 1, 4, 4], [0, 1, 4, 0], []):
        malformed("three different corners", *regions(4, cells=[few, *CELLS[1:]]))
    malformed("from 0 to 8", *regions(4, cells=[[0, 1, 4, 9]]))
    for vertex in ([0, 0], [0, 0, 1, 1], [0, 0, 0], [0, 0, -1]):
        malformed("w >= 0", *regions(4, [*GRID, vertex]))


def test_polygons_to_infinity():
    rays = [[0, 0, 1], [1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0]]
    cells = [[0, 1, 2], [0, 2, 3], [0, 3, 4], [0, 4, 1]]
    proved(*regions(4, rays, cells, sides=[]))
    proved(*regions(2, rays, cells, sides=[], function=HALVES, of="connected"))
    for k in range(4):
        refuted("has 1 cells beside", *regions(3, rays, cells[:k] + cells[k + 1 :], sides=[]))
    refuted("lies outside", *regions(4, rays, cells))
    refuted("lies outside", *regions(4, rays, [[0, 1, 3], *cells[1:]], sides=[]))
    # a half-plane
    up = [([0, -1], 0)]
    proved(*regions(2, rays, cells[:2], sides=up))
    refuted("has 1 cells beside", *regions(1, rays, cells[:1], sides=up))
    # the last edge, at infinity, is no end of the domain if it lies inside of it
    refuted("cells beside", *regions(2, rays, cells[:2], sides=[]))


def test_regions_on_a_plane():
    """The plane (s, t, s + t) of three inputs, of which the first two bend."""
    net3 = planar(("1 0 0;0 1 0;0 0 1", "0 0 9", "0 0 1"), ("1 1 0", "0", "1"))
    plane = ("0 0 0", "1 0 1", "0 1 1")
    proved(*regions(4, function=net3, plane=plane))
    proved(*regions(4, of="affine", function=net3, plane=plane))
    moved = ("1/2 0 0", "1/2 0 1", "0 1/3 1")
    grid = [[x, y, 1] for y in (-1, 0, 1) for x in (-1, 1)]
    two = [[0, 1, 3, 2], [2, 3, 5, 4]]
    proved(*regions(2, grid, two, function=net3, plane=moved))
    refuted("of cell 0", *regions(4, function=net3, plane=moved))
    refuted("are parallel", *regions(4, function=net3, plane=("0 0 0", "1 0 1", "2 0 2")))
    refuted("are parallel", *regions(4, function=net3, plane=("0 0 0", "0 0 0", "0 1 1")))
    refuted("are parallel", *regions(4, function=net3, plane=("0 0 0", "1 0 1", "-1 0 -1")))
    for u, v in (("1 1", "2 2"), ("1 0", "0 0"), ("0 1", "0 -1")):
        refuted("are parallel", *regions(4, plane=("0 0", u, v)))
    proved(*regions(4, plane=("0 0", "1 0", "0 1")))
    for bad in (
        ("0 0", "1 0 1", "0 1 1"),
        ("0 0 0", "1 0", "0 1 1"),
        ("0 0 0", "1 0 1", "0 1"),
        ("", "", ""),
    ):
        malformed("three vectors of one length", *regions(4, function=net3, plane=bad))
    malformed("rows of 2 entries", *regions(4, function=net3, plane=("0 0", "1 0", "0 1")))
    # a line has no plane, but one input read along two directions has
    one = planar(("1", "0", "0"), ("1", "0", "1"))
    grid = [[x, y, 1] for x in (-1, 0, 1) for y in (-1, 1)]
    proved(*regions(2, grid, [[0, 1, 3, 2], [2, 3, 5, 4]], function=one, plane=("0", "1", "0")))


def test_networks_of_regions():
    malformed(
        "last stage of the network is to be affine",
        *regions(4, function=planar(("1 0;0 1", "0 0", "0 0"))),
    )
    malformed(
        "polygons are evidence in two dimensions",
        *regions(1, function=planar(("1", "0", "1")), sides=[]),
    )
    malformed("first stage has no weights", *regions(4, function=planar(("", "", ""))))
    malformed(
        "there are no stages",
        *regions(4, function={"network": {"stages": []}}, plane=("0 0", "1 0", "0 1")),
    )
    malformed("a normal of 2 numbers", *regions(4, sides=[([1], 1)]))
    malformed("a normal of 2 numbers", *regions(4, sides=[([1, 0, 0], 1)]))
    malformed("a normal of 2 numbers", *regions(4, sides=[([0, 0], 1)]))
    malformed("one of cells, connected, affine", *regions(4, of="holes"))
    # identities, leaky units, and units that never change are no walls
    leaky = planar(("1 0;0 1;1 1;0 0", "0 0 5 -1", "1/2 -1 1 0"), ("1 1 1 1", "0", "1"))
    proved(*regions(4, function=leaky))
    proved(*regions(4, function=leaky, of="affine"))
    # an identity in front of the units that bend
    first = planar(("1 1;1 0;0 1", "0 0 0", "1 0 0"), ("0 1 1", "0", "1"))
    proved(*regions(4, function=first))
    proved(*regions(4, function=first, of="affine"))
    # a second stage: |x| + |y| bends again at 1/2
    deep = planar(("1 0;0 1", "0 0", "-1 -1"), ("2 2", "-1", "0"), ("1", "0", "1"))
    half = [[0, -1, 2], [1, 0, 2], [0, 1, 2], [-1, 0, 2]]
    vertices = GRID + half
    inner = [[4, 9, 10], [4, 10, 11], [4, 11, 12], [4, 12, 9]]
    outer = [[9, 1, 2, 5, 10], [10, 5, 8, 7, 11], [11, 7, 6, 3, 12], [12, 3, 0, 1, 9]]
    proved(*regions(8, vertices, inner + outer, function=deep))
    proved(*regions(5, vertices, inner + outer, function=deep, of="connected"))
    proved(*regions(5, vertices, inner + outer, function=deep, of="affine"))
    refuted("regions, not 4", *regions(4, vertices, inner + outer, function=deep, of="affine"))
    refuted("cells beside", *regions(4, vertices, inner, function=deep))


# a hat of slopes 0, 1, -1, 0: the map 0 comes twice
HAT_LINE = {"network": net(("1;2;2", "0 -1/2 -1", "0 0 0"), ("1 -1 1/2", "0", "1"))}


FOUR_CELLS = (
    cell("-1/2", "2:1", "-1", "0", "2:4", "2:2"),
    cell("1/8", "3:1/4", "2:1", "0", "1/4", "3:1/2"),
    cell("3/8", "4:1/2", "3:1/4", "3:1/4", "1/4", "1/2"),
    cell("3/4", "1", "4:1/2", "4:1/2", "4:2", "1/2"),
)


def test_walls():
    def line(count, *cells, **more):
        return on_a_line(count, *cells, **more)

    proved(*line(3, *THREE_CELLS))
    proved(*line(3, *THREE_CELLS[::-1]))
    proved(*line(4, *FOUR_CELLS, function=HAT_LINE))
    proved(*line(4, *FOUR_CELLS, function=HAT_LINE, of="connected"))
    proved(*line(3, *FOUR_CELLS, function=HAT_LINE, of="affine"))
    refuted("regions, not 4", *line(4, *FOUR_CELLS, function=HAT_LINE, of="affine"))
    refuted("regions, not 2", *line(2, *THREE_CELLS))
    refuted("there are no cells", *line(1))
    for k in range(3):
        refuted("not listed", *line(2, *THREE_CELLS[:k], *THREE_CELLS[k + 1 :]))
    refuted("the same signs", *line(4, *THREE_CELLS, THREE_CELLS[0]))

    def first(*walls, point="-1/2"):
        return line(3, cell(point, *walls), *THREE_CELLS[1:])

    refuted("point of cell 0 does not lie inside", *first("2:1", "-1", "0", "2:2", point="-1"))
    refuted("point of cell 0 does not lie inside", *first("2:1", "-1", "0", "2:2", point="0"))
    refuted("point of cell 0 does not lie inside", *first("2:1", "-1", "0", "2:2", point="-2"))
    refuted("cell 0 has 4 walls, not 3", *first("2:1", "-1", "0"))
    refuted("cell 0 has 4 walls, not 5", *first("2:1", "-1", "0", "2:2", "2:2"))
    refuted("point of wall 1 of cell 0 does not lie on it", *first("2:1", "-1/2", "0", "2:2"))
    refuted("point of wall 2 of cell 0 does not lie on it", *first("2:1", "-1", "-1/4", "2:2"))
    refuted("the point is outside others", *first("1", "-1", "0", "2:2"))
    refuted("the point is outside others", *first("2:1", "-1", "0", "1/2"))
    # factors: negative, of itself, too weak, of another direction
    refuted("a factor is negative", *first("2:1", "-1", "0", "2:3 2:-1"))
    refuted("or its own", *first("0:1", "-1", "0", "2:2"))
    refuted("or its own", *first("2:1", "1:1", "0", "2:2"))
    refuted("does not follow", *first("2:1", "-1", "0", "2:1"))
    refuted("does not follow", *first("2:1", "-1", "0", "2:0"))
    refuted("does not follow", *first("2:1", "-1", "3:1/2", "2:2"))
    proved(*first("3:1/2", "-1", "0", "2:2"))
    proved(*first("2:1/2 3:1/4", "-1", "0", "2:2"))
    proved(*first("2:1 3:0", "-1", "0", "2:1 2:1"))
    claim, evidence, function = first("2:1", "-1", "0", "2:2")
    for pair in ([2], [2, "1", "1"], []):
        evidence["cells"][0]["walls"][0] = {"factors": [pair]}
        malformed(r"a pair \[wall, factor\]", claim, evidence, function)
    malformed("1 coordinates belong", *first("2:1", "-1", "0", "2:2", point="0 0"))
    malformed("1 coordinates belong", *first("2:1", "-1 0", "0", "2:2"))
    # a domain whose ends are no integers
    short = (("1", "7/8"), ("-1", "7/8"))
    shorter = (
        cell("-1/2", "2:8", "-7/8", "0", "2:2"),
        cell("1/4", "3:4", "2:8", "0", "1/2"),
        cell("3/4", "7/8", "3:4", "3:1/2", "1/2"),
    )
    proved(*line(3, *shorter, sides=short))
    refuted("does not follow", *line(3, *THREE_CELLS, sides=short))
    # a wall that is listed twice, or in multiples, counts once
    double = [("1", "1"), ("-1", "1"), ("2", "2")]
    proved(*line(3, *THREE_CELLS, sides=double))
    # all of the line
    without = [
        cell("-1/2", "0", "0:2"),
        cell("1/4", "0", "1/2"),
        cell("3/4", "1:1/2", "1/2"),
    ]
    proved(*line(3, *without, sides=()))
    refuted("not listed", *line(2, *without[:2], sides=()))
    # a side that is a wall of the cells too
    proved(*line(2, cell("1/4", "0", "1/2"), cell("3/4", "1:1/2", "1/2"), sides=[("-1", "0")]))


def test_walls_in_the_plane():
    def corner(x, y):
        """The cell of a quadrant of the square: sides, then the two units."""
        sides = [f"{s} {Fraction(y, 2)}" if s == x else f"{4}:1" for s in (1, -1)] + [
            f"{Fraction(x, 2)} {s}" if s == y else f"{5}:1" for s in (1, -1)
        ]
        return cell(
            f"{Fraction(x, 2)} {Fraction(y, 2)}",
            *sides,
            f"0 {Fraction(y, 2)}",
            f"{Fraction(x, 2)} 0",
        )

    corners = [corner(x, y) for x in (1, -1) for y in (1, -1)]
    claim = regions(4)[0]
    proved(claim, {"by": "walls", "cells": corners}, QUADRANTS)
    connected = claim | {"of": "connected", "count": 2}
    proved(connected, {"by": "walls", "cells": corners}, HALVES)
    refuted("not listed", claim | {"count": 3}, {"by": "walls", "cells": corners[:3]}, QUADRANTS)
    malformed("one of polygons, walls", claim, {"by": "hope", "cells": corners}, QUADRANTS)
    # only from below is it seen that the cells above are missing, and so on
    for kept in product((0, 1), repeat=4):
        some = [c for c, k in zip(corners, kept, strict=True) if k]
        if 0 < len(some) < 4:
            fewer = claim | {"count": len(some)}
            refuted("not listed", fewer, {"by": "walls", "cells": some}, QUADRANTS)
    # factors that are right in the first coordinate alone
    tilted = copy.deepcopy(corners)
    tilted[0]["walls"][1] = {"factors": [[4, "1"], [5, "1"]]}
    refuted("does not follow", claim, {"by": "walls", "cells": tilted}, QUADRANTS)
    # at the origin both units vanish: a point of both walls proves neither
    lazy = corner(1, 1)
    lazy["walls"][4] = {"point": ["0", "0"]}
    refuted("outside others", claim, {"by": "walls", "cells": [lazy, *corners[1:]]}, QUADRANTS)


# ----------------------------------------------------------------------------- the work is counted


@pytest.fixture
def cost(monkeypatch):
    """What checking a certificate costs, in units of work."""
    met = []

    class Counting(Work):
        def __init__(self, size):
            super().__init__(size)
            met.append(self)

    monkeypatch.setattr("plsym.certificates.checker.Work", Counting)

    def measured(claim, evidence, function=TENT, field=None):
        pl.check(pl.Certificate.of(claim, function, evidence, field))
        return met[-1].spent

    return measured


def test_every_loop_is_paid_for(cost):
    """Twice as much of everything costs more, by at least what is looked at once more."""
    points = [str(Fraction(k, 64)) for k in range(65)]
    line = {**a_map("0 1", "0 1"), "breakpoints": points, "values": points}
    pairs = [(i, j) for i in range(64) for j in range(64)]

    every = covers(" ".join(points), 6, *pairs)
    assert cost(*every) >= cost(*covers("0 1", 6, (0, 0))) + 64 * 64
    assert cost(*listed(2000, [1], [(3, THREE)])) >= cost(*listed(1000, [1], [(3, THREE)])) + 4000
    rungs = " ".join(points)
    flat = graph(2, rungs, " ".join(["0"] * 64))
    assert cost(*flat, line) >= cost(*graph(2, "0 1", "0"), a_map("0 1", "0 1")) + 6 * 64
    fan = graph(3, rungs, " ".join(["1"] + ["0"] * 63))
    steep = {**line, "values": ["0", *["1"] * 64]}
    gentle = {**line, "values": ["0", *["1/64"] * 64]}
    assert cost(*fan, steep) >= cost(*fan, gentle) + 63
    chaos = ["1/4", "1/2", "1", "0"]
    still = cost(*period(3, "odd chaos", None, points=chaos))
    assert cost(*period(3, "odd chaos", "1/28", points=chaos)) >= still + 3 * 3
    # numbers of many words
    long = rational_text(Fraction(10**4000 + 1, 10**4000))
    short = cost(*halves("2", "lower"), TURN)
    assert cost(*halves(long, "lower"), TURN) >= short + 300**2
    # parts, breakpoints and targets
    graph_of = paths("0 1", "01", "0" * 64, "1")
    zigzag = {**line, "values": [str(k % 2) for k in range(65)]}
    lower, less = (
        growth({"lower": "64"}, graph_of),
        growth({"lower": "64"}, paths("0 1", "01", "-" * 64)),
    )
    assert cost(*lower, zigzag) >= cost(*less, zigzag) + 64
    level = {**line, "values": ["0"] * 65}
    empty = growth({"lower": "64"}, paths("0 1", "01", ".", "1"))
    assert cost(*less, zigzag) >= cost(*empty, level) + 64 * 4
    falls = {**line, "values": points[::-1]}
    assert cost(*halves("1"), falls) >= cost(*halves("1"), TURN) + 64 * 30
    # itineraries
    three = "0 0 0, 0 0 1, 0 1 0, 0 1 1, 1 1 1"
    nodes = 1 + 2 + 3 + 5
    assert cost(*cycles(3, "2/7 2/9", three)) >= 20 * nodes
    more = "0 0 0 0 0 0 0 0 0 0 0 0"
    slow = a_map("0 1", "0 1/3")
    assert cost(*cycles(12, "", more, "0 0 0 0 0 0"), slow) >= 20 * 19 + 8 * 12
    # networks: all weights at all points
    units = 40
    rows = [[str(k)] for k in range(units)]
    stage = {"weights": rows, "bias": ["0"] * units, "negative_slope": ["1"] * units}
    out = {"weights": [["0"] * units], "bias": ["0"], "negative_slope": ["1"]}
    zero = {**line, "values": ["0"] * 65, "network": {"stages": [stage, out], "points": points}}
    small = {**zero, "network": {"stages": [out | {"weights": [["0"]]}], "points": points}}
    claim = {"kind": "network"}
    assert cost(claim, {}, zero) >= cost(claim, {}, small) + 2 * 65 * units


def test_numbers_that_explode_end_at_the_limit():
    """Squaring forty times is refused long before the numbers have 2^40 digits."""
    rate = "1000000000001/1000000000000"
    slow = a_map("0 1", "0 1/2")
    malformed("checking needs more than", *by_growth("40", rate), slow)
    malformed("checking needs more than", *by_growth(3 << 40, rate), slow)


def test_crossings_of_levels_that_are_not_met():
    f = read_map(parse(json.dumps(TENT)), None, Work(1000))
    assert crossings_of(f, 3, Fraction(0), Fraction(1)) == 8
    assert crossings_of(f, 3, Fraction(-1), Fraction(2)) == 0
    assert crossings_of(f, 3, Fraction(2), Fraction(3)) == 0
    refuted("not more than", *distance("0", 1, by="crossings", low="-1", high="2"))
    levels = {"by": "crossings", "low": "1/4", "high": "3/4"}
    for z in ("3/8", "5/8"):
        proved(*distance("1/16", of="classification", threshold=z, **levels))
        more = distance("1/15", of="classification", threshold=z, **levels)
        refuted("crossings show less", *more)


def test_a_plateau_in_front_of_a_cycle_of_intervals():
    """The interval of a plateau is followed by none, and still counts as one."""
    f = a_map("0 1 2", "1 1 2")
    proved(*graph(2, "0 1 2", "0 0"), f)
    refuted("leaves period 1 open", *graph(1, "0 1 2", "0 0"), f)
    turned = a_map("0 1 2", "2 2 1")
    refuted("leaves period 2 open", *graph(2, "0 1 2", "0 0"), turned)
    proved(*graph(3, "0 1 2", "0 0"), turned)


def test_leaky_units_over_a_field():
    leaky = [{"weights": [[["0", "1"]]], "bias": ["0"], "negative_slope": ["1/2"]}]
    f = a_map("-1 0 1", "0 0 0") | {"network": {"stages": leaky}}
    f["values"] = [["0", "-1/2"], "0", ["0", "1"]]
    proved({"kind": "network"}, {}, f, GOLDEN_FIELD)
    f["values"] = [["0", "-1"], "0", ["0", "1"]]
    refuted("value at its point 0", {"kind": "network"}, {}, f, GOLDEN_FIELD)


def test_integers_too_long_to_be_printed():
    """They are refused as any other wrong integer is."""
    huge = "0x" + "f" * 5000
    for count in (10**9, huge):
        claim, *rest = on_a_line(count, *THREE_CELLS)
        refuted("make 3 regions, not as many as claimed", claim, *rest)
    refuted("make 3 regions, not 999999999", *on_a_line(10**9 - 1, *THREE_CELLS))
    data = whole("exact growth")
    for digits, text in ((250_000, "hexadecimal digits"), (249_999, "")):
        data["claim"]["exact"]["minimal_polynomial"][0] = "-0x1" + "0" * digits
        if text:
            with pytest.raises(CertificateFormatError, match="at most 250000 hexadecimal digits"):
                pl.check(pl.Certificate(json.dumps(data)))
        else:
            assert not pl.check(pl.Certificate(json.dumps(data)))
    far = "0x1" + "0" * 24_999
    for x in (far, "-" + far):
        proved(*regions(4, [*GRID, [x, 0, 1]]))  # a corner that no cell has
    malformed("at most 25000 hexadecimal digits", *regions(4, [*GRID, ["-" + far + "0", 0, 1]]))
