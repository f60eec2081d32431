"""Noisy sawtooths: touching points and signs by other means, runs that repeat and resume."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import plsym as pl
from plsym.errors import DomainError
from plsym.experiments.sawtooth import sawtooth_noise as module
from plsym.experiments.sawtooth.networks import (
    FORMS,
    TARGETS,
    bumped,
    margin_sign,
    perturbed,
    predicted_pieces,
    sawtooth_layers,
    touches,
)

pytest.importorskip("matplotlib")

TINY: dict[str, Any] = {"depth": 3, "networks": 12, "variances": (0.01, 0.1), "forms": ("merged",)}


def network_of(many: Any, i: int = 0) -> Any:
    return pl.from_weights([(weights[i], bias[i]) for weights, bias in many])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("depth", range(1, 8))
def test_both_forms_are_the_sawtooth_and_touch_zero_as_often_as_stated(
    form: str, depth: int
) -> None:
    layers = sawtooth_layers(form, depth)
    assert pl.from_weights(layers).to_piecewise(0, 1) == pl.tent().iterate(depth)
    found = touches(layers, depth)
    assert len(found) == (2 ** (depth - 1) if form == "composed" else 2**depth // 4)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("target", TARGETS)
def test_tiny_noise_gives_the_predicted_counts(form: str, target: str) -> None:
    for depth in (1, 2, 4, 5):
        layers = sawtooth_layers(form, depth)
        many = perturbed(layers, 6, 1e-14, target, depth)
        counts = [network_of(many, i).to_piecewise(0, 1).num_pieces for i in range(6)]
        assert counts == predicted_pieces(many, touches(layers, depth), depth)
        assert max(counts) > 2**depth or depth == 1


def test_a_margin_is_the_value_of_the_unit_where_the_function_bends() -> None:
    """Two tents: the dip is T2(p) for the peak p of T1, the end is T1(1), both without ReLU."""
    layers = sawtooth_layers("composed", 2)
    inner, end = touches(layers, 2)
    for seed in range(30):
        many = perturbed(layers, 1, 0.001, "all", seed)
        one = [(weights[0], bias[0]) for weights, bias in many]
        (v, b), (a, _), (w, c), (d, _), _ = (
            ([Fraction(x) for x in np.ravel(p)], [Fraction(x) for x in q]) for p, q in one
        )
        bend = -b[1] / v[1]
        peak = a[0] * v[0] * bend
        dip = d[0] * w[0] * peak + d[1] * (w[1] * peak + c[1])
        last = a[0] * v[0] + a[1] * (v[1] + b[1])
        assert margin_sign(one, inner) == (dip > 0) - (dip < 0)
        assert margin_sign(one, end) == (last > 0) - (last < 0)


def test_noise_is_multiplicative_and_on_its_target_only() -> None:
    layers = sawtooth_layers("composed", 3)
    both, weights, biases = (perturbed(layers, 4000, 0.04, target, 7) for target in TARGETS)
    for (w, v), (w0, v0), (w1, v1), (w2, v2) in zip(layers, both, weights, biases, strict=True):
        assert (w1 == w0).all() and (v1 == v).all()
        assert (v2 == v0).all() and (w2 == w).all()
        assert (v0[:, v == 0] == 0).all()
        relative = (w0 / w - 1).ravel()
        assert abs(relative.mean()) < 0.02 and abs(relative.std() - 0.2) < 0.01
    (w, v), *_ = bumped(layers, (0, True, 1), 1.5)
    assert v[0].tolist() == [0.0, -0.75] and (w[0] == layers[0][0]).all()
    assert layers[0][1].tolist() == [0.0, -0.5]


def test_a_second_sample_adds_its_own_error() -> None:
    sample = module._sample([10, 12, 14], Fraction(13), Fraction(3))
    assert sample.mean.lower == 12 and abs(sample.error**2 - (4 / 3 + 9)) < 1e-12
    assert sample.agrees and not module._sample([10, 12, 14], Fraction(18)).agrees


def test_runs_repeat_resume_and_write_their_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(done: int, total: int) -> None:
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pl.experiments.sawtooth_noise(out=tmp_path, progress=stop, **TINY)
    (kept,) = tmp_path.glob("*.jsonl")
    assert len(kept.read_text().splitlines()) == 1 + 4
    calls = []
    task = module._counted

    def counted(unit: dict[str, Any]) -> dict[str, Any]:
        calls.append(unit["case"])
        return task(unit)

    counted.__qualname__, counted.__module__ = task.__qualname__, task.__module__
    monkeypatch.setattr(module, "_counted", counted)
    resumed = pl.experiments.sawtooth_noise(out=tmp_path, **TINY)
    assert len(calls) == 9 - 4
    fresh = pl.experiments.sawtooth_noise(**TINY)
    assert json.dumps(resumed.to_json()) == json.dumps(fresh.to_json())
    assert pl.experiments.sawtooth_noise(seed=1, **TINY).table("noise") != fresh.table("noise")
    assert {path.name for path in tmp_path.iterdir()} - {kept.name} == {
        "sawtooth-noise.md",
        "sawtooth-noise.json",
        *(f"sawtooth-noise-{name}.csv" for name in ("noise", "limit", "one-weight")),
        *(
            f"sawtooth-noise-{name}.{kind}"
            for name in ("regions", "tips")
            for kind in ("png", "svg")
        ),
    }
    assert len(fresh.table("noise").rows) == 3 * (2 + 1)


def test_bad_settings_are_told() -> None:
    for settings, words in (
        ({"depth": 0}, "depth = 0"),
        ({"networks": 1}, "networks = 1"),
        ({"forms": ["both"]}, "forms: 'both'"),
        ({"targets": ["bias"]}, "targets: 'bias'"),
        ({"variances": [0.0]}, "variance 0"),
        ({"tiny": -1.0}, "variance -1"),
        ({"variances": []}, "empty"),
    ):
        with pytest.raises(DomainError, match=words):
            pl.experiments.sawtooth_noise(**{**TINY, **settings})
    with pytest.raises(DomainError, match="form 'both'"):
        sawtooth_layers("both", 2)
    with pytest.raises(DomainError, match="at least one tent"):
        sawtooth_layers("merged", 0)
    with pytest.raises(DomainError, match="target"):
        perturbed(sawtooth_layers("merged", 1), 2, 0.1, "bias", 0)


def test_the_quick_run_agrees_with_the_limit_and_the_known_means() -> None:
    result = pl.experiments.sawtooth_noise(quick=True)
    assert result.holds, [str(c) for c in result.comparisons if not c.holds]
    known = [c for c in result.comparisons if c.source == module.KNOWN_SOURCE]
    assert len(known) == 5 + 1 + 2 + 5
    means = {row[:3]: float(row[4]) for row in result.table("noise").rows}
    # it rises before it falls
    assert means["composed", "all", 1e-6] > 70 and means["composed", "all", 0.1] < 30
