"""Random networks: laws given the layers before, counts, and runs that repeat and resume."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import plsym as pl
from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.experiments.regions.probing import (
    line_laws,
    mean,
    paired,
    plane_counts,
    spread,
    three_of,
)

pytest.importorskip("sklearn")
pytest.importorskip("matplotlib")

TINY: dict[str, Any] = {"widths": (3, 4), "depths": (1, 2), "networks": 2, "drawn": 2}


@given(st.integers(0, 10**6), st.integers(1, 3))
def test_laws_on_a_line_are_angles_of_the_images(seed: int, depth: int) -> None:
    net = pl.random_network([3, *[5] * depth, 2], seed)
    p, q = [Fraction(1), Fraction(0), Fraction(-1)], [Fraction(-1), Fraction(2), Fraction(1, 2)]
    laws = line_laws(net.along(p, q))
    # by walking along the image in many small steps, in floats
    t = np.linspace(0, 1, 4001)[:, None]
    h = (1 - t) * np.array([1.0, 0, -1]) + t * np.array([-1.0, 2, 0.5])
    assert len(laws) == depth
    affine = [node.op for node in net.nodes if hasattr(node.op, "weights")]
    for law, op in zip(laws, affine, strict=False):
        lifted = np.concatenate([h, np.ones((len(h), 1))], axis=1)
        lifted /= np.linalg.norm(lifted, axis=1)[:, None]
        angle = 2 * np.arcsin(np.linalg.norm(np.diff(lifted, axis=0), axis=1) / 2).sum()
        # corners of the image lie between the steps: a little is cut off
        assert -1e-6 < float(law) - 5 * angle / math.pi < 2e-3
        h = np.maximum(h @ op.weights.mid.T + op.bias.mid, 0)


def test_means_and_spreads() -> None:
    half = Enclosure(Fraction(0), Fraction(1))
    assert mean([half, Enclosure(Fraction(2), Fraction(2))]) == Enclosure(
        Fraction(1), Fraction(3, 2)
    )
    assert mean([1, 2, 6]) == 3 and mean([Fraction(1, 2), Fraction(1, 3)]) == Fraction(5, 12)
    values = [3, 1, 4, 1, 5]
    assert spread(values) == pytest.approx(np.std(values, ddof=1)) and spread([2]) is None


def test_pairs_are_compared_network_by_network() -> None:
    laws = [Enclosure(Fraction(n), Fraction(n)) for n in (10, 20, 30, 40)]
    # the values spread far, their differences little: a systematic one is seen
    assert paired([12, 22, 32, 43], laws).agrees is False
    assert paired([11, 19, 31, 39], laws).agrees is True


def test_three_samples_span_a_plane_or_it_is_told() -> None:
    source = np.random.default_rng(0)
    line = np.array([[i, 2.0 * i] for i in range(6)])
    with pytest.raises(DomainError, match="no three"):
        three_of(line, source)
    with pytest.raises(DomainError, match="among 2 samples"):
        three_of(np.eye(2), source)
    # one sample off the line must be among them
    three = three_of(np.concatenate([line, [[1.0, 0.1]]]), source)
    assert [1, Fraction(0.1)] in three
    net = pl.random_network([2, 5, 1], seed=1)
    assert plane_counts(net, three)["plane"] == pl.zaslavsky(5, 2)


def test_runs_repeat_resume_and_write_their_files(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        assert total == 4
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pl.experiments.regions_at_init(out=tmp_path, progress=stop, **TINY)
    (kept,) = tmp_path.glob("*.jsonl")
    before = kept.read_text()
    assert len(before.splitlines()) == 1 + 2
    resumed = pl.experiments.regions_at_init(out=tmp_path, **TINY)
    assert kept.read_text().startswith(before)
    fresh = pl.experiments.regions_at_init(**TINY)
    assert json.dumps(resumed.to_json()) == json.dumps(fresh.to_json())
    other = pl.experiments.regions_at_init(seed=1, **TINY)
    assert other.table("lines") != fresh.table("lines")
    written = {path.name for path in tmp_path.iterdir()} - {kept.name}
    tables, figures = ("planes", "lines", "distances"), ("bent-hyperplanes",)
    assert written == {
        "regions-at-init.md",
        "regions-at-init.json",
        *(f"regions-at-init-{name}.csv" for name in tables),
        *(f"regions-at-init-{n}.{kind}" for n in (*tables, *figures) for kind in ("png", "svg")),
    }
    shallow = [row for row in fresh.table("planes").rows if row[1] == 1]
    assert [row[5] for row in shallow] == [pl.zaslavsky(n, 2) for n in (3, 4, 3, 4)]


def test_bad_settings_are_told() -> None:
    for settings, words in (
        ({"widths": [0]}, "widths = "),
        ({"depths": []}, "depths is empty"),
        ({"networks": 1}, "networks = 1: at least 2"),
        ({"drawn": 0}, "drawn = 0"),
        ({"widths": "a"}, "widths = 'a'"),
        ({"seed": -1}, "seed=-1"),
    ):
        with pytest.raises(DomainError, match=words):
            pl.experiments.regions_at_init(**{**TINY, **settings})


def test_the_quick_run_agrees_with_theory() -> None:
    result = pl.experiments.regions_at_init(quick=True)
    assert result.holds, [str(c) for c in result.comparisons if not c.holds]
    # about N^2/2, whatever the depth
    assert all(0.4 < row[9] < 0.65 for row in result.table("planes").rows)
    assert any("independent sample" in c.source for c in result.comparisons)
