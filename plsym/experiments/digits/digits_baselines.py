"""Subspaces, a perceptron and a convolutional network on digits, and what lies between digits."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Executor
from fractions import Fraction
from typing import Any

from plsym.errors import DomainError
from plsym.experiments.datasets import digits, split
from plsym.experiments.digits.baselines import (
    MODELS,
    measured,
    subspace_classes,
    subspaces,
    three_classes,
)
from plsym.experiments.digits.figures import (
    accuracy_figure,
    course_figure,
    segment_figure,
    triangle_figure,
)
from plsym.experiments.record import Comparison, Result, Table
from plsym.experiments.regions.probing import mean, spread
from plsym.experiments.running import Progress, chosen, run_units, seeds

__all__ = ["digits_baselines"]

FULL = {
    "hidden": (100, 100),
    "channels": (8, 16),
    "epochs": 60,
    "rate": 0.005,
    "batch": 64,
    "trials": 3,
    "pairs": 30,
    "dimensions": (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40),
}
QUICK = {
    "hidden": (32, 32),
    "channels": (4, 8),
    "epochs": 15,
    "rate": 0.01,
    "trials": 1,
    "pairs": 10,
    "dimensions": (1, 2, 4, 6, 8, 12, 16, 20, 30),
}
EULER = "Euler: the faces of a subdivided polygon have alternating sum 1"
BENDS = "an output bends only where a neuron changes its branch"
STAGES = "Serra et al. 2018, Theorem 1, in two dimensions (comparisons of a maximum as neurons)"
REFERENCES = (
    "notes of a summer project at ICERM (classification by singular value decomposition, "
    "feed-forward and convolutional networks; linear regions along lines between samples)",
    "L. Elden, Matrix methods in data mining and pattern recognition, SIAM 2007, chapter 10 "
    "(digits by the nearest subspace of singular vectors)",
    "E. Alpaydin, C. Kaynak, Optical recognition of handwritten digits, UCI Machine Learning "
    "Repository, 1998",
    "M. Raghu et al., On the expressive power of deep neural networks, ICML 2017, "
    "arXiv:1606.05336 (transitions along paths between samples)",
)


def digits_baselines(
    *,
    quick: bool = False,
    seed: int = 0,
    out: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    progress: Progress = False,
    hidden: Sequence[int] | None = None,
    channels: Sequence[int] | None = None,
    epochs: int | None = None,
    rate: float | None = None,
    batch: int | None = None,
    trials: int | None = None,
    pairs: int | None = None,
    dimensions: Sequence[int] | None = None,
) -> Result:
    """Classify handwritten digits in three ways, and count what networks do between digits.

    Singular vectors of each class, a perceptron, and a convolutional network with a maximum
    over pixels, on scikit-learn's digits.  Then, exactly: transitions and pieces along
    segments between test samples, the places where the decision changes, and the linear
    regions in a triangle between three samples.

    Parameters
    ----------
    quick : bool
        Smaller networks, 15 epochs, one of each kind, 10 pairs.
    seed : int
        Of the split, the samples that are looked at, the weights and the batches.
    out : path, optional
        Folder for figures, tables and summary; an interrupted run goes on from it.
    executor : concurrent.futures.Executor, optional
        One unit a network.
    progress : bool or callable
    hidden : sequence of int
        Widths of the perceptron's hidden layers.
    channels : pair of int
        Of the two convolutions, 3 by 3 and 2 by 2 pixels wide.
    epochs, batch, trials : int
        Epochs of Adam, samples a batch, networks of each kind.
    rate : float
        Adam's learning rate, which falls to 0 along a cosine.
    pairs : int
        Segments between samples of one class, and again between two classes.
    dimensions : sequence of int
        How many singular vectors a class has, at most 64.

    Returns
    -------
    Result
        Tables ``subspaces``, ``networks``, ``segments`` and ``triangles``; figures
        ``accuracy``, ``segments``, ``course`` and ``triangle``.

    Raises
    ------
    MissingExtraError
        If PyTorch or scikit-learn is not installed.
    DomainError
        If a setting is not allowed.

    Notes
    -----
    Accuracies of networks, counts, decisions and their order are exact for the float64
    weights as trained; the subspaces are computed in floats.  The maximum of pixels counts
    as neurons, whose branch is the pixel that wins.  Where all four pixels are off, ties
    are frequent, and many facets are such on which the function does not bend: activation
    regions are several times the linear ones.  The full run takes 3 minutes on one core, the
    quick one 6 s and its figures 3 s.

    Examples
    --------
    >>> tiny = pl.experiments.digits_baselines(
    ...     hidden=[4], channels=[1, 1], epochs=1, trials=1, pairs=1, dimensions=[1, 10]
    ... )
    >>> tiny.holds, [str(n) for n in tiny.table("networks").column("model")]
    (True, ['dense', 'convolutional'])
    """
    given = {
        "hidden": hidden,
        "channels": channels,
        "epochs": epochs,
        "rate": rate,
        "batch": batch,
        "trials": trials,
        "pairs": pairs,
        "dimensions": dimensions,
    }
    settings = _checked(chosen(quick, FULL, QUICK, given))
    units = _units(settings, seed)
    results = list(
        run_units(
            "digits-baselines",
            measured,
            units,
            out=out,
            executor=executor,
            progress=progress,
            needs=("torch", "sklearn"),
        ).values()
    )
    data, probe = (next(iter(units.values()))[key] for key in ("data", "probe"))
    spaces, networks = _subspaces(settings["dimensions"], data), _networks(results)
    segments, triangles = _segments(results), _triangles(results)
    courses = {f["model"]: f["course"] for f in results if "course" in f}
    drawn = {f["model"]: f["network"] for f in results if "network" in f}
    result = Result(
        "digits-baselines",
        "Digits by subspaces and networks, and the way from digit to digit",
        {"seed": seed, "quick": quick, **settings},
        (spaces, networks, segments, triangles),
        tuple(_comparisons(results)),
        tuple(_remarks(spaces, networks, segments)),
        REFERENCES,
        {
            "accuracy": lambda: accuracy_figure(spaces, networks),
            "segments": lambda: segment_figure(results),
            "course": lambda: course_figure(courses, split(*digits(), data)[2]),
            "triangle": lambda: triangle_figure(drawn, triangles, _three(data, probe)),
        },
    )
    if out is not None:
        result.write(out)
    return result


def _checked(settings: dict[str, Any]) -> dict[str, Any]:
    for key in ("hidden", "channels", "batch", "trials", "pairs", "dimensions"):
        values = settings[key] if isinstance(settings[key], tuple) else (settings[key],)
        if min(values) < 1:
            raise DomainError(f"{key} = {settings[key]}: at least 1 is needed")
    if len(settings["channels"]) != 2:
        raise DomainError(f"channels = {settings['channels']}: there are two convolutions")
    if max(settings["dimensions"]) > 64:
        raise DomainError(f"dimensions = {settings['dimensions']}: images have 64 pixels")
    if settings["epochs"] < 0 or settings["rate"] <= 0:
        raise DomainError("epochs must be 0 or more, and the learning rate positive")
    return settings


def _units(settings: dict[str, Any], seed: int) -> dict[str, Any]:
    fixed = ("hidden", "channels", "epochs", "rate", "batch", "pairs")
    cases = [(model, trial) for model in MODELS for trial in range(settings["trials"])]
    data, probe, *starts = seeds(seed, 2 + len(cases))
    return {
        f"{model} {trial}": {
            "model": model,
            "trial": trial,
            "seed": start,
            "data": data,
            "probe": probe,
            **{key: settings[key] for key in fixed},
        }
        for (model, trial), start in zip(cases, starts, strict=True)
    }


def _three(data: int, probe: int) -> Any:
    """The three samples of the triangle."""
    _, _, x_test, y_test = split(*digits(), data)
    return x_test[three_classes(y_test, probe)]


def _subspaces(dimensions: Sequence[int], data: int) -> Table:
    x, y, x_test, y_test = split(*digits(), data)
    bases = subspaces(x, y)
    rows = []
    for k in dimensions:
        shares = []
        for points, labels in ((x, y), (x_test, y_test)):
            right = int((subspace_classes(bases, points, k) == labels).sum())
            shares.append(Fraction(right, len(labels)))
        rows.append((k, *shares))
    return Table(
        "subspaces",
        ("dimension", "training accuracy", "test accuracy"),
        tuple(rows),
        "The class whose singular vectors leave the least residual, in floats",
    )


def _networks(results: list[dict[str, Any]]) -> Table:
    keys = ("model", "parameters", "neurons", "train", "test")
    return Table(
        "networks",
        ("model", "parameters", "neurons", "training accuracy", "test accuracy"),
        tuple(tuple(found[key] for key in keys) for found in results),
        "Networks as trained: exact accuracy",
    )


def _segments(results: list[dict[str, Any]]) -> Table:
    rows = []
    for model in MODELS:
        for kind in ("same", "different"):
            mine = [
                s
                for f in results
                if f["model"] == model
                for s in f["segments"]
                if s["kind"] == kind
            ]
            changes = [len(s["winners"]) - 1 for s in mine]
            third = sum(
                any(w not in (s["winners"][0], s["winners"][-1]) for w in s["winners"])
                for s in mine
            )
            rows.append(
                (
                    model,
                    kind,
                    len(mine),
                    mean([s["transitions"] for s in mine]),
                    spread([s["transitions"] for s in mine]),
                    mean([s["pieces"] for s in mine]),
                    mean(changes),
                    max(changes),
                    Fraction(third, len(mine)),
                )
            )
    columns = ("model", "classes", "segments", "transitions", "deviation", "pieces")
    return Table(
        "segments",
        (*columns, "decision changes", "most", "through a third class"),
        tuple(rows),
        "Between two test samples: means, and the share of segments that cross a third class",
    )


def _triangles(results: list[dict[str, Any]]) -> Table:
    keys = ("cells", "activation", "connected", "bound")
    return Table(
        "triangles",
        ("model", "cells", "activation regions", "linear regions", "upper bound"),
        tuple((f["model"], *(f["triangle"][key] for key in keys)) for f in results),
        "In the triangle between three test samples of different classes",
    )


def _comparisons(results: list[dict[str, Any]]) -> list[Comparison]:
    out = []
    for model in MODELS:
        mine = [found for found in results if found["model"] == model]
        surplus = max(s["pieces"] - s["transitions"] for f in mine for s in f["segments"])
        words = f"pieces less transitions on a segment, {model}: most"
        out.append(Comparison.at_most(words, 1, surplus, BENDS))
        for k, found in enumerate(mine):
            triangle, name = found["triangle"], f"{model} network {k}, triangle"
            out += [
                Comparison.exactly(f"{name}: Euler characteristic", 1, triangle["euler"], EULER),
                Comparison.at_most(f"{name}: cells", triangle["bound"], triangle["cells"], STAGES),
            ]
    return out


def _remarks(spaces: Table, networks: Table, segments: Table) -> list[str]:
    best = max(spaces.rows, key=lambda row: row[2])
    accuracies = ", ".join(
        f"the {model} networks "
        f"{100 * float(mean([r[4] for r in networks.rows if r[0] == model])):.1f}%"
        for model in MODELS
    )
    words = [
        f"Of the test samples the subspaces get {100 * float(best[2]):.1f}% right (with {best[0]} "
        f"vectors a class), {accuracies}."
    ]
    for model in MODELS:
        same, other = (
            next(r for r in segments.rows if r[:2] == (model, kind))
            for kind in ("same", "different")
        )
        words.append(
            f"The {model} networks have {float(same[5]):.1f} pieces on a segment within a class "
            f"and {float(other[5]):.1f} between classes; the decision changes "
            f"{float(same[6]):.2f} and {float(other[6]):.2f} times, and "
            f"{100 * float(other[8]):.0f}% of the segments between classes cross a third one."
        )
    return words
