"""Regions for a budget: the dynamic program against all architectures, networks against bounds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations, pairwise
from math import prod
from pathlib import Path
from typing import Any

import pytest

import plsym as pl
from plsym.errors import DomainError
from plsym.exact.linear import rank
from plsym.experiments.budgets.architectures import Best, best_lower, best_upper, parameter_count
from plsym.experiments.budgets.constructions import best_zonotope, build
from plsym.experiments.budgets.depth_budget import counted_budgets, shown_budgets
from plsym.regions.examples import general_hyperplanes, zigzag_network
from plsym.regions.formulas import arora_zonotope, serra_lower_bound


def _architectures(inputs: int, depth: int, budget: int) -> Iterator[tuple[int, ...]]:
    def grow(widths: tuple[int, ...], left: int) -> Iterator[tuple[int, ...]]:
        before = widths[-1] if widths else inputs
        if len(widths) == depth:
            if before + 1 <= left:  # the output
                yield widths
            return
        for n in range(1, left // (before + 1) + 1):
            yield from grow((*widths, n), left - n * (before + 1))

    return grow((), budget)


def _brute(inputs: int, depth: int, budget: int, bound: Callable[..., int]) -> list[int]:
    """The best value for each budget, by looking at every architecture."""
    best = [0] * (budget + 1)
    for widths in _architectures(inputs, depth, budget):
        try:
            value = bound(inputs, widths)
        except DomainError:
            continue
        paid = sum(b * (a + 1) for a, b in pairwise([inputs, *widths, 1]))
        assert paid == parameter_count(inputs, widths)
        best[paid] = max(best[paid], value)
    for p in range(1, budget + 1):
        best[p] = max(best[p], best[p - 1])
    return best


CASES = [(n0, depth) for n0 in (1, 2, 3) for depth in (1, 2, 3)] + [(2, 4)]


@pytest.mark.parametrize(("inputs", "depth"), CASES)
def test_lower_bounds_are_the_best_of_all_architectures(inputs: int, depth: int) -> None:
    budget = 62 if depth < 4 else 48
    for name, bound in (("montufar", pl.montufar_lower_bound), ("serra", serra_lower_bound)):
        found = best_lower(inputs, depth, budget, name)
        assert list(found.values) == _brute(inputs, depth, budget, bound)
        _check_widths(found, bound)


@pytest.mark.parametrize(("inputs", "depth"), CASES)
def test_upper_bounds_are_above_all_architectures(inputs: int, depth: int) -> None:
    budget = 62 if depth < 4 else 48
    found = best_upper(inputs, depth, budget)
    brute = _brute(inputs, depth, budget, pl.serra_upper_bound)
    assert all(a >= b for a, b in zip(found.values, brute, strict=True))
    equal = [a == b for a, b in zip(found.values, brute, strict=True)]
    if inputs == 1 or depth < 3:
        assert all(equal)
    else:  # narrow layers of unequal dimensions; by less than a tenth
        assert sum(equal) > budget // 2
        assert all(10 * a <= 11 * b for a, b in zip(found.values, brute, strict=True))


def _check_widths(found: Best, bound: Callable[..., int]) -> None:
    for p, value in enumerate(found.values):
        widths = found.widths(p)
        assert (widths is None) == (value == 0)
        if widths is not None:
            assert parameter_count(found.inputs, widths) <= p
            assert bound(found.inputs, widths) == value


def test_large_numbers_stay_exact() -> None:
    # beyond 64 bits: 8 inputs, 4 layers
    found = best_lower(8, 4, 3000, "montufar")
    widths = found.widths(3000)
    assert widths is not None
    assert found.values[-1] == pl.montufar_lower_bound(8, widths) > 2**63
    top = best_upper(5, 4, 300)
    widths = top.widths(300)
    assert widths is not None and top.values[-1] >= pl.serra_upper_bound(5, widths)
    # wide last layers whose number of regions alone leaves 64 bits
    assert best_upper(20, 1, 1981).values[-1] == pl.zaslavsky(90, 20) > 2**63


def test_small_budgets_pay_nothing() -> None:
    for depth in (1, 2, 3, 4):
        least = parameter_count(2, (1,) * depth)
        found = best_upper(2, depth, least)
        assert found.values[:-1] == (0,) * least and found.widths(least) == (1,) * depth
        assert best_lower(2, depth, least, "serra").widths(least) is None
    with pytest.raises(DomainError, match="use 'montufar'"):
        best_lower(2, 2, 10, "pascanu")
    with pytest.raises(DomainError):
        best_upper(0, 1, 10)


@pytest.mark.parametrize(("d", "n"), [(1, 5), (2, 7), (3, 6), (4, 5), (3, 2)])
def test_hyperplanes_are_general_and_cross_in_the_cube(d: int, n: int) -> None:
    planes = general_hyperplanes(d, n)
    for chosen in combinations(planes, min(d, n)):
        assert rank([list(a) for a, _ in chosen]) == min(d, n)
        if n >= d:
            point = _solve([list(map(Fraction, a)) for a, _ in chosen], [b for _, b in chosen])
            assert all(0 < x < 1 for x in point)
    for chosen in combinations(planes, d + 1):  # no further one through the point
        assert rank([[*a, b] for a, b in chosen]) == d + 1


def _solve(rows: list[list[Fraction]], right: list[int]) -> list[Fraction]:
    """Gauss elimination."""
    m = [[*row, Fraction(b)] for row, b in zip(rows, right, strict=True)]
    for i in range(len(m)):
        pivot = next(k for k in range(i, len(m)) if m[k][i])
        m[i], m[pivot] = m[pivot], m[i]
        m[i] = [v / m[i][i] for v in m[i]]
        for k in range(len(m)):
            if k != i:
                m[k] = [v - m[k][i] * u for u, v in zip(m[i], m[k], strict=True)]
    return [row[-1] for row in m]


@pytest.mark.parametrize(
    ("d", "folds", "n"),
    [(1, (3, 2), 4), (2, (1,), 3), (2, (2,), 4), (2, (3, 2), 3), (3, (2,), 3), (2, (4, 3), 2)],
)
def test_every_cube_of_the_folds_shows_the_arrangement(d: int, folds: Any, n: int) -> None:
    laps = [w + 1 if w >= 3 else w for w in folds]
    net = zigzag_network(d, folds, general_hyperplanes(d, n))
    assert net.widths == (*(d * w for w in folds), n)
    cube = [(0, 1)] * d
    expected = prod(k**d for k in laps) * pl.zaslavsky(n, d)
    found = pl.count_regions(net, cube, definition="activation")
    # a zigzag of 3 or more neurons leaves [0, 1] at its end, where 2 neurons behind it cut
    tent_behind = any(w < 3 <= v for v, w in pairwise(folds))
    assert found > expected if tent_behind else found == expected


def test_a_single_fold_may_be_given_as_a_number() -> None:
    lines = general_hyperplanes(2, 3)
    one, two = zigzag_network(2, 3, lines), zigzag_network(2, (3,), lines)
    assert [one([x, "1/3"]) for x in ("1/7", "4/5")] == [two([x, "1/3"]) for x in ("1/7", "4/5")]


def test_families_build_what_they_say() -> None:
    for family, inputs, widths in (
        ("arrangement", 3, (5,)),
        ("zigzags", 2, (4, 6, 5)),
        ("zigzags", 1, (3, 2)),
        ("zigzags", 1, (3, 1)),
        ("zonotope", 3, (8, 3, 3)),
        ("Montufar", 2, (4, 4)),
    ):
        net = build(family, inputs, widths)
        assert (net.n_inputs, net.widths) == (inputs, widths)
    for family, inputs, widths in (
        ("arrangement", 2, (3, 3)),
        ("zigzags", 2, (3, 4)),
        ("zigzags", 2, (4,)),
        ("zonotope", 2, (5, 2)),
        ("zonotope", 2, (4, 2, 3)),
        ("Montufar", 2, (6, 6)),
        ("pyramids", 2, (4, 4)),
    ):
        with pytest.raises(DomainError, match="no network"):
            build(family, inputs, widths)


def test_the_best_zonotope_is_the_best_of_all() -> None:
    for inputs, depth, budget in ((2, 2, 60), (2, 3, 90), (3, 2, 80), (2, 4, 30)):
        values = {
            (2 * m, *[w] * (depth - 1)): arora_zonotope(inputs, m, w, depth - 1)
            for m in range(inputs, budget)
            for w in range(2, budget)
            if parameter_count(inputs, (2 * m, *[w] * (depth - 1))) <= budget
        }
        widths = best_zonotope(inputs, depth, budget)
        if not values:
            assert widths is None
        else:
            assert widths is not None and values[widths] == max(values.values())
            net = build("zonotope", inputs, widths)
            assert pl.count_regions(net) >= values[widths]
    assert best_zonotope(2, 2, 10) is None


def test_budgets_of_the_tables() -> None:
    for budget in (5, 10, 37, 500):
        for chosen in (shown_budgets(budget), counted_budgets(budget)):
            assert chosen[-1] == budget and chosen == sorted(set(chosen))


TINY: dict[str, Any] = {"inputs": [1, 2], "depths": [1, 2], "budget": 60, "counted": 150}


def test_runs_repeat_resume_and_write_their_files(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    steps: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        steps.append((done, total))
        if len(steps) == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pl.experiments.depth_budget(out=tmp_path, progress=stop, **TINY)
    assert [total for _, total in steps[:4]] == [4] * 4 and steps[4][0] == 1
    seen: list[int] = []
    resumed = pl.experiments.depth_budget(
        out=tmp_path, progress=lambda done, _: seen.append(done), **TINY
    )
    assert seen[0] == 4  # three networks were counted before
    fresh = pl.experiments.depth_budget(**TINY)
    assert json.dumps(resumed.to_json()) == json.dumps(fresh.to_json())
    assert fresh.holds
    other = pl.experiments.depth_budget(seed=1, **TINY)
    assert other.to_json() != fresh.to_json() and other.tables == fresh.tables
    written = {path.name for path in tmp_path.iterdir() if path.suffix != ".jsonl"}
    assert written == {
        "depth-budget.md",
        "depth-budget.json",
        *(f"depth-budget-{name}.csv" for name in ("bounds", "counted", "overtaking")),
        *(f"depth-budget-{n}.{k}" for n in ("regions", "pictures") for k in ("png", "svg")),
    }


def test_tables_say_what_counting_says() -> None:
    found = pl.experiments.depth_budget(**TINY)
    for row in found.table("counted").rows:
        inputs, _, family, text, paid, lower, regions, linear, upper = row
        widths = tuple(map(int, text.split("-")))
        net = build(family, inputs, widths)
        assert paid == parameter_count(inputs, widths) <= 60
        assert pl.count_regions(net, definition="activation") == regions <= upper
        assert pl.count_regions(net) == linear
        assert lower <= (linear if family == "zonotope" else regions)
    # what the table of overtaking says, from the bounds of all architectures
    shallow = _brute(2, 1, 60, lambda _, widths: pl.zaslavsky(widths[0], 2))
    upper, lower = (
        _brute(2, 2, 60, pl.serra_upper_bound),
        [
            max(pair)
            for pair in zip(
                _brute(2, 2, 60, pl.montufar_lower_bound),
                _brute(2, 2, 60, serra_lower_bound),
                strict=True,
            )
        ],
    )
    (row,) = [r for r in found.table("overtaking").rows if r[0] == 2]
    assert all(upper[p] <= shallow[p] for p in range(row[2] + 1))
    assert upper[row[2] + 1] > shallow[row[2] + 1]
    assert all(lower[p] > shallow[p] for p in range(row[3], 61))
    assert lower[row[3] - 1] <= shallow[row[3] - 1]


def test_a_run_without_networks_to_count() -> None:
    found = pl.experiments.depth_budget(inputs=[3], depths=[2], budget=12, counted=1)
    assert found.table("counted").rows == found.table("overtaking").rows == ()
    assert found.holds and list(found.drawings) == ["regions"]


def test_bad_settings_are_told() -> None:
    for settings, words in (
        ({"inputs": [0]}, "inputs = "),
        ({"inputs": [7]}, "at most 6"),
        ({"depths": [0]}, "depths = "),
        ({"budget": 4}, "budget = 4: from 7"),
        ({"budget": 4000}, "to 3162"),
        ({"counted": 0}, "counted = 0"),
        ({"seed": -1}, "seed"),
    ):
        with pytest.raises(DomainError, match=words):
            pl.experiments.depth_budget(**{**TINY, **settings})


def test_the_quick_run_holds() -> None:
    result = pl.experiments.depth_budget(quick=True)
    assert result.holds, [str(c) for c in result.comparisons if not c.holds]
    deep = {(r[0], r[1]): r[3] for r in result.table("overtaking").rows}
    assert all(first is not None for first in deep.values())
    if _has_matplotlib():
        figure = result.figure("regions")
        assert [ax.get_title() for ax in figure.axes] == ["1 input", "2 inputs"]
        assert len(result.figure("pictures").axes) == 4


def _has_matplotlib() -> bool:
    from importlib.util import find_spec

    return find_spec("matplotlib") is not None
