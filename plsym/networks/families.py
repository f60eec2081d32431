"""Networks to start from: sawtooths, rectangle pulses, random weights."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from plsym.errors import DomainError
from plsym.exact.scalars import to_num
from plsym.networks.network import ReLUNetwork, from_weights

__all__ = ["pulse_network", "random_network", "sawtooth_network"]


def sawtooth_network(depth: int, width: int = 2) -> ReLUNetwork:
    """Build the network of the tent map composed with itself ``depth`` times.

    Parameters
    ----------
    depth : int
        The number of hidden layers, at least 1.
    width : {2, 3}
        Neurons in each layer.  With width 3 the network vanishes outside [0, 1]; with
        width 2 a network of depth 1 goes on downwards to the right of it.

    Returns
    -------
    ReLUNetwork
        One input, one output; 2**depth pieces on [0, 1].

    Raises
    ------
    DomainError
        If ``depth`` < 1 or ``width`` is neither 2 nor 3.

    Notes
    -----
    Layers of width 2 hold relu(y) and relu(y - 1/2) of the value y before them,
    and the tent is 2 relu(y) - 4 relu(y - 1/2); width 3 adds 2 relu(y - 1).

    References
    ----------
    M. Telgarsky, Representation benefits of deep feedforward networks, 2015.

    Examples
    --------
    >>> pl.sawtooth_network(4).to_piecewise(0, 1).num_pieces
    16
    """
    if isinstance(depth, bool) or not isinstance(depth, (int, np.integer)) or depth < 1:
        raise DomainError(f"depth={depth!r}: a sawtooth network has at least one hidden layer")
    if width not in (2, 3):
        raise DomainError(f"width={width!r}: sawtooth networks have 2 or 3 neurons a layer")
    tent = [2, -4, 2][:width]
    bias = np.array([0.0, -0.5, -1.0][:width])
    first = (np.ones((width, 1)), bias)
    inner = (np.tile(np.array(tent, dtype=np.float64), (width, 1)), bias)
    last = (np.array([tent], dtype=np.float64), None)
    return from_weights([first, *[inner] * (int(depth) - 1), last])


def pulse_network(
    pulses: Iterable[tuple[Any, Any, Any]], ramp: Any = Fraction(1, 10**7)
) -> ReLUNetwork:
    """Build the one-hidden-layer network of a sum of rectangle pulses with steep sides.

    Parameters
    ----------
    pulses : iterable of (start, stop, height)
        Exact numbers.  A pulse rises from 0 on [start, start + ramp] and falls to 0
        on [stop, stop + ramp]; neighbours that share an end make a step.
    ramp : exact number
        The width of a side, positive.

    Returns
    -------
    ReLUNetwork
        One input, one output, four neurons a pulse.

    Raises
    ------
    DomainError
        If there is no pulse, a pulse is shorter than its ramp, or the ramp is
        not positive.

    Notes
    -----
    With rational numbers the sum vanishes exactly outside the pulses; the same
    formula with rounded sums start + ramp does not.

    Examples
    --------
    >>> net = pl.pulse_network([(0, 1, 3)], ramp="1/4")
    >>> [str(net(x)) for x in ("-1", "1/8", "1/2", "9/8", "5")]
    ['0', '3/2', '3', '3/2', '0']
    """
    width = to_num(ramp)
    if width <= 0:
        raise DomainError(f"ramp={ramp}: the sides of pulses need a positive width")
    biases: list[Any] = []
    out: list[Any] = []
    for start, stop, height in pulses:
        a, b, h = to_num(start), to_num(stop), to_num(height)
        if b - a < width:
            raise DomainError(f"the pulse from {start} to {stop} is shorter than its ramp {ramp}")
        slope = h / width
        biases += [-a, -(a + width), -b, -(b + width)]
        out += [slope, -slope, -slope, slope]
    if not out:
        raise DomainError("pulse_network needs at least one pulse (start, stop, height)")
    return from_weights([(np.ones((len(out), 1)), _objects(biases)), (_objects(out)[None], None)])


def _objects(values: Sequence[Any]) -> Any:
    out = np.empty(len(values), dtype=object)
    out[:] = list(values)
    return out


def random_network(
    widths: Sequence[int],
    seed: int = 0,
    *,
    scale: str | float = "he",
    bias_scale: float | None = None,
    dtype: Any = np.float64,
) -> ReLUNetwork:
    """Build a fully connected ReLU network with normally distributed weights.

    Parameters
    ----------
    widths : sequence of int
        The numbers of inputs, of neurons in each hidden layer, and of outputs.
    seed : int
        Of numpy's default generator.
    scale : {"he", "lecun"} or float
        Standard deviation of weights: sqrt(2 / n_in), sqrt(1 / n_in), or
        scale / sqrt(n_in).
    bias_scale : float, optional
        Standard deviation of biases; that of the layer's weights by default.
    dtype : numpy dtype
        The weights are rounded to this type and are exactly what comes out.

    Returns
    -------
    ReLUNetwork

    Raises
    ------
    DomainError
        If there are fewer than two widths or one is below 1, or the scale is not known.

    Notes
    -----
    Weights are drawn in float64, a layer's matrix before its bias, so a seed
    gives the same network in every type up to rounding.

    Examples
    --------
    >>> pl.random_network([2, 16, 16, 1], seed=7).widths
    (16, 16)
    """
    sizes = [int(w) for w in widths]
    if len(sizes) < 2 or min(sizes) < 1:
        raise DomainError(
            f"widths={list(widths)}: at least inputs and outputs are needed, all positive"
        )
    gains = {"he": 2.0**0.5, "lecun": 1.0}
    if isinstance(scale, str):
        if scale not in gains:
            raise DomainError(f"scale={scale!r} is not known; use 'he', 'lecun' or a number")
        gain = gains[scale]
    else:
        gain = float(scale)
    rng = np.random.default_rng(seed)
    layers = []
    for n_in, n_out in itertools.pairwise(sizes):
        deviation = gain / n_in**0.5
        weights = rng.normal(0.0, deviation, (n_out, n_in))
        bias = rng.normal(0.0, deviation if bias_scale is None else bias_scale, n_out)
        layers.append((weights.astype(dtype), bias.astype(dtype)))
    return from_weights(layers)
