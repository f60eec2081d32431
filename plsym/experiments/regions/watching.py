"""A classifier through its training: what it does to planes, segments and points."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

import plsym as pl
from plsym.experiments.datasets import digits, mnist, split
from plsym.experiments.digits.classifying import accuracy
from plsym.experiments.regions.probing import (
    Rows,
    boundary_distances,
    exact_rows,
    plane_counts,
    three_of,
)
from plsym.experiments.training import fit, he_normal, perceptron, seeded
from plsym.networks.network import ReLUNetwork

__all__ = ["CLASSES", "loaded", "plane_layers", "shown_epochs", "watched"]

CLASSES = 10
_PICTURES = 4


def loaded(folder: str, seed: int) -> Any:
    """Training and test data: scikit-learn's digits, or MNIST from a folder.

    Parameters
    ----------
    folder : str
        Of MNIST's files; empty for the digits.
    seed : int
        Of the split of the digits; MNIST comes with its own.

    Examples
    --------
    >>> from plsym.experiments.regions.watching import loaded
    >>> [part.shape for part in loaded("", 0)]
    [(1348, 64), (1348,), (449, 64), (449,)]
    """
    return mnist(folder) if folder else split(*digits(), seed)


def shown_epochs(checkpoints: Any) -> list[int]:
    """Up to four checkpoints for pictures: the first, the last, and others between.

    Examples
    --------
    >>> from plsym.experiments.regions.watching import shown_epochs
    >>> shown_epochs([0, 1, 2, 5, 10, 20]), shown_epochs([0, 3])
    ([0, 1, 5, 20], [0, 3])
    """
    last, count = len(checkpoints) - 1, min(_PICTURES, len(checkpoints))
    return [checkpoints[i * last // max(count - 1, 1)] for i in range(count)]


def plane_layers(net: ReLUNetwork, model: Any, three: Rows) -> list[list[Any]]:
    """The layers of a perceptron as a function of the coordinates (s, t) of a plane, exactly.

    Parameters
    ----------
    net : ReLUNetwork
        The perceptron.
    model : torch.nn.Sequential
        The same, for its weights as doubles.
    three : points p, q, r
        The plane is p + s (q - p) + t (r - p).

    Returns
    -------
    list of [weights, biases]
        Plain lists for `plsym.from_weights`: fractions in the first layer, else floats.
    """
    linear = [module for module in model if hasattr(module, "weight")]
    first = exact_rows(linear[0].weight.detach().numpy())
    (bias,) = exact_rows(linear[0].bias.detach().numpy()[None])
    p, q, r = three
    sides = [[b - a for a, b in zip(p, end, strict=True)] for end in (q, r)]
    weights = [[_inner(row, side) for side in sides] for row in first]
    shifts = [b + _inner(row, p) for row, b in zip(first, bias, strict=True)]
    assert len(first) == net.widths[0]
    rest = [[m.weight.tolist(), m.bias.tolist()] for m in linear[1:]]
    return [[weights, shifts], *rest]


def _inner(a: list[Fraction], b: list[Fraction]) -> Fraction:
    return sum((u * v for u, v in zip(a, b, strict=True) if v), Fraction(0))


def watched(unit: dict[str, Any]) -> dict[str, Any]:
    """Train one network, and measure it at its checkpoints.

    Parameters
    ----------
    unit : dict
        ``mnist`` (a folder or ""), ``data`` and ``probe`` (seeds of the split and of the
        samples that are looked at), ``seed``, ``depth``, ``width``, ``rate``, ``batch``,
        ``epochs``, ``checkpoints``, the numbers of ``planes``, ``segments`` and ``points``,
        and ``pictures``: whether the layers on the first plane are kept.

    Returns
    -------
    dict
        ``case``; ``checkpoints``: a list of dicts; ``pictures``: pairs of epoch and layers.
    """
    x, y, x_test, y_test = loaded(unit["mnist"], unit["data"])
    source = np.random.default_rng(unit["probe"])
    planes = [three_of(x_test, source) for _ in range(unit["planes"])]
    ends = [three_of(x_test, source)[:2] for _ in range(unit["segments"])]
    points = exact_rows(x_test[source.choice(len(x_test), unit["points"])])
    found: list[dict[str, Any]] = []
    pictures: list[list[Any]] = []
    shown = shown_epochs(unit["checkpoints"]) if unit["pictures"] else []
    widths = [x.shape[1], *[unit["width"]] * unit["depth"], CLASSES]
    with seeded(unit["seed"]) as torch:
        model = he_normal(torch, perceptron(torch, widths))

        def look(epoch: int) -> None:
            if epoch not in unit["checkpoints"]:
                return
            net = pl.from_torch(model)
            counts = [plane_counts(net, three) for three in planes]
            near = boundary_distances(net, points)
            paths = [net.along(p, q) for p, q in ends]
            found.append(
                {
                    "epoch": epoch,
                    "train": accuracy(net, x, y),
                    "test": accuracy(net, x_test, y_test),
                    "planes": [c["plane"] for c in counts],
                    "triangles": [c["triangle"] for c in counts],
                    "transitions": [list(path.transitions_per_layer) for path in paths],
                    "distances": [[d.lower, d.upper] for d in near],
                }
            )
            if epoch in shown:
                pictures.append([epoch, plane_layers(net, model, planes[0])])

        look(0)
        fit(
            torch,
            model,
            torch.from_numpy(x),
            torch.from_numpy(y),
            torch.nn.functional.cross_entropy,
            epochs=unit["epochs"],
            rate=unit["rate"],
            batch=unit["batch"],
            after_epoch=look,
        )
    case = {key: unit[key] for key in ("depth", "width", "rate", "trial")}
    return {"case": case, "checkpoints": found, "pictures": pictures}
