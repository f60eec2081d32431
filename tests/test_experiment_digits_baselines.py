"""Digits: subspaces against least squares, the convolutional network, runs that resume."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import plsym as pl
from plsym.errors import DomainError
from plsym.experiments.datasets import digits, split
from plsym.experiments.digits.baselines import (
    convolutional,
    measured,
    sample_pairs,
    subspace_classes,
    subspaces,
    three_classes,
)
from plsym.experiments.digits.classifying import classes
from plsym.experiments.regions.probing import exact_rows
from plsym.experiments.training import seeded
from plsym.networks.formats.json import from_data

pytest.importorskip("torch")
pytest.importorskip("matplotlib")
pytest.importorskip("sklearn")

TINY: dict[str, Any] = {
    "hidden": (4,),
    "channels": (2, 2),
    "epochs": 2,
    "rate": 0.01,
    "batch": 100,
    "trials": 1,
    "pairs": 2,
    "dimensions": (1, 5),
}
UNIT = {
    **{"trial": 0, "data": 1, "probe": 2, "seed": 3},
    **{key: TINY[key] for key in ("hidden", "channels", "epochs", "rate", "batch", "pairs")},
}


def test_the_nearest_subspace_is_that_of_least_squares() -> None:
    source = np.random.default_rng(0)
    x, y = source.normal(size=(40, 6)), np.arange(40) % 4
    bases = subspaces(x, y)
    points = source.normal(size=(30, 6))
    for dimension in (1, 2, 3):
        residuals = []
        for label in range(4):
            # the best approximation of the class's samples of that rank spans the subspace
            u, s, v = np.linalg.svd(x[y == label].T)
            best = (u[:, :dimension] * s[:dimension]) @ v[:dimension]
            left = [p - best @ np.linalg.lstsq(best, p, rcond=None)[0] for p in points]
            residuals.append([float(r @ r) for r in left])
        known = np.argmin(residuals, axis=0).tolist()
        assert subspace_classes(bases, points, dimension).tolist() == known
    with pytest.raises(DomainError, match="class 1 has no samples"):
        subspaces(x[:2], np.array([0, 2]))


def test_subspaces_tell_digits_apart() -> None:
    x, y, x_test, y_test = split(*digits(), 0)
    found = subspace_classes(subspaces(x, y), x_test, 10)
    assert (found == y_test).mean() > 0.97


@given(st.integers(0, 10**6), st.integers(1, 5))
def test_pairs_are_of_the_kind_they_say(seed: int, count: int) -> None:
    y = np.array([0, 0, 1, 2, 2, 2, 3])
    pairs = sample_pairs(y, count, seed)
    assert [kind for kind, _, _ in pairs] == ["same"] * count + ["different"] * count
    assert all(i != j and (y[i] == y[j]) == (kind == "same") for kind, i, j in pairs)
    assert sample_pairs(y, count, seed) == pairs
    assert len({int(y[i]) for i in three_classes(y, seed)}) == 3


def test_the_convolutional_network_is_read_exactly() -> None:
    x, _ = digits()
    with seeded(0) as torch:
        model = convolutional(torch, (3, 5))
        with torch.no_grad():
            scores = model(torch.from_numpy(x[:20]).reshape(-1, 1, 8, 8)).numpy()
    net = pl.from_torch(model, input_shape=(1, 8, 8))
    for row, known in zip(exact_rows(x[:20]), scores, strict=True):
        assert np.allclose([float(v) for v in net(row)], known, rtol=0, atol=1e-12)
    assert classes(net, x[:20]).tolist() == scores.argmax(axis=1).tolist()


@pytest.mark.parametrize("model", ["dense", "convolutional"])
def test_what_is_measured_is_the_network_that_is_kept(model: str) -> None:
    found = measured({**UNIT, "model": model})
    net = from_data(json.loads(json.dumps(found["network"])))
    _, _, x_test, y_test = split(*digits(), 1)
    right = int((classes(net, x_test) == y_test).sum())
    assert found["test"] == Fraction(right, len(y_test))
    rows = exact_rows(x_test)
    for (kind, i, j), segment in zip(sample_pairs(y_test, 2, 2), found["segments"], strict=True):
        assert segment["kind"] == kind
        assert segment["pieces"] == net.along(rows[i], rows[j]).output.num_pieces
        ends = [int(classes(net, x_test[[k]])[0]) for k in (i, j)]
        assert [segment["winners"][0], segment["winners"][-1]] == ends
        # just beside each place another class wins
        for k, place in enumerate(segment["places"]):
            sides = np.array([place - 1e-9, place + 1e-9])[:, None]
            beside = classes(net, (1 - sides) * x_test[i] + sides * x_test[j]).tolist()
            assert beside == segment["winners"][k : k + 2]
    course = found["course"]
    assert len(course["t"]) == len(course["scores"]) and len(course["scores"][0]) == 10
    assert "network" not in measured({**UNIT, "model": model, "trial": 1, "epochs": 0, "pairs": 1})


def test_runs_repeat_resume_and_write_their_files(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        assert total == 2
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pl.experiments.digits_baselines(out=tmp_path, progress=stop, **TINY)
    (kept,) = tmp_path.glob("*.jsonl")
    before = kept.read_text()
    assert len(before.splitlines()) == 1 + 1
    resumed = pl.experiments.digits_baselines(out=tmp_path, **TINY)
    assert kept.read_text().startswith(before)
    fresh = pl.experiments.digits_baselines(**TINY)
    assert json.dumps(resumed.to_json()) == json.dumps(fresh.to_json())
    other = pl.experiments.digits_baselines(seed=1, **TINY)
    assert other.table("networks") != fresh.table("networks")
    written = {path.name for path in tmp_path.iterdir()} - {kept.name}
    tables = ("subspaces", "networks", "segments", "triangles")
    figures = ("accuracy", "segments", "course", "triangle")
    assert written == {
        "digits-baselines.md",
        "digits-baselines.json",
        *(f"digits-baselines-{name}.csv" for name in tables),
        *(f"digits-baselines-{name}.{kind}" for name in figures for kind in ("png", "svg")),
    }
    assert fresh.holds and len(fresh.table("segments").rows) == 4


def test_bad_settings_are_told() -> None:
    for settings, words in (
        ({"channels": [3]}, "two convolutions"),
        ({"channels": [3, 0]}, "channels = "),
        ({"dimensions": [65]}, "64 pixels"),
        ({"rate": -1.0}, "learning rate"),
        ({"epochs": -1}, "epochs"),
        ({"pairs": 0}, "pairs = 0"),
        ({"hidden": "a"}, "hidden = 'a'"),
    ):
        with pytest.raises(DomainError, match=words):
            pl.experiments.digits_baselines(**{**TINY, **settings})


def test_the_quick_run_keeps_all_bounds_and_learns() -> None:
    result = pl.experiments.digits_baselines(quick=True)
    assert result.holds, [str(c) for c in result.comparisons if not c.holds]
    assert max(result.table("subspaces").column("test accuracy")) > Fraction(97, 100)
    assert min(result.table("networks").column("test accuracy")) > Fraction(17, 20)
    pieces = {row[:2]: row[5] for row in result.table("segments").rows}
    for model in ("dense", "convolutional"):  # more happens between classes
        assert pieces[model, "different"] > pieces[model, "same"]
