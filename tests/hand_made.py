"""Certificates by hand: builders, and how they are judged.

They are written here field by field and not by `plsym.certify`, so that they can say what no
honest writer says.
"""

from __future__ import annotations

import json
import re
from fractions import Fraction

import pytest

import plsym as pl
from plsym.certificates.codec import parse
from plsym.errors import CertificateFormatError


def a_map(xs, ys, left=None, right=None):
    return {
        "breakpoints": xs.split(),
        "values": ys.split(),
        "left_slope": left,
        "right_slope": right,
    }


TENT = a_map("0 1/2 1", "0 1 0")


TURN = a_map("0 1", "1 0")


GOLDEN_FIELD = {"minimal_polynomial": [-1, -1, 1], "interval": ["1", "2"]}


# x -> golden |x| - 1 on [-1, golden - 1]
GOLDEN_MAP = {
    "breakpoints": ["-1", "0", ["-1", "1"]],
    "values": [["-1", "1"], "-1", ["0", "0"]],
    "left_slope": None,
    "right_slope": None,
}


def verdict(claim, evidence, function=TENT, field=None):
    found = pl.check(pl.Certificate.of(claim, function, evidence, field))
    if field is None and claim["kind"] != "regions":
        # a rational number is also a number of any field
        lifted = pl.Certificate.of(*map(_lifted, (claim, function, evidence)), GOLDEN_FIELD)
        again = pl.check(lifted)
        assert (found.outcome, found.reason) == (again.outcome, again.reason)
    return found


def _lifted(value, key=None):
    """Write numbers as lists of one coefficient, where any number is allowed."""
    if isinstance(value, dict):
        if "minimal_polynomial" in value or ("values" in value and "low" in value):
            return value  # a field of its own; a window with rational points
        return {k: _lifted(v, k) for k, v in value.items()}
    if isinstance(value, list) and key not in ("words", "half_words"):
        return [_lifted(v, key) for v in value]
    if isinstance(value, str) and re.fullmatch(r"-?\d+(/\d+)?", value) and key != "bound":
        return [value]
    return value


def proved(claim, evidence, function=TENT, field=None):
    found = verdict(claim, evidence, function, field)
    assert found, found.reason
    assert found.reason == "every step holds"


def refuted(reason, claim, evidence, function=TENT, field=None):
    found = verdict(claim, evidence, function, field)
    assert not found, f"accepted: {claim}"
    assert reason in found.reason
    assert found.claim == pl.Certificate.of(claim, function, evidence, field).statement


def malformed(message, claim, evidence, function=TENT, field=None):
    with pytest.raises(CertificateFormatError, match=message):
        verdict(claim, evidence, function, field)


def period(n, by, radius=None, **evidence):
    claim = {"kind": "period", "period": n}
    if radius is not None:
        claim["radius"] = radius
    return claim, {"by": by, **evidence}


THREE = {"by": "cycle", "points": ["2/7", "4/7", "6/7"]}


LEFT, RIGHT = ["0", "1/2"], ["1/2", "1"]


def loop(word, n=None, radius=None):
    intervals = [{"L": LEFT, "R": RIGHT}[letter] for letter in word]
    return period(n or len(word), "loop", radius, intervals=intervals)


def equal(other):
    return {"kind": "equal", "other": other}, {}


def covers(points, power, *edges):
    claim = {"kind": "covers", "points": points.split(), "power": power}
    return claim | {"edges": [list(e) for e in edges]}, {}


def net(*stages, points=None):
    """A network's part of a function; a stage is rows, biases and slopes, in one text each."""
    read = [
        {
            "weights": [row.split() for row in rows.split(";")],
            "bias": bias.split(),
            "negative_slope": slopes.split(),
        }
        for rows, bias, slopes in stages
    ]
    return {"stages": read} | ({} if points is None else {"points": points.split()})


def computed(network, xs, ys, **more):
    return {"kind": "network"}, {}, a_map(xs, ys) | {"network": network} | more


HAT = (("2;4", "0 -2", "0 0"), ("1 -1", "0", "1"))  # the tent map on [0, 1]


