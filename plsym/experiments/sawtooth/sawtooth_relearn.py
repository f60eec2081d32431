"""Sawtooth networks with noisy parameters, trained back: pieces and errors on the way."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Executor
from fractions import Fraction
from typing import Any

import numpy as np

import plsym as pl
from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.exact.roots import root_bounds
from plsym.experiments.ensembles import Layer, arrays_of, initial, tensors_of, train
from plsym.experiments.record import Comparison, Result, Table
from plsym.experiments.running import Progress, chosen, enclosed, run_units, seeds
from plsym.experiments.sawtooth.figures import WORDS, bound_figure, course_figure
from plsym.experiments.sawtooth.networks import FORMS, TARGETS, perturbed, sawtooth_layers
from plsym.experiments.training import seeded
from plsym.networks.many import piece_counts

__all__ = ["sawtooth_relearn"]

FULL = {
    "form": "composed",
    "depth": 6,
    "targets": TARGETS,
    "variances": (0.01, 0.06, 0.08, 0.09),
    "trials": 10,
    "iterations": 1000,
    "batch": 10,
    "rate": 0.001,
    "count_every": 25,
    "measure_every": 250,
    "wide": 20,
}
QUICK = {
    "variances": (0.01, 0.09),
    "trials": 3,
    "iterations": 160,
    "count_every": 20,
    "measure_every": 160,
}
_GRID = 2**30  # inputs are multiples of 1 / _GRID, so that labels in doubles are exact
_BITS = 60

BOUND = (
    "a breakpoint spoils at most one tooth, and on a tooth no affine function is nearer than 1/4 "
    "(Telgarsky 2016 with the constant that full periods give)"
)
REFERENCES = (
    "notes of a summer project at ICERM (re-learning from perturbed weights, batches of 10, 1000 "
    "iterations, mean of 10 trials; optimiser and rate are ours)",
    "M. Telgarsky, Benefits of depth in neural networks, COLT 2016, arXiv:1602.04485 (few pieces "
    "are far from many teeth)",
)


def sawtooth_relearn(
    *,
    quick: bool = False,
    seed: int = 0,
    out: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    progress: Progress = False,
    form: str | None = None,
    depth: int | None = None,
    targets: Sequence[str] | None = None,
    variances: Sequence[float] | None = None,
    trials: int | None = None,
    iterations: int | None = None,
    batch: int | None = None,
    rate: float | None = None,
    count_every: int | None = None,
    measure_every: int | None = None,
    wide: int | None = None,
) -> Result:
    """Train sawtooth networks on the sawtooth, from perturbed and from random weights.

    Does a network that was put near the 64 teeth sides find back to them?  With noise on
    biases alone it does in part, with noise on weights the teeth get lost in training too,
    and from random weights none is found.

    Parameters
    ----------
    quick : bool
        Two variances, 3 trials, 160 iterations.
    seed : int
        Of noise, initial weights and batches.
    out : path, optional
        Folder for figures, tables and summary; an interrupted run goes on from it.
    executor : concurrent.futures.Executor, optional
        One unit a way to start.
    progress : bool or callable
    form : {"composed", "merged"}
        Of the network, as in `sawtooth_noise`.
    depth : int
        The number k of tents; 2^k pieces on [0, 1] without noise.
    targets : sequence of {"all", "weights", "biases"}
        What the noise w (1 + e) is on.  All parameters are trained.
    variances : sequence of float
        Of e.
    trials : int
        Networks for each way to start, at least 2.
    iterations, batch : int
        Steps of Adam, each with new points, uniform on [0, 1].
    rate : float
        Adam's learning rate.
    count_every, measure_every : int
        After how many iterations pieces are counted, and errors computed; the second is a
        multiple of the first.
    wide : int
        The width of a second kind of random networks, with ``depth`` hidden layers.

    Returns
    -------
    Result
        Tables ``pieces``, ``errors`` and ``networks``; figures ``pieces``, ``errors`` and
        ``bound``.

    Raises
    ------
    MissingExtraError
        If PyTorch is not installed.
    DomainError
        If a setting is not allowed.

    Notes
    -----
    Pieces on [0, 1] are exact, for the float64 weights at that moment; errors are integrals
    in closed form, kept as enclosures of width 2^-59.  A function with N pieces is at L1
    distance at least (1/4)(1 - (N - 1)/2^(k - 1)) from the sawtooth, and the square of its
    L2 distance is at least (1/12)(1 - (N - 1)/2^(k - 1)); both are compared for each network
    that is measured.  The full run takes one minute on one core, the quick one 10 s.

    Examples
    --------
    >>> tiny = pl.experiments.sawtooth_relearn(
    ...     depth=2, targets=["biases"], variances=[0.01], trials=2, iterations=4, wide=3,
    ...     count_every=2, measure_every=4,
    ... )
    >>> tiny.holds, tiny.table("pieces").column("iteration")[:3]
    (True, [0, 2, 4])
    """
    given = {
        "form": form,
        "depth": depth,
        "targets": targets,
        "variances": variances,
        "trials": trials,
        "iterations": iterations,
        "batch": batch,
        "rate": rate,
        "count_every": count_every,
        "measure_every": measure_every,
        "wide": wide,
    }
    settings = _checked(chosen(quick, FULL, QUICK, given))
    results = run_units(
        "sawtooth-relearn",
        _learned,
        _units(settings, seed),
        out=out,
        executor=executor,
        progress=progress,
        needs=("torch",),
    )
    pieces, errors, networks = _tables(results, settings)
    result = Result(
        "sawtooth-relearn",
        "Re-learning a sawtooth from perturbed weights",
        {"seed": seed, "quick": quick, **settings},
        (pieces, errors, networks),
        tuple(_comparisons(networks, settings)),
        tuple(_remarks(pieces, errors, networks, settings)),
        REFERENCES,
        {
            "pieces": lambda: course_figure(
                pieces, "mean pieces", "pieces on [0, 1] (mean)", 2 ** settings["depth"], "sawtooth"
            ),
            "errors": lambda: course_figure(
                errors, "mean L1", "$L^1$ distance (mean)", 0.25, "constant 1/2", log=True
            ),
            "bound": lambda: bound_figure(networks, settings["depth"]),
        },
    )
    if out is not None:
        result.write(out)
    return result


def _checked(settings: dict[str, Any]) -> dict[str, Any]:
    if settings["form"] not in FORMS:
        raise DomainError(f"form {settings['form']!r} is not known; use {', '.join(FORMS)}")
    strange = [word for word in settings["targets"] if word not in TARGETS]
    if strange:
        raise DomainError(f"target {strange[0]!r} is not known; use {', '.join(TARGETS)}")
    if min(settings["variances"]) < 0 or settings["rate"] <= 0:
        raise DomainError("variances must not be negative, and the learning rate positive")
    if not 1 <= settings["depth"] <= 12:
        raise DomainError(f"depth = {settings['depth']}: from 1 to 12 tents are possible")
    for key, least in (("trials", 2), ("iterations", 1), ("batch", 1), ("wide", 1)):
        if settings[key] < least:
            raise DomainError(f"{key} = {settings[key]}: at least {least} is needed")
    count, measure, total = (
        settings[key] for key in ("count_every", "measure_every", "iterations")
    )
    if min(count, measure) < 1 or measure % count or total % measure:
        raise DomainError(
            f"count_every = {count}, measure_every = {measure}, iterations = {total}: each must "
            "divide the next one"
        )
    return settings


def _units(settings: dict[str, Any], seed: int) -> dict[str, Any]:
    starts = [(target, v) for target in settings["targets"] for v in settings["variances"]]
    cases: list[tuple[str, float | None]] = [*starts, ("random", None), ("wide random", None)]
    return {
        target if variance is None else f"{target} {variance!r}": {
            "target": target,
            "variance": variance,
            "seed": start,
            **{key: settings[key] for key in FULL if key not in ("targets", "variances")},
        }
        for (target, variance), start in zip(cases, seeds(seed, len(cases)), strict=True)
    }


def _start(torch: Any, unit: dict[str, Any]) -> list[Layer]:
    layers = sawtooth_layers(unit["form"], unit["depth"])
    if unit["target"] == "random":
        return initial(torch, unit["trials"], [1, *(len(bias) for _, bias in layers)])
    if unit["target"] == "wide random":
        return initial(torch, unit["trials"], [1, *[unit["wide"]] * unit["depth"], 1])
    return perturbed(layers, unit["trials"], unit["variance"], unit["target"], unit["seed"])


def _learned(unit: dict[str, Any]) -> dict[str, Any]:
    """Train the networks of one way to start; count and measure on the way."""
    pieces: dict[str, list[int]] = {}
    errors: dict[str, list[list[Fraction]]] = {}
    with seeded(unit["seed"]) as torch:
        parameters = tensors_of(torch, _start(torch, unit))

        def batch() -> tuple[Any, Any]:
            x = torch.randint(_GRID + 1, (unit["trials"], unit["batch"], 1)).double() / _GRID
            y = x
            for _ in range(unit["depth"]):
                y = 1 - (2 * y - 1).abs()
            return x, y

        def watch(step: int) -> None:
            if step % unit["count_every"] == 0:
                layers = arrays_of(parameters)
                pieces[str(step)] = list(piece_counts(layers).counts)
                if step % unit["measure_every"] == 0:
                    errors[str(step)] = [
                        _errors(layers, i, unit["depth"]) for i in range(unit["trials"])
                    ]

        train(
            torch,
            parameters,
            batch,
            iterations=unit["iterations"],
            rate=unit["rate"],
            watch=watch,
        )
    return {"pieces": pieces, "errors": errors}


def _errors(layers: Sequence[Layer], index: int, depth: int) -> list[Fraction]:
    """The L1 distance to the sawtooth and the square of the L2 distance: two ends of each."""
    net = pl.from_weights([(weights[index], bias[index]) for weights, bias in layers])
    gap = net.to_piecewise(0, 1) - pl.tent().iterate(depth)
    first = enclosed(pl.distance(gap, 0, "L1"), _BITS)
    square = _square_integral(gap)
    return [first.lower, first.upper, square.lower, square.upper]


def _square_integral(f: Any) -> Enclosure:
    """The integral of f^2; the pieces' shares are rounded outwards before they are added."""
    total = Enclosure(Fraction(0), Fraction(0))
    xs, ys = f.breakpoints, f.values
    for x, x_next, u, v in zip(xs, xs[1:], ys, ys[1:], strict=False):
        total = total + enclosed((x_next - x) * (u * u + u * v + v * v) / 3, _BITS + 20)
    return total.rounded(_BITS)


