"""A convolutional network on digits: with batch norm, with the trajectory regulariser, plain."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

import plsym as pl
from plsym.experiments.datasets import digits, split
from plsym.experiments.digits.classifying import accuracy
from plsym.experiments.record import Table
from plsym.experiments.regions.probing import exact_rows, mean
from plsym.experiments.regularizer import segment_points, trajectory_loss
from plsym.experiments.running import enclosed
from plsym.experiments.training import fit, seeded
from plsym.experiments.trajectories.trained_networks import marks, normal_weights

__all__ = ["accuracy_table", "convolutional", "kinds", "regularized", "segment_table"]

PLAIN, BATCH_NORM = "neither", "batch norm"
SIDE, CLASSES = 8, 10
_WIDTH = Fraction(1, 100)  # relative, of lengths


def kinds(strengths: tuple[float, ...]) -> dict[str, float]:
    """What stands behind each convolution, with the strength of a regulariser.

    Examples
    --------
    >>> from plsym.experiments.trajectories.regularized import kinds
    >>> list(kinds((0.01,)))
    ['neither', 'batch norm', 'regularizer 0.01']
    """
    return {PLAIN: 0.0, BATCH_NORM: 0.0, **{f"regularizer {s:g}": s for s in strengths}}


def convolutional(torch: Any, kind: str, strength: float, channels: int, depth: int) -> Any:
    """Convolutions of 3 by 3 with ReLU, the middle one with stride 2, and a linear layer.

    Parameters
    ----------
    torch : module
    kind : str
        Of `kinds`.
    strength : float
        Of the regularisers, if it has them.
    channels, depth : int
        Of each convolution; how many there are.

    Returns
    -------
    torch.nn.Sequential
        In float64, of rows of 64 pixels; weights normal with variance 2 over the inputs,
        no biases at the start.

    Examples
    --------
    >>> from plsym.experiments.trajectories.regularized import convolutional
    >>> from plsym.experiments.training import seeded
    >>> with seeded(0) as torch:
    ...     model = convolutional(torch, "batch norm", 0.0, 4, 2)
    >>> pl.from_torch(model, input_shape=[64]).widths
    (256, 64)
    """
    from plsym.experiments import TrajectoryRegularizer

    real = {"dtype": torch.float64}
    modules: list[Any] = [torch.nn.Unflatten(1, (1, SIDE, SIDE))]
    before, side = 1, SIDE
    for i in range(depth):
        stride = 2 if i == depth // 2 else 1
        modules.append(torch.nn.Conv2d(before, channels, 3, stride, padding=1, **real))
        if kind == BATCH_NORM:
            modules.append(torch.nn.BatchNorm2d(channels, **real))
        elif kind != PLAIN:
            modules.append(TrajectoryRegularizer(strength, **real))
        modules.append(torch.nn.ReLU())
        before, side = channels, (side + stride - 1) // stride
    modules += [torch.nn.Flatten(), torch.nn.Linear(channels * side**2, CLASSES, **real)]
    return normal_weights(torch, torch.nn.Sequential(*modules), 2.0, 0.0)


def regularized(unit: Mapping[str, Any]) -> dict[str, Any]:
    """Train one network, and follow it along segments between test samples.

    Parameters
    ----------
    unit : mapping
        ``data`` and ``seed``; ``kind`` and ``strength``; ``channels``, ``depth``;
        ``epochs``, ``rate``, ``batch``; ``paths`` of ``points`` points for the
        regulariser, between training samples; ``segments`` that are looked at.

    Returns
    -------
    dict
        ``course``: epochs with exact accuracies on the test samples; for each segment
        ``lengths`` of the images in all layers over its own (ends of enclosures), and exact
        ``transitions`` of all layers.
    """
    x, y, x_test, y_test = split(*digits(), unit["data"])
    source = np.random.default_rng(unit["data"])
    ends = [source.choice(len(x), 2, replace=False) for _ in range(unit["paths"])]
    shown = [source.choice(len(x_test), 2, replace=False) for _ in range(unit["segments"])]
    course: list[dict[str, Any]] = []
    with seeded(unit["seed"]) as torch:
        size = (unit["channels"], unit["depth"])
        model = convolutional(torch, unit["kind"], unit["strength"], *size)
        inputs = torch.from_numpy(x)
        path = [segment_points(inputs[i], inputs[j], unit["points"]) for i, j in ends]
        entropy = torch.nn.functional.cross_entropy
        plain = unit["kind"] in (PLAIN, BATCH_NORM)

        def loss(found: Any, wanted: Any) -> Any:
            error = entropy(found, wanted)
            return error if plain else error + trajectory_loss(model, path)

        def look(epoch: int) -> None:
            if epoch in marks(unit["epochs"]):
                net = pl.from_torch(model.eval(), input_shape=[SIDE**2])
                course.append({"epoch": epoch, "test": accuracy(net, x_test, y_test)})
            model.train()

        look(0)
        fit(
            torch,
            model.train(),
            inputs,
            torch.from_numpy(y),
            loss,
            epochs=unit["epochs"],
            rate=unit["rate"],
            batch=unit["batch"],
            after_epoch=look,
        )
        net = pl.from_torch(model.eval(), input_shape=[SIDE**2])
    lengths, transitions = [], []
    for pair in shown:
        p, q = exact_rows(x_test[pair])
        own = pl.PLCurve([0, 1], [p, q]).length()
        image = net.along(p, q)
        found = [image.length(layer, _WIDTH) for layer in range(unit["depth"])]
        ratios = [_over(length, own) for length in found]
        lengths.append([[ratio.lower, ratio.upper] for ratio in ratios])
        transitions.append(list(image.transitions_per_layer))
    return {"course": course, "lengths": lengths, "transitions": transitions}


def _over(length: pl.Enclosure, own: Any) -> pl.Enclosure:
    size = enclosed(own, 100)
    return pl.Enclosure(length.lower / size.upper, length.upper / size.lower).rounded(60)


# tables --------------------------------------------------------------------------------------


def accuracy_table(found: Mapping[str, list[dict[str, Any]]]) -> Table:
    """Test accuracy by kind and epoch: the mean, the least and the greatest of the trials."""
    rows = []
    for kind, trials in found.items():
        for k, first in enumerate(trials[0]["course"]):
            scores = [trial["course"][k]["test"] for trial in trials]
            rows.append((kind, first["epoch"], mean(scores), min(scores), max(scores)))
    return Table(
        "regularizer",
        ("network", "epoch", "test accuracy", "least", "greatest"),
        tuple(rows),
        "Test accuracy of convolutional networks: the mean of the trials, least and greatest",
    )


def segment_table(found: Mapping[str, list[dict[str, Any]]]) -> Table:
    """Lengths and transitions by kind and layer, at the end of training."""
    rows = []
    for kind, trials in found.items():
        for layer in range(len(trials[0]["lengths"][0])):
            lengths = [pl.Enclosure(*one[layer]) for trial in trials for one in trial["lengths"]]
            counts = [one[layer] for trial in trials for one in trial["transitions"]]
            rows.append((kind, layer + 1, mean(lengths), mean(counts)))
    return Table(
        "segments",
        ("network", "layer", "length", "transitions"),
        tuple(rows),
        "After training, on segments between test samples: mean length of the image in a layer "
        "over that of the segment, and mean number of transitions in the layer",
    )
