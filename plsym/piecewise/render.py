"""How a piecewise-linear function is shown: a short line, and LaTeX cases."""

from __future__ import annotations

from plsym.exact.element import AlgebraicReal
from plsym.exact.scalars import Num, sign, text, to_float, to_public
from plsym.piecewise.algebra import piece_slopes
from plsym.piecewise.knots import Knots

__all__ = ["latex", "short"]

_MOST = 8


def short(knots: Knots, pieces: int) -> str:
    """One line: the knots if they are few, else their number; "~" marks what is rounded."""
    if len(knots.xs) > _MOST:
        first, last = _brief(knots.xs[0]), _brief(knots.xs[-1])
        return f"PiecewiseLinear({pieces} pieces, knots from {first} to {last})"
    parts = [f"({_brief(x)}, {_brief(y)})" for x, y in zip(knots.xs, knots.ys, strict=True)]
    if knots.left is not None:
        parts.append(f"left slope {_brief(knots.left)}")
    if knots.right is not None:
        parts.append(f"right slope {_brief(knots.right)}")
    return f"PiecewiseLinear({', '.join(parts)})"


def _brief(x: Num) -> str:
    whole = text(x)
    return whole if len(whole) <= 40 else f"~{to_float(x):.9g}"


def _number(x: Num) -> str:
    shown = to_public(x)
    if isinstance(shown, AlgebraicReal):
        return shown._repr_latex_().strip("$")
    if shown.denominator == 1:
        return str(shown.numerator)
    minus = "-" if shown < 0 else ""
    return rf"{minus}\tfrac{{{abs(shown.numerator)}}}{{{shown.denominator}}}"


def _line(slope: Num, intercept: Num) -> str:
    if sign(slope) == 0:
        return _number(intercept)
    factor = _number(slope)
    if factor in ("1", "-1"):
        factor = factor[:-1]
    elif " " in factor:
        factor = f"({factor})"
    if sign(intercept) == 0:
        return f"{factor}x"
    tail = _number(abs(intercept))
    if " " in tail and sign(intercept) < 0:
        tail = f"({tail})"
    return f"{factor}x {'-' if sign(intercept) < 0 else '+'} {tail}"


def latex(knots: Knots) -> str:
    """The function as LaTeX cases; pieces beyond the eighth are left out with dots."""
    slopes = piece_slopes(knots)
    xs, ys = knots.xs, knots.ys
    rows: list[str] = []
    for i, slope in enumerate(slopes):
        j = i - 1 if knots.left is not None else i
        anchor = max(j, 0)
        line = _line(slope, ys[anchor] - slope * xs[anchor])
        low = xs[j] if j >= 0 else None
        high = xs[j + 1] if j + 1 < len(xs) else None
        if len(slopes) == 1 and knots.left is not None and knots.right is not None:
            return f"${line}$"
        if low is None:
            where = rf"x \le {_number(high)}" if high is not None else ""
        elif high is None:
            where = rf"x \ge {_number(low)}"
        else:
            where = rf"{_number(low)} \le x \le {_number(high)}"
        rows.append(f"{line} & {where}")
    if len(rows) > _MOST:
        more = len(rows) - _MOST
        rows = [*rows[: _MOST - 1], rf"\dots & \text{{{more} more pieces}}", rows[-1]]
    body = r" \\ ".join(rows)
    return rf"$\begin{{cases}} {body} \end{{cases}}$"
