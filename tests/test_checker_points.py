"""What the checker must see of points, orbits, periods that occur, covers and networks."""

from __future__ import annotations

import pytest
from hand_made import (
    HAT,
    LEFT,
    RIGHT,
    TENT,
    THREE,
    a_map,
    computed,
    covers,
    equal,
    loop,
    malformed,
    net,
    period,
    proved,
    refuted,
    verdict,
)

from plsym.certificates.periods import forces

# ------------------------------------------------------------------------------- points and orbits


def test_values():
    proved({"kind": "value", "point": "1/3", "value": "2/3"}, {})
    refuted("another one", {"kind": "value", "point": "1/3", "value": "1/3"}, {})
    refuted("to the left", {"kind": "value", "point": "-1/3", "value": "0"}, {})
    refuted("to the right", {"kind": "value", "point": "4/3", "value": "0"}, {})
    beyond = a_map("1 2", "3 4", "-2", "5")
    for x, y in (("-1", "7"), ("1", "3"), ("3/2", "7/2"), ("2", "4"), ("4", "14")):
        proved({"kind": "value", "point": x, "value": y}, {}, beyond)


def test_orbits():
    def orbit(*points):
        return {"kind": "orbit", "points": list(points)}

    proved(orbit("1"), {})
    proved(orbit("1/8", "1/4", "1/2", "1", "0", "0"), {})
    refuted("point 1 is not the image of point 0", orbit("1/8", "1/2"), {})
    malformed("at least one point", orbit(), {})
    refuted("point 0 lies outside", orbit("2"), {})
    refuted("point 0 lies outside", orbit("-1"), {})


def test_eventual_periods():
    def falls(point, preperiod, period, *orbit):
        claim = {"kind": "eventual period", "point": point}
        return claim | {"preperiod": preperiod, "period": period}, {"orbit": list(orbit)}

    proved(*falls("1/7", 1, 3, "1/7", "2/7", "4/7", "6/7"))
    proved(*falls("2/7", 0, 3, "2/7", "4/7", "6/7"))
    # the image of 6/7 is 2/7, which is point 1 of the orbit and no other
    refuted("does not close", *falls("1/7", 0, 4, "1/7", "2/7", "4/7", "6/7"))
    refuted("does not close", *falls("1/7", 2, 2, "1/7", "2/7", "4/7", "6/7"))
    # no later preperiod: the point is periodic already
    refuted("occurs twice", *falls("2/7", 1, 3, "2/7", "4/7", "6/7", "2/7"))
    refuted("not as many", *falls("1/7", 1, 2, "1/7", "2/7", "4/7", "6/7"))
    refuted("another point", *falls("1/7", 0, 3, "2/7", "4/7", "6/7"))
    refuted("point 2 is not", *falls("1/7", 1, 3, "1/7", "2/7", "3/7", "6/7"))
    malformed("from 1 on", *falls("1/7", 4, 0, "1/7", "2/7", "4/7", "6/7"))
    malformed("from 0 on", *falls("1/7", -1, 5, "1/7", "2/7", "4/7", "6/7"))


# --------------------------------------------------------------------------------- a period occurs


def test_forcing_is_the_order_of_sharkovsky():
    odd = [k for k in range(3, 65, 2)]
    order = [k << i for i in range(6) for k in odd if k << i < 65]
    order += [1 << i for i in range(6, -1, -1)]
    assert sorted(order) == list(range(1, 65))
    for m in range(1, 65):
        for n in range(1, 65):
            assert forces(m, n) == (order.index(m) <= order.index(n)), (m, n)


def test_cycles_are_periods():
    proved(*period(3, "cycle", points=["4/7", "6/7", "2/7"]))
    refuted("no cycle of period 3", *period(3, "cycle", points=["2/3"]))
    refuted("occurs twice", *period(3, "cycle", points=["2/3", "2/3", "2/3"]))
    refuted("need not survive", *period(3, "cycle", "1/1000", points=["2/7", "4/7", "6/7"]))
    proved(*period(3, "cycle", "0", points=["2/7", "4/7", "6/7"]))
    malformed("not negative", *period(3, "cycle", "-1", points=["2/7", "4/7", "6/7"]))
    malformed("from 1 to", *period(0, "cycle", points=[]))


