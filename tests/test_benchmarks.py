"""The table of `python -m benchmarks`: the smallest works, and the table itself."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest

import plsym as pl
from benchmarks import __main__ as command
from benchmarks import works
from benchmarks.exact import count_cells, count_intervals, count_pieces, iterate_pieces
from benchmarks.networks import he_layers, tent_layers
from benchmarks.scale import CURVES, Point, exponent, line, measured
from benchmarks.table import HEADER, Side, Work, cells_of, rows_of, verdict
from benchmarks.timing import race
from plsym.regions.cells import subdivide

pytest.importorskip("scipy")

SMALL = (
    "tent^2,",
    "golden^28",
    "laps of tent^16",
    "golden^n up to 40",
    "sawtooth(5)^n up to 4",
    "network 1-2-1",
    "tent^12 on",
    "cells of 3-5-4-1",
    "braid",
    "Stefan",
    "period 3?",
    "Yarotsky",
    "tent^40 to",
    "slope 1.618",
    "too many",
    "tent^60",
    "tent^80",
    "neurons",
    "twice",
    "kink",
    "relu(z)",
    "through one point",
    "folded",
)


def small_works():
    # each group runs its generator to the end: making a work costs next to nothing
    return [w for _, w in works.works(True) if any(name in w.name for name in SMALL)]


def test_plsym_is_right_on_the_smallest_works():
    found = small_works()
    assert len(found) > 25
    for work in found:
        truth = work.truth() if callable(work.truth) else work.truth
        assert verdict(work.ours(), truth) == "right", work.name


@pytest.mark.parametrize("name", ["tent^60 at 1/3", "golden^28", "neurons one ulp apart, one"])
def test_floats_alone_are_wrong_where_the_table_says_so(name):
    (work,) = [w for _, w in works.works(True, name)]
    (side,) = [s for s in work.rivals if s.name.startswith("float64")]
    truth = work.truth() if callable(work.truth) else work.truth
    assert verdict(side.run(), truth) == "wrong"


def test_the_names_are_unique():
    names = [work.name for _, work in works.works(True)]
    assert len(set(names)) == len(names)


def test_a_row_says_who_is_right(capsys):
    work = Work("w", "n = 1", Fraction(1, 2), lambda: Fraction(1, 2), (Side("r", lambda: 0.25),))
    (row,) = rows_of(work, 0.01)
    assert (row.right, row.rival_verdict) == (True, "wrong")
    assert len(cells_of(row)) == len(HEADER)
    assert cells_of(row)[3:6] == ("1/2", "right", "r")


def test_rivals_may_fail_count_otherwise_or_be_missing():
    def breaks():
        raise ArithmeticError

    sides = (
        Side("fails", breaks),
        Side("cells", lambda: 3, truth=lambda: 3, counts="cells"),
        Side("absent", None, "absent is not installed"),
    )
    rows = list(rows_of(Work("w", "", 2, lambda: 2, sides), 0.01))
    assert [r.rival_verdict for r in rows] == ["failed", "right"]
    assert cells_of(rows[0])[-1] == ""
    assert rows[1].rival_answer == "3 cells"
    assert rows[0].notes == ("absent is not installed",)


@pytest.mark.parametrize(
    ("answer", "truth", "expected"),
    [
        (3, 3, "right"),
        (3, 4, "wrong"),
        (0.25, Fraction(1, 4), "right"),
        (1 / 3, Fraction(1, 3), "off by 2e-17"),
        (float("nan"), Fraction(1, 3), "wrong"),
        (ValueError(), 3, "failed"),
        ((1, 2), (1, 2), "right"),
    ],
)
def test_verdicts(answer, truth, expected):
    assert verdict(answer, truth) == expected


def test_the_exit_code_tells_a_wrong_answer(monkeypatch, capsys, tmp_path):
    def wrong(quick):
        yield Work("good", "", 2, lambda: 2)
        yield Work("bad", "", 2, lambda: 3)

    monkeypatch.setitem(works.GROUPS, "made", wrong)
    path = tmp_path / "table.json"
    assert command.main(["--quick", "--only", "made", "--json", str(path)]) == 1
    out, err = capsys.readouterr()
    assert "right in 1 of 2 works" in out
    assert err == "plsym is wrong: bad\n"
    data = json.loads(path.read_text())
    assert [row["verdict"] for row in data["rows"]] == ["right", "wrong"]
    assert command.main(["--quick", "--only", "good"]) == 0
    with pytest.raises(SystemExit, match="2"):
        command.main(["--only", "no such work"])


def test_a_race_is_in_pairs():
    calls = []
    sides = [lambda: calls.append(0), lambda: calls.append(1), lambda: calls.append(2)]
    timed = race(sides, 0.01, most=2)
    assert calls == [0, 0, 1, 1, 2, 2, 0, 1, 0, 1, 0, 2, 0, 2]
    assert len(timed) == 3
    assert all(side.ratio > 0 for side in timed)


@pytest.mark.parametrize("seed", range(3))
def test_the_plain_exact_program_against_plsym(seed):
    one = he_layers([1, 6, 5, 1], seed)
    net = pl.from_weights(one)
    assert count_pieces(one, [-3], [3]) == net.to_piecewise(-3, 3).num_pieces
    assert count_pieces(one, [-3], [3], integers=False) == count_pieces(one, [-3], [3])
    assert count_intervals(one, [-3], [3]) == pl.linear_regions(net, [(-3, 3)]).num_cells
    two = he_layers([2, 5, 4, 1], seed)
    square = [(-1, 1)] * 2
    assert count_cells(two, 1) == len(subdivide(pl.from_weights(two), square).cells)
    assert count_cells(two, 1, integers=False) == count_cells(two, 1)


def test_the_plain_exact_program_where_the_answer_is_known():
    assert count_pieces(tent_layers(6), [0], [1]) == 64
    halves = [Fraction(0), Fraction(1, 2), Fraction(1)], [Fraction(0), Fraction(1), Fraction(0)]
    assert iterate_pieces(*halves, 6) == 64
    identity = [Fraction(0), Fraction(1)], [Fraction(0), Fraction(1)]
    assert iterate_pieces(*identity, 5) == 1
    zero = (np.zeros((3, 2)), np.zeros(3))
    assert count_cells([zero, (np.ones((1, 3)), np.zeros(1))], 1) == 1


def test_exponents_of_power_laws():
    assert exponent([1, 2, 4], [3, 24, 192]) == pytest.approx(3)
    points = [Point(10.0**k, 10.0**k, 10.0 ** (2 * k), 1e9 * 10.0**k) for k in (1, 2)]
    texts = [text.strip() for text in line(CURVES[0], points).split("|")]
    assert texts[3] == "2.00"
    assert texts[8] == "1.00"


def test_a_point_of_every_curve_can_be_made():
    for curve in CURVES:
        assert curve.quick
        assert curve.full
    point = measured(CURVES[0].make(10))
    assert point.size == point.cost == 1024
    assert point.seconds > 0
