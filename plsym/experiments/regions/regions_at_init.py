"""Random networks before training: regions in planes, transitions on lines, distances."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from fractions import Fraction
from typing import Any

import numpy as np

import plsym as pl
from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.experiments.datasets import digits
from plsym.experiments.record import Comparison, Result, Table
from plsym.experiments.regions.initial_figures import (
    INPUTS,
    bent_figure,
    distance_figure,
    line_figure,
    plane_figure,
)
from plsym.experiments.regions.probing import (
    boundary_distances,
    line_laws,
    mean,
    paired,
    spread,
    three_of,
)
from plsym.experiments.running import Progress, chosen, run_units, seeds
from plsym.theory.crossing_laws import origin_distance_law
from plsym.theory.laws import Sample, sampled

__all__ = ["regions_at_init"]

FULL = {"widths": (8, 12, 16, 32, 64), "depths": (1, 2, 3, 4), "networks": 50, "drawn": 8}
QUICK = {"widths": (8, 12), "depths": (1, 2, 3), "networks": 20}
PIXELS = 64
CLASSES = 10

#: (depth, width): mean and deviation of the regions of 20 networks with two inputs on the whole
#: plane, counted exactly by another program: the second sample in comparisons of two
KNOWN = {
    (2, 8): ("131.8", "22.6"),
    (2, 16): ("497.6", "60.7"),
    (3, 8): ("266.7", "64.0"),
    (3, 12): ("599.2", "144.5"),
    (3, 16): ("1110.5", "201.4"),
    (4, 8): ("459.8", "143.6"),
}
KNOWN_SIZE = 20
KNOWN_SOURCE = (
    "an independent sample of 20 networks; two samples agree within 5 standard errors of their "
    "difference"
)
ARRANGEMENT = "Zaslavsky 1975: n lines in general position make 1 + n + n(n-1)/2 regions"
SERRA = "Serra et al. 2018, Theorem 1, in two dimensions"
ANGLE = "(n/pi) times the angle under which the layer sees the path (rotation invariance)"
NEAREST = "integral of P(|b| > r |w|)^n over r"
REFERENCES = (
    "B. Hanin, D. Rolnick, Complexity of linear regions in deep networks, ICML 2019, "
    "arXiv:1901.09021 (linear in the number of neurons along lines; distances of order 1/N)",
    "B. Hanin, D. Rolnick, Deep ReLU networks have surprisingly few activation patterns, NeurIPS "
    "2019, arXiv:1906.00904 (about N^2/2 regions in planes, whatever the depth)",
    "M. Raghu et al., On the expressive power of deep neural networks, ICML 2017, "
    "arXiv:1606.05336 (transitions)",
    "T. Serra, C. Tjandraatmadja, S. Ramalingam, Bounding and counting linear regions of deep "
    "neural networks, ICML 2018, arXiv:1711.02114",
)


def regions_at_init(
    *,
    quick: bool = False,
    seed: int = 0,
    out: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    progress: Progress = False,
    widths: Sequence[int] | None = None,
    depths: Sequence[int] | None = None,
    networks: int | None = None,
    drawn: int | None = None,
) -> Result:
    """Count the regions of random networks: about N^2/2 in planes, whatever their depth.

    N is the number of neurons.  Bounds for deep networks grow like products over the layers;
    networks as they are initialised stay near one layer's count in planes, meet a number of
    boundaries proportional to N along lines, and have boundaries at distances of order 1/N.

    Parameters
    ----------
    quick : bool
        Two widths, three depths, 20 networks each.
    seed : int
        Of weights and of the digits that are chosen.
    out : path, optional
        Folder for figures, tables and summary; an interrupted run goes on from it.
    executor : concurrent.futures.Executor, optional
        One unit a depth and width.
    progress : bool or callable
    widths, depths : sequence of int
        Neurons in each hidden layer, and numbers of hidden layers: all pairs are taken.
    networks : int
        For each pair, with two inputs and again with 64; at least 2.
    drawn : int
        The width of the network with three layers whose bent hyperplanes are drawn.

    Returns
    -------
    Result
        Tables ``planes``, ``lines`` and ``distances``; figures ``planes``, ``lines``,
        ``distances`` and ``bent-hyperplanes``.

    Raises
    ------
    MissingExtraError
        If scikit-learn is not installed.
    DomainError
        If a setting is not allowed.

    Notes
    -----
    Weights are normal with variance 2 / n_in (He), biases normal with the same variance.
    Everything is exact for the float64 weights that are drawn: activation regions on whole
    planes, unbounded ones included; transitions along a segment between two digits;
    distances in all 64 dimensions.  The expectation of a layer's transitions is taken given
    the layers before it, network by network, and enclosed; so is the expected distance from
    the origin to the nearest of n random hyperplanes.  The full run takes 4 minutes on one
    core, the quick one 6 s and its figures 3 s.

    Examples
    --------
    >>> tiny = pl.experiments.regions_at_init(widths=[6], depths=[1], networks=4)
    >>> tiny.table("planes").column("most"), pl.zaslavsky(6, 2)
    ([22, 22], 22)
    """
    given = {"widths": widths, "depths": depths, "networks": networks, "drawn": drawn}
    settings = _checked(chosen(quick, FULL, QUICK, given))
    results = run_units(
        "regions-at-init",
        _measured,
        _units(settings, seed),
        out=out,
        executor=executor,
        progress=progress,
        needs=("sklearn",),
    )
    found = list(results.values())
    planes, lines, distances = _planes(found), _lines(found), _distances(found)
    result = Result(
        "regions-at-init",
        "Regions of random networks",
        {"seed": seed, "quick": quick, **settings},
        (planes, lines, distances),
        tuple(_comparisons(found)),
        tuple(_remarks(planes, lines, distances)),
        REFERENCES,
        {
            "planes": lambda: plane_figure(planes),
            "lines": lambda: line_figure(lines),
            "distances": lambda: distance_figure(distances),
            "bent-hyperplanes": lambda: bent_figure(settings["drawn"], seeds(seed, 1)[0]),
        },
    )
    if out is not None:
        result.write(out)
    return result


def _checked(settings: dict[str, Any]) -> dict[str, Any]:
    for key in ("widths", "depths", "networks", "drawn"):
        values = settings[key] if isinstance(settings[key], tuple) else (settings[key],)
        least = 2 if key == "networks" else 1
        if min(values) < least:
            raise DomainError(f"{key} = {settings[key]}: at least {least} is needed")
    return settings


def _units(settings: dict[str, Any], seed: int) -> dict[str, Any]:
    cases = [(depth, width) for depth in settings["depths"] for width in settings["widths"]]
    size = settings["networks"]
    _, *starts = seeds(seed, 1 + size * len(cases))
    return {
        f"depth={depth} width={width}": {
            "depth": depth,
            "width": width,
            "seeds": starts[i * size : (i + 1) * size],
        }
        for i, (depth, width) in enumerate(cases)
    }


def _measured(unit: dict[str, Any]) -> dict[str, Any]:
    """All numbers of the networks of one depth and width."""
    depth, width = unit["depth"], unit["width"]
    hidden = [width] * depth
    images, _ = digits()
    found: dict[str, Any] = {"depth": depth, "width": width}
    names = ("two inputs", "digits", "transitions", "laws", "at digits", "at 0")
    found |= {name: [] for name in names}
    for start in unit["seeds"]:
        flat = pl.random_network([2, *hidden, 1], start)
        found["two inputs"].append(pl.count_regions(flat, definition="activation"))
        # other seeds than those of the flat network, and for the choice of digits
        own, choice = np.random.SeedSequence(start).generate_state(2).tolist()
        net = pl.random_network([PIXELS, *hidden, CLASSES], own)
        p, q, r = three_of(images, np.random.default_rng(choice))
        through = pl.plane(p, q, r, "all")
        found["digits"].append(pl.count_regions(net, through, definition="activation"))
        path = net.along(p, q)
        found["transitions"].append(list(path.transitions_per_layer))
        found["laws"].append([_ends(law) for law in line_laws(path)])
        *near, origin = boundary_distances(net, [p, q, r, [Fraction(0)] * PIXELS])
        found["at digits"].append(_ends(mean(near)))
        found["at 0"].append(_ends(origin))
    return found


def _ends(value: Enclosure) -> list[Fraction]:
    return [value.lower, value.upper]


def _enclosures(pairs: Iterable[Sequence[Fraction]]) -> list[Enclosure]:
    return [Enclosure(*pair) for pair in pairs]


def _total(values: list[Enclosure]) -> Enclosure:
    return sum(values[1:], values[0])


def _planes(found: list[dict[str, Any]]) -> Table:
    rows = []
    for name, words in INPUTS.items():
        for one in found:
            depth, width, counts = one["depth"], one["width"], one[name]
            neurons, middle = depth * width, mean(one[name])
            rows.append(
                (
                    words,
                    depth,
                    width,
                    neurons,
                    len(counts),
                    middle,
                    spread(counts),
                    min(counts),
                    max(counts),
                    middle / neurons**2,
                    pl.serra_upper_bound(2, [width] * depth),
                )
            )
    columns = ("domain", "depth", "width", "N", "networks", "mean regions", "deviation", "fewest")
    more = ("most", "mean / N^2", "upper bound")
    return Table(
        "planes",
        columns + more,
        tuple(rows),
        "Activation regions in whole planes",
    )


def _lines(found: list[dict[str, Any]]) -> Table:
    rows: list[tuple[Any, ...]] = []
    for one in found:
        depth, width = one["depth"], one["width"]
        for layer in range(depth):
            counts = [c[layer] for c in one["transitions"]]
            laws = _enclosures(pair[layer] for pair in one["laws"])
            error = paired(counts, laws).error
            rows.append((depth, width, depth * width, layer, mean(counts), mean(laws), error))
        totals = [sum(c) for c in one["transitions"]]
        laws = [_total(_enclosures(pairs)) for pairs in one["laws"]]
        error = paired(totals, laws).error
        rows.append((depth, width, depth * width, "all", mean(totals), mean(laws), error))
    return Table(
        "lines",
        ("depth", "width", "N", "layer", "mean transitions", "expected", "standard error"),
        tuple(rows),
        "Transitions along a segment between two digits; expected: given the layers before",
    )


def _distances(found: list[dict[str, Any]]) -> Table:
    rows = []
    for one in found:
        depth, width = one["depth"], one["width"]
        row: list[Any] = [depth, width, depth * width]
        for name in ("at digits", "at 0"):
            values = _enclosures(one[name])
            middle, deviation = mean(values), spread(values)
            assert deviation is not None
            row += [middle, deviation / len(values) ** 0.5, depth * width * float(middle)]
        row.append(origin_distance_law(width, PIXELS) if depth == 1 else None)
        rows.append(tuple(row))
    names = ("at digits", "its error", "N times that", "at 0", "error at 0", "N times at 0")
    return Table(
        "distances",
        ("depth", "width", "N", *names, "expected at 0"),
        tuple(rows),
        "Mean distance to the nearest boundary in the 64 dimensions of the inputs, standard error",
    )


def _comparisons(found: list[dict[str, Any]]) -> list[Comparison]:
    out = []
    for one in found:
        depth, width = one["depth"], one["width"]
        widths = ", ".join([str(width)] * depth)
        for name, words in INPUTS.items():
            what = f"regions, widths {widths}; {words}"
            if depth == 1:
                law = pl.zaslavsky(width, 2)
                farthest = max(one[name], key=lambda n: abs(n - law))
                out.append(Comparison.exactly(f"{what}: farthest", law, farthest, ARRANGEMENT))
            else:
                bound = pl.serra_upper_bound(2, [width] * depth)
                out.append(Comparison.at_most(f"{what}: most", bound, max(one[name]), SERRA))
        if (depth, width) in KNOWN:
            sample = _two_samples(one["two inputs"], *map(Fraction, KNOWN[depth, width]))
            words = f"mean regions, widths {widths}; {INPUTS['two inputs']}"
            out.append(Comparison.about(words, sample, KNOWN_SOURCE))
        for layer in range(depth):
            counts = [c[layer] for c in one["transitions"]]
            laws = _enclosures(pair[layer] for pair in one["laws"])
            sample = paired(counts, laws)
            words = f"transitions of layer {layer} between two digits, widths {widths}"
            out.append(
                Comparison(words, mean(laws), "~", mean(counts), sample.agrees, ANGLE, sample.error)
            )
        if depth == 1:
            near = _enclosures(one["at 0"])
            sample = sampled(near.__getitem__, origin_distance_law(width, PIXELS), len(near))
            words = f"distance from 0 to the nearest boundary, one layer of {width}"
            out.append(Comparison.about(words, sample, NEAREST))
    return out


def _two_samples(counts: list[int], known: Fraction, deviation: Fraction) -> Sample:
    """The counts beside the mean of another sample, whose error is added to theirs."""
    values = [Enclosure(Fraction(c), Fraction(c)) for c in counts]
    own = sampled(values.__getitem__, Enclosure(known, known), len(values))
    both = own.variance + own.size * deviation**2 / KNOWN_SIZE
    return Sample(own.law, own.mean, both, own.radius, own.size)


def _remarks(planes: Table, lines: Table, distances: Table) -> list[str]:
    shares = [float(row[9]) for row in planes.rows]
    most = max(planes.rows, key=lambda row: row[10] / float(row[5]))
    totals = [row for row in lines.rows if row[3] == "all"]
    per = [float(row[4]) / row[2] for row in totals]
    near = [row[5] for row in distances.rows]
    words = [
        f"From {min(planes.column('N'))} to {max(planes.column('N'))} neurons, with one to "
        f"{max(planes.column('depth'))} layers, the mean number of regions in a plane is "
        f"{min(shares):.3f} N^2 to {max(shares):.3f} N^2. The upper bound for {most[1]} layers of "
        f"{most[2]} is {float(most[10]) / float(most[5]):.3g} times what these networks have.",
        f"Between two digits {min(per):.3f} N to {max(per):.3f} N neurons change their sign; a "
        f"boundary is at {min(near):.3f}/N to {max(near):.3f}/N from a digit on average.",
    ]
    flat = [row for row in planes.rows if row[0] == INPUTS["two inputs"]]
    for n in sorted(set(planes.column("N"))):
        same = sorted((row for row in flat if row[3] == n), key=lambda row: row[1])
        if len(same) > 1:
            first, *others = (
                f"{float(r[5]):.1f} {{}}in {r[1]} layer{'s' if r[1] > 1 else ''} of {r[2]}"
                for r in same
            )
            counts = ", ".join([first.format("regions "), *(word.format("") for word in others)])
            words.append(f"With {n} neurons and two inputs: {counts}.")
    return words
