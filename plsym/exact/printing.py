"""Elements of a number field as text, LaTeX and sympy expressions."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from plsym.exact.numberfield import NumberField
from plsym.exact.rationals import to_text

__all__ = ["latex", "plain", "symbolic"]


def _radicand(field: NumberField) -> int | None:
    """Return d if the field's generator is the square root of d."""
    polynomial = field.minimal_polynomial
    if len(polynomial) == 3 and polynomial[1:] == (0, 1) and field.root == 1:
        return -polynomial[0]
    return None


def _terms(coefficients: Sequence[Fraction], generator: str, power: str) -> str:
    out = ""
    for i, c in enumerate(coefficients):
        if not c:
            continue
        size = to_text(abs(c))
        name = "" if i == 0 else generator if i == 1 else f"{generator}{power}{i}"
        term = size if not name else name if size == "1" else f"{size}*{name}"
        if not out:
            out = f"-{term}" if c < 0 else term
        else:
            out += f" - {term}" if c < 0 else f" + {term}"
    return out or "0"


def plain(field: NumberField, coefficients: Sequence[Fraction]) -> str:
    """Write the sum of coefficients times powers of the generator, say 1/2 + 1/2*sqrt(5)."""
    d = _radicand(field)
    if d is not None:
        return _terms(coefficients, f"sqrt({to_text(Fraction(d))})", "**")
    text = _terms(coefficients, "alpha", "**")
    if "alpha" not in text:
        return text
    listed = ", ".join(to_text(Fraction(c)) for c in field.minimal_polynomial)
    return f"{text} (alpha = {field.float_powers[1]:.6g}, a root of [{listed}])"


def latex(field: NumberField, coefficients: Sequence[Fraction]) -> str:
    """Write the same in LaTeX."""
    d = _radicand(field)
    name = "\\alpha" if d is None else "\\sqrt{" + to_text(Fraction(d)) + "}"
    return "$" + _terms(coefficients, name, "^").replace("*", " ") + "$"


def symbolic(field: NumberField, coefficients: Sequence[Fraction]) -> Any:
    """Return the number in sympy: radicals for square roots, else a root of a polynomial."""
    import sympy

    d = _radicand(field)
    generator = sympy.sqrt(d) if d is not None else _root(sympy, field)
    terms = [sympy.Rational(c.numerator, c.denominator) for c in coefficients]
    return sum((c * generator**i for i, c in enumerate(terms)), sympy.Integer(0))


def _root(sympy: Any, field: NumberField) -> Any:
    polynomial = sympy.Poly(list(reversed(field.minimal_polynomial)), sympy.Symbol("x"))
    return sympy.CRootOf(polynomial, field.root)
