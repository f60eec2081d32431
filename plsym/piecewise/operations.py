"""Operations on several functions at once: extremes, distances, classification error."""

from __future__ import annotations

from typing import Any, Literal

from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.exact.scalars import Scalar, ScalarLike, to_num
from plsym.piecewise import algebra, measures
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.knots import Knots
from plsym.piecewise.polynomial import Polynomial

__all__ = ["classification_error", "distance", "maximum", "minimum"]


def _function_like(x: Any, model: PiecewiseLinear) -> Knots:
    """An operand of max or min: a function, or a constant on the model's domain."""
    if isinstance(x, PiecewiseLinear):
        return x._knots()
    a, b = model._ends()
    return algebra.affine(algebra.ZERO, to_num(x), a, b)


def _extreme(items: tuple[Any, ...], name: str, largest: bool) -> PiecewiseLinear:
    model = next((f for f in items if isinstance(f, PiecewiseLinear)), None)
    if model is None:
        raise DomainError(f"{name} needs at least one PiecewiseLinear among its arguments")
    operation = algebra.maximum if largest else algebra.minimum
    result = _function_like(items[0], model)
    for item in items[1:]:
        result = operation(result, _function_like(item, model))
    return PiecewiseLinear._made(result)


def maximum(*functions: Any) -> PiecewiseLinear:
    """The largest of several functions (or numbers), point by point.

    Examples
    --------
    >>> x = pl.identity((-1, 1))
    >>> pl.maximum(x, -x) == abs(x)
    True
    """
    return _extreme(functions, "maximum", largest=True)


def minimum(*functions: Any) -> PiecewiseLinear:
    """The least of several functions (or numbers), point by point.

    Examples
    --------
    >>> pl.minimum(pl.tent(), "6/7") == pl.truncated_tent("6/7")
    True
    """
    return _extreme(functions, "minimum", largest=False)


def distance(
    f: PiecewiseLinear,
    g: PiecewiseLinear | Polynomial | ScalarLike,
    norm: Literal["L1", "L2", "Linf"] = "Linf",
) -> Scalar | Enclosure:
    """The distance of two functions on their common domain.

    Parameters
    ----------
    f : PiecewiseLinear
    g : PiecewiseLinear, Polynomial with rational coefficients, or number
    norm : {"L1", "L2", "Linf"}
        The integral of |f - g|, the root of the integral of its square, or its
        supremum.

    Returns
    -------
    Fraction, AlgebraicReal, or Enclosure
        Exact; an `Enclosure` with rational ends only where a polynomial leads to
        numbers of several fields.

    Raises
    ------
    DomainError
        If the domains differ, or the distance is infinite.

    Examples
    --------
    >>> pl.distance(pl.tent(), "1/2", norm="L1")
    Fraction(1, 4)
    >>> pl.distance(pl.tent(), pl.tent().iterate(2), norm="Linf")
    Fraction(1, 1)
    """
    other: Any = g._knots() if isinstance(g, PiecewiseLinear) else g
    if not isinstance(other, (Knots, Polynomial)):
        other = to_num(other)
    return measures.distance(f._knots(), other, norm)


def classification_error(
    f: PiecewiseLinear, g: PiecewiseLinear | ScalarLike, threshold: ScalarLike = "1/2"
) -> Scalar:
    """The length of the set on which [f >= threshold] and [g >= threshold] differ.

    Examples
    --------
    >>> pl.classification_error(pl.tent(), 0)
    Fraction(1, 2)
    """
    return measures.classification_error(f._knots(), _function_like(g, f), to_num(threshold))
