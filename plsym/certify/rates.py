"""Certificates of bounds of the growth number, and of its exact value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from plsym.certificates.certificate import Certificate
from plsym.certificates.codec import integer_text, rational_text
from plsym.certify.writing import field_data, number, written
from plsym.config import Budget
from plsym.dynamics.growth import WIDTH, Growth, Proof, Renormalized, root_bounds, rounded
from plsym.dynamics.growth import growth as bounded_growth
from plsym.dynamics.renormalize import Doubling
from plsym.dynamics.spectral import Component, components, perron_bracket, perron_root
from plsym.exact.element import AlgebraicReal
from plsym.exact.numberfield import NumberField
from plsym.exact.polynomials import real_root_intervals
from plsym.exact.rationals import rational
from plsym.exact.scalars import Scalar
from plsym.networks.network import ReLUNetwork
from plsym.piecewise.function import PiecewiseLinear

__all__ = ["growth", "growth_certificate", "upper_evidence"]

_LARGEST_EIGENVECTOR = 48


def growth(
    f: PiecewiseLinear,
    width: Fraction | str = WIDTH,
    *,
    budget: Budget | None = None,
    network: ReLUNetwork | None = None,
) -> Certificate:
    """Certify the growth number of the laps of f^n: exactly, or its bracket.

    Parameters
    ----------
    f, width, budget
        As for `plsym.growth`.
    network : ReLUNetwork, optional
        The network whose map f is.

    Returns
    -------
    Certificate
        Of both bounds; of the exact value if it is an algebraic number of a graph with
        at most 48 intervals, or the size of all slopes.

    Examples
    --------
    >>> pl.certify.growth(pl.abs_map("3/2")).statement
    'the growth number of f is at least 3/2, is at most 3/2'
    """
    return growth_certificate(f, bounded_growth(f, width, budget=budget), network)


def growth_certificate(
    f: PiecewiseLinear, found: Growth, network: ReLUNetwork | None = None
) -> Certificate:
    """Certify a growth number that has been found."""
    parts, numbers = _evidence(found)
    claim: dict[str, Any] = {"kind": "growth"}
    if isinstance(found.exact, AlgebraicReal) and parts["exact"] is not None:
        claim["exact"] = parts["exact"]
    else:
        claim |= {"lower": parts["low"], "upper": parts["high"]}
    evidence = {"lower": parts["lower"], "upper": parts["upper"]}
    return written(claim, f, evidence, network=network, others=numbers)


def upper_evidence(found: Growth) -> tuple[Any, Scalar, dict[str, Any], list[Scalar]]:
    """An upper bound of a growth number as data and as it is, the evidence, and its numbers.

    Numbers of the field of the map are listed; an exact root has a field of its own.
    """
    parts, numbers = _evidence(found)
    if found.exact is not None and (parts["exact"] is not None or found._proof is None):
        rate = parts["high"] if parts["exact"] is None else parts["exact"]
        return rate, found.exact, parts["upper"], numbers
    return parts["high"], rational(parts["high"]), parts["upper"], numbers


def _evidence(found: Growth) -> tuple[dict[str, Any], list[Scalar]]:
    """Both bounds, or the exact root, and the evidence; numbers of the map's field."""
    exact, proof = found.exact, found._proof
    if proof is None and exact is None:  # nothing was searched
        ends = {"low": "1", "high": number(found.upper), "exact": None}
        return {**ends, "lower": {"by": "laps"}, "upper": {"by": "slopes"}}, []
    if proof is None:  # all slopes have one size
        assert exact is not None
        ends = {"low": number(exact), "high": number(exact), "exact": None}
        lower = {"by": "laps" if exact == 1 else "slopes"}
        return {**ends, "lower": lower, "upper": {"by": "slopes"}}, [exact]
    if isinstance(proof, Renormalized):
        return _lifted_evidence(found, proof)
    if exact is not None and exact != 1:
        both = _exact_evidence(proof, exact)
        if both is not None:
            if isinstance(exact, AlgebraicReal):
                return {**both, "low": None, "high": None, "exact": _root_data(exact)}, []
            return {**both, "low": number(exact), "high": number(exact), "exact": None}, []
        proof, found = _bracketed(proof, found)
    return {
        "low": number(found.lower),
        "high": number(found.upper),
        "exact": None,
        "lower": {"by": "laps"} if found.lower == 1 else _lower_data(proof),
        "upper": _upper_data(proof),
    }, []