def vee(s):
    """x -> s |x| - 1, whose growth number is s."""
    s = Fraction(s)
    return a_map(f"-1 0 {s - 1}", f"{s - 1} -1 {s * (s - 1) - 1}")


def no_period(what, by, **evidence):
    name = "level" if isinstance(what, str) else "period"
    return {"kind": "no period", name: int(what)}, {"by": by, **evidence}


def by_growth(what, rate):
    return no_period(what, "growth", rate=rate, evidence={"by": "slopes"})


# [0, 1] and [2, 3] change places; the second iterate on [0, 1] is the tent map
SWAP = a_map("0 1 2 5/2 3", "2 3 0 1 0")


SWAPPED = [{"trims": [], "point": "3/2"}]


def graph(n, points, layers):
    evidence = {"points": points.split(), "layers": [int(k) for k in layers.split()]}
    return no_period(n, "graph", **evidence)


def listed(up_to, periods, present, absent=()):
    claim = {"kind": "periods", "up_to": up_to, "periods": periods}
    return claim, _both(present, absent)


def strongest(m, present, absent=()):
    return {"kind": "period set", "strongest": m}, _both(present, absent)


def _both(present, absent):
    return {
        "present": [{"period": n, "evidence": proof} for n, proof in present],
        "absent": [what | {"evidence": proof} for what, proof in absent],
    }


def cycle(*points):
    return {"by": "cycle", "points": list(points)}


def halves(rate, side="upper", doublings=None, inner=None, by="slopes"):
    """A growth claim by one doubling; by default of a map with slopes of size 1 on the half."""
    if doublings is None:
        doublings = [{"trims": [], "point": "1/2"}]
    proof = {"by": "halves", "doublings": doublings, "rate": inner or "1", "evidence": {"by": by}}
    return {"kind": "growth", side: rate}, {side: proof}


def trimmed(*trims, point="5/2"):
    read = [{"how": how} | ({"point": at[0]} if at else {}) for how, *at in trims]
    return halves("1", doublings=[{"trims": read, "point": point}])


def cycles(n, points, words, half_words="", intervals=()):
    claim = {"kind": "cycles", "period": n, "points": points.split()}
    claim["intervals"] = [ends.split() for ends in intervals]

    def listed(text):
        return [word.strip() for word in text.split(",") if word.strip()]

    return claim, {"words": listed(words), "half_words": listed(half_words)}


CUP = a_map("0 1/2 1", "1 0 1")


def growth(claim, lower=None, upper=None):
    given = {"lower": lower or {"by": "laps"}} if "upper" not in claim or lower else {}
    return {"kind": "growth", **claim}, given | ({"upper": upper} if upper else {})


def paths(points="0 1", intervals="01", targets="00", weights="1", layers=None):
    """A graph in short: intervals "01 12", targets "00 1-", weights and layers "1 1"."""
    out = {
        "by": "graph",
        "points": [int(p[1:]) if p[0] == "f" else p for p in points.split()],
        "intervals": [[int(k) for k in pair] for pair in intervals.split()],
        "targets": [
            [None if k == "-" else int(k) for k in row if k != "."] for row in targets.split()
        ],
        "weights": [int(w) for w in weights.split()],
    }
    if layers is not None:
        out["layers"] = [int(k) for k in layers.split()]
    return out


def distance(bound, pieces=4, power=3, of="L1", threshold=None, **evidence):
    claim = {"kind": "distance", "of": of, "power": power, "pieces": pieces, "bound": bound}
    if threshold is not None:
        claim["threshold"] = threshold
    evidence = evidence or {"by": "crossings", "low": "0", "high": "1"}
    return claim, evidence


def window(low="0", high="1", points="0 1/4 3/4 1", values="-1 1 -1"):
    return {"low": low, "high": high, "points": points.split(), "values": values.split()}


def windows(bound, pieces, *listed, power=3, depth=1):
    return distance(bound, pieces, power, by="windows", depth=depth, windows=list(listed))


LINE_NET = {"network": net(("1;1", "0 -1/2", "0 0"), ("1 1", "0", "1"))}


def on_a_line(count, *cells, of="cells", sides=(("1", "1"), ("-1", "1")), function=LINE_NET):
    claim = {"kind": "regions", "of": of, "count": count, "half_spaces": []}
    claim["half_spaces"] = [{"normal": [a], "offset": b} for a, b in sides]
    return claim, {"by": "walls", "cells": list(cells)}, function


