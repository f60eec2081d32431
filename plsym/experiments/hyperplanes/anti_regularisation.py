"""Anti-regularisation: bent hyperplanes are pushed to intersect, and regions are gained."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Executor
from fractions import Fraction
from math import comb
from typing import Any

import plsym as pl
from plsym.errors import DomainError
from plsym.experiments.hyperplanes.figures import hyperplanes_figure, pairs_figure, regions_figure
from plsym.experiments.hyperplanes.intersecting import BOX, LAYERS, TEST, half_moons, trained
from plsym.experiments.record import Comparison, Result, Table
from plsym.experiments.running import Progress, chosen, run_units, seeds

__all__ = ["anti_regularisation"]

MODES = ("penalty", "data", "data and penalty")
FULL = {
    "widths": (8, 8),
    "trials": 10,
    "steps": 400,
    "every": 40,
    "rate": 0.01,
    "weight": 0.02,
    "margin": 0.05,
    "points": 41,
    "samples": 200,
}
QUICK = {"trials": 2, "steps": 120, "every": 40}

SERRA = "Serra, Tjandraatmadja, Ramalingam, ICML 2018, Theorem 1"
EULER = "Euler's relation: a crossing of two is one region, a curve that ends twice another one"
GENERIC = "two lines in the plane meet unless they are parallel"
FOLDS = "on a line of the first layer the other n1 - 1 lines leave n1 pieces, one zero each"
BETWEEN = "a continuous function with both signs on a segment has a zero there"
REFERENCES = (
    "notes of a summer project at ICERM (anti-regularisation: perceptron-like penalties for bent "
    "hyperplanes to intersect, two inputs and two hidden layers; the penalty here is our own)",
    "T. Serra, C. Tjandraatmadja, S. Ramalingam, Bounding and counting linear regions of deep "
    "neural networks, ICML 2018, arXiv:1711.02114",
    "B. Hanin, D. Rolnick, Complexity of linear regions in deep networks, ICML 2019, "
    "arXiv:1901.09021 (bent hyperplanes)",
)


def anti_regularisation(
    *,
    quick: bool = False,
    seed: int = 0,
    out: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    progress: Progress = False,
    widths: Sequence[int] | None = None,
    trials: int | None = None,
    steps: int | None = None,
    every: int | None = None,
    rate: float | None = None,
    weight: float | None = None,
    margin: float | None = None,
    points: int | None = None,
    samples: int | None = None,
) -> Result:
    """Train networks of two inputs so that their bent hyperplanes intersect.

    Each point where two of them cross is one linear region.  A penalty on pairs that do not
    intersect makes nearly all pairs cross inside the box, and multiplies the regions there,
    with data to be learnt and without.

    Parameters
    ----------
    quick : bool
        Two trials, 120 steps.
    seed : int
        Of initial weights and data.
    out : path, optional
        Folder for figures, tables and summary; an interrupted run goes on from it.
    executor : concurrent.futures.Executor, optional
        One unit a training.
    progress : bool or callable
    widths : sequence of int
        Of the two hidden layers.
    trials : int
        Initial networks; each is trained in all three ways.
    steps, every : int
        Steps of Adam, and after how many of them all is counted.
    rate, weight : float
        Adam's learning rate; the factor of the penalty beside the loss on data.
    margin, points
        Of `plsym.experiments.hyperplanes.crossing_penalty.crossing_penalty`.
    samples : int
        Training points: two half moons in [-1, 1]^2.

    Returns
    -------
    Result
        Tables ``steps``, ``gained`` and ``pairs``; figures ``hyperplanes``, ``pairs`` and
        ``regions``.

    Raises
    ------
    MissingExtraError
        If PyTorch is not installed.
    DomainError
        If a setting is not allowed.

    Notes
    -----
    Regions are activation regions, on [-1, 1]^2 and on the whole plane; they and the pairs
    that cross are exact, for the float64 weights at that moment (`linear_regions`,
    `plsym.regions.crossing`).  Accuracy is that of the float program on 2,000 new points.
    On the whole plane first-layer lines always intersect, so pairs with a neuron of the
    second layer are what there is to gain.  The full run takes 90 s on one core, the quick
    one 10 s.

    Examples
    --------
    >>> tiny = pl.experiments.anti_regularisation(
    ...     widths=[3, 2], trials=1, steps=10, every=10, samples=20
    ... )
    >>> tiny.holds, tiny.table("gained").column("training")
    (True, ['penalty', 'data', 'data and penalty'])
    """
    given = {
        "widths": widths,
        "trials": trials,
        "steps": steps,
        "every": every,
        "rate": rate,
        "weight": weight,
        "margin": margin,
        "points": points,
        "samples": samples,
    }
    settings = _checked(chosen(quick, FULL, QUICK, given))
    results = run_units(
        "anti-regularisation",
        trained,
        _units(settings, seed),
        out=out,
        executor=executor,
        progress=progress,
        needs=("torch",),
    )
    course = _course_table(results)
    gained = _gained_table(course)
    pairs = _pairs_table(results, settings)
    first = {mode: results[f"{mode} 0"]["networks"] for mode in MODES}
    sample = half_moons(settings["samples"], results["data 0"]["data"])
    result = Result(
        "anti-regularisation",
        "Anti-regularisation: bent hyperplanes that are pushed to intersect",
        {"seed": seed, "quick": quick, **settings},
        (course, gained, pairs),
        tuple(_comparisons(results, settings)),
        tuple(_remarks(gained, pairs, settings)),
        REFERENCES,
        {
            "hyperplanes": lambda: hyperplanes_figure(first, sample, BOX),
            "pairs": lambda: pairs_figure(first, BOX),
            "regions": lambda: regions_figure(course, _serra(settings)),
        },
    )
    if out is not None:
        result.write(out)
    return result


def _checked(settings: dict[str, Any]) -> dict[str, Any]:
    if len(settings["widths"]) != 2 or min(settings["widths"]) < 1:
        raise DomainError(f"widths = {settings['widths']}: two hidden layers are trained")
    for key in ("trials", "steps", "every", "samples"):
        if settings[key] < 1:
            raise DomainError(f"{key} = {settings[key]}: at least 1 is needed")
    if settings["steps"] % settings["every"]:
        raise DomainError(f"every = {settings['every']} must divide steps = {settings['steps']}")
    if settings["rate"] <= 0 or settings["weight"] < 0:
        raise DomainError("the learning rate must be positive, the weight not negative")
    if settings["margin"] <= 0 or settings["points"] < 3:
        raise DomainError("the margin must be positive, and 3 points or more are needed")
    return settings


def _units(settings: dict[str, Any], seed: int) -> dict[str, Any]:
    fixed = {key: settings[key] for key in FULL if key != "trials"}
    starts = seeds(seed, 2 * settings["trials"])
    return {
        f"{mode} {trial}": {
            "mode": mode,
            "trial": trial,
            # the same network and data for all modes
            "seed": starts[2 * trial],
            "data": starts[2 * trial + 1],
            **fixed,
        }
        for mode in MODES
        for trial in range(settings["trials"])
    }


def _serra(settings: dict[str, Any]) -> int:
    return int(pl.serra_upper_bound(2, settings["widths"]))


def _course_table(results: dict[str, Any]) -> Table:
    rows = [
        (
            found["mode"],
            found["trial"],
            int(step),
            m["penalty"],
            Fraction(m["right"], TEST),
            m["box"]["regions"],
            m["plane"]["regions"],
            m["box"]["connected"],
            m["plane"]["connected"],
            *m["box"]["crossing"],
            *m["plane"]["crossing"],
            sum(m["box"]["touching"]),
            m["box"]["points"],
            m["plane"]["points"],
        )
        for found in results.values()
        for step, m in found["steps"].items()
    ]
    kinds = ("1x1", "1x2", "2x2")
    return Table(
        "steps",
        (
            "training",
            "trial",
            "step",
            "penalty",
            "accuracy",
            "regions in the box",
            "regions in the plane",
            "connected in the box",
            "connected in the plane",
            *(f"pairs {kind} that cross in the box" for kind in kinds),
            *(f"pairs {kind} that cross in the plane" for kind in kinds),
            "pairs that touch in the box",
            "crossing points in the box",
            "crossing points in the plane",
        ),
        tuple(rows),
        "Along training, exact counts; 1x2 are pairs of a first- and a second-layer neuron",
    )


def _gained_table(course: Table) -> Table:
    rows = []
    for mode in MODES:
        mine = [r for r in course.rows if r[0] == mode]
        ends = [[r for r in mine if r[2] == step] for step in (0, max(r[2] for r in mine))]
        count = len(ends[0])
        means = [
            Fraction(sum(Fraction(r[column]) for r in part), count)
            for column in (5, 6)
            for part in ends
        ]
        accuracy = [sum((r[4] for r in part), Fraction(0)) / count for part in ends]
        rows.append((mode, count, *means, *accuracy))
    return Table(
        "gained",
        (
            "training",
            "trials",
            "box before",
            "box after",
            "plane before",
            "plane after",
            "accuracy before",
            "accuracy after",
        ),
        tuple(rows),
        "Mean numbers of linear regions before and after training",
    )


def _pairs_table(results: dict[str, Any], settings: dict[str, Any]) -> Table:
    n1, n2 = settings["widths"]
    totals = (comb(n1, 2), n1 * n2, comb(n2, 2))
    rows = []
    for mode in MODES:
        mine = [found["steps"] for found in results.values() if found["mode"] == mode]
        ends = ("0", str(settings["steps"]))
        for k, (a, b) in enumerate(LAYERS):
            for where in ("box", "plane"):
                means = [
                    Fraction(sum(steps[end][where]["crossing"][k] for steps in mine), len(mine))
                    for end in ends
                ]
                rows.append((mode, f"{a + 1}x{b + 1}", where, totals[k], *means))
    return Table(
        "pairs",
        ("training", "layers", "where", "pairs", "cross before", "cross after"),
        tuple(rows),
        "How many pairs of bent hyperplanes cross, mean over the trials",
    )


def _comparisons(results: dict[str, Any], settings: dict[str, Any]) -> list[Comparison]:
    n1, n2 = settings["widths"]
    measured = [m for found in results.values() for m in found["steps"].values()]
    generic = [m for m in measured if m["euler"] is not None]
    zero = [sum(m["hinges"][k] for m in measured) for k in (0, 1)]
    return [
        Comparison.at_most(
            f"most regions in the plane, of {len(measured)} networks of widths {n1}, {n2}",
            _serra(settings),
            max(m["plane"]["regions"] for m in measured),
            SERRA,
        ),
        Comparison.at_most(
            "most regions in the box",
            _serra(settings),
            max(m["box"]["regions"] for m in measured),
            SERRA,
        ),
        Comparison.exactly(
            "networks with 1 + crossing points + ends/2 regions in the box, of those in general "
            "position",
            len(generic),
            sum(m["euler"] == m["box"]["regions"] for m in generic),
            EULER,
        ),
        Comparison.exactly(
            "fewest pairs of first-layer lines that cross in the plane",
            comb(n1, 2),
            min(m["plane"]["crossing"][0] for m in measured),
            GENERIC,
        ),
        Comparison.at_most(
            "most crossings of a line with one bent hyperplane",
            n1,
            max(m["folds"] for m in measured),
            FOLDS,
        ),
        Comparison.exactly(
            "pairs with hinge 0 that intersect in the box", zero[0], zero[1], BETWEEN
        ),
    ]


def _remarks(gained: Table, pairs: Table, settings: dict[str, Any]) -> list[str]:
    words = []
    for mode, _, box, box_after, plane, plane_after, _, accuracy in gained.rows:
        text = (
            f"{_TITLES[mode]}: {float(box):.1f} regions in the box become "
            f"{float(box_after):.1f}, in the plane {float(plane):.1f} become "
            f"{float(plane_after):.1f}"
        )
        if mode != "penalty":
            text += f", with accuracy {float(accuracy):.3f}"
        words.append(text + ".")
    mixed = next(r for r in pairs.rows if r[:3] == ("penalty", "1x2", "box"))
    words.append(
        f"The penalty alone raises the pairs of layers 1 and 2 that cross in the box from "
        f"{float(mixed[4]):.1f} to {float(mixed[5]):.1f} of {mixed[3]}; the bound of Serra et al. "
        f"for the plane is {_serra(settings)}, and needs lines that cross a bent hyperplane up "
        f"to {settings['widths'][0]} times."
    )
    return words


_TITLES = {
    "penalty": "Penalty alone",
    "data": "Data alone",
    "data and penalty": "Data and penalty",
}
