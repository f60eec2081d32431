"""Certificates of regions: true ones hold, mutated ones fail or claim what is true."""

from __future__ import annotations

import copy
import json
import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import plsym as pl
from plsym.certificates.certificate import Certificate
from plsym.networks.layers import Affine, Node, PReLU
from plsym.networks.network import ReLUNetwork
from plsym.networks.weights import read_array
from plsym.regions.examples import arrangement, arrangement_network
from plsym.testing import networks

pytest.importorskip("scipy.optimize")
SQUARE = [(-1, 1), (-1, 1)]
SLANT = pl.plane([0, 0, 1], [1, "1/2", 0], [0, 1, "1/3"], window=((-1, 2), (-2, 1)))
TRIANGLE = pl.polytope([[-1, 0], [0, -1], [1, 1]], [1, 1, 1])


def small(widths, seed):
    """A network with short random weights."""
    source = random.Random(seed)
    return pl.from_weights(
        [
            (
                [[f"{source.randint(-9, 9)}/4" for _ in range(n)] for _ in range(m)],
                [f"{source.randint(-9, 9)}/8" for _ in range(m)],
            )
            for n, m in pairwise(widths)
        ]
    )


MAKE = {
    "square": lambda of: pl.certify.regions(small([2, 5, 4, 1], seed=3), SQUARE, of=of),
    "plane": lambda of: pl.certify.regions(small([2, 4, 3, 2], seed=1), of=of),
    "slice": lambda of: pl.certify.regions(small([3, 5, 3, 1], seed=2), SLANT, of=of),
    "triangle": lambda of: pl.certify.regions(small([2, 6, 1], seed=5), TRIANGLE, of=of),
    "space": lambda of: pl.certify.regions(small([3, 4, 2, 1], seed=4), of=of),
    "line": lambda of: pl.certify.regions(small([1, 4, 3, 1], seed=4), [(-2, 2)], of=of),
    "braid": lambda of: pl.certify.regions(arrangement_network(arrangement("braid", 3)), of=of),
    "folded": lambda of: pl.certify.regions(
        pl.from_weights(
            [
                ([[1, 0], [-1, 0], [1, 1], [-1, -1]], None),
                ([[1, -1, -1, 0], [-1, 1, 0, -1]], None),
                ([[1, 1]], None),
            ]
        ),
        of=of,
    ),
}
KINDS = {"cells": "activation", "connected": "connected", "affine": "affine"}


@pytest.mark.parametrize("of", KINDS)
@pytest.mark.parametrize("name", MAKE)
def test_true_certificates_hold(name, of):
    certificate = MAKE[name](of)
    verdict = pl.check(certificate)
    assert verdict, verdict.reason
    assert certificate.claim["count"] == truth(certificate.data)


def truth(data):
    """The number that a certificate's claim is about, found anew; None if it says nothing."""
    nodes: list[Node] = []
    stages = data["function"]["network"]["stages"]
    for i, stage in enumerate(stages):
        before = nodes[-1].name if nodes else "input"
        weights, bias, slopes = (
            read_array(stage[k]) for k in ("weights", "bias", "negative_slope")
        )
        nodes.append(Node(f"affine{i}", Affine(weights, bias), (before,)))
        nodes.append(Node(f"units{i}", PReLU(slopes), (nodes[-1].name,)))
    net = ReLUNetwork(tuple(nodes), (len(stages[0]["weights"][0]),))
    claim = data["claim"]
    sides = claim["half_spaces"]
    if "plane" in claim:
        p, u, v = ([pl.rational(x) for x in claim["plane"][k]] for k in ("origin", "u", "v"))
        q = [a + b for a, b in zip(p, u, strict=True)]
        r = [a + b for a, b in zip(p, v, strict=True)]
        whole = pl.plane(p, q, r, window="all")
        part = pl.polytope([s["normal"] for s in sides], [s["offset"] for s in sides])
        domain = type(whole)(whole.origin, whole.u, whole.v, part)
    elif sides:
        domain = pl.polytope([s["normal"] for s in sides], [s["offset"] for s in sides])
    else:
        domain = None
    return pl.count_regions(net, domain, definition=KINDS[claim["of"]])


def leaves(value, path=()):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, list):
        if value:
            yield (*path, len(value) - 1), "drop"
        for i, item in enumerate(value):
            yield from leaves(item, (*path, i))
    elif path[0] in ("claim", "function", "evidence"):
        yield path, "change"


def negated(text):
    return text[1:] if text.startswith("-") else "-" + text


def mutated(data, source):
    data = copy.deepcopy(data)
    path, how = source.choice(list(leaves(data)))
    *way, last = path
    place = data
    for key in way:
        place = place[key]
    old = place[last]
    if how == "drop":
        del place[last]
    elif isinstance(old, int):
        place[last] = old + source.choice((-1, 1, 2))
    elif path[-1] in ("kind", "of", "by"):
        place[last] = source.choice(("cells", "connected", "affine", "polygons", "walls"))
    else:
        place[last] = source.choice(("0", "1", "1/3", negated(old)))
    return data


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(sorted(MAKE)), st.sampled_from(sorted(KINDS)), st.integers(0, 10**9))
def test_mutated_certificates_fail_or_are_true(name, of, seed):
    key = (name, of)
    if key not in CACHE:
        CACHE[key] = MAKE[name](of).data
    data = mutated(CACHE[key], random.Random(seed))
    try:
        verdict = pl.check(Certificate(json.dumps(data)))
    except pl.CertificateFormatError:
        return
    if verdict:
        assert data["claim"]["count"] == truth(data), "a false claim was accepted"


CACHE: dict = {}


@settings(deadline=None, max_examples=25)
@given(
    networks(max_inputs=3, max_width=4, max_depth=2)
    | networks(max_inputs=2, max_depth=2, max_width=3, degenerate=True)
)
def test_certificates_of_any_network_hold(network):
    for domain in (None, [(-1, 1)] * network.n_inputs):
        certificate = pl.certify.regions(network, domain, of="connected")
        verdict = pl.check(certificate)
        assert verdict, verdict.reason
        assert certificate.claim["count"] == pl.count_regions(network, domain)


def test_particular_lies_are_found():
    data = MAKE["square"]("cells").data

    def reason(change):
        lie = copy.deepcopy(data)
        change(lie)
        return pl.check(Certificate(json.dumps(lie))).reason

    def drop_a_cell(d):
        d["evidence"]["cells"].pop()
        d["claim"]["count"] -= 1

    def repeat_a_cell(d):
        d["evidence"]["cells"].append(d["evidence"]["cells"][0])
        d["claim"]["count"] += 1

    def merge_two(d):
        first, *rest = d["evidence"]["cells"]
        for other in rest:
            if len(set(first) & set(other)) == 2:
                both = sorted(set(first) ^ set(other) | set(first) & set(other))
                d["evidence"]["cells"] = [both, *(c for c in rest if c is not other)]
                d["claim"]["count"] -= 1
                return

    assert "cells beside" in reason(drop_a_cell)
    assert reason(repeat_a_cell) in (
        "two of the cells have the same signs",
        "the edge (0, 1) inside the domain has 3 cells beside",
    ) or "cells beside" in reason(repeat_a_cell)
    assert "lies outside" in reason(merge_two) or "on no wall" in reason(merge_two)
    assert "not 7" in reason(lambda d: d["claim"].update(count=7))


def test_only_known_kinds_are_certified():
    with pytest.raises(pl.DomainError, match="not known"):
        pl.certify.regions(small([2, 3, 1], seed=0), of="pattern")
