"""Algebra of piecewise-linear functions: sums, maxima, composition, restriction.

Everything takes and returns `Knots` over exact numbers.  Binary operations merge
the breakpoints of both operands in O(N_f + N_g) field operations; composition
takes O(N_result + N_g log N_f).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence

from gmpy2 import mpq

from plsym.errors import DomainError
from plsym.exact.scalars import Num, sign, text
from plsym.piecewise.knots import Knots

__all__ = [
    "absolute",
    "add",
    "affine",
    "canonical",
    "compose",
    "domain_text",
    "ends",
    "evaluate",
    "maximum",
    "minimum",
    "piece_slopes",
    "restrict",
    "scale",
    "shift",
    "slope_after",
    "slope_before",
]

ZERO = mpq(0)


def ends(f: Knots) -> tuple[Num | None, Num | None]:
    """The ends of the domain; None stands for an infinite one."""
    return (
        f.xs[0] if f.left is None else None,
        f.xs[-1] if f.right is None else None,
    )


def domain_text(f: Knots) -> str:
    """The domain in words of an error message."""
    a, b = ends(f)
    low = "(-oo" if a is None else f"[{text(a)}"
    high = "oo)" if b is None else f"{text(b)}]"
    return f"{low}, {high}"


def piece_slopes(f: Knots) -> list[Num]:
    """The slopes of all pieces from left to right, the unbounded ones included."""
    xs, ys = f.xs, f.ys
    inner = [(ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]) for i in range(len(xs) - 1)]
    if f.left is not None:
        inner.insert(0, f.left)
    if f.right is not None:
        inner.append(f.right)
    if f.left is not None and f.right is not None and len(xs) == 1 and f.left == f.right:
        return [f.left]
    return inner


def canonical(
    xs: Sequence[Num], ys: Sequence[Num], left: Num | None = None, right: Num | None = None
) -> Knots:
    """Drop knots at which the slope does not change.

    The end knots of a bounded side stay; an affine function on the line gets the
    single knot x = 0.
    """
    n = len(xs)
    keep = []
    before = left
    for i in range(n):
        after = (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]) if i + 1 < n else right
        if before is None or after is None or before != after:
            keep.append(i)
        before = after
    if not keep:
        assert left is not None
        return Knots((ZERO,), (ys[0] - left * xs[0],), left, right)
    return Knots(tuple(xs[i] for i in keep), tuple(ys[i] for i in keep), left, right)


def affine(slope: Num, intercept: Num, low: Num | None = None, high: Num | None = None) -> Knots:
    """slope * x + intercept on a domain; None stands for an infinite end."""
    if low is None and high is None:
        return Knots((ZERO,), (intercept,), slope, slope)
    xs = tuple(x for x in (low, high) if x is not None)
    ys = tuple(slope * x + intercept for x in xs)
    return Knots(xs, ys, slope if low is None else None, slope if high is None else None)


def evaluate(f: Knots, x: Num) -> Num:
    """The value at a point.

    Raises
    ------
    DomainError
        If the point is outside the domain.
    """
    xs = f.xs
    i = bisect_right(xs, x) - 1
    if i < 0:
        if f.left is None:
            raise DomainError(f"{text(x)} lies outside the domain {domain_text(f)}")
        return f.ys[0] + (x - xs[0]) * f.left
    if xs[i] == x:
        return f.ys[i]
    if i == len(xs) - 1:
        if f.right is None:
            raise DomainError(f"{text(x)} lies outside the domain {domain_text(f)}")
        return f.ys[i] + (x - xs[i]) * f.right
    return f.ys[i] + (x - xs[i]) * ((f.ys[i + 1] - f.ys[i]) / (xs[i + 1] - xs[i]))


def slope_before(f: Knots, x: Num) -> Num | None:
    """The slope just left of a point; None at the left end of the domain."""
    i = bisect_left(f.xs, x)
    if i == 0:
        return f.left
    if i == len(f.xs):
        return f.right
    return (f.ys[i] - f.ys[i - 1]) / (f.xs[i] - f.xs[i - 1])


def slope_after(f: Knots, x: Num) -> Num | None:
    """The slope just right of a point; None at the right end of the domain."""
    i = bisect_right(f.xs, x)
    if i == 0:
        return f.left
    if i == len(f.xs):
        return f.right
    return (f.ys[i] - f.ys[i - 1]) / (f.xs[i] - f.xs[i - 1])


def scale(f: Knots, c: Num) -> Knots:
    """c * f."""
    if sign(c) == 0:
        low, high = ends(f)
        return affine(ZERO, ZERO, low, high)
    return Knots(
        f.xs,
        tuple(y * c for y in f.ys),
        None if f.left is None else f.left * c,
        None if f.right is None else f.right * c,
    )


def shift(f: Knots, c: Num) -> Knots:
    """f + c."""
    return Knots(f.xs, tuple(y + c for y in f.ys), f.left, f.right)


def _on(f: Knots, points: Sequence[Num]) -> Iterator[Num]:
    """The values of f at increasing points, which include its knots."""
    xs, ys = f.xs, f.ys
    i, n = 0, len(xs)
    slope: Num | None = f.left
    for x in points:
        while i < n and xs[i] < x:
            i += 1
            slope = None
        if i < n and xs[i] == x:
            yield ys[i]
            continue
        if slope is None:
            if i == n:
                assert f.right is not None
                slope = f.right
            else:
                slope = (ys[i] - ys[i - 1]) / (xs[i] - xs[i - 1])
        anchor = max(i - 1, 0)
        yield ys[anchor] + (x - xs[anchor]) * slope


def _merge(a: Sequence[Num], b: Sequence[Num]) -> list[Num]:
    """The union of two increasing sequences."""
    out: list[Num] = []
    i = j = 0
    while i < len(a) and j < len(b):
        x, y = a[i], b[j]
        if x == y:
            out.append(x)
            i += 1
            j += 1
        elif x < y:
            out.append(x)
            i += 1
        else:
            out.append(y)
            j += 1
    out.extend(a[i:])
    out.extend(b[j:])
    return out


def same_domain(f: Knots, g: Knots, what: str) -> None:
    """Refuse two functions with different domains."""
    if ends(f) != ends(g):
        raise DomainError(
            f"{what} needs equal domains; the functions live on {domain_text(f)} and "
            f"{domain_text(g)}; use .restrict(a, b)"
        )


def aligned(f: Knots, g: Knots, what: str) -> tuple[list[Num], list[Num], list[Num]]:
    """The common breakpoints of two functions and both values there."""
    same_domain(f, g, what)
    points = _merge(f.xs, g.xs)
    return points, list(_on(f, points)), list(_on(g, points))


def _both(a: Num | None, b: Num | None, operation: Callable[[Num, Num], Num]) -> Num | None:
    return None if a is None or b is None else operation(a, b)


def add(f: Knots, g: Knots) -> Knots:
    """f + g on a common domain."""
    points, u, v = aligned(f, g, "a sum")
    return canonical(
        points,
        [a + b for a, b in zip(u, v, strict=True)],
        _both(f.left, g.left, lambda a, b: a + b),
        _both(f.right, g.right, lambda a, b: a + b),
    )


def maximum(f: Knots, g: Knots) -> Knots:
    """The larger of two functions, point by point."""
    points, u, v = aligned(f, g, "a maximum")
    xs: list[Num] = []
    ys: list[Num] = []
    gaps = [a - b for a, b in zip(u, v, strict=True)]
    left = right = None
    if f.left is not None and g.left is not None:
        d = f.left - g.left
        s, t = sign(d), sign(gaps[0])
        # far to the left the function with the smaller slope wins
        left = f.left if s < 0 or (s == 0 and t >= 0) else g.left
        if s * t > 0:
            x = points[0] - gaps[0] / d
            xs.append(x)
            ys.append(u[0] + (x - points[0]) * f.left)
    for i, x in enumerate(points):
        xs.append(x)
        ys.append(u[i] if sign(gaps[i]) >= 0 else v[i])
        if i + 1 < len(points) and sign(gaps[i]) * sign(gaps[i + 1]) < 0:
            part = gaps[i] / (gaps[i] - gaps[i + 1])
            xs.append(x + part * (points[i + 1] - x))
            ys.append(u[i] + part * (u[i + 1] - u[i]))
    if f.right is not None and g.right is not None:
        d = f.right - g.right
        s, t = sign(d), sign(gaps[-1])
        right = f.right if s > 0 or (s == 0 and t >= 0) else g.right
        if s * t < 0:
            x = points[-1] - gaps[-1] / d
            xs.append(x)
            ys.append(u[-1] + (x - points[-1]) * f.right)
    return canonical(xs, ys, left, right)


def minimum(f: Knots, g: Knots) -> Knots:
    """The smaller of two functions, point by point."""
    minus = mpq(-1)
    return scale(maximum(scale(f, minus), scale(g, minus)), minus)


def absolute(f: Knots) -> Knots:
    """|f|."""
    return maximum(f, scale(f, mpq(-1)))


def restrict(f: Knots, low: Num | None, high: Num | None) -> Knots:
    """f on a smaller domain; None keeps the end.

    Raises
    ------
    DomainError
        If the new domain is not inside the old one, or is no interval.
    """
    a, b = ends(f)
    new_low = a if low is None else low
    new_high = b if high is None else high
    if new_low is not None and new_high is not None and not new_low < new_high:
        raise DomainError(f"[{text(new_low)}, {text(new_high)}] is no interval of positive length")
    outside = (a is not None and (new_low is None or new_low < a)) or (
        b is not None and (new_high is None or new_high > b)
    )
    if outside:
        shown = f"[{text(new_low) if new_low is not None else '-oo'}, "
        shown += f"{text(new_high) if new_high is not None else 'oo'}]"
        raise DomainError(f"{shown} is not inside the domain {domain_text(f)}")
    first = 0 if new_low is None else bisect_right(f.xs, new_low)
    last = len(f.xs) if new_high is None else bisect_left(f.xs, new_high)
    xs, ys = list(f.xs[first:last]), list(f.ys[first:last])
    if new_low is not None:
        xs.insert(0, new_low)
        ys.insert(0, evaluate(f, new_low))
    if new_high is not None:
        xs.append(new_high)
        ys.append(evaluate(f, new_high))
    left = f.left if new_low is None else None
    right = f.right if new_high is None else None
    if not xs:
        return f
    return canonical(xs, ys, left, right)


def compose(f: Knots, g: Knots) -> Knots:
    """f after g.

    Raises
    ------
    DomainError
        If g takes values outside the domain of f.
    """
    _check_fit(f, g)
    fx, fy = f.xs, f.ys
    xs: list[Num] = []
    ys: list[Num] = []

    def through(x0: Num, y0: Num, slope: Num, stop: Num | None, rising: bool) -> None:
        """Knots of f strictly inside the piece of g that starts at (x0, y0)."""
        if rising:
            lo = bisect_right(fx, y0)
            hi = len(fx) if stop is None else bisect_left(fx, stop)
            inside = range(lo, hi)
        else:
            lo = 0 if stop is None else bisect_right(fx, stop)
            hi = bisect_left(fx, y0)
            inside = range(hi - 1, lo - 1, -1)
        for k in inside:
            xs.append(x0 + (fx[k] - y0) / slope)
            ys.append(fy[k])

    left = right = None
    if g.left is not None:
        s = sign(g.left)
        if s == 0:
            left = ZERO
        else:
            # walk leftwards from the first knot, then turn the list round
            through(g.xs[0], g.ys[0], g.left, None, rising=s < 0)
            xs.reverse()
            ys.reverse()
            outer = f.left if s > 0 else f.right
            assert outer is not None
            left = outer * g.left
    for i, (x, y) in enumerate(zip(g.xs, g.ys, strict=True)):
        xs.append(x)
        ys.append(evaluate(f, y))
        if i + 1 < len(g.xs):
            target = g.ys[i + 1]
            if y != target:
                slope = (target - y) / (g.xs[i + 1] - x)
                through(x, y, slope, target, rising=y < target)
    if g.right is not None:
        s = sign(g.right)
        if s == 0:
            right = ZERO
        else:
            through(g.xs[-1], g.ys[-1], g.right, None, rising=s > 0)
            outer = f.right if s > 0 else f.left
            assert outer is not None
            right = outer * g.right
    return canonical(xs, ys, left, right)


def _check_fit(f: Knots, g: Knots) -> None:
    """Refuse a composition whose inner values leave the outer domain."""
    a, b = ends(f)
    low, high = min(g.ys), max(g.ys)
    down = (g.left is not None and sign(g.left) > 0) or (g.right is not None and sign(g.right) < 0)
    up = (g.left is not None and sign(g.left) < 0) or (g.right is not None and sign(g.right) > 0)
    if (a is not None and (down or low < a)) or (b is not None and (up or high > b)):
        shown = f"{'(-oo' if down else '[' + text(low)}, {'oo)' if up else text(high) + ']'}"
        raise DomainError(
            f"the inner function takes values in {shown}, which is not inside the domain "
            f"{domain_text(f)} of the outer function"
        )
