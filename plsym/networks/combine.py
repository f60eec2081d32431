"""New stages from old ones: networks side by side, and functions of the outputs."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from plsym.errors import DomainError
from plsym.exact.dyadics import ExactArray
from plsym.networks.paths import is_rational
from plsym.networks.rows import negated
from plsym.networks.sweeping.stages import Dense, Stage
from plsym.networks.weights import as_integers, assemble, ones

__all__ = ["composed", "difference", "output_units", "with_weights"]


def _dense(stage: Stage) -> ExactArray:
    """The weights as a full matrix, with all their digits."""
    if isinstance(stage.linear, Dense):
        return stage.linear.weights
    rows, columns, values = stage.linear.entries()
    numerators, denominator = as_integers(values)
    total = np.zeros((stage.n_out, stage.n_in), dtype=object)
    np.add.at(total, (rows, columns), numerators)
    return _from_integers(total, denominator)


def _from_integers(total: NDArray[np.object_], denominator: int) -> ExactArray:
    flat = [Fraction(int(v), denominator) for v in total.ravel().tolist()]
    return ExactArray.from_fractions(flat, total.shape)


def output_units(
    stages: Sequence[Stage], factors: ExactArray, offsets: ExactArray
) -> tuple[Stage, ...]:
    """Add ReLU units with the arguments ``factors @ outputs + offsets``; outputs stay as they are.

    Parameters
    ----------
    stages : sequence of Stage
    factors : ExactArray, shape (m, n_out)
    offsets : ExactArray, shape (m,)

    Returns
    -------
    tuple of Stage
        The last but one stage has n_out identities and then the m units; the last one
        selects the outputs.
    """
    last = stages[-1]
    n, m = last.n_out, factors.shape[0]
    weights, bias = _dense(last), last.bias
    f, f_scale = as_integers(factors)
    w, w_scale = as_integers(weights)
    b, b_scale = as_integers(bias)
    c, c_scale = as_integers(offsets)
    new_weights = _from_integers(f.astype(object) @ w.astype(object), f_scale * w_scale)
    shifted = (f.astype(object) @ b.astype(object)) * c_scale + c * (f_scale * b_scale)
    new_bias = _from_integers(shifted, f_scale * b_scale * c_scale)
    top, low = slice(0, n), slice(n, n + m)
    both = assemble((n + m, last.n_in), [(top, weights), (low, new_weights)])
    shift = assemble((n + m,), [(top, bias), (low, new_bias)])
    alpha = ExactArray(np.concatenate([np.ones(n), np.zeros(m)]))
    select = ExactArray(np.eye(n, n + m))
    return (
        *stages[:-1],
        Stage(Dense(both), shift, alpha),
        Stage.affine(Dense(select), ExactArray(np.zeros(n))),
    )


def difference(first: Sequence[Stage], second: Sequence[Stage]) -> tuple[Stage, ...]:
    """The stages of first - second, both on the same inputs.

    Raises
    ------
    DomainError
        If the networks differ in their numbers of inputs or outputs, or a weight is not
        rational.
    """
    sizes = (
        ("inputs", first[0].n_in, second[0].n_in),
        ("outputs", first[-1].n_out, second[-1].n_out),
    )
    for what, count, other in sizes:
        if count != other:
            raise DomainError(f"the networks have {count} and {other} {what}; give equally many")
    if not (is_rational(first) and is_rational(second)):
        raise DomainError("networks are compared if their weights are rational")
    depth = max(len(first), len(second), 2)
    pairs = list(zip(_padded(first, depth), _padded(second, depth), strict=True))
    out = []
    for i, (a, b) in enumerate(pairs[:-1]):
        top, low = slice(0, a.n_out), slice(a.n_out, None)
        shared = i == 0
        left = slice(0, a.n_in)
        right = left if shared else slice(a.n_in, None)
        n = a.n_out + b.n_out
        weights = assemble(
            (n, a.n_in if shared else a.n_in + b.n_in),
            [((top, left), _dense(a)), ((low, right), _dense(b))],
        )
        bias = assemble((n,), [(top, a.bias), (low, b.bias)])
        alpha = assemble((n,), [(top, a.alpha), (low, b.alpha)])
        out.append(Stage(Dense(weights), bias, alpha))
    a, b = pairs[-1]
    every, left, right = slice(None), slice(0, a.n_in), slice(a.n_in, None)
    weights = assemble(
        (a.n_out, a.n_in + b.n_in),
        [((every, left), _dense(a)), ((every, right), negated(_dense(b)))],
    )
    numbers, scale = as_integers(a.bias)
    others, other_scale = as_integers(b.bias)
    bias = _from_integers(numbers * other_scale - others * scale, scale * other_scale)
    return (*out, Stage.affine(Dense(weights), bias))


def _padded(stages: Sequence[Stage], depth: int) -> list[Stage]:
    """Put identities before the last stage."""
    last = stages[-1]
    n = last.n_in
    identity = Stage(Dense(ExactArray(np.eye(n))), ExactArray(np.zeros(n)), ones(n))
    return [*stages[:-1], *[identity] * (depth - len(stages)), last]


def composed(stage: Stage, embedding: Sequence[Sequence[Fraction]]) -> Stage:
    """The stage after an affine map: one row an input, the constant last."""
    rows, columns, values = stage.linear.entries()
    weights, scale = as_integers(values)
    weights = weights.ravel()
    common = lcm(1, *(v.denominator for row in embedding for v in row))
    width = len(embedding[0])
    inner = np.empty((len(embedding), width), dtype=object)
    for i, row in enumerate(embedding):
        inner[i] = [int(v * common) for v in row]
    total = np.zeros((stage.n_out, width), dtype=object)
    used = weights != 0
    np.add.at(total, rows[used], weights[used, None] * inner[columns[used]])
    matrix = [[Fraction(v, scale * common) for v in row] for row in total.tolist()]
    return with_weights(stage, matrix)


def with_weights(stage: Stage, matrix: list[list[Fraction]]) -> Stage:
    """A stage with other weights; the last column is added to its bias."""
    d = len(matrix[0]) - 1
    bias = [
        row[-1] + Fraction(int(b.numerator), int(b.denominator))
        for row, b in zip(matrix, stage.bias.scalars().tolist(), strict=True)
    ]
    weights = ExactArray.from_fractions([v for row in matrix for v in row[:-1]], (len(matrix), d))
    return Stage(
        Dense(weights), ExactArray.from_fractions(bias, (len(bias),)), stage.alpha, stage.labels
    )
