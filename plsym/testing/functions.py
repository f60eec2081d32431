"""Strategies for exact numbers and PL functions of one variable."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from plsym.errors import DomainError
from plsym.exact.algebraic import AlgebraicReal
from plsym.exact.rationals import rational
from plsym.piecewise.function import PiecewiseLinear

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

__all__ = ["domain_points", "grid", "piecewise_linear_functions", "scalars", "self_maps"]

Scalar = Fraction | AlgebraicReal


def scalars(
    *,
    min_value: Any = -4,
    max_value: Any = 4,
    max_denominator: int = 60,
    field: AlgebraicReal | None = None,
) -> SearchStrategy[Scalar]:
    """Exact numbers between two bounds.

    Parameters
    ----------
    min_value, max_value : exact number
        Inclusive bounds, rational.
    max_denominator : int
        The largest denominator of the rational parts.
    field : AlgebraicReal or None
        If given, elements ``p + q*field`` are drawn as well as rationals.

    Returns
    -------
    SearchStrategy
        Of `fractions.Fraction`, and of `AlgebraicReal` if ``field`` is given.

    Raises
    ------
    DomainError
        If ``min_value`` exceeds ``max_value`` or ``max_denominator`` is below 1.

    Notes
    -----
    An irrational draw is brought between the bounds by subtracting its floor
    (of the part of the range that it covers), so nothing is filtered away.

    Examples
    --------
    >>> from hypothesis import find
    >>> from plsym.testing import scalars
    >>> find(scalars(min_value=0, max_value=1), lambda x: x > 0)
    Fraction(1, 6)
    """
    low, high = rational(min_value), rational(max_value)
    if low > high:
        raise DomainError(f"min_value {low} exceeds max_value {high}; swap them")
    if max_denominator < 1:
        raise DomainError(f"max_denominator is {max_denominator}; it must be at least 1")
    simple = grid(low, high, min(max_denominator, 6))
    rationals = simple | st.fractions(low, high, max_denominator=max_denominator)
    if field is None or low == high:
        return rationals
    parts = st.fractions(-3, 3, max_denominator=min(max_denominator, 8))

    def irrational(p: Fraction, q: Fraction) -> Scalar:
        x = p + q * field
        return low + (high - low) * (x - floor(x))

    return rationals | st.builds(irrational, parts, parts)


def piecewise_linear_functions(
    *,
    min_pieces: int = 1,
    max_pieces: int = 8,
    domain: tuple[Any, Any] | None = None,
    unbounded: bool = False,
    field: AlgebraicReal | None = None,
) -> SearchStrategy[PiecewiseLinear]:
    """Continuous piecewise-linear functions of one variable.

    Parameters
    ----------
    min_pieces, max_pieces : int
        Bounds on the number of pieces that the function is built from.  Pieces
        of equal slope merge, so the function can have fewer.
    domain : pair of exact numbers or None
        The domain; by default its ends are drawn too.
    unbounded : bool
        Whether half-lines and the whole line are drawn as domains as well
        (only where ``domain`` is None).
    field : AlgebraicReal or None
        As in `scalars`; breakpoints and values then lie in its field.

    Returns
    -------
    SearchStrategy of PiecewiseLinear

    Raises
    ------
    DomainError
        If the bounds are contradictory or the domain is empty.

    Notes
    -----
    Half of the values come from a coarse grid, so that plateaus, equal slopes
    and coinciding values are frequent.

    Examples
    --------
    >>> from hypothesis import find
    >>> from plsym.testing import piecewise_linear_functions
    >>> f = find(piecewise_linear_functions(domain=(0, 1)), lambda f: f.lap_number > 1)
    >>> f.num_pieces
    2
    """
    ends = _checked(min_pieces, max_pieces, domain)

    @st.composite
    def build(draw: DrawFn) -> PiecewiseLinear:
        xs = draw(_abscissae(min_pieces, max_pieces, ends, field))
        ys = draw(_values(len(xs), Fraction(-2), Fraction(2), field))
        left = right = None
        if unbounded and ends is None:
            slopes = scalars(min_value=-3, max_value=3, field=field)
            left, right = draw(st.none() | slopes), draw(st.none() | slopes)
        return PiecewiseLinear(xs, ys, left_slope=left, right_slope=right)

    return build()


def self_maps(
    *,
    domain: tuple[Any, Any] = (0, 1),
    min_pieces: int = 1,
    max_pieces: int = 6,
    field: AlgebraicReal | None = None,
) -> SearchStrategy[PiecewiseLinear]:
    """Continuous piecewise-linear maps of an interval into itself.

    Parameters
    ----------
    domain : pair of exact numbers
        The interval, rational ends.
    min_pieces, max_pieces : int
        As in `piecewise_linear_functions`.
    field : AlgebraicReal or None
        As in `scalars`.

    Returns
    -------
    SearchStrategy of PiecewiseLinear

    Raises
    ------
    DomainError
        If the bounds are contradictory or the domain is empty.

    Notes
    -----
    Values are often breakpoints or ends themselves, which gives Markov maps,
    orbits that land on breakpoints, and extreme values that are attained twice.

    Examples
    --------
    >>> from hypothesis import find
    >>> from plsym.testing import self_maps
    >>> f = find(self_maps(domain=(-1, 1)), lambda f: f.num_pieces == 2)
    >>> f.iterate(2).domain
    (Fraction(-1, 1), Fraction(1, 1))
    """
    ends = _checked(min_pieces, max_pieces, domain)
    assert ends is not None

    @st.composite
    def build(draw: DrawFn) -> PiecewiseLinear:
        xs = draw(_abscissae(min_pieces, max_pieces, ends, field))
        anywhere = _values(len(xs), *ends, field)
        on_knots = st.lists(st.sampled_from(xs), min_size=len(xs), max_size=len(xs))
        return PiecewiseLinear(xs, draw(anywhere | on_knots))

    return build()


@st.composite
def domain_points(draw: DrawFn, f: PiecewiseLinear, *, max_denominator: int = 97) -> Scalar:
    """Points of the domain of a function, its breakpoints among them.

    Parameters
    ----------
    f : PiecewiseLinear
        The function.
    max_denominator : int
        The largest denominator of a point's position between two breakpoints.

    Returns
    -------
    SearchStrategy of exact numbers

    Notes
    -----
    A third of the points are breakpoints or ends; the others lie between two
    of them, or beyond the last where the domain is unbounded.

    Examples
    --------
    >>> from hypothesis import find
    >>> from plsym.testing import domain_points
    >>> find(domain_points(pl.tent()), lambda x: pl.tent()(x) == 1)
    Fraction(1, 2)
    """
    low, high = f.domain
    inner = [x for x in f.breakpoints if low <= x <= high]
    marks = [x for x in (low, *inner, high) if not isinstance(x, float)] or [Fraction(0)]
    share = st.fractions(0, 1, max_denominator=max_denominator)
    index = draw(st.integers(0, len(marks) - 1))
    left = marks[index]
    kind = draw(st.sampled_from(["mark", "between", "beyond"]))
    if kind == "between" and index + 1 < len(marks):
        return left + (marks[index + 1] - left) * draw(share)
    if kind == "beyond" and isinstance(high, float):
        return marks[-1] + 5 * draw(share)
    if kind == "beyond" and isinstance(low, float):
        return marks[0] - 5 * draw(share)
    return left


def grid(low: Fraction, high: Fraction, steps: int) -> SearchStrategy[Fraction]:
    """Equally spaced numbers from ``low`` to ``high``: coincidences are likely."""
    return st.integers(0, steps).map(lambda k: low + (high - low) * Fraction(k, steps))


def _checked(
    min_pieces: int, max_pieces: int, domain: tuple[Any, Any] | None
) -> tuple[Fraction, Fraction] | None:
    if not 1 <= min_pieces <= max_pieces:
        raise DomainError(
            f"pieces must satisfy 1 <= min_pieces <= max_pieces, got {min_pieces} and {max_pieces}"
        )
    if domain is None:
        return None
    low, high = rational(domain[0]), rational(domain[1])
    if low >= high:
        raise DomainError(f"the domain [{low}, {high}] has no interior; give low < high")
    return low, high


@st.composite
def _abscissae(
    draw: DrawFn,
    min_pieces: int,
    max_pieces: int,
    ends: tuple[Fraction, Fraction] | None,
    field: AlgebraicReal | None,
) -> list[Scalar]:
    """Strictly increasing abscissae, the ends first and last."""
    if ends is None:
        low = draw(st.fractions(-2, 2, max_denominator=12))
        ends = (low, low + draw(st.fractions(Fraction(1, 4), 3, max_denominator=12)))
    low, high = ends
    inner = scalars(min_value=0, max_value=1, max_denominator=40, field=field)
    shares = draw(
        st.lists(
            inner.filter(lambda s: 0 < s < 1),
            min_size=min_pieces - 1,
            max_size=max_pieces - 1,
            unique=True,
        )
    )
    return [low, *(low + (high - low) * share for share in sorted(shares)), high]


def _values(
    count: int, low: Fraction, high: Fraction, field: AlgebraicReal | None
) -> SearchStrategy[list[Scalar]]:
    coarse = grid(low, high, 4)
    fine = scalars(min_value=low, max_value=high, field=field)
    return st.lists(coarse | fine, min_size=count, max_size=count)
