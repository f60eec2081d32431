"""Sawtooth networks, perturbed many at a time, and what tiny perturbations do to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError

__all__ = [
    "FORMS",
    "TARGETS",
    "Touch",
    "bumped",
    "margin_sign",
    "perturbed",
    "predicted_pieces",
    "sawtooth_layers",
    "touches",
]

Floats = NDArray[np.float64]
Layer = tuple[Floats, Floats]
Pattern = tuple[tuple[bool, ...], ...]

#: tent(x) = relu(2 relu(x) - 4 relu(x - 1/2)) with itself; or without the outer ReLU and with
#: the two affine maps between tents merged into one
FORMS = ("composed", "merged")
#: what is perturbed
TARGETS = ("all", "weights", "biases")


def sawtooth_layers(form: str, depth: int) -> list[Layer]:
    """The layers (weights, bias) of the network of tent^depth, with 2^depth pieces on [0, 1].

    Parameters
    ----------
    form : {"composed", "merged"}
        Hidden layers of widths 2, 1, 2, 1, ..., 2, 1 and an output that hands the last one
        on; or of widths 2, 2, ..., 2.
    depth : int
        At least 1.

    Raises
    ------
    DomainError
        If there is no such form or depth.

    Examples
    --------
    >>> from plsym.experiments.sawtooth.networks import sawtooth_layers
    >>> [w.shape for w, _ in sawtooth_layers("composed", 2)]
    [(2, 1), (1, 2), (2, 1), (1, 2), (1, 1)]
    >>> pl.from_weights(sawtooth_layers("merged", 5)).to_piecewise(0, 1) == pl.tent().iterate(5)
    True
    """
    if form not in FORMS:
        raise DomainError(f"form {form!r} is not known; use one of {', '.join(FORMS)}")
    if depth < 1:
        raise DomainError(f"depth = {depth}: a sawtooth has at least one tent")
    tent, knees = np.array([[2.0, -4.0]]), np.array([0.0, -0.5])
    first, last = (np.ones((2, 1)), knees), (tent, np.zeros(1))
    if form == "composed":
        return [*[first, last] * depth, (np.ones((1, 1)), np.zeros(1))]
    return [first, *[(np.repeat(tent, 2, axis=0), knees)] * (depth - 1), last]


def perturbed(
    layers: Sequence[Layer], count: int, variance: float, target: str, seed: int
) -> list[Layer]:
    """Many copies of a network with w (1 + e) for each weight w, e normal with mean 0.

    Parameters
    ----------
    layers : sequence of (weights, bias)
    count : int
    variance : float
        Of e.
    target : {"all", "weights", "biases"}
    seed : int

    Returns
    -------
    list of (weights, bias)
        Of shapes (count, n_out, n_in) and (count, n_out), as `plsym.networks.many` takes them.

    Examples
    --------
    >>> from plsym.experiments.sawtooth.networks import perturbed, sawtooth_layers
    >>> (weights, bias), *_ = perturbed(sawtooth_layers("merged", 2), 5, 0.01, "biases", 0)
    >>> weights.shape, bool((weights == 1).all()), len(set(bias[:, 1].tolist()))
    ((5, 2, 1), True, 5)
    """
    if target not in TARGETS:
        raise DomainError(f"target {target!r} is not known; use one of {', '.join(TARGETS)}")
    source = np.random.default_rng(seed)
    deviation = variance**0.5
    out = []
    for weights, bias in layers:
        # drawn in any case, so that one seed means the same noise for all targets
        noise = [
            1 + deviation * source.normal(size=(count, *part.shape)) for part in (weights, bias)
        ]
        out.append(
            (
                weights * (noise[0] if target != "biases" else np.ones_like(noise[0])),
                bias * (noise[1] if target != "weights" else np.ones_like(noise[1])),
            )
        )
    return out


def bumped(layers: Sequence[Layer], at: tuple[int, bool, int], factor: float) -> list[Layer]:
    """One network, as many of one, with a single weight or bias times a factor.

    ``at`` is the layer, whether a bias is meant, and the flat index in it.
    """
    layer, is_bias, index = at
    out = [(weights[None].copy(), bias[None].copy()) for weights, bias in layers]
    out[layer][int(is_bias)].reshape(-1)[index] *= factor
    return out


@dataclass(frozen=True)
class Touch:
    """A point at which a unit of the sawtooth is zero without changing its sign.

    Attributes
    ----------
    layer, unit : int
        The first such unit at the point.
    pattern : tuple of tuples of bool
        Which units of the layers before are active to the left of the point.
    bend : (layer, unit) or None
        The unit that changes its sign at the point and bends the function there; None at
        the right end of [0, 1].
    """

    layer: int
    unit: int
    pattern: Pattern
    bend: tuple[int, int] | None


def touches(layers: Sequence[Layer], depth: int) -> list[Touch]:
    """Where the units of an unperturbed sawtooth touch zero on (0, 1].

    Examples
    --------
    >>> from plsym.experiments.sawtooth.networks import sawtooth_layers, touches
    >>> [len(touches(sawtooth_layers("composed", k), k)) for k in (1, 2, 3, 6)]
    [1, 2, 4, 32]
    >>> [len(touches(sawtooth_layers("merged", k), k)) for k in (1, 2, 3, 6)]
    [0, 1, 2, 16]
    """
    teeth = 2**depth
    at = [_arguments(layers, Fraction(j, 2 * teeth)) for j in range(2 * teeth + 1)]
    found = []
    for j in range(2, 2 * teeth + 1, 2):
        bend = None
        for layer, unit in _units(layers):
            here, left = at[j][layer][unit], at[j - 1][layer][unit]
            right = at[j + 1][layer][unit] if j < 2 * teeth else left
            if here == 0 and left * right < 0:
                bend = (layer, unit)
            elif here == 0 and left > 0 and (bend is not None or j == 2 * teeth):
                pattern = tuple(tuple(y > 0 for y in row) for row in at[j - 1][:layer])
                found.append(Touch(layer, unit, pattern, bend))
                break
    return found


def _units(layers: Sequence[Layer]) -> list[tuple[int, int]]:
    return [(i, j) for i, (weights, _) in enumerate(layers[:-1]) for j in range(len(weights))]


def _arguments(layers: Sequence[Layer], x: Fraction) -> list[list[Fraction]]:
    """What enters each hidden unit at a point."""
    h, out = [x], []
    for weights, bias in layers[:-1]:
        z = [
            sum((Fraction(w) * v for w, v in zip(row, h, strict=True)), Fraction(b))
            for row, b in zip(weights.tolist(), bias.tolist(), strict=True)
        ]
        out.append(z)
        h = [max(v, Fraction(0)) for v in z]
    return out


def margin_sign(layers: Sequence[Layer], touch: Touch) -> int:
    """The sign of the touching unit of a slightly perturbed network where the function bends.

    -1: the unit now cuts off a tip, and there is one piece more.  1: it stays positive.

    Examples
    --------
    >>> from plsym.experiments.sawtooth.networks import bumped, margin_sign
    >>> from plsym.experiments.sawtooth.networks import sawtooth_layers, touches
    >>> tents = sawtooth_layers("composed", 2)
    >>> inner, end = touches(tents, 2)  # at 1/2 and at 1
    >>> higher = [(w[0], v[0]) for w, v in bumped(tents, (1, False, 0), 1.01)]
    >>> margin_sign(higher, inner), margin_sign(higher, end)
    (-1, 1)
    """
    return _margin_sign(_scaled(layers), touch)


IntegerLayer = tuple[list[list[int]], list[int], int]


def _scaled(layers: Sequence[Layer]) -> list[IntegerLayer]:
    """Weights and biases as integers over one power of two for each layer."""
    out = []
    for weights, bias in layers:
        exact = [Fraction(v) for v in (*weights.ravel().tolist(), *bias.tolist())]
        scale = max(v.denominator for v in exact)
        numbers = [v.numerator * (scale // v.denominator) for v in exact]
        width = weights.shape[1]
        rows = [numbers[i : i + width] for i in range(0, weights.size, width)]
        out.append((rows, numbers[weights.size :], scale))
    return out


def _margin_sign(layers: Sequence[IntegerLayer], touch: Touch) -> int:
    # units as slope x + constant, times a common positive number for each layer
    forms = [(1, 0)]
    scale = 1
    bend = (1, -1)  # x - 1
    for i in range(touch.layer + 1):
        rows, bias, step = layers[i]
        if i:
            active = touch.pattern[i - 1]
            forms = [f if on else (0, 0) for f, on in zip(forms, active, strict=True)]
        forms = [
            (
                sum(w * f[0] for w, f in zip(row, forms, strict=True)),
                sum(w * f[1] for w, f in zip(row, forms, strict=True)) + b * scale,
            )
            for row, b in zip(rows, bias, strict=True)
        ]
        scale *= step
        if touch.bend is not None and touch.bend[0] == i:
            bend = forms[touch.bend[1]]
    slope, constant = forms[touch.unit]
    # at x = -bend[1] / bend[0]
    value = constant * bend[0] - slope * bend[1]
    sign = (value > 0) - (value < 0)
    return sign if bend[0] > 0 else -sign


def predicted_pieces(many: Sequence[Layer], touching: Sequence[Touch], depth: int) -> list[int]:
    """The numbers of pieces on [0, 1] of sawtooths that were perturbed very little.

    Parameters
    ----------
    many : sequence of (weights, bias)
        Perturbed networks, as `perturbed` makes them.
    touching : sequence of Touch
        Of the network without noise.
    depth : int

    Returns
    -------
    list of int
        2^depth, and one for each touching unit that is now negative.

    Notes
    -----
    A unit that touches zero at the tip of a dip is either lifted, and nothing else
    happens, or lowered, and its ReLU puts a flat piece in place of the tip; all later
    units are then constant there.  Signs are decided in integers.  Right if the noise is
    so small that nothing else changes.
    """
    count = len(many[0][0])
    out = []
    for i in range(count):
        exact = _scaled([(weights[i], bias[i]) for weights, bias in many])
        out.append(2**depth + sum(_margin_sign(exact, t) < 0 for t in touching))
    return out
