"""Bounds on the number of linear regions, as the literature states them.

Upper bounds hold for activation regions, and so for every coarser definition; lower
bounds are attained by some network of that architecture.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from math import comb, prod
from typing import Any

from plsym.errors import DomainError
from plsym.networks.sweeping.stages import Stage

__all__ = [
    "arora_zonotope",
    "arrangement_faces",
    "checked_widths",
    "dimension_histogram",
    "maxout_layer",
    "maxout_upper_bound",
    "montufar_lower_bound",
    "montufar_upper_bound",
    "pascanu_lower_bound",
    "raghu_upper_bound",
    "serra_lower_bound",
    "serra_upper_bound",
    "stages_upper_bound",
    "step_layer",
    "zaslavsky",
]


def _count(value: Any, what: str, least: int = 0) -> int:
    if isinstance(value, bool) or not hasattr(value, "__index__") or value < least:
        raise DomainError(f"{what} must be an integer from {least} on, not {value!r}")
    return int(value)


def checked_widths(inputs: Any, widths: Any) -> tuple[int, tuple[int, ...]]:
    """The number of inputs and the widths of the hidden layers, or a clear error."""
    if isinstance(widths, (str, int)) or not hasattr(widths, "__iter__"):
        raise DomainError(f"widths are a sequence such as (8, 8), not {widths!r}")
    out = tuple(_count(n, "the width of a layer", 1) for n in widths)
    return _count(inputs, "the number of inputs", 1), out


def zaslavsky(n: int, d: int) -> int:
    """The regions of n hyperplanes in general position in R^d: C(n, 0) + ... + C(n, d).

    References
    ----------
    .. [1] T. Zaslavsky, "Facing up to arrangements", Memoirs AMS 154 (1975).

    Examples
    --------
    >>> pl.zaslavsky(16, 3), pl.zaslavsky(8, 4)
    (697, 163)
    """
    n, d = _count(n, "the number of hyperplanes"), _count(d, "the dimension")
    return sum(comb(n, j) for j in range(min(d, n) + 1))


def arrangement_faces(n: int, d: int) -> tuple[int, ...]:
    """The numbers of faces of dimension 0, ..., d of n hyperplanes in general position.

    Examples
    --------
    >>> from plsym.regions.formulas import arrangement_faces
    >>> arrangement_faces(8, 3)
    (56, 196, 232, 93)
    """
    return tuple(
        comb(n, d - k) * zaslavsky(n - d + k, k) if n >= d - k else 0 for k in range(d + 1)
    )


def _serra(inputs: int, layers: Sequence[tuple[int, int, int]]) -> int:
    """The recursion of Serra et al. for layers (neurons that cut, rank, always on)."""

    @cache
    def regions(index: int, d: int) -> int:
        if index == len(layers):
            return 1
        cutting, rank, stable = layers[index]
        return sum(
            comb(cutting, j) * regions(index + 1, min(d, stable + cutting - j))
            for j in range(min(d, cutting, rank) + 1)
        )

    return regions(0, inputs)


def serra_upper_bound(
    inputs: int,
    widths: Sequence[int],
    *,
    ranks: Sequence[int] | None = None,
    stable: Sequence[tuple[int, int]] | None = None,
) -> int:
    """The upper bound of Serra, Tjandraatmadja and Ramalingam.

    Parameters
    ----------
    inputs : int
    widths : sequence of int
        Of the hidden layers.
    ranks : sequence of int, optional
        The rank of each hidden layer's weights, where known.
    stable : sequence of (int, int), optional
        For each layer the neurons that are always on, and those that are always off, on
        the domain of interest; only the others cut.

    Returns
    -------
    int
        No network of this architecture has more activation regions.

    References
    ----------
    .. [1] T. Serra, C. Tjandraatmadja, S. Ramalingam, "Bounding and counting linear
       regions of deep neural networks", ICML 2018, Theorem 1; with stable neurons in
       the spirit of T. Serra, S. Ramalingam, "Empirical bounds on linear regions of
       deep rectifier networks", AAAI 2020.

    Examples
    --------
    >>> pl.serra_upper_bound(2, (32, 32, 32)), pl.serra_upper_bound(2, (2, 2))
    (148035889, 11)
    """
    inputs, widths = checked_widths(inputs, widths)
    ranks = widths if ranks is None else tuple(_count(r, "a rank") for r in ranks)
    held = [(0, 0)] * len(widths) if stable is None else [(int(a), int(b)) for a, b in stable]
    if len(ranks) != len(widths) or len(held) != len(widths):
        raise DomainError("give one rank and one pair of stable neurons for each hidden layer")
    if any(a < 0 or b < 0 or a + b > n for (a, b), n in zip(held, widths, strict=True)):
        raise DomainError("a layer has no more stable neurons than neurons")
    return _serra(
        inputs,
        [(n - a - b, r, a) for n, r, (a, b) in zip(widths, ranks, held, strict=True)],
    )


def dimension_histogram(inputs: int, widths: Sequence[int]) -> dict[int, int]:
    """The bound of Hinz and van de Geer, split by the dimension of the regions' images.

    Returns
    -------
    dict
        How many regions at most have an image of each dimension at the last hidden
        layer; the sum is `serra_upper_bound`.

    References
    ----------
    .. [1] P. Hinz, S. van de Geer, "A framework for the construction of upper bounds on
       the number of affine linear regions of ReLU feed-forward neural networks", IEEE
       Transactions on Information Theory 65 (2019).

    Examples
    --------
    >>> from plsym.regions.formulas import dimension_histogram
    >>> dimension_histogram(3, (3, 3, 3))
    {3: 1, 2: 63, 1: 144, 0: 3}
    """
    inputs, widths = checked_widths(inputs, widths)
    histogram = {inputs: 1}
    for n in widths:
        following: dict[int, int] = {}
        for d, count in histogram.items():
            for j in range(min(d, n) + 1):
                image = min(d, n - j)
                following[image] = following.get(image, 0) + count * comb(n, j)
        histogram = following
    return dict(sorted(histogram.items(), reverse=True))


def montufar_upper_bound(inputs: int, widths: Sequence[int]) -> int:
    """The product over layers of zaslavsky(n_l, least width so far).

    References
    ----------
    .. [1] G. Montufar, "Notes on the number of linear regions of deep neural networks",
       2017 (as recalled through Serra et al. 2018).

    Examples
    --------
    >>> from plsym.regions.formulas import montufar_upper_bound
    >>> montufar_upper_bound(2, (3, 3))
    49
    """
    inputs, widths = checked_widths(inputs, widths)
    least = list(accumulate([inputs, *widths], min))[1:]
    return prod(zaslavsky(n, m) for n, m in zip(widths, least, strict=True))


def raghu_upper_bound(inputs: int, widths: Sequence[int], activation: str = "relu") -> int:
    """The product over layers of sum_j C(n, j) T^j, j <= inputs: T = 1 (ReLU), 2 (hard tanh).

    The explicit form of O(k^(m n)) and O((2 k)^(m n)) for n layers of width k.

    References
    ----------
    .. [1] M. Raghu, B. Poole, J. Kleinberg, S. Ganguli, J. Sohl-Dickstein, "On the
       expressive power of deep neural networks", ICML 2017, Theorem 1.

    Examples
    --------
    >>> from plsym.regions.formulas import raghu_upper_bound
    >>> raghu_upper_bound(2, (3, 3)), raghu_upper_bound(2, (3,), "hard_tanh")
    (49, 19)
    """
    inputs, widths = checked_widths(inputs, widths)
    if activation not in ("relu", "hard_tanh"):
        raise DomainError(f"activation={activation!r}: use 'relu' or 'hard_tanh'")
    steps = 1 if activation == "relu" else 2
    return prod(step_layer(n, inputs, steps) for n in widths)


def step_layer(n: int, d: int, breaks: int) -> int:
    """The most regions of one layer of n neurons with so many breakpoints each on R^d.

    sum_j C(n, j) breaks^j, j <= min(n, d): n families of parallel hyperplanes.

    Examples
    --------
    >>> from plsym.regions.formulas import step_layer
    >>> [step_layer(n, 2, 2) for n in (2, 3, 4)]
    [9, 19, 33]
    """
    n, d = _count(n, "the number of neurons"), _count(d, "the dimension")
    return sum(comb(n, j) * _count(breaks, "the breakpoints", 1) ** j for j in range(min(n, d) + 1))


def maxout_layer(n: int, d: int, rank: int) -> int:
    """The most regions of one maxout layer: sum_j C(n, j) (rank - 1)^j.

    References
    ----------
    .. [1] G. Montufar, Y. Ren, L. Zhang, "Sharp bounds for the number of regions of
       maxout networks and vertices of Minkowski sums", SIAM Journal on Applied Algebra
       and Geometry 6 (2022) (as recalled).

    Examples
    --------
    >>> from plsym.regions.formulas import maxout_layer
    >>> maxout_layer(2, 2, 3), maxout_layer(3, 2, 3)
    (9, 19)
    """
    return step_layer(n, d, _count(rank, "the rank", 2) - 1)


def maxout_upper_bound(inputs: int, widths: Sequence[int], rank: int) -> int:
    """Deep maxout: the product of zaslavsky(rank (rank - 1) n_l / 2, least width so far).

    References
    ----------
    .. [1] T. Serra, C. Tjandraatmadja, S. Ramalingam, ICML 2018, Theorem 8 of the
       ICLR 2018 submission.
    """
    inputs, widths = checked_widths(inputs, widths)
    pairs = _count(rank, "the rank", 2) * (rank - 1) // 2
    least = list(accumulate([inputs, *widths], min))[:-1]
    return prod(zaslavsky(pairs * n, m) for n, m in zip(widths, least, strict=True))


def _folded(inputs: Any, widths: Any, least: int, factor: Any, name: str) -> int:
    inputs, widths = checked_widths(inputs, widths)
    if not widths or any(n < least * inputs for n in widths):
        raise DomainError(
            f"the bound of {name} needs widths of at least {least} times the {inputs} inputs, "
            f"not {widths}"
        )
    return int(prod(factor(n // inputs) for n in widths[:-1]) * zaslavsky(widths[-1], inputs))


def pascanu_lower_bound(inputs: int, widths: Sequence[int]) -> int:
    """The product of floor(n_l / inputs), times zaslavsky(n_L, inputs).

    References
    ----------
    .. [1] R. Pascanu, G. Montufar, Y. Bengio, "On the number of response regions of deep
       feed forward networks with piece-wise linear activations", 2013 (as recalled).

    Examples
    --------
    >>> from plsym.regions.formulas import pascanu_lower_bound
    >>> pascanu_lower_bound(2, (8, 8))
    148
    """
    return _folded(inputs, widths, 1, lambda q: q, "Pascanu et al.")


def montufar_lower_bound(inputs: int, widths: Sequence[int]) -> int:
    """The product of floor(n_l / inputs)^inputs, times zaslavsky(n_L, inputs).

    References
    ----------
    .. [1] G. Montufar, R. Pascanu, K. Cho, Y. Bengio, "On the number of linear regions of
       deep neural networks", NeurIPS 2014, Theorem 4 and Corollary 5.

    Examples
    --------
    >>> pl.montufar_lower_bound(2, (4, 4)), pl.montufar_lower_bound(2, (16, 16))
    (44, 8768)
    """
    return _folded(inputs, widths, 1, lambda q: q**inputs, "Montufar et al.")


def serra_lower_bound(inputs: int, widths: Sequence[int]) -> int:
    """The product of (floor(n_l / inputs) + 1)^inputs, times zaslavsky(n_L, inputs).

    References
    ----------
    .. [1] T. Serra, C. Tjandraatmadja, S. Ramalingam, ICML 2018, Theorem 6 of the
       ICLR 2018 submission; all widths at least 3 times the number of inputs.

    Examples
    --------
    >>> from plsym.regions.formulas import serra_lower_bound
    >>> serra_lower_bound(2, (6, 6)), serra_lower_bound(1, (3, 3, 3))
    (352, 64)
    """
    return _folded(inputs, widths, 3, lambda q: (q + 1) ** inputs, "Serra et al.")


def arora_zonotope(inputs: int, m: int, w: int, k: int) -> int:
    """The pieces of a zonotope norm followed by k sawtooths of width w.

    2 zaslavsky(m - 1, inputs - 1) w^k with k + 1 hidden layers and 2 m + w k neurons.

    References
    ----------
    .. [1] R. Arora, A. Basu, P. Mianjy, A. Mukherjee, "Understanding deep neural networks
       with rectified linear units", ICLR 2018, Theorem 3.9.

    Examples
    --------
    >>> from plsym.regions.formulas import arora_zonotope
    >>> [arora_zonotope(2, m, 3, 1) for m in (2, 3, 4)]
    [12, 18, 24]
    """
    return int(2 * zaslavsky(_count(m, "m", 1) - 1, _count(inputs, "inputs", 1) - 1) * w**k)


def stages_upper_bound(inputs: int, stages: Sequence[Stage]) -> int:
    """The best of the upper bounds that need no weights, for the hidden stages of a network.

    Carried units keep dimensions and cut nothing; units with a slope on the negative side
    keep them, too, and then only Montufar's product holds.
    """
    hidden = [(stage.n_out, len(stage.bending)) for stage in stages[:-1]]
    if not all(stage.alpha[stage.bending].equals(0).all() for stage in stages[:-1]):
        least = list(accumulate([inputs, *(n for n, _ in hidden)], min))[:-1]
        return prod(zaslavsky(cuts, m) for (_, cuts), m in zip(hidden, least, strict=True))
    stable = [(n - cuts, 0) for n, cuts in hidden]
    return serra_upper_bound(inputs, [n for n, _ in hidden], stable=stable) if hidden else 1
