"""Zeros that need no arithmetic: units all of whose inputs are known to vanish.

Max-pooling compares units that are often both switched off, padded convolutions and
pruned networks have rows without live inputs.  Such a unit equals its bias.  Which
outputs vanish follows from decisions already made, so this is exact and cheap.
"""

from __future__ import annotations

import numpy as np

from plsym.networks.sweeping.history import Flags, History, Indices
from plsym.networks.sweeping.stages import Dense, Sparse, Stage

__all__ = ["only_bias", "vanishes"]

_CHUNK = 1 << 22  # entries of one gathered block


def only_bias(history: History, rows: Indices, units: Indices) -> Flags:
    """Find units of the stage being swept that equal their bias at the exact rows.

    Parameters
    ----------
    history : History
        Before the stage is recorded.
    rows, units : int arrays of one length
        ``units[i]`` is asked for at row ``rows[i]``.

    Returns
    -------
    bool array
        True is certain; False says nothing.
    """
    k = history.resolution
    distinct, which = np.unique(rows, return_inverse=True)
    if k == 0:
        live = ~history.corners.equals(0)[distinct]
    else:
        live = ~_vanishing(history, k - 1, distinct, distinct)
    return ~_touched(history.stages[k], live, which, units)


def vanishes(history: History, stage: int, pieces: Indices, units: Indices) -> Flags:
    """Find units of a stage that are zero on pieces of its inputs, whatever the numbers.

    Parameters
    ----------
    history : History
        With the stage recorded.
    stage : int
    pieces, units : int arrays of one length
        Pieces of the resolution ``stage``.

    Returns
    -------
    bool array
        True is certain; False says nothing.
    """
    data = history.stages[stage]
    out: Flags = data.bias.equals(0)[units]
    distinct, which = np.unique(pieces, return_inverse=True)
    if stage == 0:
        zero = history.corners.equals(0)
        live = ~(zero[distinct] & zero[distinct + 1])
    else:
        live = ~_vanishing(history, stage - 1, distinct, distinct + 1)
    return out & ~_touched(data, live, which, units)


def _vanishing(history: History, stage: int, low: Indices, high: Indices) -> Flags:
    """Which outputs of a stage are zero from row ``low`` to row ``high``, of its resolution.

    The two rows are equal or neighbours, so that the outputs are affine between them.
    """
    data = history.stages[stage]
    active = history.active[stage]
    out: Flags = np.zeros((len(low), data.n_out), dtype=bool)
    one_sided = data.alpha.equals(0)
    if active is not None:
        out |= ~(active[low] | active[high]) & one_sided
    # units that let negative values pass vanish where they have no live input and no bias
    passing = np.flatnonzero(~one_sided & data.bias.equals(0))
    if passing.size:
        place = history.place[stage]
        if place is not None:  # the rows around, which the coarser resolution has
            low = np.searchsorted(place, low, side="right") - 1
            high = np.searchsorted(place, high, side="left")
        if stage == 0:
            zero = history.corners.equals(0)
            live = ~(zero[low] & zero[high])
        else:
            live = ~_vanishing(history, stage - 1, low, high)
        n = len(low)
        each = np.repeat(np.arange(n), len(passing))
        found = ~_touched(data, live, each, np.tile(passing, n))
        out[:, passing] |= found.reshape(n, len(passing))
    return out


def _touched(stage: Stage, live: Flags, which: Indices, units: Indices) -> Flags:
    """Whether unit ``units[i]`` has an input that is live in ``live[which[i]]``."""
    linear = stage.linear
    out = np.empty(len(units), dtype=bool)
    if isinstance(linear, Sparse):
        index, used = linear.index, ~linear.values.equals(0)
        step = max(1, _CHUNK // max(1, index.shape[1]))
        for start in range(0, len(units), step):
            part = slice(start, start + step)
            unit = units[part]
            found = live[which[part, None], index[unit]]
            found &= used[unit]
            out[part] = found.any(axis=1)
        return out
    assert isinstance(linear, Dense)
    used = ~linear.weights.equals(0)
    step = max(1, _CHUNK // max(1, linear.n_in))
    for start in range(0, len(units), step):
        part = slice(start, start + step)
        out[part] = (live[which[part]] & used[units[part]]).any(axis=1)
    return out
