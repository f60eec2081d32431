"""Numbers, functions and networks as the data of a certificate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from plsym.certificates.certificate import Certificate
from plsym.certificates.codec import integer_text, rational_text
from plsym.dynamics.domains import bounded_domain
from plsym.errors import DomainError
from plsym.exact.element import AlgebraicReal
from plsym.exact.numberfield import NumberField
from plsym.exact.scalars import Num, Scalar, field_of, to_num, to_public
from plsym.networks.network import ReLUNetwork
from plsym.networks.sweeping.stages import Stage
from plsym.networks.weights import as_integers
from plsym.piecewise.function import PiecewiseLinear

__all__ = ["all_of", "field_data", "function_data", "number", "stage_data", "written"]


def number(x: Num | Scalar) -> str | list[str]:
    """A rational as text, an element of a field as the list of its coefficients."""
    value = to_public(to_num(x))
    if isinstance(value, AlgebraicReal):
        return [rational_text(c) for c in value.coefficients]
    return rational_text(value)


def field_data(field: NumberField) -> dict[str, Any]:
    """A number field: its polynomial and an interval that isolates the root."""
    return {
        "minimal_polynomial": [integer_text(c) for c in field.minimal_polynomial],
        "interval": [rational_text(end) for end in field.isolating_interval],
    }


def function_data(f: PiecewiseLinear, net: ReLUNetwork | None = None) -> dict[str, Any]:
    """A function by its breakpoints and values; with a network, by its stages as well."""
    knots = f._knots()
    data = {
        "breakpoints": [number(x) for x in knots.xs],
        "values": [number(y) for y in knots.ys],
        "left_slope": None if knots.left is None else number(knots.left),
        "right_slope": None if knots.right is None else number(knots.right),
    }
    return data if net is None else {**data, "network": _network(net, f)}


def _network(net: ReLUNetwork, f: PiecewiseLinear) -> dict[str, Any]:
    if net.n_inputs != 1 or net.n_outputs != 1:
        raise DomainError(
            f"the network has {net.n_inputs} inputs and {net.n_outputs} outputs; "
            "a certificate states networks with one of each"
        )
    low, high = bounded_domain(f, "a network's map is certified on")
    start, stop = to_num(low), to_num(high)
    # wherever any unit changes its sign, comparisons between losers of a maximum included
    sweep = net.along([low], [high])._sweep
    rows = np.unique(sweep.transitions().row)
    inner = [start + (stop - start) * t for t in sweep.exact_positions(rows)]
    points = sorted({start, stop, *inner, *f._knots().xs})
    return {
        "stages": [stage_data(stage) for stage in net.stages],
        "points": [number(x) for x in points],
    }


def stage_data(stage: Stage) -> dict[str, Any]:
    """A stage by its weights, biases and slopes."""
    rows: list[list[Num]] = [[to_num(0) for _ in range(stage.n_in)] for _ in range(stage.n_out)]
    where, columns, values = stage.linear.entries()
    for i, j, w in zip(where.tolist(), columns.tolist(), _nums(values), strict=True):
        rows[i][j] += w
    return {
        "weights": [[number(w) for w in row] for row in rows],
        "bias": [number(b) for b in _nums(stage.bias)],
        "negative_slope": [number(a) for a in _nums(stage.alpha)],
    }


def _nums(array: Any) -> list[Num]:
    numerators, denominator = as_integers(array)
    return [to_num(v) / denominator for v in numerators.ravel().tolist()]


def written(
    claim: Mapping[str, Any],
    f: PiecewiseLinear,
    evidence: Mapping[str, Any],
    *,
    network: ReLUNetwork | None = None,
    others: Iterable[Any] = (),
) -> Certificate:
    """Put a certificate together; ``others`` are further numbers, perhaps irrational."""
    knots = f._knots()
    ends = [s for s in (knots.left, knots.right) if s is not None]
    field = field_of([*knots.xs, *knots.ys, *ends, *(to_num(x) for x in others)])
    return Certificate.of(
        claim,
        function_data(f, network),
        evidence,
        None if field is None else field_data(field),
    )


def all_of(*certificates: Certificate) -> Certificate:
    """One certificate for several claims about one function.

    Parameters
    ----------
    certificates : Certificate
        With the same function.

    Returns
    -------
    Certificate

    Raises
    ------
    DomainError
        If there are none, or their functions or number fields differ.

    Examples
    --------
    >>> f = pl.truncated_tent("6/7")
    >>> both = pl.certify.all_of(pl.certify.period(f, 3), pl.certify.growth(f))
    >>> bool(pl.check(both))
    True
    """
    claims: list[Any] = []
    parts: list[Any] = []
    function: Any = None
    field: Any = None
    for certificate in certificates:
        data = certificate.data
        if function is not None and data["function"] != function:
            raise DomainError("the certificates are about different functions")
        function = data["function"]
        if data.get("field") is not None:
            if field is not None and field != data["field"]:
                raise DomainError("the certificates are about different number fields")
            field = data["field"]
        if data["claim"]["kind"] == "all":
            claims += data["claim"]["claims"]
            parts += data["evidence"]["parts"]
        else:
            claims.append(data["claim"])
            parts.append(data["evidence"])
    if not claims:
        raise DomainError("no certificate is given")
    return Certificate.of({"kind": "all", "claims": claims}, function, {"parts": parts}, field)
