"""What the checker must see: counts, growth numbers and distances."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise

import pytest
from hand_made import (
    CUP,
    GOLDEN_FIELD,
    TENT,
    TURN,
    a_map,
    distance,
    growth,
    malformed,
    paths,
    proved,
    refuted,
    window,
    windows,
)

import plsym as pl
from plsym.certificates.codec import Work, parse
from plsym.certificates.distances import _integral
from plsym.certificates.maps import read_map

# ------------------------------------------------------------------------------------------ counts


COUNTED = (
    TENT,
    CUP,
    TURN,
    a_map("0 1", "1/3 1/3"),
    a_map("0 1/4 1/2 3/4 1", "0 1/2 1/2 1 1/4"),
    a_map("0 3/10 7/10 1", "1/10 9/10 1/5 19/20"),
    a_map("0 1/4 1/2 3/4 1", "0 1/2 1 1/2 0"),  # breakpoints where nothing bends
    a_map("0 1/4 1/2 3/4 1", "1/4 1/4 3/4 3/4 1/4"),
    a_map("0 1/3 2/3 1", "1 1/2 1/2 0"),
    a_map("-1 0 1", "1 -1 1"),
    # neighbours that go the same way with other slopes
    a_map("0 1/4 1/2 1", "0 3/4 1 0"),
    a_map("0 1/3 2/3 1", "1 1/2 1/4 0"),
    # the value of the plateau runs through a cycle of length 5
    a_map("0 1/5 2/5 3/5 4/5 1", "1/5 3/5 3/5 4/5 1 0"),
)


@pytest.mark.parametrize("f", COUNTED, ids=lambda f: f["values"])
def test_counts(f):
    map_ = pl.PiecewiseLinear(f["breakpoints"], f["values"])
    for n in range(1, 4):
        power = map_.iterate(n)
        levels = [(0, 1), (Fraction(1, 4), Fraction(1, 2)), (Fraction(1, 2), Fraction(3, 4))]
        levels += [(-1, 1), (Fraction(3, 5), Fraction(9, 10)), (Fraction(3, 5), Fraction(4, 5))]
        expected = [
            ({"of": "laps"}, power.lap_number),
            ({"of": "pieces"}, power.num_pieces),
        ]
        for low, high in levels:
            ends = {"low": str(low), "high": str(high)}
            expected.append(({"of": "crossings", **ends}, _crossings(power, low, high)))
            expected.append(({"of": "threshold", "low": str(high)}, _intervals(power, high)))
        for what, count in expected:
            for shown in range(max(0, count - 1), count + 2):
                claim = {"kind": "count", "power": n, "count": shown, **what}
                found = pl.check(pl.Certificate.of(claim, f, {}))
                assert bool(found) == (shown == count), (claim, count)
                assert found or found.reason == f"the number of {what['of']} is not {shown}"


def _crossings(power, low, high):
    """The longest alternation of values <= low and >= high at breakpoints, less one."""
    sides = [y >= high for y in _ordinates(power) if y <= low or y >= high]
    return max(0, sum(a != b for a, b in pairwise(sides)))


def _intervals(power, level):
    """Maximal intervals, single points included, on which power >= level is constant."""
    ys = _ordinates(power)
    states = [ys[0] >= level]
    for u, v in pairwise(ys):
        if min(u, v) < level < max(u, v):
            states += [u > v, u < v]
        else:
            states.append(min(u, v) >= level)
        states.append(v >= level)
    return 1 + sum(a != b for a, b in pairwise(states))


def _ordinates(power):
    return [power(x) for x in sorted({*power.domain, *power.breakpoints})]


def test_counts_are_refused():
    def count(of, power=1, number=1, **levels):
        return {"kind": "count", "of": of, "power": power, "count": number, **levels}, {}

    for of in ("lapses", "crossing", ""):
        malformed("one of laps, pieces, crossings, threshold", *count(of))
    malformed("from 1 to 100000", *count("laps", 0))
    malformed("from 1 to 100000", *count("laps", 100_001))
    malformed("from 0 on", *count("laps", 1, -1))
    for low, high in (("1/2", "1/2"), ("1", "1/2")):
        malformed("high: a level above", *count("crossings", 1, 0, low=low, high=high))
    proved(*count("crossings", 1, 2, low="0", high="1"))
    proved(*count("threshold", 1, 3, low="1/2"))
    refuted("is another one", *count("laps", 1, 10**9))
    refuted("is not 999999999", *count("laps", 1, 10**9 - 1))
    refuted("leaves its domain", *count("laps"), a_map("0 1", "0 2"))


# ------------------------------------------------------------------------------------------ growth


def test_growth_by_slopes_and_laps():
    slopes = {"by": "slopes"}
    proved(*growth({"lower": "2"}, slopes))
    proved(*growth({"upper": "2"}, None, slopes))
    proved(*growth({"lower": "2", "upper": "2"}, slopes, slopes))
    refuted("slope is smaller", *growth({"lower": "201/100"}, slopes))
    refuted("slope is greater", *growth({"upper": "199/100"}, None, slopes))
    refuted("slope is greater", *growth({"lower": "2", "upper": "1"}, slopes, slopes))
    # rising and falling slopes alike
    for ys in ("0 1 0", "1 0 1"):
        f = a_map("0 1/4 1", ys)
        proved(*growth({"lower": "4/3"}, slopes), f)
        refuted("slope is smaller", *growth({"lower": "7/5"}, slopes), f)
        proved(*growth({"upper": "4"}, None, slopes), f)
        refuted("slope is greater", *growth({"upper": "39/10"}, None, slopes), f)
    proved(*growth({"lower": "1"}))
    proved(*growth({"lower": "1/2"}))
    refuted("no growth above 1", *growth({"lower": "1000001/1000000"}))
    refuted("at least 1", *growth({"upper": "1/2"}, None, slopes), a_map("0 1", "0 1/2"))
    proved(*growth({"upper": "1"}, None, slopes), a_map("0 1", "0 1/2"))
    malformed("one of graph, slopes, halves", *growth({"upper": "2"}, None, {"by": "laps"}))
    malformed("one of graph, slopes, laps, halves", *growth({"lower": "2"}, {"by": "hope"}))
    malformed("is needed", *growth({}))


def test_exact_growth():
    slopes = {"by": "slopes"}
    two = {"exact": {"minimal_polynomial": [-2, 1], "interval": ["1", "3"]}}
    proved(*growth(two, slopes, slopes))
    proved(*growth({**two, "lower": "2", "upper": "2"}, slopes, slopes))
    proved(*growth({**two, "lower": "1", "upper": "3"}, slopes, slopes))
    refuted("lower bound is above", *growth({**two, "lower": "201/100"}, slopes, slopes))
    refuted("upper bound is below", *growth({**two, "upper": "199/100"}, slopes, slopes))
    golden = {"exact": GOLDEN_FIELD}
    refuted("slope is greater", *growth(golden, slopes, slopes))
    refuted("slope is smaller", *growth({"exact": two["exact"]}, slopes, slopes), TURN)
    # weights in the field of the number may have a sign, and must not be negative
    own = paths(targets="00") | {"weights": ["-1"]}
    refuted("weight of interval 0 is negative", *growth(two, own, slopes))
    refuted("is not positive", *growth(two, slopes, own | {"layers": [0]}))
    # bounds next to an exact number are rational
    for name in ("lower", "upper"):
        own = {**two, name: ["0", "1"]}
        refuted(f"the {name} bound is", *growth(own, slopes, slopes), TENT, GOLDEN_FIELD)


def test_growth_by_graphs_from_below():
    full = paths()
    proved(*growth({"lower": "2"}, full))
    refuted("do not grow", *growth({"lower": "201/100"}, full))
    one = paths(targets="0-")
    proved(*growth({"lower": "1"}, one))
    refuted("do not grow", *growth({"lower": "2"}, one))
    proved(*growth({"lower": "1"}, paths(targets="-0")))
    refuted("weights are zero", *growth({"lower": "2"}, paths(weights="0")))
    # halves lead to the whole and the whole to halves: two steps double the paths
    for weights, rate, more, where in (
        ("5 5 7", "7/5", "1401/1000", 0),
        ("12 12 17", "24/17", "24001/17000", 2),
    ):
        both = paths("0 1/2 1", "01 12 02", "2 2 01", weights)
        proved(*growth({"lower": rate}, both))
        refuted(f"at interval {where}", *growth({"lower": more}, both))
    for weights in ("-1", "1/2"):
        malformed("an integer", *growth({"lower": "2"}, {**full, "weights": [weights]}))
    malformed("from 0 on", *growth({"lower": "2"}, paths(weights="-1")))
    # images of points: point 1 is f(1/2) = 1, point 2 is f(1) = 0
    proved(*growth({"lower": "2"}, paths("1/2 f0 f1", "21", "00")))
    refuted("is none", *growth({"lower": "2"}, paths("1/2 f0 f1", "12", "00")))
    refuted("is none", *growth({"lower": "2"}, paths(intervals="11", targets=".")))
    refuted("leaves the domain", *growth({"lower": "2"}, paths("-1 1")))
    refuted("leaves the domain", *growth({"lower": "2"}, paths("0 2")))
    malformed("from 0 to 0", *growth({"lower": "2"}, paths("0 f1")))
    malformed("from 0 to -1", *growth({"lower": "2"}, paths("f0 1")))
    malformed("from 0 to 1", *growth({"lower": "2"}, paths(intervals="02")))
    malformed("from 0 to 0", *growth({"lower": "2"}, paths(targets="01")))
    malformed("two numbers of points", *growth({"lower": "2"}, paths(intervals="0")))
    malformed("two numbers of points", *growth({"lower": "2"}, paths("0 1/2 1", "012")))
    malformed("different lengths", *growth({"lower": "2"}, paths(weights="1 1")))
    malformed("different lengths", *growth({"lower": "2"}, paths(targets="00 00")))
    malformed("different lengths", *growth({"lower": "2"}, paths(intervals="01 01")))
    malformed("different lengths", *growth({"lower": "2"}, paths("0 1", "", "", "")))
    refuted("interval 0 has 2 parts, not 1", *growth({"lower": "2"}, paths(targets="0")))
    refuted("interval 0 has 2 parts, not 3", *growth({"lower": "2"}, paths(targets="000")))
    # the image of a part contains its target: both ends count, rising and falling
    small = {"lower": "1"}
    for ys in ("0 3/4 0", "1/4 1 1/4", "1 1/4 1", "3/4 0 3/4"):
        refuted("another image", *growth(small, full), a_map("0 1/2 1", ys))
        proved(*growth({"upper": "2"}, None, paths(layers="0")), a_map("0 1/2 1", ys))
    middle = paths("1/4 1/2 3/4", "02", "00")
    proved(*growth({"lower": "2"}, middle), a_map("0 1/4 1/2 3/4 1", "0 1/4 3/4 1/4 0"))
    # a part after one that is not used is looked at all the same
    refuted(
        "part 1 of interval 0", *growth(small, paths(targets="-0")), a_map("0 1/2 1", "0 1 1/2")
    )
    # plateaus are no parts
    shelf = a_map("0 1/3 2/3 1", "0 1 1 0")
    proved(*growth({"lower": "2"}, full), shelf)
    refuted("2 parts, not 3", *growth({"lower": "2"}, paths(targets="0-0")), shelf)


def test_growth_by_graphs_from_above():
    full = paths(layers="0")
    proved(*growth({"upper": "2"}, None, full))
    refuted("grow faster", *growth({"upper": "199/100"}, None, full))
    malformed("a layer for each", *growth({"upper": "2"}, None, paths()))
    malformed("a layer for each", *growth({"upper": "2"}, None, paths(layers="0 0")))
    refuted(
        "weight of interval 0 is not positive",
        *growth({"upper": "2"}, None, paths(weights="0", layers="0")),
    )
    refuted("leads nowhere", *growth({"upper": "2"}, None, paths(targets="0-", layers="0")))
    for points in ("1/8 1", "0 7/8"):
        f = a_map("0 1/2 1", "1/4 3/4 1/4")
        refuted(
            "interval 0 is not the domain",
            *growth({"upper": "2"}, None, paths(points, layers="0")),
            f,
        )
    inside = paths("0 1 1/8 7/8", "01 23", "11 11", "1 1", "1 0")
    f = a_map("0 1/2 1", "1/4 3/4 1/4")
    proved(*growth({"upper": "2"}, None, inside), f)
    # with the layers the other way round the path into interval 1 rises
    refuted("higher layer", *growth({"upper": "2"}, None, {**inside, "layers": [0, 1]}), f)
    # weights of other layers do not count, those of the same layer do
    heavy = {**inside, "weights": [1, 9]}
    proved(*growth({"upper": "2"}, None, heavy), f)
    refuted("at interval 0", *growth({"upper": "2"}, None, {**heavy, "layers": [0, 0]}), f)
    # the target contains the image: both ends count
    for points in ("0 1 3/8 7/8", "0 1 1/8 5/8"):
        lacking = paths(points, "01 23", "11 11", "1 1", "1 0")
        refuted("part 0 of interval 0 has another image", *growth({"upper": "2"}, None, lacking), f)
    # the image of one part only
    slanted = a_map("0 1/2 1", "1/4 3/4 1/8")
    lacking = paths("0 1 1/4 3/4", "01 23", "11 11", "1 1", "1 0")
    refuted(
        "part 1 of interval 0 has another image", *growth({"upper": "2"}, None, lacking), slanted
    )


# --------------------------------------------------------------------------------------- distances


def test_distances_by_crossings():
    # eight crossings, slopes of size 8: 4 lobes of 1/2 * 1/2 * 1/16 on the wrong side
    proved(*distance("1/16"))
    refuted("crossings show less", *distance("1000001/16000000"))
    proved(*distance("1/64", 7))
    refuted("crossings show less", *distance("1/63", 7))
    refuted("not more than the pieces", *distance("0", 8))
    refuted("not more than the pieces", *distance("0", 9))
    low = {"by": "crossings", "low": "1/4", "high": "3/4"}
    proved(*distance("1/64", **low))
    refuted("crossings show less", *distance("1/63", **low))
    # the steepest slope, rising or falling
    for ys in ("0 1 0 0", "1 0 1 1"):
        proved(*distance("1/32", 1, 1), a_map("0 1/2 3/4 1", ys))
        refuted("crossings show less", *distance("1/31", 1, 1), a_map("0 1/2 3/4 1", ys))
        proved(*distance("1/32", 1, 1), a_map("0 1/4 3/4 1", ys))
        refuted("crossings show less", *distance("1/31", 1, 1), a_map("0 1/4 3/4 1", ys))
    # classification: the nearer level counts
    for z in ("1/3", "2/3"):
        proved(*distance("1/6", of="classification", threshold=z))
        refuted("crossings show less", *distance("1/5", of="classification", threshold=z))
    proved(*distance("1/4", of="classification", threshold="1/2"))
    for z in ("0", "1", "-1", "2"):
        refuted("between the levels", *distance("0", of="classification", threshold=z))
    for high in ("1/4", "1/8"):
        malformed("a level above", *distance("0", by="crossings", low="1/4", high=high))
    malformed("one of L1, classification", *distance("0", of="L2"))
    malformed("one of crossings, windows", *distance("0", by="hope"))
    malformed('"crossings", for the', *distance("0", 4, 3, "classification", "1/2", by="windows"))
    malformed("from 1 to 2000", *distance("0", 4, 2001))
    malformed("from 1 to 2000", *distance("0", 4, 0))
    malformed("from 1 on", *distance("0", 0))


def test_distances_by_windows():
    # the tent map is 1/4 away from affine functions, and f^2 maps 4 pieces onto [0, 1]
    for pieces, bound in ((1, "1/4"), (2, "3/16"), (4, "1/16"), (5, "0"), (9, "0")):
        proved(*windows(bound, pieces, window()))
        more = str(Fraction(bound) + Fraction(1, 10**6))
        refuted("windows show less", *windows(more, pieces, window()))
    # upside down, the integral is negative
    proved(*windows("1/4", 1, window(values="1 -1 1")))
    # all of f^3 at once: f^3 less affine on one window
    teeth = " ".join(str(Fraction(k, 16)) for k in (0, *range(1, 16, 2), 16))
    signs = " ".join("-1" if k % 2 == 0 else "1" for k in range(9))
    deep = window(points=teeth, values=signs)
    proved(*windows("1/4", 1, deep, depth=3))
    proved(*windows("0", 2, deep, depth=3))
    refuted("windows show less", *windows("26/100", 1, deep, depth=3))
    malformed("from 1 to 3", *windows("0", 1, window(), depth=4))
    malformed("from 1 to 3", *windows("0", 1, window(), depth=0))
    malformed("from 1 to 16", *windows("0", 1, window(), depth=17, power=40))
    refuted("not all of one size", *windows("0", 1, window()), a_map("0 1/4 1", "0 1 0"))
    refuted("not all of one size", *windows("0", 1, window()), a_map("0 1/2 3/4 1", "0 1 0 1/2"))
    refuted("not all of one size", *windows("0", 1), a_map("0 1", "1/2 1/2"))
    refuted("listed twice", *windows("0", 1, window(), window()))
    refuted("no piece of f^2", *windows("0", 1, window("0", "1/2", "0 1/8 3/8 1/2")))
    refuted("leave their window", *windows("0", 1, window(points="-1/2 0 1 3/2")))
    refuted("leave their window", *windows("0", 1, window(points="-1 1/4 3/4 1")))
    refuted("leave their window", *windows("0", 1, window(points="0 1/4 3/4 2")))
    proved(*windows("0", 1, window(points="1/4 3/8 5/8 3/4")))
    refuted("do not increase", *windows("0", 1, window(points="0 3/4 1/4 1")))
    refuted("do not increase", *windows("0", 1, window(points="0 1/4 1/4 1")))
    for values in ("-2 2 -2", "2 -2 2", "-1 101/100 -1"):
        refuted("above 1 in size", *windows("0", 1, window(values=values)))
    # orthogonal to 1 but not to x, to x but not to 1
    refuted("not orthogonal", *windows("0", 1, window(points="0 1/2 1", values="1 -1")))
    refuted("not orthogonal", *windows("0", 1, window(points="0 1/2 1", values="1 -1/3")))
    for values in ("-1 1", "-1 1 -1 1"):
        malformed("one value for each", *windows("0", 1, window(values=values)))


def test_windows_over_a_field():
    claim, evidence = windows("1/4", 1, window() | {"low": ["0"], "high": ["1"]})
    proved(claim, evidence, TENT, GOLDEN_FIELD)


STEEP = [f for f in COUNTED if all(u != v for u, v in pairwise(f["values"]))]


@pytest.mark.parametrize("f", STEEP, ids=lambda f: f["values"])
def test_integrals_of_powers(f):
    checked = read_map(parse(json.dumps(f)), None, Work(1000))
    map_ = pl.PiecewiseLinear(f["breakpoints"], f["values"])
    low, high = map_.domain
    third = low + (high - low) / 3
    for n in (1, 2, 3):
        power = map_.iterate(n)
        for a, b in ((low, high), (third, high), (low, third)):
            assert _integral(checked, n, a, b) == power.integral(a, b)
    assert _integral(checked, 0, low, third) == (third**2 - low**2) / 2


def test_windows_of_two_kinds():
    """A breakpoint spoils the window with the greatest distance first."""
    # slopes of size 2; [0, 1] is mapped onto itself, [1, 2] onto [0, 2]
    f = a_map("0 1/2 1 2", "0 1 0 2")
    one = window()
    line = window("0", "2", "0 1/2 1 2", "-1 1 -1/4")
    refuted("not orthogonal", *windows("0", 1, one, line, power=2), f)
    two = window("0", "2", "0 1/2 3/2 2", "-1 1 -1")
    error = Fraction(0)
    for (a, b), v in zip(
        pairwise([Fraction(k, 2) for k in (0, 1, 3, 4)]), (-1, 1, -1), strict=True
    ):
        error += v * pl.PiecewiseLinear(f["breakpoints"], f["values"]).integral(a, b)
    error = abs(error)
    assert error not in (0, Fraction(1, 4))
    # f maps [0, 1/2] and [1/2, 1] onto [0, 1], and [1, 2] onto [0, 2]
    total = error + 2 * Fraction(1, 4)
    spoilt = sorted([error, Fraction(1, 4), Fraction(1, 4)], reverse=True)
    for pieces in (1, 2, 3, 4, 5):
        bound = (total - sum(spoilt[: pieces - 1])) / 2
        for listed in ((one, two), (two, one)):
            proved(*windows(str(bound), pieces, *listed, power=2), f)
            more = str(bound + Fraction(1, 10**6))
            refuted("windows show less", *windows(more, pieces, *listed, power=2), f)
