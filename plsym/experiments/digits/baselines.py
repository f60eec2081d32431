"""Three classifiers of digits: subspaces, a perceptron, a convolutional network; measured."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

import plsym as pl
from plsym.errors import DomainError
from plsym.experiments.datasets import digits, split
from plsym.experiments.digits.classifying import accuracy, decisions_along
from plsym.experiments.regions.probing import Rows, exact_rows
from plsym.experiments.training import fit, perceptron, seeded
from plsym.networks.formats.json import to_data
from plsym.networks.network import ReLUNetwork
from plsym.regions.formulas import stages_upper_bound

__all__ = [
    "MODELS",
    "convolutional",
    "measured",
    "sample_pairs",
    "subspace_classes",
    "subspaces",
    "three_classes",
]

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

CLASSES = 10
PIXELS = 64
SIDE = 8
MODELS = ("dense", "convolutional")


def subspaces(x: Floats, y: Labels) -> list[Floats]:
    """The left singular vectors of each class's samples, those with the largest values first.

    Parameters
    ----------
    x : float64 array, shape (n, pixels)
        Samples as rows; they are the columns of the matrices that are decomposed.
    y : int array, shape (n,)
        Classes from 0 on, each with at least one sample.

    Returns
    -------
    list of float64 arrays, shape (pixels, rank at most)

    Raises
    ------
    DomainError
        If a class has no samples.

    Examples
    --------
    >>> from plsym.experiments.digits.baselines import subspaces
    >>> first, second = subspaces(np.array([[3.0, 0], [4, 0], [0, 2]]), np.array([0, 0, 1]))
    >>> np.abs([first[:, 0], second[:, 0]]).round(12).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    found = []
    for label in range(int(y.max()) + 1):
        samples = x[y == label]
        if not len(samples):
            raise DomainError(f"class {label} has no samples; every class needs at least one")
        found.append(np.linalg.svd(samples.T, full_matrices=False)[0])
    return found


def subspace_classes(bases: Sequence[Floats], x: Floats, dimension: int) -> NDArray[np.intp]:
    """The class whose subspace is nearest: the least residual |x - U U^T x|.

    Parameters
    ----------
    bases : list of arrays
        As `subspaces` returns them.
    x : float64 array, shape (n, pixels)
    dimension : int
        How many of each class's vectors U has.

    Examples
    --------
    >>> from plsym.experiments.digits.baselines import subspace_classes
    >>> axes = [np.eye(2)[:, :1], np.eye(2)[:, 1:]]
    >>> subspace_classes(axes, np.array([[2.0, 1.0], [0.0, 3.0]]), 1).tolist()
    [0, 1]
    """
    residuals = [((x - x @ u[:, :dimension] @ u[:, :dimension].T) ** 2).sum(axis=1) for u in bases]
    return np.asarray(np.argmin(residuals, axis=0), dtype=np.intp)


def convolutional(torch: Any, channels: Sequence[int]) -> Any:
    """Two convolutions with a maximum over 2 by 2 pixels between, and a linear layer, in float64.

    Parameters
    ----------
    torch : module
    channels : pair of int
        Of the 3 by 3 and of the 2 by 2 convolution.

    Returns
    -------
    torch.nn.Sequential
        From images of shape (1, 8, 8) to ten scores.
    """
    nn, first, second = torch.nn, *channels
    kind = {"dtype": torch.float64}
    return nn.Sequential(
        nn.Conv2d(1, first, 3, **kind),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(first, second, 2, **kind),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(4 * second, CLASSES, **kind),
    )


def sample_pairs(y: Labels, count: int, seed: int) -> list[tuple[str, int, int]]:
    """So many pairs of samples of the same class, and so many of different ones.

    Parameters
    ----------
    y : int array
    count, seed : int

    Returns
    -------
    list of ("same" or "different", i, j)
        i and j differ.

    Examples
    --------
    >>> from plsym.experiments.digits.baselines import sample_pairs
    >>> labels = np.array([0, 0, 1, 1])
    >>> [(kind, bool(labels[i] == labels[j])) for kind, i, j in sample_pairs(labels, 1, 0)]
    [('same', True), ('different', False)]
    """
    source = np.random.default_rng(seed)
    crowded = [c for c in np.unique(y).tolist() if (y == c).sum() > 1]
    out = []
    for kind in ("same", "different"):
        for _ in range(count):
            if kind == "same":
                here = np.flatnonzero(y == source.choice(crowded))
                i, j = source.choice(here, 2, replace=False)
            else:
                a, b = source.choice(np.unique(y), 2, replace=False)
                i, j = (source.choice(np.flatnonzero(y == c)) for c in (a, b))
            out.append((kind, int(i), int(j)))
    return out


