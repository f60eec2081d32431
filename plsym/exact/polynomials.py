"""Integer polynomials through python-flint: factors, real roots, minimal polynomials.

Polynomials are tuples of integers from low to high degree.  flint is imported
on first use only, so that rational work never loads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise
from math import gcd, lcm

from plsym.errors import DomainError

__all__ = [
    "evaluate",
    "irreducible_factors",
    "is_irreducible",
    "minimal_polynomial_of_matrix",
    "primitive",
    "real_root_intervals",
    "reciprocal_modulo",
]


def primitive(polynomial: Sequence[int]) -> tuple[int, ...]:
    """Without common factor and leading zeros, with positive leading coefficient."""
    items = [int(c) for c in polynomial]
    while items and items[-1] == 0:
        items.pop()
    if not items:
        raise DomainError("the zero polynomial has no roots to choose from")
    content = gcd(*items)
    if items[-1] < 0:
        content = -content
    return tuple(c // content for c in items)


def evaluate(polynomial: Sequence[int], x: Fraction) -> Fraction:
    """The value at a rational point."""
    value = Fraction(0)
    for c in reversed(polynomial):
        value = value * x + c
    return value


@cache
def irreducible_factors(polynomial: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """The distinct irreducible factors of positive degree over Q, primitive."""
    from flint import fmpz_poly

    _, factors = fmpz_poly(list(polynomial)).factor()
    return tuple(
        primitive([int(c) for c in factor.coeffs()]) for factor, _ in factors if factor.degree() > 0
    )


def is_irreducible(polynomial: tuple[int, ...]) -> bool:
    """Whether a primitive polynomial of positive degree is irreducible over Q."""
    return irreducible_factors(polynomial) == (polynomial,)


@cache
def real_root_intervals(polynomial: tuple[int, ...]) -> tuple[tuple[Fraction, Fraction], ...]:
    """Disjoint rational intervals around the real roots of a squarefree polynomial, sorted.

    Ends are no roots, and each interval holds exactly one (a linear polynomial's
    included).  Proved by a Sturm sequence, which is what counts the roots here.
    """
    chain = _sturm(polynomial)
    bound = Fraction(2 + max(abs(c) for c in polynomial) // abs(polynomial[-1]))
    out: list[tuple[Fraction, Fraction]] = []
    pending = [(-bound, bound, _changes(chain, -bound), _changes(chain, bound))]
    while pending:
        low, high, a, b = pending.pop()
        if a == b:
            continue
        if a - b == 1:
            out.append((low, high))
            continue
        middle = (low + high) / 2
        while evaluate(polynomial, middle) == 0:
            middle = (low + middle) / 2
        m = _changes(chain, middle)
        pending += [(low, middle, a, m), (middle, high, m, b)]
    return tuple(sorted(out))


def _sturm(polynomial: tuple[int, ...]) -> list[tuple[int, ...]]:
    chain = [polynomial, tuple(i * c for i, c in enumerate(polynomial))[1:]]
    if len(polynomial) < 2:
        return chain[:1]
    while len(chain[-1]) > 1:
        remainder = _negative_remainder(chain[-2], chain[-1])
        if not remainder:
            break
        chain.append(remainder)
    return chain


def _negative_remainder(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    """-(a mod b) up to a positive factor, or empty if b divides a."""
    rest = list(a)
    lead, sign = abs(b[-1]), 1 if b[-1] > 0 else -1
    while len(rest) >= len(b):
        top = rest[-1] * sign
        shift = len(rest) - len(b)
        rest = [c * lead for c in rest]
        for i, c in enumerate(b):
            rest[shift + i] -= top * c
        rest.pop()
        while rest and rest[-1] == 0:
            rest.pop()
    if not rest:
        return ()
    content = gcd(*rest)
    return tuple(-c // content for c in rest)


def _changes(chain: list[tuple[int, ...]], x: Fraction) -> int:
    signs = [v > 0 for v in (evaluate(p, x) for p in chain) if v != 0]
    return sum(a != b for a, b in pairwise(signs))


def minimal_polynomial_of_matrix(matrix: Sequence[Sequence[Fraction]]) -> tuple[int, ...]:
    """The minimal polynomial of a number from its multiplication matrix.

    The characteristic polynomial is a power of it, so its one irreducible factor
    is the answer.
    """
    from flint import fmpq, fmpq_mat

    size = len(matrix)
    entries = [fmpq(q.numerator, q.denominator) for row in matrix for q in row]
    coefficients = [
        Fraction(int(c.p), int(c.q)) for c in fmpq_mat(size, size, entries).charpoly().coeffs()
    ]
    denominator = lcm(*(c.denominator for c in coefficients))
    polynomial = primitive([int(c * denominator) for c in coefficients])
    (factor,) = irreducible_factors(polynomial)
    return factor


def reciprocal_modulo(coefficients: Sequence[int], modulus: Sequence[int]) -> list[Fraction]:
    """The coefficients of 1 / p modulo an irreducible polynomial that does not divide p."""
    from flint import fmpq_poly

    _, inverse, _ = fmpq_poly(list(coefficients)).xgcd(fmpq_poly(list(modulus)))
    found = [Fraction(int(c.p), int(c.q)) for c in inverse.coeffs()]
    return found + [Fraction(0)] * (len(modulus) - 1 - len(found))
