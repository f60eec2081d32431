"""Ways into real number fields: roots of polynomials, square roots, the golden ratio."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import gcd, isqrt, lcm
from typing import Any

from plsym.errors import DomainError, FormulaError
from plsym.exact.element import AlgebraicReal
from plsym.exact.numberfield import NumberField
from plsym.exact.polynomials import (
    evaluate,
    irreducible_factors,
    primitive,
    real_root_intervals,
)
from plsym.exact.rationals import brief, dyadic, from_text, rational, to_text

__all__ = ["AlgebraicReal", "algebraic", "golden", "parse_polynomial", "sqrt", "sqrt_of"]

Scalar = Fraction | AlgebraicReal

_TOKEN = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+|[a-zA-Z]\w*|\*\*|[-+*/^()])", re.ASCII)
_MAX_DEGREE = 200
_MAX_BITS = 100_000
_MAX_LENGTH = 10_000


class _PolynomialParser:
    """Recursive descent for polynomials in one letter with rational coefficients."""

    def __init__(self, text: str) -> None:
        self.text, self.variable = text, ""
        self.position = self.depth = 0
        self.tokens = self._split(text)

    def _split(self, text: str) -> list[str]:
        if len(text) > _MAX_LENGTH:
            raise FormulaError(f"a polynomial of {len(text)} characters; at most {_MAX_LENGTH}")
        tokens, at = [], 0
        stripped = text.rstrip()
        while at < len(stripped):
            match = _TOKEN.match(stripped, at)
            if match is None:
                raise self._error(f"unexpected character {stripped[at]!r}")
            tokens.append(match[1])
            at = match.end()
        return tokens

    def _error(self, why: str) -> FormulaError:
        return FormulaError(
            f"cannot read the polynomial {brief(self.text)}: {why}; write e.g. 'x**3 - 2*x - 1/2'"
        )

    def _peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self.position += 1
        return token

    def parse(self) -> list[Fraction]:
        result = self._sum()
        if self._peek():
            raise self._error(f"unexpected {self._peek()!r}")
        return result

    def _sum(self) -> list[Fraction]:
        self.depth += 1
        if self.depth > 50:
            raise self._error("it is nested too deeply")
        total = self._product()
        while self._peek() in ("+", "-"):
            sign = 1 if self._take() == "+" else -1
            term = self._product()
            n, zero = max(len(total), len(term)), Fraction(0)
            total = [
                (total[i] if i < len(total) else zero) + sign * (term[i] if i < len(term) else zero)
                for i in range(n)
            ]
            self._check(total)
        self.depth -= 1
        return [Fraction(c) for c in total]

    def _check(self, value: list[Fraction], times: int = 1) -> None:
        """Refuse numbers so long that reading on could take forever."""
        bits = max(max(c.numerator.bit_length(), c.denominator.bit_length()) for c in value)
        if bits * times > _MAX_BITS:
            raise self._error(f"it has a number of more than {_MAX_BITS} bits")

    def _product(self) -> list[Fraction]:
        value = self._signed()
        while self._peek() in ("*", "/"):
            if self._take() == "*":
                value = self._multiply(value, self._signed())
            else:
                by = self._signed()
                if any(by[1:]) or not by[0]:
                    raise self._error("only division by a nonzero constant is allowed")
                value = [c / by[0] for c in value]
                self._check(value)
        return value

    def _multiply(self, a: list[Fraction], b: list[Fraction]) -> list[Fraction]:
        if len(a) + len(b) - 2 > _MAX_DEGREE:
            raise self._error(f"its degree is above {_MAX_DEGREE}")
        out = [Fraction(0)] * (len(a) + len(b) - 1)
        for i, x in enumerate(a):
            for j, y in enumerate(b):
                out[i + j] += x * y
        self._check(out)
        return out

    def _power(self, base: list[Fraction], exponent: int) -> list[Fraction]:
        if (len(base) - 1) * exponent > _MAX_DEGREE:
            raise self._error(f"its degree is above {_MAX_DEGREE}")
        if len(base) == 1:
            # a power of one bit has one bit: 1 and -1 cost nothing
            self._check(base, exponent if abs(base[0]) not in (0, 1) else 1)
            return [base[0] ** exponent]
        result = [Fraction(1)]
        for _ in range(exponent):
            result = self._multiply(result, base)
        return result

    def _signed(self) -> list[Fraction]:
        if self._peek() in ("-", "+"):
            self.depth += 1
            if self.depth > 50:
                raise self._error("it is nested too deeply")
            sign = -1 if self._take() == "-" else 1
            value = [sign * c for c in self._signed()]
            self.depth -= 1
            return value
        base = self._atom()
        if self._peek() in ("**", "^"):
            self._take()
            token = self._take()
            if not token.isdigit() or len(token) > 4:
                raise self._error("an exponent is a nonnegative integer")
            return self._power(base, int(token))
        return base

    def _atom(self) -> list[Fraction]:
        token = self._take()
        if token == "(":
            value = self._sum()
            if self._take() != ")":
                raise self._error("a bracket is not closed")
            return value
        if token and (token[0].isdigit() or token[0] == "."):
            return [from_text(token)]
        if token.isidentifier():
            if self.variable not in ("", token):
                raise self._error(f"it has two letters, {self.variable!r} and {token!r}")
            self.variable = token
            return [Fraction(0), Fraction(1)]
        raise self._error(f"unexpected {token!r}" if token else "it ends too early")


def parse_polynomial(text: str) -> tuple[Fraction, ...]:
    """Coefficients of a polynomial in one letter, from low to high degree.

    Examples
    --------
    >>> parse_polynomial("x**2 - x/2 - 1")
    (Fraction(-1, 1), Fraction(-1, 2), Fraction(1, 1))
    """
    return tuple(_PolynomialParser(text).parse())


def algebraic(polynomial: str | Sequence[Any], near: Any = None) -> Scalar:
    """A real root of a polynomial with rational coefficients, as an exact number.

    Parameters
    ----------
    polynomial : str or sequence
        Such as "x**2 - x - 1", or exact coefficients from low to high degree.
    near : int, Fraction, str or float, optional
        The root nearest to this is taken; may be left out if there is only one
        real root.  A float serves as a hint only.

    Returns
    -------
    AlgebraicReal, or Fraction if the root is rational

    Raises
    ------
    DomainError
        If there is no real root, or ``near`` does not decide between two.

    Notes
    -----
    The polynomial need not be irreducible: the factor of the chosen root is kept.
    Quadratic irrationals live in Q(sqrt d) with d squarefree, so that the golden
    ratio and the square root of 5 share a field.

    Examples
    --------
    >>> phi = pl.algebraic("x**2 - x - 1", near=1.6)
    >>> phi
    AlgebraicReal(1/2 + 1/2*sqrt(5))
    >>> pl.algebraic("x**7 - 2*x**5 - 1", near=1.46).minimal_polynomial
    (-1, 0, -1, 1)
    """
    items = parse_polynomial(polynomial) if isinstance(polynomial, str) else polynomial
    coefficients = [rational(c) for c in items]
    denominator = lcm(*(c.denominator for c in coefficients)) if coefficients else 1
    whole = primitive([int(c * denominator) for c in coefficients])
    candidates = [
        (factor, index, interval)
        for factor in irreducible_factors(whole)
        for index, interval in enumerate(real_root_intervals(factor))
    ]
    if not candidates:
        raise DomainError(f"{brief(polynomial)} has no real root")
    if near is None:
        if len(candidates) > 1:
            raise DomainError(
                f"{brief(polynomial)} has {len(candidates)} real roots; pass near=... to choose one"
            )
        factor, index, _ = candidates[0]
        return _root(factor, index)
    point = dyadic(near)
    roots = [_root(factor, index) for factor, index, _ in candidates]
    distances: list[Scalar] = [r - point if r > point else point - r for r in roots]
    best = min(range(len(roots)), key=lambda i: _Key(distances[i]))
    if sum(1 for d in distances if d == distances[best]) > 1:
        raise DomainError(
            f"two roots of {brief(polynomial)} are equally near to {near}; move `near`"
        )
    return roots[best]


class _Key:
    """Order of exact numbers, fractions and elements of several fields alike."""

    def __init__(self, value: Scalar) -> None:
        self.value = value

    def __lt__(self, other: _Key) -> bool:
        return bool(self.value < other.value)


def _root(factor: tuple[int, ...], index: int) -> Scalar:
    if len(factor) == 2:
        return Fraction(-factor[0], factor[1])
    if len(factor) == 3:
        c, b, a = factor
        # (-b +- sqrt(b^2 - 4ac)) / 2a, and a > 0
        offset = sqrt(b * b - 4 * a * c) / (2 * a)
        return Fraction(-b, 2 * a) + (offset if index == 1 else -offset)
    return AlgebraicReal.of(NumberField(factor, index), (0, 1))


_FACTOR_BITS = 140  # factored in a moment; twice as many bits take hours


def _squarefree(n: int) -> tuple[int, int]:
    """n = square**2 * free with free squarefree, as far as n can be factored quickly.

    A large n keeps the squares of its large primes: the number is then still exact and
    compares exactly, but its field is not seen to be that of the root without them.
    """
    from flint import fmpz

    square = free = 1
    for p, e in fmpz(n).factor(trial_limit=10_000):
        parts = [(p, 1)] if p.bit_length() > _FACTOR_BITS else fmpz(p).factor()
        for q, k in parts:
            root = isqrt(int(q))
            if root * root == q:
                q, k = root, 2 * k
            square *= int(q) ** (e * k // 2)
            free *= int(q) ** (e * k % 2)
    return square, free


@lru_cache(maxsize=256)
def _square_root_field(free: int) -> NumberField:
    return NumberField((-free, 0, 1), 1)


def sqrt(x: Any) -> Scalar:
    """The square root of a nonnegative rational number, exactly.

    Parameters
    ----------
    x : int, Fraction or str

    Returns
    -------
    Fraction if ``x`` is a square, else AlgebraicReal

    Raises
    ------
    DomainError
        If ``x`` is negative.

    Examples
    --------
    >>> pl.sqrt(5) * pl.sqrt(20)
    AlgebraicReal(10)
    >>> pl.sqrt("9/4")
    Fraction(3, 2)
    """
    q = rational(x)
    if q < 0:
        raise DomainError(f"the square root of {to_text(q)} is not real")
    n = q.numerator * q.denominator
    root = isqrt(n)
    if root * root == n:
        return Fraction(root, q.denominator)
    square, free = _squarefree(n)
    field = _square_root_field(free)
    common = gcd(square, q.denominator)
    return AlgebraicReal(field, (0, square // common), q.denominator // common)


def golden() -> AlgebraicReal:
    """The golden ratio (1 + sqrt 5) / 2.

    Examples
    --------
    >>> g = pl.golden()
    >>> g**2 == g + 1
    True
    """
    root = sqrt(5)
    assert isinstance(root, AlgebraicReal)
    return (root + 1) / 2


def sqrt_of(x: Any) -> Scalar:
    """The square root of a nonnegative exact number; it may lie in a larger field.

    Parameters
    ----------
    x : int, Fraction, str or AlgebraicReal

    Raises
    ------
    DomainError
        If ``x`` is negative.

    Notes
    -----
    A root of m(y**2), where m is the minimal polynomial of ``x``; if that number
    lies in the field of ``x`` again, it is still returned in a field of its own.
    """
    if not isinstance(x, AlgebraicReal):
        return sqrt(x)
    if x.is_rational:
        return sqrt(x.as_fraction())
    if x.sign() < 0:
        raise DomainError(f"the square root of {x} is not real")
    m = x.minimal_polynomial
    spread = [0] * (2 * len(m) - 1)
    spread[::2] = m
    whole = primitive(spread)
    candidates = [
        (factor, index, interval)
        for factor in irreducible_factors(whole)
        for index, interval in enumerate(real_root_intervals(factor))
    ]
    bits = 16
    while True:
        low, high = x.enclosure(bits)
        fitting = [c for c in candidates if _may_square_to(c[0], c[2], low, high, bits)]
        if len(fitting) == 1:
            return _root(fitting[0][0], fitting[0][1])
        bits *= 2


def _may_square_to(
    factor: tuple[int, ...],
    interval: tuple[Fraction, Fraction],
    low: Fraction,
    high: Fraction,
    bits: int,
) -> bool:
    """Whether the nonnegative root inside ``interval`` can have a square in low..high."""
    a, b = interval
    sign = evaluate(factor, a) > 0
    while b - a > Fraction(1, 1 << bits):
        middle = (a + b) / 2
        value = evaluate(factor, middle)
        if value == 0:
            a = b = middle
        elif (value > 0) == sign:
            a = middle
        else:
            b = middle
    return b >= 0 and max(a, Fraction(0)) ** 2 <= high and b * b >= low
