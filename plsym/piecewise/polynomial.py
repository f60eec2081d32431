"""Polynomials with rational coefficients: the smooth targets of distances."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from plsym.errors import DomainError
from plsym.exact.algebraic import parse_polynomial
from plsym.exact.rationals import rational
from plsym.exact.scalars import Num, Scalar, to_num, to_public

__all__ = ["Polynomial"]


class Polynomial:
    """A polynomial in x with rational coefficients.

    Parameters
    ----------
    coefficients : sequence of exact rationals
        From low to high degree.

    Examples
    --------
    >>> p = pl.Polynomial([0, 0, 1])
    >>> p("1/2"), p.degree, p.derivative()
    (Fraction(1, 4), 2, Polynomial(2*x))
    """

    __slots__ = ("coefficients",)
    coefficients: tuple[Fraction, ...]

    def __init__(self, coefficients: Sequence[Any]) -> None:
        items = [rational(c) for c in coefficients]
        while len(items) > 1 and items[-1] == 0:
            items.pop()
        if not items:
            raise DomainError("no coefficients were given; Polynomial([0]) is the zero polynomial")
        object.__setattr__(self, "coefficients", tuple(items))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Polynomial is immutable: {name} cannot be set")

    def __reduce__(self) -> tuple[Any, ...]:
        return (Polynomial, (self.coefficients,))

    @classmethod
    def from_formula(cls, text: str) -> Polynomial:
        """Read a formula such as "x**2 - x/2".

        Examples
        --------
        >>> pl.Polynomial.from_formula("x**2 - x/2").coefficients
        (Fraction(0, 1), Fraction(-1, 2), Fraction(1, 1))
        """
        return cls(parse_polynomial(text))

    @property
    def degree(self) -> int:
        """The degree; 0 for a constant."""
        return len(self.coefficients) - 1

    def value(self, x: Num) -> Num:
        """The value at an internal number."""
        result = to_num(self.coefficients[-1])
        for c in reversed(self.coefficients[:-1]):
            result = result * x + to_num(c)
        return result

    def __call__(self, x: Any) -> Scalar:
        """The value at an exact number."""
        return to_public(self.value(to_num(x)))

    def derivative(self) -> Polynomial:
        """The derivative."""
        return Polynomial([i * c for i, c in enumerate(self.coefficients)][1:] or [0])

    def antiderivative(self) -> Polynomial:
        """The antiderivative that vanishes at 0."""
        return Polynomial([Fraction(0), *(c / (i + 1) for i, c in enumerate(self.coefficients))])

    def __add__(self, other: Any) -> Polynomial:
        b = other if isinstance(other, Polynomial) else Polynomial([other])
        n = max(len(self.coefficients), len(b.coefficients))
        x = [*self.coefficients, *[Fraction(0)] * (n - len(self.coefficients))]
        y = [*b.coefficients, *[Fraction(0)] * (n - len(b.coefficients))]
        return Polynomial([p + q for p, q in zip(x, y, strict=True)])

    __radd__ = __add__

    def __neg__(self) -> Polynomial:
        return Polynomial([-c for c in self.coefficients])

    def __sub__(self, other: Any) -> Polynomial:
        return self + (-(other if isinstance(other, Polynomial) else Polynomial([other])))

    def __rsub__(self, other: Any) -> Polynomial:
        return (-self).__add__(other)

    def __mul__(self, other: Any) -> Polynomial:
        b = other if isinstance(other, Polynomial) else Polynomial([other])
        out = [Fraction(0)] * (self.degree + b.degree + 1)
        for i, x in enumerate(self.coefficients):
            for j, y in enumerate(b.coefficients):
                out[i + j] += x * y
        return Polynomial(out)

    __rmul__ = __mul__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Polynomial) and self.coefficients == other.coefficients

    def __hash__(self) -> int:
        return hash(("Polynomial", self.coefficients))

    def __repr__(self) -> str:
        out = ""
        for i in range(self.degree, -1, -1):
            c = self.coefficients[i]
            if not c:
                continue
            power = "" if i == 0 else "x" if i == 1 else f"x**{i}"
            size = str(abs(c))
            term = size if not power else power if abs(c) == 1 else f"{size}*{power}"
            if out:
                out += f" - {term}" if c < 0 else f" + {term}"
            else:
                out = f"-{term}" if c < 0 else term
        return f"Polynomial({out or '0'})"