def _mean(values: Sequence[Enclosure]) -> Enclosure:
    size = len(values)
    return Enclosure(
        sum((v.lower for v in values), Fraction(0)) / size,
        sum((v.upper for v in values), Fraction(0)) / size,
    )


def _deviation(values: Sequence[float]) -> float:
    return float(np.std(values, ddof=1) / len(values) ** 0.5)


def _tables(results: dict[str, Any], settings: dict[str, Any]) -> tuple[Table, Table, Table]:
    pieces, errors, networks = [], [], []
    for name, found in results.items():
        target, _, variance = name.rpartition(" ") if "random" not in name else (name, "", "")
        start = (target, float(variance) if variance else None)
        for step, counts in found["pieces"].items():
            mean = Fraction(sum(counts), len(counts))
            pieces.append((*start, int(step), mean, _deviation(counts), min(counts), max(counts)))
        for step, measured in found["errors"].items():
            first = [Enclosure(m[0], m[1]) for m in measured]
            square = [Enclosure(m[2], m[3]) for m in measured]
            second = [
                Enclosure(root_bounds(s.lower, _BITS)[0], root_bounds(s.upper, _BITS)[1])
                for s in square
            ]
            errors.append(
                (
                    *start,
                    int(step),
                    _mean(first),
                    _deviation([float(e) for e in first]),
                    _mean(second),
                    _deviation([float(e) for e in second]),
                )
            )
            counts = found["pieces"][step]
            networks += [
                (*start, int(step), trial, *row)
                for trial, row in enumerate(zip(counts, first, square, strict=True))
            ]
    trials = settings["trials"]
    head = ("start", "variance", "iteration")
    return (
        Table(
            "pieces",
            (*head, "mean pieces", "standard error", "least", "most"),
            tuple(pieces),
            f"Pieces on [0, 1] along training, exact ({trials} trials)",
        ),
        Table(
            "errors",
            (*head, "mean L1", "standard error", "mean L2", "standard error of L2"),
            tuple(errors),
            f"Distances to the sawtooth, exact for each network ({trials} trials)",
        ),
        Table(
            "networks",
            (*head, "trial", "pieces", "L1", "square of L2"),
            tuple(networks),
            "Each network that was measured",
        ),
    )


