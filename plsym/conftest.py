"""Set-up of the doctests in this package; not part of the installed package."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import plsym

# A module whose examples need an optional library is skipped where that is absent.
_NEEDS = {
    "torch": (
        "interop/torch*.py",
        "experiments/ensembles.py",
        "experiments/hyperplanes/crossing_penalty.py",
        "experiments/sawtooth/sawtooth_relearn.py",
        "experiments/hyperplanes/anti_regularisation.py",
        "experiments/trajectories/regularized.py",
        "experiments/regularizer.py",
        "experiments/trajectories/trained_networks.py",
        "experiments/training.py",
        "experiments/iterates/easy_hard.py",
        "experiments/digits/digits_baselines.py",
        "experiments/regions/regions_in_training.py",
    ),
    "onnx": ("interop/onnx*.py",),
    "numba": ("regions/polygons_loops.py",),
    "sklearn": (
        "interop/sklearn.py",
        "experiments/datasets.py",
        "experiments/regions/watching.py",
        "experiments/digits/digits_baselines.py",
        "experiments/regions/regions_*.py",
    ),
    "matplotlib": ("plotting/*.py", "reporting/*.py", "experiments/*/*.py"),
}
collect_ignore_glob = [
    files for library, found in _NEEDS.items() if find_spec(library) is None for files in found
]


@pytest.fixture(autouse=True)
def _names(
    doctest_namespace: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctest_namespace.update(pl=plsym, np=np)
    monkeypatch.chdir(tmp_path)  # examples that write files write them here
