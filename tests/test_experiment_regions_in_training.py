"""Networks through training: the plane that is kept, MNIST, and runs that repeat and resume."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import plsym as pl
from plsym.errors import DomainError
from plsym.experiments.regions.watching import plane_layers, shown_epochs, watched
from plsym.experiments.training import he_normal, perceptron, seeded
from tests.test_datasets import folder

pytest.importorskip("torch")
pytest.importorskip("matplotlib")
pytest.importorskip("sklearn")

TINY: dict[str, Any] = {
    "depths": (1, 2),
    "width": 4,
    "rates": (0.01,),
    "epochs": 2,
    "checkpoints": (0, 2),
    "trials": 1,
    "planes": 1,
    "segments": 2,
    "points": 2,
}


def test_initial_weights_have_the_variance_of_he() -> None:
    with seeded(3) as torch:
        model = he_normal(torch, perceptron(torch, [50, 400, 1]))
        kernel = torch.nn.Conv2d(8, 100, 5)
        he_normal(torch, kernel)
    for weights, n in ((model[0].weight, 50), (model[0].bias, 50), (kernel.weight, 200)):
        values = weights.detach().numpy()
        # the deviation of n normal numbers errs by about 1 / sqrt(2 n)
        error = (values.std() / (2 / n) ** 0.5 - 1) * (2 * values.size) ** 0.5
        assert abs(error) < 5


def test_the_layers_on_a_plane_are_the_network() -> None:
    with seeded(1) as torch:
        model = he_normal(torch, perceptron(torch, [5, 4, 3, 2]))
        net = pl.from_torch(model)
    three = [[Fraction(i * j, 3) for i in range(5)] for j in (1, 2)] + [[Fraction(1)] * 5]
    flat = pl.from_weights(plane_layers(net, model, three))
    p, q, r = three
    for s, t in ((0, 0), (1, 0), (0, 1), (Fraction(-2, 7), Fraction(5, 3))):
        x = [a + s * (b - a) + t * (c - a) for a, b, c in zip(p, q, r, strict=True)]
        assert flat([s, t]) == net(x)


def test_up_to_four_checkpoints_are_drawn() -> None:
    assert shown_epochs([7]) == [7] and shown_epochs([0, 1, 5, 9]) == [0, 1, 5, 9]
    for n in range(1, 12):
        shown = shown_epochs(list(range(n)))
        assert shown[0] == 0 and shown[-1] == n - 1 and shown == sorted(set(shown))
        assert len(shown) == min(n, 4)


def test_what_is_measured_is_the_network_at_its_checkpoint() -> None:
    unit = {
        **{key: TINY[key] for key in ("width", "epochs", "planes", "segments", "points")},
        **{"mnist": "", "data": 1, "probe": 2, "seed": 3, "depth": 2, "trial": 0, "batch": 50},
        **{"rate": 0.02, "checkpoints": [0, 2], "pictures": True},
    }
    found = watched(unit)
    first, last = found["checkpoints"]
    assert (first["epoch"], last["epoch"]) == (0, 2) and last["train"] > first["train"]
    assert [epoch for epoch, _ in found["pictures"]] == [0, 2]
    for (_, layers), mark in zip(found["pictures"], found["checkpoints"], strict=True):
        # the plane that is kept has the regions that were counted in the inputs' space
        flat = pl.from_weights(layers)
        assert pl.count_regions(flat, definition="activation") == mark["planes"][0]
        triangle = pl.polytope([[-1, 0], [0, -1], [1, 1]], [0, 0, 1])
        assert pl.count_regions(flat, triangle, definition="activation") == mark["triangles"][0]
    later = watched({**unit, "checkpoints": [2], "pictures": False})
    assert later["checkpoints"] == [last] and later["pictures"] == []


def test_runs_repeat_resume_and_write_their_files(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        assert total == 2
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pl.experiments.regions_in_training(out=tmp_path, progress=stop, **TINY)
    (kept,) = tmp_path.glob("*.jsonl")
    before = kept.read_text()
    assert len(before.splitlines()) == 1 + 1
    resumed = pl.experiments.regions_in_training(out=tmp_path, **TINY)
    assert kept.read_text().startswith(before)
    fresh = pl.experiments.regions_in_training(**TINY)
    assert json.dumps(resumed.to_json()) == json.dumps(fresh.to_json())
    other = pl.experiments.regions_in_training(seed=1, **TINY)
    assert other.table("training") != fresh.table("training")
    written = {path.name for path in tmp_path.iterdir()} - {kept.name}
    assert written == {
        "regions-in-training.md",
        "regions-in-training.json",
        "regions-in-training-training.csv",
        *(f"regions-in-training-{n}.{k}" for n in ("course", "pictures") for k in ("png", "svg")),
    }
    assert len(fresh.table("training").rows) == 2 * 2 and fresh.holds


def test_mnist_is_trained_on_from_a_folder(tmp_path: Path) -> None:
    folder(tmp_path)
    settings = {**TINY, "depths": (1,), "mnist": tmp_path}
    result = pl.experiments.regions_in_training(**settings)
    assert result.holds and result.settings["mnist"] == str(tmp_path)
    shares = result.table("training").column("training accuracy")
    assert all(share.denominator in (1, 5) for share in shares)  # five images
    with pytest.raises(DomainError, match="is no folder"):
        pl.experiments.regions_in_training(**{**settings, "mnist": tmp_path / "no"})


def test_rates_are_compared_from_one_start() -> None:
    result = pl.experiments.regions_in_training(**{**TINY, "rates": (0.01, 0.1), "depths": (2,)})
    rows = result.table("training").rows
    starts = [row[4:] for row in rows if row[3] == 0]
    assert len(starts) == 2 and starts[0] == starts[1]
    ends = [row[4:] for row in rows if row[3] == 2]
    assert ends[0] != ends[1]


def test_bad_settings_are_told() -> None:
    for settings, words in (
        ({"depths": [0]}, "depths = "),
        ({"checkpoints": [0, 3]}, "epochs = 2 are needed"),
        ({"checkpoints": [2, 1]}, "increasing epochs"),
        ({"checkpoints": [-1, 1]}, "increasing epochs"),
        ({"rates": [0.0]}, "learning rates are positive"),
        ({"planes": 0}, "planes = 0"),
        ({"width": "a"}, "width = 'a'"),
    ):
        with pytest.raises(DomainError, match=words):
            pl.experiments.regions_in_training(**{**TINY, **settings})


def test_the_quick_run_keeps_all_bounds() -> None:
    result = pl.experiments.regions_in_training(quick=True)
    assert result.holds, [str(c) for c in result.comparisons if not c.holds]
    training = result.table("training")
    ends = [row for row in training.rows if row[3] == 10]
    assert all(row[5] > Fraction(4, 5) for row in ends)  # they learn
    assert np.all([0.15 < float(v) < 0.9 for v in training.column("regions / N^2")])