def test_forced_periods():
    proved(*period(5, "forcing", period=3, evidence=THREE))
    proved(*period(hex(1 << 64), "forcing", period=3, evidence=THREE))
    malformed("from 1 to", *period(hex((1 << 64) + 1), "forcing", period=3, evidence=THREE))
    two = {"by": "cycle", "points": ["2/5", "4/5"]}
    refuted("does not force", *period(3, "forcing", period=2, evidence=two))
    refuted("no cycle of period 5", *period(7, "forcing", period=5, evidence=THREE))
    again = {"by": "forcing", "period": 3, "evidence": THREE}
    malformed("another proof", *period(7, "forcing", period=5, evidence=again))
    # a radius is asked of what stands behind, too
    refuted("need not survive", *period(5, "forcing", "1/9", period=3, evidence=THREE))


def test_loops_of_the_tent_map():
    """Both halves cover both: a loop proves its length if no power of a shorter loop."""
    for word in ("L", "LR", "LLR", "LLLR", "LLRR", "LLLLR", "LLLLLR", "LLRLRR", "LLLLLLLLR"):
        proved(*loop(word))
    for word, shorter in (
        ("LL", 1),
        ("LRLR", 2),
        ("LLLLL", 1),
        ("LLRLLR", 3),
        ("LRLRLR", 2),
        ("LLRLLRLLR", 3),
        ("LRLRLRLRLR", 2),
        ("LLLLRLLLLR", 5),
        ("LLRLLRLLRLLRLLR", 3),
        ("LLLLRLLLLRLLLLR", 5),
        ("LRLRLRLRLRLRLR", 2),
        ("LLLLLLRLLLLLLR", 7),
        ("LLRRLLRR", 4),
        ("LLRLLRLLRLLR", 6),
        ("LLLRLLLRLLLR", 4),
    ):
        refuted(f"could have period {shorter}", *loop(word))
    refuted("no loop of length 3", *loop("LR", 3))
    refuted("no loop of length 2", *loop("LLR", 2))
    malformed("two points", *period(1, "loop", intervals=[["0", "1/2", "1"]]))
    malformed("two points", *period(1, "loop", intervals=[["2/3", "2/3"]]))
    malformed("two points", *period(1, "loop", intervals=[["1/2", "0"]]))
    malformed("two points", *period(1, "loop", intervals=[["-1", "1/2"]]))
    malformed("two points", *period(1, "loop", intervals=[["1/2", "2"]]))
    # overlapping in more than an end
    refuted("could have", *period(2, "loop", intervals=[["0", "1/2"], ["1/4", "1"]]))
    refuted("could have", *period(2, "loop", intervals=[["1/4", "1"], ["0", "1/2"]]))


def test_a_loop_covers_both_ends():
    lower, upper = a_map("0 1", "0 1/2"), a_map("0 1", "1/2 1")
    for f in (lower, upper):
        refuted("does not cover", *period(1, "loop", intervals=[["0", "1"]]), f)
    # near the fixed point 2/3 the image is twice as long: room of 1/24 above, 1/6 below
    above = [["7/12", "19/24"]]
    proved(*period(1, "loop", "1/24", intervals=above))
    refuted("does not cover", *period(1, "loop", "1/23", intervals=above))
    below = [["13/24", "3/4"]]
    proved(*period(1, "loop", "1/24", intervals=below))
    refuted("does not cover", *period(1, "loop", "1/23", intervals=below))


def test_a_shared_end_is_no_way_out_for_neighbours_of_the_map():
    wide = a_map("-1 0 1/2 1 2", "-1/2 -1/2 3/2 -1/2 -1/2")
    proved(*period(2, "loop", intervals=[LEFT, RIGHT]), wide)
    proved(*period(2, "loop", "0", intervals=[LEFT, RIGHT]), wide)
    for radius in ("1/4", "1/100"):
        refuted("could have", *period(2, "loop", radius, intervals=[LEFT, RIGHT]), wide)
    apart = [["0", "2/5"], ["3/5", "1"]]
    proved(*period(2, "loop", "1/10", intervals=apart), wide)
    proved(*period(2, "loop", "1/10", intervals=apart[::-1]), wide)
    refuted("does not cover", *period(2, "loop", "1/9", intervals=apart), wide)
    # an end in common that comes back: 1/2 and 1 change places
    swap = a_map("0 1/2 1", "1 1/2 0")
    refuted("could have", *period(2, "loop", intervals=[LEFT, RIGHT]), swap)
    refuted("could have", *period(2, "loop", intervals=[RIGHT, LEFT]), swap)
    # it comes back after two steps, not after one
    four = a_map("0 1 2 3 4", "3 4 3 1 0")
    proved(*period(2, "loop", intervals=[["0", "1"], ["3", "4"]]), four)


