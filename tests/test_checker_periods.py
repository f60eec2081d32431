"""What the checker must see of periods that are absent, all periods, halves and itineraries."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hand_made import (
    CUP,
    GOLDEN_FIELD,
    GOLDEN_MAP,
    SWAP,
    SWAPPED,
    TENT,
    THREE,
    TURN,
    a_map,
    by_growth,
    cycle,
    cycles,
    graph,
    halves,
    listed,
    malformed,
    no_period,
    paths,
    proved,
    refuted,
    strongest,
    trimmed,
    vee,
)

from plsym.certificates.absences import Absent, _cycles_of, _least_period_is, _overlaps
from plsym.certificates.codec import Work, parse
from plsym.certificates.maps import read_map
from plsym.certificates.periods import forces

# ------------------------------------------------------------------------------ a period is absent


def test_what_is_absent_excludes_what_forces_it():
    odd = range(3, 101, 2)
    for period in range(1, 25):
        absent = Absent(period, 0)
        for n in range(1, 65):
            assert absent.excludes(n) == forces(n, period)
        for level in range(5):
            every = all(forces(q << i, period) for i in range(level + 1) for q in odd)
            assert absent.excludes_level(level) == every
    for level in range(4):
        absent = Absent(None, level)
        gone = {q << i for i in range(level + 1) for q in odd}
        for n in range(1, 65):
            assert absent.excludes(n) == (n in gone)
        for other in range(5):
            assert absent.excludes_level(other) == (other <= level)


@pytest.mark.parametrize(
    ("what", "below", "above"),
    [
        (3, "1.6180", "1.6181"),  # roots of x^q - 2 x^(q-2) - 1
        (5, "1.5128", "1.5129"),
        (7, "1.4655", "1.4656"),
        (9, "1.4413", "1.4414"),
        (101, "1.4142", "1.4143"),
        (6, "1.27201", "1.27202"),  # square roots of them
        (10, "1.22999", "1.23000"),
        (12, "1.12783", "1.12784"),
        (202, "1.1892", "1.1893"),
        ("0", "1.4142", "1.4143"),  # the root of 2 that all of them exceed, and its roots
        ("1", "1.1892", "1.1893"),
        ("2", "1.0905", "1.0906"),
    ],
)
def test_a_slow_map_lacks_periods(what, below, above):
    proved(*by_growth(what, str(Fraction(below))), vee(below))
    refuted("growth bound", *by_growth(what, str(Fraction(above))), vee(above))
    refuted("growth bound", *by_growth(what, "2"))
    refuted("slope is greater", *by_growth(what, "1"), vee(below))


def test_growth_excludes_no_power_of_two():
    for n in (1, 2, 4, 64):
        refuted("does not exclude", *by_growth(n, "1"), TURN)
        refuted("does not exclude", *by_growth(n, "2"))
    field = {"minimal_polynomial": [-2, 0, 1], "interval": ["1", "2"]}
    root = {**TENT, "breakpoints": ["-1", "0", ["-1", "1"]]}
    root["values"] = [["-1", "1"], "-1", ["1", "-1"]]
    proved(*by_growth("0", ["0", "1"]), root, field)
    proved(*by_growth(3, ["0", "1"]), root, field)
    refuted("does not exclude", *by_growth("1", ["0", "1"]), root, field)
    # at the golden ratio itself there is a cycle of length 3
    proved(*by_growth(5 << 1, "1"), TURN)
    refuted("not below", *by_growth(3, ["0", "1"]), GOLDEN_MAP, GOLDEN_FIELD)


def test_exchanged_sides():
    def exchange(what, *doublings):
        return no_period(what, "exchange", doublings=list(doublings))

    proved(*exchange(3, *SWAPPED), SWAP)
    proved(*exchange(15, *SWAPPED), SWAP)
    proved(*exchange("0", *SWAPPED), SWAP)
    for n in (1, 2, 4, 6, 10, 12):
        refuted(f"1 doublings do not exclude period {n}", *exchange(n, *SWAPPED), SWAP)
    refuted("1 doublings do not exclude level 1", *exchange("1", *SWAPPED), SWAP)
    refuted("0 doublings do not exclude level 0", *exchange("0"), SWAP)
    refuted("0 doublings do not exclude period 3", *exchange(3), SWAP)


def test_graphs_of_single_cycles():
    line = a_map("0 1", "0 1")
    proved(*graph(2, "0 1", "0"), line)
    refuted("leaves period 1 open", *graph(1, "0 1", "0"), line)
    proved(*graph(3, "0 1", "0"), TURN)
    proved(*graph(4, "0 1", "7"), TURN)
    refuted("leaves period 1 open", *graph(1, "0 1", "0"), TURN)
    refuted("leaves period 2 open", *graph(2, "0 1", "0"), TURN)
    # [0, 1] and [2, 3] change places, and [1, 2] turns round a fixed point
    turned, kept = a_map("0 1 2 3", "2 3 1 0"), a_map("0 1 2 3", "2 3 0 1")
    proved(*graph(8, "0 1 2 3", "0 1 0"), turned)
    proved(*graph(3, "0 1 2 3", "0 1 0"), turned)
    for n in (1, 2, 4):
        refuted(f"leaves period {n} open", *graph(n, "0 1 2 3", "0 1 0"), turned)
    proved(*graph(4, "0 1 2 3", "0 1 0"), kept)
    refuted("leaves period 2 open", *graph(2, "0 1 2 3", "0 1 0"), kept)
    refuted(
        "interval 1 of the graph overlaps one of a higher layer",
        *graph(4, "0 1 2 3", "1 0 1"),
        kept,
    )
    refuted(
        "interval 1 of the graph overlaps two others of its layer",
        *graph(4, "0 1 2 3", "0 0 0"),
        kept,
    )
    refuted("overlaps two others", *graph(3, "0 1/2 1", "0 0"))
    refuted("is about one period", *graph("0", "0 1", "0"), TURN)
    malformed("one layer for each", *graph(3, "0 1", "0 0"), TURN)
    malformed("one layer for each", *graph(3, "0 1/2 1", "0"), TURN)
    malformed("one layer for each", *graph(3, "0", ""), TURN)
    refuted("do not increase", *graph(3, "0 1 1", "0 0"), TURN)
    refuted("end to end", *graph(3, "0 1/2", "0"), TURN)
    refuted("end to end", *graph(3, "1/2 1", "0"), TURN)
    refuted("end to end", *graph(3, "-1 1", "0"), TURN)
    refuted("breakpoint of the map", *graph(3, "0 1", "0"))
    refuted("breakpoint of the map", *graph(3, "0 3/4 1", "0 0"))


def test_fixed_points_on_plateaus():
    """No interval follows another in a cycle here, and still there is a fixed point."""
    shelf = a_map("0 1 2 3", "1 3/2 3/2 2")
    refuted("a point of the graph has period 1", *graph(1, "0 1 2 3", "1 0 1"), shelf)
    proved(*graph(2, "0 1 2 3", "1 0 1"), shelf)
    flat = a_map("0 1 2", "1 1 1")
    refuted("a point of the graph has period 1", *graph(1, "0 1 2", "0 0"), flat)
    # the end of an interval is fixed
    refuted("has period 1", *graph(1, "0 1", "0"), a_map("0 1", "1 1"))


def test_least_periods_of_points():
    f = read_map(parse(json.dumps(TENT)), None, Work(1000))
    for n in range(1, 9):
        assert _least_period_is(f, Fraction(2, 7), n) == (n == 3)
        assert _least_period_is(f, Fraction(2, 3), n) == (n == 1)
        assert not _least_period_is(f, Fraction(1, 7), n)  # falls into the cycle of 2/7


@pytest.mark.parametrize(
    ("follower", "falls", "cycles"),
    [
        ([None], "0", []),
        ([0], "0", [(1, False)]),
        ([0], "1", [(1, True)]),
        ([1, 0], "10", [(2, True)]),
        ([1, 0], "11", [(2, False)]),
        ([1, 2, 3, 1], "1000", [(3, False)]),  # what leads into a cycle does not count
        ([1, 2, 3, 1], "0110", [(3, False)]),
        ([1, 2, 3, 1], "0111", [(3, True)]),
        ([1, 1, 1], "001", [(1, False)]),
        ([2, 2, 3, 2, 4, None, 5], "0010010", [(2, True), (1, False)]),
        ([1, None, 3, 2], "0000", [(2, False)]),
    ],
)
def test_cycles_of_followers(follower, falls, cycles):
    assert _cycles_of(follower, [k == "1" for k in falls]) == cycles


def test_overlaps():
    points = [Fraction(k) for k in range(5)]
    half = Fraction(1, 2)
    for low, high, meets in (
        (0, 1, [0]),
        (1, 2, [1]),
        (half, 1, [0]),
        (half, 1 + half, [0, 1]),
        (1, 2 + half, [1, 2]),
        (0, 4, [0, 1, 2, 3]),
        (3 + half, 4, [3]),
    ):
        assert list(_overlaps(points, Fraction(low), Fraction(high))) == meets


def test_absences_that_force():
    three = {"by": "growth", "rate": "809/500", "evidence": {"by": "slopes"}}
    f = vee("1.618")
    proved(*no_period(3, "forcing", period=3, evidence=three), f)
    refuted("does not force", *no_period(5, "forcing", period=3, evidence=three), f)
    five = {"by": "growth", "rate": "3/2", "evidence": {"by": "slopes"}}
    proved(*no_period(3, "forcing", period=5, evidence=five), vee("1.5"))
    refuted("is not below", *no_period(3, "forcing", period=7, evidence={**five}), vee("1.5"))
    again = {"by": "forcing", "period": 5, "evidence": five}
    malformed("another proof", *no_period(3, "forcing", period=5, evidence=again), vee("1.5"))
    refuted("is about one period", *no_period("0", "forcing", period=5, evidence=five), vee("1.5"))
    claim, evidence = no_period(3, "growth", rate="3/2", evidence={"by": "slopes"})
    malformed("either", claim | {"level": 0}, evidence, vee("1.5"))


def test_absences_by_exhaustion():
    def exhausted(n, words, half_words=""):
        listed = cycles(n, "", words, half_words)[1]
        return no_period(n, "exhaustion", **listed)

    proved(*exhausted(3, "0 0 0"), TURN)
    proved(*exhausted(2, "0 0", "0"), a_map("0 1", "0 1"))
    refuted("not listed", *exhausted(3, ""), TURN)
    refuted("points of period 3", *exhausted(3, "0 0 0, 0 0 1, 0 1 0, 0 1 1, 1 1 1"))
    refuted("points of period 1", *exhausted(1, "0"), TURN)  # a point, and no interval
    refuted("points of period 2", *exhausted(2, "0 0", "0"), TURN)  # an interval, and no point
    refuted("is about one period", *no_period("0", "exhaustion", words=[], half_words=[]), TURN)


def test_absences_by_rates_of_another_field():
    one = {"minimal_polynomial": [-1, 1], "interval": ["0", "2"]}
    weighed = paths(targets="0", layers="0") | {"weights": ["3/2"]}
    proved(*no_period(3, "growth", rate=one, evidence=weighed), TURN)
    negative = weighed | {"weights": ["-3/2"]}
    refuted("not positive", *no_period(3, "growth", rate=one, evidence=negative), TURN)


# ------------------------------------------------------------------------------------- all periods


SLOW = {"by": "growth", "rate": "809/500", "evidence": {"by": "slopes"}}


NO_THREE = [({"period": 3}, SLOW)]


def vee_cycle(s, signs):
    """The cycle of s |x| - 1 whose points have these signs."""
    s = Fraction(s)
    slope, shift = Fraction(1), Fraction(0)
    for sign_ in signs:
        turn = s if sign_ == "+" else -s
        slope, shift = turn * slope, turn * shift - 1
    points = [shift / (1 - slope)]
    for _ in signs[1:]:
        points.append(s * abs(points[-1]) - 1)
    return cycle(*map(str, points))


def test_lists_of_periods():
    proved(*listed(1, [1], [(1, cycle("0"))]))
    proved(*listed(5, [1, 2, 3, 4, 5], [(3, THREE)]))
    proved(*listed(2, [2, 1, 1], [(3, THREE)]))
    for n in range(1, 6):
        rest = [k for k in range(1, 6) if k != n]
        refuted(f"that period {n} does not occur", *listed(5, rest, [(3, THREE)]))
    refuted("that period 1 occurs", *listed(1, [1], []))
    refuted("that period 3 occurs", *listed(3, [1, 2, 3], [(2, cycle("2/5", "4/5"))]))
    refuted("point 2 is not", *listed(1, [1], [(3, cycle("2/7", "4/7", "5/7"))]))
    refuted("no cycle of period 3", *listed(1, [1], [(3, cycle("2/7"))]))
    malformed("from 1 to 3", *listed(3, [4], [(3, THREE)]))
    malformed("from 1 to 3", *listed(3, [0], [(3, THREE)]))
    f = vee("1.618")
    five = vee_cycle("1.618", "-+---")
    proved(*listed(7, [1, 2, 4, 5, 6, 7], [(5, five)], NO_THREE), f)
    refuted(
        "slope is greater",
        *listed(1, [1], [(5, five)], [({"period": 3}, {**SLOW, "rate": "1"})]),
        f,
    )
    refuted("that period 3 occurs", *listed(7, [1, 2, 3, 4, 5, 6, 7], [(5, five)], NO_THREE), f)


def test_strongest_periods():
    """The strongest period occurs, and what would force it does not."""
    proved(*strongest(3, [(3, THREE)]))
    refuted("that period 3 occurs", *strongest(3, [(2, cycle("2/5", "4/5"))]))
    # nothing excludes what is stronger
    for m in (1, 2, 4, 5, 6, 10, 12, 7):
        refuted("nothing excludes", *strongest(m, [(3, THREE)]))
    f = vee("1.618")
    five = vee_cycle("1.618", "-+---")
    proved(*strongest(5, [(5, five)], NO_THREE), f)
    refuted("nothing excludes", *strongest(7, [(5, five)], NO_THREE), f)
    refuted("nothing excludes", *strongest(6, [(5, five)], NO_THREE), f)
    refuted("nothing excludes", *strongest(10, [(5, five)], NO_THREE), f)
    refuted("nothing excludes", *strongest(4, [(5, five)], NO_THREE), f)
    # the square root of it: 6 is absent, 10 occurs
    s = Fraction("1.272")
    ten = vee_cycle(s, "-+---+-+--")
    no_six = [({"period": 6}, {**SLOW, "rate": str(s)})]
    proved(*strongest(10, [(10, ten)], no_six), vee(s))
    refuted("nothing excludes", *strongest(14, [(10, ten)], no_six), vee(s))
    refuted("nothing excludes", *strongest(12, [(10, ten)], no_six), vee(s))
    # of the doubled tent map no odd period, but 6
    six = cycle("2/7", "16/7", "4/7", "18/7", "6/7", "20/7")
    odd = [({"level": 0}, {"by": "exchange", "doublings": SWAPPED})]
    proved(*strongest(6, [(6, six)], odd), SWAP)
    for m in (2, 4, 10, 12, 20, 24, 40):
        refuted("nothing excludes", *strongest(m, [(6, six)], odd), SWAP)
    refuted("nothing excludes", *strongest(6, [(6, six)]), SWAP)
    # powers of two
    one, two = cycle("1/2"), cycle("0", "1")
    refuted(
        "leaves period 2",
        *strongest(1, [(1, one)], [({"period": 2}, graph(2, "0 1", "0")[1])]),
        TURN,
    )
    proved(*strongest(2, [(2, two)], [({"period": 4}, graph(4, "0 1", "0")[1])]), TURN)
    refuted(
        "nothing excludes",
        *strongest(1, [(2, two)], [({"period": 4}, graph(4, "0 1", "0")[1])]),
        TURN,
    )
    refuted(
        "that period 4 occurs",
        *strongest(4, [(2, two)], [({"period": 8}, graph(8, "0 1", "0")[1])]),
        TURN,
    )
    refuted(
        "nothing excludes",
        *strongest(2, [(2, two)], [({"period": 8}, graph(8, "0 1", "0")[1])]),
        TURN,
    )
    still = [({"period": 2}, graph(2, "0 1", "0")[1])]
    proved(*strongest(1, [(1, cycle("0"))], still), a_map("0 1", "0 1"))


def test_several_claims():
    value = {"kind": "value", "point": "0", "value": "0"}
    false = {"kind": "value", "point": "0", "value": "1"}
    space = {"kind": "regions", "of": "cells", "count": 1, "half_spaces": []}

    def every(claims, parts):
        return {"kind": "all", "claims": claims}, {"parts": parts}

    proved(*every([value], [{}]))
    proved(*every([value, {"kind": "period", "period": 3}], [{}, THREE]))
    refuted("claim 0: the value", *every([false], [{}]))
    refuted("claim 1: the value", *every([value, false], [{}, {}]))
    malformed("as many parts", *every([value], [{}, {}]))
    malformed("as many parts", *every([value, value], [{}]))
    malformed("as many parts", *every([], []))
    malformed("one of value, .*, network is expected", *every([every([value], [{}])[0]], [{}]))
    malformed("one of value, .*, network is expected", *every([space], [{}]))
    malformed("one of value, .*, network is expected", *every([{"kind": "nothing"}], [{}]))


# ------------------------------------------------------------------------------------------ halves


def test_halves():
    proved(*halves("1"), TURN)
    proved(*halves("1", "lower"), TURN)
    proved(*halves("1", "lower", by="laps"), TURN)
    refuted("proves less", *halves("1000001/1000000", "lower"), TURN)
    refuted("proves less", *halves("1", "upper", None, "1000001/1000000"), TURN)
    proved(*halves("1", "lower", None, "1"), TURN)
    refuted("slope is smaller", *halves("1", "lower", None, "2"), TURN)
    refuted("at least 1", *halves("1", "upper", None, "1/2"), TURN)
    refuted("at least 1", *halves("-1", "upper"), TURN)
    malformed("into one list", *halves("1", by="halves"), TURN)
    for c in ("0", "1", "-1", "2"):
        refuted("inside the interval", *halves("1", doublings=[{"trims": [], "point": c}]), TURN)
    refuted("is not fixed", *halves("1", doublings=[{"trims": [], "point": "1/4"}]), TURN)
    for ys in ("0 1/2 1", "1 1/2 1", "0 1/2 0"):
        refuted("are not exchanged", *halves("1"), a_map("0 1/2 1", ys))
    # the growth number of the half is the square
    lower = halves("7/5", "lower", SWAPPED, "49/25")
    lower[1]["lower"]["evidence"] = {
        "by": "graph",
        "points": ["0", "1/2", "1"],
        "intervals": [[0, 1], [1, 2]],
        "targets": [[0], [1]],
        "weights": [1, 1],
    }
    refuted("do not grow", *lower, SWAP)
    full = {"intervals": [[0, 2]], "targets": [[0, 0]], "weights": [1]}
    lower[1]["lower"]["evidence"].update(full)
    proved(*lower, SWAP)
    lower[0]["lower"] = "141/100"
    refuted("proves less", *lower, SWAP)
    lower[1]["lower"]["rate"] = "2"
    proved(*lower, SWAP)
    lower[0]["lower"] = "142/100"
    refuted("proves less", *lower, SWAP)


def test_trims():
    # falls with slope -1 between 1 and 4, where everything from the left side ends up
    f = a_map("0 1 4", "1/2 4 1")
    proved(*trimmed(("left", "5/2")), f)
    refuted("not exchanged", *trimmed(), f)
    refuted("not exchanged", *trimmed(("image",)), f)
    mirrored = a_map("0 3 4", "3 0 7/2")
    proved(*trimmed(("right", "3/2"), point="3/2"), mirrored)
    refuted("not exchanged", *trimmed(point="3/2"), mirrored)
    fixed_end, mirrored_end = a_map("0 1 4", "0 4 1"), a_map("0 3 4", "3 0 4")
    proved(*trimmed(("left", "5/2")), fixed_end)
    proved(*trimmed(("right", "3/2"), point="3/2"), mirrored_end)
    malformed("one of image, left, right", *trimmed(("up", "5/2")), f)
    malformed("one of image, left, right", *trimmed(("up", "5/2"), ("left", "5/2")), f)
    for z in ("0", "4", "2", "-1", "5"):
        refuted("no fixed point inside", *trimmed(("left", z)), fixed_end)
        refuted("no fixed point inside", *trimmed(("right", z)), mirrored_end)
    # a side on which some point stays or moves outwards
    for ys in ("1/2 1/2 4 1", "1/2 1/4 4 1", "0 1/2 4 1", "0 1/4 4 1"):
        refuted("move inwards", *trimmed(("left", "5/2")), a_map("0 1/2 1 4", ys))
    for ys in ("3 0 7/2 7/2", "3 0 15/4 7/2", "3 0 7/2 4", "3 0 15/4 4"):
        refuted("move inwards", *trimmed(("right", "3/2"), point="3/2"), a_map("0 3 7/2 4", ys))
    still = a_map("0 1 2 4", "0 1 4 1/2")
    refuted("move inwards", *trimmed(("left", "1")), still)
    refuted("move inwards", *trimmed(("right", "3")), a_map("0 2 3 4", "7/2 0 3 4"))
    # points beyond that come back to the end of the side, or never reach it
    refuted("come back", *trimmed(("left", "5/2")), a_map("0 1 5/2 4", "1/2 4 5/2 0"))
    refuted("come back", *trimmed(("left", "5/2")), a_map("0 1 5/2 4", "1/2 4 5/2 5/2"))
    back = a_map("0 3/2 3 4", "4 3/2 0 7/2")
    refuted("come back", *trimmed(("right", "3/2"), point="3/2"), back)
    never = a_map("0 3/2 3 4", "3/2 3/2 0 7/2")
    refuted("come back", *trimmed(("right", "3/2"), point="3/2"), never)
    # the image
    wide = a_map("-1 0 1 2", "1 1 0 0")
    claim, evidence = halves("1", "lower", [{"trims": [{"how": "image"}], "point": "1/2"}])
    proved(claim, evidence, wide)
    refuted("slope is smaller", *halves("1", "lower"), wide)
    refuted("one point", *trimmed(("image",)), a_map("0 4", "5/2 5/2"))


# --------------------------------------------------------------------------- cycles by itineraries


def test_all_cycles_of_a_period():
    proved(*cycles(1, "0 2/3", "0, 1"))
    proved(*cycles(1, "2/3 0", "0, 1"))
    proved(*cycles(1, "1/3 1", "0, 1"), CUP)
    proved(*cycles(2, "2/5", "0 0, 0 1, 1 1", "0, 1"))
    three = "0 0 0, 0 0 1, 0 1 0, 0 1 1, 1 1 1"
    proved(*cycles(3, "2/7 2/9", three))
    for points in ("", "2/7", "2/7 2/9 0", "2/7 2/9 2/9", "2/7 2/8", "4/7 2/9"):
        refuted("points are claimed", *cycles(3, points, three))
    refuted("intervals of periodic points", *cycles(3, "2/7 2/9", three, "", ["0 1"]))
    for missing in three.split(","):
        rest = ",".join(word for word in three.split(",") if word != missing)
        refuted("not listed", *cycles(3, "2/7 2/9", rest))
    malformed("words do not increase", *cycles(2, "2/5", "0 0, 0 1, 0 1, 1 1", "0, 1"))
    malformed("words do not increase", *cycles(2, "2/5", "0 1, 0 0, 1 1", "0, 1"))
    malformed("letters go from 0 to 1", *cycles(2, "2/5", "0 0, 0 1, 1 1, 2", "0, 1"))
    refuted("not listed", *cycles(2, "2/5", "0 0, 0 1, 1 1", "0"))
    for word in ("0  1", "0,1 ", "x", "0.", "-1", "0 1 ", "1234567"):
        claim, evidence = cycles(2, "2/5", "", "0, 1")
        malformed('a word such as "0 2 1"', claim, evidence | {"words": ["0 0", word]})
    claim, evidence = cycles(2, "2/5", "", "0, 1")
    malformed('a word such as "0 2 1"', claim, evidence | {"words": [0]})


def test_cycles_that_come_in_intervals():
    line = a_map("0 1", "0 1")
    proved(*cycles(1, "", "0", "", ["0 1"]), line)
    for ends in ([], ["0 1/2"], ["1/2 1"], ["0 1", "0 1"], ["0 1/2 1"], ["0"]):
        refuted("intervals of periodic points", *cycles(1, "", "0", "", ends), line)
    # a line next to isolated points, before and after it
    proved(*cycles(1, "3/4", "0, 1, 2", "", ["0 1/3"]), a_map("0 1/3 2/3 1", "0 1/3 1 0"))
    proved(*cycles(1, "1/4", "0, 1, 2", "", ["2/3 1"]), a_map("0 1/3 2/3 1", "1 0 2/3 1"))
    # reflections: half of what changes sides
    proved(*cycles(1, "1/2", "0"), TURN)
    proved(*cycles(2, "", "0 0", "0", ["1/2 1"]), TURN)
    refuted("intervals of periodic points", *cycles(2, "", "0 0", "0"), TURN)
    proved(*cycles(2, "", "1 1", "1", ["1/2 2/3"]), a_map("0 1/3 1", "2/3 2/3 0"))
    proved(*cycles(2, "", "0 0", "0", ["1/2 2/3"]), a_map("0 2/3 1", "1 1/3 1/3"))
    proved(*cycles(2, "", "1", "1"), a_map("0 1/2 1", "1/2 1/2 0"))
    proved(*cycles(2, "", "0", "0"), a_map("0 1/2 1", "1 1/2 1/2"))
    proved(*cycles(2, "", "0 0", "0", ["5/4 2"]), a_map("1/2 2", "2 1/2"))


def test_cycles_through_breakpoints_and_plateaus():
    flat = a_map("0 1", "1/3 1/3")
    proved(*cycles(1, "1/3", ""), flat)
    refuted("points are claimed", *cycles(1, "", ""), flat)
    proved(*cycles(2, "", "", ""), flat)
    # 1/2 -> 5/4, where the plateau has the value 1/2 again
    shelf = a_map("0 1 2", "2 1/2 1/2")
    proved(*cycles(1, "4/5", "0"), shelf)
    proved(*cycles(2, "1/2", "0 0", "0"), shelf)
    refuted("points are claimed", *cycles(2, "", "0 0", "0"), shelf)
    proved(*cycles(3, "", "0 0 0"), shelf)
    # both ends of the domain on one cycle, which counts once
    ends = a_map("0 1/2 1", "1 1/4 0")
    proved(*cycles(2, "0", "0 0, 0 1, 1", "0, 1"), ends)
    refuted("points are claimed", *cycles(2, "0 1", "0 0, 0 1, 1", "0, 1"), ends)
    # the second piece falls below itself at once
    refuted("[1, 1] is not followed", *cycles(2, "0", "0 0, 0 1, 1 1", "0, 1"), ends)
    refuted("[1, 1] is not followed", *cycles(2, "0", "0 0, 0 1, 1, 1 1", "0, 1"), ends)
    # a contraction in a field, where 1 - slope lies between 0 and 1
    calm = {**a_map("0 1", "0 1"), "values": ["1/5", ["-4/5", "1"]]}
    claim, evidence = cycles(1, "", "0")
    claim["points"] = [["1/5", "1/5"]]
    proved(claim, evidence, calm, GOLDEN_FIELD)
    refuted("points are claimed", claim | {"points": []}, evidence, calm, GOLDEN_FIELD)