def _lifted_evidence(found: Growth, proof: Renormalized) -> tuple[dict[str, Any], list[Scalar]]:
    """Bounds of the root of a growth number, from those of the number itself."""
    inner = proof.inner
    levels = list(proof.half.doublings)
    while isinstance(inner._proof, Renormalized):
        levels += inner._proof.half.doublings
        inner = inner._proof.inner
    doublings, numbers = doublings_data(levels)
    # a rational bracket of the inner number proves a rational bracket of its root
    if isinstance(inner._proof, Proof) and inner.exact is not None and inner.exact != 1:
        inner = _bracketed(inner._proof, inner)[1]
    parts, more = _evidence(inner)
    if isinstance(found.exact, Fraction) and parts["low"] == parts["high"]:
        low = high = found.exact
    else:
        low, high = root_bounds(inner, 1 << len(levels), found.upper - found.lower)
    half = {"by": "halves", "doublings": doublings}
    return {
        "low": number(low),
        "high": number(high),
        "exact": None,
        "lower": {**half, "rate": parts["low"], "evidence": parts["lower"]},
        "upper": {**half, "rate": parts["high"], "evidence": parts["upper"]},
    }, [*numbers, *more]


def doublings_data(doublings: Iterable[Doubling]) -> tuple[list[dict[str, Any]], list[Scalar]]:
    """Doublings as data, and the numbers in it."""
    out: list[dict[str, Any]] = []
    numbers: list[Scalar] = []
    for doubling in doublings:
        trims = []
        for trim in doubling.trims:
            point = None if trim.point is None else number(trim.point)
            trims.append({"how": trim.how, "point": point})
            numbers += [] if trim.point is None else [trim.point]
        out.append({"trims": trims, "point": number(doubling.point)})
        numbers.append(doubling.point)
    return out, numbers


def _graph(proof: Proof) -> list[dict[int, int]]:
    out = []
    for node in range(proof.kept):
        row: dict[int, int] = {}
        for j in proof.targets(node):
            target = proof.stand_in.get(j, j)
            row[target] = row.get(target, 0) + 1
        out.append(row)
    return out


def _bracketed(proof: Proof, found: Growth) -> tuple[Proof, Growth]:
    """Vectors for a closed graph whose exact root is not certified."""
    width = found.upper - found.lower or WIDTH
    vectors: list[tuple[Component, list[int]]] = []
    low, high, best = Fraction(1), Fraction(1), None
    for part in components(_graph(proof)):
        least, most, vector = perron_bracket(part, width)
        vectors.append((part, vector))
        high = max(high, most)
        if least >= low:
            low, best = least, (part, vector)
    low, high = rounded(low, high, width)
    new = Proof(proof.tower, best, proof.kept, {}, vectors)
    return new, Growth(low, high, None, found.depth, found.intervals, 0, new)


# ------------------------------------------------------------------------------- graphs


class _Points:
    """The ends of intervals, written as images of one another where that is known."""

    def __init__(self, proof: Proof, used: Sequence[int]) -> None:
        table = proof.tower.table
        before: dict[int, int] = {}
        for i, j in enumerate(table.nexts):
            before.setdefault(j, i)
        wanted = set()
        for i in used:
            # ids are given in the order in which values are reached, so before[i] < i,
            # except on a cycle, where a value is written out
            while i not in wanted:
                wanted.add(i)
                if before.get(i, i) >= i:
                    break
                i = before[i]
        self.place = {i: k for k, i in enumerate(sorted(wanted))}
        values: list[Any] = table.values
        self.data = [
            self.place[before[i]] if before.get(i, i) < i else number(values[i])
            for i in sorted(wanted)
        ]


def _graph_data(proof: Proof, nodes: Sequence[int], stand_in: dict[int, int]) -> dict[str, Any]:
    """Intervals by their ends, and the targets of their parts among the same intervals."""
    spans = [proof.tower.nodes[k] for k in nodes]
    points = _Points(proof, [i for span in spans for i in span])
    place = {node: k for k, node in enumerate(nodes)}
    return {
        "by": "graph",
        "points": points.data,
        "intervals": [[points.place[a], points.place[b]] for a, b in spans],
        "targets": [[place.get(stand_in.get(j, j)) for j in proof.targets(node)] for node in nodes],
    }


def _lower_data(proof: Proof) -> dict[str, Any]:
    assert proof.lower is not None
    part, vector = proof.lower
    data = _graph_data(proof, part.vertices, {})
    return {**data, "weights": [integer_text(w) for w in vector]}


def _upper_data(proof: Proof) -> dict[str, Any]:
    graph = _graph(proof)
    weights: list[Any] = [1] * len(graph)
    for part, vector in proof.upper:
        for node, w in zip(part.vertices, vector, strict=True):
            weights[node] = integer_text(w)
    data = _graph_data(proof, range(proof.kept), proof.stand_in)
    return {**data, "weights": weights, "layers": _layers(graph)}


