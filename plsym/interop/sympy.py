"""sympy expressions to and from piecewise-linear functions."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from gmpy2 import mpq

from plsym.errors import DomainError, FormulaError, InexactInputError
from plsym.exact.algebraic import sqrt
from plsym.exact.scalars import Num, ScalarLike, to_num, to_public
from plsym.piecewise import algebra
from plsym.piecewise.function import PiecewiseLinear
from plsym.piecewise.knots import Knots

__all__ = ["from_sympy", "to_sympy"]


def _number(x: Num) -> Any:
    import sympy

    shown = to_public(x)
    if isinstance(shown, Fraction):
        return sympy.Rational(shown.numerator, shown.denominator)
    return shown._sympy_()


def to_sympy(f: PiecewiseLinear, symbol: Any = None) -> Any:
    """The function as a sympy ``Piecewise``.

    Parameters
    ----------
    f : PiecewiseLinear
    symbol : sympy.Symbol, optional
        The variable; ``x`` by default.

    Returns
    -------
    sympy.Piecewise
        Undefined outside the domain; a plain expression for one piece on the line.

    Examples
    --------
    >>> from plsym.interop.sympy import to_sympy
    >>> to_sympy(pl.tent())
    Piecewise((2*x, (x >= 0) & (x <= 1/2)), (2 - 2*x, (x >= 1/2) & (x <= 1)))
    """
    import sympy

    x = sympy.Symbol("x") if symbol is None else symbol
    knots = f._knots()
    slopes = algebra.piece_slopes(knots)
    shift = 0 if knots.left is None else 1
    if len(slopes) == 1 and knots.left is not None and knots.right is not None:
        return _number(slopes[0]) * x + _number(knots.ys[0] - slopes[0] * knots.xs[0])
    pieces = []
    for i, slope in enumerate(slopes):
        anchor = max(i - shift, 0)
        line = _number(slope) * x + _number(knots.ys[anchor] - slope * knots.xs[anchor])
        conditions = []
        if i >= shift:
            conditions.append(x >= _number(knots.xs[i - shift]))
        if i + 1 - shift < len(knots.xs):
            conditions.append(x <= _number(knots.xs[i + 1 - shift]))
        pieces.append((line, sympy.And(*conditions)))
    return sympy.Piecewise(*pieces, evaluate=False)


def from_sympy(
    expression: Any,
    symbol: Any = None,
    domain: tuple[ScalarLike | None, ScalarLike | None] | None = None,
) -> PiecewiseLinear:
    """Read a piecewise-linear sympy expression.

    Parameters
    ----------
    expression : sympy expression
        Of numbers (rational, or square roots), one symbol, sums, products with
        constants, Abs, Max, Min and Piecewise with conditions on the symbol.
    symbol : sympy.Symbol, optional
        The variable, if the expression has several symbols.
    domain : pair, optional
        The whole line if left out; None in it is an infinite end.

    Returns
    -------
    PiecewiseLinear

    Raises
    ------
    FormulaError
        If the expression is not piecewise linear, or not known.
    InexactInputError
        If it holds a float.
    DomainError
        If a Piecewise is not continuous or not defined on the domain.

    Examples
    --------
    >>> import sympy
    >>> from plsym.interop.sympy import from_sympy
    >>> x = sympy.Symbol("x")
    >>> from_sympy(1 - sympy.Abs(2 * x - 1), domain=(0, 1)) == pl.tent()
    True
    """
    import sympy

    try:
        # strict: sympy would evaluate text as Python
        expression = sympy.sympify(expression, strict=True)
    except sympy.SympifyError:
        raise FormulaError(
            f"a {type(expression).__name__} is no sympy expression; formulas in text are read by "
            "PiecewiseLinear.from_formula"
        ) from None
    free = expression.free_symbols
    if symbol is None:
        if len(free) > 1:
            names = ", ".join(sorted(map(str, free)))
            raise FormulaError(f"the expression has the symbols {names}; pass symbol=...")
        symbol = next(iter(free), sympy.Symbol("x"))
    elif free - {symbol}:
        raise FormulaError(f"the expression has symbols besides {symbol}: {free - {symbol}}")
    ends = (
        (None, None)
        if domain is None
        else tuple(
            None if e is None or (isinstance(e, float) and math.isinf(e)) else to_num(e)
            for e in domain
        )
    )
    knots = _Reader(sympy, symbol, ends[0], ends[1]).read(expression)
    return PiecewiseLinear._made(knots)


class _Reader:
    def __init__(self, sympy: Any, symbol: Any, low: Num | None, high: Num | None) -> None:
        self.sympy, self.symbol, self.low, self.high = sympy, symbol, low, high

    def constant(self, e: Any) -> Num:
        sympy = self.sympy
        if isinstance(e, sympy.Float):
            raise InexactInputError(f"{e} is a float; use sympy.Rational or a string")
        if e.is_Rational:
            return mpq(int(e.p), int(e.q))
        if isinstance(e, sympy.Pow) and e.exp == sympy.Rational(1, 2) and e.base.is_Rational:
            return to_num(sqrt(Fraction(int(e.base.p), int(e.base.q))))
        if isinstance(e, sympy.Pow) and e.exp.is_Integer:
            return self.constant(e.base) ** int(e.exp)
        if e is sympy.GoldenRatio:
            return (1 + to_num(sqrt(5))) / 2
        if isinstance(e, (sympy.Add, sympy.Mul)):
            total = mpq(0) if isinstance(e, sympy.Add) else mpq(1)
            for a in e.args:
                value = self.constant(a)
                total = total + value if isinstance(e, sympy.Add) else total * value
            return total
        if isinstance(e, sympy.Abs):
            return abs(self.constant(e.args[0]))
        raise FormulaError(f"the constant {e} is not known; rationals and square roots are")

    def read(self, e: Any) -> Knots:
        sympy = self.sympy
        if not e.has(self.symbol):
            return algebra.affine(mpq(0), self.constant(e), self.low, self.high)
        if e == self.symbol:
            return algebra.affine(mpq(1), mpq(0), self.low, self.high)
        if isinstance(e, sympy.Add):
            parts = [self.read(a) for a in e.args]
            result = parts[0]
            for part in parts[1:]:
                result = algebra.add(result, part)
            return result
        if isinstance(e, sympy.Mul):
            moving = [a for a in e.args if a.has(self.symbol)]
            if len(moving) > 1:
                raise FormulaError(f"{e} is a product of two terms in {self.symbol}")
            factor = self.constant(sympy.Mul(*[a for a in e.args if not a.has(self.symbol)]))
            return algebra.scale(self.read(moving[0]), factor)
        if isinstance(e, sympy.Abs):
            return algebra.absolute(self.read(e.args[0]))
        if isinstance(e, (sympy.Max, sympy.Min)):
            operation = algebra.maximum if isinstance(e, sympy.Max) else algebra.minimum
            parts = [self.read(a) for a in e.args]
            result = parts[0]
            for part in parts[1:]:
                result = operation(result, part)
            return result
        if isinstance(e, sympy.Piecewise):
            return self._piecewise(e)
        raise FormulaError(f"{e} is not piecewise linear in {self.symbol}, or not known")

    def _piecewise(self, e: Any) -> Knots:
        """Join the branches: each applies where its condition is the first to hold."""
        sympy = self.sympy
        x = self.symbol
        domain = sympy.Interval(
            -sympy.oo if self.low is None else _number(self.low),
            sympy.oo if self.high is None else _number(self.high),
        )
        spans: list[tuple[Num | None, Num | None, Any]] = []
        left = domain
        for branch, condition in e.args:
            where = left if condition is sympy.true else _solution(sympy, condition, x)
            here = left.intersect(where)
            left = left - here
            for part in here.args if isinstance(here, sympy.Union) else (here,):
                if isinstance(part, sympy.Interval):
                    spans.append((self._end(part.start), self._end(part.end), branch))
        if isinstance(left, (sympy.Interval, sympy.Union)):
            raise DomainError(f"{e} is not defined on all of {domain}: {left} is missing")
        spans.sort(key=lambda s: (s[0] is not None, s[0] if s[0] is not None else 0))
        pieces = [_Reader(sympy, x, low, high).read(branch) for low, high, branch in spans]
        result = pieces[0]
        for piece in pieces[1:]:
            if result.ys[-1] != piece.ys[0]:
                raise DomainError(f"{e} is not continuous at {self.symbol} = {piece.xs[0]}")
            result = Knots(
                result.xs + piece.xs[1:], result.ys + piece.ys[1:], result.left, piece.right
            )
        return algebra.canonical(result.xs, result.ys, result.left, result.right)

    def _end(self, e: Any) -> Num | None:
        return None if e in (self.sympy.oo, -self.sympy.oo) else self.constant(e)


def _solution(sympy: Any, condition: Any, x: Any) -> Any:
    """The set where a condition holds; conditions are made of comparisons linear in x."""
    for relation in condition.atoms(sympy.core.relational.Relational):
        difference = relation.lhs - relation.rhs
        if not difference.is_polynomial(x) or sympy.degree(difference, x) > 1:
            raise FormulaError(f"the condition {relation} is not linear in {x}")
    try:
        return condition.as_set()
    except (NotImplementedError, AttributeError, TypeError) as error:
        raise FormulaError(f"the condition {condition} is no interval in {x}") from error
