"""Trained perceptrons on digits: noise in one layer, one layer alone, lengths on the way."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import numpy as np

import plsym as pl
from plsym.experiments.datasets import digits, split
from plsym.experiments.digits.classifying import accuracy
from plsym.experiments.record import Table
from plsym.experiments.regions.probing import exact_rows, mean
from plsym.experiments.running import enclosed
from plsym.experiments.training import fit, perceptron, seeded
from plsym.networks.arcs import ArcTrajectory

__all__ = [
    "length_course",
    "length_course_table",
    "marks",
    "noise_table",
    "noisy",
    "normal_weights",
    "one_layer",
    "one_layer_table",
]

CLASSES = 10
_WIDTH = Fraction(1, 1000)  # relative, of lengths


def normal_weights(torch: Any, model: Any, variance: float, bias: float) -> Any:
    """Draw all weights anew: normal with variance ``variance`` over the inputs; biases too.

    Parameters
    ----------
    torch : module
    model : torch.nn.Module
        Changed in place.
    variance, bias : float
        sigma_w^2, and the standard deviation of biases.

    Returns
    -------
    torch.nn.Module
        The same.

    Examples
    --------
    >>> from plsym.experiments.trajectories.trained_networks import normal_weights
    >>> from plsym.experiments.training import perceptron, seeded
    >>> with seeded(0) as torch:
    ...     model = normal_weights(torch, perceptron(torch, [100, 300, 1]), 4.0, 0.1)
    >>> round(model[0].weight.std().item(), 2), round(model[0].bias.std().item(), 1)
    (0.2, 0.1)
    """
    with torch.no_grad():
        for module in model.modules():
            weight = getattr(module, "weight", None)
            if weight is None or weight.ndim < 2:
                continue
            weight.normal_(0, math.sqrt(variance / weight[0].numel()))
            if module.bias is not None:
                module.bias.normal_(0, bias)
    return model


def marks(epochs: int) -> list[int]:
    """Epochs at which a course is looked at: 0, 1, 2, 5, 10, 20, 50, ..., and the last.

    Examples
    --------
    >>> from plsym.experiments.trajectories.trained_networks import marks
    >>> marks(30), marks(1)
    ([0, 1, 2, 5, 10, 20, 30], [0, 1])
    """
    steps = [m * 10**e for e in range(len(str(epochs))) for m in (1, 2, 5)]
    return [0, *(step for step in steps if step < epochs), epochs] if epochs else [0]


@contextmanager
def _started(unit: Mapping[str, Any], variance: float) -> Iterator[tuple[Any, Any, Any]]:
    """PyTorch, a random hard tanh perceptron, and the parts of the digits."""
    data = split(*digits(), unit["data"])
    widths = [data[0].shape[1], *[unit["width"]] * unit["layers"], CLASSES]
    with seeded(unit["seed"]) as torch:
        model = perceptron(torch, widths, activation=torch.nn.Hardtanh)
        yield torch, normal_weights(torch, model, variance, unit["bias"]), data


def _fit(
    torch: Any, model: Any, data: Any, unit: Mapping[str, Any], look: Callable[[int], None]
) -> None:
    look(0)
    fit(
        torch,
        model,
        torch.from_numpy(data[0]),
        torch.from_numpy(data[1]),
        torch.nn.functional.cross_entropy,
        epochs=unit["epochs"],
        rate=unit["rate"],
        batch=unit["batch"],
        after_epoch=look,
    )


def noisy(unit: Mapping[str, Any]) -> dict[str, Any]:
    """Train a network, add noise to the weights of one layer at a time, and classify.

    Parameters
    ----------
    unit : mapping
        ``data`` and ``seed``; ``layers`` and ``width``; ``variance`` and ``bias`` of the
        initial weights; ``epochs``, ``rate``, ``batch``; ``noises``: standard deviations
        over the root mean square of the layer's weights; ``draws`` of each.

    Returns
    -------
    dict
        ``test``: the accuracy without noise; ``noisy``: for each layer and noise the mean
        accuracy, exact for the weights as they are.
    """
    with _started(unit, unit["variance"]) as (torch, model, data):
        _fit(torch, model, data, unit, lambda _: None)
        x, y = data[2:]
        found: dict[str, Any] = {"test": accuracy(pl.from_torch(model), x, y), "noisy": []}
        for module in model[::2]:
            clean = module.weight.detach().clone()
            size = clean.square().mean().sqrt()
            row = []
            for noise in unit["noises"]:
                scores = []
                for _ in range(unit["draws"]):
                    with torch.no_grad():
                        module.weight.copy_(clean + noise * size * torch.randn_like(clean))
                    scores.append(accuracy(pl.from_torch(model), x, y))
                row.append(mean(scores))
            with torch.no_grad():
                module.weight.copy_(clean)
            found["noisy"].append(row)
    return found


def one_layer(unit: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Train one hidden layer of a random network, all others as they were drawn.

    Parameters
    ----------
    unit : mapping
        As for `noisy`; ``trained``: the layer, from 1; the first hidden layer is left out,
        since it has another number of weights.

    Returns
    -------
    list of dict
        ``epoch``, ``train`` and ``test``: exact accuracies.
    """
    found: list[dict[str, Any]] = []
    with _started(unit, unit["variance"]) as (torch, model, data):
        for i, module in enumerate(model[::2]):
            module.requires_grad_(i == unit["trained"])

        def look(epoch: int) -> None:
            if epoch in marks(unit["epochs"]):
                net = pl.from_torch(model)
                scores = {"train": accuracy(net, *data[:2]), "test": accuracy(net, *data[2:])}
                found.append({"epoch": epoch, **scores})

        _fit(torch, model, data, unit, look)
    return found


