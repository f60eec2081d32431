"""Circular and elliptic arcs through the input space, and what a network does along them."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plsym.config import Budget
from plsym.errors import DomainError
from plsym.exact.decide import Statistics
from plsym.exact.enclosure import Enclosure
from plsym.exact.rationals import rational
from plsym.exact.scalars import Scalar
from plsym.networks.combine import composed
from plsym.networks.paths import is_rational
from plsym.networks.reading import flatten
from plsym.networks.sweeping.arcsweep import ArcSweep
from plsym.networks.sweeping.prepared import ROUNDOFF
from plsym.networks.sweeping.stages import Stage
from plsym.networks.units import LayerUnits
from plsym.networks.visits import Visits

__all__ = ["Arc", "ArcTrajectory", "ArcTransition", "ImageArc", "arc", "follow_arc"]

Point = tuple[Fraction, ...]
Floats = NDArray[np.float64]
_MOST_STEPS = 1 << 19


@dataclass(frozen=True)
class Arc:
    """The points centre + cos(a) (p - centre) + sin(a) (q - centre), a from 0.

    Attributes
    ----------
    p, q, centre : tuple of Fraction
    quarters : int
        The largest angle in quarters of a turn: 1 ends in q, 4 closes the curve.
    """

    p: Point
    q: Point
    centre: Point
    quarters: int


def arc(p: Any, q: Any, centre: Any = None, quarters: int = 1) -> Arc:
    """The elliptic arc from p over q about a centre; circular if the radii say so.

    Parameters
    ----------
    p, q : points
        Exact coordinates.  The arc is cos(a) p + sin(a) q if the centre is the origin.
    centre : point, optional
        The origin by default.
    quarters : int
        1 ends in q; 4 is the closed curve.

    Returns
    -------
    Arc
        A path for `plsym.trajectory`.

    Raises
    ------
    DomainError
        If sizes differ, the radii are parallel, or ``quarters`` is not 1..4.

    References
    ----------
    M. Raghu, B. Poole, J. Kleinberg, S. Ganguli, J. Sohl-Dickstein, On the expressive power
    of deep neural networks, ICML 2017, where trajectories are such arcs.

    Examples
    --------
    >>> net = pl.from_weights([([[1, 0], [1, -1]], ["-1/2", 0]), ([[1, 1]], None)])
    >>> path = pl.trajectory(net, pl.arc([1, 0], [0, 1]))
    >>> [(str(t.s), round(t.degrees, 9)) for t in path.transitions]
    [('-1 + sqrt(2)', 45.0), ('1/3*sqrt(3)', 60.0)]
    """
    start, end = (tuple(rational(v) for v in flatten(x)) for x in (p, q))
    middle = (
        (Fraction(0),) * len(start)
        if centre is None
        else tuple(rational(v) for v in flatten(centre))
    )
    if not len(start) == len(end) == len(middle):
        raise DomainError(
            f"the points have {len(start)}, {len(end)} and {len(middle)} coordinates; "
            "all need as many as the network has inputs"
        )
    u = [a - c for a, c in zip(start, middle, strict=True)]
    v = [a - c for a, c in zip(end, middle, strict=True)]
    pairs = zip(u, v, strict=True)
    lead = next(((a, b) for a, b in pairs if a or b), None)
    if lead is None or all(a * lead[1] == b * lead[0] for a, b in zip(u, v, strict=True)):
        raise DomainError("the radii to p and q are parallel; an arc needs two directions")
    if quarters not in (1, 2, 3, 4):
        raise DomainError(f"quarters={quarters!r} is none of 1, 2, 3, 4")
    return Arc(start, end, middle, int(quarters))


@dataclass(frozen=True)
class ArcTransition:
    """One neuron changes its branch on an arc.

    Attributes
    ----------
    quarter : int
        The quarter of the turn, from 0.
    s : Fraction or AlgebraicReal
        The tangent of half the angle since the quarter's start: rational, or a root of
        a quadratic.
    layer, neuron, before, after : int
        As in `Transition`.
    """

    quarter: int
    s: Scalar
    layer: int
    neuron: int
    before: int
    after: int

    @property
    def degrees(self) -> float:
        """The angle in degrees, as a double."""
        return 90.0 * self.quarter + float(np.degrees(2 * np.arctan(float(self.s))))


@dataclass(frozen=True)
class ImageArc:
    """One piece of the image of an arc: constant + cos(a) cosine + sin(a) sine.

    Attributes
    ----------
    quarter : int
        The quarter in which the piece lies; a counts from the start of the whole arc.
    start, end : Fraction or AlgebraicReal
        Where it begins and ends: tangents of half the angle since the quarter's start.
    constant, cosine, sine : tuple of Fraction
        One entry for each coordinate.
    """

    quarter: int
    start: Scalar
    end: Scalar
    constant: Point
    cosine: Point
    sine: Point


@dataclass(frozen=True, eq=False)
class ArcTrajectory(Visits):
    """A network along an arc.  Made by `plsym.trajectory`.

    Attributes
    ----------
    path : Arc

    Notes
    -----
    Counts, patterns and positions are exact; lengths are enclosures.
    """

    path: Arc
    _sweep: ArcSweep = field(repr=False)

    def __repr__(self) -> str:
        return (
            f"<ArcTrajectory: {self.num_transitions} transitions, {self.num_pieces} pieces, "
            f"{len(self.path.p)} inputs>"
        )

    @property
    def _visited(self) -> ArcSweep:
        return self._sweep

    @property
    def statistics(self) -> Statistics:
        """How many decisions floats and integers took."""
        return self._sweep.statistics

    @cached_property
    def transitions(self) -> tuple[ArcTransition, ...]:
        """All transitions in the order of the angle, then layer, then neuron."""
        events = self._events
        values: dict[int, Scalar] = {}
        out = []
        for row, layer, neuron, before, after in zip(
            *(column.tolist() for column in events), strict=True
        ):
            quarter, s = self._sweep.rows[row]
            if row not in values:
                values[row] = s.value()
            out.append(ArcTransition(quarter, values[row], layer, neuron, before, after))
        return tuple(out)

    @cached_property
    def num_pieces(self) -> int:
        """The pieces on which the output is one affine map of the arc's plane."""
        return len(self._sweep.output_breaks()) + 1

    def _coordinates(self, layer: int) -> tuple[int, NDArray[np.intp]]:
        """The stage and units whose outputs are those of a layer; -1 for the network's."""
        count = len(self._layers)
        if not -1 <= layer < count:
            raise DomainError(f"layer {layer} does not exist; the network has {count} layers")
        if layer == -1:
            return len(self._sweep.stages) - 1, np.arange(self._sweep.stages[-1].n_out)
        return self._layers[layer].value

    def curve(self, layer: int = -1) -> tuple[ImageArc, ...]:
        """The image of the arc in one layer, or in the outputs, piece by piece.

        Parameters
        ----------
        layer : int
            The layer whose neurons' outputs are the coordinates; -1 for the outputs.

        Returns
        -------
        tuple of ImageArc
            Arcs of ellipses (or segments), joined at their ends; between the breakpoints
            of all layers.

        Raises
        ------
        DomainError
            If there is no such layer.

        Examples
        --------
        >>> net = pl.from_weights([([[1, 0], [0, 1]], None), ([[1, 1]], None)])
        >>> [(p.cosine, p.sine) for p in pl.trajectory(net, pl.arc([1, 0], [0, 1])).curve(0)]
        [((Fraction(1, 1), Fraction(0, 1)), (Fraction(0, 1), Fraction(1, 1)))]
        """
        stage, units = self._coordinates(layer)
        sweep, m = self._sweep, len(units)
        pieces = len(sweep.patterns)
        patterns = np.repeat(sweep.patterns, m, axis=0)
        forms = sweep.forms.integers(stage, np.tile(units, pieces), patterns)
        factor = sweep.forms.factor(stage)
        positive = sweep.forms.positive(stage, sweep.patterns)
        alpha = [sweep.stages[stage].alpha.scalar(int(j)) for j in units]
        slopes = [Fraction(int(a.numerator), int(a.denominator)) for a in alpha]
        out = []
        for i in range(pieces):
            quarter, low = sweep.rows[i]
            inside = sweep.rows[i + 1][0] == quarter
            high = sweep.rows[i + 1][1].value() if inside else Fraction(1)
            on = positive[i, units]
            scales = [Fraction(1) if p else a for p, a in zip(on, slopes, strict=True)]
            rows = forms[i * m : (i + 1) * m]
            columns = [
                tuple(c * Fraction(row[k], factor) for c, row in zip(scales, rows, strict=True))
                for k in range(3)
            ]
            out.append(ImageArc(quarter, low.value(), high, columns[2], columns[0], columns[1]))
        return tuple(out)

    def length(self, layer: int = -1, width: Fraction = Fraction(1, 10**6)) -> Enclosure:
        """The length of the image of the arc in one layer, or in the outputs.

        Parameters
        ----------
        layer : int
            The layer whose neurons' outputs are the coordinates; -1 for the outputs.
        width : Fraction
            The relative width of the enclosure that is aimed at; rounding may leave more.

        Returns
        -------
        Enclosure
            With proved ends.

        Raises
        ------
        DomainError
            If there is no such layer, or values leave the range of doubles.

        Notes
        -----
        On a piece the image is an arc of an ellipse, hence at least as long as its
        chords and at most as long as its tangents.
        """
        stage, units = self._coordinates(layer)
        sweep = self._sweep
        forms = sweep.outputs[stage]
        angles = sweep.angles(sweep.resolutions[stage])
        values, error = forms.values[:, :2, units], forms.error
        steps = 4
        while True:
            low, high = _length(values, error, angles, steps)
            if not high < np.inf:
                raise DomainError("values leave the range of doubles; scale the weights")
            if high - low <= float(width) * high or steps * len(values) > _MOST_STEPS:
                return Enclosure(max(Fraction(low), Fraction(0)), Fraction(high))
            steps *= 4