def test_odd_chaos():
    def chaos(n, points, radius=None):
        return period(n, "odd chaos", radius, points=points.split())

    proved(*chaos(3, "1/4 1/2 1 0"))
    proved(*chaos(3, "2/7 4/7 6/7 2/7"))
    proved(*chaos(5, "1/16 1/8 1/4 1/2 1 0"))
    # the same upside down
    cup = a_map("0 1/2 1", "1 0 1")
    proved(*chaos(3, "3/4 1/2 0 1"), cup)
    proved(*chaos(3, "5/7 3/7 1/7 5/7"), cup)
    refuted("one way", *chaos(3, "7/8 3/4 1/2 0"), cup)
    refuted("one way", *chaos(3, "1/8 1/4 1/2 1"))
    refuted("one way", *chaos(3, "2/3 2/3 2/3 2/3"))
    refuted("one way", *chaos(3, "0 0 0 0"), a_map("0 1", "0 1"))
    refuted("odd n", *chaos(4, "1/8 1/4 1/2 1 0"))
    refuted("odd n", *chaos(1, "1 0"))
    refuted("odd n", *chaos(1, "2/3 2/3"))
    refuted("odd n", *chaos(5, "1/4 1/2 1 0"))
    refuted("odd n", *chaos(3, "1/8 1/4 1/2 1 0"))
    refuted("odd n", *chaos(3, "1/2 1 0"))
    refuted("point 2 is not", *chaos(3, "1/4 1/2 3/4 0"))
    refuted("the point lies outside", *chaos(3, "-1 1/2 1 0"))
    # the first step counts, not the second
    refuted("one way", *chaos(3, "1/2 1/4 1 0"), a_map("0 1/4 1/2 1", "1/2 1 1/4 0"))
    # room: 1/4 one way, 1/4 = 7/28 back, and errors grow to 1 + 2 + 4 times the radius
    proved(*chaos(3, "1/4 1/2 1 0", "1/28"))
    refuted("one way", *chaos(3, "1/4 1/2 1 0", "1/27"))
    refuted("one way", *chaos(3, "2/7 4/7 6/7 2/7", "1/1000000"))
    proved(*chaos(3, "3/4 1/2 0 1", "1/28"), cup)
    refuted("one way", *chaos(3, "3/4 1/2 0 1", "1/27"), cup)
    # three rises by 1/100 each before the fall: room of less than 1/100
    slow = a_map("0 1/10 1/5 3/10 1", "1/10 1/5 3/10 1 0")
    proved(*chaos(5, "0 1/10 1/5 3/10 1 0"), slow)
    # unbounded ends count for the steepness
    steep = a_map("0 1/2 1", "0 1 0", "1/2", "-3")
    proved(*chaos(3, "1/4 1/2 1 0"), a_map("0 1/2 1", "0 1 0", "1", "-1"))
    refuted("one way", *chaos(3, "1/4 1/2 1 0", "1/28"), steep)
    proved(*chaos(3, "1/4 1/2 1 0", "1/52"), steep)


# ------------------------------------------------------------------------------------ one function


def test_equal_functions():
    proved(*equal(a_map("0 1/4 1/2 1", "0 1/2 1 0")))
    proved(*equal(TENT), a_map("0 1/4 1/2 1", "0 1/2 1 0"))
    for other in (a_map("0 1/2 2", "0 1 -2"), a_map("0 1/2 1", "0 1 0", None, "-2")):
        refuted("domains differ on the right", *equal(other))
        refuted("domains differ on the right", *equal(TENT), other)
    for other in (a_map("-1 1/2 1", "-2 1 0"), a_map("0 1/2 1", "0 1 0", "2", None)):
        refuted("domains differ on the left", *equal(other))
        refuted("domains differ on the left", *equal(TENT), other)
    line = a_map("0", "0", "1", "1")
    proved(*equal(a_map("5", "5", "1", "1")), line)
    refuted("slopes at the left end", *equal(a_map("0", "0", "2", "1")), line)
    refuted("slopes at the right end", *equal(a_map("0", "0", "1", "2")), line)
    refuted("differ at a breakpoint", *equal(a_map("0", "1", "1", "1")), line)
    # a tooth that only one of the two breakpoint lists sees
    tooth = a_map("0 1/8 1/4 1/2 1", "0 0 1/2 1 0")
    refuted("differ at a breakpoint", *equal(tooth))
    refuted("differ at a breakpoint", *equal(TENT), tooth)


def test_maps():
    value = {"kind": "value", "point": "0", "value": "0"}
    malformed("2 breakpoints, 3 values", value, {}, a_map("0 1", "0 1 0"))
    malformed("1 breakpoints are too few", value, {}, a_map("0", "0"))
    malformed("0 breakpoints are too few", value, {}, a_map("", "", "1", "1"))
    proved(value, {}, a_map("0", "0", None, "1"))
    proved(value, {}, a_map("0", "0", "1", None))
    refuted("do not increase", value, {}, a_map("0 0 1", "0 1 0"))
    refuted("0 and 1 do not increase", value, {}, a_map("0 -1 1", "0 1 0"))
    refuted("1 and 2 do not increase", value, {}, a_map("0 1 1/2", "0 1 0"))


