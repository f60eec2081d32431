"""Units of a stage that vanish together: one is a multiple of the other.

Copies of neurons, opposite ones (x as relu(x) - relu(-x)) and rescaled ones cross zero at
the same points on every piece.  Where that is known from the weights, no arithmetic on
breakpoints is needed to see it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from plsym.networks.sweeping.stages import Dense, Stage

__all__ = ["leaders"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

_KINDS = 16  # units that differ in the last bits may have almost equal marks


def leaders(stage: Stage) -> Indices | None:
    """For each unit the least one that it is a multiple of; None if all are themselves.

    Notes
    -----
    Exact, but a pair may be missed where doubles are tiny or many units are almost multiples
    of each other.  Found when it is first asked for, and kept with the stage.
    """
    kept = stage.codes
    if "leaders" not in kept:
        kept["leaders"] = _leaders(stage)
    found: Indices | None = kept["leaders"]
    return found


@np.errstate(all="ignore")
def _leaders(stage: Stage) -> Indices | None:
    if not isinstance(stage.linear, Dense) or stage.n_out < 2:
        return None
    rows = np.column_stack([stage.linear.dense(), stage.bias.mid])
    every = np.arange(len(rows))
    pivot = np.abs(rows).argmax(axis=1)
    head = rows[every, pivot]
    # what is tiny may be lost in doubles: these are multiples of none
    head[np.abs(rows[:, :-1]).max(axis=1, initial=0.0) < 2.0**-1000] = np.nan
    # multiples agree in the position of the largest entry and in the ratios to it
    unit = rows / head[:, None]
    mark = pivot + unit @ np.linspace(0.1, 0.3, rows.shape[1])
    order = np.argsort(mark, kind="stable")
    close = np.abs(np.diff(mark[order])) <= 1e-9
    if not close.any():
        return None
    leader = every.copy()
    apart: list[int] = []  # of the present run of almost equal marks, one of each kind
    for b, follows in zip(order.tolist(), [False, *close.tolist()], strict=True):
        if not follows:
            apart.clear()
        for a in apart:
            if _is_multiple(stage, rows, a, b, int(pivot[a])):
                leader[b] = a
                break
        else:
            if len(apart) < _KINDS:
                apart.append(b)
    least = np.full(len(rows), len(rows))
    np.minimum.at(least, leader, every)
    leader = least[leader]
    return None if (leader == every).all() else leader


def _is_multiple(stage: Stage, rows: Floats, a: int, b: int, pivot: int) -> bool:
    """Whether row b times the entry of row a at the pivot is row a times that of row b."""
    assert isinstance(stage.linear, Dense)
    if not rows[a, pivot] or not rows[b, pivot]:
        return False  # rows of zeros vanish nowhere or everywhere
    dyadic = stage.linear.is_dyadic and stage.bias.is_dyadic
    if dyadic and abs(np.frexp(rows[b, pivot] / rows[a, pivot])[0]) == 0.5:
        ratio = rows[b, pivot] / rows[a, pivot]
        # a power of two, perhaps rounded: the entries tell, unless some are tiny
        both = np.abs(rows[[a, b]])
        if both[both > 0].min() > 2.0**-900 and both.max() < 2.0**900:
            return bool((rows[a] * ratio == rows[b]).all())
    (u, v) = ([*stage.linear.weights[k].scalars().tolist(), stage.bias.scalar(k)] for k in (a, b))
    return all(x * v[pivot] == y * u[pivot] for x, y in zip(u, v, strict=True))
