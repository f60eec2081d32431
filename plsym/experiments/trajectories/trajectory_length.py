"""Trajectory length: how networks stretch curves, at random and through training."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

from plsym.errors import DomainError
from plsym.experiments.record import Comparison, Result, Table
from plsym.experiments.running import Progress, chosen, run_units, seeds
from plsym.experiments.trajectories.figures import (
    course_figure,
    layers_figure,
    length_figure,
    regularizer_figure,
    transition_figure,
)
from plsym.experiments.trajectories.random_networks import (
    grouped,
    growth_table,
    length_table,
    random_comparisons,
    random_units,
    transition_table,
    walked,
)
from plsym.experiments.trajectories.regularized import (
    accuracy_table,
    kinds,
    regularized,
    segment_table,
)
from plsym.experiments.trajectories.remarks import remarks
from plsym.experiments.trajectories.trained_networks import (
    length_course,
    length_course_table,
    noise_table,
    noisy,
    one_layer,
    one_layer_table,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["trajectory_length"]

PARTS = ("random", "noise", "single", "training", "regularizer")
FULL: dict[str, Any] = {
    "parts": PARTS,
    "widths": (8, 32, 128),
    "variances": (1.0, 2.0, 4.0),
    "bias_variance": 0.1,
    "depth": 8,
    "networks": 100,
    "tanh_widths": (8, 32, 64),
    "tanh_depth": 6,
    "tanh_networks": 30,
    "layers": 5,
    "width": 100,
    "variance": 2.0,
    "epochs": 100,
    "rate": 0.002,
    "batch": 64,
    "trials": 3,
    "noises": (0.25, 0.5, 1.0, 1.5, 2.0),
    "draws": 10,
    "starts": (3.0, 16.0),
    "arcs": 3,
    "channels": 8,
    "convolutions": 6,
    "strengths": (0.01, 0.1),
    "convolution_epochs": 50,
    "convolution_rate": 0.002,
    "paths": 4,
    "points": 32,
    "segments": 10,
}
QUICK: dict[str, Any] = {
    "widths": (8, 32),
    "variances": (2.0, 4.0),
    "depth": 5,
    "networks": 20,
    "tanh_widths": (8, 32),
    "tanh_depth": 4,
    "tanh_networks": 12,
    "layers": 5,
    "width": 48,
    "epochs": 20,
    "trials": 1,
    "noises": (0.5, 1.0, 2.0),
    "draws": 2,
    "arcs": 2,
    "convolutions": 4,
    "channels": 5,
    "strengths": (0.03,),
    "convolution_epochs": 10,
    "paths": 2,
    "points": 16,
    "segments": 4,
}
REFERENCES = (
    "M. Raghu, B. Poole, J. Kleinberg, S. Ganguli, J. Sohl-Dickstein, On the expressive power of "
    "deep neural networks, ICML 2017, arXiv:1606.05336 (lengths and transitions of random "
    "networks, noise, one layer trained, lengths through training, trajectory regularisation; "
    "there on MNIST and CIFAR-10, here on scikit-learn's digits)",
    "B. Hanin, R. Jeong, D. Rolnick, Deep ReLU networks preserve expected length, ICLR 2022, "
    "arXiv:2102.10492 (the expected length; the factor c_k by conditioning on the active neurons)",
)
_LEAST = {
    **dict.fromkeys(("widths", "depth", "tanh_widths", "tanh_depth", "layers", "width"), 1),
    **dict.fromkeys(("batch", "trials", "draws", "arcs", "channels", "convolutions"), 1),
    **dict.fromkeys(("paths", "segments"), 1),
    **dict.fromkeys(("networks", "tanh_networks", "points"), 2),
    **dict.fromkeys(("epochs", "convolution_epochs"), 0),
}
_BIAS = 0.1  # standard deviation of initial biases of perceptrons that are trained


def trajectory_length(
    *,
    quick: bool = False,
    seed: int = 0,
    out: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    progress: Progress = False,
    parts: Sequence[str] | None = None,
    widths: Sequence[int] | None = None,
    variances: Sequence[float] | None = None,
    bias_variance: float | None = None,
    depth: int | None = None,
    networks: int | None = None,
    tanh_widths: Sequence[int] | None = None,
    tanh_depth: int | None = None,
    tanh_networks: int | None = None,
    layers: int | None = None,
    width: int | None = None,
    variance: float | None = None,
    epochs: int | None = None,
    rate: float | None = None,
    batch: int | None = None,
    trials: int | None = None,
    noises: Sequence[float] | None = None,
    draws: int | None = None,
    starts: Sequence[float] | None = None,
    arcs: int | None = None,
    channels: int | None = None,
    convolutions: int | None = None,
    strengths: Sequence[float] | None = None,
    convolution_epochs: int | None = None,
    convolution_rate: float | None = None,
    paths: int | None = None,
    points: int | None = None,
    segments: int | None = None,
) -> Result:
    """Follow curves through networks: their length in every layer, and what it tells.

    Random ReLU networks stretch every curve by sigma_w c_k a layer in expectation, exactly;
    hard tanh networks are measured beside the known rates.  Sign changes follow the angular
    length of what enters a layer.  Then networks on digits: noise in one layer, one layer
    trained alone, lengths through training, and the trajectory regulariser in place of
    batch norm.

    Parameters
    ----------
    quick : bool
        Fewer and smaller networks, fewer epochs, one trial.
    seed : int
        Of all networks, splits, batches and noise.
    out : path, optional
        Folder for figures, tables and summary; an interrupted run goes on from it.
    executor : concurrent.futures.Executor, optional
        One unit for up to 25 random networks, or one trained network.
    progress : bool or callable
    parts : sequence of str
        Which of "random", "noise", "single", "training", "regularizer" to run; the first
        needs neither PyTorch nor scikit-learn.
    widths, depth, networks : sequence of int, int, int
        Of the random ReLU networks; ``networks`` for each path, width and variance.
    tanh_widths, tanh_depth, tanh_networks
        The same of those with hard tanh.
    variances : sequence of float
        sigma_w^2: weights of all random networks have the variance sigma_w^2 / width.
    bias_variance : float
        sigma_b^2, above 0.
    layers, width, variance, epochs, rate, batch, trials
        Of the perceptrons with hard tanh that are trained on digits: hidden layers, neurons
        in each, initial sigma_w^2 (over the inputs), Adam's epochs and learning rate,
        samples a batch, networks.
    noises, draws : sequence of float, int
        Standard deviations of the noise over the root mean square of a layer's weights; how
        often it is drawn.
    starts : sequence of float
        The initial sigma_w^2 of the networks whose lengths are followed through training.
    arcs : int
        How many, between test samples of two classes.
    channels, convolutions, convolution_epochs, convolution_rate
        Of the convolutional networks.
    strengths : sequence of float
        Of the trajectory regulariser; each makes one more network.
    paths, points : int
        Segments between training samples that the regulariser keeps short, and the points
        on each.
    segments : int
        Segments between test samples on which networks are compared at the end.

    Returns
    -------
    Result
        Tables ``growth``, ``lengths``, ``transitions``, ``noise``, ``single``, ``training``,
        ``regularizer`` and ``segments``; figures ``length``, ``transitions``, ``layers``,
        ``training`` and ``regularizer``; those of the parts that were run.

    Raises
    ------
    MissingExtraError
        If a part needs PyTorch or scikit-learn and it is not installed.
    DomainError
        If a setting is not allowed.

    Notes
    -----
    Transitions, sign changes and accuracies are exact for the float64 weights; lengths are
    enclosures with proved ends.  Laws of expectations are compared at five standard errors,
    in exact arithmetic.  What training does is no theorem: it is in tables and remarks.
    Seen on one busy core: the quick run 20 s, the full one 15 min and 3 GB, most of both for
    arcs through steep hard tanh networks.

    Examples
    --------
    >>> tiny = pl.experiments.trajectory_length(
    ...     parts=["random"], widths=[4], variances=[2], depth=2, networks=4,
    ...     tanh_widths=[4], tanh_depth=2, tanh_networks=4,
    ... )
    >>> len(tiny.table("lengths").rows), tiny.holds
    (8, True)
    """
    given = {
        "parts": parts,
        "widths": widths,
        "variances": variances,
        "bias_variance": bias_variance,
        "depth": depth,
        "networks": networks,
        "tanh_widths": tanh_widths,
        "tanh_depth": tanh_depth,
        "tanh_networks": tanh_networks,
        "layers": layers,
        "width": width,
        "variance": variance,
        "epochs": epochs,
        "rate": rate,
        "batch": batch,
        "trials": trials,
        "noises": noises,
        "draws": draws,
        "starts": starts,
        "arcs": arcs,
        "channels": channels,
        "convolutions": convolutions,
        "strengths": strengths,
        "convolution_epochs": convolution_epochs,
        "convolution_rate": convolution_rate,
        "paths": paths,
        "points": points,
        "segments": segments,
    }
    settings = _checked(chosen(quick, FULL, QUICK, given))
    units = _units(settings, seed)
    trained = set(settings["parts"]) - {"random"}
    results = run_units(
        "trajectory-length",
        _task,
        units,
        out=out,
        executor=executor,
        progress=progress,
        needs=("torch", "sklearn") if trained else (),
    )
    tables, comparisons = _tables(settings, results, units)
    result = Result(
        "trajectory-length",
        "Trajectory length: how networks stretch curves",
        {"seed": seed, "quick": quick, **settings},
        tuple(tables.values()),
        tuple(comparisons),
        tuple(remarks(tables)),
        REFERENCES,
        _drawings(tables),
    )
    if out is not None:
        result.write(out)
    return result


def _checked(settings: dict[str, Any]) -> dict[str, Any]:
    unknown = [part for part in settings["parts"] if part not in PARTS]
    if unknown or len(set(settings["parts"])) < len(settings["parts"]):
        raise DomainError(
            f"parts = {settings['parts']}: take some of {', '.join(PARTS)}, once each"
        )
    for key, least in _LEAST.items():
        values = settings[key] if isinstance(settings[key], tuple) else (settings[key],)
        if min(values) < least:
            raise DomainError(f"{key} = {settings[key]}: at least {least} is needed")
    for key in ("variances", "bias_variance", "variance", "rate", "convolution_rate", "starts"):
        values = settings[key] if isinstance(settings[key], tuple) else (settings[key],)
        if not all(0 < value < float("inf") for value in values):
            raise DomainError(f"{key} = {settings[key]}: positive numbers are needed")
    for key in ("noises", "strengths"):
        if not all(0 <= value < float("inf") for value in settings[key]):
            raise DomainError(f"{key} = {settings[key]}: numbers from 0 on are needed")
    if "single" in settings["parts"] and settings["layers"] < 2:
        raise DomainError("layers = 1: to train one hidden layer behind the first, two are needed")
    return settings


def _units(settings: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """The units of all parts; each part's seeds are its own."""
    own = dict(zip(PARTS, seeds(seed, len(PARTS) + 1), strict=False))
    data = seeds(seed, len(PARTS) + 1)[-1]
    units: dict[str, Any] = {}
    if "random" in settings["parts"]:
        units |= random_units(settings, lambda count: seeds(own["random"], count))
    keys = ("layers", "width", "variance", "epochs", "rate", "batch")
    common = {"data": data, "bias": _BIAS, **{key: settings[key] for key in keys}}
    for part in ("noise", "single", "training"):
        if part not in settings["parts"]:
            continue
        for trial, start in enumerate(seeds(own[part], settings["trials"])):
            base = {"part": part, **common, "seed": start, "data": data + trial}
            if part == "noise":
                noise = {"noises": list(settings["noises"]), "draws": settings["draws"]}
                units[f"noise {trial}"] = {**base, **noise}
            elif part == "single":
                for layer in range(1, settings["layers"]):
                    units[f"single {layer} {trial}"] = {**base, "trained": layer}
            else:
                for value in settings["starts"]:
                    own_arcs = {"start": value, "arcs": settings["arcs"]}
                    units[f"training {value:g} {trial}"] = {**base, **own_arcs}
    if "regularizer" in settings["parts"]:
        size = {key: settings[key] for key in ("channels", "batch", "paths", "points", "segments")}
        size |= {"depth": settings["convolutions"], "epochs": settings["convolution_epochs"]}
        for trial, start in enumerate(seeds(own["regularizer"], settings["trials"])):
            for kind, strength in kinds(settings["strengths"]).items():
                units[f"regularizer {kind} {trial}"] = {
                    "part": "regularizer",
                    "data": data + trial,
                    "seed": start,
                    "kind": kind,
                    "strength": strength,
                    "rate": settings["convolution_rate"],
                    **size,
                }
    return units


