"""Which architecture of a depth makes most regions for a budget of parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import comb
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.regions.formulas import (
    checked_widths,
    zaslavsky,
)

__all__ = ["Best", "best_lower", "best_upper", "parameter_count"]

Counts = NDArray[Any]


def parameter_count(inputs: int, widths: Sequence[int]) -> int:
    """The weights and biases of a fully connected network with one output.

    Examples
    --------
    >>> from plsym.experiments.budgets.architectures import parameter_count
    >>> parameter_count(2, (4, 4))  # 4 * 3 + 4 * 5 + 5
    37
    """
    n0, chosen = checked_widths(inputs, widths)
    return sum(after * (before + 1) for before, after in pairwise([n0, *chosen, 1]))


@dataclass(frozen=True, eq=False)
class Best:
    """The largest value of a bound over all architectures of one depth, for each budget.

    Attributes
    ----------
    inputs, depth : int
        The numbers of inputs and of hidden layers.
    values : tuple of int
        For at most 0, 1, 2, ... parameters; 0 where no architecture is small enough.
    """

    inputs: int
    depth: int
    values: tuple[int, ...]
    _choices: tuple[NDArray[np.unsignedinteger[Any]], ...]

    def widths(self, budget: int) -> tuple[int, ...] | None:
        """Hidden widths with that value, the narrowest layers first among equals."""
        if not self.values[budget]:
            return None
        found: list[int] = []
        before, left = self.inputs, budget
        d = len(self._choices[0]) - 1
        for choices in self._choices:
            width = int(choices[d, before if found else 0, left])
            left -= width * (before + 1)
            d, before = min(d, width), width
            found.append(width)
        return tuple(found)


def best_lower(inputs: int, depth: int, budget: int, bound: str) -> Best:
    """The most regions that a construction of the literature makes for a budget.

    Parameters
    ----------
    inputs, depth : int
        The numbers of inputs and of hidden layers, at least 1.
    budget : int
        The largest number of parameters.
    bound : {"montufar", "serra"}
        `plsym.montufar_lower_bound`, or that of Serra et al. for wider layers.

    Returns
    -------
    Best

    Notes
    -----
    Exact, over all architectures, by dynamic programming over the layers from the last to
    the first: O(depth budget^2 log budget) steps of numpy, O(budget^2) memory.

    Examples
    --------
    >>> from plsym.experiments.budgets.architectures import best_lower
    >>> found = best_lower(2, 2, 70, "serra")
    >>> found.values[70], found.widths(70), pl.zaslavsky(17, 2)  # one layer: 17 neurons
    (352, (6, 6), 154)
    """
    n0, levels, most = _checked(inputs, depth, budget)
    if bound not in ("montufar", "serra"):
        raise DomainError(f"bound={bound!r}: use 'montufar' or 'serra'")
    least, more = (1, 0) if bound == "montufar" else (3, 1)

    def last(n: int) -> list[int]:
        return [zaslavsky(n, n0)] if n >= least * n0 else []

    def step(n: int, following: Sequence[Counts]) -> list[Counts]:
        return [(n // n0 + more) ** n0 * following[0]]

    # a width that is no multiple of the inputs folds no better than the next below
    folds = range(least * n0, most + 1, n0)
    return _search(n0, levels, most, folds, last, step)


def best_upper(inputs: int, depth: int, budget: int) -> Best:
    """The largest upper bound of Serra et al. over all architectures for a budget.

    Parameters
    ----------
    inputs, depth, budget : int
        As for `best_lower`.

    Returns
    -------
    Best
        No network of that depth with one output and that many parameters has more
        activation regions than ``values`` say.

    Notes
    -----
    Dynamic programming as in `best_lower`, with one value for each dimension that the
    image of a region can have, and so much more time and memory.  Layers behind images of
    different dimensions are chosen apart, so with layers narrower than twice the inputs a
    value may be more than `plsym.serra_upper_bound` of any one architecture; it bounds
    them all even so.

    Examples
    --------
    >>> from plsym.experiments.budgets.architectures import best_upper
    >>> found = best_upper(2, 2, 70)
    >>> found.values[70], found.widths(70), pl.serra_upper_bound(2, found.widths(70))
    (506, (4, 9), 506)
    """
    n0, levels, most = _checked(inputs, depth, budget)

    def last(n: int) -> list[int]:
        return [zaslavsky(n, d) for d in range(n0 + 1)]

    def step(n: int, following: Sequence[Counts]) -> list[Counts]:
        # j of n neurons change sign on the image; n - j of them can still be active there
        return [
            sum(
                (comb(n, j) * following[min(d, n - j)] for j in range(1, min(d, n) + 1)),
                following[min(d, n)],
            )
            for d in range(n0 + 1)
        ]

    return _search(n0, levels, most, range(1, most + 1), last, step)


def _checked(inputs: Any, depth: Any, budget: Any) -> tuple[int, int, int]:
    n0, (levels, most) = checked_widths(inputs, [depth, budget])
    return n0, levels, most


def _search(
    inputs: int,
    depth: int,
    most: int,
    widths: range,
    last: Callable[[int], list[int]],
    step: Callable[[int, Sequence[Counts]], list[Counts]],
) -> Best:
    """Choose the layers from the last to the first.

    ``last`` values a last layer by its width, ``step`` another one by what follows it; for
    each number that `Best` calls a dimension.  ``widths`` are those of other layers.
    """
    # n (m + 1) <= P makes (n + 1) (m + 1) <= 2 P + 2, for each pair of layers
    small = (2 * most + 2) ** (inputs * ((depth + 1) // 2)) < 2**62
    dtype = np.dtype(np.int64) if small else np.dtype(object)
    # what a layer of each width and all behind it are worth, by what is left to pay them
    worth: dict[int, list[Counts]] = {}
    paid = inputs + 1 if depth == 1 else 2  # a neuron of the last layer takes at least so many
    for n in range(1, (most - 1) // (paid + 1) + 1):
        if counts := last(n):
            worth[n] = [np.zeros(most + 1, dtype) for _ in counts]
            for worths, count in zip(worth[n], counts, strict=True):
                worths[n + 1 :] = count  # the output takes n + 1 parameters
    choices = []
    for level in range(depth - 1, -1, -1):
        before = [inputs] if level == 0 else [n for n in widths if 2 * n <= most]
        dimensions = len(next(iter(worth.values()))) if worth else 1
        chosen = np.zeros(
            (dimensions, max(before, default=0) + 1, most + 1), np.min_scalar_type(most)
        )
        earlier: dict[int, list[Counts]] = {}
        for n in before:
            following = [np.zeros(most + 1, dtype) for _ in range(dimensions)]
            for m, values in worth.items():
                cost = m * (n + 1)
                if cost > most:
                    break
                for d, value in enumerate(values):
                    here = following[d][cost:]
                    better = value[: most + 1 - cost] > here
                    here[better] = value[: most + 1 - cost][better]
                    chosen[d, n if level else 0, cost:][better] = m
            earlier[n] = step(n, following) if level else following
        worth = earlier
        choices.append(chosen if level else chosen[:, :1])
    found = tuple(int(v) for v in worth[inputs][-1])
    return Best(inputs, depth, found, tuple(reversed(choices)))
