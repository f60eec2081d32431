"""Random networks along a segment and an arc: lengths, transitions, and their expectations."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

import plsym as pl
from plsym.exact.enclosure import Enclosure
from plsym.experiments.record import Comparison, Table
from plsym.experiments.regions.probing import mean
from plsym.experiments.running import enclosed
from plsym.networks.network import ReLUNetwork
from plsym.theory.crossing_laws import turning_along
from plsym.theory.laws import (
    Sample,
    claimed_rate,
    claimed_tanh_rate,
    half_turn,
    length_law,
    sampled,
    stretch_limit,
)

__all__ = [
    "ACTIVATIONS",
    "PATHS",
    "beside",
    "grouped",
    "growth",
    "growth_table",
    "length_table",
    "quotient",
    "random_comparisons",
    "random_units",
    "transition_table",
    "walked",
]

ACTIVATIONS = ("relu", "hard_tanh")
PATHS = ("segment", "arc")
_CHUNK = 25  # networks a unit
# relative widths of lengths: for those that have a law, and for those that are only shown
_WIDTHS = {"relu": Fraction(1, 10**4), "hard_tanh": Fraction(1, 50)}
LENGTH_LAW = "E l(z^d) = (sigma_w c_k)^d l(x): Raghu et al. 2017, Hanin et al. 2022, exact factor"
TURNING_LAW = "E changes = (n/pi) angular length, given the layers before: Raghu et al., Theorem 2"

Cell = tuple[str, str, int, float]
Found = dict[Cell, list[dict[str, Any]]]


# the networks ----------------------------------------------------------------------------


def random_units(settings: Mapping[str, Any], seeds: Callable[[int], list[int]]) -> dict[str, Any]:
    """The units of work: for each case, its networks in chunks.

    Parameters
    ----------
    settings : mapping
        ``widths``, ``variances``, ``depth``, ``networks`` for ReLU, those with ``tanh_`` for
        hard tanh, ``bias_variance``.
    seeds : callable
        From a number to as many seeds.
    """
    cases: list[tuple[Cell, int, int]] = []
    for activation in ACTIVATIONS:
        kind = "" if activation == "relu" else "tanh_"
        depth, count = settings[f"{kind}depth"], settings[f"{kind}networks"]
        for path in PATHS:
            for width in settings[f"{kind}widths"]:
                for variance in settings["variances"]:
                    cases.append(((activation, path, width, variance), depth, count))
    drawn = iter(seeds(sum(count for _, _, count in cases)))
    units = {}
    for (activation, path, width, variance), depth, count in cases:
        own = [next(drawn) for _ in range(count)]
        for start in range(0, count, _CHUNK):
            units[f"random {activation} {path} {width} {variance:g} {start}"] = {
                "part": "random",
                "activation": activation,
                "path": path,
                "width": width,
                "variance": variance,
                "bias_variance": settings["bias_variance"],
                "depth": depth,
                "seeds": own[start : start + _CHUNK],
            }
    return units


def walked(unit: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Follow random networks along one path.

    Parameters
    ----------
    unit : mapping
        As `random_units` makes it.

    Returns
    -------
    list of dict
        One a network, with a number or a pair of ends for each layer: ``lengths`` of the
        image over that of the path, ``transitions``, and on segments ``changes`` of sign of
        the arguments beside their expectation ``laws``.

    Notes
    -----
    The ends of the path are two orthogonal vectors of length sqrt(width), rounded: with
    normal weights all such pairs, in spaces of any dimension, have the same law.

    Examples
    --------
    >>> from plsym.experiments.trajectories.random_networks import walked
    >>> unit = {"activation": "relu", "path": "segment", "width": 8, "variance": 2.0}
    >>> (found,) = walked({**unit, "bias_variance": 0.1, "depth": 2, "seeds": [7]})
    >>> found["transitions"] == found["changes"], len(found["lengths"])
    (True, 2)
    """
    k, depth = unit["width"], unit["depth"]
    width = _WIDTHS[unit["activation"]]
    weight, bias = math.sqrt(unit["variance"] / k), math.sqrt(unit["bias_variance"])
    radius = pl.dyadic(math.sqrt(k))
    ends = [radius, Fraction(0)], [Fraction(0), radius]
    # along the arc half a turn times the radius, over 2; along the segment sqrt(2) radius
    unit_length = half_turn() if unit["path"] == "arc" else enclosed(pl.sqrt(2) * 2, 200)
    size = Enclosure(*(end * radius / 2 for end in (unit_length.lower, unit_length.upper)))
    out = []
    for seed in unit["seeds"]:
        net = _drawn(seed, k, depth, weight, bias, unit["activation"])
        found: dict[str, Any] = {}
        if unit["path"] == "arc":
            arc = pl.trajectory(net, pl.arc(*ends))
            lengths = [arc.length(layer, width) for layer in range(depth)]
            found["transitions"] = list(arc.transitions_per_layer)
        else:
            path = net.along(*ends)
            lengths = [path.length(layer, width) for layer in range(depth)]
            found["transitions"] = list(path.transitions_per_layer)
            found["changes"] = (
                found["transitions"]
                if unit["activation"] == "relu"
                else [int(pl.sign_transitions(path, layer).sum()) for layer in range(depth)]
            )
            laws = [turning_along(path, layer, weight, bias) for layer in range(depth)]
            found["laws"] = [_pair(law) for law in laws]
        found["lengths"] = [_pair(quotient(length, size)) for length in lengths]
        out.append(found)
    return out