_TASKS: dict[str, Callable[[Any], Any]] = {
    "random": walked,
    "noise": noisy,
    "single": one_layer,
    "training": length_course,
    "regularizer": regularized,
}


def _task(unit: dict[str, Any]) -> Any:
    return _TASKS[unit["part"]](unit)


def _tables(
    settings: Mapping[str, Any], results: Mapping[str, Any], units: Mapping[str, Any]
) -> tuple[dict[str, Table], list[Comparison]]:
    tables: list[Table] = []
    comparisons: list[Comparison] = []

    def of(part: str, key: str | None = None) -> Any:
        """The results of a part, in groups by a setting of its units."""
        groups: dict[Any, list[Any]] = {}
        for name, unit in units.items():
            if unit["part"] == part:
                groups.setdefault(None if key is None else unit[key], []).append(results[name])
        return groups[None] if key is None else groups

    if "random" in settings["parts"]:
        found = grouped(results, units)
        tables += [growth_table(found, settings["bias_variance"]), length_table(found)]
        tables.append(transition_table(found))
        comparisons = random_comparisons(found)
    if "noise" in settings["parts"]:
        tables.append(noise_table(of("noise"), settings["noises"]))
    if "single" in settings["parts"]:
        tables.append(one_layer_table(of("single", "trained")))
    if "training" in settings["parts"]:
        tables.append(length_course_table(of("training", "start")))
    if "regularizer" in settings["parts"]:
        networks = of("regularizer", "kind")
        tables += [accuracy_table(networks), segment_table(networks)]
    return {table.name: table for table in tables}, comparisons


def _drawings(tables: Mapping[str, Table]) -> dict[str, Callable[[], Figure]]:
    drawings: dict[str, Callable[[], Figure]] = {}
    if "lengths" in tables:
        drawings["length"] = lambda: length_figure(tables["lengths"])
        drawings["transitions"] = lambda: transition_figure(tables["transitions"])
    if "noise" in tables or "single" in tables:
        drawings["layers"] = lambda: layers_figure(tables.get("noise"), tables.get("single"))
    if "training" in tables:
        drawings["training"] = lambda: course_figure(tables["training"])
    if "regularizer" in tables:
        drawings["regularizer"] = lambda: regularizer_figure(
            tables["regularizer"], tables["segments"]
        )
    return drawings
