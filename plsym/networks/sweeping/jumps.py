"""Whether outputs bend at a row, from the weights behind the units that change there.

Where one unit changes, the jump of every slope behind it is a multiple of the jump of its
own output, which is not zero.  So one vector for each row is taken forward through the
stages, in residues, instead of forms of all outputs on both sides backward.  Units of one
stage that are multiples of each other jump together in known proportions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from plsym.exact.residues import Residues
from plsym.networks.sweeping.coded import Coded, StageCodes
from plsym.networks.sweeping.history import Flags, History, Indices
from plsym.networks.sweeping.proportional import leaders
from plsym.networks.sweeping.stages import Dense, Stage
from plsym.networks.sweeping.zeros import vanishes

if TYPE_CHECKING:
    from plsym.networks.sweeping.swept import TransitionArrays

__all__ = ["Events", "bends_at", "known_proportions"]

Floats = NDArray[np.float64]

_CHUNK = 1 << 20  # residues held at once
_FEW_BITS = 64


class Events(NamedTuple):
    """The units that change at some rows.

    Attributes
    ----------
    rows : int array
        Interior rows of the last resolution, none a corner of the path.
    first, number : int arrays
        Where the changes at each row begin, and how many there are, one at least.
    changes : TransitionArrays
        All changes on the path, sorted by row, then stage.
    """

    rows: Indices
    first: Indices
    number: Indices
    changes: TransitionArrays

    @property
    def stages(self) -> Indices:
        """The first stage that changes at each row."""
        return self.changes.stage[self.first]

    def select(self, index: Indices | slice) -> Events:
        """The events of some of the rows."""
        return Events(self.rows[index], self.first[index], self.number[index], self.changes)

    def flat(self) -> tuple[Indices, Indices]:
        """All changes at the rows: which row each belongs to, from 0, and its place."""
        owner = np.repeat(np.arange(len(self.rows)), self.number)
        start = np.cumsum(self.number) - self.number
        return owner, self.first[owner] + np.arange(len(owner)) - start[owner]


def known_proportions(history: History, events: Events) -> Flags:
    """At which rows one number decides all jumps.

    The units of the first stage that change there are multiples of one of them, and what
    changes behind them vanishes on one side because all its inputs do.
    """
    known: Flags = np.ones(len(events.rows), dtype=bool)
    several = (events.number > 1).nonzero()[0]
    if several.size == 0:
        return known
    part = events.select(several)
    owner, place = part.flat()
    stage, unit = events.changes.stage[place], events.changes.unit[place]
    early = stage == part.stages[owner]
    fine = np.ones(len(owner), dtype=bool)
    for k in np.unique(stage).tolist():
        here = stage == k
        leader = leaders(history.stages[k])
        same = (here & early).nonzero()[0]
        of = unit if leader is None else leader[np.where(here, unit, 0)]
        fine[same] = of[same] == of[np.searchsorted(owner, owner[same])]
        late = (here & ~early).nonzero()[0]
        if late.size:
            # a unit that is positive to the right is looked at to the left, and vice versa
            piece = part.rows[owner[late]] - events.changes.after[place[late]]
            piece = history.coarser(piece, history.resolution, k)
            fine[late] = vanishes(history, k, piece, unit[late])
    known[several] = np.bincount(owner, weights=~fine, minlength=len(several)) == 0
    return known


def _sizes(stage: Stage, code: Coded, owner: Indices, units: Indices) -> Floats:
    """Residues of the sizes of one weight of units, the same for those of one owner."""
    assert isinstance(stage.linear, Dense)  # others have no leaders
    mid = stage.linear.weights.mid
    first = np.searchsorted(owner, owner)
    pivot = np.abs(mid[units[first]]).argmax(axis=1)
    # multiples of doubles that are not tiny: the pivot is not zero, nor lost
    return np.asarray(code.matrix[:, units, pivot] * np.sign(mid[units, pivot]))


def bends_at(history: History, codes: StageCodes, events: Events, outputs: Indices) -> Flags:
    """Decide at which rows one of the outputs changes its slope.

    Parameters
    ----------
    history : History
        Of the whole sweep.
    codes : StageCodes
    events : Events
        With `known_proportions`.
    outputs : int array

    Returns
    -------
    bool array
        Exact: a jump is zero if it is modulo primes whose product exceeds its bound.
    """
    found: Flags = np.zeros(len(events.rows), dtype=bool)
    if len(found) == 0:
        return found
    bits = _bits(codes, int(events.stages.min()), len(history.stages))
    left: Indices = np.argsort(events.stages, kind="stable")
    # few primes show most jumps, and only what vanishes modulo all of them needs more
    for wanted in (_FEW_BITS, bits):
        ring = codes.ring(wanted)
        width = max(stage.n_out for stage in history.stages) * len(ring.primes)
        step = max(1, _CHUNK // width)
        for start in range(0, len(left), step):
            part = left[start : start + step]
            found[part] = _jumps(history, codes, events.select(part), outputs, ring)
        left = left[~found[left]]
        if bits <= ring.bits or left.size == 0:
            break
    return found


def _bits(codes: StageCodes, first: int, stages: int) -> int:
    """A bound of the integers behind the jumps from a stage, or a later one, to the outputs."""
    scale = codes.scale(first)
    size = top = 2 * scale.unit * max(scale.row, 1)
    for i in range(first + 1, stages):
        scale = codes.scale(i)
        size *= max(scale.row, 1) * scale.unit
        size = max(size, 2 * scale.unit * max(scale.row, 1))
        top = max(top, size)
    return top.bit_length()


def _jumps(
    history: History, codes: StageCodes, events: Events, outputs: Indices, ring: Residues
) -> Flags:
    """Which jumps are not zero in a ring; the events are sorted by stage."""
    last = len(history.stages) - 1
    stages = events.stages
    owner, place = events.flat()
    stage, unit = events.changes.stage[place], events.changes.unit[place]
    early = stage == stages[owner]
    jumps = np.zeros((len(ring.primes), 0, 0))
    joined = 0
    for i in range(int(stages[0]), last + 1):
        code = codes.code(i, ring)
        if joined:
            matrix = code.matrix if i < last else code.matrix[:, outputs]
            jumps = ring.matmul(jumps, matrix.transpose(0, 2, 1))
            pieces = history.coarser(events.rows[:joined], history.resolution, i + 1)
            positive = history.positive(i, pieces)
            if positive is not None and not code.is_affine:
                # from or to zero: on the other side the unit is switched on
                late = (stage == i) & ~early
                positive[owner[late], unit[late]] = True
                on = code.alpha_factor[:, None, None]
                jumps = ring.multiply(jumps, np.where(positive, on, code.negative[:, None]))
        fresh = int(np.searchsorted(stages, i, side="right"))
        if fresh > joined and i < last:
            new = np.zeros((len(ring.primes), fresh - joined, code.n_out))
            here = ((stage == i) & early).nonzero()[0]
            rows, units = owner[here], unit[here]
            step = ring.reduce(code.alpha_factor[:, None] - code.negative[:, units])
            alone = np.bincount(rows, minlength=len(stages))[rows] == 1
            if not alone.all():
                sizes = _sizes(history.stages[i], code, rows, units)
                step = ring.multiply(step, np.where(alone, 1.0, sizes))
            new[:, rows - joined, units] = step
            jumps = np.concatenate([jumps, new], axis=1) if joined else new
            joined = fresh
    return np.asarray(jumps.any(axis=(0, 2)))
