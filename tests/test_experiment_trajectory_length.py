"""Trajectory length: what is measured against dense samples, laws kept, runs that resume."""

from __future__ import annotations

import ast
import json
import math
import subprocess
import sys
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import plsym as pl
from plsym.errors import DomainError
from plsym.experiments.running import seeds
from plsym.experiments.training import seeded
from plsym.experiments.trajectories import trained_networks as trained_trajectories
from plsym.experiments.trajectories.random_networks import beside, growth, random_units, walked
from plsym.experiments.trajectories.regularized import convolutional, kinds, regularized
from plsym.experiments.trajectories.trained_networks import length_course, marks, noisy, one_layer
from plsym.theory.laws import length_law

RANDOM: dict[str, Any] = {
    "widths": [4, 6],
    "variances": [2, 3],
    "depth": 2,
    "networks": 5,
    "tanh_widths": [4],
    "tanh_depth": 2,
    "tanh_networks": 3,
}
TINY: dict[str, Any] = {
    **RANDOM,
    "layers": 3,
    "width": 8,
    "epochs": 2,
    "trials": 2,
    "noises": [0, 2],
    "draws": 2,
    "arcs": 1,
    "channels": 2,
    "convolutions": 2,
    "strengths": [0.1],
    "convolution_epochs": 1,
    "paths": 2,
    "points": 5,
    "segments": 2,
}


def _exact(*values: int) -> list[pl.Enclosure]:
    return [pl.Enclosure(Fraction(v), Fraction(v)) for v in values]


# random networks -------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["relu", "hard_tanh"])
@pytest.mark.parametrize("path", ["segment", "arc"])
def test_walks_against_dense_samples(activation: str, path: str) -> None:
    k, depth = 6, 3
    unit = {"activation": activation, "path": path, "width": k, "variance": 3.0}
    unit |= {"bias_variance": 0.2, "depth": depth, "seeds": [3, 8]}
    for found, seed in zip(walked(unit), [3, 8], strict=True):
        rng = np.random.default_rng(seed)
        t = np.linspace(0, 1, 200_001)
        a = t * math.pi / 2
        h = np.stack([1 - t, t] if path == "segment" else [np.cos(a), np.sin(a)], axis=1) * k**0.5
        size = np.linalg.norm(np.diff(h, axis=0), axis=1).sum()
        for layer in range(depth):
            weights = rng.normal(0, math.sqrt(3.0 / k), (k, h.shape[1]))
            z = h @ weights.T + rng.normal(0, math.sqrt(0.2), k)
            if path == "segment":
                lifted = np.column_stack([h * math.sqrt(3.0 / k), np.full(len(h), 0.2**0.5)])
                unit_vectors = lifted / np.linalg.norm(lifted, axis=1)[:, None]
                angle = np.linalg.norm(np.diff(unit_vectors, axis=0), axis=1).sum()
                low, high = map(float, found["laws"][layer])
                assert k / math.pi * angle == pytest.approx(low, rel=1e-4) and high - low < 1e-5
                assert found["changes"][layer] == int((np.diff(z > 0, axis=0)).sum())
            if activation == "relu":
                branch, h = (z > 0).astype(int), np.maximum(z, 0)
            else:
                branch, h = (z > -1).astype(int) + (z > 1), np.clip(z, -1, 1)
            assert found["transitions"][layer] == int((np.diff(branch, axis=0) != 0).sum())
            ratio = np.linalg.norm(np.diff(h, axis=0), axis=1).sum() / size
            low, high = map(float, found["lengths"][layer])
            assert low <= high and ratio == pytest.approx(low, rel=1e-3)
            assert high - low < 0.02 * high


def test_lengths_of_networks_that_die_count_up_to_there() -> None:
    law = length_law(4, 1, Fraction(2))
    lengths = [["1/2", "1/2"], ["1/4", "1/4"], [0, 0], [0, 0]]
    network = {"lengths": [[Fraction(v) for v in pair] for pair in lengths]}
    value, expected = growth(network, law)
    # factors 1/2, 1/2, 0, and none for the last layer, over four layers
    assert value == pl.Enclosure(Fraction(1, 4), Fraction(1, 4))
    assert expected.lower == law.lower * Fraction(3, 4)


def test_samples_beside_laws_of_their_own() -> None:
    found = beside(_exact(3, 5, 10), _exact(2, 6, 11))
    assert found.mean == pl.Enclosure(Fraction(6), Fraction(6))
    assert float(found.law) == pytest.approx(19 / 3)
    # differences 1, -1, -1: mean -1/3, variance 4/3
    assert found.variance == Fraction(4, 3) and found.agrees is True
    assert beside(_exact(1001, 1000), _exact(0, 0)).agrees is False