def cell(point, *walls):
    """A cell of a line: walls are points, or factors "3:1/2 4:1"."""
    read = []
    for wall in walls:
        if ":" in wall:
            pairs = [pair.split(":") for pair in wall.split()]
            read.append({"factors": [[int(j), factor] for j, factor in pairs]})
        else:
            read.append({"point": wall.split()})
    return {"point": point.split(), "walls": read}


# the units bend at 0 and at 1/2; the sides of the domain are -1 and 1
THREE_CELLS = (
    cell("-1/2", "2:1", "-1", "0", "2:2"),
    cell("1/4", "3:1/2", "2:1", "0", "1/2"),
    cell("3/4", "1", "3:1/2", "3:1/2", "1/2"),
)


ALL_KINDS = {
    "value": ({"kind": "value", "point": "1/3", "value": "2/3"}, {}),
    "orbit": ({"kind": "orbit", "points": ["0", "0"]}, {}),
    "eventual period": (
        {"kind": "eventual period", "point": "1", "preperiod": 1, "period": 1},
        {"orbit": ["1", "0"]},
    ),
    "period": period(3, "cycle", "0", points=["2/7", "4/7", "6/7"]),
    "loop": loop("LLR"),
    "forced": period(5, "forcing", period=3, evidence=THREE),
    "no period": (*by_growth(3, "3/2"), vee("3/2")),
    "no level": (*no_period("0", "exchange", doublings=SWAPPED), SWAP),
    "no period by a graph": (*graph(3, "0 1", "0"), TURN),
    "no period by rates": (
        *no_period(
            3,
            "growth",
            rate={"minimal_polynomial": [-3, 2], "interval": ["1", "2"]},
            evidence={"by": "slopes"},
        ),
        vee("3/2"),
    ),
    "no period by force": (
        *no_period(
            3,
            "forcing",
            period=5,
            evidence={"by": "growth", "rate": "3/2", "evidence": {"by": "slopes"}},
        ),
        vee("3/2"),
    ),
    "cycles": cycles(2, "2/5", "0 0, 0 1, 1 1", "0, 1"),
    "periods": listed(1, [1], [(3, THREE)]),
    "period set": strongest(3, [(3, THREE)]),
    "absences": (
        *strongest(2, [(2, cycle("0", "1"))], [({"period": 4}, graph(4, "0 1", "0")[1])]),
        TURN,
    ),
    "covers": covers("0 1/2 1", 1, (0, 0), (0, 1), (1, 0), (1, 1)),
    "growth": growth({"lower": "2", "upper": "2"}, paths(), paths(layers="0")),
    "exact growth": growth(
        {"exact": {"minimal_polynomial": [-2, 1], "interval": ["1", "3"]}},
        {"by": "slopes"},
        {"by": "slopes"},
    ),
    "halves": (*halves("1"), TURN),
    "trims": (*trimmed(("left", "5/2")), a_map("0 1 4", "1/2 4 1")),
    "count": ({"kind": "count", "of": "laps", "power": 1, "count": 2}, {}),
    "crossings": (
        {"kind": "count", "of": "crossings", "power": 1, "count": 2, "low": "0", "high": "1"},
        {},
    ),
    "distance": distance("1/16"),
    "windows": windows("1/4", 1, window()),
    "classification": distance("1/6", of="classification", threshold="1/3"),
    "equal": equal(TENT),
    "network": computed(net(*HAT, points="0 1/2 1"), "0 1/2 1", "0 1 0"),
    "all": (
        {"kind": "all", "claims": [{"kind": "value", "point": "0", "value": "0"}]},
        {"parts": [{}]},
    ),
    "regions": on_a_line(3, *THREE_CELLS),
    "laps": ({"kind": "growth", "lower": "1"}, {"lower": {"by": "laps"}}),
}


def whole(name):
    claim, evidence, *function = ALL_KINDS[name]
    made = pl.Certificate.of(claim, function[0] if function else TENT, evidence, None)
    return json.loads(made.text)


def read(value):
    return parse(json.dumps(value))
