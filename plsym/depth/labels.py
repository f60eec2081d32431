"""How wrong float training labels of f^t are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.exact.scalars import Num, to_float, to_num
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.orbits import OrbitTable, checked_power

__all__ = ["LabelQuality", "label_quality"]


@dataclass(frozen=True, eq=False)
class LabelQuality:
    """Labels of f^t as floats make them, beside the true ones.

    Attributes
    ----------
    points, labels : ndarray
        The inputs and what the float program makes of them.
    true : tuple
        f^t at the points, exact.
    """

    points: NDArray[Any]
    labels: NDArray[Any]
    true: tuple[Num, ...]

    @cached_property
    def errors(self) -> tuple[Num, ...]:
        """The size of each label's error, exact."""
        return tuple(
            abs(to_num(Fraction(float(a))) - b)
            for a, b in zip(self.labels.tolist(), self.true, strict=True)
        )

    @property
    def largest(self) -> float:
        """The largest error, as the nearest double."""
        return to_float(max(self.errors))

    @property
    def mean(self) -> float:
        """The mean error, rounded."""
        return float(np.mean([to_float(e) for e in self.errors]))

    def count_above(self, tolerance: Any) -> int:
        """How many labels are off by more than an exact tolerance."""
        limit = to_num(tolerance)
        return sum(e > limit for e in self.errors)

    def __repr__(self) -> str:
        return (
            f"<LabelQuality: {len(self.true)} labels of type {self.labels.dtype}, "
            f"mean error {self.mean:.3g}, largest {self.largest:.3g}>"
        )


def label_quality(
    f: PiecewiseLinear,
    t: int,
    points: Any,
    *,
    dtype: Any = np.float32,
    program: Callable[[NDArray[Any]], NDArray[Any]] | None = None,
) -> LabelQuality:
    """Measure how wrong float labels of f^t are on given float inputs.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of its domain into itself.
    t : int
        The number of compositions.
    points : array_like of float
        The inputs; they are rounded to ``dtype`` first, and the true labels are those of
        the rounded inputs.
    dtype : numpy float type
        The precision of the float program.
    program : callable, optional
        One application of f as the training code writes it, on arrays.  By default
        slope * x + shift of the piece in which x lies, with both rounded to ``dtype``.

    Returns
    -------
    LabelQuality

    Raises
    ------
    DomainError
        If f leaves its domain or a point lies outside.

    Notes
    -----
    The true labels cost t exact evaluations for each point.

    Examples
    --------
    >>> import numpy as np
    >>> found = pl.label_quality(pl.tent(), 60, [0.1, 0.3, 0.7], dtype=np.float64)
    >>> found.largest, pl.tent().iterate(60)("1/10")
    (0.0, Fraction(2, 5))
    """
    power = checked_power(t, "t", 1)
    table = OrbitTable(f._knots())
    x = np.asarray(points, dtype=dtype).ravel()
    if not np.isfinite(x).all():
        raise DomainError("the points must be finite numbers")
    exact = [to_num(Fraction(float(v))) for v in x.tolist()]
    low, high = table.cuts[0], table.cuts[-1]
    if any(v < low or v > high for v in exact):
        raise DomainError(f"a point lies outside the domain {f.domain} (after rounding)")
    labels = x
    apply = program or _pieces(table, x.dtype)
    for _ in range(power):
        labels = np.asarray(apply(labels))
    for _ in range(power):
        exact = [table.image(v) for v in exact]
    if labels.shape != x.shape or not np.isfinite(labels).all():
        raise DomainError("the program must map arrays to finite arrays of the same shape")
    return LabelQuality(x, labels, tuple(exact))


def _pieces(table: OrbitTable, dtype: Any) -> Callable[[NDArray[Any]], NDArray[Any]]:
    cuts = np.array([to_float(c) for c in table.cuts[1:-1]], dtype=dtype)
    slopes = np.array([to_float(s) for s in table.slopes], dtype=dtype)
    shifts = np.array([to_float(s) for s in table.shifts], dtype=dtype)

    def apply(x: NDArray[Any]) -> NDArray[Any]:
        piece = np.searchsorted(cuts, x)
        return slopes[piece] * x + shifts[piece]  # type: ignore[no-any-return]

    return apply