@pytest.mark.parametrize(
    ("f", "stays"),
    [
        (a_map("0 1", "0 1"), True),
        (a_map("0 1", "0 9/8"), False),
        (a_map("0 1", "-1/8 1"), False),
        (a_map("0 1", "0 1", "1", None), True),
        (a_map("0 1", "0 1", "-1", None), False),
        (a_map("0 1", "0 1", "0", None), True),
        (a_map("0 1", "0 2", "1", None), False),
        (a_map("0 1", "-5 1", "1", None), True),
        (a_map("0 1", "0 1", None, "1"), True),
        (a_map("0 1", "0 1", None, "-1"), False),
        (a_map("0 1", "0 1", None, "0"), True),
        (a_map("0 1", "-1/8 1", None, "1"), False),
        (a_map("0 1", "0 5", None, "1"), True),
        (a_map("0 1", "0 1", "-1", "-1"), True),
        (a_map("0 1", "-7 9", "-1", "1"), True),
    ],
)
def test_self_maps(f, stays):
    """A period is claimed of maps of a domain into itself, half-lines and the line too."""
    claim = {"kind": "covers", "points": ["1/3", "2/3"], "power": 1, "edges": []}
    answer = verdict(claim, {}, f)
    assert ("leaves its domain" in answer.reason) != stays


@pytest.mark.parametrize("left, right", [("1", None), (None, "1"), ("1", "1")])
@pytest.mark.parametrize(
    "claim",
    [
        {"kind": "no period", "period": 3},
        {"kind": "cycles", "period": 1, "points": [], "intervals": []},
        {"kind": "growth", "upper": "1"},
        {"kind": "count", "of": "laps", "power": 1, "count": 1},
        {"kind": "distance", "of": "L1", "power": 1, "pieces": 1, "bound": "0"},
    ],
)
def test_claims_about_bounded_domains(claim, left, right):
    evidence = {"by": "exhaustion", "words": [], "half_words": []}
    if claim["kind"] == "cycles":
        del evidence["by"]
    elif claim["kind"] != "no period":
        evidence = {}
    refuted("this one is unbounded", claim, evidence, a_map("0 1", "0 1", left, right))


# ------------------------------------------------------------------------------------------ covers


def test_covers():
    proved(*covers("0 1/2 1", 1, (0, 0), (0, 1), (1, 0), (1, 1)))
    refuted("0 does not cover interval 0", *covers("0 1/4", 1, (0, 0)), a_map("0 1", "1/8 1/8"))
    refuted("interval 1 covers interval 0", *covers("0 1/2 1", 1, (0, 0), (0, 1), (1, 1)))
    # [0, 1/4] covers [0, 1/2], and twice over [0, 1]
    proved(*covers("0 1/4 1/2 1", 1, (0, 0), (0, 1), (1, 2), (2, 0), (2, 1), (2, 2)))
    proved(*covers("0 1/4 1", 2, (0, 0), (0, 1), (1, 0), (1, 1)))
    every = [(0, 0), (0, 1), (1, 2), (2, 0), (2, 1), (2, 2)]
    refuted("0 does not cover interval 2", *covers("0 1/4 1/2 1", 1, *every, (0, 2)))
    # [1/8, 1/4] covers [1/4, 1/2]; the image of [1/4, 3/8] is [1/2, 3/4], that of [3/4, 1]
    # covers [1/8, 3/8] but not [3/8, 3/4]
    proved(*covers("1/8 1/4 3/8 1/2", 1, (0, 1), (0, 2)))
    proved(*covers("1/8 1/4 3/8 3/4 1", 1, (0, 1), (2, 3), (3, 0), (3, 1)))
    malformed("two points", *covers("0", 1))
    refuted("do not increase", *covers("0 0", 1))
    refuted("do not increase", *covers("0 1/2 1/4", 1))
    refuted("outside the domain", *covers("-1 1", 1))
    refuted("outside the domain", *covers("0 2", 1))
    refuted("outside the domain", *covers("0 1/2 2", 1))
    malformed("a pair of intervals", *covers("0 1/2 1", 1, (0,)))
    malformed("a pair of intervals", *covers("0 1/2 1", 1, (0, 0, 0)))
    malformed("from 0 to 1", *covers("0 1/2 1", 1, (0, 2)))
    malformed("from 0 to 1", *covers("0 1/2 1", 1, (-1, 0)))
    malformed("from 1 to", *covers("0 1/2 1", 0))