def _least(constant: Fraction, pieces: int, depth: int) -> Fraction:
    return max(Fraction(0), constant * (1 - Fraction(pieces - 1, 2 ** (depth - 1))))


def _comparisons(networks: Table, settings: dict[str, Any]) -> list[Comparison]:
    depth = settings["depth"]
    teeth = pl.from_weights(sawtooth_layers(settings["form"], depth)).to_piecewise(0, 1)
    out = [
        Comparison.exactly("pieces without noise", 2**depth, teeth.num_pieces, "Telgarsky 2015"),
        Comparison.exactly(
            "L1 distance to the sawtooth without noise",
            0,
            pl.distance(teeth, pl.tent().iterate(depth), "L1"),
            "it is the same function",
        ),
    ]
    for column, constant, words in (
        ("L1", Fraction(1, 4), "L1"),
        ("square of L2", Fraction(1, 12), "square of L2"),
    ):
        found = zip(
            networks.column("pieces"),
            networks.column(column),
            networks.column("start"),
            networks.column("iteration"),
            strict=True,
        )
        # of all networks the one that is nearest to its bound
        count, value, start, step = min(
            found, key=lambda row: row[1].lower - _least(constant, row[0], depth)
        )
        out.append(
            Comparison.at_least(
                f"{words} of the network nearest to its bound ({count} pieces, start {start}, "
                f"iteration {step}), of {len(networks.rows)} networks",
                _least(constant, count, depth),
                value,
                BOUND,
            )
        )
    return out