def _drawn(
    seed: int, width: int, depth: int, weight: float, bias: float, activation: str
) -> ReLUNetwork:
    rng = np.random.default_rng(seed)
    layers: list[Any] = [
        (rng.normal(0, weight, (after, before)), rng.normal(0, bias, after))
        for before, after in pairwise([2, *[width] * depth])
    ]
    return pl.from_weights([*layers, (np.ones((1, width)), None)], activation)


def _pair(value: Enclosure) -> list[Fraction]:
    near = enclosed(value, 100)
    return [near.lower, near.upper]


def quotient(a: Enclosure, b: Enclosure) -> Enclosure:
    """The enclosure of a quotient, of a number from 0 on by a positive one."""
    return Enclosure(a.lower / b.upper, a.upper / b.lower)


# beside their laws -------------------------------------------------------------------------


def beside(values: Sequence[Enclosure], laws: Sequence[Enclosure]) -> Sample:
    """Measurements beside expectations that differ from one to the next.

    Parameters
    ----------
    values, laws : sequences of Enclosure
        The differences have mean 0 in theory.

    Returns
    -------
    Sample
        With the means of both, and the variance of the differences.

    Examples
    --------
    >>> from plsym.experiments.trajectories.random_networks import beside
    >>> exact = [pl.Enclosure(pl.rational(n), pl.rational(n)) for n in (1, 2, 3, 6)]
    >>> found = beside(exact, exact[::-1])
    >>> found.agrees, float(found.law), float(found.variance)
    (True, 3.0, 17.333333333333332)
    """
    # long denominators are not needed, and their sums are slow
    values, laws = ([x.rounded(80) for x in numbers] for numbers in (values, laws))
    gaps = [
        Enclosure(value.lower - law.upper, value.upper - law.lower)
        for value, law in zip(values, laws, strict=True)
    ]
    gap = sampled(gaps.__getitem__, Enclosure(Fraction(0), Fraction(0)), len(gaps))
    return Sample(mean(laws), mean(values), gap.variance, gap.radius, gap.size)


def grouped(results: Mapping[str, Any], units: Mapping[str, Any]) -> Found:
    """The networks of each case, from those of the units."""
    found: Found = {}
    for name, unit in units.items():
        if unit["part"] == "random":
            cell = (unit["activation"], unit["path"], unit["width"], unit["variance"])
            found.setdefault(cell, []).extend(results[name])
    return found


def growth(network: Mapping[str, Any], law: Enclosure) -> tuple[Enclosure, Enclosure]:
    """The mean factor from one layer to the next, and its expectation, from the lengths.

    Layers behind an image that is a point count as 0 in both: the factor of a layer has its
    expectation whatever the layers before it are, as long as there is something to stretch.
    """
    lengths = [Enclosure(Fraction(1), Fraction(1)), *(Enclosure(*x) for x in network["lengths"])]
    factors = [quotient(b, a) for a, b in pairwise(lengths) if a.lower > 0]
    depth = len(lengths) - 1
    total = sum(factors[1:], factors[0])
    share = Fraction(len(factors), depth)
    return (
        Enclosure(total.lower / depth, total.upper / depth),
        Enclosure(law.lower * share, law.upper * share),
    )


def _over(values: Iterable[Enclosure], sigma: Enclosure) -> list[Enclosure]:
    return [quotient(value, sigma) for value in values]


def _sigma(variance: float, power: int = 1) -> Enclosure:
    root = enclosed(pl.sqrt(Fraction(variance)), 200)
    return Enclosure(root.lower**power, root.upper**power)


