"""From the signs of one-sided units to the branches of neurons."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from plsym.networks.sweeping.patternforms import PatternForms
from plsym.networks.units import LayerUnits

__all__ = ["branch_rows", "winners"]


def branch_rows(
    forms: PatternForms, layers: Sequence[LayerUnits], bits: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Rows that are equal iff the neurons are on the same branches.

    Parameters
    ----------
    bits : uint8 array, shape (n, bytes)
        Which units are positive.

    Notes
    -----
    The units of a maximum compare its candidates two by two, losers too; a branch is
    the winner alone.  For all other neurons units and branches are in bijection.
    """
    choices = [layer for layer in layers if layer.kind == "choice"]
    if not choices:
        return bits
    kept = bits.copy()
    parts = [kept]
    for layer in choices:
        parts.append(winners(forms, layer, bits).astype("<u4").view(np.uint8))
        for turn in layer.rounds:
            stage = forms.stages[turn.stage]
            place = np.full(stage.n_out, -1, dtype=np.intp)
            place[stage.bending] = np.arange(len(stage.bending))
            used = place[turn.units[turn.units >= 0]]
            used = used[used >= 0]
            start = forms.offsets[turn.stage]
            for i in used.tolist():
                kept[:, start + i // 8] &= np.uint8(255 ^ (128 >> (i % 8)))
    return np.concatenate(parts, axis=1)


def winners(forms: PatternForms, layer: LayerUnits, bits: NDArray[np.uint8]) -> NDArray[np.int32]:
    """The winning candidate of each neuron of a layer of maxima, for each row of bits."""
    n, m = len(bits), layer.candidates
    winner = np.broadcast_to(np.arange(m, dtype=np.int32), (n, layer.size, m))
    for turn in layer.rounds:
        if winner.shape[-1] % 2:
            missing = np.full((n, layer.size, 1), -1, dtype=np.int32)
            winner = np.concatenate([winner, missing], axis=-1)
        left, right = winner[..., 0::2], winner[..., 1::2]
        beaten = np.broadcast_to(~turn.left, left.shape)
        if (turn.units >= 0).any():
            active = forms.positive(turn.stage, bits)[:, np.maximum(turn.units, 0)]
            beaten = beaten | (active & (turn.units >= 0))
        winner = np.where(beaten, right, left)
    return np.ascontiguousarray(winner[..., 0])