def test_the_seeds_of_networks_are_all_different() -> None:
    settings = {**RANDOM, "bias_variance": 0.1, "networks": 60}
    units = random_units(settings, lambda count: seeds(0, count))
    used = [seed for unit in units.values() for seed in unit["seeds"]]
    assert len(used) == 2 * 2 * 2 * 60 + 2 * 1 * 2 * 3 == len(set(used))
    assert max(len(unit["seeds"]) for unit in units.values()) == 25


def test_random_networks_need_neither_pytorch_nor_scikit_learn() -> None:
    program = f"""
import sys
for name in ("torch", "sklearn", "matplotlib"):
    sys.modules[name] = None
import plsym as pl
result = pl.experiments.trajectory_length(parts=["random"], **{RANDOM!r})
print([table.name for table in result.tables], len(result.table("growth").rows))
print({{(row[0], row[7] is None) for row in result.table("growth").rows}})
try:
    pl.experiments.trajectory_length(parts=["noise"])
except pl.MissingExtraError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    lines = done.stdout.splitlines()
    assert lines[0] == "['growth', 'lengths', 'transitions'] 12", done.stderr
    # ReLU alone has a law
    assert ast.literal_eval(lines[1]) == {("relu", False), ("hard_tanh", True)}
    assert "plsym[experiments]" in lines[2]


# networks on digits ------------------------------------------------------------------------------

UNIT: dict[str, Any] = {
    "data": 1,
    "seed": 2,
    "layers": 2,
    "width": 10,
    "variance": 2.0,
    "bias": 0.1,
    "epochs": 3,
    "rate": 0.01,
    "batch": 100,
}


def test_noise_is_put_in_one_layer_and_taken_out_again() -> None:
    pytest.importorskip("torch")
    pytest.importorskip("sklearn")
    found = noisy({**UNIT, "noises": [0.0, 4.0], "draws": 2})
    assert found["test"] > Fraction(1, 2) and len(found["noisy"]) == 3
    for calm, wild in found["noisy"]:
        # without noise the accuracy is the same in every layer: the others are as trained
        assert calm == found["test"] > wild


def test_one_layer_is_trained_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("sklearn")
    kept: list[Any] = []
    original = trained_trajectories._fit

    def watched(library: Any, model: Any, *rest: Any) -> None:
        kept.append([p.detach().clone() for p in model.parameters()])
        original(library, model, *rest)
        kept.append([p.detach().clone() for p in model.parameters()])

    monkeypatch.setattr(trained_trajectories, "_fit", watched)
    found = one_layer({**UNIT, "trained": 1})
    same = [torch.equal(a, b) for a, b in zip(*kept, strict=True)]
    assert same == [True, True, False, False, True, True]
    assert [each["epoch"] for each in found] == marks(3) == [0, 1, 2, 3]
    assert found[-1]["train"] > found[0]["train"]


def test_lengths_through_training_are_those_of_the_network() -> None:
    pytest.importorskip("torch")
    pytest.importorskip("sklearn")
    found = length_course({**UNIT, "start": 5.0, "arcs": 2})
    assert [each["epoch"] for each in found] == [0, 1, 2, 3]
    from plsym.experiments.datasets import digits, split
    from plsym.experiments.training import perceptron

    _, _, x, y = split(*digits(), 1)
    with seeded(2) as torch:
        model = perceptron(torch, [64, 10, 10, 10], activation=torch.nn.Hardtanh)
        trained_trajectories.normal_weights(torch, model, 5.0, 0.1)
        source = np.random.default_rng(1)
        for k in range(2):
            classes = source.choice(10, 2, replace=False)
            p, q = (torch.tensor(x[source.choice(np.flatnonzero(y == c))]) for c in classes)
            path = pl.experiments.arc_points(p, q, 20_001)
            with torch.no_grad():
                for layer in range(2):
                    image = model[: 2 * layer + 2](path)
                    low, high = found[0]["lengths"][k][layer]
                    length = float(pl.experiments.polygon_length(image))
                    assert length == pytest.approx(float(low), rel=2e-3)
                    assert high - low <= low / 900
                    z = model[: 2 * layer + 1](path)
                    branch = (z > -1).int() + (z > 1).int()
                    count = int((branch[1:] != branch[:-1]).sum())
                    assert count == found[0]["transitions"][k][layer]


def test_networks_differ_in_what_follows_a_convolution() -> None:
    pytest.importorskip("torch")
    pytest.importorskip("sklearn")
    assert kinds((0.5, 2.0)) == {
        "neither": 0.0,
        "batch norm": 0.0,
        "regularizer 0.5": 0.5,
        "regularizer 2": 2.0,
    }
    with seeded(0) as torch:
        models = [convolutional(torch, kind, s, 2, 3) for kind, s in kinds((0.5,)).items()]
        found = [[type(module).__name__ for module in model] for model in models]
        assert [names.count("BatchNorm2d") for names in found] == [0, 3, 0]
        assert [names.count("TrajectoryRegularizer") for names in found] == [0, 0, 3]
        assert models[0](torch.rand(2, 64, dtype=torch.float64)).shape == (2, 10)
    unit = {"data": 1, "seed": 2, "channels": 2, "depth": 2, "epochs": 2, "rate": 0.01}
    unit |= {"batch": 100, "paths": 2, "points": 6, "segments": 2}
    plain, strong = (
        regularized({**unit, "kind": kind, "strength": strength})
        for kind, strength in (("neither", 0.0), ("regularizer 1", 1.0))
    )
    # the same start, and shorter images at the end
    assert plain["course"][0] == strong["course"][0] and len(plain["course"]) == 3
    for short, long in zip(strong["lengths"], plain["lengths"], strict=True):
        assert all(a[1] < b[0] for a, b in zip(short, long, strict=True))


# the whole ------------------------------------------------------------------------------------


def test_runs_repeat_resume_and_write_their_files(tmp_path: Path) -> None:
    for module in ("torch", "sklearn", "matplotlib"):
        pytest.importorskip(module)

    def stop(done: int, total: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pl.experiments.trajectory_length(out=tmp_path, progress=stop, **TINY)
    (kept,) = tmp_path.glob("*.jsonl")
    assert len(kept.read_text().splitlines()) == 1 + 5
    counts: list[int] = []
    resumed = pl.experiments.trajectory_length(
        out=tmp_path, progress=lambda done, total: counts.append(done), **TINY
    )
    assert counts[0] == 6
    fresh = pl.experiments.trajectory_length(**TINY)
    assert json.dumps(resumed.to_json()) == json.dumps(fresh.to_json())
    other = pl.experiments.trajectory_length(seed=1, **TINY)
    for table in fresh.tables:
        assert other.table(table.name) != table
    written = {path.name for path in tmp_path.iterdir()} - {kept.name}
    tables = ["growth", "lengths", "transitions", "noise", "single", "training", "regularizer"]
    figures = ["length", "transitions", "layers", "training", "regularizer"]
    assert written == {
        "trajectory-length.md",
        "trajectory-length.json",
        *(f"trajectory-length-{name}.csv" for name in [*tables, "segments"]),
        *(f"trajectory-length-{name}.{kind}" for name in figures for kind in ("png", "svg")),
    }
    # noise 0 leaves the accuracy as it is
    for _, noise, score, clean in fresh.table("noise").rows:
        assert score == clean or noise > 0


@pytest.mark.parametrize("part", ["noise", "single", "training", "regularizer"])
def test_parts_run_alone(part: str) -> None:
    for module in ("torch", "sklearn", "matplotlib"):
        pytest.importorskip(module)
    tiny = {**TINY, "trials": 1, "epochs": 1}
    result = pl.experiments.trajectory_length(parts=[part], **tiny)
    assert result.holds and not result.comparisons and len(result.remarks) == 1
    assert len(result.drawings) == 1
    result.figure()


def test_bad_settings_are_told() -> None:
    for settings, words in (
        ({"parts": ["random", "more"]}, "take some of random, noise"),
        ({"parts": ["noise", "noise"]}, "once each"),
        ({"parts": []}, "parts is empty"),
        ({"widths": [0]}, "widths = "),
        ({"networks": 1}, "networks = 1: at least 2"),
        ({"variances": [0.0]}, "variances"),
        ({"variances": [math.inf]}, "variances"),
        ({"bias_variance": 0.0}, "bias_variance = 0.0: positive"),
        ({"noises": [-1]}, "noises"),
        ({"strengths": [math.nan]}, "strengths"),
        ({"layers": 1}, "layers = 1"),
        ({"points": 1}, "points = 1"),
        ({"epochs": -1}, "epochs = -1"),
        ({"depth": "deep"}, "depth = 'deep'"),
        ({"seed": -1}, "seed"),
    ):
        with pytest.raises(DomainError, match=words):
            pl.experiments.trajectory_length(**settings)


def test_the_quick_run_agrees_with_theory() -> None:
    for module in ("torch", "sklearn"):
        pytest.importorskip(module)
    result = pl.experiments.trajectory_length(quick=True)
    assert [c for c in result.comparisons if not c.holds] == []
    assert len(result.comparisons) == 10 and len(result.remarks) == 6
    ends = [row for row in result.table("noise").rows if row[1] == 2.0]
    assert ends[0][2] < ends[-1][2]  # the first layer is the least robust
    rows = result.table("lengths").rows
    for before, after in pairwise(row for row in rows if row[0] == "relu"):
        if before[:4] == after[:4]:  # the law is a geometric sequence
            factor = length_law(after[2], 1, Fraction(after[3]))
            assert float(after[7]) == pytest.approx(float(before[7]) * float(factor))
