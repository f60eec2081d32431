"""Networks trained on the iterates f^t of f(x) = s|x| - 1, and the labels they are given."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

import plsym as pl
from plsym.exact.enclosure import Enclosure
from plsym.exact.scalars import to_float, to_num
from plsym.experiments.record import Table
from plsym.experiments.running import enclosed
from plsym.experiments.training import fit, perceptron, seeded
from plsym.piecewise.function import PiecewiseLinear

__all__ = ["THRESHOLD", "label_table", "map_of", "points_of", "trained"]

#: of labels: near the median of f^40, and a double, so that a network's output can meet it
THRESHOLD = Fraction(-5, 16)


def map_of(slope: str) -> PiecewiseLinear:
    """s|x| - 1 on [-1, 1] for an exact number, or the word "golden"."""
    return pl.abs_map(pl.golden() if slope == "golden" else slope)


def points_of(count: int, seed: int) -> NDArray[np.float64]:
    """Points of the sample, uniform on [-1, 1]."""
    return np.random.default_rng(seed).uniform(-1.0, 1.0, count)


def trained(unit: dict[str, Any]) -> dict[str, Any]:
    """Train one network, and measure its errors over all of [-1, 1] in closed form."""
    f, t = map_of(unit["slope"]), unit["t"]
    inputs = points_of(unit["points"], unit["data"])
    true = pl.label_quality(f, t, inputs, dtype=np.float64).true
    classify = unit["task"] == "classification"
    if classify:
        labels = np.array([float(v >= to_num(THRESHOLD)) for v in true])
    else:
        labels = np.array([to_float(v) for v in true])
    with seeded(unit["seed"]) as torch:
        x, y = (torch.from_numpy(a)[:, None] for a in (inputs, labels))
        model = perceptron(torch, [1, *[unit["width"]] * unit["depth"], 1])
        if classify:  # the network's own output is compared with the threshold
            logistic = torch.nn.functional.binary_cross_entropy_with_logits

            def loss(output: Any, target: Any) -> Any:
                return logistic(output - float(THRESHOLD), target)
        else:
            loss = torch.nn.functional.mse_loss
        on_sample = fit(
            torch,
            model,
            x,
            y,
            loss,
            epochs=unit["epochs"],
            rate=unit["rate"],
            batch=unit["batch"],
            decay=True,
        )
        if classify:
            with torch.no_grad():
                on_sample = float(((model(x) >= float(THRESHOLD)) != (y > 0)).double().mean())
    net = pl.from_torch(model)
    target = f.iterate(t)
    found = {
        "case": [unit[key] for key in ("slope", "t", "task", "depth")],
        "width": unit["width"],
        "pieces": net.to_piecewise(-1, 1).num_pieces,
        "sample": on_sample,
    }
    measured: dict[str, Any]
    if classify:
        measured = {"error": pl.classification_error(net, target, THRESHOLD)}
    else:
        root = pl.distance(net, target, "L2")
        square = (
            Enclosure(max(root.lower, Fraction(0)) ** 2, root.upper**2)
            if isinstance(root, Enclosure)
            else root * root
        )
        measured = {"error": pl.distance(net, target, "L1"), "square": square}
    for key, value in measured.items():
        half = enclosed(value)  # the interval has length 2
        found[key] = [half.lower / 2, half.upper / 2]
    return found


def label_table(
    slopes: Sequence[str], compositions: Sequence[int], inputs: NDArray[np.float64]
) -> Table:
    """What float programs make of the labels, for t up to the largest asked for."""
    most = max(compositions)
    steps = sorted({*compositions, *range(4, most + 1, 4)})
    limit = to_num(THRESHOLD)
    rows = []
    for slope in slopes:
        for t in steps:
            for kind in (np.float32, np.float64):
                found = pl.label_quality(map_of(slope), t, inputs, dtype=kind)
                flipped = sum(
                    (to_num(Fraction(float(label))) >= limit) != (true >= limit)
                    for label, true in zip(found.labels, found.true, strict=True)
                )
                rows.append(
                    (
                        slope,
                        t,
                        np.dtype(kind).name,
                        found.mean,
                        found.largest,
                        Fraction(found.count_above("1/10"), len(inputs)),
                        Fraction(flipped, len(inputs)),
                    )
                )
    return Table(
        "labels",
        ("slope", "t", "type", "mean error", "largest", "share off by 1/10", "share flipped"),
        tuple(rows),
        f"Labels as a float program makes them, against the exact ones ({len(inputs)} points)",
    )
