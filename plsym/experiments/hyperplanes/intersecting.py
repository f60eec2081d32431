"""Training whose bent hyperplanes are pushed to intersect, with exact counts on the way."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

import plsym as pl
from plsym.experiments.hyperplanes.crossing_penalty import crossing_hinges
from plsym.experiments.training import perceptron, seeded
from plsym.regions.crossing import Crossings, hyperplane_crossings
from plsym.regions.linear import LinearRegions

__all__ = ["BOX", "LAYERS", "TEST", "half_moons", "trained"]

Floats = NDArray[np.float64]

BOX = ((-1, 1), (-1, 1))
LAYERS = ((0, 0), (0, 1), (1, 1))  # of pairs of neurons
TEST = 2000  # points on which accuracy is measured


def half_moons(count: int, seed: int) -> tuple[Floats, NDArray[np.int64]]:
    """Points of two interleaved half circles with noise, in [-1, 1]^2, and their labels.

    Examples
    --------
    >>> from plsym.experiments.hyperplanes.intersecting import half_moons
    >>> x, y = half_moons(50, 0)
    >>> x.shape, bool(abs(x).max() <= 1), int(y.sum())
    ((50, 2), True, 25)
    """
    source = np.random.default_rng(seed)
    labels = np.arange(count) % 2
    angle = source.uniform(0, np.pi, count)
    side = 1 - 2 * labels
    x = np.stack([side * np.cos(angle) + labels - 0.5, side * (np.sin(angle) - 0.25)], axis=1)
    x += source.normal(0, 0.08, x.shape)
    return np.clip(x * [0.6, 0.9], -1, 1), labels


def trained(unit: dict[str, Any]) -> dict[str, Any]:
    """Train one network, and count on the way.

    Parameters
    ----------
    unit : dict
        ``mode`` ("penalty", "data" or "data and penalty"), ``trial``, ``seed`` of the network,
        ``data`` (the seed of the sample) and the settings of the experiment.

    Returns
    -------
    dict
        ``steps``: by step the penalty, how many test points are right, and exact counts;
        ``networks``: the weights before and after.
    """
    data = unit["mode"] != "penalty"
    factor = {"penalty": 1.0, "data": 0.0}.get(unit["mode"], unit["weight"])
    x, y = half_moons(unit["samples"], unit["data"])
    x_test, y_test = half_moons(TEST, unit["data"] + 1)
    hinge = {"margin": unit["margin"], "points": unit["points"]}
    measured: dict[str, Any] = {}
    networks: list[Any] = []
    with seeded(unit["seed"]) as torch:
        model = perceptron(torch, [2, *unit["widths"], 1])
        inputs, targets = torch.from_numpy(x), torch.from_numpy(y)[:, None].double()
        logistic = torch.nn.functional.binary_cross_entropy_with_logits
        optimizer = torch.optim.Adam(model.parameters(), lr=unit["rate"])
        for step in range(unit["steps"] + 1):
            hinges = crossing_hinges(model, **hinge)
            if step % unit["every"] == 0:
                with torch.no_grad():
                    right = ((model(torch.from_numpy(x_test)) > 0)[:, 0].numpy() == y_test).sum()
                measured[str(step)] = {
                    "penalty": float(hinges.total.detach()),
                    "right": int(right),
                    **_measured(pl.from_torch(model), hinges),
                }
            if step in (0, unit["steps"]):
                networks.append(_weights(model))
            loss = factor * hinges.total
            if data:
                loss = loss + logistic(model(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return {
        "mode": unit["mode"],
        "trial": unit["trial"],
        "data": unit["data"],
        "steps": measured,
        "networks": networks,
    }


def _weights(model: Any) -> list[list[Any]]:
    return [[part.weight.tolist(), part.bias.tolist()] for part in model if hasattr(part, "weight")]


def _measured(net: Any, hinges: Any) -> dict[str, Any]:
    """Exact counts on the plane and in the box."""
    out: dict[str, Any] = {}
    for name, domain in (("plane", None), ("box", BOX)):
        found = pl.linear_regions(net, domain)
        crossings = hyperplane_crossings(found)
        out[name] = {
            "regions": found.count("activation"),
            "connected": found.count("connected"),
            "crossing": [len(crossings.between(*pair)[0]) for pair in LAYERS],
            "touching": [len(crossings.between(*pair)[1]) for pair in LAYERS],
            "points": crossings.num_points(),
        }
        if domain is None:
            n1, n2 = net.widths
            out["folds"] = max(
                crossings.num_points((0, i), (1, j)) for i in range(n1) for j in range(n2)
            )
        else:
            out["euler"] = _by_euler(found, crossings)
            out["hinges"] = _zero_hinges(hinges, crossings)
    return out


def _by_euler(found: LinearRegions, crossings: Crossings) -> int | None:
    """The number of regions in a rectangle from crossings and ends; None if degenerate."""
    special = found.degeneracies
    if (
        special.touching
        or special.zero_on_cells
        or special.coincident
        or special.crowded_vertices
        or crossings.touching
    ):
        return None
    inner = crossings.num_points()
    ends = found.f_vector[0] - inner - 4
    return 1 + inner + ends // 2


def _zero_hinges(hinges: Any, crossings: Crossings) -> list[int]:
    """Pairs with a first-layer neuron whose hinge is 0, and how many of them intersect."""
    first, mixed = (part.detach().numpy() for part in (hinges.first, hinges.mixed))
    pairs = [((0, i), (0, j)) for i, j in np.argwhere(np.triu(first == 0, 1)).tolist()]
    pairs += [((0, i), (1, j)) for i, j in np.argwhere(mixed == 0).tolist()]
    lines = hinges.lines.detach().numpy()
    pairs = [(a, b) for a, b in pairs if lines[a[1]] == 0]  # else the line misses the box
    return [len(pairs), sum(crossings.status(a, b) != "apart" for a, b in pairs)]
