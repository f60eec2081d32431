"""Certificates that small networks are far from f^t."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from gmpy2 import mpq

from plsym.certificates.certificate import Certificate
from plsym.certificates.codec import integer_text, rational_text
from plsym.certify.writing import number, written
from plsym.depth.affine import rounded
from plsym.depth.alternation import best_intervals
from plsym.depth.lines import l1_line
from plsym.depth.windows import Window, Windows, WindowTable
from plsym.dynamics.domains import bounded_domain
from plsym.errors import DomainError
from plsym.exact.scalars import Num, ScalarLike, lower_end, to_num
from plsym.piecewise import algebra, measures
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.orbits import OrbitTable, checked_power

__all__ = ["distance"]

_DEEPEST = 8
_ROUND = 10**6
_LONG = 400
_KINDS = 24  # kinds of windows that are written; the others count as zero


def distance(
    f: PiecewiseLinear, t: int, pieces: int, *, threshold: ScalarLike | None = None
) -> Certificate:
    """Certify how far all continuous functions with so many pieces are from f^t.

    Parameters
    ----------
    f : PiecewiseLinear
        A map of a bounded interval into itself.
    t : int
        The number of compositions.
    pieces : int
        At least 1: the pieces that an architecture can have.
    threshold : exact number, optional
        Certify the classification error at this level instead of the L1 distance.

    Returns
    -------
    Certificate
        By windows for maps whose slopes have one size, else by crossings.

    Raises
    ------
    DomainError
        If there is no positive bound to certify.

    Examples
    --------
    >>> pl.certify.distance(pl.tent(), 10, 100).statement
    'continuous functions with 100 pieces are at L1 distance at least 413/2048 from f^10'
    """
    bounded_domain(f, "distances are certified on")
    power, n = checked_power(t, "t", 1), checked_power(pieces, "pieces", 1)
    claim: dict[str, Any] = {
        "kind": "distance",
        "of": "L1",
        "power": power,
        "pieces": integer_text(n),
    }
    if threshold is not None:
        claim |= {"of": "classification", "threshold": number(to_num(threshold))}
    best, evidence, others = _crossings(f, power, n, threshold)
    if threshold is None and OrbitTable(f._knots()).slope_size is not None:
        bound, by_windows = _windows(f, power, n)
        if bound > best:
            best, evidence, others = bound, by_windows, []
    if best <= 0:
        raise DomainError(
            f"no bound above 0 is known for {n} pieces: f^{power} may have no more, or its "
            "slopes are too unequal for a certificate by crossings"
        )
    # short enough to read, and rounded down
    if best.denominator.bit_length() > 64:
        best = Fraction((best.numerator << 60) // best.denominator, 1 << 60)
    claim["bound"] = rational_text(best)
    return written(
        claim, f, evidence, others=[*others, *([threshold] if threshold is not None else [])]
    )


def _crossings(
    f: PiecewiseLinear, t: int, n: int, threshold: ScalarLike | None
) -> tuple[Fraction, dict[str, Any], list[Num]]:
    best: tuple[Fraction, Any] = (Fraction(0), None)
    steepest: Any = to_num(f.lipschitz) ** t
    for c in best_intervals(f, t):
        # the checker takes the power of the Lipschitz constant of f
        plain = type(c)(c.x, c.y, c.count, steepest)
        value = plain.l1(n) if threshold is None else plain.classification(n, to_num(threshold))
        if value > best[0]:
            best = value, c
    value, c = best
    if c is None:
        return Fraction(0), {}, []
    return value, {"by": "crossings", "low": number(c.x), "high": number(c.y)}, [c.x, c.y]


def _windows(f: PiecewiseLinear, t: int, n: int) -> tuple[Fraction, dict[str, Any]]:
    found = Windows(f, t)
    best: WindowTable | None = None
    for table in found.tables(min(_DEEPEST, t)):
        if best is None or table.bound(n) > best.bound(n):
            best = table
    assert best is not None and best.scale is not None
    image = f._knots()
    for _ in range(best.depth - 1):
        image = algebra.compose(f._knots(), image)
    listed = []
    errors: list[tuple[Fraction, int]] = []
    for w in sorted(best.windows, key=lambda w: w.share * w.error, reverse=True)[:_KINDS]:
        if any(len(str(number(x))) > _LONG for x in w.ends):
            continue  # deep windows are many digits and little else
        part = algebra.restrict(image, *w.ends)
        points, values = _signs(part)
        if not points:
            continue
        errors.append((_pairing(part, points, values), w.count))
        listed.append(
            {
                "low": number(w.ends[0]),
                "high": number(w.ends[1]),
                "points": [rational_text(Fraction(str(x))) for x in points],
                "values": [rational_text(Fraction(str(v))) for v in values],
            }
        )
    table = WindowTable(
        best.depth,
        tuple(
            Window((mpq(0), mpq(0)), c, lower_end(c / best.scale), e)
            for e, c in sorted(errors, reverse=True)
        ),
        best.scale,
    )
    return table.bound(n), {"by": "windows", "depth": best.depth, "windows": listed}


def _signs(part: Any) -> tuple[list[Any], list[Any]]:
    """Points and values of a function orthogonal to affine ones, of size at most 1."""
    g, _ = rounded(part)
    low, high = g.xs[0], g.xs[-1]
    cuts = sorted({mpq(Fraction(c).limit_denominator(_ROUND)) for c in l1_line(g)[2]})
    points = [low, *(c for c in cuts if low < c < high), high]
    if len(points) < 3:
        return [], []
    values = [mpq(1 - 2 * (i & 1)) for i in range(len(points) - 1)]
    # two values are changed so that both integrals vanish: those of the longest intervals
    lengths = [b - a for a, b in pairwise(points)]
    centres = [(a + b) / 2 for a, b in pairwise(points)]
    order = sorted(range(len(values)), key=lambda i: lengths[i], reverse=True)
    i, j = order[0], order[1]
    zeroth = sum((v * w for v, w in zip(values, lengths, strict=True)), mpq(0))
    first = sum((v * w * c for v, w, c in zip(values, lengths, centres, strict=True)), mpq(0))
    # x w_i + y w_j = -zeroth,  x w_i c_i + y w_j c_j = -first
    gap = centres[j] - centres[i]
    y = (-first + zeroth * centres[i]) / (lengths[j] * gap)
    x = (-zeroth - y * lengths[j]) / lengths[i]
    values[i], values[j] = values[i] + x, values[j] + y
    largest = max(abs(v) for v in values)
    if largest > 1:
        values = [v / largest for v in values]
    return points, values


def _pairing(part: Any, points: list[Any], values: list[Any]) -> Fraction:
    """The integral of the function against the values, rounded down."""
    total: Any = mpq(0)
    for (a, b), v in zip(pairwise(points), values, strict=True):
        total = total + v * to_num(measures.integral(part, a, b))
    return lower_end(abs(total))
