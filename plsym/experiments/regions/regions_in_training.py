"""Networks through training on digits: regions in planes, transitions, distances."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Executor
from typing import Any

import plsym as pl
from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.experiments.record import Comparison, Result, Table
from plsym.experiments.regions.probing import mean
from plsym.experiments.regions.training_figures import course_figure, picture_figure
from plsym.experiments.regions.watching import loaded, watched
from plsym.experiments.running import Progress, chosen, run_units, seeds

__all__ = ["regions_in_training"]

FULL = {
    "depths": (1, 2, 3, 4),
    "width": 32,
    "rates": (0.0003, 0.003, 0.03),
    "epochs": 100,
    "checkpoints": (0, 1, 2, 5, 10, 20, 50, 100),
    "batch": 64,
    "trials": 3,
    "planes": 3,
    "segments": 20,
    "points": 40,
    "mnist": "",
}
QUICK = {
    "depths": (1, 3),
    "width": 16,
    "rates": (0.003, 0.03),
    "epochs": 10,
    "checkpoints": (0, 1, 3, 10),
    "trials": 1,
    "planes": 2,
    "segments": 10,
    "points": 15,
}
ARRANGEMENT = "Zaslavsky 1975: n lines in general position make 1 + n + n(n-1)/2 regions"
SERRA = "Serra et al. 2018, Theorem 1, in two dimensions"
ONCE = "an affine function changes its sign at most once along a segment"
REFERENCES = (
    "B. Hanin, D. Rolnick, Complexity of linear regions in deep networks, ICML 2019, "
    "arXiv:1901.09021 (counts on lines and distances to boundaries through training, on MNIST)",
    "B. Hanin, D. Rolnick, Deep ReLU networks have surprisingly few activation patterns, NeurIPS "
    "2019, arXiv:1906.00904 (regions in planes through samples, at several depths and rates)",
    "T. Serra, C. Tjandraatmadja, S. Ramalingam, Bounding and counting linear regions of deep "
    "neural networks, ICML 2018, arXiv:1711.02114",
)


def regions_in_training(
    *,
    quick: bool = False,
    seed: int = 0,
    out: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    progress: Progress = False,
    depths: Sequence[int] | None = None,
    width: int | None = None,
    rates: Sequence[float] | None = None,
    epochs: int | None = None,
    checkpoints: Sequence[int] | None = None,
    batch: int | None = None,
    trials: int | None = None,
    planes: int | None = None,
    segments: int | None = None,
    points: int | None = None,
    mnist: str | os.PathLike[str] | None = None,
) -> Result:
    """Train networks on handwritten digits, and count their regions on the way, exactly.

    The number of regions in planes through three test samples stays of the order of N^2/2,
    far from the bounds, while the accuracy goes from chance to nearly all.

    Parameters
    ----------
    quick : bool
        Two depths, two rates, width 16, ten epochs, one network each.
    seed : int
        Of the split, the samples that are looked at, the weights and the batches.
    out : path, optional
        Folder for figures, tables and summary; an interrupted run goes on from it.
    executor : concurrent.futures.Executor, optional
        One unit a network.
    progress : bool or callable
    depths : sequence of int
        Numbers of hidden layers.
    width : int
        Neurons in each.
    rates : sequence of float
        Adam's learning rates.
    epochs : int
    checkpoints : sequence of int
        Epochs after which the networks are measured: increasing, from 0 to ``epochs``.
    batch, trials : int
        Samples a batch; networks for each depth and rate.
    planes, segments, points : int
        How many planes through three test samples, segments between two, and single ones
        are looked at: the same for all networks and checkpoints.
    mnist : path, optional
        A folder with MNIST's four files, to be trained on instead of scikit-learn's digits.

    Returns
    -------
    Result
        Table ``training``; figures ``course`` and ``pictures``, the regions of one network
        (of the largest depth, the first rate) in one plane through the epochs.

    Raises
    ------
    MissingExtraError
        If PyTorch or scikit-learn is not installed.
    DomainError
        If a setting is not allowed, or there is no MNIST in the folder.

    Notes
    -----
    All numbers are exact for the float64 weights at the checkpoints: activation regions in
    whole planes and in the triangles between the samples, transitions, distances in all
    input dimensions, and the share of samples whose largest output is the label.  Initial
    weights are drawn as those of `regions_at_init`, one start for all rates.  The full run
    takes 5 minutes on one core, the quick one 4 s and its figures 3 s.

    Examples
    --------
    >>> tiny = pl.experiments.regions_in_training(
    ...     depths=[1], width=4, rates=[0.01], epochs=1, checkpoints=[0, 1], trials=1,
    ...     planes=1, segments=1, points=1,
    ... )
    >>> tiny.table("training").column("regions")[0] == pl.zaslavsky(4, 2)
    True
    """
    given = {
        "depths": depths,
        "width": width,
        "rates": rates,
        "epochs": epochs,
        "checkpoints": checkpoints,
        "batch": batch,
        "trials": trials,
        "planes": planes,
        "segments": segments,
        "points": points,
        "mnist": None if mnist is None else os.fspath(mnist),
    }
    settings = _checked(chosen(quick, FULL, QUICK, given))
    results = list(
        run_units(
            "regions-in-training",
            watched,
            _units(settings, seed),
            out=out,
            executor=executor,
            progress=progress,
            needs=("torch", *(() if settings["mnist"] else ("sklearn",))),
        ).values()
    )
    training = _table(results)
    pictures = next(found["pictures"] for found in results if found["pictures"])
    result = Result(
        "regions-in-training",
        "Regions of networks through training on digits",
        {"seed": seed, "quick": quick, **settings},
        (training,),
        tuple(_comparisons(results)),
        tuple(_remarks(training)),
        REFERENCES,
        {
            "course": lambda: course_figure(training),
            "pictures": lambda: picture_figure(pictures),
        },
    )
    if out is not None:
        result.write(out)
    return result


def _checked(settings: dict[str, Any]) -> dict[str, Any]:
    for key in ("depths", "width", "batch", "trials", "planes", "segments", "points"):
        values = settings[key] if isinstance(settings[key], tuple) else (settings[key],)
        if min(values) < 1:
            raise DomainError(f"{key} = {settings[key]}: at least 1 is needed")
    if min(settings["rates"]) <= 0:
        raise DomainError(f"rates = {settings['rates']}: learning rates are positive")
    marks, last = settings["checkpoints"], settings["epochs"]
    if list(marks) != sorted(set(marks)) or marks[0] < 0 or marks[-1] > last:
        raise DomainError(
            f"checkpoints = {marks}: increasing epochs from 0 to epochs = {last} are needed"
        )
    if settings["mnist"]:  # a broken folder is told before any work
        loaded(settings["mnist"], 0)
    return settings


def _units(settings: dict[str, Any], seed: int) -> dict[str, Any]:
    fixed = ("mnist", "width", "batch", "epochs", "planes", "segments", "points")
    cases = [
        (depth, rate, trial)
        for depth in settings["depths"]
        for rate in settings["rates"]
        for trial in range(settings["trials"])
    ]
    pictured = (max(settings["depths"]), settings["rates"][0], 0)
    # one start for all rates, so that they can be compared
    networks = [(depth, trial) for depth, rate, trial in cases if rate == settings["rates"][0]]
    data, probe, *drawn = seeds(seed, 2 + len(networks))
    starts = dict(zip(networks, drawn, strict=True))
    return {
        f"depth={depth} rate={rate} {trial}": {
            "depth": depth,
            "rate": rate,
            "trial": trial,
            "seed": starts[depth, trial],
            "data": data,
            "probe": probe,
            "checkpoints": list(settings["checkpoints"]),
            "pictures": (depth, rate, trial) == pictured,
            **{key: settings[key] for key in fixed},
        }
        for depth, rate, trial in cases
    }


def _table(results: list[dict[str, Any]]) -> Table:
    groups: dict[tuple[int, float], list[dict[str, Any]]] = {}
    for found in results:
        case = found["case"]
        groups.setdefault((case["depth"], case["rate"]), []).append(found)
    rows = []
    for (depth, rate), networks in groups.items():
        neurons = depth * networks[0]["case"]["width"]
        for k, first in enumerate(networks[0]["checkpoints"]):
            here = [network["checkpoints"][k] for network in networks]
            regions = [mean(one["planes"]) for one in here]
            steps = [mean([sum(counts) for counts in one["transitions"]]) for one in here]
            near = [mean([Enclosure(*pair) for pair in one["distances"]]) for one in here]
            middle = mean(regions)
            rows.append(
                (
                    depth,
                    rate,
                    neurons,
                    first["epoch"],
                    mean([one["train"] for one in here]),
                    mean([one["test"] for one in here]),
                    middle,
                    middle / neurons**2,
                    float(min(regions)) / neurons**2,
                    float(max(regions)) / neurons**2,
                    mean([mean(one["triangles"]) for one in here]),
                    mean(steps),
                    mean(near),
                )
            )
    columns = ("depth", "rate", "N", "epoch", "training accuracy", "test accuracy", "regions")
    more = ("regions / N^2", "least", "greatest", "in triangles", "transitions", "distance")
    return Table(
        "training",
        columns + more,
        tuple(rows),
        "Means: regions in planes (over N^2 with the least and the greatest mean of a network) and "
        "in triangles, transitions on segments, distances to the nearest boundary",
    )


def _comparisons(results: list[dict[str, Any]]) -> list[Comparison]:
    out = []
    for depth in dict.fromkeys(found["case"]["depth"] for found in results):
        mine = [found for found in results if found["case"]["depth"] == depth]
        width = mine[0]["case"]["width"]
        marks = [mark for found in mine for mark in found["checkpoints"]]
        widths = ", ".join([str(width)] * depth)
        starts = [n for mark in marks if mark["epoch"] == 0 for n in mark["planes"]]
        if depth == 1 and starts:
            law = pl.zaslavsky(width, 2)
            farthest = max(starts, key=lambda n: abs(n - law))
            words = f"regions in a plane before training, widths {widths}: farthest"
            out.append(Comparison.exactly(words, law, farthest, ARRANGEMENT))
        bound = pl.serra_upper_bound(2, [width] * depth)
        most = max(n for mark in marks for n in mark["planes"])
        words = f"regions in a plane, widths {widths}: most"
        out.append(Comparison.at_most(words, bound, most, SERRA))
        turns = max(counts[0] for mark in marks for counts in mark["transitions"])
        words = f"transitions of layer 0 on a segment, widths {widths}: most"
        out.append(Comparison.at_most(words, width, turns, ONCE))
    return out


def _remarks(training: Table) -> list[str]:
    named = [dict(zip(training.columns, row, strict=True)) for row in training.rows]
    shares = [float(row["regions / N^2"]) for row in named]
    last = max(row["epoch"] for row in named)
    ends = [row for row in named if row["epoch"] == last]
    best = max(ends, key=lambda row: row["test accuracy"])
    words = [
        f"At all depths, rates and checkpoints the mean number of regions in a plane lies "
        f"between {min(shares):.3f} N^2 and {max(shares):.3f} N^2, while the test accuracy goes "
        f"up to {100 * float(best['test accuracy']):.1f}% (depth {best['depth']}, rate "
        f"{best['rate']:g})."
    ]
    first = min(row["epoch"] for row in named)
    if first < last:
        for rate in dict.fromkeys(row["rate"] for row in named):
            starts = [r for r in named if r["rate"] == rate and r["epoch"] == first]
            stops = [r for r in ends if r["rate"] == rate]
            changes = ", ".join(
                f"{float(a['regions / N^2']):.3f} to {float(b['regions / N^2']):.3f} (depth "
                f"{a['depth']})"
                for a, b in zip(starts, stops, strict=True)
            )
            near = [
                float(b["distance"]) / float(a["distance"])
                for a, b in zip(starts, stops, strict=True)
            ]
            words.append(
                f"Rate {rate:g}, from epoch {first} to {last}: regions / N^2 from {changes}; the "
                f"distance to the nearest boundary becomes {min(near):.2f} to {max(near):.2f} "
                "times what it was."
            )
    return words