# --------------------------------------------------------------------------- networks of one input


def test_networks():
    proved(*computed(net(*HAT), "0 1/2 1", "0 1 0"))
    refuted("no network", {"kind": "network"}, {})
    refuted("value at its point 1", *computed(net(*HAT), "0 1/2 1", "0 1/2 0"))
    refuted("value at its point 2", *computed(net(*HAT), "0 1/2 1", "0 1 1"))
    refuted("value at its point 0", *computed(net(*HAT), "0 1/2 1", "1 1 0"))
    # unit 1 bends at 1/2, which is no point
    refuted(
        "unit 1 of stage 0 changes its sign between points 0 and 1",
        *computed(net(*HAT), "0 1", "0 0"),
    )
    # more points than the map has breakpoints
    more = net(*HAT, points="0 1/4 1/2 3/4 1")
    proved(*computed(more, "0 1/2 1", "0 1 0"))
    line = net(("1;1", "0 -1/2", "0 0"), ("1 0", "0", "1"), points="0 1/2 1")
    proved(*computed(line, "0 1", "0 1"))
    refuted("value at its point 1", *computed(line, "0 1/2 1", "0 1/4 1"))
    # a breakpoint of the map that no point of the network is
    refuted("breakpoint 1", *computed(net(*HAT, points="0 1/2 1"), "0 1/4 1/2 1", "0 1/2 1 0"))
    refuted("breakpoint 1", *computed(net(("1", "0", "1"), points="0 1"), "0 1/4 1/2 1", "0 0 0 1"))
    refuted("do not increase", *computed(net(*HAT, points="0 1/2 1/2 1"), "0 1/2 1", "0 1 0"))
    refuted("end to end", *computed(net(*HAT, points="1/4 1/2 1"), "0 1/2 1", "0 1 0"))
    refuted("end to end", *computed(net(*HAT, points="0 1/2 3/4"), "0 1/2 1", "0 1 0"))
    refuted("end to end", *computed(net(*HAT, points=""), "0 1/2 1", "0 1 0"))
    malformed("bounded domain", *computed(net(*HAT), "0 1/2 1", "0 1 0", left_slope="2"))
    malformed("bounded domain", *computed(net(*HAT), "0 1/2 1", "0 1 0", right_slope="-2"))
    malformed("2 outputs, not one", *computed(net(HAT[0]), "0 1/2 1", "0 1 0"))


def test_stages():
    # negative slopes: -1 is the absolute value, 1 the identity, 1/3 a leaky unit
    vee = net(("1", "-1/2", "-1"), points="0 1/2 1")
    proved(*computed(vee, "0 1/2 1", "1/2 0 1/2"))
    refuted("value at its point 0", *computed(vee, "0 1/2 1", "-1/2 0 1/2"))
    proved(*computed(net(("1", "-1/2", "1")), "0 1", "-1/2 1/2"))
    proved(*computed(net(("1", "-1/2", "1/3"), points="0 1/2 1"), "0 1/2 1", "-1/6 0 1/2"))
    refuted("changes its sign", *computed(net(("1", "-1/2", "1/3")), "0 1", "-1/6 1/2"))
    # a unit that bends after one that does not
    mixed = net(("1;1", "0 -1/2", "1 0"), ("0 1", "0", "1"))
    refuted("unit 1 of stage 0 changes its sign", *computed(mixed, "0 1", "0 1/2"))
    # a second stage reads what the first gives, with denominators in both
    two = net(("1/3;1/5", "0 1/7", "1/2 1/2"), ("3 5/2", "1/4", "1/6"))
    proved(*computed(two, "0 1", "17/28 59/28"))
    malformed("rows of 1 entries", *computed(net(("2 1;4 1", "0 -2", "0 0"), HAT[1]), "0 1", "0 1"))
    malformed("rows of 2 entries", *computed(net(HAT[0], ("1", "0", "1")), "0 1/2 1", "0 1 0"))
    malformed("rows, biases and slopes", *computed(net(("2;4", "0", "0 0"), HAT[1]), "0 1", "0 1"))
    malformed("rows, biases and slopes", *computed(net(("2;4", "0 0", "0"), HAT[1]), "0 1", "0 1"))
    malformed("rows, biases and slopes", *computed(net(("2", "0 0", "0 0"), HAT[1]), "0 1", "0 1"))
    empty = net(HAT[0])
    empty["stages"][0]["weights"] = []
    malformed("rows of 1 entries", *computed(empty, "0 1", "0 1"))