def _ends(table: Table, start: str, variance: float | None) -> tuple[Any, Any]:
    rows = [r for r in table.rows if r[:2] == (start, variance)]
    return rows[0], rows[-1]


def _remarks(pieces: Table, errors: Table, networks: Table, settings: dict[str, Any]) -> list[str]:
    words = []
    for target in settings["targets"]:
        for variance in sorted({min(settings["variances"]), max(settings["variances"])}):
            before, after = _ends(pieces, target, variance)
            first, last = _ends(errors, target, variance)
            words.append(
                f"Noise of variance {variance:g} on {WORDS[target]}: {float(before[3]):.1f} "
                f"pieces and L1 error {float(first[3]):.3f} before training, "
                f"{float(after[3]):.1f} and {float(last[3]):.3f} after {after[2]} iterations."
            )
    for start in ("random", "wide random"):
        _, after = _ends(pieces, start, None)
        _, last = _ends(errors, start, None)
        words.append(
            f"From {WORDS[start]}: {float(after[3]):.1f} pieces and L1 error "
            f"{float(last[3]):.3f} after {after[2]} iterations; the constant 1/2 has 0.25."
        )
    means = [float(r[3]) for r in pieces.rows if r[1] is not None]
    words.append(
        f"Means of pieces from perturbed weights lie between {min(means):.0f} and "
        f"{max(means):.0f} (the notes' plots run from 30 to 60)."
    )
    return words
