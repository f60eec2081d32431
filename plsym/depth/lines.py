"""The best line in L1, proposed in floating point: nothing here decides anything."""

from __future__ import annotations

from typing import Any

import numpy as np

from plsym.exact.scalars import to_float
from plsym.piecewise.knots import Knots

__all__ = ["float_error", "l1_line", "nearest_pieces"]


def _floats(g: Knots) -> tuple[Any, Any]:
    return np.array([to_float(x) for x in g.xs]), np.array([to_float(y) for y in g.ys])


class _Shape:
    """A function on [-1, 1] in floating point, and the L1 error of lines (a, b)."""

    def __init__(self, g: Knots) -> None:
        xs, self.ys = _floats(g)
        self.middle, self.half = (xs[0] + xs[-1]) / 2, (xs[-1] - xs[0]) / 2
        self.us = (xs - self.middle) / self.half
        self.steps = np.diff(self.us)
        self.slopes = np.diff(self.ys) / self.steps

    def look(self, at: Any) -> tuple[float, Any, Any]:
        """The error, and the first and second derivatives, the first with opposite sign."""
        us, steps = self.us, self.steps
        d = self.ys - at[0] - at[1] * us
        left, right = d[:-1], d[1:]
        crossing = left * right < 0
        with np.errstate(all="ignore"):
            share = np.where(crossing, left / (left - right), 1.0)
            triangles = (left * left + right * right) / np.abs(left - right)
        area = np.where(crossing, triangles, np.abs(left + right))
        cuts = us[:-1] + share * steps
        before = np.where(left != 0, np.sign(left), np.sign(right))
        flips = us[1:] - cuts  # lengths after the crossing
        s0 = np.sum(before * (cuts - us[:-1]) - before * flips)
        s1 = np.sum(before * (cuts**2 - us[:-1] ** 2) - before * (us[1:] ** 2 - cuts**2)) / 2
        c = cuts[crossing]
        w = 2 / np.maximum(np.abs(self.slopes[crossing] - at[1]), 1e-150)
        hessian = np.array([[w.sum(), (w * c).sum()], [(w * c).sum(), (w * c * c).sum()]])
        return float(np.sum(steps * area)) / 2, np.array([s0, s1]), hessian

    def start(self) -> Any:
        """The line of least squares."""
        us, ys, steps = self.us, self.ys, self.steps
        mean = float(np.sum(steps * (ys[:-1] + ys[1:])) / 4)
        sums = us[:-1] * (2 * ys[:-1] + ys[1:]) + us[1:] * (ys[:-1] + 2 * ys[1:])
        return np.array([mean, 1.5 * float(np.sum(steps * sums)) / 6])

    def newton(self) -> Any:
        """Newton steps, damped until they help: where g is met once the Hessian is singular."""
        line = self.start()
        value, gradient, hessian = self.look(line)
        damping = 1e-12
        for _ in range(60):
            damped = hessian + damping * (1 + np.trace(hessian)) * np.eye(2)
            step = np.linalg.solve(damped, gradient)
            trial = self.look(line + step)
            if trial[0] < value:
                done = value - trial[0] <= 1e-15 * value
                line = line + step
                value, gradient, hessian = trial
                damping = max(damping / 100, 1e-12)
                if done:
                    break
            elif damping > 1e9:
                break
            else:
                damping *= 30
        return line

    def bisect(self) -> Any:
        """Bisection for b, and for each b for a: slow, and sure where Newton steps stall."""
        steepest = float(np.max(np.abs(self.slopes)))

        def best(b: float) -> tuple[float, float]:
            rest = self.ys - b * self.us
            low, high = float(rest.min()), float(rest.max())
            for _ in range(54):
                a = (low + high) / 2
                gradient = self.look((a, b))[1]
                low, high = (a, high) if gradient[0] > 0 else (low, a)
            return (low + high) / 2, float(gradient[1])

        low, high = -steepest, steepest
        for _ in range(54):
            b = (low + high) / 2
            low, high = (b, high) if best(b)[1] > 0 else (low, b)
        b = (low + high) / 2
        return np.array([best(b)[0], b])


def l1_line(g: Knots, *, surely: bool = False) -> tuple[float, float, list[float]]:
    """Propose the affine a + b x of least L1 error: (a, b, where g changes its side of it).

    Notes
    -----
    The error is convex in (a, b).  Floating point; ``surely`` takes a slow way that does
    not stall where the error is not smooth.
    """
    shape = _Shape(g)
    line = shape.bisect() if surely else shape.newton()
    d = shape.ys - line[0] - line[1] * shape.us
    b = float(line[1] / shape.half)
    cuts = [float(shape.middle + shape.half * c) for c in _flips(shape.us, d)]
    return float(line[0]) - b * float(shape.middle), b, cuts


def _flips(us: Any, d: Any) -> list[float]:
    """Where the sign changes, at knots as well as between them."""
    out: list[float] = []
    tiny = 1e-13 * float(np.max(np.abs(d)))
    before: tuple[float, float] | None = None  # the last knot with a sign
    zero: float | None = None  # a zero since then
    for u, v in zip(us.tolist(), d.tolist(), strict=True):
        if abs(v) <= tiny:
            zero = u if zero is None else zero
            continue
        if before is not None and (before[1] > 0) != (v > 0):
            p, q = before
            out.append(p + (u - p) * (q / (q - v)) if zero is None else zero)
        before, zero = (u, v), None
    return out


def float_error(g: Knots, a: float, b: float) -> float:
    """The L1 error of a line, in floating point."""
    xs, ys = _floats(g)
    d = ys - a - b * xs
    left, right = d[:-1], d[1:]
    size = np.maximum(np.abs(left - right), 1e-300)
    area = np.where(left * right < 0, (left**2 + right**2) / size, np.abs(left + right))
    return float(np.sum(np.diff(xs) * area)) / 2


def nearest_pieces(g: Knots, most: int = 4) -> list[int]:
    """The pieces of g whose lines are nearest to g."""
    xs, ys = _floats(g)
    slopes = (np.diff(ys) / np.diff(xs)).tolist()
    starts = zip(xs.tolist(), ys.tolist(), slopes, strict=False)
    errors = [float_error(g, y - m * x, m) for x, y, m in starts]
    return sorted(range(len(errors)), key=errors.__getitem__)[:most]
