"""Where the neurons of a network are found in its stages."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from plsym.networks.layers import Shape
from plsym.networks.sweeping.stages import Stage

__all__ = ["LayerUnits", "Lowered", "Round"]

Index = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Round:
    """One round of a tournament: which units compare, and who wins without one.

    Attributes
    ----------
    stage : int
    units : int array, shape (neurons, pairs)
        The unit that is positive iff the right candidate beats the left; -1 for none.
    left : bool array, shape (neurons, pairs)
        Whether the left candidate exists.
    """

    stage: int
    units: Index
    left: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class LayerUnits:
    """Where the neurons of one bending node are found in the stages.

    Attributes
    ----------
    node : str
        The name of the node.
    kind : str
        "sign" (one unit a neuron), "clip" (up to two) or "choice" (a tournament).
    shape : tuple of int
    value : tuple of int and int array
        The stage and the units whose outputs are the neurons' outputs.
    units : tuple of (int, int array)
        "sign": the stage and units; "clip": for each bound that exists.
    base : int
        "clip": the branch with no unit positive (-1 with a lower bound, else 0).
    rounds : tuple of Round
        "choice": the rounds of the tournament.
    candidates : int
        "choice": the number of candidates of a neuron.
    """

    node: str
    kind: str
    shape: Shape
    value: tuple[int, Index]
    units: tuple[tuple[int, Index], ...] = ()
    base: int = 0
    rounds: tuple[Round, ...] = ()
    candidates: int = 0

    @property
    def size(self) -> int:
        """The number of neurons."""
        return prod(self.shape)


@dataclass(frozen=True, eq=False)
class Lowered:
    """A network in stages; the last stage is affine and gives the outputs in order."""

    stages: tuple[Stage, ...]
    layers: tuple[LayerUnits, ...]
