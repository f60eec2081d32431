"""Sawtooth networks under multiplicative noise: how many of their linear regions survive."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from concurrent.futures import Executor
from fractions import Fraction
from typing import Any

from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.experiments.record import Comparison, Result, Table
from plsym.experiments.running import Progress, chosen, run_units, seeds
from plsym.experiments.sawtooth.figures import WORDS, regions_figure, tips_figure
from plsym.experiments.sawtooth.networks import (
    FORMS,
    TARGETS,
    bumped,
    margin_sign,
    perturbed,
    predicted_pieces,
    sawtooth_layers,
    touches,
)
from plsym.networks.many import piece_counts
from plsym.networks.network import from_weights
from plsym.theory.laws import Sample

__all__ = ["sawtooth_noise"]

FULL = {
    "depth": 6,
    "networks": 200,
    "forms": FORMS,
    "targets": TARGETS,
    "variances": (
        *(1e-6, 1e-5, 1e-4, 3e-4, 1e-3, 3e-3),
        *(0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.09, 0.1),
    ),
    "tiny": 1e-12,
}
QUICK = {"networks": 80, "variances": (1e-6, 1e-4, 1e-3, 0.01, 0.04, 0.1)}

#: Means over 200 networks of depth 6, with a standard error of at most 1.2, counted exactly by
#: another program: the second sample in comparisons of two
KNOWN = {
    ("composed", "all"): {
        **{1e-4: "77.9", 1e-3: "70.7", 0.01: "44.4", 0.02: "34.4", 0.03: "28.2"},
        **{0.04: "24.5", 0.06: "19.5", 0.08: "16.3", 0.09: "15.4", 0.1: "14.6"},
    },
    ("composed", "weights"): {0.01: "46.1"},
    ("composed", "biases"): {0.01: "68.7", 0.1: "36.1"},
    ("merged", "all"): {
        **{1e-4: "70.4", 1e-3: "60.9", 0.01: "32.6", 0.02: "25.1", 0.03: "21.3"},
        **{0.04: "18.8", 0.06: "16.0", 0.08: "13.9", 0.09: "13.3", 0.1: "12.9"},
    },
}
KNOWN_ERROR = Fraction(12, 10)
KNOWN_SOURCE = (
    "an independent sample of 200 networks (s.e. at most 1.2); two samples agree within 5 "
    "standard errors of their difference"
)
LIMIT_SOURCE = "first order in the noise: each dip that touches zero is cut with probability 1/2"
SIGN_SOURCE = "2^depth, and one for each touching point at which the noise makes the unit negative"

REFERENCES = (
    "M. Telgarsky, Representation benefits of deep feedforward networks, 2015, arXiv:1509.08101 "
    "(the sawtooth)",
    "B. Hanin, D. Rolnick, Complexity of linear regions in deep networks, ICML 2019, "
    "arXiv:1901.09021 (perturbed sawtooths have few regions)",
    "notes of a summer project at ICERM (the mirror map relu(2 relu(x) - 4 relu(x - 1/2)), "
    "w(1 + e) on all parameters, weights or biases, variances 0.01, 0.06, 0.08, 0.09)",
)


def sawtooth_noise(
    *,
    quick: bool = False,
    seed: int = 0,
    out: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    progress: Progress = False,
    depth: int | None = None,
    networks: int | None = None,
    forms: Sequence[str] | None = None,
    targets: Sequence[str] | None = None,
    variances: Sequence[float] | None = None,
    tiny: float | None = None,
) -> Result:
    """Count the linear regions of sawtooth networks whose parameters carry normal noise.

    The 64 sides of teeth of the tent map composed six times are fragile: noise of 10% on all
    parameters destroys a third to a half of them.  Yet with very little noise there are
    *more* regions, because the sawtooth is not in general position: where dips touch zero,
    half of them are cut off.

    Parameters
    ----------
    quick : bool
        80 networks and 6 variances.
    seed : int
        Of the noise.
    out : path, optional
        Folder for figures, tables and summary; an interrupted run goes on from it.
    executor : concurrent.futures.Executor, optional
        One unit a form, target and variance.
    progress : bool or callable
    depth : int
        The number k of tents; 2^k regions on [0, 1] without noise.
    networks : int
        For each form, target and variance; at least 2.
    forms : sequence of {"composed", "merged"}
        relu(2 relu(x) - 4 relu(x - 1/2)) with itself (widths 2, 1, 2, 1, ...), or with the
        affine maps between tents merged (widths 2, 2, ...).
    targets : sequence of {"all", "weights", "biases"}
        What w is in w (1 + e).
    variances : sequence of float
        Of e, which is normal with mean 0.
    tiny : float
        The variance at which counts are compared with the limit of no noise.

    Returns
    -------
    Result
        Tables ``noise``, ``limit`` and ``one-weight``; figures ``regions`` and ``tips``.

    Raises
    ------
    DomainError
        If a setting is not allowed.

    Notes
    -----
    Regions are maximal intervals in [0, 1] on which the function is affine, counted exactly
    for the float64 weights that were drawn (`plsym.networks.many`).  Means are set beside
    those of an independent sample, and for tiny noise beside the limit 2^k + t / 2, where a unit
    touches zero at t points: 2^(k-1) in the composed and 2^(k-2) in the merged form.  There every
    single count is predicted from t signs.  The full run (18,000 networks) takes 5 s on one
    core, the quick one 3 s.

    Examples
    --------
    >>> tiny = pl.experiments.sawtooth_noise(depth=3, networks=20, variances=[0.05])
    >>> tiny.holds, tiny.table("limit").column("touching points")[0]
    (True, 4)
    """
    given = {
        "depth": depth,
        "networks": networks,
        "forms": forms,
        "targets": targets,
        "variances": variances,
        "tiny": tiny,
    }
    settings = _checked(chosen(quick, FULL, QUICK, given))
    units = _units(settings, seed)
    results = run_units(
        "sawtooth-noise", _counted, units, out=out, executor=executor, progress=progress
    )
    noise = _noise_table(results, settings)
    limit = _limit_table(results, settings)
    single = _single_table()
    result = Result(
        "sawtooth-noise",
        "Sawtooth networks under multiplicative noise",
        {"seed": seed, "quick": quick, **settings},
        (noise, limit, single),
        tuple(_comparisons(results, settings, limit, single)),
        tuple(_remarks(noise, limit, settings)),
        REFERENCES,
        {"regions": lambda: regions_figure(noise, limit, settings), "tips": tips_figure},
    )
    if out is not None:
        result.write(out)
    return result


def _checked(settings: dict[str, Any]) -> dict[str, Any]:
    if not 1 <= settings["depth"] <= 12:
        raise DomainError(f"depth = {settings['depth']}: from 1 to 12 tents are possible")
    if settings["networks"] < 2:
        raise DomainError(f"networks = {settings['networks']}: a mean needs at least 2")
    for key, known in (("forms", FORMS), ("targets", TARGETS)):
        strange = [word for word in settings[key] if word not in known]
        if strange:
            raise DomainError(f"{key}: {strange[0]!r} is not known; use {', '.join(known)}")
    for variance in (*settings["variances"], settings["tiny"]):
        if not 0 < variance < math.inf:
            raise DomainError(f"variance {variance}: it must be positive and finite")
    return settings


def _cases(settings: dict[str, Any]) -> list[tuple[str, str, float]]:
    return [
        (form, target, variance)
        for form in settings["forms"]
        for target in settings["targets"]
        for variance in (settings["tiny"], *settings["variances"])
    ]


def _name(form: str, target: str, variance: float) -> str:
    return f"{form} {target} {variance!r}"


def _units(settings: dict[str, Any], seed: int) -> dict[str, Any]:
    cases = _cases(settings)
    return {
        _name(*case): {
            "case": list(case),
            "depth": settings["depth"],
            "networks": settings["networks"],
            "predict": case[2] == settings["tiny"],
            "seed": start,
        }
        for case, start in zip(cases, seeds(seed, len(cases)), strict=True)
    }


def _counted(unit: dict[str, Any]) -> dict[str, Any]:
    """Draw the networks of one case, and count the pieces of each."""
    form, target, variance = unit["case"]
    layers = sawtooth_layers(form, unit["depth"])
    many = perturbed(layers, unit["networks"], variance, target, unit["seed"])
    found = piece_counts(many)
    out: dict[str, Any] = {"pieces": list(found.counts), "exact": found.exact}
    if unit["predict"]:
        out["predicted"] = predicted_pieces(many, touches(layers, unit["depth"]), unit["depth"])
    return out


def _sample(counts: Sequence[int], law: Fraction, law_error: Fraction = Fraction(0)) -> Sample:
    """Counts beside an expectation, or beside the mean of another sample with its error."""
    size = len(counts)
    mean = Fraction(sum(counts), size)
    variance = sum(((c - mean) ** 2 for c in counts), Fraction(0)) / (size - 1)
    return Sample(
        Enclosure(law, law),
        Enclosure(mean, mean),
        variance + size * law_error**2,
        Fraction(0),
        size,
    )


def _noise_table(results: dict[str, Any], settings: dict[str, Any]) -> Table:
    teeth = 2 ** settings["depth"]
    rows = []
    for case in _cases(settings):
        found = results[_name(*case)]
        counts = found["pieces"]
        sample = _sample(counts, Fraction(teeth))
        rows.append(
            (
                *case,
                len(counts),
                sample.mean.lower,
                sample.error,
                min(counts),
                max(counts),
                Fraction(sum(c > teeth for c in counts), len(counts)),
                found["exact"],
            )
        )
    return Table(
        "noise",
        (
            "form",
            "target",
            "variance",
            "networks",
            "mean regions",
            "standard error",
            "least",
            "most",
            f"share above {teeth}",
            "settled in integers",
        ),
        tuple(rows),
        f"Linear regions on [0, 1] of networks with {teeth} regions without noise",
    )


def _limit_table(results: dict[str, Any], settings: dict[str, Any]) -> Table:
    depth = settings["depth"]
    rows = []
    for form in settings["forms"]:
        count = len(touches(sawtooth_layers(form, depth), depth))
        law = 2**depth + Fraction(count, 2)
        for target in settings["targets"]:
            found = results[_name(form, target, settings["tiny"])]
            sample = _sample(found["pieces"], law)
            right = sum(p == c for p, c in zip(found["predicted"], found["pieces"], strict=True))
            rows.append((form, target, count, law, sample.mean.lower, sample.error, right))
    return Table(
        "limit",
        (
            "form",
            "target",
            "touching points",
            "limit of the mean",
            "mean regions",
            "standard error",
            "counts predicted",
        ),
        tuple(rows),
        f"Noise of variance {settings['tiny']}: the mean beside its limit for no noise, and how "
        f"many of the {settings['networks']} counts follow from signs where units touched zero",
    )


_PARAMETERS = (
    ("weight 1 in relu(x)", (0, False, 0)),
    ("weight 1 in relu(x - 1/2)", (0, False, 1)),
    ("bias -1/2", (0, True, 1)),
    ("weight 2", (1, False, 0)),
    ("weight -4", (1, False, 1)),
)
_STEP = 0.01
_WORDS = {-1: "cut", 0: "touches", 1: "lifted"}


def _single_table() -> Table:
    """Two tents, with one parameter at a time off by one per cent."""
    layers = sawtooth_layers("composed", 2)
    inner, end = touches(layers, 2)
    rows = []
    for tent in (0, 1):
        for words, (layer, is_bias, index) in _PARAMETERS:
            for sign in (1, -1):
                at = (2 * tent + layer, is_bias, index)
                many = bumped(layers, at, 1 + sign * _STEP)
                one = [(weights[0], bias[0]) for weights, bias in many]
                tips = [margin_sign(one, touch) for touch in (inner, end)]
                rows.append(
                    (
                        tent + 1,
                        words,
                        f"{'+' if sign > 0 else '-'}1%",
                        *(_WORDS[tip] for tip in tips),
                        predicted_pieces(many, (inner, end), 2)[0],
                        piece_counts(many).counts[0],
                    )
                )
    return Table(
        "one-weight",
        ("tent", "parameter", "change", "dip at 1/2", "end at 1", "predicted", "regions"),
        tuple(rows),
        "Two tents, 4 regions: one parameter off by 1%, in exact arithmetic",
    )


def _comparisons(
    results: dict[str, Any], settings: dict[str, Any], limit: Table, single: Table
) -> list[Comparison]:
    depth = settings["depth"]
    found = []
    for form in settings["forms"]:
        net = from_weights(sawtooth_layers(form, depth))
        found.append(
            Comparison.exactly(
                f"regions without noise, {form}",
                2**depth,
                net.to_piecewise(0, 1).num_pieces,
                "Telgarsky 2015: the tent composed k times has 2^k pieces",
            )
        )
    right = sum(
        p == c for p, c in zip(single.column("predicted"), single.column("regions"), strict=True)
    )
    found.append(
        Comparison.exactly(
            "counts predicted, two tents with one parameter off by 1%",
            len(single.rows),
            right,
            SIGN_SOURCE,
        )
    )
    for form, target, _, law, _, _, right in limit.rows:
        counts = results[_name(form, target, settings["tiny"])]["pieces"]
        words = f"{form}, {target}, variance {settings['tiny']}"
        found.append(
            Comparison.exactly(f"counts predicted, {words}", len(counts), right, SIGN_SOURCE)
        )
        sample = _sample(counts, law)
        found.append(Comparison.about(f"mean regions, {words}", sample, LIMIT_SOURCE))
    if depth == 6:
        for form, target, variance in _cases(settings):
            known = KNOWN.get((form, target), {}).get(variance)
            if known is not None:
                counts = results[_name(form, target, variance)]["pieces"]
                sample = _sample(counts, Fraction(known), KNOWN_ERROR)
                words = f"mean regions, {form}, {target}, variance {variance}"
                found.append(Comparison.about(words, sample, KNOWN_SOURCE))
    return found


def _remarks(noise: Table, limit: Table, settings: dict[str, Any]) -> list[str]:
    teeth = 2 ** settings["depth"]
    words = []
    for form in settings["forms"]:
        mine = [r for r in noise.rows if r[0] == form and r[2] != settings["tiny"]]
        target = mine[0][1]
        first, last = (
            pick((r for r in mine if r[1] == target), key=lambda r: r[2]) for pick in (min, max)
        )
        _, _, touching, law, *_ = next(r for r in limit.rows if r[0] == form)
        words.append(
            f"The {form} form has {teeth} regions; with noise of variance {first[2]:g} "
            f"({WORDS[target]}) it has {float(first[4]):.1f} on average, with "
            f"{last[2]:g} {float(last[4]):.1f}. At {touching} points a unit touches zero without "
            f"noise; the mean for less and less noise is {teeth} + {touching}/2 = {float(law):g}."
        )
    words.append(
        "Without noise dips of the function touch zero just where a ReLU begins. Noise lifts "
        "such a dip, and nothing happens, or lowers it: the ReLU cuts its tip off, and a flat "
        "piece is one region more. Larger noise makes whole teeth miss the fold of the next tent."
    )
    total = sum(noise.column("networks"))
    exact = sum(noise.column("settled in integers"))
    words.append(
        f"All {total} counts are exact; {total - exact} were settled by floats under proved "
        f"bounds, {exact} in integers."
    )
    return words
