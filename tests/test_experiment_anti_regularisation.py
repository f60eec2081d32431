"""Anti-regularisation: hinges by hand, counts as stated, runs that repeat and resume."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import plsym as pl
from plsym.errors import DomainError
from plsym.experiments.hyperplanes.crossing_penalty import crossing_hinges, crossing_penalty
from plsym.experiments.hyperplanes.intersecting import half_moons
from plsym.experiments.training import perceptron, seeded
from plsym.regions.crossing import hyperplane_crossings

pytest.importorskip("torch")
pytest.importorskip("matplotlib")

TINY: dict[str, Any] = {
    "widths": (3, 2),
    "trials": 2,
    "steps": 6,
    "every": 3,
    "samples": 30,
    "points": 9,
}


def model_of(torch: Any, *layers: tuple[Any, Any]) -> Any:
    parts: list[Any] = []
    for weights, bias in layers:
        w = torch.tensor(weights, dtype=torch.float64)
        parts += [torch.nn.Linear(*w.shape[::-1], dtype=torch.float64), torch.nn.ReLU()]
        with torch.no_grad():
            parts[-2].weight.copy_(w)
            parts[-2].bias.copy_(torch.tensor(bias, dtype=torch.float64))
    return torch.nn.Sequential(*parts)


def test_hinges_of_lines_by_hand() -> None:
    with seeded(0) as torch:
        # x = 0, y = 0, and 2x = 5, which misses the box
        model = model_of(
            torch, ([[1, 0], [0, 1], [2, 0]], [0, 0, -5]), ([[1, 1, 0], [1, 1, 0]], [-0.5, 1])
        )
        hinges = crossing_hinges(model, margin=0.1, points=81)
        lines, first, mixed, second = (
            getattr(hinges, name).detach().numpy() for name in ("lines", "first", "mixed", "second")
        )
        # the third one reaches -1.5 at most: 0.1 + 1.5
        assert np.allclose(lines, [0, 0, 1.6])
        # points on a line are as dense as 2 sqrt(2) / 80
        expected = [[0, 0, 2.6], [0, 0, 1.6], [0, 0, 0]]
        assert np.allclose(first, expected, atol=0.04)
        # relu(x) + relu(y) - 1/2 has both signs on both axes, + 1 is positive: least 1/2
        assert np.allclose(mixed, [[0, 0.1 + 0.5], [0, 0.1 + 0.5], [0, 0]])
        # x + y = 1/2 and never: + - and - - are missing, by at least 0.1 + 1/2
        assert second[0, 1] > 1 and second[1, 0] == 0
        total = lines.sum() + first.sum() / 2 + mixed.sum() + second.sum()
        assert np.isclose(hinges.total.item(), total)
        assert np.isclose(crossing_penalty(model, margin=0.1, points=81).item(), total)


def test_hinges_do_not_depend_on_the_scales_of_neurons() -> None:
    with seeded(1) as torch:
        model = perceptron(torch, [2, 5, 4, 1])
        before = crossing_penalty(model).item()
        with torch.no_grad():
            model[0].weight *= 3
            model[0].bias *= 3
            model[2].bias *= 3
        assert np.isclose(crossing_penalty(model).item(), before)


def test_a_hinge_of_zero_means_an_intersection_in_the_box() -> None:
    box = ((-2.0, 1.0), (0.0, 3.0))
    pairs = 0
    for seed in range(6):
        with seeded(seed) as torch:
            model = perceptron(torch, [2, 6, 5, 1])
            with torch.no_grad():
                hinges = crossing_hinges(model, box)
            found = pl.linear_regions(pl.from_torch(model), [(-2, 1), (0, 3)])
            crossings = hyperplane_crossings(found)
            for i in np.flatnonzero(hinges.lines.numpy() == 0).tolist():
                for j in np.flatnonzero(hinges.mixed.numpy()[i] == 0).tolist():
                    pairs += 1
                    assert crossings.status((0, i), (1, j)) != "apart"
                for j in np.flatnonzero(hinges.first.numpy()[i] == 0).tolist():
                    assert i == j or crossings.status((0, i), (0, j)) != "apart"
    assert pairs > 10


def test_gradients_are_finite_where_lines_miss_the_box() -> None:
    with seeded(0) as torch:
        model = model_of(torch, ([[1, 0], [0, 1]], [5, 0]), ([[1, 1]], [0.3]))
        crossing_penalty(model).backward()
        for part in model.parameters():
            assert torch.isfinite(part.grad).all()
        assert model[0].bias.grad[0] != 0  # the line is pulled into the box


def test_models_and_settings_that_do_not_fit() -> None:
    with seeded(0) as torch:
        for widths in ([2, 3], [3, 3, 3, 1]):
            with pytest.raises(DomainError, match="Linear"):
                crossing_penalty(perceptron(torch, widths))
        good = perceptron(torch, [2, 3, 3, 1])
        with pytest.raises(DomainError, match="empty"):
            crossing_penalty(good, ((0.0, 0.0), (0.0, 1.0)))
        with pytest.raises(DomainError, match="margin"):
            crossing_penalty(good, margin=0.0)


def test_half_moons_can_be_told_apart_by_a_curve_only() -> None:
    x, y = half_moons(2000, 5)
    assert np.abs(x).max() <= 1 and y.sum() == 1000
    design = np.concatenate([x, np.ones((2000, 1))], axis=1)
    plane, *_ = np.linalg.lstsq(design, 2.0 * y - 1, rcond=None)
    assert 0.75 < ((design @ plane > 0) == y).mean() < 0.95


def test_runs_repeat_resume_and_write_their_files(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pl.experiments.anti_regularisation(out=tmp_path, progress=stop, **TINY)
    (kept,) = tmp_path.glob("*.jsonl")
    lines = kept.read_text().splitlines()
    assert len(lines) == 1 + 2
    resumed = pl.experiments.anti_regularisation(out=tmp_path, **TINY)
    assert kept.read_text().splitlines()[:3] == lines  # done units are not run again
    fresh = pl.experiments.anti_regularisation(**TINY)
    assert json.dumps(resumed.to_json()) == json.dumps(fresh.to_json())
    other = pl.experiments.anti_regularisation(seed=1, **TINY)
    assert other.table("steps") != fresh.table("steps")
    assert {path.name for path in tmp_path.iterdir()} - {kept.name} == {
        "anti-regularisation.md",
        "anti-regularisation.json",
        *(f"anti-regularisation-{name}.csv" for name in ("steps", "gained", "pairs")),
        *(
            f"anti-regularisation-{name}.{kind}"
            for name in ("hyperplanes", "pairs", "regions")
            for kind in ("png", "svg")
        ),
    }
    rows = fresh.table("steps").rows
    assert len(rows) == 3 * 2 * 3 and fresh.holds
    # all three trainings start from the same networks
    starts = [row[5:] for row in rows if row[2] == 0]
    assert starts[:2] == starts[2:4] == starts[4:]


def test_bad_settings_are_told() -> None:
    for settings, words in (
        ({"widths": [3]}, "two hidden layers"),
        ({"widths": [3, 0]}, "two hidden layers"),
        ({"trials": 0}, "trials = 0"),
        ({"every": 4}, "must divide"),
        ({"rate": -1.0}, "learning rate"),
        ({"points": 2}, "3 points"),
        ({"margin": 0.0}, "margin"),
    ):
        with pytest.raises(DomainError, match=words):
            pl.experiments.anti_regularisation(**{**TINY, **settings})


def test_the_quick_run_gains_regions() -> None:
    result = pl.experiments.anti_regularisation(quick=True)
    assert result.holds, [str(c) for c in result.comparisons if not c.holds]
    gained = {row[0]: row[2:] for row in result.table("gained").rows}
    for mode in ("penalty", "data and penalty"):
        before, after, *_ = gained[mode]
        assert after > 2 * before
    assert float(gained["data and penalty"][5]) > 0.8
