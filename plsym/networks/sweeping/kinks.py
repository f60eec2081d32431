"""Where the change of one unit cannot reach the output, found without exact slopes.

When a single unit changes at a row, the jumps of all slopes there are multiples of one
number.  Through weights that are small integers, as in max-pooling, these multiples are
integers; when all of them are zero, what follows has no kink.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from plsym.networks.sweeping.history import Flags, History, Indices
from plsym.networks.sweeping.stages import Dense, Sparse, Stage

__all__ = ["without_kink"]

Floats = NDArray[np.float64]

_LIMIT = 2.0**50  # integers up to here add up exactly in doubles
_CHUNK = 1 << 22


def without_kink(history: History, rows: Indices, stages: Indices, units: Indices) -> Flags:
    """Find rows at which the output certainly keeps its slope.

    Parameters
    ----------
    history : History
        Of the whole sweep.
    rows, stages, units : int arrays of one length
        Interior rows of the last resolution, and for each the one unit that changes there.

    Returns
    -------
    bool array
        True is certain; False says nothing.
    """
    out = np.zeros(len(rows), dtype=bool)
    width = max(stage.n_out for stage in history.stages)
    step = max(1, _CHUNK // width)
    order = np.argsort(stages, kind="stable")
    for start in range(0, len(order), step):
        part = order[start : start + step]
        out[part] = _followed(history, rows[part], stages[part], units[part])
    return out


def _followed(history: History, rows: Indices, stages: Indices, units: Indices) -> Flags:
    """The same for items that are sorted by stage."""
    dead = np.zeros(len(rows), dtype=bool)
    who: Indices = np.zeros(0, dtype=np.intp)
    jumps: Floats = np.zeros((0, 0))
    joined = 0
    factor = [_factors(stage) for stage in history.stages]
    for i, stage in enumerate(history.stages):
        if who.size:
            jumps, known = _through(stage, jumps)
            pieces = history.coarser(rows[who], history.resolution, i + 1)
            positive = history.positive(i, pieces)
            if positive is not None:
                jumps = np.where(positive, jumps, jumps * factor[i])
                known = known & bool((np.abs(factor[i]) <= 1).all())
            nonzero = jumps.any(axis=1)
            dead[who[~nonzero]] = True
            keep = nonzero & known & (np.abs(jumps).max(axis=1) < _LIMIT)
            who, jumps = who[keep], jumps[keep]
        fresh = int(np.searchsorted(stages, i, side="right"))
        if fresh > joined:
            new = np.zeros((fresh - joined, stage.n_out))
            new[np.arange(fresh - joined), units[joined:fresh]] = 1.0
            jumps = np.concatenate([jumps, new]) if who.size else new
            who = np.concatenate([who, np.arange(joined, fresh)])
            joined = fresh
    return dead


def _factors(stage: Stage) -> Floats:
    """The factors of switched-off units: -1, 0 or 1, and 2 for what is none of these."""
    alpha = stage.alpha
    out = np.full(stage.n_out, 2.0)
    for value in (-1, 0, 1):
        out[alpha.equals(value)] = value
    return out


@np.errstate(all="ignore")
def _through(stage: Stage, jumps: Floats) -> tuple[Floats, Flags]:
    """The jumps after a linear map, and which rows of them are exact; else ones where not 0."""
    linear = stage.linear
    if isinstance(linear, Sparse):
        weights = linear.values
        used = ~weights.equals(0)
        out = np.zeros((len(jumps), linear.n_out))
        reach = np.zeros_like(out)
        for k in range(linear.terms):
            entry = jumps[:, linear.index[:, k]]
            out += entry * weights.mid[:, k]
            reach += np.abs(entry) * np.maximum(np.abs(weights.mid[:, k]), used[:, k])
    else:
        assert isinstance(linear, Dense)
        weights = linear.weights
        out = jumps @ weights.mid.T
        used = ~weights.equals(0)
        reach = np.abs(jumps) @ np.maximum(np.abs(weights.mid), used).T
    integral = weights.is_dyadic and bool((weights.mid == np.rint(weights.mid)).all())
    known = (reach.max(axis=1) < _LIMIT) if integral else np.zeros(len(jumps), dtype=bool)
    # positive products, so nothing is lost to cancellation where the sums are not exact
    return np.where(known[:, None], out, np.where(reach != 0, 1.0, 0.0)), known
