"""A safe reader of piecewise-linear formulas in x.  Nothing is ever evaluated as Python.

Grammar::

    sum     = product { ("+" | "-") product }
    product = signed { ("*" | "/") signed }
    signed  = ("+" | "-") signed | atom
    atom    = number | "x" | constant | name "(" sum { "," sum } ")" | "(" sum ")" | "|" sum "|"

Numbers are integers and decimals, read exactly; constants are ``golden`` (or
``phi``); functions are ``abs``, ``relu``, ``max``, ``min``, ``clip`` and, of
constants, ``sqrt``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isqrt
from typing import Any, NamedTuple

from gmpy2 import mpq

from plsym.errors import DomainError, FormulaError
from plsym.exact.algebraic import golden, sqrt
from plsym.exact.element import AlgebraicReal
from plsym.exact.rationals import from_text
from plsym.exact.scalars import Num, sign, to_num, to_public
from plsym.piecewise import algebra
from plsym.piecewise.knots import Knots

__all__ = ["parse_constant", "parse_formula"]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,4})?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<symbol>[-+*/(),|]))",
    re.ASCII,
)
_MAX_LENGTH = 10_000
_MAX_DEPTH = 100
_MAX_KNOTS = 100_000
_MAX_WORK = 1_000_000  # about one breakpoint of small numbers each


class _Token(NamedTuple):
    kind: str
    text: str
    position: int


# a value while parsing: a constant, or a function on the line
_Value = Num | Knots


class _Parser:
    def __init__(self, text: str, allow_x: bool) -> None:
        self.text, self.allow_x = text, allow_x
        if len(text) > _MAX_LENGTH:
            raise FormulaError(
                f"a formula of {len(text)} characters; at most {_MAX_LENGTH} are read"
            )
        self.tokens = self._split()
        self.index = self.depth = self.work = 0

    def spend(self, units: int) -> None:
        """Count work, so that ten thousand characters cannot take hours."""
        self.work += units
        if self.work > _MAX_WORK:
            raise self.error("the formula takes too much work: too many breakpoints or digits")

    def error(self, why: str, position: int | None = None) -> FormulaError:
        at = self._here().position if position is None else position
        start = max(0, at - 40)
        window = self.text[start : start + 80].replace("\n", " ")
        return FormulaError(f"{why}\n  {window}\n  {' ' * (at - start)}^")

    def _split(self) -> list[_Token]:
        tokens: list[_Token] = []
        at, end = 0, len(self.text.rstrip())
        while at < end:
            match = _TOKEN.match(self.text, at)
            if match is None:
                while self.text[at].isspace():
                    at += 1
                raise self.error(f"unexpected character {self.text[at]!r}", at)
            kind = str(match.lastgroup)
            tokens.append(_Token(kind, match[kind], match.start(kind)))
            at = match.end()
        tokens.append(_Token("end", "", end))
        return tokens

    def _here(self) -> _Token:
        return self.tokens[self.index]

    def _take(self) -> _Token:
        token = self.tokens[self.index]
        self.index += token.kind != "end"
        return token

    def _expect(self, symbol: str) -> None:
        if self._here().text != symbol:
            found = self._here().text
            raise self.error(
                f"expected {symbol!r}" + (f", found {found!r}" if found else " before the end")
            )
        self._take()

    def finish(self, value: _Value) -> _Value:
        if self._here().kind != "end":
            raise self.error(f"unexpected {self._here().text!r}")
        return value

    # grammar ---------------------------------------------------------------------

    def sum(self) -> _Value:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise self.error(f"nested more than {_MAX_DEPTH} deep")
        value = self._product()
        while self._here().text in ("+", "-"):
            minus = self._take().text == "-"
            term = self._product()
            value = self._add(value, self._scale(term, mpq(-1)) if minus else term)
        self.depth -= 1
        return value

    def _product(self) -> _Value:
        value = self._signed()
        while self._here().text in ("*", "/"):
            operator = self._take()
            right = self._signed()
            if operator.text == "/":
                if isinstance(right, Knots):
                    raise self.error(
                        "division by something that depends on x is not piecewise linear",
                        operator.position,
                    )
                if sign(right) == 0:
                    raise self.error("division by zero", operator.position)
                value = self._scale(value, 1 / right)
            elif isinstance(right, Knots) and isinstance(value, Knots):
                raise self.error(
                    "a product of two terms that depend on x is not piecewise linear",
                    operator.position,
                )
            elif isinstance(right, Knots):
                value = self._scale(right, value)
            else:
                value = self._scale(value, right)
        return value

    def _signed(self) -> _Value:
        minus = False
        while self._here().text in ("+", "-"):
            minus ^= self._take().text == "-"
        value = self._atom()
        return self._scale(value, mpq(-1)) if minus else value

    def _atom(self) -> _Value:
        token = self._take()
        if token.kind == "number":
            return to_num(from_text(token.text))
        if token.text == "(":
            value = self.sum()
            self._expect(")")
            return value
        if token.text == "|":
            value = self.sum()
            self._expect("|")
            return self._absolute(value)
        if token.kind == "name":
            return self._named(token)
        if token.kind == "end":
            raise self.error("the formula ends too early")
        raise self.error(f"unexpected {token.text!r}", token.position)

    def _named(self, token: _Token) -> _Value:
        name = token.text
        if name == "x":
            if not self.allow_x:
                raise self.error("a constant is needed here, without x", token.position)
            return algebra.affine(mpq(1), mpq(0))
        if name in ("golden", "phi"):
            if self._here().text == "(" and self.tokens[self.index + 1].text == ")":
                self.index += 2
            return to_num(golden())
        known: dict[str, tuple[int, int | None, Callable[[list[_Value]], _Value]]] = {
            "abs": (1, 1, lambda v: self._absolute(v[0])),
            "relu": (1, 1, lambda v: self._extreme([v[0], mpq(0)], largest=True)),
            "max": (1, None, lambda v: self._extreme(v, largest=True)),
            "min": (1, None, lambda v: self._extreme(v, largest=False)),
            "clip": (3, 3, self._clip),
            "sqrt": (1, 1, lambda v: self._root(v[0], token)),
        }
        if name not in known:
            raise self.error(
                f"unknown name {name!r}; known are x, golden, {', '.join(sorted(known))}",
                token.position,
            )
        least, most, operation = known[name]
        self._expect("(")
        values = self.arguments()
        if len(values) < least or (most is not None and len(values) > most):
            raise self.error(f"{name} takes {least} argument(s), not {len(values)}", token.position)
        return operation(values)

    def arguments(self) -> list[_Value]:
        """Comma-separated sums up to the closing bracket, which is taken."""
        values = [self.sum()]
        while self._here().text == ",":
            self._take()
            values.append(self.sum())
        self._expect(")")
        return values

    # meaning -----------------------------------------------------------------------

    def _checked(self, f: Knots) -> Knots:
        if len(f.xs) > _MAX_KNOTS:
            raise self.error(f"the formula has more than {_MAX_KNOTS} breakpoints")
        return f

    def _spend_on(self, *values: _Value) -> None:
        """Count an operation on values: breakpoints by the length of their numbers."""
        breakpoints = sum(len(v.xs) for v in values if isinstance(v, Knots))
        words = sum(map(_words, values))
        if any(map(_irrational, values)):  # what they make is irrational, and as long
            words = 150 + 16 * words
        # products and greatest common divisors of long numbers take more than linear time
        self.spend(max(1, breakpoints) * (1 + words * isqrt(words) // 100))

    def _add(self, a: _Value, b: _Value) -> _Value:
        self._spend_on(a, b)
        if isinstance(a, Knots):
            return self._checked(algebra.add(a, b) if isinstance(b, Knots) else algebra.shift(a, b))
        return algebra.shift(b, a) if isinstance(b, Knots) else a + b

    def _scale(self, a: _Value, c: Num) -> _Value:
        self._spend_on(a, c)
        return algebra.scale(a, c) if isinstance(a, Knots) else a * c

    def _absolute(self, a: _Value) -> _Value:
        self._spend_on(a)
        return self._checked(algebra.absolute(a)) if isinstance(a, Knots) else abs(a)

    def _extreme(self, values: list[_Value], largest: bool) -> _Value:
        constants = [v for v in values if not isinstance(v, Knots)]
        functions = [v for v in values if isinstance(v, Knots)]
        if constants:
            best = constants[0]
            for c in constants[1:]:
                if (c > best) == largest:
                    best = c
            if not functions:
                return best
            functions.append(algebra.affine(mpq(0), best))
        result = functions[0]
        operation = algebra.maximum if largest else algebra.minimum
        for f in functions[1:]:
            self._spend_on(result, f)
            result = self._checked(operation(result, f))
        return result

    def _clip(self, values: list[_Value]) -> _Value:
        inner, low, high = values
        return self._extreme([self._extreme([inner, low], largest=True), high], largest=False)

    def _root(self, value: _Value, token: _Token) -> _Value:
        if isinstance(value, Knots):
            raise self.error("sqrt of something that depends on x", token.position)
        if isinstance(value, AlgebraicReal):
            raise self.error("sqrt takes a rational number", token.position)
        self.spend(15 * _words(value) ** 2)  # squares are looked for in its factors
        try:
            return to_num(sqrt(to_public(value)))
        except DomainError as error:
            raise self.error(str(error), token.position) from error


def _words(value: Any) -> int:
    """The length of the longest number in a value, in machine words."""
    if isinstance(value, Knots):
        return max(map(_words, _numbers(value)))
    if isinstance(value, AlgebraicReal):
        return sum(map(_words, value.coefficients))
    return int(value.numerator.bit_length() + value.denominator.bit_length()) >> 6


def _irrational(value: _Value) -> bool:
    """Whether a value holds an irrational number."""
    numbers = _numbers(value) if isinstance(value, Knots) else (value,)
    return any(isinstance(x, AlgebraicReal) for x in numbers)


def _numbers(f: Knots) -> tuple[Num, ...]:
    """Breakpoints, values and the slopes of the ends."""
    return (*f.xs, *f.ys, *(s for s in (f.left, f.right) if s is not None))


def parse_formula(text: str) -> Knots:
    """Read a formula as a function on the whole line.

    Raises
    ------
    FormulaError
        If the text is no formula, or not piecewise linear; the message shows where.
    FieldMismatchError
        If it mixes two number fields.

    Notes
    -----
    Text of at most 10,000 characters and 100,000 breakpoints is read, and work is counted
    (breakpoints by the length of their numbers), so that hostile input costs little.
    """
    parser = _Parser(text, allow_x=True)
    value = parser.finish(parser.sum())
    return value if isinstance(value, Knots) else algebra.affine(mpq(0), value)


def parse_constant(text: str) -> Num:
    """Read a constant such as "3/2", "golden" or "(1 + sqrt(5))/2"."""
    parser = _Parser(text, allow_x=False)
    value = parser.finish(parser.sum())
    assert not isinstance(value, Knots)
    return value