def random_comparisons(found: Found) -> list[Comparison]:
    """Lengths of ReLU networks and sign changes of all beside their exact expectations.

    Cases that differ in the variance, and for lengths in the path, are taken together: the
    lengths of images over sigma_w^d have one expectation.
    """
    out = []
    widths = dict.fromkeys(cell[2] for cell in found if cell[0] == "relu")
    for width in widths:
        for path in PATHS:
            values: list[Enclosure] = []
            laws: list[Enclosure] = []
            for cell, networks in found.items():
                if cell[:3] == ("relu", path, width):
                    # both over sigma: the law then is c_k for every variance
                    sigma = _sigma(cell[3])
                    factor = enclosed(length_law(width, 1, Fraction(cell[3])), 100)
                    both = [growth(network, factor) for network in networks]
                    values += _over((value for value, _ in both), sigma)
                    laws += _over((law for _, law in both), sigma)
            words = f"growth per ReLU layer of width {width} over sigma_w, {path}"
            out.append(Comparison.about(words, beside(values, laws), LENGTH_LAW))
        values = []
        for cell, networks in found.items():
            if cell[0] == "relu" and cell[2] == width:
                depth = len(networks[0]["lengths"])
                ends = (Enclosure(*network["lengths"][-1]) for network in networks)
                values += _over(ends, _sigma(cell[3], depth))
        whole = length_law(width, depth, Fraction(1))
        words = f"length after {depth} ReLU layers of width {width} over sigma_w^{depth}"
        out.append(Comparison.about(words, beside(values, [whole] * len(values)), LENGTH_LAW))
    for activation in ACTIVATIONS:
        for width in dict.fromkeys(cell[2] for cell in found if cell[0] == activation):
            networks = [
                network
                for cell, several in found.items()
                if cell[:3] == (activation, "segment", width)
                for network in several
            ]
            sums = [Fraction(sum(network["changes"])) for network in networks]
            expected = [[Enclosure(*law) for law in network["laws"]] for network in networks]
            sample = beside(
                [Enclosure(n, n) for n in sums], [sum(laws[1:], laws[0]) for laws in expected]
            )
            words = f"sign changes of all {_named(activation)} layers of width {width}, segment"
            out.append(Comparison.about(words, sample, TURNING_LAW))
    return out


def _named(activation: str) -> str:
    return {"relu": "ReLU", "hard_tanh": "hard tanh"}[activation]


# tables --------------------------------------------------------------------------------------


def growth_table(found: Found, bias_variance: float) -> Table:
    """How much longer images become from layer to layer, beside laws and bounds."""
    rows = []
    for (activation, path, width, variance), networks in found.items():
        v = Fraction(variance)
        relu = activation == "relu"
        law = enclosed(length_law(width, 1, v), 100)
        both = [growth(network, law) for network in networks]
        sample = beside(*zip(*both, strict=True))
        claimed = (
            claimed_rate(width, 1, v)
            if relu
            else claimed_tanh_rate(width, v, Fraction(bias_variance))
        )
        spread = beside([value for value, _ in both], [sample.law] * len(both)).error
        exact = law if relu else None
        limit = stretch_limit(width, v)
        case = (activation, path, width, variance, len(networks))
        rows.append((*case, sample.mean, spread, exact, claimed, limit))
    columns = ("activation", "path", "width", "variance", "networks", "growth", "standard error")
    more = ("law", "rate of the lower bound", "limit")
    return Table(
        "growth",
        columns + more,
        tuple(rows),
        "Mean factor of the length from layer to layer; the law for ReLU is sigma_w c_k; the rate "
        "of Raghu et al. bounds from below up to a constant only; the limit holds for all slopes "
        "up to 1",
    )


def length_table(found: Found) -> Table:
    """The mean length in each layer over that of the path."""
    rows = []
    for (activation, path, width, variance), networks in found.items():
        for layer in range(len(networks[0]["lengths"])):
            values = [Enclosure(*network["lengths"][layer]) for network in networks]
            depth = layer + 1
            law = length_law(width, depth, Fraction(variance)) if activation == "relu" else None
            error = beside(values, [mean(values)] * len(values)).error
            rows.append((activation, path, width, variance, depth, mean(values), error, law))
    columns = ("activation", "path", "width", "variance", "layer", "length")
    return Table(
        "lengths",
        (*columns, "standard error", "law"),
        tuple(rows),
        "Mean length of the image in a layer over that of the path, and the exact expectation",
    )


def transition_table(found: Found) -> Table:
    """Transitions in each layer, the length there, and the expected sign changes."""
    rows = []
    for (activation, path, width, variance), networks in found.items():
        size = {"segment": math.sqrt(2), "arc": math.pi / 2}[path] * math.sqrt(width)
        for layer in range(len(networks[0]["lengths"])):
            lengths = mean([Enclosure(*network["lengths"][layer]) for network in networks])
            counts = mean([network["transitions"][layer] for network in networks])
            law = changes = error = None
            if path == "segment":
                numbers = [Fraction(network["changes"][layer]) for network in networks]
                laws = [Enclosure(*network["laws"][layer]) for network in networks]
                sample = beside([Enclosure(n, n) for n in numbers], laws)
                law, changes, error = sample.law, mean(numbers), sample.error
            case = (activation, path, width, variance, layer + 1)
            rows.append((*case, size * float(lengths), counts, changes, law, error))
    columns = ("activation", "path", "width", "variance", "layer", "length", "transitions")
    return Table(
        "transitions",
        (*columns, "sign changes", "law", "standard error"),
        tuple(rows),
        "Means over the networks: length of the image in a layer; transitions of its neurons; on "
        "segments the sign changes of their arguments, the expectation given the layers before, "
        "and the standard error of the difference",
    )