@np.errstate(all="ignore")
def _length(values: Floats, error: Floats, angles: Floats, steps: int) -> tuple[float, float]:
    """Bounds of the length of pieces m1 cos(a) + m2 sin(a), by chords and tangents.

    With half steps h a chord is 2 sin(h) times the speed in its middle, and the two
    tangents at its ends are tan(h) times the speeds there.
    """
    pieces, _, n = values.shape
    alpha = (values[:, 0] ** 2 + values[:, 1] ** 2).sum(axis=1)
    beta = (values[:, 1] ** 2 - values[:, 0] ** 2).sum(axis=1)
    gamma = -2.0 * (values[:, 0] * values[:, 1]).sum(axis=1)
    # the forms' errors, on the speed; and rounding, on its square
    rounding = (4 * n + 64) * ROUNDOFF * (alpha + np.finfo(float).tiny)
    slip = 64 * ROUNDOFF
    width = np.diff(angles)
    grid = np.linspace(0.0, 1.0, 2 * steps + 1)
    at = angles[:-1, None] + width[:, None] * grid
    square = (alpha[:, None] + beta[:, None] * np.cos(2 * at) + gamma[:, None] * np.sin(2 * at)) / 2
    doubt = rounding[:, None] + 8 * slip * alpha[:, None]
    low = np.sqrt(np.maximum(square - doubt, 0.0)) - 1.01 * error[:, None]
    high = np.sqrt(np.maximum(square, 0.0) + doubt) + 1.01 * error[:, None]
    h = width / (2 * steps)
    below = 2 * np.sin(np.maximum(h - slip, 0.0)) * np.maximum(low[:, 1::2], 0.0).sum(axis=1)
    ends = high[:, :-1:2] + high[:, 2::2]
    above = np.tan(h + slip) * ends.sum(axis=1)
    room = 1.0 + (pieces + 2 * steps + 64) * 2 * ROUNDOFF
    return float(below.sum()) / room, float(above.sum()) * room


def follow_arc(
    stages: tuple[Stage, ...],
    layers: tuple[LayerUnits, ...],
    path: Arc,
    budget: Budget | None,
) -> ArcTrajectory:
    """Sweep a network along an arc."""
    if not is_rational(stages):
        raise DomainError("arcs are followed in networks with rational weights")
    if len(path.p) != stages[0].n_in:
        raise DomainError(
            f"the arc lies in a space of {len(path.p)} dimensions, the network has "
            f"{stages[0].n_in} inputs"
        )
    rows = [(p - c, q - c, c) for p, q, c in zip(path.p, path.q, path.centre, strict=True)]
    inside = (composed(stages[0], rows), *stages[1:])
    return ArcTrajectory(path, ArcSweep(inside, path.quarters, budget), _layers=layers)
