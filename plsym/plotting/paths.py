"""What a network makes of a path: its images in the layers, and where neurons change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.exact.scalars import to_float
from plsym.networks.arcs import ArcTrajectory
from plsym.networks.network import ReLUNetwork
from plsym.networks.sweeping.prepared import FloatMap
from plsym.networks.trajectory import Trajectory
from plsym.networks.travel import trajectory as follow
from plsym.plotting.style import COLORS, INK, axes, legend_above, name_axes, panels, style

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from plsym.networks.arcs import Arc

__all__ = ["trajectory", "transitions"]

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
Followed = Trajectory | ArcTrajectory
Place = int | Literal["input", "output"]

_SAMPLES = 240  # of a quarter of a turn, between the bends
_GREY = "#8C8C8C"
_FLAT = 0.03  # of the variance
_NOISE = 1e-12
_MARKS = ("start", "end", "bend from earlier layers", "bend of this layer")


@style()
def trajectory(
    net: ReLUNetwork,
    path: Followed | Arc | Sequence[Any],
    ax: Any = None,
    *,
    layers: Place | Sequence[Place] | None = None,
    **kwargs: Any,
) -> list[Artist]:
    """The images of a path in the layers of a network.

    Parameters
    ----------
    net : ReLUNetwork
    path : Trajectory, ArcTrajectory, Arc or sequence of points
        What `plsym.trajectory` returns, or what it takes.
    ax : matplotlib Axes or sequence of them, optional
        One for each image; a new figure of small multiples by default.  One axes alone
        get a legend, several get titles, a new figure both.
    layers : int, "input", "output", or sequence of them, optional
        Which images: layers count from 0, -1 is the output.  By default the input, all
        layers and the output; the output alone if one axes is given.
    **kwargs
        For the curves.

    Returns
    -------
    list of matplotlib artists
        For each image the curve, its start and end (but for a closed path), and, if there
        are any, the bends that come from earlier layers and those of its own layer.

    Raises
    ------
    DomainError
        If there is no such layer, or axes and layers differ in number.

    Notes
    -----
    An image is projected to its two principal directions (weighted by length), whose shares
    of the variance the axes name; one or two neurons are drawn as they are, a single one
    over the path's parameter.  Where the path bends is exact; its images are drawn from
    floats: R bends cost O(R * parameters).

    References
    ----------
    .. [1] M. Raghu, B. Poole, J. Kleinberg, S. Ganguli, J. Sohl-Dickstein, "On the
       expressive power of deep neural networks", ICML 2017, arXiv:1606.05336.

    Examples
    --------
    >>> net = pl.random_network([2, 6, 6, 1], seed=0)
    >>> fig, ax = pl.plotting.figure()
    >>> circle = pl.arc([1, 0], [0, 1], quarters=4)
    >>> curve, *marks = pl.plotting.trajectory(net, circle, ax, layers=1)
    >>> [mark.get_label() for mark in (curve, *marks)]
    ['layer 1', 'start', 'bend from earlier layers', 'bend of this layer']
    """
    found = path if isinstance(path, (Trajectory, ArcTrajectory)) else follow(net, path)
    count = len(found._layers)
    if layers is None:
        single = ax is not None and not isinstance(ax, (Sequence, np.ndarray))
        layers = "output" if single else ["input", *range(count), "output"]
    places = [layers] if isinstance(layers, (int, str)) else list(layers)
    chosen = [_checked(place, count) for place in places]
    given = ax is not None
    targets = list(np.ravel(np.array(ax, dtype=object))) if given else panels(len(chosen))
    if len(targets) != len(chosen) or not chosen:
        raise DomainError(
            f"{len(targets)} axes for {len(chosen)} images; give one for each, or none"
        )
    way = _Way(found)
    artists = []
    for target, place in zip(targets, chosen, strict=True):
        artists += _image(target, way, place, kwargs)
        if len(targets) > 1:
            target.set_title(_name(place))
    if len(targets) == 1:
        legend_above(targets[0])
    elif ax is None:
        _legend(targets, artists)
    return artists


def _name(place: Place) -> str:
    return place if isinstance(place, str) else f"layer {place}"


def _legend(targets: list[Axes], artists: list[Artist]) -> None:
    """A legend of the marks beside the last of several axes, or above all of them."""
    marks = {a.get_label(): a for a in artists if a.get_label() in _MARKS}
    handles = [marks[name] for name in _MARKS if name in marks]
    hole = len(targets) > 4 and len(targets) % 3 != 0
    place = {"loc": "lower right"} if hole else {"loc": "outside upper left", "ncols": len(handles)}
    targets[0].figure.legend(handles=handles, **place)


def _checked(place: Any, count: int) -> Place:
    if place in ("input", "output"):
        return place  # type: ignore[no-any-return]
    if place == -1:
        return "output"
    if isinstance(place, str) or not 0 <= place < count:
        raise DomainError(
            f"layer {place!r} does not exist; there are {count}, counted from 0, "
            "and 'input' and 'output'"
        )
    return int(place)


class _Way:
    """A followed path in doubles: rows are its bends, by their parameter."""

    def __init__(self, found: Followed) -> None:
        self.found = found
        sweep = found._sweep
        self.stages = sweep.stages
        self.events = found._events
        if isinstance(found, ArcTrajectory):
            self.rows = found._sweep.angles(found._sweep.rows)
            self.ends = np.array([0, len(self.rows) - 1])
            arc = found.path
            p, q, c = (np.array([to_float(v) for v in x]) for x in (arc.p, arc.q, arc.centre))
            self.frame = np.stack([p - c, q - c, c])
            turns = arc.quarters * np.pi / 2
            self.grid: Floats = np.linspace(0.0, turns, _SAMPLES * arc.quarters + 1)
        else:
            self.rows = np.asarray(found._sweep.t)
            self.ends = np.flatnonzero(found._sweep.is_corner)
            self.frame = _corners(found)
            self.grid = self.rows[self.ends]

    @property
    def is_arc(self) -> bool:
        """Whether the parameter is an angle."""
        return isinstance(self.found, ArcTrajectory)

    @property
    def is_closed(self) -> bool:
        """Whether the path ends where it starts."""
        if isinstance(self.found, ArcTrajectory):
            return self.found.path.quarters == 4
        return bool((self.frame[0] == self.frame[-1]).all())

    def bends(self, before: int) -> Indices:
        """The rows at which a layer before one bends the path."""
        return np.unique(self.events.row[self.events.layer < before])

    def points(self, t: Floats) -> Floats:
        """The path itself."""
        if self.is_arc:
            turn = np.stack([np.cos(t), np.sin(t), np.ones_like(t)], axis=1)
            return np.asarray(turn @ self.frame)
        k = np.clip(t.astype(np.intp), 0, len(self.frame) - 2)
        share = (t - k)[:, None]
        return np.asarray(self.frame[k] + share * (self.frame[k + 1] - self.frame[k]))

    def image(self, t: Floats, place: Place) -> Floats:
        """The image of the path in a layer."""
        if place == "input":
            return self.points(t)
        if place == "output":
            last, units = len(self.stages) - 1, np.arange(self.stages[-1].n_out)
        else:
            last, units = self.found._layers[int(place)].value
        h = np.stack([np.cos(t), np.sin(t)], axis=1) if self.is_arc else self.points(t)
        for stage in self.stages[: last + 1]:
            z = FloatMap(stage.linear, None).apply(h) + stage.bias.mid
            h = np.where(z > 0, z, stage.alpha.mid * z)
        return np.asarray(h[:, units])


def _corners(found: Trajectory) -> Floats:
    sweep: Any = found._sweep
    if hasattr(sweep, "corners"):
        return np.asarray(sweep.corners.mid)
    return np.array([[to_float(v) for v in corner] for corner in sweep._corners])


def _image(ax: Axes, way: _Way, place: Place, kwargs: dict[str, Any]) -> list[Artist]:
    layer = place if isinstance(place, int) else None
    depth = 0 if place == "input" else len(way.found._layers) if layer is None else layer + 1
    bends = way.bends(depth)
    t = np.unique(np.concatenate([way.grid, way.rows[way.ends], way.rows[bends]]))
    curve = way.image(t, place)
    kind = "neuron" if layer is not None else str(place)
    xy, names, flat = _projected(t, curve, way.is_arc, kind)
    look: dict[str, Any] = {
        "color": COLORS[0],
        "linewidth": 0.9,
        "zorder": 2,
        "label": _name(place),
        **kwargs,
    }
    artists: list[Artist] = [*ax.plot(*xy.T, **look)]
    mark: dict[str, Any] = {"color": INK, "markersize": 3.5, "zorder": 5}
    artists += ax.plot(*xy[:1].T, "s", label="start", **mark)
    if not way.is_closed:
        artists += ax.plot(*xy[-1:].T, "s", label="end", markerfacecolor="white", **mark)
    # the output has no neurons: all its bends come from the layers
    earlier = bends if layer is None else way.bends(layer)
    new = np.setdiff1d(bends, earlier)
    size = 3.0 if len(bends) <= 60 else 2.0 if len(bends) <= 300 else 1.5
    for rows, color, name, order in (
        (earlier, _GREY, _MARKS[2], 3),
        (new, COLORS[1], _MARKS[3], 4),
    ):
        if len(rows):
            at = xy[np.searchsorted(t, way.rows[rows])]
            dots: dict[str, Any] = {
                "color": color,
                "markersize": size,
                "label": name,
                "zorder": order,
            }
            artists += ax.plot(*at.T, "o", markeredgewidth=0.0, **dots)
    name_axes(ax, *names)
    if not flat:
        ax.set_aspect("equal", adjustable="datalim")
    elif curve.shape[1] == 1 and way.is_arc:
        _in_degrees(ax, way)
    return artists


def _in_degrees(ax: Axes, way: _Way) -> None:
    turns = float(np.degrees(way.rows[-1]))
    ax.set_xticks(np.arange(0.0, turns + 1.0, 30.0 if turns < 100 else 90.0))


def _projected(
    t: Floats, curve: Floats, is_arc: bool, kind: str
) -> tuple[Floats, tuple[str, str], bool]:
    """A curve in two dimensions, what the axes show, and whether their scales may differ."""
    if curve.shape[1] == 1:
        at = np.degrees(t) if is_arc else t
        name = "angle (degrees)" if is_arc else "$t$"
        return np.stack([at, curve[:, 0]], axis=1), (name, f"{kind} 0"), True
    if curve.shape[1] == 2:
        return curve, (f"{kind} 0", f"{kind} 1"), False
    # each point weighs as much as the curve around it is long
    steps = np.sqrt((np.diff(curve, axis=0) ** 2).sum(axis=1))
    weights = np.zeros(len(curve))
    weights[:-1] += steps
    weights[1:] += steps
    total = weights.sum()
    weights = weights / total if total > 0 else np.full(len(curve), 1 / len(curve))
    centred = curve - weights @ curve
    both, shares = _principal(centred * np.sqrt(weights)[:, None])
    names = [f"direction {i + 1} ({_percent(share)})" for i, share in enumerate(shares)]
    # what hardly leaves a line would be one on equal scales
    return np.asarray(centred @ both.T), (names[0], names[1]), bool(0 < shares[1] < _FLAT)


def _percent(share: float) -> str:
    return "< 1%" if 0 < share < 0.005 else f"{100 * share:.0f}%"


def _principal(rows: Floats) -> tuple[Floats, Floats]:
    """The two principal directions of rows, and their shares of the variance."""
    wide = rows.shape[1] > len(rows)
    # of the products of columns or rows, whichever are fewer
    values, vectors = np.linalg.eigh(rows @ rows.T if wide else rows.T @ rows)
    top = vectors[:, :-3:-1]
    both = (rows.T @ top if wide else top).T
    both = both / np.maximum(np.sqrt((both**2).sum(axis=1)), 1e-300)[:, None]
    # a direction has no sign of its own
    largest = both[[0, 1], np.abs(both).argmax(axis=1)]
    both = both * np.where(largest < 0, -1.0, 1.0)[:, None]
    shares = values[:-3:-1] / max(float(values.sum()), 1e-300)
    shares[shares < _NOISE] = 0.0
    return np.asarray(both * (shares > 0)[:, None]), shares


@style()
def transitions(
    path: Followed,
    ax: Axes | None = None,
    **kwargs: Any,
) -> list[Artist]:
    """Where along a path neurons change their branches, layer by layer.

    Parameters
    ----------
    path : Trajectory or ArcTrajectory
        What `plsym.trajectory` returns.
    ax : matplotlib Axes, optional
    **kwargs
        For the marks.

    Returns
    -------
    list of matplotlib artists
        One line (with gaps) of marks for each layer.

    Notes
    -----
    Which transitions there are is exact, and beside each layer stands how many.

    Examples
    --------
    >>> net = pl.random_network([2, 6, 6, 1], seed=0)
    >>> path = pl.trajectory(net, pl.arc([1, 0], [0, 1], quarters=4))
    >>> fig, ax = pl.plotting.figure()
    >>> first, second = pl.plotting.transitions(path, ax)
    >>> [text.get_text() for text in ax.texts]
    ['8 transitions', '10 transitions']
    """
    way = _Way(path)
    count = len(path._layers)
    ax = axes(ax, (3.4, 0.8 + 0.25 * max(count, 1)))
    at = np.degrees(way.rows) if way.is_arc else way.rows
    artists: list[Artist] = []
    for layer in range(count):
        x = at[way.events.row[way.events.layer == layer]]
        marks = np.full((len(x), 3, 2), np.nan)
        marks[:, :2, 0] = x[:, None]
        marks[:, 0, 1], marks[:, 1, 1] = layer - 0.35, layer + 0.35
        look = {"color": COLORS[layer % len(COLORS)], "linewidth": 0.7, **kwargs}
        artists += ax.plot(*marks.reshape(-1, 2).T, **look)
    ax.set_xlim(at[0], at[-1])
    ax.set_ylim(max(count, 1) - 0.4, -0.6)
    ax.set_yticks(range(count), [f"layer {k}" for k in range(count)])
    for layer, size in enumerate(path.transitions_per_layer):
        words = f"{size} transition{'s' * (size != 1)}"
        place: dict[str, Any] = {"transform": ax.get_yaxis_transform(), "fontsize": 8}
        ax.text(1.02, layer, words, va="center", **place)
    if way.is_arc:
        _in_degrees(ax, way)
    ax.set_xlabel(ax.get_xlabel() or ("angle (degrees)" if way.is_arc else "$t$"))
    return artists
