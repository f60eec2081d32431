"""The literature's experiments, one call each, with exact counts beside the theory.

record, running     tables, comparisons, files; units of work, resumed and on executors
training, ensembles  small PyTorch networks, one by one and many side by side; datasets: digits
regularizer         a PyTorch layer and loss that keep images of curves short
iterates, composing, sawtooth, budgets   functions of one variable, and how many regions fit
regions, hyperplanes, trajectories, digits   networks with several inputs

Names load on first use: ``pl.experiments.composition(quick=True)``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plsym.experiments.budgets.depth_budget import depth_budget
    from plsym.experiments.composing.composition import composition
    from plsym.experiments.digits.digits_baselines import digits_baselines
    from plsym.experiments.hyperplanes.anti_regularisation import anti_regularisation
    from plsym.experiments.iterates.easy_hard import easy_hard
    from plsym.experiments.iterates.periods_gallery import periods_gallery
    from plsym.experiments.record import Comparison, Result, Table
    from plsym.experiments.regions.regions_at_init import regions_at_init
    from plsym.experiments.regions.regions_in_training import regions_in_training
    from plsym.experiments.regularizer import (
        TrajectoryRegularizer,
        arc_points,
        polygon_length,
        segment_points,
        trajectory_loss,
    )
    from plsym.experiments.sawtooth.sawtooth_noise import sawtooth_noise
    from plsym.experiments.sawtooth.sawtooth_relearn import sawtooth_relearn
    from plsym.experiments.trajectories.trajectory_length import trajectory_length

#: the experiments, and what they show
EXPERIMENTS = {
    "anti_regularisation": "bent hyperplanes pushed to intersect: which do, regions gained",
    "composition": "composing doubles pieces, adding adds them; doubles and rationals",
    "depth_budget": "most linear regions for a number of parameters, deep and shallow",
    "digits_baselines": "digits by subspaces and networks, and the way from digit to digit",
    "easy_hard": "error against depth for 8 and 40 compositions, beside certified bounds",
    "periods_gallery": "cycles, covering graphs, growth of crossings; slopes next to golden",
    "regions_at_init": "random networks: N^2/2 regions in planes, transitions, distances",
    "regions_in_training": "the same through training on digits, at several depths and rates",
    "sawtooth_noise": "regions of the 64-piece sawtooth under noise, which rise before they fall",
    "sawtooth_relearn": "the sawtooth learnt again from noisy weights: pieces and errors",
    "trajectory_length": "length against depth, transitions, training; a regulariser of it",
}

_PACKAGES = {
    "anti_regularisation": "hyperplanes",
    "composition": "composing",
    "depth_budget": "budgets",
    "digits_baselines": "digits",
    "easy_hard": "iterates",
    "periods_gallery": "iterates",
    "regions_at_init": "regions",
    "regions_in_training": "regions",
    "sawtooth_noise": "sawtooth",
    "sawtooth_relearn": "sawtooth",
    "trajectory_length": "trajectories",
}
_HOME = {
    **{name: f"plsym.experiments.{place}.{name}" for name, place in _PACKAGES.items()},
    **{name: "plsym.experiments.record" for name in ("Comparison", "Result", "Table")},
    **{
        name: "plsym.experiments.regularizer"
        for name in (
            "TrajectoryRegularizer",
            "arc_points",
            "polygon_length",
            "segment_points",
            "trajectory_loss",
        )
    },
}

__all__ = [
    "EXPERIMENTS",
    "Comparison",
    "Result",
    "Table",
    "TrajectoryRegularizer",
    "anti_regularisation",
    "arc_points",
    "composition",
    "depth_budget",
    "digits_baselines",
    "easy_hard",
    "periods_gallery",
    "polygon_length",
    "regions_at_init",
    "regions_in_training",
    "sawtooth_noise",
    "sawtooth_relearn",
    "segment_points",
    "trajectory_length",
    "trajectory_loss",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'plsym.experiments' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
