"""The gallery of cycles: counts against listed iterates, growth against covering matrices."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

import pytest

import plsym as pl
from plsym.errors import DomainError
from plsym.experiments.iterates.gallery_tables import best_interval, cycle_of, rate_of, ratios_of
from plsym.experiments.iterates.periods_gallery import _law
from plsym.theory.constants import rho


@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_growth_numbers_of_all_small_cycles(n: int) -> None:
    """The tower of the map against a characteristic polynomial, or a theorem."""
    seen = []
    for rest in permutations(range(2, n + 1)):
        cycle = pl.Cycle.from_time_order((1, *rest))
        law, source = _law(cycle)
        assert law == rate_of(cycle.growth), (cycle.one_line, source)
        seen.append(law)
    if n == 4:  # of the six cycles of 4 points
        assert sorted(float(s) for s in set(seen)) == pytest.approx([1, 1.839287, 2.414214])
        assert max(seen) == 1 + pl.sqrt(2)
    if n == 5:
        assert min(seen) == rho(5)


def test_cycles_written_as_digits() -> None:
    assert cycle_of(1324).one_line == (3, 4, 2, 1)
    for wrong in (0, -132, 1325, 122):
        with pytest.raises(DomainError):
            cycle_of(wrong)


def test_ratios_are_exact() -> None:
    golden = pl.golden()
    assert ratios_of(3, [2, 3]) == [2 / golden, 3 / golden**2]


def _listed_crossings(f: pl.PiecewiseLinear, x: Any, y: Any, n: int) -> int:
    """Alternations between <= x and >= y, read off the listed values of f^n."""
    side, count = 0, -1
    for value in f.iterate(n).values:
        here = -1 if value <= x else 1 if value >= y else 0
        if here and here != side:
            side, count = here, count + 1
    return max(count, 0)


TINY: dict[str, Any] = {
    "cycles": [132, 1324, 15324],
    "tight": [3, 5],
    "steps": 9,
    "fibonacci": 7,
    "grid": 4,
}


def test_tables_against_listed_iterates() -> None:
    found = pl.experiments.periods_gallery(**TINY)
    assert found.holds
    crossings = found.table("crossings")
    for name in crossings.columns[1:]:
        digits, low, high = name.replace("[", "").replace("]", "").replace(",", "").split()
        f = cycle_of(int(digits)).map
        listed = [_listed_crossings(f, int(low), int(high), n) for n in range(1, 10)]
        assert crossings.column(name) == listed
    for row in found.table("tight").rows:
        p, rate, _, period, stefan, x, y, last = row[:8]
        f = pl.abs_map(rate)
        assert (period, stefan) == (p, True)
        assert last == _listed_crossings(f, x, y, 9)
        assert x < -1 / (1 + rate) < y  # the fixed point
        values = found.table("ratios").column(f"p = {p}")
        assert (min(values), max(values)) == (row[8], row[9]) and row[10] == 2 / (y - x)
    for row in found.table("fractions").rows:
        f = pl.abs_map(row[1])
        assert row[6] == f.iterate(9).lap_number
        assert row[3] == f(f(f(0))) and row[2] == row[1] - pl.golden()
        assert row[4] == (1 if row[0] == "golden" else 2 if row[2] > 0 else 0)
    assert found.table("slopes").column("slope") == ["3/2", "25/16", "13/8", "27/16", "7/4"]


def test_known_numbers_of_the_literature() -> None:
    """Counts and ratios that were computed independently before."""
    found = pl.experiments.periods_gallery(
        cycles=[132, 1324, 1234, 1243, 15324], tight=[3], fibonacci=17, grid=1
    )
    fractions = {row[0]: row for row in found.table("fractions").rows}
    assert fractions["golden"][6] == 331160282
    assert fractions["809/500"][6:] == (331034286, 23)
    assert fractions["809/500"][3:6] == (Fraction(-19, 250000), 0, 5)
    assert [fractions[s][4] for s in ("8/5", "21/13", "987/610")] == [0, 0, 0]
    assert [fractions[s][4] for s in ("5/3", "13/8", "34/21", "1597/987")] == [2, 2, 2, 2]
    stefan = [row for row in found.table("intervals").rows if row[0] == 15324]
    assert [f"{float(row[4]):.4f}" for row in stefan] == ["0.8738", "1.3107", "0.6610", "0.5776"]
    assert [row[2] for row in stefan] == [False, True, False, False]
    assert best_interval(15324, found.table("intervals")) == 1
    best = found.table("crossings").column("15324 [2, 3]")
    assert best[:10] == [2, 3, 5, 7, 11, 16, 25, 37, 57, 85]
    assert found.table("cycles").column("periods up to 12")[1] == "1, 2, 4"
    growth = found.table("cycles").column("growth number")
    assert [f"{float(s):.4f}" for s in growth] == ["1.6180", "1.0000", "1.8393", "2.4142", "1.5129"]


def test_runs_repeat_resume_and_write_their_files(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    tiny = {**TINY, "cycles": [132]}

    def stop(done: int, total: int) -> None:
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pl.experiments.periods_gallery(out=tmp_path, progress=stop, **tiny)
    seen: list[int] = []
    resumed = pl.experiments.periods_gallery(
        out=tmp_path, progress=lambda done, _: seen.append(done), **tiny
    )
    total = 1 + 2 + (5 + 2) + 5
    assert seen == list(range(7, total + 1))
    fresh = pl.experiments.periods_gallery(**tiny)
    assert json.dumps(resumed.to_json()) == json.dumps(fresh.to_json())
    other = pl.experiments.periods_gallery(seed=1, **tiny)
    assert other.to_json() != fresh.to_json() and other.tables == fresh.tables
    tables = ("cycles", "intervals", "crossings", "tight", "ratios", "fractions", "slopes")
    figures = ("gallery", "tight", "slopes")
    assert {path.name for path in tmp_path.iterdir() if path.suffix != ".jsonl"} == {
        "periods-gallery.md",
        "periods-gallery.json",
        *(f"periods-gallery-{name}.csv" for name in tables),
        *(f"periods-gallery-{name}.{kind}" for name in figures for kind in ("png", "svg")),
    }


def test_a_cycle_of_two_points_and_one_step() -> None:
    found = pl.experiments.periods_gallery(cycles=[12], tight=[3], steps=1, fibonacci=3, grid=1)
    assert found.holds and found.table("cycles").column("growth number") == [1]


def test_bad_settings_are_told() -> None:
    for settings, words in (
        ({"cycles": [1]}, "two points"),
        ({"cycles": [133]}, "visit"),
        ({"tight": [4]}, "odd"),
        ({"steps": 0}, "steps = 0"),
        ({"steps": 501}, "from 1 to 500"),
        ({"fibonacci": 2}, "fibonacci = 2"),
        ({"grid": 0}, "grid = 0"),
        ({"seed": -1}, "seed"),
    ):
        with pytest.raises(DomainError, match=words):
            pl.experiments.periods_gallery(**{**TINY, **settings})


def test_the_quick_run_holds() -> None:
    found = pl.experiments.periods_gallery(quick=True)
    assert found.holds, [str(c) for c in found.comparisons if not c.holds]
    laps = found.table("slopes").column("laps of f^n")
    assert all(a <= b for a, b in pairwise(laps))
    pytest.importorskip("matplotlib")
    axes = found.figure("gallery").axes
    assert len(axes) == 3 * 6 and all(ax.get_title(loc="left") for ax in axes[::3])