def length_course(unit: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Train a network, and measure the images of arcs between two digits on the way.

    Parameters
    ----------
    unit : mapping
        As for `noisy`; ``start``: the variance of the initial weights; ``arcs``: how many,
        each between test samples of two classes.

    Returns
    -------
    list of dict
        ``epoch``, ``test``: exact accuracy; for each arc ``lengths`` (ends of enclosures)
        and exact ``transitions`` in all layers.
    """
    found: list[dict[str, Any]] = []
    with _started(unit, unit["start"]) as (torch, model, data):
        x, y = data[2:]
        source = np.random.default_rng(unit["data"])
        arcs = []
        for _ in range(unit["arcs"]):
            classes = source.choice(CLASSES, 2, replace=False)
            ends = [x[source.choice(np.flatnonzero(y == digit))] for digit in classes]
            p, q = exact_rows(np.array(ends))
            arcs.append(pl.arc(p, q))

        def look(epoch: int) -> None:
            if epoch in marks(unit["epochs"]):
                net = pl.from_torch(model)
                paths = [pl.trajectory(net, arc) for arc in arcs]
                found.append(
                    {
                        "epoch": epoch,
                        "test": accuracy(net, x, y),
                        "lengths": [_lengths(path, unit["layers"]) for path in paths],
                        "transitions": [list(path.transitions_per_layer) for path in paths],
                    }
                )

        _fit(torch, model, data, unit, look)
    return found


def _lengths(path: ArcTrajectory, layers: int) -> list[list[Fraction]]:
    found = [enclosed(path.length(layer, _WIDTH)) for layer in range(layers)]
    return [[length.lower, length.upper] for length in found]


# tables --------------------------------------------------------------------------------------


def noise_table(found: list[dict[str, Any]], noises: tuple[float, ...]) -> Table:
    """Mean accuracy by layer and noise."""
    clean = mean([each["test"] for each in found])
    rows = [
        (layer + 1, noise, mean([each["noisy"][layer][k] for each in found]), clean)
        for layer in range(len(found[0]["noisy"]))
        for k, noise in enumerate(noises)
    ]
    return Table(
        "noise",
        ("layer", "noise", "test accuracy", "without noise"),
        tuple(rows),
        "Accuracy with normal noise added to the weights of one layer, over their root mean square",
    )


def one_layer_table(found: Mapping[int, list[list[dict[str, Any]]]]) -> Table:
    """Mean accuracy by the layer that is trained, and epoch."""
    rows = []
    for layer, trials in found.items():
        for k, first in enumerate(trials[0]):
            here = [trial[k] for trial in trials]
            scores = [mean([each[key] for each in here]) for key in ("train", "test")]
            rows.append((layer + 1, first["epoch"], *scores))
    return Table(
        "single",
        ("layer", "epoch", "training accuracy", "test accuracy"),
        tuple(rows),
        "Accuracy when one hidden layer is trained, the others as they were drawn",
    )


def length_course_table(found: Mapping[float, list[list[dict[str, Any]]]]) -> Table:
    """Mean lengths and transitions by initial variance, epoch and layer."""
    rows = []
    for variance, trials in found.items():
        for k, first in enumerate(trials[0]):
            here = [trial[k] for trial in trials]
            test = mean([each["test"] for each in here])
            for layer in range(len(first["lengths"][0])):
                ends = [one[layer] for each in here for one in each["lengths"]]
                lengths = mean([pl.Enclosure(*pair) for pair in ends])
                counts = mean([one[layer] for each in here for one in each["transitions"]])
                rows.append((variance, first["epoch"], layer + 1, lengths, counts, test))
    return Table(
        "training",
        ("variance", "epoch", "layer", "length", "transitions", "test accuracy"),
        tuple(rows),
        "The images of arcs between two digits through training, from weights of two variances",
    )