def _layers(graph: list[dict[int, int]]) -> list[int]:
    """Numbers that never rise along an edge, and are equal inside components only."""
    import networkx as nx

    whole = nx.DiGraph()
    whole.add_nodes_from(range(len(graph)))
    whole.add_edges_from((i, j) for i, row in enumerate(graph) for j in row)
    condensed = nx.condensation(whole)
    order = list(nx.topological_sort(condensed))
    out = [0] * len(graph)
    for layer, part in enumerate(reversed(order)):
        for node in condensed.nodes[part]["members"]:
            out[node] = layer
    return out


# -------------------------------------------------------------------------- exact values


def _root_data(exact: AlgebraicReal) -> dict[str, Any]:
    """The exact growth number: its minimal polynomial, and an interval with this root only."""
    polynomial = exact.minimal_polynomial
    for index, (low, high) in enumerate(real_root_intervals(polynomial)):
        if low <= exact <= high:
            return field_data(NumberField(polynomial, index))
    raise AssertionError("a root lies in one of the intervals")  # pragma: no cover


def _exact_evidence(proof: Proof, exact: Scalar) -> dict[str, Any] | None:
    """Eigenvectors of a closed graph with entries in the field of the growth number."""
    graph = _graph(proof)
    parts = components(graph)
    weights: list[Any] = [_coefficients([Fraction(1)], exact)] * len(graph)
    best: tuple[Component, list[Any]] | None = None
    for part in parts:
        if part.is_cycle:
            continue
        if len(part.rows) > _LARGEST_EIGENVECTOR:
            return None
        if perron_root(part) == exact:
            vector = _eigenvector(part, exact)
            best = part, vector
        else:
            vector = [_coefficients([Fraction(w)], exact) for w in _below(part, exact)]
        for node, w in zip(part.vertices, vector, strict=True):
            weights[node] = w
    if best is None:
        return None
    lower = _graph_data(proof, best[0].vertices, {})
    upper = _graph_data(proof, range(proof.kept), {})
    return {
        "lower": {**lower, "weights": best[1]},
        "upper": {**upper, "weights": weights, "layers": _layers(graph)},
    }


def _below(part: Component, exact: Scalar) -> list[int]:
    """A vector that proves a radius at most the given number, which is greater."""
    width = Fraction(1, 16)
    while True:
        _, most, vector = perron_bracket(part, width)
        if most <= exact:
            return vector
        width /= 16


def _eigenvector(part: Component, exact: Scalar) -> list[Any]:
    """A column of the adjugate of s - A, which is a positive eigenvector for the radius s.

    With the characteristic polynomial c_0 + ... + c_n x^n of A the adjugate of x - A is
    the sum of x^k c_j A^(j-k-1) over all k < j.
    """
    from flint import fmpz_mat

    size = len(part.rows)
    matrix = [[0] * size for _ in range(size)]
    for i, row in enumerate(part.rows):
        for j, count in row:
            matrix[i][j] = count
    c = [int(x) for x in fmpz_mat(matrix).charpoly().coeffs()]
    column = [1] + [0] * (size - 1)
    powers = [column]
    for _ in range(size - 1):
        column = [sum(count * column[j] for j, count in row) for row in part.rows]
        powers.append(column)
    out = []
    for i in range(size):
        entry = [
            Fraction(sum(c[j] * powers[j - k - 1][i] for j in range(k + 1, size + 1)))
            for k in range(size)
        ]
        out.append(_coefficients(entry, exact))
    if not isinstance(exact, AlgebraicReal):
        # integers, not rationals, weigh the graph of a rational root
        values = [Fraction(v) for v in out]
        common = lcm(*(v.denominator for v in values))
        return [integer_text(int(v * common)) for v in values]
    return out


def _coefficients(polynomial: Sequence[Fraction], exact: Scalar) -> Any:
    """A polynomial in the growth number, reduced by its minimal polynomial."""
    if not isinstance(exact, AlgebraicReal):
        total = Fraction(0)
        for c in reversed(polynomial):
            total = total * exact + c
        return integer_text(int(total)) if total.denominator == 1 else rational_text(total)
    modulus = exact.minimal_polynomial
    degree = len(modulus) - 1
    rest = list(polynomial)
    while len(rest) > degree:
        factor = rest.pop() / modulus[-1]
        for i in range(degree):
            rest[len(rest) - degree + i] -= factor * modulus[i]
    return [rational_text(c) for c in rest]
