"""Operations on several functions at once: extremes, distances, classification error."""

from __future__ import annotations

from typing import Any, Literal, Protocol

from plsym.config import Budget
from plsym.errors import DomainError
from plsym.exact.enclosure import Enclosure
from plsym.exact.scalars import Scalar, ScalarLike, to_num
from plsym.piecewise import algebra, measures
from plsym.piecewise.against import Against
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.iterate import IterateSource
from plsym.piecewise.knots import Knots
from plsym.piecewise.polynomial import Polynomial

__all__ = ["classification_error", "distance", "maximum", "minimum"]


class AsPiecewise(Protocol):
    """What can be written as a function of one variable: a network with one input."""

    def to_piecewise(self, a: Any = None, b: Any = None) -> PiecewiseLinear:
        """Write it as a function on [a, b]."""
        ...


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


_LISTED = 2000  # pieces up to which an iterate is listed rather than summed up


def _like(g: Any, f: PiecewiseLinear) -> Any:
    """A network with one input as a function on the domain of f; all else as it is."""
    if hasattr(g, "to_piecewise"):
        low, high = f._ends()
        return g.to_piecewise(
            None if low is None else f.domain[0], None if high is None else f.domain[1]
        )
    return g


def _pair(f: Any, g: Any) -> tuple[PiecewiseLinear, Any]:
    """The two operands, a function first."""
    if not isinstance(f, PiecewiseLinear):
        if not isinstance(g, PiecewiseLinear):
            raise DomainError("one of the two must be a PiecewiseLinear: it states the domain")
        f, g = g, f
    return f, _like(g, f)


def _unlisted(f: Any) -> IterateSource | None:
    """The iterate behind a function with too many pieces to list lightly."""
    if not isinstance(f, PiecewiseLinear) or f._listed is not None:
        return None
    source = f._source
    if not isinstance(source, IterateSource) or source.num_pieces <= _LISTED:
        return None
    return source if source.ends() == (source.base.xs[0], source.base.xs[-1]) else None


def _against(
    f: PiecewiseLinear, g: PiecewiseLinear | ScalarLike, budget: Budget | None
) -> tuple[Against, Knots] | None:
    """f^n against g without listing f^n, if that is what this is."""
    source = _unlisted(f)
    if source is None and isinstance(g, PiecewiseLinear):
        source, g = _unlisted(g), f
    if source is None or _unlisted(g) is not None:
        return None
    other = (
        g._knots()
        if isinstance(g, PiecewiseLinear)
        else algebra.affine(algebra.ZERO, to_num(g), *source.ends())
    )
    if algebra.ends(other) != source.ends():
        raise DomainError(
            f"the domains differ: {algebra.domain_text(source.base)} and "
            f"{algebra.domain_text(other)}; restrict one of the functions"
        )
    return Against(source.base, source.power, budget), other


def distance(
    f: PiecewiseLinear | AsPiecewise,
    g: PiecewiseLinear | AsPiecewise | Polynomial | ScalarLike,
    norm: Literal["L1", "L2", "Linf"] = "Linf",
    *,
    budget: Budget | None = None,
) -> Scalar | Enclosure:
    """The distance of two functions on their common domain.

    Parameters
    ----------
    f, g : PiecewiseLinear, or network with one input and one output
        One of them is a function, whose domain is taken; g may also be a polynomial with
        rational coefficients or a number.
    norm : {"L1", "L2", "Linf"}
        The integral of |f - g|, the root of the integral of its square, or its
        supremum.
    budget : Budget, optional
        Its ``seconds`` bound the work against iterates with many pieces.

    Returns
    -------
    Fraction, AlgebraicReal, or Enclosure
        Exact; an `Enclosure` with rational ends only where a polynomial leads to
        numbers of several fields, or where L1 is asked of an iterate of a map with
        many different slopes.

    Raises
    ------
    DomainError
        If the domains differ, or the distance is infinite.
    BudgetExceeded
        If the supremum is asked of an iterate of a map with many different slopes.

    Notes
    -----
    O(N_f + N_g) field operations.  An iterate ``f.iterate(n)`` with more pieces than can
    be listed is not listed: see `plsym.piecewise.against`.

    Examples
    --------
    >>> pl.distance(pl.tent(), "1/2", norm="L1")
    Fraction(1, 4)
    >>> pl.distance(pl.tent(), pl.tent().iterate(2), norm="Linf")
    Fraction(1, 1)
    >>> pl.distance(pl.tent(), pl.tent().iterate(40), norm="L1")
    Fraction(1, 3)
    """
    if norm not in ("L1", "L2", "Linf"):
        raise DomainError(f"norm {norm!r} is not known; use 'L1', 'L2' or 'Linf'")
    f, g = _pair(f, g)
    if not isinstance(g, Polynomial):
        pair = _against(f, g, budget)
        if pair is not None:
            return pair[0].distance(pair[1], norm)
    other: Any = g._knots() if isinstance(g, PiecewiseLinear) else g
    if not isinstance(other, (Knots, Polynomial)):
        other = to_num(other)
    return measures.distance(f._knots(), other, norm)


def classification_error(
    f: PiecewiseLinear | AsPiecewise,
    g: PiecewiseLinear | AsPiecewise | ScalarLike,
    threshold: ScalarLike = "1/2",
) -> Scalar:
    """The length of the set on which [f >= threshold] and [g >= threshold] differ.

    Takes iterates, networks and numbers as `distance` does.

    Examples
    --------
    >>> pl.classification_error(pl.tent(), 0)
    Fraction(1, 2)
    >>> pl.classification_error(pl.sawtooth_network(2), pl.tent().iterate(30))
    Fraction(1, 2)
    """
    f, g = _pair(f, g)
    pair = _against(f, g, None)
    if pair is not None:
        return pair[0].classification_error(pair[1], to_num(threshold))
    return measures.classification_error(f._knots(), _function_like(g, f), to_num(threshold))
