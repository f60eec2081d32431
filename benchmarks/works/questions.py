"""Growth numbers, periods, distances and certificates, where somebody else can answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np

import plsym as pl
from benchmarks.maps import BIMODAL
from benchmarks.rivals import ppoly
from benchmarks.table import Side, Work
from plsym import certify

__all__ = ["works"]


def works(quick: bool) -> Iterator[Work]:
    """Dynamics, then distances, then certificates."""
    yield from _dynamics(quick)
    yield from _distances(quick)
    yield from _certificates(quick)


def _dynamics(quick: bool) -> Iterator[Work]:
    stefan = pl.stefan_map(5)
    yield Work(
        "growth number of Stefan's 5-cycle",
        "degree 4",
        (-1, 1, -1, -1, 1),
        lambda: pl.growth(stefan).minimal_polynomial,
        (Side("sympy, matrix of covers", _stefan_by_sympy),),
        "x^5 - 2 x^3 - 1 without its factor x + 1",
    )
    slope = pl.abs_map("809/500")
    yield Work(
        "has 1.618 abs(x) - 1 period 3?",
        "slope < golden",
        False,
        lambda: 3 in pl.periods(slope, 3),
        (Side("float64, tolerance 1e-4", lambda: _closes_up(1.618, 3, 1e-4)),),
        "period 3 needs a slope of at least the golden mean",
    )
    n = 12 if quick else 16
    tent = pl.tent()
    points = sum(_moebius(n // d) * 2**d for d in range(1, n + 1) if n % d == 0)
    yield Work(
        f"cycles of the tent map of length {n}",
        f"{points} points",
        points // n,
        lambda: len(pl.periodic_orbits(tent, n)),
        (Side("float64, a million samples", lambda: _sampled_cycles(n)),),
        "Moebius inversion of 2^n",
    )
    few = 3
    yield Work(
        f"cycles of the tent map of length {few}",
        "6 points",
        2,
        lambda: len(pl.periodic_orbits(tent, few)),
        (Side("sympy.solve", _cycles_by_sympy),),
        "Moebius inversion of 2^n",
    )


def _stefan_by_sympy() -> tuple[int, ...]:
    """The factor, with the largest real root, of the characteristic polynomial of covers."""
    import sympy

    f = pl.stefan_map(5)
    ends = [int(x) for x in f.breakpoints]
    at = {k: int(f(k)) for k in range(ends[0], ends[-1] + 1)}
    parts = range(ends[0], ends[-1])
    rows = [[int(min(at[i], at[i + 1]) <= j < max(at[i], at[i + 1])) for j in parts] for i in parts]
    x = sympy.Symbol("x")
    factors = sympy.factor_list(sympy.Matrix(rows).charpoly(x).as_expr())[1]
    polynomials = [sympy.Poly(p, x) for p, _ in factors]
    real = [p for p in polynomials if p.count_roots(1, None)]
    largest = max(real, key=_top)
    return tuple(int(c) for c in reversed(largest.all_coeffs()))


def _top(polynomial: Any) -> float:
    return max(float(r) for r in polynomial.real_roots())


def _closes_up(slope: float, n: int, tolerance: float) -> bool:
    x = 0.0
    for _ in range(n):
        x = slope * abs(x) - 1
    return abs(x) < tolerance


def _moebius(n: int) -> int:
    sign, p = 1, 2
    while n > 1:
        if n % p == 0:
            n //= p
            if n % p == 0:
                return 0
            sign = -sign
        p += 1
    return sign


def _sampled_cycles(n: int) -> int:
    """Sign changes of f^n(x) - x on a grid, less those of the divisors of n."""
    x = np.linspace(0, 1, 1_000_003)
    fixed = {}
    y = x
    for k in range(1, n + 1):
        y = 2 * np.minimum(y, 1 - y)
        if n % k == 0:
            below = y < x
            fixed[k] = int(np.count_nonzero(below[1:] != below[:-1]))
    return sum(_moebius(n // k) * count for k, count in fixed.items()) // n


def _cycles_by_sympy() -> int:
    import sympy

    x = sympy.Symbol("x", real=True)
    points = set()
    for word in range(8):
        y = x
        low, high = [], []
        for k in range(3):
            right = word >> k & 1
            (high if not right else low).append(y - sympy.Rational(1, 2))
            y = 2 - 2 * y if right else 2 * y
        for root in sympy.solve(y - x, x):
            if all(e.subs(x, root) >= 0 for e in low) and all(e.subs(x, root) <= 0 for e in high):
                points.add(root)
    fixed = [p for p in points if min(2 * p, 2 - 2 * p) == p]
    return (len(points) - len(fixed)) // 3


def _distances(quick: bool) -> Iterator[Work]:
    m = 6 if quick else 10
    square = pl.Polynomial([0, 0, 1])
    x = pl.identity((0, 1))
    approximation = x
    for k in range(1, m + 1):
        approximation = approximation - pl.tent().iterate(k) / 4**k
    knots = approximation.to_numpy()

    def by_ppoly(made: Any) -> float:
        a, b = knots
        slopes = np.diff(b) / np.diff(a)
        quadratic = np.array([-np.ones(len(slopes)), slopes - 2 * a[:-1], b[:-1] - a[:-1] ** 2])
        return float(abs(made(quadratic, a).integrate(0, 1)))  # f lies above x^2

    yield Work(
        f"L1 distance of Yarotsky's f_{m} to x^2",
        f"2^{m} pieces",
        Fraction(1, 6 * 4**m),
        lambda: pl.distance(approximation, square, "L1"),
        (ppoly(by_ppoly),),
        "f interpolates x^2 at 2^m + 1 knots",
    )
    n = 12 if quick else 16
    target = pl.tent().iterate(n)
    a, b = target.to_numpy()

    def against_half(made: Any) -> float:
        apart = made(np.array([np.diff(b) / np.diff(a), b[:-1] - 0.5]), a)
        cuts = np.unique(np.concatenate([a, apart.roots()]))
        return float(sum(abs(apart.integrate(*ends)) for ends in pairwise(cuts)))

    yield Work(
        f"L1 distance of tent^{n} to 1/2",
        f"2^{n} pieces",
        Fraction(1, 4),
        lambda: pl.distance(target, "1/2", "L1"),
        (
            *((ppoly(against_half),) if quick else ()),
            Side("trapezoids, 100,001 samples", lambda: _trapezoids(n)),
        ),
        "every lap is uniform on [0, 1]",
    )
    far = pl.tent().iterate(40)
    yield Work(
        "L1 distance of tent^40 to 1/2",
        "2^40 pieces",
        Fraction(1, 4),
        lambda: pl.distance(far, "1/2", "L1"),
        (Side("trapezoids, 100,001 samples", lambda: _trapezoids(40)),),
        "every lap is uniform on [0, 1]",
    )


def _trapezoids(n: int) -> float:
    y = np.linspace(0, 1, 100_001)
    for _ in range(n):
        y = 2 * np.minimum(y, 1 - y)
    return float(np.trapezoid(np.abs(y - 0.5), dx=1e-5))


def _certificates(quick: bool) -> Iterator[Work]:
    digits = 30 if quick else 100
    slope = pl.abs_map("809/500")
    cube = [(-1, 1)] * 3
    net = pl.random_network([3, 6, 4, 1], seed=0)
    for name, find in (
        (f"growth number to {digits} digits", lambda: certify.growth(BIMODAL, f"1e-{digits}")),
        ("all periods of slope 1.618", lambda: certify.period_set(slope)),
        ("laps of f^100", lambda: certify.laps(BIMODAL, 100)),
        ("cells of 3-6-4-1 on a cube", lambda: certify.regions(net, cube)),
    ):
        written = find()
        yield Work(
            f"check: {name}",
            f"{len(written.text):,} bytes",
            True,
            lambda written=written: bool(pl.check(written)),
            (Side("plsym: find and write it", lambda find=find: bool(find())),),
            "the certificate was found by plsym, checked by the standard library",
        )
    data = json.loads(certify.laps(BIMODAL, 100).text)
    data["claim"]["count"] = _more(data["claim"]["count"])
    false = pl.Certificate.of(data["claim"], data["function"], data["evidence"])
    yield Work(
        "check: one lap of f^100 too many",
        f"{len(false.text):,} bytes",
        False,
        lambda: bool(pl.check(false)),
        (),
        "a false claim",
    )


def _more(count: Any) -> Any:
    """The next number, written as the count is."""
    return hex(int(count, 0) + 1) if isinstance(count, str) else count + 1
