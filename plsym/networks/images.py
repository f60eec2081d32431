"""Images of a polyline in the layers of a network, in doubles with proved bounds.

Corners of images are rationals with hundreds of digits; lengths and angles are content with
doubles that are known to be near them.  A sweep has decided which units are positive on which
piece; given that, the affine forms of a layer on all pieces are a few matrix products.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.networks.sweeping.cellforms import CellForms, through_units, unit_forms
from plsym.networks.sweeping.history import History
from plsym.networks.sweeping.prepared import ROUNDOFF, SLACK
from plsym.networks.units import LayerUnits

__all__ = ["Image", "images"]

Floats = NDArray[np.float64]
_LEAST = 2.0**-500  # squares of smaller numbers may lie below the range of doubles


@dataclass(frozen=True, eq=False)
class Image:
    """A polygon: segments constant + t slope, in doubles near the true ones.

    Attributes
    ----------
    constant, slope : float arrays, shape (segments, coordinates)
    error : float array, shape (segments,)
        The 2-norm by which constant and slope together may be off.
    span : float array, shape (segments, 2)
        Where t begins and ends, within [0, 1].
    doubt : float array, shape (segments, 2)
        How far that may be off.

    Notes
    -----
    Errors may be infinite or undefined where nothing is known.
    """

    constant: Floats
    slope: Floats
    error: Floats
    span: Floats
    doubt: Floats

    def ends(self) -> tuple[Floats, Floats]:
        """Both ends of each segment, and the distances by which they may be off.

        Returns
        -------
        float arrays, shape (segments, 2, coordinates) and (segments, 2)
        """
        with np.errstate(all="ignore"):
            points = self.constant[:, None] + self.span[:, :, None] * self.slope[:, None]
            speed = _norms(self.slope) + self.error
            size = _norms(self.constant) + speed
            # |(1, t)| is at most sqrt(2)
            off = 1.5 * self.error + 4 * ROUNDOFF * size
            return points, (off[:, None] + speed[:, None] * self.doubt) * SLACK + _LEAST

    @property
    def _joints(self) -> Floats:
        """How far the places are off at which a segment goes over into the next one."""
        return np.maximum(self.doubt[:-1, 1], self.doubt[1:, 0])

    def length(self) -> Enclosure | None:
        """The length; None if nothing is known.

        Notes
        -----
        A joint that is off by d changes the sum of length times speed by d times the
        difference of the speeds on both sides.

        Examples
        --------
        >>> from plsym.networks.images import Image
        >>> zero = np.zeros((1, 2))
        >>> line = Image(zero, np.array([[3.0, 4.0]]), np.zeros(1), np.array([[0.0, 1.0]]), zero)
        >>> line.length().contains(5), float(line.length().width) < 1e-12
        (True, True)
        """
        count, n = self.slope.shape
        with np.errstate(all="ignore"):
            speed = _norms(self.slope)
            width = self.span[:, 1] - self.span[:, 0]
            total = float((speed * width).sum())
            slip = float((self.error * np.abs(width)).sum())
            gap = np.abs(np.diff(speed)) + self.error[1:] + self.error[:-1]
            gap += (n + 8) * ROUNDOFF * (speed[1:] + speed[:-1])
            slip += float((gap * self._joints).sum())
            # of a norm of n numbers, a difference of numbers up to 1, and a sum
            rounding = (n + count + 16) * ROUNDOFF * float((speed * (np.abs(width) + 1)).sum())
            slip = (slip + rounding) * SLACK + count * _LEAST
        return _around(total, slip)

    def angle(self, scale: float = 1.0, height: float = 1.0) -> Enclosure | None:
        """The length of the path of directions (scale * point, height) on the unit sphere.

        Parameters
        ----------
        scale, height : float
            Positive; the numbers that the doubles are.

        Returns
        -------
        Enclosure or None
            None if nothing is known.

        Raises
        ------
        DomainError
            If one is not positive: the direction of the origin would be undefined.

        Notes
        -----
        A segment is seen under the angle between its ends, here by the half-angle formula of
        Kahan, 2 atan2(|u - v|, |u + v|) of unit vectors.  The angular speed of u is
        |P s| / |u|, with the slope s and the projection P onto the complement of u; if u is
        off by d and s by e, it is off by at most (e + 5 |s| d / |u|) / |u|, for d up to
        |u| / 2.

        Examples
        --------
        >>> from plsym.networks.images import Image
        >>> zero = np.zeros((1, 2))
        >>> line = Image(
        ...     np.array([[-1.0]]), np.array([[2.0]]), np.zeros(1), np.array([[0.0, 1.0]]), zero
        ... )
        >>> round(float(line.angle()) / np.pi, 12), float(line.angle().width) < 1e-12
        (0.5, True)
        """
        if not (0 < height < np.inf and 0 < scale < np.inf):
            raise DomainError(f"scale={scale!r}, height={height!r}: both must be positive")
        count, n = self.slope.shape
        with np.errstate(all="ignore"):
            points, off = self.ends()
            lifted = np.concatenate([points * scale, np.full((count, 2, 1), height)], axis=2)
            size = _norms(lifted)
            unit = lifted / size[:, :, None]
            apart = _norms(unit[:, 1] - unit[:, 0])
            total = float(2.0 * np.arctan2(apart, _norms(unit[:, 1] + unit[:, 0])).sum())
            width = np.abs(self.span[:, 1] - self.span[:, 0])
            # the shortest vector of a segment is not much shorter than those at its ends
            speed = scale * (_norms(self.slope) * SLACK + self.error)
            off = scale * off.max(axis=1)
            least = np.maximum(height, size.min(axis=1) / SLACK - off - speed * (width + 1e-15))
            turn = (scale * self.error + 5 * speed * off / least) / least
            slip = float((turn * width).sum())
            # a joint that is off by d: at most d times the angular speeds on both sides
            angular = speed / least
            slip += float(((angular[1:] + angular[:-1]) * self._joints).sum())
            # unit vectors are off by their rounding, and so are norms and arctangents
            slip += count * 16 * (n + 16) * ROUNDOFF + count * ROUNDOFF * total
            known = bool((off < least / 2).all()) and size.min() > _LEAST
        return _around(total, slip * SLACK) if known else None


def _norms(vectors: Floats) -> Floats:
    return np.asarray(np.sqrt(np.einsum("...j,...j->...", vectors, vectors)))


def _around(total: float, slip: float) -> Enclosure | None:
    if not (total < np.inf and slip < np.inf):
        return None
    low, high = Fraction(total) - Fraction(slip), Fraction(total) + Fraction(slip)
    return Enclosure(max(low, Fraction(0)), high)


@np.errstate(all="ignore")
def images(
    history: History, layers: Sequence[LayerUnits], positions: Sequence[float] | None = None
) -> list[Image]:
    """A polyline itself, its images in all layers, and last that in the outputs.

    Parameters
    ----------
    history : History
        Of a sweep along it.
    layers : sequence of LayerUnits
    positions : sequence of float, optional
        The doubles nearest to the exact positions of the rows of the sweep, within their
        segments of the polyline (0 at its corners).

    Returns
    -------
    list of Image
        Cut at the corners, and at the breakpoints of the layer and those before it.

    Notes
    -----
    Without positions a breakpoint is the root of the form of its unit; where that form is
    known up to e, and its slope is a, the root is known up to about e / |a|.
    """
    wanted: dict[int, list[int]] = {}
    for index, layer in enumerate(layers):
        wanted.setdefault(layer.value[0], []).append(index)
    last = len(history.prepared) - 1
    wanted.setdefault(last, []).append(len(layers))
    forms = _path(history)
    # where the pieces begin and end, within their segments of the polyline
    span, doubt = np.tile([0.0, 1.0], (len(forms.values), 1)), np.zeros((len(forms.values), 2))
    found: list[Image | None] = [None] * (len(layers) + 2)
    found[0] = Image(forms.values[:, 1], forms.values[:, 0], forms.error, span, doubt)
    for k, stage in enumerate(history.prepared):
        z = unit_forms(stage, forms)
        if stage.is_affine:
            forms = CellForms(z.values, z.every)
        else:
            rows, units = history.added(k)
            # row r of the finer resolution lies between the pieces r - 1 and r
            parent = history.coarser(rows, k + 1, k)
            if positions is None:
                root, off = _roots(z.values[parent, :, units], z.single[parent])
            else:
                final = history.rows_at(k + 1, history.resolution)[rows]
                root = np.asarray(positions)[final]
                off = np.full(len(rows), 2 * ROUNDOFF)
            span, doubt = _cut(history, k, rows, (span, root), (doubt, off))
            pieces = np.arange(len(span))
            parents = history.coarser(pieces, k + 1, k)
            positive = history.positive(k, pieces)
            assert positive is not None
            forms = through_units(stage, z.values[parents], z.every[parents], positive)
        for index in wanted.get(k, ()):
            shown = slice(None) if index == len(layers) else layers[index].value[1]
            scale = stage.scale[shown]
            values = forms.values[:, :, shown] / scale
            error = forms.error * float((1.0 / scale).max(initial=0.0)) * SLACK
            found[index + 1] = Image(values[:, 1], values[:, 0], error, span, doubt)
    return [image for image in found if image is not None]


def _path(history: History) -> CellForms:
    """The segments of the polyline as forms of a parameter from 0 to 1."""
    corners = history.corners.mid
    values = np.stack([np.diff(corners, axis=0), corners[:-1]], axis=1)
    # of the corners' coordinates and of their differences
    error = 8 * ROUNDOFF * np.sqrt((values**2).sum(axis=(1, 2)) + (corners[1:] ** 2).sum(axis=1))
    return CellForms(values, error * SLACK + _LEAST)


def _roots(forms: Floats, single: Floats) -> tuple[Floats, Floats]:
    """Roots in [0, 1] of forms (slope, constant) that are off by ``single``, with bounds."""
    slope, constant = forms[:, 0], forms[:, 1]
    root = np.clip(-constant / slope, 0.0, 1.0)
    root = np.where(np.isnan(root), 0.5, root)
    rest = np.abs(constant + slope * root) + 4 * ROUNDOFF * (np.abs(constant) + np.abs(slope))
    room = np.abs(slope) - single
    off = np.where(room > 0, (rest + 1.5 * single) / np.maximum(room, 0.0), 1.0)
    return root, np.minimum(off, 1.0) * SLACK  # a root lies in [0, 1] in any case


def _cut(
    history: History,
    k: int,
    rows: NDArray[np.intp],
    *pairs: tuple[Floats, Floats],
) -> list[Floats]:
    """Pairs of numbers at the ends of the pieces of resolution k + 1.

    From those of resolution k, and the numbers at the new rows.
    """
    out = []
    place = history.rows_at(k, k + 1)
    for before, fresh in pairs:
        finer = np.zeros((history.sizes[k + 1] - 1, 2))
        for side, old, new in ((0, place[:-1], rows), (1, place[1:] - 1, rows - 1)):
            finer[old, side] = before[:, side]
            finer[new, side] = fresh
        out.append(finer)
    return out