def three_classes(y: Labels, seed: int) -> list[int]:
    """Three samples of different classes."""
    source = np.random.default_rng(seed)
    chosen = source.choice(np.unique(y), 3, replace=False)
    return [int(source.choice(np.flatnonzero(y == c))) for c in chosen]


def measured(unit: dict[str, Any]) -> dict[str, Any]:
    """Train one network on digits, and look at it between test samples.

    Parameters
    ----------
    unit : dict
        ``model`` (of `MODELS`), ``trial``, ``data`` and ``probe`` (seeds of the split and of
        the samples that are looked at), ``seed``, ``hidden``, ``channels``, ``epochs``,
        ``rate``, ``batch``, ``pairs``.

    Returns
    -------
    dict
        Accuracies, what happens on each segment and in the triangle between three samples;
        of the first trial also the network, and its scores along one segment for a figure.
    """
    x, y, x_test, y_test = split(*digits(), unit["data"])
    with seeded(unit["seed"]) as torch:
        shape: tuple[int, ...] = (PIXELS,)
        if unit["model"] == "dense":
            model = perceptron(torch, [PIXELS, *unit["hidden"], CLASSES])
        else:
            model, shape = convolutional(torch, unit["channels"]), (1, SIDE, SIDE)
        fit(
            torch,
            model,
            torch.from_numpy(x).reshape(-1, *shape),
            torch.from_numpy(y),
            torch.nn.functional.cross_entropy,
            epochs=unit["epochs"],
            rate=unit["rate"],
            batch=unit["batch"],
            decay=True,
        )
    net = pl.from_torch(model, input_shape=shape)
    chosen = exact_rows(x_test)
    pairs = sample_pairs(y_test, unit["pairs"], unit["probe"])
    segments = [{"kind": kind, **_segment(net, chosen[i], chosen[j])} for kind, i, j in pairs]
    three = [chosen[i] for i in three_classes(y_test, unit["probe"])]
    found = {
        "model": unit["model"],
        "parameters": net.num_parameters,
        "neurons": net.num_neurons,
        "train": accuracy(net, x, y),
        "test": accuracy(net, x_test, y_test),
        "segments": segments,
        "triangle": _triangle(net, three),
    }
    if unit["trial"] == 0:
        found["network"] = to_data(net)
        found["course"] = _course(net, pairs, segments, chosen)
    return found


def _segment(net: ReLUNetwork, p: list[Fraction], q: list[Fraction]) -> dict[str, Any]:
    path = net.along(p, q)
    decisions = decisions_along(path)
    return {
        "transitions": path.num_transitions,
        "pieces": path.num_pieces,
        "winners": [d.winner for d in decisions],
        # a figure wants places, and exact ones have hundreds of digits
        "places": [float(d.start) for d in decisions[1:]],
    }


def _triangle(net: ReLUNetwork, three: Rows) -> dict[str, Any]:
    p, q, r = three
    found = pl.linear_regions(net, pl.plane(p, q, r))
    return {
        "activation": found.count("activation"),
        "connected": found.count("connected"),
        "euler": found.euler_characteristic,
        "cells": found.num_cells,
        "bound": stages_upper_bound(2, found.chart.stages),
    }


def _course(
    net: ReLUNetwork, pairs: list[tuple[str, int, int]], segments: list[Any], chosen: Rows
) -> dict[str, Any]:
    """The outputs along the first segment between different classes, in floats for a figure."""
    at = next(k for k, (kind, _, _) in enumerate(pairs) if kind == "different")
    _, i, j = pairs[at]
    curve = net.along(chosen[i], chosen[j]).output
    return {
        "ends": [i, j],
        "t": [float(t) for t in curve.parameters],
        "scores": [[float(v) for v in point] for point in curve.points],
        "winners": segments[at]["winners"],
        "places": segments[at]["places"],
    }
