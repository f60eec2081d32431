"""Easy and hard compositions: errors as stated, bounds kept, runs that repeat and resume."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import plsym as pl
from plsym.errors import DomainError
from plsym.experiments.iterates.targets import THRESHOLD, trained
from plsym.experiments.training import fit, perceptron, seeded

pytest.importorskip("torch")
pytest.importorskip("matplotlib")

TINY: dict[str, Any] = {
    "slopes": ("1.618",),
    "compositions": (2, 7),
    "depths": (1, 2),
    "width": 3,
    "points": 60,
    "epochs": 2,
    "batch": 25,
}


def _grid_errors(net: Any, slope: float, t: int) -> tuple[float, float, float]:
    """Mean |f^t - g|, its mean square and the share of wrong labels, on a fine grid."""
    n = 200_001
    x = (np.arange(n) + 0.5) / n * 2 - 1
    y = x
    for _ in range(t):
        y = slope * np.abs(y) - 1
    pieces = net.to_piecewise(-1, 1)
    knots, values = pieces.to_numpy()
    g = np.interp(x, knots, values)
    limit = float(THRESHOLD)
    wrong = (y >= limit) != (g >= limit)
    return float(np.abs(y - g).mean()), float(((y - g) ** 2).mean()), float(wrong.mean())


@pytest.mark.parametrize("slope", ["1.618", "golden"])
def test_the_errors_are_those_of_the_network_on_a_fine_grid(slope: str) -> None:
    s = (1 + 5**0.5) / 2 if slope == "golden" else 1.618
    unit = {"slope": slope, "t": 5, "depth": 2, "data": 1, "seed": 2, "width": 6, "points": 50}
    unit |= {"epochs": 0, "batch": 10, "rate": 0.1}
    with seeded(2) as torch:
        net = pl.from_torch(perceptron(torch, [1, 6, 6, 1]))
    mean, square, wrong = _grid_errors(net, s, 5)
    found = trained({**unit, "task": "regression"})
    assert abs(float(found["error"][0]) - mean) < 1e-4
    assert abs(float(found["square"][0]) - square) < 1e-4
    found = trained({**unit, "task": "classification"})
    assert abs(float(found["error"][0]) - wrong) < 1e-4


def test_training_learns_and_leaves_the_users_random_state_alone() -> None:
    import torch as library

    library.manual_seed(5)
    before = library.get_rng_state().clone()
    threads = library.get_num_threads()
    with seeded(0) as torch:
        x = torch.linspace(-1, 1, 100, dtype=torch.float64)[:, None]
        model = perceptron(torch, [1, 16, 1])
        first = torch.nn.functional.mse_loss(model(x), x.abs()).item()
        steps: list[int] = []
        last = fit(
            torch,
            model,
            x,
            x.abs(),
            torch.nn.functional.mse_loss,
            epochs=200,
            rate=0.02,
            batch=30,
            decay=True,
            after_epoch=steps.append,
        )
    assert last < first / 10 and steps == list(range(1, 201))
    assert library.equal(before, library.get_rng_state())
    assert library.get_num_threads() == threads


def test_runs_repeat_resume_and_write_their_files(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pl.experiments.easy_hard(out=tmp_path, progress=stop, **TINY)
    (kept,) = tmp_path.glob("*.jsonl")
    assert len(kept.read_text().splitlines()) == 1 + 3
    resumed = pl.experiments.easy_hard(out=tmp_path, **TINY)
    fresh = pl.experiments.easy_hard(**TINY)
    assert json.dumps(resumed.to_json()) == json.dumps(fresh.to_json())
    other = pl.experiments.easy_hard(seed=1, **TINY)
    assert other.table("errors") != fresh.table("errors")
    written = {path.name for path in tmp_path.iterdir()} - {kept.name}
    assert written == {
        "easy-hard.md",
        "easy-hard.json",
        *(f"easy-hard-{name}.csv" for name in ("errors", "bounds", "labels")),
        *(f"easy-hard-{name}.{kind}" for name in ("errors", "labels") for kind in ("png", "svg")),
    }
    # a row for each network, and bounds that were kept
    assert len(fresh.table("errors").rows) == 2 * 2 * 2 and fresh.holds


def test_bad_settings_are_told() -> None:
    for settings, words in (
        ({"slopes": ["5/2"]}, "slope 5/2"),
        ({"depths": [0]}, "depths = "),
        ({"epochs": -1}, "epochs"),
        ({"rate": 0.0}, "learning rate"),
        ({"width": "a"}, "width = 'a'"),
    ):
        with pytest.raises(DomainError, match=words):
            pl.experiments.easy_hard(**{**TINY, **settings})


def test_the_quick_run_keeps_all_bounds() -> None:
    result = pl.experiments.easy_hard(quick=True)
    assert result.holds, [str(c) for c in result.comparisons if not c.holds]
    hard = [row for row in result.table("bounds").rows if row[1] == 40]
    assert all(float(row[5]) > 0.3 for row in hard)  # of 0.378 for the best constant
